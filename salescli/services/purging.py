"""Erasing for good what was removed: its words go, from the rows, the log of changes and the frozen weeks.

What was removed keeps its row, its code, days, states and amounts, so that no code is given twice and no figure of a
past month changes: an order of an erased client still counts, and nobody can tell whose it was. Everything else that
a person typed is taken out: names, numbers, addresses, notes, and goods and people that no list and nobody else
names. What was merged into an erased client goes with it. A purge is the only work that alters the log, and can't be
taken back; it notes there which commands it touched, and those are stepped over by undo.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli.errors import Ambiguous, NotFound, Refused
from salescli.i18n import _
from salescli.models import all_tables
from salescli.models.base import select_columns
from salescli.models.changes import Change
from salescli.models.clients import Client
from salescli.services import purged_words
from salescli.services.changes import Row, erasable, log_steps
from salescli.services.purged_words import WORDLESS, Common, Records, among
from salescli.services.undoing import MARKS, PURGE
from salescli.texts import name_key

_SHORTEST_NAME = 4  # shorter ones are parts of other words: they are taken out only where they stand alone
_MOST_CHOICES = 20
_AT_ONCE = 500


@dataclass(frozen=True)
class Purge:
    """What a purge takes words from: records by table, clients by (code, name), rows of the log, frozen weeks.

    ``scope`` is everything that was removed, also what has no words any more. ``mentions`` are living records that
    name one of the clients in their own words, which stay: (code, client). ``merged`` are clients that go with the one
    they were merged into: (code, its code).
    """

    scope: Records
    records: Records
    clients: tuple[tuple[str, str], ...]
    log_rows: int
    weeks: tuple[str, ...]
    mentions: tuple[tuple[str, str], ...]
    merged: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to erase."""
        return not (self.records or self.log_rows or self.weeks)


def removed(session: Session, before: datetime | None = None, client: Client | None = None) -> Records:
    """The records that were removed, with all that belongs to them.

    ``before`` narrows to those removed before that moment (aware), ``client`` to that client.
    """
    found: Records = {}
    for table in purged_words.tables():
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
    if "client" in found:
        found["client"] |= _merged_into(session, found["client"])
    return _with_parts(session, found)


def _merged_into(session: Session, clients: set[int]) -> set[int]:
    """The clients that were merged into these, and into those, and so on."""
    merges = all_tables().tables["clientmerge"]
    found: set[int] = set()
    fresh = clients
    while fresh:
        query = sa.select(merges.c.gone_id).where(merges.c.kept_id.in_(among(fresh)), merges.c.deleted_at.is_(None))
        fresh = set(session.connection().execute(query).scalars()) - found - clients
        found |= fresh
    return found


def _merges(session: Session, records: Records) -> Iterator[tuple[str, str]]:
    """Which of the erased clients were merged into which others of them, by their codes."""
    merges = all_tables().tables["clientmerge"]
    clients = records.get("client", set())
    gone, kept = (all_tables().tables["client"].alias() for _both in range(2))
    query = (
        sa.select(gone.c.code, kept.c.code)
        .select_from(merges.join(gone, gone.c.id == merges.c.gone_id).join(kept, kept.c.id == merges.c.kept_id))
        .where(merges.c.deleted_at.is_(None), gone.c.id.in_(among(clients)), kept.c.id.in_(among(clients)))
        .order_by(gone.c.code)
    )
    yield from ((code, into) for code, into in session.connection().execute(query))


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
    return _look(session, records, Common(session, records))


def _look(session: Session, records: Records, common: Common) -> Purge:
    names = _Names.of(session, records, common)
    return Purge(
        scope=records,
        records=_with_words(session, records, common),
        clients=names.clients,
        log_rows=sum(1 for _row in _log_rows(session, records, common)),
        weeks=tuple(sorted({week for _key, week, _snapshot in _weeks(session, names)})),
        mentions=tuple(_mentions(session, records, names)),
        merged=tuple(_merges(session, records)),
    )


def purge(session: Session, records: Records) -> Purge:
    """Erase the words of these records, and their traces in the log and in the frozen weeks; what it erased.

    The file has to be rewritten after the commit, so that what was overwritten is not in it any more either.
    """
    session.connection().exec_driver_sql("PRAGMA secure_delete = ON")
    common = Common(session, records)
    done = _look(session, records, common)
    names = _Names.of(session, records, common)
    with erasable(session):
        touched = _erase_log(session, records, common) | _erase_weeks(session, names) | _batches(session, records)
    for table in purged_words.tables():
        if records.get(table.name):
            _erase_rows(session, table, records[table.name], common)
    clients = sorted(records.get("client", ()))
    session.connection().execute(sa.update(Client).where(col(Client.id).in_(among(clients))).values(name=Client.code))
    log_steps(session, [(MARKS, batch, *_mark(session, batch)) for batch in sorted(touched)])
    session.expire_all()
    return done


def _erase_rows(session: Session, table: sa.Table, keys: set[int], common: Common) -> None:
    here = table.c.id.in_(among(keys))
    blank = {column.name: purged_words.blank(column) for column in purged_words.words(table)}
    if blank:
        session.connection().execute(table.update().where(here).values(blank))
    for column in purged_words.shared(table):
        gone = sorted(common.gone)
        for start in range(0, len(gone), _AT_ONCE):
            said = column.in_(gone[start : start + _AT_ONCE])
            new = {column.name: purged_words.blank(column)}
            session.connection().execute(table.update().where(here, said).values(new))


def last_purge(session: Session) -> int | None:
    """The number under which the log has the last purge; None without one."""
    last = select_columns(Change.batch).where(Change.command == PURGE).order_by(col(Change.batch).desc()).limit(1)
    found: int | None = session.exec(last).first()
    return found


def _mark(session: Session, batch: int) -> tuple[Row, Row]:
    """What the log says of a batch that lost words: whether it is undone stays as it is."""
    query = select_columns(Change.after).where(Change.entity == MARKS, Change.record == batch)
    last = session.exec(query.order_by(col(Change.id).desc()).limit(1)).first()
    stands = {"undone": bool(last and last["undone"])}
    return stands, {**stands, "purged": True}


# --- which records ---


def _with_parts(session: Session, records: Records) -> Records:
    """The records and all that belongs to them, level by level."""
    found: Records = {name: set(keys) for name, keys in records.items()}
    fresh = found
    while fresh:
        following: Records = {}
        for table in all_tables().tables.values():
            owner = _owner(table)
            if owner is None or owner[1] not in fresh or table.name in WORDLESS:
                continue
            query = sa.select(table.c.id).where(owner[0].in_(among(fresh[owner[1]])))
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


def _with_words(session: Session, records: Records, common: Common) -> Records:
    """Those of the records that have words left."""
    found: Records = {}
    gone = sa.select(sa.func.json_each(json.dumps(sorted(common.gone))).table_valued("value").c.value)
    for table in purged_words.tables():
        filled = [purged_words.has_words(table, column) for column in purged_words.words(table)]
        filled += [column.in_(gone) for column in purged_words.shared(table)]
        if filled and records.get(table.name):
            query = sa.select(table.c.id).where(table.c.id.in_(among(records[table.name])), sa.or_(*filled))
            found[table.name] = set(session.connection().execute(query).scalars())
    return {name: keys for name, keys in found.items() if keys}


# --- the log ---


def _log_rows(session: Session, records: Records, common: Common) -> Iterator[tuple[int, int, Row, Row]]:
    """The rows of the log that have words of these records: key, batch, and what they say without them."""
    query = select_columns(Change.id, Change.batch, Change.before, Change.after)
    for name, keys in records.items():
        table = all_tables().tables[name]
        of_it = query.where(Change.entity == name, col(Change.record).in_(among(keys)))
        for key, batch, before, after in session.exec(of_it.execution_options(yield_per=_AT_ONCE)):
            if common.goes(table, before) or common.goes(table, after):
                yield key, batch, common.without(table, before), common.without(table, after)


def _erase_log(session: Session, records: Records, common: Common) -> set[int]:
    """Take the words out of the log; which batches lost some."""
    touched = set()
    for key, batch, before, after in list(_log_rows(session, records, common)):
        touched.add(batch)
        values = {"before": before, "after": after}
        session.connection().execute(sa.update(Change).where(col(Change.id) == key).values(values))
    return touched


def _batches(session: Session, records: Records) -> set[int]:
    """The batches that did anything to these records."""
    found: set[int] = set()
    for name, keys in records.items():
        of_it = (Change.entity == name, col(Change.record).in_(among(keys)))
        found.update(session.exec(select_columns(Change.batch).where(*of_it)))
    return found


# --- frozen weeks ---


@dataclass(frozen=True)
class _Names:
    """What is erased by its codes, the clients by code and name, and every text that names one for sure."""

    clients: tuple[tuple[str, str], ...]
    codes: frozenset[str]
    texts: dict[str, str]  # a name, and the code that stands for it
    alone: frozenset[str]  # texts that are taken out where nothing stands beside them
    common: Common

    @classmethod
    def of(cls, session: Session, records: Records, common: Common) -> "_Names":
        """The names of those of ``records`` that are clients, and of the people there."""
        living = set(session.exec(select(Client.name).where(col(Client.deleted_at).is_(None))))
        clients, texts, alone = [], {}, set(common.naming)
        for client in _clients(session, records.get("client", set())):
            clients.append((client.code, client.name))
            for name in filter(None, [client.name, client.short_name, *client.aliases]):
                if len(name) >= _SHORTEST_NAME and not any(name in other for other in living):
                    texts[name] = client.code
                alone.add(name)
        table = all_tables().tables["contact"]
        people = sa.select(table.c.name, table.c.mobile, table.c.phone, table.c.wechat, table.c.email)
        here = table.c.id.in_(among(records.get("contact", ())))
        for row in session.connection().execute(people.where(here)):
            alone.update(filter(None, row))
        return cls(tuple(clients), frozenset(_codes(session, records)), texts, frozenset(alone), common)


def _codes(session: Session, records: Records) -> Iterator[str]:
    """The codes of those records that have one."""
    for name, keys in records.items():
        table = all_tables().tables[name]
        if "code" in table.c:
            query = sa.select(table.c.code).where(table.c.id.in_(among(keys)))
            yield from session.connection().execute(query).scalars()


def _clients(session: Session, keys: set[int]) -> Iterable[Client]:
    return session.exec(select(Client).where(col(Client.id).in_(among(keys))))


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
    if of_client and isinstance(value, str) and not _may_stay(key, value, names.common):
        return names.texts.get(value, "")
    return _erased_value(value, names, of_client=of_client)


def _may_stay(key: str, value: str, common: Common) -> bool:
    if key in purged_words.SHARED:
        return common.stays(key, value)
    return key in purged_words.KEPT or bool(_SAYS_NOTHING.fullmatch(value))


# --- what stays ---


def _mentions(session: Session, records: Records, names: _Names) -> Iterator[tuple[str, str]]:
    """Living records of others that name an erased client in their own words."""
    if not names.texts:
        return
    for table in purged_words.tables():
        if "code" not in table.c:
            continue
        gone = records.get(table.name, set())
        for name, code in names.texts.items():
            said_in = [*purged_words.words(table), *purged_words.shared(table)]
            said = sa.or_(*(sa.cast(column, sa.String).contains(name, autoescape=True) for column in said_in))
            query = sa.select(table.c.id, table.c.code).where(table.c.deleted_at.is_(None), said)
            yield from ((other, code) for key, other in session.connection().execute(query).all() if key not in gone)
