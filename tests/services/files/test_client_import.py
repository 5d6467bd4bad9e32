"""Importing clients: which rows are new, which are known, what is written, and that it is all or nothing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from salescli import db
from salescli.models.changes import Change
from salescli.models.clients import Client, Contact
from salescli.services import changes
from salescli.services.accounts import clients
from salescli.services.files import client_import
from salescli.services.files.client_columns import known_headers, recognised
from salescli.services.files.imports import Imported, Options, bad_rows
from salescli.tabular import read_table
from tests.services.desk import TODAY, Desk

HEADER = "客户名称,地址,联系人,手机,等级,备注"
USCC, OTHER_USCC = "91330106MA27XG9K4Q", "91330106MA27XG9K5U"
Counts = tuple[int, int, int, int, int]
Import = Callable[..., Imported]


@pytest.fixture
def take(desk: Desk, tmp_path: Path) -> Import:
    """Import a text as a file, like the command does."""

    def importing(text: str, header: str = HEADER, **options: bool) -> Imported:
        path = tmp_path / "clients.csv"
        path.write_text(f"{header}\n{text}", "utf-8")
        table = read_table(path, known_headers=known_headers({}))
        columns = recognised(table, {})
        return client_import.take(desk.session, table, columns, Options(**options), *desk.rules)

    return importing


def counts(found: Imported) -> Counts:
    """New, updated, unchanged, duplicate and bad rows."""
    return found.new, found.updated, found.unchanged, found.duplicate, len(found.bad_rows)


def stored(desk: Desk) -> list[dict[str, Any]]:
    """Every client as scripts see it, by code."""
    views = clients.listed(desk.session, clients.Filter(), desk.today)
    return [
        {
            "code": view.code,
            "name": view.name,
            "address": view.address,
            "grade": view.grade,
            "people": [(person.name, person.mobile) for person in view.contacts],
        }
        for view in views
    ]


def test_new_rows_become_clients_with_their_contact(desk: Desk, take: Import) -> None:
    found = take("甲公司,文一路1号,张工,14100000001,重要,=1+1\n乙公司,,,,,\n")
    assert counts(found) == (2, 0, 0, 0, 0)
    first, second = stored(desk)
    assert first == {
        "code": "C0001",
        "name": "甲公司",
        "address": "文一路1号",
        "grade": "A",
        "people": [("张工", "14100000001")],
    }
    assert (second["code"], second["people"]) == ("C0002", [])


def test_an_imported_client_is_found_like_one_that_was_added(desk: Desk, take: Import) -> None:
    take("杭州蓝海机电,,,,,")
    assert desk.find("hzlh") == desk.find("蓝海") == desk.find("hangzhoulanhai") == "C0001"


def test_an_import_is_logged_row_by_row_as_one_command(desk: Desk, take: Import, data_file: Path) -> None:
    take("甲公司,,张工,14100000001,,\n乙公司,,李总,,,\n")
    rows = desk.session.exec(select(Change)).all()
    assert sorted((row.entity, row.record) for row in rows) == [
        ("client", 1),
        ("client", 2),
        ("contact", 1),
        ("contact", 2),
    ]
    assert len({row.batch for row in rows}) == 1
    assert rows[0].before is None
    assert rows[0].after is not None
    assert rows[0].after["name"] == "甲公司"


def test_keys_codes_and_uuids_are_as_those_of_added_clients(desk: Desk, take: Import) -> None:
    desk.client("旧公司", {"name": "老王"})
    take("甲公司,,张工,14100000001,,")
    added = desk.client("新公司", {"name": "小李"})
    assert added.code == "C0003"
    assert len({client.uuid for client in desk.everyone()}) == 3
    imported = desk.session.exec(select(Client).where(Client.code == "C0002")).one()
    assert (imported.lifecycle, imported.tags, imported.archived) == ("customer", [], False)
    assert imported.created_at == desk.session.info["now"]


@pytest.mark.parametrize("update", [False, True])
def test_the_same_file_again_changes_nothing(desk: Desk, take: Import, update: bool) -> None:
    text = "甲公司,文一路1号,张工,14100000001,A,好\n甲公司,文二路2号,李总,14100000002,B,\n乙公司,,,14100000003,,\n"
    take(text)
    before = stored(desk)
    assert counts(take(text, update=update)) == (0, 0, 3, 0, 0)
    assert stored(desk) == before


def test_empty_cells_and_spelling_of_blanks_are_no_change(desk: Desk, take: Import) -> None:
    take("甲公司,文一路1号,张工,141-0000-0001,A,好")
    assert counts(take("甲公司,,张工,141-0000-0001,,")) == (0, 0, 1, 0, 0)
    assert counts(take("甲公司,,张 工,,,")) == (0, 0, 1, 0, 0)


def test_a_changed_client_is_a_duplicate_until_it_is_to_be_updated(desk: Desk, take: Import) -> None:
    take("甲公司,文一路1号,张工,14100000001,B,旧")
    changed = "甲公司,,张工,,A,新"
    assert counts(take(changed)) == (0, 0, 0, 1, 0)
    assert stored(desk)[0]["grade"] == "B"
    assert counts(take(changed, update=True)) == (0, 1, 0, 0, 0)
    (client,) = desk.everyone()
    assert (client.grade, client.note, client.address) == ("A", "新", "文一路1号")


def test_an_update_is_logged_with_the_altered_columns(take: Import, desk: Desk) -> None:
    take("甲公司,,张工,14100000001,B,")
    desk.session.commit()
    take("甲公司,,张工,14100000009,,新", update=True)
    desk.session.commit()
    logged = desk.session.exec(select(Change).where(col(Change.before).is_not(None))).all()
    assert {row.entity: row.after for row in logged if row.after} == {
        "client": {"note": "新"},
        "contact": {"mobile": "14100000009"},
    }


def test_an_update_adds_a_contact_of_another_name_and_mends_one_of_the_same(desk: Desk, take: Import) -> None:
    take("甲公司,文一路,张工,14100000001,,")
    take("甲公司,文一路,李总,14100000002,,\n", update=True)
    take("甲公司,文一路,张工,14100000009,,\n", update=True)
    assert stored(desk)[0]["people"] == [("张工", "14100000009"), ("李总", "14100000002")]
    assert [person.primary for person in desk.session.exec(select(Contact).order_by(col(Contact.id)))] == [True, False]


def test_an_update_moves_the_next_due_day_with_the_class(desk: Desk, take: Import) -> None:
    take("甲公司,2026-11-20,C", header="客户名称,最近拜访,等级")
    take("甲公司,A", header="客户名称,等级", update=True)
    (client,) = desk.everyone()
    assert client.next_due_on == date(2026, 12, 4)


def test_a_record_is_known_by_code_then_credit_code_then_name(desk: Desk, take: Import) -> None:
    header = "编号,税号,客户名称,备注"
    take(f",{USCC},甲公司,\n,{OTHER_USCC},乙公司,\n,,丙公司,\n", header=header)
    assert counts(take(f"C0003,{OTHER_USCC},甲公司,按编号", header=header, update=True)) == (0, 1, 0, 0, 0)
    assert [client.note for client in desk.everyone()] == [None, None, "按编号"]
    assert counts(take(f",{USCC},甲,按税号", header=header, update=True)) == (0, 1, 0, 0, 0)
    assert [client.name for client in desk.everyone()] == ["甲", "乙公司", "甲公司"]
    assert counts(take(",,  乙 公司,按名称", header=header, update=True)) == (0, 1, 0, 0, 0)
    assert desk.everyone()[1].note == "按名称"


def test_a_client_that_gets_another_name_is_spoken_of(desk: Desk, take: Import) -> None:
    desk.client("甲公司")
    found = take("C0001,乙公司", header="编号,客户名称", update=True)
    assert "甲公司" in found.notes[0]
    assert desk.find("ygs") == "C0001"


def test_codes_are_kept_where_they_are_free(desk: Desk, take: Import) -> None:
    desk.client("旧公司")
    take("C0007,甲公司\n,乙公司\nC0003,丙公司\nC0007,丁公司\n", header="编号,客户名称")
    assert {client["name"]: client["code"] for client in stored(desk)} == {
        "旧公司": "C0001",
        "丙公司": "C0003",
        "甲公司": "C0007",
        "乙公司": "C0008",
    }
    assert desk.client("新公司").code == "C0009"


def test_the_code_of_a_removed_client_is_not_given_again(desk: Desk, take: Import) -> None:
    clients.remove(desk.session, desk.client("旧公司"))
    take("C0001,甲公司", header="编号,客户名称")
    assert [client["code"] for client in stored(desk)] == ["C0002"]


def test_a_removed_client_is_not_there_to_be_matched(desk: Desk, take: Import) -> None:
    clients.remove(desk.session, desk.client("甲公司"))
    assert counts(take("甲公司,,,,,")) == (1, 0, 0, 0, 0)


# --- namesakes ---


def test_the_same_name_with_another_phone_and_address_is_another_client(desk: Desk, take: Import) -> None:
    found = take("甲公司,文一路1号,张工,14100000001,,\n 甲 公司,文二路2号,李总,14100000002,,\n")
    assert counts(found) == (2, 0, 0, 0, 0)
    assert "Row 3" in found.notes[0]


@pytest.mark.parametrize(
    "second",
    [
        "甲公司,文一路1号,张工,14100000001,,",  # the row itself
        "甲公司,文二路2号,张工,14100000001,,",  # the same phone
        "甲公司,文一路1号,张工,14100000002,,",  # the same address
        "甲公司,,张工,14100000002,,",  # no address to tell it by
        "甲公司,文二路2号,,,,",  # no phone to tell it by
    ],
)
def test_a_further_row_of_a_client_is_a_duplicate(desk: Desk, take: Import, second: str) -> None:
    found = take(f"甲公司,文一路1号,张工,14100000001,,\n{second}\n")
    assert counts(found) == (1, 0, 0, 1, 0)
    assert len(stored(desk)) == 1


def test_a_further_row_may_bring_another_contact(desk: Desk, take: Import) -> None:
    text = "甲公司,文一路1号,张工,14100000001,,\n甲公司,文一路1号,李总,14100000002,,\n"
    found = take(text)
    assert counts(found) == (1, 0, 0, 1, 0)
    assert stored(desk)[0]["people"] == [("张工", "14100000001"), ("李总", "14100000002")]
    assert [person.primary for person in desk.session.exec(select(Contact).order_by(col(Contact.id)))] == [True, False]
    assert "another contact" in found.notes[0]
    assert counts(take(text)) == (0, 0, 2, 0, 0)


def test_namesakes_are_told_apart_again_whatever_the_order_of_the_rows(desk: Desk, take: Import) -> None:
    first, second, third = (f"甲公司,文{n}路,人{n},1410000000{n},,{{}}\n" for n in (1, 2, 3))
    take(first.format("") + second.format(""))
    found = take(third.format("三") + second.format("二") + first.format("一"), update=True)
    assert counts(found) == (1, 2, 0, 0, 0)
    assert {client.address: client.note for client in desk.everyone()} == {"文1路": "一", "文2路": "二", "文3路": "三"}


def test_the_row_that_surely_means_a_client_goes_before_one_that_shares_the_name(desk: Desk, take: Import) -> None:
    known, branch = "甲公司,文一路1号,张工,14100000001,,\n", "甲公司,文二路2号,李总,14100000002,,\n"
    take(known)
    assert counts(take(branch + known, update=True)) == (1, 0, 1, 0, 0)


def test_among_several_namesakes_a_row_with_another_phone_and_address_is_none_of_them(desk: Desk, take: Import) -> None:
    first, second, third = (f"甲公司,文{n}路,人{n},1410000000{n},,\n" for n in (1, 2, 3))
    take(first + second)
    assert counts(take(third, update=True)) == (1, 0, 0, 0, 0)


def test_codes_follow_the_rows_of_the_file(desk: Desk, take: Import) -> None:
    take("甲公司,文1路,,14100000001,,\n乙公司,,,,,\n甲公司,文2路,,14100000002,,\n")
    assert [(client["code"], client["name"]) for client in stored(desk)] == [
        ("C0001", "甲公司"),
        ("C0002", "乙公司"),
        ("C0003", "甲公司"),
    ]


def test_further_rows_of_a_client_that_is_there_bring_their_contacts_in_an_update(desk: Desk, take: Import) -> None:
    take("甲公司,文一路,老王,14100000001,,")
    found = take("甲公司,文一路,张工,,,新\n甲公司,文一路,李总,,,别的\n", update=True)
    assert counts(found) == (0, 1, 0, 1, 0)
    assert [name for name, _mobile in stored(desk)[0]["people"]] == ["老王", "张工", "李总"]
    assert desk.everyone()[0].note == "新"


def test_one_client_there_is_the_one_meant_even_with_another_phone_and_address(desk: Desk, take: Import) -> None:
    take("甲公司,文一路1号,张工,14100000001,,")
    assert counts(take("甲公司,文二路2号,张工,14100000002,,")) == (0, 0, 0, 1, 0)


def test_a_credit_code_twice_in_a_file_is_one_client(desk: Desk, take: Import) -> None:
    found = take(f"{USCC},甲公司\n{USCC},甲有限公司\n", header="税号,客户名称")
    assert counts(found) == (1, 0, 0, 1, 0)


def test_thousands_of_rows_of_one_name_are_matched_without_looking_at_each_pair(desk: Desk, take: Import) -> None:
    rows = "".join(f"甲公司,文一路{n}号,人,1410{n:07d},,\n" for n in range(1500))
    assert counts(take(rows)) == (1500, 0, 0, 0, 0)
    assert counts(take(rows)) == (0, 0, 1500, 0, 0)


# --- contacts ---


@pytest.mark.parametrize(
    ("row", "name"),
    [("甲公司,,14100000001,", "—"), ("甲公司,,14100000001,厂长", "厂长"), ("甲公司,,,厂长", "厂长")],
)
def test_a_contact_without_a_name_goes_by_the_title(desk: Desk, take: Import, row: str, name: str) -> None:
    header = "客户名称,联系人,手机,职务"
    take(row, header=header)
    assert stored(desk)[0]["people"][0][0] == name
    assert counts(take(row, header=header)) == (0, 0, 1, 0, 0)


def test_a_number_without_a_name_is_the_contact_s_that_has_it(desk: Desk, take: Import) -> None:
    take("甲公司,,张工,14100000001,,")
    assert counts(take("甲公司,,,14100000001,,")) == (0, 0, 1, 0, 0)


# --- the last contact and the next ---


def test_the_last_contact_restarts_the_rhythm(desk: Desk, take: Import) -> None:
    take("甲公司,2026-11-20,A\n乙公司,2026-11-20,\n", header="客户名称,最近拜访,等级")
    first, second = desk.everyone()
    assert (first.known_contact_on, first.last_contact_on) == (date(2026, 11, 20), date(2026, 11, 20))
    assert (first.next_due_on, second.next_due_on) == (date(2026, 12, 4), date(2027, 2, 18))


def test_clients_never_contacted_are_spread_within_the_day_s_capacity(desk: Desk, take: Import) -> None:
    take("".join(f"公司{n},,,,C,\n" for n in range(100)))
    days = [client.next_due_on for client in desk.everyone()]
    assert None not in days
    assert max(days.count(day) for day in days) <= 6
    assert min(day for day in days if day) >= TODAY


def test_who_is_not_pursued_is_never_due(desk: Desk, take: Import) -> None:
    take("甲公司,流失,\n乙公司,,是\n", header="客户名称,阶段,已归档")
    assert [client.next_due_on for client in desk.everyone()] == [None, None]


@pytest.mark.parametrize(
    ("told", "outcome", "last"),
    [
        ("2026-11-20", "unchanged", date(2026, 11, 20)),
        ("2026-11-23", "updated", date(2026, 11, 23)),
        ("2026-11-10", "updated", date(2026, 11, 10)),  # what an earlier file told is corrected
    ],
)
def test_a_told_last_contact_counts_when_later_or_corrected(
    desk: Desk, take: Import, told: str, outcome: str, last: date
) -> None:
    header = "客户名称,最近拜访"
    take("甲公司,2026-11-20", header=header)
    found = take(f"甲公司,{told}", header=header, update=True)
    assert getattr(found, outcome) == 1
    assert desk.everyone()[0].last_contact_on == last


def test_a_visit_is_not_undone_by_an_older_day_in_a_file(desk: Desk, take: Import) -> None:
    client = desk.client("甲公司")
    desk.log(client, TODAY)
    assert counts(take("甲公司,2026-11-01", header="客户名称,最近拜访", update=True)) == (0, 0, 1, 0, 0)
    assert desk.everyone()[0].last_contact_on == TODAY


# --- bad rows ---

BAD = "甲公司,,张工,abc,,\n乙公司,,,,,\n,,李总,,D,\n"


def test_one_bad_row_keeps_everything_out_and_all_are_named(desk: Desk, take: Import) -> None:
    found = take(BAD)
    assert counts(found) == (0, 0, 0, 0, 2)
    assert [(error.row, error.column) for error in found.errors] == [(2, "手机"), (4, "等级"), (4, "客户名称")]
    assert desk.everyone() == []


def test_bad_rows_can_be_left_out(desk: Desk, take: Import) -> None:
    assert counts(take(BAD, skip_bad=True)) == (1, 0, 0, 0, 2)
    assert [client.name for client in desk.everyone()] == ["乙公司"]


@pytest.mark.parametrize("text", [BAD, "甲公司,,张工,14100000001,,\n乙公司,,,,,\n"])
def test_a_trial_counts_the_same_and_writes_nothing(desk: Desk, take: Import, text: str) -> None:
    trial = take(text, dry_run=True)
    assert desk.everyone() == []
    assert desk.session.exec(select(Change)).all() == []
    assert counts(take(text)) == counts(trial)


def test_the_bad_rows_stand_as_they_were_with_what_is_wrong(tmp_path: Path, take: Import) -> None:
    found = take(BAD)
    table = read_table(tmp_path / "clients.csv", known_headers=known_headers({}))
    header, *rows = bad_rows(table, found.errors)
    assert header == [*HEADER.split(","), "Error"]
    assert [row[:6] for row in rows] == [["甲公司", "", "张工", "abc", "", ""], ["", "", "李总", "", "D", ""]]
    assert "手机: " in rows[0][6]
    assert "等级: " in rows[1][6]
    assert "客户名称: " in rows[1][6]


def test_the_error_column_of_an_earlier_file_of_bad_rows_is_replaced(tmp_path: Path, take: Import) -> None:
    header = "客户名称,手机,Error"
    found = take("甲公司,abc,old", header=header)
    table = read_table(tmp_path / "clients.csv", known_headers=known_headers({}))
    assert next(bad_rows(table, found.errors)) == ["客户名称", "手机", "Error"]


def test_rows_with_too_many_cells_keep_them_all_in_the_file_of_bad_rows(tmp_path: Path, take: Import) -> None:
    found = take("甲公司,多,余\n乙公司,\n", header="客户名称,备注")
    table = read_table(tmp_path / "clients.csv", known_headers=known_headers({}))
    header, row = bad_rows(table, found.errors)
    assert header == ["客户名称", "备注", "", "Error"]
    assert row[:3] == ["甲公司", "多", "余"]


def test_a_failure_while_writing_leaves_nothing_behind(
    data_file: Path, now: Any, defaults: Any, tmp_path: Path
) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("客户名称\n" + "\n".join(f"公司{n}" for n in range(1500)), "utf-8")
    table = read_table(path, known_headers=known_headers({}))

    def stop(rows: int) -> None:
        if rows == 1000:  # the first thousand is written
            raise KeyboardInterrupt

    def importing() -> None:
        with db.writing(data_file) as session:
            changes.watch(session, "client import", now)
            rules = Desk(session, defaults).rules
            client_import.take(session, table, recognised(table, {}), Options(), *rules, stop)

    with pytest.raises(KeyboardInterrupt):
        importing()
    with db.reading(data_file) as session:
        assert count(session, Client) == count(session, Change) == 0


def count(session: Session, table: Any) -> int:
    return len(session.exec(select(table)).all())
