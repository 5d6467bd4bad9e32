"""Completion of client names in the shell, straight from the file: the data stack would take a second."""

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import typer

from salescli import paths
from salescli.errors import SalesError

_MOST = 50
# Shells take candidates in as commands are typed, and zsh evaluates the help beside them.
_WORD = re.compile(r"\w[\w.·（）-]*")
_STEERS_A_SHELL = re.compile(r"[^\w\s.,:·（），。、—－+-]|[\x00-\x1f]")


def client_names(ctx: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    """Codes and pinyin initials that begin as typed, with the client's name as help.

    Shells drop candidates that do not begin with what was typed, so a name typed in Chinese completes to itself.
    """
    path = _data_file(ctx)
    if path is None:
        return
    typed = incomplete.lower()
    address = f"{path.absolute().as_uri()}?mode=ro"
    # A file that can't be read completes to nothing; the command itself will say what is wrong with it.
    with contextlib.suppress(sqlite3.Error), contextlib.closing(_connect(address)) as connection:
        for code, name, initials in connection.execute(
            "SELECT code, name, initials FROM client WHERE deleted_at IS NULL AND archived = 0"
            " AND (lower(code) GLOB ? OR char(10) || initials GLOB ? OR name GLOB ?) ORDER BY id LIMIT ?",
            (_beginning(typed), "*\n" + _beginning(typed), _beginning(incomplete), _MOST),
        ):
            short = next((line for line in initials.split("\n") if typed and line.startswith(typed)), "")
            if code.lower().startswith(typed):
                yield incomplete + code[len(typed) :], _harmless(name)
            elif _WORD.fullmatch(short):
                yield incomplete + short[len(typed) :], _harmless(name)
            elif _WORD.fullmatch(name):
                yield name, code


def _data_file(ctx: typer.Context) -> Path | None:
    """The data file of the command line that is being typed, if it is there."""
    asked = ctx.find_root().params.get("db")
    with contextlib.suppress(SalesError, OSError):
        path = paths.data_file(os.environ, asked and Path(asked))
        return path if path.is_file() else None
    return None


def _connect(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, uri=True, timeout=0.2)  # nobody waits for a lock at the Tab key


def _harmless(name: str) -> str:
    return _STEERS_A_SHELL.sub(" ", name)


def _beginning(text: str) -> str:
    """The GLOB pattern of what begins with ``text``."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in text) + "*"
