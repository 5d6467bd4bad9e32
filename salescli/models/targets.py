"""Targets as assigned, and the amounts of their days."""

from datetime import date

from sqlalchemy import JSON, BigInteger, Index
from sqlmodel import Field

from salescli.models.base import Record


class Target(Record, table=True):
    """What the company said: an amount for a period, a measure, a tier and a scope; a new figure is a new version.

    ``amount`` is in minor units (1 for counted measures). ``begin`` and ``end`` are half-open.
    ``scope`` is empty for the person's whole target, else ``product:…``, ``territory:…``, ``client:…`` (a code) or
    ``person:…``. ``done`` is what was reached before there were records, as typed: a list of ``begin``, ``end``
    (half-open) and ``amount``. A share names the target it was made from in ``parent_id``.
    """

    __table_args__ = (Index("ix_target_scope", "scope", "measure"),)

    period: str = Field(index=True)
    begin: date
    end: date
    measure: str
    tier: str = "target"
    scope: str = ""
    version: int
    current: bool = True
    amount: int = Field(sa_type=BigInteger)
    done: list[dict[str, object]] | None = Field(default=None, sa_type=JSON)
    parent_id: int | None = Field(default=None, foreign_key="target.id", index=True)


class TargetSplit(Record, table=True):
    """One split of a target: an amount for every day from the target's begin on, and what it was made from.

    The cells are stored, so that the same days come out forever, whatever happens to calendars or code.
    ``rules`` holds season, weights and holds as typed, for re-splitting and for telling why.
    """

    target_id: int = Field(foreign_key="target.id", index=True)
    version: int
    current: bool = True
    cells: list[int] = Field(sa_type=JSON)
    rules: dict[str, object] = Field(sa_type=JSON)
    provisional: bool = False


class TargetReplan(Record, table=True):
    """A split replanned: the rolling amounts of the days after ``as_of``, beside the assigned ones.

    Σ ``cells`` + ``actual`` + ``unrecoverable`` - ``surplus`` is the target's amount, exactly. ``cap`` is the
    fraction of its assigned amount that a day may get at most, as text; ``over`` the horizon, if one was asked for.
    """

    target_id: int = Field(foreign_key="target.id", index=True)
    split_id: int = Field(foreign_key="targetsplit.id", index=True)
    version: int
    current: bool = True
    as_of: date
    cap: str
    over: str | None = None
    cells: list[int] = Field(sa_type=JSON)
    actual: int = Field(sa_type=BigInteger)
    missed: int = Field(sa_type=BigInteger)
    unrecoverable: int = Field(sa_type=BigInteger)
    surplus: int = Field(sa_type=BigInteger)
    cap_binds: bool = False
