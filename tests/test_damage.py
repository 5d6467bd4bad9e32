"""Damaged files and stale journals: kept, refused in one sentence, the last copy named (in full: `bench.crash`)."""

import os
import shutil
from pathlib import Path

import pytest

from bench.trust import damage
from bench.trust.desk import Desk
from tests.conftest import Sales

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that are killed on POSIX")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk")


@pytest.fixture
def stock(data_file: Path, sales: Sales) -> Path:
    """A folder with a data file of one client."""
    sales("client", "add", "甲")
    shutil.copy(data_file, data_file.with_name("base.db"))
    return data_file.parent


@pytest.mark.parametrize("name", ["cut to 0", "a schema that never was"])
def test_of_a_file_that_is_no_more_the_last_copy_is_named(name: str, desk: Desk, stock: Path) -> None:
    (hazard,) = damage.all_of(desk, stock, {name: damage.CERTAIN[name]}, certain=True, start=-2)
    assert hazard.broken == []


def test_random_bytes_end_in_no_traceback(desk: Desk, stock: Path) -> None:
    (hazard,) = damage.all_of(desk, stock, {"": damage.random_bytes(40, 1)}, certain=False, start=-2)
    assert hazard.broken == []


def test_journals_of_killed_writers_damage_no_file(desk: Desk, stock: Path) -> None:
    found = damage.journals(desk, stock)
    assert [(hazard.name, hazard.broken) for hazard in found if hazard.broken] == []
    assert sum(hazard.tried for hazard in found) > 5
