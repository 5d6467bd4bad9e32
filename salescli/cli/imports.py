"""What the commands that import a file have in common: their options, the progress bar, what is said at the end."""

import contextlib
import re
import sys
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salescli import render, services
from salescli.errors import BadRows, NotWritten
from salescli.i18n import _, _n, one_after_another

if TYPE_CHECKING:
    from salescli.services.files.imports import Imported
    from salescli.tabular import Table

InputFile = Annotated[Path, typer.Argument(metavar="FILE", help=_("A .csv, .tsv or .xlsx file with a header row."))]
MapFile = Annotated[
    Path | None, typer.Option("--map", metavar="FILE", help=_('TOML: [columns] and lines field = "header".'))
]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help=_("Take the good rows, leave the bad ones out."))]

_NAMED = 20
_WORTH_A_BAR = 2_000


def mapping(map_file: Path | None, fields: Collection[str]) -> dict[str, str]:
    """The headers of fields that the file of ``--map`` names, if one is given."""
    return services.file_columns.read_mapping(map_file, fields) if map_file else {}


@contextlib.contextmanager
def bar(rows: int) -> Iterator[Callable[[int], None]]:
    """A progress bar for a long import on a terminal; every row counts when it is read and when it is written."""
    if rows <= _WORTH_A_BAR or not sys.stderr.isatty():
        yield lambda _rows: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(_("Importing"), total=2 * rows)
        yield lambda rows: bar.advance(task, rows)


def report(table: "Table", found: "Imported", *, skip_bad: bool, dry_run: bool, as_json: bool) -> None:
    """Say what the import did; raises BadRows when bad rows kept everything out."""
    refused = bool(found.errors) and not skip_bad
    error_file, trouble = _write_bad_rows(table, found) if found.errors and not dry_run else (None, "")
    if as_json:
        render.output.print_json(render.imports.import_json(found, error_file))
    else:
        render.output.print_text(render.imports.import_words(found))
    if refused:
        if not as_json:  # beside JSON the error object stands alone on stderr
            _say(*table.notes, *found.notes, *(_named(found) if len(found.errors) > 1 else ()))
        raise _refusal(table, found, error_file, trouble)
    _say(*table.notes, *found.notes, *_named(found), trouble)
    if error_file:
        _say(_("The bad rows stand in {path}: mend them there and import that.").format(path=error_file))
    if dry_run:
        _say(_("Nothing was written: this was a trial (--dry-run)."))


def _say(*notes: str) -> None:
    for note in filter(None, notes):
        render.output.say(note)


def _named(found: "Imported") -> list[str]:
    """The bad rows by name, as many as fit a screen."""
    named = [render.imports.error_words(error) for error in found.errors[:_NAMED]]
    if len(found.errors) > _NAMED:
        named.append(_("… {count} errors in all.").format(count=len(found.errors)))
    return named


def _refusal(table: "Table", found: "Imported", error_file: Path | None, trouble: str) -> BadRows:
    message = _n(
        "{count} row of {file} can't be taken, so nothing was written: {first}",
        "{count} rows of {file} can't be taken, so nothing was written. The first: {first}",
        len(found.bad_rows),
    ).format(count=len(found.bad_rows), file=table.path.name, first=render.imports.error_words(found.errors[0]))
    hint = (
        _("Mend the rows in {path} and import that; `--skip-bad` takes the others.").format(path=error_file)
        if error_file
        else _("Mend the file, or take the other rows with --skip-bad.")
    )
    return BadRows(message, hint=one_after_another(trouble, hint))


def _write_bad_rows(table: "Table", found: "Imported") -> tuple[Path | None, str]:
    """The file of bad rows beside the input, or why there is none."""
    path = _free_name(table.path)
    rows = services.imports.bad_rows(table, found.errors)
    try:
        render.export.write_table(path, next(rows), rows)
    except NotWritten as problem:
        return None, problem.message
    return path, ""


def _free_name(path: Path) -> Path:
    stem = re.sub(r"_errors(-\d+)?$", "", path.stem)
    # With what is added the name must still be one that file systems take: 255 bytes.
    stem = stem.encode()[:230].decode(errors="ignore") + "_errors"
    ending = ".csv" if path.suffix.lower() in (".csv", ".tsv", ".tab", ".txt") else ".xlsx"
    candidates = [path.with_name(f"{stem}{ending}")]
    while candidates[-1].exists():
        candidates.append(path.with_name(f"{stem}-{len(candidates) + 1}{ending}"))
    return candidates[-1]
