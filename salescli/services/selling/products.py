"""Products and what they cost: the list, and the prices agreed with clients over time.

Prices are minor units of their currency for one unit of the product, tax included.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli.amounts import excerpt
from salescli.currencies import HOME, parse_currency
from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.i18n import N_, _
from salescli.models.base import select_columns
from salescli.models.clients import Client
from salescli.models.products import Price, Product
from salescli.services.accounts import clients
from salescli.services.changes import now_of
from salescli.texts import NOTE_LIMIT, clean, name_key

_MOST_CHOICES = 20
_FIELDS = {"name": N_("name"), "spec": N_("specification"), "unit": N_("unit")}


@dataclass(frozen=True)
class ProductView:
    """A product as lists and JSON show it."""

    code: str
    name: str
    spec: str | None
    unit: str | None
    price: int | None
    cost: int | None
    currency: str
    note: str | None
    archived: bool


@dataclass(frozen=True)
class PriceView:
    """A price agreed with a client from a day on."""

    client: str
    client_name: str
    product: str
    product_name: str
    price: int
    currency: str
    from_on: date
    note: str | None


@dataclass(frozen=True)
class Offer:
    """What a product costs a client on a day: as agreed from ``from_on`` on, or by the list (None)."""

    price: int
    currency: str
    from_on: date | None


def add(session: Session, code: str, name: str, **fields: Any) -> Product:
    """Store a product under a code of the user's; one that was removed comes back with the new values.

    ``fields`` are spec, unit, note and currency as typed, price and cost in minor units. Raises Refused for a code,
    or a name with the same specification, that another product has.
    """
    code = _checked_code(code)
    twin = _of_code(session, code, removed=True)
    if twin is not None and twin.deleted_at is None:
        raise Refused(
            _("There is already a product {code} {name}.").format(code=twin.code, name=twin.name),
            hint=_("`sales product edit {code}` changes it.").format(code=twin.code),
        )
    product = twin or Product(id=clients.next_id(session, Product), code=code, name="", name_key="")
    for column in ("spec", "unit", "list_price", "cost", "note"):
        setattr(product, column, None)
    product.code, product.currency, product.archived, product.deleted_at = code, HOME, False, None
    return _change(session, product, {**fields, "name": name})


def edit(session: Session, product: Product, fields: dict[str, Any]) -> Product:
    """Change the given fields: code, those of :func:`add`, and archived. Raises as :func:`add` does."""
    if "code" in fields:
        code = _checked_code(fields["code"])
        twin = _of_code(session, code, removed=True)
        if twin is not None and twin.id != product.id:
            raise Refused(
                _("There is already a product {code} {name}.").format(code=twin.code, name=twin.name),
                hint=_("Codes are not given twice, not even those of removed products."),
            )
        product.code = code
    return _change(session, product, {name: value for name, value in fields.items() if name != "code"})


def remove(session: Session, product: Product) -> None:
    """Take a product out of every list; quotations and orders keep its name as text."""
    product.deleted_at = now_of(session)
    session.add(product)
    session.flush()


def _change(session: Session, product: Product, fields: dict[str, Any]) -> Product:
    for name, value in fields.items():
        if name in _FIELDS:
            setattr(product, name, clean(value, field=_(_FIELDS[name])))
        elif name == "note":
            product.note = clean(value, field=_("note"), limit=NOTE_LIMIT)
        elif name == "currency":
            product.currency = parse_currency(value)
        else:
            setattr(product, "list_price" if name == "price" else name, value)
    product.name_key = name_key(product.name)
    _refuse_twin(session, product)
    session.add(product)
    session.flush()
    return product


def _refuse_twin(session: Session, product: Product) -> None:
    with session.no_autoflush:
        same_name = session.exec(
            select(Product).where(Product.name_key == product.name_key, Product.id != product.id, *_ALIVE)
        ).all()
    for twin in same_name:
        if name_key(twin.spec or "") == name_key(product.spec or ""):
            raise Refused(
                _("There is already a product {code} {name}.").format(code=twin.code, name=twin.name),
                hint=_("Give --spec to tell them apart."),
            )


def _checked_code(text: str) -> str:
    code = unicodedata.normalize("NFKC", clean(text, field=_("product code"), limit=60))
    if re.search(r"\s", code):
        raise BadValue(
            _("The product code “{text}” has a blank in it.").format(text=excerpt(code)),
            hint=_("Write it without one: X200."),
        )
    return code


# --- finding ---

_ALIVE = (col(Product.deleted_at).is_(None),)


def find(session: Session, text: str) -> Product | None:
    """The product that a text in a file or a line names by its code or its whole name; None if none or several do."""
    key = name_key(text)
    by_code = _of_code(session, key)
    if by_code is not None or not key:
        return by_code
    named = session.exec(select(Product).where(Product.name_key == key, *_ALIVE).limit(2)).all()
    return named[0] if len(named) == 1 else None


def meant(session: Session, ref: str) -> Product:
    """The one product that a person means by its code, its name, or a part of the name or of the code.

    Raises NotFound, or Ambiguous with the choices when several match.
    """
    asked = clean(ref, field=_("product"))
    key = name_key(asked)
    by_code = _of_code(session, key)
    if by_code is not None:
        return by_code
    for condition in (Product.name_key == key, _contains(key)):
        found = session.exec(select(Product).where(condition, *_ALIVE).order_by(Product.code)).all()
        if len(found) == 1:
            return found[0]
        if found:
            raise Ambiguous(
                _("“{ref}” matches {count} products").format(ref=excerpt(asked), count=len(found)),
                [(one.code, " ".join(filter(None, (one.name, one.spec)))) for one in found[:_MOST_CHOICES]],
                hint=_("Give the code."),
            )
    raise NotFound(
        _("There is no product “{ref}”.").format(ref=excerpt(asked)),
        hint=_("`sales product list` shows them; `sales product add` makes one."),
    )


def _of_code(session: Session, code: str, *, removed: bool = False) -> Product | None:
    same = sa.func.lower(col(Product.code)) == name_key(code)
    return session.exec(select(Product).where(same, *(() if removed else _ALIVE))).first()


def _contains(key: str) -> Any:
    in_code = sa.func.lower(col(Product.code)).contains(key, autoescape=True)
    return sa.or_(col(Product.name_key).contains(key, autoescape=True), in_code)


def listed(session: Session, text: str | None = None, *, archived: bool = False) -> list[ProductView]:
    """Products by code; those whose code or name holds ``text``. Archived ones are left out unless asked for."""
    conditions = [] if text is None else [_contains(name_key(clean(text, field=_("search text"))))]
    if not archived:
        conditions.append(col(Product.archived).is_(False))
    found = session.exec(select(Product).where(*_ALIVE, *conditions).order_by(sa.func.lower(Product.code)))
    return [view(product) for product in found]


def view(product: Product) -> ProductView:
    """One product as lists and JSON show it."""
    return ProductView(
        code=product.code,
        name=product.name,
        spec=product.spec,
        unit=product.unit,
        price=product.list_price,
        cost=product.cost,
        currency=product.currency,
        note=product.note,
        archived=product.archived,
    )


# --- prices agreed with clients ---


def set_price(
    session: Session,
    client: Client,
    product: Product,
    amount: int,
    from_on: date,
    *,
    currency: str | None = None,
    note: str | None = None,
) -> Price:
    """Note the price agreed with a client from a day on, in the product's currency unless another is given.

    Earlier prices stay and hold until that day; one from the very day is replaced.
    """
    same = (Price.client_id == client.id, Price.product_id == product.id, Price.from_on == from_on)
    price = session.exec(select(Price).where(*same, col(Price.deleted_at).is_(None))).first()
    if price is None:
        assert client.id is not None
        assert product.id is not None
        price = Price(
            id=clients.next_id(session, Price),
            client_id=client.id,
            product_id=product.id,
            price=amount,
            from_on=from_on,
        )
    price.price = amount
    price.currency = product.currency if currency is None else parse_currency(currency)
    price.note = None if note is None else clean(note, field=_("note"), limit=NOTE_LIMIT)
    session.add(price)
    session.flush()
    return price


def price_for(session: Session, client_id: int, product_id: int, on: date) -> Offer | None:
    """What a product costs a client on a day: the latest price agreed from that day or earlier, else the list's.

    None where neither is known.
    """
    agreed = session.exec(
        select(Price)
        .where(
            Price.client_id == client_id,
            Price.product_id == product_id,
            Price.from_on <= on,
            col(Price.deleted_at).is_(None),
        )
        .order_by(col(Price.from_on).desc())
    ).first()
    if agreed is not None:
        return Offer(agreed.price, agreed.currency, agreed.from_on)
    product = session.get(Product, product_id)
    if product is None or product.list_price is None:
        return None
    return Offer(product.list_price, product.currency, None)


def prices(session: Session, product: Product | None = None, client: Client | None = None) -> list[PriceView]:
    """The prices agreed, by client and product, the latest first; of one product or client where given."""
    conditions: list[Any] = []
    if product is not None:
        conditions.append(Price.product_id == product.id)
    if client is not None:
        conditions.append(Price.client_id == client.id)
    rows = session.exec(
        select_columns(
            Client.code,
            Client.name,
            Product.code,
            Product.name,
            Price.price,
            Price.currency,
            Price.from_on,
            Price.note,
        )
        .join(Client, col(Client.id) == Price.client_id)
        .join(Product, col(Product.id) == Price.product_id)
        .where(col(Price.deleted_at).is_(None), col(Client.deleted_at).is_(None), *_ALIVE, *conditions)
        .order_by(Client.id, Product.code, col(Price.from_on).desc())
    )
    return [PriceView(*row) for row in rows]
