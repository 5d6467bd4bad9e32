"""Writing a quotation, line by line or in one sum, and changing it as a new version."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, select

from salescli.amounts import LIMIT, grouped, half_width, parse_amount
from salescli.config import Settings
from salescli.currencies import checked_rate, half_up, parse_currency, refuse_worthless
from salescli.dates import echo_day, parse_day
from salescli.errors import BadValue, Refused
from salescli.i18n import _
from salescli.line_items import parse_discount, parse_line, parse_percent
from salescli.models.clients import Client
from salescli.models.quotations import Deal, Quotation, QuotationLine
from salescli.services.accounts import clients
from salescli.services.selling import quotations
from salescli.services.selling.priced_lines import priced
from salescli.texts import NOTE_LIMIT, clean
from salescli.vocabulary import Incoterm, Lifecycle, QuoteState, parse_word

_DAYS = re.compile(r"([0-9]{1,4}) *(?:d|天|days?)")
# Under these the buyer pays the freight.
_BUYER_PAYS = (Incoterm.EXW, Incoterm.FOB)
_LINE_COLUMNS = ("product_id", "product", "spec", "quantity", "unit", "price", "discount_percent", "amount")


def add(session: Session, client: Client, today: date, settings: Settings, **details: Any) -> Quotation:
    """Write a quotation to a client.

    ``details`` are as typed: ``lines`` or ``amount``, ``discount`` (a sum or a percentage), ``tax``, ``currency``,
    ``rate``, ``incoterm``, ``freight``, ``valid`` (a day, or ``30d``), ``terms``, ``note``; ``deal`` is a Deal and
    ``on`` the day of issue. Raises BadValue for what can't be read, Refused for a discount above
    the sum and a client on the blacklist.
    """
    if client.lifecycle == Lifecycle.BLOCKED:
        raise Refused(
            _("{client} is on the blacklist.").format(client=client.name),
            hint=_("`sales client edit {code} --lifecycle customer` takes it off.").format(code=client.code),
        )
    quotation = Quotation(
        id=clients.next_id(session, Quotation),
        code=_next_code(session),
        client_id=_id(client),
        issued_on=quotations.issued_on(details.get("on"), today),
        valid_until=None,
        total=0,
    )
    percent = settings.number("quotes.tax_percent")
    quotation.tax_percent = str(percent) if percent else None
    quotation.valid_until = quotation.issued_on + timedelta(days=settings.number("quotes.valid_days"))
    rows = _rows(session, quotation, details)
    if rows is None:
        raise BadValue(
            _("A quotation needs its goods, or a sum."),
            hint=_("Give --line “PRODUCT x QUANTITY @ PRICE”, once for each, or --amount."),
        )
    return _write(session, quotation, rows, details, today)


def revise(session: Session, quotation: Quotation, today: date, **details: Any) -> Quotation:
    """Change a quotation as a new version under its code, which is a draft again; the earlier ones are kept.

    ``details`` are those of :func:`add`; what is left out stays. Lines are given all or none, with the discount if
    there is one; the validity keeps its length. Raises as :func:`add` does, and Refused for a quotation that is
    accepted.
    """
    if quotation.state == QuoteState.ACCEPTED:
        raise Refused(
            _("{code} is accepted and stays as it is.").format(code=quotation.code),
            hint=_("`sales quote add` writes another one."),
        )
    kept = {name: getattr(quotation, name) for name in ("code", "client_id", "deal_id", "currency", "rate", "incoterm")}
    kept |= {
        name: getattr(quotation, name) for name in ("discount", "freight", "tax_percent", "total", "terms", "note")
    }
    new = Quotation(
        **kept,
        id=clients.next_id(session, Quotation),
        version=quotation.version + 1,
        issued_on=quotations.issued_on(details.get("on"), today),
    )
    if quotation.valid_until is not None:
        new.valid_until = new.issued_on + (quotation.valid_until - quotation.issued_on)
    rows = _rows(session, new, details)
    _refuse_old_sums(quotation, new, details, lines_too=rows is None)
    _refuse_old_discount(quotation, details, other_goods=rows is not None)
    if rows is None:
        rows = [
            {name: getattr(line, name) for name in _LINE_COLUMNS} for line in quotations.lines_of(session, quotation)
        ]
        details = {**details, "subtotal": quotation.total + quotation.discount - quotation.freight}
    quotation.current = False
    session.add(quotation)
    return _write(session, new, rows, details, today)


def _write(
    session: Session, quotation: Quotation, rows: list[dict[str, Any]], details: dict[str, Any], today: date
) -> Quotation:
    """Fill in what was typed, work out the total, store the quotation with its lines."""
    _set_words(quotation, details)
    if details.get("valid") is not None:
        quotation.valid_until = _valid_until(details["valid"], quotation.issued_on, today)
    _set_total(quotation, rows, details)
    session.add(quotation)
    session.flush()
    for position, row in enumerate(rows, start=1):
        session.add(QuotationLine(quotation_id=_id(quotation), position=position, **row))
    session.flush()
    return quotation


def _set_words(quotation: Quotation, details: dict[str, Any]) -> None:
    deal: Deal | None = details.get("deal")
    if deal is not None:
        if deal.client_id != quotation.client_id:
            raise Refused(_("{deal} is a deal with another client.").format(deal=deal.code))
        quotation.deal_id = deal.id
    if details.get("tax") is not None:
        percent = parse_percent(details["tax"], _("tax rate"))
        quotation.tax_percent = None if percent == "0" else percent
    if details.get("incoterm") is not None:
        quotation.incoterm = parse_word(details["incoterm"], Incoterm).value
    if details.get("terms") is not None:
        quotation.terms = clean(details["terms"], field=_("terms"), limit=NOTE_LIMIT)
    if details.get("note") is not None:
        quotation.note = clean(details["note"], field=_("note"), limit=NOTE_LIMIT)


def _set_total(quotation: Quotation, rows: Sequence[dict[str, Any]], details: dict[str, Any]) -> None:
    """Total = lines less discount + freight; a percentage off is of the lines, rounded half up."""
    subtotal = sum(row["amount"] for row in rows) if rows else details.get("subtotal", quotation.total)
    if details.get("freight") is not None:
        quotation.freight = parse_amount(details["freight"])
    if details.get("discount") is not None:
        quotation.discount = _discount(details["discount"], subtotal)
    if quotation.freight and quotation.incoterm in _BUYER_PAYS:
        raise Refused(
            _("Under {incoterm} the buyer pays the freight.").format(incoterm=quotation.incoterm),
            hint=_("Leave --freight out (on a new version, `--freight 0`), or take CFR or CIF."),
        )
    if quotation.discount > subtotal:
        raise Refused(
            _("The discount of {discount} is above the sum of {sum}.").format(
                discount=grouped(quotation.discount), sum=grouped(subtotal)
            )
        )
    quotation.total = subtotal - quotation.discount + quotation.freight
    if quotation.total > LIMIT:
        raise BadValue(
            _("The total of {amount} is over the limit of {limit}.").format(
                amount=grouped(quotation.total), limit=grouped(LIMIT)
            )
        )
    refuse_worthless(quotation.total, quotation.rate)


def _discount(text: str, subtotal: int) -> int:
    percent = parse_discount(text)
    return parse_amount(text) if percent is None else half_up(subtotal * Fraction(percent) / 100)


def _rows(session: Session, quotation: Quotation, details: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The lines given, or none with the one sum as the total; None where neither was given. Sets the currency."""
    _set_currency(quotation, details)
    lines, amount = details.get("lines") or (), details.get("amount")
    if lines and amount is not None:
        raise BadValue(_("Give the lines, or --amount for one sum, not both."))
    if lines:
        return [_row(session, quotation, text) for text in lines]
    if amount is None:
        return None
    quotation.total = parse_amount(amount)
    if not quotation.total:
        raise BadValue(_("A quotation of nothing is none."), hint=_("Give --amount above 0."))
    return []


def _set_currency(quotation: Quotation, details: dict[str, Any]) -> None:
    currency, rate = details.get("currency"), details.get("rate")
    if currency is not None:
        quotation.currency = parse_currency(currency)
    if currency is not None or rate is not None:
        quotation.rate = checked_rate(rate, quotation.currency)


def _row(session: Session, quotation: Quotation, text: str) -> dict[str, Any]:
    row = priced(session, parse_line(text), quotation.client_id, quotation.currency, quotation.issued_on)
    return {name: row[name] for name in _LINE_COLUMNS}


def _refuse_old_sums(old: Quotation, new: Quotation, details: dict[str, Any], *, lines_too: bool) -> None:
    """Refuse to read sums of the earlier version in another currency."""
    if new.currency == old.currency:
        return
    kept = ["--line"] if lines_too else []
    kept += [f"--{name}" for name in ("discount", "freight") if getattr(old, name) and details.get(name) is None]
    if kept:
        raise BadValue(
            _("The sums of {code} are in {currency}.").format(code=old.code, currency=old.currency),
            hint=_("Give these in {currency} as well: {options}.").format(
                currency=new.currency, options=_(", ").join(kept)
            ),
        )


def _next_code(session: Session) -> str:
    """The next free code; all versions of a quotation share one."""
    numbers = sa.cast(sa.func.substr(Quotation.code, 2), sa.Integer)
    return f"Q{(session.exec(select(sa.func.max(numbers))).first() or 0) + 1:04d}"


def _refuse_old_discount(old: Quotation, details: dict[str, Any], *, other_goods: bool) -> None:
    """Refuse to take off other goods what was taken off the earlier ones, maybe in percent."""
    if other_goods and old.discount and details.get("discount") is None:
        raise BadValue(
            _("{code} has a discount of {amount}; is it to stay for the new goods?").format(
                code=old.code, amount=grouped(old.discount)
            ),
            hint=_("Give --discount as well: a sum, a percentage, or 0."),
        )


def _valid_until(text: str, issued_on: date, today: date) -> date:
    """The last day of validity: a day, or so many days from the day of issue."""
    days = _DAYS.fullmatch(half_width(text).strip().lower())
    until = issued_on + timedelta(days=int(days[1])) if days else parse_day(text, today)
    if until < issued_on:
        raise BadValue(
            _("It can't be valid until {until}: it is of {issued}.").format(
                until=echo_day(until), issued=echo_day(issued_on)
            )
        )
    return until


def _id(record: Any) -> int:
    number: int = record.id
    return number
