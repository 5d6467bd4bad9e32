"""What was reached: the records behind each measure, counted by day.

成交额 counts orders by the day signed (or, as the settings have it, delivered, or invoices by theirs), tax included,
returns deducted on the day of return; 回款 money on the day received (acceptances on it or at maturity), refunds
deducted; all in yuan. Of an order that is shared only this person's part counts. A scope narrows the count:
``territory:…`` and ``client:…`` to records of those clients, ``product:…`` to the lines of that product,
``person:…`` to that person's shares.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from salescli.currencies import in_yuan
from salescli.decomposition.apportion import largest_remainder
from salescli.formulas import Counting
from salescli.models.clients import Client
from salescli.models.visits import Visit
from salescli.services.goals import levels
from salescli.services.goals.money_tables import (
    INVOICES,
    ORDER_LINES,
    ORDER_SHARES,
    ORDERS,
    QUOTATIONS,
    RECEIPTS,
    REFUNDS,
    REMOVED,
    RETURNS,
)
from salescli.services.office import profile
from salescli.vocabulary import FACE_TO_FACE, Measure, Method, OrderState, Outcome, Scope, VisitStatus

Conditions = Sequence[sa.ColumnElement[bool]]
ByDay = dict[date, int]


class _Of(NamedTuple):
    """Whose records count: of one client, territory and product or of all, and the person whose shares they are."""

    client: str | None
    territory: str | None
    product: str | None
    person: str
    owner: bool  # of this file, whose is what nobody shares in

    def clients(self, key: Any) -> Conditions:
        """Conditions on a record's key of its client, which need not look at the client unless a territory is asked."""
        kept = key.not_in(REMOVED)
        if self.client is not None:
            return kept, key == sa.select(col(Client.id)).where(col(Client.code) == self.client).scalar_subquery()
        if self.territory is not None:
            inside = sa.select(col(Client.id)).where(col(Client.id) == key, col(Client.territory) == self.territory)
            return kept, inside.exists()
        return (kept,)


def counting_of(session: Session) -> Counting:
    """How the settings of the run that ``session`` serves have amounts counted."""
    settings = session.info.get("settings")
    return Counting.of(settings()) if settings is not None else Counting()


def total(session: Session, measure: Measure, begin: date, end: date, scope: str = "") -> int | None:
    """What was reached from ``begin`` up to, not including, ``end``.

    0 where there is no record; None for what can't be known: 毛利 without costs, 满意度 without surveys, and what a
    scope has no part in, such as receipts of a product.
    """
    reached = by_day(session, measure, begin, end, scope)
    return None if reached is None else sum(reached.values())


def by_day(session: Session, measure: Measure, begin: date, end: date, scope: str = "") -> ByDay | None:
    """What was reached on each day that has any, in minor units or counts; None as in :func:`total`.

    A level stands, in hundredths, on one day alone: the last on which it was measured.
    """
    count = _COUNTS.get(measure)
    return None if count is None else count(session, begin, end, _of(session, scope))


def _of(session: Session, scope: str) -> _Of:
    kind, _colon, name = scope.partition(":")
    owner = profile.name_of(session)
    person = name if kind == Scope.PERSON else owner
    client, territory, product = (
        name if kind == asked else None for asked in (Scope.CLIENT, Scope.TERRITORY, Scope.PRODUCT)
    )
    return _Of(client, territory, product, person, person == owner)


# --- visits ---


def _visits(session: Session, begin: date, end: date, of: _Of) -> ByDay | None:
    """拜访: what happened face to face. Follow-ups by other channels are counted apart."""
    return _done(session, begin, end, of, col(Visit.channel).in_(FACE_TO_FACE))


def _effective_visits(session: Session, begin: date, end: date, of: _Of) -> ByDay | None:
    """有效拜访: neither absent nor refused, and an order, a quotation asked for, or a next step with a date."""
    effective = sa.or_(
        col(Visit.outcome).in_((Outcome.ORDER, Outcome.QUOTE)),
        sa.and_(
            sa.or_(col(Visit.outcome).is_(None), col(Visit.outcome).not_in((Outcome.ABSENT, Outcome.REFUSED))),
            col(Visit.next_on).is_not(None),
        ),
    )
    return _done(session, begin, end, of, col(Visit.channel).in_(FACE_TO_FACE), effective)


def _done(session: Session, begin: date, end: date, of: _Of, *conditions: sa.ColumnElement[bool]) -> ByDay | None:
    if of.product is not None or not of.owner:
        return None
    days = session.exec(
        select(col(Visit.done_on), func.count())
        .where(col(Visit.done_on) >= begin, col(Visit.done_on) < end, *_HAPPENED, *conditions)
        .where(*of.clients(col(Visit.client_id)))
        .group_by(col(Visit.done_on))
    )
    return {day: count for day, count in days if day is not None}


_HAPPENED: Conditions = (col(Visit.status) == VisitStatus.DONE, col(Visit.deleted_at).is_(None))


# --- orders ---

_STANDS: Conditions = (ORDERS.c.deleted_at.is_(None), ORDERS.c.state != OrderState.CANCELLED)


def _amount(session: Session, begin: date, end: date, of: _Of) -> ByDay | None:
    """成交额: what was closed, less what was returned by the day of return."""
    reached: ByDay = defaultdict(int)
    for day, value in _closed(session, of, begin, end):
        reached[day] += value
    for day, value in _shared(session, of, RETURNS.c.returned_on, RETURNS.c.value, begin, end):
        reached[day] -= value
    return dict(reached)


def _closed(session: Session, of: _Of, begin: date, end: date) -> list[tuple[date, int]]:
    """(day, value) of the orders by the day signed or delivered, or of the invoices, as the settings have it."""
    if counting_of(session).amount_by == "invoice":
        query, found = _invoiced(session, of, begin, end)
        return _own_parts(session, of, query, found)
    return _shared(session, of, _day_closed(session), ORDERS.c.value, begin, end)


def _day_closed(session: Session) -> Any:
    return ORDERS.c.delivered_on if counting_of(session).amount_by == "delivery" else ORDERS.c.signed_on


def _invoiced(session: Session, of: _Of, begin: date, end: date) -> tuple[Any, list[Any]]:
    """The query of the invoices that count, and (order, its product, day, value in yuan) of each."""
    query = _counting(of, INVOICES.c.issued_on, INVOICES.c.amount, begin, end).add_columns(ORDERS.c.rate)
    rows = session.connection().execute(query)
    return query, [(order, product, day, in_yuan(amount, rate)) for order, product, day, amount, rate in rows]


def each_closed(session: Session, begin: date, end: date) -> list[tuple[str, date, int]]:
    """(contract number or code, day, own part) of the orders, or invoices, that 成交额 counts one by one.

    What came back of them is below 0.
    """
    of = _of(session, "")
    if counting_of(session).amount_by == "invoice":
        closed = [_invoiced(session, of, begin, end)]
    else:
        query = _counting(of, _day_closed(session), ORDERS.c.value, begin, end)
        closed = [(query, list(session.connection().execute(query)))]
    back = _counting(of, RETURNS.c.returned_on, -RETURNS.c.value, begin, end)
    closed.append((back, list(session.connection().execute(back))))
    found = []
    for query, rows in closed:
        named = query.with_only_columns(ORDERS.c.id, func.coalesce(ORDERS.c.number, ORDERS.c.code))
        names = {row[0]: row[1] for row in session.connection().execute(named)}
        own = _own_parts(session, of, query, rows)
        found += [(names[row[0]], day, value) for row, (day, value) in zip(rows, own, strict=True)]
    return found


def _margin(session: Session, begin: date, end: date, of: _Of) -> ByDay | None:
    """毛利: value less cost of the orders whose cost is known, by the day signed, less the part of what came back.

    None while no cost is known.
    """
    known = sa.select(ORDERS.c.id).where(ORDERS.c.cost.is_not(None), *_STANDS).limit(1)
    if session.connection().execute(known).first() is None:
        return None
    reached: ByDay = defaultdict(int)
    costed = ORDERS.c.cost.is_not(None)
    for day, value in _shared(session, of, ORDERS.c.signed_on, ORDERS.c.value - ORDERS.c.cost, begin, end, costed):
        reached[day] += value
    query = _counting(of, RETURNS.c.returned_on, RETURNS.c.id, begin, end, costed)
    back = margin_returned(session)
    returned = [(order, product, day, back[key]) for order, product, day, key in session.connection().execute(query)]
    for day, value in _own_parts(session, of, query, returned):
        reached[day] -= value
    return dict(reached)


def margin_returned(session: Session) -> dict[int, int]:
    """What each return takes off the margin of its order, whose cost is known, in minor units of yuan, by its id.

    (value - cost) × returned ÷ value, rounded half up on all that came back so far, so that an order that came back
    as a whole leaves nothing.
    """
    query = (
        sa.select(RETURNS.c.id, ORDERS.c.id, ORDERS.c.value, ORDERS.c.cost, RETURNS.c.value)
        .select_from(RETURNS.join(ORDERS, ORDERS.c.id == RETURNS.c.order_id))
        .where(ORDERS.c.cost.is_not(None), ORDERS.c.value > 0, RETURNS.c.deleted_at.is_(None))
        .order_by(RETURNS.c.returned_on, RETURNS.c.id)
    )
    so_far: dict[int, int] = defaultdict(int)
    found: dict[int, int] = defaultdict(int)
    for key, order, value, cost, returned in session.connection().execute(query):
        before, so_far[order] = so_far[order], so_far[order] + returned
        after, earlier = ((2 * (value - cost) * back + value) // (2 * value) for back in (so_far[order], before))
        found[key] = after - earlier
    return found


def _orders(session: Session, begin: date, end: date, of: _Of) -> ByDay | None:
    """订单数: orders by the day signed."""
    query = (
        sa.select(ORDERS.c.signed_on, func.count())
        .where(ORDERS.c.signed_on >= begin, ORDERS.c.signed_on < end, *_STANDS, *of.clients(ORDERS.c.client_id))
        .group_by(ORDERS.c.signed_on)
    )
    if of.product is not None:
        line = sa.select(ORDER_LINES.c.id).where(
            ORDER_LINES.c.order_id == ORDERS.c.id, ORDER_LINES.c.product == of.product
        )
        query = query.where(sa.or_(ORDERS.c.product == of.product, line.exists()))
    return _counted(session, query)


def _shared(
    session: Session, of: _Of, day: Any, value: Any, begin: date, end: date, *conditions: sa.ColumnElement[bool]
) -> list[tuple[date, int]]:
    """(day, value) of the orders, or returns, that count: the person's share, and of it the product's lines."""
    query = _counting(of, day, value, begin, end, *conditions)
    found = []
    if of.product is None and of.owner:  # only those that are shared are needed one by one
        share = sa.select(ORDER_SHARES.c.id)
        shared = share.where(ORDER_SHARES.c.order_id == ORDERS.c.id, ORDER_SHARES.c.deleted_at.is_(None)).exists()
        summed = query.where(~shared).with_only_columns(day, func.sum(value)).group_by(day)
        found = [(on, worth) for on, worth in session.connection().execute(summed)]
        query = query.where(shared)
    return found + _own_parts(session, of, query, list(session.connection().execute(query)))


def _counting(of: _Of, day: Any, value: Any, begin: date, end: date, *conditions: sa.ColumnElement[bool]) -> Any:
    """(order, its product, day, value) of the orders, returns or invoices that count."""
    rows: Any = ORDERS
    if day.table is RETURNS:
        rows = rows.join(RETURNS, RETURNS.c.order_id == ORDERS.c.id)
        conditions = (*conditions, RETURNS.c.deleted_at.is_(None))
    elif day.table is INVOICES:
        rows = rows.join(INVOICES, INVOICES.c.order_id == ORDERS.c.id)
        conditions = (*conditions, INVOICES.c.deleted_at.is_(None))
    return (
        sa.select(ORDERS.c.id, ORDERS.c.product, day, value)
        .select_from(rows)
        .where(day >= begin, day < end, *_STANDS, *of.clients(ORDERS.c.client_id), *conditions)
    )


def _own_parts(session: Session, of: _Of, query: Any, found: Sequence[Any]) -> list[tuple[date, int]]:
    """(day, value) of what the query of :func:`_counting` has found: the person's share, and of it the product's."""
    if not found:
        return []
    people = _people(session, query)
    lines = _parts(session, query, ORDER_LINES, ORDER_LINES.c.product, ORDER_LINES.c.amount) if of.product else {}
    counted = []
    for order, product, on, worth in found:
        part = _part_of(worth, people[order], of.person) if order in people else worth if of.owner else 0
        if of.product is not None:
            part = _part_of(part, lines.get(order, [(product, 1)]), of.product)
        counted.append((on, part))
    return counted


def _part_of(worth: int, parts: list[tuple[str, Any]], name: str) -> int:
    """What of ``worth`` goes to ``name`` when it is shared out in these parts."""
    weights = [Fraction(part) for _name, part in parts]
    shares = largest_remainder(abs(worth), weights if any(weights) else [Fraction(1)] * len(weights))
    own = sum(share for share, (other, _part) in zip(shares, parts, strict=True) if other == name)
    return own if worth >= 0 else -own


def _people(session: Session, orders: Any) -> dict[int, list[tuple[str, Any]]]:
    """Who shares in the orders that a query finds, by order: (person, percent)."""
    return _parts(session, orders, ORDER_SHARES, ORDER_SHARES.c.person, ORDER_SHARES.c.percent)


def _parts(session: Session, orders: Any, table: Any, name: Any, part: Any) -> dict[int, list[tuple[str, Any]]]:
    """The parts of the orders that a query finds, by order: (name, how much)."""
    query = (
        sa.select(table.c.order_id, name, part)
        .where(table.c.deleted_at.is_(None), table.c.order_id.in_(orders.with_only_columns(ORDERS.c.id)))
        .order_by(table.c.order_id, table.c.id)
    )
    rows = session.connection().execute(query)
    return {order: [(row[1], row[2]) for row in of_order] for order, of_order in groupby(rows, lambda row: row[0])}


def _new_clients(session: Session, begin: date, end: date, of: _Of) -> ByDay | None:
    """新客户: clients by the day of their first order ever, booked or told of by a visit's outcome."""
    if of.product is not None:
        return None
    first = first_orders(begin, end).subquery()
    query = sa.select(first.c.day, func.count()).where(*of.clients(first.c.client)).group_by(first.c.day)
    return _counted(session, query)


def first_orders(begin: date, end: date) -> Any:
    """A query of the clients new from ``begin`` up to, not including, ``end``: (client, day of the first order).

    The orders of these days alone are read, and of their clients whether there was one before.
    """
    ordered = sa.select(ORDERS.c.client_id.label("client"), ORDERS.c.signed_on.label("day")).where(
        ORDERS.c.signed_on >= begin, ORDERS.c.signed_on < end, *_STANDS
    )
    told: Any = sa.select(col(Visit.client_id).label("client"), col(Visit.done_on).label("day")).where(
        col(Visit.done_on) >= begin, col(Visit.done_on) < end, col(Visit.outcome) == Outcome.ORDER, *_HAPPENED
    )
    both = sa.union_all(ordered, told).subquery()
    first = sa.select(both.c.client, func.min(both.c.day).label("day")).group_by(both.c.client).subquery()
    return sa.select(first.c.client, first.c.day).where(*none_before(begin, first.c.client))


def none_before(begin: date, client: Any) -> tuple[Any, Any]:
    """Conditions on the key of a client: no order before ``begin``, booked or told of by a visit's outcome."""
    ordered = sa.select(ORDERS.c.id).where(ORDERS.c.client_id == client, ORDERS.c.signed_on < begin, *_STANDS)
    told = sa.select(col(Visit.id)).where(
        col(Visit.client_id) == client, col(Visit.done_on) < begin, col(Visit.outcome) == Outcome.ORDER, *_HAPPENED
    )
    return ~ordered.exists(), ~told.exists()


# --- receipts and quotations ---


def _receipts(session: Session, begin: date, end: date, of: _Of) -> ByDay | None:
    """回款: money on the day received, or that an acceptance matures, less refunds on theirs."""
    if of.product is not None:
        return None
    reached: ByDay = defaultdict(int)
    for table, day, sign in ((RECEIPTS, day_received(session, RECEIPTS.c), 1), (REFUNDS, REFUNDS.c.refunded_on, -1)):
        query = (
            sa.select(day, func.sum(table.c.value))
            .where(day >= begin, day < end, table.c.deleted_at.is_(None), *of.clients(table.c.client_id))
            .group_by(day)
        )
        for on, value in session.connection().execute(query):
            reached[on] += sign * value
    return dict(reached)


def day_received(session: Session, receipt: Any) -> Any:
    """The day that money counts as received, of a receipt's columns: of an acceptance as the settings have it."""
    if counting_of(session).acceptances != "maturity":
        return receipt.received_on
    matures = sa.and_(receipt.method == Method.ACCEPTANCE, receipt.matures_on.is_not(None))
    return sa.case((matures, receipt.matures_on), else_=receipt.received_on)


def _quotes(session: Session, begin: date, end: date, of: _Of) -> ByDay | None:
    """报价: quotations by the day issued, each once however often it was revised."""
    if of.product is not None:
        return None
    query = (
        sa.select(QUOTATIONS.c.issued_on, func.count())
        .where(
            QUOTATIONS.c.issued_on >= begin,
            QUOTATIONS.c.issued_on < end,
            QUOTATIONS.c.version == 1,
            QUOTATIONS.c.deleted_at.is_(None),
            *of.clients(QUOTATIONS.c.client_id),
        )
        .group_by(QUOTATIONS.c.issued_on)
    )
    return _counted(session, query)


# --- levels ---


def _satisfaction(session: Session, begin: date, end: date, of: _Of) -> ByDay | None:
    """满意度: the level of the period, in hundredths, on the day it was measured last."""
    if of.product is not None or not of.owner or begin >= end:
        return None
    found = levels.scores(session, *levels.window(begin, end), *of.clients(levels.SURVEYS.c.client_id))
    level = levels.average(found)
    return None if level is None else {max(begin, found[-1][0]): levels.hundredths(level)}


def _counted(session: Session, query: Any) -> ByDay:
    return {row[0]: row[1] for row in session.connection().execute(query)}


_COUNTS: dict[Measure, Callable[[Session, date, date, _Of], ByDay | None]] = {
    Measure.AMOUNT: _amount,
    Measure.RECEIPTS: _receipts,
    Measure.MARGIN: _margin,
    Measure.ORDERS: _orders,
    Measure.NEW_CLIENTS: _new_clients,
    Measure.VISITS: _visits,
    Measure.EFFECTIVE_VISITS: _effective_visits,
    Measure.QUOTES: _quotes,
    Measure.SATISFACTION: _satisfaction,
}
