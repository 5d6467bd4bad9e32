"""What was reached: the records behind each measure, counted by day.

A scope narrows the count: ``territory:…`` and ``client:…`` to visits of those clients, ``person:…`` to the
person this file belongs to; nothing is recorded yet of a ``product:…``.
"""

from collections.abc import Callable, Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from salescli.models.clients import Client
from salescli.models.visits import Visit
from salescli.services import profile
from salescli.vocabulary import FACE_TO_FACE, Measure, Outcome, Scope, VisitStatus

Conditions = Sequence[sa.ColumnElement[bool]]


def total(session: Session, measure: Measure, begin: date, end: date, scope: str = "") -> int | None:
    """What was reached from ``begin`` up to, not including, ``end``; None for what nothing is recorded of."""
    reached = by_day(session, measure, begin, end, scope)
    return None if reached is None else sum(reached.values())


def by_day(session: Session, measure: Measure, begin: date, end: date, scope: str = "") -> dict[date, int] | None:
    """What was reached on each day that has any, in minor units or counts; None as in :func:`total`."""
    count = _COUNTS.get(measure)
    of_scope = _of_scope(session, scope)
    return None if count is None or of_scope is None else count(session, begin, end, of_scope)


def _of_scope(session: Session, scope: str) -> Conditions | None:
    """What a client must be for its records to count; None where no record tells."""
    kind, _colon, name = scope.partition(":")
    if kind == Scope.TERRITORY:
        return [col(Client.territory) == name]
    if kind == Scope.CLIENT:
        return [col(Client.code) == name]
    return [] if not scope or (kind == Scope.PERSON and profile.of(session).name == name) else None


def _visits(session: Session, begin: date, end: date, of_scope: Conditions) -> dict[date, int]:
    """拜访: what happened face to face. Follow-ups by other channels are counted apart."""
    return _done(session, begin, end, [*of_scope, col(Visit.channel).in_(FACE_TO_FACE)])


def _effective_visits(session: Session, begin: date, end: date, of_scope: Conditions) -> dict[date, int]:
    """有效拜访: neither absent nor refused, and an order, a quotation asked for, or a next step with a date."""
    effective = sa.or_(
        col(Visit.outcome).in_((Outcome.ORDER, Outcome.QUOTE)),
        sa.and_(
            sa.or_(col(Visit.outcome).is_(None), col(Visit.outcome).not_in((Outcome.ABSENT, Outcome.REFUSED))),
            col(Visit.next_on).is_not(None),
        ),
    )
    return _done(session, begin, end, [*of_scope, col(Visit.channel).in_(FACE_TO_FACE), effective])


def _done(session: Session, begin: date, end: date, conditions: Conditions) -> dict[date, int]:
    days = session.exec(
        select(col(Visit.done_on), func.count())
        .join(Client, col(Client.id) == Visit.client_id)
        .where(col(Visit.done_on) >= begin, col(Visit.done_on) < end, *_HAPPENED, *conditions)
        .group_by(col(Visit.done_on))
    )
    return {day: count for day, count in days if day is not None}


def _new_clients(session: Session, begin: date, end: date, of_scope: Conditions) -> dict[date, int]:
    """新客户: clients by the day of their first order ever, which a contact by any channel may have brought."""
    first = (
        select(func.min(col(Visit.done_on)).label("day"))
        .join(Client, col(Client.id) == Visit.client_id)
        .where(Visit.outcome == Outcome.ORDER, *_HAPPENED, *of_scope)
        .group_by(col(Visit.client_id))
        .subquery()
    )
    days = session.exec(
        select(first.c.day, func.count()).where(first.c.day >= begin, first.c.day < end).group_by(first.c.day)
    )
    return {day: count for day, count in days if day is not None}


_HAPPENED: Conditions = (
    col(Visit.status) == VisitStatus.DONE,
    col(Visit.deleted_at).is_(None),
    col(Client.deleted_at).is_(None),
)

_COUNTS: dict[Measure, Callable[[Session, date, date, Conditions], dict[date, int]]] = {
    Measure.VISITS: _visits,
    Measure.EFFECTIVE_VISITS: _effective_visits,
    Measure.NEW_CLIENTS: _new_clients,
}
