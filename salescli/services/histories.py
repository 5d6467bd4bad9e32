"""What the change log tells: command by command, or of one record and all that belongs to it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Literal

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli.config import DEFAULTS
from salescli.errors import Ambiguous, NotFound
from salescli.i18n import _
from salescli.models import all_tables
from salescli.models.base import select_columns
from salescli.models.changes import Change
from salescli.services.changes import SETTING, setting_number
from salescli.services.undoing import MARKS, PURGE, latest_batches
from salescli.texts import name_key

What = Literal["added", "altered", "removed", "restored"]

_MOST_NAMED = 3
_AT_ONCE = 500
_MOST_CHOICES = 20
_CODE = re.compile(r"([a-z])([0-9]{1,9})")
_PART = re.compile(r"([or][0-9]{1,9})-([0-9]{1,6})")
# What records are called by besides their codes.
_NUMBERS = {"order": "number", "invoice": "number", "receipt": "reference"}
_NAMES = {"client": "name", "deal": "name", "product": "name", "task": "title", "competitor": "name"}
# What is called by the period, week or day it is for.
_PERIODS = {"target": "period", "weekplan": "week", "goal": "week", "dayplan": "day", "calendarday": "day"}
# What has codes by its place: O0012-1 is the first return of O0012.
_PARTS = {"o": ("order", "orderreturn", "order_id"), "r": ("receipt", "refund", "receipt_id")}
# Commands that leave files or mails behind with what they change in the data file.
_WRITE_FILES = ("week sheet", "week send", "quote submit")
# Keys and moments, which say nothing that the other columns do not.
_SILENT = ("id", "uuid", "created_at", "updated_at", "deleted_at", "name_key", "search", "pinyin", "initials")


@dataclass(frozen=True, slots=True)
class Count:
    """What a command did to the records of one kind; ``records`` names them where there are few and they have codes."""

    entity: str
    added: int
    altered: int
    removed: int
    restored: int
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One command that changed data. ``undone`` says that it was taken back; ``of`` are the commands it took back."""

    batch: int
    at: datetime
    command: str
    undone: bool
    of: tuple[str, ...]
    changes: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Outside:
    """What a command left outside the data file: a mail ``sent_to`` somebody, or else a file."""

    command: str
    sent_to: str | None


@dataclass(frozen=True, slots=True)
class Altered:
    """A column as it was and as it became, as the log keeps it: days as ISO text, money in minor units."""

    field: str
    before: Any
    after: Any
    is_money: bool


@dataclass(frozen=True, slots=True)
class Event:
    """What one command did to one record; ``record`` is its code, or that of what it belongs to."""

    batch: int
    at: datetime
    command: str
    undone: bool
    entity: str
    record: str
    what: What
    altered: tuple[Altered, ...]


def entries(session: Session, limit: int | None = None, batches: Sequence[int] | None = None) -> list[Entry]:
    """The commands that changed data, the latest first; ``batches`` narrows to those, in their order."""
    query = (
        select_columns(Change.batch, Change.command, sa.func.min(col(Change.at)))
        .group_by(col(Change.batch), col(Change.command))
        .order_by(col(Change.batch).desc())
    )
    if limit is not None:
        query = query.where(Change.batch >= min(islice(latest_batches(session), limit), default=0))
    if batches is not None:
        query = query.where(_one_of(Change.batch, batches))
    found = session.exec(query).all()
    counts = _counts(session, [row[0] for row in found])
    marked = _marked(session)
    undone = _undone(marked)
    of: dict[int, list[int]] = {}
    purges = {batch for batch, command, _at in found if command == PURGE}
    for by, batch, _is_undone in marked:
        if by not in purges:  # it took words from those, and took none back
            of.setdefault(by, []).append(batch)
    commands = _commands(session, [batch for _by, batch, _is_undone in marked])
    rows = [
        Entry(
            batch,
            at if isinstance(at, datetime) else datetime.fromisoformat(at),
            command,
            batch in undone,
            tuple(commands[one] for one in of.get(batch, ())),
            tuple(counts.get(batch, ())),
        )
        for batch, command, at in found
    ]
    if batches is None:
        return rows
    return sorted(rows, key=lambda row: batches.index(row.batch))


def outside(session: Session, batches: Sequence[int]) -> list[Outside]:
    """What these commands did outside the data file, where no undo reaches; the latest first."""
    query = (
        select_columns(Change.batch, Change.command, sa.func.max(sa.func.json_extract(col(Change.after), "$.sent_to")))
        .where(_one_of(Change.batch, batches), col(Change.command).in_(_WRITE_FILES))
        .group_by(col(Change.batch), col(Change.command))
        .order_by(col(Change.batch).desc())
    )
    return [Outside(command, sent_to) for _batch, command, sent_to in session.exec(query)]


def _marked(session: Session) -> list[tuple[int, int, bool]]:
    """(batch, batch that it took back or did again, whether it took it back), in their order."""
    query = select_columns(Change.batch, Change.record, Change.after).where(Change.entity == MARKS).order_by(Change.id)
    return [(by, batch, after["undone"]) for by, batch, after in session.exec(query)]


def _undone(marked: list[tuple[int, int, bool]]) -> set[int]:
    """The batches that are taken back: the last word on a batch counts."""
    last = {batch: is_undone for _by, batch, is_undone in marked}
    return {batch for batch, is_undone in last.items() if is_undone}


def _commands(session: Session, batches: Iterable[int]) -> dict[int, str]:
    asked = sorted(set(batches))
    found: dict[int, str] = {}
    for start in range(0, len(asked), _AT_ONCE):
        piece = asked[start : start + _AT_ONCE]
        query = select_columns(Change.batch, sa.func.min(col(Change.command))).where(col(Change.batch).in_(piece))
        found.update(tuple(row) for row in session.exec(query.group_by(col(Change.batch))))
    return found


def _counts(session: Session, batches: list[int]) -> dict[int, list[Count]]:
    """What each of these batches did, kind by kind."""
    dead_before, dead_after = (
        sa.func.json_extract(col(side), "$.deleted_at") for side in (Change.before, Change.after)
    )
    is_born = col(Change.before).is_(None)
    is_gone = sa.or_(col(Change.after).is_(None), dead_after.is_not(None))
    is_back = sa.and_(dead_before.is_not(None), dead_after.is_(None), col(Change.after).is_not(None))
    # One undo may take a record through several: each is counted once, by where it stands in the end.
    gone_at = sa.func.max(sa.case((is_gone, col(Change.id)), else_=0))
    there_at = sa.func.max(sa.case((sa.or_(is_born, is_back), col(Change.id)), else_=0))
    gone = sa.and_(gone_at > 0, gone_at >= there_at)
    born = sa.and_(sa.not_(gone), sa.func.max(is_born) == 1)
    back = sa.and_(sa.not_(gone), sa.func.max(is_born) == 0, there_at > 0)
    code = sa.func.max(
        sa.func.coalesce(
            sa.func.json_extract(col(Change.after), "$.code"), sa.func.json_extract(col(Change.before), "$.code")
        )
    )
    by_record = (
        sa.select(
            col(Change.batch).label("batch"), col(Change.entity).label("entity"), col(Change.record).label("record"),
            *(sa.type_coerce(what, sa.Integer).label(name)  # else a sum of them comes back as yes or no
              for name, what in (("born", born), ("gone", gone), ("back", back))),
            code.label("code"),
            sa.func.min(col(Change.id)).label("place"),
        )
        .where(col(Change.entity) != MARKS, col(Change.batch).between(min(batches, default=0), max(batches, default=0)))
        .group_by(col(Change.batch), col(Change.entity), col(Change.record))
        .subquery()
    )  # fmt: skip
    each = by_record.c
    few = sa.case((sa.func.count() <= _MOST_NAMED, sa.func.group_concat(each.record)))
    codes = sa.case((sa.func.count() <= _MOST_NAMED, sa.func.group_concat(each.code)))
    query = (
        sa.select(
            each.batch, each.entity, sa.func.count(), sa.func.sum(each.born), sa.func.sum(each.gone),
            sa.func.sum(each.back), few, codes,
        )
        .group_by(each.batch, each.entity)
        .order_by(each.batch, sa.func.min(each.place))
    )  # fmt: skip
    rows = session.connection().execute(query).all()
    wanted = [(row[1], int(key)) for row in rows if row[6] and not row[7] for key in row[6].split(",")]
    names = _codes(session, wanted)
    found: dict[int, list[Count]] = {}
    for batch, entity, count, added, removed, restored, few_keys, own in rows:
        keys = [int(key) for key in few_keys.split(",")] if few_keys else []
        named = own.split(",") if own else [names[entity, key] for key in keys if (entity, key) in names]
        added, removed, restored = int(added), int(removed), int(restored)
        altered = count - added - removed - restored
        records = tuple(dict.fromkeys(named))
        found.setdefault(batch, []).append(Count(entity, added, altered, removed, restored, records))
    return found


def _codes(session: Session, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The codes that people know records by: their own, or that of what they belong to."""
    tables = all_tables().tables
    asked: dict[str, set[int]] = {}
    for entity, record in wanted:
        asked.setdefault(entity, set()).add(record)
    found: dict[tuple[str, int], str] = {}
    for entity, records in asked.items():
        table = tables.get(entity)
        owner = None if table is None else _owner(table)
        own = None if table is None else _own_name(table)
        if table is None or (own is None and owner is None):
            continue
        keys = sorted(records)
        for start in range(0, len(keys), _AT_ONCE):
            piece = table.c.id.in_(keys[start : start + _AT_ONCE])
            if own is not None:
                rows = session.connection().execute(sa.select(table.c.id, own).where(piece))
                found.update(((entity, key), str(name)) for key, name in rows)
            elif owner is not None:
                column, parent = owner
                pairs = [tuple(row) for row in session.connection().execute(sa.select(table.c.id, column).where(piece))]
                above = _codes(session, ((parent, key) for _own, key in pairs if key is not None))
                found.update(((entity, own), above[parent, key]) for own, key in pairs if (parent, key) in above)
    return found


def _own_name(table: sa.Table) -> sa.Column[Any] | None:
    """The column by which people ask for a record: its code, or the period, week or day it is for."""
    return table.c["code"] if "code" in table.c else table.c.get(_PERIODS.get(table.name, ""))


def _owner(table: sa.Table) -> tuple[sa.Column[Any], str] | None:
    """The column that says what a row belongs to, and the table of that."""
    for column in table.columns:
        for key in column.foreign_keys:
            if key.column.table is not table:
                return column, key.column.table.name
    return None


def record_of(session: Session, ref: str) -> list[tuple[str, int]]:
    """The records, also removed ones, of that code, number, week, day or period, or a setting: (table, key).

    Several are the versions of a quotation, of a week's sheet or of a target. What was undone has no row any more,
    and :func:`once_there` finds it.
    """
    asked = ref.strip()
    if asked in DEFAULTS:
        return [(SETTING, setting_number(asked))]
    return (
        _of_code(session, asked) or _of_part(session, asked) or _of_number(session, asked) or _of_period(session, asked)
    )


def _codes_meant(ref: str) -> set[str]:
    """The codes that a text may be: ``t1`` is T0001."""
    key = name_key(ref)
    short = _CODE.fullmatch(key)
    return {key.upper(), f"{short[1].upper()}{int(short[2]):04d}"} if short else {key.upper()}


def _of_code(session: Session, asked: str) -> list[tuple[str, int]]:
    found = []
    for name, table in all_tables().tables.items():
        if "code" in table.c:
            code = sa.func.upper(table.c.code) if name == "product" else table.c.code
            rows = session.connection().execute(sa.select(table.c.id).where(code.in_(_codes_meant(asked))))
            found += [(name, key) for key in rows.scalars()]
    return found


def _of_part(session: Session, asked: str) -> list[tuple[str, int]]:
    part = _PART.fullmatch(name_key(asked))
    if part is None:
        return []
    whole, entity, column = _PARTS[part[1][0]]
    keys = [key for name, key in _of_code(session, part[1]) if name == whole]
    table = all_tables().tables[entity]
    query = sa.select(table.c.id).where(table.c[column].in_(keys)).order_by(table.c.id)
    found = session.connection().execute(query).scalars().all()
    place = int(part[2])
    return [(entity, found[place - 1])] if 0 < place <= len(found) else []


def _of_number(session: Session, asked: str) -> list[tuple[str, int]]:
    plain = unicodedata.normalize("NFKC", asked)
    found = []
    for name, column in _NUMBERS.items():
        table = all_tables().tables[name]
        same = sa.func.lower(table.c[column]).in_({plain.lower(), asked.lower()})
        found += [(name, key) for key in session.connection().execute(sa.select(table.c.id).where(same)).scalars()]
    return found


def _of_period(session: Session, asked: str) -> list[tuple[str, int]]:
    """What stands under a period, a week or a day as it is typed: targets, goal sheets, plans and days off."""
    found = []
    for name, column in _PERIODS.items():
        table = all_tables().tables[name]
        written = sa.cast(table.c[column], sa.String)
        rows = session.connection().execute(sa.select(table.c.id).where(written == asked.upper()))
        found += [(name, key) for key in rows.scalars()]
    return found


def once_there(session: Session, ref: str) -> list[tuple[str, int]]:
    """The records, also removed and undone ones, of a name, or of a code or number that nothing bears any more.

    Raises NotFound, or Ambiguous with the choices.
    """
    return _of_name(session, ref) or _by_the_log(session, ref) or _refuse(ref)


def _refuse(ref: str) -> list[tuple[str, int]]:
    raise NotFound(
        _("There is no record “{ref}”, and there was none.").format(ref=ref.strip()),
        hint=_("`sales history` shows what was done."),
    )


def _of_name(session: Session, ref: str) -> list[tuple[str, int]]:
    asked = name_key(ref)
    known: list[tuple[str, tuple[str, str], tuple[str, int]]] = []
    for name, column in _NAMES.items():
        table = all_tables().tables[name]
        code = table.c.code if "code" in table.c else table.c[column]
        for key, code_of, called in session.connection().execute(sa.select(table.c.id, code, table.c[column])):
            known.append((name_key(called), (code_of, called), (name, key)))
    found = [one for one in known if one[0] == asked] or [one for one in known if asked and asked in one[0]]
    if len(found) > 1:
        raise Ambiguous(
            _("“{ref}” matches {count} records").format(ref=ref.strip(), count=len(found)),
            [choice for _key, choice, _record in found[:_MOST_CHOICES]],
            hint=_("Give the code."),
        )
    return [record for _key, _choice, record in found]


def _by_the_log(session: Session, ref: str) -> list[tuple[str, int]]:
    """Records that were added under this code, number or name, and then undone."""
    texts = {unicodedata.normalize("NFKC", ref.strip()), ref.strip()}
    words = (*_NUMBERS.values(), *_NAMES.values(), *_PERIODS.values())
    called = {"code": _codes_meant(ref), **dict.fromkeys(words, texts)}
    same = (sa.func.json_extract(col(Change.after), f"$.{name}").in_(meant) for name, meant in called.items())
    entities = {name for name, table in all_tables().tables.items() if "code" in table.c}
    entities |= {*_NUMBERS, *_NAMES, *_PERIODS}
    query = (
        select_columns(Change.entity, Change.record)
        .where(col(Change.before).is_(None), col(Change.entity).in_(entities), sa.or_(*same))
        .distinct()
    )
    return [(entity, record) for entity, record in session.exec(query)]


def events(session: Session, records: Sequence[tuple[str, int]]) -> list[Event]:
    """What was done to records and to all that belongs to them, the latest first."""
    family = _family(session, records)
    query = (
        select_columns(
            Change.batch, Change.at, Change.command, Change.entity, Change.record, Change.before, Change.after
        )
        .where(
            sa.or_(
                *(sa.and_(col(Change.entity) == name, _one_of(Change.record, keys)) for name, keys in family.items())
            )
        )
        .order_by(col(Change.id).desc())
    )
    rows = session.exec(query).all()
    lives = _lives(session, family, rows)
    undone = _undone(_marked(session))
    codes = _codes(session, [*((row[3], row[4]) for row in rows), *_referred_to(rows)])
    found = []
    for batch, at, command, entity, record, before, after in rows:
        if batch >= lives.get((entity, record), 0):
            name = codes.get((entity, record)) or (after or before or {}).get("code") or ""
            what, altered = _what(before, after), tuple(_altered(entity, before, after, codes))
            if what != "altered" or altered:
                found.append(Event(batch, at, command, batch in undone, entity, name, what, altered))
    return found


def _one_of(column: Any, keys: Iterable[int]) -> sa.ColumnElement[bool]:
    """Whether a key is one of ``keys``, as JSON: a client may have more visits than a query takes parameters."""
    among = sa.func.json_each(str(sorted(keys))).table_valued("value")
    return col(column).in_(sa.select(among.c.value))


def _referred_to(rows: Sequence[Any]) -> Iterable[tuple[str, int]]:
    """The records that altered columns of these rows of the log refer to."""
    for _batch, _at, _command, entity, _record, before, after in rows:
        for name in before.keys() & after.keys() if before and after else ():
            parent = _parent(entity, name)
            if parent is not None:
                yield from ((parent, side[name]) for side in (before, after) if side[name] is not None)


def _parent(entity: str, name: str) -> str | None:
    """The table that a column refers to."""
    table = all_tables().tables.get(entity)
    column = None if table is None else table.c.get(name)
    return next((key.column.table.name for key in column.foreign_keys), None) if column is not None else None


def _family(session: Session, records: Sequence[tuple[str, int]]) -> dict[str, set[int]]:
    """The keys of records and of all rows that refer to them, by table; what one of them led to is followed on."""
    family: dict[str, set[int]] = {}
    fresh: dict[str, set[int]] = {}
    for name, key in records:
        fresh.setdefault(name, set()).add(key)
    while fresh:
        for name, keys in fresh.items():
            family.setdefault(name, set()).update(keys)
        following: dict[str, set[int]] = {}
        for table in all_tables().tables.values():
            owner = _owner(table)
            above = fresh.get(owner[1]) if owner else None
            if owner and above:
                query = sa.select(table.c.id).where(_one_of(owner[0], above))
                keys = set(session.connection().execute(query).scalars()) - family.get(table.name, set())
                if keys:
                    following[table.name] = keys
        fresh = following
    return family


def _lives(session: Session, family: dict[str, set[int]], rows: Sequence[Any]) -> dict[tuple[str, int], int]:
    """The batch from which on a key means the row that now bears it: a key that undo set free is given again."""
    tables = all_tables().tables
    begun: dict[tuple[str, int, str], int] = {}
    for batch, _at, _command, entity, record, before, after in rows:
        if before is None and after is not None:
            begun[entity, record, after.get("uuid", "")] = batch  # the rows come latest first
    found = {}
    for name, keys in family.items():
        if name in tables and "uuid" in tables[name].c:
            query = sa.select(tables[name].c.id, tables[name].c.uuid)
            for key, uuid in session.connection().execute(query.where(_one_of(tables[name].c.id, keys))):
                if (name, key, uuid) in begun:
                    found[name, key] = begun[name, key, uuid]
    return found


def _what(before: dict[str, Any] | None, after: dict[str, Any] | None) -> What:
    if before is None:
        return "added"
    if after is None or after.get("deleted_at"):
        return "removed"
    return "restored" if before.get("deleted_at") else "altered"


def _altered(
    entity: str, before: dict[str, Any] | None, after: dict[str, Any] | None, codes: dict[tuple[str, int], str]
) -> Iterator[Altered]:
    """The columns altered, but those that say nothing; what they refer to is named by its code."""
    if entity == SETTING:
        if before and after:
            key = after["code"]
            was, became = (DEFAULTS.get(key) if side["value"] is None else side["value"] for side in (before, after))
            yield Altered(key, was, became, is_money=False)
        return
    table = all_tables().tables[entity]
    for name, value in before.items() if before and after else ():
        became = after.get(name) if after else None
        parent = _parent(entity, name)
        if parent is not None:
            value, became = (key and codes.get((parent, key), key) for key in (value, became))
        if name not in _SILENT:
            is_money = name in table.c and isinstance(table.c[name].type, sa.BigInteger)
            yield Altered(name, value, became, is_money)
