"""Taking turns at writing: who waits asks again at short random moments.

SQLite's own way of waiting asks ever more seldom, so that among many writers those who have waited longest lose to
those who come, and some are refused at last.
"""

import os
import sqlite3
import time

WRITING = "BEGIN IMMEDIATE"
_SHORTEST, _LONGER = 0.002, 0.018  # seconds


def begin_writing(connection: sqlite3.Connection, seconds: float) -> None:
    """BEGIN IMMEDIATE, waiting ``seconds`` at most while another connection writes; then its error is raised."""
    connection.execute("PRAGMA busy_timeout = 0")
    deadline = time.monotonic() + seconds
    try:
        while not _begun(connection, time.monotonic() >= deadline):
            time.sleep(_SHORTEST + _LONGER * os.urandom(1)[0] / 255)
    finally:
        connection.execute(f"PRAGMA busy_timeout = {int(1000 * seconds)}")


def _begun(connection: sqlite3.Connection, last: bool) -> bool:
    try:
        connection.execute(WRITING)
    except Exception as problem:  # SQLCipher has classes of its own
        if last or code_of(problem) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        return False
    return True


def code_of(problem: BaseException | None) -> int:
    """The kind of what SQLite raised; 0 of anything else. SQLCipher's exporting says some of them in words alone."""
    said = str(problem)
    if "database or disk is full" in said:
        return sqlite3.SQLITE_FULL
    if "disk I/O error" in said:
        return sqlite3.SQLITE_IOERR
    return getattr(problem, "sqlite_errorcode", 0) & 0xFF  # without what it adds to the kind
