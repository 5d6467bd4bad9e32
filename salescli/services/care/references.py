"""Records found by what a person types: their code, or a client that has one of them to be seen to."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from sqlmodel import Session, col, select

from salescli.amounts import excerpt
from salescli.errors import Ambiguous, NotFound
from salescli.i18n import _
from salescli.services.accounts import clients
from salescli.texts import clean, name_key

_MOST_CHOICES = 20


@dataclass(frozen=True)
class Kind:
    """A kind of record: its table, the letter its codes begin with, its name in English, the command that lists it.

    ``line`` says what a record is about in a choice between several.
    """

    table: type[Any]
    letter: str
    name: str
    command: str
    line: Callable[[Any], str]


def find(session: Session, ref: str, kind: Kind, *waiting: Any) -> Any:
    """The record that ``ref`` means: its code, or a client with one that meets the conditions ``waiting``.

    Raises NotFound, or Ambiguous with the choices.
    """
    asked = clean(ref, field=_(kind.name))
    found = _by_code(session, asked, kind)
    return found if found is not None else _of_client(session, asked, kind, waiting)


def find_code(session: Session, code: str, kind: Kind) -> Any:
    """The record of that code; NotFound for anything else."""
    asked = clean(code, field=_(kind.name))
    found = _by_code(session, asked, kind)
    return found if found is not None else _refuse(asked, kind)


def _by_code(session: Session, asked: str, kind: Kind) -> Any:
    """The record of that code; None for what is no code of the kind. Raises NotFound for one that isn't there."""
    key = name_key(asked)
    if not re.fullmatch(f"{kind.letter.lower()}[0-9]{{1,9}}", key):
        return None
    found = session.exec(_alive(kind).where(kind.table.code == f"{kind.letter}{int(key[1:]):04d}")).first()
    if found is None:
        raise NotFound(
            _("There is no {record} {code}.").format(record=_(kind.name), code=key.upper()), hint=_hint(kind)
        )
    return found


def _of_client(session: Session, asked: str, kind: Kind, waiting: tuple[Any, ...]) -> Any:
    try:
        client = clients.find(session, asked)
    except NotFound:
        _refuse(asked, kind)
    found = list(session.exec(_alive(kind).where(kind.table.client_id == client.id, *waiting)))
    if not found:
        raise NotFound(
            _("{client} has no open {record}.").format(client=client.name, record=_(kind.name)), hint=_hint(kind)
        )
    if len(found) > 1:
        raise Ambiguous(
            _("“{ref}” matches {count} records").format(ref=excerpt(asked), count=len(found)),
            [(one.code, excerpt(kind.line(one))) for one in found[:_MOST_CHOICES]],
            hint=_("Give the code."),
        )
    return found[0]


def _refuse(asked: str, kind: Kind) -> NoReturn:
    raise NotFound(
        _("There is no {record} “{ref}”.").format(record=_(kind.name), ref=excerpt(asked)), hint=_hint(kind)
    ) from None


def _alive(kind: Kind) -> Any:
    return select(kind.table).where(col(kind.table.deleted_at).is_(None)).order_by(kind.table.id)


def _hint(kind: Kind) -> str:
    return _("`{command}` shows them.").format(command=kind.command)
