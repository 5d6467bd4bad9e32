"""The story of a client: everything that happened, once, in its order."""

from datetime import date, datetime

import pytest
from sqlmodel import Session, select

from salescli.dates import Period
from salescli.errors import BadValue
from salescli.models.clients import Client
from salescli.models.deals import Deal, DealMove
from salescli.models.duplicates import ClientMerge
from salescli.models.feedback import Feedback
from salescli.models.market import Insight
from salescli.models.needs import Admission, Need, NeedSample
from salescli.models.promises import Promise
from salescli.models.receipts import Invoice
from salescli.models.surveys import Survey
from salescli.models.tasks import Task
from salescli.models.tickets import Ticket, TicketStep
from salescli.services.planning import timelines
from salescli.timeline_words import EventKind
from tests.services.desk import TODAY, Desk
from tests.services.ledger import Ledger

D = date.fromisoformat
AT = datetime(2026, 11, 20, 9, 0).astimezone()


def story(desk: Desk, client: Client, *words: str, period: Period | None = None) -> list[tuple[str, str, str, str]]:
    """Day, kind, code and tokens of every event."""
    desk.session.flush()
    events = timelines.of(desk.session, client, desk.settings, period, timelines.parse_kinds(words))
    return [
        (f"{event.on:%m-%d}", event.kind.value, event.code or "", " ".join(mark.token for mark in event.marks))
        for event in events
    ]


def everything(desk: Desk, client: Client) -> None:
    """Something of every kind."""
    session, ledger, key = desk.session, Ledger(desk.session), client.id or 0
    gone = desk.client("蓝海机电")
    desk.log(client, D("2026-11-02"), outcome="interested")
    quotation = ledger.quotation(client, "2026-11-03", state="rejected")
    quotation.sent_on, quotation.settled_on = D("2026-11-04"), D("2026-11-05")
    order = ledger.order(client, "2026-11-06", 100)
    order.delivered_on, order.accepted_on = D("2026-11-07"), D("2026-11-08")
    ledger.back(order, "2026-11-09", 10)
    ledger.refund(client, "2026-11-12", 5)
    ledger.receipt(client, "2026-11-10", 90)
    rows = [
        Invoice(number="88", client_id=key, order_id=order.id, issued_on=D("2026-11-11"), amount=100),
        Promise(code="P1", client_id=key, direction="ours", text="样品", due_on=D("2026-11-13"), state="late",
                kept_on=D("2026-11-14")),
        Ticket(code="T1", client_id=key, kind="quality", severity="key", status="closed", text="异响", received_at=AT,
               confirmed_at=AT, closed_at=AT),
        Deal(code="D1", client_id=key, name="二期", stage="needs", opened_on=TODAY, moved_on=TODAY, state="won"),
        Need(code="N1", client_id=key, product="X400", raised_on=D("2026-11-15")),
        Insight(code="I1", client_id=key, kind="price", text="降价", seen_on=D("2026-11-16")),
        Survey(code="S1", client_id=key, year=2026, quarter=4, state="answered", score=80,
               answered_on=D("2026-11-17")),
        Feedback(code="F1", client_id=key, to_whom="采购部", kind="problem", text="慢", raised_on=D("2026-11-18"),
                 answered_on=D("2026-11-19"), answer="加急"),
        Task(code="K1", client_id=key, title="寄样", done_on=D("2026-11-26")),
        Admission(client_id=key, state="approved", submitted_on=D("2026-11-21"), decided_on=D("2026-11-22"),
                  told_on=D("2026-11-23")),
        ClientMerge(kept_id=key, gone_id=gone.id or 0, merged_on=D("2026-11-24")),
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    ticket, deal, need = rows[2].id or 0, rows[3].id or 0, rows[4].id or 0
    session.add_all([
        TicketStep(ticket_id=ticket, step="listen", at=AT, note="听"),
        TicketStep(ticket_id=ticket, step="reopened", at=AT, note="又响"),
        DealMove(deal_id=deal, moved_on=D("2026-11-01"), to_stage="needs", to_state="open"),
        DealMove(deal_id=deal, moved_on=D("2026-11-27"), from_stage="needs", to_stage="needs", from_state="open",
                 to_state="won"),
        NeedSample(need_id=need, item="圈", given_on=D("2026-11-15"), tested_on=D("2026-11-28"), result="failed"),
    ])  # fmt: skip


WHOLE = [
    ("11-01", "deal", "D1", "needs"),
    ("11-02", "visit", "V0001", "visit interested"),
    ("11-03", "quote", "Q0001", "made"),
    ("11-04", "quote", "Q0001", "sent"),
    ("11-05", "quote", "Q0001", "rejected"),
    ("11-06", "order", "O0001", ""),
    ("11-07", "delivery", "O0001", "delivered"),
    ("11-08", "delivery", "O0001", "accepted"),
    ("11-09", "return", "O0001", ""),
    ("11-10", "receipt", "R0001", ""),
    ("11-11", "invoice", "O0001", ""),
    ("11-12", "refund", "", ""),
    ("11-14", "promise", "P1", "ours late"),
    ("11-15", "need", "N1", ""),
    ("11-15", "sample", "N1", "given"),
    ("11-16", "insight", "I1", "price"),
    ("11-17", "survey", "S1", "answered"),
    ("11-18", "feedback", "F1", "采购部 problem"),
    ("11-19", "feedback", "F1", "answered"),
    ("11-20", "ticket", "T1", "quality key"),
    ("11-20", "ticket", "T1", "confirmed"),
    ("11-20", "ticket", "T1", "closed"),
    ("11-20", "ticket", "T1", "listen"),
    ("11-20", "ticket", "T1", "reopened"),
    ("11-21", "admission", "", "submitted"),
    ("11-22", "admission", "", "approved"),
    ("11-23", "admission", "", "told"),
    ("11-24", "merge", "C0002", ""),
    ("11-25", "promise", "P1", "ours made"),
    ("11-25", "task", "K1", "made"),
    ("11-26", "task", "K1", "done"),
    ("11-27", "deal", "D1", "won"),
    ("11-28", "sample", "N1", "failed"),
]


def test_the_story_of_a_client_is_told_event_by_event(desk: Desk) -> None:
    client = desk.client("杭州蓝海机电有限公司")
    everything(desk, client)
    assert story(desk, client) == WHOLE
    assert {kind for _on, kind, _code, _marks in WHOLE} == {*EventKind} - {"client", "grade"}


def test_a_story_is_narrowed_to_a_period_and_to_kinds(desk: Desk) -> None:
    client = desk.client("杭州蓝海机电有限公司")
    everything(desk, client)
    days = Period.between(D("2026-11-06"), D("2026-11-09"))
    assert story(desk, client, period=days) == [event for event in WHOLE if event[0] in ("11-06", "11-07", "11-08")]
    assert story(desk, client, "订单", "receipt") == [event for event in WHOLE if event[1] in ("order", "receipt")]
    with pytest.raises(BadValue):
        timelines.parse_kinds(["天气"])


def test_what_belongs_to_another_client_or_was_removed_is_no_part_of_it(desk: Desk) -> None:
    client, other = desk.client("蓝海"), desk.client("红山")
    everything(desk, other)
    assert story(desk, client) == []
    for order in desk.session.exec(select(Promise)):
        order.deleted_at = AT
    assert story(desk, other, "promise") == []


def test_changes_of_class_and_lifecycle_are_told_from_the_log(session: Session, desk: Desk) -> None:
    client = desk.client("蓝海", grade="B", lifecycle="prospect")
    session.commit()
    desk.edit(client, grade="A", lifecycle="customer", grade_reason="年采购50万")
    session.commit()
    assert story(desk, client) == [
        ("11-25", "client", "C0001", "made prospect"),
        ("11-25", "client", "C0001", "customer"),
        ("11-25", "grade", "C0001", "B"),
        ("11-25", "grade", "C0001", "A"),
    ]
