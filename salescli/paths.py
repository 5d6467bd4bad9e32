"""Where things lie: the data file, the settings file, and what is shipped beside or inside the package."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from platformdirs import PlatformDirs

from salescli.errors import DataFileProblem
from salescli.i18n import _

_PACKAGE = Path(__file__).parent
_DIRS = PlatformDirs("sales", appauthor=False)


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


@contextlib.contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A new file in the folder of ``path`` that only its owner may read, to be written and renamed to ``path``.

    It is gone when the block ends, unless it was renamed. Raises OSError if the folder won't have it.
    """
    # A short name of its own: one made from a long file name would be too long for the file system.
    new = path.with_name(f".sales-{os.urandom(6).hex()}.new")
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        new.chmod(0o600)  # whatever the umask took away
        yield new
    finally:
        new.unlink(missing_ok=True)


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
