"""Client files: the columns of an export, which an import reads back, and what an import says it did."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salescli.i18n import N_, _, _n
from salescli.render.clients import CLIENTS, CONTACTS
from salescli.render.output import Column, words

if TYPE_CHECKING:
    from salescli.render.export import Value
    from salescli.services.client_columns import RowError
    from salescli.services.client_import import Imported
    from salescli.services.clients import ClientView
    from salescli.services.contacts import ContactView

# Worked out from the rest, or for JSON alone.
_LEFT_OUT = ("contact", "contacts", "next_due_on", "days_overdue")
_IN_QUOTES = re.compile(r'[、,，;；|\n"]')


def _of_primary(column: "Column[ContactView]") -> "Column[ClientView]":
    title = N_("Contact") if column.key == "name" else column.title
    return Column(
        column.key,
        title,
        lambda client: None if client.primary_contact is None else column.value(client.primary_contact),
        word=column.word,
    )


FILE: "list[Column[ClientView]]" = [
    *(column for column in CLIENTS if column.key not in _LEFT_OUT),
    *(_of_primary(column) for column in CONTACTS if column.key != "primary"),
]


def titles() -> list[str]:
    """The header of a client file in the language in force."""
    return [_(column.title) for column in FILE]


def cells(clients: "Iterable[ClientView]") -> "Iterator[list[Value]]":
    """The rows of a client file."""
    return ([_value(client, column) for column in FILE] for client in clients)


def _value(client: "ClientView", column: "Column[ClientView]") -> "Value":
    value = column.value(client)
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


def import_json(found: "Imported", error_file: Path | None) -> dict[str, Any]:
    """What an import did, for scripts."""
    counts = {name: getattr(found, name) for name in ("rows", "new", "updated", "unchanged", "duplicate")}
    return {
        **counts,
        "failed": len(found.bad_rows),
        "errors": [asdict(error) for error in found.errors],
        "error_file": None if error_file is None else str(error_file),
    }


def import_words(found: "Imported") -> str:
    """What an import did, in a line."""
    return _n(
        "{rows} row: {new} new, {updated} updated, {unchanged} unchanged, {duplicate} duplicate, {failed} bad.",
        "{rows} rows: {new} new, {updated} updated, {unchanged} unchanged, {duplicate} duplicate, {failed} bad.",
        found.rows,
    ).format(
        rows=found.rows,
        new=found.new,
        updated=found.updated,
        unchanged=found.unchanged,
        duplicate=found.duplicate,
        failed=len(found.bad_rows),
    )


def error_words(error: "RowError") -> str:
    """What is wrong in one row, in a line."""
    place = _("row {row}, {column}") if error.column else _("row {row}")
    return _("{place}: {message}").format(place=place.format(row=error.row, column=error.column), message=error.message)
