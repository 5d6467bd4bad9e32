"""Where things lie: the data file, the settings file, and what is shipped beside or inside the package."""

from collections.abc import Mapping
from pathlib import Path

from platformdirs import PlatformDirs

_PACKAGE = Path(__file__).parent
_DIRS = PlatformDirs("sales", appauthor=False)


def data_file(environ: Mapping[str, str], asked: Path | None = None) -> Path:
    """The data file: ``--db``, else ``SALES_DB``, else ``sales.db`` in the platform's user data folder."""
    if asked is not None:
        return asked
    if environ.get("SALES_DB"):
        return Path(environ["SALES_DB"]).expanduser()
    return Path(_DIRS.user_data_dir) / "sales.db"


def settings_file(environ: Mapping[str, str]) -> Path:
    """The settings: ``SALES_CONFIG``, else ``config.toml`` in the platform's user configuration folder."""
    if environ.get("SALES_CONFIG"):
        return Path(environ["SALES_CONFIG"]).expanduser()
    return Path(_DIRS.user_config_dir) / "config.toml"


def migrations_folder() -> Path:
    """The migrations: beside the package in a checkout, inside it when installed from a wheel."""
    return _shipped("migrations")


def sample_data_folder() -> Path:
    """The demo's files: beside the package in a checkout, inside it when installed from a wheel."""
    return _shipped("sample_data")


def _shipped(name: str) -> Path:
    # An editable install may leave a stale copy inside the package, so the checkout is looked at first.
    beside = _PACKAGE.parent / name
    return beside if (_PACKAGE.parent / "pyproject.toml").exists() and beside.is_dir() else _PACKAGE / f"_{name}"
