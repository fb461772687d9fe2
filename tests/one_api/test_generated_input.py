"""Whatever the One API's description allows, and much that it does not, is answered as it says: never with a 500."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
import requests
from hypothesis import HealthCheck, assume, given, settings
from hypothesis.internal.conjecture import providers

from mock_bsg import MockBSG
from mock_bsg.control.one_api_paths import EXAMPLES
from mock_bsg.one_api.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mock_bsg.one_api.call import Function

KEY = "test_generated"
EXAMPLES_OF_EACH = 15
LONGEST_QUERY = 7000


@pytest.fixture(autouse=True)
def _same_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the draws be the same whatever else was imported: Hypothesis takes constants out of all modules that are.

    Nothing public leaves them out; where this finds nothing to do, draws differ, and no answer may do so all the same.
    """
    read_constants = getattr(providers, "_get_local_constants", None)
    if read_constants is not None:
        nothing = type(read_constants())
        monkeypatch.setattr(providers, "_get_local_constants", nothing)


@pytest.fixture(scope="module")
def server() -> Iterator[MockBSG]:
    with MockBSG(scenario="clock: {start: 2026-02-03T04:05:06Z, manual: true}", api_key=KEY) as bsg:
        yield bsg


@pytest.fixture(scope="module")
def described(server: MockBSG) -> Any:
    """The description as it is served."""
    import schemathesis  # it takes a second, and most runs of tests need none of it

    return schemathesis.openapi.from_url(f"{server.url}/_mock/openapi.json")


@pytest.fixture(scope="module")
def session(server: MockBSG) -> requests.Session:
    """Somebody who has logged in."""
    session = requests.Session()
    answer = session.post(f"{server.url}/api/auth/login", json={"api_key": KEY})
    session.headers["Authorization"] = f"Bearer {answer.json()['bearer']}"
    return session


def make_id(url: str, session: requests.Session, path: str) -> str | None:
    """Make what a path asks for by an id that nobody would draw."""
    if path.startswith("/api/campaigns/{id}"):
        later = EXAMPLES["sms_send"] | {"start_at": "2026-02-03 05:00:00"}
        return str(session.post(f"{url}/api/campaigns/sms/send", json=later).json()["data"]["id"])
    if "/otp/{id}" not in path and "/authentications/{id}" not in path:
        return None
    code = session.post(f"{url}/api/2fa/authentications/otp", json=EXAMPLES["send_otp"])
    return str(code.json()["data"]["id"])


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.operation)
def test_what_is_allowed_is_answered_as_described(
    described: Any, server: MockBSG, session: requests.Session, function: Function
) -> None:
    statuses = set()
    known = make_id(server.url, session, function.path)

    def check(case: Any) -> None:
        if known is not None:
            case.path_parameters["id"] = known
        statuses.add(call(case, session).status_code)

    generate(described, function, "POSITIVE", check)
    if function.body is None:  # whose fields fit together by chance only
        assert function.status in statuses


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.operation)
def test_what_is_not_allowed_is_answered_as_described(
    described: Any, session: requests.Session, function: Function
) -> None:
    def check(case: Any) -> None:
        call(case, session)

    generate(described, function, "NEGATIVE", check)


def generate(described: Any, function: Function, mode: str, check: Callable[[Any], None]) -> None:
    """Make requests of the description, the same on every run, and check each."""
    from schemathesis import GenerationMode

    operation = described.find_operation_by_id(function.operation)
    drawn = given(case=operation.as_strategy(generation_mode=GenerationMode[mode]))
    limits = settings(
        max_examples=EXAMPLES_OF_EACH,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    limits(drawn(check))()


def call(case: Any, session: requests.Session) -> Any:
    """Make a request, and check its answer; none whose first line is longer than HTTP servers read."""
    assume(len(urlencode(case.query or {}, doseq=True)) < LONGEST_QUERY)
    return case.call_and_validate(headers=dict(session.headers), checks=held_to())


def held_to() -> list[Any]:
    """The checks: no 5xx, and only statuses, types and bodies that are described."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    return [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    ]
