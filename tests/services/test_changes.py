"""The change log: exact rows, a batch a command, and enough in it to walk back to where the file began."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Date, Time
from sqlmodel import Session, SQLModel, col, select

from salescli import db
from salescli.calendars import Calendar
from salescli.config import DEFAULTS, Settings
from salescli.errors import SalesError
from salescli.models import clients, profile, targets, visits
from salescli.models.base import Moment
from salescli.models.changes import Change
from salescli.models.clients import Client
from salescli.models.profile import CalendarDay
from salescli.services import changes
from salescli.services.accounts import clients as client_service
from salescli.services.accounts import contacts
from tests.conftest import Sales

FAMILIES = (clients, profile, targets, visits)  # imported, so that their tables are known
TABLES = {name: table for name, table in SQLModel.metadata.tables.items() if name != "change"}
Rows = dict[tuple[str, int], dict[str, Any]]


def rows_of(path: Path) -> Rows:
    """Every row of every table but the log itself."""
    with db.reading(path) as session:
        return {
            (name, row["id"]): dict(row)
            for name, table in TABLES.items()
            for row in session.connection().execute(table.select()).mappings()
        }


def log_of(path: Path) -> list[dict[str, Any]]:
    """The log's rows in order."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute("SELECT * FROM change ORDER BY id")]
    for row in found:
        row["before"], row["after"] = (json.loads(row[side] or "null") for side in ("before", "after"))
    return found


def _typed(table: str, name: str, value: Any) -> Any:
    """A value of the log as the table has it."""
    kind = TABLES[table].c[name].type
    if value is None:
        return None
    if isinstance(kind, Moment):
        return datetime.fromisoformat(value).astimezone(UTC)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return time.fromisoformat(value) if isinstance(kind, Time) else value


def walked_back(rows: Rows, log: list[dict[str, Any]]) -> Rows:
    """``rows`` as they were before what ``log`` tells."""
    rows = {key: dict(row) for key, row in rows.items()}
    for change in reversed(log):
        key = (change["entity"], change["record"])
        if change["before"] is None:
            gone = rows.pop(key)
            after = {name: _typed(key[0], name, value) for name, value in change["after"].items()}
            assert gone == {**dict.fromkeys(gone), **after}  # an import leaves empty columns out
            continue
        row = rows.setdefault(key, {})
        for name, value in change["after"].items() if change["after"] else ():
            assert row[name] == _typed(key[0], name, value)
        row.update({name: _typed(key[0], name, value) for name, value in change["before"].items()})
    return rows


def latest(path: Path) -> list[tuple[str, str, Any, Any]]:
    """(command, table, before, after) of the last command."""
    log = log_of(path)
    return [
        (row["command"], row["entity"], row["before"], row["after"]) for row in log if row["batch"] == log[-1]["batch"]
    ]


def test_a_new_record_is_logged_whole(sales: Sales, data_file: Path) -> None:
    sales("client", "add", "甲", "--contact", "张工", "--tag", "A组")
    (command, entity, before, after), (_command, second, none, person) = latest(data_file)
    assert (command, entity, before, second, none) == ("client add", "client", None, "contact", None)
    ((_key, row),) = [item for item in rows_of(data_file).items() if item[0][0] == "client"]
    assert set(after) == set(row) == set(TABLES["client"].c.keys())
    assert (after["name"], after["tags"], person["name"], person["client_id"]) == ("甲", ["A组"], "张工", after["id"])
    assert after["next_due_on"] == "2026-11-25"  # set by a second flush of the same command


ALTERED: list[tuple[str, str, Any, Any]] = [
    ("client edit 甲 --grade A", "client", {"grade": None}, {"grade": "A"}),
    ("client contact edit 甲 张工 --title 经理", "contact", {"title": None}, {"title": "经理"}),
    ("visit edit V0001 --materials 样品", "visit", {"materials": None}, {"materials": "样品"}),
    (
        "visit cancel V0001 --reason 出差",
        "visit",
        {"status": "planned", "reason": None},
        {"status": "cancelled", "reason": "出差"},
    ),
    ("calendar work 2026-12-24", "calendarday", {"kind": "leave"}, {"kind": "work"}),
    ("client remove 甲 --yes", "client", {"deleted_at": None}, {"deleted_at": "2026-11-25T09:00:00"}),
]


def test_a_change_is_logged_with_the_altered_columns_alone(sales: Sales, data_file: Path) -> None:
    sales("client", "add", "甲", "--contact", "张工")
    sales("visit", "plan", "甲", "明天")
    sales("calendar", "off", "2026-12-24")
    for command, table, before, after in ALTERED:
        words = command.split()
        sales(*words)
        ((said, entity, was, became),) = latest(data_file)
        if "deleted_at" in became:
            became["deleted_at"] = became["deleted_at"][:19]  # the offset is the machine's
        assert command.startswith(said)
        assert (entity, was, became) == (table, before, after)


def test_a_day_s_commands_can_be_walked_back_one_by_one(sales: Sales, data_file: Path, tmp_path: Path) -> None:
    table = "名称,联系人,手机,最近拜访\n乙公司,李工,13800000001,2026-10-01\n丙公司,,,\n丁公司,王工,13800000002,\n"
    (tmp_path / "clients.csv").write_text(table, "utf-8")
    commands = [
        ("init", "--name", "张三", "--manager", "李经理", "--yes"),
        ("client", "add", "甲公司", "--grade", "A", "--contact", "张工", "--mobile", "13800000000"),
        ("client", "import", "clients.csv"),
        ("client", "edit", "乙公司", "--grade", "B", "--district", "滨江", "--alias", "老乙", "--tag", "重点"),
        ("client", "contact", "add", "甲公司", "赵总", "--title", "总经理"),
        ("client", "contact", "remove", "甲公司", "张工", "--yes"),
        ("target", "set", "2026", "1200000"),
        ("target", "split", "2026"),
        ("target", "set", "2026", "2400000"),
        ("calendar", "off", "2026-12-24"),
        ("visit", "plan", "甲公司", "今天", "14:00", "--purpose", "送样品"),
        ("visit", "plan", "丁公司", "明天"),
        ("visit", "move", "V0002", "下周三", "--reason", "出差"),
        ("log", "甲公司", "见赵总，要3月报价", "--outcome", "有意向", "--next", "报价@下周三"),
        ("visit", "edit", "V0001", "--note", "改了说法"),
        ("plan", "make", "明天", "--apply"),
        ("client", "remove", "丙公司", "--yes"),
    ]
    states = [rows_of(data_file)]
    for command in commands:
        sales(*command)
        states.append(rows_of(data_file))
    log = log_of(data_file)
    batches = sorted({row["batch"] for row in log})
    assert batches == list(range(1, len(commands) + 1))
    assert [row["batch"] for row in log] == sorted(row["batch"] for row in log)
    assert [next(row["command"] for row in log if row["batch"] == batch) for batch in batches] == [
        "init", "client add", "client import", "client edit", "client contact add", "client contact remove",
        "target set", "target split", "target set", "calendar off", "visit plan", "visit plan", "visit move",
        "visit log", "visit edit", "plan make", "client remove",
    ]  # fmt: skip
    for batch in reversed(batches):
        rows = walked_back(states[batch], [row for row in log if row["batch"] == batch])
        assert rows == states[batch - 1], f"before {commands[batch - 1]}"


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        ("client add 甲", 4),
        ("client add 乙 --grade D", 2),
        ("client add 乙 --contact 李工 --email nobody", 2),
        ("log 甲 x --next 报价@2月30日", 2),
        ("plan today", 0),
    ],
)
def test_a_command_that_is_refused_or_only_reads_leaves_no_trace(
    argv: str, code: int, sales: Sales, data_file: Path, defaults: Settings, now: datetime
) -> None:
    with db.writing(data_file) as session:
        changes.watch(session, "test", now)
        client_service.add(session, {"name": "甲"}, None, now.date(), defaults, Calendar())
    before = (log_of(data_file), rows_of(data_file))
    sales(*argv.split(), code=code)
    assert (log_of(data_file), rows_of(data_file)) == before


def test_a_command_that_fails_halfway_is_rolled_back_with_its_log(sales: Sales, data_file: Path) -> None:
    sales("client", "add", "甲")
    before = (log_of(data_file), rows_of(data_file))
    said = sales(
        "visit", "log", "-", stdin="甲 谈好了 下一步 报价@下周三\n没有这家 谈好了 下一步 报价@下周三\n", code=3
    ).err
    assert "2" in said
    assert (log_of(data_file), rows_of(data_file)) == before


def test_what_comes_and_goes_within_a_command_leaves_no_trace(data_file: Path, now: datetime) -> None:
    with db.writing(data_file) as session:
        changes.watch(session, "test", now)
        day = CalendarDay(day=date(2026, 12, 24), kind="leave")
        session.add(day)
        session.flush()
        session.delete(day)
    assert log_of(data_file) == []


def test_several_steps_with_a_record_are_one_row_from_first_to_last(data_file: Path, now: datetime) -> None:
    with db.writing(data_file) as session:
        changes.watch(session, "test", now)
        session.add(CalendarDay(day=date(2026, 12, 24), kind="leave", name="年假"))
    with db.writing(data_file) as session:
        changes.watch(session, "mend", now + timedelta(days=1))
        day = session.exec(select(CalendarDay)).one()
        for kind, name in (("work", "加班"), ("rest", "年假"), ("work", "年假")):
            day.kind, day.name = kind, name
            session.flush()
    first, second = log_of(data_file)
    assert (first["command"], second["command"], second["batch"]) == ("test", "mend", 2)
    assert set(second["before"]) == {"kind", "updated_at"}
    assert (second["before"]["kind"], second["after"]["kind"]) == ("leave", "work")


def test_a_row_that_goes_is_logged_as_it_was_before_the_command(data_file: Path, now: datetime) -> None:
    with db.writing(data_file) as session:
        changes.watch(session, "test", now)
        session.add(CalendarDay(day=date(2026, 12, 24), kind="leave"))
    before = rows_of(data_file)
    with db.writing(data_file) as session:
        changes.watch(session, "purge", now)
        day = session.exec(select(CalendarDay)).one()
        day.kind = "work"
        session.flush()
        session.delete(day)
    gone = log_of(data_file)[-1]
    assert (gone["before"]["kind"], gone["after"]) == ("leave", None)
    assert walked_back(rows_of(data_file), [gone]) == before


def test_moments_are_stamped_from_the_command_s_clock(data_file: Path, now: datetime) -> None:
    with db.writing(data_file) as session:
        changes.watch(session, "test", now)
        session.add(CalendarDay(day=date(2026, 12, 24), kind="leave"))
    later = now + timedelta(hours=2)
    with db.writing(data_file) as session:
        changes.watch(session, "test", later)
        session.exec(select(CalendarDay)).one().kind = "work"
    with db.reading(data_file) as session:
        day = session.exec(select(CalendarDay)).one()
        assert (day.created_at, day.updated_at) == (now, later)
        assert [change.at for change in session.exec(select(Change))] == [now, later]


NAMES = st.sampled_from(["甲", "乙", "丙", "丁"])
PEOPLE = st.sampled_from(["张工", "李工"])
WORDS = st.sampled_from(["", "A", "=1", "[red]"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), NAMES, WORDS),
        st.tuples(st.just("edit"), NAMES, WORDS),
        st.tuples(st.just("remove"), NAMES, WORDS),
        st.tuples(st.just("contact"), NAMES, PEOPLE),
        st.tuples(st.just("contact edit"), NAMES, PEOPLE),
        st.tuples(st.just("contact remove"), NAMES, PEOPLE),
    ),
    min_size=1,
    max_size=8,
)


def _step(session: Session, what: str, name: str, word: str) -> None:
    given: Callable[[], Client] = lambda: client_service.find(session, name)  # noqa: E731
    defaults, calendar, today = Settings(Path("none"), DEFAULTS), Calendar(), date(2026, 11, 25)
    if what == "add":
        fields = {"name": name, **({"note": word} if word else {})}
        client_service.add(session, fields, {"name": "张工"} if word == "A" else None, today, defaults, calendar)
    elif what == "edit":
        fields = {"grade": word} if word == "A" else {"note": word or "空"}
        client_service.edit(session, given(), fields, today, defaults, calendar)
    elif what == "remove":
        client_service.remove(session, given())
    elif what == "contact":
        contacts.add(session, given(), {"name": word})
    elif what == "contact edit":
        contacts.edit(session, given(), word, {"title": "经理"})
    else:
        contacts.remove(session, given(), word)


@given(STEPS)
@settings(max_examples=4)
def test_walking_the_log_back_restores_every_state(template: Path, steps: list[tuple[str, str, str]]) -> None:
    path = template.with_name("walk.db")
    path.write_bytes(template.read_bytes())
    states, batches = [rows_of(path)], 0
    for number, (what, name, word) in enumerate(steps):
        try:
            with db.writing(path) as session:
                changes.watch(session, what, datetime(2026, 11, 25, 9, number, tzinfo=UTC))
                _step(session, what, name, word)
        except SalesError:
            assert rows_of(path) == states[-1]
        log = log_of(path)
        assert log[: len(log) - sum(row["batch"] > batches for row in log)] == [
            row for row in log if row["batch"] <= batches
        ]
        batches = log[-1]["batch"] if log else 0
        states.append(rows_of(path))
    assert walked_back(states[-1], log_of(path)) == states[0]


def test_the_log_only_grows(sales: Sales, data_file: Path) -> None:
    logs = []
    for command in (
        ("client", "add", "甲"),
        ("client", "edit", "甲", "--note", "x"),
        ("client", "remove", "甲", "--yes"),
    ):
        sales(*command)
        logs.append(log_of(data_file))
    for earlier, later in pairwise(logs):
        assert later[: len(earlier)] == earlier
        assert len(later) > len(earlier)
    with db.reading(data_file) as session:
        assert session.exec(select(Change).where(col(Change.batch) < 1)).all() == []
