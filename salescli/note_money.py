"""Money within running text: the order a visit brought, the money received, and what is only spoken of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from salescli.amounts import parse_amount
from salescli.errors import BadValue
from salescli.note_days import DayHit
from salescli.note_words import clauses

Kind = Literal["order", "receipt", "talk", "bare"]

_FIGURES = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_HAN = "[一二两三四五六七八九十百千零]"
_YUAN = "(?:元整?|块钱?|圆|rmb|yuan|人民币)"
# What is counted is no money: 3万件, 20台, 30%.
_COUNTED = (
    r"(?! ?(?:%|折|点|[台件个套吨米只箱张升斤条根瓶包袋桶片组批班辆]|人(?!民)|(?<=[0-9])[家次天号月年日楼期]"
    r"|公斤|公里|平方?|小时|分钟|kg|pcs"
    r"|units?|pieces|days?|weeks?|hours?|min|x[0-9]))"
)
_MONEY = (
    rf"(?P<sign>[¥$]|rmb ?|cny ?)? ?(?<![0-9.a-z_-])(?:{_FIGURES}) ?(?P<unit>[万亿千百]|w(?![a-z])|k(?![a-z])"
    r"|m(?![a-z]))?"
    rf"(?P<tail>[0-9](?![0-9.%])千?|{_HAN}千?)?{_COUNTED} ?(?P<yuan>{_YUAN})?"
    rf"|{_HAN}+(?P<unit2>[万亿]){_HAN}*{_COUNTED}(?:{_YUAN})?|{_HAN}*[十百千]{_HAN}*(?P<yuan2>{_YUAN})"
)
_CUES: dict[Kind, str] = {
    "order": (
        r"订单|下了?|单子?(?!价)|签[了下订]?|合同|成交(?!额)|订了?|定了|采购了?|拿了|买了?|\border(?:ed|s)?\b"
        r"|\bsigned\b|\bcontract\b|\bpo\b"
        r"|\bbought\b|\bdeal\b"
    ),
    "receipt": (
        r"(?<!预)付了?款?|打了?款?|回款了?|到账|到款|收到?了?款?|转账?了?|汇款?了?|结了?|结清|交了|现金|承兑"
        r"|定金|订金|预付款?|首付|货款|尾款|余款"
        r"|\bpa(?:id|y|ys|ying)\b|\breceived\b|\bpayments?\b|\bdeposit\b|\btransferred\b|\bcollected\b"
    ),
    "talk": (
        r"报价|报了?|预算|价格?|单价|降到?|涨到?|欠|应收|差|逾期|额度|信用|目标|产值|资本|营业额|年销|销售额"
        r"|优惠|返点|比我们|成本|运费|利润"
        r"|\bbudget\b|\bquoted?\b|\bprices?\b|\bowes?\b|\boverdue\b|\btarget\b|\bworth\b|\bcosts?\b|\bcredit\b"
    ),
}
# What has not come yet, or never will: 还没付, 准备付, 会打款.
_NOT_NOW = (
    r"没|未|不|暂|准备|打算|计划|可能|争取|希望|如果|要是|要|想|能|会|催|答应|承诺|保证|预计|大概|说|说好|左右"
    r"|想要|等|再"
    r"|\bwill\b|'ll\b|\bto\b|\bmay\b|\bmight\b|\bpromised?\b|\bnot\b|\bif\b|\bsays?\b|\bby\b"
)
_NEAR = 12


@dataclass(frozen=True)
class MoneyHit:
    """An amount (minor units) spoken of at ``start`` to ``end`` of a text.

    It is the sum of an order, money received, only talked of (a price, a debt, what is still to come), or bare,
    with nothing that says what it is. ``earlier`` tells that it was ordered or received on a day gone by,
    ``to_come`` that it will be; ``alone`` that nothing else is said.
    """

    start: int
    end: int
    amount: int
    kind: Kind
    earlier: bool = False
    to_come: bool = False
    alone: bool = False


def money_in(text: str, days: Sequence[DayHit]) -> list[MoneyHit]:
    """Every amount of money that a flat text speaks of, in order; ``days`` are those of the text."""
    found: list[MoneyHit] = []
    before = 0
    for begin, end in clauses(text):
        hits = _of_clause(text, begin, end, days)
        if len(hits) == 1 and hits[0].kind == "bare" and _stands_alone(text[begin:end]):
            # 签了合同，12万: the clause before says what it is.
            said = _of_clause(text, before, end, days)[-1]
            hits = [replace(said, alone=said.kind == "bare")]
        found += hits
        before = begin
    return found


def _stands_alone(clause: str) -> bool:
    return (
        re.fullmatch(rf" *(?:一?共|合计|总共|总额|总价|金额|[一-鿿]?共计|total)?:? *(?:{_MONEY}) *(?:左右)?", clause)
        is not None
    )


def _of_clause(text: str, begin: int, end: int, days: Sequence[DayHit]) -> list[MoneyHit]:
    spans = [(begin + match.start(), begin + match.end(), match) for match in re.finditer(_MONEY, text[begin:end])]
    found, left = [], begin
    for place, (start, stop, match) in enumerate(spans):
        amount = _amount(match[0])
        # A cue belongs to one amount: it is looked for up to the amounts before and behind.
        right = spans[place + 1][0] if place + 1 < len(spans) else end
        kind, cue = _kind(text, left, start, stop, right)
        marked = match["unit"] or match["unit2"] or match["yuan"] or match["yuan2"] or match["sign"]
        if not amount or (not marked and (kind not in ("order", "receipt") or stop - start < 4)):
            continue
        left = stop
        before = text[begin : min(cue, start)]
        past = any(day.kind == "past" and begin <= day.start < start for day in days)
        later = any(day.kind in ("day", "vague", "unclear") and begin <= day.start < start for day in days)
        wished = kind in ("order", "receipt") and re.search(rf"(?:{_NOT_NOW}).{{0,5}}$", before) is not None
        if kind in ("order", "receipt") and (later or wished):
            found.append(MoneyHit(start, stop, amount, "talk", to_come=True))
        else:
            found.append(MoneyHit(start, stop, amount, kind, earlier=past and kind != "talk"))
    return found


def _kind(text: str, left: int, start: int, stop: int, right: int) -> tuple[Kind, int]:
    """What the nearest words say an amount is, and where they stand; those before it win over those behind."""
    near: list[tuple[int, int, Kind, int]] = []
    for kind, words in _CUES.items():
        for match in re.finditer(words, text[left:start]):
            distance = start - left - match.end()
            if distance <= _NEAR:
                near.append((distance, 0, kind, left + match.start()))
        for match in re.finditer(words, text[stop:right]):
            if match.start() <= 4:
                near.append((match.start(), 1, kind, stop + match.start()))
    if not near:
        return "bare", start
    _distance, _side, kind, place = min(near)
    return kind, place


def _amount(words: str) -> int | None:
    try:
        return parse_amount(words.replace("$", ""))
    except BadValue:
        return None
