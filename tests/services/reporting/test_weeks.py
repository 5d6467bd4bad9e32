"""The week: plan against actual, the score, the week to come."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period
from salescli.errors import BadValue
from salescli.models.clients import Client
from salescli.models.day_plans import DayPlan
from salescli.models.visits import Visit
from salescli.service_words import SurveyState
from salescli.services.accounts import clients
from salescli.services.care import surveys
from salescli.services.goals import target_lookup, targets
from salescli.services.reporting import weeks
from salescli.services.reporting.goal_figures import Goal
from salescli.services.reporting.weeks import WeekReport
from salescli.services.visiting import visits
from salescli.services.visiting.visits import NextStep
from salescli.vocabulary import Measure, Tier

TODAY = date(2026, 11, 25)  # a Wednesday
WEEK = Period.week_of(TODAY)
MONDAY, FRIDAY = WEEK.begin, date(2026, 11, 27)
NEXT_MONDAY = WEEK.end
NOTHING_FOLLOWS = NextStep(none_because="settled")


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def add(session: Session, defaults: Settings, calendar: Calendar) -> Callable[..., Client]:
    """Add a client: ``add("甲", grade="A")``."""

    def call(name: str, **fields: Any) -> Client:
        return clients.add(session, {"name": name, **fields}, None, TODAY, defaults, calendar)

    return call


@pytest.fixture
def log(session: Session, defaults: Settings, calendar: Calendar) -> Callable[..., Visit]:
    """Log a visit: ``log(client, day, by="phone")``."""

    def call(client: Client, day: date, step: NextStep = NOTHING_FOLLOWS, text: str = "", **details: Any) -> Visit:
        return visits.log(session, client, text, day, step, TODAY, defaults, calendar, **details)

    return call


@pytest.fixture
def report(session: Session, defaults: Settings, calendar: Calendar, now: datetime) -> Callable[..., WeekReport]:
    """The report of a week: ``report()``, ``report(period, today=…, settings=…)``."""

    def call(period: Period = WEEK, *, today: date = TODAY, settings: Settings = defaults) -> WeekReport:
        return weeks.report(session, period, today, now, settings, calendar)

    return call


def set_target(session: Session, calendar: Calendar, measure: Measure, period: Period, amount: int) -> None:
    targets.set_target(session, period, amount, measure, Tier.TARGET)
    targets.split(session, period, measure, Tier.TARGET, calendar)


def goal_of(report: WeekReport, measure: Measure) -> Goal:
    return next(goal for goal in report.goals if goal.measure == measure)


def numbers(report: WeekReport) -> tuple[int, int, int]:
    found = report.visits
    return len(found.planned()), len(found.done()), len(found.unplanned())


# --- visits ---


def test_unplanned_visits_count_apart_from_the_rate(session, add, log, report) -> None:
    one, two = add("甲"), add("乙")
    visits.plan(session, one, MONDAY, None)
    visits.plan(session, two, FRIDAY, None)
    log(one, MONDAY)
    log(two, TODAY)
    made = report()
    assert numbers(made) == (2, 1, 1)
    assert made.visits.rate == 0.5


def test_a_week_without_a_planned_visit_has_no_rate(add, log, report) -> None:
    log(add("甲"), TODAY)
    assert report().visits.rate is None


def test_follow_ups_are_counted_apart_from_visits(session, add, log, report) -> None:
    client = add("甲")
    visits.plan(session, client, TODAY, None, by="phone")
    log(client, TODAY, by="wechat")
    made = report()
    assert numbers(made) == (0, 0, 0)
    assert len(made.visits.done(face_to_face=False)) == 1


def test_a_visit_moved_to_another_week_is_planned_and_not_done(session, add, report) -> None:
    visit = visits.plan(session, add("甲"), MONDAY, None)
    visits.move(session, visit, NEXT_MONDAY, None, "client asked")
    made = report()
    assert numbers(made) == (1, 0, 0)
    (line,) = made.visits.lines
    assert (line.state, line.moved_on, line.visit.reason) == ("moved", NEXT_MONDAY, "client asked")


def test_a_visit_moved_within_the_week_counts_once(session, add, log, report) -> None:
    client = add("甲")
    visits.move(session, visits.plan(session, client, MONDAY, None), TODAY, None, None)
    log(client, TODAY)
    made = report()
    assert numbers(made) == (1, 1, 0)
    assert [line.state for line in made.visits.lines] == ["moved", "done"]


def test_a_cancelled_visit_is_planned_and_not_done(session, add, report) -> None:
    visits.cancel(session, visits.plan(session, add("甲"), MONDAY, None), "away")
    made = report()
    assert numbers(made) == (1, 0, 0)
    assert made.visits.lines[0].state == "cancelled"


def test_what_is_still_to_come_is_not_called_missed(session, add, report) -> None:
    for name, day in (("甲", MONDAY), ("乙", TODAY), ("丙", FRIDAY)):
        visits.plan(session, add(name), day, None)
    assert [line.state for line in report().visits.lines] == ["not_done", "open", "open"]


@pytest.mark.parametrize(
    ("grade", "outcome", "planned", "telling"),
    [
        ("B", "interested", True, False),
        ("B", "interested", False, True),
        ("A", "interested", True, True),
        ("B", "order", True, True),
        ("B", "refused", True, True),
        ("B", "absent", True, False),
    ],
)
def test_the_first_sheet_tells_of_the_visits_that_matter(
    session, add, log, report, grade, outcome, planned, telling
) -> None:
    client = add("甲", grade=grade)
    if planned:
        visits.plan(session, client, TODAY, None)
    log(client, TODAY, outcome=outcome)
    assert [line.telling for line in report().visits.lines] == [telling]


def test_a_past_week_is_judged_by_how_clients_stood_at_its_end(session, add, log, report, defaults, calendar) -> None:
    late, kept = add("甲", grade="A"), add("乙", grade="A")
    last_week = Period.week_of(TODAY - timedelta(weeks=1))
    log(late, date(2026, 10, 1))
    log(late, TODAY)
    log(kept, last_week.begin)
    made = report(last_week)
    assert [(one.client.code, one.days) for one in made.visits.overdue] == [
        (late.code, (last_week.last - date(2026, 10, 15)).days)
    ]
    assert made.visits.a_coverage == 0.5
    assert report().visits.a_coverage == 1.0
    assert report().visits.overdue == ()


def test_a_client_never_contacted_is_not_covered_and_not_overdue_before_its_day(add, report) -> None:
    add("甲", grade="A")
    made = report()
    assert made.visits.a_coverage == 0.0
    assert made.visits.overdue == ()


# --- goals and score ---


def test_the_week_takes_its_share_of_the_target_and_its_rate(session, calendar, add, log, report) -> None:
    set_target(session, calendar, Measure.VISITS, Period.month_of(TODAY), 42)  # 21 working days
    for name in ("甲", "乙", "丙"):
        log(add(name), TODAY)
    goal = goal_of(report(), Measure.VISITS)
    assert (goal.week_target, goal.week_actual, goal.week_rate) == (10, 3, 0.3)
    assert goal.left_out == "no_weight"


def test_measures_without_target_or_record_are_left_out_and_the_others_scaled(
    session, calendar, add, log, report, defaults
) -> None:
    month = Period.month_of(TODAY)
    for measure in (Measure.VISITS, Measure.EFFECTIVE_VISITS, Measure.AMOUNT, Measure.MARGIN):
        set_target(session, calendar, measure, month, 42)
    log(add("甲"), TODAY, outcome="quote")
    more = {"weights.visits": 30, "weights.margin": 20}
    made = report(settings=replace(defaults, values={**defaults.values, **more}))
    assert {goal.measure: goal.weight for goal in made.goals if goal.weight is not None} == {
        "amount": 50.0,  # nothing was sold, which is known
        "effective_visits": 12.5,
        "visits": 37.5,
    }
    assert {goal.measure: goal.left_out for goal in made.left_out} == {
        "margin": "not_recorded",
        "receipts": "no_target",
        "new_clients": "no_target",
        "quotes": "no_target",
        "satisfaction": "no_target",
    }
    assert made.score == pytest.approx(5.0)


def test_the_score_counts_no_rate_above_one_point_two(session, calendar, add, log, report) -> None:
    set_target(session, calendar, Measure.EFFECTIVE_VISITS, WEEK, 1)
    for name in ("甲", "乙", "丙"):
        log(add(name), TODAY, outcome="order")
    made = report()
    assert goal_of(made, Measure.EFFECTIVE_VISITS).week_rate == 3.0
    assert made.score == pytest.approx(120.0)


def test_a_target_of_nothing_has_no_rate_and_is_left_out(session, calendar, add, log, report) -> None:
    set_target(session, calendar, Measure.EFFECTIVE_VISITS, WEEK, 0)
    log(add("甲"), TODAY, outcome="order")
    goal = goal_of(report(), Measure.EFFECTIVE_VISITS)
    assert (goal.week_rate, goal.left_out) == (None, "zero_target")
    assert report().score is None


@given(st.integers(0, 100), st.integers(1, 100))
@settings(max_examples=8)
def test_scaled_weights_add_up_to_a_hundred(
    session, calendar, defaults, now, for_effective: int, for_visits: int
) -> None:
    for measure in (Measure.VISITS, Measure.EFFECTIVE_VISITS):
        if target_lookup.amount_between(session, measure, WEEK.begin, WEEK.end) is None:
            set_target(session, calendar, measure, WEEK, 5)
    weights = {"weights.effective_visits": for_effective, "weights.visits": for_visits}
    made = weeks.report(session, WEEK, TODAY, now, replace(defaults, values={**defaults.values, **weights}), calendar)
    counted = {goal.measure: goal.weight for goal in made.goals if goal.weight is not None}
    assert sum(counted.values()) == pytest.approx(100)
    assert ("effective_visits" in counted) == (for_effective > 0)
    assert made.score == 0.0


def test_a_level_is_never_summed_over_the_days_of_a_week(session, add, report) -> None:
    targets.set_target(session, Period.month_of(TODAY), 9000, Measure.SATISFACTION, Tier.TARGET)
    goal = goal_of(report(), Measure.SATISFACTION)
    assert (goal.week_target, goal.week_actual, goal.left_out) == (9000, None, "not_recorded")
    first, second = add("甲"), add("乙")
    surveys.log(session, first, date(2026, 10, 12), SurveyState.ANSWERED, score=100)
    surveys.log(session, second, TODAY, SurveyState.ANSWERED, score=80)
    made = report()
    goal = goal_of(made, Measure.SATISFACTION)
    assert (goal.week_actual, goal.week_rate, goal.weight, goal.codes) == (9000, 1.0, 100.0, ("S0001", "S0002"))
    assert goal.month is not None
    assert (goal.month.actual, goal.month.gap, goal.month.ahead, goal.month.needed_per_day) == (9000, 0, None, None)
    assert (made.score, made.breakdowns) == (100.0, ())


def test_a_week_across_two_months_shows_the_progress_of_both(session, calendar, report) -> None:
    week = Period.week_of(date(2026, 12, 1))
    set_target(session, calendar, Measure.VISITS, Period.year_of(TODAY), 248)
    made = report(week, today=date(2026, 12, 4))
    assert [month.month.label for month in made.months] == ["2026-11", "2026-12"]
    assert [row.time_rate for month in made.months for row in month.rows] == [1.0, pytest.approx(4 / 23)]
    assert goal_of(made, Measure.VISITS).month == made.months[1].rows[0]


def test_the_time_gone_goes_by_working_days(session, calendar, report) -> None:
    assert report().time_rate == pytest.approx(3 / 5)
    assert report(today=FRIDAY).time_rate == 1.0
    assert report(today=MONDAY - timedelta(days=1)).time_rate == 0.0


def test_a_week_printed_later_shows_the_month_as_it_stood(session, calendar, add, log, report) -> None:
    set_target(session, calendar, Measure.VISITS, Period.month_of(TODAY), 42)
    last_week = Period.week_of(TODAY - timedelta(weeks=1))
    log(add("甲"), last_week.begin)
    log(add("乙"), TODAY)
    ((row,),) = (month.rows for month in report(last_week).months)
    assert (row.actual, row.gap) == (1, 41)
    assert row.needed_per_day == 7  # over the six working days after that week
    assert row.ahead == pytest.approx(1 / 42 - 15 / 21)


def test_every_breakdown_adds_up_to_its_target(session, calendar, report) -> None:
    set_target(session, calendar, Measure.AMOUNT, Period.year_of(TODAY), 1_200_000_000)
    (breakdown,) = report().breakdowns
    by = {table.by: table for table in breakdown.tables}
    assert {name: sum(row.amount for row in table.rows) for name, table in by.items() if name != "day"} == {
        "quarter": 1_200_000_000,
        "month": 1_200_000_000,
        "week": by["day"].total.amount,
    }


# --- the week to come ---


def test_next_week_has_what_is_planned_and_proposals_for_days_with_nothing(session, add, report) -> None:
    planned, moved = add("甲", grade="A"), add("乙", grade="A")
    for name in "丙丁戊己庚辛":
        add(name, grade="A")
    visits.plan(session, planned, NEXT_MONDAY, None)
    visits.move(session, visits.plan(session, moved, NEXT_MONDAY, None), NEXT_MONDAY + timedelta(days=2), None, None)
    found = report().next.visits
    by_day = {day: [stop for stop in found if stop.visit.planned_on == day] for day in report().next.period.days()}
    assert [stop.visit.client.code for stop in by_day[NEXT_MONDAY]] == [planned.code]
    assert [stop.visit.client.code for stop in by_day[NEXT_MONDAY + timedelta(days=2)]] == [moved.code]
    assert all(stop.visit.code is None for stop in by_day[NEXT_MONDAY + timedelta(days=1)])
    assert any(stop.visit.code is None for stop in found)
    assert [stop.visit.planned_on for stop in found] == sorted(stop.visit.planned_on for stop in found)


def test_a_next_step_stands_in_the_week_it_falls_due(add, log, report) -> None:
    log(add("甲"), TODAY, NextStep("offer", NEXT_MONDAY + timedelta(days=6)))
    (step,) = report().next.steps
    assert (step.text, step.due_on) == ("offer", NEXT_MONDAY + timedelta(days=6))
    assert report().next.visits == ()


def test_a_next_step_is_left_to_the_visit_of_its_day(session, add, log, report) -> None:
    client = add("甲")
    log(client, TODAY, NextStep("offer", NEXT_MONDAY))
    visits.plan(session, client, NEXT_MONDAY, None)
    assert report().next.steps == ()


def test_next_weeks_goals_come_from_the_decomposition(session, calendar, report) -> None:
    set_target(session, calendar, Measure.VISITS, Period.year_of(TODAY), 248)
    (goal,) = report().next.goals
    assert (goal.measure, goal.base, goal.catch_up, goal.target) == ("visits", 5, None, 5)
    assert (goal.working_days, goal.due_on, goal.month) == (5, date(2026, 12, 4), "2026-11")


# --- which week, and what it notes ---


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2026-W48", "2026-W48"),
        ("2026-11-29", "2026-W48"),
        ("本周", "2026-W48"),
        ("last-week", "2026-W47"),
        ("下周", "2026-W49"),
        ("2027-01-01", "2026-W53"),
        ("2026-11-23..2026-11-29", "2026-W48"),
    ],
)
def test_a_week_goes_by_its_number_or_any_of_its_days(text: str, label: str) -> None:
    assert weeks.named_week(text, TODAY).label == label


@pytest.mark.parametrize("text", ["2026-11", "2026", "2026-Q4", "2026-11-01..2026-11-15", "2026-11-23..2026-11-28"])
def test_any_other_period_is_no_week(text: str) -> None:
    with pytest.raises(BadValue):
        weeks.named_week(text, TODAY)


def test_last_week_is_printed_when_anything_is_recorded_in_it(session, add, log, now) -> None:
    assert weeks.week_to_print(session, TODAY) == WEEK
    log(add("甲"), TODAY)
    assert weeks.week_to_print(session, TODAY) == WEEK
    session.add(DayPlan(day=MONDAY - timedelta(days=3), gained="x", created_at=now, updated_at=now))
    session.flush()
    assert weeks.week_to_print(session, TODAY).label == "2026-W47"


def test_what_the_days_noted_is_gathered(session, now, report) -> None:
    for day, gained, fell_short in ((TODAY, None, "late"), (MONDAY, "cases first", None), (FRIDAY, None, None)):
        session.add(DayPlan(day=day, gained=gained, fell_short=fell_short, created_at=now, updated_at=now))
    session.flush()
    assert [(one.day, one.gained, one.fell_short) for one in report().learned] == [
        (MONDAY, "cases first", None),
        (TODAY, None, "late"),
    ]
