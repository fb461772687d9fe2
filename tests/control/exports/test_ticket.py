"""An account as Markdown for a ticket: what was sent, what became of it and why, and nobody's key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg import __version__
from tests.control.exports.conftest import HEADERS, KEY, send

if TYPE_CHECKING:
    from tests.conftest import Client, Receiver, Serve
    from tests.control.exports.conftest import Export


async def test_ticket_tells_what_was_sent_and_what_became_of_it_and_why(
    client: Client, receiver: Receiver, export: Export
) -> None:
    receiver.answers = [500]
    await send(client, "380972920000", "Hello", "r-1", callback_url=receiver.url)
    await client.post(f"/_mock/accounts/{KEY}/clock", json={"advance": "1500ms"})
    text = await export("format=md")
    assert text.startswith(f"""\
# What was sent with `test_sec…`

- Scenario: `times`
- The account's time: 2017-01-17T09:20:03.500Z, standing still
- Balance: 99.77 `EUR`, limit 7
- Sandbox: mock_bsg {__version__}

## Messages

| id | channel | to | reference | status | since | price | rule | request |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| 217 | viber | `380972920000` | `r-1` | sent | 2017-01-17T09:20:03.000Z | 0.23 `EUR` | `defaults` | 1 |

### viber 217: sent

From `BSG`:

```text
Hello
```

- 2017-01-17T09:20:02.000Z scheduled
- 2017-01-17T09:20:03.000Z sent
- 2017-01-17T09:20:04.000Z delivered (to come)
- 2017-01-17T09:20:07.000Z read (to come)
- decided by the defaults of the scenario `times`
- not `no Viber`: msisdn should be `38050*`, was `380972920000`
- report 1 of sent to `{receiver.url}`: pending
  - 2017-01-17T09:20:03.000Z HTTP 500

## Requests

### 1. `POST /rest/viber/create`

2017-01-17T09:20:02.000Z, HTTP 200

Asked:

```json
{{"messages": [""")
    *_, answered = text.split("Answered:\n\n")
    assert answered.startswith('```json\n{"result":[{"error":0,')
    assert answered.endswith(',"total_price":0.23}\n```\n')


async def test_key_and_passwords_stand_nowhere_in_a_ticket(client: Client, export: Export) -> None:
    hook = f"http://me:hush@127.0.0.1:9/{KEY}?token={KEY}"
    await send(client, text=f"my key is {KEY}|", callback_url=hook)
    await client.get(f"/rest/common/balance?api_key={KEY}", headers=HEADERS)
    await client.put(f"/_mock/accounts/{KEY}/scenario", data="rules: []")
    await client.post(f"/_mock/accounts/{KEY}/clock", json={"advance": "2s"})
    text = await export("format=md")
    assert "secret-key" not in text.replace("&#45;", "-")
    assert "hush" not in text
    assert "my key is test_sec…|" in text
    assert "- Scenario: `times`" not in text


async def test_tokens_stand_nowhere_in_a_ticket(client: Client, export: Export) -> None:
    login = await client.post("/api/auth/login", json={"api_key": KEY})
    token = (await login.json())["bearer"]
    text = await export("format=md")
    assert '{"bearer":"eyJ…"}' in text
    assert '{"api_key": "test_sec…"}' in text
    assert token.rpartition(".")[2] not in text


async def test_a_short_key_is_not_hidden_in_words(serve: Serve) -> None:
    client = await serve("")
    body = {"messages": [{"to": [{"msisdn": "380972920000"}], "text": "a key: key", "alpha_name": "monkey"}]}
    await client.post("/rest/viber/create", json=body, headers={"X-API-KEY": "key"})
    text = await (await client.get("/_mock/accounts/key/export?format=md")).text()
    assert "From `monkey`" in text
    assert "\na k…: k…\n" in text


async def test_texts_break_out_of_no_fence_and_no_table(client: Client, export: Export) -> None:
    await send(client, text="````\n# not a heading\n| a | b |", alpha_name="a|b")
    await client.post("/rest/viber/create", data=b"```\n# nor this", headers=HEADERS)
    lines = (await export("format=md")).splitlines()
    outside, mark = [], ""
    for line in lines:
        if mark:
            mark = "" if line == mark else mark
        elif line.startswith("```"):
            mark = line.rstrip("abcdefghijklmnopqrstuvwxyz")
        else:
            outside.append(line)
    assert mark == ""
    assert [line for line in outside if line.startswith("# ")] == ["# What was sent with `test_sec…`"]
    assert not any("| a |" in line for line in outside)
    assert "From <code>a&#124;b</code>:" in outside


async def test_a_ticket_is_short_unless_more_is_asked_for(client: Client, export: Export) -> None:
    for number in range(22):
        await send(client, f"3809729200{number:02}")
    text = await export("format=md")
    assert text.count("\n### viber ") == 20
    assert text.count("The newest 20; there are more.") == 2
    assert text.index("### viber 237:") < text.index("### viber 238:")
    assert (await export("format=md&limit=22")).count("\n### viber ") == 22
    assert "there are more" not in await export("format=md&limit=22")


async def test_a_long_body_is_cut(client: Client, export: Export) -> None:
    await client.post("/rest/viber/create", data=b"x" * 5_000, headers=HEADERS)
    text = await export("format=md")
    assert f"```text\n{'x' * 4_000}\n```\n\nThe beginning; 5000 bytes in all.\n" in text


async def test_a_ticket_of_nothing_says_so(client: Client, export: Export) -> None:
    await client.put(f"/_mock/accounts/{KEY}/scenario", json={"name": "times"})
    assert (await export("format=md")).endswith("\n## Messages\n\nNone.\n\n## Requests\n\nNone.\n")
