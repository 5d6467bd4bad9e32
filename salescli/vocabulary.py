"""The field's fixed words: enumerations with the tokens scripts use and the labels people read.

Each member's value is the English token of ``cli.md``; it is what the data file and JSON hold. ``WORDS``
gives the Chinese label first and then other words that people type or import files carry. Tokens and words
are accepted in either language.
"""

import unicodedata
from enum import StrEnum
from typing import TypeVar

from salescli.amounts import excerpt
from salescli.errors import BadValue
from salescli.i18n import N_, _, language


class Token(StrEnum):
    """A fixed word: equal to its text, but not to a word of another kind that is spelled the same.

    A lost deal is no lost client, and what is looked up by a member must not be another kind's.
    """

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Token) and type(other) is not type(self):
            return False
        return isinstance(other, str) and str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


class Grade(Token):
    """Client class by value, potential and loyalty."""

    A = "A"
    B = "B"
    C = "C"


class Lifecycle(Token):
    """Where a client stands between first hearing and loss."""

    LEAD = "lead"
    PROSPECT = "prospect"
    CUSTOMER = "customer"
    DORMANT = "dormant"
    LOST = "lost"
    BLOCKED = "blocked"


class Channel(Token):
    """How a contact took place."""

    VISIT = "visit"
    PHONE = "phone"
    WECHAT = "wechat"
    EMAIL = "email"
    MEETING = "meeting"
    DEMO = "demo"


FACE_TO_FACE = frozenset({Channel.VISIT, Channel.MEETING, Channel.DEMO})


class Outcome(Token):
    """What a visit led to."""

    ORDER = "order"
    QUOTE = "quote"
    INTERESTED = "interested"
    MAINTAINED = "maintained"
    NEUTRAL = "neutral"
    REFUSED = "refused"
    ABSENT = "absent"


class VisitStatus(Token):
    """The life of a planned visit."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    DONE = "done"
    MISSED = "missed"
    MOVED = "moved"
    CANCELLED = "cancelled"


OPEN_STATUSES = frozenset({VisitStatus.PLANNED, VisitStatus.CONFIRMED})


class Measure(Token):
    """What a target counts."""

    AMOUNT = "amount"
    RECEIPTS = "receipts"
    MARGIN = "margin"
    ORDERS = "orders"
    NEW_CLIENTS = "new_clients"
    VISITS = "visits"
    EFFECTIVE_VISITS = "effective_visits"
    QUOTES = "quotes"
    SATISFACTION = "satisfaction"


MONEY_MEASURES = frozenset({Measure.AMOUNT, Measure.RECEIPTS, Measure.MARGIN})

# Levels are compared as they stand; they are no sums over days. Their figures are kept in hundredths.
LEVEL_MEASURES = frozenset({Measure.SATISFACTION})


class Ratio(Token):
    """What is worked out of two figures; no target counts it."""

    RETENTION = "retention"
    GROWTH = "growth"
    VISIT_RATE = "visit_rate"
    OVERDUE_RATE = "overdue_rate"
    RESPONSE_RATE = "response_rate"


class Tier(Token):
    """How ambitious a target is."""

    FLOOR = "floor"
    TARGET = "target"
    STRETCH = "stretch"


class Scope(Token):
    """What part of the business a target is for."""

    PRODUCT = "product"
    TERRITORY = "territory"
    CLIENT = "client"
    PERSON = "person"


class DealState(Token):
    """Whether a deal is still to be had."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    PARKED = "parked"


class QuoteState(Token):
    """The life of a quotation."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"


class Incoterm(Token):
    """Who pays the freight; C&F is another name of CFR."""

    EXW = "EXW"
    FOB = "FOB"
    CFR = "CFR"
    CIF = "CIF"


class OrderState(Token):
    """The life of an order."""

    CONFIRMED = "confirmed"
    PREPARING = "preparing"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class ReceivableKind(Token):
    """What a part of an order's amount is."""

    DEPOSIT = "deposit"
    PAYMENT = "payment"
    RETENTION = "retention"


class PaymentEvent(Token):
    """What a payment waits for."""

    SIGNED = "signed"
    BEFORE_DELIVERY = "before_delivery"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    INVOICED = "invoiced"


class Method(Token):
    """How money was paid."""

    TRANSFER = "transfer"
    ACCEPTANCE = "acceptance"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    CASH = "cash"
    CHEQUE = "cheque"
    OTHER = "other"


class CreditState(Token):
    """How far a client is trusted with unpaid goods."""

    NORMAL = "normal"
    WATCH = "watch"
    HOLD = "hold"
    STOP = "stop"


class ContactRole(Token):
    """What a contact has to say in a purchase."""

    DECISION = "decision"
    INFLUENCE = "influence"
    USER = "user"
    PURCHASING = "purchasing"
    FINANCE = "finance"


WORDS: dict[StrEnum, tuple[str, ...]] = {
    Grade.A: ("重要", "重要客户", "a类", "a级", "vip", "重点", "重点客户"),
    Grade.B: ("一般", "一般客户", "b类", "b级", "普通", "普通客户"),
    Grade.C: ("潜在", "潜在客户", "c类", "c级"),
    Lifecycle.LEAD: ("线索",),
    Lifecycle.PROSPECT: ("潜在", "潜在客户", "意向客户"),
    Lifecycle.CUSTOMER: ("成交", "成交客户", "老客户", "客户"),
    Lifecycle.DORMANT: ("沉睡", "休眠"),
    Lifecycle.LOST: ("流失",),
    Lifecycle.BLOCKED: ("黑名单",),
    Channel.VISIT: ("拜访", "上门", "上门拜访"),
    Channel.PHONE: ("电话", "call"),
    Channel.WECHAT: ("微信",),
    Channel.EMAIL: ("邮件", "电子邮件", "mail"),
    Channel.MEETING: ("会议", "会面", "开会"),
    Channel.DEMO: ("演示", "产品演示"),
    Outcome.ORDER: ("成交", "下单", "签单"),
    Outcome.QUOTE: ("要报价", "报价", "询价"),
    Outcome.INTERESTED: ("有意向", "意向"),
    Outcome.MAINTAINED: ("关系维护", "维护"),
    Outcome.NEUTRAL: ("意向不明", "不明"),
    Outcome.REFUSED: ("拒绝",),
    Outcome.ABSENT: ("客户不在", "不在"),
    VisitStatus.PLANNED: ("计划", "已计划"),
    VisitStatus.CONFIRMED: ("已确认", "已预约", "确认"),
    VisitStatus.DONE: ("完成", "已完成"),
    VisitStatus.MISSED: ("未去", "未完成"),
    VisitStatus.MOVED: ("改期", "已改期"),
    VisitStatus.CANCELLED: ("取消", "已取消"),
    Measure.AMOUNT: ("销售额", "成交额"),
    Measure.RECEIPTS: ("回款", "回款额"),
    Measure.MARGIN: ("毛利",),
    Measure.ORDERS: ("订单数", "订单"),
    Measure.NEW_CLIENTS: ("新客户", "新客户数"),
    Measure.VISITS: ("拜访", "拜访数"),
    Measure.EFFECTIVE_VISITS: ("有效拜访", "有效拜访数"),
    Measure.QUOTES: ("报价", "报价数"),
    Measure.SATISFACTION: ("满意度",),
    Ratio.RETENTION: ("客户留存率", "留存率"),
    Ratio.GROWTH: ("客户增长率", "增长率"),
    Ratio.VISIT_RATE: ("拜访计划完成率", "拜访完成率", "计划完成率"),
    Ratio.OVERDUE_RATE: ("逾期率",),
    Ratio.RESPONSE_RATE: ("响应及时率", "及时率"),
    Tier.FLOOR: ("保底",),
    Tier.TARGET: ("目标",),
    Tier.STRETCH: ("挑战",),
    Scope.PRODUCT: ("产品",),
    Scope.TERRITORY: ("区域",),
    Scope.CLIENT: ("客户",),
    Scope.PERSON: ("人员",),
    DealState.OPEN: ("进行中",),
    DealState.WON: ("赢单", "成交"),
    DealState.LOST: ("输单", "丢单"),
    DealState.PARKED: ("搁置",),
    QuoteState.DRAFT: ("草稿",),
    QuoteState.SUBMITTED: ("已提交", "待审批", "待审核"),
    QuoteState.APPROVED: ("已批准", "已审核"),
    QuoteState.RETURNED: ("已退回", "退回"),
    QuoteState.SENT: ("已发送", "已报出"),
    QuoteState.ACCEPTED: ("已接受", "接受"),
    QuoteState.REJECTED: ("已拒绝", "拒绝"),
    QuoteState.EXPIRED: ("已过期", "过期"),
    Incoterm.EXW: ("工厂交货", "出厂价"),
    Incoterm.FOB: ("离岸价",),
    Incoterm.CFR: ("成本加运费", "c&f", "cnf"),
    Incoterm.CIF: ("到岸价",),
    OrderState.CONFIRMED: ("已确认",),
    OrderState.PREPARING: ("备货中", "生产中"),
    OrderState.DELIVERED: ("已交货", "已发货"),
    OrderState.ACCEPTED: ("已验收", "验收"),
    OrderState.CLOSED: ("已完结", "完结", "已关闭"),
    OrderState.CANCELLED: ("已取消", "取消", "作废"),
    OrderState.RETURNED: ("已退货", "退货"),
    ReceivableKind.DEPOSIT: ("预付款", "定金", "预付"),
    ReceivableKind.PAYMENT: ("货款",),
    ReceivableKind.RETENTION: ("质保金",),
    PaymentEvent.SIGNED: ("签约",),
    PaymentEvent.BEFORE_DELIVERY: ("发货前",),
    PaymentEvent.DELIVERED: ("交货",),
    PaymentEvent.ACCEPTED: ("验收",),
    PaymentEvent.INVOICED: ("开票",),
    Method.TRANSFER: ("银行转账", "转账", "电汇", "对公转账", "bank transfer", "wire"),
    Method.ACCEPTANCE: ("承兑", "承兑汇票", "银行承兑", "银行承兑汇票"),
    Method.WECHAT: ("微信", "微信支付"),
    Method.ALIPAY: ("支付宝",),
    Method.CASH: ("现金",),
    Method.CHEQUE: ("支票", "check"),
    Method.OTHER: ("其他", "其它"),
    CreditState.NORMAL: ("正常",),
    CreditState.WATCH: ("关注",),
    CreditState.HOLD: ("暂停赊销", "冻结"),
    CreditState.STOP: ("停止交易", "停止"),
    ContactRole.DECISION: ("决策", "决策人"),
    ContactRole.INFLUENCE: ("影响", "影响人"),
    ContactRole.USER: ("使用", "使用人"),
    ContactRole.PURCHASING: ("采购",),
    ContactRole.FINANCE: ("财务",),
}

# Tokens that do not read as English by themselves.
_ENGLISH: dict[StrEnum, str] = {
    Channel.WECHAT: "WeChat",
    PaymentEvent.SIGNED: "signing",
    PaymentEvent.BEFORE_DELIVERY: "before delivery",
    PaymentEvent.DELIVERED: "delivery",
    PaymentEvent.ACCEPTED: "acceptance",
    PaymentEvent.INVOICED: "invoice",
    Method.WECHAT: "WeChat",
    Method.ACCEPTANCE: "banker's acceptance",
    Method.TRANSFER: "bank transfer",
    Channel.EMAIL: "e-mail",
    Measure.AMOUNT: "amount closed",
    Measure.NEW_CLIENTS: "new clients",
    Measure.EFFECTIVE_VISITS: "effective visits",
    Ratio.RETENTION: "client retention",
    Ratio.GROWTH: "client growth",
    Ratio.VISIT_RATE: "planned visits done",
    Ratio.OVERDUE_RATE: "share overdue",
    Ratio.RESPONSE_RATE: "answered in time",
    Outcome.QUOTE: "quotation asked",
    Outcome.MAINTAINED: "relation kept up",
    Outcome.NEUTRAL: "undecided",
    Outcome.ABSENT: "client absent",
}

_KINDS: dict[type[StrEnum], str] = {
    Grade: N_("grade"),
    Lifecycle: N_("lifecycle"),
    Channel: N_("channel"),
    Outcome: N_("outcome"),
    VisitStatus: N_("visit status"),
    Measure: N_("measure"),
    Ratio: N_("ratio"),
    Tier: N_("tier"),
    Scope: N_("scope"),
    DealState: N_("deal state"),
    QuoteState: N_("quotation state"),
    Incoterm: N_("incoterm"),
    OrderState: N_("order state"),
    ReceivableKind: N_("kind of receivable"),
    PaymentEvent: N_("payment event"),
    Method: N_("way of paying"),
    CreditState: N_("credit state"),
    ContactRole: N_("role"),
}

Word = TypeVar("Word", bound=StrEnum)


def add_words(
    *, words: dict[StrEnum, tuple[str, ...]], english: dict[StrEnum, str], kinds: dict[type[StrEnum], str]
) -> None:
    """Add the words of further kinds: what WORDS holds, labels where tokens are no English, and the kinds' names.

    A module of kinds calls it when imported, so that only the commands that need them pay for them.
    """
    WORDS.update(words)
    _ENGLISH.update(english)
    _KINDS.update(kinds)


def parse_word(text: str, kind: type[Word], called: str | None = None) -> Word:
    """The member of ``kind`` that ``text`` names by token or by a word of either language; else BadValue.

    ``called`` is what people call it where one kind serves for several things.
    """
    asked = unicodedata.normalize("NFKC", text).strip().casefold()
    spellings = {asked, asked.replace("-", "_")}
    for member in kind:
        if spellings & {member.value.casefold(), label_in(member, "en").casefold(), *WORDS[member]}:
            return member
    allowed = _(", ").join(f"{member.value} {WORDS[member][0]}" for member in kind)
    raise BadValue(
        _("“{text}” is no {kind}.").format(text=excerpt(text), kind=called or _(_KINDS[kind])),
        hint=_("Use one of: {allowed}.").format(allowed=allowed),
    )


def label_in(member: StrEnum, lang: str) -> str:
    """The word people of that language (``zh`` or ``en``) read for ``member``; a grade stays its letter."""
    if isinstance(member, Grade):
        return member.value
    if lang == "zh":
        return WORDS[member][0]
    return _ENGLISH.get(member, member.value.replace("_", " "))


def label(token: str | None, kind: type[StrEnum]) -> str:
    """The word for a stored token in the language in force; empty for ``None``."""
    return label_in(kind(token), language()) if token else ""


def scope_words(scope: str) -> str:
    """The scope of a target (``product:X200``) as people read it, ``产品 X200``; empty for the whole."""
    kind, _colon, name = scope.partition(":")
    return f"{label(kind, Scope)} {name}" if scope else ""


_FIELDS = {
    "name": N_("name"),
    "short_name": N_("short name"),
    "industry": N_("industry"),
    "source": N_("source"),
    "territory": N_("territory"),
    "district": N_("district"),
    "address": N_("address"),
    "grade_reason": N_("reason for the grade"),
    "owner": N_("owner"),
    "title": N_("title"),
    "department": N_("department"),
    "wechat": N_("WeChat"),
    "email": N_("e-mail"),
    "supervisor": N_("supervisor"),
    "manager": N_("manager"),
    "manager_email": N_("manager's e-mail"),
    "language": N_("language"),
    "currency": N_("currency"),
    "working_week": N_("working week"),
    "purpose": N_("purpose"),
    "expected": N_("expected result"),
    "materials": N_("materials"),
    "grade": N_("grade"),
    "lifecycle": N_("lifecycle"),
    "potential": N_("potential"),
    "lat": N_("latitude"),
    "lon": N_("longitude"),
    "uscc": N_("credit code"),
    "role": N_("role"),
    "birthday": N_("birthday"),
    "need": N_("need"),
    "note": N_("note"),
    "reason": N_("reason"),
    "score": N_("score"),
}


def field_word(name: str) -> str:
    """What people call a field, in the language in force; its name where there is no word for it."""
    return _(_FIELDS.get(name, name))
