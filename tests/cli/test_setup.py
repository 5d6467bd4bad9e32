"""`sales init` through the real program, without a terminal; with one in test_prompts.py."""

from pathlib import Path

from tests.conftest import Sales


def test_what_is_said_by_options_is_kept(sales: Sales) -> None:
    told = sales(
        "init", "--name", "张三", "--department", "销售一部", "--territory", "滨江", "--email", "z@a.cn",
        "--supervisor", "王主管", "--manager", "李经理", "--manager-email", "li@a.cn", "--week", "six-day", "--json",
    ).json()  # fmt: skip
    assert told == {
        "name": "张三", "department": "销售一部", "territory": "滨江", "email": "z@a.cn", "supervisor": "王主管",
        "manager": "李经理", "manager_email": "li@a.cn", "working_week": "单休", "long_week": None, "currency": "CNY",
    }  # fmt: skip
    again = sales("init", "--name", "李四", "--yes", "--json").json()
    assert again == {**told, "name": "李四"}
    assert sales("plan", "day", "2026-11-28", "--json").json()["working"] is True


def test_the_language_is_kept_and_spoken(sales: Sales) -> None:
    silent = {"SALES_LANG": ""}
    assert sales("init", "--name", "张三", "--lang", "zh", env=silent).err.startswith("Saved")
    assert "没有" in sales("client", "show", "蓝海", env=silent, code=3).err
    assert "There is no client" in sales("--lang", "en", "client", "show", "蓝海", env=silent, code=3).err
    assert sales("config", "get", "language").out == "zh\n"


def test_an_alternating_week_takes_a_day_of_a_long_one(sales: Sales) -> None:
    assert "--long-week" in sales("init", "--week", "大小周", code=2).err
    told = sales("init", "--name", "张三", "--week", "大小周", "--long-week", "本周五", "--json").json()
    assert (told["working_week"], told["long_week"]) == ("大小周", "2026-11-27")
    working = [sales("plan", "day", f"2026-{day}", "--json").json()["working"] for day in ("11-28", "12-05", "12-12")]
    assert working == [True, False, True]
    assert sales("init", "--territory", "西湖", "--json").json()["long_week"] == "2026-11-27"


def test_what_cannot_be_taken_is_refused_and_nothing_kept(sales: Sales, tmp_path: Path) -> None:
    for options in (
        ("--name", ""), ("--name", "名" * 301), ("--email", "me"), ("--manager-email", "@"), ("--week", "三休"),
        ("--lang", "fr"), ("--lang", "zh", "--email", "me"), ("--week", "大小周", "--long-week", "某天"), ("张三",),
    ):  # fmt: skip
        refused = sales("init", "--territory", "滨江", *options, code=2)
        assert refused.err.count("\n") == 1
    assert sales("init", "--yes", "--json").json()["territory"] == ""
    assert not (tmp_path / "config.toml").exists()


def test_without_a_terminal_the_name_is_asked_for_by_option(sales: Sales) -> None:
    assert "--name" in sales("init", code=2).err


def test_init_makes_the_data_file(sales: Sales, data_file: Path) -> None:
    data_file.unlink()
    assert "sales init" in sales().out
    assert not data_file.exists()
    sales("init", "--name", "张三")
    assert data_file.exists()
    assert "Plan" in sales().out
