"""A target laid out by its years, quarters, months, weeks or days; pure, no session."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from salescli.calendars import Calendar
from salescli.dates import Period
from salescli.decomposition.split import sums
from salescli.models.targets import Target, TargetSplit
from salescli.vocabulary import Measure, Tier

Parts = Literal["year", "quarter", "month", "week", "day"]


@dataclass(frozen=True)
class TargetView:
    """A target as lists and JSON show it; ``end`` is its last day. ``split`` says whether its days are known."""

    period: str
    begin: date
    end: date
    measure: Measure
    tier: Tier
    scope: str | None
    assigned: int
    rolling: int | None
    unrecoverable: int | None
    provisional: bool
    version: int
    split: bool


@dataclass(frozen=True)
class TargetRow:
    """A part of a target's period; ``end`` is its last day, ``held`` says that a hold fixes just this part.

    ``actual``, ``rate`` and ``gap`` are None while nothing is recorded of the measure.
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


@dataclass(frozen=True)
class TargetTable(TargetView):
    """A target, or a stretch of a longer one (``part_of``), row by row; ``total`` is the row of all of it."""

    by: Parts
    part_of: str | None
    rows: tuple[TargetRow, ...]
    total: TargetRow

    @property
    def sum(self) -> int:
        """What the rows add up to."""
        return sum(row.amount for row in self.rows)


def view_of(target: Target, split: TargetSplit | None) -> TargetView:
    """A target, with its split if it has one, as lists show it."""
    return TargetView(
        period=target.period,
        begin=target.begin,
        end=period_of(target).last,
        measure=Measure(target.measure),
        tier=Tier(target.tier),
        scope=target.scope or None,
        assigned=target.amount,
        rolling=None,
        unrecoverable=None,
        provisional=split is not None and split.provisional,
        version=target.version,
        split=split is not None,
    )


def table_of(
    target: Target,
    split: TargetSplit,
    period: Period,
    by: Parts,
    weights: Sequence[Fraction | int],
    reached: Sequence[int] | None,
) -> TargetTable:
    """``period`` by its parts, from a target around it and a split of that target, stored or not.

    ``weights`` and ``reached`` (None where nothing is recorded) have an entry for each day of ``period``.
    """

    worked = [int(weight > 0) for weight in weights]

    def rows(parts: list[Period]) -> tuple[TargetRow, ...]:
        actuals = [None] * len(parts) if reached is None else sums(reached, period.begin, parts)
        amounts = sums(split.cells, target.begin, parts)
        figures = zip(parts, sums(worked, period.begin, parts), amounts, actuals, strict=True)
        return tuple(_row(part, days, amount, actual, _held(part, split)) for part, days, amount, actual in figures)

    (total,) = rows([period])
    fields = vars(view_of(target, split)) | {
        "period": period.label,
        "begin": period.begin,
        "end": period.last,
        "assigned": total.amount,
    }
    part_of = None if fills(target, period) else target.period
    return TargetTable(**fields, by=by, part_of=part_of, rows=rows(_PARTS[by](period)), total=total)


def _row(period: Period, working_days: int, amount: int, actual: int | None, held: bool) -> TargetRow:
    return TargetRow(
        period=period.label,
        begin=period.begin,
        end=period.last,
        working_days=working_days,
        amount=amount,
        held=held,
        rolling=None,
        actual=actual,
        rate=ratio(actual, amount),
        gap=None if actual is None else amount - actual,
    )


def _held(part: Period, split: TargetSplit) -> bool:
    rules: Any = split.rules
    days = (part.begin.isoformat(), part.end.isoformat())
    return any((hold["begin"], hold["end"]) == days for hold in rules["holds"])


def day_weights(period: Period, calendar: Calendar, split: TargetSplit | None) -> list[Fraction | int]:
    """How much of a working day each day of ``period`` is: by the calendar of now, Saturdays as they were split."""
    rules: Any = split.rules if split is not None else {}
    saturday = Fraction(rules["saturday"]) if rules.get("saturday") else None
    return [calendar.weight(day, saturday) for day in period.days()]


def ratio(part: int | None, whole: int) -> float | None:
    """``part`` of ``whole``, a fraction of 1; None where it is undefined."""
    return None if part is None or not whole else part / whole


def period_of(target: Target) -> Period:
    """The days a target is set for."""
    return Period(target.begin, target.end, target.period)


def fills(target: Target, period: Period) -> bool:
    """Whether a target is set for exactly the days of ``period``."""
    return (target.begin, target.end) == (period.begin, period.end)


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
