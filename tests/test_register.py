"""A client list of 3,000 real company names: imported, searched and planned."""

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from salescli import db
from salescli.calendars import Calendar
from salescli.config import DEFAULTS, Settings
from salescli.dates import Period
from salescli.errors import Ambiguous
from salescli.services.accounts import clients
from salescli.services.planning import day_plans
from salescli.texts import pinyin_keys
from tests.conftest import run_program

REGISTER = Path(__file__).parent / "data/register/clients_gb18030.csv"
TODAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 12).astimezone()
SETTINGS = Settings(Path("none.toml"), DEFAULTS)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Path:
    """A data file with the register imported by the real program."""
    folder = tmp_path_factory.mktemp("register")
    path = Path(shutil.copy(template, folder / "sales.db"))
    environ = {
        "SALES_DB": str(path),
        "SALES_CONFIG": str(folder / "none.toml"),
        "SALES_TODAY": str(TODAY),
        "SALES_LANG": "en",
        "SALES_COPIES": "0",
    }
    done = run_program(["client", "import", str(REGISTER)], environ, folder, b"")
    assert done.out.startswith("3000 rows: 3000 new, 0 updated, 0 unchanged, 0 duplicate, 0 bad."), done
    return path


@pytest.fixture
def session(register: Path) -> Iterator[Session]:
    with db.reading(register) as opened:
        yield opened


def everyone(session: Session) -> list[clients.ClientView]:
    return clients.listed(session, clients.Filter(), TODAY)


def test_every_client_is_found_by_its_name(session: Session) -> None:
    for client in everyone(session)[::10]:
        assert clients.find(session, client.name).code == client.code


def meant(session: Session, ref: str) -> list[str]:
    """The codes that a reference may mean."""
    try:
        return [clients.find(session, ref).code]
    except Ambiguous as several:
        return [code for code, _name in several.choices]


def test_every_client_is_found_by_its_initials_or_is_among_the_choices(session: Session) -> None:
    for client in everyone(session)[::25]:
        assert client.code in meant(session, pinyin_keys(client.name)[1].split("\n")[0])


def test_two_characters_find_every_name_that_has_them(session: Session) -> None:
    with_textile = [client.code for client in everyone(session) if "纺织" in client.name]
    assert [client.code for client in clients.listed(session, clients.Filter(text="纺织"), TODAY)] == with_textile


def test_nobody_is_overdue_and_no_day_has_more_than_it_holds(session: Session) -> None:
    due = Counter(client.next_due_on for client in everyone(session))
    assert None not in due
    assert min(day for day in due if day) == TODAY
    assert max(due.values()) == 5  # so many fit into the field time
    assert {client.days_overdue for client in everyone(session)} == {0}


def test_a_fortnight_of_plans_goes_to_no_client_twice_and_stays_in_few_districts(session: Session) -> None:
    fortnight = Period(TODAY, TODAY + timedelta(days=14), "fortnight")
    plans = day_plans.propose_period(session, fortnight, NOON, SETTINGS, Calendar())
    visited = [stop.visit.client.code for plan in plans for stop in plan.visits]
    assert (len(plans), len(visited), len(set(visited))) == (10, 50, 50)
    assert max(len({stop.visit.district for stop in plan.visits}) for plan in plans) <= 2
