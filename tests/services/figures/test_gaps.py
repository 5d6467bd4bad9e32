"""差额名单: collections, deals and lapsed repeat buyers, the likeliest money first, until the gap is covered."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period, parse_period
from salescli.errors import NotFound, Refused
from salescli.models.clients import Client
from salescli.models.orders import Order
from salescli.models.receipts import Receivable
from salescli.services.accounts import clients
from salescli.services.figures import gaps
from salescli.services.goals import targets
from salescli.services.selling import deals, rhythms
from salescli.vocabulary import Measure, Tier

TODAY = date(2026, 11, 25)
CALENDAR = Calendar()
MONTH = parse_period("2026-11", TODAY)
AMOUNT = Measure.AMOUNT


def client(session: Session, defaults: Settings, name: str) -> Client:
    return clients.add(session, {"name": name}, None, TODAY, defaults, CALENDAR)


def ordered(session: Session, one: Client, day: date, value: int) -> Order:
    number = len(session.exec(select(Order)).all()) + 1
    order = Order(code=f"O{number:04}", client_id=one.id or 0, signed_on=day, amount=value, value=value)
    session.add(order)
    session.flush()
    return order


def owes(session: Session, one: Client, value: int, due_on: date) -> Order:
    order = ordered(session, one, due_on - timedelta(days=30), value)
    session.add(Receivable(order_id=order.id or 0, client_id=one.id or 0, position=1, due_on=due_on, amount=value))
    session.flush()
    return order


def target(session: Session, amount: int) -> None:
    targets.set_target(session, MONTH, amount, AMOUNT, Tier.TARGET)
    targets.split(session, MONTH, AMOUNT, Tier.TARGET, CALENDAR)


def found(session: Session, defaults: Settings) -> gaps.GapList:
    return gaps.gap_list(session, MONTH, AMOUNT, CALENDAR, TODAY, defaults)


def test_each_item_comes_with_its_reason_its_money_and_how_likely_it_is(session: Session, defaults: Settings) -> None:
    target(session, 1_000_000)
    first, second, third = (client(session, defaults, name) for name in ("甲公司", "乙公司", "丙公司"))
    order = owes(session, first, 200_000, TODAY - timedelta(days=40))
    deals.add(session, second, "二期设备", TODAY, defaults, amount=400_000, probability=50)
    for day in (90, 60, 30, 200):
        ordered(session, third, TODAY - timedelta(days=day + 20), 50_000)
    items = {item.kind: item for item in found(session, defaults).items}
    assert (items["collection"].amount, items["collection"].probability, items["collection"].days) == (200_000, 60, 40)
    assert items["collection"].record in (order.code, order.number)
    assert (items["deal"].expected, items["deal"].record, items["deal"].days) == (200_000, "D0001", 0)
    assert (items["rebuy"].amount, items["rebuy"].expected) == (50_000, 15_000)
    assert (items["rebuy"].rhythm, items["rebuy"].days) == (30, 50)


def test_items_are_chosen_by_what_they_bring_until_the_gap_is_covered(session: Session, defaults: Settings) -> None:
    target(session, 100_000)
    one = client(session, defaults, "甲公司")
    for name, amount in (("大", 150_000), ("中", 100_000), ("小", 60_000)):
        deals.add(session, one, name, TODAY, defaults, amount=amount, probability=50)
    listed = found(session, defaults)
    assert [(item.expected, item.chosen) for item in listed.items] == [
        (75_000, True),
        (50_000, True),
        (30_000, False),
    ]
    assert [item.running for item in listed.items] == [75_000, 125_000, None]
    assert [(gap.covered, gap.uncovered) for gap in listed.gaps] == [(125_000, 0)]


def test_what_comes_after_the_period_does_not_cover_it(session: Session, defaults: Settings) -> None:
    target(session, 100_000)
    one = client(session, defaults, "甲公司")
    owes(session, one, 5_000, date(2026, 12, 1))
    deals.add(session, one, "明年", TODAY, defaults, amount=900, expected_on=date(2027, 1, 5))
    deals.add(session, one, "没有金额", TODAY, defaults)
    assert found(session, defaults).items == ()


def test_without_a_gap_nothing_is_chosen(session: Session, defaults: Settings) -> None:
    target(session, 1_000)
    one = client(session, defaults, "甲公司")
    ordered(session, one, TODAY, 5_000)
    deals.add(session, one, "二期", TODAY, defaults, amount=400_000)
    listed = found(session, defaults)
    assert [item.chosen for item in listed.items] == [False]
    (gap,) = listed.gaps
    assert (gap.progress.gap, gap.uncovered) == (-4_000, 0)


def test_without_a_target_there_is_no_gap(session: Session, defaults: Settings) -> None:
    with pytest.raises(NotFound):
        found(session, defaults)


@pytest.mark.parametrize(
    ("ago", "rhythm"),
    [([10, 40, 70], 30), ([10, 40], None), ([10, 10, 40], None), ([1, 11, 100, 101], 10), ([5], None), ([], None)],
)
def test_a_rhythm_is_the_median_of_the_days_between_three_or_more(ago: list[int], rhythm: int | None) -> None:
    assert rhythms.usual_days([TODAY - timedelta(days=days) for days in ago]) == rhythm


@pytest.mark.parametrize("lifecycle", ["lost", "blocked"])
def test_who_is_not_pursued_any_more_is_not_asked_for_an_order(
    session: Session, defaults: Settings, lifecycle: str
) -> None:
    target(session, 1_000_000)
    one = client(session, defaults, "甲公司")
    for days in (120, 90, 60):
        ordered(session, one, TODAY - timedelta(days=days), 100)
    one.lifecycle = "dormant"
    session.flush()
    assert [item.kind for item in found(session, defaults).items] == ["rebuy"]
    one.lifecycle = lifecycle
    session.flush()
    assert found(session, defaults).items == ()


def test_who_has_a_deal_under_way_has_not_lapsed(session: Session, defaults: Settings) -> None:
    target(session, 1_000_000)
    one = client(session, defaults, "甲公司")
    for days in (120, 90, 60):
        ordered(session, one, TODAY - timedelta(days=days), 100)
    assert [item.kind for item in found(session, defaults).items] == ["rebuy"]
    deals.add(session, one, "二期", TODAY, defaults, amount=100)
    assert [item.kind for item in found(session, defaults).items] == ["deal"]


def test_where_both_have_a_target_collections_close_that_of_receipts_and_deals_that_of_the_amount(
    session: Session, defaults: Settings
) -> None:
    target(session, 500_000)
    one = client(session, defaults, "甲公司")
    owes(session, one, 200_000, TODAY - timedelta(days=40))
    deals.add(session, one, "二期设备", TODAY, defaults, amount=400_000, probability=50)
    listed = found(session, defaults)
    assert [(item.kind, item.closes, item.chosen) for item in listed.items] == [
        ("deal", AMOUNT, True), ("collection", AMOUNT, True),
    ]  # fmt: skip
    assert [(gap.progress.measure, gap.uncovered) for gap in listed.gaps] == [(AMOUNT, 180_000)]
    targets.set_target(session, MONTH, 90_000, Measure.RECEIPTS, Tier.TARGET)
    listed = found(session, defaults)
    assert [(item.kind, item.chosen, item.running) for item in listed.items] == [
        ("deal", True, 200_000), ("collection", True, 120_000),
    ]  # fmt: skip
    assert [(gap.progress.measure, gap.covered, gap.uncovered) for gap in listed.gaps] == [
        (AMOUNT, 200_000, 300_000), (Measure.RECEIPTS, 120_000, 0),
    ]  # fmt: skip
    other = gaps.gap_list(session, MONTH, Measure.RECEIPTS, CALENDAR, TODAY, defaults)
    assert [gap.progress.measure for gap in other.gaps] == [Measure.RECEIPTS, AMOUNT]
    assert other.items == listed.items


def test_what_is_no_money_is_covered_by_none_of_these(session: Session, defaults: Settings) -> None:
    deals.add(session, client(session, defaults, "甲公司"), "二期", TODAY, defaults, amount=400_000)
    targets.set_target(session, MONTH, 20, Measure.VISITS, Tier.TARGET)
    listed = gaps.gap_list(session, MONTH, Measure.VISITS, CALENDAR, TODAY, defaults)
    assert ([gap.uncovered for gap in listed.gaps], listed.items) == ([20], ())


def test_a_deal_that_is_ordered_already_brings_nothing_more(session: Session, defaults: Settings) -> None:
    target(session, 1_000_000)
    one = client(session, defaults, "甲公司")
    deal = deals.add(session, one, "二期", TODAY, defaults, amount=400_000)
    ordered(session, one, TODAY, 400_000).deal_id = deal.id
    assert found(session, defaults).items == ()


def test_no_visit_can_be_planned_for_a_period_that_is_over(session: Session, defaults: Settings) -> None:
    target(session, 100_000_000)
    deals.add(session, client(session, defaults, "甲公司"), "二期", TODAY, defaults, amount=400_000)
    later = MONTH.end
    listed = gaps.gap_list(session, MONTH, AMOUNT, CALENDAR, later, defaults)
    with pytest.raises(Refused, match="2026-11 is over"):
        gaps.put_into_plans(session, listed, later, defaults, CALENDAR)


_ITEMS = st.lists(st.tuples(st.sampled_from(["collection", "deal", "rebuy"]), st.integers(0, 10**9)), max_size=6)


@settings(max_examples=25)
@given(rows=_ITEMS, amount=st.integers(0, 10**9), receipts=st.none() | st.integers(0, 10**9))
def test_what_is_chosen_covers_each_gap_or_everything_that_closes_it_is_chosen(
    rows: list[tuple[gaps.Kind, int]], amount: int, receipts: int | None
) -> None:
    items = [
        gaps.GapItem(kind, gaps.ClientRef(str(number), "x"), None, worth, 50, gaps._expected(worth, 50), 0)
        for number, (kind, worth) in enumerate(rows)
    ]
    short = {AMOUNT: amount} if receipts is None else {AMOUNT: amount, Measure.RECEIPTS: receipts}
    covered, told = gaps.cover(short, items)
    assert [replace(item, chosen=False, running=None) for item in told] == items
    for measure in (AMOUNT, Measure.RECEIPTS):
        own = [item for item in told if item.closes is measure]
        bring = [item.expected for item in own if item.chosen]
        assert covered.get(measure, 0) == sum(bring)
        assert [item.running for item in own if item.chosen] == list(accumulate(bring))
        needed = short.get(measure, 0)
        assert sum(bring) >= needed or all(item.chosen for item in own if item.expected)
        assert not bring or sum(bring[:-1]) < needed


def test_the_chosen_are_put_into_the_coming_days_within_their_room(session: Session, defaults: Settings) -> None:
    target(session, 100_000_000)
    for number in range(8):
        one = client(session, defaults, f"客户{number}公司")
        deals.add(session, one, f"项目{number}", TODAY, defaults, amount=100_000 + number)
    made = gaps.put_into_plans(session, found(session, defaults), TODAY, defaults, CALENDAR)
    assert len({visit.client.code for visit in made}) == 8
    assert min(visit.planned_on or TODAY for visit in made) == date(2026, 11, 26)
    days = [visit.planned_on for visit in made]
    assert max(days.count(day) for day in days) <= 5
    assert gaps.put_into_plans(session, found(session, defaults), TODAY, defaults, CALENDAR) == []
    assert "D000" in (made[0].purpose or "")


def test_a_period_of_another_name_is_a_period_too(session: Session, defaults: Settings) -> None:
    target(session, 100_000)
    week = Period.week_of(TODAY)
    assert gaps.gap_list(session, week, AMOUNT, CALENDAR, TODAY, defaults).gaps[0].progress.period == week.label


def test_clients_who_are_only_due_leave_room_for_those_chosen(session: Session, defaults: Settings) -> None:
    target(session, 100_000_000)
    for number in range(120):
        client(session, defaults, f"未联系{number}公司")
    deals.add(session, client(session, defaults, "大客户公司"), "大项目", TODAY, defaults, amount=90_000_000)
    (made,) = gaps.put_into_plans(session, found(session, defaults), TODAY, defaults, CALENDAR)
    assert (made.client.name, made.planned_on) == ("大客户公司", date(2026, 11, 26))
