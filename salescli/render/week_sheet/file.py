"""The file of a goal sheet: its name, and how it is written whole or not at all."""

from pathlib import Path
from typing import TYPE_CHECKING

from salescli.i18n import _
from salescli.render import files
from salescli.render.files import save as save
from salescli.render.files import save_after as save_after

if TYPE_CHECKING:
    from salescli.services.reporting.weeks import WeekReport


def file_name(report: "WeekReport", ending: str = ".xlsx") -> str:
    """``目标管理表_张三_2026W48.xlsx``, in English ``Weekly_goals_…``; without the name where none is known."""
    return files.named(_("Weekly_goals"), report.profile.name, report.period.label.replace("-", ""), ending)


def target_path(out: Path | None, report: "WeekReport", *, force: bool, ending: str = ".xlsx") -> Path:
    """Where the sheet goes: see :func:`salescli.render.files.target_path`."""
    return files.target_path(out, file_name(report, ending), force=force)
