import string

import pytest

from mock_bsg.sandbox.otp import fill_otp


@pytest.mark.parametrize(
    ("placeholder", "alphabet", "length"),
    [
        ("{gen_otp_09,4}", string.digits, 4),
        ("{gen_otp_AZ,4}", string.ascii_uppercase, 4),
        ("{gen_otp_az,9}", string.ascii_lowercase, 9),
        ("{gen_otp_aZ,9}", string.ascii_letters, 9),
        ("{gen_otp_a9,9}", string.ascii_letters + string.digits, 9),
        ("{gen_otp_**,20}", string.printable, 20),
        ("{gen_otp_09, 1}", string.digits, 1),
    ],
)
def test_a_placeholder_becomes_a_code_of_its_kind_and_length(placeholder: str, alphabet: str, length: int) -> None:
    for seed in range(50):
        text, code = fill_otp(f"Code: {placeholder}!", seed)
        assert text == f"Code: {code}!"
        assert len(code) == length
        assert set(code) <= set(alphabet)


def test_the_same_seed_gives_the_same_code_in_every_process() -> None:
    assert fill_otp("{gen_otp_09,6}", 42, "otp", 217) == ("025869", "025869")


def test_codes_differ_by_seed_and_use_the_whole_alphabet() -> None:
    codes = {fill_otp("{gen_otp_09,9}", seed)[1] for seed in range(300)}
    assert len(codes) == 300
    assert set("".join(codes)) == set(string.digits)


def test_several_placeholders_have_codes_of_their_own() -> None:
    text, code = fill_otp("{gen_otp_09,4}-{gen_otp_09,4}-{gen_otp_AZ,2}", 1)
    assert text.replace("-", "") == code
    first, second, third = text.split("-")
    assert first != second
    assert third.isalpha()


@pytest.mark.parametrize(
    "body",
    [
        "no placeholder",
        "",
        "{gen_otp_09}",
        "{gen_otp_09,}",
        "{gen_otp_09,x}",
        "{gen_otp_09,-4}",
        "{gen_otp_09,0}",
        "{gen_otp_09,21}",
        "{gen_otp_09,99999999999999999999}",
        "{gen_otp_09,٤}",
        "{gen_otp_xx,4}",
        "{gen_otp_,4}",
        "{gen_otp_09,4",
        "{gen_otp_09,4} and {gen_otp_09,many}",
        "{gen_otp_09,4} and {gen_otp}",
    ],
)
def test_a_placeholder_that_is_malformed_or_missing_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match=r"expected|needs a placeholder"):
        fill_otp(body, 1)
