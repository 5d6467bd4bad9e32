"""The real program for every test: `sales("visit", "log", …, code=3)` runs it in a process of its own.

Where the system can fork, the process is forked from one that has the libraries and the program imported, one for
each language because the commands' help is in it, so a call takes hundredths of a second; elsewhere it is started anew.
"""

import functools
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl  # noqa: F401  imported once for all forks
import pytest
import rich.console
import rich.table  # noqa: F401
import typer  # noqa: F401
from hypothesis import HealthCheck, settings
from sqlmodel import Session

from bench import forked
from salescli import db
from salescli.config import DEFAULTS, Settings
from salescli.services import changes
from tests import rehearsal

forked.import_floors()

settings.register_profile(
    "quick", max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("quick")

TODAY = "2026-11-25"  # a Wednesday, in week 48


@dataclass(frozen=True)
class Result:
    """What a run of the program left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """stdout, which must be JSON and nothing else."""
        return json.loads(self.out)

    def error(self) -> dict[str, str]:
        """The error object on stderr of a `--json` run."""
        found: dict[str, str] = json.loads(self.err)["error"]
        return found


Sales = Callable[..., Result]
Begun = Callable[..., Sales]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty data file, made once and copied for every test."""
    path = tmp_path_factory.mktemp("template") / "sales.db"
    with db.reading(path):
        pass
    rehearsal.share_compiled(path)
    return path


@pytest.fixture
def data_file(tmp_path: Path, template: Path) -> Path:
    """The test's own data file."""
    return Path(shutil.copy(template, tmp_path / "sales.db"))


@pytest.fixture
def environ(tmp_path: Path, data_file: Path) -> dict[str, str]:
    """The environment of the program: its own files, a fixed day, English."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP", "LD_LIBRARY_PATH")
        if name in os.environ
    }
    return {
        **kept,
        "HOME": str(tmp_path),
        "SALES_DB": str(data_file),
        "SALES_CONFIG": str(tmp_path / "config.toml"),
        "SALES_TODAY": TODAY,
        "SALES_LANG": "en",
        "SALES_COPIES": "0",
        "COLUMNS": "120",
        "PYTHONUTF8": "1",
    }


@pytest.fixture
def sales(tmp_path: Path, environ: dict[str, str]) -> Sales:
    """Run the program: ``sales("client", "add", "甲", code=0, lang="zh", today="2026-11-23", stdin="…", env={…})``."""
    return caller(tmp_path, environ)


@pytest.fixture
def sales_as_patched(tmp_path: Path, environ: dict[str, str]) -> Sales:
    """The program as :func:`sales`, but forked from the test itself: with what it patched, and within its limits."""
    return caller(tmp_path, environ, here=True)


@pytest.fixture(scope="session")
def desks(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], Path]:
    """The folders that commands have left which several tests begin with, made for the first of them."""
    return {}


@pytest.fixture
def begun(
    sales: Sales, desks: dict[tuple[str, ...], Path], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Begun:
    """The program on what these commands leave: ``begun("client add 甲", "@2026-11-23 visit plan 甲 明天")``."""

    def begin(*lines: str) -> Sales:
        assert [path.name for path in tmp_path.iterdir()] == ["sales.db"]
        if lines in desks:
            shutil.copytree(desks[lines], tmp_path, dirs_exist_ok=True)
            return sales
        for line in lines:
            today, words = line[1:].split(" ", 1) if line.startswith("@") else ("", line)
            sales(*shlex.split(words), today=today)
        desks[lines] = shutil.copytree(tmp_path, tmp_path_factory.mktemp("desk") / "of")
        return sales

    return begin


def caller(tmp_path: Path, environ: dict[str, str], *, here: bool = False) -> Sales:
    """The function that runs the program in ``tmp_path``."""

    def call(
        *argv: object,
        code: int = 0,
        lang: str = "",
        today: str = "",
        stdin: str | bytes = "",
        env: dict[str, str] | None = None,
    ) -> Result:
        environment = {**environ, **(env or {})}
        if lang:
            environment["SALES_LANG"] = lang
        if today:
            environment["SALES_TODAY"] = today
        data = stdin.encode() if isinstance(stdin, str) else stdin
        result = run_program([str(word) for word in argv], environment, tmp_path, data, here=here)
        assert result.code == code, (
            f"exit {result.code}, not {code}\n--- stdout\n{result.out}\n--- stderr\n{result.err}"
        )
        return result

    return call


def run_program(
    argv: list[str],
    environ: dict[str, str],
    folder: Path,
    stdin: bytes,
    *,
    together: bool = False,
    here: bool = False,
) -> Result:
    """Run ``sales argv`` in a process of its own, in ``folder``; ``together`` takes what it says for part of stdout.

    ``here`` forks it from this process, which costs thrice as much.
    """
    if not hasattr(os, "fork"):
        done = subprocess.run(
            [sys.executable, "-m", "salescli", *argv],
            env=environ,
            cwd=folder,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if together else subprocess.PIPE,
            check=False,
        )
        return Result(done.returncode, done.stdout.decode(), (done.stderr or b"").decode())
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        streams = [given.fileno(), out.fileno(), (out if together else err).fileno()]
        if here:
            _pid, status = os.waitpid(forked.begin(argv, environ, folder, streams), 0)
            code = os.waitstatus_to_exitcode(status)
        else:
            language = "" if any(word.startswith("--lang") for word in argv) else environ.get("SALES_LANG", "")
            code = WARM.get(language, WARM[""]).run(argv, environ, folder, streams)
        out.seek(0)
        err.seek(0)
        return Result(code, out.read().decode(), err.read().decode())


WARM: dict[str, forked.Warm] = {}
if hasattr(os, "fork"):  # now, before the tests are collected
    WARM[""] = forked.Warm(bool)
    WARM["en"] = forked.Warm(rehearsal.rehearse)
    WARM["zh"] = forked.Warm(functools.partial(forked.import_commands, "zh"))  # too few runs to rehearse for


def pytest_sessionfinish() -> None:
    """End the processes that wait to be forked."""
    for process in WARM.values():
        process.end()


@pytest.fixture
def now() -> datetime:
    """The moment of the tests of services: 09:00 on the fixed day."""
    return datetime.fromisoformat(f"{TODAY}T09:00").astimezone()


@pytest.fixture
def session(data_file: Path, now: datetime) -> Iterator[Session]:
    """A writing session on the test's data file, logged as the command `test`."""
    with db.writing(data_file) as opened:
        changes.watch(opened, "test", now)
        yield opened


@pytest.fixture
def defaults(tmp_path: Path) -> Settings:
    """The default settings."""
    return Settings(tmp_path / "config.toml", DEFAULTS)
