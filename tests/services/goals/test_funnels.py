"""The funnel of a target: one's own rates, typed ones, the days and slots left, and the visits of a week."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.calendars import Calendar, DayMark
from salescli.dates import Period, parse_period
from salescli.decomposition.funnel import Estimate
from salescli.errors import BadValue, NotFound, Refused
from salescli.models.clients import Client
from salescli.models.orders import Order
from salescli.models.quotations import Quotation
from salescli.services.accounts import cadence
from salescli.services.goals import funnels, target_lookup, targets
from salescli.services.goals.funnels import FunnelView, History, Typed, WeekVisits
from salescli.vocabulary import Channel, Measure, Outcome, Tier
from tests.services.desk import FRI, MON, SUN, TODAY, WED, Desk

QUARTER = parse_period("2026-Q4", TODAY)
NO_CYCLE = Typed(average_order=40_000_000, cycle=0)
DAY = timedelta(days=1)


def asked(desk: Desk, amount: int, measure: Measure = Measure.AMOUNT, period: Period = QUARTER) -> None:
    targets.set_target(desk.session, period, amount, measure, Tier.TARGET)


def worked(
    desk: Desk, typed: Typed = NO_CYCLE, measure: Measure = Measure.AMOUNT, period: Period = QUARTER
) -> FunnelView:
    return funnels.work_out(desk.session, period, measure, desk.calendar, desk.today, desk.settings, typed, Tier.TARGET)


def with_setting(desk: Desk, **changed: str | int) -> None:
    values = {f"funnel.{key}": value for key, value in changed.items()}
    desk.settings = replace(desk.settings, values={**desk.settings.values, **values})


def of_outcomes(desk: Desk, client: Client, *outcomes: str | None, by: str = "visit", first: date = MON) -> None:
    """Contacts with a client, each a day before the last one named, in their order."""
    for back, outcome in enumerate(reversed(outcomes), 1):
        desk.log(client, first - back * DAY, outcome=outcome, by=by)


def own(desk: Desk) -> History:
    return funnels.history(desk.session, desk.today)


# --- the steps ---


def test_a_gap_of_money_takes_deals_quotations_and_visits(desk: Desk) -> None:
    """3,500,000.00 ÷ 400,000.00: 9 deals, ÷ 0.3: 30 quotations, ÷ 0.4: 75 visits in the 27 days from Wednesday on."""
    asked(desk, 350_000_000)
    found = worked(desk)
    assert (found.gap, found.deals, found.quotations, found.steps.visits) == (350_000_000, 9, 30, 75)
    assert (len(found.days), found.days[0], found.days[-1]) == (27, WED, date(2026, 12, 31))
    assert found.steps.per_day == Fraction(75, 27)
    assert found.steps.capacity == sum(cadence.capacity(day, desk.settings) for day in found.days)
    assert found.steps.beyond == max(0, 75 - found.steps.capacity)
    assert (found.week.label, found.visits_in(found.week)) == ("2026-W49", ceil(Fraction(75 * 5, 27)))
    assert found.assumed


def test_the_cycle_ends_the_days_to_act_before_the_deadline(desk: Desk) -> None:
    asked(desk, 350_000_000)
    found = worked(desk, Typed(average_order=40_000_000))
    assert found.cycle == Estimate(Fraction(30), 0, True)
    assert (len(found.days), found.days[-1], found.latest) == (5, date(2026, 12, 1), date(2026, 12, 1))
    assert found.visits_in(found.week) == 30


def test_a_period_to_come_is_worked_for_from_a_cycle_before_it(desk: Desk) -> None:
    march = parse_period("2027-03", TODAY)
    asked(desk, 40_000_000, period=march)
    found = worked(desk, Typed(average_order=40_000_000, cycle=31), period=march)
    assert (found.days[0], found.days[-1]) == (date(2027, 1, 29), date(2027, 2, 26))
    asked(desk, 40, Measure.VISITS, march)
    assert worked(desk, measure=Measure.VISITS, period=march).days[0] == date(2027, 3, 1)


def test_without_a_day_left_there_is_nothing_a_day(desk: Desk) -> None:
    november = Period.month_of(TODAY)
    asked(desk, 40_000_000, period=november)
    found = worked(desk, Typed(average_order=40_000_000), period=november)
    assert (found.days, found.steps.per_day, found.steps.visits) == ((), None, 10)
    assert found.visits_in(found.week) == 0
    assert found.latest == date(2026, 10, 31)


def test_half_a_day_holds_half_the_visits(desk: Desk) -> None:
    asked(desk, 350_000_000)
    desk.settings = replace(desk.settings, values={**desk.settings.values, "plan.capacity": 4})
    assert worked(desk).steps.capacity == 4 * 27
    half = DayMark(FRI, "work", "", official=False, weight=Fraction(1, 2))
    desk.calendar = Calendar(overrides={FRI: half})
    assert (worked(desk).steps.capacity, worked(desk).steps.days) == (4 * 26 + 2, 27)


@pytest.mark.parametrize(
    ("measure", "deals", "quotations", "visits"),
    [
        (Measure.RECEIPTS, 1, 4, 10),
        (Measure.MARGIN, 1, 4, 10),
        (Measure.ORDERS, 12, 40, 100),
        (Measure.NEW_CLIENTS, 12, 40, 100),
        (Measure.QUOTES, None, 12, 30),
        (Measure.VISITS, None, None, 12),
    ],
)
def test_each_measure_takes_the_steps_from_its_own_on(
    desk: Desk, measure: Measure, deals: int | None, quotations: int | None, visits: int
) -> None:
    asked(desk, 12, measure)
    found = worked(desk, measure=measure)
    assert (found.deals, found.quotations, found.steps.visits) == (deals, quotations, visits)
    assert (found.cycle is None, found.win is None) == (deals is None, deals is None)
    assert (found.average_order is None) == (measure not in (Measure.RECEIPTS, Measure.MARGIN))


@pytest.mark.parametrize("measure", [Measure.SATISFACTION, Measure.EFFECTIVE_VISITS])
def test_a_measure_that_no_visits_add_up_to_has_no_funnel(desk: Desk, measure: Measure) -> None:
    asked(desk, 12, measure)
    with pytest.raises(Refused):
        worked(desk, measure=measure)


def test_without_a_target_there_is_no_funnel(desk: Desk) -> None:
    with pytest.raises(NotFound):
        worked(desk)


def test_only_what_is_short_is_worked_for(desk: Desk) -> None:
    asked(desk, 3, Measure.VISITS)
    of_outcomes(desk, desk.client("甲"), None, None)
    assert worked(desk, measure=Measure.VISITS).gap == 1
    of_outcomes(desk, desk.client("乙"), None, None)
    found = worked(desk, measure=Measure.VISITS)
    assert (found.gap, found.steps.visits, found.visits_in(found.week)) == (-1, 0, 0)


# --- typed figures and one's own ---


def test_the_settings_stand_in_for_what_is_not_known_and_the_options_go_over_them(desk: Desk) -> None:
    asked(desk, 350_000_000)
    with_setting(desk, win_percent=50, quote_percent=20, cycle_days=7, average_order="100万")
    found = worked(desk, Typed())
    assert found.average_order == Estimate(Fraction(100_000_000), 0, True)
    assert (found.win, found.quoting) == (Estimate(Fraction(1, 2), 0, True), Estimate(Fraction(1, 5), 0, True))
    assert found.cycle == Estimate(Fraction(7), 0, True)
    typed = worked(desk, Typed(Fraction(1), Fraction(1, 3), 350_000_000, 0))
    assert (typed.deals, typed.quotations, typed.steps.visits, len(typed.days)) == (1, 1, 3, 27)


@pytest.mark.parametrize(
    "typed",
    [Typed(Fraction(0)), Typed(quoting=Fraction(3, 2)), Typed(average_order=0), Typed(cycle=-1)],
)
def test_a_typed_figure_that_makes_no_sense_is_refused(desk: Desk, typed: Typed) -> None:
    asked(desk, 350_000_000)
    with_setting(desk, average_order="100万")
    with pytest.raises(BadValue):
        worked(desk, typed)


def test_an_average_order_is_asked_for_where_one_is_needed(desk: Desk) -> None:
    asked(desk, 1)
    with pytest.raises(BadValue) as refused:
        worked(desk, Typed())
    assert "--average-order" in refused.value.hint
    assert "funnel.average_order" in refused.value.hint
    asked(desk, 0)
    assert (worked(desk, Typed()).average_order, worked(desk, Typed()).steps.visits) == (None, 0)


def test_ten_cases_of_one_s_own_go_over_the_settings_but_not_over_what_is_typed(desk: Desk) -> None:
    asked(desk, 350_000_000)
    for number in range(5):
        client = desk.client(f"客户{number}")
        of_outcomes(desk, client, None, "quote", "quote", *(["order"] if number < 2 else []))
    found = worked(desk)
    # 2 of 10 quotations were won, 10 of 17 visits led to one
    assert found.win is not None
    assert (found.win.value, found.win.cases, found.win.assumed) == (Fraction(1, 5), 10, False)
    assert found.quoting is not None
    assert (found.quoting.value, found.quoting.cases, found.quoting.assumed) == (Fraction(10, 17), 17, False)
    assert found.win.low is not None
    typed = worked(desk, replace(NO_CYCLE, win=Fraction(1, 2)))
    assert typed.win == replace(found.win, value=Fraction(1, 2), assumed=True)
    assert typed.quoting == found.quoting


def test_the_median_cycle_takes_the_settings_place_from_ten_deals_on(desk: Desk) -> None:
    asked(desk, 350_000_000)
    for number in range(10):
        client = desk.client(f"客户{number}")
        desk.log(client, MON - (10 + number) * DAY)
        desk.log(client, MON, outcome="order")
        expected = Estimate(Fraction(15), 10, False) if number == 9 else Estimate(Fraction(30), number + 1, True)
        assert worked(desk, Typed(average_order=1)).cycle == expected
    assert worked(desk).cycle == Estimate(Fraction(0), 10, True)


# --- what counts as a case ---


@pytest.mark.parametrize(
    ("outcomes", "led", "won"),
    [
        ([None, "interested", "refused", "absent"], 0, 0),
        (["quote"], 1, 0),
        (["quote", "order"], 1, 1),
        (["order"], 1, 1),
        (["quote", "quote", "order"], 2, 1),
        (["quote", "order", "order"], 2, 2),
        (["order", "quote"], 2, 1),
        (["quote", None, "order", "quote", None], 2, 1),
    ],
)
def test_an_order_wins_the_last_quotation_before_it_or_is_one_by_itself(
    desk: Desk, outcomes: list[str | None], led: int, won: int
) -> None:
    of_outcomes(desk, desk.client("甲"), *outcomes)
    of_outcomes(desk, desk.client("乙"), None)
    found = own(desk)
    assert (found.visits, found.led_to_quotation, found.quotations, found.won) == (len(outcomes) + 1, led, led, won)


def test_the_order_of_one_client_does_not_win_the_quotation_of_another(desk: Desk) -> None:
    of_outcomes(desk, desk.client("甲"), "quote")
    of_outcomes(desk, desk.client("乙"), "order", first=WED)
    assert (own(desk).quotations, own(desk).won) == (2, 1)


def test_a_quotation_and_an_order_of_one_day_belong_together(desk: Desk) -> None:
    client = desk.client("甲")
    desk.log(client, MON, outcome="order")
    desk.log(client, MON, outcome="quote", by="phone")
    assert (own(desk).quotations, own(desk).won, own(desk).led_to_quotation) == (1, 1, 0)


def test_follow_ups_win_quotations_but_are_no_visits(desk: Desk) -> None:
    client = desk.client("甲")
    of_outcomes(desk, client, "quote", None, by="demo")
    desk.log(client, MON, outcome="order", by="phone")
    found = own(desk)
    assert (found.visits, found.led_to_quotation, found.quotations, found.won) == (2, 1, 1, 1)


def test_a_case_lies_in_the_year_before_today_and_was_not_removed(desk: Desk) -> None:
    client = desk.client("甲")
    first = TODAY - timedelta(days=365)
    desk.log(client, first - DAY, outcome="quote")
    desk.log(client, TODAY, outcome="quote")
    assert own(desk) == History(0, 0, 0, 0, [], [])
    counted = desk.log(client, first, outcome="quote")
    assert (own(desk).visits, own(desk).quotations) == (1, 1)
    desk.remove(counted)
    # It answers the quotation from before the year, so that it is neither a quotation nor won.
    desk.log(client, first, outcome="order")
    found = own(desk)
    assert (found.visits, found.quotations, found.won) == (1, 0, 0)


def test_the_cycle_runs_from_the_first_contact_of_any_kind_to_the_first_order(desk: Desk) -> None:
    met = desk.client("甲")
    desk.log(met, MON - 20 * DAY, outcome="absent")
    desk.log(met, MON - 12 * DAY, by="phone")
    desk.log(met, MON, outcome="order")
    desk.log(met, MON + DAY, outcome="order")
    known = desk.contacted("乙", MON - 40 * DAY)
    desk.log(known, MON, outcome="order")
    at_once = desk.client("丙")
    desk.log(at_once, MON, outcome="order")
    long_ago = desk.client("丁")
    desk.log(long_ago, MON - 400 * DAY, outcome="order")
    desk.log(long_ago, MON, outcome="order")
    desk.log(desk.client("戊"), MON, outcome="quote")
    assert sorted(own(desk).cycles) == [0, 12, 40]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(1, 60), st.sampled_from([None, Outcome.QUOTE, Outcome.ORDER])),
        max_size=12,
    )
)
def test_visits_times_both_rates_are_the_orders_there_were(
    desk: Desk, contacts: list[tuple[int, int, Outcome | None]]
) -> None:
    clients = desk.everyone() or [desk.client(f"客户{number}") for number in range(3)]
    logged = [
        desk.log(clients[who], TODAY - back * DAY, outcome=outcome and outcome.value, by=Channel.VISIT.value)
        for who, back, outcome in contacts
    ]
    found = own(desk)
    orders = sum(outcome == Outcome.ORDER for _who, _back, outcome in contacts)
    assert (found.visits, found.won) == (len(contacts), orders)
    assert found.won <= found.quotations == found.led_to_quotation <= found.visits
    if found.quotations:
        quoting, win = Fraction(found.led_to_quotation, found.visits), Fraction(found.won, found.quotations)
        assert found.visits * quoting * win == orders
    assert len(found.cycles) == len({who for who, _back, outcome in contacts if outcome == Outcome.ORDER})
    assert all(0 <= days < 60 for days in found.cycles)
    for visit in logged:
        desk.remove(visit)


# --- the visits of a week ---


def of_week(desk: Desk, week: Period) -> WeekVisits | None:
    return funnels.for_week(desk.session, week, desk.calendar, desk.today, desk.settings)


NEXT = Period.week_of(SUN + DAY)


def test_nothing_is_asked_of_a_week_without_a_target_or_an_average_order(desk: Desk) -> None:
    assert of_week(desk, NEXT) is None
    asked(desk, 350_000_000)
    assert of_week(desk, NEXT) is None
    with_setting(desk, average_order="40万")
    assert of_week(desk, NEXT) == WeekVisits(QUARTER, 30, True)


def test_a_week_takes_its_part_of_what_the_first_period_with_days_left_asks(desk: Desk) -> None:
    december, year = parse_period("2026-12", TODAY), Period.year_of(TODAY)
    with_setting(desk, average_order="40万", cycle_days=7)
    asked(desk, 120_000_000, period=december)
    asked(desk, 200_000_000)
    asked(desk, 350_000_000, period=year)
    week = Period.week_of(date(2026, 12, 7))
    in_december = worked(desk, Typed(), period=december)
    assert of_week(desk, week) == WeekVisits(december, in_december.visits_in(week), True)
    with_setting(desk, cycle_days=30)
    assert of_week(desk, week) is None
    assert of_week(desk, NEXT) == WeekVisits(QUARTER, worked(desk, Typed()).visits_in(NEXT), True)
    targets.remove(desk.session, target_lookup.find(desk.session, QUARTER, Measure.AMOUNT, Tier.TARGET).target)
    assert of_week(desk, NEXT) == WeekVisits(year, worked(desk, Typed(), period=year).visits_in(NEXT), True)


def test_a_week_that_runs_asks_for_the_days_left_of_it(desk: Desk) -> None:
    asked(desk, 350_000_000)
    with_setting(desk, average_order="40万", cycle_days=34)
    desk.today = FRI
    assert of_week(desk, Period.week_of(FRI)) == WeekVisits(QUARTER, 75, True)
    desk.today = MON
    assert of_week(desk, Period.week_of(MON)) == WeekVisits(QUARTER, 75, True)
    assert of_week(desk, NEXT) is None


def test_orders_and_quotations_recorded_take_the_place_of_what_visits_tell(desk: Desk) -> None:
    one = desk.client("甲公司")
    number = one.id or 0
    for place, state in enumerate(("accepted", "sent", "rejected"), start=1):
        issued = date(2026, 10, place)
        desk.session.add(Quotation(code=f"Q000{place}", client_id=number, issued_on=issued, total=5, state=state))
    for place, day in enumerate((date(2026, 11, 2), date(2026, 11, 9)), start=1):
        desk.session.add(Order(code=f"O000{place}", client_id=number, signed_on=day, amount=700, value=700))
    desk.session.flush()
    for day in (date(2026, 10, 3), date(2026, 10, 20)):
        desk.log(one, day)
    own = funnels.history(desk.session, TODAY)
    assert (own.visits, own.led_to_quotation, own.quotations, own.won) == (2, 2, 3, 1)
    assert (own.orders, own.cycles) == ([700, 700], [30])
