"""When a client is to be contacted next: the rhythm of its class, restarted by the last real contact.

``Client.next_due_on`` is kept in the transaction that moves it, so that who is due is one indexed look-up at any
size; :func:`due_on` is the rule it is held against.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from salescli import slots
from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.visits import Visit
from salescli.vocabulary import Lifecycle, Outcome, VisitStatus

Waiting = TypeVar("Waiting")

# SQLite takes a bounded number of parameters: for so many clients the visits of all are read.
_MANY = 500
NOT_PURSUED = (Lifecycle.LOST, Lifecycle.BLOCKED)
# After ten years most clients may be lost: asked for in these words, an index finds the others.
PURSUED = tuple(lifecycle for lifecycle in Lifecycle if lifecycle not in NOT_PURSUED)
NOT_YET_CLIENTS = (Lifecycle.LEAD, Lifecycle.PROSPECT)


def days_between(grade: str | None, lifecycle: str, settings: Settings) -> int | None:
    """Days from one contact to the next; ``None`` for who is not pursued. Without a grade it is C's."""
    if lifecycle in NOT_PURSUED:
        return None
    if lifecycle in NOT_YET_CLIENTS:
        return settings.number("cadence.prospect")
    return settings.number(f"cadence.{grade or 'C'}")


def due_on(client: Client, settings: Settings) -> date | None:
    """Last contact + the rhythm's days; ``None`` without a contact or for who is not pursued."""
    days = days_between(client.grade, client.lifecycle, settings)
    if days is None or client.archived or client.last_contact_on is None:
        return None
    return client.last_contact_on + timedelta(days=days)


def day_after(client: Client, day: date, settings: Settings) -> date | None:
    """The day the rhythm asks for after a contact on ``day``; ``None`` for who is not pursued."""
    days = days_between(client.grade, client.lifecycle, settings)
    return None if days is None else day + timedelta(days=days)


def restart(session: Session, client: Client, today: date, settings: Settings, calendar: Calendar) -> None:
    """Work out a client's last contact and next due day anew, after a visit was logged, altered or removed.

    A client who still waits for the first contact keeps its day: nothing happened that could move it.
    """
    waits = client.last_contact_on is None and client.next_due_on is not None
    if waits and not last_contacts(session, [client], settings) and client.known_contact_on is None:
        return
    restart_each(session, [client], today, settings, calendar)


def restart_each(
    session: Session, clients: Sequence[Client], today: date, settings: Settings, calendar: Calendar
) -> None:
    """Work out several clients anew; those never contacted are spread together, in the order of their days so far."""
    latest = last_contacts(session, clients, settings)
    never_contacted = []
    for client in sorted(clients, key=lambda client: (client.next_due_on or date.max, client.id or 0)):
        known = [day for day in (latest.get(client.id), client.known_contact_on) if day is not None]
        was_contacted, client.last_contact_on = client.last_contact_on is not None, max(known, default=None)
        if was_contacted or client.last_contact_on is not None:
            client.next_due_on = due_on(client, settings)
        if client.last_contact_on is None:
            never_contacted.append(client)
        session.add(client)
    spread(session, never_contacted, today, settings, calendar)


def ordered(session: Session, clients: Iterable[Client], today: date, settings: Settings, calendar: Calendar) -> None:
    """Make customers of leads and prospects who have ordered: the rhythm of their class holds from now on."""
    won = [client for client in clients if client.lifecycle in NOT_YET_CLIENTS]
    for client in won:
        client.lifecycle = Lifecycle.CUSTOMER.value
    restart_each(session, won, today, settings, calendar)
    session.flush()


def restart_all(session: Session, today: date, settings: Settings, calendar: Calendar) -> None:
    """Work out every client's next due day anew, after the rhythm itself has changed."""
    everyone = list(session.exec(select(Client).where(col(Client.deleted_at).is_(None))))
    restart_each(session, everyone, today, settings, calendar)
    session.flush()


def last_contacts(session: Session, clients: Sequence[Client] | None, settings: Settings) -> dict[int | None, date]:
    """The day of the last contact that counts, by the key of the client; those without one are not in it.

    ``clients`` are those asked about; None is everyone.
    """
    query = select_columns(Visit.client_id, func.max(col(Visit.done_on))).where(*_counts(settings))
    query = query.group_by(col(Visit.client_id))
    if clients is not None and len(clients) < _MANY:
        query = query.where(col(Visit.client_id).in_([client.id for client in clients]))
    return {client_id: day for client_id, day in session.exec(query) if day is not None}


def last_contact(settings: Settings) -> Any:
    """The day of a client's last contact that counts, as a column of a query of clients; a contact known is not one."""
    last = sa.select(func.max(col(Visit.done_on))).where(col(Visit.client_id) == col(Client.id), *_counts(settings))
    return last.correlate(Client).scalar_subquery()


def _counts(settings: Settings) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions of a visit that restarts the rhythm."""
    return (
        col(Visit.status) == VisitStatus.DONE,
        col(Visit.deleted_at).is_(None),
        sa.or_(col(Visit.outcome).is_(None), col(Visit.outcome) != Outcome.ABSENT),
        col(Visit.channel).in_(settings.words("cadence.channels")),
    )


def spread(session: Session, clients: Iterable[Client], today: date, settings: Settings, calendar: Calendar) -> None:
    """Give clients never contacted (未建联) a day each: over their rhythm's days, never above a day's capacity.

    Where capacity does not suffice the day is later than the rhythm asks; the nearest deadline goes first. A day
    that has passed stays: only a contact ends what is overdue.
    """
    waiting = []
    for client in clients:
        days = days_between(client.grade, client.lifecycle, settings)
        if days is None or client.archived:
            client.next_due_on = None
        elif client.next_due_on is None or client.next_due_on >= today:
            client.next_due_on = None
            waiting.append((client, days))
    if waiting:
        waiting.sort(key=lambda pair: pair[0].district or "")
        taken = taken_days(session, today)
        for client, day in spread_days(waiting, today, taken, settings, calendar):
            client.next_due_on = day


def spread_days(
    waiting: list[tuple[Waiting, int]],
    today: date,
    taken: dict[date, int],
    settings: Settings,
    calendar: Calendar,
) -> Iterator[tuple[Waiting, date]]:
    """Who waits with the day given: ``waiting`` are clients, or what stands for them, with their rhythm's days.

    ``taken`` says how many are due on a day already. Each wishes for a day that spreads its class evenly; the
    nearest deadline goes first, and within a class the order given: by district, so that a day stays in one.
    """
    most = _capacities(settings)
    by_days: dict[int, list[Waiting]] = {}
    for client, days in waiting:
        by_days.setdefault(days, []).append(client)
    wishes = heapq.merge(*(_wishes(days, len(clients)) for days, clients in by_days.items()))
    queue: list[tuple[int, int]] = []
    day, wish = calendar.working_day_on_or_after(today), next(wishes, None)
    while queue or wish:
        while wish and wish[0] <= (day - today).days:
            heapq.heappush(queue, wish[1:])
            wish = next(wishes, None)
        for _free in range(_in_part(most(day), calendar.weight(day)) - taken.get(day, 0)):
            if not queue:
                break
            days, place = heapq.heappop(queue)
            yield by_days[days][place], day
        day = calendar.next_working_day(day)


def _wishes(days: int, clients: int) -> Iterator[tuple[int, int, int]]:
    """The days from today, 0 and on, that ``clients`` of one rhythm wish for: (day, rhythm's days, place)."""
    return ((place * days // clients, days, place) for place in range(clients))


def capacity(day: date, settings: Settings) -> int:
    """Visits that fit into a day, at least one: the setting ``plan.capacity``, else what fits the field time."""
    return _capacities(settings)(day)


def room(day: date, settings: Settings, calendar: Calendar) -> int:
    """Visits that a day holds: its capacity, less on a day that is worked in part; at least one."""
    return _in_part(capacity(day, settings), calendar.weight(day))


def _in_part(most: int, weight: Fraction | int) -> int:
    return max(1, int(most * weight)) if 0 < weight < 1 else most


def _capacities(settings: Settings) -> Callable[[date], int]:
    """The capacity by day, with the settings read once and each season worked out once."""
    asked = settings.number("plan.capacity")
    visit, travel = settings.number("plan.visit_minutes"), settings.number("plan.travel_minutes")
    seasons = slots.seasons_from(settings.under("slots"))
    of_season: dict[str, int] = {}

    def on(day: date) -> int:
        if asked:
            return asked
        season = slots.season_on(day, seasons).name
        if season not in of_season:
            of_season[season] = max(1, slots.capacity(day, visit, travel, seasons))
        return of_season[season]

    return on


def out_of_reach(session: Session, settings: Settings) -> int:
    """How many clients never contacted have a day later than their rhythm asks, for want of capacity."""
    rows = session.exec(
        select_columns(Client.grade, Client.lifecycle, Client.created_at, Client.next_due_on).where(
            col(Client.last_contact_on).is_(None),
            col(Client.next_due_on) >= date.min,  # not `IS NOT NULL`, for which SQLite uses no index
            col(Client.deleted_at).is_(None),
        )
    )
    late = 0
    for grade, lifecycle, created_at, next_due_on in rows:
        days = days_between(grade, lifecycle, settings)
        if days is not None and next_due_on and next_due_on > created_at.astimezone().date() + timedelta(days=days):
            late += 1
    return late


def taken_days(session: Session, today: date) -> dict[date, int]:
    """How many clients are due on each day from ``today`` on."""
    rows = session.exec(
        select_columns(Client.next_due_on, func.count())
        .where(col(Client.next_due_on) >= today, col(Client.deleted_at).is_(None))
        .group_by(col(Client.next_due_on))
    )
    return {day: count for day, count in rows if day is not None}
