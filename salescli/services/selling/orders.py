"""Orders (contracts): signed, delivered, accepted, closed; cancelled or returned. Amounts are minor units."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from salescli.amounts import LIMIT, grouped
from salescli.config import Settings
from salescli.currencies import HOME, checked_rate, in_yuan, parse_currency, refuse_worthless
from salescli.dates import echo_day
from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.i18n import _
from salescli.models.clients import Client
from salescli.models.deals import Deal
from salescli.models.orders import Order, OrderLine, OrderReturn, OrderShare
from salescli.models.quotations import Quotation
from salescli.services.accounts import clients
from salescli.services.changes import now_of
from salescli.services.selling import deals
from salescli.services.selling.order_lines import differences as differences
from salescli.services.selling.order_lines import doubts as doubts
from salescli.services.selling.order_lines import lines_of as lines_of
from salescli.services.selling.order_lines import quoted_lines, typed_lines
from salescli.services.selling.order_shares import Share, parse_shares
from salescli.services.selling.order_shares import share_amounts as share_amounts
from salescli.services.selling.order_views import ENDED, UNDELIVERED
from salescli.services.selling.order_views import Filter as Filter
from salescli.services.selling.order_views import OrderView as OrderView
from salescli.services.selling.order_views import late as late
from salescli.services.selling.order_views import listed as listed
from salescli.services.selling.order_views import view as view
from salescli.texts import NOTE_LIMIT, clean, name_key
from salescli.vocabulary import DealState, OrderState, QuoteState, label

_CODE = re.compile(r"o[0-9]{1,9}$")
_MOST_CHOICES = 20


# --- making ---


def add(
    session: Session,
    client: Client,
    amount: int | None,
    signed_on: date,
    *,
    number: str | None = None,
    currency: str | None = None,
    rate: str | None = None,
    product: str | None = None,
    lines: Sequence[str] = (),
    terms: str | None = None,
    promised_on: date | None = None,
    shares: Sequence[str] = (),
    quotation: Quotation | None = None,
    deal: Deal | None = None,
    visit_id: int | None = None,
    cost: int | None = None,
    note: str | None = None,
    contract_file: str | None = None,
    contract_begin: date | None = None,
    contract_end: date | None = None,
) -> Order:
    """Store an order of ``amount`` in minor units, or of what its lines or its quotation come to.

    ``lines`` are as typed (``X200 x 100 @ 35.5``), as are ``shares`` (``张三=60``), ``currency`` and ``rate``; what is
    not given comes from the quotation, which becomes accepted, as an open deal is won. Raises BadValue for what can't
    be read, Refused for a client on the blacklist, a number that is there, another client's quotation or deal, a
    rejected quotation, a lost deal, and a delivery promised before the order.
    """
    _refuse_blocked(client)
    serial = clients.next_id(session, Order)
    assert client.id is not None
    order = Order(id=serial, code=f"O{serial:04d}", client_id=client.id, signed_on=signed_on, amount=0, value=0)
    order.currency, order.rate = _money(currency, rate, quotation)
    _from_quotation(order, quotation)
    rows = typed_lines(session, lines, order) if lines else quoted_lines(session, quotation) if quotation else []
    order.amount = _amount(amount, rows if lines or not quotation else [], quotation)
    refuse_worthless(order.amount, order.rate)
    order.value, order.visit_id = in_yuan(order.amount, order.rate), visit_id
    order.product, order.cost = _sole_product(rows), _sum_of_costs(rows)
    given = {
        "number": number, "product": product, "terms": terms, "promised_on": promised_on, "cost": cost, "note": note,
        "contract_file": contract_file, "contract_begin": contract_begin, "contract_end": contract_end,
    }  # fmt: skip
    _set_fields(session, order, {name: value for name, value in given.items() if value is not None})
    parsed = parse_shares(shares)
    session.add(order)
    session.flush()
    session.add_all(OrderLine(order_id=serial, position=place, **row) for place, row in enumerate(rows, start=1))
    session.add_all(OrderShare(order_id=serial, person=person, percent=percent) for person, percent in parsed)
    _take_quotation(session, order, quotation)
    _refuse_lost(deal)
    _win_deal(session, order, deal or _deal_of(session, quotation))
    session.flush()
    return order


def _refuse_blocked(client: Client) -> None:
    if client.lifecycle == "blocked":
        raise Refused(
            _("{client} is on the blacklist.").format(client=client.name),
            hint=_("`sales client edit {code} --lifecycle customer` takes it off.").format(code=client.code),
        )


def _money(currency: str | None, rate: str | None, quotation: Quotation | None) -> tuple[str, str | None]:
    """Currency and rate, those of the quotation where they are not given."""
    if quotation is not None and (currency is None or parse_currency(currency) == quotation.currency):
        return quotation.currency, checked_rate(quotation.rate if rate is None else rate, quotation.currency)
    code = HOME if currency is None else parse_currency(currency)
    return code, checked_rate(rate, code)


def _amount(amount: int | None, rows: list[dict[str, Any]], quotation: Quotation | None) -> int:
    if amount is None and rows:
        amount = sum(row["amount"] for row in rows)
    elif amount is None and quotation is not None:
        amount = quotation.total
    if amount is None:
        raise BadValue(
            _("An order needs an amount."),
            hint=_("Give AMOUNT, --line “PRODUCT x QUANTITY @ PRICE” once for each, or --quote."),
        )
    if amount <= 0:
        raise BadValue(_("An order needs an amount above 0."))
    if amount > LIMIT:
        raise BadValue(
            _("The order comes to {amount}, over the limit of {limit}.").format(
                amount=grouped(amount), limit=grouped(LIMIT)
            )
        )
    return amount


def _sole_product(rows: list[dict[str, Any]]) -> str | None:
    names = {row["product"] for row in rows}
    return names.pop() if len(names) == 1 else None


def _sum_of_costs(rows: list[dict[str, Any]]) -> int | None:
    """What the goods cost, in yuan; None unless it is known of all lines."""
    costs = [row["cost"] for row in rows]
    return None if not costs or None in costs else sum(costs)


def _from_quotation(order: Order, quotation: Quotation | None) -> None:
    if quotation is None:
        return
    if quotation.client_id != order.client_id:
        raise Refused(_("{quotation} was made for another client.").format(quotation=quotation.code))
    if quotation.state == QuoteState.REJECTED:
        raise Refused(
            _("{quotation} was rejected.").format(quotation=quotation.code),
            hint=_("`sales quote revise {quotation}` makes a new version of it.").format(quotation=quotation.code),
        )
    order.quotation_id, order.terms = quotation.id, quotation.terms


def refuse_unapproved(quotation: Quotation | None, settings: Settings) -> None:
    """Raise Refused for a quotation not approved yet where the setting quotes.approval asks for it."""
    before = (QuoteState.DRAFT, QuoteState.SUBMITTED, QuoteState.RETURNED)
    if quotation is not None and quotation.state in before and settings.yes("quotes.approval"):
        raise Refused(
            _("{quotation} is not approved.").format(quotation=quotation.code),
            hint=_("`sales quote approve {quotation}` notes that it is.").format(quotation=quotation.code),
        )


def _take_quotation(session: Session, order: Order, quotation: Quotation | None) -> None:
    """An order is the client's yes, whatever was noted of the quotation before."""
    if quotation is not None and quotation.state != QuoteState.ACCEPTED:
        quotation.state, quotation.settled_on, quotation.reason = QuoteState.ACCEPTED.value, order.signed_on, None
        session.add(quotation)


def _deal_of(session: Session, quotation: Quotation | None) -> Deal | None:
    return session.get(Deal, quotation.deal_id) if quotation is not None and quotation.deal_id else None


def _refuse_lost(deal: Deal | None) -> None:
    if deal is not None and deal.state == DealState.LOST:
        raise Refused(
            _("{deal} is lost.").format(deal=deal.code),
            hint=_("`sales deal reopen {deal}` opens it again.").format(deal=deal.code),
        )


def _win_deal(session: Session, order: Order, deal: Deal | None) -> None:
    if deal is None:
        return
    if deal.client_id != order.client_id:
        raise Refused(_("{deal} is a deal with another client.").format(deal=deal.code))
    order.deal_id = deal.id
    session.add(order)
    if deal.state == DealState.OPEN:
        deals.win(session, deal, order.signed_on, order.value)


# --- changing ---


def edit(session: Session, order: Order, fields: dict[str, Any]) -> Order:
    """Change the given fields: number, product, promised_on, cost, note, the contract's file, begin and end, shares."""
    shares = parse_shares(fields["shares"]) if fields.get("shares") else None
    _set_fields(session, order, {name: value for name, value in fields.items() if name != "shares"})
    if shares is not None:
        set_shares(session, order, shares)
    return _stored(session, order)


def put_lines(session: Session, order: Order, texts: Sequence[str], amount: int | None) -> int:
    """Put lines as typed in the place of those an order has; gives back what they come to, or ``amount`` if given."""
    rows = typed_lines(session, texts, order)
    for line in lines_of(session, order):
        line.deleted_at = now_of(session)
        session.add(line)
    assert order.id is not None
    session.add_all(OrderLine(order_id=order.id, position=place, **row) for place, row in enumerate(rows, start=1))
    order.product, order.cost = _sole_product(rows), _sum_of_costs(rows) or order.cost
    _stored(session, order)
    return _amount(amount, rows, None)


def refuse_ended(order: Order) -> None:
    """Raise Refused for an order that is closed, cancelled or returned."""
    _refuse_unless(order, frozenset(OrderState) - ENDED)


def set_shares(session: Session, order: Order, shares: Sequence[Share]) -> None:
    """Put these shares in the place of those an order has."""
    assert order.id is not None
    alive = select(OrderShare).where(OrderShare.order_id == order.id, col(OrderShare.deleted_at).is_(None))
    for share in session.exec(alive).all():
        share.deleted_at = now_of(session)
        session.add(share)
    session.add_all(OrderShare(order_id=order.id, person=person, percent=percent) for person, percent in shares)


def _set_fields(session: Session, order: Order, fields: dict[str, Any]) -> None:
    """Set columns from texts, days and minor units as given, each checked."""
    limits = {"note": NOTE_LIMIT, "terms": NOTE_LIMIT, "contract_file": NOTE_LIMIT}
    words = {
        "number": _("number"), "product": _("product"), "terms": _("terms"), "note": _("note"),
        "contract_file": _("contract's file"),
    }  # fmt: skip
    for name, value in fields.items():
        if name == "number":
            value = unicodedata.normalize("NFKC", value)
        if name in words:
            value = clean(value, field=words[name], limit=limits.get(name, 300))
        setattr(order, name, value)
    if "number" in fields:
        _refuse_twin(session, order)
    refuse_wrong_days(order.signed_on, order.promised_on, order.delivered_on, order.accepted_on)
    if order.contract_begin and order.contract_end and order.contract_end < order.contract_begin:
        raise BadValue(
            _("The contract can't end on {end}: it begins on {begin}.").format(
                end=echo_day(order.contract_end), begin=echo_day(order.contract_begin)
            )
        )


def refuse_wrong_days(
    signed_on: date, promised_on: date | None, delivered_on: date | None, accepted_on: date | None
) -> None:
    """Raise Refused for a delivery before the order, or an acceptance before the delivery."""
    for day, sentence in (
        (promised_on, _("A delivery on {day} would be before the order of {signed}.")),
        (delivered_on, _("A delivery on {day} would be before the order of {signed}.")),
        (accepted_on, _("An acceptance on {day} would be before the order of {signed}.")),
    ):
        if day is not None and day < signed_on:
            raise Refused(sentence.format(day=echo_day(day), signed=echo_day(signed_on)))
    if accepted_on is not None and delivered_on is not None and accepted_on < delivered_on:
        raise Refused(
            _("An acceptance on {day} would be before the delivery of {delivered}.").format(
                day=echo_day(accepted_on), delivered=echo_day(delivered_on)
            )
        )


def _refuse_twin(session: Session, order: Order) -> None:
    number = func.lower(col(Order.number)) == (order.number or "").lower()
    same = select(Order).where(number, Order.id != order.id, col(Order.deleted_at).is_(None))
    with session.no_autoflush:
        twin = session.exec(same).first()
    if twin is not None:
        raise Refused(
            _("There is already an order {number}: {code}.").format(number=twin.number, code=twin.code),
            hint=_("`sales order show {code}` shows it.").format(code=twin.code),
        )


def prepare(session: Session, order: Order) -> Order:
    """Note that the goods are being made ready."""
    _refuse_unless(order, {OrderState.CONFIRMED})
    return _to(session, order, OrderState.PREPARING)


def deliver(session: Session, order: Order, on: date, today: date) -> Order:
    """Note the day of delivery. Raises Refused for a day before the order, and for one that is delivered."""
    _refuse_unless(order, UNDELIVERED)
    order.delivered_on = _past(on, today)
    refuse_wrong_days(order.signed_on, None, on, None)
    return _to(session, order, OrderState.DELIVERED)


def accept(session: Session, order: Order, on: date, today: date) -> Order:
    """Note the day on which the client accepted what was delivered."""
    _refuse_unless(order, {OrderState.DELIVERED})
    order.accepted_on = _past(on, today)
    refuse_wrong_days(order.signed_on, None, order.delivered_on, on)
    return _to(session, order, OrderState.ACCEPTED)


def close(session: Session, order: Order, today: date) -> Order:
    """Note that nothing more is to be done for an order that was delivered."""
    _refuse_unless(order, {OrderState.DELIVERED, OrderState.ACCEPTED})
    order.ended_on = today
    return _to(session, order, OrderState.CLOSED)


def cancel(session: Session, order: Order, reason: str, today: date) -> Order:
    """Call off an order that is not delivered, for a reason."""
    hint = _("`sales order return {code} AMOUNT` takes goods back.").format(code=order.code)
    _refuse_unless(order, UNDELIVERED, hint)
    if returned(session, order):
        raise Refused(
            _("Goods of {code} have come back, so it can't be called off.").format(code=order.code), hint=hint
        )
    order.reason, order.ended_on = clean(reason, field=_("reason"), limit=NOTE_LIMIT), today
    return _to(session, order, OrderState.CANCELLED)


def take_back(
    session: Session, order: Order, amount: int, on: date, today: date, reason: str | None = None
) -> OrderReturn:
    """Record that goods of ``amount`` came back; the order is returned when nothing of it is left.

    Raises Refused for more than is left, and for a day before the order or its delivery.
    """
    _refuse_unless(order, frozenset(OrderState) - {OrderState.CANCELLED, OrderState.RETURNED})
    before = returned(session, order)
    _refuse_return(order, amount, before, _past(on, today))
    # Yuan are rounded on the whole returned so far, so that those of all returns come to those of the order.
    value = in_yuan(before + amount, order.rate) - in_yuan(before, order.rate)
    assert order.id is not None
    back = OrderReturn(order_id=order.id, returned_on=on, amount=amount, value=value)
    back.reason = None if reason is None else clean(reason, field=_("reason"), limit=NOTE_LIMIT)
    session.add(back)
    if before + amount == order.amount:
        order.ended_on = on
        _to(session, order, OrderState.RETURNED)
    session.flush()
    return back


def returned(session: Session, order: Order) -> int:
    """What came back of an order so far."""
    of_it = (OrderReturn.order_id == order.id, col(OrderReturn.deleted_at).is_(None))
    return session.exec(select(func.sum(OrderReturn.amount)).where(*of_it)).one() or 0


def _refuse_return(order: Order, amount: int, before: int, on: date) -> None:
    if amount == 0:
        raise BadValue(_("A return of nothing is none."), hint=_("Give an amount above 0."))
    if amount > order.amount - before:
        raise Refused(
            _("{code}: {amount} can't come back, {left} is left.").format(
                code=order.code, amount=grouped(amount), left=grouped(order.amount - before)
            )
        )
    first = order.delivered_on or order.signed_on
    if on < first:
        raise Refused(
            _("{code}: nothing can come back on {day}, before {first}.").format(
                code=order.code, day=echo_day(on), first=echo_day(first)
            )
        )


def remove(session: Session, order: Order) -> None:
    """Take an order out of every list."""
    order.deleted_at = now_of(session)
    _stored(session, order)


def _to(session: Session, order: Order, state: OrderState) -> Order:
    order.state = state.value
    return _stored(session, order)


def _stored(session: Session, order: Order) -> Order:
    session.add(order)
    session.flush()
    return order


def _past(day: date, today: date) -> date:
    if day > today:
        raise BadValue(_("{day} is still to come.").format(day=echo_day(day)))
    return day


def _refuse_unless(order: Order, allowed: frozenset[OrderState] | set[OrderState], hint: str = "") -> None:
    if order.state in allowed:
        return
    raise Refused(
        _("{code} is {state}; that takes one that is {states}.").format(
            code=order.code,
            state=label(order.state, OrderState),
            states=_(" or ").join(label(state, OrderState) for state in OrderState if state in allowed),
        ),
        hint=hint or _("`sales order show {code}` shows it.").format(code=order.code),
    )


# --- finding ---


def find(session: Session, ref: str) -> Order:
    """The order that ``ref`` means: its code, the contract's number, or a client with one open order.

    Raises NotFound, or Ambiguous with the choices.
    """
    asked = clean(ref, field=_("order"))
    found = _named(session, asked)
    if found is not None:
        return found
    if _CODE.match(name_key(asked)):
        raise _not_found(asked)
    return _of_client(session, asked)


def _named(session: Session, asked: str) -> Order | None:
    if _CODE.match(name_key(asked)):
        found: Order | None = session.exec(_alive(Order.code == name_key(asked).upper())).first()
        if found is not None:
            return found
    # By the index where it is written alike, which is the rule.
    plain = unicodedata.normalize("NFKC", asked).strip()
    by_number = (col(Order.number).in_({plain, asked}), func.lower(col(Order.number)) == plain.lower())
    return next(filter(None, (session.exec(_alive(way)).first() for way in by_number)), None)


def _of_client(session: Session, asked: str) -> Order:
    try:
        client = clients.find(session, asked)
    except NotFound:
        raise _not_found(asked) from None
    theirs: list[Order] = list(session.exec(_alive(Order.client_id == client.id).order_by(col(Order.id))))
    open_ones = [order for order in theirs if order.state not in ENDED]
    found = open_ones or (theirs if len(theirs) == 1 else [])
    if not found:
        raise NotFound(
            _("{client} has no open order.").format(client=client.name),
            hint=_("`sales order list --client {code}` shows them all.").format(code=client.code),
        )
    if len(found) > 1:
        choices = [(order.code, _described(order)) for order in found[-_MOST_CHOICES:]]
        raise Ambiguous(
            _("{client} has several open orders").format(client=client.name),
            choices,
            hint=_("Give the order's code or number."),
        )
    return found[0]


def _described(order: Order) -> str:
    parts = (order.number, order.signed_on.isoformat(), order.product, grouped(order.amount), order.currency)
    return " ".join(filter(None, parts))


def _not_found(asked: str) -> NotFound:
    return NotFound(
        _("There is no order “{ref}”.").format(ref=asked),
        hint=_("`sales order list` shows them; `sales order add` makes one."),
    )


def _alive(*conditions: Any) -> Any:
    return (
        select(Order)
        .join(Client, col(Client.id) == Order.client_id)
        .where(col(Order.deleted_at).is_(None), col(Client.deleted_at).is_(None), *conditions)
    )


def client_of(session: Session, order: Order) -> Client:
    """The client of an order."""
    return session.exec(select(Client).where(Client.id == order.client_id)).one()
