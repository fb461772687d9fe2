"""Every function of the One API that is emulated, and which of them a request asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from mock_bsg.one_api import accounts, auth, campaigns, code_templates, codes, messages, refusals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_bsg.one_api.call import Function

FUNCTIONS = (
    *auth.FUNCTIONS,
    *accounts.FUNCTIONS,
    *messages.FUNCTIONS,
    *campaigns.FUNCTIONS,
    *codes.FUNCTIONS,
    *code_templates.FUNCTIONS,
)

_NOTHING: Mapping[str, str] = {}
_PLAIN: Mapping[tuple[str, str], Function] = {
    (function.method, function.path): function for function in FUNCTIONS if "{" not in function.path
}
_PATTERNS = tuple(
    (function, re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(function.path))))
    for function in FUNCTIONS
)


def find_function(method: str, target: str) -> tuple[Function, Mapping[str, str]]:
    """Find what answers a request, and the parts of its path that vary; raises Refusal: 404, or 405 for the method."""
    plain = _PLAIN.get((method, target))
    if plain is not None:
        return plain, _NOTHING
    path = target.partition("?")[0].rstrip("/")
    plain = _PLAIN.get((method, path))
    if plain is not None:
        return plain, _NOTHING
    fitting = [(function, found) for function, pattern in _PATTERNS if (found := pattern.fullmatch(path))]
    # What is written out goes before what varies: /campaigns/price is no campaign.
    plainest = min((function.path.count("{") for function, _ in fitting), default=0)
    fitting = [each for each in fitting if each[0].path.count("{") == plainest]
    for function, found in fitting:
        if function.method == method:
            return function, {name: unquote(value) for name, value in found.groupdict().items()}
    if fitting:
        raise refusals.wrong_method(sorted({function.method for function, _ in fitting}))
    raise refusals.not_found()
