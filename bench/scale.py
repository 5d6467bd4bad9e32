"""How commands grow with the file: the same words on a short and on a long career, in turn.

What is asked of SQLite is also asked by its own shell, where there is one: C, the floor of a command that must look
at every client.
"""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import long_career
from bench.commands import SALES
from bench.figures import Command, Figure, in_turn, megabytes
from bench.long_career import Size

FLAT = 1.10
_MOST_MEGABYTES = 150
_DUE = "SELECT code, name, next_due_on FROM client WHERE next_due_on <= '2026-11-25' AND deleted_at IS NULL;"
_SEARCH = "SELECT code, name FROM client WHERE search LIKE '%海天%' AND deleted_at IS NULL ORDER BY id LIMIT 200;"
_SPELLED = (
    "SELECT code, name FROM client WHERE (search LIKE '%hzht%' OR pinyin LIKE '%hzht%' OR initials LIKE '%hzht%'"
    " OR code LIKE '%hzht%') AND deleted_at IS NULL ORDER BY id LIMIT 200;"
)
_KEPT = (
    "SELECT client_id, max(signed_on) FROM \"order\" WHERE signed_on >= '2025-01-01' AND deleted_at IS NULL"
    " GROUP BY client_id;"
)


@dataclass(frozen=True)
class _Asked:
    """The words of a command, how much it may grow, what it asks of SQLite, and the exit codes that are fine."""

    words: str
    most: float | None = None
    sql: str = ""
    fine: tuple[int, ...] = (0,)


_ASKED = (
    _Asked("plan today", FLAT),
    _Asked("client due", FLAT, _DUE),
    _Asked("client list --limit 200", FLAT),
    _Asked("client list 海天 --limit 200", FLAT, _SEARCH),
    _Asked("client list hzht --limit 200", FLAT, _SPELLED),
    _Asked("client show C0150", FLAT),
    _Asked("visit log C0150 ok --no-next x", FLAT),
    _Asked("brief C0150", FLAT),
    _Asked("target progress", FLAT),
    _Asked("gap", FLAT),
    _Asked("week review"),
    _Asked("week sheet --out {folder}/sheet.xlsx --force"),
    _Asked("report kpi", FLAT),
    _Asked("why amount", FLAT),
    _Asked("why retention", None, _KEPT),
    _Asked("doctor", fine=(0, 4)),
)


def careers(folder: Path, environ: Mapping[str, str], *, small: bool) -> dict[str, Path]:
    """A short and a long career with a split target, made in ``folder`` unless they are there."""
    sizes = {
        "short": Size(1_000, 10_000, 2_000),
        "long": Size(4_000, 40_000, 8_000) if small else Size(100_000, 1_000_000, 200_000),
    }
    files = {}
    for name, size in sizes.items():
        files[name] = folder / f"{name}-{size.visits}.db"
        if not files[name].exists():
            new = folder / "new.db"
            new.unlink(missing_ok=True)
            long_career.make(new, size)
            for words in ("target set 2026 12000000", "target split 2026", "visit plan C0003 2026-11-25 10:00"):
                subprocess.run(
                    [*SALES, *words.split()], env={**environ, "SALES_DB": str(new)}, capture_output=True, check=True
                )
            new.rename(files[name])
    return files


def figures(
    folder: Path, environ: Mapping[str, str], files: Mapping[str, Path], runs: int, *, small: bool
) -> Iterator[Figure]:
    """Every command on both files: the seconds on the long one, and how many times those on the short one they are.

    ``small`` takes those alone that have a budget, without their memory.
    """
    for asked in (one for one in _ASKED if one.most or not small):
        words = [word.format(folder=folder) for word in asked.words.split()]
        commands = {
            name: Command([*SALES, *words], {**environ, "SALES_DB": str(path)}, fine=asked.fine)
            for name, path in files.items()
        }
        yield _grown(
            f"sales {asked.words.split(' --out')[0]}", commands, runs, asked.most, None if small else _MOST_MEGABYTES
        )
        shell = shutil.which("sqlite3")
        if asked.sql and shell:
            floor = {name: Command([shell, str(path), asked.sql], environ) for name, path in files.items()}
            yield _grown("  C: its SQL in the sqlite3 shell", floor, runs)


def _grown(
    name: str, commands: Mapping[str, Command], runs: int, most: float | None = None, memory: int | None = None
) -> Figure:
    medians = in_turn(commands, runs)
    grown = medians["long"] / medians["short"]
    return Figure(
        name, medians["long"], "short", grown, most,
        megabytes=megabytes(commands["long"]) if memory else None, most_megabytes=memory,
    )  # fmt: skip
