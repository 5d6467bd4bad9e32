"""Products: codes given once, texts that name them, and prices agreed over time."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.models.clients import Client
from salescli.models.products import Price, Product
from salescli.services.selling import products
from salescli.services.selling.products import Offer
from tests.services.desk import TODAY, Desk


@pytest.fixture
def firm(desk: Desk) -> Client:
    return desk.client("蓝海")


@pytest.fixture
def pump(session: Session) -> Product:
    return products.add(session, "X200", "液压泵", spec="20MPa", unit="台", price=3_500_000, cost=2_000_000)


def key_of(record: Client | Product) -> int:
    assert record.id is not None
    return record.id


def offer(session: Session, client: Client, product: Product, on: date) -> Offer | None:
    return products.price_for(session, key_of(client), key_of(product), on)


def test_a_product_is_shown_as_it_was_given(session: Session, pump: Product) -> None:
    view = products.view(pump)
    assert (view.code, view.name, view.spec, view.unit) == ("X200", "液压泵", "20MPa", "台")
    assert (view.price, view.cost, view.currency, view.archived) == (3_500_000, 2_000_000, "CNY", False)


@pytest.mark.parametrize("code", ["X200", "x200", "Ｘ２００"])
def test_a_code_is_given_once_in_whatever_letters(session: Session, pump: Product, code: str) -> None:
    with pytest.raises(Refused):
        products.add(session, code, "别的")


@pytest.mark.parametrize("code", ["", " ", "X 200", "X\t200", "X" * 61])
def test_a_code_that_is_none_is_refused(session: Session, code: str) -> None:
    with pytest.raises(BadValue):
        products.add(session, code, "液压泵")


def test_a_name_is_given_twice_only_with_another_specification(session: Session, pump: Product) -> None:
    with pytest.raises(Refused):
        products.add(session, "X201", "液压 泵", spec="20mpa")
    products.add(session, "X201", "液压泵", spec="30MPa")
    assert [product.code for product in products.listed(session, "液压")] == ["X200", "X201"]


def test_a_removed_product_comes_back_with_new_values_when_its_code_is_added(session: Session, pump: Product) -> None:
    products.remove(session, pump)
    assert products.listed(session) == []
    assert products.find(session, "X200") is None
    again = products.add(session, "x200", "新泵", currency="美元")
    assert (again.id, again.code, again.currency, again.list_price, again.spec) == (pump.id, "x200", "USD", None, None)


def test_a_code_of_a_removed_product_is_not_taken_by_another(session: Session, pump: Product) -> None:
    other = products.add(session, "Y10", "阀")
    products.remove(session, pump)
    with pytest.raises(Refused):
        products.edit(session, other, {"code": "X200"})


def test_an_edit_changes_what_is_given_alone(session: Session, pump: Product) -> None:
    products.edit(session, pump, {"price": 3_600_000, "archived": True})
    view = products.view(pump)
    assert (view.price, view.cost, view.name, view.archived) == (3_600_000, 2_000_000, "液压泵", True)
    assert products.listed(session) == []
    assert [product.code for product in products.listed(session, archived=True)] == ["X200"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("X200", True),
        ("ｘ200", True),
        ("液压泵", True),
        (" 液压 泵 ", True),
        ("液压", False),
        ("X20", False),
        ("", False),
    ],
)
def test_a_text_names_a_product_by_its_code_or_whole_name(
    session: Session, pump: Product, text: str, found: bool
) -> None:
    assert (products.find(session, text) == pump) is found


def test_a_text_that_two_products_go_by_names_none_and_a_person_is_asked(session: Session, pump: Product) -> None:
    products.add(session, "X201", "液压泵", spec="30MPa")
    assert products.find(session, "液压泵") is None
    with pytest.raises(Ambiguous) as several:
        products.meant(session, "液压泵")
    assert several.value.choices == [("X200", "液压泵 20MPa"), ("X201", "液压泵 30MPa")]


def test_a_person_may_give_a_part(session: Session, pump: Product) -> None:
    assert products.meant(session, "压泵") == products.meant(session, "x20") == pump
    with pytest.raises(NotFound):
        products.meant(session, "阀")


# --- prices ---


def test_the_list_price_holds_until_one_is_agreed(session: Session, firm: Client, pump: Product) -> None:
    later = TODAY + timedelta(days=10)
    products.set_price(session, firm, pump, 3_200_000, later)
    assert offer(session, firm, pump, TODAY) == Offer(3_500_000, "CNY", None)
    assert offer(session, firm, pump, later) == Offer(3_200_000, "CNY", later)


def test_another_client_pays_the_list_price_and_without_one_none_is_known(
    desk: Desk, firm: Client, pump: Product
) -> None:
    products.set_price(desk.session, firm, pump, 3_200_000, TODAY)
    assert offer(desk.session, desk.client("红山"), pump, TODAY) == Offer(3_500_000, "CNY", None)
    products.edit(desk.session, pump, {"price": None})
    assert offer(desk.session, desk.client("白云"), pump, TODAY) is None


def test_a_price_of_the_same_day_is_replaced(session: Session, firm: Client, pump: Product) -> None:
    products.set_price(session, firm, pump, 3_200_000, TODAY, note="口头")
    products.set_price(session, firm, pump, 3_100_000, TODAY, currency="usd")
    (only,) = products.prices(session, pump)
    assert (only.price, only.currency, only.note) == (3_100_000, "USD", None)


@given(days=st.lists(st.integers(0, 40), min_size=1, max_size=8), asked=st.integers(0, 45))
def test_the_latest_price_agreed_by_a_day_holds(
    session: Session, firm: Client, pump: Product, days: list[int], asked: int
) -> None:
    for price in session.exec(select(Price)):  # of the example before
        session.delete(price)
    start = date(2026, 1, 1)
    agreed: dict[int, int] = {}
    for place, day in enumerate(days):
        agreed[day] = 1000 * day + place
        products.set_price(session, firm, pump, agreed[day], start + timedelta(days=day))
    latest = max((day for day in agreed if day <= asked), default=None)
    by_list = Offer(3_500_000, "CNY", None)
    expected = by_list if latest is None else Offer(agreed[latest], "CNY", start + timedelta(days=latest))
    assert offer(session, firm, pump, start + timedelta(days=asked)) == expected


def test_prices_of_removed_clients_and_products_are_not_listed(
    desk: Desk, session: Session, firm: Client, pump: Product
) -> None:
    products.set_price(session, firm, pump, 3_200_000, TODAY)
    other = desk.client("红山")
    products.set_price(session, other, pump, 3_300_000, TODAY)
    assert [price.client_name for price in products.prices(session)] == ["蓝海", "红山"]
    firm.deleted_at = session.info["now"]
    session.flush()
    assert [price.client_name for price in products.prices(session)] == ["红山"]
    products.remove(session, pump)
    assert products.prices(session) == []
