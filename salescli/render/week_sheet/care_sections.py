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
from salescli.render.week_sheet.blocks import bar, empty, gap, note, whole

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
    return [gap(), bar(title, service_aside(service)), head, *(line for cells in rows for line in whole(cells, head))]


def market_of(market: "MarketOfWeek") -> list[Line]:
    """Section 6: what was heard, and the kinds nobody brought this month."""
    title = _("6. Market and competitors")
    missing = missing_kinds(market)
    if not market.insights:
        return [empty(title, "" if nothing_at_all(market) else missing)]
    head = head_of(MARKET, _MARKET)
    rows = [line for one in market.insights for line in whole(cells_of(one, MARKET, _MARKET), head)]
    return [gap(), bar(title), head, *rows, *([note(missing)] if missing else [])]


def matters_of(matters: "Sequence[FeedbackView]") -> list[Line]:
    """Section 7: problems and suggestions with the manager's answer."""
    title = _("7. Problems, suggestions and support needed")
    if not matters:
        return [empty(title)]
    head = head_of(MATTERS, _MATTERS)
    rows: list[Line] = []
    for number, one in enumerate(matters, start=1):
        _empty_number, *cells = cells_of(one, MATTERS, _MATTERS)
        rows += whole([Cell(number, "word", "A"), *cells], head)
    return [gap(), bar(title), head, *rows]
