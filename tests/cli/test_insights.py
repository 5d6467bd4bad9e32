"""`sales insight …` and `sales competitor …` through the real program."""

import contextlib
import csv
import io
import sqlite3
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from salescli import db
from salescli.config import Settings
from salescli.services import changes
from salescli.services.market import insights
from tests.conftest import Sales
from tests.services.desk import Desk
from tests.services.ledger import Ledger


def contents(path: Path) -> list[str]:
    """All that a data file holds."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.fixture
def heard(sales: Sales, data_file: Path, defaults: Settings, now: datetime) -> Sales:
    """The program with two clients and three insights."""
    with db.writing(data_file) as session:
        changes.watch(session, "test", now)
        desk = Desk(session, defaults)
        blue = desk.client("杭州蓝海机电", territory="滨江")
        desk.client("宁波红山")
        Ledger(session).order(blue, "2026-11-05", 3_000_000_00)
        insights.add(session, "甲厂X200降到860", date(2026, 11, 20), competitor="甲厂", at="蓝海")
        insights.add(session, "=促销 | 乙厂", date(2026, 11, 25), competitor="乙厂", importance="高", at="展会")
        insights.add(session, "外地厂找代理", date(2026, 10, 8))
    return sales


def test_one_line_is_enough_and_what_was_understood_is_said(sales: Sales) -> None:
    sales("client", "add", "杭州蓝海机电")
    done = sales("insight", "add", "甲厂X200降到860", "--competitor", "甲厂", "--at", "蓝海", "--json")
    assert done.json() == {
        "code": "I0001",
        "seen_on": "2026-11-25",
        "kind": "price",
        "competitor": "甲厂",
        "text": "甲厂X200降到860",
        "client": {"code": "C0001", "name": "杭州蓝海机电"},
        "seen_at": None,
        "importance": "normal",
        "confidence": "normal",
        "impact": None,
        "suggestion": None,
        "state": "new",
        "reported_on": None,
        "answer": None,
    }
    assert "taken as: price" in done.err
    assert "甲厂 is a new competitor" in done.err
    again = sales("insight", "add", "甲厂", "上新品", "--at", "滨江展会", "--on", "昨天", "--json")
    told = again.json()
    assert (told["kind"], told["competitor"], told["client"], told["seen_at"], told["seen_on"]) == (
        "new_product", "甲厂", None, "滨江展会", "2026-11-24",
    )  # fmt: skip
    assert "new competitor" not in again.err


def test_a_guess_is_said_and_its_kind_still_missing_until_it_is_settled(sales: Sales) -> None:
    done = sales("insight", "add", "今天路上很堵", "--json")
    assert (done.json()["kind"], done.json()["confidence"]) == ("demand", "low")
    assert "sales insight edit I0001 --kind" in done.err
    assert "demand" in sales("insight", "report", "--json").json()["missing"]
    sales("insight", "edit", "I0001", "--kind", "demand")
    assert "demand" not in sales("insight", "report", "--json").json()["missing"]


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("insight", "add", " "), 2),
        (("insight", "add", "降" * 2001), 2),
        (("insight", "add", "降价", "--kind", "gossip"), 2),
        (("insight", "add", "降价", "--importance", "huge"), 2),
        (("insight", "add", "降价", "--on", "明天"), 2),
        (("insight", "add", "降价", "--at", "C0099"), 3),
        (("insight", "show", "I0099"), 3),
        (("insight", "show", "红山"), 3),
        (("insight", "edit", "I0001"), 2),
        (("insight", "remove", "I0001"), 2),
        (("insight", "list", "--competitor", "没有"), 3),
        (("insight", "report", "--month", "whenever"), 2),
        (("insight", "report", "--out", "report.pdf"), 2),
        (("insight", "size", "2026-11", "1亿"), 2),
        (("insight", "size", "2026", "0"), 2),
        (("insight", "size", "2026", "-1"), 2),
        (("competitor", "add", "甲厂"), 4),
        (("competitor", "show", "厂"), 4),
        (("competitor", "show", "没有"), 3),
        (("competitor", "note", "甲厂", "便宜"), 2),
        (("competitor", "note", "甲厂", "便宜", "--aspect", "taste"), 2),
        (("competitor", "edit", "甲厂", "--name", "乙厂"), 4),
    ],
)
def test_what_cannot_be_done_leaves_all_as_it_was(
    heard: Sales, data_file: Path, argv: tuple[str, ...], code: int
) -> None:
    before = contents(data_file)
    heard(*argv, "--json", code=code)
    assert contents(data_file) == before


def test_a_list_is_narrowed_and_agrees_in_every_form(heard: Sales) -> None:
    listed = heard("insight", "list", "--json").json()
    assert [one["code"] for one in listed] == ["I0003", "I0001", "I0002"]
    rows = list(csv.DictReader(io.StringIO(heard("insight", "list", "--csv").out)))
    assert [(row["code"], row["kind"], row["competitor"]) for row in rows] == [
        (one["code"], one["kind"], one["competitor"] or "") for one in listed
    ]
    assert rows[2]["text"] == "'=促销 | 乙厂"
    for narrow, codes in (
        (("本月",), ["I0001", "I0002"]),
        (("--kind", "促销"), ["I0002"]),
        (("--competitor", "甲厂"), ["I0001"]),
        (("--client", "蓝海"), ["I0001"]),
    ):
        assert [one["code"] for one in heard("insight", "list", *narrow, "--json").json()] == codes, narrow


def test_an_insight_is_changed_answered_and_removed(heard: Sales) -> None:
    changed = heard("insight", "edit", "蓝海", "--text", "降到850", "--at", "车间", "--kind", "产品", "--json", code=2)
    assert changed.error()["code"] == "usage"
    changed = heard("insight", "edit", "I0001", "--text", "降到850", "--suggest", "跟进", "--json")
    assert [changed.json()[key] for key in ("text", "suggestion", "kind")] == ["降到850", "跟进", "price"]
    answered = heard("insight", "answer", "蓝海", "下周", "调价", "--acted", "--json").json()
    assert (answered["state"], answered["answer"]) == ("acted", "下周 调价")
    heard("insight", "remove", "I0001", "--yes")
    assert [one["code"] for one in heard("insight", "list", "--json").json()] == ["I0003", "I0002"]


def test_the_report_counts_by_kind_and_competitor_and_names_what_is_missing(heard: Sales) -> None:
    heard("insight", "size", "2025", "1亿")
    size = heard("insight", "size", "今年", "1.2亿", "--basis", "协会", "--json").json()
    assert size == {
        "year": 2026, "territory": None, "amount": "120000000.00", "growth": 0.2,
        "sales": "3000000.00", "share": 0.025, "basis": "协会", "noted_on": "2026-11-25",
    }  # fmt: skip
    heard("insight", "size", "2026", "3000万", "--territory", "滨江")
    found = heard("insight", "report", "--json").json()
    kinds = {row["kind"]: (row["count"], row["before"], row["important"]) for row in found["by_kind"]}
    assert (found["count"], kinds["price"], kinds["promotion"], kinds["channel"]) == (
        2,
        (1, 0, 0),
        (1, 0, 1),
        (0, 1, 0),
    )
    assert sum(count for count, _before, _important in kinds.values()) == found["count"]
    assert found["missing"] == [kind for kind, (count, *_rest) in kinds.items() if not count]
    assert [(row["competitor"], row["count"], row["kinds"]) for row in found["by_competitor"]] == [
        ("甲厂", 1, ["price"]), ("乙厂", 1, ["promotion"]),
    ]  # fmt: skip
    assert [(one["year"], one["territory"], one["share"]) for one in found["market_sizes"]] == [
        (2025, None, 0.0), (2026, None, 0.025), (2026, "滨江", 0.1),
    ]  # fmt: skip
    heard("insight", "size", "2026", "1.5亿")
    assert heard("insight", "size", "2026", "--json").json()[0]["share"] == 0.02


def test_the_report_is_a_document_that_runs_nothing_and_replaces_nothing(heard: Sales, tmp_path: Path) -> None:
    done = heard("insight", "report", "--out", "市场.md", "--json")
    assert done.json() == {"path": "市场.md", "period": "2026-11", "count": 2}
    text = (tmp_path / "市场.md").read_text("utf-8")
    assert "=促销 \\| 乙厂" in text
    rows = [line for line in text.splitlines() if line.startswith("| 2026-")]
    assert len(rows) == 2
    assert all(row.replace("\\|", "").count("|") == 10 for row in rows)
    heard("insight", "report", "--out", "市场.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "市场.xlsx").worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.data_type for cell in cells if cell.value == "=促销 | 乙厂"] == ["s", "s"]
    assert not any(cell.data_type == "f" for cell in cells)
    before = (tmp_path / "市场.xlsx").read_bytes()
    heard("insight", "report", "--out", "市场.xlsx", code=4)
    assert (tmp_path / "市场.xlsx").read_bytes() == before
    heard("insight", "report", "--month", "2020", "--out", "市场.xlsx", "--force")
    heard("insight", "report", "--out", "no/such/市场.md", code=7)


def test_a_page_sets_a_competitor_against_us_by_the_latest_of_each_aspect(heard: Sales) -> None:
    heard("deal", "add", "蓝海", "二期", "--competitor", "甲厂")
    heard("deal", "lose", "蓝海", "--reason", "价格")
    heard("competitor", "note", "甲厂", "880元", "--aspect", "价格", "--ours", "920元", "--product", "X200")
    noted = heard(
        "competitor", "note", "甲", "860元", "一台", "--aspect", "price", "--product", "x200", "--json"
    ).json()
    assert (noted["theirs"], noted["ours"]) == ("860元 一台", "920元")
    page = heard("competitor", "show", "甲厂", "--json").json()
    assert [(point["aspect"], point["theirs"], point["ours"]) for point in page["comparison"]] == [
        ("price", "860元 一台", "920元")
    ]
    assert (page["insights"], page["deals_lost"], [one["code"] for one in page["heard"]]) == (1, 1, ["I0001"])
    assert "Not compared yet: function, brand." in heard("competitor", "show", "甲厂").out


def test_a_competitor_is_renamed_and_removed_and_what_was_heard_of_it_stays(heard: Sales) -> None:
    heard("competitor", "edit", "甲厂", "--name", "甲机电", "--note", "老厂")
    assert heard("insight", "show", "I0001", "--json").json()["competitor"] == "甲机电"
    heard("competitor", "remove", "甲机电", "--yes")
    assert [one["name"] for one in heard("competitor", "list", "--json").json()] == ["乙厂"]
    assert heard("insight", "show", "I0001", "--json").json()["text"] == "甲厂X200降到860"
