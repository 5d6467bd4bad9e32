"""The commands of every day read what they need by an index: none reads a table through that grows with the years.

The statements are those that the program really sends, explained by SQLite in two states. Without statistics, as the
program leaves a file, the plans are the same at every size. Where someone ran ANALYZE on a file of a million visits,
the figures of such a file are what the planner goes by; here they are written beside a small one.
"""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bench import long_career
from salescli.cli import root

_SIZE = long_career.Size(clients=300, visits=3_000, orders=600)
_GROWTH = 333  # makes of it what a career of ten years comes to
_FEW, _GUESSED = 100, 10  # what SQLite itself supposes of an index it knows nothing of

_SMALL = {
    "profile": "one row",
    "calendarday": "the days off of the years on file",
    "sqlite_master": "the schema",
}
# A report may read them through: they grow by a few a week, and what a report asks of them goes by several days.
_FEW_A_WEEK = {"deal", "dealmove", "feedback", "promise", "refund", "survey", "ticket"}
# Statements that may read all of a table: part of the statement, and why.
_ALLOWED = {
    "SCAN order USING INDEX ix_order_costed": ((" LIMIT", "the first order whose cost is known ends it"),),
    "SCAN receivable USING INDEX ix_receivable_unpaid": ((" receivable.paid", "what is open, and no more"),),
    "SCAN client": (
        (" LIKE ", "a part of a name may stand anywhere in it"),
        ("ORDER BY client.id NULLS LAST, client.id LIMIT", "in the order of the table, which the limit ends"),
    ),
}

_RECORDS = (
    "target set 2026 12000000",
    "target split 2026",
    "visit plan C0001 2026-11-25 10:00",
    "visit plan C0002 2026-11-26",
    "ticket open C0001 漏油",
    "promise add C0001 样品@2026-11-25",
    "task add 整理名单@2026-11-25",
    "deal add C0001 二期 --amount 35万 --expected 2026-12-31",
    "order add C0002 12万 --terms 30%预付，70%月结30天",
    "survey log C0001 90",
    "client grade C0003 --set A --reason 总部指定 --until 2027-06-30",
)
_COMMANDS = (
    "plan today",
    "client due",
    "client list --limit 200",
    "client list 海天 --limit 200",
    "client list hzht --limit 200",
    "client show C0001",
    "visit list",
    "visit list --client C0001",
    "visit plan C0004 2026-11-27",
    "visit log C0001 谈了价格 --next 报价@2026-11-30",
    "log C0002 电话确认规格 --by phone --no-next 等消息",
    "brief C0001",
    "target progress",
    "target show 2026-11",
    "promise list",
    "task list",
    "deal list",
)

_REPORTS = (
    "week review",
    "week review 2026-W40",
    "week sheet --out sheet.xlsx --force",
    "report kpi",
    "report kpi 2026-10",
    "report month",
    "report coverage",
    "report funnel",
    "gap",
    "why amount",
    "why retention",
)

Explained = list[tuple[str, str]]


@pytest.fixture(scope="module")
def career(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    """A file of ten years with a little of everything that a day's commands look at."""
    path = Path(shutil.copy(template, tmp_path_factory.mktemp("career") / "career.db"))
    long_career.make(path, _SIZE)
    with pytest.MonkeyPatch.context() as patch:
        _settle(patch, path)
        for words in _RECORDS:
            assert root.run(words.split()) == 0, words
    return path


@dataclass
class Copy:
    """A test's own copy of the career, and the statements that the last command sent to it."""

    path: Path
    statements: list[tuple[str, Any]] = field(default_factory=list)

    def run(self, words: str) -> None:
        """Run a command and note what it sends."""
        self.statements.clear()
        assert root.run(words.split()) == 0, words
        assert self.statements

    def explained(self, prepare: Callable[[sqlite3.Connection], object] = bool) -> Explained:
        """The steps of the plans of what was sent, each with its statement, once the file is prepared."""
        with closing(sqlite3.connect(self.path)) as connection:
            prepare(connection)
            return [
                (step, statement)
                for statement, parameters in self.statements
                if statement.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
                for *_ids, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            ]


@pytest.fixture
def copy(career: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Copy]:
    """A copy of the career that notes the statements sent to it."""
    made = Copy(Path(shutil.copy(career, tmp_path / "sales.db")))
    _settle(monkeypatch, made.path)

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        made.statements.append((statement, parameters[0] if many else parameters))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield made
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


def _settle(patch: pytest.MonkeyPatch, path: Path) -> None:
    for name, value in {
        "SALES_DB": str(path),
        "SALES_CONFIG": str(path.with_name("none.toml")),
        "SALES_TODAY": f"{long_career.TODAY}",
        "SALES_LANG": "en",
        "SALES_COPIES": "0",
    }.items():
        patch.setenv(name, value)


def grown(connection: sqlite3.Connection) -> None:
    """Give the file the statistics of one that holds a hundred thousand clients and a million visits."""
    connection.execute("ANALYZE")
    found = connection.execute("SELECT rowid, tbl, idx, stat FROM sqlite_stat1 WHERE idx IS NOT NULL").fetchall()
    for row, table, index, stat in found:
        rows, average, *_rest = map(int, stat.split())
        if table in _SMALL:
            continue
        many = max(rows * _GROWTH, 10_000)
        if rows < _FEW:
            average = _GUESSED  # a handful says nothing of how many there will be of a kind
        elif index.endswith("_on") or average == rows:
            average *= _GROWTH  # of a day, or where nearly all is empty; a client holds as many as before
        connection.execute("UPDATE sqlite_stat1 SET stat = ? WHERE rowid = ?", (f"{many} {average}", row))
    connection.commit()
    connection.execute("ANALYZE sqlite_master")  # lets the planner read them


def scanned(explained: Explained) -> Explained:
    """The steps that read a whole table of the file without leave, with their statements."""
    found = []
    for step, statement in explained:
        whole = re.match(r"SCAN (\w+)", step)
        if whole is None or whole[1] in _SMALL or not re.search(rf'(FROM|JOIN) "?{whole[1]}\b', statement):
            continue
        if not any(part in " ".join(statement.split()) for part, _why in _ALLOWED.get(step, ())):
            found.append((step, statement))
    return found


@pytest.mark.parametrize("words", _COMMANDS)
def test_a_command_of_every_day_reads_no_growing_table_through(copy: Copy, words: str) -> None:
    copy.run(words)
    assert scanned(copy.explained()) == []
    assert scanned(copy.explained(grown)) == []


@pytest.mark.parametrize("words", _REPORTS)
def test_a_report_reads_its_period_and_not_all_years(copy: Copy, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.chdir(copy.path.parent)
    copy.run(words)
    for explained in (copy.explained(), copy.explained(grown)):
        whole = [found for found in scanned(explained) if found[0].split()[1] not in _FEW_A_WEEK]
        assert whole == []


@pytest.mark.parametrize(
    ("words", "index"),
    [
        ("brief C0001", "ix_visit_client_id"),
        ("brief C0001", "ix_order_client_id"),
        ("visit log C0001 ok --no-next x", "ix_grading_expires_on"),
        ("client due", "ix_client_next_due_on"),
        ("target progress", "ix_target_scope"),
        ("report kpi", "ix_order_signed_on"),
        ("report kpi", "ix_order_costed"),
        ("report coverage", "ix_client_lifecycle"),
        ("week review", "ix_client_removed"),
        ("week review", "ix_dealmove_moved_on"),
    ],
)
def test_a_missing_index_is_noticed(copy: Copy, words: str, index: str) -> None:
    copy.run(words)
    assert scanned(copy.explained(lambda connection: connection.execute(f"DROP INDEX {index}")))
