"""The number of the day: what its target asks, what is left of the month, and what that means a day."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlmodel import Session

from salescli.calendars import Calendar
from salescli.dates import Period
from salescli.services.goals import target_lookup, target_progress
from salescli.vocabulary import Measure, Tier

_DAY = timedelta(days=1)


class DayTarget(NamedTuple):
    """The number for the day: minor units for money, plain counts otherwise; ``None`` where no target is split.

    ``rolling`` is what a replan asks of the day.
    """

    measure: str
    day: int | None
    rolling: int | None
    month_to_go: int | None
    needed_per_day: int | None


def day_target(session: Session, day: date, calendar: Calendar) -> DayTarget | None:
    """The day's number of the amount to close, else of visits; ``None`` when neither target is split."""
    month = Period.month_of(day)
    for measure in (Measure.AMOUNT, Measure.VISITS):
        assigned = target_lookup.amount_between(session, measure, month.begin, month.end)
        if assigned is None:
            continue
        done = target_progress.reached_in(session, month, measure, Tier.TARGET, day, calendar) or 0
        days_left = calendar.working_days(day, month.end)
        to_go = assigned - done
        return DayTarget(
            measure=measure.value,
            day=target_lookup.amount_between(session, measure, day, day + _DAY),
            rolling=target_lookup.rolling_of(session, measure, day),
            month_to_go=to_go,
            needed_per_day=-(-max(to_go, 0) // days_left) if days_left else None,
        )
    return None
