"""Which order the rows of a file speak of: one that is there, or a new one; and whose it is.

A row is an order's that has its number; rows of one number that differ in their goods are its lines. A row without
a number is an order's of the same client, day, amount and goods that has none either: the second such row is the
second such order.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, func

from salescli.amounts import plain
from salescli.errors import BadValue, SalesError
from salescli.i18n import _, _n, one_after_another
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.orders import Order, OrderLine, OrderReturn, OrderShare
from salescli.models.receipts import Allocation, Receivable
from salescli.services.files.file_columns import Columns, RowError
from salescli.services.files.imports import ASKED_AT_ONCE, pieces
from salescli.services.files.order_columns import Incoming, Line
from salescli.services.files.order_rows import COMPARED, apart, distinct, joined
from salescli.services.files.order_rows import ToWrite as ToWrite
from salescli.services.selling.order_shares import Share
from salescli.services.selling.orders import refuse_wrong_days
from salescli.texts import name_key
from salescli.vocabulary import OrderState

_MOST_NAMED = 5
_KEYS = ("signed_on", "amount", "currency", "product")


class Clients:
    """The clients that ``names`` may mean, by code, exact name, and short name or alias."""

    def __init__(self, session: Session, names: Iterable[str]) -> None:
        self._by_code: dict[str, int] = {}
        self._by_name: dict[str, list[int]] = {}
        self._by_alias: dict[str, list[int]] = {}
        self._codes: dict[int, str] = {}
        asked = {known_as for name in set(names) for known_as in (name.upper(), name_key(name))}
        query = select_columns(Client.id, Client.code, Client.name_key, Client.search)
        query = query.where(col(Client.deleted_at).is_(None)).execution_options(yield_per=ASKED_AT_ONCE)
        for number, code, key, search in session.exec(query):
            found = asked.intersection((code, key, *search.split("\n")))
            if not found:
                continue  # a data file has many more clients than a file names, and they would all stand in memory
            self._codes[number] = code
            self._by_code[code] = number
            self._by_name.setdefault(key, []).append(number)
            for line in found - {code, key}:
                self._by_alias.setdefault(line, []).append(number)

    def named(self, text: str) -> list[str | int]:
        """The key of the client that ``text`` names, alone; the codes of several; nothing when none does."""
        if text.upper() in self._by_code:
            return [self._by_code[text.upper()]]
        key = name_key(text)
        found = self._by_name.get(key) or self._by_alias.get(key) or []
        return [*found] if len(found) < 2 else [self._codes[number] for number in found]


@dataclass
class Matching:
    """Finds for every row the client and the order it speaks of; ``new`` and ``updated`` are what is to be written.

    ``new_clients`` are names of which clients are to be made, by their keys.
    """

    session: Session
    columns: Columns
    update: bool
    add_clients: bool
    errors: list[RowError]
    new: list[ToWrite] = field(default_factory=list)
    updated: list[ToWrite] = field(default_factory=list)
    unchanged: int = 0
    duplicate: int = 0
    new_clients: dict[str, str] = field(default_factory=dict)
    joined_rows: int = 0
    joined_orders: int = 0
    _unknown: Counter[str] = field(default_factory=Counter)
    # The further rows of the order of which a row is the first.
    _further: dict[int, list[int]] = field(default_factory=dict)

    def match(self, rows: Iterable[Incoming], refused: Collection[str] = ()) -> None:
        """Match all rows of a file; ``refused`` is where the numbers (as keys) of those that can't be read gather."""
        read = list(rows)
        clients = Clients(self.session, (row.get("client") for row in read))
        known, bad = [], set[str]()
        for row in read:
            order = self._of_client(row, clients)
            if order is not None:
                known.append(order)
            elif row.get("number"):
                bad.add(name_key(row.get("number")))
        numbered, others = self._by_number(known, bad.union(refused))
        self._match_numbers(numbered)
        self._match_others(others)
        self.new.sort(key=lambda order: order.row.number)
        self.errors.sort(key=lambda error: error.row)

    def notes(self) -> list[str]:
        """What is to be said of the matching."""
        told = []
        if self.joined_orders:
            told.append(
                _n(
                    "{rows} rows are the lines of {count} order.",
                    "{rows} rows are the lines of {count} orders.",
                    self.joined_orders,
                ).format(rows=self.joined_rows, count=self.joined_orders)
            )
        return [*told, *self._of_unknown()]

    def _of_unknown(self) -> list[str]:
        if not self._unknown:
            return []
        names = [f"{name} ({count})" for name, count in self._unknown.most_common(_MOST_NAMED)]
        return [
            _n(
                "{count} client is not known: {names}. --add-clients makes it.",
                "{count} clients are not known: {names} … --add-clients makes them.",
                len(self._unknown),
            ).format(count=len(self._unknown), names=_(", ").join(names))
        ]

    def _of_client(self, row: Incoming, clients: Clients) -> ToWrite | None:
        name: str = row.get("client")
        found = clients.named(name)
        if len(found) == 1 and isinstance(found[0], int):
            return ToWrite(row, found[0])
        if found:
            codes = _(", ").join(map(str, found))
            self._wrong(
                row, self._client_column(), name, _("Several clients are called that: {codes}.").format(codes=codes)
            )
        elif self.add_clients and "client" in self.columns.places:
            self.new_clients.setdefault(name_key(name), name)
            return ToWrite(row, 0)
        else:
            self._unknown[name] += 1
            self._wrong(row, self._client_column(), name, _("There is no client of that name, alias or code."))
        return None

    def _client_column(self) -> str:
        return "client" if "client" in self.columns.places else "client_code"

    def _wrong(self, row: Incoming, name: str, value: str, message: str) -> None:
        for number in (row.number, *self._further.get(row.number, ())):
            self.errors.append(RowError(number, self.columns.header(name), value, message))

    # --- by number ---

    def _by_number(self, orders: list[ToWrite], bad: set[str]) -> tuple[dict[str, ToWrite], list[ToWrite]]:
        """The orders with a number, each once, and those without; rows of one number that disagree are wrong."""
        by_number: dict[str, list[ToWrite]] = {}
        others: list[ToWrite] = []
        for order in orders:
            number = order.row.get("number")
            by_number.setdefault(name_key(number), []).append(order) if number else others.append(order)
        numbered = {}
        for key, same in by_number.items():
            if key in bad:
                self._refuse(same)
            elif whole := same[0] if len(same) == 1 else self._joined(same):
                numbered[key] = whole
        return numbered, others

    def _refuse(self, same: list[ToWrite]) -> None:
        """A row of the order can't be taken: what is left of it would be another order."""
        for order in same:
            message = _("Another row of the same number can't be taken.")
            self._wrong(order.row, "number", order.row.get("number"), message)

    def _joined(self, same: list[ToWrite]) -> ToWrite | None:
        """The order that the rows of a number are together; None where they say otherwise of it."""
        rows = distinct(same)
        self.duplicate += len(same) - len(rows)
        if len(rows) == 1:
            return rows[0]
        fields = apart(rows)
        if fields:
            self._disagree(rows, fields)
            return None
        numbers = [order.row.number for order in rows[1:]]
        self._further[rows[0].row.number] = numbers
        try:
            whole = joined(rows)
        except BadValue as problem:
            self._wrong(rows[0].row, "amount", plain(rows[0].row.get("amount")), problem.message)
            return None
        self.joined_rows, self.joined_orders = self.joined_rows + len(rows), self.joined_orders + 1
        return whole

    def _disagree(self, rows: list[ToWrite], fields: list[str]) -> None:
        """Say of each row which others say otherwise, and of what."""
        titles = _(", ").join(self.columns.header(name) for name in fields)
        numbers = [order.row.number for order in rows]
        for order in rows:
            others = _(", ").join(str(number) for number in numbers if number != order.row.number)
            self._wrong(
                order.row,
                "number",
                order.row.get("number"),
                one_after_another(
                    _("Row {others} has the same number and says otherwise of {fields}.").format(
                        others=others, fields=titles
                    ),
                    _("The rows of one order name different goods, and the same of all else."),
                ),
            )

    def _match_numbers(self, numbered: dict[str, ToWrite]) -> None:
        there = {}
        query = select_columns(Order.id, Order.number).where(col(Order.number).is_not(None))
        for number, text in self.session.exec(query.where(col(Order.deleted_at).is_(None))):
            key = name_key(text)
            if key in numbered:
                there[key] = number
        for keys in pieces(list(numbered), ASKED_AT_ONCE):
            ids = [there[key] for key in keys if key in there]
            known = {order.id: order for order in _known(self.session, col(Order.id).in_(ids))} if ids else {}
            self._settle((numbered[key], known.get(there.get(key))) for key in keys)

    # --- without a number ---

    def _match_others(self, others: list[ToWrite]) -> None:
        """The n-th row of equal ones is the n-th order of equal ones that is there."""
        client_ids = {order.client_id for order in others if order.client_id}
        there: dict[tuple[Any, ...], list[Any]] = {}
        for some in pieces(sorted(client_ids), ASKED_AT_ONCE):
            for known in _known(self.session, col(Order.client_id).in_(some), col(Order.number).is_(None)):
                there.setdefault((known.client_id, *(getattr(known, name) for name in _KEYS)), []).append(known)
        waiting = {key: iter(orders) for key, orders in there.items()}

        def pairs() -> Iterator[tuple[ToWrite, Any]]:
            for order in others:
                key = (order.client_id, *(order.row.get(name) for name in _KEYS))
                yield order, next(waiting.get(key, iter(())), None)

        self._settle(pairs())

    # --- new, changed or the same ---

    def _settle(self, pairs: Iterable[tuple[ToWrite, Any]]) -> None:
        matched = list(pairs)
        ids = [known.id for _order, known in matched if known is not None]
        shares, back, paid = _shares(self.session, ids), _returned(self.session, ids), paid_orders(self.session, ids)
        lines = _lines(self.session, [known.id for order, known in matched if known and order.row.get("lines")])
        for order, known in matched:
            if known is None:
                self.new.append(order)
            elif not differs(order, known, shares.get(known.id, []), lines.get(known.id, [])):
                self.unchanged += 1
            elif not self.update:
                self.duplicate += 1
            elif self._may_change(order, known, back.get(known.id, 0), paid=known.id in paid):
                order.id = known.id
                self.updated.append(order)

    def _may_change(self, order: ToWrite, known: Any, back: int, *, paid: bool) -> bool:
        """Whether an order can become what its row says: ``back`` came back of it, receipts pay for it."""
        row, amount = order.row, order.row.get("amount")
        if order.client_id != known.client_id:
            message = _("{code} is another client's.").format(code=known.code)
            self._wrong(row, self._client_column(), row.get("client"), message)
        elif amount < back:
            self._wrong(
                row, "amount", plain(amount), _("More than that has come back of {code}.").format(code=known.code)
            )
        elif paid and (amount, row.get("currency")) != (known.amount, known.currency):
            message = _("Receipts already pay for {code}, so its amount stays as it is.").format(code=known.code)
            self._wrong(row, "amount", plain(amount), message)
        else:
            return self._days_agree(row, known)
        return False

    def _days_agree(self, row: Incoming, known: Any) -> bool:
        given = row.as_dict()
        names = ("signed_on", "promised_on", "delivered_on", "accepted_on")
        try:
            refuse_wrong_days(*(given.get(name) or getattr(known, name) for name in names))
        except SalesError as problem:
            self._wrong(row, "signed_on", row.get("signed_on").isoformat(), problem.message)
            return False
        return True


def differs(order: ToWrite, known: Any, shares: list[Share], lines: list[Line]) -> bool:
    """Whether the row says anything of the order that the data file doesn't."""
    given = order.row.as_dict()
    if order.client_id != known.client_id:
        return True
    if "shares" in given and sorted(given["shares"]) != sorted(shares):
        return True
    # A lot is called so in the language of the import.
    if "lines" in given and [_but_unit(line) for line in given["lines"]] != [_but_unit(line) for line in lines]:
        return True
    return any(name in given and given[name] != getattr(known, name) for name in COMPARED[1:])


def _but_unit(line: Line) -> tuple[str, str, int]:
    product, quantity, _unit, amount = line
    return product, quantity, amount


def state_of(given: dict[str, Any]) -> str:
    """The state of an order as its row tells it, or as the days in it do."""
    if "state" in given:
        return str(given["state"])
    if "accepted_on" in given:
        return OrderState.ACCEPTED.value
    return OrderState.DELIVERED.value if "delivered_on" in given else OrderState.CONFIRMED.value


def _known(session: Session, *conditions: Any) -> list[Any]:
    columns = [getattr(Order, name) for name in ("id", "code", "client_id", *COMPARED)]
    query = select_columns(*columns).where(col(Order.deleted_at).is_(None), *conditions)
    return list(session.exec(query.order_by(col(Order.id))))


def _shares(session: Session, ids: list[int]) -> dict[int, list[Share]]:
    shares: dict[int, list[Share]] = {}
    for some in pieces(ids, ASKED_AT_ONCE):
        of_them = (col(OrderShare.order_id).in_(some), col(OrderShare.deleted_at).is_(None))
        for share in session.exec(
            select_columns(OrderShare.order_id, OrderShare.person, OrderShare.percent).where(*of_them)
        ):
            shares.setdefault(share[0], []).append((share[1], share[2]))
    return shares


def _lines(session: Session, ids: list[int]) -> dict[int, list[Line]]:
    lines: dict[int, list[Line]] = {}
    for some in pieces(ids, ASKED_AT_ONCE):
        of_them = (col(OrderLine.order_id).in_(some), col(OrderLine.deleted_at).is_(None))
        query = select_columns(
            OrderLine.order_id, OrderLine.product, OrderLine.quantity, OrderLine.unit, OrderLine.amount
        )
        for order, *line in session.exec(query.where(*of_them).order_by(OrderLine.position)):
            lines.setdefault(order, []).append((line[0], line[1], line[2], line[3]))
    return lines


def _returned(session: Session, ids: list[int]) -> dict[int, int]:
    back: dict[int, int] = {}
    for some in pieces(ids, ASKED_AT_ONCE):
        of_them = (col(OrderReturn.order_id).in_(some), col(OrderReturn.deleted_at).is_(None))
        query = select_columns(OrderReturn.order_id, func.sum(OrderReturn.amount)).where(*of_them)
        back.update(dict(tuple(row) for row in session.exec(query.group_by(col(OrderReturn.order_id)))))
    return back


def paid_orders(session: Session, ids: list[int]) -> set[int]:
    """The orders for which receipts pay."""
    paid: set[int] = set()
    for some in pieces(ids, ASKED_AT_ONCE):
        query = select_columns(Receivable.order_id).join(Allocation, col(Allocation.receivable_id) == Receivable.id)
        alive = (col(Receivable.deleted_at).is_(None), col(Allocation.deleted_at).is_(None))
        paid.update(session.exec(query.where(col(Receivable.order_id).in_(some), *alive)))
    return paid
