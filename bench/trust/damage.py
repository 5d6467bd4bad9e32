"""Damaged, foreign and strange data files: refused in one sentence, kept as they are, the last copy named."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bench.trust.desk import Desk, Done, faults, rows
from bench.trust.hazards import Hazard

_PART = "damage"
# Commands that read, write, look after the file, and complete names at the Tab key.
COMMANDS = (
    ("client", "list"),
    ("client", "add", "新"),
    ("plan", "today"),
    ("undo", "--yes"),
    ("doctor",),
    ("data", "check"),
    ("data", "backup", "out.db"),
    (),
)
Damage = Callable[[Path], None]


def cut(size: Callable[[int], int]) -> Damage:
    """Cut the file to a size."""

    def damage(path: Path) -> None:
        os.truncate(path, size(path.stat().st_size))

    return damage


def zeroed(table: str) -> Damage:
    """Zero the first page of a table."""

    def damage(path: Path) -> None:
        ((page,),) = rows(path, f"SELECT rootpage FROM sqlite_master WHERE name = '{table}'")  # noqa: S608
        _put(path, (int(str(page)) - 1) * 4096, bytes(4096))

    return damage


def random_bytes(places: int, seed: int) -> Damage:
    """Random bytes at some places."""

    def damage(path: Path) -> None:
        chance = random.Random(seed)
        for _ in range(places):
            _put(path, chance.randrange(100, path.stat().st_size - 16), chance.randbytes(16))

    return damage


def _put(path: Path, place: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(data)


def version(number: str) -> Damage:
    """Say the file is of another schema."""

    def damage(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (number,))

    return damage


def header(path: Path) -> None:
    """Zero the first page, as a crashed disk does."""
    _put(path, 0, bytes(4096))


CERTAIN: dict[str, Damage] = {
    "cut to 0": cut(lambda size: 0),
    "cut to 100 bytes": cut(lambda size: 100),
    "cut to half": cut(lambda size: size // 2),
    "cut by a page": cut(lambda size: size - 4096),
    "the first page zeroed": header,
    "newer schema": version("9999"),
    "a schema that never was": version("0000"),
}
# These may lie where a command does not look: it may do its work, and must never say what is not so.
POSSIBLE: dict[str, Damage] = {
    "the clients' page zeroed": zeroed("client"),
    "the history's page zeroed": zeroed("change"),
    **{f"random bytes in {places} places": random_bytes(places, places) for places in (1, 4, 16, 64)},
}


def all_of(desk: Desk, stock: Path, damages: dict[str, Damage], *, certain: bool, start: int = 0) -> list[Hazard]:
    """Every command on every damaged file; ``certain`` damage must be refused by all of them."""
    found = []
    for name, damage in damages.items():
        hazard = Hazard(_PART, name)
        for words in COMMANDS[start:]:
            _lay(desk, stock)
            damage(desk.db)
            before = desk.db.read_bytes()
            done = desk.run(*words, code=None)
            hazard.tried += 1
            hazard.count(f"exit {done.code}")
            _judge(desk, done, hazard, words, before, certain=certain)
        found.append(hazard)
    return found


def _lay(desk: Desk, stock: Path) -> None:
    desk.clear()
    shutil.copy(stock / "base.db", desk.db)
    shutil.copy(stock / "base.db", desk.folder / "sales-20261120-090000.backup.db")


def _judge(desk: Desk, done: Done, hazard: Hazard, words: tuple[str, ...], before: bytes, *, certain: bool) -> None:
    where = " ".join(words) or "sales"
    hazard.hold(done.plain, f"{where}: {done}")
    if done.code == 5:
        silent = not done.out or words == ("doctor",)  # which lists what it finds
        hazard.hold(done.err.count("\n") == 1 and silent, f"{where}: more than a sentence: {done}")
        hazard.hold(desk.db.read_bytes() == before, f"{where}: the file was changed")
        named = "20261120-090000" in done.err or "newer version" in done.err
        hazard.hold(named, f"{where}: the last copy is not named: {done.err}")
    else:
        hazard.hold(not certain, f"{where}: {done}")
        hazard.hold(done.code in (0, 3, 4, 7), f"{where}: {done}")
    hazard.hold(not [name for name in desk.left_over() if name.startswith(".sales")], f"{where}: {desk.left_over()}")
    if words[:2] == ("data", "backup") and (copy := desk.folder / "out.db").exists():
        hazard.hold(not faults(copy), f"{where}: a damaged copy")


# ---- journals


def hot(path: Path) -> None:
    """Kill a writer in the middle: its journal stays, and the file has half of what it wrote."""
    subprocess.run([sys.executable, "-c", _KILLED, str(path)], check=False)


_KILLED = """
import os, sqlite3, sys
writer = sqlite3.connect(sys.argv[1], isolation_level=None)
writer.execute("PRAGMA cache_size = 2")
writer.execute("BEGIN IMMEDIATE")
writer.execute("UPDATE client SET note = hex(randomblob(3000)), name = 'half written'")
writer.execute("CREATE TABLE big (a)")
writer.executemany("INSERT INTO big VALUES (?)", [("x" * 500,)] * 2000)
os.kill(os.getpid(), 9)
"""


def journals(desk: Desk, stock: Path) -> list[Hazard]:
    """Journals beside the file: of a killed writer, of a file that is gone, of a copy that is replaced; of no one."""
    killed = Hazard(_PART, "the journal of a killed writer")
    _lay(desk, stock)
    names = rows(desk.db, "SELECT name FROM client")
    hot(desk.db)
    killed.hold(desk.left_over() == ["sales.db-journal"], "no journal was left: nothing is tried")
    done = desk.run("client", "list", code=None)
    killed.tried += 1
    killed.hold(done.code == 0 and "half written" not in done.out, str(done))
    killed.hold(rows(desk.db, "SELECT name FROM client") == names and not faults(desk.db), "not as before")
    return [killed, _lost_file(desk, stock), _replaced_copy(desk, stock), _noise(desk, stock), _wal(desk, stock)]


def _lost_file(desk: Desk, stock: Path) -> Hazard:
    hazard = Hazard(_PART, "the journal of a file that is gone")
    _lay(desk, stock)
    hot(desk.db)
    desk.db.unlink()
    done = desk.run("client", "add", "新", code=None)
    hazard.tried += 1
    hazard.hold(done.code == 5 and done.plain and "sales.db-journal" in done.err, str(done))
    hazard.hold(not desk.db.exists(), "a file was made that the journal would damage")
    desk.db.with_name("sales.db-journal").unlink()
    hazard.hold(desk.run("client", "add", "新", code=None).code == 0, "refused without the journal, too")
    return hazard


def _replaced_copy(desk: Desk, stock: Path) -> Hazard:
    hazard = Hazard(_PART, "the journal of a copy that is replaced")
    _lay(desk, stock)
    copy = desk.folder / "copy.db"
    shutil.copy(stock / "base.db", copy)
    hot(copy)
    desk.run("client", "add", "新客户甲")
    done = desk.run("data", "backup", "copy.db", "--force", code=None)
    hazard.tried += 1
    hazard.hold(done.code == 0, str(done))
    hazard.hold(not copy.with_name("copy.db-journal").exists(), "the journal is still there")
    hazard.hold(not faults(copy), f"the copy is damaged: {faults(copy)[:1]}")
    hazard.hold(rows(copy, "SELECT 1 FROM client WHERE name = '新客户甲'"), "the copy is not of now")
    return hazard


def _noise(desk: Desk, stock: Path) -> Hazard:
    hazard = Hazard(_PART, "random bytes as a journal")
    for ending in ("-journal", "-wal", "-shm"):
        _lay(desk, stock)
        desk.db.with_name(f"sales.db{ending}").write_bytes(random.Random(7).randbytes(5000))
        done = desk.run("client", "add", "新", code=None)
        hazard.tried += 1
        hazard.hold(done.code == 0 and not faults(desk.db), f"{ending}: {done}")
    return hazard


def _wal(desk: Desk, stock: Path) -> Hazard:
    hazard = Hazard(_PART, "a file that another tool put into WAL mode")
    _lay(desk, stock)
    with closing(sqlite3.connect(desk.db)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("UPDATE client SET name = '改名' WHERE id = 1")
        other.commit()
        for words in (("client", "list"), ("client", "add", "新"), ("data", "backup", "out.db"), ("doctor",)):
            done = desk.run(*words, code=None)
            hazard.tried += 1
            hazard.hold(done.code in (0, 4) and done.plain, f"{words}: {done}")
        hazard.hold("改名" in desk.run("client", "list").out, "what the other tool wrote is not seen")
    hazard.hold(rows(desk.folder / "out.db", "SELECT 1 FROM client WHERE name = '改名'"), "not in the backup")
    hazard.hold(not faults(desk.db), "damaged")
    return hazard
