"""Copies of the data file, and what putting one back would change."""

from typing import TYPE_CHECKING, Any

from salescli.i18n import N_, _
from salescli.record_words import kind_words
from salescli.render.output import Column

if TYPE_CHECKING:
    from salescli.copies import Backup, Copy
    from salescli.restoring import Difference, Done, Rows

_WORDS = {
    "daily": N_("of the day"),
    "backup": N_("by hand"),
    "before_update": N_("before a new version"),
    "replaced": N_("replaced by a restore"),
}
_STATES = {"sound": N_("sound"), "damaged": N_("damaged"), "locked": N_("locked")}


def kind_word(kind: str) -> str:
    """Why a copy was made, as a person reads it."""
    return _(_WORDS[kind])


def size_words(size: int) -> str:
    """A size in bytes as a person reads it."""
    return f"{size / 1e6:.1f} MB"


def copy_words(copy: "Copy") -> str:
    """A copy in a line of a choice."""
    return "  ".join((copy.at.strftime("%Y-%m-%d %H:%M"), kind_word(copy.kind), size_words(copy.size)))


def _state(row: "Listed") -> str:
    _copy, sound = row
    return "locked" if sound is None else "sound" if sound else "damaged"


Listed = tuple["Copy", bool | None]  # a copy, and whether it is sound; None if its passphrase is missing

COPIES: list[Column[Listed]] = [
    Column("day", N_("Day"), lambda row: row[0].day, "day"),
    Column("at", N_("Time"), lambda row: row[0].at, on_screen=False, word=lambda at: at.strftime("%H:%M")),
    Column("kind", N_("Kind"), lambda row: row[0].kind, word=kind_word),
    Column("size", N_("Size"), lambda row: row[0].size, "count", word=size_words),
    Column("state", N_("State"), _state, word=lambda state: _(_STATES[state])),
    Column("path", N_("File"), lambda row: str(row[0].path)),
]


TABLES: list[Column["Rows"]] = [
    Column("table", N_("Table"), lambda row: row.table, word=kind_words),
    Column("now", N_("Now"), lambda row: row.now, "count"),
    Column("copy", N_("In the copy"), lambda row: row.copy, "count"),
]


def done_words(done: "Done") -> str:
    """A command of the log in a line."""
    return f"{done.at.astimezone():%Y-%m-%d %H:%M}  {done.command}"


def backup_json(backup: "Backup") -> dict[str, Any]:
    """A copy that was made and checked."""
    return {
        "path": str(backup.path),
        "size": backup.size,
        "tables": backup.content.tables,
        "checksum": backup.content.checksum,
        "verified": True,
    }


def difference_json(found: "Difference") -> dict[str, Any]:
    """What putting a copy back changes."""
    return {
        "copy": str(found.copy),
        "schema": found.schema,
        "readable": found.readable,
        "owner": found.owner or None,
        "owner_of_copy": found.owner_of_copy or None,
        "tables": [{"table": row.table, "now": row.now, "copy": row.copy} for row in found.tables],
        "lost": [_done_json(done) for done in found.lost],
        "back": [_done_json(done) for done in found.back],
    }


def _done_json(done: "Done") -> dict[str, Any]:
    return {"at": done.at.astimezone().isoformat(), "command": done.command}
