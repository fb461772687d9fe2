"""Which function a request asks for, and what is answered where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mock_bsg.one_api.functions import FUNCTIONS, find_function
from mock_bsg.one_api.refusals import Refusal
from tests.one_api.conftest import log_in

if TYPE_CHECKING:
    from mock_bsg.one_api.call import Function
    from tests.conftest import Client, Serve
    from tests.one_api.conftest import Api

OUT_OF_SCOPE = [
    "contacts", "groups", "short-url", "stoplist", "stat", "email", "settings", "internal/prices", "rcs/send",
    "whatsapp/send", "send-groups", "senders/requests",
]  # fmt: skip
"""What the One API has besides, and the sandbox has not."""
NOT_FOUND = {"message": "Not found", "errors": []}


@pytest.mark.parametrize(
    "path", ["", "/", "/nothing", "/messages/send/more", "//messages", *map("/{}".format, OUT_OF_SCOPE)]
)
async def test_what_is_not_there_is_not_found_with_or_without_a_token(client: Client, api: Api, path: str) -> None:
    for headers in ({}, api.headers):
        answer = await client.get(f"/api{path}", headers=headers)
        assert (answer.status, await answer.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.operation)
def test_every_function_is_found_by_its_path(function: Function) -> None:
    target = function.path.replace("{id}", "7").replace("{template_id}", "7")
    for written in (target, f"{target}/", f"{target}?x=1"):
        assert find_function(function.method, written)[0] is function


async def test_another_method_is_told_which_one_it_takes(client: Client, api: Api) -> None:
    for headers in ({}, api.headers):
        answer = await client.put("/api/messages/send", headers=headers)
        assert (answer.status, await answer.json()) == (405, {"message": "Method not allowed", "errors": []})
        assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "campaigns/price", "POST"),
        ("GET", "2fa/authentications/otp", "POST"),
        ("PUT", "2fa/authentications/templates", "GET, POST"),
    ],
)
async def test_what_is_written_out_is_no_id(client: Client, method: str, path: str, allowed: str) -> None:
    answer = await client.request(method, f"/api/{path}")
    assert (answer.status, answer.headers["Allow"]) == (405, allowed)


def test_a_part_of_a_path_is_told_as_it_was_meant() -> None:
    with pytest.raises(Refusal):
        find_function("GET", "/api/2fa/authentications/a/b/c")


async def test_a_fault_hits_a_path_of_the_one_api(serve: Serve) -> None:
    fault = "match: {path: /api/accounts/balance}, status: 429, times: 1, headers: {Retry-After: '1'}"
    client = await serve(f"faults: [{{{fault}}}]\n")
    api = await log_in(client)
    answer = await client.get("/api/accounts/balance", headers=api.headers)
    assert (answer.status, await answer.json()) == (429, {"message": "Too many duplicate request detected"})
    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["Content-Type"] == "application/json"
    await api.get("accounts/balance")


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        ("error: 1", 401, {"code": 401, "message": "Invalid JWT Token"}),
        ("error: 2", 403, {"message": "Account blocked", "errors": ["Account blocked"]}),
        ("error: 4", 404, NOT_FOUND),
        ("error: 8", 422, {"message": "The given data was invalid.", "errors": ["Insufficient funds"]}),
        ("error: 11", 429, {"message": "Too many duplicate request detected"}),
        ("error: 43", 422, {"message": "The given data was invalid.", "errors": ["External ID already exists"]}),
        ("status: 503", 503, {"message": "Service Unavailable"}),
        ("status: 500", 500, {"message": "Internal Server Error"}),
    ],
)
async def test_a_scenarios_errors_have_the_forms_of_the_one_api(
    serve: Serve, fault: str, status: int, said: dict[str, object]
) -> None:
    client = await serve(f"faults:\n  - match: {{path: '/api/accounts/*'}}\n    {fault}\n")
    api = await log_in(client)
    assert await api.get("accounts/balance", status=status) == said
