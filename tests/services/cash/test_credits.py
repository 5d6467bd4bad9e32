"""Credit: what a client owes, how much more it may, and what is said or refused before more is sold to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.errors import BadValue, Refused
from salescli.models.clients import Client
from salescli.models.credits import Credit
from salescli.models.orders import Order, OrderReturn
from salescli.models.receipts import Receipt, Refund
from salescli.services.accounts import clients
from salescli.services.cash import credits

TODAY = date(2026, 11, 25)


@pytest.fixture
def client(session: Session, defaults: Settings) -> Client:
    return clients.add(session, {"name": "甲公司"}, None, TODAY, defaults, Calendar())


@pytest.fixture
def owed(session: Session, client: Client) -> Callable[[int], Order]:
    """An order of so much."""

    def order(value: int, **fields: Any) -> Order:
        number = len(session.exec(select(Order)).all()) + 1
        made = Order(
            code=f"O{number:04}", client_id=client.id or 0, signed_on=TODAY, amount=value, value=value, **fields
        )
        session.add(made)
        session.flush()
        return made

    return order


def test_exposure_is_orders_less_returns_and_receipts_with_refunds_again(
    session: Session, client: Client, owed: Callable[..., Order]
) -> None:
    first = owed(1000)
    owed(500)
    owed(9999, state="cancelled")
    identity = client.id or 0
    session.add(OrderReturn(order_id=first.id or 0, returned_on=TODAY, amount=100, value=100))
    session.add(Receipt(code="R0001", client_id=identity, received_on=TODAY, amount=300, value=300))
    session.add(Refund(client_id=identity, refunded_on=TODAY, amount=50, value=50))
    session.flush()
    assert credits.exposure(session, identity) == 1000 + 500 - 100 - 300 + 50
    found = credits.view(session, client, TODAY)
    assert (found.exposure, found.limit, found.headroom, found.state) == (1150, None, None, "normal")


def test_a_change_keeps_what_it_does_not_name_and_the_credit_before(session: Session, client: Client) -> None:
    credits.change(session, client, credit_limit=5000, days=60, grade="AA")
    credits.change(session, client, state="watch", risk_note="承兑延期")
    found = credits.view(session, client, TODAY)
    assert (found.limit, found.days, found.grade, found.state) == (5000, 60, "AA", "watch")
    assert [row.current for row in session.exec(select(Credit).order_by(Credit.id))] == [False, True]  # type: ignore[arg-type]


@pytest.mark.parametrize("fields", [{"days": -1}, {"days": 4000}, {"grade": "x" * 50}, {"grade": " "}])
def test_what_is_no_credit_is_a_bad_value(session: Session, client: Client, fields: dict[str, Any]) -> None:
    with pytest.raises(BadValue):
        credits.change(session, client, **fields)


def test_over_its_limit_a_client_is_warned_of_or_refused_as_set(
    session: Session, client: Client, owed: Callable[..., Order], defaults: Settings
) -> None:
    owed(4000)
    credits.change(session, client, credit_limit=5000)
    assert credits.warnings(session, client, 1000, TODAY, defaults) == []
    (told,) = credits.warnings(session, client, 1001, TODAY, defaults)
    assert "0.01" in told
    strict = replace(defaults, values={**defaults.values, "credit.over_limit": "stop"})
    assert credits.warnings(session, client, 1000, TODAY, strict) == []
    with pytest.raises(Refused):
        credits.warnings(session, client, 1001, TODAY, strict)


def test_a_stopped_client_is_refused_and_a_watched_one_named(
    session: Session, client: Client, defaults: Settings
) -> None:
    credits.change(session, client, state="hold", risk_note="欠款未清", review_on=date(2026, 11, 20))
    told = credits.warnings(session, client, 0, TODAY, defaults)
    assert len(told) == 2
    assert "欠款未清" in told[0]
    assert "2026-11-20" in told[1]
    credits.change(session, client, state="stop")
    with pytest.raises(Refused) as refused:
        credits.warnings(session, client, 0, TODAY, defaults)
    assert client.code in refused.value.hint
    assert "欠款未清" in credits.notes(credits.view(session, client, TODAY))[0]
