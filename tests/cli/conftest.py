"""What several tests of commands begin with."""

import shutil
from pathlib import Path

import pytest

from tests.cli.week_desk import FRIDAY, run_all
from tests.conftest import Sales


@pytest.fixture(scope="session")
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
        (FRIDAY, "target", "set", "2026", "90", "--measure", "satisfaction"),
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
