"""What is wrong with the data, and the command that mends it."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from salescli.config import Settings
from salescli.i18n import _, _n
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.services.accounts import cadence
from salescli.services.figures import expired_classes
from salescli.services.office import profile


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: ``code`` for scripts, a sentence, and what mends it. ``error`` or ``warning``."""

    level: str
    code: str
    message: str
    mend: str


def findings(session: Session, settings: Settings, today: date) -> list[Finding]:
    """What is wrong with the records: no profile, the same client twice, due days that aren't the rhythm's, …"""
    return [
        *_profile(session),
        *_same_names(session),
        *_due_days(session, settings),
        *_days_to_come(session, today),
        *_expired_classes(session, today),
    ]


def _expired_classes(session: Session, today: date) -> list[Finding]:
    return [
        Finding(
            "warning",
            "expired_class",
            _("The class {grade} of {name} was set by hand until {day}, which is past.").format(
                grade=grade, name=name, day=day.isoformat()
            ),
            "sales client grade --apply",
        )
        for _code, name, grade, day in expired_classes.of(session, today)
    ]


def _profile(session: Session) -> list[Finding]:
    if profile.of(session).name:
        return []
    return [Finding("warning", "no_profile", _("Nobody has said whose data this is."), "sales init")]


def _same_names(session: Session) -> list[Finding]:
    rows = session.exec(
        select_columns(Client.name_key, Client.code, Client.name).where(col(Client.deleted_at).is_(None))
    )
    by_key: dict[str, list[tuple[str, str]]] = {}
    for key, code, name in rows:
        by_key.setdefault(key, []).append((code, name))
    return [
        Finding(
            "warning",
            "same_name",
            _("{name} is there {count} times: {codes}.").format(
                name=twins[0][1], count=len(twins), codes=_(", ").join(code for code, _name in twins)
            ),
            f"sales client edit {twins[-1][0]} --name …",
        )
        for twins in by_key.values()
        if len(twins) > 1
    ]


def _due_days(session: Session, settings: Settings) -> list[Finding]:
    """The last contact and the due day are kept, not computed when read: here they are held against the rule."""
    everyone = session.exec(select(Client).where(col(Client.deleted_at).is_(None))).all()
    latest = cadence.last_contacts(session, everyone, settings)
    wrong = [client for client in everyone if not _as_the_rhythm_asks(client, latest.get(client.id), settings)]
    if not wrong:
        return []
    message = _n(
        "{count} client has a due day that is not its rhythm's.",
        "{count} clients have a due day that is not their rhythm's.",
        len(wrong),
    ).format(count=len(wrong))
    return [Finding("error", "due_days", message, "sales doctor --mend")]


def _as_the_rhythm_asks(client: Client, last_visit_on: date | None, settings: Settings) -> bool:
    known = [day for day in (last_visit_on, client.known_contact_on) if day is not None]
    if client.last_contact_on != max(known, default=None):
        return False
    if known:
        return client.next_due_on == cadence.due_on(client, settings)
    pursued = not client.archived and cadence.days_between(client.grade, client.lifecycle, settings) is not None
    return (client.next_due_on is not None) == pursued


def _days_to_come(session: Session, today: date) -> list[Finding]:
    later = session.exec(
        select_columns(Client.code, Client.name).where(
            col(Client.last_contact_on) > today, col(Client.deleted_at).is_(None)
        )
    )
    return [
        Finding(
            "error",
            "contact_to_come",
            _("{name} was last contacted on a day that has not come yet.").format(name=name),
            f"sales visit list --client {code}",
        )
        for code, name in later
    ]
