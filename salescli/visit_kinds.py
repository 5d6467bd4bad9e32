"""Kinds of visits, which have lists of what to prepare, and how long before a visit something must be ready."""

import re

from salescli.amounts import excerpt, half_width, whole_number
from salescli.errors import BadValue
from salescli.i18n import N_, _, _n
from salescli.vocabulary import Token, add_words

_UNITS = {
    **dict.fromkeys(("m", "min", "minute", "minutes", "分", "分钟"), 1),
    **dict.fromkeys(("h", "hour", "hours", "小时", "时"), 60),
    **dict.fromkeys(("d", "day", "days", "天", "日"), 24 * 60),
}
_HOUR, _DAY = 60, 24 * 60
_MOST = 60 * _DAY


class VisitKind(Token):
    """What a visit is made for."""

    VISIT = "visit"
    SAMPLE = "sample"
    DEMO = "demo"
    MEETING = "meeting"
    HOSTING = "hosting"


add_words(
    words={
        VisitKind.VISIT: ("拜访", "上门"),
        VisitKind.SAMPLE: ("送样", "样品"),
        VisitKind.DEMO: ("演示", "产品演示"),
        VisitKind.MEETING: ("会议", "开会"),
        VisitKind.HOSTING: ("来访接待", "接待", "来访"),
    },
    english={},
    kinds={VisitKind: N_("kind of visit")},
)

# (minutes before, what): the lists that everyone begins with.
DEFAULTS: dict[VisitKind, tuple[tuple[int, str], ...]] = {
    VisitKind.VISIT: ((0, N_("business cards")), (0, N_("brochures")), (0, N_("samples")), (0, N_("latest quotation"))),
    VisitKind.SAMPLE: ((0, N_("samples with labels")), (0, N_("test report")), (0, N_("sample receipt to sign"))),
    VisitKind.DEMO: (
        (_DAY, N_("try the demo machine")),
        (0, N_("demo machine and accessories")),
        (0, N_("comparison with competitors")),
    ),
    VisitKind.MEETING: ((_DAY, N_("agenda sent")), (0, N_("slides")), (0, N_("business cards"))),
    VisitKind.HOSTING: (
        (_DAY, N_("confirm hotel and itinerary")),
        (2 * _HOUR, N_("call the guests")),
        (5, N_("wait at the gate")),
    ),
}


def parse_before(text: str) -> int:
    """Minutes in ``2h``, ``1d``, ``5m``, ``2小时``, ``前一天``, ``提前5分钟``; BadValue for anything else."""
    plain = re.sub(r"\s+|^(?:提?前|before)|(?:之|以)?前$|before$", "", half_width(text).lower())
    found = re.fullmatch(r"([0-9]+|[一两二三四五六七八九十半]+)个?([a-z]+|[一-鿿]+)", plain)
    size = _UNITS.get(found[2]) if found else None
    count = whole_number(found[1]) if found else None
    if found is None or size is None or count is None or count * size > _MOST:
        raise BadValue(
            _("“{text}” is not how long before a visit.").format(text=excerpt(text)),
            _("Write 5m, 2h or 1d, or 5分钟, 2小时, 1天."),
        )
    return count * size


def before_words(minutes: int) -> str:
    """How long before a visit, as people read it; nothing for at the visit."""
    if not minutes:
        return ""
    if minutes % _DAY == 0:
        days = minutes // _DAY
        return _n("{count} day before", "{count} days before", days).format(count=days)
    if minutes % _HOUR == 0:
        hours = minutes // _HOUR
        return _n("{count} hour before", "{count} hours before", hours).format(count=hours)
    return _n("{count} minute before", "{count} minutes before", minutes).format(count=minutes)
