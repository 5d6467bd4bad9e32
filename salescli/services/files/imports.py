"""What every import of a file does: how it goes, what it did, its bad rows, and writing many rows at once."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel

from salescli.i18n import _
from salescli.services import changes
from salescli.services.changes import now_of
from salescli.services.files.file_columns import ERROR_HEADERS, RowError
from salescli.tabular.table import Table, as_text

# SQLite takes a bounded number of parameters in one query, and a chunk bounds the memory.
ASKED_AT_ONCE = 500
WRITTEN_AT_ONCE = 1_000

Item = TypeVar("Item")


@dataclass(frozen=True)
class Options:
    """How an import goes: whether changed records are updated, bad rows left out, anything written at all."""

    update: bool = False
    skip_bad: bool = False
    dry_run: bool = False


@dataclass
class Imported:
    """What an import did, or with ``dry_run`` would do: rows by what became of them.

    ``new`` and ``updated`` are 0 when bad rows keep everything out. ``duplicate`` are further rows of a record, and
    changed records without ``update``. ``notes`` are sentences for the user.
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


def pieces(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """``items`` in order, ``size`` at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def bad_rows(table: Table, errors: list[RowError]) -> Iterator[list[str]]:
    """The header and the bad rows as they stood, in their order; the last cell says what is wrong.

    Once that is mended the rows can be imported as they are, since a column of this title is known to be no field.
    """
    wrong: dict[int, list[str]] = {}
    for error in errors:
        wrong.setdefault(error.row, []).append(f"{error.column}: {error.message}" if error.column else error.message)
    width = max(len(row.values) for row in table.rows if row.number in wrong)
    headers = [*table.headers, *[""] * (width - len(table.headers))]
    kept = [place for place, header in enumerate(headers) if header not in ERROR_HEADERS]
    yield [*(headers[place] for place in kept), _("Error")]
    for row in table.rows:
        if row.number in wrong:
            cells = [*map(as_text, row.values), *[""] * (width - len(row.values))]
            yield [*(cells[place] for place in kept), " ".join(wrong[row.number])]


def blank_row(session: Session, table: type[SQLModel]) -> dict[str, Any]:
    """What a row of ``table`` holds before anything is known of it: its defaults and the moments."""
    now = now_of(session)
    filled = {name: value for name, value in table().model_dump().items() if value is not None}
    return {**filled, "created_at": now, "updated_at": now}


def write_rows(session: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    """Write and log whole new rows past the session: entities would take ten times as long."""
    if rows:
        changes.insert_rows(session, table.__table__, rows)  # type: ignore[attr-defined]
        changes.log_new_rows(session, str(table.__tablename__), rows)


def new_uuids() -> Iterator[str]:
    """Random UUIDs without end, as ``uuid4`` makes them, which takes four times as long (RFC 9562, 5.4)."""
    while True:
        random = os.urandom(16 * ASKED_AT_ONCE).hex()
        for at in range(0, len(random), 32):
            one = random[at : at + 32]
            variant = "89ab"[int(one[16], 16) % 4]
            yield f"{one[:8]}-{one[8:12]}-4{one[13:16]}-{variant}{one[17:20]}-{one[20:]}"
