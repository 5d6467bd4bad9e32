"""The lines of an order: as typed or as quoted, priced, and compared with the quotation behind it."""

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from sqlmodel import Session, col, select

from salescli.amounts import grouped
from salescli.i18n import _
from salescli.line_items import parse_line
from salescli.models.orders import Order, OrderLine
from salescli.models.products import Product
from salescli.models.quotations import Quotation
from salescli.services.selling import quotations
from salescli.services.selling.priced_lines import cost_of, priced
from salescli.texts import name_key
from salescli.vocabulary import QuoteState, label

_COPIED = ("product_id", "product", "spec", "quantity", "unit", "price", "discount_percent", "amount")
_CLEARED = frozenset({QuoteState.APPROVED, QuoteState.SENT, QuoteState.ACCEPTED})


def typed_lines(session: Session, texts: Iterable[str], order: Order) -> list[dict[str, Any]]:
    """The columns of the lines typed for an order; a product that is known brings its name, unit, price and cost."""
    return [priced(session, parse_line(text), order.client_id, order.currency, order.signed_on) for text in texts]


def quoted_lines(session: Session, quotation: Quotation) -> list[dict[str, Any]]:
    """The columns of the lines as they were quoted."""
    copied = []
    for line in quotations.lines_of(session, quotation):
        product = session.get(Product, line.product_id) if line.product_id else None
        row = {name: getattr(line, name) for name in _COPIED}
        copied.append({**row, "cost": cost_of(product, line.quantity, line.unit)})
    return copied


def lines_of(session: Session, order: Order) -> list[OrderLine]:
    """The lines of an order, in their order."""
    of_it = (OrderLine.order_id == order.id, col(OrderLine.deleted_at).is_(None))
    return list(session.exec(select(OrderLine).where(*of_it).order_by(col(OrderLine.position))))


def differences(session: Session, order: Order) -> list[str]:
    """In what an order differs from the quotation it came from, or from the sum of its lines; a sentence each."""
    lines = lines_of(session, order)
    quotation = session.get(Quotation, order.quotation_id) if order.quotation_id else None
    if quotation is not None:
        return [*_of_sums(order, quotation), *_of_lines(lines, quotations.lines_of(session, quotation), quotation.code)]
    total = sum(line.amount for line in lines)
    if lines and total != order.amount:
        return [
            _("The lines come to {lines}, the order to {amount}.").format(
                lines=grouped(total), amount=grouped(order.amount)
            )
        ]
    return []


def doubts(session: Session, quotation: Quotation, signed_on: date) -> list[str]:
    """What stands against ordering from a quotation: its state, its validity, an earlier order; a sentence each."""
    found = []
    state = quotations.state_of(quotation, signed_on)
    if state not in _CLEARED:
        found.append(_("{code} was {state} until now.").format(code=quotation.code, state=label(state, QuoteState)))
    earlier = session.exec(
        select(Order.code).where(Order.quotation_id == quotation.id, col(Order.deleted_at).is_(None))
    ).first()
    if earlier is not None:
        found.append(_("{code} has led to {order} already.").format(code=quotation.code, order=earlier))
    return found


def _of_sums(order: Order, quotation: Quotation) -> Iterator[str]:
    if (order.amount, order.currency) != (quotation.total, quotation.currency):
        yield _("{code} quoted {quoted} {currency}, the order is of {amount} {other}.").format(
            code=quotation.code,
            quoted=grouped(quotation.total),
            currency=quotation.currency,
            amount=grouped(order.amount),
            other=order.currency,
        )
    if order.terms and quotation.terms and name_key(order.terms) != name_key(quotation.terms):
        yield _("{code} says “{quoted}” of payment, the order “{terms}”.").format(
            code=quotation.code, quoted=quotation.terms, terms=order.terms
        )


def _of_lines(ordered: list[OrderLine], quoted: list[Any], code: str) -> Iterator[str]:
    """Line by line: what was quoted and not ordered, the other way round, and other quantities and prices."""
    if not ordered or not quoted:
        return
    waiting: dict[str, list[Any]] = {}
    for line in quoted:
        waiting.setdefault(name_key(line.product), []).append(line)
    for line in ordered:
        same = waiting.get(name_key(line.product))
        if not same:
            yield _("{product} is not in {code}.").format(product=line.product, code=code)
            continue
        other = same.pop(0)
        if _goods(line) != _goods(other):
            yield _("{product}: quoted {quoted}, ordered {ordered}.").format(
                product=line.product, quoted=_line_words(other), ordered=_line_words(line)
            )
    for line in (line for lines in waiting.values() for line in lines):
        yield _("{product} of {code} is not ordered.").format(product=line.product, code=code)


def _goods(line: Any) -> tuple[Fraction, int, int]:
    return Fraction(line.quantity), line.price, line.amount


def _line_words(line: Any) -> str:
    discount = f" -{line.discount_percent}%" if line.discount_percent else ""
    return f"{line.quantity} × {grouped(line.price)}{discount}"
