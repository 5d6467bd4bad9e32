"""What the lines about one visit say: outcome, money, promises, what follows, and what is missing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Literal

from salescli.errors import BadValue, in_line
from salescli.i18n import _
from salescli.notes.days import DayHit, days_in, time_in
from salescli.notes.money import MoneyHit, may_be_of_business, money_in, paid_without_sum
from salescli.notes.standing import standing
from salescli.notes.steps import Coming, coming_in
from salescli.notes.words import channel, clauses, flat, is_called_off, mark_end, minutes, not_made, outcomes
from salescli.services.accounts.clients import ClientRef
from salescli.services.planning.note_blocks import Block, Piece
from salescli.services.planning.note_clients import Names
from salescli.services.visiting.promise_words import Promised
from salescli.services.visiting.visit_lines import VisitLine, read_rest, without_form
from salescli.services.visiting.visits import NextStep, is_code
from salescli.texts import unquoted
from salescli.vocabulary import WORDS, Outcome

About = Literal[
    "client", "outcome", "order", "receipt", "refund", "currency", "promise", "next_step", "next_day", "not_made"
]

_PLAIN_LEAD = (
    r"(?:[\s“”\"'「『\[\]()#>*.、,:-]|[•·–—●○◆■]|[0-9]{1,2}[.、)]|[①-⑳]|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
    r"|[0-9]{1,2}点半?)*"
)
_DELIMITER = r"[\s:,、]+|$"
_NEAR = 10
_QUOTED = r"\bquotes? (?:was |is |were |already )*(?:sent|given|made|submitted|e-?mailed|done)\b"


@dataclass(frozen=True)
class Question:
    """Something about a visit that the notes leave open: ``words`` are those in doubt, ``choices`` (value, words)."""

    about: About
    words: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class VisitNote:
    """A visit as the notes tell it; money in minor units. Without ``questions`` it can be logged.

    ``closes`` is the code of the planned visit, where that is known. One that was ``not_made`` is moved to the day of
    its next step, or called off.
    """

    pieces: tuple[Piece, ...]
    client: ClientRef | None
    note: str
    by: str | None = None
    at: time | None = None
    contact: str | None = None
    minutes: int | None = None
    outcome: str | None = None
    order: int | None = None
    receipt: int | None = None
    promises: tuple[Promised, ...] = ()
    next_step: NextStep | None = None
    questions: tuple[Question, ...] = ()
    closes: str | None = None
    not_made: bool = False
    block: Block | None = field(default=None, compare=False, repr=False)

    @property
    def lines(self) -> list[int]:
        """The numbers of the lines it was read from."""
        return sorted({piece.line for piece in self.pieces})


@dataclass(frozen=True)
class _Told:
    """The words about a visit behind the client's name, as given and flat, and the days and money in them."""

    given: str
    text: str
    days: Sequence[DayHit]
    money: Sequence[MoneyHit]


def details_of(block: Block, names: Names, today: date, *, strict: bool, step: NextStep | None) -> VisitNote:
    """Read what a block says; days to come are told from ``today``. ``step`` follows where it names none.

    ``strict`` raises BadValue for a next step without a clear day; otherwise that is a question.
    """
    first, rest = _first_line(block)
    formal, problem = _formal(block, rest, today, strict=strict)
    body = rest if block.leads else block.pieces[0].text
    told = _told("\n".join(_in_words(text, today) for text in (body, *(one.text for one in block.pieces[1:]))), today)
    coming = list(coming_in(told.text, told.given, told.days, told.money))
    code = block.codes[0] if len(block.codes) == 1 else None
    found = _found(told)
    ordered = Outcome.ORDER in found or formal.outcome == Outcome.ORDER.value
    order, receipt, doubts = _money(told, coming, ordered=ordered, refused=Outcome.REFUSED in found)
    outcome, unclear = _outcome(formal, told.text, order, found)
    promised, open_promises = _promises(formal, coming)
    following, missing = _next_step(formal, coming, promised, step)
    questions = [*_client_question(block, names), *doubts, *unclear, *open_promises, *(problem or missing)]
    later = flat(block.text)
    note = VisitNote(
        pieces=tuple(block.pieces),
        client=names.refs[code] if code else None,
        note=_note(block, first, formal),
        by=formal.by or _by(later),
        at=_time(block, rest, today),
        contact=names.contact(code, later) if code else None,
        minutes=minutes(told.text),
        outcome=outcome,
        order=order,
        receipt=receipt,
        promises=promised,
        next_step=following,
        questions=tuple(questions),
        closes=_visit_code(block),
        block=block,
    )
    return _not_made(note, told)


def _not_made(note: VisitNote, told: _Told) -> VisitNote:
    """A visit that the words say was not made: moved to the day they name, or called off; anything more is asked."""
    place = not_made(told.text, [day.start for day in told.days if day.kind == "past"])
    if place is None or note.by is not None:
        return note
    doubts = tuple(question for question in note.questions if question.about not in ("next_step", "next_day"))
    if doubts != tuple(one for one in doubts if one.about == "client") or note.promises or note.order or note.receipt:
        return replace(note, questions=(*note.questions, Question("not_made", note.note)))
    days = [day for day in told.days if day.kind in ("day", "vague", "unclear")]
    day = next((day for day in days if day.start > place), next(iter(days), None))
    step = None
    if day is not None and day.on is not None:
        step = NextStep(_("visit"), day.on, at=day.at)
    elif day is None and is_called_off(told.text):
        step = NextStep(none_because=" ".join(note.note.split()))
    else:
        doubts = (*doubts, Question("next_day", note.note))
    return replace(note, outcome=None, next_step=step, questions=doubts, not_made=True)


def _in_words(text: str, today: date) -> str:
    """What a line says in words, not in form."""
    try:
        return without_form(text, today)
    except BadValue:
        return text


def _told(given: str, today: date) -> _Told:
    text = flat(given)
    days = days_in(text, today)
    return _Told(given, text, days, money_in(text, days))


def _first_line(block: Block) -> tuple[str, str]:
    """The first line without quotes around it, and what stands behind the client in it."""
    text = block.pieces[0].text
    rest = text[block.end :]
    bare = unquoted(text)
    if bare != text.strip():  # the quote at the end goes with the one before the client
        rest = rest.rstrip()[:-1]
    return text, rest.strip()


def _formal(block: Block, rest: str, today: date, *, strict: bool) -> tuple[VisitLine, tuple[Question, ...]]:
    """What the form CLIENT TEXT NEXT@DAY tells of the first line, and of further lines their next step."""
    behind = re.sub(rf"^(?:{_DELIMITER}|的)", "", flat(rest))
    begin = len(rest) - len(behind)
    formal, problem = _read_rest(block.pieces[0], rest[begin:], today, strict=strict)
    for piece in block.pieces[1:]:
        more, trouble = _read_rest(piece, piece.text, today, strict=strict)
        problem = problem or trouble
        step, promises = formal.next_step or more.next_step, (*formal.promises, *more.promises)
        formal = VisitLine("", formal.note, formal.by, formal.outcome or more.outcome, step, promises)
    return formal, problem


def _read_rest(piece: Piece, rest: str, today: date, *, strict: bool) -> tuple[VisitLine, tuple[Question, ...]]:
    try:
        with in_line(piece.line):
            line = read_rest("", rest, today)
            told = without_form(rest, today)
            return (line if _is_so(told, line.outcome) else replace(line, note=told, outcome=None)), ()
    except BadValue:
        # Without an @ it is no step in form; what follows is told in words, or asked.
        formal = "@" in flat(rest)
        if strict and formal:
            raise
        return VisitLine("", rest, None, None, None), (Question("next_step", rest),) if formal else ()


def _is_so(rest: str, outcome: str | None) -> bool:
    """Whether an outcome named by one word is meant so by the words around it: not in “quote sent”."""
    if outcome not in (Outcome.ORDER.value, Outcome.QUOTE.value):
        return True
    label = WORDS[Outcome(outcome)][0]
    if any(word.strip("，,。；;") == label for word in rest.split()):
        return True  # the word as lists show it, standing by itself
    text = flat(rest)
    words = "|".join(map(re.escape, (outcome, *WORDS[Outcome(outcome)])))
    named = [(text[begin:end], re.search(words, text[begin:end])) for begin, end in clauses(text)]
    return not re.search(_QUOTED, text, re.A) and all(
        word is None or standing(clause, word.start(), word.end()) == "done" for clause, word in named
    )


def _note(block: Block, first: str, formal: VisitLine) -> str:
    """The note: a line that begins with the client gives what stands behind it, any other all its words."""
    behind = flat(first[block.end :])
    plain = block.leads and re.fullmatch(_PLAIN_LEAD, flat(first[: block.start])) and re.match(_DELIMITER, behind)
    words = formal.note if plain else first[mark_end(flat(first)) :].strip()
    return "\n".join(part for part in (words, *(piece.text.strip() for piece in block.pieces[1:])) if part)


def _visit_code(block: Block) -> str | None:
    """The planned visit that is meant, where the notes give its code instead of a client."""
    named = block.pieces[0].text[block.start : block.end]
    return named.upper() if is_code(named) else None


def _by(text: str) -> str | None:
    found = channel(text)
    return None if found is None else found.value


def _time(block: Block, rest: str, today: date) -> time | None:
    """The time of the contact, told before the client or right behind; the time of a day to come is none."""
    lead = flat(block.pieces[0].text[: block.start])
    found = time_in(lead)
    if found is None:
        behind = flat(rest)
        found = time_in(behind)
        if found is not None and (
            found[0] > _NEAR
            or any(day.kind != "today" and day.start <= found[0] < day.end + 1 for day in days_in(behind, today))
        ):
            found = None
    return None if found is None else found[2]


def _client_question(block: Block, names: Names) -> list[Question]:
    if len(block.codes) == 1:
        return []
    text = block.pieces[0].text
    return [
        Question(
            "client",
            text[block.start : block.end].strip(),
            tuple((code, names.refs[code].name) for code in block.codes),
        )
    ]


def _money(
    told: _Told, coming: Sequence[Coming], *, ordered: bool, refused: bool
) -> tuple[int | None, int | None, list[Question]]:
    """The order and the receipt that a visit brought, and a question for every sum that may be more than talk.

    A sum is taken where its words say plainly what it is and that it came; ``ordered`` tells that an order came.
    """
    hits = [hit for hit in told.money if not any(_is_of(hit, one) for one in coming)]
    sums, questions = _sums([hit for hit in hits if not hit.odd])
    order, receipt = sums["order"], sums["receipt"]
    for hit in hits:
        words = told.given[hit.start : hit.end].strip()
        if hit.standing == "done" and hit.odd and hit.kind != "talk":
            questions.append(Question("currency", words))
        elif hit.standing == "done" and hit.kind == "refund":
            questions.append(Question("refund", words))
    asked = {question.about for question in questions}
    telling = ordered or may_be_of_business(told.text)
    bare = [hit for hit in hits if hit.kind == "bare" and not hit.odd and ((hit.alone and not refused) or telling)]
    left = bare or ([hit for hit in hits if hit.kind == "talk" and not hit.odd] if ordered else [])
    if left and order is None and not asked & {"order", "currency"} and (ordered or receipt is None):
        questions.append(_which("order", left))
    unsure = [hit for hit in hits if hit.kind == "due" or (hit.kind == "receipt" and hit.standing in ("if", "to_come"))]
    unsure = [hit for hit in unsure if not hit.odd and hit.standing != "not_done" and not _is_sum(hit.amount, coming)]
    questions += [Question("promise", _clause_of(told, hit)) for hit in unsure if hit.standing != "done"]
    certain = [hit for hit in unsure if hit.standing == "done"]
    paid = receipt is None and paid_without_sum(told.text, told.money, ordered=ordered or order is not None)
    if receipt is None and "receipt" not in asked and (certain or paid):
        questions.append(_which("receipt", certain or [hit for hit in hits if hit.kind in ("order", "bare")]))
    return order, receipt, questions


def _is_of(hit: MoneyHit, one: Coming) -> bool:
    """Whether a sum belongs to what is to come on a day."""
    if one.day is None or one.on is None or not one.begin <= hit.start < one.end:
        return False
    if hit.kind in ("bare", "due"):
        return one.amount is not None
    return hit.start >= one.day.start or hit.standing != "done"


def _sums(hits: Sequence[MoneyHit]) -> tuple[dict[str, int | None], list[Question]]:
    """The one sum ordered and the one received; a question where several, or an earlier day, are told."""
    questions: list[Question] = []
    sums: dict[str, int | None] = {"order": None, "receipt": None}
    for kind in sums:
        came = [hit for hit in hits if hit.kind == kind and hit.standing == "done"]
        now = [hit.amount for hit in came if not hit.earlier]
        if kind == "order" and len(set(now)) > 1:
            questions.append(_which("order", came))
        elif kind == "receipt" and came and len(now) != 1:
            questions.append(_which("receipt", came))
        elif now:
            sums[kind] = now[0]
    return sums, questions


def _which(about: About, hits: Sequence[MoneyHit]) -> Question:
    return Question(about, "", tuple((str(amount), "") for amount in dict.fromkeys(hit.amount for hit in hits)))


def _is_sum(amount: int, coming: Sequence[Coming]) -> bool:
    """Whether an amount is what the promises make together: 货款5万，月底2万，下月3万."""
    return amount == sum(one.amount or 0 for one in coming if one.kind == "promise")


def _clause_of(told: _Told, hit: MoneyHit) -> str:
    begin, end = next(span for span in clauses(told.text) if span[0] <= hit.start < span[1])
    return told.given[begin:end].strip()


def _outcome(
    formal: VisitLine, text: str, order: int | None, found: Sequence[Outcome]
) -> tuple[str | None, list[Question]]:
    if order is not None and (Outcome.REFUSED in found or is_called_off(text)):
        return None, [Question("outcome", "", ((Outcome.ORDER.value, ""), (Outcome.REFUSED.value, "")))]
    if order is not None:
        return Outcome.ORDER.value, []
    if formal.outcome is not None:
        return formal.outcome, []
    if len(found) > 1:
        return None, [Question("outcome", "", tuple((one.value, "") for one in found))]
    return (found[0].value if found else None), []


def _found(told: _Told) -> tuple[Outcome, ...]:
    """What the words tell of the outcome."""
    past = [day.start for day in told.days if day.kind == "past"]
    to_come = [day.start for day in told.days if day.kind in ("day", "vague", "unclear")]
    return outcomes(told.text, past, to_come)


def _promises(formal: VisitLine, coming: Sequence[Coming]) -> tuple[tuple[Promised, ...], list[Question]]:
    """The promises, written in form or told; one without a day or a side is a question."""
    made, questions = list(formal.promises), []
    for place, one in enumerate(coming):
        if one.kind != "promise":
            continue
        said = flat(one.text)
        if re.fullmatch(
            "(?:我|们|他|她|也|都|已|经)*(?:答应|承诺|保证|promised)?了?", said
        ):  # 要求周五前报价，我答应了
            above = next((step for step in reversed(coming[:place]) if step.kind == "step"), None)
            one = replace(above, side=one.side) if above else one
        if any(said and (said in flat(other.text) or flat(other.text) in said) for other in formal.promises):
            continue
        if one.day is None or one.day.on is None or one.side is None or not one.text:
            questions.append(Question("promise", one.text))
        else:
            made.append(Promised(one.text, one.day.on, one.side == "theirs", one.amount))
    return tuple(made), questions


def _next_step(
    formal: VisitLine, coming: Sequence[Coming], promised: Sequence[Promised], given: NextStep | None
) -> tuple[NextStep | None, tuple[Question, ...]]:
    """What follows: the step in form, the first one told with a day, that nothing does, else what was promised."""
    if formal.next_step is not None:
        return formal.next_step, ()
    steps = [one for one in coming if one.kind == "step"]
    # What somebody does comes before what a day is only told of: 等年底预算，12月20日再跟.
    dated = [one for one in steps if one.side and one.on] or [one for one in steps if one.on]
    if dated and not any(one.text for one in dated):
        return None, (Question("next_step", dated[0].tail),)
    if dated:
        return _joined(sorted(dated, key=lambda one: one.on or date.max)), ()
    vague = next(iter(steps), None)
    if vague is not None and given is None:
        return None, (Question("next_day", vague.text or vague.tail),)
    none = next((one for one in coming if one.kind == "none"), None)
    if none is not None:
        return NextStep(none_because=none.text), ()
    ours = min((one for one in promised if not one.theirs), key=lambda one: one.due_on, default=None)
    theirs = min((one for one in promised if one.theirs), key=lambda one: one.due_on, default=None)
    if ours is not None:
        return NextStep(ours.text, ours.due_on), ()
    if theirs is not None:
        return NextStep(_("see to it: {text}").format(text=theirs.text), theirs.due_on), ()
    return (given, ()) if given is not None else (None, (Question("next_step"),))


def _joined(dated: Sequence[Coming]) -> NextStep:
    """The first step with its day, and the later ones as they were told."""
    first, *later = [one for one in dated if one.text]
    assert first.day is not None
    words = [first.text, *(one.tail for one in later)]
    return NextStep("；".join(words), first.on, at=first.day.at)
