"""The journal of requests over the control API."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientError

from mock_bsg.runtime import RUNTIME
from mock_bsg.sandbox.outcomes import OUTCOMES

if TYPE_CHECKING:
    from tests.conftest import Client, Serve

KEY = "test_secret-key"
BASE = f"/_mock/accounts/{KEY}"
HEADERS = {"X-API-KEY": KEY}


def order(msisdn: str = "380972920000", **more: Any) -> dict[str, Any]:
    return {"messages": [{"to": [{"msisdn": msisdn}], "text": "hi", "alpha_name": "BSG", **more}]}


async def requests(client: Client, query: str = "") -> list[int]:
    """The numbers of the requests that are found."""
    answer = await client.get(f"{BASE}/requests{query}")
    assert answer.status == 200, await answer.text()
    return [request["n"] for request in (await answer.json())["requests"]]


@pytest.fixture
async def used(client: Client) -> Client:
    """A server at which the account has made four requests: a message, one refused, no JSON, the balance."""
    await client.post("/rest/viber/create", json=order(alphaname="oops"), headers=HEADERS)
    await client.put("/v1.0/viber/create/", json=order("38"), headers=HEADERS)
    await client.post("/rest/viber/create", data=b"what is this", headers=HEADERS)
    await client.get("/rest/common/balance", headers=HEADERS)
    return client


async def test_a_request_is_shown_whole(used: Client) -> None:
    shown = await (await used.get(f"{BASE}/requests/1")).json()
    assert (shown["n"], shown["method"], shown["path"], shown["status"]) == (1, "POST", "/rest/viber/create", 200)
    assert shown["at"] == "2017-01-17T09:20:02.000Z"
    assert shown["json"] == order(alphaname="oops")
    assert shown["answer_json"]["result"][0]["id"] == "217"
    assert (shown["messages"], shown["rules"], shown["fault"]) == (["217"], ["defaults"], None)
    assert shown["notes"] == ["unknown field messages[0].alphaname"]
    account = used.app[RUNTIME].accounts.get(KEY)
    assert account is not None
    measured = next(each.duration for each in account.journal.newest_first() if each.number == 1)  # in µs
    assert shown["duration_ms"] == measured / 1000 > 0


async def test_a_request_of_the_one_api_names_its_messages(client: Client) -> None:
    login = await client.post("/api/auth/login", json={"api_key": KEY})
    bearer = {"Authorization": f"Bearer {(await login.json())['bearer']}"}

    async def ask(path: str, body: dict[str, Any] | None = None) -> Any:
        return (await (await client.post(f"/api{path}", json=body, headers=bearer)).json())["data"]

    message = {"channels": ["voice"], "phone": {"number": "380972920000"}, "voice": {"text": "hi", "category": "otp"}}
    await ask("/messages/send", message)
    await ask("/messages/send", message | {"dry_run": True})
    limits = {"template_id": 1, "code_lifetime": 300, "code_max_tries": 3, "code_digits": 5}
    session = await ask(
        "/2fa/authentications/otp", {"recipient": "380972920000", "channel": "sms", "sender": "BSG", **limits}
    )
    await ask(f"/2fa/authentications/otp/{session['id']}/resend")
    shown = [await (await client.get(f"{BASE}/requests/{number}")).json() for number in range(1, 6)]
    assert [each["messages"] for each in shown] == [[], ["217"], [], ["218"], ["219"]]


async def test_the_api_key_is_masked(used: Client) -> None:
    shown = await (await used.get(f"{BASE}/requests/1")).json()
    headers = {name.lower(): value for name, value in shown["headers"]}
    assert headers["x-api-key"] == "test_sec…"
    assert headers["content-type"] == "application/json"


async def test_a_body_that_is_no_json_is_shown_as_text(used: Client) -> None:
    shown = await (await used.get(f"{BASE}/requests/3")).json()
    assert (shown["body"], shown["json"]) == ("what is this", None)
    assert shown["notes"]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [4, 3, 2, 1]),
        ("?method=put", [2]),
        ("?path=/viber/create", [3, 2, 1]),
        ("?path=/rest/viber/create", [3, 2, 1]),
        ("?path=/*/create", [3, 2, 1]),
        ("?path=/sms/create", []),
        ("?path=viber/create", [3, 2, 1]),
        ("?path=/v1.0/viber/create/", [3, 2, 1]),
        ("?path=/viber/create%3Fx=1", [3, 2, 1]),
        ("?path=https://api.bsg.world/rest/viber/create", [3, 2, 1]),
        ("?path=/viber/creat%3F", [3, 2, 1]),
        ("?path=/create$/", [3, 2, 1]),
        ("?method=p*", [3, 2, 1]),
        ("?status=200", [4, 3, 2, 1]),
        ("?error=44", [3]),
        ("?error=41", [2]),
        ("?error=4", []),
        ("?error=0", [4, 1]),
        ("?body=WHAT", [3]),
        ("?rule=default*", [1]),
        ("?rule=no Viber", []),
        ("?fault=*", []),
        ("?note=FIELD", [1]),
        ("?outcome=failed", [3, 2]),
        ("?outcome=noted", [1]),
        ("?outcome=fine", [4]),
        ("?outcome=waiting", []),
        ("?outcome=failed&path=/viber/create&method=put", [2]),
        ("?after=3", [2, 1]),
        ("?limit=2", [4, 3]),
    ],
)
async def test_requests_are_filtered(used: Client, query: str, numbers: list[int]) -> None:
    assert await requests(used, query) == numbers


async def test_a_cursor_leads_to_the_next_page(used: Client) -> None:
    page = await (await used.get(f"{BASE}/requests?limit=3")).json()
    assert (len(page["requests"]), page["next"], page["dropped"]) == (3, "2", 0)
    rest = await (await used.get(f"{BASE}/requests?limit=3&after={page['next']}")).json()
    assert ([request["n"] for request in rest["requests"]], rest["next"]) == ([1], None)


async def test_what_ended_a_request_is_noted(serve: Serve) -> None:
    client = await serve("faults: [{name: down, match: {method: POST}, times: 1, status: 503}]")
    await client.post("/rest/viber/create", json=order(), headers=HEADERS)
    await client.post("/rest/viber/create", json=order(), headers=HEADERS)
    assert await requests(client, "?fault=down") == [1]
    assert await requests(client, "?status=503") == [1]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("{status: 503}", "failed"),
        ("{status: 302}", "failed"),
        ("{status: 200}", "failed"),
        ("{error: 11}", "failed"),
        ("{fault: connection_reset}", "failed"),
        ("{fault: empty_response}", "failed"),
        ("{fault: malformed_response}", "failed"),
        ("{fault: truncated_response}", "failed"),
        ("{headers: {X-Tried: again}}", "fine"),
        ("{delay: 1ms}", "fine"),
    ],
)
async def test_the_outcome_is_what_came_and_not_whether_a_fault_was_at_it(
    serve: Serve, fault: str, outcome: str
) -> None:
    client = await serve(f"faults: [{fault}]")
    with contextlib.suppress(ClientError):
        await client.post("/rest/viber/create", json=order(), headers=HEADERS)
    assert [await requests(client, f"?outcome={each}") for each in OUTCOMES] == [
        [1] if each == outcome else [] for each in OUTCOMES
    ]
    (shown,) = (await (await client.get(f"{BASE}/requests")).json())["requests"]
    assert shown["outcome"] == outcome


async def test_a_request_failed_if_one_of_its_recipients_got_an_error(client: Client) -> None:
    several = {"to": [{"msisdn": "380972920000"}, {"msisdn": "1"}], "text": '"error":5', "alpha_name": "BSG"}
    await client.post("/rest/viber/create", json={"messages": [several]}, headers=HEADERS)
    assert await requests(client, "?outcome=failed") == [1]


async def test_what_a_text_says_of_errors_is_none(client: Client) -> None:
    created = await client.post("/rest/viber/create", json=order(text='"error":5'), headers=HEADERS)
    number = (await created.json())["result"][0]["id"]
    await client.get(f"/rest/viber/{number}", headers=HEADERS)
    assert await requests(client, "?outcome=fine") == [2, 1]


async def test_an_error_of_the_one_api_is_a_failure(client: Client) -> None:
    await client.post("/api/auth/login", json={"api_key": KEY})
    await client.get("/api/messages/5", headers={"Authorization": f"Bearer {KEY}"})
    login = await client.post("/api/auth/login", json={"api_key": KEY})
    bearer = {"Authorization": f"Bearer {(await login.json())['bearer']}"}
    await client.get("/api/messages/5", headers=bearer)
    shown = (await (await client.get(f"{BASE}/requests")).json())["requests"]
    assert (shown[0]["status"], shown[0]["outcome"], shown[-1]["outcome"]) == (404, "failed", "fine")


async def test_a_request_that_is_held_back_is_waiting(serve: Serve) -> None:
    client = await serve("faults: [{match: {method: POST}, delay: 30s, status: 503}]")
    sending = asyncio.ensure_future(client.post("/rest/viber/create", json=order(), headers=HEADERS))
    there = await client.get(f"{BASE}/requests?outcome=waiting&wait=30s")
    assert [request["outcome"] for request in (await there.json())["requests"]] == ["waiting"]
    assert await requests(client, "?outcome=failed") == []
    sending.cancel()


async def test_a_long_body_is_cut_in_lists_and_whole_by_itself(client: Client) -> None:
    await client.post("/rest/viber/create", json=order(text="x" * 20_000), headers=HEADERS)
    (listed,) = (await (await client.get(f"{BASE}/requests")).json())["requests"]
    shown = await (await client.get(f"{BASE}/requests/1")).json()
    assert (len(listed["body"]), listed["json"]) == (16_384, None)
    assert listed["body_size"] == len(shown["body"]) > 20_000
    assert shown["json"] == order(text="x" * 20_000)


@pytest.mark.parametrize("wanted", ["5", "0", "-1", "first", "9" * 5000])
async def test_a_request_that_is_not_there_is_404(used: Client, wanted: str) -> None:
    answer = await used.get(f"{BASE}/requests/{wanted}")
    assert answer.status == 404
    assert "the journal has no request" in (await answer.json())["error"]


@pytest.mark.past_the_door
async def test_the_journal_says_how_many_it_has_dropped(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_bsg.sandbox.journal.KEPT", 2)
    for _ in range(3):
        await client.get("/rest/common/balance", headers=HEADERS)
    page = await (await client.get(f"{BASE}/requests")).json()
    assert ([request["n"] for request in page["requests"]], page["dropped"]) == ([3, 2], 1)
    gone = await (await client.get(f"{BASE}/requests/1")).json()
    assert gone["error"] == "the journal has no request '1' (any more: it has dropped the oldest 1)"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("method=POTS", "method: 'POTS' is not a method (did you mean 'POST'?)"),
        ("method=PUT|POST", "method: 'PUT|POST' is not a method: write [PUT, POST]"),
        ("path=POST /viber/create", "path: the method is a key of its own: write method: POST, path: '/viber/create'"),
        ("path=/_mock/health", "path: faults hit requests of BSG's API only, never those of the control API"),
        ("path=/create%5C/$/", "and has no query: write '/create$/'"),
        ("status=99", "status must be a whole number from 200 to 599; not '99'"),
        ("error=13", "error: 13 is not an error code of BSG's API"),
        ("rule=", "rule: '' fits no name, which is one line that is not empty"),
        ("fault=", "fault: '' fits no name, which is one line that is not empty"),
        ("outcome=ok", "outcome must be one of failed, noted, fine, waiting; not 'ok'"),
    ],
)
async def test_a_filter_that_no_request_can_fit_is_refused(used: Client, query: str, said: str) -> None:
    answer = await used.get(f"{BASE}/requests?{query}&wait=30s")
    assert answer.status == 400
    assert (await answer.json())["error"].endswith(said)


async def test_a_misspelt_filter_is_refused(used: Client) -> None:
    answer = await used.get(f"{BASE}/requests?stauts=200")
    assert answer.status == 400
