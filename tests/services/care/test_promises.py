"""The ledger of promises: what is open, due and overdue, and in which order."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.errors import BadValue
from salescli.models.promises import Promise
from salescli.services.accounts import clients
from salescli.services.care import promises
from salescli.services.visiting.promise_words import Promised
from tests.services.desk import FRI, MON, SAT, THU, TODAY, TUE, WED, Desk


def promised(desk: Desk, name: str, *days: date, theirs: bool = False, amount: int | None = None) -> list[Promise]:
    """Promises for days, with a client that may be new."""
    client = next((one for one in desk.everyone() if one.name == name), None) or desk.client(name)
    return [promises.add(desk.session, client, Promised(f"{day:%a}", day, theirs, amount)) for day in days]


def test_what_is_open_with_a_client_is_told_ours_first_and_by_day(desk: Desk) -> None:
    promised(desk, "蓝海", MON, theirs=True, amount=500)
    ours = promised(desk, "蓝海", SAT, TUE, FRI)
    promised(desk, "红山", MON)
    promises.waive(desk.session, ours[0], TODAY, "免")
    found = promises.open_of(desk.session, promises.client_of(desk.session, ours[0]), TODAY)
    assert [(one.due_on, one.ours, one.days_overdue) for one in found] == [
        (TUE, True, 1),
        (FRI, True, 0),
        (MON, False, 2),
    ]
    assert [one.collection for one in found] == [False, False, True]


def test_what_is_due_by_a_day_is_of_all_clients_ours_first(desk: Desk) -> None:
    promised(desk, "蓝海", WED, theirs=True)
    promised(desk, "红山", FRI, THU, MON)
    found = promises.due(desk.session, THU, TODAY)
    assert [(one.client.name, one.due_on) for one in found] == [("红山", MON), ("红山", THU), ("蓝海", WED)]
    clients.remove(desk.session, next(one for one in desk.everyone() if one.name == "红山"))
    assert [one.client.name for one in promises.due(desk.session, THU, TODAY)] == ["蓝海"]


def test_a_week_has_what_was_due_or_settled_in_it(desk: Desk) -> None:
    early, inside, late, after = promised(desk, "蓝海", MON - timedelta(7), MON, SAT, MON + timedelta(7))
    promises.keep(desk.session, early, MON - timedelta(1), TODAY)
    promises.keep(desk.session, after, TODAY, TODAY)
    promises.break_(desk.session, late, TODAY, "缺货")
    found = promises.of_week(desk.session, MON, MON + timedelta(7))
    assert {(one.code, one.state) for one in found} == {
        (inside.code, "open"),
        (late.code, "broken"),
        (after.code, "kept"),
    }
    assert [one.code for one in promises.of_week(desk.session, MON - timedelta(7), MON)] == [early.code]


@given(st.integers(-40, 40), st.integers(0, 40))
def test_a_promise_is_kept_in_time_up_to_its_day(desk: Desk, due: int, ago: int) -> None:
    [promise] = promised(desk, "蓝海", TODAY + timedelta(due))
    assert promises.view(desk.session, promise, TODAY).days_overdue == max(0, -due)
    promises.keep(desk.session, promise, TODAY - timedelta(ago), TODAY)
    view = promises.view(desk.session, promise, TODAY)
    assert view.state == ("late" if -ago > due else "kept")
    assert (view.kept_on, view.days_overdue) == (TODAY - timedelta(ago), 0)
    promises.edit(desk.session, promise, due_on=TODAY)
    assert promise.state == "kept"


def test_a_promise_is_not_kept_on_a_day_to_come(desk: Desk) -> None:
    [promise] = promised(desk, "蓝海", FRI)
    with pytest.raises(BadValue):
        promises.keep(desk.session, promise, THU, TODAY)


def test_a_new_text_brings_its_money_along(desk: Desk) -> None:
    [promise] = promised(desk, "蓝海", FRI, theirs=True)
    for text, amount in (("付款30万", 30_000_000), ("付款40万", 40_000_000), ("送合同", None)):
        assert promises.edit(desk.session, promise, text=text).amount == amount
    assert promises.edit(desk.session, promise, amount=500).amount == 500
    assert promises.edit(desk.session, promise, text="付首期").amount == 500
    assert promises.edit(desk.session, promise, amount=0).amount is None
