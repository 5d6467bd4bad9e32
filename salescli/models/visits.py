"""Visits and follow-ups, planned and done."""

from datetime import date, time

from sqlalchemy import Index, text
from sqlmodel import Field

from salescli.models.base import Record, plain_table
from salescli.models.clients import Client as Client  # the table that visits refer to


class Visit(Record, table=True):
    """A contact with a client by any channel: what was planned, and what came of it.

    ``status``, ``channel`` and ``outcome`` hold tokens of the vocabulary; minutes are whole minutes.
    ``planned_why`` is the code of the reason for which the program proposed it; none when a person planned it.
    ``next_settled_on`` is the day a later contact took care of the next step.
    """

    __table_args__ = (
        # First and last contacts are told by the index alone.
        Index("ix_visit_client_id", "client_id", "done_on", "status", "outcome", "channel", "deleted_at"),
        Index(
            "ix_visit_unsettled",
            "next_on",
            sqlite_where=text("next_settled_on IS NULL AND deleted_at IS NULL"),
        ),
        Index("ix_visit_moved_to", "moved_to", sqlite_where=text("moved_to IS NOT NULL")),
    )

    code: str = Field(unique=True)
    client_id: int = Field(foreign_key="client.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    channel: str = "visit"
    status: str = "planned"
    planned_on: date | None = Field(default=None, index=True)
    planned_at: time | None = None
    minutes: int | None = None
    purpose: str | None = None
    expected: str | None = None
    materials: str | None = None
    planned_why: str | None = None
    done_on: date | None = Field(default=None, index=True)
    done_at: time | None = None
    outcome: str | None = None
    note: str | None = None
    next_step: str | None = None
    next_on: date | None = Field(default=None, index=True)
    next_at: time | None = None
    next_settled_on: date | None = None
    no_next_reason: str | None = None
    unplanned: bool = False
    reason: str | None = None
    moved_to: int | None = Field(default=None, foreign_key="visit.id")


VISITS = plain_table(Visit)
