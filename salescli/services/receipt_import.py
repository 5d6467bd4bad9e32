"""Taking a file of receipts in: each row finds its order and client, and pays what is open there.

All rows are read and allocated in memory before the first is written, so what is wrong with a file is known at once.
"""

import functools
import itertools
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from salescli.amounts import excerpt, grouped, parse_amount
from salescli.currencies import HOME, checked_rate, in_yuan, parse_currency
from salescli.errors import BadValue
from salescli.i18n import _, _n
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.orders import Order
from salescli.models.receipts import Allocation, Receipt
from salescli.services import clients, receivables
from salescli.services.file_columns import (
    NOTHING,
    Columns,
    FileFields,
    RowError,
    cell_day,
    cell_text,
    nothing_holds,
    read_cells,
    shortened,
)
from salescli.services.imports import WRITTEN_AT_ONCE, Imported, Options, blank_row, pieces, write_rows
from salescli.tabular.table import Row, Table, Value
from salescli.texts import NAME_LIMIT, NOTE_LIMIT, name_key
from salescli.vocabulary import Method, parse_word

_READ_AT_ONCE = 500

# What files call each field, the surest name first.
HEADERS: dict[str, tuple[str, ...]] = {
    "order": (
        *("订单号", "order", "订单编号", "订单", "合同号", "合同编号", "单号", "order number", "order no", "order id"),
        *("contract number", "contract no", "contract"),
    ),
    "client": (
        *("客户名称", "client", "客户", "公司名称", "付款方", "付款单位", "单位名称", "client name", "customer"),
        *("customer name", "payer", "company"),
    ),
    "received_on": (
        *("到账日期", "received on", "到账日", "回款日期", "收款日期", "到款日期", "付款日期", "日期", "date"),
        *("payment date", "receipt date", "paid on"),
    ),
    "amount": ("金额", "amount", "回款金额", "到账金额", "收款金额", "到款金额", "回款", "sum", "paid", "payment"),
    "method": ("方式", "method", "付款方式", "收款方式", "回款方式", "支付方式", "payment method"),
    "reference": ("流水号", "reference", "银行流水号", "交易流水号", "凭证号", "参考号", "ref", "transaction id"),
    "currency": ("币种", "currency", "货币"),
    "rate": ("汇率", "rate", "exchange rate"),
    "matures_on": ("承兑到期日", "matures on", "到期日", "汇票到期日", "maturity"),
    "note": ("备注", "note", "说明", "摘要", "remark", "remarks", "memo", "notes"),
}
FIELDS = FileFields(HEADERS)
_REQUIRED = ("received_on", "amount")


@dataclass(frozen=True, slots=True)
class _Order:
    """What the rows of a file need to know of an order."""

    id: int
    code: str
    client_id: int
    currency: str
    rate: str | None


@dataclass(slots=True)
class _Taken:
    """A row that can be taken: a receipt's columns, and what it pays (receivable's key, amount)."""

    columns: dict[str, Any]
    pays: list[tuple[int, int]]


def recognised(table: Table, mapping: dict[str, str]) -> Columns:
    """The fields of the table's columns, those of ``mapping`` first.

    Raises BadValue when a mapped header isn't there, BadRows when no column holds the amount, the day, or neither
    order nor client.
    """
    columns = FIELDS.placed(table, mapping)
    for name, sentence in (
        ("amount", _("No column of {file} is known to hold the amount: {headers}.")),
        ("received_on", _("No column of {file} is known to hold the day: {headers}.")),
    ):
        if name not in columns.places:
            raise nothing_holds(sentence, columns, table.path, name)
    if not {"order", "client"} & columns.places.keys():
        sentence = _("No column of {file} is known to hold the order or the client: {headers}.")
        raise nothing_holds(sentence, columns, table.path, "order")
    return columns


def take(
    session: Session,
    table: Table,
    columns: Columns,
    options: Options,
    today: date,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Imported:
    """Take the rows of ``table`` in, unless a bad one is among them and ``options.skip_bad`` is not given.

    A row is there already by the client and its bank reference, or without one by order, client, day, amount and
    way of paying, as often as it is there. ``progress`` is told how many rows were read, and again how many written.
    """
    reader = _Reader(columns, today)
    rows = list(_read(reader, table, progress))
    books = _Books(session, columns, reader.errors)
    books.take(rows, today)
    refused = bool(reader.errors) and not options.skip_bad
    if not (refused or options.dry_run):
        _write(session, books.taken, progress)
    return Imported(
        rows=len(table.rows),
        new=0 if refused else len(books.taken),
        unchanged=books.unchanged,
        duplicate=books.duplicate,
        errors=sorted(reader.errors, key=lambda error: error.row),
        notes=[*columns.notes, *books.notes()],
    )


def _read(reader: "_Reader", table: Table, progress: Callable[[int], None]) -> Iterator[tuple[Row, dict[str, Any]]]:
    for count, row in enumerate(table.rows, start=1):
        values = reader.values(row)
        if values is not None:
            yield row, values
        if count % _READ_AT_ONCE == 0:
            progress(_READ_AT_ONCE)


# --- cells ---


@dataclass
class _Reader:
    """Reads rows; ``errors`` gathers what is wrong with them."""

    columns: Columns
    today: date
    errors: list[RowError] = field(default_factory=list)

    def values(self, row: Row) -> dict[str, Any] | None:
        """The row's values by field, or None when something in it can't be taken."""
        known = len(self.errors)
        if row.problem:
            self.errors.append(RowError(row.number, "", "", row.problem))
            return None
        values = read_cells(row, self.columns, self._value, self.errors)
        if len(self.errors) == known:
            missing = [name for name in _REQUIRED if name not in values]
            if not missing and not {"order", "client"} & values.keys():
                missing = [next(name for name in ("order", "client") if name in self.columns.places)]
            for name in missing:
                header = self.columns.header(name)
                self.errors.append(RowError(row.number, header, "", _("The {field} is empty.").format(field=header)))
        return values if len(self.errors) == known else None

    def _value(self, name: str, cell: Value) -> Any:
        text = cell_text(cell, self.columns.header(name), NOTE_LIMIT if name == "note" else NAME_LIMIT)
        if text is None or (name not in ("note", "client", "order", "reference") and text.casefold() in NOTHING):
            return None
        if name in ("received_on", "matures_on"):
            return self._day(name, cell_day(cell, text))
        return _READERS[name](text) if name in _READERS else text

    def _day(self, name: str, day: date) -> date:
        if name == "received_on" and day > self.today:
            raise BadValue(_("{day} lies in the future.").format(day=day.isoformat()))
        return day


def _amount(text: str) -> int:
    amount = parse_amount(text)
    if not amount:
        raise BadValue(_("A receipt needs an amount above 0."))
    return amount


# The same few words stand in every row, so each is looked up once.
@functools.lru_cache(maxsize=1000)
def _method(text: str) -> str:
    return parse_word(text, Method).value


_READERS: dict[str, Callable[[str], Any]] = {
    "amount": _amount,
    "method": _method,
    "currency": functools.lru_cache(maxsize=100)(parse_currency),
}


# --- orders, clients and what is there ---


class _Books:
    """The orders, clients and receipts there are, and what the rows of the file make of them."""

    def __init__(self, session: Session, columns: Columns, errors: list[RowError]) -> None:
        self._session = session
        self._columns = columns
        self._errors = errors
        self._orders = _orders(session)
        self._clients = _clients(session)
        self._left: dict[int, list[list[int]]] = {}
        self.taken: list[_Taken] = []
        self.unchanged = self.duplicate = self.unallocated = 0

    def take(self, rows: list[tuple[Row, dict[str, Any]]], today: date) -> None:
        """Sort the rows into new ones, which pay what is open, and those that are there."""
        found = [(row, values, place) for row, values in rows if (place := self._place(row, values)) is not None]
        there = _There(self._session)
        fresh = []
        for row, values, (order, client_id) in found:
            state = there.state(order.id if order else None, client_id, values)
            self.unchanged += state == "unchanged"
            self.duplicate += state == "duplicate"
            if state == "new":
                fresh.append((row, values, order, client_id))
        self._open(fresh, today)
        for row, values, order, client_id in fresh:
            self._pay(row, values, order, client_id)

    def notes(self) -> list[str]:
        """What is to be said of the rows taken."""
        if not self.unallocated:
            return []
        return [
            _n(
                "{count} receipt has money that pays for nothing yet: `sales receipt list --unallocated`.",
                "{count} receipts have money that pays for nothing yet: `sales receipt list --unallocated`.",
                self.unallocated,
            ).format(count=self.unallocated)
        ]

    def _wrong(self, row: Row, name: str, message: str) -> None:
        cell = row.values[self._columns.places[name]]
        self._errors.append(RowError(row.number, self._columns.header(name), shortened(cell), message))

    def _place(self, row: Row, values: dict[str, Any]) -> tuple[_Order | None, int] | None:
        """The order and the key of the client of a row; None if one is unknown or they do not belong together."""
        order = client_id = None
        if "order" in values:
            order = self._orders.get(name_key(values["order"]))
            if order is None:
                self._wrong(row, "order", _("There is no order “{ref}”.").format(ref=excerpt(values["order"])))
                return None
        if "client" in values:
            client_id = self._clients.get(name_key(values["client"]))
            if client_id is None:
                self._wrong(row, "client", _("There is no client “{ref}”.").format(ref=excerpt(values["client"])))
                return None
        if order is not None and client_id not in (None, order.client_id):
            sentence = _("{order} is not an order of {client}.")
            self._wrong(row, "client", sentence.format(order=order.code, client=excerpt(values["client"])))
            return None
        settled = order.client_id if order is not None else client_id
        assert settled is not None
        return (order, settled) if self._priced(row, values, order) else None

    def _priced(self, row: Row, values: dict[str, Any], order: _Order | None) -> bool:
        """Set currency, rate and the value in yuan of a row; False if they do not fit."""
        currency = values.get("currency") or (order.currency if order else HOME)
        if order is not None and currency != order.currency:
            sentence = _("{order} is in {currency}, the receipt in {other}.")
            self._wrong(row, "currency", sentence.format(order=order.code, currency=order.currency, other=currency))
            return False
        # Files name a rate of 1 for yuan.
        rate = None if currency == HOME else values.get("rate") or (order.rate if order else None)
        try:
            values["rate"] = checked_rate(rate, currency)
            values["value"] = in_yuan(values["amount"], values["rate"])
        except BadValue as problem:
            at = next(name for name in ("rate", "currency", "amount") if name in self._columns.places)
            self._wrong(row, at, problem.message)
            return False
        values["currency"] = currency
        return True

    def _open(self, fresh: list[tuple[Row, dict[str, Any], _Order | None, int]], today: date) -> None:
        """Look up what is open on the orders named; of all where a row names only its client."""
        named = {order.id for _row, _values, order, _client in fresh if order is not None}
        only_clients = any(order is None for _row, _values, order, _client in fresh)
        self._by_client: dict[tuple[int, str], list[list[int]]] = {}
        ids: dict[str, int] = dict(_client_codes(self._session)) if only_clients else {}
        for item in receivables.open_items(self._session, today, orders=None if only_clients else named):
            part = [item.receivable_id, item.open]
            self._left.setdefault(item.order_id, []).append(part)
            if only_clients:
                self._by_client.setdefault((ids[item.client.code], item.currency), []).append(part)

    def _pay(self, row: Row, values: dict[str, Any], order: _Order | None, client_id: int) -> None:
        if order is not None:
            parts = self._left.get(order.id, [])
            still_open = sum(left for _number, left in parts)
            if values["amount"] > still_open:
                sentence = _("Only {open} is open on {order}.")
                self._wrong(row, "amount", sentence.format(open=grouped(still_open), order=order.code))
                return
        else:
            parts = self._by_client.get((client_id, values["currency"]), [])
        pays, money = [], values["amount"]
        for part in parts:
            paid = min(money, part[1])
            if paid:
                part[1] -= paid
                money -= paid
                pays.append((part[0], paid))
        self.unallocated += money > 0
        columns = {name: value for name, value in values.items() if name not in ("order", "client")}
        columns |= {"client_id": client_id, "order_id": order.id if order else None}
        self.taken.append(_Taken(columns, pays))


def _orders(session: Session) -> dict[str, _Order]:
    """The orders by number and by code; a number that two orders have means neither by itself."""
    rows = session.exec(
        select_columns(Order.id, Order.code, Order.number, Order.client_id, Order.currency, Order.rate)
        .join(Client, col(Client.id) == Order.client_id)
        .where(col(Order.deleted_at).is_(None), col(Client.deleted_at).is_(None))
    ).all()
    found = {name_key(code): _Order(key, code, *more) for key, code, _number, *more in rows}
    numbers = Counter(name_key(number) for _key, _code, number, *_more in rows if number)
    for key, code, number, *more in rows:
        if number and numbers[name_key(number)] == 1:
            found.setdefault(name_key(number), _Order(key, code, *more))
    return found


def _clients(session: Session) -> dict[str, int]:
    """The clients by name, code, and by short name where one alone has it."""
    rows = session.exec(
        select_columns(Client.id, Client.code, Client.name_key, Client.short_name).where(
            col(Client.deleted_at).is_(None)
        )
    ).all()
    short = Counter(name_key(name) for _key, _code, _name, name in rows if name)
    found = {name_key(name): key for key, _code, _name, name in rows if name and short[name_key(name)] == 1}
    found |= {name_key(code): key for key, code, _name, _short in rows}
    return found | {name: key for key, _code, name, _short in rows}


def _client_codes(session: Session) -> Any:
    return session.exec(select(Client.code, Client.id))


class _There:
    """The receipts that are there: by client and reference, and how many of each kind."""

    def __init__(self, session: Session) -> None:
        rows = session.exec(
            select_columns(
                Receipt.order_id, Receipt.client_id, Receipt.received_on, Receipt.amount, Receipt.method,
                Receipt.reference,
            ).where(col(Receipt.deleted_at).is_(None))
        )  # fmt: skip
        self._by_reference: dict[tuple[int, str], tuple[date, int]] = {}
        self._in_file: set[tuple[int, str]] = set()
        self._alike: Counter[tuple[Any, ...]] = Counter()
        for order_id, client_id, day, amount, method, reference in rows:
            if reference:
                self._by_reference[client_id, reference] = (day, amount)
            self._alike[order_id, client_id, day, amount, method] += 1

    def state(self, order_id: int | None, client_id: int, values: dict[str, Any]) -> str:
        """Whether a row is ``new``, ``unchanged``, or a ``duplicate``: its reference stands for other money."""
        day, amount, reference = values["received_on"], values["amount"], values.get("reference")
        if reference:
            name = (client_id, reference)
            known = self._by_reference.get(name)
            if name in self._in_file or known not in (None, (day, amount)):
                return "duplicate"
            self._in_file.add(name)
            return "new" if known is None else "unchanged"
        kind = (order_id, client_id, day, amount, values.get("method"))
        if self._alike[kind] > 0:
            self._alike[kind] -= 1
            return "unchanged"
        return "new"


def _write(session: Session, taken: list[_Taken], progress: Callable[[int], None]) -> None:
    """Write receipts and what they pay past the session, in chunks."""
    blank_receipt, blank_allocation = blank_row(session, Receipt), blank_row(session, Allocation)
    numbers = itertools.count(clients.next_id(session, Receipt))
    keys = itertools.count(clients.next_id(session, Allocation))
    for piece in pieces(taken, WRITTEN_AT_ONCE):
        receipts, allocations = [], []
        for one in piece:
            number = next(numbers)
            receipts.append(
                {**blank_receipt, **one.columns, "id": number, "code": f"R{number:04d}", "uuid": str(uuid.uuid4())}
            )
            allocations += [
                {
                    **blank_allocation,
                    "id": next(keys),
                    "uuid": str(uuid.uuid4()),
                    "receipt_id": number,
                    "receivable_id": receivable,
                    "amount": amount,
                }
                for receivable, amount in one.pays
            ]
        write_rows(session, Receipt, receipts)
        write_rows(session, Allocation, allocations)
        progress(len(receipts))
