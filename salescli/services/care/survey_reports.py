"""Satisfaction in a period: average, distribution, trend by quarter, and what is done about the low scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from sqlmodel import Session

from salescli.dates import Period
from salescli.service_words import SurveyState
from salescli.services.care.surveys import WORDS, SurveyView, due, level, listed
from salescli.services.goals import levels

_TREND_QUARTERS = 6


@dataclass(frozen=True)
class Band:
    """How many answers lie nearest to one of the five words: ``word`` is its English form."""

    word: str
    least: int
    most: int
    count: int
    share: float | None


@dataclass(frozen=True)
class QuarterRow:
    """A quarter in the trend; ``change`` is against the last quarter before it that has answers."""

    quarter: str
    answered: int
    average: float | None
    change: float | None


@dataclass(frozen=True)
class SurveyReport:
    """Satisfaction in a period. ``still_due`` are the clients not asked yet in its last quarter."""

    period: Period
    asked: int
    answered: int
    refused: int
    still_due: int
    average: float | None
    distribution: tuple[Band, ...]
    trend: tuple[QuarterRow, ...]
    low: tuple[SurveyView, ...]


def report(session: Session, period: Period, today: date) -> SurveyReport:
    """Satisfaction in a period, with the trend of the quarters up to its last."""
    found = listed(session, period, today)
    answered = [one for one in found if one.score is not None]
    last = Period.quarter_of(min(period.last, max(today, period.begin)))
    average = level(session, period.begin, period.end)
    return SurveyReport(
        period=period,
        asked=len(found),
        answered=len(answered),
        refused=sum(one.state == SurveyState.REFUSED for one in found),
        still_due=len(due(session, last, today)),
        average=None if average is None else float(average),
        distribution=_distribution([one.score or 0 for one in answered]),
        trend=_trend(session, last),
        low=tuple(sorted((one for one in answered if one.low), key=lambda one: one.score or 0)),
    )


def _distribution(scores: Sequence[int]) -> tuple[Band, ...]:
    """The answers by the word nearest to their score; halfway between two it is the better one."""
    bands, most = [], 100
    for word, (_chinese, middle) in WORDS.items():
        least = middle - 10 if middle > 20 else 0
        count = sum(least <= score <= most for score in scores)
        bands.append(Band(word, least, most, count, count / len(scores) if scores else None))
        most = least - 1
    return tuple(bands)


def _trend(session: Session, last: Period) -> tuple[QuarterRow, ...]:
    quarters = [last]
    while len(quarters) < _TREND_QUARTERS:
        quarters.insert(0, Period.quarter_of(quarters[0].begin - timedelta(days=1)))
    rows: list[QuarterRow] = []
    known: Fraction | None = None
    for quarter in quarters:
        scores = levels.scores(session, quarter.begin, quarter.end)
        average = levels.average(scores)
        change = None if average is None or known is None else float(average - known)
        rows.append(QuarterRow(quarter.label, len(scores), None if average is None else float(average), change))
        known = average or known
    first = next((place for place, row in enumerate(rows) if row.answered), len(rows) - 1)
    return tuple(rows[first:])
