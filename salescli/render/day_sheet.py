"""The day's written plan as one A4 page: what the supervisor checks in the morning and the results are written on."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, NamedStyle
from openpyxl.utils.datetime import to_excel

from salescli.dates import weekday_name
from salescli.i18n import N_, _, _n
from salescli.render.checklists import check_lines
from salescli.render.day_matters import Matter, in_order
from salescli.render.output import Column
from salescli.render.sheets import pages
from salescli.render.sheets.frame import Frame, gap
from salescli.render.sheets.layout import Cell, Line, height_of, page_height, place
from salescli.render.sheets.pages import PageSetup
from salescli.render.sheets.style import SIZE, add_looks, font_name
from salescli.render.sheets.tables import Place, cells_of, head_of
from salescli.render.week_care import NEXT_PROMISES, NEXT_TASKS, NEXT_TICKETS
from salescli.render.weeks import NEXT_STEPS, NEXT_VISITS
from salescli.vocabulary import MONEY_MEASURES, Channel, Measure, label

if TYPE_CHECKING:
    from salescli.services.office.profile import ProfileView
    from salescli.services.planning.day_plans import DayPlanView
    from salescli.services.planning.day_targets import DayTarget
    from salescli.services.planning.plan_checks import PlannedVisit
    from salescli.services.planning.visit_checks import Preparation

WIDTHS = {"A": 5, "B": 8, "C": 17, "D": 7, "E": 9, "F": 16, "G": 16, "H": 17, "I": 19}
REPEATED = 3  # rows of title and names
_FRAME = Frame(WIDTHS, middle="F", nothing=N_("None today"))
_KEY_TASKS = 3
_MOST_DUE = 12  # rows of what is due besides visits; the plan on the terminal shows all of them
# Rows give way so that all of it fits on one page: texts are cut after fewer lines, then the page is scaled down, but
# not below what is still read at arm's length.
_CUTS = (8, 6, 4, 3, 2)
_MOST_SCALING = 1.35
_ROW, _MOST_AIR = 34.0, 30.0  # points of a visit's row, and what is added where there is room to write
_NOON = time(12)

_VISITS = [
    Place("order", "A", "word", N_("No.")),
    Place("time", "B", title=N_("Time")),
    Place("client", "C"),
    Place("grade", "D", "word"),
    Place("contact", "E", "word"),
    Place("purpose", "F"),
    Place("expected", "G"),
    Place("ready", "H", title=N_("Materials, to have ready")),
    Place("", "I", "answer", N_("Result\n(by hand)"), tag="result"),
]
_DUE = [
    Place("day", "A:B", title=N_("By when"), tag="due"),
    Place("by", "C", "word", N_("What it is")),
    Place("client", "D:E"),
    Place("purpose", "F:H", title=N_("What")),
    Place("", "I", "answer", N_("Result\n(by hand)")),
]


@dataclass(frozen=True)
class DaySheet:
    """The workbook's bytes, and on how many pages it prints."""

    content: bytes
    pages: int


def day_sheet(plan: "DayPlanView", profile: "ProfileView") -> DaySheet:
    """The plan of a day as an .xlsx file: the same plan gives the same bytes."""
    book = Workbook()
    add_looks(book)
    book.add_named_style(_look_of_day(plan.day))
    sheet = book.worksheets[0]
    sheet.title = _("Day plan")
    lines, one_page = _fitted(plan, profile)
    page = math.inf if one_page else page_height(WIDTHS, portrait=True)
    placed = place(sheet, lines, WIDTHS, page, REPEATED)
    footer = " ".join(filter(None, [profile.name, plan.day.isoformat()])), sheet.title
    area = f"A1:I{placed.rows}"
    pages.set_up(sheet, PageSetup(area, footer, REPEATED, "A4", portrait=True, one_page=one_page))
    day = int(to_excel(plan.day))  # type: ignore[no-untyped-call]
    pages.alarm(sheet, placed.cells.get("due", []), "lessThan", str(day))
    title = _("Day plan {day}").format(day=plan.day.isoformat())
    made_at = datetime.combine(plan.day, time.min)
    return DaySheet(pages.content(book, title, profile.name, made_at), len(sheet.row_breaks.brk) + 1)


def _look_of_day(day: date) -> NamedStyle:
    """The look that shows a real date between its label and its weekday."""
    before, after = (part.replace('"', "") for part in (_("Date: "), f" {weekday_name(day)}"))
    return NamedStyle(
        "plan_day",
        Font(name=font_name(), size=SIZE, color="404040"),
        alignment=Alignment(horizontal="left", vertical="center"),
        number_format=f'"{before}"yyyy-mm-dd"{after}"',
    )


def _fitted(plan: "DayPlanView", profile: "ProfileView") -> tuple[list[Line], bool]:
    """The lines of the page, and whether they fit on one."""
    page = page_height(WIDTHS, portrait=True)
    found: list[Line] = []
    for cut in _CUTS:
        found = _lines(plan, profile, cut, _ROW)
        spare = page - _height(found)
        if spare > 0 and plan.visits:
            return _lines(plan, profile, cut, _ROW + min(_MOST_AIR, spare / len(plan.visits))), True
        if _height(found) <= page * _MOST_SCALING:
            return found, True
    return _lines(plan, profile, _CUTS[0], _ROW), False


def _height(lines: Sequence[Line]) -> float:
    return sum(height_of(line, WIDTHS) for line in lines)


def _lines(plan: "DayPlanView", profile: "ProfileView", cut: int, row: float) -> list[Line]:
    return [
        *_heading(plan, profile),
        *_number_of_day(plan),
        *_key_tasks(plan.key_tasks),
        *_due(plan, cut),
        *_visits(plan, cut, row),
        *_at_the_end(),
        *_check(),
    ]


def _heading(plan: "DayPlanView", profile: "ProfileView") -> list[Line]:
    slots = _(", ").join(f"{slot.start:%H:%M}-{slot.end:%H:%M}" for slot in plan.slots)
    first = (
        Cell(plan.day, "plan_day", "A:C"),
        Cell(_("Name: {name}").format(name=profile.name), "meta", "D:F"),
        Cell(_("Working hours: {slots}").format(slots=slots), "meta", "G:I"),
    )
    second = (
        Cell(_("Department: {name}").format(name=profile.department), "meta", "A:C"),
        Cell(_("Supervisor: {name}").format(name=profile.supervisor), "meta", "D:F"),
        Cell(_("Territory: {name}").format(name=profile.territory), "meta", "G:I"),
    )
    title = Line((Cell(_("Work plan of the day"), "title", _FRAME.all),), height=32)
    return [title, Line(first, height=19), Line(second, height=19)]


def _number_of_day(plan: "DayPlanView") -> list[Line]:
    """What the day's target asks for, beside the number of visits planned."""
    title = _("1. The day's number")
    face_to_face = sum(stop.visit.face_to_face for stop in plan.visits)
    follow_ups = len(plan.visits) - face_to_face
    if plan.target is None:
        aside = _("no target is split for this day")
        return [_FRAME.bar(title, aside), *_FRAME.figures(_counts(face_to_face, follow_ups, "A:E", "F:I"))]
    return [
        _FRAME.bar(title, label(plan.target.measure, Measure)),
        *_FRAME.figures([*_target(plan.target), *_counts(face_to_face, follow_ups, "H", "I")]),
    ]


def _counts(visits: int, follow_ups: int, one: str, other: str) -> list[tuple[str, Cell]]:
    return [(_("Visits"), Cell(visits, "figure", one)), (_("Follow-ups"), Cell(follow_ups, "figure", other))]


def _target(target: "DayTarget") -> list[tuple[str, Cell]]:
    money = target.measure in MONEY_MEASURES
    told = [
        (_("For the day"), target.day, "A:C"),
        (_("Rolling target"), target.rolling, "D:E"),
        (_("To go in the month"), target.month_to_go, "F"),
        (_("Needed a day"), target.needed_per_day, "G"),
    ]
    return [
        (name, Cell(Decimal(value) / 100 if money and value is not None else value, _figure(money), span))
        for name, value, span in told
    ]


def _figure(money: bool) -> str:
    return "figure_money" if money else "figure"


def _key_tasks(tasks: Sequence[str]) -> list[Line]:
    """The key tasks; what is not named yet is a line to write on."""
    named = [*tasks, *[None] * (_KEY_TASKS - len(tasks))]
    lines = [
        Line(
            (Cell(number, "word", "A"), Cell(task, "text" if task else "answer", "B:H"), Cell(None, "answer", "I")),
            height=21,
        )
        for number, task in enumerate(named, start=1)
    ]
    return [gap(), _FRAME.bar(_("2. Key tasks")), *lines]


# --- what is due besides visits ---


def _due_step(columns: "Sequence[Column[Any]]", what: str) -> "list[Column[Any]]":
    return [*columns, Column("by", N_("By"), lambda _row: _(what))]


_STEPS = _due_step(NEXT_STEPS, N_("next step"))
_PREPARED: "list[Column[Preparation]]" = [
    Column("day", N_("Date"), lambda one: one.item.due_on, "day"),
    Column("by", N_("By"), lambda _one: _("to prepare")),
    Column("client", N_("Client"), lambda one: one.client.name),
    Column("purpose", N_("Purpose"), lambda one: one.item.text),
]


_URGENT: "list[Column[tuple[str, str]]]" = [
    Column("day", N_("Date"), lambda _one: None, "day"),
    Column("by", N_("By"), lambda _one: _("urgent")),
    Column("client", N_("Client"), lambda _one: None),
    Column("purpose", N_("Purpose"), lambda one: " ".join(one)),
]
_MATTERS: "dict[Matter, list[Column[Any]]]" = {
    "urgent": _URGENT,
    "task": NEXT_TASKS,
    "promise": NEXT_PROMISES,
    "ticket": NEXT_TICKETS,
}


def _due(plan: "DayPlanView", cut: int) -> list[Line]:
    title = _("3. Due: promises, problems, tasks, next steps")
    visited = {stop.visit.client.code for stop in plan.visits}
    rows = [
        *(cells_of(one, _MATTERS[kind], _DUE) for kind, one in in_order(plan.matters)),
        *(cells_of(one, _STEPS, _DUE) for one in plan.next_steps if one.client.code not in visited),
        *(cells_of(one, _PREPARED, _DUE) for one in plan.preparations),
    ]
    if not rows:
        return [gap(), _FRAME.empty(title)]
    head = head_of(NEXT_VISITS, _DUE)
    lines = [_FRAME.short_line(cells, " …", head, min(cut, 4)) for cells in rows[:_MOST_DUE]]
    more = len(rows) - _MOST_DUE
    aside = _n("{count} more: `sales plan print`", "{count} more: `sales plan print`", more).format(count=more)
    return [gap(), _FRAME.bar(title, aside if more > 0 else ""), head, *lines]


# --- the visits ---


def _ready(stop: "PlannedVisit") -> str | None:
    """What to take along and to have ready, a line each; the boxes are ticked by hand."""
    return "\n".join(filter(None, [stop.visit.materials, *check_lines(stop.ready)])) or None


_STOPS: "list[Column[PlannedVisit]]" = [
    Column("order", N_("No."), lambda stop: stop.order, "count"),
    Column("time", N_("Time"), lambda stop: stop.place.start if stop.place else stop.visit.planned_at, "time"),
    Column("client", N_("Client"), lambda stop: stop.visit.client.name),
    Column("grade", N_("Grade"), lambda stop: stop.visit.grade),
    Column("contact", N_("Contact"), lambda stop: stop.visit.contact),
    Column("purpose", N_("Purpose"), lambda stop: _purpose(stop)),
    Column("expected", N_("Expected result"), lambda stop: stop.visit.expected),
    Column("ready", N_("Materials"), _ready),
]


def _purpose(stop: "PlannedVisit") -> str | None:
    """What the visit is for; a follow-up says by which channel it is made."""
    how = "" if stop.visit.face_to_face else label(stop.visit.by, Channel)
    return _("; ").join(filter(None, [how, stop.visit.purpose])) or None


def _visits(plan: "DayPlanView", cut: int, row: float) -> list[Line]:
    title = _("4. Visits in order")
    if not plan.visits:
        aside = "" if plan.working else _("a rest day")
        return [gap(), _FRAME.empty(title, aside)]
    head = head_of(_STOPS, _VISITS)
    lines: list[Line] = []
    half = ""
    for stop in plan.visits:
        if _half(stop) != half:
            half = _half(stop)
            lines.append(Line((Cell(half, "subhead", _FRAME.all),), height=19, keep=True, head=head))
        cells = cells_of(stop, _STOPS, _VISITS)
        lines.append(Line(_FRAME.short_line(cells, " …", head, cut).cells, height=row, head=head))
    proposed = _("proposed, not taken over yet") if plan.proposed else ""
    return [gap(), _FRAME.bar(title, proposed), head, *lines]


def _half(stop: "PlannedVisit") -> str:
    start = stop.place.start if stop.place else stop.visit.planned_at
    if start is None:
        return _("Time still open")
    return _("Morning") if start < _NOON else _("Afternoon")


# --- what is written by hand ---


def _at_the_end() -> list[Line]:
    titles = ((_("Gained"), "A:E"), (_("Fell short, and why"), "F:G"), (_("Beside the plan"), "H:I"))
    return [
        gap(),
        _FRAME.bar(_("5. At the day's end (by hand)")),
        Line(tuple(Cell(title, "head", span) for title, span in titles), keep=True),
        Line(tuple(Cell(None, "answer", span) for _title, span in titles), height=46),
    ]


def _check() -> list[Line]:
    heads = (
        (_("Check: □ accepted  □ returned"), "A:E"),
        (_("Comment"), "F:G"),
        (_("Supervisor: signature, date"), "H"),
        (_("Salesperson: signature, date"), "I"),
    )
    return [
        gap(),
        _FRAME.bar(_("6. The supervisor's check")),
        Line(tuple(Cell(title, "head", span) for title, span in heads), keep=True),
        Line(tuple(Cell(None, "answer", span) for _title, span in heads), height=42),
    ]
