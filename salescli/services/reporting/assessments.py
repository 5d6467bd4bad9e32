"""The assessment of a month or a quarter (月度考核): each measure with weight, target, actual and points; the score.

The rules are the week's (:mod:`salescli.services.reporting.scores`); the target is that of the whole period, what was
typed as reached before there were records counts, and while the period runs the actual is what it has come to so far.
"""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from sqlmodel import Session

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period, echo_day, parse_period
from salescli.errors import BadValue, NotFound, Refused
from salescli.formulas import Counting
from salescli.i18n import _
from salescli.services.figures import kpis
from salescli.services.figures.kpis import Figure
from salescli.services.goals import actuals, target_lookup, target_progress
from salescli.services.goals.target_progress import Progress
from salescli.services.office import profile
from salescli.services.office.profile import ProfileView
from salescli.services.reporting import goal_figures, period_ends, reports, scores
from salescli.services.reporting.period_ends import Left, Owed, ServiceOfPeriod
from salescli.services.reporting.reports import CoverageRow, FunnelRow
from salescli.services.reporting.scores import LeftOut
from salescli.services.visiting import week_visits
from salescli.services.visiting.week_visits import VisitSummary, ratio
from salescli.vocabulary import LEVEL_MEASURES, Measure, Ratio, Tier

Length = Literal["month", "quarter"]

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Assessed:
    """A measure over the period: minor units for money, hundredths for levels, counts otherwise; ``rate`` of 1.

    ``weight`` is out of 100, scaled over the measures that count, and None for one that doesn't; ``left_out`` says
    why. ``typed`` is what of the actual was typed as reached; ``codes`` are of the records behind the rest.
    """

    measure: str
    weight: float | None
    target: int | None
    actual: int | None
    rate: float | None
    left_out: LeftOut | None
    typed: int = 0
    codes: tuple[str, ...] = ()

    @property
    def points(self) -> float | None:
        """What the measure scores out of 100: its rate, 1.2 at most."""
        return scores.points(self.rate)

    @property
    def weighted(self) -> float | None:
        """What it adds to the score."""
        return scores.total([(self.weight, self.rate)])


@dataclass(frozen=True)
class Part:
    """A month of a quarter, with the score it has by itself; None of a month to come."""

    period: Period
    measures: tuple[Assessed, ...]
    score: float | None


@dataclass(frozen=True)
class Assessment:
    """A month or a quarter as sheet, screen, text and JSON show it. ``as_of`` is its last day, or today in it.

    ``months`` are those of a quarter. ``time_rate`` are the working days gone, None without any. ``ratios`` are the
    figures that are no measures. ``left`` is what was to be done by ``as_of`` and was not.
    """

    period: Period
    as_of: date
    made_at: datetime
    profile: ProfileView
    measures: tuple[Assessed, ...]
    score: float | None
    time_rate: float | None
    provisional: bool
    months: tuple[Part, ...]
    visits: VisitSummary
    coverage: tuple[CoverageRow, ...]
    funnel: tuple[FunnelRow, ...]
    ratios: Mapping[Ratio, Figure]
    owed: Owed
    service: ServiceOfPeriod
    left: tuple[Left, ...]
    counting: Counting

    @property
    def runs(self) -> bool:
        """Whether the period is not over yet."""
        return self.as_of < self.period.last

    @property
    def left_out(self) -> list[Assessed]:
        """The weighted measures that don't count in the score."""
        return [one for one in self.measures if one.left_out in scores.TOLD]


def named(text: str, length: Length, today: date) -> Period:
    """The month or quarter that ``text`` names, by itself or by a day or month of it.

    BadValue for any other period, Refused for one that has not begun.
    """
    asked = parse_period(text, today)
    period = Period.month_of(asked.begin) if length == "month" else Period.quarter_of(asked.begin)
    if asked.kind not in (length, "day", "month") or asked.end > period.end:
        sentence = _("“{text}” is not a month.") if length == "month" else _("“{text}” is not a quarter.")
        examples = "2026-11, last-month" if length == "month" else "2026-Q4, 2026-11"
        raise BadValue(
            sentence.format(text=text), hint=_("Write {examples}, or a day of it.").format(examples=examples)
        )
    if period.begin > today:
        raise Refused(
            _("{period} has not begun; there is nothing to assess yet.").format(period=period.label),
            hint=_("It begins on {day}.").format(day=echo_day(period.begin)),
        )
    return period


def assess(
    session: Session, period: Period, today: date, now: datetime, settings: Settings, calendar: Calendar
) -> Assessment:
    """Everything about a month or a quarter that has begun."""
    as_of = min(period.last, today)
    measures, progress = _measures(session, period, as_of, settings, calendar)
    months = [] if period.kind == "month" else [Period.month_of(part.begin) for part in period.months()]
    return Assessment(
        period=period,
        as_of=as_of,
        made_at=now,
        profile=profile.view(profile.of(session)),
        measures=measures,
        score=_score(measures),
        time_rate=_time_rate(period, as_of, calendar, progress),
        provisional=any(one.provisional for one in progress),
        months=tuple(_part(session, month, as_of, settings, calendar) for month in months),
        visits=week_visits.summary(session, period, as_of, today, settings),
        coverage=tuple(reports.coverage(session, period, today, settings)),
        funnel=tuple(reports.funnel(session, period, today, settings)),
        ratios={kpi: kpis.work_out(session, kpi, period, today) for kpi in Ratio},
        owed=period_ends.owed_of(session, period, as_of),
        service=period_ends.service_of(session, period, as_of, now, settings, calendar),
        left=tuple(period_ends.left_of(session, period, as_of, today, now, settings, calendar)),
        counting=actuals.counting_of(session),
    )


# --- measures ---


def _measures(
    session: Session, period: Period, as_of: date, settings: Settings, calendar: Calendar
) -> tuple[tuple[Assessed, ...], list[Progress]]:
    """The measures with a weight, then those that have a target only; and how far the targets have come."""
    weights = scores.weights_of(settings)
    progress = {measure: _progress(session, measure, period, as_of, calendar) for measure in Measure}
    found = []
    for measure in [*map(Measure, weights), *(measure for measure in Measure if measure not in weights)]:
        target = _target(session, measure, period, progress[measure])
        if measure in weights or target:
            weight = weights.get(measure, 0)
            found.append(_assessed(session, measure, period, as_of, weight, target, progress[measure]))
    weighed = scores.scaled(weights, [one.measure for one in found if one.left_out is None])
    known = [one for one in progress.values() if one is not None]
    return tuple(replace(one, weight=weighed.get(one.measure)) for one in found), known


def _progress(session: Session, measure: Measure, period: Period, as_of: date, calendar: Calendar) -> Progress | None:
    with contextlib.suppress(NotFound, Refused):
        return target_progress.progress(session, period, measure, Tier.TARGET, calendar, as_of)
    return None


def _target(session: Session, measure: Measure, period: Period, progress: Progress | None) -> int | None:
    if measure in LEVEL_MEASURES:  # its latest is compared, so what is asked on the last day decides
        return target_lookup.level_on(session, measure, period.last)
    return None if progress is None else progress.assigned


def _assessed(
    session: Session,
    measure: Measure,
    period: Period,
    as_of: date,
    weight: int,
    target: int | None,
    progress: Progress | None,
) -> Assessed:
    if progress is None or measure in LEVEL_MEASURES:
        actual, typed = actuals.total(session, measure, period.begin, as_of + _DAY), 0
    else:
        actual, typed = progress.actual if progress.recorded else None, progress.typed
    return Assessed(
        measure=measure.value,
        weight=None,
        target=target,
        actual=actual,
        rate=None if target is None or actual is None else ratio(actual, target),
        left_out=scores.left_out(target, actual, weight),
        typed=typed,
        codes=goal_figures.codes_behind(session, measure, period, as_of),
    )


def _score(measures: Iterable[Assessed]) -> float | None:
    return scores.total((one.weight, one.rate) for one in measures)


def _part(session: Session, month: Period, as_of: date, settings: Settings, calendar: Calendar) -> Part:
    """A month of a quarter as it stood on its last day, or stands; of one to come only the targets."""
    if month.begin > as_of:
        measures, _known = _measures(session, month, month.begin - _DAY, settings, calendar)
        return Part(month, tuple(replace(one, actual=None, rate=None, weight=None) for one in measures), None)
    measures, _known = _measures(session, month, min(month.last, as_of), settings, calendar)
    return Part(month, measures, _score(measures))


def _time_rate(period: Period, as_of: date, calendar: Calendar, progress: list[Progress]) -> float | None:
    """时间进度: as the targets have it, else working days up to and including ``as_of`` / all of them."""
    told = next((one.time_rate for one in progress if one.measure not in LEVEL_MEASURES), None)
    if told is not None:
        return told
    return ratio(calendar.working_days(period.begin, as_of + _DAY), calendar.working_days(period.begin, period.end))
