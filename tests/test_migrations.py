"""The schema has one maker: the migrations say what the models say, and bring every earlier file along."""

import ast
import importlib
import re
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

import salescli.models
from salescli import db, paths

MODELS = [path.stem for path in Path(salescli.models.__file__).parent.glob("*.py") if path.stem != "__init__"]
VERSIONS = sorted((paths.migrations_folder() / "versions").glob("*.py"))
REVISIONS = [path.name.split("_")[0] for path in VERSIONS]


@pytest.fixture(scope="module")
def metadata() -> sa.MetaData:
    for name in MODELS:
        importlib.import_module(f"salescli.models.{name}")
    return SQLModel.metadata


def migrated(path: Path, revision: str) -> Path:
    """A new file of an earlier revision."""
    config = Config()
    config.set_main_option("script_location", str(paths.migrations_folder()))
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {db.APPLICATION_ID}")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    return path


def tables_of(path: Path) -> dict[str, list[str]]:
    """The columns of every table, asked of SQLite itself."""
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: [row[1] for row in connection.execute("SELECT * FROM pragma_table_info(?)", (name,))]
            for name in names
        }


def rows_of(path: Path, columns: dict[str, list[str]]) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the tables, in the columns asked for."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f'SELECT {_quoted(names)} FROM "{table}"').fetchall()  # noqa: S608
            for table, names in columns.items()
        }


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def fill(path: Path) -> None:
    """Put two rows into every table of whatever schema the file has."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for table, columns in tables_of(path).items():
            if table == "alembic_version":
                continue
            types = {row[1]: row[2] for row in connection.execute("SELECT * FROM pragma_table_info(?)", (table,))}
            for number in (1, 2):
                values = [_value(name, types[name], number) for name in columns]
                marks = ", ".join("?" * len(columns))
                connection.execute(f'INSERT INTO "{table}" ({_quoted(columns)}) VALUES ({marks})', values)  # noqa: S608


def _value(name: str, kind: str, number: int) -> Any:
    if name == "id" or name.endswith("_id") or name == "moved_to":
        return number
    if (name.endswith("_at") and kind == "VARCHAR") or name == "at":
        return f"2026-11-2{number}T01:00:00+00:00"
    values = {"DATE": f"2026-11-2{number}", "TIME": "09:00:00.000000", "JSON": "[]", "FLOAT": 30.5, "BOOLEAN": 0}
    return values.get(kind, number if "INT" in kind else f"{name} {number}")


def _where(options: Mapping[str, Any]) -> str:
    """The condition under which an index counts a row; empty for all."""
    condition = options.get("sqlite_where")
    return "" if condition is None else str(condition)


def test_models_and_migrations_agree(template: Path, metadata: sa.MetaData) -> None:
    engine = sa.create_engine(f"sqlite:///{template}", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        made = sa.inspect(connection)
        for table in metadata.tables.values():
            found = {
                column["name"]: (column["nullable"], str(column["type"])) for column in made.get_columns(table.name)
            }
            said = {
                column.name: (bool(column.nullable), str(column.type.compile(engine.dialect)))
                for column in table.columns
            }
            assert found == said, table.name
            unique = {tuple(row["column_names"]) for row in made.get_unique_constraints(table.name)}
            assert unique == {
                tuple(rule.columns.keys()) for rule in table.constraints if isinstance(rule, sa.UniqueConstraint)
            }
            keys = {
                (tuple(key["constrained_columns"]), key["referred_table"]) for key in made.get_foreign_keys(table.name)
            }
            assert keys == {((key.parent.name,), key.column.table.name) for key in table.foreign_keys}
            indexes = {
                (tuple(index["column_names"]), bool(index["unique"]), _where(index.get("dialect_options", {})))
                for index in made.get_indexes(table.name)
            }
            assert indexes == {
                (tuple(index.columns.keys()), index.unique, _where(index.dialect_kwargs)) for index in table.indexes
            }
    engine.dispose()


def test_the_program_s_head_is_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(paths.migrations_folder()))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [db.HEAD]
    assert sorted(revision.revision for revision in script.walk_revisions()) == REVISIONS


def test_revisions_are_numbered_without_gaps_so_that_they_compare_as_texts() -> None:
    assert [f"{number:04d}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_revision_file_knows_nothing_of_the_program(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= {"alembic", "sqlalchemy"}


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_file_of_an_earlier_version_keeps_its_rows(revision: str, tmp_path: Path) -> None:
    path = migrated(tmp_path / "sales.db", revision)
    fill(path)
    columns = {table: names for table, names in tables_of(path).items() if table != "alembic_version"}
    before = rows_of(path, columns)
    assert before
    assert {len(rows) for rows in before.values()} == {2}
    assert db.check(path) == []
    with db.reading(path):
        pass
    assert rows_of(path, columns) == before
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (db.HEAD,)
    assert db.check(path) == []
    assert path.with_name(f"sales.db.before-{db.HEAD}").exists() is (revision != db.HEAD)


def test_a_file_from_the_door_has_the_schema_of_the_migrations(template: Path, tmp_path: Path) -> None:
    assert tables_of(template) == tables_of(migrated(tmp_path / "other.db", "head"))


@pytest.mark.parametrize("table", ["competitor", "survey", "clientpair"])
def test_what_is_unique_among_the_living_leaves_room_for_what_was_removed(table: str, tmp_path: Path) -> None:
    path = migrated(tmp_path / "sales.db", "head")
    fill(path)
    names = tables_of(path)[table]
    own = ("id", "uuid", "code", "deleted_at")
    same = _quoted([name for name in names if name not in own])
    code = "code, " if "code" in names else ""
    twin = (
        f"INSERT INTO {table} (id, uuid, {code} {same}) "  # noqa: S608
        f"SELECT :id, :id, {':id, ' if code else ''} {same} FROM {table} WHERE id = 1"
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(twin, {"id": 3})
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(twin, {"id": 4})


def test_migrations_are_shipped_in_the_wheel_with_what_they_need() -> None:
    pyproject = Path(paths.__file__).parents[1] / "pyproject.toml"
    assert re.search(r'"migrations" = "salescli/_migrations"', pyproject.read_text("utf-8"))
    assert {path.name for path in paths.migrations_folder().iterdir()} >= {"env.py", "script.py.mako", "versions"}


def test_development_can_migrate_by_the_environment_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: Path
) -> None:
    path = shutil.copy(template, tmp_path / "sales.db")
    monkeypatch.setenv("SALES_DB", str(path))
    config = Config()
    config.set_main_option("script_location", str(paths.migrations_folder()))
    command.upgrade(config, "head")
    assert tables_of(Path(path)) == tables_of(template)
