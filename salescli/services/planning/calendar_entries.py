"""What stands in a calendar of days: the visits planned or made, and what is due on a day without being a visit."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period
from salescli.models.base import select_columns
from salescli.models.clients import Client, Contact
from salescli.models.promises import Promise
from salescli.models.tasks import Task
from salescli.models.visits import Visit
from salescli.services.accounts import cadence
from salescli.services.care.task_lists import OPEN_STATES
from salescli.services.planning import day_plans
from salescli.vocabulary import OPEN_STATUSES, VisitStatus

_STEP_MINUTES = 30


@dataclass(frozen=True)
class Entry:
    """A line of the calendar. ``kind`` is visit, step, promise (ours), expected (theirs) or task.

    ``start`` is a time of day at the client's, ``None`` for the whole day; ``fixed`` says that a person set it.
    ``uid`` stays the same however the record changes; ``made_at`` and ``changed_at`` are aware. ``cancelled`` is
    what does not take place: cancelled, moved to another entry, missed or removed.
    """

    kind: str
    uid: str
    made_at: datetime
    changed_at: datetime
    day: date
    client: str | None
    text: str | None
    start: time | None = None
    minutes: int = 0
    fixed: bool = True
    cancelled: bool = False
    by: str | None = None
    expected: str | None = None
    contact: str | None = None
    title: str | None = None
    address: str | None = None


def of_period(session: Session, period: Period, now: datetime, settings: Settings, calendar: Calendar) -> list[Entry]:
    """The entries of a period's days in order of day and time; a visit without a time stands where the plan puts it."""
    plans = day_plans.planned_days(session, period, now, settings, calendar)
    places = {stop.visit.code: stop.place.start for plan in plans for stop in plan.visits if stop.place}
    entries = [
        *_visits(session, period, places, settings.number("plan.visit_minutes")),
        *_steps(session, period),
        *_promises(session, period),
        *_tasks(session, period),
    ]
    return sorted(entries, key=lambda entry: (entry.day, entry.start or time.min, entry.uid))


def _visits(session: Session, period: Period, places: dict[str | None, time], standard: int) -> list[Entry]:
    day = sa.func.coalesce(Visit.done_on, Visit.planned_on)
    rows = session.exec(
        select_columns(Visit, Client, Contact)
        .join(Client, col(Client.id) == Visit.client_id)
        .outerjoin(Contact, col(Contact.id) == Visit.contact_id)
        .where(day >= period.begin, day < period.end)
    )
    return [_visit(visit, client, contact, places.get(visit.code), standard) for visit, client, contact in rows]


def _visit(visit: Visit, client: Client, contact: Contact | None, place: time | None, standard: int) -> Entry:
    on = visit.done_on or visit.planned_on
    assert on is not None
    stands = visit.status in (*OPEN_STATUSES, VisitStatus.DONE) and visit.deleted_at is client.deleted_at is None
    known = visit.done_at or visit.planned_at
    return Entry(
        kind="visit",
        uid=visit.uuid,
        made_at=visit.created_at,
        changed_at=visit.updated_at,
        day=on,
        client=client.name,
        text=visit.purpose,
        start=known or place,
        minutes=visit.minutes or standard,
        fixed=known is not None,
        cancelled=not stands,
        by=visit.channel,
        expected=visit.expected,
        contact=contact.name if contact else None,
        title=contact.title if contact else None,
        address=client.address,
    )


def _steps(session: Session, period: Period) -> list[Entry]:
    """Next steps that no later contact took care of."""
    rows = session.exec(
        select_columns(Visit, Client.name)
        .join(Client, col(Client.id) == Visit.client_id)
        .where(
            col(Visit.next_on) >= period.begin,
            col(Visit.next_on) < period.end,
            col(Visit.next_settled_on).is_(None),
            col(Visit.deleted_at).is_(None),
            *_pursued(),
        )
    )
    return [
        Entry(
            kind="step",
            uid=f"{visit.uuid}-next",
            made_at=visit.created_at,
            changed_at=visit.updated_at,
            day=visit.next_on,
            client=client,
            text=visit.next_step,
            start=visit.next_at,
            minutes=_STEP_MINUTES,
        )
        for visit, client in rows
    ]


def _promises(session: Session, period: Period) -> list[Entry]:
    rows = session.exec(
        select_columns(Promise, Client.name)
        .join(Client, col(Client.id) == Promise.client_id)
        .where(
            col(Promise.due_on) >= period.begin,
            col(Promise.due_on) < period.end,
            col(Promise.state) == "open",
            col(Promise.deleted_at).is_(None),
            *_pursued(),
        )
    )
    return [_due("promise" if one.direction == "ours" else "expected", one, client, one.text) for one, client in rows]


def _tasks(session: Session, period: Period) -> list[Entry]:
    rows = session.exec(
        select_columns(Task, Client.name)
        .outerjoin(Client, col(Client.id) == Task.client_id)
        .where(
            col(Task.due_on) >= period.begin,
            col(Task.due_on) < period.end,
            col(Task.state).in_([state.value for state in OPEN_STATES]),
            col(Task.deleted_at).is_(None),
        )
    )
    return [_due("task", task, client, task.title) for task, client in rows]


def _due(kind: str, one: Any, client: str | None, text: str) -> Entry:
    return Entry(kind, one.uuid, one.created_at, one.updated_at, one.due_on, client, text)


def _pursued() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Client.deleted_at).is_(None),
        col(Client.archived).is_(False),
        col(Client.lifecycle).not_in(cadence.NOT_PURSUED),
    )
