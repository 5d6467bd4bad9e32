"""The assessment sheet (月度考核表): measures, score, visits, money, service and what was left; and its definitions."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from salescli.formulas import formula, title
from salescli.i18n import N_, _, _n
from salescli.render.assessments import (
    DEBTORS,
    LEFT,
    bucket_figures,
    left_out_lines,
    measure_columns,
    money_lines,
    period_words,
    score_lines,
    shown_measure,
    title_words,
    typed_lines,
)
from salescli.render.output import Column, words
from salescli.render.reports import COVERAGE, FUNNEL
from salescli.render.sheets import pages
from salescli.render.sheets.frame import Frame, gap
from salescli.render.sheets.layout import Cell, Line, Placed, Value, height_of, page_height, place
from salescli.render.sheets.pages import PageSetup
from salescli.render.sheets.style import LOOK_OF_KIND, add_looks
from salescli.render.sheets.tables import Place, cells_of, head_of, rows_of, value_of
from salescli.render.week_sheet import definitions
from salescli.render.week_sheet.definitions import Definition, listed
from salescli.render.weeks import follow_up_words, quantity, unit
from salescli.vocabulary import Measure, Ratio
from salescli.week_form import MOST_SCORE

if TYPE_CHECKING:
    from salescli.services.reporting.assessments import Assessed, Assessment, Part

WIDTHS = {"A": 19.0, **dict.fromkeys("BCDEFGHIJ", 14.5)}
REPEATED = 3  # rows of title and names
_FRAME = Frame(WIDTHS, middle="D", nothing=N_("None in this period"))
_MOST_ROWS = 20  # of what was left, and of clients who owe; the program shows all of them
_MOST_LINES = 6  # of a text
_LITTLE = 200.0  # points
_MEASURES = [
    Place("measure", "A", "text"),
    Place("weight", "B", "points", tag="weight"),
    Place("unit", "C", "word"),
    Place("target", "D"),
    Place("actual", "E"),
    Place("rate", "F", tag="rate"),
    Place("points", "G", "points", N_("Self-score")),
    Place("weighted", "H", "points"),
    Place("", "I", "answer_points", N_("Score by\nmanager"), tag="manager_score"),
    Place("", "J", "answer", N_("Remark")),
]
_MONTHS = (("B", "C", "D"), ("E", "F", "G"), ("H", "I", "J"))  # target, actual and rate of each
_COVERAGE = [
    Place("grade", "A", "word"),
    Place("clients", "B"),
    Place("contacted", "C"),
    Place("contacted_rate", "D:E"),
    Place("on_time", "F"),
    Place("on_time_rate", "G:H"),
    Place("overdue", "I:J", tag="overdue"),
]
_FUNNEL = [
    Place("step", "A"),
    Place("stage_name", "B:C"),
    Place("count", "D"),
    Place("amount", "E:F"),
    Place("weighted", "G:H"),
    Place("rate", "I:J"),
]
_DEBTORS = [
    Place("client", "A:C"),
    Place("open", "D:E"),
    Place("overdue", "F:G"),
    Place("days_overdue", "H"),
    Place("", "I:J", "answer", N_("What to do about it")),
]
_LEFT = [
    Place("kind", "A", "word"),
    Place("code", "B", "word"),
    Place("client", "C:D"),
    Place("text", "E:H"),
    Place("due_on", "I"),
    Place("state", "J", "word"),
]
_BUCKETS = ("A:B", "C:D", "E:F", "G:H", "I:J")
_ANSWERS = ("comment", "score", "manager_signature", "own_signature")


def workbook(assessment: "Assessment") -> bytes:
    """The assessment as the bytes of an .xlsx file: the same assessment gives the same bytes."""
    book = Workbook()
    add_looks(book)
    sheet = book.worksheets[0]
    sheet.title = _("Assessment")
    placed = place(sheet, _sheet_lines(assessment), WIDTHS, page_height(WIDTHS), REPEATED)
    _set_up(sheet, placed, "J", REPEATED, "A4", assessment)
    _finish(book, sheet, placed, assessment)
    words_sheet = book.create_sheet(_("Definitions"))
    lines = definitions.lines_of(_("This period"), _definitions(assessment))
    widths, repeated = definitions.WIDTHS, definitions.REPEATED
    told = place(words_sheet, lines, widths, page_height(widths), repeated)
    _set_up(words_sheet, told, "D", repeated, "B3", assessment)
    name = f"{title_words(assessment)} {assessment.period.label}"
    return pages.content(book, name, assessment.profile.name, assessment.made_at)


def _set_up(sheet: Worksheet, placed: Placed, last: str, repeated: int, frozen: str, assessment: "Assessment") -> None:
    footer = " ".join(filter(None, [assessment.profile.name, assessment.period.label])), sheet.title
    pages.set_up(sheet, PageSetup(f"A1:{last}{placed.rows}", footer, repeated, frozen))


def _finish(book: Workbook, sheet: Worksheet, placed: Placed, assessment: "Assessment") -> None:
    """What may be typed into the sheet, and what is coloured."""
    found = placed.cells
    scored = found.get("manager_score", [])
    if "manager_total" in found:
        pages.total_by_manager(sheet, placed)
    pages.allow_points(sheet, [*scored, *found["score"]], MOST_SCORE)
    if assessment.time_rate is not None:
        pages.alarm(sheet, found.get("rate", []), "lessThan", f"{assessment.time_rate:.6f}")
    pages.alarm(sheet, found.get("overdue", []), "greaterThan", "0")
    for tag in _ANSWERS:
        pages.name_cell(book, sheet, f"sales_{tag}", found[tag][0])
    for one, cell in zip(filter(shown_measure, assessment.measures), scored, strict=False):
        pages.name_cell(book, sheet, f"sales_score_{one.measure}", cell)


# --- the first sheet ---


def _sheet_lines(assessment: "Assessment") -> list[Line]:
    return [
        *_heading(assessment),
        *_measures(assessment),
        *_months(assessment),
        *_visits(assessment),
        *_funnel(assessment),
        *_owed(assessment),
        *_service(assessment),
        *_left(assessment),
        *_opinion(),
    ]


def _heading(assessment: "Assessment") -> list[Line]:
    who = assessment.profile
    names = [
        (_("Department: {name}"), who.department, "A:C"),
        (_("Name: {name}"), who.name, "D:E"),
        (_("Territory: {name}"), who.territory, "F:G"),
        (_("Manager: {name}"), who.manager, "H:J"),
    ]
    state = _("State: still running") if assessment.runs else _("State: complete")
    return [
        Line((Cell(_title(assessment), "title", _FRAME.all),), height=32),
        Line(tuple(Cell(label.format(name=name), "meta", span) for label, name, span in names), height=20),
        Line(
            (
                Cell(_("Period: {period}").format(period=period_words(assessment)), "meta", "A:E"),
                Cell(assessment.made_at.date(), "meta_date", "F:G"),
                Cell(state, "meta", "H:J"),
            ),
            height=20,
        ),
    ]


def _title(assessment: "Assessment") -> str:
    """What stands on top of the sheet."""
    return _("Monthly assessment sheet") if assessment.period.kind == "month" else _("Quarterly assessment sheet")


def _measures(assessment: "Assessment") -> list[Line]:
    heading = _("1. Goals of the period")
    shown = [one for one in assessment.measures if shown_measure(one)]
    notes = [_FRAME.note(line) for line in [*left_out_lines(assessment), *typed_lines(assessment)]]
    if not shown:
        return [_FRAME.empty(heading, *score_lines(assessment)[:1])]
    aside = _("(provisional: the official days off are not all known)") if assessment.provisional else ""
    if assessment.time_rate is not None and assessment.runs:
        aside = _("Time gone (working days): {rate}").format(rate=words(assessment.time_rate, "ratio")) + " " + aside
    columns = partial(_measure_columns, currency=assessment.profile.currency)
    head = head_of(_measure_columns(assessment.measures[0], ""), _MEASURES)
    return [
        _FRAME.bar(heading, aside.strip()),
        head,
        *rows_of(shown, columns, _MEASURES, head),
        *_total(assessment),
        *notes,
    ]


def _measure_columns(one: "Assessed", currency: str) -> "list[Column[Assessed]]":
    named: Column[Assessed] = Column("unit", N_("Unit"), lambda one: unit(one.measure, currency))
    return [*measure_columns(one.measure), named]


def _total(assessment: "Assessment") -> list[Line]:
    """The weighted score: ours, and the one that follows from what the manager types."""
    if assessment.score is None:
        return []
    return [
        Line(
            (
                Cell(_("Weighted score"), "total", "A:G"),
                Cell(assessment.score, "total_points", "H"),
                Cell(None, "total_points", "I", "manager_total"),
                Cell(None, "total", "J"),
            )
        )
    ]


def _months(assessment: "Assessment") -> list[Line]:
    """A quarter's months side by side: what each measure was to reach and reached, and the score of each."""
    months = assessment.months
    if not months:
        return []
    asked = {one.measure for part in months for one in part.measures if one.target is not None}
    shown = [one.measure for one in assessment.measures if shown_measure(one) or one.measure in asked]
    of_month = [
        Cell(part.period.label, "head", f"{first}:{last}")
        for part, (first, _middle, last) in zip(months, _MONTHS, strict=True)
    ]
    titles = (_("Target"), _("Actual"), _("Rate"))
    under = [Cell(name, "head", span) for spans in _MONTHS for name, span in zip(titles, spans, strict=True)]
    scores = [
        Cell(part.score, "total_points", f"{first}:{last}")
        for part, (first, _middle, last) in zip(months, _MONTHS, strict=True)
    ]
    return [
        gap(),
        Line((Cell(_("Month by month"), "subhead", _FRAME.all),), height=20, keep=True),
        Line((Cell(None, "head", "A"), *of_month), keep=True),
        Line((Cell(_("Measure"), "head", "A"), *under), keep=True),
        *(_month_line(measure, months) for measure in shown),
        Line((Cell(_("Weighted score"), "total", "A"), *scores)),
    ]


def _month_line(measure: str, months: "Sequence[Part]") -> Line:
    cells = [Cell(title(Measure(measure)), "text", "A")]
    columns = measure_columns(measure)
    for part, spans in zip(months, _MONTHS, strict=True):
        places = [Place(key, span) for key, span in zip(("target", "actual", "rate"), spans, strict=True)]
        one = next((one for one in part.measures if one.measure == measure), None)
        cells += cells_of(one, columns, places) if one else [Cell(None, "text", span) for span in spans]
    return Line(tuple(cells))


def _visits(assessment: "Assessment") -> list[Line]:
    visits = assessment.visits
    rows = [row for row in assessment.coverage if row.clients]
    if not visits.lines and not rows:
        return [gap(), _FRAME.empty(_("2. Visits and coverage"))]
    figures = [
        (_("Planned visits"), Cell(len(visits.planned()), "figure", "A")),
        (_("Done"), Cell(len(visits.done()), "figure", "B:C")),
        (_("Completion rate"), Cell(visits.rate, "figure_percent", "D:E")),
        (_("Unplanned"), Cell(len(visits.unplanned()), "figure", "F")),
        (_("Class A covered"), Cell(visits.a_coverage, "figure_percent", "G:H")),
        (_("Clients overdue"), Cell(len(visits.overdue), "figure", "I:J", "overdue")),
    ]
    head = head_of(COVERAGE, _COVERAGE)
    table = [head, *rows_of(rows, lambda _row: COVERAGE, _COVERAGE, head)] if rows else []
    return [gap(), _FRAME.bar(_("2. Visits and coverage"), follow_up_words(visits)), *_FRAME.figures(figures), *table]


def _funnel(assessment: "Assessment") -> list[Line]:
    rows = [row for row in assessment.funnel if row.count or row.step in ("visits", "quotes", "orders")]
    head = head_of(FUNNEL, _FUNNEL)
    lines = rows_of(rows, lambda _row: FUNNEL, _FUNNEL, head)
    return [gap(), _FRAME.bar(_("3. Funnel and deals"), _("each rate is of the step before")), head, *lines]


def _owed(assessment: "Assessment") -> list[Line]:
    owed = assessment.owed
    heading = _("4. Receivables at the end")
    if not owed.total:
        return [gap(), _FRAME.empty(heading)]
    aside = money_lines(assessment)[0]
    cells = [
        (name, Cell(Decimal(amount) / 100, "figure_money", span))
        for (name, amount), span in zip(bucket_figures(assessment), _BUCKETS, strict=True)
    ]
    head = head_of(DEBTORS, _DEBTORS)
    rows = [cells_of(one, DEBTORS, _DEBTORS) for one in owed.debtors[:_MOST_ROWS]]
    table = [head, *(_FRAME.short_line(row, " …", head, _MOST_LINES) for row in rows)] if rows else []
    return [gap(), _FRAME.bar(heading, aside), *_FRAME.figures(cells), *table, *_more(len(owed.debtors))]


def _service(assessment: "Assessment") -> list[Line]:
    service, ratios = assessment.service, assessment.ratios
    level = None if service.level is None else Decimal(service.level) / 100
    figures: list[tuple[str, Cell]] = [
        (_("Problems received"), Cell(service.received, "figure", "A")),
        (_("Problems closed"), Cell(service.closed, "figure", "B")),
        (_("Open at the end"), Cell(service.open, "figure", "C", "overdue")),
        (title(Ratio.RESPONSE_RATE), Cell(service.response_rate, "figure_percent", "D:E")),
        (title(Measure.SATISFACTION), Cell(level, "figure_points", "F")),
        (title(Ratio.RETENTION), Cell(ratios[Ratio.RETENTION].value, "figure_percent", "G:H")),
        (title(Ratio.GROWTH), Cell(ratios[Ratio.GROWTH].value, "figure_percent", "I:J")),
    ]
    sentence = _("satisfaction asked {asked}, answered {answered}")
    aside = sentence.format(asked=service.asked, answered=service.answered) if service.asked else ""
    return [gap(), _FRAME.bar(_("5. Clients and service"), aside), *_FRAME.figures(figures)]


def _left(assessment: "Assessment") -> list[Line]:
    heading = _("6. What was left undone")
    if not assessment.left:
        return [gap(), replace(_FRAME.empty(heading), keep=True)]
    head = head_of(LEFT, _LEFT)
    rows = [cells_of(one, LEFT, _LEFT) for one in assessment.left[:_MOST_ROWS]]
    lines = [_FRAME.short_line(row, " …", head, _MOST_LINES) for row in rows]
    found = [gap(), _FRAME.bar(heading), head, *lines, *_more(len(assessment.left))]
    # The manager's part never stands alone on a page: what was left goes with it, all of it where that is little.
    little = sum(height_of(line, WIDTHS) for line in found) < _LITTLE
    return [replace(line, keep=True) for line in found] if little else [*found[:-1], replace(found[-1], keep=True)]


def _more(count: int) -> list[Line]:
    more = count - _MOST_ROWS
    if more <= 0:
        return []
    said = _n("{count} more; the program shows it.", "{count} more; the program shows them.", more)
    return [_FRAME.note(said.format(count=more))]


def _opinion() -> list[Line]:
    heads = [
        (_("Comment"), "A:E"),
        (_("Score"), "F"),
        (_("Manager: signature, date"), "G:H"),
        (_("Salesperson: signature, date"), "I:J"),
    ]
    looks = ("answer", "answer_points", "answer", "answer")
    cells = [Cell(None, look, span, tag) for (_title, span), look, tag in zip(heads, looks, _ANSWERS, strict=True)]
    return [
        gap(),
        _FRAME.bar(_("7. The manager's assessment")),
        Line(tuple(Cell(text, "head", span) for text, span in heads), keep=True),
        Line(tuple(cells), height=56),
    ]


# --- the second sheet ---


def _definitions(assessment: "Assessment") -> list[Definition]:
    return [
        *(_of_measure(one, assessment) for one in assessment.measures),
        *_of_score(assessment),
        *_of_ratios(assessment),
        *_of_end(assessment),
    ]


def _of_measure(one: "Assessed", assessment: "Assessment") -> Definition:
    column = next(column for column in measure_columns(one.measure) if column.key == "actual")
    behind = listed(one.codes)
    if one.actual is None:
        behind = _("Nothing is recorded of it yet.")
    elif one.typed:
        typed = _("typed as reached: {amount}").format(amount=words(one.typed, quantity(one.measure)))
        behind = _("; ").join(filter(None, [behind, typed]))
    said = formula(Measure(one.measure), assessment.counting)
    return Definition(title(Measure(one.measure)), said, behind, value_of(one, column), LOOK_OF_KIND[column.kind])


def _of_score(assessment: "Assessment") -> list[Definition]:
    return [
        Definition(_("Target"), _("The target of the whole period: its own, or the sum of its days in a split one.")),
        Definition(_("Rate"), _("Actual ÷ target; undefined when the target is 0.")),
        Definition(
            _("Weight (%)"),
            _(
                "Out of 100, from the settings. A measure without a target, satisfaction without surveys and margin "
                "without costs are left out, and the weights of the others are scaled to 100."
            ),
            " ".join(left_out_lines(assessment)),
        ),
        Definition(_("Self-score"), _("100 × the rate, at most 120.")),
        Definition(
            _("Weighted score"),
            _("The sum of weight × the rate, the rate counted at 1.2 at most; out of 100."),
            value=assessment.score,
            look="points",
        ),
        Definition(
            _("Weighted score (manager)"),
            _("The sum of weight × the manager's score ÷ 100; it appears when every measure has a score."),
        ),
        Definition(
            _("Time gone (working days)"),
            _("Working days up to and including the last day counted ÷ all of the period."),
            value=assessment.time_rate,
            look="percent",
        ),
    ]


def _of_ratios(assessment: "Assessment") -> list[Definition]:
    return [_of_ratio(ratio, assessment) for ratio in Ratio]


def _of_ratio(ratio: Ratio, assessment: "Assessment") -> Definition:
    figure = assessment.ratios[ratio]
    parts = [figure.numerator, figure.denominator]
    kind = "money" if ratio is Ratio.OVERDUE_RATE else "count"
    rows = "" if None in parts else " ÷ ".join(words(part, kind) for part in parts)  # type: ignore[arg-type]
    value: Value = figure.value
    return Definition(title(ratio), formula(ratio, assessment.counting), rows, value, "percent")


def _of_end(assessment: "Assessment") -> list[Definition]:
    owed = assessment.owed
    return [
        Definition(
            _("Receivables at the end"),
            _("What was still owed at the end of the last day counted, less receipts and returns up to it, in yuan."),
            _("; ").join(f"{name} {words(amount, 'money')}" for name, amount in bucket_figures(assessment)),
            Decimal(owed.total) / 100,
            "money",
        ),
        Definition(
            _("Left undone"),
            _(
                "Visits planned and not made, promises, problems, tasks and deals whose day had come by the last day "
                "counted and that were still open then."
            ),
            listed([one.code for one in assessment.left]),
            len(assessment.left),
        ),
    ]
