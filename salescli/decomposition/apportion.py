"""Sharing out a whole number so that the parts add up to it exactly."""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm


def largest_remainder(total: int, weights: Sequence[int | Fraction]) -> list[int]:
    """``total`` shared out in proportion to ``weights``, each part within one unit of its exact share.

    Every part is its exact share rounded down; the units left go one each to the largest remainders, ties to
    the earlier place (Hamilton's method). A weight of 0 gets 0. Exact for any size. Raises ValueError for a
    negative weight, and for weights that are all 0 (or none) unless ``total`` is 0 too.
    """
    whole = whole_weights(weights)
    if whole and min(whole) < 0:
        raise ValueError("a weight is negative")
    return apportion(total, whole)


def whole_weights(weights: Sequence[int | Fraction]) -> list[int]:
    """``weights`` as integers in the same proportion."""
    scale = lcm(*{weight.denominator for weight in weights})
    return [weight.numerator * (scale // weight.denominator) for weight in weights]


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """As :func:`largest_remainder`, for integers known not to be negative: the fast way for many totals."""
    whole = sum(weights)
    if not whole:
        if total:
            raise ValueError("nothing to share the total out by")
        return [0] * len(weights)
    # Days mostly weigh the same, so there are few different shares to work out.
    shares = {weight: divmod(total * weight, whole) for weight in set(weights)}
    parts = [shares[weight][0] for weight in weights]
    left = total - sum(parts)
    if left:
        remainders = [shares[weight][1] for weight in weights]
        # Sorting in reverse keeps equal remainders in their order.
        for place in sorted(range(len(parts)), key=remainders.__getitem__, reverse=True)[:left]:
            parts[place] += 1
    return parts
