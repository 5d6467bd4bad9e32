"""Files that the program makes for people: never over another one unasked, whole or not at all."""

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from salescli.errors import BadValue, NotWritten, Refused, system_reason
from salescli.i18n import _
from salescli.paths import move_in, sweep, sync

# What no file system, or no shell, takes in a name; what steers a terminal; blanks.
_NOT_IN_NAMES = re.compile(
    r'[/\\:*?"<>|\s\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]+'
)
# Encrypted file systems take 143 bytes a name; what stands around the person's name needs some 40.
_MOST_NAME_BYTES = 100


@dataclass
class Written:
    """What was written: ``rows`` below the header, and how many texts had to be ``cut`` to fit a cell."""

    path: Path
    rows: int = 0
    cut: int = 0


def named(what: str, person: str, when: str, ending: str = ".xlsx") -> str:
    """``目标管理表_张三_2026W48.xlsx``: a file's own name; without the person where none is known."""
    name = _NOT_IN_NAMES.sub("_", person).strip("._")
    name = name.encode()[:_MOST_NAME_BYTES].decode(errors="ignore")
    return "_".join(filter(None, [what, name, when])) + ending


def target_path(out: Path | None, name: str, *, force: bool) -> Path:
    """Where a file goes: the one asked for, or ``name`` in the folder asked for or the working folder.

    Raises BadValue for an ending other than that of ``name``, and what :func:`check_place` raises.
    """
    path = Path(name) if out is None else out / name if out.is_dir() else out
    ending = Path(name).suffix
    if path.suffix.lower() != ending:
        raise BadValue(
            _("“{file}” does not end in {ending}.").format(file=path.name, ending=ending),
            hint=_("It is written as a calendar file.")
            if ending == ".ics"
            else _("It is written as an Excel workbook."),
        )
    check_place(path, force=force)
    return path


def check_place(path: Path, *, force: bool) -> None:
    """See that ``path`` may be written: Refused for a file that is there unless ``force``, NotWritten for no file."""
    if not path.exists():
        return
    if not path.is_file():
        raise NotWritten(_("{path} is not a file.").format(path=path))
    if not force:
        raise Refused(
            _("{path} is there already.").format(path=path), hint=_("Give another name, or --force to replace it.")
        )
    lock = next((lock for lock in _locks_of(path) if lock.exists()), None)
    if lock is not None:
        raise NotWritten(
            _("{path} is open in another program.").format(path=path),
            hint=_("Close it there; if it isn't open, delete {lock}.").format(lock=lock.name),
        )


def _locks_of(path: Path) -> tuple[Path, Path]:
    """The files that Excel and WPS, and LibreOffice, put beside a workbook while it is open."""
    return path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A file beside ``path`` to write; it takes that name when the block ends and is gone when it fails.

    Raises NotWritten when the disk or the folder won't have it.
    """
    sweep(path.parent)
    try:
        # A short name of its own: one made from a long file name would be too long for the file system.
        handle, name = tempfile.mkstemp(prefix=".sales-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        try:
            yield Path(name)
            move_in(Path(name), path.resolve())
        finally:
            with contextlib.suppress(OSError):
                Path(name).unlink(missing_ok=True)
    except OSError as problem:
        raise NotWritten(
            _("{path} can't be written: {problem}.").format(path=path, problem=system_reason(problem)),
            hint=_("If it is open in another program, close it there; then check the folder."),
        ) from problem


def save(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``: beside it first, then under its name; NotWritten when that fails."""
    with written_whole(path) as beside:
        beside.write_bytes(content)


def save_after(block: contextlib.ExitStack, path: Path, content: bytes) -> None:
    """Write ``content`` beside ``path`` now; it takes that name when ``block`` ends and is gone when that fails.

    For what goes with a transaction: a file that can't be written is not stored, what can't be stored has no file.
    """
    beside = block.enter_context(written_whole(path))
    beside.write_bytes(content)
    sync(beside)
