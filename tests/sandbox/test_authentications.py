"""Sessions of one-time codes: how long they hold, how many are kept, and which codes are drawn."""

from __future__ import annotations

from collections import Counter

import pytest

from mock_bsg.rules.one_api import OneApiSetting
from mock_bsg.rules.usage import Usage
from mock_bsg.sandbox import authentications
from mock_bsg.sandbox.authentications import Authentication, Authentications, SentCode, draw_code, draw_id

NUMBER = "380972920000"
DRAWN = OneApiSetting()


def session(number: int = 1, **changes: object) -> Authentication:
    first = Authentication(
        number,
        f"id {number}",
        NUMBER,
        "UA",
        "sms",
        "SHOP",
        None,
        "Your code is {code2fa}",
        30_000,
        3,
        5,
        created_at=1_000,
        expires_at=31_000,
        sent=(SentCode("12345", 217),),
    )
    return first._replace(**changes)  # type: ignore[arg-type] # of a few kinds


def test_session_that_nobody_ends_is_ended_by_its_time() -> None:
    pending = session()
    assert (pending.status(30_999), pending.finished_at(30_999)) == ("pending", None)
    assert (pending.status(31_000), pending.finished_at(31_000)) == ("expired", 31_000)
    assert pending.finished_at(99_000) == 31_000


def test_session_that_was_ended_does_not_expire() -> None:
    verified = session(ended="verified", ended_at=2_000)
    assert (verified.status(99_000), verified.finished_at(99_000)) == ("verified", 2_000)


def test_only_the_last_code_of_a_session_holds() -> None:
    first, second = SentCode("12345", 217), SentCode("54321", 218)
    resent = session(sent=(first, second))
    assert resent.code == "54321"
    assert (resent.status_of(first, 2_000), resent.status_of(second, 2_000)) == ("void", "pending")


def test_newest_sessions_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authentications, "MOST_KEPT", 3)
    kept = Authentications()
    for number in range(1, 6):
        assert kept.next_number == number
        kept.keep(session(number))
    kept.keep(session(4, tries=1))
    assert [(each.number, each.tries) for each in kept.oldest_first()] == [(3, 0), (4, 1), (5, 0)]
    assert kept.find("id 2") is None
    assert "id 2" not in kept
    assert kept.find("id 4") == session(4, tries=1)
    restored = Authentications.restore(kept.capture())
    restored.keep(session(restored.next_number))
    assert [each.number for each in restored.oldest_first()] == [4, 5, 6]


def test_what_has_not_changed_is_captured_as_the_same_block() -> None:
    kept = Authentications()
    for number in range(1, 1_101):
        kept.keep(session(number))
    before = kept.capture()
    assert [len(block.rows) for block in before] == [499, 500, 101]
    kept.keep(session(700, tries=1))
    after = kept.capture()
    assert [one is other for one, other in zip(before, after, strict=True)] == [True, False, True]
    assert list(Authentications.restore(after).oldest_first()) == list(kept.oldest_first())


def test_codes_never_change_from_version_to_version() -> None:
    codes = [draw_code(1, DRAWN, NUMBER, drawn, 5) for drawn in range(3)]
    assert codes == ["48091", "77010", "43234"]
    assert draw_id(1, NUMBER, Usage(), Authentications()) == "987c2358-19c7-40b4-8f95-9bb0ee87b24c"


@pytest.mark.parametrize("digits", range(3, 10))
def test_drawn_codes_have_so_many_digits_and_no_zero_in_front(digits: int) -> None:
    codes = [draw_code(7, DRAWN, str(number), 0, digits) for number in range(1_000)]
    assert {len(code) for code in codes} == {digits}
    first = Counter(code[0] for code in codes)
    assert sorted(first) == list("123456789")


def test_another_code_is_never_the_one_before() -> None:
    for number in range(200):
        before = draw_code(7, DRAWN, str(number), 0, 3)
        assert draw_code(7, DRAWN, str(number), 0, 3, before) != before


@pytest.mark.parametrize(("digits", "code"), [(3, "904"), (4, "9049"), (9, "904904904")])
def test_code_of_the_scenario_is_repeated_or_cut(digits: int, code: str) -> None:
    assert draw_code(7, OneApiSetting(otp="904"), NUMBER, 0, digits, code) == code


def test_id_that_is_taken_is_not_drawn_again() -> None:
    usage, kept = Usage(), Authentications()
    first = draw_id(7, NUMBER, usage, kept)
    assert usage.counts == {}
    kept.keep(session(id=first))
    assert draw_id(7, NUMBER, usage, kept) != first
    assert draw_id(7, "380972920001", usage, kept) not in kept
