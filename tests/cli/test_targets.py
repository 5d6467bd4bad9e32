"""`sales target …` through the real program."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import pytest

from salescli import db
from salescli.calendars import Calendar
from salescli.cli.target_options import joined_season
from salescli.dates import Period
from salescli.services import changes
from salescli.services.goals import targets
from salescli.vocabulary import Measure, Tier
from tests.conftest import Sales

SEASON = "90 70 105 100 100 105 95 95 110 105 110 115"


@pytest.fixture
def split_file(data_file: Path, now: datetime) -> Path:
    """The data file with the year of the worked numbers set and split."""
    year = Period.year_of(now.date())
    with db.writing(data_file) as session:
        changes.watch(session, "test", now)
        targets.set_target(session, year, 1_200_000_000, Measure.AMOUNT, Tier.TARGET)
        targets.split(session, year, Measure.AMOUNT, Tier.TARGET, Calendar(), season=SEASON.split())
    return data_file


@pytest.fixture
def split_year(sales: Sales, split_file: Path) -> Sales:
    """The program on that file."""
    return sales


def test_a_target_set_is_printed_with_what_was_understood(sales: Sales) -> None:
    done = sales("target", "set", "2026", "1200万", "--json")
    assert done.json() == {
        "period": "2026",
        "begin": "2026-01-01",
        "end": "2026-12-31",
        "measure": "amount",
        "tier": "target",
        "scope": None,
        "assigned": "12000000.00",
        "rolling": None,
        "unrecoverable": None,
        "surplus": None,
        "actual": None,
        "as_of": None,
        "cap": None,
        "over": None,
        "cap_binds": None,
        "done": None,
        "provisional": False,
        "version": 1,
        "split": False,
    }
    assert done.err == "Set for 2026, 2026-01-01 Thu to 2026-12-31 Thu: amount closed 12,000,000.00.\n"
    again = sales("target", "set", "本年", "1300万")
    assert "13,000,000.00" in again.out
    assert "version 2" in again.err


def test_the_year_by_quarter_has_the_worked_numbers(split_year: Sales) -> None:
    table = split_year("target", "show", "2026", "--by", "quarter", "--json").json()
    assert [row["amount"] for row in table["rows"]] == ["2650000.00", "3050000.00", "3000000.00", "3300000.00"]
    assert (table["assigned"], table["sum"], table["provisional"]) == ("12000000.00", "12000000.00", False)
    assert table["rows"][0] == {
        "period": "2026-Q1",
        "begin": "2026-01-01",
        "end": "2026-03-31",
        "working_days": 59,
        "amount": "2650000.00",
        "held": False,
        "floor": None,
        "target": "2650000.00",
        "stretch": None,
        "rolling": None,
        "actual": "0.00",
        "typed": None,
        "rate": 0.0,
        "gap": "2650000.00",
    }


def test_days_are_shown_clipped_with_rest_days_at_nothing(split_year: Sales) -> None:
    week = split_year("target", "show", "2026-W14", "--by", "day", "--json").json()
    assert [row["amount"] for row in week["rows"]] == [
        "47727.27", "47727.27", "47619.05", "47619.05", "47619.05", "0.00", "0.00",
    ]  # fmt: skip
    assert (week["assigned"], week["part_of"]) == ("238311.69", "2026")


def test_the_table_ends_with_its_total(split_year: Sales) -> None:
    lines = split_year("target", "show").out.splitlines()
    assert lines[0] == "2026  target  amount closed 12,000,000.00"
    assert lines[1].split() == ["Period", "Working", "days", "Target"]
    assert [line.split()[0] for line in lines[2:-1]] == [f"2026-{month:02}" for month in range(1, 13)]
    assert lines[-1].split() == ["Total", "248", "12,000,000.00"]


def test_weeks_are_shown_with_their_days_and_csv_agrees_with_json(split_year: Sales) -> None:
    assert "2026-W14  2026-03-30 Mon  2026-04-05 Sun" in split_year("target", "show", "2026", "--by", "周").out
    asked = ("target", "show", "2026", "--by", "week")
    rows = list(csv.DictReader(io.StringIO(split_year(*asked, "--csv").out)))
    assert [(row["period"], row["amount"]) for row in rows] == [
        (row["period"], row["amount"]) for row in split_year(*asked, "--json").json()["rows"]
    ]


@pytest.mark.parametrize(
    "season",
    [
        [SEASON],
        [SEASON.replace(" ", ",")],
        [SEASON.replace(" ", "， ")],
        SEASON.split(),
        SEASON.replace(" ", ", ").split(),
    ],
)
def test_a_season_may_be_quoted_or_not(sales: Sales, season: list[str]) -> None:
    sales("target", "set", "2026", "12000000")
    made = sales("target", "split", "2026", "--season", *season, "--json").json()
    assert made["rows"][2]["amount"] == "1050000.00"


@pytest.mark.parametrize(
    ("args", "joined"),
    [
        (["2026", "--season", "1", "2.5", "3"], ["2026", "--season", "1 2.5 3"]),
        (["--season", "1 2", "2026"], ["--season", "1 2", "2026"]),
        (["--season", "even", "2026"], ["--season", "even", "2026"]),
        (["--season", "1", "-2", "--sat", "0.5", "3"], ["--season", "1 -2", "--sat", "0.5", "3"]),
        (["2026", "1", "2"], ["2026", "1", "2"]),
        (["--season"], ["--season"]),
    ],
)
def test_only_numbers_right_behind_the_option_are_joined(args: list[str], joined: list[str]) -> None:
    assert joined_season(args) == joined


def test_holds_and_half_saturdays(sales: Sales) -> None:
    sales("target", "set", "2026", "12000000")
    made = sales(
        "target", "split", "2026", "--season", "even", "--hold", "3月=105万", "--hold", "2026-05-06=1", "--sat", "0.5",
        "--json",
    ).json()  # fmt: skip
    assert [row["period"] for row in made["rows"] if row["held"]] == ["2026-03"]
    assert made["rows"][2]["amount"] == "1050000.00"
    day = sales("target", "show", "2026-05-06", "--json").json()
    assert (day["assigned"], day["rows"][0]["held"]) == ("1.00", True)
    assert "held" in sales("target", "show", "2026").out
    saturday = sales("target", "show", "2026-06-06", "--json").json()["rows"][0]
    assert (saturday["working_days"], saturday["amount"] > "0.00") == (1, True)


def test_a_month_without_its_year_is_one_of_the_period_split(sales: Sales) -> None:
    sales("target", "set", "2027", "1200万")
    made = sales("target", "split", "2027", "--hold", "3月=1050000", "--json").json()
    assert [(row["period"], row["amount"]) for row in made["rows"] if row["held"]] == [("2027-03", "1050000.00")]


def test_a_dry_run_shows_the_split_and_writes_nothing(sales: Sales) -> None:
    sales("target", "set", "2026", "1200万")
    dry = sales("target", "split", "2026", "--dry-run")
    assert "12,000,000.00" in dry.out
    assert "Nothing was written" in dry.err
    sales("target", "show", "2026", code=4)


def test_progress_goes_by_working_days(split_year: Sales) -> None:
    found = split_year("target", "progress", "--json", today="2026-02-24").json()
    assert found == {
        "period": "2026-02",
        "measure": "amount",
        "tier": "target",
        "scope": None,
        "assigned": "700000.00",
        "rolling": None,
        "actual": "0.00",
        "typed": "0.00",
        "rate": 0.0,
        "time_rate": 0.75,
        "gap": "700000.00",
        "gap_points": -75.0,
        "working_days": 16,
        "working_days_left": 5,
        "needed_per_day": "140000.00",
        "provisional": False,
        "tiers": [],
    }
    shown = split_year("target", "progress", today="2026-02-24").out
    assert "140,000.00" in shown
    assert "-75.0 points" in shown


def test_counted_measures_are_integers(sales: Sales) -> None:
    sales("client", "add", "甲公司")
    sales("visit", "log", "甲公司", "见面", "--no-next", "无")
    sales("target", "set", "2026-11", "40次", "--measure", "拜访")
    sales("target", "split", "2026-11", "--measure", "visits")
    week = sales("target", "show", "2026-W48", "--measure", "visits", "--json").json()
    day = week["rows"][2]
    assert (week["measure"], week["assigned"], week["sum"]) == ("visits", 9, 9)
    assert (day["amount"], day["actual"], day["rate"], day["gap"]) == (2, 1, 0.5, 1)
    assert week["rows"][5]["rate"] is None
    found = sales("target", "progress", "--measure", "visits", "--json").json()
    assert (found["assigned"], found["actual"], found["needed_per_day"]) == (40, 1, 10)


def test_a_provisional_year_is_marked(sales: Sales) -> None:
    sales("target", "set", "2040", "1200万")
    assert "provisional" in sales("target", "split", "2040").out
    assert sales("target", "show", "2040", "--json").json()["provisional"] is True
    assert "暂定" in sales("target", "show", "2040", lang="zh").out
    assert sales("target", "progress", "2040-03", "--json").json()["provisional"] is True


def test_a_period_of_rest_days_says_where_its_target_lies(sales: Sales) -> None:
    sales("target", "set", "2026-W08", "7万")
    assert "no working day" in sales("target", "split", "2026-W08").err


def test_targets_are_listed_and_removed(split_year: Sales) -> None:
    split_year("target", "set", "2026", "30", "--measure", "new_clients", "--tier", "保底")
    listed = split_year("target", "list", "--json").json()
    assert [(one["measure"], one["tier"], one["assigned"], one["split"]) for one in listed] == [
        ("amount", "target", "12000000.00", True),
        ("new_clients", "floor", 30, False),
    ]
    assert "12,000,000.00" in split_year("target", "list").out
    split_year("target", "remove", "2026", code=2)
    assert split_year("target", "remove", "2026", "--yes", "--json").json()["assigned"] == "12000000.00"
    split_year("target", "show", "2026", code=3)
    assert len(split_year("target", "list", "--json").json()) == 1


def test_the_language_changes_words_never_values(split_year: Sales) -> None:
    asked = ("target", "show", "2026", "--json")
    assert split_year(*asked, lang="zh").json() == split_year(*asked).json()


# Taken up in mid-year, replanned, held, shared, as it stood


@pytest.fixture
def behind(split_year: Sales) -> Sales:
    """The year of the worked numbers with 9.5 of 12 million typed as reached by 20 November, split again."""
    split_year("target", "set", "2026", "1200万", "--done", "950万", "--as-of", "2026-11-20")
    split_year("target", "split", "2026", "--season", SEASON)
    return split_year


def minor(text: str) -> int:
    return int(text.replace(".", ""))


def test_a_target_taken_up_in_mid_year_says_what_was_typed(behind: Sales) -> None:
    found = behind("target", "progress", "2026", "--json").json()
    assert (found["actual"], found["typed"], found["gap"]) == ("9500000.00", "9500000.00", "2500000.00")
    table = behind("target", "show", "2026", "--json").json()
    assert table["done"] == "9500000.00"
    assert sum(minor(row["actual"]) for row in table["rows"]) == 950_000_000
    assert "typed as reached: 9,500,000.00" in behind("target", "show").out


def test_months_already_reached_come_from_a_file(sales: Sales, tmp_path: Path) -> None:
    file = tmp_path / "完成.csv"
    file.write_text("月份,完成额\n1月,80万\n2月,60万\n11月,5万\n", "gb18030")
    sales("target", "set", "2026", "1200万", "--done-file", str(file), "--as-of", "2026-11-20")
    sales("target", "split", "2026")
    rows = sales("target", "show", "2026", "--json").json()["rows"]
    assert [rows[month]["actual"] for month in (0, 1, 2, 10)] == ["800000.00", "600000.00", "0.00", "50000.00"]


def test_a_replan_adds_up_and_says_what_it_means(behind: Sales) -> None:
    done = behind("target", "replan", "2026", "--as-of", "2026-11-20", "--json")
    table = done.json()
    assert (table["as_of"], table["cap"], table["over"], table["cap_binds"]) == ("2026-11-20", 1.3, None, True)
    rolling, actual, lost, surplus = (minor(table[key]) for key in ("rolling", "actual", "unrecoverable", "surplus"))
    assert rolling + actual + lost - surplus == 1_200_000_000
    assert sum(minor(row["rolling"]) for row in table["rows"]) == rolling
    assert [row["rolling"] for row in table["rows"][:10]] == ["0.00"] * 10
    said = behind("target", "replan", "2026", "--as-of", "2026-11-20").err
    assert "can't be recovered in 2026" in said
    assert "a day on 29 working days left" in said
    assert "would be needed" in said
    shown = behind("target", "show", "2026-12", "--by", "day", "--json").json()
    assert None not in [row["rolling"] for row in shown["rows"]]
    assert all(minor(row["rolling"]) <= minor(row["amount"]) * 1.3 for row in shown["rows"])


def test_a_replan_goes_as_of_the_last_day_that_is_over(behind: Sales) -> None:
    assert behind("target", "replan", "--json").json()["as_of"] == "2026-11-24"
    assert behind("target", "replan", "--over", "季", "--cap", "2", "--json").json()["over"] == "quarter"


def test_a_replan_shows_in_progress_plan_and_next_week(behind: Sales) -> None:
    behind("target", "replan", "2026")
    assert minor(behind("target", "progress", "2026-12", "--json").json()["rolling"]) > 115_000_000
    target = behind("plan", "today", "--json").json()["target"]
    assert minor(target["rolling"]) > minor(target["day"])
    assert "replanned" in behind("plan", "today").out
    goals = behind("week", "plan", "--json").json()["next"]["goals"]
    (goal,) = [goal for goal in goals if goal["measure"] == "amount"]
    assert minor(goal["catch_up"]) > 0
    assert minor(goal["target"]) == minor(goal["base"]) + minor(goal["catch_up"])


def test_a_part_is_held_and_let_go(split_year: Sales) -> None:
    held = split_year("target", "hold", "2026-12", "150万", "--json")
    table = held.json()
    assert (table["rows"][11]["amount"], table["rows"][11]["held"], table["sum"]) == ("1500000.00", True, "12000000.00")
    assert "2026-12 +350,000.00" in held.err
    freed = split_year("target", "hold", "2026-12", "--release", "--json").json()
    assert freed["rows"][11]["amount"] == "1150000.00"


def test_a_target_is_shared_and_every_day_adds_up(split_year: Sales, tmp_path: Path) -> None:
    file = tmp_path / "weights.csv"
    file.write_text("name,weight\n甲,1\n乙,1\n丙,1\n", "utf-8")
    shares = split_year("target", "share", "2026", "--by", "产品", str(file), "--json").json()
    assert [(row["name"], row["weight"], row["amount"]) for row in shares["rows"]] == [
        ("甲", 1, "4000000.00"),
        ("乙", 1, "4000000.00"),
        ("丙", 1, "4000000.00"),
    ]
    whole = split_year("target", "show", "2026", "--by", "day", "--json").json()
    parts = [
        split_year("target", "show", "2026", "--by", "day", "--product", name, "--json").json() for name in "甲乙丙"
    ]
    for number, row in enumerate(whole["rows"]):
        cells = [minor(part["rows"][number]["amount"]) for part in parts]
        assert sum(cells) == minor(row["amount"])
        assert max(cells) - min(cells) <= 1
    assert parts[0]["scope"] == "product:甲"
    split_year("target", "remove", "2026", "--yes", code=4)
    assert "3 shares" in split_year("target", "remove", "2026", "--by", "product", "--yes").err
    split_year("target", "remove", "2026", "--yes")


def test_a_share_is_neither_set_nor_split_by_itself(split_year: Sales, tmp_path: Path) -> None:
    file = tmp_path / "weights.csv"
    file.write_text("name,weight\nＡ,60\nB,40\n", "utf-8")
    split_year("target", "share", "2026", "--by", "product", str(file))
    split_year("target", "set", "2026", "5万", "--product", "A", code=4)
    split_year("target", "split", "2026", "--product", "A", "--season", "even", code=4)
    split_year("target", "split", "2026", "--again")
    shares = [one["assigned"] for one in split_year("target", "list", "--json").json()]
    assert sorted(shares) == ["12000000.00", "4800000.00", "7200000.00"]


def test_a_new_figure_is_split_as_the_one_before_and_keeps_what_was_typed(behind: Sales) -> None:
    said = behind("target", "set", "2026", "1300万").err
    assert "9,500,000.00" in said
    assert "sales target split 2026 --again" in said
    rows = behind("target", "split", "2026", "--again", "--json").json()["rows"]
    assert rows[2]["amount"] == "1137500.00"
    assert behind("target", "progress", "2026", "--json").json()["actual"] == "9500000.00"
    behind("target", "set", "2026", "1300万", "--done", "0")
    assert behind("target", "progress", "2026", "--json").json()["actual"] == "0.00"


def test_a_level_holds_for_every_part_and_is_unknown_until_measured(sales: Sales) -> None:
    sales("target", "set", "2026", "4.5", "--measure", "satisfaction")
    found = sales("target", "progress", "--measure", "satisfaction", "--json").json()
    assert (found["assigned"], found["actual"], found["rate"], found["gap"]) == (4.5, None, None, None)
    sales("target", "set", "2026", "150%", "--measure", "satisfaction", code=2)


def test_a_trial_of_a_replan_or_a_hold_writes_nothing(behind: Sales, data_file: Path) -> None:
    before = data_file.read_bytes()
    assert behind("target", "replan", "2026", "--dry-run", "--json").json()["rolling"] is not None
    assert behind("target", "hold", "2026-12", "5万", "--dry-run", "--json").json()["rows"][11]["amount"] == "50000.00"
    assert data_file.read_bytes() == before


def test_a_split_before_the_official_days_came_is_offered_again(sales: Sales, tmp_path: Path) -> None:
    sales("target", "set", "2031", "1200万")
    sales("target", "split", "2031")
    days = [
        {"name": "元旦", "date": "2031-01-01", "isOffDay": True},
        {"name": "国庆节", "date": "2031-10-01", "isOffDay": True},
    ]
    file = tmp_path / "2031.json"
    file.write_text(json.dumps({"year": 2031, "days": days}), "utf-8")
    assert sales("calendar", "import", str(file), "--json").json()["targets"] == ["2031"]
    assert "sales target split 2031 --again" in sales("target", "show", "2031").out
    again = sales("calendar", "import", str(file), "--yes", "--json").json()
    assert (again["targets"], again["split_again"]) == (["2031"], True)
    assert sales("target", "show", "2031", "--json").json()["provisional"] is False


def test_shares_by_client_name_them_by_reference(split_year: Sales, tmp_path: Path) -> None:
    split_year("client", "add", "杭州蓝海机电有限公司")
    file = tmp_path / "weights.csv"
    file.write_text("客户名称,权重\nhzlh,100%\n", "utf-8")
    shares = split_year("target", "share", "2026", "--by", "client", str(file), "--json").json()
    assert [row["scope"] for row in shares["rows"]] == ["client:C0001"]
    file.write_text("客户名称,权重\nhzlh,1\n没有这家,1\n", "utf-8")
    bad = split_year("target", "share", "2026", "--by", "client", str(file), code=6)
    assert "Line 3" in bad.err


def test_a_scope_has_targets_of_its_own(sales: Sales) -> None:
    sales("target", "set", "2026-11", "10", "--measure", "visits", "--territory", "滨江")
    sales("target", "split", "2026-11", "--measure", "visits", "--territory", "滨江")
    assert (
        sales("target", "show", "2026-11", "--measure", "visits", "--territory", "滨江", "--json").json()["sum"] == 10
    )
    sales("target", "show", "2026-11", "--measure", "visits", code=3)
    sales("target", "set", "2026-11", "1", "--territory", "滨江", "--product", "X", code=2)


def test_a_target_is_shown_as_it_stood(sales: Sales) -> None:
    sales("target", "set", "2026", "1000万", today="2026-01-05")
    sales("target", "split", "2026", today="2026-01-05")
    sales("target", "set", "2026", "1200万", today="2026-06-01")
    sales("target", "split", "2026", today="2026-06-01")
    then = sales("target", "show", "2026", "--at", "2026-05-31", "--json").json()
    assert (then["assigned"], then["sum"], then["version"]) == ("10000000.00", "10000000.00", 1)
    assert sales("target", "show", "2026", "--json").json()["assigned"] == "12000000.00"
    sales("target", "show", "2026", "--at", "2026-01-04", code=3)
    assert [one["version"] for one in sales("target", "list", "--at", "2026-02-01", "--json").json()] == [1]


def test_tiers_stand_side_by_side(split_year: Sales) -> None:
    split_year("target", "set", "2026", "1000万", "--tier", "保底")
    split_year("target", "split", "2026", "--tier", "floor", "--season", SEASON)
    row = split_year("target", "show", "2026", "--by", "quarter", "--json").json()["rows"][0]
    assert (row["floor"], row["target"], row["stretch"]) == ("2208333.33", "2650000.00", None)
    assert "Floor" in split_year("target", "show", "2026").out
    (floor,) = split_year("target", "progress", "2026", "--json").json()["tiers"]
    assert (floor["tier"], floor["assigned"]) == ("floor", "10000000.00")


def test_a_level_is_shown_as_it_is(sales: Sales) -> None:
    assert sales("target", "set", "2026", "4.6", "--measure", "满意度", "--json").json()["assigned"] == 4.6
    table = sales("target", "show", "2026", "--measure", "满意度", "--by", "quarter", "--json").json()
    assert ([row["amount"] for row in table["rows"]], table["sum"]) == ([4.6] * 4, None)
    sales("target", "split", "2026", "--measure", "满意度", code=4)
    assert sales("target", "set", "2026", "95%", "--measure", "满意度", "--json").json()["assigned"] == 95


def test_a_season_comes_from_orders_or_months(split_year: Sales, tmp_path: Path) -> None:
    file = tmp_path / "months.csv"
    months = [f"{year}-{month:02},{month * 100}" for year in (2024, 2025) for month in range(1, 13)]
    file.write_text("\n".join(["month,amount", *months]), "utf-8")
    done = split_year("target", "split", "2026", "--season", "history", "--history", str(file), "--json")
    rows = done.json()["rows"]
    assert (rows[11]["amount"], done.json()["sum"]) == ("1846153.85", "12000000.00")
    assert "2024-01 to 2025-12" in done.err
    file.write_text("\n".join(["month,amount", *months[:20]]), "utf-8")
    split_year("target", "split", "2026", "--season", "history", "--history", str(file), code=4)


def test_a_season_comes_from_the_orders_recorded(split_year: Sales, tmp_path: Path) -> None:
    split_year("client", "add", "甲公司")
    months = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]
    rows = [f"{month},{month}-05,甲公司,{int(month[5:]) * 100}" for month in months]
    (tmp_path / "orders.csv").write_text("\n".join(["订单号,日期,客户,金额", *rows]), "utf-8")
    split_year("order", "import", "orders.csv")
    done = split_year("target", "split", "2026", "--season", "history", "--trim", "1", "--json")
    assert done.json()["rows"][11]["amount"] == "1846153.85"
    assert "2024-01 to 2025-12" in done.err
    assert done.json()["history"]["years"] == 2


def test_a_split_is_made_again_by_its_own_rules(split_year: Sales) -> None:
    split_year("target", "hold", "2026-03", "100万")
    split_year("calendar", "off", "2026-11-25")
    again = split_year("target", "split", "2026", "--again", "--json")
    assert again.json()["rows"][2]["amount"] == "1000000.00"
    assert split_year("target", "show", "2026-11-25", "--json").json()["assigned"] == "0.00"
    split_year("target", "split", "2026", "--again", "--sat", "0.5", code=2)


def test_a_picture_is_written_on_request(split_year: Sales, tmp_path: Path) -> None:
    path = tmp_path / "目标.svg"
    assert str(path) in split_year("target", "show", "2026", "--chart", str(path)).err
    assert path.read_text("utf-8").startswith("<?xml")
    split_year("target", "show", "2026", "--chart", str(path), code=4)
    split_year("target", "show", "2026", "--chart", str(path.with_suffix(".gif")), code=2)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["set", "2026", "-5"], 2),
        (["set", "2026", "NaN"], 2),
        (["set", "2026", "1e999"], 2),
        (["set", "2026", "12.345"], 2),
        (["set", "2026-13", "5"], 2),
        (["set", "", "5"], 2),
        (["set", "2026"], 2),
        (["set", "2026", "5", "--measure", "凑数"], 2),
        (["set", "2026", "5", "--tier", "高"], 2),
        (["set", "2026", "4.5", "--measure", "visits"], 2),
        (["show", "2030"], 3),
        (["show", "2026", "--measure", "visits"], 3),
        (["show", "2026-13"], 2),
        (["show", "2026", "--by", "fortnight"], 2),
        (["progress", "2030"], 3),
        (["remove", "2030", "--yes"], 3),
        (["split", "2026-03"], 3),
        (["split", "2026", "--season", "90 70"], 2),
        (["split", "2026", "--season", SEASON + " 1"], 2),
        (["split", "2026", "--season", "90", "-5", *SEASON.split()[2:]], 2),
        (["split", "2026", "--season", " ".join(["0"] * 12)], 2),
        (["split", "2026", "--season", "history"], 4),
        (["split", "2026", "--season", "even", "--history", "x.csv"], 2),
        (["split", "2026", "--season", "history", "--history", "none.csv"], 3),
        (["split", "2026", "--trim", "0.9"], 2),
        (["set", "2026", "5", "--as-of", "2026-11-20"], 2),
        (["set", "2026", "5", "--done", "1", "--done-file", "x.csv"], 2),
        (["set", "2026", "5", "--done", "1", "--as-of", "2025-12-31"], 2),
        (["set", "2026", "5", "--done", "1", "--as-of", "2026-12-01"], 2),
        (["set", "2027", "5", "--done", "1"], 2),
        (["set", "2026", "5", "--done", "-1"], 2),
        (["set", "2026", "5", "--done-file", "none.csv"], 3),
        (["set", "2026", "5", "--client", "没有这家"], 3),
        (["set", "2026", "5", "--product", ""], 2),
        (["replan", "2026", "--cap", "0.9"], 2),
        (["replan", "2026", "--cap", "x"], 2),
        (["replan", "2026", "--over", "week"], 2),
        (["replan", "2026", "--as-of", "2025-12-31"], 4),
        (["replan", "2026", "--as-of", "2027-01-01"], 4),
        (["replan", "2027"], 3),
        (["replan", "2026-11"], 3),
        (["replan", "2026", "--measure", "satisfaction"], 3),
        (["hold", "2026-03", "12000000.01"], 4),
        (["hold", "2026", "5"], 4),
        (["hold", "2026-03"], 2),
        (["hold", "2026-03", "5", "--release"], 2),
        (["hold", "2026-03", "--release"], 3),
        (["hold", "2027-03", "5"], 3),
        (["share", "2026", "--by", "person", "x.csv"], 2),
        (["share", "2026", "--by", "product", "none.csv"], 3),
        (["share", "2026", "none.csv"], 2),
        (["remove", "2026", "--by", "product", "--yes"], 3),
        (["show", "2026", "--at", "nie"], 2),
        (["show", "2026", "--chart", "x.gif"], 2),
        (["split", "2026", "--season", ""], 2),
        (["split", "2026", "--sat", "1.5"], 2),
        (["split", "2026", "--sat", "NaN"], 2),
        (["split", "2026", "--weights", "lunar"], 2),
        (["split", "2026", "--hold", "2026-03"], 2),
        (["split", "2026", "--hold", "2026-03=-5"], 2),
        (["split", "2026", "--hold", "2026-03=12000000.01"], 4),
        (["split", "2026", "--hold", "2027-03=5"], 4),
        (["split", "2026", "--hold", "2026-Q1=5", "--hold", "2026-03=6"], 4),
        (["split", "2026", "--hold", "2026-03=5", "--hold", "2026-W14=5"], 4),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(sales: Sales, split_file: Path, words: list[str], code: int) -> None:
    before = split_file.read_bytes()
    refused = sales("target", *words, code=code)
    assert refused.out == ""
    assert len(refused.err.splitlines()) == 1
    assert split_file.read_bytes() == before
