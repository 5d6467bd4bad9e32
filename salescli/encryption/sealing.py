"""Files sealed with a passphrase in the age format, which any age program opens: exports of an encrypted data file.

A whole file is held in memory while it is sealed or opened: the library takes passphrases in no other way.
"""

from pathlib import Path
from types import ModuleType
from typing import cast

from salescli.encryption.keys import normal
from salescli.errors import BadRows, NotWritten
from salescli.i18n import _
from salescli.paths import beside, move_in

EXTRA = 'pip install "sales-cli[encrypted]"'
MOST_MB = 200
_BEGINNING = b"age-encryption.org/v1\n"


class NotOpened(BadRows):
    """A sealed file that the passphrase does not open."""


def is_sealed(path: Path) -> bool:
    """Whether the file at ``path`` is an age file; OSError if it can't be read."""
    with path.open("rb") as file:
        return file.read(len(_BEGINNING)) == _BEGINNING


def seal(content: bytes, target: Path, passphrase: str) -> None:
    """Write ``content`` into the file ``target``, in place of what is there, so that only the passphrase opens it.

    Raises NotWritten for more than the limit or without the library, OSError if the file can't be written.
    """
    if len(content) > MOST_MB << 20:
        raise NotWritten(_("{path} has more than {most} MB.").format(path=target, most=MOST_MB))
    sealed = _age().passphrase.encrypt(content, normal(passphrase))
    with beside(target) as new:
        new.write_bytes(sealed)
        move_in(new, target)


def content_of(source: Path, passphrase: str) -> bytes:
    """What is sealed in the file ``source``; it lies nowhere on a disk.

    Raises NotOpened if the passphrase is not the file's, or the file is damaged or over the limit; OSError if it can't
    be read.
    """
    if source.stat().st_size > MOST_MB << 20:
        raise NotOpened(_("{path} has more than {most} MB.").format(path=source, most=MOST_MB))
    age = _age()
    try:
        content: bytes = age.passphrase.decrypt(source.read_bytes(), normal(passphrase))
    except age.DecryptError:
        raise NotOpened(
            _("{path} can't be opened: this is not its passphrase, or it is damaged.").format(path=source),
            hint=_("It was sealed with the passphrase that its data file had on that day."),
        ) from None
    return content


def _age() -> ModuleType:
    try:
        import pyrage
    except ImportError:
        raise NotWritten(
            _("What seals and opens encrypted exports is not installed."),
            hint=_("`{command}` installs it.").format(command=EXTRA),
        ) from None
    return cast("ModuleType", pyrage)
