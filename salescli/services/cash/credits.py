"""Credit 信用: how far a client is trusted with goods it has not paid for, and how far that is used.

Exposure is what a client owes in all, due or not: orders less returns less receipts, refunds added again, in yuan.
"""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli.amounts import grouped
from salescli.config import Settings
from salescli.errors import BadValue, Refused
from salescli.i18n import _, _n, one_after_another
from salescli.models.clients import Client
from salescli.models.credits import Credit
from salescli.services.accounts.clients import ClientRef
from salescli.services.cash import collections
from salescli.services.goals.money_tables import ORDERS, RECEIPTS, REFUNDS, RETURNS
from salescli.texts import NOTE_LIMIT, clean
from salescli.vocabulary import CreditState, OrderState

MOST_DAYS = 3660


class CreditView(NamedTuple):
    """How a client's credit stands: amounts in minor units of yuan.

    ``overdue`` is what is owed beyond its day, the oldest of it ``days_overdue``. ``headroom`` is the limit less the
    exposure, below 0 when it is exceeded, None without a limit. ``review_due`` says that the day it was to be looked
    at again has come.
    """

    client: ClientRef
    grade: str | None
    limit: int | None
    days: int | None
    state: CreditState
    exposure: int
    headroom: int | None
    risk_note: str | None
    review_on: date | None
    review_due: bool
    overdue: int
    days_overdue: int


def exposure(session: Session, client_id: int) -> int:
    """What a client owes in all, in minor units of yuan; below 0 when it has paid in advance."""
    of_client = sa.select(ORDERS.c.id).where(ORDERS.c.client_id == client_id, *_STANDS)
    sums = (
        (1, sa.select(sa.func.sum(ORDERS.c.value)).where(ORDERS.c.client_id == client_id, *_STANDS)),
        (-1, _sum_of(RETURNS, RETURNS.c.order_id.in_(of_client))),
        (-1, _sum_of(RECEIPTS, RECEIPTS.c.client_id == client_id)),
        (1, _sum_of(REFUNDS, REFUNDS.c.client_id == client_id)),
    )
    return sum(sign * (session.connection().execute(query).scalar() or 0) for sign, query in sums)


_STANDS: Any = (ORDERS.c.deleted_at.is_(None), ORDERS.c.state != OrderState.CANCELLED)


def _sum_of(table: sa.TableClause, condition: Any) -> Any:
    return sa.select(sa.func.sum(table.c.value)).where(table.c.deleted_at.is_(None), condition)


def view(session: Session, client: Client, today: date) -> CreditView:
    """How the credit of ``client`` stands; without a limit set everything is open to it."""
    found = _current(session, client) or Credit(client_id=client.id or 0)
    assert client.id is not None
    owed = exposure(session, client.id)
    late = collections.overdue(session, today, client).get(client.code, collections.OverdueMoney(0, 0))
    return CreditView(
        client=ClientRef(client.code, client.name),
        grade=found.grade,
        limit=found.credit_limit,
        days=found.days,
        state=CreditState(found.state),
        exposure=owed,
        headroom=None if found.credit_limit is None else found.credit_limit - owed,
        risk_note=found.risk_note,
        review_on=found.review_on,
        review_due=found.review_on is not None and found.review_on <= today,
        overdue=late.amount,
        days_overdue=late.days,
    )


def change(session: Session, client: Client, **fields: Any) -> Credit:
    """Set what is given of a client's credit; the one before is kept.

    ``fields``: grade, credit_limit (minor units, 0 or more), days, state, risk_note, review_on. Raises BadValue.
    """
    before = _current(session, client)
    days = fields.get("days")
    if days is not None and not 0 <= days <= MOST_DAYS:
        raise BadValue(_("Days to pay are from 0 to {most}.").format(most=MOST_DAYS))
    for name, field, limit in (("grade", _("credit grade"), 20), ("risk_note", _("risk note"), NOTE_LIMIT)):
        if fields.get(name) is not None:
            fields[name] = clean(fields[name], field=field, limit=limit)
    assert client.id is not None
    kept = {name: getattr(before, name) for name in _FIELDS} if before is not None else {}
    if before is not None:
        before.current = False
    now = Credit(client_id=client.id, **{**kept, **fields})
    session.add(now)
    session.flush()
    return now


_FIELDS = ("grade", "credit_limit", "days", "state", "risk_note", "review_on")


def _current(session: Session, client: Client) -> Credit | None:
    return session.exec(
        select(Credit).where(Credit.client_id == client.id, col(Credit.current), col(Credit.deleted_at).is_(None))
    ).first()


def warnings(session: Session, client: Client, more: int, today: date, settings: Settings) -> list[str]:
    """What there is to know before ``more`` (minor units of yuan) is sold to a client, as sentences.

    Raises Refused where the client's state is stop, and where the limit would be exceeded and the setting
    ``credit.over_limit`` says stop.
    """
    found = view(session, client, today)
    if found.state is CreditState.STOP:
        raise Refused(
            _stopped(found), hint=_("`sales client credit {code} --state normal` clears it.").format(code=client.code)
        )
    over = _over(found, more)
    if over and settings.text("credit.over_limit") == "stop":
        raise Refused(over, hint=_("`sales config set credit.over_limit warn` only warns."))
    return notes(found, more)


def notes(found: CreditView, more: int = 0) -> list[str]:
    """What there is to know of a client's credit before a visit, or before ``more`` is sold to it; refuses nothing."""
    told = []
    if found.state is CreditState.STOP:
        told.append(_stopped(found))
    elif found.state in (CreditState.HOLD, CreditState.WATCH):
        word = _("on hold") if found.state is CreditState.HOLD else _("watched")
        sentence = _("Credit of {client} is {word}.").format(client=found.client.name, word=word)
        told.append(one_after_another(sentence, found.risk_note or ""))
    told += filter(None, [_over(found, more)])
    if found.overdue:
        told.append(
            _n(
                "{client} owes {amount} overdue by {days} day.",
                "{client} owes {amount} overdue by {days} days.",
                found.days_overdue,
            ).format(client=found.client.name, amount=grouped(found.overdue), days=found.days_overdue)
        )
    if found.review_due and found.review_on is not None:
        told.append(
            _("The credit of {client} was to be looked at again on {day}.").format(
                client=found.client.name, day=found.review_on.isoformat()
            )
        )
    return told


def stopped(session: Session, codes: Collection[str]) -> list[str]:
    """Of these clients those whose credit is stopped, a sentence each."""
    query = (
        select(Client.name, Credit.risk_note)
        .join(Client, col(Client.id) == Credit.client_id)
        .where(Credit.state == CreditState.STOP, col(Credit.current), col(Credit.deleted_at).is_(None))
        .where(col(Client.code).in_(codes))
        .order_by(col(Client.id))
    )
    return [_stop_words(name, note) for name, note in session.exec(query)]


class Booked(NamedTuple):
    """How many orders and receipts a client has, and what they come to in minor units of yuan."""

    orders: int
    ordered: int
    receipts: int
    received: int


def booked(session: Session, client_id: int) -> Booked:
    """The orders that stand and the receipts of a client."""
    count: list[int] = []
    for table, conditions in ((ORDERS, _STANDS), (RECEIPTS, (RECEIPTS.c.deleted_at.is_(None),))):
        query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(table.c.value), 0))
        row = session.connection().execute(query.where(table.c.client_id == client_id, *conditions)).one()
        count += [row[0], row[1]]
    return Booked(*count)


def _stopped(found: CreditView) -> str:
    return _stop_words(found.client.name, found.risk_note)


def _stop_words(client: str, note: str | None) -> str:
    return _("Credit of {client} is stopped: {note}.").format(
        client=client, note=note or _("no business until it is cleared")
    )


def _over(found: CreditView, more: int) -> str:
    """That the limit is exceeded; empty while it is not."""
    if found.limit is None or found.exposure + more <= found.limit:
        return ""
    return _("{client} would owe {owed}, {over} over its limit of {limit}.").format(
        client=found.client.name,
        owed=grouped(found.exposure + more),
        over=grouped(found.exposure + more - found.limit),
        limit=grouped(found.limit),
    )
