"""Messages of the One API: one is sent, on one channel or two; all are listed, whichever of BSG's APIs sent them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import until
from tests.one_api.conftest import log_in

if TYPE_CHECKING:
    from tests.conftest import Receiver, Serve
    from tests.one_api.conftest import Api

ANN, BOB, EVE = "380972920000", "380972920001", "380501234567"
"""By Viber, EVE is not reached."""
NOW = "2017-01-17 09:20:02"
INVALID = "The given data was invalid."
SAID: dict[str, dict[str, Any]] = {
    "sms": {"sender": "SHOP", "text": "by SMS"},
    "viber": {"sender": "SHOP", "text": "by Viber"},
    "rcs": {"sender": "SHOP", "text": "by RCS"},
    "voice": {"sender": "SHOP", "text": "by phone", "category": "otp"},
    "telegram": {"sender": "SHOP", "text": "by Telegram"},
}


def message(*channels: str, to: str = ANN, reference: str | None = None, **fields: Any) -> dict[str, Any]:
    phone = {"number": to} | ({} if reference is None else {"reference_id": reference})
    return {"channels": list(channels), "phone": phone} | {each: SAID[each] for each in channels} | fields


async def send(api: Api, *channels: str, **fields: Any) -> dict[str, Any]:
    return (await api.post("messages/send", message(*channels, **fields)))["data"]  # type: ignore[no-any-return]


async def listed(api: Api, **query: Any) -> list[dict[str, Any]]:
    return (await api.get("messages", query))["data"]  # type: ignore[no-any-return]


async def balance(api: Api) -> float:
    return (await api.get("accounts/balance"))["data"]["balance"]  # type: ignore[no-any-return]


async def of_v1(api: Api, method: str, path: str, body: Any = None) -> Any:
    answer = await api.client.request(method, f"/rest/{path}", json=body, headers={"X-API-KEY": api.key})
    return await answer.json()


# --- one is sent


async def test_a_message_is_answered_as_bsg_does(api: Api) -> None:
    assert await send(api, "viber", reference="order7") == {
        "id": 217,
        "reference_id": "order7",
        "source": "rest",
        "type": "viber",
        "phone": int(ANN),
        "status": "accepted",
        "validity": 72,
        "amount": {"value": "0.2300000", "currency": "EUR"},
        "sender": "SHOP",
        "created_at": NOW,
        "sent_at": None,
        "delivered_at": None,
    }
    assert await balance(api) == 99.77


@pytest.mark.parametrize(
    ("channel", "told", "price"),
    [
        ("sms", "sms", "0.0230000"),
        ("viber", "viber", "0.2300000"),
        ("rcs", "rcs", "0.2300000"),
        ("voice", None, "0.0230000"),
        ("telegram", None, "0.2300000"),
    ],
)
async def test_every_channel_delivers(api: Api, channel: str, told: str | None, price: str) -> None:
    created = await send(api, channel)
    assert (created["type"], created["amount"]["value"]) == (told, price)
    await api.advance("3s")
    (row,) = await listed(api)
    assert (row["type"], row["text"], row["status"]) == (told, SAID[channel]["text"], "delivered")
    assert [each["channel"] for each in await api.messages()] == [channel]


@pytest.mark.parametrize(
    ("fields", "hours", "expires"),
    [
        ({}, 72, "72h"),
        ({"validity": 1}, 1, "1h"),
        ({"validity": 72, "validity_seconds": 30}, 1, "30s"),
        ({"validity_seconds": 7201}, 3, "2h0m1s"),
        ({"validity": "2"}, 2, "2h"),
    ],
)
async def test_a_message_is_valid_for_hours_or_for_seconds_which_win(
    serve: Serve, fields: dict[str, Any], hours: int, expires: str
) -> None:
    api = await log_in(await serve("clock: {manual: true}\ndefaults: {viber: {sent: 0s}}\n"))
    assert (await send(api, "viber", **fields))["validity"] == hours
    await api.advance(expires)
    assert [row["status"] for row in await listed(api)] == ["expired"]


async def test_a_message_is_valid_until_its_last_second(serve: Serve) -> None:
    api = await log_in(await serve("clock: {manual: true}\ndefaults: {viber: {sent: 0s}}\n"))
    await send(api, "viber", validity_seconds=30)
    await api.advance("29s")
    assert [row["status"] for row in await listed(api)] == ["sent"]


async def test_a_tariff_multiplies_the_price(serve: Serve) -> None:
    api = await log_in(await serve("account: {tariffs: {0: 1, 9: 2}}\nprices: {sms: {UA: 0.02}}\n"))
    assert (await send(api, "sms", tariff_code=9))["amount"]["value"] == "0.0400000"
    answer = await api.post("messages/send", message("sms", tariff_code=3), status=422)
    assert answer == {"message": "Tariff was not found", "errors": []}


async def test_what_the_sandbox_does_not_simulate_is_accepted(api: Api) -> None:
    sms = SAID["sms"] | {"unsubscribe_caption": "Stop", "short_links": [{"link": "https://shop.test"}]}
    flags = {"respect_curfew": True, "add_to_contact_book": False, "check_stop_list": False}
    assert (await send(api, "sms", sms=sms, **flags))["status"] == "accepted"


async def test_an_unknown_field_is_ignored_and_noted(api: Api) -> None:
    await send(api, "sms", sms=SAID["sms"] | {"txt": "x"}, valdity=3)
    assert (await api.control("requests"))["requests"][0]["notes"] == ["unknown field sms.txt", "unknown field valdity"]


# --- a dry run


@pytest.mark.parametrize("channels", [("sms",), ("viber", "sms")])
async def test_a_dry_run_tells_the_price_and_changes_nothing(api: Api, channels: tuple[str, ...]) -> None:
    tried = await send(api, *channels, to=EVE, reference="a", dry_run=True)
    assert (tried["id"], tried["reference_id"], tried["status"]) == (None, "a", "accepted")
    assert (await balance(api), await listed(api)) == (100, [])
    sent = await send(api, *channels, to=EVE, reference="a")
    assert sent == tried | {"id": 217}


async def test_a_dry_run_uses_up_no_rule(serve: Serve) -> None:
    rules = "rules:\n  - {name: once, times: 1, match: {msisdn: '38097*'}, error: 5}\n"
    api = await log_in(await serve(rules))
    for dry_run in (True, True, False):
        await api.post("messages/send", message("sms", dry_run=dry_run), status=422)
    assert (await send(api, "sms"))["status"] == "accepted"


@pytest.mark.parametrize("body", [message("sms", to="1"), message("sms", tariff_code=77), message("viber", "viber")])
async def test_a_dry_run_is_refused_like_any_other(api: Api, body: dict[str, Any]) -> None:
    refused = await api.post("messages/send", body, status=422)
    assert await api.post("messages/send", body | {"dry_run": True}, status=422) == refused


# --- passed on


async def test_viber_is_passed_on_to_sms_when_it_fails(api: Api, receiver: Receiver) -> None:
    created = await send(api, "viber", "sms", to=EVE, reference="order7", callback_url=receiver.url)
    assert created["amount"]["value"] == "0.2300000"
    await api.advance("1s")
    assert [(row["id"], row["status"], row["alternative_channels"]) for row in await listed(api)] == [
        (217, "sent", None)
    ]
    await api.advance("1s")
    viber, sms = await listed(api)
    assert (viber["status"], viber["amount"]["value"]) == ("undelivered", "0.0000000")
    assert viber["alternative_channels"] == {"sms": {"parts": 1, "id": [218]}}
    assert (sms["id"], sms["status"], sms["text"], sms["reference_id"]) == (218, "accepted", "by SMS", None)
    assert (sms["created_at"], sms["alternative_channels"]) == ("2017-01-17 09:20:04", None)
    assert await balance(api) == 99.977
    await api.advance("3s")
    assert [row["status"] for row in await listed(api)] == ["undelivered", "delivered"]
    await until(lambda: len(receiver.reports) == 4, "two reports of each message")
    assert [(report["id"], report["status"], report["reference"]) for report in receiver.reports] == [
        ("217", "sent", "order7"),
        ("217", "undelivered", "order7"),
        ("218", "sent", None),
        ("218", "delivered", None),
    ]


async def test_a_callback_is_worded_as_bsg_does(api: Api, receiver: Receiver) -> None:
    await send(api, "sms", reference="order7", callback_url=receiver.url)
    await api.advance("3s")
    await until(lambda: len(receiver.reports) == 2, "two reports")
    assert receiver.requests[1].content_type == "application/json"
    assert receiver.reports[1] == {
        "error": 0,
        "errorDescription": "No errors",
        "id": "217",
        "msisdn": ANN,
        "reference": "order7",
        "time_in": NOW,
        "time_sent": "2017-01-17 09:20:03",
        "time_dr": "2017-01-17 09:20:05",
        "status": "delivered",
        "price": "0.023",
        "currency": "EUR",
    }


async def test_an_sms_that_follows_may_have_a_validity_of_its_own(api: Api) -> None:
    await send(api, "viber", "sms", to=EVE, validity=5, sms=SAID["sms"] | {"validity_seconds": 3601})
    await api.advance("2s")
    assert [row["validity"] for row in await listed(api)] == [5, 2]


@pytest.mark.parametrize("channel", ["rcs", "telegram"])
async def test_every_other_channel_is_passed_on_to_sms_too(serve: Serve, channel: str) -> None:
    api = await log_in(await serve(f"clock: {{manual: true}}\ndefaults: {{{channel}: {{not_viber_user: 1s}}}}\n"))
    await send(api, channel, "sms")
    await api.advance("1s")
    assert [row["status"] for row in await listed(api)] == ["not_service_user", "accepted"]


async def test_who_is_not_on_viber_is_told_so(serve: Serve) -> None:
    api = await log_in(await serve("clock: {manual: true}\ndefaults: {viber: {not_viber_user: 1s}}\n"))
    await send(api, "viber")
    await api.advance("1s")
    assert [row["status"] for row in await listed(api)] == ["not_viber_user"]


@pytest.mark.parametrize(
    ("plan", "word"),
    [
        ("new: 0s", "accepted"),
        ("waiting: 0s", "accepted"),
        ("rejected: 0s", "failed"),
        ("failed: 0s", "failed"),
        ("undeliverable: 0s", "undelivered"),
        ("deleted: 0s", "failed"),
        ("unknown: 0s", "unknown"),
        ("expired: 0s", "expired"),
        ("read: 0s", "read"),
    ],
)
async def test_statuses_are_told_in_the_words_of_this_api(serve: Serve, plan: str, word: str) -> None:
    api = await log_in(await serve(f"clock: {{manual: true}}\ndefaults: {{viber: {{{plan}}}}}\n"))
    assert (await send(api, "viber"))["status"] == word


# --- refused


async def test_without_money_nothing_is_sent(serve: Serve) -> None:
    api = await log_in(await serve("account: {balance: 0.01, limit: 0}\nprices: {sms: {UA: 0.02}}\n"))
    answer = await api.post("messages/send", message("sms"), status=422)
    assert answer == {"message": INVALID, "errors": ["Insufficient funds"]}
    assert (await balance(api), await listed(api)) == (0.01, [])


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        (1, 401, {"code": 401, "message": "Invalid JWT Token"}),
        (2, 403, {"message": "Account blocked", "errors": ["Account blocked"]}),
        (4, 404, {"message": "Not found", "errors": []}),
        (8, 422, {"message": INVALID, "errors": ["Insufficient funds"]}),
        (11, 429, {"message": "Too many duplicate request detected"}),
        (5, 422, {"message": INVALID, "errors": ["Unknown error"]}),
        (32, 422, {"message": INVALID, "errors": ["Originator not allowed"]}),
    ],
)
async def test_errors_that_rules_give_are_told_in_the_forms_of_this_api(
    serve: Serve, code: int, status: int, said: dict[str, Any]
) -> None:
    api = await log_in(await serve(f"rules:\n  - {{name: refused, match: {{msisdn: '38097*'}}, error: {code}}}\n"))
    answer = await api.client.post("/api/messages/send", json=message("sms"), headers=api.headers)
    assert (answer.status, await answer.json()) == (status, said)
    assert answer.headers["X-Mock-BSG-Rule"] == "refused"
    assert await listed(api) == []
    assert (await send(api, "sms", to=EVE))["status"] == "accepted"


async def test_a_blocked_account_sends_nothing(serve: Serve) -> None:
    client = await serve("account: {balance: 1}\n")
    api = await log_in(client)
    await client.put(f"/_mock/accounts/{api.key}/scenario", json={"name": "blocked-account"})
    assert await api.post("messages/send", message("sms"), status=403) == {
        "message": "Account blocked",
        "errors": ["Account blocked"],
    }


async def test_senders_are_the_scenarios(serve: Serve) -> None:
    api = await log_in(await serve("account: {senders: [BANK]}\n"))
    answer = await api.post("messages/send", message("viber", "sms"), status=422)
    assert answer["errors"] == {"vibersender": ["This value is not valid."], "smssender": ["This value is not valid."]}
    assert (await send(api, "rcs", rcs={"text": "without a sender"}))["sender"] is None
    assert (await send(api, "sms", sms={"sender": "BANK", "text": "x"}))["sender"] == "BANK"


@pytest.mark.parametrize("channel", ["sms", "viber", "telegram"])
async def test_a_reference_is_used_once_on_all_channels(api: Api, channel: str) -> None:
    await send(api, "viber", reference="a")
    answer = await api.post("messages/send", message(channel, reference="a"), status=422)
    assert answer == {"message": INVALID, "errors": {"phonereference_id": ["This value is already used."]}}


@pytest.mark.parametrize("path", ["viber/create", "sms/create"])
async def test_a_reference_that_v1_used_is_used(api: Api, path: str) -> None:
    recipient = {"msisdn": ANN, "reference": "a"}
    bodies = {
        "viber/create": {"messages": [{"to": [recipient], "text": "Hi", "alpha_name": "BSG"}]},
        "sms/create": {"destination": "phone", "originator": "BSG", "body": "Hi", **recipient},
    }
    await of_v1(api, "POST", path, bodies[path])
    answer = await api.post("messages/send", message("rcs", reference="a"), status=422)
    assert answer["errors"] == {"phonereference_id": ["This value is already used."]}


async def test_v1_refuses_a_reference_that_this_api_used(api: Api) -> None:
    await send(api, "sms", reference="a")
    order = {"destination": "phone", "originator": "BSG", "body": "Hi", "msisdn": BOB, "reference": "a"}
    assert (await of_v1(api, "POST", "sms/create", order))["result"]["error"] == 23


# --- listed


async def test_a_row_of_the_list_is_as_bsg_has_it(api: Api) -> None:
    await send(api, "viber", reference="order7")
    await api.advance("5s")
    assert await listed(api) == [
        {
            "id": 217,
            "campaign_id": None,
            "reference_id": "order7",
            "type": "viber",
            "source": "rest",
            "text": "by Viber",
            "phone": int(ANN),
            "validity": 72,
            "status": "read",
            "amount": {"value": "0.2300000", "currency": "EUR"},
            "sender": "SHOP",
            "created_at": NOW,
            "sent_at": "2017-01-17 09:20:03",
            "delivered_at": "2017-01-17 09:20:04",
            "country": "UA",
            "parts": 1,
            "alternative_channels": None,
        }
    ]


@pytest.fixture
async def four(api: Api) -> Api:
    """An account with messages of four days, of which the last has not arrived yet."""
    for channel, number, reference in (("sms", BOB, "b"), ("viber", ANN, "a"), ("sms", EVE, None)):
        await send(api, channel, to=number, reference=reference)
        await api.advance("1d")
    await send(api, "sms", to=BOB, reference="d")
    return api


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [217, 218, 219, 220]),
        ({"way": "desc"}, [220, 219, 218, 217]),
        ({"sort": "phone"}, [219, 218, 217, 220]),
        ({"sort": "PHONE", "way": "DESC"}, [220, 217, 218, 219]),
        ({"sort": "delivered"}, [220, 217, 218, 219]),
        ({"filter[id]": "218"}, [218]),
        ({"filter[id]": "7"}, []),
        ({"filter[reference_id]": "b"}, [217]),
        ({"filter[reference_id]": "c"}, []),
        ({"filter[id]": "217", "filter[reference_id]": "a"}, []),
        ({"filter[campaign_id]": "1"}, []),
        ({"filter[from]": "2017-01-18"}, [218, 219, 220]),
        ({"filter[to]": "2017-01-18"}, [217, 218]),
        ({"filter[from]": "2017-01-18T09:20:02.000000+0000", "filter[to]": "2017-01-18T11:20:02+02:00"}, [218]),
        ({"filter[from]": "2017-01-19 09:20:03"}, [220]),
    ],
)
async def test_messages_are_found_and_sorted(four: Api, query: dict[str, str], found: list[int]) -> None:
    answer = await four.get("messages", query)
    assert [row["id"] for row in answer["data"]] == found
    assert answer["meta"] == {"page": {"limit": 50, "offset": 0, "total": len(found)}}


@pytest.mark.parametrize("way", ["asc", "desc"])
async def test_a_page_is_the_same_whether_there_are_lookups_beside_or_not(api: Api, way: str) -> None:
    for number in range(20):
        await api.post("messages/send", message("viber", "sms", to=f"38050123{number:04}"))
    await api.advance("1m")
    query = {"page[limit]": 15, "page[offset]": 10, "way": way}
    before = await api.get("messages", query)
    assert len(before["data"]) == 15
    assert before["meta"]["page"]["total"] == 40, "each Viber message was passed on"

    hlr = [{"msisdn": "380972920000", "reference": "hlr1"}]
    answer = await api.client.post("/rest/hlr/create", json=hlr, headers={"X-API-KEY": "test_key"})
    assert (await answer.json())["result"][0]["error"] == 0

    assert await api.get("messages", query) == before


async def test_messages_come_in_pages(api: Api) -> None:
    for _ in range(17):
        await send(api, "sms")
    answer = await api.get("messages", {"page[limit]": 15, "page[offset]": 15})
    assert [row["id"] for row in answer["data"]] == [232, 233]
    assert answer["meta"] == {"page": {"limit": 15, "offset": 15, "total": 17}}
    beyond = await api.get("messages", {"page[offset]": 100})
    assert (beyond["data"], beyond["meta"]["page"]["total"]) == ([], 17)


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ({"page[limit]": 14}, "pagelimit", "This value should be between 15 and 500."),
        ({"page[limit]": 501}, "pagelimit", "This value should be between 15 and 500."),
        ({"page[offset]": -1}, "pageoffset", "This value should be between 0 and 9007199254740992."),
        ({"page[limit]": "x"}, "pagelimit", "This value is not valid."),
        ({"sort": "price"}, "sort", "The value you selected is not a valid choice."),
        ({"way": "up"}, "way", "The value you selected is not a valid choice."),
        ({"filter[from]": "yesterday"}, "filterfrom", "This value is not valid."),
        ({"filter[id]": "x"}, "filterid", "This value is not valid."),
    ],
)
async def test_a_wrong_query_is_refused_by_its_field(api: Api, query: dict[str, Any], field: str, said: str) -> None:
    assert await api.get("messages", query, status=422) == {"message": INVALID, "errors": {field: [said]}}


# --- one account, two APIs


async def test_v1_and_the_one_api_act_on_one_account(api: Api) -> None:
    sent = await send(api, "viber", "sms", to=EVE, reference="new")
    order = {"messages": [{"to": [{"msisdn": ANN, "reference": "old"}], "text": "Hi", "alpha_name": "BSG"}]}
    (created,) = (await of_v1(api, "POST", "viber/create", order))["result"]
    await of_v1(api, "PUT", "hlr/check", {"msisdn": ANN, "reference": "lookup", "tariff": 0})
    await api.advance("5s")
    for path in (f"viber/{sent['id']}", "viber/reference/new"):
        found = await of_v1(api, "GET", path)
        assert (found["id"], found["status"], found["msisdn"]) == ("217", "undeliverable", EVE)
    for query in ({"filter[id]": created["id"]}, {"filter[reference_id]": "old"}):
        (row,) = (await api.get("messages", query))["data"]
        assert (row["id"], row["reference_id"], row["status"], row["text"]) == (219, "old", "read", "Hi")
    assert [(row["id"], row["type"]) for row in await listed(api)] == [(217, "viber"), (218, "sms"), (219, "viber")]
    told = float((await of_v1(api, "GET", "common/balance"))["amount"])
    assert told == await balance(api) < 100
