"""`sales week reply`: the manager's answer, from the returned sheet or by word of mouth."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import render, services
from salescli.cli.ask import confirm
from salescli.cli.options import Json, Yes, described
from salescli.cli.run import Run
from salescli.cli.target_options import figure
from salescli.dates import Period
from salescli.errors import BadValue, NotFound
from salescli.i18n import _
from salescli.vocabulary import Measure

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.services.reporting.week_replies import Reply

app = typer.Typer()


@app.command(
    "reply",
    **described(
        _("Take the manager's answer: from the returned sheet, or as it was told."),
        "sales week reply 目标管理表_张三_2026W48.xlsx",
        "sales week reply --approve --score 95",
        'sales week reply --return "下周目标太低" last-week',
    ),
)
def reply(
    ctx: typer.Context,
    file_or_week: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE] [PERIOD]", help=_("The returned sheet, or the week: the last one kept.")),
    ] = None,
    approve: Annotated[bool, typer.Option("--approve", help=_("The sheet was approved."))] = False,
    return_: Annotated[
        str | None, typer.Option("--return", metavar="TEXT", help=_("The sheet was returned, and why."))
    ] = None,
    comment: Annotated[str | None, typer.Option("--comment", help=_("What the manager said."))] = None,
    score: Annotated[str | None, typer.Option("--score", help=_("The manager's points, 0 to 120."))] = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    file, week = _file_and_week(run, file_or_week or [])
    if file is not None and (approve or return_ is not None):
        raise BadValue(_("Give the returned sheet, or --approve or --return, not both."))
    if approve and return_ is not None:
        raise BadValue(_("Give --approve or --return, not both."))
    if file is not None:
        plan = _from_file(run, file, week, yes=yes, quiet=as_json)
    elif approve or return_ is not None:
        points = None if score is None else figure(score, Measure.SATISFACTION)
        with run.writing("week reply") as session:
            plan = services.closed_weeks.answer(
                session, _plan_of(session, run, week), run.today, approved=approve, comment=comment,
                return_reason=return_, score=points,
            )  # fmt: skip
    else:
        raise BadValue(_("No answer is given."), hint=_("Name the returned sheet, or give --approve or --return TEXT."))
    if as_json:
        render.output.print_json(render.week_json.answer_json(plan))
    else:
        render.output.print_text(render.weeks.answer_words(services.closed_weeks.answer_of(plan)))


def _file_and_week(run: Run, words: list[str]) -> tuple[Path | None, "Period | None"]:
    """The file, and the week, that the arguments name; what ends like a workbook, or is there, is the file."""
    files = [word for word in words if word.lower().endswith((".xlsx", ".xlsm", ".xls")) or Path(word).is_file()]
    weeks = [word for word in words if word not in files]
    if len(files) > 1 or len(weeks) > 1:
        raise BadValue(_("One sheet and one week at most."))
    week = services.weeks.named_week(weeks[0], run.today) if weeks else None
    return (Path(files[0]) if files else None), week


def _plan_of(session: "Session", run: Run, week: "Period | None") -> Any:
    """The kept version that an answer is to: the week's, or the last one there is up to now."""
    if week is not None:
        return services.closed_weeks.known(session, week)
    found = services.closed_weeks.last_kept(session, run.today)
    if found is None:
        raise NotFound(_("No goal sheet is kept yet."), hint=_("`sales week sheet` prints one and keeps it."))
    return found


def _from_file(run: Run, file: Path, week: "Period | None", *, yes: bool, quiet: bool) -> Any:
    with run.reading() as session:
        found = services.week_replies.read(session, file, week)
    if found.goals:
        if not quiet:
            _show_changes(found)
        if not confirm(_("Take the changed goals over?"), yes=yes):
            found = services.week_replies.without_goals(found)
    with run.writing("week reply") as session:
        return services.week_replies.take(session, found, run.today)


def _show_changes(found: "Reply") -> None:
    for goal in found.goals:
        render.output.say(
            _("{measure}, next week: {before} → {after}").format(
                measure=render.weeks.measure_word(goal.measure),
                before=render.output.words(goal.before, render.weeks.quantity(goal.measure)),
                after=render.output.words(goal.after, render.weeks.quantity(goal.measure)),
            )
        )
