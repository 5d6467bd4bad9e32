"""The container of .xls files (and of encrypted workbooks), read just far enough to measure the sheets."""

import struct
from collections.abc import Iterator

from salescli.i18n import _
from salescli.tabular.archive import damaged, not_a_workbook, protected
from salescli.tabular.extent import Extent
from salescli.tabular.table import Limits

END_OF_CHAIN = 0xFFFFFFFA
ENTRY = 128
WORKBOOK_STREAMS = ("Workbook", "Book")
# Records that hold a cell: row and column come first. MULRK holds several and ends with the last column.
CELLS = {0x0006, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E}
ROW, FORMULA, BOOL_OR_ERROR, SHEET_NAME, ROW_IS_HIDDEN = 0x0208, 0x0006, 0x0205, 0x0085, 0x20
MULRK, FILEPASS, BEGIN, END = 0x00BD, 0x002F, 0x0809, 0x000A
# Where a sheet says how large it is; calamine takes memory for that, so it must not say more than there can be.
DIMENSIONS, MOST_ROWS, MOST_COLUMNS = 0x0200, 1 << 16, 1 << 8


def measure_compound(file: str, data: bytes, limits: Limits) -> dict[str, Extent]:
    """Check an .xls file before it is read; the extents of its sheets by name, where it is in Excel 97's format.

    Raises Refused for a password, for something that isn't a workbook, for damage, and beyond the limits.
    """
    try:
        stream = _workbook_stream(file, _Container(data))
    except (struct.error, IndexError) as error:
        raise damaged(file, _("its list of contents")) from error
    # Sheets and the charts within them nest; the list's first extent is the workbook's own.
    extents = [Extent(file, limits)]
    names: dict[int, str] = {}  # of the sheets, by where they begin
    sheets: dict[str, Extent] = {}
    for at, kind, body in _records(stream):
        if kind == FILEPASS:
            raise protected(file)
        if kind == BEGIN:
            extents.append(Extent(file, limits))
            if at in names:
                sheets[names[at]] = extents[-1]
        elif kind == END and len(extents) > 1:
            extents.pop().check()
        elif kind == DIMENSIONS:
            _check_dimensions(file, body)
        elif kind == SHEET_NAME and len(body) > 8:
            names[_long(body, 0)] = _sheet_name(body)
        else:
            _count(kind, body, extents[-1])
    for extent in extents:
        extent.check()
    return sheets


def _count(kind: int, body: bytes, extent: Extent) -> None:
    """Count the cells of a record, and note whether they are hidden or errors."""
    if kind == ROW and len(body) >= 14 and _short(body, 12) & ROW_IS_HIDDEN:
        extent.hidden_rows.add(_short(body, 0) + 1)
    elif kind in CELLS and len(body) >= 4:
        extent.fill(_short(body, 0) + 1, _short(body, 2) + 1)
        extent.filled_rows.add(_short(body, 0) + 1)
        # An error's cell ends in 1; a formula's result that is one is marked by FF FF.
        is_error = body[7:8] == b"\1" if kind == BOOL_OR_ERROR else kind == FORMULA and _is_error(body)
        extent.errors += is_error
    elif kind == MULRK and len(body) >= 6:
        extent.fill(_short(body, 0) + 1, _short(body, len(body) - 2) + 1)
        extent.filled_rows.add(_short(body, 0) + 1)


def _is_error(formula: bytes) -> bool:
    return formula[6:7] == b"\2" and formula[12:14] == b"\xff\xff"


def _sheet_name(body: bytes) -> str:
    """Since Excel 97 a sheet's name is in Latin-1 or UTF-16, as its flag says; older ones come out as nonsense."""
    length, is_wide = body[6], body[7] & 1
    return (
        body[8 : 8 + length * 2].decode("utf-16-le", "replace") if is_wide else body[8 : 8 + length].decode("latin-1")
    )


def _check_dimensions(file: str, body: bytes) -> None:
    """Since Excel 97 rows take four bytes each, before that two."""
    if len(body) not in (10, 14):
        raise damaged(file, _("the size of a sheet"))
    top, rows, left, columns = struct.unpack_from("<2I2H" if len(body) == 14 else "<4H", body)
    if not (top <= rows <= MOST_ROWS and left <= columns <= MOST_COLUMNS):
        raise damaged(file, _("the size of a sheet"))


def _workbook_stream(file: str, container: "_Container") -> bytes:
    if "EncryptedPackage" in container.entries:
        raise protected(file)
    name = next((name for name in WORKBOOK_STREAMS if name in container.entries), None)
    if name is None:
        raise not_a_workbook(file)
    return container.stream(name)


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Where each record begins, its kind and its content."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<2H", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


class _Container:
    """Sectors chained by an allocation table, and a directory of named streams ([MS-CFB])."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.sector = 1 << _short(data, 30)
        self.small_sector = 1 << _short(data, 32)
        if not (128 <= self.sector <= 1 << 16 and 8 <= self.small_sector <= self.sector):
            raise IndexError
        self.table = self._table()
        directory = self._chain(_long(data, 48))
        self.entries: dict[str, tuple[int, int]] = {}
        small = b""
        for at in range(0, len(directory) - ENTRY + 1, ENTRY):
            length = _short(directory, at + 64)
            name = directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
            begin, size = _long(directory, at + 116), _long(directory, at + 120)
            self.entries.setdefault(name, (begin, size))
            if not at:
                small = self._chain(begin)
        self.small = small
        small_table = self._chain(_long(data, 60))
        self.small_table = struct.unpack(f"<{len(small_table) // 4}I", small_table)

    def stream(self, name: str) -> bytes:
        """The content of a stream; small ones live in sectors of their own."""
        begin, size = self.entries[name]
        if size >= _long(self.data, 56):
            return self._chain(begin)[:size]
        step = self.small_sector
        places = _follow(self.small_table, begin)
        return b"".join(self.small[place * step : (place + 1) * step] for place in places)[:size]

    def _table(self) -> tuple[int, ...]:
        """The allocation table: its sectors are listed in the header and then in a chain of lists."""
        sectors = [place for place in struct.unpack_from("<109I", self.data, 76) if place < END_OF_CHAIN]
        following = _long(self.data, 68)
        for _turn in range(_long(self.data, 72)):
            if following >= END_OF_CHAIN:
                break
            listed = struct.unpack(f"<{self.sector // 4}I", self._sector(following))
            sectors += [place for place in listed[:-1] if place < END_OF_CHAIN]
            following = listed[-1]
        table = b"".join(map(self._sector, sectors[: len(self.data) // self.sector + 1]))
        return struct.unpack(f"<{len(table) // 4}I", table)

    def _chain(self, begin: int) -> bytes:
        return b"".join(map(self._sector, _follow(self.table, begin)))

    def _sector(self, place: int) -> bytes:
        begin = (place + 1) * self.sector
        found = self.data[begin : begin + self.sector]
        if not found:
            raise IndexError
        return found.ljust(self.sector, b"\0")


def _follow(table: tuple[int, ...], begin: int) -> list[int]:
    """The sectors of a chain. Raises IndexError when it leaves the table or runs in a circle."""
    places: list[int] = []
    while begin < END_OF_CHAIN:
        places.append(begin)
        if len(places) > len(table):
            raise IndexError
        begin = table[begin]
    return places


def _short(data: bytes, at: int) -> int:
    found: int = struct.unpack_from("<H", data, at)[0]
    return found


def _long(data: bytes, at: int) -> int:
    found: int = struct.unpack_from("<I", data, at)[0]
    return found
