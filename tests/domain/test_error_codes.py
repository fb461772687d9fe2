from dataclasses import astuple

import pytest

from mock_bsg.domain import error_codes
from mock_bsg.domain.error_codes import ERROR_TEXTS, HLR_CODES, MNP_CODES, SMS_CODES, VIBER_CODES, Codes


def test_every_code_that_has_a_name_has_a_text() -> None:
    named = {value for name, value in vars(error_codes).items() if name.isupper() and isinstance(value, int)}
    told = {code for codes in (VIBER_CODES, SMS_CODES, HLR_CODES, MNP_CODES) for code in astuple(codes)} - {None}
    assert named | told == set(ERROR_TEXTS)
    assert list(ERROR_TEXTS) == sorted(ERROR_TEXTS)


@pytest.mark.parametrize(
    ("codes", "decade"), [(SMS_CODES, {2, 3}), (VIBER_CODES, {4, 5}), (HLR_CODES, {6}), (MNP_CODES, {8})]
)
def test_a_module_numbers_its_mistakes_in_its_own_decade_or_has_a_general_one(codes: Codes, decade: set[int]) -> None:
    own = [code for code in astuple(codes) if code not in {None, error_codes.INVALID_PARAMETERS}]
    assert {code // 10 for code in own} <= decade
    assert len(own) == len(set(own))
