"""What kind of market information a line is, by the plain words in it."""

import re

from salescli.service_words import InsightKind
from salescli.texts import folded

# What tells the kind by itself; of several the one that is said first decides.
_PLAIN: dict[InsightKind, str] = {
    InsightKind.PRICE: (
        r"[降涨调跌]价|[降涨跌]了?(?:到|至|[0-9一二两三四五六七八九十])|报价|单价|价格|底价|低价|便宜|"
        r"price|cheaper|undercut|\b(?:cuts?|drop(?:s|ped)?|rais(?:es?|ed))\b.* (?:to|by) [¥$€]?[0-9]"
    ),
    InsightKind.NEW_PRODUCT: (
        r"新品|新款|新产品|新型号|新机型|新系列|上新|升级款|新一代|试产|new product|new model|launch"
    ),
    InsightKind.PROMOTION: (
        r"促销|打折|折扣|特价|[买满][一二三四五六七八九十百千0-9]+元?[送赠减返]|赠送|优惠|满减|返点|返利|promotion|discount"
    ),
    InsightKind.CHANNEL: r"渠道|代理商?|经销商?|分销|办事处|分公司|门店|加盟|招商|网点|dealer|distributor|channel",
    InsightKind.POLICY: r"政策|补贴|法规|新规|国标|环保|关税|限产|限电|集采|policy|subsid|regulation",
    InsightKind.DEMAND: r"需求|扩产|扩建|新建|新厂|投产|采购计划|要采购|缺货|产能|demand|expan",
    InsightKind.SUGGESTION: r"建议|希望|最好能|suggest",
    InsightKind.PROBLEM: r"质量|故障|漏油|投诉|交期|延期|坏了|次品|断货|problem|defect|\blate\b",
    InsightKind.OPINION: r"反映|反馈|觉得|认为|评价|口碑|满意|抱怨|嫌|说我们|opinion|complain",
}
_FAINT: dict[InsightKind, str] = {
    InsightKind.PRICE: r"[0-9]+(?:\.[0-9]+)?(?:元|块|万)",
    InsightKind.PROMOTION: r"活动",
    InsightKind.DEMAND: r"需要|项目|招标|预算|订单|tender",
    InsightKind.PROBLEM: r"问题",
}


def told(text: str) -> InsightKind | None:
    """The kind that the words of ``text`` tell, if they tell any."""
    key = folded(text)
    for table in (_PLAIN, _FAINT):
        found = [(match.start(), kind) for kind, words in table.items() if (match := re.search(words, key))]
        if found:
            return min(found, key=lambda one: one[0])[1]
    return None


def guess(text: str, *, told_by_client: bool = False) -> InsightKind:
    """The kind that the words of ``text`` tell; without any, an opinion of the client who said it, else demand."""
    return told(text) or (InsightKind.OPINION if told_by_client else InsightKind.DEMAND)
