"""The week: plan against actual, the score, next week's goals and visits; all that the goal sheet shows."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period, parse_period
from salescli.errors import BadValue, NotFound, Refused
from salescli.i18n import _
from salescli.models.visits import DayPlan
from salescli.services.figures import kpi_rows
from salescli.services.goals import actuals, funnels, target_lookup, target_progress, targets
from salescli.services.goals.funnels import WeekVisits
from salescli.services.goals.target_tables import Parts, TargetTable
from salescli.services.office import profile
from salescli.services.office.profile import ProfileView
from salescli.services.planning import day_plans
from salescli.services.planning.plan_checks import PlannedVisit
from salescli.services.reporting import week_money
from salescli.services.reporting.week_money import DealsOfWeek, OrdersOfWeek
from salescli.services.visiting import visits, week_visits
from salescli.services.visiting.visits import DueStep
from salescli.services.visiting.week_visits import VisitSummary, ratio
from salescli.vocabulary import LEVEL_MEASURES, Measure, Tier, VisitStatus

MOST_RATE = 1.2  # what a measure counts for at most in the score

_DAY = timedelta(days=1)

LeftOut = Literal["no_target", "zero_target", "not_recorded", "no_weight"]


@dataclass(frozen=True)
class MonthGoal:
    """How far a measure has come in a month by the end of the week; ``gap`` is positive when short.

    ``actual``, ``rate`` and ``gap`` are ``None`` for what nothing is recorded of; ``needed_per_day`` is ``None``
    when no working day is left.
    """

    measure: str
    assigned: int
    actual: int | None
    rate: float | None
    time_rate: float | None
    gap: int | None
    needed_per_day: int | None

    @property
    def ahead(self) -> float | None:
        """进度差: the rate less the time gone, a fraction of 1; negative means behind."""
        return None if self.rate is None or self.time_rate is None else self.rate - self.time_rate


@dataclass(frozen=True)
class Goal:
    """A measure's goal for the week: minor units for money, plain counts otherwise; rates are fractions of 1.

    ``weight`` is out of 100 and scaled over the measures that count; it is ``None`` for one that is left out of
    the score, and ``left_out`` says why. The month is the one the week's last day so far lies in. ``codes`` are of
    the records behind the week's actual, by day; a record without a code is named by its client's.
    """

    measure: str
    weight: float | None
    week_target: int | None
    week_actual: int | None
    week_rate: float | None
    month: MonthGoal | None
    left_out: LeftOut | None = None
    reason: str | None = None
    action: str | None = None
    codes: tuple[str, ...] = ()

    @property
    def points(self) -> float | None:
        """What the measure scores out of 100: its rate, 1.2 at most."""
        return None if self.week_rate is None else 100 * min(self.week_rate, MOST_RATE)


@dataclass(frozen=True)
class MonthProgress:
    """How far the measures with a target have come in a month that the week touches."""

    month: Period
    rows: tuple[MonthGoal, ...]


@dataclass(frozen=True)
class NextGoal:
    """A measure's goal for the week to come: the decomposition's share, what is to be caught up, the sum of both.

    ``working_days`` are the week's; ``progress`` is that of ``month``, the one it begins in. ``catch_up`` is ``None``
    as long as the target has not been replanned.
    """

    measure: str
    base: int
    catch_up: int | None
    working_days: int
    month: str
    progress: MonthGoal | None
    due_on: date
    action: str | None = None

    @property
    def target(self) -> int:
        """What is to be reached."""
        return self.base + (self.catch_up or 0)


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
    funnel: WeekVisits | None


@dataclass(frozen=True)
class Learned:
    """What a day's end noted: what was gained, what fell short."""

    day: date
    gained: str | None
    fell_short: str | None


@dataclass(frozen=True)
class Breakdown:
    """A measure's target down to the day: the year by quarter and month, the week's month by week and day."""

    measure: str
    tables: tuple[TargetTable, ...]


@dataclass(frozen=True)
class WeekReport:
    """A week as review, sheet, text and JSON show it. ``as_of`` is its last day, or today while it runs."""

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
    next: NextWeek
    learned: tuple[Learned, ...]
    breakdowns: tuple[Breakdown, ...]

    @property
    def left_out(self) -> list[Goal]:
        """The weighted measures that don't count in the score."""
        return [goal for goal in self.goals if goal.left_out in ("no_target", "zero_target", "not_recorded")]


def report(
    session: Session,
    period: Period,
    today: date,
    now: datetime,
    settings: Settings,
    calendar: Calendar,
    ahead: Period | None = None,
) -> WeekReport:
    """Everything about the week ``period``; ``ahead`` is the week whose goals and visits come next in it."""
    as_of = min(period.last, today)
    goals = _goals(session, period, as_of, settings, calendar)
    return WeekReport(
        period=period,
        as_of=as_of,
        made_at=now,
        status="draft",
        version=1,
        profile=profile.view(profile.of(session)),
        goals=goals,
        score=_score(goals),
        time_rate=_time_rate(period, as_of, calendar),
        months=_months(session, period, as_of, calendar),
        visits=week_visits.summary(session, period, as_of, today, settings),
        deals=week_money.deals_of(session, period, as_of, today, settings),
        orders=week_money.orders_of(session, period, as_of),
        next=_next_week(session, ahead or Period.week_of(period.end), as_of, today, settings, calendar),
        learned=_learned(session, period),
        breakdowns=_breakdowns(session, period, as_of, calendar),
    )


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


# --- goals ---


def _goals(session: Session, period: Period, as_of: date, settings: Settings, calendar: Calendar) -> tuple[Goal, ...]:
    weights = {key: int(weight) for key, weight in settings.under("weights").items()}
    others = [measure for measure in Measure if measure not in weights and _week_target(session, measure, period)]
    bare = [_goal(session, Measure(name), period, as_of, calendar, weights) for name in [*weights, *others]]
    total = sum(weights[goal.measure] for goal in bare if goal.left_out is None)
    return tuple(goal if goal.left_out else _with_weight(goal, 100 * weights[goal.measure] / total) for goal in bare)


def _with_weight(goal: Goal, weight: float) -> Goal:
    return Goal(**{**vars(goal), "weight": weight})


def _goal(
    session: Session, measure: Measure, period: Period, as_of: date, calendar: Calendar, weights: dict[str, int]
) -> Goal:
    target = _week_target(session, measure, period)
    actual = actuals.total(session, measure, period.begin, period.end)
    month = _month_goal(session, Period.month_of(max(period.begin, as_of)), measure, as_of, calendar)
    return Goal(
        measure=measure.value,
        weight=None,
        week_target=target,
        week_actual=actual,
        week_rate=None if target is None or actual is None else ratio(actual, target),
        month=month,
        left_out=_left_out(target, actual, weights.get(measure, 0)),
        codes=_codes_behind(session, measure, period),
    )


def _codes_behind(session: Session, measure: Measure, period: Period) -> tuple[str, ...]:
    rows = kpi_rows.behind(session, measure, period)
    return tuple(dict.fromkeys(row.code or row.client.code for row in rows if row.counts))


def _left_out(target: int | None, actual: int | None, weight: int) -> LeftOut | None:
    if not weight:
        return "no_weight"
    if target is None:
        return "no_target"
    if actual is None:
        return "not_recorded"
    return None if target else "zero_target"


def _week_target(session: Session, measure: Measure, period: Period) -> int | None:
    if measure in LEVEL_MEASURES:
        return None
    return target_lookup.amount_between(session, measure, period.begin, period.end)


def _month_goal(session: Session, month: Period, measure: Measure, as_of: date, calendar: Calendar) -> MonthGoal | None:
    """How far a measure had come in a month on ``as_of``; ``None`` without a target for the whole of it."""
    if measure in LEVEL_MEASURES:
        return None
    try:
        progress = target_progress.progress(session, month, measure, Tier.TARGET, calendar, as_of)
    except (NotFound, Refused):
        return None
    actual = progress.actual if progress.recorded else None
    gap = None if actual is None else progress.assigned - actual
    left = progress.working_days_left
    return MonthGoal(
        measure=measure.value,
        assigned=progress.assigned,
        actual=actual,
        rate=None if actual is None else ratio(actual, progress.assigned),
        time_rate=progress.time_rate,
        gap=gap,
        needed_per_day=-(-max(gap, 0) // left) if gap is not None and left else None,
    )


def _score(goals: Iterable[Goal]) -> float | None:
    """加权得分: Σ weight × min(rate, 1.2), out of 100; ``None`` when no measure counts."""
    parts = [
        goal.weight * min(goal.week_rate, MOST_RATE) for goal in goals if goal.weight and goal.week_rate is not None
    ]
    return sum(parts) if parts else None


def _months(session: Session, period: Period, as_of: date, calendar: Calendar) -> tuple[MonthProgress, ...]:
    found = []
    for part in period.months():
        month = Period.month_of(part.begin)
        rows = [_month_goal(session, month, measure, as_of, calendar) for measure in Measure]
        found.append(MonthProgress(month, tuple(row for row in rows if row is not None)))
    return tuple(found)


# --- the week to come, and the rest ---


def _next_week(
    session: Session, period: Period, as_of: date, today: date, settings: Settings, calendar: Calendar
) -> NextWeek:
    goals = [_next_goal(session, measure, period, as_of, calendar) for measure in Measure]
    stops = _next_visits(session, period, today, settings, calendar)
    visited = {(stop.visit.client.code, stop.visit.planned_on) for stop in stops}
    return NextWeek(
        period=period,
        goals=tuple(goal for goal in goals if goal is not None),
        visits=tuple(stops),
        steps=tuple(
            step
            for step in visits.due_steps(session, period.last)
            if step.due_on in period and (step.client.code, step.due_on) not in visited
        ),
        funnel=funnels.for_week(session, period, calendar, as_of, settings),
    )


def _next_goal(session: Session, measure: Measure, period: Period, as_of: date, calendar: Calendar) -> NextGoal | None:
    base = _week_target(session, measure, period)
    if base is None:
        return None
    month = Period.month_of(period.begin)
    progress = _month_goal(session, month, measure, as_of, calendar)
    working = [day for day in period.days() if calendar.is_working(day)]
    return NextGoal(
        measure=measure.value,
        base=base,
        catch_up=target_lookup.catch_up_between(session, measure, period.begin, period.end),
        working_days=len(working),
        month=month.label,
        progress=progress,
        due_on=working[-1] if working else period.last,
    )


def _next_visits(
    session: Session, period: Period, today: date, settings: Settings, calendar: Calendar
) -> list[PlannedVisit]:
    """What is planned in the week, and proposals for the working days to come that have nothing."""
    made = day_plans.propose_period(session, period, today, settings, calendar)
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
    return tuple(Learned(row.day, row.gained, row.fell_short) for row in rows if row.gained or row.fell_short)


def _breakdowns(session: Session, period: Period, as_of: date, calendar: Calendar) -> tuple[Breakdown, ...]:
    """Every split target from its year down to the days of the month the week has come to."""
    day = max(period.begin, as_of)
    year, month = Period.year_of(day), Period.month_of(day)
    wanted: list[tuple[Period, Parts]] = [
        (year, "quarter"), (year, "month"), (month, "week"), (month, "day"),
    ]  # fmt: skip
    found = []
    for measure in Measure:
        tables = []
        for whole, by in wanted:
            with contextlib.suppress(NotFound, Refused):
                tables.append(targets.table(session, whole, measure, Tier.TARGET, by, calendar, as_of))
        if tables:
            found.append(Breakdown(measure.value, tuple(tables)))
    return tuple(found)
