"""How a data file begins: SQLite's own words for a plain one, a mark of ours for an encrypted one.

SQLCipher puts the salt of the key where SQLite has its words. The salt is ours to choose, so its first bytes are the
same in every file of ours, and text, a workbook or another program's encrypted file is not taken for one; twelve
random bytes are left, more than the eight that RFC 8018 asks for.

On POSIX systems a program loses its locks on a file as soon as it closes any handle to it, however it came by it. So
connections say here which file they have open, and no file that one has open is opened to look at its beginning.
"""

import threading
from pathlib import Path
from typing import Any

PLAIN = b"SQLite format 3\x00"
ENCRYPTED = b"\x89SAL"
SALT_BYTES = len(PLAIN)

_open: dict[tuple[int, int], list[bytes]] = {}  # what each connection said, by file; an open file keeps its number
_lock = threading.Lock()


def start_of(path: Path) -> bytes:
    """The first sixteen bytes of a file; fewer of a shorter one. OSError if it can't be read."""
    said = _open.get(identity(path))
    if said:
        return said[0]
    with path.open("rb") as file:
        return file.read(SALT_BYTES)


def salt_in(start: bytes) -> bytes | None:
    """The salt of an encrypted data file that begins with ``start``; ``None`` for any other file."""
    return start if start.startswith(ENCRYPTED) and len(start) == SALT_BYTES else None


def identity(path: Path) -> tuple[int, int]:
    """What tells a file from another that has its name later. OSError if there is none."""
    found = path.stat()
    return found.st_dev, found.st_ino


class Watched:
    """A part of a connection class: the connection says which file it has open, from ``watch`` until it is closed."""

    _watched: tuple[int, int] | None = None

    def watch(self, path: Path, start: bytes) -> None:
        """Say that the file at ``path``, which begins with ``start``, is open."""
        self._watched = identity(path)
        with _lock:
            _open.setdefault(self._watched, []).append(start)

    def close(self) -> None:
        """Close the connection."""
        parent: Any = super()
        parent.close()
        with _lock:
            said = _open.get(self._watched, []) if self._watched else []
            if said:
                said.pop()
            if self._watched and not said:
                _open.pop(self._watched, None)
        self._watched = None
