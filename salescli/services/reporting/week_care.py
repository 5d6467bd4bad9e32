"""The week beside visits and money: promises and tasks, problems and satisfaction, the market, matters of the house."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period
from salescli.services.care import feedback, promise_views, surveys, task_lists, ticket_lists
from salescli.services.care.feedback import FeedbackView
from salescli.services.care.promise_views import PromiseView
from salescli.services.care.surveys import SurveyView
from salescli.services.care.task_lists import TaskView
from salescli.services.care.ticket_lists import TicketView
from salescli.services.market import insights
from salescli.services.market.insights import InsightView
from salescli.services.visiting.week_visits import ratio

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkOfWeek:
    """The promises and tasks that were due or settled in the week."""

    promises: tuple[PromiseView, ...]
    tasks: tuple[TaskView, ...]


@dataclass(frozen=True)
class ServiceOfWeek:
    """The problems that came, were answered or closed in the week, or wait; and who said how satisfied they are.

    Of ``due`` answers that fell due in the week ``in_time`` were in time. ``to_ask`` clients of the quarter were
    not asked yet.
    """

    tickets: tuple[TicketView, ...]
    surveys: tuple[SurveyView, ...]
    in_time: int
    due: int
    to_ask: int

    @property
    def response_rate(self) -> float | None:
        """响应及时率: answered in time / due in the week; None with none due."""
        return ratio(self.in_time, self.due)


@dataclass(frozen=True)
class MarketOfWeek:
    """What was heard of the market in the week; ``missing`` are the kinds of which its month has nothing yet."""

    insights: tuple[InsightView, ...]
    month: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class WorkAhead:
    """What falls due by the end of the week to come: open promises, problems and tasks."""

    promises: tuple[PromiseView, ...]
    tickets: tuple[TicketView, ...]
    tasks: tuple[TaskView, ...]


def work_of(session: Session, period: Period, as_of: date) -> WorkOfWeek:
    """The promises and tasks of the week; what is open is overdue as of ``as_of``."""
    promised = promise_views.of_week(session, period.begin, period.end, as_of)
    return WorkOfWeek(tuple(promised), tuple(task_lists.of_period(session, period.begin, period.end, as_of)))


def service_of(
    session: Session, period: Period, as_of: date, now: datetime, settings: Settings, calendar: Calendar
) -> ServiceOfWeek:
    """The problems and the satisfaction of the week."""
    touched = ticket_lists.of_period(session, period.begin, period.end, now, settings, calendar)
    waiting = [
        ticket
        for ticket in ticket_lists.open_all(session, now, settings, calendar)
        if ticket.received_at.date() < period.end
    ]
    seen = {ticket.code for ticket in waiting}
    in_time, due = ticket_lists.response_rate(session, period.begin, period.end, now, settings, calendar)
    return ServiceOfWeek(
        tickets=(*waiting, *(ticket for ticket in touched if ticket.code not in seen)),
        surveys=tuple(surveys.of_period(session, period.begin, period.end, as_of)),
        in_time=in_time,
        due=due,
        to_ask=len(surveys.due(session, Period.quarter_of(as_of), as_of)),
    )


def market_of(session: Session, period: Period, as_of: date) -> MarketOfWeek:
    """What was heard of the market in the week, and what nobody looked for in its month."""
    month = Period.month_of(max(period.begin, as_of))
    return MarketOfWeek(
        insights=tuple(insights.of_period(session, period.begin, period.end)),
        month=month.label,
        missing=tuple(kind.value for kind in insights.missing_kinds(session, month.begin, month.end)),
    )


def matters_of(session: Session, period: Period, as_of: date) -> tuple[FeedbackView, ...]:
    """What was brought before the manager or a department and waits, or was raised or answered in the week."""
    waiting = [one for one in feedback.open_all(session, as_of) if one.raised_on < period.end]
    seen = {one.code for one in waiting}
    rest = [one for one in feedback.of_period(session, period.begin, period.end) if one.code not in seen]
    return (*waiting, *rest)


def ahead_of(
    session: Session, period: Period, today: date, now: datetime, settings: Settings, calendar: Calendar
) -> WorkAhead:
    """The open promises, problems and tasks to be seen to by the end of the week ``period``."""
    return WorkAhead(
        promises=tuple(promise_views.due(session, period.last, today)),
        tickets=tuple(ticket_lists.open_all(session, now, settings, calendar)),
        tasks=tuple(task_lists.open_until(session, period.last, today)),
    )
