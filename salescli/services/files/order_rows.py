"""The rows of a file that speak of one order: one row, the same row again, or a row for each of its lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from salescli.amounts import LIMIT, grouped
from salescli.currencies import in_yuan
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.services.files.order_columns import Incoming
from salescli.texts import NOTE_LIMIT, name_key

# What of an order a row can say; currency, rate and value follow from the amount.
COMPARED = (
    "number", "signed_on", "amount", "product", "terms", "currency", "rate", "cost", "promised_on", "delivered_on",
    "accepted_on", "state", "contract_file", "contract_begin", "contract_end", "note",
)  # fmt: skip
# What the rows of one order may say each of its own line.
_OF_LINES = frozenset({"amount", "product", "cost", "note"})


@dataclass(eq=False, slots=True)
class ToWrite:
    """An order to be written: ``id`` of the one that is there, else new; ``client_id`` is 0 for a client to be made."""

    row: Incoming
    client_id: int
    id: int | None = None


def distinct(same: Sequence[ToWrite]) -> list[ToWrite]:
    """The rows of a number, those that say the very same once."""
    found: dict[Any, ToWrite] = {}
    for order in same:
        told = order.row.as_dict()
        del told["number"]
        client = told.pop("client")
        found.setdefault((order.client_id or name_key(client), *told.items()), order)
    return list(found.values())


def apart(rows: Sequence[ToWrite]) -> list[str]:
    """The fields of which rows of one number say different things that can't both hold of one order.

    Rows of lines differ in their goods, and what one leaves out of the order is as the others say; rows of the same
    goods, or of none, are to say the same of everything.
    """
    first = rows[0]
    alike = all(first.client_id == order.client_id and (first.client_id or _same_name(first, order)) for order in rows)
    goods = [name_key(order.row.get("product") or "") for order in rows]
    lines = "" not in goods and len(set(goods)) == len(goods)
    fields = [] if alike else ["client"]
    for name in (*COMPARED[1:], "shares"):
        if lines and name in _OF_LINES:
            continue
        told = {order.row.get(name) for order in rows} - ({None} if lines else set())
        if len(told) > 1:
            fields.append(name)
    return fields or ([] if lines else ["quantity"])


def _same_name(one: ToWrite, other: ToWrite) -> bool:
    return name_key(one.row.get("client")) == name_key(other.row.get("client"))


def joined(rows: Sequence[ToWrite]) -> ToWrite:
    """One order of rows that agree, a line for each; BadValue for more than an amount may be."""
    told: dict[str, Any] = {}
    for order in rows:
        told = {**order.row.as_dict(), **told}
    amount = sum(order.row.get("amount") for order in rows)
    if amount > LIMIT:
        raise BadValue(
            _("The order comes to {amount}, over the limit of {limit}.").format(
                amount=grouped(amount), limit=grouped(LIMIT)
            )
        )
    told["amount"], told["value"] = amount, in_yuan(amount, told.get("rate"))
    told["lines"] = tuple(line for order in rows for line in _lines(order.row))
    for name, value in (("cost", _sum_of([order.row.get("cost") for order in rows])), ("note", _notes(rows))):
        told.pop(name, None)
        if value is not None:
            told[name] = value
    del told["product"]
    return ToWrite(Incoming(rows[0].row.number, tuple(told), tuple(told.values())), rows[0].client_id)


def _lines(row: Incoming) -> Sequence[Any]:
    """The line of a row: goods, quantity, unit, amount. Without a quantity it is one lot."""
    return row.get("lines") or ((row.get("product"), "1", _("lot"), row.get("amount")),)


def _sum_of(costs: list[int | None]) -> int | None:
    """What all lines cost; None unless it is known of each."""
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None


def _notes(rows: Sequence[ToWrite]) -> str | None:
    notes = dict.fromkeys(note for order in rows if (note := order.row.get("note")))
    return "；".join(notes)[:NOTE_LIMIT] or None
