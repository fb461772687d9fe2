"""Random histories of an account: all that can happen to one, in any order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from hypothesis import strategies as some

from mock_bsg.apis import answer
from mock_bsg.domain.times import time_text
from mock_bsg.one_api.tokens import issue
from mock_bsg.rules.scenario_hash import scenario_hash
from mock_bsg.sandbox.account import Account
from mock_bsg.sandbox.added_rules import list_added, with_rule, without_rule
from mock_bsg.sandbox.commands import (
    AddRule,
    AdvanceClock,
    BeginAccount,
    BeginAttempt,
    Command,
    ContinueRequest,
    DropMessages,
    Entry,
    ExpectRequest,
    NoteAttempt,
    NoteOnRequest,
    RefuseRequest,
    ReplyToSms,
    ResendReport,
    RunClock,
    SetStatus,
    TakeBackRule,
    TakeRequest,
    UseScenario,
)
from mock_bsg.sandbox.delivery_reports import Attempt
from mock_bsg.sandbox.performing import follow
from mock_bsg.sandbox.retention import Retention
from mock_bsg.scenario.library import compile_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_bsg.sandbox.authentications import Authentication

Step: TypeAlias = tuple[Any, ...]
"""What is to happen: its name, and numbers that choose among what there is by then."""

NUMBERS = ("380972920000", "380972920001", "380501234567", "380631112233", "4915112345678")
REFERENCES = ("a", "b", "c", None)
STATUSES = ("sent", "delivered", "read", "undeliverable", "rejected", "expired")
HOOK = "http://127.0.0.1:1/hook"

PLAIN = """
clock: {start: 2017-01-17T09:20:02Z, manual: true}
first_id: 217
account: {balance: 50, limit: 7}
prices: {viber: {UA: 0.23}, sms: {UA: 0.023}}
"""
FALLBACK = """
clock: {start: 2017-01-17T09:20:02Z, speed: 60}
reports: {delay: 0s..3s, duplicate: 0.3, reorder: 0.4, lose: 0.2}
rules:
  - name: no Viber
    match: {msisdn: "38050*"}
    viber: {sent: 1s, undeliverable: 2s}
    sms: {sent: 1s, delivered: 3s}
  - name: afresh
    match: {channel: viber, msisdn: "38063*"}
    viber: {sent: 1s, undeliverable: 2s..9s}
"""
CHANCE = """
seed: 5
defaults: {viber: {sent: 1s..3s, delivered: 4s..20s}, sms: {sent: 1s..9s}}
reports: {reorder: 1}
rules:
  - name: twice
    match: {msisdn: "380972920000"}
    times: 2
    viber: {sent: 1s, rejected: 2s}
  - name: either
    match: {msisdn: "38097*"}
    outcomes:
      - {weight: 2, viber: {delivered: 2s..8s}, sms: {delivered: 1s..5s}}
      - {weight: 1, viber: {sent: 1s, undeliverable: 3s}}
  - name: refused
    match: {msisdn: "4915*", channel: sms}
    error: 5
"""
SLOW = """
clock: {manual: true}
faults:
  - {name: late, match: {path: "/viber/*"}, every: 3, delay: 1s..3s, headers: {X-Late: "yes"}}
  - {name: broken, match: {path: "/sms/*"}, every: 4, delay: 2s, status: 503}
  - {name: cut, match: {path: "/hlr/*"}, times: 2, fault: empty_response}
rules:
  - name: slow
    match: {msisdn: "380972920000"}
    delay: 1s..2s
    headers: {X-Slow: "yes"}
    viber: {sent: 1s, rejected: 5s}
  - name: too slow
    match: {msisdn: "380972920001"}
    delay: 4s
    status: 504
"""
CODES = """
clock: {start: 2017-01-17T09:20:02Z, speed: 5}
first_id: 217
one_api: {moderation: 3s, templates: {57: {text: "{code2fa} it is", countries: [UA]}}}
rules:
  - {name: no Viber, match: {msisdn: "38050*"}, viber: {sent: 1s, undeliverable: 2s}}
  - {name: now and then, match: {msisdn: "4915*"}, times: 2, error: 5}
"""
RULESETS = [
    compile_text(text, name)
    for name, text in (("plain", PLAIN), ("fallback", FALLBACK), ("chance", CHANCE), ("slow", SLOW), ("codes", CODES))
]

RULES = [
    'rules: [{match: {msisdn: "380972920000"}, times: 1, error: 43}]',
    'rules: [{match: {msisdn: "38097*"}, viber: {sent: 1s..3s, rejected: 5s}}]',
    'faults: [{match: {path: "/viber/*"}, times: 1, status: 503}]',
    "faults: [{every: 2, delay: 1s}]",
]

_few = some.integers(0, 4)
_any = some.integers(0, 50)
_to = some.lists(some.tuples(_few, some.integers(0, 3)), min_size=1, max_size=3)
_viber = some.tuples(some.just("viber"), _to, some.booleans(), some.one_of(some.none(), some.integers(0, 3)))
_step = some.one_of(
    _viber,
    _viber,
    _viber,
    some.tuples(some.just("sms"), _to, some.booleans()),
    some.tuples(some.just("code"), _few, some.booleans(), some.sampled_from([1, 2, 57])),
    some.tuples(some.just("code"), _few, some.booleans(), some.sampled_from([1, 2, 57])),
    some.tuples(some.just("type"), _any, some.booleans()),
    some.tuples(some.just("session"), _any, some.sampled_from(["otp/{}/resend", "{}/cancel"])),
    some.tuples(some.just("template"), _any),
    some.tuples(some.just("remove"), some.sampled_from([1, 2, 3, 57])),
    some.tuples(some.just("campaign"), _to, some.booleans(), some.booleans()),
    some.tuples(some.just("campaign"), _to, some.booleans(), some.booleans()),
    some.tuples(some.just("individual"), _to),
    some.tuples(some.just("stop"), _any),
    some.tuples(some.just("stop"), _any),
    some.tuples(some.just("check"), _few, some.integers(0, 3)),
    some.tuples(some.just("ask"), _any),
    some.tuples(some.just("status"), _any, some.sampled_from(STATUSES)),
    some.tuples(some.just("reply"), _any),
    some.tuples(some.just("advance"), some.sampled_from([500, 1_000, 2_000, 5_000, 90_000_000])),
    some.tuples(some.just("run"), some.sampled_from([0, 1, 3.5])),
    some.tuples(some.just("use"), some.integers(0, 4)),
    some.tuples(some.just("add rule"), some.integers(0, 3)),
    some.tuples(some.just("take back"), _any),
    some.tuples(some.just("expect")),
    some.tuples(some.just("arrive"), _any, some.booleans()),
    some.tuples(some.just("continue"), _any),
    some.tuples(some.just("note"), _any),
    some.tuples(some.just("attempt"), _any, some.sampled_from([200, 500, None])),
    some.tuples(some.just("refuse report"), _any),
    some.tuples(some.just("resend"), _any),
    some.tuples(some.just("begin"), _any),
    some.tuples(some.just("drop"), some.integers(1, 4)),
)  # fmt: skip
steps = some.lists(_step, min_size=10, max_size=50)


class History:
    """An account, and what it has been through; its machine's clock goes on by 700 ms with each command."""

    def __init__(self, key: str = "test_history") -> None:
        self.account = Account(key, RULESETS[1], 0, Retention(1 << 62))
        self.entries: list[Entry] = []
        self.do(BeginAccount(RULESETS[1]))

    @property
    def machine(self) -> int:
        return self.account.log.newest_machine

    def go_on(self, steps: list[Step]) -> Iterator[Entry]:
        """Let all this happen, one after the other; tells which commands came of it."""
        for name, *chosen in steps:
            command = getattr(self, "_" + name.replace(" ", "_"))(*chosen)
            if command is not None:
                yield self.do(command)

    def do(self, command: Command) -> Entry:
        entry = Entry(len(self.entries) + 1, len(self.entries) * 700, command)
        self.entries.append(entry)
        follow(self.account, [entry], answer)
        return entry

    # --- requests

    def _viber(self, to: list[tuple[int, int]], is_reported: object, fallback: int | None) -> Command:
        message: dict[str, Any] = {"to": _recipients(to), "text": "Hello", "alpha_name": "BSG"}
        if is_reported:
            message["callback_url"] = HOOK
        if fallback is not None:
            route = {"originator": "BSG", "text": "by SMS", "callback_url": HOOK, "reference": REFERENCES[fallback]}
            message["options"] = {"viber": {"alt_route": {key: route[key] for key in route if route[key] is not None}}}
        return post("/rest/viber/create", {"messages": [message]})

    def _sms(self, to: list[tuple[int, int]], is_reported: object) -> Command:
        body: dict[str, Any] = {"destination": "phones", "originator": "BSG", "body": "Hi", "phones": _recipients(to)}
        return post("/rest/sms/create", body | ({"callback_url": HOOK} if is_reported else {}))

    def _check(self, number: int, reference: int) -> Command:
        order = {"msisdn": NUMBERS[number], "tariff": 0, "reference": REFERENCES[reference] or "d"}
        return TakeRequest("PUT", "/rest/hlr/check", (), (), json.dumps(order).encode())

    # --- the One API

    def _code(self, number: int, by_sms: object, template: int) -> Command:
        body: dict[str, Any] = {"recipient": NUMBERS[number], "channel": "sms" if by_sms else "viber", "sender": "BSG"}
        body |= {"sender_alt": "BSG", "template_id": template}
        body |= {"code_lifetime": 300, "code_max_tries": 2, "code_digits": 4}
        return self._to_one_api("POST", "2fa/authentications/otp", body)

    def _type(self, number: int, is_right: object) -> Command | None:
        session = self._choose_session(number)
        if session is None:
            return None
        told = session.code if is_right else "000"
        return self._to_one_api("POST", f"2fa/authentications/otp/{session.id}/verify", {"access_code": told})

    def _session(self, number: int, path: str) -> Command | None:
        session = self._choose_session(number)
        return None if session is None else self._to_one_api("POST", "2fa/authentications/" + path.format(session.id))

    def _template(self, number: int) -> Command:
        body = {"name": f"template {number}", "text": "{code2fa} by BSG", "countries": ["UA", "DE"][: number % 3]}
        return self._to_one_api("POST", "2fa/authentications/templates", body)

    def _remove(self, number: int) -> Command:
        return self._to_one_api("DELETE", f"2fa/authentications/templates/{number}")

    def _choose_session(self, number: int) -> Authentication | None:
        sessions = list(self.account.authentications.oldest_first())
        return sessions[number % len(sessions)] if sessions else None

    def _campaign(self, to: list[tuple[int, int]], is_viber: object, is_later: object) -> Command:
        phones = [
            {"number": NUMBERS[number], "reference_id": REFERENCES[reference]} for number, reference in dict(to).items()
        ]
        body: dict[str, Any] = {"phones": phones, "sender": "BSG", "text": "Sale"}
        if is_later:
            body["start_at"] = time_text(self.account.processed + 90_000_000)
        if is_viber:
            return self._to_one_api(
                "POST", "campaigns/viber/send", body | {"alternative_channel": {"sms": {"sender": "BSG", "text": "Hi"}}}
            )
        return self._to_one_api("POST", "campaigns/sms/send", body | {"callback_url": HOOK})

    def _individual(self, to: list[tuple[int, int]]) -> Command:
        messages = [
            {"phone": NUMBERS[number], "reference_id": REFERENCES[reference], "sender": "BSG", "text": f"Sale {number}"}
            for number, reference in dict(to).items()
        ]
        return self._to_one_api("POST", "campaigns/sms/send-individual", {"messages": messages})

    def _stop(self, number: int) -> Command | None:
        to_come = [each.id for each in self.account.campaigns if each.status(self.account.processed) == "scheduled"]
        campaign = self._choose(to_come, number)
        return None if campaign is None else self._to_one_api("PATCH", f"campaigns/{campaign}/stop")

    def _to_one_api(self, method: str, path: str, body: Any = None) -> Command:
        bearer = issue(self.account.key, self.account.processed, 1 << 50).encode()
        said = b"" if body is None else json.dumps(body).encode()
        return TakeRequest(method, f"/api/{path}", ((b"Authorization", b"Bearer " + bearer),), (), said)

    def _ask(self, number: int) -> Command:
        return TakeRequest("GET", f"/rest/viber/{216 + number}", ((b"X-Odd", b"\xff"),), ("odd",))

    def _expect(self) -> Command:
        return ExpectRequest(TakeRequest("GET", "/rest/common/balance", ()))

    def _arrive(self, number: int, is_refused: object) -> Command | None:
        expected = self._choose([each.number for each in self.account.requests.capture().expected], number)
        if expected is None:
            return None
        request = TakeRequest("GET", "/rest/common/balance", (), ("late",), b"\xfe", expected)
        return RefuseRequest(request, 413, b"too large") if is_refused else request

    def _continue(self, number: int) -> Command | None:
        held = self._choose([each.exchange.number for each in self.account.requests.capture().held], number)
        return None if held is None else ContinueRequest(held)

    def _note(self, number: int) -> Command:
        return NoteOnRequest(number, "the client went")

    # --- control orders

    def _status(self, number: int, status: str) -> Command | None:
        message = self._choose(list(self.account.messages), number)
        return None if message is None else SetStatus(message, status)

    def _reply(self, number: int) -> Command | None:
        message = self._choose(list(self.account.messages), number)
        return None if message is None else ReplyToSms(message, f"answer {number}")

    def _advance(self, duration: int) -> Command:
        return AdvanceClock(duration)

    def _run(self, speed: float) -> Command:
        return RunClock(speed)

    def _use(self, number: int) -> Command:
        return UseScenario(RULESETS[number])

    def _add_rule(self, number: int) -> Command:
        change = with_rule(self.account.ruleset, RULES[number])
        return AddRule(change.ruleset, change.section, scenario_hash(self.account.ruleset))

    def _take_back(self, number: int) -> Command | None:
        added = list_added(self.account.ruleset, self.account.usage)
        if not added:
            return None
        change = without_rule(self.account.ruleset, added[number % len(added)].name)
        return TakeBackRule(change.ruleset, change.section, change.place, scenario_hash(self.account.ruleset))

    def _drop(self, count: int) -> Command:
        return DropMessages(count)

    # --- reports

    def _attempt(self, number: int, status: int | None) -> Command | None:
        return self._tried(number, Attempt(5, status, None if status else "no answer", 7, "said", body=b"{}"))

    def _refuse_report(self, number: int) -> Command | None:
        return self._tried(number, Attempt(5, error="not sent", is_refused=True))

    def _resend(self, number: int) -> Command:
        return ResendReport(number)

    def _begin(self, number: int) -> Command | None:
        report = self._choose([report.number for report in self.account.reports.newest_first()], number)
        return None if report is None else BeginAttempt(report)

    def _tried(self, number: int, attempt: Attempt) -> Command | None:
        report = self._choose([report.number for report in self.account.reports.newest_first()], number)
        return None if report is None else NoteAttempt(report, attempt)

    @staticmethod
    def _choose(among: list[int], number: int) -> int | None:
        return among[number % len(among)] if among else None


def _recipients(to: list[tuple[int, int]]) -> list[dict[str, Any]]:
    named = [{"msisdn": NUMBERS[number], "reference": REFERENCES[reference]} for number, reference in to]
    return [{key: value for key, value in each.items() if value is not None} for each in named]


def post(path: str, body: Any) -> TakeRequest:
    return TakeRequest("POST", path, ((b"Content-Type", b"application/json"),), (), json.dumps(body).encode())
