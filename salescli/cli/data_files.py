"""`sales data export` and `sales data import`: everything as open text, out and in."""

import contextlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated

import typer

from salescli import __version__, config, open_archive, paths, render, services
from salescli.cli.options import Force
from salescli.cli.passphrases import passphrase_of, passphrase_to_open
from salescli.cli.run import Run
from salescli.encryption import sealing
from salescli.encryption.file_marks import salt_in, start_of
from salescli.errors import NotWritten, Refused, system_reason
from salescli.i18n import _, _n
from salescli.paths import beside, move_in


def export_data(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help=_("A new .zip; named by the day unless given."))
    ] = None,
    force: Force = False,
) -> None:
    run = Run.of(ctx)
    passphrase = passphrase_of(run.db) if _is_encrypted(run.db) else None
    ending = "zip" if passphrase is None else "zip.age"
    target = file or Path(f"{run.db.stem}-{run.today.isoformat()}.{ending}")
    if passphrase is not None and target.suffix != ".age":
        target = target.with_name(f"{target.name}.age")  # no .zip, which nothing would open
    render.files.check_place(target, force=force)
    if target.exists() and run.db.exists() and target.samefile(run.db):
        raise Refused(_("{path} is the data file itself.").format(path=target), hint=_("Give the file another name."))
    settings = config.text_without_secrets(paths.settings_file(os.environ))
    try:
        if passphrase is None:
            with beside(target) as new:
                with new.open("wb") as stream:
                    rows = _written(run, stream, settings)
                move_in(new, target)
        else:
            memory = io.BytesIO()  # what is to be sealed lies plain on no disk
            rows = _written(run, memory, settings)
            sealing.seal(memory.getvalue(), target, passphrase)
    except OSError as problem:
        raise _not_written(target, problem) from problem
    render.output.print_text(str(target))
    if passphrase is None:
        said = _n(
            "{count} row written, as open text: whoever has the file can read it.",
            "{count} rows written, as open text: whoever has the file can read them.",
            rows,
        )
    else:
        said = _n(
            "{count} row written, sealed with the passphrase of the data file.",
            "{count} rows written, sealed with the passphrase of the data file.",
            rows,
        )
    render.output.say(said.format(count=rows))


def _not_written(path: Path, problem: OSError) -> NotWritten:
    return NotWritten(_("{path} can't be written: {problem}.").format(path=path, problem=system_reason(problem)))


def _is_encrypted(db: Path) -> bool:
    return db.is_file() and salt_in(start_of(db)) is not None


def _written(run: Run, stream: IO[bytes], settings: str) -> int:
    with run.reading() as session:
        schema = services.whole_data.schema(session)
        with open_archive.ArchiveWriter(stream, schema, __version__, run.today) as archive:
            rows = services.whole_data.export(session, archive)
            if settings:
                archive.add_settings(settings)
            archive.finish()
    return rows


def import_data(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A .zip that `sales data export` wrote."))],
) -> None:
    from salescli import db  # the data stack: not for help, version or completion

    run = Run.of(ctx)
    with _opened(file) as archive:
        if archive.manifest.schema > db.HEAD:
            raise open_archive.newer(archive.name)
        _refuse_records(run)
        own = paths.settings_file(os.environ)
        settings = archive.settings()
        with config.kept_on_failure(own), db.rebuilding(run.db, archive.manifest.schema) as session:
            rows = services.whole_data.take(session, archive)
            if settings and not own.exists():
                config.take_text(own, settings)
    render.output.print_text(str(run.db))
    render.output.say(
        _n("{count} row taken from {file}.", "{count} rows taken from {file}.", rows).format(count=rows, file=file.name)
    )
    if sealing.is_sealed(file) and not _is_encrypted(run.db):
        render.output.say(_("{path} is plain; `sales data encrypt` encrypts it.").format(path=run.db))
    if settings and own.read_text("utf-8-sig") != settings:
        render.output.say(_("Your settings in {path} stay as they are; the export has others.").format(path=own))


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[open_archive.Archive]:
    """The export in ``file``; what is sealed is opened in memory."""
    if not (file.is_file() and os.access(file, os.R_OK) and sealing.is_sealed(file)):
        with open_archive.opened(file) as archive:
            yield archive
        return
    try:
        content = sealing.content_of(file, passphrase_to_open(file))
    except OSError as problem:
        raise Refused(
            _("{file} can't be read: {reason}.").format(file=file, reason=system_reason(problem))
        ) from problem
    with open_archive.read_from(io.BytesIO(content), file.name, len(content)) as archive:
        yield archive


def _refuse_records(run: Run) -> None:
    """Refused before anything is unpacked, if the data file holds records."""
    from salescli import db  # the data stack: not for help, version or completion

    if os.path.lexists(run.db):
        with run.reading() as session:
            if services.whole_data.holds_rows(session):
                raise db.holds_records(run.db)
