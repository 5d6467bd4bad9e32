"""Seasons as data, field time, and laying visits into it."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.config import DEFAULTS
from salescli.errors import BadValue
from salescli.slots import (
    SEASONS,
    Season,
    Slot,
    Stop,
    capacity,
    field_slots_on,
    place,
    season_on,
    seasons_from,
    slots_on,
)

SUMMER = date(2026, 7, 1)
WINTER = date(2026, 11, 23)


def slot(text: str) -> Slot:
    start, end = text.split("-")
    return Slot(time.fromisoformat(start), time.fromisoformat(end))


def shown(placed: list[Slot | None]) -> list[str | None]:
    return [f"{slot.start:%H:%M}-{slot.end:%H:%M}" if slot else None for slot in placed]


def minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-04-30", "winter"),
        ("2026-05-01", "summer"),
        ("2026-09-30", "summer"),
        ("2026-10-01", "winter"),
        ("2026-12-31", "winter"),
        ("2027-01-01", "winter"),
        ("2028-02-29", "winter"),
    ],
)
def test_summer_is_may_to_september_and_winter_the_rest(day: str, name: str) -> None:
    assert season_on(date.fromisoformat(day)).name == name


def test_slots_and_field_slots_of_both_seasons() -> None:
    assert slots_on(SUMMER) == (slot("08:30-12:00"), slot("13:30-17:30"))
    assert field_slots_on(SUMMER) == (slot("09:30-12:00"), slot("13:30-17:00"))
    assert slots_on(WINTER) == (slot("08:30-12:00"), slot("13:00-17:00"))
    assert field_slots_on(WINTER) == (slot("09:30-12:00"), slot("13:00-16:30"))


def test_field_time_leaves_out_slots_it_does_not_touch() -> None:
    season = Season("short", (1, 1), (12, 31), (slot("08:30-12:00"), slot("13:00-17:00")), slot("13:30-16:00"))
    assert season.field_slots() == (slot("13:30-16:00"),)


@pytest.mark.parametrize(
    ("day", "visit", "travel", "expected"),
    [
        (SUMMER, 40, 20, 5),  # 09:50 10:50 | 13:30 14:30 15:30
        (WINTER, 40, 20, 5),
        (SUMMER, 30, 0, 12),
        (WINTER, 30, 0, 12),
        (SUMMER, 150, 0, 2),
        (SUMMER, 150, 1, 1),
        (SUMMER, 211, 0, 0),
        (SUMMER, 210, 0, 1),
        (SUMMER, 600, 20, 0),
        (SUMMER, 1, 0, 360),
        (SUMMER, 30, 600, 0),
    ],
)
def test_capacity_is_how_many_visits_fit_into_the_field_time(day: date, visit: int, travel: int, expected: int) -> None:
    assert capacity(day, visit, travel) == expected


@pytest.mark.parametrize(("visit", "travel"), [(0, 0), (-5, 0), (30, -1)])
def test_a_visit_without_length_or_a_negative_way_is_refused(visit: int, travel: int) -> None:
    with pytest.raises(BadValue):
        capacity(SUMMER, visit, travel)


@pytest.mark.parametrize(
    ("stops", "expected"),
    [
        ([Stop(60), Stop(60), Stop(60)], ["09:30-10:30", "10:30-11:30", "13:30-14:30"]),
        ([Stop(60, 20), Stop(60, 20)], ["09:50-10:50", "13:30-14:30"]),  # 11:10 to 12:10 would reach into the break
        ([Stop(120), Stop(120), Stop(30)], ["09:30-11:30", "13:30-15:30", "15:30-16:00"]),  # the order is kept
        ([Stop(240), Stop(30)], [None, "09:30-10:00"]),
        ([Stop(210), Stop(30)], ["13:30-17:00", None]),
        ([Stop(150, 120)], ["13:30-16:00"]),  # the way leads through the break
        ([Stop(60), Stop(60, 0, time(10, 0)), Stop(60)], ["11:00-12:00", "10:00-11:00", "13:30-14:30"]),
        ([Stop(60, 20, time(14, 0)), Stop(30, 10), Stop(150)], ["14:00-15:00", "09:40-10:10", None]),
        ([Stop(30, 0, time(10, 0)), Stop(30, 0)], ["10:00-10:30", "09:30-10:00"]),
        ([Stop(30, 1, time(10, 0)), Stop(30, 0)], ["10:00-10:30", "10:30-11:00"]),  # no time left for the way there
        ([Stop(30, 0, time(10, 0)), Stop(31, 5)], ["10:00-10:30", "10:35-11:06"]),
        ([Stop(45, 0, time(7, 0))], ["07:00-07:45"]),
        ([Stop(45, 0, time(12, 30))], ["12:30-13:15"]),
        ([Stop(90, 0, time(23, 0))], ["23:00-23:59"]),
        ([Stop(60, 0, time(9, 30)), Stop(60, 0, time(10, 0))], ["09:30-10:30", "10:00-11:00"]),
        ([], []),
    ],
)
def test_stops_are_laid_into_the_field_slots_in_order(stops: list[Stop], expected: list[str | None]) -> None:
    assert shown(place(stops, field_slots_on(SUMMER))) == expected


def test_without_slots_only_appointments_take_place() -> None:
    assert shown(place([Stop(30), Stop(30, 0, time(10, 0))], ())) == [None, "10:00-10:30"]


STOPS = st.lists(
    st.builds(
        Stop,
        st.integers(1, 130),
        st.integers(0, 45),
        st.none() | st.times(time(7), time(18)).map(lambda moment: moment.replace(second=0, microsecond=0)),
    ),
    max_size=9,
)


def is_free(stop: Stop, start: int, free_from: int, slots: tuple[Slot, ...], fixed: list[Stop]) -> bool:
    """The rule, minute by minute: in a slot, after the one before it, and clear of every appointment."""
    end = start + stop.minutes
    in_slot = any(minute(slot.start) <= start and end <= minute(slot.end) for slot in slots)
    after_the_last = start >= free_from + stop.travel
    clear = all(
        end + other.travel <= minute(other.at) or start >= minute(other.at) + other.minutes + stop.travel
        for other in fixed
        if other.at is not None
    )
    return in_slot and after_the_last and clear


@settings(max_examples=82, deadline=None)
@given(stops=STOPS, day=st.sampled_from([SUMMER, WINTER]))
def test_every_stop_is_as_early_as_the_rules_allow_or_does_not_fit(stops: list[Stop], day: date) -> None:
    slots = field_slots_on(day)
    fixed = [stop for stop in stops if stop.at is not None]
    free_from = minute(slots[0].start)
    for stop, found in zip(stops, place(stops, slots), strict=True):
        if stop.at is not None:
            assert found is not None
            assert (found.start, minute(found.end)) == (stop.at, minute(stop.at) + stop.minutes)
            continue
        earliest = next((start for start in range(24 * 60) if is_free(stop, start, free_from, slots, fixed)), None)
        assert (minute(found.start) if found else None) == earliest
        if found:
            assert found.minutes == stop.minutes
            free_from = minute(found.end)


@settings(max_examples=33, deadline=None)
@given(visit=st.integers(1, 200), travel=st.integers(0, 60), day=st.sampled_from([SUMMER, WINTER]))
def test_one_more_than_the_capacity_does_not_fit(visit: int, travel: int, day: date) -> None:
    most = capacity(day, visit, travel)
    placed = place([Stop(visit, travel)] * (most + 1), field_slots_on(day))
    assert placed[-1] is None
    assert None not in placed[:-1]


def tables(**summer: Any) -> dict[str, Any]:
    """The settings of both seasons, with changes to summer's."""
    return {
        "summer": {
            "begin": "05-01",
            "end": "09-30",
            "day": ["08:30-12:00", "13:30-17:30"],
            "field": "09:30-17:00",
            **summer,
        },
        "winter": {
            "begin": "10-01",
            "end": "04-30",
            "day": ["08:30-12:00", "13:00-17:00"],
            "field": "09:30-16:30",
        },
    }


def test_the_settings_default_to_the_built_in_seasons() -> None:
    given: dict[str, dict[str, Any]] = {}
    for key, value in DEFAULTS.items():
        if key.startswith("slots."):
            _slots, season, name = key.split(".")
            given.setdefault(season, {})[name] = value
    assert seasons_from(given) == seasons_from(tables()) == seasons_from({}) == SEASONS


def test_one_season_may_be_the_whole_year_and_signs_may_be_full_width() -> None:
    (season,) = seasons_from(
        {"all": {"begin": "01－01", "end": "12-31", "day": ["9：00 – 12:00", "13:00~18:00"], "field": "10:00至17:30"}}
    )
    assert season.slots == (slot("09:00-12:00"), slot("13:00-18:00"))
    assert season.field == slot("10:00-17:30")
    assert season.covers(date(2028, 2, 29))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"begin": "02-30"}, "02-30"),
        ({"begin": "13-01"}, "13-01"),
        ({"begin": "May"}, "May"),
        ({"begin": 5}, "5"),
        ({"begin": None}, "slots.summer.begin"),
        ({"begin": "05-02"}, "05-01"),  # 1 May would lie in no season
        ({"end": "10-01"}, "10-01"),  # 1 October would lie in two
        ({"end": "04-30"}, "01-01"),  # summer would be the whole year, and winter lie inside it
        ({"day": []}, "slots.summer.day"),
        ({"day": "08:30-12:00"}, "slots.summer.day"),
        ({"day": ["08:30-25:00"]}, "08:30-25:00"),
        ({"day": ["12:00-08:30"]}, "12:00-08:30"),
        ({"day": ["08:30-08:30"]}, "08:30-08:30"),
        ({"day": ["08:30-12:00", "11:59-17:30"]}, "slots.summer.day"),
        ({"day": ["13:30-17:30", "08:30-12:00"]}, "slots.summer.day"),
        ({"day": [8]}, "8"),
        ({"field": "09:30"}, "09:30"),
        ({"field": "12:00-13:30"}, "slots.summer.field"),
        ({"field": "18:00-19:00"}, "slots.summer.field"),
    ],
)
def test_settings_that_make_no_season_are_refused_by_name(change: dict[str, Any], named: str) -> None:
    with pytest.raises(BadValue) as refused:
        seasons_from(tables(**change))
    assert named in refused.value.message
    assert refused.value.hint


def test_a_season_that_is_no_table_is_refused() -> None:
    with pytest.raises(BadValue):
        seasons_from({"summer": "08:30-12:00"})


_LEAP_YEAR = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_LEAP_YEAR), min_size=1, max_size=4), st.integers(-1, 1), st.integers(0, 3))
def test_seasons_are_taken_just_when_every_day_lies_in_one(begins: list[date], off: int, which: int) -> None:
    # Seasons that follow each other, one of which may end a day early or late.
    ends = [day - timedelta(days=1) for day in [*begins[1:], begins[0]]]
    ends[which % len(ends)] += timedelta(days=off)
    given_ones = {
        f"s{number}": {"begin": f"{b:%m-%d}", "end": f"{e:%m-%d}", "day": ["08:30-12:00"], "field": "09:00-11:00"}
        for number, (b, e) in enumerate(zip(begins, ends, strict=True))
    }
    made = [
        Season(name, (b.month, b.day), (e.month, e.day), (), slot("09:00-11:00"))
        for name, b, e in zip(given_ones, begins, ends, strict=True)
    ]
    if all(sum(season.covers(day) for season in made) == 1 for day in _LEAP_YEAR):
        assert [season.name for season in seasons_from(given_ones)] == list(given_ones)
    else:
        with pytest.raises(BadValue):
            seasons_from(given_ones)
