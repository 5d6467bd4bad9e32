"""Orders: what they come to, their life, what came back, who shares in them, and their quotations and deals."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from salescli.currencies import in_yuan
from salescli.dates import Period
from salescli.errors import Ambiguous, BadValue, NotFound, Refused, SalesError
from salescli.models.clients import Client
from salescli.models.orders import Order, OrderReturn, OrderShare
from salescli.models.quotations import Quotation
from salescli.services.accounts import clients
from salescli.services.selling import deals, orders, products, quotations, quoting
from salescli.services.selling.order_shares import checked, parse_shares, share_amounts, shares_in_cell
from salescli.services.selling.orders import Filter, OrderView
from tests.services.desk import FRI, MON, TODAY, TUE, WED, Desk

LATER = TODAY + timedelta(days=30)


@pytest.fixture
def client(desk: Desk) -> Client:
    return desk.client("杭州蓝海机电有限公司")


def signed(desk: Desk, client: Client, amount: int | None = 100_000, day: date = MON, **fields: Any) -> Order:
    return orders.add(desk.session, client, amount, day, **fields)


def view(desk: Desk, order: Order) -> OrderView:
    return orders.view(desk.session, order, desk.today)


def codes(desk: Desk, **wanted: Any) -> list[str]:
    return [order.code for order in orders.listed(desk.session, Filter(**wanted), desk.today)]


# --- making ---


def test_an_order_has_a_code_a_state_and_its_value_in_yuan(desk: Desk, client: Client) -> None:
    order = signed(desk, client, 800_000, currency="美元", rate="7.1230", number=" HT-1 ", terms="月结60天")
    assert (order.code, order.number, order.state) == ("O0001", "HT-1", "confirmed")
    assert (order.currency, order.rate, order.value) == ("USD", "7.123", 5_698_400)


def test_yuan_are_rounded_half_up(desk: Desk, client: Client) -> None:
    assert signed(desk, client, 1, currency="USD", rate="7.5").value == 8
    assert signed(desk, client, 1, currency="USD", rate="7.49").value == 7


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"currency": "USD"}, BadValue),
        ({"rate": "7.1"}, BadValue),
        ({"currency": "XYZ", "rate": "1"}, BadValue),
        ({"amount": None}, BadValue),
        ({"amount": 0}, BadValue),
        ({"amount": 100, "currency": "USD", "rate": "0.004"}, BadValue),
        ({"amount": 10**15 + 1}, BadValue),
        ({"shares": ["张三=60"]}, BadValue),
        ({"lines": ["X200"]}, BadValue),
        ({"contract_begin": WED, "contract_end": TUE}, BadValue),
        ({"promised_on": MON - timedelta(days=1)}, Refused),
        ({"note": " "}, BadValue),
    ],
)
def test_what_can_not_be_an_order_is_refused(
    desk: Desk, client: Client, fields: dict[str, Any], error: type[SalesError]
) -> None:
    with pytest.raises(error):
        signed(desk, client, fields.pop("amount", 100), **fields)
    assert orders.listed(desk.session, Filter(), desk.today) == []


def test_lines_give_the_amount_the_product_and_the_cost(desk: Desk, client: Client) -> None:
    products.add(desk.session, "X200", "变频器", price=3550, cost=2000)
    order = signed(desk, client, None, lines=["x200 x 100 -5%"])
    seen = view(desk, order)
    assert (seen.amount, seen.product, seen.cost) == (337_250, "变频器", 200_000)
    (line,) = seen.lines
    assert (line.product_code, line.quantity, line.price, line.discount_percent) == ("X200", "100", 3550, "5")
    two = signed(desk, client, None, lines=["x200 x 1", "安装 1项 @ 160"])
    assert (two.amount, two.product, two.cost) == (19_550, None, None)
    assert view(desk, two).goods == "变频器、安装"


def test_an_amount_other_than_its_lines_is_spoken_of(desk: Desk, client: Client) -> None:
    exact = signed(desk, client, 20_000, lines=["安装 1项 @ 200"])
    rounded = signed(desk, client, 19_900, lines=["安装 1项 @ 200"])
    assert orders.differences(desk.session, exact) == []
    assert "200.00" in orders.differences(desk.session, rounded)[0]


def test_a_price_in_another_currency_is_refused(desk: Desk, client: Client) -> None:
    with pytest.raises(BadValue, match="USD"):
        signed(desk, client, None, lines=["X200 x 1 @ $35"])


def test_a_number_is_given_once_however_it_is_written(desk: Desk, client: Client) -> None:
    first = signed(desk, client, number="HT-1")
    with pytest.raises(Refused, match="O0001"):
        signed(desk, client, number="ht-1")
    orders.remove(desk.session, first)
    assert signed(desk, client, number="HT-1").code == "O0002"


def test_a_client_on_the_blacklist_gets_no_order(desk: Desk) -> None:
    with pytest.raises(Refused):
        signed(desk, desk.client("黑公司", lifecycle="blocked"))


# --- from quotations and deals ---


@pytest.fixture
def quote(desk: Desk, client: Client) -> Callable[..., Quotation]:
    def write(*lines: str, **details: Any) -> Quotation:
        return quoting.add(desk.session, client, TODAY, desk.settings, lines=list(lines), **details)

    return write


def test_an_order_takes_over_its_quotation_which_becomes_accepted(
    desk: Desk, client: Client, quote: Callable[..., Quotation]
) -> None:
    quotation = quote("X200 x 10 @ 5", currency="USD", rate="7", terms="月结60天", freight="10", incoterm="CIF")
    order = signed(desk, client, None, TODAY, quotation=quotation)
    assert (order.amount, order.currency, order.rate, order.terms) == (6_000, "USD", "7", "月结60天")
    assert [line.product for line in view(desk, order).lines] == ["X200"]
    assert (quotation.state, quotation.settled_on) == ("accepted", TODAY)
    assert orders.differences(desk.session, order) == []
    assert view(desk, order).quotation == "Q0001"


def test_every_difference_from_the_quotation_is_named(
    desk: Desk, client: Client, quote: Callable[..., Quotation]
) -> None:
    quotation = quote("X200 x 10 @ 5", "Y10 x 2 @ 8", "Z5 x 1 @ 3", terms="月结60天")
    lines = ["X200 x 9 @ 5", "Y10 x 2 @ 8", "安装 1项 @ 1"]
    order = signed(desk, client, None, TODAY, quotation=quotation, lines=lines, terms="款到发货")
    said = "\n".join(orders.differences(desk.session, order))
    for word in ("69.00", "62.00", "款到发货", "X200: quoted 10 × 5.00, ordered 9 × 5.00", "安装 is not in", "Z5 of"):
        assert word in said
    assert "Y10" not in said


def test_the_same_goods_in_another_order_and_spelling_are_no_difference(
    desk: Desk, client: Client, quote: Callable[..., Quotation]
) -> None:
    quotation = quote("X200 x 10 @ 5", "Y10 x 2 @ 8")
    order = signed(desk, client, None, TODAY, quotation=quotation, lines=["y10 x 2.0 @ 8", "x200 x 10 @ 5.00"])
    assert orders.differences(desk.session, order) == []


def test_doubts_about_a_quotation_are_its_state_and_an_earlier_order(
    desk: Desk, client: Client, quote: Callable[..., Quotation]
) -> None:
    quotation = quote("X200 x 10 @ 5")
    assert "draft" in orders.doubts(desk.session, quotation, TODAY)[0]
    quotations.approve(desk.session, quotation, TODAY)
    assert orders.doubts(desk.session, quotation, TODAY) == []
    assert "expired" in orders.doubts(desk.session, quotation, date(2027, 12, 1))[0]
    signed(desk, client, None, TODAY, quotation=quotation)
    assert "O0001" in orders.doubts(desk.session, quotation, TODAY)[0]


def test_another_client_s_quotation_or_deal_is_refused(desk: Desk, quote: Callable[..., Quotation]) -> None:
    other = desk.client("乙公司")
    with pytest.raises(Refused):
        signed(desk, other, None, TODAY, quotation=quote("X200 x 10 @ 5"))
    deal = deals.add(desk.session, desk.client("丙公司"), "项目", TODAY, desk.settings)
    with pytest.raises(Refused):
        signed(desk, other, deal=deal)


def test_an_open_deal_is_won_by_its_order_also_through_its_quotation(
    desk: Desk, client: Client, quote: Callable[..., Quotation]
) -> None:
    deal = deals.add(desk.session, client, "项目", TODAY, desk.settings)
    order = signed(desk, client, None, TODAY, quotation=quote("X200 x 10 @ 5", deal=deal))
    assert (order.deal_id, deal.state, deal.amount, deal.closed_on) == (deal.id, "won", 5_000, TODAY)
    assert signed(desk, client, 100, TODAY, deal=deal).deal_id == deal.id


def test_a_rejected_quotation_and_a_lost_deal_bring_no_order(
    desk: Desk, client: Client, quote: Callable[..., Quotation]
) -> None:
    quotation = quote("X200 x 10 @ 5")
    quotations.send(desk.session, quotation, TODAY, TODAY, desk.settings)
    quotations.reject(desk.session, quotation, TODAY, TODAY, "价格高")
    with pytest.raises(Refused, match="rejected"):
        signed(desk, client, None, TODAY, quotation=quotation)
    deal = deals.add(desk.session, client, "项目", TODAY, desk.settings)
    deals.lose(desk.session, deal, TODAY, "价格")
    with pytest.raises(Refused) as refused:
        signed(desk, client, 100, TODAY, deal=deal)
    assert "sales deal reopen D0001" in refused.value.hint


def test_a_quotation_waits_for_its_approval_where_the_setting_says_so(
    desk: Desk, quote: Callable[..., Quotation]
) -> None:
    strict = replace(desk.settings, values={**desk.settings.values, "quotes.approval": True})
    quotation = quote("X200 x 10 @ 5")
    orders.refuse_unapproved(quotation, desk.settings)
    orders.refuse_unapproved(None, strict)
    with pytest.raises(Refused, match="not approved"):
        orders.refuse_unapproved(quotation, strict)
    quotations.approve(desk.session, quotation, TODAY)
    orders.refuse_unapproved(quotation, strict)


def test_a_number_in_full_width_signs_is_the_plain_one(desk: Desk, client: Client) -> None:
    order = signed(desk, client, number="\u3000ＨＴ９\u3000")
    assert order.number == "HT9"
    for ref in ("HT9", "ht9", "ＨＴ９", "\u3000ｈｔ９"):
        assert orders.find(desk.session, ref).code == order.code
    with pytest.raises(Refused, match="already"):
        signed(desk, client, number="ｈt９")


# --- the life of an order ---


def test_an_order_is_delivered_accepted_and_closed(desk: Desk, client: Client) -> None:
    order = signed(desk, client)
    orders.prepare(desk.session, order)
    assert order.state == "preparing"
    orders.deliver(desk.session, order, TUE, TODAY)
    orders.accept(desk.session, order, WED, TODAY)
    assert (order.state, order.delivered_on, order.accepted_on) == ("accepted", TUE, WED)
    orders.close(desk.session, order, TODAY)
    assert (order.state, order.ended_on) == ("closed", TODAY)


STEPS: dict[str, Callable[[Desk, Order], object]] = {
    "prepare": lambda desk, order: orders.prepare(desk.session, order),
    "deliver": lambda desk, order: orders.deliver(desk.session, order, WED, TODAY),
    "accept": lambda desk, order: orders.accept(desk.session, order, WED, TODAY),
    "close": lambda desk, order: orders.close(desk.session, order, TODAY),
    "cancel": lambda desk, order: orders.cancel(desk.session, order, "不要了", TODAY),
}


@pytest.mark.parametrize(
    ("done", "possible"),
    [
        ([], {"prepare", "deliver", "cancel"}),
        (["prepare"], {"deliver", "cancel"}),
        (["deliver"], {"accept", "close"}),
        (["deliver", "accept"], {"close"}),
        (["deliver", "close"], set()),
        (["cancel"], set()),
    ],
)
def test_each_state_allows_its_own_steps(desk: Desk, client: Client, done: list[str], possible: set[str]) -> None:
    for name, step in STEPS.items():
        order = signed(desk, client)
        for before in done:
            STEPS[before](desk, order)
        if name in possible:
            step(desk, order)
        else:
            with pytest.raises(Refused):
                step(desk, order)


def test_days_follow_each_other(desk: Desk, client: Client) -> None:
    order = signed(desk, client, day=TUE)
    with pytest.raises(Refused, match="2026-11-24"):
        orders.deliver(desk.session, order, MON, TODAY)
    with pytest.raises(BadValue):
        orders.deliver(desk.session, order, FRI, TODAY)
    assert order.state == "confirmed"
    orders.deliver(desk.session, order, WED, TODAY)
    with pytest.raises(Refused):
        orders.accept(desk.session, order, TUE, TODAY)


def test_what_an_order_says_can_be_changed(desk: Desk, client: Client) -> None:
    order = signed(desk, client, number="HT-1", shares=["张三=100"])
    orders.edit(
        desk.session,
        order,
        {"number": "HT-2", "promised_on": FRI, "contract_end": LATER, "cost": 5, "shares": ["李四=50", "王五=50"]},
    )
    seen = view(desk, order)
    assert (seen.number, seen.promised_on, seen.contract_end, seen.cost) == ("HT-2", FRI, LATER, 5)
    assert [(share.person, share.percent, share.amount) for share in seen.shares] == [
        ("李四", "50", 50_000),
        ("王五", "50", 50_000),
    ]
    assert len(desk.session.exec(select(OrderShare)).all()) == 3  # the one before is kept, as removed
    with pytest.raises(Refused):
        orders.edit(desk.session, order, {"promised_on": MON - timedelta(days=1)})


# --- what came back ---


def test_what_came_back_is_a_record_and_never_more_than_is_left(desk: Desk, client: Client) -> None:
    order = signed(desk, client, 10_000)
    orders.deliver(desk.session, order, TUE, TODAY)
    orders.take_back(desk.session, order, 4_000, WED, TODAY, "破损")
    with pytest.raises(Refused, match=r"60\.00 is left"):
        orders.take_back(desk.session, order, 6_001, WED, TODAY)
    assert (order.state, view(desk, order).returned) == ("delivered", 4_000)
    orders.take_back(desk.session, order, 6_000, WED, TODAY)
    assert (order.state, order.ended_on, view(desk, order).returned) == ("returned", WED, 10_000)
    with pytest.raises(Refused):
        orders.take_back(desk.session, order, 1, WED, TODAY)


@pytest.mark.parametrize(("amount", "day", "error"), [(0, WED, BadValue), (1, MON, Refused), (1, FRI, BadValue)])
def test_a_return_has_an_amount_and_a_day_after_the_delivery(
    desk: Desk, client: Client, amount: int, day: date, error: type[SalesError]
) -> None:
    order = signed(desk, client)
    orders.deliver(desk.session, order, TUE, TODAY)
    with pytest.raises(error):
        orders.take_back(desk.session, order, amount, day, TODAY)


def test_what_has_come_back_in_part_can_not_be_called_off(desk: Desk, client: Client) -> None:
    order = signed(desk, client)
    orders.take_back(desk.session, order, 1, WED, TODAY)
    with pytest.raises(Refused):
        orders.cancel(desk.session, order, "不要了", TODAY)


@given(
    amount=st.integers(1, 10**9),
    parts=st.lists(st.integers(1, 10**9), max_size=6),
    rate=st.none() | st.decimals("0.5", "999", places=4).map(lambda rate: f"{rate:f}"),
)
def test_returns_never_exceed_the_amount_and_all_of_it_is_worth_all_of_it(
    desk: Desk, amount: int, parts: list[int], rate: str | None
) -> None:
    client = next(iter(desk.everyone()), None) or desk.client("甲公司")
    order = signed(desk, client, amount, currency="USD" if rate else None, rate=rate)
    left = amount
    for part in parts:
        try:
            orders.take_back(desk.session, order, part, WED, TODAY)
        except Refused:
            assert part > left
            continue
        left -= part
        assert 0 <= left == amount - orders.returned(desk.session, order)
        if not left:
            break
    if left:
        orders.take_back(desk.session, order, left, WED, TODAY)
    backs = desk.session.exec(select(OrderReturn).where(OrderReturn.order_id == order.id)).all()
    assert sum(back.amount for back in backs) == amount
    assert sum(back.value for back in backs) == order.value == in_yuan(amount, order.rate)
    assert order.state == "returned"


# --- shares ---


@pytest.mark.parametrize(
    ("texts", "shares"),
    [
        (["张三=60", "李四=40"], [("张三", "60"), ("李四", "40")]),
        (["张三60%", "李四：40％"], [("张三", "60"), ("李四", "40")]),
        (["Ann Lee = 33.3", "Bob 66.70 %"], [("Ann Lee", "33.3"), ("Bob", "66.7")]),
        (["A1=100"], [("A1", "100")]),
    ],
)
def test_shares_are_read_as_people_write_them(texts: list[str], shares: list[tuple[str, str]]) -> None:
    assert parse_shares(texts) == shares


@pytest.mark.parametrize(
    "texts",
    [
        ["张三=60"],
        ["张三=60", "李四=40.01"],
        ["张三=100", "李四=0"],
        ["张三=50", "张 三=50"],
        ["张三=100", "张 三=100"],
        ["张三"],
        ["=100"],
        ["张三=-100"],
        ["张三=1e2"],
        [""],
    ],
)
def test_shares_that_are_not_the_whole_are_refused(texts: list[str]) -> None:
    with pytest.raises(BadValue):
        parse_shares(texts)


@pytest.mark.parametrize(
    ("share", "persons", "shares"),
    [
        ("张三60%，李四40%", None, [("张三", "60"), ("李四", "40")]),
        ("张三60% 李四40%", None, [("张三", "60"), ("李四", "40")]),
        ("张三=60;李四=40", "王五", [("张三", "60"), ("李四", "40")]),
        ("60/40", "张三/李四", [("张三", "60"), ("李四", "40")]),
        ("60%、40%", "张三、李四", [("张三", "60"), ("李四", "40")]),
        ("100%", "张三", [("张三", "100")]),
        (None, "张三", [("张三", "100")]),
        (None, None, []),
    ],
)
def test_shares_in_a_file_stand_in_one_cell_or_beside_the_persons(
    share: str | None, persons: str | None, shares: list[tuple[str, str]]
) -> None:
    assert shares_in_cell(share, persons) == shares


@pytest.mark.parametrize(
    ("share", "persons"), [("60", "张三"), ("100", None), (None, "张三,李四"), ("60,40", "张三"), ("张三60,40", None)]
)
def test_shares_in_a_file_must_say_whose_they_are(share: str, persons: str | None) -> None:
    with pytest.raises(BadValue):
        shares_in_cell(share, persons)


# Places to cut 100 % at, in ten-thousandths of a percent.
CUTS = st.sets(st.integers(1, 10**6 - 1), max_size=5)


@given(total=st.integers(0, 10**15), cuts=CUTS)
def test_the_shares_of_the_persons_come_to_the_whole(total: int, cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), 10**6]
    percents = [f"{Decimal(end - begin).scaleb(-4):f}" for begin, end in pairwise(edges)]
    shares = checked((f"人{place}", percent) for place, percent in enumerate(percents))
    parts = share_amounts(total, [percent for _person, percent in shares])
    assert sum(parts) == total
    for part, percent in zip(parts, percents, strict=True):
        assert abs(part - Decimal(percent) * total / 100) < 1


# --- finding and listing ---


def test_an_order_is_found_by_code_number_or_its_client(desk: Desk, client: Client) -> None:
    order = signed(desk, client, number="HT-1")
    for ref in ("O0001", "o0001", "HT-1", "ht-1", "蓝海", "hzlh"):
        assert orders.find(desk.session, ref).id == order.id
    for ref in ("O0009", "HT-9", "没有"):
        with pytest.raises(NotFound):
            orders.find(desk.session, ref)


def test_of_several_orders_of_a_client_the_open_one_is_meant(desk: Desk, client: Client) -> None:
    first, second = signed(desk, client), signed(desk, client)
    with pytest.raises(Ambiguous) as several:
        orders.find(desk.session, "蓝海")
    assert [code for code, _words in several.value.choices] == ["O0001", "O0002"]
    orders.cancel(desk.session, first, "重复", TODAY)
    assert orders.find(desk.session, "蓝海").id == second.id
    orders.cancel(desk.session, second, "重复", TODAY)
    with pytest.raises(NotFound):
        orders.find(desk.session, "蓝海")


def test_orders_of_removed_clients_and_removed_orders_are_in_no_list(desk: Desk, client: Client) -> None:
    orders.remove(desk.session, signed(desk, client))
    other = desk.client("乙公司")
    signed(desk, other)
    clients.remove(desk.session, other)
    assert codes(desk) == []
    with pytest.raises(NotFound):
        orders.find(desk.session, "O0002")


def test_a_list_is_narrowed_by_words_period_client_state_and_what_is_over(desk: Desk, client: Client) -> None:
    other = desk.client("乙公司", short_name="小乙")
    signed(desk, client, number="HT-1", product="变频器", day=date(2025, 5, 1))
    signed(desk, other, lines=["安装 1项 @ 160"], note="加急")
    orders.deliver(desk.session, signed(desk, other), WED, TODAY)
    assert codes(desk) == ["O0001", "O0002", "O0003"]
    for text in ("变频", "ht-", "蓝海", "o0001", "hzlh"):
        assert codes(desk, text=text) == ["O0001"]
    for text in ("安装", "加急"):
        assert codes(desk, text=text) == ["O0002"]
    assert codes(desk, text="小乙") == ["O0002", "O0003"]
    assert codes(desk, text="100%") == []
    assert codes(desk, period=Period.month_of(TODAY)) == ["O0002", "O0003"]
    assert codes(desk, client_id=other.id, state="已交货") == ["O0003"]
    orders.close(desk.session, orders.find(desk.session, "O0003"), TODAY)
    assert codes(desk, open=True) == ["O0001", "O0002"]


def test_late_are_those_not_delivered_when_promised(desk: Desk, client: Client) -> None:
    waiting = signed(desk, client, promised_on=TUE)
    signed(desk, client, promised_on=WED)  # today is not late yet
    signed(desk, client)
    late, in_time = signed(desk, client, promised_on=MON), signed(desk, client, promised_on=WED)
    orders.deliver(desk.session, late, WED, TODAY)
    orders.deliver(desk.session, in_time, WED, TODAY)
    gone = signed(desk, client, promised_on=MON)
    orders.cancel(desk.session, gone, "不要了", TODAY)
    assert codes(desk, late=True) == [waiting.code, late.code]
    assert [order.code for order in orders.late(desk.session, TODAY)] == [waiting.code]
    seen = orders.listed(desk.session, Filter(), TODAY)
    assert [order.days_late for order in seen] == [1, 0, None, 2, 0, 0]


def test_contracts_that_end_soon_stand_in_the_order_of_their_last_days(desk: Desk, client: Client) -> None:
    for days in (31, 30, 0, -1):
        signed(desk, client, contract_end=TODAY + timedelta(days=days), day=date(2025, 1, 1))
    assert codes(desk, expiring=30) == ["O0003", "O0002"]
    assert codes(desk, expiring=31) == ["O0003", "O0002", "O0001"]
    orders.cancel(desk.session, orders.find(desk.session, "O0003"), "终止", TODAY)
    assert codes(desk, expiring=30) == ["O0002"]
