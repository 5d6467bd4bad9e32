"""Visits: what a log closes, what may be changed in which state, what stands in lists and as next steps."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from salescli.dates import Period
from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.models.clients import Client
from salescli.services.accounts import clients
from salescli.services.visiting import visits
from salescli.services.visiting.visits import NextStep
from tests.services.desk import FRI, LATER, MON, SAT, SUN, THU, TODAY, TUE, WED, Desk

TEN, TWO = time(10), time(14)


@pytest.fixture
def firm(desk: Desk) -> Client:
    return desk.client("蓝海", {"name": "张工"})


def listed(desk: Desk, period: Period | None = None, **wanted: Any) -> list[str | None]:
    return [view.code for view in visits.listed(desk.session, period or Period.week_of(TODAY), **wanted)]


# --- log ---


def test_a_log_without_a_planned_visit_is_unplanned(desk: Desk, firm: Client) -> None:
    visit = desk.seen(desk.log(firm, text="送样品", outcome="要报价", contact="张", minutes=30, at=TEN))
    assert (visit.by, visit.status, visit.on, visit.at, visit.outcome) == ("visit", "done", TODAY, TEN, "quote")
    assert (visit.note, visit.contact, visit.minutes, visit.unplanned) == ("送样品", "张工", 30, True)
    assert (visit.planned_on, visit.planned_at) == (None, None)


def test_a_log_closes_the_planned_visit_of_the_day(desk: Desk, firm: Client) -> None:
    planned = desk.plan(firm, TODAY, TEN, purpose="送样品", confirmed=True)
    logged = desk.log(firm)
    assert logged.id == planned.id
    assert (logged.status, logged.purpose, logged.planned_at, logged.unplanned) == ("done", "送样品", TEN, False)


@pytest.mark.parametrize(
    ("planned", "logged", "closes"),
    [
        ("visit", "visit", True),
        ("visit", "meeting", True),
        ("demo", "visit", True),
        ("visit", "phone", False),
        ("phone", "wechat", True),
        ("email", "phone", True),
        ("phone", "visit", False),
    ],
)
def test_face_to_face_closes_face_to_face_and_a_follow_up_a_follow_up(
    desk: Desk, firm: Client, planned: str, logged: str, closes: bool
) -> None:
    visit = desk.plan(firm, TODAY, TEN, by=planned)
    done = desk.log(firm, by=logged)
    assert (done.id == visit.id) == closes
    assert done.channel == logged
    assert visit.status == ("done" if closes else "planned")


@pytest.mark.parametrize("when", [TUE, THU])
def test_a_log_leaves_the_planned_visits_of_other_days_alone(desk: Desk, firm: Client, when: date) -> None:
    planned = desk.plan(firm, when)
    assert desk.log(firm).id != planned.id
    assert planned.status == "planned"


def test_a_log_leaves_another_clients_planned_visit_alone(desk: Desk, firm: Client) -> None:
    planned = desk.plan(desk.client("红山"), TODAY)
    desk.log(firm)
    assert planned.status == "planned"


def test_of_several_planned_visits_the_one_at_that_time_is_closed_else_the_first(desk: Desk, firm: Client) -> None:
    untimed = desk.plan(firm, TODAY)
    afternoon = desk.plan(firm, TODAY, TWO)
    morning = desk.plan(firm, TODAY, TEN)
    assert desk.log(firm, at=TWO).id == afternoon.id
    assert desk.log(firm).id == morning.id
    assert desk.log(firm).id == untimed.id
    assert desk.log(firm).unplanned


@pytest.mark.parametrize("how", ["moved", "cancelled", "removed"])
def test_a_visit_that_is_not_open_is_not_closed(desk: Desk, firm: Client, how: str) -> None:
    planned = desk.plan(firm, TODAY)
    if how == "moved":
        desk.move(planned, FRI)
    elif how == "cancelled":
        visits.cancel(desk.session, planned, "出差")
    else:
        desk.remove(planned)
    assert desk.log(firm).unplanned


def test_a_planned_visit_given_by_itself_is_closed_with_its_own_channel(desk: Desk, firm: Client) -> None:
    first, second = desk.plan(firm, TODAY, TEN), desk.plan(firm, TODAY, TWO, by="phone")
    done = desk.log(firm, closes=second)
    assert (done.id, done.channel, done.done_at) == (second.id, "phone", None)
    assert first.status == "planned"
    with pytest.raises(Refused):
        desk.log(firm, closes=second)


def test_a_planned_visit_of_another_day_given_by_itself_is_closed_too(desk: Desk, firm: Client) -> None:
    yesterday = desk.plan(firm, TUE)
    done = desk.seen(desk.log(firm, closes=yesterday))
    assert (done.planned_on, done.on, done.unplanned) == (TUE, TODAY, False)


def test_equal_logs_are_separate_visits(desk: Desk, firm: Client) -> None:
    assert desk.log(firm).code != desk.log(firm).code
    assert len(listed(desk)) == 2


def test_what_has_not_happened_cannot_be_logged(desk: Desk, firm: Client) -> None:
    with pytest.raises(BadValue, match="2026-11-26"):
        desk.log(firm, THU)
    assert desk.log(firm, MON).done_on == MON


@pytest.mark.parametrize(
    "details",
    [
        {"by": "pigeon"},
        {"by": ""},
        {"outcome": "happy"},
        {"outcome": ""},
        {"minutes": 0},
        {"minutes": -5},
        {"minutes": 1441},
        {"purpose": " "},
        {"text": "长" * 100_001},
        {"text": "甲\x00"},
        {"step": NextStep("", FRI)},
        {"step": NextStep(none_because=" ")},
        {"step": NextStep()},
        {"step": NextStep("报价", TUE)},
    ],
)
def test_a_log_with_something_unreadable_is_refused(desk: Desk, firm: Client, details: dict[str, Any]) -> None:
    with pytest.raises(BadValue):
        desk.log(firm, **details)


@pytest.mark.parametrize("contact", ["王", "", " "])
def test_a_log_names_a_contact_who_is_there(desk: Desk, firm: Client, contact: str) -> None:
    with pytest.raises(NotFound):
        desk.log(firm, contact=contact)


def test_a_blocked_client_is_not_planned_but_what_happened_is_logged(desk: Desk) -> None:
    client = desk.client("蓝海", lifecycle="blocked")
    with pytest.raises(Refused):
        desk.plan(client, THU)
    assert desk.log(client).status == "done"


# --- plan, move, cancel, edit, remove ---


def test_a_plan_holds_what_was_said(desk: Desk, firm: Client) -> None:
    visit = desk.seen(
        desk.plan(
            firm, THU, TWO, by="演示", purpose="试机", expected="签单", materials="样机", minutes=90, contact="张工"
        )
    )
    assert (visit.planned_on, visit.planned_at, visit.by, visit.minutes) == (THU, TWO, "demo", 90)
    assert (visit.purpose, visit.expected, visit.materials, visit.contact) == ("试机", "签单", "样机", "张工")
    assert (visit.status, visit.on, visit.outcome, visit.unplanned) == ("planned", None, None, False)


def test_several_visits_to_a_client_on_one_day_are_allowed(desk: Desk, firm: Client) -> None:
    assert {desk.plan(firm, SAT, TEN).code, desk.plan(firm, SAT, TEN).code} == {"V0001", "V0002"}


def test_a_moved_visit_stays_with_its_reason_and_leads_to_the_new_one(desk: Desk, firm: Client) -> None:
    old = desk.plan(firm, TODAY, TEN, purpose="送样品", expected="试用", materials="样品", minutes=50, confirmed=True)
    new = desk.seen(desk.move(old, FRI, reason="客户出差"))
    was = desk.seen(old)
    assert (was.status, was.reason, was.moved_to, was.planned_on) == ("moved", "客户出差", new.code, TODAY)
    assert (new.status, new.planned_on, new.planned_at, new.moved_to) == ("planned", FRI, TEN, None)
    assert (new.purpose, new.expected, new.materials, new.minutes) == ("送样品", "试用", "样品", 50)


def test_a_visit_is_moved_to_another_day_or_hour(desk: Desk, firm: Client) -> None:
    visit = desk.plan(firm, TODAY, TEN)
    for at in (None, TEN):
        with pytest.raises(Refused):
            desk.move(visit, TODAY, at)
    assert desk.move(visit, TODAY, TWO).planned_at == TWO


@pytest.mark.parametrize("state", ["done", "moved", "cancelled", "missed"])
def test_only_an_open_visit_is_moved_cancelled_confirmed_or_closed(desk: Desk, firm: Client, state: str) -> None:
    visit = desk.plan(firm, TODAY)
    visit.status = state
    for change in (
        lambda: desk.move(visit, FRI),
        lambda: visits.cancel(desk.session, visit, "出差"),
        lambda: desk.change(visit, confirmed=True),
        lambda: desk.log(firm, closes=visit),
    ):
        with pytest.raises(Refused, match=str(visit.code)):
            change()


@pytest.mark.parametrize("reason", ["", " ", "因" * 301])
def test_a_reason_is_a_text(desk: Desk, firm: Client, reason: str) -> None:
    visit = desk.plan(firm, TODAY)
    with pytest.raises(BadValue):
        visits.cancel(desk.session, visit, reason)
    with pytest.raises(BadValue):
        desk.move(visit, FRI, reason=reason)


def test_a_planned_visit_is_edited(desk: Desk, firm: Client) -> None:
    visit = desk.plan(firm, THU, TEN, purpose="送样品")
    seen = desk.seen(desk.change(visit, at=TWO, by="meeting", expected="签单", materials="合同", confirmed=True))
    assert (seen.planned_at, seen.at, seen.by, seen.status) == (TWO, None, "meeting", "confirmed")
    assert (seen.purpose, seen.expected, seen.materials) == ("送样品", "签单", "合同")


def test_a_done_visit_is_edited(desk: Desk, firm: Client) -> None:
    visit = desk.log(firm)
    seen = desk.seen(
        desk.change(visit, at=TWO, on=MON, note="补充", outcome="成交", next_step=NextStep("发货", FRI), minutes=10)
    )
    assert (seen.at, seen.on, seen.note, seen.outcome, seen.minutes) == (TWO, MON, "补充", "order", 10)
    assert (seen.next_step, seen.next_on, seen.no_next_reason) == ("发货", FRI, None)
    seen = desk.seen(desk.change(visit, next_step=NextStep(none_because="已成交")))
    assert (seen.next_step, seen.next_on, seen.no_next_reason) == (None, None, "已成交")


@pytest.mark.parametrize("details", [{"outcome": "成交"}, {"next_step": NextStep("发货", FRI)}, {"on": MON}])
def test_what_has_not_taken_place_has_no_outcome(desk: Desk, firm: Client, details: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        desk.change(desk.plan(firm, THU), **details)


@pytest.mark.parametrize("details", [{"note": ""}, {"by": ""}, {"outcome": ""}, {"purpose": " "}, {"on": THU}])
def test_an_edit_to_something_unreadable_is_refused(desk: Desk, firm: Client, details: dict[str, Any]) -> None:
    with pytest.raises(BadValue):
        desk.change(desk.log(firm), **details)


def test_a_removed_visit_is_in_no_list_and_its_code_is_not_given_again(desk: Desk, firm: Client) -> None:
    visit = desk.log(firm)
    desk.remove(visit)
    assert listed(desk) == []
    with pytest.raises(NotFound):
        visits.find(desk.session, visit.code, TODAY)
    assert desk.log(firm).code == "V0002"


# --- find ---


@pytest.mark.parametrize("ref", ["V0001", "v0001", " V0001 ", "Ｖ０００１"])
def test_a_visit_is_found_by_its_code(desk: Desk, firm: Client, ref: str) -> None:
    visit = desk.plan(firm, FRI)
    assert visits.find(desk.session, ref, TODAY).id == visit.id
    assert visits.met(desk.session, ref, TODAY)[1] is visit


def test_a_visit_is_found_by_its_client(desk: Desk, firm: Client) -> None:
    with pytest.raises(NotFound):
        visits.find(desk.session, "蓝海", TODAY)
    friday = desk.plan(firm, FRI)
    assert visits.find(desk.session, "lanhai", TODAY).id == friday.id
    today = desk.plan(firm, TODAY)
    assert visits.find(desk.session, "蓝海", TODAY).id == today.id
    desk.log(firm)
    assert visits.find(desk.session, "蓝海", TODAY).id == today.id, "what was done today can be shown and mended"
    assert visits.find(desk.session, "蓝海", TODAY, only_open=True).id == friday.id, "and what is open be moved"


def test_several_visits_of_a_client_are_ambiguous(desk: Desk, firm: Client) -> None:
    desk.plan(firm, TODAY, TEN, purpose="送样品")
    desk.log(firm, MON)
    desk.plan(firm, TODAY, TWO)
    with pytest.raises(Ambiguous) as caught:
        visits.find(desk.session, "蓝海", TODAY)
    assert caught.value.choices == [("V0001", "2026-11-25 Wed 10:00 送样品"), ("V0003", "2026-11-25 Wed 14:00")]


@pytest.mark.parametrize("how", ["moved", "cancelled"])
def test_a_client_whose_only_visit_went_away_has_none(desk: Desk, firm: Client, how: str) -> None:
    visit = desk.plan(firm, TODAY)
    if how == "moved":
        new = desk.move(visit, FRI)
        assert visits.find(desk.session, "蓝海", TODAY).id == new.id
        desk.remove(new)
    else:
        visits.cancel(desk.session, visit, "出差")
    with pytest.raises(NotFound):
        visits.find(desk.session, "蓝海", TODAY)


def test_the_visits_of_a_removed_client_are_gone_with_it(desk: Desk, firm: Client) -> None:
    visit = desk.log(firm, step=NextStep("报价", TODAY))
    clients.remove(desk.session, firm)
    assert listed(desk) == desk.steps() == []
    with pytest.raises(NotFound):
        visits.find(desk.session, visit.code, TODAY)


# --- lists ---


def test_a_list_holds_what_was_planned_for_or_done_in_the_period_in_order(desk: Desk, firm: Client) -> None:
    other = desk.client("红山")
    desk.plan(firm, SUN + timedelta(days=1))
    desk.plan(firm, FRI, TWO)
    desk.plan(other, FRI, TEN)
    desk.plan(other, FRI)
    desk.log(firm, MON - timedelta(days=1))
    desk.log(firm, MON)
    late = desk.plan(firm, MON - timedelta(days=3))
    desk.log(firm, TUE, closes=late)
    assert listed(desk) == ["V0006", "V0007", "V0003", "V0002", "V0004"]
    assert listed(desk, Period.week_of(MON - timedelta(days=3))) == ["V0005", "V0007"]
    assert listed(desk, client=other) == ["V0003", "V0004"]
    assert listed(desk, status="完成") == ["V0006", "V0007"]
    assert listed(desk, status="planned", client=firm) == ["V0002"]
    with pytest.raises(BadValue):
        listed(desk, status="perhaps")
    with pytest.raises(BadValue):
        listed(desk, outcome="")


def test_a_list_is_narrowed_to_an_outcome(desk: Desk, firm: Client) -> None:
    desk.log(firm, outcome="成交")
    desk.log(firm, outcome="absent")
    assert listed(desk, outcome="order") == ["V0001"]
    assert listed(desk, outcome="客户不在") == ["V0002"]


def test_the_last_contacts_come_latest_first_without_what_is_only_planned(desk: Desk, firm: Client) -> None:
    made = [desk.log(firm, day) for day in (TUE, MON, WED)]
    desk.plan(firm, FRI)
    found = visits.last_contacts(desk.session, firm, 2)
    assert [view.code for view in found] == [made[2].code, made[0].code]


@pytest.mark.parametrize(
    ("details", "effective"),
    [
        ({"outcome": "order", "step": NextStep(none_because="完")}, True),
        ({"outcome": "quote", "step": NextStep(none_because="完")}, True),
        ({"outcome": "maintained"}, True),  # it has a next step with a day
        ({"outcome": "maintained", "step": NextStep(none_because="完")}, False),
        ({"outcome": "absent"}, False),
        ({"outcome": "refused"}, False),
    ],
)
def test_what_counts_as_effective(desk: Desk, firm: Client, details: dict[str, Any], effective: bool) -> None:
    assert desk.seen(desk.log(firm, **details)).effective == effective
    assert not desk.seen(desk.plan(firm, FRI)).effective


# --- next steps ---


def test_a_next_step_is_due_from_its_day_on_until_the_next_contact(desk: Desk, firm: Client) -> None:
    desk.log(firm, MON, NextStep("报价", THU))
    assert [desk.steps(day) for day in (WED, THU, FRI)] == [[], ["报价"], ["报价"]]
    desk.today = THU
    desk.log(firm, step=NextStep("回访", LATER), by="wechat")
    assert desk.steps(FRI) == []
    assert desk.steps(LATER) == ["回访"]


def test_a_contact_before_its_day_leaves_a_next_step_open(desk: Desk, firm: Client) -> None:
    desk.log(firm, MON, NextStep("报价", THU))
    desk.log(firm, TUE, NextStep(none_because="只是问候"), by="wechat")
    assert desk.steps(THU) == ["报价"]


def test_the_same_words_again_put_a_next_step_off(desk: Desk, firm: Client) -> None:
    desk.log(firm, MON, NextStep("报价", THU))
    desk.log(firm, TUE, NextStep("报价", FRI))
    assert (desk.steps(THU), desk.steps(FRI)) == ([], ["报价"])


def test_a_log_entered_late_does_not_settle_what_was_said_after_it(desk: Desk, firm: Client) -> None:
    desk.log(firm, TUE, NextStep("报价", TODAY))
    desk.log(firm, MON, NextStep("报价", TODAY))
    assert desk.steps() == ["报价"]


def test_a_removed_or_redated_log_opens_again_what_it_had_settled(desk: Desk, firm: Client) -> None:
    desk.log(firm, MON, NextStep("报价", TUE))
    wrong = desk.log(firm, TODAY, NextStep("回访", LATER))
    assert desk.steps() == []
    desk.change(wrong, on=MON)
    assert desk.steps() == ["报价"]
    desk.change(wrong, on=TODAY)
    assert desk.steps() == []
    desk.remove(wrong)
    assert desk.steps() == ["报价"]


@pytest.mark.parametrize("fields", [{"lifecycle": "lost"}, {"lifecycle": "blocked"}, {"archived": True}])
def test_who_is_not_pursued_has_no_next_step(desk: Desk, firm: Client, fields: dict[str, Any]) -> None:
    desk.log(firm, MON, NextStep("报价", TUE))
    desk.edit(firm, **fields)
    assert desk.steps() == []


def test_next_steps_come_the_oldest_first(desk: Desk, firm: Client) -> None:
    desk.log(firm, MON, NextStep("报价", TODAY))
    desk.log(desk.client("红山"), MON, NextStep("送样", TUE))
    assert desk.steps() == ["送样", "报价"]


def test_clients_with_an_open_visit_from_a_day_on(desk: Desk, firm: Client) -> None:
    done, gone = desk.client("红山"), desk.client("青峰")
    desk.plan(firm, FRI)
    desk.log(done, closes=desk.plan(done, TODAY))
    visits.cancel(desk.session, desk.plan(gone, FRI), "出差")
    assert visits.open_clients_on(desk.session, TODAY) == {firm.code}
    assert visits.open_clients_on(desk.session, SAT) == set()
