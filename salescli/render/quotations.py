"""Quotations: the columns of their lists, their lines, and the words about prices paid before."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from salescli.amounts import grouped, plain
from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.line_items import in_singles, price_text
from salescli.render.clients import CLIENT
from salescli.render.output import Column, Form, as_json, cell, print_json, print_pairs, print_table, say
from salescli.vocabulary import QuoteState, label

if TYPE_CHECKING:
    from salescli.services.files.quotation_replies import Difference
    from salescli.services.selling.last_prices import LastPrice
    from salescli.services.selling.quotations import LineView, QuotationView


def number(text: str | None) -> int | float | None:
    """A quantity or percentage as JSON has it: a whole number where it is one."""
    if text is None:
        return None
    return int(text) if text.isdecimal() else float(text)


def _percent(value: object) -> str:
    return f"{value}%"


def priced_columns() -> list[Column[Any]]:
    """Quantity, unit and price of a line: on a screen as the client counts, in JSON as the price is kept."""

    def singles(line: Any) -> tuple[str, str | None, int]:
        return in_singles(line.quantity, line.unit)

    return [
        Column("quantity", N_("Quantity"), lambda line: number(singles(line)[0]), "count"),
        Column("unit", N_("Unit"), lambda line: singles(line)[1]),
        Column("price", N_("Price"), lambda line: price_text(line.price, singles(line)[2]), "count", word=str),
        # In JSON these take their places.
        Column("quantity", N_("Quantity"), lambda line: number(line.quantity), "data", on_screen=False),
        Column("unit", N_("Unit"), lambda line: line.unit, "data", on_screen=False),
        Column("price", N_("Price"), lambda line: plain(line.price), "data", on_screen=False),
    ]


QUOTATIONS: "list[Column[QuotationView]]" = [
    Column("code", N_("Code"), lambda quotation: quotation.code),
    Column("version", N_("Version"), lambda quotation: quotation.version, "count"),
    Column("current", N_("In force"), lambda quotation: quotation.current, on_screen=False),
    Column("client", N_("Client"), lambda quotation: quotation.client.name),
    # In JSON this one takes the place of the name.
    Column("client", N_("Client"), lambda quotation: quotation.client, "data", row_of=CLIENT),
    Column("deal", N_("Deal"), lambda quotation: quotation.deal, on_screen=False),
    Column("state", N_("State"), lambda quotation: quotation.state, word=lambda token: label(token, QuoteState)),
    Column("issued_on", N_("Date"), lambda quotation: quotation.issued_on, "day", word=echo_day),
    Column("valid_until", N_("Valid until"), lambda quotation: quotation.valid_until, "day", word=echo_day),
    Column("sent_on", N_("Sent on"), lambda quotation: quotation.sent_on, "day", on_screen=False, word=echo_day),
    Column("settled_on", N_("Answered on"), lambda quotation: quotation.settled_on, "day", False, word=echo_day),
    Column("subtotal", N_("Subtotal"), lambda quotation: quotation.subtotal, "money", on_screen=False),
    Column("discount", N_("Discount"), lambda quotation: quotation.discount, "money", on_screen=False),
    Column("freight", N_("Freight"), lambda quotation: quotation.freight, "money", on_screen=False),
    Column("total", N_("Total"), lambda quotation: quotation.total, "money"),
    Column("tax_percent", N_("Tax rate"), lambda quotation: number(quotation.tax_percent), "count", False, _percent),
    Column("tax", N_("Tax in it"), lambda quotation: quotation.tax, "money", on_screen=False),
    Column("currency", N_("Currency"), lambda quotation: quotation.currency),
    Column("rate", N_("Exchange rate"), lambda quotation: quotation.rate, on_screen=False),
    Column("value", N_("In yuan"), lambda quotation: quotation.value, "money", on_screen=False),
    Column("incoterm", N_("Incoterm"), lambda quotation: quotation.incoterm, on_screen=False),
    Column("terms", N_("Terms"), lambda quotation: quotation.terms, on_screen=False),
    Column("reason", N_("Reason"), lambda quotation: quotation.reason, on_screen=False),
    Column("note", N_("Note"), lambda quotation: quotation.note, on_screen=False),
]

LINES: "list[Column[LineView]]" = [
    Column("position", N_("No."), lambda line: line.position, "count"),
    Column("product", N_("Product"), lambda line: line.product),
    Column("product_code", N_("Product code"), lambda line: line.product_code, on_screen=False),
    Column("spec", N_("Specification"), lambda line: line.spec),
    *priced_columns(),
    Column("discount_percent", N_("Off"), lambda line: number(line.discount_percent), "count", word=_percent),
    Column("amount", N_("Amount"), lambda line: line.amount, "money"),
    Column("last_paid", N_("Last price"), lambda line: line.last_paid and last_price_words(line.last_paid)),
    Column("last_paid", N_("Last price"), lambda line: _price_json(line.last_paid), "data"),
    Column("last_quoted", N_("Last quoted"), lambda line: _price_json(line.last_quoted), "data"),
]


def _price_json(price: "LastPrice | None") -> dict[str, Any] | None:
    if price is None:
        return None
    return {
        "kind": price.kind,
        "code": price.code,
        "number": price.number,
        "day": price.day,
        "price": plain(price.price),
        "currency": price.currency,
        "discount_percent": number(price.discount_percent),
        "unit": price.unit,
    }


def last_price_words(price: "LastPrice") -> str:
    """A price that the client had: ``33.00 CNY, 2026-10-09 Fri, O0012``; one that was only quoted says so."""
    money = f"{grouped(price.price)} {price.currency}" + (f"/{price.unit}" if price.unit else "")
    if price.discount_percent is not None:
        money = _("{price} less {percent}%").format(price=money, percent=price.discount_percent)
    named = f"{price.code} {price.number}" if price.number else price.code
    if price.kind == "quotation":
        named = _("{code} (quoted)").format(code=named)
    return _(", ").join([money, echo_day(price.day), named])


def quotation_json(quotation: "QuotationView") -> dict[str, Any]:
    """A quotation with its lines as scripts read it."""
    return {**as_json(quotation, QUOTATIONS), "lines": [as_json(line, LINES) for line in quotation.lines]}


def show(quotation: "QuotationView", form: Form, differences: "Sequence[Difference] | None" = None) -> None:
    """Print a quotation: as JSON, or its head, its lines and what they come to.

    ``differences`` are those of a form that came back; they go into the JSON only.
    """
    if form == "json":
        more = {} if differences is None else {"differences": [_difference_json(one) for one in differences]}
        print_json({**quotation_json(quotation), **more})
        return
    head = ("code", "version", "client", "deal", "state", "issued_on", "valid_until", "sent_on", "settled_on", "reason")
    _print_fields(quotation, head)
    if quotation.lines:
        shown = [column for column in LINES if column.on_screen and column.kind != "data"]
        print_table(quotation.lines, [one for one in shown if any(cell(line, one) for line in quotation.lines)])
    sums = [name for name in ("discount", "freight") if getattr(quotation, name)]
    sums = ["subtotal", *sums] if sums else []
    taxed = ("tax_percent", "tax") if quotation.tax_percent else ()
    foreign = ("rate", "value") if quotation.rate else ()
    _print_fields(quotation, (*sums, "total", "currency", *taxed, *foreign, "incoterm", "terms", "note"))


def _print_fields(quotation: "QuotationView", names: tuple[str, ...]) -> None:
    by_key = {column.key: column for column in QUOTATIONS if column.kind != "data"}
    pairs = [(_(by_key[name].title), cell(quotation, by_key[name])) for name in names]
    print_pairs([(title, text) for title, text in pairs if text])


_FIGURES = {
    "quantity": N_("Quantity"),
    "price": N_("Price"),
    "discount_percent": N_("Off"),
    "amount": N_("Amount"),
    "discount": N_("Discount"),
    "freight": N_("Freight"),
    "total": N_("Total"),
}


def _difference_json(difference: "Difference") -> dict[str, Any]:
    return {
        "line": difference.position,
        "product": difference.product,
        "figure": difference.figure,
        "quotation": difference.kept,
        "form": difference.found,
    }


def say_differences(code: str, differences: "Sequence[Difference]") -> None:
    """Say which figures of a form are not those of its quotation, which stay."""
    for one in differences:
        title = _(_FIGURES[one.figure])
        where = title if one.product is None else _("{position} {product}, {title}").format(
            position=one.position, product=one.product, title=title
        )  # fmt: skip
        say(
            _("Warning: the form says {found}, the quotation {kept}: {where}.").format(
                found=one.found or "–", kept=one.kept or "–", where=where
            )
        )
    if differences:
        say(_("The figures of {code} stay as they were; `sales quote revise {code}` changes them.").format(code=code))


def say_prices(quotation: "QuotationView") -> None:
    """Say what the client paid before for each product, and what was quoted since."""
    for line in quotation.lines:
        if line.last_paid is None:
            continue
        said = last_price_words(line.last_paid)
        say(_("{product}: last price {price}.").format(product=line.product, price=said))
        quoted = line.last_quoted
        if quoted is not None and quoted != line.last_paid and quoted.day >= line.last_paid.day:
            said = last_price_words(quoted)
            say(_("{product}: since then {price}.").format(product=line.product, price=said))


def total_words(quotation: "QuotationView") -> str:
    """The total with its currency, and in yuan where that is another."""
    total = f"{grouped(quotation.total)} {quotation.currency}"
    if quotation.rate is None:
        return total
    return _("{total} (at {rate}: {value} CNY)").format(
        total=total, rate=quotation.rate, value=grouped(quotation.value)
    )


def state_words(quotation: "QuotationView") -> str:
    """What became of a quotation, in a sentence."""
    return _("{code} version {version} for {client} is now: {state}.").format(
        code=quotation.code,
        version=quotation.version,
        client=quotation.client.name,
        state=label(quotation.state, QuoteState),
    )
