"""What one client owes and when it is next due, by plain columns, because the page before a visit asks.

The figures are those of :mod:`salescli.services.cash.receivables`, which a test holds them against.
"""

from collections import defaultdict
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from salescli.currencies import in_yuan
from salescli.models.clients import Client
from salescli.services.goals.money_tables import ORDERS, RECEIVABLES, RETURNS
from salescli.vocabulary import OrderState


class OwedMoney(NamedTuple):
    """What a client owes, in minor units of yuan: all of it, what is overdue and since when, and what is due next."""

    owed: int
    overdue: int
    days_overdue: int
    next_due_on: date | None
    next_due: int


def of_client(session: Session, client: Client, today: date) -> OwedMoney:
    """What a client owes on ``today``; what came back is taken off the part of its order that is due last."""
    open_parts = _open_parts(session, client)
    late = [(due_on, value) for due_on, value in open_parts if due_on is not None and due_on < today]
    coming = [due_on for due_on, _value in open_parts if due_on is not None and due_on >= today]
    next_due_on = min(coming, default=None)
    return OwedMoney(
        owed=sum(value for _due_on, value in open_parts),
        overdue=sum(value for _due_on, value in late),
        days_overdue=max(((today - due_on).days for due_on, _value in late), default=0),
        next_due_on=next_due_on,
        next_due=sum(value for due_on, value in open_parts if next_due_on is not None and due_on == next_due_on),
    )


def _open_parts(session: Session, client: Client) -> list[tuple[date | None, int]]:
    """What is open of each part of the client's orders: its day and yuan."""
    connection = session.connection()
    by_order: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(_parts().where(RECEIVABLES.c.client_id == client.id)):
        by_order[row.order_id].append(row)
    if not by_order:
        return []
    theirs = sa.select(ORDERS.c.id).where(ORDERS.c.client_id == client.id)
    query = (
        sa.select(RETURNS.c.order_id, sa.func.sum(RETURNS.c.amount))
        .where(RETURNS.c.deleted_at.is_(None), RETURNS.c.order_id.in_(theirs))
        .group_by(RETURNS.c.order_id)
    )
    back = {row[0]: row[1] for row in connection.execute(query)}
    found = []
    for order_id, parts in by_order.items():
        returned = back.get(order_id, 0)
        for part in sorted(parts, key=lambda part: (part.due_on or date.max, part.position), reverse=True):
            off = min(part.open, returned)
            returned -= off
            if part.open > off:
                found.append((part.due_on, in_yuan(part.open - off, part.rate)))
    return found


def _parts() -> Any:
    """The parts of standing orders that receipts do not cover."""
    return (
        sa.select(
            RECEIVABLES.c.order_id,
            RECEIVABLES.c.position,
            RECEIVABLES.c.due_on,
            ORDERS.c.rate,
            (RECEIVABLES.c.amount - RECEIVABLES.c.paid).label("open"),
        )
        .join(ORDERS, ORDERS.c.id == RECEIVABLES.c.order_id)
        .where(
            RECEIVABLES.c.deleted_at.is_(None),
            ORDERS.c.deleted_at.is_(None),
            ORDERS.c.state != OrderState.CANCELLED,
            RECEIVABLES.c.paid < RECEIVABLES.c.amount,
        )
    )
