"""Measuring the worksheets of .xlsx and .xlsm files."""

import re
from xml.parsers import expat

from salescli.tabular.extent import Extent, parse_xml
from salescli.tabular.layout import HEAD, too_many_columns, too_many_rows

DIGITS = "0123456789"
END_OF_TEXT = re.compile(rb"</(?:\w+:)?si\s*>")
BEGIN_OF_TEXT = re.compile(rb"<(?:\w+:)?si[\s/>]")
SHORTEST_TEXT_CELL = len('<c t="s"><v>0</v></c>')
SLICE = 1 << 22
# A cell as Excel, WPS and the usual libraries write it: place, style, kind, and nothing else.
PLAIN_CELL = re.compile(rb'<c r="[A-Z]{1,3}([0-9]{1,7})"(?: s="[0-9]+")?(?: t="(?:s|n|b|d|str|inlineStr)")? ?/?>')
COLUMN = re.compile(rb'<c r="([A-Z]{1,3})')
PREFIXED_CELL = re.compile(rb"<[^<>:]+:c[\s/>]")
SHARED_TEXT = b' t="s"'
SHARED_TEXT_CELL = re.compile(rb' t="s" ?><v>([0-9]+)</v>')


def measure_sheet(data: bytes, extent: Extent, lengths: list[int] | None, part: str) -> None:
    """Count the cells of a worksheet in XML into ``extent``; ``lengths`` are those of the shared texts.

    Without lengths texts aren't counted. Raises Refused beyond the limits and for XML that isn't sound.
    """
    values = _values(data, 0, len(data))
    if values > extent.limits.cells:
        raise extent.too_big(values)
    if not _measure_plain(data, extent, lengths):
        extent.clear()
        scan = _SheetScan(extent, lengths)
        parse_xml((data,), scan.parser, extent.file, part)
        scan.finish()
    extent.merged = data.count(b"mergeCell")
    extent.check()


def _values(data: bytes, begin: int, end: int) -> int:
    """How many cells have a value, if no other element's name begins like theirs."""
    return data.count(b"<v", begin, end) + data.count(b"<is", begin, end)


def _measure_plain(data: bytes, extent: Extent, lengths: list[int] | None) -> bool:
    """Count the cells of an ordinary sheet, several times as fast as the thorough way.

    False when anything is out of the ordinary or out of bounds: then the thorough way must decide, which
    tells filled cells from merely formatted ones. Every cell must be a plain one, so that none escapes.
    """
    at, end = data.find(b"<sheetData"), data.rfind(b"</sheetData>")
    if at < 0 or data.find(b"<f", at, end) >= 0 or data.find(b"hidden=", at, end) >= 0:
        return False
    if data.find(b":c", at, end) >= 0 and PREFIXED_CELL.search(data, at, end):
        return False
    while at < end:
        stop = data.rfind(b"<row", at + 1, at + SLICE) if at + SLICE < end else end
        if not (_count_plain(data, at, stop, extent) and _count_texts(data, at, stop, extent, lengths)):
            return False
        at = stop
    return extent.rows * extent.columns <= extent.limits.cells


def _count_plain(data: bytes, at: int, stop: int, extent: Extent) -> bool:
    rows = PLAIN_CELL.findall(data, at, stop)
    if stop < 0 or len(rows) != data.count(b"<c", at, stop):
        return False
    values = _values(data, at, stop)
    if not values:
        return True
    numbers = sorted(map(int, set(rows)))
    if numbers[0] > extent.limits.rows + HEAD:
        raise too_many_rows(extent.file, extent.limits)
    columns = {column_number(letters.decode()) for letters in set(COLUMN.findall(data, at, stop))}
    extent.cells += values
    extent.rows = max(extent.rows, numbers[-1])
    extent.columns = max(extent.columns, *columns)
    return extent.rows <= extent.limits.rows + HEAD and extent.columns <= extent.limits.columns


def _count_texts(data: bytes, at: int, stop: int, extent: Extent, lengths: list[int] | None) -> bool:
    if lengths is None:
        return True
    used = list(map(int, SHARED_TEXT_CELL.findall(data, at, stop)))
    if len(used) != data.count(SHARED_TEXT, at, stop) or max(used, default=-1) >= len(lengths):
        return False
    extent.text += sum(map(lengths.__getitem__, used))
    return True


def column_number(letters: str) -> int:
    """The sheet column of letters, from 1: A is 1, AA is 27; none is 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


class _SheetScan:
    """Handlers for the XML of a worksheet; a cell counts as filled when it has a value, not a mere format."""

    def __init__(self, extent: Extent, lengths: list[int] | None) -> None:
        self.extent = extent
        self.lengths = lengths
        self.row = self.column = 0
        self.hidden = self.formula = self.pending = False
        self.kind: str | None = None
        self.collected: list[str] = []
        self.columns: dict[str, int] = {}
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            if self.pending:
                self.finish()
            self.kind = attributes.get("t")
            place = attributes.get("r")
            if place is None:
                self.column += 1
            else:
                letters = place.rstrip(DIGITS)
                self.column = self.columns.get(letters) or self.number(letters)
                self.row = int(place[len(letters) :])
        elif name in ("v", "is"):
            self.value()
        elif name == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
            self.hidden = attributes.get("hidden") in ("1", "true")
        elif name == "f":
            self.formula = self.pending = True
        elif ":" in name:
            self.start(name.rpartition(":")[2], attributes)

    def value(self) -> None:
        self.extent.fill(self.row, self.column)
        if self.hidden:
            self.extent.hidden_rows.add(self.row)
        if self.kind == "e":
            self.extent.errors += 1
        if self.formula or (self.kind == "s" and self.lengths is not None):
            self.pending = True
            self.parser.CharacterDataHandler = self.collected.append

    def finish(self) -> None:
        """The cell begun last is over."""
        text = "".join(self.collected).strip()
        if self.formula and not text and self.kind != "str":
            self.extent.without_value += 1
        if self.kind == "s" and text and self.lengths is not None:
            self.extent.text += self.lengths[int(text)]
        self.collected.clear()
        self.parser.CharacterDataHandler = None
        self.formula = self.pending = False

    def number(self, letters: str) -> int:
        if len(letters) > 4:
            raise too_many_columns(self.extent.file, self.extent.limits)
        self.columns[letters] = column_number(letters)
        return self.columns[letters]


def text_lengths(data: bytes, sheet_bytes: int, extent: Extent, part: str) -> list[int] | None:
    """The lengths of the shared texts in ``data``, or None when no sheet of that size could use too much of them."""
    if len(BEGIN_OF_TEXT.findall(data)) > extent.limits.cells:
        raise extent.too_big(len(BEGIN_OF_TEXT.findall(data)))
    longest = len(data) if b"<![" in data else max(map(len, END_OF_TEXT.split(data)))
    if longest * (sheet_bytes // SHORTEST_TEXT_CELL) <= extent.limits.expanded_bytes:
        return None
    lengths: list[int] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name == "si" or name.endswith(":si"):
            lengths.append(0)

    def characters(text: str) -> None:
        if lengths:
            lengths[-1] += len(text)

    parser.StartElementHandler = start
    parser.CharacterDataHandler = characters
    parse_xml((data,), parser, extent.file, part)
    return lengths
