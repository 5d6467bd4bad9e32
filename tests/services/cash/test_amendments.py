"""What an order comes to and its terms, changed after the fact: the plan follows, what was paid stays paid."""

from collections.abc import Callable
from datetime import date

import pytest

from salescli.errors import BadValue, Refused
from salescli.models.clients import Client
from salescli.models.orders import Order
from salescli.services.cash import amendments, bookings, invoices, receipts, receivables
from salescli.services.selling import deals, orders
from tests.services.desk import TODAY, Desk

SIGNED = date(2026, 11, 2)
Booked = Callable[..., Order]


@pytest.fixture
def client(desk: Desk) -> Client:
    return desk.client("杭州蓝海机电")


@pytest.fixture
def book(desk: Desk, client: Client) -> Booked:
    def booked(amount: int, terms: str = "30%预付，70%月结30天", **fields: object) -> Order:
        return bookings.book_order(
            desk.session, client, amount, SIGNED, desk.today, desk.settings, terms=terms, **fields
        )

    return booked


def parts(desk: Desk, order: Order) -> list[tuple[date | None, int, int]]:
    return [(item.due_on, item.amount, item.paid) for item in receivables.plan_items(desk.session, order, TODAY)]


def amend(desk: Desk, order: Order, **money: object) -> Order:
    return amendments.amend(desk.session, order, desk.settings, **money)  # type: ignore[arg-type]


def test_another_amount_is_planned_by_the_same_terms_and_stays_paid(desk: Desk, client: Client, book: Booked) -> None:
    order = book(10_000)
    receipts.add(desk.session, client, 4_000, TODAY, order=order)
    amend(desk, order, amount=10_001)
    assert parts(desk, order) == [(SIGNED, 3_000, 3_000), (None, 7_001, 1_000)]
    amend(desk, order, amount=4_000)
    assert parts(desk, order) == [(SIGNED, 1_200, 1_200), (None, 2_800, 2_800)]
    assert (order.amount, order.value) == (4_000, 4_000)
    with pytest.raises(Refused, match=r"40\.00 was received"):
        amend(desk, order, amount=3_999)
    assert [one.unallocated for one in receipts.listed(desk.session)] == [0]


def test_other_terms_are_laid_over_what_was_paid(desk: Desk, client: Client, book: Booked) -> None:
    order = book(10_000)
    receipts.add(desk.session, client, 3_500, date(2026, 11, 3))
    receipts.add(desk.session, client, 1_000, date(2026, 11, 4))
    amend(desk, order, terms="50%预付，50%货到付款")
    assert parts(desk, order) == [(SIGNED, 5_000, 4_500), (None, 5_000, 0)]
    assert order.terms == "50%预付，50%货到付款"
    assert receipts.paying(desk.session, order) == [("R0001", 3_500), ("R0002", 1_000)]
    with pytest.raises(BadValue):
        amend(desk, order, terms="看情况")


def test_days_that_are_known_stay_and_money_on_account_pays_the_rest(desk: Desk, client: Client, book: Booked) -> None:
    order = book(10_000, "货到付款")
    orders.deliver(desk.session, order, date(2026, 11, 20), TODAY)
    bookings.settle(desk.session, order, desk.settings)
    receipts.add(desk.session, client, 12_000, TODAY)
    amend(desk, order, amount=11_000)
    assert parts(desk, order) == [(date(2026, 11, 20), 11_000, 11_000)]
    assert [one.unallocated for one in receipts.listed(desk.session)] == [1_000]


def test_imported_terms_that_nobody_can_read_keep_their_parts(desk: Desk, book: Booked) -> None:
    order = book(10_000, "3-6-1质保一年")
    before = parts(desk, order)
    order.terms = "看情况"
    amend(desk, order, amount=5_005)
    after = parts(desk, order)
    assert [due for due, _amount, _paid in after] == [due for due, _amount, _paid in before]
    assert [amount for _due, amount, _paid in after] == [1_502, 3_003, 500]


def test_other_lines_come_to_another_amount_and_the_deal_follows(desk: Desk, client: Client, book: Booked) -> None:
    deal = deals.add(desk.session, client, "项目", TODAY, desk.settings)
    order = book(10_000, deal=deal)
    amend(desk, order, lines=["X200 x 3 @ 40", "Y10 x 2 @ 5"])
    assert (order.amount, deal.amount, len(orders.lines_of(desk.session, order))) == (13_000, 13_000, 2)
    amend(desk, order, lines=["X200 x 3 @ 40"])
    assert ([line.amount for line in orders.lines_of(desk.session, order)], order.product) == ([12_000], "X200")


def test_what_no_longer_fits_is_refused(desk: Desk, client: Client, book: Booked) -> None:
    order = book(10_000, "货到付款")
    for amount in (0, -1):
        with pytest.raises(BadValue):
            amend(desk, order, amount=amount)
    invoices.issue(desk.session, order, "INV1", 6_000, TODAY, desk.settings)
    with pytest.raises(Refused, match="invoiced"):
        amend(desk, order, amount=5_999)
    orders.take_back(desk.session, order, 4_000, TODAY, TODAY)
    with pytest.raises(Refused, match="came back"):
        amend(desk, order, amount=4_000)
    orders.cancel(desk.session, book(5), "取消", TODAY)
    with pytest.raises(Refused, match="cancelled"):
        amend(desk, orders.find(desk.session, "O0002"), amount=6)
    dollars = book(500, currency="USD", rate="0.05")
    with pytest.raises(BadValue, match="nothing in yuan"):
        amend(desk, dollars, amount=5)
