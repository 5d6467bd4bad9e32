"""`sales data check` and `sales data purge` through the real program."""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from salescli.models import all_tables
from salescli.models.base import Moment
from salescli.services.changes import is_derived
from tests.conftest import Sales, run_program

NAME, PHONE, PERSON, WORDS = "杭州蓝海机电有限公司", "13812345678", "张小工", "谈了价格另有隐情"
TRACES = (NAME, PHONE, PERSON, WORDS, "hangzhoulanhai", "hzlhjd", "样品三件", "老蓝")


def change(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


BEGIN = [
    ["init", "--name", "张三", "--yes"],
    ["client", "add", NAME, "--contact", PERSON, "--mobile", PHONE, "--alias", "老蓝", "--grade", "A"],
    ["client", "add", "宁波红山"],
    [
        "log",
        "C0001",
        WORDS,
        "--next",
        "报价@下周三",
        "--order",
        "12万",
        "--receipt",
        "5万",
        "--promise",
        "样品三件@周五",
    ],
    ["log", "C0002", "顺利", "--next", "报价@下周三"],
    ["target", "set", "2026", "120万"],
    ["target", "split", "2026"],
    ["week", "close", "--yes"],
]


@pytest.fixture(scope="module")
def begun(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client with a visit, an order that is paid in part, a target split by days, and a frozen week."""
    folder = tmp_path_factory.mktemp("begun")
    file = Path(shutil.copy(template, folder / "sales.db"))
    environ = {**os.environ, "SALES_DB": str(file), "SALES_CONFIG": str(folder / "config.toml"), "SALES_COPIES": "0"}
    for words in BEGIN:
        moment = "2026-11-27T17:00" if words[0] == "week" else "2026-11-25"
        done = run_program(words, {**environ, "SALES_TODAY": moment, "SALES_LANG": "en"}, folder, b"")
        assert done.code == 0, done.err
    return file


@pytest.fixture
def desk(sales: Sales, begun: Path, data_file: Path) -> Sales:
    """The program on a file of one's own, in which that was done."""
    shutil.copy(begun, data_file)
    return sales


def test_sound_data_is_0(desk: Sales) -> None:
    told = desk("data", "check")
    assert (told.out, told.err) == ("", "The data file is whole, and all agrees.\n")
    assert desk("data", "check", "--json").json() == []


@pytest.mark.parametrize(
    ("statement", "rule", "record"),
    [
        ("UPDATE receivable SET amount = amount + 1", "order_plan", "O0001"),
        ('UPDATE "order" SET amount = amount + 1, value = value + 1', "order_plan", "O0001"),
        ('UPDATE "order" SET value = value + 1', "yuan", "O0001"),
        ("UPDATE receivable SET paid = paid + 1", "part_kept", "O0001"),
        ("UPDATE allocation SET amount = 13000000", "receipt_booked", "R0001"),
        ("UPDATE receipt SET client_id = 2", "allocation_kin", "R0001"),
        ("UPDATE targetsplit SET cells = json_set(cells, '$[3]', 7)", "split", "2026"),
        ("UPDATE weekplan SET snapshot = replace(snapshot, '顺利', '不顺')", "week_checksum", "2026-W48"),
        ("UPDATE client SET pinyin = 'x' WHERE id = 2", "search_keys", "C0002"),
        ("UPDATE client SET next_due_on = '2030-01-01' WHERE id = 2", "due_days", "C0002"),
        ("UPDATE client SET code = 'C12' WHERE id = 2", "code", "C12"),
        ("UPDATE visit SET moved_to = id WHERE id = 2", "visit_circle", "V0002"),
        ("UPDATE visit SET done_on = NULL WHERE id = 2", "visit_done", "V0002"),
        ("DROP TRIGGER change_no_delete", "log_rule", "change"),
    ],
)
def test_what_does_not_agree_is_4_with_the_record(
    desk: Sales, data_file: Path, statement: str, rule: str, record: str
) -> None:
    change(data_file, statement)
    told = desk("data", "check", "--json", code=4)
    assert (rule, record) in [(one["rule"], one["record"]) for one in told.json()]
    assert all(record in one["message"] or record == "change" for one in told.json() if one["rule"] == rule)


def test_a_gap_in_the_log_and_what_a_merge_left_behind_are_found(desk: Sales, data_file: Path) -> None:
    desk("client", "merge", "C0002", "C0001", "--yes")
    assert desk("data", "check", "--json").json() == []
    gap = ("DROP TRIGGER change_no_delete", "DELETE FROM change WHERE batch = 2")
    change(data_file, "UPDATE contact SET client_id = 1", *gap)
    found = [one["rule"] for one in desk("data", "check", "--json", code=4).json()]
    assert {"merged", "log_gap", "log_rule"} <= set(found)


def test_a_damaged_file_is_5(desk: Sales, data_file: Path) -> None:
    change(data_file, "PRAGMA foreign_keys = OFF", "UPDATE contact SET client_id = 99")
    assert [one["rule"] for one in desk("data", "check", "--json", code=5).json()] == ["file"]


# --- purge ---


def figures(sales: Sales) -> list[Any]:
    asked = [("report", "kpi"), ("why", "visits"), ("receipt", "aging"), ("target", "progress")]
    return [sales(*words, "--json").json() for words in asked]


def traces(folder: Path) -> list[str]:
    files = [path for path in folder.iterdir() if path.name.startswith("sales.db") and path.is_file()]
    return [trace for trace in TRACES for path in files if trace.encode() in path.read_bytes()]


def test_what_was_removed_is_erased_without_a_trace_and_figures_stay(desk: Sales, tmp_path: Path) -> None:
    desk("client", "remove", "C0001", "--yes")
    before = figures(desk)
    assert set(traces(tmp_path)) == set(TRACES)
    shown = desk("data", "purge", "C0001", "--dry-run", "--json").json()
    assert shown["clients"] == [{"code": "C0001", "name": NAME}]
    assert shown["records"] == {"client": 1, "contact": 1, "promise": 1, "visit": 1}
    assert shown["weeks"] == ["2026-W48"]
    assert set(traces(tmp_path)) == set(TRACES)
    assert "--yes" in desk("data", "purge", code=2).err
    assert "can't be undone" in desk("data", "purge", "--yes").err
    assert traces(tmp_path) == []
    assert figures(desk) == before
    assert desk("data", "check").out == ""
    assert "2026-W48" in desk("week", "show", "--json", today="2026-11-27T17:00").out
    assert desk("data", "purge", "--yes").err.startswith("There is nothing to erase.")


def test_what_a_purge_took_words_from_is_stepped_over_by_undo_and_redo(desk: Sales, tmp_path: Path) -> None:
    desk("target", "set", "2027", "130万")
    desk("undo", "--yes")
    desk("client", "remove", "C0001", "--yes")
    desk("data", "purge", NAME, "--yes")
    assert desk("history", "--json", "--limit", "1").json()[0]["command"] == "data purge"
    taken = [one["command"] for one in desk("undo", "5", "--yes", "--json").json()]
    assert taken == ["target split", "target set", "visit log", "client add", "init"]
    assert "nothing to undo" in desk("undo", "--yes", code=4).err
    assert len(desk("redo", "5", "--json").json()) == 5
    assert "nothing to redo" in desk("redo", code=4).err
    assert traces(tmp_path) == []
    assert desk("data", "check").out == ""


def test_what_was_then_changed_by_a_purged_command_is_not_undone(sales: Sales, tmp_path: Path) -> None:
    for name in ("甲公司", "乙公司"):
        sales("client", "add", name)
    (tmp_path / "more.csv").write_text("客户名称,区县\n甲公司,滨江\n乙公司,西湖\n", "utf-8")
    sales("client", "import", "more.csv", "--update")
    sales("client", "remove", "C0002", "--yes")
    sales("data", "purge", "--yes")
    told = sales("undo", "--yes", code=4).err
    assert "client add" in told
    assert "client import" in told
    assert [one["code"] for one in sales("client", "list", "--json").json()] == ["C0001"]


def test_what_comes_after_a_purge_is_undone_and_redone(desk: Sales) -> None:
    desk("client", "remove", "C0001", "--yes")
    desk("data", "purge", NAME, "--yes")
    desk("client", "add", "新客户")
    assert desk("undo", "--yes", "--json").json()[0]["command"] == "client add"
    assert desk("redo", "--json").json()[0]["command"] == "client add"
    assert desk("client", "add", "又一个", "--json").json()["code"] == "C0004"


def test_only_what_was_removed_before_the_day_or_of_the_client_is_erased(desk: Sales, tmp_path: Path) -> None:
    desk("client", "remove", "C0001", "--yes", today="2026-11-28T10:00")
    shown = desk("data", "purge", "--before", "2026-11-28", "--dry-run", "--json", today="2026-11-29").json()
    assert shown["records"] == {}
    assert "was not removed" in desk("data", "purge", "C0002", code=4).err
    assert "no removed client" in desk("data", "purge", "甲", code=3).err
    desk("data", "purge", "C0001", "--before", "2026-11-28", code=2)
    desk("data", "purge", "--before", "2026-11-29", "--yes", today="2026-11-29")
    assert traces(tmp_path) == []


def test_a_removed_visit_is_erased_and_who_is_named_elsewhere_is_told(desk: Sales, tmp_path: Path) -> None:
    desk("visit", "edit", "V0002", "--note", f"听说{NAME}也在谈")
    desk("visit", "remove", "V0001", "--yes")
    assert desk("data", "purge", "--dry-run", "--json").json()["records"] == {"visit": 1}
    desk("data", "purge", "--yes")
    assert WORDS not in traces(tmp_path)
    assert NAME in traces(tmp_path)
    desk("client", "remove", "C0001", "--yes")
    assert desk("data", "purge", "--dry-run", "--json").json()["mentions"] == [{"record": "V0002", "client": "C0001"}]


def test_copies_that_still_hold_it_are_named_and_the_programs_own_deleted_when_asked(
    desk: Sales, tmp_path: Path
) -> None:
    desk("data", "backup")
    daily = tmp_path / "sales.db.copies" / "2026-11-24.db"
    daily.parent.mkdir(mode=0o700)
    daily.write_bytes((tmp_path / "sales.db").read_bytes())
    desk("client", "remove", "C0001", "--yes")
    told = desk("data", "purge", "--yes", "--copies").err
    assert "1 copy deleted" in told
    assert "backup.db" in told
    assert not daily.exists()


def test_a_copy_made_after_the_last_purge_is_not_said_to_hold_it(sales: Sales, tmp_path: Path) -> None:
    sales("client", "add", NAME)
    sales("data", "backup")
    sales("client", "remove", "C0001", "--yes")
    sales("data", "purge", "--yes")
    after = tmp_path / "sales.db.copies" / "2026-11-25.db"
    after.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copy(tmp_path / "sales.db", after)
    told = sales("data", "purge", "--copies").err
    assert "backup.db" in told
    assert after.name not in told
    assert after.exists()
    sales("client", "add", PERSON)
    sales("client", "remove", "C0002", "--yes")
    assert str(after) in sales("data", "purge", "--dry-run", "--json").json()["copies"]


def test_the_free_text_of_a_sale_goes_and_what_the_lists_say_stays(sales: Sales, tmp_path: Path) -> None:
    said = "李总私下要回扣两万"
    sales("product", "add", "Z100", "精密轴承")
    sales("client", "add", "甲公司", "--industry", f"{said}一")
    sales("need", "add", "C0001", said, "--budget", "1万", "--quantity", f"2套{said}")
    sales("need", "add", "C0001", "精密轴承")
    sales(
        "order",
        "add",
        "C0001",
        "5万",
        "--product",
        f"{said}二",
        "--terms",
        "30%预付，70%月结30天",
        "--share",
        f"{said}三=40",
        "--share",
        "王五=60",
    )
    sales("client", "add", "乙公司")
    sales("order", "add", "C0002", "5万", "--share", "王五=100")
    assert said.encode() in (tmp_path / "sales.db").read_bytes()
    sales("client", "remove", "C0001", "--yes")
    sales("data", "purge", "C0001", "--yes")
    data = (tmp_path / "sales.db").read_bytes()
    assert said.encode() not in data
    with closing(sqlite3.connect(tmp_path / "sales.db")) as connection:
        assert connection.execute("SELECT product, quantity FROM need").fetchall() == [(None, None), ("精密轴承", None)]
        assert connection.execute('SELECT product, terms FROM "order" WHERE client_id = 1').fetchall() == [
            (None, "30%预付，70%月结30天")
        ]
        assert connection.execute("SELECT basis FROM receivable WHERE client_id = 1").fetchall() == [
            ("30%预付",),
            ("70%月结30天",),
        ]
        shares = connection.execute("SELECT person, percent FROM ordershare WHERE order_id = 1 ORDER BY id").fetchall()
        assert shares == [("…", "40"), ("王五", "60")]
    assert sales("data", "check").out == ""


def test_what_was_merged_into_an_erased_client_goes_with_it(sales: Sales, tmp_path: Path) -> None:
    for name in ("保留公司", "并入秘密公司", "再并入秘密公司"):
        sales("client", "add", name)
    sales("client", "merge", "C0002", "C0003", "--yes")
    sales("client", "merge", "C0001", "C0002", "--yes")
    sales("client", "remove", "C0001", "--yes")
    told = sales("data", "purge", "C0001", "--dry-run")
    assert "C0002 was merged into C0001" in told.out
    shown = sales("data", "purge", "C0001", "--dry-run", "--json").json()
    assert shown["merged"] == [{"client": "C0002", "into": "C0001"}, {"client": "C0003", "into": "C0001"}]
    assert [one["code"] for one in shown["clients"]] == ["C0001", "C0002", "C0003"]
    sales("data", "purge", "C0001", "--yes")
    assert "并入秘密".encode() not in (tmp_path / "sales.db").read_bytes()
    assert sales("data", "purge", "--dry-run", "--json").json()["clients"] != []
    assert sales("data", "check").out == ""


# What is of the office itself, or names clients by code alone; the log and the weeks are tested above.
OFFICE = {"change", "weekplan", "target", "targetsplit", "targetreplan", "profile", "calendarday", "checklistitem"}
# The program's own words, numbers and codes: by column, or by table and column.
TOKENS = {
    "uuid", "code", "currency", "rate", "state", "status", "stage", "from_stage", "to_stage", "from_state",
    "to_state", "kind", "kind_of_thing", "channel", "outcome", "planned_why", "direction", "severity", "step",
    "percent", "discount_percent", "tax_percent", "incoterm", "client.grade", "grading.grade", "lifecycle", "result",
    "aspect", "importance", "confidence", "priority", "week", "measure", "numbers", "to_whom", "role", "event",
    "receipt.method", "clientmerge.reasons", "clientpair.verdict",
}  # fmt: skip


def marked_rows() -> Iterator[tuple[sa.Table, dict[str, Any], dict[str, str]]]:
    """A removed row of every table that has words, with a mark of its own in every text: (table, row, its marks)."""
    moment = {sa.Date: "2026-11-20", Moment: "2026-11-20 09:00:00", sa.Time: "09:00:00"}
    for table in all_tables().sorted_tables:
        if table.name in OFFICE:
            continue
        row: dict[str, Any] = {"id": 77}
        marks: dict[str, str] = {}
        for column in (one for one in table.columns if one.name != "id" and not is_derived(one)):
            is_json = isinstance(column.type, sa.JSON)
            token = column.name in TOKENS or f"{table.name}.{column.name}" in TOKENS
            when = next((text for kind, text in moment.items() if isinstance(column.type, kind)), None)
            if column.foreign_keys:
                row[column.name] = None if next(iter(column.foreign_keys)).column.table.name in OFFICE else 77
            elif when is not None:
                row[column.name] = when
            elif is_json or isinstance(getattr(column.type, "impl", column.type), sa.String):
                mark = f"《{table.name}·{column.name}》"
                marks.update({} if token else {column.name: mark})
                said = f"{table.name}77" if token else mark
                row[column.name] = [said] if is_json else said
            else:
                row[column.name] = 1
        yield table, row, marks


def test_no_text_of_any_table_outlives_a_purge(data_file: Path, sales: Sales) -> None:
    sales("client", "add", "宁波红山")
    marks: set[str] = set()
    with closing(sqlite3.connect(data_file)) as connection, connection:
        for table, row, own in marked_rows():
            marks.update(own.values())
            stored = {
                name: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
                for name, value in row.items()
            }
            columns = ", ".join(f'"{name}"' for name in row)
            holes = ", ".join("?" for _name in row)
            insert = f'INSERT INTO "{table.name}" ({columns}) VALUES ({holes})'  # noqa: S608  names out of the models
            connection.execute(insert, tuple(stored.values()))
            logged = {name: f"{value}旧" if value in own.values() else value for name, value in row.items()}
            connection.execute(
                "INSERT INTO change (batch, command, at, entity, record, after) VALUES (77, 'client add', ?, ?, 77, ?)",
                ("2026-11-20 09:00:00", table.name, json.dumps(logged, ensure_ascii=False)),
            )
    data = data_file.read_bytes()
    assert [mark for mark in sorted(marks) if data.count(mark.encode()) < 2] == []
    sales("data", "purge", "--yes")
    data = data_file.read_bytes()
    assert [mark for mark in sorted(marks) if mark.encode() in data] == []
    assert sales("data", "purge", "--dry-run", "--json").json()["records"] == {}
