"""The bars below a target's table, in both languages and several widths, and where there are none."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from syrupy.assertion import SnapshotAssertion

from salescli import i18n
from salescli.dates import Period
from salescli.render.target_picture import picture, print_picture
from salescli.services.goals.burn_up import BurnUp
from salescli.vocabulary import Measure, Tier

NOVEMBER = Period.month_of(date(2026, 11, 1))
TODAY = date(2026, 11, 25)


def burn(today: date = TODAY, reached: int | None = 0, rolling: int | None = None, **other: Any) -> BurnUp:
    """A November that asks 10,000.00 a day; ``reached`` on its first day, ``rolling`` on its last."""
    gone = min(max((today - NOVEMBER.begin).days + 1, 0), 30)
    fields = {
        "measure": Measure.AMOUNT,
        "period": NOVEMBER,
        "tier": Tier.TARGET,
        "days": tuple(NOVEMBER.days()),
        "assigned": (1_000_000,) * 30,
        "actual": None if reached is None else (reached, *(0,) * (gone - 1))[:gone],
        "rolling": None if rolling is None else (*(0,) * (29 - gone), rolling),
        "as_of": None if rolling is None else today,
        "today": today,
        "provisional": False,
    }
    return BurnUp(**{**fields, **other})


CASES = {
    "behind": burn(reached=17_500_000, rolling=6_500_000),
    "ahead": burn(reached=26_000_000, rolling=4_000_000),
    "over-fulfilled": burn(reached=36_000_000, rolling=0),
    "not replanned": burn(reached=24_000_000),
    "nothing reached": burn(),
    "nothing recorded": burn(reached=None),
    "a target of zero": burn(assigned=(0,) * 30),
    "a target of zero and something reached": burn(reached=5_000_000, assigned=(0,) * 30),
    "over and short": burn(date(2027, 1, 8), reached=28_000_000),
    "counts": burn(measure=Measure.VISITS, assigned=(3,) * 30, reached=41, rolling=20),
}


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    before = i18n.language()
    i18n.activate(str(request.param))
    yield str(request.param)
    i18n.activate(before)


def drawn(found: BurnUp, width: int, *, blocks: bool = True) -> list[str]:
    """The bars without their colours."""
    return ["".join(text for text, _color in line) for line in picture(found, width, blocks=blocks)]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_bars(language: str, width: int, snapshot: SnapshotAssertion) -> None:
    for name, found in CASES.items():
        lines = drawn(found, width, blocks=width != 120)
        assert "\n".join(lines) == snapshot(name=name)
        assert max(map(cell_len, lines)) <= width


def test_the_figures_and_the_targets_place_stand_below_each_other(language: str) -> None:
    for found in CASES.values():
        lines = drawn(found, 80)
        marks = {cell_len(line[: line.index(mark)]) for line in lines for mark in "│┤" if mark in line}
        assert len(marks) == 1


@given(st.integers(0, 60_000_000), st.integers(0, 60_000_000), st.integers(0, 140), st.booleans())
def test_no_line_is_wider_than_the_terminal(reached: int, rolling: int, width: int, blocks: bool) -> None:
    for line in drawn(burn(reached=reached, rolling=rolling), width, blocks=blocks):
        assert cell_len(line) <= width


@pytest.mark.parametrize("blocks", [True, False])
def test_a_full_bar_means_that_it_is_reached(blocks: bool) -> None:
    full = drawn(burn(reached=30_000_000), 80, blocks=blocks)
    nearly = drawn(burn(reached=29_999_999), 80, blocks=blocks)
    assert "█│" in full[0] or "#|" in full[0]
    assert "█│" not in nearly[0]
    assert "#|" not in nearly[0]


def test_the_least_that_was_reached_can_be_seen() -> None:
    assert "▏" in drawn(burn(reached=1), 80)[0]
    assert "#" in drawn(burn(reached=1), 80, blocks=False)[0]


def test_what_was_given_back_has_no_bar() -> None:
    line = drawn(burn(reached=-500_000), 80)[0]
    assert "-5,000.00" in line
    assert not set("█▏▎▍▌▋▊▉") & set(line)


@pytest.mark.parametrize(
    ("reached", "color"),
    [(25_000_000, "green"), (24_999_999, "yellow"), (22_500_000, "yellow"), (22_499_999, "red"), (31_000_000, "green")],
)
def test_the_colour_says_how_it_stands(reached: int, color: str) -> None:
    assert picture(burn(reached=reached), 80, blocks=True)[0][1][1] == color


def test_what_is_expected_is_held_against_the_whole_target() -> None:
    lines = picture(burn(reached=24_000_000, rolling=6_000_000), 80, blocks=True)
    assert [line[1][1] for line in lines] == ["yellow", "", "green", ""]


def test_a_period_that_has_not_begun_has_no_bars() -> None:
    assert drawn(burn(date(2026, 10, 31)), 80) == []


def test_a_narrow_terminal_gets_short_figures_and_a_very_narrow_one_nothing() -> None:
    found = burn(reached=17_500_000)
    assert "175,000.00" in drawn(found, 80)[0]
    assert "175k" in drawn(found, 44)[0]
    assert drawn(found, 30) == []


# --- on a terminal, and elsewhere


class Terminal(io.TextIOWrapper):
    """A stdout that says it is a terminal."""

    def __init__(self, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="")

    def isatty(self) -> bool:
        return True

    def text(self) -> str:
        """What was written to it."""
        self.flush()
        written = self.buffer
        assert isinstance(written, io.BytesIO)
        return written.getvalue().decode(self.encoding)


def printed(monkeypatch: pytest.MonkeyPatch, encoding: str = "utf-8", **environ: str) -> str:
    """What is printed on a terminal of that encoding."""
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "80", **environ}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False) if "NO_COLOR" not in environ else None
    terminal = Terminal(encoding)
    monkeypatch.setattr("sys.stdout", terminal)
    print_picture(burn(reached=17_500_000, rolling=6_500_000))
    return terminal.text()


def test_nothing_is_printed_into_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    print_picture(burn(reached=17_500_000))
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_the_bars_in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed(monkeypatch)
    assert text.startswith("\n")
    assert "\x1b[31m█" in text
    assert text.count("\n") == 5


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed(monkeypatch, NO_COLOR="1")
    assert "█" in text
    assert "\x1b[3" not in text


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii"])
def test_another_encoding_gets_plain_signs(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    text = printed(monkeypatch, encoding)
    assert "####" in text
    assert text.isascii()


def test_the_picture_goes_no_wider_than_can_be_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = re.sub(r"\x1b\[[0-9;]*m", "", printed(monkeypatch, COLUMNS="240")).splitlines()
    assert 90 < max(map(cell_len, lines)) <= 100


def test_another_tier_or_scope_changes_nothing_in_the_bars() -> None:
    found = CASES["behind"]
    assert drawn(replace(found, scope="华东", tier=Tier.FLOOR), 80) == drawn(found, 80)
