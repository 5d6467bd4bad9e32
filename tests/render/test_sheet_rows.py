"""The rows that are written beside openpyxl, held against those that it writes itself."""

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from salescli.render.sheets import pages, rows
from salescli.render.sheets.layout import Cell, Line, Value, place
from salescli.render.sheets.style import add_looks

NOW = datetime.fromisoformat("2026-11-25T17:05").astimezone()
WIDTHS = {"A": 20.0, "B": 12.0, "C": 30.0, "D": 9.0}


def test_a_sheet_is_written_as_openpyxl_writes_it() -> None:
    values: list[tuple[Value, str]] = [
        ("客户 <甲> & “乙”", "text"), (" ends with a space ", "text"), ("two\nlines", "text"), ("", "text"),
        (" ", "text"), ("=1+1", "text"), ("#N/A", "text"), ("😀 _x0041_", "note"), (12, "count"), (0, "count"),
        (0.1 + 0.2, "percent"), (Decimal("1234567.89"), "money"), (Decimal("-0.05"), "money"),
        (date(2026, 11, 25), "date"), (time(9, 30), "time"), (NOW.replace(tzinfo=None), "date"), (None, "answer"),
    ]  # fmt: skip
    lines = [Line((Cell(value, look, "B:C"), Cell(value, look, "D"))) for value, look in values]
    assert_as_openpyxl_writes_it([Line((Cell("title", "title", "A:D"),)), Line((), height=8), *lines])


def test_a_sheet_without_merged_areas_and_one_without_cells_are_written_as_openpyxl_writes_them() -> None:
    assert_as_openpyxl_writes_it([Line((Cell("alone", "head", "A"),))])
    assert_as_openpyxl_writes_it([])


@given(st.lists(st.tuples(st.one_of(st.none(), st.text(max_size=40), st.integers(), st.dates()), st.booleans())))
def test_whatever_a_cell_holds_it_is_written_as_openpyxl_writes_it(held: list[tuple[Value, bool]]) -> None:
    days = [value if not isinstance(value, date) or value.year > 1900 else None for value, _wide in held]
    spans = ["A:C" if wide else "B" for _value, wide in held]
    assert_as_openpyxl_writes_it([Line((Cell(one, "text", span),)) for one, span in zip(days, spans, strict=True)])


def test_the_formula_of_a_sheet_stays_a_formula() -> None:
    book = made([Line((Cell(None, "points", "A", "total"),))])
    book.worksheets[0]["A1"] = '=IF(SUM(B1:B2)<>"",1,0)'
    read = openpyxl.load_workbook(io.BytesIO(pages.content(book, "T", "N", NOW)))
    assert (read.worksheets[0]["A1"].value, read.worksheets[0]["A1"].data_type) == ('=IF(SUM(B1:B2)<>"",1,0)', "f")


def test_a_file_without_a_place_for_the_rows_is_not_passed_on() -> None:
    with pytest.raises(RuntimeError, match="sheetData"):
        rows.put_in("<worksheet></worksheet>", {"<sheetData></sheetData>": "<sheetData>1</sheetData>"})


def assert_as_openpyxl_writes_it(lines: list[Line]) -> None:
    saved = io.BytesIO()
    made(lines).save(saved)
    ours = io.BytesIO(pages.content(made(lines), "T", "N", NOW))
    for part in ("xl/worksheets/sheet1.xml", "xl/styles.xml"):
        assert tree(ours, part) == tree(saved, part)


def made(lines: list[Line]) -> Workbook:
    book = Workbook()
    add_looks(book)
    place(book.worksheets[0], lines, WIDTHS, 500)
    return book


def tree(file: io.BytesIO, part: str) -> str:
    """A part of a file as canonical XML; the merged areas in order, because openpyxl keeps them in none."""
    with zipfile.ZipFile(file) as archive:
        root = ElementTree.fromstring(archive.read(part))
    for merged in root.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}mergeCells"):
        merged[:] = sorted(merged, key=lambda area: area.get("ref", ""))
    return ElementTree.canonicalize(ElementTree.tostring(root, encoding="unicode"))
