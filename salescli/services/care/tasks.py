"""Tasks: given by the manager or taken on, split into parts, done with a result, reviewed and put away."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from salescli.dates import echo_day, parse_day
from salescli.errors import Ambiguous, BadValue, Refused
from salescli.i18n import N_, _, _n
from salescli.models.clients import Client
from salescli.models.tasks import Task
from salescli.service_words import Level, TaskState
from salescli.services.accounts import clients
from salescli.services.care import references, task_lists
from salescli.services.care.care_tables import TASKS
from salescli.services.care.task_lists import IS_OPEN, OPEN_STATES, TaskView, of_period, open_until
from salescli.services.changes import now_of
from salescli.texts import NOTE_LIMIT, clean, name_key
from salescli.vocabulary import label, parse_word

__all__ = [
    "Filter",
    "TaskView",
    "add",
    "archive",
    "drop",
    "edit",
    "find",
    "finish",
    "listed",
    "move",
    "of_period",
    "open_until",
    "parts",
    "remove",
    "review",
    "split_title",
    "start",
    "view",
]

_CODE = re.compile(r"k[0-9]{1,9}$")
_MOST_CHOICES = 20
_HUNDRED = 100


# --- making and changing ---


def split_title(text: str, today: date) -> tuple[str, date | None]:
    """A title and the day after its last ``@``, if it has one; BadValue for what is no day."""
    words, at, day = text.replace("＠", "@").rpartition("@")
    return (words.strip(), parse_day(day, today, "coming")) if at else (text, None)


def add(
    session: Session,
    title: str,
    *,
    due_on: date | None = None,
    client: Client | None = None,
    parent: Task | None = None,
    **details: Any,
) -> Task:
    """Store a task to do; ``details`` are from_whom, priority and requirement as typed.

    Raises Refused for a part of a task that is over.
    """
    if parent is not None and parent.state not in OPEN_STATES:
        raise Refused(
            _("{code} is {state}; it takes no more parts.").format(code=parent.code, state=_state(parent)),
            hint=_("`sales task start {code}` takes it up again.").format(code=parent.code),
        )
    number = clients.next_id(session, Task)
    task = Task(
        id=number,
        code=f"K{number:04d}",
        title=clean(title, field=_("name of the task")),
        due_on=due_on,
        client_id=None if client is None else client.id,
        parent_id=None if parent is None else parent.id,
    )
    return edit(session, task, **details)


def edit(session: Session, task: Task, **details: Any) -> Task:
    """Change what a task says: title, requirement, from_whom, priority, effect and feedback as typed.

    Further details are due_on (a day), client (a Client), and completeness and quality (0 to 100).
    """
    readers: dict[str, Any] = {
        "title": lambda text: clean(text, field=_("name of the task")),
        "from_whom": lambda text: clean(text, field=_("name")),
        "priority": lambda text: parse_word(text, Level, _("priority")).value,
        "requirement": lambda text: clean(text, field=_("requirement"), limit=NOTE_LIMIT),
        "effect": lambda text: clean(text, field=_("effect"), limit=NOTE_LIMIT),
        "feedback": lambda text: clean(text, field=_("feedback"), limit=NOTE_LIMIT),
        "completeness": lambda number: _percent(number, _("completeness")),
        "quality": lambda number: _percent(number, _("quality")),
        "due_on": lambda day: day,
    }
    given = {name: value for name, value in details.items() if value is not None}
    if "client" in given:
        task.client_id = given.pop("client").id
    for name, value in given.items():
        setattr(task, name, readers[name](value))
    return _stored(session, task)


def start(session: Session, task: Task) -> Task:
    """Note that a task is being done; one that was done, dropped or put away is taken up again."""
    if task.state == TaskState.DOING:
        raise Refused(_("{code} is being done already.").format(code=task.code))
    parent = None if task.parent_id is None else session.get(Task, task.parent_id)
    if parent is not None and parent.deleted_at is None and parent.state not in OPEN_STATES:
        raise Refused(
            _("{code} is a part of {parent}, which is {state}.").format(
                code=task.code, parent=parent.code, state=_state(parent)
            ),
            hint=_("`sales task start {code}` takes it up again.").format(code=parent.code),
        )
    if task.state == TaskState.DROPPED:
        task.reason = None
    task.state = TaskState.DOING.value
    task.done_on = task.archived_on = None
    return _stored(session, task)


def finish(session: Session, task: Task, on: date, today: date, **result: Any) -> Task:
    """Note that a task was done on a day, with its result: completeness and quality of 100, and the effect.

    Raises Refused for one that is not open, or with parts still to do.
    """
    _refuse_unless_open(task)
    if on > today:
        raise BadValue(_("{day} is still to come.").format(day=echo_day(on)))
    left = [part for part in _parts(session, task) if part.state in OPEN_STATES]
    if left:
        raise Refused(
            _n(
                "{code} has {count} part still to do: {parts}.",
                "{code} has {count} parts still to do: {parts}.",
                len(left),
            ).format(code=task.code, count=len(left), parts=_(", ").join(f"{part.code} {part.title}" for part in left)),
            hint=_("Do them or drop them first."),
        )
    task.state, task.done_on = TaskState.DONE.value, on
    return edit(session, task, **result)


def review(session: Session, task: Task, feedback: str, **result: Any) -> Task:
    """Note what the manager says of a task that was done; ``result`` as in :func:`finish`."""
    if task.state not in (TaskState.DONE, TaskState.REVIEWED):
        raise Refused(
            _("{code} is {state}; only what was done is reviewed.").format(code=task.code, state=_state(task)),
            hint=_("`sales task done {code}` notes that it is.").format(code=task.code),
        )
    task.state = TaskState.REVIEWED.value
    return edit(session, task, feedback=feedback, **result)


def move(session: Session, task: Task, day: date, today: date, reason: str) -> Task:
    """Put an open task off, or forward, to another day, for a reason."""
    _refuse_unless_open(task)
    if day < today:
        raise BadValue(_("{day} has passed.").format(day=echo_day(day)))
    if day == task.due_on:
        raise Refused(_("{code} is due on {day} already.").format(code=task.code, day=echo_day(day)))
    task.reason = clean(reason, field=_("reason"), limit=NOTE_LIMIT)
    task.moved_from, task.due_on, task.state = task.due_on, day, TaskState.MOVED.value
    return _stored(session, task)


def drop(session: Session, task: Task, reason: str) -> Task:
    """Give an open task up, with its parts still to do, for a reason."""
    _refuse_unless_open(task)
    why = clean(reason, field=_("reason"), limit=NOTE_LIMIT)
    for one in [task, *_below(session, task)]:
        if one.state in OPEN_STATES:
            one.state, one.reason = TaskState.DROPPED.value, why
            _stored(session, one)
    return task


def archive(session: Session, task: Task, today: date) -> Task:
    """Put a task that is over away, with its parts."""
    if task.state in OPEN_STATES:
        raise Refused(
            _("{code} is {state}; only what is over is put away.").format(code=task.code, state=_state(task)),
            hint=_("`sales task done {code}` notes that it is done, `sales task drop` that it won't be.").format(
                code=task.code
            ),
        )
    if task.archived_on is not None:
        raise Refused(
            _("{code} was put away on {day}.").format(code=task.code, day=echo_day(task.archived_on)),
            hint=_("`sales task list --archived` shows what was."),
        )
    for one in [task, *_below(session, task)]:
        one.archived_on = one.archived_on or today
        _stored(session, one)
    return task


def remove(session: Session, task: Task) -> None:
    """Take a task and its parts out of every list."""
    for one in [task, *_below(session, task)]:
        one.deleted_at = now_of(session)
        _stored(session, one)


def _parts(session: Session, task: Task) -> list[Task]:
    rows = select(Task).where(Task.parent_id == task.id, col(Task.deleted_at).is_(None))
    return list(session.exec(rows.order_by(col(Task.id))))


def _below(session: Session, task: Task) -> list[Task]:
    """The parts of a task and theirs."""
    return [one for part in _parts(session, task) for one in (part, *_below(session, part))]


def _percent(number: int, field: str) -> int:
    if not 0 <= number <= _HUNDRED:
        raise BadValue(_("The {field} is between 0 and 100.").format(field=field))
    return number


def _state(task: Task) -> str:
    return label(task.state, TaskState)


def _refuse_unless_open(task: Task) -> None:
    if task.state not in OPEN_STATES:
        raise Refused(
            _("{code} is {state}; only an open task can be changed so.").format(code=task.code, state=_state(task)),
            hint=_("`sales task start {code}` takes it up again.").format(code=task.code),
        )


def _stored(session: Session, task: Task) -> Task:
    session.add(task)
    session.flush()
    return task


# --- finding ---

_TASK = references.Kind(Task, "K", N_("task"), "sales task list", lambda task: str(task.title))


def find(session: Session, ref: str) -> Task:
    """The task that ``ref`` means: its code, its title or a part of it, or a client with one open task.

    Of several by that title the open ones are taken where there are any. Raises NotFound, or Ambiguous.
    """
    asked = clean(ref, field=_("task"))
    key = name_key(asked)
    found: Task
    if _CODE.match(key):
        found = references.find(session, asked, _TASK)
        return found
    there = list(session.exec(select(Task).where(col(Task.deleted_at).is_(None)).order_by(col(Task.id))))
    named = [task for task in there if name_key(task.title) == key] or [
        task for task in there if key and key in name_key(task.title)
    ]
    likely = [task for task in named if task.state in OPEN_STATES] or named
    if len(likely) > 1:
        raise Ambiguous(
            _("“{ref}” matches {count} tasks").format(ref=asked, count=len(likely)),
            [(task.code, f"{task.title} {_state(task)}") for task in likely[:_MOST_CHOICES]],
            hint=_("Give the task's code."),
        )
    if likely:
        return likely[0]
    found = references.find(session, asked, _TASK, col(Task.state).in_([state.value for state in OPEN_STATES]))
    return found


# --- showing ---


@dataclass(frozen=True)
class Filter:
    """What a list of tasks is narrowed to: the open ones unless a state, ``every`` or ``archived`` says otherwise."""

    every: bool = False
    overdue: bool = False
    state: str | None = None
    archived: bool = False
    client: Client | None = None


def listed(session: Session, wanted: Filter, today: date) -> list[TaskView]:
    """Tasks: overdue ones first, then by priority and day; ``state`` is one in either language.

    What was put away is listed only by ``archived`` or ``every``.
    """
    conditions: list[Any] = []
    if wanted.archived:
        conditions.append(TASKS.c.archived_on.is_not(None))
    elif not wanted.every:
        conditions.append(TASKS.c.archived_on.is_(None))
    if wanted.state is not None:
        conditions.append(TASKS.c.state == parse_word(wanted.state, TaskState).value)
    elif not wanted.archived and not wanted.every:
        conditions.append(IS_OPEN)
    if wanted.client is not None:
        conditions.append(TASKS.c.client_id == wanted.client.id)
    found = task_lists.views(session, conditions, today)
    return [task for task in found if task.days_overdue or not wanted.overdue]


def view(session: Session, task: Task, today: date) -> TaskView:
    """One task as lists and JSON show it."""
    return task_lists.views(session, [TASKS.c.id == task.id], today)[0]


def parts(session: Session, task: Task, today: date) -> list[TaskView]:
    """The parts of a task."""
    return task_lists.views(session, [TASKS.c.parent_id == task.id], today)
