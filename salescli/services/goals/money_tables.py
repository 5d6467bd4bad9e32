"""The tables of money as plain columns, for sums that need no records: loading the models costs start-up time."""

from typing import Any

import sqlalchemy as sa


def _table(name: str, *columns: str, days: tuple[str, ...] = ()) -> sa.TableClause:
    made: list[sa.ColumnClause[Any]] = [sa.column(column) for column in ("id", *columns)]
    return sa.table(name, *made, *(sa.column(day, sa.Date) for day in days), sa.column("deleted_at", sa.String))


_CLIENTS = _table("client")
# The keys of removed clients, of whom nothing counts. There are few, and an index lists them: leaving out their records
# is much cheaper than looking at the client of each.
REMOVED = sa.select(_CLIENTS.c.id).where(_CLIENTS.c.deleted_at.is_not(None))

ORDERS = _table(
    "order",
    *("code", "number", "client_id", "value", "cost", "state", "product", "rate", "deal_id"),
    *("amount", "currency", "reason"),
    days=("signed_on", "delivered_on", "accepted_on", "ended_on"),
)
ORDER_LINES = _table("orderline", "order_id", "position", "product", "amount")
ORDER_SHARES = _table("ordershare", "order_id", "person", "percent")
RETURNS = _table("orderreturn", "order_id", "amount", "value", "reason", days=("returned_on",))
RECEIVABLES = _table("receivable", "order_id", "client_id", "position", "amount", "paid", days=("due_on",))
ALLOCATIONS = _table("allocation", "receivable_id", "amount")
INVOICES = _table("invoice", "number", "client_id", "order_id", "amount", days=("issued_on",))
RECEIPTS = _table(
    "receipt",
    *("code", "client_id", "order_id", "amount", "currency", "value", "method", "reference"),
    days=("received_on", "matures_on"),
)
REFUNDS = _table("refund", "client_id", "order_id", "receipt_id", "amount", "value", "reason", days=("refunded_on",))
QUOTATIONS = _table(
    "quotation",
    *("code", "client_id", "version", "current", "state", "total", "currency", "reason"),
    days=("issued_on", "valid_until", "sent_on", "settled_on"),
)
DEALS = _table(
    "deal",
    *("code", "client_id", "name", "amount", "currency", "stage", "state", "probability", "competitor", "next_step"),
    days=("moved_on", "expected_on", "next_on"),
)
DEAL_MOVES = _table(
    "dealmove", "deal_id", "from_stage", "to_stage", "from_state", "to_state", "amount", "reason", days=("moved_on",)
)
