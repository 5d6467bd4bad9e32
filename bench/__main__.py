"""`python -m bench [--small] [--json FILE]`: how long the program takes, as ratios to what it stands on.

Commands are measured as whole processes, in turn with P (``python -c pass``) and S (importing typer, rich and
sqlmodel), sharing also with a plain loop, on data made here with a fixed seed. It reports and never fails:
machines differ.
"""

import argparse
import compileall
import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path

import salescli
from bench import commands, splitting
from bench.figures import Figure


def measure(folder: Path, *, small: bool) -> list[Figure]:
    """All figures."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SALES_", "PYTHONDONT"))}
    environ |= {"SALES_TODAY": "2026-11-25", "SALES_CONFIG": str(folder / "none.toml"), "SALES_LANG": "en"}
    return [
        *commands.figures(folder, environ, 300 if small else 3_000, 3 if small else 11),
        *splitting.figures(folder, environ, 500_000 if small else 5_000_000, 1 if small else 5),
    ]


def line(figure: Figure) -> str:
    """A figure as the table shows it."""
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f} x {figure.to}"
    budget = "" if figure.budget is None else f"{figure.budget:.2f}" if figure.to else f"{figure.budget:g} s"
    return f"{figure.name:42} {figure.seconds:8.3f} {ratio:>14} {budget:>8}{'' if figure.met else ' over'}"


def main() -> None:
    """Measure, print the table, and write it as JSON beside where asked."""
    asked = argparse.ArgumentParser(prog="python -m bench")
    asked.add_argument("--small", action="store_true", help="less data and fewer runs, for CI")
    asked.add_argument("--json", type=Path, help="also write the figures here")
    given = asked.parse_args()
    compileall.compile_dir(str(Path(salescli.__file__).parent), quiet=2)
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), small=given.small)
    print(f"{'what':42} {'seconds':>8} {'ratio':>14} {'budget':>8}")
    for figure in figures:
        print(line(figure))
    if given.json:
        given.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=2))


if __name__ == "__main__":
    main()
