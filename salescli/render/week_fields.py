"""The week as fields that a company's own workbook can take: the same columns and numbers as our goal sheet."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from salescli.cell_values import CellKind, CellValue, Field
from salescli.i18n import _
from salescli.render.output import Column, Kind, print_json, print_text
from salescli.render.sheets.tables import value_of
from salescli.render.visits import VISITS
from salescli.render.week_care import MARKET, MATTERS, PROMISED, SATISFACTION, SERVICE, TASKED, learnt_words
from salescli.render.week_money import DEALS, OWED
from salescli.render.week_sheet.mask import masked
from salescli.render.weeks import NEXT_STEPS, NEXT_VISITS, WEEK_VISITS, goal_columns, month_columns, next_goal_columns
from salescli.vocabulary import Measure

if TYPE_CHECKING:
    from salescli.services.reporting.goal_figures import MonthGoal
    from salescli.services.reporting.weeks import WeekReport

Row = dict[str, Field]
_LEARNING = ("date", "gained", "fell_short", "learnt")
_KINDS: dict[Kind, CellKind] = {"money": "money", "ratio": "ratio", "day": "day", "time": "time"}


def week_fields(report: "WeekReport", *, mask: bool = False) -> Mapping[str, Field | Sequence[Row]]:
    """Every field by its name, as `week show --json` calls it: values such as ``score``, lists such as ``goals``.

    ``no`` numbers the rows of a list. A measure's figures have names of their own besides:
    ``goals.amount.week_actual``. With ``mask`` phone numbers and addresses are taken out of every text.
    """
    lists = _lists(report)
    if mask:
        lists = {name: [_masked(row) for row in rows] for name, rows in lists.items()}
    found: dict[str, Field | Sequence[Row]] = dict(lists)
    for name in ("goals", "months", "next.goals"):
        for measure, row in zip(_measures(report, name), lists[name], strict=True):
            found |= {f"{name}.{measure}.{key}": field for key, field in row.items()}
    return found | _values(report)


def columns_of_tables() -> dict[str, list[str]]:
    """The columns that a map may name, by table."""
    asked: dict[str, Sequence[Sequence[Column[Any]]]] = {
        "goals": [goal_columns(Measure.AMOUNT)],
        "months": [month_columns(Measure.AMOUNT)],
        "visits": [VISITS, WEEK_VISITS],
        "deals": [DEALS],
        "orders": [OWED],
        "work": [PROMISED, TASKED],
        "service": [SERVICE, SATISFACTION],
        "market": [MARKET],
        "issues": [MATTERS],
        "next.goals": [next_goal_columns(Measure.AMOUNT)],
        "next.visits": [VISITS, NEXT_VISITS, NEXT_STEPS],
    }
    found = {
        name: ["no", *dict.fromkeys(one.key for part in parts for one in part if one.kind != "data")]
        for name, parts in asked.items()
    }
    return found | {"learning": ["no", *_LEARNING]}


def print_names(report: "WeekReport", *, as_json: bool) -> None:
    """The names that a map takes: fields with what they say this week, then tables with their columns."""
    cells = {name: field.value for name, field in week_fields(report).items() if isinstance(field, Field)}
    tables = columns_of_tables()
    if as_json:
        print_json({"cells": list(cells), "tables": tables})
        return
    for name, value in cells.items():
        print_text(f"{name}: {'' if value is None else value}")
    for name, columns in tables.items():
        print_text(f"\n[{name}]\n{' '.join(columns)}")


def _lists(report: "WeekReport") -> dict[str, list[Row]]:
    ahead = report.next
    visits = [
        _row(line.visit, VISITS) | _row(line, WEEK_VISITS) for line in report.visits.lines
    ]  # the sheet's words win
    next_visits = [_row(stop.visit, VISITS) | _row(stop, NEXT_VISITS) for stop in ahead.visits]
    found: dict[str, list[Row]] = {
        "goals": [_row(goal, goal_columns(goal.measure)) for goal in report.goals],
        "months": [_row(goal, month_columns(goal.measure)) for goal in _month(report)],
        "visits": visits,
        "deals": [_row(line, DEALS) for line in report.deals.lines],
        "orders": [_row(line, OWED) for line in report.orders.lines],
        "work": [
            *(_row(promise, PROMISED) for promise in report.work.promises),
            *(_row(task, TASKED) for task in report.work.tasks),
        ],
        "service": [
            *(_row(ticket, SERVICE) for ticket in report.service.tickets),
            *(_row(survey, SATISFACTION) for survey in report.service.surveys),
        ],
        "market": [_row(one, MARKET) for one in report.market.insights],
        "issues": [_row(one, MATTERS) for one in report.matters],
        "learning": [
            dict(
                zip(
                    _LEARNING,
                    (Field(day.day, "day"), Field(day.gained), Field(day.fell_short), Field(learnt_words(day.learnt))),
                    strict=True,
                )
            )
            for day in report.learned
        ],
        "next.goals": [_row(goal, next_goal_columns(goal.measure)) for goal in ahead.goals],
        "next.visits": [*next_visits, *(_row(step, NEXT_STEPS) for step in ahead.steps)],
    }
    found |= {f"{name}.rows": found[name] for name in ("visits", "deals", "orders", "market")}
    return {
        name: [{"no": Field(number), **row} for number, row in enumerate(rows, start=1)] for name, rows in found.items()
    }


def _month(report: "WeekReport") -> "Sequence[MonthGoal]":
    """The month that the week has come to."""
    return report.months[-1].rows if report.months else ()


def _masked(row: Row) -> Row:
    return {key: Field(masked(field.value)) if isinstance(field.value, str) else field for key, field in row.items()}


def _measures(report: "WeekReport", name: str) -> list[str]:
    rows: dict[str, Sequence[Any]] = {
        "goals": report.goals,
        "months": _month(report),
        "next.goals": report.next.goals,
    }
    return [row.measure for row in rows[name]]


def _row(row: Any, columns: Sequence[Column[Any]]) -> Row:
    return {
        column.key: Field(_rounded(value_of(row, column), column.kind), _KINDS.get(column.kind, "plain"))
        for column in columns
        if column.kind != "data"
    }


def _rounded(value: CellValue, kind: Kind) -> CellValue:
    """Points and weights to one decimal, as on our own sheet: a form's cell may have no format of its own."""
    return round(value, 1) if kind == "level" and isinstance(value, float) else value


def _values(report: "WeekReport") -> dict[str, Field]:
    who, visits, period, ahead = report.profile, report.visits, report.period, report.next.period
    texts: dict[str, CellValue] = {
        "name": who.name, "department": who.department, "territory": who.territory, "email": who.email,
        "supervisor": who.supervisor, "manager": who.manager, "period": period.label, "next.period": ahead.label,
        "year": period.begin.isocalendar().year, "week": period.begin.isocalendar().week,
        "week_title": _("week {number}").format(number=period.begin.isocalendar().week),
        "version": report.version, "score": report.score,
        "visits.planned": len(visits.planned()), "visits.done": len(visits.done()),
        "visits.unplanned": len(visits.unplanned()), "visits.overdue": len(visits.overdue),
    }  # fmt: skip
    days = {
        "begin": period.begin, "end": period.last, "next.begin": ahead.begin, "next.end": ahead.last,
        "made_on": report.made_at.date(),
    }  # fmt: skip
    rates = {"visits.rate": visits.rate, "visits.a_coverage": visits.a_coverage, "time_rate": report.time_rate}
    money = {
        "deals.weighted": report.deals.weighted, "deals.won": report.deals.won, "deals.expected": report.deals.expected,
        "orders.sales": report.orders.sales, "orders.owed": report.orders.owed,
        "orders.received": report.orders.received, "orders.overdue": report.orders.overdue,
    }  # fmt: skip
    return {
        **{name: Field(value or None if isinstance(value, str) else value) for name, value in texts.items()},
        **{name: Field(day, "day") for name, day in days.items()},
        **{name: Field(rate, "ratio") for name, rate in rates.items()},
        **{name: Field(Decimal(minor) / 100, "money") for name, minor in money.items()},
    }
