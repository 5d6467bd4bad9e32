"""When a client is due: the rhythm of its class, restarted by the last contact; the never contacted are spread."""

from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from salescli.calendars import Calendar, DayMark
from salescli.config import Settings
from salescli.errors import SalesError
from salescli.models.clients import Client
from salescli.models.visits import Visit
from salescli.services.accounts import cadence, clients
from salescli.services.visiting import visits
from salescli.services.visiting.visits import NextStep
from salescli.vocabulary import VisitStatus
from tests.services.desk import FRI, MON, SAT, THU, TODAY, WED, Desk

DAY = timedelta(days=1)


def changed(before: Settings, **values: Any) -> Settings:
    return replace(before, values={**before.values, **{key.replace("__", "."): value for key, value in values.items()}})


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"grade": "A"}, 14),
        ({"grade": "B"}, 30),
        ({"grade": "C"}, 90),
        ({}, 90),  # without a grade it is C's
        ({"lifecycle": "prospect"}, 14),
        ({"lifecycle": "lead", "grade": "C"}, 14),
        ({"lifecycle": "dormant", "grade": "B"}, 30),
        ({"lifecycle": "lost", "grade": "A"}, None),
        ({"lifecycle": "blocked"}, None),
    ],
)
def test_a_client_is_due_its_rhythm_after_the_last_contact(
    desk: Desk, fields: dict[str, Any], days: int | None
) -> None:
    client = desk.contacted("蓝海", MON, **fields)
    assert client.next_due_on == (None if days is None else MON + timedelta(days=days))
    assert cadence.day_after(client, MON, desk.settings) == client.next_due_on
    assert desk.view(client).days_overdue == (None if days is None else 0)


def test_days_overdue_restart_with_the_next_contact(desk: Desk) -> None:
    client = desk.contacted("蓝海", TODAY - timedelta(days=20), grade="A")
    assert desk.view(client).days_overdue == 6
    assert desk.due() == ["蓝海"]
    desk.log(client, by="phone")
    assert desk.view(client).days_overdue == 0
    assert client.next_due_on == TODAY + timedelta(days=14)
    assert desk.due() == []


def test_an_absent_client_was_not_contacted(desk: Desk) -> None:
    client = desk.contacted("蓝海", TODAY - timedelta(days=20), grade="A")
    visit = desk.log(client, outcome="客户不在")
    assert desk.view(client).days_overdue == 6
    desk.change(visit, outcome="有意向")
    assert client.next_due_on == TODAY + timedelta(days=14)


def test_only_the_channels_of_the_settings_restart_the_rhythm(desk: Desk) -> None:
    desk.settings = changed(desk.settings, cadence__channels=["visit"])
    client = desk.contacted("蓝海", TODAY - timedelta(days=20), grade="A")
    visit = desk.log(client, by="wechat")
    assert client.last_contact_on == TODAY - timedelta(days=20)
    desk.change(visit, by="visit")
    assert client.last_contact_on == TODAY


def test_planned_moved_and_cancelled_visits_are_no_contact(desk: Desk) -> None:
    client = desk.contacted("蓝海", MON, grade="A")
    visits.cancel(desk.session, desk.plan(client, TODAY), "出差")
    desk.move(desk.plan(client, TODAY), FRI)
    cadence.restart(desk.session, client, *desk.rules)
    assert client.last_contact_on == MON


def test_a_log_of_an_earlier_day_does_not_set_the_rhythm_back(desk: Desk) -> None:
    client = desk.contacted("蓝海", MON, grade="A")
    desk.log(client, MON - timedelta(days=30))
    assert client.last_contact_on == MON


def test_removing_or_redating_a_log_takes_its_effect_back(desk: Desk) -> None:
    client = desk.contacted("蓝海", MON - timedelta(days=30), grade="A")
    visit = desk.log(client)
    desk.change(visit, on=MON)
    assert client.next_due_on == MON + timedelta(days=14)
    desk.remove(visit)
    assert client.last_contact_on == MON - timedelta(days=30)


def test_another_class_or_stage_moves_the_due_day(desk: Desk) -> None:
    client = desk.contacted("蓝海", MON, grade="A")
    desk.edit(client, grade="B")
    assert client.next_due_on == MON + timedelta(days=30)
    desk.edit(client, lifecycle="lost")
    assert client.next_due_on is None
    desk.edit(client, lifecycle="customer")
    assert client.next_due_on == MON + timedelta(days=30)
    desk.edit(client, known_contact_on=TODAY)
    assert client.next_due_on == TODAY + timedelta(days=30)


def test_a_new_rhythm_moves_every_due_day(desk: Desk) -> None:
    one, other = desk.contacted("蓝海", MON, grade="A"), desk.contacted("红山", MON, grade="B")
    desk.settings = changed(desk.settings, cadence__A=10)
    desk.restart_all()
    assert (one.next_due_on, other.next_due_on) == (MON + timedelta(days=10), MON + timedelta(days=30))


# --- clients never contacted ---


def many(desk: Desk, count: int, first: int = 0, **fields: Any) -> list[Client]:
    """Clients as an import leaves them: stored first, spread together."""
    made = []
    for number in range(first, first + count):
        values = {"name": f"客户{number}", "lifecycle": "customer", **fields}
        keys = {"name_key": values["name"], "search": values["name"], "pinyin": "", "initials": ""}
        made.append(Client(id=number + 1, code=f"C{number + 1:04d}", **values, **keys))
    desk.session.add_all(made)
    desk.session.flush()
    cadence.spread(desk.session, made, *desk.rules)
    desk.session.flush()
    return made


def test_a_new_client_is_due_today_until_the_day_is_full(desk: Desk) -> None:
    room = cadence.capacity(TODAY, desk.settings)
    made = [desk.client(f"客户{number}") for number in range(room + 1)]
    assert [client.next_due_on for client in made] == [TODAY] * room + [THU]


def test_three_thousand_new_clients_are_spread_within_the_capacity_of_working_days(desk: Desk) -> None:
    waiting = [(number, 14 if number % 10 == 0 else 90) for number in range(3000)]
    found = list(cadence.spread_days(waiting, TODAY, {}, desk.settings, desk.calendar))
    assert sorted(number for number, _day in found) == list(range(3000))
    by_day = Counter(day for _number, day in found)
    assert min(by_day) == TODAY
    assert all(desk.calendar.is_working(day) for day in by_day)
    assert all(count <= cadence.capacity(day, desk.settings) for day, count in by_day.items())
    assert sum(count for day, count in by_day.items() if day <= TODAY + timedelta(days=30)) <= 30 * 5


def test_new_clients_are_not_overdue_the_day_they_come_and_few_are_due(desk: Desk) -> None:
    many(desk, 150)
    assert clients.listed(desk.session, clients.Filter(overdue=True), TODAY) == []
    assert 0 < len(desk.due()) <= cadence.capacity(TODAY, desk.settings)


def test_where_the_days_are_full_the_nearest_deadline_goes_first(desk: Desk) -> None:
    desk.settings = changed(desk.settings, plan__capacity=2)
    slow = many(desk, 200)
    fast = many(desk, 20, 200, grade="A")
    desk.restart_all()
    assert max(client.next_due_on for client in fast) <= TODAY + timedelta(days=14)  # type: ignore[type-var,operator]
    assert Counter(client.next_due_on for client in [*slow, *fast]).most_common(1)[0][1] == 2
    late = sum(client.next_due_on > TODAY + timedelta(days=90) for client in slow)  # type: ignore[operator]
    assert late == cadence.out_of_reach(desk.session, desk.settings) > 0


def test_a_class_that_fits_is_spread_over_its_whole_rhythm(desk: Desk) -> None:
    made = many(desk, 30, grade="B")
    days = sorted(client.next_due_on for client in made if client.next_due_on)
    assert days[0] == TODAY
    assert TODAY + timedelta(days=25) <= days[-1] <= TODAY + timedelta(days=30)
    assert cadence.out_of_reach(desk.session, desk.settings) == 0
    assert max(Counter(days).values()) <= 3


def test_days_that_are_full_of_due_clients_are_left_alone(desk: Desk) -> None:
    desk.settings = changed(desk.settings, plan__capacity=1)
    desk.contacted("蓝海", THU - timedelta(days=14), grade="A")
    assert [client.next_due_on for client in many(desk, 3, 10)] != [WED, THU, FRI]
    assert Counter(client.next_due_on for client in desk.everyone())[THU] == 1


def test_what_is_not_pursued_is_not_spread(desk: Desk) -> None:
    desk.settings = changed(desk.settings, plan__capacity=1)
    archived = desk.client("甲")
    desk.edit(archived, archived=True)
    lost = desk.client("乙", lifecycle="lost")
    assert (archived.next_due_on, lost.next_due_on, desk.client("丙").next_due_on) == (None, None, TODAY)
    desk.edit(archived, archived=False)
    assert archived.next_due_on == THU


def test_a_client_still_waiting_keeps_its_day_whatever_is_logged_in_vain(desk: Desk) -> None:
    made = many(desk, 30, grade="B")
    waiting, day = made[-1], made[-1].next_due_on
    visit = desk.log(waiting, outcome="absent")
    assert waiting.next_due_on == day
    desk.change(visit, note="没有人")
    desk.remove(visit)
    assert waiting.next_due_on == day
    wrong = desk.log(waiting)
    assert waiting.next_due_on == TODAY + timedelta(days=30)
    desk.remove(wrong)
    assert waiting.next_due_on is not None
    assert waiting.last_contact_on is None


def test_working_all_out_anew_keeps_the_order_of_those_who_wait_and_what_is_overdue(desk: Desk) -> None:
    made = many(desk, 40, grade="B")
    days = [client.next_due_on for client in made]
    for client, day in zip(made, reversed(days), strict=True):
        client.next_due_on = day
    desk.today += timedelta(days=5)
    overdue = {
        client.code: client.next_due_on for client in made if client.next_due_on and client.next_due_on < desk.today
    }
    waiting = [client for client in made if client.code not in overdue]
    before = {client.code: client.next_due_on or TODAY for client in waiting}
    desk.restart_all()
    assert overdue
    assert {client.code: client.next_due_on for client in made if client.code in overdue} == overdue
    after = [
        client.next_due_on or TODAY for client in sorted(waiting, key=lambda client: (before[client.code], client.id))
    ]
    assert after == sorted(after)
    assert after[0] >= desk.today


def test_who_waits_is_spread_district_by_district(desk: Desk) -> None:
    desk.settings = changed(desk.settings, plan__capacity=2, cadence__C=3)
    made = [desk.client(f"客户{number}", district=district) for number, district in enumerate(["西湖", "滨江"] * 3)]
    desk.restart_all()
    by_day: dict[date | None, list[str | None]] = {}
    for client in made:
        by_day.setdefault(client.next_due_on, []).append(client.district)
    assert by_day == {WED: ["滨江", "滨江"], THU: ["西湖", "滨江"], FRI: ["西湖", "西湖"]}


def test_rest_days_and_days_off_get_nobody(desk: Desk) -> None:
    leave = {THU: DayMark(THU, "leave", "", False)}
    desk.calendar, desk.settings = Calendar(overrides=leave), changed(desk.settings, plan__capacity=1)
    desk.today = WED
    assert [desk.client(name).next_due_on for name in "甲乙丙"] == [WED, FRI, FRI + 3 * DAY]
    desk.today = SAT
    assert desk.client("丁").next_due_on == FRI + 4 * DAY


def test_so_many_clients_that_the_calendar_ends_still_get_a_day(desk: Desk) -> None:
    settings = changed(desk.settings, plan__capacity=1)
    waiting = [(number, 90) for number in range(30_000)]
    found = cadence.spread_days(waiting, TODAY, {}, settings, desk.calendar)
    assert len({day for _number, day in found}) == 30_000


@pytest.mark.parametrize(("day", "count"), [(date(2026, 7, 1), 5), (date(2026, 12, 1), 3)])
def test_the_capacity_is_what_fits_the_field_time_of_the_season(desk: Desk, day: date, count: int) -> None:
    assert cadence.capacity(day, changed(desk.settings, slots__winter__field="09:30-14:00")) == count
    assert cadence.capacity(day, changed(desk.settings, plan__capacity=9)) == 9
    assert cadence.capacity(day, changed(desk.settings, plan__visit_minutes=600)) == 1


# --- the kept day against the rule, worked out slowly ---

ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ["log", "absent", "plan", "log planned", "move", "cancel", "remove", "redate", "outcome", "regrade"]
        ),
        st.integers(0, 40),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=30)
@given(ACTIONS)
def test_whatever_is_done_the_due_day_is_what_the_rule_says(desk: Desk, actions: list[tuple[str, int]]) -> None:
    client = desk.contacted(f"客户{len(desk.everyone())}", TODAY - timedelta(days=50), grade="A")
    for action, number in actions:
        try:
            _act(desk, client, action, number)
        except SalesError:
            continue
        desk.session.expire_all()
        assert client.last_contact_on == slowly_last_contact(desk, client)
        assert client.next_due_on == client.last_contact_on + timedelta(
            days={"A": 14, "B": 30, "C": 90}[client.grade or ""]
        )
        steps = [step for step in visits.due_steps(desk.session, date.max) if step.client.code == client.code]
        assert [step.text for step in steps] == slowly_open_steps(desk, client)


def _act(desk: Desk, client: Client, action: str, number: int) -> None:
    day = TODAY - timedelta(days=number)
    of_client = desk.session.exec(select(Visit).where(Visit.client_id == client.id, Visit.deleted_at == None)).all()  # noqa: E711
    visit = of_client[number % len(of_client)] if of_client else None
    step = NextStep(f"步{number % 3}", day + timedelta(days=number % 7))
    if action in ("log", "absent"):
        desk.log(client, day, step, outcome="absent" if action == "absent" else None)
    elif action == "plan":
        desk.plan(client, day, time(9 + number % 8))
    elif action == "regrade":
        desk.edit(client, grade="ABC"[number % 3])
    elif visit is None:
        return
    elif action == "log planned":
        desk.log(client, day, step, closes=visit)
    elif action == "move":
        desk.move(visit, day + DAY)
    elif action == "cancel":
        visits.cancel(desk.session, visit, "出差")
    elif action == "remove":
        desk.remove(visit)
    elif action == "redate":
        desk.change(visit, on=day)
    else:
        desk.change(visit, outcome=["absent", "order"][number % 2])


def slowly_last_contact(desk: Desk, client: Client) -> date | None:
    days = [client.known_contact_on]
    for visit in desk.session.exec(select(Visit)).all():
        counts = visit.status == "done" and visit.outcome != "absent" and visit.deleted_at is None
        if visit.client_id == client.id and counts:
            days.append(visit.done_on)
    return max(day for day in days if day is not None)


def slowly_open_steps(desk: Desk, client: Client) -> list[str]:
    """Next steps after which nothing was done on their day or later, nor put off in the same words."""
    done = [
        visit
        for visit in desk.session.exec(select(Visit)).all()
        if visit.client_id == client.id and visit.status == VisitStatus.DONE and visit.deleted_at is None
    ]
    done.sort(key=lambda visit: (visit.done_on, visit.id))
    left = []
    for visit in done:
        after = [other for other in done if (other.done_on, other.id) > (visit.done_on, visit.id)]
        if not any(other.done_on >= visit.next_on or other.next_step == visit.next_step for other in after):
            left.append((visit.next_on, visit.id, visit.next_step))
    return [text for _day, _id, text in sorted(left)]
