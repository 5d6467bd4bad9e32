"""Tables as files for Excel: .csv and .xlsx, written whole or not at all, and harmless to open.

Cells hold what was stored: a text that looks like a formula is marked as text, and taking the file in again gives
the same text back.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from salescli.cell_values import CellValue
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.render.files import Written, check_place, written_whole
from salescli.safe_text import csv_cell


def check_target(path: Path, *, force: bool) -> None:
    """See that a table can be written to ``path``, before anything is read.

    Raises BadValue for an ending other than .csv and .xlsx, Refused for a file that is there unless ``force``,
    NotWritten for what is there and no file.
    """
    if path.suffix.lower() not in _WRITERS:
        raise BadValue(
            _("“{file}” ends in neither .csv nor .xlsx.").format(file=path.name),
            hint=_("Give the file one of these endings."),
        )
    check_place(path, force=force)


def write_table(
    path: Path, titles: Sequence[str], rows: Iterable[Sequence[CellValue]], *, force: bool = False
) -> Written:
    """Write ``rows`` under ``titles`` to ``path``, beside it first and then under its name.

    Raises what :func:`check_target` does, and NotWritten when the disk or the folder won't have it.
    """
    check_target(path, force=force)
    written = Written(path)
    write = _WRITERS[path.suffix.lower()]
    with written_whole(path) as beside:
        write(beside, titles, rows, written)
    return written


def _write_csv(path: Path, titles: Sequence[str], rows: Iterable[Sequence[CellValue]], written: Written) -> None:
    # With the byte order mark Excel takes the file for UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(map(_csv_text, titles))
        for row in rows:
            writer.writerow(map(_csv_text, row))
            written.rows += 1


def _csv_text(value: CellValue) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return csv_cell(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _write_workbook(path: Path, titles: Sequence[str], rows: Iterable[Sequence[CellValue]], written: Written) -> None:
    # What writes workbooks takes 20 MB and a third of the program's start, which a .csv need not wait for.
    from salescli.render import export_workbook

    export_workbook.write(path, titles, rows, written)


_WRITERS: dict[str, Callable[[Path, Sequence[str], Iterable[Sequence[CellValue]], Written], None]] = {
    ".csv": _write_csv,
    ".xlsx": _write_workbook,
}
