"""Reports: KPIs against targets, the funnel, coverage by class, rankings that come to the whole."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from salescli.dates import Period
from salescli.services.figures import kpis
from salescli.services.goals import actuals, targets
from salescli.services.reporting import reports
from salescli.services.reporting.reports import CoverageRow, RankingRow
from salescli.services.selling import deals
from salescli.vocabulary import Grade, Measure, Ratio, Tier
from tests.services.desk import MON, TODAY, WED, Desk
from tests.services.ledger import Ledger

NOVEMBER, OCTOBER = Period.month_of(TODAY), Period.month_of(date(2026, 10, 1))


@pytest.fixture
def ledger(session: Session) -> Ledger:
    return Ledger(session)


def test_every_kpi_stands_with_its_target_where_there_is_one(desk: Desk, ledger: Ledger) -> None:
    targets.set_target(desk.session, NOVEMBER, 2000, Measure.AMOUNT, Tier.TARGET)
    targets.set_target(desk.session, NOVEMBER, 0, Measure.VISITS, Tier.TARGET)
    ledger.order(desk.client("甲"), "2026-11-02", 500)
    rows = {row.figure.kpi: row for row in reports.kpi_report(desk.session, NOVEMBER, TODAY, desk.calendar)}
    assert list(rows) == list(kpis.KPIS)
    assert (rows[Measure.AMOUNT].figure.value, rows[Measure.AMOUNT].target, rows[Measure.AMOUNT].rate) == (
        500,
        2000,
        0.25,
    )
    assert (rows[Measure.VISITS].target, rows[Measure.VISITS].rate) == (0, None)
    assert (rows[Measure.ORDERS].target, rows[Ratio.RETENTION].target) == (None, None)


# --- funnel ---


def test_the_funnel_counts_visits_quotations_and_orders_of_the_period(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    for day in (MON, WED, WED, date(2026, 11, 3)):
        desk.log(client, day)
    ledger.quotation(client, "2026-11-03", 100, current=False, code="Q0001")
    ledger.quotation(client, "2026-12-09", 70, version=2, code="Q0001")
    ledger.quotation(client, "2026-11-05", 30, rate="7", currency="USD", code="Q0002")
    ledger.quotation(client, "2026-10-05", 1000, code="Q0003")
    ledger.order(client, "2026-11-20", 200)
    found = reports.funnel(desk.session, NOVEMBER, TODAY, desk.settings)
    assert [(row.step, row.count, row.amount, row.rate) for row in found] == [
        ("visits", 4, None, None), ("quotes", 2, 280, 0.5), ("orders", 1, 200, 0.5),
    ]  # fmt: skip
    empty = reports.funnel(desk.session, OCTOBER, TODAY, desk.settings)
    assert [(row.count, row.rate) for row in empty] == [(0, None), (1, None), (0, 0.0)]


def test_the_funnel_shows_open_deals_by_stage_and_those_won_and_lost(desk: Desk) -> None:
    client = desk.client("甲")
    rules = desk.session, client
    deals.add(*rules, "一期", TODAY, desk.settings, amount=1000)
    deals.add(*rules, "二期", TODAY, desk.settings, amount=300, probability=50)
    deals.win(desk.session, deals.add(*rules, "赢", TODAY, desk.settings, amount=7), TODAY)
    deals.lose(desk.session, deals.add(*rules, "输", TODAY, desk.settings, amount=9), TODAY, "价格")
    found = reports.funnel(desk.session, NOVEMBER, TODAY, desk.settings)[3:]
    assert [(row.step, row.count, row.amount, row.weighted) for row in found if row.count] == [
        ("deals", 2, 1300, 250), ("won", 1, 7, None), ("lost", 1, 9, None),
    ]  # fmt: skip
    assert [row.rate for row in found[-2:]] == [0.5, 0.5]
    before = reports.funnel(desk.session, OCTOBER, TODAY, desk.settings)
    assert [(row.count, row.rate) for row in before[-2:]] == [(0, None), (0, None)]


# --- coverage ---


def of_class(rows: list[CoverageRow], grade: str | None) -> tuple[int, int, int, int]:
    row = next(row for row in rows if row.grade == grade)
    return row.clients, row.contacted, row.on_time, row.overdue


def test_coverage_counts_each_class_contacted_on_time_and_overdue(desk: Desk) -> None:
    """A's cadence is 14 days, C's, which those without a class have, 90."""
    desk.contacted("近", date(2026, 11, 20), grade="A")
    desk.contacted("远", date(2026, 11, 10), grade="A")
    desk.contacted("今天到期", date(2026, 11, 11), grade="A")
    absent = desk.contacted("不在", date(2026, 11, 10), grade="A")
    desk.log(absent, MON, outcome="absent")
    seen = desk.client("见", grade="A")
    desk.log(seen, MON, by="phone")
    desk.contacted("无级", date(2026, 9, 1))
    desk.client("流失", grade="A", lifecycle="lost")
    rows = reports.coverage(desk.session, NOVEMBER, TODAY, desk.settings)
    assert [row.grade for row in rows] == [*Grade, None]
    assert of_class(rows, "A") == (5, 1, 3, 2)
    assert of_class(rows, None) == (1, 0, 1, 0)
    assert of_class(rows, "B") == (0, 0, 0, 0)
    assert (rows[0].contacted_rate, rows[0].on_time_rate) == (0.2, 0.6)
    assert rows[1].contacted_rate is None


def test_coverage_of_a_month_gone_is_as_of_its_last_day(desk: Desk) -> None:
    client = desk.client("甲", grade="A", known_contact_on=date(2026, 10, 1))
    assert of_class(reports.coverage(desk.session, OCTOBER, TODAY, desk.settings), "A") == (1, 0, 0, 1)
    desk.log(client, MON)
    assert of_class(reports.coverage(desk.session, OCTOBER, TODAY, desk.settings), "A") == (1, 0, 0, 1)
    assert of_class(reports.coverage(desk.session, NOVEMBER, TODAY, desk.settings), "A") == (1, 1, 1, 0)
    desk.log(client, date(2026, 10, 25))
    assert of_class(reports.coverage(desk.session, OCTOBER, TODAY, desk.settings), "A") == (1, 1, 1, 0)


# --- ranking ---


def ranked(session: Session, by: Any, limit: int | None = None) -> list[tuple[Any, ...]]:
    rows: list[RankingRow] = reports.ranking(session, NOVEMBER, TODAY, by, limit)
    return [(row.name, row.amount, row.orders, row.receipts) for row in rows]


def test_a_ranking_takes_returns_off_and_adds_up(desk: Desk, ledger: Ledger) -> None:
    first, second = desk.client("甲", territory="滨江"), desk.client("乙", territory="滨江")
    third = desk.client("丙")
    ledger.order(first, "2026-11-02", 700, product="X200")
    lined = ledger.order(second, "2026-11-03", 1000)
    ledger.line(lined, "X200", 300)
    ledger.line(lined, "Y10", 700, 2)
    ledger.back(lined, "2026-11-09", 100)
    ledger.order(third, "2026-11-03", 400)
    ledger.receipt(first, "2026-11-20", 50)
    ledger.refund(first, "2026-11-21", 20)
    session = desk.session
    assert ranked(session, "client") == [("乙", 900, 1, 0), ("甲", 700, 1, 30), ("丙", 400, 1, 0)]
    assert ranked(session, "territory") == [("滨江", 1600, 2, 30), (None, 400, 1, 0)]
    assert ranked(session, "product") == [("X200", 970, 2, None), ("Y10", 630, 1, None), (None, 400, 1, None)]
    assert ranked(session, "client", 1) == [("乙", 900, 1, 0)]
    rows = reports.ranking(session, NOVEMBER, TODAY, "client")
    assert [(row.rank, row.code, row.share, row.cumulative) for row in rows] == [
        (1, second.code, 0.45, 0.45), (2, first.code, 0.35, 0.8), (3, third.code, 0.2, 1.0),
    ]  # fmt: skip


def test_where_all_comes_to_nothing_there_are_no_shares(desk: Desk, ledger: Ledger) -> None:
    order = ledger.order(desk.client("甲"), "2026-10-02", 700)
    ledger.back(order, "2026-11-02", 700)
    assert [(row.amount, row.share) for row in reports.ranking(desk.session, NOVEMBER, TODAY, "client")] == [
        (-700, None)
    ]


_LINES = st.lists(st.tuples(st.sampled_from("XYZ"), st.integers(0, 10**6)), max_size=3)
_SHARES = st.sampled_from([None, {"张三": "33.3", "李四": "66.7"}])
_ORDER = st.tuples(st.integers(0, 2), st.integers(0, 10**12), _LINES, _SHARES, st.integers(0, 10**6))


@given(orders=st.lists(_ORDER, max_size=5))
def test_every_ranking_comes_to_the_amount_of_the_period(session: Session, desk: Desk, orders: Any) -> None:
    with session.begin_nested() as undone:
        ledger = Ledger(session)
        people = [desk.client("甲", territory="东"), desk.client("乙", territory="西"), desk.client("丙")]
        for whose, value, lines, shares, back in orders:
            order = ledger.order(people[whose], "2026-11-02", value, shares)
            for position, (product, amount) in enumerate(lines, start=1):
                ledger.line(order, product, amount, position)
            if back:
                ledger.back(order, "2026-11-20", back)
        total = actuals.total(session, Measure.AMOUNT, NOVEMBER.begin, NOVEMBER.end)
        for by in ("client", "product", "territory"):
            rows = reports.ranking(session, NOVEMBER, TODAY, by)
            assert sum(row.amount for row in rows) == (total or 0)
            if rows and (total or 0) > 0:
                assert rows[-1].cumulative == 1.0
        undone.rollback()
