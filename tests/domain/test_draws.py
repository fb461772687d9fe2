import re
import subprocess
import sys
from collections import Counter

from mock_bsg.domain.draws import draw, draw_uuid

_KNOWN = [draw(42, "rule 1", "380501234567", count) for count in range(3)]


def test_draws_are_the_same_in_another_process() -> None:
    program = "from mock_bsg.domain.draws import draw\nprint([draw(42, 'rule 1', '380501234567', n) for n in range(3)])"
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "5"}
    ).stdout
    assert printed.strip() == str(_KNOWN)


def test_draws_never_change_from_version_to_version() -> None:
    assert draw(42, "rule 1", "380501234567", 0) == 0.7147323837958622
    assert draw(0) == 0.7817924376196929
    assert draw("é", -1) == 0.05055612302152279


def test_parts_are_kept_apart() -> None:
    assert len({draw("a", "b"), draw("ab"), draw("a", "b", ""), draw(1), draw("1"), draw("1", 1), draw(11)}) == 7


def test_any_text_can_be_drawn_for() -> None:
    assert 0 <= draw("\ud800", "é", "\x00", -1) < 1


def test_draws_are_spread_evenly() -> None:
    tenths = Counter(int(draw(7, "spread", number) * 10) for number in range(20_000))
    assert len(tenths) == 10
    assert all(1800 < count < 2200 for count in tenths.values())


def test_drawn_uuids_are_random_ones_and_never_change() -> None:
    assert draw_uuid(42, "session", 0) == "57f52cba-cdaf-4b8f-90e3-ea02e7368326"
    drawn = {draw_uuid(42, "session", number) for number in range(1_000)}
    assert len(drawn) == 1_000
    form = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    assert all(form.fullmatch(each) for each in drawn)
