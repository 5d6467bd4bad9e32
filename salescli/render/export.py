"""Tables as files for Excel: .csv and .xlsx, written whole or not at all, and harmless to open.

Cells hold what was stored: a text that looks like a formula is marked as text, and taking the file in again gives
the same text back.
"""

import contextlib
import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from salescli.errors import BadValue
from salescli.i18n import _
from salescli.render.files import check_place, written_whole
from salescli.safe_text import csv_cell

Value = str | int | float | date | None

LONGEST_CELL = 32_767  # Excel's limit
# What XML can't hold or would alter, and what would be read as one of these codes.
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


@dataclass
class Written:
    """What was written: ``rows`` below the header, and how many texts had to be ``cut`` to fit a cell."""

    path: Path
    rows: int = 0
    cut: int = 0


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


def write_table(path: Path, titles: Sequence[str], rows: Iterable[Sequence[Value]], *, force: bool = False) -> Written:
    """Write ``rows`` under ``titles`` to ``path``, beside it first and then under its name.

    Raises what :func:`check_target` does, and NotWritten when the disk or the folder won't have it.
    """
    check_target(path, force=force)
    written = Written(path)
    write = _WRITERS[path.suffix.lower()]
    with written_whole(path) as beside:
        write(beside, titles, rows, written)
    return written


def _write_csv(path: Path, titles: Sequence[str], rows: Iterable[Sequence[Value]], written: Written) -> None:
    # With the byte order mark Excel takes the file for UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(map(_csv_text, titles))
        for row in rows:
            writer.writerow(map(_csv_text, row))
            written.rows += 1


def _csv_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return csv_cell(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _write_workbook(path: Path, titles: Sequence[str], rows: Iterable[Sequence[Value]], written: Written) -> None:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    try:
        _fill(sheet, titles, rows, written)
        workbook.save(path)
    finally:
        # A sheet left open complains on stderr when it is collected, and leaves a file in the system's folder.
        if not sheet.closed:
            with contextlib.suppress(Exception):
                sheet.close()
            with contextlib.suppress(Exception):
                sheet._writer.cleanup()


def _fill(sheet: Any, titles: Sequence[str], rows: Iterable[Sequence[Value]], written: Written) -> None:
    sheet.freeze_panes = "A2"
    for place, title in enumerate(titles, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = min(max(2 * len(title) + 2, 10), 40)
    headings = [text_cell(sheet, title, written) for title in titles]
    for heading in headings:
        heading.font = Font(bold=True)
    sheet.append(headings)
    for row in rows:
        sheet.append([_workbook_cell(sheet, value, written) for value in row])
        written.rows += 1


def _workbook_cell(sheet: WriteOnlyWorksheet, value: Value, written: Written) -> Any:
    if isinstance(value, str):
        return text_cell(sheet, value, written) if value else None
    if isinstance(value, date):
        cell: Any = WriteOnlyCell(sheet, datetime.combine(value, time()))
        cell.number_format = "yyyy-mm-dd"
        return cell
    return value


def text_cell(sheet: WriteOnlyWorksheet, text: str, written: Written) -> Cell:
    """A cell that is text whatever it looks like: never a formula, an error or a number."""
    escaped = _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    if len(escaped) > LONGEST_CELL:
        written.cut += 1
    cell = WriteOnlyCell(sheet, escaped[:LONGEST_CELL])
    cell.data_type = "s"
    if csv_cell(text) != text:
        cell.quotePrefix = True  # so that it stays text when someone edits it
    return cell


_WRITERS: dict[str, Callable[[Path, Sequence[str], Iterable[Sequence[Value]], Written], None]] = {
    ".csv": _write_csv,
    ".xlsx": _write_workbook,
}
