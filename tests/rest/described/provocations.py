"""What an examination asks beside the description's own examples: every status, every form of error, reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.domain.error_codes import ERROR_TEXTS
from mock_bsg.domain.lifecycle import STATUSES, implied, is_final
from tests.rest.described.examination import BEGAN, body_of
from tests.rest.described.requests import requests_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mock_bsg.domain.lifecycle import Channel
    from tests.conftest import Receiver
    from tests.rest.described.examination import Examiner

MODULES: tuple[Channel, ...] = ("viber", "sms", "hlr", "mnp")
NUMBER = "380953227271"
NOWHERE = "999999999999"
"""The number of no country."""
ALT_ROUTE = {"viber": {"alt_route": {"originator": "BSG", "text": "Hello"}}}
BROKEN = "faults: [{match: {path: '*'}, status: 500}]"
OVERDRAWN = "account: {balance: 0.001, limit: 7.5}"


def provoking_scenarios() -> dict[str, str]:
    """Write the scenarios that provocations need beside the built-in ones, by name."""
    whole_sms = f"{every_status()}\nanswers: {{alt_route_messages: true}}"
    return {"statuses": every_status(), "whole-sms": whole_sms, "broken": BROKEN, "overdrawn": OVERDRAWN}


def every_status() -> str:
    """Write a scenario in which the reference `to-STATUS` leads to any status that a message can have."""
    lines = [f"clock: {{start: {BEGAN}, manual: true}}", "rules:"]
    for channel in MODULES[:3]:
        for status in STATUSES[channel][1:]:
            way = implied(channel, STATUSES[channel][0], status)
            plan = ", ".join(f"{each}: {seconds}s" for seconds, each in enumerate([*way, status], 1))
            match = f"match: {{channel: {channel}, reference: to-{status}}}"
            lines.append(f"  - {{{match}, {channel}: {{{plan}}}}}")
    return "\n".join(lines)


async def provoke_everything(examiner: Examiner) -> None:
    """Provoke every form of answer of every module; the examiner's server knows `every_status`."""
    for module in MODULES:
        await walk_statuses(examiner, module)
        await look_up_nothing(examiner, module)
        for method in ("POST", "PUT"):
            await break_payloads(examiner, method, module)
            await break_entries(examiner, method, module)
        await refuse_entries(examiner, module)
    await fall_back(examiner)
    await break_sms(examiner)
    await meet_people(examiner)
    await overdraw(examiner)
    await try_keys(examiner)
    await examiner.provoke("GET", "/viber/prices/{tariff}", tariff="1000")
    await examiner.provoke("GET", "/viber/prices/{tariff}", tariff="x")
    await examiner.provoke("GET", "/sms/2wayIncoming", key="test_default.two-way")
    await examiner.provoke("GET", "/sms/2waySenders", key="test_default.two-way")
    await examiner.provoke("GET", "/sms/2wayIncoming", start_date="yesterday")
    dates = {"start_date": "2024-12-01 00:00:00", "end_date": "2024-12-31 00:00:00", "sender": "BSG"}
    await examiner.provoke("GET", "/sms/2wayIncoming", **dates)


async def walk_statuses(examiner: Examiner, module: Channel) -> None:
    """See every status of a message, in its own look-ups and, for SMS, among many."""
    for status in STATUSES.get(module, ()):
        key = examiner.new_key("statuses")
        reference = f"to-{status}"
        created = await examiner.provoke("POST", f"/{module}/create", body_of(module, "phone", reference), key=key)
        message_id = _id_of(created)
        for _ in range(1 if is_final(module, status) else 2):
            await _look_up(examiner, module, key, reference, message_id)
            await examiner.advance(key, "10s")
        await _look_up(examiner, module, key, reference, message_id)
    if module == "mnp":
        key = examiner.new_key()
        await examiner.provoke("POST", "/mnp/create", body_of(module, "", "known"), key=key)
        await _look_up(examiner, module, key, "known", None)


def _id_of(created: Any) -> str | None:
    result = created.get("result")
    entry = result[0] if isinstance(result, list) else result
    return str(entry["id"]) if entry and "id" in entry else None


async def _look_up(examiner: Examiner, module: str, key: str, reference: str, message_id: str | None) -> None:
    await examiner.provoke("GET", f"/{module}/reference/{{reference}}", key=key, reference=reference)
    if message_id is not None:
        await examiner.provoke("GET", f"/{module}/{{id}}", key=key, id=message_id)
        if module == "sms":
            await examiner.provoke("POST", "/sms/getStatus", {"ids": [int(message_id), 999]}, key=key)


async def look_up_nothing(examiner: Examiner, module: str) -> None:
    for unknown in ("nobody", "999", "no body", "-=__"):
        await examiner.provoke("GET", f"/{module}/{{id}}", id=unknown)
        await examiner.provoke("GET", f"/{module}/reference/{{reference}}", reference=unknown)


def _create_paths(module: str) -> tuple[str, ...]:
    priced = {"viber": ("/viber/price",), "sms": ("/sms/price",), "hlr": ("/hlr/check",), "mnp": ("/mnp-sync/create",)}
    return (f"/{module}/create", *priced[module])


async def break_payloads(examiner: Examiner, method: str, module: str) -> None:
    """Send bodies of which the whole answer is an error, and a request that no money covers."""
    for path in _create_paths(module):
        for text in (
            "",
            "[]",
            "{}",
            "null",
            "{not JSON",
            '{"messages": [], "phones": [], "msisdns": []}',
            "[[]]",
            '"x"',
        ):
            await examiner.provoke(method, path, text=text)
        await examiner.provoke(
            method, path, body_of(module, "phone", "poor"), key=examiner.new_key("insufficient-funds")
        )
        await examiner.provoke(method, path, body_of(module, "phone", "poor", tariff="x"))


async def break_entries(examiner: Examiner, method: str, module: str) -> None:
    """Send requests of which one recipient or look-up is refused, each for another reason."""
    key = examiner.new_key()
    for path in _create_paths(module):
        for reference in ("used", "used", "bad ref", "", "x" * 40):
            await examiner.provoke(method, path, body_of(module, "phone", reference), key=key)
        for msisdn in ("x", "0", "", NOWHERE):
            await examiner.provoke(method, path, body_of(module, "phone", f"m{msisdn}", msisdn), key=key)
        await examiner.provoke(method, path, body_of(module, "phone", "cb", callback_url="nowhere"), key=key)
        await examiner.provoke(method, path, _twice(module), key=key)
        for fields in _mistakes(module):
            await examiner.provoke(
                method, path, body_of(module, fields.pop("destination", "phone"), "wrong", **fields), key=key
            )


def _twice(module: str) -> Any:
    """Write a body that names one phone twice."""
    recipients = [{"msisdn": NUMBER, "reference": reference} for reference in ("one", "two")]
    if module == "viber":
        return {"messages": [{"text": "Hello", "alpha_name": "BSG", "to": recipients}]}
    if module == "sms":
        return {"destination": "phones", "originator": "BSG", "body": "Hello", "phones": recipients}
    return recipients if module == "hlr" else {"msisdns": recipients}


def _mistakes(module: str) -> Iterator[dict[str, Any]]:
    late = {"scheduledDatetime": "2020-01-01T00:00:00Z"}
    if module == "viber":
        yield from ({"text": ""}, {"alpha_name": "x" * 20}, {"options": {"viber": {"caption": "alone"}}}, late)
        yield {"to": []}
    elif module == "sms":
        yield from ({"body": ""}, {"originator": "x" * 20}, {"validity": "wrong"}, late, {"destination": "nobody"})
        yield {"destination": "otp", "body": "no code"}


async def fall_back(examiner: Examiner) -> None:
    """See Viber messages that were passed on to SMS, and those whose SMS is still on its way."""
    for status in ("undeliverable", "expired", "rejected", "not_viber_user", "failed"):
        for scenario in ("statuses", "whole-sms"):
            key = examiner.new_key(scenario)
            body = body_of("viber", "", f"to-{status}", options=ALT_ROUTE)
            message_id = _id_of(await examiner.provoke("POST", "/viber/create", body, key=key))
            for duration in ("2s", "1s", "1h"):
                await examiner.advance(key, duration)
                await _look_up(examiner, "viber", key, f"to-{status}", message_id)


async def refuse_entries(examiner: Examiner, module: str) -> None:
    """See an entry with every error that there is, whether the sandbox finds such mistakes or not."""
    for code in ERROR_TEXTS:
        for path in _create_paths(module):
            body = body_of(module, "phone", "refused", f"4477009000{code:02}")
            await examiner.provoke("POST", path, body, key=examiner.new_key("default"))


async def meet_people(examiner: Examiner) -> None:
    """Look many numbers up, so that some of them were ported or are abroad, and check one in every status."""
    key = examiner.new_key()
    for index in range(60):
        number = str(int(NUMBER) + index)
        await examiner.provoke("POST", "/mnp/create", {"msisdn": number, "reference": f"person_{index}"}, key=key)
        await examiner.provoke("POST", "/hlr/check", {"msisdn": number, "reference": f"checked_{index}"}, key=key)
        await examiner.provoke("GET", "/mnp/reference/{reference}", key=key, reference=f"person_{index}")
        await examiner.provoke("GET", "/hlr/reference/{reference}", key=key, reference=f"checked_{index}")
    for status in STATUSES["hlr"]:
        body = {"msisdn": NUMBER, "reference": f"to-{status}"}
        await examiner.provoke("POST", "/hlr/check", body, key=examiner.new_key("statuses"))


async def overdraw(examiner: Examiner) -> None:
    """See a balance below zero, and a credit that is no whole number."""
    key = examiner.new_key("overdrawn")
    await examiner.provoke("POST", "/sms/create", body_of("sms", "phone", "dear"), key=key)
    for module in ("sms", "hlr", "common"):
        for method in ("GET", "POST"):
            await examiner.provoke(method, f"/{module}/balance", key=key)


async def break_sms(examiner: Examiner) -> None:
    """See tasks, in every state of their messages, and the errors of what SMS have alone."""
    for status in STATUSES["sms"]:
        key = examiner.new_key("statuses")
        task = await examiner.provoke("POST", "/sms/create", body_of("sms", "phones", f"to-{status}"), key=key)
        for _ in range(3):
            await examiner.provoke("GET", "/sms/task/{taskId}", key=key, taskId=str(task["task_id"]))
            await examiner.advance(key, "2s")
    for unknown in ("999", "x"):
        await examiner.provoke("GET", "/sms/task/{taskId}", taskId=unknown)
    for ids in ([], "x", ["x"], list(range(1, 102))):
        await examiner.provoke("POST", "/sms/getStatus", {"ids": ids})
    mistaken: tuple[list[Any], ...] = ([], [{}], [5], [{"msisdn": NUMBER, "originator": "", "body": ""}])
    for phones in mistaken:
        for destination in ("phones", "individual"):
            await examiner.provoke("POST", "/sms/create", body_of("sms", destination, "") | {"phones": phones})


async def try_keys(examiner: Examiner) -> None:
    """Ask every operation without a key, with that of a blocked account, and one whose server breaks down."""
    for operation in examiner.description.operations:
        request = requests_of(examiner.description, operation)[0]
        named = {name: value for _, name, value in request.parameters}
        for key in ("", examiner.new_key("blocked-account"), examiner.new_key("broken")):
            await examiner.provoke(operation.method, operation.function, request.body, key=key, **named)


async def read_reports(examiner: Examiner, receiver: Receiver) -> None:
    """Hold every body of a delivery report against what GET answers about the same message."""
    key = examiner.new_key("statuses")
    alt_route = {"viber": {"alt_route": {"originator": "BSG", "text": "Hi", "callback_url": receiver.url}}}
    fields: dict[str, dict[str, Any]] = {"viber": {"options": alt_route}, "sms": {}, "hlr": {}}
    for module, more in fields.items():
        for status in ("undeliverable", "delivered", "active"):
            body = body_of(module, "phone", f"to-{status}", callback_url=receiver.url, **more)
            await examiner.provoke("POST", f"/{module}/create", body, key=key)
    await examiner.advance(key, "1h")  # answered when all reports have been sent
    seen = set()
    for report in receiver.reports:
        listed = await examiner.client.get(f"/_mock/accounts/{key}/messages/{report['id']}")
        channel = (await listed.json())["channel"]
        seen.add(channel)
        operation = examiner.description.operation("GET", f"/rest/{channel}/{{id}}")
        examiner.ledger.note_value(operation, "200", report, f"a delivery report of {channel}")
    assert seen == {"viber", "sms", "hlr"}
