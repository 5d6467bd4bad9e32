"""`sales task …`: what the manager asked for, or one took on, and what came of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import amounts, dates, render, services
from salescli.cli.ask import confirm, given_or_asked, with_choice
from salescli.cli.changing import changed
from salescli.cli.completion import client_names
from salescli.cli.options import Csv, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.errors import BadValue
from salescli.i18n import _, _n

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.models.tasks import Task
    from salescli.services.care.tasks import TaskView

app = group(_("Tasks from the manager: add, what is due, done, review."))

TaskRef = Annotated[
    str, typer.Argument(metavar="TASK", help=_("Code, title or a part of it, or a client with one open task."))
]
From = Annotated[str | None, typer.Option("--from", metavar="NAME", help=_("Who gave it."))]
Due = Annotated[str | None, typer.Option("--due", metavar="DAY", help=_("The day it is due."))]
Priority = Annotated[
    str | None, typer.Option("--priority", metavar="high|normal|low", help=_("How urgent: 高 中 低; normal else."))
]
Client = Annotated[
    str | None,
    typer.Option("--client", metavar="CLIENT", help=_("The client it is about."), autocompletion=client_names),
]
Requirement = Annotated[str | None, typer.Option("--requirement", help=_("What is asked for."))]
Completeness = Annotated[
    str | None, typer.Option("--completeness", metavar="0-100", help=_("How much of it was done, in percent."))
]
Quality = Annotated[str | None, typer.Option("--quality", metavar="0-100", help=_("How well it was done."))]
Effect = Annotated[str | None, typer.Option("--effect", help=_("What came of it."))]
ReasonAsked = Annotated[str | None, typer.Option("--reason", help=_("Why; it is asked for."))]


@app.command(
    "add",
    **described(
        _("Add a task, with its day after an @."),
        "sales task add 走访滨江区十家新客户@月底 --from 王经理 --priority 高",
        "sales task add 整理名单 --parent K0001 --due 周三",
    ),
)
def add(
    ctx: typer.Context,
    title: Annotated[
        list[str], typer.Argument(metavar="TITLE[@DAY]", help=_("What is to be done, and by when; no quotes needed."))
    ],
    from_whom: From = None,
    due: Due = None,
    priority: Priority = None,
    client: Client = None,
    parent: Annotated[str | None, typer.Option("--parent", metavar="TASK", help=_("The task it is a part of."))] = None,
    requirement: Requirement = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    words = " ".join(title)
    # With --due an @ in the title is none of ours.
    name, day = services.tasks.split_title(words, run.today) if due is None else (words, _day(run, due))
    details = {"from_whom": from_whom, "priority": priority, "requirement": requirement}

    whole_code = None if parent is None else _found(run, parent)[0].code

    def make(ref: str) -> Any:
        with run.writing("task add") as session:
            whose = services.clients.find(session, ref) if ref else None
            whole = None if whole_code is None else services.tasks.find(session, whole_code)
            task = services.tasks.add(session, name, due_on=day, client=whose, parent=whole, **details)
            return services.tasks.view(session, task, run.today)

    view = with_choice(client or "", make)
    render.tasks.show(view, render.output.form(as_json=as_json))
    _say(_("Added {code} {title}."), view)
    _echo_due(view)


def _day(run: Run, text: str | None) -> Any:
    return None if text is None else dates.parse_day(text, run.today, "coming")


def _percent(text: str | None) -> int | None:
    return None if text is None else amounts.parse_hundred(text)


def _say(sentence: str, view: "TaskView") -> None:
    render.output.say(sentence.format(code=view.code, title=view.title))


def _echo_due(view: "TaskView") -> None:
    if view.due_on is not None:
        render.output.say(_("Due on {day}.").format(day=dates.echo_day(view.due_on)))
        if view.days_overdue:
            render.output.say(_("{day} has passed.").format(day=dates.echo_day(view.due_on)))


@app.command(
    "list",
    **described(
        _("List the open tasks: overdue ones first, then by priority and day."),
        "sales task list",
        "sales task list --overdue",
        "sales task list --state 已完成",
        "sales task list --archived",
    ),
)
def list_(
    ctx: typer.Context,
    only_open: Annotated[bool, typer.Option("--open", help=_("Only those still to do, as without options."))] = False,
    every: Annotated[bool, typer.Option("--all", help=_("Also those that are over or put away."))] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help=_("Only those past their day."))] = False,
    state: Annotated[
        str | None,
        typer.Option("--state", metavar="todo|doing|done|reviewed|moved|dropped", help=_("Only of this state.")),
    ] = None,
    archived: Annotated[bool, typer.Option("--archived", help=_("Only those put away."))] = False,
    client: Annotated[
        str | None, typer.Option("--client", help=_("Only this client."), autocompletion=client_names)
    ] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    if only_open and (every or archived or state is not None):
        raise BadValue(_("--open goes with none of --all, --state and --archived."))

    def look(ref: str) -> "list[TaskView]":
        with run.reading() as session:
            whose = services.clients.find(session, ref) if ref else None
            wanted = services.tasks.Filter(every, overdue, state, archived, whose)
            return services.tasks.listed(session, wanted, run.today)

    found = with_choice(client or "", look)
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    plain = not (every or overdue or state or archived or client)
    render.tasks.show_list(
        found, form, empty=_("Nothing is to do; `--all` looks at all tasks.") if plain else _("No task matches.")
    )
    late = sum(task.days_overdue > 0 for task in found)
    if form == "screen" and late:
        render.output.say(_n("{count} task is overdue.", "{count} tasks are overdue.", late).format(count=late))


@app.command("show", **described(_("Show a task and its parts."), "sales task show K0012"))
def show(ctx: typer.Context, ref: TaskRef, as_json: Json = False) -> None:
    view, parts = _found(Run.of(ctx), ref)
    render.tasks.show_with_parts(view, parts, render.output.form(as_json=as_json))


def _found(run: Run, ref: str) -> "tuple[TaskView, list[TaskView]]":
    def look(ref: str) -> Any:
        with run.reading() as session:
            task = services.tasks.find(session, ref)
            return services.tasks.view(session, task, run.today), services.tasks.parts(session, task, run.today)

    found: tuple[TaskView, list[TaskView]] = with_choice(ref, look)
    return found


@app.command(
    "start",
    **described(_("Note that a task is being done; one that was over is taken up again."), "sales task start K0012"),
)
def start(ctx: typer.Context, ref: TaskRef, as_json: Json = False) -> None:
    view = _change(Run.of(ctx), ref, "task start", lambda session, task: services.tasks.start(session, task), as_json)
    _say(_("Being done: {code} {title}."), view)


@app.command(
    "done",
    **described(
        _("Note that a task is done, with its result."),
        "sales task done K0012",
        "sales task done 走访滨江 --completeness 90 --quality 85 --effect 新增三家意向客户",
    ),
)
def done(
    ctx: typer.Context,
    ref: TaskRef,
    completeness: Completeness = None,
    quality: Quality = None,
    effect: Effect = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DAY", help=_("The day, today unless given."))] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    day = run.today if on is None else dates.parse_day(on, run.today, "past")
    result: dict[str, Any] = {"completeness": _percent(completeness), "quality": _percent(quality), "effect": effect}
    view = _change(
        run,
        ref,
        "task done",
        lambda session, task: services.tasks.finish(session, task, day, run.today, **result),
        as_json,
    )
    _say(_("Done: {code} {title}."), view)


@app.command(
    "review",
    **described(
        _("Note what the manager says of a task that was done."),
        "sales task review K0012 --feedback 名单完整，下次附上照片 --quality 90",
    ),
)
def review(
    ctx: typer.Context,
    ref: TaskRef,
    feedback: Annotated[
        str | None, typer.Option("--feedback", help=_("What the manager says; it is asked for."))
    ] = None,
    completeness: Completeness = None,
    quality: Quality = None,
    effect: Effect = None,
    as_json: Json = False,
) -> None:
    result: dict[str, Any] = {"completeness": _percent(completeness), "quality": _percent(quality), "effect": effect}
    said = given_or_asked(feedback, "--feedback", _("What does the manager say?"))
    view = _change(
        Run.of(ctx),
        ref,
        "task review",
        lambda session, task: services.tasks.review(session, task, said, **result),
        as_json,
    )
    _say(_("Reviewed: {code} {title}."), view)


@app.command(
    "move",
    **described(_("Put an open task on another day, with the reason."), "sales task move K0012 下周三 --reason 等样品"),
)
def move(
    ctx: typer.Context,
    ref: TaskRef,
    day: Annotated[str, typer.Argument(metavar="DAY", help=_("The new day."))],
    reason: ReasonAsked = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    to = _day(run, day)
    why = given_or_asked(reason, "--reason", _("Why?"))
    view = _change(
        run, ref, "task move", lambda session, task: services.tasks.move(session, task, to, run.today, why), as_json
    )
    _say(_("Moved {code} {title}."), view)
    _echo_due(view)


@app.command(
    "drop", **described(_("Give an open task up, with the reason."), "sales task drop K0012 --reason 客户取消活动")
)
def drop(ctx: typer.Context, ref: TaskRef, reason: ReasonAsked = None, as_json: Json = False) -> None:
    why = given_or_asked(reason, "--reason", _("Why?"))
    view = _change(
        Run.of(ctx), ref, "task drop", lambda session, task: services.tasks.drop(session, task, why), as_json
    )
    _say(_("Dropped {code} {title}."), view)


@app.command("archive", **described(_("Put a task that is over away."), "sales task archive K0012"))
def archive(ctx: typer.Context, ref: TaskRef, as_json: Json = False) -> None:
    run = Run.of(ctx)
    view = _change(
        run, ref, "task archive", lambda session, task: services.tasks.archive(session, task, run.today), as_json
    )
    _say(_("Put away: {code} {title}."), view)


@app.command(
    "edit", **described(_("Change what a task says."), "sales task edit K0012 --priority 高 --requirement 每家附照片")
)
def edit(
    ctx: typer.Context,
    ref: TaskRef,
    title: Annotated[str | None, typer.Option("--title", help=_("A new title."))] = None,
    from_whom: From = None,
    due: Due = None,
    priority: Annotated[
        str | None, typer.Option("--priority", metavar="high|normal|low", help=_("How urgent: 高 中 低."))
    ] = None,
    client: Client = None,
    requirement: Requirement = None,
    completeness: Completeness = None,
    quality: Quality = None,
    effect: Effect = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    details: dict[str, Any] = {
        "title": title,
        "from_whom": from_whom,
        "due_on": _day(run, due),
        "priority": priority,
        "requirement": requirement,
        "completeness": _percent(completeness),
        "quality": _percent(quality),
        "effect": effect,
    }
    if client is None and all(value is None for value in details.values()):
        raise BadValue(
            _("Nothing to change was given."),
            hint=_("`{command} --help` shows how.").format(command="sales task edit"),
        )

    about = None if client is None else with_choice(client, lambda ref: _client_code(run, ref))

    def work(session: "Session", task: "Task") -> "Task":
        whose = None if about is None else services.clients.find(session, about)
        return services.tasks.edit(session, task, client=whose, **details)

    view = _change(run, ref, "task edit", work, as_json)
    _say(_("Changed {code} {title}."), view)
    if due is not None:
        _echo_due(view)


def _client_code(run: Run, ref: str) -> str:
    with run.reading() as session:
        return str(services.clients.find(session, ref).code)


@app.command("remove", **described(_("Take a task and its parts out of every list."), "sales task remove K0012"))
def remove(ctx: typer.Context, ref: TaskRef, yes: Yes = False, as_json: Json = False) -> None:
    run = Run.of(ctx)
    view, parts = _found(run, ref)
    question = _("Remove {code} {title}?")
    if parts:
        question = _n(
            "Remove {code} {title} and its {count} part?", "Remove {code} {title} and its {count} parts?", len(parts)
        )
    if not confirm(question.format(code=view.code, title=view.title, count=len(parts)), yes=yes):
        raise typer.Exit
    with run.writing("task remove") as session:
        services.tasks.remove(session, services.tasks.find(session, view.code))
    render.tasks.show(view, render.output.form(as_json=as_json))
    _say(_("Removed {code} {title}."), view)


def _change(run: Run, ref: str, command: str, work: "Callable[[Session, Task], Task]", as_json: bool) -> "TaskView":
    """Do ``work`` on the task that ``ref`` means, and show what became of it."""
    tasks = services.tasks
    view = changed(run, command, ref, tasks.find, work, lambda session, task: tasks.view(session, task, run.today))
    render.tasks.show(view, render.output.form(as_json=as_json))
    return view
