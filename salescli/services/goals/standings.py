"""A target in force with its split and replan: what is asked of it everywhere; pure, no session."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from salescli.calendars import Calendar
from salescli.dates import Period
from salescli.vocabulary import Measure, Tier

if TYPE_CHECKING:
    from salescli.models.targets import Target, TargetReplan, TargetSplit


class Standing(NamedTuple):
    """A target with its split and the replan of that split, as far as there are any."""

    target: "Target"
    split: "TargetSplit | None" = None
    replan: "TargetReplan | None" = None


def options(measure: Measure, tier: Tier, scope: str = "") -> str:
    """The options that a command needs to mean this measure, tier and scope."""
    found = "" if measure is Measure.AMOUNT else f" --measure {measure}"
    found += "" if tier is Tier.TARGET else f" --tier {tier}"
    kind, _colon, name = scope.partition(":")
    return f"{found} --{kind} {name}" if scope else found


def day_weights(period: Period, calendar: Calendar, split: "TargetSplit | None") -> list[Fraction | int]:
    """How much of a working day each day of ``period`` is: by the calendar of now, Saturdays as they were split."""
    rules: Any = split.rules if split is not None else {}
    saturday = Fraction(rules["saturday"]) if rules.get("saturday") else None
    return [calendar.weight(day, saturday) for day in period.days()]


def period_of(target: "Target") -> Period:
    """The days a target is set for."""
    return Period(target.begin, target.end, target.period)


def fills(target: "Target", period: Period) -> bool:
    """Whether a target is set for exactly the days of ``period``."""
    return (target.begin, target.end) == (period.begin, period.end)
