"""The week's visits: what was planned, what became of it, what came beside it, and who is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from salescli.config import Settings
from salescli.dates import Period
from salescli.models.clients import Client
from salescli.models.visits import Visit
from salescli.services.accounts import cadence
from salescli.services.accounts.clients import ClientRef
from salescli.services.visiting import visits
from salescli.services.visiting.visits import VisitView
from salescli.vocabulary import OPEN_STATUSES, Grade, Outcome, VisitStatus

State = Literal["done", "partly", "unplanned", "open", "not_done", "missed", "moved", "cancelled", "removed"]
_STATES: dict[str, State] = {
    VisitStatus.DONE: "done",
    VisitStatus.MISSED: "missed",
    VisitStatus.MOVED: "moved",
    VisitStatus.CANCELLED: "cancelled",
}


@dataclass(frozen=True)
class VisitLine:
    """An activity of the week and what became of it; ``moved_on`` is the day a moved one went to.

    ``planned`` says that it counts in the plan: neither unplanned, nor moved to another day of the same week,
    where it counts by what became of it there. Where the plan of the week was frozen, it says that the visit stood
    in it. A visit that did not take place is ``partly`` done when the client was reached in another way after it.
    """

    visit: VisitView
    state: State
    planned: bool
    moved_on: date | None = None

    @property
    def telling(self) -> bool:
        """Whether the manager should read it: not done as planned, unplanned, won, refused, or class A."""
        if self.state not in ("done", "open"):
            return True
        return self.visit.grade == Grade.A or self.visit.outcome in (Outcome.ORDER, Outcome.REFUSED)


@dataclass(frozen=True)
class OverdueClient:
    """A client whose next contact is late by ``days``."""

    client: ClientRef
    grade: str | None
    days: int


@dataclass(frozen=True)
class VisitSummary:
    """The week's activities: visits (拜访, face to face) are counted apart from follow-ups (跟进).

    ``covered`` of ``of_class_a`` clients of class A were contacted within their cadence at the end of the week.
    """

    lines: tuple[VisitLine, ...]
    covered: tuple[ClientRef, ...]
    of_class_a: tuple[ClientRef, ...]
    overdue: tuple[OverdueClient, ...]

    def planned(self, *, face_to_face: bool = True) -> list[VisitLine]:
        """What counts in the plan."""
        return [line for line in self.lines if line.planned and line.visit.face_to_face == face_to_face]

    def done(self, *, face_to_face: bool = True) -> list[VisitLine]:
        """What was planned and done."""
        return [line for line in self.planned(face_to_face=face_to_face) if line.state == "done"]

    def unplanned(self, *, face_to_face: bool = True) -> list[VisitLine]:
        """What was done beside the plan."""
        return [line for line in self.lines if line.state == "unplanned" and line.visit.face_to_face == face_to_face]

    @property
    def rate(self) -> float | None:
        """拜访计划完成率: visits planned and done / planned; unplanned ones don't count."""
        return ratio(len(self.done()), len(self.planned()))

    @property
    def a_coverage(self) -> float | None:
        """A类覆盖: class A clients within their cadence / all of class A."""
        return ratio(len(self.covered), len(self.of_class_a))


def summary(
    session: Session,
    period: Period,
    as_of: date,
    today: date,
    settings: Settings,
    frozen: Sequence[VisitView] | None = None,
) -> VisitSummary:
    """The activities of ``period``, and how the clients stood on ``as_of``.

    ``frozen`` are the visits of the plan as it was closed; without one the plan is what stands in it now.
    """
    clients = _standing(session, as_of, settings)
    overdue = [OverdueClient(one.client, one.grade, one.late) for one in clients if one.late]
    return VisitSummary(
        lines=lines(session, period, today, frozen),
        covered=tuple(one.client for one in clients if one.grade == Grade.A and one.last and not one.late),
        of_class_a=tuple(one.client for one in clients if one.grade == Grade.A),
        overdue=tuple(sorted(overdue, key=lambda one: (one.grade or Grade.C, -one.days, one.client.code))),
    )


def lines(
    session: Session, period: Period, today: date, frozen: Sequence[VisitView] | None = None
) -> tuple[VisitLine, ...]:
    """The activities of ``period`` and what had become of them by ``today``."""
    rows = visits.listed(session, period)
    moved_on = _moved_on(session, rows)
    found = [_line(visit, moved_on.get(visit.moved_to or ""), period, today) for visit in rows]
    if frozen is not None:
        found = _against(found, frozen)
    return tuple(_reached_otherwise(line, found) for line in found)


def _against(found: list[VisitLine], frozen: Sequence[VisitView]) -> list[VisitLine]:
    """The lines by the plan as it was closed: what stood in it counts, what came later is beside it."""
    planned = {visit.code for visit in frozen if visit.code}
    there = {line.visit.code for line in found}
    gone = [VisitLine(visit, "removed", True) for visit in frozen if visit.code and visit.code not in there]
    lines = [
        line
        if line.visit.code in planned
        else replace(line, planned=False, state="unplanned" if line.state == "done" else line.state)
        for line in found
    ]
    return sorted([*lines, *gone], key=lambda line: (line.visit.day or date.max, line.visit.code or ""))


def _reached_otherwise(line: VisitLine, lines: Sequence[VisitLine]) -> VisitLine:
    """A visit not made is partly done when a follow-up reached the client from its day on."""
    if line.state not in ("not_done", "missed") or not line.visit.face_to_face:
        return line
    planned_on = line.visit.planned_on or date.max
    reached = any(
        other.visit.client == line.visit.client and other.visit.on is not None and other.visit.on >= planned_on
        and not other.visit.face_to_face and other.visit.outcome != Outcome.ABSENT
        for other in lines
    )  # fmt: skip
    return replace(line, state="partly") if reached else line


def _line(visit: VisitView, moved_on: date | None, period: Period, today: date) -> VisitLine:
    planned_here = not visit.unplanned and visit.planned_on is not None and visit.planned_on in period
    state = _state(visit, planned_here, today)
    within_week = moved_on is not None and moved_on in period
    return VisitLine(visit, state, planned_here and not within_week, moved_on)


def _state(visit: VisitView, planned_here: bool, today: date) -> State:
    if visit.status in OPEN_STATUSES:
        return "open" if visit.planned_on is None or visit.planned_on >= today else "not_done"
    return "unplanned" if visit.status == VisitStatus.DONE and not planned_here else _STATES[visit.status]


def _moved_on(session: Session, rows: Sequence[VisitView]) -> dict[str, date]:
    """The days that moved visits went to, by the code of the new visit."""
    codes = [visit.moved_to for visit in rows if visit.moved_to]
    if not codes:
        return {}
    found = session.exec(select(Visit).where(col(Visit.code).in_(codes)))
    return {visit.code: visit.planned_on for visit in found if visit.planned_on is not None}


@dataclass(frozen=True)
class _Standing:
    """A client on some day: its last contact up to then, and how many days its next one was late."""

    client: ClientRef
    grade: str | None
    last: date | None
    late: int


def _standing(session: Session, as_of: date, settings: Settings) -> list[_Standing]:
    """The clients of class A and all that may have been overdue, as they stood on ``as_of``."""
    rows = session.exec(
        select(  # type: ignore[call-overload,misc]
            Client.id,
            Client.code,
            Client.name,
            Client.grade,
            Client.lifecycle,
            Client.known_contact_on,
            Client.last_contact_on,
            Client.next_due_on,
        ).where(
            col(Client.deleted_at).is_(None),
            col(Client.archived).is_(False),
            sa.or_(col(Client.grade) == Grade.A, col(Client.next_due_on) < as_of, col(Client.last_contact_on) > as_of),
        )
    )
    earlier = contacts_until(session, as_of, settings)
    found = []
    for key, code, name, grade, lifecycle, known, last, due in rows:
        days = cadence.days_between(grade, lifecycle, settings)
        if days is None:
            continue
        if last is not None and last > as_of:
            before = [day for day in (earlier.get(key), known) if day is not None and day <= as_of]
            last = max(before, default=None)
            due = last and last + timedelta(days=days)
        found.append(_Standing(ClientRef(code, name), grade, last, max(0, (as_of - due).days) if due else 0))
    return found


def contacts_until(session: Session, as_of: date, settings: Settings) -> dict[int, date]:
    """The last qualifying contact up to ``as_of`` of the clients that have been contacted since."""
    found = session.exec(
        select(Visit.client_id, func.max(col(Visit.done_on)))
        .join(Client, col(Client.id) == Visit.client_id)
        .where(
            col(Client.last_contact_on) > as_of,
            col(Visit.done_on) <= as_of,
            Visit.status == VisitStatus.DONE,
            col(Visit.deleted_at).is_(None),
            sa.or_(col(Visit.outcome).is_(None), col(Visit.outcome) != Outcome.ABSENT),
            col(Visit.channel).in_(settings.words("cadence.channels")),
        )
        .group_by(col(Visit.client_id))
    )
    return {client: day for client, day in found if day is not None}


def ratio(part: float, whole: float) -> float | None:
    """``part / whole``; ``None`` where that is undefined."""
    return part / whole if whole else None
