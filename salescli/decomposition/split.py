"""An amount for a period split into an amount for every day of it, exact at every level.

The rounding goes total → holds → months → days, each step by largest remainder with ties to the earlier, so
that every level adds up to the unit and the days come out the same for the same weights, season and holds.
Amounts are integers: minor units of money, or 1 for counted measures.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from salescli.dates import Period
from salescli.decomposition.apportion import apportion, whole_weights
from salescli.decomposition.season import Number, season_from
from salescli.errors import BadValue, Refused
from salescli.i18n import _

WeightOf = Callable[[date], int | Fraction]


class Hold(NamedTuple):
    """A sum that is fixed for a part of the period, in the units of the total."""

    period: Period
    amount: int


class _Month(NamedTuple):
    """Days ``first`` up to ``after`` of the period, and what a unit of their weight counts among the months."""

    first: int
    after: int
    unit: int


@dataclass
class _Part:
    """A hold, or the whole period, with the holds inside it; ``first`` and ``after`` as in :class:`_Month`."""

    hold: Hold
    first: int
    after: int
    is_hold: bool = True
    inner: list["_Part"] = field(default_factory=list)


class Pattern:
    """The days of a period, their weights and the months' shares: made once, good for any number of totals.

    ``weight_of`` gives a day's weight, 0 for a rest day; with a season it is asked about the whole of the first
    and the last month, because a month that lies only partly in the period counts share × weight inside ÷
    weight of the whole month. ``season`` is twelve numbers for January to December; without it every unit of
    weight counts the same.

    A month without any weighted day gets 0 and its share goes to the others. A period without any weighted day
    is spread evenly over its natural days, and ``on_rest_days`` says so.

    Raises BadValue for a season that is none (see :func:`~salescli.decomposition.season.season_from`).
    """

    def __init__(self, period: Period, weight_of: WeightOf, season: Sequence[str | Number] | None = None) -> None:
        self.period = period
        shares = None if season is None else season_from(season)
        begin, end = (period.begin, period.end) if shares is None else _whole_months(period)
        weights = [weight_of(day) for day in _days(begin, end)]
        before, length = (period.begin - begin).days, (period.end - period.begin).days
        self.on_rest_days = not any(weights[before : before + length])
        whole = [1] * len(weights) if self.on_rest_days else whole_weights(weights)
        self.weights = whole[before : before + length]
        self._months = _months(begin, whole, before, length, shares)

    def split(self, total: int, holds: Iterable[Hold] = (), show: Callable[[int], str] = str) -> list[int]:
        """One amount for each day of the period: they add up to ``total``, those of a hold to its amount.

        A month partly held keeps its share × weight not held ÷ whole weight. Holds may be nested, an inner one
        being a part of the outer, or lie apart. Raises Refused for holds that cross, disagree, reach out of the
        period, exceed what they are part of, or leave an amount that no day can carry; BadValue for a negative
        amount. In a hold of months whose share is 0 the weights alone decide. ``show`` writes an amount in the
        sentence of a refusal.
        """
        whole = _Part(Hold(self.period, total), 0, len(self.weights), is_hold=False)
        self._nest(whole, holds, show)
        parts = [whole]
        cells = [0] * len(self.weights)
        for part in parts:  # an outer part before its inner ones, which then write their days over its zeros
            if part.hold.amount < 0:
                raise BadValue(_("An amount can't be negative: {amount}.").format(amount=show(part.hold.amount)))
            self._fill(cells, part, show)
            parts += part.inner
        return cells

    def _fill(self, cells: list[int], part: _Part, show: Callable[[int], str]) -> None:
        """Write the days of ``part`` that no inner hold takes."""
        left = part.hold.amount - sum(inner.hold.amount for inner in part.inner)
        if left < 0:
            raise Refused(
                _("The holds in {period} come to {held}, more than its {total}.").format(
                    period=part.hold.period.label, held=show(part.hold.amount - left), total=show(part.hold.amount)
                ),
                hint=_("Lower a hold, or take one away."),
            )
        free = self.weights[part.first : part.after]
        for inner in part.inner:
            free[inner.first - part.first : inner.after - part.first] = [0] * (inner.after - inner.first)
        months = [
            (max(month.first, part.first), min(month.after, part.after), month.unit)
            for month in self._months
            if month.first < part.after and month.after > part.first
        ]
        days = [free[first - part.first : after - part.first] for first, after, _unit in months]
        shares = [sum(weights) * unit for weights, (_first, _after, unit) in zip(days, months, strict=True)]
        if not any(shares) and part.is_hold:  # the user's word stands above the season's
            shares = [sum(weights) for weights in days]
        if left and not any(shares):
            raise _no_day(part, left, any(free), show)
        for amount, weights, (first, after, _unit) in zip(apportion(left, shares), days, months, strict=True):
            cells[first:after] = apportion(amount, weights) if amount else [0] * (after - first)

    def _nest(self, whole: _Part, holds: Iterable[Hold], show: Callable[[int], str]) -> None:
        """Hang each hold on the smallest one around it, and those around none on ``whole``."""
        around = [whole]
        for hold in sorted(holds, key=lambda hold: (hold.period.begin, -hold.period.end.toordinal())):
            first, after = ((day - self.period.begin).days for day in (hold.period.begin, hold.period.end))
            if not 0 <= first < after <= whole.after:
                raise Refused(
                    _("The hold {hold} ({amount}) reaches out of {period}.").format(
                        hold=hold.period.label, amount=show(hold.amount), period=self.period.label
                    ),
                    hint=_("Hold only periods inside the one that is split."),
                )
            while around[-1].after <= first:
                around.pop()
            outer = around[-1]
            if after > outer.after:
                raise _crossing(outer.hold, hold, show)
            if (first, after) != (outer.first, outer.after):
                around.append(_Part(hold, first, after))
                outer.inner.append(around[-1])
            elif hold.amount != outer.hold.amount:
                raise Refused(
                    _("{period} can't be both {one} and {other}.").format(
                        period=hold.period.label, one=show(outer.hold.amount), other=show(hold.amount)
                    ),
                    hint=_("Give one amount for a period."),
                )


def split(
    total: int,
    period: Period,
    weight_of: WeightOf,
    season: Sequence[str | Number] | None = None,
    holds: Iterable[Hold] = (),
    show: Callable[[int], str] = str,
) -> list[int]:
    """One amount for each day of ``period``; see :class:`Pattern` and its ``split`` for the rules and errors."""
    return Pattern(period, weight_of, season).split(total, holds, show)


def sums(cells: Sequence[int], begin: date, periods: Iterable[Period]) -> list[int]:
    """What the days of each period add up to; ``cells`` are the days from ``begin`` on, days beyond them count 0."""
    before = list(accumulate(cells, initial=0))
    last = len(cells)

    def until(day: date) -> int:
        return before[min(max((day - begin).days, 0), last)]

    return [until(period.end) - until(period.begin) for period in periods]


def _crossing(one: Hold, other: Hold, show: Callable[[int], str]) -> Refused:
    return Refused(
        _("The holds {one} ({one_amount}) and {other} ({other_amount}) overlap in part.").format(
            one=one.period.label,
            one_amount=show(one.amount),
            other=other.period.label,
            other_amount=show(other.amount),
        ),
        hint=_("Holds lie apart, or one lies whole inside the other."),
    )


def _no_day(part: _Part, left: int, weighted: bool, show: Callable[[int], str]) -> Refused:
    if weighted:
        sentence = _("{left} of {period} is left for months whose share of the season is 0.")
        hint = _("Give one of these months a share above 0, or change the holds.")
    else:
        sentence = _("{left} of {period} is left and no working day to carry it.")
        hint = _("Change the holds, or make one of the days a working day with `sales calendar work DAY`.")
    return Refused(sentence.format(left=show(left), period=part.hold.period.label), hint=hint)


def _months(
    begin: date, weights: Sequence[int], before: int, length: int, shares: Sequence[Fraction] | None
) -> list[_Month]:
    """The months of a period of ``length`` days; ``weights`` start at ``begin``, ``before`` days earlier."""
    limits: list[tuple[int, int]] = []
    units: list[Fraction] = []
    start = begin
    while (position := (start - begin).days - before) < length:
        month, start = start.month, _next_month(start)
        after = (start - begin).days - before
        whole = sum(weights[position + before : after + before])
        units.append(Fraction(1) if shares is None else shares[month - 1] / whole if whole else Fraction(0))
        limits.append((max(position, 0), min(after, length)))
    return [_Month(*limit, unit) for limit, unit in zip(limits, whole_weights(units), strict=True)]


def _whole_months(period: Period) -> tuple[date, date]:
    """``period`` widened to whole months."""
    return period.begin.replace(day=1), _next_month(period.end - timedelta(days=1))


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _days(begin: date, end: date) -> Iterable[date]:
    return map(date.fromordinal, range(begin.toordinal(), end.toordinal()))
