"""What a client last paid for a product, and what was last asked: shown while quoting."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli.models.base import select_columns
from salescli.models.orders import Order, OrderLine
from salescli.models.quotations import Product, Quotation, QuotationLine
from salescli.services.selling import products
from salescli.texts import name_key
from salescli.vocabulary import OrderState, QuoteState


@dataclass(frozen=True)
class LastPrice:
    """A price that a client had: ``kind`` is order, or quotation for one that was sent; ``number`` the contract's own.

    ``price`` is minor units of ``currency`` for one ``unit``, before the line's ``discount_percent``.
    """

    kind: str
    code: str
    number: str | None
    day: date
    price: int
    currency: str
    discount_percent: str | None
    unit: str | None = None


class LastPrices:
    """The prices that a client had before a quotation, the latest first, asked of the data file once."""

    def __init__(self, session: Session, client_id: int, before: Quotation | None = None) -> None:
        self._paid = _order_lines(session, client_id, before)
        self._quoted = _quotation_lines(session, client_id, before)

    def paid(self, product_id: int | None, product: str) -> LastPrice | None:
        """The price in the latest order of a product, else the one last quoted."""
        return _first(self._paid, product_id, product) or self.quoted(product_id, product)

    def quoted(self, product_id: int | None, product: str) -> LastPrice | None:
        """The price last quoted for a product."""
        return _first(self._quoted, product_id, product)


def last_paid(session: Session, client_id: int, product: Product | str) -> LastPrice | None:
    """The price in the client's latest order of a product (a record, or its name), else the one last quoted."""
    past = LastPrices(session, client_id)
    known = products.find(session, product) if isinstance(product, str) else product
    return past.paid(known.id, known.name) if known else past.paid(None, str(product))


# What nobody sent is no price yet, and what was declined is none; a later draft does not undo what was sent.
_TOLD = (QuoteState.SENT, QuoteState.ACCEPTED)

_Line = tuple[int | None, str, LastPrice]


def _first(lines: list[_Line], product_id: int | None, product: str) -> LastPrice | None:
    """The first line of a product: of the same record, or of the same name where one of both is only a text."""
    key = name_key(product)
    for line_product_id, line_key, price in lines:
        known = product_id is not None and line_product_id is not None
        if product_id == line_product_id if known else key == line_key:
            return price
    return None


def _order_lines(session: Session, client_id: int, before: Quotation | None) -> list[_Line]:
    query = (
        select_columns(
            OrderLine.product_id,
            OrderLine.product,
            Order.code,
            Order.number,
            Order.signed_on,
            OrderLine.price,
            Order.currency,
            OrderLine.discount_percent,
            OrderLine.unit,
        )
        .join(Order, col(Order.id) == OrderLine.order_id)
        .where(
            Order.client_id == client_id,
            Order.state != OrderState.CANCELLED,
            col(Order.deleted_at).is_(None),
            col(OrderLine.deleted_at).is_(None),
        )
        .order_by(col(Order.signed_on).desc(), col(Order.id).desc(), OrderLine.position)
    )
    if before is not None:
        versions = select(Quotation.id).where(Quotation.code == before.code)
        of_this = col(Order.quotation_id).in_(versions)
        query = query.where(Order.signed_on <= before.issued_on, sa.or_(col(Order.quotation_id).is_(None), ~of_this))
    return [(product_id, name_key(name), LastPrice("order", *rest)) for product_id, name, *rest in session.exec(query)]


def _quotation_lines(session: Session, client_id: int, before: Quotation | None) -> list[_Line]:
    query: Any = (
        select_columns(
            QuotationLine.product_id,
            QuotationLine.product,
            Quotation.code,
            Quotation.issued_on,
            QuotationLine.price,
            Quotation.currency,
            QuotationLine.discount_percent,
            QuotationLine.unit,
        )
        .join(Quotation, col(Quotation.id) == QuotationLine.quotation_id)
        .where(
            Quotation.client_id == client_id,
            col(Quotation.state).in_(_TOLD),
            col(Quotation.deleted_at).is_(None),
            col(QuotationLine.deleted_at).is_(None),
        )
        .order_by(col(Quotation.issued_on).desc(), col(Quotation.id).desc(), QuotationLine.position)
    )
    if before is not None:
        earlier = (Quotation.issued_on <= before.issued_on, col(Quotation.id) < before.id)
        query = query.where(*earlier, Quotation.code != before.code)
    return [
        (product_id, name_key(name), LastPrice("quotation", code, None, *rest))
        for product_id, name, code, *rest in session.exec(query)
    ]
