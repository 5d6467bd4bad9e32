"""A typed line of goods, priced: as typed, else as agreed with the client, else by the list."""

from datetime import date
from fractions import Fraction
from typing import Any

from sqlmodel import Session

from salescli.currencies import HOME, half_up
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.line_items import TypedLine, counted, divided, in_singles, line_amount, unit_of_many
from salescli.models.products import Product
from salescli.services.selling import products


def priced(session: Session, typed: TypedLine, client_id: int, currency: str, on: date) -> dict[str, Any]:
    """The columns of a line, with its cost: a product that is known brings its name, unit, price and cost.

    A price of 100 or 1,000 makes that many the unit of the line. Raises BadValue for a price in another currency
    than the whole, and where there is none.
    """
    if typed.currency not in (None, currency):
        raise BadValue(
            _("{product}: the price is in {currency}, the rest in {other}.").format(
                product=typed.product, currency=typed.currency, other=currency
            ),
            hint=_("Name the currency of the whole with --currency, and --rate."),
        )
    product = products.find(session, typed.product)
    price = typed.price if typed.price is not None else _price(session, typed, product, client_id, currency, on)
    unit = typed.unit or (product.unit if product else None)
    unit, per = (unit, 1) if typed.per == 1 else (unit_of_many(typed.per, unit), typed.per)
    if typed.price is None and product is not None and typed.unit is not None:
        # The list's price may be that of 百件, where the line counts 件.
        _one, single, many = in_singles("1", product.unit)
        unit, per = (product.unit, many) if typed.unit == single else (unit, per)
    quantity = divided(typed.quantity, per)
    return {
        "product_id": product and product.id,
        "product": product.name if product else typed.product,
        "spec": product and product.spec,
        "quantity": quantity,
        "unit": unit,
        "price": price,
        "discount_percent": None if typed.discount_percent == "0" else typed.discount_percent,
        "amount": line_amount(quantity, price, typed.discount_percent),
        "cost": cost_of(product, quantity, unit),
    }


def cost_of(product: Product | None, quantity: str, unit: str | None) -> int | None:
    """What so many of a unit cost, in minor units of yuan; None where it is not known."""
    if product is None or product.cost is None or product.currency != HOME:
        return None
    # The cost is that of the product's own unit, which may be 千件 as well.
    return half_up(product.cost * Fraction(quantity if unit == product.unit else counted(quantity, unit)))


def _price(session: Session, typed: TypedLine, product: Product | None, client_id: int, currency: str, on: date) -> int:
    """The price agreed with the client, else the list's."""
    if product is None or product.id is None:
        raise BadValue(
            _("“{product}” is no product on the list, so it needs a price.").format(product=typed.product),
            hint=_("Write it behind an @, as in “X200 x 100 @ 35.5”, or add it with `sales product add`."),
        )
    offer = products.price_for(session, client_id, product.id, on)
    if offer is None or offer.currency != currency:
        raise BadValue(
            _("There is no price of {product} in {currency}.").format(product=product.name, currency=currency),
            hint=_("Write it behind an @, as in “X200 x 100 @ 35.5”."),
        )
    return offer.price
