"""Targets: versions, splits that add up at every level, what a stretch of days asks, progress."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
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
from salescli.models.day_plans import DayPlan
from salescli.models.targets import Target, TargetSplit
from salescli.services.accounts import clients
from salescli.services.goals import target_lookup, target_progress, targets
from salescli.services.goals.standings import Standing
from salescli.services.goals.target_tables import Parts
from salescli.services.visiting import visits
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
    made = targets.split(session, period(name), measure, TARGET, CHINA, **rules).split
    assert made is not None
    return made


def amounts(session: Session, name: str, by: Parts, measure: Measure = AMOUNT) -> list[int]:
    return [row.amount for row in targets.table(session, period(name), measure, TARGET, by, CHINA, TODAY).rows]


def progress_of(session: Session, name: str, today: str, measure: Measure = AMOUNT) -> target_progress.Progress:
    return target_progress.progress(session, period(name), measure, TARGET, CHINA, date.fromisoformat(today))


# Versions


def test_a_target_set_again_is_a_new_version_and_the_earlier_is_kept(session: Session) -> None:
    first = targets.set_target(session, period("2026"), 100, AMOUNT, TARGET)
    second = targets.set_target(session, period("2026-01-01..2026-12-31"), 200, AMOUNT, TARGET)
    assert (first.version, first.current, first.amount) == (1, False, 100)
    assert (second.version, second.current, second.amount) == (2, True, 200)
    assert target_lookup.find(session, period("2026"), AMOUNT, TARGET).target.id == second.id


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
        targets.table(session, period("2026"), AMOUNT, TARGET, "month", CHINA, TODAY)
    assert "sales target split 2026" in refused.value.hint


def test_splitting_again_keeps_the_earlier_split_out_of_force(session: Session) -> None:
    set_and_split(session, "2026", MILLIONS)
    targets.split(session, period("2026"), AMOUNT, TARGET, CHINA, season=EVEN)
    stored = session.exec(select(TargetSplit).order_by(TargetSplit.version)).all()  # type: ignore[arg-type]
    assert [(split.version, split.current) for split in stored] == [(1, False), (2, True)]
    assert amounts(session, "2026", "month") == [MILLIONS // 12] * 12


def test_a_removed_target_is_gone_and_its_version_is_not_given_again(session: Session) -> None:
    set_and_split(session, "2026", MILLIONS)
    targets.remove(session, target_lookup.find(session, period("2026"), AMOUNT, TARGET).target)
    assert targets.listed(session) == []
    assert target_lookup.amount_between(session, AMOUNT, date(2026, 1, 1), date(2027, 1, 1)) is None
    with pytest.raises(NotFound):
        target_lookup.find(session, period("2026"), AMOUNT, TARGET)
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
    weeks = targets.table(session, period("2026"), AMOUNT, TARGET, "week", CHINA, TODAY).rows
    assert [row.amount for row in weeks if row.period == "2026-W14"] == [23_831_169]
    months = targets.table(session, period("2026"), AMOUNT, TARGET, "month", CHINA, TODAY)
    assert [row.working_days for row in months.rows] == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert months.total.working_days == 248


def test_a_million_in_even_months_is_four_with_a_cent_more(session: Session) -> None:
    set_and_split(session, "2026", 100_000_000, season=EVEN)
    assert amounts(session, "2026", "month") == [8_333_334] * 4 + [8_333_333] * 8


def test_by_week_and_day_are_clipped_to_the_period_and_rest_days_are_nothing(session: Session) -> None:
    set_and_split(session, "2026", MILLIONS)
    weeks = targets.table(session, period("2026"), AMOUNT, TARGET, "week", CHINA, TODAY).rows
    assert (weeks[0].period, weeks[0].begin, weeks[0].end) == ("2026-W01", date(2026, 1, 1), date(2026, 1, 4))
    assert (weeks[-1].period, weeks[-1].end, len(weeks)) == ("2026-W53", date(2026, 12, 31), 53)
    days = targets.table(session, period("2026"), AMOUNT, TARGET, "day", CHINA, TODAY).rows
    assert len(days) == 365
    assert all(bool(row.amount) == CHINA.is_working(row.begin) for row in days)


# Rules


def test_a_hold_is_kept_and_only_its_own_row_is_marked(session: Session) -> None:
    holds = [Hold(period("2026-03"), 105_000_000), Hold(period("2026-Q4"), 1)]
    set_and_split(session, "2026", MILLIONS, season=EVEN, holds=holds)
    months = targets.table(session, period("2026"), AMOUNT, TARGET, "month", CHINA, TODAY).rows
    assert [row.period for row in months if row.held] == ["2026-03"]
    assert months[2].amount == 105_000_000
    quarters = targets.table(session, period("2026"), AMOUNT, TARGET, "quarter", CHINA, TODAY).rows
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
    rows = targets.table(session, period("2026-11"), AMOUNT, TARGET, "day", CHINA, TODAY)
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
    assert targets.table(session, period("2040"), AMOUNT, TARGET, "month", CHINA, TODAY).provisional
    assert not set_and_split(session, "2026", MILLIONS).provisional


@pytest.mark.parametrize("hold", [("2026-03", MILLIONS + 1), ("2027-01", 1), ("2026-05-01", 1)])
def test_a_hold_that_cannot_be_kept_is_refused_and_nothing_stored(session: Session, hold: tuple[str, int]) -> None:
    with pytest.raises(Refused):
        set_and_split(session, "2026", MILLIONS, holds=[Hold(period(hold[0]), hold[1])])
    assert session.exec(select(TargetSplit)).all() == []


def test_a_level_is_not_split_and_asks_the_same_of_every_part(session: Session) -> None:
    targets.set_target(session, period("2026"), 460, Measure.SATISFACTION, TARGET)
    with pytest.raises(Refused):
        targets.split(session, period("2026"), Measure.SATISFACTION, TARGET, CHINA)
    table = targets.table(session, period("2026"), Measure.SATISFACTION, TARGET, "quarter", CHINA, TODAY)
    assert ([row.amount for row in table.rows], table.assigned, table.sum) == ([460] * 4, 460, None)
    part = targets.table(session, period("2026-11"), Measure.SATISFACTION, TARGET, "month", CHINA, TODAY)
    assert (part.assigned, part.part_of, [row.period for row in part.rows]) == (460, "2026", ["2026-11"])
    found = progress_of(session, "2026", "2026-11-25", Measure.SATISFACTION)
    assert (found.assigned, found.needed_per_day, found.gap_points) == (460, None, None)


def test_a_split_worked_out_is_not_stored(session: Session) -> None:
    target = targets.set_target(session, period("2026"), MILLIONS, AMOUNT, TARGET)
    made = targets.work_out(target, CHINA)
    assert targets.shown(session, Standing(target, made), period("2026"), None, CHINA, TODAY).sum == MILLIONS
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


@settings(max_examples=30)
@given(case=stored(), measure=st.sampled_from([AMOUNT, Measure.ORDERS, VISITS]), data=st.data())
def test_a_stored_split_adds_up_at_every_level(
    session: Session, case: tuple[Period, int, Calendar, dict[str, Any]], measure: Measure, data: st.DataObject
) -> None:
    days, amount, calendar, rules = case
    target = targets.set_target(session, days, amount, measure, TARGET)
    targets.split(session, days, measure, TARGET, calendar, **rules)
    session.expire_all()  # from here on what was written is read
    tables = {by: targets.table(session, days, measure, TARGET, by, calendar, TODAY) for by in LEVELS}
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
        assert target_lookup.amount_between(session, measure, hold.period.begin, hold.period.end) == hold.amount
    first, last = sorted([data.draw(st.sampled_from(list(by_day))), data.draw(st.sampled_from(list(by_day)))])
    part = targets.table(session, Period.between(first, last + DAY), measure, TARGET, None, calendar, TODAY)
    assert part.assigned == target_lookup.amount_between(session, measure, first, last + DAY)
    assert part.assigned == sum(by_day[day] for day in Period.between(first, last + DAY).days())
    targets.remove(session, target)


# What days ask


def test_the_shortest_split_target_around_the_days_decides(session: Session) -> None:
    set_and_split(session, "2026", 24_800)  # 100 a working day
    set_and_split(session, "2026-11", 42_000)  # 2,000 a working day
    targets.set_target(session, period("2026-W48"), 1, AMOUNT, TARGET)  # not split: left aside
    assert target_lookup.amount_between(session, AMOUNT, date(2026, 11, 25), date(2026, 11, 26)) == 2_000
    assert target_lookup.amount_between(session, AMOUNT, date(2026, 11, 23), date(2026, 11, 30)) == 10_000
    assert target_lookup.amount_between(session, AMOUNT, date(2026, 10, 1), date(2027, 1, 1)) == 6_200
    assert target_lookup.amount_between(session, AMOUNT, date(2026, 11, 25), date(2026, 11, 26), Tier.FLOOR) is None
    assert target_lookup.amount_between(session, VISITS, date(2026, 11, 25), date(2026, 11, 26)) is None


def test_a_week_across_two_targets_takes_each_day_from_its_own(session: Session) -> None:
    set_and_split(session, "2026-03", 2_200)
    set_and_split(session, "2026-04", 42_000)
    assert target_lookup.amount_between(session, AMOUNT, date(2026, 3, 30), date(2026, 4, 6)) == 2 * 100 + 3 * 2_000
    assert progress_of(session, "2026-W14", "2026-04-01").assigned == 6_200


def test_where_no_target_is_around_all_days_the_shorter_one_still_decides_on_its_own(session: Session) -> None:
    set_and_split(session, "2026-03", 2_200)
    set_and_split(session, "2026-Q1", 590_000)
    set_and_split(session, "2026-Q2", 6_100)
    assert target_lookup.amount_between(session, AMOUNT, date(2026, 3, 30), date(2026, 4, 6)) == 2 * 100 + 3 * 100


def test_a_shorter_target_that_is_not_split_leaves_a_stretch_of_it_to_the_longer(session: Session) -> None:
    set_and_split(session, "2026", 24_800)
    targets.set_target(session, period("2026-11"), 9_000, AMOUNT, TARGET)
    table = targets.table(session, period("2026-W48"), AMOUNT, TARGET, None, CHINA, TODAY)
    assert (table.part_of, table.assigned) == ("2026", 500)


def test_a_target_of_a_product_is_not_the_persons(session: Session) -> None:
    targets.set_target(session, period("2026"), 9, AMOUNT, TARGET, scope="product:P1")
    with pytest.raises(NotFound):
        target_lookup.find(session, period("2026"), AMOUNT, TARGET)
    assert targets.set_target(session, period("2026"), 10, AMOUNT, TARGET).version == 1
    assert [(view.scope, view.assigned) for view in targets.listed(session)] == [("product:P1", 9), (None, 10)]


def test_days_without_a_target_count_nothing_in_a_week_across_the_year(session: Session) -> None:
    set_and_split(session, "2026", 24_800)
    assert target_lookup.amount_between(session, AMOUNT, date(2026, 12, 28), date(2027, 1, 4)) == 400
    assert target_lookup.amount_between(session, AMOUNT, date(2027, 1, 1), date(2027, 1, 4)) is None
    with pytest.raises(NotFound):
        progress_of(session, "2026-W53", "2026-12-30")


def test_a_stretch_without_a_target_of_its_own_is_shown_from_the_target_around_it(session: Session) -> None:
    set_and_split(session, "2026", 24_800)
    table = targets.table(session, period("2026-11"), AMOUNT, TARGET, None, CHINA, TODAY)
    assert (table.period, table.assigned, table.part_of, table.by) == ("2026-11", 2_100, "2026", "week")
    assert targets.table(session, period("2026"), AMOUNT, TARGET, None, CHINA, TODAY).part_of is None


def test_a_target_of_its_own_decides_even_when_it_is_not_split(session: Session) -> None:
    set_and_split(session, "2026", 24_800)
    targets.set_target(session, period("2026-11"), 9_000, AMOUNT, TARGET)
    with pytest.raises(Refused) as refused:
        targets.table(session, period("2026-11"), AMOUNT, TARGET, None, CHINA, TODAY)
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
        lambda: target_lookup.find(session, period("2026"), measure, tier),
        lambda: targets.table(session, period("2026"), measure, tier, None, CHINA, TODAY),
        lambda: target_progress.progress(session, period("2026"), measure, tier, CHINA, TODAY),
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
    assert target_lookup.split_around(session, date(2026, 12, 24)) == ["2026-12", "2026"]
    assert target_lookup.split_around(session, date(2027, 1, 1)) == []


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
    row = targets.table(session, period("2026-11"), VISITS, TARGET, "week", CHINA, TODAY).rows[4]
    assert (row.period, row.actual, row.gap) == ("2026-W48", 3, row.amount - 3)


def test_what_cannot_be_known_has_no_actual_and_what_was_not_sold_is_nothing(session: Session) -> None:
    november = period("2026-11")
    set_and_split(session, "2026-11", 21_000)
    row = targets.table(session, november, AMOUNT, TARGET, "month", CHINA, TODAY).rows[0]
    assert (row.actual, row.rate, row.gap) == (0, 0.0, 21_000)
    targets.set_target(session, november, 500, Measure.MARGIN, TARGET)
    targets.split(session, november, Measure.MARGIN, TARGET, CHINA)
    row = targets.table(session, november, Measure.MARGIN, TARGET, "month", CHINA, TODAY).rows[0]
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
    found = target_progress.progress(session, period("2026"), AMOUNT, TARGET, CHINA, today)
    assert found.time_rate == len([day for day in year if day <= today]) / len(year)
    assert found.working_days_left == len(left)
    if found.needed_per_day is None:
        assert not left
    else:
        assert (found.needed_per_day - 1) * len(left) < found.gap <= found.needed_per_day * len(left)


# Tiers side by side


def test_the_tiers_of_a_period_stand_side_by_side(session: Session) -> None:
    for tier, amount in ((Tier.FLOOR, 96_000), (Tier.TARGET, 120_000), (Tier.STRETCH, 144_000)):
        targets.set_target(session, period("2026"), amount, AMOUNT, tier)
        targets.split(session, period("2026"), AMOUNT, tier, CHINA, season=EVEN)
    rows = targets.table(session, period("2026"), AMOUNT, TARGET, "quarter", CHINA, TODAY).rows
    assert [(row.floor, row.target, row.stretch, row.amount) for row in rows] == [(24_000, 30_000, 36_000, 30_000)] * 4
    found = progress_of(session, "2026", "2026-06-30")
    assert [(tier.tier, tier.assigned, tier.gap) for tier in found.tiers] == [
        (Tier.FLOOR, 96_000, 96_000),
        (Tier.STRETCH, 144_000, 144_000),
    ]


def test_a_tier_that_is_not_set_or_not_split_leaves_its_place_empty(session: Session) -> None:
    set_and_split(session, "2026", 100_000)
    targets.set_target(session, period("2026"), 80_000, AMOUNT, Tier.FLOOR)
    row = targets.table(session, period("2026"), AMOUNT, TARGET, "year", CHINA, TODAY).rows[0]
    assert (row.floor, row.target, row.stretch) == (None, 100_000, None)
    assert [tier.tier for tier in progress_of(session, "2026", "2026-06-30").tiers] == [Tier.FLOOR]


# Holds on a target that is split


def test_a_hold_fixes_a_part_and_keeps_season_and_other_holds(session: Session) -> None:
    set_and_split(session, "2026", MILLIONS, season=SEASON, holds=[Hold(period("2026-02"), 70_000_000)])
    before, now = targets.hold(session, period("2026-03"), 100_000_000, AMOUNT, TARGET, "", CHINA)
    months = amounts(session, "2026", "month")
    assert (sum(months), months[1], months[2]) == (MILLIONS, 70_000_000, 100_000_000)
    assert months[0] * 100 == pytest.approx(months[3] * 90)
    assert now.split is not None
    assert before.split is not None
    assert (before.split.current, now.split.version) == (False, 2)
    _before, now = targets.hold(session, period("2026-03"), None, AMOUNT, TARGET, "", CHINA)
    assert amounts(session, "2026", "month")[1] == 70_000_000
    assert now.split is not None
    assert now.split.cells == before.split.cells


def test_a_hold_lies_in_the_shortest_split_target_around_it(session: Session) -> None:
    set_and_split(session, "2026", MILLIONS)
    set_and_split(session, "2026-11", 21_000)
    targets.hold(session, period("2026-11-25"), 5_000, AMOUNT, TARGET, "", CHINA)
    assert target_lookup.amount_between(session, AMOUNT, date(2026, 11, 25), date(2026, 11, 26)) == 5_000
    assert sum(amounts(session, "2026-11", "week")) == 21_000
    assert sum(amounts(session, "2026", "month")) == MILLIONS


@pytest.mark.parametrize(
    ("part", "amount", "error"),
    [
        ("2026-03", MILLIONS + 1, Refused),
        ("2026", 1, Refused),  # the target itself
        ("2026-05", None, NotFound),  # not held
        ("2027-01", 1, NotFound),
        ("2026-12..2027-01", 1, Refused),
    ],
)
def test_a_hold_that_can_t_be_is_refused_and_the_split_stays(
    session: Session, part: str, amount: int | None, error: type[Exception]
) -> None:
    set_and_split(session, "2026", MILLIONS)
    days = Period.between(date(2026, 12, 1), date(2027, 2, 1)) if ".." in part else period(part)
    with pytest.raises(error):
        targets.hold(session, days, amount, AMOUNT, TARGET, "", CHINA)
    assert len(session.exec(select(TargetSplit)).all()) == 1


def test_a_hold_needs_a_split_target(session: Session) -> None:
    targets.set_target(session, period("2026"), MILLIONS, AMOUNT, TARGET)
    with pytest.raises(Refused) as refused:
        targets.hold(session, period("2026-03"), 1, AMOUNT, TARGET, "", CHINA)
    assert "sales target split 2026" in refused.value.hint


def test_splitting_again_by_another_calendar_keeps_the_rules(session: Session) -> None:
    made = set_and_split(session, "2026", MILLIONS, season=SEASON, holds=[Hold(period("2026-03"), 5_000_000)])
    leave = Calendar(overrides={date(2026, 11, 25): DayMark(date(2026, 11, 25), "leave", "年假", False)})
    again = targets.split_again(
        session, target_lookup.find(session, period("2026"), AMOUNT, TARGET).target, leave
    ).split
    assert again is not None
    assert again.rules["season"] == [str(share) for share in SEASON]
    assert amounts(session, "2026", "month")[2] == 5_000_000
    assert amounts(session, "2026-11-25", "day") == [0]
    assert sum(made.cells) == sum(again.cells) == MILLIONS


def test_the_targets_that_days_touch_are_the_split_ones_around_them(session: Session) -> None:
    set_and_split(session, "2026", 100)
    set_and_split(session, "2026-12", 10)
    targets.set_target(session, period("2026-W48"), 5, AMOUNT, TARGET)
    assert [one.period for one in targets.touched(session, [date(2026, 11, 25), date(2027, 1, 1)])] == ["2026"]
    assert targets.touched(session, []) == []


# Taken up in mid-year


def test_what_was_typed_as_reached_stands_in_place_of_the_records_of_its_days(
    session: Session, defaults: Settings
) -> None:
    done = [Hold(Period.between(date(2026, 11, 1), date(2026, 11, 21)), 30)]
    targets.set_target(session, period("2026-11"), 42, VISITS, TARGET, done=done)
    targets.split(session, period("2026-11"), VISITS, TARGET, CHINA)
    client = clients.add(session, {"name": "甲公司"}, None, TODAY, defaults, CHINA)
    for day in (18, 24):
        step = visits.NextStep(none_because="无")
        visits.log(session, client, "见面", date(2026, 11, day), step, TODAY, defaults, CHINA)
    found = progress_of(session, "2026-11", "2026-11-25", VISITS)
    assert (found.actual, found.typed, found.gap) == (31, 30, 11)
    rows = targets.table(session, period("2026-11"), VISITS, TARGET, "day", CHINA, TODAY).rows
    assert [row.actual for row in rows[:21]] == [0, *[2] * 5, 0, 0, *[2] * 5, 0, 0, *[2] * 5, 0]
    assert sum(row.typed or 0 for row in rows) == 30


def test_what_was_typed_counts_before_the_target_is_split(session: Session) -> None:
    done = [Hold(period("2026-01"), 900), Hold(period("2026-02"), 100)]
    targets.set_target(session, period("2026"), 12_000, AMOUNT, TARGET, done=done)
    found = progress_of(session, "2026", "2026-03-15")
    assert (found.actual, found.typed, found.recorded) == (1_000, 1_000, True)
    set_and_split_again = targets.split(session, period("2026"), AMOUNT, TARGET, CHINA)
    assert set_and_split_again.split is not None
    rows = targets.table(session, period("2026"), AMOUNT, TARGET, "month", CHINA, date(2026, 3, 15)).rows
    assert [row.actual for row in rows[:4]] == [900, 100, 0, 0]


# Scopes


def test_targets_of_a_territory_count_its_visits_alone(session: Session, defaults: Settings) -> None:
    for scope in ("", "territory:滨江", "product:X200"):
        targets.set_target(session, period("2026-11"), 10, VISITS, TARGET, scope)
    for name, territory in (("甲公司", "滨江"), ("乙公司", "萧山")):
        client = clients.add(session, {"name": name, "territory": territory}, None, TODAY, defaults, CHINA)
        visits.log(session, client, "见面", TODAY, visits.NextStep(none_because="无"), TODAY, defaults, CHINA)
    found = {
        scope: target_progress.progress(session, period("2026-11"), VISITS, TARGET, CHINA, TODAY, scope)
        for scope in ("", "territory:滨江", "product:X200")
    }
    assert [(one.actual, one.recorded) for one in found.values()] == [(2, True), (1, True), (0, False)]


# As it stood


def test_a_target_is_shown_as_it_stood_at_an_earlier_moment(session: Session) -> None:
    moments = [datetime(2026, month, 1, 9, tzinfo=UTC) for month in (1, 4, 7, 10)]
    session.info["now"] = moments[0]
    set_and_split(session, "2026", 1_200)
    session.info["now"] = moments[1]
    targets.hold(session, period("2026-12"), 500, AMOUNT, TARGET, "", CHINA)
    session.info["now"] = moments[2]
    set_and_split(session, "2026", 2_400, season=EVEN)
    session.info["now"] = moments[3]
    targets.remove(session, target_lookup.find(session, period("2026"), AMOUNT, TARGET).target)

    def december(at: datetime) -> tuple[int, int]:
        table = targets.table(session, period("2026"), AMOUNT, TARGET, "month", CHINA, TODAY, at=at)
        return table.assigned, table.rows[11].amount

    later = timedelta(minutes=1)
    assert december(moments[0] + later)[0] == 1_200
    assert december(moments[0] + later)[1] != 500
    assert december(moments[1] + later) == (1_200, 500)
    assert december(moments[2] + later) == (2_400, 200)
    for at in (moments[0], moments[3] + later):
        with pytest.raises(NotFound):
            december(at)
    assert [view.assigned for view in targets.listed(session, moments[1] + later)] == [1_200]
    assert targets.listed(session) == []
