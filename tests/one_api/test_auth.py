"""Logging in: what a token says, how long it lives, and who is turned away."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from tests.one_api.conftest import log_in

if TYPE_CHECKING:
    from tests.conftest import Client, Serve
    from tests.one_api.conftest import Api

NO_TOKEN = {"code": 401, "message": "JWT Token not found"}
INVALID = {"code": 401, "message": "Invalid JWT Token"}
EXPIRED = {"code": 401, "message": "Expired JWT Token"}
LATEST = 1_484_644_802 + 30 * 86_400
"""When a token ends that was issued at the beginning of `times`."""


async def newest_request(api: Api) -> dict[str, Any]:
    newest: dict[str, Any] = (await api.control("requests"))["requests"][0]
    return newest


def claims_of(api: Api) -> dict[str, Any]:
    token = api.headers["Authorization"].removeprefix("Bearer ")
    told: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return told


async def test_a_token_has_the_claims_of_bsgs_and_lives_for_thirty_days_of_the_accounts(api: Api) -> None:
    claims = claims_of(api)
    assert list(claims) == ["iat", "exp", "roles", "id"]
    assert (claims["iat"], claims["exp"], claims["roles"]) == (1_484_644_802, LATEST, [])
    assert isinstance(claims["id"], int)
    header = jwt.get_unverified_header(api.headers["Authorization"].removeprefix("Bearer "))
    assert (header["typ"], header["alg"]) == ("JWT", "HS256")


@pytest.mark.parametrize("form", ["Bearer {}", "Bearer: {}", "bearer {}"])
async def test_a_token_is_read_however_bsg_writes_it(api: Api, form: str) -> None:
    api.headers = {"Authorization": form.format(api.headers["Authorization"].removeprefix("Bearer "))}
    assert (await api.get("accounts/balance"))["data"]["currency"] == "EUR"


async def test_a_token_may_come_in_a_header_of_its_own(api: Api) -> None:
    api.headers = {"Bearer": api.headers["Authorization"].removeprefix("Bearer ")}
    await api.get("accounts/balance")


async def test_a_token_ends_by_the_clock_of_the_account(api: Api) -> None:
    await api.advance("719h59m59s")
    await api.get("accounts/balance")
    await api.advance("1s")
    assert await api.get("accounts/balance", status=401) == EXPIRED


async def test_a_new_term_begins_with_a_refresh_and_the_old_token_stays_valid(api: Api) -> None:
    await api.advance("24h")
    answer = await api.post("auth/refresh")
    assert list(answer) == ["bearer"]
    await api.get("accounts/balance")
    api.headers = {"Authorization": f"Bearer {answer['bearer']}"}
    assert claims_of(api)["exp"] == LATEST + 86_400
    await api.advance("30d")
    assert await api.get("accounts/balance", status=401) == EXPIRED


async def test_a_scenario_says_how_long_tokens_live(serve: Serve) -> None:
    api = await log_in(await serve("one_api: {token_life: 1m}\nclock: manual\n"))
    await api.advance("1m")
    assert await api.post("auth/refresh", status=401) == EXPIRED


async def test_deleting_an_account_logs_nobody_out(api: Api, client: Client) -> None:
    assert (await client.delete("/_mock/accounts/test_key")).status == 200
    await api.get("accounts/balance")


async def test_another_server_knows_the_token(api: Api, serve: Serve) -> None:
    api.client = await serve("clock: {start: 2017-01-17T09:20:02Z, manual: true}\n")
    await api.get("accounts/balance")


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, NO_TOKEN),
        ({"Authorization": ""}, NO_TOKEN),
        ({"Authorization": "Bearer"}, NO_TOKEN),
        ({"Authorization": "Bearer "}, NO_TOKEN),
        ({"Authorization": "Basic dXNlcjpwYXNz"}, NO_TOKEN),
        ({"X-API-KEY": "test_key"}, NO_TOKEN),
        ({"Authorization": "Bearer nonsense"}, INVALID),
        ({"Authorization": "Bearer a.b.c"}, INVALID),
        ({"Bearer": "a.b.c"}, INVALID),
        ({"Authorization": f"Bearer {jwt.encode({'exp': LATEST}, 'x' * 32, headers={'kid': 'test_key'})}"}, INVALID),
        ({"Authorization": f"Bearer {jwt.encode({'exp': LATEST}, 'x' * 32)}"}, INVALID),
        (
            {"Authorization": f"Bearer {jwt.encode({'exp': LATEST}, '', 'none', headers={'kid': 'test_key'})}"},
            INVALID,
        ),
    ],
)
async def test_without_a_token_of_its_own_a_request_is_turned_away(
    client: Client, headers: dict[str, str], said: dict[str, Any]
) -> None:
    answer = await client.get("/api/accounts/balance", headers=headers)
    assert (answer.status, await answer.json()) == (401, said)
    assert answer.headers["Content-Type"] == "application/json"


async def test_a_forged_token_is_no_token(api: Api) -> None:
    head, body, signature = api.headers["Authorization"].split(".")
    api.headers = {"Authorization": f"{head}.{body}.{signature[:-4]}AAAA"}
    assert await api.get("accounts/balance", status=401) == INVALID


async def test_a_key_in_the_place_of_a_token_is_noted_in_its_accounts_journal(
    api: Api, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "mock_bsg")
    await client.get("/api/accounts/balance", headers={"X-API-KEY": "test_key"})
    entry = await newest_request(api)
    assert entry["status"] == 401
    assert entry["notes"] == [
        "X-API-KEY is not read here: log in at /api/auth/login, and send Authorization: Bearer <token>"
    ]
    assert "X-API-KEY is not read here" in caplog.text


async def test_keys_that_the_server_does_not_take_get_no_token_and_theirs_is_none(api: Api, serve: Serve) -> None:
    client = await serve("", api_keys=frozenset({"test_other"}))
    api.client = client
    assert await api.get("accounts/balance", status=401) == INVALID
    answer = await client.post("/api/auth/login", json={"api_key": "test_key"})
    assert (answer.status, await answer.json()) == (401, {"code": 401, "message": "Invalid credentials."})


@pytest.mark.parametrize("body", [{}, {"api_key": None}, {"api_key": ""}, {"apiKey": "test_key"}, [], "test_key"])
async def test_logging_in_without_a_key_is_told_with_the_fields_name(client: Client, body: Any) -> None:
    answer = await client.post("/api/auth/login", json=body)
    assert answer.status == 422
    assert await answer.json() == {
        "message": "The given data was invalid.",
        "errors": {"api_key": ["This value should not be blank."]},
    }


@pytest.mark.parametrize(
    ("key", "said"),
    [("   ", "This value should not be blank."), ("a\nb", "This value is not valid."), (7, "This value is not valid.")],
)
async def test_what_no_header_could_carry_is_no_key(client: Client, key: Any, said: str) -> None:
    answer = await client.post("/api/auth/login", json={"api_key": key})
    assert (answer.status, (await answer.json())["errors"]) == (422, {"api_key": [said]})


async def test_a_body_that_is_nested_deeply_is_no_json(client: Client, api: Api) -> None:
    body = b'{"api_key": "test_key", "x": ' + b"[" * 900 + b"null" + b"]" * 900 + b"}"
    for path in ("auth/login", "messages/send"):
        answer = await client.post(f"/api/{path}", data=body, headers=api.headers)
        assert (answer.status, await answer.json()) == (400, {"message": "Invalid JSON", "errors": []})


@pytest.mark.parametrize("form", ["Authorization", "Bearer"])
async def test_the_journal_shows_neither_key_nor_token(api: Api, form: str) -> None:
    token = api.headers["Authorization"].removeprefix("Bearer ")
    api.headers = {form: token if form == "Bearer" else f"Bearer {token}"}
    await api.get("accounts/balance")
    for number in (1, 2):
        shown = await api.client.get(f"/_mock/accounts/test_key/requests/{number}")
        text = await shown.text()
        assert token not in text
        assert '\\"test_key\\"' not in text


async def test_what_is_no_json_is_a_bad_request(client: Client, api: Api) -> None:
    answer = await client.post("/api/auth/login", data=b'{"api_key": ')
    assert (answer.status, await answer.json()) == (400, {"message": "Invalid JSON", "errors": []})
    answer = await client.post("/api/messages/send", data=b"{", headers=api.headers)
    assert (answer.status, await answer.json()) == (400, {"message": "Invalid JSON", "errors": []})


async def test_a_body_is_json_whatever_its_header_says(client: Client) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post("/api/auth/login", data=b'{"api_key": "test_key"}', headers=headers)
    assert answer.status == 200


async def test_a_blocked_account_gets_nothing_not_even_a_token(serve: Serve) -> None:
    client = await serve("account: {blocked: true}\n")
    answer = await client.post("/api/auth/login", json={"api_key": "test_key"})
    assert (answer.status, await answer.json()) == (403, {"message": "Account blocked", "errors": ["Account blocked"]})


async def test_a_login_is_a_request_of_the_account_like_any_other(api: Api) -> None:
    entry = await newest_request(api)
    assert (entry["method"], entry["path"], entry["status"]) == ("POST", "/api/auth/login", 200)


async def test_tokens_are_masked_where_keys_are(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await api.get("accounts/balance")
    await api.get("senders", {"type": "fax"}, status=422)
    assert "senders" in caplog.text
    assert api.headers["Authorization"].removeprefix("Bearer ") not in caplog.text
    assert "test_key" not in caplog.text
