"""KPIs by their definitions, and the records behind them, which come to them again."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from salescli import formulas
from salescli.dates import Period, parse_period
from salescli.errors import BadValue
from salescli.i18n import activate
from salescli.models.clients import Client
from salescli.services.cash import receivables, refunds
from salescli.services.figures import kpis
from salescli.services.figures.kpis import Figure
from salescli.services.goals import actuals
from salescli.services.selling import order_returns
from salescli.services.visiting.visits import NextStep
from salescli.vocabulary import MONEY_MEASURES, Measure, Ratio
from tests.services.desk import LATER, MON, TODAY, TUE, WED, Desk
from tests.services.ledger import Ledger

NOVEMBER = Period.month_of(TODAY)


@pytest.fixture
def ledger(session: Session) -> Ledger:
    return Ledger(session)


def work_out(session: Session, kpi: Any, period: str, today: date = TODAY) -> Figure:
    return kpis.work_out(session, kpi, parse_period(period, today), today)


def parts(figure: Figure) -> tuple[Any, ...]:
    return figure.numerator, figure.denominator, figure.value


# --- definitions ---


def test_every_kpi_has_a_kind_a_formula_and_a_title_in_both_languages() -> None:
    for kpi in kpis.KPIS:
        assert kpis.kind_of(kpi) in ("money", "count", "ratio", "level")
        assert formulas.formula(kpi).endswith(".")
        assert kpis.named(kpi.value) is kpi
    assert formulas.title(Ratio.RETENTION) == "Client retention"
    activate("zh")
    assert formulas.title(Ratio.RETENTION) == "客户留存率"
    activate("en")


@pytest.mark.parametrize(
    ("text", "kpi"),
    [
        ("销售额", Measure.AMOUNT),
        ("成交额", Measure.AMOUNT),
        ("new-clients", Measure.NEW_CLIENTS),
        ("客户留存率", Ratio.RETENTION),
        ("Growth", Ratio.GROWTH),
        ("逾期率", Ratio.OVERDUE_RATE),
        ("响应及时率", Ratio.RESPONSE_RATE),
        ("visit-rate", Ratio.VISIT_RATE),
    ],
)
def test_a_kpi_is_named_in_either_language(text: str, kpi: Any) -> None:
    assert kpis.named(text) is kpi


def test_what_names_no_kpi_is_answered_with_all_of_them() -> None:
    with pytest.raises(BadValue, match="no measure") as refused:
        kpis.named("利润")
    assert "overdue_rate 逾期率" in refused.value.hint
    assert "amount 销售额" in refused.value.hint


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2026-11", "2026-10"),
        ("2026-01", "2025-12"),
        ("2026-Q4", "2026-Q3"),
        ("2026", "2025"),
        ("2026-01-01..2026-02-28", "2025-11-01..2025-12-31"),
        ("2026-11-11..2026-11-20", "2026-11-01..2026-11-10"),
        ("2026-03-01", "2026-02-28"),
    ],
)
def test_the_period_before_is_as_long(period: str, before: str) -> None:
    assert kpis.period_before(parse_period(period, TODAY)) == parse_period(before, TODAY)


# --- ratios ---


def test_retention_is_of_the_clients_who_ordered_in_the_period_before(desk: Desk, ledger: Ledger) -> None:
    stays, goes, new, cancels = (desk.client(name) for name in ("留", "走", "新", "退"))
    for client, days in (
        (stays, ["2026-10-05", "2026-10-31", "2026-11-01"]), (goes, ["2026-10-01", "2026-09-01"]),
        (new, ["2026-11-02"]),
    ):  # fmt: skip
        for day in days:
            ledger.order(client, day, 100)
    ledger.order(cancels, "2026-10-09", 100, state="cancelled")
    assert parts(work_out(desk.session, Ratio.RETENTION, "2026-11")) == (1, 2, 0.5)
    assert parts(work_out(desk.session, Ratio.RETENTION, "2026-Q4")) == (1, 1, 1.0)  # 走 in September and October
    assert parts(work_out(desk.session, Ratio.RETENTION, "2026")) == (0, 0, None)
    rows = kpis.rows_behind(desk.session, Ratio.RETENTION, NOVEMBER, TODAY)
    assert [(row.client.name, row.state, row.counts) for row in rows] == [("留", "kept", 1), ("走", "lost", 0)]
    assert rows[0].day == date(2026, 11, 1)


def test_of_a_week_retention_takes_ninety_days_against_the_ninety_before(desk: Desk, ledger: Ledger) -> None:
    """Week 48 ends on 2026-11-29: 90 days from 2026-09-01 on, 90 before from 2026-06-03 on."""
    first, second = desk.client("甲"), desk.client("乙")
    for client, days in ((first, ["2026-06-03", "2026-11-29"]), (second, ["2026-08-31", "2026-11-30", "2026-06-02"])):
        for day in days:
            ledger.order(client, day, 100)
    assert parts(work_out(desk.session, Ratio.RETENTION, "2026-W48")) == (1, 2, 0.5)


def test_growth_is_of_clients_with_an_order_in_twelve_months(desk: Desk, ledger: Ledger) -> None:
    kept, lost, gained = (desk.client(name) for name in ("留", "走", "新"))
    for client, day in ((kept, "2026-10-31"), (lost, "2025-11-01"), (gained, "2026-11-25"), (gained, "2025-10-31")):
        ledger.order(client, day, 100)
    assert parts(work_out(desk.session, Ratio.GROWTH, "2026-11")) == (0, 2, 0.0)
    ledger.order(desk.client("又新"), "2026-11-02", 100)
    assert parts(work_out(desk.session, Ratio.GROWTH, "2026-11")) == (1, 2, 0.5)
    rows = kpis.rows_behind(desk.session, Ratio.GROWTH, NOVEMBER, TODAY)
    assert {(row.client.name, row.state, row.counts) for row in rows} == {
        ("留", "kept", 0), ("走", "lost", -1), ("新", "gained", 1), ("又新", "gained", 1),
    }  # fmt: skip


def test_while_a_period_runs_its_end_is_today(desk: Desk, ledger: Ledger) -> None:
    """An order of 26 November 2025 still lies within 12 months on 25 November 2026, not at the end of the month."""
    ledger.order(desk.client("甲"), "2025-11-26", 100)
    assert work_out(desk.session, Ratio.GROWTH, "2026-11").value == 0
    assert work_out(desk.session, Ratio.GROWTH, "2026-11", date(2026, 12, 1)).value == -1


def test_the_visit_rate_counts_planned_visits_once_and_no_others(desk: Desk) -> None:
    client = desk.client("甲")
    desk.plan(client, MON)
    desk.log(client, MON, step=NextStep("再去", LATER))
    moved = desk.plan(client, TUE)
    desk.move(moved, WED, reason="客户改期")
    desk.log(client, WED)
    desk.plan(client, TUE)
    desk.log(client, TUE, by="phone")
    desk.log(client, MON)  # beside the plan
    assert parts(work_out(desk.session, Ratio.VISIT_RATE, "2026-W48")) == (2, 3, 2 / 3)
    rows = kpis.rows_behind(desk.session, Ratio.VISIT_RATE, Period.week_of(TODAY), TODAY)
    assert sorted((row.day, row.state, row.counts) for row in rows) == [
        (MON, "done", 1), (TUE, "partly", 0), (WED, "done", 1),
    ]  # fmt: skip


def test_the_share_overdue_is_taken_on_the_last_day_or_today(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    order = ledger.order(client, "2026-09-01", 1000)
    first, second, last = (
        ledger.owed(order, due, amount, position)
        for position, (due, amount) in enumerate((("2026-10-31", 400), ("2026-11-25", 400), (None, 200)), start=1)
    )
    assert (first.amount, second.amount, last.amount) == (400, 400, 200)
    assert parts(work_out(desk.session, Ratio.OVERDUE_RATE, "2026-10")) == (0, 1000, 0.0)
    assert parts(work_out(desk.session, Ratio.OVERDUE_RATE, "2026-11")) == (400, 1000, 0.4)  # due today is not late
    assert parts(work_out(desk.session, Ratio.OVERDUE_RATE, "2026-11", date(2026, 12, 3))) == (800, 1000, 0.8)
    ledger.pays(ledger.receipt(client, "2026-11-05", 300), first, 300)
    assert parts(work_out(desk.session, Ratio.OVERDUE_RATE, "2026-11")) == (100, 700, 1 / 7)
    ledger.back(order, "2026-11-06", 350)  # off the part without a day first, then off the one due last
    assert parts(work_out(desk.session, Ratio.OVERDUE_RATE, "2026-11")) == (100, 350, 100 / 350)
    assert parts(work_out(desk.session, Ratio.OVERDUE_RATE, "2026-10")) == (0, 1000, 0.0)
    assert parts(work_out(desk.session, Ratio.OVERDUE_RATE, "2026-08")) == (0, 0, None)


def test_the_share_overdue_is_that_of_the_aging_today(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    for day, due, amount, rate in (
        ("2026-09-01", "2026-09-30", 700, None), ("2026-09-02", "2026-11-30", 333, "7.1234"),
        ("2026-11-01", None, 50, None),
    ):  # fmt: skip
        order = ledger.order(client, day, amount, rate=rate, currency="USD" if rate else "CNY")
        part = ledger.owed(order, due, amount)
    ledger.pays(ledger.receipt(client, "2026-11-05", 20), part, 20)
    ledger.back(order, "2026-11-06", 10)
    figure = work_out(desk.session, Ratio.OVERDUE_RATE, "2026-11")
    aging = receivables.aging(desk.session, TODAY)
    assert figure.denominator == aging.total > 0
    assert figure.numerator == aging.total - aging.buckets["current"] == 700


def test_what_nothing_is_recorded_of_is_not_known(session: Session) -> None:
    for kpi in (Measure.AMOUNT, Measure.RECEIPTS, Measure.ORDERS, Measure.QUOTES, Measure.VISITS):
        assert parts(work_out(session, kpi, "2026-11")) == (0, None, 0)
    for kpi in (Measure.SATISFACTION, Ratio.RESPONSE_RATE, Measure.MARGIN):
        assert parts(work_out(session, kpi, "2026-11")) == (None, None, None)
        assert kpis.rows_behind(session, kpi, NOVEMBER, TODAY) == []
    for ratio in (Ratio.RETENTION, Ratio.GROWTH, Ratio.VISIT_RATE, Ratio.OVERDUE_RATE):
        assert parts(work_out(session, ratio, "2026-11")) == (0, 0, None)


# --- rows ---


def test_a_new_client_is_shown_with_its_first_order(desk: Desk, ledger: Ledger) -> None:
    told, booked, old = (desk.client(name) for name in ("甲", "乙", "丙"))
    visit = desk.log(told, MON, outcome="order")
    ledger.order(told, "2026-11-24", 100)
    ledger.order(booked, "2026-11-20", 100, number="HT-1")
    ledger.order(booked, "2026-11-21", 100)
    ledger.order(old, "2025-01-01", 100)
    ledger.order(old, "2026-11-03", 100)
    rows = kpis.rows_behind(desk.session, Measure.NEW_CLIENTS, NOVEMBER, TODAY)
    assert [(row.kind, row.code, row.number, row.client.name) for row in rows] == [
        ("order", "O0002", "HT-1", "乙"), ("visit", visit.code, None, "甲"),
    ]  # fmt: skip


def test_of_a_shared_order_the_own_part_and_the_whole_are_shown(desk: Desk, ledger: Ledger) -> None:
    order = ledger.order(desk.client("甲"), "2026-11-02", 1000, {"张三": "33.3", "李四": "66.7"}, number="HT-9")
    ledger.back(order, "2026-11-20", 500)
    rows = kpis.rows_behind(desk.session, Measure.AMOUNT, NOVEMBER, TODAY)
    assert [(row.kind, row.code, row.number, row.amount, row.whole) for row in rows] == [
        ("order", "O0001", "HT-9", 333, 1000), ("return", "O0001-1", "HT-9", -167, -500),
    ]  # fmt: skip


def test_returns_and_refunds_have_the_codes_by_which_they_are_removed(desk: Desk, ledger: Ledger) -> None:
    client = desk.client("甲")
    order, receipt = ledger.order(client, "2026-11-02", 1000), ledger.receipt(client, "2026-11-03", 1000)
    for day in (4, 5):
        ledger.back(order, f"2026-11-0{day}", 100)
        refunds.add(desk.session, client, 50, date(2026, 11, day))
    refunds.remove(desk.session, _found(refunds.find(desk.session, f"{receipt.code}-1")))
    back, money = (
        [row for row in kpis.rows_behind(desk.session, measure, NOVEMBER, TODAY) if row.kind == kind]
        for measure, kind in ((Measure.AMOUNT, "return"), (Measure.RECEIPTS, "refund"))
    )
    assert [row.code for row in back] == ["O0001-1", "O0001-2"]
    assert [row.code for row in money] == ["R0001-2"]
    assert _found(order_returns.find(desk.session, back[1].code or "")).id == back[1].key
    assert _found(refunds.find(desk.session, money[0].code or "")).id == money[0].key


def _found(record: Any) -> Any:
    assert record is not None
    return record


def test_a_return_takes_its_part_of_the_margin_off_in_a_row_of_its_own(desk: Desk, ledger: Ledger) -> None:
    order = ledger.order(desk.client("甲"), "2026-10-02", 1000, {"张三": "50", "李四": "50"}, cost=600)
    ledger.back(order, "2026-11-09", 250)
    rows = kpis.rows_behind(desk.session, Measure.MARGIN, NOVEMBER, TODAY)
    assert [(row.kind, row.code, row.counts, row.amount, row.whole) for row in rows] == [
        ("return", "O0001-1", -50, -50, -100)
    ]
    assert kpis.work_out(desk.session, Measure.MARGIN, NOVEMBER, TODAY).value == -50


_DAYS = st.dates(date(2026, 10, 25), date(2026, 12, 5)).map(date.isoformat)
_VALUES = st.integers(1, 10**9)
_SHARES = st.sampled_from(
    [
        None,
        {"张三": "100"},
        {"李四": "100"},
        {"张三": "33.3", "李四": "33.3", "王五": "33.4"},
        {"李四": "50", "张三": "50"},
    ]
)
_ORDERS = st.tuples(
    _DAYS, _VALUES, _SHARES, st.sampled_from(["confirmed", "cancelled", "returned"]),
    st.none() | st.integers(0, 10**9), st.lists(st.tuples(_DAYS, _VALUES), max_size=2), st.integers(0, 2),
)  # fmt: skip
_PAYMENTS = st.tuples(_DAYS, _VALUES, st.integers(0, 2))


@settings(max_examples=20)
@given(
    orders=st.lists(_ORDERS, max_size=6),
    receipts=st.lists(_PAYMENTS, max_size=4),
    refunds=st.lists(_PAYMENTS, max_size=3),
)
def test_the_rows_come_to_the_figure(session: Session, desk: Desk, orders: Any, receipts: Any, refunds: Any) -> None:
    with session.begin_nested() as undone:
        ledger = Ledger(session)
        people: list[Client] = [desk.client(name) for name in ("甲", "乙", "丙")]
        for day, value, shares, state, cost, returns, whose in orders:
            order = ledger.order(people[whose], day, value, shares, state=state, cost=cost)
            for returned_on, worth in returns:
                ledger.back(order, returned_on, worth)
        for day, value, whose in receipts:
            ledger.receipt(people[whose], day, value)
        for day, value, whose in refunds:
            ledger.refund(people[whose], day, value)
        people[2].deleted_at = session.info["now"]
        session.flush()
        for kpi in kpis.KPIS:
            figure = kpis.work_out(session, kpi, NOVEMBER, TODAY)
            rows = kpis.rows_behind(session, kpi, NOVEMBER, TODAY)
            assert sum(row.counts for row in rows) == (figure.numerator or 0), kpi
            if isinstance(kpi, Measure) and kpi in MONEY_MEASURES:
                assert sum(row.amount or 0 for row in rows) == (figure.value or 0), kpi
                assert figure.value == actuals.total(session, kpi, NOVEMBER.begin, TODAY + timedelta(days=1))
            if isinstance(kpi, Ratio):
                assert figure == kpis.ratio_of(kpi, rows)
        undone.rollback()
