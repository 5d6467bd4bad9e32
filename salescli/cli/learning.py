"""`sales learning …`: what was learned."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from salescli import dates, render, services
from salescli.cli.ask import confirm
from salescli.cli.options import Csv, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _, _n

if TYPE_CHECKING:
    from salescli.services.care.learning import LearningView

app = group(_("What was learned: add, list."))

Code = Annotated[str, typer.Argument(metavar="LEARNING", help=_("Its code."))]
Hours = Annotated[str | None, typer.Option("--hours", metavar="1.5", help=_("How long it took, in hours."))]
Minutes = Annotated[str | None, typer.Option("--minutes", metavar="90", help=_("How long it took, in minutes."))]
Takeaway = Annotated[str | None, typer.Option("--takeaway", help=_("What was taken away."))]
On = Annotated[str | None, typer.Option("--on", metavar="DAY", help=_("The day, today unless given."))]


@app.command(
    "add",
    **described(
        _("Note what was learned."),
        "sales learning add X200新品培训 --hours 1.5 --takeaway 掌握三个卖点",
        "sales learning add 谈判技巧 --minutes 90 --on 昨天",
    ),
)
def add(
    ctx: typer.Context,
    topic: Annotated[list[str], typer.Argument(metavar="TOPIC", help=_("What about; no quotes needed."))],
    hours: Hours = None,
    minutes: Minutes = None,
    takeaway: Takeaway = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    day = run.today if on is None else _day(run, on)
    took = services.learning.parse_minutes(hours, minutes)
    with run.writing("learning add") as session:
        view = services.learning.view(services.learning.add(session, " ".join(topic), day, took, takeaway))
    _show(view, as_json)
    render.output.say(_("Added {code}, {day}.").format(code=view.code, day=dates.echo_day(view.on)))


def _day(run: Run, text: str) -> date:
    day = dates.parse_day(text, run.today, "past")
    if day > run.today:
        raise BadValue(_("{day} has not come yet.").format(day=dates.echo_day(day)))
    return day


def _show(view: "LearningView", as_json: bool) -> None:
    render.output.show_record(view, render.learning.LEARNING, render.output.form(as_json=as_json))


@app.command(
    "list",
    **described(_("List what was learned, all of it unless a period is given."), "sales learning list 本月"),
)
def list_(
    ctx: typer.Context,
    period: Annotated[str | None, typer.Argument(metavar="[PERIOD]", help=_("A day, week, month, …"))] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    span = None if period is None else dates.parse_period(period, run.today)
    with run.reading() as session:
        rows = services.learning.of_period(session, *((None, None) if span is None else (span.begin, span.end)))
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.output.show_rows(rows, render.learning.LEARNING, form, empty=_("Nothing learned is noted."))
    if form == "screen" and rows:
        took = render.learning.hours_words(sum(row.minutes or 0 for row in rows))
        render.output.say(
            _n("{count} entry, {hours}.", "{count} entries, {hours}.", len(rows)).format(count=len(rows), hours=took)
        )


@app.command(
    "edit", **described(_("Change what was noted."), "sales learning edit L0012 --hours 2 --takeaway 掌握三个卖点")
)
def edit(
    ctx: typer.Context,
    code: Code,
    topic: Annotated[str | None, typer.Option("--topic", help=_("What about."))] = None,
    hours: Hours = None,
    minutes: Minutes = None,
    takeaway: Takeaway = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    took = services.learning.parse_minutes(hours, minutes)
    day = None if on is None else _day(run, on)
    if topic is None and took is None and takeaway is None and day is None:
        raise BadValue(
            _("Nothing to change was given."),
            hint=_("`{command} --help` shows how.").format(command="sales learning edit"),
        )
    with run.writing("learning edit") as session:
        found = services.learning.find(session, code)
        changed = services.learning.edit(session, found, topic=topic, on=day, minutes=took, takeaway=takeaway)
        view = services.learning.view(changed)
    _show(view, as_json)
    render.output.say(_("Changed {code}.").format(code=view.code))


@app.command("remove", **described(_("Take it out of every list."), "sales learning remove L0012"))
def remove(ctx: typer.Context, code: Code, yes: Yes = False, as_json: Json = False) -> None:
    run = Run.of(ctx)
    with run.reading() as session:
        view = services.learning.view(services.learning.find(session, code))
    if not confirm(_("Remove {code} {text}?").format(code=view.code, text=view.topic), yes=yes):
        raise typer.Exit
    with run.writing("learning remove") as session:
        services.learning.remove(session, services.learning.find(session, view.code))
    _show(view, as_json)
    render.output.say(_("Removed {code}.").format(code=view.code))
