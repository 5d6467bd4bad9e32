"""Clients as a file takes them out: all of them, or the contacts there as a phone book has them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col

from salescli.models.base import select_columns
from salescli.models.clients import Client, Contact
from salescli.services.accounts import clients
from salescli.services.accounts.clients import ClientView
from salescli.services.files.client_matching import NAMELESS
from salescli.services.files.imports import ASKED_AT_ONCE, pieces

_CLIENT = ("name", "address", "tags", "note")
_PERSON = ("name", "title", "department", "role", "mobile", "phone", "wechat", "email", "birthday")


@dataclass(frozen=True)
class ContactCard:
    """A contact with the client it is at; without ``name`` it is the client's own card. ``changed_at`` is aware."""

    uid: str
    changed_at: datetime
    client: str
    address: str | None
    tags: list[str]
    note: str | None
    name: str | None = None
    title: str | None = None
    department: str | None = None
    role: str | None = None
    mobile: str | None = None
    phone: str | None = None
    wechat: str | None = None
    email: str | None = None
    birthday: date | None = None


def codes(session: Session) -> Sequence[str]:
    """The codes of all clients, the archived ones too."""
    query = select_columns(Client.code).where(col(Client.deleted_at).is_(None)).order_by(col(Client.id))
    return [row if isinstance(row, str) else row[0] for row in session.exec(query)]


def views(session: Session, wanted: Sequence[str] | None, today: date) -> Iterator[ClientView]:
    """The clients of these codes, or all, the archived ones too; no more than some are in memory at a time."""
    if wanted is None:
        yield from clients.each(session, today)
        return
    for piece in pieces(wanted, ASKED_AT_ONCE - 1):
        yield from clients.by_codes(session, piece, today)


def cards(session: Session, wanted: Sequence[str]) -> Iterator[ContactCard]:
    """A card for every contact at the clients of these codes, and one for a client without contacts."""
    for piece in pieces(wanted, ASKED_AT_ONCE):
        columns = [getattr(Client, name) for name in _CLIENT]
        query = select_columns(Client.id, Client.uuid, Client.updated_at, *columns)
        found = list(session.exec(query.where(col(Client.code).in_(piece)).order_by(col(Client.id))))
        people = _people(session, [row[0] for row in found])
        for number, uuid, changed_at, *values in found:
            at_client = dict(zip(("client", *_CLIENT[1:]), values, strict=True))
            if number not in people:
                yield ContactCard(uuid, changed_at, **at_client)
            for person in people.get(number, []):
                own, changed, *rest = person
                known = dict(zip(_PERSON, rest, strict=True))
                known["name"] = None if known["name"] == NAMELESS else known["name"]
                yield ContactCard(own, max(changed, changed_at), **at_client, **known)


def _people(session: Session, client_ids: list[int]) -> dict[int, list[Any]]:
    people: dict[int, list[Any]] = {}
    columns = [getattr(Contact, name) for name in _PERSON]
    query = select_columns(Contact.client_id, Contact.uuid, Contact.updated_at, *columns).where(
        col(Contact.client_id).in_(client_ids), col(Contact.deleted_at).is_(None), col(Contact.left_on).is_(None)
    )
    for client_id, *values in session.exec(query.order_by(col(Contact.primary).desc(), col(Contact.id))):
        people.setdefault(client_id, []).append(values)
    return people
