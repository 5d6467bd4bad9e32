"""Orders: the columns of their lists, and the page of one with its lines, shares, returns and money."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from salescli.amounts import grouped
from salescli.dates import echo_day
from salescli.i18n import N_, _, _n
from salescli.render.clients import CLIENT
from salescli.render.output import Column, Form, as_json, print_json, print_table, print_text, show_record, show_rows
from salescli.render.quotations import number, priced_columns
from salescli.vocabulary import Method, OrderState, ReceivableKind, label

if TYPE_CHECKING:
    from salescli.services.cash.receipts import ReceiptView
    from salescli.services.cash.receivables import OpenItem
    from salescli.services.selling.order_views import LineView, OrderView, ReturnView, ShareView


def _percent(value: object) -> str:
    return f"{value}%"


def sum_words(order: "OrderView") -> str:
    """The amount in its currency, which yuan need not name."""
    return grouped(order.amount) if order.currency == "CNY" else f"{grouped(order.amount)} {order.currency}"


def days_words(days: int) -> str:
    """So many days."""
    return _n("{count} day", "{count} days", days).format(count=days)


def _lateness(order: "OrderView") -> str:
    if not order.days_late:
        return ""
    days = days_words(order.days_late)
    return _("{days}, delivered").format(days=days) if order.delivered_on else days


LINES: "list[Column[LineView]]" = [
    Column("product", N_("Product"), lambda line: line.product),
    Column("product_code", N_("Product code"), lambda line: line.product_code, on_screen=False),
    Column("spec", N_("Specification"), lambda line: line.spec),
    *priced_columns(),
    Column("discount_percent", N_("Off"), lambda line: number(line.discount_percent), "count", word=_percent),
    Column("amount", N_("Amount"), lambda line: line.amount, "money"),
    Column("cost", N_("Cost"), lambda line: line.cost, "money", on_screen=False),
]

SHARES: "list[Column[ShareView]]" = [
    Column("person", N_("Person"), lambda share: share.person),
    Column("percent", N_("Share"), lambda share: number(share.percent), "count", word=_percent),
    Column("amount", N_("Amount"), lambda share: share.amount, "money"),
]

RETURNS: "list[Column[ReturnView]]" = [
    Column("code", N_("Code"), lambda back: back.code),
    Column("on", N_("Returned on"), lambda back: back.on, "day", word=echo_day),
    Column("amount", N_("Amount"), lambda back: back.amount, "money"),
    Column("value", N_("In yuan"), lambda back: back.value, "money", on_screen=False),
    Column("reason", N_("Reason"), lambda back: back.reason),
]

CONTRACT: "list[Column[OrderView]]" = [
    Column("file", N_("Contract's file"), lambda order: order.contract_file),
    Column("begin", N_("Contract begins"), lambda order: order.contract_begin, "day"),
    Column("end", N_("Contract ends"), lambda order: order.contract_end, "day"),
]

ORDERS: "list[Column[OrderView]]" = [
    Column("code", N_("Code"), lambda order: order.code),
    Column("number", N_("Order no."), lambda order: order.number),
    Column("client", N_("Client"), lambda order: order.client.name),
    # In JSON this one takes the place of the name.
    Column("client", N_("Client"), lambda order: order.client, "data", row_of=CLIENT),
    Column("state", N_("State"), lambda order: order.state, word=lambda token: label(token, OrderState)),
    Column("signed_on", N_("Signed on"), lambda order: order.signed_on, "day", word=echo_day),
    Column("product", N_("Product"), lambda order: order.product or order.goods),
    Column("product", N_("Product"), lambda order: order.product, "data"),
    Column("amount", N_("Amount"), lambda order: order.amount, "money"),
    Column("currency", N_("Currency"), lambda order: order.currency, word=lambda code: "" if code == "CNY" else code),
    Column("rate", N_("Rate"), lambda order: order.rate, on_screen=False),
    Column("value", N_("In yuan"), lambda order: order.value, "money", on_screen=False),
    Column("cost", N_("Cost"), lambda order: order.cost, "money", on_screen=False),
    Column("terms", N_("Terms"), lambda order: order.terms, on_screen=False),
    Column("promised_on", N_("Promised for"), lambda order: order.promised_on, "day", word=echo_day),
    Column("delivered_on", N_("Delivered on"), lambda order: order.delivered_on, "day", word=echo_day),
    Column("accepted_on", N_("Accepted on"), lambda order: order.accepted_on, "day", False, word=echo_day),
    Column("days_late", N_("Days late"), lambda order: order.days_late, "count", on_screen=False),
    Column("returned", N_("Returned"), lambda order: order.returned, "money", on_screen=False),
    Column("lines", N_("Lines"), lambda order: order.lines, "data", rows_of=LINES),
    Column("shares", N_("Shares"), lambda order: order.shares, "data", rows_of=SHARES),
    Column("returns", N_("Returned"), lambda order: order.returns, "data", rows_of=RETURNS),
    Column("contract", N_("Contract"), lambda order: order, "data", row_of=CONTRACT),
    Column("contract_file", N_("Contract's file"), lambda order: order.contract_file, on_screen=False),
    Column("contract_begin", N_("Contract begins"), lambda order: order.contract_begin, "day", False, word=echo_day),
    Column("contract_end", N_("Contract ends"), lambda order: order.contract_end, "day", False, word=echo_day),
    Column("quotation", N_("Quotation"), lambda order: order.quotation, on_screen=False),
    Column("deal", N_("Deal"), lambda order: order.deal, on_screen=False),
    Column("visit", N_("Visit"), lambda order: order.visit, on_screen=False),
    Column("ended_on", N_("Ended on"), lambda order: order.ended_on, "day", False, word=echo_day),
    Column("reason", N_("Reason"), lambda order: order.reason, on_screen=False),
    Column("note", N_("Note"), lambda order: order.note, on_screen=False),
]
_FLAT = ("contract_file", "contract_begin", "contract_end")
_IN_JSON = [column for column in ORDERS if column.key not in _FLAT]
# What stands in a list on a terminal; more where the list is about it.
_IN_LISTS = ("code", "number", "client", "state", "signed_on", "product", "amount")
_AS_WORDS: "dict[str, Callable[[OrderView], str]]" = {
    "amount": sum_words,
    "days_late": _lateness,
    "value": lambda order: "" if order.currency == "CNY" else grouped(order.value),
    "returned": lambda order: (
        " ".join((grouped(order.returned), *(one.code for one in order.returns))) if order.returned else ""
    ),
    "currency": lambda _order: "",
}


def _on_screen(column: "Column[OrderView]", *, shown: bool) -> "Column[OrderView]":
    words = _AS_WORDS.get(column.key)
    if words is None:
        return replace(column, on_screen=shown)
    # A number that is words already: it stands to the right as numbers do.
    return Column(column.key, column.title, words, "count", shown, str)


OWED: "list[Column[OpenItem]]" = [
    Column("kind", N_("Kind"), lambda item: item.kind, word=lambda token: label(token, ReceivableKind)),
    Column("basis", N_("Terms"), lambda item: item.basis),
    Column("event", N_("Event"), lambda item: item.event, on_screen=False),
    Column("due_on", N_("Due on"), lambda item: item.due_on, "day", word=echo_day),
    Column("amount", N_("Amount"), lambda item: item.amount, "money"),
    Column("paid", N_("Paid"), lambda item: item.paid, "money"),
    Column("open", N_("Open"), lambda item: item.open, "money"),
    Column("days_overdue", N_("Days overdue"), lambda item: item.days_overdue, "count"),
]


@dataclass(frozen=True)
class Payment:
    """What of a receipt pays for the order that is shown."""

    receipt: str
    received_on: date
    amount: int
    method: str | None


PAID: list[Column[Payment]] = [
    Column("code", N_("Receipt"), lambda payment: payment.receipt),
    Column("received_on", N_("Received on"), lambda payment: payment.received_on, "day", word=echo_day),
    Column("amount", N_("Amount"), lambda payment: payment.amount, "money"),
    Column("method", N_("Way of paying"), lambda payment: payment.method, word=lambda token: label(token, Method)),
]


def payments(order: "OrderView", receipts: "Iterable[ReceiptView]") -> list[Payment]:
    """What of ``receipts`` pays for an order."""
    sums = [(one, sum(part.amount for part in one.allocations if part.order == order.code)) for one in receipts]
    return [Payment(one.code, one.received_on, amount, one.method) for one, amount in sums if amount]


def show_orders(orders: "Sequence[OrderView]", form: Form, *, also: Collection[str] = (), empty: str = "") -> None:
    """Print a list of orders; on a terminal with the columns ``also`` beside the usual ones."""
    if form == "json":
        show_rows(orders, _IN_JSON, form)
    elif form == "csv":
        show_rows(orders, ORDERS, form)
    else:
        returned = ("returned",) if any(order.returns for order in orders) else ()
        columns = [_on_screen(column, shown=column.key in (*_IN_LISTS, *returned, *also)) for column in ORDERS]
        show_rows(orders, columns, form, empty=empty)


def show_order(order: "OrderView", form: Form, owed: "Sequence[OpenItem]" = (), paid: Sequence[Payment] = ()) -> None:
    """Print an order with all that belongs to it: goods, shares, returns, and what is owed and paid for it."""
    if form == "json":
        print_json(
            {
                **as_json(order, _IN_JSON),
                "receivables": [as_json(item, OWED) for item in owed],
                "receipts": [as_json(payment, PAID) for payment in paid],
            }
        )
        return
    show_record(order, [_on_screen(column, shown=True) for column in ORDERS], form)
    _print_part(_("Goods"), order.lines, LINES)
    _print_part(_("Shares"), order.shares, SHARES)
    _print_part(_("Returned"), order.returns, RETURNS)
    _print_part(_("Due"), owed, OWED)
    _print_part(_("Received"), paid, PAID)


def _print_part(heading: str, rows: Sequence[Any], columns: Sequence[Column[Any]]) -> None:
    if rows:
        print_text("")
        print_text(heading)
        print_table(rows, [column for column in columns if column.on_screen])
