"""Merging two clients: everything moves, nothing is lost, whatever table it stands in."""

from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, select

from salescli.errors import BadValue, NotFound, Refused
from salescli.models import all_tables
from salescli.models.clients import Client, Contact
from salescli.models.credits import Credit
from salescli.models.duplicates import ClientMerge, ClientPair
from salescli.models.promises import Promise
from salescli.models.surveys import Survey
from salescli.models.targets import Target
from salescli.services.accounts import clients, duplicates, merges
from tests.services.desk import TODAY, Desk


@pytest.fixture
def two(desk: Desk) -> tuple[Client, Client]:
    """The client that stays, and the one that goes."""
    kept = desk.client("杭州蓝海机电有限公司", {"name": "张工", "mobile": "13800000001"}, grade="A", note="老客户")
    gone = desk.client(
        "杭州市蓝海机电设备有限公司",
        {"name": "张工", "mobile": "13900000002", "title": "经理", "wechat": "wx1"},
        grade="B", district="滨江", tags=["重点"], aliases=["老蓝"], short_name="蓝设", note="急",
    )  # fmt: skip
    return kept, gone


def merge(desk: Desk, two: tuple[Client, Client]) -> merges.Merging:
    kept, gone = two
    return merges.merge(desk.session, kept, gone, *desk.rules)


def stored(desk: Desk, record: Any) -> Any:
    desk.session.add(record)
    desk.session.flush()
    return record


def _value(column: sa.Column[Any], count: int) -> Any:
    kinds = {
        sa.Integer: count, sa.Date: date(2026, 11, count % 28 + 1), sa.Boolean: True, sa.JSON: [], sa.Float: 1.0,
    }  # fmt: skip
    if type(column.type).__name__ == "Moment":
        return datetime.fromisoformat("2026-11-25T09:00+08:00")
    return next((value for kind, value in kinds.items() if isinstance(column.type, kind)), f"{column.name}{count}")


def _a_row(desk: Desk, table: sa.Table, made: dict[str, int], **given: Any) -> int:
    """A row in any table, with all that it must have and what it must refer to."""
    connection = desk.session.connection()
    count = (connection.execute(sa.select(sa.func.max(table.c.id))).scalar() or 0) + 1
    values: dict[str, Any] = {"id": count, **given}
    for column in table.columns:
        if column.name not in values and not column.nullable:
            parent = next((key.column.table for key in column.foreign_keys), None)
            if parent is None:
                values[column.name] = _value(column, count)
            elif parent.name == "client":
                values[column.name] = made["client"]
            else:
                values[column.name] = made.get(parent.name) or made.setdefault(parent.name, _a_row(desk, parent, made))
    connection.execute(table.insert().values(values))
    return count


def test_every_row_of_every_table_that_refers_to_it_moves(desk: Desk, two: tuple[Client, Client]) -> None:
    kept, gone = two
    tables = all_tables().tables
    referring = [
        (table, column)
        for table in tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table is tables["client"] and (table.name, column.name) != ("clientmerge", "gone_id")
    ]
    assert len(referring) > 15
    third = desk.client("宁波红山")
    rows = [
        (table, column, _a_row(desk, table, {"client": third.id or 0}, **{column.name: gone.id, **more}))
        for table, column in referring
        for more in ({}, {"deleted_at": datetime.fromisoformat("2026-11-25T09:00+08:00")})
    ]
    merge(desk, two)
    for table, column, key in rows:
        row = desk.session.connection().execute(sa.select(table).where(table.c.id == key)).mappings().one()
        if table.name == "clientpair":  # the smaller key stands first
            assert {row["first_id"], row["second_id"]} == {kept.id, third.id}, row
        else:
            assert row[column.name] == kept.id, (table.name, column.name)
    assert desk.session.connection().exec_driver_sql("PRAGMA foreign_key_check").all() == []


def test_the_kept_client_is_filled_and_what_differs_is_noted(desk: Desk, two: tuple[Client, Client]) -> None:
    done = merge(desk, two)
    view = desk.view(two[0])
    assert (view.name, view.grade, view.district, view.short_name, view.tags) == (
        "杭州蓝海机电有限公司", "A", "滨江", "蓝设", ["重点"],
    )  # fmt: skip
    assert view.aliases == ["杭州市蓝海机电设备有限公司", "蓝设", "老蓝"]
    assert view.note == "老客户\n急\nC0002 杭州市蓝海机电设备有限公司 had grade B."
    assert {difference.field for difference in done.differences} == {"name", "short_name", "district", "grade", "note"}
    assert desk.find("老蓝") == desk.find("杭州市蓝海机电设备有限公司") == "C0001"


def test_one_person_at_both_becomes_one_with_all_numbers(desk: Desk, two: tuple[Client, Client]) -> None:
    kept, gone = two
    boss = desk.person(gone, "李总", mobile="13700000003", primary=True)
    twin = desk.session.exec(select(Contact).where(Contact.client_id == gone.id, Contact.name == "张工")).one()
    promise = stored(
        desk,
        Promise(code="P0001", client_id=gone.id or 0, contact_id=twin.id, direction="ours", text="样品", due_on=TODAY),
    )
    merge(desk, two)
    people = {person.name: person for person in desk.view(kept).contacts}
    assert list(people) == ["张工", "李总"]
    assert (people["张工"].mobile, people["张工"].phone, people["张工"].title, people["张工"].wechat) == (
        "13800000001", "13900000002", "经理", "wx1",
    )  # fmt: skip
    assert (people["张工"].primary, people["李总"].primary) == (True, False)
    assert (boss.client_id, twin.client_id, promise.client_id) == (kept.id, kept.id, kept.id)
    stays = desk.session.exec(select(Contact).where(Contact.name == "张工", Contact.mobile == "13800000001")).one()
    assert promise.contact_id == stays.id


def test_numbers_and_words_of_a_joined_person_are_all_kept(desk: Desk, two: tuple[Client, Client]) -> None:
    kept, gone = two
    for client, fields in ((kept, ("1", "科长", "a@b.cn")), (gone, ("2", "厂长", "c@d.cn"))):
        number, title, email = fields
        desk.person(
            client, "王工", mobile=f"1360000000{number}", phone=f"0571-8888666{number}", title=title, email=email
        )
    merge(desk, two)
    joined = next(
        person for person in desk.session.exec(select(Contact).where(Contact.name == "王工")) if not person.deleted_at
    )
    told = f"{joined.mobile} {joined.phone} {joined.title} {joined.email} {joined.preferences}"
    for text in ("13600000001", "13600000002", "0571-88886661", "0571-88886662", "科长", "厂长", "a@b.cn", "c@d.cn"):
        assert text in told


@pytest.mark.parametrize("answered", ["kept", "gone", "both", "neither"])
def test_two_surveys_of_a_quarter_become_one(desk: Desk, two: tuple[Client, Client], answered: str) -> None:
    for code, client, score, name in (("S0001", two[0], 90, "kept"), ("S0002", two[1], 60, "gone")):
        fields: dict[str, Any] = {"code": code, "year": 2026, "quarter": 4, "client_id": client.id}
        if answered in (name, "both"):
            fields |= {"state": "answered", "score": score, "answered_on": TODAY, "reason": f"因为{score}"}
        stored(desk, Survey(**fields))
    merge(desk, two)
    rows = desk.session.exec(select(Survey)).all()
    assert {row.client_id for row in rows} == {two[0].id}
    (living,) = [row for row in rows if row.deleted_at is None]
    told = f"{living.score} {living.reason}"
    assert all(text in told for text, name in (("90", "kept"), ("60", "gone")) if answered in (name, "both"))
    assert (living.state == "answered") is (answered != "neither")


def test_the_credit_of_the_kept_client_stays_in_force(desk: Desk, two: tuple[Client, Client]) -> None:
    kept, gone = two
    for client, limit in ((kept, 50_000_00), (gone, 20_000_00)):
        stored(desk, Credit(client_id=client.id or 0, credit_limit=limit))
    merge(desk, two)
    credits = desk.session.exec(select(Credit).order_by(sa.text("id"))).all()
    assert [(credit.client_id, credit.current) for credit in credits] == [(kept.id, True), (kept.id, False)]
    assert "20,000.00" in (desk.view(kept).note or "")


def test_a_credit_that_only_the_other_has_comes_into_force(desk: Desk, two: tuple[Client, Client]) -> None:
    credit = stored(desk, Credit(client_id=two[1].id or 0, credit_limit=100))
    merge(desk, two)
    assert (credit.client_id, credit.current) == (two[0].id, True)


def test_targets_for_the_client_move_unless_both_have_one(desk: Desk, two: tuple[Client, Client]) -> None:
    def target(period: str, code: str) -> Target:
        year = int(period)
        made: Target = stored(
            desk,
            Target(period=period, begin=date(year, 1, 1), end=date(year + 1, 1, 1), measure="amount",
                   scope=f"client:{code}", version=1, amount=100),
        )  # fmt: skip
        return made

    moved, left = target("2026", "C0002"), target("2027", "C0002")
    target("2027", "C0001")
    assert merge(desk, two).left == ("2027",)
    assert (moved.scope, left.scope) == ("client:C0001", "client:C0002")


def test_the_last_contact_and_the_next_due_day_follow(desk: Desk, two: tuple[Client, Client]) -> None:
    desk.log(two[1], date(2026, 11, 20))
    merge(desk, two)
    assert two[0].last_contact_on == date(2026, 11, 20)
    assert two[0].next_due_on == date(2026, 12, 4)  # of class A, 14 days


@pytest.mark.parametrize(("kept", "gone", "became"), [
    ("lead", "customer", "customer"), ("customer", "lead", "customer"), ("lost", "customer", "lost"),
    ("prospect", "dormant", "prospect"),
])  # fmt: skip
def test_the_nearer_of_two_stages_counts(
    desk: Desk, two: tuple[Client, Client], kept: str, gone: str, became: str
) -> None:
    two[0].lifecycle, two[1].lifecycle = kept, gone
    merge(desk, two)
    assert two[0].lifecycle == became


def test_who_was_told_apart_from_the_other_is_told_apart_from_the_kept_one(
    desk: Desk, two: tuple[Client, Client]
) -> None:
    third = desk.client("浙江蓝海机电")
    merges.tell_apart(desk.session, third, two[1])
    merges.tell_apart(desk.session, *two)
    assert [pair.second.code for pair in duplicates.listed(desk.session)] == ["C0003"]
    merge(desk, two)
    assert duplicates.listed(desk.session) == []
    living = [pair for pair in desk.session.exec(select(ClientPair)) if pair.deleted_at is None]
    assert [(pair.first_id, pair.second_id) for pair in living] == [(two[0].id, third.id)]


def test_the_other_one_is_found_by_its_old_code_as_merged_also_over_two_merges(
    desk: Desk, two: tuple[Client, Client]
) -> None:
    merge(desk, two)
    assert desk.find("c0002") == "C0001"
    last = desk.client("上海远航")
    merges.merge(desk.session, last, two[0], *desk.rules)
    assert desk.find("C0002") == "C0003"
    first, second = desk.session.info["followed"]
    assert ("merged into C0001" in first, "merged into C0003" in second) == (True, True)
    with pytest.raises(NotFound, match=r"C0002 .* merged into C0003"):
        clients.find(desk.session, "C0002", follow=False)
    clients.remove(desk.session, last)
    with pytest.raises(NotFound):
        desk.find("C0002")
    last.deleted_at = None
    assert [row.merged_on for row in desk.session.exec(select(ClientMerge))] == [TODAY, TODAY]
    assert desk.find("杭州市蓝海机电设备有限公司") == "C0003"


def test_what_is_no_merge_is_refused_and_a_look_changes_nothing(desk: Desk, two: tuple[Client, Client]) -> None:
    with pytest.raises(BadValue):
        merges.merge(desk.session, two[0], two[0], *desk.rules)
    two[0].uscc, two[1].uscc = "91330106MA27XG9K4Q", "91330106MA27XG9K5U"
    with pytest.raises(Refused, match="C0001 and C0002"):
        merges.look(desk.session, *two)
    two[1].uscc = None
    desk.session.flush()
    looked = merges.look(desk.session, *two)
    assert not desk.session.dirty
    assert looked.moves == (("contact", 1),)
    assert clients.find(desk.session, "C0002") is two[1]
    assert SQLModel.metadata.tables.keys() == all_tables().tables.keys()
