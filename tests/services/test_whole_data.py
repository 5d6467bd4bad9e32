"""Everything out as text and in again: every table is equal row by row, in values and types, from any schema."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import IO, Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from salescli import db, open_archive
from salescli.errors import BadRows, Refused
from salescli.services import whole_data
from tests.test_migrations import REVISIONS, fill, migrated, tables_of

DAY = date(2026, 11, 25)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SPECIAL = st.sampled_from(["", "null", '"a"', "[]", "𠮷", "=1+1", "a\nb", "\x1b[2J", "\u2028", "\u202e", "true", "1.0"])
JSON = st.sampled_from(
    [
        "[]",
        "{}",
        "null",
        '"text"',
        "[1, 2.5]",
        '{"𠮷": "\\u2028"}',
        '{"b":1,"a":null}',
        '{"a": 1, "a": 2}',
        "[1e400]",
        "[ 1]",
    ]
)
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "INTEGER": st.integers(-(2**63), 2**63 - 1),
    "BIGINT": st.integers(-(2**63), 2**63 - 1),
    "BOOLEAN": st.integers(0, 1),
    "FLOAT": st.floats(allow_nan=False),
    "JSON": JSON | TEXTS,
    "VARCHAR": TEXTS | SPECIAL,
    "DATE": TEXTS | SPECIAL,
}


def rows_with_types(path: Path) -> dict[str, list[list[tuple[type, Any]]]]:
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: [
                [(type(value), value) for value in row]
                for row in connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid')  # noqa: S608
            ]
            for table in tables_of(path)
        }


def export(path: Path, file: Path) -> int:
    with file.open("wb") as stream, db.reading(path) as session:
        return export_session(session, stream)


def export_session(session: Session, stream: IO[bytes]) -> int:
    with open_archive.ArchiveWriter(stream, whole_data.schema(session), "1.0", DAY) as archive:
        count = whole_data.export(session, archive)
        archive.finish()
    return count


def rebuild(file: Path, path: Path) -> int:
    with open_archive.opened(file) as archive, db.rebuilding(path, archive.manifest.schema) as session:
        return whole_data.take(session, archive)


def put(path: Path, table: str, rows: list[dict[str, Any]]) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for row in rows:
            names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
            connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(row.values()))  # noqa: S608


@given(st.data())
@settings(max_examples=6)
def test_any_rows_come_back_the_same_in_value_and_type(
    template: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("whole")
    path = folder / "a.db"
    path.write_bytes(template.read_bytes())
    with closing(sqlite3.connect(path)) as connection:
        table = data.draw(st.sampled_from(["client", "change", "task", "weekplan", "order"]))
        columns = connection.execute("SELECT * FROM pragma_table_info(?)", (table,)).fetchall()
    rows = []
    for number in range(1, data.draw(st.integers(1, 4)) + 1):
        row = {}
        for _place, name, kind, not_null, *_rest in columns:
            value = KINDS.get(kind, TEXTS)
            row[name] = data.draw(value if not_null else st.none() | value)
            if name in ("id", "uuid", "code", "week", "client_id"):
                row[name] = number if "id" in name and name != "uuid" else f"{name} {number}"
            if name.endswith("_id") and name != "client_id":
                row[name] = None
        rows.append(row)
    if "client_id" in rows[0]:
        put(path, "client", [client(number) for number in range(1, len(rows) + 1)])
    put(path, table, rows)
    count = export(path, folder / "all.zip")
    assert rebuild(folder / "all.zip", folder / "b.db") == count >= len(rows)
    assert rows_with_types(folder / "b.db") == rows_with_types(path)
    export(folder / "b.db", folder / "again.zip")
    assert (folder / "again.zip").read_bytes() == (folder / "all.zip").read_bytes()


def client(number: int) -> dict[str, Any]:
    texts = dict.fromkeys(
        ("created_at", "updated_at", "name", "lifecycle", "name_key", "search", "pinyin", "initials"), "x"
    )
    return {
        **texts,
        "id": number,
        "uuid": f"u{number}",
        "code": f"C{number:04d}",
        "aliases": "[]",
        "tags": "[]",
        "archived": 0,
    }


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_export_of_every_earlier_schema_is_brought_up_to_date(tmp_path: Path, revision: str) -> None:
    old = migrated(tmp_path / "old.db", revision)
    fill(old)
    # As the program of its day had it: the door of today would bring it up to date first.
    engine = sa.create_engine(f"sqlite:///{old}", poolclass=sa.pool.NullPool)
    with Session(engine) as session, (tmp_path / "all.zip").open("wb") as stream:
        count = export_session(session, stream)
    assert rebuild(tmp_path / "all.zip", tmp_path / "new.db") == count
    there = rows_with_types(old)
    assert {table: len(rows) for table, rows in rows_with_types(tmp_path / "new.db").items() if rows} == {
        table: len(rows) for table, rows in there.items() if rows
    }
    with db.reading(tmp_path / "new.db") as session:
        assert whole_data.schema(session) == db.HEAD


def test_rows_that_refer_to_none_are_refused_and_nothing_is_made(template: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(template.read_bytes())
    put(
        path, "contact", [{"uuid": "u", "created_at": "", "updated_at": "", "client_id": 99, "name": "x", "primary": 0}]
    )
    export(path, tmp_path / "all.zip")
    with pytest.raises(Refused, match="contact row 1 refers to a missing client"):
        rebuild(tmp_path / "all.zip", tmp_path / "b.db")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["a.db", "all.zip"]


def test_a_value_that_no_column_takes_is_refused(template: Path, tmp_path: Path) -> None:
    for value, said in ((b"true", "client"), (b"123456789012345678901", "client"), (b"null", "NOT NULL")):
        columns = {name: found for name, found in tables_of(template).items() if name != "alembic_version"}
        row = b",".join(b'"%s":%s' % (name.encode(), value) for name in columns["client"])
        with (
            (tmp_path / "all.zip").open("wb") as stream,
            open_archive.ArchiveWriter(stream, db.HEAD, "1.0", DAY) as archive,
        ):
            for table, names in columns.items():
                archive.add_table(table, names, [b"{" + row + b"}"] if table == "client" else [])
            archive.finish()
        with pytest.raises(BadRows, match=said):
            rebuild(tmp_path / "all.zip", tmp_path / "b.db")


def test_data_is_not_put_among_records_but_into_an_empty_file(template: Path, tmp_path: Path) -> None:
    path, empty, used = (tmp_path / name for name in ("a.db", "empty.db", "used.db"))
    for file in (path, empty, used):
        file.write_bytes(template.read_bytes())
    put(path, "client", [client(7)])
    put(used, "client", [client(1)])
    export(path, tmp_path / "all.zip")
    before = used.read_bytes()
    with pytest.raises(Refused, match="holds records"):
        rebuild(tmp_path / "all.zip", used)
    assert used.read_bytes() == before
    rebuild(tmp_path / "all.zip", empty)
    assert rows_with_types(empty) == rows_with_types(path)


def test_bytes_that_are_no_text_are_refused_with_the_table(template: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(template.read_bytes())
    put(path, "client", [{**client(1), "note": b"\x00\xff"}])
    with pytest.raises(Refused, match="client"):
        export(path, tmp_path / "all.zip")
