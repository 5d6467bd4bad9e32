"""What was promised, by us and by clients."""

from datetime import date

from sqlalchemy import BigInteger
from sqlmodel import Field

from salescli.models.base import Record
from salescli.models.visits import Visit as Visit  # the table that promises refer to


class Promise(Record, table=True):
    """Something one side promised the other for a day. ``direction`` is ours or theirs.

    ``state`` is open, kept, late (kept after its day), broken or waived; ``reason`` says why for the last two.
    ``amount`` is money promised, in minor units of ``currency``.
    """

    code: str = Field(unique=True)
    client_id: int = Field(foreign_key="client.id", index=True)
    visit_id: int | None = Field(default=None, foreign_key="visit.id", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    direction: str
    text: str
    due_on: date = Field(index=True)
    state: str = Field(default="open", index=True)
    kept_on: date | None = None
    reason: str | None = None
    amount: int | None = Field(default=None, sa_type=BigInteger)
    currency: str = "CNY"
