"""Several commands on one data file: none lost, none refused (in full: `python -m bench.crash`)."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bench.trust import at_once
from bench.trust.desk import Desk
from salescli import db
from tests.conftest import Sales

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs POSIX processes and locks")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk")


def test_of_receipts_on_one_order_all_count(desk: Desk) -> None:
    assert at_once.money_on_one_order(desk, 3, 2).broken == []


def test_commands_that_find_the_same_old_file_bring_it_up_to_date_once(desk: Desk) -> None:
    assert at_once.old_file(desk, 3).broken == []


def test_a_reader_beside_a_writer_sees_what_was_there_before(sales: Sales, data_file: Path) -> None:
    sales("client", "add", "甲")
    with at_once.held(data_file):
        assert sales("client", "list", "--json").json()[0]["name"] == "甲"


LOCKED = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    other.execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError as problem:
    print(problem)
"""


def test_looking_at_how_the_file_begins_gives_up_no_lock(data_file: Path) -> None:
    """POSIX takes every lock of a process from a file when the process closes any descriptor of it."""
    with db.writing(data_file):
        db.is_encrypted(data_file)
        db.schema_of(data_file)
        done = subprocess.run([sys.executable, "-c", LOCKED, str(data_file)], capture_output=True, check=False)
    assert done.stdout == b"database is locked\n"


def test_a_migration_holds_its_lock_while_it_copies(data_file: Path, tmp_path: Path) -> None:
    with closing(db.connect(data_file)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        db.copy_file(data_file, tmp_path / "copy.db")
        done = subprocess.run([sys.executable, "-c", LOCKED, str(data_file)], capture_output=True, check=False)
    assert done.stdout == b"database is locked\n"
