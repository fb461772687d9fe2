"""Common mistakes are named in the journal, and in the log, in words that say what to write instead."""

from __future__ import annotations

import gzip
import json
import logging
import time
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from mock_bsg.rest.mistakes import explain_field, explain_moment, explain_originator, explain_shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.rest.conftest import Caller, CallWith

PHONE = "380972920000"
SMS = {"destination": "phone", "originator": "BSG", "body": "Hello", "msisdn": PHONE, "reference": "a"}
MESSAGE = {"to": [{"msisdn": PHONE}], "text": "Hello", "alpha_name": "BSG"}


def without(order: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in order.items() if name not in names}


def several(*phones: Any) -> dict[str, Any]:
    return {"destination": "phones", "originator": "BSG", "body": "Hello", "phones": list(phones)}


FIELDS = [
    ("/sms/create", without(SMS, "reference") | {"external_id": "a"}, "external_id: the field is called 'reference'"),
    (
        "/sms/create",
        several({"msisdn": PHONE, "external_id": "a"}),
        "phones[0].external_id: the field is called 'reference'",
    ),
    (
        "/viber/create",
        {"messages": [MESSAGE | {"to": [{"msisdn": PHONE, "external_id": "a"}]}]},
        "messages[0].to[0].external_id: the field is called 'reference'",
    ),
    (
        "/viber/create",
        {"messages": [MESSAGE | {"to": [{"msisdn": PHONE, "reference": None, "external_id": "a"}]}]},
        "messages[0].to[0].external_id: the field is called 'reference'",
    ),
    ("/sms/create", SMS | {"body": None, "text": "Hi"}, "text: the field is called 'body'"),
    ("/hlr/create", [{"msisdn": PHONE, "reference": None, "ext_id": 1}], "[0].ext_id: the field is called 'reference'"),
    ("/hlr/create", [{"msisdn": PHONE, "externalId": "a"}], "[0].externalId: the field is called 'reference'"),
    ("/mnp/create", {"phone": PHONE}, "phone: the field is called 'msisdn'"),
    ("/hlr/check", {"Number": PHONE}, "Number: the field is called 'msisdn'"),
    ("/sms/create", without(SMS, "msisdn") | {"to": PHONE}, "to: the field is called 'msisdn'"),
    ("/sms/create", without(SMS, "body") | {"message": "Hi"}, "message: the field is called 'body'"),
    ("/sms/create", without(SMS, "body") | {"text": "Hi"}, "text: the field is called 'body'"),
    ("/viber/create", {"messages": [without(MESSAGE, "text") | {"body": "Hi"}]},
     "messages[0].body: the field is called 'text'"),
    ("/sms/create", without(SMS, "originator") | {"sender": "BSG"}, "sender: the field is called 'originator'"),
    ("/viber/create", {"messages": [without(MESSAGE, "alpha_name") | {"from": "BSG"}]},
     "messages[0].from: the field is called 'alpha_name'"),
    ("/viber/create", {"messages": [without(MESSAGE, "to") | {"phones": [PHONE]}]},
     "messages[0].phones: the field is called 'to'"),
    ("/sms/create", SMS | {"callbackUrl": "http://127.0.0.1"}, "callbackUrl: the field is called 'callback_url'"),
    ("/sms/create", SMS | {"validty": 1}, "validty (did you mean 'validity'?)"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "said"), FIELDS, ids=[said for _, _, said in FIELDS])
async def test_a_field_by_another_name_is_told_its_own(bsg: Caller, path: str, body: Any, said: str) -> None:
    await bsg.post(path, body)

    assert bsg.notes[0] == f"unknown field {said}"


@pytest.mark.parametrize("name", ["colour", "x" * 5_000, "", "\u044f", "body "])
def test_a_field_that_is_like_no_other_is_only_named(name: str) -> None:
    assert explain_field(name, {"msisdn", "reference"}, {name}) == ""


def test_a_field_is_not_proposed_where_it_is_already() -> None:
    assert explain_field("external_id", {"msisdn", "reference"}, {"external_id", "reference"}) == ""


async def test_many_unknown_fields_take_no_time(bsg: Caller) -> None:
    began = time.monotonic()
    await bsg.post("/sms/create", SMS | {f"refrence{n}": n for n in range(20_000)})

    assert time.monotonic() - began < 5
    assert len(bsg.notes) == 20_000


SHAPES = [
    ("/sms/create", [SMS],
     "the body is an array: an object is expected, so its one order goes without the brackets"),
    ("/sms/create", [SMS, SMS],
     "the body is an array: one object is expected, in which `phones` lists several recipients"),
    ("/sms/create", [], "the body is an empty array: an object with `destination` is expected"),
    ("/sms/create", 7, "the body is a number: an object with `destination` is expected"),
    ("/sms/create", several() | {"phones": {"msisdn": PHONE}},
     "phones is an object: an array of objects with `msisdn` is expected"),
    ("/sms/create", several() | {"phones": PHONE},
     "phones is a string: an array of objects with `msisdn` is expected"),
    ("/sms/create", several(PHONE), "phones[0] is a string: an object with `msisdn` is expected"),
    ("/viber/create", [MESSAGE], "the body is an array: an object with `messages` is expected"),
    ("/viber/create", '{"messages": []}',
     "the body is a string that holds JSON, which was encoded twice: an object with `messages` is expected"),
    ("/viber/create", {"messages": MESSAGE}, "messages is an object: an array of objects is expected"),
    ("/viber/create", {"messages": "[{}]"},
     "messages is a string that holds JSON, which was encoded twice: an array of objects is expected"),
    ("/viber/create", {"messages": ["Hello"]}, "messages[0] is a string: an object is expected"),
    ("/viber/create", {"messages": [MESSAGE | {"to": PHONE}]},
     "messages[0].to is a string: an array of objects with `msisdn` is expected"),
    ("/viber/create", {"messages": [MESSAGE | {"to": [int(PHONE)]}]},
     "messages[0].to[0] is a number: an object with `msisdn` is expected"),
    ("/hlr/create", [], "the body is an empty array: an array of objects with `msisdn` is expected"),
    ("/hlr/create", [PHONE], "[0] is a string: an object with `msisdn` is expected"),
    ("/hlr/check", [{"msisdn": PHONE}], "the body is an array: an object with `msisdn` is expected"),
    ("/mnp/create", [{"msisdn": PHONE}], "the body is an array: an object with `msisdn` or `msisdns` is expected"),
    ("/mnp/create", {"msisdns": PHONE}, "msisdns is a string: an array of objects with `msisdn` is expected"),
    ("/sms/getStatus", ["1"], "the body is an array: an object with `ids` is expected"),
    ("/sms/getStatus", {"ids": "1"}, "ids is a string: an array of ids is expected"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "said"), SHAPES, ids=[said for _, _, said in SHAPES])
async def test_what_is_something_else_than_expected_is_told(bsg: Caller, path: str, body: Any, said: str) -> None:
    await bsg.post(path, body)

    assert bsg.notes == (said,)


def test_every_kind_of_value_has_a_name() -> None:
    values: tuple[Any, ...] = (None, True, 1, 1.5, "", "{", [0], {}, [])
    said = [explain_shape("x", found, "y").split(":")[0] for found in values]

    assert said == [
        "x is missing", "x is true or false", "x is a number", "x is a number", "x is a string", "x is a string",
        "x is an array", "x is an empty object", "x is an empty array",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"destination": "phoness"}, "destination 'phoness' is unknown: there are {} (did you mean 'phones'?)"),
        ({"destination": "Phone"}, "destination 'Phone' is unknown: there are {} (did you mean 'phone'?)"),
        ({"destination": "SmsCreateRequest"},
         "destination 'SmsCreateRequest' is unknown: there are {} (did you mean 'phone'?)"),
        ({"destination": "bulk", "phones": [{"msisdn": PHONE}]},
         "destination 'bulk' is unknown: there are {} (did you mean 'phones'?)"),
        ({"destination": "bulk", "phones": [{"body": "Hi"}]},
         "destination 'bulk' is unknown: there are {} (did you mean 'individual'?)"),
        ({"destination": None}, "destination is missing: there are {} (did you mean 'phone'?)"),
        ({"destination": ["phone"]}, "destination is an array: there are {} (did you mean 'phone'?)"),
        ({"destination": "x" * 999, "msisdn": PHONE},
         "destination '" + "x" * 39 + "\u2026' is unknown: there are {} (did you mean 'phone'?)"),
    ],
)  # fmt: skip
async def test_an_unknown_destination_is_told_which_there_are(bsg: Caller, change: dict[str, Any], said: str) -> None:
    assert (await bsg.post("/sms/create", SMS | change))["error"] == 24

    assert bsg.notes == (said.format("individual, otp, phone, phones"),)


NUMBERS = [
    ("+38 (097) 292-00-00", "is not written as BSG wants it: digits in international form, 380972920000"),
    ("38.097.292.00.00", "is not written as BSG wants it: digits in international form, 380972920000"),
    ("00380972920000", "is not written as BSG wants it: digits in international form, 380972920000"),
    ("0972920000",
     "begins with 0: the international form is expected, with the country's code, like 380501234567"),
    ("7292000", "has 7 digits: 8 to 15 are expected, with the country's code"),
    ("3809729200001234", "has 16 digits: 8 to 15 are expected, with the country's code"),
    ("invalidPhone", "has characters that are no digits: 8 to 15 digits in international form are expected"),
    ("\u0663\u0668\u0660\u0669\u0667\u0662\u0669\u0662",
     "has characters that are no digits: 8 to 15 digits in international form are expected"),
]  # fmt: skip


@pytest.mark.parametrize(("msisdn", "said"), NUMBERS)
async def test_a_number_that_is_none_is_told_its_form(bsg: Caller, msisdn: str, said: str) -> None:
    note = (f"msisdn '{msisdn.removeprefix('+')}' {said}",)

    await bsg.post("/sms/create", SMS | {"msisdn": msisdn})
    assert bsg.notes == note
    await bsg.post("/viber/create", {"messages": [MESSAGE | {"to": [{"msisdn": msisdn}] * 3}]})
    assert bsg.notes == note
    await bsg.post("/hlr/check", {"msisdn": msisdn})
    assert bsg.notes == note
    await bsg.post("/mnp/create", {"msisdn": msisdn})
    assert bsg.notes == note


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("0f8fad5b-d9cb-469f-a165-70867728950e",
         "reference '0f8fad5b-d9cb-469f-a165-70867728950e' has 36 characters: at most 32 are expected"),
        ("order 7", "reference 'order 7' has characters other than letters, digits, _ and -"),
        ("", "a reference is empty, or neither text nor number: 1 to 32 letters, digits, _ or - are expected"),
        ([], "a reference is empty, or neither text nor number: 1 to 32 letters, digits, _ or - are expected"),
    ],
)  # fmt: skip
async def test_a_reference_that_is_refused_is_told_why(bsg: Caller, reference: Any, said: str) -> None:
    await bsg.post("/sms/create", SMS | {"reference": reference})
    assert bsg.notes == (said,)
    await bsg.post("/hlr/create", [{"msisdn": PHONE, "reference": reference}])
    assert bsg.notes == (said,)


async def test_a_good_number_that_a_rule_refuses_is_not_explained(call_with: CallWith) -> None:
    bsg = await call_with("rules: [{match: {msisdn: '380*'}, error: 21}]")

    assert (await bsg.post("/sms/create", SMS))["result"]["error"] == 21
    assert bsg.notes == ()


@pytest.mark.parametrize(
    ("originator", "said"),
    [
        ("AB", "is shorter than the 3 characters that BSG's description asks for"),
        ("7", "is shorter than the 3 characters that BSG's description asks for"),
        ("twelve chars", "has 12 characters: phones show a name of at most 11"),
        ("fourteen chars", "has 14 characters: phones show a name of at most 11"),
    ],
)
async def test_an_originator_of_a_doubtful_length_passes_and_is_noted(bsg: Caller, originator: str, said: str) -> None:
    assert (await bsg.post("/sms/create", SMS | {"originator": originator}))["result"]["error"] == 0
    assert bsg.notes == (f"originator '{originator}' {said}",)
    alt_route = {"options": {"viber": {"alt_route": {"originator": originator, "text": "Hi"}}}}
    await bsg.post("/viber/create", {"messages": [MESSAGE | alt_route]})
    assert bsg.notes == (f"originator '{originator}' {said}",)


@pytest.mark.parametrize("originator", ["BSG", "BSG RESTAPI", "447700900999", "+447700900999", "380972920000123"])
def test_an_originator_as_phones_show_it_is_not_noted(originator: str) -> None:
    assert explain_originator(originator) == ""


@pytest.mark.parametrize("field", ["scheduledDatetime", "scheduled_datetime"])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("2017-01-17T10:00:00", "it was read as UTC"),
        ("2017-01-17 10:00", "it was read as UTC"),
        ("2017-01-17T12:00:00+02:00", "it was read with its offset"),
        ("2017-01-17T08:00:00-0200", "it was read with its offset"),
    ],
)
async def test_a_time_without_z_passes_and_is_noted(bsg: Caller, field: str, given: str, said: str) -> None:
    body = {"messages": [MESSAGE, MESSAGE | {"to": [{"msisdn": "380972920001"}]}], field: given}

    assert [entry["error"] for entry in (await bsg.post("/viber/create", body))["result"]] == [0, 0]
    assert bsg.notes == (f"{field} '{given}' has no Z: {said}, but BSG's description wants UTC (2030-01-17T09:20:02Z)",)


def test_a_time_with_z_is_not_noted() -> None:
    assert explain_moment("scheduledDatetime", "2017-01-17T10:00:00Z") == ""


@pytest.mark.parametrize(
    ("query", "notes"),
    [
        ("", ("start_date and end_date left out: BSG's pages require both",)),
        ("?start_date=2017-01-01", ("end_date left out: BSG's pages require both",)),
        ("?start_date=2017-01-01&end_date=2017-02-01", ()),
    ],
)
async def test_incoming_sms_without_dates_pass_and_are_noted(
    call_with: CallWith, query: str, notes: tuple[str, ...]
) -> None:
    bsg = await call_with('incoming: [{msisdn: "380972920000", text: "Yes", at: 0s}]')

    assert (await bsg.get(f"/sms/2wayIncoming{query}"))["error"] == 0
    assert bsg.notes == notes


CHARSETS = [
    ("utf-16", "UTF-16"),
    ("utf-16-le", "UTF-16"),
    ("utf-16-be", "UTF-16"),
    ("utf-32", "UTF-32"),
    ("utf-32-be", "UTF-32"),
    ("utf-8-sig", "UTF-8 with a byte order mark"),
    ("cp1251", "Windows-1251"),
    ("koi8-u", "KOI8-R"),
    ("cp866", "CP866"),
]


@pytest.mark.parametrize(("codec", "name"), CHARSETS)
async def test_a_body_in_another_charset_is_told_which(
    bsg: Caller, caplog: pytest.LogCaptureFixture, codec: str, name: str
) -> None:
    raw = '{"destination": "phone", "body": "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440"}'.encode(codec)
    said = f"the body is no JSON (it seems to be {name}: plain UTF-8 is expected), and no form either"

    with caplog.at_level(logging.INFO, "mock_bsg"):
        assert (await bsg.post("/sms/create", text=raw))["error"] == 24

    assert bsg.notes == (said,)
    assert said in caplog.text


async def test_accents_alone_among_letters_are_latin(bsg: Caller) -> None:
    await bsg.post("/sms/create", text='{"body": "R\xe9ponse donn\xe9e \xe0 No\xebl"}'.encode("latin-1"))

    assert "it seems to be Latin-1 or Windows-1252" in bsg.notes[0]


async def test_a_charset_of_the_header_is_believed(bsg: Caller) -> None:
    raw = '{"body": "za\u017c\u00f3\u0142\u0107"}'.encode("iso-8859-2")
    await bsg.post("/sms/create", text=raw, content_type='application/json; charset="ISO-8859-2"')

    assert "it seems to be ISO-8859-2, as its header says" in bsg.notes[0]


@pytest.mark.parametrize(("pack", "name"), [(gzip.compress, "gzip"), (zlib.compress, "deflate")])
async def test_a_body_packed_without_a_header_is_told_so(
    bsg: Caller, pack: Callable[[bytes], bytes], name: str
) -> None:
    await bsg.post("/sms/create", text=pack(json.dumps(SMS).encode()))

    assert f"it seems to be packed by {name}, which its Content-Encoding does not say" in bsg.notes[0]


async def test_bytes_of_no_charset_are_told_so(bsg: Caller) -> None:
    await bsg.post("/sms/create", text=b'{"body": "' + bytes(range(0x80, 0xC0)) + b'"}')

    assert "in a charset of one byte a character" in bsg.notes[0]


async def test_a_body_cut_in_a_character_is_told_so(bsg: Caller) -> None:
    await bsg.post("/sms/create", text='{"body": "\u041f\u0440'.encode()[:-1])

    assert "cut in the middle of a character" in bsg.notes[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\'{"destination": "phone"}\'', "it stands in single quotes"),
        ("{'destination': 'phone'}", "its texts stand in single quotes"),
        ("[{'msisdn': 1}]", "its texts stand in single quotes"),
        ("{\u201cdestination\u201d: \u201cphone\u201d}", "typographic quotes"),
        ("{destination: phone}", "its names have no quotes"),
        ("[object Object]", "JSON.stringify"),
        ("<sms/>", "it looks like XML or HTML"),
        ('{\\"destination\\": \\"phone\\"}', "its quotes have backslashes before them"),
        ("destination=phone&body=Hi", "it looks like a form"),
        ('{"destination": "phone",}', "trailing comma"),
    ],
)
async def test_a_body_that_a_shell_or_a_language_spoilt_is_told_so(bsg: Caller, text: str, said: str) -> None:
    assert (await bsg.post("/sms/create", text=text.encode()))["error"] == 24

    (note,) = bsg.notes
    assert said in note


async def test_the_log_says_what_the_journal_does(bsg: Caller, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "mock_bsg"):
        await bsg.post("/sms/create", [SMS])
        await bsg.post("/sms/create", without(SMS, "reference") | {"external_id": "a"})
        await bsg.post("/sms/create", SMS | {"destination": "phoness"})

    assert "its one order goes without the brackets" in caplog.text
    assert "the field is called 'reference'" in caplog.text
    assert "there are individual, otp, phone, phones (did you mean 'phones'?)" in caplog.text
