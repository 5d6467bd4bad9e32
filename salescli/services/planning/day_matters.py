"""What a day asks for besides visits: promises due, problems open, tasks, and what is urgent in the house."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.models.clients import Client
from salescli.service_words import Severity
from salescli.services.accounts.admission_results import Untold, untold
from salescli.services.care import promise_views, task_lists, ticket_lists
from salescli.services.care.care_tables import FEEDBACK, SURVEYS
from salescli.services.care.promise_views import PromiseView
from salescli.services.care.task_lists import TaskView
from salescli.services.care.ticket_lists import TicketView
from salescli.vocabulary import Lifecycle


class DayMatters(NamedTuple):
    """Open promises due by the day, ours first; open problems and tasks, overdue first; urgent matters by code.

    ``untold`` are the clients who were turned down and do not know it.
    """

    promises: Sequence[PromiseView] = ()
    tickets: Sequence[TicketView] = ()
    tasks: Sequence[TaskView] = ()
    urgent: Sequence[tuple[str, str]] = ()
    untold: Sequence[Untold] = ()

    def client_codes(self) -> list[str]:
        """The clients to whom we owe something by the day: a promise, or the solution of a problem that hurts them."""
        ours = [promise.client.code for promise in self.promises if promise.ours]
        hurt = [ticket.client.code for ticket in self.tickets if ticket.severity != Severity.MINOR]
        return list(dict.fromkeys([*ours, *hurt]))


def unasked(session: Session, codes: Iterable[str], day: date) -> set[str]:
    """Which of these customers have not been asked how satisfied they are in the quarter of ``day``.

    Nobody before the last month of the quarter, nor as long as no survey was ever recorded: a reason in every line
    says nothing.
    """
    if day.month % 3:
        return set()
    connection = session.connection()
    if connection.execute(sa.select(SURVEYS.c.id).limit(1)).first() is None:
        return set()
    asked = sa.select(SURVEYS.c.client_id).where(
        SURVEYS.c.year == day.year,
        SURVEYS.c.quarter == (day.month + 2) // 3,
        SURVEYS.c.state != "due",
        SURVEYS.c.deleted_at.is_(None),
    )
    query = sa.select(col(Client.code)).where(
        col(Client.code).in_(list(codes)), col(Client.lifecycle) == Lifecycle.CUSTOMER, col(Client.id).not_in(asked)
    )
    return set(connection.execute(query).scalars())


def of_day(session: Session, day: date, now: datetime, settings: Settings, calendar: Calendar) -> DayMatters:
    """What ``day`` asks for, as it stands at ``now`` (aware)."""
    return DayMatters(
        promises=promise_views.due(session, day, now.date()),
        tickets=ticket_lists.open_all(session, now, settings, calendar),
        tasks=task_lists.open_until(session, day, now.date()),
        urgent=urgent(session),
        untold=untold(session),
    )


def urgent(session: Session) -> list[tuple[str, str]]:
    """Code and text of what was brought up as urgent and nobody has taken note of, the oldest first."""
    query = (
        sa.select(FEEDBACK.c.code, FEEDBACK.c.text)
        .where(
            FEEDBACK.c.urgent.is_(True),
            FEEDBACK.c.state == "open",
            FEEDBACK.c.acknowledged_on.is_(None),
            FEEDBACK.c.deleted_at.is_(None),
        )
        .order_by(FEEDBACK.c.raised_on, FEEDBACK.c.id)
    )
    return [(code, text) for code, text in session.connection().execute(query)]
