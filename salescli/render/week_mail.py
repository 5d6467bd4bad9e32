"""The mail that takes the goal sheet to the manager: a subject, five lines for the phone, the sheet."""

import hashlib
import html
from collections.abc import Iterator, Sequence
from datetime import datetime
from email import encoders
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from salescli.addresses import Mailbox, line_of
from salescli.errors import BadValue
from salescli.i18n import _, _n, language
from salescli.render.files import check_place
from salescli.render.output import words
from salescli.render.week_sheet.file import file_name
from salescli.render.week_sheet.mask import masked
from salescli.render.weeks import measure_word, quantity, score_lines, week_words
from salescli.vocabulary import MONEY_MEASURES, Measure, Outcome, label

if TYPE_CHECKING:
    from salescli.services.reporting.goal_figures import MonthGoal
    from salescli.services.reporting.weeks import WeekReport

_SHEET = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_MOST = 3  # wins, needs, goals in a line
_LONGEST_ITEM = 40
# The older of the library's two ways of folding a header: the newer one drops blanks out of Chinese subjects, and
# can't write a file name in the form that Outlook and QQ Mail read.
_POLICY = compat32.clone(linesep="\r\n", max_line_length=900)  # what is long is folded here


def draft_path(asked: Path | None, report: "WeekReport", *, force: bool) -> Path:
    """Where the draft goes: the file asked for, or the sheet's own name in the folder asked for or the working folder.

    Raises BadValue for an ending other than .eml, Refused for a file that is there unless ``force``, NotWritten for
    what is there and is no file.
    """
    name = str(Path(file_name(report)).with_suffix(".eml"))
    path = Path(name) if asked is None else asked / name if asked.is_dir() else asked
    if path.suffix.lower() != ".eml":
        raise BadValue(
            _("“{file}” does not end in {ending}.").format(file=path.name, ending=".eml"),
            hint=_("Mail programs open drafts by that ending."),
        )
    check_place(path, force=force)
    return path


def message(
    report: "WeekReport",
    sheet: bytes,
    sender: Mailbox | None,
    to: Sequence[Mailbox],
    cc: Sequence[Mailbox],
    at: datetime,
    *,
    draft: bool,
    mask: bool = False,
) -> bytes:
    """The whole message, in ASCII with CRLF line ends; ``sheet`` is the workbook, ``at`` the (aware) moment.

    A ``draft`` opens in Outlook ready to be sent. The same arguments give the same bytes; with ``mask`` the lines
    show no phone numbers and addresses.
    """
    mark = hashlib.sha256(sheet).hexdigest()[:24]
    made = MIMEMultipart("mixed", boundary=f"=_{mark}_1")
    made["Date"] = format_datetime(at)
    made["Message-ID"] = _message_id(report, mark, sender, at)
    made["Subject"] = _encoded(subject(report))
    if sender is not None:
        made["From"] = _address(sender)
    for name, boxes in (("To", to), ("Cc", cc)):
        if boxes:
            made[name] = ",\r\n ".join(map(_address, boxes))
    if draft:
        made["X-Unsent"] = "1"
    lines = [(head, masked(told) if mask else told) for head, told in five_lines(report)]
    body = MIMEMultipart("alternative", boundary=f"=_{mark}_2")
    body.attach(MIMEText(_crlf(as_text(lines)), "plain", "utf-8"))
    body.attach(MIMEText(_crlf(as_html(lines)), "html", "utf-8"))
    made.attach(body)
    made.attach(_attached(sheet, file_name(report)))
    return made.as_bytes(policy=_POLICY)


def subject(report: "WeekReport") -> str:
    """``目标管理表 张三 2026-11-16 ～ 11-22（第47周）``; a version after the first says so."""
    text = _("Weekly goals {name} {week}").format(name=report.profile.name, week=week_words(report.period))
    if report.version > 1:
        text = _("{text}, version {version}").format(text=text, version=report.version)
    return line_of(text)


def _message_id(report: "WeekReport", mark: str, sender: Mailbox | None, at: datetime) -> str:
    # With the moment: servers throw away a second mail of the same name, and one that is asked for again must come.
    domain = sender.address.rpartition("@")[2] if sender else "sales.invalid"
    return f"<{report.period.label}.{report.version}.{at:%Y%m%d%H%M%S}.{mark}@{domain}>"


def _address(box: Mailbox) -> str:
    if box.name.isascii() and "=?" not in box.name:  # else it would be read as an encoded word
        return formataddr((box.name, box.address))
    return f"{_encoded(box.name)} <{box.address}>"


def _encoded(text: str) -> str:
    """``text`` as encoded words (RFC 2047), a line each."""
    return Header(text, "utf-8", maxlinelen=70).encode(linesep="\r\n")


def _attached(sheet: bytes, name: str) -> MIMEBase:
    """The sheet as a part: its name once by the standard (RFC 2231), once as older programs read it."""
    part = MIMEBase(*_SHEET)
    part.set_payload(sheet)
    encoders.encode_base64(part)
    old, new = (name, f'filename="{name}"') if name.isascii() else (_encoded(name), f"filename*=utf-8''{quote(name)}")
    part.replace_header("Content-Type", f'{"/".join(_SHEET)};\r\n name="{old}"')
    part["Content-Disposition"] = f"attachment;\r\n {new}"  # in one piece: many programs can't join several
    return part


def _crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


# --- the five lines ---


def as_text(lines: Sequence[tuple[str, str]]) -> str:
    """The lines as plain text, each with its heading."""
    return "".join(_("{heading}: {text}").format(heading=heading, text=told) + "\n" for heading, told in lines)


def as_html(lines: Sequence[tuple[str, str]]) -> str:
    """The lines as a page of HTML; what people typed is text in it, never markup."""
    told = "\n".join(
        f'<p style="margin:0 0 .6em"><b>{html.escape(heading)}</b>&ensp;{html.escape(told)}</p>'
        for heading, told in lines
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if language() == "zh" else "en"}"><head><meta charset="utf-8"></head>\n'
        f'<body style="font:15px/1.5 sans-serif">\n{told}\n</body></html>\n'
    )


def five_lines(report: "WeekReport") -> list[tuple[str, str]]:
    """(heading, text) of what a manager reads on the phone: rates, gap, best wins, needs, next week."""
    lines = [
        (_("Rates"), _rates(report)),
        (_("Gap"), _gap(report)),
        (_("Best wins"), _("; ").join([_joined(list(_wins(report))), *_totals(report)])),
        (_("Support needed"), _joined(_needs(report))),
        (_("Next week"), _next(report)),
    ]
    return [(heading, line_of(told)) for heading, told in lines]


def _rates(report: "WeekReport") -> str:
    rated = [
        f"{measure_word(goal.measure)} {words(goal.week_rate, 'ratio')}"
        for goal in report.goals
        if goal.week_rate is not None
    ]
    return _("; ").join(filter(None, [_(", ").join(rated), score_lines(report)[0]]))


def _gap(report: "WeekReport") -> str:
    """How far the month, the one the week has come to, is behind its targets; those of money first."""
    current = [month for month in report.months if month.month.begin <= max(report.as_of, report.period.begin)]
    rows = [row for row in current[-1].rows if row.gap is not None] if current else []
    rows.sort(key=lambda row: row.measure not in MONEY_MEASURES)
    if not rows:
        return _("no target is split for this month")
    told = _(", ").join(map(_gap_words, rows[:_MOST]))
    return _("{month} {told}").format(month=current[-1].month.label, told=told)


def _gap_words(row: "MonthGoal") -> str:
    kind, measure = quantity(row.measure), measure_word(row.measure)
    if not row.gap or row.gap < 0:
        return _("{measure} reached").format(measure=measure)
    short = _("{measure} short by {gap}").format(measure=measure, gap=words(row.gap, kind))
    if row.needed_per_day is None:
        return short
    return _("{short} (needed a day: {amount})").format(short=short, amount=words(row.needed_per_day, kind))


def _wins(report: "WeekReport") -> Iterator[str]:
    """Deals won, the largest first, then orders from visits, then the largest receipts; a client once."""
    won = [line for line in report.deals.lines if any(step.what == "won" for step in line.steps)]
    paid = [line for line in report.orders.lines if line.received > 0]
    seen: set[str] = set()
    found = [(one.client, _("won {amount}"), one.amount) for one in sorted(won, key=lambda one: -(one.amount or 0))]
    found += [
        (line.visit.client, label(Outcome.ORDER, Outcome), None)
        for line in report.visits.lines
        if line.visit.outcome == Outcome.ORDER
    ]
    found += [(one.client, _("paid {amount}"), one.received) for one in sorted(paid, key=lambda one: -one.received)]
    for client, told, amount in found:
        if client.code not in seen:
            seen.add(client.code)
            yield f"{_item(client.name)} {told.format(amount=words(amount, 'money'))}".rstrip()


def _totals(report: "WeekReport") -> Iterator[str]:
    if report.orders.sales > 0:
        yield _("sales {amount}").format(amount=words(report.orders.sales, "money"))
    if report.orders.received > 0:
        yield _("received {amount}").format(amount=words(report.orders.received, "money"))


def _needs(report: "WeekReport") -> list[str]:
    """What waits for an answer: what is urgent first, then what asks for support."""
    waiting = [one for one in report.matters if one.answer is None]
    waiting.sort(key=lambda one: (not one.on_top, not one.support))
    return [_item(one.support or one.text) for one in waiting]


def _next(report: "WeekReport") -> str:
    goals = sorted(report.next.goals, key=lambda goal: goal.measure not in MONEY_MEASURES)
    parts = [
        f"{measure_word(goal.measure)} {words(goal.target, quantity(goal.measure))}"
        for goal in goals[:_MOST]
        if goal.measure != Measure.VISITS
    ]
    planned = sum(stop.visit.code is not None for stop in report.next.visits)
    proposed = len(report.next.visits) - planned
    visits = _("Visits planned {planned}, proposed {proposed}") if proposed else _("Visits planned {planned}")
    return _("; ").join([*parts, visits.format(planned=planned, proposed=proposed)])


def _joined(items: Sequence[str]) -> str:
    """The first of the items, and how many more there are."""
    if not items:
        return _("none")
    told = _(", ").join(items[:_MOST])
    more = len(items) - _MOST
    return (
        _n("{told} and {count} more", "{told} and {count} more", more).format(told=told, count=more)
        if more > 0
        else told
    )


def _item(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_ITEM else line[: _LONGEST_ITEM - 1] + "…"
