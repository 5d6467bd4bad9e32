"""Invoices: never more than was ordered, no number twice."""

from datetime import date

import pytest

from salescli.errors import BadValue, Refused
from salescli.models.orders import Order
from salescli.services.cash import bookings, invoices
from salescli.services.selling import orders
from tests.services.desk import TODAY, Desk


@pytest.fixture
def order(desk: Desk) -> Order:
    client = desk.client("杭州蓝海机电")
    return bookings.book_order(desk.session, client, 1_000, date(2026, 11, 1), TODAY, desk.settings)


def test_invoices_say_what_is_left_to_invoice(desk: Desk, order: Order) -> None:
    invoices.issue(desk.session, order, "N1", 600, TODAY, desk.settings)
    last = invoices.issue(desk.session, order, "N2", 150, TODAY, desk.settings, note="第二批")
    view = invoices.view(desk.session, last)
    assert (view.order, view.ordered, view.invoiced, view.to_invoice, view.note) == ("O0001", 1_000, 750, 250, "第二批")
    assert [one.number for one in invoices.listed(desk.session, order=order)] == ["N1", "N2"]


def test_no_more_is_invoiced_than_was_ordered_and_kept(desk: Desk, order: Order) -> None:
    orders.take_back(desk.session, order, 300, TODAY, TODAY)
    invoices.issue(desk.session, order, "N1", 600, TODAY, desk.settings)
    with pytest.raises(Refused, match=r"Only 1\.00"):
        invoices.issue(desk.session, order, "N2", 101, TODAY, desk.settings)


@pytest.mark.parametrize(
    ("number", "amount", "day", "error"),
    [
        ("N1", 1, TODAY, Refused),
        ("N2", 0, TODAY, BadValue),
        ("  ", 1, TODAY, BadValue),
        ("N2", 1, date(2026, 10, 31), Refused),
    ],
)
def test_what_an_invoice_cannot_be(
    number: str, amount: int, day: date, error: type[Exception], desk: Desk, order: Order
) -> None:
    invoices.issue(desk.session, order, "N1", 1, TODAY, desk.settings)
    with pytest.raises(error):
        invoices.issue(desk.session, order, number, amount, day, desk.settings)


def test_a_removed_invoice_can_be_issued_again(desk: Desk, order: Order) -> None:
    invoices.remove(desk.session, invoices.issue(desk.session, order, "N1", 1_000, TODAY, desk.settings))
    assert invoices.listed(desk.session) == []
    invoices.issue(desk.session, order, "N1", 1_000, TODAY, desk.settings)
