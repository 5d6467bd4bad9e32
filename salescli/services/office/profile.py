"""Who uses the program."""

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, select

from salescli.calendars import WorkingWeek
from salescli.checks import checked_email
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.texts import clean
from salescli.vocabulary import field_word

if TYPE_CHECKING:
    from salescli.models.profile import Profile

# As plain columns: nearly every command asks for the working week, and a model costs start-up time.
_PROFILES = sa.table("profile", sa.column("name"), sa.column("working_week"), sa.column("long_week", sa.Date))


class ProfileView(NamedTuple):
    """The profile as the terminal and JSON show it."""

    name: str
    department: str
    territory: str
    email: str
    supervisor: str
    manager: str
    manager_email: str
    currency: str
    working_week: str
    long_week: date | None


def view(profile: "Profile") -> ProfileView:
    """A profile as the terminal and JSON show it."""
    return ProfileView(*(getattr(profile, name) for name in ProfileView._fields))


def of(session: Session) -> "Profile":
    """The profile of this file; an empty one, not yet stored, when nobody has said who they are."""
    from salescli.models.profile import Profile

    return session.exec(select(Profile)).first() or Profile()


def name_of(session: Session) -> str:
    """The name of who uses the program; empty when nobody has said."""
    return session.execute(sa.select(_PROFILES.c.name)).scalar() or ""


def week_of(session: Session) -> WorkingWeek:
    """The working week of who uses the program; two days off when nobody has said."""
    found = session.execute(sa.select(_PROFILES.c.working_week, _PROFILES.c.long_week)).first()
    return WorkingWeek(*found) if found else WorkingWeek()


def save(session: Session, **given: str | date | None) -> "Profile":
    """Set the given fields of the profile and store it; the others stay as they are.

    Raises BadValue for a text that can't be one, and for 大小周 without the date of a long week.
    """
    profile = of(session)
    for name, value in given.items():
        if value is not None:
            setattr(profile, name, _checked(name, value))
    working_week(profile)
    session.add(profile)
    session.flush()
    return profile


def _checked(name: str, value: str | date) -> str | date:
    if not isinstance(value, str):
        return value
    if name in ("email", "manager_email"):
        return checked_email(value)
    return clean(value, field=field_word(name))


def parse_working_week(text: str) -> str:
    """双休, 单休 or 大小周, in Chinese or as five-day, six-day, alternating; else BadValue."""
    names: dict[str, str] = {
        "双休": "双休",
        "五天": "双休",
        "five-day": "双休",
        "5": "双休",
        "单休": "单休",
        "六天": "单休",
        "six-day": "单休",
        "6": "单休",
        "大小周": "大小周",
        "alternating": "大小周",
    }
    found = names.get(text.strip().lower())
    if found is None:
        raise BadValue(
            _("“{text}” is not a working week.").format(text=text),
            hint=_("Use 双休 (two days off), 单休 (one) or 大小周 (alternating)."),
        )
    return found


def working_week(profile: "Profile") -> WorkingWeek:
    """The working week of the profile, as the calendar takes it."""
    kind: Any = profile.working_week
    return WorkingWeek(kind, profile.long_week)
