"""The assessment of a month or a quarter: its columns, and what is said of it on a terminal, in a text, to scripts."""

from typing import TYPE_CHECKING, Any

from salescli.amounts import plain
from salescli.dates import echo_day
from salescli.i18n import N_, _, _n
from salescli.render.clients import CLIENT
from salescli.render.output import Column, as_json, cell, level, print_cells, print_text, words
from salescli.render.receipts import bucket_word
from salescli.render.reports import COVERAGE, FUNNEL
from salescli.render.weeks import left_out_word, measure_title, measure_word, quantity, visit_lines
from salescli.service_words import PromiseState, TaskState, TicketStatus
from salescli.vocabulary import DealState, Measure, Ratio, label

if TYPE_CHECKING:
    from salescli.services.reporting.assessments import Assessed, Assessment, Part
    from salescli.services.reporting.period_ends import Debtor, Left

_MOST_LEFT_SAID = 8
_KINDS = {
    "visit": N_("visit"),
    "promise": N_("promise"),
    "problem": N_("problem"),
    "task": N_("task"),
    "deal": N_("deal"),
}
_VISIT_STATES = {"not_done": N_("not done"), "missed": N_("not made"), "moved": N_("moved")}


def points_words(value: float) -> str:
    """Points and weights with one decimal, as the sheet shows them."""
    return f"{value:.1f}"


def measure_columns(measure: str) -> "list[Column[Assessed]]":
    """A measure of the assessment; its figures are money, counts or a level."""
    kind = quantity(measure)
    return [
        Column("measure", N_("Measure"), lambda one: one.measure, word=measure_title),
        Column("weight", N_("Weight (%)"), lambda one: one.weight, "count", word=points_words),
        Column("target", N_("Target"), lambda one: one.target, kind),
        Column("actual", N_("Actual"), lambda one: one.actual, kind),
        Column("rate", N_("Rate"), lambda one: one.rate, "ratio"),
        Column("points", N_("Points"), lambda one: one.points, "count", word=points_words),
        Column("weighted", N_("Weighted points"), lambda one: one.weighted, "count", word=points_words),
        Column("left_out", N_("Not in the score"), lambda one: one.left_out, word=left_out_word),
    ]


DEBTORS: "list[Column[Debtor]]" = [
    Column("client", N_("Client"), lambda one: one.client.name),
    Column("open", N_("Owed"), lambda one: one.open, "money"),
    Column("overdue", N_("Overdue"), lambda one: one.overdue, "money"),
    Column("days_overdue", N_("Days overdue"), lambda one: one.days, "count"),
]
LEFT: "list[Column[Left]]" = [
    Column("kind", N_("Kind"), lambda one: one.kind, word=lambda kind: _(_KINDS[kind])),
    Column("code", N_("Code"), lambda one: one.code),
    Column("client", N_("Client"), lambda one: one.client and one.client.name),
    Column("text", N_("What"), lambda one: left_text(one)),
    Column("due_on", N_("By when"), lambda one: one.due_on, "day", word=echo_day),
    Column("state", N_("Status"), lambda one: left_state(one)),
]


def left_text(one: "Left") -> str:
    """What was left; of a promise it says who made it."""
    if one.kind != "promise":
        return one.text
    sentence = _("we promised: {text}") if one.ours else _("they promised: {text}")
    return sentence.format(text=one.text)


def left_state(one: "Left") -> str:
    """What became of it."""
    kinds = {"promise": PromiseState, "problem": TicketStatus, "task": TaskState, "deal": DealState}
    return label(one.state, kinds[one.kind]) if one.kind in kinds else _(_VISIT_STATES[one.state])


def shown_measure(one: "Assessed") -> bool:
    """Whether a measure has anything to show; the others are named in the note on the score."""
    return one.target is not None or bool(one.actual)


# --- in words: the same sentences on a terminal, in the sheet and in the text ---


def period_words(assessment: "Assessment") -> str:
    """The period with its days: ``2026-11（2026-11-01 ～ 11-30）``, and up to when it is counted while it runs."""
    period = assessment.period
    said = _("{period} ({begin} – {end})").format(
        period=period.label, begin=period.begin.isoformat(), end=f"{period.last:%m-%d}"
    )
    return _("{period}, as of {day}").format(period=said, day=f"{assessment.as_of:%m-%d}") if assessment.runs else said


def title_words(assessment: "Assessment") -> str:
    """What the assessment is called."""
    return _("Monthly assessment") if assessment.period.kind == "month" else _("Quarterly assessment")


def score_lines(assessment: "Assessment") -> list[str]:
    """The score, and which measures it leaves out."""
    named = left_out_words(assessment)
    if assessment.score is None:
        return [_("No score: {measures}.").format(measures=named) if named else _("No score: no measure has a weight.")]
    return [_("Weighted score: {score}").format(score=points_words(assessment.score)), *left_out_lines(assessment)]


def left_out_lines(assessment: "Assessment") -> list[str]:
    """Which measures the score leaves out; nothing where it leaves none."""
    named = left_out_words(assessment)
    sentence = _("Left out of the score: {measures}. The other weights are scaled to 100.")
    return [sentence.format(measures=named)] if named else []


def left_out_words(assessment: "Assessment") -> str:
    """The measures that are left out of the score, each with the reason."""
    return _(", ").join(
        _("{measure} ({why})").format(measure=measure_word(one.measure), why=left_out_word(one.left_out or ""))
        for one in assessment.left_out
    )


def money_lines(assessment: "Assessment") -> list[str]:
    """What was owed at the end."""
    owed = assessment.owed
    rate = _(" ({rate})").format(rate=words(owed.overdue_rate, "ratio")) if owed.overdue_rate is not None else ""
    sentence = _("Owed {total}, overdue {overdue}{rate}")
    return [sentence.format(total=words(owed.total, "money"), overdue=words(owed.overdue, "money"), rate=rate)]


def typed_lines(assessment: "Assessment") -> list[str]:
    """What of the figures was typed as reached before there were records; nothing where none was."""
    typed = [
        f"{measure_word(one.measure)} {words(one.typed, quantity(one.measure))}"
        for one in assessment.measures
        if one.typed
    ]
    return [_("Of it typed as reached: {amounts}").format(amounts=_(", ").join(typed))] if typed else []


def service_lines(assessment: "Assessment") -> list[str]:
    """Problems, answers in time and satisfaction."""
    service, parts = assessment.service, []
    if service.received or service.closed or service.open:
        sentence = _("problems {received}, closed {closed}, open {open}")
        parts.append(sentence.format(received=service.received, closed=service.closed, open=service.open))
    if service.due:
        parts.append(
            _("answered in time {in_time} of {due} ({rate})").format(
                in_time=service.in_time, due=service.due, rate=words(service.response_rate, "ratio")
            )
        )
    if service.level is not None:
        parts.append(_("satisfaction {level}").format(level=level(service.level)))
    if service.asked:
        parts.append(_("asked {asked}, answered {answered}").format(asked=service.asked, answered=service.answered))
    return [_("Service: {parts}").format(parts=_("; ").join(parts))] if parts else []


def client_lines(assessment: "Assessment") -> list[str]:
    """Who stayed and how many came, where that can be said."""
    figures = [(ratio, assessment.ratios[ratio].value) for ratio in (Ratio.RETENTION, Ratio.GROWTH)]
    return [f"{label(ratio, Ratio)} {words(value, 'ratio')}" for ratio, value in figures if value is not None]


def left_lines(assessment: "Assessment") -> list[str]:
    """What was left, the first of it by name."""
    left = assessment.left
    if not left:
        return [_("Nothing was left undone.")]
    lines = [_n("Left undone: {count}", "Left undone: {count}", len(left)).format(count=len(left))]
    lines += [f"- {_left_line(one)}" for one in left[:_MOST_LEFT_SAID]]
    return [*lines, "- …"] if len(left) > _MOST_LEFT_SAID else lines


def _left_line(one: "Left") -> str:
    client = one.client.name if one.client else ""
    what = " ".join(filter(None, [_(_KINDS[one.kind]), one.code, client]))
    due = _(" ({day})").format(day=f"{one.due_on:%m-%d}") if one.due_on else ""
    return (_("{what}: {text}").format(what=what, text=left_text(one)) if one.text else what) + due


def assessment_text(assessment: "Assessment") -> str:
    """The assessment as text to paste: short lines, no table, the numbers of the sheet."""
    who = " ".join(filter(None, [assessment.profile.department, assessment.profile.name]))
    title = _("[{title}] {who} {period}").format(
        title=title_words(assessment), who=who, period=period_words(assessment)
    )
    return "\n".join(
        [
            title.replace("  ", " "),
            *(_measure_line(one) for one in assessment.measures if shown_measure(one)),
            *typed_lines(assessment),
            *score_lines(assessment),
            *(_part_line(part) for part in assessment.months),
            *visit_lines(assessment.visits),
            *money_lines(assessment),
            *service_lines(assessment),
            *client_lines(assessment),
            *left_lines(assessment),
        ]
    )


def _measure_line(one: "Assessed") -> str:
    kind = quantity(one.measure)
    figures = " / ".join(words(figure, kind) or "–" for figure in (one.actual, one.target))
    line = f"{measure_word(one.measure)} {figures}"
    return _("; ").join(filter(None, [line, words(one.rate, "ratio")]))


def _part_line(part: "Part") -> str:
    rates = [f"{measure_word(one.measure)} {words(one.rate, 'ratio')}" for one in part.measures if one.rate is not None]
    said = [_("{score} points").format(score=points_words(part.score))] if part.score is not None else []
    told = _("; ").join([*said, *rates])
    return _("{month}: {told}").format(month=part.period.label, told=told or _("not begun yet"))


# --- on a terminal ---


def print_assessment(assessment: "Assessment") -> None:
    """Print the assessment: its measures, the months of a quarter, and the rest in sentences."""
    print_text(f"{title_words(assessment)}  {period_words(assessment)}")
    shown = [one for one in assessment.measures if shown_measure(one)]
    if shown:
        titles = [_(column.title) for column in measure_columns(Measure.VISITS)]
        rows = [[cell(one, column) for column in measure_columns(one.measure)] for one in shown]
        print_cells(titles, rows, [column.kind != "text" for column in measure_columns(Measure.VISITS)])
    lines = [
        *typed_lines(assessment),
        *score_lines(assessment),
        *map(_part_line, assessment.months),
        *visit_lines(assessment.visits),
        *money_lines(assessment),
        *service_lines(assessment),
        *client_lines(assessment),
        *left_lines(assessment),
    ]
    for line in lines:
        print_text(line)


# --- for scripts ---


def assessment_json(assessment: "Assessment") -> dict[str, Any]:
    """The assessment as scripts read it, one key a section of the sheet."""
    visits, owed, service = assessment.visits, assessment.owed, assessment.service
    return {
        "period": assessment.period.label,
        "begin": assessment.period.begin,
        "end": assessment.period.last,
        "as_of": assessment.as_of,
        "measures": _measures_json(assessment.measures),
        "score": assessment.score,
        "time_rate": assessment.time_rate,
        "provisional": assessment.provisional,
        "months": [
            {"period": part.period.label, "measures": _measures_json(part.measures), "score": part.score}
            for part in assessment.months
        ],
        "visits": {
            "planned": len(visits.planned()),
            "done": len(visits.done()),
            "unplanned": len(visits.unplanned()),
            "rate": visits.rate,
            "a_coverage": visits.a_coverage,
            "overdue_clients": len(visits.overdue),
        },
        "coverage": [as_json(row, COVERAGE) for row in assessment.coverage],
        "funnel": [as_json(row, FUNNEL) for row in assessment.funnel],
        "ratios": {ratio.value: figure.value for ratio, figure in assessment.ratios.items()},
        "receivables": {
            "sales": plain(owed.sales),
            "received": plain(owed.received),
            "total": plain(owed.total),
            "overdue": plain(owed.overdue),
            "overdue_rate": owed.overdue_rate,
            "buckets": {name: plain(amount) for name, amount in owed.buckets.items()},
            "rows": [{**as_json(one, DEBTORS), "client": as_json(one.client, CLIENT)} for one in owed.debtors],
        },
        "service": {
            "received": service.received,
            "closed": service.closed,
            "open": service.open,
            "answered_in_time": service.in_time,
            "answers_due": service.due,
            "response_rate": service.response_rate,
            "asked": service.asked,
            "answered": service.answered,
            "satisfaction": None if service.level is None else level(service.level),
        },
        "left": [
            {
                "kind": one.kind,
                "code": one.code,
                "client": one.client and as_json(one.client, CLIENT),
                "text": one.text,
                "due_on": one.due_on,
                "state": one.state,
            }
            for one in assessment.left
        ],
    }


def _measures_json(measures: "tuple[Assessed, ...]") -> list[dict[str, Any]]:
    return [as_json(one, measure_columns(one.measure)) for one in measures]


def bucket_figures(assessment: "Assessment") -> list[tuple[str, int]]:
    """What was owed at the end by how long it had been due, under the names people give that."""
    return [(bucket_word(name), amount) for name, amount in assessment.owed.buckets.items()]
