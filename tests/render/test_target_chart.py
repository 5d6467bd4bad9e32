"""The burn-up chart as a file: what is in it, where it is refused, and what the person is told."""

import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("matplotlib")

from matplotlib import rc_context, rcParams

from salescli import i18n
from salescli.dates import Period
from salescli.errors import BadValue, NotWritten, Refused
from salescli.render import target_chart
from salescli.render.target_chart import write_chart
from salescli.services.goals.burn_up import BurnUp
from salescli.vocabulary import MONEY_MEASURES, Measure, Tier

YEAR = Period.year_of(date(2026, 1, 1))
TODAY = date(2026, 11, 25)


def burn(period: Period = YEAR, today: date = TODAY, measure: Measure = Measure.AMOUNT, **other: Any) -> BurnUp:
    """A target that asks the same of every day, of which four fifths were reached, replanned as of today."""
    days = tuple(period.days())
    each = 3_000_000 if measure in MONEY_MEASURES else 5
    gone = min(max((today - period.begin).days + 1, 0), len(days))
    fields = {
        "period": period,
        "days": days,
        "assigned": (each,) * len(days),
        "actual": (each * 4 // 5,) * gone,
        "rolling": (each + 1,) * (len(days) - gone) if today in period else None,
        "as_of": today if today in period else None,
        "tier": Tier.TARGET,
        "provisional": False,
        "name": "李莉",
    }
    return BurnUp(measure=measure, today=today, **{**fields, **other})


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    yield from speaking(str(request.param))


@pytest.fixture
def chinese() -> Iterator[str]:
    yield from speaking("zh")


def speaking(chosen: str) -> Iterator[str]:
    before = i18n.language()
    i18n.activate(chosen)
    yield chosen
    i18n.activate(before)


def words(path: Path) -> list[str]:
    """The texts of an SVG file."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text("utf-8"))


def words_of(folder: Path, found: BurnUp) -> list[str]:
    """The texts of a chart."""
    write_chart(folder / "chart.svg", found, force=True)
    return words(folder / "chart.svg")


def test_a_png_is_1200_by_675(tmp_path: Path, language: str) -> None:
    assert write_chart(tmp_path / "chart.PNG", burn(), force=False) == ""
    data = (tmp_path / "chart.PNG").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert [int.from_bytes(data[place : place + 4]) for place in (16, 20)] == [1200, 675]
    assert [path.name for path in tmp_path.iterdir()] == ["chart.PNG"]


def test_an_svg_has_its_words_as_words(tmp_path: Path, language: str) -> None:
    found = words_of(tmp_path, burn(provisional=True, scope="华东"))
    for said in (
        "Reached",
        "Target",
        "Rolling target",
        "Nov",
        "(provisional: the official days off are not all known)",
    ):
        assert i18n._(said) in found
    assert i18n._("Today {day}").format(day="11-25") in found
    assert i18n._("provisional") in found[-4] + found[-3]
    assert any("李莉" in text and "2026" in text and "华东" in text for text in found)
    assert any("72.1%" in text for text in found)


def test_figures_are_in_the_units_of_the_language(tmp_path: Path, language: str) -> None:
    found = words_of(tmp_path, burn())
    assert ("1,000万" if language == "zh" else "10m") in found
    assert ("1,095万" if language == "zh" else "11.0m") in found


def test_large_small_and_counted_figures(tmp_path: Path, chinese: str) -> None:
    assert "2亿" in words_of(tmp_path, burn(assigned=(100_000_000,) * 365))
    assert "2,500" in words_of(tmp_path, burn(assigned=(3_000,) * 365, actual=None, rolling=None, as_of=None))
    counted = words_of(tmp_path, burn(measure=Measure.VISITS))
    assert "1,500" in counted
    assert "1,825" in counted


@pytest.mark.parametrize(
    ("begin", "days", "marks"),
    [
        (date(2026, 11, 23), 7, ["11-23", "11-24", "11-29"]),
        (date(2026, 11, 25), 1, ["11-25"]),
        (date(2026, 11, 1), 30, ["W45", "W48"]),
        (date(2026, 10, 1), 92, ["Oct", "Nov", "Dec"]),
        (date(2025, 12, 1), 396, ["2025-Q4", "2026-Q1", "2026-Q4"]),
        (date(2024, 6, 1), 1500, ["2024", "2026", "2028"]),
    ],
)
def test_marks_suit_the_length_of_the_period(tmp_path: Path, begin: date, days: int, marks: list[str]) -> None:
    found = words_of(tmp_path, burn(Period.between(begin, begin + timedelta(days=days))))
    assert set(marks) <= set(found)


@pytest.mark.parametrize(
    "found",
    [
        burn(today=date(2025, 12, 1)),
        burn(today=date(2027, 3, 1)),
        burn(today=YEAR.begin),
        burn(today=YEAR.last),
        burn(actual=None, rolling=None, as_of=None),
        burn(assigned=(0,) * 365, actual=(0,) * 329, rolling=None, as_of=None),
        burn(assigned=(0,) * 365, rolling=None, as_of=None),
        burn(actual=(0,) * 329),
        burn(actual=(9_000_000,) * 329),
        burn(actual=(-5,) * 329),
        burn(Period.day_of(TODAY)),
        burn(rolling=(3,) * 60, as_of=date(2026, 11, 1)),
        burn(name="$x_1$ \x1b[2J\u202e\n🦄李", scope="<&>\ue000" + "长" * 200),
        burn(name=None),
    ],
)
def test_odd_targets_have_charts_too(tmp_path: Path, chinese: str, found: BurnUp) -> None:
    """Warnings are errors here: no glyph is missing, no scale is empty."""
    assert write_chart(tmp_path / "chart.png", found, force=False) == ""


def test_a_part_too_short_for_its_name_goes_without(tmp_path: Path) -> None:
    """November 2026 begins on a Sunday."""
    found = words_of(tmp_path, burn(Period.month_of(TODAY)))
    assert "W44" not in found
    assert "W45" in found


def test_a_name_is_drawn_as_it_is_but_for_what_steers(tmp_path: Path) -> None:
    found = words_of(tmp_path, burn(name="$x_1$\nLi", scope="a\u202eb"))
    assert "$x_1$ Li  2026  target for amount closed  a\\u202eb" in found


def test_a_long_name_is_cut_and_the_title_stays_in_the_picture(tmp_path: Path) -> None:
    assert "长" * 15 + "…" in words_of(tmp_path, burn(name=None, scope="长" * 200))[-3]


def test_ahead_behind_and_on_plan_are_said(tmp_path: Path) -> None:
    gone = burn().days_gone
    assert "2.0m behind plan" in words_of(tmp_path, burn())
    assert "329 ahead of plan" in words_of(tmp_path, burn(measure=Measure.VISITS, actual=(6,) * gone))
    assert "on plan" in words_of(tmp_path, burn(measure=Measure.VISITS, actual=(5,) * gone))


def test_before_and_without_records_nothing_is_said_to_be_late(tmp_path: Path) -> None:
    later = words_of(tmp_path, burn(today=date(2025, 12, 1)))
    assert "Target 11.0m, not begun yet" in later
    assert "Reached" not in later
    unknown = words_of(tmp_path, replace(burn(rolling=None, as_of=None), actual=None))
    assert "Target 11.0m, nothing recorded yet" in unknown
    assert not [text for text in later + unknown if "behind" in text or "ahead" in text]


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_the_same_figures_are_the_same_file(tmp_path: Path, ending: str) -> None:
    for name in ("one", "two"):
        write_chart(tmp_path / f"{name}.{ending}", burn(), force=False)
    one, two = ((tmp_path / f"{name}.{ending}").read_bytes() for name in ("one", "two"))
    assert one == two
    write_chart(tmp_path / f"one.{ending}", burn(today=date(2026, 11, 24)), force=True)
    assert (tmp_path / f"one.{ending}").read_bytes() != two


def test_the_persons_own_settings_do_not_alter_it(tmp_path: Path) -> None:
    write_chart(tmp_path / "plain.png", burn(), force=False)
    with rc_context({"lines.linewidth": 9, "axes.facecolor": "black", "xtick.major.width": 7}):
        write_chart(tmp_path / "own.png", burn(), force=False)
    assert (tmp_path / "own.png").read_bytes() == (tmp_path / "plain.png").read_bytes()


def test_the_settings_of_matplotlib_are_left_as_they_were(tmp_path: Path) -> None:
    before = dict(rcParams)
    write_chart(tmp_path / "chart.png", burn(), force=False)
    assert dict(rcParams) == before
    assert i18n.language() == "en"


# --- where it is refused


@pytest.mark.parametrize("name", ["chart.pdf", "chart", "chart.jpg", "png", ".png", "图.xlsx"])
def test_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadValue, match="does not end in"):
        write_chart(tmp_path / name, burn(), force=True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_by_force_alone(tmp_path: Path) -> None:
    path = tmp_path / "图.png"
    path.write_text("mine")
    with pytest.raises(Refused):
        write_chart(path, burn(), force=False)
    assert path.read_text() == "mine"
    write_chart(path, burn(), force=True)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotWritten):
        write_chart(tmp_path / "nowhere" / "chart.png", burn(), force=False)
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(NotWritten):
        write_chart(tmp_path / "folder.png", burn(), force=True)


def test_without_matplotlib_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(NotWritten) as said:
        write_chart(tmp_path / "chart.png", burn(), force=False)
    assert 'pip install "sales-cli[charts]"' in said.value.hint
    assert list(tmp_path.iterdir()) == []


# --- fonts


def test_without_a_chinese_font_the_chart_is_in_english_and_says_so(
    tmp_path: Path, chinese: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target_chart, "_CHINESE_FONTS", ("No Such Font",))
    monkeypatch.setattr(target_chart, "_OTHER_FONTS", ())
    note = write_chart(tmp_path / "chart.svg", burn(scope="华东 East"), force=False)
    assert note.startswith(i18n._("No Chinese font was found: the chart is labelled in English."))
    text = (tmp_path / "chart.svg").read_text("utf-8")
    assert not re.search("[\u4e00-\u9fff]", text)
    assert "2026  target for amount closed  East" in words(tmp_path / "chart.svg")
    assert i18n.language() == "zh"


def test_an_english_chart_needs_no_chinese_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_chart, "_CHINESE_FONTS", ())
    assert write_chart(tmp_path / "chart.png", burn(), force=False) == ""


def test_the_first_run_ever_says_nothing_on_stderr(tmp_path: Path) -> None:
    """Matplotlib looks through the fonts then, and can't keep what it found where the folder can't be written."""
    program = (
        "import sys; from datetime import date; from pathlib import Path\n"
        "from salescli.dates import Period; from salescli.render.target_chart import write_chart\n"
        "from salescli.services.goals.burn_up import BurnUp; from salescli.vocabulary import Measure, Tier\n"
        "day = date(2026, 11, 25)\n"
        "burn = BurnUp(Measure.VISITS, Period.day_of(day), Tier.TARGET, (day,), (3,), (2,), None, None, day, False)\n"
        "write_chart(Path(sys.argv[1]), burn, force=False)"
    )
    (tmp_path / "file").touch()
    for number, cache in enumerate((tmp_path / "cache", tmp_path / "file" / "below")):
        argv = [sys.executable, "-W", "error", "-c", program, str(tmp_path / f"{number}.png")]
        environ = {**os.environ, "MPLCONFIGDIR": str(cache)}
        done = subprocess.run(argv, capture_output=True, text=True, env=environ, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_quiet_is_matplotlibs_alone(tmp_path: Path) -> None:
    write_chart(tmp_path / "chart.png", burn(), force=False)
    assert logging.getLogger().level != logging.CRITICAL
    assert logging.getLogger("salescli").getEffectiveLevel() != logging.CRITICAL
