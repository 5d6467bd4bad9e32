"""Tickets: a client's problem received, answered, taken through the four steps, confirmed by the client and closed.

Moments are aware. When an answer is due is worked out anew until there is one, and then kept.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.errors import BadValue, Refused
from salescli.i18n import N_, _
from salescli.models.clients import Client
from salescli.models.tickets import Ticket, TicketStep
from salescli.service_words import Severity, Step, TicketKind, TicketStatus
from salescli.services.accounts import clients, contacts
from salescli.services.care import references, ticket_lists
from salescli.services.care.care_tables import TICKETS
from salescli.services.care.response_times import ResponseRules
from salescli.services.care.ticket_lists import (
    OPEN,
    REOPENED,
    TicketView,
    due_in,
    of_period,
    open_all,
    open_of,
    response_rate,
)
from salescli.services.changes import now_of
from salescli.texts import HEADLINE_LIMIT, NOTE_LIMIT, clean
from salescli.vocabulary import label, parse_word

__all__ = [
    "Filter",
    "TicketView",
    "add",
    "close",
    "confirm",
    "due_in",
    "edit",
    "find",
    "listed",
    "of_period",
    "open_all",
    "open_of",
    "remove",
    "reopen",
    "respond",
    "response_rate",
    "step",
    "view",
]

_MOST_SCORE = 100
_AFTER = {
    Step.LISTEN: TicketStatus.RESPONDED,
    Step.UNDERSTAND: TicketStatus.SOLVING,
    Step.SOLVE: TicketStatus.SOLVING,
    Step.FEED_BACK: TicketStatus.FED_BACK,
}


# --- making and changing ---


def add(
    session: Session, client: Client, text: str, now: datetime, settings: Settings, calendar: Calendar, **details: Any
) -> Ticket:
    """Store what a client came with, received at ``received_at``, or now.

    ``details`` are severity (major unless given), kind (a complaint) and contact as typed, and those of :func:`edit`.
    Raises BadValue for a moment still to come.
    """
    number = clients.next_id(session, Ticket)
    assert client.id is not None
    ticket = Ticket(
        id=number,
        code=f"T{number:04d}",
        client_id=client.id,
        kind=TicketKind.COMPLAINT.value,
        severity=Severity.MAJOR.value,
        text=clean(text, field=_("text"), limit=HEADLINE_LIMIT),
        received_at=_whole_minute(now),
    )
    return _set_details(session, ticket, client, details, now, ResponseRules.of(settings, calendar))


def edit(
    session: Session, ticket: Ticket, now: datetime, settings: Settings, calendar: Calendar, **details: Any
) -> Ticket:
    """Change what a ticket says; another severity or receipt moves the moment by which an answer is due.

    ``details`` are text, kind, severity, contact, workaround and improvement as typed, received_at (a moment),
    promised_by (a day) and score (0 to 100).
    """
    rules = ResponseRules.of(settings, calendar)
    return _set_details(session, ticket, client_of(session, ticket), details, now, rules)


def respond(
    session: Session,
    ticket: Ticket,
    at: datetime,
    now: datetime,
    settings: Settings,
    calendar: Calendar,
    **details: Any,
) -> Ticket:
    """Note that the client had an answer at ``at``; ``details`` are workaround and promised_by as in :func:`edit`."""
    _refuse_closed(ticket)
    if ticket.responded_at is not None:
        raise Refused(
            _("{code} was answered at {moment}.").format(code=ticket.code, moment=_words(ticket.responded_at)),
            hint=_("`sales ticket step {code}` notes what comes next.").format(code=ticket.code),
        )
    rules = ResponseRules.of(settings, calendar)
    _answer(ticket, _past(at, now, since=ticket.received_at), rules)
    ticket.status = TicketStatus.RESPONDED.value
    return _set_details(session, ticket, client_of(session, ticket), details, now, rules)


def step(
    session: Session,
    ticket: Ticket,
    taken: Step,
    note: str,
    at: datetime,
    now: datetime,
    settings: Settings,
    calendar: Calendar,
    **details: Any,
) -> Ticket:
    """Note a step; the first of all is the answer, and going back to an earlier one asks for those after it again.

    ``details`` are workaround and promised_by as in :func:`edit`. Raises Refused for a step before its turn.
    """
    _refuse_closed(ticket)
    rows = _steps(session, ticket)
    coming = ticket_lists.after([row.step for row in rows])
    order = list(Step)
    if coming is not None and order.index(taken) > order.index(coming):
        raise Refused(
            _("{code}: before “{step}” comes “{coming}”.").format(
                code=ticket.code, step=label(taken, Step), coming=label(coming, Step)
            ),
            hint=_("`sales ticket step {code} {step} NOTE` notes it.").format(code=ticket.code, step=coming.value),
        )
    at = _past(at, now, since=rows[-1].at if rows else ticket.received_at)
    rules = ResponseRules.of(settings, calendar)
    if ticket.responded_at is None:
        _answer(ticket, at, rules)
    ticket.status = _AFTER[taken].value
    ticket.confirmed_at = ticket.confirmed_by = None
    _note_step(session, ticket, taken.value, at, note)
    return _set_details(session, ticket, client_of(session, ticket), details, now, rules)


def confirm(session: Session, ticket: Ticket, now: datetime, by: str | None = None, score: int | None = None) -> Ticket:
    """Note the client's word that it is solved: whose, and how many points of 100 it gives.

    Raises Refused before the four steps are done; an inquiry needs only an answer.
    """
    _refuse_closed(ticket)
    _refuse_unsolved(session, ticket)
    ticket.confirmed_at, ticket.status = now, TicketStatus.CONFIRMED.value
    if by is not None:
        ticket.confirmed_by = clean(by, field=_("name"))
    if score is not None:
        ticket.score = _checked_score(score)
    return _stored(session, ticket)


def close(session: Session, ticket: Ticket, now: datetime) -> Ticket:
    """Close a ticket that the client has confirmed; else Refused."""
    _refuse_closed(ticket)
    _refuse_unsolved(session, ticket)
    if ticket.confirmed_at is None:
        raise Refused(
            _("{code} can't be closed before the client confirms that it is solved.").format(code=ticket.code),
            hint=_("Ask {client}, then `sales ticket close {code} --confirmed-by NAME`.").format(
                client=client_of(session, ticket).name, code=ticket.code
            ),
        )
    ticket.closed_at, ticket.status = now, TicketStatus.CLOSED.value
    return _stored(session, ticket)


def reopen(session: Session, ticket: Ticket, reason: str, at: datetime, now: datetime) -> Ticket:
    """Open a closed ticket again, for a reason; the four steps begin anew, the first answer stands."""
    if ticket.closed_at is None:
        raise Refused(_("{code} is open already.").format(code=ticket.code))
    _note_step(session, ticket, REOPENED, _past(at, now, since=ticket.closed_at), reason, field=_("reason"))
    ticket.status, ticket.reopened = TicketStatus.RESPONDED.value, ticket.reopened + 1
    ticket.closed_at = ticket.confirmed_at = ticket.confirmed_by = ticket.score = None
    return _stored(session, ticket)


def remove(session: Session, ticket: Ticket) -> None:
    """Take a ticket out of every list."""
    ticket.deleted_at = now_of(session)
    _stored(session, ticket)


def _answer(ticket: Ticket, at: datetime, rules: ResponseRules) -> None:
    ticket.responded_at = at
    ticket.respond_by = rules.due(ticket.received_at, ticket.severity)


def _note_step(
    session: Session, ticket: Ticket, word: str, at: datetime, note: str, *, field: str | None = None
) -> None:
    assert ticket.id is not None
    told = clean(note, field=field or _("note"), limit=NOTE_LIMIT)
    session.add(TicketStep(id=clients.next_id(session, TicketStep), ticket_id=ticket.id, step=word, at=at, note=told))


def _set_details(
    session: Session, ticket: Ticket, client: Client, details: dict[str, Any], now: datetime, rules: ResponseRules
) -> Ticket:
    given = {name: value for name, value in details.items() if value is not None}
    readers: dict[str, Any] = {
        "text": lambda text: clean(text, field=_("text"), limit=HEADLINE_LIMIT),
        "kind": lambda text: parse_word(text, TicketKind).value,
        "severity": lambda text: parse_word(text, Severity).value,
        "received_at": lambda moment: _received(session, ticket, moment, now),
        "workaround": lambda text: clean(text, field=_("workaround"), limit=NOTE_LIMIT),
        "promised_by": lambda day: _promised(day, given.get("received_at", ticket.received_at)),
        "score": _checked_score,
        "improvement": lambda text: clean(text, field=_("improvement"), limit=NOTE_LIMIT),
    }
    if "contact" in given:
        ticket.contact_id = contacts.find(session, client, given.pop("contact")).id
    for name, value in given.items():
        setattr(ticket, name, readers[name](value))
    if ticket.respond_by is None or {"received_at", "severity"} & given.keys():
        ticket.respond_by = rules.due(ticket.received_at, ticket.severity)
    return _stored(session, ticket)


def _received(session: Session, ticket: Ticket, moment: datetime, now: datetime) -> datetime:
    moment = _past(moment, now)
    steps = _steps(session, ticket)
    first = min(filter(None, [ticket.responded_at, *(row.at for row in steps[:1])]), default=None)
    if first is not None and moment > first:
        raise BadValue(
            _("{code} was answered at {moment}, so it was received before.").format(
                code=ticket.code, moment=_words(first)
            )
        )
    return moment


def _promised(day: date, received_at: datetime) -> date:
    if day < received_at.astimezone().date():
        raise BadValue(_("A solution can't be promised for a day before the problem came."))
    return day


def _checked_score(score: int) -> int:
    if not 0 <= score <= _MOST_SCORE:
        raise BadValue(_("A score is between 0 and 100."))
    return score


def _past(moment: datetime, now: datetime, *, since: datetime | None = None) -> datetime:
    """``moment`` to the minute; BadValue for one still to come, or before ``since``."""
    moment = _whole_minute(moment)
    if moment > now:
        raise BadValue(_("{moment} is still to come.").format(moment=_words(moment)))
    if since is not None and moment < _whole_minute(since):
        raise BadValue(
            _("{moment} is before {since}, the moment of what came last.").format(
                moment=_words(moment), since=_words(since)
            )
        )
    return moment


def _whole_minute(moment: datetime) -> datetime:
    return moment - timedelta(seconds=moment.second, microseconds=moment.microsecond)


def _words(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _refuse_closed(ticket: Ticket) -> None:
    if ticket.closed_at is not None:
        raise Refused(
            _("{code} is closed.").format(code=ticket.code),
            hint=_("`sales ticket reopen {code} --reason TEXT` opens it again.").format(code=ticket.code),
        )


def _refuse_unsolved(session: Session, ticket: Ticket) -> None:
    if ticket.kind == TicketKind.INQUIRY:
        if ticket.responded_at is None:
            raise Refused(
                _("{code} isn't answered yet.").format(code=ticket.code),
                hint=_("`sales ticket respond {code}` notes the answer.").format(code=ticket.code),
            )
        return
    coming = ticket_lists.after([row.step for row in _steps(session, ticket)])
    if coming is not None:
        raise Refused(
            _("{code} isn't solved yet: “{coming}” comes next.").format(code=ticket.code, coming=label(coming, Step)),
            hint=_("`sales ticket step {code} {step} NOTE` notes it.").format(code=ticket.code, step=coming.value),
        )


def _stored(session: Session, ticket: Ticket) -> Ticket:
    session.add(ticket)
    session.flush()
    return ticket


def _steps(session: Session, ticket: Ticket) -> list[TicketStep]:
    rows = select(TicketStep).where(TicketStep.ticket_id == ticket.id, col(TicketStep.deleted_at).is_(None))
    return list(session.exec(rows.order_by(col(TicketStep.id))))


# --- finding ---

_TICKET = references.Kind(Ticket, "T", N_("ticket"), "sales ticket list", lambda ticket: str(ticket.text))


def find(session: Session, ref: str, *, closed: bool = False) -> Ticket:
    """The ticket that ``ref`` means: its code, or a client with one open ticket (``closed``: with one of any status).

    Raises NotFound, or Ambiguous with the choices.
    """
    found: Ticket = references.find(session, ref, _TICKET, *(() if closed else (col(Ticket.closed_at).is_(None),)))
    return found


def client_of(session: Session, ticket: Ticket) -> Client:
    """The client whose problem it is."""
    return session.exec(select(Client).where(Client.id == ticket.client_id)).one()


# --- showing ---


@dataclass(frozen=True)
class Filter:
    """What a list of tickets is narrowed to; ``None`` and ``False`` narrow nothing."""

    only_open: bool = False
    client: Client | None = None
    status: str | None = None
    overdue: bool = False


def listed(session: Session, wanted: Filter, now: datetime, settings: Settings, calendar: Calendar) -> list[TicketView]:
    """Tickets, the most urgent first and the closed ones last; ``status`` is one in either language."""
    table = TICKETS.c
    conditions: list[Any] = []
    if wanted.only_open:
        conditions.append(table.status.in_(OPEN))
    if wanted.status is not None:
        conditions.append(table.status == parse_word(wanted.status, TicketStatus).value)
    if wanted.client is not None:
        conditions.append(table.client_id == wanted.client.id)
    found = ticket_lists.views(session, conditions, now, settings, calendar)
    return [ticket for ticket in found if ticket.overdue or not wanted.overdue]


def view(session: Session, ticket: Ticket, now: datetime, settings: Settings, calendar: Calendar) -> TicketView:
    """One ticket as lists and JSON show it."""
    return ticket_lists.of_id(session, ticket.id, now, settings, calendar)
