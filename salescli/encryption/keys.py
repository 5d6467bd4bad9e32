"""The key of an encrypted data file: made from a passphrase, kept in the system's keyring, known for this run.

The key is what SQLCipher would make of the passphrase itself (PBKDF2 with SHA-512, its own number of rounds), so other
programs open the file with the passphrase alone; made here, it is made once a command and not at every connection,
and the keyring keeps it instead of the passphrase. A key is found by its salt, with which its file begins: copies of
the file have the same.
"""

import hashlib
import hmac
import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from salescli.encryption.file_marks import ENCRYPTED, SALT_BYTES, salt_in, start_of
from salescli.errors import BadValue, DataFileProblem
from salescli.i18n import _

PASSPHRASE = "SALES_PASSPHRASE"
KEYRING = "sales-data"
LEAST = 8  # characters of a passphrase
MOST = 1000

# As SQLCipher 4 has them.
ROUNDS = 256_000
PAGE = 4096
_MAC_ROUNDS = 2
_MAC_SALT = 0x3A
_MAC_BYTES = 64
_KEY_BYTES = 32
_PAGES_TRIED = 100


@dataclass(frozen=True)
class Key:
    """The key of one file and its copies; ``secret`` is never shown."""

    salt: bytes
    secret: bytes = field(repr=False)

    def raw(self) -> str:
        """The key in the form in which SQLCipher takes it as it is."""
        return f"x'{self.secret.hex()}{self.salt.hex()}'"


class Locked(DataFileProblem):
    """The data file is encrypted, and nothing says its passphrase."""


class WrongPassphrase(DataFileProblem):
    """The passphrase is not the data file's."""


# What is known in this run, by the salt.
_known: dict[bytes, Key] = {}
_passphrases: dict[bytes, str] = {}
_wrong: set[tuple[bytes, str]] = set()  # what the environment says, where it is not the file's


def cleaned(passphrase: str) -> str:
    """A new passphrase as it counts. BadValue if it is too short, too long, or no text; no message repeats it."""
    text = normal(passphrase)
    if not LEAST <= len(text) <= MOST:
        raise BadValue(
            _("A passphrase has {least} to {most} characters.").format(least=LEAST, most=MOST),
            hint=_("Several words that don't belong together are easy to keep and hard to guess."),
        )
    return text


def normal(passphrase: str) -> str:
    """Without spaces around it, and its characters composed, as some keyboards give them and others don't."""
    text = unicodedata.normalize("NFC", passphrase.strip())
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        raise BadValue(_("A passphrase is one line of text."))
    return text


def new_key(passphrase: str) -> Key:
    """A key for a new file, with a salt of its own."""
    return made(passphrase, ENCRYPTED + os.urandom(SALT_BYTES - len(ENCRYPTED)))


def made(passphrase: str, salt: bytes) -> Key:
    """The key that a passphrase makes with ``salt``; this takes a tenth of a second, as it should."""
    return Key(salt, hashlib.pbkdf2_hmac("sha512", normal(passphrase).encode(), salt, ROUNDS, _KEY_BYTES))


def of_file(path: Path) -> Key | None:
    """The key of the data file at ``path``, known, from the environment or from the keyring; ``None`` of a plain file.

    Raises Locked without a key, WrongPassphrase for one that is not the file's, OSError if the file can't be read.
    """
    salt = salt_in(start_of(path))
    if salt is None:
        return None
    if salt not in _known:
        key = _from_environment(path, salt) or _from_keyring(path, salt)
        if key is None:
            raise Locked(
                _("{path} is encrypted.").format(path=path),
                hint=_("Give its passphrase in {name}, or run the command on a terminal.").format(name=PASSPHRASE),
            )
        remember(key)
    return _known[salt]


def remember(key: Key, passphrase: str | None = None) -> None:
    """Know a key, and what it was made of if that was said, until the end of this run."""
    _known[key.salt] = key
    if passphrase is not None:
        _passphrases[key.salt] = normal(passphrase)


def unlock(path: Path, passphrase: str) -> Key:
    """The key that a passphrase makes for the encrypted file at ``path``, remembered; WrongPassphrase if none."""
    key = made(passphrase, salt_in(start_of(path)) or b"")
    if not fits(path, key):
        raise WrongPassphrase(_("This is not the passphrase of {path}.").format(path=path))
    remember(key, passphrase)
    return key


def passphrase_of(path: Path) -> str | None:
    """The passphrase of an unlocked file, if the person or the environment said it: the keyring has the key alone."""
    salt = salt_in(start_of(path))
    return _passphrases.get(salt) if salt else None


def _from_environment(path: Path, salt: bytes) -> Key | None:
    passphrase = os.environ.get(PASSPHRASE, "")
    if not passphrase.strip():
        return None
    key = None if (salt, passphrase) in _wrong else made(passphrase, salt)
    if key is None or not fits(path, key):
        _wrong.add((salt, passphrase))  # of many copies with one key it is made once
        raise WrongPassphrase(
            _("What {name} says is not the passphrase of {path}.").format(name=PASSPHRASE, path=path),
            hint=_("Set it to the right one; the file was not touched."),
        )
    remember(key, passphrase)
    return key


def fits(path: Path, key: Key) -> bool:
    """Whether ``key`` is the file's: its seal is on the first page, or, should that be damaged, on one that follows.

    A file without a whole page tells nothing against a key: it is damaged, which the door says.
    """
    if path.stat().st_size < PAGE:
        return True
    sealing = hashlib.pbkdf2_hmac(
        "sha512", key.secret, bytes(byte ^ _MAC_SALT for byte in key.salt), _MAC_ROUNDS, _KEY_BYTES
    )
    with path.open("rb") as file:
        for number in range(1, _PAGES_TRIED + 1):
            page = file.read(PAGE)
            if len(page) < PAGE:
                return False
            sealed = page[SALT_BYTES if number == 1 else 0 : -_MAC_BYTES] + number.to_bytes(4, "little")
            if hmac.compare_digest(hmac.digest(sealing, sealed, "sha512"), page[-_MAC_BYTES:]):
                return True
    return False


# ---- the system's keyring: an extra, and none on a computer without a desktop


def _from_keyring(path: Path, salt: bytes) -> Key | None:
    try:
        import keyring

        kept = keyring.get_password(KEYRING, salt.hex())
        key = Key(salt, bytes.fromhex(kept or ""))
    except Exception:  # every system says in its own way that there is none to ask
        return None
    return key if kept and fits(path, key) else None


def keep(key: Key) -> bool:
    """Put a key into the system's keyring; False where there is none that keeps it."""
    try:
        import keyring

        keyring.set_password(KEYRING, key.salt.hex(), key.secret.hex())
        return keyring.get_password(KEYRING, key.salt.hex()) == key.secret.hex()
    except Exception:
        return False


def is_kept(salt: bytes) -> bool:
    """Whether the system's keyring has the key with this salt."""
    try:
        import keyring

        return bool(keyring.get_password(KEYRING, salt.hex()))
    except Exception:
        return False


def forget(salt: bytes) -> None:
    """Take a key out of the system's keyring, if it is there."""
    try:
        import keyring

        keyring.delete_password(KEYRING, salt.hex())
    except Exception:
        return
