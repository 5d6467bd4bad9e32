"""The funnel of a target: the visits that what is short takes, by one's own rates where there are enough cases."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, func

from salescli.amounts import parse_amount
from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period
from salescli.decomposition.funnel import Estimate, Funnel, average_order, days_to_act, funnel, median_cycle, rate
from salescli.errors import BadValue, NotFound, Refused
from salescli.i18n import _
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.visits import Visit
from salescli.services.accounts import cadence
from salescli.services.goals import actuals, target_progress
from salescli.services.goals.money_tables import ORDERS, QUOTATIONS, REMOVED
from salescli.vocabulary import (
    FACE_TO_FACE,
    MONEY_MEASURES,
    Measure,
    OrderState,
    Outcome,
    QuoteState,
    Tier,
    VisitStatus,
    label,
)

HISTORY_DAYS = 365

# Measures that a deal adds one to; those of money take an average order beside.
_DEALS = frozenset({Measure.ORDERS, Measure.NEW_CLIENTS})
_WITHOUT = frozenset({Measure.EFFECTIVE_VISITS, Measure.SATISFACTION})
# Stands for a step that a measure doesn't take.
_SURE = Estimate(Fraction(1), 0, False)


@dataclass(frozen=True)
class Typed:
    """Figures typed for this once, which go over history and settings: rates of 1, minor units, days."""

    win: Fraction | None = None
    quoting: Fraction | None = None
    average_order: int | None = None
    cycle: int | None = None


@dataclass(frozen=True)
class FunnelView:
    """What the gap of a period takes; ``gap`` is in minor units for money, positive when short.

    An estimate is None for a step that the measure doesn't take, ``average_order`` also where nothing is short and
    none is known. ``days`` are the working days from which it still comes in time; ``week`` is the week to come.
    """

    period: Period
    measure: Measure
    average_order: Estimate | None
    win: Estimate | None
    quoting: Estimate | None
    cycle: Estimate | None
    steps: Funnel
    days: tuple[date, ...]
    week: Period

    @property
    def gap(self) -> int:
        """What is short; 0 or less when the target is reached."""
        return self.steps.gap

    @property
    def deals(self) -> int | None:
        """Deals to be made; None where the measure doesn't take any."""
        return self.steps.deals if self.win else None

    @property
    def quotations(self) -> int | None:
        """Quotations to be made; None where the measure doesn't take any."""
        return self.steps.quotations if self.quoting else None

    @property
    def assumed(self) -> bool:
        """Whether any of its figures is assumed (假设)."""
        estimates = (self.average_order, self.win, self.quoting, self.cycle)
        return any(estimate.assumed for estimate in estimates if estimate)

    @property
    def latest(self) -> date:
        """The last day from which it still comes in time, worked or not."""
        return self.period.last - timedelta(days=_days(self.cycle))

    def visits_in(self, period: Period) -> int:
        """The visits that fall to the days of ``period``, rounded up."""
        return self.steps.visits_in(sum(day in period for day in self.days))


@dataclass(frozen=True)
class WeekVisits:
    """The visits that a funnel asks of a week; ``period`` is that of the target whose gap they are for."""

    period: Period
    visits: int
    assumed: bool


@dataclass(frozen=True)
class History:
    """One's own cases of a year: visits and those that led to a quotation, quotations and those won, deals."""

    visits: int
    led_to_quotation: int
    quotations: int
    won: int
    orders: Sequence[int]
    cycles: Sequence[int]


def work_out(
    session: Session,
    period: Period,
    measure: Measure,
    calendar: Calendar,
    today: date,
    settings: Settings,
    typed: Typed = Typed(),
    tier: Tier = Tier.TARGET,
) -> FunnelView:
    """What it takes to reach the target of ``period`` by its last day, today counted as left.

    A typed figure is taken as it is; else history from ten cases on, else the settings. Receipts and margin are
    divided by the average order as amounts are, and receipts are not given time to be paid. Raises NotFound and
    Refused as ``target_progress.progress`` does, Refused for a measure without a funnel, BadValue without an
    average order where one is needed.
    """
    if measure in _WITHOUT:
        raise Refused(
            _("There is no funnel for {measure}.").format(measure=label(measure, Measure)),
            hint=_("It works for money, orders, new clients, quotations and visits."),
        )
    gap = target_progress.progress(session, period, measure, tier, calendar, today).gap
    return _view(period, measure, gap, history(session, today), calendar, today, settings, typed)


def _view(
    period: Period,
    measure: Measure,
    gap: int,
    own: History,
    calendar: Calendar,
    today: date,
    settings: Settings,
    typed: Typed,
) -> FunnelView:
    wins = measure in MONEY_MEASURES or measure in _DEALS
    average = _average_order(own, typed, settings, gap) if measure in MONEY_MEASURES else None
    win = _win(own, typed, settings) if wins else None
    quoting = None if measure == Measure.VISITS else _quoting(own, typed, settings)
    cycle = _cycle(own, typed, settings) if wins else None
    # An order before the period doesn't count for it, and neither does the visit that it would come of.
    begin = max(today, period.begin - timedelta(days=_days(cycle)))
    days = days_to_act(begin, period.last, _days(cycle), calendar.is_working)
    capacity = sum(cadence.room(day, settings, calendar) for day in days)
    steps = funnel(gap, average, win or _SURE, quoting or _SURE, len(days), capacity)
    week = Period.week_of(today + timedelta(weeks=1))
    return FunnelView(period, measure, average, win, quoting, cycle, steps, tuple(days), week)


def for_week(session: Session, week: Period, calendar: Calendar, today: date, settings: Settings) -> WeekVisits | None:
    """The visits that the target of the amount asks of ``week``, by history and settings; None where nothing tells.

    The month of the week's first day decides, or the quarter or year around it: the first that has a target and
    for which the visits of the week still come in time. After a cycle of 30 days a month's own rarely do.
    """
    gaps: dict[Period, int] = {}
    for whole in (Period.month_of, Period.quarter_of, Period.year_of):
        period = whole(week.begin)
        with contextlib.suppress(NotFound, Refused):
            gaps[period] = target_progress.progress(session, period, Measure.AMOUNT, Tier.TARGET, calendar, today).gap
    if not gaps:
        return None
    own = history(session, today)
    for period, gap in gaps.items():
        with contextlib.suppress(BadValue):
            found = _view(period, Measure.AMOUNT, gap, own, calendar, today, settings, Typed())
            if any(day in week for day in found.days):
                return WeekVisits(period, found.visits_in(week), found.assumed)
    return None


# --- one's own figures ---


def _win(own: History, typed: Typed, settings: Settings) -> Estimate:
    assumed = _or_setting(typed.win, settings, "funnel.win_percent")
    return _as_typed(rate(_("win rate"), own.won, own.quotations, assumed), typed.win)


def _quoting(own: History, typed: Typed, settings: Settings) -> Estimate:
    assumed = _or_setting(typed.quoting, settings, "funnel.quote_percent")
    return _as_typed(rate(_("quoting rate"), own.led_to_quotation, own.visits, assumed), typed.quoting)


def _or_setting(typed: Fraction | None, settings: Settings, key: str) -> Fraction:
    return Fraction(settings.number(key), 100) if typed is None else typed


def _cycle(own: History, typed: Typed, settings: Settings) -> Estimate:
    days = settings.number("funnel.cycle_days") if typed.cycle is None else typed.cycle
    return _as_typed(median_cycle(own.cycles, days), typed.cycle)


def _average_order(own: History, typed: Typed, settings: Settings, gap: int) -> Estimate | None:
    known = settings.text("funnel.average_order")
    amount = parse_amount(known) if known and typed.average_order is None else typed.average_order
    try:
        return _as_typed(average_order(own.orders, amount), typed.average_order)
    except Refused as few:
        if gap <= 0:
            return None
        raise BadValue(
            few.message,
            hint=_("Give --average-order AMOUNT, or keep one: `sales config set funnel.average_order 5万`."),
        ) from few


def _as_typed(estimate: Estimate, typed: Fraction | int | None) -> Estimate:
    """What was typed goes over history too, whose cases and interval stay to be seen."""
    return estimate if typed is None else replace(estimate, value=Fraction(typed), assumed=True)


def _days(cycle: Estimate | None) -> int:
    return int(cycle.value) if cycle else 0


# --- what happened in the year before today ---


def history(session: Session, today: date) -> History:
    """One's own cases of the 365 days before ``today``."""
    begin = today - timedelta(days=HISTORY_DAYS)
    asked = _quotations(session, begin, today)
    visited = actuals.total(session, Measure.VISITS, begin, today) or 0
    return History(
        visits=visited,
        led_to_quotation=min(asked.face_to_face, visited),
        quotations=asked.asked,
        won=asked.won,
        orders=_order_values(session, begin, today),
        cycles=_cycles(session, begin, today),
    )


class _Quotations(NamedTuple):
    """How many quotations there were, how many of them came of a contact face to face, and how many were won."""

    asked: int
    face_to_face: int
    won: int


def _quotations(session: Session, begin: date, end: date) -> _Quotations:
    """The quotations issued from ``begin`` up to, not including, ``end``; those accepted are won.

    Where none is recorded visits tell of them: each contact with the outcome 要报价 is one. The client's next 成交 wins
    the last of them; one without any before it was quoted and won on the spot. So an order is never counted as two
    quotations, and visits × quoting rate × win rate are the orders there were. What this can't tell: a quotation
    that is still open counts as not won, which errs towards more visits, and one that was never logged as an
    outcome is not there.
    """
    issued = _issued(session, begin, end)
    if issued.asked:
        return issued
    asked = face_to_face = won = 0
    last: dict[int, bool] = {}  # whether a client's last quotation, not won yet, is of these days
    for client_id, inside, seen, ordered in _outcomes(session, begin, end):
        if not ordered or client_id not in last:
            last[client_id] = inside
            asked += inside
            face_to_face += inside and seen
        if ordered:
            won += last.pop(client_id)
    return _Quotations(asked, face_to_face, won)


def _issued(session: Session, begin: date, end: date) -> _Quotations:
    """The quotations recorded, each by the day of its first version and the state of the one in force."""
    first, other = QUOTATIONS.alias(), QUOTATIONS.alias()
    inside = sa.select(first.c.code).where(
        first.c.issued_on >= begin, first.c.issued_on < end, first.c.deleted_at.is_(None)
    )
    earlier = sa.select(other.c.id).where(
        other.c.code == QUOTATIONS.c.code, other.c.issued_on < begin, other.c.deleted_at.is_(None)
    )
    query = sa.select(func.count(), func.sum(QUOTATIONS.c.state == QuoteState.ACCEPTED)).where(
        QUOTATIONS.c.code.in_(inside),
        ~earlier.exists(),
        QUOTATIONS.c.current,
        QUOTATIONS.c.deleted_at.is_(None),
        QUOTATIONS.c.client_id.not_in(REMOVED),
    )
    asked, won = session.connection().execute(query).one()
    return _Quotations(asked, asked, won or 0)


def _outcomes(session: Session, begin: date, end: date) -> Sequence[Any]:
    """The contacts before ``end`` that ended in a quotation or an order, in their order.

    Of each: the client, whether it was from ``begin`` on, whether face to face, whether it ended in an order. A year
    earlier is told too, for what an order at the beginning goes back to.
    """
    ordered = col(Visit.outcome) == Outcome.ORDER
    query = (
        sa.select(col(Visit.client_id), col(Visit.done_on) >= begin, col(Visit.channel).in_(FACE_TO_FACE), ordered)
        .where(
            *_done(end),
            col(Visit.done_on) >= begin - timedelta(days=HISTORY_DAYS),
            col(Visit.outcome).in_((Outcome.QUOTE, Outcome.ORDER)),
        )
        # On one day the quotation comes before the order.
        .order_by(col(Visit.done_on), ordered, col(Visit.id))
    )
    return session.connection().execute(query).all()


def _order_values(session: Session, begin: date, end: date) -> list[int]:
    """What each order signed from ``begin`` up to, not including, ``end`` came to, in minor units of yuan."""
    query = sa.select(ORDERS.c.value).where(
        ORDERS.c.deleted_at.is_(None),
        ORDERS.c.state != OrderState.CANCELLED,
        ORDERS.c.signed_on >= begin,
        ORDERS.c.signed_on < end,
        ORDERS.c.client_id.not_in(REMOVED),
    )
    return list(session.connection().execute(query).scalars().all())


def _cycles(session: Session, begin: date, end: date) -> list[int]:
    """The days from the first known contact to the first order, of each client whose first falls between the days.

    An order is one booked or told of by a visit; a contact is any channel's that met somebody, and the last one known
    from before the records counts as one. Clients without a contact before their order have no cycle.
    """
    first = actuals.first_orders(begin, end).subquery()
    query = (
        select_columns(first.c.day, func.min(col(Visit.done_on)), func.min(col(Client.known_contact_on)))
        .select_from(first)
        .join(Client, col(Client.id) == first.c.client)
        .join(Visit, col(Visit.client_id) == first.c.client)
        .where(*_done(end), sa.or_(col(Visit.outcome).is_(None), col(Visit.outcome) != Outcome.ABSENT))
        .group_by(first.c.client)
        .order_by(first.c.client)
    )
    cycles = []
    for ordered_on, contact, known in session.exec(query):
        first_contact = min(contact, known or contact)
        if first_contact <= ordered_on:
            cycles.append((ordered_on - first_contact).days)
    return cycles


def _done(end: date) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions of a contact that took place before ``end``."""
    return (
        col(Visit.status) == VisitStatus.DONE,
        col(Visit.done_on) < end,
        col(Visit.deleted_at).is_(None),
        col(Visit.client_id).not_in(REMOVED),
    )
