"""The commands that are killed, each with the file it begins on and what it may leave."""

import csv
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from bench.trust.desk import Desk, contents, faults
from salescli import db


@dataclass(frozen=True)
class Deed:
    """A command: its words, the file it begins on (none: it makes one) and the file it writes, if it writes one."""

    name: str
    argv: tuple[str, ...]
    begin: str | None = "base.db"
    output: str = ""
    needs: tuple[str, ...] = ()

    def ready(self, desk: Desk, stock: Path) -> None:
        """Lay out what the command finds."""
        desk.clear()
        if self.begin is not None:
            shutil.copy(stock / self.begin, desk.db)
        for name in self.needs:
            shutil.copy(stock / name, desk.folder / name)


_REAL = {"deleted_at": None, "working_week": "双休"}  # what is not taken as any text
LOG = ("visit", "log", "C0003", "见面", "--next", "报价@11-30", "--order", "3万", "--promise", "寄样@11-28")
DEEDS = [
    Deed("log a visit", LOG),
    Deed("import clients", ("client", "import", "more.csv"), needs=("more.csv",)),
    Deed("merge clients", ("client", "merge", "C0001", "C0002", "--yes")),
    Deed("undo an import", ("undo", "--yes"), begin="imported.db"),
    Deed("week sheet", ("week", "sheet", "2026-W48", "--out", "sheet.xlsx"), output="sheet.xlsx"),
    Deed("week close", ("week", "close", "2026-W48", "--yes")),
    Deed("backup over a copy", ("data", "backup", "copy.db", "--force"), output="copy.db", needs=("copy.db",)),
    Deed("export everything", ("data", "export", "all.zip"), output="all.zip"),
    Deed("a new file", ("client", "add", "甲", "--contact", "张工"), begin=None),
]


def migrations() -> list[Deed]:
    """The first command of this version on a file of every earlier one."""
    found = range(1, int(db.HEAD))
    return [Deed(f"migrate from {one:04}", ("client", "list", "--json"), begin=f"{one:04}.db") for one in found]


def lay_in(stock: Path, clients: int) -> None:
    """Make the files that the deeds begin on: a small one, one after an import of ``clients``, older ones."""
    lay_in_few(stock, clients, visits=10)
    shutil.copy(stock / "base.db", stock / "desk" / "sales.db")
    Desk(stock / "desk").run("client", "import", str(stock / "more.csv"))
    shutil.copy(stock / "desk" / "sales.db", stock / "imported.db")
    for deed in migrations():
        assert deed.begin
        older(stock / deed.begin, deed.begin.removesuffix(".db"), 300)


def lay_in_few(stock: Path, clients: int, visits: int) -> None:
    """Make what most deeds begin on, with ``clients`` in the table they import."""
    stock.mkdir(parents=True)
    table(stock / "few.csv", 40, "客户")
    table(stock / "more.csv", clients, "新客户")
    desk = Desk(stock / "desk")
    desk.run("init", "--name", "张三", "--yes")
    desk.run("client", "import", str(stock / "few.csv"))
    desk.run("target", "set", "2026", "1200万")
    desk.run("target", "split", "2026")
    for number in range(1, visits + 1):
        code = f"C{number:04}"
        desk.run("log", code, "见面谈合同", "--next", "报价@11-30", "--on", "11-24")
        desk.run("visit", "plan", code, "11-26")
    shutil.copy(desk.db, stock / "base.db")
    shutil.copy(stock / "base.db", stock / "copy.db")
    with closing(sqlite3.connect(stock / "copy.db")) as connection, connection:
        connection.execute("UPDATE client SET name = '旧' WHERE id = 1")


def table(path: Path, count: int, name: str) -> None:
    """A CSV of made-up clients."""
    with path.open("w", encoding="utf-8", newline="") as file:
        written = csv.writer(file)
        written.writerow(["客户名称", "等级", "片区", "地址", "联系人", "手机"])
        for number in range(count):
            phone = f"139{len(name)}{number:07}"
            written.writerow([f"{name}{number}", "ABC"[number % 3], "滨江", f"江南大道{number}号", "张工", phone])


def older(path: Path, revision: str, count: int) -> None:
    """A data file of an earlier schema, with ``count`` rows in every table."""
    _migrated(path, revision)
    with closing(sqlite3.connect(path)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if name == "alembic_version" or name.startswith("sqlite_"):
                continue
            kinds = [(row[1], row[2]) for row in connection.execute(f'PRAGMA table_info("{name}")')]
            marks = ", ".join("?" * len(kinds))
            made = ([_value(column, kind, number) for column, kind in kinds] for number in range(1, count + 1))
            connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', made)  # noqa: S608


def _migrated(path: Path, revision: str) -> None:
    import sqlalchemy as sa
    from alembic import command
    from alembic.config import Config

    from salescli.paths import migrations_folder

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id = {db.APPLICATION_ID}")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def _value(name: str, kind: str, number: int) -> object:
    if name == "id" or name.endswith("_id") or name == "moved_to":
        return number
    if name in _REAL:
        return _REAL[name]
    if (name.endswith("_at") and kind == "VARCHAR") or name == "at":
        return "2026-11-24T01:00:00+00:00"
    if kind == "DATE":
        return f"20{number // 336 + 10}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
    values: dict[str, object] = {"TIME": "09:00:00.000000", "JSON": "[]", "FLOAT": 30.5, "BOOLEAN": 0}
    return values.get(kind, number if "INT" in kind else f"{name} {number}")


def half_of_a_file(path: Path, whole: set[str]) -> str:
    """What is wrong with a file under its final name; empty where it is whole (or, for a data file, as before)."""
    try:
        return _CHECKS[path.suffix](path, whole)
    except Exception as problem:
        return f"{path.name}: {problem}"


def _sound_workbook(path: Path, _whole: set[str]) -> str:
    return "" if openpyxl.load_workbook(path).active else "an empty workbook"


def _sound_archive(path: Path, _whole: set[str]) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.testzip() or ("" if archive.namelist() else "an empty archive")


def _sound_copy(path: Path, whole: set[str]) -> str:
    found = faults(path)
    return found[0] if found else "" if contents(path) in whole else "a copy of neither"


_CHECKS: dict[str, Callable[[Path, set[str]], str]] = {
    ".xlsx": _sound_workbook,
    ".zip": _sound_archive,
    ".db": _sound_copy,
}
