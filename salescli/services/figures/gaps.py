"""差额名单: what is short this month, and the collections, deals and lapsed repeat buyers that together cover it.

Each comes with its reason, its money (minor units of yuan) and how likely it is. A client that ordered on at least
three days has a rhythm of its own: the median of the days between its orders; it has lapsed when it is later by half.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from statistics import median_low
from typing import Literal

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period
from salescli.i18n import N_, _
from salescli.models.clients import Client
from salescli.services.accounts import cadence, clients
from salescli.services.accounts.clients import ClientRef
from salescli.services.cash import receivables
from salescli.services.goals import target_progress
from salescli.services.goals.money_tables import ORDERS
from salescli.services.goals.target_progress import Progress
from salescli.services.selling import deals
from salescli.services.visiting import visits
from salescli.services.visiting.visits import VisitView
from salescli.vocabulary import DealState, Measure, OrderState, Tier

Kind = Literal["collection", "deal", "rebuy"]

FEWEST_ORDERS = 3
PLANNED_AHEAD = 10  # working days that chosen clients are put into

_DAY = timedelta(days=1)
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
    is a deal's. ``chosen`` says that it belongs to those that together cover the gap.
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


@dataclass(frozen=True)
class GapList:
    """The gap of a period against the assigned and, after a replan, the rolling target, and what can cover it.

    ``covered`` is what the chosen items are expected to bring; ``uncovered`` what is short even so.
    """

    progress: Progress
    rolling_gap: int | None
    items: tuple[GapItem, ...]
    covered: int
    uncovered: int


def gap_list(
    session: Session, period: Period, measure: Measure, calendar: Calendar, today: date, settings: Settings
) -> GapList:
    """The gap of the target of ``period``, and the items that bring most first, chosen until they cover it.

    Raises NotFound without a target, Refused for part of one that isn't split.
    """
    progress = target_progress.progress(session, period, measure, Tier.TARGET, calendar, today)
    rolling = target_progress.rolling_gap(session, period, measure, calendar, today)
    gap = max(progress.gap, rolling or 0, 0)
    items = sorted(
        [*_collections(session, period, today, settings), *_deals(session, period, today, settings),
         *_lapsed(session, today, settings)],
        key=lambda item: (-item.expected, item.client.code, item.record or ""),
    )  # fmt: skip
    return _covering(progress, rolling, gap, items)


def _covering(progress: Progress, rolling: int | None, gap: int, items: Iterable[GapItem]) -> GapList:
    covered, found = 0, []
    for item in items:
        chosen = covered < gap and item.expected > 0
        covered += item.expected if chosen else 0
        found.append(GapItem(**{**vars(item), "chosen": chosen}))
    return GapList(progress, rolling, tuple(found), covered, max(gap - covered, 0))


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
    """Open deals that may close by the end of the period."""
    wanted = deals.Filter(state=DealState.OPEN)
    return [
        GapItem(
            "deal", deal.client, deal.code, deal.amount, deal.probability, _expected(deal.amount, deal.probability),
            deal.days_in_stage or 0, deal.expected_on, deal.stage_name,
        )
        for deal in deals.listed(session, wanted, today, settings)
        if deal.amount and (deal.expected_on is None or deal.expected_on < period.end)
    ]  # fmt: skip


def _lapsed(session: Session, today: date, settings: Settings) -> list[GapItem]:
    """Repeat buyers who are late by their own rhythm and have nothing under way."""
    percent = settings.number("gap.rebuy_percent")
    busy = {deal.client.code for deal in deals.listed(session, deals.Filter(state=DealState.OPEN), today, settings)}
    query = (
        sa.select(col(Client.code), col(Client.name), ORDERS.c.signed_on, ORDERS.c.value)
        .join(Client, col(Client.id) == ORDERS.c.client_id)
        .where(
            ORDERS.c.deleted_at.is_(None),
            ORDERS.c.state != OrderState.CANCELLED,
            ORDERS.c.signed_on <= today,
            col(Client.deleted_at).is_(None),
            col(Client.archived).is_(False),
            col(Client.lifecycle) != "blocked",
        )
        .order_by(col(Client.code), ORDERS.c.signed_on)
    )
    found = []
    rows = session.connection().execute(query)
    for (code, name), of_client in groupby(rows, key=lambda row: (row[0], row[1])):
        orders = [(row[2], row[3]) for row in of_client]
        rhythm = usual_days([day for day, _value in orders])
        since = (today - orders[-1][0]).days
        if rhythm is not None and 2 * since > 3 * rhythm and code not in busy:
            usual = median_low([value for _day, value in orders])
            found.append(
                GapItem(
                    "rebuy", ClientRef(code, name), None, usual, percent, _expected(usual, percent), since,
                    orders[-1][0] + timedelta(days=rhythm), rhythm=rhythm,
                )
            )  # fmt: skip
    return found


def usual_days(days: Sequence[date]) -> int | None:
    """The median of the days between orders on at least three different days; None for fewer."""
    different = sorted(set(days))
    if len(different) < FEWEST_ORDERS:
        return None
    return median_low([(later - earlier).days for earlier, later in pairwise(different)])


def put_into_plans(
    session: Session, found: GapList, today: date, settings: Settings, calendar: Calendar
) -> list[VisitView]:
    """Plan a visit to each client chosen, on the coming working days that have room; those already planned stay.

    Who finds no room in the next ten working days is left out.
    """
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
