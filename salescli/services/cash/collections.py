"""Money that is overdue, by client: who is to be seen about it. By plain columns, because the day's plan asks."""

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from salescli.currencies import in_yuan
from salescli.models.clients import CLIENTS, Client
from salescli.services.goals.money_tables import ORDERS, RECEIVABLES, RETURNS
from salescli.vocabulary import OrderState


class OverdueMoney(NamedTuple):
    """What a client owes beyond its day: minor units of yuan, and how many days the oldest of it is overdue."""

    amount: int
    days: int


def overdue(session: Session, day: date, client: Client | None = None) -> dict[str, OverdueMoney]:
    """The clients (by code) with money overdue on ``day``; what came back is taken off what is due last.

    ``client`` asks for that one alone.
    """
    connection = session.connection()
    late = sa.select(RECEIVABLES.c.order_id).where(
        RECEIVABLES.c.paid < RECEIVABLES.c.amount, RECEIVABLES.c.due_on < day, RECEIVABLES.c.deleted_at.is_(None)
    )
    if client is not None:
        late = late.where(RECEIVABLES.c.client_id == client.id)
    found: dict[str, OverdueMoney] = {}
    for code, rate, open_, overdue_, oldest, back in connection.execute(_orders(day, late)):
        amount = min(overdue_, open_ - (back or 0))
        if amount <= 0:
            continue
        before = found.get(code, OverdueMoney(0, 0))
        days = (day - date.fromisoformat(oldest)).days
        found[code] = OverdueMoney(before.amount + in_yuan(amount, rate), max(before.days, days))
    return found


def _orders(day: date, late: Any) -> Any:
    """By order with something late: what is open, what of it is overdue, since when, and what came back."""
    back = (
        sa.select(sa.func.sum(RETURNS.c.amount))
        .where(RETURNS.c.order_id == ORDERS.c.id, RETURNS.c.deleted_at.is_(None))
        .scalar_subquery()
    )
    left = RECEIVABLES.c.amount - RECEIVABLES.c.paid
    is_late = sa.and_(RECEIVABLES.c.due_on < day, left > 0)
    return (
        sa.select(
            CLIENTS.c.code,
            ORDERS.c.rate,
            sa.func.sum(left),
            sa.func.sum(sa.case((is_late, left), else_=0)),
            sa.func.min(sa.case((is_late, sa.cast(RECEIVABLES.c.due_on, sa.String)))),
            back,
        )
        .select_from(RECEIVABLES)
        .join(ORDERS, ORDERS.c.id == RECEIVABLES.c.order_id)
        .join(CLIENTS, CLIENTS.c.id == ORDERS.c.client_id)
        .where(
            RECEIVABLES.c.order_id.in_(late),
            RECEIVABLES.c.deleted_at.is_(None),
            ORDERS.c.deleted_at.is_(None),
            ORDERS.c.state != OrderState.CANCELLED,
            CLIENTS.c.deleted_at.is_(None),
        )
        .group_by(ORDERS.c.id)
    )
