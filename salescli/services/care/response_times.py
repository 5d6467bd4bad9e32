"""By when a client's problem is to be answered, and how long an answer took: by working hours and by the clock."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.service_words import Severity
from salescli.slots import Season, seasons_from
from salescli.working_hours import add_minutes, minutes_between

_MINUTE = timedelta(minutes=1)


class ResponseRules(NamedTuple):
    """Minutes by severity, and the hours they count in; ``by_clock`` says that every hour does. Moments are aware."""

    minutes: dict[str, int]
    by_clock: bool
    seasons: Sequence[Season]
    works_on: Callable[[date], bool]

    @classmethod
    def of(cls, settings: Settings, calendar: Calendar) -> "ResponseRules":
        """The rules that are set."""
        return cls(
            {severity.value: settings.number(f"tickets.{severity.value}_minutes") for severity in Severity},
            settings.text("tickets.hours") == "clock",
            seasons_from(settings.under("slots")),
            calendar.is_working,
        )

    def due(self, received_at: datetime, severity: str) -> datetime:
        """The moment by which an answer is due, in the hours that rule."""
        return (self.due_by_clock if self.by_clock else self.due_by_hours)(received_at, severity)

    def due_by_hours(self, received_at: datetime, severity: str) -> datetime:
        """The moment by which it is due in working hours."""
        return add_minutes(_local(received_at), self.minutes[severity], self.works_on, self.seasons).astimezone()

    def due_by_clock(self, received_at: datetime, severity: str) -> datetime:
        """The moment by which it is due by the clock."""
        return (received_at + self.minutes[severity] * _MINUTE).astimezone()

    def left(self, now: datetime, due: datetime) -> int:
        """The minutes left in the hours that rule; below 0 once ``due`` has passed."""
        count = clock_minutes if self.by_clock else self.worked
        return count(now, due) if now <= due else -count(due, now)

    def worked(self, begin: datetime, end: datetime) -> int:
        """The working minutes from ``begin`` to ``end``."""
        return minutes_between(_local(begin), _local(end), self.works_on, self.seasons)


def clock_minutes(begin: datetime, end: datetime) -> int:
    """The minutes from ``begin`` to ``end``, day and night."""
    return (end - begin) // _MINUTE


def _local(moment: datetime) -> datetime:
    return moment.astimezone().replace(tzinfo=None)
