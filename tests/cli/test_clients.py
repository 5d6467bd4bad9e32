"""`sales client …` through the real program."""

import csv
import io
from typing import Any

from tests.conftest import Sales

CLIENT_KEYS = {
    "code", "name", "short_name", "aliases", "grade", "grade_reason", "lifecycle", "industry", "source", "territory",
    "district", "address", "lat", "lon", "tags", "note", "owner", "last_contact_on", "next_due_on", "days_overdue",
    "contacts", "archived",
}  # fmt: skip
CONTACT_KEYS = {"name", "title", "role", "mobile", "phone", "wechat", "email", "primary"}
STEERING = "\x1b[31m红\x07\x9b2J\u202e海\u2066"


def add(sales: Sales, name: str, *options: str) -> Any:
    return sales("client", "add", name, *options, "--json").json()


def names(sales: Sales, *options: str) -> list[str]:
    return [client["name"] for client in sales("client", "list", *options, "--json").json()]


def test_an_added_client_is_printed_and_listed(sales: Sales) -> None:
    added = add(sales, "杭州蓝海机电", "--grade", "重要", "--contact", "张工", "--mobile", "13800000000")
    assert (added["code"], added["grade"], added["contacts"][0]["name"]) == ("C0001", "A", "张工")
    assert sales("client", "list", "--json").json() == [added]


def test_a_likely_duplicate_is_added_with_a_question(sales: Sales) -> None:
    add(sales, "杭州新能源设备有限公司")
    done = sales("client", "add", "杭州新能源设备公司", "--json")
    assert done.json()["code"] == "C0002"
    assert "the same as C0001 杭州新能源设备有限公司? (87: " in done.err
    assert "C0002" not in sales("client", "add", "宁波红山").err


def test_json_has_the_keys_that_scripts_rely_on(sales: Sales) -> None:
    added = add(
        sales, "蓝海", "--short-name", "海", "--alias", "Blue", "--alias", "Sea", "--grade", "B", "--lifecycle", "成交",
        "--industry", "电子", "--source", "展会", "--territory", "浙江", "--district", "滨江", "--address", "1号",
        "--lat", "30.2", "--lon", "-120.1", "--tag", "老", "--tag", "电", "--note", "好", "--need", "电机",
        "--owner", "张三", "--contact", "张工", "--title", "总工", "--mobile", "138-0000-0000", "--wechat", "zg",
        "--email", "z@g.cn",
    )  # fmt: skip
    assert added.keys() >= CLIENT_KEYS
    assert added["contacts"][0].keys() >= CONTACT_KEYS
    assert (added["aliases"], added["tags"], added["lat"], added["lon"]) == (
        ["Blue", "Sea"],
        ["老", "电"],
        30.2,
        -120.1,
    )
    assert (added["lifecycle"], added["last_contact_on"], added["next_due_on"]) == ("customer", None, "2026-11-25")
    assert (added["days_overdue"], added["archived"], added["grade_reason"]) == (0, False, None)
    assert added["contacts"] == [
        {"name": "张工", "title": "总工", "role": None, "mobile": "138-0000-0000", "phone": None, "wechat": "zg",
         "email": "z@g.cn", "primary": True, "department": None, "birthday": None},
    ]  # fmt: skip
    for shown in ("show", "brief"):
        told = sales("client", shown, "海", "--json").json()
        assert (told["client"] if shown == "brief" else told) == added


def test_what_cannot_be_added_is_refused_in_one_line(sales: Sales) -> None:
    wrong: list[tuple[tuple[str, ...], str]] = [
        ((), "NAME"),
        (("",), "name"),
        ((" \u3000",), "name"),
        (("名" * 301,), "301"),
        (("名" * 100_000,), "300"),
        (("蓝海", "--grade", "D"), "D"),
        (("蓝海", "--lifecycle", "friend"), "friend"),
        (("蓝海", "--lat", "north"), "north"),
        (("蓝海", "--tag", ""), "tag"),
        (("蓝海", "--mobile", "13800000000"), "--contact"),
        (("蓝海", "--contact", "张工", "--email", "nowhere"), "nowhere"),
        (("蓝海", "红山"), "红山"),
        (("蓝海", "--colour", "red"), "--colour"),
    ]
    for words, said in wrong:
        refused = sales("client", "add", *words, code=2)
        assert said in refused.err
        assert refused.err.count("\n") == 1
        assert len(refused.err) < 1000
        assert refused.out == ""
    assert names(sales) == []


def test_bytes_that_are_no_text_are_refused_wherever_they_are_typed(sales: Sales) -> None:
    bad = "\udcff"
    for words in (
        ("add", bad), ("show", bad), ("list", bad), ("list", "--district", bad), ("list", "--tag", bad),
        ("list", "--owner", bad), ("list", "--grade", bad), ("due", "--grade", bad),
    ):  # fmt: skip
        assert "Traceback" not in sales("client", *words, code=2).err


def test_a_duplicate_is_refused_and_a_likely_one_warned_of(sales: Sales) -> None:
    add(sales, "杭州蓝海机电有限公司")
    refused = sales("client", "add", "杭州 蓝海机电 有限公司", code=4)
    assert "C0001" in refused.err
    assert sales("client", "add", "杭州蓝海机电有限公司", "--json", code=4).error()["code"] == "refused"
    warned = sales("client", "add", "蓝海机电")
    assert "C0001 杭州蓝海机电有限公司" in warned.err


def test_a_client_that_is_not_there_is_3_and_several_are_4(sales: Sales) -> None:
    add(sales, "蓝海机电")
    add(sales, "蓝海物流")
    missing = sales("client", "show", "红山", "--json", code=3)
    assert missing.out == ""
    assert missing.error()["code"] == "not_found"
    several = sales("client", "show", "lh", code=4)
    assert "C0001 蓝海机电" in several.err
    assert "C0002 蓝海物流" in several.err
    assert sales("client", "edit", "蓝海", "--grade", "A", "--json", code=4).error()["code"] == "ambiguous"
    assert sales("client", "show", "蓝海机", "--json").json()["code"] == "C0001"


def test_names_that_mean_something_elsewhere_are_shown_as_they_are(sales: Sales) -> None:
    special = ["[red]蓝海[/]", "[/]:smile:", "{name}%s", '=HYPERLINK("http://x","蓝")', "-蓝海"]
    for name in special:
        sales("client", "add", "--", name)
    for words in (("client", "list"), ("due",), ("plan", "today")):
        out = sales(*words).out
        assert [name for name in special if name not in out] == [], words
    for words in (("client", "show"), ("client", "brief")):
        assert special[0] in sales(*words, "C0001").out
        assert special[3] in sales(*words, "C0004").out
    assert names(sales) == special
    rows = csv.DictReader(io.StringIO(sales("client", "list", "--csv").out))
    assert [row["name"] for row in rows] == [f"'{name}" if name[0] in "=-" else name for name in special]


def test_what_would_steer_a_terminal_is_written_out_everywhere(sales: Sales) -> None:
    added = sales("client", "add", STEERING, "--note", STEERING, "--contact", STEERING, "--tag", STEERING)
    outputs = [added.out + added.err, sales("client", "add", STEERING, code=4).err]
    for words in (
        ("client", "list"), ("client", "list", "--csv"), ("client", "list", "--json"), ("client", "show", "C0001"),
        ("client", "show", "C0001", "--json"), ("client", "brief", "C0001"), ("client", "contact", "list", "C0001"),
        ("plan", "today"), ("plan", "today", "--text"), ("plan", "today", "--json"), ("due",),
    ):  # fmt: skip
        outputs.append(sales(*words).out)
    for text in outputs:
        assert text.isprintable() or not set("\x1b\x07\x9b\u202e\u2066") & set(text)
    assert sales("client", "show", "C0001", "--json").json()["name"] == STEERING
    assert "\\x1b[31m红" in outputs[2]


def test_edit_changes_what_it_names(sales: Sales) -> None:
    add(sales, "蓝海", "--grade", "A", "--note", "好")
    edited = sales(
        "client",
        "edit",
        "lh",
        "--name",
        "深蓝",
        "--grade",
        "一般",
        "--grade-reason",
        "订单少",
        "--district",
        "西湖",
        "--json",
    ).json()
    assert (edited["name"], edited["grade"], edited["grade_reason"], edited["note"]) == ("深蓝", "B", "订单少", "好")
    assert sales("client", "show", "shenlan", "--json").json() == edited
    sales("client", "edit", "深蓝", "--archive")
    assert names(sales) == []
    assert sales("client", "edit", "深蓝", "--unarchive", "--json").json()["archived"] is False
    sales("client", "edit", "深蓝", "--name", "", code=2)
    add(sales, "红山")
    sales("client", "edit", "红山", "--name", "深蓝", code=4)


def test_removing_asks_and_takes_the_visits_along(sales: Sales) -> None:
    add(sales, "蓝海")
    sales("visit", "log", "蓝海", "见面", "--no-next", "无")
    assert "--yes" in sales("client", "remove", "蓝海", code=2).err
    assert names(sales) == ["蓝海"]
    assert sales("client", "remove", "蓝海", "--yes", "--json").json()["code"] == "C0001"
    assert names(sales) == sales("visit", "list", "--json").json() == []
    sales("visit", "show", "V0001", code=3)
    sales("client", "remove", "C0001", "--yes", code=3)


def test_a_list_is_narrowed_and_ordered(sales: Sales) -> None:
    add(sales, "蓝海机电", "--grade", "A", "--district", "滨江区")
    add(sales, "红山物流", "--lifecycle", "prospect", "--tag", "老")
    add(sales, "青峰", "--owner", "张三")
    wanted: list[tuple[str, list[str]]] = [
        ("", ["蓝海机电", "红山物流", "青峰"]),
        ("海机", ["蓝海机电"]),
        ("lh jd", ["蓝海机电"]),
        ("--grade 重要", ["蓝海机电"]),
        ("--lifecycle 潜在", ["红山物流"]),
        ("--district 滨江", ["蓝海机电"]),
        ("--tag 老", ["红山物流"]),
        ("--owner 张三", ["青峰"]),
        ("--limit 2", ["蓝海机电", "红山物流"]),
        ("--sort name", ["红山物流", "蓝海机电", "青峰"]),
        ("没有", []),
        ("--overdue", []),
    ]
    for options, found in wanted:
        assert names(sales, *options.split()) == found, options


def test_a_list_asked_for_unclearly_is_refused(sales: Sales) -> None:
    for options in (
        ("",), (" ",), ("长" * 301,), ("--sort", "size"), ("--limit", "0"), ("--limit", "x"), ("--grade", ""),
    ):  # fmt: skip
        assert sales("client", "list", *options, code=2).err.count("\n") == 1


def test_an_empty_list_says_so_beside_the_data(sales: Sales) -> None:
    empty = sales("client", "list")
    assert (empty.out, empty.err) == ("", "No client matches.\n")
    assert sales("client", "list", "--json").out == "[]\n"
    assert sales("client", "list", "--csv").out.startswith("code,name,")
    assert sales("due").err == "Nobody is due.\n"


def test_due_are_those_of_today_and_the_overdue_in_order(sales: Sales) -> None:
    for name, grade, day in (("甲", "A", "11-08"), ("乙", "B", "10-20"), ("丙", "A", "11-11"), ("丁", "C", "11-01")):
        add(sales, name, "--grade", grade)
        sales("visit", "log", name, "见面", "--on", f"2026-{day}", "--no-next", "无")
    due = sales("due", "--json").json()
    assert [(client["name"], client["days_overdue"]) for client in due] == [("乙", 6), ("甲", 3), ("丙", 0)]
    assert names(sales, "--overdue") == ["甲", "乙"]
    assert [client["name"] for client in sales("client", "due", "--grade", "重要", "--json").json()] == ["甲", "丙"]
    sales("log", "乙", "打电话", "--by", "电话", "--no-next", "无")
    assert [client["name"] for client in sales("due", "--json").json()] == ["甲", "丙"]


def test_due_says_how_many_cannot_be_reached_in_time(sales: Sales) -> None:
    sales("config", "set", "plan.capacity", "1")
    sales("config", "set", "cadence.A", "2")
    for number in range(6):
        add(sales, f"客户{number}", "--grade", "A")
    assert "can't be reached in time" in sales("due").err
    assert [client["name"] for client in sales("due", "--json").json()] == ["客户0"]


def test_the_people_at_a_client_come_and_go(sales: Sales) -> None:
    add(sales, "蓝海", "--contact", "张工")
    added = sales(
        "client", "contact", "add", "lh", "李总", "--role", "决策", "--mobile", "13900000000", "--json"
    ).json()
    assert (added["name"], added["role"], added["primary"]) == ("李总", "decision", False)
    sales("client", "contact", "add", "lh", "李 总", code=4)
    edited = sales("client", "contact", "edit", "lh", "李", "--title", "总经理", "--primary", "--json").json()
    assert (edited["name"], edited["title"], edited["primary"]) == ("李总", "总经理", True)
    assert [person["name"] for person in sales("client", "contact", "list", "lh", "--json").json()] == ["李总", "张工"]
    sales("client", "contact", "edit", "lh", "李总", "--left")
    sales("client", "contact", "remove", "lh", "王", "--yes", code=3)
    sales("client", "contact", "remove", "lh", "张工", code=2)
    sales("client", "contact", "remove", "lh", "张工", "--yes")
    assert sales("client", "contact", "list", "lh", "--json").json() == []
    assert sales("client", "contact", "list", "lh").err == "No contact yet.\n"


def test_a_contact_named_unclearly_is_4_with_the_names(sales: Sales) -> None:
    add(sales, "蓝海", "--contact", "张工")
    sales("client", "contact", "add", "蓝海", "张经理")
    refused = sales("client", "contact", "edit", "蓝海", "张", "--title", "总", code=4)
    assert "张工" in refused.err
    assert "张经理" in refused.err
    sales("visit", "log", "蓝海", "见面", "--contact", "张", "--no-next", "无", code=4)
    sales("visit", "plan", "蓝海", "明天", "--contact", "王", code=3)


def test_the_brief_shows_what_was_promised_and_what_is_planned(sales: Sales) -> None:
    add(sales, "蓝海", "--contact", "张工", "--need", "电机")
    sales("log", "蓝海", "见张工", "--next", "报价@下周三")
    sales("visit", "plan", "蓝海", "周五", "14:00", "--purpose", "送样品")
    told = sales("brief", "lh", "--json").json()
    assert [step["text"] for step in told["next_steps"]] == ["报价"]
    assert [visit["code"] for visit in told["planned"]] == ["V0002"]
    assert [visit["note"] for visit in told["last_contacts"]] == ["见张工"]
    shown = sales("client", "brief", "蓝海").out
    for words in ("报价", "张工", "电机", "送样品", "见张工"):
        assert words in shown


def test_a_million_characters_are_refused_quickly_on_standard_input(sales: Sales) -> None:
    sales("visit", "log", "-", stdin="名" * 1_000_000 + " 见面 报价@周五", code=2)
