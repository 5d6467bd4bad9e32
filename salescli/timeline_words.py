"""The kinds of events in the story of a client; they stand apart because no other command needs them."""

from salescli.i18n import N_
from salescli.vocabulary import Token, add_words


class EventKind(Token):
    """What an event in the story of a client is about."""

    CLIENT = "client"
    VISIT = "visit"
    PROMISE = "promise"
    TICKET = "ticket"
    TASK = "task"
    DEAL = "deal"
    QUOTE = "quote"
    ORDER = "order"
    DELIVERY = "delivery"
    RETURN = "return"
    RECEIPT = "receipt"
    REFUND = "refund"
    INVOICE = "invoice"
    INSIGHT = "insight"
    SURVEY = "survey"
    NEED = "need"
    SAMPLE = "sample"
    ADMISSION = "admission"
    GRADE = "grade"
    MERGE = "merge"
    FEEDBACK = "feedback"


class Turn(Token):
    """What happened to a record on a day, where its own states have no word for it."""

    MADE = "made"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    REOPENED = "reopened"
    GIVEN = "given"
    TOLD = "told"
    SUBMITTED = "submitted"


add_words(
    words={
        EventKind.CLIENT: ("建档", "客户"),
        EventKind.VISIT: ("拜访", "跟进", "拜访跟进"),
        EventKind.PROMISE: ("承诺",),
        EventKind.TICKET: ("客户问题", "问题", "投诉"),
        EventKind.TASK: ("任务",),
        EventKind.DEAL: ("商机",),
        EventKind.QUOTE: ("报价",),
        EventKind.ORDER: ("订单", "合同"),
        EventKind.DELIVERY: ("交货", "发货", "验收"),
        EventKind.RETURN: ("退货",),
        EventKind.RECEIPT: ("回款",),
        EventKind.REFUND: ("退款",),
        EventKind.INVOICE: ("开票", "发票"),
        EventKind.INSIGHT: ("市场信息", "情报"),
        EventKind.SURVEY: ("满意度", "满意度调查"),
        EventKind.NEED: ("需求",),
        EventKind.SAMPLE: ("样品",),
        EventKind.ADMISSION: ("建档审核", "审核"),
        EventKind.GRADE: ("评级", "等级"),
        EventKind.MERGE: ("合并",),
        EventKind.FEEDBACK: ("内部反馈", "反馈"),
        Turn.MADE: ("新建", "建立"),
        Turn.ANSWERED: ("已答复",),
        Turn.ACCEPTED: ("已验收",),
        Turn.REOPENED: ("重新打开",),
        Turn.GIVEN: ("送样",),
        Turn.TOLD: ("已告知客户",),
        Turn.SUBMITTED: ("已提交",),
    },
    english={EventKind.QUOTE: "quotation", Turn.TOLD: "client told"},
    kinds={EventKind: N_("kind of event"), Turn: N_("turn of events")},
)
