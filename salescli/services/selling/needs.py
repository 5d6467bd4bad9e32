"""What clients need: raised, qualified, followed up; the samples given for it and how they did."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from salescli.amounts import excerpt, half_width
from salescli.dates import echo_day
from salescli.errors import Ambiguous, BadValue, NotFound, Refused
from salescli.i18n import N_, _
from salescli.models.clients import Client
from salescli.models.needs import Need, NeedSample
from salescli.service_words import NeedState, Result
from salescli.services.accounts import clients
from salescli.services.changes import now_of
from salescli.services.selling import deals, products
from salescli.services.selling.need_views import NEEDS, OPEN_STATES, views
from salescli.services.selling.need_views import NeedView as NeedView
from salescli.services.selling.need_views import SampleView as SampleView
from salescli.services.selling.need_views import open_of as open_of
from salescli.texts import HEADLINE_LIMIT, NOTE_LIMIT, clean, name_key
from salescli.vocabulary import label, parse_word

_CODE = re.compile(r"n[0-9]{1,9}$")
_MOST_CHOICES = 20
_TEXTS = {
    "spec": N_("specification"),
    "quantity": N_("quantity"),
    "delivery": N_("delivery"),
    "decider": N_("decider"),
    "timing": N_("timing"),
}
ALL_STATES = ("all", "全部", "所有")


# --- raising and changing ---


def add(session: Session, client: Client, text: str, today: date, **details: Any) -> Need:
    """Store what a client wants: ``text`` is the product, or a note where ``product`` is given apart.

    ``details`` are product, spec, quantity, delivery, decider and timing as typed, budget (minor units), wanted_on, and
    deal as people name it. Raises Refused for a deal of another client.
    """
    said = clean(text, field=_("need"), limit=HEADLINE_LIMIT)
    number = clients.next_id(session, Need)
    assert client.id is not None
    need = Need(id=number, code=f"N{number:04d}", client_id=client.id, raised_on=today)
    if details.get("product") is None:
        details["product"] = said
    else:
        need.note = said
    return _changed(session, need, client, details)


def edit(session: Session, need: Need, **details: Any) -> Need:
    """Change what a need says: the details of :func:`add`, and note as typed."""
    return _changed(session, need, client_of(session, need), details)


def _changed(session: Session, need: Need, client: Client, details: dict[str, Any]) -> Need:
    for name, word in _TEXTS.items():
        if details.get(name) is not None:
            read = _quantity if name == "quantity" else clean
            setattr(need, name, read(details[name], field=_(word)))
    for name in ("budget", "wanted_on"):
        if details.get(name) is not None:
            setattr(need, name, details[name])
    if details.get("note") is not None:
        need.note = clean(details["note"], field=_("note"), limit=NOTE_LIMIT)
    if details.get("product") is not None:
        _set_product(session, need, details["product"])
    if details.get("deal") is not None:
        _set_deal(session, need, client, details["deal"])
    return _stored(session, need)


def _quantity(text: str, *, field: str) -> str:
    """How much as typed, with what is counted (200套); BadValue for less than nothing."""
    said = clean(text, field=field)
    if half_width(said).startswith(("-", "负")):
        raise BadValue(_("The {field} “{text}” is negative.").format(field=field, text=excerpt(said)))
    return said


def _set_product(session: Session, need: Need, text: str) -> None:
    """Keep the product by its code or whole name, or as text where there is none."""
    said = clean(text, field=_("product"), limit=HEADLINE_LIMIT)
    product = products.find(session, said)
    need.product_id, need.product = (None, said) if product is None else (product.id, product.name)


def _set_deal(session: Session, need: Need, client: Client, ref: str) -> None:
    deal = deals.find(session, ref)
    if deal.client_id != client.id:
        raise Refused(
            _("{code} is a deal with {client}.").format(code=deal.code, client=deals.client_of(session, deal).name),
            hint=_("`sales deal list --client {code}` shows this client's.").format(code=client.code),
        )
    need.deal_id = deal.id


def move(session: Session, need: Need, state: str, today: date, reason: str | None = None) -> Need:
    """Put a need into another state, as typed; the reason is kept with its day at the end of the note."""
    to = parse_word(state, NeedState)
    if to.value == need.state:
        raise Refused(_("{code} is {state} already.").format(code=need.code, state=label(need.state, NeedState)))
    need.state = to.value
    if reason is not None:
        why = f"{today.isoformat()} {clean(reason, field=_('reason'), limit=NOTE_LIMIT)}"
        need.note = clean("\n".join(filter(None, (need.note, why))), field=_("note"), limit=NOTE_LIMIT)
    return _stored(session, need)


def remove(session: Session, need: Need) -> None:
    """Take a need out of every list."""
    need.deleted_at = now_of(session)
    _stored(session, need)


def _stored(session: Session, need: Need) -> Need:
    session.add(need)
    session.flush()
    return need


# --- samples ---


def give_sample(session: Session, need: Need, item: str, on: date, today: date, quantity: str | None = None) -> Need:
    """Note a sample given for a need on a day."""
    assert need.id is not None
    session.add(
        NeedSample(
            need_id=need.id,
            item=clean(item, field=_("sample")),
            quantity=None if quantity is None else _quantity(quantity, field=_("quantity")),
            given_on=_past(on, today),
        )
    )
    return _stored(session, need)


def note_result(
    session: Session,
    need: Need,
    result: str,
    on: date,
    today: date,
    *,
    item: str | None = None,
    note: str | None = None,
) -> Need:
    """Note how a sample did in the client's test: the one by that name, else the only one without a result.

    A result noted before is replaced where the sample is named. Raises NotFound without such a sample, Refused when
    several wait.
    """
    sample = _tested(session, need, item)
    if on < sample.given_on:
        raise BadValue(
            _("{item} was given on {day}; it can't have been tested before.").format(
                item=sample.item, day=echo_day(sample.given_on)
            )
        )
    sample.result, sample.tested_on = parse_word(result, Result).value, _past(on, today)
    if sample.result == Result.PENDING:
        sample.tested_on = None
    if note is not None:
        sample.note = clean(note, field=_("note"), limit=NOTE_LIMIT)
    session.add(sample)
    return _stored(session, need)


def _tested(session: Session, need: Need, item: str | None) -> NeedSample:
    samples = session.exec(
        select(NeedSample)
        .where(NeedSample.need_id == need.id, col(NeedSample.deleted_at).is_(None))
        .order_by(col(NeedSample.given_on), col(NeedSample.id))
    ).all()
    if item is not None:
        key = name_key(clean(item, field=_("sample")))
        found = [one for one in samples if name_key(one.item) == key]
        found = found or [one for one in samples if key in name_key(one.item)]
        found = found[-1:]  # of the same sample given twice, the latest
    else:
        found = [one for one in samples if one.result == Result.PENDING]
    if not found:
        raise NotFound(
            _("{code} has no sample that waits for a result.").format(code=need.code),
            hint=_("`sales need sample {code} ITEM` notes one.").format(code=need.code),
        )
    if len(found) > 1:
        names = _(", ").join(one.item for one in found)
        raise Refused(
            _("Several samples of {code} wait for a result: {items}.").format(code=need.code, items=names),
            hint=_("Say which with --item."),
        )
    return found[0]


def _past(day: date, today: date) -> date:
    if day > today:
        raise BadValue(_("{day} has not come yet.").format(day=echo_day(day)))
    return day


# --- finding ---


def find(session: Session, ref: str) -> Need:
    """The need that ``ref`` means: its code, or a client with one open need.

    Raises NotFound, or Ambiguous with the choices.
    """
    asked = clean(ref, field=_("need"))
    key = name_key(asked)
    if _CODE.match(key):
        found: Need | None = session.exec(_alive().where(Need.code == key.upper())).first()
        if found is None:
            raise NotFound(
                _("There is no need {code}.").format(code=key.upper()),
                hint=_("`sales need list --state all` shows them all."),
            )
        return found
    client = clients.find(session, asked)
    theirs = list(session.exec(_alive().where(Need.client_id == client.id, col(Need.state).in_(OPEN_STATES))))
    if not theirs:
        raise NotFound(
            _("{client} has no open need.").format(client=client.name),
            hint=_("`sales need list --state all` shows them all."),
        )
    if len(theirs) > 1:
        raise Ambiguous(
            _("{client} has several open needs").format(client=client.name),
            [(need.code, excerpt(need.product or "")) for need in theirs[:_MOST_CHOICES]],
            hint=_("Give the need's code."),
        )
    need: Need = theirs[0]
    return need


def _alive() -> Any:
    return (
        select(Need)
        .join(Client, col(Client.id) == Need.client_id)
        .where(col(Need.deleted_at).is_(None), col(Client.deleted_at).is_(None))
        .order_by(col(Need.id))
    )


def client_of(session: Session, need: Need) -> Client:
    """The client who has a need."""
    return session.exec(select(Client).where(Client.id == need.client_id)).one()


# --- showing ---


@dataclass(frozen=True)
class Filter:
    """What a list of needs is narrowed to; ``None`` narrows nothing, and ``state`` to those not decided yet."""

    text: str | None = None
    client: Client | None = None
    state: str | None = None


def listed(session: Session, wanted: Filter) -> list[NeedView]:
    """Needs in the order they were raised; ``state`` is a state in either language, or ``all``."""
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.client is not None:
        conditions.append(NEEDS.c.client_id == wanted.client.id)
    if wanted.state is None:
        conditions.append(NEEDS.c.state.in_(OPEN_STATES))
    elif wanted.state.strip().lower() not in ALL_STATES:
        conditions.append(NEEDS.c.state == parse_word(wanted.state, NeedState).value)
    found = views(session, conditions)
    if wanted.text is None:
        return found
    key = name_key(clean(wanted.text, field=_("search text")))
    return [need for need in found if key in name_key(" ".join(filter(None, _words_of(need))))]


def _words_of(need: NeedView) -> tuple[str | None, ...]:
    return need.code, need.client.name, need.product_code, need.product, need.spec, need.note


def view(session: Session, need: Need) -> NeedView:
    """One need as lists and JSON show it."""
    return views(session, [NEEDS.c.id == need.id])[0]
