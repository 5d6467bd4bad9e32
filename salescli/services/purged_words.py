"""What `data purge` takes out of a row: which columns hold what a person typed, and which of it may stay."""

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from salescli import payment_terms
from salescli.errors import BadValue
from salescli.models import all_tables
from salescli.models.base import Moment
from salescli.services.changes import Row

# Records by their table.
Records = dict[str, set[int]]

ERASED = "…"  # where something has to stand
# Tables without a word about anybody, or of the office itself; the log and the frozen weeks go their own way.
WORDLESS = frozenset({
    "change", "weekplan", "target", "targetsplit", "targetreplan", "profile", "calendarday", "checklistitem",
    "clientmerge", "clientpair", "allocation",
})  # fmt: skip
# Text that says nothing of anybody: keys, states, kinds, measures, all of them the program's own words.
KEPT = frozenset({
    "uuid", "code", "currency", "rate", "state", "status", "stage", "from_stage", "to_stage", "from_state", "to_state",
    "kind", "kind_of_thing", "channel", "outcome", "planned_why", "direction", "severity", "step", "method",
    "percent", "discount_percent", "tax_percent", "incoterm", "grade", "lifecycle", "result", "aspect", "importance",
    "confidence", "priority", "week", "measure", "numbers", "to_whom", "role", "event",
})  # fmt: skip
# Free text that figures are sorted by, or read from: it stays where others say the same, or where it can be read.
SHARED = frozenset({
    "industry", "source", "territory", "owner", "competitor", "product", "person", "unit", "quantity", "terms", "basis",
})  # fmt: skip
_TERMS = frozenset({"terms", "basis"})
_NAMING = frozenset({"product", "person", "competitor"})
_FREE = frozenset({"credit.grade"})  # elsewhere a column of that name holds one of the program's words
_MORE_WORDS = frozenset({"birthday", "lat", "lon"})  # no text, but of a person or a place
_KEYS = frozenset({"name_key", "search", "pinyin", "initials"})
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*%?")
_NOTHING: tuple[Any, ...] = (None, "", ERASED, [], {})


def tables() -> list[sa.Table]:
    """The tables that have words."""
    return [table for name, table in all_tables().tables.items() if name not in WORDLESS and "deleted_at" in table.c]


def words(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns that hold what a person typed, all of which goes."""
    kept = KEPT | SHARED
    return [
        column
        for column in table.columns
        if column.name in _MORE_WORDS
        or f"{table.name}.{column.name}" in _FREE
        or ((is_text(column) or isinstance(column.type, sa.JSON)) and column.name not in kept)
    ]


def shared(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns of which only that goes what nobody else says."""
    return [column for column in table.columns if column.name in SHARED and is_text(column)]


def is_text(column: sa.Column[Any]) -> bool:
    """Whether a column holds text."""
    kind = getattr(column.type, "impl", column.type)  # SQLModel wraps its texts
    return isinstance(kind, sa.String) and not isinstance(column.type, Moment)


def blank(column: sa.Column[Any]) -> Any:
    """What stands in a column instead of what was erased."""
    if column.nullable:
        return sa.null()
    if isinstance(column.type, sa.JSON):
        return []
    return "" if column.name in _KEYS else ERASED


def among(keys: Collection[int]) -> Any:
    """The keys as a query, of any number."""
    rows = sa.func.json_each(json.dumps(sorted(keys))).table_valued("value")
    return sa.select(rows.c.value)


class Common:
    """What others say, too: goods and competitors by their lists, scopes of targets, and words of living records."""

    def __init__(self, session: Session, records: Records) -> None:
        self._session = session
        self._said = set(self._of_others(records))
        self.gone = frozenset(text for _name, text in self._own(records))
        self.naming = frozenset(text for name, text in self._own(records) if name in _NAMING)

    def stays(self, name: str, text: Any) -> bool:
        """Whether what a shared column says tells nothing of who is erased."""
        if text in _NOTHING or text in self._said or _NUMBER.fullmatch(str(text)):
            return True
        return name in _TERMS and _is_terms(str(text))

    def goes(self, table: sa.Table, row: Row) -> set[str]:
        """The columns of a row, as the log has it, that say something which goes."""
        said = {column.name for column in words(table)}
        asked = {column.name for column in shared(table)}
        return {
            name
            for name, value in (row or {}).items()
            if (name in said and value not in _NOTHING) or (name in asked and not self.stays(name, value))
        }

    def without(self, table: sa.Table, row: Row) -> Row:
        """A row of the log without its words."""
        gone = self.goes(table, row) | {column.name for column in words(table)}
        return None if row is None else {name: value for name, value in row.items() if name not in gone}

    def _of_others(self, records: Records) -> Iterator[str]:
        everything = all_tables().tables
        lists = [everything["product"].c.code, everything["product"].c.name, everything["competitor"].c.name]
        office = [everything["profile"].c.name, everything["profile"].c.territory]
        for column in [*lists, *office]:
            gone = records.get(column.table.name, set())
            yield from self._texts(column, column.table.c.id.not_in(among(gone)))
        for scope in self._texts(everything["target"].c.scope, sa.true()):
            yield scope.partition(":")[2]
        for table in tables():
            others = table.c.id.not_in(among(records.get(table.name, ())))
            for column in shared(table):
                yield from self._texts(column, sa.and_(table.c.deleted_at.is_(None), others))

    def _own(self, records: Records) -> Iterator[tuple[str, str]]:
        for table in tables():
            own = table.c.id.in_(among(records.get(table.name, ())))
            for column in shared(table) if records.get(table.name) else ():
                yield from (
                    (column.name, text) for text in self._texts(column, own) if not self.stays(column.name, text)
                )

    def _texts(self, column: sa.Column[Any], condition: Any) -> Iterator[str]:
        query = sa.select(column).where(condition, column.is_not(None)).distinct()
        yield from self._session.connection().execute(query).scalars()


def _is_terms(text: str) -> bool:
    """Whether these are terms of payment to the last word, or a part of such."""
    for whole in (text, f"{text},余款"):
        try:
            payment_terms.parse(whole)
        except BadValue:
            continue
        return True
    return False


def has_words(table: sa.Table, column: sa.Column[Any]) -> Any:
    """The condition that a column which goes whole holds something."""
    if table.name == "client" and column.name == "name":
        return column != table.c.code  # what an erased client is called
    if isinstance(column.type, sa.JSON):
        return sa.and_(column.is_not(None), sa.cast(column, sa.String).not_in(["[]", "{}", "null"]))
    return sa.and_(column.is_not(None), column.not_in(["", ERASED])) if is_text(column) else column.is_not(None)
