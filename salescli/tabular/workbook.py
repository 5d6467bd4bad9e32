"""Workbooks: which sheet is the table, and its cells, read by calamine after everything was measured."""

import os
import posixpath
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from io import BytesIO
from itertools import islice
from pathlib import Path
from xml.parsers import expat

from python_calamine import CalamineSheet, CalamineWorkbook, SheetMetadata, SheetTypeEnum, SheetVisibleEnum

from salescli.errors import BadRows
from salescli.i18n import _, _n
from salescli.tabular.archive import Archive, damaged, not_a_workbook
from salescli.tabular.compound import measure_compound
from salescli.tabular.extent import Extent, parse_xml
from salescli.tabular.guard import COMPOUND_MARK
from salescli.tabular.layout import HEAD, LISTED, Grid, Span, known_in, row_list
from salescli.tabular.other_sheets import binary_text_lengths, measure_binary_sheet, measure_open_document
from salescli.tabular.table import Limits, Value
from salescli.tabular.worksheet import measure_sheet, text_lengths

FOLDER, WORKBOOK, RELATIONS = "xl", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
SHARED_TEXTS = "xl/sharedstrings.xml"
BINARY_WORKBOOK, BINARY_SHARED_TEXTS, SHEETS = "xl/workbook.bin", "xl/sharedstrings.bin", "xl/worksheets/"
OPEN_DOCUMENT, OPEN_DOCUMENT_TYPE = "content.xml", b"application/vnd.oasis.opendocument.spreadsheet"

# More sheets than any workbook has; each takes memory.
MOST_PARTS = 10_000
# One known header in a row may stand in a sheet of instructions; two are a header row.
SURE = 2

Measure = Callable[[str], Extent]


def open_workbook(file: str, data: bytes, known: Collection[str], limits: Limits) -> tuple[Grid, list[str]]:
    """The cells of the first visible sheet with data as a grid, and notes for the user.

    With ``known`` headers, the first that has two of them in a row, or the one with most. Raises Refused for
    what isn't a workbook, is damaged or beyond the limits; BadRows when no visible sheet holds anything.
    """
    measure = _measure(file, data, limits)
    with _reading(file, _("its list of sheets")):
        book = CalamineWorkbook.from_filelike(BytesIO(data))
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    best, found = -1, None
    for sheet in sheets:
        if sheet.visible != SheetVisibleEnum.Visible:
            continue
        grid, extent = _open_sheet(file, book, sheet.name, measure, limits)
        matches = [known_in(cells, known) for _number, cells in islice(grid.filled(), HEAD)]
        if matches and max(matches) > best:
            best = max(matches)
            found = grid, [*_sheet_notes(file, sheet.name, sheets), *_cell_notes(extent)]
        if found and (best >= SURE or not known):
            break
    if found is None:
        raise BadRows(_("{file} has no visible sheet with data.").format(file=file), hint=_hidden_note(sheets))
    return found


def open_sheets(file: str, data: bytes, limits: Limits, archive: Archive) -> Callable[[str], Grid | None]:
    """The sheets of an .xlsx by name, each measured before it is read; None for a name there is no sheet of."""
    parts = _parts(archive)
    with _reading(file, _("its list of sheets")):
        book = CalamineWorkbook.from_filelike(BytesIO(data))
    measure = partial(_measure_part, archive, parts, limits)

    def named(name: str) -> Grid | None:
        return _open_sheet(file, book, name, measure, limits)[0] if name in parts else None

    return named


def _open_sheet(file: str, book: CalamineWorkbook, name: str, measure: Measure, limits: Limits) -> tuple[Grid, Extent]:
    extent = measure(name)
    with _reading(file, _("the sheet {sheet}").format(sheet=name)):
        sheet = book.get_sheet_by_name(name)
        left = sheet.start[1] if sheet.start else 0
        spans = [
            Span(top + 1, bottom + 1, column - left)
            for (top, column), (bottom, _right) in sheet.merged_cell_ranges or ()
            if top < bottom and left <= column < left + sheet.width
        ]
    spans.sort(key=lambda span: span.first)
    return Grid(file, partial(_records, sheet), None, limits, left, spans), extent


def _records(sheet: CalamineSheet) -> Iterator[tuple[int, list[Value]]]:
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [_length(cell) if isinstance(cell, timedelta) else None if cell == "" else cell for cell in cells]


def _length(cell: timedelta) -> str:
    """A length of time as Excel shows it."""
    minutes, seconds = divmod(round(cell.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _measure(file: str, data: bytes, limits: Limits) -> Measure:
    """How to measure a sheet by its name. All but .xlsx are measured whole here, since calamine reads them so."""
    if data.startswith(COMPOUND_MARK):
        sheets = measure_compound(file, data, limits)
        return lambda name: sheets.get(name, Extent(file, limits))
    archive = Archive(file, data, limits)
    if WORKBOOK in archive.entries:
        return partial(_measure_part, archive, _parts(archive), limits)
    if BINARY_WORKBOOK in archive.entries:
        shared = archive.read(BINARY_SHARED_TEXTS) if BINARY_SHARED_TEXTS in archive.entries else b""
        lengths = binary_text_lengths(shared, file, BINARY_SHARED_TEXTS)
        for part in archive.entries:
            if part.startswith(SHEETS) and part.endswith(".bin"):
                measure_binary_sheet(archive.read(part), Extent(file, limits), lengths, part)
    elif OPEN_DOCUMENT in archive.entries and archive.read("mimetype").startswith(OPEN_DOCUMENT_TYPE):
        tables = measure_open_document(archive.chunks(OPEN_DOCUMENT), file, limits, OPEN_DOCUMENT)
        return lambda name: tables.get(name, Extent(file, limits))
    else:
        raise not_a_workbook(file)
    return lambda _name: Extent(file, limits)


def _measure_part(archive: Archive, parts: dict[str, str], limits: Limits, name: str) -> Extent:
    extent = Extent(archive.file, limits)
    part = parts.get(name, name)
    lengths = None
    if SHARED_TEXTS in archive.entries and part in archive.entries:
        sheet_bytes = archive.entries[part].file_size
        lengths = text_lengths(archive.read(SHARED_TEXTS), sheet_bytes, extent, SHARED_TEXTS)
    measure_sheet(archive.read(part), extent, lengths, part)
    return extent


def _parts(archive: Archive) -> dict[str, str]:
    """Where in the container each sheet is, by the sheet's name."""
    relations = _attributes_of(archive, RELATIONS, "Relationship")
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    parts = {}
    for sheet in _attributes_of(archive, WORKBOOK, "sheet"):
        identity = next((value for key, value in sheet.items() if _local(key) == "id"), None)
        target = targets.get(identity, "").replace("\\", "/")
        parts[sheet.get("name", "")] = posixpath.normpath(posixpath.join("/" + FOLDER, target)).lstrip("/").lower()
    return parts


def _attributes_of(archive: Archive, part: str, element: str) -> list[dict[str, str]]:
    """The attributes of the elements of that name in a part, of which nothing else is kept in memory."""
    found: list[dict[str, str]] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == element:
            found.append(attributes)
            if len(found) > MOST_PARTS:
                raise ValueError(element)

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parse_xml(archive.chunks(part), parser, archive.file, part)
    return found


def _local(name: str) -> str:
    return name.rpartition(":")[2]


@contextmanager
def _reading(file: str, place: str) -> Iterator[None]:
    """Turn whatever calamine raises into a sentence.

    On damaged .xls and .xlsb files it may end in a panic, which is no Exception and writes to standard error
    by itself, past Python.
    """
    try:
        with _quiet():
            yield
    except Exception as error:
        raise damaged(file, place) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise damaged(file, place) from error
        raise


@contextmanager
def _quiet() -> Iterator[None]:
    try:
        kept = os.dup(2)
    except OSError:  # standard error is closed already
        yield
        return
    try:
        with Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _sheet_notes(file: str, name: str, sheets: Sequence[SheetMetadata]) -> Iterator[str]:
    yield _("{file}: the sheet “{sheet}” was read.").format(file=file, sheet=name)
    others = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible and sheet.name != name]
    if others:
        yield _n("Not read: the sheet {sheets}.", "Not read: the sheets {sheets}.", len(others)).format(
            sheets=_name_list(others)
        )
    hidden = _hidden_note(sheets)
    if hidden:
        yield hidden


def _hidden_note(sheets: Sequence[SheetMetadata]) -> str:
    hidden = [sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible]
    if not hidden:
        return ""
    return _n("Not read: the hidden sheet {sheets}.", "Not read: the hidden sheets {sheets}.", len(hidden)).format(
        sheets=_name_list(hidden)
    )


def _name_list(names: Sequence[str]) -> str:
    shown = _(", ").join(f"“{name}”" for name in names[:LISTED])
    return shown if len(names) <= LISTED else f"{shown} … ({len(names)})"


def _cell_notes(extent: Extent) -> Iterator[str]:
    hidden = extent.hidden_rows & extent.filled_rows if extent.filled_rows else extent.hidden_rows
    if hidden:
        yield _n("Hidden, but read: {rows}.", "Hidden, but read: {rows}.", len(hidden)).format(
            rows=row_list(sorted(hidden))
        )
    if extent.without_value:
        yield _n(
            "{count:,} formula has no stored result and was taken as empty; open the file in Excel or WPS and save it.",
            "{count:,} formulas have no stored result and were taken as empty; "
            "open the file in Excel or WPS and save it.",
            extent.without_value,
        ).format(count=extent.without_value)
    if extent.errors:
        yield _n(
            "{count:,} cell shows an error such as #N/A and was taken as empty.",
            "{count:,} cells show an error such as #N/A and were taken as empty.",
            extent.errors,
        ).format(count=extent.errors)
