"""Finding targets: those in force with their split and replan, on an earlier day too, and what they ask of days."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli.dates import Period
from salescli.errors import NotFound, Refused
from salescli.i18n import _
from salescli.services.goals.standings import Standing, fills, options
from salescli.vocabulary import LEVEL_MEASURES, Measure, Tier, label, scope_words

if TYPE_CHECKING:
    from salescli.models.targets import Target, TargetReplan, TargetSplit

_Version = TypeVar("_Version", "TargetSplit", "TargetReplan")


# As plain columns: the plan of every day asks what it is to bring, and three models cost start-up time.
def _table(name: str, /, *columns: str, **typed: Any) -> sa.TableClause:
    both = ("id", "current", "deleted_at")
    return sa.table(name, *map(sa.column, (*both, *columns)), *(sa.column(name, of) for name, of in typed.items()))


_TARGETS = _table(
    *("target", "period", "measure", "tier", "scope", "version", "amount", "parent_id"),
    **{"begin": sa.Date, "end": sa.Date, "done": sa.JSON},
)
_SPLITS = _table("targetsplit", "target_id", "version", cells=sa.JSON, rules=sa.JSON, provisional=sa.Boolean)
_REPLANS = _table(
    *("targetreplan", "split_id", "version", "cap", "over", "actual", "missed", "unrecoverable", "surplus"),
    **{"as_of": sa.Date, "cells": sa.JSON, "cap_binds": sa.Boolean},
)


# --- standing ---


def standing(session: Session, *conditions: Any, at: datetime | None = None) -> list[Standing]:
    """The targets that ``conditions`` on Target hold of, in force now, or as they stood at the moment ``at``."""
    from salescli.models.targets import Target, TargetReplan, TargetSplit

    if at is not None:
        return _stood(session, conditions, at)
    found = session.exec(
        select(Target, TargetSplit, TargetReplan)
        .outerjoin(TargetSplit, sa.and_(col(TargetSplit.target_id) == col(Target.id), *_in_force(TargetSplit)))
        .outerjoin(TargetReplan, sa.and_(col(TargetReplan.split_id) == col(TargetSplit.id), *_in_force(TargetReplan)))
        .where(*_in_force(Target), *conditions)
    )
    return [Standing(*row) for row in found]


def _in_force(table: Any) -> tuple[Any, Any]:
    return table.current == sa.true(), table.deleted_at.is_(None)


def _stood(session: Session, conditions: Sequence[Any], at: datetime) -> list[Standing]:
    from salescli.models.targets import Target, TargetReplan, TargetSplit

    targets = session.exec(
        select(Target).where(col(Target.created_at) < at, *conditions).order_by(col(Target.version))
    ).all()
    latest = {(one.begin, one.end, one.measure, one.tier, one.scope): one for one in targets}
    alive = [one for one in latest.values() if one.deleted_at is None or one.deleted_at >= at]
    splits = _latest(session, TargetSplit, at, "target_id", [one.id for one in alive])
    replans = _latest(session, TargetReplan, at, "split_id", [one.id for one in splits.values()])
    found = []
    for target in alive:
        split = splits.get(target.id)
        found.append(Standing(target, split, replans.get(split.id) if split else None))
    return found


def _latest(
    session: Session, table: type[_Version], at: datetime, parent: str, ids: Sequence[int | None]
) -> dict[int | None, _Version]:
    """The latest version made before ``at`` for each of the parents."""
    column = col(getattr(table, parent))
    rows = session.exec(select(table).where(column.in_(ids), col(table.created_at) < at).order_by(col(table.version)))
    return {getattr(row, parent): row for row in rows}


def records(
    session: Session, period: Period, measure: Measure, tier: Tier, scope: str = "", at: datetime | None = None
) -> list[Standing]:
    """The records of the targets that share a day with ``period``, in force or as they stood, the shortest first."""
    from salescli.models.targets import Target

    return _shortest_first(standing(session, *_sharing_a_day(Target, period, measure, tier, scope), at=at))


def overlapping(session: Session, period: Period, measure: Measure, tier: Tier, scope: str = "") -> list[Standing]:
    """The targets in force that share a day with ``period``, the shortest first; to be read, not altered."""
    wanted = _sharing_a_day(_TARGETS.c, period, measure, tier, scope)
    targets = session.execute(sa.select(_TARGETS).where(*_in_force(_TARGETS.c), *wanted)).all()
    splits = _of_parents(session, _SPLITS, _SPLITS.c.target_id, [target.id for target in targets])
    replans = _of_parents(session, _REPLANS, _REPLANS.c.split_id, [split.id for split in splits.values()])
    found = []
    for target in targets:
        split: Any = splits.get(target.id)
        of_target: Any = target
        found.append(Standing(of_target, split, split and replans.get(split.id)))
    return _shortest_first(found)


def _sharing_a_day(target: Any, period: Period, measure: Measure, tier: Tier, scope: str) -> list[Any]:
    """The conditions on ``target``, the model or its plain columns."""
    return [
        target.measure == measure.value,
        target.tier == tier.value,
        target.scope == scope,
        target.begin < period.end,
        target.end > period.begin,
    ]


def _of_parents(session: Session, table: sa.TableClause, parent: Any, ids: list[int]) -> dict[int, Any]:
    """What is in force of each of the parents, by their keys."""
    if not ids:
        return {}
    rows = session.execute(sa.select(table).where(*_in_force(table.c), parent.in_(ids)))
    return {getattr(row, parent.name): row for row in rows}


def _shortest_first(found: Iterable[Standing]) -> list[Standing]:
    return sorted(found, key=lambda one: (one.target.end - one.target.begin, one.target.begin))


def covering(found: Iterable[Standing], period: Period) -> list[Standing]:
    """Those of the targets that the whole of ``period`` lies in."""
    return [one for one in found if one.target.begin <= period.begin and period.end <= one.target.end]


def deciding(found: Iterable[Standing], period: Period) -> Standing | None:
    """The target of exactly ``period``, else the shortest split one around it, else the shortest around it."""
    around = covering(found, period)
    known = [one for one in around if fills(one.target, period) or one.split is not None]
    return next(iter(known or around), None)


def find(session: Session, period: Period, measure: Measure, tier: Tier, scope: str = "") -> Standing:
    """The target set for exactly ``period``; else NotFound, which names a target around it if there is one."""
    found = records(session, period, measure, tier, scope)
    for one in found:
        if fills(one.target, period):
            return one
    around = deciding(found, period)
    raise not_set(period, measure, tier, scope, part_of=around.target.period if around else None)


# --- what is asked of days ---


def amounts(found: Sequence[Standing], period: Period) -> list[int | None]:
    """What is assigned to each day of ``period`` by targets that overlap it; None where none is split.

    The shortest split target around all of the days decides. Where none is (a week across two targets), each day
    is taken from the shortest target around it.
    """
    known = [one for one in found if one.split is not None]
    around = covering(known, period)
    asked: list[int | None] = [None] * (period.end - period.begin).days
    for target, split, _replan in around[:1] or reversed(known):  # a shorter target writes over a longer one
        assert split is not None
        first, after = max(period.begin, target.begin), min(period.end, target.end)
        asked[(first - period.begin).days : (after - period.begin).days] = split.cells[
            (first - target.begin).days : (after - target.begin).days
        ]
    return asked


def amount_between(
    session: Session, measure: Measure, begin: date, end: date, tier: Tier = Tier.TARGET, scope: str = ""
) -> int | None:
    """What the target asks of the days from ``begin`` up to, not including, ``end``; None where none is split.

    Which target decides is as in :func:`amounts`; days without one count nothing.
    """
    period = Period.between(begin, end)
    asked = [
        amount for amount in amounts(overlapping(session, period, measure, tier, scope), period) if amount is not None
    ]
    return sum(asked) if asked else None


def level_on(session: Session, measure: Measure, day: date) -> int | None:
    """What is asked of a level on ``day``, in hundredths; None without a target for it."""
    period = Period.day_of(day)
    one = deciding(overlapping(session, period, measure, Tier.TARGET), period)
    return None if one is None else one.target.amount


def more_asked(one: Standing, period: Period) -> int:
    """How much more (below 0: less) than assigned the replan of a split target asks of the days of ``period``."""
    assert one.split is not None
    more = 0
    for day in period.days():
        rolling = rolling_on(one, day)
        more += 0 if rolling is None else rolling - one.split.cells[(day - one.target.begin).days]
    return more


def rolling_of(session: Session, measure: Measure, day: date) -> int | None:
    """What a replan in force asks of ``day``; None without one, or for a day that it does not reach."""
    period = Period.day_of(day)
    decides = deciding(overlapping(session, period, measure, Tier.TARGET), period)
    return decides and rolling_on(decides, day)


def rolling_on(one: Standing, day: date) -> int | None:
    """The rolling amount of a day; None for the days before those replanned, and without a replan."""
    place = -1 if one.replan is None else (day - one.replan.as_of).days - 1
    return one.replan.cells[place] if one.replan is not None and 0 <= place < len(one.replan.cells) else None


def split_around(session: Session, day: date) -> list[str]:
    """The periods of the split targets in force that ``day`` is in, each once, the shortest first."""
    from salescli.models.targets import Target

    found = standing(session, col(Target.begin) <= day, col(Target.end) > day)
    periods = sorted((one.target.end - one.target.begin, one.target.period) for one in found if one.split is not None)
    return list(dict.fromkeys(period for _length, period in periods))


# --- refusals ---


def refuse_levels(measure: Measure) -> None:
    """Refused for a measure whose targets have no days."""
    if measure in LEVEL_MEASURES:
        raise Refused(
            _("{measure} is a level, not a sum: its target is not split into days.").format(
                measure=label(measure, Measure)
            ),
            hint=_("`sales target list` shows it."),
        )


def not_set(
    period: Period, measure: Measure, tier: Tier, scope: str = "", part_of: str | None = None, on: date | None = None
) -> NotFound:
    """That there is no target for ``period``, or was none ``on`` a day, with the command that sets one."""
    words = _(", ").join(filter(None, [label(measure, Measure), label(tier, Tier), scope_words(scope)]))
    if on is not None:
        return NotFound(
            _("On {day} there was no target for {period} ({words}).").format(
                day=on.isoformat(), period=period.label, words=words
            ),
            hint=_("`sales target list` shows what there is now."),
        )
    hint = _("`{command}` sets one.").format(
        command=f"sales target set {period.label} AMOUNT{options(measure, tier, scope)}"
    )
    if part_of is not None:
        hint = _("It is part of {period}. {hint}").format(period=part_of, hint=hint)
    return NotFound(_("There is no target for {period} ({words}).").format(period=period.label, words=words), hint=hint)


def not_split(target: "Target") -> Refused:
    """That a target has no days yet, with the command that gives it some."""
    asked = options(Measure(target.measure), Tier(target.tier), target.scope)
    return Refused(
        _("The target for {period} is not split into days yet.").format(period=target.period),
        hint=_("`{command}` does it.").format(command=f"sales target split {target.period}{asked}"),
    )
