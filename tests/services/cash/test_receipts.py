"""Money received: what it pays first, what is left over, allocation by hand, refunds, statements."""

from collections.abc import Callable
from datetime import date

import pytest

from salescli.dates import Period
from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.models.clients import Client
from salescli.models.orders import Order
from salescli.services.cash import bookings, receipts, receivables, refunds, statements
from salescli.services.selling import orders
from tests.services.desk import TODAY, Desk

Booked = Callable[..., Order]


@pytest.fixture
def client(desk: Desk) -> Client:
    return desk.client("杭州蓝海机电")


@pytest.fixture
def book(desk: Desk, client: Client) -> Booked:
    """An order due on signing unless terms are given: ``book(amount, day)``."""

    def booked(amount: int, signed_on: date = TODAY, terms: str = "100% on signing", **fields: object) -> Order:
        return bookings.book_order(
            desk.session, client, amount, signed_on, desk.today, desk.settings, terms=terms, **fields
        )

    return booked


def paid_by(desk: Desk, code: str) -> list[tuple[str, int]]:
    view = receipts.view(desk.session, receipts.find(desk.session, code))
    return [(part.order, part.amount) for part in view.allocations]


def left_of(desk: Desk) -> list[tuple[str, int]]:
    return [(one.code, one.unallocated) for one in receipts.unallocated(desk.session)]


def open_of(desk: Desk) -> dict[str, int]:
    return {item.order: item.open for item in receivables.open_items(desk.session, TODAY)}


def test_money_pays_what_is_due_longest(desk: Desk, client: Client, book: Booked) -> None:
    book(100, date(2026, 10, 1))
    book(100, date(2026, 9, 1))
    book(100, date(2026, 8, 1), "货到付款")  # no day yet: last
    receipts.add(desk.session, client, 250, TODAY)
    assert paid_by(desk, "R0001") == [("O0002", 100), ("O0001", 100), ("O0003", 50)]
    assert open_of(desk) == {"O0003": 50}
    assert left_of(desk) == []


def test_the_order_named_is_paid_first_and_the_rest_goes_on(desk: Desk, client: Client, book: Booked) -> None:
    book(100, date(2026, 9, 1))
    named = book(100, date(2026, 10, 1))
    receipts.add(desk.session, client, 120, TODAY, order=named)
    assert paid_by(desk, "R0001") == [("O0002", 100), ("O0001", 20)]


def test_more_than_is_open_stays_unallocated(desk: Desk, client: Client, book: Booked) -> None:
    book(100)
    receipts.add(desk.session, client, 130, TODAY)
    assert left_of(desk) == [("R0001", 30)]
    receipts.add(desk.session, client, 50, TODAY)
    assert left_of(desk) == [("R0001", 30), ("R0002", 50)]


def test_only_the_same_client_and_currency_are_paid(desk: Desk, client: Client, book: Booked) -> None:
    book(100, currency="USD", rate="7.1")
    other = desk.client("宁波东方")
    bookings.book_order(desk.session, other, 100, TODAY, TODAY, desk.settings, terms="100% on signing")
    receipts.add(desk.session, client, 60, TODAY)
    assert left_of(desk) == [("R0001", 60)]
    dollars = receipts.add(desk.session, client, 60, TODAY, currency="美元", rate="7.25")
    assert (paid_by(desk, "R0002"), dollars.value) == ([("O0001", 60)], 435)


def test_a_receipt_for_a_foreign_order_takes_its_currency_and_rate(desk: Desk, client: Client, book: Booked) -> None:
    order = book(1_000, currency="USD", rate="7.1")
    receipt = receipts.add(desk.session, client, 101, TODAY, order=order)
    assert (receipt.currency, receipt.rate, receipt.value) == ("USD", "7.1", 717)
    with pytest.raises(Refused, match="in USD"):
        receipts.add(desk.session, client, 101, TODAY, order=order, currency="CNY")


def test_what_a_receipt_cannot_be_is_refused(desk: Desk, client: Client, book: Booked) -> None:
    order = book(100)
    for wrong in ({"currency": "USD"}, {"rate": "7.1"}, {"method": "贝壳"}, {"currency": "GOLD"}):
        with pytest.raises(BadValue):
            receipts.add(desk.session, client, 10, TODAY, **wrong)
    with pytest.raises(BadValue):
        receipts.add(desk.session, client, 0, TODAY)
    with pytest.raises(Refused, match="not an order of"):
        receipts.add(desk.session, desk.client("宁波东方"), 10, TODAY, order=order)
    assert receipts.listed(desk.session) == []


def test_money_can_be_allocated_by_hand_from_the_start(desk: Desk, client: Client, book: Booked) -> None:
    first, second = book(100, date(2026, 9, 1)), book(100)
    receipts.add(desk.session, client, 100, TODAY, to=[(second, 70), (first, 10)])
    assert sorted(paid_by(desk, "R0001")) == [("O0001", 10), ("O0002", 70)]
    assert left_of(desk) == [("R0001", 20)]
    with pytest.raises(Refused, match=r"Only 0\.30 is open"):
        receipts.add(desk.session, client, 100, TODAY, to=[(second, 31)])
    with pytest.raises(Refused, match="of a receipt of"):
        receipts.add(desk.session, client, 10, TODAY, to=[(first, 6), (second, 6)])


def test_allocation_is_changed_by_saying_how_much_pays_for_an_order(desk: Desk, client: Client, book: Booked) -> None:
    first, second = book(100, date(2026, 9, 1)), book(100)
    receipt = receipts.add(desk.session, client, 120, TODAY)
    assert paid_by(desk, "R0001") == [("O0001", 100), ("O0002", 20)]
    receipts.allocate(desk.session, receipt, second, 90)
    assert dict(paid_by(desk, "R0001")) == {"O0001": 30, "O0002": 90}
    receipts.allocate(desk.session, receipt, second, 0)
    assert (paid_by(desk, "R0001"), left_of(desk)) == ([("O0001", 30)], [("R0001", 90)])
    receipts.allocate(desk.session, receipt, first, 40)
    assert (paid_by(desk, "R0001"), left_of(desk)) == ([("O0001", 40)], [("R0001", 80)])
    with pytest.raises(Refused, match=r"only 1\.20 to give"):
        receipts.allocate(desk.session, receipt, first, 121)


def test_more_than_is_open_cannot_be_allocated(desk: Desk, client: Client, book: Booked) -> None:
    order = book(100)
    receipt = receipts.add(desk.session, client, 150, TODAY)
    with pytest.raises(Refused, match=r"Only 1\.00 is open"):
        receipts.allocate(desk.session, receipt, order, 101)


def test_what_is_paid_beyond_a_return_is_unallocated_again(desk: Desk, client: Client, book: Booked) -> None:
    order = book(100)
    receipts.add(desk.session, client, 90, TODAY)
    orders.take_back(desk.session, order, 40, TODAY, TODAY)
    assert bookings.settle(desk.session, order, desk.settings) == 30
    assert (left_of(desk), open_of(desk)) == ([("R0001", 30)], {})


def test_a_cancelled_order_gives_its_money_back(desk: Desk, client: Client, book: Booked) -> None:
    order = book(100)
    receipts.add(desk.session, client, 60, TODAY)
    orders.cancel(desk.session, order, "取消", TODAY)
    assert bookings.settle(desk.session, order, desk.settings) == 60
    assert left_of(desk) == [("R0001", 60)]


def test_a_removed_receipt_opens_again_what_it_paid(desk: Desk, client: Client, book: Booked) -> None:
    book(100)
    receipt = receipts.add(desk.session, client, 100, TODAY)
    receipts.remove(desk.session, receipt)
    assert (open_of(desk), receipts.listed(desk.session)) == ({"O0001": 100}, [])
    with pytest.raises(NotFound):
        receipts.find(desk.session, "R0001")


def test_a_refund_takes_what_is_unallocated_the_latest_first(desk: Desk, client: Client, book: Booked) -> None:
    book(100)
    receipts.add(desk.session, client, 120, date(2026, 11, 1))
    receipts.add(desk.session, client, 30, date(2026, 11, 2))
    view = refunds.add(desk.session, client, 40, TODAY, reason="多付")
    assert view.receipts == [("R0002", 30), ("R0001", 10)]
    assert left_of(desk) == [("R0001", 10)]
    with pytest.raises(Refused, match=r"only 0\.10"):
        refunds.add(desk.session, client, 11, TODAY)


def test_a_refund_for_an_order_opens_it_again(desk: Desk, client: Client, book: Booked) -> None:
    order = book(100)
    receipts.add(desk.session, client, 100, TODAY)
    refunds.add(desk.session, client, 40, TODAY, order=order)
    assert (open_of(desk), left_of(desk)) == ({"O0001": 40}, [])
    with pytest.raises(Refused, match="was paid back"):
        receipts.remove(desk.session, receipts.find(desk.session, "R0001"))


def test_a_refund_noted_by_mistake_is_taken_out_and_frees_its_receipt(desk: Desk, client: Client, book: Booked) -> None:
    order = book(100)
    receipt = receipts.add(desk.session, client, 120, TODAY)
    assert refunds.add(desk.session, client, 5, TODAY).codes == ["R0001-1"]
    assert refunds.add(desk.session, client, 40, TODAY, order=order).codes == ["R0001-2"]
    assert (open_of(desk), left_of(desk)) == ({"O0001": 25}, [])
    found = refunds.find(desk.session, "r0001-2")
    assert found is not None
    assert refunds.view(desk.session, found).codes == ["R0001-2"]
    refunds.remove(desk.session, found)
    assert (open_of(desk), left_of(desk)) == ({}, [("R0001", 15)])
    assert [(one.code, one.amount) for one in receipts.view(desk.session, receipt).refunds] == [("R0001-1", 5)]
    assert [refunds.find(desk.session, code) for code in ("R0001-2", "R0001-3", "R0001-0", "R0009-1")] == [None] * 4
    assert refunds.add(desk.session, client, 1, TODAY).codes == ["R0001-3"]
    for code in ("R0001-1", "R0001-3"):
        refunds.remove(desk.session, refunds.find(desk.session, code) or refunds.Refund())
    receipts.remove(desk.session, receipt)
    assert receipts.listed(desk.session) == []


def test_the_yuan_of_the_refunds_left_are_those_of_what_was_paid_back(desk: Desk, client: Client) -> None:
    receipts.add(desk.session, client, 10, TODAY, currency="USD", rate="7.15")
    order = bookings.book_order(
        desk.session, client, 10, TODAY, TODAY, desk.settings, currency="USD", rate="7.15", terms="货到付款"
    )
    for _time in range(4):
        refunds.add(desk.session, client, 1, TODAY, order=order)
    refunds.remove(desk.session, refunds.find(desk.session, "R0001-2") or refunds.Refund())
    rows = desk.session.exec(refunds.select(refunds.Refund)).all()
    assert sum(row.value for row in rows if row.deleted_at is None) == 21  # 3 × 7.15, rounded once


def test_the_yuan_of_refunds_come_to_those_of_the_receipt(desk: Desk, client: Client) -> None:
    receipt = receipts.add(desk.session, client, 3, TODAY, currency="USD", rate="7.15")
    order = bookings.book_order(
        desk.session, client, 3, TODAY, TODAY, desk.settings, currency="USD", rate="7.15", terms="货到付款"
    )
    receipts.allocate(desk.session, receipt, order, 3)
    for _time in range(3):
        refunds.add(desk.session, client, 1, TODAY, order=order)
    worth = [row.value for row in desk.session.exec(refunds.select(refunds.Refund))]
    assert (worth, receipt.value) == ([7, 7, 7], 21)


def test_a_receipt_is_found_by_code_reference_or_client(desk: Desk, client: Client) -> None:
    receipts.add(desk.session, client, 1, TODAY, reference="20261125-0017")
    assert {receipts.find(desk.session, ref).code for ref in ("r0001", "20261125-0017", "蓝海")} == {"R0001"}
    receipts.add(desk.session, client, 2, TODAY)
    with pytest.raises(Ambiguous) as several:
        receipts.find(desk.session, "蓝海")
    assert [code for code, _words in several.value.choices] == ["R0001", "R0002"]
    with pytest.raises(NotFound):
        receipts.find(desk.session, "R0009")


def test_lists_are_narrowed_by_period_and_client(desk: Desk, client: Client) -> None:
    receipts.add(desk.session, client, 1, date(2026, 10, 31))
    receipts.add(desk.session, client, 2, date(2026, 11, 1))
    receipts.add(desk.session, desk.client("宁波东方"), 3, date(2026, 11, 2))
    november = Period.month_of(TODAY)
    assert [one.amount for one in receipts.listed(desk.session, november)] == [2, 3]
    assert [one.amount for one in receipts.listed(desk.session, november, client)] == [2]


# --- money on account ---


def test_money_on_account_pays_a_new_order_the_oldest_first(desk: Desk, client: Client, book: Booked) -> None:
    receipts.add(desk.session, client, 40, date(2026, 11, 3))
    receipts.add(desk.session, client, 50, date(2026, 11, 2))
    receipts.add(desk.session, client, 30, date(2026, 11, 1), currency="USD", rate="7")
    receipts.add(desk.session, desk.client("宁波恒通"), 30, date(2026, 11, 1))
    order = book(70, terms="30%预付，70%月结30天")
    assert receipts.paying(desk.session, order) == [("R0002", 50), ("R0001", 20)]
    assert [item.paid for item in receivables.plan_items(desk.session, order, TODAY)] == [21, 49]
    assert left_of(desk) == [("R0003", 30), ("R0004", 30), ("R0001", 20)]
    assert receipts.paying(desk.session, book(30, currency="USD", rate="7.2")) == [("R0003", 30)]


def test_money_named_for_another_order_or_paid_back_is_not_on_account(desk: Desk, client: Client, book: Booked) -> None:
    receipts.add(desk.session, client, 100, TODAY, order=book(60))
    assert receipts.paying(desk.session, book(50)) == []
    assert left_of(desk) == [("R0001", 40)]
    receipts.add(desk.session, client, 80, TODAY)
    refunds.add(desk.session, client, 10, TODAY)
    assert open_of(desk) == {}
    assert receipts.paying(desk.session, book(50)) == [("R0002", 20)]


def test_nothing_is_paid_back_before_it_was_received(desk: Desk, client: Client) -> None:
    receipts.add(desk.session, client, 50, date(2026, 11, 2))
    receipts.add(desk.session, client, 50, date(2026, 11, 20))
    with pytest.raises(Refused, match=r"there is only 0\.50"):
        refunds.add(desk.session, client, 60, date(2026, 11, 19))
    with pytest.raises(Refused):
        refunds.add(desk.session, client, 1, date(2026, 11, 1))
    assert refunds.add(desk.session, client, 20, date(2026, 11, 2)).receipts == [("R0001", 20)]
    assert refunds.add(desk.session, client, 60, date(2026, 11, 20)).receipts == [("R0002", 50), ("R0001", 10)]


def test_an_acceptance_matures_on_the_day_received_or_later(desk: Desk, client: Client) -> None:
    with pytest.raises(BadValue, match="mature"):
        receipts.add(desk.session, client, 50, TODAY, matures_on=date(2026, 11, 24))
    assert receipts.add(desk.session, client, 50, TODAY, matures_on=TODAY).matures_on == TODAY


def test_money_worth_nothing_in_yuan_is_no_receipt(desk: Desk, client: Client) -> None:
    with pytest.raises(BadValue, match="nothing in yuan"):
        receipts.add(desk.session, client, 4, TODAY, currency="USD", rate="0.12")
    assert receipts.add(desk.session, client, 5, TODAY, currency="USD", rate="0.1").value == 1


# --- the statement of account ---


def test_a_statement_has_everything_in_its_order_and_adds_up(desk: Desk, client: Client, book: Booked) -> None:
    order = book(1_000, date(2026, 10, 5), product="液压站")
    book(300, date(2026, 11, 2))
    receipts.add(desk.session, client, 600, date(2026, 10, 20), order=order, reference="B17")
    orders.take_back(desk.session, order, 100, date(2026, 11, 3), TODAY, "破损")
    refunds.add(desk.session, client, 50, date(2026, 11, 4), order=order, reason="差价")
    found = statements.of(desk.session, client, Period.month_of(TODAY))
    assert (found.opening, found.owed, found.paid, found.closing) == (400, 350, 100, 650)
    assert [(one.kind, one.ref, one.text, one.owed, one.paid, one.balance) for one in found.entries] == [
        ("order", "O0002", None, 300, 0, 700),
        ("return", "O0001", "破损", 0, 100, 600),
        ("refund", "R0001", "差价", 50, 0, 650),
    ]
    later = statements.of(desk.session, client, Period(date(2026, 11, 3), date(2026, 11, 4), "day"))
    assert (later.opening, [one.kind for one in later.entries], later.closing) == (700, ["return"], 600)
    aged = receivables.aging(desk.session, TODAY, client)
    assert aged.total - sum(one.unallocated for one in receipts.unallocated(desk.session)) == found.closing


def test_a_statement_is_of_one_currency_and_without_cancelled_orders(desk: Desk, client: Client, book: Booked) -> None:
    book(1_000, currency="USD", rate="7.1")
    orders.cancel(desk.session, book(300), "取消", TODAY)
    year = Period.year_of(TODAY)
    assert statements.of(desk.session, client, year).closing == 0
    assert statements.of(desk.session, client, year, "USD").closing == 1_000
    assert statements.currencies(desk.session, client) == ["CNY", "USD"]
