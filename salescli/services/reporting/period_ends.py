"""How things stood at the end of a month or a quarter: what was owed, how clients were served, what was left undone."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlmodel import Session

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period, end_of_day
from salescli.services.accounts.clients import ClientRef
from salescli.services.care import promise_views, surveys, task_lists, ticket_lists
from salescli.services.care.care_tables import PROMISES, TASKS, TICKETS
from salescli.services.care.promise_views import PromiseView
from salescli.services.care.task_lists import TaskView
from salescli.services.care.ticket_lists import TicketView
from salescli.services.cash.receivables import BUCKETS, bucket_of
from salescli.services.figures import kpi_rows, kpis
from salescli.services.goals import actuals
from salescli.services.selling import deals
from salescli.services.visiting import week_visits
from salescli.services.visiting.week_visits import ratio
from salescli.vocabulary import Measure

_DAY = timedelta(days=1)

Kind = Literal["visit", "promise", "problem", "task", "deal"]


@dataclass(frozen=True)
class Debtor:
    """What a client owed, in yuan; ``days`` is how long the oldest part of it had been due."""

    client: ClientRef
    open: int
    overdue: int
    days: int


@dataclass(frozen=True)
class Owed:
    """What the period sold and received, what was owed at its end, by how long it had been due; all in yuan.

    ``debtors`` are the clients with anything overdue, the most first.
    """

    sales: int
    received: int
    total: int
    overdue: int
    buckets: dict[str, int]
    debtors: tuple[Debtor, ...]

    @property
    def overdue_rate(self) -> float | None:
        """逾期率: overdue / all; None where nothing is owed."""
        return ratio(self.overdue, self.total)


@dataclass(frozen=True)
class ServiceOfPeriod:
    """Problems that came, were closed and were open at the end; of ``due`` answers ``in_time`` were in time.

    ``asked`` clients were asked how satisfied they are, ``answered`` of them said it. ``level`` is the satisfaction in
    hundredths, None without an answer.
    """

    received: int
    closed: int
    open: int
    in_time: int
    due: int
    asked: int
    answered: int
    level: int | None

    @property
    def response_rate(self) -> float | None:
        """响应及时率: answered in time / due in the period; None with none due."""
        return ratio(self.in_time, self.due)


@dataclass(frozen=True)
class Left:
    """Something that was to be done by the end and was not; ``state`` is the token of what became of it.

    ``ours`` is False for what a client promised.
    """

    kind: Kind
    code: str
    client: ClientRef | None
    text: str
    due_on: date | None
    state: str
    ours: bool = True


def owed_of(session: Session, period: Period, as_of: date) -> Owed:
    """What the period brought up to ``as_of``, and what was owed then."""
    buckets = dict.fromkeys(BUCKETS, 0)
    rows = kpi_rows.open_receivables(session, as_of)
    found: dict[ClientRef, list[tuple[int, int, int]]] = defaultdict(list)
    for row in rows:
        days = max(0, (as_of - row.day).days) if row.day else 0
        buckets[bucket_of(days)] += row.amount or 0
        found[row.client].append((row.amount or 0, row.counts, days))
    debtors = [
        Debtor(client, sum(part[0] for part in parts), sum(part[1] for part in parts), max(part[2] for part in parts))
        for client, parts in found.items()
    ]
    late = [one for one in debtors if one.overdue]
    return Owed(
        sales=actuals.total(session, Measure.AMOUNT, period.begin, as_of + _DAY) or 0,
        received=actuals.total(session, Measure.RECEIPTS, period.begin, as_of + _DAY) or 0,
        total=sum(buckets.values()),
        overdue=sum(one.overdue for one in late),
        buckets=buckets,
        debtors=tuple(sorted(late, key=lambda one: (-one.overdue, one.client.code))),
    )


def service_of(
    session: Session, period: Period, as_of: date, now: datetime, settings: Settings, calendar: Calendar
) -> ServiceOfPeriod:
    """How clients were served in the period."""
    touched = ticket_lists.of_period(session, period.begin, as_of + _DAY, now, settings, calendar)
    in_time, due = ticket_lists.response_rate(session, period.begin, as_of + _DAY, now, settings, calendar)
    asked = surveys.of_period(session, period.begin, as_of + _DAY, as_of)
    level = kpis.work_out(session, Measure.SATISFACTION, period, as_of).value
    return ServiceOfPeriod(
        received=sum(period.begin <= ticket.received_at.date() <= as_of for ticket in touched),
        closed=sum(
            ticket.closed_at is not None and period.begin <= ticket.closed_at.date() <= as_of for ticket in touched
        ),
        open=len(_problems(session, as_of, now, settings, calendar)),
        in_time=in_time,
        due=due,
        asked=len(asked),
        answered=sum(one.score is not None for one in asked),
        level=None if level is None else int(level),
    )


def _problems(session: Session, as_of: date, now: datetime, settings: Settings, calendar: Calendar) -> list[TicketView]:
    """The problems that were open at the end of ``as_of``."""
    came = ticket_lists.views(session, [TICKETS.c.received_at < end_of_day(as_of)], now, settings, calendar)
    return [ticket for ticket in came if ticket.closed_at is None or ticket.closed_at.date() > as_of]


def left_of(
    session: Session,
    period: Period,
    as_of: date,
    today: date,
    now: datetime,
    settings: Settings,
    calendar: Calendar,
) -> Iterator[Left]:
    """What was to be done by the end of ``as_of`` and was not, by kind and day; today is not over yet."""
    due_by = min(as_of, today - _DAY)
    yield from _visits_left(session, period, today)
    for promise in promise_views.views(session, [PROMISES.c.due_on <= due_by], as_of):
        if _still(promise.open, promise.settled_on, as_of):
            yield _of_promise(promise)
    for ticket in _problems(session, as_of, now, settings, calendar):
        yield Left("problem", ticket.code, ticket.client, ticket.text, ticket.respond_by.date(), ticket.status)
    for task in task_lists.views(session, [TASKS.c.due_on <= due_by], as_of):
        if _still(task.is_open, task.done_on, as_of):
            yield _of_task(task)
    for deal in deals.listed(session, deals.Filter(), today, settings):
        if deal.expected_on is not None and deal.expected_on <= due_by:
            yield Left("deal", deal.code, deal.client, deal.name or "", deal.expected_on, deal.state)


def _still(is_open: bool, settled_on: date | None, as_of: date) -> bool:
    """Whether something was open at the end of ``as_of``."""
    return is_open or (settled_on is not None and settled_on > as_of)


def _visits_left(session: Session, period: Period, today: date) -> Iterator[Left]:
    """The visits planned for the period that were not made and not called off; those to come are left out."""
    for line in week_visits.lines(session, period, today):
        visit = line.visit
        if line.planned and line.state in ("not_done", "missed", "moved"):
            yield Left("visit", visit.code or "", visit.client, visit.purpose or "", visit.planned_on, line.state)


def _of_promise(promise: PromiseView) -> Left:
    return Left("promise", promise.code, promise.client, promise.text, promise.due_on, promise.state, ours=promise.ours)


def _of_task(task: TaskView) -> Left:
    return Left("task", task.code, task.client, task.title, task.due_on, task.state)
