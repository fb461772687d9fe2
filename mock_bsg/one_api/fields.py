"""Kinds of fields of the One API's bodies and queries, as pydantic reads them, and their errors in BSG's words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import no_info_before_validator_function, no_info_plain_validator_function

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
    from pydantic_core.core_schema import CoreSchema

BLANK = "This value should not be blank."
NO_CHOICE = "The value you selected is not a valid choice."
NOT_VALID = "This value is not valid."
USED = "This value is already used."
"""[assumed]"""


class Part(BaseModel):
    """An object of a body; what is unknown is ignored [assumed]."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @classmethod
    def find_clashes(cls, found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Find what is wrong between the fields of a body, as it came: names of fields, and texts."""
        del found
        yield from ()


def wrong(text: str) -> PydanticCustomError:
    """Make the error that says this text about a field."""
    return PydanticCustomError("one_api", text)


def too_long(most: int) -> str:
    return f"This value is too long. It should have {most} characters or less."


def too_short(fewest: int) -> str:
    return f"This value is too short. It should have {fewest} characters or more."


class Reader:
    """Lets pydantic read a field by a function, and describe it by that schema."""

    __slots__ = ("_read", "_schema")

    def __init__(self, read: Callable[[Any], Any], schema: Mapping[str, Any]) -> None:
        self._read = read
        self._schema = schema

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self._schema)


class Several:
    """Lets pydantic read a list of so many items."""

    __slots__ = ("_high", "_low")

    def __init__(self, low: int, high: int) -> None:
        self._low, self._high = low, high

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_before_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(core) | {"minItems": self._low, "maxItems": self._high}

    def _check(self, found: Any) -> Any:
        if not isinstance(found, list):
            raise wrong(BLANK if found == "" else NOT_VALID)
        if not self._low <= len(found) <= self._high:
            raise wrong(f"This value should be between {self._low} and {self._high}." if found else BLANK)
        return found


def string(low: int, high: int) -> Reader:
    """Make the kind of a text of so many characters; a number is one, too."""

    def read(found: Any) -> str:
        written = str(found) if isinstance(found, int | float) and not isinstance(found, bool) else found
        if not isinstance(written, str):
            raise wrong(NOT_VALID)
        return check_length(written, low, high)

    return Reader(read, {"type": "string", "minLength": low, "maxLength": high})


def check_length(written: str, low: int, high: int) -> str:
    """Tell the text back; raises the error of one that is empty, too long or too short."""
    if low <= len(written) <= high:
        return written
    raise wrong(BLANK if not written else too_long(high) if len(written) > high else too_short(low))


def whole(low: int, high: int) -> Reader:
    """Make the kind of a whole number, or a string of its digits [users], from `low` to `high`."""

    def read(found: Any) -> int:
        number = _as_whole(found)
        if number is None:
            raise wrong(BLANK if found == "" else NOT_VALID)
        if not low <= number <= high:
            raise wrong(f"This value should be between {low} and {high}.")
        return number

    return Reader(read, {"type": "integer", "minimum": low, "maximum": high})


def digits(low: int, high: int) -> Reader:
    """Make the kind of a string of so many digits, or a number of them; a plus sign before them is dropped [users]."""

    def read(found: Any) -> str:
        written = _as_digits(found)
        if written is None:
            raise wrong(BLANK if found == "" else NOT_VALID)
        return check_length(written, low, high)

    schema: dict[str, Any] = {
        "type": ["string", "integer"],
        "pattern": rf"^\+?[0-9]{{{low},{high}}}$",
        "minimum": 10 ** (low - 1) if low > 1 else 0,
        "exclusiveMaximum": 10**high,
    }
    return Reader(read, schema)


def choice(*names: str) -> Reader:
    """Make the kind of one of these words, however its letters are written [users]."""

    def read(found: Any) -> str:
        name = found.lower() if isinstance(found, str) else ""
        if name not in names:
            raise wrong(BLANK if found == "" else NO_CHOICE)
        return name

    return Reader(read, {"type": "string", "enum": list(names)})


def read_flag(found: Any) -> bool:
    """Read a boolean, or a word or number for one; raises the error of anything else."""
    known = {"true": True, "false": False, "1": True, "0": False}
    flag = known.get(str(found).lower()) if isinstance(found, bool | int | str) else None
    if flag is None:
        raise wrong(BLANK if found == "" else NOT_VALID)
    return flag


FLAG = Reader(read_flag, {"type": "boolean"})

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[ +-]\d{2}:?\d{2})?)?", re.ASCII)


def read_moment(found: Any) -> int:
    """Read a date, a date and time, or ISO 8601, UTC where nothing else is said, as ms [spec] [sdk].

    In a query a plus sign comes as a blank, if nobody has encoded it.
    """
    if not isinstance(found, str) or not _MOMENT.fullmatch(found):
        raise wrong(BLANK if found == "" else NOT_VALID)
    try:
        moment = datetime.fromisoformat(found[:11] + found[11:].replace(" ", "+"))
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise wrong(NOT_VALID) from None


def _read_end(found: Any) -> int:
    """Read the last instant that is meant: of a bare date the end of its day [assumed], in ms."""
    moment = read_moment(found)
    return moment + _DAY - 1 if len(found) == len("2026-02-03") else moment


_DAY = 86_400_000
MOMENT = Reader(read_moment, {"type": "string", "examples": ["2026-02-03 04:05:06"]})
UNTIL = Reader(_read_end, {"type": "string", "examples": ["2026-02-03 04:05:06"]})


def _read_day(found: Any) -> int:
    """Read the day of a date, or of a date and time, as ms of its beginning, UTC."""
    moment = read_moment(found)
    return moment - moment % _DAY


DAY = Reader(_read_day, {"type": "string", "format": "date", "examples": ["2026-02-03"]})


_is_whole = re.compile(r"[+-]?[0-9]{1,18}").fullmatch


def _as_whole(found: Any) -> int | None:
    if isinstance(found, str) and _is_whole(found):
        return int(found)
    if isinstance(found, float) and found.is_integer():
        return int(found)  # 300.0, which is a whole number in JSON
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _as_digits(found: Any) -> str | None:
    if isinstance(found, str):
        written = found.removeprefix("+")
        return written if written.isascii() and written.isdigit() else None
    number = _as_whole(found)
    return None if number is None or number < 0 else str(number)


def word_errors(broken: ValidationError) -> dict[str, list[str]]:
    """Word what is wrong with each field; a nested one is named by its path without what stands between [spec]."""
    errors: dict[str, list[str]] = {}
    for each in broken.errors(include_url=False, include_context=False):
        texts = errors.setdefault(name_field(each["loc"]), [])
        said = _word(each["type"], each["msg"], each["input"])
        if said not in texts:
            texts.append(said)
    return errors


def name_field(path: Sequence[str | int]) -> str:
    """Write the name of a field by its path: `phone.reference_id` is `phonereference_id`, `page[limit]` `pagelimit`."""
    return re.sub(r"[^\w]", "", "".join(map(str, path)))


def _word(kind: str, message: str, found: Any) -> str:
    if kind == "one_api":
        return message
    return BLANK if kind == "missing" or found == "" else NOT_VALID
