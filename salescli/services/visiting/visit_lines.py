"""A visit typed in one line, as into a chat with oneself: who, what, outcome, next step."""

import codecs
import re
from dataclasses import dataclass
from datetime import date

from salescli.dates import parse_day_time
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.services.visiting.promise_words import Promised, cut_promises
from salescli.services.visiting.visits import NextStep
from salescli.texts import NAME_LIMIT, NOTE_LIMIT, unquoted
from salescli.vocabulary import FACE_TO_FACE, WORDS, Channel, Outcome

_NEXT_MARK = re.compile(r"(?:^|[\s，,。；;])(?:下一步|下次|next|→|->|=>)\s*[:：]?\s*", re.IGNORECASE)

_MEGABYTE = 1_000_000
# A client, a note and a next step at their longest.
_MOST_SIGNS = NAME_LIMIT + 2 * NOTE_LIMIT
_DENIALS = ("not", "no", "isn't", "never", "不", "没", "没有")
_CLIENT_END = re.compile(r"\s*[：:，,]\s*|\s+")


@dataclass(frozen=True)
class VisitLine:
    """One line understood: the client as typed, the note, tokens of channel and outcome, the next step, promises."""

    client: str
    note: str
    by: str | None
    outcome: str | None
    next_step: NextStep | None
    promises: tuple[Promised, ...] = ()


def lines_of(data: bytes, most_megabytes: int) -> list[tuple[int, str]]:
    """The lines of pasted text that say something, with their numbers from 1.

    Read as UTF-8, UTF-16 with its mark, or GB18030. Raises BadValue for other bytes, for more than
    ``most_megabytes``, and for no line at all.
    """
    if len(data) > most_megabytes * _MEGABYTE:
        raise BadValue(_("Standard input is longer than {most} MB.").format(most=most_megabytes))
    lines = re.split("\r\n|\r|\n", _decoded(data))
    found = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not found:
        raise BadValue(
            _("There is nothing on standard input."), hint=_("Give a line a visit: CLIENT TEXT 下一步 TEXT@DAY.")
        )
    return found


def _decoded(data: bytes) -> str:
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for codec in ["utf-16"] if wide else ["utf-8-sig", "gb18030"]:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    raise BadValue(_("Standard input is no text."), hint=_("Give a line a visit: CLIENT TEXT 下一步 TEXT@DAY."))


def read_line(line: str, today: date) -> VisitLine:
    """Read ``CLIENT TEXT [OUTCOME] [next step@DAY]``; the client ends at a blank, colon or comma.

    The next step stands after 下一步 or ``next``, or is the last word that carries an ``@``. Promises stand after 承诺
    or 对方承诺, as TEXT@DAY without a blank.
    """
    if len(line) > _MOST_SIGNS:
        raise BadValue(
            _("It has {count} characters; at most {most} are taken.").format(count=len(line), most=_MOST_SIGNS)
        )
    client, *more = _CLIENT_END.split(unquoted(line), maxsplit=1)
    if not client:
        raise BadValue(_("The line names no client."))
    return read_rest(client, more[0] if more else "", today)


def read_rest(client: str, rest: str, today: date) -> VisitLine:
    """Read what stands behind the client in a line, as :func:`read_line` does."""
    rest, promises = cut_promises(rest, today)
    rest, step = _split_next(rest, today)
    kept: list[str] = []
    outcome = None
    for word in rest.split():
        found = _outcome(word.strip("，,。；;"))
        if found is not None and outcome is None and not (kept and kept[-1].lower() in _DENIALS):
            outcome = found
        else:
            kept.append(word)
    note = " ".join(kept).strip("，,；; ")
    return VisitLine(client, note, _channel(note), outcome, step, promises)


def without_form(text: str, today: date) -> str:
    """What a line says besides the promises and the next step written in form."""
    rest, _promises = cut_promises(text, today)
    return _split_next(rest, today)[0]


def _channel(note: str) -> str | None:
    """The channel that a note begins with: 电话聊了, 打电话问, 微信发了, call about."""
    spoken = note.lower().removeprefix("打")
    for channel in set(Channel) - FACE_TO_FACE:
        if spoken.startswith((channel.value, *WORDS[channel])):
            return channel.value
    return None


def parse_next(text: str, today: date) -> NextStep:
    """Read ``TEXT@DAY``, split at the last ``@``; a time may follow the day."""
    words, at, day = text.replace("＠", "@").rpartition("@")
    if not at or not words.strip() or not day.strip():
        raise BadValue(
            _("The next step “{text}” has no day.").format(text=text), hint=_("Write it as TEXT@DAY: 报价@下周三.")
        )
    on, hour = parse_day_time(day, today, "coming")
    return NextStep(words.strip(), on, at=hour)


def _split_next(text: str, today: date) -> tuple[str, NextStep | None]:
    marked = _NEXT_MARK.search(" " + text)
    if marked:
        start = max(marked.start() - 1, 0)
        step = (" " + text)[marked.end() :]
        return text[:start], parse_next(step.rstrip("。."), today)
    first, _blank, last = text.rpartition(" ")
    if "@" in last.replace("＠", "@"):
        return first, parse_next(last.rstrip("。."), today)
    return text, None


def _outcome(word: str) -> str | None:
    for outcome in Outcome:
        if word in WORDS[outcome] or word.lower() == outcome.value:
            return outcome.value
    return None
