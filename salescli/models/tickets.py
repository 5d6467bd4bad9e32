"""Clients' problems and how they were solved."""

from datetime import date, datetime

from sqlmodel import Field

from salescli.models.base import Moment, Record
from salescli.models.visits import Visit as Visit  # the table that tickets refer to


class Ticket(Record, table=True):
    """A client's question or problem, from its receipt to the client's word that it is solved.

    ``respond_by`` is the moment by which working hours allow an answer; ``promised_by`` the day a solution is
    promised for. ``confirmed_by`` names who at the client confirmed; ``score`` is the client's, 0 to 100;
    ``reopened`` counts how often it came back.
    """

    code: str = Field(unique=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    visit_id: int | None = Field(default=None, foreign_key="visit.id", index=True)
    kind: str
    severity: str
    status: str = Field(default="open", index=True)
    text: str
    received_at: datetime = Field(sa_type=Moment, index=True)
    respond_by: datetime | None = Field(default=None, sa_type=Moment, index=True)
    responded_at: datetime | None = Field(default=None, sa_type=Moment)
    workaround: str | None = None
    promised_by: date | None = None
    confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    confirmed_by: str | None = None
    score: int | None = None
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    reopened: int = 0
    improvement: str | None = None


class TicketStep(Record, table=True):
    """One of the four steps taken with a ticket: listen, understand, solve or feed_back."""

    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    step: str
    at: datetime = Field(sa_type=Moment)
    note: str
