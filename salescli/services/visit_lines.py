"""A visit typed in one line, as into a chat with oneself: who, what, outcome, next step."""

import re
from dataclasses import dataclass
from datetime import date

from salescli.dates import parse_day_time
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.services.visits import NextStep
from salescli.texts import unquoted
from salescli.vocabulary import WORDS, Outcome

_NEXT_MARK = re.compile(r"(?:^|[\s，,。；;])(?:下一步|下次|next|→|->|=>)\s*[:：]?\s*", re.IGNORECASE)

_CLIENT_END = re.compile(r"\s*[：:，,]\s*|\s+")


@dataclass(frozen=True)
class VisitLine:
    """One line understood: the client as typed, the note, the outcome's token, the next step if there is one."""

    client: str
    note: str
    outcome: str | None
    next_step: NextStep | None


def read_line(line: str, today: date) -> VisitLine:
    """Read ``CLIENT TEXT [OUTCOME] [next step@DAY]``; the client ends at a blank, colon or comma.

    The next step stands after 下一步 or ``next``, or is the last word that carries an ``@``.
    """
    client, *more = _CLIENT_END.split(unquoted(line), maxsplit=1)
    if not client:
        raise BadValue(_("The line names no client."))
    rest = more[0] if more else ""
    rest, step = _split_next(rest, today)
    kept, outcome = [], None
    for word in rest.split():
        found = _outcome(word.strip("，,。；;"))
        if found is not None and outcome is None:
            outcome = found
        else:
            kept.append(word)
    return VisitLine(client, " ".join(kept).strip("，,；; "), outcome, step)


def parse_next(text: str, today: date) -> NextStep:
    """Read ``TEXT@DAY``, split at the last ``@``; a time after the day stays with the text."""
    words, at, day = text.replace("＠", "@").rpartition("@")
    if not at or not words.strip() or not day.strip():
        raise BadValue(
            _("The next step “{text}” has no day.").format(text=text), hint=_("Write it as TEXT@DAY: 报价@下周三.")
        )
    on, hour = parse_day_time(day, today, "coming")
    return NextStep(words.strip() + (f" {hour:%H:%M}" if hour else ""), on)


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
