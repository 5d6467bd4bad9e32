"""Full and failing disks, places that take no file, streams that are closed or full, and signals."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bench.trust.desk import SALES, Desk, Done, contents, faults, rows
from bench.trust.hazards import Hazard

_WRITERS = (
    ("visit", "log", "C0003", "见面", "--next", "报价@11-30"),
    ("client", "import", "more.csv"),
    ("week", "sheet", "2026-W48", "--out", "sheet.xlsx"),
    ("data", "backup", "out.db"),
    ("data", "export", "all.zip"),
)


# ---- disks


def full_disks(desk: Desk, stock: Path) -> list[Hazard]:
    """A limit on the size of files, and a small file system that is really full (as root)."""
    limited = Hazard("disk", "files may not grow (RLIMIT_FSIZE)")
    for words in _WRITERS:
        for room in (0, 4096, 40_000):
            _lay(desk, stock)
            size = 1_000 if words[0] in ("week", "data") else desk.db.stat().st_size
            # The journal counts, too: a file may have no more than the data file has, and some room.
            before = contents(desk.db)
            done = desk.whole(*words, before=["prlimit", f"--fsize={size + room}"])
            _judge(desk, limited, done, before, f"{words[0]} {words[1]} with {room} bytes")
    return [limited, _small_disk(desk, stock)]


def _small_disk(desk: Desk, stock: Path) -> Hazard:
    hazard = Hazard("disk", "a small file system that is full")
    place = desk.folder / "small"
    with _mounted(place, 6_000_000) as mounted:
        if not mounted:
            hazard.skipped = "no right to mount a file system"
            return hazard
        small = Desk(place)
        for words in _WRITERS:
            for free in (0, 30_000, 200_000):
                _lay(small, stock)
                _fill(place / "ballast", free)
                before = contents(small.db)
                done = small.whole(*words)
                _judge(small, hazard, done, before, f"{words[0]} {words[1]} with {free} bytes free")
    return hazard


def _fill(ballast: Path, free: int) -> None:
    """Write until the disk is full, then give back ``free`` bytes."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    os.truncate(ballast, max(0, ballast.stat().st_size - free))


@contextmanager
def _mounted(place: Path, size: int) -> Iterator[bool]:
    place.mkdir(exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    mounted = (
        shutil.which("mount") is not None and subprocess.run(words, capture_output=True, check=False).returncode == 0
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(place)], check=True)


def _lay(desk: Desk, stock: Path) -> None:
    desk.clear()
    shutil.copy(stock / "base.db", desk.db)
    shutil.copy(stock / "more.csv", desk.folder / "more.csv")


def _judge(desk: Desk, hazard: Hazard, done: Done, before: str, where: str) -> None:
    hazard.tried += 1
    hazard.count(f"exit {done.code}")
    hazard.hold(done.code in (0, 5, 7) and done.plain, f"{where}: {done}")
    if done.code:
        hazard.hold(done.err.strip(), f"{where}: without a word")
        hazard.hold(contents(desk.db) == before or "is stored" in done.err, f"{where}: not as before: {done}")
        left = [name for name in ("sheet.xlsx", "out.db", "all.zip") if (desk.folder / name).exists()]
        hazard.hold(not left, f"{where}: half of {left}")
    hazard.hold(not faults(desk.db), f"{where}: {faults(desk.db)}")
    hazard.hold(not [name for name in desk.left_over() if name.startswith(".sales")], f"{where}: {desk.left_over()}")


def strange_places(desk: Desk) -> Hazard:
    """A folder, a pipe, a loop, a dangling link, a missing or relative folder, no home: refused at once, or made."""
    hazard = Hazard("disk", "places that are no data file")
    makers: dict[str, Callable[[Path], object]] = {
        "a folder": Path.mkdir,
        "a pipe": os.mkfifo,
        "a loop of links": lambda path: path.symlink_to(path),
        "a dangling link": lambda path: path.symlink_to(path.with_name("nowhere") / "sales.db"),
        "a folder that is a file": lambda path: path.parent.touch(),
    }
    for name, make in makers.items():
        desk.clear()
        path = desk.folder / ("file/sales.db" if "is a file" in name else "bad.db")
        make(path)
        for words in (("client", "list"), ("client", "add", "甲"), ("doctor",), ("data", "backup", "out.db")):
            done = desk.run("--db", str(path), *words, code=None)
            hazard.tried += 1
            hazard.hold(done.code == 5 and done.plain and done.err.count("\n") == 1, f"{name}, {words}: {done}")
            hazard.hold(not (desk.folder / "out.db").exists(), f"{name}: a copy of it")
    desk.clear()
    for name in ("deeper/than/this/sales.db", "relative.db"):
        hazard.tried += 1
        done = desk.run("--db", name, "client", "add", "甲", code=None)
        hazard.hold(done.code == 0 and (desk.folder / name).exists(), f"{name}: {done}")
    without = {name: value for name, value in desk.environ.items() if name not in ("HOME", "SALES_DB", "SALES_CONFIG")}
    for tail in (["client", "list"], []):
        homeless = subprocess.run([*SALES, *tail], env=without, capture_output=True, cwd="/", check=False)
        hazard.tried += 1
        plain = Done(0, "", homeless.stderr.decode()).plain
        hazard.hold(plain and homeless.returncode in (0, 5), f"no home: {homeless}")
    return hazard


# ---- streams


def streams(desk: Desk, stock: Path) -> Hazard:
    """stdout that is full, a reader that leaves, streams that are closed: a sentence or none, never a traceback."""
    hazard = Hazard("streams", "full, closed, and left by the reader")
    _lay(desk, stock)
    sales = " ".join(SALES)
    cases = [
        *((f"{sales} {words} > /dev/full", 7) for words in ("client list", "client list --json", "doctor", "--help")),
        (f"{sales} client add 满 > /dev/full", 7),
        *((f"{sales} {words} | head -1", 0) for words in ("client list", "client list --json", "history", "--help")),
        *((f"{sales} client list {closed}", 0) for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-")),
        (f"{sales} client add 闭 <&- >&- 2>&-", 0),
        (f"{sales} log <&-", 2),
        (f"{sales} log - <&- 2>&-", 2),
        (f"{sales} client show nobody 2>/dev/full", 3),
    ]
    for line, code in cases:
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {line}"],
            env=desk.environ,
            cwd=desk.folder,
            capture_output=True,
            check=False,
        )
        hazard.tried += 1
        said = done.stderr.decode()
        hazard.hold(done.returncode == code and Done(0, "", said).plain, f"{line}: {done.returncode} {said}")
        hazard.hold("Broken" not in said and "EPIPE" not in said, f"{line}: {said}")
        hazard.hold(not ("full" in line and code == 7) or "can't be written" in said, f"{line}: {said}")
    hazard.hold(
        len(rows(desk.db, "SELECT 1 FROM client WHERE name IN ('满', '闭')")) == 2, "what was done is not there"
    )
    return hazard


# ---- signals


def signals(desk: Desk, stock: Path) -> list[Hazard]:
    """Ctrl-C, TERM and HUP in an import, at a question and while a mail server says nothing: 130, nothing stored."""
    return [in_an_import(desk, stock), _at_a_question(desk, stock), _in_a_mail(desk, stock)]


_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _started(desk: Desk, words: Sequence[str], stdin: int, screen: int = subprocess.PIPE) -> "subprocess.Popen[bytes]":
    # A shell gives its background processes no Ctrl-C, and a bench may run in one.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # which nohup takes away
    return subprocess.Popen(
        [*SALES, *words], env=desk.environ, cwd=desk.folder, stdout=subprocess.PIPE, stderr=screen, stdin=stdin
    )


def _interrupted(
    desk: Desk, hazard: Hazard, process: "subprocess.Popen[bytes]", sent: signal.Signals, before: str
) -> None:
    process.send_signal(sent)
    try:
        said = process.communicate(timeout=15)[1] or b""
    except subprocess.TimeoutExpired:
        process.kill()
        hazard.hold(False, f"{sent.name}: it goes on")
        return
    hazard.tried += 1
    hazard.count(f"exit {process.returncode}")
    known = process.returncode == 130 or process.returncode == -sent  # before there is someone to catch it
    hazard.hold(known and Done(0, "", said.decode()).plain, f"{sent.name}: {process.returncode} {said.decode()}")
    hazard.hold(contents(desk.db) == before and not faults(desk.db), f"{sent.name}: something was stored")
    hazard.hold(not desk.left_over(), f"{sent.name}: left {desk.left_over()}")


def in_an_import(desk: Desk, stock: Path, sents: Sequence[signal.Signals] = _SIGNALS) -> Hazard:
    """Each of the signals as soon as an import has begun to write."""
    hazard = Hazard("signals", "in an import")
    for sent in sents:
        _lay(desk, stock)
        before = contents(desk.db)
        process = _started(desk, ["client", "import", "more.csv"], stdin=subprocess.DEVNULL)
        journal, until = desk.db.with_name("sales.db-journal"), time.monotonic() + 10
        while not journal.exists() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        _interrupted(desk, hazard, process, sent, before)
    return hazard


def _at_a_question(desk: Desk, stock: Path) -> Hazard:
    hazard = Hazard("signals", "at a question")
    for sent in _SIGNALS:
        _lay(desk, stock)
        before = contents(desk.db)
        ours, theirs = os.openpty()
        process = _started(desk, ["undo"], stdin=theirs, screen=theirs)
        said = b""
        while b"?" not in said:
            said += os.read(ours, 1000)
        _interrupted(desk, hazard, process, sent, before)
        os.close(ours)
        os.close(theirs)
    return hazard


def _in_a_mail(desk: Desk, stock: Path) -> Hazard:
    hazard = Hazard("signals", "while a mail server says nothing")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for sent in _SIGNALS:
            _lay(desk, stock)
            (desk.folder / "config.toml").write_text(
                f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nseconds = 20\n'
            )
            desk.run("init", "--email", "zhang@firm.cn", "--manager-email", "li@firm.cn", "--yes")
            process = _started(desk, ["week", "send", "2026-W48", "--smtp"], stdin=subprocess.DEVNULL)
            calls: list[object] = []  # the server takes the call, and never says a word
            met = threading.Thread(target=lambda: calls.append(server.accept()), daemon=True)  # noqa: B023
            met.start()
            met.join(10)
            hazard.hold(not met.is_alive(), "it did not call the server")
            time.sleep(0.5)
            process.send_signal(sent)
            _out, said = process.communicate(timeout=30)
            hazard.tried += 1
            hazard.count(f"exit {process.returncode}")
            hazard.hold(process.returncode in (130, 7) and b"Traceback" not in said, f"{sent.name}: {said.decode()}")
            hazard.hold(b"Sent" not in said, f"{sent.name}: said to be sent")
            hazard.hold(not faults(desk.db), f"{sent.name}: damaged")
            hazard.hold(desk.run("week", "show", "2026-W48", code=None).code == 0, f"{sent.name}: the next command")
    return hazard
