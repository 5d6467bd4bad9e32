"""Why a figure is what it is: the records, and what was changed after the period was over."""

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from salescli import db
from salescli.config import Settings
from salescli.dates import parse_period
from salescli.models.orders import Order, OrderShare
from salescli.services import changes
from salescli.services.accounts import clients
from salescli.services.figures import kpis, records_then, why
from salescli.services.figures.later_changes import Later
from salescli.services.figures.why import Why
from salescli.services.selling import orders
from salescli.vocabulary import Measure, Ratio
from tests.services.desk import Desk
from tests.services.ledger import Ledger

DECEMBER = date(2026, 12, 10)


@pytest.fixture
def ledger(session: Session) -> Ledger:
    return Ledger(session)


def command(session: Session, moment: str, name: str = "test") -> None:
    """What follows is the work of another command, at another moment."""
    session.commit()
    session.info.pop("batch", None)
    session.info.update(now=datetime.fromisoformat(moment).astimezone(), command=name)


def explain(session: Session, kpi: Any, period: str = "2026-11", today: date = DECEMBER) -> Why:
    session.commit()
    return why.explain(session, kpi, parse_period(period, today), today)


def told(found: Why) -> list[tuple[Any, ...]]:
    return [(later.command, later.record, later.what, *altered(later)) for later in found.changed_later]


def altered(later: Later) -> list[tuple[Any, ...]]:
    return [(one.field, one.before, one.after) for one in later.altered]


def test_an_order_altered_after_the_month_is_told_with_what_the_figure_was(desk: Desk, ledger: Ledger) -> None:
    order = ledger.order(desk.client("甲"), "2026-11-02", 1000)
    command(desk.session, "2026-11-30T20:00", "order edit")
    order.note, order.value = "看过", 1100
    command(desk.session, "2026-12-03T10:00", "order edit")
    order.value, order.note = 1500, "补签"
    found = explain(desk.session, Measure.AMOUNT)
    assert (found.figure.value, found.value_then) == (1500, 1100)
    assert told(found) == [("order edit", "O0001", "altered", ("value", 1100, 1500))]
    assert found.changed_later[0].at == datetime.fromisoformat("2026-12-03T10:00").astimezone()


def test_what_makes_no_difference_is_not_told(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    order = ledger.order(client, "2026-11-02", 1000)
    october = ledger.order(client, "2026-10-02", 1000)
    command(desk.session, "2026-12-03T10:00")
    order.note, order.state, october.value = "发货", "delivered", 5
    client.note = "改过"
    ledger.order(client, "2026-12-01", 7)
    found = explain(desk.session, Measure.AMOUNT)
    assert (told(found), found.figure.value, found.value_then) == ([], 1000, 1000)


@pytest.mark.parametrize(
    ("day", "value", "value_then"), [("2026-12-01", 0, 1000), ("2026-10-31", 0, 1000), ("2026-11-29", 1000, 1000)]
)
def test_an_order_moved_out_of_the_month_counted_in_it(
    desk: Desk, ledger: Ledger, day: str, value: int, value_then: int
) -> None:
    order = ledger.order(desk.client("甲"), "2026-11-30", 1000)
    command(desk.session, "2026-12-01T00:00", "order edit")
    order.signed_on = date.fromisoformat(day)
    found = explain(desk.session, Measure.AMOUNT)
    assert told(found) == [("order edit", "O0001", "altered", ("signed_on", "2026-11-30", day))]
    assert (found.figure.value, found.value_then) == (value, value_then)


def test_removed_cancelled_and_late_records_are_told(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    gone, cancelled, stays = (ledger.order(client, "2026-11-02", value) for value in (100, 20, 3000))
    command(desk.session, "2026-12-03T10:00", "order remove")
    gone.deleted_at = desk.session.info["now"]
    command(desk.session, "2026-12-04T10:00", "order cancel")
    cancelled.state = "cancelled"
    command(desk.session, "2026-12-05T10:00", "order add")
    ledger.order(client, "2026-11-20", 4)
    ledger.back(stays, "2026-11-30", 1000)
    command(desk.session, "2026-12-06T10:00", "undo")
    gone.deleted_at = None
    found = explain(desk.session, Measure.AMOUNT)
    assert told(found) == [
        ("order remove", "O0001", "removed"),
        ("order cancel", "O0002", "altered", ("state", "confirmed", "cancelled")),
        ("order add", "O0003", "added"),
        ("order add", "O0004", "added"),
        ("undo", "O0001", "restored"),
    ]
    assert [later.entity for later in found.changed_later] == ["order", "order", "orderreturn", "order", "order"]
    assert (found.figure.value, found.value_then) == (2104, 3120)


def test_a_removed_client_takes_its_orders_along(desk: Desk, ledger: Ledger) -> None:
    client, other = desk.client("甲"), desk.client("乙")
    ledger.order(client, "2026-11-02", 100)
    ledger.order(other, "2026-10-02", 100)
    command(desk.session, "2026-12-03T10:00", "client remove")
    clients.remove(desk.session, client)
    clients.remove(desk.session, other)
    found = explain(desk.session, Measure.AMOUNT)
    assert told(found) == [("client remove", client.code, "removed")]
    assert (found.figure.value, found.value_then) == (0, 100)


def test_a_share_given_away_later_is_told_of_its_order(desk: Desk, ledger: Ledger) -> None:
    order = ledger.order(desk.client("甲"), "2026-11-02", 1000, {"张三": "60", "李四": "40"})
    october = ledger.order(desk.client("乙"), "2026-10-02", 1000, {"张三": "60", "李四": "40"})
    command(desk.session, "2026-12-03T10:00", "order edit")
    for share in desk.session.exec(select(OrderShare)):
        share.percent = {"60": "50", "40": "50"}[share.percent]
    found = explain(desk.session, Measure.AMOUNT)
    assert {later.record for later in found.changed_later} == {order.code} != {october.code}
    assert (found.figure.value, found.value_then) == (500, 600)


def shares_told(found: Why) -> list[tuple[Any, ...]]:
    return [
        (later.command, later.record, later.what, [(one.of, one.before, one.after) for one in later.altered])
        for later in found.changed_later
    ]


def test_shares_given_away_later_are_one_line_an_order(desk: Desk, ledger: Ledger) -> None:
    own, shared, october = (
        ledger.order(desk.client(day), day, 1000) for day in ("2026-11-02", "2026-11-03", "2026-10-02")
    )
    orders.set_shares(desk.session, shared, [("张三", "60"), ("李四", "40")])
    ledger.back(october, "2026-11-20", 100)
    command(desk.session, "2026-12-03T10:00", "order edit")
    for order, parts in (
        (own, [("张三", "50"), ("李四", "50")]),
        (shared, [("张三", "60"), ("王五", "40")]),
        (october, [("李四", "100")]),
    ):
        orders.set_shares(desk.session, order, parts)
    command(desk.session, "2026-12-04T10:00", "order edit")
    orders.set_shares(desk.session, own, [("李四", "50"), ("张三", "50")])  # as it was
    orders.set_shares(desk.session, shared, [])
    found = explain(desk.session, Measure.AMOUNT)
    assert shares_told(found) == [
        ("order edit", own.code, "altered", [("张三", "100", "50"), ("李四", None, "50")]),
        ("order edit", shared.code, "altered", [("李四", "40", None), ("王五", None, "40")]),
        ("order edit", october.code, "altered", [("张三", "100", None), ("李四", None, "100")]),
        ("order edit", shared.code, "altered", [("张三", "60", "100"), ("王五", "40", None)]),
    ]
    assert (found.figure.value, found.value_then) == (1500, 1500)


def test_the_shares_of_an_order_that_was_added_later_are_not_told_beside_it(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    command(desk.session, "2026-12-03T10:00", "order add")
    ledger.order(client, "2026-11-02", 1000, {"张三": "60", "李四": "40"})
    assert told(explain(desk.session, Measure.AMOUNT)) == [("order add", "O0001", "added")]


def test_what_is_paid_and_due_is_told_order_by_order(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    order = ledger.order(client, "2026-09-02", 1000)
    first, second = ledger.owed(order, "2026-10-15", 600), ledger.owed(order, "2026-11-15", 400, 2)
    receipt = ledger.receipt(client, "2026-11-20", 900)
    ledger.pays(receipt, first, 100)
    command(desk.session, "2026-12-01T10:00", "receipt edit")
    ledger.pays(receipt, first, 500)
    ledger.pays(receipt, second, 200)
    command(desk.session, "2026-12-02T10:00", "receipt plan")
    second.deleted_at = desk.session.info["now"]
    ledger.owed(order, "2027-01-31", 400, 2)
    found = explain(desk.session, Ratio.OVERDUE_RATE)
    assert told(found) == [
        ("receipt edit", order.code, "altered", ("paid", 100, 800)),
        ("receipt plan", order.code, "altered", ("parts", "2026-11-15 4.00", "2027-01-31 4.00")),
    ]


def test_while_the_period_runs_nothing_is_later(desk: Desk, ledger: Ledger) -> None:
    order = ledger.order(desk.client("甲"), "2026-12-02", 1000)
    command(desk.session, "2026-12-03T10:00")
    order.value = 1
    assert explain(desk.session, Measure.AMOUNT, "2026-12").changed_later == ()


def test_what_one_command_adds_in_bulk_is_one_change(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    command(desk.session, "2026-12-03T10:00", "order import")
    for _number in range(30):
        ledger.order(client, "2026-11-02", 10)
    found = explain(desk.session, Measure.AMOUNT)
    assert [(later.what, later.record, later.records) for later in found.changed_later] == [("added", "O0001", 30)]
    assert (found.figure.value, found.value_then) == (300, 0)


def test_a_ratio_is_worked_out_as_it_stood(desk: Desk, ledger: Ledger) -> None:
    first, second = desk.client("甲"), desk.client("乙")
    for client in (first, second):
        ledger.order(client, "2026-10-02", 100)
    again = ledger.order(first, "2026-11-02", 100)
    command(desk.session, "2026-12-03T10:00", "order cancel")
    again.state = "cancelled"
    found = explain(desk.session, Ratio.RETENTION)
    assert (found.figure.value, found.value_then) == (0.0, 0.5)
    assert told(found) == [("order cancel", "O0003", "altered", ("state", "confirmed", "cancelled"))]


def test_a_visit_entered_late_changes_the_visits_and_their_rate(desk: Desk) -> None:
    client = desk.client("甲")
    desk.plan(client, date(2026, 11, 24))
    command(desk.session, "2026-12-01T10:00", "visit log")
    desk.today = date(2026, 12, 1)
    visit = desk.log(client, date(2026, 11, 24))
    for kpi, value, value_then in ((Measure.VISITS, 1, 0), (Ratio.VISIT_RATE, 1.0, 0.0)):
        found = explain(desk.session, kpi)
        assert (found.figure.value, found.value_then) == (value, value_then)
        assert {later.record for later in found.changed_later} == {visit.code}


def test_a_receipt_entered_late_changes_what_was_overdue(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    part = ledger.owed(ledger.order(client, "2026-09-02", 1000), "2026-10-15", 1000)
    not_due = ledger.owed(ledger.order(client, "2026-09-02", 1000), None, 1000)
    command(desk.session, "2026-12-01T10:00", "order deliver")
    not_due.due_on = date(2026, 12, 31)
    command(desk.session, "2026-12-03T10:00", "receipt add")
    ledger.pays(ledger.receipt(client, "2026-11-20", 1000), part, 1000)
    found = explain(desk.session, Ratio.OVERDUE_RATE)
    assert (found.figure.value, found.value_then) == (0.0, 0.5)
    assert {(later.command, later.record) for later in found.changed_later} == {("receipt add", "R0001")}


_STEPS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["value", "signed_on", "state", "deleted_at", "note"]),
        st.integers(0, 9),
    ),
    max_size=6,
)


@settings(max_examples=15, phases=[Phase.explicit, Phase.generate])
@given(before=_STEPS, after=_STEPS)
def test_what_stood_at_the_end_is_found_again(
    template: Path, tmp_path: Path, defaults: Settings, before: Any, after: Any
) -> None:
    """However orders were altered before and after, the figures and rows of then are those that were read then."""
    copy = Path(shutil.copy(template, tmp_path / "copy.db"))
    november, kinds = parse_period("2026-11", DECEMBER), (Measure.AMOUNT, Measure.ORDERS, Ratio.RETENTION)
    with db.writing(copy) as session:
        changes.watch(session, "test", datetime.fromisoformat("2026-11-02T09:00").astimezone())
        ledger, client = Ledger(session), Desk(session, defaults).client("甲")
        orders = [ledger.order(client, f"2026-1{day % 2}-0{day}", 10**day) for day in range(1, 5)]
        _alter(session, orders, before)
        session.commit()
        figures = {kpi: kpis.work_out(session, kpi, november, DECEMBER).value for kpi in kinds}
        rows = kpis.rows_behind(session, Measure.AMOUNT, november, DECEMBER)
        command(session, "2026-12-02T09:00")
        _alter(session, orders, after)
        session.commit()
        for kpi, value in figures.items():
            assert explain(session, kpi).value_then == value
        touched = records_then.touched_since(session, session.info["now"], ["order"])
        with records_then.in_force(session, touched):
            assert kpis.rows_behind(session, Measure.AMOUNT, november, DECEMBER) == rows


def _alter(session: Session, orders: list[Order], steps: Any) -> None:
    for place, name, number in steps:
        value: Any = {
            "value": number, "signed_on": date(2026, 11 + number % 2, 1 + number),
            "state": "cancelled" if number % 2 else "confirmed", "note": str(number),
            "deleted_at": session.info["now"] if number % 2 else None,
        }[name]  # fmt: skip
        setattr(orders[place], name, value)
        session.add(orders[place])
    session.flush()
