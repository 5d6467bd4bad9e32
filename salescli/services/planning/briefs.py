"""The page before a visit: who the client is, what was said and promised, what is owed and open, what to ask."""

from collections.abc import Callable, Iterable
from datetime import datetime, time
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.visits import Visit
from salescli.service_words import TicketStatus
from salescli.services.accounts import admission_results, cadence, clients
from salescli.services.accounts.clients import ClientRef
from salescli.services.care import promise_views, ticket_lists
from salescli.services.care.care_tables import TICKETS
from salescli.services.care.ticket_lists import TicketView
from salescli.services.cash import credits
from salescli.services.planning import brief_rows, client_money, questions
from salescli.services.planning.brief_page import Brief
from salescli.services.selling import stages
from salescli.services.visiting import visits
from salescli.services.visiting.visits import DueStep
from salescli.vocabulary import OPEN_STATUSES, VisitStatus

if TYPE_CHECKING:
    from salescli.services.planning.plan_checks import PlannedVisit

_CONTACTS_SHOWN = 3
_ORDERS_SHOWN = 3


class Page(NamedTuple):
    """The brief of one visit of a day: its place in the plan, when it begins, and what it is for."""

    order: int
    start: time | None
    visit: str | None
    purpose: str | None
    brief: Brief


def of(session: Session, client: Client, now: datetime, settings: Settings, calendar: Callable[[], Calendar]) -> Brief:
    """The brief of a client as of ``now`` (local); ``calendar`` is asked for only where a ticket waits."""
    today = now.date()
    contacts = visits.listed(session, None, client)
    deals = brief_rows.open_deals(session, client)
    birthdays, preferences = brief_rows.people(session, client, today)
    brief = Brief(
        day=today,
        client=clients.view(session, client, today),
        last_contacts=[visit for visit in contacts if visit.status == VisitStatus.DONE][::-1][:_CONTACTS_SHOWN],
        next_steps=_next_steps(session, client),
        planned=[visit for visit in contacts if visit.status in OPEN_STATUSES],
        promises=promise_views.open_of(session, client, today),
        tickets=_tickets(session, client, now, settings, calendar),
        money=client_money.of_client(session, client, today),
        credit=credits.view(session, client, today),
        deals=deals,
        quotations=brief_rows.open_quotations(session, client, today),
        bought=brief_rows.bought(session, client, today, _ORDERS_SHOWN),
        needs=brief_rows.open_needs(session, client),
        samples=brief_rows.untested_samples(session, client, today),
        insights=brief_rows.seen_there(session, client),
        surveys=brief_rows.last_scores(session, client),
        birthdays=birthdays,
        preferences=preferences,
        untold=next(iter(admission_results.untold(session, client)), None),
        stage_names={deal.stage: stages.name_of(deal.stage, stages.of(settings)) for deal in deals},
    )
    return brief._replace(questions=questions.suggested(brief, settings))


def of_stops(
    session: Session,
    stops: "Iterable[PlannedVisit]",
    now: datetime,
    settings: Settings,
    calendar: Callable[[], Calendar],
) -> list[Page]:
    """The briefs for what is still to be done of a day's plan, in its order; a client met twice has one."""
    pages: dict[str, Page] = {}
    for stop in stops:
        if stop.visit.status == VisitStatus.DONE or stop.visit.client.code in pages:
            continue
        brief = of(session, clients.find(session, stop.visit.client.code), now, settings, calendar)
        start = stop.place.start if stop.place else stop.visit.planned_at
        pages[stop.visit.client.code] = Page(stop.order, start, stop.visit.code, stop.visit.purpose, brief)
    return list(pages.values())


def _next_steps(session: Session, client: Client) -> list[DueStep]:
    """What we said would follow and no later contact took care of, the oldest first; none for who is not pursued."""
    if client.archived or client.lifecycle in cadence.NOT_PURSUED:
        return []
    rows = session.exec(
        select_columns(Visit.code, Visit.next_step, Visit.next_on, Visit.next_at)
        .where(
            Visit.client_id == client.id,
            col(Visit.next_on).is_not(None),
            col(Visit.next_settled_on).is_(None),
            col(Visit.deleted_at).is_(None),
        )
        .order_by(col(Visit.next_on), col(Visit.id))
    )
    ref = ClientRef(client.code, client.name)
    return [DueStep(code, ref, text or "", due_on, at) for code, text, due_on, at in rows if due_on is not None]


def _tickets(
    session: Session, client: Client, now: datetime, settings: Settings, calendar: Callable[[], Calendar]
) -> list[TicketView]:
    """The tickets that are not closed; the calendar is read only where there is one."""
    table = TICKETS.c
    waiting = sa.select(table.id).where(
        table.client_id == client.id, table.status != TicketStatus.CLOSED, table.deleted_at.is_(None)
    )
    if session.connection().execute(waiting.limit(1)).first() is None:
        return []
    return ticket_lists.open_of(session, client, now, settings, calendar())
