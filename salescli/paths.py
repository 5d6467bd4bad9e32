"""Where things lie: the data file, the settings file, and what is shipped beside or inside the package."""

import contextlib
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from platformdirs import PlatformDirs

from salescli.errors import DataFileProblem
from salescli.i18n import _

_PACKAGE = Path(__file__).parent
_DIRS = PlatformDirs("sales", appauthor=False)
# The names under which files are written before they get their own, and SQLite's beside them.
_HALF_WRITTEN = re.compile(r"\.sales-([0-9a-f]{12}\.new|[a-z0-9_]{8}(\.\w+)?)(-journal|-wal|-shm)?")
_A_DAY = 24 * 3600


def data_file(environ: Mapping[str, str], asked: Path | None = None) -> Path:
    """The data file: ``--db``, else ``SALES_DB``, else ``sales.db`` in the platform's user data folder.

    Raises DataFileProblem where there is no home folder to look in.
    """
    if asked is not None:
        return asked
    with _no_home(_("Give the data file with --db or SALES_DB.")):
        if environ.get("SALES_DB"):
            return Path(environ["SALES_DB"]).expanduser()
        return Path(_DIRS.user_data_dir) / "sales.db"


def settings_file(environ: Mapping[str, str]) -> Path:
    """The settings: ``SALES_CONFIG``, else ``config.toml`` in the platform's user configuration folder.

    Raises DataFileProblem where there is no home folder to look in.
    """
    with _no_home(_("Give the settings file with SALES_CONFIG.")):
        if environ.get("SALES_CONFIG"):
            return Path(environ["SALES_CONFIG"]).expanduser()
        return Path(_DIRS.user_config_dir) / "config.toml"


@contextlib.contextmanager
def _no_home(hint: str) -> Iterator[None]:
    try:
        yield
    except RuntimeError as problem:
        raise DataFileProblem(_("There is no home folder to keep files in."), hint) from problem


def readable_by_others(path: Path) -> bool:
    """Whether other people of this computer can look into the folder that ``path`` lies in.

    A group counts where it is not one's own. Never on Windows, where folders of a user are closed by other means.
    """
    if sys.platform == "win32":
        return False
    folder = path.resolve().parent
    look_in, *pass_through = (_others(place) for place in (folder, *folder.parents))
    return bool(look_in & 0o55) and all(allowed & 0o11 for allowed in pass_through)


def _others(folder: Path) -> int:
    """The permissions that a folder gives to people who aren't its owner."""
    found = folder.stat()
    return found.st_mode & (0o07 if found.st_gid == os.getgid() else 0o77)


@contextlib.contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A new file in the folder of ``path`` that only its owner may read, to be written and renamed to ``path``.

    It is gone when the block ends, unless it was renamed. Raises OSError if the folder won't have it.
    """
    sweep(path.parent)
    # A short name of its own: one made from a long file name would be too long for the file system.
    new = path.with_name(f".sales-{os.urandom(6).hex()}.new")
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        new.chmod(0o600)  # whatever the umask took away
        yield new
    finally:
        for ending in ("", "-journal", "-wal", "-shm"):  # SQLite's, too, which it leaves where the disk is full
            new.with_name(new.name + ending).unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each for its owner alone; OSError if that can't be."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        with contextlib.suppress(FileExistsError):  # another command made it meanwhile
            one.mkdir(mode=0o700)
            one.chmod(0o700)  # whatever the umask took away


def move_in(new: Path, path: Path) -> None:
    """Let the file ``new`` take the name ``path``, so that it lasts through a power cut. OSError if it can't."""
    sync(new)
    new.replace(path)
    sync_folder(path.parent)


def sync(path: Path) -> None:
    """Wait until what was written to the file is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Let a change of names last through a power cut, where folders can be opened."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):  # disks that know no such thing
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def daily_copies(path: Path) -> Path:
    """The folder beside the data file at ``path`` in which the copies of each day lie, ``2026-11-25.db``."""
    return path.with_name(f"{path.name}.copies")


def kept_copies(path: Path) -> list[Path]:
    """Every copy of the data file at ``path`` that lies where the program puts them.

    Those of the days, of `data backup`, of before a newer schema, and what `data restore` replaced.
    """
    stem, name = re.escape(path.stem), re.escape(path.name)
    beside_it = rf"{stem}-\d{{8}}-\d{{6}}(-\d+)?\.(backup|replaced)\.db|{name}\.before-\w+"
    found = []
    for folder, named in ((path.parent, beside_it), (daily_copies(path), r"\d{4}-\d\d-\d\d\.db")):
        if folder.is_dir():
            found += [copy for copy in folder.iterdir() if re.fullmatch(named, copy.name, re.ASCII)]
    return found


def in_command(path: Path) -> str:
    """``path`` as it is typed in a command: in quotes where a shell would take it apart."""
    text = str(path)
    return text if re.fullmatch(r"[\w./\\:~+-]+", text) else f'"{text}"'


def sweep(folder: Path) -> None:
    """Take away what killed commands left half written in ``folder`` more than a day ago."""
    with contextlib.suppress(OSError):
        for path in left_behind(folder):
            path.unlink()


def left_behind(folder: Path) -> list[Path]:
    """What killed commands left half written in ``folder`` more than a day ago; OSError if it can't be looked into."""
    named = (path for path in folder.iterdir() if _HALF_WRITTEN.fullmatch(path.name))
    return [path for path in named if path.stat().st_mtime < time.time() - _A_DAY]


def migrations_folder() -> Path:
    """The migrations: beside the package in a checkout, inside it when installed from a wheel."""
    return _shipped("migrations")


def sample_data_folder() -> Path:
    """The demo's files: beside the package in a checkout, inside it when installed from a wheel."""
    return _shipped("sample_data")


def _shipped(name: str) -> Path:
    # An editable install may leave a stale copy inside the package, so the checkout is looked at first.
    checkout = _PACKAGE.parent / name
    return checkout if (_PACKAGE.parent / "pyproject.toml").exists() and checkout.is_dir() else _PACKAGE / f"_{name}"
