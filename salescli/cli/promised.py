"""What was promised at a visit, from options."""

from typing import TYPE_CHECKING, Annotated

import typer

from salescli import services
from salescli.cli.run import Run
from salescli.i18n import _

if TYPE_CHECKING:
    from salescli.services.visiting.promise_words import Promised

Ours = Annotated[
    list[str] | None,
    typer.Option("--promise", metavar="TEXT@DAY", help=_("What you promised, and for when; may be repeated.")),
]
Theirs = Annotated[
    list[str] | None,
    typer.Option(
        "--they-promise", metavar="TEXT@DAY", help=_("What the client promised, and for when; may be repeated.")
    ),
]


def given_promises(run: Run, ours: list[str] | None, theirs: list[str] | None) -> "tuple[Promised, ...]":
    """What was promised by options, our promises first."""
    read = services.promise_words.parse_promise
    return (
        *(read(text, run.today) for text in ours or ()),
        *(read(text, run.today, theirs=True) for text in theirs or ()),
    )
