"""The assessment of a month and a quarter: what each measure counts for, how things stood at the end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from salescli.dates import Period
from salescli.errors import BadValue, Refused
from salescli.service_words import SurveyState
from salescli.services.care import promises, surveys, tasks
from salescli.services.figures import kpis
from salescli.services.goals import target_done, targets
from salescli.services.reporting import assessments, scores, weeks
from salescli.services.reporting.assessments import Assessed, Assessment
from salescli.services.visiting import visits
from salescli.services.visiting.promise_words import Promised
from salescli.vocabulary import Measure, Ratio, Tier
from tests.services.desk import LATER, TODAY, Desk
from tests.services.ledger import Ledger

NOVEMBER, QUARTER = Period.month_of(TODAY), Period.quarter_of(TODAY)
DECEMBER = date(2026, 12, 7)


@pytest.fixture
def ledger(desk: Desk) -> Ledger:
    return Ledger(desk.session)


@pytest.fixture
def assess(desk: Desk) -> Callable[..., Assessment]:
    """The assessment of a period: ``assess()`` of November as of its 25th, ``assess(QUARTER, today)``."""

    def call(period: Period = NOVEMBER, today: date = TODAY) -> Assessment:
        now = datetime.combine(today, time(9)).astimezone()
        return assessments.assess(desk.session, period, today, now, desk.settings, desk.calendar)

    return call


def set_target(desk: Desk, measure: Measure, period: Period, amount: int, *, split: bool = True) -> None:
    targets.set_target(desk.session, period, amount, measure, Tier.TARGET)
    if split:
        targets.split(desk.session, period, measure, Tier.TARGET, desk.calendar)


def of(found: Assessment, measure: Measure) -> Assessed:
    return next(one for one in found.measures if one.measure == measure)


# --- measures and score ---


def test_weights_are_scaled_over_the_measures_that_count(desk: Desk, ledger: Ledger, assess) -> None:
    set_target(desk, Measure.AMOUNT, NOVEMBER, 100_000, split=False)
    set_target(desk, Measure.RECEIPTS, NOVEMBER, 50_000, split=False)
    client = desk.client("甲")
    ledger.order(client, "2026-11-05", 90_000)
    ledger.receipt(client, "2026-11-06", 100_000)
    found = assess()
    amount, receipts = of(found, Measure.AMOUNT), of(found, Measure.RECEIPTS)
    assert (amount.rate, receipts.rate) == (0.9, 2.0)
    assert (amount.weight, receipts.weight) == (pytest.approx(400 / 7), pytest.approx(300 / 7))
    assert (amount.points, receipts.points) == (90, 120)
    assert found.score == pytest.approx(400 / 7 * 0.9 + 300 / 7 * 1.2)
    assert {one.measure: one.left_out for one in found.left_out} == {
        "new_clients": "no_target", "effective_visits": "no_target", "quotes": "no_target",
        "satisfaction": "no_target",
    }  # fmt: skip


def test_the_score_is_the_weeks_rule(desk: Desk, ledger: Ledger, assess) -> None:
    week = Period.week_of(TODAY)
    for measure, amount in ((Measure.AMOUNT, 100_000), (Measure.EFFECTIVE_VISITS, 5), (Measure.QUOTES, 2)):
        set_target(desk, measure, week, amount)
    client = desk.client("甲")
    ledger.order(client, "2026-11-23", 130_000)
    desk.log(client)
    made = weeks.report(desk.session, week, TODAY, desk.now, desk.settings, desk.calendar)
    same = assess(week)
    assert [(one.measure, one.weight, one.rate) for one in same.measures] == [
        (goal.measure, goal.weight, goal.week_rate) for goal in made.goals
    ]
    assert same.score == made.score


def test_what_was_typed_as_reached_counts_and_is_told_apart(desk: Desk, ledger: Ledger, assess) -> None:
    done = target_done.in_one_sum(NOVEMBER, 50_000, date(2026, 11, 10))
    targets.set_target(desk.session, NOVEMBER, 100_000, Measure.AMOUNT, Tier.TARGET, done=done)
    targets.split(desk.session, NOVEMBER, Measure.AMOUNT, Tier.TARGET, desk.calendar)
    ledger.order(desk.client("甲"), "2026-11-12", 30_000)
    found = of(assess(), Measure.AMOUNT)
    assert (found.actual, found.typed, found.rate, found.codes) == (80_000, 50_000, 0.8, ("O0001",))


def test_satisfaction_is_a_level_that_is_asked_for_on_the_last_day(desk: Desk, assess) -> None:
    set_target(desk, Measure.SATISFACTION, Period.year_of(TODAY), 9_000, split=False)
    for name, score in (("甲", 80), ("乙", 90)):
        surveys.log(
            desk.session, desk.client(name), date(2026, 11, 10), SurveyState.ANSWERED, score=score,
        )  # fmt: skip
    found = assess()
    level = of(found, Measure.SATISFACTION)
    assert (level.target, level.actual, level.rate) == (9_000, 8_500, pytest.approx(85 / 90))
    assert (found.service.asked, found.service.answered, found.service.level) == (2, 2, 8_500)


def test_without_targets_there_is_no_score(assess) -> None:
    found = assess()
    assert found.score is None
    assert {one.left_out for one in found.measures} == {"no_target"}


@given(st.lists(st.tuples(st.integers(1, 50), st.floats(0, 3)), min_size=1, max_size=6))
@examples(max_examples=50)
def test_a_score_lies_between_0_and_120_whatever_the_weights(parts: list[tuple[int, float]]) -> None:
    weights = {str(place): weight for place, (weight, _rate) in enumerate(parts)}
    scaled = scores.scaled(weights, weights)
    assert sum(scaled.values()) == pytest.approx(100)
    found = scores.total((scaled[str(place)], rate) for place, (_weight, rate) in enumerate(parts))
    assert found is not None
    assert 0 <= found <= 120 + 1e-9


# --- a quarter ---


def test_the_months_of_a_quarter_come_to_the_quarter(desk: Desk, ledger: Ledger, assess) -> None:
    set_target(desk, Measure.AMOUNT, QUARTER, 300_000)
    client = desk.client("甲")
    for day in ("2026-10-15", "2026-11-05", "2026-11-20"):
        ledger.order(client, day, 40_000)
    found = assess(QUARTER)
    parts = [next(one for one in part.measures if one.measure == Measure.AMOUNT) for part in found.months]
    whole = of(found, Measure.AMOUNT)
    assert sum(part.target or 0 for part in parts) == whole.target == 300_000
    assert [part.actual for part in parts] == [40_000, 80_000, None]
    assert whole.actual == 120_000
    assert [part.score is None for part in found.months] == [False, False, True]
    november = next(one for one in assess().measures if one.measure == Measure.AMOUNT)
    assert (parts[1].target, parts[1].actual, parts[1].rate) == (november.target, november.actual, november.rate)


# --- how it stood at the end ---


def test_what_was_owed_is_as_of_the_last_day_however_late_it_is_asked(desk: Desk, ledger: Ledger, assess) -> None:
    client = desk.client("甲")
    order = ledger.order(client, "2026-10-10", 100_000)
    first, second = ledger.owed(order, "2026-10-20", 60_000), ledger.owed(order, "2026-12-15", 40_000, 2)
    ledger.pays(ledger.receipt(client, "2026-11-10", 10_000), first, 10_000)
    ledger.pays(ledger.receipt(client, "2026-12-02", 50_000), first, 50_000)
    owed = assess(NOVEMBER, DECEMBER).owed
    assert (owed.total, owed.overdue, owed.overdue_rate) == (90_000, 50_000, pytest.approx(5 / 9))
    assert owed.buckets == {"current": 40_000, "d30": 0, "d60": 50_000, "d90": 0, "over90": 0}
    (debtor,) = owed.debtors
    assert (debtor.open, debtor.overdue, debtor.days) == (90_000, 50_000, 41)
    assert (owed.received, second.amount) == (10_000, 40_000)


def test_what_was_left_is_what_was_due_and_open_by_the_end(desk: Desk, assess) -> None:
    one, two = desk.client("甲"), desk.client("乙")
    desk.plan(one, date(2026, 11, 12), purpose="送样")
    moved = desk.plan(two, date(2026, 11, 13))
    desk.move(moved, DECEMBER, reason="客户出差")
    desk.plan(two, TODAY)
    desk.plan(one, date(2026, 11, 30))  # to come, as what is due today is
    promises.add(desk.session, one, Promised("寄样品", date(2026, 11, 20)))
    promises.add(desk.session, one, Promised("发合同", LATER))
    tasks.add(desk.session, "交月报", due_on=date(2026, 11, 24))
    tasks.add(desk.session, "交总结", due_on=TODAY)
    assert [(left.kind, left.code, left.state) for left in assess().left] == [
        ("visit", "V0001", "not_done"), ("visit", "V0002", "moved"), ("promise", "P0001", "open"),
        ("task", "K0001", "todo"),
    ]  # fmt: skip
    assert len(assess(NOVEMBER, DECEMBER).left) == 7


def test_a_promise_kept_after_the_month_was_left_at_its_end(desk: Desk, assess) -> None:
    promise = promises.add(desk.session, desk.client("甲"), Promised("寄样品", date(2026, 11, 20)))
    promises.keep(desk.session, promise, DECEMBER, DECEMBER)
    assert [left.code for left in assess(NOVEMBER, DECEMBER).left] == ["P0001"]
    assert assess(Period.month_of(DECEMBER), DECEMBER).left == ()


def test_ratios_are_those_of_the_kpi_report(desk: Desk, assess) -> None:
    client = desk.client("甲")
    desk.plan(client, TODAY - timedelta(days=1))
    desk.log(client, TODAY - timedelta(days=1))
    desk.plan(client, TODAY)
    found = assess()
    for ratio in Ratio:
        assert found.ratios[ratio] == kpis.work_out(desk.session, ratio, NOVEMBER, TODAY)
    assert found.ratios[Ratio.VISIT_RATE].value == found.visits.rate == 0.5


# --- which period ---


@pytest.mark.parametrize(
    ("text", "length", "label"),
    [
        ("this-month", "month", "2026-11"), ("上月", "month", "2026-10"), ("2026-11-03", "month", "2026-11"),
        ("2026-Q3", "quarter", "2026-Q3"), ("2026-11", "quarter", "2026-Q4"), ("2026-10-01", "quarter", "2026-Q4"),
    ],
)  # fmt: skip
def test_a_period_is_named_by_itself_or_a_part_of_it(text: str, length: Any, label: str) -> None:
    assert assessments.named(text, length, TODAY).label == label


@pytest.mark.parametrize(
    ("text", "length"), [("2026", "month"), ("2026-Q4", "month"), ("2026-W48", "month"), ("2026", "quarter")]
)
def test_other_periods_are_refused(text: str, length: Any) -> None:
    with pytest.raises(BadValue):
        assessments.named(text, length, TODAY)


def test_a_period_that_has_not_begun_is_refused() -> None:
    with pytest.raises(Refused, match="2026-12"):
        assessments.named("2026-12", "month", TODAY)


def test_the_last_day_of_a_past_month_is_what_counts(desk: Desk, ledger: Ledger, assess) -> None:
    client = desk.client("甲")
    ledger.order(client, "2026-11-28", 10_000)
    ledger.order(client, "2026-12-02", 99_000)
    found = assess(NOVEMBER, DECEMBER)
    assert (found.as_of, found.runs, found.owed.sales) == (date(2026, 11, 30), False, 10_000)
    assert assess().runs
    assert replace(found, as_of=TODAY).runs
    assert visits.listed(desk.session, NOVEMBER) == []
