"""The clients whose class set by hand has expired: asked before every writing command, so without loading models."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli.models.clients import Client

_GRADINGS = sa.table(
    "grading",
    *(sa.column(name) for name in ("client_id", "grade", "current", "overridden", "deleted_at")),
    sa.column("expires_on", sa.Date),
)


def of(session: Session, today: date) -> list[tuple[str, str, str, date]]:
    """(client's code and name, the class that was set, the last day on which it stood), by code."""
    query = (
        sa.select(col(Client.code), col(Client.name), _GRADINGS.c.grade, _GRADINGS.c.expires_on)
        .join(_GRADINGS, _GRADINGS.c.client_id == col(Client.id))
        .where(
            _GRADINGS.c.current.is_(True),
            _GRADINGS.c.overridden.is_(True),
            _GRADINGS.c.expires_on < today,
            _GRADINGS.c.deleted_at.is_(None),
            col(Client.deleted_at).is_(None),
            col(Client.archived).is_(False),
        )
        .order_by(col(Client.code))
    )
    return [(code, name, grade, day) for code, name, grade, day in session.connection().execute(query)]
