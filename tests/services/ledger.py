"""Orders, receipts and what belongs to them, written straight into the tables: what figures are counted from."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, SQLModel, func, select

from salescli.models.clients import Client
from salescli.models.orders import Order, OrderLine, OrderReturn, OrderShare
from salescli.models.quotations import Quotation
from salescli.models.receipts import Allocation, Receipt, Receivable, Refund
from salescli.services.office import profile


@dataclass
class Ledger:
    """Short ways to write down what was ordered and paid; amounts are minor units of yuan, days ISO texts."""

    session: Session
    me: str = "张三"

    def __post_init__(self) -> None:
        profile.save(self.session, name=self.me)

    def _stored(self, record: Any) -> Any:
        self.session.add(record)
        self.session.flush()
        return record

    def _next(self, table: type[SQLModel]) -> int:
        count: int = self.session.exec(select(func.count()).select_from(table)).one()
        return count + 1

    def order(self, client: Client, day: str, value: int, shares: dict[str, str] | None = None, **fields: Any) -> Order:
        """An order, shared by the persons given."""
        fields = {"code": f"O{self._next(Order):04d}", "amount": value, **fields}
        made: Order = self._stored(
            Order(client_id=client.id or 0, signed_on=date.fromisoformat(day), value=value, **fields)
        )
        for person, percent in (shares or {}).items():
            self._stored(OrderShare(order_id=made.id or 0, person=person, percent=percent))
        return made

    def line(self, order: Order, product: str, amount: int, position: int = 1) -> OrderLine:
        """A line of an order."""
        made: OrderLine = self._stored(
            OrderLine(
                order_id=order.id or 0, position=position, product=product, quantity="1", price=amount, amount=amount
            )
        )
        return made

    def back(self, order: Order, day: str, value: int) -> OrderReturn:
        """Goods that came back."""
        on = date.fromisoformat(day)
        made: OrderReturn = self._stored(OrderReturn(order_id=order.id or 0, returned_on=on, amount=value, value=value))
        return made

    def receipt(self, client: Client, day: str, value: int, **fields: Any) -> Receipt:
        """Money received."""
        fields = {"code": f"R{self._next(Receipt):04d}", "amount": value, **fields}
        on = date.fromisoformat(day)
        made: Receipt = self._stored(Receipt(client_id=client.id or 0, received_on=on, value=value, **fields))
        return made

    def refund(self, client: Client, day: str, value: int, order: Order | None = None) -> Refund:
        """Money paid back."""
        on = date.fromisoformat(day)
        made: Refund = self._stored(
            Refund(
                client_id=client.id or 0,
                order_id=order.id if order else None,
                refunded_on=on,
                amount=value,
                value=value,
            )
        )
        return made

    def owed(self, order: Order, due: str | None, amount: int, position: int = 1) -> Receivable:
        """A part of an order's amount with its day."""
        due_on = date.fromisoformat(due) if due else None
        made: Receivable = self._stored(
            Receivable(
                order_id=order.id or 0, client_id=order.client_id, position=position, due_on=due_on, amount=amount
            )
        )
        return made

    def pays(self, receipt: Receipt, receivable: Receivable, amount: int) -> Allocation:
        """What of a receipt pays for a part."""
        made: Allocation = self._stored(
            Allocation(receipt_id=receipt.id or 0, receivable_id=receivable.id or 0, amount=amount)
        )
        return made

    def quotation(self, client: Client, day: str, total: int = 100, **fields: Any) -> Quotation:
        """A quotation."""
        fields = {"code": f"Q{self._next(Quotation):04d}", **fields}
        on = date.fromisoformat(day)
        made: Quotation = self._stored(Quotation(client_id=client.id or 0, issued_on=on, total=total, **fields))
        return made
