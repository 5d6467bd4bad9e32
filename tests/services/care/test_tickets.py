"""Tickets: when an answer is due, the four steps, the client's word, and how many were answered in time."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from salescli.calendars import Calendar, DayMark
from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.models.clients import Client
from salescli.models.tickets import Ticket
from salescli.service_words import Step
from salescli.services.care import tickets
from salescli.services.care.tickets import TicketView
from tests.services.desk import Desk


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone()


FRIDAY = at("2026-11-27T16:30")
MONDAY = at("2026-11-30T11:00")


class Counter:
    """The desk where problems come in; ``now`` is moved on."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.now = desk, FRIDAY
        self.blue = desk.client("蓝海", contact={"name": "张工"})

    @property
    def rules(self) -> Any:
        return self.now, self.desk.settings, self.desk.calendar

    def open(self, text: str = "漏油", client: Client | None = None, **details: Any) -> Ticket:
        return tickets.add(self.desk.session, client or self.blue, text, *self.rules, **details)

    def step(self, ticket: Ticket, step: Step, when: datetime | None = None, **details: Any) -> None:
        tickets.step(self.desk.session, ticket, step, "做了", when or self.now, *self.rules, **details)

    def solve(self, ticket: Ticket) -> None:
        for step in Step:
            self.step(ticket, step)

    def close(self, ticket: Ticket) -> None:
        self.solve(ticket)
        tickets.confirm(self.desk.session, ticket, self.now, "张工", 90)
        tickets.close(self.desk.session, ticket, self.now)

    def seen(self, ticket: Ticket) -> TicketView:
        return tickets.view(self.desk.session, ticket, *self.rules)

    def set(self, **settings: Any) -> None:
        named = {key.replace("__", "."): value for key, value in settings.items()}
        self.desk.settings = replace(self.desk.settings, values={**self.desk.settings.values, **named})

    def codes(self, **wanted: Any) -> list[str]:
        return [found.code for found in tickets.listed(self.desk.session, tickets.Filter(**wanted), *self.rules)]

    def rate(self, begin: str, end: str) -> tuple[int, int]:
        days = date.fromisoformat(begin), date.fromisoformat(end)
        return tickets.response_rate(self.desk.session, *days, *self.rules)


@pytest.fixture
def counter(desk: Desk) -> Counter:
    return Counter(desk)


# --- when an answer is due ---


def test_a_key_problem_of_friday_afternoon_is_due_on_monday_noon(counter: Counter) -> None:
    ticket = counter.seen(counter.open(severity="重大"))
    assert (ticket.code, ticket.severity, ticket.status, ticket.late) == ("T0001", "key", "open", False)
    assert ticket.respond_by == ticket.respond_by_hours == at("2026-11-30T12:00")
    assert ticket.respond_by_clock == at("2026-11-27T20:30")
    assert ticket.minutes_left == 240


@pytest.mark.parametrize(
    ("severity", "due"), [("key", "2026-11-30T12:00"), ("major", "2026-11-30T17:00"), ("minor", "2026-12-03T09:30")]
)
def test_the_severity_says_how_long_it_may_take(counter: Counter, severity: str, due: str) -> None:
    assert counter.seen(counter.open(severity=severity)).respond_by == at(due)


def test_clock_hours_are_a_setting_and_working_hours_are_shown_beside_them(counter: Counter) -> None:
    counter.set(tickets__hours="clock", tickets__key_minutes=60)
    ticket = counter.seen(counter.open(severity="key"))
    assert ticket.respond_by == ticket.respond_by_clock == at("2026-11-27T17:30")
    assert ticket.respond_by_hours == at("2026-11-30T09:00")
    assert ticket.minutes_left == 60


def test_the_countdown_follows_the_calendar_until_there_is_an_answer(counter: Counter) -> None:
    ticket = counter.open(severity="key")
    saturday = date(2026, 11, 28)
    counter.desk.calendar = Calendar(overrides={saturday: DayMark(saturday, "work", "", official=False)})
    assert counter.seen(ticket).respond_by == at("2026-11-28T12:00")
    counter.now = at("2026-11-28T10:00")
    assert counter.seen(ticket).minutes_left == 120
    counter.step(ticket, Step.LISTEN)
    counter.desk.calendar = Calendar()
    assert counter.seen(ticket).respond_by == at("2026-11-28T12:00")


def test_what_waits_past_its_moment_is_late_by_working_minutes(counter: Counter) -> None:
    ticket = counter.open(severity="key")
    counter.now = at("2026-11-30T12:00")
    assert (counter.seen(ticket).late, counter.seen(ticket).minutes_left) == (False, 0)
    counter.now = at("2026-11-30T14:30")
    late = counter.seen(ticket)
    assert (late.late, late.overdue, late.minutes_left) == (True, True, -90)


def test_an_answer_is_measured_in_working_hours_and_by_the_clock(counter: Counter) -> None:
    ticket = counter.open(severity="key")
    counter.now = MONDAY
    tickets.respond(counter.desk.session, ticket, at("2026-11-30T10:00"), *counter.rules, workaround="备用泵")
    seen = counter.seen(ticket)
    assert (seen.status, seen.minutes_used, seen.minutes_used_clock) == ("responded", 120, 65 * 60 + 30)
    assert (seen.late, seen.overdue, seen.minutes_left, seen.workaround) == (False, False, None, "备用泵")
    with pytest.raises(Refused):
        tickets.respond(counter.desk.session, ticket, MONDAY, *counter.rules)


def test_another_severity_or_receipt_moves_the_moment(counter: Counter) -> None:
    ticket = counter.open(severity="key")
    tickets.edit(counter.desk.session, ticket, *counter.rules, severity="minor", received_at=at("2026-11-27T08:00"))
    assert counter.seen(ticket).respond_by == at("2026-12-02T10:00")


# --- the four steps and the client's word ---


def test_the_steps_keep_their_order_and_the_first_is_the_answer(counter: Counter) -> None:
    ticket = counter.open(severity="key")
    with pytest.raises(Refused, match="before “understand” comes “listen”"):
        counter.step(ticket, Step.UNDERSTAND)
    counter.now = MONDAY
    went = []
    for step in Step:
        counter.step(ticket, step)
        seen = counter.seen(ticket)
        went.append((seen.status, seen.next_step))
    assert went == [("responded", "understand"), ("solving", "solve"), ("solving", "feed_back"), ("fed_back", None)]
    assert seen.responded_at == MONDAY
    assert [(step.step, step.at, step.note) for step in seen.steps] == [(step, MONDAY, "做了") for step in Step]


def test_going_back_a_step_asks_for_those_after_it_again(counter: Counter) -> None:
    ticket = counter.open()
    counter.solve(ticket)
    tickets.confirm(counter.desk.session, ticket, counter.now)
    counter.step(ticket, Step.SOLVE)
    seen = counter.seen(ticket)
    assert (seen.status, seen.next_step, seen.confirmed_at) == ("solving", "feed_back", None)


def test_a_ticket_is_closed_only_when_solved_and_confirmed(counter: Counter) -> None:
    ticket, session = counter.open(), counter.desk.session
    with pytest.raises(Refused, match="isn't solved yet"):
        tickets.confirm(session, ticket, counter.now)
    counter.solve(ticket)
    with pytest.raises(Refused, match="before the client confirms"):
        tickets.close(session, ticket, counter.now)
    tickets.confirm(session, ticket, counter.now, "张工", 90)
    assert counter.seen(ticket).status == "confirmed"
    tickets.close(session, ticket, counter.now)
    seen = counter.seen(ticket)
    assert (seen.status, seen.confirmed_by, seen.score, seen.closed_at) == ("closed", "张工", 90, FRIDAY)
    with pytest.raises(Refused, match="is closed"):
        counter.step(ticket, Step.LISTEN)


def test_an_inquiry_needs_an_answer_alone(counter: Counter) -> None:
    ticket = counter.open("交期多久", kind="咨询")
    with pytest.raises(Refused, match="isn't answered yet"):
        tickets.confirm(counter.desk.session, ticket, counter.now)
    tickets.respond(counter.desk.session, ticket, counter.now, *counter.rules)
    tickets.confirm(counter.desk.session, ticket, counter.now)
    tickets.close(counter.desk.session, ticket, counter.now)
    assert counter.seen(ticket).status == "closed"


def test_what_comes_back_goes_through_the_steps_again(counter: Counter) -> None:
    ticket, session = counter.open(), counter.desk.session
    with pytest.raises(Refused, match="open already"):
        tickets.reopen(session, ticket, "又漏", counter.now, counter.now)
    counter.close(ticket)
    counter.now = MONDAY
    tickets.reopen(session, ticket, "又漏", counter.now, counter.now)
    seen = counter.seen(ticket)
    assert (seen.status, seen.reopened, seen.next_step, seen.score) == ("responded", 1, "listen", None)
    assert (seen.steps[-1].step, seen.steps[-1].note, seen.responded_at) == ("reopened", "又漏", FRIDAY)
    with pytest.raises(Refused, match="isn't solved yet"):
        tickets.confirm(session, ticket, counter.now)
    counter.close(ticket)
    assert len(counter.seen(ticket).steps) == 9


@pytest.mark.parametrize(
    "details",
    [
        {"text": " "},
        {"severity": "huge"},
        {"kind": "x"},
        {"score": 101},
        {"received_at": FRIDAY + timedelta(minutes=1)},
        {"promised_by": date(2026, 11, 26)},
        {"workaround": ""},
    ],
)
def test_what_cannot_be_is_refused(counter: Counter, details: dict[str, Any]) -> None:
    ticket = counter.open()
    with pytest.raises(BadValue):
        tickets.edit(counter.desk.session, ticket, *counter.rules, **details)


def test_moments_stand_in_the_order_of_what_happened(counter: Counter) -> None:
    ticket = counter.open()
    with pytest.raises(BadValue):
        counter.step(ticket, Step.LISTEN, FRIDAY - timedelta(minutes=1))
    counter.now = MONDAY
    counter.step(ticket, Step.LISTEN)
    with pytest.raises(BadValue):
        counter.step(ticket, Step.UNDERSTAND, MONDAY - timedelta(minutes=1))
    with pytest.raises(BadValue):
        counter.step(ticket, Step.UNDERSTAND, MONDAY + timedelta(minutes=1))
    counter.now += timedelta(hours=1)
    with pytest.raises(BadValue):
        tickets.edit(counter.desk.session, ticket, *counter.rules, received_at=MONDAY + timedelta(minutes=1))


# --- finding and lists ---


def test_a_ticket_is_found_by_code_or_by_the_client_with_one_open(counter: Counter) -> None:
    session, first = counter.desk.session, counter.open()
    assert tickets.find(session, "t1") is tickets.find(session, "蓝海") is first
    counter.open("异响")
    with pytest.raises(Ambiguous, match="异响"):
        tickets.find(session, "蓝海")
    counter.close(first)
    assert tickets.find(session, "蓝海").code == "T0002"
    for ref in ("T0009", "没有", "红山"):
        with pytest.raises(NotFound):
            tickets.find(session, ref)


def test_overdue_ones_come_first_then_those_to_answer_and_closed_ones_last(counter: Counter) -> None:
    closed, late, promised, soon, later, answered = (
        counter.open(severity=severity) for severity in ("key", "key", "minor", "major", "minor", "major")
    )
    counter.close(closed)
    counter.step(promised, Step.LISTEN, promised_by=date(2026, 11, 29))
    counter.step(answered, Step.LISTEN, promised_by=date(2026, 11, 30))
    counter.now = at("2026-11-30T13:00")
    in_order = [late, promised, soon, later, answered, closed]
    assert counter.codes() == [ticket.code for ticket in in_order]
    assert counter.codes(only_open=True) == [ticket.code for ticket in in_order[:-1]]
    assert counter.codes(overdue=True) == [late.code, promised.code]
    assert counter.codes(status="已关闭") == [closed.code]
    red = counter.desk.client("红山")
    counter.open("缺件", red)
    assert counter.codes(client=red) == ["T0007"]
    assert [view.code for view in tickets.open_of(counter.desk.session, red, *counter.rules)] == ["T0007"]
    assert len(tickets.open_all(counter.desk.session, *counter.rules)) == 6
    tickets.remove(counter.desk.session, late)
    assert late.code not in counter.codes()


def test_a_period_has_what_was_received_answered_or_closed_in_it(counter: Counter) -> None:
    first = counter.open(received_at=at("2026-11-20T23:59"))
    second = counter.open(received_at=at("2026-11-23T00:00"))
    counter.step(second, Step.LISTEN, at("2026-11-25T09:00"))
    counter.close(first)

    def of(begin: str, end: str) -> list[str]:
        days = date.fromisoformat(begin), date.fromisoformat(end)
        return sorted(view.code for view in tickets.of_period(counter.desk.session, *days, *counter.rules))

    assert of("2026-11-20", "2026-11-21") == ["T0001"]
    assert of("2026-11-23", "2026-11-24") == ["T0002"]
    assert of("2026-11-25", "2026-11-26") == ["T0002"]
    assert of("2026-11-27", "2026-11-28") == ["T0001"]
    assert of("2026-11-21", "2026-11-23") == []


def test_the_response_rate_counts_the_answers_due_in_the_period(counter: Counter) -> None:
    assert counter.rate("2026-11-01", "2026-12-01") == (0, 0)
    in_time, too_late, _waiting, next_month = (
        counter.open(severity=severity) for severity in ("key", "key", "key", "minor")
    )
    counter.step(in_time, Step.LISTEN)
    counter.step(next_month, Step.LISTEN)  # answered in November, due in December
    assert counter.rate("2026-11-01", "2026-12-01") == (1, 1)  # the others are not due yet
    counter.now = at("2026-11-30T12:01")
    counter.step(too_late, Step.LISTEN)
    assert counter.rate("2026-11-01", "2026-12-01") == (1, 3)
    assert counter.rate("2026-11-30", "2026-12-01") == (1, 3)
    assert counter.rate("2026-11-01", "2026-11-30") == (0, 0)
    assert counter.rate("2026-12-01", "2027-01-01") == (1, 1)
