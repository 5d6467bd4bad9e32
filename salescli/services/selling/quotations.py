"""Quotations: found, shown with what was last paid, approved, sent, answered; `quoting` writes them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from salescli.amounts import grouped
from salescli.config import Settings
from salescli.currencies import in_yuan
from salescli.dates import echo_day
from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.i18n import _
from salescli.line_items import tax_within
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.quotations import Deal, Product, Quotation, QuotationLine
from salescli.services.accounts import clients
from salescli.services.accounts.clients import ClientRef
from salescli.services.changes import now_of
from salescli.services.selling.last_prices import LastPrice, LastPrices
from salescli.services.selling.last_prices import last_paid as last_paid
from salescli.texts import NOTE_LIMIT, clean, name_key
from salescli.vocabulary import QuoteState, label, parse_word

_CODE = re.compile(r"q[0-9]{1,9}$")
_OPEN = (QuoteState.DRAFT, QuoteState.SUBMITTED, QuoteState.APPROVED, QuoteState.RETURNED, QuoteState.SENT)


@dataclass(frozen=True)
class LineView:
    """A line as the terminal, JSON and the sheet show it; ``product_code`` is None for one that is only a text."""

    position: int
    product_code: str | None
    product: str
    spec: str | None
    quantity: str
    unit: str | None
    price: int
    discount_percent: str | None
    amount: int
    last_paid: LastPrice | None
    last_quoted: LastPrice | None


@dataclass(frozen=True)
class QuotationView:
    """A quotation as lists and JSON show it, in minor units of ``currency``; ``value`` is the total in yuan.

    ``state`` is expired when its validity has passed unanswered. ``subtotal`` is the sum of the lines, ``tax`` the
    part of the total that is tax; ``lines`` is empty in lists and for a quotation in one sum.
    """

    code: str
    version: int
    client: ClientRef
    deal: str | None
    state: str
    issued_on: date
    valid_until: date | None
    sent_on: date | None
    settled_on: date | None
    currency: str
    rate: str | None
    incoterm: str | None
    discount: int
    freight: int
    tax_percent: str | None
    total: int
    terms: str | None
    reason: str | None
    note: str | None
    current: bool
    lines: list[LineView] = field(default_factory=list)
    uuid: str = ""

    @property
    def subtotal(self) -> int:
        """The lines, or the one sum, before discount and freight."""
        return self.total + self.discount - self.freight

    @property
    def tax(self) -> int:
        """The tax that the total holds."""
        return tax_within(self.total, self.tax_percent)

    @property
    def value(self) -> int:
        """The total in yuan."""
        return in_yuan(self.total, self.rate)


# --- the way to the client and back ---


def submit(session: Session, quotation: Quotation, today: date) -> Quotation:
    """Hand a quotation in for approval."""
    return _to(session, quotation, today, QuoteState.SUBMITTED, (QuoteState.DRAFT, QuoteState.RETURNED))


def approve(session: Session, quotation: Quotation, today: date, remark: str | None = None) -> Quotation:
    """Note that the supervisor approves it, maybe with a remark, whether or not it was handed in here."""
    return _to(session, quotation, today, QuoteState.APPROVED, (QuoteState.DRAFT, QuoteState.SUBMITTED), remark)


def return_(session: Session, quotation: Quotation, today: date, reason: str) -> Quotation:
    """Note that the supervisor gives it back, and why."""
    before = (QuoteState.DRAFT, QuoteState.SUBMITTED, QuoteState.APPROVED)
    return _to(session, quotation, today, QuoteState.RETURNED, before, reason)


def send(session: Session, quotation: Quotation, on: date, today: date, settings: Settings) -> Quotation:
    """Note the day on which it went to the client; with the setting quotes.approval it must be approved first."""
    issued_on(on, today)
    if not settings.yes("quotes.approval"):
        before: tuple[QuoteState, ...] = (QuoteState.DRAFT, QuoteState.SUBMITTED, QuoteState.APPROVED)
    else:
        before = (QuoteState.APPROVED,)
    _refuse_before(on, quotation.issued_on)
    _to(session, quotation, on, QuoteState.SENT, before)
    quotation.sent_on = on
    return quotation


def accept(session: Session, quotation: Quotation, on: date, today: date) -> Quotation:
    """Note that the client took it on a day within its validity."""
    return _settle(session, quotation, on, today, QuoteState.ACCEPTED, None)


def reject(session: Session, quotation: Quotation, on: date, today: date, reason: str) -> Quotation:
    """Note that the client declined it, and why."""
    return _settle(session, quotation, on, today, QuoteState.REJECTED, reason)


def remove(session: Session, quotation: Quotation) -> None:
    """Take a quotation out of every list, with its earlier versions; Refused for one that was accepted."""
    if quotation.state == QuoteState.ACCEPTED:
        raise Refused(
            _("{code} was accepted and stays.").format(code=quotation.code),
            hint=_("`sales order cancel` takes an order back."),
        )
    for version in session.exec(select(Quotation).where(Quotation.code == quotation.code)):
        version.deleted_at = now_of(session)
    session.flush()


def _settle(
    session: Session, quotation: Quotation, on: date, today: date, state: QuoteState, reason: str | None
) -> Quotation:
    issued_on(on, today)
    _refuse_before(on, quotation.sent_on or quotation.issued_on)
    # An answer of no is welcome late as well.
    as_of = (quotation.sent_on or on) if state == QuoteState.REJECTED else on
    _to(session, quotation, as_of, state, (QuoteState.SENT,), reason)
    quotation.settled_on = on
    return quotation


def _refuse_before(on: date, first: date) -> None:
    if on < first:
        raise BadValue(_("{day} is before {first}.").format(day=echo_day(on), first=echo_day(first)))


def _to(
    session: Session,
    quotation: Quotation,
    day: date,
    state: QuoteState,
    before: Sequence[QuoteState],
    reason: str | None = None,
) -> Quotation:
    _refuse_unless_in(before, quotation, day)
    quotation.state = state.value
    quotation.reason = None if reason is None else clean(reason, field=_("reason"), limit=NOTE_LIMIT)
    session.add(quotation)
    session.flush()
    return quotation


def state_of(quotation: Quotation, day: date) -> QuoteState:
    """The state on ``day``: expired where the validity of an open quotation has passed."""
    if quotation.state in _OPEN and quotation.valid_until is not None and quotation.valid_until < day:
        return QuoteState.EXPIRED
    return QuoteState(quotation.state)


def _refuse_unless_in(before: Sequence[QuoteState], quotation: Quotation, day: date) -> None:
    state = state_of(quotation, day)
    if state in before:
        return
    hint = _("`sales quote show {code}` shows it; `sales quote revise {code}` makes a new version.")
    if state == QuoteState.EXPIRED:
        hint = _("`sales quote revise {code} --valid 30d` makes a new version.")
    raise Refused(
        _("{code} is {state}; that takes one that is {states}.").format(
            code=quotation.code,
            state=label(state, QuoteState),
            states=_(" or ").join(label(one, QuoteState) for one in before),
        ),
        hint=hint.format(code=quotation.code),
    )


def issued_on(day: date | None, today: date) -> date:
    """The day of a quotation or an answer, today unless given; BadValue for one to come."""
    if day is not None and day > today:
        raise BadValue(_("{day} is still to come.").format(day=echo_day(day)))
    return day or today


# --- reading ---


def find(session: Session, ref: str) -> Quotation:
    """The quotation (its version in force) that ``ref`` means: its code, or a client with one open quotation.

    Raises NotFound, or Ambiguous with the choices.
    """
    if _CODE.match(name_key(ref)):
        code = name_key(ref).upper()
        found: Quotation | None = session.exec(_current().where(Quotation.code == code)).first()
        if found is None:
            raise NotFound(
                _("There is no quotation {code}.").format(code=code), hint=_("`sales quote list` shows them.")
            )
        return found
    client = clients.find(session, ref)
    open_ones: Sequence[Quotation] = session.exec(
        _current().where(Quotation.client_id == client.id, col(Quotation.state).in_(_OPEN)).order_by(Quotation.code)
    ).all()
    if not open_ones:
        raise NotFound(
            _("{client} has no open quotation.").format(client=client.name),
            hint=_("`sales quote list --client {code}` shows them all.").format(code=client.code),
        )
    if len(open_ones) > 1:
        choices = [(one.code, f"{one.issued_on} {grouped(one.total)} {one.currency}") for one in open_ones]
        raise Ambiguous(
            _("{client} has several open quotations").format(client=client.name),
            choices,
            hint=_("Give the quotation's code."),
        )
    return open_ones[0]


def version_of(session: Session, quotation: Quotation, version: int) -> Quotation:
    """A version of a quotation by its number; NotFound if there is none."""
    found = session.exec(
        select(Quotation).where(
            Quotation.code == quotation.code, Quotation.version == version, col(Quotation.deleted_at).is_(None)
        )
    ).first()
    if found is None:
        raise NotFound(
            _("{code} has no version {version}.").format(code=quotation.code, version=version),
            hint=_("Its latest is {version}.").format(version=quotation.version),
        )
    return found


def _current() -> Any:
    return (
        select(Quotation)
        .join(Client, col(Client.id) == Quotation.client_id)
        .where(col(Quotation.current).is_(True), col(Quotation.deleted_at).is_(None), col(Client.deleted_at).is_(None))
    )


def lines_of(session: Session, quotation: Quotation) -> list[QuotationLine]:
    """The lines of a quotation in their order; none for one in one sum."""
    of_it = (QuotationLine.quotation_id == quotation.id, col(QuotationLine.deleted_at).is_(None))
    return list(session.exec(select(QuotationLine).where(*of_it).order_by(col(QuotationLine.position))))


def listed(
    session: Session, today: date, client: Client | None = None, state: str | None = None
) -> list[QuotationView]:
    """Quotations in force by code, without their lines; of a client, or in a state, if given."""
    wanted = None if state is None else parse_word(state, QuoteState)
    query = (
        select_columns(Quotation, Client.code, Client.name, Deal.code)
        .join(Client, col(Client.id) == Quotation.client_id)
        .outerjoin(Deal, col(Deal.id) == Quotation.deal_id)
        .where(col(Quotation.current).is_(True), col(Quotation.deleted_at).is_(None), col(Client.deleted_at).is_(None))
        .order_by(Quotation.id)
    )
    if client is not None:
        query = query.where(Quotation.client_id == client.id)
    views = (
        _view(quotation, ClientRef(code, name), deal, today) for quotation, code, name, deal in session.exec(query)
    )
    return [view for view in views if wanted in (None, view.state)]


def view(session: Session, quotation: Quotation, today: date) -> QuotationView:
    """One quotation with its lines, and what the client had paid for each product before."""
    client = session.exec(select(Client).where(Client.id == quotation.client_id)).one()
    deal = session.exec(select(Deal.code).where(Deal.id == quotation.deal_id)).first()
    past = LastPrices(session, quotation.client_id, quotation)
    rows = lines_of(session, quotation)
    codes = dict(
        session.exec(
            select(Product.id, Product.code).where(col(Product.id).in_([row.product_id for row in rows]))
        ).all()
    )
    lines = [
        LineView(
            row.position,
            codes.get(row.product_id),
            row.product,
            row.spec,
            row.quantity,
            row.unit,
            row.price,
            row.discount_percent,
            row.amount,
            past.paid(row.product_id, row.product),
            past.quoted(row.product_id, row.product),
        )
        for row in rows
    ]
    return _view(quotation, ClientRef(client.code, client.name), deal, today, lines)


def _view(
    quotation: Quotation, client: ClientRef, deal: str | None, today: date, lines: Sequence[LineView] = ()
) -> QuotationView:
    same = {
        name: getattr(quotation, name)
        for name in QuotationView.__dataclass_fields__
        if name not in ("client", "deal", "state", "lines")
    }
    state = state_of(quotation, today).value
    return QuotationView(**same, client=client, deal=deal, state=state, lines=list(lines))
