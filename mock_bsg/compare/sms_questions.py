"""What is asked about SMS: create in its four forms, tasks, lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.compare import judging
from mock_bsg.compare.account_questions import SENDER
from mock_bsg.compare.exchanges import NO_NUMBER, Exchange, Question
from mock_bsg.compare.viber_questions import LONG

if TYPE_CHECKING:
    from mock_bsg.compare.exchanges import Run

CREATE = "/rest/sms/create"


def list_questions(run: Run) -> list[Question]:
    """List the questions about SMS."""
    reference = run.reference()
    one = Exchange("one SMS", "POST", CREATE, _order("phone", msisdn=run.number(), reference=reference), creates=1)
    return [*_about_one(run, one, reference), *_about_many(run, one, reference), *_about_requests(run)]


def _order(destination: str, **fields: Any) -> dict[str, Any]:
    return {"destination": destination, "originator": SENDER, "body": "mock_bsg compares", **fields}


def _to_one(run: Run, about: str, destination: str = "phone", **fields: Any) -> Exchange:
    """Make an SMS with something wrong about it."""
    body = _order(destination, msisdn=run.number(), reference=run.reference())
    return Exchange(about, "POST", CREATE, body | fields)


def _about_one(run: Run, one: Exchange, reference: str) -> list[Question]:
    by_reference = Exchange(
        "its status by reference, where an id could stand", "GET", f"/rest/sms/{reference}", after=one
    )
    otp = Exchange(
        "a one-time code",
        "POST",
        CREATE,
        _order("otp", msisdn=run.number(), reference=run.reference(), body="{gen_otp_09,4}"),
        creates=1,
    )
    validity = _to_one(run, "validity 600", validity=600)
    long_reference = _to_one(run, f"a reference of {LONG} characters", reference=run.reference(LONG))
    many_statuses = Exchange(
        "the status of it and of an unknown one",
        "POST",
        "/rest/sms/getStatus",
        {"ids": ["{id}", "999999999999999"]},
        after=one,
    )
    return [
        Question("sms-result-form", "Is the result for one phone an object?", (one, otp), judging.whole()),
        Question("spec-sms-validity", "Is a validity of 600 hours error 28?", (validity,), judging.whole()),
        Question(
            "spec-reference-length", "Is a reference of 35 characters error 27?", (long_reference,), judging.codes
        ),
        Question(
            "bad-reference-null",
            "Is the reference of error 27 null?",
            (long_reference,),
            judging.whole(values=("reference",)),
        ),
        Question("sms-by-reference", "Is an SMS found by its reference, too?", (by_reference,), judging.whole()),
        Question("sms-get-status", "Which fields does getStatus have?", (many_statuses,), judging.entry(0)),
        Question("sms-get-status-unknown", "What is an unknown id in getStatus?", (many_statuses,), judging.entry(1)),
    ]


def _about_many(run: Run, one: Exchange, reference: str) -> list[Question]:
    """List what is asked about several phones in one request, most of which have something wrong."""
    good = run.number()
    phones = [
        {"msisdn": NO_NUMBER, "reference": run.reference()},
        {"msisdn": run.number()},
        {"msisdn": run.number(), "reference": reference},
        {"msisdn": run.number(), "reference": run.reference(LONG)},
        {"msisdn": good, "reference": run.reference()},
        {"msisdn": good, "reference": run.reference()},
    ]
    mixed = Exchange(
        "six phones, five of them wrong", "POST", CREATE, _order("phones", phones=phones), creates=1, after=one
    )
    task = Exchange("its task", "GET", "/rest/sms/task/{task_id}", after=mixed)
    no_task = Exchange("a task that is no number", "GET", "/rest/sms/task/abc")
    unknown_task = Exchange("an unknown task", "GET", "/rest/sms/task/999999999999")
    own = [
        {"msisdn": run.number(), "reference": run.reference(), "body": ""},
        {"msisdn": run.number(), "reference": run.reference(), "originator": "A-name-that-is-too-long"},
        {"msisdn": run.number(), "reference": run.reference(), "body": "mock_bsg compares"},
    ]
    individual = Exchange(
        "three phones, two with a wrong text or originator", "POST", CREATE, _order("individual", phones=own), creates=1
    )
    return [
        Question("sms-phones-list", "Is the result for several phones a list, with a task?", (mixed,), judging.whole()),
        Question(
            "spec-reference-absent",
            "Is an SMS without a reference error 22?",
            (mixed,),
            judging.entry(1, only=judging.CODES),
        ),
        Question(
            "sms-task-fields",
            "Which fields has the status of a task, and are 29 and 30 what is none?",
            (task, no_task, unknown_task),
            judging.whole(),
        ),
        Question(
            "sms-individual-errors",
            "Do wrong texts of single phones stand in the result?",
            (individual,),
            judging.entry(0, 1),
        ),
        Question("sms-individual-task", "Does individual make a task, too?", (individual,), judging.whole()),
    ]


def _about_requests(run: Run) -> list[Question]:
    originator = _to_one(run, "a long originator", originator="A-name-that-is-too-long")
    no_phones = Exchange("no phones", "POST", CREATE, _order("phones", phones=[]))
    # What Python's client sends if it is told nothing.
    empty = Exchange("an empty request", "POST", CREATE, _order("phones", phones=[]) | {"originator": "", "body": ""})
    both = _to_one(run, "a long originator and a wrong tariff", originator="A-name-that-is-too-long", tariff=10)
    unknown = Exchange("an unknown SMS", "GET", "/rest/sms/reference/never-used-by-anybody")
    senders = Exchange("senders of two-way SMS", "GET", "/rest/sms/2waySenders")
    return [
        Question("sms-error-places", "Are 24 and 25 the whole answer?", (originator, no_phones), judging.whole()),
        Question("sms-text-first", "Is the text looked at before the phones?", (empty,), judging.whole()),
        Question("sms-order-of-checks", "Is the originator looked at before the tariff?", (both,), judging.whole()),
        Question("sms-not-found", "Is an SMS that is not there error 20?", (unknown,), judging.whole()),
        Question("sms-two-way-senders", "What does 2waySenders answer?", (senders,), judging.two_way_senders),
    ]
