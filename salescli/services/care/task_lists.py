"""Tasks as lists show them, overdue ones first. By plain columns, because the day's plan asks."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from salescli.models.clients import CLIENTS
from salescli.service_words import Level, TaskState
from salescli.services.accounts.clients import ClientRef
from salescli.services.care.care_tables import TASKS

_SAME = ("code", "title", "requirement", "from_whom", "priority", "state", "reason")
_RESULT = ("completeness", "quality", "effect", "feedback")
_DAYS = ("due_on", "moved_from", "done_on", "archived_on")
OPEN_STATES = frozenset({TaskState.TODO, TaskState.DOING, TaskState.MOVED})
IS_OPEN = TASKS.c.state.in_([state.value for state in TaskState if state in OPEN_STATES])
_RANKS = {level.value: rank for rank, level in enumerate(Level)}


class TaskView(NamedTuple):
    """A task as lists and JSON show it.

    ``parent`` is the code of the task it is a part of; ``parts`` counts its own, ``parts_open`` those still to do.
    ``days_overdue`` is 0 unless it is open and past its day. ``completeness`` and ``quality`` are out of 100.
    """

    code: str
    title: str
    client: ClientRef | None
    requirement: str | None
    from_whom: str | None
    priority: str
    state: str
    due_on: date | None
    days_overdue: int
    moved_from: date | None
    reason: str | None
    parent: str | None
    parts: int
    parts_open: int
    done_on: date | None
    completeness: int | None
    quality: int | None
    effect: str | None
    feedback: str | None
    archived_on: date | None

    @property
    def is_open(self) -> bool:
        """Whether anything of it is still to do."""
        return self.state in OPEN_STATES


def open_until(session: Session, until: date | None, today: date) -> list[TaskView]:
    """The open tasks due by the end of ``until``, overdue first; all of them, undated ones too, without it."""
    by_then = [] if until is None else [TASKS.c.due_on <= until]
    return views(session, [IS_OPEN, *by_then], today)


def of_period(session: Session, begin: date, end: date, today: date | None = None) -> list[TaskView]:
    """The tasks due or done from ``begin`` up to, not including, ``end``; overdue as of ``today``, or its last day."""
    days = TASKS.c.due_on, TASKS.c.done_on
    inside = sa.or_(*(sa.and_(day >= begin, day < end) for day in days))
    return views(session, [inside], today or end - timedelta(days=1))


def views(session: Session, conditions: Sequence[Any], today: date) -> list[TaskView]:
    """The tasks that fit: open ones first, among them overdue ones, then by priority and by the day they are due."""
    parent = TASKS.alias("parent")
    parts = (
        sa.select(
            TASKS.c.parent_id,
            sa.func.count().label("parts"),
            sa.func.sum(sa.case((IS_OPEN, 1), else_=0)).label("parts_open"),
        )
        .where(TASKS.c.deleted_at.is_(None), TASKS.c.parent_id.is_not(None))
        .group_by(TASKS.c.parent_id)
        .subquery()
    )
    client: list[Any] = [CLIENTS.c.code.label("client_code"), CLIENTS.c.name.label("client_name")]
    query = (
        sa.select(TASKS, *client, parent.c.code.label("parent"), parts.c.parts, parts.c.parts_open)
        .outerjoin(CLIENTS, CLIENTS.c.id == TASKS.c.client_id)
        .outerjoin(parent, parent.c.id == TASKS.c.parent_id)
        .outerjoin(parts, parts.c.parent_id == TASKS.c.id)
        .where(TASKS.c.deleted_at.is_(None), *conditions)
    )
    return sorted((_view(row, today) for row in session.connection().execute(query).mappings()), key=_urgency)


def _urgency(task: TaskView) -> Any:
    if not task.is_open:
        return 1, -(task.done_on or date.min).toordinal(), 0, date.max, task.code  # what was done last stands first
    return 0, not task.days_overdue, _RANKS[task.priority], task.due_on or date.max, task.code


def _view(row: Any, today: date) -> TaskView:
    due: date | None = row["due_on"]
    late = row["state"] in OPEN_STATES and due is not None and due < today
    return TaskView(
        **{name: row[name] for name in (*_SAME, *_RESULT, *_DAYS, "parent")},
        client=ClientRef(row["client_code"], row["client_name"]) if row["client_code"] else None,
        days_overdue=(today - due).days if late and due is not None else 0,
        parts=row["parts"] or 0,
        parts_open=row["parts_open"] or 0,
    )
