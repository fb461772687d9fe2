"""What is asked about Viber: one message that is created, and many that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_bsg.compare import judging
from mock_bsg.compare.account_questions import SENDER, order
from mock_bsg.compare.exchanges import NO_NUMBER, Exchange, Question

if TYPE_CHECKING:
    from mock_bsg.compare.exchanges import Run

CREATE = "/rest/viber/create"
PRICE = "/rest/viber/price"
LONG = 35
"""Characters of a reference that was seen to be refused [live]; BSG's own description allows 50."""


def list_questions(run: Run) -> list[Question]:
    """List the questions about Viber's create, price and status."""
    return [*_about_a_message(run), *_about_messages(run), *_about_requests(run)]


def _message(run: Run, **fields: Any) -> dict[str, Any]:
    return {"to": [{"msisdn": run.number()}], "text": "mock_bsg compares", "alpha_name": SENDER, **fields}


def _about_a_message(run: Run) -> list[Question]:
    """List what is asked about one good message, and about recipients of another that have something wrong."""
    reference, good = run.reference(), run.number()
    created = Exchange(
        "a message",
        "POST",
        CREATE,
        {"messages": [_message(run, to=[{"msisdn": run.number(), "reference": reference}])]},
        creates=1,
    )
    status = Exchange("its status", "GET", f"/rest/viber/reference/{reference}", after=created)
    recipients = [
        {"msisdn": NO_NUMBER},
        {"msisdn": run.number(), "reference": reference},
        {"msisdn": run.number(), "reference": run.reference(LONG)},
        {"msisdn": good, "reference": run.reference()},
        {"msisdn": good, "reference": run.reference()},
    ]
    mixed = Exchange(
        "five recipients, four of them wrong",
        "POST",
        CREATE,
        {"messages": [_message(run, to=recipients)]},
        creates=1,
        after=created,
    )
    padded = Exchange("an id with zeros", "GET", "/rest/viber/000{id}", after=created)
    return [
        Question("viber-fields", "Which fields do create and status have?", (created, status), judging.whole()),
        Question("times-null", "Is a time that has not come yet null?", (status,), judging.times),
        Question("id-form", "Is an id with zeros before it unknown?", (padded,), judging.whole()),
        Question(
            "msisdn-form", "Is a number with letters in it error 41?", (mixed,), judging.entry(0, only=judging.CODES)
        ),
        Question("error-entry", "What is in the entry of an error?", (mixed,), judging.entry(1)),
        Question(
            "null-reference-everywhere",
            "Is the reference of error 47 null?",
            (mixed,),
            judging.entry(2, only=("reference",), values=("reference",)),
        ),
        Question(
            "viber-codes",
            "Are 43, 47 and 51 the codes of a reference used before, a long one, a number twice?",
            (mixed,),
            judging.entry(1, 2, 3, 4, only=judging.CODES),
        ),
    ]


def _about_messages(run: Run) -> list[Question]:
    """List what is asked about messages that have something wrong, each in the same request."""
    far = {"originator": "A-name-that-is-too-long", "text": "mock_bsg compares"}
    messages = Exchange(
        "five messages, all wrong",
        "POST",
        CREATE,
        {
            "messages": [
                _message(run, text=""),
                _message(run, options={"viber": {"caption": "See"}}),
                _message(run, callback_url="ftp://shop.example/report"),
                _message(run, scheduledDatetime="2017-01-17T09:20:02Z"),
                _message(run, options={"viber": {"alt_route": far}}),
            ]
        },
    )
    return [
        Question(
            "viber-message-errors", "Is a message's mistake the entry of its recipient?", (messages,), judging.entry(0)
        ),
        Question(
            "no-sum", "Is there no sum where nothing was created?", (messages,), judging.whole(without=("result",))
        ),
        Question("spec-viber-options", "Is a caption without an action error 49?", (messages,), judging.entry(1)),
        Question(
            "bad-callback-or-time",
            "Is a bad callback_url error 7, a time in the past 10?",
            (messages,),
            judging.entry(2, 3),
        ),
        Question(
            "alt-route-unsendable",
            "Is an alternative route that cannot be sent error 49?",
            (messages,),
            judging.entry(4),
        ),
    ]


def _about_requests(run: Run) -> list[Question]:
    """List what is asked about whole requests that are wrong."""
    second = Exchange("validity 1", "POST", PRICE, order(run, validity="1"))
    nothing = Exchange("no messages", "POST", CREATE, {"messages": []})
    two = Exchange("a wrong validity and a wrong tariff", "POST", PRICE, order(run, validity="long", tariff=10))
    priced = Exchange("a price of nothing", "POST", PRICE, {"messages": [_message(run, text="")]})
    malformed = Exchange("a malformed reference", "GET", "/rest/viber/reference/-=__")
    return [
        Question("viber-validity", "Is a validity of one second right?", (second,), judging.whole()),
        Question("viber-payload", "Is a request without messages error 44?", (nothing,), judging.whole()),
        Question("viber-order-of-checks", "Is the validity looked at before the tariff?", (two,), judging.whole()),
        Question("price-first-error", "Is the price of a wrong message its error?", (priced,), judging.whole()),
        Question("viber-bad-reference", "Is a malformed reference just not found?", (malformed,), judging.whole()),
    ]
