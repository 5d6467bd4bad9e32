"""`python -m bench [--small] [--only PART] [--json FILE]`: how long the program takes, as ratios to what it stands on.

The parts: whole commands beside P (``python -c pass``) and S (importing typer, rich and sqlmodel); splitting beside a
plain loop; how commands grow from a short career to one of a million visits; imports and exports beside the plainest
program that does the same; and what a user would pick instead, on as many records. All data is made here with fixed
seeds, and what is compared runs in turn. It reports and never fails: machines differ.
"""

import argparse
import compileall
import json
import os
import platform
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

import salescli
from bench import commands, peers, rates, scale, splitting
from bench.figures import Figure

Environ = Mapping[str, str]
_ALL = ("commands", "splitting", "scale", "rates", "peers")


def _parts(kept: Path | None, *, small: bool) -> dict[str, Callable[[Path, Environ], Iterable[Figure]]]:
    runs = 2 if small else 11

    def on_careers(folder: Path, environ: Environ) -> Iterable[Figure]:
        files = scale.careers(kept or folder.parent, environ, small=small)
        return scale.figures(folder, environ, _copies(files, folder), 1 if small else 5, small=small)

    def of_files(folder: Path, environ: Environ) -> Iterable[Figure]:
        long = scale.careers(kept or folder.parent, environ, small=small)["long"]
        return rates.figures(folder, environ, long, small=small)

    return {
        "commands": lambda folder, environ: commands.figures(folder, environ, 300 if small else 3_000, runs),
        "splitting": lambda folder, environ: splitting.figures(
            folder, environ, 500_000 if small else 5_000_000, 1 if small else 5
        ),
        "scale": on_careers,
        "rates": of_files,
        "peers": lambda folder, environ: peers.figures(kept or folder, folder, environ, small=small),
    }


def _copies(files: Mapping[str, Path], folder: Path) -> dict[str, Path]:
    """Files of their own for commands that write, so that kept ones stay as they were made."""
    found = {}
    for name, path in files.items():
        found[name] = folder / f"{name}.db"
        found[name].write_bytes(path.read_bytes())
    return found


def measure(folder: Path, only: list[str], kept: Path | None, *, small: bool) -> dict[str, list[Figure]]:
    """The figures of the parts asked for, printed as they come."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SALES_", "PYTHONDONT"))}
    environ |= {"SALES_TODAY": "2026-11-25", "SALES_CONFIG": str(folder / "none.toml"), "SALES_LANG": "en"}
    environ |= {"SALES_COPIES": "0", "PYTHONPATH": str(Path(salescli.__file__).parent.parent)}
    found: dict[str, list[Figure]] = {}
    for name, part in _parts(kept, small=small).items():
        if name in (only or [part for part in _ALL if not (small and part == "peers")]):  # CI installs no peers
            own = folder / name
            own.mkdir()
            print(f"\n{name:50} {'seconds':>8} {'ratio':>18} {'budget':>8} {'MB':>6}", flush=True)
            found[name] = []
            for figure in part(own, environ):
                print(line(figure), flush=True)
                found[name].append(figure)
    return found


def line(figure: Figure) -> str:
    """A figure as the table shows it."""
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f} x {figure.to}"
    budget = "" if figure.budget is None else f"{figure.budget:.2f}" if figure.to else f"{figure.budget:g} s"
    if figure.at_least:
        budget = f">={budget}"
    used = "" if figure.megabytes is None else f"{'+' if figure.over else ''}{figure.megabytes}"
    met = "" if figure.met else "  over" if not figure.at_least else "  short"
    return f"{figure.name:50} {figure.seconds:8.3f} {ratio:>18} {budget:>8} {used:>6}{met}"


def main() -> None:
    """Measure, print the table, and write it as JSON beside where asked."""
    asked = argparse.ArgumentParser(prog="python -m bench")
    asked.add_argument("--small", action="store_true", help="less data and fewer runs, for CI")
    asked.add_argument("--only", action="append", default=[], choices=_ALL, metavar="PART",
                       help="commands, splitting, scale, rates or peers; may be given again")  # fmt: skip
    asked.add_argument("--json", type=Path, help="also write the figures here")
    asked.add_argument("--kept", type=Path, help="a folder that keeps the careers and peers made here for next time")
    given = asked.parse_args()
    compileall.compile_dir(str(Path(salescli.__file__).parent), quiet=2)
    if given.kept:
        given.kept.mkdir(parents=True, exist_ok=True)
    print(f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), given.only, given.kept and given.kept.absolute(), small=given.small)
    if given.json:
        told = {part: [{**asdict(figure), "met": figure.met} for figure in some] for part, some in found.items()}
        given.json.write_text(json.dumps(told, indent=2, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
