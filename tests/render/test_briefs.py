"""The page before a visit fits its screen, whatever its parts say."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from salescli.render import briefs
from salescli.render.brief_words import Section

lines = st.lists(st.text("蓝海x ", min_size=1, max_size=200), min_size=1, max_size=8)
parts = st.lists(
    st.builds(Section, title=st.just("客户"), lines=lines, least=st.integers(1, 3)), min_size=1, max_size=17
)


@given(parts=parts, rows=st.integers(20, 40))
def test_parts_give_way_until_they_fit_and_say_by_how_much(parts: list[Section], rows: int) -> None:
    fitted = briefs._fitted(parts, rows)
    assert sum(len(part.lines) for part in fitted) <= rows
    assert len(fitted) == len(parts)  # each keeps a line where there is room for so many
    for before, after in zip(parts, fitted, strict=True):
        left_out = len(before.lines) - len(after.lines)
        assert after.lines[:-1] == before.lines[: len(after.lines) - 1]
        assert after.lines[-1] == before.lines[len(after.lines) - 1] + (f" (+{left_out})" if left_out else "")


def test_what_stands_open_longest_gives_way_first_and_its_least_stays() -> None:
    fitted = briefs._fitted([Section("a", list("12345")), Section("b", list("123"), least=3)], 5)
    assert [part.lines for part in fitted] == [["1", "2 (+3)"], ["1", "2", "3"]]


@given(line=st.text("蓝海x ", max_size=300), width=st.integers(20, 80), most=st.integers(1, 2))
def test_a_line_is_folded_into_few_rows_that_are_not_too_wide(line: str, width: int, most: int) -> None:
    rows = briefs._folded(line, width, most)
    assert len(rows) <= most
    assert all(cell_len(row) <= width for row in rows)
    if cell_len(line) <= width:
        assert rows == [line]


@pytest.mark.parametrize(("height", "most"), [(10, 24), (24, 24), (30, 30), (100, 40)])
def test_a_terminal_s_page_leaves_room_for_the_prompt(monkeypatch: pytest.MonkeyPatch, height: int, most: int) -> None:
    many = [Section("客户", ["蓝海 " * 60] * 5) for _number in range(12)]
    monkeypatch.setattr(briefs, "sections", lambda _brief: many)
    monkeypatch.setattr(briefs, "heading", lambda _brief: "C0001 蓝海" * 20)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", str(height))
    rows = briefs._screen(None)  # type: ignore[arg-type]
    assert most - 4 <= len(rows) < most
    assert all(cell_len(row) <= 80 for row in rows)
