"""`sales plan print|week --ics`: the plan in the calendar of a phone."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.conftest import Begun, Sales


def events(path: Path) -> dict[str, Any]:
    """The events of a file by summary; every line is at most 75 octets long."""
    content = path.read_bytes()
    assert max(map(len, content.split(b"\r\n"))) <= 75
    calendar = icalendar.Calendar.from_ical(content)
    assert not any(part.errors for part in calendar.walk())
    return {str(event["summary"]): event for event in calendar.walk("VEVENT")}


@pytest.fixture
def planned(begun: Begun) -> Sales:
    """Tomorrow with a visit at a time, one without, one cancelled, and things due."""
    purpose = "谈样品和下一批交货的数量、日期以及付款的方式；还有包装, 标签"
    return begun(
        "client add 蓝海 --contact 王小明 --title 经理 --mobile 13812345678 --address '路 1 号'",
        "client add 红河",
        f"visit plan 蓝海 明天 14:00 --purpose '{purpose}' --minutes 90 --contact 王小明",
        "visit plan 红河 明天 --by phone",
        "visit plan 红河 明天 10:00 --purpose 不去了",
        "visit cancel V0003 --reason 出差",
        "visit log 蓝海 聊过 --next 送样品@明天 --promise 寄合同@明天",
        "task add 写报告 --due 明天",
    )


def test_a_day_goes_into_the_calendar(planned: Sales, tmp_path: Path) -> None:
    told = planned("plan", "print", "明天", "--ics", "day.ics")
    assert told.out == "day.ics\n"
    found = events(tmp_path / "day.ics")
    visit = next(event for summary, event in found.items() if summary.startswith("蓝海 谈样品"))
    assert visit["dtstart"].dt == datetime.combine(date(2026, 11, 26), time(14))  # floating: at the client's door
    assert visit["dtend"].dt - visit["dtstart"].dt == timedelta(minutes=90)
    assert (str(visit["location"]), str(visit["status"])) == ("路 1 号", "CONFIRMED")
    assert "王小明 经理" in visit["description"]
    assert str(found["红河 不去了"]["status"]) == "CANCELLED"
    call = next(event for summary, event in found.items() if summary.endswith("红河"))
    assert call["dtstart"].dt.date() == date(2026, 11, 26)
    assert "No time was agreed" in call["description"]
    due = [summary for summary, event in found.items() if event["dtstart"].dt == date(2026, 11, 26)]
    assert [summary.partition(": ")[2] for summary in sorted(due)] == ["蓝海 送样品", "蓝海 寄合同", "写报告"]
    assert b"13812345678" not in (tmp_path / "day.ics").read_bytes()


def test_the_same_plan_gives_the_same_file_and_a_change_a_later_version(planned: Sales, tmp_path: Path) -> None:
    planned("plan", "print", "明天", "--ics", "a.ics")
    planned("plan", "print", "明天", "--ics", "b.ics", today="2026-11-25T18:00")
    assert (tmp_path / "a.ics").read_bytes() == (tmp_path / "b.ics").read_bytes()
    planned("visit", "edit", "V0001", "--purpose", "签合同", today="2026-11-25T18:00")
    planned("visit", "remove", "V0002", "--yes", today="2026-11-25T18:00")
    planned("plan", "print", "明天", "--ics", "b.ics", "--force", today="2026-11-25T18:00")
    before = {str(event["uid"]): event for event in events(tmp_path / "a.ics").values()}
    after = {str(event["uid"]): event for event in events(tmp_path / "b.ics").values()}
    assert before.keys() == after.keys()
    changed = [uid for uid in before if before[uid]["sequence"] < after[uid]["sequence"]]
    assert sorted(str(after[uid]["status"]) for uid in changed) == ["CANCELLED", "CONFIRMED"]
    assert all(before[uid]["dtstamp"].dt < after[uid]["dtstamp"].dt for uid in changed)


def test_a_week_goes_into_a_folder_under_its_own_name(planned: Sales, tmp_path: Path) -> None:
    told = planned("plan", "week", "--ics", ".", "--json").json()
    assert (told["begin"], told["end"]) == ("2026-11-23", "2026-11-29")
    assert Path(told["path"]).suffix == ".ics"
    assert len(events(tmp_path / told["path"])) == told["entries"]


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("week", "2027-W20", "--ics", "a.ics"), 4),
        (("print", "明天", "--ics", "there.ics"), 4),
        (("print", "明天", "--ics", "a.txt"), 2),
        (("print", "明天", "--ics", "nowhere/a.ics"), 7),
        (("print", "明天", "--ics", "a.ics", "--xlsx", "a.xlsx"), 2),
    ],
)
def test_what_cannot_be_written_is_said_and_nothing_is_left(
    planned: Sales, tmp_path: Path, argv: tuple[str, ...], code: int
) -> None:
    (tmp_path / "there.ics").write_text("mine", "utf-8")
    assert "Traceback" not in planned("plan", *argv, code=code).err
    assert sorted(path.name for path in tmp_path.glob("*.ics")) == ["there.ics"]
    assert (tmp_path / "there.ics").read_text("utf-8") == "mine"
