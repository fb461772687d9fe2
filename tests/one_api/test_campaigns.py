"""Campaigns of the One API: sent to many at once or later, counted, listed, stopped."""

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
NOW, LATER = "2017-01-17 09:20:02", "2017-01-17 10:00:00"
INVALID = "The given data was invalid."


ONE = {"channels": ["sms"], "phone": {"number": BOB}, "sms": {"sender": "SHOP", "text": "x"}}


def sms(*numbers: str, **fields: Any) -> dict[str, Any]:
    return {"phones": [{"number": int(number)} for number in numbers], "sender": "SHOP", "text": "Sale"} | fields


def viber(*numbers: str, **fields: Any) -> dict[str, Any]:
    return {"phones": [{"number": number} for number in numbers], "sender": "SHOP", "text": "Sale"} | fields


FALLBACK = {"alternative_channel": {"sms": {"sender": "SHOP", "text": "by SMS"}}}


async def send_sms(api: Api, *numbers: str, **fields: Any) -> Any:
    return (await api.post("campaigns/sms/send", sms(*numbers, **fields)))["data"]


async def send_viber(api: Api, *numbers: str, **fields: Any) -> Any:
    return (await api.post("campaigns/viber/send", viber(*numbers, **fields)))["data"]


async def details(api: Api, campaign: int) -> Any:
    return (await api.get(f"campaigns/{campaign}/detail"))["data"]


async def balance(api: Api) -> float:
    return (await api.get("accounts/balance"))["data"]["balance"]  # type: ignore[no-any-return]


async def messages_of(api: Api, campaign: int) -> list[dict[str, Any]]:
    return (await api.get("messages", {"filter[campaign_id]": campaign}))["data"]  # type: ignore[no-any-return]


def counted(statistics: dict[str, int]) -> dict[str, int]:
    """Statistics without what is 0."""
    return {status: count for status, count in statistics.items() if count}


# --- sent at once


async def test_a_campaign_is_answered_as_bsg_does(api: Api) -> None:
    assert await send_viber(api, ANN, BOB) == {
        "id": 1,
        "name": "Viber api campaign / 2017-01-17 09:20:02",
        "sender": "SHOP",
        "status": "done",
        "message_type": "viber",
        "start_at": NOW,
        "real_start_at": None,
        "finished_at": None,
        "created_at": NOW,
        "statistics": {"delivered": 0, "sent": 0},
        "calculated_price": 0.46,
        "currency": "EUR",
        "alternative_channels": None,
    }
    assert await balance(api) == 99.54


async def test_later_a_campaign_has_no_price_and_counts_what_left_and_what_arrived(api: Api) -> None:
    await send_viber(api, ANN, BOB, EVE)
    await api.advance("1s")
    campaign = (await api.get("campaigns/1"))["data"]
    assert (campaign["calculated_price"], campaign["currency"]) == (0, None)
    assert campaign["statistics"] == {"delivered": 0, "sent": 3}
    assert (campaign["real_start_at"], campaign["finished_at"]) == ("2017-01-17 09:20:03", "2017-01-17 09:20:03")
    await api.advance("1m")
    assert (await api.get("campaigns/1"))["data"]["statistics"] == {"delivered": 2, "sent": 3}


async def test_details_count_each_message_under_one_status(api: Api) -> None:
    await send_viber(api, ANN, BOB, EVE)
    await api.advance("3s")
    assert await details(api, 1) == {
        "id": 1,
        "name": "Viber api campaign / 2017-01-17 09:20:02",
        "sender": "SHOP",
        "status": "done",
        "type": "viber",
        "started_at": NOW,
        "actual_start_at": "2017-01-17 09:20:03",
        "finished_at": "2017-01-17 09:20:03",
        "created_at": NOW,
        "statistics": {
            "delivered": 2,
            "sent": 0,
            "scheduled": 0,
            "moderation": 0,
            "accepted": 0,
            "sending": 0,
            "expired": 0,
            "failed": 0,
            "undelivered": 1,
            "unknown": 0,
            "read": 0,
            "not_viber_user": 0,
            "not_rcs_user": 0,
        },
        "total_messages": 3,
        "total_phones": 3,
        "total_price": "0.46",
        "currency": "EUR",
        "alternative_channels": None,
    }


async def test_an_sms_to_many_is_priced_by_its_parts(api: Api) -> None:
    campaign = await send_sms(api, ANN, BOB, text="x" * 161)
    assert (campaign["name"], campaign["message_type"]) == ("SMS api campaign / 2017-01-17 09:20:02", "sms")
    assert campaign["calculated_price"] == 0.092
    assert [row["parts"] for row in await messages_of(api, 1)] == [2, 2]


async def test_an_sms_to_many_is_transliterated_and_reported(api: Api, receiver: Receiver) -> None:
    await send_sms(api, ANN, text="Привет", transliterate=True, callback_url=receiver.url)
    assert [row["text"] for row in await messages_of(api, 1)] == ["Privet"]
    await api.advance("1s")
    await until(lambda: receiver.reports, "a report")
    assert receiver.reports[0]["status"] == "sent"


async def test_individual_messages_have_their_own_text_sender_tariff_and_reference(serve: Serve) -> None:
    api = await log_in(await serve("account: {balance: 10, tariffs: {0: 1, 9: 2}}\nprices: {sms: {UA: 0.02}}\n"))
    messages = [
        {"phone": int(ANN), "text": "Hi Ann", "sender": "SHOP", "reference_id": "a1"},
        {"phone": int(BOB), "text": "Привет", "sender": "BANK", "tariff_code": 9, "transliterate": True},
    ]
    answer = await api.post("campaigns/sms/send-individual", {"messages": messages, "start_at": 72, "validity": 5})
    assert (answer["data"]["status"], answer["data"]["calculated_price"]) == ("done", 0.06)
    rows = await messages_of(api, 1)
    assert [(row["text"], row["sender"], row["reference_id"], row["validity"]) for row in rows] == [
        ("Hi Ann", "SHOP", "a1", 5),
        ("Privet", "BANK", None, 5),
    ]
    assert [row["amount"]["value"] for row in rows] == ["0.0200000", "0.0400000"]


async def test_individual_messages_are_sent_later_if_a_date_says_so(api: Api) -> None:
    messages = [{"phone": int(ANN), "text": "Hi", "sender": "SHOP"}]
    answer = await api.post("campaigns/sms/send-individual", {"messages": messages, "start_at": LATER})
    assert (answer["data"]["status"], answer["data"]["start_at"]) == ("scheduled", LATER)


@pytest.mark.parametrize("channel", ["sms", "viber", "rcs", "voice", "telegram"])
async def test_every_channel_has_campaigns(api: Api, channel: str) -> None:
    said = {"sender": "SHOP", "text": "Sale"} | ({"category": "otp"} if channel == "voice" else {})
    body = {"channels": [channel], channel: said, "recipients": {"phones": [{"number": ANN}, {"number": BOB}]}}
    campaign = (await api.post("campaigns/send", body))["data"]
    assert campaign["message_type"] == (channel if channel in {"sms", "viber", "rcs"} else None)
    await api.advance("3s")
    assert counted((await details(api, 1))["statistics"]) == {"delivered": 2}


async def test_who_has_no_rcs_is_counted(serve: Serve) -> None:
    api = await log_in(await serve("clock: {manual: true}\ndefaults: {rcs: {not_viber_user: 1s}}\n"))
    body = {"channels": ["rcs"], "rcs": {"text": "Sale"}, "recipients": {"phones": [{"number": ANN}]}}
    await api.post("campaigns/send", body)
    await api.advance("1s")
    assert counted((await details(api, 1))["statistics"]) == {"not_rcs_user": 1}


# --- passed on


@pytest.mark.parametrize("path", ["viber/send", "send"])
async def test_the_sms_that_follow_belong_to_the_campaign_and_are_counted_apart(api: Api, path: str) -> None:
    two = {"channels": ["viber", "sms"], "viber": {"sender": "SHOP", "text": "Sale"}}
    two |= {"sms": FALLBACK["alternative_channel"]["sms"], "recipients": {"phones": [{"number": ANN}, {"number": EVE}]}}
    body = viber(ANN, EVE, **FALLBACK) if path == "viber/send" else two
    campaign = (await api.post(f"campaigns/{path}", body))["data"]
    assert campaign["alternative_channels"] == {"sms": {"statistics": {"delivered": 0, "sent": 0}}}
    assert [row["id"] for row in await messages_of(api, 1)] == [217, 218]
    await api.advance("5s")
    found = await details(api, 1)
    assert counted(found["statistics"]) == {"read": 1, "undelivered": 1}
    assert counted(found["alternative_channels"]["sms"]["statistics"]) == {"delivered": 1}
    assert (found["total_messages"], found["total_phones"], found["total_price"]) == (3, 2, "0.253")
    told = (await api.get("campaigns/1"))["data"]
    assert told["alternative_channels"] == {"sms": {"statistics": {"delivered": 1, "sent": 1}}}
    assert told["statistics"] == {"delivered": 1, "sent": 2}
    rows = await messages_of(api, 1)
    assert [(row["id"], row["type"], row["campaign_id"]) for row in rows] == [
        (217, "viber", 1),
        (218, "viber", 1),
        (219, "sms", 1),
    ]
    assert rows[1]["alternative_channels"] == {"sms": {"parts": 1, "id": [219]}}


async def test_an_sms_that_follows_by_hand_belongs_to_the_campaign_too(api: Api) -> None:
    await send_viber(api, ANN, **FALLBACK)
    await api.post("messages/send", ONE)
    await api.control("messages/217/status", {"status": "undeliverable"})
    assert [(row["id"], row["type"]) for row in await messages_of(api, 1)] == [(217, "viber"), (219, "sms")]
    assert (await details(api, 1))["total_messages"] == 2


async def test_the_sms_that_follows_has_its_own_validity(api: Api) -> None:
    route = {"sender": "SHOP", "text": "by SMS", "validity": 72, "validity_seconds": 7200, "check_stop_list": False}
    await send_viber(api, EVE, alternative_channel={"sms": route}, validity=5)
    await api.advance("5s")
    assert [row["validity"] for row in await messages_of(api, 1)] == [5, 2]


# --- later, and stopped


async def test_a_scheduled_campaign_is_sent_when_its_time_has_come(api: Api) -> None:
    campaign = await send_viber(api, ANN, BOB, start_at="2017-01-17T12:00:00+02:00")
    assert (campaign["status"], campaign["start_at"], campaign["created_at"]) == ("scheduled", LATER, NOW)
    assert counted((await details(api, 1))["statistics"]) == {"scheduled": 2}
    assert {row["status"] for row in await messages_of(api, 1)} == {"scheduled"}
    await api.advance("39m58s")
    campaign = (await api.get("campaigns/1"))["data"]
    assert (campaign["status"], campaign["real_start_at"]) == ("done", None)
    assert counted((await details(api, 1))["statistics"]) == {"accepted": 2}
    await api.advance("2s")
    campaign = (await api.get("campaigns/1"))["data"]
    assert (campaign["real_start_at"], campaign["finished_at"]) == ("2017-01-17 10:00:01", "2017-01-17 10:00:01")
    assert campaign["statistics"] == {"delivered": 2, "sent": 2}


async def test_a_campaign_whose_time_has_passed_is_sent_at_once(api: Api) -> None:
    campaign = await send_sms(api, ANN, start_at="2016-01-01")
    assert (campaign["status"], campaign["start_at"]) == ("done", NOW)


@pytest.mark.parametrize("send", [send_sms, send_viber])
async def test_a_stopped_campaign_fails_unpaid(api: Api, send: Any) -> None:
    await send(api, ANN, EVE, start_at=LATER)
    assert await balance(api) < 100
    await api.advance("10m")
    campaign = (await api.ask("PATCH", "campaigns/1/stop"))["data"]
    assert (campaign["status"], campaign["finished_at"]) == ("stopped", "2017-01-17 09:30:02")
    assert (campaign["real_start_at"], campaign["statistics"]) == (None, {"delivered": 0, "sent": 0})
    assert await balance(api) == 100
    await api.advance("2h")
    found = await details(api, 1)
    assert (found["status"], found["total_price"], counted(found["statistics"])) == ("stopped", "0", {"failed": 2})
    assert await balance(api) == 100


async def test_no_sms_follows_what_was_stopped(api: Api) -> None:
    await send_viber(api, EVE, start_at=LATER, **FALLBACK)
    await api.ask("PATCH", "campaigns/1/stop")
    await api.advance("2h")
    assert [row["status"] for row in await messages_of(api, 1)] == ["failed"]
    assert (await details(api, 1))["total_messages"] == 1


async def test_what_was_sent_by_hand_before_is_not_stopped(api: Api) -> None:
    await send_sms(api, ANN, BOB, start_at=LATER)
    await api.control("messages/217/status", {"status": "delivered"})
    await api.ask("PATCH", "campaigns/1/stop")
    assert counted((await details(api, 1))["statistics"]) == {"delivered": 1, "failed": 1}
    assert await balance(api) == 99.977


async def test_a_stop_is_reported(api: Api, receiver: Receiver) -> None:
    await send_sms(api, ANN, start_at=LATER, callback_url=receiver.url)
    await api.ask("PATCH", "campaigns/1/stop")
    await until(lambda: receiver.reports, "a report")
    assert [(report["status"], report["price"]) for report in receiver.reports] == [("failed", "0")]


async def test_only_what_is_to_come_can_be_stopped(api: Api) -> None:
    await send_sms(api, ANN)
    refused = {"message": "Invalid campaign status", "errors": []}
    assert await api.ask("PATCH", "campaigns/1/stop", status=422) == refused
    await send_sms(api, ANN, start_at=LATER)
    await api.ask("PATCH", "campaigns/2/stop")
    assert await api.ask("PATCH", "campaigns/2/stop", status=422) == refused


# --- refused, as a whole or one by one


async def test_a_rule_lets_a_message_of_a_campaign_fail_at_once_and_free(serve: Serve) -> None:
    rules = "rules:\n  - {name: refused, match: {msisdn: '38050*'}, error: 5}\n"
    api = await log_in(await serve("account: {balance: 1}\nprices: {sms: {UA: 0.02}}\nclock: {manual: true}\n" + rules))
    campaign = await send_sms(api, ANN, EVE)
    assert campaign["calculated_price"] == 0.02
    assert [(row["status"], row["amount"]["value"]) for row in await messages_of(api, 1)] == [
        ("accepted", "0.0200000"),
        ("failed", "0.0000000"),
    ]
    assert await balance(api) == 0.98
    newest = (await api.messages())[0]
    assert (newest["msisdn"], newest["rule"]) == (EVE, "refused")


async def test_no_sms_follows_what_a_rule_refused(serve: Serve) -> None:
    rules = "rules:\n  - {name: refused, match: {msisdn: '38050*', channel: viber}, error: 5}\n"
    api = await log_in(await serve("clock: {manual: true}\n" + rules))
    await send_viber(api, EVE, **FALLBACK)
    await api.advance("1h")
    assert [row["type"] for row in await messages_of(api, 1)] == ["viber"]


async def test_a_reference_that_was_used_fails_its_message_and_stays_whose_it_is(api: Api) -> None:
    v1 = {"messages": [{"to": [{"msisdn": ANN, "reference": "order1"}], "text": "Hi", "alpha_name": "BSG"}]}
    await api.client.post("/rest/viber/create", json=v1, headers={"X-API-KEY": "test_key"})
    phones = [
        {"number": ANN, "reference_id": "order1"},
        {"number": BOB, "reference_id": "order2"},
        {"number": EVE, "reference_id": "order2"},
    ]
    await send_sms(api, phones=phones)
    assert [(row["phone"], row["reference_id"], row["status"]) for row in await messages_of(api, 1)] == [
        (int(ANN), "order1", "failed"),
        (int(BOB), "order2", "accepted"),
        (int(EVE), "order2", "failed"),
    ]
    assert await balance(api) == 99.747
    for channel, reference, owner in (("viber", "order1", ANN), ("sms", "order2", BOB)):
        answer = await api.client.get(f"/rest/{channel}/reference/{reference}", headers={"X-API-KEY": "test_key"})
        assert (await answer.json())["msisdn"] == owner
    notes = (await api.control("requests"))["requests"]
    assert [note for request in notes for note in request["notes"] if "order" in note] == [
        "reference_id 'order1' was used before: its message has failed at once",
        "reference_id 'order2' was used before: its message has failed at once",
    ]


async def test_a_reference_whose_message_a_rule_refused_can_be_used_again(serve: Serve) -> None:
    rules = "rules:\n  - {name: once, match: {msisdn: '38050*'}, times: 1, error: 5}\n"
    api = await log_in(await serve("clock: {manual: true}\n" + rules))
    for _ in range(2):
        await send_sms(api, phones=[{"number": EVE, "reference_id": "a"}])
    assert [row["status"] for row in (await api.get("messages"))["data"]] == ["failed", "accepted"]


async def test_why_a_message_failed_is_explained(api: Api) -> None:
    for _ in range(2):
        await send_viber(api, phones=[{"number": EVE, "reference_id": "a"}])
    explained = (await api.control("messages/218"))["explain"]
    assert explained["passed_over"] == [
        {"rule": "no Viber", "key": "reference", "expected": "one that was not used before", "found": "a"}
    ]


async def test_without_money_for_all_nothing_is_sent(serve: Serve) -> None:
    api = await log_in(await serve("account: {balance: 0.03}\nprices: {sms: {UA: 0.02}}\n"))
    answer = await api.post("campaigns/sms/send", sms(ANN, BOB), status=422)
    assert answer == {"message": INVALID, "errors": ["Insufficient funds"]}
    assert (await api.get("campaigns"))["data"] == []
    assert (await api.get("messages"))["data"] == []


async def test_a_rule_may_answer_for_the_whole_campaign(serve: Serve) -> None:
    rules = "rules:\n  - {name: down, match: {msisdn: '38050*'}, status: 503}\n"
    api = await log_in(await serve(rules))
    await api.post("campaigns/sms/send", sms(ANN, EVE), status=503)
    assert (await api.get("messages"))["data"] == []
    assert (await send_sms(api, ANN))["id"] == 1


async def test_a_dry_run_tells_the_price_and_changes_nothing(api: Api) -> None:
    body = {"channels": ["sms"], "sms": {"sender": "SHOP", "text": "Hi"}, "dry_run": True}
    body |= {"recipients": {"phones": [{"number": ANN, "reference_id": "a"}, {"number": BOB}]}}
    campaign = (await api.post("campaigns/send", body))["data"]
    assert (campaign["id"], campaign["status"], campaign["calculated_price"]) == (None, "done", 0.046)
    assert await balance(api) == 100
    assert (await api.get("campaigns"))["data"] == (await api.get("messages"))["data"] == []
    assert (await api.post("campaigns/send", body | {"dry_run": False}))["data"]["id"] == 1
    assert [row["id"] for row in await messages_of(api, 1)] == [217, 218]


async def test_a_price_is_told_without_money(serve: Serve) -> None:
    api = await log_in(
        await serve("account: {balance: 0, tariffs: {0: 1, 9: 2}}\nprices: {sms: {UA: 0.02, DE: 0.1}}\n")
    )
    body = {"sender": "SHOP", "text": "x" * 161, "messages": [{"phone": int(ANN)}, {"phone": 4915112345678}]}
    assert await api.post("campaigns/price", body) == {"price": 0.24, "currency": "EUR"}
    assert await api.post("campaigns/price", body | {"tariff_code": 9}) == {"price": 0.48, "currency": "EUR"}


# --- found again


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("GET", "/detail"), ("PATCH", "/stop")])
@pytest.mark.parametrize("name", ["7", "0", "1x", "9" * 30, "9" * 5_000])
async def test_an_unknown_campaign_is_not_found(api: Api, method: str, path: str, name: str) -> None:
    assert await api.ask(method, f"campaigns/{name}{path}", status=404) == {"message": "Model not found"}


async def test_campaigns_are_listed_with_pages(api: Api) -> None:
    for _ in range(31):
        await send_sms(api, ANN)
    listed = await api.get("campaigns", {"page[limit]": 30, "page[offset]": 1, "way": "desc"})
    assert listed["meta"] == {"page": {"limit": 30, "offset": 1, "total": 31}}
    assert [row["id"] for row in listed["data"]] == list(range(30, 0, -1))
    assert listed["data"][0] == (await api.get("campaigns/30"))["data"]
    answer = await api.get("campaigns", {"page[limit]": 29}, status=422)
    assert answer["errors"] == {"pagelimit": ["This value should be between 30 and 500."]}


@pytest.fixture
async def three(api: Api) -> Api:
    """An account with three campaigns, of which the second is still to come."""
    await send_viber(api, ANN, sender="SHOP")
    await api.advance("1d")
    await send_sms(api, ANN, sender="ABC", start_at="2030-01-01")
    await api.advance("1d")
    await send_viber(api, ANN, sender="Bakery")
    return api


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [1, 2, 3]),
        ({"sort": "sender"}, [2, 3, 1]),
        ({"sort": "type"}, [2, 1, 3]),
        ({"sort": "type", "way": "desc"}, [3, 1, 2]),
        ({"sort": "date", "way": "desc"}, [3, 2, 1]),
        ({"sort": "status"}, [1, 3, 2]),
        ({"filter[type]": "viber"}, [1, 3]),
        ({"filter[type]": "rcs"}, []),
        ({"filter[from]": "2017-01-18"}, [2, 3]),
        ({"filter[to]": "2017-01-18"}, [1, 2]),
        ({"filter[from]": "2017-01-18T09:20:02+00:00", "filter[to]": "2017-01-18 09:20:02"}, [2]),
        ({"search[field]": "sender", "search[value]": "b"}, [2, 3]),
        ({"search[field]": "taskname", "search[value]": "sms api"}, [2]),
        ({"search[field]": "sender"}, [1, 2, 3]),
    ],
)
async def test_campaigns_are_found_and_sorted(three: Api, query: dict[str, str], found: list[int]) -> None:
    assert [row["id"] for row in (await three.get("campaigns", query))["data"]] == found


async def test_messages_of_another_campaign_or_of_none_are_not_found(three: Api) -> None:
    await three.post("messages/send", ONE)
    assert [row["id"] for row in await messages_of(three, 2)] == [218]
    assert await messages_of(three, 4) == []
    assert [row["campaign_id"] for row in (await three.get("messages"))["data"]] == [1, 2, 3, None]
