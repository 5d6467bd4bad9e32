"""What was reached of a target by day: the records, and what was typed as reached before there were any."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session

from salescli.calendars import Calendar
from salescli.dates import Period
from salescli.decomposition.apportion import largest_remainder
from salescli.services.goals import actuals
from salescli.services.goals.standings import Standing
from salescli.vocabulary import Measure


class Reached(NamedTuple):
    """What was reached on each day of a period, None where nothing is known; ``typed`` is the part without records."""

    days: list[int] | None
    typed: list[int]

    @property
    def total(self) -> int | None:
        """All of it."""
        return None if self.days is None else sum(self.days)


def reached(
    session: Session,
    sources: Sequence[Standing],
    period: Period,
    measure: Measure,
    scope: str,
    until: date,
    calendar: Calendar,
) -> Reached:
    """What was reached in ``period`` up to and including ``until``, in minor units or counts.

    What was typed for the targets in ``sources`` (the longest first) stands in place of the records of its days.
    """
    length = (period.end - period.begin).days
    last = min(period.last, until)
    recorded = actuals.by_day(session, measure, period.begin, last + timedelta(days=1), scope)
    typed: dict[date, int] = {}
    for source in sources:
        typed |= typed_days(source, calendar)
    known = {day: amount for day, amount in typed.items() if period.begin <= day <= last}
    if recorded is None and not known:
        return Reached(None, [0] * length)
    by_day = (recorded or {}) | known
    return Reached(
        days=[by_day.get(day, 0) for day in period.days()],
        typed=[known.get(day, 0) for day in period.days()],
    )


def typed_days(source: Standing, calendar: Calendar) -> dict[date, int]:
    """What was typed as reached, shared out over its days in proportion to their amounts, or as working days."""
    target, split, _replan = source
    found: dict[date, int] = {}
    for entry in target.done or ():
        days = list(done_period(entry).days())
        weights: list[Any] = [calendar.weight(day) for day in days]
        if split is not None:
            first = (days[0] - target.begin).days
            cells = split.cells[first : first + len(days)]
            weights = cells if any(cells) else weights
        amount: Any = entry["amount"]
        found |= dict(zip(days, largest_remainder(amount, weights if any(weights) else [1] * len(days)), strict=True))
    return found


def done_period(entry: dict[str, Any]) -> Period:
    """The days that an entry of ``Target.done`` is about."""
    return Period.between(date.fromisoformat(entry["begin"]), date.fromisoformat(entry["end"]))
