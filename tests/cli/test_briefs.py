"""`sales client brief` and `sales client timeline`, by the real program."""

import csv
import io
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from salescli import db
from salescli.config import DEFAULTS, Settings
from salescli.models.clients import Client
from salescli.models.deals import Deal
from salescli.models.market import Insight
from salescli.models.needs import Need
from salescli.models.promises import Promise
from salescli.models.quotations import Quotation
from salescli.models.tickets import Ticket
from salescli.services import changes
from salescli.services.cash import credits, receivables
from salescli.services.selling import orders
from salescli.services.visiting.visits import NextStep
from tests.conftest import TODAY, Result, Sales
from tests.services.desk import Desk

NOW = datetime.fromisoformat(f"{TODAY}T09:00").astimezone()

PARTS = (
    "last_contacts", "promises", "next_steps", "tickets", "deals", "quotations", "orders", "products", "needs",
    "samples", "insights", "surveys", "birthdays", "preferences", "planned",
)  # fmt: skip
MOST_ROWS = 40


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, template: Path) -> bytes:
    """A data file in which 蓝海 (C0001) has five of everything open, and 红山 (C0002) nothing."""
    path = Path(shutil.copy(template, tmp_path_factory.mktemp("full") / "sales.db"))
    with db.writing(path) as session:
        changes.watch(session, "test", NOW)
        desk = Desk(session, Settings(path.parent / "none.toml", DEFAULTS))
        client = desk.client("杭州蓝海机电有限公司", {"name": "张工", "mobile": "13800000000"}, short_name="蓝海",
                             grade="A", need="电机", note="门口停车难")  # fmt: skip
        desk.client("红山")
        for number in range(5):
            _something_of_all(desk, client, number)
        credits.change(session, client, credit_limit=80_000_000, state="watch")
    return path.read_bytes()


def _something_of_all(desk: Desk, client: Client, number: int) -> None:
    key, code, day = client.id or 0, f"000{number + 1}", date(2026, 11, 10 + number)
    note = f"第{number}次见面" + "，谈得很细" * 40
    desk.log(client, day, NextStep(f"报价{number}", date(2026, 12, 20 + number)), text=note)
    desk.plan(client, date(2026, 12, number + 1), purpose="送样品")
    order = orders.add(desk.session, client, 10_000_000, date(2026, number + 3, 1), product=f"X{number}00")
    receivables.plan(desk.session, order, None, desk.settings, from_signing=True)
    later = date(2026, 12, number + 1)
    desk.session.add_all([
        Promise(code=f"P{code}", client_id=key, direction="ours", text=f"样品{number}", due_on=day),
        Promise(code=f"P1{code}", client_id=key, direction="theirs", text=f"付款{number}", due_on=later),
        Ticket(code=f"T{code}", client_id=key, kind="quality", severity="key", text=f"异响{number}", received_at=NOW),
        Deal(code=f"D{code}", client_id=key, name=f"二期{number}", amount=35_000_000, stage="needs", opened_on=day,
             moved_on=day),
        Quotation(code=f"Q{code}", client_id=key, issued_on=day, total=35_000_000, valid_until=later),
        Insight(code=f"I{code}", client_id=key, kind="price", text="甲厂降价", seen_on=day),
        Need(code=f"N{code}", client_id=key, product=f"X{number}00", raised_on=day),
    ])  # fmt: skip


@pytest.fixture
def blue(sales: Sales, data_file: Path, full: bytes) -> Sales:
    """The program on that data file."""
    data_file.write_bytes(full)
    return sales


def rows(result: Result) -> list[str]:
    return result.out.splitlines()


@pytest.mark.parametrize("words", [("brief", "蓝海"), ("client", "brief", "蓝海", "--text")])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_brief_is_one_screen_whatever_there_is_to_say(blue: Sales, words: tuple[str, ...], lang: str) -> None:
    told = blue(*words, lang=lang)
    assert 30 < len(rows(told)) <= MOST_ROWS
    # What matters most is there, and what had to give way is counted.
    for said in (
        "蓝海",
        "张工",
        "13800000000",
        "样品0",
        "异响0",
        "500,000.00",
        "350,000.00",
        "二期0",
        "第4次见面",
        "Q0001",
        "(+",
    ):
        assert said in told.out


def test_a_brief_of_a_client_about_whom_nothing_is_known_is_short(blue: Sales) -> None:
    assert len(rows(blue("brief", "红山"))) < 10
    told = blue("brief", "红山", "--json").json()
    assert {part: told[part] for part in PARTS} == {part: [] for part in PARTS}
    assert told["money"] == {
        "owed": "0.00", "overdue": "0.00", "days_overdue": 0, "next_due_on": None, "next_due": "0.00",
    }  # fmt: skip
    assert (told["credit"]["state"], told["credit"]["headroom"]) == ("normal", None)
    assert told["rhythm"] == {"usual_days": None, "days_since": None, "late": False}
    assert {question["why"] for question in told["questions"]} == {"gap", "stage"}


def test_the_figures_of_a_brief_are_those_of_the_commands_for_them(blue: Sales) -> None:
    told = blue("brief", "C0001", "--json").json()
    aging = blue("receipt", "aging", "--json").json()
    credit = blue("client", "credit", "蓝海", "--json").json()
    overdue = sum(float(row["open"]) for row in aging["rows"] if row["days_overdue"])
    assert (told["money"]["owed"], float(told["money"]["overdue"])) == (aging["total"], overdue)
    assert told["money"]["overdue"] == credit["overdue"]
    assert {name: told["credit"][name] for name in ("limit", "headroom", "exposure", "state")} == {
        name: credit[name] for name in ("limit", "headroom", "exposure", "state")
    }
    assert [one["direction"] for one in told["promises"]] == ["ours"] * 5 + ["theirs"] * 5
    assert told["tickets"] == blue("ticket", "list", "--json").json()
    assert len(told["last_contacts"]) == len(told["orders"]) == len(told["insights"]) == 3


def test_the_days_briefs_come_in_the_order_of_the_plan_on_pages_of_their_own(blue: Sales) -> None:
    blue("visit", "plan", "红山", "今天", "09:40", "--purpose", "初访")
    blue("visit", "plan", "蓝海", "今天", "14:00", "--purpose", "谈价")
    blue("visit", "plan", "蓝海", "今天", "15:30")
    told = blue("client", "brief", "--all-today", "--json").json()
    assert [(page["start"], page["client"]["code"]) for page in told] == [("09:40", "C0002"), ("14:00", "C0001")]
    first, second = blue("client", "brief", "--all-today").out.split("\f")
    assert first.startswith("1/2 09:40 V0011 初访\nC0002 红山\n")
    assert second.startswith("\n2/2 14:00 V0012 谈价\nC0001 ")
    assert len(second.strip().splitlines()) <= MOST_ROWS
    assert "\f" not in blue("client", "brief", "--all-today", "--text").out
    assert [page["client"]["code"] for page in blue("brief", "--day", "12-01", "--json").json()] == ["C0001"]


def test_a_day_whose_visits_are_done_has_no_briefs_left(blue: Sales) -> None:
    blue("log", "红山", "谈好了", "--no-next", "无")
    told = blue("client", "brief", "--day", "今天", "--json")
    assert (told.json(), "2026-11-25" in told.err) == ([], True)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("蓝海", "--all-today"), 2),
        (("--all-today", "--day", "明天"), 2),
        (("--day", "某天"), 2),
        (("无此",), 3),
    ],
)
def test_a_brief_of_nobody_or_of_two_things_is_refused(blue: Sales, words: tuple[str, ...], code: int) -> None:
    assert len(rows(blue("client", "brief", *words, code=code))) == 0


def test_the_story_is_a_line_an_event_the_oldest_first(blue: Sales) -> None:
    told = blue("client", "timeline", "蓝海", "--json").json()
    assert [event["on"] for event in told] == sorted(event["on"] for event in told)
    assert told[0] == {
        "on": "2026-03-01", "kind": "order", "code": "O0001", "marks": [], "text": "X000", "due_on": None,
        "amount": "100000.00", "currency": "CNY",
    }  # fmt: skip
    kinds = {event["kind"] for event in told}
    assert kinds == {"client", "grade", "visit", "promise", "ticket", "quote", "order", "insight", "need"}
    newest = blue("client", "timeline", "蓝海", "--sort", "newest", "--json").json()
    assert newest == told[::-1]
    assert blue("client", "timeline", "红山", "2025", "--json").json() == []


def test_the_story_is_narrowed_to_a_period_and_kinds_and_printed_as_csv(blue: Sales) -> None:
    words = ("client", "timeline", "蓝海", "2026-11", "--kind", "承诺", "--kind", "visit")
    lines = list(csv.DictReader(io.StringIO(blue(*words, "--csv").out)))
    assert {(line["kind"], line["marks"]) for line in lines} == {
        ("visit", "visit"), ("promise", "ours;made"), ("promise", "theirs;made"),
    }  # fmt: skip
    assert len(lines) == 15
    assert len(rows(blue(*words))) == 16
    assert "[客户、提出] 付款0 → 2026-12-01 周二" in blue(*words, lang="zh").out
    assert "[新建、" in blue("client", "timeline", "蓝海", "--kind", "建档", lang="zh").out


@pytest.mark.parametrize("words", [("--kind", "天气"), ("--sort", "code"), ("某时",)])
def test_a_story_of_what_is_no_kind_order_or_period_is_refused(blue: Sales, words: tuple[str, ...]) -> None:
    blue("client", "timeline", "蓝海", *words, code=2)
