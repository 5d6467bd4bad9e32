"""How much there is to be had: the target market by year, as estimated last, and the share of it that was sold."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from salescli.dates import Period
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.models.market import MarketSize
from salescli.services.accounts import clients
from salescli.services.goals import actuals
from salescli.texts import NOTE_LIMIT, clean, name_key
from salescli.vocabulary import Measure, Scope


@dataclass(frozen=True)
class SizeView:
    """The target market of a year, of a territory or all of it, in minor units, with the own sales of that year.

    ``share`` is sales ÷ amount; ``growth`` is against the year before, None where that is not known.
    """

    year: int
    territory: str | None
    amount: int
    basis: str | None
    noted_on: date
    sales: int
    share: float
    growth: float | None


def estimate(
    session: Session, year: int, amount: int, today: date, territory: str | None = None, basis: str | None = None
) -> SizeView:
    """Note the size of the target market of a year; what was noted of it before is kept, but counts no more."""
    if amount == 0:
        raise BadValue(_("The size of a market is more than 0."))
    size = MarketSize(
        id=clients.next_id(session, MarketSize),
        year=Period.year_of(date(year, 1, 1)).begin.year,
        territory="" if territory is None else clean(territory, field=_("territory")),
        amount=amount,
        basis=None if basis is None else clean(basis, field=_("basis"), limit=NOTE_LIMIT),
        noted_on=today,
    )
    session.add(size)
    session.flush()
    same = (year, name_key(size.territory))
    return next(one for one in listed(session) if (one.year, name_key(one.territory or "")) == same)


def listed(session: Session, until: int | None = None) -> list[SizeView]:
    """The sizes in force by year, the whole market before its territories; ``until`` is the last year wanted."""
    query = select(MarketSize).where(col(MarketSize.deleted_at).is_(None)).order_by(col(MarketSize.id))
    latest = {(size.year, name_key(size.territory)): size for size in session.exec(query)}
    views = []
    for (year, key), size in sorted(latest.items()):
        if until is not None and year > until:
            continue
        before = latest.get((year - 1, key))
        sales = _sales(session, year, size.territory)
        views.append(
            SizeView(
                year=year,
                territory=size.territory or None,
                amount=size.amount,
                basis=size.basis,
                noted_on=size.noted_on,
                sales=sales,
                share=sales / size.amount,
                growth=None if before is None else (size.amount - before.amount) / before.amount,
            )
        )
    return views


def _sales(session: Session, year: int, territory: str) -> int:
    scope = f"{Scope.TERRITORY.value}:{territory}" if territory else ""
    return actuals.total(session, Measure.AMOUNT, date(year, 1, 1), date(year + 1, 1, 1), scope) or 0
