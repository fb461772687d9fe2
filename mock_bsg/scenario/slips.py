"""How patterns are commonly mistyped: quotes of a word processor, what nobody sees, expressions of other languages."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

from mock_bsg.scenario.domains import Domain

QUOTES: Final = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb\u2039\u203a\u00b4"
"""Typographic ones, which mean nothing to YAML."""

# Nobody types one of these, and copying brings them along. Joiners and marks of direction are left alone in texts:
# emoji and languages are written with them.
INVISIBLE: Final = "\u00ad\u180e\u200b\u2060\ufeff"
_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]")
_DASHES: Final = re.compile("[\u2010-\u2015\u2212]")
_WITH_FLAGS: Final = re.compile(r"/(.+)/([gimsuxy]{1,4})", re.DOTALL)
_SIGNS: Final = re.compile(r"[\\^$|+(]")
_DIGITS: Final = "0123456789-"
_LETTERS_FOR_DIGITS: Final = str.maketrans("OoIl", "0011")
_ONLY_IN_EXPRESSIONS: Final = re.compile(r"\\[dswDSWb.+*?/()]|\.[*+]|\(\?|\[[^\]]*\][+{]")


class PlainText(str):
    """A text that stands in a file without quotes, but for a typographic one at its beginning."""

    __slots__ = ()


def refuse_unseen(value: str, domain: Domain) -> None:
    """Raise ValueError for typographic quotes around a pattern that has no others, and for invisible characters.

    Only where a value could have them: elsewhere they fit nothing anyway, and are told so.
    """
    found = _INVISIBLE.search(value)
    if found is not None and domain.has(found[0]):
        number = ord(found[0])
        bare = _INVISIBLE.sub("", value)
        meant = f"or, if it is meant, /…\\u{number:04x}…/"
        raise ValueError(
            f"the invisible character U+{number:04X} is at position {found.start() + 1}: write '{bare}', {meant}"
        )
    if not isinstance(value, PlainText) or not domain.may_begin_with(value[0]):
        return
    if len(value) > 1 and value[-1] in QUOTES:
        bare = value[1:-1]
        raise ValueError(
            f"the typographic quotes {value[0]}{value[-1]} are part of the text: write \"{bare}\", or '{value}' if "
            "they are meant"
        )


def refuse_half_expression(text: str, *, is_path: bool = False) -> None:
    """Raise ValueError for what was certainly meant as a regular expression and is read as a glob.

    A path begins with a slash, too: it must look more like an expression than a text.
    """
    if text == "//":
        raise ValueError("an empty regular expression is found everywhere: leave the key out")
    flagged = _WITH_FLAGS.fullmatch(text)
    if flagged is not None and (not is_path or _SIGNS.search(flagged[1])):
        source, flags = flagged.groups()
        known = "".join(sorted(set(flags) & set("imsx")))
        right = f"/(?{known}){source}/" if known else f"/{source}/"
        raise ValueError(f"nothing can follow the last '/' of a regular expression: write '{right}'")
    begins, ends = text.startswith("/"), len(text) > 1 and text.endswith("/")
    has_signs = _ONLY_IN_EXPRESSIONS.search(text) is not None
    if begins and (text.startswith("/^") or (has_signs and "\\" in text)):
        raise ValueError(f"the regular expression has no '/' at its end: write '{text}/'")
    if text.startswith("^") and (has_signs or text.endswith("$") or ends):
        inner = text.removesuffix("/") if ends else text
        raise ValueError(f"a regular expression stands between slashes: write '/{inner}/'")


def is_path_with_slash(text: str) -> bool:
    """Whether a text between slashes is a path with a last slash too many, not a regular expression."""
    inner = text[1:-1]
    return ("/" in inner or inner in ("rest", "v1.0")) and not re.search(r"[\\^$|+(\[]", inner)


def without_wrapping(text: str) -> str:
    """Take away what copying brings along: quotes and blanks around a text, and characters that nobody sees."""
    seen = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return seen.strip().strip(QUOTES + "\"'`").strip()


def mend_number(text: str, fits: Callable[[str], bool]) -> str:
    """Write what was probably meant by a number or a glob of numbers as a hint; empty if nobody can tell."""
    for right, why in _rights_of_number(text):
        if fits(right):
            return f": {why} '{right}'"
    return ""


def _as_ascii(digit: str) -> str:
    return str(unicodedata.digit(digit)) if digit.isdecimal() else digit


def _rights_of_number(text: str) -> Iterator[tuple[str, str]]:
    seen = "".join(_as_ascii(char) for char in text if unicodedata.category(char) != "Cf")
    digits = _DASHES.sub("-", seen).strip(QUOTES + "\"'` \u00a0")
    digits = re.sub(r"\A(tel|phone|msisdn):", "", digits, flags=re.IGNORECASE)
    if text.startswith("/") != text.endswith("/") or re.search(r"\\d|\^|\$|\.\*|\.\+|\d\{", digits):
        inner = digits.strip("/")
        yield f"/{inner}/", "write"
        return
    digits = re.sub(r"\A\[\+\]|[\s()/+-]|\.(?!\.)(?<!\.\.)", "", digits) if "[" not in digits[1:] else digits
    digits = re.sub(r"(%|\u2026|\.\.\.)\Z", "*", digits)
    digits = re.sub(r"(?<=\d)[XxNn#_]+\Z", lambda found: "?" * len(found[0]), digits)
    bare = digits.removeprefix("00")
    yield digits, "write"
    if bare != digits:
        yield bare, "write"
    if digits.isascii() and digits.startswith("0") and not digits.startswith("00"):
        yield f"38{digits}", "for a Ukrainian number write"
    if digits.isdecimal() and len(bare) < 8:
        yield f"{bare}*", "for all that begin like this write"
    yield digits.translate(_LETTERS_FOR_DIGITS), "write"


def mend_list(text: str, fits: Callable[[str], bool]) -> str:
    """Write several values in one text as the list that was meant, as a hint; empty if it is none."""
    parts = [part for part in re.split(r"[\s,;|/]+", text.strip("()[] ")) if part]
    return f": write [{', '.join(map(_quote, parts))}]" if len(parts) > 1 and all(map(fits, parts)) else ""


def mend_texts(text: str, fits: Callable[[str], bool]) -> str:
    """Write several texts in one as the list that was meant, as a hint: blanks may be part of each."""
    parts = [part.strip() for part in re.split(r"[,;|]", text)]
    return f": write [{', '.join(map(_quote, parts))}]" if len(parts) > 1 and all(p and fits(p) for p in parts) else ""


def _quote(text: str) -> str:
    return text if text.isalnum() else f'"{text}"'


_SET: Final = re.compile(r"\[([!^]?)([^\[\]]+)\]")
_ALTERNATIVES: Final = re.compile(r"([^(){}]*)[({]([^(){}]+)[)}]([^(){}]*)")


def find_foreign_in_set(text: str) -> str:
    """Find what stands between [ and ] and is in no number; empty if there is none."""
    return next(
        (char for found in _SET.finditer(text) for char in found[1].strip("!") + found[2] if char not in _DIGITS), ""
    )


def mend_set(text: str, fits: Callable[[str], bool]) -> str:
    """Write a set of digits, or numbers within brackets, as it was meant, as a hint; empty if nobody can tell."""
    found = _SET.search(text) or _ALTERNATIVES.fullmatch(text)
    if found is None:
        return ""
    before, after = (found[1], found[3]) if found.re is _ALTERNATIVES else (text[: found.start()], text[found.end() :])
    inner = found[2]
    parts = [part for part in re.split(r"[\s,;|]+", inner) if part]
    if found.re is _SET and (found[1] or all(re.fullmatch(r"[0-9](-[0-9])?", part) for part in parts)):
        right = f"{before}[{'!' if found[1] else ''}{''.join(parts)}]{after}"
        return f": write '{right}'" if fits(right) else ""
    numbers = [f"{before}{part}{after}" for part in parts]
    return f": write [{', '.join(map(_quote, numbers))}]" if len(parts) > 1 and all(map(fits, numbers)) else ""


def mend_range(text: str) -> tuple[str, str] | None:
    """Read two numbers with something between them that was meant as `..`; None if it is none such."""
    found = re.fullmatch(r"\s*(\+?\d+)\s*(?:\.{2,}|[\u2026\u2010-\u2015:-]|\bto\b)\s*(\+?\d+)\s*", text)
    if found is None:
        return None
    return found[1].removeprefix("+"), found[2].removeprefix("+")
