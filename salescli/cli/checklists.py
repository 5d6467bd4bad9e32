"""`sales checklist …` and `sales visit ready`: what visits of a kind need, and what is ready for one."""

from typing import Annotated, Any

import typer

from salescli import render, services
from salescli.cli.ask import confirm, with_choice
from salescli.cli.options import Csv, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _

app = group(_("What to prepare for visits, by kind: list, add, remove."))

_KINDS = "visit|sample|demo|meeting|hosting"
KindOption = Annotated[
    str | None, typer.Option("--kind", metavar=_KINDS, help=_("What it is made for; brings its checklist along."))
]
Kind = Annotated[str, typer.Argument(metavar="KIND", help=_("The kind of visit, also 拜访 送样 演示 会议 接待."))]


@app.command(
    "list", **described(_("List what visits need."), "sales checklist list hosting", "sales checklist list 送样")
)
def list_(
    ctx: typer.Context,
    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", help=_("Only this kind of visit."))] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    with Run.of(ctx).reading() as session:
        rows = services.checklists.listed(session, kind)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.output.show_rows(rows, render.checklists.ITEMS, form, empty=_("The list is empty."))


@app.command(
    "add",
    **described(
        _("Put one more thing on the list of a kind of visit."),
        "sales checklist add visit 样册",
        "sales checklist add hosting 派车接站 --before 3h",
    ),
)
def add(
    ctx: typer.Context,
    kind: Kind,
    text: Annotated[list[str], typer.Argument(metavar="TEXT...", help=_("What is needed; no quotes needed."))],
    before: Annotated[
        str | None, typer.Option("--before", metavar="2h|1d|5m", help=_("How long before the visit it must be ready."))
    ] = None,
    as_json: Json = False,
) -> None:
    with Run.of(ctx).writing("checklist add") as session:
        item = services.checklists.add(session, kind, " ".join(text), before)
    render.output.show_record(item, render.checklists.ITEMS, render.output.form(as_json=as_json))
    render.output.say(_("Added {number} “{text}”.").format(number=item.number, text=item.text))


@app.command(
    "remove", **described(_("Take a thing off the list of a kind of visit."), "sales checklist remove visit 2")
)
def remove(
    ctx: typer.Context,
    kind: Kind,
    ref: Annotated[str, typer.Argument(metavar="ITEM", help=_("Its number, or a part of its words."))],
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> Any:
        with run.reading() as session:
            return services.checklists.found(session, kind, ref)

    item = with_choice(ref, look)
    if not confirm(_("Take “{text}” off the list?").format(text=item.text), yes=yes):
        raise typer.Exit
    with run.writing("checklist remove") as session:
        services.checklists.remove(session, kind, str(item.number))
    render.output.show_record(item, render.checklists.ITEMS, render.output.form(as_json=as_json))
    render.output.say(_("Took “{text}” off the list.").format(text=item.text))


def ready(
    ctx: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="VISIT", help=_("Code, or a client with one visit that day."))],
    items: Annotated[
        list[str] | None, typer.Argument(metavar="[ITEM]...", help=_("Numbers or parts of the words; all for all."))
    ] = None,
    off: Annotated[bool, typer.Option("--off", help=_("Mark them as not ready."))] = False,
    put: Annotated[list[str] | None, typer.Option("--add", metavar="TEXT", help=_("Put this on its list."))] = None,
    kind: KindOption = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    if off and not items:
        raise BadValue(_("Say which items are not ready."))

    def work(ref: str) -> Any:
        with run.writing("visit ready") as session:
            visit = services.visits.find(session, ref, run.today, only_open=True)
            there = services.checklists.of_visit(session, visit)
            if kind is not None or (not there and not put):
                there = services.checklists.attach(session, visit, kind)
            for text in put or ():
                services.checklists.put(session, visit, text)
            everything = [str(number) for number in range(1, len(services.checklists.of_visit(session, visit)) + 1)]
            asked = everything if items and [item.lower() for item in items] in (["all"], ["全部"]) else items or []
            return services.checklists.tick(session, visit, asked, None if off else run.today)

    rows = with_choice(ref, work)
    render.output.show_rows(rows, render.checklists.READY, render.output.form(as_json=as_json))
    left = [item.text for item in rows if item.ready_on is None]
    if left:
        render.output.say(_("Not ready yet: {items}.").format(items=_(", ").join(left)))
    else:
        render.output.say(_("Everything is ready."))
