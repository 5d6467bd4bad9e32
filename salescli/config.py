"""The settings: one readable TOML file over the defaults below; ``config set`` keeps its comments."""

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from salescli import paths
from salescli.amounts import excerpt, parse_amount
from salescli.errors import BadValue, NotFound, NotWritten, Refused, system_reason
from salescli.i18n import _

Value = str | int | float | bool | list[str]

# Every setting with its default; the type of the default is the type of the setting.
DEFAULTS: dict[str, Value] = {
    # zh or en; empty takes the locale's
    "language": "",
    # days between contacts, by class; prospects have a rhythm of their own
    "cadence.A": 14,
    "cadence.B": 30,
    "cadence.C": 90,
    "cadence.prospect": 14,
    # which channels restart the cadence
    "cadence.channels": ["visit", "phone", "wechat", "email", "meeting", "demo"],
    "plan.visit_minutes": 40,
    "plan.travel_minutes": 20,
    # visits a day; 0 takes what fits into the field time
    "plan.capacity": 0,
    "slots.summer.begin": "05-01",
    "slots.summer.end": "09-30",
    "slots.summer.day": ["08:30-12:00", "13:30-17:30"],
    "slots.summer.field": "09:30-17:00",
    "slots.winter.begin": "10-01",
    "slots.winter.end": "04-30",
    "slots.winter.day": ["08:30-12:00", "13:00-17:00"],
    "slots.winter.field": "09:30-16:30",
    # weights of the week's goals, out of 100
    "weights.amount": 40,
    "weights.receipts": 30,
    "weights.new_clients": 10,
    "weights.effective_visits": 10,
    "weights.quotes": 5,
    "weights.satisfaction": 5,
    # what `target funnel` takes while there are under ten cases of one's own: quotations that become orders and
    # visits that lead to a quotation, out of 100; days from first contact to order; an amount, or empty for none
    "funnel.win_percent": 30,
    "funnel.quote_percent": 40,
    "funnel.cycle_days": 30,
    "funnel.average_order": "",
    # the stages of deals: three, four, five or seven; or stages of one's own, name:probability:most days in it
    "deals.stages": "five",
    "deals.own_stages": [],
    # the terms of an order that names none, as people write them; 月结30天 counts from the month's end (month_end) or
    # from the day of delivery (delivery)
    "receivables.terms": "货到付款",
    "receivables.month_end_from": "month_end",
    # quotations: whether one must be approved before it is sent, how long it holds, its tax out of 100 (0: none said),
    # and what stands at its head: the firm's name, then address, phone, …
    "quotes.approval": False,
    "quotes.valid_days": 30,
    "quotes.tax_percent": 0,
    "quotes.letterhead": [],
    # over its limit a client is warned of (warn) or sold nothing more (stop)
    "credit.over_limit": "warn",
    # a client's class: four rising limits a score, for the last twelve months; how the scores weigh; and from which
    # weighted mean, out of 100, a client is of class A or B (of 1 to 5: 80 is a mean of 4, 50 one of 2.5)
    "grading.values": ["1万", "5万", "20万", "50万"],
    "grading.recency_days": ["30", "90", "180", "365"],
    "grading.orders": ["2", "4", "7", "12"],
    "grading.value_weight": 50,
    "grading.loyalty_weight": 20,
    "grading.potential_weight": 30,
    "grading.a_from_percent": 80,
    "grading.b_from_percent": 50,
    # the papers required of a new client (建档审核)
    "admission.papers": ["营业执照", "开票资料", "收货信息"],
    # which day counts as closed: that of signing, of delivery, or of the invoices (signed, delivery, invoice); and
    # whether a bank acceptance counts as received on its receipt or when it matures (receipt, maturity)
    "kpi.amount_by": "signed",
    "kpi.acceptances": "receipt",
    # how likely money comes in by its age: not due yet, and up to 30, 60, 90 and more days overdue; and that a
    # client orders again who is late by its own rhythm
    "gap.collection_percent": ["90", "80", "60", "40", "20"],
    "gap.rebuy_percent": 30,
    # within how many minutes a client's problem is answered, by its severity; counted over the day's slots of working
    # days, or by the clock (working, clock)
    "tickets.key_minutes": 240,
    "tickets.major_minutes": 480,
    "tickets.minor_minutes": 1440,
    "tickets.hours": "working",
    # the server that `week send --smtp` hands mails to: tls from the first byte on, starttls, or none (this computer
    # only); 0 takes the usual port, an empty user sends no password, an empty from takes your own address; and how
    # long a mail may take
    "mail.host": "",
    "mail.port": 0,
    "mail.security": "tls",
    "mail.user": "",
    "mail.from": "",
    "mail.seconds": 30,
    # how many copies of the data file are kept beside it: of the last days with a change, and the last one of each of
    # the last weeks and months; without days none are made
    "copies.days": 7,
    "copies.weeks": 4,
    "copies.months": 12,
    # limits of input files; how large a workbook may become when it is expanded, and how many times a part of it
    "limits.csv_mb": 50,
    "limits.workbook_mb": 20,
    "limits.expanded_mb": 200,
    "limits.expand_ratio": 100,
    "limits.rows": 200_000,
    "limits.columns": 500,
}
# The words that a setting may be, where they are few.
CHOICES = {
    "language": ("", "zh", "en"),
    "credit.over_limit": ("warn", "stop"),
    "receivables.month_end_from": ("month_end", "delivery"),
    "kpi.amount_by": ("signed", "delivery", "invoice"),
    "kpi.acceptances": ("receipt", "maturity"),
    "tickets.hours": ("working", "clock"),
    "mail.security": ("tls", "starttls", "none"),
}
_SECRET = re.compile(r"passw|passphrase|secret|token|credential|(api|private)_?key|pwd|密码|口令|密钥", re.IGNORECASE)
# A rhythm or a sales cycle of over ten years is a slip of the finger.
_MOST_DAYS = 3660
_MOST = 1_000_000
_YES_OR_NO = {"true": True, "yes": True, "on": True, "是": True, "false": False, "no": False, "off": False, "否": False}
_STAGE_SETS = {"three": ("3", "三"), "four": ("4", "四"), "five": ("5", "五"), "seven": ("7", "七")}
_OWN_STAGE = re.compile(r"\s*([^:：]{1,40}?)\s*[:：]\s*([0-9]{1,3})\s*%?\s*[:：]\s*([0-9]{1,4})\s*天?\s*")
_MOST_STAGES = 20
_MAY_BE_NONE = (
    "plan.capacity",
    "plan.travel_minutes",
    "weights.",
    "funnel.cycle_days",
    "quotes.tax_percent",
    "grading.",
    "mail.port",
    "copies.",
)
_LIMITS = {"mail.port": 65_535, "mail.seconds": 30}


@dataclass(frozen=True)
class Settings:
    """The settings in force: the file's values over the defaults."""

    path: Path
    values: Mapping[str, Value]

    def text(self, key: str) -> str:
        """A setting that is text."""
        return str(self.values[key])

    def number(self, key: str) -> int:
        """A setting that is a whole number."""
        value = self.values[key]
        assert isinstance(value, int)
        return value

    def yes(self, key: str) -> bool:
        """A setting that is yes or no."""
        return self.values[key] is True

    def words(self, key: str) -> list[str]:
        """A setting that is a list of texts."""
        value = self.values[key]
        assert isinstance(value, list)
        return value

    def under(self, prefix: str) -> dict[str, Any]:
        """The settings below ``prefix`` as nested tables, as a TOML reader would give them."""
        nested: dict[str, Any] = {}
        for key, value in self.values.items():
            if key.startswith(prefix + "."):
                *tables, last = key.removeprefix(prefix + ".").split(".")
                place = nested
                for table in tables:
                    place = place.setdefault(table, {})
                place[last] = value
        return nested


def load(path: Path) -> Settings:
    """The settings of the file at ``path``, or the defaults alone if there is none.

    Unknown keys are kept out; a file that isn't TOML, or a value of the wrong type, is a BadValue naming it.
    """
    given = {key: _checked(key, value) for key, value in _flat(_tables(path)) if key in DEFAULTS}
    return Settings(path, {**DEFAULTS, **given})


def _tables(path: Path) -> dict[str, Any]:
    try:
        return _toml(path.read_text("utf-8-sig"))  # Windows' editor puts a mark before the text
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as problem:  # also what is no text, or no TOML
        raise BadValue(
            _("The settings file {path} can't be read: {problem}.").format(path=path, problem=system_reason(problem)),
            hint=_("Mend it, or move it away to start from the defaults."),
        ) from problem


def _toml(text: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(text)


def set_value(path: Path, key: str, text: str) -> Value:
    """Write one setting into the file at ``path`` and give back the value understood; comments stay.

    Raises NotFound for an unknown key, BadValue for a value of the wrong type, NotWritten if the file can't be.
    """
    value = read_value(key, text)
    _write(path, {key: value})
    return value


def written(path: Path, key: str) -> Any:
    """What the file at ``path`` says for a setting, right or wrong; ``None`` if nothing."""
    return dict(_flat(_tables(path))).get(key)


def put_back(path: Path, steps: Iterable[tuple[str, Any, Any]]) -> None:
    """Let the file say other values: one step after the other, (key, what it says now, what it shall say).

    ``None`` is nothing. Raises Refused, with nothing written, when the file says something else now; NotWritten if it
    can't be written.
    """
    values: dict[str, Any] = {}
    for key, is_now, becomes in steps:
        found = values[key] if key in values else written(path, key)
        if found != is_now:
            raise Refused(
                _("The setting {key} is {found}, not {value}: it was changed by hand.").format(
                    key=key, found=_shown(found), value=_shown(is_now)
                ),
                hint=_("Set it back to {value} in {path}, then try again.").format(value=_shown(is_now), path=path),
            )
        values[key] = becomes
    if values:
        _write(path, values)


def _shown(value: Any) -> str:
    return "–" if value is None else excerpt(",".join(value) if isinstance(value, list) else str(value))


@contextlib.contextmanager
def kept_on_failure(path: Path) -> Iterator[None]:
    """Let the file at ``path`` be again as it was when the block raises: what was to go with it did not happen."""
    before = _bytes_of(path)
    try:
        yield
    except BaseException:
        if _bytes_of(path) != before:
            with contextlib.suppress(OSError):  # what went wrong first is what is told
                path.unlink() if before is None else _replace(path, before)
        raise


def _bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def text_without_secrets(path: Path) -> str:
    """The text of the file at ``path``, comments and all, without what looks like a password; empty if there is none.

    Raises BadValue if it can't be read.
    """
    return _text_without(path, secrets_in(path)) if path.exists() else ""


def _text_without(path: Path, keys: Iterable[str]) -> str:
    import tomlkit  # 10 ms that only few commands need

    document = tomlkit.parse(path.read_text("utf-8-sig"))
    for key in keys:
        *tables, last = key.split(".")
        place: Any = document
        for table in tables:
            place = place[table]
        place.pop(last)
    return tomlkit.dumps(document)


def secrets_in(path: Path) -> list[str]:
    """The keys of the file at ``path`` that look like passwords, which have no place in it."""
    return [key for key, _value in _flat(_tables(path)) if _SECRET.search(key) and key not in DEFAULTS]


def unknown_in(path: Path) -> list[str]:
    """The keys of the file at ``path`` that are no settings."""
    return [key for key, _value in _flat(_tables(path)) if key not in DEFAULTS]


def wrong_in(path: Path) -> dict[str, str]:
    """The settings that the file at ``path`` gives values they can't have, each with what to say of it."""
    found = {}
    for key, value in _flat(_tables(path)):
        try:
            if key in DEFAULTS:
                _checked(key, value)
        except BadValue as problem:
            found[key] = problem.message
    return found


def mend(path: Path) -> None:
    """Take what is no setting, passwords too, out of the file at ``path``; one that can't be read is moved aside."""
    try:
        unknown = unknown_in(path)
    except BadValue:
        path.replace(path.with_name(f"{path.name}.unreadable"))
        return
    if unknown:
        _put_in_place(path, _text_without(path, unknown))


def take_text(path: Path, text: str) -> None:
    """Make ``text`` the settings file at ``path``. BadValue if it says what no setting can be; NotWritten."""
    try:
        given = list(_flat(_toml(text)))
    except ValueError as problem:
        raise BadValue(
            _("The settings file {path} can't be read: {problem}.").format(path=path, problem=problem)
        ) from problem
    for key, value in given:
        if key in DEFAULTS:
            _checked(key, value)
    _put_in_place(path, text)


def _write(path: Path, values: Mapping[str, Any]) -> None:
    import tomlkit  # 10 ms that only few commands need

    _tables(path)  # a file that isn't TOML is mended by hand, not written over
    document = tomlkit.parse(path.read_text("utf-8-sig")) if path.exists() else tomlkit.document()
    for key, value in values.items():
        *tables, last = key.split(".")
        place: Any = document
        for table in tables:
            if not isinstance(place.get(table), dict):
                place[table] = tomlkit.table()
            place = place[table]
        if value is not None:
            place[last] = value
            continue
        place.pop(last, None)
        if len(tables) == 1 and not place.as_string().strip():
            document.remove(tables[0])  # a heading of nothing, which came with the setting
    _put_in_place(path, tomlkit.dumps(document))


def _put_in_place(path: Path, text: str) -> None:
    try:
        paths.make_folder(path.parent)
        _replace(path, text.encode())
    except OSError as problem:
        raise NotWritten(
            _("The settings file {path} can't be written: {problem}.").format(path=path, problem=system_reason(problem))
        ) from problem


def _replace(path: Path, content: bytes) -> None:
    with paths.beside(path.resolve()) as new:
        new.write_bytes(content)
        paths.move_in(new, path.resolve())


def known_key(key: str) -> str:
    """``key`` if there is such a setting, else NotFound."""
    if key not in DEFAULTS:
        raise NotFound(_("There is no setting {key}.").format(key=key), hint=_("`sales config list` shows them all."))
    return key


def _flat(tables: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tables.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _checked(key: str, value: Any) -> Value:
    if type(value) is not type(DEFAULTS[key]) or not _sensible(key, value):
        raise BadValue(
            _("The setting {key} can't be “{value}”.").format(key=key, value=excerpt(str(value))), hint=_hint(key)
        )
    return value


def _hint(key: str) -> str:
    if key == "deals.own_stages":
        return _("Write each as name:probability:most days, such as 开发:10:30,签约:80:15.")
    if key in CHOICES:
        return _("Use one of: {allowed}.").format(allowed=_(", ").join(filter(None, CHOICES[key])))
    default = DEFAULTS[key]
    return _("Its default is {default}.").format(default=",".join(default) if isinstance(default, list) else default)


def _sensible(key: str, value: Value) -> bool:
    if isinstance(value, bool):
        return True
    if isinstance(value, int):
        least = 0 if key.startswith(_MAY_BE_NONE) else 1
        return least <= value <= _most(key)
    if key == "funnel.average_order":
        return value == "" or _is_amount(cast("str", value))
    if key in CHOICES:
        return value in CHOICES[key]
    if key == "cadence.channels":
        return all(word in cast("list[str]", DEFAULTS[key]) for word in cast("list[Any]", value))
    if key == "deals.stages":
        return value in _STAGE_SETS
    if key == "deals.own_stages":
        return _are_stages(cast("list[Any]", value))
    return not isinstance(value, list) or all(isinstance(part, str) for part in value)


def own_stage(text: str) -> tuple[str, int, int] | None:
    """The name, probability out of 100 and most days of ``开发:10:30``; None for what is no stage."""
    found = _OWN_STAGE.fullmatch(text)
    if found is None or not found[1] or int(found[2]) > 100 or not 1 <= int(found[3]) <= _MOST_DAYS:
        return None
    return found[1], int(found[2]), int(found[3])


def _are_stages(texts: list[Any]) -> bool:
    stages = [own_stage(text) if isinstance(text, str) else None for text in texts]
    names = {stage[0].casefold() for stage in stages if stage is not None}
    return len(names) == len(texts) <= _MOST_STAGES


def _most(key: str) -> int:
    if key.endswith("_percent"):
        return 100
    if key in _LIMITS:
        return _LIMITS[key]
    return _MOST_DAYS if key.startswith("cadence.") or key.endswith(("cycle_days", "valid_days")) else _MOST


def _is_amount(text: str) -> bool:
    try:
        return parse_amount(text) > 0
    except BadValue:
        return False


def read_value(key: str, text: str) -> Value:
    """What ``text`` means as the setting ``key``; NotFound for an unknown key, BadValue for another type."""
    default = DEFAULTS[known_key(key)]
    if isinstance(default, list):
        parts = [part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()]
        return _checked(key, [_channel(part) for part in parts] if key == "cadence.channels" else parts)
    if isinstance(default, bool):
        return _checked(key, _YES_OR_NO.get(text.strip().lower(), text))
    if isinstance(default, int):
        return _checked(key, int(text) if text.strip().isdecimal() and len(text) < 20 else text)
    if key == "deals.stages":
        asked = text.strip().lower()
        return _checked(key, next((name for name, words in _STAGE_SETS.items() if asked in words), asked))
    return _checked(key, text.strip())


def _channel(text: str) -> str:
    from salescli.vocabulary import Channel, parse_word  # the words of the field, which only this command needs

    return parse_word(text, Channel).value
