"""The rows and merged areas of a sheet as the text that its file has of them.

openpyxl makes a tree of every cell and then text of the tree, a third of the time that a workbook of looks takes. Here
a cell becomes text at once. The sheet is emptied first, and what openpyxl writes for an empty one gives way to it; all
the rest of the file is openpyxl's.
"""

from collections.abc import Iterable, Iterator, Mapping
from xml.sax.saxutils import escape

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.compat import safe_string
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.worksheet import Worksheet

# What openpyxl writes for a sheet without cells.
_NO_EXTENT, _NO_ROWS = '<dimension ref="A1:A1" />', "<sheetData></sheetData>"
_TYPES = {"s": ' t="inlineStr"', "f": ""}  # of cells; all others are numbers


def taken_out(sheet: Worksheet) -> dict[str, str]:
    """Empty a sheet of its rows and merged areas; what belongs into its file, by what stands there without them.

    Of its rows only the heights are kept, of its cells their looks, values and formulas.
    """
    extent = f'<dimension ref="{sheet.calculate_dimension()}" />'
    found = {_NO_EXTENT: extent, _NO_ROWS: f"<sheetData>{''.join(_rows(sheet))}</sheetData>"}
    sheet._cells.clear()
    sheet.row_dimensions.clear()
    areas = sorted(sheet.merged_cells.ranges, key=lambda area: area.bounds[1::-1])
    if areas:  # one stays, so that there is a place for all
        sheet.merged_cells.ranges = set(areas[:1])
        found[_merged(areas[0].coord)] = _merged(*(area.coord for area in areas))
    return found


def put_in(text: str, found: Mapping[str, str]) -> str:
    """The text of a sheet's file with what was taken out of the sheet."""
    for empty, full in found.items():
        if text.count(empty) != 1:
            raise RuntimeError(f"openpyxl writes no {empty} into an empty sheet")
        text = text.replace(empty, full)
    return text


def _rows(sheet: Worksheet) -> Iterator[str]:
    rows: dict[int, list[Cell | MergedCell]] = {row: [] for row in sheet.row_dimensions}
    for (row, _column), cell in sorted(sheet._cells.items()):
        rows[row].append(cell)
    for row, cells in rows.items():
        height = safe_string(sheet.row_dimensions[row].height)
        yield f'<row r="{row}" ht="{height}" customHeight="1">{_cells(cells)}</row>'


def _cells(cells: Iterable[Cell | MergedCell]) -> str:
    return "".join(_text_of(cell) for cell in cells if cell.has_style)


def _text_of(cell: Cell | MergedCell) -> str:
    kind, value = cell.data_type, cell.value
    begin = f'<c r="{cell.coordinate}" s="{cell.style_id}"' + _TYPES.get(kind, ' t="n"')
    if value is None or value == "":
        return f"{begin} />"
    if kind == "s":
        text = str(value)
        space = ' xml:space="preserve"' if text.strip() not in ("", text) else ""
        return f"{begin}><is><t{space}>{escape(text)}</t></is></c>"
    if kind == "f":
        return f"{begin}><f>{escape(str(value)[1:])}</f><v /></c>"
    number = to_excel(value) if kind == "d" else value  # type: ignore[no-untyped-call]
    return f"{begin}><v>{safe_string(number)}</v></c>"


def _merged(*areas: str) -> str:
    cells = "".join(f'<mergeCell ref="{area}" />' for area in areas)
    return f'<mergeCells count="{len(areas)}">{cells}</mergeCells>'
