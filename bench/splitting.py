"""Splitting and sharing targets: in the process, and a year shared by a thousand names as one command."""

import csv
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path

from bench.commands import SALES
from bench.figures import Command, Figure, in_process, in_turn
from salescli.calendars import Calendar
from salescli.dates import Period
from salescli.decomposition.share import share
from salescli.decomposition.split import Pattern

PLAIN = "a plain loop that writes the same rows"
_YEAR = Period.year_of(date(2026, 1, 1))
_SEASON = (90, 70, 105, 100, 100, 105, 95, 95, 110, 105, 110, 115)
_NAMES = 1_000
_RUNS = 5


def figures(folder: Path, environ: Mapping[str, str], cells: int, runs: int) -> list[Figure]:
    """Splits and shares in the process, then the command beside the plain loop; ``cells`` is how many the big one has.

    Sharing by many names must add up on every day; the plain loop leaves all that doesn't divide to the last day.
    """
    return [*_in_process(cells), *_as_command(folder, environ, runs)]


def _in_process(cells: int) -> list[Figure]:
    calendar, chance = Calendar(), random.Random(20261122)
    pattern = Pattern(_YEAR, calendar.weight, _SEASON)
    totals = [chance.randrange(10**8, 10**10) for _year in range(-(-cells // 365))]
    one = pattern.split(1_200_000_000)
    weights = [chance.randrange(1, 1_000) for _name in range(_NAMES)]

    def products() -> None:
        made = Pattern(_YEAR, calendar.weight, _SEASON)
        assert all(sum(made.split(total)) == total for total in totals[:20])

    def millions() -> None:
        assert all(sum(pattern.split(total)) == total for total in totals)

    return [
        Figure("a year into days for 20 products", in_process(products, _RUNS), budget=0.005),
        Figure(f"{cells / 1e6:g} million cells, their sums checked", in_process(millions, 1), budget=2.0 * cells / 5e6),
        Figure("share 365 days by 50 names", in_process(partial(share, one, weights[:50]), _RUNS), budget=1.0),
        Figure(f"share 365 days by {_NAMES:,} names", in_process(partial(share, one, weights), 1)),
    ]


def _as_command(folder: Path, environ: Mapping[str, str], runs: int) -> list[Figure]:
    """`target share` of a year by 1,000 names, and the plain loop, each on a fresh copy of the same file."""
    split, work, table = folder / "split.db", folder / "work.db", folder / "weights.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("name", "weight"), *((f"P{place:04}", 1 + place % 17) for place in range(_NAMES))])
    for words in (["target", "set", "2026", "12000000"], ["target", "split", "2026"]):
        subprocess.run([*SALES, *words], env={**environ, "SALES_DB": str(split)}, capture_output=True, check=True)
    full = {**environ, "SALES_DB": str(work)}
    shared = f"sales target share, {_NAMES:,} names"
    script = Path(__file__).with_name("plain_share.py")
    medians = in_turn(
        {
            PLAIN: Command([sys.executable, str(script), str(work), str(table)], full, partial(_copy, split, work)),
            shared: Command(
                [*SALES, "target", "share", "2026", str(table), "--by", "product"], full, partial(_copy, split, work)
            ),
        },
        runs,
    )
    return [
        Figure(PLAIN, medians[PLAIN]),
        Figure(shared, medians[shared], "plain", medians[shared] / medians[PLAIN]),
    ]


def _copy(split: Path, work: Path) -> None:
    shutil.copyfile(split, work)
