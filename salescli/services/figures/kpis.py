"""The figures that management asks for by name: what kind each is, what it comes to, and the records behind it.

Their definitions in words are :mod:`salescli.formulas`; a ratio is undefined (None) where its denominator is 0.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from dateutil.relativedelta import relativedelta
from sqlmodel import Session

from salescli.amounts import excerpt
from salescli.dates import Period
from salescli.errors import BadValue
from salescli.formulas import Kpi
from salescli.i18n import _
from salescli.services.figures import kpi_rows
from salescli.services.figures.kpi_rows import Row
from salescli.services.goals import actuals, levels
from salescli.vocabulary import LEVEL_MEASURES, MONEY_MEASURES, WORDS, Measure, Ratio, parse_word

Kind = Literal["money", "count", "ratio", "level"]

KPIS: tuple[Kpi, ...] = (*Measure, *Ratio)

_DAY = timedelta(days=1)
_YEAR = relativedelta(months=12)
_WEEKLY = timedelta(days=90)  # from one week to the next says nothing


@dataclass(frozen=True)
class Figure:
    """What a KPI comes to: minor units of yuan, a count, or a fraction of 1; None for what is not known or undefined.

    A sum has itself as numerator and no denominator. A level is in hundredths, its numerator the sum of the scores
    and its denominator how many there are.
    """

    kpi: Kpi
    value: int | float | None
    numerator: int | None
    denominator: int | None

    @property
    def kind(self) -> Kind:
        """What kind of figure it is."""
        return kind_of(self.kpi)


def named(text: str) -> Kpi:
    """The KPI that a token or a word of either language names; else BadValue with all of them."""
    with contextlib.suppress(BadValue):
        return parse_word(text, Measure)
    with contextlib.suppress(BadValue):
        return parse_word(text, Ratio)
    allowed = _(", ").join(f"{kpi.value} {WORDS[kpi][0]}" for kpi in KPIS)
    raise BadValue(
        _("“{text}” is no measure.").format(text=excerpt(text)),
        hint=_("Use one of: {allowed}.").format(allowed=allowed),
    )


def kind_of(kpi: Kpi) -> Kind:
    """What kind of figure a KPI is."""
    if isinstance(kpi, Ratio):
        return "ratio"
    return "money" if kpi in MONEY_MEASURES else "level" if kpi in LEVEL_MEASURES else "count"


def work_out(session: Session, kpi: Kpi, period: Period, today: date) -> Figure:
    """What a KPI comes to in ``period``, while it runs up to ``today``: an acceptance may mature later."""
    if kpi in LEVEL_MEASURES:
        return level_of(kpi, rows_behind(session, kpi, period, today))
    if isinstance(kpi, Measure):
        total = actuals.total(session, kpi, period.begin, min(period.end, today + _DAY))
        return Figure(kpi, total, total, None)
    if kpi in (Ratio.RETENTION, Ratio.GROWTH):
        return _of_buyers(session, kpi, period, today)
    return ratio_of(kpi, rows_behind(session, kpi, period, today))


def _of_buyers(session: Session, kpi: Ratio, period: Period, today: date) -> Figure:
    """What :func:`ratio_of` comes to, counted without the rows: of a long career there are tens of thousands."""
    later, earlier = growth_windows(period, today) if kpi is Ratio.GROWTH else retention_windows(period)
    kept, gained, lost = kpi_rows.buyer_counts(session, later, earlier)
    numerator, denominator = gained - lost if kpi is Ratio.GROWTH else kept, kept + lost
    return Figure(kpi, numerator / denominator if denominator else None, numerator, denominator)


def level_of(kpi: Kpi, rows: list[Row]) -> Figure:
    """What a level comes to by the scores behind it."""
    if not rows:
        return Figure(kpi, None, None, None)
    total = sum(row.counts for row in rows)
    return Figure(kpi, levels.hundredths(Fraction(total, len(rows))), total, len(rows))


def ratio_of(kpi: Ratio, rows: list[Row]) -> Figure:
    """What a ratio comes to by the rows behind it."""
    if kpi is Ratio.RESPONSE_RATE and not rows:
        return Figure(kpi, None, None, None)
    numerator = sum(row.counts for row in rows)
    if kpi is Ratio.OVERDUE_RATE:
        denominator = sum(row.amount or 0 for row in rows)
    else:
        denominator = sum(row.state != "gained" for row in rows)
    return Figure(kpi, numerator / denominator if denominator else None, numerator, denominator)


def rows_behind(session: Session, kpi: Kpi, period: Period, today: date) -> list[Row]:
    """The records behind a KPI: what they count comes to its numerator, and what they are worth to its money."""
    if isinstance(kpi, Measure):
        return kpi_rows.behind(session, kpi, period, today)
    return _RATIOS[kpi](session, period, today) if kpi in _RATIOS else []


# --- ratios ---


def _retention(session: Session, period: Period, _today: date) -> list[Row]:
    """The clients of the period before: 1 for those who ordered again."""
    now, before = retention_windows(period)
    return [
        Row("client", client.code, None, client, again or earlier, int(bool(again)), state="kept" if again else "lost")
        for client, (again, earlier) in kpi_rows.buyers(session, now, before).items()
        if earlier
    ]


def _growth(session: Session, period: Period, today: date) -> list[Row]:
    """The clients active at the start or the end: 1 for those gained, -1 for those lost."""
    end, start = growth_windows(period, today)
    rows = []
    for client, (later, earlier) in kpi_rows.buyers(session, end, start).items():
        state = "kept" if later and earlier else "gained" if later else "lost"
        counts = {"kept": 0, "gained": 1, "lost": -1}[state]
        rows.append(Row("client", client.code, None, client, later or earlier, counts, state=state))
    return rows


def _overdue(session: Session, period: Period, today: date) -> list[Row]:
    """What is owed: what is overdue counts its worth."""
    return kpi_rows.open_receivables(session, min(period.last, today) if today >= period.begin else period.last)


def retention_windows(period: Period) -> tuple[Period, Period]:
    """The days in which a client must have ordered again, and those in which it did before."""
    if period.kind == "week":
        middle = period.end - _WEEKLY
        return Period.between(middle, period.end), Period.between(middle - _WEEKLY, middle)
    return period, period_before(period)


def growth_windows(period: Period, today: date) -> tuple[Period, Period]:
    """The 12 months up to the end of the period, or to today while it runs, and those up to its start."""
    end = min(period.end, today + _DAY) if today in period else period.end
    return Period.between(end - _YEAR, end), Period.between(period.begin - _YEAR, period.begin)


def period_before(period: Period) -> Period:
    """As many months before a period of whole months, else as many days."""
    if period.begin.day == period.end.day == 1:
        months = 12 * (period.end.year - period.begin.year) + period.end.month - period.begin.month
        return Period.between(period.begin - relativedelta(months=months), period.begin)
    return Period.between(period.begin - (period.end - period.begin), period.begin)


_RATIOS: dict[Ratio, Callable[[Session, Period, date], list[Row]]] = {
    Ratio.RETENTION: _retention,
    Ratio.GROWTH: _growth,
    Ratio.VISIT_RATE: kpi_rows.planned_visits,
    Ratio.OVERDUE_RATE: _overdue,
    Ratio.RESPONSE_RATE: kpi_rows.answers_due,
}
