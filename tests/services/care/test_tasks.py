"""Tasks: what is due, their parts, what came of them, and who may change what."""

from datetime import date, timedelta
from typing import Any

import pytest

from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.models.tasks import Task
from salescli.services.care import tasks
from salescli.services.care.tasks import TaskView
from tests.services.desk import FRI, MON, TODAY, TUE, Desk


def add(desk: Desk, title: str = "走访", due: date | None = None, **details: Any) -> Task:
    return tasks.add(desk.session, title, due_on=due, **details)


def seen(desk: Desk, task: Task) -> TaskView:
    return tasks.view(desk.session, task, desk.today)


def titles(desk: Desk, **wanted: Any) -> list[str]:
    return [task.title for task in tasks.listed(desk.session, tasks.Filter(**wanted), desk.today)]


def finish(desk: Desk, task: Task, **result: Any) -> None:
    tasks.finish(desk.session, task, desk.today, desk.today, **result)


def test_a_task_is_kept_as_it_was_given(desk: Desk) -> None:
    client = desk.client("蓝海")
    task = add(desk, "走访", FRI, client=client, from_whom="王经理", priority="高", requirement="附照片")
    view = seen(desk, task)
    assert (view.code, view.title, view.state, view.priority, view.from_whom) == (
        *("K0001", "走访", "todo", "high", "王经理"),
    )
    assert (view.due_on, view.days_overdue, view.requirement, view.client and view.client.name) == (
        *(FRI, 0, "附照片", "蓝海"),
    )


@pytest.mark.parametrize(
    ("text", "title", "day"),
    [
        ("走访@周五", "走访", FRI),
        ("走访＠明天", "走访", TODAY + timedelta(days=1)),
        ("写给 a@b 的信@周五", "写给 a@b 的信", FRI),
        ("走访", "走访", None),
    ],
)
def test_the_day_stands_after_the_last_at_sign(text: str, title: str, day: date | None) -> None:
    assert tasks.split_title(text, TODAY) == (title, day)


def test_an_at_sign_without_a_day_is_refused() -> None:
    with pytest.raises(BadValue):
        tasks.split_title("写给 a@b.com", TODAY)


def test_overdue_ones_come_first_then_by_priority_and_day(desk: Desk) -> None:
    for title, due, priority in (
        ("无日期", None, "normal"),
        ("低", TODAY, "low"),
        ("周五", FRI, "normal"),
        ("今天", TODAY, "normal"),
        ("高", FRI, "high"),
        ("逾期低", MON, "low"),
        ("逾期", TUE, "normal"),
    ):
        add(desk, title, due, priority=priority)
    in_order = ["逾期", "逾期低", "高", "今天", "周五", "无日期", "低"]
    assert titles(desk) == in_order
    assert [task.title for task in tasks.open_until(desk.session, None, TODAY)] == in_order
    assert [task.title for task in tasks.open_until(desk.session, TODAY, TODAY)] == ["逾期", "逾期低", "今天", "低"]
    assert titles(desk, overdue=True) == ["逾期", "逾期低"]
    assert [task.days_overdue for task in tasks.open_until(desk.session, TUE, TODAY)] == [1, 2]


def test_a_task_with_parts_is_done_after_them(desk: Desk) -> None:
    whole = add(desk, "展会")
    first, second = (add(desk, title, parent=whole) for title in ("订展位", "印资料"))
    with pytest.raises(Refused, match="K0002 订展位, K0003 印资料"):
        finish(desk, whole)
    finish(desk, first)
    assert (seen(desk, whole).parts, seen(desk, whole).parts_open) == (2, 1)
    tasks.drop(desk.session, second, "用去年的")
    finish(desk, whole, completeness=90, quality=85, effect="新增三家")
    view = seen(desk, whole)
    assert (view.state, view.done_on, view.completeness, view.quality, view.effect) == (
        *("done", TODAY, 90, 85, "新增三家"),
    )
    with pytest.raises(Refused, match="takes no more parts"):
        add(desk, "撤展", parent=whole)
    with pytest.raises(Refused, match="is a part of K0001"):
        tasks.start(desk.session, first)
    assert [(part.title, part.parent) for part in tasks.parts(desk.session, whole, TODAY)] == [
        *(("订展位", "K0001"), ("印资料", "K0001")),
    ]


def test_a_task_moved_keeps_the_day_it_was_due_before(desk: Desk) -> None:
    task = add(desk, "走访", MON)
    tasks.move(desk.session, task, FRI, TODAY, "等样品")
    view = seen(desk, task)
    assert (view.state, view.due_on, view.moved_from, view.reason, view.is_open) == (
        *("moved", FRI, MON, "等样品", True),
    )
    with pytest.raises(Refused):
        tasks.move(desk.session, task, FRI, TODAY, "再等")
    with pytest.raises(BadValue):
        tasks.move(desk.session, task, TUE, TODAY, "提前")
    with pytest.raises(BadValue):
        tasks.move(desk.session, task, TODAY, TODAY, " ")


def test_a_dropped_task_takes_its_open_parts_along(desk: Desk) -> None:
    whole = add(desk, "展会")
    done, left = (add(desk, title, parent=whole) for title in ("订展位", "印资料"))
    deeper = add(desk, "校对", parent=left)
    finish(desk, done)
    tasks.drop(desk.session, whole, "展会取消")
    assert [(one.state, one.reason) for one in (whole, done, left, deeper)] == [
        ("dropped", "展会取消"),
        ("done", None),
        ("dropped", "展会取消"),
        ("dropped", "展会取消"),
    ]


def test_what_was_done_is_reviewed_put_away_and_taken_up_again(desk: Desk) -> None:
    task = add(desk)
    with pytest.raises(Refused):
        tasks.review(desk.session, task, "不错")
    with pytest.raises(Refused):
        tasks.archive(desk.session, task, TODAY)
    finish(desk, task)
    with pytest.raises(Refused):
        finish(desk, task)
    tasks.review(desk.session, task, "不错", quality=95)
    assert (task.state, task.feedback, task.quality) == ("reviewed", "不错", 95)
    assert (titles(desk), titles(desk, state="已评价")) == ([], ["走访"])
    tasks.archive(desk.session, task, TODAY)
    assert (titles(desk, state="reviewed"), titles(desk, archived=True), titles(desk, every=True)) == (
        *([], ["走访"], ["走访"]),
    )
    tasks.start(desk.session, task)
    assert (task.state, task.done_on, task.archived_on) == ("doing", None, None)
    with pytest.raises(Refused):
        tasks.start(desk.session, task)


@pytest.mark.parametrize(
    "details",
    [
        {"title": " "},
        {"priority": "huge"},
        {"completeness": 101},
        {"quality": -1},
        {"effect": ""},
        {"requirement": "\u200b"},
    ],
)
def test_what_cannot_be_is_refused(desk: Desk, details: dict[str, Any]) -> None:
    with pytest.raises(BadValue):
        tasks.edit(desk.session, add(desk), **details)


def test_nothing_is_done_on_a_day_to_come(desk: Desk) -> None:
    with pytest.raises(BadValue):
        tasks.finish(desk.session, add(desk), FRI, TODAY)


def test_a_period_has_what_was_due_or_done_in_it(desk: Desk) -> None:
    add(desk, "到期", FRI)
    late = add(desk, "补做", date(2026, 11, 2))
    tasks.finish(desk.session, late, TUE, TODAY)
    add(desk, "别的周", date(2026, 12, 4))
    week = tasks.of_period(desk.session, MON, MON + timedelta(days=7))
    assert [(task.title, task.days_overdue) for task in week] == [("到期", 2), ("补做", 0)]
    assert tasks.of_period(desk.session, MON, MON + timedelta(days=7), TODAY)[0].days_overdue == 0
    assert [task.title for task in tasks.of_period(desk.session, MON, FRI)] == ["补做"]


def test_a_task_is_found_by_code_title_or_the_client_with_one(desk: Desk) -> None:
    session, blue = desk.session, desk.client("蓝海")
    first = add(desk, "走访滨江")
    own = add(desk, "送样", client=blue)
    assert tasks.find(session, "k1") is tasks.find(session, "滨江") is first
    assert tasks.find(session, "蓝海") is own
    second = add(desk, "走访萧山")
    with pytest.raises(Ambiguous, match="走访萧山"):
        tasks.find(session, "走访")
    finish(desk, first)
    assert tasks.find(session, "走访") is second
    for ref in ("K0009", "没有"):
        with pytest.raises(NotFound):
            tasks.find(session, ref)


def test_a_removed_task_is_gone_with_its_parts(desk: Desk) -> None:
    whole = add(desk, "展会")
    add(desk, "订展位", parent=whole)
    tasks.remove(desk.session, whole)
    assert titles(desk, every=True) == []
