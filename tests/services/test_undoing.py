"""Walking the change log: what another writer does meanwhile, and a log that nobody shortens."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select

from salescli import db
from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.errors import Refused
from salescli.models.clients import Client
from salescli.services import changes, undoing
from salescli.services.accounts import clients

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


Add = Callable[[str], None]


@pytest.fixture
def add(data_file: Path, defaults: Settings) -> Add:
    """Adds a client in a transaction of its own, as `client add` does."""

    def call(name: str) -> None:
        with db.writing(data_file) as session:
            changes.watch(session, "client add", NOW)
            clients.add(session, {"name": name}, None, NOW.date(), defaults, Calendar())

    return call


def walk(path: Path, batches: list[int], step: Callable[[Session, list[int]], object]) -> None:
    """Undo or redo these batches, as their commands do after they have shown them."""
    with db.writing(path) as session:
        changes.watch(session, "undo", NOW)
        step(session, batches)


def test_what_was_shown_is_not_undone_when_another_command_came_in_between(data_file: Path, add: Add) -> None:
    add("甲")
    with db.reading(data_file) as session:
        shown = undoing.to_undo(session, 1)
    add("乙")
    with pytest.raises(Refused, match="meanwhile"):
        walk(data_file, shown, undoing.undo)
    with db.reading(data_file) as session:
        assert undoing.to_undo(session, 2) == [2, 1]


def test_what_was_shown_is_not_redone_when_another_command_came_in_between(data_file: Path, add: Add) -> None:
    add("甲")
    walk(data_file, [1], undoing.undo)
    with db.reading(data_file) as session:
        shown = undoing.to_redo(session, 1)
    add("乙")
    with pytest.raises(Refused):
        walk(data_file, shown, undoing.redo)


def test_two_undos_of_the_same_command_take_back_one(data_file: Path, add: Add) -> None:
    add("甲")
    add("乙")
    with db.reading(data_file) as session:
        shown = undoing.to_undo(session, 1)
    walk(data_file, shown, undoing.undo)
    with pytest.raises(Refused):
        walk(data_file, shown, undoing.undo)
    with db.reading(data_file) as session:
        assert [client.name for client in session.exec(select(Client))] == ["甲"]


@pytest.mark.parametrize("statement", ["UPDATE change SET command = 'x'", "DELETE FROM change WHERE id = 1"])
def test_the_log_is_neither_altered_nor_cut_short(data_file: Path, add: Add, statement: str) -> None:
    add("甲")
    with closing(sqlite3.connect(data_file)) as connection, pytest.raises(sqlite3.IntegrityError, match="only grows"):
        connection.execute(statement)


def test_only_who_asks_for_it_erases_and_only_until_it_is_done(data_file: Path, add: Add) -> None:
    add("甲")
    with db.writing(data_file) as session, changes.erasable(session):
        session.connection().exec_driver_sql("UPDATE change SET after = NULL")
    with closing(sqlite3.connect(data_file)) as connection:
        assert connection.execute("SELECT after FROM change").fetchall() == [(None,)]
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("DELETE FROM change")


def test_where_erasing_fails_the_log_is_guarded_as_before(data_file: Path, add: Add) -> None:
    add("甲")

    def erase_and_fail() -> None:
        with db.writing(data_file) as session, changes.erasable(session):
            session.connection().exec_driver_sql("DELETE FROM change")
            raise ValueError("halfway")

    with pytest.raises(ValueError, match="halfway"):
        erase_and_fail()
    with closing(sqlite3.connect(data_file)) as connection:
        assert connection.execute("SELECT count(*) FROM change").fetchone() == (1,)
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute("DELETE FROM change")


def test_what_was_done_to_a_record_is_found_by_an_index(data_file: Path) -> None:
    with closing(sqlite3.connect(data_file)) as connection:
        asked = "EXPLAIN QUERY PLAN SELECT * FROM change WHERE entity = 'client' AND record IN (1, 2)"
        assert "ix_change_entity_record" in connection.execute(asked).fetchone()[3]
