"""Targets: versions, splits that add up at every level, what a stretch of days asks, progress."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from salescli.calendars import Calendar, DayMark, WorkingWeek
from salescli.config import Settings
from salescli.dates import Period, parse_period
from salescli.decomposition.season import EVEN
from salescli.decomposition.split import Hold
from salescli.errors import BadValue, NotFound, Refused
from salescli.models.targets import Target, TargetSplit
from salescli.models.visits import DayPlan
from salescli.services import clients, targets, visits
from salescli.services.target_tables import Parts
from salescli.vocabulary import Measure, Tier

TODAY = date(2026, 11, 25)
CHINA = Calendar()
SEASON = [90, 70, 105, 100, 100, 105, 95, 95, 110, 105, 110, 115]
MILLIONS = 1_200_000_000  # 12,000,000.00
DAY = timedelta(days=1)
AMOUNT, VISITS, TARGET = Measure.AMOUNT, Measure.VISITS, Tier.TARGET
LEVELS: list[Parts] = ["year", "quarter", "month", "week", "day"]


def period(text: str) -> Period:
    return parse_period(text, TODAY)


def set_and_split(session: Session, name: str, amount: int, measure: Measure = AMOUNT, **rules: Any) -> TargetSplit:
    targets.set_target(session, period(name), amount, measure, TARGET)
    return targets.split(session, period(name), measure, TARGET, CHINA, **rules)


def amounts(session: Session, name: str, by: Parts, measure: Measure = AMOUNT) -> list[int]:
    return [row.amount for row in targets.table(session, period(name), measure, TARGET, by, CHINA).rows]


def progress_of(session: Session, name: str, today: str, measure: Measure = AMOUNT) -> targets.Progress:
    return targets.progress(session, period(name), measure, TARGET, CHINA, date.fromisoformat(today))


# Versions


def test_a_target_set_again_is_a_new_version_and_the_earlier_is_kept(session: Session) -> None:
    first = targets.set_target(session, period("2026"), 100, AMOUNT, TARGET)
    second = targets.set_target(session, period("2026-01-01..2026-12-31"), 200, AMOUNT, TARGET)
    assert (first.version, first.current, first.amount) == (1, False, 100)
    assert (second.version, second.current, second.amount) == (2, True, 200)
    assert targets.find(session, period("2026"), AMOUNT, TARGET).id == second.id


def test_measures_tiers_and_periods_are_targets_apart(session: Session) -> None:
    targets.set_target(session, period("2026"), 100, AMOUNT, TARGET)
    targets.set_target(session, period("2026"), 90, AMOUNT, Tier.FLOOR)
    targets.set_target(session, period("2026"), 500, VISITS, TARGET)
    targets.set_target(session, period("2026-11"), 9, AMOUNT, TARGET)
    found = [(view.period, view.measure, view.tier, view.assigned, view.version) for view in targets.listed(session)]
    assert found == [
        ("2026", "amount", "target", 100, 1),
        ("2026", "amount", "floor", 90, 1),
        ("2026", "visits", "target", 500, 1),
        ("2026-11", "amount", "target", 9, 1),
    ]


def test_a_split_belongs_to_its_version_of_the_target(session: Session) -> None:
    set_and_split(session, "2026", MILLIONS)
    targets.set_target(session, period("2026"), 2 * MILLIONS, AMOUNT, TARGET)
    with pytest.raises(Refused) as refused:
        targets.table(session, period("2026"), AMOUNT, TARGET, "month", CHINA)
    assert "sales target split 2026" in refused.value.hint


def test_splitting_again_keeps_the_earlier_split_out_of_force(session: Session) -> None:
    set_and_split(session, "2026", MILLIONS)
    targets.split(session, period("2026"), AMOUNT, TARGET, CHINA, season=EVEN)
    stored = session.exec(select(TargetSplit).order_by(TargetSplit.version)).all()  # type: ignore[arg-type]
    assert [(split.version, split.current) for split in stored] == [(1, False), (2, True)]
    assert amounts(session, "2026", "month") == [MILLIONS // 12] * 12


def test_a_removed_target_is_gone_and_its_version_is_not_given_again(session: Session) -> None:
    set_and_split(session, "2026", MILLIONS)
    targets.remove(session, targets.find(session, period("2026"), AMOUNT, TARGET))
    assert targets.listed(session) == []
    assert targets.amount_between(session, AMOUNT, date(2026, 1, 1), date(2027, 1, 1)) is None
    with pytest.raises(NotFound):
        targets.find(session, period("2026"), AMOUNT, TARGET)
    assert targets.set_target(session, period("2026"), 1, AMOUNT, TARGET).version == 2
    assert len(targets.listed(session)) == 1


def test_a_negative_target_is_a_bad_value(session: Session) -> None:
    with pytest.raises(BadValue):
        targets.set_target(session, period("2026"), -1, AMOUNT, TARGET)


# The worked numbers


def test_the_year_with_its_season_gives_the_worked_numbers(session: Session) -> None:
    set_and_split(session, "2026", MILLIONS, season=SEASON)
    assert amounts(session, "2026", "quarter") == [265_000_000, 305_000_000, 300_000_000, 330_000_000]
    assert [amount for amount in amounts(session, "2026-03", "day") if amount] == [4_772_728] * 6 + [4_772_727] * 16
    weeks = targets.table(session, period("2026"), AMOUNT, TARGET, "week", CHINA).rows
    assert [row.amount for row in weeks if row.period == "2026-W14"] == [23_831_169]
    months = targets.table(session, period("2026"), AMOUNT, TARGET, "month", CHINA)
    assert [row.working_days for row in months.rows] == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert months.total.working_days == 248


def test_a_million_in_even_months_is_four_with_a_cent_more(session: Session) -> None:
    set_and_split(session, "2026", 100_000_000, season=EVEN)
    assert amounts(session, "2026", "month") == [8_333_334] * 4 + [8_333_333] * 8


def test_by_week_and_day_are_clipped_to_the_period_and_rest_days_are_nothing(session: Session) -> None:
    set_and_split(session, "2026", MILLIONS)
    weeks = targets.table(session, period("2026"), AMOUNT, TARGET, "week", CHINA).rows
    assert (weeks[0].period, weeks[0].begin, weeks[0].end) == ("2026-W01", date(2026, 1, 1), date(2026, 1, 4))
    assert (weeks[-1].period, weeks[-1].end, len(weeks)) == ("2026-W53", date(2026, 12, 31), 53)
    days = targets.table(session, period("2026"), AMOUNT, TARGET, "day", CHINA).rows
    assert len(days) == 365
    assert all(bool(row.amount) == CHINA.is_working(row.begin) for row in days)


# Rules


def test_a_hold_is_kept_and_only_its_own_row_is_marked(session: Session) -> None:
    holds = [Hold(period("2026-03"), 105_000_000), Hold(period("2026-Q4"), 1)]
    set_and_split(session, "2026", MILLIONS, season=EVEN, holds=holds)
    months = targets.table(session, period("2026"), AMOUNT, TARGET, "month", CHINA).rows
    assert [row.period for row in months if row.held] == ["2026-03"]
    assert months[2].amount == 105_000_000
    quarters = targets.table(session, period("2026"), AMOUNT, TARGET, "quarter", CHINA).rows
    assert [(row.period, row.amount) for row in quarters if row.held] == [("2026-Q4", 1)]


def test_what_a_split_was_made_from_can_be_read(session: Session) -> None:
    made = set_and_split(
        session, "2026", 10_000, season=SEASON, saturday=Fraction(1, 2), holds=[Hold(period("2026-03"), 7)]
    )
    assert made.rules == {
        "season": [str(share) for share in SEASON],
        "weights": "working",
        "saturday": "1/2",
        "holds": [{"period": "2026-03", "begin": "2026-03-01", "end": "2026-04-01", "amount": 7}],
        "on_rest_days": False,
    }


def test_saturdays_may_count_half_and_are_worked_then(session: Session) -> None:
    set_and_split(session, "2026-11", 23 * 2_000, saturday=Fraction(1, 2))
    rows = targets.table(session, period("2026-11"), AMOUNT, TARGET, "day", CHINA)
    by_weekday = {(row.begin.weekday(), row.amount, row.working_days) for row in rows.rows}
    assert {entry for entry in by_weekday if entry[0] >= 5} == {(5, 1_000, 1), (6, 0, 0)}
    assert rows.total.working_days == 21 + 4


def test_by_all_days_of_the_calendar_rest_days_count_too(session: Session) -> None:
    set_and_split(session, "2026-11", 30_000, weights="calendar")
    assert amounts(session, "2026-11", "day") == [1_000] * 30


def test_a_weight_of_saturdays_does_not_go_with_all_days(session: Session) -> None:
    with pytest.raises(BadValue):
        set_and_split(session, "2026-11", 30_000, weights="calendar", saturday=Fraction(1, 2))


def test_a_period_without_a_working_day_lies_on_its_natural_days(session: Session) -> None:
    made = set_and_split(session, "2026-W08", 70_000)
    assert made.rules["on_rest_days"]
    assert amounts(session, "2026-W08", "day") == [10_000] * 7


def test_a_year_without_its_notice_is_provisional(session: Session) -> None:
    assert set_and_split(session, "2040", MILLIONS).provisional
    assert targets.table(session, period("2040"), AMOUNT, TARGET, "month", CHINA).provisional
    assert not set_and_split(session, "2026", MILLIONS).provisional


@pytest.mark.parametrize("hold", [("2026-03", MILLIONS + 1), ("2027-01", 1), ("2026-05-01", 1)])
def test_a_hold_that_cannot_be_kept_is_refused_and_nothing_stored(session: Session, hold: tuple[str, int]) -> None:
    with pytest.raises(Refused):
        set_and_split(session, "2026", MILLIONS, holds=[Hold(period(hold[0]), hold[1])])
    assert session.exec(select(TargetSplit)).all() == []


def test_a_level_is_not_split(session: Session) -> None:
    targets.set_target(session, period("2026"), 95, Measure.SATISFACTION, TARGET)
    for refused in (
        lambda: targets.split(session, period("2026"), Measure.SATISFACTION, TARGET, CHINA),
        lambda: targets.table(session, period("2026"), Measure.SATISFACTION, TARGET, None, CHINA),
    ):
        with pytest.raises(Refused):
            refused()
    found = progress_of(session, "2026", "2026-11-25", Measure.SATISFACTION)
    assert (found.assigned, found.needed_per_day, found.gap_points) == (95, None, None)


def test_a_split_worked_out_is_not_stored(session: Session) -> None:
    target = targets.set_target(session, period("2026"), MILLIONS, AMOUNT, TARGET)
    made = targets.work_out(target, CHINA)
    assert targets.shown(session, target, made, period("2026"), None, CHINA).sum == MILLIONS
    session.flush()
    assert session.exec(select(TargetSplit)).all() == []


# Stored splits, at random


@st.composite
def stored(draw: st.DrawFn) -> tuple[Period, int, Calendar, dict[str, Any]]:
    begin = draw(st.dates(date(2015, 1, 1), date(2032, 1, 1)))
    whole = draw(st.sampled_from([Period.year_of, Period.quarter_of, Period.month_of, Period.week_of, Period.day_of]))
    length = draw(st.none() | st.integers(1, 450))
    days = whole(begin) if length is None else Period.between(begin, begin + DAY * length)
    leave = draw(st.lists(st.dates(days.begin, days.last), max_size=5))
    weeks = [WorkingWeek(), WorkingWeek("单休"), WorkingWeek("大小周", date(2026, 1, 7))]
    calendar = Calendar(draw(st.sampled_from(weeks)), {day: DayMark(day, "leave", "", official=False) for day in leave})
    rules: dict[str, Any] = {
        "season": draw(st.none() | st.lists(st.integers(1, 300), min_size=12, max_size=12)),
        "saturday": draw(st.sampled_from([None, Fraction(1, 2), Fraction(0)])),
    }
    amount = draw(st.integers(0, 10**12))
    months = [part for part in days.months() if calendar.working_days(part.begin, part.end)]
    if len(months) > 1 and draw(st.booleans()):
        rules["holds"] = [Hold(draw(st.sampled_from(months)), draw(st.integers(0, amount)))]
    return days, amount, calendar, rules


@settings(max_examples=60)
@given(case=stored(), measure=st.sampled_from([AMOUNT, Measure.ORDERS, VISITS]), data=st.data())
def test_a_stored_split_adds_up_at_every_level(
    session: Session, case: tuple[Period, int, Calendar, dict[str, Any]], measure: Measure, data: st.DataObject
) -> None:
    days, amount, calendar, rules = case
    target = targets.set_target(session, days, amount, measure, TARGET)
    targets.split(session, days, measure, TARGET, calendar, **rules)
    session.expire_all()  # from here on what was written is read
    tables = {by: targets.table(session, days, measure, TARGET, by, calendar) for by in LEVELS}
    by_day = {row.begin: row.amount for row in tables["day"].rows}
    assert list(by_day) == list(days.days())
    for table in tables.values():
        assert table.assigned == table.sum == table.total.amount == amount
        assert (table.rows[0].begin, table.rows[-1].end) == (days.begin, days.last)
        assert all(one.end + DAY == other.begin for one, other in pairwise(table.rows))
        for row in table.rows:
            inside = Period.between(row.begin, row.end + DAY)
            assert row.amount == sum(by_day[day] for day in inside.days())
            assert row.amount >= 0
        assert sum(row.working_days for row in table.rows) == table.total.working_days
    for hold in rules.get("holds", ()):
        assert targets.amount_between(session, measure, hold.period.begin, hold.period.end) == hold.amount
    first, last = sorted([data.draw(st.sampled_from(list(by_day))), data.draw(st.sampled_from(list(by_day)))])
    part = targets.table(session, Period.between(first, last + DAY), measure, TARGET, None, calendar)
    assert part.assigned == targets.amount_between(session, measure, first, last + DAY)
    assert part.assigned == sum(by_day[day] for day in Period.between(first, last + DAY).days())
    targets.remove(session, target)


# What days ask


def test_the_shortest_split_target_around_the_days_decides(session: Session) -> None:
    set_and_split(session, "2026", 24_800)  # 100 a working day
    set_and_split(session, "2026-11", 42_000)  # 2,000 a working day
    targets.set_target(session, period("2026-W48"), 1, AMOUNT, TARGET)  # not split: left aside
    assert targets.amount_between(session, AMOUNT, date(2026, 11, 25), date(2026, 11, 26)) == 2_000
    assert targets.amount_between(session, AMOUNT, date(2026, 11, 23), date(2026, 11, 30)) == 10_000
    assert targets.amount_between(session, AMOUNT, date(2026, 10, 1), date(2027, 1, 1)) == 6_200
    assert targets.amount_between(session, AMOUNT, date(2026, 11, 25), date(2026, 11, 26), Tier.FLOOR) is None
    assert targets.amount_between(session, VISITS, date(2026, 11, 25), date(2026, 11, 26)) is None


def test_a_week_across_two_targets_takes_each_day_from_its_own(session: Session) -> None:
    set_and_split(session, "2026-03", 2_200)
    set_and_split(session, "2026-04", 42_000)
    assert targets.amount_between(session, AMOUNT, date(2026, 3, 30), date(2026, 4, 6)) == 2 * 100 + 3 * 2_000
    assert progress_of(session, "2026-W14", "2026-04-01").assigned == 6_200


def test_where_no_target_is_around_all_days_the_shorter_one_still_decides_on_its_own(session: Session) -> None:
    set_and_split(session, "2026-03", 2_200)
    set_and_split(session, "2026-Q1", 590_000)
    set_and_split(session, "2026-Q2", 6_100)
    assert targets.amount_between(session, AMOUNT, date(2026, 3, 30), date(2026, 4, 6)) == 2 * 100 + 3 * 100


def test_a_shorter_target_that_is_not_split_leaves_a_stretch_of_it_to_the_longer(session: Session) -> None:
    set_and_split(session, "2026", 24_800)
    targets.set_target(session, period("2026-11"), 9_000, AMOUNT, TARGET)
    table = targets.table(session, period("2026-W48"), AMOUNT, TARGET, None, CHINA)
    assert (table.part_of, table.assigned) == ("2026", 500)


def test_a_target_of_a_product_is_not_the_persons(session: Session) -> None:
    targets.set_target(session, period("2026"), 9, AMOUNT, TARGET, scope="product:P1")
    with pytest.raises(NotFound):
        targets.find(session, period("2026"), AMOUNT, TARGET)
    assert targets.set_target(session, period("2026"), 10, AMOUNT, TARGET).version == 1
    assert [(view.scope, view.assigned) for view in targets.listed(session)] == [("product:P1", 9), (None, 10)]


def test_days_without_a_target_count_nothing_in_a_week_across_the_year(session: Session) -> None:
    set_and_split(session, "2026", 24_800)
    assert targets.amount_between(session, AMOUNT, date(2026, 12, 28), date(2027, 1, 4)) == 400
    assert targets.amount_between(session, AMOUNT, date(2027, 1, 1), date(2027, 1, 4)) is None
    with pytest.raises(NotFound):
        progress_of(session, "2026-W53", "2026-12-30")


def test_a_stretch_without_a_target_of_its_own_is_shown_from_the_target_around_it(session: Session) -> None:
    set_and_split(session, "2026", 24_800)
    table = targets.table(session, period("2026-11"), AMOUNT, TARGET, None, CHINA)
    assert (table.period, table.assigned, table.part_of, table.by) == ("2026-11", 2_100, "2026", "week")
    assert targets.table(session, period("2026"), AMOUNT, TARGET, None, CHINA).part_of is None


def test_a_target_of_its_own_decides_even_when_it_is_not_split(session: Session) -> None:
    set_and_split(session, "2026", 24_800)
    targets.set_target(session, period("2026-11"), 9_000, AMOUNT, TARGET)
    with pytest.raises(Refused) as refused:
        targets.table(session, period("2026-11"), AMOUNT, TARGET, None, CHINA)
    assert "sales target split 2026-11" in refused.value.hint
    assert progress_of(session, "2026-11", "2026-11-25").assigned == 9_000


@pytest.mark.parametrize(
    ("measure", "tier", "command"),
    [
        (AMOUNT, TARGET, "sales target set 2026 AMOUNT`"),
        (VISITS, Tier.STRETCH, "sales target set 2026 AMOUNT --measure visits --tier stretch`"),
    ],
)
def test_a_target_that_is_not_there_names_the_command_that_sets_it(
    session: Session, measure: Measure, tier: Tier, command: str
) -> None:
    looks: list[Callable[[], object]] = [
        lambda: targets.find(session, period("2026"), measure, tier),
        lambda: targets.table(session, period("2026"), measure, tier, None, CHINA),
        lambda: targets.progress(session, period("2026"), measure, tier, CHINA, TODAY),
    ]
    for look in looks:
        with pytest.raises(NotFound) as missing:
            look()
        assert command in missing.value.hint


def test_the_split_periods_around_a_day_are_named_the_shortest_first(session: Session) -> None:
    set_and_split(session, "2026", 100)
    set_and_split(session, "2026-12", 100)
    set_and_split(session, "2026-12", 100, VISITS)
    targets.set_target(session, period("2026-Q4"), 100, AMOUNT, TARGET)
    assert targets.split_around(session, date(2026, 12, 24)) == ["2026-12", "2026"]
    assert targets.split_around(session, date(2027, 1, 1)) == []


# Progress


def test_time_goes_by_working_days_never_by_natural_days(session: Session) -> None:
    set_and_split(session, "2026", MILLIONS, season=SEASON)
    found = progress_of(session, "2026-02", "2026-02-24")
    assert found.time_rate == 0.75
    assert (found.assigned, found.working_days, found.working_days_left) == (70_000_000, 16, 5)
    assert (found.actual, found.rate, found.gap, found.gap_points) == (0, 0.0, 70_000_000, -75.0)
    assert found.needed_per_day == 14_000_000


def test_today_is_gone_and_still_left_until_its_plan_is_closed(session: Session) -> None:
    set_and_split(session, "2026-11", 21_000)
    before = progress_of(session, "2026-11", "2026-11-25")
    assert (before.time_rate, before.working_days_left) == (18 / 21, 4)
    session.add(DayPlan(day=date(2026, 11, 25), state="closed"))
    session.flush()
    after = progress_of(session, "2026-11", "2026-11-25")
    assert (after.time_rate, after.working_days_left, after.needed_per_day) == (18 / 21, 3, 7_000)
    session.add(DayPlan(day=date(2026, 11, 26), state="draft"))
    session.flush()
    assert progress_of(session, "2026-11", "2026-11-26").working_days_left == 3


@pytest.mark.parametrize(
    ("today", "time_rate", "left", "needed"),
    [
        ("2026-10-31", 0.0, 21, 1_000),
        ("2026-11-01", 0.0, 21, 1_000),
        ("2026-11-02", 1 / 21, 21, 1_000),
        ("2026-11-30", 1.0, 1, 21_000),
        ("2026-12-01", 1.0, 0, None),
        ("2030-01-01", 1.0, 0, None),
    ],
)
def test_progress_before_during_and_after_its_period(
    session: Session, today: str, time_rate: float, left: int, needed: int | None
) -> None:
    set_and_split(session, "2026-11", 21_000)
    found = progress_of(session, "2026-11", today)
    assert (found.time_rate, found.working_days_left, found.needed_per_day) == (time_rate, left, needed)


def test_what_is_needed_is_rounded_up_so_that_it_suffices(session: Session) -> None:
    set_and_split(session, "2026-11", 20_000)
    assert progress_of(session, "2026-11", "2026-11-01").needed_per_day == 953


def test_a_target_of_nothing_has_no_rate_and_a_period_of_rest_no_time(session: Session) -> None:
    set_and_split(session, "2026-11", 0)
    nothing = progress_of(session, "2026-11", "2026-11-25")
    assert (nothing.rate, nothing.gap_points, nothing.gap, nothing.needed_per_day) == (None, None, 0, 0)
    set_and_split(session, "2026-W08", 70_000)
    rest = progress_of(session, "2026-W08", "2026-02-18")
    assert (rest.time_rate, rest.gap_points, rest.working_days, rest.needed_per_day) == (None, None, 0, None)


def test_half_saturdays_weigh_half_in_the_time_gone(session: Session) -> None:
    set_and_split(session, "2026-11", 23_000, saturday=Fraction(1, 2))
    assert progress_of(session, "2026-11", "2026-11-07").time_rate == 5.5 / 23
    assert progress_of(session, "2026-11", "2026-11-07").working_days == 25


def test_reaching_more_than_the_target_leaves_a_negative_gap_and_nothing_needed(
    session: Session, defaults: Settings
) -> None:
    set_and_split(session, "2026-11", 2, VISITS)
    client = clients.add(session, {"name": "甲公司"}, None, TODAY, defaults, CHINA)
    for _ in range(3):
        step = visits.NextStep(none_because="无")
        visits.log(session, client, "见面", date(2026, 11, 25), step, TODAY, defaults, CHINA)
    found = progress_of(session, "2026-11", "2026-11-30", VISITS)
    assert (found.actual, found.gap, found.rate, found.needed_per_day) == (3, -1, 1.5, 0)
    row = targets.table(session, period("2026-11"), VISITS, TARGET, "week", CHINA).rows[4]
    assert (row.period, row.actual, row.gap) == ("2026-W48", 3, row.amount - 3)


def test_rows_of_what_is_not_recorded_have_no_actual(session: Session) -> None:
    set_and_split(session, "2026-11", 21_000)
    row = targets.table(session, period("2026-11"), AMOUNT, TARGET, "month", CHINA).rows[0]
    assert (row.actual, row.rate, row.gap) == (None, None, None)


@given(today=st.dates(date(2026, 1, 1), date(2027, 1, 31)), closed=st.booleans())
def test_progress_counts_days_as_a_calendar_would_one_by_one(session: Session, today: date, closed: bool) -> None:
    """Held against counting slowly, for a year and any day."""
    if not session.exec(select(Target)).all():
        set_and_split(session, "2026", MILLIONS)
    for row in session.exec(select(DayPlan)):
        session.delete(row)
    session.flush()
    if closed:
        session.add(DayPlan(day=today, state="closed"))
    year = [day for day in period("2026").days() if CHINA.is_working(day)]
    left = [day for day in year if day > today or (day == today and not closed)]
    found = targets.progress(session, period("2026"), AMOUNT, TARGET, CHINA, today)
    assert found.time_rate == len([day for day in year if day <= today]) / len(year)
    assert found.working_days_left == len(left)
    if found.needed_per_day is None:
        assert not left
    else:
        assert (found.needed_per_day - 1) * len(left) < found.gap <= found.needed_per_day * len(left)
