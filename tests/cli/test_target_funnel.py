"""`sales target funnel` and its visits in `sales week plan`, through the real program."""

from fractions import Fraction

import pytest

from salescli.cli.target_funnel import cycle_days, rate
from salescli.errors import BadValue
from tests.conftest import Sales

ORDER = ("--average-order", "40万")


@pytest.fixture
def short(sales: Sales) -> Sales:
    """The program with 3,500,000.00 short in the year."""
    sales("target", "set", "2026", "350万")
    return sales


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.3", "0.3"),
        (".3", "0.3"),
        ("30%", "0.3"),
        ("３０％", "0.3"),
        ("30 %", "0.3"),
        ("30 percent", "0.3"),
        ("30PCT", "0.3"),
        ("百分之30", "0.3"),
        ("3成", "0.3"),
        ("12.5%", "0.125"),
        ("0.5%", "0.005"),
        ("1", "1"),
        ("100%", "1"),
    ],
)
def test_a_rate_is_a_fraction_or_has_a_mark(text: str, value: str) -> None:
    assert rate(text) == Fraction(value)


@pytest.mark.parametrize(
    "text", ["30", "1.5", "0", "0%", "101%", "11成", "-0.3", "nan", "1e-3", "", " ", "30%%", "三", "1/3", "9" * 5000]
)
def test_what_is_no_clear_rate_is_refused(text: str) -> None:
    with pytest.raises(BadValue) as refused:
        rate(text)
    assert len(refused.value.message) < 120
    assert refused.value.hint


@pytest.mark.parametrize(
    ("text", "days"), [("30", 30), ("３０", 30), ("30天", 30), ("30 days", 30), ("1day", 1), ("0", 0), ("3660", 3660)]
)
def test_a_cycle_is_a_number_of_days(text: str, days: int) -> None:
    assert cycle_days(text) == days


@pytest.mark.parametrize("text", ["-1", "1.5", "3661", "", "天", "30%", "a month"])
def test_what_is_no_number_of_days_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        cycle_days(text)


def test_scripts_read_every_figure_with_its_cases(short: Sales) -> None:
    found = short("target", "funnel", *ORDER, "--cycle", "0", "--win", "30%", "--quoting", "0.4", "--json").json()
    per_day, capacity_per_day = found.pop("per_day"), found.pop("capacity_per_day")
    assert (per_day, capacity_per_day) == (75 / 27, found["capacity"] / 27)
    assert found.pop("beyond") == max(0, 75 - found.pop("capacity"))
    assumed = {"cases": 0, "assumed": True}
    assert found == {
        "period": "2026",
        "measure": "amount",
        "gap": "3500000.00",
        "deadline": "2026-12-31",
        "average_order": {"value": "400000.00", **assumed},
        "win": {"value": 0.3, **assumed, "low": None, "high": None},
        "quoting": {"value": 0.4, **assumed, "low": None, "high": None},
        "cycle": {"value": 0, **assumed},
        "deals": 9,
        "quotations": 30,
        "visits": 75,
        "days": 27,
        "week": {"period": "2026-W49", "visits": 14},
    }


def test_a_count_takes_fewer_steps_and_the_others_are_null(sales: Sales) -> None:
    sales("target", "set", "2026", "40", "--measure", "拜访")
    found = sales("target", "funnel", "--measure", "拜访", "--json").json()
    assert (found["gap"], found["visits"], found["deals"], found["quotations"]) == (40, 40, None, None)
    assert [found[key] for key in ("average_order", "win", "quoting", "cycle")] == [None] * 4


def test_the_steps_stand_in_a_table_with_what_they_mean(short: Sales) -> None:
    done = short("target", "funnel", *ORDER)
    lines = done.out.splitlines()
    assert lines[0] == "2026: amount closed 3,500,000.00 short, by 2026-12-31 Thu."
    assert [line.split()[:2] for line in lines[2:5]] == [["Deals", "9"], ["Quotations", "30"], ["Visits", "75"]]
    assert "average order 400,000.00  assumed (0 cases)" in lines[2]
    assert "cycle 30 days" in lines[5]
    assert lines[-2] == "15 visits a day are needed, 5 fit: 50 visits find no slot."
    assert lines[-1] == "Next week (2026-W49): 30 of them."
    assert done.err.startswith("Assumed figures are options or settings")
    enough = short("target", "funnel", *ORDER, "--cycle", "0", "--quoting", "100%").out
    assert "1.1 visits a day are needed, 5 fit: there are slots for all." in enough


def test_explain_adds_the_formula_of_each_step(short: Sales) -> None:
    plain, explained = (short("target", "funnel", *ORDER, *more).out for more in ((), ("--explain",)))
    formula = "3,500,000.00 ÷ 400,000.00 = 8.75 → 9"
    assert formula in explained
    assert formula not in plain
    assert "2026-11-25 Wed – 2026-12-01 Tue" in explained


def test_explain_adds_the_interval_of_a_rate(short: Sales) -> None:
    for number in range(10):
        short("client", "add", f"客户{number}")
        short(
            "log",
            f"客户{number}",
            "ok",
            "--on",
            "11-20",
            "--no-next",
            "none",
            "--outcome",
            "报价" if number < 4 else "neutral",
        )
    rows = [line for line in short("target", "funnel", *ORDER, "--explain").out.splitlines() if "Visits  " in line]
    assert "quoting rate 40.0%" in rows[0]
    assert "10 cases" in rows[0]
    assert "16.8% – 68.7%" in rows[0]
    assert short("target", "funnel", *ORDER, "--json").json()["quoting"]["assumed"] is False
    typed = short("target", "funnel", *ORDER, "--quoting", "50%", "--json").json()["quoting"]
    assert (typed["value"], typed["cases"], typed["assumed"]) == (0.5, 10, True)
    assert typed["low"] == pytest.approx(0.168, abs=0.001)


def test_an_average_order_that_is_missing_is_named_with_its_setting(short: Sales) -> None:
    said = short("target", "funnel", code=2).err
    assert "--average-order" in said
    assert "funnel.average_order" in said
    short("config", "set", "funnel.average_order", "40万")
    assert short("target", "funnel", "--json").json()["deals"] == 9
    short("target", "funnel", "--average-order", "0", code=2)
    assert short("target", "funnel", "--average-order", "100万", "--json").json()["deals"] == 4


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["--win", "30"], 2),
        (["--quoting", "0"], 2),
        (["--cycle", "-1"], 2),
        (["--average-order", "-1"], 2),
        (["2026-13"], 2),
        (["2027"], 3),
        (["2026-12"], 4),
        (["--measure", "satisfaction"], 4),
        (["--measure", "nonsense"], 2),
    ],
)
def test_what_can_t_be_worked_out_is_said(short: Sales, argv: list[str], code: int) -> None:
    said = short("target", "funnel", *ORDER, *argv, code=code).err
    assert said.count("\n") == 1 or code == 2
    assert "Traceback" not in said


def test_a_target_that_is_reached_takes_nothing(sales: Sales) -> None:
    sales("target", "set", "2026-11", "1", "--measure", "visits")
    sales("client", "add", "甲")
    for text in ("one", "two"):
        sales("log", "甲", text, "--no-next", "none")
        done = sales("target", "funnel", "2026-11", "--measure", "visits")
        assert done.out.startswith("2026-11: the target is reached")
        assert done.out.count("\n") == 1
    assert "visits 1 over" in done.out
    sales("target", "set", "2026", "0")
    found = sales("target", "funnel", "--json").json()
    assert (found["visits"], found["average_order"], found["gap"]) == (0, None, "0.00")


def test_without_a_day_left_it_is_said_and_nothing_is_asked_a_day(short: Sales) -> None:
    asked = ("target", "funnel", *ORDER, "--cycle", "60")
    said = short(*asked).out.splitlines()[-1]
    assert said.startswith("No working day is left to act: for an order by 2026-12-31 Thu the first visit was due by")
    assert "2026-11-01 Sun (cycle 60 days)" in said
    found = short(*asked, "--json").json()
    assert (found["visits"], found["days"], found["capacity"]) == (75, 0, 0)
    assert (found["per_day"], found["capacity_per_day"], found["week"]["visits"]) == (None, None, 0)
    short("target", "set", "2025", "40", "--measure", "visits")
    assert "until 2025-12-31 Wed" in short("target", "funnel", "2025", "--measure", "visits").out


def test_the_week_s_plan_shows_the_visits_of_the_funnel(short: Sales) -> None:
    assert short("week", "plan", "--json").json()["next"]["funnel"] is None
    assert "funnel" not in short("week", "plan").out
    short("config", "set", "funnel.average_order", "40万")
    week = short("week", "plan", "--json").json()["next"]["funnel"]
    assert week == {"period": "2026", "visits": 30, "assumed": True}
    assert short("target", "funnel", "--json").json()["week"] == {"period": "2026-W49", "visits": 30}
    short("client", "add", "甲公司", "--grade", "A")
    short("visit", "plan", "甲公司", "2026-12-01")
    short("visit", "plan", "甲公司", "2026-12-02", "--by", "phone")
    line = "Visits by the funnel of 2026: 30 (assumed rates); planned 1, proposed"
    assert line in short("week", "plan").out
    short("week", "sheet")
