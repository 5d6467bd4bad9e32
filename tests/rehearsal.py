"""What SQLAlchemy does again in every process and for every engine, done once for the tests: compiling statements.

A forked run and a test's own session then find most of their statements compiled, as a program that runs all day
would. Nothing of the program's own is kept but what it keeps itself.
"""

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.util import LRUCache

from bench import forked
from salescli import db

# The commands that tests run most, on what those before them left.
_COMMANDS = """
init --name 张三 --yes
client add 甲 --grade A --contact 张工
client add 乙
client list
client due
client show C0001
target set 2026 1200万
target split 2026
target show
target progress
visit plan 甲 2026-11-26 10:00
visit log 甲 签了 --order 12万 --next 送货@2026-12-02
visit move V0001 2026-11-27 --reason 出差
visit list
visit show V0001
deal add 甲 二期 --amount 35万 --expected 2026-12-31
deal list
order add 甲 12万
order show O0001
receipt add 甲 1000
quote add 甲 --amount 12万
plan today
plan close --yes
brief 甲
week sheet --out week.xlsx
week close --yes
history
undo --yes
"""


def rehearse() -> None:
    """Import the commands in English, share what is compiled, and run those of every day once."""
    forked.import_commands("en")
    from salescli.cli import root

    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as nowhere:
        path = Path(folder) / "sales.db"
        settled = {"SALES_DB": str(path), "SALES_CONFIG": str(path.with_name("config.toml")), "SALES_LANG": "en"}
        environ = {**before, **settled, "HOME": folder, "SALES_TODAY": "2026-11-25", "SALES_COPIES": "0"}
        streams = [os.open(os.devnull, os.O_RDWR)] * 3
        # Another process makes the file: this one stays without what migrates.
        os.waitpid(forked.begin(["client", "list"], environ, Path(folder), streams), 0)
        os.close(streams[0])
        share_compiled(path)
        os.environ.update(environ)
        os.chdir(folder)
        with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            for line in _COMMANDS.strip().split("\n"):
                root.run(line.split())
        os.chdir("/")
    os.environ.clear()
    os.environ.update(before)


def share_compiled(path: Path) -> None:
    """Let the engines of this process on plain data files have what the first, on ``path``, has compiled."""
    build = db._engine
    first = build(path, "BEGIN")
    first.connect().close()  # learns what the library can do
    first._compiled_cache = LRUCache(5_000)

    def sharing(path: Path, begin: str, **how: Any) -> sa.Engine:
        engine = build(path, begin, **how)
        if engine.dialect.loaded_dbapi is first.dialect.loaded_dbapi:
            engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        return engine

    db._engine = sharing
