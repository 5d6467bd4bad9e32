"""The looks of the goal sheet's cells: one named style for each, made once a workbook."""

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray

from salescli.i18n import _, language
from salescli.render.output import Kind

INK = "1F3864"
GREY = "7F7F7F"
RED = "C00000"
BAR = "DCE6F1"
HEAD = "F2F5F9"
ANSWER = "FFF9E5"
ALARM = "FDE9E7"
RULE = "BFBFBF"
BLUE = "2F5597"
PALE = "B4C0D4"
AMBER = "C55A11"
SIZE = 10

# What every reader has: with Windows, with Excel for the Mac; others put their own sans-serif in its place.
_FONTS = {"zh": "微软雅黑", "en": "Calibri"}
# Column widths count the digits of the workbook's standard font. Verdana's are as wide on Windows, the Mac and,
# as DejaVu Sans, on Linux, so that columns and pages come out alike; no cell is written in it.
_MEASURING_FONT = Font(name="Verdana", size=9)
PIXELS_A_DIGIT = 8.0
_LINE_HEIGHTS = {"zh": 16.0, "en": 15.0}

MONEY = "#,##0.00"
COUNT = "#,##0"
PERCENT = "0.0%"
DAY = "yyyy-mm-dd"
TIME = "hh:mm"

# look → (number format, horizontal alignment); all of them are cells of a table
_TABLE = {
    "text": ("General", "left"),
    "word": ("General", "center"),
    "money": (MONEY, "right"),
    "count": (COUNT, "right"),
    "percent": (PERCENT, "right"),
    "ahead": ("+0.0%;-0.0%;0.0%", "right"),
    "points": ("0.0", "right"),
    "date": (DAY, "center"),
    "time": (TIME, "center"),
}
# look → number format of the big figures
_FIGURES = {"figure": COUNT, "figure_percent": PERCENT, "figure_money": MONEY, "figure_points": "0.0"}
# A number too wide for its cell would be shown as a row of #.
_FIGURE = Alignment("center", "center", shrink_to_fit=True)
# look → (number format, horizontal alignment) of the cells that the manager fills in
_ANSWERS = {"answer": ("General", "left"), "answer_points": ("0.0", "center"), "answer_choice": ("General", "center")}

LOOK_OF_KIND: dict[Kind, str] = {
    "text": "text",
    "day": "date",
    "time": "time",
    "money": "money",
    "count": "count",
    "ratio": "percent",
    "level": "points",
}


def font_name() -> str:
    """The typeface of the language in force."""
    return _FONTS[language()]


def line_height() -> float:
    """Points that a line of text takes."""
    return _LINE_HEIGHTS[language()]


def add_looks(book: Workbook) -> None:
    """Give the workbook its looks; they go by their name as cell styles."""
    name = font_name()
    book._named_styles["Normal"].font = _MEASURING_FONT  # type: ignore[attr-defined]
    for style in (*_plain_looks(name), *_table_looks(name)):
        book.add_named_style(style)


def looks_of(book: Workbook) -> dict[str, StyleArray]:
    """The workbook's looks as cells take them when they are made; given by name, each cell would search for its own."""
    return {style.name: style.as_tuple() for style in book._named_styles}  # type: ignore[attr-defined]


def _plain_looks(name: str) -> list[NamedStyle]:
    line = Side(style="thin", color=RULE)
    fill, edges = _fill(BAR), Border(top=line, bottom=line)
    left = Alignment(horizontal="left", vertical="center", wrap_text=True)
    return [
        _look("title", Font(name=name, size=16, bold=True, color=INK), Alignment("center", "center")),
        _look("meta", Font(name=name, size=SIZE, color="404040"), left),
        _look("meta_date", Font(name=name, size=SIZE, color="404040"), left, number_format=_named_day()),
        _look(
            "section",
            Font(name=name, size=11, bold=True, color=INK),
            Alignment("left", "center"),
            fill=fill,
            border=edges,
        ),
        _look("aside", Font(name=name, size=SIZE, color=GREY), Alignment("left", "center"), fill=fill, border=edges),
        _look("subhead", Font(name=name, size=SIZE, bold=True, color=INK), Alignment("left", "center")),
        _look("note", Font(name=name, size=9, color=GREY), left),
        _look("empty", Font(name=name, size=SIZE), left),
    ]


def _table_looks(name: str) -> list[NamedStyle]:
    side = Side(style="thin", color=RULE)
    box = Border(left=side, right=side, top=side, bottom=side)
    body = Font(name=name, size=SIZE)
    strong = Font(name=name, size=SIZE, bold=True)
    looks = [
        _look("head", strong, _wrapped("center"), fill=_fill(HEAD), border=box),
        _look("label", Font(name=name, size=9, color=GREY), _wrapped("center"), fill=_fill(HEAD), border=box),
        _look("total", strong, _wrapped("right"), fill=_fill(HEAD), border=box),
        _look("total_points", strong, _wrapped("right"), number_format="0.0", fill=_fill(HEAD), border=box),
    ]
    looks += [
        _look(look, body, _wrapped(side), number_format=number_format, border=box)
        for look, (number_format, side) in _TABLE.items()
    ]
    looks += [
        _look(look, Font(name=name, size=13, bold=True, color=INK), _FIGURE, number_format=form, border=box)
        for look, form in _FIGURES.items()
    ]
    looks += [
        _look(look, body, _wrapped(side), form, Protection(locked=False), fill=_fill(ANSWER), border=box)
        for look, (form, side) in _ANSWERS.items()
    ]
    return looks


def _look(
    name: str,
    font: Font,
    alignment: Alignment,
    number_format: str = "General",
    protection: Protection | None = None,
    *,
    fill: PatternFill | None = None,
    border: Border | None = None,
) -> NamedStyle:
    return NamedStyle(
        name=name,
        font=font,
        alignment=alignment,
        number_format=number_format,
        protection=protection or Protection(locked=True),
        fill=fill or PatternFill(),
        border=border or Border(),
    )


def _wrapped(side: str) -> Alignment:
    return Alignment(horizontal=side, vertical="center", wrap_text=True, indent=1 if side == "left" else 0)


def _fill(color: str) -> PatternFill:
    return PatternFill("solid", start_color=color, end_color=color)


def _named_day() -> str:
    """The format that shows a real date behind its label."""
    return '"{label}"yyyy-mm-dd'.format(label=_("Handed in: ").replace('"', ""))
