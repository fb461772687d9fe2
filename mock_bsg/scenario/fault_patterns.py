"""What a fault's `match` asks of a request, read into matchers: method, path, headers and body."""

# ruff: noqa: TRY004 -- whatever is wrong with a value, a reader raises ValueError: pydantic takes nothing else

import re
from dataclasses import replace
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from mock_bsg.rules.matchers import TextMatch
from mock_bsg.scenario import domains
from mock_bsg.scenario.domains import Domain
from mock_bsg.scenario.errors import Findings
from mock_bsg.scenario.patterns import WILDCARD, text_pattern
from mock_bsg.scenario.reach import may_be_found
from mock_bsg.scenario.slips import QUOTES
from mock_bsg.scenario.values import HEADER_NAME, METHODS, describe, one_of, read_header_name

_BASE: Final = re.compile(r"\A(?:\*+(?=/))?/?(rest|v1\.0)(?=/|\*|\Z)")
# What the One API has behind /api, and v1 has nothing of.
ONE_API_FUNCTIONS: Final = r"(?:2fa|auth/(?:login|refresh)|messages|campaigns|accounts/(?:balance|tariff)|senders)"
_WITHOUT_API: Final = re.compile(rf"\A/{ONE_API_FUNCTIONS}(?=/|\*|\Z)")
_WITHOUT_API_IN_EXPRESSION: Final = re.compile(rf"\A(?:\^|\\A)\\?/(?={ONE_API_FUNCTIONS}(?:\\?/|\$|\Z))")
_METHOD_BEFORE: Final = re.compile(rf"\A({'|'.join(METHODS)})\s+", re.IGNORECASE)
_QUERY: Final = re.compile(r"\?[\w.%\[\]-]+=.*\Z", re.DOTALL)
_PLACE: Final = re.compile(r"(?<=/)(?:\{\w+\}|:[A-Za-z_]\w*|<\w+>)(?=/|\Z)")
_ANY_BASE: Final = r"(?:rest|v1\\?\.0|\((?:\?:)?(?:rest\|v1\\?\.0|v1\\?\.0\|rest)\))"
_BASE_IN_EXPRESSION: Final = re.compile(
    rf"\A(?P<start>\^|\\A)\\?/\??{_ANY_BASE}(?=\\?/|\$|\Z)|\A(?:\\?/)?{_ANY_BASE}(?=\\?/\w)"
)
_GROUP: Final = re.compile(r"\((?:[^()\\]|\\.)*\)")
_ENCODED: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_NEXT_PATH: Final = re.compile(r"\s*[,;|\s]\s*(?=/)")
_PART: Final = re.compile(r"[^\n{\[=&\"]+")


def check_path(path: str) -> str:
    """Write a path pattern as requests will be held against it; raises ValueError if none can fit."""
    several = _NEXT_PATH.split(path.strip())
    if len(several) > 1 and all(each.startswith("/") for each in several):
        each_right = ", ".join(f"'{mend_path(each)[0]}'" for each in several)
        raise ValueError(f"'{path}' is not a path: write [{each_right}]")
    right, whys = mend_path(path)
    if right == path:
        return path
    bare = path.strip()
    if _METHOD_BEFORE.match(bare) and right.startswith("/"):
        raise ValueError(f"the method is a key of its own: write method: {bare.split()[0].upper()}, path: '{right}'")
    raise ValueError(f"{', '.join(whys)}: write '{right}'")


def mend_path(path: str) -> tuple[str, list[str]]:
    """Write a path as it should be, with what was wrong."""
    whys = []
    right = path.strip().strip(QUOTES)
    if right != path:
        whys.append("a path has no spaces or quotes around it")
    right = _METHOD_BEFORE.sub("", right)
    if (bare := _without_host(right)) != right:
        right = bare
        whys.append("a path has no scheme or host")
    if _QUERY.search(right):
        right = _QUERY.sub("", right)
        whys.append("paths are written without their query")
    decoded = _ENCODED.sub(_decode, right)
    if decoded != right:
        right = decoded
        whys.append("paths are compared decoded")
    right = _mend_beginning(right, whys)
    if _PLACE.search(right):
        right = _PLACE.sub("*", right)
        whys.append("what varies in a path is written as '*'")
    if right != "/" and right.endswith("/"):
        right = right.rstrip("/") or "/"
        whys.append("paths are written without a trailing '/'")
    return right, whys


def _mend_beginning(path: str, whys: list[str]) -> str:
    """Write the beginning of a path as it should be, and note what was wrong."""
    if _BASE.match(path):
        path = "/" + _BASE.sub("", path).removeprefix("/")
        whys.append("paths are written without /rest and /v1.0")
    if path.startswith("/_mock"):
        raise ValueError("faults hit requests of BSG's API only, never those of the control API")
    if path[:1] not in ("/", "*", "?", "["):
        path = f"/{path}"
        whys.append("a path begins with '/'")
    if _WITHOUT_API.match(path):
        path = f"/api{path}"
        whys.append("paths of the One API are written with /api")
    return path


def _without_host(path: str) -> str:
    if re.match(r"[\w-]+(\.[\w-]+)+(:\d+)?/(rest|v1\.0|api)(/|$)", path):
        path = f"http://{path}"
    if re.match(r"(?i)https?://", path):
        return urlsplit(path)._replace(scheme="", netloc="").geturl() or "/"
    return path


def _decode(found: re.Match[str]) -> str:
    """Write encoded characters as a glob has them; those that are no UTF-8 stay."""
    try:
        text = unquote(found[0], errors="strict")
    except UnicodeDecodeError:
        return found[0]
    return re.sub(r"[*?\[%]", r"[\g<0>]", text)


def _has_alternatives(source: str) -> bool:
    """Whether the expression is several, of which each is looked for by itself."""
    while (inner := _GROUP.sub("", source)) != source:
        source = inner
    return "|" in source


def check_path_expression(source: str) -> str:
    """Raise ValueError for an expression that no path fits, or that begins with a base of v1, or without the One API's.

    Paths of v1 have none.
    """
    if not may_be_found(source, domains.PATHS):
        for right in (re.sub(r"\A\^(?=\w)", "^/", source), re.sub(r"(\\?/)+\$\Z", "$", source)):
            if may_be_found(right, domains.PATHS):
                found = f"{describe(f'/{source}/')} is found in no path, which {domains.PATHS.rule}"
                raise ValueError(f"{found}: write '/{right}/'")
    base = _BASE_IN_EXPRESSION.match(source)
    if base is not None and not _has_alternatives(source):
        bare = (base["start"] or "") + source[base.end() :]
        right = f"/{bare}/" if bare.strip("^$") else "/" if bare.endswith("$") else "*"
        raise ValueError(f"paths are written without /rest and /v1.0: write '{right}'")
    bare = _WITHOUT_API_IN_EXPRESSION.match(source)
    if bare is not None and not _has_alternatives(source):
        raise ValueError(f"paths of the One API are written with /api: write '/^\\/api/{source[bare.end() :]}/'")
    return source


def check_method(method: str) -> str:
    """Write a method pattern in capitals; raises ValueError if it is no method of HTTP."""
    capitals = method.upper()
    if WILDCARD.search(capitals) or capitals in METHODS:
        return capitals
    words = re.split(r"[\s|,/;+]+", capitals.strip())
    if len(words) > 1 and all(word in METHODS for word in words):
        raise ValueError(f"'{method}' is not a method: write [{', '.join(words)}]")
    raise ValueError(f"'{method}' is not a method{one_of(capitals, METHODS)}")


def check_body(body: str) -> str:
    """Raise ValueError for a word that was certainly meant as a part of a body, not as the whole of it."""
    if body and _PART.fullmatch(body) and not WILDCARD.search(body):
        right = f"write '*{body}*' for a body that has it in it, '/^{re.escape(body)}$/' for one that is nothing else"
        raise ValueError(f"a glob must fit the whole body: {right}")
    return body


read_path_pattern: Final = text_pattern(domains.PATHS, check_path, check_path_expression)
read_method_pattern: Final = text_pattern(domains.METHODS, check_method)
read_body_pattern: Final = text_pattern(domains.BODIES, check_body)


def read_header_patterns(value: Any) -> tuple[tuple[str, TextMatch], ...]:
    """Read patterns of headers by name; names come out in lower case."""
    if not isinstance(value, dict):
        raise ValueError(f'should be header names with patterns such as {{X-API-KEY: "test_*"}}, not {describe(value)}')
    findings = Findings()
    written: dict[str, str] = {}
    for name in value:
        findings.check_key(name, lambda name: _check_header_name(name, written))
    patterns = []
    for name, pattern in value.items():
        domain = domains.KEYS if name.lower() == "x-api-key" else domains.HEADER_VALUES
        patterns.append((str(name).lower(), findings.attempt(name, text_pattern(domain, _check_of(domain)), pattern)))
    findings.refuse()
    return tuple((name, pattern) for name, pattern in patterns if pattern is not None)


def _check_of(domain: Domain) -> Any:
    def check(text: str) -> str:
        bare = re.sub(r"[ \t]*[\r\n]+[ \t]*", " ", text).strip()
        if bare != text and not replace(domain, low=0).holds(text) and not WILDCARD.search(text):
            raise ValueError(f"{describe(text)} fits no {domain.what}, which {domain.rule}: write '{bare}'")
        return text

    return check


def _check_header_name(name: str, written: dict[str, str]) -> None:
    """Raise ValueError for what is no header's name, or is `written` there already, in other capitals."""
    before = written.setdefault(name.lower(), name)
    if before != name:
        raise ValueError(f"'{name}' is the header '{before}' again: give it a list of patterns")
    if "*" in name:
        raise ValueError(f"'{name}' has a wildcard: headers are named in full, and only their values are patterns")
    bare = name.strip().strip(QUOTES).rstrip(":").strip()
    if name.replace("_", "-").upper() == "X-API-KEY" and "_" in name:
        raise ValueError(f"'{name}' is not the header of BSG's API: write X-API-KEY")
    if not re.fullmatch(HEADER_NAME, name):
        dashed = re.sub(r"\s+", "-", bare)
        hint = f": write '{dashed}'" if re.fullmatch(HEADER_NAME, dashed) else ""
        raise ValueError(f"'{name}' cannot be the name of a header{hint}")
    read_header_name(name)
