"""The market of a period: what was heard by kind and by competitor, which kinds are missing, how big the market is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from sqlmodel import Session

from salescli.dates import Period
from salescli.service_words import InsightKind, InsightState, Level
from salescli.services.market import insights, market_sizes
from salescli.services.market.insights import InsightView
from salescli.services.market.market_sizes import SizeView

_YEARS_SHOWN = 3


@dataclass(frozen=True)
class KindRow:
    """How much was heard of a kind: in the period, in the one before, and how much of it matters or was answered."""

    kind: str
    count: int
    before: int
    important: int
    answered: int


@dataclass(frozen=True)
class CompetitorRow:
    """How much was heard of a competitor, of which kinds, and the latest of it."""

    competitor: str
    count: int
    before: int
    kinds: tuple[str, ...]
    latest: str


@dataclass(frozen=True)
class MarketReport:
    """What is known of the market in a period."""

    period: Period
    by_kind: tuple[KindRow, ...]
    by_competitor: tuple[CompetitorRow, ...]
    missing: tuple[InsightKind, ...]
    sizes: tuple[SizeView, ...]
    insights: tuple[InsightView, ...]


def report(session: Session, period: Period) -> MarketReport:
    """The market report of a period, with the sizes of its year and the two before."""
    found = insights.of_period(session, period.begin, period.end)
    before = insights.of_period(session, _begin_before(period), period.begin)
    year = period.last.year
    sizes = [size for size in market_sizes.listed(session, year) if size.year > year - _YEARS_SHOWN]
    return MarketReport(
        period=period,
        by_kind=_by_kind(found, before),
        by_competitor=_by_competitor(found, before),
        missing=tuple(insights.missing_kinds(session, period.begin, period.end)),
        sizes=tuple(sizes),
        insights=tuple(found),
    )


def _begin_before(period: Period) -> date:
    """The first day of the period before: as many months, else as many days."""
    if period.begin.day == period.end.day == 1:
        months = 12 * (period.end.year - period.begin.year) + period.end.month - period.begin.month
        return period.begin - relativedelta(months=months)
    return period.begin - timedelta(days=(period.end - period.begin).days)


def _by_kind(found: Sequence[InsightView], before: Sequence[InsightView]) -> tuple[KindRow, ...]:
    earlier = Counter(one.kind for one in before)
    rows = []
    for kind in InsightKind:
        of_kind = [one for one in found if one.kind == kind]
        important = sum(one.importance == Level.HIGH for one in of_kind)
        answered = sum(one.state in (InsightState.ACTED, InsightState.NOTED) for one in of_kind)
        rows.append(KindRow(kind.value, len(of_kind), earlier[kind.value], important, answered))
    return tuple(rows)


def _by_competitor(found: Sequence[InsightView], before: Sequence[InsightView]) -> tuple[CompetitorRow, ...]:
    earlier = Counter(one.competitor for one in before)
    names = Counter(one.competitor for one in found if one.competitor)
    rows = []
    for name, count in names.most_common():
        of_it = [one for one in found if one.competitor == name]
        kinds = tuple(kind.value for kind in InsightKind if any(one.kind == kind for one in of_it))
        rows.append(CompetitorRow(name, count, earlier[name], kinds, of_it[-1].text))
    return tuple(rows)
