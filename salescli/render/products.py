"""Products and agreed prices: the columns of their lists."""

from typing import TYPE_CHECKING

from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.output import Column, Form, as_json, print_json, print_text, show_record, show_rows

if TYPE_CHECKING:
    from salescli.services.selling.products import PriceView, ProductView

PRODUCTS: "list[Column[ProductView]]" = [
    Column("code", N_("Code"), lambda product: product.code),
    Column("name", N_("Product"), lambda product: product.name),
    Column("spec", N_("Specification"), lambda product: product.spec),
    Column("unit", N_("Unit"), lambda product: product.unit),
    Column("price", N_("List price"), lambda product: product.price, "money"),
    Column("cost", N_("Cost"), lambda product: product.cost, "money"),
    Column("currency", N_("Currency"), lambda product: product.currency),
    Column("note", N_("Note"), lambda product: product.note, on_screen=False),
    Column("archived", N_("Archived"), lambda product: product.archived, on_screen=False),
]

PRICES: "list[Column[PriceView]]" = [
    Column("client", N_("Client"), lambda price: price.client_name),
    # In JSON these two take the place of the names.
    Column("client", N_("Client"), lambda price: {"code": price.client, "name": price.client_name}, "data"),
    Column("product", N_("Product"), lambda price: f"{price.product} {price.product_name}"),
    Column("product", N_("Product"), lambda price: {"code": price.product, "name": price.product_name}, "data"),
    Column("price", N_("Price"), lambda price: price.price, "money"),
    Column("currency", N_("Currency"), lambda price: price.currency),
    Column("from", N_("From day"), lambda price: price.from_on, "day", word=echo_day),
    Column("note", N_("Note"), lambda price: price.note),
]


def show(product: "ProductView", prices: "list[PriceView]", form: Form) -> None:
    """Print a product, and below it the prices agreed for it."""
    if form == "json":
        print_json(as_json(product, PRODUCTS) | {"prices": [as_json(price, PRICES) for price in prices]})
        return
    show_record(product, PRODUCTS, form)
    if prices:
        print_text("")
        print_text(_("Agreed prices:"))
        show_rows(prices, [column for column in PRICES if column.key != "product"], form)
