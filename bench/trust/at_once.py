"""Several processes on one data file: none lost, none refused, nobody waits for nothing."""

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.trust.deeds import older
from bench.trust.desk import SALES, Desk, Done, faults, rows
from bench.trust.hazards import Hazard
from salescli import db

_PART = "at once"


def logs(desk: Desk, stock: Path, processes: int, each: int, *, anew: bool = False) -> Hazard:
    """``processes`` of them log ``each`` visits to one client; ``anew`` from the interpreter's start."""
    hazard = Hazard(_PART, f"{processes} x {each} logs{', interpreters started anew' if anew else ''}")
    desk.clear()
    shutil.copy(stock / "base.db", desk.db)
    ((had,),) = rows(desk.db, "SELECT count(*) FROM visit")
    ((logged,),) = rows(desk.db, "SELECT count(DISTINCT batch) FROM change WHERE command = 'visit log'")

    def one(process: int, number: int) -> Done:
        argv = ("visit", "log", "C0003", f"P{process} N{number}", "--no-next", "等消息")
        return desk.whole(*argv) if anew else desk.run(*argv, code=None)

    began = time.monotonic()
    for done in side_by_side(one, processes, each):
        hazard.tried += 1
        hazard.hold(done.code == 0, f"refused: {done}")
    hazard.count("seconds", round(time.monotonic() - began))
    kept = rows(desk.db, "SELECT note, code FROM visit WHERE note GLOB 'P* N*'")
    told = {f"P{process} N{number}" for process in range(processes) for number in range(each)}
    hazard.hold({note for note, _code in kept} == told and len(kept) == len(told), f"{len(kept)} of {len(told)} kept")
    hazard.hold(len({code for _note, code in kept}) == len(told), "two visits have one code")
    ((batches,),) = rows(desk.db, "SELECT count(DISTINCT batch) FROM change WHERE command = 'visit log'")
    hazard.hold(batches == logged + len(told), f"{batches} logs in the history")  # type: ignore[operator]
    ((there,),) = rows(desk.db, "SELECT count(*) FROM visit")
    hazard.hold(there == had + len(told), f"{there} visits")  # type: ignore[operator]
    hazard.hold(not (found := faults(desk.db)), str(found))
    return hazard


def side_by_side(one: Callable[[int, int], Done], processes: int, each: int) -> list[Done]:
    """Run ``one(process, number)`` ``each`` times in a row in each of ``processes`` rows at once."""
    done: list[Done] = []

    def row(process: int) -> None:
        for number in range(each):
            done.append(one(process, number))

    threads = [threading.Thread(target=row, args=(process,)) for process in range(processes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def money_on_one_order(desk: Desk, processes: int, each: int) -> Hazard:
    """Every receipt on one order counts: what is open is less by all of them."""
    hazard = Hazard(_PART, f"{processes} x {each} receipts on one order")
    desk.clear()
    desk.run("client", "add", "甲")
    desk.run("order", "add", "C0001", "100000")
    for done in side_by_side(
        lambda _process, _number: desk.run("receipt", "add", "C0001", "100", "--order", "O0001", code=None),
        processes,
        each,
    ):
        hazard.tried += 1
        hazard.hold(done.code == 0, f"refused: {done}")
    aging = desk.run("receipt", "aging", "--json").out
    hazard.hold(f'"total": "{100_000 - 100 * processes * each}.00"' in aging, aging)
    return hazard


def old_file(desk: Desk, processes: int) -> Hazard:
    """Several commands find the same old file and bring it up to date, once."""
    hazard = Hazard(_PART, f"{processes} commands migrate one old file")
    desk.clear()
    older(desk.db, "0001", 100)
    running = [desk.start("client", "add", f"新{number}") for number in range(processes)]
    for done in [one.wait() for one in running]:
        hazard.tried += 1
        hazard.hold(done.code == 0, str(done))
    hazard.hold(rows(desk.db, "SELECT version_num FROM alembic_version") == [(db.HEAD,)], "not up to date")
    hazard.hold(rows(desk.db, "SELECT count(*) FROM client") == [(100 + processes,)], "clients are lost")
    copy = desk.db.with_name(f"sales.db.before-{db.HEAD}")
    hazard.hold(
        rows(copy, "SELECT version_num, (SELECT count(*) FROM client) FROM alembic_version") == [("0001", 100)],
        "the copy is not of the file before",
    )
    hazard.hold(not (found := faults(desk.db)), str(found))
    return hazard


def new_file(desk: Desk, processes: int) -> Hazard:
    """Several commands find no file, and share the one they make."""
    hazard = Hazard(_PART, f"{processes} commands make one new file")
    desk.clear()
    running = [desk.start("client", "add", f"新{number}") for number in range(processes)]
    for done in [one.wait() for one in running]:
        hazard.tried += 1
        hazard.hold(done.code == 0, str(done))
    hazard.hold(rows(desk.db, "SELECT count(*) FROM client") == [(processes,)], "clients are lost")
    hazard.hold(not desk.left_over(), str(desk.left_over()))
    return hazard


def one_holds_the_lock(desk: Desk, stock: Path) -> list[Hazard]:
    """While a writer holds the lock readers answer at once; writers wait their turn, and in the end say so."""
    desk.clear()
    shutil.copy(stock / "base.db", desk.db)
    reads = Hazard(_PART, "readers while one writes")
    waits = Hazard(_PART, "writers while one writes")
    alone = min(_timed(desk, "client", "list")[1] for _ in range(3))
    with held(desk.db):
        for words in (("client", "list"), ("plan", "today"), ("visit", "list"), ("client", "due"), ()):
            done, seconds = _timed(desk, *words)
            reads.tried += 1
            reads.hold(done.code == 0 and "half written" not in done.out, str(done))
            reads.hold(seconds < alone + 1, f"{words}: {seconds:.1f} s")
        done, seconds = _timed(desk, "client", "add", "乙")
        waits.tried += 1
        waits.hold(done.code == 5 and "Another sales command is writing" in done.err and done.plain, str(done))
        waits.hold(db.BUSY_SECONDS <= seconds < db.BUSY_SECONDS + 5, f"{seconds:.1f} s")
        waiting = desk.start("client", "add", "丙")
        time.sleep(1)
    waits.tried += 1
    waits.hold((late := waiting.wait()).code == 0, f"refused though its turn had come: {late}")
    waits.hold(rows(desk.db, "SELECT count(*) FROM client WHERE name IN ('乙', '丙')") == [(1,)], "not one of two")
    return [reads, waits]


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Another process holds the writer's lock on the file and has written half of something."""
    # Not this one: a process forked from it would take the lock for its own.
    argv = [sys.executable, "-c", _HOLDER, str(path)]
    holder = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout
    holder.stdout.readline()
    try:
        yield
    finally:
        holder.communicate(b"\n")


_HOLDER = """
import sqlite3, sys
writer = sqlite3.connect(sys.argv[1], isolation_level=None)
writer.execute("BEGIN IMMEDIATE")
writer.execute("UPDATE client SET name = 'half written' WHERE id = 1")
print("held", flush=True)
sys.stdin.readline()
writer.execute("ROLLBACK")
"""


def _timed(desk: Desk, *argv: str) -> tuple[Done, float]:
    began = time.monotonic()
    done = desk.run(*argv, code=None)
    return done, time.monotonic() - began


def readers_beside_an_import(desk: Desk, stock: Path) -> Hazard:
    """Readers see all of an import or nothing, and are never refused."""
    hazard = Hazard(_PART, "readers beside an import")
    desk.clear()
    shutil.copy(stock / "base.db", desk.db)
    ((had,),) = rows(desk.db, "SELECT count(*) FROM client")
    rest = sum(1 for _ in (stock / "more.csv").open(encoding="utf-8")) - 1
    writer = desk.start("client", "import", str(stock / "more.csv"))
    counts: set[int] = set()
    until = time.monotonic() + 30
    while had + rest not in counts and time.monotonic() < until:  # type: ignore[operator]
        done = desk.run("client", "list", "--json", code=None)
        hazard.tried += 1
        hazard.hold(done.code == 0, str(done))
        counts.add(done.out.count('"code"'))
    hazard.hold(writer.wait().code == 0, "the import was refused")
    hazard.hold(counts <= {had, had + rest}, f"seen {counts}")  # type: ignore[operator]
    return hazard


def backups_beside_writers(desk: Desk, stock: Path, backups: int) -> Hazard:
    """Copies made while others write are sound and only grow."""
    hazard = Hazard(_PART, "backups while others write")
    desk.clear()
    shutil.copy(stock / "base.db", desk.db)
    argv = [*SALES, "visit", "log", "-"]
    lines = "\n".join(f"C0003 见面{number} 下一步 报价@11-30" for number in range(200))
    writers = [
        subprocess.Popen(
            argv, env=desk.environ, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(2)
    ]
    for writer in writers:
        assert writer.stdin
        with suppress(BrokenPipeError):
            writer.stdin.write(lines.encode())
            writer.stdin.close()
    counts = []
    for number in range(backups):
        copy = desk.folder / f"copy{number}.db"
        done = desk.run("data", "backup", str(copy), code=None)
        hazard.tried += 1
        hazard.hold(done.code == 0 and not faults(copy), f"{done}")
        if done.code == 0:
            ((visits,),) = rows(copy, "SELECT count(*) FROM visit")
            counts.append(int(str(visits)))
    hazard.hold(counts == sorted(counts), f"counts {counts}")
    for writer in writers:
        hazard.hold(writer.wait() == 0, "a writer was refused")
    return hazard


def logs_while_encrypting(desk: Desk, stock: Path, processes: int, each: int) -> Hazard:
    """What is logged while the file is encrypted is in the encrypted file, or was refused in so many words."""
    hazard = Hazard(_PART, f"{processes} x {each} logs while the file is encrypted and back")
    desk.clear()
    shutil.copy(stock / "base.db", desk.db)
    secret = Desk(desk.folder, {"SALES_PASSPHRASE": "蓝海 2026 蓝海 2026"})
    ((had,),) = rows(desk.db, "SELECT count(*) FROM visit")
    turns: list[Done] = []

    def back_and_forth() -> None:
        for words in (("data", "encrypt", "--yes"), ("data", "decrypt", "--yes")) * 3:
            turns.append(secret.run(*words, code=None))

    turning = threading.Thread(target=back_and_forth)
    turning.start()
    argv = ("visit", "log", "C0003", "见面", "--no-next", "等消息")
    stored = 0
    for done in side_by_side(lambda _process, _number: secret.run(*argv, code=None), processes, each):
        hazard.tried += 1
        stored += done.code == 0
        hazard.hold(done.code in (0, 5) and done.plain, str(done))
        hazard.count("refused", done.code == 5)
    turning.join()
    for done in turns:
        hazard.count(f"turns that ended with {done.code}")
    listed = secret.run("visit", "list", "2026", "--json", code=None).out.count('"no_next_reason": "等消息"')
    hazard.hold(listed == stored, f"{stored} reported, {listed} there, {had} before")
    return hazard
