"""`sales client import` and `sales client export` through the real program."""

import csv
import io
import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import Sales

ROWS = [
    ["客户名称", "等级", "片区", "联系人", "手机", "备注", "最近拜访"],
    ["杭州蓝海机电有限公司", "重要", "滨江区", "张工", "14101270340", "=重点跟进", "2026-11-20"],
    ["宁波港口重工", "一般", "江北区", "李总", "14101270341", "报价敏感, 要三家比价", ""],
    ["上海[red]红[/]贸易", "", "", "", "", "@SUM(A1)", ""],
]
BAD_ROWS = [*ROWS, ["苏州坏行", "D", "", "王五", "abc", "", "1/2"], ["", "", "", "", "", "无名", ""]]
JSON_KEYS = ["rows", "new", "updated", "unchanged", "duplicate", "failed", "errors", "error_file"]


def as_csv(rows: list[list[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def write_csv(path: Path, rows: list[list[str]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    path.write_bytes(as_csv(rows, delimiter).encode(encoding))
    return path


def write_xlsx(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    book.save(path)
    return path


def names(sales: Sales) -> list[str]:
    return [client["name"] for client in sales("client", "list", "--json").json()]


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        ("utf-8", ","),
        ("utf-8-sig", ","),
        ("gb18030", ","),
        ("utf-16", "\t"),
        ("utf-16-le", "\t"),
        ("utf-8-sig", ";"),
        ("gb18030", "\t"),
    ],
)
def test_a_csv_of_any_encoding_excel_writes_is_taken(
    sales: Sales, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = write_csv(tmp_path / "clients.csv", ROWS, encoding, delimiter)
    done = sales("client", "import", path)
    assert done.out == "3 rows: 3 new, 0 updated, 0 unchanged, 0 duplicate, 0 bad.\n"
    assert "read as " + encoding.upper().removesuffix("-LE").removesuffix("-SIG") in done.err
    assert names(sales) == [row[0] for row in ROWS[1:]]
    shown = sales("client", "show", "hzlh", "--json").json()
    assert (shown["grade"], shown["note"], shown["last_contact_on"]) == ("A", "=重点跟进", "2026-11-20")
    assert shown["contacts"][0]["mobile"] == "14101270340"


def test_a_workbook_with_a_title_above_the_header_is_taken(sales: Sales, tmp_path: Path) -> None:
    rows: list[list[Any]] = [["2026年客户资料"], *ROWS]
    rows[2] = [*rows[2][:4], 14101270340, *rows[2][5:]]
    done = sales("client", "import", write_xlsx(tmp_path / "客户.xlsx", rows), "--json")
    assert (done.json()["new"], done.json()["failed"]) == (3, 0)
    assert sales("client", "show", "hzlh", "--json").json()["contacts"][0]["mobile"] == "14101270340"


def test_an_import_is_an_object_for_scripts(sales: Sales, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "clients.csv", ROWS)
    found = sales("client", "import", path, "--json").json()
    assert list(found) == JSON_KEYS
    assert found == {
        **dict.fromkeys(JSON_KEYS, 0),
        "rows": 3,
        "new": 3,
        "errors": [],
        "error_file": None,
    }
    assert sales("client", "import", path, "--json").json()["unchanged"] == 3


@pytest.mark.parametrize(("suffix", "write"), [(".csv", write_csv), (".xlsx", write_xlsx)])
def test_bad_rows_keep_everything_out_and_stand_in_a_file_that_can_be_mended(
    sales: Sales, tmp_path: Path, suffix: str, write: Any
) -> None:
    path = write(tmp_path / f"clients{suffix}", BAD_ROWS)
    refused = sales("client", "import", path, "--json", code=6)
    found = refused.json()
    assert [found[key] for key in JSON_KEYS[:6]] == [5, 0, 0, 0, 0, 2]
    assert [(error["row"], error["column"], error["value"]) for error in found["errors"]] == [
        (5, "等级", "D"),
        (5, "手机", "abc"),
        (5, "最近拜访", "1/2"),
        (6, "客户名称", ""),
    ]
    assert refused.error()["code"] == "bad_rows"
    assert found["error_file"] in refused.error()["hint"]
    assert names(sales) == []

    mended = Path(found["error_file"])
    assert mended == tmp_path / f"clients_errors{suffix}"
    assert sales("client", "import", mended, "--json", code=6).json()["failed"] == 2
    if suffix == ".csv":
        text = mended.read_text("utf-8-sig")
        mended.write_text(text.replace(",D,", ",C,").replace("abc", "14100000000").replace("1/2", "2026-01-02"))
        mended.write_text(mended.read_text("utf-8").replace("\n,,", "\n有名,,"))
    else:
        book = openpyxl.load_workbook(mended)
        sheet: Any = book.active
        sheet["B2"], sheet["E2"], sheet["G2"], sheet["A3"] = "C", "14100000000", "2026-01-02", "有名"
        book.save(mended)
    done = sales("client", "import", mended)
    assert "2 new" in done.out
    assert "not known" not in done.err
    assert "4 rows" not in done.out
    sales("client", "import", path, "--skip-bad")
    assert sorted(names(sales)) == sorted([*(row[0] for row in BAD_ROWS[1:5]), "有名"])


def test_a_refusal_names_the_bad_rows_and_ends_in_one_line_that_says_what_to_do(sales: Sales, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "clients.csv", BAD_ROWS)
    refused = sales("client", "import", path, code=6)
    assert refused.out.startswith("5 rows: 0 new")
    lines = refused.err.splitlines()
    assert any("row 6, 客户名称" in line for line in lines)
    assert all(
        word in lines[-1] for word in ("2 rows of clients.csv", "row 5, 等级", "clients_errors.csv", "--skip-bad")
    )


def test_bad_rows_may_be_left_out_and_are_named(sales: Sales, tmp_path: Path) -> None:
    done = sales("client", "import", write_csv(tmp_path / "clients.csv", BAD_ROWS), "--skip-bad", "--json")
    assert (done.json()["new"], done.json()["failed"]) == (3, 2)
    assert "row 5, 手机: “abc”" in done.err
    assert "clients_errors.csv" in done.err
    assert len(names(sales)) == 3


def test_an_earlier_file_of_bad_rows_is_not_replaced(sales: Sales, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "clients.csv", BAD_ROWS)
    found = [sales("client", "import", path, "--json", code=6).json()["error_file"] for _time in range(2)]
    again = sales("client", "import", found[0], "--json", code=6).json()["error_file"]
    assert [Path(name).name for name in (*found, again)] == [
        "clients_errors.csv",
        "clients_errors-2.csv",
        "clients_errors-3.csv",
    ]


def test_where_the_bad_rows_can_not_be_written_it_is_said(sales: Sales, tmp_path: Path) -> None:
    if not hasattr(os, "geteuid") or os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    folder = tmp_path / "read only"
    folder.mkdir()
    path = write_csv(folder / "clients.csv", BAD_ROWS)
    folder.chmod(0o500)
    refused = sales("client", "import", path, "--json", code=6)
    assert refused.json()["error_file"] is None
    assert "can't be written" in refused.error()["hint"]


@pytest.mark.parametrize(("rows", "code"), [(ROWS, 0), (BAD_ROWS, 6)])
def test_a_trial_writes_nothing_at_all(sales: Sales, tmp_path: Path, rows: list[list[str]], code: int) -> None:
    path = write_csv(tmp_path / "clients.csv", rows)
    before = sorted(tmp_path.iterdir())
    found = sales("client", "import", path, "--dry-run", "--json", code=code).json()
    assert (found["failed"], found["error_file"]) == (len(rows) - 4, None)
    assert sorted(tmp_path.iterdir()) == before
    assert names(sales) == []


def test_changes_need_to_be_asked_for(sales: Sales, tmp_path: Path) -> None:
    sales("client", "import", write_csv(tmp_path / "clients.csv", ROWS))
    changed = write_csv(tmp_path / "changed.csv", [["客户名称", "等级"], ["宁波港口重工", "A"]])
    assert sales("client", "import", changed, "--json").json()["duplicate"] == 1
    assert sales("client", "import", changed, "--update", "--json").json()["updated"] == 1
    assert sales("client", "show", "nbgk", "--json").json()["grade"] == "A"


def test_a_map_names_the_columns(sales: Sales, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "clients.csv", [["户头", "谁"], ["甲公司", "张工"]])
    refused = sales("client", "import", path, code=6)
    assert "--map" in refused.err
    (tmp_path / "map.toml").write_text('[columns]\nname = "户头"\ncontact = "谁"\n', "utf-8")
    sales("client", "import", path, "--map", "map.toml")
    (client,) = sales("client", "list", "--json").json()
    assert (client["name"], client["contacts"][0]["name"]) == ("甲公司", "张工")


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["none.csv"], 3),
        (["clients.csv", "--map", "none.toml"], 3),
        (["clients.csv", "--map", "clients.csv"], 2),
        (["."], 4),
        (["empty.csv"], 6),
        (["only-a-header.csv"], 6),
        ([], 2),
    ],
)
def test_what_can_not_be_read_has_its_exit_code_and_one_line(
    sales: Sales, tmp_path: Path, argv: list[str], code: int
) -> None:
    write_csv(tmp_path / "clients.csv", ROWS)
    (tmp_path / "empty.csv").write_text("")
    write_csv(tmp_path / "only-a-header.csv", ROWS[:1])
    refused = sales("client", "import", *argv, code=code)
    assert refused.out == ""
    assert len(refused.err.splitlines()) == 1


def test_wild_names_are_refused_or_shown_as_they_are(sales: Sales, tmp_path: Path) -> None:
    wild = ["=cmd' /C calc'!A0", "[/]", ":smile:", "a\x1b[31mb", "\u202eevil", "‮", "../../x", "C9999"]
    path = write_csv(tmp_path / "clients.csv", [["客户名称"], *([name] for name in wild)])
    found = sales("client", "import", path, "--skip-bad", "--json").json()
    assert found["new"] == 7  # a direction mark alone is no name
    assert names(sales) == [name for name in wild if name != "‮"]
    assert "\x1b" not in sales("client", "list").out


def test_a_name_of_a_million_characters_and_a_nul_byte_are_bad_rows(sales: Sales, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "clients.csv", [["客户名称"], ["甲" * 1_000_000], ["乙\x00丙"], ["丁"]])
    found = sales("client", "import", path, "--json", code=6).json()
    assert found["failed"] == 2
    assert max(len(error["message"]) + len(error["value"]) for error in found["errors"]) < 300


@pytest.mark.parametrize(("lang", "ending"), [("zh", "csv"), ("en", "xlsx")])
def test_an_export_comes_back_unchanged_and_makes_an_empty_file_the_same(
    sales: Sales, tmp_path: Path, lang: str, ending: str
) -> None:
    sales("client", "import", write_csv(tmp_path / "clients.csv", ROWS))
    sales(
        "client", "add", "'=引号", "--grade", "B", "--lifecycle", "潜在", "--tag", "重点", "--tag", "a, b", "--alias",
        "-别名", "--lat", "30.1", "--lon", "120.25", "--address", "＋文一路", "--need", "两\n行", "--contact", "@王",
        "--phone", "0571-88888888", "--email", "wang@example.com", "--owner", "张三", "--note", "'tis '=' so",
    )  # fmt: skip
    sales("client", "contact", "edit", "C0004", "@王", "--role", "决策")
    sales("client", "edit", "C0002", "--archive")
    sales("client", "remove", "C0003", "--yes")
    file = tmp_path / f"out.{ending}"
    written = sales("client", "export", file, lang=lang)
    assert written.out == f"{file}\n"
    assert "3" in written.err

    assert sales("client", "import", file, "--json", lang=lang).json()["unchanged"] == 3
    other = {"SALES_DB": str(tmp_path / "other.db")}
    assert sales("client", "import", file, "--json", lang=lang, env=other).json()["new"] == 3
    before, after = (sales("client", "list", "--json", env=env).json() for env in ({}, other))
    for client in (*before, *after):
        del client["next_due_on"], client["days_overdue"]  # spread anew
    assert after == before
    sales("client", "export", tmp_path / f"again.{ending}", lang=lang, env=other)
    assert sales("client", "import", tmp_path / f"again.{ending}", "--json", lang=lang).json()["unchanged"] == 3


def test_an_export_replaces_a_file_only_by_force(sales: Sales, tmp_path: Path) -> None:
    sales("client", "add", "甲公司")
    (tmp_path / "out.csv").write_text("mine")
    assert "--force" in sales("client", "export", "out.csv", code=4).err
    assert (tmp_path / "out.csv").read_text() == "mine"
    assert sales("client", "export", "out.csv", "--force").out == "out.csv\n"
    assert "甲公司" in (tmp_path / "out.csv").read_text("utf-8-sig")


@pytest.mark.parametrize(("name", "code"), [("out.pdf", 2), ("none/out.csv", 7)])
def test_an_export_that_can_not_be_has_its_exit_code(sales: Sales, name: str, code: int) -> None:
    assert len(sales("client", "export", name, code=code).err.splitlines()) == 1
