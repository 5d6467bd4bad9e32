"""The week's workbook once by the program and once by xlsxwriter: the same cells, looks, pages, rules and charts."""

import io
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.chart import BarChart

from salescli import db, services
from salescli.calendars import Calendar
from salescli.config import DEFAULTS, Settings
from salescli.dates import now
from salescli.render import week_sheet

Work = Callable[[], object]
Area = tuple[int, int, int, int]  # first row and column, last row and column, from 0

_EDGES = ("left", "right", "top", "bottom")
# What openpyxl calls the ways of comparing, and what xlsxwriter does.
_CRITERIA = {"lessThan": "<", "greaterThan": ">"}


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
    made = openpyxl.load_workbook(book)
    pages = [_Page.of(sheet) for sheet in made.worksheets]
    names = {name: f"={one.attr_text}" for name, one in made.defined_names.items()}

    def plain() -> bytes:
        file = io.BytesIO()
        written = xlsxwriter.Workbook(file)
        written.set_properties({"title": made.properties.title, "author": made.properties.creator,
                                "keywords": made.properties.keywords, "created": report.made_at})  # fmt: skip
        formats: dict[str, Any] = {}
        for page in pages:
            page.write(written, formats)
        for name, cell in names.items():
            written.define_name(name, cell)
        written.close()
        return file.getvalue()

    return {"ours": lambda: week_sheet.workbook(report), "plain": plain}


@dataclass(frozen=True)
class _Page:
    """A sheet as it was read: cells by place with value and look, merged areas, and all that stands around them."""

    sheet: Any
    cells: list[tuple[int, int, Any, str]]
    merged: list[tuple[Area, Any, str]]
    looks: dict[str, dict[str, Any]]
    heights: dict[int, float]
    charts: list[tuple[str, dict[str, Any]]]

    @classmethod
    def of(cls, sheet: Any) -> "_Page":
        areas = {area.bounds[1::-1]: (*area.bounds[1::-1], *area.bounds[:1:-1]) for area in sheet.merged_cells.ranges}
        inside = {place for area in areas.values() for place in _places(area)}
        cells, merged = [], []
        looks: dict[str, dict[str, Any]] = {}
        for line in sheet.iter_rows():
            for cell in line:
                place = cell.row, cell.column
                if place in areas:
                    merged.append((_from_0(areas[place]), cell.value, _known(cell, looks)))
                elif place not in inside and cell.has_style:
                    cells.append((cell.row - 1, cell.column - 1, cell.value, _known(cell, looks)))
        heights = {row - 1: one.height for row, one in sheet.row_dimensions.items() if one.height}
        return cls(sheet, cells, merged, looks, heights, [_chart(chart) for chart in sheet._charts])

    def write(self, book: Any, formats: dict[str, Any]) -> None:
        """Write it into a workbook of xlsxwriter, the plain way its manual shows."""
        sheet = book.add_worksheet(self.sheet.title)
        for key, look in self.looks.items():
            if key not in formats:
                formats[key] = book.add_format(look)
        for one in self.sheet.column_dimensions.values():
            sheet.set_column(one.min - 1, one.max - 1, one.width)
        for row, height in self.heights.items():
            sheet.set_row(row, height)
        for area, value, key in self.merged:
            sheet.merge_range(*area, value, formats[key])
        for row, column, value, key in self.cells:
            sheet.write(row, column, value, formats[key])
        self._set_up(sheet)
        self._rules(book, sheet)
        for kind, look in self.charts:
            _draw(book, sheet, kind, look)

    def _set_up(self, sheet: Any) -> None:
        own = self.sheet
        sheet.set_landscape()
        sheet.set_paper(own.page_setup.paperSize)
        sheet.fit_to_pages(own.page_setup.fitToWidth, own.page_setup.fitToHeight)
        margins = own.page_margins
        sheet.set_margins(margins.left, margins.right, margins.top, margins.bottom)
        sheet.center_horizontally()
        sheet.repeat_rows(*(int(row.strip("$")) - 1 for row in own.print_title_rows.split(":")))
        sheet.print_area(own.print_area.partition("!")[2].replace("$", ""))
        footer = own.oddFooter
        sheet.set_footer(f"&L&8 {footer.left.text}&C&8 {footer.center.text}&R&8 {footer.right.text}",
                         {"margin": margins.footer})  # fmt: skip
        sheet.hide_gridlines(2)
        sheet.freeze_panes(own.freeze_panes)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.set_h_pagebreaks([one.id for one in own.row_breaks.brk])

    def _rules(self, book: Any, sheet: Any) -> None:
        """What may be typed into it, and what is coloured."""
        for one in self.sheet.data_validations.dataValidation:
            asked = {"error_title": one.errorTitle, "error_message": one.error}
            asked |= ({"validate": "list", "source": one.formula1.strip('"').split(",")} if one.type == "list" else
                      {"validate": "decimal", "criteria": "between",
                       "minimum": int(one.formula1), "maximum": int(one.formula2)})  # fmt: skip
            first, *more = [_from_0((*area.bounds[1::-1], *area.bounds[:1:-1])) for area in one.sqref.ranges]
            sheet.data_validation(*first, {**asked, "other_cells": more})
        for area in self.sheet.conditional_formatting:
            cells = str(area.sqref)
            for rule in area.rules:
                look = {"font_color": _color(rule.dxf.font.color), "bg_color": _color(rule.dxf.fill.bgColor)}
                sheet.conditional_format(cells.split()[0], {
                    "type": "cell", "criteria": _CRITERIA[rule.operator], "value": rule.formula[0],
                    "format": book.add_format(look), "multi_range": cells,
                })  # fmt: skip


def _places(area: Area) -> Iterator[tuple[int, int]]:
    return ((row, column) for row in range(area[0], area[2] + 1) for column in range(area[1], area[3] + 1))


def _from_0(area: Area) -> Area:
    first_row, first, last_row, last = area
    return first_row - 1, first - 1, last_row - 1, last - 1


def _known(cell: Any, looks: dict[str, dict[str, Any]]) -> str:
    look = _look(cell)
    key = repr(look)
    looks[key] = look
    return key


def _look(cell: Any) -> dict[str, Any]:
    return {
        "font_name": cell.font.name,
        "font_size": cell.font.sz,
        "bold": bool(cell.font.b),
        "font_color": _color(cell.font.color) or "#000000",
        "align": cell.alignment.horizontal or "left",
        "valign": "vcenter" if cell.alignment.vertical == "center" else "bottom",
        "text_wrap": bool(cell.alignment.wrap_text),
        "indent": int(cell.alignment.indent),
        "shrink": bool(cell.alignment.shrink_to_fit),
        "num_format": cell.number_format,
        "locked": bool(cell.protection.locked),
        "quote_prefix": bool(cell.quotePrefix),
        **{word: value for edge in _EDGES if (line := getattr(cell.border, edge)) and line.style
           for word, value in ((edge, 1), (f"{edge}_color", _color(line.color)))},
        **({"pattern": 1, "bg_color": _color(cell.fill.fgColor)} if cell.fill.fill_type == "solid" else {}),
    }  # fmt: skip


def _color(color: Any) -> str | None:
    return f"#{color.rgb[2:]}" if color is not None and isinstance(color.rgb, str) else None


# --- charts ---


def _chart(chart: Any) -> tuple[str, dict[str, Any]]:
    """A chart as it was read: its kind; its place, size, title and series with their colours."""
    begin, end = chart.anchor._from, chart.anchor.to
    title = "".join(run.t for paragraph in chart.title.tx.rich.paragraphs for run in paragraph.r or ())
    return "column" if isinstance(chart, BarChart) else "line", {
        "title": title,
        "at": (begin.row, begin.col),
        "over": (end.row - begin.row, end.col - begin.col),
        "series": [_series(one) for one in chart.series],
    }


def _series(one: Any) -> dict[str, Any]:
    """The ranges, name and colour of a series."""
    categories = one.cat.numRef or one.cat.strRef
    look, line = one.graphicalProperties, one.graphicalProperties.line
    drawn = ({"line": {"color": f"#{line.solidFill.srgbClr}", "width": 2.25, "dash_type": line.prstDash or "solid"}}
             if line is not None and line.solidFill is not None else
             {"fill": {"color": f"#{look.solidFill.srgbClr}"}})  # fmt: skip
    name = one.tx.v if one.tx.v else one.tx.strRef.f
    return {"name": name, "categories": f"={categories.f}", "values": f"={one.val.numRef.f}", **drawn}


def _draw(book: Any, sheet: Any, kind: str, look: dict[str, Any]) -> None:
    chart = book.add_chart({"type": kind})
    for one in look["series"]:
        chart.add_series(one)
    chart.set_title({"name": look["title"], "overlay": False, "name_font": {"size": 11, "bold": True}})
    chart.set_legend({"position": "bottom"})
    chart.set_x_axis({"num_font": {"size": 8}, **({"date_axis": True, "num_format": "d"} if kind == "line" else {})})
    chart.set_y_axis({"num_font": {"size": 8}, "major_gridlines": {"visible": True, "line": {"color": "#E5E5E5"}}})
    chart.set_size({"width": 64 * max(look["over"][1], 8), "height": 20 * max(look["over"][0], 10)})
    sheet.insert_chart(*look["at"], chart)
