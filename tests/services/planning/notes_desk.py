"""Clients with people for the tests of notes, and a short way to say what was understood of them."""

from salescli.amounts import plain
from salescli.services.planning import day_notes
from salescli.services.planning.day_notes import DayNotes, VisitNote
from tests.services.desk import TODAY, Desk

_SHORT = {"C0001": "蓝海", "C0002": "红山", "C0003": "天成", "C0008": "青峰"}


def open_office(desk: Desk) -> None:
    """Eight clients with the names that notes call them by."""
    blue = desk.client("杭州蓝海机电有限公司", {"name": "王建国", "title": "总经理"}, short_name="蓝海")
    desk.person(blue, "李伟", title="技术主管")
    red = desk.client("浙江红山物流有限公司", {"name": "陈丽", "title": "采购员"})
    desk.person(red, "李工")
    desk.client("天成包装", {"name": "张经理"}, aliases=["老天成"])
    desk.client("Blue Ocean Trading Co., Ltd.", {"name": "Wang Wei"})
    desk.client("Acme Tools Ltd", {"name": "John Miller"})
    desk.client("蓝天物流", {"name": "赵敏", "title": "厂长"})
    desk.client("蓝天电子", {"name": "孙强", "title": "采购经理"})
    desk.client("青峰化工有限公司", {"name": "刘芳", "title": "财务"})


def noted(desk: Desk, text: str) -> DayNotes:
    """The notes of today, as read from a text."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    return day_notes.read(desk.session, lines, TODAY, TODAY)


def said(note: VisitNote) -> str:
    """A visit as understood, in a line: ``蓝海 phone 14:30 quote order=120000.00 next:报价@12-02``."""
    parts = [_short(note), note.by, note.at and f"{note.at:%H:%M}", note.outcome]
    parts += [f"with={note.contact}"] if note.contact else []
    parts += [f"{note.minutes}min"] if note.minutes else []
    parts += [
        f"{name}={plain(amount)[:-3]}" for name, amount in (("order", note.order), ("receipt", note.receipt)) if amount
    ]
    for one in note.promises:
        sum_ = f"({plain(one.amount)[:-3]})" if one.amount else ""
        parts.append(f"{'theirs' if one.theirs else 'ours'}:{one.text}{sum_}@{one.due_on:%m-%d}")
    step = note.next_step
    if step is not None and step.none_because is not None:
        parts.append(f"none:{step.none_because}")
    elif step is not None:
        hour = f" {step.at:%H:%M}" if step.at else ""
        parts.append(f"next:{step.text}@{step.on:%m-%d}{hour}")
    parts += [f"?{question.about}" for question in note.questions]
    return " ".join(part for part in parts if part)


def _short(note: VisitNote) -> str:
    if note.client is not None:
        return _SHORT.get(note.client.code, note.client.name.split()[0])
    asked = next(one for one in note.questions if one.about == "client")
    return "|".join(name for _code, name in asked.choices)
