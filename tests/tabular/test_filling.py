"""Somebody else's workbook takes values in some cells and stays byte by byte as it is everywhere else."""

import zipfile
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook as NewBook
from openpyxl import load_workbook
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from salescli.cell_values import CellValue, Field
from salescli.errors import BadValue, Refused
from salescli.tabular.filling import Workbook, place_of
from salescli.tabular.spans import root_of, spliced
from salescli.tabular.template_map import Fields, fill, read_map


def form(build: Callable[[Worksheet], object] = lambda _sheet: None) -> bytes:
    """A workbook with a form on its first sheet and a second one that nothing is to touch."""
    book = NewBook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "周报"
    sheet["A1"] = "业务部周报"
    sheet["A1"].font = Font(bold=True, size=16)
    build(sheet)
    other = book.create_sheet("填写说明")
    other["A1"], other["A2"] = "勿改", "=周报!D2*2"
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def with_part(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part changed."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry, change(content) if entry.filename == part else content)
    return made.getvalue()


def filled(data: bytes, values: dict[str, CellValue]) -> bytes:
    book = Workbook("form.xlsx", data)
    sheet = book.sheet("周报")
    for ref, value in values.items():
        place = place_of(ref)
        assert place is not None
        sheet.put(place, value)
    sheet.save()
    return book.to_bytes()


def cell(data: bytes, ref: str, sheet: str = "周报") -> object:
    return load_workbook(BytesIO(data))[sheet][ref].value


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


SHEET = "xl/worksheets/sheet1.xml"


def test_a_value_lands_in_its_cell_and_keeps_its_look() -> None:
    made = filled(form(), {"A1": "改名", "C7": 12, "B2": Decimal("261904.75"), "XFD3": "far"})
    assert [cell(made, ref) for ref in ("A1", "C7", "B2", "XFD3")] == ["改名", 12, 261904.75, "far"]
    assert load_workbook(BytesIO(made))["周报"]["A1"].font.size == 16


def test_every_other_part_stays_as_it_was() -> None:
    before, after = parts(form()), parts(filled(form(), {"B2": "x"}))
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    # the sheet, what is told to be worked out anew, and the other sheet's result of an earlier value
    assert changed <= {SHEET, "xl/workbook.xml", "xl/worksheets/sheet2.xml"}
    assert cell(filled(form(), {"B2": "x"}), "A2", "填写说明") == "=周报!D2*2"


def test_what_no_library_knows_is_carried_through() -> None:
    odd = b'<extLst><ext uri="{1}" xmlns:x14="urn:odd"><x14:sparkline  prompt="a&#10;b"/></ext></extLst></worksheet>'
    data = with_part(form(), SHEET, lambda xml: xml.replace(b"</worksheet>", odd))
    assert odd in parts(filled(data, {"B2": "x", "A1": "y"}))[SHEET]


def test_prefixed_elements_stay_prefixed() -> None:
    def prefixed(xml: bytes) -> bytes:
        inside = b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        return inside + b'<x:row r="2"><x:c r="B2"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>'

    made = filled(with_part(form(), SHEET, prefixed), {"A2": "left", "C2": 3, "A9": "below", "A1": "above"})
    assert [cell(made, ref) for ref in ("A1", "A2", "B2", "C2", "A9")] == ["above", "left", 1, 3, "below"]


@pytest.mark.parametrize("empty", [b"<sheetData/>", b"<sheetData />", b"<sheetData></sheetData>"])
def test_an_empty_sheet_takes_values(empty: bytes) -> None:
    bare = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + empty + b"</worksheet>"
    assert cell(filled(with_part(form(), SHEET, lambda _xml: bare), {"B2": "x"}), "B2") == "x"


def test_text_is_never_a_formula_and_never_breaks_the_file() -> None:
    texts = {"B1": "=HYPERLINK(1)", "B2": "<b>&\"'", "B3": "bell\x07 \ud800", "B4": " kept ", "B5": "长" * 40_000}
    made = filled(form(), dict(texts))
    assert cell(made, "B1") == "=HYPERLINK(1)"
    assert load_workbook(BytesIO(made))["周报"]["B1"].data_type != "f"
    assert [cell(made, ref) for ref in ("B2", "B3", "B4")] == ["<b>&\"'", "bell ", " kept "]
    assert cell(made, "B5") == "长" * 32_767


def test_days_money_and_rates_get_a_format_where_the_cell_has_none() -> None:
    def own_format(sheet: Worksheet) -> None:
        sheet["B2"] = 0
        sheet["B2"].number_format = "0.0000"

    book = Workbook("form.xlsx", form(own_format))
    sheet = book.sheet("周报")
    sheet.put((2, 2), Decimal("1.5"), "money")
    sheet.put((3, 2), Decimal("1.5"), "money")
    sheet.put((4, 2), date(2026, 11, 25), "day")
    sheet.put((5, 2), time(14, 30), "time")
    sheet.put((6, 2), 0.75, "ratio")
    sheet.save()
    found = load_workbook(BytesIO(book.to_bytes()))["周报"]
    assert [found[f"B{row}"].number_format for row in range(2, 7)] == [
        "0.0000",
        "#,##0.00",
        "mm-dd-yy",
        "h:mm",
        "0.00%",
    ]
    assert found["B4"].value.date() == date(2026, 11, 25)
    assert found["B5"].value == time(14, 30)
    assert found["B3"].alignment.shrink_to_fit
    assert not found["B2"].alignment.shrink_to_fit


def test_days_fit_the_calendar_of_a_book_from_an_old_mac() -> None:
    old = with_part(form(), "xl/workbook.xml", lambda xml: xml.replace(b"<workbookPr ", b'<workbookPr date1904="1" '))
    book = Workbook("form.xlsx", old)
    sheet = book.sheet("周报")
    sheet.put((2, 2), date(2026, 11, 25), "day")
    sheet.save()
    assert load_workbook(BytesIO(book.to_bytes()))["周报"]["B2"].value.date() == date(2026, 11, 25)


def test_formulas_hold_no_result_of_earlier_values_and_are_worked_out_on_opening() -> None:
    def with_result(xml: bytes) -> bytes:
        return xml.replace(b"<f>C2+C3</f><v></v>", b"<f>C2+C3</f><v>99</v>").replace(
            b"<f>C2+C3</f><v />", b"<f>C2+C3</f><v>99</v>"
        )

    data = with_part(form(lambda sheet: sheet.append(["", "", "", "=C2+C3"])), SHEET, with_result)
    assert b"<v>99</v>" in parts(data)[SHEET]
    made = parts(filled(data, {"C2": 5}))
    assert b"<v>99</v>" not in made[SHEET]
    assert b'fullCalcOnLoad="1"' in made["xl/workbook.xml"]


@pytest.mark.parametrize("content", [b"name,b\n1,2\n", b"PK\x03\x04 not a container", b""])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        Workbook("x.xlsx", content)


def test_a_damaged_sheet_is_refused_by_its_name() -> None:
    broken = with_part(form(), SHEET, lambda xml: xml[: len(xml) // 2])
    with pytest.raises(Refused, match=SHEET):
        Workbook("x.xlsx", broken).sheet("周报")


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), min_size=1, max_size=20))
def test_whatever_is_filled_in_any_order_is_read_back(places: list[tuple[int, int]]) -> None:
    book = Workbook("form.xlsx", form(lambda sheet: sheet.append(["x"] * 9)))
    sheet = book.sheet("周报")
    for number, place in enumerate(places):
        sheet.put(place, number)
    sheet.save()
    found = load_workbook(BytesIO(book.to_bytes()))["周报"]
    expected = {place: number for number, place in enumerate(places)}
    assert {place: found.cell(*place).value for place in expected} == expected


def test_the_place_of_every_element_is_known() -> None:
    xml = b"""<?xml version="1.0"?><a b="&gt; />" c='>'><!-- <d> --><d/><x:e xmlns:x="u" >t</x:e ></a >"""
    root = root_of(xml)
    assert [(one.prefix, one.name, xml[one.begin : one.end]) for one in root.children] == [
        ("", "d", b"<d/>"),
        ("x:", "e", b'<x:e xmlns:x="u" >t</x:e >'),
    ]
    assert xml[root.inner_begin : root.inner_end].startswith(b"<!--")
    assert spliced(xml, []) == xml


# --- the map ---

MAP = """
sheet = "周报"
[cells]
name = "B2"
visits.done = "月访"
"填写说明.x" = "'填写说明'!B1"
missing = "C1"
score = "nowhere"
total = "D2"
[[tables]]
field = "visits.rows"
start = "A5"
rows = 2
columns = ["day", "client", "", "done", "oops"]
"""
ROWS = [{"day": Field(date(2026, 11, 16 + n), "day"), "client": Field(f"c{n}"), "done": Field(n)} for n in range(3)]
FIELDS: Fields = {
    "name": Field("张三"), "visits.done": Field(15), "填写说明.x": Field("there"), "score": Field(1.0),
    "total": Field(7), "visits.rows": ROWS,
}  # fmt: skip


def _fill(tmp_path: Path, text: str, build: Callable[[Worksheet], object] = lambda _sheet: None) -> tuple[bytes, str]:
    (tmp_path / "map.toml").write_text(text, "utf-8")
    book = Workbook("form.xlsx", form(build))
    book.names["月访"] = "周报!$C$2"
    left = fill(book, read_map(tmp_path / "map.toml"), FIELDS)
    return book.to_bytes(), " | ".join(left)


def test_a_map_fills_cells_names_other_sheets_and_tables(tmp_path: Path) -> None:
    def merged(sheet: Worksheet) -> None:
        sheet["D2"] = "=1+1"
        sheet["D6"] = "=B6"
        sheet.merge_cells("B5:C5")
        sheet.merge_cells("B6:C6")
        sheet["A7"] = "below the table"

    made, left = _fill(tmp_path, MAP, merged)
    assert [cell(made, ref) for ref in ("B2", "C2", "B5", "D5", "B6", "D6", "A7")] == [
        "张三", 15, "c0", 0, "c1", "=B6", "below the table",
    ]  # fmt: skip
    assert cell(made, "B1", "填写说明") == "there"
    for part in ("missing", "“nowhere”", "D2 holds a formula", "“oops”", "1 row found no room"):
        assert part in left


def test_rows_that_a_table_does_not_need_are_emptied(tmp_path: Path) -> None:
    def used(sheet: Worksheet) -> None:
        for row in range(5, 10):
            sheet.cell(row, 2, "last week's client")

    made, _left = _fill(tmp_path, MAP.replace("rows = 2", "rows = 4"), used)
    assert [cell(made, f"B{row}") for row in range(5, 10)] == ["c0", "c1", "c2", None, "last week's client"]


def test_a_table_without_a_number_of_rows_ends_where_the_form_goes_on(tmp_path: Path) -> None:
    def signed(sheet: Worksheet) -> None:
        sheet["A7"] = "主管意见："
        sheet["D6"] = "=B6"

    made, left = _fill(tmp_path, MAP.replace("rows = 2\n", ""), signed)
    assert [cell(made, f"B{row}") for row in range(5, 8)] == ["c0", "c1", None]
    assert (cell(made, "A7"), cell(made, "D6")) == ("主管意见：", "=B6")
    assert "1 row found no room" in left
    empty, left = _fill(tmp_path, MAP.replace("rows = 2\n", "").replace('"A5"', '"A20"'))
    assert [cell(empty, f"B{row}") for row in range(20, 24)] == ["c0", "c1", "c2", None]
    assert "room" not in left


def test_what_would_be_hidden_in_a_merged_cell_is_listed(tmp_path: Path) -> None:
    def merged(sheet: Worksheet) -> None:
        sheet.merge_cells("B5:B6")
        sheet.merge_cells("B2:C2")

    made, left = _fill(tmp_path, MAP, merged)
    assert (cell(made, "B5"), cell(made, "B2")) == ("c0", "张三")
    assert "visits.rows: B6 are merged" in left
    assert "月访: another field stands there already" in left


def test_a_wrong_name_is_answered_with_those_there_are(tmp_path: Path) -> None:
    _made, left = _fill(tmp_path, MAP.replace('name = "B2"', 'nam = "B2"'))
    assert "no field “nam”. There is: name." in left
    assert "no column “oops”; it has: day, client, done." in left


def test_drop_downs_and_widths_are_still_there(tmp_path: Path) -> None:
    def with_rule(sheet: Worksheet) -> None:
        rule = DataValidation("list", formula1='"批准,退回"')
        rule.add("B2")
        sheet.add_data_validation(rule)
        sheet.column_dimensions["B"].width = 33

    made, _left = _fill(tmp_path, MAP, with_rule)
    sheet = load_workbook(BytesIO(made))["周报"]
    assert [rule.formula1 for rule in sheet.data_validations.dataValidation] == ['"批准,退回"']
    assert sheet.column_dimensions["B"].width == 33


@pytest.mark.parametrize(
    "text",
    [
        "cells = 3",
        "[cells]\nname = 3",
        "not toml",
        "sheet = 7",
        "[tables]\nfield = 'visits.rows'",
        "[[tables]]\nfield = 'visits.rows'",
        "[[tables]]\nfield = 'v'\nstart = 'A1'\ncolumns = []",
        "[[tables]]\nfield = 'v'\nstart = 'A1'\nrows = 0\ncolumns = ['a']",
        "sheet = '没有'\n[cells]\nname = 'B2'",
    ],
)
def test_what_is_no_map_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadValue):
        _fill(tmp_path, text)
