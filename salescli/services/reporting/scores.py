"""The score of a week, a month or a quarter: which measures count in it, with what weight, and what they come to."""

from collections.abc import Iterable, Mapping
from typing import Literal

from salescli.config import Settings

MOST_RATE = 1.2  # what a measure counts for at most in the score

LeftOut = Literal["no_target", "not_split", "zero_target", "not_recorded", "no_weight"]
TOLD: tuple[LeftOut, ...] = ("no_target", "not_split", "zero_target", "not_recorded")  # the reader wants to know why


def weights_of(settings: Settings) -> dict[str, int]:
    """The weights of the measures as the settings have them, out of 100 together."""
    return {measure: int(weight) for measure, weight in settings.under("weights").items()}


def left_out(target: int | None, actual: int | None, weight: int) -> LeftOut | None:
    """Why a measure does not count in the score; None for one that does."""
    if not weight:
        return "no_weight"
    if target is None:
        return "no_target"
    if actual is None:
        return "not_recorded"
    return None if target else "zero_target"


def scaled(weights: Mapping[str, int], counted: Iterable[str]) -> dict[str, float]:
    """The weights of the measures that count, made 100 together."""
    names = list(counted)
    total = sum(weights[name] for name in names)
    return {name: 100 * weights[name] / total for name in names}


def points(rate: float | None) -> float | None:
    """What a measure scores out of 100: its rate, 1.2 at most."""
    return None if rate is None else 100 * min(rate, MOST_RATE)


def total(parts: Iterable[tuple[float | None, float | None]]) -> float | None:
    """加权得分: Σ weight × min(rate, 1.2), out of 100, over (weight, rate); None when no measure counts."""
    found = [weight * min(rate, MOST_RATE) for weight, rate in parts if weight and rate is not None]
    return sum(found) if found else None
