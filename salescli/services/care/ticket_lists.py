"""Tickets as lists show them, late ones first. By plain columns, because the day's plan asks."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.models.clients import CLIENTS, CONTACTS, Client
from salescli.service_words import Step, TicketStatus
from salescli.services.accounts.clients import ClientRef
from salescli.services.care.care_tables import TICKET_STEPS as STEPS
from salescli.services.care.care_tables import TICKETS
from salescli.services.care.response_times import ResponseRules, clock_minutes

_SAME = ("code", "kind", "severity", "status", "text", "workaround", "confirmed_by", "score", "reopened", "improvement")
_MOMENTS = ("received_at", "respond_by", "responded_at", "confirmed_at", "closed_at")
# What stands among the steps where a ticket came back; they begin anew after it.
REOPENED = "reopened"
# Named one by one: what is not closed is found by the index, and not by reading all there ever were.
OPEN = tuple(status for status in TicketStatus if status != TicketStatus.CLOSED)
_SOLVED = frozenset({TicketStatus.FED_BACK, TicketStatus.CONFIRMED, TicketStatus.CLOSED})


class StepView(NamedTuple):
    """A step taken, or ``reopened`` with the reason."""

    step: str
    at: datetime
    note: str


class TicketView(NamedTuple):
    """A ticket as lists and JSON show it; moments are local.

    ``respond_by`` is the moment that counts, ``respond_by_hours`` and ``respond_by_clock`` what it is by working
    hours and by the clock. ``minutes_left`` is None once it is answered, and below 0 when that is overdue;
    ``minutes_used`` and ``minutes_used_clock`` are what the answer took. ``late``: it was, or will be, answered after
    its moment; ``overdue``: it waits for an answer, or for the promised solution, too long. ``next_step`` is the one
    to take now.
    """

    code: str
    client: ClientRef
    contact: str | None
    kind: str
    severity: str
    status: str
    text: str
    received_at: datetime
    respond_by: datetime
    respond_by_hours: datetime
    respond_by_clock: datetime
    minutes_left: int | None
    responded_at: datetime | None
    minutes_used: int | None
    minutes_used_clock: int | None
    late: bool
    overdue: bool
    next_step: str | None
    steps: tuple[StepView, ...]
    workaround: str | None
    promised_by: date | None
    confirmed_at: datetime | None
    confirmed_by: str | None
    score: int | None
    closed_at: datetime | None
    reopened: int
    improvement: str | None

    @property
    def is_open(self) -> bool:
        """Whether the client still waits for anything."""
        return self.status != TicketStatus.CLOSED


def after(steps: Sequence[str]) -> Step | None:
    """The step to take after those taken, the last of them last; None when all four are done."""
    if not steps or steps[-1] == REOPENED:
        return Step.LISTEN
    order = list(Step)
    place = order.index(Step(steps[-1])) + 1
    return order[place] if place < len(order) else None


# --- lists ---


def open_all(session: Session, now: datetime, settings: Settings, calendar: Calendar) -> list[TicketView]:
    """The tickets not closed: those overdue first, then those to answer, each by the moment it is due."""
    return views(session, [TICKETS.c.status.in_(OPEN)], now, settings, calendar)


def open_of(
    session: Session, client: Client, now: datetime, settings: Settings, calendar: Calendar
) -> list[TicketView]:
    """A client's tickets that are not closed, as :func:`open_all` gives them."""
    theirs = TICKETS.c.client_id == client.id
    return views(session, [theirs, TICKETS.c.status != TicketStatus.CLOSED], now, settings, calendar)


def of_period(
    session: Session, begin: date, end: date, now: datetime, settings: Settings, calendar: Calendar
) -> list[TicketView]:
    """The tickets received, answered or closed from ``begin`` up to, not including, ``end``, in local days."""
    first, last = _start(begin), _start(end)
    moments = (TICKETS.c.received_at, TICKETS.c.responded_at, TICKETS.c.closed_at)
    touched = sa.or_(*(sa.and_(moment >= first, moment < last) for moment in moments))
    return views(session, [touched], now, settings, calendar)


def due_in(
    session: Session, begin: date, end: date, now: datetime, settings: Settings, calendar: Calendar
) -> list[TicketView]:
    """The tickets whose answer was due from ``begin`` up to, not including, ``end``: answered, or late by ``now``."""
    first, last = _start(begin), _start(end)
    # What waits for an answer goes by the calendar and the settings of today, whatever was stored.
    waits = TICKETS.c.responded_at.is_(None)
    likely = sa.or_(waits, sa.and_(TICKETS.c.respond_by >= first, TICKETS.c.respond_by < last))
    found = views(session, [likely, TICKETS.c.received_at < last], now, settings, calendar)
    return [
        ticket
        for ticket in found
        if first <= ticket.respond_by < last and (ticket.late or ticket.responded_at is not None)
    ]


def response_rate(
    session: Session, begin: date, end: date, now: datetime, settings: Settings, calendar: Calendar
) -> tuple[int, int]:
    """How many tickets were answered in time, of how many whose answer was due in the days of :func:`due_in`."""
    due = due_in(session, begin, end, now, settings, calendar)
    return sum(not ticket.late for ticket in due), len(due)


def views(
    session: Session, conditions: Sequence[Any], now: datetime, settings: Settings, calendar: Calendar
) -> list[TicketView]:
    """The tickets that fit, of clients there are; the closed ones last, the latest closed first."""
    return _views(session, [CLIENTS.c.deleted_at.is_(None), *conditions], now, settings, calendar)


def of_id(session: Session, ticket_id: int | None, now: datetime, settings: Settings, calendar: Calendar) -> TicketView:
    """The ticket of that key, whatever became of its client."""
    return _views(session, [TICKETS.c.id == ticket_id], now, settings, calendar)[0]


def _views(
    session: Session, conditions: Sequence[Any], now: datetime, settings: Settings, calendar: Calendar
) -> list[TicketView]:
    rows = session.connection().execute(_rows(conditions)).mappings().all()
    if not rows:
        return []
    rules = ResponseRules.of(settings, calendar)
    steps = _steps(session, [row["id"] for row in rows])
    found = [_view(row, steps.get(row["id"], []), now, rules) for row in rows]
    closed = [ticket for ticket in found if not ticket.is_open]
    return [
        *sorted((ticket for ticket in found if ticket.is_open), key=_urgency),
        *sorted(closed, key=lambda ticket: ticket.closed_at or ticket.received_at, reverse=True),
    ]


def _urgency(ticket: TicketView) -> Any:
    return not ticket.overdue, ticket.responded_at is not None, ticket.respond_by, ticket.code


def _rows(conditions: Sequence[Any]) -> Any:
    return (
        sa.select(TICKETS, CLIENTS.c.code.label("client_code"), CLIENTS.c.name, CONTACTS.c.name.label("contact"))
        .join(CLIENTS, CLIENTS.c.id == TICKETS.c.client_id)
        .outerjoin(CONTACTS, CONTACTS.c.id == TICKETS.c.contact_id)
        .where(TICKETS.c.deleted_at.is_(None), *conditions)
        .order_by(TICKETS.c.id)
    )


def _steps(session: Session, ticket_ids: list[int]) -> dict[int, list[StepView]]:
    query = sa.select(STEPS.c.ticket_id, STEPS.c.step, STEPS.c.at, STEPS.c.note).order_by(STEPS.c.id)
    found: dict[int, list[StepView]] = {}
    theirs = query.where(STEPS.c.ticket_id.in_(ticket_ids), STEPS.c.deleted_at.is_(None))
    for ticket_id, step, at, note in session.connection().execute(theirs):
        found.setdefault(ticket_id, []).append(StepView(step, at.astimezone(), note))
    return found


def _view(row: Any, steps: list[StepView], now: datetime, rules: ResponseRules) -> TicketView:
    moments = {name: None if row[name] is None else row[name].astimezone() for name in _MOMENTS}
    received, answered = moments["received_at"], moments["responded_at"]
    assert received is not None
    due = moments["respond_by"]
    if answered is None or due is None:
        due = rules.due(received, row["severity"])
    late = (answered or now) > due
    promised: date | None = row["promised_by"]
    promise_passed = row["status"] not in _SOLVED and promised is not None and promised < now.date()
    return TicketView(
        client=ClientRef(row["client_code"], row["name"]),
        contact=row["contact"],
        **{name: row[name] for name in _SAME},
        **{**moments, "received_at": received, "respond_by": due},
        respond_by_hours=rules.due_by_hours(received, row["severity"]),
        respond_by_clock=rules.due_by_clock(received, row["severity"]),
        minutes_left=rules.left(now, due) if answered is None else None,
        minutes_used=None if answered is None else rules.worked(received, answered),
        minutes_used_clock=None if answered is None else clock_minutes(received, answered),
        late=late,
        overdue=promise_passed or (answered is None and late),
        next_step=None if row["status"] == TicketStatus.CLOSED else after([step.step for step in steps]),
        steps=tuple(steps),
        promised_by=promised,
    )


def _start(day: date) -> datetime:
    """The moment at which a local day begins."""
    return datetime.combine(day, time.min).astimezone()
