"""A target's way through its period: asked, reached and replanned day by day, and added up; pure, no session."""

from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from salescli.dates import Period
from salescli.vocabulary import Measure, Tier


@dataclass(frozen=True)
class BurnUp:
    """What a target's pictures are drawn from; amounts are minor units for money, counts for other measures.

    ``days`` are those of ``period``, and ``assigned`` has an amount for each. ``actual`` has one for each day up to
    and including ``today`` that is in the period, None where nothing is recorded of the measure; ``rolling`` one for
    each day after ``as_of``, both None if the target was not replanned. ``name`` is whose target it is.
    """

    measure: Measure
    period: Period
    tier: Tier
    days: tuple[date, ...]
    assigned: tuple[int, ...]
    actual: tuple[int, ...] | None
    rolling: tuple[int, ...] | None
    as_of: date | None
    today: date
    provisional: bool
    scope: str | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        if len(self.days) != (self.period.end - self.period.begin).days or len(self.assigned) != len(self.days):
            raise ValueError("each day of the period needs an assigned amount")
        if self.actual is not None and len(self.actual) != self.days_gone:
            raise ValueError("each day up to today needs an amount reached")
        if (self.rolling is None) != (self.as_of is None):
            raise ValueError("rolling amounts and the day they were made as of go together")
        if self.rolling is not None and len(self.rolling) != len(self.days) - self._days_until(self.as_of):
            raise ValueError("each day after the one replanned as of needs an amount of the replan")

    @property
    def total(self) -> int:
        """The whole assigned target."""
        return sum(self.assigned)

    @property
    def days_gone(self) -> int:
        """How many days of the period have come, today included: 0 before it begins, all when it is over."""
        return self._days_until(self.today)

    @property
    def days_replanned(self) -> int:
        """How many days of the period had come when it was replanned; all of them if it was not."""
        return len(self.days) if self.as_of is None else self._days_until(self.as_of)

    def assigned_so_far(self) -> int:
        """What was asked up to and including today."""
        return sum(self.assigned[: self.days_gone])

    def actual_so_far(self) -> int | None:
        """What was reached up to and including today; None where nothing is recorded."""
        return None if self.actual is None else sum(self.actual)

    def expected_end(self) -> int | None:
        """What the period comes to if the rolling amounts are kept; None if it was not replanned."""
        return None if self.rolling is None else self._reached_when_replanned() + sum(self.rolling)

    def assigned_curve(self) -> list[int]:
        """0, then what was asked up to each day's evening."""
        return list(accumulate(self.assigned, initial=0))

    def actual_curve(self) -> list[int] | None:
        """0, then what was reached up to the evening of each day that has come; None where nothing is recorded."""
        return None if self.actual is None else list(accumulate(self.actual, initial=0))

    def rolling_curve(self) -> list[int] | None:
        """What was reached on the evening of the replan, then what it asks up to each later one; None without one."""
        if self.rolling is None:
            return None
        return list(accumulate(self.rolling, initial=self._reached_when_replanned()))

    def _reached_when_replanned(self) -> int:
        return sum((self.actual or ())[: self.days_replanned])

    def _days_until(self, day: date | None) -> int:
        gone = 0 if day is None else (day - self.period.begin).days + 1
        return min(max(gone, 0), len(self.days))
