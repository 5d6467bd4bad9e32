"""Files for Excel: harmless to open, the same when read back, written whole or not at all."""

import contextlib
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from salescli.cell_values import LONGEST_CELL, CellValue
from salescli.errors import BadValue, NotWritten, Refused
from salescli.render.export import check_target, write_table
from salescli.safe_text import csv_cell
from salescli.tabular import as_text, read_table
from salescli.texts import clean

FORMULAS = ["=1+1", "+86 571", "-1", "@SUM(A1)", "＝1+1", "'=1+1", "''=1+1", "'quoted'", "'tis '=' so", '="x",y']
ENDINGS = [".csv", ".xlsx"]


# Two code points are no characters at all, and a workbook has no way to hold them.
TEXTS = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff"), max_size=20), max_size=30)


def storable(texts: list[str]) -> list[str]:
    """The texts as they are stored; those that would be refused are left out."""
    kept = []
    for text in texts:
        with contextlib.suppress(BadValue):
            kept.append(clean(text, field="name"))
    return kept


def read_back(path: Path) -> list[list[str]]:
    return [[as_text(value) for value in row.values] for row in read_table(path, known_headers=("Name",)).rows]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "text",
    [
        *FORMULAS,
        "#N/A",
        "TRUE",
        "007",
        "1e5",
        "_x0041_",
        "two\nlines",
        "a\x1b[31mb",
        "a\x07b",
        "𠮷野家",
        "é",
        "👨‍👩‍👧",
        "a;b,c\td\"e'",
        "[red]x[/]",
    ],
)
def test_a_text_comes_back_as_it_was(tmp_path: Path, ending: str, text: str) -> None:
    path = tmp_path / f"out{ending}"
    write_table(path, ["Name", "Note"], [["x", text], [text, "x"]])
    assert read_back(path) == [["x", text], [text, "x"]]


@settings(max_examples=40)
@given(texts=TEXTS)
@example(texts=["a\r", "b\rc", "d\r\ne", "\x85", "\u2028"])
def test_any_text_that_is_stored_comes_back_from_a_workbook(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    kept = storable(texts)
    path = tmp_path_factory.mktemp("any") / "out.xlsx"
    assume(kept)
    write_table(path, ["Name", "Note"], [["x", text] for text in kept])
    assert [cells[1] for cells in read_back(path)] == kept


@settings(max_examples=40)
@given(texts=TEXTS)
@example(texts=[*FORMULAS])
def test_any_text_that_is_stored_comes_back_from_a_csv(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    # A text of control characters makes a file that is no text any more.
    kept = [text for text in storable(texts) if not any(ord(char) < 32 for char in text)]
    path = tmp_path_factory.mktemp("any") / "out.csv"
    assume(kept)
    write_table(path, ["Name", "Note"], [["x", text] for text in kept])
    assert [cells[1] for cells in read_back(path)] == kept


def test_a_csv_is_what_excel_takes_for_utf8_and_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_table(path, ["名称", "日期"], [["=1+1", date(2026, 11, 2)], [None, 30.5]])
    assert path.read_bytes() == "\ufeff名称,日期\r\n'=1+1,2026-11-02\r\n,30.5\r\n".encode()


def test_a_csv_does_without_what_writes_workbooks(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from salescli.render import export\n"
        "export.write_table(Path(sys.argv[1]), ['a'], [['x']]); sys.exit('openpyxl' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "out.csv")], check=True)


def test_no_cell_of_a_workbook_is_a_formula_or_an_error(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_table(path, ["=A1"], [[text] for text in [*FORMULAS, "#REF!", "#N/A"]])
    sheet: Any = openpyxl.load_workbook(path).active
    assert {cell.data_type for row in sheet for cell in row} == {"s"}
    for row, text in enumerate(FORMULAS, start=2):
        assert bool(sheet.cell(row, 1).quotePrefix) == (csv_cell(text) != text)
    assert not sheet["A9"].quotePrefix  # 'quoted'


def test_days_and_numbers_are_days_and_numbers_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_table(path, ["day", "number", "none"], [[date(2026, 11, 2), 30.5, None]])
    sheet: Any = openpyxl.load_workbook(path).active
    assert (sheet["A2"].is_date, sheet["A2"].number_format, sheet["B2"].value, sheet["C2"].value) == (
        True,
        "yyyy-mm-dd",
        30.5,
        None,
    )
    assert sheet.freeze_panes == "A2"


def test_a_text_too_long_for_a_cell_is_cut_and_counted(tmp_path: Path) -> None:
    written = write_table(tmp_path / "out.xlsx", ["a"], [["x" * (LONGEST_CELL + 1)], ["y" * LONGEST_CELL]])
    assert (written.rows, written.cut) == (2, 1)
    assert [len(cells[0]) for cells in read_back(tmp_path / "out.xlsx")] == [LONGEST_CELL, LONGEST_CELL]
    written = write_table(tmp_path / "out.csv", ["a"], [["x" * (LONGEST_CELL + 1)]])
    assert written.cut == 0


@pytest.mark.parametrize("name", ["out.pdf", "out", "out.xls", "csv"])
def test_other_endings_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadValue, match=name):
        write_table(tmp_path / name, ["a"], [])


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_that_is_there_is_replaced_only_by_force(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out{ending}"
    path.write_text("mine")
    with pytest.raises(Refused, match="already"):
        write_table(path, ["a"], [["new"]])
    assert path.read_text() == "mine"
    write_table(path, ["Name"], [["new"]], force=True)
    assert read_back(path) == [["new"]]


def failing() -> Iterator[list[CellValue]]:
    yield ["first"]
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_can_not_be_written_whole_is_not_written(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out{ending}"
    path.write_text("mine")
    with pytest.raises(NotWritten, match="the disk is full"):
        write_table(path, ["a"], failing(), force=True)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_or_a_folder_as_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotWritten):
        write_table(tmp_path / "none" / "out.csv", ["a"], [])
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(NotWritten, match="not a file"):
        check_target(tmp_path / "folder.csv", force=True)


def test_a_link_is_followed(tmp_path: Path) -> None:
    if not hasattr(os, "fork"):
        pytest.skip("links need a right of their own on Windows")
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    write_table(tmp_path / "link.csv", ["a"], [["new"]], force=True)
    assert (tmp_path / "link.csv").is_symlink()
    assert "new" in (tmp_path / "real.csv").read_text("utf-8")


def test_a_file_of_clients_is_its_owner_s_alone(tmp_path: Path) -> None:
    if not hasattr(os, "fork"):
        pytest.skip("modes are POSIX")
    write_table(tmp_path / "out.csv", ["a"], [])
    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o600


def test_a_file_name_as_long_as_the_file_system_takes_is_taken(tmp_path: Path) -> None:
    path = tmp_path / ("客" * 83 + ".xlsx")  # 254 bytes
    write_table(path, ["a"], [["x"]])
    assert path.is_file()
