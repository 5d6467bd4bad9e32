"""What `sales order list` takes beside plain options: words with a period behind them, ``--expiring`` without days."""

from typing import Any

from salescli import dates
from salescli.cli.help_text import Command
from salescli.cli.run import Run
from salescli.errors import BadValue

_EXPIRING_DAYS = 30


class ExpiringDays(Command):
    """Takes ``--expiring`` without a number for the usual number of days."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments as Typer takes them, ``--expiring`` always with its days."""
        filled: list[str] = []
        for place, word in enumerate(args):
            filled.append(word)
            if word == "--expiring" and not "".join(args[place + 1 : place + 2]).isdecimal():
                filled.append(str(_EXPIRING_DAYS))
        return super().parse_args(ctx, filled)


def text_and_period(run: Run, words: list[str]) -> tuple[str | None, dates.Period | None]:
    """The words to look for, and the period that the last one names, if it names one."""
    try:
        period = dates.parse_period(words[-1], run.today) if words else None
    except BadValue:
        period = None
    text = " ".join(words if period is None else words[:-1])
    return text or None, period
