"""Taking a file's bytes in: only a regular file, only up to a size, only if nobody changes it meanwhile."""

import os
import stat
from pathlib import Path

from salescli.errors import NotFound, Refused, system_reason
from salescli.i18n import _
from salescli.tabular.table import MIB, Limits

ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
COMPOUND_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_bytes(path: Path, limits: Limits) -> bytes:
    """The whole content of ``path``.

    Raises NotFound for a missing file; Refused for a folder, a device or a pipe, for a file over the limit
    of its kind (workbook or text), and for one that changes while it is read.
    """
    _check_regular(path)
    try:
        with path.open("rb") as stream:
            before = os.fstat(stream.fileno())
            head = stream.read(len(COMPOUND_MARK))
            most = limits.workbook_bytes if head.startswith((*ZIP_MARKS, COMPOUND_MARK)) else limits.csv_bytes
            _within(path, before.st_size, most)
            data = head + stream.read(most + 1 - len(head))
            _within(path, len(data), most)
            after = os.fstat(stream.fileno())
    except OSError as error:
        raise _unreadable(path, error) from error
    if not (len(data) == before.st_size == after.st_size and before.st_mtime_ns == after.st_mtime_ns):
        raise Refused(
            _("{file} changed while it was being read.").format(file=path.name),
            hint=_("Wait until the other program has saved it, then try again."),
        )
    return data


def _check_regular(path: Path) -> None:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise NotFound(
            _("There is no file {path}.").format(path=path),
            hint=_("File names are relative to the folder you are in."),
        ) from error
    except OSError as error:
        raise _unreadable(path, error) from error
    if stat.S_ISDIR(found.st_mode):
        raise Refused(_("{file} is a folder, not a file.").format(file=path.name or path))
    if not stat.S_ISREG(found.st_mode):
        raise Refused(
            _("{file} is a device or a pipe, not a file.").format(file=path.name),
            hint=_("Save the data as a file and name that."),
        )


def _unreadable(path: Path, error: OSError) -> Refused:
    return Refused(
        _("{file} can't be read: {reason}.").format(file=path.name, reason=system_reason(error)),
        hint=_("If it is open in another program, close it there; then check the file's permissions."),
    )


def _within(path: Path, size: int, most: int) -> None:
    if size > most:
        raise Refused(
            _("{file} has {size} MB; the limit is {most} MB.").format(
                file=path.name, size=megabytes(size), most=megabytes(most)
            ),
            hint=_("Split it into smaller files."),
        )


def megabytes(size: int) -> str:
    """``size`` in bytes as MB with at most two decimals, rounded up so that it never equals a limit it is over."""
    hundredths = -(-size * 100 // MIB)
    return f"{hundredths / 100:,.2f}".rstrip("0").rstrip(".")
