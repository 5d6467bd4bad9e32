"""What is wrong around the data: who else can read the file, where it lies, its copies, the clock, the settings."""

import contextlib
import importlib.util
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col

from salescli import config, paths
from salescli.encryption.file_marks import salt_in, start_of
from salescli.errors import BadValue
from salescli.i18n import _, _n
from salescli.models.changes import Change
from salescli.services.office import work_calendar

_COPY_AFTER_DAYS = 14
_CLOCK_MAY_DIFFER = timedelta(minutes=10)
_NEXT_YEAR_FROM = 12  # the State Council's notice of the next year's holidays comes in November
# Folders of programs that carry files to other computers, by the beginning of their names, without case and blanks.
_SYNC_FOLDERS = (
    "onedrive", "dropbox", "nutstore", "我的坚果云", "坚果云", "icloud", "com~apple~clouddocs", "mobiledocuments",
    "googledrive", "mydrive", "baidunetdisk", "baidusyncdisk", "百度网盘", "百度云", "阿里云盘", "微云", "weiyun",
    "wpsdrive", "wps云盘", "nextcloud", "owncloud", "pclouddrive", "syncthing",
)  # fmt: skip
_NETWORK_SYSTEMS = ("nfs", "cifs", "smb", "fuse.sshfs", "davfs", "fuse.davfs", "afpfs", "ncpfs", "ceph", "glusterfs")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: ``code`` for scripts, a sentence, and what mends it.

    An ``error`` is to be mended; a ``warning`` is no fault, only to be thought about.
    """

    level: str
    code: str
    message: str
    mend: str


def of_settings(path: Path) -> list[Finding]:
    """What is wrong with the settings file: not to be read, values that can't be, passwords, keys of no setting."""
    try:
        wrong, secrets, unknown = config.wrong_in(path), config.secrets_in(path), config.unknown_in(path)
    except BadValue as problem:
        return [Finding("error", "settings_file", problem.message, "sales doctor --mend")]
    found = [
        Finding("error", "setting", message, f"sales config set {key} {_typed(config.DEFAULTS[key])}")
        for key, message in sorted(wrong.items(), key=lambda one: one[0].startswith("cadence."))
    ]
    for key in secrets:
        message = _("The settings file holds what looks like a password: {key}.").format(key=key)
        found.append(Finding("error", "secret", message, "sales doctor --mend"))
    for key in (key for key in unknown if key not in secrets):
        message = _("The settings file names {key}, which is no setting.").format(key=key)
        found.append(Finding("error", "unknown_setting", message, "sales doctor --mend"))
    return found


def _typed(value: config.Value) -> str:
    """A default as it is typed in a command."""
    text = ",".join(value) if isinstance(value, list) else str(value)
    return text if text and " " not in text else f'"{text}"'


def of_place(db: Path, settings: Path) -> list[Finding]:
    """What is wrong with where the files lie: readable by others, synchronised, on a network, half written ones."""
    return [*_open_files(db, settings), *_shared_place(db), *_left_behind(db, settings)]


def _open_files(db: Path, settings: Path) -> Iterator[Finding]:
    for path in (db, settings, *paths.kept_copies(db)):
        if path.exists() and _others_may(path):
            message = _("Others on this computer may read {path}.").format(path=path)
            yield Finding("error", "file_mode", message, "sales doctor --mend")


def _others_may(path: Path) -> bool:
    return sys.platform != "win32" and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _shared_place(db: Path) -> Iterator[Finding]:
    encrypted = db.exists() and salt_in(start_of(db)) is not None
    folder = db.absolute().parent
    if not encrypted and folder.exists() and _others_may(folder):
        message = _("Others on this computer may look into {path}, where the data file is.").format(path=folder)
        yield Finding("warning", "shared_folder", message, "sales data encrypt")
    part = _sync_part(db)
    if part:
        message = _(
            "{path} lies in {folder}, which is carried to other computers: two that write at once lose records. "
            "Keep the data file elsewhere, and put backups there."
        ).format(path=db, folder=part)
        yield Finding("error", "sync_folder", message, "")
    system = _network_system(db)
    if system:
        message = _("{path} lies on a network drive ({system}), where locks can't be trusted.").format(
            path=db, system=system
        )
        yield Finding("error", "network_drive", message, "")


def _sync_part(db: Path) -> str:
    folder = db.resolve().parent
    for part in folder.parts:
        if part.casefold().replace(" ", "").startswith(_SYNC_FOLDERS):
            return part
    return next((parent.name for parent in (folder, *folder.parents) if (parent / ".stfolder").exists()), "")


def _network_system(db: Path) -> str:
    path = str(db.resolve())
    if path.startswith("\\\\"):
        return "UNC"
    try:
        mounts = Path("/proc/self/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    systems = {}
    for mount in mounts:
        _device, point, system, *_rest = mount.split(" ")
        point = point.replace("\\040", " ").rstrip("/")
        if path.startswith(f"{point}/"):
            systems[len(point)] = system
    system = systems[max(systems)] if systems else ""
    return system if system.startswith(_NETWORK_SYSTEMS) else ""


def _left_behind(db: Path, settings: Path) -> Iterator[Finding]:
    left = []
    for folder in _folders(db, settings):
        with contextlib.suppress(OSError):
            left += paths.left_behind(folder)
    if left:
        message = _n(
            "A killed command left a half-written file in {folder}.",
            "Killed commands left {count} half-written files in {folder}.",
            len(left),
        ).format(count=len(left), folder=left[0].parent)
        yield Finding("error", "left_behind", message, "sales doctor --mend")


def _folders(db: Path, settings: Path) -> list[Path]:
    return list(dict.fromkeys([db.absolute().parent, paths.daily_copies(db.absolute()), settings.absolute().parent]))


def mend_place(db: Path, settings: Path) -> None:
    """Make the files readable for their owner alone, and take away what killed commands left. Raises OSError."""
    for path in (db, settings, *paths.kept_copies(db)):
        if path.exists() and _others_may(path):
            path.chmod(0o600)
    for folder in _folders(db, settings):
        paths.sweep(folder)


def of_copies(session: Session, days: list[date], today: date) -> list[Finding]:
    """Whether the last of the copies, made on ``days``, is recent enough; a new data file has time for its first."""
    first = session.connection().execute(sa.select(sa.func.min(col(Change.at)))).scalar()
    latest = max(days, default=None)
    if first is None or (today - (latest or first.date())).days < _COPY_AFTER_DAYS:
        return []
    if latest is None:
        return [Finding("error", "no_copy", _("There is no copy of the data file."), "sales data backup")]
    message = _("The last copy of the data file is of {day}.").format(day=latest.isoformat())
    return [Finding("error", "old_copy", message, "sales data backup")]


def of_features(settings: config.Settings) -> list[Finding]:
    """Which libraries are missing for what the settings ask for."""
    if not settings.text("mail.user") or importlib.util.find_spec("keyring") is not None:
        return []
    message = _("Mails go out with a password, and the library that keeps it in the system's keyring is not there.")
    return [Finding("error", "extra", message, 'pip install "sales-cli[keyring]"')]


def of_time(session: Session, now: datetime) -> list[Finding]:
    """Whether the clock was set back, and whether next year's holidays are known when the year ends."""
    found = []
    latest = session.connection().execute(sa.select(sa.func.max(col(Change.at)))).scalar()
    if latest is not None and latest > now + _CLOCK_MAY_DIFFER:
        message = _("The last change was made at {moment}, which is still to come: the clock was set back, or ahead.")
        told = latest.astimezone(now.tzinfo).strftime("%Y-%m-%d %H:%M")
        found.append(Finding("error", "clock", message.format(moment=told), ""))
    year = now.year + 1
    calendar = work_calendar.of(session)
    if now.month >= _NEXT_YEAR_FROM and calendar.provisional(date(year, 1, 1), date(year + 1, 1, 1)):
        message = _("The official holidays of {year} are not known yet.").format(year=year)
        found.append(Finding("warning", "holidays", message, "sales calendar import FILE"))
    return found
