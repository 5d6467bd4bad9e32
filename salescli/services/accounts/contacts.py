"""The people at a client: add, find, edit, remove; one of them is the primary one."""

from datetime import date
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from salescli.checks import checked_email, checked_phone
from salescli.errors import Ambiguous, NotFound, Refused
from salescli.i18n import _
from salescli.models.base import plain_rows, select_columns
from salescli.models.clients import CONTACTS, Client, Contact
from salescli.services.changes import now_of
from salescli.texts import clean, name_key
from salescli.vocabulary import ContactRole, field_word, parse_word


class ContactView(NamedTuple):
    """A contact as lists and JSON show it."""

    name: str
    title: str | None
    role: str | None
    mobile: str | None
    phone: str | None
    wechat: str | None
    email: str | None
    primary: bool
    department: str | None = None
    birthday: date | None = None


def of_clients(session: Session, client_ids: list[int]) -> dict[int, list[ContactView]]:
    """Contacts by client, the primary one first; those who left are not shown."""
    people: dict[int, list[ContactView]] = {}
    columns = [CONTACTS.c[name] for name in ContactView._fields]
    query = select_columns(CONTACTS.c.client_id, *columns).where(
        CONTACTS.c.deleted_at.is_(None), CONTACTS.c.left_on.is_(None)
    )
    if len(client_ids) < 500:  # SQLite takes a bounded number of parameters; long lists read from first to last
        query = query.where(CONTACTS.c.client_id.in_(client_ids))
    else:
        query = query.where(CONTACTS.c.client_id.between(min(client_ids), max(client_ids)))
    for client_id, *values in plain_rows(session, query.order_by(CONTACTS.c.primary.desc(), CONTACTS.c.id)):
        people.setdefault(client_id, []).append(ContactView(*values))
    return people


def listed(session: Session, client: Client) -> list[ContactView]:
    """The contacts at a client, the primary one first."""
    assert client.id is not None
    return of_clients(session, [client.id]).get(client.id, [])


def view(contact: Contact) -> ContactView:
    """A contact as lists and JSON show it."""
    return ContactView(*(getattr(contact, name) for name in ContactView._fields))


def add(session: Session, client: Client, fields: dict[str, Any]) -> Contact:
    """Store a person at a client; the first one there is the primary one."""
    assert client.id is not None
    values = checked_fields(fields)
    others = list(session.exec(_at(client)))
    _refuse_same_name(client, others, values["name"])
    if values.get("primary"):
        _no_longer_primary(session, others)
    contact = Contact(client_id=client.id, **{"primary": not others, **values})
    session.add(contact)
    session.flush()
    return contact


def edit(session: Session, client: Client, name: str, fields: dict[str, Any]) -> Contact:
    """Change a contact's fields, found by name at this client."""
    contact = find(session, client, name)
    values = checked_fields({"name": contact.name, **fields})
    others = [other for other in session.exec(_at(client)) if other.id != contact.id]
    _refuse_same_name(client, others, values["name"])
    if values.get("primary"):
        _no_longer_primary(session, others)
    for field_name, value in values.items():
        setattr(contact, field_name, value)
    session.add(contact)
    session.flush()
    if contact.left_on is not None:
        _hand_over(session, client, contact)
    return contact


def remove(session: Session, client: Client, name: str) -> Contact:
    """Take a contact out of the lists; the next one becomes the primary one."""
    contact = find(session, client, name)
    contact.deleted_at = now_of(session)
    session.add(contact)
    session.flush()
    _hand_over(session, client, contact)
    return contact


def _refuse_same_name(client: Client, others: list[Contact], name: str) -> None:
    if any(name_key(other.name) == name_key(name) for other in others):
        raise Refused(
            _("{client} already has a contact {name}.").format(client=client.name, name=name),
            hint=_("Use `sales client contact edit`."),
        )


def _hand_over(session: Session, client: Client, gone: Contact) -> None:
    """Let the next contact be the primary one if the one who is gone was."""
    if not gone.primary:
        return
    gone.primary = False
    session.add(gone)
    heir = session.exec(_at(client)).first()
    if heir is not None:
        heir.primary = True
        session.add(heir)
    session.flush()


def find(session: Session, client: Client, name: str) -> Contact:
    """The contact of this name, or part of a name, at a client.

    Raises NotFound, or Ambiguous with the (name, title and number) of those who match.
    """
    key = name_key(name)
    people = list(session.exec(_at(client)))
    found = [person for person in people if name_key(person.name) == key]
    found = found or [person for person in people if key and key in name_key(person.name)]
    if not found:
        raise NotFound(
            _("{client} has no contact “{name}”.").format(client=client.name, name=name),
            hint=_("`sales client contact list {code}` shows them.").format(code=client.code),
        )
    if len(found) > 1:
        choices = [(person.name, " ".join(filter(None, (person.title, person.mobile)))) for person in found]
        raise Ambiguous(
            _("“{name}” matches several contacts of {client}").format(name=name, client=client.name),
            choices,
            hint=_("Give the whole name."),
        )
    contact: Contact = found[0]
    return contact


def _at(client: Client) -> Any:
    return (
        select(Contact)
        .where(Contact.client_id == client.id, col(Contact.deleted_at).is_(None), col(Contact.left_on).is_(None))
        .order_by(col(Contact.primary).desc(), col(Contact.id))
    )


def _no_longer_primary(session: Session, people: Any) -> None:
    for person in people:
        person.primary = False
        session.add(person)


def checked_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """Columns of Contact from texts as typed or imported; BadValue names the first that can't be read."""
    return {name: _checked_field(name, value) for name, value in fields.items()}


def _checked_field(name: str, value: Any) -> Any:
    if name in ("primary", "birthday", "left_on"):
        return value
    if name == "role":
        return parse_word(value, ContactRole).value
    if name == "email":
        return checked_email(value)
    if name in ("mobile", "phone"):
        return checked_phone(value)
    return clean(value, field=field_word(name))
