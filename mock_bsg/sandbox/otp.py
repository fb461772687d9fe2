"""One-time codes in a text: placeholders become codes drawn from a seed."""

import re
import string

from mock_bsg.domain.draws import draw

_LONGEST = 20
"""Characters of a code [spec]."""

# What may stand after "gen_otp_" [docs] [spec], and what a code of that kind is made of.
_ALPHABETS = {
    "09": string.digits,
    "az": string.ascii_lowercase,
    "AZ": string.ascii_uppercase,
    "aZ": string.ascii_letters,
    "a9": string.ascii_letters + string.digits,
    "**": string.ascii_letters + string.digits + "!#%&*+-=?@",  # which special ones, nobody says [assumed]
}
_PLACEHOLDER = re.compile(r"\{gen_otp_([^{},]*),\s*([0-9]+)\s*\}")
_START = "{gen_otp"


def fill_otp(body: str, *seed_parts: int | str) -> tuple[str, str]:
    """Put a code in place of each placeholder such as "{gen_otp_09,4}"; tells the text, and the codes as one.

    The codes follow from `seed_parts`; the codes of several placeholders are returned as one, in their order
    [assumed]. Raises ValueError, BSG's error 34, when the text has no placeholder, or one that is misspelt, of an
    unknown kind, or not 1 to 20 characters long.
    """
    codes: list[str] = []
    pieces: list[str] = []
    end = 0
    for found in _PLACEHOLDER.finditer(body):
        pieces.append(body[end : found.start()])
        codes.append(_draw_code(found, (*seed_parts, len(codes))))
        pieces.append(codes[-1])
        end = found.end()
    pieces.append(body[end:])
    if not codes or any(_START in piece for piece in pieces):
        raise ValueError(
            f"a text with a one-time code needs a placeholder such as {{gen_otp_09,4}}, well written: found {body!r}"
        )
    return "".join(pieces), "".join(codes)


def _draw_code(placeholder: re.Match[str], seed_parts: tuple[int | str, ...]) -> str:
    kind, digits = placeholder.groups()
    alphabet = _ALPHABETS.get(kind)
    if alphabet is None:
        raise ValueError(f"{placeholder[0]!r} asks for codes of {kind!r}: expected one of {', '.join(_ALPHABETS)}")
    if len(digits) > len(str(_LONGEST)) or not 1 <= int(digits) <= _LONGEST:
        raise ValueError(f"{placeholder[0]!r} asks for {digits} characters: expected 1 to {_LONGEST}")
    return "".join(alphabet[int(draw(*seed_parts, n) * len(alphabet))] for n in range(int(digits)))
