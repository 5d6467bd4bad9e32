"""The week: plan against actual, the score, next week's goals and visits; all that the goal sheet shows."""

import contextlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period, parse_period
from salescli.errors import BadValue, NotFound, Refused
from salescli.formulas import Counting
from salescli.i18n import _
from salescli.models.day_plans import DayPlan
from salescli.services.care import learning
from salescli.services.care.feedback import FeedbackView
from salescli.services.care.learning import LearningView
from salescli.services.goals import actuals, funnels, targets
from salescli.services.goals.funnels import WeekVisits
from salescli.services.goals.target_tables import Parts, TargetTable
from salescli.services.office import profile
from salescli.services.office.profile import ProfileView
from salescli.services.planning import day_plans
from salescli.services.planning.plan_checks import PlannedVisit
from salescli.services.reporting import scores, week_care, week_money
from salescli.services.reporting.goal_figures import (
    Goal,
    MonthProgress,
    NextGoal,
    codes_behind,
    goals_of,
    months_of,
    next_goals,
    score_of,
)
from salescli.services.reporting.week_care import MarketOfWeek, ServiceOfWeek, WorkAhead, WorkOfWeek
from salescli.services.reporting.week_money import DealsOfWeek, OrdersOfWeek
from salescli.services.visiting import visits, week_visits
from salescli.services.visiting.visits import DueStep, VisitView
from salescli.services.visiting.week_visits import VisitSummary, ratio
from salescli.vocabulary import LEVEL_MEASURES, Measure, Tier, VisitStatus

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class NextWeek:
    """The goals and visits of the week to come; a visit without a code is only proposed.

    ``steps`` are next steps that fall due in it on days on which their clients are not visited. ``funnel`` is how
    many visits the gap of the amount asks of it, ``None`` where that can't be worked out.
    """

    period: Period
    goals: tuple[NextGoal, ...]
    visits: tuple[PlannedVisit, ...]
    steps: tuple[DueStep, ...]
    work: WorkAhead
    funnel: WeekVisits | None


@dataclass(frozen=True)
class Learned:
    """What a day brought: what its end noted as gained and fallen short, and what was learnt on it."""

    day: date
    gained: str | None
    fell_short: str | None
    learnt: tuple[LearningView, ...] = ()


@dataclass(frozen=True)
class Breakdown:
    """A measure's target down to the day: the year by quarter and month, the week's month by week and day."""

    measure: str
    tables: tuple[TargetTable, ...]


@dataclass(frozen=True)
class LateFigure:
    """A measure of a closed week that later entries changed, in its unit, with the codes of the records added."""

    measure: str
    before: int
    now: int
    codes: tuple[str, ...]


@dataclass(frozen=True)
class LateEntries:
    """上周补录: visits of a closed week logged after its closing, and the measures that later entries changed."""

    week: Period
    visits: tuple[VisitView, ...]
    figures: tuple[LateFigure, ...]


@dataclass(frozen=True)
class Answer:
    """What the manager said of a sheet: approved or returned, a comment, the reason, points in hundredths."""

    week: str
    state: str
    comment: str | None
    return_reason: str | None
    score: int | None
    answered_on: date | None


@dataclass(frozen=True)
class WeekReport:
    """A week as review, sheet, text and JSON show it. ``as_of`` is its last day, or today while it runs.

    ``late`` is what was recorded of the closed week before after its closing, ``answered`` what the manager said of
    that week's sheet. ``identity`` and ``checksum`` tell a kept version from every other.
    """

    period: Period
    as_of: date
    made_at: datetime
    status: str
    version: int
    profile: ProfileView
    goals: tuple[Goal, ...]
    score: float | None
    time_rate: float | None
    months: tuple[MonthProgress, ...]
    visits: VisitSummary
    deals: DealsOfWeek
    orders: OrdersOfWeek
    work: WorkOfWeek
    service: ServiceOfWeek
    market: MarketOfWeek
    matters: tuple[FeedbackView, ...]
    next: NextWeek
    learned: tuple[Learned, ...]
    breakdowns: tuple[Breakdown, ...]
    counting: Counting
    late: LateEntries | None = None
    answered: Answer | None = None
    identity: str = ""
    checksum: str = ""

    @property
    def left_out(self) -> list[Goal]:
        """The weighted measures that don't count in the score."""
        return [goal for goal in self.goals if goal.left_out in scores.TOLD]


def report(
    session: Session,
    period: Period,
    today: date,
    now: datetime,
    settings: Settings,
    calendar: Calendar,
    ahead: Period | None = None,
    before: "WeekReport | None" = None,
) -> WeekReport:
    """Everything about the week ``period``; ``ahead`` is the week whose goals and visits come next in it.

    ``before`` is the week before as it was closed: its goals, and those agreed on since, are this week's.
    """
    as_of = min(period.last, today)
    plan = before.next if before is not None and before.next.period.begin == period.begin else None
    closed = {goal.measure: goal.target for goal in plan.goals} if plan else {}
    goals = goals_of(session, period, as_of, settings, calendar, closed)
    return WeekReport(
        period=period,
        as_of=as_of,
        made_at=now,
        status="draft",
        version=1,
        profile=profile.view(profile.of(session)),
        goals=goals,
        score=score_of(goals),
        time_rate=_time_rate(period, as_of, calendar),
        months=months_of(session, period, as_of, calendar),
        visits=week_visits.summary(session, period, as_of, today, settings),
        deals=week_money.deals_of(session, period, as_of, today, settings),
        orders=week_money.orders_of(session, period, as_of),
        work=week_care.work_of(session, period, as_of),
        service=week_care.service_of(session, period, as_of, now, settings, calendar),
        market=week_care.market_of(session, period, as_of),
        matters=week_care.matters_of(session, period, as_of),
        next=_next_week(session, ahead or Period.week_of(period.end), as_of, now, settings, calendar),
        learned=_learned(session, period),
        breakdowns=_breakdowns(session, period, as_of, calendar),
        counting=actuals.counting_of(session),
        late=None if before is None else late_entries(session, before),
    )


def late_entries(session: Session, closed: WeekReport) -> LateEntries | None:
    """What was recorded of a closed week after its closing; None where nothing was."""
    week = closed.period
    told = {line.visit.code for line in closed.visits.lines if line.visit.on is not None}
    done = [visit for visit in visits.listed(session, week) if visit.on is not None and visit.code not in told]
    figures = []
    for goal in closed.goals:
        measure = Measure(goal.measure)
        now = actuals.total(session, measure, week.begin, week.end)
        if measure not in LEVEL_MEASURES and goal.week_actual is not None and now not in (None, goal.week_actual):
            codes = [code for code in codes_behind(session, measure, week, week.last) if code not in goal.codes]
            figures.append(LateFigure(goal.measure, goal.week_actual, now or 0, tuple(codes)))
    return LateEntries(week, tuple(done), tuple(figures)) if done or figures else None


def named_week(text: str, today: date) -> Period:
    """The ISO week that ``text`` names, by itself or by one of its days; BadValue for any other period."""
    period = parse_period(text, today)
    if period.kind not in ("week", "day"):
        raise BadValue(
            _("“{text}” is not a week.").format(text=text),
            hint=_("Write 2026-W48, this-week, last-week, or any day of it."),
        )
    return Period.week_of(period.begin)


def week_to_print(session: Session, today: date) -> Period:
    """The week whose sheet is due: last week if anything is recorded in it, else this one."""
    last = Period.week_of(today - timedelta(weeks=1))
    return last if _has_records(session, last) else Period.week_of(today)


def _has_records(session: Session, period: Period) -> bool:
    noted = select(DayPlan.id).where(col(DayPlan.deleted_at).is_(None), *_days_in(period, DayPlan.day))
    return bool(visits.listed(session, period)) or session.exec(noted.limit(1)).first() is not None


def _days_in(period: Period, column: date) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return col(column) >= period.begin, col(column) < period.end


def _time_rate(period: Period, as_of: date, calendar: Calendar) -> float | None:
    """时间进度 of the week: working days up to and including ``as_of`` / all of them."""
    elapsed = Period(period.begin, as_of + _DAY, "") if as_of >= period.begin else None
    worked = calendar.working_days(elapsed.begin, elapsed.end) if elapsed else 0
    return ratio(worked, calendar.working_days(period.begin, period.end))


# --- the week to come, and the rest ---


def _next_week(
    session: Session, period: Period, as_of: date, now: datetime, settings: Settings, calendar: Calendar
) -> NextWeek:
    today = now.date()
    stops = _next_visits(session, period, now, settings, calendar)
    visited = {(stop.visit.client.code, stop.visit.planned_on) for stop in stops}
    return NextWeek(
        period=period,
        goals=next_goals(session, period, as_of, calendar),
        visits=tuple(stops),
        steps=tuple(
            step
            for step in visits.due_steps(session, period.last)
            if step.due_on in period and (step.client.code, step.due_on) not in visited
        ),
        work=week_care.ahead_of(session, period, today, now, settings, calendar),
        funnel=funnels.for_week(session, period, calendar, as_of, settings),
    )


def _next_visits(
    session: Session, period: Period, now: datetime, settings: Settings, calendar: Calendar
) -> list[PlannedVisit]:
    """What is planned in the week, and proposals for the working days to come that have nothing."""
    made = day_plans.propose_period(session, period, now, settings, calendar)
    in_plans = {stop.visit.code or "": stop for day in made for stop in day.visits}
    found = [
        in_plans.get(visit.code or "", PlannedVisit(visit, 0, None, 0, []))
        for visit in visits.listed(session, period)
        if not visit.unplanned and visit.status not in (VisitStatus.MOVED, VisitStatus.CANCELLED)
    ]
    for day in made:
        if day.proposed:
            found += day.visits
    return sorted(found, key=_when)


def _when(stop: PlannedVisit) -> tuple[date, time]:
    start = stop.visit.planned_at or (stop.place.start if stop.place else time.max)
    return stop.visit.planned_on or date.max, start


def _learned(session: Session, period: Period) -> tuple[Learned, ...]:
    rows = session.exec(
        select(DayPlan)
        .where(col(DayPlan.deleted_at).is_(None), *_days_in(period, DayPlan.day))
        .order_by(col(DayPlan.day))
    )
    noted = {row.day: row for row in rows if row.gained or row.fell_short}
    learnt = learning.of_period(session, period.begin, period.end)
    return tuple(
        Learned(
            day,
            noted[day].gained if day in noted else None,
            noted[day].fell_short if day in noted else None,
            tuple(one for one in learnt if one.on == day),
        )
        for day in sorted({*noted, *(one.on for one in learnt)})
    )


def _breakdowns(session: Session, period: Period, as_of: date, calendar: Calendar) -> tuple[Breakdown, ...]:
    """Every split target from its year down to the days of the month the week has come to."""
    day = max(period.begin, as_of)
    year, month = Period.year_of(day), Period.month_of(day)
    wanted: list[tuple[Period, Parts]] = [
        (year, "quarter"), (year, "month"), (month, "week"), (month, "day"),
    ]  # fmt: skip
    found = []
    for measure in [measure for measure in Measure if measure not in LEVEL_MEASURES]:
        tables = []
        for whole, by in wanted:
            with contextlib.suppress(NotFound, Refused):
                tables.append(targets.table(session, whole, measure, Tier.TARGET, by, calendar, as_of))
        if tables:
            found.append(Breakdown(measure.value, tuple(tables)))
    return tuple(found)
