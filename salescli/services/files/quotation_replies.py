"""Approvals that come back as files: the form that went out with a quotation, read and taken as the answer."""

from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session, select

from salescli import approval_form
from salescli.approval_form import DECISION, REASON, SIGNED, SIGNED_ON, Answer
from salescli.errors import Refused
from salescli.i18n import _
from salescli.models.quotations import Quotation
from salescli.services.selling import quotations
from salescli.tabular.form import read_form
from salescli.tabular.table import DEFAULT_LIMITS, Limits, as_text


def read(path: Path, limits: Limits = DEFAULT_LIMITS) -> Answer:
    """What a form says. Raises NotFound for a missing file, Refused for one that is no form of a quotation."""
    keywords, cells = read_form(path, (DECISION, REASON, SIGNED, SIGNED_ON), limits)
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
