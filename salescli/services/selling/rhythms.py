"""How often a client buys: the days that usually lie between its orders."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from statistics import median_low

FEWEST_ORDERS = 3


def usual_days(days: Sequence[date]) -> int | None:
    """The median of the days between orders on at least three different days; None for fewer."""
    different = sorted(set(days))
    if len(different) < FEWEST_ORDERS:
        return None
    return median_low([(later - earlier).days for earlier, later in pairwise(different)])


def is_late(usual: int | None, since: int) -> bool:
    """Whether the last order is longer ago than the rhythm explains: by half of it."""
    return usual is not None and 2 * since > 3 * usual
