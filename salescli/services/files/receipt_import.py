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

from sqlmodel import Session, col

from salescli.amounts import excerpt, grouped, parse_amount, plain
from salescli.currencies import HOME, checked_rate, in_yuan, parse_currency, refuse_worthless
from salescli.errors import BadValue
from salescli.i18n import _, _n
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.orders import Order
from salescli.models.receipts import Allocation, Receipt
from salescli.services.accounts import clients
from salescli.services.cash import receivables
from salescli.services.cash.receivables import OpenItem
from salescli.services.files.file_columns import (
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
from salescli.services.files.imports import (
    ASKED_AT_ONCE,
    WRITTEN_AT_ONCE,
    Imported,
    Options,
    blank_row,
    pieces,
    write_rows,
)
from salescli.tabular.table import Row, Table, Value
from salescli.texts import NAME_LIMIT, NOTE_LIMIT, name_key
from salescli.vocabulary import Method, parse_word

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
class _Incoming:
    """A row that can be read: the columns of a receipt by name, and what names its order and client.

    Big files stand in memory whole, so the rows share the names of their fields.
    """

    number: int
    order: str | None
    client: str | None
    fields: tuple[str, ...]
    given: tuple[Any, ...]

    def get(self, name: str) -> Any:
        """What the row says of a column, if anything."""
        return self.given[self.fields.index(name)] if name in self.fields else None


@dataclass(slots=True)
class _Priced:
    """A row whose order and client are known: what it is worth, and what it pays (receivable's key, amount)."""

    row: _Incoming
    order: _Order | None
    client_id: int
    currency: str
    rate: str | None
    value: int
    pays: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class _Open:
    """What is left open of a part while the file is gone through."""

    receivable_id: int
    left: int


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
    books = _Books(session, columns, reader.errors, rows)
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


def _read(reader: "_Reader", table: Table, progress: Callable[[int], None]) -> Iterator[_Incoming]:
    for count, row in enumerate(table.rows, start=1):
        incoming = reader.incoming(row)
        if incoming is not None:
            yield incoming
        if count % ASKED_AT_ONCE == 0:
            progress(ASKED_AT_ONCE)


# --- cells ---


@dataclass
class _Reader:
    """Reads rows; ``errors`` gathers what is wrong with them."""

    columns: Columns
    today: date
    errors: list[RowError] = field(default_factory=list)
    _shared: dict[Any, Any] = field(default_factory=dict)

    def incoming(self, row: Row) -> _Incoming | None:
        """The row as values to store, or None when something in it can't be taken."""
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
        if len(self.errors) > known:
            return None
        order, client = values.pop("order", None), self._share(values.pop("client", None))
        return _Incoming(row.number, order, client, self._share(tuple(values)), tuple(values.values()))

    def _share(self, value: Any) -> Any:
        """The first of the equal values, so that one copy of what stands in many rows is kept."""
        return self._shared.setdefault(value, value)

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

    def __init__(self, session: Session, columns: Columns, errors: list[RowError], rows: list[_Incoming]) -> None:
        self._session = session
        self._columns = columns
        self._errors = errors
        self._orders = _orders(session, {name_key(row.order) for row in rows if row.order})
        self._clients = _clients(session, {name_key(row.client) for row in rows if row.client})
        self._of_order: dict[int, list[_Open]] = {}
        self._of_client: dict[tuple[int, str], list[_Open]] = {}
        self.taken: list[_Priced] = []
        self.unchanged = self.duplicate = self.unallocated = 0

    def take(self, rows: list[_Incoming], today: date) -> None:
        """Sort the rows into new ones, which pay what is open, and those that are there."""
        there = _There(self._session)
        fresh = []
        for row in rows:
            priced = self._priced(row)
            state = there.state(priced) if priced else "bad"
            self.unchanged += state == "unchanged"
            self.duplicate += state == "duplicate"
            if priced and state == "new":
                fresh.append(priced)
        self._look_up_open(fresh, today)
        self.taken = [priced for priced in fresh if self._pay(priced)]

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

    def _wrong(self, row: _Incoming, name: str, value: str, message: str) -> None:
        header = self._columns.header(name) if name in self._columns.places else ""
        self._errors.append(RowError(row.number, header, shortened(value), message))

    def _priced(self, row: _Incoming) -> _Priced | None:
        """The row with its order, client and worth; None if one is unknown or they do not belong together."""
        order = self._orders.get(name_key(row.order)) if row.order else None
        if row.order and order is None:
            self._wrong(row, "order", row.order, _("There is no order “{ref}”.").format(ref=excerpt(row.order)))
            return None
        settled = order.client_id if order is not None else None
        client_id = self._clients.get(name_key(row.client)) if row.client else settled
        if row.client and client_id is None:
            self._wrong(row, "client", row.client, _("There is no client “{ref}”.").format(ref=excerpt(row.client)))
            return None
        if row.client and order is not None and client_id != order.client_id:
            sentence = _("{order} is not an order of {client}.").format(order=order.code, client=excerpt(row.client))
            self._wrong(row, "client", row.client, sentence)
            return None
        assert client_id is not None
        return self._with_value(row, order, client_id)

    def _with_value(self, row: _Incoming, order: _Order | None, client_id: int) -> _Priced | None:
        """The row with currency, rate and its value in yuan; None if they do not fit."""
        currency = row.get("currency") or (order.currency if order else HOME)
        if order is not None and currency != order.currency:
            sentence = _("{order} is in {currency}, the receipt in {other}.")
            sentence = sentence.format(order=order.code, currency=order.currency, other=currency)
            self._wrong(row, "currency", currency, sentence)
            return None
        # Files name a rate of 1 for yuan.
        rate = None if currency == HOME else row.get("rate") or (order.rate if order else None)
        try:
            checked = checked_rate(rate, currency)
            refuse_worthless(row.get("amount"), checked)
            return _Priced(row, order, client_id, currency, checked, in_yuan(row.get("amount"), checked))
        except BadValue as problem:
            self._wrong(row, "currency" if rate is None else "rate", rate or currency, problem.message)
            return None

    def _look_up_open(self, fresh: list[_Priced], today: date) -> None:
        """Look up what is open on the orders named; of all where a row names only its client."""
        if any(one.order is None for one in fresh):
            ids = _client_ids(self._session)
            for item in receivables.open_items(self._session, today):
                part = self._note_open(item)
                self._of_client.setdefault((ids[item.client.code], item.currency), []).append(part)
            return
        named = sorted({one.order.id for one in fresh if one.order is not None})
        for piece in pieces(named, ASKED_AT_ONCE):  # all at once would stand in memory whole
            for item in receivables.open_items(self._session, today, orders=piece):
                self._note_open(item)

    def _note_open(self, item: OpenItem) -> _Open:
        part = _Open(item.receivable_id, item.open)
        self._of_order.setdefault(item.order_id, []).append(part)
        return part

    def _pay(self, one: _Priced) -> bool:
        """Let a row pay what is open, the longest due first; False if it is more than is open on its order."""
        amount = one.row.get("amount")
        if one.order is None:
            parts = self._of_client.get((one.client_id, one.currency), [])
        else:
            parts = self._of_order.get(one.order.id, [])
            still_open = sum(part.left for part in parts)
            if amount > still_open:
                sentence = _("Only {open} is open on {order}.").format(open=grouped(still_open), order=one.order.code)
                self._wrong(one.row, "amount", plain(amount), sentence)
                return False
        pays, money = [], amount
        for part in parts:
            paid = min(money, part.left)
            if paid:
                part.left -= paid
                money -= paid
                pays.append((part.receivable_id, paid))
        self.unallocated += money > 0
        one.pays = tuple(pays)
        return True


def _orders(session: Session, wanted: set[str]) -> dict[str, _Order]:
    """The orders called ``wanted``, by number or code; a number that two orders have means neither."""
    rows = session.exec(
        select_columns(Order.id, Order.code, Order.number, Order.client_id, Order.currency, Order.rate)
        .join(Client, col(Client.id) == Order.client_id)
        .where(col(Order.deleted_at).is_(None), col(Client.deleted_at).is_(None))
        .execution_options(yield_per=ASKED_AT_ONCE)
    )
    codes: dict[str, _Order] = {}
    numbers: dict[str, _Order] = {}
    twice: set[str] = set()
    for key, code, number, *more in rows:
        if name_key(code) in wanted:
            codes[name_key(code)] = _Order(key, code, *more)
        known_as = name_key(number) if number else ""
        if known_as in wanted:
            twice |= {known_as} & numbers.keys()
            numbers[known_as] = _Order(key, code, *more)
    return {known_as: order for known_as, order in numbers.items() if known_as not in twice} | codes


def _clients(session: Session, wanted: set[str]) -> dict[str, int]:
    """The clients called ``wanted``, by name, code, and by short name where one alone has it."""
    query = select_columns(Client.id, Client.code, Client.name_key, Client.short_name)
    query = query.where(col(Client.deleted_at).is_(None)).execution_options(yield_per=ASKED_AT_ONCE)
    names: dict[str, int] = {}
    codes: dict[str, int] = {}
    short: dict[str, list[int]] = {}
    for key, code, name, short_name in session.exec(query):
        if name in wanted:
            names[name] = key
        if name_key(code) in wanted:
            codes[name_key(code)] = key
        if short_name and name_key(short_name) in wanted:
            short.setdefault(name_key(short_name), []).append(key)
    return {name: keys[0] for name, keys in short.items() if len(keys) == 1} | codes | names


def _client_ids(session: Session) -> dict[str, int]:
    """The keys of clients by their codes."""
    return {code: key for code, key in session.exec(select_columns(Client.code, Client.id))}  # noqa: C416


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

    def state(self, one: _Priced) -> str:
        """Whether a row is ``new``, ``unchanged``, or a ``duplicate``: its reference stands for other money."""
        row, client_id = one.row, one.client_id
        day, amount, reference = row.get("received_on"), row.get("amount"), row.get("reference")
        if reference:
            name = (client_id, reference)
            known = self._by_reference.get(name)
            if name in self._in_file or known not in (None, (day, amount)):
                return "duplicate"
            self._in_file.add(name)
            return "new" if known is None else "unchanged"
        kind = (one.order.id if one.order else None, client_id, day, amount, row.get("method"))
        if self._alike[kind] > 0:
            self._alike[kind] -= 1
            return "unchanged"
        return "new"


def _write(session: Session, taken: list[_Priced], progress: Callable[[int], None]) -> None:
    """Write receipts and what they pay past the session, in chunks."""
    blank_receipt, blank_allocation = blank_row(session, Receipt), blank_row(session, Allocation)
    numbers = itertools.count(clients.next_id(session, Receipt))
    keys = itertools.count(clients.next_id(session, Allocation))
    for piece in pieces(taken, WRITTEN_AT_ONCE):
        receipts = [{**blank_receipt, **_receipt_row(next(numbers), one)} for one in piece]
        allocations = [
            {
                **blank_allocation,
                "id": next(keys),
                "uuid": str(uuid.uuid4()),
                "receipt_id": receipt["id"],
                "receivable_id": receivable,
                "amount": amount,
            }
            for receipt, one in zip(receipts, piece, strict=True)
            for receivable, amount in one.pays
        ]
        write_rows(session, Receipt, receipts)
        write_rows(session, Allocation, allocations)
        progress(len(receipts))


def _receipt_row(number: int, one: _Priced) -> dict[str, Any]:
    return {
        **dict(zip(one.row.fields, one.row.given, strict=True)),
        "id": number,
        "code": f"R{number:04d}",
        "uuid": str(uuid.uuid4()),
        "client_id": one.client_id,
        "order_id": one.order.id if one.order else None,
        "currency": one.currency,
        "rate": one.rate,
        "value": one.value,
    }
