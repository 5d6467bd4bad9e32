"""Asking for passphrases: of an encrypted data file once a command, of a new one twice."""

import os
import sys
from pathlib import Path

import typer

from salescli.cli.options import on_terminal
from salescli.encryption.file_marks import salt_in, start_of
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.safe_text import shown_in_line

_TRIES = 3


def unlock(path: Path) -> None:
    """Ask for the passphrase of an encrypted data file, unless its key is known.

    Raises Locked or WrongPassphrase where nobody can be asked.
    """
    try:
        if not path.is_file() or salt_in(start_of(path)) is None:
            return
    except OSError:
        return  # the door says what there is to say of it
    from salescli.encryption import keys

    try:
        keys.of_file(path)
    except (keys.Locked, keys.WrongPassphrase) as problem:
        if not on_terminal():
            raise
        if isinstance(problem, keys.WrongPassphrase):
            sys.stderr.write(shown_in_line(problem.message) + "\n")
        _ask_for(path)


def passphrase_of(path: Path) -> str:
    """The passphrase of an encrypted data file, to seal an export with.

    It is asked for where only the keyring opened the file. Raises BadValue where nobody can be asked.
    """
    from salescli.encryption import keys

    unlock(path)
    known = keys.passphrase_of(path)
    if known is None and not on_terminal():
        raise BadValue(
            _("Exports are sealed with the passphrase itself, and the keyring has only the key made of it."),
            hint=_("Give the passphrase in {name}.").format(name=keys.PASSPHRASE),
        )
    return known or _ask_for(path)


def passphrase_to_open(path: Path) -> str:
    """The passphrase of a sealed file, from the environment or asked for; BadValue where nobody can be asked."""
    from salescli.encryption import keys

    given = os.environ.get(keys.PASSPHRASE, "")
    if given.strip():
        return given
    if not on_terminal():
        raise BadValue(
            _("{path} is sealed with a passphrase.").format(path=path),
            hint=_("Give it in {name}, or run the command on a terminal.").format(name=keys.PASSPHRASE),
        )
    return ask_hidden(_("Passphrase of {path}").format(path=path))


def _ask_for(path: Path) -> str:
    from salescli.encryption import keys

    for tries_left in reversed(range(_TRIES)):
        passphrase = ask_hidden(_("Passphrase of {path}").format(path=path))
        try:
            keys.unlock(path, passphrase)
        except keys.WrongPassphrase as problem:
            if not tries_left:
                raise
            sys.stderr.write(shown_in_line(problem.message) + "\n")
        else:
            return keys.normal(passphrase)
    raise AssertionError("the last try returns or raises")


def new_passphrase(variable: str) -> str:
    """A new passphrase, from the environment's ``variable`` or asked for twice; BadValue where nobody can be asked."""
    from salescli.encryption import keys

    given = os.environ.get(variable, "")
    if given.strip():
        return keys.cleaned(given)
    if not on_terminal():
        raise BadValue(
            _("There is no passphrase."),
            hint=_("Give it in {name}, or run the command on a terminal.").format(name=variable),
        )
    while True:
        try:
            passphrase = keys.cleaned(ask_hidden(_("New passphrase")))
        except BadValue as problem:
            sys.stderr.write(shown_in_line(f"{problem.message} {problem.hint}") + "\n")
            continue
        if keys.normal(ask_hidden(_("The same again"))) == passphrase:
            return passphrase
        sys.stderr.write(_("These are two passphrases; please try again.") + "\n")


def ask_hidden(question: str) -> str:
    """The person's answer, not shown while it is typed."""
    return str(
        typer.prompt(
            shown_in_line(question), hide_input=True, err=True, default="", show_default=False, prompt_suffix=_(": ")
        )
    )
