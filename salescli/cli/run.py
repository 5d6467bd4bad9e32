"""What one run of the program knows: its data file, its clock and its settings; made once, at the root."""

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from salescli import config, dates, paths, render, services
from salescli.cli.passphrases import unlock
from salescli.errors import BadValue
from salescli.i18n import _

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.copies import Backup
    from salescli.services.figures.gradings import Lapsed

_WALKING = ("undo", "redo")  # they walk the change log and do nothing of their own


@dataclass
class Run:
    """One run of the program."""

    db: Path
    assume_yes: bool = False
    lapsed: "list[Lapsed]" = field(default_factory=list)
    _wrote: bool = False
    _said: set[str] = field(default_factory=set)
    _is_new: bool = False

    @classmethod
    def of(cls, ctx: typer.Context) -> "Run":
        """The run that a command belongs to."""
        run = ctx.find_object(cls)
        assert run is not None
        return run

    @cached_property
    def now(self) -> datetime:
        """The moment of this run (aware, local), read once."""
        return dates.now(os.environ)

    @property
    def has_stored(self) -> bool:
        """Whether what a command was to store has been."""
        return self._wrote

    @property
    def today(self) -> date:
        """The day of this run."""
        return self.now.date()

    @cached_property
    def settings(self) -> config.Settings:
        """The settings in force."""
        return config.load(paths.settings_file(os.environ))

    @contextlib.contextmanager
    def reading(self) -> Iterator["Session"]:
        """A session that only reads."""
        from salescli import db  # the data stack: not for help, version or completion

        self._open()
        with db.reading(self.db) as session:
            session.info["settings"] = self._read_settings
            yield session
        self._say_followed(session)
        self._say_shared()

    @contextlib.contextmanager
    def writing(self, command: str) -> Iterator["Session"]:
        """A session in one transaction whose changes are logged as the work of ``command``."""
        from salescli import db  # the data stack: not for help, version or completion

        self._open()
        with db.writing(self.db) as session:
            session.info["settings"] = self._read_settings
            services.changes.watch(session, command, self.now)
            if command not in _WALKING:
                self._lapse(session)
            yield session
        self._wrote = True
        for one in self.lapsed:
            render.standing.say_lapsed(one)
        self._say_followed(session)
        self._say_shared()

    def _open(self) -> None:
        """Let an encrypted file be unlocked, and note whether there is none yet."""
        self._is_new = self._is_new or not os.path.lexists(self.db)
        unlock(self.db)

    def _say_shared(self) -> None:
        """Warn of a new data file in a folder that others look into."""
        if self._is_new and paths.readable_by_others(self.db):
            render.output.say(
                _("Other people of this computer can look into {folder}; `sales data encrypt` closes the data file.")
                .format(folder=self.db.absolute().parent)
            )  # fmt: skip
        self._is_new = False

    def _say_followed(self, session: "Session") -> None:
        """Say once which old codes were taken for the clients they were merged into."""
        for sentence in session.info.get("followed", ()):
            if sentence not in self._said:
                self._said.add(sentence)
                render.output.say(sentence)

    def _lapse(self, session: "Session") -> None:
        """Take back classes set by hand whose day is past: the next command that writes anything does it."""
        self.lapsed = []
        if services.expired_classes.of(session, self.today):
            with contextlib.suppress(BadValue):  # settings that can't be read are no matter of this command
                calendar = services.work_calendar.of(session)
                self.lapsed = services.gradings.lapse(session, self.today, self.settings, calendar)

    def _read_settings(self) -> config.Settings:
        # Figures ask for them; a command that needs none runs even where the file of settings is broken.
        return self.settings

    def keep_copy(self) -> None:
        """Keep the day's copy of the data file; called when the command is done, and does nothing unless it wrote."""
        if not self._wrote or os.environ.get("SALES_COPIES") == "0":
            return
        if (paths.daily_copies(self.db) / f"{self.today}.db").exists():
            return  # as nearly always
        rule = self._rule_of_copies()
        if rule[0] and not sys.stdout.closed:
            from salescli import copies  # hashes and more, which only the first command of a day needs

            sys.stdout.flush()  # nobody waits for a copy to read the answer
            with contextlib.suppress(KeyboardInterrupt):
                told = copies.keep_daily(self.db, self.today, copies.Rule(*rule))
                if told:
                    render.output.say(told)

    def _rule_of_copies(self) -> tuple[int, int, int]:
        try:
            settings = self.settings
        except BadValue:  # settings that can't be read are no matter of this command
            settings = config.Settings(Path(), config.DEFAULTS)
        return settings.number("copies.days"), settings.number("copies.weeks"), settings.number("copies.months")

    def back_up(self, copy: Path, *, force: bool) -> "Backup":
        """Copy the data file to ``copy`` and check the copy; ``force`` replaces what is there."""
        from salescli import copies, db  # the data stack: not for help, version or completion

        unlock(self.db)
        with db.reading(self.db):
            return copies.back_up(self.db, copy, force=force)

    def broken(self) -> list[str]:
        """What SQLite finds wrong with the data file."""
        from salescli import db  # the data stack: not for help, version or completion

        unlock(self.db)
        with db.reading(self.db):
            return db.check(self.db)
