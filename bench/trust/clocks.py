"""Midnight, leap days, a clock set back, other zones and week 53: days never shift."""

import json
import shutil
from pathlib import Path

from bench.trust.desk import Desk, Done
from bench.trust.hazards import Hazard

_PART = "time"
FAKETIME = shutil.which("faketime")


def _at(desk: Desk, moment: str, zone: str, *argv: str) -> Done:
    """A run at a moment of a zone, with the clock running on."""
    here = {name: value for name, value in desk.environ.items() if name != "SALES_TODAY"}
    there = Desk(desk.folder)
    there.environ = {**here, "TZ": zone}
    return there.whole(*argv, before=[str(FAKETIME), "-f", f"@{moment}"])


def all_of(desk: Desk, stock: Path) -> list[Hazard]:
    """Every trick of the clock; skipped where faketime is not installed."""
    found = []
    for name, one in (
        ("two seconds before and after the new year", _new_year),
        ("a leap day, and in a year", _leap_day),
        ("the clock set back between commands", _set_back),
        ("another zone for every command", _zones),
        ("days on which the clock changes", _clock_changes),
    ):
        hazard = Hazard(_PART, name, skipped="" if FAKETIME else "faketime is not installed")
        if FAKETIME:
            desk.clear()
            shutil.copy(stock / "base.db", desk.db)
            one(desk, hazard)
        found.append(hazard)
    return found


def _new_year(desk: Desk, hazard: Hazard) -> None:
    # A command takes half a second: some of these begin in one year and end in the next.
    for second in ("58", "59", "59.3", "59.6", "59.8"):
        moment = f"2026-12-31 23:59:{second}"
        done = _at(desk, moment, "Asia/Shanghai", "log", "C0003", "跨年", "--next", "回访@明天", "--json")
        hazard.tried += 1
        hazard.hold(done.code == 0, f"{moment}: {done}")
        if done.code == 0:
            visit = json.loads(done.out)
            days = (visit["on"], visit["next_on"])
            hazard.hold(days in (("2026-12-31", "2027-01-01"), ("2027-01-01", "2027-01-02")), f"{moment}: {days}")
            hazard.count(days[0])
    for moment in ("2026-12-31 23:59:58", "2027-01-01 00:00:01"):
        hazard.tried += 1
        week = json.loads(_at(desk, moment, "Asia/Shanghai", "week", "show", "--json").out)
        hazard.hold((week["period"], week["end"]) == ("2026-W53", "2027-01-03"), f"{moment}: {week['period']}")


def _leap_day(desk: Desk, hazard: Hazard) -> None:
    for moment, day, code, planned in (
        ("2028-02-29 10:00:00", "in a year", 0, "2029-02-28"),
        ("2028-02-29 10:00:00", "2-29", 0, "2028-02-29"),
        ("2027-11-01 10:00:00", "2-29", 0, "2028-02-29"),
        ("2026-11-25 10:00:00", "2-29", 2, ""),
        ("2028-02-28 23:59:00", "tomorrow", 0, "2028-02-29"),
    ):
        done = _at(desk, moment, "Asia/Shanghai", "visit", "plan", "C0004", day, "--json")
        hazard.tried += 1
        there = json.loads(done.out)["planned_on"] if done.code == 0 else ""
        hazard.hold((done.code, there) == (code, planned), f"{day} on {moment}: {done.code} {there} {done.err}")


def _set_back(desk: Desk, hazard: Hazard) -> None:
    for number, moment in enumerate(("2026-11-25 10:00:00", "2026-11-20 10:00:00", "2026-11-22 10:00:00")):
        done = _at(desk, moment, "Asia/Shanghai", "client", "add", f"新{number}")
        hazard.tried += 1
        hazard.hold(done.code == 0, str(done))
    for number in (2, 1, 0):  # the last that was done goes first, whatever its clock said
        done = _at(desk, "2026-11-19 10:00:00", "Asia/Shanghai", "undo", "--yes")
        hazard.tried += 1
        listed = desk.run("client", "list", "新", "--json").out
        hazard.hold(done.code == 0 and f"新{number}" not in listed, f"undone out of turn: {done}")


def _zones(desk: Desk, hazard: Hazard) -> None:
    done = _at(desk, "2026-11-22 23:30:00", "Asia/Shanghai", "log", "C0005", "见面", "--next", "报价@11-30", "--json")
    code = json.loads(done.out)["code"]
    for zone in ("Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kathmandu", "UTC"):
        visit = json.loads(_at(desk, "2026-11-24 12:00:00", zone, "visit", "show", code, "--json").out)
        hazard.tried += 1
        hazard.hold((visit["on"], visit["next_on"]) == ("2026-11-22", "2026-11-30"), f"{zone}: {visit['on']}")


def _clock_changes(desk: Desk, hazard: Hazard) -> None:
    for moment, day in (
        ("2026-03-08 01:59:59", "2026-03-08"),
        ("2026-03-08 03:00:01", "2026-03-08"),
        ("2026-11-01 00:30:00", "2026-11-01"),
        ("2026-11-01 01:30:00", "2026-11-01"),
        ("2026-11-01 23:59:50", "2026-11-01"),
    ):
        done = _at(desk, moment, "America/New_York", "log", "C0006", "见面", "--next", "报价@明天", "--json")
        hazard.tried += 1
        found = json.loads(done.out) if done.code == 0 else {}
        following = f"{day[:-2]}{int(day[-2:]) + 1:02}"
        hazard.hold((found.get("on"), found.get("next_on")) == (day, following), f"{moment}: {done}")
        plan = json.loads(_at(desk, moment, "America/New_York", "plan", "today", "--json").out)
        hazard.hold(plan["date"] == day, f"{moment}: the plan of {plan['date']}")
