"""Taking an order file in: rows are read and matched with the orders there are, the new and changed ones written.

All rows are read and matched before the first is written, so what is wrong with a file is known at once. What is
due for new orders is planned by their terms; what has no day of delivery counts from the day of the order.
"""

import itertools
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlmodel import Session, col, select

from salescli.amounts import excerpt
from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.currencies import half_up
from salescli.errors import BadValue
from salescli.i18n import _n
from salescli.models.clients import Client
from salescli.models.orders import Order, OrderLine, OrderShare
from salescli.models.products import Product
from salescli.models.receipts import Receivable
from salescli.services.accounts import cadence, clients
from salescli.services.cash import receivables
from salescli.services.cash.receivables import PlannedPart
from salescli.services.changes import now_of
from salescli.services.files import client_columns, client_import, imports
from salescli.services.files.client_matching import ToWrite as NewClient
from salescli.services.files.file_columns import Columns
from salescli.services.files.imports import ASKED_AT_ONCE, WRITTEN_AT_ONCE, Imported, blank_row, pieces, write_rows
from salescli.services.files.order_columns import Incoming, Line, RowReader
from salescli.services.files.order_matching import Clients, Matching, ToWrite, paid_orders, state_of
from salescli.services.selling import orders
from salescli.services.selling.order_views import UNDELIVERED
from salescli.tabular.table import Table
from salescli.texts import name_key
from salescli.vocabulary import OrderState, PaymentEvent, ReceivableKind

Progress = Callable[[int], None]
# Of these the due days follow.
_DUE_BY = ("amount", "currency", "terms", "signed_on", "promised_on", "delivered_on", "accepted_on")


@dataclass(frozen=True)
class Options(imports.Options):
    """How an import goes; ``add_clients`` makes clients of names that none has yet."""

    add_clients: bool = False


def take(
    session: Session,
    table: Table,
    columns: Columns,
    options: Options,
    today: date,
    settings: Settings,
    calendar: Calendar,
    progress: Progress = lambda _rows: None,
) -> Imported:
    """Take the rows of ``table`` in, unless a bad one is among them and ``options.skip_bad`` is not given.

    ``progress`` is told how many rows were read, and again how many were written.
    """
    reader = RowReader(columns, today)
    matching = Matching(session, columns, options.update, options.add_clients, reader.errors)
    matching.match(_read(reader, table, progress), reader.refused)
    refused = bool(reader.errors) and not options.skip_bad
    plans = _Plans(settings)
    result = Imported(
        rows=len(table.rows),
        new=0 if refused else len(matching.new),
        updated=0 if refused else len(matching.updated),
        unchanged=matching.unchanged,
        duplicate=matching.duplicate,
        errors=reader.errors,
        notes=[*columns.notes, *matching.notes()],
    )
    if not refused:
        result.notes += [*_of_new_clients(matching.new), *plans.notes([*matching.new, *matching.updated])]
    if not (refused or options.dry_run):
        _make_clients(session, matching.new, today, settings, calendar)
        _insert(session, matching.new, plans, progress)
        _make_customers(session, matching.new, today, settings, calendar)
        _update(session, matching.updated, plans)
    return result


def _read(reader: RowReader, table: Table, progress: Progress) -> Iterator[Incoming]:
    for count, row in enumerate(table.rows, start=1):
        incoming = reader.incoming(row)
        if incoming is not None:
            yield incoming
        if count % ASKED_AT_ONCE == 0:
            progress(ASKED_AT_ONCE)


# --- clients of the names that none has yet ---


def _new_names(new: list[ToWrite]) -> dict[str, Incoming]:
    """The first row of each name of which a client is to be made, by the name's key."""
    first: dict[str, Incoming] = {}
    for order in new:
        if not order.client_id:
            first.setdefault(name_key(order.row.get("client")), order.row)
    return first


def _of_new_clients(new: list[ToWrite]) -> Iterator[str]:
    names = _new_names(new)
    if names:
        yield _n("{count} client is new: {first}.", "{count} clients are new, the first: {first}.", len(names)).format(
            count=len(names), first=excerpt(next(iter(names.values())).get("client"))
        )


def _make_clients(session: Session, new: list[ToWrite], today: date, settings: Settings, calendar: Calendar) -> None:
    names = _new_names(new)
    if not names:
        return
    made = [
        NewClient.of(client_columns.Incoming(row.number, {"name": row.get("client")}, {})) for row in names.values()
    ]
    client_import.write_new(session, made, today, settings, calendar, lambda _rows: None)
    known = Clients(session, (row.get("client") for row in names.values()))
    ids = {key: known.named(row.get("client"))[0] for key, row in names.items()}
    for order in new:
        if not order.client_id:
            number = ids[name_key(order.row.get("client"))]
            assert isinstance(number, int)
            order.client_id = number


def _make_customers(session: Session, new: list[ToWrite], today: date, settings: Settings, calendar: Calendar) -> None:
    """Leads and prospects who have ordered are customers."""
    buyers = {order.client_id for order in new if state_of(order.row.as_dict()) != OrderState.CANCELLED}
    waiting = select(Client).where(col(Client.lifecycle).in_(cadence.NOT_YET_CLIENTS))
    won = [client for client in session.exec(waiting) if client.id in buyers]
    cadence.ordered(session, won, today, settings, calendar)


# --- what is due ---


class _Plans:
    """What is due for imported orders; terms that can't be read make one part, due with the order."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._read: dict[str | None, bool] = {}

    def readable(self, terms: str | None) -> bool:
        """Whether these terms can be read; each is tried once."""
        if terms not in self._read:
            try:
                receivables.terms_of(terms, self.settings)
            except BadValue:
                self._read[terms] = False
            else:
                self._read[terms] = True
        return self._read[terms]

    def parts(self, order: dict[str, Any]) -> list[PlannedPart]:
        """The parts of a new order, given as columns."""
        if order["state"] == OrderState.CANCELLED:
            return []
        terms, signed_on = order.get("terms"), order["signed_on"]
        if terms is None or not self.readable(terms):
            kind, event = ReceivableKind.PAYMENT.value, PaymentEvent.SIGNED.value
            return [PlannedPart(kind, terms or "", event, signed_on, order["amount"])]
        return receivables.planned(
            order["amount"],
            signed_on,
            order.get("delivered_on"),
            order.get("accepted_on"),
            terms,
            self.settings,
            promised_on=order.get("promised_on"),
            from_signing=True,
        )

    def notes(self, written: list[ToWrite]) -> Iterator[str]:
        """What is to be said of terms that can't be read."""
        given = ((order.row.get("terms"), order.row.number) for order in written)
        odd = [(terms, number) for terms, number in given if terms and not self.readable(terms)]
        if odd:
            yield _n(
                "{count} row has terms that can't be read (“{terms}”, row {row}); it is due with the order.",
                "{count} rows have terms that can't be read (“{terms}”, row {row}, …); they are due with the order.",
                len(odd),
            ).format(count=len(odd), terms=excerpt(odd[0][0]), row=odd[0][1])


# --- writing ---


def _insert(session: Session, new: list[ToWrite], plans: _Plans, progress: Progress) -> None:
    """Write new orders, their lines, shares and what is due, past the session and in chunks."""
    blank_order, blank_share, blank_part = (blank_row(session, table) for table in (Order, OrderShare, Receivable))
    lines = _Lines(session)
    numbers = itertools.count(clients.next_id(session, Order))
    share_ids = itertools.count(clients.next_id(session, OrderShare))
    part_ids = itertools.count(clients.next_id(session, Receivable))
    for some in pieces(new, WRITTEN_AT_ONCE):
        rows = [_order_row(blank_order, next(numbers), order) for order in some]
        shares = [
            {
                **blank_share,
                "id": next(share_ids),
                "uuid": _uuid(),
                "order_id": row["id"],
                "person": person,
                "percent": percent,
            }
            for row, order in zip(rows, some, strict=True)
            for person, percent in order.row.get("shares") or ()
        ]
        parts = [
            _part_row(blank_part, next(part_ids), row, place, part)
            for row in rows
            for place, part in enumerate(plans.parts(row), start=1)
        ]
        write_rows(session, Order, rows)
        write_rows(session, OrderLine, [*lines.rows_of(rows, some)])
        write_rows(session, OrderShare, shares)
        write_rows(session, Receivable, parts)
        progress(len(rows))


class _Lines:
    """The lines of imported orders; goods whose code or name is on the list of products are those."""

    def __init__(self, session: Session) -> None:
        self._blank = blank_row(session, OrderLine)
        self._ids = itertools.count(clients.next_id(session, OrderLine))
        self._products: dict[str, int] = {}
        alive = select(Product.id, Product.code, Product.name_key).where(col(Product.deleted_at).is_(None))
        for number, code, key in session.exec(alive):
            assert number is not None
            self._products.setdefault(key, number)
            self._products[name_key(code)] = number

    def rows_of(self, rows: list[dict[str, Any]], some: Sequence[ToWrite]) -> Iterator[dict[str, Any]]:
        """The lines of orders, given as columns and as read."""
        for row, order in zip(rows, some, strict=True):
            for place, line in enumerate(order.row.get("lines") or (), start=1):
                yield {**self._blank, "id": next(self._ids), "uuid": _uuid(), **self.columns(row["id"], place, line)}

    def columns(self, order_id: int, place: int, line: Line) -> dict[str, Any]:
        """What a line says of itself; its price is what one comes to."""
        product, quantity, unit, amount = line
        return {
            "order_id": order_id,
            "position": place,
            "product_id": self._products.get(name_key(product)),
            "product": product,
            "quantity": quantity,
            "unit": unit,
            "price": half_up(amount / Fraction(quantity)),
            "amount": amount,
        }


def _order_row(blank: dict[str, Any], number: int, order: ToWrite) -> dict[str, Any]:
    given = order.row.as_dict()
    del given["client"]
    given.pop("shares", None)
    given.pop("lines", None)
    return {
        **blank,
        **given,
        "id": number,
        "code": f"O{number:04d}",
        "uuid": _uuid(),
        "client_id": order.client_id,
        "state": state_of(given),
    }


def _part_row(
    blank: dict[str, Any], number: int, order: dict[str, Any], place: int, part: PlannedPart
) -> dict[str, Any]:
    return {
        **blank,
        "id": number,
        "uuid": _uuid(),
        "order_id": order["id"],
        "client_id": order["client_id"],
        "position": place,
        "kind": part.kind,
        "basis": part.basis or None,
        "event": part.event,
        "due_on": part.due_on,
        "amount": part.amount,
    }


def _uuid() -> str:
    return str(uuid.uuid4())


def _update(session: Session, updated: list[ToWrite], plans: _Plans) -> None:
    """Write what changed of orders that are there, through the session, which logs every column."""
    lines = _Lines(session) if any(order.row.get("lines") for order in updated) else None
    for some in pieces(updated, ASKED_AT_ONCE):
        given = {order.id: order.row.as_dict() for order in some}
        paid = paid_orders(session, [number for number in given if number])
        for order in session.exec(select(Order).where(col(Order.id).in_(given))).all():
            if lines is not None and (told := given[order.id].pop("lines", None)):
                _put_lines(session, order, told, lines)
            _change(session, order, given[order.id], plans, paid=order.id in paid)
        session.flush()
        session.expunge_all()  # a long update would keep every order in memory


def _put_lines(session: Session, order: Order, told: Sequence[Line], lines: _Lines) -> None:
    for old in orders.lines_of(session, order):
        old.deleted_at = now_of(session)
        session.add(old)
    assert order.id is not None
    session.add_all(OrderLine(**lines.columns(order.id, place, line)) for place, line in enumerate(told, start=1))


def _change(session: Session, order: Order, given: dict[str, Any], plans: _Plans, *, paid: bool) -> None:
    before = [getattr(order, name) for name in _DUE_BY]
    shares = given.pop("shares", None)
    for name, value in given.items():
        if name != "client":
            setattr(order, name, value)
    if given.get("currency") != before[1] or "rate" in given:
        order.rate = given.get("rate")
    if "state" not in given and order.state in UNDELIVERED:
        order.state = state_of(given) if {"delivered_on", "accepted_on"} & given.keys() else order.state
    session.add(order)
    if shares is not None:
        orders.set_shares(session, order, shares)
    if before != [getattr(order, name) for name in _DUE_BY]:
        _plan_again(session, order, plans, paid=paid)


def _plan_again(session: Session, order: Order, plans: _Plans, *, paid: bool) -> None:
    """Plan what is due anew; where receipts already pay for it only the days follow."""
    session.flush()
    if order.state == OrderState.CANCELLED:
        return
    if paid:
        receivables.settle_dates(session, order, plans.settings)
        return
    terms = order.terms if plans.readable(order.terms) else None
    receivables.plan(session, order, terms, plans.settings, from_signing=True)
