"""Where things lie, also where there is no home folder; and the errors' codes, which scripts rely on."""

import os
import stat
import sys
from pathlib import Path

import pytest

from salescli import errors, paths
from salescli.errors import DataFileProblem
from tests.conftest import Sales


def test_the_option_wins_over_the_variable_and_the_variable_over_the_user_s_folder(tmp_path: Path) -> None:
    environ = {"SALES_DB": str(tmp_path / "variable.db")}
    assert paths.data_file(environ, Path("asked.db")) == Path("asked.db")
    assert paths.data_file(environ) == tmp_path / "variable.db"
    assert paths.data_file({"SALES_DB": ""}).name == "sales.db"
    assert paths.data_file({}).is_absolute()
    assert paths.settings_file({"SALES_CONFIG": "here.toml"}) == Path("here.toml")
    assert paths.settings_file({}).name == "config.toml"


def test_a_tilde_is_the_home_folder() -> None:
    assert paths.data_file({"SALES_DB": "~/x.db"}) == Path.home() / "x.db"


@pytest.mark.skipif(sys.platform == "win32", reason="a home folder of POSIX")
def test_without_a_home_folder_the_option_that_helps_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home(path: str) -> str:
        return path  # what the standard library does for a user without one

    monkeypatch.setattr(os.path, "expanduser", no_home)
    with pytest.raises(DataFileProblem) as refused:
        paths.data_file({"SALES_DB": "~/x.db"})
    assert "SALES_DB" in refused.value.hint
    with pytest.raises(DataFileProblem) as refused:
        paths.settings_file({"SALES_CONFIG": "~/x.toml"})
    assert "SALES_CONFIG" in refused.value.hint


def test_what_is_shipped_is_there() -> None:
    assert (paths.migrations_folder() / "versions").is_dir()
    assert paths.sample_data_folder().is_dir()


def test_a_file_beside_is_gone_unless_it_was_renamed(tmp_path: Path) -> None:
    with paths.beside(tmp_path / "a") as new:
        new.write_text("x")
        if sys.platform != "win32":
            assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == []
    with paths.beside(tmp_path / "a") as new:
        new.replace(tmp_path / "a")
    assert [found.name for found in tmp_path.iterdir()] == ["a"]
    with pytest.raises(ZeroDivisionError), paths.beside(tmp_path / "b"):
        raise ZeroDivisionError
    assert [found.name for found in tmp_path.iterdir()] == ["a"]


def test_what_sqlite_leaves_beside_a_new_file_goes_with_it(tmp_path: Path) -> None:
    with paths.beside(tmp_path / "a") as new:
        for ending in ("-journal", "-wal", "-shm"):
            new.with_name(new.name + ending).touch()
        assert len(list(tmp_path.iterdir())) == 4
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_every_folder_that_is_made_is_its_owner_s_alone(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        paths.make_folder(tmp_path / "a" / "b" / "c")
        paths.make_folder(tmp_path / "a" / "b")
    finally:
        os.umask(before)
    assert {stat.S_IMODE(made.stat().st_mode) for made in tmp_path.rglob("*")} == {0o700}
    assert (tmp_path / "a" / "b" / "c").is_dir()


def test_the_data_path_is_printed_as_it_is(sales: Sales, data_file: Path) -> None:
    assert sales("data", "path").out == f"{data_file}\n"
    assert sales("--db", "other.db", "data", "path").out == "other.db\n"


def test_every_error_has_the_code_and_token_of_the_contract() -> None:
    found = {
        kind.__name__: (kind.exit_code, kind.token)
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.SalesError)
    }
    assert found == {
        "SalesError": (1, "unexpected"),
        "BadValue": (2, "usage"),
        "NotFound": (3, "not_found"),
        "Refused": (4, "refused"),
        "Ambiguous": (4, "ambiguous"),
        "DataFileProblem": (5, "data_file"),
        "BadRows": (6, "bad_rows"),
        "NotWritten": (7, "not_written"),
    }


def test_an_error_names_the_line_it_came_from() -> None:
    with pytest.raises(errors.NotFound) as found, errors.in_line(3):
        raise errors.NotFound("No client.", "Add one.")
    assert (found.value.message, found.value.hint) == ("Line 3: No client.", "Add one.")
