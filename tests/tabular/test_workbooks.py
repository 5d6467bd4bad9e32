"""Workbooks: real odd ones, the shapes people save, and cells as they come out."""

import csv
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.errors import BadRows, Refused
from salescli.tabular import Row, Table, read_table
from tests.tabular import books

DATA = Path(__file__).parent / "data/calamine"
HEADER = ["客户名称", "等级", "手机"]


@pytest.fixture
def table(tmp_path):
    """Reads bytes as the file ``clients.xlsx``, or as another name."""

    def read(content: bytes, name: str = "clients.xlsx", **more) -> Table:
        path = tmp_path / name
        path.write_bytes(content)
        return read_table(path, **more)

    return read


@pytest.fixture
def saved(tmp_path):
    """Saves a workbook of openpyxl and reads it."""

    def read(book: openpyxl.Workbook, **more) -> Table:
        path = tmp_path / "clients.xlsx"
        book.save(path)
        return read_table(path, **more)

    return read


def filled(rows: list[list]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


def values(table: Table) -> list[tuple]:
    return [row.values for row in table.rows]


# file: headers, number of rows, the first row, a part of each note after the first
MESSY = [
    ("any_sheets.xlsb", ("1", "2"), 3, Row(2, (3.0, 4.0)), ["hidden sheets “Hidden”, “VeryHidden”"]),
    ("biff5_write.xls", ("1", "2", "3", ""), 3, Row(2, (True, False, None, "sheetjs")), ["Column D has values"]),
    ("covered.ods", ("a1",), 2, Row(2, ("a2",)), []),
    ("date.xlsb", ("2021-01-01", "15"), 2, Row(2, (date(2021, 1, 2), 16.0)), []),
    ("date_1904.xlsb", ("2021-01-01", "15"), 2, Row(2, (date(2021, 1, 2), 16.0)), []),
    ("date_quoted_format.xlsx", ("2021-01-01",), 3, Row(2, (date(2021, 1, 1),)), []),
    ("header-row.xlsx", ("Columns", "Column A", "Column B", "Column C"), 1, None, ["Not read above it: row 3"]),
    ("issue438.xlsx", ("x", "y"), 4, Row(2, (1.0, 2.0)), []),
    ("issue644.xlsx", ("10", "1.0413926851582251"), 9, Row(3, (0.0, 0.0)), []),
    ("issue_186.xlsb", ("1.23",), 4, Row(2, (12.34,)), []),
    ("issues.ods", ("1",), 5, Row(2, (1.5,)), ["sheets “Sheet1”, “issue2”, “issue5”, “issue6”, “spc_chrs”"]),
]


@pytest.mark.parametrize(("name", "headers", "count", "row", "notes"), MESSY, ids=[each[0] for each in MESSY])
def test_odd_workbooks_of_every_format_are_read(name, headers, count, row, notes):
    found = read_table(DATA / name)
    rows = list(found.rows)
    assert (found.headers, len(rows), len(found.rows)) == (headers, count, count)
    assert row is None or row in rows
    assert len(found.notes) == len(notes) + 1
    assert all(part in note for part, note in zip(notes, found.notes[1:], strict=True))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("empty_shared_string.xlsx", "header in row 1 but no rows"),
        ("encoded_entities.xlsx", "header in row 1 but no rows"),
        ("issue127.xls", "no visible sheet with data"),
        ("issue281.xlsm", "no visible sheet with data"),
        ("issue_419.xlsb", "header in row 1 but no rows"),
        ("issue_646_unsupported_formula_function.xls", "header in row 1 but no rows"),
    ],
)
def test_odd_workbooks_without_rows_are_bad_rows(name, message):
    with pytest.raises(BadRows, match=message):
        read_table(DATA / name)


def test_inline_texts_with_a_value_and_a_column_without_header_come_out():
    found = read_table(DATA / "inlineStr_with_value.xlsx")
    assert found.headers[1:4] == ("Hierarchy", "", "Outline Number")
    assert values(found) == [(1.0, "+", None, "1.", "RQ11610", "requirement", "Textual Requirement", "test")]


def test_a_merged_title_above_the_header_is_left_out_and_said(saved):
    book = filled([["2026年客户资料（导出）"], [], HEADER, ["甲", "A", 14101270340]])
    book.active.merge_cells("A1:C1")
    found = saved(book, known_headers=HEADER)
    assert found.headers == tuple(HEADER)
    assert list(found.rows) == [Row(4, ("甲", "A", 14101270340.0))]
    assert found.notes == (
        "clients.xlsx: the sheet “Sheet” was read.",
        "The header is in row 3. Not read above it: row 1.",
    )


def test_a_header_of_two_merged_rows_takes_the_lower_names(saved):
    book = filled(
        [["客户资料"], ["客户名称", "联系人", None, "地址"], [None, "姓名", "手机"], ["甲", "张工", "1", "滨江"]]
    )
    for area in ("A1:D1", "A2:A3", "B2:C2", "D2:D3"):
        book.active.merge_cells(area)
    for known in ([], ["客户名称", "姓名", "手机"], ["客户名称", "地址"]):
        found = saved(book, known_headers=known)
        assert found.headers == ("客户名称", "姓名", "手机", "地址")
        assert list(found.rows) == [Row(4, ("甲", "张工", "1", "滨江"))]


def test_text_of_merged_cells_counts_for_each_row_but_numbers_do_not(saved):
    book = filled(
        [["区域", "客户名称", "金额"], ["滨江", "甲", 300], [None, "乙"], [None, "丙"], ["余杭", "丁", 5], []]
    )
    book.active.merge_cells("A2:A4")
    book.active.merge_cells("C2:C4")
    found = saved(book)
    assert values(found) == [("滨江", "甲", 300.0), ("滨江", "乙", None), ("滨江", "丙", None), ("余杭", "丁", 5.0)]
    assert "merged cells" in found.notes[-1]


def test_merged_cells_are_found_in_a_sheet_that_begins_in_the_middle(table):
    sheet = books.rows("C1=区域 D1=名称", "C2=滨江 D2=甲", "D3=乙")
    merged = '<mergeCells><mergeCell ref="C2:C3"/></mergeCells>'
    assert values(table(books.xlsx(sheet, after=merged))) == [("滨江", "甲"), ("滨江", "乙")]


def test_a_merge_over_blank_rows_makes_no_rows(saved):
    book = filled([["区域", "客户名称"], ["滨江", "甲"]])
    book.active.merge_cells("A2:A90")
    assert len(saved(book).rows) == 1


def test_rows_that_a_wrong_dimension_hides_from_others_are_read(table):
    sheet = books.rows("A1=客户名称 B1=等级", "A2=甲 B2=A", "A3=乙 B3=B")
    found = table(books.xlsx(sheet, before='<dimension ref="A1"/>'))
    assert values(found) == [("甲", "A"), ("乙", "B")]


def test_a_strict_workbook_is_read(table):
    found = table(books.xlsx(books.rows("A1=客户名称 B1=等级", "A2=甲 B2=A"), strict=True))
    assert values(found) == [("甲", "A")]


@pytest.mark.parametrize(
    ("setting", "day"), [("", date(2023, 3, 15)), ('<workbookPr date1904="1"/>', date(2027, 3, 16))]
)
def test_days_follow_the_books_own_calendar(table, setting, day):
    sheet = '<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="A2" s="1"><v>45000</v></c></row>'
    assert values(table(books.xlsx(sheet, book=setting))) == [(day,)]


def test_cells_come_as_what_they_are(saved):
    cells = ["甲", 1, 2.5, True, date(2026, 11, 22), datetime(2026, 11, 22, 17, 5), time(14, 0), None, " x "]  # noqa: DTZ001
    found = saved(filled([list("abcdefghi"), cells]))
    assert values(found) == [("甲", 1.0, 2.5, True, *cells[4:7], None, " x ")]
    assert [type(cell) for cell in values(found)[0][:4]] == [str, float, float, bool]


def test_formulas_without_result_and_errors_are_empty_and_said(table):
    sheet = (
        '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>'
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2"><f>1+1</f><v></v></c></row>'
        '<row r="3"><c r="A3"><f>1+1</f></c><c r="B3"><f t="shared" si="0"/><v>3</v></c></row>'
        '<row r="4"><c r="A4" t="str"><f>""</f><v></v></c><c r="B4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="5"><c r="A5"><v>5</v></c></row>'
    )
    found = table(books.xlsx(sheet))
    assert values(found) == [(2.0, None), (None, 3.0), (5.0, None)]
    assert found.notes[1:] == (
        "2 formulas have no stored result and were taken as empty; open the file in Excel or WPS and save it.",
        "1 cell shows an error such as #N/A and was taken as empty.",
    )


def test_hidden_rows_are_read_and_said(saved):
    book = filled([["客户名称", "等级"], ["甲", "A"], ["乙", "B"], ["丙", "C"]])
    book.active.row_dimensions[3].hidden = True
    book.active.row_dimensions[90].hidden = True
    found = saved(book)
    assert len(found.rows) == 3
    assert found.notes[1:] == ("Hidden, but read: row 3.",)


def test_the_first_visible_sheet_with_data_is_read_and_the_others_are_named(saved):
    book = openpyxl.Workbook()
    book.active.title = "空"
    for name, state in (("旧", "hidden"), ("更旧", "veryHidden"), ("客户", "visible"), ("订单", "visible")):
        sheet = book.create_sheet(name)
        sheet.append(["名称", name])
        sheet.append(["甲", name])
        sheet.sheet_state = state
    found = saved(book)
    assert found.headers == ("名称", "客户")
    assert found.notes == (
        "clients.xlsx: the sheet “客户” was read.",
        "Not read: the sheets “空”, “订单”.",
        "Not read: the hidden sheets “旧”, “更旧”.",
    )


def test_a_sheet_with_the_known_headers_comes_before_instructions(saved):
    book = filled([["填写说明", "必填"], ["客户名称", "是"], ["等级", "否"]])
    sheet = book.create_sheet("客户")
    sheet.append(HEADER)
    sheet.append(["甲", "A", "1"])
    assert saved(book, known_headers=HEADER).headers == tuple(HEADER)
    assert saved(book, known_headers=["none of them"]).headers == ("填写说明", "必填")


def test_only_hidden_data_is_bad_rows_and_says_where_it_is(table):
    content = books.xlsx("", books.rows("A1=a", "A2=b"), states={2: ' state="hidden"'})
    with pytest.raises(BadRows, match="no visible sheet with data") as raised:
        table(content)
    assert "S2" in raised.value.hint


def test_a_sheet_that_begins_in_the_middle_keeps_its_row_numbers_and_letters(table):
    cells = "".join(books.text(f"{column}7", name) for column, name in (("D", "名称"), ("F", "等级")))
    sheet = f'<row r="7">{cells}</row><row r="9">{books.text("D9", "甲")}{books.text("E9", "x")}</row>'
    found = table(books.xlsx(sheet))
    assert found.headers == ("名称", "", "等级")
    assert list(found.rows) == [Row(9, ("甲", "x", None))]
    assert found.notes[-1] == "Column E has values but no header, so it isn't used."


@pytest.mark.parametrize(
    "cell",
    [
        '<c t="inlineStr" r="B2"><is><t>x</t></is></c>',
        "<c r='B2' t='inlineStr'><is><t>x</t></is></c>",
        '<x:c r="B2" t="inlineStr"><x:is><x:t>x</x:t></x:is></x:c>',
        '<c r="b2" t="inlineStr"><is><r><t>x</t></r></is></c>',
        '<c r="A2"/><c t="inlineStr"><is><t>x</t></is></c>',
        '<c r="B2" t="s"><v>1</v></c>',
    ],
)
def test_cells_are_found_however_they_are_written(table, cell):
    sheet = books.rows("A1=a B1=b") + f'<row r="2">{cell}</row>'
    assert values(table(books.xlsx(sheet, shared="<si><t>y</t></si><si><t>x</t></si>"))) == [(None, "x")]


def test_a_text_file_named_as_a_workbook_and_the_other_way_round_are_noted(table):
    content = books.xlsx(books.rows("A1=a", "A2=b"))
    assert table(content, "clients.csv").notes[1] == "clients.csv is a workbook in spite of its name."


@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs", "Cc"], max_codepoint=0xFFFD), max_size=5)
            | st.integers(-(10**9), 10**9).map(lambda number: number / 64)
            | st.booleans()
            | st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1))
            | st.none(),
            min_size=2,
            max_size=2,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_what_openpyxl_writes_is_read_back(tmp_path, rows):
    book = filled([["键", "a", "b"], *(["甲", *row] for row in rows)])
    for line in book.active.iter_rows(min_row=2):
        for cell in line:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    path = tmp_path / "clients.xlsx"
    book.save(path)
    expected = [tuple(None if cell == "" else cell for cell in ("甲", *row)) for row in rows]
    assert values(read_table(path)) == expected


def test_the_same_clients_come_out_of_csv_and_workbook(tmp_path):
    rows = [[f"客户{number}", "A", f"1410{number:07}"] for number in range(500)]
    with (tmp_path / "clients.csv").open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    filled([HEADER, *rows]).save(tmp_path / "clients.xlsx")
    from_csv, from_book = (read_table(tmp_path / name) for name in ("clients.csv", "clients.xlsx"))
    assert from_csv.headers == from_book.headers
    assert list(from_csv.rows) == list(from_book.rows)


def test_the_panic_of_the_reader_would_be_a_sentence():
    from salescli.tabular import workbook

    class PanicException(BaseException):
        pass

    with pytest.raises(Refused, match="damaged or cut off"), workbook._reading("x.xlsx", "sheet"):
        raise PanicException
    with pytest.raises(KeyboardInterrupt), workbook._reading("x.xlsx", "sheet"):
        raise KeyboardInterrupt
