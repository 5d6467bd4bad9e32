"""Taking a client file in: rows are read and matched with the clients there are, the new and changed ones written.

All rows are read and matched before the first is written, so what is wrong with a file is known at once.
"""

import itertools
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.models.clients import Client, Contact
from salescli.services.accounts import cadence, clients
from salescli.services.files.client_columns import Incoming, RowReader
from salescli.services.files.client_matching import Matching, ToWrite, contact_name, last_contact_counts, same_person
from salescli.services.files.file_columns import Columns, RowError
from salescli.services.files.imports import (
    ASKED_AT_ONCE,
    WRITTEN_AT_ONCE,
    Imported,
    Options,
    blank_row,
    new_uuids,
    pieces,
    write_rows,
)
from salescli.tabular.table import Table
from salescli.vocabulary import Lifecycle

Together = Callable[[list[Incoming], list[RowError]], list[Incoming]]


def take(
    session: Session,
    table: Table,
    columns: Columns,
    options: Options,
    today: date,
    settings: Settings,
    calendar: Calendar,
    progress: Callable[[int], None] = lambda _rows: None,
    together: Together = lambda rows, _errors: rows,
) -> Imported:
    """Take the rows of ``table`` in, unless a bad one is among them and ``options.skip_bad`` is not given.

    ``progress`` is told how many rows were read, and again how many were written. ``together`` makes of several
    rows of one client those that are matched, and adds what is wrong with them to the errors.
    """
    reader = RowReader(columns, today)
    matching = Matching(session, update=options.update, together=lambda rows: together(rows, reader.errors))
    matching.match(_read(reader, table, progress))
    refused = bool(reader.errors) and not options.skip_bad
    result = Imported(
        rows=len(table.rows),
        new=0 if refused else len(matching.new),
        updated=0 if refused else len(matching.updated),
        unchanged=matching.unchanged,
        duplicate=matching.duplicate,
        errors=reader.errors,
        notes=[*columns.notes, *reader.notes(), *matching.notes()],
    )
    if not (refused or options.dry_run):
        write_new(session, matching.new, today, settings, calendar, progress)
        _update(session, matching.updated, today, settings, calendar)
    return result


def _read(reader: RowReader, table: Table, progress: Callable[[int], None]) -> Iterator[Incoming]:
    for count, row in enumerate(table.rows, start=1):
        incoming = reader.incoming(row)
        if incoming is not None:
            yield incoming
        if count % ASKED_AT_ONCE == 0:
            progress(ASKED_AT_ONCE)


def write_new(
    session: Session,
    new: list[ToWrite],
    today: date,
    settings: Settings,
    calendar: Calendar,
    progress: Callable[[int], None],
) -> None:
    """Write new clients and their contacts past the session, in chunks: entities would take ten times as long."""
    ids = _free_ids(session, new)
    due = _due_days(session, new, today, settings, calendar)
    blank_client, blank_contact = blank_row(session, Client), blank_row(session, Contact)
    contact_ids, uuids = itertools.count(clients.next_id(session, Contact)), new_uuids()
    for places in pieces(range(len(new)), WRITTEN_AT_ONCE):
        rows, people = [], []
        for place in places:
            row = new[place].row
            rows.append(_client_row({**blank_client, "uuid": next(uuids)}, ids[place], row.client, due[place]))
            for person in _contact_rows(blank_contact, ids[place], [row.person, *new[place].more]):
                people.append(person | {"id": next(contact_ids), "uuid": next(uuids)})
        write_rows(session, Client, rows)
        write_rows(session, Contact, people)
        progress(len(rows))


def _free_ids(session: Session, new: list[ToWrite]) -> Sequence[int]:
    """A key for each: the number of its own code where that is free, else the next ones."""
    wanted = {place: int(code[1:]) for place, code in _codes(new)}
    taken: set[int | None] = set()
    for piece in pieces(list(wanted.values()), ASKED_AT_ONCE):
        taken.update(session.scalars(sa.select(col(Client.id)).where(col(Client.id).in_(piece))))
    following = itertools.count(max(clients.next_id(session, Client), max(wanted.values(), default=0) + 1))
    ids = array("q", bytes(8 * len(new)))
    for place in range(len(new)):
        number = wanted.get(place)
        ids[place] = next(following) if number is None or number in taken else number
    return ids


def _codes(new: list[ToWrite]) -> Iterator[tuple[int, str]]:
    """The codes that rows say, by place in ``new``."""
    for place, client in enumerate(new):
        if client.has_code and (code := client.row.client.get("code")):
            yield place, code


def _due_days(
    session: Session, new: list[ToWrite], today: date, settings: Settings, calendar: Calendar
) -> list[date | None]:
    """The next due day of each; those never contacted are spread over the days to come."""
    due: list[date | None] = [None] * len(new)
    waiting: dict[str, list[tuple[int, int]]] = {}
    for place, client in enumerate(new):
        known = client.row.client
        days = cadence.days_between(known.get("grade"), known.get("lifecycle", Lifecycle.CUSTOMER), settings)
        if days is None or known.get("archived"):
            continue
        if "last_contact_on" in known:
            due[place] = known["last_contact_on"] + timedelta(days=days)
        else:
            waiting.setdefault(known.get("district") or "", []).append((place, days))
    if waiting:
        by_district = [pair for district in sorted(waiting) for pair in waiting[district]]
        taken = cadence.taken_days(session, today)
        for place, day in cadence.spread_days(by_district, today, taken, settings, calendar):
            due[place] = day
    return due


def _client_row(blank: dict[str, Any], number: int, known: dict[str, Any], due: date | None) -> dict[str, Any]:
    return {
        **blank,
        **known,
        **clients.search_keys(known),
        "id": number,
        "code": f"C{number:04d}",
        "known_contact_on": known.get("last_contact_on"),
        "next_due_on": due,
    }


def _contact_rows(blank: dict[str, Any], client_id: int, people: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for place, person in enumerate(filter(None, people)):
        yield {
            **blank,
            **person,
            "name": contact_name(person),
            "client_id": client_id,
            "primary": place == 0,
        }


def _update(session: Session, updated: list[ToWrite], today: date, settings: Settings, calendar: Calendar) -> None:
    """Write what changed of clients that are there, through the session, which logs every column."""
    for piece in pieces(updated, ASKED_AT_ONCE):
        _update_piece(session, {client.id: client for client in piece if client.id}, today, settings, calendar)
        session.expunge_all()  # a long update would keep every client in memory


def _update_piece(
    session: Session, given: dict[int, ToWrite], today: date, settings: Settings, calendar: Calendar
) -> None:
    people: dict[int, list[Contact]] = {number: [] for number in given}
    contacts = select(Contact).where(
        col(Contact.client_id).in_(given), col(Contact.deleted_at).is_(None), col(Contact.left_on).is_(None)
    )
    for contact in session.exec(contacts.order_by(col(Contact.id))):
        people[contact.client_id].append(contact)
    restarted = []
    for client in session.exec(select(Client).where(col(Client.id).in_(given))).all():
        assert client.id is not None
        told = given[client.id].row
        if _change_client(client, told.client):
            restarted.append(client)
        for person in filter(None, (told.person, *given[client.id].more)):
            _change_person(session, client.id, people[client.id], person)
    session.flush()
    cadence.restart_each(session, restarted, today, settings, calendar)
    session.flush()


def _change_client(client: Client, given: dict[str, Any]) -> bool:
    """Set what a row says; gives back whether the next due day has to be worked out anew."""
    anew = any(name in given and given[name] != getattr(client, name) for name in ("grade", "lifecycle", "archived"))
    for name, value in given.items():
        if name == "last_contact_on":
            if last_contact_counts(client, value):
                client.known_contact_on, anew = value, True
        elif name != "code":
            setattr(client, name, value)
    for name, value in clients.search_keys(client.model_dump(include={"name", "short_name", "aliases"})).items():
        setattr(client, name, value)
    return anew


def _change_person(session: Session, client_id: int, there: list[Contact], given: dict[str, Any]) -> None:
    contact = same_person(there, given)
    if contact is None:
        contact = Contact(client_id=client_id, name=contact_name(given), primary=not there)
        session.add(contact)
        there.append(contact)
    for name, value in given.items():
        setattr(contact, name, value)
