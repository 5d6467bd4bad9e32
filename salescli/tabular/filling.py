"""A workbook of somebody else's, filled in: cells get values, everything else in the file stays byte by byte."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, time
from io import BytesIO
from posixpath import join, normpath
from xml.sax.saxutils import escape

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, get_column_letter, range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel
from openpyxl.utils.exceptions import CellCoordinatesException

from salescli.cell_values import CellKind, CellValue
from salescli.errors import Refused
from salescli.i18n import _
from salescli.tabular.archive import Archive, damaged, not_a_workbook
from salescli.tabular.guard import ZIP_MARKS
from salescli.tabular.spans import Element, Splice, root_of, spliced, tag_with
from salescli.tabular.table import DEFAULT_LIMITS, Limits

# Formats every program knows by number: 1,234.50, 12.50 %, the short day, the time of day.
_FORMATS: dict[CellKind, int] = {"money": 4, "ratio": 10, "day": 14, "time": 20}
_RELATIONSHIP = re.compile("(?:^|:)id$")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST_CHARACTERS = 32_767  # what a cell holds
_MOST_TAGS = 600_000
_AFTER_SHEETS = ("sheets", "functionGroups", "externalReferences", "definedNames")
Place = tuple[int, int]  # row and column from 1


class Workbook:
    """An .xlsx or .xlsm whose cells can be filled in.

    Raises Refused for what is no such workbook, is damaged, or beyond ``limits``.
    """

    def __init__(self, name: str, data: bytes, limits: Limits = DEFAULT_LIMITS) -> None:
        if not data.startswith(ZIP_MARKS):
            raise not_a_workbook(name)
        archive = Archive(name, data, limits)
        self.name = name
        self._data = data
        self._parts = {entry.filename: archive.read(key) for key, entry in archive.entries.items()}
        self._changed: dict[str, bytes] = {}
        self._refuse_big_parts()
        try:
            self._workbook_part = next(self._related("", "_rels/.rels", "officeDocument"))[1]
            self._read_workbook()
        except (ValueError, KeyError, IndexError, StopIteration) as error:
            raise damaged(name, _("its list of contents")) from error
        if not self.sheets:
            raise not_a_workbook(name)
        for part in self.sheets.values():
            Sheet(self, part)  # so that a damaged one is refused before anything is filled in

    def _refuse_big_parts(self) -> None:
        """A form to fill in is small: its elements are all held in memory, some hundred bytes each."""
        for part, data in self._parts.items():
            if part.lower().endswith((".xml", ".rels")) and data.count(b"<") > _MOST_TAGS:
                raise Refused(
                    _("{file} is too big to be filled in: {part} has more than {most:,} tags.").format(
                        file=self.name, part=part, most=_MOST_TAGS
                    ),
                    hint=_("Take out the sheets and cells that the form doesn't need."),
                )

    def _read_workbook(self) -> None:
        root = root_of(self._parts[self._workbook_part])
        folder, _slash, file = self._workbook_part.rpartition("/")
        rels = f"{folder}/_rels/{file}.rels".lstrip("/")
        parts = dict(self._related(folder, rels, "worksheet"))
        self._styles_part = next((part for _key, part in self._related(folder, rels, "styles")), None)
        sheets = root.first("sheets")
        self.sheets: dict[str, str] = {}  # their parts by name
        for sheet in sheets.children if sheets else []:
            key = next((value for name, value in sheet.attributes.items() if _RELATIONSHIP.search(name)), "")
            if key in parts:
                self.sheets[sheet.attributes["name"]] = parts[key]
        properties = root.first("workbookPr")
        mac = properties is not None and properties.attributes.get("date1904") in ("1", "true")
        self._epoch = CALENDAR_MAC_1904 if mac else CALENDAR_WINDOWS_1900
        names = root.first("definedNames")
        self.names: dict[str, str] = {}  # what they refer to
        for name in names.children if names else []:
            self.names.setdefault(
                name.attributes["name"],
                self._parts[self._workbook_part][name.inner_begin : name.inner_end].decode().strip(),
            )

    def _related(self, folder: str, rels: str, kind: str) -> Iterator[tuple[str, str]]:
        """The parts of a kind that ``rels`` names, with their keys."""
        for one in root_of(self._parts[rels]).children:
            if one.attributes["Type"].rpartition("/")[2] == kind:
                target = one.attributes["Target"]
                part = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target)).lstrip("/")
                yield one.attributes["Id"], part

    def sheet(self, name: str) -> "Sheet":
        """A sheet to fill in; KeyError where there is none of that name."""
        return Sheet(self, self.sheets[name])

    def part(self, name: str) -> bytes:
        """The bytes of a part as they are now."""
        return self._changed.get(name, self._parts[name])

    def set_part(self, name: str, data: bytes) -> None:
        """Put other bytes in place of a part."""
        self._changed[name] = data

    def serial(self, value: date | time) -> float:
        """A day or time of day as the number that a cell holds."""
        number: float = to_excel(value, self._epoch)  # type: ignore[no-untyped-call]
        return number

    def style(self, base: int, kind: CellKind) -> int:
        """The number of the style ``base`` with the format of ``kind``; ``base`` itself if it has one of its own."""
        if kind == "plain" or self._styles_part is None:
            return base
        data = self.part(self._styles_part)
        styles = root_of(data).first("cellXfs")
        if styles is None or base >= len(styles.children):
            return base
        found = styles.children[base]
        if found.attributes.get("numFmtId", "0") not in ("0", "49"):  # neither General nor text
            return base
        made = _formatted(data, found, _FORMATS[kind])
        same = [number for number, xf in enumerate(styles.children) if data[xf.begin : xf.end] == made]
        if same:
            return same[0]
        count = tag_with(data, styles, count=str(len(styles.children) + 1))
        here = styles.inner_end
        self.set_part(
            self._styles_part,
            spliced(data, [Splice(styles.begin, styles.inner_begin, count), Splice(here, here, made)]),
        )
        return len(styles.children)

    def to_bytes(self) -> bytes:
        """The workbook as it is now; formulas are worked out anew when it is opened."""
        for part in self.sheets.values():
            self.set_part(part, _without_results(self.part(part)))
        self.set_part(self._workbook_part, _calculating_on_load(self.part(self._workbook_part)))
        written = BytesIO()
        with zipfile.ZipFile(BytesIO(self._data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.infolist():
                new.writestr(entry, self.part(entry.filename))
        return written.getvalue()


class Sheet:
    """A sheet that is being filled in; ``save`` puts it back into its workbook."""

    def __init__(self, book: Workbook, part: str) -> None:
        self._book = book
        self._part = part
        try:
            self._data = book.part(part)
            self._root = root_of(self._data)
            self._rows = self._root.first("sheetData")
            merges = self._root.first("mergeCells")
            self.merged = [_corners(one.attributes["ref"]) for one in (merges.children if merges else [])]
            self._cells: dict[Place, Element] = dict(self._numbered())
        except (ValueError, KeyError, IndexError, TypeError, CellCoordinatesException) as error:
            raise damaged(book.name, part) from error
        self._new: dict[Place, bytes] = {}

    def _numbered(self) -> Iterator[tuple[Place, Element]]:
        """Cells by place; those without one of their own follow the cell or row before."""
        row = 0
        for line in self._rows.all("row") if self._rows else ():
            row = int(line.attributes.get("r", row + 1))
            column = 0
            for cell in line.all("c"):
                ref = cell.attributes.get("r")
                column = column_index_from_string(coordinate_from_string(ref)[0]) if ref else column + 1
                yield (row, column), cell

    def anchor(self, place: Place) -> Place:
        """The cell that shows what is written at ``place``: the first of those merged with it."""
        row, column = place
        for left, top, right, bottom in self.merged:
            if top <= row <= bottom and left <= column <= right:
                return top, left
        return place

    def has_formula(self, place: Place) -> bool:
        """Whether the cell works something out by itself."""
        cell = self._cells.get(place)
        return cell is not None and cell.first("f") is not None

    def holds(self, place: Place) -> bool:
        """Whether something stands in the cell, or will."""
        cell = self._cells.get(place)
        return self.is_filled(place) or (cell is not None and bool(cell.first("v") or cell.first("is")))

    def is_filled(self, place: Place) -> bool:
        """Whether something was written into the cell."""
        return place in self._new

    def put(self, place: Place, value: CellValue, kind: CellKind = "plain") -> None:
        """Write ``value`` into a cell; None empties it. Days, times, money and rates get a format if it has none."""
        old = self._cells.get(place)
        style = int(old.attributes.get("s", 0)) if old else 0
        self._new[place] = self._cell(place, value, self._book.style(style, kind) if value is not None else style)

    def _cell(self, place: Place, value: CellValue, style: int) -> bytes:
        prefix = self._rows.prefix if self._rows else ""
        look = f' s="{style}"' if style else ""
        start = f'<{prefix}c r="{get_column_letter(place[1])}{place[0]}"{look}'
        if value is None or value == "":
            return f"{start}/>".encode()
        if isinstance(value, str):
            text = escape(_NOT_IN_XML.sub("", value)[:_MOST_CHARACTERS])
            return (
                f'{start} t="inlineStr"><{prefix}is><{prefix}t xml:space="preserve">{text}</{prefix}t></{prefix}is>'
                f"</{prefix}c>"
            ).encode()
        number = self._book.serial(value) if isinstance(value, date | time) else value
        return f"{start}><{prefix}v>{number}</{prefix}v></{prefix}c>".encode()

    def save(self) -> None:
        """Put what was written into the workbook."""
        if self._rows is None or not self._new:
            return
        by_row: dict[int, dict[int, bytes]] = {}
        for (row, column), cell in self._new.items():
            by_row.setdefault(row, {})[column] = cell
        self._book.set_part(self._part, spliced(self._data, self._splices(by_row)))

    def _splices(self, by_row: dict[int, dict[int, bytes]]) -> list[Splice]:
        assert self._rows is not None
        found, prefix, number = [], self._rows.prefix, 0
        pending = dict(sorted(by_row.items()))
        for line in self._rows.all("row"):
            number = int(line.attributes.get("r", number + 1))
            for row in [row for row in pending if row < number]:
                made = _row(prefix, row, pending.pop(row))
                found.append(Splice(line.begin, line.begin, made))
            if number in pending:
                found.append(self._row_splice(line, number, pending.pop(number)))
        rest = b"".join(_row(prefix, row, cells) for row, cells in pending.items())
        if rest and self._rows.inner_end == self._rows.inner_begin == self._rows.end:  # <sheetData/>
            tag = self._data[self._rows.begin : self._rows.end].rstrip(b"/>").rstrip() + b">"
            rest = tag + rest + f"</{prefix}sheetData>".encode()
            return [Splice(self._rows.begin, self._rows.end, rest)]
        return [*found, Splice(self._rows.inner_end, self._rows.inner_end, rest)]

    def _row_splice(self, line: Element, number: int, new: dict[int, bytes]) -> Splice:
        """A row with new cells among its old ones, high enough for them unless somebody set its height."""
        old = {
            column: self._data[cell.begin : cell.end]
            for (row, column), cell in self._cells.items()
            if row == number and column not in new
        }
        fixed = line.attributes.get("customHeight") in ("1", "true")
        tag = tag_with(self._data, line, spans=None, **({} if fixed else {"ht": None})).rstrip(b"/>").rstrip() + b">"
        cells = b"".join(content for _column, content in sorted({**old, **new}.items()))
        return Splice(line.begin, line.end, tag + cells + f"</{line.prefix}row>".encode())


def _formatted(data: bytes, xf: Element, number_format: int) -> bytes:
    """The style ``xf`` with a format of numbers; they shrink in a narrow column, where else only # would show."""
    tag = tag_with(data, xf, numFmtId=str(number_format), applyNumberFormat="1", applyAlignment="1")
    tag = tag.rstrip(b"/>").rstrip() + b">"
    old = xf.first("alignment")
    if old is None:
        alignment = f'<{xf.prefix}alignment shrinkToFit="1"/>'.encode()
    else:
        alignment = tag_with(data, old, shrinkToFit="1", wrapText=None) + data[old.inner_begin : old.end]
    rest = b"".join(data[child.begin : child.end] for child in xf.children if child is not old)
    return tag + alignment + rest + f"</{xf.prefix}xf>".encode()


def _corners(ref: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = (corner or 0 for corner in range_boundaries(ref))
    return left, top, right, bottom


def _row(prefix: str, number: int, cells: dict[int, bytes]) -> bytes:
    inside = b"".join(content for _column, content in sorted(cells.items()))
    return f'<{prefix}row r="{number}">'.encode() + inside + f"</{prefix}row>".encode()


def _without_results(data: bytes) -> bytes:
    """A sheet whose formulas hold no result of earlier values, which a viewer that can't count would show."""
    splices = []
    for cell in root_of(data).below():
        result = cell.first("v") if cell.name == "c" and cell.first("f") is not None else None
        if result is not None:
            splices.append(Splice(cell.begin, cell.inner_begin, tag_with(data, cell, t=None)))
            splices.append(Splice(result.begin, result.end, b""))
    return spliced(data, splices)


def _calculating_on_load(data: bytes) -> bytes:
    root = root_of(data)
    found = root.first("calcPr")
    if found is not None:
        return spliced(data, [Splice(found.begin, found.inner_begin, tag_with(data, found, fullCalcOnLoad="1"))])
    last = max(one.end for one in root.children if one.name in _AFTER_SHEETS)
    return spliced(data, [Splice(last, last, f'<{root.prefix}calcPr fullCalcOnLoad="1"/>'.encode())])


def cell_name(place: Place) -> str:
    """``B2`` of row and column."""
    return f"{get_column_letter(place[1])}{place[0]}"


def place_of(ref: str) -> Place | None:
    """Row and column of ``B2`` or ``$B$2``; None for what is no cell."""
    try:
        letters, row = coordinate_from_string(ref.replace("$", "").strip().upper())
        return row, column_index_from_string(letters)
    except (CellCoordinatesException, ValueError):
        return None
