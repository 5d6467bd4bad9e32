"""Where the table lies: header row, columns, totals, blank rows, and the notes about them."""

import pytest

from salescli.tabular import Row, Table, read_table
from salescli.tabular.layout import column_letters
from salescli.tabular.worksheet import column_number

KNOWN = ["客户名称", "等级", "手机", "Name", "Grade"]


@pytest.fixture
def table(tmp_path):
    """Reads lines as a CSV file."""

    def read(*lines: str, known=()) -> Table:
        path = tmp_path / "clients.csv"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return read_table(path, known_headers=known)

    return read


def values(found: Table) -> list[tuple]:
    return [row.values for row in found.rows]


@pytest.mark.parametrize(
    ("lines", "row"),
    [
        (["客户名称,等级", "甲,A"], 1),
        (["客户资料", "", "客户名称,等级", "甲,A"], 3),
        (["导出人,张三", "日期,2026-11-22", "客户名称,等级,手机", "甲,A,1"], 3),
        (["客户名称,一,二", "客户名称,等级,手机", "甲,A,1"], 2),
        (["NAME , ＧＲＡＤＥ*", "甲,A"], 1),
        ([*(f"第{n}行,x" for n in range(19)), "客户名称,等级", "甲,A"], 20),
    ],
)
def test_the_header_is_the_row_with_most_known_names(table, lines, row):
    found = table(*lines, known=KNOWN)
    assert found.headers[:2] == tuple(" ".join(name.split()) for name in lines[row - 1].split(",")[:2])
    assert next(iter(found.rows)).number == row + 1


@pytest.mark.parametrize(
    ("lines", "headers"),
    [
        (["2026年资料", "a,b", "1,2"], ("a", "b")),
        (["a,b", "客户名称", "1,2"], ("a", "b")),
        (["name", "甲", "乙"], ("name",)),
        ([*["第一行,x"] * 20, "客户名称,等级", "甲,A"], ("第一行", "x")),
    ],
)
def test_without_known_names_the_header_is_the_first_row_of_two_cells_or_the_first(table, lines, headers):
    assert table(*lines).headers == headers


def test_headers_lose_spaces_around_them_and_line_breaks_within(table):
    assert table('" 客户\n名称\u3000",等 级', "甲,A").headers == ("客户 名称", "等 级")


def test_headers_that_mean_the_same_are_said(table):
    found = table("客户名称,手机,联系人,手 机", "甲,1,张工,2")
    assert found.headers == ("客户名称", "手机", "联系人", "手 机")
    assert found.notes[1:] == ("The header “手机” stands in several columns: 2, 4.",)


def test_blank_rows_and_blank_columns_at_the_end_are_dropped(table):
    found = table("a,b,,", "1,2,,", ",,,", " ,\u3000,\u200b,", "3,4,,")
    assert found.headers == ("a", "b")
    assert list(found.rows) == [Row(2, ("1", "2")), Row(5, ("3", "4"))]
    assert len(found.notes) == 1


def test_columns_with_values_but_no_header_are_kept_apart_and_said(table):
    found = table("a,,b,,", "1,x,2,,y", "3,,4,,")
    assert found.headers == ("a", "", "b", "", "")
    assert values(found) == [("1", "x", "2", "", "y"), ("3", "", "4", "", "")]
    assert found.notes[1:] == ("Columns 2, 5 have values but no header, so they aren't used.",)


@pytest.mark.parametrize(
    "line",
    [
        "合计,,350000",
        "合 计：,,350000",
        ",总计,9",
        "小计,华东,3",
        "合计：350000元,,",
        "本页小计,,1",
        "合计（12家）,,",
        "Total,,350000",
        "GRAND TOTAL:,3,￥1.50",
        "Sub-total,,3%",
        "總計,,1",
    ],
)
def test_totals_are_left_out_and_said(table, line):
    found = table("客户名称,等级,金额", "甲,A,1", line, "乙,B,2")
    assert [row.number for row in found.rows] == [2, 4]
    assert len(found.rows) == 2
    assert found.notes[1:] == ("Left out as a total: row 3.",)


@pytest.mark.parametrize(
    "line", ["Total,A,1", "道达尔,Total,1", "合计机电有限公司,A,1", "总计划部,,", "设计院,A,1", "Totalenergies,,1"]
)
def test_companies_whose_names_look_like_totals_stay(table, line):
    assert len(table("客户名称,等级,金额", "甲,A,1", line).rows) == 2


def test_long_lists_of_rows_are_cut_in_notes(table):
    found = table("a,b", *["1,2", "合计,3"] * 8)
    assert found.notes[1:] == ("Left out as totals: rows 3, 5, 7, 9, 11 and 3 more.",)


def test_letters_and_numbers_of_columns_agree():
    assert [column_letters(column) for column in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert all(column_number(column_letters(column)) == column + 1 for column in range(2000))
