"""`sales week reply`: the manager's answer, from the returned sheet or by word of mouth."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import amounts, render, services
from salescli.cli import week_close
from salescli.cli.ask import confirm
from salescli.cli.input_files import limits
from salescli.cli.options import Json, Yes, described
from salescli.cli.run import Run
from salescli.dates import Period
from salescli.errors import BadValue, NotFound
from salescli.i18n import _
from salescli.week_form import MOST_SCORE

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
        "sales week reply --approve --goal 回款=60万",
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
    goal: Annotated[
        list[str] | None,
        typer.Option("--goal", metavar="MEASURE=AMOUNT", help=_("A goal for the week after, as the manager wants it.")),
    ] = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    file, week = _file_and_week(run, file_or_week or [])
    by_mouth = approve or return_ is not None
    if file is not None and (by_mouth or comment is not None or score is not None or goal):
        raise BadValue(_("Give the returned sheet, or what was said by word of mouth, not both."))
    if approve and return_ is not None:
        raise BadValue(_("Give --approve or --return, not both."))
    if file is not None:
        plan = _from_file(run, file, week, yes=yes, quiet=as_json)
    elif by_mouth:
        points, goals = None if score is None else _points(score), week_close.read(None, None, goal, None).goals
        with run.writing("week reply") as session:
            plan = services.closed_weeks.answer(
                session, _plan_of(session, run, week), run.today, approved=approve, comment=comment,
                return_reason=return_, score=points,
            )  # fmt: skip
            services.week_replies.agree(session, plan, goals)
        if not as_json:
            _say_agreed(goals)
    else:
        raise BadValue(_("No answer is given."), hint=_("Name the returned sheet, or give --approve or --return TEXT."))
    if as_json:
        render.output.print_json(render.week_json.answer_json(plan))
    elif told := render.weeks.answer_words(services.closed_weeks.answer_of(plan)):
        render.output.print_text(told)


def _points(text: str) -> int:
    """The manager's points in hundredths; BadValue for none, or more than 120."""
    found = amounts.parse_amount(amounts.half_width(text).strip().removesuffix("%"))
    if found > MOST_SCORE * 100:
        raise BadValue(
            _("“{score}” is not a score from 0 to {most}.").format(score=amounts.excerpt(text), most=MOST_SCORE)
        )
    return found


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
        found = services.week_replies.read(session, file, week, limits(run))
        kept = services.closed_weeks.of_identity(session, found.identity)
        session.expunge(kept)  # told when the file is closed again
    if not found.is_news and not found.says_nothing:
        if not quiet:
            render.output.say(_("This answer was taken already; nothing is new in it."))
        return kept
    if found.otherwise:
        if not quiet:
            _show_otherwise(found)
        if not confirm(_("Take this answer in place of the earlier one?"), yes=yes):
            return kept
    if found.goals:
        if not quiet:
            _show_changes(found)
        if not confirm(_("Take the changed goals over?"), yes=yes):
            found = services.week_replies.without_goals(found)
    with run.writing("week reply") as session:
        plan = services.week_replies.take(session, found, run.today)
    if not quiet:
        _say_agreed({goal.measure: goal.after for goal in found.goals})
    return plan


def _show_changes(found: "Reply") -> None:
    for goal in found.goals:
        render.output.say(
            _("{measure}, next week: {before} → {after}").format(
                measure=render.weeks.measure_word(goal.measure),
                before=render.output.words(goal.before, render.weeks.quantity(goal.measure)),
                after=render.output.words(goal.after, render.weeks.quantity(goal.measure)),
            )
        )


def _show_otherwise(found: "Reply") -> None:
    for one in found.otherwise:
        render.output.say(render.week_answers.otherwise_words(one))


def _say_agreed(goals: dict[str, int]) -> None:
    if goals:
        render.output.say(render.week_answers.agreed_words(goals))
