"""What is still to be reached, spread over the days that are left: the rolling amounts beside the assigned ones.

What was missed is caught up as soon as the cap allows: in the rest of the month first, what does not fit there in
the rest of the quarter, then of the year, then of the period. What was reached ahead of plan is taken off all the
days that are left alike, so that nobody is told to rest this month and to run in the next. Neither goes past the
horizon; the days behind it keep their assigned amounts. Amounts are integers, as in a split.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from salescli.dates import Period
from salescli.decomposition.apportion import apportion
from salescli.errors import BadValue, Refused
from salescli.i18n import _

Horizon = Literal["month", "quarter", "year"]

CAP = Fraction(13, 10)

AROUND: dict[Horizon, Callable[[date], Period]] = {
    "month": Period.month_of,
    "quarter": Period.quarter_of,
    "year": Period.year_of,
}


@dataclass(frozen=True)
class Replan:
    """The rolling amounts of the days from ``begin``, the day after the one replanned as of, to the period's end.

    ``rolling`` + ``actual`` + ``unrecoverable`` - ``surplus`` = ``assigned``, exactly. ``missed`` is what the plan
    asked so far less what was reached, negative ahead of plan. ``cap_binds`` says that the cap kept a horizon
    (the month, the quarter, …) from taking all that was missed.
    """

    begin: date
    cells: tuple[int, ...]
    assigned: int
    actual: int
    missed: int
    unrecoverable: int
    surplus: int
    cap_binds: bool

    @property
    def rolling(self) -> int:
        """What the days that are left add up to."""
        return sum(self.cells)


def replan(
    cells: Sequence[int],
    period: Period,
    actual: int,
    as_of: date,
    cap: Fraction = CAP,
    over: Horizon | None = None,
) -> Replan:
    """``cells``, an assigned amount for each day of ``period``, replanned for the days after ``as_of``.

    ``actual`` is what was reached up to and including ``as_of``. No day gets more than ``cap`` × its assigned
    amount, rounded down; a day without one gets nothing. ``over`` ends the horizon with the month, quarter or year
    that ``as_of`` is in; without it, it is the period. On the last day there is nothing to spread over, and all
    that was missed is unrecoverable.

    Raises BadValue for a cap below 1, Refused for a day before or after the period.
    """
    if len(cells) != (period.end - period.begin).days:
        raise ValueError("a day of the period has no amount, or a day outside has one")
    _refuse(period, as_of, cap)
    gone = (as_of - period.begin).days + 1
    assigned, missed = cells[gone:], sum(cells[:gone]) - actual
    stages = _stages(period, as_of, over)
    unrecoverable, surplus, cap_binds = 0, 0, False
    if missed < 0:
        rolling, surplus = _relieved(assigned, -missed, stages)
    else:
        rolling, unrecoverable, cap_binds = _caught_up(assigned, missed, cap, stages)
    return Replan(
        begin=as_of + timedelta(days=1),
        cells=tuple(rolling),
        assigned=sum(cells),
        actual=actual,
        missed=missed,
        unrecoverable=unrecoverable,
        surplus=surplus,
        cap_binds=cap_binds,
    )


def _caught_up(
    assigned: Sequence[int], missed: int, cap: Fraction, stages: Sequence[tuple[int, int]]
) -> tuple[list[int], int, bool]:
    """The days with ``missed`` on top, what finds no room, and whether a stage was too small for all of it."""
    rolling = list(assigned)
    limits = [amount * cap.numerator // cap.denominator for amount in assigned]
    left, cap_binds = missed, False
    for first, after in stages:
        before, most = assigned[first:after], limits[first:after]
        taken = min(left, sum(most) - sum(before))
        rolling[first:after] = _filled(sum(before) + taken, before, most)
        left -= taken
        cap_binds = cap_binds or (left > 0 and any(before))
    return rolling, left, cap_binds


def _relieved(assigned: Sequence[int], ahead: int, stages: Sequence[tuple[int, int]]) -> tuple[list[int], int]:
    """The days up to the last stage's end with ``ahead`` taken off them, and what is left of it at 0."""
    _first, after = stages[-1]
    still = sum(assigned[:after]) - ahead
    return [*apportion(max(still, 0), assigned[:after]), *assigned[after:]], max(-still, 0)


def _stages(period: Period, as_of: date, over: Horizon | None) -> list[tuple[int, int]]:
    """What is left of the month, then of the quarter, … up to the horizon, as places among the days after ``as_of``."""
    ends = []
    for horizon, around in AROUND.items():
        ends.append(min(around(as_of).end, period.end))
        if horizon == over:
            break
    else:
        ends.append(period.end)
    places = [(end - as_of).days - 1 for end in ends]
    return list(zip([0, *places], places, strict=False))


def _filled(total: int, assigned: Sequence[int], limits: Sequence[int]) -> list[int]:
    """``total`` in proportion to ``assigned``, no part above its limit; together the limits hold it.

    Water-filling: the parts whose share is above their limit get the limit, the others share what is left, until
    none is above. A share that is no whole number is then below its limit, so rounding up stays within it.
    """
    free, parts = list(assigned), [0] * len(assigned)
    while True:
        whole = sum(free)
        full = [place for place, amount in enumerate(free) if amount * total > limits[place] * whole]
        if not full:
            return [limit + part for limit, part in zip(parts, apportion(total, free), strict=True)]
        for place in full:
            parts[place] = limits[place]
            total -= limits[place]
            free[place] = 0


def _refuse(period: Period, as_of: date, cap: Fraction) -> None:
    if cap < 1:
        raise BadValue(
            _("With a cap below 1 no day could keep its own amount."), hint=_("Give a cap of 1 or more, such as 1.3.")
        )
    if as_of < period.begin:
        raise Refused(
            _("{period} has not begun on {day}: there is nothing to replan.").format(
                period=period.label, day=as_of.isoformat()
            ),
            hint=_("Replan from {day} on.").format(day=period.begin.isoformat()),
        )
    if as_of > period.last:
        raise Refused(
            _("{period} is over on {day}: no day is left to replan.").format(
                period=period.label, day=as_of.isoformat()
            ),
            hint=_("Its last day is {day}.").format(day=period.last.isoformat()),
        )
