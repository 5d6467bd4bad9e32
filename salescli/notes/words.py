"""The words of notes jotted down in a day: clauses, channels, outcomes, minutes, and lines that are about no client.

Everything here reads text made :func:`flat` first, and finds only what is plainly said; what is denied, wished for
or past is nothing. Patterns are compiled when first used.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from salescli.amounts import whole_number
from salescli.notes.standing import LOST, standing
from salescli.vocabulary import Channel, Outcome

Section = Literal["gained", "fell_short", "key_tasks", "market"]

_FULL = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {code: code + 32 for code in range(65, 91)}
_FLAT = _FULL | {code: code - 0xFEE0 + 32 for code in range(0xFF21, 0xFF3B)}
_FLAT |= {ord(one): ord(other) for one, other in zip("　​﻿‍️\t\xa0", " " * 7, strict=True)}
_FLAT |= dict(
    zip(
        map(ord, "週禮後號點兩這單價報發還給過個採購簽訂樣聯絡電話萬億書"),
        map(ord, "周礼后号点两这单价报发还给过个采购签订样联络电话万亿书"),
        strict=True,
    )
)
_PICTURES = "[\U0001f000-\U0001faff☀-➿⬀-⯿]"
# A comma between figures parts no clause, and a blank does so only beside Chinese characters.
_CLAUSE_END = (
    r"[,、](?![0-9]{3}(?![0-9]))|(?<![0-9])[,、]|[。;!?\n]|\.(?=\s|$)|(?<=[一-鿿]) +(?![0-9¥])"
    r"|(?<=[0-9]) +(?=[一-鿿])| - | +and +"
)
_HAN_NUMBER = "(?:[0-9]+|[一两二三四五六七八九十]{1,3})"


def flat(text: str) -> str:
    """``text`` in half width, lower case and simplified, of the same length; pictures and odd blanks are blanks."""
    return re.sub(_PICTURES, " ", text.translate(_FLAT))


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """Begin and end of every clause of a flat text."""
    begin = 0
    for mark in re.finditer(_CLAUSE_END, text):
        if text[begin : mark.start()].strip():
            yield begin, mark.start()
        begin = mark.end()
    if text[begin:].strip():
        yield begin, len(text)


# --- channel ---

_FACE = (
    r"见[了到着过]|[去到][了过]?(?!电|微|货|账|期|年|款)|拜访|走访|上门|登门|面谈|当面|跑了|来[我访]|陪"
    r"|\bmet\b|\bvisited\b"
    r"|\bsaw\b|\bwent\b"
)
_CHANNELS: dict[Channel, str] = {
    Channel.PHONE: (
        r"打了?(?:个|通|一个)?电话|(?:给[^,;。]{1,12}|去了?(?:个|一个|通)?|通了?|回了?(?:个)?|来)电话?|电联|致电|电话"
        r"|\bcalled\b|\bphoned\b|\brang\b|\bphone\b|\bcall(?:ing)?\b|\bspoke\b"
    ),
    Channel.WECHAT: r"微信|企微|视频聊|语音|\bwechat(?:ed)?\b",
    Channel.EMAIL: r"邮件|邮箱|发了?邮|\be-?mail(?:ed)?\b|\bmail(?:ed)?\b|\bwrote\b",
    Channel.MEETING: r"会议|开了?个?会(?!去)|视频会|座谈|\bmeeting\b",
    Channel.DEMO: r"演示|试机|demo(?:ed|nstrated)?\b",
}
# What is only asked for, or done later, is no channel of this contact.
_NO_CHANNEL = (
    r"(?:留|要|加|记|换|存)了?[^,;。]{0,4}(?:电话|微信|邮箱)|(?:再|等|下周.|明天|回头|以后|改天)[^,;。]{0,6}"
    r"(?:电话|微信|邮件|会议|演示)|电话(?:联系|沟通)?(?:吧|我)|微信(?:联系(?:吧|我)|号)|(?:让|叫|请)[^,;。]{0,8}(?:电话"
    r"|微信|邮件)"
    r"|(?:demo|call|e-?mail|phone|meeting)s? (?:on|next|tomorrow|again|later|by|mon|tue|wed|thu|fri)"
    r"|(?:wants?|asks? for|needs?) a (?:demo"
    r"|call|meeting)"
    r"|(?:发|寄|传)(?:到|去|给)?[^,;。]{0,6}(?:微信|邮箱)"
)


def channel(text: str) -> Channel | None:
    """How the contact took place, where the first clauses say so; face to face needs no word."""
    said = re.sub(_NO_CHANNEL, "", text, flags=re.A)
    spans = [said[begin:end] for begin, end in clauses(said)][:3]
    for clause in spans:
        marks = [(match.start(), one) for one, words in _CHANNELS.items() if (match := re.search(words, clause, re.A))]
        face = re.search(_FACE, clause, re.A)
        found = min(marks, default=None)
        if found and found[1] in (Channel.MEETING, Channel.DEMO):
            return found[1]
        if found and (face is None or found[0] <= face.start()):
            return found[1]
        if face:
            return None
    return None


# --- outcome ---

_OUTCOMES: dict[Outcome, str] = {
    Outcome.ORDER: (
        r"下了?[^,;。]{0,12}?订?单(?!价)|签单|签约|(?<![改退])签[了下]|签合同了|成交|拿下了?|订了"
        r"|定了(?=[0-9一两三四五六七八九十x])|定下[来了]"
        r"|\bordered\b|\bsigned\b|\bplaced an? order\b|\bgot (?:an|the) order\b|\border of\b"
        r"|\bclosed (?:the )?deal\b|\bbought\b"
    ),
    Outcome.QUOTE: (
        r"(?:要|让|叫|请|需要|想要|要求|催|索)[^,;。]{0,12}?(?:报个?价|出个?价)|询价|问价|问了?(?:一下)?价格|报个价"
        r"|等(?:我们|我)?(?:的)?报价|\b(?:wants?|asks?|asked|asking|needs?|needed|requests?|requested"
        r"|requires?|wanted)\b"
        r"[^,.;]{0,30}?\b(?:quotes?|quotation|offer|prices?)\b"
    ),
    Outcome.INTERESTED: (
        r"有(?:点|些|很大|一定)?兴趣|感兴趣|有意向?|意向(?:很|比较|还)?(?:强|大|高|不错|明确)|(?:再|要|会|说"
        r"|先|得)考虑|考虑(?:一下|考虑|中)"
        r"|想(?:试|买|了解|看看|要(?![^,;。]{0,6}(?:账期|折|便宜|优惠|降|返|赔|退|发票|合同|对账)))|可以试|愿意|要(?:看)?样(?!本)|有需求|\binterested\b|\bkeen\b"
        r"|\bwill (?:consider|think)\b"
        r"|\bthinking about\b|\blikes?\b|\bwants? (?:a )?samples?\b"
    ),
    Outcome.MAINTAINED: (
        r"维护(?!费|合同)|例行|走访|回访|联络感情|拜年|送了?[^,;。]{0,3}(?:月饼|台历|水果|茶叶|年货|礼)"
        r"|喝了?茶|没什么事|没啥事"
        r"|\broutine\b|\bcourtesy\b|\bkept in touch\b|\bcheck(?:ed)?[- ]in\b"
    ),
    Outcome.NEUTRAL: (
        r"意向不明|没表态|不表态|再说吧?$|以后再说|看看再说|没定下?|还没定|观望|不好说|不置可否"
        r"|\bundecided\b|\bnon-?committal\b|\bmaybe later\b|\bno decision\b"
    ),
    Outcome.REFUSED: (
        rf"{LOST}|拒绝|被拒|不需要(?=$|[!\s了]|我们|这)|不要了|没(?:有)?(?:需求|兴趣|意向)|不感兴趣|不考虑(?!价)"
        r"|不合作|用不上|没戏|不买"
        r"|不用了|\bturned (?:us|me|it) down\b|\brefused\b|\bno need\b|\bnot interested\b|\b(?:don't|doesn't"
        r"|do not) need\b"
        r"|\bno thanks\b|\brejected\b|\bdeclined\b"
    ),
    Outcome.ABSENT: (
        r"没(?:能)?(?:见|碰|遇|找)[到着上]|人不在|不在(?=$|[!\s了打]|家|公司|厂|办|电)|没人|无人|没接|不接|没打通"
        r"|打不通|关机|占线|扑空|白跑"
        r"|出差|外出|开会去了|休假|请假|\bnot (?:in|there|at|available)\b|\bwasn't (?:in|there)\b|\bno answer\b"
        r"|\bout of (?:the )?(?:office|town)\b|\bnobody\b|\bno one\b|\babsent\b|\bvoicemail\b|\b(?:is|was"
        r"|were) (?:away|out)\b"
        r"|\bon a trip\b"
    ),
}
# How near a word must stand to take these back, and what does so besides; a wish is no less one for being only that.
_REACH = {Outcome.QUOTE: 2, Outcome.INTERESTED: 2}
_NOT_THIS = {
    Outcome.ORDER: r"[0-9]%.{0,10}$|(?:上次|上回|以前|之前|去年|\blast).{0,5}$",
    Outcome.QUOTE: r"上次.{0,2}$",
    Outcome.MAINTAINED: r"(?:设备|系统|机器|售后|在|负责).{0,2}$",
}
_MET = r"(?<!没)(?<!没有)(?<!未)见[了到着](?!不)|聊|谈|沟通|接待|\bmet\b|\bspoke\b|\btalked\b|\bsaw\b"
# What is told with a day to come is not so today.
_NOW = (Outcome.ORDER, Outcome.ABSENT, Outcome.MAINTAINED)
_POSITIVE = (Outcome.ORDER, Outcome.QUOTE, Outcome.INTERESTED)


def outcomes(text: str, past: Sequence[int] = (), to_come: Sequence[int] = ()) -> tuple[Outcome, ...]:
    """What plainly came of a contact: nothing, the one outcome, or two that gainsay each other.

    ``past`` and ``to_come`` are where the text speaks of such days; what follows them in a clause is not of today.
    """
    found: set[Outcome] = set()
    for begin, end in clauses(text):
        first_past = min((place - begin for place in past if begin <= place < end), default=end)
        later = min((place - begin for place in to_come if begin <= place < end), default=end)
        for one, place in _outcomes_of(text[begin:end]):
            if place < first_past and (place < later or one not in _NOW):
                found.add(one)
    if Outcome.ABSENT in found and (found - {Outcome.ABSENT, Outcome.MAINTAINED} or _somebody_was_met(text)):
        found.discard(Outcome.ABSENT)
    best = next((one for one in _POSITIVE if one in found), None)
    if best and Outcome.REFUSED in found:
        return best, Outcome.REFUSED
    order = (*_POSITIVE, Outcome.REFUSED, Outcome.ABSENT, Outcome.NEUTRAL, Outcome.MAINTAINED)
    return tuple(one for one in order if one in found)[:1]


def _outcomes_of(clause: str) -> Iterator[tuple[Outcome, int]]:
    """The outcomes that a clause tells, each with the place of its words."""
    for one, words in _OUTCOMES.items():
        for match in re.finditer(words, clause, re.A):
            stands = standing(clause, match.start(), match.end(), _REACH.get(one, 5))
            back = {Outcome.ORDER: ("not_done", "if", "to_come")}.get(one, ("not_done",) if one in _REACH else ())
            if stands not in back and not re.search(_NOT_THIS.get(one, "(?!)"), clause[: match.start()], re.A):
                yield one, match.start()


def _somebody_was_met(text: str) -> bool:
    return re.search(_MET, re.sub(r"没(?:能)?(?:见|聊|谈)[到着上成]?", "", text), re.A) is not None


# --- contacts that did not take place ---

_NOT_MADE = (
    r"没(?:有)?(?:能)?(?:去成|去(?!年|掉)|跑(?!完)|走成|成行|拜访|上门|过去|到访)|未(?:能)?(?:成行|前往|拜访|去)"
    r"|(?:拜访|见面|会面|约见|约访|行程|预约|会谈|今天|上午|下午)[^,;。]{0,6}(?:取消|改期|推迟|延期)|改期|改约|爽约|鸽子"
    r"|(?:有事|没空|临时)[^,;。]{0,4}(?:取消|改)|^ *(?:临时)?取消了?(?=$|[\s,;。])"
    r"|^ *(?:时间|拜访|见面)?(?:临时)?[改推](?:迟|期)?[到成在至]"
    r"|\b(?:didn't|did not|couldn't|could not) (?:go|make it|get there|visit)\b"
    r"|\b(?:visit|meeting|appointment)[a-z ]{0,10}(?:cancel|postpone|put off|moved|reschedul)"
    r"|\b(?:cancell?ed|postponed|rescheduled|called off)\b"
)
_OF_BUSINESS = r"交货|发货|送货|到货|交期|付款|打款|订单|合同|项目|验收|开标|投产|上线|安装|展会"


def not_made(text: str, past: Sequence[int] = ()) -> int | None:
    """Where a text says that a visit did not take place (没去成, 改期), and nobody was met either; ``None`` if not."""
    if _somebody_was_met(text) or re.search(LOST, text, re.A):
        return None
    for begin, end in clauses(text):
        said = re.search(_NOT_MADE, text[begin:end], re.A)
        if said and not re.search(_OF_BUSINESS, text[begin:end]) and not any(begin <= place < end for place in past):
            return begin + said.start()
    return None


def is_called_off(text: str) -> bool:
    """Whether a visit that did not take place is not to be made up for."""
    return re.search(r"取消|不去了|不用去|不来了|\bcancel|\bcalled off", text, re.A) is not None


# --- minutes ---

_TALKED = r"(?:聊|谈|坐|待|呆|讲|沟通|通话|交流|演示|讨论|开会|见面|talked|spoke|for|call|meeting)"
_LONG = (
    rf"(?:(?P<hours>{_HAN_NUMBER})个?(?P<half>半)?(?:小时|钟头)(?P<half2>半)?|(?P<halfhour>半)个?(?:小时|钟头)"
    rf"|(?P<minutes>{_HAN_NUMBER})分钟|(?P<min>[0-9]+) ?min(?:ute)?s?\b|(?P<h>[0-9]+) ?h(?:our)?s?\b"
    r"|(?P<anhour>an hour)|(?P<halfanhour>half an hour))"
)


def minutes(text: str) -> int | None:
    """How long the contact took, where the text says that one talked so long; ``None`` for none or several lengths."""
    said = rf"{_TALKED}了?(?:大概|差不多|大约|约|近|有|about|nearly)?[ 了]*{_LONG}"
    alone = rf"(?:^|[,;。\s])(?:时长|用时|共)?{_LONG}(?=$|[,;。])"
    found = {_length(match) for pattern in (said, alone) for match in re.finditer(pattern, text, re.A)}
    return found.pop() if len(found) == 1 else None


def _length(match: re.Match[str]) -> int:
    said = match.groupdict()
    if said["halfhour"] or said["halfanhour"]:
        return 30
    hours = said["hours"] or said["h"]
    if said["anhour"] or hours:
        half = 30 if said["half"] or said["half2"] else 0
        return 60 * (whole_number(hours) or 0 if hours else 1) + half
    return whole_number(said["minutes"] or said["min"]) or 0


# --- lines that are about no client ---

_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
_STAMP_DAY = r"(?:[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?|[0-9]{1,2}[-/月][0-9]{1,2}日?|昨天|今天|星期.|周.)"
_STAMP = (
    rf"\[?(?:(?P<day>{_STAMP_DAY})(?:,? *(?:周.|星期.))?,? *)?(?:(?:上午|下午|晚上|凌晨|中午"
    rf"|早上) *)?{_CLOCK}(?: ?[ap]m)?\]?"
)
# 张三 14:32, or [11-25 14:32] 张三: with the message behind it; only a time before a message is when a visit began.
_HEADER = rf"(?P<name>[^0-9:,;。]{{0,20}}?)[ :]*{_STAMP}:?\s*$"
_NAMED = (
    rf"\s*(?:\[{_STAMP}\]?|{_STAMP_DAY},? *{_CLOCK}\]?) *(?P<name>[^0-9:,;。\s]{{1,12}}):\s*"
    rf"|\s*(?P<name2>[^0-9:,;。\s]{{2,12}}) +{_STAMP.replace('P<day>', 'P<day2>')}:\s*"
)
_TITLE = (
    r"[\[【(]?(?:今日|今天|本日|当日|[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?"
    r"|[0-9]{1,2}月[0-9]{1,2}[日号])?(?:的)?"
    r"(?:工作)?(?:日报|小结|总结|记录|拜访记录|工作记录|流水|notes?|daily (?:notes?|report)|today)?"
    r" ?(?:\(?(?:周|星期).\)?)?[\]】):]{0,2}"
)
_SECTIONS: dict[Section, str] = {
    "gained": r"(?:今日|今天)?(?:收获|所得|得)|gained|gains?|learned|wins?",
    "fell_short": r"(?:今日|今天)?(?:不足|失误|教训|失)|fell short|shortfalls?|shortcomings?",
    "key_tasks": (
        r"(?:明天|明日|明儿)(?:的)?(?:工作|计划|重点|重点工作|重点任务|任务|安排|三件事|待办|要做)?"
        r"|当日重点任务|重点任务|次日计划"
        r"|tomorrow(?:'s)?(?: key)?(?: tasks?| plan)?|key tasks?"
    ),
    "market": (
        r"市场(?:信息|情报|动态|行情)?|竞品(?:信息|动态)?|竞争对手|同行(?:信息)?|情报|行情"
        r"|market(?: info| news)?|rivals?|competitors?"
    ),
}
_MARKET = (
    r"(?:竞品|对手|同行|友商|市面|市场价|[甲乙丙丁]厂|.{1,8}厂|.{1,8}(?:品牌|公司)).{0,16}"
    r"(?:降价|涨价|降到|降至|涨到|涨至|降了|涨了|促销|打折|特价|新品|上新|推出|铺货|扩产|招代理)"
    r"|(?:原材料|钢材|铜价|行情).{0,8}[涨跌]|\b(?:rival|competitor)s?\b"
)
_LIFE = (
    r"堵车|塞车|吃(?:了?个?)?(?:饭|中饭|午饭|早饭|晚饭|面)|午饭|午餐|午休|早饭|晚饭|加油|停车|找车位|充电|路上"
    r"|下雨|下雪|高铁|地铁|打车|回公司|回家|回程"
    r"|(?:开)?(?:晨会|早会|例会|晚会|部门会)|休息|修车|洗车|买票|报销|打卡|\blunch\b|\btraffic\b|\bjam\b"
    r"|\bparking\b|\bpetrol\b|\bcoffee break\b"
    r"|\btrain\b|\boffice meeting\b|\bdrove\b"
)
_MARK = r"\s*(?:[-*•·>#–—●○◆■]+|\(?[0-9]{1,2}[.、)](?![0-9])|[①-⑳]|[一二三四五六七八九十]、)\s*"


@dataclass(frozen=True)
class Header:
    """What a chat puts above or before a message, or a title: up to ``end``, with the writer and the day as told."""

    name: str
    day: str | None
    end: int


def header(text: str) -> Header | None:
    """The header that a line is or begins with; ``None`` for other lines."""
    above = re.match(_HEADER, text)
    if above:
        return Header(above["name"].strip(), above["day"], len(text))
    named = re.match(_NAMED, text)
    if named:
        return Header(named["name"] or named["name2"], named["day"] or named["day2"], named.end())
    title = re.fullmatch(_TITLE, text.strip()) if text.strip() and len(text.strip()) <= 30 else None
    return Header("", None, len(text)) if title else None


def has_come(text: str) -> bool:
    """Whether a line tells of what took place: 见了王总, 不在."""
    return re.search(r"[了过](?!去)|不在|没|\d:\d\d", text) is not None or bool(outcomes(text))


def section(text: str) -> tuple[Section, int] | None:
    """What a line with a label is for (收获：…, 明天重点 1.…), and where its words begin."""
    for one, words in _SECTIONS.items():
        mark = re.match(rf"{_MARK_OR_NONE}[\[【(]?(?:{words})[\]】)]?\s*(?::|$|(?=\(?1[.、)]|①))\s*", text)
        if mark:
            return one, mark.end()
    return None


_MARK_OR_NONE = f"(?:{_MARK})?"


def is_market(text: str) -> bool:
    """Whether a line without a client tells of the market or a competitor."""
    return re.search(_MARKET, text, re.A) is not None


def is_life(text: str) -> bool:
    """Whether a line without a client is about the way, a meal or the office."""
    return re.search(_LIFE, text, re.A) is not None


def mark_end(text: str) -> int:
    """Where the words of a line begin, behind its bullet or number."""
    mark = re.match(_MARK, text)
    return mark.end() if mark else len(text) - len(text.lstrip())


def is_bulleted(text: str) -> bool:
    """Whether a line begins with a bullet or a number."""
    return re.match(_MARK, text) is not None


def goes_on(text: str) -> bool:
    """Whether a line says itself that it belongs to what stands above it: indented, a bullet, 另外."""
    return re.match(r"\s+\S|[-–—*•·>]|另外|另,|还有|补充|ps\b|also\b|plus\b|btw\b", text) is not None


@functools.cache
def _tasks_apart() -> re.Pattern[str]:
    return re.compile(
        r"(?:^|(?<=[\s,;、。]))(?:\(?[0-9][.、):]\)?(?![0-9])|[0-9](?=[^\s0-9.万元台件个点号月:年天])|[①-⑨])\s*"
    )


def tasks(text: str) -> list[str]:
    """The tasks of a line, by numbers, else by semicolons, else three or more by 、; the text as given, not flat."""
    plain = flat(text)
    marks = list(_tasks_apart().finditer(plain))
    if len(marks) > 1 or (marks and marks[0].start() == 0):
        ends = [mark.start() for mark in marks[1:]] + [len(text)]
        parts = [text[: marks[0].start()]] + [text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    else:
        parts = re.split("[;；]", text)
        listed = text.split("、")
        parts = listed if len(parts) == 1 and len(listed) > 2 else parts
    return [part.strip(" 　,，;；、。.") for part in parts if part.strip(" 　,，;；、。.")]
