"""How something told in a clause stands: done, not done, only on a condition, or to come; who says it, and who pays.

Money, outcomes, promises and steps all ask here. The words are looked for before and behind the one they are about,
within its clause, in text made flat.
"""

import re
from typing import Literal

Standing = Literal["done", "not_done", "if", "to_come"]

TITLES = (
    "总经理|副总|总监|总工|总|经理|工程师|工|姐|哥|老板|厂长|科长|主任|主管|部长|处长|师傅|会计|老师|董事长|董"
    "|店长|院长|先生|女士|小姐|助理|秘书|采购"
)
THEY = (
    rf"(?:他|她|他们|对方|客户|人家|财务|老板|采购|厂里|那边|技术|.(?:{TITLES})|\bthey\b|\bhe\b|\bshe\b|\bclient\b"
    r"|\bcustomer\b|\bhe's\b|\b(?:mr|ms|mrs)\.? ?[a-z]+)"
)
# What a client does who pays.
PAYS = (
    r"付|打(?:款|过来|钱|给我们?)|(?<![退催])款.{0,6}[打转结汇到]|打[^电,;。]{0,4}[款钱]|打[0-9一二两三四五六七八九十百]+[0-9.]*[万千元块wk]"
    r"|[回汇]款|转账|汇过来|结(?:账|款|清|$)|到账|排款|安排款|\bpay|\btransfer\b|\bsettle\b"
)
# An order, or any business, that went to nobody or to another.
LOST = (
    r"黄了|黄掉|泡汤|吹了|没戏|落空|作废|丢了?单|飞单|流标|废标|[丢飞没][了掉](?=$|[^,;。]{0,2}\s|!)"
    r"|被[^,;。]{0,6}(?:抢|截胡|拿走|拿下|撬)"
    r"|没(?:有)?(?:能)?(?:[签谈做拿订]|中)(?:[成下到标]|拢)|(?:[单同目标意]|订单|合同)[^,;。]{0,8}(?:取消|丢|飞|撤|退)了?"
    r"|取消了?[^,;。]{0,4}(?:[单同]|采购|项目)|\blost\b|\bfell through\b"
    r"|\bcancel(?:l?ed|s)? (?:the |their )?(?:order|contract)"
    r"|\b(?:order|contract|deal)[^,;.]{0,20}(?:cancell?ed|is off|was lost)"
)
_BEFORE: tuple[tuple[Standing, str], ...] = (
    (
        "not_done",
        r"没(?!问题|事)|未|不(?!错|过|少|仅|但)|别(?!的|人)|暂|差点|取消|\bnot\b|n't|\bno\b|\bnever\b|\bwithout\b",
    ),
    (
        "if",
        r"如(?!期)|若|要是|只要|除非|一旦|才(?!能?刚)|条件|便宜|再降|降?[0-9.]+%|[就便即]$|\bif\b|\bonce\b|\bunless\b|\bwhen\b",
    ),
    (
        "to_come",
        r"等|待|准备|打算|计划|考虑|可能|也许|争取|希望|答应|承诺|保证(?!金)|预计|快要?$|想要?|让|请|说好|约好|再"
        r"|\bwill\b|'ll\b|\bto\b|\bmay\b|\bmight\b|\bpromis\w*|\bby\b|\bwants?\b",
    ),
)
# What is only said or felt; 了 and 已 weigh more.
_SAID = r"说|讲|看|要|能|会|催|大概|左右|\bsays?\b|\bsaid\b"
_CONDITION = (
    r"(?:[完后前好]|合格|通过|达标|货到|到货|见票|到期|满意|没问题)[就再才]?"
    r"(?:马上|立即|立刻|即|即可|一次性)?(?:给?我们?)?$"
)
_BEHIND: tuple[tuple[Standing, str], ...] = (
    ("not_done", LOST),
    (
        "if",
        r"^.{0,6}(?:后再|才能|才行|看情况"
        r"|\b(?:after|on|upon|before|against) (?:the )?(?:accept|deliver|inspect|ship|arriv|invoice))",
    ),
    ("to_come", r"^.{0,4}(?:等老板|等签|等领导|等审批|待定|待签|没定)"),
)
_DONE_MARK = r"^了|^[^,;。]{0,3}(?:了|过(?!去|来)|到账|完毕|讫|already)"
_DONE_LEAD = r"(?:已|已经|刚|刚刚|终于|already|have|has)[^,;。]{0,2}$"
_REACH = 5


def standing(clause: str, start: int, end: int, reach: int = _REACH) -> Standing:
    """How what a flat clause tells from ``start`` to ``end`` stands; words up to ``reach`` signs before it count."""
    before, behind = clause[:start], clause[end:]
    for stands, words in _BEHIND:
        if re.search(words, clause[start:] if stands == "not_done" else behind, re.A):
            return stands
    if re.search(LOST, before, re.A):
        return "not_done"
    for stands, words in _BEFORE:
        if re.search(rf"(?:{words}).{{0,{reach}}}$", before, re.A):
            return stands
    if has_happened(clause, start, end):
        return "done"
    if re.search(_CONDITION, before):
        return "if"
    return "to_come" if re.search(rf"(?:{_SAID}).{{0,{reach}}}$", before, re.A) else "done"


def has_happened(clause: str, start: int, end: int) -> bool:
    """Whether a mark says that what stands there did happen: 付了, 已付, 付款已到账."""
    return (
        re.search(_DONE_MARK, clause[end:], re.A) is not None
        or re.search("[了过]", clause[start:end]) is not None
        or re.search(_DONE_LEAD, clause[:start], re.A) is not None
    )
