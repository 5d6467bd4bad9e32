"""What can go wrong, as classes that know their exit code.

An error is raised with a whole sentence in the user's language and, where one helps, a hint that says
what to do next. It is caught once, at the root of the program, and never prints itself.
"""

import contextlib
import errno
from collections.abc import Iterator

from salescli.i18n import N_, _


class SalesError(Exception):
    """Base of every error the program expects.

    ``message`` says what and where, ``hint`` what to do next (may be empty). ``token`` is the stable
    English name that ``--json`` prints; ``exit_code`` is the process's.
    """

    exit_code = 1
    token = "unexpected"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class BadValue(SalesError):
    """A value that cannot be read as what it should be: a day, an amount, a token, a text."""

    exit_code = 2
    token = "usage"


class NotFound(SalesError):
    """No record, or no input file, of that name."""

    exit_code = 3
    token = "not_found"


class Refused(SalesError):
    """A rule forbids it: ambiguous, duplicate, wrong state, or data would be lost."""

    exit_code = 4
    token = "refused"


class Ambiguous(Refused):
    """Several records match a reference: ``question`` says so, ``choices`` are (code, name) pairs."""

    token = "ambiguous"

    def __init__(self, question: str, choices: list[tuple[str, str]], hint: str = "") -> None:
        listed = _(", ").join(f"{code} {name}".strip() for code, name in choices)
        super().__init__(_("{question}: {listed}.").format(question=question, listed=listed), hint)
        self.question = question
        self.choices = choices


class DataFileProblem(SalesError):
    """The data file can't be used: newer, damaged, foreign, locked, read-only."""

    exit_code = 5
    token = "data_file"


class BadRows(SalesError):
    """An input file has rows that cannot be taken; nothing was written."""

    exit_code = 6
    token = "bad_rows"


class NotWritten(SalesError):
    """A file could not be written, or a mail not sent."""

    exit_code = 7
    token = "not_written"


# What the system says in English only, whatever the language.
_SYSTEM_REASONS = {
    errno.ENOENT: N_("it or its folder does not exist"),
    errno.EACCES: N_("there is no permission for it"),
    errno.EPERM: N_("there is no permission for it"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENOTDIR: N_("a part of its path is no folder"),
    errno.EROFS: N_("its disk is read-only"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EIO: N_("the disk fails"),
    errno.EFBIG: N_("there is no room for a file of that size"),
    errno.ENAMETOOLONG: N_("its name is too long"),
}


def system_reason(problem: Exception) -> str:
    """Why the system refused a file, in the user's language where it is one of the usual reasons."""
    if not isinstance(problem, OSError):
        return str(problem)
    known = _SYSTEM_REASONS.get(problem.errno or 0)
    return _(known) if known else problem.strerror or str(problem)


@contextlib.contextmanager
def in_line(number: int) -> Iterator[None]:
    """Let an error raised inside name the line of input it came from."""
    try:
        yield
    except SalesError as problem:
        problem.message = _("Line {number}: {message}").format(number=number, message=problem.message)
        raise
