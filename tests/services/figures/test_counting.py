"""Amounts counted as the settings have it: closed as signed, by delivery or by invoice; acceptances at maturity."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from salescli import formulas
from salescli.dates import Period, parse_period
from salescli.decomposition.history import Order as Past
from salescli.formulas import Counting
from salescli.models.clients import Client
from salescli.models.orders import Order
from salescli.models.receipts import Invoice
from salescli.services.figures import kpis, why
from salescli.services.goals import actuals, target_progress, target_seasons, targets
from salescli.services.reporting import reports, week_money
from salescli.vocabulary import Measure, Tier
from tests.services.desk import TODAY, Desk
from tests.services.ledger import Ledger

AMOUNT, RECEIPTS = Measure.AMOUNT, Measure.RECEIPTS
NOVEMBER = Period.month_of(TODAY)


@pytest.fixture
def ledger(session: Session) -> Ledger:
    return Ledger(session)


def counted(desk: Desk, **asked: str) -> None:
    """Count from here on as these settings have it."""
    values = {**desk.settings.values, **{f"kpi.{name}": word for name, word in asked.items()}}
    desk.session.info["settings"] = lambda: replace(desk.settings, values=values)


def invoice(session: Session, order: Order, day: str, amount: int, **fields: Any) -> Invoice:
    number = f"F{len(session.new)}{order.id}{day}{amount}"
    made = Invoice(
        number=number, client_id=order.client_id, order_id=order.id, issued_on=date.fromisoformat(day), amount=amount,
        **fields,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def by_day(session: Session, measure: Measure = AMOUNT, scope: str = "", period: Period = NOVEMBER) -> dict[str, int]:
    found = actuals.by_day(session, measure, period.begin, period.end, scope) or {}
    return {day.isoformat()[5:]: amount for day, amount in found.items()}


@pytest.fixture
def three(desk: Desk, ledger: Ledger) -> list[Order]:
    """Signed in October and delivered in November; signed in November, on its way; shared, of November, in dollars."""
    client = desk.client("甲", territory="滨江")
    late = ledger.order(client, "2026-10-20", 1000, delivered_on=date(2026, 11, 3), product="X200")
    way = ledger.order(client, "2026-11-05", 200)
    shared = ledger.order(
        client, "2026-11-06", 7123, {"张三": "50", "李四": "50"}, amount=1000, currency="USD", rate="7.1234",
        delivered_on=date(2026, 11, 9),
    )  # fmt: skip
    ledger.back(late, "2026-11-20", 100)
    invoice(desk.session, late, "2026-10-21", 400)
    invoice(desk.session, late, "2026-11-04", 600)
    invoice(desk.session, shared, "2026-11-10", 500)
    invoice(desk.session, way, "2026-11-11", 50, deleted_at=desk.session.info["now"])
    return [late, way, shared]


@pytest.mark.parametrize(
    ("amount_by", "expected"),
    [
        ("signed", {"11-05": 200, "11-06": 3562, "11-20": -100}),
        ("delivery", {"11-03": 1000, "11-09": 3562, "11-20": -100}),
        ("invoice", {"11-04": 600, "11-10": 1781, "11-20": -100}),
    ],
)
def test_what_is_closed_follows_the_setting_in_every_figure(
    desk: Desk, three: list[Order], amount_by: str, expected: dict[str, int]
) -> None:
    counted(desk, amount_by=amount_by)
    session, value = desk.session, sum(expected.values())
    assert by_day(session) == expected
    found = why.explain(session, AMOUNT, NOVEMBER, TODAY)
    assert found.figure.value == sum(row.amount or 0 for row in found.rows) == value
    assert found.counting.amount_by == amount_by
    targets.set_target(session, NOVEMBER, 10_000, AMOUNT, Tier.TARGET)
    assert target_progress.progress(session, NOVEMBER, AMOUNT, Tier.TARGET, desk.calendar, TODAY).actual == value
    assert week_money.orders_of(session, NOVEMBER, TODAY).sales == value
    assert [row.amount for row in reports.ranking(session, NOVEMBER, TODAY, "client")] == [value]
    assert [row.orders for row in reports.ranking(session, NOVEMBER, TODAY, "client")] == [2]
    past = target_seasons.own_history(session, AMOUNT, TODAY)
    assert isinstance(past, list)
    assert sum(order.amount for order in past if order.day in NOVEMBER) == value


def test_invoices_of_a_scope_are_those_of_its_orders(desk: Desk, three: list[Order]) -> None:
    counted(desk, amount_by="invoice")
    assert by_day(desk.session, scope="person:李四") == {"11-04": 0, "11-10": 1781, "11-20": 0}
    assert by_day(desk.session, scope="product:X200") == {"11-04": 600, "11-10": 0, "11-20": -100}
    assert by_day(desk.session, scope="territory:萧山") == {}
    rows = kpis.rows_behind(desk.session, AMOUNT, NOVEMBER, TODAY)
    assert [(row.kind, row.code, row.amount, row.whole) for row in rows] == [
        ("invoice", "O0001", 600, None), ("invoice", "O0003", 1781, 3562), ("return", "O0001-1", -100, None),
    ]  # fmt: skip
    three[0].state = "cancelled"
    assert by_day(desk.session) == {"11-10": 1781}


def test_history_by_delivery_has_the_own_parts_by_the_days_delivered(desk: Desk, three: list[Order]) -> None:
    counted(desk, amount_by="delivery")
    assert target_seasons.own_history(desk.session, AMOUNT, TODAY) == [
        Past("O0001", date(2026, 11, 3), 1000), Past("O0003", date(2026, 11, 9), 3562),
        Past("O0001", date(2026, 11, 20), -100),
    ]  # fmt: skip


def test_an_acceptance_counts_when_it_matures_and_not_before_that_day(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    for value, method, matures in (
        (1, "acceptance", date(2027, 5, 10)), (20, "acceptance", date(2026, 11, 24)),
        (300, "acceptance", date(2026, 11, 27)), (4000, "acceptance", None), (50000, "transfer", date(2027, 1, 1)),
    ):  # fmt: skip
        ledger.receipt(client, "2026-11-10", value, method=method, matures_on=matures)
    ledger.receipt(client, "2026-05-10", 600000, method="acceptance", matures_on=date(2026, 11, 23))
    ledger.refund(client, "2026-11-12", 7)
    assert by_day(desk.session, RECEIPTS) == {"11-10": 54321, "11-12": -7}
    counted(desk, acceptances="maturity")
    assert by_day(desk.session, RECEIPTS) == {"11-10": 54000, "11-23": 600000, "11-24": 20, "11-27": 300, "11-12": -7}
    found = why.explain(desk.session, RECEIPTS, NOVEMBER, TODAY)
    assert found.figure.value == sum(row.amount or 0 for row in found.rows) == 654013
    week = week_money.orders_of(desk.session, Period.week_of(TODAY), TODAY)
    assert week.received == sum(line.received for line in week.lines) == 600020
    assert reports.ranking(desk.session, NOVEMBER, TODAY, "client")[0].receipts == 654013
    assert kpis.work_out(desk.session, RECEIPTS, parse_period("2027-05", TODAY), TODAY).value == 0
    assert kpis.work_out(desk.session, RECEIPTS, parse_period("2027-05", TODAY), date(2027, 6, 1)).value == 1


@pytest.mark.parametrize(
    ("asked", "measure", "field", "then"),
    [
        ({"amount_by": "delivery"}, AMOUNT, "delivered_on", 4462),
        ({"amount_by": "invoice"}, AMOUNT, "amount", 2281),
        ({"acceptances": "maturity"}, RECEIPTS, "matures_on", 80),
    ],
)
def test_a_later_change_of_what_counts_is_told_and_others_are_not(
    desk: Desk, ledger: Ledger, three: list[Order], asked: dict[str, str], measure: Measure, field: str, then: int
) -> None:
    session, (late, way, _shared) = desk.session, three
    bill = invoice(session, late, "2026-11-05", 1)
    receipt = ledger.receipt(
        session.get_one(Client, late.client_id), "2026-05-10", 80, method="acceptance", matures_on=date(2026, 11, 10)
    )
    bill.amount = 0
    session.commit()
    session.info.pop("batch", None)
    session.info.update(now=datetime.fromisoformat("2026-12-03T10:00").astimezone(), command="later")
    late.delivered_on, bill.amount, receipt.matures_on = date(2026, 12, 1), 5, date(2026, 12, 9)
    way.value, way.signed_on = 9, date(2026, 11, 30)
    session.commit()
    counted(desk, **asked)
    found = why.explain(session, measure, NOVEMBER, date(2026, 12, 10))
    assert [[one.field for one in later.altered] for later in found.changed_later] == [[field]]
    assert found.value_then == then
    assert found.figure.value != then


def test_the_words_say_how_it_is_counted() -> None:
    for counting, word in (
        (Counting(), "signed"), (Counting("delivery"), "delivered"), (Counting("invoice"), "Invoices"),
    ):  # fmt: skip
        assert word in formulas.formula(AMOUNT, counting)
    assert "mature" in formulas.formula(RECEIPTS, Counting(acceptances="maturity"))
    assert "mature" not in formulas.formula(RECEIPTS)


_DAYS = st.dates(date(2026, 10, 25), date(2026, 12, 5))
_VALUES = st.integers(1, 10**9)
_SHARES = st.sampled_from([None, {"李四": "100"}, {"张三": "33.3", "李四": "33.3", "王五": "33.4"}])
_ORDERS = st.tuples(
    _DAYS, _VALUES, _SHARES, st.sampled_from(["confirmed", "cancelled"]), st.none() | _DAYS,
    st.sampled_from([None, "7.1234"]), st.lists(st.tuples(_DAYS, _VALUES), max_size=2),
)  # fmt: skip
_RECEIPTS = st.tuples(_DAYS, _VALUES, st.sampled_from(["acceptance", "cash"]), st.none() | _DAYS)


@settings(max_examples=20)
@given(
    counting=st.builds(
        dict,
        amount_by=st.sampled_from(["delivery", "invoice"]),
        acceptances=st.sampled_from(["receipt", "maturity"]),
    ),
    orders=st.lists(_ORDERS, max_size=5),
    receipts=st.lists(_RECEIPTS, max_size=4),
)
def test_the_rows_come_to_the_figure_and_the_persons_parts_to_the_whole(
    session: Session, desk: Desk, counting: dict[str, str], orders: Any, receipts: Any
) -> None:
    counted(desk, **counting)
    end = TODAY + timedelta(days=1)
    with session.begin_nested() as undone:
        ledger, client = Ledger(session), desk.client("甲")
        for day, value, shares, state, delivered_on, rate, more in orders:
            order = ledger.order(
                client, day.isoformat(), value, shares, state=state, delivered_on=delivered_on, rate=rate
            )
            for number, (on, worth) in enumerate(more):
                invoice(session, order, on.isoformat(), worth + number)
                ledger.back(order, on.isoformat(), worth)
        for day, value, method, matures_on in receipts:
            ledger.receipt(client, day.isoformat(), value, method=method, matures_on=matures_on)
        session.flush()
        for measure in (AMOUNT, RECEIPTS):
            figure = kpis.work_out(session, measure, NOVEMBER, TODAY)
            rows = kpis.rows_behind(session, measure, NOVEMBER, TODAY)
            assert sum(row.amount or 0 for row in rows) == figure.value
        people = [
            actuals.total(session, AMOUNT, NOVEMBER.begin, end, f"person:{name}") for name in ("张三", "李四", "王五")
        ]
        everyone = [row.amount if row.whole is None else row.whole for row in rows_of(session)]
        assert sum(part or 0 for part in people) == sum(value or 0 for value in everyone)
        undone.rollback()


def rows_of(session: Session) -> list[Any]:
    return kpis.rows_behind(session, AMOUNT, NOVEMBER, TODAY)
