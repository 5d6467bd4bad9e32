"""差额名单: what is short this month, and the collections, deals and lapsed repeat buyers that together cover it.

Money collected closes the gap of receipts; deals and repeat orders close that of the amount sold. Each comes with its
reason, its money (minor units of yuan) and how likely it is. A client that ordered on at least three days has a rhythm
of its own: the median of the days between its orders; it has lapsed when it is later by half.
"""

import contextlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from statistics import median_low
from typing import Literal

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period
from salescli.errors import NotFound, Refused
from salescli.i18n import N_, _
from salescli.models.clients import Client
from salescli.services.accounts import cadence, clients
from salescli.services.accounts.clients import ClientRef
from salescli.services.cash import receivables
from salescli.services.goals import target_progress
from salescli.services.goals.money_tables import ORDERS
from salescli.services.goals.target_progress import Progress
from salescli.services.selling import deals, forecasts, rhythms
from salescli.services.visiting import visits
from salescli.services.visiting.visits import VisitView
from salescli.vocabulary import DealState, Measure, OrderState, Tier

Kind = Literal["collection", "deal", "rebuy"]

PLANNED_AHEAD = 10  # working days that chosen clients are put into

_DAY = timedelta(days=1)
_COVERED = (Measure.AMOUNT, Measure.RECEIPTS)
_PURPOSES = {
    "collection": N_("Collect {record}"),
    "deal": N_("Bring {record} on"),
    "rebuy": N_("Ask for the next order"),
}


@dataclass(frozen=True)
class GapItem:
    """Something that can cover a gap; ``expected`` is the amount by its probability (out of 100).

    ``record`` is the order, or deal, it is about. ``days`` are days overdue of a collection, days in its stage of a
    deal, days since the last order of a repeat buyer; ``rhythm`` that buyer's usual days between orders. ``stage``
    is a deal's. ``chosen`` says that it belongs to those that together cover the gap of the measure it ``closes``,
    and ``running`` is what these bring with it.
    """

    kind: Kind
    client: ClientRef
    record: str | None
    amount: int
    probability: int
    expected: int
    days: int
    due_on: date | None = None
    stage: str | None = None
    rhythm: int | None = None
    chosen: bool = False
    running: int | None = None
    closes: Measure = Measure.AMOUNT


@dataclass(frozen=True)
class Gap:
    """The gap of a measure against the assigned and, after a replan, the rolling target.

    ``covered`` is what the chosen items that close it are expected to bring; ``uncovered`` what is short even so.
    """

    progress: Progress
    rolling_gap: int | None
    covered: int = 0

    @property
    def short(self) -> int:
        """The greater of both gaps, 0 when nothing is short."""
        return max(self.progress.gap, self.rolling_gap or 0, 0)

    @property
    def uncovered(self) -> int:
        """What nothing covers."""
        return max(self.short - self.covered, 0)


@dataclass(frozen=True)
class GapList:
    """The gap that was asked for, then the other of amount and receipts if it has a target, and what covers them."""

    period: Period
    gaps: tuple[Gap, ...]
    items: tuple[GapItem, ...]


def gap_list(
    session: Session, period: Period, measure: Measure, calendar: Calendar, today: date, settings: Settings
) -> GapList:
    """The gap of the target of ``period``, and the items that bring most first, chosen until they cover it.

    Asked for the amount or receipts, both have their gap where both have a target; nothing here covers another measure.
    Raises NotFound without a target, Refused for part of one that isn't split.
    """
    found = [_gap(session, period, measure, calendar, today)]
    if measure not in _COVERED:
        return GapList(period, tuple(found), ())
    with contextlib.suppress(NotFound, Refused):
        found += [_gap(session, period, other, calendar, today) for other in _COVERED if other is not measure]
    items = sorted(
        [_closing(item, measure, alone=len(found) == 1) for item in
         [*_collections(session, period, today, settings), *_deals(session, period, today, settings),
          *_lapsed(session, today, settings)]],
        key=lambda item: (-item.expected, item.client.code, item.record or ""),
    )  # fmt: skip
    covered, chosen = cover({gap.progress.measure: gap.short for gap in found}, items)
    return GapList(period, tuple(replace(gap, covered=covered[gap.progress.measure]) for gap in found), tuple(chosen))


def _closing(item: GapItem, measure: Measure, *, alone: bool) -> GapItem:
    """The item with the gap it covers: money owed that of receipts, the rest that of the amount.

    Where only one of both has a target, all of them together cover its gap.
    """
    own = Measure.RECEIPTS if item.kind == "collection" else Measure.AMOUNT
    return replace(item, closes=measure if alone else own)


def _gap(session: Session, period: Period, measure: Measure, calendar: Calendar, today: date) -> Gap:
    return Gap(
        target_progress.progress(session, period, measure, Tier.TARGET, calendar, today),
        target_progress.rolling_gap(session, period, measure, calendar, today),
    )


def cover(short: Mapping[Measure, int], items: Iterable[GapItem]) -> tuple[dict[Measure, int], list[GapItem]]:
    """What the items chosen bring by measure, and all items: each is chosen as long as its measure is short."""
    covered = dict.fromkeys(short, 0)
    found = []
    for item in items:
        chosen = item.expected > 0 and covered.get(item.closes, 0) < short.get(item.closes, 0)
        if chosen:
            covered[item.closes] += item.expected
        found.append(replace(item, chosen=chosen, running=covered[item.closes] if chosen else None))
    return covered, found


def _expected(amount: int, probability: int) -> int:
    """The amount by its probability out of 100, rounded half up."""
    return (amount * probability + 50) // 100


def _collections(session: Session, period: Period, today: date, settings: Settings) -> list[GapItem]:
    """What is open and due by the end of the period, by order."""
    percents = [int(text) for text in settings.words("gap.collection_percent")]
    rows = [row for row in receivables.aging(session, today).rows if row.due_on and row.due_on < period.end]
    found = []
    for row in rows:
        days = max(row.days_overdue or 0, 0)
        percent = percents[(days + 29) // 30 if days <= 90 else 4]
        found.append(
            GapItem(
                "collection", row.client, row.order, row.value, percent, _expected(row.value, percent), days, row.due_on
            )
        )
    return found


def _deals(session: Session, period: Period, today: date, settings: Settings) -> list[GapItem]:
    """Open deals that may close by the end of the period, but those whose order is booked already."""
    found = deals.listed(session, deals.Filter(state=DealState.OPEN), today, settings)
    ordered = forecasts.ordered(session, found)
    return [
        GapItem(
            "deal", deal.client, deal.code, deal.amount, deal.probability, _expected(deal.amount, deal.probability),
            deal.days_in_stage or 0, deal.expected_on, deal.stage_name,
        )
        for deal in found
        if deal.amount and deal.code not in ordered and (deal.expected_on is None or deal.expected_on < period.end)
    ]  # fmt: skip


def _lapsed(session: Session, today: date, settings: Settings) -> list[GapItem]:
    """Repeat buyers who are late by their own rhythm, are not given up for lost, and have nothing under way."""
    percent = settings.number("gap.rebuy_percent")
    busy = {deal.client.code for deal in deals.listed(session, deals.Filter(state=DealState.OPEN), today, settings)}
    query = (
        sa.select(col(Client.code), col(Client.name), ORDERS.c.signed_on, ORDERS.c.value)
        .select_from(Client)
        .join(ORDERS, ORDERS.c.client_id == Client.id)
        .where(
            ORDERS.c.deleted_at.is_(None),
            ORDERS.c.state != OrderState.CANCELLED,
            ORDERS.c.signed_on <= today,
            col(Client.deleted_at).is_(None),
            col(Client.archived).is_(False),
            col(Client.lifecycle).in_(cadence.PURSUED),
        )
        .order_by(col(Client.code), ORDERS.c.signed_on)
    )
    found = []
    rows = session.connection().execute(query)
    for (code, name), of_client in groupby(rows, key=lambda row: (row[0], row[1])):
        orders = [(row[2], row[3]) for row in of_client]
        rhythm = rhythms.usual_days([day for day, _value in orders])
        since = (today - orders[-1][0]).days
        if rhythm is not None and rhythms.is_late(rhythm, since) and code not in busy:
            usual = median_low([value for _day, value in orders])
            found.append(
                GapItem(
                    "rebuy", ClientRef(code, name), None, usual, percent, _expected(usual, percent), since,
                    orders[-1][0] + timedelta(days=rhythm), rhythm=rhythm,
                )
            )  # fmt: skip
    return found


def refuse_over(period: Period, today: date) -> None:
    """Refuse to plan anything for a period that is over."""
    if period.end <= today:
        raise Refused(
            _("{period} is over: no visit to come can close its gap.").format(period=period.label),
            hint=_("Without --plan the list is only shown."),
        )


def put_into_plans(
    session: Session, found: GapList, today: date, settings: Settings, calendar: Calendar
) -> list[VisitView]:
    """Plan a visit to each client chosen, on the coming working days that have room; those already planned stay.

    Who finds no room in the next ten working days is left out. Raises Refused for a period that is over.
    """
    refuse_over(found.period, today)
    last = calendar.add_working_days(today, PLANNED_AHEAD)
    there = visits.listed(session, Period.between(today, last + _DAY))
    planned = {visit.client.code for visit in there if visit.planned_on is not None}
    taken = Counter(visit.planned_on for visit in there if visit.planned_on is not None and visit.face_to_face)
    made = []
    day = today
    for item in (item for item in found.items if item.chosen):
        if item.client.code in planned:
            continue
        planned.add(item.client.code)
        day = calendar.next_working_day(day) if day == today else day
        while day <= last and taken[day] >= cadence.room(day, settings, calendar):
            day = calendar.next_working_day(day)
        if day > last:
            break
        client = clients.find(session, item.client.code)
        purpose = _(_PURPOSES[item.kind]).format(record=item.record)
        made.append(visits.plan(session, client, day, None, purpose=purpose))
        taken[day] += 1
    codes = {visit.code for visit in made}
    return [visit for visit in visits.listed(session, Period.between(today, last + _DAY)) if visit.code in codes]
