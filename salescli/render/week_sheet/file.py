"""The file of a goal sheet: its name, and how it is written whole or not at all."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from salescli.errors import BadValue
from salescli.i18n import _
from salescli.render.files import check_place, written_whole

if TYPE_CHECKING:
    from salescli.services.reporting.weeks import WeekReport

# What no file system, or no shell, takes in a name; what steers a terminal; blanks.
_NOT_IN_NAMES = re.compile(
    r'[/\\:*?"<>|\s\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]+'
)
# Encrypted file systems take 143 bytes a name; what stands around the person's name needs some 40.
_MOST_NAME_BYTES = 100


def file_name(report: "WeekReport") -> str:
    """``目标管理表_张三_2026W48.xlsx``, in English ``Weekly_goals_…``; without the name where none is known."""
    name = _NOT_IN_NAMES.sub("_", report.profile.name).strip("._")
    name = name.encode()[:_MOST_NAME_BYTES].decode(errors="ignore")
    parts = [_("Weekly_goals"), name, report.period.label.replace("-", "")]
    return "_".join(filter(None, parts)) + ".xlsx"


def target_path(out: Path | None, report: "WeekReport", *, force: bool) -> Path:
    """Where the sheet goes: the file asked for, or its own name in the folder asked for or the working folder.

    Raises BadValue for an ending other than .xlsx, Refused for a file that is there unless ``force``, NotWritten
    for what is there and is no file.
    """
    path = Path(file_name(report)) if out is None else out / file_name(report) if out.is_dir() else out
    if path.suffix.lower() != ".xlsx":
        raise BadValue(
            _("“{file}” does not end in .xlsx.").format(file=path.name), hint=_("The goal sheet is an Excel workbook.")
        )
    check_place(path, force=force)
    return path


def save(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``: beside it first, then under its name; NotWritten when that fails."""
    with written_whole(path) as beside:
        beside.write_bytes(content)
