"""Erasing for good what was removed: its words go, from the rows, the log of changes and the frozen weeks.

What was removed keeps its row, its code, days, states and amounts, so that no code is given twice and no figure of a
past month changes: an order of an erased client still counts, and nobody can tell whose it was. Everything else that
a person typed is taken out: names, numbers, addresses, notes. A purge is the only work that alters the log, and can't
be taken back; it notes there which commands it took words from, and those can't be undone any more.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli.errors import Ambiguous, NotFound, Refused
from salescli.i18n import _
from salescli.models import all_tables
from salescli.models.base import Moment, select_columns
from salescli.models.changes import Change
from salescli.models.clients import Client
from salescli.services.changes import Row, erasable, log_steps
from salescli.services.undoing import MARKS
from salescli.texts import name_key

# Tables without a word about anybody, or of the office itself; the log and the frozen weeks go their own way.
_WORDLESS = frozenset({
    "change", "weekplan", "target", "targetsplit", "targetreplan", "profile", "calendarday", "checklistitem",
    "clientmerge", "clientpair", "allocation", "receivable", "ordershare",
})  # fmt: skip
# Text that says nothing of anybody: keys, states, kinds, measures, and what figures are sorted by.
_KEPT = frozenset({
    "uuid", "code", "currency", "rate", "state", "status", "stage", "from_stage", "to_stage", "from_state", "to_state",
    "kind", "kind_of_thing", "channel", "outcome", "planned_why", "direction", "severity", "step", "method", "quantity",
    "unit", "percent", "discount_percent", "tax_percent", "incoterm", "grade", "lifecycle", "industry", "source",
    "territory", "owner", "result", "aspect", "importance", "confidence", "priority", "week", "measure", "numbers",
    "product", "terms", "competitor", "from_whom", "to_whom", "role",
})  # fmt: skip
_MORE_WORDS = frozenset({"birthday", "lat", "lon"})  # no text, but of a person or a place
_KEYS = frozenset({"name_key", "search", "pinyin", "initials"})
_ERASED = "…"  # where something has to stand
_SHORTEST_NAME = 4  # shorter ones are parts of other words: they are taken out only where they stand alone
_MOST_CHOICES = 20
_AT_ONCE = 500

_NOTHING: tuple[Any, ...] = (None, "", _ERASED, [], {})

# Records by their table.
Records = dict[str, set[int]]


@dataclass(frozen=True)
class Purge:
    """What a purge takes words from: records by table, clients by (code, name), rows of the log, frozen weeks.

    ``scope`` is everything that was removed, also what has no words any more. ``mentions`` are living records that
    name one of the clients in their own words, which stay: (code, client).
    """

    scope: Records
    records: Records
    clients: tuple[tuple[str, str], ...]
    log_rows: int
    weeks: tuple[str, ...]
    mentions: tuple[tuple[str, str], ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to erase."""
        return not (self.records or self.log_rows or self.weeks)


def removed(session: Session, before: datetime | None = None, client: Client | None = None) -> Records:
    """The records that were removed, with all that belongs to them.

    ``before`` narrows to those removed before that moment (aware), ``client`` to that client.
    """
    found: Records = {}
    for table in _tables():
        if client is not None and table.name != "client":
            continue
        query = sa.select(table.c.id).where(table.c.deleted_at.is_not(None))
        if before is not None:
            query = query.where(table.c.deleted_at < before)
        if client is not None:
            query = query.where(table.c.id == client.id)
        keys = set(session.connection().execute(query).scalars())
        if keys:
            found[table.name] = keys
    return _with_parts(session, found)


def removed_client(session: Session, ref: str) -> Client:
    """The removed client of that code or name. Raises Refused for one that is there, NotFound, or Ambiguous."""
    key = name_key(ref)
    named = select(Client).where(sa.or_(col(Client.name_key) == key, sa.func.lower(Client.code) == key))
    found = list(session.exec(named).all())
    gone = [client for client in found if client.deleted_at is not None]
    if found and not gone:
        raise Refused(
            _("{code} {name} was not removed; only what was removed is purged.").format(
                code=found[0].code, name=found[0].name
            ),
            hint=_("`sales client remove {code}` removes it.").format(code=found[0].code),
        )
    if not gone:
        raise NotFound(
            _("There is no removed client “{ref}”.").format(ref=ref), hint=_("`sales data purge --dry-run` shows them.")
        )
    if len(gone) > 1:
        choices = [(client.code, client.name) for client in gone[:_MOST_CHOICES]]
        raise Ambiguous(_("“{ref}” matches {count} clients").format(ref=ref, count=len(gone)), choices)
    return gone[0]


def look(session: Session, records: Records) -> Purge:
    """What :func:`purge` of these records would erase."""
    names = _Names.of(session, records)
    return Purge(
        scope=records,
        records=_with_words(session, records),
        clients=names.clients,
        log_rows=sum(1 for _row in _log_rows(session, records)),
        weeks=tuple(sorted({week for _key, week, _snapshot in _weeks(session, names)})),
        mentions=tuple(_mentions(session, records, names)),
    )


def purge(session: Session, records: Records) -> Purge:
    """Erase the words of these records, and their traces in the log and in the frozen weeks; what it erased.

    The file has to be rewritten after the commit, so that what was overwritten is not in it any more either.
    """
    session.connection().exec_driver_sql("PRAGMA secure_delete = ON")
    done = look(session, records)
    names = _Names.of(session, records)
    with erasable(session):
        touched = _erase_log(session, records) | _erase_weeks(session, names) | _batches(session, done.records)
    for table in _tables():
        keys = sorted(records.get(table.name, ()))
        blank = {column.name: _blank(column) for column in _words(table)}
        for start in range(0, len(keys) if blank else 0, _AT_ONCE):
            here = table.c.id.in_(keys[start : start + _AT_ONCE])
            session.connection().execute(table.update().where(here).values(blank))
    clients = sorted(records.get("client", ()))
    session.connection().execute(sa.update(Client).where(col(Client.id).in_(clients)).values(name=Client.code))
    log_steps(session, [(MARKS, batch, *_mark(session, batch)) for batch in sorted(touched)])
    session.expire_all()
    return done


def _mark(session: Session, batch: int) -> tuple[Row, Row]:
    """What the log says of a batch that lost words: whether it is undone stays as it is."""
    query = select_columns(Change.after).where(Change.entity == MARKS, Change.record == batch)
    last = session.exec(query.order_by(col(Change.id).desc()).limit(1)).first()
    stands = {"undone": bool(last and last["undone"])}
    return stands, {**stands, "purged": True}


# --- which records, which columns ---


def _tables() -> list[sa.Table]:
    return [table for name, table in all_tables().tables.items() if name not in _WORDLESS and "deleted_at" in table.c]


def _words(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns that hold what a person typed."""
    return [
        column
        for column in table.columns
        if column.name in _MORE_WORDS
        or ((_is_text(column) or isinstance(column.type, sa.JSON)) and column.name not in _KEPT)
    ]


def _is_text(column: sa.Column[Any]) -> bool:
    kind = getattr(column.type, "impl", column.type)  # SQLModel wraps its texts
    return isinstance(kind, sa.String) and not isinstance(column.type, Moment)


def _blank(column: sa.Column[Any]) -> Any:
    if column.nullable:
        return sa.null()
    if isinstance(column.type, sa.JSON):
        return []
    return "" if column.name in _KEYS else _ERASED


def _with_parts(session: Session, records: Records) -> Records:
    """The records and all that belongs to them, level by level."""
    found: Records = {name: set(keys) for name, keys in records.items()}
    fresh = found
    while fresh:
        following: Records = {}
        for table in all_tables().tables.values():
            owner = _owner(table)
            if owner is None or owner[1] not in fresh or table.name in _WORDLESS:
                continue
            among = sa.func.json_each(json.dumps(sorted(fresh[owner[1]]))).table_valued("value")
            query = sa.select(table.c.id).where(owner[0].in_(sa.select(among.c.value)))
            keys = set(session.connection().execute(query).scalars()) - found.get(table.name, set())
            if keys:
                following[table.name] = keys
        for name, keys in following.items():
            found[name] = found.get(name, set()) | keys
        fresh = following
    return found


def _owner(table: sa.Table) -> tuple[sa.Column[Any], str] | None:
    """The column that says what a row belongs to: its client, or else the first record of another kind."""
    parents = [
        (column, key.column.table.name)
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table is not table
    ]
    return next((one for one in parents if one[1] == "client"), parents[0] if parents else None)


def _with_words(session: Session, records: Records) -> Records:
    """Those of the records that have words left."""
    found: Records = {}
    for table in _tables():
        filled = [_has_words(table, column) for column in _words(table)]
        keys = sorted(records.get(table.name, ()))
        for start in range(0, len(keys) if filled else 0, _AT_ONCE):
            query = sa.select(table.c.id).where(table.c.id.in_(keys[start : start + _AT_ONCE]), sa.or_(*filled))
            found.setdefault(table.name, set()).update(session.connection().execute(query).scalars())
    return {name: keys for name, keys in found.items() if keys}


def _has_words(table: sa.Table, column: sa.Column[Any]) -> Any:
    if table.name == "client" and column.name == "name":
        return column != table.c.code  # what an erased client is called
    if isinstance(column.type, sa.JSON):
        return sa.and_(column.is_not(None), sa.cast(column, sa.String).not_in(["[]", "{}", "null"]))
    return sa.and_(column.is_not(None), column.not_in(["", _ERASED])) if _is_text(column) else column.is_not(None)


# --- the log ---


def _log_rows(session: Session, records: Records) -> Iterator[tuple[int, int, Row, Row]]:
    """The rows of the log that have words of these records: key, batch, and what they say without them."""
    tables = all_tables().tables
    query = select_columns(Change.id, Change.batch, Change.before, Change.after)
    for name, keys in records.items():
        words = {column.name for column in _words(tables[name])}
        among = sa.func.json_each(json.dumps(sorted(keys))).table_valued("value")
        of_it = query.where(Change.entity == name, col(Change.record).in_(sa.select(among.c.value)))
        for key, batch, before, after in session.exec(of_it.execution_options(yield_per=_AT_ONCE)):
            if any((side or {}).get(word) not in _NOTHING for side in (before, after) for word in words):
                yield key, batch, _without(before, words), _without(after, words)


def _erase_log(session: Session, records: Records) -> set[int]:
    """Take the words out of the log; which batches lost some."""
    touched = set()
    for key, batch, before, after in list(_log_rows(session, records)):
        touched.add(batch)
        values = {"before": before, "after": after}
        session.connection().execute(sa.update(Change).where(col(Change.id) == key).values(values))
    return touched


def _batches(session: Session, records: Records) -> set[int]:
    """The batches that did anything to these records."""
    found: set[int] = set()
    for name, keys in records.items():
        among = sa.func.json_each(json.dumps(sorted(keys))).table_valued("value")
        of_it = (Change.entity == name, col(Change.record).in_(sa.select(among.c.value)))
        found.update(session.exec(select_columns(Change.batch).where(*of_it)))
    return found


def _without(row: Row, words: Collection[str]) -> Row:
    return None if row is None else {name: value for name, value in row.items() if name not in words}


# --- frozen weeks ---


@dataclass(frozen=True)
class _Names:
    """What is erased by its codes, the clients by code and name, and every text that names one for sure."""

    clients: tuple[tuple[str, str], ...]
    codes: frozenset[str]
    texts: dict[str, str]  # a name, and the code that stands for it
    alone: frozenset[str]  # texts that are taken out where nothing stands beside them

    @classmethod
    def of(cls, session: Session, records: Records) -> "_Names":
        """The names of those of ``records`` that are clients, and of the people there."""
        living = set(session.exec(select(Client.name).where(col(Client.deleted_at).is_(None))))
        clients, texts, alone = [], {}, set()
        for client in _among(session, Client, records.get("client", ())):
            clients.append((client.code, client.name))
            for name in filter(None, [client.name, client.short_name, *client.aliases]):
                if len(name) >= _SHORTEST_NAME and not any(name in other for other in living):
                    texts[name] = client.code
                alone.add(name)
        table = all_tables().tables["contact"]
        people = sa.select(table.c.name, table.c.mobile, table.c.phone, table.c.wechat, table.c.email)
        keys = sorted(records.get("contact", ()))
        for start in range(0, len(keys), _AT_ONCE):
            for row in session.connection().execute(people.where(table.c.id.in_(keys[start : start + _AT_ONCE]))):
                alone.update(filter(None, row))
        return cls(tuple(clients), frozenset(_codes(session, records)), texts, frozenset(alone))


def _codes(session: Session, records: Records) -> Iterator[str]:
    """The codes of those records that have one."""
    for name, keys in records.items():
        table = all_tables().tables[name]
        if "code" in table.c:
            among = sa.func.json_each(json.dumps(sorted(keys))).table_valued("value")
            query = sa.select(table.c.code).where(table.c.id.in_(sa.select(among.c.value)))
            yield from session.connection().execute(query).scalars()


def _among(session: Session, kind: type[Client], keys: Iterable[int]) -> Iterator[Client]:
    wanted = sorted(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        yield from session.exec(select(kind).where(col(kind.id).in_(wanted[start : start + _AT_ONCE])))


def _weeks(session: Session, names: _Names) -> Iterator[tuple[int, str, str]]:
    """The frozen weeks that say something of the erased clients: (key, week, what they say without it)."""
    if not names.codes:
        return
    for key, week, snapshot in session.connection().exec_driver_sql("SELECT id, week, snapshot FROM weekplan").all():
        erased = _erased(snapshot, names)
        if erased != snapshot:
            yield key, week, erased


def _erase_weeks(session: Session, names: _Names) -> set[int]:
    """Take the words about the erased clients out of the frozen weeks, there and in the log; the batches touched."""
    touched: set[int] = set()
    table = all_tables().tables["weekplan"]
    for key, _week, snapshot in list(_weeks(session, names)):
        new = {"snapshot": snapshot, "checksum": _checksum(snapshot)}
        session.connection().execute(table.update().where(table.c.id == key).values(new))
        of_it = select_columns(Change.id, Change.batch, Change.before, Change.after)
        for row, batch, *sides in session.exec(of_it.where(Change.entity == "weekplan", Change.record == key)).all():
            before, after = (_erased_row(side, names) for side in sides)
            if [before, after] != sides:
                touched.add(batch)
                values = {"before": before, "after": after}
                session.connection().execute(sa.update(Change).where(col(Change.id) == row).values(values))
    return touched


def _erased_row(row: Row, names: _Names) -> Row:
    if row is None or "snapshot" not in row:
        return row
    snapshot = _erased(row["snapshot"], names)
    return {**row, "snapshot": snapshot, "checksum": _checksum(snapshot)}


def _checksum(snapshot: str) -> str:
    return hashlib.sha256(snapshot.encode()).hexdigest()[:16]


def _erased(snapshot: str, names: _Names) -> str:
    """A frozen week without what it says of the erased clients; the text itself where it says nothing."""
    told = json.loads(snapshot)
    erased = _erased_value(told, names, of_client=False)
    return snapshot if erased == told else json.dumps(erased, ensure_ascii=False, separators=(",", ":"))


def _erased_value(value: Any, names: _Names, *, of_client: bool) -> Any:
    if isinstance(value, dict):
        own = _is_erased(value, names, of_client=of_client)
        return {key: _erased_field(key, one, names, of_client=own) for key, one in value.items()}
    if isinstance(value, list):
        return [_erased_value(one, names, of_client=of_client) for one in value]
    if not isinstance(value, str):
        return value
    if value in names.alone:
        return names.texts.get(value, "")
    for name, code in names.texts.items():
        value = value.replace(name, code)
    return value


def _is_erased(value: dict[str, Any], names: _Names, *, of_client: bool) -> bool:
    """Whether a part of a week is about what is erased: its own code or its client's says so, or what it is part of."""
    codes = set(_codes_in(value))
    return bool(codes & names.codes) or (of_client and not codes)


def _codes_in(value: dict[str, Any]) -> Iterator[str]:
    """The codes of what a part of a week is about: its own, its client's, and those of the visit it is about."""
    for one in (value.get("code"), value.get("client")):
        if isinstance(one, str) and _CODE.fullmatch(one):
            yield one
    for part in (value.get("client"), value.get("visit")):
        if isinstance(part, dict):
            yield from _codes_in(part)


_CODE = re.compile(r"[A-Z][0-9]{4,}")
_SAYS_NOTHING = re.compile(r"[A-Z]?[0-9][0-9:.,TZ+-]*|[a-z_]+|[A-C]|")  # codes, days, moments, amounts, tokens, classes


def _erased_field(key: str, value: Any, names: _Names, *, of_client: bool) -> Any:
    if of_client and isinstance(value, str) and key not in _KEPT and not _SAYS_NOTHING.fullmatch(value):
        return names.texts.get(value, "")
    return _erased_value(value, names, of_client=of_client)


# --- what stays ---


def _mentions(session: Session, records: Records, names: _Names) -> Iterator[tuple[str, str]]:
    """Living records of others that name an erased client in their own words."""
    if not names.texts:
        return
    for table in _tables():
        if "code" not in table.c:
            continue
        gone = records.get(table.name, set())
        for name, code in names.texts.items():
            said = sa.or_(*(sa.cast(column, sa.String).contains(name, autoescape=True) for column in _words(table)))
            query = sa.select(table.c.id, table.c.code).where(table.c.deleted_at.is_(None), said)
            yield from ((other, code) for key, other in session.connection().execute(query).all() if key not in gone)
