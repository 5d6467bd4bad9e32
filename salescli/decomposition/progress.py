"""How far a target is reached, and how fast: rates against the time gone, what is needed a day, the best week."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from salescli.dates import Period


class Pace(NamedTuple):
    """达成率 ``rate`` and 时间进度 ``time_rate`` as exact fractions of 1, None where undefined; 进度差 in points.

    ``gap`` is positive when short. ``needed_per_day`` is rounded up to the unit, 0 when the target is reached and
    None when no working day is left. Working days are those with a weight.
    """

    rate: Fraction | None
    time_rate: Fraction | None
    gap: int
    gap_points: Fraction | None
    working_days: int
    working_days_left: int
    needed_per_day: int | None


class Week(NamedTuple):
    """A full week and what was reached in it for each of its working days."""

    period: Period
    per_day: Fraction


def pace(assigned: int, actual: int, weights: Sequence[int | Fraction], gone: int, closed: bool = True) -> Pace:
    """The figures of a period of a day for each of ``weights``, of which ``gone`` have passed.

    ``gone`` counts the present day; until that is ``closed`` it is still left to reach something in. Numbers below
    0, or beyond the period, stand for a period that has not begun, or is over.
    """
    passed = max(gone, 0)
    whole = sum(weights)
    left = sum(weight > 0 for weight in weights[passed if closed else max(gone - 1, 0) :])
    rate = Fraction(actual, assigned) if assigned else None
    time_rate = Fraction(sum(weights[:passed])) / whole if whole else None
    gap = assigned - actual
    return Pace(
        rate=rate,
        time_rate=time_rate,
        gap=gap,
        gap_points=None if rate is None or time_rate is None else 100 * (rate - time_rate),
        working_days=sum(weight > 0 for weight in weights),
        working_days_left=left,
        needed_per_day=-(-max(gap, 0) // left) if left else None,
    )


def best_week(reached: Sequence[int], weights: Sequence[int | Fraction], period: Period, as_of: date) -> Week | None:
    """The week with the most reached a working day, of those that lie whole in ``period`` and end by ``as_of``.

    ``reached`` and ``weights`` have an entry for each day of ``period``, or at least for those up to ``as_of``. Of
    equal weeks the earlier is taken; a week without a working day is left out. None where there is no full week.
    """
    best: Week | None = None
    for week in period.weeks():
        if week.end - week.begin < timedelta(weeks=1) or week.last > as_of:
            continue
        first = (week.begin - period.begin).days
        worked = sum(weight > 0 for weight in weights[first : first + 7])
        if worked:
            per_day = Fraction(sum(reached[first : first + 7]), worked)
            if best is None or per_day > best.per_day:
                best = Week(week, per_day)
    return best
