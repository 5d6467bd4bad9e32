"""Completion of client names through the protocol that the shells speak, as Typer writes it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from salescli import db
from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.services import changes
from salescli.services.accounts import clients
from tests.conftest import Sales

HOSTILE = [
    "[/]",
    "[red]",
    "\\$(touch pwned)",
    "a'; touch pwned; '",
    '"`touch pwned`"',
    "x\ny",
    "* ?",
    "-rf",
    "甲\x1b[31m\u202e",
]
# The words of a command line so far, the last being typed.
Complete = Callable[..., list[str]]


@pytest.fixture
def stored(data_file: Path, defaults: Settings, now: Any) -> Path:
    """A file with some clients, one of them removed."""
    with db.writing(data_file) as session:
        changes.watch(session, "test", now)
        for name in ("杭州蓝海机电", "宁波绿城", "杭州[一]*号", "ABC 公司", "单电器"):
            _add(session, name, defaults, now)
        clients.remove(session, _add(session, "杭州已走", defaults, now))
    return data_file


def _add(session: Session, name: str, defaults: Settings, now: Any) -> Any:
    return clients.add(session, {"name": name}, None, now.date(), defaults, Calendar())


def asked(words: tuple[str, ...], shell: str) -> dict[str, str]:
    """What a shell puts into the environment at the Tab key after these words, the last being typed."""
    line = " ".join(words)
    return {
        "_SALES_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": words[-1],
    }


@pytest.fixture
def complete(sales: Sales) -> Complete:
    """What the shell offers after these words."""

    def call(*words: str, shell: str = "bash") -> list[str]:
        told = sales(env=asked(words, shell))
        assert told.err == ""
        return told.out.split("\n")[:-1] if told.out.strip() else []

    return call


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", ["C0001", "C0002", "C0003", "C0004", "C0005"]),
        ("C", ["C0001", "C0002", "C0003", "C0004", "C0005"]),
        ("c0002", ["c0002"]),
        ("hz", ["hzlhjd"]),
        ("HZ", ["HZlhjd"]),
        ("abc", ["abcgs"]),
        ("sd", ["sdq"]),
        ("杭州", ["杭州蓝海机电"]),
        ("没有", []),
        ("*", []),
        ("[", []),
    ],
)
def test_codes_initials_and_names_are_offered(typed: str, offered: list[str], complete: Complete, stored: Path) -> None:
    assert complete("sales", "client", "show", typed) == offered


@pytest.mark.parametrize("command", ["client edit", "visit plan", "visit log", "log", "brief", "visit list --client"])
def test_every_command_that_takes_a_client_offers_them(command: str, complete: Complete, stored: Path) -> None:
    assert complete("sales", *command.split(), "nb") == ["nblc"]


def test_the_file_of_the_command_line_is_looked_into(complete: Complete, stored: Path, tmp_path: Path) -> None:
    other = shutil.copy(stored, tmp_path / "other.db")
    stored.unlink()
    assert complete("sales", "client", "show", "nb") == []
    assert complete("sales", "--db", str(other), "client", "show", "nb") == ["nblc"]


def test_commands_and_options_are_offered_too(complete: Complete, stored: Path) -> None:
    assert complete("sales", "cl") == ["client"]
    assert "list" in complete("sales", "client", "l")
    assert "--grade" in complete("sales", "client", "list", "--gr")


@pytest.mark.parametrize("shell", ["zsh", "fish", "powershell"])
def test_other_shells_get_the_name_as_help(shell: str, complete: Complete, stored: Path) -> None:
    told = "\n".join(complete("sales", "client", "show", "nb", shell=shell))
    assert "nblc" in told
    assert "宁波绿城" in told


@pytest.fixture
def hostile(stored: Path, defaults: Settings, now: Any) -> Path:
    """The file with clients whose names no shell should read."""
    with db.writing(stored) as session:
        changes.watch(session, "test", now)
        for name in HOSTILE:
            _add(session, name, defaults, now)
    return stored


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_hostile_names_harm_no_shell(shell: str, complete: Complete, hostile: Path) -> None:
    told = "\n".join(complete("sales", "client", "show", "C", shell=shell))
    assert told.count("C00") == 5 + len(HOSTILE)
    inside = told.removeprefix("_arguments '*: :((").removesuffix("))'")
    assert not set(inside) & set("$`\\;'*?<>|&#\x1b\u202e[]{}()")


@pytest.mark.parametrize("typed", ["a", "x", "甲"])
def test_a_hostile_name_is_offered_by_its_initials_alone(typed: str, complete: Complete, hostile: Path) -> None:
    assert all(word.isalnum() for word in complete("sales", "client", "show", typed))


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
def test_a_real_bash_completes_what_is_typed(stored: Path, environ: dict[str, str], tmp_path: Path) -> None:
    program = tmp_path / "bin" / "sales"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m salescli "$@"\n')
    program.chmod(0o755)
    script = (
        'eval "$(_SALES_COMPLETE=source_bash sales)"\n'
        "COMP_WORDS=(sales client show nb); COMP_CWORD=3\n"
        "_sales_completion sales\n"
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    path = f"{program.parent}{os.pathsep}{environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script], env={**environ, "PATH": path}, cwd=tmp_path, capture_output=True, check=False
    )
    assert (done.stdout.decode(), done.stderr.decode()) == ("nblc\n", "")


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00", b"x" * 5000])
def test_a_file_that_can_t_be_read_completes_to_nothing(content: bytes, complete: Complete, stored: Path) -> None:
    stored.write_bytes(content)
    assert complete("sales", "client", "show", "C") == []


def test_the_tab_key_loads_no_data_stack_and_waits_for_no_lock(environ: dict[str, str], stored: Path) -> None:
    script = (
        "import sys, time\n"
        "from salescli.cli import root\n"
        "begun = time.monotonic()\n"
        "code = root.run([])\n"
        "stack = {'sqlmodel', 'sqlalchemy', 'pydantic', 'alembic', 'openpyxl'} & set(sys.modules)\n"
        "sys.stderr.write(f'{code} {sorted(stack)} {time.monotonic() - begun:.0f}')"
    )

    def tab() -> tuple[str, str]:
        env = {**environ, **asked(("sales", "client", "show", "nb"), "bash")}
        done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, check=True)
        return done.stdout.decode().strip(), done.stderr.decode()

    offered, said = tab()
    assert (offered, said[:4]) == ("nblc", "0 []")
    with closing(sqlite3.connect(stored, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        offered, said = tab()
    assert (offered, said[:4]) == ("", "0 []")
    assert int(said[5:]) < 5
