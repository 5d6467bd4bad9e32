"""What is to be ready for visits, read without loading the tables' models: plans are shown all the time."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from salescli.models.base import select_columns
from salescli.models.clients import CLIENTS
from salescli.models.visits import VISITS
from salescli.services.accounts.clients import ClientRef
from salescli.vocabulary import OPEN_STATUSES

_CHECKS = sa.table(
    "visitcheck",
    *map(sa.column, ("id", "visit_id", "minutes_before", "kind_of_thing", "text", "position", "deleted_at")),
    sa.column("ready_on", sa.Date),
)
_DAY = 24 * 60


class CheckItem(NamedTuple):
    """One thing to have ready for a visit: its number there, the day and perhaps the time by which, and when it was."""

    number: int
    text: str
    minutes_before: int
    kind_of_thing: str | None
    ready_on: date | None
    due_on: date | None
    due_at: time | None


class Preparation(NamedTuple):
    """Something to do on a day for a visit on a later one."""

    visit: str
    client: ClientRef
    planned_on: date
    planned_at: time | None
    item: CheckItem


def of_visits(session: Session, begins: Mapping[str, datetime | None]) -> dict[str, list[CheckItem]]:
    """The checks by the code of a visit; ``begins`` are the moments (local, naive) at which these begin.

    A visit that was moved takes along what was noted for it before.
    """
    named = sa.select(VISITS.c.id, VISITS.c.code).where(VISITS.c.code.in_(list(begins)))
    ids = {number: code for number, code in session.execute(named) if number is not None}
    owners = with_moved(session, ids)
    rows = session.execute(
        sa.select(
            _CHECKS.c.visit_id, _CHECKS.c.text, _CHECKS.c.minutes_before, _CHECKS.c.kind_of_thing, _CHECKS.c.ready_on
        )
        .where(_CHECKS.c.visit_id.in_(owners), _CHECKS.c.deleted_at.is_(None))
        .order_by(_CHECKS.c.minutes_before.desc(), _CHECKS.c.position, _CHECKS.c.id)
    )
    found: dict[str, list[CheckItem]] = {}
    for visit_id, text, minutes, kind, ready_on in rows:
        items = found.setdefault(owners[visit_id], [])
        day, at = due(begins.get(owners[visit_id]), minutes)
        items.append(CheckItem(len(items) + 1, text, minutes, kind, ready_on, day, at))
    return found


def with_moved(session: Session, ids: dict[int, str]) -> dict[int, str]:
    """The visits (key, code), and those that were moved to them, by key."""
    found, ahead = dict(ids), dict(ids)
    while ahead:
        rows = session.execute(sa.select(VISITS.c.id, VISITS.c.moved_to).where(VISITS.c.moved_to.in_(ahead)))
        ahead = {number: ahead[to] for number, to in rows if number not in found}
        found |= ahead
    return found


def due(begin: datetime | None, minutes: int) -> tuple[date | None, time | None]:
    """The day and time by which something must be ready; whole days before a visit have no time."""
    if begin is None:
        return None, None
    if minutes % _DAY == 0 or begin.time() == time.min:
        return begin.date() - timedelta(days=-(-minutes // _DAY)), None
    ready = begin - timedelta(minutes=minutes)
    return ready.date(), ready.time()


def due_before(session: Session, day: date) -> list[Preparation]:
    """What is not ready yet for later visits though its day is ``day`` or has passed."""
    rows = session.execute(
        select_columns(VISITS.c.code, CLIENTS.c.code, CLIENTS.c.name, VISITS.c.planned_on, VISITS.c.planned_at)
        .join(CLIENTS, CLIENTS.c.id == VISITS.c.client_id)
        .where(
            VISITS.c.planned_on > day,
            VISITS.c.status.in_(OPEN_STATUSES),
            VISITS.c.deleted_at.is_(None),
            CLIENTS.c.deleted_at.is_(None),
            sa.exists(sa.select(1).select_from(_CHECKS).where(_CHECKS.c.minutes_before >= _DAY)),
        )
        .order_by(VISITS.c.planned_on, VISITS.c.planned_at)
    ).all()
    begins = {code: datetime.combine(on, at or time.min) for code, _client, _name, on, at in rows}
    checks = of_visits(session, begins) if rows else {}
    return [
        Preparation(code, ClientRef(client, name), on, at, item)
        for code, client, name, on, at in rows
        for item in checks.get(code, [])
        if item.ready_on is None and item.due_on is not None and item.due_on <= day
    ]


def open_items(items: Sequence[CheckItem]) -> list[CheckItem]:
    """Those that are not ready yet."""
    return [item for item in items if item.ready_on is None]
