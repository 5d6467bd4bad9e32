"""Replans: rolling beside assigned, exact to the unit; kept by version, renewed with the split."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.dates import Period, parse_period
from salescli.decomposition.season import EVEN
from salescli.decomposition.split import Hold
from salescli.errors import BadValue, Refused
from salescli.models.targets import TargetReplan
from salescli.services.accounts import clients
from salescli.services.goals import replans, target_lookup, target_progress, targets
from salescli.services.goals.standings import Standing
from salescli.services.visiting import visits
from salescli.vocabulary import Measure, Tier

TODAY = date(2026, 11, 25)
CHINA = Calendar()
AMOUNT, VISITS, TARGET = Measure.AMOUNT, Measure.VISITS, Tier.TARGET
DAY = timedelta(days=1)


def period(text: str) -> Period:
    return parse_period(text, TODAY)


def taken_up(session: Session, name: str, amount: int, done: int, until: date, measure: Measure = AMOUNT) -> Standing:
    """A split target of which ``done`` was reached up to and including ``until``."""
    days = period(name)
    reached = [Hold(Period.between(days.begin, until + DAY), done)]
    targets.set_target(session, days, amount, measure, TARGET, done=reached)
    return targets.split(session, days, measure, TARGET, CHINA, season=EVEN)


def replanned(session: Session, one: Standing, as_of: date, **rules: Any) -> TargetReplan:
    found = replans.replan(session, one, as_of, CHINA, **rules).replan
    assert found is not None
    return found


def test_what_was_missed_is_spread_up_to_the_cap_and_the_rest_said_to_be_lost(session: Session) -> None:
    one = taken_up(session, "2026", 12_000, 9_500, date(2026, 10, 31))
    made = replanned(session, one, date(2026, 10, 31))
    assert (made.actual, made.missed, made.unrecoverable, made.surplus) == (9_500, 500, 0, 0)
    assert sum(made.cells) == 2_500
    table = targets.shown(session, Standing(*one[:2], made), period("2026"), "month", CHINA, TODAY)
    assert [row.rolling for row in table.rows[9:]] == [0, table.rows[10].rolling, table.rows[11].rolling]
    assert (table.rolling, table.unrecoverable, table.as_of) == (2_500, 0, date(2026, 10, 31))
    assert (table.rows[10].rolling or 0) > table.rows[10].amount


def test_a_replan_is_a_version_beside_the_assigned_target(session: Session) -> None:
    one = taken_up(session, "2026", 12_000, 9_000, date(2026, 10, 31))
    for as_of in (date(2026, 10, 31), date(2026, 11, 15)):
        replanned(session, one, as_of)
    stored = session.exec(select(TargetReplan).order_by(TargetReplan.version)).all()  # type: ignore[arg-type]
    assert [(made.version, made.current, made.as_of.day) for made in stored] == [(1, False, 31), (2, True, 15)]
    found = targets.current(session, one.target)
    assert found.split == one.split
    assert found.replan is not None
    assert found.replan.version == 2


@settings(max_examples=25)
@given(
    amount=st.integers(0, 10**10),
    done=st.integers(0, 10**10),
    day=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    cap=st.sampled_from([Fraction(1), Fraction(13, 10), Fraction(2), Fraction(50)]),
    over=st.sampled_from([None, "month", "quarter", "year"]),
)
def test_rolling_and_actual_and_lost_less_surplus_is_the_target_at_every_level(
    session: Session, amount: int, done: int, day: date, cap: Fraction, over: Any
) -> None:
    one = taken_up(session, "2026", amount, done, day)
    now = replans.replan(session, one, day, CHINA, cap, over)
    for by in ("month", "quarter", "week", "day"):
        table = targets.shown(session, now, period("2026"), by, CHINA, day)  # type: ignore[arg-type]
        assert table.rolling is not None
        assert table.unrecoverable is not None
        assert table.surplus is not None
        assert table.actual == done
        assert table.rolling + table.actual + table.unrecoverable - table.surplus == table.assigned == amount
        assert sum(row.rolling or 0 for row in table.rows) == table.rolling
        assert sum(row.actual or 0 for row in table.rows) == done
        assert None not in [row.rolling for row in table.rows]


def test_records_up_to_the_day_are_counted_and_later_ones_are_not(session: Session, defaults: Settings) -> None:
    targets.set_target(session, period("2026-11"), 42, VISITS, TARGET)
    one = targets.split(session, period("2026-11"), VISITS, TARGET, CHINA)
    client = clients.add(session, {"name": "甲公司"}, None, TODAY, defaults, CHINA)
    for day in (16, 17, 18, 20, 24, 25):
        step = visits.NextStep(none_because="无")
        visits.log(session, client, "见面", date(2026, 11, day), step, TODAY, defaults, CHINA)
    now = replans.replan(session, one, date(2026, 11, 24), CHINA, Fraction(3))
    assert now.replan is not None
    assert (now.replan.actual, now.replan.missed, sum(now.replan.cells)) == (5, 29, 24)
    said = replans.meaning(session, now, CHINA)
    assert (said.missed, said.working_days_left, said.needed_per_day, said.recorded) == (29, 4, 6, True)
    assert said.best_week is not None
    assert (said.best_week.period.label, said.best_week.per_day) == ("2026-W47", Fraction(4, 5))


def test_what_was_typed_makes_no_best_week(session: Session) -> None:
    one = taken_up(session, "2026", 12_000, 9_000, date(2026, 10, 31))
    now = replans.replan(session, one, date(2026, 10, 31), CHINA)
    assert replans.meaning(session, now, CHINA).best_week is None


def test_needed_per_day_is_of_the_days_up_to_the_horizon(session: Session) -> None:
    one = taken_up(session, "2026", 248_000, 200_000, date(2026, 11, 13))
    now = replans.replan(session, one, date(2026, 11, 13), CHINA, Fraction(100), "month")
    said = replans.meaning(session, now, CHINA)
    november = sum(target_lookup.rolling_on(now, day) or 0 for day in period("2026-11").days())
    assert (said.working_days_left, said.needed_per_day) == (11, -(-november // 11))


def test_a_new_split_is_replanned_again_as_of_the_same_day(session: Session) -> None:
    one = taken_up(session, "2026", 12_000, 9_000, date(2026, 10, 31))
    replanned(session, one, date(2026, 10, 31), cap=Fraction(3, 2), over="quarter")
    _before, now = targets.hold(session, period("2026-12"), 3_000, AMOUNT, TARGET, "", CHINA)
    assert now.replan is not None
    assert now.split is not None
    assert (now.replan.as_of, now.replan.cap, now.replan.over) == (date(2026, 10, 31), "3/2", "quarter")
    assert now.replan.split_id == now.split.id
    assert sum(now.replan.cells) + now.replan.actual + now.replan.unrecoverable == 12_000


def test_a_new_version_of_the_target_has_no_replan_yet(session: Session) -> None:
    one = taken_up(session, "2026", 12_000, 9_000, date(2026, 10, 31))
    replanned(session, one, date(2026, 10, 31))
    targets.set_target(session, period("2026"), 13_000, AMOUNT, TARGET)
    now = targets.split(session, period("2026"), AMOUNT, TARGET, CHINA)
    assert targets.current(session, now.target).replan is None


@pytest.mark.parametrize(
    ("today", "closed", "as_of"),
    [
        ("2026-11-25", False, "2026-11-24"),
        ("2026-11-25", True, "2026-11-25"),
        ("2026-01-01", False, "2026-01-01"),
        ("2026-12-31", False, "2026-12-30"),
        ("2027-01-01", False, "2027-01-01"),  # over: refused
        ("2025-12-31", False, "2025-12-31"),  # not begun: refused
    ],
)
def test_unless_told_the_last_day_that_is_over_counts(today: str, closed: bool, as_of: str) -> None:
    found = replans.usual_day(period("2026"), date.fromisoformat(today), closed=closed)
    assert found == date.fromisoformat(as_of)


def test_what_can_t_be_replanned_is_refused_and_nothing_stored(session: Session) -> None:
    unsplit = targets.set_target(session, period("2027"), 1, AMOUNT, TARGET)
    level = targets.set_target(session, period("2026"), 1, Measure.SATISFACTION, TARGET)
    one = taken_up(session, "2026", 12_000, 9_000, date(2026, 10, 31))
    for standing, day in (
        (Standing(unsplit), date(2027, 2, 1)),
        (Standing(level), date(2026, 2, 1)),
        (one, date(2025, 12, 31)),
        (one, date(2027, 1, 1)),
    ):
        with pytest.raises(Refused):
            replans.replan(session, standing, day, CHINA)
    with pytest.raises(BadValue):
        replans.replan(session, one, date(2026, 11, 1), CHINA, Fraction(9, 10))
    assert session.exec(select(TargetReplan)).all() == []


def test_being_ahead_takes_nothing_off_a_week_unless_the_target_was_replanned(session: Session) -> None:
    one = taken_up(session, "2026", 248_000, 247_000, date(2026, 11, 24))
    week = period("2026-W49")
    assert replans.catch_up(session, AMOUNT, week, date(2026, 11, 24), CHINA) == 0
    replans.replan(session, one, date(2026, 11, 24), CHINA)
    less = replans.catch_up(session, AMOUNT, week, date(2026, 11, 24), CHINA)
    assert less is not None
    assert less < 0


def test_a_week_ahead_is_asked_what_the_replan_adds(session: Session) -> None:
    one = taken_up(session, "2026", 248_000, 200_000, date(2026, 11, 24))
    week = period("2026-W49")
    unasked = replans.catch_up(session, AMOUNT, week, date(2026, 11, 24), CHINA)
    now = replans.replan(session, one, date(2026, 11, 24), CHINA)
    assert now.replan is not None
    assert now.split is not None
    more = replans.catch_up(session, AMOUNT, week, date(2026, 11, 24), CHINA)
    assert more == unasked  # the week's goal catches up, whether somebody has replanned or not
    first = (week.begin - date(2026, 11, 25)).days
    assert more == sum(now.replan.cells[first : first + 7]) - sum(
        now.split.cells[(week.begin - date(2026, 1, 1)).days :][:7]
    )
    assert more is not None
    assert more > 0
    assert target_lookup.rolling_of(session, AMOUNT, date(2026, 11, 25)) == now.replan.cells[0]
    assert target_lookup.rolling_of(session, AMOUNT, date(2026, 11, 24)) is None
    found = target_progress.progress(session, period("2026-12"), AMOUNT, TARGET, CHINA, TODAY)
    assert found.rolling == sum(now.replan.cells[6:])
