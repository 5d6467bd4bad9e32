"""What is still to come, in running text: promises of either side, the next step with its day, or that none follows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from salescli.note_days import DayHit
from salescli.note_money import MoneyHit
from salescli.note_words import clauses

Side = Literal["ours", "theirs"]

_TITLES = "总|经理|工|姐|哥|老板|厂长|科长|主任|主管|部长|处长|会计|老师|董|先生|女士|师傅"
_THEY = (
    rf"(?:他|她|他们|对方|客户|老板|人家|采购|财务|厂里|那边|技术|.(?:{_TITLES})|\bthey\b|\bhe\b|\bshe\b"
    r"|\bclient\b|\bcustomer\b|\bhe's\b"
    r"|\b(?:mr|ms|mrs)\.? ?[a-z]+)"
)
_PROMISE = r"答应|承诺|保证(?!金)|许诺|应下|\bpromis(?:ed?|es|ing)\b|\bagreed to\b|\bcommitted to\b"
_SAID = (
    rf"^[一-鿿]{{2,3}}(?:说|讲|表示|告诉)|{_THEY}(?:们)?(?:都|已|也|又|还)?(?:说|讲|表示|同意|告诉|会|要|将"
    r"|准备|打算|安排|\s+(?:said|says|will|is going to|wants? to|confirmed))"
)
_OURS = (
    r"给(?:他们?|她|对方|客户|老板|过去)|给.(?:总|工|经理|姐)|送|报价|报过去|[再]?报(?=$|给)|出方案"
    r"|发(?!票?货款|展|现)|寄(?!回)|带(?!来)|去(?!年)"
    r"|拜访|上门|回访|跟进|跟踪|再(?:联系|谈|聊|沟通|访|约|来|看|打|跟)|联系|演示|安装|培训|催|交货|约|见"
    r"|签合同|电话|打给|过去|提供|修|换|退|解决|处理"
    r"|\bsend|\bquote|\bvisit|\bcall\b|\bcall back|\bfollow|\bdeliver|\bdemo\b|\bbring|\bship|\bmeet|\bgo\b"
    r"|\bsamples?\b|\breply\b|\bvisit|\binstall"
)
_PAYS = r"付|打(?:款|过来|钱)|回款|汇款?|转账|结(?:账|款|清)|到账|安排款|\bpay|\bpayment|\btransfer\b|\bsettle\b"
_THEIRS = (
    rf"{_PAYS}|下单|下订单|订货|签(?=$|[字约]|合同回)|给(?:我们?|答复|回复|回话|消息|准信|结果|反馈|通知)"
    r"|回复(?!他|她|客户)|答复|回话|通知我|确认|定下来"
    r"|(?:做|下)决定|来(?:公司|我们|考察|看厂|提货|取|参观)|寄回|试用|试完|试机结果|走流程|审批|验收"
    r"|\border\b|\bconfirm|\bdecide|\bget back\b|\banswer\b|\blet (?:me|us) know\b|\bgive (?:me|us)\b|\bsign\b"
)
# What a day is only told of: who is away, what falls due.
_NEWS = (
    r"出差|到货|休假|请假|放假|不在|生日|到期|开业|投产|搬|招标|开标|上线|停产|回来|上班|\bon holiday\b|\bis away\b"
    r"|\bbirthday\b"
)
_NOTHING = (
    r"(?:不用|不必|无需|暂不|暂时不|不再|先不|没必要)(?:再)?(?:联系|跟进?|去|拜访)|不跟了|放弃|等(?:他们?|她"
    r"|对方|客户|那边|.总|.工)?的?(?:消息|通知|回复|回话|电话"
    r"|联系|答复|反馈|信)|\bno (?:follow[- ]?up|next step)\b|\bwait(?:ing)? for (?:them|him|her|their|his"
    r"|the client)[a-z ]*|\bnothing (?:more )?to do\b"
)
_WEAK = r"(?:再)?(?:给|发|送|交|拿|寄)(?:给|过去|到)?(?:他们?|她|对方|客户|老板|.总|.工|them|him|her)?"
_CUT = (
    rf".*(?:{_THEY}(?:说|讲|表示|同意|答应|承诺|会|要求)|说|答应了?|承诺了?|保证|约好?了?|让我们?|叫我们?|要求"
    r"|promised?(?: to)?|said|will|'ll|to)"
)
# A verb alone says too little: 要报价，周五给.
_BARE = r"就?(?:给|报|发|送|办|交|寄|做|弄|付|打|结)(?:过去)?"
_SAYS_ONLY = r"(?:(?:我们?|他们?|她|对方|客户)?(?:说|答应了?|表示|约好?了?|就|再))+$"
_STRIP_END = r"(?:在|于|到|等|就|on|by|at|before|until|约|约在|的话|,|:|@)$"
_STRIP_BEGIN = r"(?:之?前|以?前|内|就|会|要|我们?|我|再?去给|i'?ll|we'?ll|will|to|and|then|,|:|，|：|、|\.|-)+\s*"
_MOST = 60


@dataclass(frozen=True)
class Coming:
    """Something still to come. ``promise`` by ``side`` (``None``: not said), else a step, or nothing (``none``).

    ``text`` is as given; ``day`` the day spoken of, if any; ``amount`` the money, in minor units.
    """

    kind: Literal["promise", "step", "none"]
    text: str
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
    for begin, end in clauses(text):
        ahead = [day for day in days if begin <= day.start < end and day.kind in ("day", "vague", "unclear")]
        cuts = [begin, *(day.start for day in ahead[1:]), end]
        told_past = any(begin <= day.start < end and day.kind == "past" for day in days)
        for place in range(max(1, len(ahead))):
            part = _Part(text, given, cuts[place], cuts[place + 1], ahead[place] if ahead else None, begin)
            found = part.read(money) if not told_past or ahead else None
            if found is not None:
                yield found


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

    def read(self, money: Sequence[MoneyHit]) -> Coming | None:
        here = [hit for hit in money if self.begin <= hit.start < self.end]
        behind = [hit for hit in here if self.day is not None and hit.start >= self.day.start]
        amount = next((hit.amount for hit in behind or here), None)
        cue = re.search(_PROMISE, self.said)
        if cue is not None and not re.search(r"(?:不|没|未|不敢|not |n't )$", self.said[: cue.start()]):
            side = self._side(cue)
            return Coming("promise", self.words(), self.day, side, amount)
        if re.search(_NOTHING, self.said):
            return Coming("none", self.given[self.begin : self.end].strip())
        if self.day is None:
            return None
        return self._dated(self.day, amount)

    def _side(self, cue: "re.Match[str]") -> Side | None:
        before, after = self.text[self.subject : self.begin + cue.start()], self.said[cue.end() :]
        if re.match(rf"了?{_THEY}|了?(?:给|帮)|了我(?!们?[0-9周下月明])", after) or re.search(
            r"(?:我|我们|我方|\bi|\bwe)(?:都|也|已|已经|have| )*$", before
        ):
            return "ours"
        if re.search(rf"{_THEY}(?:们|也|已|已经|口头|当场|都|has|have| )*$", before):
            return "theirs"
        return self._by_verb()

    def _by_verb(self) -> Side | None:
        """Whose doing it is by the verb nearest behind the day, else nearest before it."""
        start = self.day.end if self.day else self.begin
        for zone, last in ((self.text[start : self.end], False), (self.text[self.begin : start], True)):
            ours, theirs = ([match.start() for match in re.finditer(words, zone)] for words in (_OURS, _THEIRS))
            marks = [(place, "ours") for place in ours] + [(place, "theirs") for place in theirs]
            if marks:
                return (max(marks) if last else min(marks))[1]  # type: ignore[return-value]
        return None

    def _dated(self, day: DayHit, amount: int | None) -> Coming | None:
        side = self._by_verb()
        behind = self.text[day.end : self.end]
        told = re.search(_SAID, self.text[self.subject : self.end]) is not None
        pays = re.search(_PAYS, self.said) is not None
        if re.search(_NEWS, behind or self.said) and side is None:
            return None
        if side == "theirs" and (told or pays) and day.kind == "day":
            return Coming("promise", self.words(), day, "theirs", amount)
        if side is None and day.kind == "vague" and re.fullmatch(_BARE, behind.strip(" ,.;:")):
            return Coming("step", self.words(), day, "ours")
        if side is None and (day.kind != "day" or re.match(r"[^,;。]{0,6}(?:到期|之前|生产)", behind)):
            return None
        return Coming("step", self.words(), day, side, amount, self.given[day.start : self.end].strip())

    def words(self) -> str:
        """What is to be done, without its day and who said it."""
        if self.day is None:
            return self._cut(self.begin, self.end)
        begin = self.day.end
        rest = re.match(rf"\s*(?:{_STRIP_BEGIN})?", self.text[begin : self.end])
        begin += rest.end() if rest else 0
        behind = self.given[begin : self.end].strip(" 　，,。.：:；;@＠“”\"'】）")
        bare = re.fullmatch(_BARE, self.text[begin : self.end].strip(" ,.;:"))
        if behind and bare:
            told = re.sub(_SAYS_ONLY, "", self.text[self.begin : self.day.start]).strip()
            before = self.given[self.begin : self.begin + len(told)].strip() if told else self._clause_before()
            return f"{before[-_MOST:]} {behind}".strip()
        if behind and not re.fullmatch(_WEAK, self.text[begin : self.end].strip()):
            return behind[:_MOST]
        before = self._cut(self.begin, self.day.start)
        return (f"{before} {behind}".strip() if behind else before) or self._clause_before() or behind

    def _clause_before(self) -> str:
        """The last words of the clause before, for a day that stands alone."""
        spans = [span for span in clauses(self.text[: self.subject]) if span[1] <= self.subject]
        return self.given[slice(*spans[-1])].strip(" 　，,。.：:；;")[-_MOST:] if spans else ""

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
