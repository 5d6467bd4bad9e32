"""What the deals should bring, month by month, against the target of amount closed."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlmodel import Session

from salescli.config import Settings
from salescli.dates import Period
from salescli.services import deals
from salescli.services.deal_tables import DealView, Forecast, summed
from salescli.services.target_lookup import amount_between, deciding, overlapping
from salescli.services.target_tables import fills
from salescli.vocabulary import DealState, Measure, Tier


@dataclass(frozen=True)
class ForecastRow:
    """A month, or all of them: what is open and expected then, what is won, and both against the target.

    ``end`` is the last day. ``rate`` is a fraction of 1 and None without a target; ``gap`` is what is short of it.
    """

    period: str
    begin: date
    end: date
    found: Forecast
    target: int | None

    @property
    def rate(self) -> float | None:
        """Weighted and won as a part of the target."""
        return float(Fraction(self.found.expected, self.target)) if self.target else None

    @property
    def gap(self) -> int | None:
        """What weighted and won are short of the target, below 0 when they are over it."""
        return None if self.target is None else self.target - self.found.expected


@dataclass(frozen=True)
class Outlook:
    """A period's months and their total; ``undated`` are open deals without an expected day, which no month counts.

    ``late`` are the open ones whose day has passed, in whichever month.
    """

    rows: tuple[ForecastRow, ...]
    total: ForecastRow
    undated: Forecast
    late: Forecast


def outlook(session: Session, period: Period, today: date, settings: Settings) -> Outlook:
    """What the deals should bring in ``period``, by the month they are expected in, or were won in."""
    still_open = deals.listed(session, deals.Filter(), today, settings)
    known = [*still_open, *deals.won_in(session, period.begin, period.end, settings)]

    def row(part: Period) -> ForecastRow:
        inside = summed(deal for deal in known if _counts_in(deal, part))
        return ForecastRow(part.label, part.begin, part.last, inside, _assigned(session, part))

    return Outlook(
        rows=tuple(map(row, period.months())),
        total=row(period),
        undated=summed(deal for deal in still_open if deal.expected_on is None),
        late=summed(deal for deal in still_open if deal.expected_on is not None and deal.expected_on < today),
    )


def _counts_in(deal: DealView, part: Period) -> bool:
    day = deal.closed_on if deal.state == DealState.WON else deal.expected_on
    return day is not None and day in part


def _assigned(session: Session, part: Period) -> int | None:
    """The target of amount closed for ``part``: its own, else what split ones ask of its days; None without any."""
    own = deciding(overlapping(session, part, Measure.AMOUNT, Tier.TARGET), part)
    if own is not None and fills(own.target, part):
        return own.target.amount
    return amount_between(session, Measure.AMOUNT, part.begin, part.end)
