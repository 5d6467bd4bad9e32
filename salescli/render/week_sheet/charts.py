"""The charts of the goal sheet. They carry their values with them, for viewers that don't calculate."""

from typing import Any

from openpyxl.chart import BarChart, LineChart
from openpyxl.chart.data_source import NumData, NumVal, StrData, StrVal
from openpyxl.chart.reference import Reference
from openpyxl.chart.series import Series
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from salescli.render.week_sheet.style import BLUE, PALE, PIXELS_A_DIGIT, font_name

_CM_A_POINT = 2.54 / 72


def put(sheet: Worksheet, chart: Any, corner: str, digits: float, height: float) -> None:
    """Put a chart with its corner in a cell: as wide as ``digits`` of column width, ``height`` in points."""
    chart.width, chart.height = digits * PIXELS_A_DIGIT * 0.75 * _CM_A_POINT, height * _CM_A_POINT
    sheet.add_chart(chart, corner)


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
        chart.series.append(one)
    _name_them(chart, sheet, names)
    return chart


def curves(sheet: Worksheet, names: str, series: list[tuple[str, str]], title: str) -> LineChart:
    """Lines over days; the first is what was reached, the others what was asked."""
    chart = LineChart()
    _dress(chart, title)
    chart.y_axis.numFmt = "#,##0"
    chart.x_axis.tickLblSkip = 3
    for (name, cells), color in zip(series, (BLUE, "A6A6A6"), strict=False):
        one = _series(sheet, cells, name, "#,##0")
        one.smooth = False
        one.marker.symbol = "none"
        one.graphicalProperties = GraphicalProperties(
            ln=LineProperties(solidFill=color, w=28_000, prstDash=None if color == BLUE else "dash")
        )
        chart.series.append(one)
    _name_them(chart, sheet, names)
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
    points = [NumVal(idx=place, v=str(value)) for place, value in enumerate(_values(sheet, cells)) if value is not None]
    one.val.numRef.numCache = NumData(formatCode=number_format, ptCount=len(_values(sheet, cells)), pt=points)
    return one


def _name_them(chart: Any, sheet: Worksheet, names: str) -> None:
    chart.set_categories(_reference(sheet, names))
    words = _values(sheet, names)
    for one in chart.series:
        one.cat.numRef = None
        one.cat.strRef = _string_reference(sheet, names, [str(word) for word in words])


def _string_reference(sheet: Worksheet, cells: str, words: list[str]) -> Any:
    from openpyxl.chart.data_source import StrRef

    cache = StrData(ptCount=len(words), pt=[StrVal(idx=place, v=word) for place, word in enumerate(words)])
    return StrRef(f=str(_reference(sheet, cells)), strCache=cache)


def _reference(sheet: Worksheet, cells: str) -> Reference:
    first, top, last, bottom = range_boundaries(cells)
    return Reference(sheet, min_col=first, min_row=top, max_col=last, max_row=bottom)


def _values(sheet: Worksheet, cells: str) -> list[Any]:
    first, top, _last, bottom = range_boundaries(cells)
    assert top is not None
    assert bottom is not None
    return [sheet.cell(row, first or 1).value for row in range(top, bottom + 1)]
