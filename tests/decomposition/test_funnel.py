"""The funnel backwards: steps rounded up, rates from enough cases or typed and marked, the days to act in."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.calendars import Calendar
from salescli.decomposition.funnel import (
    Estimate,
    average_order,
    days_to_act,
    funnel,
    median_cycle,
    rate,
    wilson,
)
from salescli.errors import BadValue, Refused

CHINA = Calendar()


def exactly(value: str | int) -> Estimate:
    return Estimate(Fraction(value), 20, False)


# The steps


def test_a_gap_takes_deals_quotations_and_visits_each_rounded_up() -> None:
    """3,500,000.00 ÷ 400,000.00 = 8.75: 9 deals; ÷ 0.3 = 30 quotations; ÷ 0.4 = 75 visits in 20 days of 3 slots."""
    found = funnel(350_000_000, exactly(40_000_000), exactly("0.3"), exactly("0.4"), 20, 60)
    assert (found.deals, found.quotations, found.visits) == (9, 30, 75)
    assert (found.average, found.win, found.quoting) == (exactly(40_000_000), exactly("0.3"), exactly("0.4"))
    assert (found.gap, found.days, found.capacity) == (350_000_000, 20, 60)
    assert found.per_day == Fraction(15, 4)
    assert found.capacity_per_day == 3
    assert found.beyond == 15


def test_rounding_up_happens_at_every_step_and_not_once_at_the_end() -> None:
    """1 ÷ 10 is a whole deal, ÷ 2/3 two quotations, ÷ 3/4 three visits; 0.2 in one go would be one."""
    found = funnel(1, exactly(10), exactly("2/3"), exactly("3/4"), 1, 5)
    assert (found.deals, found.quotations, found.visits) == (1, 2, 3)
    assert (found.per_day, found.capacity_per_day, found.beyond) == (3, 5, 0)


@pytest.mark.parametrize("gap", [0, -5])
def test_no_gap_takes_nothing(gap: int) -> None:
    found = funnel(gap, exactly(10), exactly("1/2"), exactly("1/2"), 5, 10)
    assert (found.deals, found.quotations, found.visits, found.per_day, found.beyond) == (0, 0, 0, 0, 0)
    assert found.gap == gap


def test_a_gap_in_orders_is_a_gap_in_deals() -> None:
    found = funnel(3, None, exactly("1/2"), exactly(1), 5, 10)
    assert (found.deals, found.quotations, found.visits) == (3, 6, 6)
    assert funnel(-5, None, exactly("1/2"), exactly(1), 5, 10).deals == 0


def test_without_a_day_left_there_is_no_need_by_day() -> None:
    found = funnel(100, exactly(10), exactly("1/2"), exactly("1/2"), 0, 0)
    assert (found.visits, found.per_day, found.capacity_per_day, found.beyond) == (40, None, None, 40)
    assert found.visits_in(5) == 0


def test_a_week_s_visits_are_its_part_rounded_up_and_no_more_than_all() -> None:
    found = funnel(10, exactly(1), exactly(1), exactly(1), 7, 70)
    assert [found.visits_in(days) for days in (0, 1, 5, 7, 9)] == [0, 2, 8, 10, 10]


# Rates, averages, cycles


def test_ten_cases_of_the_user_s_own_are_enough() -> None:
    own = Estimate(Fraction(3, 10), 10, False, *wilson(3, 10))
    assert rate("win rate", 3, 10, Fraction(9, 10)) == rate("win rate", 3, 10) == own
    few = rate("win rate", 3, 9, Fraction(9, 10))
    assert (few.value, few.cases, few.assumed) == (Fraction(9, 10), 9, True)
    assert (few.low, few.high) == wilson(3, 9)


def test_without_cases_there_is_no_interval() -> None:
    typed = rate("win rate", 0, 0, Fraction(1))
    assert (typed.value, typed.low, typed.high) == (1, None, None)


def test_no_success_at_all_leaves_only_what_is_typed() -> None:
    assert rate("win rate", 0, 12, Fraction(1, 5)).assumed
    for cases in (10, 12):
        with pytest.raises(Refused) as refused:
            rate("win rate", 0, cases)
        assert refused.value.message.startswith(f"Not one of {cases} cases")
        assert "win rate" in refused.value.message


@pytest.mark.parametrize(("cases", "says"), [(0, "0 cases are"), (1, "1 case is"), (9, "9 cases are")])
def test_too_few_cases_and_nothing_typed_are_refused(cases: int, says: str) -> None:
    for figure, work in (
        ("win rate", lambda: rate("win rate", cases, cases)),
        ("average order", lambda: average_order([5] * cases)),
        ("sales cycle", lambda: median_cycle([5] * cases)),
    ):
        with pytest.raises(Refused) as refused:
            work()
        assert says in refused.value.message
        assert f"the {figure};" in refused.value.message
        assert "10" in refused.value.message
        assert refused.value.hint


@pytest.mark.parametrize("typed", [Fraction(0), Fraction(-1, 2), Fraction(101, 100)])
def test_a_typed_rate_is_above_0_and_at_most_1(typed: Fraction) -> None:
    with pytest.raises(BadValue) as refused:
        rate("win rate", 5, 20, typed)
    assert "win rate" in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize(("hits", "cases"), [(2, 1), (-1, 5)])
def test_hits_are_some_of_the_cases(hits: int, cases: int) -> None:
    with pytest.raises(ValueError, match="hits"):
        rate("win rate", hits, cases)


def test_the_average_order_is_exact_and_typed_under_ten_orders() -> None:
    assert average_order([1] * 9 + [2]) == Estimate(Fraction(11, 10), 10, False)
    assert average_order([1] * 9, 7) == Estimate(Fraction(7), 9, True)
    assert average_order([0] * 9 + [1]).value == Fraction(1, 10)
    assert average_order([], 1).value == 1
    assert average_order([0] * 10, 7) == Estimate(Fraction(7), 10, True)
    with pytest.raises(Refused):
        average_order([0] * 10)
    for typed in (0, -1):
        with pytest.raises(BadValue, match="average order"):
            average_order([5] * 10, typed)


def test_the_median_cycle_is_rounded_up_and_typed_under_ten_deals() -> None:
    assert median_cycle([90, 1, 2, 3, 4, 30, 31, 32, 33, 34]) == Estimate(Fraction(31), 10, False)
    assert median_cycle([1, 2, 3, 4, 5, 40, 50, 60, 70, 80, 90]).value == 40
    assert median_cycle([4] * 5 + [7] * 5).value == 6
    assert median_cycle([4] * 9, 0) == Estimate(Fraction(0), 9, True)
    with pytest.raises(BadValue, match="sales cycle"):
        median_cycle([4] * 10, -1)


# Published intervals: R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, the score method.
@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_wilson_interval_is_the_published_one(hits: int, cases: int, low: float, high: float) -> None:
    found = wilson(hits, cases)
    assert [round(limit, 4) for limit in found] == [low, high]


@settings(max_examples=55, deadline=None)
@given(cases=st.integers(1, 10**6), data=st.data())
def test_the_wilson_interval_holds_the_rate_and_is_the_mirror_of_the_failures(cases: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, cases))
    low, high = wilson(hits, cases)
    assert 0 <= low <= hits / cases <= high <= 1
    assert low < high
    mirrored = wilson(cases - hits, cases)
    assert mirrored == (pytest.approx(1 - high, abs=1e-12), pytest.approx(1 - low, abs=1e-12))


# The days


def test_the_days_to_act_end_a_cycle_before_the_deadline() -> None:
    """From Monday 23 November to 31 December less 30 days: to 1 December, seven working days."""
    days = days_to_act(date(2026, 11, 23), date(2026, 12, 31), 30, CHINA.is_working)
    assert (days[0], days[-1], len(days)) == (date(2026, 11, 23), date(2026, 12, 1), 7)


@pytest.mark.parametrize(("cycle", "count"), [(0, 5), (1, 4), (4, 1), (5, 0), (90, 0)])
def test_a_cycle_takes_its_days_from_the_end_both_ends_counted(cycle: int, count: int) -> None:
    assert len(days_to_act(date(2026, 11, 23), date(2026, 11, 27), cycle, CHINA.is_working)) == count


def test_a_deadline_that_is_past_leaves_no_day() -> None:
    assert days_to_act(date(2026, 11, 23), date(2026, 11, 22), 0, lambda day: True) == []


# Properties


RATES = st.fractions(Fraction(1, 100), 1, max_denominator=100).map(exactly)


@settings(max_examples=82, deadline=None)
@given(
    gap=st.integers(-100, 10**12),
    average=st.fractions(1, 10**9, max_denominator=100).map(exactly),
    win=RATES,
    quoting=RATES,
    days=st.integers(0, 250),
    capacity=st.integers(0, 2000),
)
def test_each_step_is_the_least_that_is_enough(
    gap: int, average: Estimate, win: Estimate, quoting: Estimate, days: int, capacity: int
) -> None:
    found = funnel(gap, average, win, quoting, days, capacity)
    steps = [
        (found.deals, average.value, max(gap, 0)),
        (found.quotations, win.value, found.deals),
        (found.visits, quoting.value, found.quotations),
    ]
    for least, each, needed in steps:
        assert least * each >= needed
        assert least == 0 or (least - 1) * each < needed
    assert found.beyond == max(0, found.visits - capacity)
    assert found.visits_in(days) == (found.visits if days else 0)
    week = found.visits_in(5)
    if found.per_day is not None:
        assert found.per_day * days == found.visits
        assert 0 <= week - found.per_day * min(5, days) < 1


@settings(max_examples=33, deadline=None)
@given(begin=st.dates(date(2020, 1, 1), date(2030, 1, 1)), length=st.integers(-5, 60), cycle=st.integers(0, 70))
def test_every_day_to_act_is_worked_and_early_enough(begin: date, length: int, cycle: int) -> None:
    deadline = begin + timedelta(days=length)
    found = days_to_act(begin, deadline, cycle, CHINA.is_working)
    latest = deadline - timedelta(days=cycle)
    assert len(found) == CHINA.working_days(begin, latest + timedelta(days=1))
    assert all(begin <= day <= latest and CHINA.is_working(day) for day in found)
