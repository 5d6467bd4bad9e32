"""How much memory whole commands take on a file of many clients; the limits are of the promise."""

import subprocess
import sys

from bench.trust.deeds import table
from bench.trust.desk import SALES, Desk
from bench.trust.hazards import Hazard

_MOST_MB, _MOST_MB_OF_AN_IMPORT = 150, 512
_COMMANDS = (
    ("client", "list"),
    ("client", "list", "--json"),
    ("client", "due"),
    ("client", "dupes"),
    ("plan", "today"),
    ("visit", "log", "C0001", "见面", "--no-next", "等消息"),
    ("visit", "list"),
    ("week", "sheet", "2026-W48", "--out", "sheet.xlsx", "--force"),
    ("client", "export", "clients.xlsx", "--force"),
    ("data", "backup", "copy.db", "--force"),
    ("history",),
    ("doctor",),
)


def all_of(desk: Desk, clients: int) -> list[Hazard]:
    """An import of ``clients`` and common commands on them; the most resident memory of each in MB."""
    importing = Hazard("memory", f"an import of {clients} clients, within {_MOST_MB_OF_AN_IMPORT} MB")
    common = Hazard("memory", f"commands on {clients} clients, within {_MOST_MB} MB")
    desk.clear()
    table(desk.folder / "many.csv", clients, "很多客户")
    _measure(desk, importing, ("client", "import", "many.csv"), _MOST_MB_OF_AN_IMPORT)
    for words in _COMMANDS:
        _measure(desk, common, words, _MOST_MB)
    return [importing, common]


# A process begins with the memory of the one it was forked from: this one is small.
_LAUNCHER = """
import resource, subprocess, sys
quiet = subprocess.DEVNULL
code = subprocess.call(sys.argv[1:], stdout=quiet, stderr=quiet)
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _measure(desk: Desk, hazard: Hazard, words: tuple[str, ...], most: int) -> None:
    argv = [sys.executable, "-c", _LAUNCHER, *SALES, *words]
    said = subprocess.run(argv, env=desk.environ, cwd=desk.folder, capture_output=True, check=True).stdout
    code, used = (int(word) for word in said.split())
    megabytes = used // (1024 if sys.platform != "darwin" else 1024 * 1024)
    hazard.tried += 1
    hazard.count(f"MB {' '.join(words[:2])}{' --json' if '--json' in words else ''}", megabytes)
    hazard.hold(code in (0, 4), f"{words}: exit {code}")
    hazard.hold(megabytes <= most, f"{words}: {megabytes} MB")
