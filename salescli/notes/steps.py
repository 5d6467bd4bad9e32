"""What is still to come, in running text: promises of either side, the next step with its day, or that none follows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from salescli.notes.days import DayHit
from salescli.notes.money import MoneyHit, stands_alone
from salescli.notes.standing import PAYS, THEY, standing
from salescli.notes.words import clauses

Side = Literal["ours", "theirs"]
Kind = Literal["promise", "step", "none"]

_PROMISE = r"答应|承诺|保证(?!金)|许诺|应下|\bpromis(?:ed?|es|ing)\b|\bagreed to\b|\bcommitted to\b"
_SAID = (
    rf"^[一-鿿]{{2,3}}(?:说|讲|表示|告诉)|{THEY}(?:们)?(?:都|已|也|又|还)?(?:说|讲|表示|同意|告诉|会|要|将"
    r"|准备|打算|安排|\s+(?:said|says|will|is going to|wants? to|confirmed))"
)
_OURS = (
    r"给(?:他们?|她|对方|客户|老板|过去)|给.(?:总|工|经理|姐)|送|报价|报过去|[再]?报(?=$|给)|出方案"
    r"|发(?!票?货款|展|现)|寄(?!回)|带(?!来)|去(?!年)"
    r"|拜访|上门|回访|跟进|跟踪|再(?:联系|谈|聊|沟通|访|约|来|看|打|跟)|联系|演示|安装|培训|催|交货|约|见"
    r"|签合同|电话|打给(?!我)|过去|提供|修|换|退|解决|处理"
    r"|\bsend|\bquote|\bvisit|\bcall\b|\bcall back|\bfollow|\bdeliver|\bdemo\b|\bbring|\bship|\bmeet|\bgo\b"
    r"|\bsamples?\b|\breply\b|\bvisit|\binstall"
)
_THEIRS = (
    rf"{PAYS}|下单|下订单|订货|签(?=$|[字约]|合同回)|给(?:我们?|答复|回复|回话|消息|准信|结果|反馈|通知)"
    r"|回复(?!他|她|客户)|答复|回话|通知我|确认|定下来"
    r"|(?:做|下)决定|来(?:公司|我们|考察|看厂|提货|取|参观)|寄回|试用|试完|试机结果|走流程|审批|验收"
    r"|\border\b|\bconfirm|\bdecide|\bget back\b|\banswer\b|\blet (?:me|us) know\b|\bgive (?:me|us)\b|\bsign\b"
)
# What a day is only told of: who is away, what falls due.
_NEWS = (
    r"出差|到货|休假|请假|放假|不在|生日|到期|开业|投产|搬|招标|开标|上线|停产|上班"
    r"|(?<![拉寄带拿送取])回来|\bon holiday\b|\bis away\b"
    r"|\bbirthday\b"
)
_NOTHING = (
    r"(?:不用|不必|无需|暂不|暂时不|不再|先不|没必要)(?:再)?(?:联系|跟进?|去|拜访)|不跟了|放弃|等(?:他们?|她"
    r"|对方|客户|那边|.总|.工)?的?(?:消息|通知|回复|回话|电话"
    r"|联系|答复|反馈|信)|\bno (?:follow[- ]?up|next step)\b|\bwait(?:ing)? for (?:them|him|her|their|his"
    r"|the client)[a-z ]*|\bnothing (?:more )?to do\b"
)
_CUT = (
    rf".*(?:{THEY}(?:说|讲|表示|同意|答应|承诺|会|要求)|说|答应了?|承诺了?|保证|约好?了?|让我们?|叫我们?|要求"
    r"|promised?(?: to)?|said|will|'ll|to)"
)
# A verb alone says too little: 要报价，周五给; so does one with only whom it is for: 给他, 寄过去.
_WHOM = r"(?:他们?|她们?|对方|客户|老板|你|.总|.工|them|him|her)"
_BARE = rf"(?P<verb>给|报|发|送|交|拿|寄|带|办|做|弄|出|开|付|打|结|转|汇)(?P<whom>(?:给|过去)?{_WHOM}?|过去|来|过来)"
# Verbs that say enough by themselves.
_ENOUGH = r"再?(?:去|来|访|谈|打|约|联系|拜访|见面?|催|回访|跟进|上门|送货|发货|交货)"
_GOODS = "送发交"
_SAYS_NOTHING = r"[说讲改约就再要会我你他她们给的了好定在到于先都也,:.\-\s]*"
# What is wanted: 要报价, X200要样品, she wants a quote; and what is named before its verb: 余款12月15号前打.
_WANTED = (
    r"(?:(?:还|也|就)?(?<!不)(?:想要|需要|要求|索要|索取|要|问)|等着?|催要?|让我们?|叫我们?)"
    r"(?:一?[份个张套本]|下|个)?(?P<what>[^,;。了过]{1,20})$"
    r"|\b(?:wants?|needs?|asks? for|asked for|asking for)(?: an?| the| some)? (?P<what2>.{2,40})$"
)
_THING = (
    r"(?P<thing>[一-鿿a-z0-9]{0,4}?(?:样品|样册|报价单?|方案|合同|资料|发票|货|对账单|清单|图纸|标书|证书|说明书|[尾余货欠]款|款|定金|礼品"
    r"|文件|单子))(?:是|就|都|也|得|会|本|,|，|\s)*$"
)
_TOPIC = r"(?P<topic>[a-z]{1,4}[0-9]{2,5})(?:的)?$"
_STRIP_END = r"(?:在|于|到|等|就|on|by|at|before|until|约|约在|的话|,|:|@)$"
_STRIP_BEGIN = r"(?:之?前|以?前|内|就|会|要|我们?|我|一定|再?去给|i'?ll|we'?ll|will|to|and|then|,|:|，|：|、|\.|-)+\s*"
_MOST = 60
_EDGES = " 　，,。.：:；;、@＠“”\"'】）)]"


@dataclass(frozen=True)
class Coming:
    """Something still to come. ``promise`` by ``side`` (``None``: not said), else a step, or nothing (``none``).

    ``text``, told from ``begin`` to ``end``, is as given; ``day`` the day spoken of, if any; ``amount`` the money,
    in minor units.
    """

    kind: Kind
    text: str
    begin: int
    end: int
    day: DayHit | None = None
    side: Side | None = None
    amount: int | None = None
    tail: str = ""

    @property
    def on(self) -> date | None:
        """The day it is for, where one is clearly told."""
        return self.day.on if self.day else None


def coming_in(text: str, given: str, days: Sequence[DayHit], money: Sequence[MoneyHit]) -> Iterator[Coming]:
    """What a flat text (``given`` is as typed, of the same length) says is still to come, in its order."""
    for begin, end in _joined(text, days):
        ahead = [day for day in days if begin <= day.start < end and day.kind in ("day", "vague", "unclear")]
        cuts = [begin, *(day.start for day in ahead[1:]), end]
        told_past = any(begin <= day.start < end and day.kind == "past" for day in days)
        for place in range(max(1, len(ahead))):
            part = _Part(text, given, cuts[place], cuts[place + 1], ahead[place] if ahead else None, begin)
            found = part.read(money) if not told_past or ahead else None
            if found is not None:
                yield found


def _joined(text: str, days: Sequence[DayHit]) -> list[tuple[int, int]]:
    """The clauses; a day that stands alone goes with what is done on it (下周三 再去), a payment with its sum."""
    spans: list[tuple[int, int]] = []
    for begin, end in clauses(text):
        last = spans[-1] if spans else (0, 0)
        above = next((day for day in days if last[0] <= day.start < last[1] and day.kind == "day"), None)
        dated = any(begin <= day.start < end and day.kind != "today" for day in days)
        if above is None or dated or "\n" in text[last[1] : begin]:
            spans.append((begin, end))
            continue
        said = text[last[0] : above.start] + " " + text[above.end : last[1]]
        alone = re.fullmatch(_SAYS_NOTHING, said) and re.search(f"{_OURS}|{_THEIRS}", text[begin:end], re.A)
        more = re.search("去$", said) and re.match(" *[带送拿]", text[begin:end])
        sum_of = re.search(PAYS, said, re.A) and stands_alone(text[begin:end])
        if alone or more or sum_of:
            spans[-1] = (last[0], end)
        else:
            spans.append((begin, end))
    return spans


@dataclass(frozen=True)
class _Part:
    """A clause, or the part of one that has a day of its own; ``subject`` is where its clause begins."""

    text: str
    given: str
    begin: int
    end: int
    day: DayHit | None
    subject: int

    @property
    def said(self) -> str:
        return self.text[self.begin : self.end]

    @property
    def undated(self) -> str:
        """What is said without its day: 货款本周五一定打 → 货款 一定打."""
        if self.day is None:
            return self.said
        return self.text[self.begin : self.day.start] + " " + self.text[self.day.end : self.end]

    def read(self, money: Sequence[MoneyHit]) -> Coming | None:
        here = [hit for hit in money if self.begin <= hit.start < self.end and not hit.odd]
        behind = [hit for hit in here if self.day is not None and hit.start >= self.day.start]
        sum_ = next(iter(behind or here), None)
        cue = re.search(_PROMISE, self.said, re.A)
        if cue is not None and standing(self.said, cue.start(), cue.end(), 2) != "not_done":
            return self._coming("promise", self.words(sum_), self._side(cue), sum_)
        if re.search(_NOTHING, self.said, re.A):
            return self._coming("none", self.given[self.begin : self.end].strip())
        ordered = any(hit.kind == "order" and hit.standing == "done" and hit.start < self.end for hit in money)
        return None if self.day is None else self._dated(self.day, sum_, ordered=ordered)

    def _coming(self, kind: Kind, text: str, side: Side | None = None, sum_: MoneyHit | None = None) -> Coming:
        tail = self.given[self.day.start : self.end].strip() if self.day else ""
        return Coming(kind, text, self.begin, self.end, self.day, side, sum_.amount if sum_ else None, tail)

    def _side(self, cue: "re.Match[str]") -> Side | None:
        before, after = self.text[self.subject : self.begin + cue.start()], self.said[cue.end() :]
        if re.match(rf"了?{THEY}|了?(?:给|帮)|了我(?!们?[0-9周下月明])", after, re.A) or re.search(
            r"(?:我|我们|我方|\bi|\bwe)(?:都|也|已|已经|have| )*$", before, re.A
        ):
            return "ours"
        if re.search(rf"{THEY}(?:们|也|已|已经|口头|当场|都|has|have| )*$", before, re.A):
            return "theirs"
        return self._by_verb()

    def _by_verb(self) -> Side | None:
        """Whose doing it is by the verb nearest behind the day, else nearest before it."""
        start = self.day.end if self.day else self.begin
        for zone, last in ((self.text[start : self.end], False), (self.text[self.begin : start], True)):
            ours, theirs = ([match.start() for match in re.finditer(words, zone, re.A)] for words in (_OURS, _THEIRS))
            marks = [(place, "ours") for place in ours] + [(place, "theirs") for place in theirs]
            if marks:
                return (max(marks) if last else min(marks))[1]  # type: ignore[return-value]
        return None

    def _dated(self, day: DayHit, sum_: MoneyHit | None, *, ordered: bool) -> Coming | None:
        behind = self.text[day.end : self.end]
        side = self._by_verb()
        if re.match(" *的(?!时候)", behind) or re.match(rf"[^,;。]{{0,6}}(?:{_NEWS})", behind, re.A):
            return None  # 周五的票, 周四回来
        if re.search(_NEWS, behind or self.said, re.A) and side is None:
            return None
        if self._they_pay(side, sum_):
            return self._coming("promise", self.words(sum_, pays=True), "theirs", sum_)
        told = any(re.search(_SAID, clause, re.A) for clause in self._told_by())
        if side == "theirs" and told and day.kind == "day":
            return self._coming("promise", self.words(sum_), "theirs")
        if side is None and day.kind == "vague" and re.fullmatch(_BARE, behind.strip(" ,.;:")):
            return self._coming("step", self.words(sum_, ordered=ordered), "ours")
        if side is None and (day.kind != "day" or re.match(r"[^,;。]{0,6}(?:到期|之前|生产)", behind)):
            return None
        return self._coming("step", self.words(sum_, ordered=ordered), side, sum_)

    def _told_by(self) -> list[str]:
        """The clause, and the one before it, which may say who speaks, unless one speaks oneself: 我说周五答复."""
        own = self.text[self.subject : self.end]
        if re.search(r"我们?(?:说|答|跟|给|先|去)", own):
            return []
        return [own, *(self.text[begin:end] for begin, end in list(clauses(self.text[: self.subject]))[-1:])]

    def _they_pay(self, side: Side | None, sum_: MoneyHit | None) -> bool:
        """Whether the clause tells of money that the client is to pay on the day; our own doings come first."""
        if self.day is None or self.day.kind == "today" or re.search(r"我们?[^,;。]{0,4}付", self.undated):
            return False
        if re.search(PAYS, self.undated, re.A):
            return side != "ours" or not re.search(_OURS, self.text[self.day.end : self.end], re.A)
        # 货款5万，月底2万: only a sum on a day, where a payment is spoken of.
        only = stands_alone(self.undated.strip())
        return only and sum_ is not None and re.search(rf"{PAYS}|[货尾余]款", self.text[: self.begin], re.A) is not None

    # --- the words for it ---

    def words(self, sum_: MoneyHit | None = None, *, pays: bool = False, ordered: bool = False) -> str:
        """What is to be done, verb and object, without its day and who said it; nothing if no words say it."""
        if self.day is None:
            return self._cut(self.begin, self.end)
        begin = self.day.end
        rest = re.match(rf"\s*(?:{_STRIP_BEGIN})?", self.text[begin : self.end])
        begin += rest.end() if rest else 0
        behind = self.given[begin : self.end].strip(_EDGES)
        plain = self.text[begin : self.end].strip(_EDGES)
        verb, *more = re.split("[ ,]+", plain, maxsplit=1)
        with_sum = sum_ is not None and stands_alone("".join(more))
        bare = re.fullmatch(_BARE, verb if with_sum else plain)
        if pays and sum_ is not None and stands_alone(plain):
            return self._thing(0, self.begin) + behind
        if bare is not None:
            return self._completed(bare, sum_, pays=pays, ordered=ordered)[:_MOST]
        if behind and (not re.fullmatch(_SAYS_NOTHING, plain) or re.fullmatch(_ENOUGH, plain)):
            return behind[:_MOST]
        wanted = self._wanted()
        if wanted:
            return wanted
        before = self._cut(self.begin, self.day.start)
        return "" if re.fullmatch(_SAYS_NOTHING, before.lower()) else before

    def _completed(self, bare: "re.Match[str]", sum_: MoneyHit | None, *, pays: bool, ordered: bool) -> str:
        """A verb that says too little by itself, with what it is about."""
        assert self.day is not None
        verb, whom = bare["verb"], bare["whom"]
        if pays:
            words = self.given[sum_.start : sum_.end].strip() if sum_ else ""
            thing = self._thing(self.begin, self.day.start) or ("" if words else "款")
            return f"{verb}{thing}{words}"
        before = self.given[self.begin : self.day.start]
        if re.search("[把将]", before):
            return self._cut(self.begin, self.day.start) + verb + whom
        what = self._wanted() or self._thing(self.begin, self.day.start)
        if re.match("再|重新|换|修|派|去", what):
            return what
        what = what or ("货" if ordered and verb in _GOODS else "")
        if not what:
            return ""
        if whom in ("过去", "来", "过来"):
            return f"{verb}{what}{whom}"
        return (what if not whom else verb + whom) if what.startswith(verb) else f"{verb}{whom}{what}"

    def _wanted(self) -> str:
        """What the words before the day, or else the clause before, say is wanted: 要报价, asks for a quote."""
        assert self.day is not None
        above = [span for span in clauses(self.text[: self.subject]) if span[1] <= self.subject]
        for begin, end in ((self.begin, self.day.start), *above[-1:]):
            said = re.sub(rf"{_STRIP_END}|(?:就|也|都|,|\s)+$", "", self.text[begin:end].rstrip())
            match = re.search(_WANTED, said, re.A)
            if match is not None:
                name = "what" if match["what"] else "what2"
                topic = re.search(_TOPIC, said[: match.start()])
                lead = self.given[begin + topic.start("topic") : begin + topic.end("topic")] if topic else ""
                return lead + self.given[begin + match.start(name) : begin + match.end(name)].strip(_EDGES)
            if said.strip() and not re.search("[说讲]$", said):
                return ""
        return ""

    def _thing(self, begin: int, end: int) -> str:
        """What the last words before a day name: 余款12月15号前打, 样品周五寄."""
        match = re.search(_THING, self.text[begin:end])
        if match is None:
            match = re.search("[货尾余]款", self.text[begin:end]) if begin == 0 else None
            return match[0] if match else ""
        lead = re.match(_CUT, match["thing"])
        first = match.start("thing") + (lead.end() if lead else 0)
        return self.given[begin + first : begin + match.end("thing")]

    def _cut(self, begin: int, end: int) -> str:
        """The given text without the words that only lead to what is to be done."""
        lead = re.match(_CUT, self.text[begin:end])
        if lead is not None and self.text[begin + lead.end() : end].strip():
            begin += lead.end()
        first = re.match(rf"\s*(?:{_STRIP_BEGIN})?", self.text[begin:end])
        begin += first.end() if first else 0
        words = self.text[begin:end].rstrip()
        while (shorter := re.sub(_STRIP_END, "", words).rstrip()) != words:
            words = shorter
        return self.given[begin : begin + len(words)].strip(" 　，,。.：:；;")[-_MOST:]
