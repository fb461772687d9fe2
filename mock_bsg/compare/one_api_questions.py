"""What is asked about the One API: logging in and tokens, refusals, lists, a message's dry run. Nothing is created."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.compare import one_api_judging as judging
from mock_bsg.compare.account_questions import SENDER
from mock_bsg.compare.exchanges import LOGIN, TEMPLATES, Exchange, Question

if TYPE_CHECKING:
    from mock_bsg.compare.exchanges import Key, Run

BALANCE = "/api/accounts/balance"
MESSAGES = "/api/messages"
SEND = "/api/messages/send"
CAMPAIGNS = "/api/campaigns"
CODES = "/api/2fa/authentications"
NOBODYS_ID = 9_999_999
"""Of no campaign, template or tariff."""
FORGED = (
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpYXQiOjE1MDAwMDAwMDAsImV4cCI6MTUwMDAwMDAwMSwicm9sZXMiOltdLCJpZCI6MX0."
    "bW9ja19ic2cgY29tcGFyZXMgd2hhdCBub2JvZHkgc2lnbmVk"
)
"""A token in due form that expired in 2017 and that nobody has signed."""


def list_questions(run: Run) -> list[Question]:
    """List the questions about the One API; the first request logs in."""
    return [
        *_about_login(),
        *_about_frames(),
        *_about_the_account(),
        *_about_sending(run),
        *_about_messages(),
        *_about_campaigns(run),
        *_about_codes(run),
        *_about_templates(),
        *_about_refresh(),
    ]


def _ask(
    about: str,
    method: str,
    path: str,
    body: Any = None,
    *,
    key: Key = "given",
    headers: tuple[tuple[str, str], ...] = (),
) -> Exchange:
    return Exchange(about, method, path, body, key, headers=headers, api="one")


def _about_login() -> list[Question]:
    login = _ask("logging in", "POST", LOGIN, {"api_key": "{api_key}"}, key="none")
    wrong = _ask("logging in with a wrong key", "POST", LOGIN, {"api_key": "{wrong_key}"}, key="none")
    nothing = _ask("logging in without a key", "POST", LOGIN, {}, key="none")
    empty = _ask("logging in with an empty key", "POST", LOGIN, {"api_key": ""}, key="none")
    return [
        Question("one-login", "Is a token the whole answer to a key?", (login,), judging.login),
        Question(
            "one-wrong-key",
            "How is a wrong key refused?",
            (wrong,),
            judging.refusal(with_token=False, is_liberty=True),
        ),
        Question("one-no-key", "Is a missing key a wrong field?", (nothing, empty), judging.refusal(with_token=False)),
    ]


def _about_frames() -> list[Question]:
    no_token = _ask("no token", "GET", BALANCE, key="none")
    malformed = _ask("a malformed token", "GET", BALANCE, key="none", headers=(("Authorization", "Bearer compare"),))
    forged = _ask("a forged token", "GET", BALANCE, key="none", headers=(("Authorization", f"Bearer {FORGED}"),))
    elsewhere = _ask("a token in a header of its own", "GET", BALANCE, key="none", headers=(("Bearer", "{token}"),))
    lost = _ask("an unknown path", "GET", "/api/compare/nothing")
    lost_without = _ask("an unknown path without a token", "GET", "/api/compare/nothing", key="none")
    method = _ask("a method that nobody documents", "PATCH", BALANCE)
    broken = _ask("half a JSON", "POST", SEND, b'{"channels":["sms"')
    of_tokens = judging.refusal(with_token=False)
    return [
        Question("one-no-token", "Is it told that there is no token?", (no_token,), of_tokens),
        Question("one-bad-token", "Is a token that nobody signed invalid?", (malformed, forged), of_tokens),
        Question(
            "one-token-header",
            "Is a token read from the header Bearer, too?",
            (elsewhere,),
            judging.fields(with_token=False),
        ),
        Question("one-unknown-path", "Is an unknown path 404, token or not?", (lost, lost_without), of_tokens),
        Question("one-wrong-method", "Is a wrong method 405?", (method,), judging.refusal()),
        Question("one-no-json", "Is what is no JSON 400?", (broken,), judging.refusal()),
    ]


def _about_the_account() -> list[Question]:
    balance = _ask("the balance", "GET", BALANCE)
    tariffs = _ask("the tariffs", "GET", "/api/accounts/tariff")
    no_type = _ask("senders of no type", "GET", "/api/senders")
    senders = _ask("senders for SMS", "GET", "/api/senders?type=sms")
    return [
        Question("one-balance", "Are balance and credit numbers?", (balance,), judging.fields()),
        Question("one-tariffs", "Which fields has a tariff?", (tariffs,), judging.rows),
        Question("one-tariffs-page", "Is a total all that stands beside tariffs?", (tariffs,), judging.page),
        Question("one-senders-type", "Is a type required of senders?", (no_type,), judging.refusal()),
        Question("one-senders", "Which fields has a sender?", (senders,), judging.rows),
    ]


def _message(run: Run, **fields: Any) -> dict[str, Any]:
    """Make a message that is only checked, even where something in it should be refused and is not."""
    message = {
        "channels": ["sms"],
        "phone": {"number": run.number()},
        "sms": {"sender": SENDER, "text": "mock_bsg compares"},
        "dry_run": True,
    }
    return message | fields


def _about_sending(run: Run) -> list[Question]:
    def send(about: str, **fields: Any) -> Exchange:
        message = {name: value for name, value in _message(run, **fields).items() if value is not None}
        return _ask(about, "POST", SEND, message)

    dry = send("a dry run")
    seconds = send("hours and seconds at once", validity=72, validity_seconds=60)
    no_object = send("a channel without its object", sms=None)
    second = send("Viber after SMS", channels=["sms", "viber"], viber={"sender": SENDER, "text": "mock_bsg compares"})
    several = send("three wrong fields", channels=["fax"], phone={"number": "12", "reference_id": "a-b"})
    tariff = send("an unknown tariff", tariff_code=NOBODYS_ID)
    hurdles = ("sender", "money")
    return [
        Question(
            "one-dry-run",
            "Does a dry run answer with a message that has no id?",
            (dry,),
            judging.fields(*hurdles, values=("id",), decimals=("value",)),
        ),
        Question(
            "one-validity",
            "Do seconds win over hours, told as hours?",
            (seconds,),
            judging.fields(*hurdles, values=("validity",)),
        ),
        Question("one-channel-object", "Is a channel without its object wrong?", (no_object,), judging.refusal()),
        Question("one-second-channel", "Is only SMS a second channel?", (second,), judging.refusal(*hurdles)),
        Question("one-all-fields", "Are all wrong fields told at once, by their paths?", (several,), judging.refusal()),
        Question("one-unknown-tariff", "How is an unknown tariff refused?", (tariff,), judging.refusal(*hurdles)),
    ]


def _about_messages() -> list[Question]:
    listed = _ask("the latest messages", "GET", f"{MESSAGES}?page%5Blimit%5D=15&way=desc")
    few = _ask("a page of 14", "GET", f"{MESSAGES}?page%5Blimit%5D=14")
    many = _ask("a page of 501", "GET", f"{MESSAGES}?page%5Blimit%5D=501")
    return [
        Question("one-messages-page", "What stands beside messages in a list?", (listed,), judging.page),
        Question("one-messages", "Which fields has a message in a list?", (listed,), judging.rows),
        Question("one-page-limit", "Are pages of 14 and 501 wrong?", (few, many), judging.refusal()),
    ]


def _about_campaigns(run: Run) -> list[Question]:
    listed = _ask("the campaigns", "GET", f"{CAMPAIGNS}?page%5Blimit%5D=30")
    few = _ask("a page of 29", "GET", f"{CAMPAIGNS}?page%5Blimit%5D=29")
    unknown = _ask("an unknown campaign", "GET", f"{CAMPAIGNS}/{NOBODYS_ID}")
    details = _ask("its details", "GET", f"{CAMPAIGNS}/{NOBODYS_ID}/detail")
    price = {"sender": SENDER, "text": "mock_bsg compares", "messages": [{"phone": int(run.number())}]}
    priced = _ask("the price of a campaign", "POST", f"{CAMPAIGNS}/price", price)
    return [
        Question("one-campaigns-page", "What stands beside campaigns in a list?", (listed,), judging.page),
        Question("one-campaigns-limit", "Is a page of 29 campaigns wrong?", (few,), judging.refusal()),
        Question("one-unknown-campaign", "How is an unknown campaign told?", (unknown, details), judging.refusal()),
        Question("one-campaign-price", "Is a campaign's price a number?", (priced,), judging.fields("sender", "money")),
    ]


def _about_codes(run: Run) -> list[Question]:
    unknown = _ask("an unknown session", "GET", f"{CODES}/00000000-0000-4000-8000-000000000000")
    no_uuid = _ask("a session that is no UUID", "GET", f"{CODES}/compare")
    code = {
        "recipient": run.number(),
        "channel": "sms",
        "sender": SENDER,
        "template_id": NOBODYS_ID,
        "code_lifetime": 30,
        "code_max_tries": 1,
        "code_digits": 4,
    }
    sent = _ask("a code with an unknown template", "POST", f"{CODES}/otp", code)
    no_dates = _ask("sessions of no dates", "GET", CODES)
    days = "filter%5Bfrom%5D=2026-01-01&filter%5Bto%5D=2026-01-02"
    listed = _ask("sessions of two days", "GET", f"{CODES}?{days}")
    return [
        Question("one-unknown-code", "Is what is no UUID an unknown session?", (unknown, no_uuid), judging.refusal()),
        Question(
            "one-code-template",
            "How is a code with an unknown template refused?",
            (sent,),
            judging.refusal("sender", "money", is_liberty=True),
        ),
        Question("one-codes-dates", "Are dates required to list sessions?", (no_dates,), judging.refusal()),
        Question("one-codes-page", "Is a total all that stands beside sessions?", (listed,), judging.page),
    ]


def _about_templates() -> list[Question]:
    listed = _ask("the templates", "GET", TEMPLATES)
    unknown = _ask("an unknown template", "GET", f"{TEMPLATES}/{NOBODYS_ID}")
    body = {"name": "mock_bsg compares", "text": "This has no code"}
    no_code = _ask("a template without {code2fa}", "POST", TEMPLATES, body)
    return [
        Question("one-templates", "Which fields has a template?", (listed,), judging.rows),
        Question("one-templates-page", "Is a total all that stands beside templates?", (listed,), judging.page),
        Question(
            "one-unknown-template", "How is an unknown template told?", (unknown,), judging.refusal(is_liberty=True)
        ),
        Question("one-template-text", "How is a template without a code refused?", (no_code,), judging.refusal()),
    ]


def _about_refresh() -> list[Question]:
    refreshed = _ask("a token for a token", "POST", "/api/auth/refresh")
    still = _ask("the balance with the older token", "GET", BALANCE)
    return [
        Question(
            "one-refresh",
            "Does the older token stay valid when there is a new one?",
            (refreshed, still),
            judging.fields(with_token=False),
        )
    ]
