"""Messages as CSV: a line for each, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from tests.control.exports.conftest import KEY, send

if TYPE_CHECKING:
    from tests.conftest import Client, Receiver
    from tests.control.exports.conftest import Export


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


async def test_each_message_is_a_line_with_what_became_of_it(
    client: Client, receiver: Receiver, export: Export
) -> None:
    alt_route = {"viber": {"alt_route": {"originator": "BSG", "text": "instead"}}}
    await send(client, "380502920000", "Привіт", "r-1", callback_url=receiver.url, options=alt_route)
    await client.post(f"/_mock/accounts/{KEY}/clock", json={"advance": "1h"})
    sms, viber = rows(await export("format=csv"))
    assert viber == {
        "id": "217",
        "channel": "viber",
        "msisdn": "380502920000",
        "reference": "r-1",
        "sender": "BSG",
        "text": "Привіт",
        "status": "undeliverable",
        "status_at": "2017-01-17T09:20:04.000Z",
        "price": "0",
        "currency": "EUR",
        "time_in": "2017-01-17T09:20:02.000Z",
        "rule": "no Viber",
        "request": "1",
        "alt_route": "218",
        "alt_route_of": "",
        "callback_url": receiver.url,
        "reports": "sent delivered, undeliverable delivered",
    }
    assert (sms["alt_route_of"], sms["price"], sms["text"]) == ("217", "0.023", "instead")


async def test_lines_end_as_rfc_4180_says_and_quotes_hold_what_needs_them(client: Client, export: Export) -> None:
    await send(client, text='He said "hi",\nand left')
    head, message = (await export("format=csv")).split("\r\n", 1)
    assert head.startswith("\ufeffid,channel,msisdn,")
    assert ',BSG,"He said ""hi"",\nand left",' in message
    assert message.endswith("\r\n")
    assert rows(f"{head}\r\n{message}")[0]["text"] == 'He said "hi",\nand left'


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")', "＝1"])  # noqa: RUF001 -- a wide one, too
async def test_a_text_is_never_a_formula(client: Client, export: Export, text: str) -> None:
    await send(client, text=text)
    assert rows(await export("format=csv"))[0]["text"] == f"'{text}"


async def test_an_account_without_messages_has_the_names_of_the_columns(client: Client, export: Export) -> None:
    await client.put(f"/_mock/accounts/{KEY}/scenario", json={"name": "times"})
    (line,) = (await export("format=csv")).splitlines()
    assert line.startswith("\ufeffid,")
