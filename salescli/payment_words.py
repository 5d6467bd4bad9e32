"""The words in which terms of payment are written, in Chinese and English, as patterns for plain lower-case text."""

import re

from salescli.vocabulary import PaymentEvent

NUMERAL = "[0-9]{1,4}|[零〇一二两三四五六七八九十百壹贰叁肆伍陆柒捌玖拾佰]+"
ENGLISH_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10,
    "twelve": 12, "fifteen": 15, "thirty": 30, "forty-five": 45, "sixty": 60, "ninety": 90,
}  # fmt: skip
_COUNT = rf"{NUMERAL}|{'|'.join(sorted(ENGLISH_NUMBERS, key=len, reverse=True))}"
_UNIT = (
    r"(?P<workdays>个?工作日|(?:working|business) days?)|(?P<days>天|日|days?|d\b)|(?P<weeks>个?(?:周|星期)|weeks?)"
    r"|(?P<months>个?月|months?)|(?P<quarters>个?季度?|quarters?)|(?P<years>周?年|years?|yrs?)"
)
SPANS = {"半个月": (15, 0), "一个半月": (45, 0), "半年": (0, 6), "一年半": (0, 18), "half a year": (0, 6)}
_SPAN = rf"(?:(?P<span>{'|'.join(sorted(SPANS, key=len, reverse=True))})|(?P<count>{_COUNT}) ?-?(?:{_UNIT}))"

_REST = r"余款|尾款|余额|余下|剩余|其余|剩下|余(?=[0-9])|(?:the )?(?:remaining|balance|remainder|rest)\b"
_PERCENT = (
    r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]+)? ?(?:%|percent\b|per cent\b)|百分之(?:[0-9]{1,3}|[零一二三四五六七八九十百]+)"
    r"|[1-9一二两三四五六七八九]成[1-9一二三四五六七八九半]?|[二三四五六]分之[一二三四五]"
    r"|(?<![0-9/])[1-5]/[2-6](?![0-9/])|一半|(?:one|two) thirds?\b|half(?! a year)\b"
)
SHARE = re.compile(rf"(?:(?:{_REST})[ :的]*)?(?P<share>{_PERCENT})(?:[ 的]*(?:{_REST}))?|(?P<rest>{_REST})")

# A number of shares in tenths or hundredths: 3-6-1, 30:60:10, 三七开, 3331.
RATIO = re.compile(
    r"(?P<signs>[0-9]{1,2}(?:[-:/.][0-9]{1,2}){1,5})(?![0-9/%])"
    r"|(?P<digits>[1-9]{3,6}|[一二三四五六七八九]{3,6}|[1-9一二三四五六七八九]{2}(?=开))(?![0-9%天日月年成个分百十])"
)
SEPARATORS = re.compile(r"[,;\n|+&]|(?<![0-9])\.|\.(?![0-9])|\b(?:and|then)\b|(?<=\S)(?:然后|以及)")

# What a part may wait for, the later in the course of an order the further down; a part that names two waits for
# the later one.
_EVENTS: dict[PaymentEvent, str] = {
    PaymentEvent.SIGNED: (
        r"预付(?:款|金)?|定金|订金|首付(?:款)?|首款|(?:合同)?签(?:订|署)?(?:约|合同)|合同(?:签订|签署|生效)|签约|下单|订货|款先付"
        r"|down ?payment|deposit|(?:in )?advance|prepa(?:id|y|yment)|pre-pa(?:id|yment)|up ?-?front|with (?:the )?order"
        r"|(?:on|upon|at|after|from) (?:the )?(?:order|signing|signature|contract)(?: signing| signature)?|cia|cwo|pia"
    ),
    PaymentEvent.BEFORE_DELIVERY: (
        r"(?:全款|货款|全额|全)?款?(?:到账?后?|付清后?)发货|先款后货|带款提货|款到(?:提货|交货|出货)|提货款|发货款"
        r"|(?:发货|出货|提货|交货|发运|装船|送货|到货|货到|交付)之?前"
        r"|(?:before|prior to) (?:the )?(?:shipment|delivery|shipping|dispatch|loading)"
    ),
    PaymentEvent.DELIVERED: (
        r"货到(?:现场|工地)?|到货|交货|发货|送货|送达|收货|提货|签收|交付|出货|到付"
        r"|(?:见|凭)?提单(?:副本|日期?)?|现款现货|现结|月末?结|cod|cash on delivery"
        r"|(?:(?:on|upon|after|at|from|against) )?(?:the )?(?:delivery|shipment|arrival|receipt(?: of (?:the )?goods)?"
        r"|(?:copy of )?b/?l(?: copy| date)?|(?:shipping )?documents)"
    ),
    PaymentEvent.INVOICED: (
        r"(?:开具?|见|收到?|凭)(?:增值税)?(?:发?票)|票到|发票(?:开具|日期?)?"
        r"|(?:the )?(?:date of )?(?:the )?invoice(?: date)?"
    ),
    PaymentEvent.ACCEPTED: (
        r"(?:安装|调试|[初终]验|验收)(?:调试|安装|验收)*(?:合格|通过|完成|完毕)?"
        r"|(?:final )?(?:acceptance|installation|commissioning|inspection)"
    ),
}
ORDER_OF_EVENTS = list(_EVENTS)
# 发货前 before 发货, 签收 before 签, 款到发货 before 款.
_SURE_FIRST = sorted(_EVENTS, key=lambda event: event is not PaymentEvent.BEFORE_DELIVERY)
_RETENTION = r"质保(?:金|期)?|质量保证金|保修期?|保证金|retention(?: money)?|retained|warranty(?: period)?"
_ACCEPTANCE = "(?:银行|商业|电子)*承兑(?:汇票)?"
_MEANS = (
    rf"{_ACCEPTANCE}|电汇|银行转账|对公转账|转账|汇款|现汇|现金|现款|支票|微信|支付宝|信用证"
    r"|t/?t\b|wire transfer|bank transfer|wire|cash|cheque|check|l/?c(?: at sight)?\b|d/p\b"
)
FILLERS = (
    r"付清|付款|支付|两清|结清|结算|付讫|付|结|款项|货款|合同款|合同总?额|合同|总价|总额|全部|全款|全额|一次性|以内|之内|内|之?后|以后"
    r"|之日起|日起|时|起|当天|当日|立即|到期|期?满|再|则|为|即|凭|在|于|由|按|的|到|货物|货|设备|买方|甲方|需方|方式|条件"
    r"|条款|比例|款|作为|先|作|期|第|开|账|留|余|其中|后即|给"
    r"|(?:payments?|pay|paid|payable|due|of|the|to|be|is|on|upon|at|in|after|within|by|from|date|days|goods|against|as"
    r"|with|for|total|amount|price|contract|value|terms?|only|full|shall|will)\b"
    r"|[-:()/\s\"'“”]"
)
TOKENS = re.compile(
    "|".join(
        (
            # An acceptance's own term is no delay of the payment: what counts is when it is handed over.
            rf"(?P<tenor>(?:(?:{NUMERAL})(?:个月|天)|半年)(?:期|的)?{_ACCEPTANCE}|{_ACCEPTANCE}\(?(?:(?:{NUMERAL})(?:个月|天)|半年)\)?)",
            rf"(?P<split>分(?P<times>{NUMERAL})(?:期|次|笔)|(?P<times_en>{_COUNT}) (?:equal )?"
            r"(?:(?P<pace>monthly|quarterly) )?instal?lments?)",
            rf"(?P<step>每(?:期|次)?(?:间隔)?(?:(?P<each>{NUMERAL})个?)?(?P<each_unit>天|周|月|季度?|半年|年)(?:[一1]?[期次付])?"
            r"|按(?P<by>月|季)|(?P<by_en>monthly|quarterly))",
            rf"(?P<next_day>(?:次月|下个?月)(?:(?P<on_day>{NUMERAL})[日号]|(?P<last>[底末]))前?)",
            rf"(?P<next>次月结(?:(?P<next_days>{NUMERAL})天)?)",
            rf"(?P<monthly>当?月末?结(?:(?P<monthly_days>{NUMERAL})[天日]|(?P<monthly_bare>[0-9]{{2,3}})(?![0-9个%]))?)",
            r"(?P<end>(?:当月|本月|月)(?:底|末)|eom\b|(?:the )?end of (?:the )?month)",
            r"(?P<net>(?:net|n/|账期|帐期|信用期)[ :为]*(?P<net_days>[0-9]{1,4})(?![0-9])(?: ?(?:天|日|days?))?"
            r"|账期|帐期|信用期|net\b)",
            *(rf"(?P<{event.name.lower()}>{_EVENTS[event]})" for event in _SURE_FIRST),
            rf"(?P<retention>{_RETENTION})",
            _SPAN,
            rf"(?P<means>{_MEANS})",
            rf"(?P<filler>{FILLERS})",
        )
    )
)
