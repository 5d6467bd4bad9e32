"""Completion of client names in the shell, straight from the file: the data stack would take a second."""

import contextlib
import os
import sqlite3
import urllib.parse
from collections.abc import Iterator

from salescli import paths
from salescli.safe_text import shown_in_line

_MOST = 50


def client_names(incomplete: str) -> Iterator[tuple[str, str]]:
    """Codes and pinyin initials that begin as typed, with the client's name as help.

    Shells drop candidates that do not begin with what was typed, so a name typed in Chinese completes to itself.
    """
    path = paths.data_file(os.environ)
    if not path.is_file():
        return
    typed = incomplete.lower()
    address = f"file:{urllib.parse.quote(str(path.absolute()))}?mode=ro"
    # A file that can't be read completes to nothing; the command itself will say what is wrong with it.
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(address, uri=True)) as connection:
        for code, name, initials in connection.execute(
            "SELECT code, name, initials FROM client WHERE deleted_at IS NULL AND archived = 0"
            " AND (lower(code) GLOB ? OR initials GLOB ? OR name GLOB ?) ORDER BY id LIMIT ?",
            (*_beginning(typed), _beginning(incomplete)[0], _MOST),
        ):
            first = initials.split("\n")[0]
            if typed and first.startswith(typed):
                yield first, shown_in_line(name)
            elif code.lower().startswith(typed):
                yield code, shown_in_line(name)
            else:
                yield name, code


def _beginning(text: str) -> tuple[str, str]:
    pattern = "".join(f"[{sign}]" if sign in "*?[" else sign for sign in text) + "*"
    return pattern, pattern
