"""The charts of the goal sheet. They carry their values with them, for viewers that don't calculate."""

from datetime import date
from typing import Any

from openpyxl.chart import BarChart, LineChart
from openpyxl.chart.axis import DateAxis
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumFmt,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.marker import Marker
from openpyxl.chart.reference import Reference
from openpyxl.chart.series import Series
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties
from openpyxl.utils.cell import absolute_coordinate, quote_sheetname, range_boundaries
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.worksheet import Worksheet

from salescli.render.sheets.style import AMBER, BLUE, PALE, font_name

_INSET = 30_000  # EMU, some 2 points


def put(sheet: Worksheet, chart: Any, area: str) -> None:
    """Put a chart over the cells of ``area``, a little inside them, however wide a program draws them."""
    first, top, last, bottom = range_boundaries(area)
    assert first is not None
    assert top is not None
    assert last is not None
    assert bottom is not None
    begin = AnchorMarker(col=first - 1, row=top - 1, colOff=_INSET, rowOff=_INSET)
    chart.anchor = TwoCellAnchor(_from=begin, to=AnchorMarker(col=last, row=bottom, colOff=-_INSET, rowOff=-_INSET))
    sheet.add_chart(chart)


def bars(sheet: Worksheet, names: str, series: list[tuple[str, str]], title: str) -> BarChart:
    """Bars of fractions side by side: ``names`` and each of ``series`` (title, range) on ``sheet``."""
    chart = BarChart()
    chart.type, chart.gapWidth, chart.overlap = "col", 80, -10
    _dress(chart, title)
    chart.y_axis.numFmt = "0%"
    chart.y_axis.scaling.min = 0
    for (name, cells), color in zip(series, (BLUE, PALE), strict=True):
        one = _series(sheet, cells, name, "0.0%")
        one.graphicalProperties = GraphicalProperties(solidFill=color)
        one.cat = AxDataSource(strRef=_words(sheet, names))
        chart.series.append(one)
    return chart


def curves(sheet: Worksheet, days: str, series: list[tuple[str, str]], title: str) -> LineChart:
    """Lines over days; the first is what was reached, the others what was asked, at most two."""
    chart = LineChart()
    chart.x_axis = DateAxis(crossAx=100, majorUnit=5, majorTimeUnit="days", numFmt=NumFmt("d", sourceLinked=False))
    _dress(chart, title)
    chart.y_axis.numFmt = "#,##0"
    chart.y_axis.crossAx = 500
    for (name, cells), color in zip(series, (BLUE, "A6A6A6", AMBER), strict=False):
        one = _series(sheet, cells, name, "#,##0")
        one.smooth = False
        one.marker = Marker(symbol="none")
        line = LineProperties(solidFill=color, w=28_000, prstDash=None if color == BLUE else "dash")
        one.graphicalProperties = GraphicalProperties(ln=line)
        one.cat = AxDataSource(numRef=_numbers(sheet, days, "d"))
        chart.series.append(one)
    return chart


def _dress(chart: Any, title: str) -> None:
    chart.title = title
    chart.title.tx.rich.paragraphs[0].pPr = ParagraphProperties(defRPr=_letters(1100, bold=True))
    for run in chart.title.tx.rich.paragraphs[0].r:
        run.rPr = _letters(1100, bold=True)
    chart.title.overlay = False
    chart.legend.position = "b"
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
        axis.txPr = RichText(p=[Paragraph(pPr=ParagraphProperties(defRPr=_letters(800)), endParaRPr=_letters(800))])
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E5E5E5"))
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(solidFill="D9D9D9"))


def _letters(size: int, *, bold: bool = False) -> CharacterProperties:
    name = font_name()
    return CharacterProperties(sz=size, b=bold, latin=Font(typeface=name), ea=Font(typeface=name))


def _series(sheet: Worksheet, cells: str, title: str, number_format: str) -> Series:
    one: Series = SeriesFactory(_reference(sheet, cells), title=title)
    one.val = NumDataSource(numRef=_numbers(sheet, cells, number_format))
    return one


def _numbers(sheet: Worksheet, cells: str, number_format: str) -> NumRef:
    values = _values(sheet, cells)
    points = [NumVal(idx=place, v=_number(value)) for place, value in enumerate(values) if value is not None]
    return NumRef(
        f=str(_reference(sheet, cells)), numCache=NumData(formatCode=number_format, ptCount=len(values), pt=points)
    )


def _words(sheet: Worksheet, cells: str) -> StrRef:
    values = _values(sheet, cells)
    points = [StrVal(idx=place, v=str(value)) for place, value in enumerate(values)]
    return StrRef(f=str(_reference(sheet, cells)), strCache=StrData(ptCount=len(values), pt=points))


def _number(value: Any) -> str:
    return str(to_excel(value)) if isinstance(value, date) else str(value)  # type: ignore[no-untyped-call]


def _reference(sheet: Worksheet, cells: str) -> Reference:
    return Reference(range_string=f"{quote_sheetname(sheet.title)}!{absolute_coordinate(cells)}")


def _values(sheet: Worksheet, cells: str) -> list[Any]:
    return [cell.value for (cell,) in sheet[cells]]
