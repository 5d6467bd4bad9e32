"""Which client the rows of a file speak of: one that is there, or a new one.

A row is a client's that has its code, else its 统一社会信用代码, else its normalised name. Of several clients of one
name it is the one with a phone number or the address of the row; a row with another number and another address
than its namesakes is another client.
"""

import functools
import pickle
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli.i18n import _, _n
from salescli.models.clients import Client, Contact
from salescli.services.files.client_columns import HEADERS, OF_CONTACT, Incoming
from salescli.services.files.imports import ASKED_AT_ONCE, pieces
from salescli.texts import name_key

_MOST_NOTES = 10
NAMELESS = "—"  # a value, so the same in every language
_REACH = ("mobile", "phone", "wechat", "email")
_CLIENT = ("id", "name_key", "known_contact_on", *(name for name in HEADERS if name not in OF_CONTACT))
_PERSON = ("client_id", *OF_CONTACT.values())
# A list within the query would live on in it: a query refers to itself, and is freed by no count of references.
_ASKED: sa.BindParameter[Any] = sa.bindparam("asked", expanding=True)
Fields = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(eq=False, slots=True)
class ToWrite:
    """A row that waits to be written: ``id`` of the client there, or a new one; ``more`` are people of further rows.

    Big files stand in memory whole. So what a row says is packed, which takes a third, and rows share their fields.
    """

    number: int
    fields: Fields
    _said: bytes
    id: int | None = None
    more: tuple[dict[str, Any], ...] = ()

    @classmethod
    def of(cls, row: Incoming, id: int | None = None) -> "ToWrite":
        """The row packed."""
        fields = (tuple(row.client), tuple(row.person))
        said = pickle.dumps((*row.client.values(), *row.person.values()), pickle.HIGHEST_PROTOCOL)
        return cls(row.number, _one_copy(fields), said, id)

    @property
    def has_code(self) -> bool:
        """Whether the row says the code or the credit code of its client."""
        return "code" in self.fields[0] or "uscc" in self.fields[0]

    @property
    def row(self) -> Incoming:
        """The row unpacked, anew each time."""
        values = iter(pickle.loads(self._said))
        client, person = self.fields
        # What is left behind the client's own values is the person's.
        return Incoming(self.number, dict(zip(client, values, strict=False)), dict(zip(person, values, strict=True)))

    def people(self) -> list[dict[str, Any]]:
        """The people that the rows name."""
        return [person for person in (self.row.person, *self.more) if person]


@functools.lru_cache(maxsize=1000)
def _one_copy(fields: Fields) -> Fields:
    return fields


@dataclass(eq=False, slots=True)
class Known:
    """A client that is there, and the people there: rows of the two tables."""

    record: Any
    people: Sequence[Any]


class Matching:
    """Finds for every row the client it speaks of; ``new`` and ``updated`` are what is to be written."""

    def __init__(
        self, session: Session, *, update: bool, together: Callable[[list[Incoming]], list[Incoming]] = list
    ) -> None:
        self.session = session
        self.update = update
        self._together = together  # what several rows of one name are before they are matched
        self.new: list[ToWrite] = []
        self.updated: list[ToWrite] = []
        self.unchanged = 0
        self.duplicate = 0
        self._more_people = 0
        self._twins: list[tuple[int, str]] = []
        self._renamed: list[tuple[int, str, str]] = []
        self._new_by_code: dict[str, ToWrite] = {}
        self._claimed: dict[int, ToWrite | None] = {}

    def match(self, rows: Iterable[Incoming]) -> None:
        """Match all rows of a file; those of one name are looked at together."""
        first: dict[str, ToWrite] = {}
        further: dict[str, list[ToWrite]] = {}
        for row in rows:
            key, waiting = name_key(row.client["name"]), ToWrite.of(row)
            if first.setdefault(key, waiting) is not waiting:
                further.setdefault(key, []).append(waiting)
        several = bool(further)
        for names in pieces(list(first), ASKED_AT_ONCE):
            of_name = {name: [first.pop(name), *further.pop(name, ())] for name in names}
            there = _There.of(self.session, of_name)
            for name, waiting_rows in of_name.items():
                self._match_name(waiting_rows, there, there.by_name.get(name, []))
        if several:
            self.new.sort(key=lambda client: client.number)

    def notes(self) -> list[str]:
        """What is to be said of the matching."""
        notes = [
            _("Row {row}: {name} has another phone and address than its namesake, so it is another client.").format(
                row=row, name=name
            )
            for row, name in self._twins[:_MOST_NOTES]
        ]
        if len(self._twins) > _MOST_NOTES:
            notes.append(_("There are {count} such namesakes in all.").format(count=len(self._twins)))
        if self._more_people:
            notes.append(
                _n(
                    "{count} further row of a client gives it another contact.",
                    "{count} further rows of clients give them other contacts.",
                    self._more_people,
                ).format(count=self._more_people)
            )
        return notes + [
            _("Row {row}: {before} gets the name {after}.").format(row=row, before=before, after=after)
            for row, before, after in self._renamed[:_MOST_NOTES]
        ]

    def _match_name(self, waiting: list[ToWrite], there: "_There", known: list[Known]) -> None:
        if len(waiting) == 1 and not known and not waiting[0].has_code:
            self.new.append(waiting[0])  # as most rows of a first import: there is nothing to unpack it for
            return
        namesakes, rows = _Namesakes(known), [one.row for one in waiting]
        if len(rows) > 1:
            # Rows that surely mean one of several namesakes choose before those that only share the name.
            rows = sorted(self._together(rows), key=lambda row: namesakes.sure(row) is None)
        for row in rows:
            client = self._by_code(row, there)
            if client is None and namesakes.any:
                client = namesakes.sure(row) or namesakes.likely(row, self._claimed)
            if client is None:
                self._add(row, namesakes.any)
                if len(rows) > 1:
                    namesakes.learn(self.new[-1], row)
            elif isinstance(client, Known):
                self._claim(row, client)
            else:
                self._further(row, client)
                namesakes.learn(client, row)

    def _by_code(self, row: Incoming, there: "_There") -> Known | ToWrite | None:
        for code in _codes(row):
            client = there.by_code.get(code) or self._new_by_code.get(code)
            if client is not None:
                return client
        return None

    def _add(self, row: Incoming, has_namesakes: bool) -> None:
        if has_namesakes:
            self._twins.append((row.number, row.client["name"]))
        client = ToWrite.of(row)
        self.new.append(client)
        self._new_by_code.update(dict.fromkeys(_codes(row), client))

    def _claim(self, row: Incoming, known: Known) -> None:
        """A row of a client that is there already."""
        first = self._claimed.setdefault(known.record.id, None)
        if not differs(row, known):
            self.unchanged += 1
        elif first is not None:
            self._further(row, first)
        elif self.update:
            change = ToWrite.of(row, known.record.id)
            self.updated.append(change)
            self._claimed[known.record.id] = change
            if known.record.name != row.client["name"]:
                self._renamed.append((row.number, known.record.name, row.client["name"]))
        else:
            self.duplicate += 1

    def _further(self, row: Incoming, client: ToWrite) -> None:
        """A further row of a client in this file: it is not written, but for another contact it may bring."""
        self.duplicate += 1
        if row.person and not any(_same_person(row.person, person.get) for person in client.people()):
            client.more += (row.person,)
            self._more_people += 1


@dataclass
class _There:
    """The clients in the data file that some rows may mean: by code and credit code, and by normalised name."""

    by_code: dict[str, Known]
    by_name: dict[str, list[Known]]

    @classmethod
    def of(cls, session: Session, rows: dict[str, list[ToWrite]]) -> "_There":
        """Those that ``rows``, by normalised name, may mean."""
        clients = [row.row.client for namesakes in rows.values() for row in namesakes if row.has_code]
        found = _records(session, col(Client.name_key), list(rows))
        found |= _records(session, col(Client.code), [client["code"] for client in clients if "code" in client])
        found |= _records(session, col(Client.uscc), [client["uscc"] for client in clients if "uscc" in client])
        people = _people(session, list(found))
        there = cls({}, {})
        for number, record in sorted(found.items()):
            known = Known(record, people.get(number, ()))
            there.by_name.setdefault(record.name_key, []).append(known)
            there.by_code.update({code: known for code in (record.code, record.uscc) if code})
        return there


def _records(session: Session, column: Any, values: list[str]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    query = select(*(getattr(Client, name) for name in _CLIENT)).where(
        column.in_(_ASKED), col(Client.deleted_at).is_(None)
    )
    for piece in pieces(values, ASKED_AT_ONCE):
        for record in session.exec(query, params={_ASKED.key: piece}):
            found[record.id] = record
    return found


def _people(session: Session, client_ids: list[int]) -> dict[int, list[Any]]:
    people: dict[int, list[Any]] = {}
    query = select(*(getattr(Contact, name) for name in _PERSON)).where(
        col(Contact.client_id).in_(_ASKED), col(Contact.deleted_at).is_(None), col(Contact.left_on).is_(None)
    )
    query = query.order_by(col(Contact.primary).desc(), col(Contact.id))
    for piece in pieces(client_ids, ASKED_AT_ONCE):
        for person in session.exec(query, params={_ASKED.key: piece}):
            people.setdefault(person.client_id, []).append(person)
    return people


class _Namesakes:
    """Clients of one normalised name, told apart by their phone numbers and addresses."""

    def __init__(self, there: list[Known]) -> None:
        self.any = bool(there)
        self._several = len(there) > 1
        self._free = deque(there)
        self._by_fact: dict[str, Known | ToWrite] = {}
        self._vague: Known | ToWrite | None = None
        for known in there:
            numbers = [number for person in known.people for number in _numbers(person.mobile, person.phone)]
            self._remember(known, numbers, known.record.address)

    def learn(self, client: ToWrite, row: Incoming) -> None:
        """Know ``client`` by what ``row`` says of it, too."""
        self.any = True
        self._remember(client, _row_numbers(row), row.client.get("address"))

    def sure(self, row: Incoming) -> Known | ToWrite | None:
        """The one with a phone number of the row's, or its address."""
        facts = _row_numbers(row) + _places(row.client.get("address"))
        return next((self._by_fact[fact] for fact in facts if fact in self._by_fact), None)

    def likely(self, row: Incoming, claimed: dict[int, Any]) -> Known | ToWrite | None:
        """One there that no other row means; else one that isn't told apart for want of a number or an address."""
        while self._free and self._free[0].record.id in claimed:
            self._free.popleft()
        told_apart = _row_numbers(row) and "address" in row.client
        if self._free and not (self._several and told_apart):
            return self._free[0]
        return self._vague or (None if told_apart else next(iter(self._by_fact.values()), None))

    def _remember(self, client: Known | ToWrite, numbers: list[str], address: str | None) -> None:
        for fact in (*numbers, *_places(address)):
            self._by_fact.setdefault(fact, client)
        if not (numbers and address):
            self._vague = self._vague or client


def _row_numbers(row: Incoming) -> list[str]:
    return _numbers(row.person.get("mobile"), row.person.get("phone"))


def _numbers(*numbers: str | None) -> list[str]:
    parts = [part for number in numbers if number for part in number.split(" / ")]
    return ["".join(filter(str.isdigit, part)) for part in parts]


def _places(address: str | None) -> list[str]:
    return [f"@{name_key(address)}"] if address else []


def _codes(row: Incoming) -> list[str]:
    client = row.client
    return [client[name] for name in ("code", "uscc") if name in client]


def differs(row: Incoming, known: Known) -> bool:
    """Whether the row says anything of the client, or of a person there, that the data file doesn't."""
    for name, value in row.client.items():
        if name == "last_contact_on":
            if last_contact_counts(known.record, value):
                return True
        elif name != "code" and getattr(known.record, name) != value:
            return True
    if not row.person:
        return False
    person = same_person(known.people, row.person)
    return person is None or any(not _equal(getattr(person, name), value) for name, value in row.person.items())


def last_contact_counts(client: Any, day: date) -> bool:
    """A last contact that a file tells counts when it is the latest, or corrects what an earlier file told."""
    last = client.last_contact_on
    return day != last and (last is None or day > last or last == client.known_contact_on)


def same_person(people: Iterable[Any], asked: dict[str, Any]) -> Any:
    """The contact that a row names, among those there; None if it is another one."""
    for person in people:
        if _same_person(asked, lambda name, person=person: getattr(person, name)):  # type: ignore[misc]
            return person
    return None


def _same_person(asked: dict[str, Any], of: Callable[[str], Any]) -> bool:
    """By name; who has none in the file, by a number or address, else by what stands for the name."""
    if "name" in asked:
        return name_key(of("name") or "") == name_key(asked["name"])
    reach = [name for name in _REACH if name in asked]
    if reach:
        return any(_equal(of(name), asked[name]) for name in reach)
    return (of("name") or "") in ("", contact_name(asked))


def _equal(stored: Any, value: Any) -> bool:
    return stored == value or (isinstance(stored, str) and name_key(stored) == name_key(value))


def contact_name(person: dict[str, Any]) -> str:
    """A contact's name; one without a name goes by the title, or is simply the contact."""
    return str(person.get("name") or person.get("title") or NAMELESS)
