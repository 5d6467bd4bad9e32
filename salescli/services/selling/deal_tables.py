"""Deals laid out: one by one, by stage, and what they come to; pure, no session.

Amounts are minor units of yuan. What a deal is worth by its probability is rounded half up to the minor unit, deal
by deal, so that sums of deals and of their months agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from salescli.config import Settings
from salescli.models.deals import Deal
from salescli.services.accounts.clients import ClientRef
from salescli.services.selling import stages
from salescli.services.selling.stages import Stage
from salescli.vocabulary import DealState


@dataclass(frozen=True)
class DealView:
    """A deal as lists and JSON show it.

    ``probability`` is out of 100; ``weighted`` is the amount by it: all of it once won, nothing once lost, and
    nothing to count on while parked. ``days_in_stage`` is None unless the deal is open; ``stale`` says that they
    are more than the stage allows, ``overdue`` that it is still open after the day it was expected.
    """

    code: str
    client: ClientRef
    name: str
    amount: int | None
    currency: str
    stage: str
    stage_name: str
    state: str
    probability: int
    weighted: int | None
    opened_on: date
    moved_on: date
    days_in_stage: int | None
    stale: bool
    expected_on: date | None
    overdue: bool
    closed_on: date | None
    competitor: str | None
    next_step: str | None
    next_on: date | None
    reason: str | None
    note: str | None


@dataclass(frozen=True)
class MoveView:
    """A step of a deal, at its moment; ``days`` is how long the deal then stayed so, None for the end of it."""

    at: datetime
    on: date
    from_stage: str | None
    stage: str
    stage_name: str
    from_state: str | None
    state: str
    amount: int | None
    probability: int | None
    reason: str | None
    days: int | None


@dataclass(frozen=True)
class Forecast:
    """What a stretch of time should bring: the open deals expected in it, by their probabilities, and those won."""

    deals: int
    amount: int
    weighted: int
    won_deals: int
    won: int

    @property
    def expected(self) -> int:
        """Weighted and won together."""
        return self.weighted + self.won


@dataclass(frozen=True)
class BoardColumn:
    """The open deals in a stage, with what they come to."""

    stage: str
    name: str
    probability: int | None
    deals: tuple[DealView, ...]

    @property
    def amount(self) -> int:
        """What they come to."""
        return sum(deal.amount or 0 for deal in self.deals)

    @property
    def weighted(self) -> int:
        """What they come to by their probabilities."""
        return sum(deal.weighted or 0 for deal in self.deals)


def weighted(amount: int, probability: int) -> int:
    """An amount times a probability out of 100, rounded half up to the minor unit."""
    return (2 * amount * probability + 100) // 200


def view_of(deal: Deal, client: ClientRef, chance: int, stage: Stage | None, stage_name: str, today: date) -> DealView:
    """A deal as lists show it; ``chance`` is its stage's probability, ``stage`` None if that is not in force."""
    is_open = deal.state == DealState.OPEN
    probability = {DealState.WON: 100, DealState.LOST: 0}.get(
        DealState(deal.state), chance if deal.probability is None else deal.probability
    )
    days = (today - deal.moved_on).days if is_open else None
    counted = 0 if deal.state == DealState.PARKED else probability
    same = ("code", "name", "amount", "currency", "stage", "state", "opened_on", "moved_on", "expected_on", "closed_on")
    return DealView(
        client=client,
        stage_name=stage_name,
        probability=probability,
        weighted=None if deal.amount is None else weighted(deal.amount, counted),
        days_in_stage=days,
        overdue=is_open and deal.expected_on is not None and deal.expected_on < today,
        stale=days is not None and stage is not None and days > stage.most_days,
        **{name: getattr(deal, name) for name in (*same, "competitor", "next_step", "next_on", "reason", "note")},
    )


def summed(deals: Iterable[DealView]) -> Forecast:
    """What open and won deals come to."""
    deals = list(deals)
    still_open = [deal for deal in deals if deal.state == DealState.OPEN]
    won = [deal for deal in deals if deal.state == DealState.WON]
    return Forecast(
        deals=len(still_open),
        amount=sum(deal.amount or 0 for deal in still_open),
        weighted=sum(deal.weighted or 0 for deal in still_open),
        won_deals=len(won),
        won=sum(deal.amount or 0 for deal in won),
    )


def board(deals: Iterable[DealView], settings: Settings) -> list[BoardColumn]:
    """Deals by their stages in force, then by those that are so no more but have deals."""
    in_force = stages.of(settings)
    kept = {stage.code: BoardColumn(stage.code, stage.name, stage.probability, ()) for stage in in_force}
    for deal in deals:
        column = kept.setdefault(deal.stage, BoardColumn(deal.stage, deal.stage_name, None, ()))
        kept[deal.stage] = replace(column, deals=(*column.deals, deal))
    return list(kept.values())
