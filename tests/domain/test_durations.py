import pytest

from mock_bsg.domain.durations import Span, format_duration, parse_duration, parse_span


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("0s", 0),
        ("200ms", 200),
        ("5s", 5000),
        ("1.5s", 1500),
        ("0.001s", 1),
        ("5m", 300_000),
        ("1h30m", 5_400_000),
        ("2d", 172_800_000),
        ("1d2h3m4s5ms", 93_784_005),
        (" 3s ", 3000),
    ],
)
def test_durations_are_read_in_milliseconds(text: str, ms: int) -> None:
    assert parse_duration(text) == ms


@pytest.mark.parametrize("text", ["5", "1.5", "0"])
def test_bare_number_is_no_duration_and_the_hint_has_a_unit(text: str) -> None:
    with pytest.raises(ValueError, match=f"write {text}s for seconds"):
        parse_duration(text)


@pytest.mark.parametrize(
    "text", ["", "s", "5 s", "-5s", "5x", "1m1h", "1s1s", "5S", "1e3s", "\u0665s", "5s..", "..5s", "1s.."]
)
def test_other_texts_are_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a duration|finer"):
        parse_span(text)


def test_what_is_finer_than_a_millisecond_or_longer_than_ten_years_is_refused() -> None:
    with pytest.raises(ValueError, match="finer than a millisecond"):
        parse_duration("0.5ms")
    with pytest.raises(ValueError, match="longer than"):
        parse_duration("3651d")
    assert parse_duration("3650d") == 3650 * 86_400_000


@pytest.mark.parametrize("text", ["0.1s", "0.7s", "1.001s", "2.3m", "0.07h"])
def test_fractions_are_read_exactly(text: str) -> None:
    number = float(text[:-1])
    unit = {"s": 1000, "m": 60_000, "h": 3_600_000}[text[-1]]
    assert parse_duration(text) == round(number * unit)


def test_range_has_two_ends_and_does_not_run_backwards() -> None:
    assert parse_span("2s..9s") == Span(2000, 9000)
    assert parse_span("200ms .. 2s") == Span(200, 2000)
    assert parse_span("5s") == Span(5000, 5000)
    with pytest.raises(ValueError, match=r"runs backwards: write 2s\.\.9s"):
        parse_span("9s..2s")


def test_draw_is_spread_over_both_ends() -> None:
    span = Span(2, 4)
    assert [span.at(draw) for draw in (0.0, 0.33, 0.34, 0.66, 0.67, 0.9999999)] == [2, 2, 3, 3, 4, 4]
    assert Span(5, 5).at(0.99) == 5
    assert Span(5, 5).is_fixed
    assert not span.is_fixed


@pytest.mark.parametrize("text", ["0s", "200ms", "1h30m", "2d", "1m1ms"])
def test_durations_are_written_as_they_are_read(text: str) -> None:
    assert format_duration(parse_duration(text)) == text


def test_spans_are_written_as_scenarios_write_them() -> None:
    assert str(Span(2000, 9000)) == "2s..9s"
    assert str(Span(200, 200)) == "200ms"
