"""Shares: a split target for every name, whose days add up to those of the one that is shared."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from salescli.calendars import Calendar
from salescli.dates import Period, parse_period
from salescli.errors import BadValue, NotFound, Refused
from salescli.models.targets import Target
from salescli.services.goals import target_lookup, target_shares, targets
from salescli.services.goals.standings import Standing
from salescli.vocabulary import Measure, Scope, Tier

TODAY = date(2026, 11, 25)
CHINA = Calendar()
AMOUNT, TARGET = Measure.AMOUNT, Tier.TARGET
PRODUCT = Scope.PRODUCT
WEIGHTS = {"甲": Fraction(60), "乙": Fraction(30), "丙": Fraction(10)}


def period(text: str) -> Period:
    return parse_period(text, TODAY)


def parent(session: Session, amount: int = 1_000_001) -> Standing:
    targets.set_target(session, period("2026"), amount, AMOUNT, TARGET)
    return targets.split(session, period("2026"), AMOUNT, TARGET, CHINA)


def share(session: Session, one: Standing, weights: dict[str, Fraction] = WEIGHTS, by: Scope = PRODUCT) -> None:
    target_shares.keep(session, one, target_shares.work_out(one, by, weights))


def cells_of(session: Session, scope: str) -> list[int]:
    found = target_lookup.find(session, period("2026"), AMOUNT, TARGET, scope)
    assert found.split is not None
    return found.split.cells


def added_up(session: Session, names: list[str]) -> list[int]:
    return [sum(day) for day in zip(*(cells_of(session, f"product:{name}") for name in names), strict=True)]


def test_every_name_gets_a_split_target_and_every_day_adds_up(session: Session) -> None:
    one = parent(session)
    share(session, one)
    assert one.split is not None
    assert added_up(session, list(WEIGHTS)) == one.split.cells
    amounts = [target_lookup.find(session, period("2026"), AMOUNT, TARGET, f"product:{name}") for name in WEIGHTS]
    assert [found.target.amount for found in amounts] == [600_001, 300_000, 100_000]
    assert {found.target.parent_id for found in amounts} == {one.target.id}


@settings(max_examples=20)
@given(
    amount=st.integers(0, 10**9),
    weights=st.lists(st.fractions(0, 100, max_denominator=7), min_size=1, max_size=8).filter(any),
)
def test_shares_meet_both_margins(session: Session, amount: int, weights: list[Fraction]) -> None:
    one = parent(session, amount)
    assert one.split is not None
    shares = target_shares.work_out(one, PRODUCT, {str(number): weight for number, weight in enumerate(weights)})
    assert [sum(day) for day in zip(*(row.days for row in shares.rows), strict=True)] == one.split.cells
    assert [row.amount for row in shares.rows] == [sum(row.days) for row in shares.rows]
    assert shares.sum == amount
    for row in shares.rows:
        assert abs(row.amount - amount * row.weight / sum(weights)) < 1
        assert min(row.days) >= 0


def test_sharing_again_makes_new_versions_and_takes_names_out_that_are_gone(session: Session) -> None:
    one = parent(session)
    share(session, one)
    share(session, one, {"甲": Fraction(1), "丁": Fraction(1)})
    found = {child.target.scope: child.target.version for child in target_shares.children(session, one.target)}
    assert found == {"product:甲": 2, "product:丁": 1}
    with pytest.raises(NotFound):
        cells_of(session, "product:乙")
    share(session, one)
    assert target_lookup.find(session, period("2026"), AMOUNT, TARGET, "product:乙").target.version == 2


def test_shares_by_different_kinds_stand_beside_each_other(session: Session) -> None:
    one = parent(session)
    share(session, one)
    share(session, one, {"滨江": Fraction(1)}, Scope.TERRITORY)
    assert len(target_shares.children(session, one.target)) == 4
    assert target_shares.remove(session, one.target, PRODUCT) == 3
    assert [child.target.scope for child in target_shares.children(session, one.target)] == ["territory:滨江"]


def test_a_target_split_again_is_shared_again(session: Session) -> None:
    one = parent(session)
    share(session, one)
    _before, now = targets.hold(session, period("2026-03"), 5, AMOUNT, TARGET, "", CHINA)
    assert now.split is not None
    assert added_up(session, list(WEIGHTS)) == now.split.cells


def test_a_new_version_of_the_target_is_shared_as_the_one_before_once_it_is_split(session: Session) -> None:
    share(session, parent(session))
    now = parent(session, 77)
    assert now.split is not None
    assert added_up(session, list(WEIGHTS)) == now.split.cells
    assert {child.target.parent_id for child in target_shares.children(session, now.target)} == {now.target.id}


def test_a_target_with_shares_is_not_removed_nor_one_of_the_shares(session: Session) -> None:
    one = parent(session)
    share(session, one)
    child = target_lookup.find(session, period("2026"), AMOUNT, TARGET, "product:甲").target
    for target in (one.target, child):
        with pytest.raises(Refused) as refused:
            targets.remove(session, target)
        assert "sales target remove 2026 --by product" in refused.value.hint
    assert targets.remove(session, one.target, PRODUCT) == 3
    with pytest.raises(NotFound):
        targets.remove(session, one.target, PRODUCT)
    targets.remove(session, one.target)
    assert target_lookup.standing(session) == []


def test_a_share_follows_its_parent_and_is_not_split_or_held_by_itself(session: Session) -> None:
    share(session, parent(session))
    child = target_lookup.find(session, period("2026"), AMOUNT, TARGET, "product:甲")
    with pytest.raises(Refused):
        targets.split_again(session, child.target, CHINA)
    with pytest.raises(Refused):
        targets.hold(session, period("2026-03"), 5, AMOUNT, TARGET, "product:甲", CHINA)


@pytest.mark.parametrize("weights", [{"甲": Fraction(0)}, {}, {"甲": Fraction(-1), "乙": Fraction(2)}])
def test_weights_that_can_t_share_are_a_bad_value(session: Session, weights: dict[str, Fraction]) -> None:
    one = parent(session)
    with pytest.raises(BadValue):
        target_shares.work_out(one, PRODUCT, weights)
    assert len(session.exec(select(Target)).all()) == 1


def test_a_target_that_is_not_split_or_has_a_scope_is_not_shared(session: Session) -> None:
    target = targets.set_target(session, period("2026"), 5, AMOUNT, TARGET)
    with pytest.raises(Refused):
        target_shares.work_out(Standing(target), PRODUCT, WEIGHTS)
    share(session, parent(session))
    child = target_lookup.find(session, period("2026"), AMOUNT, TARGET, "product:甲")
    with pytest.raises(Refused):
        target_shares.work_out(child, PRODUCT, WEIGHTS)
