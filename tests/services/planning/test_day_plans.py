"""The day's plan: what stands in it and why, what is proposed, what a supervisor would say, and how the day ends."""

from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import groupby, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from salescli.calendars import Calendar, DayMark, WorkingWeek
from salescli.config import Settings
from salescli.dates import Period
from salescli.errors import BadValue, Refused
from salescli.models.clients import Client
from salescli.models.orders import Order, OrderReturn
from salescli.models.receipts import Allocation, Receipt, Receivable
from salescli.service_words import SurveyState
from salescli.services.accounts import cadence
from salescli.services.care import feedback, promises, surveys, tickets
from salescli.services.cash import collections
from salescli.services.cash.collections import OverdueMoney
from salescli.services.goals import targets
from salescli.services.planning import day_plans
from salescli.services.planning.day_plans import DayPlanView
from salescli.services.planning.day_targets import DayTarget
from salescli.services.planning.plan_checks import Reason
from salescli.services.visiting import visits
from salescli.services.visiting.promise_words import parse_promise
from salescli.services.visiting.visits import NextStep
from salescli.slots import Slot
from salescli.vocabulary import Measure, Tier, VisitStatus
from tests.services.desk import FRI, LATER, MON, SAT, SUN, THU, TODAY, TUE, WED, Desk

TEN, TWO = time(10), time(14)


def changed(settings: Settings, **values: Any) -> Settings:
    return replace(
        settings, values={**settings.values, **{key.replace("__", "."): value for key, value in values.items()}}
    )


def names(plan: DayPlanView) -> list[str]:
    return [stop.visit.client.name for stop in plan.visits]


def reasons(plan: DayPlanView) -> list[list[Reason]]:
    return [stop.reasons for stop in plan.visits]


def codes(plan: DayPlanView, level: str = "error") -> list[str]:
    return [check.code for check in plan.checks if check.level == level]


def make(desk: Desk, begin: date, end: date) -> list[DayPlanView]:
    return day_plans.propose_period(desk.session, Period.between(begin, end), *desk.rules_now)


def close(desk: Desk, day: date | None = None, **said: Any) -> day_plans.DayReport:
    told: dict[str, Any] = {"gained": None, "fell_short": None, "key_tasks": [], **said}
    return day_plans.close(desk.session, day or desk.today, *desk.rules_now, **told)


# --- what stands in the plan ---


def test_a_day_without_visits_on_which_nobody_is_due_is_empty(desk: Desk) -> None:
    plan = desk.day()
    assert (plan.day, plan.working, plan.state, plan.visits) == (TODAY, True, "draft", [])
    assert plan.slots == [Slot(time(8, 30), time(12)), Slot(time(13), time(17))]


def test_the_slots_are_those_of_the_season(desk: Desk) -> None:
    assert desk.day(date(2027, 5, 1)).slots[1] == Slot(time(13, 30), time(17, 30))
    assert desk.day(date(2027, 4, 30)).slots[1] == Slot(time(13), time(17))


def test_visits_stand_in_order_of_time_with_place_and_reasons(desk: Desk) -> None:
    late = desk.contacted("逾期", TODAY - timedelta(days=20), grade="A")
    fine, new = desk.contacted("按时", MON, grade="B"), desk.client("新客户")
    desk.plan(fine, TODAY, TWO, minutes=90)
    desk.plan(late, TODAY, TEN)
    desk.plan(new, TODAY)
    plan = desk.day()
    assert not plan.proposed
    assert names(plan) == ["逾期", "新客户", "按时"]
    assert [stop.order for stop in plan.visits] == [1, 2, 3]
    assert [stop.place for stop in plan.visits] == [
        Slot(TEN, time(10, 40)),
        Slot(time(11), time(11, 40)),
        Slot(TWO, time(15, 30)),
    ]
    assert reasons(plan) == [
        [Reason("appointment"), Reason("overdue", days=6), Reason("grade", text="A")],
        [Reason("never_contacted")],
        [Reason("appointment"), Reason("grade", text="B")],
    ]


@pytest.mark.parametrize("how", ["moved", "cancelled", "missed"])
def test_what_went_away_stands_in_the_plan_no_more(desk: Desk, how: str) -> None:
    client = desk.contacted("蓝海", MON)
    visit = desk.plan(client, TODAY, TEN)
    if how == "moved":
        desk.move(visit, FRI)
    else:
        visits.cancel(desk.session, visit, "出差", VisitStatus(how))
    assert names(desk.day()) == []
    assert names(desk.day(FRI)) == (["蓝海"] if how == "moved" else [])


def test_a_visit_done_stays_in_its_place_and_one_of_unknown_time_takes_none(desk: Desk) -> None:
    one, other, third = (desk.contacted(name, MON) for name in ("甲", "乙", "丙"))
    desk.log(one, closes=desk.plan(one, TODAY, TEN))
    desk.log(other)
    desk.plan(third, TODAY)
    plan = desk.day()
    assert [(stop.visit.client.name, stop.place and stop.place.start) for stop in plan.visits] == [
        ("甲", TEN),
        ("丙", time(11)),
        ("乙", None),
    ]


def test_any_visit_on_the_day_makes_it_a_plan_and_not_a_proposal(desk: Desk) -> None:
    desk.contacted("逾期", TODAY - timedelta(days=200))
    assert desk.day().proposed
    assert names(desk.day()) == ["逾期"]
    desk.log(desk.contacted("蓝海", MON), by="phone")
    plan = desk.day()
    assert not plan.proposed
    assert names(plan) == ["蓝海"]
    assert [due.client.name for due in plan.due_not_planned] == ["逾期"]


@pytest.mark.parametrize("day", [TUE, SAT, date(2026, 10, 2)])
def test_nothing_is_proposed_for_a_day_that_has_passed_or_a_rest_day(desk: Desk, day: date) -> None:
    desk.contacted("逾期", TODAY - timedelta(days=200))
    plan = desk.day(day)
    assert (plan.proposed, plan.visits) == (False, [])


def test_what_is_due_and_planned_nowhere_is_said(desk: Desk) -> None:
    late = desk.contacted("逾期", TODAY - timedelta(days=20), grade="A")
    desk.contacted("今天", TODAY - timedelta(days=30), grade="B")
    desk.contacted("不到", MON)
    later, here = desk.contacted("周五去", MON - timedelta(days=99)), desk.contacted("今天去", MON - timedelta(days=99))
    desk.plan(later, FRI)
    desk.plan(here, TODAY)
    due = desk.day().due_not_planned
    assert [(one.client.code, one.days_overdue, one.grade) for one in due] == [(late.code, 6, "A"), ("C0002", 0, "B")]


def test_due_next_steps_stand_in_the_plan_on_their_day_until_a_contact(desk: Desk) -> None:
    client = desk.contacted("蓝海", MON)
    desk.log(client, TUE, NextStep("送样品", THU))
    assert [step.text for step in desk.day(THU).next_steps] == ["送样品"]
    assert desk.day(WED).next_steps == []
    plan = desk.day(THU)
    assert plan.proposed
    assert plan.visits[0].visit.purpose == "送样品"
    assert reasons(plan) == [[Reason("next_step", text="送样品")]]
    desk.today = THU
    desk.log(client, by="phone")
    assert desk.day(THU).next_steps == []


def test_a_next_step_with_a_time_is_proposed_at_it(desk: Desk) -> None:
    desk.contacted("逾期", TODAY - timedelta(days=200), grade="A")
    client = desk.contacted("蓝海", MON)
    desk.log(client, MON, NextStep("送样品", TODAY, at=time(15)))
    plan = desk.day()
    assert [(stop.visit.client.name, stop.place and stop.place.start) for stop in plan.visits] == [
        ("逾期", time(9, 50)),
        ("蓝海", time(15)),
    ]
    [_late, stored] = day_plans.store(desk.session, [plan])
    assert (stored.purpose, stored.planned_at) == ("送样品", time(15))


def test_a_plan_knows_yesterday(desk: Desk) -> None:
    client = desk.contacted("蓝海", MON - timedelta(days=3))
    for day in (FRI - timedelta(days=7), SUN - timedelta(days=7)):
        desk.log(client, day, closes=desk.plan(client, day))
    desk.plan(client, FRI - timedelta(days=7))
    desk.log(client, FRI - timedelta(days=7), by="wechat")
    desk.log(client, FRI - timedelta(days=7), by="demo", at=TEN)
    yesterday = desk.day(MON).yesterday
    assert yesterday.date == FRI - timedelta(days=7)
    assert (yesterday.planned, yesterday.done, yesterday.unplanned, yesterday.follow_ups) == (2, 2, 0, 1)
    assert yesterday.open == []


# --- proposals ---


def test_next_steps_go_first_then_the_class_then_the_days_overdue(desk: Desk) -> None:
    desk.settings = changed(desk.settings, plan__capacity=4)
    promised = desk.contacted("有下一步", MON, grade="C")
    desk.log(promised, MON, NextStep("报价", TODAY))
    for name, grade, days in [("C老", "C", 300), ("A新", "A", 15), ("A老", "A", 40), ("B", "B", 100)]:
        desk.contacted(name, TODAY - timedelta(days=days), grade=grade)
    assert names(desk.day()) == ["有下一步", "A老", "A新", "B"]
    assert [due.client.name for due in desk.day().due_not_planned] == ["C老"]


def test_of_one_class_those_in_a_district_gone_to_anyway_go_first_and_stand_together(desk: Desk) -> None:
    desk.settings = changed(desk.settings, plan__capacity=3)
    for number, (name, district) in enumerate(
        [("滨江1", "滨江"), ("西湖1", "西湖"), ("滨江2", "滨江"), ("滨江3", "滨江")]
    ):
        desk.contacted(name, TODAY - timedelta(days=100 - number), grade="B", district=district)
    assert names(desk.day()) == ["滨江1", "滨江2", "滨江3"]
    desk.settings = changed(desk.settings, plan__capacity=4)
    assert names(desk.day()) == ["滨江1", "滨江2", "滨江3", "西湖1"]


def test_an_appointment_draws_the_proposals_to_its_district(desk: Desk) -> None:
    desk.settings = changed(desk.settings, plan__capacity=2)
    there = desk.contacted("约好的", MON, district="西湖")
    desk.plan(there, TODAY, TWO)
    desk.contacted("滨江", TODAY - timedelta(days=60), grade="B", district="滨江")
    desk.contacted("西湖", TODAY - timedelta(days=50), grade="B", district="西湖")
    [plan] = make(desk, TODAY, THU)
    assert names(plan) == ["西湖", "约好的"]


def test_proposals_fill_the_field_slots_and_no_more(desk: Desk) -> None:
    for number in range(20):
        desk.contacted(f"客户{number}", TODAY - timedelta(days=200))
    plan = desk.day()
    assert len(plan.visits) == cadence.capacity(TODAY, desk.settings) == 5
    for stop in plan.visits:
        assert stop.place is not None
        assert any(slot.start <= stop.place.start and stop.place.end <= slot.end for slot in plan.slots)
        assert time(9, 30) <= stop.place.start
        assert stop.place.end <= time(16, 30)


def test_what_finds_no_place_beside_long_appointments_is_not_proposed(desk: Desk) -> None:
    for number in range(9):
        desk.contacted(f"客户{number}", TODAY - timedelta(days=200))
    desk.plan(desk.contacted("整个上午", MON), TODAY, time(9, 30), minutes=150)
    desk.plan(desk.contacted("整个下午", MON), TODAY, time(13), minutes=150)
    [plan] = make(desk, TODAY, THU)
    assert len(plan.visits) == 3
    assert all(stop.place for stop in plan.visits)


def test_a_follow_up_takes_no_field_time(desk: Desk) -> None:
    for number in range(9):
        desk.contacted(f"客户{number}", TODAY - timedelta(days=200))
    desk.plan(desk.contacted("打电话", MON), TODAY, time(8, 30), by="phone", minutes=10)
    [plan] = make(desk, TODAY, THU)
    assert len(plan.visits) == 6
    assert plan.visits[0].travel_minutes == 0
    assert "too_many" not in codes(plan, "warning")


def test_nobody_is_proposed_twice_in_a_period_nor_who_is_planned_already(desk: Desk) -> None:
    for number in range(12):
        desk.contacted(f"客户{number}", TODAY - timedelta(days=200))
    desk.plan(desk.contacted("周五去", TODAY - timedelta(days=200)), FRI)
    plans = make(desk, MON, MON + timedelta(days=14))
    assert [plan.day for plan in plans][:4] == [WED, THU, FRI, MON + timedelta(days=7)]
    everyone = Counter(name for plan in plans for name in names(plan))
    assert set(everyone.values()) == {1}
    assert len(everyone) == 13
    assert all(due.client.name not in names(plans[0]) for due in plans[1].due_not_planned)


def test_rest_days_and_days_off_are_left_out(desk: Desk) -> None:
    desk.contacted("蓝海", TODAY - timedelta(days=200))
    desk.calendar = Calendar(WorkingWeek("单休"), {THU: DayMark(THU, "leave", "", False)})
    assert [plan.day for plan in make(desk, WED, SUN)] == [WED, FRI, SAT]


def test_stored_proposals_become_visits_at_their_times(desk: Desk) -> None:
    late = desk.contacted("逾期", TODAY - timedelta(days=20), grade="A")
    promised = desk.contacted("有下一步", MON)
    desk.log(promised, MON, NextStep("报价", TODAY))
    plans = make(desk, TODAY, THU)
    stored = day_plans.store(desk.session, plans)
    assert [(view.client.code, view.planned_at, view.purpose, view.why) for view in stored] == [
        (promised.code, time(9, 50), "报价", "next_step"),
        (late.code, time(10, 50), "routine visit", "overdue"),
    ]
    plan = desk.day()
    assert not plan.proposed
    assert [stop.visit.status for stop in plan.visits] == ["planned", "planned"]
    assert codes(plan) == []
    assert day_plans.store(desk.session, make(desk, TODAY, THU)) == []


def test_a_client_who_is_not_pursued_any_more_stops_no_plan(desk: Desk) -> None:
    client = desk.contacted("蓝海", MON)
    desk.log(client, MON, NextStep("报价", TODAY))
    desk.edit(client, lifecycle="blocked")
    assert day_plans.store(desk.session, make(desk, TODAY, THU)) == []


CLIENTS = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(0, 120), st.sampled_from(["滨江", "西湖", None]), st.booleans()),
    max_size=9,
)


@settings(max_examples=15)
@given(CLIENTS, st.integers(1, 3), st.sampled_from([40, 70, 120]))
def test_any_proposed_period_holds_the_rules(
    desk: Desk, wanted: list[tuple[str, int, str | None, bool]], days: int, minutes: int
) -> None:
    desk.settings = changed(desk.settings, plan__visit_minutes=minutes)
    for client in desk.everyone():
        desk.edit(client, archived=True)
    first = len(desk.everyone())
    for number, (grade, late, district, with_step) in enumerate(wanted):
        fields = {"grade": grade, **({"district": district} if district else {})}
        client = desk.contacted(f"客户{first + number}", TODAY - timedelta(days=late), **fields)
        if with_step:
            desk.log(client, TODAY - timedelta(days=late), NextStep("报价", TODAY - timedelta(days=late // 2)))
    plans = make(desk, TODAY, TODAY + timedelta(days=days))
    clients = [stop.visit.client.code for plan in plans for stop in plan.visits]
    assert len(clients) == len(set(clients))
    for plan in plans:
        assert len(plan.visits) <= cadence.capacity(plan.day, desk.settings)
        proposed = [stop for stop in plan.visits if stop.visit.code is None]
        places = [stop.place for stop in proposed if stop.place]
        assert len(places) == len(proposed)
        assert all(one.end <= other.start for one, other in pairwise(places))
        districts = [district for district, _stops in groupby(stop.visit.district for stop in proposed)]
        assert len(districts) == len(set(districts))


# --- checks ---


def test_a_plan_that_is_only_proposed_is_no_plan(desk: Desk) -> None:
    assert codes(desk.day()) == ["no_visits"]
    desk.contacted("逾期", TODAY - timedelta(days=200))
    assert codes(desk.day()) == ["no_visits"]


def test_a_rest_day_needs_no_visit(desk: Desk) -> None:
    assert codes(desk.day(SAT)) == []
    assert "rest_day" in codes(desk.day(SAT), "warning")


def test_what_the_supervisor_would_send_back_and_ask_about(desk: Desk) -> None:
    visit = desk.plan(desk.contacted("蓝海", MON), TODAY)
    plan = desk.day()
    assert codes(plan) == ["no_purpose", "no_time"]
    assert codes(plan, "warning") == ["no_expected", "not_confirmed", "no_materials", "no_key_tasks"]
    assert {check.visit for check in plan.checks} == {visit.code, None}
    desk.change(visit, purpose="送样品", at=TWO, expected="试用", materials="样品", confirmed=True)
    close(desk, TUE, key_tasks=["回款"])
    assert desk.day().checks == []
    assert desk.day().key_tasks == ["回款"]


@pytest.mark.parametrize(("at", "outside"), [(time(8), True), (time(12, 30), True), (time(16, 30), True), (TEN, False)])
def test_a_visit_outside_the_slots_is_asked_about(desk: Desk, at: time, outside: bool) -> None:
    desk.plan(desk.contacted("蓝海", MON), TODAY, at)
    assert ("outside_slots" in codes(desk.day(), "warning")) == outside


def test_every_visit_that_begins_during_another_overlaps(desk: Desk) -> None:
    for name, at, minutes in [("长", time(9), 180), ("短", TEN, 20), ("也短", time(11), 20), ("之后", time(12), 20)]:
        desk.plan(desk.contacted(name, MON), TODAY, at, minutes=minutes)
    overlaps = [check for check in desk.day().checks if check.code == "overlap"]
    assert [(check.client, check.level) for check in overlaps] == [("短", "error"), ("也短", "error")]
    assert all("长" in check.message for check in overlaps)


def test_more_visits_than_fit_are_asked_about(desk: Desk) -> None:
    desk.settings = changed(desk.settings, plan__capacity=1)
    desk.plan(desk.contacted("甲", MON), TODAY, TEN)
    assert "too_many" not in codes(desk.day(), "warning")
    desk.plan(desk.contacted("乙", MON), TODAY, TWO)
    assert "too_many" in codes(desk.day(), "warning")


def test_what_is_done_is_not_checked_any_more(desk: Desk) -> None:
    desk.log(desk.contacted("蓝海", MON))
    assert codes(desk.day()) == []


# --- the number of the day ---


def test_a_day_without_a_target_has_no_number(desk: Desk) -> None:
    assert desk.day().target is None


def test_the_days_number_is_of_the_amount_else_of_the_visits(desk: Desk) -> None:
    month = Period.month_of(TODAY)  # 21 working days
    split(desk, month, Measure.VISITS, 42)
    desk.log(desk.contacted("蓝海", MON))
    found = desk.day().target
    assert found == DayTarget("visits", 2, None, 41, 11)  # 41 over the 4 working days left
    split(desk, month, Measure.AMOUNT, 21_000_00)
    assert desk.day().target == DayTarget("amount", 1000_00, None, 21_000_00, 5250_00)


def split(desk: Desk, period: Period, measure: Measure, amount: int) -> None:
    targets.set_target(desk.session, period, amount, measure, Tier.TARGET)
    targets.split(desk.session, period, measure, Tier.TARGET, desk.calendar)


# --- the day's end ---


def test_a_day_with_open_visits_or_to_come_is_not_closed(desk: Desk) -> None:
    visit = desk.plan(desk.contacted("蓝海", MON), TODAY)
    with pytest.raises(Refused, match=str(visit.code)):
        close(desk)
    with pytest.raises(Refused):
        close(desk, THU)
    assert desk.day().state == "draft"


def test_a_closed_day_keeps_what_was_said_and_hands_over_the_key_tasks(desk: Desk) -> None:
    client = desk.contacted("蓝海", MON)
    desk.log(client, closes=desk.plan(client, TODAY, TEN), outcome="order")
    desk.move(desk.plan(client, TODAY, TWO), THU, reason="客户开会")
    report = close(desk, gained="签单", fell_short="来回跑", key_tasks=["发货", "催款", "报价"])
    assert (report.state, report.gained, report.fell_short) == ("closed", "签单", "来回跑")
    assert (report.summary.planned, report.summary.done, report.summary.open) == (2, 1, [])
    assert [view.status for view in report.visits] == ["done", "moved"]
    assert (report.tomorrow.day, report.tomorrow.key_tasks) == (THU, ["发货", "催款", "报价"])
    assert names(report.tomorrow) == ["蓝海"]
    assert desk.day().state == "closed"


def test_nothing_is_proposed_for_a_day_that_is_closed(desk: Desk) -> None:
    desk.contacted("逾期", TODAY - timedelta(days=200))
    assert desk.day().proposed
    close(desk)
    assert (desk.day().proposed, desk.day().visits) == (False, [])


def test_a_day_closed_again_keeps_what_is_not_said_anew(desk: Desk) -> None:
    close(desk, gained="签单", key_tasks=["发货"])
    report = close(desk, fell_short="来回跑")
    assert (report.gained, report.fell_short, report.tomorrow.key_tasks) == ("签单", "来回跑", ["发货"])
    assert close(desk, gained="更多", key_tasks=["催款"]).tomorrow.key_tasks == ["催款"]


@pytest.mark.parametrize(
    ("closed", "today", "after"),
    [
        (TODAY, TODAY, THU),
        (FRI, FRI, MON + timedelta(days=7)),  # over the weekend
        (TUE, WED, WED),  # yesterday, closed this morning: today is what follows
        (MON, FRI, FRI),
        (FRI, SUN, MON + timedelta(days=7)),
    ],
)
def test_the_work_goes_on_on_the_first_working_day_that_has_not_passed(
    desk: Desk, closed: date, today: date, after: date
) -> None:
    desk.today = today
    assert day_plans.following(closed, today, desk.calendar) == after
    report = close(desk, closed, key_tasks=["发货"])
    assert (report.tomorrow.day, report.tomorrow.key_tasks) == (after, ["发货"])


@pytest.mark.parametrize(
    "said",
    [
        {"gained": ""},
        {"fell_short": " "},
        {"key_tasks": [""]},
        {"key_tasks": ["一", "二", "三", "四"]},
        {"gained": "\x00"},
    ],
)
def test_what_is_said_of_a_day_is_text_and_three_tasks_at_most(desk: Desk, said: dict[str, Any]) -> None:
    with pytest.raises(BadValue):
        close(desk, **said)


@pytest.mark.parametrize(
    ("taken", "minutes", "at"),
    [
        ([], 40, TEN),  # its own time is free
        ([(time(9, 30), 30)], 40, TEN),
        ([(time(10, 30), 40)], 40, time(13)),  # between the two there is no room
        ([(time(9, 30), 150), (time(13), 210)], 40, None),  # the day is full
    ],
)
def test_a_visit_put_off_takes_its_time_or_the_first_free_one(
    desk: Desk, taken: list[tuple[time, int]], minutes: int, at: time | None
) -> None:
    for number, (start, length) in enumerate(taken):
        desk.plan(desk.contacted(f"占{number}", MON), FRI, start, minutes=length)
    visit = desk.plan(desk.contacted("蓝海", MON), TODAY, TEN, minutes=minutes, purpose="送样品")
    new = day_plans.put_off(desk.session, visit, FRI, "没去", desk.settings)
    assert (new.planned_on, new.planned_at, new.purpose) == (FRI, at, "送样品")
    assert (visit.status, visit.reason, visit.moved_to) == ("moved", "没去", new.id)


def test_only_what_happened_face_to_face_counts_as_a_visit(desk: Desk) -> None:
    client = desk.contacted("蓝海", MON)
    for channel in ("visit", "meeting", "demo", "phone", "wechat", "email"):
        desk.log(client, by=channel)
    summary = day_plans.summary(desk.session, TODAY)
    assert (summary.planned, summary.done, summary.unplanned, summary.follow_ups) == (0, 0, 3, 3)


def test_a_weeks_plans_are_its_working_days_and_others_with_a_visit(desk: Desk) -> None:
    desk.contacted("逾期", TODAY - timedelta(days=200))
    desk.plan(desk.contacted("蓝海", MON), SAT, TEN)
    plans = day_plans.planned_days(desk.session, Period.week_of(TODAY), *desk.rules_now)
    assert [(plan.day, len(plan.visits)) for plan in plans] == [
        (MON, 0), (TUE, 0), (WED, 0), (THU, 0), (FRI, 0), (SAT, 1),
    ]  # fmt: skip
    assert not any(plan.proposed for plan in plans)


def test_a_visit_planned_for_one_day_and_done_on_another_stands_in_both(desk: Desk) -> None:
    client: Client = desk.contacted("蓝海", MON)
    desk.log(client, step=NextStep("再联系", LATER), closes=desk.plan(client, TUE))
    assert names(desk.day(TUE)) == names(desk.day()) == ["蓝海"]
    assert day_plans.summary(desk.session, TUE).done == 0
    assert day_plans.summary(desk.session, TODAY).unplanned == 0


# Money overdue


def owes(desk: Desk, name: str, amount: int, due_on: date, **fields: Any) -> Order:
    """A client that owes so much since a day."""
    client = desk.contacted(name, date(2026, 11, 1), **fields)
    number = len(desk.session.exec(select(Order)).all()) + 1
    order = Order(code=f"O{number:04}", client_id=client.id or 0, signed_on=MON, amount=amount, value=amount)
    desk.session.add(order)
    desk.session.flush()
    desk.session.add(
        Receivable(order_id=order.id or 0, client_id=client.id or 0, position=1, due_on=due_on, amount=amount)
    )
    desk.session.flush()
    return order


def test_who_owes_money_beyond_its_day_is_proposed_before_who_is_only_due(desk: Desk) -> None:
    for number in range(6):
        desk.contacted(f"到期{number}", date(2026, 9, 1), grade="A")
    owes(desk, "欠款公司", 1_000_000, date(2026, 11, 1), grade="C")
    stops = desk.day().visits
    assert "欠款公司" in [stop.visit.client.name for stop in stops]
    (stop,) = [stop for stop in stops if stop.visit.client.name == "欠款公司"]
    assert stop.visit.why == "collect"
    assert Reason("collect", days=24, text="10000.00") in stop.reasons


def test_collections_take_at_most_half_of_the_day_and_leave_out_whom_one_just_saw(desk: Desk) -> None:
    for number in range(6):
        owes(desk, f"欠款{number}", 100 + number, date(2026, 11, 1), grade="C")
    just_seen = owes(desk, "刚见过", 999_999, date(2026, 11, 1))
    client = desk.session.get(Client, just_seen.client_id)
    assert client is not None
    desk.log(client, date(2026, 11, 23))
    collected = [stop.visit.client.name for stop in desk.day().visits if stop.visit.why == "collect"]
    assert len(collected) == 2
    assert "刚见过" not in collected


def test_what_is_paid_or_came_back_is_not_overdue(desk: Desk) -> None:
    order = owes(desk, "甲公司", 1_000, date(2026, 11, 1))
    part = desk.session.exec(select(Receivable)).one()
    receipt = Receipt(code="R0001", client_id=order.client_id, received_on=MON, amount=600, value=600)
    desk.session.add(receipt)
    desk.session.flush()
    desk.session.add(Allocation(receipt_id=receipt.id or 0, receivable_id=part.id or 0, amount=600))
    desk.session.flush()
    assert collections.overdue(desk.session, WED) == {"C0001": OverdueMoney(400, 24)}
    assert collections.overdue(desk.session, date(2026, 11, 1)) == {}
    desk.session.add(OrderReturn(order_id=order.id or 0, returned_on=WED, amount=400, value=400))
    desk.session.flush()
    assert collections.overdue(desk.session, WED) == {}


# --- what the day asks for besides visits ---


def test_a_promise_due_and_a_problem_put_their_clients_into_the_proposal(desk: Desk) -> None:
    seen = {"known_contact_on": MON}
    promised, hurt, quiet = (desk.client(name, lifecycle="customer", **seen) for name in ("甲", "乙", "丙"))
    promises.add(desk.session, promised, parse_promise("样品@今天", TODAY, theirs=False))
    tickets.add(desk.session, hurt, "停机", *desk.rules_now, severity="key")
    tickets.add(desk.session, quiet, "问价", *desk.rules_now, severity="minor", kind="inquiry")
    made = desk.day()
    assert [(stop.visit.client.name, stop.visit.why, stop.visit.purpose) for stop in made.visits] == [
        ("甲", "promise", "样品"), ("乙", "ticket", "停机"),
    ]  # fmt: skip
    assert [promise.text for promise in made.matters.promises] == ["样品"]
    assert {check.code for check in made.checks} >= {"promise_due"}


def test_a_promise_due_says_how_late_and_names_its_visit_only_if_that_is_in_the_plan(desk: Desk) -> None:
    client = desk.client("甲", known_contact_on=MON)
    before, now = desk.log(client, MON), desk.plan(client, TODAY)
    promises.add_at_visit(desk.session, before, client, [parse_promise("图纸@周三", MON)], MON)
    promises.add_at_visit(desk.session, before, client, [parse_promise("样品@周二", MON)], MON)
    promises.add_at_visit(desk.session, now, client, [parse_promise("合同@今天", TODAY)], TODAY)
    due = [check for check in desk.day().checks if check.code == "promise_due"]
    assert [(check.message, check.visit) for check in due] == [
        ("promise of ours due: 样品 (1 day late)", None),
        ("promise of ours due: 图纸", None),
        ("promise of ours due: 合同", now.code),
    ]


def test_who_was_not_asked_is_a_reason_in_the_last_month_of_the_quarter_once_surveys_are_kept(desk: Desk) -> None:
    asked, unasked = (desk.client(name, lifecycle="customer", known_contact_on=MON) for name in ("甲", "乙"))
    december = date(2026, 12, 2)
    for day in (TODAY, december):
        desk.plan(asked, day)
        desk.plan(unasked, day)

    def reasons(day: date) -> list[bool]:
        return [any(reason.code == "survey" for reason in stop.reasons) for stop in desk.day(day).visits]

    assert reasons(december) == [False, False]
    surveys.log(desk.session, asked, TODAY, SurveyState.ANSWERED, score=90)
    assert (reasons(TODAY), reasons(december)) == ([False, False], [False, True])


def test_what_is_urgent_stands_on_top_of_the_report_until_somebody_takes_note(desk: Desk) -> None:
    matter = feedback.add(desk.session, "账期审批太慢", TODAY, urgent=True)
    said = day_plans.report(desk.session, TODAY, *desk.rules_now).urgent
    assert said == [(matter.code, "账期审批太慢")]
    feedback.acknowledge(desk.session, matter, TODAY)
    assert day_plans.report(desk.session, TODAY, *desk.rules_now).urgent == []
