"""`sales product …`: what is sold, and for how much."""

from typing import Annotated, Any

import typer

from salescli import amounts, dates, i18n, line_items, render, services
from salescli.cli.ask import confirm, with_choice
from salescli.cli.clients import Ref
from salescli.cli.options import Csv, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _

app = group(_("Products: add, list, prices agreed with clients."))

ProductRef = Annotated[str, typer.Argument(metavar="PRODUCT", help=_("Code, name or a part of it."))]
Spec = Annotated[str | None, typer.Option("--spec", help=_("Specification: type, size, material."))]
Unit = Annotated[str | None, typer.Option("--unit", help=_("What is counted: 台, 件, m."))]
PriceOption = Annotated[
    str | None, typer.Option("--price", metavar="AMOUNT", help=_("List price of one unit, tax included."))
]
Cost = Annotated[str | None, typer.Option("--cost", metavar="AMOUNT", help=_("What one unit costs us."))]
Currency = Annotated[str | None, typer.Option("--currency", metavar="CNY|USD|…", help=_("Currency of the prices."))]
Note = Annotated[str | None, typer.Option("--note", help=_("Note."))]


@app.command(
    "add", **described(_("Add a product."), "sales product add X200 液压泵 --spec 20MPa --unit 台 --price 3.5万")
)
def add(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help=_("Your code of it, without blanks."))],
    name: Annotated[list[str], typer.Argument(metavar="NAME", help=_("What it is called; no quotes needed."))],
    spec: Spec = None,
    unit: Unit = None,
    price: PriceOption = None,
    cost: Cost = None,
    currency: Currency = None,
    note: Note = None,
    as_json: Json = False,
) -> None:
    fields = _given(
        spec=spec, unit=unit, price=_amount(price), cost=_amount(cost), currency=currency, note=note
    )  # fmt: skip
    with Run.of(ctx).writing("product add") as session:
        view = services.products.view(services.products.add(session, code, " ".join(name), **fields))
    render.output.show_record(view, render.products.PRODUCTS, render.output.form(as_json=as_json))
    render.output.say(_("Added {code} {name}.").format(code=view.code, name=view.name))


@app.command("list", **described(_("List products."), "sales product list", "sales product list 泵"))
def list_(
    ctx: typer.Context,
    text: Annotated[list[str] | None, typer.Argument(metavar="[TEXT]", help=_("A part of a code or name."))] = None,
    archived: Annotated[bool, typer.Option("--archived", help=_("Those kept out of the lists as well."))] = False,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    with Run.of(ctx).reading() as session:
        rows = services.products.listed(session, " ".join(text) if text else None, archived=archived)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.output.show_rows(rows, render.products.PRODUCTS, form, empty=_("No product matches."))


@app.command("show", **described(_("Show a product with the prices agreed for it."), "sales product show X200"))
def show(ctx: typer.Context, ref: ProductRef, as_json: Json = False) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> Any:
        with run.reading() as session:
            found = services.products.meant(session, ref)
            return services.products.view(found), services.products.prices(session, found)

    product, prices = with_choice(ref, look)
    render.products.show(product, prices, render.output.form(as_json=as_json))


@app.command("edit", **described(_("Change a product."), "sales product edit X200 --price 3.6万"))
def edit(
    ctx: typer.Context,
    ref: ProductRef,
    code: Annotated[str | None, typer.Option("--code", help=_("A new code."))] = None,
    name: Annotated[str | None, typer.Option("--name", help=_("A new name."))] = None,
    spec: Spec = None,
    unit: Unit = None,
    price: PriceOption = None,
    cost: Cost = None,
    currency: Currency = None,
    note: Note = None,
    archived: Annotated[bool | None, typer.Option("--archive/--unarchive", help=_("Keep it out of the lists."))] = None,
    as_json: Json = False,
) -> None:
    fields = _given(
        code=code, name=name, spec=spec, unit=unit, price=_amount(price), cost=_amount(cost), currency=currency,
        note=note, archived=archived,
    )  # fmt: skip
    if not fields:
        raise BadValue(
            _("Nothing to change was given."),
            hint=_("`{command} --help` shows how.").format(command="sales product edit"),
        )

    def change(ref: str) -> Any:
        with Run.of(ctx).writing("product edit") as session:
            product = services.products.meant(session, ref)
            return services.products.view(services.products.edit(session, product, fields))

    view = with_choice(ref, change)
    render.output.show_record(view, render.products.PRODUCTS, render.output.form(as_json=as_json))
    render.output.say(_("Changed {code} {name}.").format(code=view.code, name=view.name))


@app.command("remove", **described(_("Take a product out of every list."), "sales product remove X200"))
def remove(ctx: typer.Context, ref: ProductRef, yes: Yes = False, as_json: Json = False) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> Any:
        with run.reading() as session:
            return services.products.view(services.products.meant(session, ref))

    view = with_choice(ref, look)
    if not confirm(_("Remove {code} {name}?").format(code=view.code, name=view.name), yes=yes):
        raise typer.Exit
    with run.writing("product remove") as session:
        services.products.remove(session, services.products.meant(session, view.code))
    render.output.show_record(view, render.products.PRODUCTS, render.output.form(as_json=as_json))
    render.output.say(_("Removed {code} {name}.").format(code=view.code, name=view.name))


@app.command(
    "price",
    **described(
        _("Note the price agreed with a client for a product, from a day on."),
        "sales product price hzlh X200 3.3万",
        "sales product price 蓝海 X200 32500 --from 2027-01-01 --note 年度协议",
    ),
)
def price(
    ctx: typer.Context,
    client: Ref,
    product: ProductRef,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help=_("The price of one unit, tax included."))],
    from_: Annotated[str | None, typer.Option("--from", metavar="DAY", help=_("From which day; today."))] = None,
    currency: Annotated[
        str | None, typer.Option("--currency", metavar="CNY|USD|…", help=_("The product's currency unless given."))
    ] = None,
    note: Note = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    minor = _price_of_one(amount)
    day = run.today if from_ is None else dates.parse_day(from_, run.today, "coming")

    def client_code(ref: str) -> str:
        with run.reading() as session:
            return str(services.clients.find(session, ref).code)

    def agree(ref: str) -> Any:
        with run.writing("product price") as session:
            whose = services.clients.find(session, code)
            found = services.products.meant(session, ref)
            services.products.set_price(session, whose, found, minor, day, currency=currency, note=note)
            agreed = services.products.prices(session, found, whose)
            return next(price for price in agreed if price.from_on == day)

    code = with_choice(client, client_code)
    view = with_choice(product, agree)
    render.output.show_record(view, render.products.PRICES, render.output.form(as_json=as_json))
    render.output.say(
        _("Agreed with {client}: {product} at {price} {currency} from {day} on.").format(
            client=view.client_name,
            product=view.product,
            price=amounts.grouped(view.price),
            currency=view.currency,
            day=dates.echo_day(view.from_on),
        )
    )


def _amount(text: str | None) -> int | None:
    return None if text is None else _price_of_one(text)


def _price_of_one(text: str) -> int:
    """An amount; what is the price of 100 or 1,000 is refused, and the sentence says how to write it."""
    of_many = line_items.price_of_many(text)
    if of_many is not None:
        price, many, unit = of_many
        named = f"{many}{unit}" if unit else f"{many}件" if i18n.language() == "zh" else f'"{many} pcs"'
        raise BadValue(
            _("“{text}” is the price of {many}; a list has the price of one unit.").format(text=text, many=many),
            hint=_(
                "Make so many the unit: --unit {unit} --price {price}. A line then counts them: “X200 x 10”."
            ).format(unit=named, price=price.strip()),
        )
    return amounts.parse_amount(text)


def _given(**fields: Any) -> dict[str, Any]:
    """The fields that were given."""
    return {name: value for name, value in fields.items() if value is not None}
