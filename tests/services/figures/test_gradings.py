"""A client's class: scores from numbers, the weighted mean, decisions that stand above the rule."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from sqlmodel import Session

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.errors import BadValue
from salescli.models.clients import Client
from salescli.models.orders import Order, OrderReturn
from salescli.services.accounts import clients
from salescli.services.figures import gradings
from salescli.services.figures.gradings import Numbers, Rule
from salescli.vocabulary import Grade

TODAY = date(2026, 11, 25)
CALENDAR = Calendar()


@pytest.fixture
def client(session: Session, defaults: Settings) -> Client:
    return clients.add(session, {"name": "甲公司", "grade": "C"}, None, TODAY, defaults, CALENDAR)


def ordered(session: Session, client: Client, days_ago: int, value: int, number: int) -> Order:
    order = Order(
        code=f"O{number:04}",
        client_id=client.id or 0,
        signed_on=TODAY - timedelta(days=days_ago),
        amount=value,
        value=value,
    )
    session.add(order)
    session.flush()
    return order


@pytest.mark.parametrize(
    ("value", "orders", "days_since", "potential", "scores", "grade"),
    [
        (60_000_000, 12, 5, 5, (5, 5, 5), "A"),
        (50_000_000, 12, 30, None, (5, 5, None), "A"),
        (49_999_999, 6, 31, 4, (4, 4, 4), "A"),  # recency 4, frequency 3: rounded up
        (20_000_000, 3, 100, 2, (4, 3, 2), "B"),
        (999_999, 1, 400, 1, (1, 1, 1), "C"),
        (0, 0, None, 4, (None, None, 4), "A"),
        (0, 0, None, None, (None, None, None), None),
    ],
)
def test_scores_follow_the_limits_and_the_class_their_mean(
    defaults: Settings,
    value: int,
    orders: int,
    days_since: int | None,
    potential: int | None,
    scores: tuple[int | None, ...],
    grade: str | None,
) -> None:
    rule = Rule.of(defaults)
    found = gradings.scores(Numbers(value, orders, days_since, potential), rule)
    assert found == scores
    assert gradings.grade_of(gradings.mean_of(found, rule), rule) == grade


def test_the_mean_weighs_what_is_known(defaults: Settings) -> None:
    rule = Rule.of(defaults)
    assert gradings.mean_of((5, 3, 1), rule) == Fraction(5 * 50 + 3 * 20 + 30, 100)
    assert gradings.mean_of((5, 3, None), rule) == Fraction(5 * 50 + 3 * 20, 70)


def test_the_numbers_are_of_twelve_months_less_returns(session: Session, client: Client, defaults: Settings) -> None:
    ordered(session, client, 10, 1000, 1)
    late = ordered(session, client, 364, 500, 2)
    ordered(session, client, 365, 9999, 3)
    session.add(OrderReturn(order_id=late.id or 0, returned_on=TODAY, amount=200, value=200))
    session.flush()
    (found,) = gradings.worked_out(session, TODAY, defaults)
    assert found.numbers == Numbers(1300, 2, 10, None)


def test_classes_are_applied_where_they_differ_and_kept_with_their_numbers(
    session: Session, client: Client, defaults: Settings
) -> None:
    ordered(session, client, 3, 100_000_000, 1)
    views = gradings.worked_out(session, TODAY, defaults)
    assert [view.client.code for view in gradings.apply(session, views, TODAY, defaults, CALENDAR)] == [client.code]
    assert client.grade == "A"
    (kept,) = gradings.history(session, client)
    assert (kept.grade, kept.value_score, kept.overridden, kept.numbers["orders"]) == ("A", 5, False, 1)
    assert gradings.apply(session, gradings.worked_out(session, TODAY, defaults), TODAY, defaults, CALENDAR) == []


def test_a_decision_stands_above_the_rule_until_its_day(session: Session, client: Client, defaults: Settings) -> None:
    ordered(session, client, 3, 100_000_000, 1)
    until = TODAY + timedelta(days=10)
    view = gradings.decide(session, client, Grade.B, "总部指定", until, TODAY, defaults, CALENDAR)
    assert (view.grade, view.worked_out, view.overridden, view.differs) == ("B", "A", True, False)
    (later,) = gradings.worked_out(session, until + timedelta(days=1), defaults)
    assert (later.overridden, later.expired, later.differs) == (False, True, True)
    assert (view.expired, later.expires_on) == (False, until)
    with pytest.raises(BadValue):
        gradings.decide(session, client, Grade.A, " ", None, TODAY, defaults, CALENDAR)
    with pytest.raises(BadValue):
        gradings.decide(session, client, Grade.A, "x", TODAY - timedelta(days=1), TODAY, defaults, CALENDAR)


def test_a_class_set_by_hand_falls_back_to_the_rule_after_its_day(
    session: Session, client: Client, defaults: Settings
) -> None:
    ordered(session, client, 3, 100_000_000, 1)
    until = TODAY + timedelta(days=10)
    gradings.decide(session, client, Grade.B, "总部指定", until, TODAY, defaults, CALENDAR)
    assert (client.grade, client.grade_reason) == ("B", f"总部指定 (until {until})")
    assert gradings.lapse(session, until, defaults, CALENDAR) == []
    (lapsed,) = gradings.lapse(session, until + timedelta(days=1), defaults, CALENDAR)
    assert (lapsed.client.code, lapsed.was, lapsed.until, lapsed.grade) == (client.code, "B", until, "A")
    assert (client.grade, client.grade_reason) == ("A", f"B set by hand stood until {until}")
    assert client.next_due_on is not None
    assert client.next_due_on - TODAY <= timedelta(days=24)  # of class A, from the day it lapsed
    assert gradings.lapse(session, until + timedelta(days=2), defaults, CALENDAR) == []
    (found,) = gradings.worked_out(session, until + timedelta(days=1), defaults)
    assert (found.overridden, found.expired, found.differs) == (False, False, False)
    assert [row.grade for row in gradings.history(session, client)] == ["A", "B"]


def test_where_the_rule_knows_nothing_the_class_is_what_it_was_before(
    session: Session, client: Client, defaults: Settings
) -> None:
    """Set by hand twice: C is what it was before, not the class of the first time."""
    for day, grade in ((TODAY, Grade.A), (TODAY + timedelta(days=1), Grade.B)):
        gradings.decide(session, client, grade, "x", TODAY + timedelta(days=2), day, defaults, CALENDAR)
    gradings.lapse(session, TODAY + timedelta(days=3), defaults, CALENDAR)
    assert client.grade == "C"
    bare = clients.add(session, {"name": "乙公司"}, None, TODAY, defaults, CALENDAR)
    gradings.decide(session, bare, Grade.A, "x", TODAY, TODAY, defaults, CALENDAR)
    gradings.lapse(session, TODAY + timedelta(days=1), defaults, CALENDAR)
    assert bare.grade is None


def test_a_class_edited_since_it_was_set_by_hand_stays(session: Session, client: Client, defaults: Settings) -> None:
    gradings.decide(session, client, Grade.A, "x", TODAY, TODAY, defaults, CALENDAR)
    clients.edit(session, client, {"grade": "B", "grade_reason": "谈定"}, TODAY, defaults, CALENDAR)
    assert gradings.lapse(session, TODAY + timedelta(days=1), defaults, CALENDAR) == []
    assert (client.grade, client.grade_reason) == ("B", "谈定")
    assert gradings.expired_classes.of(session, TODAY + timedelta(days=1)) == []


@pytest.mark.parametrize("limits", [["1"], ["1", "2", "2", "3"], ["4", "3", "2", "1"], ["a", "b", "c", "d"]])
def test_a_rule_needs_four_rising_limits(defaults: Settings, limits: list[str]) -> None:
    for key in ("grading.values", "grading.orders"):
        with pytest.raises(BadValue) as bad:
            Rule.of(replace(defaults, values={**defaults.values, key: limits}))
        assert limits[0] in bad.value.message


def test_potential_is_from_one_to_five(session: Session, client: Client) -> None:
    gradings.set_potential(session, client, 4)
    assert client.potential == 4
    for wrong in (0, 6):
        with pytest.raises(BadValue):
            gradings.set_potential(session, client, wrong)
