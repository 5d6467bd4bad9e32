"""`python -m bench.crash [--small] [--only PART…] [--json FILE]`: what can go wrong, provoked for real.

Commands are killed at random moments and at their writes, disks are full or fail, several processes write at once,
files are damaged, streams closed, clocks turned. Every line of the table is a hazard: how often it was tried, how often
something did not hold (the first of it on the next line), and what was counted. It ends with 1 if
anything did not hold.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from bench import forked
from bench.trust import adversity, at_once, clocks, damage, kills, memory
from bench.trust.deeds import DEEDS, lay_in, migrations
from bench.trust.desk import Desk
from bench.trust.hazards import Hazard

_FAULTS = ("signal=KILL", "error=ENOSPC", "error=EIO")


def provoked(folder: Path, parts: Sequence[str], *, small: bool) -> Iterator[Hazard]:
    """The hazards of ``parts``, one after the other."""
    stock, desk = folder / "stock", Desk(folder / "desk")
    lay_in(stock, 300 if small else 2_000)
    for part in parts:
        yield from PARTS[part](desk, stock, small)


def _kills(desk: Desk, stock: Path, small: bool) -> Iterator[Hazard]:
    deeds = [*DEEDS, *migrations()]
    yield from kills.at_random(desk, stock, deeds, 1 if small else -(-200 // len(deeds)))


def _writes(desk: Desk, stock: Path, small: bool) -> Iterator[Hazard]:
    for deed in (*DEEDS, migrations()[-1]):
        for fault in _FAULTS:
            yield kills.at_writes(desk, stock, deed, fault, 1 if small else 8 if fault == "signal=KILL" else 4)


def _damage(desk: Desk, stock: Path, _small: bool) -> Iterator[Hazard]:
    yield from damage.all_of(desk, stock, damage.CERTAIN, certain=True)
    yield from damage.all_of(desk, stock, damage.POSSIBLE, certain=False)
    yield from damage.journals(desk, stock)


def _places(desk: Desk, stock: Path, _small: bool) -> Iterator[Hazard]:
    yield from adversity.full_disks(desk, stock)
    yield adversity.strange_places(desk)
    yield adversity.streams(desk, stock)
    yield from adversity.signals(desk, stock)


def _clocks(desk: Desk, stock: Path, _small: bool) -> Iterator[Hazard]:
    yield from clocks.all_of(desk, stock)


def _memory(desk: Desk, _stock: Path, small: bool) -> Iterator[Hazard]:
    yield from memory.all_of(desk, 500 if small else 10_000)


def _several(desk: Desk, stock: Path, small: bool) -> Iterator[Hazard]:
    yield at_once.logs(desk, stock, 8, 5 if small else 500)
    yield at_once.logs(desk, stock, 8, 1 if small else 25, anew=True)
    yield at_once.logs(desk, stock, 2, 5 if small else 200)
    yield at_once.money_on_one_order(desk, 8, 2 if small else 25)
    yield at_once.old_file(desk, 8)
    yield at_once.new_file(desk, 8)
    yield from at_once.one_holds_the_lock(desk, stock)
    yield at_once.readers_beside_an_import(desk, stock)
    yield at_once.backups_beside_writers(desk, stock, 3 if small else 10)
    yield at_once.logs_while_encrypting(desk, stock, 3, 4 if small else 20)


PARTS: dict[str, Callable[[Desk, Path, bool], Iterator[Hazard]]] = {
    "kills": _kills,
    "writes": _writes,
    "damage": _damage,
    "places": _places,
    "clocks": _clocks,
    "memory": _memory,
    "several": _several,
}


def line(hazard: Hazard) -> str:
    """A hazard as the table shows it."""
    if hazard.skipped:
        return f"{hazard.part:18} {hazard.name:48} {'-':>6} {'-':>7}  skipped: {hazard.skipped}"
    counted = ", ".join(f"{number} {what}" for what, number in hazard.counts.items() if number)
    return f"{hazard.part:18} {hazard.name:48} {hazard.tried:6} {len(hazard.broken):7}  {counted}"


def main() -> None:
    """Provoke everything, print the table as it grows, and write it as JSON beside where asked."""
    asked = argparse.ArgumentParser(prog="python -m bench.crash")
    asked.add_argument("--small", action="store_true", help="each hazard a few times only")
    asked.add_argument("--json", type=Path, help="also write the table here")
    asked.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    given = asked.parse_args()
    forked.import_floors()
    began = time.monotonic()
    print(f"{'part':18} {'hazard':48} {'tried':>6} {'broken':>7}  counted")
    found = []
    with tempfile.TemporaryDirectory(prefix="sales-crash-") as folder:
        for hazard in provoked(Path(folder), given.only, small=given.small):
            found.append(hazard)
            print(line(hazard), *hazard.broken[:1], sep="\n    ", flush=True)
    broken = [hazard for hazard in found if hazard.broken]
    tried = sum(hazard.tried for hazard in found)
    print(f"\n{tried} tried, {sum(len(hazard.broken) for hazard in broken)} broken, {time.monotonic() - began:.0f} s")
    if given.json:
        given.json.write_text(json.dumps([asdict(hazard) for hazard in found], indent=2, ensure_ascii=False))
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
