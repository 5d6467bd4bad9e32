"""A folder of odd files as they come from other programs: each is read right, or refused with its name and why."""

import gzip
import subprocess
import sys
import time
from pathlib import Path

import pytest

from salescli.errors import SalesError
from salescli.safe_text import csv_cell
from salescli.tabular import read_table
from salescli.tabular.form import read_form
from tests.tabular import books

KNOWN = ["客户名称", "客戶名稱", "等级", "等級", "手机", "name", "note"]
TABLE = "客户名称,等级,备注\r\n杭州蓝海机电,A,喜欢喝茶\r\n宁波万佳物流,B,不抽烟\r\n"
TRADITIONAL = "客戶名稱,等級,備註\r\n臺北藍海機電,A,喜歡喝茶\r\n高雄萬佳物流,B,不抽煙\r\n"
FIRST = ("杭州蓝海机电", "A", "喜欢喝茶")
COMPANIES = ("삼성전자주식회사", "현대자동차", "대한항공", "롯데쇼핑", "신한은행")
WORKBOOK = books.xlsx(books.rows("A1=客户名称 B1=等级", "A2=甲 B2=A"))


@pytest.fixture
def read(tmp_path):
    def reading(name: str, content: bytes):
        (tmp_path / name).write_bytes(content)
        return read_table(tmp_path / name, known_headers=KNOWN)

    return reading


@pytest.mark.parametrize(
    ("name", "content", "first", "note"),
    [
        ("big5.csv", TRADITIONAL.encode("big5"), ("臺北藍海機電", "A", "喜歡喝茶"), "read as Big5"),
        ("hongkong.csv", TRADITIONAL.encode("big5hkscs"), ("臺北藍海機電", "A", "喜歡喝茶"), "read as Big5"),
        ("traditional.csv", TRADITIONAL.encode("gb18030"), ("臺北藍海機電", "A", "喜歡喝茶"), "read as GB18030"),
        ("four.csv", TABLE.replace("蓝海", "𠀀𪚥㐂").encode("gb18030"), ("杭州𠀀𪚥㐂机电", *FIRST[1:]), "as GB18030"),
        ("twice.csv", b"\xef\xbb\xbf" * 2 + TABLE.encode(), FIRST, "read as UTF-8"),
        (
            "escapes.csv",
            ("\ufeff客户名称,等级\r\n" + "甲" + "\x1b" * 30 + "甲,A\r\n").encode(),
            ("甲" + "\x1b" * 30 + "甲", "A"),
            "UTF-8",
        ),
        ("text.xls", TABLE.replace(",", "\t").encode("gb18030"), FIRST, "is a text file in spite of its name"),
        ("wide.xls", TABLE.replace(",", "\t").encode("utf-16"), FIRST, "read as UTF-16"),
        ("book.csv", WORKBOOK, ("甲", "A"), "is a workbook in spite of its name"),
        (
            "lost.csv",
            TABLE.replace("蓝海", "��").encode(),
            ("杭州��机电", *FIRST[1:]),
            "Signs in row 2 were lost before",
        ),
        ("signed.csv", (TABLE + "制表人：张三,审核：,\r\n").encode(), FIRST, "who made the table: row 4"),
        ("totals.csv", (TABLE + "合计：2,,\r\n").encode(), FIRST, "Left out as a total: row 4"),
        ("formula.csv", '客户名称,手机\r\n甲,="014100000001"\r\n'.encode(), ("甲", "014100000001"), "UTF-8"),
        ("quoted.csv", '客户名称,手机\r\n甲,"=""0141"""\r\n'.encode(), ("甲", "0141"), "UTF-8"),
        ("guarded.csv", '客户名称,手机\r\n甲,"\'=""0141"""\r\n'.encode(), ("甲", '="0141"'), "UTF-8"),
    ],
)
def test_an_odd_file_is_read_right_and_said_how(read, name, content, first, note):
    table = read(name, content)
    rows = [row.values for row in table.rows]
    assert rows[0] == first
    assert len(rows) == (1 if first[0][0] == "甲" else 2)
    assert note in " ".join(table.notes)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("japan.csv", "顧客名,等級\r\n株式会社トヨタ,お茶が好き\r\n".encode("cp932"), "Japanese in Shift-JIS"),
        (
            "korea.csv",
            "\r\n".join(f"{name},좋은회사입니다" for name in ("name", *COMPANIES)).encode("euc-kr"),
            "Korean",
        ),
        ("garbled.csv", TABLE.encode().decode("gb18030", "replace").encode(), "was “杭州蓝海机电”"),
        ("latin.csv", TABLE.encode("gb18030").decode("latin-1").encode(), "was “客户名称”"),
        ("latin8.csv", TABLE.encode().decode("latin-1").encode(), "was saved in a wrong encoding once"),
        ("mixed.csv", TABLE.encode() + "上海第三,C,好\r\n".encode("gb18030"), "(line 4) doesn't fit"),
        ("swapped.csv", "客户名称,等级\r\n".encode("gb18030") + "上海第三机电,C\r\n".encode(), "was “上海第三机电”"),
        ("marked.csv", b"\xef\xbb\xbf" + TABLE.encode("gb18030"), "can't be read as UTF-8: byte 4 (line 1)"),
        ("wide.csv", TABLE.encode("utf-32-le"), "binary data"),
        ("page.xls", "<html><table><tr><td>客户名称</td></tr></table>".encode("gb2312"), "is a web page"),
        ("old.xls", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "is a web page"),
        ("packed.csv", gzip.compress(TABLE.encode()), "can't be read"),
        ("zeros.csv", b"\0" * 5_000 + TABLE.encode(), "binary data"),
        ("heads.csv", TABLE.split("\r\n")[0].encode(), "has a header in row 1 but no rows"),
        ("open.csv", (TABLE + '"丙,A,\r\n' + "丁,B,\r\n" * 50).encode(), "line 4: a quotation mark is opened"),
    ],
)
def test_what_can_not_be_read_right_is_refused_by_name_soon(read, name, content, message):
    began = time.process_time()
    with pytest.raises(SalesError) as raised:
        read(name, content)
    assert time.process_time() - began < 5
    assert name in raised.value.message
    assert message in raised.value.message
    assert raised.value.hint


@pytest.mark.parametrize("text", ['="1"', '\'="1"', "=1+1", "'=1", "＝1", "-1", "@x", "\t1", '="a"b', "'", "=", '=""'])
def test_what_our_csv_holds_comes_back_whatever_it_looks_like(read, text):
    cell = csv_cell(text).replace('"', '""')
    assert [row.values for row in read("ours.csv", f'name,note\r\n甲,"{cell}"\r\n'.encode()).rows] == [("甲", text)]


def hidden_xls() -> bytes:
    """An old workbook: row 2 hidden, an error in row 3, both below a header."""
    name = b"S1"
    begin = bytes([9, 8, 8, 0, 0, 6, 0x10, 0, 0, 0, 0, 0])
    at = len(begin) + 12 + len(name) + 4
    cells = b"".join(
        books_record(0x0204, bytes([row, 0, 0, 0, 0, 0, 1, 0, 0]) + b"x") for row in range(3)
    ) + books_record(0x0205, bytes([2, 0, 1, 0, 0, 0, 0x2A, 1]))
    row = books_record(0x0208, bytes([1, 0, 0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0x20, 0, 0, 0]))
    sheet = books_record(0x0085, at.to_bytes(4, "little") + bytes([0, 0, len(name), 0]) + name)
    end = books_record(0x000A, b"")
    return books.compound("Workbook", begin + sheet + end + begin + row + cells + end)


def books_record(kind: int, body: bytes) -> bytes:
    return kind.to_bytes(2, "little") + len(body).to_bytes(2, "little") + body


def test_hidden_rows_and_errors_of_an_old_workbook_are_said(read):
    notes = " ".join(read("old.xls", hidden_xls()).notes)
    assert "Hidden, but read: row 2." in notes
    assert "1 cell shows an error such as #N/A" in notes


def test_hidden_rows_and_errors_of_an_open_document_are_said(read):
    extended = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    cell = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    error = f'<table:table-cell {extended} office:value-type="string" calcext:value-type="error"/>'
    rows = (
        f"<table:table-row>{cell}{cell}</table:table-row>"
        f'<table:table-row table:visibility="filter">{cell}</table:table-row>'
        f"<table:table-row>{cell}{error}</table:table-row>"
    )
    notes = " ".join(read("clients.ods", books.ods(rows)).notes)
    assert "Hidden, but read: row 2." in notes
    assert "1 cell shows an error such as #N/A" in notes


BOMBS = {
    "merged": {"after": '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'},
    "linked": {"after": '<hyperlinks><hyperlink ref="A1:XFD1048576" display="x"/></hyperlinks>'},
    "checked": {"after": '<dataValidations><dataValidation type="list" sqref="A1:XFD1048576"/></dataValidations>'},
    "named": {
        "change": lambda name, part: (
            part.replace(
                b"</sheets>",
                b'</sheets><definedNames><definedName name="a">S1!$A$1:$XFD$1048576</definedName></definedNames>',
            )
            if name == "xl/workbook.xml"
            else part
        )
    },
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_returned_form_that_spans_a_whole_sheet_takes_neither_memory_nor_time(tmp_path, bomb):
    pytest.importorskip("resource")
    path = tmp_path / "form.xlsx"
    path.write_bytes(books.xlsx(books.rows("A1=x"), **BOMBS[bomb]))
    program = (
        "import resource, sys; from pathlib import Path\n"
        "resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (5, 5))\n"
        "from salescli.tabular.form import read_form; print(read_form(Path(sys.argv[1]), ['a']))"
    )
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == ("('', {'a': 'x'})" if bomb == "named" else "('', {})")


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ("S1!$B$2", "A"),
        ("'S1'!B2", "A"),
        ("S1!$B$2:$D$2", "A"),
        ("S1!$Z$99", None),
        ("None!$A$1", None),
    ],
)
def test_a_name_in_a_form_is_one_cell(tmp_path: Path, told: str, value: str | None):
    path = tmp_path / "form.xlsx"
    names = f'</sheets><definedNames><definedName name="a">{told}</definedName></definedNames>'.encode()
    path.write_bytes(
        books.xlsx(
            books.rows("A1=客户名称 B1=等级", "A2=甲 B2=A"),
            change=lambda name, part: part.replace(b"</sheets>", names) if name == "xl/workbook.xml" else part,
        )
    )
    assert read_form(path, ["a", "b"]) == ("", {"a": value})
