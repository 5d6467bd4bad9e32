"""Files that `sales target …` reads: what was reached by months, what was sold before, names with weights."""

from functools import partial
from pathlib import Path
from typing import Any

from salescli import services
from salescli.cli.input_files import read_table
from salescli.cli.run import Run
from salescli.cli.target_options import Asked, figure
from salescli.dates import parse_day
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.vocabulary import LEVEL_MEASURES, Measure


def done(run: Run, asked: Asked, amount: str | None, as_of: str | None, file: Path | None) -> list[Any] | None:
    """What was typed as reached, in one sum or from a file of months, None if nothing was.

    Raises BadValue or BadRows for what is neither.
    """
    if amount is not None and file is not None:
        raise BadValue(_("Give --done or --done-file, not both."))
    if amount is None and file is None:
        if as_of is not None:
            raise BadValue(_("--as-of goes with --done AMOUNT or --done-file FILE."))
        return None
    if asked.measure in LEVEL_MEASURES:
        raise BadValue(_("A level is measured anew each time: nothing of it is reached beforehand."))
    day = None if as_of is None else parse_day(as_of, run.today, "past")
    last = services.target_done.last_day_of(asked.period, day, run.today)
    if amount is not None:
        return services.target_done.in_one_sum(asked.period, figure(amount, asked.measure), last)
    assert file is not None
    table = read_table(run, file, services.target_files.HEADERS)
    months = services.target_files.months(table, partial(figure, measure=asked.measure), asked.period.begin)
    return services.target_done.by_months(asked.period, months, last)


def history(run: Run, file: Path, measure: Measure) -> Any:
    """What was sold, from a file of orders or of months."""
    table = read_table(run, file, services.target_files.HEADERS)
    return services.target_files.history(table, partial(figure, measure=measure), run.today)
