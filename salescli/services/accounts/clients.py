"""Clients and their contacts: add, find, list, edit, remove."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from salescli.calendars import Calendar
from salescli.checks import checked_degrees, checked_uscc
from salescli.config import Settings
from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.i18n import _
from salescli.models.base import plain_rows, select_columns
from salescli.models.clients import CLIENTS, CONTACTS, Client
from salescli.services.accounts import cadence, contacts
from salescli.services.accounts.contacts import ContactView
from salescli.services.changes import now_of
from salescli.texts import NOTE_LIMIT, clean, name_key, pinyin_keys, search_text
from salescli.vocabulary import Grade, Lifecycle, field_word, parse_word

_MOST_CHOICES = 20
_READ_AT_ONCE = 1_000
_CODE = re.compile(r"c[0-9]{1,9}$")
# A table of its own family, which only those who merge clients need as a class.
_MERGES = sa.table("clientmerge", sa.column("kept_id"), sa.column("gone_id"), sa.column("deleted_at"))


class ClientRef(NamedTuple):
    """A client as the rows of other subjects name it, in lists and JSON."""

    code: str
    name: str


class ClientView(NamedTuple):
    """A client as lists and JSON show it. ``days_overdue`` is 0 when not yet due, ``None`` without a due day."""

    code: str
    name: str
    short_name: str | None
    aliases: list[str]
    uscc: str | None
    grade: str | None
    grade_reason: str | None
    lifecycle: str
    industry: str | None
    source: str | None
    territory: str | None
    district: str | None
    address: str | None
    lat: float | None
    lon: float | None
    tags: list[str]
    need: str | None
    note: str | None
    owner: str | None
    archived: bool
    last_contact_on: date | None
    next_due_on: date | None
    days_overdue: int | None = None
    contacts: Sequence[ContactView] = ()

    @property
    def primary_contact(self) -> ContactView | None:
        """The contact to ask for first."""
        return self.contacts[0] if self.contacts else None


_VIEW_COLUMNS = [name for name in ClientView._fields if name not in ("days_overdue", "contacts")]


def _alive() -> tuple[sa.ColumnElement[bool], ...]:
    return (CLIENTS.c.deleted_at.is_(None),)


def add(
    session: Session,
    fields: dict[str, Any],
    contact: dict[str, Any] | None,
    today: date,
    settings: Settings,
    calendar: Calendar,
) -> Client:
    """Store a new client from raw texts, with its first contact if one is given.

    ``fields`` are columns of Client by name, as typed. Raises BadValue for what can't be read, Refused when a
    client of the same normalised name or the same 统一社会信用代码 is there already.
    """
    values = checked_fields(fields)
    _refuse_twins(session, values)
    number = next_id(session, Client)
    client = Client(id=number, code=f"C{number:04d}", **{**values, **search_keys(values)})
    session.add(client)
    session.flush()
    if contact is not None:
        contacts.add(session, client, contact)
    cadence.restart(session, client, today, settings, calendar)
    session.flush()
    return client


def edit(
    session: Session, client: Client, fields: dict[str, Any], today: date, settings: Settings, calendar: Calendar
) -> Client:
    """Change the given fields of a client; the search keys and the next due day follow."""
    values = checked_fields(fields)
    _refuse_twins(session, values, client)
    for name, value in values.items():
        setattr(client, name, value)
    for name, value in search_keys(client.model_dump()).items():
        setattr(client, name, value)
    session.add(client)
    if {"grade", "lifecycle", "archived", "known_contact_on"} & fields.keys():
        cadence.restart_each(session, [client], today, settings, calendar)
    session.flush()
    return client


def remove(session: Session, client: Client) -> None:
    """Take a client out of every list; it and its visits come back by `undo`."""
    client.deleted_at = now_of(session)
    session.add(client)
    session.flush()


def checked_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Columns of Client from texts as typed or imported; BadValue names the first that can't be read."""
    readers: dict[str, Any] = {
        "aliases": lambda names: [clean(name, field=_("alias")) for name in names],
        "tags": lambda names: [clean(name, field=_("tag")) for name in names],
        "grade": lambda text: parse_word(text, Grade).value,
        "lifecycle": lambda text: parse_word(text, Lifecycle).value,
        "uscc": checked_uscc,
        "lat": lambda text: checked_degrees(text, 90),
        "lon": lambda text: checked_degrees(text, 180),
        "note": lambda text: clean(text, field=_("note"), limit=NOTE_LIMIT),
        "need": lambda text: clean(text, field=_("need"), limit=NOTE_LIMIT),
        "archived": bool,
        "known_contact_on": lambda day: day,
    }
    return {
        name: readers[name](value) if name in readers else clean(value, field=field_word(name))
        for name, value in fields.items()
    }


def search_keys(values: dict[str, Any]) -> dict[str, str]:
    """What a client is found by: its names normalised, in pinyin and by initials."""
    names = [values["name"], values.get("short_name"), *(values.get("aliases") or [])]
    pinyin, initials = pinyin_keys(*names)
    return {
        "name_key": name_key(values["name"]),
        "search": search_text(*names),
        "pinyin": pinyin,
        "initials": initials,
    }


def next_id(session: Session, table: type[Any]) -> int:
    """The next free key of a table; removed records keep theirs."""
    return (session.exec(select(func.max(col(table.id)))).first() or 0) + 1


def _refuse_twins(session: Session, values: dict[str, Any], client: Client | None = None) -> None:
    """Refuse ``values`` for a new client, or for ``client``, that tell it is another one."""
    if "name" in values:
        same = col(Client.name_key) == name_key(values["name"])
        _refuse_twin(session, same, client, _("There is already a client {code} {name}."))
    if "uscc" in values:
        same = col(Client.uscc) == values["uscc"]
        _refuse_twin(session, same, client, _("{code} {name} has that 统一社会信用代码 already."))


def _refuse_twin(session: Session, same: sa.ColumnElement[bool], client: Client | None, sentence: str) -> None:
    others = select(Client).where(same, *_alive())
    twin = session.exec(others.where(Client.id != client.id) if client else others).first()
    if twin is not None:
        raise Refused(
            sentence.format(code=twin.code, name=twin.name),
            hint=_("Use `sales client edit {code}`, or say what tells them apart.").format(code=twin.code),
        )


def find(session: Session, ref: str, *, follow: bool = True) -> Client:
    """The one client that ``ref`` means: code, exact name, short name or alias, part of the name, pinyin, initials.

    The kinds are tried in this order and the first that matches anything decides. The code of a client that was merged
    into another means that one, and ``session.info["followed"]`` has the sentence that says so; without ``follow`` it
    is NotFound. Raises NotFound, or Ambiguous with the choices when several match.
    """
    asked = clean(ref, field=_("client"))
    for condition in _ways_to_match(asked):
        found = list(session.exec(select(Client).where(condition, *_alive()).limit(_MOST_CHOICES + 1)))
        if len(found) == 1:
            return found[0]
        if found:
            raise _ambiguous(asked, found)
    kept = _kept_for(session, asked, follow=follow)
    if kept is not None:
        return kept
    raise NotFound(
        _("There is no client “{ref}”.").format(ref=asked),
        hint=_("`sales client list` shows them; `sales client add` makes one."),
    )


def _kept_for(session: Session, code: str, *, follow: bool) -> Client | None:
    """The client which the one of this code was merged into, if it was; NotFound that names it without ``follow``."""
    if not _CODE.match(name_key(code)):
        return None
    gone, kept = sa.orm.aliased(Client), sa.orm.aliased(Client)
    query = (
        select_columns(gone.code, gone.name, kept)
        .join(_MERGES, _MERGES.c.gone_id == gone.id)
        .join(kept, kept.id == _MERGES.c.kept_id)
        .where(gone.code == name_key(code).upper(), col(gone.deleted_at).is_not(None))
        .where(_MERGES.c.deleted_at.is_(None), col(kept.deleted_at).is_(None))
    )
    found = session.exec(query).first()
    if found is None:
        return None
    client: Client = found[2]
    sentence = _("{gone} {gone_name} was merged into {kept} {kept_name}.").format(
        gone=found[0], gone_name=found[1], kept=client.code, kept_name=client.name
    )
    if not follow:
        raise NotFound(
            sentence, hint=_("Use {kept}; `sales history {kept}` shows what moved.").format(kept=client.code)
        )
    session.info.setdefault("followed", {})[sentence] = None
    return client


def _ways_to_match(ref: str) -> list[sa.ColumnElement[bool]]:
    key = name_key(ref)
    if not key:
        return []
    lines = [_line_of(column, key) for column in (col(Client.search), col(Client.pinyin), col(Client.initials))]
    ways = [col(Client.code) == key.upper()] if _CODE.match(key) else []
    ways += [col(Client.name_key) == key, lines[0], col(Client.search).contains(key, autoescape=True)]
    if key.isascii():
        for column, exact in ((col(Client.pinyin), lines[1]), (col(Client.initials), lines[2])):
            ways += [exact, _line_start(column, key), column.contains(key, autoescape=True)]
    return ways


def _line_of(column: Any, key: str) -> sa.ColumnElement[bool]:
    """Whether one line of a column of lines is ``key``."""
    found: sa.ColumnElement[bool] = ("\n" + column + "\n").contains(f"\n{key}\n", autoescape=True)
    return found


def _line_start(column: Any, key: str) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = ("\n" + column).contains(f"\n{key}", autoescape=True)
    return found


def _ambiguous(ref: str, found: Sequence[Client]) -> Ambiguous:
    choices = [(client.code, client.name) for client in found[:_MOST_CHOICES]]
    count = f"{_MOST_CHOICES}+" if len(found) > _MOST_CHOICES else str(len(found))
    return Ambiguous(
        _("“{ref}” matches {count} clients").format(ref=ref, count=count),
        choices,
        hint=_("Give the code, or more of the name."),
    )


class Filter(NamedTuple):
    """What a list of clients is narrowed to; ``None`` narrows nothing. Overdue are those whose due day has passed."""

    text: str | None = None
    grade: str | None = None
    lifecycle: str | None = None
    district: str | None = None
    tag: str | None = None
    owner: str | None = None
    overdue: bool = False
    sort: str = "code"
    limit: int | None = None


_SORTS = {
    "code": CLIENTS.c.id,
    "name": CLIENTS.c.pinyin,
    "grade": CLIENTS.c.grade,
    "district": CLIENTS.c.district,
    "due": CLIENTS.c.next_due_on,
    "contact": CLIENTS.c.last_contact_on,
}


def listed(session: Session, wanted: Filter, today: date) -> list[ClientView]:
    """Clients by filter, with their contacts; by code unless another sort is asked."""
    if wanted.sort not in _SORTS:
        raise BadValue(
            _("“{text}” is not an order of clients.").format(text=wanted.sort),
            hint=_("Use one of: {allowed}.").format(allowed=_(", ").join(_SORTS)),
        )
    query = _columns().where(*_alive(), *_conditions(wanted, today))
    query = query.order_by(_SORTS[wanted.sort].nulls_last(), CLIENTS.c.id).limit(wanted.limit)
    return _views(session, query, today)


def due(session: Session, today: date, grade: str | None = None) -> list[ClientView]:
    """Clients whose next contact is due today or overdue, the longest overdue first, then by class."""
    query = _columns().where(*_alive(), *_conditions(Filter(grade=grade), today), CLIENTS.c.next_due_on <= today)
    return _views(
        session, query.order_by(CLIENTS.c.next_due_on, CLIENTS.c.grade.is_(None), CLIENTS.c.grade, CLIENTS.c.id), today
    )


def each(session: Session, today: date) -> Iterator[ClientView]:
    """All clients, the archived ones too, by code; a thousand are in memory at a time."""
    last = 0
    while rows := plain_rows(
        session, _columns().where(*_alive(), CLIENTS.c.id > last).order_by(CLIENTS.c.id).limit(_READ_AT_ONCE)
    ):
        yield from _as_views(session, rows, today)
        last = rows[-1][0]


def by_codes(session: Session, codes: Sequence[str], today: date) -> list[ClientView]:
    """The clients of these codes, in the order of the codes."""
    found = {client.code: client for client in _views(session, _columns().where(CLIENTS.c.code.in_(codes)), today)}
    return [found[code] for code in codes if code in found]


def view(session: Session, client: Client, today: date) -> ClientView:
    """One client as lists and JSON show it."""
    return _views(session, _columns().where(CLIENTS.c.id == client.id), today)[0]


def _columns() -> Any:
    return select_columns(CLIENTS.c.id, *(CLIENTS.c[name] for name in _VIEW_COLUMNS))


def _conditions(wanted: Filter, today: date) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [CLIENTS.c.archived.is_(False)]
    if wanted.text is not None:
        conditions.append(_text_matches(name_key(clean(wanted.text, field=_("search text")))))
    if wanted.grade is not None:
        conditions.append(CLIENTS.c.grade == parse_word(wanted.grade, Grade).value)
    if wanted.lifecycle is not None:
        conditions.append(CLIENTS.c.lifecycle == parse_word(wanted.lifecycle, Lifecycle).value)
    if wanted.district is not None:
        district = clean(wanted.district, field=field_word("district"))
        conditions.append(CLIENTS.c.district.contains(district, autoescape=True))
    if wanted.owner is not None:
        conditions.append(CLIENTS.c.owner == clean(wanted.owner, field=field_word("owner")))
    if wanted.tag is not None:
        tags = sa.func.json_each(CLIENTS.c.tags).table_valued("value")
        tag = clean(wanted.tag, field=_("tag"))
        conditions.append(sa.exists(sa.select(1).select_from(tags).where(tags.c.value == tag)))
    if wanted.overdue:
        conditions.append(CLIENTS.c.next_due_on < today)
    return conditions


def _text_matches(key: str) -> sa.ColumnElement[bool]:
    matches = [CLIENTS.c.search.contains(key, autoescape=True)]
    if key.isascii():
        matches += [
            col(column).contains(key, autoescape=True)
            for column in (CLIENTS.c.pinyin, CLIENTS.c.initials, CLIENTS.c.code)
        ]
    if key.isdigit():
        phones = select(CONTACTS.c.client_id).where(CONTACTS.c.mobile.contains(key))
        matches.append(CLIENTS.c.id.in_(phones))
    return sa.or_(*matches)


def _views(session: Session, query: Any, today: date) -> list[ClientView]:
    return _as_views(session, plain_rows(session, query), today)


def _as_views(session: Session, rows: Sequence[Any], today: date) -> list[ClientView]:
    people = contacts.of_clients(session, [row[0] for row in rows])
    return [
        ClientView(*(*values, _days_overdue(values[-1], today), people.get(client_id, [])))
        for client_id, *values in rows
    ]


def _days_overdue(next_due_on: date | None, today: date) -> int | None:
    return None if next_due_on is None else max(0, (today - next_due_on).days)
