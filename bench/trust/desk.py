"""A data file to ill-treat, and the program on it: forked from this process, or started anew as people do."""

import hashlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bench import forked

SALES = (sys.executable, "-m", "salescli")
TODAY = "2026-11-25"
# What differs between two runs of one command: identities, digests, and packed files with the moment in them.
_BY_CHANCE = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|\b[0-9a-f]{32,64}\b")


@dataclass(frozen=True)
class Done:
    """A run that ended: its exit code (negative for the signal that ended it) and what it said."""

    code: int
    out: str
    err: str

    @property
    def plain(self) -> bool:
        """Whether it speaks as people are spoken to: no traceback, nothing of the interpreter's own."""
        return not any(sign in self.err for sign in ("Traceback", "Exception ignored", "Something unexpected"))


class Running:
    """A forked run of the program that has not been waited for."""

    def __init__(self, argv: Sequence[str], environ: Mapping[str, str], folder: Path) -> None:
        self._streams = [tempfile.TemporaryFile() for _ in range(3)]  # noqa: SIM115
        self.pid = forked.begin(argv, environ, folder, [stream.fileno() for stream in self._streams])

    def kill(self) -> None:
        """End it at once, wherever it is."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> Done:
        """Wait for its end."""
        _pid, status = os.waitpid(self.pid, 0)
        texts = []
        for stream in self._streams[1:]:
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace"))
            stream.close()
        self._streams[0].close()
        return Done(os.waitstatus_to_exitcode(status), *texts)


@dataclass
class Desk:
    """A folder with a data file ``sales.db``, and the environment of the program on it."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        settled = {
            "HOME": str(self.folder),
            "SALES_DB": str(self.db),
            "SALES_CONFIG": str(self.folder / "config.toml"),
            "SALES_TODAY": TODAY,
            "SALES_LANG": "en",
            "SALES_COPIES": "0",
            "COLUMNS": "120",
            "PYTHONUTF8": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        self.environ = {**kept, **settled, **self.environ}

    @property
    def db(self) -> Path:
        """The data file."""
        return self.folder / "sales.db"

    def start(self, *argv: str) -> Running:
        """Begin a forked run."""
        return Running(argv, self.environ, self.folder)

    def run(self, *argv: str, code: int | None = 0) -> Done:
        """A forked run to its end; it must leave with ``code`` unless that is None."""
        done = self.start(*argv).wait()
        assert code is None or done.code == code, (argv, done)
        return done

    def whole(self, *argv: str, before: Sequence[str] = (), environ: Mapping[str, str] | None = None) -> Done:
        """A run as people have it, from the interpreter's start; ``before`` stands before it, such as strace."""
        done = subprocess.run(
            [*before, *SALES, *argv],
            env={**self.environ, **(environ or {})},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))

    def clear(self) -> None:
        """Take away all that is in the folder."""
        for path in self.folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

    def left_over(self) -> list[str]:
        """Names of temporary files and journals in the folder."""
        return sorted(
            path.name for path in self.folder.iterdir() if path.name.startswith(".sales-") or "-journal" in path.name
        )


def faults(path: Path) -> list[str]:
    """What SQLite finds wrong with a file: integrity and foreign keys."""
    with closing(sqlite3.connect(path)) as connection:
        found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        return found + [str(row) for row in connection.execute("PRAGMA foreign_key_check")]


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    """Look into a file without the program."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def contents(path: Path) -> str:
    """A digest of every row of every table, but for what differs by chance between two runs of one command."""
    digest = hashlib.sha256()
    with closing(sqlite3.connect(path)) as connection:
        for name, sql in connection.execute("SELECT name, sql FROM sqlite_master ORDER BY type, name"):
            digest.update(f"{name} {sql}\n".encode())
        for line in _lines(connection):
            digest.update(line.encode())
    return digest.hexdigest()


def _lines(connection: sqlite3.Connection) -> Iterator[str]:
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
        found = []
        for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY 1'):  # noqa: S608
            # What one command changed has no order of its own.
            known = row[1:] if name == "change" else row
            seen = [len(cell) > 0 if isinstance(cell, bytes) else cell for cell in known]
            found.append(_BY_CHANCE.sub("-", f"{name} {seen}\n"))
        yield from sorted(found)
