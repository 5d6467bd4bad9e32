"""Deals: the way they go, who may move them, what they are worth by their probability and in which month."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.config import DEFAULTS, Settings
from salescli.dates import Period
from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.models.clients import Client
from salescli.models.deals import Deal
from salescli.services.accounts import clients
from salescli.services.goals import targets
from salescli.services.selling import deal_tables, deals, forecasts
from salescli.services.selling.deal_tables import DealView, Forecast
from salescli.services.visiting.visits import NextStep
from salescli.vocabulary import Measure, Tier
from tests.services.desk import TODAY, Desk

NOVEMBER = Period.month_of(TODAY)


@pytest.fixture
def firm(desk: Desk) -> Client:
    return desk.client("蓝海")


def add(desk: Desk, client: Client, name: str = "液压站", **details: Any) -> Deal:
    return deals.add(desk.session, client, name, desk.today, desk.settings, **details)


def seen(desk: Desk, deal: Deal) -> DealView:
    return deals.view(desk.session, deal, desk.today, desk.settings)


def move(desk: Desk, deal: Deal, stage: str, **details: Any) -> Deal:
    return deals.move(desk.session, deal, stage, desk.today, desk.settings, **details)


def codes(desk: Desk, **wanted: Any) -> list[str]:
    return [deal.code for deal in deals.listed(desk.session, deals.Filter(**wanted), desk.today, desk.settings)]


def steps(desk: Desk, deal: Deal) -> list[tuple[str, str, int | None, int | None]]:
    found = deals.history(desk.session, deal, desk.today, desk.settings)
    return [(step.stage, step.state, step.probability, step.days) for step in found]


# --- adding ---


def test_a_deal_begins_in_the_first_stage_with_its_probability(desk: Desk, firm: Client) -> None:
    deal = seen(desk, add(desk, firm, amount=35_000_000))
    assert (deal.code, deal.client.name, deal.stage, deal.state) == ("D0001", "蓝海", "development", "open")
    assert (deal.probability, deal.weighted, deal.days_in_stage, deal.stale) == (10, 3_500_000, 0, False)


def test_a_deal_takes_a_stage_a_probability_and_a_next_step(desk: Desk, firm: Client) -> None:
    step = NextStep("报价", TODAY + timedelta(days=7))
    deal = seen(desk, add(desk, firm, stage="解决方案", probability=60, next_step=step, competitor="恒力"))
    assert (deal.stage, deal.probability, deal.weighted) == ("solution", 60, None)
    assert (deal.next_step, deal.next_on, deal.competitor) == ("报价", TODAY + timedelta(days=7), "恒力")


@pytest.mark.parametrize("probability", [-1, 101])
def test_a_probability_is_out_of_a_hundred(desk: Desk, firm: Client, probability: int) -> None:
    with pytest.raises(BadValue):
        add(desk, firm, probability=probability)


def test_a_client_has_one_open_deal_of_a_name(desk: Desk, firm: Client) -> None:
    deal = add(desk, firm)
    with pytest.raises(Refused):
        add(desk, firm, "液压 站")
    add(desk, desk.client("红山"))
    deals.lose(desk.session, deal, desk.today, "价格")
    assert add(desk, firm).code == "D0003"


def test_nothing_is_sold_to_a_client_on_the_blacklist(desk: Desk) -> None:
    with pytest.raises(Refused):
        add(desk, desk.client("黑店", lifecycle="blocked"))


# --- moving ---


def test_a_deal_goes_forward_and_back_and_every_step_is_kept(desk: Desk, firm: Client) -> None:
    deal = add(desk, firm, amount=100)
    desk.today += timedelta(days=5)
    move(desk, deal, "谈判", probability=90, amount=200)
    desk.today += timedelta(days=3)
    move(desk, deal, "needs", reason="换了负责人")
    desk.today += timedelta(days=2)
    assert steps(desk, deal) == [
        ("development", "open", 10, 5),
        ("negotiation", "open", 90, 3),
        ("needs", "open", 25, 2),
    ]
    assert seen(desk, deal).days_in_stage == 2
    assert deal.amount == 200


def test_a_new_stage_brings_its_own_probability(desk: Desk, firm: Client) -> None:
    deal = move(desk, add(desk, firm, probability=90), "needs")
    assert seen(desk, deal).probability == 25


def test_a_deal_is_not_moved_to_where_it_is(desk: Desk, firm: Client) -> None:
    with pytest.raises(Refused):
        move(desk, add(desk, firm), "客户开发")


def close(desk: Desk, deal: Deal, state: str) -> Deal:
    ways = {
        "won": lambda: deals.win(desk.session, deal, desk.today),
        "lost": lambda: deals.lose(desk.session, deal, desk.today, "价格"),
        "parked": lambda: deals.park(desk.session, deal, desk.today, "预算"),
    }
    return ways[state]()


@pytest.mark.parametrize("state", ["won", "lost", "parked"])
def test_only_an_open_deal_is_moved_or_closed(desk: Desk, firm: Client, state: str) -> None:
    deal = close(desk, add(desk, firm), state)
    for act in ("won", "lost", "parked"):
        with pytest.raises(Refused):
            close(desk, deal, act)
    with pytest.raises(Refused):
        move(desk, deal, "needs")
    with pytest.raises(Refused):
        deals.edit(desk.session, deal, probability=50)
    assert len(steps(desk, deal)) == 2


@pytest.mark.parametrize(
    ("state", "probability", "weighted", "closed_on", "reason"),
    [("won", 100, 1000, TODAY, None), ("lost", 0, 0, TODAY, "价格"), ("parked", 10, 0, None, "预算")],
)
def test_what_a_deal_is_worth_once_it_is_not_open(
    desk: Desk, firm: Client, state: str, probability: int, weighted: int, closed_on: date | None, reason: str | None
) -> None:
    deal = seen(desk, close(desk, add(desk, firm, amount=1000), state))
    assert (deal.state, deal.probability, deal.weighted) == (state, probability, weighted)
    assert (deal.closed_on, deal.reason, deal.days_in_stage) == (closed_on, reason, None)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_deal_is_lost_or_parked_for_a_reason(desk: Desk, firm: Client, reason: str) -> None:
    deal = add(desk, firm)
    with pytest.raises(BadValue):
        deals.lose(desk.session, deal, desk.today, reason)
    with pytest.raises(BadValue):
        deals.park(desk.session, deal, desk.today, reason)


def test_a_deal_is_won_for_what_was_agreed_and_lost_to_someone(desk: Desk, firm: Client) -> None:
    assert deals.win(desk.session, add(desk, firm, amount=1000), desk.today, 900).amount == 900
    lost = deals.lose(desk.session, add(desk, firm, "二期"), desk.today, "价格", "恒力")
    assert lost.competitor == "恒力"


@pytest.mark.parametrize("state", ["won", "lost", "parked"])
def test_a_deal_opened_again_counts_its_days_anew_in_its_stage(desk: Desk, firm: Client, state: str) -> None:
    deal = close(desk, add(desk, firm, stage="needs", amount=1000), state)
    desk.today += timedelta(days=50)
    deals.reopen(desk.session, deal, desk.today, desk.settings, "预算批了")
    view = seen(desk, deal)
    assert (view.state, view.stage, view.probability, view.days_in_stage) == ("open", "needs", 25, 0)
    assert (view.closed_on, view.reason) == (None, None)
    assert steps(desk, deal)[-1] == ("needs", "open", 25, 0)
    with pytest.raises(Refused):
        deals.reopen(desk.session, deal, desk.today, desk.settings)


def test_an_edit_changes_what_is_given_and_makes_no_step(desk: Desk, firm: Client) -> None:
    deal = add(desk, firm, amount=1000, competitor="恒力")
    deals.edit(desk.session, deal, name="三期", amount=2000, probability=40)
    view = seen(desk, deal)
    assert (view.name, view.amount, view.probability, view.competitor) == ("三期", 2000, 40, "恒力")
    assert len(steps(desk, deal)) == 1
    add(desk, firm, "四期")
    with pytest.raises(Refused):
        deals.edit(desk.session, deal, name="四期")


@pytest.mark.parametrize(("days", "stale"), [(30, False), (31, True)])
def test_a_deal_is_stale_after_the_days_of_its_stage(desk: Desk, firm: Client, days: int, stale: bool) -> None:
    deal = add(desk, firm)
    desk.today += timedelta(days=days)
    assert seen(desk, deal).stale is stale
    assert codes(desk, stale=True) == (["D0001"] if stale else [])


def test_a_stage_that_is_no_more_keeps_its_name_and_the_probability_it_gave(desk: Desk, firm: Client) -> None:
    deal = add(desk, firm, stage="needs", amount=1000)
    desk.settings = Settings(desk.settings.path, {**DEFAULTS, "deals.stages": "three"})
    view = seen(desk, deal)
    assert (view.stage_name, view.probability, view.stale) == ("needs analysis", 25, False)
    assert codes(desk, stage="needs") == codes(desk, stage="needs analysis") == ["D0001"]
    board = deal_tables.board([view], desk.settings)
    assert [(column.stage, column.probability, len(column.deals)) for column in board] == [
        ("contact", 20, 0),
        ("quotation", 50, 0),
        ("negotiation", 80, 0),
        ("needs", None, 1),
    ]
    assert seen(desk, move(desk, deal, "quotation")).probability == 50


# --- finding and listing ---


@pytest.mark.parametrize("ref", ["D0001", "d0001", "液压站改造", "液压", "蓝海"])
def test_a_deal_is_found_by_code_name_part_or_its_client(desk: Desk, firm: Client, ref: str) -> None:
    deal = add(desk, firm, "液压站改造")
    add(desk, desk.client("红山"), "维保")
    assert deals.find(desk.session, ref) == deal


def test_the_whole_name_goes_before_a_part_and_the_open_before_the_closed(desk: Desk, firm: Client) -> None:
    whole, part = add(desk, firm, "维保"), add(desk, firm, "维保二期")
    assert deals.find(desk.session, "维保") == whole
    deals.win(desk.session, part, desk.today)
    third = add(desk, firm, "维保三期")
    assert deals.find(desk.session, "期") == third
    assert deals.find(desk.session, "期", closed=True) == part


def test_several_open_deals_of_a_client_are_a_choice(desk: Desk, firm: Client) -> None:
    add(desk, firm, "一期")
    closed = add(desk, firm, "二期")
    with pytest.raises(Ambiguous) as several:
        deals.find(desk.session, "蓝海")
    assert [code for code, _words in several.value.choices] == ["D0001", "D0002"]
    deals.win(desk.session, closed, desk.today)
    assert deals.find(desk.session, "蓝海").code == "D0001"
    assert deals.find(desk.session, "蓝海", closed=True) == closed


@pytest.mark.parametrize("ref", ["D0009", "没有这个", "蓝海"])
def test_what_is_not_there_is_not_found(desk: Desk, firm: Client, ref: str) -> None:
    with pytest.raises(NotFound):
        deals.find(desk.session, ref)


def test_a_removed_deal_and_those_of_a_removed_client_are_gone(desk: Desk, firm: Client) -> None:
    kept = add(desk, desk.client("红山"), "一", amount=1000, expected_on=TODAY)
    deals.remove(desk.session, add(desk, firm, "二"))
    assert codes(desk, state="all") == [kept.code]
    clients.remove(desk.session, clients.find(desk.session, "红山"))
    assert codes(desk, state="all") == []
    with pytest.raises(NotFound):
        deals.find(desk.session, kept.code)
    assert deals.forecast(desk.session, NOVEMBER.begin, NOVEMBER.end, desk.settings).deals == 0


def test_a_list_is_of_the_open_deals_by_stage_and_expected_day(desk: Desk, firm: Client) -> None:
    add(desk, firm, "甲", stage="solution")
    add(desk, firm, "乙")
    add(desk, firm, "丙", expected_on=TODAY)
    deals.win(desk.session, add(desk, firm, "丁"), desk.today)
    assert codes(desk) == ["D0003", "D0002", "D0001"]
    assert codes(desk, state="all") == codes(desk, state="全部") == ["D0003", "D0002", "D0001", "D0004"]
    assert codes(desk, state="赢单") == codes(desk, state="won") == ["D0004"]
    assert codes(desk, stage="解决方案") == ["D0001"]
    assert codes(desk, text="乙") == ["D0002"]
    assert codes(desk, text="蓝海", client=firm) == ["D0003", "D0002", "D0001"]
    assert codes(desk, client=desk.client("红山")) == []
    with pytest.raises(BadValue):
        codes(desk, state="half")


# --- worth ---

AMOUNTS = st.integers(0, 10**15)
PERCENTS = st.integers(0, 100)


@given(AMOUNTS, PERCENTS)
def test_weighting_rounds_half_up_to_the_minor_unit(amount: int, percent: int) -> None:
    short = Fraction(amount * percent, 100) - deal_tables.weighted(amount, percent)
    assert -Fraction(1, 2) <= short < Fraction(1, 2)


@pytest.mark.parametrize(("amount", "percent", "found"), [(1, 50, 1), (3, 50, 2), (1, 49, 0), (5, 10, 1), (149, 1, 1)])
def test_a_half_goes_up(amount: int, percent: int, found: int) -> None:
    assert deal_tables.weighted(amount, percent) == found


@settings(max_examples=25)
@given(st.lists(st.tuples(AMOUNTS, PERCENTS, st.integers(0, 5)), max_size=8))
def test_the_months_of_a_forecast_add_up_to_its_whole(desk: Desk, rows: list[tuple[int, int, int]]) -> None:
    firm = desk.client(f"蓝海{len(desk.everyone())}")
    begin = date(2027, 1, 1)
    for deal in deals.listed(desk.session, deals.Filter(), desk.today, desk.settings):  # of the example before
        deals.remove(desk.session, deals.find(desk.session, deal.code))
    for place, (amount, percent, month) in enumerate(rows):
        day = None if month == 5 else date(2027, month + 1, 15)
        add(desk, firm, f"{place}号", amount=amount, probability=percent, expected_on=day)
    period = Period.between(begin, date(2027, 6, 1))
    outlook = forecasts.outlook(desk.session, period, desk.today, desk.settings)
    whole = deals.forecast(desk.session, period.begin, period.end, desk.settings)
    assert outlook.total.found == whole
    assert sum(row.found.weighted for row in outlook.rows) == whole.weighted
    listed = deals.listed(desk.session, deals.Filter(), desk.today, desk.settings)
    assert whole.weighted + outlook.undated.weighted == sum(deal.weighted or 0 for deal in listed)
    board = deal_tables.board(listed, desk.settings)
    assert sum(column.weighted for column in board) == sum(deal.weighted or 0 for deal in listed)


def test_a_forecast_counts_open_deals_by_their_day_and_won_ones_by_theirs(desk: Desk, firm: Client) -> None:
    add(desk, firm, "月底", amount=1000, stage="solution", expected_on=NOVEMBER.last)
    add(desk, firm, "下月", amount=7000, expected_on=NOVEMBER.end)
    add(desk, firm, "不知", amount=9000)
    add(desk, firm, "过期", amount=400, stage="solution", expected_on=NOVEMBER.begin)
    deals.win(desk.session, add(desk, firm, "赢", amount=300, expected_on=NOVEMBER.end), desk.today)
    deals.lose(desk.session, add(desk, firm, "输", amount=50, expected_on=TODAY), desk.today, "价格")
    deals.park(desk.session, add(desk, firm, "搁", amount=60, expected_on=TODAY), desk.today, "预算")
    found = deals.forecast(desk.session, NOVEMBER.begin, NOVEMBER.end, desk.settings)
    assert found == Forecast(deals=2, amount=1400, weighted=700, won_deals=1, won=300)
    assert found.expected == 1000
    add(desk, firm, "今天", amount=7000, expected_on=TODAY)
    outlook = forecasts.outlook(desk.session, NOVEMBER, desk.today, desk.settings)
    assert (outlook.undated.deals, outlook.undated.weighted) == (1, 900)
    assert (outlook.late.deals, outlook.late.amount) == (1, 400)
    desk.today = date(2027, 1, 4)  # what was expected in November and is open still may come in January
    found_by_month = {
        row.period: (row.found.deals, row.overdue.deals)
        for row in forecasts.outlook(
            desk.session, Period.between(NOVEMBER.begin, date(2027, 3, 1)), desk.today, desk.settings
        ).rows
    }
    assert found_by_month == {"2026-11": (0, 0), "2026-12": (0, 0), "2027-01": (4, 4), "2027-02": (0, 0)}


def test_a_deal_won_counts_in_the_month_of_its_winning_alone(desk: Desk, firm: Client) -> None:
    desk.today = NOVEMBER.end
    deal = deals.win(desk.session, add(desk, firm, amount=300, expected_on=TODAY), desk.today)
    december = Period.month_of(desk.today)
    assert deals.forecast(desk.session, NOVEMBER.begin, NOVEMBER.end, desk.settings).won == 0
    assert deals.forecast(desk.session, december.begin, december.end, desk.settings).won == 300
    assert steps(desk, deal)[-1] == ("development", "won", 100, None)


def test_a_forecast_stands_against_the_target_of_each_month(desk: Desk, firm: Client) -> None:
    add(desk, firm, amount=1000, stage="solution", expected_on=TODAY)
    quarter = Period.quarter_of(TODAY)
    targets.set_target(desk.session, quarter, 10_000, Measure.AMOUNT, Tier.TARGET)
    whole = forecasts.outlook(desk.session, quarter, desk.today, desk.settings)
    assert (whole.total.target, whole.total.gap, whole.total.rate) == (10_000, 9_500, 0.05)
    assert [row.target for row in whole.rows] == [None, None, None]
    targets.split(desk.session, quarter, Measure.AMOUNT, Tier.TARGET, desk.calendar)
    rows = forecasts.outlook(desk.session, quarter, desk.today, desk.settings).rows
    assert sum(row.target or 0 for row in rows) == 10_000
    assert [row.gap == (row.target or 0) - row.found.expected for row in rows] == [True, True, True]
