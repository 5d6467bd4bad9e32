"""What `sales client import` is measured against: `plain_import.py DATABASE CSV`.

It writes every column of the same rows by executemany into tables with the same indexes, with the same search keys,
and looks at nothing: no cell is checked, no client looked for among those that are there, no change logged.
"""

import csv
import sqlite3
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from typing import Any

from salescli.services.accounts.clients import search_keys

_NOW = "2026-11-25T09:00:00+00:00"
# The columns of the made-up file, as the tables name them.
_CLIENT = ("name", "grade", "industry", "district", "address")
_KEPT = {"aliases": "[]", "tags": "[]", "lifecycle": "customer", "archived": False}
_CONTACT = ("contact", "mobile")


def main(database: str, table: str) -> None:
    """Write the clients and contacts of a CSV into a new data file."""
    with closing(sqlite3.connect(database)) as connection, connection:
        columns = {name: _columns(connection, name) for name in ("client", "contact")}
        _write(connection, "client", columns["client"], _clients(table))
        _write(connection, "contact", columns["contact"], _contacts(table))


def _rows(table: str) -> Iterator[tuple[int, dict[str, str]]]:
    with open(table, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 - no import more than it needs
        rows = csv.reader(file)
        next(rows)
        for number, row in enumerate(rows, 1):
            yield number, dict(zip((*_CLIENT, *_CONTACT, "last_contact_on"), row, strict=True))


def _record(number: int) -> dict[str, Any]:
    return {"id": number, "uuid": str(uuid.uuid4()), "created_at": _NOW, "updated_at": _NOW}


def _clients(table: str) -> Iterator[dict[str, Any]]:
    today = str(date(2026, 11, 25))
    for number, row in _rows(table):
        known = {name: row[name] or None for name in _CLIENT}
        day = row["last_contact_on"] or None
        contacted = {"known_contact_on": day, "last_contact_on": day, "next_due_on": day or today}
        yield {**_record(number), "code": f"C{number:04}", **known, **_KEPT, **contacted, **search_keys(known)}


def _contacts(table: str) -> Iterator[dict[str, Any]]:
    for number, row in _rows(table):
        yield {**_record(number), "client_id": number, "name": row["contact"], "mobile": row["mobile"], "primary": True}


def _columns(connection: sqlite3.Connection, table: str) -> Sequence[str]:
    return [row[1] for row in connection.execute("SELECT * FROM pragma_table_info(?)", (table,))]


def _write(connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterator[dict[str, Any]]) -> None:
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of ours
    connection.executemany(statement, ([row.get(name) for name in columns] for row in rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
