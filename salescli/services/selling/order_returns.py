"""Returns noted by mistake: found by their codes and taken out again, so that what came back is owed after all."""

import re

from sqlmodel import Session, col, select

from salescli.currencies import in_yuan
from salescli.models.orders import Order, OrderReturn
from salescli.services.changes import now_of
from salescli.texts import name_key
from salescli.vocabulary import OrderState

_CODE = re.compile(r"(?P<order>o[0-9]{1,9})-(?P<place>[0-9]{1,6})")


def find(session: Session, ref: str) -> OrderReturn | None:
    """The return of that code (``O0012-1`` is the first of O0012); None where the text is not the code of one."""
    asked = _CODE.fullmatch(name_key(ref))
    if asked is None:
        return None
    # Removed ones count, so that a code means the same return for good.
    query = select(OrderReturn).join(Order, col(Order.id) == OrderReturn.order_id)
    query = query.where(Order.code == asked["order"].upper(), col(Order.deleted_at).is_(None))
    all_of_it = list(session.exec(query.order_by(col(OrderReturn.id))))
    place = int(asked["place"])
    found = all_of_it[place - 1] if 0 < place <= len(all_of_it) else None
    return found if found is not None and found.deleted_at is None else None


def order_of(session: Session, back: OrderReturn) -> Order:
    """The order of which it came back."""
    return session.exec(select(Order).where(Order.id == back.order_id)).one()


def remove(session: Session, back: OrderReturn) -> Order:
    """Take a return out of every list; gives back its order, which is as far as its days say it is."""
    order = order_of(session, back)
    back.deleted_at = now_of(session)
    session.add(back)
    session.flush()
    left = select(OrderReturn).where(OrderReturn.order_id == order.id, col(OrderReturn.deleted_at).is_(None))
    before = 0
    for other in session.exec(left.order_by(col(OrderReturn.id))):
        # Yuan are rounded on the whole returned so far, without this one.
        other.value = in_yuan(before + other.amount, order.rate) - in_yuan(before, order.rate)
        before += other.amount
        session.add(other)
    if order.state == OrderState.RETURNED:
        order.state, order.ended_on = _by_its_days(order).value, None
        session.add(order)
    session.flush()
    return order


def _by_its_days(order: Order) -> OrderState:
    if order.accepted_on is not None:
        return OrderState.ACCEPTED
    return OrderState.CONFIRMED if order.delivered_on is None else OrderState.DELIVERED
