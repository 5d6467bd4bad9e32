"""What to prepare for a visit: the lists a kind of visit has, and the list of one visit."""

from datetime import date

from sqlmodel import Field

from salescli.models.base import Record
from salescli.models.visits import Visit as Visit  # the table that checks refer to


class ChecklistItem(Record, table=True):
    """One thing that every visit of a ``kind`` (visit, sample, demo, meeting, hosting, …) needs.

    ``minutes_before`` is when it must be ready, counted back from the begin; ``kind_of_thing`` is material,
    sample or task.
    """

    kind: str = Field(index=True)
    minutes_before: int = 0
    kind_of_thing: str | None = None
    text: str
    position: int


class VisitCheck(Record, table=True):
    """One thing to have ready for one visit, copied from the list of its kind or added for it."""

    visit_id: int = Field(foreign_key="visit.id", index=True)
    minutes_before: int = Field(default=0, index=True)
    kind_of_thing: str | None = None
    text: str
    ready_on: date | None = None
    position: int
