"""One-time passwords: sent, verified, sent once more, canceled, listed; and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.one_api.conftest import Api, log_in

if TYPE_CHECKING:
    from tests.conftest import Client, Serve

SMS = {
    "recipient": "380972920000",
    "channel": "sms",
    "sender": "SHOP",
    "template_id": 1,
    "code_lifetime": 300,
    "code_max_tries": 3,
    "code_digits": 5,
}
VIBER = SMS | {"channel": "viber", "sender_alt": "SHOP"}
PATH = "2fa/authentications"
DAYS = {"filter[from]": "2017-01-17", "filter[to]": "2017-01-17"}

MANUAL = "clock: {start: 2017-01-17T09:20:02Z, manual: true}\n"


async def send(api: Api, body: dict[str, Any] = SMS, **changes: Any) -> dict[str, Any]:
    return (await api.post(f"{PATH}/otp", body | changes, 201))["data"]  # type: ignore[no-any-return]


async def code_of(api: Api, place: int = 0) -> str:
    """Tell the code in the newest message, as the control API shows it."""
    return (await api.messages())[place]["otp"]["code"]  # type: ignore[no-any-return]


async def refused(api: Api, body: dict[str, Any] = SMS, **changes: Any) -> Any:
    return await api.post(f"{PATH}/otp", body | changes, 422)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"


def texts(said: Any) -> tuple[str, list[str]]:
    return said["message"], said["errors"]


# --- sending


async def test_code_is_sent_and_the_session_told(api: Api) -> None:
    told = await send(api)
    code = await code_of(api)
    assert list(told.items()) == [
        ("id", told["id"]),
        ("recipient", "380972920000"),
        ("status", "pending"),
        ("channel", "sms"),
        ("sender", "SHOP"),
        ("sender_alt", None),
        ("message_text", "Your code is {code2fa}"),
        ("code_lifetime", 300),
        ("code_max_tries", 3),
        ("code_digits", 5),
        ("price", 0),
        ("currency", "EUR"),
        ("country_code", "UA"),
        ("expired_at", "2017-01-17 09:25:02"),
        ("created_at", "2017-01-17 09:20:02"),
        ("finished_at", None),
    ]
    (message,) = await api.messages()
    assert message["text"] == f"Your code is {code}"
    assert message["otp"] == {"id": told["id"], "code": code, "status": "pending"}
    assert len(code) == 5
    assert code.isdigit()
    assert code[0] != "0"


async def test_no_answer_of_the_one_api_has_the_code(api: Api) -> None:
    told = await send(api, VIBER, recipient="380501112233")
    code = await code_of(api)
    await api.advance("1m")
    rows = await api.get("messages")
    assert [row["text"] for row in rows["data"]] == ["Your code is {code2fa}"] * 2
    assert [row["source"] for row in rows["data"]] == ["2fa"] * 2
    for said in (told, rows, await api.get(f"{PATH}/{told['id']}"), await api.get(PATH, DAYS)):
        assert code not in str(said)


async def test_message_without_a_code_shows_none(api: Api) -> None:
    sms = {"channels": ["sms"], "phone": {"number": "380972920000"}, "sms": {"sender": "SHOP", "text": "Hi"}}
    await api.post("messages/send", sms)
    (message,) = await api.messages()
    assert message["otp"] is None


async def test_numbers_come_as_texts_and_texts_as_numbers(api: Api) -> None:
    told = await send(
        api,
        recipient="+380972920000",
        channel="SMS",
        template_id="1",
        code_lifetime="30",
        code_max_tries="1",
        code_digits="9",
    )
    assert (told["recipient"], told["channel"], told["code_lifetime"]) == ("380972920000", "sms", 30)
    code = int(await code_of(api))
    verified = await api.post(f"{PATH}/otp/{told['id'].upper()}/verify", {"access_code": code})
    assert verified["data"]["status"] == "verified"


async def test_price_is_what_the_messages_cost_by_now(api: Api) -> None:
    told = await send(api, VIBER, recipient="380501112233")  # no Viber there
    assert told["price"] == 0
    assert (await api.get(f"{PATH}/{told['id']}"))["data"]["price"] == 0.23
    await api.advance("2s")
    assert (await api.get(f"{PATH}/{told['id']}"))["data"]["price"] == 0.023
    resent = (await api.post(f"{PATH}/otp/{told['id']}/resend"))["data"]
    assert resent["price"] == 0
    assert (await api.get(f"{PATH}/{told['id']}"))["data"]["price"] == 0.253


async def test_sms_that_takes_over_is_an_entry_of_its_own_with_the_same_code(api: Api) -> None:
    told = await send(api, VIBER, recipient="380501112233", sender_alt="INFO")
    path = f"{PATH}/{told['id']}"
    (viber,) = (await api.get(path))["data"]["messages"]
    assert list(viber.items()) == [
        ("id", 217),
        ("recipient", "380501112233"),
        ("status", "accepted"),
        ("channel", "viber"),
        ("sender", "SHOP"),
        ("price", 0.23),
        ("currency", "EUR"),
        ("sent_at", None),
        ("created_at", "2017-01-17 09:20:02"),
    ]
    await api.advance("10s")
    viber, sms = (await api.get(path))["data"]["messages"]
    assert (viber["status"], viber["price"], viber["sent_at"]) == ("sent", 0, "2017-01-17 09:20:03")
    assert (sms["id"], sms["channel"], sms["sender"]) == (218, "sms", "INFO")
    assert (sms["status"], sms["price"]) == ("sent", 0.023)
    assert (sms["created_at"], sms["sent_at"]) == ("2017-01-17 09:20:04", "2017-01-17 09:20:05")
    by_sms, by_viber = await api.messages()
    assert by_sms["otp"] == by_viber["otp"]
    assert by_sms["text"] == by_viber["text"]


async def test_sender_alt_of_an_sms_is_noted_and_has_no_effect(api: Api) -> None:
    assert (await send(api, sender_alt="INFO"))["sender_alt"] is None
    journal = (await api.control("requests"))["requests"]
    assert journal[0]["notes"] == ["sender_alt is for Viber only: an SMS has no other channel"]


async def test_message_is_valid_as_long_as_its_code(serve: Serve) -> None:
    api = await log_in(await serve(MANUAL + "defaults: {viber: {sent: 1s}}"))
    await send(api, VIBER, code_lifetime=30)
    await api.advance("40s")
    sms, viber = await api.messages()
    assert (viber["status"], sms["channel"]) == ("expired", "sms")


CASES: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    ({"recipient": None}, {"recipient": ["This value should not be blank."]}),
    ({"recipient": "12345678"}, {"recipient": ["This value is too short. It should have 9 characters or more."]}),
    ({"recipient": "1" * 16}, {"recipient": ["This value is too long. It should have 15 characters or less."]}),
    ({"recipient": "phone"}, {"recipient": ["This value is not valid."]}),
    ({"recipient": "0123456789"}, {"recipient": ["This value is not valid."]}),
    ({"channel": ""}, {"channel": ["This value should not be blank."]}),
    ({"channel": "whatsapp"}, {"channel": ["The value you selected is not a valid choice."]}),
    ({"sender": None}, {"sender": ["This value should not be blank."]}),
    ({"sender": "AB"}, {"sender": ["This value is too short. It should have 3 characters or more."]}),
    ({"sender": "TWELVE CHARS"}, {"sender": ["This value is too long. It should have 11 characters or less."]}),
    ({"sender": "1" * 16}, {"sender": ["This value is too long. It should have 15 characters or less."]}),
    ({"sender": "x" * 41}, {"sender": ["This value is too long. It should have 11 characters or less."]}),
    (
        {"sender": "x" * 41, "channel": "viber"},
        {"sender": ["This value is too long. It should have 40 characters or less."]},
    ),
    ({"sender": ["SHOP"]}, {"sender": ["This value is not valid."]}),
    (VIBER | {"sender_alt": "AB"}, {"sender_alt": ["This value is too short. It should have 3 characters or more."]}),
    ({"template_id": None}, {"template_id": ["This value should not be blank."]}),
    ({"template_id": 1_000_000_000}, {"template_id": ["This value should be between 1 and 999999999."]}),
    ({"template_id": "one"}, {"template_id": ["This value is not valid."]}),
    ({"code_lifetime": 29}, {"code_lifetime": ["This value should be between 30 and 300."]}),
    ({"code_lifetime": 301}, {"code_lifetime": ["This value should be between 30 and 300."]}),
    ({"code_max_tries": 0}, {"code_max_tries": ["This value should be between 1 and 5."]}),
    ({"code_max_tries": 6}, {"code_max_tries": ["This value should be between 1 and 5."]}),
    ({"code_digits": 2}, {"code_digits": ["This value should be between 3 and 9."]}),
    ({"code_digits": 10}, {"code_digits": ["This value should be between 3 and 9."]}),
    ({"code_digits": "four"}, {"code_digits": ["This value is not valid."]}),
]


@pytest.mark.parametrize(("changes", "errors"), CASES, ids=lambda case: str(case)[:60])
async def test_wrong_field_is_refused_by_its_name(
    api: Api, changes: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    said = await refused(api, **changes)
    assert said == {"message": "The given data was invalid.", "errors": errors}
    assert await api.messages() == []


async def test_all_wrong_fields_are_told_at_once(api: Api) -> None:
    said = await api.post(f"{PATH}/otp", {}, 422)
    assert set(said["errors"]) == set(SMS)


async def test_viber_sender_may_be_longer_than_an_sms_has(api: Api) -> None:
    assert (await send(api, VIBER, sender="x" * 40))["sender"] == "x" * 40


async def test_sender_that_is_not_registered_is_refused(serve: Serve) -> None:
    api = await log_in(await serve("account: {senders: [SHOP]}"))
    said = await refused(api, VIBER, sender="OTHER", sender_alt="INFO")
    assert said["errors"] == {"sender": ["This value is not valid."], "sender_alt": ["This value is not valid."]}
    await send(api, VIBER)


async def test_funds_that_do_not_suffice_leave_nothing_behind(serve: Serve) -> None:
    api = await log_in(await serve("account: {balance: 0.05, limit: 0}\nprices: {sms: {UA: 0.023}}"))
    await send(api)
    await send(api)
    said = await refused(api)
    assert texts(said) == ("The given data was invalid.", ["Insufficient funds"])
    assert len(await api.messages()) == 2


async def test_rule_of_the_scenario_refuses_a_recipient(serve: Serve) -> None:
    rules = """
rules:
  - {name: no, match: {msisdn: "380972920000"}, error: 25}
  - {name: blocked, match: {msisdn: "380972920001"}, error: 2}
  - {name: down, match: {msisdn: "380972920002"}, status: 503}
  - {name: marked, match: {msisdn: "380972920003"}, headers: {X-Marked: "yes"}, sms: {sent: 1s}}
"""
    api = await log_in(await serve(MANUAL + rules))
    assert texts(await refused(api)) == ("The given data was invalid.", ["Invalid originator"])
    said = await api.post(f"{PATH}/otp", SMS | {"recipient": "380972920001"}, 403)
    assert said["message"] == "Account blocked"
    await api.post(f"{PATH}/otp", SMS | {"recipient": "380972920002"}, 503)
    answer = await api.client.post(f"/api/{PATH}/otp", json=SMS | {"recipient": "380972920003"}, headers=api.headers)
    assert (answer.status, answer.headers["X-Marked"], answer.headers["X-Mock-BSG-Rule"]) == (201, "yes", "marked")


async def test_template_that_is_not_there_is_not_available(serve: Serve) -> None:
    api = await log_in(await serve("one_api: {templates: {57: {text: 'Code {code2fa}', status: rejected}}}"))
    for template in (57, 58):
        assert texts(await refused(api, template_id=template)) == (
            "The given data was invalid.",
            ["Template is not available."],
        )


async def test_any_template_is_there_where_the_scenario_names_none(api: Api) -> None:
    assert (await send(api, template_id=4711))["message_text"] == "Your code is {code2fa}"


async def test_template_for_other_countries_is_refused(serve: Serve) -> None:
    template = "one_api: {templates: {57: {text: 'Code {code2fa}', countries: [UA]}}}"
    api = await log_in(await serve(template))
    assert (await send(api, template_id=57))["message_text"] == "Code {code2fa}"
    message, errors = texts(await refused(api, template_id=57, recipient="4915112345678"))
    assert message == "The given data was invalid."
    assert errors[0].startswith("The recipients phone number is located in a country")


# --- which code


async def test_code_follows_from_the_recipient_and_not_from_the_order_of_requests(serve: Serve) -> None:
    client = await serve(MANUAL)
    numbers = ["380972920000", "380972920001", "380972920000"]
    drawn = []
    for key, order in (("one", numbers), ("two", [numbers[1], numbers[0], numbers[0]])):
        api = await log_in(client, key)
        for number in order:
            await send(api, recipient=number)
        shown = [(each["msisdn"], each["otp"]["id"], each["otp"]["code"]) for each in await api.messages()]
        drawn.append(sorted(shown))
    assert drawn[0] == drawn[1]
    assert len({code for _, _, code in drawn[0]}) == 3


async def test_refused_request_uses_up_no_code(serve: Serve) -> None:
    client = await serve(MANUAL + "rules: [{match: {msisdn: '38097*'}, times: 1, error: 25}]")
    first, second = await log_in(client, "one"), await log_in(client, "two")
    await refused(first)
    await send(first)
    await refused(second, recipient="380972920001")
    await send(second)
    assert await code_of(first) == await code_of(second)


async def test_other_scenario_makes_no_second_session_of_an_id(api: Api) -> None:
    first = await send(api)
    answer = await api.client.put(f"/_mock/accounts/{api.key}/scenario", json={"name": "times"})
    assert answer.status == 200
    second = await send(api)
    assert first["id"] != second["id"]
    for session in (first, second):
        await api.get(f"{PATH}/{session['id']}")


@pytest.mark.parametrize(("digits", "code"), [(3, "123"), (5, "12345"), (9, "123451234")])
async def test_code_of_the_scenario_is_repeated_or_cut(serve: Serve, digits: int, code: str) -> None:
    api = await log_in(await serve("one_api: {otp: '12345'}"))
    await send(api, code_digits=digits)
    assert await code_of(api) == code


# --- verifying


async def test_right_code_verifies(api: Api) -> None:
    told = await send(api)
    code = await code_of(api)
    await api.advance("10s")
    path = f"{PATH}/otp/{told['id']}/verify"
    verified = (await api.post(path, {"access_code": code}))["data"]
    assert verified == told | {"status": "verified", "finished_at": "2017-01-17 09:20:12", "price": 0.023}
    assert (await api.messages())[0]["otp"]["status"] == "verified"
    again = await api.post(path, {"access_code": code}, 422)
    assert texts(again) == ("TwoFA Service error.", ["Authentication verified status"])


async def test_wrong_code_is_a_try_and_the_last_one_fails(api: Api) -> None:
    told = await send(api, code_max_tries=2)
    code = await code_of(api)
    path = f"{PATH}/otp/{told['id']}/verify"
    for status in ("pending", "failed"):
        said = await api.post(path, {"access_code": wrong(code)}, 404)
        assert texts(said) == ("TwoFA Service error.", ["The code does not match the expected value"])
        session = (await api.get(f"{PATH}/{told['id']}"))["data"]
        finished_at = "2017-01-17 09:20:02" if status == "failed" else None
        assert (session["status"], session["finished_at"]) == (status, finished_at)
    said = await api.post(path, {"access_code": code}, 422)
    assert texts(said) == ("TwoFA Service error.", ["Authentication failed status"])


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "This value should not be blank."),
        ({"access_code": ""}, "This value should not be blank."),
        ({"access_code": "1" * 41}, "This value is too long. It should have 40 characters or less."),
        ({"access_code": ["12345"]}, "This value is not valid."),
    ],
)
async def test_what_nobody_can_have_typed_is_no_try(api: Api, body: dict[str, str], text: str) -> None:
    told = await send(api, code_max_tries=1)
    said = await api.post(f"{PATH}/otp/{told['id']}/verify", body, 422)
    assert said["errors"] == {"access_code": [text]}
    assert (await api.get(f"{PATH}/{told['id']}"))["data"]["status"] == "pending"


@pytest.mark.parametrize("typed", ["12", "1" * 10, "abc", "0", 7])
async def test_whatever_is_typed_but_the_code_is_a_wrong_one(api: Api, typed: str | int) -> None:
    told = await send(api, code_max_tries=1)
    said = await api.post(f"{PATH}/otp/{told['id']}/verify", {"access_code": typed}, 404)
    assert said["errors"] == ["The code does not match the expected value"]
    assert (await api.get(f"{PATH}/{told['id']}"))["data"]["status"] == "failed"


async def test_code_expires_by_the_clock_of_the_account(api: Api) -> None:
    told = await send(api, code_lifetime=30)
    code = await code_of(api)
    await api.advance("29999ms")
    assert (await api.get(f"{PATH}/{told['id']}"))["data"]["status"] == "pending"
    await api.advance("1ms")
    session = (await api.get(f"{PATH}/{told['id']}"))["data"]
    assert (session["status"], session["finished_at"]) == ("expired", session["expired_at"])
    assert (await api.messages())[0]["otp"]["status"] == "expired"
    for path in (f"otp/{told['id']}/verify", f"otp/{told['id']}/resend", f"{told['id']}/cancel"):
        said = await api.post(f"{PATH}/{path}", {"access_code": code}, 422)
        assert texts(said) == ("TwoFA Service error.", ["Authentication expired"])


# --- once more, and not at all


async def test_resend_sends_another_code_and_makes_the_old_one_void(api: Api) -> None:
    told = await send(api, code_lifetime=60)
    old = await code_of(api)
    await api.advance("50s")
    resent = (await api.post(f"{PATH}/otp/{told['id']}/resend"))["data"]
    assert resent == told | {"expired_at": "2017-01-17 09:21:52"}
    new = await code_of(api)
    assert new != old
    assert [message["otp"]["status"] for message in await api.messages()] == ["pending", "void"]
    await api.advance("50s")
    path = f"{PATH}/otp/{told['id']}/verify"
    await api.post(path, {"access_code": old}, 404)
    assert (await api.post(path, {"access_code": new}))["data"]["status"] == "verified"
    messages = (await api.get(f"{PATH}/{told['id']}"))["data"]["messages"]
    assert [each["id"] for each in messages] == [217, 218]


async def test_tries_count_for_the_session_and_not_for_the_code(api: Api) -> None:
    told = await send(api, code_max_tries=2)
    path = f"{PATH}/otp/{told['id']}"
    await api.post(f"{path}/verify", {"access_code": wrong(await code_of(api))}, 404)
    await api.post(f"{path}/resend")
    await api.post(f"{path}/verify", {"access_code": wrong(await code_of(api))}, 404)
    said = await api.post(f"{path}/resend", status=422)
    assert texts(said) == ("TwoFA Service error.", ["Authentication failed status"])


async def test_resend_that_is_refused_leaves_the_code_as_it_is(serve: Serve) -> None:
    api = await log_in(await serve("account: {balance: 0.03, limit: 0}\nprices: {sms: {UA: 0.023}}"))
    told = await send(api)
    code = await code_of(api)
    said = await api.post(f"{PATH}/otp/{told['id']}/resend", status=422)
    assert said["errors"] == ["Insufficient funds"]
    assert (await api.post(f"{PATH}/otp/{told['id']}/verify", {"access_code": code}))["data"]["status"] == "verified"


async def test_resend_to_a_recipient_that_a_rule_refuses(serve: Serve) -> None:
    first = "{name: first, match: {msisdn: '38097*'}, times: 1, sms: {sent: 1s}}"
    api = await log_in(await serve(f"rules: [{first}, {{match: {{msisdn: '38097*'}}, error: 11}}]"))
    told = await send(api)
    said = await api.post(f"{PATH}/otp/{told['id']}/resend", status=429)
    assert said == {"message": "Too many duplicate request detected"}
    assert (await api.get(f"{PATH}/{told['id']}"))["data"]["status"] == "pending"


async def test_canceled_session_takes_nothing_any_more(api: Api) -> None:
    told = await send(api)
    code = await code_of(api)
    await api.advance("3s")
    canceled = (await api.post(f"{PATH}/{told['id']}/cancel"))["data"]
    assert canceled == told | {"status": "canceled", "finished_at": "2017-01-17 09:20:05", "price": 0.023}
    for path in (f"otp/{told['id']}/verify", f"otp/{told['id']}/resend", f"{told['id']}/cancel"):
        said = await api.post(f"{PATH}/{path}", {"access_code": code}, 422)
        assert texts(said) == ("TwoFA Service error.", ["Authentication canceled status"])


@pytest.mark.parametrize("unknown", ["5f0c9a1e-8a35-4f61-9b0d-3a1f2c4d5e6f", "217", "no%20uuid"])
async def test_unknown_session_is_not_found(api: Api, unknown: str) -> None:
    asked = [
        ("POST", f"otp/{unknown}/verify"),
        ("POST", f"otp/{unknown}/resend"),
        ("POST", f"{unknown}/cancel"),
        ("GET", unknown),
    ]
    for method, path in asked:
        said = await api.ask(method, f"{PATH}/{path}", status=404)
        assert texts(said) == ("TwoFA Service error.", ["Authentication not found"])


# --- lists


@pytest.fixture
async def three(api: Api) -> list[str]:
    """Three sessions: an SMS that was canceled, Viber abroad a day later, an SMS a day later that was verified."""
    first = await send(api)
    await api.post(f"{PATH}/{first['id']}/cancel")
    await api.advance("24h")
    second = await send(api, VIBER, recipient="4915112345678")
    third = await send(api, recipient="380972920001")
    await api.post(f"{PATH}/otp/{third['id']}/verify", {"access_code": await code_of(api)})
    return [first["id"], second["id"], third["id"]]


BOTH = [("filter[from]", "2017-01-17"), ("filter[to]", "2017-01-18")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ([], [0, 1, 2]),
        ([("filter[status]", "canceled")], [0]),
        ([("filter[status]", "pending")], [1]),
        ([("filter[channel]", "viber")], [1]),
        ([("filter[recipient]", "380972920001")], [2]),
        ([("filter[country_code]", "ua")], [0, 2]),
        ([("sort", "country_code")], [1, 0, 2]),
        ([("sort", "recipient")], [0, 2, 1]),
        ([("sort", "status")], [0, 1, 2]),
        ([("sort", "channel"), ("way", "desc")], [1, 0, 2]),
        ([("sort", "finished_at")], [0, 2, 1]),
        ([("sort", "created_at"), ("way", "desc")], [1, 2, 0]),
        ([("sort", "id"), ("way", "desc")], [2, 1, 0]),
        ([("page[offset]", "1")], [1, 2]),
        ([("filter[channel]", "viber"), ("filter[status]", "verified")], []),
    ],
    ids=str,
)
async def test_sessions_are_filtered_and_sorted(
    api: Api, three: list[str], query: list[tuple[str, str]], found: list[int]
) -> None:
    said = (await api.get(PATH, [*BOTH, *query]))["data"]
    assert [three.index(each["id"]) for each in said["list"]] == found
    assert said["total"] == (3 if "page[offset]" in dict(query) else len(found))


async def test_days_of_a_list_are_both_included(api: Api, three: list[str]) -> None:
    def days(since: str, until: str) -> list[tuple[str, str]]:
        return [("filter[from]", since), ("filter[to]", until)]

    for query, found in [
        (days("2017-01-17", "2017-01-17"), three[:1]),
        (days("2017-01-18", "2017-01-18"), three[1:]),
        (days("2017-01-17T23:00:00+00:00", "2017-01-18 01:00:00"), three),
        (days("2017-01-19", "2017-01-20"), []),
        (days("2017-01-18", "2017-01-17"), []),
    ]:
        said = (await api.get(PATH, query))["data"]
        assert [each["id"] for each in said["list"]] == found


async def test_sessions_are_found_by_id_however_a_list_is_written(api: Api, three: list[str]) -> None:
    for query in (
        [("filter[ids]", three[0]), ("filter[ids]", three[2])],
        [("filter[ids][]", three[0]), ("filter[ids][]", three[2].upper())],
        [("filter[ids]", f"{three[0]},{three[2]}")],
    ):
        said = (await api.get(PATH, [*BOTH, *query]))["data"]
        assert [each["id"] for each in said["list"]] == [three[0], three[2]]


async def test_row_of_the_list_is_what_the_status_tells(api: Api, three: list[str]) -> None:
    said = await api.get(PATH, BOTH)
    assert said["data"]["list"] == [(await api.get(f"{PATH}/{each}"))["data"] for each in three]
    assert [len(each["messages"]) for each in said["data"]["list"]] == [1, 1, 1]


@pytest.mark.parametrize(
    ("query", "field", "text"),
    [
        ({"filter[from]": ""}, "filterfrom", "This value should not be blank."),
        ({"filter[to]": ""}, "filterto", "This value should not be blank."),
        ({"filter[to]": "tomorrow"}, "filterto", "This value is not valid."),
        ({"filter[ids]": "a,b,c,d"}, "filterids", "This value should be between 1 and 3."),
        ({"filter[status]": "void"}, "filterstatus", "The value you selected is not a valid choice."),
        ({"filter[channel]": "rcs"}, "filterchannel", "The value you selected is not a valid choice."),
        ({"filter[recipient]": "me"}, "filterrecipient", "This value is not valid."),
        (
            {"filter[country_code]": "UKR"},
            "filtercountry_code",
            "This value is too long. It should have 2 characters or less.",
        ),
        ({"page[limit]": "9"}, "pagelimit", "This value should be between 10 and 500."),
        ({"page[limit]": "501"}, "pagelimit", "This value should be between 10 and 500."),
        ({"page[offset]": "-1"}, "pageoffset", "This value should be between 0 and 9007199254740992."),
        ({"sort": "price"}, "sort", "The value you selected is not a valid choice."),
        ({"way": "up"}, "way", "The value you selected is not a valid choice."),
    ],
)
async def test_wrong_filter_is_refused_by_its_name(api: Api, query: dict[str, str], field: str, text: str) -> None:
    said = await api.get(PATH, DAYS | query, 422)
    assert said == {"message": "The given data was invalid.", "errors": {field: [text]}}


async def test_page_has_ten_sessions_unless_more_are_asked_for(api: Api) -> None:
    for number in range(12):
        await send(api, recipient=str(380972920000 + number))
    said = (await api.get(PATH, DAYS))["data"]
    assert (len(said["list"]), said["total"]) == (10, 12)
    said = (await api.get(PATH, DAYS | {"page[limit]": "500"}))["data"]
    assert (len(said["list"]), said["total"]) == (12, 12)


async def test_magic_number_fails_on_viber_and_gets_its_code_by_sms(aiohttp_default: Client) -> None:
    api = await log_in(aiohttp_default)
    told = await send(api, VIBER, recipient="447700900200")
    await api.advance("1m")
    messages = (await api.get(f"{PATH}/{told['id']}"))["data"]["messages"]
    assert [(each["channel"], each["status"]) for each in messages] == [("viber", "sent"), ("sms", "sent")]


@pytest.fixture
async def aiohttp_default(serve: Serve) -> Client:
    """A server that runs the scenario `default`."""
    from mock_bsg.scenario.library import Library

    return await serve(Library().get("default").source)
