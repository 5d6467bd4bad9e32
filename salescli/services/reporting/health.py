"""What is wrong with the data, and the command that mends it."""

from datetime import date

from sqlmodel import Session, col, func, select

from salescli.config import Settings
from salescli.i18n import _, _n
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.visits import Visit
from salescli.services.accounts import cadence, clients
from salescli.services.cash import receivables
from salescli.services.figures import expired_classes
from salescli.services.office import profile, work_calendar
from salescli.services.reporting import invariants
from salescli.services.reporting.surroundings import Finding

# What is kept beside its source, and can be worked out anew.
_KEPT = ("search_keys", "part_kept")


def findings(session: Session, settings: Settings, today: date) -> list[Finding]:
    """What is wrong with the records: no profile, the same client twice, due days that aren't the rhythm's, …"""
    return [
        *_profile(session),
        *_same_names(session),
        *_breaches(session, settings),
        *_days_to_come(session, today),
        *_expired_classes(session, today),
    ]


def _expired_classes(session: Session, today: date) -> list[Finding]:
    return [
        Finding(
            "error",
            "expired_class",
            _("The class {grade} of {name} was set by hand until {day}, which is past.").format(
                grade=grade, name=name, day=day.isoformat()
            ),
            "sales client grade --apply",
        )
        for _code, name, grade, day in expired_classes.of(session, today)
    ]


def _profile(session: Session) -> list[Finding]:
    if profile.name_of(session):
        return []
    return [Finding("error", "no_profile", _("Nobody has said whose data this is."), "sales init")]


def _same_names(session: Session) -> list[Finding]:
    twice = (
        select(Client.name_key)
        .where(col(Client.deleted_at).is_(None))
        .group_by(col(Client.name_key))
        .having(func.count() > 1)
    )
    rows = session.exec(
        select_columns(Client.name_key, Client.code, Client.name)
        .where(col(Client.deleted_at).is_(None), col(Client.name_key).in_(twice))
        .order_by(col(Client.id))
    )
    by_key: dict[str, list[tuple[str, str]]] = {}
    for key, code, name in rows:
        by_key.setdefault(key, []).append((code, name))
    return [
        Finding(
            "error",
            "same_name",
            _("{name} is there {count} times: {codes}.").format(
                name=twins[0][1], count=len(twins), codes=_(", ").join(code for code, _name in twins)
            ),
            f"sales client edit {twins[-1][0]} --name …",
        )
        for twins in by_key.values()
    ]


def _breaches(session: Session, settings: Settings) -> list[Finding]:
    """Rules of the books that don't hold; only what is kept beside its source can be worked out anew."""
    found = list(invariants.breaches(session, settings))
    late = sum(one.rule == "due_days" for one in found)
    message = _n(
        "{count} client has a due day that is not its rhythm's.",
        "{count} clients have a due day that is not their rhythm's.",
        late,
    ).format(count=late)
    return [
        *([Finding("error", "due_days", message, "sales doctor --mend")] if late else []),
        *(
            Finding("error", one.rule, one.message, "sales doctor --mend" if one.rule in _KEPT else "")
            for one in found
            if one.rule != "due_days"
        ),
    ]


def mend(session: Session, settings: Settings, today: date) -> None:
    """Work out anew what is kept beside its source: due days, keys to search clients by, what parts of orders got.

    A last contact known from before, on a day that has not come, is not known.
    """
    for client in session.exec(select(Client).where(col(Client.deleted_at).is_(None))).all():
        values = {"name": client.name, "short_name": client.short_name, "aliases": client.aliases}
        for name, key in clients.search_keys(values).items():
            if getattr(client, name) != key:
                setattr(client, name, key)
        if client.known_contact_on is not None and client.known_contact_on > today:
            client.known_contact_on = None
    session.flush()
    receivables.work_out_paid(session)
    cadence.restart_all(session, today, settings, work_calendar.of(session))


def _days_to_come(session: Session, today: date) -> list[Finding]:
    """Contacts of a day that has not come: a visit says so, or what was known of the client before its first visit."""
    visits = select_columns(Visit.code, Client.name).join(Client, col(Client.id) == Visit.client_id)
    visits = visits.where(col(Visit.done_on) > today, col(Visit.deleted_at).is_(None), col(Client.deleted_at).is_(None))
    known = select(Client.name).where(col(Client.known_contact_on) > today, col(Client.deleted_at).is_(None))
    of_visits = [(name, f"sales visit edit {code} --on {today.isoformat()}") for code, name in session.exec(visits)]
    message = _("{name} was last contacted on a day that has not come yet.")
    return [
        Finding("error", "contact_to_come", message.format(name=name), mends)
        for name, mends in [*of_visits, *((name, "sales doctor --mend") for name in session.exec(known))]
    ]
