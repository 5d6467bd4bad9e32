"""What touches several books at once: orders with their plan, receipts, visits that were won."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from salescli.errors import BadValue, Refused
from salescli.services.cash import bookings, receivables
from salescli.services.selling import quoting
from tests.services.desk import TODAY, Desk


def test_a_won_visit_brings_an_order_and_money_for_it(desk: Desk) -> None:
    client = desk.client("杭州蓝海机电")
    visit = desk.log(client, date(2026, 11, 20), outcome="order")
    order, receipt = bookings.book_visit(desk.session, visit, client, 12_000, 5_000, TODAY, desk.settings)
    assert order is not None
    assert receipt is not None
    assert (order.visit_id, order.signed_on, order.amount) == (visit.id, date(2026, 11, 20), 12_000)
    assert (receipt.visit_id, receipt.order_id, receipt.received_on) == (visit.id, order.id, date(2026, 11, 20))
    assert [item.open for item in receivables.open_items(desk.session, TODAY)] == [7_000]


def test_a_visit_may_bring_only_one_of_them(desk: Desk) -> None:
    client = desk.client("杭州蓝海机电")
    visit = desk.log(client)
    order, receipt = bookings.book_visit(desk.session, visit, client, None, 5_000, TODAY, desk.settings)
    assert (order, receipt and receipt.amount) == (None, 5_000)
    order, receipt = bookings.book_visit(desk.session, visit, client, 12_000, None, TODAY, desk.settings)
    assert (order and order.amount, receipt) == (12_000, None)


@pytest.mark.parametrize(
    ("lifecycle", "after"),
    [
        ("lead", "customer"),
        ("prospect", "customer"),
        ("customer", "customer"),
        ("dormant", "dormant"),
        ("lost", "lost"),
    ],
)
def test_who_orders_is_a_lead_or_prospect_no_more(desk: Desk, lifecycle: str, after: str) -> None:
    client = desk.contacted("杭州蓝海机电", TODAY, lifecycle=lifecycle, grade="B")
    bookings.book_order(desk.session, client, 100, TODAY, TODAY, desk.settings)
    assert client.lifecycle == after
    rhythm = None if lifecycle == "lost" else TODAY + timedelta(days=30)  # of class B, not the 14 days of prospects
    assert client.next_due_on == rhythm


def test_nothing_is_booked_for_a_day_to_come(desk: Desk) -> None:
    client, tomorrow = desk.client("杭州蓝海机电"), date(2026, 11, 26)
    with pytest.raises(BadValue, match="still to come"):
        bookings.book_order(desk.session, client, 1, tomorrow, TODAY, desk.settings)
    with pytest.raises(BadValue, match="still to come"):
        bookings.book_receipt(desk.session, client, 1, tomorrow, TODAY)


def test_no_order_is_booked_from_a_quotation_that_waits_for_its_approval(desk: Desk) -> None:
    client = desk.client("杭州蓝海机电")
    quotation = quoting.add(desk.session, client, TODAY, desk.settings, lines=["X200 x 10 @ 5"])
    strict = replace(desk.settings, values={**desk.settings.values, "quotes.approval": True})
    with pytest.raises(Refused, match="not approved"):
        bookings.book_order(desk.session, client, None, TODAY, TODAY, strict, quotation=quotation)
    assert bookings.book_order(desk.session, client, None, TODAY, TODAY, desk.settings, quotation=quotation).code
