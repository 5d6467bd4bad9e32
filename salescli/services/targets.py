"""Targets: what the company set, the amount of every day, and how far it was reached.

Amounts are minor units for measures of money and plain counts for the others. The assigned figure is never
altered: a new one is a new version, and so is a new split.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import Any, Literal

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli.amounts import grouped
from salescli.calendars import Calendar
from salescli.dates import Period
from salescli.decomposition.season import Number
from salescli.decomposition.split import Hold, Pattern
from salescli.errors import BadValue, NotFound, Refused
from salescli.i18n import _
from salescli.models.targets import Target, TargetSplit
from salescli.models.visits import DayPlan
from salescli.services import actuals
from salescli.services.changes import now_of
from salescli.services.target_tables import (
    Parts,
    TargetTable,
    TargetView,
    day_weights,
    fills,
    period_of,
    ratio,
    table_of,
    usual_parts,
    view_of,
)
from salescli.vocabulary import MONEY_MEASURES, Measure, Tier, label

Weights = Literal["working", "calendar"]

# Levels are compared as they stand; they are no sums over days.
LEVELS = frozenset({Measure.SATISFACTION})


def _natural(_day: date) -> int:
    return 1


@dataclass(frozen=True)
class Progress:
    """How far a target is reached. Rates are fractions of 1 and None where undefined; points are hundredths.

    ``working_days`` are the days with a weight, half Saturdays too. ``needed_per_day`` is rounded up to the minor
    unit, 0 when the target is reached, None when no day is left or the measure is a level.
    """

    period: str
    measure: Measure
    tier: Tier
    assigned: int
    actual: int
    rate: float | None
    time_rate: float | None
    gap: int
    gap_points: float | None
    working_days: int
    working_days_left: int
    needed_per_day: int | None
    provisional: bool


# --- set, find, list, remove ---


def set_target(session: Session, period: Period, amount: int, measure: Measure, tier: Tier, scope: str = "") -> Target:
    """Set a target; the one that stood for the same days, measure, tier and scope is kept as an earlier version."""
    if amount < 0:
        raise BadValue(_("A target can't be negative."))
    earlier = session.exec(
        select(Target).where(
            Target.begin == period.begin,
            Target.end == period.end,
            Target.measure == measure.value,
            Target.tier == tier.value,
            Target.scope == scope,
        )
    ).all()
    for target in earlier:
        target.current = False
    new = Target(
        period=period.label,
        begin=period.begin,
        end=period.end,
        measure=measure.value,
        tier=tier.value,
        scope=scope,
        version=max((target.version for target in earlier), default=0) + 1,
        amount=amount,
    )
    session.add(new)
    session.flush()
    return new


def find(session: Session, period: Period, measure: Measure, tier: Tier) -> Target:
    """The target set for exactly ``period``; else NotFound."""
    found = [pair for pair in _covering(session, period, measure, tier) if fills(pair[0], period)]
    if not found:
        raise _not_set(period, measure, tier)
    return found[0][0]


def listed(session: Session) -> list[TargetView]:
    """Every target in force, the earliest and then the longest period first."""
    pairs = session.exec(_in_force().order_by(Target.begin, col(Target.end).desc(), Target.id))
    return [view_of(target, split) for target, split in pairs]


def view(session: Session, target: Target) -> TargetView:
    """One target as lists and JSON show it."""
    return view_of(*session.exec(_in_force().where(Target.id == target.id)).one())


def remove(session: Session, target: Target) -> None:
    """Take a target out of force, with the days it was split into."""
    target.deleted_at = now_of(session)
    session.add(target)
    session.flush()


# --- split ---


def split(
    session: Session,
    period: Period,
    measure: Measure,
    tier: Tier,
    calendar: Calendar,
    *,
    season: Sequence[str | Number] | None = None,
    saturday: Fraction | None = None,
    weights: Weights = "working",
    holds: Sequence[Hold] = (),
) -> TargetSplit:
    """Split the target of ``period`` into days and store them; the earlier split is kept, no longer in force.

    The rules are those of :class:`~salescli.decomposition.split.Pattern`. Raises NotFound without a target,
    BadValue for a season that is none, Refused for holds that can't be kept.
    """
    target = find(session, period, measure, tier)
    return keep(
        session, target, work_out(target, calendar, season=season, saturday=saturday, weights=weights, holds=holds)
    )


def work_out(
    target: Target,
    calendar: Calendar,
    *,
    season: Sequence[str | Number] | None = None,
    saturday: Fraction | None = None,
    weights: Weights = "working",
    holds: Sequence[Hold] = (),
) -> TargetSplit:
    """The split of a target as :func:`split` makes it, not stored and without a version."""
    measure = Measure(target.measure)
    _refuse_levels(measure)
    if weights == "calendar" and saturday is not None:
        raise BadValue(_("A weight of Saturdays goes with working days only."), hint=_("Leave out --sat or --weights."))
    days = _natural if weights == "calendar" else partial(calendar.weight, saturday=saturday)
    pattern = Pattern(period_of(target), days, season)
    assert target.id is not None
    return TargetSplit(
        target_id=target.id,
        version=0,
        cells=pattern.split(target.amount, holds, grouped if measure in MONEY_MEASURES else "{:,}".format),
        rules=_rules(season, saturday, weights, holds, pattern),
        provisional=calendar.provisional(target.begin, target.end),
    )


def _rules(
    season: Sequence[str | Number] | None,
    saturday: Fraction | None,
    weights: Weights,
    holds: Sequence[Hold],
    pattern: Pattern,
) -> dict[str, object]:
    """What a split was made from, as JSON that can be read and split by again."""
    return {
        "season": None if season is None else [str(share) for share in season],
        "weights": weights,
        "saturday": None if saturday is None else str(saturday),
        "holds": [
            {
                "period": hold.period.label,
                "begin": hold.period.begin.isoformat(),
                "end": hold.period.end.isoformat(),
                "amount": hold.amount,
            }
            for hold in holds
        ],
        "on_rest_days": pattern.on_rest_days,
    }


def keep(session: Session, target: Target, made: TargetSplit) -> TargetSplit:
    """Store a split that was worked out, as the one in force."""
    earlier = session.exec(select(TargetSplit).where(TargetSplit.target_id == target.id)).all()
    for one in earlier:
        one.current = False
    made.version = max((one.version for one in earlier), default=0) + 1
    session.add(made)
    session.flush()
    return made


# --- show ---


def table(
    session: Session, period: Period, measure: Measure, tier: Tier, by: Parts | None, calendar: Calendar
) -> TargetTable:
    """The target of ``period`` by its parts; without one of its own, that stretch of the shortest target around it.

    Without ``by`` a year goes by months, a month by weeks, what is shorter by days. Raises NotFound where there
    is none, Refused where it isn't split.
    """
    _refuse_levels(measure)
    found = _deciding(session, period, measure, tier)
    if found is None:
        raise _not_set(period, measure, tier)
    target, split = found
    if split is None:
        raise _not_split(target)
    return shown(session, target, split, period, by, calendar)


def shown(
    session: Session, target: Target, split: TargetSplit, period: Period, by: Parts | None, calendar: Calendar
) -> TargetTable:
    """``period`` by its parts beside what was reached, from a target around it and a split of it, stored or not."""
    reached = actuals.by_day(session, Measure(target.measure), period.begin, period.end)
    days = None if reached is None else [reached.get(day, 0) for day in period.days()]
    return table_of(target, split, period, by or usual_parts(period), day_weights(period, calendar, split), days)


def amount_between(
    session: Session, measure: Measure, begin: date, end: date, tier: Tier = Tier.TARGET, scope: str = ""
) -> int | None:
    """What the target asks of the days from ``begin`` up to, not including, ``end``; None where none is split.

    The shortest split target around all of them decides. Where none is (a week across two targets), each day
    is taken from the shortest target around it, and days without one count nothing.
    """
    amounts = [amount for amount in _amounts(session, measure, begin, end, tier, scope) if amount is not None]
    return sum(amounts) if amounts else None


def split_around(session: Session, day: date) -> list[str]:
    """The periods of the split targets in force that ``day`` is in, each once, the shortest first."""
    pairs = session.exec(_in_force().where(Target.begin <= day, Target.end > day))
    found = sorted((target.end - target.begin, target.period) for target, split in pairs if split is not None)
    return list(dict.fromkeys(period for _length, period in found))


# --- progress ---


def progress(
    session: Session, period: Period, measure: Measure, tier: Tier, calendar: Calendar, today: date
) -> Progress:
    """How far the target of ``period`` is reached, today counted as gone and, until its plan is closed, as left.

    ``period`` has a target of its own, split or not, or lies in split ones. What nothing is recorded of counts
    as 0 reached. Raises NotFound without a target, Refused for part of one that isn't split.
    """
    assigned, split = _asked_of(session, period, measure, tier)
    actual = actuals.total(session, measure, period.begin, period.end) or 0
    weights = day_weights(period, calendar, split)
    gone = max((today - period.begin).days + 1, 0)
    taken = gone if _plan_closed(session, today) else max(gone - 1, 0)
    left = sum(weight > 0 for weight in weights[taken:])
    whole = sum(weights)
    time_rate = Fraction(sum(weights[:gone])) / whole if whole else None
    gap = assigned - actual
    return Progress(
        period=period.label,
        measure=measure,
        tier=tier,
        assigned=assigned,
        actual=actual,
        rate=ratio(actual, assigned),
        time_rate=None if time_rate is None else float(time_rate),
        gap=gap,
        gap_points=None if measure in LEVELS else _points(actual, assigned, time_rate),
        working_days=sum(weight > 0 for weight in weights),
        working_days_left=left,
        needed_per_day=None if measure in LEVELS or not left else -(-max(gap, 0) // left),
        provisional=calendar.provisional(period.begin, period.end),
    )


def _asked_of(session: Session, period: Period, measure: Measure, tier: Tier) -> tuple[int, TargetSplit | None]:
    """The assigned amount of ``period`` and the split that weighs its days, if one target decides."""
    found = _deciding(session, period, measure, tier)
    if found is not None and fills(found[0], period):
        return found[0].amount, found[1]
    amounts = _amounts(session, measure, period.begin, period.end, tier)
    known = [amount for amount in amounts if amount is not None]
    if len(known) == len(amounts):
        return sum(known), found and found[1]
    raise _not_split(found[0]) if found else _not_set(period, measure, tier)


def _plan_closed(session: Session, day: date) -> bool:
    state = session.exec(select(DayPlan.state).where(DayPlan.day == day, col(DayPlan.deleted_at).is_(None)))
    return state.first() == "closed"


# --- looking up ---

_DAY = timedelta(days=1)

_Pair = tuple[Target, TargetSplit | None]


def _in_force() -> Any:
    """Targets in force, each with its split in force or None."""
    return (
        select(Target, TargetSplit)
        .outerjoin(
            TargetSplit,
            sa.and_(
                col(TargetSplit.target_id) == col(Target.id),
                col(TargetSplit.current),
                col(TargetSplit.deleted_at).is_(None),
            ),
        )
        .where(col(Target.current), col(Target.deleted_at).is_(None))
    )


def _overlapping(
    session: Session, begin: date, end: date, measure: Measure, tier: Tier, scope: str = ""
) -> list[_Pair]:
    """Targets in force that share a day with ``begin`` up to ``end``, the shortest first."""
    pairs = session.exec(
        _in_force().where(
            Target.measure == measure.value,
            Target.tier == tier.value,
            Target.scope == scope,
            Target.begin < end,
            Target.end > begin,
        )
    )
    return sorted(((target, split) for target, split in pairs), key=lambda pair: pair[0].end - pair[0].begin)


def _covering(session: Session, period: Period, measure: Measure, tier: Tier) -> list[_Pair]:
    pairs = _overlapping(session, period.begin, period.end, measure, tier)
    return [pair for pair in pairs if pair[0].begin <= period.begin and period.end <= pair[0].end]


def _deciding(session: Session, period: Period, measure: Measure, tier: Tier) -> _Pair | None:
    """The target of exactly ``period``, else the shortest split one around it, else the shortest around it."""
    around = _covering(session, period, measure, tier)
    known = [pair for pair in around if fills(pair[0], period) or pair[1] is not None]
    return next(iter(known or around), None)


def _amounts(
    session: Session, measure: Measure, begin: date, end: date, tier: Tier, scope: str = ""
) -> list[int | None]:
    """The amount of each day, None where no target is split; see :func:`amount_between` for which decides."""
    pairs = _overlapping(session, begin, end, measure, tier, scope)
    known = [(target, split) for target, split in pairs if split is not None]
    around = [pair for pair in known if pair[0].begin <= begin and end <= pair[0].end]
    amounts: list[int | None] = [None] * (end - begin).days
    for target, split in around[:1] or reversed(known):  # a shorter target writes over a longer one
        first, after = max(begin, target.begin), min(end, target.end)
        amounts[(first - begin).days : (after - begin).days] = split.cells[
            (first - target.begin).days : (after - target.begin).days
        ]
    return amounts


def _points(actual: int, assigned: int, time_rate: Fraction | None) -> float | None:
    """How far the rate is ahead of the time gone, in points of a hundredth."""
    return float(100 * (Fraction(actual, assigned) - time_rate)) if assigned and time_rate is not None else None


# --- refusals ---


def _refuse_levels(measure: Measure) -> None:
    if measure in LEVELS:
        raise Refused(
            _("{measure} is a level, not a sum: its target is not split into days.").format(
                measure=label(measure, Measure)
            ),
            hint=_("`sales target list` shows it."),
        )


def _not_set(period: Period, measure: Measure, tier: Tier) -> NotFound:
    return NotFound(
        _("There is no target for {period} ({measure}, {tier}).").format(
            period=period.label, measure=label(measure, Measure), tier=label(tier, Tier)
        ),
        hint=_("`{command}` sets one.").format(
            command=f"sales target set {period.label} AMOUNT{_options(measure, tier)}"
        ),
    )


def _not_split(target: Target) -> Refused:
    options = _options(Measure(target.measure), Tier(target.tier))
    return Refused(
        _("The target for {period} is not split into days yet.").format(period=target.period),
        hint=_("`{command}` does it.").format(command=f"sales target split {target.period}{options}"),
    )


def _options(measure: Measure, tier: Tier) -> str:
    """The options that a command needs to mean this measure and tier."""
    options = "" if measure is Measure.AMOUNT else f" --measure {measure}"
    return options if tier is Tier.TARGET else f"{options} --tier {tier}"
