"""Replanning: worked numbers, where the missed goes first, what can't be, and the invariants over random input."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from salescli.calendars import Calendar
from salescli.dates import Period
from salescli.decomposition.apportion import largest_remainder
from salescli.decomposition.replan import CAP, Horizon, Replan, replan
from salescli.decomposition.split import Hold, split, sums
from salescli.errors import BadValue, Refused

CHINA = Calendar()
SEASON = [90, 70, 105, 100, 100, 105, 95, 95, 110, 105, 110, 115]
YEAR = Period.year_of(date(2026, 1, 1))
CELLS = split(1_200_000_000, YEAR, CHINA.weight, SEASON)
FIRST_QUARTER = Period.quarter_of(date(2026, 1, 1))
DAY = timedelta(days=1)


def asked(period: Period, cells: list[int], as_of: date) -> int:
    """What the plan asked up to and including ``as_of``."""
    return sum(cells[: (as_of - period.begin).days + 1])


def after(made: Replan, *periods: Period) -> list[int]:
    """The rolling amounts by period."""
    return sums(made.cells, made.begin, periods)


def evenly(period: Period, amount: int) -> list[int]:
    """The same amount on every natural day."""
    return [amount] * (period.end - period.begin).days


# The worked numbers


def test_a_small_miss_is_caught_up_in_the_rest_of_the_month_alone() -> None:
    """11 working days of November are left after the 15th: 1,100.00 missed is 100.00 more on each."""
    as_of = date(2026, 11, 15)
    made = replan(CELLS, YEAR, asked(YEAR, CELLS, as_of) - 110_000, as_of)
    assigned = CELLS[(made.begin - YEAR.begin).days :]
    more = [cell - before for cell, before in zip(made.cells, assigned, strict=True)]
    working = [CHINA.is_working(made.begin + DAY * place) for place in range(15)]
    assert sum(working) == 11
    assert more == [10_000 if worked else 0 for worked in working] + [0] * 31
    assert (made.missed, made.unrecoverable, made.surplus, made.cap_binds) == (110_000, 0, 0, False)


def test_what_does_not_fit_in_the_month_goes_to_the_quarter_and_then_the_year() -> None:
    """Every day asks 100 and may take 130: the 14 days after 17 January take 420, February and March 1,770."""
    cells = evenly(YEAR, 100)
    as_of = date(2026, 1, 17)
    months = YEAR.months()
    quarters = YEAR.quarters()
    for missed, january, first_quarter, year in [
        (0, 1_400, 7_300, 34_800),
        (420, 1_820, 7_720, 35_220),
        (421, 1_820, 7_721, 35_221),
        (1_700, 1_820, 9_000, 36_500),
    ]:
        made = replan(cells, YEAR, 1_700 - missed, as_of)
        assert after(made, months[0], quarters[0], YEAR) == [january, first_quarter, year]
        assert made.cap_binds == (missed > 420)


def test_behind_the_quarter_what_is_left_goes_over_the_rest_of_the_year_alike() -> None:
    """100 a day and 1,700 missed by mid-December 30 days before the quarter's end."""
    cells = evenly(YEAR, 10)
    made = replan(cells, YEAR, 0, date(2026, 2, 28))  # 590 missed, March and no more of the quarter takes 93
    months = after(made, *YEAR.months()[2:])
    assert months[0] == 31 * 13
    assert sum(months[1:]) == 10 * 275 + 590 - 93
    assert set(made.cells[31:]) == {11, 12}
    assert made.cap_binds


def test_the_horizon_ends_what_is_caught_up_and_the_days_behind_it_keep_their_amounts() -> None:
    cells = evenly(YEAR, 100)
    as_of = date(2026, 1, 31)
    left: dict[Horizon | None, int] = {"month": 3_100, "quarter": 3_100 - 1_770, "year": 0, None: 0}
    for over, unrecoverable in left.items():
        made = replan(cells, YEAR, 0, as_of, over=over)
        assert made.unrecoverable == unrecoverable
        assert made.rolling == 33_400 + 3_100 - unrecoverable
    assert replan(cells, YEAR, 0, as_of, over="month").cells == tuple(cells[31:])
    assert replan(cells, YEAR, 0, as_of, over="quarter").cells == (130,) * 59 + (100,) * 275


def test_the_cap_does_not_bind_where_a_month_has_no_day_left() -> None:
    assert not replan(evenly(YEAR, 100), YEAR, 3_000, date(2026, 1, 31)).cap_binds
    assert not replan(evenly(YEAR, 100), YEAR, 3_000, date(2026, 1, 31), over="month").cap_binds


def test_a_longer_period_than_a_year_catches_up_in_the_next_year_last() -> None:
    two_years = Period.between(date(2026, 1, 1), date(2028, 1, 1))
    cells = evenly(two_years, 10)
    as_of = date(2026, 12, 30)
    missed = replan(cells, two_years, 3_640 - 100, as_of)
    assert missed.cells[0] == 13
    assert missed.rolling == 10 * 366 + 100
    assert replan(cells, two_years, 3_640 - 100, as_of, over="year").unrecoverable == 97


def test_ahead_of_plan_all_days_that_are_left_get_less_alike() -> None:
    cells = evenly(FIRST_QUARTER, 100)
    made = replan(cells, FIRST_QUARTER, 1_000 + 4_000, date(2026, 1, 10))
    assert set(made.cells) == {50}
    assert (made.missed, made.surplus, made.cap_binds) == (-4_000, 0, False)


def test_ahead_of_plan_nothing_gets_less_than_0_and_the_rest_is_surplus() -> None:
    cells = evenly(FIRST_QUARTER, 100)
    as_of = date(2026, 1, 10)
    for over, days, surplus in [("month", 21, 9_000 - 2_100), ("quarter", 80, 1_000), (None, 80, 1_000)]:
        made = replan(cells, FIRST_QUARTER, 10_000, as_of, over=over)  # type: ignore[arg-type]
        assert made.cells == (0,) * days + (100,) * (80 - days)
        assert made.surplus == surplus


def test_odd_units_go_to_the_larger_remainder_and_of_equal_ones_to_the_earlier_day() -> None:
    week = Period.week_of(date(2026, 3, 2))
    cells = [10, 20, 0, 20, 20, 0, 30]
    # 90 + 7 over 90: the shares of the days left are 21.56, 21.56, 21.56 and 32.33.
    assert replan(cells, week, 10 - 7, date(2026, 3, 2)).cells == (22, 0, 22, 21, 0, 32)


def test_a_cap_is_rounded_down_and_days_that_reach_it_leave_the_rest_to_the_others() -> None:
    """At 1.3 an amount of 3 may take 3, of 5 may take 6, of 10 may take 13: 4 in all."""
    week = Period.week_of(date(2026, 3, 2))
    cells = [9, 3, 5, 10, 0, 0, 0]
    capped = {1: (3, 5, 11), 2: (3, 6, 11), 3: (3, 6, 12), 4: (3, 6, 13)}
    for missed, (tuesday, wednesday, thursday) in capped.items():
        made = replan(cells, week, 9 - missed, date(2026, 3, 2))
        assert made.cells == (tuesday, wednesday, thursday, 0, 0, 0)
        assert not made.unrecoverable
    made = replan(cells, week, 0, date(2026, 3, 2))
    assert made.cells == (3, 6, 13, 0, 0, 0)
    assert (made.unrecoverable, made.cap_binds) == (5, True)


def test_with_a_cap_of_1_nothing_can_be_caught_up() -> None:
    made = replan(CELLS, YEAR, 0, date(2026, 6, 30), cap=Fraction(1))
    assert made.cells == tuple(CELLS[181:])
    assert made.unrecoverable == sum(CELLS[:181])
    assert made.cap_binds


def test_a_wider_cap_catches_up_more() -> None:
    as_of = date(2026, 6, 30)
    assert replan(CELLS, YEAR, 0, as_of).unrecoverable > 0
    assert replan(CELLS, YEAR, 0, as_of, cap=Fraction(2)).unrecoverable == 0
    assert Fraction(13, 10) == CAP


def test_more_returned_than_sold_is_missed_too() -> None:
    made = replan(evenly(FIRST_QUARTER, 100), FIRST_QUARTER, -50, date(2026, 1, 1))
    assert made.missed == 150
    assert made.rolling == 8_900 + 150


# Periods, begun and over


def test_on_the_last_day_all_that_is_missed_is_unrecoverable() -> None:
    made = replan(CELLS, YEAR, 1_199_999_999, date(2026, 12, 31))
    assert (made.cells, made.rolling, made.unrecoverable, made.cap_binds) == ((), 0, 1, False)
    assert replan(CELLS, YEAR, 1_200_000_001, date(2026, 12, 31)).surplus == 1


def test_the_day_after_is_the_first_that_is_replanned() -> None:
    made = replan(CELLS, YEAR, 0, date(2026, 1, 1))
    assert made.begin == date(2026, 1, 2)
    assert len(made.cells) == 364


@pytest.mark.parametrize(
    ("as_of", "says"), [(date(2025, 12, 31), ["2026", "2025-12-31"]), (date(2027, 1, 1), ["2026", "2027-01-01"])]
)
def test_a_period_that_is_over_or_has_not_begun_is_refused(as_of: date, says: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        replan(CELLS, YEAR, 0, as_of)
    assert all(word in refused.value.message for word in says)
    assert ("over" in refused.value.message) == (as_of.year == 2027)
    assert ("2026-12-31" if as_of.year == 2027 else "2026-01-01") in refused.value.hint


def test_a_cap_below_1_is_a_bad_value() -> None:
    with pytest.raises(BadValue) as refused:
        replan(CELLS, YEAR, 0, date(2026, 6, 1), cap=Fraction(99, 100))
    assert "cap below 1" in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize("count", [364, 366])
def test_there_is_an_amount_for_every_day(count: int) -> None:
    with pytest.raises(ValueError, match="day"):
        replan([1] * count, YEAR, 0, date(2026, 6, 1))


# Properties over random input


class Case(NamedTuple):
    """A split target and what was reached of it, as random as it comes."""

    cells: list[int]
    period: Period
    actual: int
    as_of: date
    cap: Fraction
    over: Horizon | None


WEIGHT_RULES: list[Callable[[date], int | Fraction]] = [
    CHINA.weight,
    lambda day: CHINA.weight(day, Fraction(1, 2)),
    lambda day: (0, 1, 2, Fraction(1, 3))[day.toordinal() * 2654435761 % 1009 % 4],
]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    begin = draw(st.dates(date(2019, 1, 1), date(2029, 1, 1)))
    whole = draw(st.sampled_from([Period.year_of, Period.quarter_of, Period.month_of, Period.week_of, None]))
    period = whole(begin) if whole else Period.between(begin, begin + DAY * draw(st.integers(1, 500)))
    total = draw(st.integers(0, 300) | st.integers(0, 10**10))
    season = draw(st.none() | st.lists(st.integers(1, 200), min_size=12, max_size=12))
    weight_of = draw(st.sampled_from(WEIGHT_RULES))
    days = (period.end - period.begin).days
    free = [day for day in list(period.days())[1:] if weight_of(day)]
    held = [Hold(Period.day_of(free[0]), total // 7)] if len(free) > 1 and draw(st.booleans()) else []
    cells = split(total, period, weight_of, season, held)
    as_of = period.begin + DAY * draw(st.integers(0, days - 1))
    so_far = asked(period, cells, as_of)
    left = total - so_far
    missed = draw(st.integers(-5, 5) | st.integers(0, left // 3) | st.integers(-2 * left, 2 * left) | st.just(so_far))
    actual = so_far - missed
    cap = draw(st.sampled_from([CAP, Fraction(1), Fraction(2), Fraction(11, 10)]) | st.fractions(1, 5))
    return Case(cells, period, actual, as_of, cap, draw(st.sampled_from(["month", "quarter", "year", None])))


def horizon_end(case: Case) -> date:
    around = {"month": Period.month_of, "quarter": Period.quarter_of, "year": Period.year_of}
    return min(around[case.over](case.as_of).end, case.period.end) if case.over else case.period.end


@settings(max_examples=110, deadline=None)
@given(case=cases())
@example(Case([0] * 31, Period.month_of(date(2026, 1, 1)), 5, date(2026, 1, 9), CAP, None))
@example(Case([0] * 31, Period.month_of(date(2026, 1, 1)), -5, date(2026, 1, 9), CAP, "month"))
def test_every_replan_adds_up_and_keeps_to_its_cap_and_horizon(case: Case) -> None:
    made = replan(*case)
    assigned = case.cells[(made.begin - case.period.begin).days :]
    end = (horizon_end(case) - made.begin).days
    assert made == replan(*case)
    assert made.rolling + made.actual + made.unrecoverable - made.surplus == made.assigned == sum(case.cells)
    assert made.missed == asked(*case[1::-1], case.as_of) - case.actual
    assert len(made.cells) == len(assigned)
    assert made.cells[end:] == tuple(assigned[end:])
    for cell, before in zip(made.cells, assigned, strict=True):
        assert 0 <= cell <= case.cap * before
        assert cell >= before if made.missed > 0 else cell <= before
    if made.missed > 0:
        assert made.surplus == 0
        if made.unrecoverable:
            assert list(made.cells[:end]) == [int(case.cap * before) for before in assigned[:end]]
    else:
        assert made.unrecoverable == 0
        assert not made.cap_binds
        assert made.surplus == 0 or not any(made.cells[:end])
        if not made.surplus:
            assert list(made.cells[:end]) == largest_remainder(sum(made.cells[:end]), assigned[:end])


@settings(max_examples=33, deadline=None)
@given(case=cases())
def test_with_nothing_missed_nothing_changes(case: Case) -> None:
    so_far = asked(*case[1::-1], case.as_of)
    made = replan(*case._replace(actual=so_far))
    assert made.cells == tuple(case.cells[(made.begin - case.period.begin).days :])
    assert (made.missed, made.unrecoverable, made.surplus, made.cap_binds) == (0, 0, 0, False)


def stage_of(as_of: date, day: date) -> int:
    """0 in the same month, 1 in the same quarter, 2 in the same year, else 3."""
    if day.year != as_of.year:
        return 3
    return 0 if day.month == as_of.month else 1 if (day.month - 1) // 3 == (as_of.month - 1) // 3 else 2


@settings(max_examples=82, deadline=None)
@given(case=cases())
def test_the_missed_goes_to_the_month_before_the_quarter_before_the_year_each_in_proportion(case: Case) -> None:
    made = replan(*case)
    if made.missed <= 0:
        return
    assigned = case.cells[(made.begin - case.period.begin).days :]
    days = [made.begin + DAY * place for place in range((horizon_end(case) - made.begin).days)]
    stages: dict[int, list[int]] = {}
    for place, day in enumerate(days):
        stages.setdefault(stage_of(case.as_of, day), []).append(place)
    limits = [int(case.cap * before) for before in assigned]
    open_before = False
    for _, stage in sorted(stages.items()):
        cells, before = [made.cells[place] for place in stage], [assigned[place] for place in stage]
        if open_before:
            assert cells == before
        open_before = open_before or any(made.cells[place] < limits[place] for place in stage)
        # No day has more than a unit above what another that may still take some has, in proportion.
        below = [place for place in stage if made.cells[place] < limits[place]]
        if below:
            least = min(Fraction(made.cells[place] + 1, assigned[place]) for place in below)
            assert all(Fraction(made.cells[place] - 1, assigned[place]) < least for place in stage if assigned[place])
