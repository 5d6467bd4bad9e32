"""The way of every command that changes one record."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from salescli.cli.ask import with_choice
from salescli.cli.run import Run

if TYPE_CHECKING:
    from sqlmodel import Session

Record = TypeVar("Record")
View = TypeVar("View")


def changed(
    run: Run,
    command: str,
    ref: str,
    find: "Callable[[Session, str], Record]",
    work: "Callable[[Session, Record], Record]",
    view: "Callable[[Session, Record], View]",
) -> View:
    """Do ``work`` on the record that ``ref`` means, in one transaction; what became of it, as it is shown."""

    def change(ref: str) -> View:
        with run.writing(command) as session:
            return view(session, work(session, find(session, ref)))

    return with_choice(ref, change)
