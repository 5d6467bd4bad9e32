"""The goals of a week: target, actual, rate, weight and score; the month's progress; what the next week asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlmodel import Session

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period
from salescli.errors import NotFound, Refused
from salescli.models.weeks import Goal as SaidGoal
from salescli.services.figures import kpi_rows
from salescli.services.goals import actuals, replans, target_lookup, target_progress
from salescli.services.reporting import scores, week_goals
from salescli.services.reporting.scores import LeftOut
from salescli.services.visiting.week_visits import ratio
from salescli.vocabulary import LEVEL_MEASURES, Measure, Tier

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class MonthGoal:
    """How far a measure has come in a month by the end of the week; ``gap`` is positive when short.

    ``actual``, ``rate`` and ``gap`` are ``None`` for what nothing is recorded of; ``needed_per_day`` is ``None``
    when no working day is left. A level is in hundredths, and does not grow with the time gone or by the day.
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
    the records behind the week's actual, by day; a record without a code is named by its client's. ``closed_target``
    is what the plan of the week had when it was closed, where another target was agreed on since.
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
    closed_target: int | None = None

    @property
    def points(self) -> float | None:
        """What the measure scores out of 100: its rate, 1.2 at most."""
        return scores.points(self.week_rate)


@dataclass(frozen=True)
class MonthProgress:
    """How far the measures with a target have come in a month that the week touches."""

    month: Period
    rows: tuple[MonthGoal, ...]


@dataclass(frozen=True)
class NextGoal:
    """A measure's goal for the week to come: the decomposition's share, what is to be caught up, the sum of both.

    ``working_days`` are the week's; ``progress`` is that of ``month``, the one it begins in. ``catch_up`` is that
    of the replan in force, or what a replan would ask. ``own`` is the target that was set for it by hand.
    """

    measure: str
    base: int
    catch_up: int | None
    working_days: int
    month: str
    progress: MonthGoal | None
    due_on: date
    action: str | None = None
    own: int | None = None

    @property
    def target(self) -> int:
        """What is to be reached."""
        return self.base + (self.catch_up or 0) if self.own is None else self.own


def goals_of(
    session: Session,
    period: Period,
    as_of: date,
    settings: Settings,
    calendar: Calendar,
    closed: Mapping[str, int],
) -> tuple[Goal, ...]:
    """The goals of a week, with what is said of them.

    A measure's target is the one said last (by the salesperson before the plan of the week was closed, by the manager
    after it), else that of the plan as it was ``closed``, else the decomposition's.
    """
    said = week_goals.said(session, period)
    weights = scores.weights_of(settings)
    others = [measure for measure in Measure if measure not in weights and week_target_of(session, measure, period)]
    own = [name for name, one in said.items() if one.target is not None]
    bare = [
        _goal(session, Measure(name), period, as_of, calendar, weights, closed.get(name), said.get(name))
        for name in dict.fromkeys([*weights, *others, *closed, *own])
    ]
    weighed = scores.scaled(weights, [goal.measure for goal in bare if goal.left_out is None])
    return tuple(replace(goal, weight=weighed.get(goal.measure)) for goal in bare)


def _goal(
    session: Session,
    measure: Measure,
    period: Period,
    as_of: date,
    calendar: Calendar,
    weights: dict[str, int],
    closed: int | None,
    said: SaidGoal | None,
) -> Goal:
    target = said.target if said and said.target is not None else closed
    if target is None:
        target = week_target_of(session, measure, period)
    actual = actuals.total(session, measure, period.begin, as_of + _DAY)
    month = month_goal(session, Period.month_of(max(period.begin, as_of)), measure, as_of, calendar)
    return Goal(
        measure=measure.value,
        weight=None,
        week_target=target,
        week_actual=actual,
        week_rate=None if target is None or actual is None else ratio(actual, target),
        month=month,
        left_out=_left_out(session, measure, period, target, actual, weights.get(measure, 0)),
        reason=said.reason if said else None,
        action=said.action if said else None,
        codes=codes_behind(session, measure, period, as_of),
        closed_target=None if closed == target else closed,
    )


def _left_out(
    session: Session, measure: Measure, period: Period, target: int | None, actual: int | None, weight: int
) -> LeftOut | None:
    found = scores.left_out(target, actual, weight)
    set_but_whole = found == "no_target" and target_lookup.overlapping(session, period, measure, Tier.TARGET)
    return "not_split" if set_but_whole else found


def codes_behind(session: Session, measure: Measure, period: Period, as_of: date) -> tuple[str, ...]:
    """The codes of the records behind a measure of ``period``; those without a code are named by their client's."""
    rows = kpi_rows.behind(session, measure, period, as_of)
    return tuple(dict.fromkeys(row.code or row.client.code for row in rows if row.counts))


def week_target_of(session: Session, measure: Measure, period: Period) -> int | None:
    """What the decomposition asks of a week; None without a target."""
    if measure in LEVEL_MEASURES:  # its latest is compared, so what is asked on the last day decides
        return target_lookup.level_on(session, measure, period.last)
    return target_lookup.amount_between(session, measure, period.begin, period.end)


def month_goal(session: Session, month: Period, measure: Measure, as_of: date, calendar: Calendar) -> MonthGoal | None:
    """How far a measure had come in a month on ``as_of``; ``None`` without a target for the whole of it."""
    try:
        progress = target_progress.progress(session, month, measure, Tier.TARGET, calendar, as_of)
    except (NotFound, Refused):
        return None
    actual = progress.actual if progress.recorded else None
    gap = None if actual is None else progress.assigned - actual
    left, level = progress.working_days_left, measure in LEVEL_MEASURES
    return MonthGoal(
        measure=measure.value,
        assigned=progress.assigned,
        actual=actual,
        rate=None if actual is None else ratio(actual, progress.assigned),
        time_rate=None if level else progress.time_rate,
        gap=gap,
        needed_per_day=-(-max(gap, 0) // left) if gap is not None and left and not level else None,
    )


def score_of(goals: Iterable[Goal]) -> float | None:
    """加权得分: Σ weight × min(rate, 1.2), out of 100; ``None`` when no measure counts."""
    return scores.total((goal.weight, goal.week_rate) for goal in goals)


def months_of(session: Session, period: Period, as_of: date, calendar: Calendar) -> tuple[MonthProgress, ...]:
    """How far the measures have come in the months that a week touches."""
    found = []
    for part in period.months():
        month = Period.month_of(part.begin)
        rows = [month_goal(session, month, measure, as_of, calendar) for measure in Measure]
        found.append(MonthProgress(month, tuple(row for row in rows if row is not None)))
    return tuple(found)


def next_goals(session: Session, period: Period, as_of: date, calendar: Calendar) -> tuple[NextGoal, ...]:
    """The goals of a week to come, by the decomposition or the salesperson's own."""
    said = week_goals.said(session, period)
    found = [_next_goal(session, measure, period, as_of, calendar, said.get(measure.value)) for measure in Measure]
    return tuple(goal for goal in found if goal is not None)


def _next_goal(
    session: Session, measure: Measure, period: Period, as_of: date, calendar: Calendar, said: SaidGoal | None
) -> NextGoal | None:
    base = week_target_of(session, measure, period)
    own = said.target if said else None
    if base is None and own is None:
        return None
    month = Period.month_of(period.begin)
    progress = month_goal(session, month, measure, as_of, calendar)
    working = [day for day in period.days() if calendar.is_working(day)]
    return NextGoal(
        measure=measure.value,
        base=base or 0,
        catch_up=replans.catch_up(session, measure, period, as_of, calendar),
        working_days=len(working),
        month=month.label,
        progress=progress,
        due_on=working[-1] if working else period.last,
        action=said.key_action if said else None,
        own=own,
    )
