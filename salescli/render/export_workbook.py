"""The workbook of an export, written row by row: whatever its length, no more than a row of it is in memory."""

import contextlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from salescli.cell_values import LONGEST_CELL, CellValue
from salescli.render.files import Written
from salescli.safe_text import csv_cell

# What XML can't hold or would alter, and what would be read as one of these codes.
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def write(path: Path, titles: Sequence[str], rows: Iterable[Sequence[CellValue]], written: Written) -> None:
    """Write ``rows`` under ``titles`` to a new workbook ``path``, and count them in ``written``."""
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


def _fill(sheet: Any, titles: Sequence[str], rows: Iterable[Sequence[CellValue]], written: Written) -> None:
    sheet.freeze_panes = "A2"
    for place, title in enumerate(titles, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = min(max(2 * len(title) + 2, 10), 40)
    headings = [_text_cell(sheet, title, written) for title in titles]
    for heading in headings:
        heading.font = Font(bold=True)
    sheet.append(headings)
    for row in rows:
        sheet.append([_cell(sheet, value, written) for value in row])
        written.rows += 1


def _cell(sheet: WriteOnlyWorksheet, value: CellValue, written: Written) -> Any:
    """What the sheet takes for a value; a day it formats as ``yyyy-mm-dd`` by itself."""
    if not isinstance(value, str):
        return value
    if not value:
        return None
    return value if _is_taken_for_text(value) else _text_cell(sheet, value, written)


def _is_taken_for_text(text: str) -> bool:
    """Whether the sheet takes a text for what it is: no formula, error or code; such need no cell made for them."""
    return (
        len(text) <= LONGEST_CELL
        and text.isprintable()
        and text[0] not in "=#"
        and "_x" not in text
        and csv_cell(text) is text
    )


def _text_cell(sheet: WriteOnlyWorksheet, text: str, written: Written) -> Cell:
    """A cell that is text whatever it looks like: never a formula, an error or a number."""
    escaped = _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    if len(escaped) > LONGEST_CELL:
        written.cut += 1
    cell = WriteOnlyCell(sheet, escaped[:LONGEST_CELL])
    cell.data_type = "s"
    if csv_cell(text) != text:
        cell.quotePrefix = True  # so that it stays text when someone edits it
    return cell
