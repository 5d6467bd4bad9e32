"""All clients as a file takes them out."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, select

from salescli.models.clients import Client
from salescli.services.accounts import clients
from salescli.services.accounts.clients import ClientView
from salescli.services.files.imports import ASKED_AT_ONCE, pieces


def everyone(session: Session, today: date) -> Iterator[ClientView]:
    """Every client, the archived ones too, by code; some hundred are in memory at a time."""
    codes = session.exec(select(Client.code).where(col(Client.deleted_at).is_(None)).order_by(col(Client.id))).all()
    for piece in pieces(codes, ASKED_AT_ONCE - 1):
        yield from clients.by_codes(session, piece, today)
