"""How control calls are led: the one shape of their errors, their protection, and bad input of every kind."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from yarl import URL

from mock_bsg.control.handling import Route, shown
from mock_bsg.control.routes import ROUTES
from mock_bsg.runtime import RUNTIME

if TYPE_CHECKING:
    from aiohttp import ClientResponse

    from tests.conftest import Client, Serve

ORDER = {"messages": [{"to": [{"msisdn": "380972920000"}], "text": "hello", "alpha_name": "BSG"}]}
STREAMS = {"/_mock/events"}
JSON_ROUTES = [route for route in ROUTES if route.path not in STREAMS]


def ids(route: Route) -> str:
    return f"{route.method} {route.path}"


async def error_of(answer: ClientResponse) -> dict[str, Any]:
    """The error of an answer, which is to have the one shape."""
    assert answer.content_type == "application/json"
    found: dict[str, Any] = await answer.json()
    assert set(found) >= {"error", "detail"}
    assert isinstance(found["error"], str)
    assert found["error"]
    assert "\n" not in found["error"]
    assert isinstance(found["detail"], list)
    return found


@pytest.mark.parametrize("route", ROUTES, ids=ids)
async def test_page_of_another_site_is_refused_by_every_call(client: Client, route: Route) -> None:
    for headers in ({"Origin": "http://evil.com"}, {"Origin": "null"}, {"Host": "evil.com"}):
        answer = await client.request(route.method, route.path, headers=headers)
        assert answer.status == 403
        await error_of(answer)
    assert len(client.app[RUNTIME].accounts) == 0


@pytest.mark.parametrize("route", [route for route in JSON_ROUTES if "{key}" in route.path], ids=ids)
async def test_error_of_every_call_has_the_one_shape(client: Client, route: Route) -> None:
    """What a key never seen, or nothing at all to say, is answered with."""
    path = route.path.replace("{key}", "test_unseen").replace("{id}", "1").replace("{n}", "1")
    answer = await client.request(route.method, path)
    assert answer.status in {400, 404}
    await error_of(answer)
    assert client.app[RUNTIME].accounts.get("test_unseen") is None


@pytest.mark.parametrize("route", ROUTES, ids=ids)
async def test_wrong_method_is_405_and_says_which_are_right(client: Client, route: Route) -> None:
    answer = await client.request("PATCH", route.path)
    assert answer.status == 405
    assert route.method in answer.headers["Allow"]
    assert route.method in (await error_of(answer))["error"]


@pytest.mark.parametrize(
    "path", ["/_mock", "/_mock/", "/_mock/nothing", "/_mock/accounts/a/b", "/_mock/accounts/a/b/c/d/e"]
)
async def test_unknown_call_is_404(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert answer.status == 404
    assert "there is no /_mock" in (await error_of(answer))["error"]


async def test_slash_at_the_end_does_not_matter(client: Client) -> None:
    for path in ("/_mock/health/", "/_mock/accounts/", "/_mock/scenarios/default/"):
        assert (await client.get(path)).status == 200


async def test_health_check_by_head_is_answered(client: Client) -> None:
    answer = await client.head("/_mock/health")
    assert (answer.status, await answer.read()) == (200, b"")


async def test_allowed_host_may_steer_and_bsgs_api_answers_under_any_name(serve: Serve) -> None:
    client = await serve("{}", allowed_hosts=frozenset({"sandbox.example.com"}))
    for host, status in (("sandbox.example.com", 200), ("api.bsg.world", 403)):
        assert (await client.get("/_mock/health", headers={"Host": host})).status == status
        answer = await client.get("/rest/common/balance", headers={"Host": host, "X-API-KEY": "k"})
        assert (await answer.json())["error"] == 0


@pytest.mark.parametrize(
    "key", ["test_a/b", "test_100%", "%2F", "a b", "тест", "{key}", "a+b", "a&b=c?d#e", "..", "ключ/%41", "😀"]
)
async def test_key_in_a_path_is_percent_encoded(client: Client, key: str) -> None:
    path = URL(f"/_mock/accounts/{quote(key, safe='').replace('.', '%2E')}", encoded=True)
    begun = await client.request("PUT", path / "scenario", json={"name": "documented"})
    assert (begun.status, (await begun.json())["key"]) == (200, key)
    answer = await client.get("/rest/common/balance", headers={"X-API-KEY": key})
    assert (await answer.json())["amount"] == "100.0000000"
    assert (await (await client.get(path)).json())["requests"] == 1
    assert [account.key for account in client.app[RUNTIME].accounts] == [key]
    assert (await client.delete(path)).status == 200


async def test_key_that_is_not_valid_has_no_account(serve: Serve) -> None:
    client = await serve("{}", api_keys=frozenset({"test_one"}))
    for method, path, body in (("PUT", "scenario", {"name": "default"}), ("POST", "clock", {"advance": "1s"})):
        answer = await client.request(method, f"/_mock/accounts/test_two/{path}", json=body)
        assert answer.status == 404
        assert "--api-keys" in (await error_of(answer))["error"]
    assert len(client.app[RUNTIME].accounts) == 0


@pytest.mark.parametrize("body", ["nope", "[]", "5", "null", '{"advance": NaN}', "[" * 100_000, '"\\ud800"'])
async def test_body_that_is_no_json_object_is_400(client: Client, body: str) -> None:
    answer = await client.post("/_mock/accounts/test_key/clock", data=body)
    assert answer.status == 400
    await error_of(answer)
    assert client.app[RUNTIME].accounts.get("test_key") is None


async def test_body_that_is_too_large_is_413(serve: Serve) -> None:
    client = await serve("{}", max_body=100)
    for path in ("/_mock/accounts/k/scenario", "/_mock/scenarios/x"):
        answer = await client.put(path, data=b"#" * 200)
        assert answer.status == 413
        assert "--max-body" in (await error_of(answer))["error"]


async def test_body_that_is_not_packed_as_it_says_is_400(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = await client.post("/_mock/accounts/k/clock", data=b"{}", headers={"Content-Encoding": "gzip"})
    assert answer.status == 400
    await error_of(answer)
    assert "Traceback" not in caplog.text


async def test_mistake_of_our_own_has_the_shape_of_an_error_and_is_logged(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("mock_bsg.runtime.Runtime.machine", fail)
    answer = await client.get("/_mock/health")
    monkeypatch.undo()
    assert answer.status == 500
    await error_of(answer)
    assert "please report it" in caplog.text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "null"), (True, "true"), ("x", '"x"'), ({"a": [1]}, '{"a":[1]}'), ("x" * 99, '"' + "x" * 56 + "...")],
)
def test_value_in_a_message_is_json_and_not_too_long(value: object, text: str) -> None:
    assert shown(value) == text


def test_value_in_a_message_may_be_nested_as_deeply_as_it_likes() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    assert shown(value) == "something nested so deeply"


@pytest.mark.parametrize("number", ["9" * 5_000, "0" * 5_000, "x", "1.5", "-1", "٣", ""])
async def test_number_that_is_none_is_400_or_not_found(client: Client, number: str) -> None:
    await client.post("/rest/viber/create", json=ORDER, headers={"X-API-KEY": "test_key"})
    for place in ("limit", "after"):
        answer = await client.get("/_mock/accounts/test_key/messages", params={place: number})
        assert answer.status == 400
        await error_of(answer)
    answer = await client.get(f"/_mock/accounts/test_key/messages/{number or '%20'}")
    assert answer.status == 404
    await error_of(answer)


# --- whatever comes, never a 500

_DEEP = "[" * 100 + "]" * 100
_SCRAPS: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, 1e300, "", "x", "read", "delivered", "next", "90s", "-5s",
    "1e9s", "9" * 400 + "s", "default", "documented", "../default", [], {}, [1], {"a": 1}, "\x00", "😀", "380972920000",
    {"name": "default"}, "٣s", "3650d",
]  # fmt: skip
_FIELDS = ["advance", "speed", "manual", "name", "status", "rules", "defaults", "faults", "clock", "account", "x"]
_QUERIES = [
    "channel", "status", "msisdn", "reference", "text", "after", "limit", "count", "search", "key", "kind", "seed",
    "src", "campaign", "x",
]  # fmt: skip
_VALUES = [
    "", "0", "-1", "1", "99999999999999999999", "9" * 3_600, "0" * 3_600, "*", "[", "**a**b*", "%00", "%FF", "viber",
    "read", "NaN", "1.5", "٣", "{}", "/(((/", "+380", "\\",
]  # fmt: skip


def make_body(chance: random.Random) -> bytes:
    match chance.randrange(5):
        case 0:
            return chance.randbytes(chance.randrange(40))
        case 1:
            return json.dumps(chance.choice(_SCRAPS)).encode()
        case 2:
            return f'{{"{chance.choice(_FIELDS)}": {_DEEP}}}'.encode()
        case _:
            fields = chance.sample(_FIELDS, chance.randint(1, 3))
            return json.dumps({field: chance.choice(_SCRAPS) for field in fields}).encode()


@pytest.mark.parametrize("seed", range(6))
async def test_bad_input_is_never_a_500(client: Client, caplog: pytest.LogCaptureFixture, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- no secret
    await client.post("/rest/viber/create", json=ORDER, headers={"X-API-KEY": "test_key"})
    for _ in range(150):
        route = chance.choice(JSON_ROUTES)
        path = route.path.replace(
            "{key}", chance.choice(["test_key", "test_key", "test_key", "k", "%FF", "%00", "%2F"])
        )
        path = path.replace("{name}", chance.choice(["default", "x", "%2F", "..", "%FF", "9" * 300]))
        path = path.replace("{id}", chance.choice(["217", "1", "x", "9" * 4_400, "%FF", "-1"]))
        path = path.replace("{n}", chance.choice(["1", "0", "x", "9" * 4_400, "-1"]))
        if chance.random() < 0.5:
            path += f"?{chance.choice(_QUERIES)}={quote(chance.choice(_VALUES), safe='%')}"
        method = route.method if chance.random() < 0.9 else chance.choice(["GET", "POST", "PUT", "DELETE", "PATCH"])
        if method == "DELETE" and chance.random() < 0.8:
            continue
        body = None if method == "GET" else make_body(chance)
        answer = await client.request(method, URL(path, encoded=True), data=body)
        assert answer.status < 500, (method, path, body, await answer.text())
        if answer.status >= 400:
            await error_of(answer)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("path", ["/_mock/accounts//messages", "/_mock/accounts//clock"])
async def test_path_with_an_empty_part_is_404(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status, (await answer.json())["error"]) == (404, f"there is no {path} in the control API")
