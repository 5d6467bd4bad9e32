"""Sections 5, 6 and 7 of the goal sheet: service, the market, matters of the house."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from salescli.i18n import N_, _
from salescli.render.sheets.layout import Cell, Line
from salescli.render.sheets.tables import Place, cells_of, head_of
from salescli.render.week_care import (
    MARKET,
    MATTERS,
    SATISFACTION,
    SERVICE,
    missing_kinds,
    nothing_at_all,
    service_aside,
)
from salescli.render.week_sheet.blocks import bar, empty, gap, note, short_line

if TYPE_CHECKING:
    from salescli.services.care.feedback import FeedbackView
    from salescli.services.reporting.week_care import MarketOfWeek, ServiceOfWeek


_SERVICE = [
    Place("client", "A:B"),
    Place("problem", "C:F"),
    Place("severity", "G", "word"),
    Place("received", "H", "word"),
    Place("used", "I"),
    Place("status", "J", "word"),
    Place("confirmed", "K", "word"),
    Place("score", "L"),
    Place("improvement", "M:N"),
]
_MARKET = [
    Place("day", "A"),
    Place("kind", "B:C", "word"),
    Place("competitor", "D"),
    Place("text", "E:H"),
    Place("source", "I"),
    Place("impact", "J:K"),
    Place("suggestion", "L:N"),
]
_MATTERS = [
    Place("", "A", "word", N_("No.")),
    Place("text", "B:G"),
    Place("support", "H:I"),
    Place("due_on", "J"),
    Place("answer", "K:N", "answer", tag="answer"),
]


def service_of(service: "ServiceOfWeek") -> list[Line]:
    """Section 5: problems, then satisfaction."""
    title = _("5. Client service")
    if not service.tickets and not service.surveys:
        return [empty(title, service_aside(service))]
    head = head_of(SERVICE, _SERVICE)
    rows = [
        *(cells_of(ticket, SERVICE, _SERVICE) for ticket in service.tickets),
        *(cells_of(survey, SATISFACTION, _SERVICE) for survey in service.surveys),
    ]
    lines = [short_line(cells, _(" …"), head) for cells in rows]
    return [gap(), bar(title, service_aside(service)), head, *lines]


def market_of(market: "MarketOfWeek") -> list[Line]:
    """Section 6: what was heard, and the kinds nobody brought this month."""
    title = _("6. Market and competitors")
    missing = missing_kinds(market)
    if not market.insights:
        return [empty(title, "" if nothing_at_all(market) else missing)]
    head = head_of(MARKET, _MARKET)
    rows = [short_line(cells_of(one, MARKET, _MARKET), _(" …"), head) for one in market.insights]
    return [gap(), bar(title), head, *rows, *([note(missing)] if missing else [])]


def matters_of(matters: "Sequence[FeedbackView]") -> list[Line]:
    """Section 7: problems and suggestions with the manager's answer."""
    title = _("7. Problems, suggestions and support needed")
    if not matters:
        return [empty(title)]
    head = head_of(MATTERS, _MATTERS)
    rows = []
    for number, one in enumerate(matters, start=1):
        _empty_number, *cells = cells_of(one, MATTERS, _MATTERS)
        rows.append(short_line([Cell(number, "word", "A"), *cells], _(" …"), head))
    return [gap(), bar(title), head, *rows]
