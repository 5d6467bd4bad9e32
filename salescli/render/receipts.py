"""Money owed and received: the columns of plans, receipts, invoices, what is open, and the statement of account."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from salescli.amounts import grouped, plain
from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.clients import CLIENT
from salescli.render.output import (
    Column,
    Form,
    as_json,
    print_cells,
    print_csv,
    print_json,
    print_pairs,
    print_table,
    print_text,
    show_rows,
)
from salescli.vocabulary import Method, PaymentEvent, ReceivableKind, label

if TYPE_CHECKING:
    from salescli.models.orders import Order
    from salescli.services.cash.invoices import InvoiceView
    from salescli.services.cash.receipt_views import Paid, PaidBack, ReceiptView
    from salescli.services.cash.receivables import Aging, OpenItem
    from salescli.services.cash.refunds import RefundView
    from salescli.services.cash.statements import Entry, Statement


def money(amount: int, currency: str) -> str:
    """A sum of money with its currency, which yuan need not name."""
    return grouped(amount) if currency == "CNY" else f"{grouped(amount)} {currency}"


def _foreign(currency: str) -> str:
    return "" if currency == "CNY" else currency


def _kind(token: str) -> str:
    return label(token, ReceivableKind)


PLAN: "list[Column[OpenItem]]" = [
    Column("position", N_("No."), lambda item: item.position, "count"),
    Column("kind", N_("Kind"), lambda item: item.kind, word=_kind),
    Column("basis", N_("Terms"), lambda item: item.basis),
    Column("event", N_("Counts from"), lambda item: item.event, word=lambda token: label(token, PaymentEvent)),
    Column("due_on", N_("Due on"), lambda item: item.due_on, "day", word=echo_day),
    Column("amount", N_("Amount"), lambda item: item.amount, "money"),
    Column("paid", N_("Paid"), lambda item: item.paid, "money"),
    Column("open", N_("Open"), lambda item: item.open, "money"),
    Column("days_overdue", N_("Days overdue"), lambda item: item.days_overdue, "count"),
]


def show_plan(order: Any, items: "list[OpenItem]", form: Form) -> None:
    """Print an order's plan of payments; ``order`` has code, number, amount, currency and terms."""
    if form == "json":
        print_json(
            {
                "order": order.code,
                "number": order.number,
                "amount": plain(order.amount),
                "currency": order.currency,
                "terms": order.terms,
                "rows": [as_json(item, PLAN) for item in items],
            }
        )
    elif form == "csv":
        print_csv(items, PLAN)
    else:
        pairs = [(_("Order"), " ".join(filter(None, (order.code, order.number))))]
        pairs += [(_("Amount"), money(order.amount, order.currency)), (_("Terms"), order.terms or "")]
        print_pairs([pair for pair in pairs if pair[1]])
        if items:
            print_text("")
            print_table(items, PLAN)


PAID: "list[Column[Paid]]" = [
    Column("order", N_("Order"), lambda paid: paid.order),
    Column("position", N_("No."), lambda paid: paid.position, "count"),
    Column("kind", N_("Kind"), lambda paid: paid.kind, word=_kind),
    Column("due_on", N_("Due on"), lambda paid: paid.due_on, "day", word=echo_day),
    Column("amount", N_("Amount"), lambda paid: paid.amount, "money"),
]

PAID_BACK: "list[Column[PaidBack]]" = [
    Column("code", N_("Code"), lambda refund: refund.code),
    Column("order", N_("Order"), lambda refund: refund.order),
    Column("refunded_on", N_("Paid back on"), lambda refund: refund.refunded_on, "day", word=echo_day),
    Column("amount", N_("Amount"), lambda refund: refund.amount, "money"),
    Column("reason", N_("Reason"), lambda refund: refund.reason),
]


def _refunds(receipt: "ReceiptView") -> str:
    return " ".join((grouped(receipt.refunded), *(one.code for one in receipt.refunds)))


RECEIPTS: "list[Column[ReceiptView]]" = [
    Column("code", N_("Code"), lambda receipt: receipt.code),
    Column("client", N_("Client"), lambda receipt: receipt.client.name),
    # In JSON this one takes the place of the name.
    Column("client", N_("Client"), lambda receipt: receipt.client, "data", row_of=CLIENT),
    Column("order", N_("Order"), lambda receipt: receipt.order),
    Column("received_on", N_("Received on"), lambda receipt: receipt.received_on, "day", word=echo_day),
    Column("amount", N_("Amount"), lambda receipt: receipt.amount, "money"),
    Column("currency", N_("Currency"), lambda receipt: receipt.currency, word=_foreign),
    Column("rate", N_("Rate"), lambda receipt: receipt.rate, on_screen=False),
    Column("value", N_("In yuan"), lambda receipt: receipt.value, "money", on_screen=False),
    Column("method", N_("Way of paying"), lambda receipt: receipt.method, word=lambda token: label(token, Method)),
    Column("matures_on", N_("Matures on"), lambda receipt: receipt.matures_on, "day", False, word=echo_day),
    Column("reference", N_("Reference"), lambda receipt: receipt.reference),
    Column("refunded", N_("Paid back"), lambda receipt: receipt.refunded, "money", on_screen=False),
    Column("unallocated", N_("Unallocated"), lambda receipt: receipt.unallocated, "money"),
    Column("refunds", N_("Paid back"), lambda receipt: _refunds(receipt) if receipt.refunds else None),
    # In JSON this one takes the place of the words.
    Column("refunds", N_("Paid back"), lambda receipt: [as_json(one, PAID_BACK) for one in receipt.refunds], "data"),
    Column("note", N_("Note"), lambda receipt: receipt.note, on_screen=False),
    Column(
        "allocations", N_("Pays for"), lambda receipt: [as_json(part, PAID) for part in receipt.allocations], "data"
    ),
]


def show_receipts(receipts: "Sequence[ReceiptView]", form: Form, *, empty: str) -> None:
    """Print a list of receipts; on a terminal what was paid back stands in it where something was."""
    some = any(receipt.refunds for receipt in receipts)
    hidden = () if some or form != "screen" else ("refunds",)
    show_rows(receipts, [column for column in RECEIPTS if column.key not in hidden], form, empty=empty)


def show_receipt(receipt: "ReceiptView", form: Form) -> None:
    """Print a receipt, and what it pays for."""
    if form != "screen":
        show_rows([receipt], RECEIPTS, form) if form == "csv" else print_json(as_json(receipt, RECEIPTS))
        return
    pairs = [
        (_("Code"), receipt.code),
        (_("Client"), receipt.client.name),
        (_("Received on"), echo_day(receipt.received_on)),
        (_("Amount"), money(receipt.amount, receipt.currency)),
        (_("In yuan"), "" if receipt.currency == "CNY" else f"{grouped(receipt.value)} ({receipt.rate})"),
        (_("Way of paying"), label(receipt.method, Method)),
        (_("Matures on"), echo_day(receipt.matures_on) if receipt.matures_on else ""),
        (_("Reference"), receipt.reference or ""),
        (_("Paid back"), grouped(receipt.refunded) if receipt.refunded else ""),
        (_("Unallocated"), grouped(receipt.unallocated) if receipt.unallocated else ""),
        (_("Note"), receipt.note or ""),
    ]
    print_pairs([pair for pair in pairs if pair[1]])
    if receipt.allocations:
        print_text("")
        print_table(receipt.allocations, PAID)
    if receipt.refunds:
        print_text("")
        print_text(_("Paid back"))
        print_table(receipt.refunds, PAID_BACK)


def booked(order: "Order | None", receipt: "ReceiptView | None") -> list[Column[Any]]:
    """Columns that say what a visit brought, by the codes of the order and the receipt."""
    return [
        Column("order", N_("Order"), lambda _visit: order and order.code),
        Column("receipt", N_("Receipt"), lambda _visit: receipt and receipt.code),
    ]


def booked_words(order: "Order | None", receipt: "ReceiptView | None") -> Iterator[str]:
    """What a visit brought, in sentences."""
    if order is not None:
        yield _("Booked {code}: an order of {amount}.").format(
            code=order.code, amount=money(order.amount, order.currency)
        )
    if receipt is not None:
        yield _("Booked {code}: {amount} received.").format(
            code=receipt.code, amount=money(receipt.amount, receipt.currency)
        )
        yield from unallocated_words(receipt)


def account_words(paid: list[tuple[str, int]], currency: str) -> Iterator[str]:
    """Which money on account (receipt's code, amount) pays for a new order."""
    for code, amount in paid:
        yield _("{code}: {amount} on account pays for it.").format(code=code, amount=money(amount, currency))


def unallocated_words(receipt: "ReceiptView") -> Iterator[str]:
    """What of a receipt pays for nothing yet, and what to do about it."""
    if receipt.unallocated:
        yield _("{amount} of it pays for nothing yet: `sales receipt allocate {code} ORDER AMOUNT`.").format(
            amount=money(receipt.unallocated, receipt.currency), code=receipt.code
        )


# --- what is open ---

_BUCKETS = {
    "current": N_("not due"),
    "d30": N_("1–30 days"),
    "d60": N_("31–60 days"),
    "d90": N_("61–90 days"),
    "over90": N_("over 90 days"),
}


def bucket_word(bucket: str) -> str:
    """How long something has been due, as people say it."""
    return _(_BUCKETS[bucket])


OPEN: "list[Column[OpenItem]]" = [
    Column("client", N_("Client"), lambda item: item.client.name),
    Column("client", N_("Client"), lambda item: item.client, "data", row_of=CLIENT),
    Column("order", N_("Order"), lambda item: item.order),
    Column("number", N_("Contract no."), lambda item: item.number),
    Column("kind", N_("Kind"), lambda item: item.kind, word=_kind),
    Column("basis", N_("Terms"), lambda item: item.basis, on_screen=False),
    Column("due_on", N_("Due on"), lambda item: item.due_on, "day", word=echo_day),
    Column("days_overdue", N_("Days overdue"), lambda item: item.days_overdue, "count"),
    Column("bucket", N_("Overdue by"), lambda item: item.bucket, on_screen=False, word=lambda key: bucket_word(key)),
    Column("open", N_("Open"), lambda item: item.value, "money"),
    Column("currency", N_("Currency"), lambda item: item.currency, on_screen=False, word=_foreign),
    Column("open_in_currency", N_("In its currency"), lambda item: item.open, "money", on_screen=False),
]


def show_aging(aging: "Aging", form: Form, *, empty: str) -> None:
    """Print what is open by how long it has been due, and the parts it is made of."""
    if form == "json":
        print_json(
            {
                "total": plain(aging.total),
                "buckets": {name: plain(amount) for name, amount in aging.buckets.items()},
                "rows": [as_json(item, OPEN) for item in aging.rows],
            }
        )
    elif form == "csv" or not aging.rows:
        show_rows(aging.rows, OPEN, form, empty=empty)
    else:
        heading = [*(_(words) for words in _BUCKETS.values()), _("Total")]
        sums = [grouped(aging.buckets[name]) for name in _BUCKETS]
        print_cells(heading, [[*sums, grouped(aging.total)]], right=[True] * len(heading))
        print_text("")
        print_table(aging.rows, [column for column in OPEN if column.on_screen and column.kind != "data"])


# --- refunds, invoices, the statement ---

REFUNDS: "list[Column[RefundView]]" = [
    Column("codes", N_("Code"), lambda refund: " ".join(refund.codes)),
    Column("codes", N_("Code"), lambda refund: refund.codes, "data"),
    Column("client", N_("Client"), lambda refund: refund.client.name),
    Column("client", N_("Client"), lambda refund: refund.client, "data", row_of=CLIENT),
    Column("order", N_("Order"), lambda refund: refund.order),
    Column("refunded_on", N_("Paid back on"), lambda refund: refund.refunded_on, "day", word=echo_day),
    Column("amount", N_("Amount"), lambda refund: refund.amount, "money"),
    Column("currency", N_("Currency"), lambda refund: refund.currency, word=_foreign),
    Column("reason", N_("Reason"), lambda refund: refund.reason),
    Column(
        "receipts",
        N_("Receipts"),
        lambda refund: [
            {"code": code, "receipt": receipt, "amount": plain(amount)}
            for code, (receipt, amount) in zip(refund.codes, refund.receipts, strict=True)
        ],
        "data",
    ),
]

INVOICES: "list[Column[InvoiceView]]" = [
    Column("number", N_("Invoice no."), lambda invoice: invoice.number),
    Column("client", N_("Client"), lambda invoice: invoice.client.name),
    Column("client", N_("Client"), lambda invoice: invoice.client, "data", row_of=CLIENT),
    Column("order", N_("Order"), lambda invoice: invoice.order),
    Column("issued_on", N_("Issued on"), lambda invoice: invoice.issued_on, "day", word=echo_day),
    Column("amount", N_("Amount"), lambda invoice: invoice.amount, "money"),
    Column("currency", N_("Currency"), lambda invoice: invoice.currency, word=_foreign),
    Column("ordered", N_("Ordered"), lambda invoice: invoice.ordered, "money"),
    Column("invoiced", N_("Invoiced"), lambda invoice: invoice.invoiced, "money", on_screen=False),
    Column("to_invoice", N_("Left to invoice"), lambda invoice: invoice.to_invoice, "money"),
    Column("note", N_("Note"), lambda invoice: invoice.note, on_screen=False),
]

_ENTRY_KINDS = {
    "order": N_("order"),
    "return": N_("goods returned"),
    "receipt": N_("receipt"),
    "refund": N_("refund"),
}

ENTRIES: "list[Column[Entry]]" = [
    Column("on", N_("Date"), lambda entry: entry.on, "day", word=echo_day),
    Column("kind", N_("Kind"), lambda entry: entry.kind, word=lambda token: _(_ENTRY_KINDS[token])),
    Column("ref", N_("Code"), lambda entry: entry.ref),
    Column("text", N_("Text"), lambda entry: entry.text),
    Column("owed", N_("Owed"), lambda entry: entry.owed or None, "money"),
    Column("paid", N_("Paid"), lambda entry: entry.paid or None, "money"),
    Column("balance", N_("Balance"), lambda entry: entry.balance, "money"),
]


def show_statement(statement: "Statement", form: Form) -> None:
    """Print a statement of account with what was owed before and after it."""
    if form == "json":
        print_json(
            {
                "client": as_json(statement.client, CLIENT),
                "period": statement.period.label,
                "begin": statement.period.begin,
                "end": statement.period.last,
                "currency": statement.currency,
                "opening": plain(statement.opening),
                "rows": [_entry_json(entry) for entry in statement.entries],
                "owed": plain(statement.owed),
                "paid": plain(statement.paid),
                "closing": plain(statement.closing),
            }
        )
    elif form == "csv":
        print_csv(statement.entries, ENTRIES)
    else:
        print_pairs(
            [
                (_("Client"), f"{statement.client.code} {statement.client.name}"),
                (_("Period"), f"{echo_day(statement.period.begin)} – {echo_day(statement.period.last)}"),
                (_("Owed before"), money(statement.opening, statement.currency)),
                (_("Owed after"), money(statement.closing, statement.currency)),
            ]
        )
        if statement.entries:
            print_text("")
            print_table(statement.entries, ENTRIES)


def _entry_json(entry: "Entry") -> dict[str, Any]:
    return {**as_json(entry, ENTRIES), "owed": plain(entry.owed), "paid": plain(entry.paid)}


def statement_titles() -> list[str]:
    """The heading of a statement in a file."""
    return [_(column.title) for column in ENTRIES]


def statement_cells(statement: "Statement") -> Iterator[list[Any]]:
    """The cells of a statement in a file: what was owed before, the entries, what is owed after."""
    yield [statement.period.begin, _("Owed before"), None, statement.client.name, None, None, _yuan(statement.opening)]
    for entry in statement.entries:
        yield [
            entry.on,
            _(_ENTRY_KINDS[entry.kind]),
            entry.ref,
            entry.text,
            _yuan(entry.owed) if entry.owed else None,
            _yuan(entry.paid) if entry.paid else None,
            _yuan(entry.balance),
        ]
    sums = (statement.owed, statement.paid, statement.closing)
    yield [statement.period.last, _("Owed after"), None, statement.currency, *map(_yuan, sums)]


def _yuan(amount: int) -> Decimal:
    """Minor units as an exact number with two decimals, as a workbook holds it."""
    return Decimal(amount).scaleb(-2)
