"""Files in and out, each beside the plainest program that does the same: its seconds and the memory over the stack."""

import csv
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from time import perf_counter

import openpyxl

from bench import same_sheet
from bench.commands import SALES, STACK, made_clients
from bench.figures import Command, Figure, here_in_turn, in_turn, megabytes, timed
from salescli import db, tabular
from salescli.render.export import write_table

_PLAIN = Path(__file__).with_name("plain_import.py")
_OVER = "S"


def figures(folder: Path, environ: Mapping[str, str], career: Path, *, small: bool) -> Iterator[Figure]:
    """Imports, then exports of the clients of a long career; ``small`` takes a tenth of the rows or less."""
    rows, runs = (4_000, 1) if small else (100_000, 3)
    stack = megabytes(Command([sys.executable, "-c", STACK], environ)) or 0
    empty, table = folder / "empty.db", folder / "clients.csv"
    with db.reading(empty):
        pass
    made_clients(table, rows)
    yield from _client_import(folder, environ, rows, runs, stack)
    yield _order_import(folder, environ, rows // 5, runs)
    yield _reading(folder, rows // 5, runs)
    yield from _client_export(folder, environ, career, stack)
    yield from _long_list(environ, career, runs)
    yield from _sheet(folder, environ, career, runs)
    yield _whole_data(folder, environ, career, stack)


def _client_import(folder: Path, environ: Mapping[str, str], rows: int, runs: int, stack: int) -> list[Figure]:
    """`client import` beside executemany, both from the file to the last commit, on fresh copies of an empty file."""
    work, table = folder / "work.db", folder / "clients.csv"
    fresh = partial(shutil.copyfile, folder / "empty.db", work)
    full = {**environ, "SALES_DB": str(work)}
    commands = {
        "plain": Command([sys.executable, str(_PLAIN), str(work), str(table)], full, fresh),
        "ours": Command([*SALES, "client", "import", str(table)], full, fresh),
    }
    medians = in_turn(commands, runs)
    over = (megabytes(commands["ours"]) or stack) - stack
    return [
        Figure(f"executemany of {rows:,} clients, nothing checked", medians["plain"]),
        Figure(
            f"sales client import, {rows:,} rows: its rate", medians["ours"], "plain",
            medians["plain"] / medians["ours"], 0.45, at_least=True, megabytes=over, most_megabytes=80, over=_OVER,
        ),
    ]  # fmt: skip


def _order_import(folder: Path, environ: Mapping[str, str], rows: int, runs: int) -> Figure:
    """`order import` of orders of the clients imported before."""
    known, work, table = folder / "known.db", folder / "work.db", folder / "orders.csv"
    shutil.copyfile(work, known)
    with (folder / "clients.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [row["客户名称"] for row in csv.DictReader(file)]
    chance = random.Random(20261122)
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["订单号", "客户名称", "下单日期", "金额", "产品", "付款条件"])
        for number in range(rows):
            day = f"2026-{chance.randint(1, 10):02}-{chance.randint(1, 28):02}"
            writer.writerow(
                [f"SO{number:09}", chance.choice(names), day, chance.randint(100, 90_000), "Y10", "月结30天"]
            )
    command = Command(
        [*SALES, "order", "import", str(table)], {**environ, "SALES_DB": str(work)},
        partial(shutil.copyfile, known, work),
    )  # fmt: skip
    return Figure(f"sales order import, {rows:,} rows", in_turn({"": command}, runs)[""])


def _reading(folder: Path, rows: int, runs: int) -> Figure:
    """Reading a workbook whole, its cells as we take them, beside openpyxl's fast way."""
    book = folder / "clients.xlsx"
    with (folder / "clients.csv").open(encoding="utf-8-sig", newline="") as file:
        titles, *cells = [row for row, _number in zip(csv.reader(file), range(rows + 1), strict=False)]
    write_table(book, titles, cells)

    def ours() -> None:
        assert sum(1 for _row in tabular.read_table(book, known_headers=titles).rows) == rows

    def plain() -> None:
        with closing(openpyxl.load_workbook(book, read_only=True, data_only=True)) as opened:
            assert sum(1 for _row in opened.worksheets[0].iter_rows(values_only=True)) == rows + 1

    medians = here_in_turn({"ours": ours, "plain": plain}, runs)
    return Figure(
        f"reading {rows:,} rows of .xlsx: its rate", medians["ours"], "openpyxl", medians["plain"] / medians["ours"],
        4.0, at_least=True,
    )  # fmt: skip


def _client_export(folder: Path, environ: Mapping[str, str], career: Path, stack: int) -> Iterator[Figure]:
    clients, full = _count(career, "client"), {**environ, "SALES_DB": str(career)}
    for ending in (".xlsx", ".csv"):
        file = folder / f"out{ending}"
        command = Command([*SALES, "client", "export", str(file), "--force"], full)
        name = f"sales client export, {clients:,} rows to {ending}"
        begin = perf_counter()
        over = (megabytes(command) or stack) - stack
        yield Figure(name, perf_counter() - begin, megabytes=over, most_megabytes=40, over=_OVER)


def _long_list(environ: Mapping[str, str], career: Path, runs: int) -> Iterator[Figure]:
    """What 20,000 rows add to a list of one."""
    full, rows = {**environ, "SALES_DB": str(career)}, min(20_000, _count(career, "client"))
    for form in (["--json"], ["--csv"], []):
        commands = {
            limit: Command([*SALES, "client", "list", *form, "--limit", limit], full) for limit in ("1", str(rows))
        }
        medians = in_turn(commands, runs + 1)
        name = " ".join(["client list", *form]) + f": what {rows:,} rows add"
        yield Figure(name, medians[str(rows)] - medians["1"], budget=0.1)


def _sheet(folder: Path, environ: Mapping[str, str], career: Path, runs: int) -> Iterator[Figure]:
    """The week's workbook beside xlsxwriter writing the same cells, both in this process and with all known."""
    own = folder / "sheet.db"
    shutil.copyfile(career, own)
    book = folder / "sheet.xlsx"
    subprocess.run(
        [*SALES, "week", "sheet", "--out", str(book)], env={**environ, "SALES_DB": str(own)}, check=True,
        capture_output=True,
    )  # fmt: skip
    works = same_sheet.works(own, book, environ)
    if works is None:
        print("The week's workbook is left out: `pip install sales-cli[bench]` brings xlsxwriter.", file=sys.stderr)
        return
    medians = here_in_turn(works, max(runs, 3))
    yield Figure("the week's workbook", medians["ours"], "xlsxwriter", medians["ours"] / medians["plain"], 2.0)


def _whole_data(folder: Path, environ: Mapping[str, str], career: Path, stack: int) -> Figure:
    """`data export` of everything beside the shell's own dump, where there is one."""
    visits, shell = _count(career, "visit"), shutil.which("sqlite3")
    words = [*SALES, "data", "export", str(folder / "all.zip"), "--force"]
    command = Command(words, {**environ, "SALES_DB": str(career)})
    begin = perf_counter()
    over = (megabytes(command) or stack) - stack
    taken = perf_counter() - begin
    ratio = taken / timed(Command([shell, str(career), ".dump"], environ)) if shell else None
    to = "sqlite3 .dump" if shell else ""
    return Figure(f"sales data export, {visits:,} visits", taken, to, ratio, megabytes=over, over=_OVER)


def _count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - names of ours
