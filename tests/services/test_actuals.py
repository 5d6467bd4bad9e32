"""What counts as reached: face to face visits, effective visits."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import Session

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.services import actuals, clients, visits
from salescli.vocabulary import Measure

TODAY = date(2026, 11, 25)
BEGIN, END = date(2026, 11, 1), date(2026, 12, 1)
CALENDAR = Calendar()
NEXT = visits.NextStep("报价", date(2026, 12, 2))
NONE = visits.NextStep(none_because="等消息")


@pytest.mark.parametrize(
    ("by", "outcome", "step", "visit", "effective"),
    [
        ("visit", None, NEXT, 1, 1),
        ("visit", None, NONE, 1, 0),
        ("visit", "order", NONE, 1, 1),
        ("visit", "quote", NONE, 1, 1),
        ("visit", "interested", NONE, 1, 0),
        ("meeting", "interested", NEXT, 1, 1),
        ("demo", "neutral", NEXT, 1, 1),
        ("visit", "absent", NEXT, 1, 0),
        ("visit", "refused", NEXT, 1, 0),
        ("phone", "order", NEXT, 0, 0),
        ("wechat", "quote", NEXT, 0, 0),
    ],
)
def test_a_contact_counts_by_channel_outcome_and_next_step(
    session: Session, defaults: Settings, by: str, outcome: str | None, step: Any, visit: int, effective: int
) -> None:
    client = clients.add(session, {"name": "甲公司"}, None, TODAY, defaults, CALENDAR)
    visits.log(session, client, "见面", TODAY, step, TODAY, defaults, CALENDAR, by=by, outcome=outcome)
    assert actuals.total(session, Measure.VISITS, BEGIN, END) == visit
    assert actuals.total(session, Measure.EFFECTIVE_VISITS, BEGIN, END) == effective


def test_only_visits_done_from_the_first_day_up_to_the_last_count(session: Session, defaults: Settings) -> None:
    client = clients.add(session, {"name": "甲公司"}, None, TODAY, defaults, CALENDAR)
    for day in (date(2026, 10, 31), BEGIN, BEGIN, TODAY):
        visits.log(session, client, "见面", day, NEXT, TODAY, defaults, CALENDAR)
    visits.plan(session, client, date(2026, 11, 26), None)
    assert actuals.by_day(session, Measure.VISITS, BEGIN, END) == {BEGIN: 2, TODAY: 1}
    assert actuals.total(session, Measure.VISITS, BEGIN, TODAY) == 2
    assert actuals.total(session, Measure.VISITS, END, date(2027, 1, 1)) == 0


def test_removed_visits_and_those_of_removed_clients_do_not_count(session: Session, defaults: Settings) -> None:
    stays = clients.add(session, {"name": "甲公司"}, None, TODAY, defaults, CALENDAR)
    goes = clients.add(session, {"name": "乙公司"}, None, TODAY, defaults, CALENDAR)
    for client in (stays, goes):
        logged = visits.log(session, client, "见面", TODAY, NEXT, TODAY, defaults, CALENDAR)
    clients.remove(session, goes)
    assert actuals.total(session, Measure.VISITS, BEGIN, END) == 1
    logged = visits.log(session, stays, "又见", TODAY, NEXT, TODAY, defaults, CALENDAR)
    visits.remove(session, logged, TODAY, defaults, CALENDAR)
    assert actuals.total(session, Measure.VISITS, BEGIN, END) == 1


def test_what_has_no_records_yet_is_not_known(session: Session) -> None:
    known = {measure for measure in Measure if actuals.total(session, measure, BEGIN, END) is not None}
    assert known == {Measure.VISITS, Measure.EFFECTIVE_VISITS, Measure.NEW_CLIENTS}
