"""Visits and follow-ups: log what happened, plan what will, move, cancel, list."""

import re
from collections.abc import Iterable
from datetime import date, time
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period, echo_day
from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.i18n import _
from salescli.models.base import plain_rows, select_columns
from salescli.models.clients import CLIENTS, CONTACTS, Client
from salescli.models.visits import VISITS, Visit
from salescli.services.accounts import cadence, clients, contacts
from salescli.services.accounts.clients import ClientRef
from salescli.services.changes import now_of
from salescli.services.visiting import next_steps
from salescli.services.visiting.next_steps import NextStep as NextStep
from salescli.texts import NOTE_LIMIT, clean, name_key
from salescli.vocabulary import (
    FACE_TO_FACE,
    OPEN_STATUSES,
    Channel,
    Outcome,
    VisitStatus,
    field_word,
    label,
    parse_word,
)

_CODE = re.compile(r"v[0-9]{1,9}$")
_MOST_MINUTES = 24 * 60
_DONE_ONLY = {"outcome", "next_step", "on"}


class VisitView(NamedTuple):
    """A visit as lists and JSON show it; ``grade`` and ``district`` are the client's."""

    code: str | None
    client: ClientRef
    grade: str | None
    district: str | None
    contact: str | None
    by: str
    status: str
    planned_on: date | None
    planned_at: time | None
    minutes: int | None
    purpose: str | None
    expected: str | None
    materials: str | None
    why: str | None
    on: date | None
    at: time | None
    outcome: str | None
    note: str | None
    next_step: str | None
    next_on: date | None
    next_at: time | None
    no_next_reason: str | None
    unplanned: bool
    reason: str | None
    moved_to: str | None

    @property
    def day(self) -> date | None:
        """The day it happened, else the day it is planned for."""
        return self.on or self.planned_on

    @property
    def face_to_face(self) -> bool:
        """Whether it counts as a visit (拜访) and not as a follow-up (跟进)."""
        return self.by in FACE_TO_FACE

    @property
    def effective(self) -> bool:
        """Done, neither absent nor refused, and with an order, a quotation asked for, or a next step with a day."""
        if self.status != VisitStatus.DONE or self.outcome in (Outcome.ABSENT, Outcome.REFUSED):
            return False
        return self.outcome in (Outcome.ORDER, Outcome.QUOTE) or self.next_on is not None


class DueStep(NamedTuple):
    """An open next step whose day has come."""

    visit: str
    client: ClientRef
    text: str
    due_on: date
    at: time | None


def log(
    session: Session,
    client: Client,
    text: str,
    day: date,
    next_step: NextStep,
    today: date,
    settings: Settings,
    calendar: Calendar,
    **details: Any,
) -> Visit:
    """Record a contact that took place, closing the day's planned one of its kind if there is one.

    ``details`` are as typed: ``by`` (the planned channel, else visit), ``outcome``, ``contact``, ``purpose``,
    ``minutes``; ``at`` is a time; ``closes`` is the planned visit meant, where it is known.
    Raises BadValue for a day to come, an empty next step, or a value that can't be read; Refused for a visit to
    close that is not open.
    """
    _past(day, today)
    closes: Visit | None = details.get("closes")
    channel = parse_word(_given(details, "by", closes.channel if closes else Channel.VISIT), Channel)
    if closes is not None:
        _refuse_unless_open(closes)
    visit = closes or _planned_like(session, client, day, channel, details.get("at"))
    visit = visit or _new(session, client, unplanned=True)
    visit.status, visit.channel, visit.done_on = VisitStatus.DONE, channel.value, day
    visit.done_at = details.get("at")
    visit.note = clean(text, field=_("note"), limit=NOTE_LIMIT) if text else None
    if details.get("outcome") is not None:
        visit.outcome = parse_word(details["outcome"], Outcome).value
    _set_details(session, visit, client, details)
    next_steps.note(visit, next_step, day)
    _changed(session, visit, client, today, settings, calendar)
    return visit


def _changed(
    session: Session, visit: Visit, client: Client, today: date, settings: Settings, calendar: Calendar
) -> None:
    """Store what became of a visit, and let the client's next steps and due day follow."""
    session.add(visit)
    session.flush()
    next_steps.settle(session, client)
    cadence.restart(session, client, today, settings, calendar)
    session.flush()


def plan(session: Session, client: Client, day: date, at: time | None, **details: Any) -> Visit:
    """Plan a contact; ``details`` are as typed: by, purpose, expected, materials, minutes, contact, confirmed."""
    if client.lifecycle == "blocked":
        raise Refused(
            _("{client} is on the blacklist.").format(client=client.name),
            hint=_("`sales client edit {code} --lifecycle customer` takes it off.").format(code=client.code),
        )
    visit = _new(session, client, unplanned=False)
    visit.channel = parse_word(_given(details, "by", Channel.VISIT), Channel).value
    visit.planned_on, visit.planned_at = day, at
    if details.get("confirmed"):
        visit.status = VisitStatus.CONFIRMED
    visit.planned_why = details.get("why")
    _set_details(session, visit, client, details)
    session.add(visit)
    session.flush()
    return visit


def edit(session: Session, visit: Visit, today: date, settings: Settings, calendar: Calendar, **details: Any) -> Visit:
    """Change what a visit says; the client's next steps and due day follow.

    ``details`` are those of :func:`log` and :func:`plan`, and ``on``, the day on which a visit took place. Raises
    Refused for what a visit of that status does not have.
    """
    client = client_of(session, visit)
    if _DONE_ONLY & {name for name, value in details.items() if value is not None}:
        _refuse_unless_done(visit)
    if details.get("by") is not None:
        visit.channel = parse_word(details["by"], Channel).value
    if details.get("outcome") is not None:
        visit.outcome = parse_word(details["outcome"], Outcome).value
    if details.get("note") is not None:
        visit.note = clean(details["note"], field=_("note"), limit=NOTE_LIMIT)
    if details.get("on") is not None:
        visit.done_on = _past(details["on"], today)
    if details.get("at") is not None:
        setattr(visit, "done_at" if visit.status == VisitStatus.DONE else "planned_at", details["at"])
    if details.get("confirmed"):
        _refuse_unless_open(visit)
        visit.status = VisitStatus.CONFIRMED
    if details.get("next_step") is not None:
        assert visit.done_on is not None
        next_steps.note(visit, details["next_step"], visit.done_on)
    _set_details(session, visit, client, details)
    _changed(session, visit, client, today, settings, calendar)
    return visit


def move(session: Session, visit: Visit, day: date, at: time | None, reason: str | None) -> Visit:
    """Put a planned visit on another day: the old one stays as moved, with its reason; gives back the new one."""
    _refuse_unless_open(visit)
    if day == visit.planned_on and at in (None, visit.planned_at):
        raise Refused(_("{code} is on {day} already.").format(code=visit.code, day=echo_day(day)))
    client = client_of(session, visit)
    new = _new(session, client, unplanned=False)
    for name in ("channel", "contact_id", "minutes", "purpose", "expected", "materials", "planned_at", "planned_why"):
        setattr(new, name, getattr(visit, name))
    new.planned_on = day
    new.planned_at = at or new.planned_at
    session.add(new)
    session.flush()
    visit.status, visit.moved_to = VisitStatus.MOVED, new.id
    visit.reason = None if reason is None else clean(reason, field=_("reason"))
    session.add(visit)
    session.flush()
    return new


def cancel(session: Session, visit: Visit, reason: str, status: VisitStatus = VisitStatus.CANCELLED) -> Visit:
    """Drop a planned visit for a reason (or, as ``missed``, say why it was not made)."""
    _refuse_unless_open(visit)
    visit.status, visit.reason = status, clean(reason, field=_("reason"))
    session.add(visit)
    session.flush()
    return visit


def remove(session: Session, visit: Visit, today: date, settings: Settings, calendar: Calendar) -> None:
    """Take a visit out of every list; the client's next steps and due day are worked out without it."""
    visit.deleted_at = now_of(session)
    _changed(session, visit, client_of(session, visit), today, settings, calendar)


def find(session: Session, ref: str, today: date, *, only_open: bool = False) -> Visit:
    """The visit that ``ref`` means: its code, or a client with one visit today, else one planned visit at all.

    ``only_open`` looks for a planned visit among those of a client. Raises NotFound, or Ambiguous with the choices.
    """
    if is_code(ref):
        return _of_code(session, name_key(ref).upper())
    client = clients.find(session, ref)
    standing: list[Visit] = list(
        session.exec(_of(client).where(col(Visit.status).in_({*OPEN_STATUSES, VisitStatus.DONE})))
    )
    open_ones = [visit for visit in standing if visit.status in OPEN_STATUSES]
    of_today = [visit for visit in standing if today in (visit.planned_on, visit.done_on)]
    matching = [visit for visit in of_today if visit in open_ones or not only_open] or open_ones
    if not matching:
        raise NotFound(
            _("{client} has no planned visit.").format(client=client.name), hint=_("`sales visit plan` makes one.")
        )
    if len(matching) > 1:
        choices = [(visit.code, _described(visit)) for visit in matching]
        raise Ambiguous(
            _("{client} has several visits").format(client=client.name),
            choices,
            hint=_("Give the visit's code."),
        )
    return matching[0]


def is_code(ref: str) -> bool:
    """Whether ``ref`` is written like the code of a visit."""
    return _CODE.match(name_key(ref)) is not None


def met(session: Session, ref: str, today: date) -> tuple[Client, Visit | None]:
    """Whom a log is about: a client, or the client of a planned visit given by its code, and that visit."""
    if not is_code(ref):
        return clients.find(session, ref), None
    visit = find(session, ref, today)
    return client_of(session, visit), visit


def _of_code(session: Session, code: str) -> Visit:
    alive = (col(Visit.deleted_at).is_(None), col(Client.deleted_at).is_(None))
    of_clients = select(Visit).join(Client, col(Client.id) == Visit.client_id)
    found = session.exec(of_clients.where(Visit.code == code, *alive)).first()
    if found is None:
        raise NotFound(_("There is no visit {code}.").format(code=code), hint=_("`sales visit list` shows them."))
    return found


def _described(visit: Visit) -> str:
    day = visit.done_on or visit.planned_on
    hour = visit.done_at or visit.planned_at
    parts = [day and echo_day(day), hour and f"{hour:%H:%M}", visit.purpose or visit.note]
    return " ".join(part for part in parts if part)


def client_of(session: Session, visit: Visit) -> Client:
    """The client a visit belongs to."""
    return session.exec(select(Client).where(Client.id == visit.client_id)).one()


def listed(
    session: Session,
    period: Period | None,
    client: Client | None = None,
    status: str | None = None,
    outcome: str | None = None,
) -> list[VisitView]:
    """Visits planned for or done in a period, in order of day and time."""
    conditions: list[Any] = []
    if period is not None:
        conditions.append(_within(period))
    if client is not None:
        conditions.append(VISITS.c.client_id == client.id)
    if status is not None:
        conditions.append(VISITS.c.status == parse_word(status, VisitStatus).value)
    if outcome is not None:
        conditions.append(VISITS.c.outcome == parse_word(outcome, Outcome).value)
    return _views(session, conditions)


def view(session: Session, visit: Visit) -> VisitView:
    """One visit as lists and JSON show it."""
    return _views(session, [Visit.id == visit.id])[0]


def of_day(session: Session, day: date) -> list[VisitView]:
    """What is planned for or was done on a day, in order of time."""
    return listed(session, Period.day_of(day))


def last_contacts(session: Session, client: Client, most: int) -> list[VisitView]:
    """The latest contacts made with a client, the latest first."""
    rows = _views(session, [Visit.client_id == client.id, Visit.status == VisitStatus.DONE])
    return rows[::-1][:most]


def due_steps(session: Session, day: date) -> list[DueStep]:
    """Next steps whose day has come and that no later contact took care of, the oldest first.

    Clients who are archived or not pursued any more have none.
    """
    rows = session.exec(
        select_columns(
            VISITS.c.code, CLIENTS.c.code, CLIENTS.c.name, VISITS.c.next_step, VISITS.c.next_on, VISITS.c.next_at
        )
        .join(CLIENTS, CLIENTS.c.id == VISITS.c.client_id)
        .where(
            VISITS.c.next_on <= day,
            VISITS.c.next_settled_on.is_(None),
            VISITS.c.deleted_at.is_(None),
            CLIENTS.c.deleted_at.is_(None),
            CLIENTS.c.archived.is_(False),
            CLIENTS.c.lifecycle.not_in(cadence.NOT_PURSUED),
        )
        .order_by(VISITS.c.next_on, VISITS.c.id)
    )
    return [
        DueStep(code, ClientRef(client, name), text or "", due_on, at)
        for code, client, name, text, due_on, at in rows
        if due_on is not None
    ]


def open_clients_on(session: Session, day: date) -> set[str]:
    """Codes of the clients with an open visit on ``day`` or later."""
    return set(
        session.exec(
            select(CLIENTS.c.code)
            .join(VISITS, VISITS.c.client_id == CLIENTS.c.id)
            .where(VISITS.c.planned_on >= day, VISITS.c.status.in_(OPEN_STATUSES), VISITS.c.deleted_at.is_(None))
        )
    )


def _within(period: Period) -> sa.ColumnElement[bool]:
    """Planned or done within a period; what was planned for one day and done on another stands in both."""
    planned, done = VISITS.c.planned_on, VISITS.c.done_on
    return sa.or_(
        sa.and_(planned >= period.begin, planned < period.end), sa.and_(done >= period.begin, done < period.end)
    )


def _views(session: Session, conditions: Iterable[Any]) -> list[VisitView]:
    moved = VISITS.alias()
    query = (
        select_columns(
            VISITS.c.code,
            CLIENTS.c.code,
            CLIENTS.c.name,
            CLIENTS.c.grade,
            CLIENTS.c.district,
            CONTACTS.c.name,
            VISITS.c.channel,
            VISITS.c.status,
            VISITS.c.planned_on,
            VISITS.c.planned_at,
            VISITS.c.minutes,
            VISITS.c.purpose,
            VISITS.c.expected,
            VISITS.c.materials,
            VISITS.c.planned_why,
            VISITS.c.done_on,
            VISITS.c.done_at,
            VISITS.c.outcome,
            VISITS.c.note,
            VISITS.c.next_step,
            VISITS.c.next_on,
            VISITS.c.next_at,
            VISITS.c.no_next_reason,
            VISITS.c.unplanned,
            VISITS.c.reason,
            moved.c.code,
        )
        .join(CLIENTS, CLIENTS.c.id == VISITS.c.client_id)
        .outerjoin(CONTACTS, CONTACTS.c.id == VISITS.c.contact_id)
        .outerjoin(moved, moved.c.id == VISITS.c.moved_to)
        .where(VISITS.c.deleted_at.is_(None), CLIENTS.c.deleted_at.is_(None), *conditions)
    )
    views = [VisitView(row[0], ClientRef(row[1], row[2]), *row[3:]) for row in plain_rows(session, query)]
    return sorted(views, key=_order)


def _order(visit: VisitView) -> tuple[date, time, str]:
    return visit.day or date.max, visit.at or visit.planned_at or time.max, visit.code or ""


def _new(session: Session, client: Client, *, unplanned: bool) -> Visit:
    number = clients.next_id(session, Visit)
    assert client.id is not None
    return Visit(id=number, code=f"V{number:04d}", client_id=client.id, unplanned=unplanned)


def _of(client: Client) -> Any:
    return (
        select(Visit)
        .where(Visit.client_id == client.id, col(Visit.deleted_at).is_(None))
        .order_by(col(Visit.planned_on), col(Visit.planned_at).is_(None), col(Visit.planned_at), col(Visit.id))
    )


def _past(day: date, today: date) -> date:
    if day > today:
        raise BadValue(
            _("A visit on {day} has not happened yet.").format(day=echo_day(day)),
            hint=_("`sales visit plan` plans it."),
        )
    return day


def _given(details: dict[str, Any], name: str, otherwise: str) -> str:
    return otherwise if details.get(name) is None else str(details[name])


def _planned_like(session: Session, client: Client, day: date, channel: Channel, at: time | None) -> Visit | None:
    """The open visit that a contact on ``day`` closes: face to face a face to face one, a follow-up a follow-up."""
    kind = FACE_TO_FACE if channel in FACE_TO_FACE else frozenset(Channel) - FACE_TO_FACE
    found = [
        visit
        for visit in session.exec(_of(client).where(Visit.planned_on == day, col(Visit.status).in_(OPEN_STATUSES)))
        if Channel(visit.channel) in kind
    ]
    at_that_time = [visit for visit in found if at is not None and visit.planned_at == at]
    return next(iter(at_that_time or found), None)


def _set_details(session: Session, visit: Visit, client: Client, details: dict[str, Any]) -> None:
    for name in ("purpose", "expected", "materials"):
        if details.get(name) is not None:
            setattr(visit, name, clean(details[name], field=field_word(name), limit=NOTE_LIMIT))
    if details.get("minutes") is not None:
        visit.minutes = _checked_minutes(details["minutes"])
    if details.get("contact") is not None:
        visit.contact_id = contacts.find(session, client, details["contact"]).id


def _checked_minutes(minutes: int) -> int:
    if not 0 < minutes <= _MOST_MINUTES:
        raise BadValue(_("A visit takes between 1 and {most} minutes.").format(most=_MOST_MINUTES))
    return minutes


def _refuse_unless_done(visit: Visit) -> None:
    if visit.status != VisitStatus.DONE:
        raise Refused(
            _("{code} has not taken place, so it has no outcome.").format(code=visit.code),
            hint=_("`sales visit log` records it."),
        )


def _refuse_unless_open(visit: Visit) -> None:
    if visit.status not in OPEN_STATUSES:
        raise Refused(
            _("{code} is {status}; only a planned visit can be changed so.").format(
                code=visit.code, status=label(visit.status, VisitStatus)
            )
        )
