"""The short rows of the page before a visit: what a client is about to buy, bought, needs, and who its people are.

All by plain columns: the page shows a few rows of many tables, and loading their models would take longer than it.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli.models.base import select_columns
from salescli.models.clients import Client, Contact
from salescli.service_words import NeedState, Result, SurveyState
from salescli.services.care.care_tables import COMPETITORS, INSIGHTS, NEEDS, SAMPLES, SURVEYS
from salescli.services.goals.money_tables import DEALS, ORDER_LINES, ORDERS, QUOTATIONS
from salescli.services.selling import rhythms
from salescli.vocabulary import DealState, OrderState, QuoteState

BIRTHDAY_DAYS = 30
_EXPIRED_DAYS = 30  # a quotation is shown so long after its validity, because it wants renewing
_MOST_INSIGHTS = 3
_MOST_SURVEYS = 2
_MOST_PRODUCTS = 5
_OPEN_QUOTES = (QuoteState.DRAFT, QuoteState.SUBMITTED, QuoteState.APPROVED, QuoteState.RETURNED, QuoteState.SENT)


class OpenDeal(NamedTuple):
    """A deal still to be had; ``amount`` in minor units of ``currency``."""

    code: str
    name: str
    stage: str
    amount: int | None
    currency: str
    probability: int | None
    competitor: str | None
    next_step: str | None
    moved_on: date
    expected_on: date | None
    next_on: date | None


class OpenQuotation(NamedTuple):
    """A quotation that waits for an answer; expired where its validity has passed. ``total`` in minor units."""

    code: str
    version: int
    state: str
    total: int
    currency: str
    issued_on: date
    valid_until: date | None


class PastOrder(NamedTuple):
    """What was ordered; ``amount`` in minor units of ``currency``."""

    code: str
    signed_on: date
    state: str
    amount: int
    currency: str
    products: tuple[str, ...]


class BoughtProduct(NamedTuple):
    """A product, how many orders had it, and when the last one was signed."""

    product: str
    orders: int
    last_on: date


class Bought(NamedTuple):
    """What a client bought, the latest first.

    ``usual_days`` is its rhythm, None for too few orders; ``late`` that it has not ordered for half as long again.
    """

    orders: tuple[PastOrder, ...]
    products: tuple[BoughtProduct, ...]
    usual_days: int | None
    days_since: int | None
    late: bool


class OpenNeed(NamedTuple):
    """Something a client still wants; ``budget`` in minor units of ``currency``."""

    code: str
    product: str | None
    spec: str | None
    quantity: str | None
    delivery: str | None
    budget: int | None
    currency: str
    decider: str | None
    timing: str | None
    wanted_on: date | None
    state: str
    note: str | None


class UntestedSample(NamedTuple):
    """A sample whose test result is not known."""

    need: str
    item: str
    quantity: str | None
    given_on: date
    days: int


class Seen(NamedTuple):
    """Market information from a client, or seen there."""

    code: str
    kind: str
    text: str
    competitor: str | None
    seen_on: date
    seen_at: str | None


class Score(NamedTuple):
    """What a client answered when asked how satisfied it is, 0 to 100."""

    code: str
    year: int
    quarter: int
    score: int
    reason: str | None
    answered_on: date | None


class Birthday(NamedTuple):
    """A birthday that is near."""

    contact: str
    on: date
    days: int


class Preference(NamedTuple):
    """What a person at the client likes or dislikes."""

    contact: str
    text: str


def open_deals(session: Session, client: Client) -> list[OpenDeal]:
    """The deals still to be had, those expected first first."""
    names = list(OpenDeal._fields)
    query = _of(DEALS, client, names).where(DEALS.c.state == DealState.OPEN)
    return _rows(session, query.order_by(DEALS.c.expected_on.is_(None), DEALS.c.expected_on, DEALS.c.id), OpenDeal)


def open_quotations(session: Session, client: Client, today: date) -> list[OpenQuotation]:
    """The quotations in force that wait for an answer, or did until lately."""
    names = list(OpenQuotation._fields)
    query = _of(QUOTATIONS, client, names).where(
        QUOTATIONS.c.current,
        QUOTATIONS.c.state.in_(_OPEN_QUOTES),
        sa.or_(QUOTATIONS.c.valid_until.is_(None), QUOTATIONS.c.valid_until >= today - timedelta(days=_EXPIRED_DAYS)),
    )
    found = []
    for row in session.connection().execute(query.order_by(QUOTATIONS.c.id)).mappings():
        expired = row["valid_until"] is not None and row["valid_until"] < today
        found.append(OpenQuotation(**{**row, "state": QuoteState.EXPIRED.value if expired else row["state"]}))
    return found


def bought(session: Session, client: Client, today: date, most: int) -> Bought:
    """What a client bought: its last orders, the products it bought last, and its rhythm."""
    lines = sa.and_(ORDER_LINES.c.order_id == ORDERS.c.id, ORDER_LINES.c.deleted_at.is_(None))
    columns = (ORDERS.c.code, ORDERS.c.signed_on, ORDERS.c.state, ORDERS.c.amount, ORDERS.c.currency)
    query = (
        sa.select(*columns, sa.func.coalesce(ORDER_LINES.c.product, ORDERS.c.product))
        .select_from(ORDERS)
        .outerjoin(ORDER_LINES, lines)
        .where(
            ORDERS.c.client_id == client.id,
            ORDERS.c.deleted_at.is_(None),
            ORDERS.c.state != OrderState.CANCELLED,
            ORDERS.c.signed_on <= today,
        )
        .order_by(ORDERS.c.signed_on.desc(), ORDERS.c.id.desc(), ORDER_LINES.c.position)
    )
    products: dict[tuple[Any, ...], list[str]] = {}
    for row in session.connection().execute(query):
        products.setdefault(tuple(row[:-1]), []).extend(filter(None, row[-1:]))
    orders = tuple(
        PastOrder(code, signed_on, state, amount, currency, tuple(dict.fromkeys(names)))
        for (code, signed_on, state, amount, currency), names in products.items()
    )
    usual = rhythms.usual_days([order.signed_on for order in orders])
    since = (today - orders[0].signed_on).days if orders else None
    late = since is not None and rhythms.is_late(usual, since)
    return Bought(orders[:most], _products(orders), usual, since, late)


def _products(orders: Sequence[PastOrder]) -> tuple[BoughtProduct, ...]:
    counts: dict[str, BoughtProduct] = {}
    for order in orders:
        for product in order.products:
            before = counts.get(product)
            last_on = before.last_on if before else order.signed_on
            counts[product] = BoughtProduct(product, (before.orders if before else 0) + 1, last_on)
    return tuple(counts.values())[:_MOST_PRODUCTS]


def open_needs(session: Session, client: Client) -> list[OpenNeed]:
    """What a client still wants."""
    query = _of(NEEDS, client, list(OpenNeed._fields))
    return _rows(
        session, query.where(NEEDS.c.state.in_((NeedState.OPEN, NeedState.QUOTED))).order_by(NEEDS.c.id), OpenNeed
    )


def untested_samples(session: Session, client: Client, today: date) -> list[UntestedSample]:
    """The samples whose test result is not known, the oldest first."""
    query = (
        sa.select(NEEDS.c.code, SAMPLES.c.item, SAMPLES.c.quantity, SAMPLES.c.given_on)
        .join(NEEDS, NEEDS.c.id == SAMPLES.c.need_id)
        .where(
            NEEDS.c.client_id == client.id,
            NEEDS.c.deleted_at.is_(None),
            SAMPLES.c.deleted_at.is_(None),
            SAMPLES.c.result == Result.PENDING,
        )
        .order_by(SAMPLES.c.given_on, SAMPLES.c.id)
    )
    return [UntestedSample(*row, (today - row.given_on).days) for row in session.connection().execute(query)]


def seen_there(session: Session, client: Client) -> list[Seen]:
    """The latest market information from a client, or seen at a place that bears its name."""
    names = [name for name in (client.name, client.short_name, *client.aliases) if name]
    columns = (INSIGHTS.c.code, INSIGHTS.c.kind, INSIGHTS.c.text, COMPETITORS.c.name)
    query = (
        sa.select(*columns, INSIGHTS.c.seen_on, INSIGHTS.c.seen_at)
        .select_from(INSIGHTS)
        .outerjoin(COMPETITORS, COMPETITORS.c.id == INSIGHTS.c.competitor_id)
        .where(
            INSIGHTS.c.deleted_at.is_(None),
            sa.or_(
                INSIGHTS.c.client_id == client.id,
                sa.and_(INSIGHTS.c.client_id.is_(None), INSIGHTS.c.seen_at.in_(names)),
            ),
        )
        .order_by(INSIGHTS.c.seen_on.desc(), INSIGHTS.c.id.desc())
        .limit(_MOST_INSIGHTS)
    )
    return [Seen(*row) for row in session.connection().execute(query)]


def last_scores(session: Session, client: Client) -> list[Score]:
    """How satisfied a client said it is, the latest first."""
    query = _of(SURVEYS, client, list(Score._fields)).where(
        SURVEYS.c.state == SurveyState.ANSWERED, SURVEYS.c.score.is_not(None)
    )
    return _rows(session, query.order_by(SURVEYS.c.year.desc(), SURVEYS.c.quarter.desc()).limit(_MOST_SURVEYS), Score)


def people(session: Session, client: Client, today: date) -> tuple[list[Birthday], list[Preference]]:
    """The birthdays that are near, the nearest first, and what is known of people's tastes."""
    rows = session.exec(
        select_columns(Contact.name, Contact.birthday, Contact.preferences)
        .where(Contact.client_id == client.id, col(Contact.deleted_at).is_(None), col(Contact.left_on).is_(None))
        .order_by(col(Contact.primary).desc(), col(Contact.id))
    ).all()
    coming = [(name, next_birthday(born, today)) for name, born, _text in rows if born is not None]
    birthdays = [Birthday(name, on, (on - today).days) for name, on in coming]
    near = sorted((one for one in birthdays if one.days <= BIRTHDAY_DAYS), key=lambda one: one.days)
    return near, [Preference(name, text) for name, _born, text in rows if text]


def next_birthday(born: date, today: date) -> date:
    """The first birthday that is not past; who was born on 29 February has it on the 28th in other years."""
    this_year = _in_year(born, today.year)
    return this_year if this_year >= today else _in_year(born, today.year + 1)


def _in_year(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _of(table: sa.TableClause, client: Client, names: list[str]) -> Any:
    """The columns ``names`` of a client's rows that were not removed."""
    return sa.select(*(table.c[name] for name in names)).where(
        table.c.client_id == client.id, table.c.deleted_at.is_(None)
    )


def _rows(session: Session, query: Any, kind: type[Any]) -> list[Any]:
    return [kind(**row) for row in session.connection().execute(query).mappings()]
