"""Surveys: the columns of the queue and of the answers, and the report of a period."""

from typing import TYPE_CHECKING, Any

from salescli.dates import echo_day
from salescli.i18n import N_, _
from salescli.render.clients import CLIENT
from salescli.render.output import (
    Column,
    Form,
    as_json,
    print_csv,
    print_json,
    print_pairs,
    print_text,
    show_rows,
    words,
)
from salescli.service_words import SurveyState, TaskState
from salescli.vocabulary import label

if TYPE_CHECKING:
    from salescli.services.care.survey_reports import Band, QuarterRow, SurveyReport
    from salescli.services.care.surveys import DueClient, Improvement, SurveyView

DUE: "list[Column[DueClient]]" = [
    Column("client", N_("Client"), lambda row: f"{row.client.code} {row.client.name}"),
    # In JSON this one takes the place of the name.
    Column("client", N_("Client"), lambda row: row.client, "data", row_of=CLIENT),
    Column("grade", N_("Grade"), lambda row: row.grade),
    Column("contact", N_("Contact"), lambda row: row.contact and row.contact.name),
    Column("phone", N_("Phone"), lambda row: row.contact and (row.contact.mobile or row.contact.phone)),
    Column("last_score", N_("Last score"), lambda row: row.last_score, "count"),
    Column("last_on", N_("Answered on"), lambda row: row.last_on, "day", word=echo_day),
]


def improvement_words(improvement: "Improvement | None") -> str | None:
    """What is done about a low score, as people read it."""
    if improvement is None:
        return None
    state = _("overdue") if improvement.overdue else label(improvement.state, TaskState)
    return _("{line} ({remark})").format(line=f"{improvement.code} {improvement.title}", remark=state)


def _improvement_json(improvement: "Improvement | None") -> dict[str, Any] | None:
    return None if improvement is None else dict(vars(improvement))


def answer_words(survey: "SurveyView") -> str:
    """What became of asking a client: ``answered 85``, ``refused``."""
    state = label(survey.state, SurveyState)
    return state if survey.score is None else f"{state} {survey.score}"


SURVEYS: "list[Column[SurveyView]]" = [
    Column("code", N_("Code"), lambda one: one.code),
    Column("quarter", N_("Quarter"), lambda one: one.quarter),
    Column("client", N_("Client"), lambda one: one.client.name),
    # In JSON this one takes the place of the name.
    Column("client", N_("Client"), lambda one: one.client, "data", row_of=CLIENT),
    Column("grade", N_("Grade"), lambda one: one.grade),
    Column("state", N_("State"), lambda one: one.state, word=lambda token: label(token, SurveyState)),
    Column("on", N_("On"), lambda one: one.on, "day", word=echo_day),
    Column("score", N_("Score"), lambda one: one.score, "count"),
    Column("reason", N_("Reason"), lambda one: one.reason),
    Column("improvement", N_("Improvement"), lambda one: improvement_words(one.improvement)),
    Column("improvement", N_("Improvement"), lambda one: _improvement_json(one.improvement), "data"),
]

_BANDS = {
    "very satisfied": N_("very satisfied"),
    "satisfied": N_("satisfied"),
    "fair": N_("fair"),
    "dissatisfied": N_("dissatisfied"),
    "very dissatisfied": N_("very dissatisfied"),
}


def score_words(score: float | None) -> str:
    """An average score as people read it."""
    return "" if score is None else f"{score:.1f}"


def _change_words(change: float) -> str:
    return f"{change:+.1f}"


BANDS: "list[Column[Band]]" = [
    Column("word", N_("Satisfaction"), lambda band: band.word.replace(" ", "_"), word=lambda word: _band(word)),
    Column("least", N_("From"), lambda band: band.least, "count"),
    Column("most", N_("To"), lambda band: band.most, "count"),
    Column("count", N_("Answers"), lambda band: band.count, "count"),
    Column("share", N_("Share"), lambda band: band.share, "ratio"),
]
TREND: "list[Column[QuarterRow]]" = [
    Column("quarter", N_("Quarter"), lambda row: row.quarter),
    Column("answered", N_("Answers"), lambda row: row.answered, "count"),
    Column("average", N_("Average"), lambda row: row.average, "count", word=score_words),
    Column("change", N_("Change"), lambda row: row.change, "count", word=_change_words),
]


def _band(word: str) -> str:
    return _(_BANDS[word.replace("_", " ")])


def show_report(report: "SurveyReport", form: Form) -> None:
    """Print a report; as CSV its trend."""
    if form == "json":
        print_json(report_json(report))
        return
    if form == "csv":
        print_csv(report.trend, TREND)
        return
    pairs = [
        (_("Period"), report.period.label),
        (_("Asked"), words(report.asked, "count")),
        (_("Answers"), words(report.answered, "count")),
        (_("Refused"), words(report.refused, "count")),
        (_("Not asked yet"), words(report.still_due, "count")),
        (_("Average"), score_words(report.average) or _("no answers yet")),
    ]
    print_pairs(pairs)
    if report.answered:
        print_text("")
        show_rows(report.distribution, BANDS, form)
    print_text("")
    show_rows(report.trend, TREND, form)
    if report.low:
        print_text("")
        print_text(_("Low scores, and what is done about them:"))
        show_rows(report.low, [column for column in SURVEYS if column.key not in ("state", "quarter")], form)


def report_json(report: "SurveyReport") -> dict[str, Any]:
    """A report as scripts read it."""
    return {
        "period": report.period.label,
        "begin": report.period.begin,
        "end": report.period.last,
        "asked": report.asked,
        "answered": report.answered,
        "refused": report.refused,
        "still_due": report.still_due,
        "average": report.average,
        "distribution": [as_json(band, BANDS) for band in report.distribution],
        "trend": [as_json(row, TREND) for row in report.trend],
        "low": [as_json(one, SURVEYS) for one in report.low],
    }
