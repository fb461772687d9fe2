"""What the test suites of BSG's own clients expect of the live service, in their order, on one account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from tests.rest.conftest import CallWith

PHONE, OTHER = "380937029501", "380972920000"


class Step(NamedTuple):
    """A call, and the error that is expected at a place of its answer; a body of None means GET."""

    path: str
    body: Any
    place: tuple[str | int, ...]
    code: int


def viber(*messages: dict[str, Any], **fields: Any) -> dict[str, Any]:
    plain = {"text": "test", "alpha_name": "BSG"}
    return {"messages": [plain | message for message in messages], "validity": 86400} | fields


def sms(**fields: Any) -> dict[str, Any]:
    own = {"destination": "phone", "msisdn": OTHER, "originator": "BSG", "body": "test", "validity": 72}
    return own | fields


def individual(*phones: dict[str, Any]) -> dict[str, Any]:
    return {"destination": "individual", "phones": list(phones), "validity": 72}


WHOLE = ("error",)
ALONE = ("result", "error")
FIRST = ("result", 0, "error")
SECOND = ("result", 1, "error")

PHP_HLR = [
    Step("/hlr/1", None, WHOLE, 60),
    Step("/hlr/create", {"destination": "phone", "msisdn": OTHER, "reference": "hlrTest1", "tariff": "0"}, FIRST, 0),
    Step("/hlr/create", {"msisdn": OTHER, "reference": "a"}, FIRST, 0),
    Step("/hlr/create", [{"msisdn": PHONE, "reference": "a"}], FIRST, 63),
    Step("/hlr/create", [{"msisdn": PHONE}], FIRST, 62),
    Step("/hlr/create", [{"msisdn": PHONE, "reference": None}], FIRST, 62),
    *[Step("/hlr/create", [{"msisdn": PHONE, "reference": "wt", "tariff": t}], FIRST, 6) for t in (111, "asd", -21)],
    Step("/hlr/create", [["380501111111111111", "inv1"]], FIRST, 61),
    Step("/hlr/create", [], WHOLE, 64),
    Step("/hlr/create", [{"msisdn": PHONE, "reference": f"airt{n}"} for n in range(2)], SECOND, 66),
    Step("/hlr/reference/-=__", None, WHOLE, 65),
    Step("/hlr/prices", None, WHOLE, 0),
]
PHP_SMS = [
    Step("/sms/1", None, WHOLE, 20),
    Step("/sms/create", sms(reference="successSend1"), ALONE, 0),
    Step("/sms/create", sms(reference="failed1", msisdn="invalidPhone"), ALONE, 21),
    Step("/sms/create", sms(reference=None), ALONE, 22),
    Step("/sms/create", sms(reference="existedExt"), ALONE, 0),
    Step("/sms/create", sms(reference="existedExt"), ALONE, 23),
    Step("/sms/create", sms(reference="sn1", originator="a very big originator, bigger than any"), WHOLE, 25),
    Step("/sms/create", sms(reference="swb1", body=""), WHOLE, 26),
    Step("/sms/create", sms(reference="__\\||\\/"), ALONE, 27),
    Step("/sms/create", sms(reference="wv1", validity="wrong validation time"), ALONE, 28),
    Step("/sms/create", sms(destination="phones", phones=[{"msisdn": PHONE, "reference": "t1"}]), FIRST, 0),
    Step("/sms/task/wrong%20status", None, WHOLE, 29),
    Step("/sms/task/1", None, WHOLE, 30),
    Step("/sms/create", individual(), WHOLE, 24),
    Step(
        "/sms/create",
        individual(*[{"msisdn": OTHER, "body": "test", "reference": f"r{n}", "originator": "BSG"} for n in range(2)]),
        SECOND,
        31,
    ),
]
PHP_VIBER = [
    Step("/viber/1", None, WHOLE, 40),
    Step("/viber/create", viber({"to": [{"msisdn": OTHER}]}), FIRST, 0),
    Step("/viber/-2", None, WHOLE, 40),
    Step("/viber/create", viber({"to": [{"msisdn": "definitely not a number"}]}), FIRST, 41),
    Step("/viber/create", viber(*[{"to": [{"msisdn": p, "reference": "used"}]} for p in (OTHER, PHONE)]), SECOND, 43),
    Step("/viber/create", viber({"to": []}), FIRST, 44),
    Step("/viber/create", viber({"to": [{"msisdn": OTHER}], "alpha_name": "wrongSender"}), FIRST, 45),
    Step("/viber/create", viber({"to": [{"msisdn": OTHER}], "text": ""}), FIRST, 46),
    Step("/viber/reference/-2", None, WHOLE, 40),
    Step("/viber/create", viber({"to": [{"msisdn": OTHER}]}, validity=-100), WHOLE, 48),
    Step("/viber/create", viber({"to": [{"msisdn": PHONE}], "options": {"viber": "wrong options"}}), FIRST, 49),
    Step("/viber/create", viber({"to": [{"msisdn": PHONE}]}, {"to": [{"msisdn": PHONE}]}), SECOND, 51),
    Step("/viber/prices", None, WHOLE, 0),
]
PYTHON = [
    Step("/viber/create", {"messages": [], "validity": 86400}, WHOLE, 44),
    Step(
        "/sms/create",
        {"body": "", "originator": "BSG RESTAPI", "destination": "phones", "phones": [], "validity": 72},
        WHOLE,
        26,
    ),
    Step("/hlr/create", [], WHOLE, 64),
]


def error_at(answer: Any, place: tuple[str | int, ...]) -> Any:
    for name in place:
        answer = answer[name]
    return answer


@pytest.mark.parametrize(
    "steps", [PHP_HLR + PHP_SMS + PHP_VIBER, PYTHON], ids=["PHP, one test after the other", "Python, empty requests"]
)
async def test_what_a_suite_expects_holds(call_with: CallWith, steps: list[Step]) -> None:
    bsg = await call_with("account: {senders: [BSG]}")
    for path, body, place, code in steps:
        answer = await (bsg.get(path) if body is None else bsg.post(path, body))
        assert error_at(answer, place) == code, (path, body, answer)
        if code and place == ALONE:
            assert not answer["result"].keys() & {"price", "currency"}
        if path == "/hlr/create" and place != WHOLE:
            assert {"result", "total_price", "currency"} <= answer.keys()


async def test_the_suite_of_nodejs_passes_when_its_references_were_used_before(call_with: CallWith) -> None:
    bsg = await call_with("")
    phones = [{"msisdn": f"38097200000{n}", "reference": f"ext_id_1{n + 7}"} for n in range(2)]
    several = {"destination": "phones", "originator": "alpha_name", "body": "x", "validity": "1", "phones": phones}
    for expected in (0, 23):
        answer = await bsg.post("/sms/create", several)
        assert "task_id" in answer
        assert error_at(answer, FIRST) == expected
