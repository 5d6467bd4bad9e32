"""How far a target is reached, against the working days gone, its other tiers beside it."""

from datetime import date
from fractions import Fraction
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from salescli.calendars import Calendar
from salescli.dates import Period
from salescli.decomposition.progress import pace
from salescli.services.goals.standings import Standing, day_weights, fills
from salescli.services.goals.target_actuals import reached
from salescli.services.goals.target_lookup import amounts, deciding, not_set, not_split, overlapping, rolling_on
from salescli.vocabulary import LEVEL_MEASURES, Measure, Tier

_DAY_PLANS = sa.table("dayplan", sa.column("day", sa.Date), sa.column("state"), sa.column("deleted_at"))


class TierProgress(NamedTuple):
    """What another tier of the same target asks, and how far it is reached."""

    tier: Tier
    assigned: int
    rate: float | None
    gap: int
    needed_per_day: int | None


class Progress(NamedTuple):
    """How far a target is reached. Rates are fractions of 1 and None where undefined; points are hundredths.

    ``working_days`` are the days with a weight, half Saturdays too. ``needed_per_day`` is rounded up to the minor
    unit, 0 when the target is reached, None when no day is left or the measure is a level. ``typed`` is what of
    ``actual`` was typed; ``recorded`` says whether anything is known of the measure at all. ``rolling`` is what a
    replan in force asks of the days after the one it was made as of.
    """

    period: str
    measure: Measure
    tier: Tier
    scope: str | None
    assigned: int
    rolling: int | None
    actual: int
    typed: int
    recorded: bool
    rate: float | None
    time_rate: float | None
    gap: int
    gap_points: float | None
    working_days: int
    working_days_left: int
    needed_per_day: int | None
    provisional: bool
    tiers: tuple[TierProgress, ...]


def progress(
    session: Session,
    period: Period,
    measure: Measure,
    tier: Tier,
    calendar: Calendar,
    today: date,
    scope: str = "",
) -> Progress:
    """How far the target of ``period`` is reached, today counted as gone and, until its plan is closed, as left.

    ``period`` has a target of its own, split or not, or lies in split ones. What nothing is recorded of counts
    as 0 reached. Raises NotFound without a target, Refused for part of one that isn't split.
    """
    found = overlapping(session, period, measure, tier, scope)
    assigned = _assigned(found, period)
    if assigned is None:
        one = deciding(found, period)
        raise not_split(one.target) if one else not_set(period, measure, tier, scope)
    whole = deciding(found, period)
    got = reached(session, _sources(found, period), period, measure, scope, today, calendar)
    actual = got.total or 0
    weights = day_weights(period, calendar, whole and whole.split)
    gone, closed = (today - period.begin).days + 1, plan_closed(session, today)
    figures = pace(assigned, actual, weights, gone, closed)
    level = measure in LEVEL_MEASURES
    tiers = []
    for other in Tier:
        asked = None if other is tier else _assigned(overlapping(session, period, measure, other, scope), period)
        if asked is not None:
            its = pace(asked, actual, weights, gone, closed)
            tiers.append(TierProgress(other, asked, _real(its.rate), its.gap, None if level else its.needed_per_day))
    return Progress(
        period=period.label,
        measure=measure,
        tier=tier,
        scope=scope or None,
        assigned=assigned,
        rolling=_rolling(whole, period),
        actual=actual,
        typed=sum(got.typed),
        recorded=got.days is not None,
        rate=None if level and got.days is None else _real(figures.rate),
        time_rate=_real(figures.time_rate),
        gap=figures.gap,
        gap_points=None if level else _real(figures.gap_points),
        working_days=figures.working_days,
        working_days_left=figures.working_days_left,
        needed_per_day=None if level else figures.needed_per_day,
        provisional=calendar.provisional(period.begin, period.end),
        tiers=tuple(tiers),
    )


def reached_in(
    session: Session, period: Period, measure: Measure, tier: Tier, until: date, calendar: Calendar
) -> int | None:
    """What was reached in ``period`` up to and including ``until``, what was typed included; None if unknown."""
    sources = _sources(overlapping(session, period, measure, tier), period)
    return reached(session, sources, period, measure, "", until, calendar).total


def rolling_gap(session: Session, period: Period, measure: Measure, calendar: Calendar, today: date) -> int | None:
    """What a replan in force still asks of ``period``, less what was reached since; None without one."""
    one = deciding(overlapping(session, period, measure, Tier.TARGET), period)
    asked = _rolling(one, period)
    if one is None or one.replan is None or asked is None:
        return None
    got = reached(session, [one], period, measure, one.target.scope, today, calendar)
    since = [amount for day, amount in zip(period.days(), got.days or [], strict=False) if day > one.replan.as_of]
    return asked - sum(since)


def _sources(found: list[Standing], period: Period) -> list[Standing]:
    """The targets that speak for ``period``: the one that decides, else all that overlap it, the longest first."""
    one = deciding(found, period)
    return [one] if one else [other for other in reversed(found) if other.split is not None]


def _assigned(found: list[Standing], period: Period) -> int | None:
    """What is assigned to ``period``; None where a part of it has no split target."""
    one = deciding(found, period)
    if one is not None and (fills(one.target, period) or one.target.measure in LEVEL_MEASURES):
        return one.target.amount
    asked = amounts(found, period)
    return None if None in asked else sum(amount or 0 for amount in asked)


def _rolling(one: Standing | None, period: Period) -> int | None:
    if one is None or one.replan is None:
        return None
    return sum(rolling_on(one, day) or 0 for day in period.days())


def _real(number: Fraction | None) -> float | None:
    return None if number is None else float(number)


def plan_closed(session: Session, day: date) -> bool:
    """Whether the plan of ``day`` was closed."""
    state = sa.select(_DAY_PLANS.c.state).where(_DAY_PLANS.c.day == day, _DAY_PLANS.c.deleted_at.is_(None))
    return session.execute(state).scalar() == "closed"
