"""Levels: the window they are averaged over, and their hundredths."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.dates import Period, parse_period
from salescli.services.goals import levels


@pytest.mark.parametrize(
    ("period", "begin"),
    [
        ("2026-W48", date(2026, 10, 1)),
        ("2026-11", date(2026, 10, 1)),
        ("2026-Q4", date(2026, 10, 1)),
        ("2026", date(2026, 1, 1)),
        ("2026-09-28..2026-10-04", date(2026, 9, 28)),
    ],
)
def test_a_level_is_averaged_from_the_start_of_the_quarter_or_of_the_period(period: str, begin: date) -> None:
    days = parse_period(period, date(2026, 11, 25))
    assert levels.window(days.begin, days.end) == (begin, days.end)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 800))
def test_the_window_holds_the_period_and_never_more_than_a_quarter_before_it(begin: date, days: int) -> None:
    end = begin + timedelta(days=days)
    first, last = levels.window(begin, end)
    assert last == end
    assert Period.quarter_of(end - timedelta(days=1)).begin >= first
    assert begin - timedelta(days=92) < first <= begin


@given(st.lists(st.integers(0, 100), min_size=1, max_size=40))
def test_hundredths_are_the_average_rounded_half_up(scores: list[int]) -> None:
    level = levels.average([(date.min, score) for score in scores])
    assert level is not None
    found = Fraction(levels.hundredths(level), 100)
    assert Fraction(-1, 200) < found - level <= Fraction(1, 200)
    assert min(scores) <= found <= max(scores)
