"""Tasks: the columns of their lists, and a task with its parts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from salescli.dates import echo_day
from salescli.i18n import N_, _n
from salescli.render.clients import CLIENT
from salescli.render.output import Column, Form, as_json, cell, print_json, print_text, show_record, show_rows
from salescli.service_words import Level, TaskState
from salescli.vocabulary import label

if TYPE_CHECKING:
    from salescli.services.care.task_lists import TaskView


def overdue_words(days: int) -> str:
    """So many days overdue; empty for none."""
    return _n("{count} day overdue", "{count} days overdue", days).format(count=days) if days else ""


def _parts(task: "TaskView") -> str:
    return f"{task.parts - task.parts_open}/{task.parts}" if task.parts else ""


def _percent(number: int) -> str:
    return f"{number}%"


TASKS: "list[Column[TaskView]]" = [
    Column("code", N_("Code"), lambda task: task.code),
    Column("title", N_("Task"), lambda task: task.title),
    Column("client", N_("Client"), lambda task: task.client and task.client.name),
    # In JSON this one takes the place of the name.
    Column("client", N_("Client"), lambda task: task.client, "data", row_of=CLIENT),
    Column("requirement", N_("Requirement"), lambda task: task.requirement, on_screen=False),
    Column("from", N_("Given by"), lambda task: task.from_whom),
    Column("priority", N_("Priority"), lambda task: task.priority, word=lambda level: label(level, Level)),
    Column("state", N_("State"), lambda task: task.state, word=lambda state: label(state, TaskState)),
    Column("due_on", N_("Due on"), lambda task: task.due_on, "day", word=echo_day),
    Column("days_overdue", N_("Overdue"), lambda task: task.days_overdue, "count", word=overdue_words),
    Column("moved_from", N_("Moved from"), lambda task: task.moved_from, "day", on_screen=False, word=echo_day),
    Column("reason", N_("Reason"), lambda task: task.reason),
    Column("parent", N_("Part of"), lambda task: task.parent),
    Column("parts_open", N_("Parts to do"), lambda task: task.parts_open, "count", on_screen=False),
    Column("done_on", N_("Done on"), lambda task: task.done_on, "day", word=echo_day),
    Column("completeness", N_("Completeness"), lambda task: task.completeness, "count", word=_percent),
    Column("quality", N_("Quality"), lambda task: task.quality, "count"),
    Column("effect", N_("Effect"), lambda task: task.effect),
    Column("feedback", N_("Feedback"), lambda task: task.feedback, on_screen=False),
    Column("archived_on", N_("Put away on"), lambda task: task.archived_on, "day", on_screen=False, word=echo_day),
]
# What a list on a screen says besides: how many of the parts are over.
_PARTS: "Column[TaskView]" = Column("parts", N_("Parts over"), _parts)
# Columns of a list that stand on a screen where any of its tasks has something to say in them.
_WHERE_SAID = (
    *("client", "from", "due_on", "days_overdue", "reason", "parent", "parts", "done_on"),
    *("completeness", "quality", "effect"),
)


def _columns(tasks: "Sequence[TaskView]") -> "list[Column[TaskView]]":
    return [
        replace(column, on_screen=column.on_screen and any(cell(task, column) for task in tasks))
        if column.key in _WHERE_SAID and column.kind != "data"
        else column
        for column in (*TASKS, _PARTS)
    ]


def show(task: "TaskView", form: Form) -> None:
    """Print one task."""
    hidden = "parts_open" if form == "screen" and not task.parts_open else ""
    show_record(task, [column for column in TASKS if column.key != hidden], form)


def show_with_parts(task: "TaskView", parts: "Sequence[TaskView]", form: Form) -> None:
    """Print one task and its parts."""
    if form == "json":
        print_json(as_json(task, TASKS) | {"parts": tasks_json(parts)})
        return
    show(task, form)
    if parts:
        print_text("")
        show_list(parts, form, empty="")


def show_list(tasks: "Sequence[TaskView]", form: Form, *, empty: str) -> None:
    """Print tasks as a table; ``empty`` is said where there are none."""
    show_rows(tasks, _columns(tasks) if form == "screen" else TASKS, form, empty=empty)


def tasks_json(tasks: "Iterable[TaskView]") -> list[dict[str, Any]]:
    """Tasks as JSON carries them."""
    return [as_json(task, TASKS) for task in tasks]
