"""The root of the command line: the table of groups, what stands before any group, and the one place errors end.

Groups are imported when they are called, never for ``--help`` or completion of their names.
"""

import contextlib
import copy
import importlib
import os
import re
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from typer.core import TyperCommand

from salescli import __version__, config, i18n, paths
from salescli.cli.complaints import complaint
from salescli.cli.help_text import Group
from salescli.cli.run import Run
from salescli.errors import BadValue, NotWritten, SalesError, system_reason
from salescli.i18n import N_, _
from salescli.safe_text import shown_in_line

# name → (module of cli/, the command in it or "" for the whole group, help)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "client": ("clients", "", N_("Clients and contacts: add, find, import, who is due.")),
    "visit": ("visits", "", N_("Visits and follow-ups: log, plan, move.")),
    "plan": ("day_plans", "", N_("The day's plan: today, make, check, print, close.")),
    "week": ("weeks", "", N_("The week: review, next week's plan, the goal sheet.")),
    "target": ("targets", "", N_("Targets: set, split to the day, show.")),
    "gap": ("gaps", "gap", N_("What is short this month, and what together covers it.")),
    "product": ("products", "", N_("Products: add, list, prices agreed with clients.")),
    "deal": ("deals", "", N_("Deals: add, move through the stages, win, lose, forecast.")),
    "quote": ("quotes", "", N_("Quotations: write, revise, approve, send, export.")),
    "order": ("orders", "", N_("Orders: add, deliver, accept, return, import, which are late.")),
    "receipt": ("receipts", "", N_("Money owed and received: plan, add, aging, statement.")),
    "need": ("needs", "", N_("Needs: what clients want, its state, samples and their results.")),
    "promise": ("promises", "", N_("Promises, ours and the clients': add, keep, waive.")),
    "insight": ("insights", "", N_("Market information: add, list, report; the size of the market.")),
    "competitor": ("competitors", "", N_("Competitors: add, compare with us, what was heard of them.")),
    "survey": ("surveys", "", N_("Satisfaction of clients: who is to be asked, what they said, the trend.")),
    "feedback": ("feedback", "", N_("Feedback in the house: raise, answer, close, acknowledge.")),
    "learning": ("learning", "", N_("What was learned: add, list.")),
    "ticket": ("tickets", "", N_("Clients' problems: open, answer, the four steps, close.")),
    "task": ("tasks", "", N_("Tasks from the manager: add, what is due, done, review.")),
    "checklist": ("checklists", "", N_("What to prepare for visits, by kind: list, add, remove.")),
    "calendar": ("work_calendar", "", N_("Working days and the day's slots.")),
    "data": ("data", "", N_("The data file: where it is, backup.")),
    "config": ("settings", "", N_("Settings: list, get, set.")),
    "init": ("setup", "init", N_("Say who you are; asked once.")),
    "demo": ("demo", "demo", N_("A day and a week on made-up data, to see what it does.")),
    "report": ("reports", "", N_("Reports: the day, KPIs, funnel, coverage, rankings, assessments.")),
    "why": ("why", "why", N_("Why a figure is what it is: formula, records, later changes.")),
    "doctor": ("health", "doctor", N_("What is wrong with the data, and what mends it.")),
    "undo": ("undo", "undo", N_("Take back the last command, or the last N.")),
    "redo": ("undo", "redo", N_("Do again what undo took back last.")),
    "history": ("undo", "history", N_("What was done, by command or of one record.")),
    "log": ("visits", "log", N_("Short for `visit log`.")),
    "today": ("day_plans", "today", N_("Short for `plan today`.")),
    "due": ("clients", "due", N_("Short for `client due`.")),
    "brief": ("briefs", "brief", N_("Short for `client brief`.")),
}


INTERRUPTED = 130
_runs: list[Run] = []  # the run that is on, for what is to be said when it is interrupted
_LANGUAGES = re.compile(r"(zh|en)([-_.].*)?", re.IGNORECASE)


class Groups(Group):
    """The root group: knows every command by name and help, and imports one only to run it."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, (_module, _command, summary) in COMMANDS.items():
            self.add_command(TyperCommand(name, help=_(summary), callback=None), name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The real command behind the name in ``args``."""
        name, _stub, rest = super().resolve_command(ctx, args)
        return name, load(name, next(iter(rest), "")) if name in COMMANDS else _stub, rest


def load(name: str, verb: str = "") -> Any:
    """The command (or group) called ``name``, imported now; of a group that has ``verb``, with that alone."""
    module, command, _summary = COMMANDS[name]
    app = importlib.import_module(f"salescli.cli.{module}").app
    group = typer.main.get_group(_with_one(app, command or verb))
    return group.commands[command] if command else group


def _with_one(app: typer.Typer, verb: str) -> typer.Typer:
    """The group as it is, or with one of its own verbs alone: reading the options of them all takes 20 ms."""
    found = [info for info in app.registered_commands if info.name == verb]
    if not found:
        return app
    one = copy.copy(app)
    one.registered_commands, one.registered_groups = found, []
    return one


def _show_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"sales {__version__}\n")
        raise typer.Exit


def _root_app() -> typer.Typer:
    app = typer.Typer(
        cls=Groups,
        help=_("The field salesperson's assistant: plans, visits, targets and the week's goal sheet."),
        epilog=_("A day: `sales plan today`, `sales visit log`, `sales plan close`. Try it: `sales demo`."),
        rich_markup_mode=None,
        invoke_without_command=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def root(
        ctx: typer.Context,
        db: Annotated[
            Path | None, typer.Option("--db", metavar="FILE", help=_("The data file, instead of SALES_DB."))
        ] = None,
        lang: Annotated[str | None, typer.Option("--lang", metavar="zh|en", help=_("The language."))] = None,
        debug: Annotated[bool, typer.Option("--debug", help=_("Show a traceback when something fails."))] = False,
        version: Annotated[
            bool, typer.Option("--version", callback=_show_version, is_eager=True, help=_("Show the version."))
        ] = False,
    ) -> None:
        if lang is not None and not _LANGUAGES.fullmatch(lang):
            raise BadValue(_("“{text}” is not a language; use zh or en.").format(text=lang))
        ctx.obj = Run(paths.data_file(os.environ, db))
        _runs[:] = [ctx.obj]
        ctx.call_on_close(ctx.obj.keep_copy)
        if ctx.invoked_subcommand is None:
            _start_page(ctx)

    return app


def _start_page(ctx: typer.Context) -> None:
    """Today's plan; on a machine with no data yet, how to begin."""
    if os.path.lexists(Run.of(ctx).db):
        load("today").main(args=[], prog_name="sales today", standalone_mode=False, parent=ctx)
        return
    sys.stdout.write(
        _(
            "Welcome to sales, the field salesperson's assistant.\n\n"
            "  sales demo     see a day and a week on made-up data\n"
            "  sales init     say who you are and begin\n"
            "  sales --help   everything it can do\n"
        )
    )


def run(argv: Sequence[str]) -> int:
    """Run the program on ``argv`` and give back its exit code; every error ends here, in one line on stderr."""
    try:
        code = _carry_out(argv)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # ``| head -1``: nobody is left to tell
        _leave(sys.stdout)
        return 0
    except OSError as problem:
        _leave(sys.stdout)
        sentence = _("The output can't be written: {problem}.").format(problem=system_reason(problem))
        hint = _("What the command was to store is stored.")
        return _report(argv, sentence, hint, NotWritten.token, NotWritten.exit_code)


def _carry_out(argv: Sequence[str]) -> int:
    try:
        code = typer.main.get_command(_root_app()).main(args=list(argv), prog_name="sales", standalone_mode=False)
        if code == INTERRUPTED:  # all that Typer leaves of a Ctrl-C
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except SalesError as problem:
        return _report(argv, problem.message, problem.hint, problem.token, problem.exit_code)
    except typer.TyperException as problem:
        # An empty "usage" is a group called without a verb: its help is the answer.
        return _usage(argv, problem)
    except SystemExit as done:  # Typer's way out after completion, and where nobody reads on
        if isinstance(done.__context__, BrokenPipeError):
            raise done.__context__ from None
        return done.code if isinstance(done.code, int) else 0
    except (KeyboardInterrupt, typer.Abort):
        if sys.stderr.isatty():
            sys.stderr.write("\n")  # below the ^C
        hint = _("What the command was to store is stored.") if _runs and _runs[-1].has_stored else ""
        return _report(argv, _("Interrupted."), hint, "interrupted", INTERRUPTED)
    except UnicodeError:
        sentence = _("What was given is not valid text in this terminal's encoding.")
        return _report(argv, sentence, "", BadValue.token, BadValue.exit_code)
    except Exception as problem:
        if isinstance(problem, OSError) and problem.filename is None:
            raise  # of stdout: an error with a file names it
        if "--debug" in argv:
            raise
        sentence = _("Something unexpected happened: {problem}.").format(problem=f"{type(problem).__name__}: {problem}")
        return _report(argv, sentence, _("`--debug` shows more."), SalesError.token, SalesError.exit_code)


def _usage(argv: Sequence[str], problem: typer.TyperException) -> int:
    context = getattr(problem, "ctx", None)
    if type(problem).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(problem.format_message() + "\n")
        return problem.exit_code
    hint = _("`{command} --help` shows how.").format(command=context.command_path) if context else ""
    return _report(argv, complaint(problem), hint, "usage", problem.exit_code)


def _report(argv: Sequence[str], message: str, hint: str, token: str, code: int) -> int:
    if "--debug" in argv:
        traceback.print_exc()
    if "--json" in argv:
        from salescli.json_text import json_for

        line = json_for(sys.stderr, {"error": {"code": token, "message": message, "hint": hint}})
    else:
        line = shown_in_line(i18n.one_after_another(message, hint))
    try:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
    except OSError:
        _leave(sys.stderr)
    return code


def _leave(stream: TextIO) -> None:
    """Let what is still to be written to a stream that takes nothing go nowhere; Python would try again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def asked_language(argv: Sequence[str]) -> str | None:
    """The value of ``--lang`` before any group, needed before Typer reads the help texts."""
    asked = None
    words = iter(argv)
    for word in words:
        if word in COMMANDS:
            break
        if word == "--lang":
            asked = next(words, None)
        elif word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
        elif word == "--db":
            next(words, None)  # a file may be called like a group
    return asked


def speak(argv: Sequence[str], environ: dict[str, str]) -> None:
    """Choose the language of this run and make the streams take any text."""
    setting = ""
    # A settings file that can't be read is reported by the command that needs it, in the language left.
    with contextlib.suppress(SalesError):
        setting = config.load(paths.settings_file(environ)).text("language")
    i18n.activate(i18n.language_for(environ, asked_language(argv), setting))
    # A stream that was closed for us is none to Python: nothing comes from there, and what we say goes nowhere.
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
