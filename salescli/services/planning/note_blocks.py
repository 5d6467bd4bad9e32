"""The lines of a day's notes laid out: which visit each belongs to, what is said of the day, what has no place."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from salescli.dates import parse_day
from salescli.errors import BadValue, SalesError, in_line
from salescli.i18n import _
from salescli.notes.days import time_in
from salescli.notes.money import money_in
from salescli.notes.words import (
    Section,
    channel,
    clauses,
    flat,
    goes_on,
    has_come,
    header,
    is_bulleted,
    is_life,
    is_market,
    mark_end,
    outcomes,
    section,
)
from salescli.services.planning.note_clients import (
    Mention,
    Names,
    calls_a_person,
    is_cued,
    is_sought,
    is_spoken_of,
    leads,
)

Why = Literal["no_client", "unknown_client", "several_clients", "whose", "other_day", "market"]

# What begins a further visit within a line, before its client.
_FURTHER = (
    r"(?:上午|下午|中午|早上|晚上|傍晚|然后|接着|之后|随后|后来|最后|顺路|顺便|再|又|还|[0-9]{1,2}:[0-9]{2}"
    r"|[0-9一二三四五六七八九十两]{1,3}点半?"
    r"|then|later|afternoon|after that|in the afternoon)[, ]*(?:我们?|又|再|就)?"
    r"(?:去了?(?:趟)?|到了?|拜访了?|走访了?|见了?|回访了?|跑了?(?:趟)?|打(?:了)?(?:个)?电话(?:给|到)?"
    r"|电话(?:给)?|致电|给|微信|visited|called|met|went to|at)?\s*$"
)
# 天成张经理、蓝海: two clients at once.
_TOGETHER = r" *(?:的?[一-鿿]{1,4})? *(?:[、&]|和|与|及|以及|and) *"
_STEP_MARK = re.compile(r"[@＠]|(?:^|[\s，,。；;])(?:下一步|next\b|→|->|=>)", re.IGNORECASE)
# A line that seems to begin a visit of its own, though it names no client that is known.
_TIME = (
    r"(?:[0-9]{1,2}:[0-9]{2}|(?:上午|下午|中午|早上)?[0-9一二三四五六七八九十两]{1,3}点半?|上午|下午|中午|早上|晚上)"
)
_NEW = (
    rf"{_TIME}?[\s,]*(?:(?:又|再|然后|接着|顺路)?(?:去了?(?:趟)?|到了?|拜访了?|走访了?|上门|打了?(?:个)?电话给"
    r"|致电|新客户|老客户|联系了?)"
    r"(?!他|她|那|这|一|之|时|后|现|期|货|年|款|公司|电话)|(?:visited|called|met|went to|phoned)\s+\w)"
    rf"|{_TIME}\s*\S|[^\s:,;。]{{2,12}}:(?!\d)|[^\s:,;。]{{2,10}}(?:公司|集团|机电|物流|科技|贸易|电子|机械"
    r"|化工|建材|包装|食品|纺织)"
)
_LABELS = (
    "需求|问题|结果|备注|价格|下一步|下次|计划|重点|情况|反馈|要求|原因|目的|内容|结论|说明|联系人|电话|地址"
    "|产品|规格|数量|交期|时间|建议|承诺|对方|他说|她说|客户"
    "|跟进|进展|补充|另外|还有|ps|note|result|need|needs|problem|next|price|todo|outcome|action|follow[- ]?up"
)


@dataclass(frozen=True)
class Piece:
    """A line of the notes by its number from 1, or the part of one that belongs to a visit of its own."""

    line: int
    text: str


@dataclass
class Block:
    """The pieces about one visit, and the codes of the clients that its first words may mean.

    The first piece names the client at ``start`` to ``end``; ``leads`` tells that it begins so.
    """

    codes: tuple[str, ...]
    pieces: list[Piece]
    start: int = 0
    end: int = 0
    leads: bool = True

    @property
    def text(self) -> str:
        """All that is said of the visit."""
        return "\n".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Unplaced:
    """A piece that has no place, why, and the codes of the clients it may be about."""

    piece: Piece
    why: Why
    codes: tuple[str, ...] = ()


@dataclass
class Layout:
    """Where every line of the notes belongs."""

    blocks: list[Block] = field(default_factory=list)
    headers: list[Piece] = field(default_factory=list)
    sections: list[tuple[Section, Piece]] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)

    def pieces(self) -> list[Piece]:
        """Every piece, in the order of the lines."""
        found = [*self.headers, *(piece for block in self.blocks for piece in block.pieces)]
        found += [*(piece for _section, piece in self.sections), *(one.piece for one in self.unplaced)]
        return sorted(found, key=lambda piece: piece.line)


@dataclass(frozen=True)
class _Start:
    """Where a visit begins in a line, and the client it names."""

    begin: int
    mention: Mention
    sure: bool = True


def lay_out(
    lines: Sequence[tuple[int, str]],
    names: Names,
    day: date,
    find: Callable[[str], str],
    *,
    strict: bool = False,
    all_visits: bool = False,
) -> Layout:
    """Find the visit that every line (number, text) of the notes of ``day`` belongs to.

    ``find`` gives the code of the client that a reference means. ``strict`` lines that end in a next step must begin
    with one, and so must all lines where ``all_visits`` says that each is a visit; its errors name the line.
    """
    layer = _Layer(names, day, find, strict=strict, all_visits=all_visits)
    for number, text in lines:
        with in_line(number):
            layer.place(Piece(number, text))
    return layer.layout


class _Layer:
    """Takes the lines one after another and remembers which visit, and which label, they stand under."""

    def __init__(self, names: Names, day: date, find: Callable[[str], str], *, strict: bool, all_visits: bool) -> None:
        self.names, self.day, self.find = names, day, find
        self.strict, self.all_visits = strict, all_visits
        self.layout = Layout()
        self.current: Block | None = None
        self.section: Section | None = None
        self.heading = False
        self.other_day = False

    def place(self, piece: Piece) -> None:
        text = flat(piece.text)
        stamp = header(text)
        if stamp is not None and self._is_nobody(stamp.name, text[stamp.end :]):
            self._note_day(stamp.day)
            self.layout.headers.append(Piece(piece.line, piece.text[: stamp.end]))
            piece = Piece(piece.line, piece.text[stamp.end :])
            text = text[stamp.end :]
            if not text.strip():
                return
        if self.other_day:
            self.layout.unplaced.append(Unplaced(piece, "other_day"))
        elif not self._place_in_section(piece, text):
            self._place_in_visit(piece, text)

    def _is_nobody(self, name: str, message: str) -> bool:
        """Whether a name above or before a message is of nobody that visits are about, as the message may show."""
        if self.names.mentions(name) or (name and leads(name)):
            return False
        known = self.names.people_in(name) or calls_a_person(name)
        return not known or any(mention.where == "head" for mention in self.names.mentions(message))

    def _note_day(self, words: str | None) -> None:
        if words is None:
            return
        try:
            self.other_day = parse_day(words, self.day, "past") != self.day
        except BadValue:
            self.other_day = False

    def _place_in_section(self, piece: Piece, text: str) -> bool:
        """Whether a line stands behind a label of the day (收获：…), or in the list below one."""
        labelled = section(text)
        if labelled is not None:
            self.section, self.current = labelled[0], None
            self.heading = not text[labelled[1] :].strip()
        elif self.section is None or not (is_bulleted(text) or self._is_below_heading(text)):
            self.section = None
            return False
        assert self.section is not None
        if self.section == "market":
            self.layout.unplaced.append(Unplaced(piece, "market"))
        else:
            self.layout.sections.append((self.section, piece))
        return True

    def _is_below_heading(self, text: str) -> bool:
        """Whether a line stands below a label alone in its line, and is about no client; a task may name one."""
        if not self.heading:
            return False
        if self.section == "key_tasks":
            return not has_come(text)
        people = any(person.where == "head" for person in self.names.people_in(text))
        return not self.names.mentions(text) and not people

    # --- visits ---

    def _place_in_visit(self, piece: Piece, text: str) -> None:
        starts = self._starts(text)
        if self._is_told_whole(piece, text) and (not starts or len(starts[0].mention.codes) > 1):
            self._place_by_reference(piece, text, starts)
        elif not starts:
            self._place_without_client(piece, text)
        elif any(not start.sure for start in starts):
            codes = tuple(dict.fromkeys(code for start in starts for code in start.mention.codes))
            self._leave(piece, "several_clients", codes)
        elif len(starts) == 1:
            self._begin_or_go_on(piece, text, starts[0].mention)
        else:
            cuts = [0, *(start.begin for start in starts[1:]), len(text)]
            for start, begin, end in zip(starts, cuts, cuts[1:], strict=False):
                part = Piece(piece.line, piece.text[begin:end])
                self._begin(part, _moved(start.mention, begin))

    def _is_told_whole(self, piece: Piece, text: str) -> bool:
        """Whether a line is a visit of its own by its form: CLIENT TEXT NEXT@DAY."""
        mark = _STEP_MARK.search(piece.text)
        if goes_on(text.lstrip()) or (mark is not None and not piece.text[: mark.start()].strip()):
            return False
        return (
            self.all_visits
            or re.match(r" *v[0-9]{3,9}(?![0-9a-z])", text) is not None
            or (mark is not None and not (self.current and goes_on(text)))
        )

    def _place_by_reference(self, piece: Piece, text: str, starts: Sequence[_Start]) -> None:
        """Place a line whose first word must be a client, as everywhere else a client is named."""
        person = next((one for one in self.names.people_in(text) if one.where == "head"), None)
        if not starts and person is not None:
            self._place_by_person(piece, text, person)
            return
        try:
            ref, begin = first_word(piece.text)
            code = self.find(ref)
        except SalesError:
            narrowed = self._narrowed(starts[0].mention.codes, text) if starts else ()
            if len(narrowed) == 1:
                self._begin(piece, starts[0].mention)
            elif self.strict:
                raise
            elif starts:
                self._begin(piece, starts[0].mention)
            else:
                self._leave(piece, "unknown_client")
            return
        self._begin(piece, Mention(begin, begin + len(ref), (code,), "head"))

    def _starts(self, text: str) -> list[_Start]:
        """The visits that begin in a line: at its head, and where a further one is plainly told."""
        found: list[_Start] = []
        ends = dict(clauses(text))
        for mention in self.names.mentions(text):
            before = text[found[-1].mention.end if found else 0 : mention.start]
            clause = max((begin for begin in ends if begin <= mention.start), default=0)
            if not found:
                if mention.where == "head" or is_cued(text, mention) or self._heads(text, clause, mention):
                    found.append(_Start(0, mention))
                continue
            if set(mention.codes) & set(found[-1].mention.codes):
                continue
            met_together = not before.strip() or re.fullmatch(_TOGETHER, before) is not None
            if met_together or (clause < found[-1].mention.end and is_sought(text, mention)):
                found.append(_Start(clause, mention, sure=False))
                continue
            if is_spoken_of(text, mention):
                continue
            further = re.search(_FURTHER, before)
            if further is not None:
                found.append(_Start(mention.start - len(before) + further.start(), mention))
            elif leads(text[clause : mention.start]) and clause >= found[-1].mention.end:
                told = text[mention.end : ends[clause]]
                sure = is_cued(text, mention) or bool(outcomes(told) or money_in(told, []) or channel(told))
                found.append(_Start(clause, mention, sure))
        return found

    def _heads(self, text: str, clause: int, mention: Mention) -> bool:
        """Whether a mention begins a clause, as the only one of the line, and nothing else says whose the line is."""
        return self.current is None and leads(text[clause : mention.start]) and not is_spoken_of(text, mention)

    def _begin_or_go_on(self, piece: Piece, text: str, mention: Mention) -> None:
        codes = self._narrowed(mention.codes, text)
        mention = Mention(mention.start, mention.end, codes, mention.where)
        current = self.current
        if current is None:
            earlier = next((block for block in self.layout.blocks if block.codes == codes), None)
        else:
            earlier = next((block for block in reversed(self.layout.blocks) if set(block.codes) & set(codes)), None)
        fits = earlier is not None and (len(codes) <= len(earlier.codes) or earlier is current)
        if earlier is not None and fits and not self._is_own_visit(piece, text, mention, earlier):
            earlier.pieces.append(piece)
            earlier.codes = tuple(code for code in earlier.codes if code in codes)
            self.current = earlier
        elif current is not None and self._only_goes_on(piece, text, current) and codes != current.codes:
            self._leave(piece, "whose", tuple(dict.fromkeys((*current.codes, *codes))))
        else:
            self._begin(piece, mention)

    def _only_goes_on(self, piece: Piece, text: str, current: Block) -> bool:
        """Whether a line is marked as belonging to the one above, which is not marked so itself."""
        return goes_on(text) and not goes_on(flat(current.pieces[0].text)) and not _STEP_MARK.search(piece.text)

    def _is_own_visit(self, piece: Piece, text: str, mention: Mention, earlier: Block) -> bool:
        """Whether a line about the same client tells of another contact: with its own step, time or channel."""
        above = flat(earlier.text)
        if goes_on(text) and not _STEP_MARK.search(piece.text):
            return False
        if _STEP_MARK.search(piece.text) or _STEP_MARK.search(earlier.text):
            return True
        at = time_in(text[: mention.start + 12])
        by = channel(text)
        other_half = re.match(r"\s*(?:[0-9]+\.)?\s*(?:下午|晚上)", text) and not re.match(r"\s*(?:下午|晚上)", above)
        return at is not None or bool(other_half) or (by is not None and by != channel(above))

    def _begin(self, piece: Piece, mention: Mention) -> None:
        codes = self._narrowed(mention.codes, flat(piece.text))
        block = Block(codes, [piece], mention.start, mention.end, mention.where == "head")
        self.layout.blocks.append(block)
        self.current, self.section = block, None

    def _narrowed(self, codes: tuple[str, ...], text: str) -> tuple[str, ...]:
        """Those of several clients that have someone whom the text names; all if none has."""
        if len(codes) < 2:
            return codes
        people = [text[person.start : person.end] for person in self.names.people_in(text)]
        fitting = tuple(code for code in codes if any(self.names.has(code, words) for words in people))
        return fitting or codes

    def _leave(self, piece: Piece, why: Why, codes: tuple[str, ...] = ()) -> None:
        self.layout.unplaced.append(Unplaced(piece, why, codes))
        if why in ("unknown_client", "several_clients", "whose"):
            self.current = None

    # --- lines that name no client ---

    def _place_without_client(self, piece: Piece, text: str) -> None:
        current = self.current
        if len(self.layout.blocks) > 1 and re.match(
            r"\s*(?:[0-9一二两三四五六七八九十几]+家|各家|上面)[^,;。]{0,3}[都全均]", text
        ):
            self._leave(piece, "whose", tuple(code for block in self.layout.blocks for code in block.codes)[:9])
            return
        person = next((one for one in self.names.people_in(text) if one.where == "head"), None)
        others = [mention for mention in self.names.mentions(text) if not is_spoken_of(text, mention)]
        if current is not None and goes_on(text) and not others:
            current.pieces.append(piece)
        elif person is not None:
            self._place_by_person(piece, text, person)
        elif others:
            self._place_by_inner(piece, others)
        elif is_market(text):
            self.layout.unplaced.append(Unplaced(piece, "market"))
        elif current is None or is_life(text):
            self._leave(piece, "unknown_client" if current is None and self._begins_new(text) else "no_client")
        elif self._begins_new(text) and not self._is_only_named(current):
            self._leave(piece, "unknown_client")
        else:
            current.pieces.append(piece)

    def _place_by_person(self, piece: Piece, text: str, person: Mention) -> None:
        """Place a line that begins with someone: of the visit above if known or named there, else where they work."""
        current, words = self.current, text[person.start : person.end]
        if current is None:
            self._begin(piece, person) if len(person.codes) < 10 else self._leave(piece, "whose", ())
        elif words in flat(current.text) or any(self.names.has(code, words) for code in current.codes):
            current.pieces.append(piece)
        elif len(person.codes) == 1 and all(self.names.people.get(code) for code in current.codes):
            self._begin(piece, person)
        else:
            self._leave(piece, "whose", (*current.codes, *person.codes[:9]))

    def _place_by_inner(self, piece: Piece, others: Sequence[Mention]) -> None:
        """Place a line that names a client somewhere inside."""
        current = self.current
        codes = tuple(dict.fromkeys(code for mention in others for code in mention.codes))
        if current is not None and set(codes) <= set(current.codes):
            current.pieces.append(piece)
        elif current is None and len(others) == 1:
            self._begin(piece, others[0])
        else:
            self._leave(piece, "whose" if current else "several_clients", (*(current.codes if current else ()), *codes))

    def _begins_new(self, text: str) -> bool:
        """Whether a line seems to begin a visit of its own."""
        said = text[mark_end(text) :]
        label = re.match(rf"(?:{_LABELS})(?:[0-9一二三四五六七八九十])?:", said)
        person = calls_a_person(said)
        if label or (person and person.start() == 0):
            return False
        return re.match(_NEW, said) is not None

    def _is_only_named(self, current: Block) -> bool:
        """Whether the visit above has only said whom it is about: 蓝海："""
        text = flat(current.text)
        return len(current.pieces) == 1 and not re.search(r"[^\s:,;。\-]", text[current.end :])


def first_word(text: str) -> tuple[str, int]:
    """The word that a line begins with, up to a blank, colon or comma, and where it stands; BadValue for none."""
    word = re.match(r"[\s“”\"'‘’「『]*([^\s：:，,]+)", text)
    if word is None:
        raise BadValue(_("The line names no client."))
    return word[1], word.start(1)


def _moved(mention: Mention, begin: int) -> Mention:
    return Mention(mention.start - begin, mention.end - begin, mention.codes, "head")
