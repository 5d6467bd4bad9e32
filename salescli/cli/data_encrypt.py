"""`sales data encrypt`, `decrypt` and `passphrase`: the data file behind a passphrase, and back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salescli import paths, render
from salescli.cli.ask import confirm
from salescli.cli.options import Yes, described, group
from salescli.cli.passphrases import new_passphrase, unlock
from salescli.cli.run import Run
from salescli.encryption import cipher, keys
from salescli.errors import NotWritten, Refused, SalesError
from salescli.i18n import _, _n

if TYPE_CHECKING:
    from salescli.encryption.keys import Key

app = group("")

NEW_PASSPHRASE = "SALES_NEW_PASSPHRASE"

Keyring = Annotated[
    bool, typer.Option("--keyring", help=_("Keep the key in the system's keyring, so that nothing is asked."))
]
Copies = Annotated[bool, typer.Option("--copies", help=_("Encrypt the copies beside the data file, too."))]


@app.command(
    "encrypt",
    **described(
        _(
            "Encrypt the data file with a passphrase (SQLCipher, AES-256). It is asked for twice, or taken from "
            "SALES_PASSPHRASE; then every command asks for it, or finds it there or in the keyring. Backups are "
            "encrypted too, and exports sealed (age); sheets and reports, which go to others, are not. A lost "
            "passphrase can't be replaced. What was deleted or written over before may stay readable on the disk, on "
            "an SSD above all, and in copies of your own: only an encrypted disk helps against that."
        ),
        "sales data encrypt",
        "sales data encrypt --keyring --copies",
    ),
)
def encrypt(ctx: typer.Context, keyring: Keyring = False, copies: Copies = False, yes: Yes = False) -> None:
    run = Run.of(ctx)
    key = _key_in_use(run)
    if key is None:
        question = _("Encrypt {path}? Without the passphrase nobody can open it again, not even you.")
        _agree(question.format(path=run.db), yes=yes)
        key = keys.new_key(new_passphrase(keys.PASSPHRASE))
        _rewrite(run.db, key)
        render.output.say(_("{path} is encrypted.").format(path=run.db))
    elif not (keyring or copies):
        raise Refused(
            _("{path} is encrypted already.").format(path=run.db),
            hint=_("`sales data passphrase` changes its passphrase, `sales data decrypt` takes it away."),
        )
    if keyring:
        _keep(key)
    _look_after_copies(run.db, key, "sales data encrypt --copies", asked=copies)
    render.output.print_text(str(run.db))


@app.command(
    "decrypt",
    **described(_("Make an encrypted data file plain again; its copies stay as they are."), "sales data decrypt"),
)
def decrypt(ctx: typer.Context, yes: Yes = False) -> None:
    run = Run.of(ctx)
    key = _key_in_use(run)
    if key is None:
        raise Refused(_("{path} is not encrypted.").format(path=run.db))
    _agree(_("Make {path} plain, for anybody to read who gets hold of it?").format(path=run.db), yes=yes)
    _rewrite(run.db, None)
    render.output.say(_("{path} is plain now.").format(path=run.db))
    encrypted = [copy for copy, salt in _copies(run.db) if salt is not None]
    if encrypted:
        _say_paths(_("These copies are still encrypted, with the passphrase of their day:"), encrypted)
    else:
        keys.forget(key.salt)
    render.output.print_text(str(run.db))


@app.command(
    "passphrase",
    **described(
        _(
            "Give an encrypted data file another passphrase, asked for twice or taken from SALES_NEW_PASSPHRASE. "
            "Copies keep the old one unless --copies is given; exports always do."
        ),
        "sales data passphrase",
        "sales data passphrase --copies",
    ),
)
def passphrase(ctx: typer.Context, keyring: Keyring = False, copies: Copies = False, yes: Yes = False) -> None:
    run = Run.of(ctx)
    old = _key_in_use(run)
    if old is None:
        raise Refused(_("{path} is not encrypted.").format(path=run.db), hint=_("`sales data encrypt` encrypts it."))
    question = _("Change the passphrase of {path}? The old one will not open it any more.")
    _agree(question.format(path=run.db), yes=yes)
    key = keys.new_key(new_passphrase(NEW_PASSPHRASE))
    _rewrite(run.db, key)
    render.output.say(_("{path} has another passphrase.").format(path=run.db))
    if keyring or keys.is_kept(old.salt):
        _keep(key)
    _look_after_copies(run.db, key, "sales data encrypt --copies", asked=copies)
    if all(salt != old.salt for _copy, salt in _copies(run.db)):
        keys.forget(old.salt)
    render.output.print_text(str(run.db))


def _key_in_use(run: Run) -> "Key | None":
    """The key of the data file, which is made, unlocked and migrated first; ``None`` if it is plain."""
    cipher.dbapi()  # what is not installed is said before anybody types a passphrase
    with run.reading():
        return keys.of_file(run.db)


def _agree(question: str, *, yes: bool) -> None:
    if not confirm(question, yes=yes):
        raise typer.Exit


def _rewrite(path: Path, key: "Key | None") -> None:
    from salescli import db  # the data stack: not for help

    db.rewrite(path, key)


def _keep(key: "Key") -> None:
    if keys.keep(key):
        render.output.say(_("The keyring keeps its key: commands of yours open it unasked."))
    else:
        render.output.say(_("There is no keyring here that keeps the key, so the passphrase will be asked for."))


def _copies(path: Path) -> "list[tuple[Path, bytes | None]]":
    """The copies beside the data file, each with the salt of its key, if it is encrypted."""
    from salescli import db  # the data stack: not for help

    return [(copy, db.salt_of(copy)) for copy in paths.kept_copies(path)]


def _look_after_copies(path: Path, key: "Key", command: str, *, asked: bool) -> None:
    """Encrypt the copies that have another key or none, if that is asked; name them otherwise."""
    others = [copy for copy, salt in _copies(path) if salt != key.salt]
    if not others:
        return
    if not asked:
        _say_paths(
            _("These older copies are plain, or have another passphrase; `{command}` encrypts them:").format(
                command=command
            ),
            others,
        )
        return
    failed = [copy for copy in others if not _encrypted_too(copy, key)]
    done = len(others) - len(failed)
    render.output.say(_n("{count} copy encrypted too.", "{count} copies encrypted too.", done).format(count=done))
    if failed:
        names = _(", ").join(str(copy) for copy in failed)
        raise NotWritten(
            _("Left as they were: {names}.").format(names=names), hint=_("Delete them, or move them to a safe place.")
        )


def _encrypted_too(copy: Path, key: "Key") -> bool:
    try:
        unlock(copy)
        _rewrite(copy, key)
    except SalesError as problem:
        render.output.say(problem.message)
        return False
    return True


def _say_paths(sentence: str, found: list[Path]) -> None:
    render.output.say(sentence)
    for path in found:
        render.output.say(f"  {path}")
