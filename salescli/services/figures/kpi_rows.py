"""The records behind a figure: each with what it adds, so that they come to the figure again."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Any, Literal

import sqlalchemy as sa
from sqlmodel import Session, col, func

from salescli.currencies import in_yuan
from salescli.dates import Period
from salescli.decomposition.apportion import largest_remainder
from salescli.models.base import Moment, select_columns
from salescli.models.clients import Client
from salescli.models.orders import Order, OrderReturn, OrderShare
from salescli.models.quotations import Quotation
from salescli.models.receipts import Allocation, Invoice, Receipt, Receivable, Refund
from salescli.models.visits import Visit
from salescli.services.accounts.clients import ClientRef
from salescli.services.cash import receivables
from salescli.services.goals import actuals, levels
from salescli.services.goals.money_tables import ORDERS, REMOVED
from salescli.services.office import profile
from salescli.services.visiting import visits, week_visits
from salescli.services.visiting.visits import VisitView
from salescli.vocabulary import Measure, OrderState, Outcome, VisitStatus

Kind = Literal[
    "order", "invoice", "return", "receipt", "refund", "visit", "quotation", "client", "receivable", "survey", "ticket"
]


@dataclass(frozen=True)
class Row:
    """A record that counts in a figure, or that might have.

    ``counts`` is what it adds to the numerator: minor units for money, the score of a survey, else 1, 0 or -1.
    ``amount`` is what it is worth in minor units of yuan, below 0 for what is taken off: of a shared order the own
    part, ``whole`` is all of it then. ``state`` is the token of what it was: a visit's outcome, or kept, lost,
    gained of a client.
    """

    kind: Kind
    code: str | None
    number: str | None
    client: ClientRef
    day: date | None
    counts: int
    amount: int | None = None
    whole: int | None = None
    state: str | None = None
    key: int | None = None
    order_key: int | None = None


def behind(session: Session, measure: Measure, period: Period, today: date) -> list[Row]:
    """The records that a measure counts in ``period`` up to ``today``, by day."""
    if measure not in _BEHIND or period.begin > today:
        return []
    found = _BEHIND[measure](session, Period(period.begin, min(period.end, today + timedelta(days=1)), period.label))
    return sorted(found, key=lambda row: (row.day or date.max, row.kind, row.code or "", row.key or 0))


_ASKED_AT_ONCE = 500  # SQLite takes a bounded number of parameters
_CLIENT = (Client.code, Client.name)
_STANDS = (Order.state != OrderState.CANCELLED, col(Order.deleted_at).is_(None), col(Client.deleted_at).is_(None))


def _within(period: Period, day: Any) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return col(day) >= period.begin, col(day) < period.end


# --- orders ---


def _amount(session: Session, period: Period) -> Iterator[Row]:
    """Orders signed or delivered, or invoices, as the settings have it; what came back with the sign turned."""
    amount_by = actuals.counting_of(session).amount_by
    if amount_by == "invoice":
        invoiced = [(*row, in_yuan(amount, rate)) for *row, amount, rate in session.exec(_invoices(period))]
        yield from _of_orders(session, invoiced, kind="invoice")
    else:
        closed = _orders(period, Order.delivered_on if amount_by == "delivery" else Order.signed_on)
        yield from _of_orders(session, session.exec(closed.add_columns(Order.value)))
    returned = session.exec(_returns(period).add_columns(-col(OrderReturn.value)))
    yield from _of_orders(session, returned, kind="return")


def _margin(session: Session, period: Period) -> Iterator[Row]:
    """Value less cost of the orders signed, and the part of what came back with the sign turned."""
    costed = col(Order.cost).is_not(None)
    margin = col(Order.value) - col(Order.cost)
    yield from _of_orders(session, session.exec(_orders(period).add_columns(margin).where(costed)))
    back = actuals.margin_returned(session)
    returned = [(*row, -back[row[-1]]) for row in session.exec(_returns(period).where(costed))]
    yield from _of_orders(session, returned, kind="return")


def _returns(period: Period) -> Any:
    """(order, the return's code, number, client's code and name, day, key) of what came back in a period."""
    code = _code_within(Order.code, OrderReturn, "order_id")
    return (
        select_columns(Order.id, code, Order.number, *_CLIENT, OrderReturn.returned_on, OrderReturn.id)
        .select_from(OrderReturn)
        .join(Order, col(Order.id) == OrderReturn.order_id)
        .join(Client, col(Client.id) == Order.client_id)
        .where(*_within(period, OrderReturn.returned_on), col(OrderReturn.deleted_at).is_(None), *_STANDS)
    )


def _code_within(whole: Any, table: type[OrderReturn | Refund], column: str) -> sa.ColumnElement[str]:
    """The code of a return or refund: that of its order or receipt and its place, ``O0012-1``; removed ones count."""
    other = sa.orm.aliased(table)
    same = getattr(other, column) == getattr(table, column)
    place = sa.select(func.count()).select_from(other).where(same, col(other.id) <= col(table.id))
    return col(whole).concat("-").concat(place.correlate(table).scalar_subquery())


def _order_count(session: Session, period: Period) -> Iterator[Row]:
    for _order, code, number, client, name, day, key, value in session.exec(_orders(period).add_columns(Order.value)):
        yield Row("order", code, number, ClientRef(client, name), day, 1, value, key=key)


def _orders(period: Period, day: Any = Order.signed_on) -> Any:
    """(order, code, number, client's code and name, day, key) of the orders signed, or delivered, in a period."""
    return (
        select_columns(Order.id, Order.code, Order.number, *_CLIENT, day, col(Order.id).label("key"))
        .join(Client, col(Client.id) == Order.client_id)
        .where(*_within(period, day), *_STANDS)
    )


def _invoices(period: Period) -> Any:
    """(order, its code, the invoice's number, client's code and name, day, key, amount, rate) of those of a period."""
    return (
        select_columns(Order.id, Order.code, Invoice.number, *_CLIENT, Invoice.issued_on, Invoice.id)
        .add_columns(Invoice.amount, Order.rate)
        .select_from(Invoice)
        .join(Order, col(Order.id) == Invoice.order_id)
        .join(Client, col(Client.id) == Order.client_id)
        .where(*_within(period, Invoice.issued_on), col(Invoice.deleted_at).is_(None), *_STANDS)
    )


def _of_orders(session: Session, found: Iterable[Any], kind: Kind = "order") -> Iterator[Row]:
    """Rows worth the last column of those found, of shared orders the own part."""
    found = list(found)
    shares, owner = _shares(session, {row[0] for row in found}), profile.name_of(session)
    for order, code, number, client, name, day, key, worth in found:
        part = _own_part(worth, shares[order], owner) if order in shares else worth
        whole = worth if order in shares else None
        yield Row(kind, code, number, ClientRef(client, name), day, part, part, whole, key=key, order_key=order)


def _shares(session: Session, orders: set[int]) -> dict[int, list[tuple[str, Fraction]]]:
    """(person, part) by order, for those of ``orders`` that are shared."""
    query = (
        select_columns(OrderShare.order_id, OrderShare.person, OrderShare.percent)
        .where(col(OrderShare.deleted_at).is_(None))
        .order_by(OrderShare.order_id, OrderShare.id)
    )
    if len(orders) <= _ASKED_AT_ONCE:
        query = query.where(col(OrderShare.order_id).in_(orders))
    by_order = groupby(session.exec(query), lambda row: row[0])
    return {order: [(person, Fraction(percent)) for _key, person, percent in rows] for order, rows in by_order}


def _own_part(worth: int, shares: list[tuple[str, Fraction]], owner: str) -> int:
    parts = largest_remainder(abs(worth), [share for _person, share in shares])
    own = sum(part for part, (person, _share) in zip(parts, shares, strict=True) if person == owner)
    return own if worth >= 0 else -own


def _new_clients(session: Session, period: Period) -> Iterator[Row]:
    """The first order of each client who is new: booked, or told of by a visit's outcome."""
    booked = select_columns(
        Order.client_id, col(Order.signed_on).label("day"), Order.code, Order.number, sa.literal("order").label("kind")
    ).where(*_within(period, Order.signed_on), Order.state != OrderState.CANCELLED, col(Order.deleted_at).is_(None))
    told = select_columns(
        Visit.client_id, col(Visit.done_on).label("day"), Visit.code, sa.null(), sa.literal("visit").label("kind")
    ).where(
        *_within(period, Visit.done_on),
        Visit.status == VisitStatus.DONE,
        Visit.outcome == Outcome.ORDER,
        col(Visit.deleted_at).is_(None),
    )
    both = sa.union_all(booked, told).subquery()
    query = (
        # SQLite takes the other columns from the row that has the least day.
        select_columns(both.c.kind, both.c.code, both.c.number, *_CLIENT, func.min(both.c.day).label("first"))
        .join(Client, col(Client.id) == both.c.client_id)
        .where(col(Client.deleted_at).is_(None), *actuals.none_before(period.begin, both.c.client_id))
        .group_by(both.c.client_id)
    )
    for kind, code, number, client, name, day in session.exec(query):
        yield Row(kind, code, number, ClientRef(client, name), day, 1)


# --- receipts, quotations, visits ---


def _receipts(session: Session, period: Period) -> Iterator[Row]:
    """Money received, or acceptances matured, and what was paid back with the sign turned."""
    day: Any = actuals.day_received(session, Receipt)
    received = (
        select_columns(Receipt.code, Receipt.reference, *_CLIENT, day, Receipt.value, Receipt.id)
        .join(Client, col(Client.id) == Receipt.client_id)
        .where(day >= period.begin, day < period.end, col(Receipt.deleted_at).is_(None))
    )
    own_code = func.coalesce(_code_within(Receipt.code, Refund, "receipt_id"), Order.code)
    paid_back = (
        select_columns(own_code, Order.number, *_CLIENT, Refund.refunded_on, -col(Refund.value), Refund.id)
        .select_from(Refund)
        .join(Client, col(Client.id) == Refund.client_id)
        .outerjoin(Receipt, col(Receipt.id) == Refund.receipt_id)
        .outerjoin(Order, col(Order.id) == Refund.order_id)
        .where(*_within(period, Refund.refunded_on), col(Refund.deleted_at).is_(None))
    )
    kinds: tuple[tuple[Kind, Any], ...] = (("receipt", received), ("refund", paid_back))
    for kind, query in kinds:
        for code, number, client, name, day, value, key in session.exec(query.where(col(Client.deleted_at).is_(None))):
            yield Row(kind, code, number, ClientRef(client, name), day, value, value, key=key)


def _quotes(session: Session, period: Period) -> Iterator[Row]:
    query = (
        select_columns(Quotation.code, *_CLIENT, Quotation.issued_on, Quotation.id)
        .join(Client, col(Client.id) == Quotation.client_id)
        .where(
            *_within(period, Quotation.issued_on),
            Quotation.version == 1,
            col(Quotation.deleted_at).is_(None),
            col(Client.deleted_at).is_(None),
        )
    )
    for code, client, name, day, key in session.exec(query):
        yield Row("quotation", code, None, ClientRef(client, name), day, 1, key=key)


def _visits(session: Session, period: Period) -> Iterator[Row]:
    for visit in visits.listed(session, period, status=VisitStatus.DONE):
        if visit.face_to_face and visit.on is not None and visit.on in period:
            yield _of_visit(visit, 1, visit.outcome)


def _effective_visits(session: Session, period: Period) -> Iterator[Row]:
    for visit in visits.listed(session, period, status=VisitStatus.DONE):
        if visit.face_to_face and visit.effective and visit.on is not None and visit.on in period:
            yield _of_visit(visit, 1, visit.outcome)


def _scores(session: Session, period: Period) -> Iterator[Row]:
    """The answers over which the level of satisfaction is averaged; each adds its score."""
    begin, end = levels.window(period.begin, period.end)
    survey = levels.SURVEYS.c
    query = (
        sa.select(survey.code, *_CLIENT, survey.answered_on, survey.score, survey.id)  # type: ignore[call-overload]
        .join(Client, col(Client.id) == survey.client_id)
        .where(
            survey.answered_on >= begin,
            survey.answered_on < end,
            survey.score.is_not(None),
            survey.deleted_at.is_(None),
            col(Client.deleted_at).is_(None),
        )
    )
    for code, client, name, day, score, key in session.connection().execute(query):
        yield Row("survey", code, None, ClientRef(client, name), day, score, key=key)


def _of_visit(visit: VisitView, counts: int, state: str | None) -> Row:
    return Row("visit", visit.code, None, visit.client, visit.day, counts, state=state)


_BEHIND: dict[Measure, Callable[[Session, Period], Iterator[Row]]] = {
    Measure.AMOUNT: _amount,
    Measure.RECEIPTS: _receipts,
    Measure.MARGIN: _margin,
    Measure.ORDERS: _order_count,
    Measure.NEW_CLIENTS: _new_clients,
    Measure.VISITS: _visits,
    Measure.EFFECTIVE_VISITS: _effective_visits,
    Measure.QUOTES: _quotes,
    Measure.SATISFACTION: _scores,
}


# --- what is behind ratios ---


def answers_due(session: Session, period: Period, today: date) -> list[Row]:
    """Problems whose answer was due in the period, those answered in time counting 1.

    What is due today or later and not answered yet is not told either way.
    """
    first, last = (datetime.combine(day, time.min).astimezone() for day in (period.begin, period.end))
    query = (
        sa.select(_TICKETS.c.code, *_CLIENT, _TICKETS.c.respond_by, _TICKETS.c.responded_at, _TICKETS.c.id)  # type: ignore[call-overload]
        .join(Client, col(Client.id) == _TICKETS.c.client_id)
        .where(
            _TICKETS.c.respond_by >= first,
            _TICKETS.c.respond_by < last,
            _TICKETS.c.deleted_at.is_(None),
            col(Client.deleted_at).is_(None),
        )
        .order_by(_TICKETS.c.respond_by, _TICKETS.c.id)
    )
    rows = []
    for code, client, name, due, answered, key in session.connection().execute(query):
        day = due.astimezone().date()
        if answered is None and day >= today:
            continue
        state = "unanswered" if answered is None else "in_time" if answered <= due else "late"
        whose = ClientRef(client, name)
        rows.append(Row("ticket", code, None, whose, day, int(state == "in_time"), state=state, key=key))
    return rows


# As plain columns: nothing else of tickets is needed here.
_TICKETS = sa.table(
    "ticket",
    *map(sa.column, ("id", "code", "client_id", "deleted_at")),
    *(sa.column(name, Moment()) for name in ("respond_by", "responded_at")),
)


def planned_visits(session: Session, period: Period, today: date) -> list[Row]:
    """Face-to-face visits planned for the period, those done counting 1."""
    return [
        _of_visit(line.visit, int(line.state == "done"), line.state)
        for line in week_visits.lines(session, period, today)
        if line.planned and line.visit.face_to_face
    ]


def buyers(session: Session, *windows: Period) -> dict[ClientRef, tuple[date | None, ...]]:
    """The clients with an order in any of ``windows``, and the day of their last one in each."""
    last = _last_orders(*windows)
    query = (
        select_columns(*_CLIENT, *list(last.c)[1:])
        .join(last, last.c.client_id == Client.id)
        .where(col(Client.deleted_at).is_(None))
        .order_by(col(Client.id))
    )
    return {ClientRef(code, name): tuple(days) for code, name, *days in session.exec(query)}


def buyer_counts(session: Session, later: Period, earlier: Period) -> tuple[int, int, int]:
    """How many clients have an order in both periods, in the later alone, in the earlier alone."""
    last = _last_orders(later, earlier)
    _client, again, before = last.c
    rows = sa.select(func.count(again), func.count(before), func.count()).where(last.c.client_id.not_in(REMOVED))
    then, formerly, either = session.connection().execute(rows).one()
    return then + formerly - either, either - formerly, either - then


def _last_orders(*windows: Period) -> Any:
    """A query of the clients with an order in any of ``windows``: the key, and the day of their last one in each."""
    inside = [sa.and_(*_within(window, ORDERS.c.signed_on)) for window in windows]
    last = [func.max(sa.case((within, ORDERS.c.signed_on))).label(f"last{n}") for n, within in enumerate(inside)]
    whole = Period(min(window.begin for window in windows), max(window.end for window in windows), "")
    return (
        sa.select(ORDERS.c.client_id, *last)
        .where(
            *_within(whole, ORDERS.c.signed_on),  # one stretch of the index rather than one for each window
            sa.or_(*inside),
            *(ORDERS.c.state != OrderState.CANCELLED, ORDERS.c.deleted_at.is_(None)),
        )
        .group_by(ORDERS.c.client_id)
        .subquery()
    )


def open_receivables(session: Session, as_of: date) -> list[Row]:
    """What was still owed at the end of ``as_of``, in yuan; what was overdue by then counts its worth.

    Receipts and returns up to that day are taken off, returns from the part due last.
    """
    found = session.exec(_owed_on(as_of)).all()
    back = receivables.returned(session, {row[0] for row in found}, as_of)
    rows = []
    for order, code, number, client, name, key, due_on, rate, owed in found:
        off = min(owed, back.get(order, 0))
        if off:
            back[order] -= off
        worth = in_yuan(owed - off, rate)
        if worth:
            overdue = due_on is not None and due_on < as_of
            rows.append(
                Row("receivable", code, number, ClientRef(client, name), due_on, worth if overdue else 0, worth,
                    state="overdue" if overdue else "not_due", key=key, order_key=order)
            )  # fmt: skip
    return sorted(rows, key=lambda row: (row.day or date.max, row.code or "", row.key or 0))


def _owed_on(as_of: date) -> Any:
    """The parts of the orders signed by a day less what receipts had paid by then, those due last first."""
    # From what is open now, back to then: what was paid off long ago is not read.
    later = (
        select_columns(Allocation.receivable_id, func.sum(Allocation.amount).label("amount"))
        .where(
            col(Allocation.receipt_id).in_(select_columns(Receipt.id).where(Receipt.received_on > as_of)),
            col(Allocation.deleted_at).is_(None),
        )
        .group_by(col(Allocation.receivable_id))
        .subquery()
    )
    unpaid = select_columns(Receivable.id).where(
        col(Receivable.paid) < Receivable.amount, col(Receivable.deleted_at).is_(None)
    )
    owed = col(Receivable.amount) - col(Receivable.paid) + func.coalesce(later.c.amount, 0)
    return (
        select_columns(
            Order.id, Order.code, Order.number, *_CLIENT, Receivable.id, Receivable.due_on, Order.rate, owed
        )
        .select_from(Receivable)
        .join(Order, col(Order.id) == Receivable.order_id)
        .join(Client, col(Client.id) == Order.client_id)
        .outerjoin(later, later.c.receivable_id == Receivable.id)
        .where(
            col(Receivable.id).in_(sa.union(unpaid, sa.select(later.c.receivable_id))),
            *(col(Receivable.deleted_at).is_(None), Order.signed_on <= as_of, owed > 0),
            *_STANDS,
        )
        .order_by(col(Receivable.due_on).is_not(None), col(Receivable.due_on).desc(), col(Receivable.position).desc())
    )  # fmt: skip
