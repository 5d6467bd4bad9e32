"""`sales demo`: one real day and week on made-up data, by the program's own commands, in a throw-away file."""

import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import typer

from salescli import dates, paths, render
from salescli.calendars import Calendar
from salescli.cli import root
from salescli.cli.options import described, group
from salescli.cli.run import Run
from salescli.i18n import _, language

app = group("")

_A_DAY = 31_000  # reached by the demo's salesperson on each day of the year so far
_WEEK = timedelta(weeks=1)
# The sample's dates are written as of the week of this Monday; the demo shifts them by whole weeks.
_WRITTEN_FOR = date(2026, 11, 23)
_ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


@app.callback()
def demos() -> None:
    """Hold the one command as a group, as the other modules do."""


@app.command(
    "demo", **described(_("Walk a day and a week on made-up data, and write the week's goal sheet."), "sales demo")
)
def demo(ctx: typer.Context) -> None:
    folder = Path(tempfile.mkdtemp(prefix="sales-demo-"))
    monday = _latest_full_week(Run.of(ctx).today)
    _copy_samples(folder, monday)
    os.environ.update(SALES_DB=str(folder / "sales.db"), SALES_CONFIG=str(folder / "config.toml"))
    os.chdir(folder)
    for line in _script(monday):
        _play(line, monday)
    render.output.say(_("Look around: sales --db {path} today").format(path=folder / "sales.db"))
    render.output.print_text("")
    render.output.print_text(str(next(folder.glob("*.xlsx"))))


def _latest_full_week(today: date) -> date:
    """The Monday of the latest week, this one or earlier, that is worked from Monday to Friday."""
    calendar = Calendar()
    monday = today - timedelta(days=today.weekday())
    while not all(calendar.is_working(monday + timedelta(days=place)) for place in range(5)):
        monday -= _WEEK
    return monday


def _copy_samples(folder: Path, monday: date) -> None:
    """Copy the sample's files, their dates shifted to the demo's week."""
    shift = monday - _WRITTEN_FOR
    for sample in (paths.sample_data_folder() / language()).iterdir():
        text = sample.read_text("utf-8")
        target = folder / sample.name
        target.write_text(_shifted(text, shift) if sample.suffix == ".csv" else text, "utf-8")


def _shifted(text: str, shift: timedelta) -> str:
    return _ISO_DAY.sub(lambda found: str(date.fromisoformat(found.group()) + shift), text)


def _script(monday: date) -> Iterator[str]:
    year = (monday + timedelta(days=4)).year
    for line in (paths.sample_data_folder() / language() / "demo.txt").read_text("utf-8").splitlines():
        yield line.replace("{year}", str(year)).replace("{reached}", str(_reached(monday))).strip()


def _reached(monday: date) -> int:
    """What the demo's salesperson has reached of twelve million by that Monday: somewhat less than its part."""
    new_year = date(monday.year, 1, 1)
    return (monday - new_year).days * _A_DAY


def _play(line: str, monday: date) -> None:
    """One line of the script: ``@fri 17:00`` sets the clock, ``#`` tells, everything else is a command."""
    if line.startswith("@"):
        weekday, hour = line.removeprefix("@").split()
        day = monday + timedelta(days=_WEEKDAYS.index(weekday))
        os.environ["SALES_TODAY"] = f"{day}T{hour}"
        render.output.print_text(f"\n== {dates.echo_day(day)} {hour}")
    elif line.startswith("#"):
        render.output.print_text("\n" + line.removeprefix("#").strip())
    elif line:
        render.output.print_text(f"\n$ {line}")
        sys.stdout.flush()
        code = root.run(shlex.split(line)[1:])
        sys.stdout.flush()
        if code:
            raise typer.Exit(code)
