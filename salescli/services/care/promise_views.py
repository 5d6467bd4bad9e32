"""Promises as lists and JSON show them, by plain columns, because the day's plan and the page before a visit ask.

What is open and past its day is overdue; what was kept after its day is late.
"""

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from salescli.models.clients import CLIENTS, CONTACTS, Client
from salescli.models.visits import VISITS
from salescli.services.accounts.clients import ClientRef
from salescli.services.care.care_tables import PROMISES


class PromiseView(NamedTuple):
    """A promise as lists and JSON show it; ``amount`` is money promised, in minor units of ``currency``.

    ``visit`` is the code of the visit it was made at. ``settled_on`` is the day it was kept, broken or waived.
    ``days_overdue`` is 0 unless it is open and past its day.
    """

    code: str
    client: ClientRef
    visit: str | None
    contact: str | None
    direction: str
    text: str
    due_on: date
    state: str
    settled_on: date | None
    reason: str | None
    amount: int | None
    currency: str
    days_overdue: int

    @property
    def ours(self) -> bool:
        """Whether we made it."""
        return self.direction == "ours"

    @property
    def open(self) -> bool:
        """Whether it is neither kept nor broken nor waived."""
        return self.state == "open"

    @property
    def overdue(self) -> bool:
        """Whether it is open and its day has passed."""
        return self.days_overdue > 0

    @property
    def kept_on(self) -> date | None:
        """The day it was kept, in time or late."""
        return self.settled_on if self.state in ("kept", "late") else None

    @property
    def collection(self) -> bool:
        """Whether it is money that the client still has to pay as it promised."""
        return self.open and not self.ours and self.amount is not None


def open_of(session: Session, client: Client, today: date) -> list[PromiseView]:
    """What is promised between a client and us and still open: ours first, then by day."""
    return _ours_first(views(session, [PROMISES.c.client_id == client.id, PROMISES.c.state == "open"], today))


def due(session: Session, until: date, today: date) -> list[PromiseView]:
    """All open promises for ``until`` or an earlier day: ours first, then by day."""
    return _ours_first(views(session, [PROMISES.c.due_on <= until, PROMISES.c.state == "open"], today))


def of_week(session: Session, begin: date, end: date, today: date | None = None) -> list[PromiseView]:
    """The promises due or settled from ``begin`` up to, not including, ``end``; overdue as of ``today``.

    Without a day of its own that is the last one.
    """
    days = PROMISES.c.due_on, PROMISES.c.kept_on
    inside = sa.or_(*(sa.and_(day >= begin, day < end) for day in days))
    return views(session, [inside], today or date.fromordinal(end.toordinal() - 1))


def views(session: Session, conditions: list[Any], today: date) -> list[PromiseView]:
    """Promises by conditions on :data:`PROMISES`: the overdue ones first, then by day."""
    rows = session.connection().execute(
        sa.select(
            PROMISES.c.code,
            CLIENTS.c.code,
            CLIENTS.c.name,
            VISITS.c.code,
            CONTACTS.c.name,
            *(PROMISES.c[name] for name in ("direction", "text", "due_on", "state", "kept_on", "reason", "amount")),
            PROMISES.c.currency,
        )
        .join(CLIENTS, CLIENTS.c.id == PROMISES.c.client_id)
        .outerjoin(VISITS, sa.and_(VISITS.c.id == PROMISES.c.visit_id, VISITS.c.deleted_at.is_(None)))
        .outerjoin(CONTACTS, CONTACTS.c.id == PROMISES.c.contact_id)
        .where(PROMISES.c.deleted_at.is_(None), CLIENTS.c.deleted_at.is_(None), *conditions)
        .order_by(PROMISES.c.due_on, PROMISES.c.id)
    )
    found = [_view_of(row, today) for row in rows]
    return sorted(found, key=lambda promise: not promise.overdue)


def _view_of(row: Any, today: date) -> PromiseView:
    code, client, name, *told = row
    due_on, state = told[4:6]
    days_overdue = max(0, (today - due_on).days) if state == "open" else 0
    return PromiseView(*(code, ClientRef(client, name), *told, days_overdue))


def _ours_first(found: list[PromiseView]) -> list[PromiseView]:
    return sorted(found, key=lambda promise: not promise.ours)
