"""Progress: rates by working days, what is needed a day, and the best week."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.calendars import Calendar
from salescli.dates import Period
from salescli.decomposition.progress import Week, best_week, pace

CHINA = Calendar()
FEBRUARY = Period.month_of(date(2026, 2, 1))
WORKED = [CHINA.weight(day) for day in FEBRUARY.days()]


def test_time_goes_by_working_days_and_not_by_natural_ones() -> None:
    """On 24 February 12 of 16 working days are gone; 600 of 1,000 reached is 15 points behind."""
    found = pace(1_000, 600, WORKED, 24)
    assert (found.rate, found.time_rate, found.gap_points) == (Fraction(3, 5), Fraction(3, 4), -15)
    assert (found.gap, found.working_days, found.working_days_left, found.needed_per_day) == (400, 16, 4, 100)


def test_the_present_day_is_gone_and_until_it_is_closed_also_left() -> None:
    closed, still_open = pace(1_001, 600, WORKED, 24), pace(1_001, 600, WORKED, 24, closed=False)
    assert closed.time_rate == still_open.time_rate == Fraction(3, 4)
    assert (closed.working_days_left, closed.needed_per_day) == (4, 101)
    assert (still_open.working_days_left, still_open.needed_per_day) == (5, 81)


def test_a_target_of_0_has_no_rate_and_no_points() -> None:
    found = pace(0, 5, WORKED, 24)
    assert (found.rate, found.gap_points, found.time_rate) == (None, None, Fraction(3, 4))
    assert (found.gap, found.needed_per_day) == (-5, 0)


def test_a_period_without_a_working_day_has_no_time_rate() -> None:
    found = pace(10, 5, [0, 0, 0], 2)
    assert (found.rate, found.time_rate, found.gap_points, found.needed_per_day) == (Fraction(1, 2), None, None, None)


@pytest.mark.parametrize(
    ("gone", "time_rate", "left", "left_if_open"),
    [(-3, 0, 4, 4), (0, 0, 4, 4), (1, 1, 3, 4), (4, 4, 0, 1), (5, 4, 0, 0), (400, 4, 0, 0)],
)
def test_a_period_that_has_not_begun_or_is_over(gone: int, time_rate: int, left: int, left_if_open: int) -> None:
    closed, still_open = pace(10, 6, [1] * 4, gone), pace(10, 6, [1] * 4, gone, closed=False)
    assert closed.time_rate == still_open.time_rate == Fraction(time_rate, 4)
    assert (closed.working_days_left, still_open.working_days_left) == (left, left_if_open)


def test_half_days_count_by_half_for_time_and_as_days_to_work() -> None:
    half = Fraction(1, 2)
    found = pace(10, 0, [1, half, 1, half], 2)
    assert (found.time_rate, found.working_days, found.working_days_left) == (half, 4, 2)


@settings(max_examples=55, deadline=None)
@given(
    assigned=st.integers(0, 10**12),
    actual=st.integers(-100, 10**12),
    weights=st.lists(st.sampled_from([0, 1, Fraction(1, 2)]), max_size=60),
    gone=st.integers(-3, 65),
    closed=st.booleans(),
)
def test_what_is_needed_a_day_closes_the_gap_and_no_less_would(
    assigned: int, actual: int, weights: list[int | Fraction], gone: int, closed: bool
) -> None:
    found = pace(assigned, actual, weights, gone, closed)
    assert found.gap == assigned - actual
    assert 0 <= found.working_days_left <= found.working_days
    assert found.time_rate is None or 0 <= found.time_rate <= 1
    if found.needed_per_day is not None:
        assert found.needed_per_day * found.working_days_left >= found.gap
        assert found.needed_per_day == 0 or (found.needed_per_day - 1) * found.working_days_left < found.gap
    later = pace(assigned, actual, weights, gone + 1, closed)
    assert later.working_days_left <= found.working_days_left
    assert later.time_rate is None or found.time_rate is None or later.time_rate >= found.time_rate


# The best week

MARCH = Period.month_of(date(2026, 3, 1))  # begins on a Sunday, ends on a Tuesday


def reached(**days: int) -> list[int]:
    return [days.get(f"d{day.day}", 0) for day in MARCH.days()]


WEEKDAYS: list[int | Fraction] = [int(day.weekday() < 5) for day in MARCH.days()]
THIRD = Period.week_of(date(2026, 3, 16))


def test_the_best_week_is_the_one_with_the_most_a_working_day() -> None:
    sold = reached(d2=50, d16=40, d22=20, d31=10_000, d1=10_000)
    assert best_week(sold, WEEKDAYS, MARCH, MARCH.last) == Week(THIRD, Fraction(60, 5))
    short = [0 if day.day in (3, 4, 5) else weight for day, weight in zip(MARCH.days(), WEEKDAYS, strict=True)]
    assert best_week(sold, short, MARCH, MARCH.last) == Week(Period.week_of(date(2026, 3, 2)), Fraction(50, 2))


def test_a_week_counts_once_its_sunday_is_over() -> None:
    sold = reached(d2=50, d16=60)
    assert best_week(sold, WEEKDAYS, MARCH, date(2026, 3, 22)) == Week(THIRD, Fraction(12))
    assert best_week(sold, WEEKDAYS, MARCH, date(2026, 3, 21)) == Week(Period.week_of(date(2026, 3, 2)), Fraction(10))
    assert best_week(sold[:8], WEEKDAYS[:8], MARCH, date(2026, 3, 8)) is not None
    assert best_week(sold, WEEKDAYS, MARCH, date(2026, 3, 7)) is None


def test_of_equal_weeks_the_earlier_is_the_best_even_with_nothing_reached() -> None:
    assert best_week(reached(), WEEKDAYS, MARCH, MARCH.last) == Week(Period.week_of(date(2026, 3, 2)), Fraction(0))


def test_a_week_without_a_working_day_is_left_out() -> None:
    weights = [weight if day.day > 15 else 0 for day, weight in zip(MARCH.days(), WEEKDAYS, strict=True)]
    found = best_week(reached(d9=1_000, d23=5), weights, MARCH, MARCH.last)
    assert found == Week(Period.week_of(date(2026, 3, 23)), Fraction(1))
    assert best_week(reached(d9=1_000), [0] * 31, MARCH, MARCH.last) is None


def test_a_period_that_is_a_week_is_a_full_week() -> None:
    week = Period.week_of(date(2026, 3, 30))
    assert best_week([1] * 7, [1] * 7, week, week.last) == Week(week, Fraction(1))
    part = Period.between(week.begin, week.end - timedelta(days=1))
    assert best_week([1] * 6, [1] * 6, part, week.last) is None
