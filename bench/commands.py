"""Whole commands, as ratios to S: what importing the stack they stand on takes."""

import csv
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.figures import Command, Figure, in_turn

STACK = "import typer, rich.console, rich.table, sqlmodel"
SALES = (sys.executable, "-m", "salescli")
_S = "S: the stack imported"
_TAB = "a client's name completed"
# What is measured on a file of clients: its words, and the most it should take in S.
_COMMANDS: dict[str, tuple[tuple[str, ...], float]] = {
    "sales --help": (("--help",), 0.30),
    "sales client add --help": (("client", "add", "--help"), 0.30),
    "sales --version": (("--version",), 0.30),
    "sales client list --limit 200": (("client", "list", "--limit", "200"), 0.90),
    "sales client due": (("client", "due"), 0.90),
    "sales plan today": (("plan", "today"), 0.90),
    "sales visit list": (("visit", "list"), 0.90),
    "sales target progress": (("target", "progress"), 0.90),
    "sales visit log": (("visit", "log", "C0001", "ok", "--no-next", "x"), 0.90),
}


def made_clients(path: Path, count: int) -> None:
    """A CSV of ``count`` made-up clients, a third of them contacted this month: some hundred are due."""
    chance = random.Random(20261122)
    signs = "海天恒瑞华明远大金长风新科信达永兴嘉禾百川志诚同济雅致翔宇东升"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["客户名称", "等级", "行业", "片区", "地址", "联系人", "手机", "最近拜访"])
        for number in range(count):
            name = "".join(chance.choices(signs, k=4))
            contacted = f"2026-11-{chance.randint(8, 22):02}" if number % 3 == 0 else ""
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


def _installed() -> str:
    """The command as a shell calls it: completion goes by the program's name."""
    return str(Path(sys.executable).with_name("sales.exe" if sys.platform == "win32" else "sales"))


def figures(folder: Path, environ: Mapping[str, str], clients: int, runs: int) -> list[Figure]:
    """P, S and the commands, on data made in ``folder``."""
    table = folder / "clients.csv"
    made_clients(table, clients)
    full = {**environ, "SALES_DB": str(folder / "sales.db")}
    for words in (["client", "import", str(table)], ["target", "set", "2026", "12000000"], ["target", "split", "2026"]):
        subprocess.run([*SALES, *words], env=full, capture_output=True, check=True)
    fresh = folder / "fresh.db"
    imported = Command(
        [*SALES, "client", "import", str(table)],
        {**environ, "SALES_DB": str(fresh)},
        lambda: fresh.unlink(missing_ok=True),
    )
    tab = {"_SALES_COMPLETE": "complete_bash", "COMP_WORDS": "sales client show 杭", "COMP_CWORD": "3"}
    commands = {
        "P: python -c pass": Command([sys.executable, "-c", "pass"], full),
        _S: Command([sys.executable, "-c", STACK], full),
        **{name: Command([*SALES, *words], full) for name, (words, _budget) in _COMMANDS.items()},
        _TAB: Command([_installed()], {**full, **tab}),
        f"sales client import, {clients} rows": imported,
    }
    medians = in_turn(commands, runs)
    budgets = {name: budget for name, (_words, budget) in _COMMANDS.items()} | {_TAB: 0.30}
    return [Figure(name, taken, "S", taken / medians[_S], budgets.get(name)) for name, taken in medians.items()]
