"""The tables of money as plain columns, for sums that need no records: loading the models costs start-up time."""

from typing import Any

import sqlalchemy as sa


def _table(name: str, *columns: str, days: tuple[str, ...] = ()) -> sa.TableClause:
    made: list[sa.ColumnClause[Any]] = [sa.column(column) for column in ("id", *columns)]
    return sa.table(name, *made, *(sa.column(day, sa.Date) for day in days), sa.column("deleted_at", sa.String))


ORDERS = _table(
    "order",
    *("code", "number", "client_id", "value", "cost", "state", "product", "rate", "deal_id"),
    days=("signed_on", "delivered_on"),
)
ORDER_LINES = _table("orderline", "order_id", "position", "product", "amount")
ORDER_SHARES = _table("ordershare", "order_id", "person", "percent")
RETURNS = _table("orderreturn", "order_id", "amount", "value", days=("returned_on",))
RECEIVABLES = _table("receivable", "order_id", "amount", days=("due_on",))
ALLOCATIONS = _table("allocation", "receivable_id", "amount")
INVOICES = _table("invoice", "order_id", "amount", days=("issued_on",))
RECEIPTS = _table("receipt", "client_id", "order_id", "value", "method", days=("received_on", "matures_on"))
REFUNDS = _table("refund", "client_id", "order_id", "value", days=("refunded_on",))
QUOTATIONS = _table("quotation", "code", "client_id", "version", "current", "state", "total", days=("issued_on",))
