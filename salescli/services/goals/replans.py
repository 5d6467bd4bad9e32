"""Replanning: what is still to be reached spread over the days that are left, beside the assigned amounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlmodel import Session, col, select

from salescli.calendars import Calendar
from salescli.dates import Period
from salescli.decomposition.progress import Week, best_week
from salescli.decomposition.replan import AROUND, CAP, Horizon
from salescli.decomposition.replan import replan as spread
from salescli.errors import Refused
from salescli.models.targets import TargetReplan
from salescli.services.goals.standings import Standing, day_weights, period_of
from salescli.services.goals.target_actuals import Reached, done_period, reached
from salescli.services.goals.target_lookup import deciding, more_asked, not_split, overlapping, refuse_levels
from salescli.services.goals.target_shares import children
from salescli.vocabulary import Measure, Tier


@dataclass(frozen=True)
class Meaning:
    """What a replan asks for, in figures for a sentence: minor units or counts.

    ``missed`` is below 0 ahead of plan; ``needed_per_day`` is what the days up to the horizon have to bring by
    working day, rounded up, None when no working day is left, and ``whole_per_day`` what they would have to bring
    with what the cap leaves out; ``recorded`` says whether anything is known of what was reached at all;
    ``typed_until`` is the last day of what was typed; ``shares`` how many targets share this one.
    """

    missed: int
    needed_per_day: int | None
    whole_per_day: int | None
    working_days_left: int
    best_week: Week | None
    recorded: bool
    typed_until: date | None
    shares: int


def replan(
    session: Session,
    standing: Standing,
    as_of: date,
    calendar: Calendar,
    cap: Fraction = CAP,
    over: Horizon | None = None,
) -> Standing:
    """Replan a split target by the rules of :func:`work_out` and store it with :func:`keep`."""
    return keep(session, standing, work_out(session, standing, as_of, calendar, cap, over))


def work_out(
    session: Session,
    standing: Standing,
    as_of: date,
    calendar: Calendar,
    cap: Fraction = CAP,
    over: Horizon | None = None,
) -> TargetReplan:
    """A split target replanned for the days after ``as_of``, not stored and without a version.

    What was reached is counted up to and including ``as_of``. The rules are those of
    :func:`salescli.decomposition.replan.replan`. Raises Refused for a target that is a level, isn't split, hasn't
    begun or is over, BadValue for a cap below 1.
    """
    target, split, _earlier = standing
    measure = Measure(target.measure)
    refuse_levels(measure)
    if split is None:
        raise not_split(target)
    period = period_of(target)
    actual = reached(session, [standing], period, measure, target.scope, as_of, calendar).total or 0
    made = spread(split.cells, period, actual, as_of, cap, over)
    assert target.id is not None
    assert split.id is not None
    return TargetReplan(
        target_id=target.id,
        split_id=split.id,
        version=0,
        as_of=as_of,
        cap=str(cap),
        over=over,
        cells=list(made.cells),
        actual=made.actual,
        missed=made.missed,
        unrecoverable=made.unrecoverable,
        surplus=made.surplus,
        cap_binds=made.cap_binds,
    )


def keep(session: Session, standing: Standing, made: TargetReplan) -> Standing:
    """Store a replan that was worked out as the one in force; the earlier one is kept."""
    earlier = session.exec(select(TargetReplan).where(col(TargetReplan.target_id) == standing.target.id)).all()
    for one in earlier:
        one.current = False
    made.version = max((one.version for one in earlier), default=0) + 1
    session.add(made)
    session.flush()
    return Standing(standing.target, standing.split, made)


def renew(session: Session, standing: Standing, replan_before: TargetReplan, calendar: Calendar) -> Standing:
    """Replan a new split the way the one before was: as of the same day, with the same cap and horizon."""
    over: Any = replan_before.over
    return replan(session, standing, replan_before.as_of, calendar, Fraction(replan_before.cap), over)


def catch_up(session: Session, measure: Measure, week: Period, as_of: date, calendar: Calendar) -> int | None:
    """How much more than assigned the days of ``week`` have to bring; None where no target is split for them.

    A replan in force says so, also below 0 for what was reached ahead of plan. Without one what is missing on
    ``as_of`` is spread as a replan would, and nothing is taken off; None as long as nothing at all was reached, for
    then it is not known what was missed.
    """
    decides = deciding(overlapping(session, week, measure, Tier.TARGET), week)
    if decides is None or decides.split is None:
        return None
    if decides.replan is not None:
        return more_asked(decides, week)
    try:
        made = work_out(session, decides, as_of, calendar)
    except Refused:  # a level, or a target that begins later
        return None
    if not made.actual:
        return None
    return max(0, more_asked(Standing(decides.target, decides.split, made), week))


def usual_day(period: Period, today: date, *, closed: bool) -> date:
    """The day a target is replanned as of unless told: the last day that is over.

    That is today once its plan is closed, else yesterday, because today can still bring something; on the first
    day of the period it is that day.
    """
    if closed or today <= period.begin:
        return today
    return date.fromordinal(today.toordinal() - 1) if today <= period.last else today


def meaning(session: Session, standing: Standing, calendar: Calendar) -> Meaning:
    """What the replan in force of ``standing`` asks a day, beside the best week there was."""
    target, split, made = standing
    assert split is not None
    assert made is not None
    period = period_of(target)
    weights = day_weights(period, calendar, split)
    found = reached(session, [standing], period, Measure(target.measure), target.scope, made.as_of, calendar)
    gone = (made.as_of - period.begin).days + 1
    days = (min(_horizon_end(made), period.end) - made.as_of).days - 1
    left = sum(weight > 0 for weight in weights[gone : gone + days])
    return Meaning(
        missed=made.missed,
        needed_per_day=-(-sum(made.cells[:days]) // left) if left else None,
        whole_per_day=-(-(sum(made.cells[:days]) + made.unrecoverable) // left) if left else None,
        working_days_left=left,
        best_week=_best_week(found, weights, period, made.as_of),
        recorded=found.days is not None,
        typed_until=max((done_period(entry).last for entry in target.done or ()), default=None),
        shares=len(children(session, target)),
    )


def _best_week(found: Reached, weights: Sequence[Any], period: Period, as_of: date) -> Week | None:
    """The best full week of the records; what was typed says nothing of single weeks."""
    if found.days is None:
        return None
    recorded = [amount - typed for amount, typed in zip(found.days, found.typed, strict=True)]
    best = best_week(recorded, weights, period, as_of)
    return best if best is not None and best.per_day > 0 else None


def _horizon_end(made: TargetReplan) -> date:
    over: Any = made.over
    return AROUND[over](made.as_of).end if over else date.max
