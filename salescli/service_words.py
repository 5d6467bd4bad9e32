"""The words of serving clients: promises, problems, tasks, the market, surveys, feedback, needs and papers.

They stand apart from the vocabulary so that commands which need none of them don't build them. Tokens and words
are accepted, and labels found, by the functions there.
"""

from salescli.i18n import N_
from salescli.vocabulary import Token, add_words


class Direction(Token):
    """Who promised."""

    OURS = "ours"
    THEIRS = "theirs"


class PromiseState(Token):
    """What became of a promise; a late one was kept, but after its day."""

    OPEN = "open"
    KEPT = "kept"
    LATE = "late"
    BROKEN = "broken"
    WAIVED = "waived"


class TicketKind(Token):
    """What a client comes with."""

    INQUIRY = "inquiry"
    COMPLAINT = "complaint"
    QUALITY = "quality"
    DISPUTE = "dispute"
    RETURN = "return"


class Severity(Token):
    """How much a problem hurts the client."""

    KEY = "key"
    MAJOR = "major"
    MINOR = "minor"


class TicketStatus(Token):
    """The life of a ticket."""

    OPEN = "open"
    RESPONDED = "responded"
    SOLVING = "solving"
    FED_BACK = "fed_back"
    CONFIRMED = "confirmed"
    CLOSED = "closed"


class Step(Token):
    """The four steps taken with a complaint."""

    LISTEN = "listen"
    UNDERSTAND = "understand"
    SOLVE = "solve"
    FEED_BACK = "feed_back"


class TaskState(Token):
    """The life of a task."""

    TODO = "todo"
    DOING = "doing"
    DONE = "done"
    REVIEWED = "reviewed"
    MOVED = "moved"
    DROPPED = "dropped"


class Level(Token):
    """How urgent a task is; how important and how sure market information is."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Aspect(Token):
    """In what a competitor is compared with us."""

    FUNCTION = "function"
    PRICE = "price"
    BRAND = "brand"


class InsightKind(Token):
    """What market information is about."""

    DEMAND = "demand"
    PRICE = "price"
    NEW_PRODUCT = "new_product"
    PROMOTION = "promotion"
    CHANNEL = "channel"
    POLICY = "policy"
    OPINION = "opinion"
    SUGGESTION = "suggestion"
    PROBLEM = "problem"


class InsightState(Token):
    """What was done with market information."""

    NEW = "new"
    REPORTED = "reported"
    ACTED = "acted"
    NOTED = "noted"


class SurveyState(Token):
    """Whether a client has said how satisfied it is."""

    DUE = "due"
    ASKED = "asked"
    ANSWERED = "answered"
    REFUSED = "refused"


class Department(Token):
    """Before whom something is brought; others go by their own names."""

    MANAGER = "manager"
    PURCHASING = "purchasing"
    SERVICE = "service"
    FINANCE = "finance"


class FeedbackKind(Token):
    """What is brought before the manager or a department."""

    SUGGESTION = "suggestion"
    PROBLEM = "problem"
    NEED = "need"
    SUPPORT = "support"


class FeedbackState(Token):
    """Whether the house has answered."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class NeedState(Token):
    """What became of a client's need; lost went to another, gone is wanted no more."""

    OPEN = "open"
    QUOTED = "quoted"
    WON = "won"
    LOST = "lost"
    GONE = "gone"


class Result(Token):
    """How a sample did in its test, or a paper in the audit."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"


class AdmissionState(Token):
    """The life of a client's admission."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"


class PrepKind(Token):
    """What there is to prepare for a visit."""

    MATERIAL = "material"
    SAMPLE = "sample"
    TASK = "task"


add_words(
    words={
        Direction.OURS: ("我方", "我们", "我方承诺"),
        Direction.THEIRS: ("客户", "对方", "客户承诺"),
        PromiseState.OPEN: ("待兑现", "未到期"),
        PromiseState.KEPT: ("已兑现", "兑现"),
        PromiseState.LATE: ("逾期兑现",),
        PromiseState.BROKEN: ("未兑现", "失约", "违约"),
        PromiseState.WAIVED: ("已免除", "免除"),
        TicketKind.INQUIRY: ("咨询", "询问"),
        TicketKind.COMPLAINT: ("投诉", "抱怨"),
        TicketKind.QUALITY: ("质量问题", "质量"),
        TicketKind.DISPUTE: ("争议", "纠纷"),
        TicketKind.RETURN: ("退货", "退换货", "换货"),
        Severity.KEY: ("重大", "关键", "严重", "紧急"),
        Severity.MAJOR: ("较大", "主要", "重要"),
        Severity.MINOR: ("一般", "轻微", "次要", "普通"),
        TicketStatus.OPEN: ("待响应", "未响应"),
        TicketStatus.RESPONDED: ("已响应",),
        TicketStatus.SOLVING: ("处理中", "解决中"),
        TicketStatus.FED_BACK: ("已反馈",),
        TicketStatus.CONFIRMED: ("客户已确认", "已确认"),
        TicketStatus.CLOSED: ("已关闭", "关闭", "已办结"),
        Step.LISTEN: ("倾听",),
        Step.UNDERSTAND: ("理解",),
        Step.SOLVE: ("解决",),
        Step.FEED_BACK: ("反馈", "feedback"),
        TaskState.TODO: ("待办", "未开始"),
        TaskState.DOING: ("进行中", "在办"),
        TaskState.DONE: ("已完成", "完成"),
        TaskState.REVIEWED: ("已评价", "已验收", "评价"),
        TaskState.MOVED: ("已改期", "改期", "延期"),
        TaskState.DROPPED: ("已放弃", "放弃", "取消", "已取消"),
        Level.HIGH: ("高", "紧急", "重要"),
        Level.NORMAL: ("中", "一般", "普通", "medium"),
        Level.LOW: ("低",),
        Aspect.FUNCTION: ("功能", "性能"),
        Aspect.PRICE: ("价格",),
        Aspect.BRAND: ("品牌",),
        InsightKind.DEMAND: ("需求", "市场需求"),
        InsightKind.PRICE: ("价格", "降价", "涨价"),
        InsightKind.NEW_PRODUCT: ("新品", "新产品"),
        InsightKind.PROMOTION: ("促销", "促销活动"),
        InsightKind.CHANNEL: ("渠道",),
        InsightKind.POLICY: ("政策",),
        InsightKind.OPINION: ("客户意见", "意见"),
        InsightKind.SUGGESTION: ("建议", "客户建议"),
        InsightKind.PROBLEM: ("问题",),
        InsightState.NEW: ("未上报", "新增"),
        InsightState.REPORTED: ("已上报", "上报"),
        InsightState.ACTED: ("已落实", "已采取行动", "落实"),
        InsightState.NOTED: ("已知悉", "知悉"),
        SurveyState.DUE: ("待调查", "待询问"),
        SurveyState.ASKED: ("已询问", "已发出"),
        SurveyState.ANSWERED: ("已回复", "已答复"),
        SurveyState.REFUSED: ("拒答", "拒绝"),
        Department.MANAGER: ("经理", "上级", "领导"),
        Department.PURCHASING: ("采购部", "采购"),
        Department.SERVICE: ("客户服务部", "客服部", "客服"),
        Department.FINANCE: ("财务部", "财务"),
        FeedbackKind.SUGGESTION: ("建议",),
        FeedbackKind.PROBLEM: ("问题",),
        FeedbackKind.NEED: ("客户需求", "需求"),
        FeedbackKind.SUPPORT: ("请求支持", "支持"),
        FeedbackState.OPEN: ("待答复", "未答复"),
        FeedbackState.ANSWERED: ("已答复", "答复"),
        FeedbackState.CLOSED: ("已关闭", "关闭"),
        NeedState.OPEN: ("跟进中",),
        NeedState.QUOTED: ("已报价", "报价"),
        NeedState.WON: ("已成交", "成交", "赢单"),
        NeedState.LOST: ("已丢单", "丢单", "输单"),
        NeedState.GONE: ("已取消", "取消", "需求取消"),
        Result.PENDING: ("待定", "待测试", "待审核"),
        Result.PASSED: ("合格", "通过"),
        Result.FAILED: ("不合格", "未通过", "不通过"),
        AdmissionState.DRAFT: ("草稿", "准备中"),
        AdmissionState.SUBMITTED: ("已提交", "待审核"),
        AdmissionState.APPROVED: ("已通过", "通过", "已批准"),
        AdmissionState.REJECTED: ("已驳回", "驳回", "未通过"),
        PrepKind.MATERIAL: ("资料", "材料"),
        PrepKind.SAMPLE: ("样品",),
        PrepKind.TASK: ("事项", "任务"),
    },
    english={
        PromiseState.LATE: "kept late",
        NeedState.GONE: "no longer needed",
        TicketKind.QUALITY: "quality problem",
        TicketStatus.CONFIRMED: "confirmed by the client",
        InsightKind.OPINION: "client's opinion",
        InsightState.ACTED: "acted upon",
        TaskState.TODO: "to do",
        FeedbackKind.NEED: "client's need",
        Department.SERVICE: "client service",
    },
    kinds={
        Direction: N_("side of a promise"),
        PromiseState: N_("promise state"),
        TicketKind: N_("kind of ticket"),
        Severity: N_("severity"),
        TicketStatus: N_("ticket status"),
        Step: N_("step of a complaint"),
        TaskState: N_("task state"),
        Level: N_("level"),
        Aspect: N_("aspect"),
        InsightKind: N_("kind of insight"),
        InsightState: N_("insight state"),
        SurveyState: N_("survey state"),
        Department: N_("department"),
        FeedbackKind: N_("kind of feedback"),
        FeedbackState: N_("feedback state"),
        NeedState: N_("need state"),
        Result: N_("result"),
        AdmissionState: N_("admission state"),
        PrepKind: N_("kind of preparation"),
    },
)
