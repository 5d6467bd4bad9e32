"""The week's visits: what was planned, what became of it, what came beside it, and who is overdue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from salescli.config import Settings
from salescli.dates import Period
from salescli.models.clients import Client
from salescli.models.visits import Visit
from salescli.services.accounts import cadence
from salescli.services.accounts.clients import ClientRef
from salescli.services.visiting import closed_plans, visits
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
    where it counts by what became of it last. Where the plan of the week was closed with the week before, it says
    that the visit stood in that, or is one that such a visit was moved to; ``added`` ones were planned since, and
    not made. A visit that did not take place is ``partly`` done when the client was reached in another way after it.
    """

    visit: VisitView
    state: State
    planned: bool
    moved_on: date | None = None
    added: bool = False

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


def summary(session: Session, period: Period, as_of: date, today: date, settings: Settings) -> VisitSummary:
    """The activities of ``period``, and how the clients stood on ``as_of``."""
    clients = _standing(session, as_of, settings)
    overdue = [OverdueClient(one.client, one.grade, one.late) for one in clients if one.late]
    return VisitSummary(
        lines=lines(session, period, today),
        covered=tuple(one.client for one in clients if one.grade == Grade.A and one.last and not one.late),
        of_class_a=tuple(one.client for one in clients if one.grade == Grade.A),
        overdue=tuple(sorted(overdue, key=lambda one: (one.grade or Grade.C, -one.days, one.client.code))),
    )


def lines(session: Session, period: Period, today: date) -> tuple[VisitLine, ...]:
    """The activities of ``period`` and what had become of them by ``today``.

    A week is held against its plan as it was closed with the week before; without one, as any other period against
    what stands in the plan now.
    """
    rows = visits.listed(session, period)
    closed = closed_plans.visits_of(session, period)
    now = [row for row in rows if _planned_in(row, period)]
    stood = now if closed is None else _as_closed(closed, now)
    ways = _ways(session, rows)
    there = {row.code for row in rows}
    planned = {_last_there(visit.code, ways, there) for visit in stood}
    found = [_line(row, ways.get(row.code, []), today, planned=row.code in planned) for row in rows]
    if closed is not None:
        found = [replace(line, added=_added(line)) for line in found]
        found += [VisitLine(visit, "removed", True) for visit in stood if visit.code not in there]
        found.sort(key=lambda line: _when(line.visit))
    return tuple(_reached_otherwise(line, found) for line in found)


def _as_closed(closed: list[VisitView], now: list[VisitView]) -> list[VisitView]:
    """The visits of a closed plan, and those that were proposed in it and taken up for the same client and day."""
    planned = [visit for visit in closed if visit.code]
    proposed = {(visit.client.code, visit.planned_on) for visit in closed if not visit.code}
    known = {visit.code for visit in planned}
    return [*planned, *(row for row in now if row.code not in known and (row.client.code, row.planned_on) in proposed)]


def _when(visit: VisitView) -> tuple[date, time, str]:
    return visit.day or date.max, visit.at or visit.planned_at or time.max, visit.code or ""


def _planned_in(visit: VisitView, period: Period) -> bool:
    return not visit.unplanned and visit.planned_on is not None and visit.planned_on in period


def _last_there(code: str | None, ways: dict[str | None, list[Visit]], there: set[str | None]) -> str | None:
    """The last visit among those ``there`` that one was moved to; itself where it was moved to none of them."""
    return next((visit.code for visit in reversed(ways.get(code, [])) if visit.code in there), code)


def _added(line: VisitLine) -> bool:
    return not line.planned and line.state not in ("unplanned", "moved")


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


def _line(visit: VisitView, way: list[Visit], today: date, *, planned: bool) -> VisitLine:
    return VisitLine(visit, _state(visit, today, planned=planned), planned, way[0].planned_on if way else None)


def _state(visit: VisitView, today: date, *, planned: bool) -> State:
    if visit.status in OPEN_STATUSES:
        return "open" if visit.planned_on is None or visit.planned_on >= today else "not_done"
    return "unplanned" if visit.status == VisitStatus.DONE and not planned else _STATES[visit.status]


def _ways(session: Session, rows: Sequence[VisitView]) -> dict[str | None, list[Visit]]:
    """The visits that moved ones were moved to, one after the other, by the code of the first."""
    firsts = [visit.moved_to for visit in rows if visit.moved_to]
    reached: dict[int | None, Visit] = {}
    wanted: Any = col(Visit.code).in_(firsts)
    while firsts:
        more = [visit for visit in session.exec(select(Visit).where(wanted)) if visit.id not in reached]
        reached |= {visit.id: visit for visit in more}
        if not more:
            break
        wanted = col(Visit.id).in_([visit.moved_to for visit in more if visit.moved_to])
    by_code = {visit.code: visit for visit in reached.values()}
    return {row.code: list(_way(by_code.get(row.moved_to), reached)) for row in rows if row.moved_to}


def _way(visit: Visit | None, reached: dict[int | None, Visit]) -> Iterator[Visit]:
    seen = set[str]()
    while visit is not None and visit.code not in seen:
        yield visit
        seen.add(visit.code)
        visit = reached.get(visit.moved_to)


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
        )
        .where(
            col(Client.deleted_at).is_(None),
            col(Client.archived).is_(False),
            col(Client.lifecycle).in_(cadence.PURSUED),
            sa.or_(col(Client.grade) == Grade.A, col(Client.next_due_on) < as_of, col(Client.last_contact_on) > as_of),
        )
        .order_by(col(Client.id))
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
    """The last qualifying contact up to ``as_of`` of the clients still pursued that have been contacted since."""
    # Client by client: a join reads all visits there ever were.
    last = (
        select(func.max(col(Visit.done_on)))
        .where(
            Visit.client_id == Client.id,
            col(Visit.done_on) <= as_of,
            Visit.status == VisitStatus.DONE,
            col(Visit.deleted_at).is_(None),
            sa.or_(col(Visit.outcome).is_(None), col(Visit.outcome) != Outcome.ABSENT),
            col(Visit.channel).in_(settings.words("cadence.channels")),
        )
        .correlate(Client)
        .scalar_subquery()
    )
    since = col(Client.lifecycle).in_(cadence.PURSUED), col(Client.last_contact_on) > as_of
    found = session.exec(select(Client.id, last).where(*since))
    return {client: day for client, day in found if client is not None and day is not None}


def ratio(part: float, whole: float) -> float | None:
    """``part / whole``; ``None`` where that is undefined."""
    return part / whole if whole else None
