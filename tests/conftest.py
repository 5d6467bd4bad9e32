"""The real program for every test: `sales("visit", "log", …, code=3)` runs it in a process of its own.

Where the system can fork, the process is forked from one that has the libraries and the program imported, one for
each language because the commands' help is in it, so a call takes hundredths of a second; elsewhere it is started anew.
"""

import gc
import importlib
import json
import os
import pkgutil
import shutil
import socket
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl  # noqa: F401  imported once for all forks
import pytest
import rich.console
import rich.table  # noqa: F401
import sqlalchemy.orm
import sqlmodel  # noqa: F401
import typer  # noqa: F401
from hypothesis import HealthCheck, settings
from sqlmodel import Session

from salescli import db, models, render, services
from salescli.config import DEFAULTS, Settings
from salescli.services import changes

for floor in (models, services, render):
    for module in pkgutil.walk_packages(floor.__path__, f"{floor.__name__}."):
        importlib.import_module(module.name)
sqlalchemy.orm.configure_mappers()

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


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty data file, made once and copied for every test."""
    path = tmp_path_factory.mktemp("template") / "sales.db"
    with db.reading(path):
        pass
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
        code = (_run_forked_here if here else _run_forked)(argv, environ, folder, streams)
        out.seek(0)
        err.seek(0)
        return Result(code, out.read().decode(), err.read().decode())


def _run_forked(argv: list[str], environ: dict[str, str], folder: Path, streams: list[int]) -> int:
    """Let a warm process fork one that is the program; gives back its exit code."""
    told = environ.get("SALES_LANG", "") if not any(word.startswith("--lang") for word in argv) else ""
    warm = _warm_process(told if told in ("en", "zh") else "")
    with tempfile.TemporaryFile() as request:
        request.write(json.dumps([argv, environ, str(folder)]).encode())
        request.seek(0)
        socket.send_fds(warm, [b"run"], [request.fileno(), *streams])
        answer = warm.recv(16)
    assert answer, "the warm process is gone"
    return int(answer)


def _run_forked_here(argv: list[str], environ: dict[str, str], folder: Path, streams: list[int]) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside the test runner's threads
        child = os.fork()
    if child == 0:
        _be_the_program(argv, environ, str(folder), *streams)
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


@cache
def _warm_process(language: str) -> socket.socket:
    """A process with the libraries imported and little else: forking the test runner itself costs thrice as much.

    It imports the commands, in ``language`` where one is given, when it is asked first.
    """
    ours, theirs = socket.socketpair()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking beside the test runner's threads
        child = os.fork()
    if child == 0:
        try:
            ours.close()
            gc.disable()  # a collection in a forked process would copy every page
            _serve(theirs, language)
        finally:
            os._exit(1)
    theirs.close()
    return ours


def _serve(asked: socket.socket, language: str) -> None:
    """Fork a process for each request, until the test runner is gone."""
    ready = not language
    while True:
        asked_for, (*files,), _flags, _address = socket.recv_fds(asked, 16, 4)
        if not asked_for:
            os._exit(0)
        if not ready:
            _import_commands(language)
            ready = True
        child = os.fork()
        if child == 0:
            with os.fdopen(files[0], encoding="utf-8") as request:
                argv, environ, folder = json.load(request)
            _be_the_program(argv, environ, folder, *files[1:])
        for file in files:
            os.close(file)
        _pid, status = os.waitpid(child, 0)
        asked.send(str(os.waitstatus_to_exitcode(status)).encode())


def _import_commands(language: str) -> None:
    from salescli import cli
    from salescli.cli import root

    root.speak([], {"SALES_LANG": language, "SALES_CONFIG": os.devnull})
    for module in pkgutil.iter_modules(cli.__path__, "salescli.cli."):
        importlib.import_module(module.name)


def _be_the_program(argv: list[str], environ: dict[str, str], folder: str, *streams: int) -> None:
    code = 1
    gc.disable()  # as the program does itself
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environ)
        sys.argv = ["sales", *argv]
        sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
        warnings.simplefilter("error")
        from salescli.cli import root

        root.speak(sys.argv[1:], dict(os.environ))
        code = root.run(sys.argv[1:])
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if hasattr(os, "fork"):
    for language in ("", "en", "zh"):
        _warm_process(language)  # now, before the tests are collected


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
