"""Checklists by kind of visit, and what is ready for one."""

from typing import Any

from tests.conftest import Sales


def listed(sales: Sales, kind: str) -> list[tuple[Any, ...]]:
    rows = sales("checklist", "list", kind, "--json").json()
    return [(one["text"], one["minutes_before"]) for one in rows]


def test_lists_are_edited_and_the_others_stay_as_they_were(sales: Sales) -> None:
    assert [minutes for _text, minutes in listed(sales, "来访接待")] == [1440, 120, 5]
    added = sales("checklist", "add", "hosting", "派车", "接站", "--before", "3小时", "--json").json()
    assert (added["number"], added["text"], added["minutes_before"], added["own"]) == (2, "派车 接站", 180, True)
    assert [minutes for _text, minutes in listed(sales, "hosting")] == [1440, 180, 120, 5]
    sales("checklist", "add", "hosting", "派车接站", code=4)
    sales("checklist", "remove", "hosting", "1", "--yes")
    sales("checklist", "remove", "hosting", "gate", "--yes")
    assert listed(sales, "hosting") == [("派车 接站", 180), ("call the guests", 120)]
    assert len(listed(sales, "visit")) == 4
    for words, code in (
        (("add", "party", "蛋糕"), 2), (("add", "demo", "x", "--before", "soon"), 2), (("add", "demo", " "), 2),
        (("remove", "demo", "9", "--yes"), 3), (("remove", "demo", "demo"), 4), (("list", "party"), 2),
    ):  # fmt: skip
        sales("checklist", *words, code=code)


def test_a_plan_carries_what_is_to_be_ready_and_by_when(sales: Sales) -> None:
    sales("client", "add", "蓝海")
    sales("visit", "plan", "蓝海", "周五", "14:00", "--purpose", "看厂", "--kind", "接待")
    plan = sales("plan", "day", "周五", "--json").json()
    assert [(one["due_on"], one["due_at"]) for one in plan["visits"][0]["checklist"]] == [
        ("2026-11-26", None), ("2026-11-27", "12:00"), ("2026-11-27", "13:55"),
    ]  # fmt: skip
    assert "□ 13:55 wait at the gate" in sales("plan", "print", "周五", "--text").out
    assert [one["text"] for one in sales("plan", "tomorrow", "--json").json()["preparations"]] == [
        "confirm hotel and itinerary"
    ]
    codes = {one["code"] for one in sales("plan", "check", "周五", "--json", code=0).json()}
    assert {"no_materials", "not_ready"} <= codes
    sales("visit", "ready", "蓝海", "hotel", "2")
    codes = {one["code"] for one in sales("plan", "check", "周五", "--json").json()}
    assert "no_materials" not in codes
    assert "not_ready" in codes
    assert "To prepare" not in sales("plan", "tomorrow").out
    sales("visit", "move", "蓝海", "下周一", "15:00")
    moved = sales("plan", "day", "下周一", "--json").json()["visits"][0]["checklist"]
    assert [(one["ready_on"], one["due_at"]) for one in moved] == [
        ("2026-11-25", None), ("2026-11-25", "13:00"), (None, "14:55"),
    ]  # fmt: skip
    ready = sales("visit", "ready", "蓝海", "all", "--add", "横幅", "--json").json()
    assert [one["ready_on"] for one in ready] == ["2026-11-25"] * 4
    assert "not_ready" not in {one["code"] for one in sales("plan", "check", "下周一", "--json").json()}
    assert sales("visit", "ready", "蓝海", "横幅", "--off", "--json").json()[3]["ready_on"] is None
    sales("visit", "ready", "蓝海", "火箭", code=3)


def test_a_visit_without_a_kind_gets_its_list_when_it_is_asked_for(sales: Sales) -> None:
    sales("client", "add", "蓝海")
    sales("visit", "plan", "蓝海", "周五", "14:00", "--by", "demo")
    assert sales("plan", "day", "周五", "--json").json()["visits"][0]["checklist"] == []
    assert sales("visit", "ready", "蓝海", "--json").json()[0]["text"] == "try the demo machine"
