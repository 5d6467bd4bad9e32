"""`sales undo`, `redo` and `history`: whatever was done is taken back to the last column, and done again."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from salescli import db
from salescli.dates import Period
from salescli.services import changes
from salescli.services.reporting import closed_weeks
from tests.conftest import Begun, Sales
from tests.undo_desk import rows_of


def log_of(path: Path) -> list[tuple[Any, ...]]:
    """The rows of the log."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM change ORDER BY id").fetchall()


@pytest.fixture
def desk(begun: Begun) -> Sales:
    """The program after three commands."""
    return begun(
        "client add 杭州蓝海机电 --contact 张工",
        "client edit C0001 --grade A",
        "visit log C0001 谈好了 --next 报价@下周三",
    )


def test_undo_shows_what_it_will_do_and_asks(desk: Sales, data_file: Path) -> None:
    before = rows_of(data_file)
    said = desk("undo", "2", code=2).err
    assert [line.split("  ")[1] for line in said.splitlines()[:2]] == ["`sales visit log`", "`sales client edit`"]
    assert "visit V0001 added" in said
    assert "--yes" in said
    assert rows_of(data_file) == before
    assert desk("undo", "2", "--yes", "--json").json() == [
        {
            "batch": 3, "at": "2026-11-25T09:00:00+00:00", "command": "visit log", "undone": True, "of": [],
            "what": "visit V0001 added; client C0001 changed (taken back)",
            "changes": [
                {"entity": "visit", "added": 1, "altered": 0, "removed": 0, "restored": 0, "records": ["V0001"]},
                {"entity": "client", "added": 0, "altered": 1, "removed": 0, "restored": 0, "records": ["C0001"]},
            ],
        },
        {
            "batch": 2, "at": "2026-11-25T09:00:00+00:00", "command": "client edit", "undone": True, "of": [],
            "what": "client C0001 changed (taken back)",
            "changes": [
                {"entity": "client", "added": 0, "altered": 1, "removed": 0, "restored": 0, "records": ["C0001"]},
            ],
        },
    ]  # fmt: skip
    assert desk("client", "show", "C0001", "--json").json()["grade"] is None


def test_undo_walks_back_and_skips_undos_and_redo_takes_the_last_one_first(desk: Sales) -> None:
    def commands(*argv: str) -> list[str]:
        return [entry["command"] for entry in desk(*argv, "--json").json()]

    assert commands("undo", "--yes") == ["visit log"]
    assert commands("undo", "--yes") == ["client edit"]
    assert commands("redo") == ["client edit"]
    assert commands("undo", "2", "--yes") == ["client edit", "client add"]
    assert commands("redo", "2") == ["client add", "client edit"]
    assert commands("redo") == ["visit log"]
    desk("redo", code=4)
    desk("undo", "4", "--yes", code=4)
    desk("undo", "0", code=2)


def test_what_was_undone_cannot_be_redone_after_another_command(desk: Sales) -> None:
    desk("undo", "--yes")
    desk("client", "edit", "C0001", "--note", "x")
    assert desk("redo", "--json", code=4).error()["code"] == "refused"
    desk("undo", "--yes")
    desk("redo", "2", code=4)
    assert [entry["command"] for entry in desk("redo", "--json").json()] == ["client edit"]


def test_the_log_only_grows_when_undone(desk: Sales, data_file: Path) -> None:
    before = log_of(data_file)
    desk("undo", "3", "--yes")
    after = log_of(data_file)
    assert after[: len(before)] == before
    assert {row[2] for row in after[len(before) :]} == {"undo"}


def test_a_code_that_was_set_free_and_given_again_means_the_new_record(desk: Sales, data_file: Path) -> None:
    desk("undo", "3", "--yes")
    desk("client", "add", "宁波红山")
    assert [event["command"] for event in desk("history", "C0001", "--json").json()] == ["client add"]
    told = desk("history", "宁波红山", "--json").json()
    assert (told[0]["record"], told[0]["what"]) == ("C0001", "added")
    before = rows_of(data_file)
    desk("client", "edit", "C0001", "--grade", "B")
    desk("undo", "--yes")
    assert rows_of(data_file) == before
    desk("undo", "--yes")
    desk("undo", "--yes", code=4)
    desk("redo", "2")
    assert desk("client", "show", "C0001", "--json").json()["grade"] == "B"


TAMPERINGS = [
    ("UPDATE client SET note = 'x'", "client C0001 is not as `sales visit log` left it"),
    ("UPDATE visit SET note = 'x'", "visit V0001 is not as `sales visit log` left it"),
    ("DELETE FROM visit", "visit 1 is not as `sales visit log` left it"),
]


@pytest.mark.parametrize(("statement", "sentence"), TAMPERINGS)
def test_what_was_changed_past_the_log_is_not_undone(
    desk: Sales, data_file: Path, statement: str, sentence: str
) -> None:
    with closing(sqlite3.connect(data_file)) as connection:
        connection.execute("UPDATE client SET last_contact_on = NULL" if "client" in statement else statement)
        connection.execute(statement)
        connection.commit()
    before = rows_of(data_file), log_of(data_file)
    assert sentence in desk("undo", "--yes", code=4).err
    assert (rows_of(data_file), log_of(data_file)) == before


def test_what_something_past_the_log_refers_to_stays(desk: Sales, data_file: Path) -> None:
    columns = 'uuid, created_at, updated_at, client_id, name, "primary"'
    with closing(sqlite3.connect(data_file)) as connection:
        connection.execute(f"INSERT INTO contact ({columns}) VALUES ('u', 'c', 'c', 1, '李工', 0)")  # noqa: S608
        connection.commit()
    before = rows_of(data_file)
    assert "contact 李工 needs client C0001" in desk("undo", "3", "--yes", code=4).err
    assert rows_of(data_file) == before


def test_a_value_that_may_stand_but_once_and_is_taken_is_refused(desk: Sales, data_file: Path) -> None:
    desk("calendar", "off", "2026-12-24")
    desk("undo", "--yes")
    columns = "uuid, created_at, updated_at, day, kind, name, official"
    with closing(sqlite3.connect(data_file)) as connection:
        connection.execute(
            f"INSERT INTO calendarday ({columns}) VALUES ('u', 'c', 'c', '2026-12-24', 'work', '', 0)"  # noqa: S608
        )
        connection.execute("UPDATE calendarday SET id = 77")
        connection.commit()
    before = rows_of(data_file)
    desk("redo", code=4)
    assert rows_of(data_file) == before


def test_the_history_tells_command_by_command(desk: Sales) -> None:
    desk("undo", "--yes")
    told = desk("history", "--json").json()
    assert [(entry["batch"], entry["command"], entry["undone"]) for entry in told] == [
        (4, "undo", False), (3, "visit log", True), (2, "client edit", False), (1, "client add", False),
    ]  # fmt: skip
    assert told[0]["of"] == ["visit log"]
    assert told[3]["what"] == "client C0001 added; contact C0001 added"
    assert [entry["batch"] for entry in desk("history", "--limit", "2", "--json").json()] == [4, 3]
    assert len(desk("history").out.splitlines()) == 5
    assert len(desk("history", "--csv").out.splitlines()) == 5


def test_the_history_of_a_record_tells_its_values_and_what_belongs_to_it(desk: Sales) -> None:
    desk("order", "add", "C0001", "1200", "--number", "HT-1")
    desk("order", "cancel", "O0001", "--reason", "资金")
    told = desk("history", "C0001", "--json").json()
    known = [event for event in told if event["entity"] in ("client", "order", "visit", "contact")]
    assert [(event["command"], event["entity"], event["record"], event["what"]) for event in known] == [
        ("order cancel", "order", "O0001", "altered"),
        ("order add", "order", "O0001", "added"),
        ("visit log", "client", "C0001", "altered"),
        ("visit log", "visit", "V0001", "added"),
        ("client edit", "client", "C0001", "altered"),
        ("client add", "contact", "C0001", "added"),
        ("client add", "client", "C0001", "added"),
    ]  # fmt: skip
    assert {"field": "grade", "before": None, "after": "A"} in next(
        event["altered"] for event in told if event["command"] == "client edit"
    )
    assert {event["entity"] for event in desk("history", "O0001", "--json").json()} >= {"order"}
    assert "grade – → A" in desk("history", "蓝海").out
    desk("history", "没有", code=3)


def test_a_removed_record_has_its_history_by_its_code(desk: Sales) -> None:
    desk("client", "remove", "C0001", "--yes")
    assert desk("history", "C0001", "--json").json()[0]["what"] == "removed"
    desk("undo", "--yes")
    assert desk("client", "show", "C0001", "--json").json()["name"] == "杭州蓝海机电"


def test_two_records_of_a_kind_are_counted_as_two(sales: Sales) -> None:
    sales("client", "add", "甲公司")
    sales("log", "甲公司", "x", "--no-next", "y", "--promise", "样品@明天", "--they-promise", "付款@月底")
    assert "promise P0001, P0002 added\n" in sales("history", "--limit", "1").out


def test_a_record_is_counted_once_by_where_it_stands_in_the_end(desk: Sales) -> None:
    desk("visit", "remove", "V0001", "--yes")
    desk("undo", "2", "--yes")
    told = desk("history", "--limit", "1", "--json").json()[0]
    assert {"entity": "visit", "added": 0, "altered": 0, "removed": 1, "restored": 0, "records": ["V0001"]} in told[
        "changes"
    ]
    assert all(number >= 0 for change in told["changes"] for number in change.values() if isinstance(number, int))


def test_the_history_takes_numbers_short_codes_and_what_was_undone(desk: Sales) -> None:
    desk("order", "add", "C0001", "1200", "--number", "HT-1")
    desk("order", "deliver", "O0001")
    desk("order", "return", "O0001", "200", "--reason", "破损")
    assert desk("history", "ht-1", "--json").json() == desk("history", "o1", "--json").json()
    assert {event["entity"] for event in desk("history", "O0001-1", "--json").json()} == {"orderreturn"}
    desk("undo", "4", "--yes")
    for ref in ("V0001", "v1"):
        told = desk("history", ref, "--json").json()
        assert [(event["command"], event["record"], event["what"]) for event in told] == [
            ("undo", "V0001", "removed"), ("visit log", "V0001", "added"),
        ]  # fmt: skip
    assert desk("history", "HT-1", "--json").json()[-1]["record"] == "O0001"
    assert "V0009" in desk("history", "V0009", "--json", code=3).error()["message"]
    desk("client", "remove", "C0001", "--yes")
    assert desk("history", "蓝海", "--json").json()[0]["what"] == "removed"


def test_a_setting_is_undone_and_redone_with_the_days_it_moved(desk: Sales, data_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("# mine\n[plan]\ncapacity = 4\n", "utf-8")
    before = rows_of(data_file)
    desk("config", "set", "cadence.A", "5")
    moved, text = rows_of(data_file), file.read_text("utf-8")
    assert moved != before
    assert "nothing changed" in desk("config", "set", "cadence.A", "5").err
    told = desk("history", "cadence.A", "--json").json()
    assert (told[0]["record"], told[0]["altered"]) == (
        "cadence.A", [{"field": "cadence.A", "before": 14, "after": 5}],
    )  # fmt: skip
    assert "setting cadence.A changed" in desk("undo", "--yes").out
    assert rows_of(data_file) == before
    assert file.read_text("utf-8").strip() == "# mine\n[plan]\ncapacity = 4"
    desk("redo")
    assert (rows_of(data_file), file.read_text("utf-8").split()) == (moved, text.split())
    desk("config", "set", "plan.capacity", "6")
    file.write_text(file.read_text("utf-8").replace("6", "7"), "utf-8")
    refused = desk("undo", "2", "--yes", code=4)
    assert "plan.capacity" in refused.err
    assert rows_of(data_file) == moved
    file.write_text(file.read_text("utf-8").replace("7", "6"), "utf-8")
    desk("undo", "2", "--yes")
    assert rows_of(data_file) == before


def test_where_the_settings_cannot_be_written_nothing_is_redone(desk: Sales, data_file: Path, tmp_path: Path) -> None:
    desk("config", "set", "cadence.A", "5")
    desk("undo", "--yes")
    before = rows_of(data_file), log_of(data_file)
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    desk("redo", code=7, env={"SALES_CONFIG": str(tmp_path / "nowhere" / "config.toml")})
    assert (rows_of(data_file), log_of(data_file)) == before


def test_with_no_data_there_is_nothing_to_undo(sales: Sales) -> None:
    sales("undo", "--yes", code=4)
    sales("redo", code=4)
    assert sales("history", "--json").json() == []


def test_a_large_import_is_undone_and_redone_whole(sales: Sales, data_file: Path, tmp_path: Path) -> None:
    rows = [f"远{number}机电,张工,139{number:08d}" for number in range(600)]
    (tmp_path / "many.csv").write_text("\n".join(["名称,联系人,手机", *rows]), "utf-8")
    sales("client", "import", "many.csv")
    full = rows_of(data_file)
    assert len(full) == 1_200
    sales("undo", "--yes")
    assert rows_of(data_file) == {}
    sales("redo")
    assert rows_of(data_file) == full


def test_a_merge_is_asked_shown_done_and_taken_back(sales: Sales, data_file: Path) -> None:
    sales("client", "add", "杭州蓝海机电有限公司", "--mobile", "13800000001", "--contact", "张工")
    sales("client", "add", "杭州市蓝海机电设备有限公司", "--mobile", "13800000001", "--contact", "张工")
    sales("deal", "add", "C0002", "二期")
    sales("target", "set", "2026", "10万", "--client", "C0002")
    (pair,) = sales("client", "dupes", "--json").json()
    assert (pair["score"], pair["first"]["code"], pair["second"]["code"]) == (99, "C0001", "C0002")
    assert "same_mobile" in pair["reasons"]
    before = rows_of(data_file)
    sales("client", "merge", "C0001", "C0002", code=2)
    assert sales("client", "merge", "C0001", "C0002", "--dry-run", "--json").json()["moves"] == {
        "contact": 1, "deal": 1, "target": 1,
    }  # fmt: skip
    assert rows_of(data_file) == before
    assert sales("client", "merge", "C0001", "C0002", "--yes", "--json").json()["gone"]["code"] == "C0002"
    assert sales("deal", "show", "D0001", "--json").json()["client"]["code"] == "C0001"
    followed = sales("client", "show", "C0002", "--json")
    assert (followed.json()["code"], followed.err.count("was merged into C0001")) == ("C0001", 1)
    assert "merged into C0001" in sales("client", "remove", "C0002", "--yes", "--json", code=3).error()["message"]
    assert "client C0002 → C0001" in sales("history", "C0001").out
    sales("undo", "--yes")
    assert rows_of(data_file) == before
    sales("client", "dupes", "--different", "C0002", "C0001")
    assert sales("client", "dupes", "--json").json() == []
    sales("client", "dupes", "--min", "101", code=2)


def test_what_would_be_undone_or_redone_can_be_seen_without_doing_it(desk: Sales, data_file: Path) -> None:
    before = rows_of(data_file), log_of(data_file)
    seen = desk("undo", "2", "--dry-run", "--json").json()
    assert [(entry["command"], entry["undone"]) for entry in seen] == [("visit log", False), ("client edit", False)]
    assert (rows_of(data_file), log_of(data_file)) == before
    desk("undo", "2", "--yes")
    undone = rows_of(data_file)
    assert [entry["command"] for entry in desk("redo", "2", "--dry-run", "--json").json()] == [
        "client edit", "visit log",
    ]  # fmt: skip
    assert rows_of(data_file) == undone


def test_undo_says_what_it_cannot_reach(desk: Sales, data_file: Path, tmp_path: Path) -> None:
    assert "outside the data file" not in desk("undo", "--yes").err
    desk("week", "sheet", "--out", "a.xlsx")
    assert "`sales week sheet` wrote or sent outside the data file" in desk("undo", "--yes").err
    assert (tmp_path / "a.xlsx").exists()
    desk("redo")
    with db.writing(data_file) as session:
        changes.watch(session, "week send", datetime(2026, 11, 27, 9, tzinfo=UTC))
        week = Period.week_of(date(2026, 11, 25))
        closed_weeks.mark_sent(session, week, "li@example.com", datetime(2026, 11, 27, 9, tzinfo=UTC))
    shown = desk("undo", code=2).err
    assert "The mail to li@example.com was sent and can't be called back." in shown
    assert desk("undo", "2", "--yes").err.count("outside the data file") == 1


def test_weeks_targets_and_days_have_their_history(desk: Sales) -> None:
    desk("target", "set", "2026", "120万")
    desk("target", "set", "2026", "240万")
    desk("week", "plan", "2026-W49", "--goal", "拜访=15")
    desk("calendar", "off", "2026-12-24")
    for ref, commands in (
        ("2026", ["target set", "target set", "target set"]), ("2026-w49", ["week plan"]),
        ("2026-12-24", ["calendar off"]),
    ):  # fmt: skip
        told = desk("history", ref, "--json").json()
        assert [event["command"] for event in told] == commands
        assert {event["record"] for event in told} == {ref.upper()}
    assert "target 2026 added" in desk("history").out
    desk("undo", "2", "--yes")
    assert [event["command"] for event in desk("history", "2026-W49", "--json").json()] == ["undo", "week plan"]
    assert "2026-W50" in desk("history", "2026-W50", "--json", code=3).error()["message"]


def test_the_history_speaks_in_words_and_its_json_in_tokens(desk: Sales) -> None:
    desk("visit", "plan", "C0001", "明天")
    desk("visit", "cancel", "V0002", "--reason", "改期")
    event = desk("history", "V0002", "--json").json()[0]
    assert {"field": "status", "before": "planned", "after": "cancelled"} in event["altered"]
    assert "状态 计划 → 取消" in desk("history", "V0002", lang="zh").out
