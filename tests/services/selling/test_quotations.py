"""Quotations: what they come to, their versions, their way to the client and back, what was paid before."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from salescli.amounts import plain
from salescli.config import Settings
from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.models.clients import Client
from salescli.models.deals import Deal
from salescli.models.orders import Order, OrderLine
from salescli.models.products import Price, Product
from salescli.models.quotations import Quotation
from salescli.services.accounts import clients
from salescli.services.selling import order_lines, quotations, quoting
from salescli.services.selling.quotations import QuotationView
from tests.services.desk import TODAY, Desk

X200 = "X200 x 100 @ 35.5"


class Seller:
    """A desk with a client, and short ways to quote."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.session = desk, desk.session
        self.settings = desk.settings
        self.client = desk.client("杭州蓝海机电")

    def add(self, *lines: str, client: Client | None = None, **details: Any) -> Quotation:
        return quoting.add(self.session, client or self.client, TODAY, self.settings, **{"lines": lines, **details})

    def revise(self, quotation: Quotation, *lines: str, **details: Any) -> Quotation:
        return quoting.revise(self.session, quotation, TODAY, lines=lines, **details)

    def view(self, quotation: Quotation, day: date = TODAY) -> QuotationView:
        return quotations.view(self.session, quotation, day)

    def send(self, quotation: Quotation, on: date = TODAY) -> Quotation:
        return quotations.send(self.session, quotation, on, TODAY, self.settings)

    def product(self, code: str, **fields: Any) -> Product:
        product = Product(code=code, name=fields.pop("name", code), name_key=code.lower(), **fields)
        self.session.add(product)
        self.session.flush()
        return product

    def order(self, code: str, day: date, line: tuple[str, int], **fields: Any) -> Order:
        name, price = line
        order = Order(code=code, client_id=_id(self.client), signed_on=day, amount=price, value=price, **fields)
        self.session.add(order)
        self.session.flush()
        order_line = OrderLine(order_id=_id(order), position=1, product=name, quantity="1", price=price, amount=price)
        self.session.add(order_line)
        self.session.flush()
        return order


def _id(record: Any) -> int:
    assert record.id is not None
    return int(record.id)


@pytest.fixture
def seller(desk: Desk) -> Seller:
    return Seller(desk)


def with_settings(seller: Seller, **values: Any) -> None:
    seller.settings = Settings(seller.settings.path, {**seller.settings.values, **values})


# --- what it comes to ---


def test_lines_discount_freight_and_tax_come_to_the_total(seller: Seller) -> None:
    lines = [X200, "A10 x 20 @ 12.5 -5%", "安装 x 1.5 天 @ 1200"]
    view = seller.view(seller.add(*lines, discount="3%", freight="200", tax="13%"))
    assert [line.amount for line in view.lines] == [355_000, 23_750, 180_000]
    assert (view.subtotal, view.discount, view.freight) == (558_750, 16_763, 20_000)  # 3 % of 5,587.50 is 167.625
    assert view.total == 558_750 - 16_763 + 20_000
    assert view.tax == 64_653  # 5,619.87 × 13 ÷ 113 = 646.5338…
    assert (view.code, view.version, view.state, view.client.name) == ("Q0001", 1, "draft", "杭州蓝海机电")


lines_of_goods = st.lists(
    st.tuples(st.decimals("0.1", "999", places=1), st.integers(0, 10**7), st.decimals(0, 100, places=1)),
    min_size=1,
    max_size=5,
)


@given(goods=lines_of_goods, percent=st.decimals(0, 100, places=2), freight=st.integers(0, 10**8))
@settings(max_examples=30)
def test_totals_are_the_sums_of_their_parts_to_the_cent_and_never_negative(
    seller: Seller, goods: list[tuple[Decimal, int, Decimal]], percent: Decimal, freight: int
) -> None:
    typed = [f"产品{place} x {many} @ {plain(price)} -{off}%" for place, (many, price, off) in enumerate(goods)]
    view = seller.view(seller.add(*typed, discount=f"{percent}%", freight=plain(freight), tax="13%"))
    amounts = [_rounded(many * price * (100 - off) / 100) for many, price, off in goods]
    assert [line.amount for line in view.lines] == amounts
    assert view.subtotal == sum(amounts)
    assert (view.discount, view.freight) == (_rounded(sum(amounts) * percent / 100), freight)
    assert view.total == view.subtotal - view.discount + view.freight == view.value
    assert view.tax == _rounded(Decimal(view.total) * 13 / 113)
    assert min(view.subtotal, view.discount, view.total, view.tax, *amounts) >= 0


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def test_a_quotation_may_be_one_sum(seller: Seller) -> None:
    view = seller.view(seller.add(amount="12万", discount="2000"))
    assert (view.lines, view.subtotal, view.total) == ([], 12_000_000, 11_800_000)


def test_a_foreign_currency_keeps_its_amount_and_the_rate(seller: Seller) -> None:
    view = seller.view(seller.add("X200 x 3 @ $5.25", currency="美元", rate="7.123", incoterm="C&F", freight="10"))
    assert (view.total, view.currency, view.rate, view.incoterm) == (2575, "USD", "7.123", "CFR")
    assert view.value == 18_342  # 25.75 × 7.123 = 183.417…


def test_a_discount_of_all_leaves_nothing_and_one_above_is_refused(seller: Seller) -> None:
    assert seller.add(X200, discount="3550").total == 0
    with pytest.raises(Refused, match=r"3,550\.01 is above the sum of 3,550\.00"):
        seller.add(X200, discount="3550.01")


@pytest.mark.parametrize(
    ("details", "error"),
    [
        ({}, BadValue),
        ({"amount": "0"}, BadValue),
        ({"lines": [X200], "amount": "5"}, BadValue),
        ({"lines": ["不认识的产品 x 3"]}, BadValue),
        ({"lines": ["X200 x 3 @ $5"]}, BadValue),
        ({"lines": [X200], "currency": "USD"}, BadValue),
        ({"lines": [X200], "rate": "7"}, BadValue),
        ({"lines": [X200], "tax": "0.13"}, BadValue),
        ({"lines": [X200], "freight": "-1"}, BadValue),
        ({"lines": [X200], "discount": "-500"}, BadValue),
        ({"lines": [X200], "incoterm": "DDP"}, BadValue),
        ({"lines": [X200], "incoterm": "FOB", "freight": "100"}, Refused),
        ({"lines": [X200], "valid": "2026-11-24"}, BadValue),
        ({"lines": [X200], "valid": "soon"}, BadValue),
        ({"lines": [X200], "on": date(2026, 11, 26)}, BadValue),
        ({"lines": ["X200 x 1 @ 10000000000000"], "freight": "0.01"}, BadValue),
        ({"amount": "10000000000000", "currency": "USD", "rate": "7"}, BadValue),
    ],
    ids=str,
)
def test_what_cannot_be_a_quotation_is_refused(seller: Seller, details: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        quoting.add(seller.session, seller.client, TODAY, seller.settings, **details)


def test_a_client_on_the_blacklist_gets_no_quotation(seller: Seller) -> None:
    seller.desk.edit(seller.client, lifecycle="blocked")
    with pytest.raises(Refused, match="blacklist"):
        seller.add(X200)


def test_a_deal_of_another_client_is_refused(seller: Seller) -> None:
    other = seller.desk.client("乙")
    deal = Deal(code="D0001", client_id=_id(other), name="d", stage="s", opened_on=TODAY, moved_on=TODAY)
    seller.session.add(deal)
    seller.session.flush()
    with pytest.raises(Refused, match="D0001"):
        seller.add(X200, deal=deal)
    assert seller.view(seller.add(X200, deal=deal, client=other)).deal == "D0001"


@pytest.mark.parametrize(
    ("valid", "until"),
    [(None, date(2026, 12, 25)), ("15d", date(2026, 12, 10)), ("１５天", date(2026, 12, 10)),
     ("2026-12-31", date(2026, 12, 31)), ("今天", TODAY)],
)  # fmt: skip
def test_it_holds_as_long_as_was_said_or_as_usual(seller: Seller, valid: str | None, until: date) -> None:
    assert seller.add(X200, valid=valid).valid_until == until


def test_settings_say_how_long_it_holds_and_what_tax_it_has(seller: Seller) -> None:
    with_settings(seller, **{"quotes.valid_days": 7, "quotes.tax_percent": 13})
    quotation = seller.add(X200)
    assert (quotation.valid_until, quotation.tax_percent) == (date(2026, 12, 2), "13")
    assert seller.add(X200, tax="0").tax_percent is None


# --- products and prices ---


def test_a_known_product_brings_its_name_spec_unit_and_list_price(seller: Seller) -> None:
    product = seller.product("X200", name="轴承座", spec="φ200", unit="套", list_price=3550)
    line = seller.view(seller.add("x200 x 10")).lines[0]
    assert (line.product_code, line.product, line.spec, line.unit) == ("X200", "轴承座", "φ200", "套")
    assert (line.price, line.amount) == (3550, 35_500)
    assert seller.view(seller.add("x200 x 10 箱 @ 30")).lines[0].unit == "箱"
    assert product.id is not None


def test_single_ones_have_the_list_price_of_many(seller: Seller) -> None:
    seller.product("S1", unit="百件", list_price=3500)
    for text in ("S1 x 1000件", "S1 x 10百件", "S1 x 10"):
        (line,) = seller.view(seller.add(text)).lines
        assert (line.quantity, line.unit, line.amount) == ("10", "百件", 35_000), text


def test_the_price_agreed_with_the_client_goes_before_the_list_price(seller: Seller) -> None:
    product = seller.product("X200", list_price=3550)
    for day, price in ((date(2026, 1, 1), 3300), (date(2026, 11, 1), 3200), (date(2026, 12, 1), 3100)):
        agreed = Price(client_id=_id(seller.client), product_id=_id(product), price=price, from_on=day)
        seller.session.add(agreed)
    seller.session.flush()
    assert seller.view(seller.add("X200 x 1")).lines[0].price == 3200
    assert seller.view(seller.add("X200 x 1", client=seller.desk.client("乙"))).lines[0].price == 3550


def test_a_quotation_worth_nothing_in_yuan_is_refused(seller: Seller) -> None:
    with pytest.raises(BadValue, match="nothing in yuan"):
        seller.add("X200 x 1 @ 0.04", currency="USD", rate="0.12")


def test_a_list_price_in_another_currency_is_no_price(seller: Seller) -> None:
    seller.product("X200", list_price=3550)
    with pytest.raises(BadValue, match="no price of X200 in USD"):
        seller.add("X200 x 1", currency="USD", rate="7")


def test_the_last_price_is_that_of_the_latest_order_else_of_the_latest_quotation(seller: Seller) -> None:
    def last(product: str) -> tuple[str, str, int] | None:
        found = quotations.last_paid(seller.session, _id(seller.client), product)
        return None if found is None else (found.kind, found.code, found.price)

    assert last("X200") is None
    told = seller.add("x200 x 1 @ 33", on=date(2026, 10, 9))
    assert last("X200") is None  # a draft is no price yet
    seller.send(told, date(2026, 10, 9))
    seller.revise(told, "x200 x 1 @ 32")
    assert last("X200") == ("quotation", "Q0001", 3300)
    seller.order("O0001", date(2026, 9, 1), ("X200", 3400), number="HT-1")
    seller.order("O0002", date(2026, 9, 20), ("Ｘ２００", 3450))
    seller.order("O0003", date(2026, 10, 1), ("X200", 3000), state="cancelled")
    assert last("X200") == ("order", "O0002", 3450)
    assert last("A10") is None
    other = seller.desk.client("乙")
    assert quotations.last_paid(seller.session, _id(other), "X200") is None


def test_lines_show_what_was_paid_before_them_not_after(seller: Seller) -> None:
    seller.order("O0001", date(2026, 9, 1), ("X200", 3400))
    first = seller.add(X200, on=date(2026, 10, 1))
    seller.send(first, date(2026, 10, 1))
    second = seller.add("X200 x 1 @ 33", on=date(2026, 11, 1))
    seller.send(second, date(2026, 11, 1))
    seller.order("O0002", date(2026, 11, 20), ("X200", 3450))
    for quotation, quoted in ((first, None), (second, "Q0001")):
        line = seller.view(quotation).lines[0]
        assert line.last_paid is not None
        assert line.last_paid.code == "O0001"
        assert (line.last_quoted and line.last_quoted.code) == quoted
    revised = seller.revise(second, discount="5")
    line = seller.view(revised).lines[0]
    assert line.last_paid is not None
    assert line.last_paid.code == "O0002"
    assert line.last_quoted is not None
    assert line.last_quoted.code == "Q0001"  # not its own earlier version


def test_a_price_of_a_thousand_is_kept_with_its_unit_and_its_cost(seller: Seller) -> None:
    seller.product("M3", unit="件", cost=2)
    first = seller.add("M3 x 10000 @ 35/1000 -5%", "M4 x 2500 @ 3.5/百")
    lines = seller.view(first).lines
    assert [(line.quantity, line.unit, line.price, line.amount) for line in lines] == [
        ("10", "千件", 3500, 33_250), ("25", "100", 350, 8_750),
    ]  # fmt: skip
    seller.send(first)
    copied, _other = order_lines.quoted_lines(seller.session, first)
    assert copied["cost"] == 20_000
    last = quotations.last_paid(seller.session, _id(seller.client), "M3")
    assert last is not None
    assert (last.price, last.unit) == (3500, "千件")


def test_an_order_from_the_quotation_is_not_what_was_paid_before_it(seller: Seller) -> None:
    quotation = seller.add(X200)
    seller.order("O0001", TODAY, ("X200", 3550), quotation_id=quotation.id)
    assert seller.view(quotation).lines[0].last_paid is None


# --- versions ---


def test_a_revision_is_a_new_version_and_keeps_what_is_not_said(seller: Seller) -> None:
    quotation = seller.send(seller.add(X200, "A10 x 2 @ 5", tax="13%", terms="款到发货", valid="10d", discount="10"))
    new = seller.revise(quotation, discount="5%")
    view = seller.view(new)
    assert (view.code, view.version, view.current, view.state) == ("Q0001", 2, True, "draft")
    assert [line.product for line in view.lines] == ["X200", "A10"]
    assert (view.discount, view.total, view.terms) == (17_800, 338_200, "款到发货")
    assert view.valid_until == TODAY + timedelta(days=10)
    before = seller.view(quotations.version_of(seller.session, new, 1))
    assert (before.version, before.current, before.state, before.total) == (1, False, "sent", 355_000)
    assert quotations.find(seller.session, "q0001").version == 2
    with pytest.raises(NotFound):
        quotations.version_of(seller.session, new, 3)
    assert [one.version for one in quotations.listed(seller.session, TODAY)] == [2]


def test_a_revision_replaces_the_lines_as_a_whole(seller: Seller) -> None:
    new = seller.revise(seller.add(X200, "A10 x 2 @ 5"), "X200 x 10 @ 30")
    assert [(line.product, line.amount) for line in seller.view(new).lines] == [("X200", 30_000)]
    in_one = seller.revise(new, amount="500")
    assert (seller.view(in_one).lines, in_one.total) == ([], 50_000)
    again = seller.revise(in_one, freight="20")
    assert (again.version, again.total) == (4, 52_000)


def test_other_goods_do_not_take_over_the_old_discount_unasked(seller: Seller) -> None:
    quotation = seller.add(X200, discount="3000")
    with pytest.raises(BadValue, match=r"discount of 3,000\.00"):
        seller.revise(quotation, "X200 x 10 @ 35.5")
    with pytest.raises(Refused, match="above the sum"):
        seller.revise(quotation, "X200 x 10 @ 35.5", discount="3000")
    assert seller.revise(quotation, "X200 x 10 @ 35.5", discount="0").total == 35_500


def test_old_sums_are_not_read_in_another_currency(seller: Seller) -> None:
    quotation = seller.add(X200, discount="10")
    with pytest.raises(BadValue, match="in CNY"):
        seller.revise(quotation, currency="USD", rate="7")
    with pytest.raises(BadValue, match="in CNY"):
        seller.revise(quotation, "X200 x 1 @ 5", currency="USD", rate="7")
    new = seller.revise(quotation, "X200 x 1 @ 5", discount="0", currency="USD", rate="7")
    assert seller.view(new).value == 3500
    assert seller.view(seller.revise(new, rate="7.1")).value == 3550


def test_an_accepted_quotation_stays_as_it_is(seller: Seller) -> None:
    quotation = quotations.accept(seller.session, seller.send(seller.add(X200)), TODAY, TODAY)
    with pytest.raises(Refused, match="accepted"):
        seller.revise(quotation, discount="1")


# --- the way to the client and back ---

STEPS: dict[str, Any] = {
    "submit": lambda seller, one: quotations.submit(seller.session, one, TODAY),
    "approve": lambda seller, one: quotations.approve(seller.session, one, TODAY),
    "return": lambda seller, one: quotations.return_(seller.session, one, TODAY, "折扣过高"),
    "send": lambda seller, one: seller.send(one),
    "accept": lambda seller, one: quotations.accept(seller.session, one, TODAY, TODAY),
    "reject": lambda seller, one: quotations.reject(seller.session, one, TODAY, TODAY, "价格高"),
}
TAKEN = {
    "submit": {"draft", "returned"},
    "approve": {"draft", "submitted"},
    "return": {"draft", "submitted", "approved"},
    "send": {"draft", "submitted", "approved"},
    "accept": {"sent"},
    "reject": {"sent"},
}
STATES = ["draft", "submitted", "approved", "returned", "sent", "accepted", "rejected"]
REACHED = {
    "submit": "submitted", "approve": "approved", "return": "returned",
    "send": "sent", "accept": "accepted", "reject": "rejected",
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", STATES)
def test_a_step_is_taken_from_the_states_that_allow_it_alone(seller: Seller, step: str, state: str) -> None:
    quotation = seller.add(X200)
    quotation.state = state
    if state in TAKEN[step]:
        assert STEPS[step](seller, quotation).state == REACHED[step]
    else:
        with pytest.raises(Refused, match="Q0001 is"):
            STEPS[step](seller, quotation)
        assert quotation.state == state


def test_with_the_setting_only_what_is_approved_is_sent(seller: Seller) -> None:
    with_settings(seller, **{"quotes.approval": True})
    quotation = quotations.submit(seller.session, seller.add(X200), TODAY)
    with pytest.raises(Refused):
        seller.send(quotation)
    assert seller.send(quotations.approve(seller.session, quotation, TODAY)).sent_on == TODAY


def test_a_reason_is_kept_with_the_answer_and_gone_with_the_next_step(seller: Seller) -> None:
    quotation = STEPS["return"](seller, seller.add(X200))
    assert quotation.reason == "折扣过高"
    assert quotations.submit(seller.session, quotation, TODAY).reason is None


def test_an_open_quotation_past_its_validity_is_expired(seller: Seller) -> None:
    quotation = seller.send(seller.add(X200, on=date(2026, 11, 1), valid="2026-11-24"), date(2026, 11, 2))
    assert seller.view(quotation, date(2026, 11, 24)).state == "sent"
    assert seller.view(quotation).state == "expired"
    assert [one.code for one in quotations.listed(seller.session, TODAY, state="已过期")] == ["Q0001"]
    assert quotations.listed(seller.session, TODAY, state="sent") == []
    with pytest.raises(Refused, match="expired"):
        STEPS["accept"](seller, quotation)
    # It was taken in time, though noted late; and a no may come late.
    in_time = quotations.accept(seller.session, quotation, date(2026, 11, 24), TODAY)
    assert (in_time.state, in_time.settled_on) == ("accepted", date(2026, 11, 24))
    assert seller.view(in_time).state == "accepted"
    other = seller.send(seller.add(X200, on=date(2026, 11, 1), valid="2026-11-24"), date(2026, 11, 2))
    assert STEPS["reject"](seller, other).state == "rejected"


def test_days_of_sending_and_answering_follow_each_other(seller: Seller) -> None:
    quotation = seller.add(X200, on=date(2026, 11, 10))
    with pytest.raises(BadValue):
        seller.send(quotation, date(2026, 11, 9))
    with pytest.raises(BadValue):
        seller.send(quotation, date(2026, 11, 26))
    seller.send(quotation, date(2026, 11, 12))
    with pytest.raises(BadValue):
        quotations.accept(seller.session, quotation, date(2026, 11, 11), TODAY)


# --- finding ---


def test_a_client_with_one_open_quotation_stands_for_it(seller: Seller, session: Session) -> None:
    with pytest.raises(NotFound):
        quotations.find(session, "蓝海")
    first = seller.add(X200)
    assert quotations.find(session, "蓝海").code == "Q0001"
    seller.add(X200)
    with pytest.raises(Ambiguous) as several:
        quotations.find(session, "蓝海")
    assert [code for code, _words in several.value.choices] == ["Q0001", "Q0002"]
    quotations.accept(session, seller.send(first), TODAY, TODAY)
    assert quotations.find(session, "蓝海").code == "Q0002"
    with pytest.raises(NotFound):
        quotations.find(session, "Q0003")


def test_quotations_of_a_removed_client_are_out_of_sight(seller: Seller, session: Session) -> None:
    seller.add(X200)
    clients.remove(session, seller.client)
    assert quotations.listed(session, TODAY) == []
    with pytest.raises(NotFound):
        quotations.find(session, "Q0001")
