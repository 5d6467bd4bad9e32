"""`sales init`: who you are."""

import os
from collections.abc import Callable
from datetime import date
from typing import Annotated

import typer

from salescli import config, dates, paths, render, services
from salescli.checks import checked_email
from salescli.cli.ask import ask_until
from salescli.cli.options import Json, Yes, described, group, on_terminal
from salescli.cli.run import Run
from salescli.cli.settings import log_and_set
from salescli.errors import BadValue
from salescli.i18n import _

app = group("")


@app.callback()
def setup() -> None:
    """Hold the one command as a group, as the other modules do."""


@app.command(
    "init",
    **described(
        _("Say who you are and who reads your plans; asks on a terminal."),
        "sales init",
        "sales init --name 张三 --manager 李经理 --territory 滨江 --week 双休 --yes",
    ),
)
def init(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Option("--name", help=_("Your name."))] = None,
    department: Annotated[str | None, typer.Option("--department", help=_("Company and department."))] = None,
    territory: Annotated[str | None, typer.Option("--territory", help=_("Your territory."))] = None,
    email: Annotated[str | None, typer.Option("--email", help=_("Your e-mail."))] = None,
    supervisor: Annotated[str | None, typer.Option("--supervisor", help=_("Who checks the day's plan (主管)."))] = None,
    manager: Annotated[str | None, typer.Option("--manager", help=_("Who gets the goal sheet (经理)."))] = None,
    manager_email: Annotated[str | None, typer.Option("--manager-email", help=_("The manager's e-mail."))] = None,
    lang: Annotated[str | None, typer.Option("--lang", metavar="zh|en", help=_("Your language."))] = None,
    week: Annotated[
        str | None, typer.Option("--week", metavar="双休|单休|大小周", help=_("Your working week."))
    ] = None,
    long_week: Annotated[
        str | None, typer.Option("--long-week", metavar="DAY", help=_("With 大小周: a day of a six-day week."))
    ] = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    given = {
        "name": name, "department": department, "territory": territory, "email": email, "supervisor": supervisor,
        "manager": manager, "manager_email": manager_email, "week": week, "long_week": long_week,
    }  # fmt: skip
    if not (yes or on_terminal() or lang) and all(value is None for value in given.values()):
        raise BadValue(_("{option} is missing.").format(option="--name"), hint=_("--yes leaves it empty."))
    if on_terminal() and not yes:
        with run.reading() as session:
            known = services.profile.of(session).model_dump(mode="json")
        given = _asked(given, {**known, "week": known["working_week"]}, run.today)
    if lang is not None and lang not in ("zh", "en"):
        raise BadValue(_("“{text}” is not a language; use zh or en.").format(text=lang))
    week, long_week = given.pop("week"), given.pop("long_week")
    kind = None if week is None else services.profile.parse_working_week(week)
    file = paths.settings_file(os.environ)
    with config.kept_on_failure(file), run.writing("init") as session:
        if kind == "大小周" and long_week is None and services.profile.of(session).long_week is None:
            raise BadValue(
                _("{option} is missing.").format(option="--long-week"),
                hint=_("Give any day of a week in which Saturday is worked."),
            )
        profile = services.profile.save(
            session,
            working_week=kind,
            long_week=None if long_week is None else dates.parse_day(long_week, run.today),
            **given,
        )
        view = services.profile.view(profile)
        if lang is not None:
            log_and_set(session, file, "language", lang)
    render.output.show_record(view, render.profile.PROFILE, render.output.form(as_json=as_json))
    render.output.say(_("Saved. Next: `sales client import FILE`, or `sales client add NAME`."))


def _asked(given: dict[str, str | None], known: dict[str, str], today: date) -> dict[str, str | None]:
    """What was not given by options, asked for; Enter keeps what is known."""
    questions = {
        "name": _("Your name"),
        "department": _("Company and department"),
        "territory": _("Your territory"),
        "email": _("Your e-mail"),
        "supervisor": _("Your supervisor (主管), who checks the day's plan"),
        "manager": _("Your manager (经理), who gets the goal sheet"),
        "manager_email": _("The manager's e-mail"),
        "week": _("Working week: 双休 two days off, 单休 one, 大小周 alternating"),
    }
    answers = dict(given)
    for field, question in questions.items():
        if answers[field] is None:
            answers[field] = ask_until(question, _READERS.get(field, str), default=known.get(field) or "") or None
    if services.profile.parse_working_week(answers["week"] or "") == "大小周" and answers["long_week"] is None:
        answers["long_week"] = ask_until(
            _("A day of a week in which you work on Saturday"),
            lambda words: dates.parse_day(words, today).isoformat(),
            default=known.get("long_week") or "",
        )
    return answers


def _email(words: str) -> str:
    return checked_email(words) if words else ""


_READERS: dict[str, Callable[[str], str]] = {
    "email": _email,
    "manager_email": _email,
    "week": lambda words: services.profile.parse_working_week(words),
}
