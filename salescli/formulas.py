"""How each figure is worked out, in words: the one place where the definitions are frozen."""

from typing import NamedTuple

from salescli.config import Settings
from salescli.i18n import N_, _
from salescli.vocabulary import Measure, Ratio, label

Kpi = Measure | Ratio


class Counting(NamedTuple):
    """What the settings leave open of the definitions.

    ``amount_by`` says what is closed when: orders as ``signed``, by ``delivery`` or by ``invoice``; ``acceptances``
    when a bank acceptance is money: on ``receipt`` or at ``maturity``.
    """

    amount_by: str = "signed"
    acceptances: str = "receipt"

    @classmethod
    def of(cls, settings: Settings) -> "Counting":
        """What the settings say."""
        return cls(settings.text("kpi.amount_by"), settings.text("kpi.acceptances"))


_USUAL = Counting()
_AMOUNT = {
    "signed": N_(
        "Orders on the day signed, tax included, in yuan, less returns on the day of return. Of a shared order only "
        "the own part counts; cancelled orders do not."
    ),
    "delivery": N_(
        "Orders on the day delivered, tax included, in yuan, less returns on the day of return. Orders not delivered "
        "yet or cancelled do not count; of a shared order only the own part does."
    ),
    "invoice": N_(
        "Invoices on the day issued, tax included, in yuan, less returns on the day of return. Invoices of cancelled "
        "orders do not count; of those of a shared order only the own part does."
    ),
}
_RECEIPTS = {
    "receipt": N_("Money on the day received, bank acceptances too, in yuan, less refunds on the day paid back."),
    "maturity": N_(
        "Money on the day received, bank acceptances on the day they mature (received, where that day is not known), "
        "in yuan, less refunds on the day paid back."
    ),
}
_FORMULAS: dict[Kpi, str] = {
    Measure.MARGIN: N_(
        "Value less cost of the orders whose cost is known, on the day signed, less (value - cost) × returned ÷ value "
        "on the day of return; not shown while no cost is known."
    ),
    Measure.ORDERS: N_("Orders counted on the day signed; cancelled ones do not count."),
    Measure.NEW_CLIENTS: N_("Clients whose first order ever, booked or noted as a visit's outcome, is in the period."),
    Measure.VISITS: N_("What happened face to face: visits, meetings, demos. Other channels are follow-ups."),
    Measure.EFFECTIVE_VISITS: N_(
        "Visits whose outcome is neither client absent nor refused and that have an order, a quotation asked for, "
        "or a next step with a date."
    ),
    Measure.QUOTES: N_("Quotations counted on the day issued, each once however often it was revised."),
    Measure.SATISFACTION: N_(
        "A level, not a sum: the average of the scores that clients gave, out of 100, from the start of the quarter, "
        "or of the period where that is earlier, to its end."
    ),
    Ratio.RETENTION: N_(
        "Clients with an order in the period and in the period before ÷ clients with an order in the period before. "
        "Of a week: the 90 days up to its end against the 90 days before them."
    ),
    Ratio.GROWTH: N_(
        "(Clients active at the end less clients active at the start) ÷ clients active at the start. Active means an "
        "order signed in the 12 months before; the end is today while the period runs."
    ),
    Ratio.VISIT_RATE: N_(
        "Visits planned and done ÷ visits planned. Unplanned ones are not counted; one moved within the period counts "
        "once, by what became of it last; moved to another period, cancelled or missed ones count as not done. A week "
        "is held against its plan as it was closed with the week before, if it was: what was planned later is not "
        "counted, what was taken out counts as not done."
    ),
    Ratio.OVERDUE_RATE: N_(
        "Open receivables past their due day ÷ all open receivables, in yuan, at the end of the period, or today while "
        "it runs."
    ),
    Ratio.RESPONSE_RATE: N_(
        "Problems of clients answered in time ÷ problems whose answer was due in the period; one not answered counts "
        "from the day after it was due."
    ),
}


def formula(kpi: Kpi, counting: Counting = _USUAL) -> str:
    """The definition of a figure in words, as the settings have it counted, in the language in force."""
    if kpi is Measure.AMOUNT:
        return _(_AMOUNT[counting.amount_by])
    if kpi is Measure.RECEIPTS:
        return _(_RECEIPTS[counting.acceptances])
    return _(_FORMULAS[kpi])


def title(kpi: Kpi) -> str:
    """The name of a figure where it begins a line, in the language in force."""
    word = label(kpi, type(kpi))
    return word[:1].upper() + word[1:]
