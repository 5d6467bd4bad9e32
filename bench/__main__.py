"""`python -m bench [--small] [--json FILE]`: how long the program's commands take, as ratios to what they stand on.

Every figure is the median of whole processes, run in turn with its measures P (``python -c pass``) and S (importing
typer, rich and sqlmodel), on data made here with a fixed seed. It reports and never fails: machines differ.
"""

import argparse
import compileall
import csv
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import salescli

STACK = "import typer, rich.console, rich.table, sqlmodel"


@dataclass(frozen=True)
class Figure:
    """One measured command: its median in seconds, as a ratio to S, and the most it should be."""

    name: str
    seconds: float
    ratio: float
    budget: float | None

    @property
    def met(self) -> bool:
        """Whether it stays within its budget; true where there is none."""
        return self.budget is None or self.ratio <= self.budget


def made_clients(path: Path, count: int) -> None:
    """A CSV of ``count`` made-up clients, a third of them contacted before."""
    chance = random.Random(20261122)
    signs = "海天恒瑞华明远大金长风新科信达永兴嘉禾百川志诚同济雅致翔宇东升"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["客户名称", "等级", "行业", "片区", "地址", "联系人", "手机", "最近拜访"])
        for number in range(count):
            name = "".join(chance.choices(signs, k=4))
            contacted = f"2026-{chance.randint(8, 11):02}-{chance.randint(1, 22):02}" if number % 3 == 0 else ""
            rows.writerow(
                [
                    f"杭州{name}{number}有限公司",
                    chance.choice(["A", "B", "C", "重要", "一般", ""]),
                    chance.choice(["机电", "化工", "食品"]),
                    chance.choice(["滨江", "萧山", "西湖", "余杭"]),
                    f"江南大道{number}号",
                    chance.choice("张李王赵陈") + chance.choice(["工", "总", "经理"]),
                    f"1410{number:07d}",
                    contacted,
                ]
            )


def timed(command: Sequence[str], environ: dict[str, str]) -> float:
    """Wall seconds of one process; what it prints is thrown away."""
    begin = time.perf_counter()
    subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def measure(folder: Path, clients: int, runs: int) -> list[Figure]:
    """All figures, the commands taking turns so that a slow moment of the machine hits each alike."""
    made_clients(folder / "clients.csv", clients)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SALES_", "PYTHONDONT"))}
    environ |= {"SALES_TODAY": "2026-11-25", "SALES_CONFIG": str(folder / "none.toml"), "SALES_LANG": "en"}
    full = environ | {"SALES_DB": str(folder / "sales.db")}
    sales = [sys.executable, "-m", "salescli"]
    subprocess.run([*sales, "client", "import", str(folder / "clients.csv")], env=full, capture_output=True, check=True)
    subprocess.run([*sales, "target", "set", "2026", "12000000"], env=full, capture_output=True, check=True)
    subprocess.run([*sales, "target", "split", "2026"], env=full, capture_output=True, check=True)
    python = [sys.executable, "-c"]
    commands: dict[str, tuple[list[str], float | None]] = {
        "P: python -c pass": ([*python, "pass"], None),
        "S: the stack imported": ([*python, STACK], None),
        "sales --help": ([*sales, "--help"], 0.30),
        "sales --version": ([*sales, "--version"], 0.30),
        "sales client list --limit 200": ([*sales, "client", "list", "--limit", "200"], 0.90),
        "sales client due": ([*sales, "client", "due"], 0.90),
        "sales plan today": ([*sales, "plan", "today"], 0.90),
        "sales visit list": ([*sales, "visit", "list"], 0.90),
        "sales target progress": ([*sales, "target", "progress"], 0.90),
        "sales visit log": ([*sales, "visit", "log", "C0001", "ok", "--no-next", "x"], 0.90),
        f"sales client import, {clients} rows": ([*sales, "client", "import", str(folder / "clients.csv")], None),
    }
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for run in range(runs + 1):
        for name, (command, _budget) in commands.items():
            fresh = folder / f"{run}.db"
            taken = timed(command, {**full, "SALES_DB": str(fresh)} if "import," in name else full)
            if run:  # the first run warms the caches
                seconds[name].append(taken)
    medians = {name: statistics.median(taken) for name, taken in seconds.items()}
    stack = medians["S: the stack imported"]
    return [Figure(name, medians[name], medians[name] / stack, budget) for name, (_command, budget) in commands.items()]


def main() -> None:
    """Measure, print the table, and write it as JSON beside where asked."""
    asked = argparse.ArgumentParser(prog="python -m bench")
    asked.add_argument("--small", action="store_true", help="few clients and runs, for CI")
    asked.add_argument("--json", type=Path, help="also write the figures here")
    given = asked.parse_args()
    compileall.compile_dir(str(Path(salescli.__file__).parent), quiet=2)
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), 300 if given.small else 3000, 3 if given.small else 11)
    print(f"{'what':40} {'seconds':>8} {'x S':>6} {'budget':>7}")
    for figure in figures:
        budget = "" if figure.budget is None else f"{figure.budget:.2f}" + ("" if figure.met else " over")
        print(f"{figure.name:40} {figure.seconds:8.3f} {figure.ratio:6.2f} {budget:>7}")
    if given.json:
        given.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=2))


if __name__ == "__main__":
    main()
