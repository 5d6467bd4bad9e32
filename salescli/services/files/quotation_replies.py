"""Approvals that come back as files: the form that went out with a quotation, read and taken as the answer."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from sqlmodel import Session, select

from salescli import approval_form
from salescli.amounts import excerpt, plain
from salescli.approval_form import (
    DECISION,
    OF_A_LINE,
    REASON,
    SIGNED,
    SIGNED_ON,
    Answer,
    figure_name,
    figure_names,
)
from salescli.currencies import decimal_text
from salescli.errors import Refused
from salescli.i18n import _
from salescli.line_items import in_singles, price_text
from salescli.models.quotations import Quotation
from salescli.services.selling import quotations
from salescli.tabular.form import read_form
from salescli.tabular.table import DEFAULT_LIMITS, Limits, Value, as_text


@dataclass(frozen=True)
class Difference:
    """A figure of a form that is not the quotation's, both as the sheet shows them.

    ``figure`` is one of OF_A_LINE with the line's position and product, or one of OF_THE_WHOLE without.
    """

    figure: str
    kept: str
    found: str
    position: int | None
    product: str | None


def read(path: Path, limits: Limits = DEFAULT_LIMITS) -> Answer:
    """What a form says. Raises NotFound for a missing file, Refused for one that is no form of a quotation."""
    figures = figure_names()
    keywords, cells = read_form(path, (DECISION, REASON, SIGNED, SIGNED_ON, *figures), limits)
    of = approval_form.marked(keywords)
    if of is None or DECISION not in cells:
        raise Refused(
            _("{file} is not the approval form of a quotation.").format(file=path.name),
            hint=_("`sales quote submit QUOTE --out FILE.xlsx` writes one."),
        )
    signed_on = cells.get(SIGNED_ON)
    return Answer(
        *of,
        approved=approval_form.decision(as_text(cells[DECISION])),
        reason=as_text(cells.get(REASON)).strip(),
        signed=as_text(cells.get(SIGNED)).strip(),
        signed_on=signed_on.date() if isinstance(signed_on, datetime) else None,
        figures={name: cells[name] for name in figures if name in cells},
    )


def take(session: Session, answer: Answer, today: date) -> Quotation:
    """Note what a form says of its quotation: approved, with the remark if there is one, or returned with the reason.

    Raises Refused for a quotation that is not here, a version that is not in force, a form without a decision or a
    return without a reason, and a quotation that waits for no approval.
    """
    quotation = _quotation(session, answer)
    if answer.approved is None:
        yes, no = approval_form.choices()
        raise Refused(
            _("The form of {code} says neither “{yes}” nor “{no}”.").format(code=quotation.code, yes=yes, no=no),
            hint=_("The supervisor chooses one in the cell behind “{title}”.").format(title=_("Decision")),
        )
    if answer.approved:
        return quotations.approve(session, quotation, today, answer.reason or None)
    if not answer.reason:
        raise Refused(
            _("The form returns {code} and gives no reason.").format(code=quotation.code),
            hint=_("`sales quote return {code} --reason TEXT` notes one that was told.").format(code=quotation.code),
        )
    return quotations.return_(session, quotation, today, answer.reason)


def differences(session: Session, answer: Answer, quotation: Quotation) -> list[Difference]:
    """The figures that the form has otherwise than the quotation it is of."""
    kept: list[tuple[int | None, str | None, str, Decimal | str | None]] = [
        (None, None, "discount", -_yuan(quotation.discount)),
        (None, None, "freight", _yuan(quotation.freight)),
        (None, None, "total", _yuan(quotation.total)),
    ]
    for line in quotations.lines_of(session, quotation):
        quantity, _unit, per = in_singles(line.quantity, line.unit)
        off = None if line.discount_percent is None else Decimal(line.discount_percent) / 100
        price = _yuan(line.price) if per == 1 else price_text(line.price, per)
        values = (Decimal(quantity), price, off, _yuan(line.amount))
        kept += [(line.position, line.product, *pair) for pair in zip(OF_A_LINE, values, strict=True)]
    found = []
    for position, product, figure, value in kept:
        name = figure_name(figure, position)
        if name in answer.figures and not _same(value, answer.figures[name]):
            found.append(
                Difference(figure, _told(figure, value), _told(figure, answer.figures[name]), position, product)
            )
    return sorted(found, key=lambda one: one.position or len(kept))


def _yuan(minor: int) -> Decimal:
    return Decimal(plain(minor))


def _same(kept: Decimal | str | None, found: Value) -> bool:
    on_form = _number(found)
    if isinstance(kept, str):
        return as_text(found).replace(" ", "").replace(",", "") == kept.replace(",", "")
    return on_form == (kept or 0) if on_form is not None else kept is None and not as_text(found).strip()


def _number(value: Value | Decimal) -> Decimal | None:
    try:
        return value if isinstance(value, Decimal) else Decimal(as_text(value).replace(",", "").strip())
    except InvalidOperation:
        return None


def _told(figure: str, value: Value | Decimal) -> str:
    """A figure as the sheet shows it."""
    number = _number(value)
    if number is None or not number.is_finite():
        return "" if value is None else excerpt(as_text(value) if not isinstance(value, Decimal) else str(value))
    if figure == "discount_percent":
        return decimal_text(f"{number * 100:f}") + "%"
    return decimal_text(f"{number:f}") if figure == "quantity" else f"{number:,.2f}"


def _quotation(session: Session, answer: Answer) -> Quotation:
    found = session.exec(select(Quotation).where(Quotation.uuid == answer.id)).first()
    if found is None or found.deleted_at is not None:
        raise Refused(
            _("The form is of a quotation {code} that is not in this data file.").format(code=answer.code),
            hint=_("`sales quote list` shows those that are."),
        )
    now = quotations.find(session, found.code)
    if now.id != found.id:
        raise Refused(
            _("The form is of version {old} of {code}; version {new} is in force.").format(
                old=found.version, code=found.code, new=now.version
            ),
            hint=_("`sales quote submit {code} --out FILE.xlsx` writes a form of that one.").format(code=found.code),
        )
    return found
