"""Files that the program makes for people: never over another one unasked, whole or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from salescli.errors import NotWritten, Refused, system_reason
from salescli.i18n import _


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


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A file beside ``path`` to write; it takes that name when the block ends and is gone when it fails.

    Raises NotWritten when the disk or the folder won't have it.
    """
    try:
        # A short name of its own: one made from a long file name would be too long for the file system.
        handle, name = tempfile.mkstemp(prefix=".sales-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        try:
            yield Path(name)
            _sync(Path(name))
            Path(name).replace(path.resolve())
        finally:
            with contextlib.suppress(OSError):
                Path(name).unlink(missing_ok=True)
    except OSError as problem:
        raise NotWritten(
            _("{path} can't be written: {problem}.").format(path=path, problem=system_reason(problem)),
            hint=_("If it is open in another program, close it there; then check the folder."),
        ) from problem


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
