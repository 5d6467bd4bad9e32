"""Whom an admission turned down and who has not been told yet, by plain columns: plans and pages are shown all day."""

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from salescli.models.clients import CLIENTS, Client
from salescli.services.accounts.clients import ClientRef

_ADMISSIONS = sa.table(
    "admission",
    *map(sa.column, ("id", "client_id", "state", "reason", "deleted_at")),
    sa.column("decided_on", sa.Date),
    sa.column("told_on", sa.Date),
)


class Untold(NamedTuple):
    """A client turned down on a day, for a reason, and not told so."""

    client: ClientRef
    decided_on: date
    reason: str | None


def untold(session: Session, client: Client | None = None) -> list[Untold]:
    """The clients (or the one) whose latest admission was rejected without their being told, the oldest first."""
    one, later = _ADMISSIONS, _ADMISSIONS.alias()
    newer = sa.select(later.c.id).where(
        later.c.client_id == one.c.client_id, later.c.id > one.c.id, later.c.deleted_at.is_(None)
    )
    query = (
        sa.select(CLIENTS.c.code, CLIENTS.c.name, one.c.decided_on, one.c.reason)
        .join(one, one.c.client_id == CLIENTS.c.id)
        .where(
            one.c.state == "rejected",
            one.c.told_on.is_(None),
            one.c.deleted_at.is_(None),
            CLIENTS.c.deleted_at.is_(None),
            ~sa.exists(newer),
        )
        .order_by(one.c.decided_on, one.c.id)
    )
    if client is not None:
        query = query.where(one.c.client_id == client.id)
    rows = session.connection().execute(query)
    return [Untold(ClientRef(code, name), decided_on, reason) for code, name, decided_on, reason in rows]
