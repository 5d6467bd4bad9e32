"""A week is frozen as it was told, held against the next one, and answered: through the real program."""

import os
import shutil
import sqlite3
import stat
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Sales, run_program

FRIDAY, SATURDAY, NEXT_FRIDAY = "2026-11-27T16:30", "2026-11-28T10:00", "2026-12-04T16:30"


def run_all(path: Path, folder: Path, *commands: tuple[str, ...]) -> None:
    """Run commands, each with the clock it begins with, on the data file ``path``."""
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "SALES_DB": str(path), "SALES_LANG": "en",
        "SALES_CONFIG": str(folder / "config.toml"), "PYTHONUTF8": "1",
    }  # fmt: skip
    for today, *argv in commands:
        done = run_program(list(argv), {**environ, "SALES_TODAY": today}, folder, b"")
        assert done.code == 0, (argv, done.err)


@pytest.fixture(scope="module")
def week_done(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data file on Friday: a target, two clients, a visit done, one not made, one planned for next week."""
    folder = tmp_path_factory.mktemp("week")
    path = Path(shutil.copy(template, folder / "sales.db"))
    run_all(
        path,
        folder,
        (FRIDAY, "init", "--name", "张三", "--manager", "李经理", "--yes"),
        (FRIDAY, "target", "set", "2026", "1200万"),
        (FRIDAY, "target", "split", "2026"),
        ("2026-11-23", "client", "add", "甲公司", "--grade", "A"),
        ("2026-11-23", "client", "add", "乙公司", "--grade", "B"),
        ("2026-11-23", "visit", "plan", "甲公司", "2026-11-24", "10:00", "--purpose", "offer"),
        ("2026-11-23", "visit", "plan", "乙公司", "2026-11-26", "--purpose", "offer"),
        ("2026-11-24", "log", "甲公司", "签了", "--order", "12万", "--next", "送货@2026-12-02"),
        (FRIDAY, "visit", "plan", "甲公司", "2026-12-02", "10:00", "--purpose", "deliver"),
        (FRIDAY, "visit", "plan", "乙公司", "2026-12-03", "--purpose", "offer"),
        (FRIDAY, "feedback", "add", "希望总部派人", "--support", "工程师", "--due", "2026-12-02"),
    )
    return path


@pytest.fixture
def program(sales: Sales, week_done: Path, data_file: Path) -> Sales:
    """The program with that data file."""
    shutil.copy(week_done, data_file)
    return sales


def versions(data_file: Path) -> list[tuple[str, int, str]]:
    with sqlite3.connect(data_file) as connection:
        return connection.execute("SELECT week, version, state FROM weekplan ORDER BY id").fetchall()


def closed(program: Sales, *options: str) -> None:
    program("week", "close", *options, "--yes", today=FRIDAY)


def test_a_closed_week_is_told_as_it_was(program: Sales) -> None:
    closed(program, "--reason", "销售额=两单推迟", "--action", "amount=周一催签")
    program("log", "乙公司", "补记", "--on", "2026-11-26", "--no-next", "done", today=SATURDAY)
    program("order", "add", "乙公司", "3万", "--on", "2026-11-26", today=SATURDAY)
    week = program("week", "show", "2026-W48", "--json", today="2027-11-27").json()
    assert week["status"] == "closed"
    assert (week["visits"]["planned"], week["visits"]["done"], week["visits"]["unplanned"]) == (2, 1, 0)
    amount = next(goal for goal in week["goals"] if goal["measure"] == "amount")
    assert (amount["week_actual"], amount["reason"], amount["action"]) == ("120000.00", "两单推迟", "周一催签")


def test_the_sheet_of_a_closed_week_is_the_same_bytes_a_year_later(program: Sales, tmp_path: Path) -> None:
    closed(program)
    program("week", "sheet", "2026-W48", "--out", "a.xlsx", today=FRIDAY)
    program("client", "edit", "甲公司", "--grade", "C", today="2027-01-04")
    program("week", "sheet", "2026-W48", "--out", "b.xlsx", today="2027-11-27")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_printing_a_running_week_again_makes_a_version_only_when_something_changed(
    program: Sales, data_file: Path, tmp_path: Path
) -> None:
    program("week", "sheet", "2026-W48", "--out", "a.xlsx", today=FRIDAY)
    program("week", "sheet", "2026-W48", "--out", "b.xlsx", today=SATURDAY)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert versions(data_file) == [("2026-W48", 1, "draft")]
    program("log", "乙公司", "聊了", "--by", "phone", "--no-next", "x", today=SATURDAY)
    program("week", "sheet", "2026-W48", "--out", "c.xlsx", today=SATURDAY)
    assert versions(data_file) == [("2026-W48", 1, "draft"), ("2026-W48", 2, "draft")]


def test_the_next_week_is_held_against_the_plan_that_was_closed(program: Sales) -> None:
    closed(program, "--goal", "amount=35万", "--key-action", "amount=签蓝海")
    later = "2026-12-01"
    program("visit", "plan", "甲公司", "2026-12-03", "15:00", "--purpose", "extra", today=later)
    program("log", "甲公司", "又去了", "--on", "2026-12-03", "--no-next", "x", today="2026-12-03")
    program("visit", "move", "V0004", "2026-12-08", "--reason", "客户出差", today=later)
    program("log", "甲公司", "送到", "--on", "2026-12-02", "--no-next", "x", today="2026-12-03")
    week = program("week", "review", "2026-W49", "--json", today=NEXT_FRIDAY).json()
    states = {row["code"]: row["state"] for row in week["visits"]["rows"]}
    assert {code: states[code] for code in ("V0003", "V0004", "V0005")} == {
        "V0003": "done", "V0004": "moved", "V0005": "unplanned",
    }  # fmt: skip
    assert (week["visits"]["planned"], week["visits"]["done"], week["visits"]["unplanned"]) == (2, 1, 1)
    amount = next(goal for goal in week["goals"] if goal["measure"] == "amount")
    assert amount["week_target"] == "350000.00"


def test_a_planned_visit_taken_out_after_the_closing_still_counts_as_planned(program: Sales) -> None:
    closed(program)
    program("visit", "remove", "V0004", "--yes", today="2026-12-01")
    week = program("week", "review", "2026-W49", "--json", today=NEXT_FRIDAY).json()
    assert {row["code"]: row["state"] for row in week["visits"]["rows"]}["V0004"] == "removed"
    assert week["visits"]["planned"] == 2


def test_what_is_entered_after_the_closing_appears_next_week(program: Sales) -> None:
    closed(program)
    assert program("week", "review", "2026-W49", "--json", today=NEXT_FRIDAY).json()["late"] is None
    program("order", "add", "乙公司", "3万", "--on", "2026-11-26", today=SATURDAY)
    program("log", "乙公司", "补记", "--on", "2026-11-26", "--no-next", "x", today=SATURDAY)
    late = program("week", "review", "2026-W49", "--json", today=NEXT_FRIDAY).json()["late"]
    assert late["period"] == "2026-W48"
    assert [visit["note"] for visit in late["visits"]] == ["补记"]
    amount = next(figure for figure in late["figures"] if figure["measure"] == "amount")
    assert (amount["before"], amount["now"], amount["codes"]) == ("120000.00", "150000.00", ["O0002"])


def test_what_was_heard_of_the_market_is_reported_with_the_week(program: Sales) -> None:
    program("insight", "add", "甲厂降价", today=FRIDAY)
    closed(program)
    heard = program("insight", "show", "I0001", "--json", today=SATURDAY).json()
    assert (heard["state"], heard["reported_on"]) == ("reported", "2026-11-27")


def test_a_visit_not_made_gets_its_reason_at_the_closing(program: Sales) -> None:
    closed(program, "--reason", "V0002=客户出差")
    row = next(row for row in program("week", "show", "2026-W48", "--json", today=FRIDAY).json()["visits"]["rows"]
               if row["code"] == "V0002")  # fmt: skip
    assert (row["state"], row["reason"]) == ("missed", "客户出差")


def test_a_follow_up_after_a_visit_not_made_makes_it_partly_done(program: Sales) -> None:
    program("log", "乙公司", "电话谈了", "--by", "phone", "--no-next", "x", today=FRIDAY)
    rows = program("week", "review", "2026-W48", "--json", today=FRIDAY).json()["visits"]["rows"]
    assert next(row for row in rows if row["code"] == "V0002")["state"] == "partly"


def test_reasons_are_written_in_an_editor(program: Sales, tmp_path: Path) -> None:
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\nsed -i "s/^amount reason: /amount reason: 推迟/; s/^V0002 reason: /&出差/" "$1"\n')
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    env = {"EDITOR": str(editor)}
    week = program("week", "close", "--edit", "--json", "--yes", today=FRIDAY, env=env).json()
    assert next(goal for goal in week["goals"] if goal["measure"] == "amount")["reason"] == "推迟"
    assert next(row for row in week["visits"]["rows"] if row["code"] == "V0002")["reason"] == "出差"
    program("week", "close", "last-week", "--edit", code=2, today=FRIDAY, env={"EDITOR": "/nowhere/editor"})


def test_reasons_and_own_goals_may_be_told_before_the_closing(program: Sales) -> None:
    week = program(
        "week", "review", "--reason", "amount=推迟", "--action", "amount=催签", "--json", today=FRIDAY
    ).json()
    goal = next(goal for goal in week["goals"] if goal["measure"] == "amount")
    assert (goal["reason"], goal["action"]) == ("推迟", "催签")
    ahead = program("week", "plan", "--goal", "amount=35万", "--json", today=FRIDAY).json()["next"]["goals"]
    assert next(goal for goal in ahead if goal["measure"] == "amount")["target"] == "350000.00"
    closed(program)
    program("week", "review", "--reason", "amount=anders", code=4, today=FRIDAY)


def test_closing_twice_is_refused_and_undo_opens_the_week_again(program: Sales, data_file: Path) -> None:
    closed(program)
    program("week", "close", "--yes", code=4, today=FRIDAY)
    program("undo", "--yes", today=FRIDAY)
    assert versions(data_file) == []
    closed(program)


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("week", "close", "2026-W60"), 2),
        (("week", "close", "2027-W20"), 4),
        (("week", "sheet", "2027-W20"), 4),
        (("week", "close", "--reason", "销售额"), 2),
        (("week", "close", "--reason", "unknown=x"), 2),
        (("week", "close", "--reason", "V0099=x"), 3),
        (("week", "close", "--goal", "amount=-5"), 2),
        (("week", "close", "--edit"), 2),
        (("week", "reply", "--approve"), 3),
        (("week", "reply"), 2),
        (("week", "reply", "--approve", "--return", "x"), 2),
        (("week", "reply", "nothing.xlsx"), 3),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    program: Sales, data_file: Path, argv: tuple[str, ...], code: int
) -> None:
    program(*argv, "--yes", code=code, today=FRIDAY) if argv[1] != "sheet" else program(*argv, code=code, today=FRIDAY)
    assert versions(data_file) == []


# --- the manager's answer ---


@pytest.fixture(scope="module")
def week_printed(week_done: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """That data file with its week closed, and the sheet printed from it."""
    folder = tmp_path_factory.mktemp("printed")
    path = Path(shutil.copy(week_done, folder / "sales.db"))
    run_all(
        path, folder, (FRIDAY, "week", "close", "--yes"), (FRIDAY, "week", "sheet", "2026-W48", "--out", "sheet.xlsx")
    )
    return path, folder / "sheet.xlsx"


@pytest.fixture
def sheet(sales: Sales, week_printed: tuple[Path, Path], data_file: Path, tmp_path: Path) -> Path:
    """The printed sheet, to be filled in; the program has its data file."""
    shutil.copy(week_printed[0], data_file)
    return Path(shutil.copy(week_printed[1], tmp_path / "sheet.xlsx"))


def filled(path: Path, **cells: object) -> Path:
    """The sheet with cells filled in by their names, as a manager saves it."""
    book = openpyxl.load_workbook(path)
    for name, value in cells.items():
        ((title, place),) = book.defined_names[f"sales_{name}"].destinations
        book[title][place.replace("$", "")].value = value
    book.save(path)
    return path


def test_a_returned_sheet_gives_back_answers_score_and_approval(sales: Sales, sheet: Path) -> None:
    path = filled(
        sheet,
        comment="干得好",
        score=95,
        decision="批准",
        score_amount=90.5,
        answer_F0001="下周三派人",
    )
    answer = sales("week", "reply", path, "--json", today=NEXT_FRIDAY).json()
    assert (answer["status"], answer["score"], answer["scores"], answer["comment"]) == (
        "approved", 95.0, {"amount": 90.5}, "干得好",
    )  # fmt: skip
    matter = sales("feedback", "show", "F0001", "--json", today=NEXT_FRIDAY).json()
    assert (matter["answer"], matter["state"]) == ("下周三派人", "answered")
    assert sales("week", "show", "2026-W48", "--json", today=NEXT_FRIDAY).json()["status"] == "approved"


def test_a_returned_week_can_be_mended_and_the_next_sheet_carries_the_reason(
    sales: Sales, data_file: Path, sheet: Path
) -> None:
    path = filled(sheet, decision="returned", return_reason="下周目标太低")
    sales("week", "reply", path, today="2026-11-30")
    approval = sales("week", "show", "2026-W49", "--json", today=NEXT_FRIDAY).json()["approval"]
    assert (approval["state"], approval["return_reason"]) == ("returned", "下周目标太低")
    sales("week", "close", "2026-W48", "--goal", "amount=50万", "--yes", today="2026-11-30")
    assert versions(data_file) == [("2026-W48", 1, "returned"), ("2026-W48", 2, "closed")]
    refused = sales("week", "reply", path, code=4, today="2026-11-30")
    assert "version 1" in refused.err


def test_changed_goals_are_shown_and_taken_on_confirmation(sales: Sales, sheet: Path) -> None:
    path = filled(sheet, decision="批准", goal_amount=400000)
    sales("week", "reply", path, code=2, today=SATURDAY)
    said = sales("week", "reply", path, "--yes", today=SATURDAY)
    assert "400,000.00" in said.err
    ahead = sales("week", "plan", "2026-W49", "--json", today=SATURDAY).json()["next"]["goals"]
    assert next(goal for goal in ahead if goal["measure"] == "amount")["target"] == "400000.00"


def test_another_week_another_person_and_another_file_are_refused(
    sales: Sales, sheet: Path, tmp_path: Path, template: Path
) -> None:
    path = filled(sheet, decision="批准")
    assert "2026-W48" in sales("week", "reply", path, "2026-W47", code=4, today=SATURDAY).err
    other = str(shutil.copy(template, tmp_path / "other.db"))
    assert "another person" in sales("--db", other, "week", "reply", path, code=4, today=SATURDAY).err
    openpyxl.Workbook().save(tmp_path / "odd.xlsx")
    sales("week", "reply", "odd.xlsx", code=4, today=SATURDAY)
    (tmp_path / "text.xlsx").write_text("no workbook")
    sales("week", "reply", "text.xlsx", code=4, today=SATURDAY)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({}, 4),
        ({"decision": "maybe"}, 4),
        ({"decision": "退回"}, 4),
        ({"decision": "批准", "score": 130}, 2),
        ({"decision": "批准", "score": "good"}, 2),
        ({"decision": "批准", "goal_amount": "plenty"}, 2),
    ],
)
def test_an_answer_that_says_nothing_clear_is_refused(
    sales: Sales, data_file: Path, sheet: Path, cells: dict[str, object], code: int
) -> None:
    sales("week", "reply", filled(sheet, **cells), code=code, today=SATURDAY)
    assert versions(data_file) == [("2026-W48", 1, "closed")]


def test_an_answer_by_word_of_mouth_is_kept(sales: Sales, sheet: Path) -> None:
    assert sheet.exists()
    answer = sales("week", "reply", "--approve", "--score", "98", "--comment", "好", "--json", today=SATURDAY).json()
    assert (answer["period"], answer["status"], answer["score"], answer["comment"]) == (
        "2026-W48",
        "approved",
        98.0,
        "好",
    )
    answer = sales("week", "reply", "--return", "太低", "2026-W48", "--json", today=SATURDAY).json()
    assert (answer["status"], answer["return_reason"]) == ("returned", "太低")
