"""Every rule of BSG's Viber functions: what passes, what each breach answers, and the fields in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.rest.conftest import Caller, CallWith

PHONE = "380972920000"
NO_VIBER = "380501234567"
GERMAN = "4915112345678"


def message(*phones: Any, **fields: Any) -> dict[str, Any]:
    """A message to these phones, each a number or a whole recipient."""
    to = [phone if isinstance(phone, dict) else {"msisdn": phone} for phone in phones or (PHONE,)]
    return {"to": to, "text": "Hello", "alpha_name": "BSG"} | fields


def order(*messages: Any, **fields: Any) -> dict[str, Any]:
    return {"messages": list(messages or (message(),))} | fields


def errors(answer: Any) -> list[int]:
    return [entry["error"] for entry in answer["result"]]


def viber_options(**options: Any) -> dict[str, Any]:
    return {"options": {"viber": options}}


# --- the answer


async def test_reference_is_answered_only_if_given(bsg: Caller) -> None:
    answer = await bsg.post("/viber/create", order())

    assert list(answer["result"][0]) == ["error", "errorDescription", "id", "price", "currency"]


async def test_prices_add_up_without_binary_noise(call_with: CallWith) -> None:
    bsg = await call_with("prices: {viber: {UA: 0.1, DE: 0.2}}")

    answer = await bsg.post("/viber/create", order(message(PHONE, GERMAN)))

    assert answer["total_price"] == 0.3


async def test_recipients_are_answered_in_request_order_over_all_messages(bsg: Caller) -> None:
    phones = [f"38097292000{n}" for n in range(6)]

    answer = await bsg.post("/viber/create", order(message(*phones[:2]), message(*phones[2:5]), message(phones[5])))

    ids = [entry["id"] for entry in answer["result"]]
    assert ids == sorted(ids)
    statuses = [await bsg.get(f"/viber/{message_id}") for message_id in ids]
    assert [status["msisdn"] for status in statuses] == phones


async def test_a_leading_plus_is_accepted_and_dropped(bsg: Caller) -> None:
    answer = await bsg.post("/viber/create", order(message(f"+{PHONE}")))

    status = await bsg.get(f"/viber/{answer['result'][0]['id']}")
    assert status["msisdn"] == PHONE


async def test_msisdn_may_be_a_number(bsg: Caller) -> None:
    answer = await bsg.post("/viber/create", order(message(int(PHONE))))

    assert errors(answer) == [0]


# --- errors of the whole request


@pytest.mark.parametrize(
    "body",
    [None, [], "text", 7, {}, {"messages": None}, {"messages": []}, {"messages": {}}, {"messages": "x"}],
)
async def test_what_is_no_order_is_44(bsg: Caller, body: Any) -> None:
    answer = await bsg.post("/viber/create", body)

    assert answer == {"error": 44, "errorDescription": "Invalid request payload"}
    assert list(answer) == ["error", "errorDescription"]


async def test_what_is_no_json_is_44_and_noted(bsg: Caller) -> None:
    assert (await bsg.post("/viber/create", text="{nonsense"))["error"] == 44
    assert "the body is no JSON" in bsg.notes[0]


async def test_more_than_fifty_recipients_are_12_and_nothing_is_created(bsg: Caller) -> None:
    phones = [f"3809729200{n:02}" for n in range(51)]

    answer = await bsg.post("/viber/create", order(message(*phones[:26]), message(*phones[26:])))

    assert answer == {"error": 12, "errorDescription": "Exceeded batch size limit"}
    assert await bsg.get("/viber/217") == {"error": 40, "errorDescription": "Message not found"}


async def test_fifty_recipients_pass(bsg: Caller) -> None:
    phones = [f"3809729200{n:02}" for n in range(50)]

    assert errors(await bsg.post("/viber/create", order(message(*phones[:25]), message(*phones[25:])))) == [0] * 50


@pytest.mark.parametrize("validity", [1, 86_400, "1", "86400", None])
async def test_validity_passes(bsg: Caller, validity: Any) -> None:
    assert errors(await bsg.post("/viber/create", order(validity=validity))) == [0]


@pytest.mark.parametrize("validity", [0, -100, 86_401, "wrong", "", 1.5, [], {}, True])
async def test_bad_validity_is_48(bsg: Caller, validity: Any) -> None:
    answer = await bsg.post("/viber/create", order(validity=validity))

    assert answer == {"error": 48, "errorDescription": "Invalid validity time"}


@pytest.mark.parametrize("tariff", [0, 9, "0", "9", None])
async def test_tariff_passes(bsg: Caller, tariff: Any) -> None:
    assert errors(await bsg.post("/viber/create", order(tariff=tariff))) == [0]


@pytest.mark.parametrize("tariff", [10, -1, "asd", "", 1.5, [], True])
async def test_unknown_tariff_is_6(bsg: Caller, tariff: Any) -> None:
    answer = await bsg.post("/viber/create", order(tariff=tariff))

    assert answer == {"error": 6, "errorDescription": "Invalid price grid parameter"}


async def test_order_of_the_requests_own_rules_is_12_48_6(bsg: Caller) -> None:
    crowd = message(*[f"3809729200{n:02}" for n in range(51)])

    assert (await bsg.post("/viber/create", order(crowd, validity="x", tariff="x")))["error"] == 12
    assert (await bsg.post("/viber/create", order(validity="x", tariff="x")))["error"] == 48


async def test_too_little_money_is_8_and_nothing_is_created(call_with: CallWith) -> None:
    bsg = await call_with("account: {balance: 0.4, limit: 0.05}\nprices: {viber: {UA: 0.23}}\nclock: manual")

    assert await bsg.post("/viber/create", order(message(PHONE, NO_VIBER))) == {
        "error": 8,
        "errorDescription": "Not enough money",
    }
    assert await bsg.balance() == "0.4000000"
    assert errors(await bsg.post("/viber/create", order(message(PHONE)))) == [0]


async def test_a_scheduled_time_that_is_not_in_the_future_is_10(bsg: Caller) -> None:
    answer = await bsg.post("/viber/create", order(scheduledDatetime="2017-01-17T09:20:02Z"))

    assert answer == {"result": [{"error": 10, "errorDescription": "Invalid time sent"}]}


async def test_a_messages_own_time_comes_before_the_requests(bsg: Caller) -> None:
    own = message(GERMAN) | {"scheduled_datetime": "2017-01-17T09:30:00Z"}

    answer = await bsg.post("/viber/create", order(message(), own, scheduledDatetime="2017-01-17T09:20:02Z"))

    assert errors(answer) == [10, 0]
    assert (await bsg.get("/viber/217"))["time_sent"] == "2017-01-17 09:30:00"


# --- errors of a message: each of its recipients gets it


@pytest.mark.parametrize("broken", [None, 7, "text", [], {}, {"to": None}, {"to": []}, {"to": {}}, {"text": "x"}])
async def test_what_is_no_message_is_one_entry_with_44(bsg: Caller, broken: Any) -> None:
    answer = await bsg.post("/viber/create", order(broken, message()))

    assert errors(answer) == [44, 0]
    assert answer["result"][0] == {"error": 44, "errorDescription": "Invalid request payload"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": ""}, 46),
        ({"text": None}, 46),
        ({"text": "x" * 1_001}, 46),
        ({"text": []}, 46),
        ({"alpha_name": ""}, 45),
        ({"alpha_name": None}, 45),
        ({"alpha_name": "x" * 15}, 45),
        ({"is_promotional": "maybe"}, 7),
        ({"callback_url": "ftp://example.com"}, 7),
        ({"callback_url": 7}, 7),
        ({"callback_url": "http://"}, 7),
        ({"callback_url": "http://:8080/"}, 7),
        ({"callback_url": "http://["}, 7),
        ({"callback_url": "http://example.com:99999/"}, 7),
        ({"callback_url": "http://example.com/a b"}, 7),
        ({"callback_url": "http://example.com/\n"}, 7),
        ({"scheduledDatetime": "tomorrow"}, 10),
        ({"scheduled_datetime": "2016-01-01T00:00:00"}, 10),
        ({"scheduled_datetime": 1484644802}, 10),
        ({"scheduled_datetime": "2400-01-01T00:00:00"}, 10),
        ({"options": "wrong options"}, 49),
        ({"options": {"viber": "wrong options"}}, 49),
        (viber_options(caption="See"), 49),
        (viber_options(action="http://example.com"), 49),
        (viber_options(img="http://example.com/i.png"), 49),
        (viber_options(img="http://example.com/i.png", caption="See"), 49),
        (viber_options(caption=7, action="http://example.com"), 49),
        ({"options": []}, 49),
        ({"options": False}, 49),
        (viber_options(img=[]), 49),
        (viber_options(caption=False, action=0), 49),
        (viber_options(alt_route="x"), 49),
        (viber_options(alt_route={}), 49),
        (viber_options(alt_route={"originator": "BSG"}), 49),
        (viber_options(alt_route={"text": "Hello"}), 49),
        (viber_options(alt_route={"originator": "x" * 15, "text": "Hello"}), 49),
        (viber_options(alt_route={"originator": "Київ", "text": "Hello"}), 49),
        (viber_options(alt_route={"originator": "BSG", "text": "x" * 766}), 49),
        (viber_options(alt_route={"originator": "BSG", "text": "й" * 356}), 49),
        (viber_options(alt_route={"originator": "BSG", "text": "x", "callback_url": "x"}), 7),
        (viber_options(alt_route={"originator": "BSG", "text": "x", "reference": "-=__"}), 47),
    ],
)
async def test_a_message_that_breaks_a_rule_fails_for_each_of_its_recipients(
    bsg: Caller, fields: dict[str, Any], code: int
) -> None:
    answer = await bsg.post("/viber/create", order(message(PHONE, NO_VIBER, **fields), message(GERMAN)))

    assert errors(answer) == [code, code, 0]
    assert answer["total_price"] == answer["result"][2]["price"]


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "x" * 1_000},
        {"text": "Привет 👋"},
        {"alpha_name": "x" * 14},
        {"is_promotional": False},
        {"is_promotional": "0"},
        {"is_promotional": None},
        {"callback_url": "http://127.0.0.1:1/report"},
        {"callback_url": ""},
        {"callback_url": "HTTPS://[::1]:8443/reports?id=7#x"},
        {"options": None},
        {"options": {}},
        {"options": {"viber": None}},
        {"scheduledDatetime": "2017-01-17T10:00:00Z"},
        viber_options(caption="See", action="http://example.com"),
        viber_options(img="http://example.com/i.png", caption="See", action="http://example.com"),
        viber_options(img="", caption="", action=""),
        viber_options(alt_route={"originator": "BSG", "text": "Hello", "reference": "sms_1"}),
        viber_options(alt_route={"originator": 380501234567890, "text": "x" * 765}),
    ],
)
async def test_a_message_that_keeps_the_rules_passes(bsg: Caller, fields: dict[str, Any]) -> None:
    assert errors(await bsg.post("/viber/create", order(message(PHONE, GERMAN, **fields)))) == [0, 0]


async def test_a_sender_that_is_not_registered_is_45(call_with: CallWith) -> None:
    bsg = await call_with("account: {senders: [BSG]}")

    answer = await bsg.post("/viber/create", order(message(alpha_name="wrongSender"), message(GERMAN)))

    assert errors(answer) == [45, 0]
    assert answer["result"][0] == {"error": 45, "errorDescription": "Invalid or unregistered sender"}


async def test_rules_of_the_message_come_before_those_of_its_recipients(bsg: Caller) -> None:
    assert errors(await bsg.post("/viber/create", order(message("nonsense", text="")))) == [46]


async def test_unknown_fields_are_ignored_and_noted(bsg: Caller) -> None:
    misspelt = message({"msisdn": PHONE, "referense": "x"}, alfa_name="x", **viber_options(captoin="See"))

    assert errors(await bsg.post("/viber/create", order(misspelt, tarif=1))) == [0]
    assert set(bsg.notes) == {
        "unknown field tarif (did you mean 'tariff'?)",
        "unknown field messages[0].alfa_name",  # the right one is there, too
        "unknown field messages[0].to[0].referense (did you mean 'reference'?)",
        "unknown field messages[0].options.viber.captoin (did you mean 'caption'?)",
    }


@pytest.mark.parametrize(
    ("body", "notes"),
    [
        (
            {"mesages": [message()]},
            (
                "unknown field mesages (did you mean 'messages'?)",
                "messages is missing: an array of objects is expected",
            ),
        ),
        (order(message(), tarif=1, validity="never"), ("unknown field tarif (did you mean 'tariff'?)",)),
        (
            order({"too": [{"msisdn": PHONE}], "text": "Hi", "alpha_name": "BSG"}),
            (
                "unknown field messages[0].too (did you mean 'to'?)",
                "messages[0].to is missing: an array of objects with `msisdn` is expected",
            ),
        ),
        (
            order(message(options={"vibr": {"img": "x"}})),
            ("unknown field messages[0].options.vibr (did you mean 'viber'?)",),
        ),
    ],
)
async def test_unknown_fields_are_noted_where_they_are_what_is_wrong(
    bsg: Caller, body: dict[str, Any], notes: tuple[str, ...]
) -> None:
    await bsg.post("/viber/create", body)

    assert bsg.notes == notes


# --- errors of a recipient


@pytest.mark.parametrize(
    "phone",
    [
        "",
        "definitely not phone nubmer",
        "1234567",
        "3" * 16,
        "0972920000",
        "380 97 292",
        None,
        12,
        [],
        {},
        True,
        3.8e11,
    ],
)
async def test_a_bad_number_is_41(bsg: Caller, phone: Any) -> None:
    answer = await bsg.post("/viber/create", order(message({"msisdn": phone}, PHONE)))

    assert errors(answer) == [41, 0]
    assert answer["result"][0] == {"error": 41, "errorDescription": "Invalid MSISDN"}


@pytest.mark.parametrize("recipient", [None, PHONE, 7, [PHONE]])
async def test_a_recipient_that_is_no_object_is_41(bsg: Caller, recipient: Any) -> None:
    body = {"to": [recipient, {"msisdn": GERMAN}], "text": "Hello", "alpha_name": "BSG"}

    assert errors(await bsg.post("/viber/create", order(body))) == [41, 0]


async def test_a_number_twice_in_a_request_is_51(bsg: Caller) -> None:
    answer = await bsg.post("/viber/create", order(message(PHONE, PHONE), message(f"+{PHONE}")))

    assert errors(answer) == [0, 51, 51]
    assert answer["result"][1] == {"error": 51, "errorDescription": "Duplicate phone"}


@pytest.mark.parametrize("reference", ["", "-=__", "x" * 33, "a b", "й", "__\\||\\/", True, [], {}])
async def test_a_bad_reference_is_47(bsg: Caller, reference: Any) -> None:
    answer = await bsg.post("/viber/create", order(message({"msisdn": PHONE, "reference": reference})))

    assert errors(answer) == [47]
    assert answer["result"][0]["reference"] is None
    assert answer["result"][0]["errorDescription"] == "Invalid External ID"


@pytest.mark.parametrize("reference", ["a", "x" * 32, "ext_id-19", 1737033400123])
async def test_a_good_reference_passes(bsg: Caller, reference: Any) -> None:
    assert errors(await bsg.post("/viber/create", order(message({"msisdn": PHONE, "reference": reference})))) == [0]
    assert (await bsg.get(f"/viber/reference/{reference}"))["reference"] == str(reference)


async def test_a_reference_used_earlier_in_the_request_is_43(bsg: Caller) -> None:
    twice = [{"msisdn": phone, "reference": "used"} for phone in (PHONE, GERMAN)]

    assert errors(await bsg.post("/viber/create", order(message(twice[0]), message(twice[1])))) == [0, 43]


async def test_partial_success_charges_what_was_created(bsg: Caller) -> None:
    answer = await bsg.post("/viber/create", order(message(PHONE, "nonsense", NO_VIBER), message(GERMAN, text="")))

    assert errors(answer) == [0, 41, 0, 46]
    assert answer["total_price"] == 0.46
    assert await bsg.balance() == "99.5400000"


async def test_where_nothing_was_created_there_is_no_sum(bsg: Caller) -> None:
    assert list(await bsg.post("/viber/create", order(message("nonsense")))) == ["result"]


async def test_a_rule_gives_a_recipient_its_error(call_with: CallWith) -> None:
    bsg = await call_with(f"rules: [{{match: {{msisdn: '{PHONE}'}}, error: 5}}]")

    assert errors(await bsg.post("/viber/create", order(message(PHONE, GERMAN)))) == [5, 0]


# --- price


async def test_price_tells_the_sum_and_creates_nothing(bsg: Caller) -> None:
    answer = await bsg.post("/viber/price", order(message({"msisdn": PHONE, "reference": "a"}, NO_VIBER)))

    assert answer["totalprice"] == 0.46
    assert await bsg.balance() == "100.0000000"
    assert errors(await bsg.post("/viber/create", order(message({"msisdn": PHONE, "reference": "a"})))) == [0]


async def test_price_has_the_errors_of_create(bsg: Caller) -> None:
    assert (await bsg.post("/viber/price", {}))["error"] == 44
    assert (await bsg.post("/viber/price", order(validity=0)))["error"] == 48
    assert (await bsg.post("/viber/price", order(message(alpha_name=""))))["error"] == 45
    assert (await bsg.post("/viber/price", order(message("nonsense"))))["error"] == 41


@pytest.mark.parametrize(
    "ignored",
    [
        {"callback_url": "no address"},
        {"scheduledDatetime": "2001-01-01T00:00:00Z"},
        {"scheduled_datetime": "tomorrow"},
        viber_options(alt_route={"originator": "BSG", "text": "x", "callback_url": 7}),
    ],
)
async def test_a_price_is_the_same_wherever_and_whenever_reports_would_come(
    bsg: Caller, ignored: dict[str, Any]
) -> None:
    assert (await bsg.post("/viber/price", order(message(**ignored))))["totalprice"] == 0.23
    assert bsg.notes == ()
    assert errors(await bsg.post("/viber/create", order(message(**ignored)))) != [0]


async def test_a_price_needs_no_time_of_its_request(bsg: Caller) -> None:
    assert (await bsg.post("/viber/price", order(scheduledDatetime="yesterday")))["totalprice"] == 0.23


async def test_free_messages_have_no_sum(call_with: CallWith) -> None:
    bsg = await call_with("account: {balance: 0}\nprices: {viber: {UA: 0}}")

    answer = await bsg.post("/viber/create", order(message(PHONE)))

    assert (list(answer), errors(answer), answer["result"][0]["price"]) == (["result"], [0], 0)


@pytest.mark.parametrize("path", ["prices", "prices/0"])
async def test_prices_of_tariff_0_are_the_accounts_own(call_with: CallWith, path: str) -> None:
    bsg = await call_with("account: {tariffs: {7: 0.5, 9: 1}}\nprices: {viber: {UA: 0.2}}")

    listed = {row["country"]: row["price"] for row in (await bsg.get(f"/viber/{path}"))["prices"]}

    assert listed["UA"] == "0.1000000"
    assert await bsg.get("/viber/prices/5") == {"error": 6, "errorDescription": "Invalid tariff code"}
    assert (await bsg.get("/sms/prices/0"))["error"] == 6


# --- status


async def test_status_goes_through_the_life_of_a_message(bsg: Caller) -> None:
    await bsg.post("/viber/create", order(message({"msisdn": PHONE, "reference": "ext_id_19"})))
    seen = []
    for _ in range(6):
        status = await bsg.get("/viber/217")
        seen.append((status["status"], status["time_sent"], status["time_dr"]))
        await bsg.advance("1s")

    assert seen == [
        ("scheduled", None, None),
        ("sent", "2017-01-17 09:20:03", None),
        ("delivered", "2017-01-17 09:20:03", "2017-01-17 09:20:04"),
        ("delivered", "2017-01-17 09:20:03", "2017-01-17 09:20:04"),
        ("delivered", "2017-01-17 09:20:03", "2017-01-17 09:20:04"),
        ("read", "2017-01-17 09:20:03", "2017-01-17 09:20:07"),
    ]


async def test_a_message_that_fails_is_free_and_its_sms_costs(bsg: Caller) -> None:
    options = viber_options(alt_route={"originator": "BSG", "text": "Hello"})
    await bsg.post("/viber/create", order(message({"msisdn": NO_VIBER, "reference": "ext_id_19"}, **options)))
    assert await bsg.balance() == "99.7700000"
    await bsg.advance("5s")

    status = await bsg.get("/viber/reference/ext_id_19")

    assert list(status) == [
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
        "alt_route",
    ]
    assert (status["status"], status["price"]) == ("undeliverable", 0)
    assert status["alt_route"] == [{"channel": "sms", "id": "218", "status": "delivered", "price": "0.023"}]
    assert list(status["alt_route"][0]) == ["channel", "id", "status", "price"]
    assert (await bsg.get("/sms/218"))["price"] == 0.023
    assert await bsg.balance() == "99.9770000"


async def test_alt_route_is_told_only_once_viber_has_given_up(bsg: Caller) -> None:
    options = viber_options(alt_route={"originator": "BSG", "text": "Hello"})
    await bsg.post("/viber/create", order(message(NO_VIBER, **options)))

    assert "alt_route" not in await bsg.get("/viber/217")
    assert (await bsg.get("/sms/218"))["error"] == 20
    await bsg.advance("2s")
    assert (await bsg.get("/viber/217"))["alt_route"][0]["status"] == "scheduled"


async def test_the_reference_of_an_alternative_route_is_taken_when_its_sms_comes(bsg: Caller) -> None:
    sms = {"destination": "phone", "originator": "BSG", "body": "Hello", "msisdn": PHONE}
    for reference in ("early", "late"):
        route = {"originator": "BSG", "text": "Hello", "reference": reference}
        await bsg.post("/viber/create", order(message(NO_VIBER, **viber_options(alt_route=route))))

    assert (await bsg.post("/sms/create", sms | {"reference": "early"}))["result"]["error"] == 0
    await bsg.advance("2s")
    assert (await bsg.post("/sms/create", sms | {"reference": "late"}))["result"]["error"] == 23
    assert (await bsg.get("/sms/reference/late"))["id"] == "220"
    assert (await bsg.get("/sms/reference/early"))["id"] == "221"


async def test_a_scheduled_message_waits_for_its_time(bsg: Caller) -> None:
    await bsg.post("/viber/create", order(message(scheduled_datetime="2017-01-17T11:00:00+01:00")))

    status = await bsg.get("/viber/217")
    assert (status["status"], status["time_sent"]) == ("scheduled", "2017-01-17 10:00:00")
    await bsg.advance("41m")
    assert (await bsg.get("/viber/217"))["status"] == "read"


async def test_a_message_that_does_not_arrive_in_time_expires(call_with: CallWith) -> None:
    bsg = await call_with("clock: manual\ndefaults: {viber: {sent: 1s}}\nfirst_id: 1")
    await bsg.post("/viber/create", order(validity=60))

    await bsg.advance("61s")

    assert (await bsg.get("/viber/1"))["status"] == "expired"


async def test_the_one_segment_is_an_id_first_then_a_reference(bsg: Caller) -> None:
    await bsg.post("/viber/create", order(message({"msisdn": PHONE, "reference": "218"}, GERMAN)))
    await bsg.post("/viber/create", order(message({"msisdn": PHONE, "reference": "abc"})))

    assert (await bsg.get("/viber/218"))["msisdn"] == GERMAN
    assert (await bsg.get("/viber/abc"))["msisdn"] == PHONE


async def test_digits_that_no_id_is_written_with_are_a_reference(bsg: Caller) -> None:
    # Python's client makes up references of eight hexadecimal digits, some of which are all decimal.
    await bsg.post("/viber/create", order(message(GERMAN, {"msisdn": PHONE, "reference": "00000217"})))

    assert (await bsg.get("/viber/217"))["msisdn"] == GERMAN
    assert (await bsg.get("/viber/00000217"))["msisdn"] == PHONE


@pytest.mark.parametrize("path", ["1", "-2", "abc", "reference/-2", "reference/-=__", "9" * 30])
async def test_what_is_not_there_is_40(bsg: Caller, path: str) -> None:
    assert await bsg.get(f"/viber/{path}") == {"error": 40, "errorDescription": "Message not found"}


async def test_an_sms_is_no_viber_message(bsg: Caller) -> None:
    sms = {"destination": "phone", "originator": "BSG", "body": "Hello", "msisdn": PHONE, "reference": "sms_1"}
    await bsg.post("/sms/create", sms)

    assert (await bsg.get("/viber/217"))["error"] == 40
    assert (await bsg.get("/viber/reference/sms_1"))["error"] == 40
