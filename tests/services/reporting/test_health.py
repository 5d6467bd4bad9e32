"""What is wrong with the data is found, and the mend mends it."""

from datetime import timedelta

from salescli.services.accounts.clients import search_keys
from salescli.services.office import profile
from salescli.services.reporting import health
from tests.services.desk import MON, TODAY, Desk


def found(desk: Desk) -> list[tuple[str, str]]:
    desk.session.flush()
    return [(finding.level, finding.code) for finding in health.findings(desk.session, desk.settings, desk.today)]


def sound(desk: Desk) -> None:
    """Data with nothing wrong: contacted, waiting, archived, lost and removed clients, and visits of every kind."""
    profile.save(desk.session, name="张三")
    client = desk.contacted("蓝海", MON, grade="A")
    desk.log(client)
    desk.log(client, outcome="absent")
    desk.client("等待")
    desk.edit(desk.client("归档"), archived=True)
    desk.edit(desk.contacted("流失", MON), lifecycle="lost")
    desk.edit(desk.client("黑名单"), lifecycle="blocked")


def test_nothing_is_wrong_with_sound_data(desk: Desk) -> None:
    sound(desk)
    assert found(desk) == []


def test_a_missing_profile_is_to_be_mended(desk: Desk) -> None:
    assert found(desk) == [("error", "no_profile")]


def test_the_same_name_twice_is_to_be_mended(desk: Desk) -> None:
    sound(desk)
    twin = desk.client("红山")
    twin.name = " 蓝 海"
    for name, key in search_keys({"name": twin.name}).items():
        setattr(twin, name, key)
    [finding] = health.findings(desk.session, desk.settings, desk.today)
    assert (finding.level, finding.code) == ("error", "same_name")
    assert "C0001" in finding.message
    assert twin.code in finding.message


def test_a_due_day_that_is_not_its_rhythms_is_found_and_mended(desk: Desk) -> None:
    sound(desk)
    blue, waiting, archived, lost, _blocked = desk.everyone()
    for client, wrong in ((blue, TODAY), (waiting, None), (archived, TODAY), (lost, TODAY)):
        right = client.next_due_on
        client.next_due_on = wrong
        assert found(desk) == [("error", "due_days")], client.name
        desk.restart_all()
        assert found(desk) == []
        assert client.next_due_on == right


def test_a_last_contact_that_is_no_visits_is_found_and_mended(desk: Desk) -> None:
    sound(desk)
    client = desk.everyone()[0]
    client.last_contact_on = MON
    client.next_due_on = MON + timedelta(days=14)
    assert found(desk) == [("error", "due_days")]
    desk.restart_all()
    assert (client.last_contact_on, found(desk)) == (TODAY, [])


def test_a_contact_on_a_day_to_come_is_found(desk: Desk) -> None:
    sound(desk)
    desk.contacted("红山", TODAY + timedelta(days=1))
    assert found(desk) == [("error", "contact_to_come")]
