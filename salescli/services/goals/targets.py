"""Targets: what the company set, the amount of every day, holds, and the tables they are shown in.

Amounts are minor units for measures of money, hundredths for levels and plain counts for the others. The assigned
figure is never altered: a new one is a new version, and so is a new split.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import Any, Literal

from sqlmodel import Session, col, select

from salescli.amounts import grouped
from salescli.calendars import Calendar
from salescli.dates import Period
from salescli.decomposition.season import Number
from salescli.decomposition.split import Hold, Pattern
from salescli.errors import BadValue, NotFound, Refused
from salescli.i18n import _
from salescli.models.targets import Target, TargetSplit
from salescli.services.changes import now_of
from salescli.services.goals import actuals, replans, target_shares
from salescli.services.goals.burn_up import BurnUp
from salescli.services.goals.standings import Standing, day_weights, period_of
from salescli.services.goals.target_actuals import reached
from salescli.services.goals.target_lookup import (
    amounts,
    covering,
    deciding,
    find,
    not_set,
    not_split,
    records,
    refuse_levels,
    rolling_on,
    standing,
)
from salescli.services.goals.target_tables import (
    Parts,
    TargetTable,
    TargetView,
    level_table_of,
    table_of,
    usual_parts,
    view_of,
)
from salescli.services.office import profile
from salescli.vocabulary import LEVEL_MEASURES, MONEY_MEASURES, Measure, Scope, Tier, scope_words

Weights = Literal["working", "calendar"]


def _natural(_day: date) -> int:
    return 1


# --- set, list, remove ---


def set_target(
    session: Session,
    period: Period,
    amount: int,
    measure: Measure,
    tier: Tier,
    scope: str = "",
    done: Sequence[Hold] | None = None,
) -> Target:
    """Set a target; the one that stood for the same days, measure, tier and scope is kept as an earlier version.

    ``done`` is what was reached before there were records, for one or more parts of the period that lie apart; None
    keeps what was typed for the version before. Raises Refused for a target that is a share of another.
    """
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
    standing_one = next((one for one in earlier if one.current and one.deleted_at is None), None)
    if standing_one is not None:
        _refuse_share(standing_one)
    for target in earlier:
        target.current = False
    kept = standing_one.done if standing_one is not None and done is None else None
    new = Target(
        period=period.label,
        begin=period.begin,
        end=period.end,
        measure=measure.value,
        tier=tier.value,
        scope=scope,
        version=max((target.version for target in earlier), default=0) + 1,
        amount=amount,
        done=[_spelled(part) for part in done or ()] or kept,
    )
    session.add(new)
    session.flush()
    return new


def _spelled(part: Hold) -> dict[str, object]:
    """A part of a period with its amount, as JSON."""
    return {
        "period": part.period.label,
        "begin": part.period.begin.isoformat(),
        "end": part.period.end.isoformat(),
        "amount": part.amount,
    }


def listed(session: Session, at: datetime | None = None) -> list[TargetView]:
    """Every target in force, or as it stood at ``at``; the earliest and then the longest period first."""
    found = standing(session, at=at)
    return [
        view_of(one)
        for one in sorted(found, key=lambda one: (one.target.begin, -one.target.end.toordinal(), one.target.id))
    ]


def view(session: Session, target: Target) -> TargetView:
    """One target as lists and JSON show it."""
    return view_of(current(session, target))


def current(session: Session, target: Target) -> Standing:
    """A target in force with its split and replan."""
    return standing(session, col(Target.id) == target.id)[0]


def remove(session: Session, target: Target, shares_by: Scope | None = None) -> int:
    """Take a target out of force, with the days it was split into, or only its shares of a kind; how many those were.

    Raises Refused for a target that others are shares of, and for one that is a share; NotFound without shares.
    """
    if shares_by is not None:
        return target_shares.remove(session, target, shares_by)
    target_shares.refuse_if_shared(session, target)
    target.deleted_at = now_of(session)
    session.add(target)
    session.flush()
    return 0


# --- split ---


def split(
    session: Session, period: Period, measure: Measure, tier: Tier, calendar: Calendar, scope: str = "", **rules: Any
) -> Standing:
    """Split the target of ``period`` into days by the rules of :func:`work_out` and store them with :func:`keep`."""
    target = find(session, period, measure, tier, scope).target
    return keep(session, target, work_out(target, calendar, **rules), calendar)


def work_out(
    target: Target,
    calendar: Calendar,
    *,
    season: Sequence[str | Number] | None = None,
    saturday: Fraction | None = None,
    weights: Weights = "working",
    holds: Sequence[Hold] = (),
) -> TargetSplit:
    """The split of a target into days, not stored and without a version.

    The rules are those of :class:`~salescli.decomposition.split.Pattern`. Raises BadValue for a season that is
    none, Refused for a level and for holds that can't be kept.
    """
    measure = Measure(target.measure)
    refuse_levels(measure)
    _refuse_share(target)
    if weights == "calendar" and saturday is not None:
        raise BadValue(_("A weight of Saturdays goes with working days only."), hint=_("Leave out --sat or --weights."))
    days = _natural if weights == "calendar" else partial(calendar.weight, saturday=saturday)
    pattern = Pattern(period_of(target), days, season)
    assert target.id is not None
    return TargetSplit(
        target_id=target.id,
        version=0,
        cells=pattern.split(target.amount, holds, grouped if measure in MONEY_MEASURES else "{:,}".format),
        rules={
            "season": None if season is None else [str(share) for share in season],
            "weights": weights,
            "saturday": None if saturday is None else str(saturday),
            "holds": [_spelled(hold) for hold in holds],
            "on_rest_days": pattern.on_rest_days,
        },
        provisional=calendar.provisional(target.begin, target.end),
    )


def rules_of(made: TargetSplit) -> dict[str, Any]:
    """What a split was made from, as :func:`work_out` takes it."""
    rules: Any = made.rules
    return {
        "season": rules["season"] and [Fraction(share) for share in rules["season"]],
        "saturday": rules["saturday"] and Fraction(rules["saturday"]),
        "weights": rules["weights"],
        "holds": [
            Hold(
                Period(date.fromisoformat(hold["begin"]), date.fromisoformat(hold["end"]), hold["period"]),
                hold["amount"],
            )
            for hold in rules["holds"]
        ],
    }


def rules_in_force(session: Session, one: Standing) -> dict[str, Any]:
    """The rules of a target's split in force, or of the last split of an earlier version.

    Raises Refused where there is none, and for a target that follows the one it is a share of.
    """
    _refuse_share(one.target)
    if one.split is not None:
        return rules_of(one.split)
    target = one.target
    before = session.exec(
        select(TargetSplit)
        .join(Target, col(Target.id) == TargetSplit.target_id)
        .where(
            Target.begin == target.begin,
            Target.end == target.end,
            Target.measure == target.measure,
            Target.tier == target.tier,
            Target.scope == target.scope,
            col(Target.parent_id).is_(None),
        )
        .order_by(col(TargetSplit.id).desc())
    ).first()
    if before is None:
        raise not_split(target)
    return rules_of(before)


def keep(session: Session, target: Target, made: TargetSplit, calendar: Calendar) -> Standing:
    """Store a split that was worked out as the one in force; the earlier one is kept.

    Where the target was replanned it is replanned again as of the same day, where it was shared it is shared again.
    """
    before = current(session, target)
    earlier = session.exec(select(TargetSplit).where(TargetSplit.target_id == target.id)).all()
    for one in earlier:
        one.current = False
    made.version = max((one.version for one in earlier), default=0) + 1
    session.add(made)
    session.flush()
    now = Standing(target, made)
    if before.replan is not None:
        now = replans.renew(session, now, before.replan, calendar)
    target_shares.share_again(session, now)
    return now


def split_again(session: Session, target: Target, calendar: Calendar) -> Standing:
    """Split a target by the rules of its split in force, by the calendar of now; Refused where it isn't split."""
    rules = rules_in_force(session, current(session, target))
    return keep(session, target, work_out(target, calendar, **rules), calendar)


def outdated(session: Session, calendar: Calendar) -> list[Target]:
    """The targets in force that were split before the official days were known, the shares of others left out."""
    return [
        one.target
        for one in standing(session, col(Target.parent_id).is_(None))
        if one.split is not None
        and one.split.provisional
        and not calendar.provisional(one.target.begin, one.target.end)
    ]


def touched(session: Session, days: Collection[date]) -> list[Target]:
    """The split targets in force that one of the days is in, the shares of others left out."""
    if not days:
        return []
    found = standing(session, col(Target.begin) <= max(days), col(Target.end) > min(days))
    return [
        one.target
        for one in found
        if one.split is not None
        and one.target.parent_id is None
        and any(one.target.begin <= day < one.target.end for day in days)
    ]


# --- hold ---


def hold(
    session: Session, part: Period, amount: int | None, measure: Measure, tier: Tier, scope: str, calendar: Calendar
) -> tuple[Standing, Standing]:
    """Hold a part of a target as :func:`work_out_hold` does and store it; the target as it stood, and as it stands."""
    found, made = work_out_hold(session, part, amount, measure, tier, scope, calendar)
    return found, keep(session, found.target, made, calendar)


def work_out_hold(
    session: Session, part: Period, amount: int | None, measure: Measure, tier: Tier, scope: str, calendar: Calendar
) -> tuple[Standing, TargetSplit]:
    """Fix the sum of a part of the shortest split target around it, or with None let it go; split again around it.

    Gives the target as it stands and its new split, not stored. Season, weights and the other holds stay. Raises
    NotFound without a target around the part, or a hold to let go; Refused where the target isn't split, and for
    holds that can't be kept.
    """
    refuse_levels(measure)
    around = [
        one
        for one in covering(records(session, part, measure, tier, scope), part)
        if (one.target.begin, one.target.end) != (part.begin, part.end)
    ]
    found = next((one for one in around if one.split is not None), None)
    if found is None:
        raise not_split(around[0].target) if around else _nothing_around(session, part, measure, tier, scope)
    target = found.target
    rules = rules_in_force(session, found)
    others = [one for one in rules["holds"] if (one.period.begin, one.period.end) != (part.begin, part.end)]
    if amount is None and len(others) == len(rules["holds"]):
        raise NotFound(
            _("{part} of {period} is not held.").format(part=part.label, period=target.period),
            hint=_("`sales target show {period}` shows what is.").format(period=target.period),
        )
    rules["holds"] = others if amount is None else [*others, Hold(part, amount)]
    return found, work_out(target, calendar, **rules)


def _nothing_around(session: Session, part: Period, measure: Measure, tier: Tier, scope: str) -> Exception:
    """Why there is nothing to hold ``part`` in."""
    if records(session, part, measure, tier, scope):
        return Refused(
            _("{part} is no part of a longer target.").format(part=part.label),
            hint=_("`sales target set` gives a period a figure of its own; `sales target hold` fixes a part of one."),
        )
    return not_set(part, measure, tier, scope)


def _refuse_share(target: Target) -> None:
    if target.parent_id is not None:
        raise Refused(
            _("The target for {period}, {scope}, is a share: its days follow those it is a share of.").format(
                period=target.period, scope=scope_words(target.scope)
            ),
            hint=_("Split the whole target again, or set one for {scope} alone.").format(
                scope=scope_words(target.scope)
            ),
        )


# --- show ---


def table(
    session: Session,
    period: Period,
    measure: Measure,
    tier: Tier,
    by: Parts | None,
    calendar: Calendar,
    today: date,
    scope: str = "",
    at: datetime | None = None,
) -> TargetTable:
    """The target of ``period`` by its parts; without one of its own, that stretch of the shortest target around it.

    Without ``by`` a year goes by months, a month by weeks, what is shorter by days. With ``at`` it is as it stood
    then. Raises NotFound where there is none, Refused where it isn't split.
    """
    found = deciding(records(session, period, measure, tier, scope, at), period)
    if found is None:
        raise not_set(period, measure, tier, scope, on=None if at is None else today)
    if measure in LEVEL_MEASURES:
        weights = day_weights(period, calendar, None)

        def level(part: Period) -> int | None:
            return actuals.total(session, measure, part.begin, min(part.end, today + timedelta(days=1)), scope)

        return level_table_of(found.target, period, by or usual_parts(period), weights, level)
    if found.split is None:
        raise not_split(found.target)
    return shown(session, found, period, by, calendar, today, at)


def shown(
    session: Session,
    one: Standing,
    period: Period,
    by: Parts | None,
    calendar: Calendar,
    today: date,
    at: datetime | None = None,
) -> TargetTable:
    """``period`` by its parts beside what was reached, from a target around it with a split, stored or not."""
    measure, tier = Measure(one.target.measure), Tier(one.target.tier)
    found = reached(session, [one], period, measure, one.target.scope, today, calendar)
    tiers = {tier: _days_of(one, period)}
    for other in Tier:
        asked = amounts(records(session, period, measure, other, one.target.scope, at), period)
        if other is not tier and None not in asked:
            tiers[other] = [amount or 0 for amount in asked]
    weights = day_weights(period, calendar, one.split)
    assert one.split is not None
    outdated = one.split.provisional and not calendar.provisional(one.target.begin, one.target.end)
    return table_of(one, period, by or usual_parts(period), weights, found.days, found.typed, tiers, outdated)


def burn_up(
    session: Session,
    period: Period,
    measure: Measure,
    tier: Tier,
    calendar: Calendar,
    today: date,
    scope: str = "",
    at: datetime | None = None,
) -> BurnUp | None:
    """The days of ``period`` as a picture shows them; None for a level, and where no split target decides."""
    one = deciding(records(session, period, measure, tier, scope, at), period)
    if one is None or one.split is None:
        return None
    found = reached(session, [one], period, measure, scope, today, calendar)
    gone = max((min(today, period.last) - period.begin).days + 1, 0)
    later = [day for day in period.days() if one.replan is not None and day > one.replan.as_of]
    return BurnUp(
        measure=measure,
        tier=tier,
        scope=scope or None,
        period=period,
        days=tuple(period.days()),
        assigned=tuple(_days_of(one, period)),
        actual=None if found.days is None else tuple(found.days[:gone]),
        rolling=None if one.replan is None else tuple(rolling_on(one, day) or 0 for day in later),
        as_of=None if one.replan is None else one.replan.as_of,
        today=today,
        provisional=one.split.provisional,
        name=profile.name_of(session) or None,
    )


def _days_of(one: Standing, period: Period) -> list[int]:
    assert one.split is not None
    first = (period.begin - one.target.begin).days
    return one.split.cells[first : first + (period.end - period.begin).days]
