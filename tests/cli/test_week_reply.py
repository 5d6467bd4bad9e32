"""The manager's answer to a closed week, from the returned sheet or by word of mouth: through the real program."""

import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.cli.week_desk import FRIDAY, NEXT_FRIDAY, SATURDAY, goal_of, run_all, versions
from tests.conftest import Sales


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


def planned_goal(sales: Sales, measure: str) -> object:
    """What the week after the sheet is to reach, as its plan has it."""
    ahead = sales("week", "plan", "2026-W49", "--json", today=SATURDAY).json()["next"]["goals"]
    return goal_of(ahead, measure)["target"]


def test_a_level_comes_back_as_it_was_printed(sales: Sales, sheet: Path) -> None:
    sales("week", "reply", filled(sheet, decision="批准"), today=SATURDAY)
    assert planned_goal(sales, "satisfaction") == 90
    sales("week", "reply", filled(sheet, goal_satisfaction=92.5), "--yes", today=SATURDAY)
    assert planned_goal(sales, "satisfaction") == 92.5


def test_a_goal_that_the_manager_changed_is_the_one_of_the_next_week(sales: Sales, sheet: Path) -> None:
    before = planned_goal(sales, "amount")
    sales("week", "reply", filled(sheet, decision="批准", goal_amount=400000), "--yes", today=SATURDAY)
    goal = goal_of(sales("week", "review", "2026-W49", "--json", today=NEXT_FRIDAY).json()["goals"], "amount")
    assert (goal["week_target"], goal["closed_target"]) == ("400000.00", before)
    sales("week", "sheet", "2026-W49", "--out", "next.xlsx", today=NEXT_FRIDAY)
    cells = [
        cell
        for row in openpyxl.load_workbook(sheet.with_name("next.xlsx")).worksheets[0].values
        for cell in row
        if cell
    ]
    assert 400000 in cells
    assert any("changed after the plan was closed" in str(cell) and "400,000.00" in str(cell) for cell in cells)


def test_goals_of_a_closed_plan_are_the_managers_to_change(sales: Sales, sheet: Path) -> None:
    assert sheet.exists()
    refused = sales("week", "plan", "2026-W49", "--goal", "amount=30万", code=4, today=SATURDAY)
    assert "2026-W48" in refused.err
    sales("week", "reply", "--approve", "--goal", "amount=60万", today=SATURDAY)
    assert planned_goal(sales, "amount") == "600000.00"
    sales("week", "reply", "--return", "太高", today=SATURDAY)
    sales("week", "plan", "2026-W49", "--goal", "amount=30万", today=SATURDAY)
    assert planned_goal(sales, "amount") == "300000.00"


def test_the_same_answer_again_changes_nothing(sales: Sales, sheet: Path, data_file: Path) -> None:
    path = filled(sheet, decision="批准", comment="好", answer_F0001="下周三派人", goal_amount=400000)
    first = sales("week", "reply", path, "--yes", "--json", today=SATURDAY).json()
    before = data_file.read_bytes()
    again = sales("week", "reply", path, "--json", today=NEXT_FRIDAY)
    assert again.json() == first
    assert data_file.read_bytes() == before


def test_another_answer_is_shown_as_a_difference_and_taken_on_confirmation(sales: Sales, sheet: Path) -> None:
    sales("week", "reply", filled(sheet, decision="批准", score=92, answer_F0001="下周三派人"), today=SATURDAY)
    path = filled(sheet, decision="退回", return_reason="太低", score=80, answer_F0001="不派")
    shown = sales("week", "reply", path, code=2, today=SATURDAY)
    for told in ("approved → returned", "92 → 80", "下周三派人 → 不派"):
        assert told in shown.err
    assert sales("feedback", "show", "F0001", "--json", today=SATURDAY).json()["answer"] == "下周三派人"
    answer = sales("week", "reply", path, "--yes", "--json", today=SATURDAY).json()
    assert (answer["status"], answer["score"]) == ("returned", 80.0)
    assert sales("feedback", "show", "F0001", "--json", today=SATURDAY).json()["answer"] == "不派"


def test_a_reply_that_only_changes_a_goal_says_which(sales: Sales, sheet: Path) -> None:
    path = filled(sheet, goal_amount=400000)
    said = sales("week", "reply", path, "--yes", today=SATURDAY)
    assert said.out == ""
    assert said.err.endswith("Goals for the week after: amount closed 400,000.00\n")
    assert "nothing is new" in sales("week", "reply", path, today=SATURDAY).err


def test_what_another_program_puts_into_the_sheet_is_not_talked_about(sales: Sales, sheet: Path) -> None:
    path = filled(sheet, decision="批准")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    extension = b'<extLst><ext uri="{A4AC5A12-0000-4000-8000-3BB07A7C9F6B}"/></extLst></worksheet>'
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part.replace(b"</worksheet>", extension))
    with pytest.warns(UserWarning, match="extension"):
        openpyxl.load_workbook(path)
    assert sales("week", "reply", path, today=SATURDAY).err == ""


def test_a_week_that_came_back_is_due_until_the_next_is_closed(sales: Sales, sheet: Path) -> None:
    assert sheet.exists()
    monday = "2026-11-30T09:00"
    assert sales("week", "sheet", "--out", "a.xlsx", "--json", today=monday).json()["period"] == "2026-W49"
    sales("week", "reply", "--return", "太低", "2026-W48", today=monday)
    assert sales("week", "sheet", "--out", "b.xlsx", "--json", today=monday).json()["period"] == "2026-W48"
    sales("week", "close", "--yes", today=NEXT_FRIDAY)
    assert sales("week", "sheet", "--out", "c.xlsx", "--json", today=NEXT_FRIDAY).json()["period"] == "2026-W49"


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
        ({"decision": "批准", "goal_amount": 1e18}, 2),
        ({"decision": "批准", "goal_satisfaction": 101}, 2),
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
    answer = sales("week", "reply", "--approve", "--score", "120", "--json", today=SATURDAY).json()
    assert answer["score"] == 120.0
    sales("week", "reply", "--approve", "--score", "120.5", code=2, today=SATURDAY)
