"""The season of a target read from what was sold: orders, the greatest trimmed, or amounts by month."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlmodel import Session

from salescli.calendars import Calendar
from salescli.dates import Period
from salescli.decomposition.history import HistorySeason, Month, Order, Trimmed, history_season, trim
from salescli.services.goals import actuals
from salescli.vocabulary import Measure

_LONG_AGO = date(1990, 1, 1)


@dataclass(frozen=True)
class PastSeason:
    """A season, and what of the orders was trimmed for it; None where the months alone were known."""

    season: HistorySeason
    trimmed: Trimmed | None

    @property
    def told(self) -> dict[str, object]:
        """Where the season comes from, as JSON that a split keeps; amounts in minor units or counts."""
        months = {"first": self.season.first, "last": self.season.last, "years": self.season.years}
        if self.trimmed is None:
            return {**months}
        names = [
            {"name": order.name, "date": order.day.isoformat(), "amount": order.amount} for order in self.trimmed.orders
        ]
        return {**months, "limit": self.trimmed.limit, "trimmed": names}


def own_history(session: Session, measure: Measure, today: date) -> list[Order] | dict[Month, int]:
    """What was reached according to the records: single orders for the amount closed, else amounts by month."""
    if measure is Measure.AMOUNT:
        return [Order(*closed) for closed in actuals.each_closed(session, _LONG_AGO, today)]
    months: dict[Month, int] = {}
    for day, amount in (actuals.by_day(session, measure, _LONG_AGO, today) or {}).items():
        months[day.year, day.month] = months.get((day.year, day.month), 0) + amount
    return months


def past_season(
    history: list[Order] | dict[Month, int], quantile: Fraction, period: Period, today: date, calendar: Calendar
) -> PastSeason:
    """The season for the year that ``period`` begins in, from the years up to the last month that is over.

    Errors are those of :mod:`salescli.decomposition.history`.
    """
    trimmed = None if isinstance(history, dict) else trim(history, quantile)
    months = history if isinstance(history, dict) else trimmed.months if trimmed else {}
    working_days = [calendar.working_days(month.begin, month.end) for month in Period.year_of(period.begin).months()]
    return PastSeason(history_season(months, today, working_days), trimmed)
