"""A week on its Friday, to be closed, printed and answered through the real program."""

import os
import sqlite3
from pathlib import Path
from typing import Any

from tests.conftest import run_program

FRIDAY, SATURDAY, NEXT_FRIDAY = "2026-11-27T16:30", "2026-11-28T10:00", "2026-12-04T16:30"


def run_all(path: Path, folder: Path, *commands: tuple[str, ...]) -> None:
    """Run commands, each with the clock it begins with, on the data file ``path``."""
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "SALES_DB": str(path), "SALES_LANG": "en", "SALES_COPIES": "0",
        "SALES_CONFIG": str(folder / "config.toml"), "PYTHONUTF8": "1",
    }  # fmt: skip
    for today, *argv in commands:
        done = run_program(list(argv), {**environ, "SALES_TODAY": today}, folder, b"")
        assert done.code == 0, (argv, done.err)


def versions(data_file: Path) -> list[tuple[str, int, str]]:
    with sqlite3.connect(data_file) as connection:
        return connection.execute("SELECT week, version, state FROM weekplan ORDER BY id").fetchall()


def goal_of(goals: list[dict[str, Any]], measure: str) -> dict[str, Any]:
    return next(goal for goal in goals if goal["measure"] == measure)
