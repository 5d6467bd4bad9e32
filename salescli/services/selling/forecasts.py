"""What the deals should bring beside what is booked, month by month, against the target of amount closed."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from sqlmodel import Session, select

from salescli.config import Settings
from salescli.dates import Period
from salescli.models.deals import Deal
from salescli.services.goals import actuals
from salescli.services.goals.money_tables import ORDERS
from salescli.services.goals.target_lookup import amount_between, deciding, overlapping
from salescli.services.goals.target_tables import fills
from salescli.services.selling import deals
from salescli.services.selling.deal_tables import DealView, Forecast, summed
from salescli.vocabulary import DealState, Measure, OrderState, Tier


@dataclass(frozen=True)
class ForecastRow:
    """A month, or all of them: what is open and expected then, what is booked or won, and both against the target.

    Won is the amount of the orders then, less returns, and the deals won then that have no order yet.

    ``end`` is the last day. ``rate`` is a fraction of 1 and None without a target; ``gap`` is what is short of it.
    """

    period: str
    begin: date
    end: date
    found: Forecast
    target: int | None

    @property
    def rate(self) -> float | None:
        """Weighted, and booked or won, as a part of the target."""
        return float(Fraction(self.found.expected, self.target)) if self.target else None

    @property
    def gap(self) -> int | None:
        """What these are short of the target, below 0 when they are over it."""
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
    """What the deals should bring in ``period``, by the month they are expected in, or were won in.

    A deal that has an order is counted by the order, on the day signed, and not once more as a deal.
    """
    ordered = _ordered(session)
    still_open = [deal for deal in deals.listed(session, deals.Filter(), today, settings) if deal.code not in ordered]
    won = deals.won_in(session, period.begin, period.end, settings)

    def row(part: Period) -> ForecastRow:
        won_then = [deal for deal in won if _counts_in(deal, part)]
        inside = summed([*(deal for deal in still_open if _counts_in(deal, part)), *won_then])
        booked = actuals.total(session, Measure.AMOUNT, part.begin, part.end) or 0
        twice = sum(deal.amount or 0 for deal in won_then if deal.code in ordered)
        inside = replace(inside, won=inside.won - twice + booked)
        return ForecastRow(part.label, part.begin, part.last, inside, _assigned(session, part))

    return Outlook(
        rows=tuple(map(row, period.months())),
        total=row(period),
        undated=summed(deal for deal in still_open if deal.expected_on is None),
        late=summed(deal for deal in still_open if deal.expected_on is not None and deal.expected_on < today),
    )


def _ordered(session: Session) -> set[str]:
    """The codes of the deals that have an order which stands."""
    query = (
        select(Deal.code)
        .join(ORDERS, ORDERS.c.deal_id == Deal.id)
        .where(ORDERS.c.deleted_at.is_(None), ORDERS.c.state != OrderState.CANCELLED)
    )
    return set(session.exec(query))


def _counts_in(deal: DealView, part: Period) -> bool:
    day = deal.closed_on if deal.state == DealState.WON else deal.expected_on
    return day is not None and day in part


def _assigned(session: Session, part: Period) -> int | None:
    """The target of amount closed for ``part``: its own, else what split ones ask of its days; None without any."""
    own = deciding(overlapping(session, part, Measure.AMOUNT, Tier.TARGET), part)
    if own is not None and fills(own.target, part):
        return own.target.amount
    return amount_between(session, Measure.AMOUNT, part.begin, part.end)
