"""The week's workbook once by the program and once by xlsxwriter: the same cells, looks, merged areas and widths."""

import io
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from salescli import db, services
from salescli.calendars import Calendar
from salescli.config import DEFAULTS, Settings
from salescli.dates import now
from salescli.render import week_sheet

Work = Callable[[], object]


def works(career: Path, book: Path, environ: Mapping[str, str]) -> dict[str, Work] | None:
    """What makes the bytes of the workbook ``book`` of a career's week, twice; none where xlsxwriter is missing."""
    try:
        import xlsxwriter  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        return None
    moment = now({**os.environ, **environ})
    settings = Settings(Path(), DEFAULTS)
    with db.reading(career) as session:
        session.info["settings"] = lambda: settings
        week = services.closed_weeks.to_print(session, moment.date())
        calendar: Calendar = services.work_calendar.of(session)
        report = services.closed_weeks.of(session, week, moment, settings, calendar, None)
    pages = [_Page.of(sheet) for sheet in openpyxl.load_workbook(book).worksheets]

    def plain() -> None:
        file = io.BytesIO()
        made = xlsxwriter.Workbook(file)
        formats: dict[str, Any] = {}
        for page in pages:
            page.write(made, formats)
        made.close()

    return {"ours": lambda: week_sheet.workbook(report), "plain": plain}


@dataclass(frozen=True)
class _Page:
    """A sheet as it was read: cells by place with value and look, merged areas, widths."""

    title: str
    cells: list[tuple[int, int, Any, str]]
    looks: dict[str, dict[str, Any]]
    merged: list[tuple[int, ...]]  # first row and column, last row and column, from 0
    widths: list[float]

    @classmethod
    def of(cls, sheet: Worksheet) -> "_Page":
        cells, looks = [], {}
        for row, line in enumerate(sheet.iter_rows()):
            for column, cell in enumerate(line):
                look = _look(cell)
                key = repr(look)
                looks[key] = look
                cells.append((row, column, cell.value, key))
        merged = [tuple(place - 1 for place in (*area.bounds[1::-1], *area.bounds[:1:-1]))
                  for area in sheet.merged_cells.ranges]  # fmt: skip
        return cls(sheet.title, cells, looks, merged, [one.width for one in sheet.column_dimensions.values()])

    def write(self, book: Any, formats: dict[str, Any]) -> None:
        """Write it into a workbook of xlsxwriter."""
        sheet = book.add_worksheet(self.title)
        for key, look in self.looks.items():
            if key not in formats:
                formats[key] = book.add_format(look)
        for place, width in enumerate(self.widths):
            sheet.set_column(place, place, width)
        for area in self.merged:
            sheet.merge_range(*area, "")
        for row, column, value, key in self.cells:
            if isinstance(value, str) and value.startswith("="):
                sheet.write_formula(row, column, value, formats[key])
            elif value is None:
                sheet.write_blank(row, column, None, formats[key])
            else:
                sheet.write(row, column, value, formats[key])


def _look(cell: Any) -> dict[str, Any]:
    edges = (cell.border.left, cell.border.right, cell.border.top, cell.border.bottom)
    return {
        "bold": bool(cell.font.b),
        "font_size": cell.font.sz or 11,
        "align": cell.alignment.horizontal or "left",
        "text_wrap": bool(cell.alignment.wrap_text),
        "num_format": cell.number_format,
        **({"border": 1} if any(edge and edge.style for edge in edges) else {}),
        **({"pattern": 1, "bg_color": f"#{cell.fill.fgColor.rgb[2:]}"}
           if cell.fill.fill_type == "solid" and isinstance(cell.fill.fgColor.rgb, str) else {}),
    }  # fmt: skip
