"""A salesperson's desk for the tests of services: a session, a fixed Wednesday, and short ways to say what happened."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlmodel import Session, select

from salescli.calendars import Calendar
from salescli.config import Settings
from salescli.models.clients import Client
from salescli.models.visits import Visit
from salescli.services.accounts import cadence, clients, contacts
from salescli.services.accounts.clients import ClientView
from salescli.services.planning import day_plans
from salescli.services.planning.day_plans import DayPlanView
from salescli.services.visiting import visits
from salescli.services.visiting.visits import NextStep, VisitView

TODAY = date(2026, 11, 25)
MON, TUE, WED, THU, FRI, SAT, SUN = (date(2026, 11, 23 + days) for days in range(7))
LATER = date(2027, 6, 1)


@dataclass
class Desk:
    """What every service takes, kept together; ``today`` may be moved on."""

    session: Session
    settings: Settings
    today: date = TODAY
    calendar: Calendar = field(default_factory=Calendar)

    @property
    def now(self) -> datetime:
        """The moment of the tests, 09:00 on their day."""
        return datetime.combine(self.today, time(9)).astimezone()

    @property
    def rules_now(self) -> tuple[datetime, Settings, Calendar]:
        """What the services of a day go by: the moment, the settings and the calendar."""
        return self.now, *self.rules[1:]

    @property
    def rules(self) -> tuple[date, Settings, Calendar]:
        """Today, the settings and the calendar, as services take them."""
        return self.today, self.settings, self.calendar

    def client(self, name: str, contact: dict[str, Any] | None = None, **fields: Any) -> Client:
        """A new client."""
        return clients.add(self.session, {"name": name, **fields}, contact, *self.rules)

    def contacted(self, name: str, day: date, **fields: Any) -> Client:
        """A new client whose last contact was on ``day``."""
        return self.client(name, known_contact_on=day, **fields)

    def edit(self, client: Client, **fields: Any) -> Client:
        """Change a client."""
        return clients.edit(self.session, client, fields, *self.rules)

    def find(self, ref: str) -> str:
        """The code of the client that ``ref`` means."""
        return clients.find(self.session, ref).code

    def view(self, client: Client) -> ClientView:
        """A client as lists show it."""
        return clients.view(self.session, client, self.today)

    def person(self, client: Client, name: str, **fields: Any) -> Any:
        """A new contact at a client."""
        return contacts.add(self.session, client, {"name": name, **fields})

    def log(self, client: Client, day: date | None = None, step: NextStep | None = None, **details: Any) -> Visit:
        """A contact that took place, with a next step far off unless another is given."""
        text = details.pop("text", "见面")
        step = step or NextStep("再联系", LATER)
        return visits.log(self.session, client, text, day or self.today, step, *self.rules, **details)

    def plan(self, client: Client, day: date, at: time | None = None, **details: Any) -> Visit:
        """A planned visit."""
        return visits.plan(self.session, client, day, at, **details)

    def move(self, visit: Visit, day: date, at: time | None = None, reason: str | None = None) -> Visit:
        """Put a planned visit on another day."""
        return visits.move(self.session, visit, day, at, reason)

    def change(self, visit: Visit, **details: Any) -> Visit:
        """Change a visit."""
        return visits.edit(self.session, visit, *self.rules, **details)

    def remove(self, visit: Visit) -> None:
        """Take a visit out."""
        visits.remove(self.session, visit, *self.rules)

    def seen(self, visit: Visit) -> VisitView:
        """A visit as lists show it."""
        return visits.view(self.session, visit)

    def steps(self, day: date | None = None) -> list[str]:
        """The texts of the next steps due on a day."""
        return [step.text for step in visits.due_steps(self.session, day or self.today)]

    def day(self, day: date | None = None) -> DayPlanView:
        """The plan of a day."""
        return day_plans.plan(self.session, day or self.today, *self.rules_now)

    def due(self, **asked: Any) -> list[str]:
        """The names of the clients that are due."""
        return [client.name for client in clients.due(self.session, self.today, **asked)]

    def restart_all(self) -> None:
        """Work out all due days anew."""
        cadence.restart_all(self.session, *self.rules)

    def everyone(self) -> list[Client]:
        """All clients there are."""
        self.session.flush()
        return list(self.session.exec(select(Client)))
