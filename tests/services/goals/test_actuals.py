"""What counts as reached: face to face visits, effective visits."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session, select

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.models.clients import Client
from salescli.models.orders import Order, OrderLine, OrderReturn, OrderShare
from salescli.models.quotations import Quotation
from salescli.models.receipts import Receipt, Refund
from salescli.services.accounts import clients
from salescli.services.goals import actuals
from salescli.services.office import profile
from salescli.services.visiting import visits
from salescli.vocabulary import Measure

TODAY = date(2026, 11, 25)
BEGIN, END = date(2026, 11, 1), date(2026, 12, 1)
CALENDAR = Calendar()
NEXT = visits.NextStep("报价", date(2026, 12, 2))
NONE = visits.NextStep(none_because="等消息")


@pytest.mark.parametrize(
    ("by", "outcome", "step", "visit", "effective"),
    [
        ("visit", None, NEXT, 1, 1),
        ("visit", None, NONE, 1, 0),
        ("visit", "order", NONE, 1, 1),
        ("visit", "quote", NONE, 1, 1),
        ("visit", "interested", NONE, 1, 0),
        ("meeting", "interested", NEXT, 1, 1),
        ("demo", "neutral", NEXT, 1, 1),
        ("visit", "absent", NEXT, 1, 0),
        ("visit", "refused", NEXT, 1, 0),
        ("phone", "order", NEXT, 0, 0),
        ("wechat", "quote", NEXT, 0, 0),
    ],
)
def test_a_contact_counts_by_channel_outcome_and_next_step(
    session: Session, defaults: Settings, by: str, outcome: str | None, step: Any, visit: int, effective: int
) -> None:
    client = clients.add(session, {"name": "甲公司"}, None, TODAY, defaults, CALENDAR)
    visits.log(session, client, "见面", TODAY, step, TODAY, defaults, CALENDAR, by=by, outcome=outcome)
    assert actuals.total(session, Measure.VISITS, BEGIN, END) == visit
    assert actuals.total(session, Measure.EFFECTIVE_VISITS, BEGIN, END) == effective


def test_only_visits_done_from_the_first_day_up_to_the_last_count(session: Session, defaults: Settings) -> None:
    client = clients.add(session, {"name": "甲公司"}, None, TODAY, defaults, CALENDAR)
    for day in (date(2026, 10, 31), BEGIN, BEGIN, TODAY):
        visits.log(session, client, "见面", day, NEXT, TODAY, defaults, CALENDAR)
    visits.plan(session, client, date(2026, 11, 26), None)
    assert actuals.by_day(session, Measure.VISITS, BEGIN, END) == {BEGIN: 2, TODAY: 1}
    assert actuals.total(session, Measure.VISITS, BEGIN, TODAY) == 2
    assert actuals.total(session, Measure.VISITS, END, date(2027, 1, 1)) == 0


def test_removed_visits_and_those_of_removed_clients_do_not_count(session: Session, defaults: Settings) -> None:
    stays = clients.add(session, {"name": "甲公司"}, None, TODAY, defaults, CALENDAR)
    goes = clients.add(session, {"name": "乙公司"}, None, TODAY, defaults, CALENDAR)
    for client in (stays, goes):
        logged = visits.log(session, client, "见面", TODAY, NEXT, TODAY, defaults, CALENDAR)
    clients.remove(session, goes)
    assert actuals.total(session, Measure.VISITS, BEGIN, END) == 1
    logged = visits.log(session, stays, "又见", TODAY, NEXT, TODAY, defaults, CALENDAR)
    visits.remove(session, logged, TODAY, defaults, CALENDAR)
    assert actuals.total(session, Measure.VISITS, BEGIN, END) == 1


def test_what_was_not_done_is_nothing_and_only_costs_and_surveys_can_be_unknown(session: Session) -> None:
    """A file without a single order says that nothing was sold, not that nobody knows."""
    found = {measure: actuals.total(session, measure, BEGIN, END) for measure in Measure}
    unknown = {Measure.MARGIN, Measure.SATISFACTION}
    assert {measure for measure, total in found.items() if total is None} == unknown
    assert {total for measure, total in found.items() if measure not in unknown} == {0}
    assert actuals.total(session, Measure.RECEIPTS, BEGIN, END, "product:X200") is None  # nobody says what it paid


# Money


def order(session: Session, client: Client, day: str, value: int, **fields: Any) -> Order:
    number = len(session.exec(select(Order)).all()) + 1
    made = Order(
        code=f"O{number:04}",
        client_id=client.id or 0,
        signed_on=date.fromisoformat(day),
        amount=value,
        value=value,
        **fields,
    )
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def client(session: Session, defaults: Settings) -> Client:
    profile.save(session, name="张三")
    return clients.add(session, {"name": "甲公司", "territory": "滨江"}, None, TODAY, defaults, CALENDAR)


def reached(session: Session, measure: Measure, scope: str = "") -> dict[str, int] | None:
    found = actuals.by_day(session, measure, BEGIN, END, scope)
    return None if found is None else {day.isoformat(): amount for day, amount in found.items()}


def test_orders_count_on_the_day_signed_and_returns_on_theirs(session: Session, client: Client) -> None:
    first = order(session, client, "2026-11-02", 1000)
    order(session, client, "2026-11-02", 500)
    order(session, client, "2026-11-03", 7, state="cancelled")
    order(session, client, "2026-10-31", 9)
    session.add(OrderReturn(order_id=first.id or 0, returned_on=date(2026, 11, 20), amount=300, value=300))
    session.flush()
    assert reached(session, Measure.AMOUNT) == {"2026-11-02": 1500, "2026-11-20": -300}
    assert reached(session, Measure.ORDERS) == {"2026-11-02": 2}
    assert reached(session, Measure.AMOUNT, "territory:滨江") == {"2026-11-02": 1500, "2026-11-20": -300}
    assert reached(session, Measure.AMOUNT, "territory:萧山") == {}
    clients.remove(session, client)
    assert reached(session, Measure.AMOUNT) == {}


def test_of_a_shared_order_only_the_own_part_counts_and_the_parts_are_the_whole(
    session: Session, client: Client
) -> None:
    shared = order(session, client, "2026-11-02", 1000)
    order(session, client, "2026-11-02", 1)
    for person, percent in (("张三", "33.3"), ("李四", "33.3"), ("王五", "33.4")):
        session.add(OrderShare(order_id=shared.id or 0, person=person, percent=percent))
    session.flush()
    parts = [reached(session, Measure.AMOUNT, f"person:{name}") for name in ("张三", "李四", "王五", "赵六")]
    assert parts == [{"2026-11-02": 334}, {"2026-11-02": 333}, {"2026-11-02": 334}, {"2026-11-02": 0}]
    assert reached(session, Measure.AMOUNT) == {"2026-11-02": 334}


def test_a_product_counts_its_lines_of_an_order(session: Session, client: Client) -> None:
    lines = order(session, client, "2026-11-02", 1000)
    order(session, client, "2026-11-03", 50, product="X200")
    for position, (product, amount) in enumerate((("X200", 300), ("Y10", 700)), start=1):
        session.add(
            OrderLine(
                order_id=lines.id or 0, position=position, product=product, quantity="1", price=amount, amount=amount
            )
        )
    session.flush()
    assert reached(session, Measure.AMOUNT, "product:X200") == {"2026-11-02": 300, "2026-11-03": 50}
    assert reached(session, Measure.ORDERS, "product:X200") == {"2026-11-02": 1, "2026-11-03": 1}


def test_receipts_count_on_the_day_received_less_refunds(session: Session, client: Client) -> None:
    session.add(Receipt(code="R0001", client_id=client.id or 0, received_on=date(2026, 11, 5), amount=800, value=800))
    session.add(Refund(client_id=client.id or 0, refunded_on=date(2026, 11, 6), amount=100, value=100))
    session.flush()
    assert reached(session, Measure.RECEIPTS) == {"2026-11-05": 800, "2026-11-06": -100}


def test_margin_is_of_the_orders_whose_cost_is_known(session: Session, client: Client) -> None:
    order(session, client, "2026-11-02", 1000)
    assert reached(session, Measure.MARGIN) is None
    order(session, client, "2026-11-02", 1000, cost=600)
    assert reached(session, Measure.MARGIN) == {"2026-11-02": 400}


@pytest.mark.parametrize(
    ("value", "cost", "returned", "margin"),
    [
        (1000, 600, (250,), (-100,)),
        (1000, 600, (1000,), (-400,)),
        (3, 2, (1, 1, 1), (0, -1, 0)),
        (3, 4, (1, 1, 1), (0, 1, 0)),
        (1000, 1001, (500,), (0,)),
        (1000, 999, (500,), (-1,)),
        (10**14 + 1, 1, (10**14, 1), (-(10**14) + 1, -1)),
    ],
)
def test_a_return_takes_its_part_of_the_margin_on_its_day_and_all_of_them_the_whole(
    session: Session, client: Client, value: int, cost: int, returned: tuple[int, ...], margin: tuple[int, ...]
) -> None:
    sold = order(session, client, "2026-10-02", value, cost=cost)
    unknown = order(session, client, "2026-10-02", 70)
    for of, day, back in [(unknown, 1, 70), *((sold, day, back) for day, back in enumerate(returned, start=2))]:
        session.add(OrderReturn(order_id=of.id or 0, returned_on=date(2026, 11, day), amount=back, value=back))
    session.flush()
    expected = {f"2026-11-{day:02}": part for day, part in enumerate(margin, start=2)}
    assert reached(session, Measure.MARGIN) == expected
    whole = actuals.total(session, Measure.MARGIN, date(2026, 10, 1), END)
    assert whole == value - cost + sum(margin)
    assert whole == 0 or sum(returned) < value


def test_of_the_margin_of_a_return_only_the_own_part_counts(session: Session, client: Client) -> None:
    shared = order(session, client, "2026-11-02", 1000, cost=600)
    for person, percent in (("张三", "25"), ("李四", "75")):
        session.add(OrderShare(order_id=shared.id or 0, person=person, percent=percent))
    session.add(OrderReturn(order_id=shared.id or 0, returned_on=date(2026, 11, 9), amount=500, value=500))
    session.flush()
    assert reached(session, Measure.MARGIN) == {"2026-11-02": 100, "2026-11-09": -50}
    assert reached(session, Measure.MARGIN, "person:李四") == {"2026-11-02": 300, "2026-11-09": -150}


def test_a_client_is_new_on_the_day_of_its_first_order_ever(
    session: Session, client: Client, defaults: Settings
) -> None:
    order(session, client, "2026-11-09", 1000)
    visits.log(session, client, "签了", date(2026, 11, 5), NONE, TODAY, defaults, CALENDAR, outcome="order")
    assert reached(session, Measure.NEW_CLIENTS) == {"2026-11-05": 1}
    order(session, client, "2025-01-01", 1)
    assert reached(session, Measure.NEW_CLIENTS) == {}


def test_quotations_count_once_however_often_they_were_revised(session: Session, client: Client) -> None:
    for version, day in ((1, 3), (2, 9)):
        session.add(
            Quotation(code="Q0001", version=version, client_id=client.id or 0, issued_on=date(2026, 11, day), total=5)
        )
    session.flush()
    assert reached(session, Measure.QUOTES) == {"2026-11-03": 1}
