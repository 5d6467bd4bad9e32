"""What the deals should bring beside what is booked, month by month, against the target of amount closed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli.config import Settings
from salescli.dates import Period
from salescli.models.deals import Deal
from salescli.services.goals import actuals
from salescli.services.goals.money_tables import ORDERS
from salescli.services.goals.standings import fills
from salescli.services.goals.target_lookup import amount_between, deciding, overlapping
from salescli.services.selling import deals
from salescli.services.selling.deal_tables import DealView, Forecast, summed
from salescli.vocabulary import Measure, OrderState, Tier

_ASKED_AT_ONCE = 500  # SQLite takes a bounded number of parameters


@dataclass(frozen=True)
class ForecastRow:
    """A month, or all of them: what is open and expected then, what is booked or won, and both against the target.

    Won is the amount of the orders then, less returns, and the deals won then that have no order yet. ``overdue`` are
    those of the open deals whose expected day has passed; they stand in the month of today.

    ``end`` is the last day. ``rate`` is a fraction of 1 and None without a target; ``gap`` is what is short of it.
    """

    period: str
    begin: date
    end: date
    found: Forecast
    target: int | None
    overdue: Forecast

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

    ``late`` are the open ones whose day has passed, whether or not today's month is among the rows.
    """

    rows: tuple[ForecastRow, ...]
    total: ForecastRow
    undated: Forecast
    late: Forecast


def outlook(session: Session, period: Period, today: date, settings: Settings) -> Outlook:
    """What the deals should bring in ``period``, by the month they are expected in, or were won in.

    An open deal whose expected day has passed can close today at the earliest, so it counts in today's month. A deal
    that has an order is counted by the order, as the amount closed is, and not once more as a deal.
    """
    not_settled = deals.listed(session, deals.Filter(), today, settings)
    won = deals.won_in(session, period.begin, period.end, settings)
    booked_deals = ordered(session, [*not_settled, *won])
    still_open = [deal for deal in not_settled if deal.code not in booked_deals]

    def row(part: Period) -> ForecastRow:
        won_then = [deal for deal in won if deal.closed_on is not None and deal.closed_on in part]
        open_then = [deal for deal in still_open if _may_close_in(deal, part, today)]
        inside = summed([*open_then, *won_then])
        booked = actuals.total(session, Measure.AMOUNT, part.begin, part.end) or 0
        twice = sum(deal.amount or 0 for deal in won_then if deal.code in booked_deals)
        inside = replace(inside, won=inside.won - twice + booked)
        return ForecastRow(part.label, part.begin, part.last, inside, _assigned(session, part), _overdue(open_then))

    return Outlook(
        rows=tuple(map(row, period.months())),
        total=row(period),
        undated=summed(deal for deal in still_open if deal.expected_on is None),
        late=_overdue(still_open),
    )


def ordered(session: Session, found: Iterable[DealView]) -> set[str]:
    """The codes of those of the deals ``found`` that have an order which stands."""
    codes = {deal.code for deal in found}
    order = sa.select(ORDERS.c.id).where(
        ORDERS.c.deal_id == Deal.id, ORDERS.c.deleted_at.is_(None), ORDERS.c.state != OrderState.CANCELLED
    )
    query = select(Deal.code).where(order.exists())
    if len(codes) <= _ASKED_AT_ONCE:
        query = query.where(col(Deal.code).in_(codes))
    booked = set(session.exec(query))
    return codes & booked


def _may_close_in(deal: DealView, part: Period, today: date) -> bool:
    return deal.expected_on is not None and (today if deal.overdue else deal.expected_on) in part


def _overdue(found: Iterable[DealView]) -> Forecast:
    return summed(deal for deal in found if deal.overdue)


def _assigned(session: Session, part: Period) -> int | None:
    """The target of amount closed for ``part``: its own, else what split ones ask of its days; None without any."""
    own = deciding(overlapping(session, part, Measure.AMOUNT, Tier.TARGET), part)
    if own is not None and fills(own.target, part):
        return own.target.amount
    return amount_between(session, Measure.AMOUNT, part.begin, part.end)
