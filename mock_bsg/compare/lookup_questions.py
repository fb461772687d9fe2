"""What is asked about HLR and MNP: one lookup of each that is made, and several that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_bsg.compare import judging
from mock_bsg.compare.exchanges import NO_NUMBER, Exchange, Question
from mock_bsg.compare.viber_questions import LONG

if TYPE_CHECKING:
    from mock_bsg.compare.exchanges import Run


def list_questions(run: Run) -> list[Question]:
    """List the questions about HLR and MNP."""
    return [*_about_hlr(run), *_about_mnp(run)]


def _about_hlr(run: Run) -> list[Question]:
    create = "/rest/hlr/create"
    reference, good = run.reference(), run.number()
    nothing = Exchange("no lookups", "POST", create, [])
    failing = Exchange("a wrong number alone", "POST", create, [{"msisdn": NO_NUMBER, "reference": run.reference()}])
    mixed = Exchange(
        "six lookups, five of them wrong",
        "POST",
        create,
        [
            {"msisdn": f"+{good}", "reference": reference},
            {"msisdn": good, "reference": run.reference()},
            {"msisdn": run.number(), "reference": run.reference(LONG)},
            {"msisdn": run.number(), "reference": run.reference(), "tariff": "asd"},
            {"msisdn": run.number()},
            {"msisdn": NO_NUMBER, "reference": run.reference()},
        ],
        creates=1,
    )
    result = Exchange("its result", "GET", f"/rest/hlr/reference/{reference}", after=mixed)
    malformed = Exchange("a malformed reference", "GET", "/rest/hlr/reference/-=__")
    unknown = Exchange("an unknown lookup", "GET", "/rest/hlr/reference/never-used-by-anybody")
    checked = Exchange("a check of a wrong number", "POST", "/rest/hlr/check", {"msisdn": NO_NUMBER})
    return [
        Question(
            "hlr-sum-always",
            "Is there a sum where all failed, and 64 for nothing?",
            (nothing, failing),
            judging.whole(),
        ),
        Question(
            "plus-dropped",
            "Is the + of a number dropped, so that it is twice the same?",
            (mixed,),
            judging.entry(0, 1, only=(*judging.CODES, "msisdn"), values=("msisdn",)),
        ),
        Question("hlr-error-entry", "What is in the entry of a lookup that failed?", (mixed,), judging.entry(2, 4, 5)),
        Question(
            "hlr-own-tariff",
            "Is an unknown tariff an error of its entry?",
            (mixed,),
            judging.entry(3, only=judging.CODES),
        ),
        Question(
            "spec-hlr-tariff-code",
            "Is the tariff_code of an entry a text?",
            (mixed,),
            judging.entry(0, only=("tariff_code",)),
        ),
        Question(
            "spec-hlr-money",
            "Does an entry have a price, an id and a callback_url?",
            (mixed,),
            judging.entry(0, only=("callback_url", "price", "currency", "id")),
        ),
        Question("hlr-fields", "Which fields does a result have?", (result,), judging.whole()),
        Question(
            "hlr-bad-reference",
            "Is a malformed reference 65, an unknown one 60?",
            (malformed, unknown),
            judging.whole(),
        ),
        Question("hlr-check", "Is the error of a check the whole answer?", (checked,), judging.whole()),
    ]


def _about_mnp(run: Run) -> list[Question]:
    mixed = Exchange(
        "two lookups, one of them wrong",
        "POST",
        "/rest/mnp/create",
        {"msisdns": [{"msisdn": run.number()}, {"msisdn": NO_NUMBER}]},
        creates=1,
    )
    unknown = Exchange("an unknown lookup", "GET", "/rest/mnp/reference/never-used-by-anybody")
    return [
        Question(
            "mnp-reference-optional",
            "Does a lookup need no reference?",
            (mixed,),
            judging.entry(0, only=judging.CODES),
        ),
        Question(
            "spec-mnp-entry",
            "Does an entry have an id?",
            (mixed,),
            judging.entry(0, only=("id",)),
        ),
        Question("mnp-fields", "Which fields does an answer have?", (mixed,), judging.entry(0)),
        Question("mnp-codes", "Is what is not there error 80?", (unknown,), judging.whole()),
        Question("mnp-at-once", "Does mnp/create answer at once?", (mixed,), judging.whole()),
    ]
