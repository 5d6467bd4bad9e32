"""What holds of every target: random periods, working weeks, leave, half Saturdays, seasons, holds and actuals.

The rules of each step stand in the file of that step; here the whole way is gone, from a calendar to the rolling
amounts, and nothing is refused because every case is made so that it can be kept.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.calendars import Calendar, DayMark, Kind, WeekKind, WorkingWeek
from salescli.dates import Period
from salescli.decomposition.apportion import largest_remainder
from salescli.decomposition.replan import CAP, Horizon, Replan, replan
from salescli.decomposition.share import share
from salescli.decomposition.split import Hold, Pattern, split, sums

DAY = timedelta(days=1)
LEVELS = (Period.day_of, Period.week_of, Period.month_of, Period.quarter_of, Period.year_of)

Season = list[int | str | Fraction]


class Target(NamedTuple):
    """An amount for a period and what it is split by."""

    total: int
    period: Period
    weight_of: Callable[[date], int | Fraction]
    season: Season | None
    holds: list[Hold]

    def split(self) -> list[int]:
        return split(*self)

    def amounts(self, cells: list[int]) -> dict[date, int]:
        return dict(zip(self.period.days(), cells, strict=True))


MARKS: list[tuple[Kind, Fraction | int]] = [
    ("leave", 1),
    ("work", 1),
    ("work", Fraction(1, 2)),
    ("work", Fraction(13, 10)),
    ("work", 2),
]


@st.composite
def calendars(draw: st.DrawFn, period: Period) -> Calendar:
    """Any working week, days and weeks of leave, of half days and of events, a year that was imported as plain."""
    week = WorkingWeek(draw(st.sampled_from(get_args(WeekKind))), draw(st.dates(date(2020, 1, 1), date(2026, 1, 1))))
    overrides: dict[date, DayMark] = {}
    stretches = st.tuples(st.sampled_from(MARKS), st.integers(-40, 500), st.integers(1, 5) | st.integers(1, 45))
    for (kind, weight), start, length in draw(st.lists(stretches, max_size=5)):
        for day in (period.begin + DAY * (start + number) for number in range(length)):
            overrides[day] = DayMark(day, kind, "", official=True, weight=weight)
    return Calendar(week, overrides, announced=draw(st.sampled_from([(), (period.begin.year,)])))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    begin = draw(st.dates(date(1995, 1, 1), date(2060, 1, 1)))
    around = draw(st.sampled_from([*LEVELS, Period.year_of, None]))
    return around(begin) if around else Period.between(begin, begin + DAY * draw(st.integers(1, 450)))


SHARES: st.SearchStrategy[int | str | Fraction] = st.integers(1, 200) | st.sampled_from([0, "7.5", Fraction(1, 3)])
SEASONS = st.none() | st.lists(SHARES, min_size=12, max_size=12).filter(any)


@st.composite
def targets(draw: st.DrawFn) -> Target:
    period = draw(periods())
    calendar = draw(calendars(period))
    saturday = draw(st.sampled_from([None, Fraction(1, 2), 0]))
    season = draw(SEASONS)
    weights = {day: Fraction(calendar.weight(day, saturday)) for day in period.days()}
    if not any(weights.values()):
        weights = dict.fromkeys(weights, Fraction(1))  # spread over its natural days
    shares = [Fraction(1)] * 12 if season is None else [Fraction(share) for share in season]
    carried = {day: weight * shares[day.month - 1] for day, weight in weights.items()}

    def most_left(part: Period, inner: Iterable[Hold], by: dict[date, Fraction]) -> int:
        """What a part may have beside the holds inside it: nothing where no day could carry it."""
        taken = {day for hold in inner for day in hold.period.days()}
        return 10**11 if any(by[day] for day in part.days() if day not in taken) else 0

    holds: list[Hold] = []
    for around in sorted(draw(st.lists(st.sampled_from(LEVELS[:-1]), max_size=4)), key=LEVELS.index):
        part = around(period.begin + DAY * draw(st.integers(0, len(weights) - 1)))
        inside = period.begin <= part.begin and part.end <= period.end and part != period
        inner = [hold for hold in holds if part.begin <= hold.period.begin and hold.period.end <= part.end]
        apart = [hold for hold in holds if not hold.period.overlaps(part)]
        if inside and len(inner) + len(apart) == len(holds) and part not in [hold.period for hold in holds]:
            free = draw(st.integers(0, most_left(part, inner, weights)))
            holds.append(Hold(part, sum(hold.amount for hold in outermost(inner)) + free))
    free = (
        draw(st.integers(0, 40) | st.integers(10**3, 10**6) | st.integers(10**6, 10**11))
        if most_left(period, holds, carried)
        else 0
    )
    total = sum(hold.amount for hold in outermost(holds)) + free
    return Target(total, period, lambda day: calendar.weight(day, saturday), season, holds)


def outermost(holds: list[Hold]) -> list[Hold]:
    def within(inner: Period, outer: Period) -> bool:
        return inner != outer and outer.begin <= inner.begin and inner.end <= outer.end

    return [hold for hold in holds if not any(within(hold.period, other.period) for other in holds)]


# The split


@settings(max_examples=55, deadline=None)
@given(target=targets())
def test_the_days_add_up_to_what_is_assigned_and_none_is_negative(target: Target) -> None:
    cells = target.split()
    assert len(cells) == (target.period.end - target.period.begin).days
    assert sum(cells) == target.total
    assert min(cells) >= 0


@settings(max_examples=38, deadline=None)
@given(target=targets())
def test_every_level_adds_up_from_the_days_and_to_the_level_above(target: Target) -> None:
    cells = target.split()
    amounts = target.amounts(cells)
    days = target.period.days()
    by_level: list[dict[Period, int]] = [{Period.day_of(day): amounts[day] for day in days}]
    for parts in (target.period.weeks(), target.period.months(), target.period.quarters(), [target.period]):
        found = dict(zip(parts, sums(cells, target.period.begin, parts), strict=True))
        assert all(amount == sum(amounts[day] for day in part.days()) for part, amount in found.items())
        assert sum(found.values()) == target.total
        by_level.append(found)
    _days, weeks, months, quarters, _whole = by_level
    for quarter, amount in quarters.items():
        assert amount == sum(months[month] for month in months if month.begin in quarter)
    for week, amount in weeks.items():  # a week across two months is its part of each
        touched = [month for month in months if month.overlaps(week)]
        parts = [Period.between(max(week.begin, month.begin), min(week.end, month.end)) for month in touched]
        assert amount == sum(sums(cells, target.period.begin, parts))


@settings(max_examples=38, deadline=None)
@given(target=targets())
def test_a_hold_is_kept_to_the_cent_and_the_others_to_what_it_leaves(target: Target) -> None:
    cells = target.split()
    held = sums(cells, target.period.begin, [hold.period for hold in target.holds])
    assert held == [hold.amount for hold in target.holds]
    outer = outermost(target.holds)
    free = [amount for day, amount in target.amounts(cells).items() if not any(day in hold.period for hold in outer)]
    assert sum(free) == target.total - sum(hold.amount for hold in outer)


@settings(max_examples=28, deadline=None)
@given(target=targets())
def test_a_split_is_the_same_twice_whatever_the_order_and_whatever_was_split_before(target: Target) -> None:
    cells = target.split()
    pattern = Pattern(target.period, target.weight_of, target.season)
    pattern.split(sum(hold.amount for hold in outermost(target.holds)), target.holds)
    assert pattern.split(target.total, target.holds) == cells
    assert target._replace(holds=target.holds[::-1]).split() == cells
    assert target._replace(holds=target.holds * 2).split() == cells


@settings(max_examples=28, deadline=None)
@given(target=targets())
def test_a_day_that_is_not_worked_gets_nothing_while_any_day_of_the_period_is(target: Target) -> None:
    amounts = target.amounts(target.split())
    worked = {day for day in amounts if target.weight_of(day)}
    if worked:
        assert not any(amount for day, amount in amounts.items() if day not in worked)


@settings(max_examples=28, deadline=None)
@given(target=targets(), weights=st.lists(st.integers(0, 9), min_size=1, max_size=5).filter(any))
def test_children_add_up_to_the_parent_at_every_level_and_to_their_own_totals(
    target: Target, weights: list[int]
) -> None:
    cells = target.split()
    table = share(cells, weights)
    assert [sum(column) for column in zip(*table, strict=True)] == cells
    assert [sum(row) for row in table] == largest_remainder(target.total, weights)
    assert min(map(min, table)) >= 0
    parts = target.period.months()
    by_child = [sums(row, target.period.begin, parts) for row in table]
    assert [sum(column) for column in zip(*by_child, strict=True)] == sums(cells, target.period.begin, parts)


# The replan


class Reached(NamedTuple):
    """A split target, what was reached of it, and how it is replanned."""

    cells: list[int]
    period: Period
    actual: int
    as_of: date
    cap: Fraction
    over: Horizon | None

    @property
    def gone(self) -> int:
        return (self.as_of - self.period.begin).days + 1

    def replan(self) -> Replan:
        return replan(*self)


@st.composite
def reached(draw: st.DrawFn) -> Reached:
    target = draw(targets())
    cells = target.split()
    gone = draw(st.integers(1, len(cells)))
    asked, left = sum(cells[:gone]), sum(cells[gone:])
    missed = draw(
        st.integers(-9, 9) | st.integers(-2 * left - 9, 2 * left + 9) | st.sampled_from([asked, left // 4, left])
    )
    cap = draw(st.sampled_from([CAP, Fraction(11, 10), Fraction(1)]) | st.fractions(1, 5, max_denominator=1000))
    over = draw(st.sampled_from(["month", "quarter", "year", None]))
    return Reached(cells, target.period, asked - missed, target.period.begin + DAY * (gone - 1), cap, over)  # type: ignore[arg-type]


@settings(max_examples=55, deadline=None)
@given(case=reached())
def test_rolling_and_actual_and_unrecoverable_less_surplus_are_the_assigned(case: Reached) -> None:
    made = case.replan()
    assert made.assigned == sum(case.cells)
    assert made.rolling == sum(made.cells)
    assert made.rolling + case.actual + made.unrecoverable - made.surplus == made.assigned
    assert min(made.unrecoverable, made.surplus) == 0 <= max(made.unrecoverable, made.surplus)
    assert case.replan() == made


@settings(max_examples=55, deadline=None)
@given(case=reached())
def test_no_rolling_day_is_negative_or_above_its_cap_or_on_a_day_that_asked_nothing(case: Reached) -> None:
    made = case.replan()
    for rolling, assigned in zip(made.cells, case.cells[case.gone :], strict=True):
        assert 0 <= rolling <= case.cap * assigned
    assert (made.begin, len(made.cells)) == (case.as_of + DAY, len(case.cells) - case.gone)


@settings(max_examples=38, deadline=None)
@given(case=reached())
def test_replanning_on_a_day_with_nothing_missed_changes_nothing(case: Reached) -> None:
    on_plan = case._replace(actual=sum(case.cells[: case.gone])).replan()
    assert on_plan.cells == tuple(case.cells[case.gone :])
    assert (on_plan.missed, on_plan.unrecoverable, on_plan.surplus, on_plan.cap_binds) == (0, 0, 0, False)


@settings(max_examples=28, deadline=None)
@given(case=reached(), spared=st.integers(1, 10**6))
def test_reaching_more_never_leaves_more_to_reach(case: Reached, spared: int) -> None:
    less, more = case.replan(), case._replace(actual=case.actual + spared).replan()
    assert more.rolling <= less.rolling
    assert more.unrecoverable <= less.unrecoverable
    assert more.surplus >= less.surplus
