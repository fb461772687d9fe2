"""Every rule of BSG's SMS functions: destinations, errors, cost by parts, tasks, status, two-way SMS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.rest.conftest import Caller, CallWith

PHONE = "380972920000"
OTHER = "380972920001"
GERMAN = "4915112345678"
TWO_WAY = """
clock: {start: 2017-01-17T09:20:02Z, manual: true}
incoming:
  - {msisdn: "380972920000", originator: BSG, text: "Yes, please", at: 10s}
  - {msisdn: "380972920001", originator: Shop, text: "No, thanks", at: 1h}
"""


def single(**fields: Any) -> dict[str, Any]:
    sms = {"destination": "phone", "originator": "alpha name", "body": "message text", "msisdn": PHONE}
    return sms | {"reference": "ext_id_16"} | fields


def several(*phones: Any, **fields: Any) -> dict[str, Any]:
    sms = {"destination": "phones", "originator": "alpha name", "body": "message text", "phones": list(phones)}
    return sms | fields


def individual(*phones: Any, **fields: Any) -> dict[str, Any]:
    return {"destination": "individual", "phones": list(phones)} | fields


def to(msisdn: Any, reference: Any = "a", **fields: Any) -> dict[str, Any]:
    return {"msisdn": msisdn, "reference": reference} | fields


def errors(answer: Any) -> list[int]:
    return [entry["error"] for entry in answer["result"]]


# --- one phone


async def test_one_phone_is_answered_with_an_object_in_the_printed_order(bsg: Caller) -> None:
    answer = await bsg.post("/sms/create", single())

    assert answer == {
        "result": {
            "error": 0,
            "errorDescription": "No errors",
            "reference": "ext_id_16",
            "id": "217",
            "price": 0.023,
            "currency": "EUR",
        }
    }
    assert list(answer["result"]) == ["error", "errorDescription", "reference", "id", "price", "currency"]
    assert await bsg.balance() == "99.9770000"


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"destination": None},
        {"destination": "phone?"},
        {"destination": ["phone"]},
        {"originator": "a", "body": "b", "msisdn": PHONE, "reference": "a"},
    ],
)
async def test_what_is_no_order_is_24(bsg: Caller, body: Any) -> None:
    assert await bsg.post("/sms/create", body) == {"error": 24, "errorDescription": "Invalid request payload"}


@pytest.mark.parametrize(
    "originator", ["BSG RESTAPI", "alpha_name", "x" * 14, "380972920000000", "+380972920000", 4444]
)
async def test_originator_passes(bsg: Caller, originator: Any) -> None:
    assert (await bsg.post("/sms/create", single(originator=originator)))["result"]["error"] == 0


@pytest.mark.parametrize("originator", [None, "", " ", "x" * 15, "3" * 16, "Имя", "a\nb", [], True])
async def test_bad_originator_is_25(bsg: Caller, originator: Any) -> None:
    answer = await bsg.post("/sms/create", single(originator=originator))

    assert answer == {"error": 25, "errorDescription": "Invalid originator"}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (None, {}),
        ("", {}),
        ([], {}),
        ("x" * 766, {}),
        ("€" * 383, {}),
        ("й" * 356, {}),
        ("👋" * 178, {}),
        ("x" * 356, {"data_coding_ucs2": True}),
    ],
)
async def test_bad_text_is_26(bsg: Caller, body: Any, fields: dict[str, Any]) -> None:
    answer = await bsg.post("/sms/create", single(body=body, **fields))

    assert answer == {"error": 26, "errorDescription": "Invalid sms text"}


@pytest.mark.parametrize("tariff", [10, -21, "asd", ""])
async def test_unknown_tariff_is_6(bsg: Caller, tariff: Any) -> None:
    answer = await bsg.post("/sms/create", single(tariff=tariff))

    assert answer == {"error": 6, "errorDescription": "Invalid price grid parameter"}


@pytest.mark.parametrize(
    ("fields", "code", "text"),
    [
        ({"msisdn": "invalidPhone"}, 21, "Invalid MSISDN"),
        ({"msisdn": None}, 21, "Invalid MSISDN"),
        ({"msisdn": "3" * 16}, 21, "Invalid MSISDN"),
        ({"reference": None}, 22, "External ID absent"),
        ({"reference": "__\\||\\/"}, 27, "Invalid External ID"),
        ({"reference": ""}, 27, "Invalid External ID"),
        ({"reference": "x" * 33}, 27, "Invalid External ID"),
        ({"validity": "wrong"}, 28, "Invalid validity time"),
        ({"validity": 0}, 28, "Invalid validity time"),
        ({"validity": 73}, 28, "Invalid validity time"),
        ({"validity": -5}, 28, "Invalid validity time"),
        ({"callback_url": "nonsense"}, 7, "Invalid or missing parameters"),
        ({"transliterate": "maybe"}, 7, "Invalid or missing parameters"),
        ({"data_coding_ucs2": 2}, 7, "Invalid or missing parameters"),
        ({"2way": []}, 7, "Invalid or missing parameters"),
        ({"scheduled_datetime": "2016-01-01 00:00:00"}, 10, "Invalid time sent"),
        ({"2way": 1}, 35, "2way SMS is not active"),
    ],
)
async def test_mistakes_of_the_message_stand_in_the_result(
    bsg: Caller, fields: dict[str, Any], code: int, text: str
) -> None:
    answer = await bsg.post("/sms/create", single(**fields))

    assert list(answer) == ["result"]
    assert (answer["result"]["error"], answer["result"]["errorDescription"]) == (code, text)
    assert not answer["result"].keys() & {"price", "currency", "id"}


async def test_a_reference_used_before_is_23(bsg: Caller) -> None:
    await bsg.post("/sms/create", single())

    assert await bsg.post("/sms/create", single()) == {
        "result": {"error": 23, "errorDescription": "External ID already exists", "reference": "ext_id_16"}
    }


async def test_viber_and_sms_have_references_of_their_own(bsg: Caller) -> None:
    viber = {"messages": [{"to": [to(PHONE, "ext_id_16")], "text": "Hello", "alpha_name": "BSG"}]}
    await bsg.post("/viber/create", viber)

    assert (await bsg.post("/sms/create", single()))["result"]["error"] == 0


async def test_a_reference_that_is_absent_is_none_in_the_result(bsg: Caller) -> None:
    answer = await bsg.post("/sms/create", single(reference=None))

    assert answer["result"] == {"error": 22, "errorDescription": "External ID absent"}


async def test_text_is_looked_at_before_originator_and_phones(bsg: Caller) -> None:
    empty = {"body": "", "originator": "BSG RESTAPI", "destination": "phones", "phones": [], "validity": 72}

    assert (await bsg.post("/sms/create", empty))["error"] == 26
    assert (await bsg.post("/sms/create", empty | {"originator": ""}))["error"] == 26
    assert (await bsg.post("/sms/create", empty | {"body": "x", "originator": ""}))["error"] == 25
    assert (await bsg.post("/sms/create", empty | {"body": "x"}))["error"] == 24


async def test_too_little_money_is_8(call_with: CallWith) -> None:
    bsg = await call_with("account: {balance: 0}")

    assert await bsg.post("/sms/create", single()) == {"error": 8, "errorDescription": "Not enough money"}


@pytest.mark.parametrize(
    ("path", "body", "notes"),
    [
        ("create", single(calback_url="x"), ["unknown field calback_url (did you mean 'callback_url'?)"]),
        ("create", several(to(OTHER, "b", body="x")), ["unknown field phones[0].body"]),
        (
            "create",
            {"destinaton": "phone", "originator": "BSG", "body": "Hi", "msisdn": PHONE},
            [
                "unknown field destinaton (did you mean 'destination'?)",
                "destination is missing: there are individual, otp, phone, phones (did you mean 'phone'?)",
            ],
        ),
        (
            "getStatus",
            {"id": ["1"]},
            ["unknown field id: the field is called 'ids'", "ids is missing: an array of ids is expected"],
        ),
    ],
)
async def test_unknown_fields_are_noted(bsg: Caller, path: str, body: Any, notes: list[str]) -> None:
    await bsg.post(f"/sms/{path}", body)

    assert list(bsg.notes) == notes


async def test_a_malformed_reference_is_null_in_its_entry(bsg: Caller) -> None:
    refused = {"error": 27, "errorDescription": "Invalid External ID", "reference": None}

    assert await bsg.post("/sms/create", single(reference="0f8fad5b-d9cb-469f-a165-70867728950")) == {"result": refused}
    assert (await bsg.post("/sms/create", several(to(PHONE, "a b"))))["result"] == [refused]
    assert (await bsg.post("/sms/create", individual(to(PHONE, "", originator="B", body="x"))))["result"] == [refused]


async def test_an_sms_is_found_by_its_id_first_then_by_its_reference(bsg: Caller) -> None:
    await bsg.post("/sms/create", single(reference="218"))
    await bsg.post("/sms/create", single(reference="order-7"))

    assert [(await bsg.get(f"/sms/{each}"))["id"] for each in ("217", "218", "order-7")] == ["217", "218", "218"]
    assert (await bsg.get("/sms/reference/218"))["id"] == "217"
    assert await bsg.get("/sms/order-8") == {"error": 20, "errorDescription": "SMS not found"}


async def test_a_viber_messages_reference_is_no_sms(bsg: Caller) -> None:
    to_one = {"to": [{"msisdn": PHONE, "reference": "mine"}], "text": "Hi", "alpha_name": "BSG"}
    await bsg.post("/viber/create", {"messages": [to_one]})

    assert (await bsg.get("/sms/mine"))["error"] == 20


async def test_a_batch_may_have_a_reference_and_answers_an_address_of_their_own(bsg: Caller) -> None:
    address = {"callback_url_2way": "http://127.0.0.1:9/answers"}

    assert errors(await bsg.post("/sms/create", several(to(PHONE), reference="batch", **address))) == [0]
    assert bsg.notes == ()
    own = to(OTHER, "b", originator="BSG", body="x")
    assert errors(await bsg.post("/sms/create", individual(own, reference="batch", **address))) == [0]
    assert bsg.notes == ()
    await bsg.post("/sms/create", single(reference="c", **address))
    assert bsg.notes == ()


@pytest.mark.parametrize(
    "ignored",
    [
        {"callback_url": "no address"},
        {"scheduledDatetime": "2001-01-01T00:00:00Z"},
        {"scheduled_datetime": "tomorrow"},
        {"callback_url": 7, "scheduled_datetime": []},
    ],
)
async def test_a_price_is_the_same_wherever_and_whenever_reports_would_come(
    bsg: Caller, ignored: dict[str, Any]
) -> None:
    quote = {"error": 0, "errorDescription": "No errors", "totalprice": 0.023, "currency": "EUR"}

    assert await bsg.post("/sms/price", single(**ignored)) == quote
    assert bsg.notes == ()
    assert await bsg.post("/sms/price", several(to(PHONE), **ignored)) == quote
    assert await bsg.post("/sms/price", individual(to(PHONE, originator="BSG", body="x"), **ignored)) == quote
    assert "result" in await bsg.post("/sms/create", single(**ignored))


async def test_free_sms_have_no_sum(call_with: CallWith) -> None:
    bsg = await call_with("account: {balance: 0}\nprices: {sms: {UA: 0}}")

    answer = await bsg.post("/sms/create", several(to(PHONE)))

    assert (list(answer), errors(answer), answer["result"][0]["price"]) == (["task_id", "result"], [0], 0)
    assert (await bsg.get(f"/sms/task/{answer['task_id']}"))["total"] == 1
    assert (await bsg.post("/sms/price", several(to(OTHER, "b"))))["totalprice"] == 0


# --- several phones


async def test_several_phones_are_answered_with_a_task_in_the_printed_order(bsg: Caller) -> None:
    answer = await bsg.post("/sms/create", several(to(PHONE, "ext_id_17"), to(OTHER, "ext_id_18")))

    assert list(answer) == ["task_id", "result", "total_price", "currency"]
    assert (answer["task_id"], answer["total_price"], answer["currency"]) == ("1", 0.046, "EUR")
    assert [entry["id"] for entry in answer["result"]] == ["217", "218"]


async def test_each_task_has_a_number_of_its_own(bsg: Caller) -> None:
    numbers = [
        (await bsg.post("/sms/create", several(to(PHONE, f"a{n}"), to(OTHER, f"b{n}"))))["task_id"] for n in range(3)
    ]

    assert numbers == ["1", "2", "3"]


@pytest.mark.parametrize("phones", [None, [], {}, "x", PHONE])
async def test_no_phones_are_24(bsg: Caller, phones: Any) -> None:
    assert (await bsg.post("/sms/create", several() | {"phones": phones}))["error"] == 24
    assert (await bsg.post("/sms/create", individual() | {"phones": phones}))["error"] == 24


async def test_more_than_fifty_phones_are_12(bsg: Caller) -> None:
    phones = [to(f"3809729200{n:02}", f"r{n}") for n in range(51)]

    assert (await bsg.post("/sms/create", several(*phones)))["error"] == 12
    assert (await bsg.post("/sms/create", individual(*phones)))["error"] == 12
    assert errors(await bsg.post("/sms/create", several(*phones[:50]))) == [0] * 50


async def test_some_phones_may_fail(bsg: Caller) -> None:
    phones = [to(PHONE, "a"), to("x", "b"), to(PHONE, "c"), to(OTHER, "a"), to(GERMAN, None), "x", to(GERMAN, "d")]

    answer = await bsg.post("/sms/create", several(*phones))

    assert errors(answer) == [0, 21, 31, 23, 22, 21, 31]
    assert answer["total_price"] == 0.023
    assert answer["result"][2] == {
        "error": 31,
        "errorDescription": "MSISDN already present in request",
        "reference": "c",
    }


async def test_where_nothing_was_created_there_is_a_number_but_neither_task_nor_sum(bsg: Caller) -> None:
    answer = await bsg.post("/sms/create", several(to("x")))

    assert list(answer) == ["task_id", "result"]
    assert (await bsg.get(f"/sms/task/{answer['task_id']}"))["error"] == 30


async def test_a_task_is_not_the_first_if_its_request_is_not(bsg: Caller) -> None:
    await bsg.get("/common/balance")

    assert (await bsg.post("/sms/create", several(to(PHONE, "a"))))["task_id"] == "2"
    assert (await bsg.get("/sms/task/1"))["error"] == 30


async def test_bad_validity_fails_for_each_phone(bsg: Caller) -> None:
    assert errors(await bsg.post("/sms/create", several(to(PHONE, "a"), to(OTHER, "b"), validity="wrong"))) == [28, 28]


# --- individual messages


async def test_individual_messages_have_texts_of_their_own(bsg: Caller) -> None:
    answer = await bsg.post(
        "/sms/create",
        individual(
            to(PHONE, "a", originator="BSG", body="x" * 161),
            to(OTHER, "b", originator="BSG", body=""),
            to(GERMAN, "c", originator="", body="x"),
            "nonsense",
        ),
    )

    assert errors(answer) == [0, 26, 25, 21]
    assert list(answer) == ["task_id", "result", "total_price", "currency"]
    assert answer["total_price"] == 0.046


async def test_individual_messages_may_leave_out_what_stands_for_all(bsg: Caller) -> None:
    answer = await bsg.post("/sms/create", individual(to(PHONE, "a"), originator="BSG", body="Hello"))

    assert errors(answer) == [0]


async def test_an_individual_phone_twice_is_31(bsg: Caller) -> None:
    twice = [to(PHONE, reference, originator="BSG", body="test") for reference in ("a", "b")]

    assert errors(await bsg.post("/sms/create", individual(*twice))) == [0, 31]


# --- one-time codes


async def test_otp_answers_the_code_that_it_put_into_the_text(bsg: Caller) -> None:
    answer = await bsg.post("/sms/create", single(destination="otp", body="Your code: {gen_otp_09,4}"))

    assert list(answer["result"]) == [
        "error",
        "errorDescription",
        "reference",
        "id",
        "price",
        "currency",
        "otp_code",
    ]
    code = answer["result"]["otp_code"]
    assert len(code) == 4
    assert code.isdigit()


async def test_otp_is_the_same_for_the_same_phone_and_reference(call_with: CallWith) -> None:
    body = single(destination="otp", body="{gen_otp_AZ,20}")
    codes = [
        (await (await call_with(f"seed: {seed}")).post("/sms/create", body))["result"]["otp_code"] for seed in (1, 1, 2)
    ]

    assert codes[0] == codes[1]
    assert codes[1] != codes[2]


async def test_otp_is_the_same_however_the_number_is_written(call_with: CallWith) -> None:
    body = "{gen_otp_AZ,8}"
    codes = {
        (await (await call_with("")).post("/sms/create", single(destination="otp", body=body, msisdn=written)))[
            "result"
        ]["otp_code"]
        for written in (PHONE, f"+{PHONE}", int(PHONE))
    }

    assert len(codes) == 1


@pytest.mark.parametrize("body", ["no code", "{gen_otp_09}", "{gen_otp_09,0}", "{gen_otp_xx,4}"])
async def test_a_text_without_a_good_placeholder_is_34(bsg: Caller, body: str) -> None:
    answer = await bsg.post("/sms/create", single(destination="otp", body=body))

    assert answer == {"error": 34, "errorDescription": "Invalid OTP"}


async def test_otp_that_was_not_sent_has_no_code(bsg: Caller) -> None:
    answer = await bsg.post("/sms/create", single(destination="otp", body="{gen_otp_09,4}", msisdn="x"))

    assert answer["result"] == {"error": 21, "errorDescription": "Invalid MSISDN", "reference": "ext_id_16"}


# --- what an SMS costs


@pytest.mark.parametrize(
    ("body", "fields", "parts"),
    [
        ("x" * 160, {}, 1),
        ("x" * 161, {}, 2),
        ("x" * 306, {}, 2),
        ("x" * 307, {}, 3),
        ("x" * 765, {}, 5),
        ("x" * 158 + "€", {}, 1),
        ("x" * 159 + "€", {}, 2),
        ("x" * 152 + "€" + "x" * 152, {}, 3),
        ("й" * 70, {}, 1),
        ("й" * 71, {}, 2),
        ("й" * 134, {}, 2),
        ("й" * 135, {}, 3),
        ("x" * 69 + "й", {}, 1),
        ("x" * 68 + "👋", {}, 1),
        ("x" * 69 + "👋", {}, 2),
        ("й" * 66 + "👋" + "й" * 66, {}, 3),
        ("й" * 65 + "👋" + "й" * 67, {}, 2),
        ("й" * 71, {"transliterate": True}, 1),
        ("й" * 161, {"transliterate": "1"}, 2),
        ("щ" * 40, {"transliterate": 1}, 1),
        ("щ" * 41, {"transliterate": True}, 2),
        ("щ" * 41, {"transliterate": False}, 1),
        ("x" * 71, {"data_coding_ucs2": True}, 2),
        ("x" * 70, {"data_coding_ucs2": 1}, 1),
    ],
)
async def test_an_sms_costs_by_its_parts(bsg: Caller, body: str, fields: dict[str, Any], parts: int) -> None:
    answer = await bsg.post("/sms/create", single(body=body, **fields))

    assert answer["result"]["price"] == pytest.approx(0.023 * parts)
    assert (await bsg.get("/sms/217"))["price"] == answer["result"]["price"]


async def test_price_tells_the_sum_and_creates_nothing(bsg: Caller) -> None:
    answer = await bsg.post("/sms/price", several(to(PHONE, "a"), to(OTHER, "b"), body="x" * 161))

    assert answer == {"error": 0, "errorDescription": "No errors", "totalprice": 0.092, "currency": "EUR"}
    assert list(answer) == ["error", "errorDescription", "totalprice", "currency"]
    assert await bsg.balance() == "100.0000000"
    assert (await bsg.get("/sms/task/1"))["error"] == 30


async def test_price_needs_no_reference(bsg: Caller) -> None:
    asked = single() | {"reference": None}

    assert (await bsg.post("/sms/price", asked))["totalprice"] == 0.023
    assert (await bsg.post("/sms/price", several({"msisdn": PHONE}, {"msisdn": OTHER})))["totalprice"] == 0.046
    assert (await bsg.post("/sms/create", asked))["result"]["error"] == 22


async def test_price_has_the_errors_of_create(bsg: Caller) -> None:
    assert (await bsg.post("/sms/price", {}))["error"] == 24
    assert (await bsg.post("/sms/price", single(body="")))["error"] == 26
    assert (await bsg.post("/sms/price", single(msisdn="x")))["error"] == 21


# --- status


async def test_status_goes_through_the_life_of_an_sms(bsg: Caller) -> None:
    await bsg.post("/sms/create", single())
    seen = []
    for _ in range(4):
        seen.append((await bsg.get("/sms/reference/ext_id_16"))["status"])
        await bsg.advance("1s")

    assert seen == ["scheduled", "sent", "sent", "delivered"]
    assert list(await bsg.get("/sms/217")) == [
        "error",
        "errorDescription",
        "id",
        "msisdn",
        "reference",
        "time_in",
        "time_sent",
        "time_dr",
        "status",
        "price",
        "currency",
    ]


@pytest.mark.parametrize("path", ["1", "-2", "abc", "reference/x", "reference/-=__"])
async def test_an_sms_that_is_not_there_is_20(bsg: Caller, path: str) -> None:
    assert await bsg.get(f"/sms/{path}") == {"error": 20, "errorDescription": "SMS not found"}


async def test_validity_is_in_hours(call_with: CallWith) -> None:
    bsg = await call_with("clock: manual\ndefaults: {sms: {sent: 0s}}")
    await bsg.post("/sms/create", single(validity="1"))

    await bsg.advance("59m")
    assert (await bsg.get("/sms/1"))["status"] == "sent"
    await bsg.advance("1m")
    assert (await bsg.get("/sms/1"))["status"] == "expired"


async def test_an_sms_may_be_scheduled(bsg: Caller) -> None:
    await bsg.post("/sms/create", single(scheduled_datetime="2017-01-17 10:00:00"))

    assert (await bsg.get("/sms/217"))["time_sent"] == "2017-01-17 10:00:00"
    await bsg.advance("41m")
    assert (await bsg.get("/sms/217"))["status"] == "delivered"


async def test_a_task_counts_its_messages_where_they_are_now(call_with: CallWith) -> None:
    bsg = await call_with("""
        clock: {start: 2017-01-17T09:20:02Z, manual: true}
        defaults: {sms: {sent: 1s, delivered: 3s}}
        prices: {sms: {UA: 0.1}}
        rules:
          - {match: {msisdn: "*1"}, sms: {sent: 1s, undeliverable: 2s}}
          - {match: {msisdn: "*2"}, sms: {rejected: 2s}}
          - {match: {msisdn: "*3"}, sms: {sent: 1s, expired: 5s}}
          - {match: {msisdn: "*4"}, sms: {sent: 1s, unknown: 2s}}
    """)
    await bsg.post("/sms/create", several(*[to(f"38097292000{n}", f"r{n}") for n in range(5)], validity=2))

    answer = await bsg.get("/sms/task/1")
    assert answer == {
        "error": 0,
        "errorDescription": "No errors",
        "originator": "alpha name",
        "body": "message text",
        "validity": 2,
        "totalprice": 0.5,
        "currency": "EUR",
        "sent": 0,
        "total": 5,
        "queued": 5,
        "accepted": 0,
        "enroute": 0,
        "delivered": 0,
        "expired": 0,
        "undeliverable": 0,
        "unknown": 0,
    }
    assert list(answer)[:7] == ["error", "errorDescription", "originator", "body", "validity", "totalprice", "currency"]
    assert list(answer)[7:] == [
        "sent", "total", "queued", "accepted", "enroute", "delivered", "expired", "undeliverable", "unknown",
    ]  # fmt: skip
    counts = []
    for _ in range(3):
        await bsg.advance("2s")
        counts.append([(await bsg.get("/sms/task_id/1"))[name] for name in list(answer)[7:]])
    assert counts == [[2, 5, 0, 0, 2, 0, 0, 2, 1], [1, 5, 0, 0, 1, 1, 0, 2, 1], [0, 5, 0, 0, 0, 1, 1, 2, 1]]


async def test_an_sms_may_be_accepted_before_it_is_sent(call_with: CallWith) -> None:
    bsg = await call_with("clock: manual\ndefaults: {sms: {accepted: 1s, sent: 4s, delivered: 5s}}")
    await bsg.post("/sms/create", several(to(PHONE, "a"), to(OTHER, "b"), scheduledDatetime=None))

    await bsg.advance("2s")

    state = await bsg.get("/sms/1")
    assert (state["status"], state["time_sent"], state["time_dr"]) == ("accepted", None, None)
    task = await bsg.get("/sms/task/1")
    assert [task[name] for name in ("total", "queued", "accepted", "enroute", "sent")] == [2, 0, 2, 0, 0]
    await bsg.advance("2s")
    assert (await bsg.get("/sms/1"))["status"] == "sent"


@pytest.mark.parametrize(
    ("path", "code", "text"),
    [
        ("task/wrong", 29, "Invalid task ID"),
        ("task/wrong%20status", 29, "Invalid task ID"),
        ("task/-5", 29, "Invalid task ID"),
        ("task_id/x", 29, "Invalid task ID"),
        ("task/1", 30, "Task not found"),
        ("task/99999999999", 30, "Task not found"),
        (f"task/{'9' * 400}", 30, "Task not found"),
        ("task/%D9%A3", 29, "Invalid task ID"),
    ],
)
async def test_a_task_that_is_not_there(bsg: Caller, path: str, code: int, text: str) -> None:
    assert await bsg.get(f"/sms/{path}") == {"error": code, "errorDescription": text}


async def test_a_task_goes_with_its_messages(call_with: CallWith) -> None:
    bsg = await call_with("clock: manual", max_messages=4)
    for n in range(4):
        await bsg.post("/sms/create", several(to(PHONE, f"a{n}"), to(OTHER, f"b{n}")))

    assert (await bsg.get("/sms/task/1"))["error"] == 30
    assert (await bsg.get("/sms/task/4"))["error"] == 0


async def test_many_statuses_come_at_once(bsg: Caller) -> None:
    await bsg.post("/sms/create", several(to(PHONE, "a"), to(OTHER, "b")))

    answer = await bsg.post("/sms/getStatus", {"ids": [217, "218", 999, "x", None, [217], {"id": 217}, 1.5]})

    assert list(answer) == ["result"]
    assert answer["result"][0] == {
        "id": "217",
        "external_id": "a",
        "msisdn": PHONE,
        "time_sent": None,
        "time_dr": None,
        "status": "scheduled",
        "price": 0.023,
        "currency": "EUR",
    }
    assert list(answer["result"][0])[:3] == ["id", "external_id", "msisdn"]
    assert answer["result"][2:] == [
        {"error": 20, "errorDescription": "SMS not found", "id": "999"},
        {"error": 20, "errorDescription": "SMS not found", "id": "x"},
        *[{"error": 20, "errorDescription": "SMS not found", "id": ""}] * 4,
    ]


@pytest.mark.parametrize(
    ("body", "code"), [(None, 24), ([1], 24), ({}, 24), ({"ids": []}, 24), ({"ids": 1}, 24), ({"ids": [1] * 101}, 12)]
)
async def test_bad_lists_of_ids_are_refused(bsg: Caller, body: Any, code: int) -> None:
    assert (await bsg.post("/sms/getStatus", body))["error"] == code


# --- two-way SMS


async def test_two_way_sms_come_when_the_scenario_says(call_with: CallWith) -> None:
    bsg = await call_with(TWO_WAY)

    assert await bsg.get("/sms/2wayIncoming") == {
        "error": 0,
        "errorDescription": "No errors",
        "result": [],
        "total_count": 0,
    }
    await bsg.advance("10s")
    assert await bsg.get("/sms/2wayIncoming?start_date=2017-01-17+00:00:00&end_date=2017-01-18+00:00:00") == {
        "error": 0,
        "errorDescription": "No errors",
        "result": [
            {
                "id": 1,
                "sender": "BSG",
                "recipient": PHONE,
                "message": "Yes, please",
                "time_received": "2017-01-17 09:20:12",
            }
        ],
        "total_count": 1,
    }


async def test_two_way_sms_can_be_asked_for_by_date_and_sender(call_with: CallWith) -> None:
    bsg = await call_with(TWO_WAY)
    await bsg.advance("2h")

    async def count(query: str) -> int:
        return int((await bsg.get(f"/sms/2wayIncoming?{query}"))["total_count"])

    assert await count("") == 2
    assert await count("sender=Shop") == 1
    assert await count("sender=Nobody") == 0
    assert await count("start_date=2017-01-17+10:00:00") == 1
    assert await count("end_date=2017-01-17+10:00:00") == 1
    assert (await bsg.get("/sms/2wayIncoming?start_date=tomorrow"))["error"] == 7


async def test_two_way_sms_go_out_from_senders_that_are_two_way(call_with: CallWith) -> None:
    bsg = await call_with(TWO_WAY)

    assert (await bsg.post("/sms/create", single(**{"2way": 1, "originator": "BSG"})))["result"]["error"] == 0
    assert (await bsg.post("/sms/create", single(**{"2way": "1", "originator": "Other"})))["result"]["error"] == 36
    assert (await bsg.post("/sms/create", single(**{"2way": 0, "reference": "b"})))["result"]["error"] == 0


async def test_two_way_senders_are_those_that_the_scenario_lists(call_with: CallWith) -> None:
    bsg = await call_with(TWO_WAY + '  - {msisdn: "380972920001", originator: "447700900999", text: Hi, at: 1h}\n')

    answer = await bsg.get("/sms/2waySenders")

    assert list(answer) == ["error", "errorDescription", "senders"]
    assert [list(sender) for sender in answer["senders"]] == [["id", "sender", "country", "status", "date_created"]] * 3
    assert [list(sender.values()) for sender in answer["senders"]] == [
        ["1", "BSG", "", "active", "2017-01-17 09:20:02"],
        ["2", "Shop", "", "active", "2017-01-17 09:20:02"],
        ["3", "447700900999", "GB", "active", "2017-01-17 09:20:02"],
    ]


async def test_two_way_is_active_where_phones_answer_to_nobody_by_name(call_with: CallWith) -> None:
    bsg = await call_with('incoming: [{msisdn: "380972920000", text: "Yes", at: 0s}]')

    assert await bsg.get("/sms/2waySenders") == {"error": 0, "errorDescription": "No errors", "senders": []}


async def test_two_way_is_not_active_where_nothing_can_come_in(bsg: Caller) -> None:
    assert (await bsg.get("/sms/2waySenders"))["error"] == 35
    assert await bsg.get("/sms/2wayIncoming") == {"error": 35, "errorDescription": "2way SMS is not active"}


# --- the scenario's rules hold for SMS


async def test_rules_decide_about_sms(call_with: CallWith) -> None:
    bsg = await call_with("""
        clock: manual
        rules:
          - {match: {channel: sms, originator: "Bad*"}, error: 32}
          - {match: {channel: sms, text: "*slow*"}, sms: {sent: 1s, delivered: 1h}}
    """)

    assert (await bsg.post("/sms/create", single(originator="Bad Sender")))["result"]["error"] == 32
    await bsg.post("/sms/create", single(body="a slow one"))
    await bsg.advance("1m")
    assert (await bsg.get("/sms/1"))["status"] == "sent"
