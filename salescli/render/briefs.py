"""The page before a visit: one screen on a terminal, text to paste, JSON, and a day's pages on paper."""

import shutil
import sys
from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from salescli.dates import echo_day
from salescli.i18n import _
from salescli.render.brief_words import Section, heading, sections
from salescli.render.clients import CLIENTS
from salescli.render.output import Column, Kind, as_json, print_json, print_text
from salescli.render.promises import PROMISES
from salescli.render.standing import CREDIT
from salescli.render.tickets import tickets_json
from salescli.render.visits import VISITS

if TYPE_CHECKING:
    from salescli.services.planning.brief_page import Brief
    from salescli.services.planning.briefs import Page

# What a laptop's terminal shows at once, and what fits on a printed page with room for notes.
_FEWEST_ROWS, _MOST_ROWS = 24, 40
_ROWS_A_LINE = 2
_LEFT_OUT = len(" (+99)")


def _columns(*names: str, money: Sequence[str] = ()) -> list[Column[Any]]:
    """Columns for JSON alone, by the names of the fields."""
    kinds: dict[str, Kind] = dict.fromkeys(money, "money")
    return [Column(name, name, attrgetter(name), kinds.get(name, "data")) for name in names]


_MONEY = _columns("owed", "overdue", "days_overdue", "next_due_on", "next_due", money=("owed", "overdue", "next_due"))
_DEALS = _columns(
    "code", "name", "stage", "amount", "currency", "probability", "competitor", "next_step", "moved_on", "expected_on",
    "next_on", money=("amount",),
)  # fmt: skip
_QUOTATIONS = _columns(
    "code", "version", "state", "total", "currency", "issued_on", "valid_until", money=("total",)
)  # fmt: skip
_ORDERS = _columns("code", "signed_on", "state", "amount", "currency", "products", money=("amount",))
_PRODUCTS = _columns("product", "orders", "last_on")
_RHYTHM = _columns("usual_days", "days_since", "late")
_NEEDS = _columns(
    "code", "product", "spec", "quantity", "delivery", "budget", "currency", "decider", "timing", "wanted_on", "state",
    "note", money=("budget",),
)  # fmt: skip
_SAMPLES = _columns("need", "item", "quantity", "given_on", "days")
_INSIGHTS = _columns("code", "kind", "text", "competitor", "seen_on", "seen_at")
_SURVEYS = _columns("code", "year", "quarter", "score", "reason", "answered_on")
_BIRTHDAYS = _columns("contact", "on", "days")
_PREFERENCES = _columns("contact", "text")
_QUESTIONS = _columns("code", "why", "text")


def brief_json(brief: "Brief") -> dict[str, Any]:
    """The brief as scripts read it: every part has its key."""
    credit = as_json(brief.credit, CREDIT)
    return {
        "day": brief.day,
        "client": as_json(brief.client, CLIENTS),
        "untold_rejection": brief.untold and {"decided_on": brief.untold.decided_on, "reason": brief.untold.reason},
        "last_contacts": _rows(brief.last_contacts, VISITS),
        "promises": _rows(brief.promises, PROMISES),
        "next_steps": [{"visit": step.visit, "text": step.text, "due_on": step.due_on} for step in brief.next_steps],
        "tickets": tickets_json(brief.tickets),
        "money": as_json(brief.money, _MONEY),
        "credit": {name: value for name, value in credit.items() if name not in ("client", "overdue", "days_overdue")},
        "deals": _rows(brief.deals, _DEALS),
        "quotations": _rows(brief.quotations, _QUOTATIONS),
        "orders": _rows(brief.bought.orders, _ORDERS),
        "products": _rows(brief.bought.products, _PRODUCTS),
        "rhythm": as_json(brief.bought, _RHYTHM),
        "needs": _rows(brief.needs, _NEEDS),
        "samples": _rows(brief.samples, _SAMPLES),
        "insights": _rows(brief.insights, _INSIGHTS),
        "surveys": _rows(brief.surveys, _SURVEYS),
        "birthdays": _rows(brief.birthdays, _BIRTHDAYS),
        "preferences": _rows(brief.preferences, _PREFERENCES),
        "planned": _rows(brief.planned, VISITS),
        "questions": _rows(brief.questions, _QUESTIONS),
    }


def _rows(rows: Sequence[Any], columns: Sequence[Column[Any]]) -> list[dict[str, Any]]:
    return [as_json(row, columns) for row in rows]


def pages_json(pages: "Sequence[Page]") -> list[dict[str, Any]]:
    """The briefs of a day, each with its visit."""
    return [
        {"order": page.order, "start": page.start, "visit": page.visit, "purpose": page.purpose}
        | brief_json(page.brief)
        for page in pages
    ]


def show(brief: "Brief", *, as_json: bool, text: bool) -> None:
    """Print one brief: JSON, text to paste, or one screen."""
    if as_json:
        print_json(brief_json(brief))
    elif text:
        print_text(brief_text(brief), raw=True)
    else:
        print_text("\n".join(_screen(brief)), raw=True)


def show_pages(pages: "Sequence[Page]", *, as_json: bool, text: bool) -> None:
    """Print the briefs of a day: a page each, parted by a form feed when piped (to a printer) and a line elsewhere."""
    if as_json:
        print_json(pages_json(pages))
        return
    for number, page in enumerate(pages, start=1):
        if number > 1:
            print_text(_parting(text=text), raw=True)
        start = f"{page.start:%H:%M}" if page.start else None
        above = " ".join(filter(None, [f"{number}/{len(pages)}", start, page.visit, page.purpose]))
        print_text(above)
        lines = [brief_text(page.brief)] if text else _screen(page.brief, taken=1)
        print_text("\n".join(lines), raw=True)


def _parting(*, text: bool) -> str:
    if text:
        return ""
    return "-" * shutil.get_terminal_size().columns if sys.stdout.isatty() else "\f"


def brief_text(brief: "Brief") -> str:
    """The brief as text to paste into WeChat or DingTalk: no columns, a part's further lines indented below it."""
    lines = [_("[Before the visit] {client} {day}").format(client=heading(brief), day=echo_day(brief.day))]
    for part in _fitted(sections(brief), _MOST_ROWS - 1):
        first, *more = part.lines
        lines.append(_("{title}: {text}").format(title=part.title, text=first))
        lines += [f"  {line}" for line in more]
    return "\n".join(lines)


def _screen(brief: "Brief", taken: int = 0) -> list[str]:
    """The rows of one screen, the titles in a column of their own; ``taken`` rows stand above them.

    On a terminal a line takes two rows at most, and one where the screen is too small; a pipe cuts nothing short.
    """
    parts = sections(brief)
    left = max(cell_len(part.title) for part in parts) + 2
    if not sys.stdout.isatty():
        return [heading(brief), *_rows_of(_fitted(parts, _MOST_ROWS - 1 - taken), left)]
    width, height = shutil.get_terminal_size()
    most = min(max(height, _FEWEST_ROWS), _MOST_ROWS) - 2 - taken  # the heading, and the prompt below
    for rows_a_line in (_ROWS_A_LINE, 1):
        room = width - left - _LEFT_OUT
        folded = [
            part._replace(lines=["\n".join(_folded(line, room, rows_a_line)) for line in part.lines]) for part in parts
        ]
        fitted = _fitted(folded, most)
        if len(fitted) == len(parts):
            break
    return [_cut(heading(brief), width), *_rows_of(fitted, left)]


def _rows_of(parts: Sequence[Section], left: int) -> list[str]:
    """The rows of parts, the titles in ``left`` columns; the rows of a line are parted by line feeds."""
    rows = []
    for part in parts:
        title = part.title
        for row in (row for line in part.lines for row in line.split("\n")):
            rows.append(title + " " * (left - cell_len(title)) + row)
            title = ""
    return rows


def _fitted(parts: Sequence[Section], most: int) -> list[Section]:
    """The parts with so many lines as ``most`` rows hold: the longest part gives way first, the last of them.

    What to ask, which stands last, gives way last of all. A part that gave way says how many lines it has besides.
    """
    kept = [list(part.lines) for part in parts]
    last = len(parts) - 1

    def gives(place: int, least: Sequence[int]) -> tuple[int, int]:
        return len(kept[place]) - least[place], place % last if last else 0

    for least in ([part.least for part in parts], [1] * len(parts), [0] * len(parts)):
        while sum(line.count("\n") + 1 for lines in kept for line in lines) > most:
            longest = max(range(len(parts)), key=lambda place: gives(place, least))
            if len(kept[longest]) <= least[longest]:
                break
            kept[longest].pop()
    return [
        part._replace(lines=[*lines[:-1], lines[-1] + _left_out(len(part.lines) - len(lines))])
        for part, lines in zip(parts, kept, strict=True)
        if lines
    ]


def _left_out(count: int) -> str:
    return f" (+{count})" if count else ""


def _folded(line: str, width: int, most: int) -> list[str]:
    """A line in at most ``most`` rows of at most ``width`` columns."""
    rows: list[str] = []
    while cell_len(line) > width and len(rows) < most - 1:
        row = _begin(line, width)
        blank = row.rfind(" ")
        row = row[:blank] if blank > len(row) // 2 else row
        rows.append(row.rstrip())
        line = line[len(row) :].lstrip()
    return [*rows, _cut(line, width)]


def _cut(line: str, width: int) -> str:
    return line if cell_len(line) <= width else _begin(line, width - 2) + "…"


def _begin(line: str, width: int) -> str:
    """The longest begin of a line that ``width`` columns hold."""
    taken = 0
    for place, sign in enumerate(line):
        taken += cell_len(sign)
        if taken > width:
            return line[:place]
    return line
