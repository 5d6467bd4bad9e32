"""`sales competitor …`: who sells against us, and how they stand against us."""

from typing import Annotated, Any

import typer

from salescli import render, services
from salescli.cli.ask import confirm, with_choice
from salescli.cli.options import Csv, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _

app = group(_("Competitors: add, compare with us, what was heard of them."))

NameRef = Annotated[str, typer.Argument(metavar="NAME", help=_("The name, or a part of it."))]
NoteOption = Annotated[str | None, typer.Option("--note", help=_("Note."))]


@app.command(
    "add", **described(_("Add a competitor."), "sales competitor add 甲厂", "sales competitor add 甲厂 --note 本地老厂")
)
def add(
    ctx: typer.Context,
    name: Annotated[list[str], typer.Argument(metavar="NAME", help=_("Its name; no quotes needed."))],
    note: NoteOption = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    with run.writing("competitor add") as session:
        found = services.competitors.add(session, " ".join(name), note)
        view = services.competitors.view(session, found)
    render.output.show_record(view, render.market.COMPETITORS, render.output.form(as_json=as_json))
    render.output.say(_("Added {name}.").format(name=view.name))


@app.command(
    "list", **described(_("List the competitors, the one heard of last first."), "sales competitor list")
)  # fmt: skip
def list_(ctx: typer.Context, as_json: Json = False, as_csv: Csv = False) -> None:
    run = Run.of(ctx)
    with run.reading() as session:
        rows = services.competitors.listed(session)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.output.show_rows(rows, render.market.COMPETITORS, form, empty=_("No competitor is known yet."))


@app.command(
    "show",
    **described(
        _("The page of a competitor: function, price and brand against ours, and what was heard of it."),
        "sales competitor show 甲厂",
    ),
)
def show(ctx: typer.Context, name: NameRef, as_json: Json = False) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> Any:
        with run.reading() as session:
            found = services.competitors.find(session, ref)
            heard = services.insights.listed(session, services.insights.Filter(competitor=found.name))
            points = services.competitors.points(session, found)
            return services.competitors.view(session, found), points, heard[::-1]

    competitor, points, heard = with_choice(name, look)
    render.market.show_page(competitor, points, heard, render.output.form(as_json=as_json))


@app.command(
    "note",
    **described(
        _("Note how a competitor stands against us in function, price or brand."),
        "sales competitor note 甲厂 --aspect price 860元一台 --ours 920元一台 --product X200",
        "sales competitor note 甲厂 --aspect 品牌 本地知名度高",
    ),
)
def note(
    ctx: typer.Context,
    name: NameRef,
    theirs: Annotated[list[str], typer.Argument(metavar="THEIRS", help=_("What is theirs; no quotes needed."))],
    aspect: Annotated[
        str, typer.Option("--aspect", metavar="function|price|brand", help=_("In what: 功能, 价格 or 品牌."))
    ],
    ours: Annotated[str | None, typer.Option("--ours", help=_("What is ours; as before unless given."))] = None,
    product: Annotated[str | None, typer.Option("--product", help=_("Of which product."))] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)

    def compare(ref: str) -> Any:
        with run.writing("competitor note") as session:
            found = services.competitors.find(session, ref)
            said = " ".join(theirs)
            return services.competitors.compare(
                session, found, aspect, said, run.today, ours=ours, product=product
            )  # fmt: skip

    view = with_choice(name, compare)
    render.output.show_record(view, render.market.POINTS, render.output.form(as_json=as_json))


@app.command(
    "edit", **described(_("Change the name or the note of a competitor."), "sales competitor edit 甲厂 --name 甲机电厂")
)
def edit(
    ctx: typer.Context,
    name: NameRef,
    new_name: Annotated[str | None, typer.Option("--name", help=_("A new name."))] = None,
    note: NoteOption = None,
    as_json: Json = False,
) -> None:
    if new_name is None and note is None:
        raise BadValue(
            _("Nothing to change was given."),
            hint=_("`{command} --help` shows how.").format(command="sales competitor edit"),
        )
    run = Run.of(ctx)

    def change(ref: str) -> Any:
        with run.writing("competitor edit") as session:
            found = services.competitors.find(session, ref)
            return services.competitors.view(session, services.competitors.edit(session, found, new_name, note))

    view = with_choice(name, change)
    render.output.show_record(view, render.market.COMPETITORS, render.output.form(as_json=as_json))
    render.output.say(_("Changed {name}.").format(name=view.name))


@app.command(
    "remove",
    **described(_("Take a competitor out of every list; what was heard of it stays."), "sales competitor remove 甲厂"),
)
def remove(ctx: typer.Context, name: NameRef, yes: Yes = False, as_json: Json = False) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> Any:
        with run.reading() as session:
            return services.competitors.view(session, services.competitors.find(session, ref))

    view = with_choice(name, look)
    if not confirm(_("Remove {name}?").format(name=view.name), yes=yes):
        raise typer.Exit
    with run.writing("competitor remove") as session:
        services.competitors.remove(session, services.competitors.find(session, view.name))
    render.output.show_record(view, render.market.COMPETITORS, render.output.form(as_json=as_json))
    render.output.say(_("Removed {name}.").format(name=view.name))
