"""A target laid out by its years, quarters, months, weeks or days; pure, no session."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from salescli.dates import Period
from salescli.decomposition.split import sums
from salescli.services.goals.standings import Standing, fills, options, period_of
from salescli.vocabulary import LEVEL_MEASURES, Measure, Tier

if TYPE_CHECKING:
    from salescli.models.targets import Target, TargetReplan, TargetSplit

_DAY = timedelta(days=1)

Parts = Literal["year", "quarter", "month", "week", "day"]


@dataclass(frozen=True)
class TargetView:
    """A target as lists and JSON show it; ``end`` is its last day. ``split`` says whether its days are known.

    ``again`` is the command that splits it by the rules of its last split. After a replan as of ``as_of``:
    ``rolling`` + ``actual`` + ``unrecoverable`` - ``surplus`` = ``assigned``, where ``actual`` is what was reached up
    to and including that day. ``done`` is what of it was typed, not recorded.
    """

    period: str
    begin: date
    end: date
    measure: Measure
    tier: Tier
    scope: str | None
    assigned: int
    rolling: int | None
    unrecoverable: int | None
    surplus: int | None
    actual: int | None
    as_of: date | None
    cap: float | None
    over: str | None
    cap_binds: bool | None
    done: int | None
    provisional: bool
    version: int
    split: bool
    again: str


@dataclass(frozen=True)
class TargetRow:
    """A part of a target's period; ``end`` is its last day, ``held`` says that a hold fixes just this part.

    ``rolling`` is what a replan asks of the days after the one it was made as of, 0 for a part that was over.
    ``actual``, ``rate`` and ``gap`` are None while nothing is recorded of the measure; ``typed`` is the part of
    ``actual`` that was typed. ``floor``, ``target`` and ``stretch`` are the amounts of the tiers that are set.
    """

    period: str
    begin: date
    end: date
    working_days: int
    amount: int
    held: bool
    rolling: int | None
    actual: int | None
    rate: float | None
    gap: int | None
    typed: int | None
    floor: int | None
    target: int | None
    stretch: int | None


@dataclass(frozen=True)
class TargetTable(TargetView):
    """A target, or a stretch of a longer one (``part_of``), row by row; ``total`` is the row of all of it.

    ``outdated`` says that it was split before the official days were known, which they are now.
    """

    by: Parts
    part_of: str | None
    outdated: bool
    rows: tuple[TargetRow, ...]
    total: TargetRow

    @property
    def sum(self) -> int | None:
        """What the rows add up to; None for a level, which is no sum."""
        return None if self.measure in LEVEL_MEASURES else sum(row.amount for row in self.rows)


@dataclass(frozen=True)
class SplitChange:
    """What a new split of a target brings: ``months`` are those it gives another amount than the split before.

    ``months`` has each month's name and the difference, and is None if there was no split before.
    """

    period: str
    measure: Measure
    months: tuple[tuple[str, int], ...] | None
    on_rest_days: bool
    provisional: bool
    replanned_as_of: date | None


def view_of(standing: Standing) -> TargetView:
    """A target as lists show it."""
    target, split, replan = standing
    done: list[Any] = [entry["amount"] for entry in target.done or ()]
    return TargetView(
        period=target.period,
        begin=target.begin,
        end=period_of(target).last,
        measure=Measure(target.measure),
        tier=Tier(target.tier),
        scope=target.scope or None,
        assigned=target.amount,
        done=sum(done) if done else None,
        provisional=split is not None and split.provisional,
        version=target.version,
        split=split is not None,
        again=f"sales target split {target.period} --again"
        + options(Measure(target.measure), Tier(target.tier), target.scope),
        **_replanned(replan),
    )


def _replanned(replan: "TargetReplan | None") -> dict[str, Any]:
    """What a view says of a replan; None everywhere without one."""
    names = ("unrecoverable", "surplus", "actual", "as_of", "over", "cap_binds")
    if replan is None:
        return dict.fromkeys(("rolling", "cap", *names))
    return {name: getattr(replan, name) for name in names} | {
        "rolling": sum(replan.cells),
        "cap": float(Fraction(replan.cap)),
    }


def table_of(
    standing: Standing,
    period: Period,
    by: Parts,
    weights: Sequence[Fraction | int],
    reached: Sequence[int] | None,
    typed: Sequence[int],
    tiers: Mapping[Tier, Sequence[int]],
    outdated: bool,
) -> TargetTable:
    """``period`` by its parts, from a target around it and its split, stored or not.

    ``weights``, ``reached`` (None where nothing is recorded), ``typed`` and the amounts of the tiers have an entry
    for each day of ``period``.
    """
    target, split, replan = standing
    assert split is not None
    worked = [int(weight > 0) for weight in weights]

    def rows(parts: list[Period]) -> tuple[TargetRow, ...]:
        def by_part(days: Sequence[int] | None, begin: date = period.begin) -> Sequence[int | None]:
            return [None] * len(parts) if days is None else sums(days, begin, parts)

        figures = zip(
            parts,
            sums(worked, period.begin, parts),
            sums(split.cells, target.begin, parts),
            by_part(None) if replan is None else by_part(replan.cells, replan.as_of + _DAY),
            by_part(reached),
            by_part(typed),
            *(by_part(tiers.get(tier)) for tier in Tier),
            strict=True,
        )
        return tuple(
            TargetRow(
                period=part.label,
                begin=part.begin,
                end=part.last,
                working_days=days,
                amount=amount,
                held=_held(part, split),
                rolling=rolling,
                actual=actual,
                rate=ratio(actual, amount),
                gap=None if actual is None else amount - actual,
                typed=by_hand or None,
                floor=floor,
                target=middle,
                stretch=stretch,
            )
            for part, days, amount, rolling, actual, by_hand, floor, middle, stretch in figures
        )

    (total,) = rows([period])
    whole = vars(view_of(standing)) | {"period": period.label, "begin": period.begin, "end": period.last}
    whole["outdated"] = outdated
    if fills(target, period):
        return TargetTable(**whole, by=by, part_of=None, rows=rows(_PARTS[by](period)), total=total)
    # What could not be caught up belongs to the whole target, not to a stretch of it.
    part = {"assigned": total.amount, "rolling": total.rolling, "done": total.typed}
    part |= dict.fromkeys(("unrecoverable", "surplus", "actual", "cap_binds"))
    return TargetTable(**whole | part, by=by, part_of=target.period, rows=rows(_PARTS[by](period)), total=total)


def level_table_of(
    target: "Target",
    period: Period,
    by: Parts,
    weights: Sequence[Fraction | int],
    level: Callable[[Period], int | None],
) -> TargetTable:
    """A level by parts: every part, and the whole, is asked the same; ``level`` says where it stood in each."""
    worked = [int(weight > 0) for weight in weights]

    def row(part: Period, working_days: int) -> TargetRow:
        nothing = dict.fromkeys(("rolling", "typed", "floor", "target", "stretch"))
        stood = level(part)
        return TargetRow(
            **nothing,
            actual=stood,
            rate=None if stood is None or not target.amount else stood / target.amount,
            gap=None if stood is None else target.amount - stood,
            period=part.label,
            begin=part.begin,
            end=part.last,
            working_days=working_days,
            amount=target.amount,
            held=False,
        )

    parts = _PARTS[by](period)
    rows = [row(part, days) for part, days in zip(parts, sums(worked, period.begin, parts), strict=True)]
    whole = vars(view_of(Standing(target))) | {"period": period.label, "begin": period.begin, "end": period.last}
    part_of = None if fills(target, period) else target.period
    total = row(period, sum(worked))
    return TargetTable(**whole, by=by, part_of=part_of, outdated=False, rows=tuple(rows), total=total)


def _held(part: Period, split: "TargetSplit") -> bool:
    rules: Any = split.rules
    days = (part.begin.isoformat(), part.end.isoformat())
    return any((hold["begin"], hold["end"]) == days for hold in rules["holds"])


def change_of(before: Standing, now: Standing) -> SplitChange:
    """How the split of a target differs from the one before."""
    target, made, replan = now
    assert made is not None
    months = period_of(target).months()
    old = None if before.split is None else sums(before.split.cells, target.begin, months)
    new = sums(made.cells, target.begin, months)
    return SplitChange(
        period=target.period,
        measure=Measure(target.measure),
        months=None
        if old is None
        else tuple(
            (month.label, after - was) for month, was, after in zip(months, old, new, strict=True) if was != after
        ),
        on_rest_days=bool(made.rules.get("on_rest_days")),
        provisional=made.provisional,
        replanned_as_of=None if replan is None else replan.as_of,
    )


def ratio(part: int | None, whole: int) -> float | None:
    """``part`` of ``whole``, a fraction of 1; None where it is undefined."""
    return None if part is None or not whole else part / whole


def usual_parts(period: Period) -> Parts:
    """What a period is shown by unless it is asked for: months, the weeks of a month, the days of what is shorter."""
    if period.kind == "month":
        return "week"
    return "day" if (period.end - period.begin).days < 28 else "month"


def _years(period: Period) -> list[Period]:
    years = (Period.year_of(date(year, 1, 1)) for year in range(period.begin.year, period.last.year + 1))
    return [Period(max(period.begin, year.begin), min(period.end, year.end), year.label) for year in years]


_PARTS: dict[Parts, Callable[[Period], list[Period]]] = {
    "year": _years,
    "quarter": Period.quarters,
    "month": Period.months,
    "week": Period.weeks,
    "day": lambda period: [Period.day_of(day) for day in period.days()],
}
