"""Options and arguments that many commands share, and the shape of their help."""

import sys
from typing import Annotated, Any

import typer

from salescli.cli.help_text import Command, Group
from salescli.i18n import _

Json = Annotated[bool, typer.Option("--json", help=_("Print JSON."))]
Csv = Annotated[bool, typer.Option("--csv", help=_("Print CSV."))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=_("Answer yes to every question."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Show what would happen; write nothing."))]
Force = Annotated[bool, typer.Option("--force", help=_("Replace a file that is already there."))]


def described(summary: str, *examples: str, cls: type[Command] = Command) -> dict[str, Any]:
    """Help for a command: its examples first, then what it does."""
    shown = "\b\n" + "\n".join(f"  {example}" for example in examples) + "\n\n" if examples else ""
    return {"help": shown + summary, "short_help": summary, "cls": cls}


def group(summary: str) -> typer.Typer:
    """A command group whose verbs are added by its module."""
    return typer.Typer(
        cls=Group,
        help=summary,
        no_args_is_help=True,
        rich_markup_mode=None,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def on_terminal() -> bool:
    """Whether questions may be asked: both ends are a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()
