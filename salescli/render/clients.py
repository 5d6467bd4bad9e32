"""Clients and contacts: the columns of their lists."""

from typing import TYPE_CHECKING

from salescli.i18n import N_
from salescli.render.output import Column
from salescli.vocabulary import ContactRole, Lifecycle, label

if TYPE_CHECKING:
    from salescli.services.accounts.clients import ClientRef, ClientView
    from salescli.services.accounts.contacts import ContactView

# As the rows of other subjects name it.
CLIENT: "list[Column[ClientRef]]" = [
    Column("code", N_("Code"), lambda client: client.code),
    Column("name", N_("Client"), lambda client: client.name),
]

CONTACTS: "list[Column[ContactView]]" = [
    Column("name", N_("Name"), lambda contact: contact.name),
    Column("title", N_("Title"), lambda contact: contact.title),
    Column("role", N_("Role"), lambda contact: contact.role, word=lambda token: label(token, ContactRole)),
    Column("mobile", N_("Mobile"), lambda contact: contact.mobile),
    Column("phone", N_("Phone"), lambda contact: contact.phone),
    Column("wechat", N_("WeChat"), lambda contact: contact.wechat),
    Column("email", N_("E-mail"), lambda contact: contact.email),
    Column("primary", N_("Primary"), lambda contact: contact.primary),
    Column("department", N_("Department"), lambda contact: contact.department, on_screen=False),
    Column("birthday", N_("Birthday"), lambda contact: contact.birthday, "day", on_screen=False),
]


def _who(client: "ClientView") -> str | None:
    person = client.primary_contact
    return (
        None if person is None else " ".join(filter(None, (person.name, person.title, person.mobile or person.phone)))
    )


CLIENTS: "list[Column[ClientView]]" = [
    Column("code", N_("Code"), lambda client: client.code),
    Column("name", N_("Client"), lambda client: client.name),
    Column("short_name", N_("Short name"), lambda client: client.short_name, on_screen=False),
    Column("aliases", N_("Aliases"), lambda client: client.aliases, on_screen=False),
    Column("grade", N_("Grade"), lambda client: client.grade),
    Column("grade_reason", N_("Reason for the grade"), lambda client: client.grade_reason, on_screen=False),
    Column(
        "lifecycle",
        N_("Lifecycle"),
        lambda client: client.lifecycle,
        on_screen=False,
        word=lambda token: label(token, Lifecycle),
    ),
    Column("industry", N_("Industry"), lambda client: client.industry, on_screen=False),
    Column("source", N_("Source"), lambda client: client.source, on_screen=False),
    Column("territory", N_("Territory"), lambda client: client.territory, on_screen=False),
    Column("district", N_("District"), lambda client: client.district),
    Column("address", N_("Address"), lambda client: client.address, on_screen=False),
    Column("lat", N_("Latitude"), lambda client: client.lat, on_screen=False),
    Column("lon", N_("Longitude"), lambda client: client.lon, on_screen=False),
    Column("uscc", N_("Credit code"), lambda client: client.uscc, on_screen=False),
    Column("tags", N_("Tags"), lambda client: client.tags, on_screen=False),
    Column("need", N_("Need"), lambda client: client.need, on_screen=False),
    Column("note", N_("Note"), lambda client: client.note, on_screen=False),
    Column("owner", N_("Owner"), lambda client: client.owner, on_screen=False),
    Column("contact", N_("Contact"), _who),
    Column("last_contact_on", N_("Last contact"), lambda client: client.last_contact_on, "day"),
    Column("next_due_on", N_("Next due"), lambda client: client.next_due_on, "day"),
    Column("days_overdue", N_("Days overdue"), lambda client: client.days_overdue, "count"),
    Column("contacts", N_("Contacts"), lambda client: client.contacts, "data", rows_of=CONTACTS),
    Column("archived", N_("Archived"), lambda client: client.archived, on_screen=False),
]
