"""Needs as lists and JSON show them, by plain columns, because the page before a visit asks.

A need is qualified when four things are known (BANT): the budget, who decides, what exactly, and by when.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli.i18n import N_
from salescli.models.clients import Client
from salescli.services.accounts.clients import ClientRef

_DAY = {"wanted_on", "raised_on", "given_on", "tested_on"}


def _table(name: str, *columns: str) -> sa.TableClause:
    made = (sa.column(column, sa.Date if column in _DAY else None) for column in columns)
    return sa.table(name, sa.column("id", sa.Integer), *made, sa.column("deleted_at", sa.String))


_SAID = ("product", "spec", "quantity", "delivery", "budget", "currency", "decider", "timing", "wanted_on")
NEEDS = _table("need", "code", "client_id", "deal_id", "product_id", *_SAID, "state", "note", "raised_on")
_SAMPLES = _table("needsample", "need_id", "item", "quantity", "given_on", "tested_on", "result", "note")
_DEALS = _table("deal", "code")
_PRODUCTS = _table("product", "code")

OPEN_STATES = ("open", "quoted")

# What there is to know of a need, and how to ask.
QUESTIONS = {
    "budget": N_("What is the budget?"),
    "authority": N_("Who decides?"),
    "need": N_("What exactly, and how much of it?"),
    "timing": N_("By when?"),
}


@dataclass(frozen=True)
class SampleView:
    """A sample given for a need, and how it did in the client's test: pending, passed or failed."""

    item: str
    quantity: str | None
    given_on: date
    tested_on: date | None
    result: str
    note: str | None


@dataclass(frozen=True)
class NeedView:
    """A need as lists and JSON show it; ``budget`` is in minor units of ``currency``.

    ``deal`` and ``product_code`` are codes; ``product`` is what is wanted, as said.
    """

    code: str
    client: ClientRef
    deal: str | None
    product_code: str | None
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
    raised_on: date
    samples: tuple[SampleView, ...]

    @property
    def unknown(self) -> list[str]:
        """What of :data:`QUESTIONS` is still open."""
        answers = {
            "budget": self.budget,
            "authority": self.decider,
            "need": self.spec or self.quantity,
            "timing": self.timing or self.wanted_on or self.delivery,
        }
        return [name for name in QUESTIONS if answers[name] is None]

    @property
    def completeness(self) -> float:
        """How much of :data:`QUESTIONS` is answered, a fraction of 1."""
        return 1 - len(self.unknown) / len(QUESTIONS)


def open_of(session: Session, client: Client) -> list[NeedView]:
    """What a client wants and has not decided on yet, the oldest first."""
    return views(session, [NEEDS.c.client_id == client.id, NEEDS.c.state.in_(OPEN_STATES)])


def views(session: Session, conditions: list[Any]) -> list[NeedView]:
    """Needs by conditions on :data:`NEEDS` and the clients, in the order they were raised."""
    rows = session.connection().execute(
        sa.select(
            NEEDS.c.id,
            NEEDS.c.code,
            col(Client.code),
            col(Client.name),
            _DEALS.c.code,
            _PRODUCTS.c.code,
            *(NEEDS.c[name] for name in (*_SAID, "state", "note", "raised_on")),
        )
        .select_from(NEEDS)
        .join(Client, col(Client.id) == NEEDS.c.client_id)
        .outerjoin(_DEALS, sa.and_(_DEALS.c.id == NEEDS.c.deal_id, _DEALS.c.deleted_at.is_(None)))
        .outerjoin(_PRODUCTS, _PRODUCTS.c.id == NEEDS.c.product_id)
        .where(NEEDS.c.deleted_at.is_(None), col(Client.deleted_at).is_(None), *conditions)
        .order_by(NEEDS.c.raised_on, NEEDS.c.id)
    )
    found = rows.all()
    samples = _samples(session, [row[0] for row in found])
    return [
        NeedView(*(code, ClientRef(client, name), *told, tuple(samples.get(number, ()))))
        for number, code, client, name, *told in found
    ]


def _samples(session: Session, need_ids: list[int]) -> dict[int, list[SampleView]]:
    """Samples by need, in the order they were given."""
    names = ("need_id", "item", "quantity", "given_on", "tested_on", "result", "note")
    rows = session.connection().execute(
        sa.select(*(_SAMPLES.c[name] for name in names))
        .where(_SAMPLES.c.need_id.in_(need_ids), _SAMPLES.c.deleted_at.is_(None))
        .order_by(_SAMPLES.c.given_on, _SAMPLES.c.id)
    )
    by_need: dict[int, list[SampleView]] = {}
    for need_id, *told in rows:
        by_need.setdefault(need_id, []).append(SampleView(*told))
    return by_need
