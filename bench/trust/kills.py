"""Kills, full disks and failing writes in the middle of commands: before or after, never between."""

import random
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.trust.deeds import Deed, half_of_a_file
from bench.trust.desk import Desk, Done, contents, faults
from bench.trust.hazards import Hazard

NO_STRACE = "" if shutil.which("strace") else "strace is not installed"
# The calls by which a command writes.
WRITES = ("pwrite64", "write", "fdatasync", "fsync", "ftruncate", "rename", "link", "unlink")


class Between:
    """What a deed may leave: the file as before it or as after it, and nothing else."""

    def __init__(self, desk: Desk, deed: Deed, stock: Path) -> None:
        self.desk, self.deed, self.stock = desk, deed, stock
        deed.ready(desk, stock)
        self.before = contents(desk.db) if deed.begin is not None else ""
        began = time.monotonic()
        desk.run(*deed.argv)
        self.seconds = time.monotonic() - began
        self.after = contents(desk.db)
        copies = [path for path in stock.glob("copy.db") if path.name in deed.needs]
        self.whole = {self.before, self.after, *map(contents, copies)}

    def judge(self, done: Done, hazard: Hazard, where: str) -> None:
        """See what a run that was disturbed ``where`` left, and that the next command works on it."""
        hazard.tried += 1
        desk, deed = self.desk, self.deed
        for name in desk.left_over():
            hazard.count("journals left" if "journal" in name else "temporary files left")
        if desk.db.exists() or deed.begin is not None:
            self._judge_file(done, hazard, where)
        else:
            hazard.count("before")
            hazard.hold(done.code != 0, f"{where}: said done, and no file is there")
        output = desk.folder / deed.output
        if deed.output and output.exists():
            said = half_of_a_file(output, self.whole)
            hazard.hold(not said, f"{where}: {said}")
            hazard.count("output whole")
        elif deed.output:
            hazard.hold(done.code != 0, f"{where}: said done, and {deed.output} is not there")
        again = desk.run(*deed.argv, code=None)
        hazard.hold(again.plain and again.code in (0, 3, 4), f"{where}: the next command: {again}")

    def _judge_file(self, done: Done, hazard: Hazard, where: str) -> None:
        there = self._looked_at()
        hazard.hold(not (found := faults(self.look)), f"{where}: {found}")
        seen = self.desk.run("client", "list", "--json", code=None)
        hazard.hold(seen.code == 0 and seen.plain, f"{where}: the next command: {seen}")
        hazard.hold(not (found := faults(self.desk.db)), f"{where}: after the next command: {found}")
        if self.deed.begin is None and there != self.after:
            # The new file was made, and what was to go into it was not.
            hazard.hold(seen.out.strip() == "[]", f"{where}: half of a new file")
            there = self.before
        hazard.count("after" if there == self.after else "before")
        hazard.hold(there in (self.before, self.after), f"{where}: neither before nor after")
        promised = done.code == 0 or (done.out and done.code < 0)
        hazard.hold(not promised or there == self.after, f"{where}: reported and not there")

    @property
    def look(self) -> Path:
        """A copy of the data file to look into, so that the program itself finds what the kill left."""
        return self.desk.folder / "look" / "sales.db"

    def _looked_at(self) -> str:
        self.look.parent.mkdir(exist_ok=True)
        for ending in ("", "-journal"):
            source, copy = (path.with_name(path.name + ending) for path in (self.desk.db, self.look))
            copy.unlink(missing_ok=True)
            if source.exists():
                shutil.copy(source, copy)
        return contents(self.look)


def at_random(desk: Desk, stock: Path, deeds: Sequence[Deed], kills: int, seed: int = 20261125) -> Iterator[Hazard]:
    """Kill each deed at ``kills`` random moments of its work."""
    chance = random.Random(seed)
    for deed in deeds:
        between = Between(desk, deed, stock)
        hazard = Hazard("killed at random", deed.name)
        for _ in range(kills):
            deed.ready(desk, stock)
            running = desk.start(*deed.argv)
            moment = chance.random() * between.seconds * 1.1
            time.sleep(moment)
            running.kill()
            done = running.wait()
            hazard.count("had ended", done.code >= 0)
            between.judge(done, hazard, f"killed after {moment:.3f} s")
        yield hazard


def at_writes(desk: Desk, stock: Path, deed: Deed, fault: str, most: int) -> Hazard:
    """Disturb a deed at its k-th call of every kind that writes, at ``most`` calls spread evenly over them.

    ``fault`` is ``signal=KILL``, ``error=ENOSPC`` or ``error=EIO``, as strace takes it.
    """
    names = {"signal=KILL": "killed at a write", "error=ENOSPC": "disk full", "error=EIO": "write fails"}
    hazard = Hazard(names[fault], deed.name, skipped=NO_STRACE)
    if NO_STRACE:
        return hazard
    between = Between(desk, deed, stock)
    places = _writes(desk, stock, deed)
    for call, number in places[:: max(1, -(-len(places) // most))]:
        deed.ready(desk, stock)
        done = desk.whole(*deed.argv, before=_strace(call, f"inject={call}:{fault}:when={number}"))
        where = f"{call} {number} of {sum(one == call for one, _ in places)}"
        if fault != "signal=KILL":
            hazard.hold(done.code in (0, 5, 7) and done.plain, f"{where}: {done}")
            hazard.hold(done.code == 0 or done.err, f"{where}: {done.code} without a word")
            hazard.count(f"exit {done.code}")
        between.judge(done, hazard, where)
    hazard.count("writes in all", len(places))
    return hazard


def _strace(calls: str, inject: str = "", out: str = "/dev/null") -> list[str]:
    words = ["strace", "-f", "-qq", "-o", out, "-e", f"trace={calls}"]
    return [*words, "-e", inject] if inject else words


def _writes(desk: Desk, stock: Path, deed: Deed) -> list[tuple[str, int]]:
    """Every call by which the deed writes, as the call's name and which of its kind it is."""
    deed.ready(desk, stock)
    log = desk.folder / "strace.log"
    desk.whole(*deed.argv, before=_strace(",".join(WRITES), out=str(log)))
    seen: dict[str, int] = {}
    found = []
    for line in log.read_text(errors="replace").splitlines():
        call = re.match(r"\d+\s+(\w+)\(", line)
        if call and call[1] in WRITES:
            seen[call[1]] = seen.get(call[1], 0) + 1
            found.append((call[1], seen[call[1]]))
    log.unlink()
    return found
