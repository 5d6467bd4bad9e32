"""What an import of a file says it did, for people and for scripts."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salescli.i18n import _, _n

if TYPE_CHECKING:
    from salescli.services.files.file_columns import RowError
    from salescli.services.files.imports import Imported


def import_json(found: "Imported", error_file: Path | None) -> dict[str, Any]:
    """What an import did, for scripts."""
    counts = {name: getattr(found, name) for name in ("rows", "new", "updated", "unchanged", "duplicate")}
    return {
        **counts,
        "failed": len(found.bad_rows),
        "errors": [asdict(error) for error in found.errors],
        "error_file": None if error_file is None else str(error_file),
    }


def import_words(found: "Imported") -> str:
    """What an import did, in a line."""
    return _n(
        "{rows} row: {new} new, {updated} updated, {unchanged} unchanged, {duplicate} duplicate, {failed} bad.",
        "{rows} rows: {new} new, {updated} updated, {unchanged} unchanged, {duplicate} duplicate, {failed} bad.",
        found.rows,
    ).format(
        rows=found.rows,
        new=found.new,
        updated=found.updated,
        unchanged=found.unchanged,
        duplicate=found.duplicate,
        failed=len(found.bad_rows),
    )


def error_words(error: "RowError") -> str:
    """What is wrong in one row, in a line."""
    place = _("row {row}, {column}") if error.column else _("row {row}")
    return _("{place}: {message}").format(place=place.format(row=error.row, column=error.column), message=error.message)
