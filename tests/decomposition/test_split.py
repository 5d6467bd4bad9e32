"""Splitting a target into days: the worked numbers, the rules one by one, and properties over random input."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.calendars import Calendar, DayMark
from salescli.dates import Period
from salescli.decomposition.apportion import largest_remainder
from salescli.decomposition.season import EVEN
from salescli.decomposition.split import Hold, Pattern, split, sums
from salescli.errors import BadValue, Refused

CHINA = Calendar()
SEASON = [90, 70, 105, 100, 100, 105, 95, 95, 110, 105, 110, 115]
YEAR = Period.year_of(date(2026, 1, 1))
MARCH = Period.month_of(date(2026, 3, 1))
DAY = timedelta(days=1)


def day(text: str) -> Period:
    return Period.day_of(date.fromisoformat(text))


def month(text: str) -> Period:
    return Period.month_of(date.fromisoformat(text + "-01"))


def quarter(text: str) -> Period:
    return Period.quarter_of(date.fromisoformat(text + "-01"))


def between(begin: str, end: str) -> Period:
    return Period.between(date.fromisoformat(begin), date.fromisoformat(end))


def money(amount: int) -> str:
    return f"{amount // 100:,}.{amount % 100:02d}"


# The worked numbers


def test_a_year_with_a_season_gives_the_worked_quarters() -> None:
    cells = split(1_200_000_000, YEAR, CHINA.weight, SEASON)
    quarters = [quarter(f"2026-{number:02d}") for number in (1, 4, 7, 10)]
    assert sums(cells, YEAR.begin, quarters) == [265_000_000, 305_000_000, 300_000_000, 330_000_000]


def test_march_is_a_cent_more_on_its_first_six_working_days() -> None:
    cells = split(1_200_000_000, YEAR, CHINA.weight, SEASON)
    march = [amount for amount in cells[59:90] if amount]
    assert march == [4_772_728] * 6 + [4_772_727] * 16
    assert march == [amount for amount in split(105_000_000, MARCH, CHINA.weight) if amount]


def test_a_week_across_two_months_is_the_sum_of_its_days() -> None:
    cells = split(1_200_000_000, YEAR, CHINA.weight, SEASON)
    assert sums(cells, YEAR.begin, [Period.week_of(date(2026, 4, 1))]) == [23_831_169]


def test_twelve_even_months_of_a_million_are_four_with_a_cent_more() -> None:
    cells = split(100_000_000, YEAR, CHINA.weight, EVEN)
    assert sums(cells, YEAR.begin, YEAR.months()) == [8_333_334] * 4 + [8_333_333] * 8


def test_without_a_season_every_working_day_of_the_year_counts_the_same() -> None:
    cells = split(24_800_000, YEAR, CHINA.weight)
    assert cells == Pattern(YEAR, CHINA.weight).split(24_800_000)
    assert set(cells) == {0, 100_000}
    assert sum(map(bool, cells)) == 248


def test_without_a_season_too_the_year_is_rounded_into_months_first() -> None:
    cells = split(1_000_000, YEAR, CHINA.weight)
    counts = [CHINA.working_days(part.begin, part.end) for part in YEAR.months()]
    assert sums(cells, YEAR.begin, YEAR.months()) == largest_remainder(1_000_000, counts)
    assert cells != largest_remainder(1_000_000, [CHINA.weight(day) for day in YEAR.days()])


# Seasons over part of a year


def test_a_month_that_is_partly_in_the_period_counts_the_part_of_its_weight() -> None:
    """March from the 16th: 12 of 22 working days of 105; April: all of 100."""
    part = between("2026-03-16", "2026-05-01")
    cells = split(1_000_000, part, CHINA.weight, SEASON)
    expected = largest_remainder(1_000_000, [105 * Fraction(12, 22), 100])
    assert sums(cells, part.begin, part.months()) == expected


def test_a_period_over_new_year_takes_each_month_by_its_own_share() -> None:
    part = between("2025-12-01", "2026-02-01")
    cells = split(1_000_000, part, CHINA.weight, [1] + [0] * 10 + [3])
    assert sums(cells, part.begin, part.months()) == [750_000, 250_000]


def test_a_month_without_a_working_day_gives_its_share_to_the_others() -> None:
    off = {day: DayMark(day, "leave", "", official=True) for day in month("2026-03").days()}
    cells = split(1_200_000, YEAR, Calendar(overrides=off).weight, EVEN)
    assert sums(cells, YEAR.begin, YEAR.months()) == largest_remainder(1_200_000, [1, 1, 0] + [1] * 9)


def test_a_period_whose_months_have_no_share_is_refused_with_the_figure() -> None:
    with pytest.raises(Refused) as refused:
        split(5_000, MARCH, CHINA.weight, [1, 1, 0] + [1] * 9, show=money)
    assert "50.00" in refused.value.message
    assert "2026-03" in refused.value.message


@pytest.mark.parametrize("season", [[1] * 11, [0] * 12, [-1] + [1] * 11, [float("nan")] + [1] * 11])
def test_a_season_that_is_none_is_a_bad_value(season: list[float]) -> None:
    with pytest.raises(BadValue):
        split(1_000, YEAR, CHINA.weight, season)


@pytest.mark.parametrize(
    ("part", "around"),
    [
        (between("2026-03-16", "2026-04-02"), between("2026-03-01", "2026-05-01")),
        (between("2026-03-16", "2026-05-01"), between("2026-03-01", "2026-05-01")),
        (month("2026-12"), month("2026-12")),
    ],
)
def test_with_a_season_the_days_of_whole_months_are_asked_for_and_no_others(part: Period, around: Period) -> None:
    for season, days in ((None, part.days()), (EVEN, around.days())):
        asked: list[date] = []
        Pattern(part, lambda day, asked=asked: asked.append(day) or 1, season)  # type: ignore[misc]
        assert asked == list(days)


# Periods out of the ordinary


def test_a_period_without_a_working_day_is_spread_over_its_natural_days() -> None:
    spring_festival = Period.week_of(date(2026, 2, 16))
    pattern = Pattern(spring_festival, CHINA.weight)
    assert pattern.on_rest_days
    assert pattern.split(10) == [2, 2, 2, 1, 1, 1, 1]
    assert Pattern(spring_festival, CHINA.weight, SEASON).split(10) == [2, 2, 2, 1, 1, 1, 1]
    assert not Pattern(MARCH, CHINA.weight).on_rest_days


def test_natural_days_of_two_months_go_by_season_and_length() -> None:
    """Five of 31 days of January at 31, two of 28 of February at 14: five to one."""
    part = between("2026-01-27", "2026-02-03")
    cells = split(600, part, lambda day: 0, [31, 14] + [0] * 10)
    assert cells == [100] * 5 + [50] * 2


@pytest.mark.parametrize(
    ("part", "total"),
    [
        (day("2026-11-23"), 12_345),
        (day("2026-11-22"), 12_345),  # a Sunday
        (Period.year_of(date(2028, 1, 1)), 1_200_000_001),
        (Period.week_of(date(2027, 1, 1)), 777),  # 2026-W53
        (Period.week_of(date(2025, 12, 31)), 777),  # 2026-W01 begins in 2025
        (Period.year_of(date(2100, 1, 1)), 99),
        (Period.year_of(date(1990, 1, 1)), 99),
        (YEAR, 0),
        (YEAR, 1),
        (between("2026-01-31", "2026-02-02"), 1),
        (between("2020-02-29", "2024-03-01"), 10**15),
    ],
)
def test_unusual_periods_add_up(part: Period, total: int) -> None:
    for season in (None, SEASON):
        cells = split(total, part, CHINA.weight, season)
        assert len(cells) == (part.end - part.begin).days
        assert sum(cells) == total
        assert min(cells) >= 0


def test_a_leap_day_that_is_worked_has_its_amount() -> None:
    assert split(21_000, month("2024-02"), CHINA.weight)[28] > 0


def test_a_negative_total_is_refused() -> None:
    for negative in (lambda: split(-17, YEAR, CHINA.weight), lambda: Pattern(YEAR, CHINA.weight).split(-17)):
        with pytest.raises(BadValue, match="-17"):
            negative()


# Holds


def test_a_held_month_keeps_its_sum_and_the_rest_goes_over_the_others() -> None:
    cells = split(1_200_000_000, YEAR, CHINA.weight, SEASON, [Hold(MARCH, 50_000_000)])
    by_month = sums(cells, YEAR.begin, YEAR.months())
    others = [*SEASON[:2], 0, *SEASON[3:]]
    assert by_month[2] == 50_000_000
    assert by_month[:2] + by_month[3:] == [amount for amount in largest_remainder(1_150_000_000, others) if amount]
    march = largest_remainder(50_000_000, [CHINA.weight(day) for day in MARCH.days()])
    assert cells[59:90] == march


def test_a_partly_held_month_keeps_its_share_times_the_weight_not_held() -> None:
    """2026-W14 holds two of 22 working days of March and three of 21 in April."""
    week = Period.week_of(date(2026, 4, 1))
    cells = split(1_200_000_000, YEAR, CHINA.weight, SEASON, [Hold(week, 5_000_000)])
    shares: list[int | Fraction] = [*SEASON]
    shares[2] = 105 * Fraction(20, 22)
    shares[3] = 100 * Fraction(18, 21)
    expected = largest_remainder(1_195_000_000, shares)
    by_month = sums(cells, YEAR.begin, YEAR.months())
    in_march, in_april = sums(
        cells, YEAR.begin, [between("2026-03-30", "2026-04-01"), between("2026-04-01", "2026-04-06")]
    )
    assert in_march + in_april == 5_000_000
    assert by_month[2] - in_march == expected[2]
    assert by_month[3] - in_april == expected[3]
    assert by_month[4:] == expected[4:]


def test_a_hold_over_two_months_is_split_into_months_by_their_shares_first() -> None:
    """Of a held week two of 22 days of March at 105 and three of 21 of April at 100."""
    week = Period.week_of(date(2026, 4, 1))
    cells = split(1_200_000_000, YEAR, CHINA.weight, SEASON, [Hold(week, 1_000_001)])
    march, april = largest_remainder(1_000_001, [105 * Fraction(2, 22), 100 * Fraction(3, 21)])
    held = sums(cells, YEAR.begin, [between("2026-03-30", "2026-04-01"), between("2026-04-01", "2026-04-06")])
    assert held == [march, april]


def test_an_inner_hold_is_a_part_of_the_outer() -> None:
    first_quarter, january = quarter("2026-01"), month("2026-01")
    eighth = day("2026-01-08")
    holds = [Hold(eighth, 70), Hold(january, 10_000), Hold(first_quarter, 30_000)]
    cells = split(120_000, YEAR, CHINA.weight, EVEN, holds)
    assert sums(cells, YEAR.begin, [hold.period for hold in holds]) == [70, 10_000, 30_000]
    assert sums(cells, YEAR.begin, YEAR.months()) == [10_000] * 12
    assert cells == split(120_000, YEAR, CHINA.weight, EVEN, list(reversed(holds)))


def test_the_same_hold_twice_is_one_hold() -> None:
    once = split(120_000, YEAR, CHINA.weight, EVEN, [Hold(MARCH, 5_000)])
    assert split(120_000, YEAR, CHINA.weight, EVEN, [Hold(MARCH, 5_000), Hold(MARCH, 5_000)]) == once
    assert split(120_000, YEAR, CHINA.weight, EVEN, [Hold(YEAR, 120_000), Hold(MARCH, 5_000)]) == once


def test_a_hold_in_months_of_no_share_goes_by_its_working_days() -> None:
    cells = split(120_000, YEAR, CHINA.weight, [0] + [1] * 11, [Hold(month("2026-01"), 2_100)])
    assert cells[4:9] == [100] * 5
    assert sums(cells, YEAR.begin, [month("2026-01")]) == [2_100]


def test_holds_may_take_the_whole_total() -> None:
    cells = split(700, YEAR, CHINA.weight, holds=[Hold(MARCH, 700)])
    assert sum(cells[59:90]) == sum(cells) == 700


def test_a_hold_of_nothing_leaves_its_days_empty() -> None:
    cells = split(700, YEAR, CHINA.weight, holds=[Hold(MARCH, 0), Hold(day("2026-05-01"), 0)])
    assert not any(cells[59:90])
    assert sum(cells) == 700


W14 = Period.week_of(date(2026, 4, 1))


@pytest.mark.parametrize(
    ("holds", "figures"),
    [
        ([Hold(month("2026-01"), 70_000), Hold(month("2026-02"), 50_001)], ["1,200.01", "1,200.00", "2026"]),
        ([Hold(quarter("2026-01"), 10_000), Hold(MARCH, 10_001)], ["100.01", "100.00", "2026-Q1", "2026"]),
        ([Hold(MARCH, 10_000), Hold(W14, 2_000)], ["2026-03", "100.00", "2026-W14", "20.00"]),
        ([Hold(MARCH, 10_000), Hold(MARCH, 2_000)], ["2026-03", "100.00", "20.00"]),
        ([Hold(YEAR, 120_001)], ["2026", "1,200.01", "1,200.00"]),
        ([Hold(month("2027-01"), 10_000)], ["2027-01", "100.00", "2026"]),
        ([Hold(between("2025-12-29", "2026-01-05"), 10_000)], ["100.00", "2026"]),
        ([Hold(between("2026-12-28", "2027-01-04"), 10_000)], ["100.00", "2026"]),
        ([Hold(between("2025-12-29", "2026-01-05"), 0)], ["0.00", "2026"]),
        ([Hold(day("2026-05-01"), 10_000)], ["2026-05-01", "100.00"]),
        ([Hold(Period.week_of(date(2026, 2, 18)), 10_000)], ["2026-W08", "100.00"]),
        ([Hold(part, 9_999) for part in YEAR.months()], ["0.12", "2026"]),
        (
            [Hold(quarter("2026-01"), 30_000), *[Hold(month(f"2026-0{n}"), 9_000) for n in (1, 2, 3)]],
            ["30.00", "2026-Q1"],
        ),
    ],
)
def test_holds_that_cannot_be_kept_are_refused_with_the_figures(holds: list[Hold], figures: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        split(120_000, YEAR, CHINA.weight, EVEN, holds, show=money)
    assert refused.value.exit_code == 4
    assert refused.value.hint
    assert [figure for figure in figures if figure not in refused.value.message] == []


def test_a_remainder_that_only_months_without_share_could_carry_is_refused() -> None:
    only_march = [0, 0, 1] + [0] * 9
    with pytest.raises(Refused) as refused:
        split(120_000, YEAR, CHINA.weight, only_march, [Hold(MARCH, 20_000)], show=money)
    assert "1,000.00" in refused.value.message
    assert "share of the season" in refused.value.message
    assert "share above 0" in refused.value.hint


def test_a_remainder_that_only_rest_days_could_carry_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        split(120_000, YEAR, CHINA.weight, EVEN, [Hold(part, 9_999) for part in YEAR.months()])
    assert "no working day" in refused.value.message
    assert "sales calendar work" in refused.value.hint


def test_a_negative_hold_is_a_bad_value() -> None:
    with pytest.raises(BadValue) as refused:
        split(120_000, YEAR, CHINA.weight, holds=[Hold(MARCH, -3)])
    assert "-3" in refused.value.message


# Sums


def test_days_outside_the_cells_count_nothing() -> None:
    periods = [Period.week_of(date(2026, 3, 1)), MARCH, Period.month_of(date(2026, 2, 1)), YEAR]
    assert sums([1] * 10, date(2026, 3, 1), periods) == [1, 10, 0, 10]
    assert sums([], date(2026, 3, 1), [MARCH]) == [0]


# Properties


class Case(NamedTuple):
    """A target to split, as random as it comes."""

    total: int
    period: Period
    weight_of: Callable[[date], int | Fraction]
    season: list[int] | None
    holds: list[Hold]


def weighted(period: Period, weight_of: Callable[[date], int | Fraction], holds: Iterable[Hold]) -> bool:
    taken = {day for hold in holds for day in hold.period.days()}
    return any(weight_of(day) for day in period.days() if day not in taken)


WEIGHT_RULES: list[Callable[[date], int | Fraction]] = [
    CHINA.weight,
    lambda day: CHINA.weight(day, Fraction(1, 2)),
    lambda day: 1,
    lambda day: (0, 1, 2, Fraction(1, 3))[day.toordinal() * 2654435761 % 1009 % 4],
    lambda day: 0 if day.month in (2, 8) else day.day % 3,
    lambda day: int(day.weekday() == 2),
]


@st.composite
def cases(draw: st.DrawFn, holding: bool) -> Case:
    begin = draw(st.dates(date(2015, 1, 1), date(2031, 1, 1)))
    whole_year = draw(st.booleans())
    period = Period.year_of(begin) if whole_year else Period.between(begin, begin + DAY * draw(st.integers(1, 500)))
    weight_of = draw(st.sampled_from(WEIGHT_RULES))
    season = draw(st.none() | st.lists(st.integers(1, 200), min_size=12, max_size=12))
    amounts = st.integers(0, 10**9)
    holds: list[Hold] = []
    days = list(period.days())
    for _ in range(draw(st.integers(0, 4)) if holding else 0):
        around = draw(st.sampled_from([Period.day_of, Period.week_of, Period.month_of, Period.quarter_of]))
        part = around(draw(st.sampled_from(days)))
        inner = [hold for hold in holds if part.begin <= hold.period.begin and hold.period.end <= part.end]
        apart = [hold for hold in holds if hold.period.end <= part.begin or part.end <= hold.period.begin]
        inside = period.begin <= part.begin and part.end <= period.end and part != period
        if inside and len(inner) + len(apart) == len(holds):
            free = draw(amounts) if weighted(part, weight_of, inner) else 0
            holds = [hold for hold in holds if hold.period != part]
            tops = [hold for hold in inner if not any(covers(other, hold) for other in inner)]
            holds.append(Hold(part, sum(hold.amount for hold in tops) + free))
    tops = [hold for hold in holds if not any(covers(other, hold) for other in holds)]
    free = draw(amounts) if weighted(period, weight_of, holds) or not weighted(period, weight_of, ()) else 0
    return Case(sum(hold.amount for hold in tops) + free, period, weight_of, season, holds)


def covers(outer: Hold, inner: Hold) -> bool:
    return outer != inner and outer.period.begin <= inner.period.begin and inner.period.end <= outer.period.end


@settings(max_examples=82, deadline=None)
@given(case=cases(holding=True))
def test_every_split_adds_up_at_every_level_and_keeps_its_holds(case: Case) -> None:
    cells = split(*case)
    assert cells == split(*case)
    assert len(cells) == (case.period.end - case.period.begin).days
    assert sum(cells) == case.total
    assert min(cells) >= 0
    assert sums(cells, case.period.begin, [hold.period for hold in case.holds]) == [hold.amount for hold in case.holds]
    for parts in (case.period.quarters(), case.period.months(), case.period.weeks()):
        assert sum(sums(cells, case.period.begin, parts)) == case.total
    if weighted(case.period, case.weight_of, ()):
        rest = [day for day in case.period.days() if not case.weight_of(day)]
        assert not any(cells[(day - case.period.begin).days] for day in rest)


def month_shares(case: Case) -> list[Fraction]:
    """The exact share of each month of the period, by the rule read slowly."""
    shares = []
    for part in case.period.months():
        whole = Period.month_of(part.begin)
        inside = Fraction(sum(case.weight_of(day) for day in part.days()))
        all_of_it = sum(case.weight_of(day) for day in whole.days())
        season = case.season[whole.begin.month - 1] if case.season else all_of_it
        shares.append(inside / all_of_it * season if all_of_it else Fraction(0))
    return shares


@settings(max_examples=82, deadline=None)
@given(case=cases(holding=False))
def test_months_and_days_stay_within_a_unit_of_their_exact_share(case: Case) -> None:
    if not weighted(case.period, case.weight_of, ()):
        return
    cells = split(*case)
    shares = month_shares(case)
    by_month = sums(cells, case.period.begin, case.period.months())
    assert by_month == largest_remainder(case.total, shares)
    for part, amount in zip(case.period.months(), by_month, strict=True):
        weights = [case.weight_of(day) for day in part.days()]
        first = (part.begin - case.period.begin).days
        assert abs(amount - case.total * shares[case.period.months().index(part)] / sum(shares)) < 1
        assert cells[first : first + len(weights)] == largest_remainder(amount, weights) if any(weights) else not amount


@settings(max_examples=40, deadline=None)
@given(begin=st.dates(date(2020, 1, 1), date(2030, 1, 1)), cells=st.lists(st.integers(0, 99), min_size=1, max_size=99))
def test_sums_are_the_sums_of_the_days(begin: date, cells: list[int]) -> None:
    around = Period.between(begin - DAY * 40, begin + DAY * 150)
    by_day = dict(zip((begin + DAY * offset for offset in range(len(cells))), cells, strict=True))
    for parts in (around.weeks(), around.months(), [around]):
        slow = [sum(by_day.get(day, 0) for day in part.days()) for part in parts]
        assert sums(cells, begin, parts) == slow
