"""The page before a visit: its money is that of the books, and it knows what to ask."""

from datetime import date, datetime, timedelta
from typing import Any, NoReturn

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from salescli.models.clients import Client
from salescli.models.deals import Deal
from salescli.models.market import Insight
from salescli.models.needs import Need, NeedSample
from salescli.models.surveys import Survey
from salescli.models.tickets import Ticket
from salescli.services.care import care_tables
from salescli.services.cash import credits, receivables
from salescli.services.goals import money_tables
from salescli.services.planning import brief_rows, briefs, client_money
from salescli.services.planning.brief_page import Brief
from salescli.vocabulary import CreditState
from tests.services.desk import TODAY, Desk
from tests.services.ledger import Ledger

NOW = datetime(2026, 11, 25, 9, 0).astimezone()


def no_calendar() -> NoReturn:
    raise AssertionError("nobody needs the calendar")


def brief(desk: Desk, client: Client) -> Brief:
    desk.session.flush()
    return briefs.of(desk.session, client, NOW, desk.settings, no_calendar)


def stored(desk: Desk, record: Any) -> Any:
    desk.session.add(record)
    desk.session.flush()
    return record


def asked(desk: Desk, client: Client) -> list[str]:
    return [question.code for question in brief(desk, client).questions]


def days_ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


@pytest.mark.parametrize("tables", [care_tables, money_tables])
def test_the_plain_columns_are_columns_of_the_data_file(session: Session, tables: Any) -> None:
    inspector = sa.inspect(session.connection())
    plain = [table for table in vars(tables).values() if isinstance(table, sa.TableClause)]
    assert plain
    for table in plain:
        there = {column["name"] for column in inspector.get_columns(table.name)}
        assert set(table.c.keys()) - there == set(), table.name


parts = st.lists(
    st.tuples(st.integers(1, 900_00), st.sampled_from([None, -100, -31, -1, 0, 1, 40]), st.integers(0, 100)),
    min_size=1,
    max_size=3,
)
orders = st.lists(
    st.tuples(parts, st.integers(0, 120), st.sampled_from(["confirmed", "confirmed", "cancelled"])), max_size=4
)


@given(orders=orders)
@settings(max_examples=25)
def test_what_is_owed_is_what_the_aging_says(desk: Desk, orders: Any) -> None:
    ledger, client = Ledger(desk.session), desk.client(f"客户{len(desk.everyone())}")
    other = desk.client(f"别家{len(desk.everyone())}")
    ledger.owed(ledger.order(other, days_ago(90), 777), days_ago(60), 777)
    for order_parts, back_percent, state in orders:
        total = sum(amount for amount, _due, _paid in order_parts)
        order = ledger.order(client, days_ago(90), total, state=state)
        for position, (amount, due, percent) in enumerate(order_parts, start=1):
            due_on = None if due is None else (TODAY + timedelta(days=due)).isoformat()
            receivable = ledger.owed(order, due_on, amount, position)
            if paid := amount * percent // 100:
                ledger.pays(ledger.receipt(client, days_ago(10), paid), receivable, paid)
        if returned := total * min(back_percent, 100) // 100:
            ledger.back(order, days_ago(5), returned)

    found = client_money.of_client(desk.session, client, TODAY)
    aging = receivables.aging(desk.session, TODAY, client)
    late = [row for row in aging.rows if row.days_overdue]
    coming = [row for row in aging.rows if row.due_on is not None and row.due_on >= TODAY]
    assert found.owed == aging.total
    assert found.overdue == sum(row.value for row in late)
    assert found.days_overdue == max((row.days_overdue or 0 for row in late), default=0)
    assert found.next_due_on == (coming[0].due_on if coming else None)
    assert found.next_due == sum(row.value for row in coming if row.due_on == coming[0].due_on)
    assert credits.view(desk.session, client, TODAY).overdue == found.overdue


def test_the_headroom_is_that_of_the_client_s_credit(desk: Desk) -> None:
    ledger, client = Ledger(desk.session), desk.client("蓝海")
    ledger.owed(ledger.order(client, days_ago(40), 30_000), days_ago(10), 30_000)
    credits.change(desk.session, client, credit_limit=100_000, state=CreditState.WATCH.value)
    found = brief(desk, client)
    assert found.credit == credits.view(desk.session, client, TODAY)
    assert (found.credit.headroom, found.credit.state, found.money.overdue) == (70_000, "watch", 30_000)


def test_a_client_about_whom_nothing_is_known_is_asked_who_and_what(desk: Desk) -> None:
    client = desk.client("蓝海")
    found = brief(desk, client)
    assert [found.promises, found.tickets, found.deals, found.needs, found.insights, found.surveys] == [[]] * 6
    assert asked(desk, client) == ["contact", "need", "development", "development"]


def test_what_is_known_of_a_need_is_not_asked_again(desk: Desk) -> None:
    client = desk.client("蓝海", contact={"name": "张工"})
    need = Need(code="N0001", client_id=client.id or 0, product="X400", raised_on=TODAY)
    stored(desk, need)
    gaps = ["quantity", "budget", "decider", "timing"]
    assert asked(desk, client)[:4] == gaps
    for code, change in (
        ("quantity", {"quantity": "20台", "spec": "380V"}), ("budget", {"budget": 1}), ("decider", {"decider": "李总"}),
        ("timing", {"wanted_on": TODAY}),
    ):  # fmt: skip
        for name, value in change.items():
            setattr(need, name, value)
        stored(desk, need)
        gaps.remove(code)
        assert [question for question in asked(desk, client) if question != "development"] == gaps


def test_a_person_who_decides_answers_who_decides(desk: Desk) -> None:
    client = desk.client("蓝海", contact={"name": "张工"})
    stored(desk, Need(code="N0001", client_id=client.id or 0, raised_on=TODAY))
    assert "decider" in asked(desk, client)
    desk.person(client, "李总", role="decision")
    assert "decider" not in asked(desk, client)


@pytest.mark.parametrize(
    ("stage", "asked_as"),
    [("development", "development"), ("needs", "needs"), ("solution", "solution"), ("negotiation", "negotiation"),
     ("quotation", "solution"), ("approval", "negotiation"), ("lead", "development")],
)  # fmt: skip
def test_the_questions_belong_to_the_stage_of_the_deal(desk: Desk, stage: str, asked_as: str) -> None:
    client = desk.client("蓝海", contact={"name": "张工"})
    deal = Deal(code="D0001", client_id=client.id or 0, name="二期", stage=stage, opened_on=TODAY, moved_on=TODAY)
    stored(desk, deal)
    assert asked(desk, client)[-2:] == [asked_as, asked_as]
    deal.state = "lost"
    stored(desk, deal)
    assert asked(desk, client)[-1] == "development"


@pytest.mark.parametrize(("last", "late"), [(44, False), (46, True)])
def test_a_buyer_later_than_its_rhythm_is_asked_what_changed(desk: Desk, last: int, late: bool) -> None:
    ledger, client = Ledger(desk.session), desk.client("蓝海")
    for days in (last + 60, last + 30, last):
        ledger.order(client, days_ago(days), 100, product="X200")
    ledger.order(client, days_ago(1), 100, state="cancelled")
    found = brief(desk, client).bought
    assert (found.usual_days, found.days_since, found.late) == (30, last, late)
    assert ("rhythm" in asked(desk, client)) is late
    assert asked(desk, client)[-1] == "service"
    assert [(product.product, product.orders) for product in found.products] == [("X200", 3)]


def test_the_last_orders_name_their_lines(desk: Desk) -> None:
    ledger, client = Ledger(desk.session), desk.client("蓝海")
    for number in range(5):
        ledger.order(client, days_ago(10 + number), 100, product=f"P{number}")
    order = ledger.order(client, days_ago(3), 100)
    ledger.line(order, "X200", 60, 1)
    ledger.line(order, "X300", 40, 2)
    found = brief(desk, client).bought
    assert [made.products for made in found.orders] == [("X200", "X300"), ("P0",), ("P1",)]
    assert found.products[0].last_on == order.signed_on


def test_a_quotation_lately_expired_is_shown_as_that(desk: Desk) -> None:
    ledger, client = Ledger(desk.session), desk.client("蓝海")
    for until, state in ((5, "sent"), (-5, "sent"), (-31, "sent"), (5, "accepted"), (5, "rejected")):
        ledger.quotation(client, days_ago(40), state=state, valid_until=TODAY + timedelta(days=until))
    found = brief(desk, client).quotations
    assert [(quotation.code, quotation.state) for quotation in found] == [("Q0001", "sent"), ("Q0002", "expired")]


def test_what_rivals_do_is_told_where_it_was_seen(desk: Desk) -> None:
    client, other = desk.client("杭州蓝海机电有限公司", short_name="蓝海"), desk.client("红山")
    where: tuple[dict[str, Any], ...] = (
        {"client_id": client.id},
        {"seen_at": "蓝海"},
        {"client_id": other.id},
        {"seen_at": "广交会"},
        {},
    )
    for number, told in enumerate(where, start=1):
        stored(desk, Insight(code=f"I000{number}", kind="price", text="甲厂降价", seen_on=TODAY, **told))
    assert [seen.code for seen in brief(desk, client).insights] == ["I0002", "I0001"]


def test_a_low_score_and_an_untested_sample_are_asked_about(desk: Desk) -> None:
    client = desk.client("蓝海", contact={"name": "张工"})
    need = stored(desk, Need(code="N0001", client_id=client.id or 0, state="won", raised_on=TODAY))
    sample = stored(desk, NeedSample(need_id=need.id, item="密封圈", given_on=TODAY - timedelta(days=9)))
    for quarter, score in ((2, 40), (3, 60)):
        stored(
            desk,
            Survey(
                code=f"S000{quarter}",
                year=2026,
                quarter=quarter,
                client_id=client.id or 0,
                state="answered",
                score=score,
            ),
        )
    found = brief(desk, client)
    assert [score.score for score in found.surveys] == [60, 40]
    assert [(one.item, one.days) for one in found.samples] == [("密封圈", 9)]
    assert [question.code for question in found.questions[:2]] == ["low_score", "sample"]
    assert "60" in found.questions[0].text
    sample.result = "passed"
    assert "sample" not in asked(desk, client)


def test_an_open_ticket_comes_with_its_countdown_and_first(desk: Desk) -> None:
    client = desk.client("蓝海")
    for code, status in (("T0001", "closed"), ("T0002", "open")):
        stored(
            desk,
            Ticket(
                code=code, client_id=client.id or 0, kind="quality", severity="key", status=status, text="异响",
                received_at=NOW - timedelta(hours=1),
            ),
        )  # fmt: skip
    found = briefs.of(desk.session, client, NOW, desk.settings, lambda: desk.calendar)
    assert [ticket.code for ticket in found.tickets] == ["T0002"]
    assert found.tickets[0].minutes_left is not None
    assert found.questions[0].code == "ticket"


@pytest.mark.parametrize(
    ("born", "on"),
    [("1980-11-25", "2026-11-25"), ("1980-12-20", "2026-12-20"), ("1980-11-24", "2027-11-24"),
     ("1980-02-29", "2027-02-28"), ("1980-01-03", "2027-01-03")],
)  # fmt: skip
def test_a_birthday_comes_every_year(born: str, on: str) -> None:
    assert brief_rows.next_birthday(date.fromisoformat(born), TODAY) == date.fromisoformat(on)


def test_birthdays_of_the_next_thirty_days_and_tastes_are_told(desk: Desk) -> None:
    client = desk.client("蓝海")
    for name, born in (("张工", "1980-12-25"), ("李总", "1975-12-26"), ("王工", "1990-11-25")):
        person = desk.person(client, name)
        person.birthday, person.preferences = date.fromisoformat(born), "绿茶" if name == "李总" else None
        stored(desk, person)
    found = brief(desk, client)
    assert [(one.contact, one.days) for one in found.birthdays] == [("王工", 0), ("张工", 30)]
    assert [(one.contact, one.text) for one in found.preferences] == [("李总", "绿茶")]
