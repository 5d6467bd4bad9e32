"""Client files: the columns of an export, which an import reads back."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from salescli.i18n import N_, _
from salescli.render.clients import CLIENTS, CONTACTS
from salescli.render.output import ROWS_AT_ONCE, Column, each_once, words

if TYPE_CHECKING:
    from salescli.cell_values import CellValue
    from salescli.services.accounts.clients import ClientView
    from salescli.services.accounts.contacts import ContactView

# Worked out from the rest, or for JSON alone.
_LEFT_OUT = ("contact", "contacts", "next_due_on", "days_overdue")
_IN_QUOTES = re.compile(r'[、,，;；|\n"]')


def _of_primary(column: "Column[ContactView]") -> "Column[ClientView]":
    title = N_("Contact") if column.key == "name" else column.title
    return Column(
        column.key,
        title,
        lambda client: None if client.primary_contact is None else column.value(client.primary_contact),
        column.kind,
        word=column.word,
    )


FILE: "list[Column[ClientView]]" = [
    *(column for column in CLIENTS if column.key not in _LEFT_OUT),
    *(_of_primary(column) for column in CONTACTS if column.key != "primary"),
]


def titles() -> list[str]:
    """The header of a client file in the language in force."""
    return [_(column.title) for column in FILE]


def cells(clients: "Iterable[ClientView]") -> "Iterator[Sequence[CellValue]]":
    """The rows of a client file; so many at once, a column after the other."""
    left = iter(clients)
    while some := list(islice(left, ROWS_AT_ONCE)):
        yield from zip(*(_cells(some, column) for column in FILE), strict=True)


def _cells(clients: "list[ClientView]", column: "Column[ClientView]") -> "list[CellValue]":
    return each_once(list(map(column.value, clients)), partial(_cell, column=column))


def _cell(value: Any, column: "Column[ClientView]") -> "CellValue":
    if value is None:
        return None
    if column.word is not None:
        return column.word(value)
    if isinstance(value, list):
        return _(", ").join(map(_part, value))
    return words(value) if isinstance(value, bool) else value


def _part(text: str) -> str:
    """A part of a list in a cell; in quotes where it holds what separates parts."""
    return '"{}"'.format(text.replace('"', '""')) if _IN_QUOTES.search(text) else text
