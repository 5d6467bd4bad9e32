"""Payment terms as people write them: 月结60天; 30%预付，70%月结30天; 3-6-1质保一年; 30% deposit, 60% on delivery.

Terms are cut into parts with a share each. A part waits for an event (signing, delivery, acceptance, invoice) and
is due some time after it. What is not understood to the last word is refused, never guessed at.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from dateutil.relativedelta import relativedelta

from salescli.amounts import excerpt, half_width, whole_number
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.payment_words import (
    ENGLISH_NUMBERS,
    FILLERS,
    ORDER_OF_EVENTS,
    RATIO,
    SEPARATORS,
    SHARE,
    SPANS,
    TOKENS,
)
from salescli.vocabulary import PaymentEvent, ReceivableKind

_LONGEST = 300
_MOST_DAYS = 3660
_MOST_MONTHS = 120
_MOST_INSTALMENTS = 60
_YEAR = 12
_MOST_RETAINED = Fraction(1, 10)


@dataclass(frozen=True)
class Part:
    """A share of the amount and when it is due.

    ``days`` and ``months`` count from ``event``, with ``from_month_end`` from the end of its month; ``day`` is the
    day of the month that is then taken, 31 for the last. ``words`` are the user's.
    """

    share: Fraction
    kind: ReceivableKind
    event: PaymentEvent
    words: str
    days: int = 0
    months: int = 0
    from_month_end: bool = False
    day: int | None = None

    def due_on(self, event_on: date, *, month_end: bool = True) -> date:
        """The day it is due if the event is on ``event_on``; ``month_end=False`` counts 月结30天 from that very day."""
        # Without days to count, 月结 means the month's end whatever the setting.
        at_end = self.from_month_end and (month_end or not (self.days or self.months))
        due = event_on + relativedelta(months=self.months)
        if at_end:
            due = _on_day(due, 31)
        due += timedelta(days=self.days)
        return due if self.day is None else _on_day(due, self.day)


@dataclass(frozen=True)
class Terms:
    """Payment terms: the parts in their order, whose shares come to 1."""

    text: str
    parts: tuple[Part, ...]


def _on_day(month: date, day: int) -> date:
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))


def parse(text: str) -> Terms:
    """The terms named by ``text``; BadValue if a word of it is not understood or the shares do not come to 100 %."""
    plain = _plain(text)
    negative = re.search(r"(?:^|[,;]) ?-|[月账期结] ?- ?[0-9]+ ?(?:个|天|日|月|周)", plain)
    parts = _parts(plain) if plain and len(text) <= _LONGEST and not negative else None
    if not parts or any(part.share <= 0 for part in parts):
        raise BadValue(
            _("“{text}” can't be read as terms of payment.").format(text=excerpt(text)),
            _("Write 月结60天, 30%预付，70%月结30天, 款到发货, 3-6-1质保一年, net 30 or 30% deposit, 70% on delivery."),
        )
    whole = sum(part.share for part in parts)
    if whole != 1:
        percent = Decimal(whole.numerator * 100) / whole.denominator
        raise BadValue(
            _("The shares of “{text}” come to {percent} %, not to 100 %.").format(
                text=excerpt(text), percent=f"{percent:.6g}"
            ),
            _("The last one may be 余款 or balance."),
        )
    return Terms(text.strip(), tuple(parts))


def _plain(text: str) -> str:
    """Half width, lower case; blanks only between Latin words; one sign for each kind of separator and dash."""
    plain = half_width(text).lower().replace("、", ",")
    plain = re.sub("[—–]+", "-", " ".join(plain.split()))
    return re.sub(r"(?<![a-z0-9%,;.]) | (?![a-z0-9])", "", plain).strip(" ,;.")


# --- clauses ---


@dataclass
class _Clause:
    """What one clause says; ``None`` is what it does not say."""

    words: str
    share: Fraction | None = None
    rest: bool = False
    event: PaymentEvent | None = None
    retention: bool = False
    days: int = 0
    months: int = 0
    timed: bool = False
    from_month_end: bool = False
    day: int | None = None
    times: int = 1
    step: tuple[int, int] | None = None
    says_something: bool = False

    @property
    def only_adds(self) -> bool:
        """Whether it has no money of its own, like the 质保一年 after 3-6-1, 每月一期 after 分3期."""
        return self.share is None and not self.rest and self.event is None and self.times == 1


def _parts(text: str) -> list[Part] | None:
    """The parts that ``text`` tells, or None if a word of it is not understood."""
    ratio = _ratio_parts(text)
    if ratio is not None:
        return ratio
    clauses: list[_Clause] = []
    # Without shares there is one part, whatever stands between its words: 电汇，月结60天.
    for words in _clause_texts(text) if SHARE.search(text) else [SEPARATORS.sub(" ", text)]:
        clause = _read(words)
        if clause is None:
            return None
        if not (clauses and _added(clause, clauses)):
            clauses.append(clause)
    if len(clauses) > 1 and not any(clause.says_something for clause in clauses):
        return _by_ratio([clause.share for clause in clauses if clause.share], text, retention=None)
    if not clauses or not _shared_out(clauses):
        return None
    return _settled(clauses)


def _clause_texts(text: str) -> Iterator[str]:
    """The clauses: cut at separators, and where several shares stand in one, before or after each of them."""
    for segment in SEPARATORS.split(text):
        shares = list(SHARE.finditer(segment))
        if len(shares) > 1:
            leading = not _without_fillers(segment[: shares[0].start()])
            cuts = [found.start() for found in shares[1:]] if leading else [found.end() for found in shares[:-1]]
            for begin, end in zip([0, *cuts], [*cuts, len(segment)], strict=True):
                yield segment[begin:end].strip()
        elif segment.strip():
            yield segment.strip()


def _without_fillers(words: str) -> str:
    return re.sub(FILLERS, "", words)


def _read(words: str) -> _Clause | None:
    """One clause, or None if a word of it is not understood."""
    clause = _Clause(words)
    shared = SHARE.search(words)
    left = words
    if shared:
        clause.share = _fraction(shared["share"]) if shared["share"] else None
        clause.rest = clause.share is None
        left = f"{words[: shared.start()]} {words[shared.end() :]}"
    place = 0
    while place < len(left):
        found = TOKENS.match(left, place)
        if found is None or found.end() == place or not _take(clause, found):
            return None
        clause.says_something |= found["filler"] is None
        place = found.end()
    if clause.event is PaymentEvent.BEFORE_DELIVERY:
        clause.days, clause.months = -clause.days, -clause.months
    return clause


def _take(clause: _Clause, found: re.Match[str]) -> bool:
    """Note what one word says; False if it makes no sense."""
    for event in ORDER_OF_EVENTS:
        if found[event.name.lower()]:
            _wait_for(clause, event)
    if found["retention"]:
        clause.retention = True
    elif found["monthly"]:
        _wait_for(clause, PaymentEvent.DELIVERED)
        clause.from_month_end = True
        number = found["monthly_days"] or found["monthly_bare"]
        return number is None or _delay(clause, _number(number), 0)
    elif found["next"]:
        clause.from_month_end = True
        if found["next_days"]:
            return _delay(clause, _number(found["next_days"]), 0)
        return _delay(clause, 0, 1)
    elif found["next_day"]:
        clause.day = 31 if found["last"] else _number(found["on_day"])
        return _delay(clause, 0, 1) and 1 <= clause.day <= 31
    elif found["end"]:
        clause.from_month_end = True
    elif found["net"]:
        return found["net_days"] is None or _delay(clause, _number(found["net_days"]), 0)
    elif found["split"]:
        clause.times = _number(found["times"] or found["times_en"])
        if found["pace"]:
            clause.step = (0, 1 if found["pace"] == "monthly" else 3)
        return 2 <= clause.times <= _MOST_INSTALMENTS
    elif found["step"]:
        clause.step = _step(found)
    elif found["span"] or found["count"]:
        return _delay(clause, *_span(found))
    return True


def _wait_for(clause: _Clause, event: PaymentEvent) -> None:
    if clause.event is None or ORDER_OF_EVENTS.index(event) > ORDER_OF_EVENTS.index(clause.event):
        clause.event = event


def _delay(clause: _Clause, days: int, months: int) -> bool:
    """Note how long after the event; False if it was said before or is absurd."""
    if clause.timed or not (0 <= days <= _MOST_DAYS and 0 <= months <= _MOST_MONTHS):
        return False
    clause.days, clause.months, clause.timed = days, months, True
    return True


def _number(text: str) -> int:
    if text in ENGLISH_NUMBERS:
        return ENGLISH_NUMBERS[text]
    number = whole_number(text)
    return -1 if number is None else number


def _span(found: re.Match[str]) -> tuple[int, int]:
    """Days and months of a span of time; five working days are taken for a week."""
    if found["span"]:
        return SPANS[found["span"]]
    count = _number(found["count"])
    if found["workdays"]:
        return -(-count * 7 // 5), 0
    if found["days"] or found["weeks"]:
        return count * (7 if found["weeks"] else 1), 0
    return 0, count * (_YEAR if found["years"] else 3 if found["quarters"] else 1)


def _step(found: re.Match[str]) -> tuple[int, int]:
    """Days and months between two instalments."""
    if found["by"] or found["by_en"]:
        return 0, 1 if (found["by"] or found["by_en"]) in ("月", "monthly") else 3
    count = _number(found["each"]) if found["each"] else 1
    unit = found["each_unit"]
    if unit in "天周":
        return count * (7 if unit == "周" else 1), 0
    return 0, count * {"月": 1, "季": 3, "季度": 3, "半年": 6, "年": _YEAR}[unit]


def _fraction(text: str) -> Fraction | None:
    """The share that a text names, of 1."""
    if text in ("一半", "half"):
        return Fraction(1, 2)
    if "third" in text:
        return Fraction(_number(text.split()[0]), 3)
    if "/" in text or ("分之" in text and not text.startswith("百")):
        one, other = re.split("/|分之", text)
        return Fraction(int(one), int(other)) if "/" in text else Fraction(_number(other), _number(one))
    if "成" in text:
        tenths, _sign, more = text.partition("成")
        halves = 5 if more == "半" else _number(more) if more else 0
        return Fraction(_number(tenths) * 10 + halves, 100)
    number = text.removeprefix("百分之")
    if number == text:
        return Fraction(re.match(r"[0-9.]+", text)[0]) / 100  # type: ignore[index]
    return Fraction(_number(number), 100)


# --- from clauses to parts ---


def _added(clause: _Clause, clauses: list[_Clause]) -> bool:
    """Whether a clause without money of its own was taken as said of an earlier one."""
    if not clause.only_adds or not clause.says_something:
        return False
    last = clauses[-1]
    if clause.step is not None and last.times > 1 and not clause.timed:
        last.step = clause.step
        return True
    if clause.retention and last.retention and not last.timed:
        last.days, last.months, last.timed = clause.days, clause.months, clause.timed
        return True
    # Only how it is paid: by bank transfer.
    return not (clause.retention or clause.timed or clause.step or clause.from_month_end or clause.day)


def _shared_out(clauses: list[_Clause]) -> bool:
    """Give the one clause without a share what is left; False if there are several."""
    without = [clause for clause in clauses if clause.share is None]
    if len(without) > 1:
        return False
    for clause in without:
        clause.share = 1 - sum((other.share for other in clauses if other.share is not None), Fraction(0))
    return True


def _settled(clauses: list[_Clause]) -> list[Part]:
    parts: list[Part] = []
    event: PaymentEvent | None = None
    for place, clause in enumerate(clauses):
        event = clause.event or _usual_event(clause, place, len(clauses), event)
        kind = _kind(clause, event)
        if clause.retention and not clause.timed:
            clause.months = _YEAR
        assert clause.share is not None
        part = Part(
            clause.share, kind, event, clause.words, clause.days, clause.months, clause.from_month_end, clause.day
        )
        parts += _instalments(part, clause, alone=len(clauses) == 1) if clause.times > 1 else [part]
    return parts


def _usual_event(clause: _Clause, place: int, count: int, before: PaymentEvent | None) -> PaymentEvent:
    """What a clause that names no event waits for: that of the clause before it, if the goods are there by then."""
    if clause.times > 1 and count == 1:
        return PaymentEvent.SIGNED
    if count > 1 and place == 0 and not clause.says_something:
        return PaymentEvent.SIGNED
    late = (PaymentEvent.DELIVERED, PaymentEvent.INVOICED, PaymentEvent.ACCEPTED)
    return before if before in late else PaymentEvent.DELIVERED


def _kind(clause: _Clause, event: PaymentEvent) -> ReceivableKind:
    if clause.retention:
        return ReceivableKind.RETENTION
    instalments = clause.times > 1
    return ReceivableKind.DEPOSIT if event is PaymentEvent.SIGNED and not instalments else ReceivableKind.PAYMENT


def _instalments(part: Part, clause: _Clause, *, alone: bool) -> list[Part]:
    """A part in equal instalments, monthly unless said; after a deposit the first one is a step later too."""
    days, months = clause.step or (0, 1)
    return [
        replace(
            part,
            share=part.share / clause.times,
            days=part.days + days * number,
            months=part.months + months * number,
            words=f"{part.words} ({place}/{clause.times})",
        )
        for place, number in enumerate(range(0 if alone else 1, clause.times + (0 if alone else 1)), start=1)
    ]


def _ratio_parts(text: str) -> list[Part] | None:
    """Terms that are a ratio, 3-6-1质保一年; None if they are not."""
    head = re.sub(r"^(?:付款)?(?:方式|条件|比例)?[:为]?(?:按)?", "", text)
    found = RATIO.match(head)
    if found is None:
        return None
    figures = re.split("[-:/.]", found["signs"]) if found["signs"] else list(found["digits"])
    numbers = [_number(figure) for figure in figures]
    if sum(numbers) not in (10, 100) or 0 in numbers:
        return None
    retention: _Clause | None = None
    for words in filter(None, map(str.strip, SEPARATORS.split(head[found.end() :]))):
        clause = _read(words)
        if clause is None or not clause.only_adds or (clause.timed and not clause.retention):
            return None
        retention = clause if clause.retention else retention
    return _by_ratio([Fraction(number, sum(numbers)) for number in numbers], text, retention)


def _by_ratio(shares: list[Fraction], words: str, retention: _Clause | None) -> list[Part]:
    """Parts with the events usual for so many; a last tenth of three or more is kept back for a year."""
    kept = retention is not None or (len(shares) > 2 and shares[-1] <= _MOST_RETAINED)
    events = _USUAL[min(len(shares) - kept, len(_USUAL)) - 1]
    events += [events[-1]] * (len(shares) - kept - len(events))
    told = [f"{words} ({place}/{len(shares)})" for place in range(1, len(shares) + 1)]
    parts = [
        Part(share, ReceivableKind.DEPOSIT if event is PaymentEvent.SIGNED else ReceivableKind.PAYMENT, event, said)
        for share, event, said in zip(shares, events, told, strict=False)
    ]
    if kept:
        timed = retention is not None and retention.timed
        days, months = (retention.days, retention.months) if retention and timed else (0, _YEAR)
        parts.append(Part(shares[-1], ReceivableKind.RETENTION, events[-1], told[-1], days, months))
    return parts


_USUAL = [
    [PaymentEvent.DELIVERED],
    [PaymentEvent.SIGNED, PaymentEvent.DELIVERED],
    [PaymentEvent.SIGNED, PaymentEvent.BEFORE_DELIVERY, PaymentEvent.ACCEPTED],
    [PaymentEvent.SIGNED, PaymentEvent.BEFORE_DELIVERY, PaymentEvent.DELIVERED, PaymentEvent.ACCEPTED],
]
