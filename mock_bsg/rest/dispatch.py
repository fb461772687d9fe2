"""Which of BSG's functions a request asks for."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import unquote

from mock_bsg.domain.error_codes import UNKNOWN_FUNCTION
from mock_bsg.domain.paths import BASES, function_path
from mock_bsg.rest import FUNCTIONS
from mock_bsg.sandbox.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn

    from mock_bsg.rest.call import Call, Function, Handle

_NOTHING: Mapping[str, str] = {}


def find_function(method: str, target: str) -> tuple[Handle, Mapping[str, str]]:
    """Find what answers a request, by method and target as they came, and the parts of its path that vary."""
    # Paths written as plainly as BSG's clients write them take one look.
    handle = _PLAIN.get((method, target))
    if handle is not None:
        return handle, _NOTHING
    cut = target.rfind("/") + 1
    number = target[cut:]
    handle = _NUMBERED.get((method, target[:cut])) if number.isdigit() and number.isascii() else None
    if handle is not None:
        return handle, {"id": number}
    return _look_closely(method, target)


def _look_closely(method: str, target: str) -> tuple[Handle, Mapping[str, str]]:
    path = function_path(target)
    names = [unquote(name) for name in path.split("/")]
    for function in FUNCTIONS:
        found = _fit(function, names)
        if found is not None:
            # Else GET /viber/create would ask for the message "create".
            if method in function.methods:
                return function.handle, found
            if not found:
                break
    return _unknown_function, _NOTHING


def _fit(function: Function, names: list[str]) -> Mapping[str, str] | None:
    """Tell the parts that vary, None if the path is another one's."""
    pattern = function.path.split("/")
    if len(pattern) != len(names):
        return None
    found = {}
    for part, name in zip(pattern, names, strict=True):
        if part.startswith("{") and name:
            found[part[1:-1]] = name
        elif part != name:
            return None
    return found


def _unknown_function(call: Call) -> NoReturn:
    path = function_path(unquote(call.target.partition("?")[0]))
    methods = next((function.methods for function in FUNCTIONS if function.path == path), ())
    if methods:
        call.notes.append(f"{path} takes {' and '.join(methods)}")
    if "//" in path:
        call.notes.append(f"{path} has a slash too many")
    raise ApiError(UNKNOWN_FUNCTION)


def _targets(function: Function) -> list[tuple[str, str]]:
    return [
        (method, base + function.path + slash) for method, base, slash in product(function.methods, BASES, ("", "/"))
    ]


_PLAIN: Mapping[tuple[str, str], Handle] = {
    target: function.handle for function in FUNCTIONS if "{" not in function.path for target in _targets(function)
}
_NUMBERED: Mapping[tuple[str, str], Handle] = {
    (method, target.removesuffix("{id}")): function.handle
    for function in FUNCTIONS
    for method, target in _targets(function)
    if target.endswith("/{id}")
}
