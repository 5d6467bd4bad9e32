"""Text tables: csv-spectrum against its truth, encodings, delimiters, quotes, and what a spreadsheet's guard adds."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.errors import BadRows, Refused
from salescli.safe_text import csv_cell
from salescli.tabular import Limits, Row, Table, read_table

SPECTRUM = Path(__file__).parent / "data/csv-spectrum"
TABLE = "客户名称,等级,手机\r\n杭州蓝海机电,A,14101270340\r\n杭州万佳物流,B,14104065297\r\n"
ENCODINGS = [
    ("utf-8", "UTF-8"),
    ("utf-8-sig", "UTF-8"),
    ("gb18030", "GB18030"),
    ("gbk", "GB18030"),
    ("utf-16", "UTF-16"),
    ("utf-16-le", "UTF-16"),
    ("utf-16-be", "UTF-16"),
    ("utf-32", "UTF-32"),
]


@pytest.fixture
def table(tmp_path):
    """Reads bytes, or text in UTF-8, as the file ``clients.csv``."""

    def read(content: bytes | str, **more) -> Table:
        path = tmp_path / "clients.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_table(path, **more)

    return read


def values(table: Table) -> list[tuple]:
    return [row.values for row in table.rows]


def numbers(table: Table) -> list[int]:
    return [row.number for row in table.rows]


@pytest.mark.parametrize("name", sorted(path.stem for path in SPECTRUM.glob("*.csv")))
def test_csv_spectrum_is_read_as_its_truth_says(name):
    truth = json.loads((SPECTRUM / f"{name}.json").read_text("utf-8").replace("\\r\\n", "\\n"))
    expected = [truth] if isinstance(truth, dict) else truth
    if name == "location_coordinates":  # the truth has another phone number than the file
        expected[0]["Contact Phone Number"] = "2095257564"
    found = read_table(SPECTRUM / f"{name}.csv")
    assert [dict(zip(found.headers, row, strict=True)) for row in values(found)] == expected


@pytest.mark.parametrize(("codec", "label"), ENCODINGS)
def test_each_encoding_excel_writes_is_told_and_named(table, codec, label):
    found = table(TABLE.encode(codec))
    assert found.headers == ("客户名称", "等级", "手机")
    assert values(found) == [("杭州蓝海机电", "A", "14101270340"), ("杭州万佳物流", "B", "14104065297")]
    assert found.notes == (f"clients.csv was read as {label}, with columns separated by commas.",)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_of_plain_ascii_is_told_without_a_mark(table, codec):
    assert values(table("name,grade\nLanhai,A\n".encode(codec))) == [("Lanhai", "A")]


@pytest.mark.parametrize(
    ("delimiter", "word"),
    [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "bars"), ("，", "full-width commas")],
)
def test_each_delimiter_is_told_and_named(table, delimiter, word):
    found = table(TABLE.replace(",", delimiter))
    assert values(found)[0] == ("杭州蓝海机电", "A", "14101270340")
    assert word in found.notes[0]


def test_semicolons_win_over_the_commas_of_decimal_numbers(table):
    assert values(table("name;amount;share\nA;1,5;2,5\nB;3,5;4,5\n")) == [("A", "1,5", "2,5"), ("B", "3,5", "4,5")]


def test_full_width_commas_in_a_note_are_no_delimiter(table):
    assert table("客户名称,备注\n甲,喜欢喝茶，不抽烟\n乙,对手，很多\n").headers == ("客户名称", "备注")


def test_known_headers_decide_on_the_delimiter(table):
    text = "a|b;客户名称;等级\n1|2;甲;A\n"
    assert table(text, known_headers=["客户名称", "等级"]).headers == ("a|b", "客户名称", "等级")


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_separator_line_is_obeyed_and_rows_are_still_counted_from_it(table, first):
    found = table(f"{first}\r\nname;note\r\nA;x,y\r\n")
    assert list(found.rows) == [Row(3, ("A", "x,y"))]
    assert len(found.notes) == 1


def test_a_row_has_the_number_of_the_line_it_begins_in(table):
    found = table('name,note\nA,"one\ntwo"\n\nB,x\r\n"C\r\nc",y\rD,z\n')
    assert list(zip(numbers(found), (row[0] for row in values(found)), strict=True)) == [
        (2, "A"),
        (5, "B"),
        (6, "C\r\nc"),
        (8, "D"),
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("'=1+1", "=1+1"),
        ("'+86", "+86"),
        ("'-5", "-5"),
        ("'@a", "@a"),
        ("'＝1", "＝1"),
        ("'＠a", "＠a"),
        ("'\tx", "\tx"),
        ("'\nx", "\nx"),
        ("'abc'", "'abc'"),
        ("''=1", "'=1"),
        ("a'=1", "a'=1"),
        ("'", "'"),
        ("=1+1", "=1+1"),
    ],
)
def test_the_guard_of_our_export_is_taken_off_and_nothing_else(table, written, read):
    content = io.StringIO()
    csv.writer(content).writerows([["name", "note"], ["A", written]])
    assert values(table(content.getvalue())) == [("A", read)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('name,note\nA,x\nB,"open\nC,y\nD,z\n', 3),
        ('name,note\nA,"one\ntwo","open\nB,y\n', 3),
        ('name,note\nA,"ha ""ha"" \n","open\nB,y\n', 3),
        ('sep=,\nname,note\nA,"open\n', 3),
    ],
)
def test_a_quotation_mark_that_swallows_the_rest_is_refused_with_its_line(table, text, line):
    with pytest.raises(BadRows, match=f"line {line}: a quotation mark is opened there"):
        table(text)


def test_a_quotation_mark_that_swallows_only_the_next_row_is_refused(table):
    with pytest.raises(BadRows, match="line 3: there is text after a closing quotation mark"):
        table('name,note\nA,"open\nB,"shut"\nC,z\n')


def test_a_quotation_mark_open_in_a_long_file_is_refused_with_its_line(table):
    with pytest.raises(BadRows, match="line 2: a quotation mark is opened there"):
        table('name,note\nA,"open\n' + "B,y\n" * 600_000)


def test_a_cell_beyond_any_reading_is_refused_and_one_over_the_limit_is_a_bad_row(table):
    found = table("name,note\nA," + "x" * 1_000_000 + "\nB,y\n")
    assert [row.problem for row in found.rows] == ["A cell has 1,000,000 characters; the limit is 100,000.", ""]
    with pytest.raises(BadRows, match="line 2: a cell is longer than 2,000,000 characters"):
        table("name,note\nA," + "x" * 2_000_001 + "\n")


def test_cells_of_131073_characters_pass_where_pythons_own_limit_would_stop_them(table):
    note = "备" * 131_073
    assert values(table(f"name,note\nA,{note}\n", limits=Limits(cell_characters=200_000))) == [("A", note)]


def test_a_longer_row_is_a_bad_row_and_a_shorter_one_is_filled_up(table):
    found = table("name,note\nA\nB,x,y\nC,z,,\nD,,,,\n")
    assert list(found.rows) == [
        Row(2, ("A", "")),
        Row(3, ("B", "x", "y"), "It has 3 cells under 2 headers."),
        Row(4, ("C", "z")),
        Row(5, ("D", "")),
    ]


def test_zero_bytes_and_escapes_in_a_name_are_kept(table):
    assert values(table("name,note\nLan\0hai,x\n\x1b[31mred,y\n")) == [("Lan\0hai", "x"), ("\x1b[31mred", "y")]


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 8,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\6\0\0\0" * 5,
        b"\0" * 4096,
        b"\xff\xfe" + bytes(byte for low in range(1, 30) for byte in (low, 0)),
        b"text.csv" + b"\0" * 500,
    ],
)
def test_binary_content_is_no_text_table(table, content):
    with pytest.raises(Refused, match="not a text table"):
        table(content)


def test_bytes_of_no_encoding_are_named_with_place_and_line(table):
    with pytest.raises(Refused, match=r"as UTF-8 or GB18030: byte 8 \(line 2\)"):
        table(b"name,x\n\xff\xff,y\n")


def test_a_damaged_utf_8_file_is_not_read_as_nonsense_in_gb18030(table):
    content = bytearray("客户名称,手机\n蓝海机电设备,14101270340\n".encode())
    content[30] = 0xC0
    with pytest.raises(Refused, match="as UTF-8: byte 30"):
        table(bytes(content))


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_file_cut_inside_a_character_is_refused_with_the_byte(table, codec):
    content = (TABLE + "杭州,A,客").encode(codec)[:-1]
    with pytest.raises(Refused, match="byte "):
        table(content)


def test_a_bad_byte_is_found_behind_the_first_megabyte(table):
    good = "名称,备注\n".encode("gb18030") + "蓝海,机电\n".encode("gb18030") * 120_000
    with pytest.raises(Refused, match=f"byte {len(good) + 1:,}"):
        table(good + b"\xff,x\n")


@pytest.mark.parametrize(
    "text",
    ["<html><table><tr><td>客户", '<?xml version="1.0"?><Workbook>', " \n<!DOCTYPE html>", "%PDF-1.7\n%\n", "{\\rtf1"],
)
def test_web_pages_and_documents_are_refused(table, text):
    with pytest.raises(Refused, match="web page or another document"):
        table(text)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no rows"),
        ("\n\n , \n\u200b\n\x1a", "holds no rows"),
        ("客户名称,等级\n", "header in row 1 but no rows below"),
        ("客户名称,等级\n合计,3\n", "header in row 1 but no rows below"),
    ],
)
def test_a_file_without_rows_is_bad(table, content, message):
    with pytest.raises(BadRows, match=message) as raised:
        table(content)
    assert raised.value.hint


def test_more_rows_columns_or_lines_than_allowed_are_refused_with_the_number(table):
    with pytest.raises(Refused, match="more than 3 rows"):
        table("a,b\n" + "1,2\n" * 4, limits=Limits(rows=3))
    assert len(table("a,b\n" + "1,2\n\n" * 3, limits=Limits(rows=3)).rows) == 3
    with pytest.raises(Refused, match="more than 500 columns"):
        table(",".join(["a"] * 501) + "\n1\n")
    with pytest.raises(Refused, match="more than 500 columns"):
        table("a,b\n" + "," * 1_000_001)
    with pytest.raises(Refused, match="more than 200,000 rows"):
        table("a,b\n1,2\n" + "\n" * 2_000_001 + "3,4\n")


def test_rows_can_be_gone_through_again_and_are_counted_before(table):
    found = table(TABLE)
    assert len(found.rows) == 2
    assert list(found.rows) == list(found.rows)


def test_a_workbooks_name_on_a_text_file_is_noted(tmp_path):
    path = tmp_path / "clients.xlsx"
    path.write_text(TABLE, "gb18030")
    assert read_table(path).notes[1] == "clients.xlsx is a text file in spite of its name."


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\",;\t\n'=+"), max_size=8)


@given(
    rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6),
    codec=st.sampled_from(["utf-8-sig", "utf-16", "gb18030"]),
    delimiter=st.sampled_from(",;\t|"),
)
def test_what_the_csv_module_writes_is_read_back_guard_and_all(tmp_path, rows, codec, delimiter):
    content = io.StringIO()
    writer = csv.writer(content, delimiter=delimiter)
    writer.writerow(["客户名称", "等级", "手机"])
    writer.writerows([csv_cell(cell) for cell in ("甲", *row)] for row in rows)
    path = tmp_path / "clients.csv"
    path.write_bytes(content.getvalue().encode(codec))
    found = read_table(path, known_headers=["客户名称", "等级", "手机"])
    assert values(found) == [("甲", *row) for row in rows]
