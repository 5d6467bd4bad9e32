"""Client files: which column is which field, and how each kind of cell is read or refused."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from salescli.errors import BadRows, BadValue, NotFound
from salescli.services.files.client_columns import HEADERS, Incoming, RowReader, known_headers, recognised, split_list
from salescli.services.files.file_columns import header_key, read_mapping
from salescli.tabular.table import Row, Rows, Table, Value

TODAY = date(2026, 11, 25)


def table(headers: Sequence[str], *rows: Sequence[Value]) -> Table:
    numbered = [Row(number, tuple(values)) for number, values in enumerate(rows, start=2)]
    return Table(Path("clients.csv"), tuple(headers), Rows(len(numbered), lambda: iter(numbered)), ())


def read(headers: Sequence[str], *values: Value) -> tuple[Incoming | None, RowReader]:
    """One row under these headers, with a name in front."""
    read_from = table(["客户名称", *headers], ["甲公司", *values])
    reader = RowReader(recognised(read_from, {}), TODAY)
    return reader.incoming(next(iter(read_from.rows))), reader


def values_of(headers: Sequence[str], *values: Value) -> dict[str, Any]:
    incoming, reader = read(headers, *values)
    assert incoming is not None, reader.errors
    return {**incoming.client, "contact": incoming.person.get("name"), **incoming.person}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("客户名称", "name"),
        ("公司名称", "name"),
        ("单位名称", "name"),
        ("*客户名称", "name"),
        ("客户名称（必填）", "name"),
        ("客户名称：", "name"),
        (" 客户 名称 ", "name"),
        ("Company Name", "name"),
        ("ＮＡＭＥ", "name"),
        ("客户等级", "grade"),
        ("级别", "grade"),
        ("GRADE", "grade"),
        ("手机号码", "mobile"),
        ("联系电话", "mobile"),
        ("Mobile", "mobile"),
        ("E-mail", "email"),
        ("Email", "email"),
        ("邮箱", "email"),
        ("税号", "uscc"),
        ("统一社会信用代码", "uscc"),
        ("客户编号", "code"),
        ("last_contact_on", "last_contact_on"),
        ("Last contact", "last_contact_on"),
        ("上次拜访", "last_contact_on"),
        ("客户状态", "lifecycle"),
        ("负责人", "owner"),
    ],
)
def test_a_header_is_known_in_either_language_however_it_is_written(header: str, field: str) -> None:
    others = [] if field == "name" else ["客户名称"]
    found = recognised(table([*others, header]), {})
    assert (found.places[field], found.notes) == (len(others), [])


def test_no_header_names_two_fields() -> None:
    keys = [(header_key(name), field) for field, names in HEADERS.items() for name in names]
    assert len({key for key, _field in keys}) == len(keys)


def test_columns_that_are_not_known_are_named_and_left_out() -> None:
    found = recognised(table(["客户名称", "注册资本", "", "法人"]), {})
    assert found.places == {"name": 0}
    assert "注册资本, 法人" in found.notes[0]


def test_the_error_column_and_row_numbers_are_no_fields_and_need_no_note() -> None:
    found = recognised(table(["序号", "客户名称", "Error", "错误"]), {})
    assert (found.places, found.notes) == ({"name": 1}, [])


def test_a_second_column_of_the_same_field_is_left_out_with_a_note() -> None:
    found = recognised(table(["客户名称", "地址", "地址"]), {})
    assert found.places["address"] == 1
    assert "column 3" in found.notes[0]


def test_the_surer_header_wins_wherever_it_stands() -> None:
    assert recognised(table(["客户", "客户名称"]), {}).places["name"] == 1


def test_two_columns_of_numbers_are_the_mobile_and_the_phone() -> None:
    places = recognised(table(["客户名称", "联系电话", "手机"]), {}).places
    assert (places["mobile"], places["phone"]) == (2, 1)


def test_a_list_of_persons_is_a_list_of_clients() -> None:
    assert recognised(table(["姓名", "手机"]), {}).places == {"name": 0, "mobile": 1}
    assert recognised(table(["公司", "姓名"]), {}).places == {"name": 0, "contact": 1}


def test_a_file_without_a_name_column_is_refused_with_the_way_out() -> None:
    with pytest.raises(BadRows, match="电话") as refused:
        recognised(table(["电话", "地址"]), {})
    assert "--map" in refused.value.hint


def test_a_mapping_names_columns_and_goes_before_what_is_known() -> None:
    found = recognised(table(["户头", "客户名称", "地址"]), {"name": "户头", "note": "客户名称"})
    assert (found.places, found.notes) == ({"name": 0, "note": 1, "address": 2}, [])
    assert "户头" in known_headers({"name": "户头"})


def test_a_mapped_header_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadValue, match="户头"):
        recognised(table(["客户名称"]), {"name": "户头"})


def test_a_mapping_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text('[columns]\nname = "户头"\n', "utf-8-sig")
    assert read_mapping(path, HEADERS) == {"name": "户头"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[columns", "can't be read"),
        ('name = "户头"', "no table"),
        ("[columns]\nname = 3", "no table"),
        ('[columns]\nfirm = "户头"', "no field “firm”"),
    ],
)
def test_a_mapping_file_that_says_nothing_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadValue, match=said):
        read_mapping(path, HEADERS)


def test_a_missing_mapping_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_mapping(tmp_path / "map.toml", HEADERS)


@pytest.mark.parametrize(
    ("header", "cell", "field", "value"),
    [
        ("等级", "A", "grade", "A"),
        ("等级", "ｂ", "grade", "B"),
        ("等级", "重要", "grade", "A"),
        ("等级", "一般客户", "grade", "B"),
        ("等级", "潜在", "grade", "C"),
        ("等级", "无", "grade", None),
        ("阶段", "潜在", "lifecycle", "prospect"),
        ("阶段", "customer", "lifecycle", "customer"),
        ("纬度", 30.388386, "lat", 30.388386),
        ("纬度", "30.388386", "lat", 30.388386),
        ("经度", 0.0, "lon", 0.0),
        ("经度", "-", "lon", None),
        ("税号", "91330106ma27xg9k4q", "uscc", "91330106MA27XG9K4Q"),
        ("备注", "=1+1", "note", "=1+1"),
        ("备注", "[red]x[/]", "note", "[red]x[/]"),
        ("备注", "  两\n行  ", "note", "两\n行"),
        ("备注", "无", "note", "无"),
        ("备注", 3.0, "note", "3"),
        ("地址", "\u200b 文一路 ", "address", "文一路"),
        ("简称", "   ", "short_name", None),
        ("标签", "重点，华东;展会", "tags", ["重点", "华东", "展会"]),
        ("别名", '"Acme, Inc."、顶峰', "aliases", ["Acme, Inc.", "顶峰"]),
        ("已归档", "是", "archived", True),
        ("已归档", "no", "archived", False),
        ("编号", "c12", "code", "C0012"),
        ("编号", "C0012", "code", "C0012"),
        ("联系人", "暂无", "contact", None),
        ("邮箱", "li@example.com", "email", "li@example.com"),
        ("邮箱", "N/A", "email", None),
        ("角色", "决策人", "role", "decision"),
    ],
)
def test_a_cell_is_read_as_its_field(header: str, cell: Value, field: str, value: Any) -> None:
    assert values_of([header], cell).get(field) == value


@pytest.mark.parametrize(
    ("header", "cell", "mobile", "phone"),
    [
        ("手机", 14101270340.0, "14101270340", None),
        ("手机", 14101270340, "14101270340", None),
        ("手机", "14101270340.0", "14101270340", None),
        ("手机", "1.38E+10", "13800000000", None),
        ("手机", "１４１０１２７０３４０", "14101270340", None),
        ("手机", "+86 141-0127-0340", "+86 141-0127-0340", None),
        ("手机", "14101270340/14101270341", "14101270340", "14101270341"),
        ("手机", "14101270340、0571-88888888；14101270341", "14101270340", "0571-88888888 / 14101270341"),
        ("手机", "14101270340 14101270341", "14101270340", "14101270341"),
        ("手机", "14101270340/14101270340", "14101270340", None),
        ("手机", "0571-88888888/14101270340", "14101270340", "0571-88888888"),
        ("手机", "0571 88888888", "0571 88888888", None),
        ("手机", "+1 212 555 0100", "+1 212 555 0100", None),
        ("手机", "无", None, None),
        ("电话", "0571-88888888转801", None, "0571-88888888转801"),
        ("电话", "0571-88888888/89", None, "0571-88888888/89"),
        ("电话", "14101270340", "14101270340", None),
    ],
)
def test_phone_numbers_come_out_as_digits_and_several_are_told_apart(
    header: str, cell: Value, mobile: str | None, phone: str | None
) -> None:
    found = values_of([header], cell)
    assert (found.get("mobile"), found.get("phone")) == (mobile, phone)


def test_with_both_columns_every_number_stays_in_its_own() -> None:
    found = values_of(["手机", "电话"], "", "14101270340")
    assert (found.get("mobile"), found["phone"]) == (None, "14101270340")


def test_a_number_that_a_spreadsheet_rounded_is_spoken_of() -> None:
    _incoming, reader = read(["手机"], "1.41E+10")
    assert "1.38E+10" in reader.notes()[0]
    assert "row 2" in reader.notes()[0]


def test_a_code_of_another_program_is_left_out_and_spoken_of() -> None:
    incoming, reader = read(["编号"], "KH-2023-01")
    assert incoming is not None
    assert "code" not in incoming.client
    assert "1 code" in reader.notes()[0]


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 11, 2),
        datetime(2026, 11, 2, 15, 30),  # noqa: DTZ001  as a workbook holds it
        "2026-11-02",
        "2026/11/2",
        "2026.11.2",
        "20261102",
        20261102.0,
        "2026年11月2日",
        "２０２６年１１月２日",
        "2026-11-02 15:30",
        "2026-11-02 00:00:00",
    ],
)
def test_the_last_contact_is_a_day(cell: Value) -> None:
    assert values_of(["最近拜访"], cell)["last_contact_on"] == date(2026, 11, 2)


@pytest.mark.parametrize("cell", ["1/2", "11-02", "46328", 46328.0, "02/11/2026", "上周", "2026-11", "2026-13-01x"])
def test_a_last_contact_that_is_not_clearly_one_day_is_never_guessed(cell: Value) -> None:
    incoming, reader = read(["最近拜访"], cell)
    assert incoming is None
    assert "not clearly one day" in reader.errors[0].message


@pytest.mark.parametrize(
    ("header", "cell", "said"),
    [
        ("最近拜访", "2026-02-30", "no such day"),
        ("最近拜访", "0001-01-01", "no such day"),
        ("最近拜访", date(2026, 11, 26), "in the future"),
        ("等级", "D", "A 重要"),
        ("等级", "特级" * 200, "400 characters"),
        ("纬度", "91", "between -90 and 90"),
        ("经度", "nan", "between -180 and 180"),
        ("税号", "91330106MA27XG9K4X", "not a valid"),
        ("手机", "abc", "not a telephone number"),
        ("手机", "13", "not a telephone number"),
        ("电话", "14101270340/李总", "not a telephone number"),
        ("邮箱", "li@", "not an e-mail"),
        ("备注", "x" * 100_001, "100001 characters"),
        ("备注", "a\x00b", "NUL"),
        ("地址", "x" * 301, "301 characters"),
        ("标签", "好;" + "x" * 301, "301 characters"),
        ("已归档", "maybe", "neither yes nor no"),
    ],
)
def test_a_cell_that_can_not_be_taken_says_why(header: str, cell: Value, said: str) -> None:
    incoming, reader = read([header], cell)
    assert incoming is None
    (error,) = reader.errors
    assert (error.row, error.column) == (2, header)
    assert said in error.message
    assert len(error.value) <= 101


@pytest.mark.parametrize("name", ["", "  ", "\u200b\u3000", None, "\x00"])
def test_a_row_without_a_name_is_bad(name: Value) -> None:
    rows = table(["客户名称", "手机"], [name, "abc"])
    reader = RowReader(recognised(rows, {}), TODAY)
    assert reader.incoming(next(iter(rows.rows))) is None
    assert [error.column for error in reader.errors] == ["手机", "客户名称"]


def test_a_name_of_a_million_characters_is_refused_with_a_short_sentence() -> None:
    rows = table(["name"], ["甲" * 1_000_000])
    reader = RowReader(recognised(rows, {}), TODAY)
    assert reader.incoming(next(iter(rows.rows))) is None
    assert "1000000" in reader.errors[0].message
    assert len(reader.errors[0].message) < 100


def test_all_that_is_wrong_with_a_row_is_said_at_once() -> None:
    _incoming, reader = read(["手机", "等级", "邮箱"], "x", "D", "y")
    assert [error.column for error in reader.errors] == ["手机", "等级", "邮箱"]


def test_a_row_the_reader_of_the_file_refused_is_bad_too() -> None:
    rows = table(["客户名称"])
    reader = RowReader(recognised(rows, {}), TODAY)
    assert reader.incoming(Row(7, ("甲", "乙"), "The row has 2 cells, but there are 1 headers.")) is None
    assert (reader.errors[0].row, reader.errors[0].column) == (7, "")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("甲、乙", ["甲", "乙"]),
        ("甲|乙；丙\n丁", ["甲", "乙", "丙", "丁"]),
        (" 甲 , ,乙 ", ["甲", "乙"]),
        ('"甲, 乙", 丙', ["甲, 乙", "丙"]),
        ('"说""好"""', ['说"好"']),
        ("、", []),
    ],
)
def test_a_list_in_a_cell_is_parted(text: str, parts: list[str]) -> None:
    assert split_list(text) == parts
