"""Connections to encrypted data files: SQLCipher by its DBAPI, an extra that only such files need.

SQLAlchemy's own dialect for SQLCipher takes the passphrase in an address and lets it be worked out anew at every
connection; here its plain SQLite dialect is given this module and connections that have their key.
"""

import contextlib
import sqlite3
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from salescli.encryption.file_marks import PLAIN, Watched
from salescli.encryption.keys import Key
from salescli.errors import DataFileProblem
from salescli.i18n import _

EXTRA = 'pip install "sales-cli[encrypted]"'


def dbapi() -> ModuleType:
    """SQLCipher as a module that looks like ``sqlite3``; DataFileProblem if it is not installed."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        raise DataFileProblem(
            _("What reads and writes encrypted data files is not installed."),
            hint=_("`{command}` installs it.").format(command=EXTRA),
        ) from None
    return cast("ModuleType", dbapi2)


def connect(path: Path, key: Key | None, seconds: float) -> sqlite3.Connection:
    """A connection to the file at ``path`` with its key, or, without one, to a plain file."""
    module = dbapi()
    factory = type("Connection", (Watched, module.Connection), {})
    address = f"{path.absolute().as_uri()}?mode=rw"  # which makes no file
    connection: Any = module.connect(address, uri=True, timeout=seconds, isolation_level=None, factory=factory)
    connection.watch(path, key.salt if key else PLAIN)
    connection.execute("PRAGMA cipher_log_level = NONE")  # it would write to stderr by itself
    if key is not None:
        connection.set_key(key.raw())
    connection.execute("PRAGMA temp_store = MEMORY")  # nothing of it may lie plain in a file of the system
    return cast("sqlite3.Connection", connection)


def export(path: Path, key: Key | None, new: Path, new_key: Key | None, seconds: float) -> list[str]:
    """Write all of the file at ``path`` into the empty file ``new``, encrypted with ``new_key`` or plain without one.

    Gives back in which of its tables and definitions the new file differs, which is none.
    """
    with contextlib.closing(connect(path, key, seconds)) as connection:
        connection.execute("ATTACH ? AS rewritten KEY ?", (str(new), new_key.raw() if new_key else ""))
        connection.execute("BEGIN")
        connection.execute("SELECT sqlcipher_export('rewritten')")
        for mark in ("application_id", "user_version"):
            (value,) = connection.execute(f"PRAGMA main.{mark}").fetchone()
            connection.execute(f"PRAGMA rewritten.{mark} = {value}")
        connection.execute("COMMIT")
        before, after = _outline(connection, "main"), _outline(connection, "rewritten")
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def _outline(connection: sqlite3.Connection, schema: str) -> dict[str, Any]:
    """Every definition by its name, with the number of rows of a table."""
    found = connection.execute(f"SELECT name, type, sql FROM {schema}.sqlite_master").fetchall()  # noqa: S608
    return {
        name: (kind, sql, connection.execute(f'SELECT count(*) FROM {schema}."{name}"').fetchone())  # noqa: S608
        if kind == "table"
        else (kind, sql)
        for name, kind, sql in found
    }
