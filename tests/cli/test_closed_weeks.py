"""A week is frozen as it was told, and the next one held against it: through the real program."""

import stat
from pathlib import Path
from typing import Any

import pytest

from tests.cli.week_desk import FRIDAY, NEXT_FRIDAY, SATURDAY, goal_of, versions
from tests.conftest import Sales


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


def in_review(program: Sales) -> tuple[int, int, int]:
    """The visits of the week after the closed one: planned, planned and done, unplanned."""
    found = program("week", "review", "2026-W49", "--json", today=NEXT_FRIDAY).json()["visits"]
    return found["planned"], found["done"], found["unplanned"]


def in_why(program: Sales) -> tuple[int, int]:
    """Of the same week, as `why` and `report kpi` tell them: planned, planned and done."""
    why = program("why", "visit_rate", "2026-W49", "--json", today=NEXT_FRIDAY).json()
    kpis = program("report", "kpi", "2026-W49", "--json", today=NEXT_FRIDAY).json()
    kpi = next(row for row in kpis if row["measure"] == "visit_rate")
    assert (kpi["denominator"], kpi["numerator"]) == (why["denominator"], why["numerator"])
    return why["denominator"], why["numerator"]


def moved(program: Sales, *days: str) -> None:
    """Move the visit of the plan to one day after the other."""
    code = "V0004"
    for day in days:
        made = program("visit", "move", code, day, "--reason", "客户要求", "--json", today="2026-12-01").json()
        code = made["code"]


@pytest.mark.parametrize("days", [("2026-12-04",), ("2026-12-08", "2026-12-04")])
def test_a_planned_visit_moved_within_the_week_counts_by_what_became_of_it_last(
    program: Sales, days: tuple[str, ...]
) -> None:
    closed(program)
    moved(program, *days)
    program("log", "乙公司", "见了财务", "--no-next", "x", today=NEXT_FRIDAY)
    assert (in_review(program), in_why(program)) == ((2, 1, 0), (2, 1))


def test_a_visit_moved_out_of_the_week_at_last_is_not_done(program: Sales) -> None:
    closed(program)
    moved(program, "2026-12-04", "2026-12-08")
    assert (in_review(program), in_why(program)) == ((2, 0, 0), (2, 0))


def test_a_proposal_on_the_closed_sheet_counts_as_planned_once_it_is_taken_up(program: Sales) -> None:
    for client in ("丙公司", "丁公司"):
        program("client", "add", client, "--grade", "B", today="2026-10-01")
    week = program("week", "close", "--yes", "--json", today=FRIDAY).json()
    visits = week["next"]["visits"]
    proposed = {(visit["client"]["code"], visit["planned_on"]) for visit in visits if visit["code"] is None}
    client, day = sorted(proposed)[0]
    assert in_review(program) == (2, 0, 0)
    program("visit", "plan", client, day, today=SATURDAY)
    assert (in_review(program), in_why(program)) == ((3, 0, 0), (3, 0))


def test_a_visit_planned_after_the_closing_counts_nowhere_until_it_is_made(program: Sales) -> None:
    closed(program)
    program("visit", "plan", "甲公司", "2026-12-03", "--purpose", "extra", today=SATURDAY)
    week = program("week", "review", "2026-W49", "--json", today=NEXT_FRIDAY).json()
    row = next(row for row in week["visits"]["rows"] if row["purpose"] == "extra")
    assert (row["state"], row["in_plan"]) == ("not_done", False)
    assert "added later" in program("week", "review", "2026-W49", today=NEXT_FRIDAY).out
    assert (in_review(program), in_why(program)) == ((2, 0, 0), (2, 0))


def test_why_names_a_visit_partly_done(program: Sales) -> None:
    program("log", "乙公司", "电话谈了", "--by", "phone", "--no-next", "x", today=FRIDAY)
    assert "partly done" in program("why", "visit_rate", "2026-W48", today=FRIDAY).out


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


def editor_that(does: str, folder: Path) -> dict[str, str]:
    """The environment with an editor that runs a line of shell on its file."""
    editor = folder / "editor.sh"
    editor.write_text(f"#!/bin/sh\n{does}\n", "utf-8")
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    return {"EDITOR": str(editor)}


def reason_and_action(week: dict[str, Any]) -> tuple[str, str]:
    goal = goal_of(week["goals"], "amount")
    return goal["reason"], goal["action"]


def test_reasons_are_written_in_an_editor(program: Sales, tmp_path: Path) -> None:
    env = editor_that('sed -i "s/^amount closed reason: /&late, see #3/; s/^V0002 reason: /&出差/" "$1"', tmp_path)
    week = program("week", "close", "--edit", "--json", "--yes", today=FRIDAY, env=env).json()
    assert goal_of(week["goals"], "amount")["reason"] == "late, see #3"
    assert next(row for row in week["visits"]["rows"] if row["code"] == "V0002")["reason"] == "出差"
    program("week", "close", "last-week", "--edit", code=2, today=FRIDAY, env={"EDITOR": "/nowhere/editor"})


def test_the_form_is_in_the_language_in_force_and_read_in_either(program: Sales, tmp_path: Path) -> None:
    written = "# 说明\n销售额 原因：付款审批 #3 拖延\namount action: 催签\n"
    env = editor_that(f'cp "$1" {tmp_path / "form.txt"}; printf "{written}" > "$1"', tmp_path)
    week = program("week", "close", "--edit", "--json", "--yes", lang="zh", today=FRIDAY, env=env).json()
    assert reason_and_action(week) == ("付款审批 #3 拖延", "催签")
    form = (tmp_path / "form.txt").read_text("utf-8")
    assert "\n销售额 原因:" in form
    assert "reason" not in form


@pytest.mark.parametrize("written", ["amount closed reason late", "amount closed why: late", "profit reason: late"])
def test_a_line_that_is_none_of_the_form_is_refused(program: Sales, tmp_path: Path, written: str) -> None:
    env = editor_that(f'echo "{written}" >> "$1"', tmp_path)
    assert written.split()[-1] in program("week", "close", "--edit", "--yes", code=2, today=FRIDAY, env=env).err


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
