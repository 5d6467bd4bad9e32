"""The days of a target shared out among products, territories or clients: a table rounded in both directions."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from salescli.decomposition.apportion import apportion, whole_weights
from salescli.errors import BadValue
from salescli.i18n import _


def share(cells: Sequence[int], weights: Sequence[int | Fraction]) -> list[list[int]]:
    """A row of days for each child: on every day the children add up to ``cells``, none of which is negative.

    A child's days add up to its own total, the parent's by largest remainder of ``weights``. Every amount is its
    exact share, day × weight ÷ weights, rounded down or up. Where no table is all of that (few days, few units),
    the exact share is day × the child's total ÷ the parent's, for which there always is one. Raises BadValue for
    no children, a negative weight, or weights that are all 0.
    """
    if not weights or min(weights) < 0 or not any(weights):
        raise BadValue(
            _("Sharing out needs weights of 0 or more, at least one of them above 0."),
            hint=_("Give every name a weight, such as 60 and 40."),
        )
    whole = whole_weights(weights)
    totals = apportion(sum(cells), whole)
    table = _rounded(cells, whole, totals)
    if table is None:
        table = _rounded(cells, totals, totals)
        assert table is not None
    return table


class _Column(NamedTuple):
    """A day's exact shares: rounded down, what that leaves in parts of the weights, and how many are rounded up."""

    floors: list[int]
    remainders: list[int]
    ups: int


def _rounded(cells: Sequence[int], weights: Sequence[int], totals: Sequence[int]) -> list[list[int]] | None:
    """Day × weight ÷ weights, each rounded down or up so that both margins are met; None where that can't be.

    Day by day those are rounded up that are owed most so far; at the end each child is owed a whole number of
    units, nearly always none, and what is left is settled by exchanges between children.
    """
    whole, grand = sum(weights), sum(cells)
    owed = [total * whole - grand * weight for total, weight in zip(totals, weights, strict=True)]
    raised, fractional = [0] * len(weights), [0] * len(weights)  # the days of each child, a bit for each
    columns: dict[int, _Column] = {}
    for place, amount in enumerate(cells):
        if amount not in columns:
            columns[amount] = _column(amount, weights, whole)
        remainders = columns[amount].remainders
        owed = [before + remainder for before, remainder in zip(owed, remainders, strict=True)]
        children = [child for child, remainder in enumerate(remainders) if remainder]
        for child in children:
            fractional[child] |= 1 << place
        # Sorting in reverse keeps equal children in their order.
        for child in sorted(children, key=owed.__getitem__, reverse=True)[: columns[amount].ups]:
            raised[child] |= 1 << place
            owed[child] -= whole
    if not _settled(raised, fractional, [units // whole for units in owed]):
        return None
    floors = [columns[amount].floors for amount in cells]
    return [
        [column[child] + (days >> place & 1) for place, column in enumerate(floors)]
        for child, days in enumerate(raised)
    ]


def _column(amount: int, weights: Sequence[int], whole: int) -> _Column:
    shares = [divmod(amount * weight, whole) for weight in weights]
    floors, remainders = [floor for floor, _rest in shares], [rest for _floor, rest in shares]
    return _Column(floors, remainders, amount - sum(floors))


def _settled(raised: list[int], fractional: Sequence[int], owed: list[int]) -> bool:
    """Move units until nobody is owed any, each day's number kept; False where that can't be.

    A child without a unit on a day can take one from a child that has it there, which may then take one from
    another on another day: the shortest such chain from one who is owed to one who has too many is an augmenting
    path of a flow from days to children, so that where a solution exists it is found.
    """
    for child in range(len(owed)):
        while owed[child] > 0:
            chain = _chain(child, raised, fractional, owed)
            if not chain:
                return False
            for taker, giver in chain:
                day = raised[giver] & fractional[taker] & ~raised[taker]
                day &= -day  # the earliest
                raised[taker] |= day
                raised[giver] ^= day
            owed[child] -= 1
            owed[chain[0][1]] += 1
    return True


def _chain(first: int, raised: Sequence[int], fractional: Sequence[int], owed: Sequence[int]) -> list[tuple[int, int]]:
    """(taker, giver) from a child that has too many back to ``first``; empty if there is none."""
    takers = {first: first}
    reached, unseen = [first], [child for child in range(len(owed)) if child != first]
    for taker in reached:
        free = fractional[taker] & ~raised[taker]
        givers = [child for child in unseen if raised[child] & free]
        takers.update(dict.fromkeys(givers, taker))
        rich = next((child for child in givers if owed[child] < 0), None)
        if rich is not None:
            chain = [(takers[rich], rich)]
            while chain[-1][0] != first:
                giver = chain[-1][0]
                chain.append((takers[giver], giver))
            return chain
        reached += givers
        unseen = [child for child in unseen if child not in takers]
    return []
