"""What is owed: plans by terms, due days that follow the order, aging, and the sums that must hold."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from salescli.config import DEFAULTS, Settings
from salescli.errors import BadValue, Refused
from salescli.models.clients import Client
from salescli.models.orders import Order
from salescli.services.cash import amendments, bookings, invoices, receipts, receivables, refunds
from salescli.services.cash.receivables import BUCKETS
from salescli.services.selling import order_returns, orders
from tests.services.desk import TODAY, Desk
from tests.services.ledger import Ledger

SIGNED = date(2026, 9, 10)
Booked = Callable[..., Order]


@pytest.fixture
def client(desk: Desk) -> Client:
    return desk.client("杭州蓝海机电")


@pytest.fixture
def book(desk: Desk, client: Client) -> Booked:
    """An order with its plan: ``book(amount, terms, signed_on)``."""

    def booked(amount: int = 12_000_000, terms: str | None = None, signed_on: date = SIGNED, **fields: object) -> Order:
        return bookings.book_order(
            desk.session, client, amount, signed_on, desk.today, desk.settings, terms=terms, **fields
        )

    return booked


def plan_of(desk: Desk, order: Order) -> list[tuple[str, date | None, int]]:
    return [(one.kind, one.due_on, one.amount) for one in receivables.of_order(desk.session, order)]


def test_an_order_is_planned_by_its_terms(desk: Desk, book: Booked) -> None:
    order = book(12_000_000, "30%预付，70%月结30天")
    assert plan_of(desk, order) == [("deposit", SIGNED, 3_600_000), ("payment", None, 8_400_000)]


def test_without_terms_those_of_the_settings_hold(desk: Desk, book: Booked) -> None:
    assert plan_of(desk, book()) == [("payment", None, 12_000_000)]
    desk.settings = replace(desk.settings, values={**DEFAULTS, "receivables.terms": "款到发货"})
    assert plan_of(desk, book()) == [("payment", SIGNED, 12_000_000)]


def test_cash_before_delivery_is_due_when_the_delivery_is_promised(desk: Desk, book: Booked) -> None:
    assert plan_of(desk, book(100, "款到发货", promised_on=date(2026, 12, 1)))[0][1] == date(2026, 12, 1)
    assert plan_of(desk, book(100, "30%预付，余款发货前付清"))[1][1] is None


def test_delivery_acceptance_and_invoice_set_the_days_that_wait_for_them(desk: Desk, book: Booked) -> None:
    order = book(10_000, "30%预付，40%货到30天，20%验收后付，10%开票后付")
    orders.deliver(desk.session, order, date(2026, 9, 20), desk.today)
    bookings.settle(desk.session, order, desk.settings)
    assert [due for _kind, due, _amount in plan_of(desk, order)] == [SIGNED, date(2026, 10, 20), None, None]
    orders.accept(desk.session, order, date(2026, 10, 1), desk.today)
    bookings.settle(desk.session, order, desk.settings)
    invoices.issue(desk.session, order, "INV1", 10_000, date(2026, 10, 5), desk.settings)
    days = [due for _kind, due, _amount in plan_of(desk, order)]
    assert days == [SIGNED, date(2026, 10, 20), date(2026, 10, 1), date(2026, 10, 5)]


@pytest.mark.parametrize(("setting", "due"), [("month_end", date(2026, 11, 29)), ("delivery", date(2026, 11, 2))])
def test_where_monthly_terms_count_from_is_a_setting(setting: str, due: date, desk: Desk, book: Booked) -> None:
    settings = replace(desk.settings, values={**DEFAULTS, "receivables.month_end_from": setting})
    order = book(100, "月结60天")
    order.delivered_on = date(2026, 9, 3)
    receivables.settle_dates(desk.session, order, settings)
    assert plan_of(desk, order) == [("payment", due, 100)]


def test_imported_orders_without_deliveries_count_from_signing(defaults: Settings) -> None:
    parts = receivables.planned(100, SIGNED, None, None, "30%预付，70%月结30天", defaults, from_signing=True)
    assert [part.due_on for part in parts] == [SIGNED, date(2026, 10, 30)]
    late = receivables.planned(100, SIGNED, date(2026, 10, 8), None, "月结30天", defaults, from_signing=True)
    assert [part.due_on for part in late] == [date(2026, 11, 30)]


def test_a_new_plan_takes_the_place_of_the_old_while_nothing_is_paid(desk: Desk, book: Booked, client: Client) -> None:
    order = book(10_000, "月结60天")
    receivables.plan(desk.session, order, "3-6-1质保一年", desk.settings)
    assert [amount for _kind, _due, amount in plan_of(desk, order)] == [3_000, 6_000, 1_000]
    assert order.terms == "3-6-1质保一年"
    receipts.add(desk.session, client, 1, TODAY)
    with pytest.raises(Refused, match="already pay"):
        receivables.plan(desk.session, order, "月结30天", desk.settings)
    assert [amount for _kind, _due, amount in plan_of(desk, order)] == [3_000, 6_000, 1_000]


def test_terms_that_cannot_be_read_leave_the_plan_and_a_cancelled_order_has_none(desk: Desk, book: Booked) -> None:
    order = book(10_000, "月结60天")
    with pytest.raises(BadValue):
        receivables.plan(desk.session, order, "看情况", desk.settings)
    assert len(plan_of(desk, order)) == 1
    orders.cancel(desk.session, order, "取消", desk.today)
    with pytest.raises(Refused, match="cancelled"):
        receivables.plan(desk.session, order, "月结30天", desk.settings)
    assert receivables.open_items(desk.session, desk.today) == []


def test_days_of_imported_terms_that_nobody_can_read_stay(desk: Desk, book: Booked) -> None:
    order = book(10_000, "月结60天")
    order.terms, order.delivered_on = "看情况", TODAY
    assert receivables.settle_dates(desk.session, order, desk.settings) == []


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(-1, "current"), (0, "current"), (1, "d30"), (30, "d30"), (31, "d60"), (60, "d60"), (61, "d90"), (90, "d90"),
     (91, "over90"), (900, "over90")],
)  # fmt: skip
def test_what_is_due_falls_into_the_bucket_of_its_days(days: int, bucket: str, desk: Desk, book: Booked) -> None:
    book(100, "100% on signing", TODAY - timedelta(days=max(days, 0)))
    aged = receivables.aging(desk.session, TODAY - timedelta(days=1) if days < 0 else TODAY)
    assert aged.buckets == {**dict.fromkeys(BUCKETS, 0), bucket: 100}
    assert (aged.total, aged.rows[0].days_overdue) == (100, max(days, 0))


def test_what_has_no_due_day_is_current_and_last(desk: Desk, book: Booked) -> None:
    book(100, "货到付款")
    book(200, "100% on signing")
    aged = receivables.aging(desk.session, TODAY)
    assert [(row.open, row.days_overdue) for row in aged.rows] == [(200, 76), (100, None)]
    assert (aged.total, aged.buckets["current"], aged.buckets["d90"]) == (300, 100, 200)


def test_a_return_reduces_what_is_open_from_the_part_due_last(desk: Desk, book: Booked) -> None:
    order = book(10_000, "30%预付，40%货到付款，30%验收后付")
    orders.take_back(desk.session, order, 4_000, TODAY, TODAY)
    assert [item.open for item in receivables.plan_items(desk.session, order, TODAY)] == [3_000, 3_000, 0]
    assert receivables.aging(desk.session, TODAY).total == 6_000


def test_foreign_money_is_aged_in_yuan_at_the_orders_rate(desk: Desk, book: Booked) -> None:
    book(10_001, "100% on signing", currency="USD", rate="7.1234")
    (row,) = receivables.aging(desk.session, TODAY).rows
    assert (row.open, row.currency, row.value) == (10_001, "USD", 71_241)


def test_removed_clients_and_orders_owe_nothing(desk: Desk, book: Booked, client: Client) -> None:
    gone = book(100, "100% on signing")
    orders.remove(desk.session, gone)
    assert receivables.aging(desk.session, TODAY).total == 0
    book(200, "100% on signing")
    assert receivables.aging(desk.session, TODAY).total == 200
    client.deleted_at = desk.session.info["now"]
    desk.session.flush()
    assert receivables.aging(desk.session, TODAY).total == 0


# --- the sums that must hold whatever happens ---

TERMS = (
    "30%预付，70%月结30天",
    "3-6-1质保一年",
    "分3期",
    "1/3预付，余款货到付清",
    "款到发货",
    "net 30",
    "分7期",
    "100% on signing",
)
AMOUNTS = st.integers(1, 1_000)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("order"), AMOUNTS, st.sampled_from(TERMS)),
        st.tuples(st.just("receipt"), AMOUNTS, st.integers(0, 9)),
        st.tuples(st.just("return"), st.integers(0, 9), st.integers(1, 100)),
        st.tuples(st.just("deliver"), st.integers(0, 9), st.integers(0, 60)),
        st.tuples(st.just("cancel"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("refund"), AMOUNTS, st.integers(0, 9)),
        st.tuples(st.just("allocate"), st.integers(0, 9), st.integers(0, 1_000)),
        st.tuples(st.just("amend"), st.integers(0, 9), st.integers(1, 1_000)),
        st.tuples(st.just("terms"), st.integers(0, 9), st.integers(0, len(TERMS) - 1)),
        st.tuples(st.just("unrefund"), st.integers(0, 3), st.integers(1, 3)),
        st.tuples(st.just("unreturn"), st.integers(0, 9), st.integers(1, 3)),
    ),
    min_size=3,
    max_size=20,
)


def walk(session: Session, settings: Settings, client: Client, steps: list[tuple[str, int, object]]) -> list[Order]:
    """Do what the steps say as far as the rules let it."""
    made: list[Order] = []
    for number, (what, one, other) in enumerate(steps):
        with_savepoint = session.begin_nested()
        try:
            step(session, settings, client, made, what, one, other, SIGNED + timedelta(days=number))
            with_savepoint.commit()
        except (Refused, BadValue):
            with_savepoint.rollback()
    return made


def step(
    session: Session,
    settings: Settings,
    client: Client,
    made: list[Order],
    what: str,
    one: int,
    other: object,
    on: date,
) -> None:
    named = made[one % len(made)] if made else None
    if what == "order":
        made.append(bookings.book_order(session, client, one, on, TODAY, settings, terms=str(other)))
    elif what in ("receipt", "refund"):
        assert isinstance(other, int)
        order = made[other % len(made)] if made and other % 3 else None
        if what == "receipt":
            bookings.book_receipt(session, client, one, on, TODAY, order=order)
        else:
            refunds.add(session, client, one, on, order=order)
    elif what == "unrefund":
        for receipt in receipts.listed(session, client=client)[one : one + 1]:
            if refund := refunds.find(session, f"{receipt.code}-{other}"):
                refunds.remove(session, refund)
    elif named is not None:
        assert isinstance(other, int)
        if what == "return":
            orders.take_back(session, named, max(1, named.amount * other // 100), TODAY, TODAY)
        elif what == "deliver":
            orders.deliver(session, named, named.signed_on + timedelta(days=other), TODAY)
        elif what == "cancel":
            orders.cancel(session, named, "取消", TODAY)
        elif what == "amend":
            amendments.amend(session, named, settings, amount=other)
        elif what == "terms":
            amendments.amend(session, named, settings, terms=TERMS[other])
        elif what == "unreturn":
            if back := order_returns.find(session, f"{named.code}-{other}"):
                order_returns.remove(session, back)
                receipts.pay_from_account(session, named)
        elif what == "allocate":
            for receipt in receipts.listed(session)[:1]:
                receipts.allocate(session, receipts.find(session, receipt.code), named, other)
        bookings.settle(session, named, settings)


@given(steps=STEPS)
def test_the_sums_hold_whatever_happens(
    steps: list[tuple[str, int, object]], session: Session, defaults: Settings
) -> None:
    desk = Desk(session, defaults)
    client = desk.client(f"客户{len(desk.everyone())}")
    made = walk(session, defaults, client, steps)
    open_of = {item.receivable_id: item for item in receivables.open_items(session, TODAY, client)}
    owed = 0
    for order in made:
        plan = receivables.of_order(session, order)
        assert sum(part.amount for part in plan) == order.amount
        assert all(part.amount > 0 for part in plan)
        items = receivables.plan_items(session, order, TODAY)
        assert all(item.open >= 0 and item.paid >= 0 for item in items)
        paid = sum(item.paid for item in items)
        left = order.amount - orders.returned(session, order) - paid
        assert left >= 0
        standing = order.state != "cancelled"
        assert sum(item.open for item in open_of.values() if item.order_id == order.id) == (left if standing else 0)
        owed += left if standing else 0
    aged = receivables.aging(session, TODAY, client)
    assert sum(aged.buckets.values()) == aged.total == sum(row.value for row in aged.rows) == owed
    for receipt in receipts.listed(session, client=client):
        allocated = sum(part.amount for part in receipt.allocations)
        assert all(part.amount > 0 for part in receipt.allocations)
        assert receipt.unallocated >= 0
        assert allocated + receipt.unallocated + receipt.refunded == receipt.amount


@given(amount=st.integers(0, 10**15), terms=st.sampled_from([*TERMS, "月结60天", "三七开", "3-3-3-1", "分12期"]))
def test_the_parts_of_any_amount_come_to_it(amount: int, terms: str, defaults: Settings) -> None:
    parts = receivables.planned(amount, SIGNED, None, None, terms, defaults)
    assert sum(part.amount for part in parts) == amount
    assert all(part.amount >= 0 for part in parts)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 900), st.booleans()), min_size=1, max_size=8))
def test_what_was_paid_of_a_part_is_the_sum_of_its_allocations(desk: Desk, taken: list[tuple[int, int, bool]]) -> None:
    ledger = Ledger(desk.session)
    client = desk.client(f"甲{uuid4()}")
    order = ledger.order(client, "2026-09-02", 3000)
    parts = [ledger.owed(order, "2026-10-15", 1000, position) for position in (1, 2, 3)]
    paying = []
    for place, amount, stays in taken:
        paying.append(ledger.pays(ledger.receipt(client, "2026-11-20", amount), parts[place], amount))
        if not stays:
            last = paying.pop()
            last.deleted_at = datetime.now(UTC)
            desk.session.add(last)
        elif amount > 500:
            paying[-1].receivable_id = parts[(place + 1) % 3].id or 0
    desk.session.flush()
    sums = {part.id: sum(one.amount for one in paying if one.receivable_id == part.id) for part in parts}
    rows = desk.session.connection().exec_driver_sql("SELECT id, paid FROM receivable WHERE order_id = ?", (order.id,))
    assert dict(rows.all()) == sums  # type: ignore[arg-type]
