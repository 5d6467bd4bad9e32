"""Orders as lists and JSON show them, with their lines, shares and returns; which are late, which contracts end."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli.dates import Period
from salescli.models.base import plain_rows, select_columns
from salescli.models.clients import Client
from salescli.models.deals import Deal
from salescli.models.orders import Order, OrderLine, OrderReturn, OrderShare, Visit
from salescli.models.products import Product
from salescli.models.quotations import Quotation
from salescli.services.accounts.clients import ClientRef
from salescli.services.selling.order_shares import share_amounts
from salescli.texts import name_key
from salescli.vocabulary import OrderState, parse_word

UNDELIVERED = frozenset({OrderState.CONFIRMED, OrderState.PREPARING})
# Nothing more is to happen to these, and they are late no more.
ENDED = frozenset({OrderState.CLOSED, OrderState.CANCELLED, OrderState.RETURNED})
_NEVER_LATE = frozenset({OrderState.CANCELLED, OrderState.RETURNED})

Item = TypeVar("Item")


@dataclass(frozen=True)
class LineView:
    """A line of an order; ``product_code`` is None for goods that are only a text."""

    product_code: str | None
    product: str
    spec: str | None
    quantity: str
    unit: str | None
    price: int
    discount_percent: str | None
    amount: int
    cost: int | None


@dataclass(frozen=True)
class ShareView:
    """A person's share: ``percent`` as decimal text, ``amount`` what it comes to of the order's."""

    person: str
    percent: str
    amount: int


@dataclass(frozen=True)
class ReturnView:
    """What came back on a day, in the order's currency and in yuan; ``O0012-1`` is the first return of O0012."""

    code: str
    on: date
    amount: int
    value: int
    reason: str | None


@dataclass(frozen=True)
class OrderView:
    """An order as lists and JSON show it, in minor units of ``currency``; ``value`` and ``cost`` are in yuan.

    ``days_late`` is 0 for one that is in time, None without a promised day. ``returned`` is the sum of ``returns``.
    """

    code: str
    number: str | None
    client: ClientRef
    state: str
    signed_on: date
    product: str | None
    amount: int
    currency: str
    rate: str | None
    value: int
    cost: int | None
    terms: str | None
    promised_on: date | None
    delivered_on: date | None
    accepted_on: date | None
    days_late: int | None
    contract_file: str | None
    contract_begin: date | None
    contract_end: date | None
    quotation: str | None
    deal: str | None
    visit: str | None
    ended_on: date | None
    reason: str | None
    note: str | None
    lines: tuple[LineView, ...] = ()
    shares: tuple[ShareView, ...] = ()
    returns: tuple[ReturnView, ...] = ()

    @property
    def returned(self) -> int:
        """What came back of it, in its currency."""
        return sum(one.amount for one in self.returns)

    @property
    def goods(self) -> str | None:
        """What was ordered, in a few words."""
        return self.product or "、".join(dict.fromkeys(line.product for line in self.lines)) or None


@dataclass(frozen=True)
class Filter:
    """What a list of orders is narrowed to; ``None`` narrows nothing.

    ``open`` are those to which something is still to happen, ``expiring`` those whose contract ends within so many
    days.
    """

    text: str | None = None
    period: Period | None = None
    client_id: int | None = None
    state: str | None = None
    late: bool = False
    open: bool = False
    expiring: int | None = None


_COLUMNS = (
    "code", "number", "state", "signed_on", "product", "amount", "currency", "rate", "value", "cost", "terms",
    "promised_on", "delivered_on", "accepted_on", "contract_file", "contract_begin", "contract_end", "ended_on",
    "reason", "note",
)  # fmt: skip


def listed(session: Session, wanted: Filter, today: date) -> list[OrderView]:
    """Orders by filter, in the order they were signed; contracts that end by the day they do."""
    views = _views(session, _conditions(wanted, today), today)
    if wanted.expiring is not None:
        views.sort(key=lambda order: (order.contract_end or date.max, order.code))
    return views


def late(session: Session, today: date) -> list[OrderView]:
    """Orders that were promised for a day before ``today`` and are not delivered, the longest overdue first."""
    waiting = [order for order in listed(session, Filter(late=True), today) if order.delivered_on is None]
    return sorted(waiting, key=lambda order: -(order.days_late or 0))


def view(session: Session, order: Order, today: date) -> OrderView:
    """One order as lists and JSON show it."""
    return _views(session, [Order.id == order.id], today)[0]


def _conditions(wanted: Filter, today: date) -> list[Any]:
    conditions: list[Any] = []
    if wanted.text is not None:
        conditions.append(_text_matches(wanted.text))
    if wanted.period is not None:
        conditions += [col(Order.signed_on) >= wanted.period.begin, col(Order.signed_on) < wanted.period.end]
    if wanted.client_id is not None:
        conditions.append(Order.client_id == wanted.client_id)
    if wanted.state is not None:
        conditions.append(Order.state == parse_word(wanted.state, OrderState).value)
    if wanted.open:
        conditions.append(col(Order.state).not_in(ENDED))
    if wanted.late:
        conditions.append(_is_late(today))
    if wanted.expiring is not None:
        conditions += [
            col(Order.contract_end).between(today, today + timedelta(days=wanted.expiring)),
            col(Order.state).not_in(_NEVER_LATE),
        ]
    return conditions


def _is_late(today: date) -> sa.ColumnElement[bool]:
    """Promised for a day that has passed without delivery, or delivered after the day promised."""
    promised, delivered = col(Order.promised_on), col(Order.delivered_on)
    waiting = sa.and_(delivered.is_(None), promised < today, col(Order.state).in_(UNDELIVERED))
    return sa.or_(waiting, sa.and_(delivered > promised, col(Order.state).not_in(_NEVER_LATE)))


def _text_matches(text: str) -> sa.ColumnElement[bool]:
    """Whether a text stands in the code, the number, the goods or the note, or names the client."""
    key = name_key(text)
    columns = [Order.code, Order.number, Order.product, Order.note, Client.search, Client.code]
    if key.isascii():
        columns += [Client.pinyin, Client.initials]
    in_lines = select_columns(OrderLine.order_id).where(
        col(OrderLine.product).icontains(text, autoescape=True), col(OrderLine.deleted_at).is_(None)
    )
    found = [col(column).icontains(asked, autoescape=True) for column in columns for asked in {key, text.strip()}]
    return sa.or_(*found, col(Order.id).in_(in_lines))


def _days_late(state: str, promised_on: date | None, delivered_on: date | None, today: date) -> int | None:
    if promised_on is None:
        return None
    if delivered_on is None and state not in UNDELIVERED:
        return 0
    return max(0, ((delivered_on or today) - promised_on).days)


def _views(session: Session, conditions: Iterable[Any], today: date) -> list[OrderView]:
    wanted = [col(Order.deleted_at).is_(None), col(Client.deleted_at).is_(None), *conditions]
    query = (
        select_columns(
            Order.id,
            Client.code,
            Client.name,
            Quotation.code,
            Deal.code,
            Visit.code,
            *(getattr(Order, name) for name in _COLUMNS),
        )
        .join(Client, col(Client.id) == Order.client_id)
        .outerjoin(Quotation, col(Quotation.id) == Order.quotation_id)
        .outerjoin(Deal, col(Deal.id) == Order.deal_id)
        .outerjoin(Visit, col(Visit.id) == Order.visit_id)
        .where(*wanted)
        .order_by(col(Order.signed_on), col(Order.id))
    )
    views = {row[0]: _view(row, today) for row in plain_rows(session, query)}
    ids = select_columns(Order.id).join(Client, col(Client.id) == Order.client_id).where(*wanted)
    lines = _of_orders(session, ids, OrderLine, _line, Product.code)
    shares = _of_orders(session, ids, OrderShare, lambda row: row)
    returns = _returns(session, ids)
    for number in {*lines, *shares, *returns}:
        views[number] = replace(
            views[number],
            lines=tuple(lines.get(number, ())),
            shares=_shares(views[number].amount, shares.get(number, [])),
            returns=tuple(returns.get(number, ())),
        )
    return list(views.values())


def _view(row: Any, today: date) -> OrderView:
    _number, client, name, quotation, deal, visit, *values = row
    order = dict(zip(_COLUMNS, values, strict=True))
    return OrderView(
        **order,
        client=ClientRef(client, name),
        days_late=_days_late(order["state"], order["promised_on"], order["delivered_on"], today),
        quotation=quotation,
        deal=deal,
        visit=visit,
    )


def _of_orders(
    session: Session, ids: Any, table: Any, read: Callable[[Any], Item], *more: Any
) -> dict[int, list[Item]]:
    """What belongs to the orders whose keys ``ids`` selects, by order."""
    query = select_columns(table, *more).where(col(table.order_id).in_(ids), col(table.deleted_at).is_(None))
    if more:
        query = query.outerjoin(Product, col(Product.id) == table.product_id)
    found: dict[int, list[Item]] = {}
    for row in session.exec(query.order_by(col(table.id))):
        found.setdefault((row[0] if more else row).order_id, []).append(read(row))
    return found


def _line(row: Any) -> LineView:
    line, code = row
    return LineView(
        code,
        line.product,
        line.spec,
        line.quantity,
        line.unit,
        line.price,
        line.discount_percent,
        line.amount,
        line.cost,
    )


def _returns(session: Session, ids: Any) -> dict[int, list[ReturnView]]:
    """What came back of the orders whose keys ``ids`` selects, by order."""
    query = select_columns(OrderReturn, Order.code).join(Order, col(Order.id) == OrderReturn.order_id)
    places: Counter[int] = Counter()
    found: dict[int, list[ReturnView]] = {}
    for back, code in session.exec(query.where(col(OrderReturn.order_id).in_(ids)).order_by(col(OrderReturn.id))):
        # Removed ones keep their places, so that a code means the same return for good.
        places[back.order_id] += 1
        if back.deleted_at is None:
            one = ReturnView(f"{code}-{places[back.order_id]}", back.returned_on, back.amount, back.value, back.reason)
            found.setdefault(back.order_id, []).append(one)
    return found


def _shares(amount: int, shares: list[Any]) -> tuple[ShareView, ...]:
    parts = share_amounts(amount, [share.percent for share in shares]) if shares else []
    return tuple(ShareView(share.person, share.percent, part) for share, part in zip(shares, parts, strict=True))
