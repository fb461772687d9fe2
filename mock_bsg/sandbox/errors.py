"""What stops a request, or a recipient of it, in BSG's own codes; what can't be done with an account, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from mock_bsg.rules.faults import Effect


class NothingThereError(ValueError):
    """An account, or something in one, that was asked for and is not there."""


class BadOrderError(ValueError):
    """An order or question that makes no sense; `choices` are what could have been said."""

    def __init__(self, text: str, choices: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.choices = choices


class ApiError(Exception):
    """The whole answer is this error code of BSG's; nothing was created.

    `text` replaces the code's usual description, where BSG words it differently.
    """

    def __init__(self, code: int, text: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


class RequestEnded(Exception):  # noqa: N818 -- no error of ours: the scenario asked for it
    """The rule of this index gives the whole request an HTTP status or a broken connection; nothing was created."""

    def __init__(self, effect: Effect, rule: int) -> None:
        super().__init__(effect.name)
        self.effect = effect
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Codes:
    """How one module of BSG numbers the mistakes that all modules know."""

    not_found: int
    msisdn: int
    reference_absent: int | None
    """None where the reference is optional."""
    reference_used: int
    payload: int
    sender: int
    text: int
    reference: int
    validity: int
    duplicate: int
    country_unsupported: int | None = None
    """None where a number of no country is a number like others."""


VIBER_CODES = Codes(
    not_found=40,
    msisdn=41,
    reference_absent=None,
    reference_used=43,
    payload=44,
    sender=45,
    text=46,
    reference=47,
    validity=48,
    duplicate=51,
)
SMS_CODES = Codes(
    not_found=20,
    msisdn=21,
    reference_absent=22,
    reference_used=23,
    payload=24,
    sender=25,
    text=26,
    reference=27,
    validity=28,
    duplicate=31,
)
# HLR and MNP have neither sender, text nor validity: a general 7 stands where nothing better can.
HLR_CODES = Codes(
    not_found=60,
    msisdn=61,
    reference_absent=62,
    reference_used=63,
    payload=64,
    sender=7,
    text=7,
    reference=65,
    validity=7,
    duplicate=66,
)
MNP_CODES = Codes(
    not_found=80,
    msisdn=81,
    reference_absent=None,
    reference_used=83,
    payload=84,
    sender=7,
    text=7,
    reference=85,
    validity=7,
    duplicate=86,
    country_unsupported=82,
)

INVALID_REFERENCES = frozenset(codes.reference for codes in (VIBER_CODES, SMS_CODES, HLR_CODES, MNP_CODES))
"""The codes of a malformed reference, one for each module."""
