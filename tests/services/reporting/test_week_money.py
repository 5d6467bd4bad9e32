"""Sections 3 and 4 of the goal sheet: what became of deals and quotations, what is owed and came in."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from salescli.dates import Period
from salescli.services.cash import refunds
from salescli.services.goals import targets
from salescli.services.reporting import week_money
from salescli.services.reporting.week_money import DealsOfWeek, OrdersOfWeek
from salescli.services.selling import deals, forecasts
from salescli.vocabulary import Measure, Tier
from tests.services.desk import MON, SUN, TODAY, WED, Desk
from tests.services.ledger import Ledger

WEEK = Period.week_of(TODAY)
BEFORE = date(2026, 11, 12)


@pytest.fixture
def ledger(session: Session) -> Ledger:
    return Ledger(session)


def deals_of(desk: Desk) -> DealsOfWeek:
    return week_money.deals_of(desk.session, WEEK, TODAY, TODAY, desk.settings)


def orders_of(desk: Desk, as_of: date = TODAY) -> OrdersOfWeek:
    return week_money.orders_of(desk.session, WEEK, as_of)


def told(found: DealsOfWeek) -> list[tuple[Any, ...]]:
    return [
        (line.name or line.code, line.state, *((step.what, step.stage) for step in line.steps)) for line in found.lines
    ]


# --- deals ---


def test_the_deals_with_steps_this_week_come_first_then_the_open_ones_by_weight(desk: Desk) -> None:
    client, settings = desk.client("甲"), desk.settings
    for name, amount, day in (("小", 10, BEFORE), ("大", 1000, BEFORE), ("动", 5, BEFORE), ("新", 7, WED)):
        deals.add(desk.session, client, name, day, settings, amount=amount)
    deals.move(desk.session, deals.find(desk.session, "动"), "solution", MON, settings)
    gone = deals.add(desk.session, client, "早输", BEFORE, settings)
    deals.lose(desk.session, gone, BEFORE, "价格")
    now = deals.add(desk.session, client, "今输", BEFORE, settings)
    deals.lose(desk.session, now, SUN, "价格")
    assert sorted(told(deals_of(desk))[:3]) == [
        ("今输", "lost", ("lost", None)),
        ("动", "open", ("moved", "solution")),
        ("新", "open", ("new", None)),
    ]
    assert told(deals_of(desk))[3:] == [("大", "open"), ("小", "open")]


def test_too_many_quiet_deals_are_counted_instead_of_listed(desk: Desk) -> None:
    client = desk.client("甲")
    for number in range(25):
        deals.add(desk.session, client, f"商机{number}号", BEFORE, desk.settings)
    found = deals_of(desk)
    assert (len(found.lines), found.more) == (20, 5)


def test_the_month_s_forecast_and_what_is_won_stand_against_its_target(desk: Desk) -> None:
    client, session, settings = desk.client("甲"), desk.session, desk.settings
    deals.add(session, client, "本月", BEFORE, settings, amount=1000, probability=50, expected_on=date(2026, 11, 30))
    deals.add(session, client, "下月", BEFORE, settings, amount=9000, expected_on=date(2026, 12, 1))
    deals.win(session, deals.add(session, client, "赢", BEFORE, settings, amount=300), BEFORE)
    assert (deals_of(desk).weighted, deals_of(desk).won, deals_of(desk).target, deals_of(desk).rate) == (
        500,
        300,
        None,
        None,
    )
    targets.set_target(session, Period.month_of(TODAY), 1600, Measure.AMOUNT, Tier.TARGET)
    assert (deals_of(desk).month, deals_of(desk).target, deals_of(desk).rate) == ("2026-11", 1600, 0.5)


def test_a_deal_with_an_order_counts_once_by_what_is_booked(desk: Desk, ledger: Ledger) -> None:
    client, session, settings = desk.client("甲"), desk.session, desk.settings
    won, ordered, called_off = (deals.add(session, client, name, BEFORE, settings, amount=300) for name in "赢签撤")
    early = deals.add(session, client, "早", BEFORE, settings, amount=50, expected_on=TODAY)
    for deal in (won, ordered, called_off):
        deals.win(session, deal, BEFORE)
    sold = ledger.order(client, "2026-11-12", 280, deal_id=ordered.id)
    ledger.order(client, "2026-11-12", 9, deal_id=called_off.id, state="cancelled")
    ledger.order(client, "2026-11-03", 1000)
    ledger.order(client, "2026-10-31", 40, deal_id=early.id)
    ledger.back(sold, "2026-11-20", 80)
    assert (deals_of(desk).won, deals_of(desk).weighted) == (300 + 300 + 200 + 1000, 0)
    rows = forecasts.outlook(session, Period.year_of(TODAY), TODAY, settings)
    assert rows.total.found.won == sum(row.found.won for row in rows.rows) == 1840


def test_quotations_of_the_week_stand_below_the_deals(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    ledger.quotation(client, MON.isoformat(), 100, rate="7", currency="USD", state="sent")
    ledger.quotation(client, "2026-11-02", 100, code="Q0009", current=False)
    ledger.quotation(client, SUN.isoformat(), 90, code="Q0009", version=2)
    ledger.quotation(client, "2026-11-22", 5)
    assert told(deals_of(desk)) == [("Q0001", "sent", ("issued", None)), ("Q0009", "draft", ("revised", None))]
    assert deals_of(desk).lines[0].amount == 700


# --- orders and receipts ---


def owed(found: OrdersOfWeek) -> list[tuple[Any, ...]]:
    return [(line.order, line.open, line.days_overdue, line.received) for line in found.lines]


def test_what_is_due_overdue_new_or_paid_this_week_is_listed(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    late, soon, far, new = (
        ledger.order(client, day, 1000) for day in ("2026-09-01", "2026-09-01", "2026-09-01", MON.isoformat())
    )
    first = ledger.owed(late, "2026-11-05", 1000)
    for order, due in ((soon, "2026-12-06"), (far, "2026-12-07"), (new, None)):
        ledger.owed(order, due, 1000)
    ledger.pays(ledger.receipt(client, "2026-11-20", 100), first, 100)
    ledger.pays(ledger.receipt(client, MON.isoformat(), 250), first, 250)
    found = orders_of(desk)
    assert owed(found) == [("O0001", 650, 20, 250), ("O0004", 1000, None, 0), ("O0002", 1000, 0, 0)]
    assert (found.sales, found.owed, found.received, found.overdue) == (1000, 3650, 250, 650)


def test_what_was_paid_off_and_what_pays_for_nothing_is_listed_too(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    part = ledger.owed(ledger.order(client, "2026-09-01", 1000), "2026-12-31", 1000)
    receipt = ledger.receipt(client, WED.isoformat(), 1200)
    ledger.pays(receipt, part, 1000)
    found = orders_of(desk)
    assert owed(found) == [("O0001", 0, None, 1000), (None, 0, None, 200)]
    assert (found.owed, found.received, found.overdue) == (0, 1200, 0)


def test_what_was_received_and_paid_back_comes_to_the_week_s_receipts(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    order = ledger.order(client, "2026-09-01", 1000)
    part = ledger.owed(order, "2026-12-31", 1000)
    earlier, now = ledger.receipt(client, "2026-11-02", 600), ledger.receipt(client, MON.isoformat(), 400)
    ledger.pays(earlier, part, 600)
    ledger.pays(now, part, 400)
    refunds.add(desk.session, client, 450, WED, order=order)
    found = orders_of(desk)
    assert found.received == sum(line.received for line in found.lines) == -50
    assert [(line.order, line.received) for line in found.lines] == [("O0001", -50)]
    refunds.add(desk.session, client, 100, SUN + timedelta(days=1), order=order)
    assert orders_of(desk).received == sum(line.received for line in orders_of(desk).lines) == -50


def test_what_is_paid_back_in_a_later_week_was_received_in_its_own(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    order = ledger.order(client, "2026-09-01", 1000)
    ledger.pays(ledger.receipt(client, MON.isoformat(), 900), ledger.owed(order, "2026-12-31", 1000), 700)
    refunds.add(desk.session, client, 300, SUN + timedelta(days=1), order=order)
    found = orders_of(desk)
    assert [(line.order, line.received) for line in found.lines] == [("O0001", 600), ("O0001", 300)]
    assert found.received == 900


def test_the_parts_of_a_foreign_receipt_come_to_its_worth(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    receipt = ledger.receipt(client, MON.isoformat(), 5, amount=3, currency="USD", rate="1.5")
    for _number in range(3):
        ledger.pays(receipt, ledger.owed(ledger.order(client, "2026-09-01", 1), "2027-12-31", 1), 1)
    assert sorted(line.received for line in orders_of(desk).lines) == [1, 2, 2]
    gone = ledger.order(client, "2026-09-01", 9, state="cancelled")
    ledger.pays(ledger.receipt(client, MON.isoformat(), 9), ledger.owed(gone, None, 9), 9)
    found = orders_of(desk)
    assert found.received == sum(line.received for line in found.lines) == 14
    assert (None, 9) in [(line.order, line.received) for line in found.lines]


def test_a_week_gone_is_shown_as_it_stood_at_its_end(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    part = ledger.owed(ledger.order(client, "2026-09-01", 1000), "2026-11-20", 1000)
    ledger.pays(ledger.receipt(client, "2026-12-01", 1000), part, 1000)
    assert owed(orders_of(desk, SUN)) == [("O0001", 1000, 9, 0)]


def test_an_empty_week_has_nothing_to_tell(desk: Desk, ledger: Ledger) -> None:
    assert orders_of(desk).nothing
    assert deals_of(desk).lines == ()
    order = ledger.order(desk.client("甲"), "2026-09-01", 1000)
    assert orders_of(desk).nothing
    ledger.owed(order, "2027-12-31", 1000)
    assert (orders_of(desk).nothing, orders_of(desk).lines, orders_of(desk).owed) == (False, (), 1000)
