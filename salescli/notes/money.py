"""Money within running text: the order a visit brought, the money received, and what is only spoken of."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from salescli.amounts import parse_amount
from salescli.errors import BadValue
from salescli.notes.days import DayHit
from salescli.notes.standing import PAYS, Standing, has_happened, standing
from salescli.notes.words import clauses

Kind = Literal["order", "receipt", "due", "refund", "total", "talk", "bare"]

_FIGURES = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_HAN = "[一二两三四五六七八九十百千零]"
_FOREIGN = r"美元|美金|美刀|欧元?|港[币元]|英镑|日[元币]|[$€£]|us ?\$|usd|eur(?:os?)?|hkd|gbp|jpy|dollars?"
_YUAN = rf"(?:元整?|块钱?|圆|rmb|yuan|人民币|{_FOREIGN})"
# What is counted is no money: 3万件, 20台, 30%.
_COUNTED = (
    r"(?! ?(?:%|折|点|[台件个套吨米只箱张升斤条根瓶包袋桶片组批班辆]|人(?!民)|(?<=[0-9])[家次天号月年日楼期分]"
    r"|公斤|公里|平方?|小时|分钟|kg|pcs"
    r"|units?|pieces|days?|weeks?|hours?|min|x[0-9]))"
)
_MONEY = (
    rf"(?P<minus>(?<![0-9a-z万千])[-负])?(?P<sign>¥|rmb ?|cny ?|{_FOREIGN})? ?(?<![0-9.a-z_])(?:{_FIGURES})"
    r" ?(?P<unit>[万亿千百]|w(?![a-z])|k(?![a-z])|m(?![a-z]))?"
    rf"(?P<tail>[0-9](?![0-9.%])千?|{_HAN}千?)?{_COUNTED} ?(?P<yuan>{_YUAN})?"
    rf"|{_HAN}+(?P<unit2>[万亿]){_HAN}*{_COUNTED}(?P<yuan3>{_YUAN})?|{_HAN}*[十百千]{_HAN}*(?P<yuan2>{_YUAN})"
    rf"|(?<=[共计价额款了付收])(?P<unit3>{_HAN}+[千万]{_HAN}*){_COUNTED}"
)
_CUES: dict[Kind, str] = {
    "order": (
        r"订单|下了?(?![个次午班来去]|周|月|星期|礼拜)|(?<![简清菜名账运])单子?(?![价位独])|(?<!改)签(?!收)[了下订]?|合同|成交(?!额)|订了?|定了|采购了?|拿了|买了?|\border(?:ed|s)?\b"
        r"|\bsigned\b|\bcontract\b|\bpo\b|\bbought\b|\bdeal\b"
    ),
    "receipt": (
        r"(?<!预)付了?款?|打了?款?|回款了?|到账|到款|收到?了?款?|转账?了?|汇款?了?|结了?|结清|交了(?=[^,;。]{0,8}[款金钱])|排款"
        r"|\bpa(?:id|y|ys|ying)\b|\breceived\b|\btransferred\b|\bcollected\b"
    ),
    # Named as money that a client pays, though nothing says that it came: 定金2万.
    "due": r"现金|现款|承兑|定金|订金|预付款?|首付|货款|尾款|余款|全款|\bpayments?\b|\bdeposit\b",
    "refund": r"退款|退了?|退回|退还|返还|\brefund(?:ed)?\b",
    "total": r"总价|总额|总计|总共|一?共计?|合计|金额|\btotal(?:ling)?\b",
    "talk": (
        r"报价|报了?|预算|(?<!总)价格?|单价|降到?|涨到?|欠|应收|差|逾期|额度|信用|目标|产值|资本|营业额|年销|销售额"
        r"|优惠|返点|比我们|成本|运费|利润|项目|招标|已做|完成|一[箱台件个套吨米只张条瓶包袋桶]|每[箱台件个套吨米只张条瓶包袋桶]"
        r"|\bbudget\b|\bquoted?\b|\bprices?\b|\bowes?\b|\boverdue\b|\btarget\b|\bworth\b|\bcosts?\b|\bcredit\b"
    ),
}
_PAID = (
    r"(?:款|钱|现金|现款|定金|账)[^,;。]{0,4}(?:付|收|打|结|汇|转|到|给)(?:了|清|讫|我|过来)|已经?(?:全)?[付结打]|付了|付清|结清"
    r"|已经?收(?=$|[款钱讫])|打款了|到账|\bpaid\b"
)
_SHARE = r"[0-9.]+ ?%|[一二两三四五六七八九]成|一?半"
_NEAR = 12
_AHEAD = ("day", "vague", "unclear")
_TOLD = r"说|讲|称|\bsays?\b|\bsaid\b"


@dataclass(frozen=True)
class MoneyHit:
    """An amount (minor units) spoken of at ``start`` to ``end`` of a text.

    It is the sum of an order, money received or due, paid back, only talked of (a price, a debt), or bare, with
    nothing that says what it is; ``standing`` tells whether it came. ``earlier`` says that it was on a day gone by,
    ``alone`` that nothing else is said, ``odd`` that it is in another currency.
    """

    start: int
    end: int
    amount: int
    kind: Kind
    standing: Standing = "done"
    earlier: bool = False
    alone: bool = False
    odd: bool = False


def money_in(text: str, days: Sequence[DayHit]) -> list[MoneyHit]:
    """Every amount of money that a flat text speaks of, in order; ``days`` are those of the text."""
    found: list[MoneyHit] = []
    before = 0
    for begin, end in clauses(text):
        hits = list(_of_clause(text, begin, end, days))
        if len(hits) == 1 and hits[0].kind == "bare" and stands_alone(text[begin:end]):
            # 签了合同，12万: the clause before says what it is.
            said = list(_of_clause(text, before, end, days))[-1]
            hits = [replace(said, alone=said.kind == "bare")]
        found += [_as_total(text, hit, days) if hit.kind == "total" else hit for hit in hits]
        before = begin
    return found


def may_be_of_business(text: str) -> bool:
    """Whether a text speaks of an order or a payment at all, so that a bare sum in it may be one."""
    return (
        re.search(
            rf"{PAYS}|中标|合同|订单|单子|下单|签|定金|[货尾余]款|收款|\b(?:order|contract|signed|po)\b", text, re.A
        )
        is not None
    )


def stands_alone(clause: str) -> bool:
    """Whether a clause is only an amount."""
    return (
        re.fullmatch(rf" *:? *(?:大概|大约|约|差不多|近|about )?(?:{_MONEY}) *(?:左右)?[\s”\"'」)\]]*", clause)
        is not None
    )


def paid_without_sum(text: str, hits: Sequence[MoneyHit], *, ordered: bool) -> str | None:
    """The clause that says that money came, but not how much (付了三成, 现款已收); ``None`` for no such."""
    for begin, end in clauses(text):
        clause = text[begin:end]
        paid = re.search(_PAID, clause, re.A)
        here = [hit for hit in hits if begin <= hit.start < end]
        if paid is None or here or standing(clause, paid.start(), paid.end()) != "done":
            continue
        if re.search(_SHARE, clause) or ordered or any(hit.kind == "bare" for hit in hits):
            return clause.strip()
    return None


def _as_total(text: str, hit: MoneyHit, days: Sequence[DayHit]) -> MoneyHit:
    """A total is of what was last told before it: 下单100台，单价860，共8.6万."""
    kinds: tuple[Kind, ...] = ("order", "receipt")
    for begin, end in reversed([span for span in clauses(text) if span[0] <= hit.start]):
        cues = [
            (match.end(), match.start(), kind)
            for kind in kinds
            for match in re.finditer(_CUES[kind], text[begin : min(end, hit.start)], re.A)
        ]
        if cues:
            last, first, kind = max(cues)
            stands = standing(text[begin:end], first, last)
            later = any(day.kind in _AHEAD and begin <= day.start < begin + last for day in days)
            return replace(hit, kind=kind, standing="to_come" if later and stands == "done" else stands)
    return replace(hit, kind="bare", alone=True)


def _of_clause(text: str, begin: int, end: int, days: Sequence[DayHit]) -> Iterator[MoneyHit]:
    spans = [(begin + match.start(), begin + match.end(), match) for match in re.finditer(_MONEY, text[begin:end])]
    left = begin
    for place, (start, stop, match) in enumerate(spans):
        amount = _amount(match)
        # A cue belongs to one amount: it is looked for up to the amounts before and behind.
        right = spans[place + 1][0] if place + 1 < len(spans) else end
        kind, cue, cue_end = _kind(text, left, start, stop, right)
        told = kind not in ("talk", "bare")
        marked = any(match[name] for name in ("unit", "unit2", "yuan", "yuan2", "unit3", "yuan3", "sign"))
        if not amount or (not marked and (not told or stop - start < 4)):
            continue
        odd = re.search(_FOREIGN, match[0]) is not None
        found = MoneyHit(start, stop, amount, kind, odd=odd)
        if match["minus"]:
            found = replace(found, kind="bare", alone=True)
        elif told:
            found = _standing(text[begin:end], found, begin, (cue, cue_end), days)
        left = stop
        yield found


def _standing(clause: str, hit: MoneyHit, begin: int, cue: tuple[int, int], days: Sequence[DayHit]) -> MoneyHit:
    """The amount with how it stands, by the words about its cue and about itself, and by the days told before."""
    first, last = min(cue[0], hit.start), max(cue[0], hit.start)
    past = any(day.kind == "past" and begin <= day.start < hit.start for day in days)
    later = any(day.kind in _AHEAD and begin <= day.start < last for day in days)
    at_cue = standing(clause, cue[0] - begin, cue[1] - begin)
    whole = standing(clause, first - begin, max(cue[1], hit.end) - begin)
    stands: Standing = at_cue if at_cue != "done" else whole
    if stands == "done" and later and not past:
        stands = "to_come"
    kind = hit.kind
    if kind == "receipt" and re.search(rf"(?:{_TOLD}).*$|(?<!给)我们?(?:方|先|已经?|又)?$", clause[: cue[0] - begin]):
        kind = "due"  # 财务说5万打了: told, not seen; and what we pay is no receipt
    elif kind == "due" and has_happened(clause, cue[0] - begin, cue[1] - begin):
        kind = "receipt"
    return replace(hit, kind=kind, standing=stands, earlier=past)


def _kind(text: str, left: int, start: int, stop: int, right: int) -> tuple[Kind, int, int]:
    """What the nearest words say an amount is, and where they stand; those before it win over those behind.

    A verb of paying says more than the name of what is paid: 先打了8万定金.
    """
    near: list[tuple[int, int, Kind, int, int]] = []
    for kind, words in _CUES.items():
        for match in re.finditer(words, text[left:start], re.A):
            distance = start - left - match.end()
            if distance <= _NEAR:
                near.append((distance, 0, kind, left + match.start(), left + match.end()))
        for match in re.finditer(words, text[stop:right], re.A):
            if match.start() <= 4:
                near.append((match.start(), 1, kind, stop + match.start(), stop + match.end()))
    if not near:
        return "bare", start, start
    best = min(near)
    if best[2] == "due":
        best = min((one for one in near if one[2] == "receipt"), default=best)
    if best[2] == "talk":
        best = next((one for one in near if one[2] == "refund" and one[:2] < (4, 1)), best)
    return best[2], best[3], best[4]


def _amount(match: "re.Match[str]") -> int | None:
    words = re.sub(_FOREIGN, "", match[0][len(match["minus"] or "") :])
    try:
        return parse_amount(words)
    except BadValue:
        return None
