"""The page before a visit: who the client is, what was last said, what is open."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from salescli.models.clients import Client
from salescli.services.accounts import clients
from salescli.services.accounts.clients import ClientView
from salescli.services.visiting import visits
from salescli.services.visiting.visits import DueStep, VisitView
from salescli.vocabulary import OPEN_STATUSES

_CONTACTS_SHOWN = 3


@dataclass(frozen=True)
class Brief:
    """What to know before the door: the client, the last contacts, what we said would follow, what is planned."""

    client: ClientView
    last_contacts: list[VisitView]
    next_steps: list[DueStep]
    planned: list[VisitView]


def of(session: Session, client: Client, today: date) -> Brief:
    """The brief of a client as of ``today``."""
    of_client = visits.listed(session, None, client)
    return Brief(
        client=clients.view(session, client, today),
        last_contacts=visits.last_contacts(session, client, _CONTACTS_SHOWN),
        next_steps=[step for step in visits.due_steps(session, date.max) if step.client.code == client.code],
        planned=[visit for visit in of_client if visit.status in OPEN_STATUSES],
    )
