"""Who uses the program, and the days that are not as the official calendar says."""

from datetime import date

from sqlmodel import Field

from salescli.models.base import Record


class Profile(Record, table=True):
    """The salesperson this file belongs to, and the two people who read what they write."""

    name: str = ""
    department: str = ""
    territory: str = ""
    email: str = ""
    supervisor: str = ""
    manager: str = ""
    manager_email: str = ""
    currency: str = "CNY"
    working_week: str = "双休"
    long_week: date | None = None


class CalendarDay(Record, table=True):
    """One day that overrides the calendar; ``kind`` is work, rest, makeup or leave.

    ``weight`` is how much of a working day a worked day counts, as decimal text; none is a whole one.
    """

    day: date = Field(unique=True)
    kind: str
    name: str = ""
    official: bool = False
    weight: str | None = None
