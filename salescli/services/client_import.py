"""Taking a client file in: its rows are matched with the clients there are, and the new and changed ones written.

A row is a client's that has its code, else its 统一社会信用代码, else its normalised name. All rows are read and matched
before the first is written, so what is wrong with a file is known at once.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.i18n import _, _n
from salescli.models.clients import Client, Contact
from salescli.services import cadence, changes, clients
from salescli.services.changes import now_of
from salescli.services.client_columns import Columns, Incoming, RowError, RowReader
from salescli.tabular.table import Table
from salescli.texts import name_key

# SQLite takes a bounded number of parameters in one query, and a chunk bounds the memory.
_ASKED_AT_ONCE = 500
_WRITTEN_AT_ONCE = 5_000
_MOST_NOTES = 10
_NUMBERS = ("mobile", "phone", "wechat", "email")


@dataclass(frozen=True)
class Options:
    """How an import goes: whether changed clients are updated, bad rows left out, anything written at all."""

    update: bool = False
    skip_bad: bool = False
    dry_run: bool = False


@dataclass
class Imported:
    """What an import did, or with ``dry_run`` would do: rows by what became of them.

    ``new`` and ``updated`` are 0 when bad rows keep everything out. ``duplicate`` are further rows of a client, and
    changed clients without ``update``. ``notes`` are sentences for the user.
    """

    rows: int
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    errors: list[RowError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def bad_rows(self) -> frozenset[int]:
        """The numbers of the rows that can't be taken."""
        return frozenset(error.row for error in self.errors)


def take(
    session: Session,
    table: Table,
    columns: Columns,
    options: Options,
    today: date,
    settings: Settings,
    calendar: Calendar,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Imported:
    """Take the rows of ``table`` in, unless a bad one is among them and ``options.skip_bad`` is not given.

    ``progress`` is told how many rows were read, and again how many were written.
    """
    reader = RowReader(columns, today)
    rows = list(_read(reader, table, progress))
    matching = _Matching(session, options.update)
    matching.match(rows)
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
        _insert(session, matching.new, today, settings, calendar, progress)
        _update(session, matching.updated, today, settings, calendar)
    return result


def _read(reader: RowReader, table: Table, progress: Callable[[int], None]) -> Iterator[Incoming]:
    for count, row in enumerate(table.rows, start=1):
        incoming = reader.incoming(row)
        if incoming is not None:
            yield incoming
        if count % _ASKED_AT_ONCE == 0:
            progress(_ASKED_AT_ONCE)


# --- matching ---


@dataclass(eq=False, slots=True)
class _Target:
    """A client that rows speak of: ``record`` is there already (with its ``people``), else ``row`` makes it.

    ``more`` are people in further rows of the same client.
    """

    row: Incoming | None
    record: Any = None
    people: Sequence[Any] = ()
    more: tuple[dict[str, Any], ...] = ()


class _Matching:
    """Finds for every row the client it speaks of; ``new`` and ``updated`` are what is to be written."""

    def __init__(self, session: Session, update: bool) -> None:
        self.session = session
        self.update = update
        self.new: list[_Target] = []
        self.updated: list[_Target] = []
        self.unchanged = 0
        self.duplicate = 0
        self.more_people = 0
        self._new_by_code: dict[str, _Target] = {}
        self._claimed: dict[int, _Target] = {}
        self._twins: list[tuple[int, str]] = []
        self._renamed: list[tuple[int, str, str]] = []

    def match(self, rows: Iterable[Incoming]) -> None:
        """Match all rows of a file; those of one name are looked at together."""
        by_name: dict[str, list[Incoming]] = {}
        for row in rows:
            by_name.setdefault(name_key(row.client["name"]), []).append(row)
        for names in _pieces(list(by_name), _ASKED_AT_ONCE):
            there = _There.of(self.session, {name: by_name[name] for name in names})
            for name in names:
                self._match_name(by_name.pop(name), there, _Namesakes(there.by_name.get(name, ())))
        self.new.sort(key=lambda target: target.row.number if target.row else 0)

    def notes(self) -> list[str]:
        """What is to be said of the matching."""
        notes = [
            _("Row {row}: {name} has another phone and address than its namesake, so it is another client.").format(
                row=row, name=name
            )
            for row, name in self._twins[:_MOST_NOTES]
        ]
        if len(self._twins) > _MOST_NOTES:
            notes.append(_("{count} such namesakes in all.").format(count=len(self._twins)))
        if self.more_people:
            notes.append(
                _n(
                    "{count} further row of a client gave it another contact.",
                    "{count} further rows of clients gave them other contacts.",
                    self.more_people,
                ).format(count=self.more_people)
            )
        notes += [
            _("Row {row}: {before} is now called {after}.").format(row=row, before=before, after=after)
            for row, before, after in self._renamed[:_MOST_NOTES]
        ]
        return notes

    def _match_name(self, rows: list[Incoming], there: "_There", namesakes: "_Namesakes") -> None:
        # Rows that surely mean one of several namesakes choose before those that only share the name.
        for row in sorted(rows, key=lambda row: namesakes.sure(row) is None) if len(rows) > 1 else rows:
            target = self._by_code(row, there) or namesakes.sure(row) or namesakes.likely(row, self._claimed)
            if target is None:
                self._add(row, namesakes)
            elif target.record is None:
                self._further(row, target)
                namesakes.learn(target, row)
            else:
                self._claim(row, target)

    def _by_code(self, row: Incoming, there: "_There") -> _Target | None:
        for code in _codes(row):
            target = there.by_code.get(code) or self._new_by_code.get(code)
            if target is not None:
                return target
        return None

    def _add(self, row: Incoming, namesakes: "_Namesakes") -> None:
        if namesakes.any:
            self._twins.append((row.number, row.client["name"]))
        target = _Target(row)
        self.new.append(target)
        namesakes.learn(target, row)
        self._new_by_code.update(dict.fromkeys(_codes(row), target))

    def _further(self, row: Incoming, target: _Target) -> None:
        """A further row of a client whose first row is in this file: it may bring another contact."""
        self.duplicate += 1
        assert target.row is not None
        known = [target.row.person, *target.more]
        if row.person and not any(_same_person(row.person, person.get) for person in known):
            target.more += (row.person,)
            self.more_people += 1

    def _claim(self, row: Incoming, target: _Target) -> None:
        """A row of a client that is there already."""
        if not _differs(row, target):
            self.unchanged += 1
            self._claimed.setdefault(target.record.id, target)
        elif target.record.id in self._claimed:
            first = self._claimed[target.record.id]
            if first.row is not None:
                self._further(row, first)
            else:
                self.duplicate += 1
        else:
            self._claimed[target.record.id] = target
            if self.update:
                target.row = row
                self.updated.append(target)
                if target.record.name != row.client["name"]:
                    self._renamed.append((row.number, target.record.name, row.client["name"]))
            else:
                self.duplicate += 1


@dataclass
class _There:
    """The clients in the data file that some rows may mean, by code or credit code, and by normalised name."""

    by_code: dict[str, _Target]
    by_name: dict[str, list[_Target]]

    @classmethod
    def of(cls, session: Session, rows: dict[str, list[Incoming]]) -> "_There":
        """Those that ``rows``, by normalised name, may mean."""
        incoming = [row for namesakes in rows.values() for row in namesakes]
        asked: list[tuple[Any, list[str]]] = [(col(Client.name_key), list(rows))]
        for column in (col(Client.code), col(Client.uscc)):
            asked.append((column, [row.client[column.key] for row in incoming if column.key in row.client]))
        found = {}
        for column, values in asked:
            for piece in _pieces(values, _ASKED_AT_ONCE):
                query = select(Client.__table__).where(column.in_(piece), col(Client.deleted_at).is_(None))  # type: ignore[attr-defined]
                found.update({record.id: record for record in session.connection().execute(query)})
        people = _people_of(session, list(found))
        there = cls({}, {})
        for number, record in sorted(found.items()):
            target = _Target(None, record, people.get(number, ()))
            there.by_name.setdefault(record.name_key, []).append(target)
            there.by_code.update({code: target for code in (record.code, record.uscc) if code})
        return there


class _Namesakes:
    """Clients of one normalised name, told apart by their phone numbers and addresses."""

    def __init__(self, there: Iterable[_Target]) -> None:
        self._there = list(there)
        self._by_fact: dict[str, _Target] = {}
        self._vague: _Target | None = None
        self.any = bool(self._there)
        for target in self._there:
            facts = [fact for person in target.people for fact in _number_facts(person.mobile, person.phone)]
            self._remember(target, facts, target.record.address)

    def learn(self, target: _Target, row: Incoming) -> None:
        """Know ``target`` by what ``row`` says, too."""
        self.any = True
        facts = _number_facts(row.person.get("mobile"), row.person.get("phone"))
        self._remember(target, facts, row.client.get("address"))

    def sure(self, row: Incoming) -> _Target | None:
        """The one with a phone number of the row's, or its address."""
        facts = _number_facts(row.person.get("mobile"), row.person.get("phone"))
        facts += _address_facts(row.client.get("address"))
        return next((self._by_fact[fact] for fact in facts if fact in self._by_fact), None)

    def likely(self, row: Incoming, claimed: dict[int, _Target]) -> _Target | None:
        """One that isn't told apart for want of a number or address; else one there that no other row means."""
        free = next((target for target in self._there if target.record.id not in claimed), None)
        numbers = _number_facts(row.person.get("mobile"), row.person.get("phone"))
        if numbers and "address" in row.client:
            return free or self._vague
        return free or self._vague or next(iter(self._by_fact.values()), None)

    def _remember(self, target: _Target, numbers: list[str], address: str | None) -> None:
        for fact in (*numbers, *_address_facts(address)):
            self._by_fact.setdefault(fact, target)
        if not (numbers and address):
            self._vague = self._vague or target


def _number_facts(*numbers: str | None) -> list[str]:
    parts = [part for number in numbers if number for part in number.split(" / ")]
    return ["".join(filter(str.isdigit, part)) for part in parts]


def _address_facts(address: str | None) -> list[str]:
    return [f"@{name_key(address)}"] if address else []


def _codes(row: Incoming) -> list[str]:
    return [row.client[name] for name in ("code", "uscc") if name in row.client]


def _people_of(session: Session, client_ids: list[int]) -> dict[int, list[Any]]:
    people: dict[int, list[Any]] = {}
    for piece in _pieces(client_ids, _ASKED_AT_ONCE):
        query = (
            select(Contact.__table__)  # type: ignore[attr-defined]
            .where(col(Contact.client_id).in_(piece), col(Contact.deleted_at).is_(None), col(Contact.left_on).is_(None))
            .order_by(col(Contact.primary).desc(), col(Contact.id))
        )
        for person in session.connection().execute(query):
            people.setdefault(person.client_id, []).append(person)
    return people


def _differs(row: Incoming, target: _Target) -> bool:
    """Whether the row says anything of the client, or of a person there, that the data file doesn't."""
    record = target.record
    for name, value in row.client.items():
        if name == "last_contact_on":
            if _known_contact_changes(record, value):
                return True
        elif name != "code" and getattr(record, name) != value:
            return True
    if not row.person:
        return False
    person = _find_person(target.people, row.person)
    return person is None or any(not _equal(getattr(person, name), value) for name, value in row.person.items())


def _known_contact_changes(client: Any, day: date) -> bool:
    """A last contact that a file tells counts when it is the latest, or corrects what an earlier file told."""
    last = client.last_contact_on
    return day != last and (last is None or day > last or last == client.known_contact_on)


def _find_person(people: Iterable[Any], asked: dict[str, Any]) -> Any:
    return next((person for person in people if _same_person(asked, lambda name, who=person: getattr(who, name))), None)


def _same_person(asked: dict[str, Any], of: Callable[[str], Any]) -> bool:
    """By name; who has none in the file, by a number or address, else by what stands for the name."""
    if "name" in asked:
        return name_key(of("name") or "") == name_key(asked["name"])
    reach = [name for name in _NUMBERS if name in asked]
    if reach:
        return any(_equal(of(name), asked[name]) for name in reach)
    return bool(asked) and (of("name") or "") in ("", _name_of(asked))


def _equal(stored: Any, value: Any) -> bool:
    return stored == value or (isinstance(stored, str) and name_key(stored) == name_key(value))


def _name_of(person: dict[str, Any]) -> str:
    """A contact's name; one without a name goes by the title, or is simply the contact."""
    return str(person.get("name") or person.get("title") or _("Contact"))


# --- writing ---


def _insert(
    session: Session,
    targets: list[_Target],
    today: date,
    settings: Settings,
    calendar: Calendar,
    progress: Callable[[int], None],
) -> None:
    """Write new clients with their contacts, in chunks, past the session: entities would take ten times as long."""
    numbers = _free_ids(session, targets)
    due = _due_days(session, targets, today, settings, calendar)
    blank = {table: _blank(session, table) for table in (Client, Contact)}
    first_contact = clients.next_id(session, Contact)
    for piece in _pieces(range(len(targets)), _WRITTEN_AT_ONCE):
        rows = [_client_row(blank[Client], numbers[at], targets[at], due.get(at)) for at in piece]
        people = [row for at in piece for row in _contact_rows(blank[Contact], numbers[at], targets[at])]
        for number, person in enumerate(people, start=first_contact):
            person["id"] = number
        first_contact += len(people)
        _write(session, Client, rows)
        _write(session, Contact, people)
        progress(len(rows))


def _write(session: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(sa.insert(table), rows)
        changes.log_new_rows(session, str(table.__tablename__), rows)


def _blank(session: Session, table: type[SQLModel]) -> dict[str, Any]:
    """A row of ``table`` with nothing in it but its defaults and the moments."""
    now = now_of(session)
    return {**table().model_dump(), "created_at": now, "updated_at": now}


def _free_ids(session: Session, targets: list[_Target]) -> list[int]:
    """A key for each: the number of its own code where that is free, else the next ones."""
    wanted = [
        int(target.row.client["code"][1:]) if target.row and "code" in target.row.client else 0 for target in targets
    ]
    taken = {
        number
        for piece in _pieces([number for number in wanted if number], _ASKED_AT_ONCE)
        for number in session.exec(select(Client.id).where(col(Client.id).in_(piece)))
    }
    following = max(clients.next_id(session, Client), max(wanted, default=0) + 1)
    numbers = []
    for number in wanted:
        if number and number not in taken:
            numbers.append(number)
        else:
            numbers.append(following)
            following += 1
    return numbers


def _due_days(
    session: Session, targets: list[_Target], today: date, settings: Settings, calendar: Calendar
) -> dict[int, date]:
    """The next due day by place among the targets; those never contacted are spread over the days to come."""
    due: dict[int, date] = {}
    waiting: list[tuple[int, int]] = []
    for at, target in enumerate(targets):
        assert target.row is not None
        known = target.row.client
        days = cadence.days_between(known.get("grade"), known.get("lifecycle", "customer"), settings)
        if days is None or known.get("archived"):
            continue
        if "last_contact_on" in known:
            due[at] = known["last_contact_on"] + timedelta(days=days)
        else:
            waiting.append((at, days))
    if waiting:
        due.update(cadence.spread_days(waiting, today, cadence.taken_days(session, today), settings, calendar))
    return due


def _client_row(blank: dict[str, Any], number: int, target: _Target, due: date | None) -> dict[str, Any]:
    assert target.row is not None
    known = target.row.client
    return {
        **blank,
        **known,
        **clients.search_keys(known),
        "id": number,
        "code": f"C{number:04d}",
        "uuid": str(uuid.uuid4()),
        "known_contact_on": known.get("last_contact_on"),
        "next_due_on": due,
    }


def _contact_rows(blank: dict[str, Any], client_id: int, target: _Target) -> Iterator[dict[str, Any]]:
    assert target.row is not None
    people = [person for person in (target.row.person, *target.more) if person]
    for place, person in enumerate(people):
        yield {
            **blank,
            **person,
            "name": _name_of(person),
            "client_id": client_id,
            "uuid": str(uuid.uuid4()),
            "primary": place == 0,
        }


def _update(session: Session, targets: list[_Target], today: date, settings: Settings, calendar: Calendar) -> None:
    """Write what changed of clients that are there, through the session, which logs every column."""
    for piece in _pieces(targets, _ASKED_AT_ONCE):
        ids = [target.record.id for target in piece]
        there = {client.id: client for client in session.exec(select(Client).where(col(Client.id).in_(ids)))}
        query = select(Contact).where(
            col(Contact.client_id).in_(ids), col(Contact.deleted_at).is_(None), col(Contact.left_on).is_(None)
        )
        people: dict[int, list[Contact]] = {}
        for contact in session.exec(query.order_by(col(Contact.id))):
            people.setdefault(contact.client_id, []).append(contact)
        restarted = []
        for target in piece:
            client = there[target.record.id]
            if _change_client(client, target):
                restarted.append(client)
            _change_people(session, target, people.setdefault(target.record.id, []))
        session.flush()
        if restarted:
            cadence.restart_each(session, restarted, today, settings, calendar)
            session.flush()
        session.expunge_all()  # a long update would keep every client in memory


def _change_client(client: Client, target: _Target) -> bool:
    """Set what the row says; gives back whether the next due day has to be worked out anew."""
    assert target.row is not None
    given = dict(target.row.client)
    given.pop("code", None)
    told = given.pop("last_contact_on", None)
    rhythm = any(name in given and given[name] != getattr(client, name) for name in ("grade", "lifecycle", "archived"))
    if told is not None and _known_contact_changes(client, told):
        client.known_contact_on, rhythm = told, True
    for name, value in given.items():
        setattr(client, name, value)
    for name, value in clients.search_keys(client.model_dump(include={"name", "short_name", "aliases"})).items():
        setattr(client, name, value)
    return rhythm


def _change_people(session: Session, target: _Target, there: list[Contact]) -> None:
    assert target.row is not None
    for person in (target.row.person, *target.more):
        if not person:
            continue
        contact = _find_person(there, person)
        if contact is None:
            contact = Contact(client_id=target.record.id, name=_name_of(person), primary=not there)
            session.add(contact)
            there.append(contact)
        for name, value in person.items():
            setattr(contact, name, value)


def _pieces(items: Sequence[Any], size: int) -> Iterator[Any]:
    return (items[start : start + size] for start in range(0, len(items), size))
