"""The columns of an order file: which header is which field, and each cell as the value that is stored."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from salescli.amounts import excerpt, grouped, half_width, parse_amount, plain
from salescli.currencies import HOME, checked_rate, decimal_text, half_up, in_yuan, parse_currency, refuse_worthless
from salescli.errors import BadValue, Refused, SalesError
from salescli.i18n import _, one_after_another
from salescli.services.files.file_columns import (
    NO_FIELDS,
    NOTHING,
    Columns,
    FileFields,
    RowError,
    cell_day,
    cell_text,
    nothing_holds,
    read_cells,
    shortened,
)
from salescli.services.selling.order_shares import shares_in_cell
from salescli.services.selling.orders import refuse_wrong_days
from salescli.tabular.table import Row, Table, Value
from salescli.texts import NAME_LIMIT, NOTE_LIMIT, name_key
from salescli.vocabulary import OrderState, parse_word

# What files call each field, the surest name first. The first of each are those of our own files.
HEADERS: dict[str, tuple[str, ...]] = {
    "number": (
        *(
            "订单号",
            "number",
            "订单编号",
            "合同号",
            "合同编号",
            "销售订单号",
            "单号",
            "订单号码",
            "单据编号",
            "order number",
        ),
        *("order no", "order id", "order", "contract number", "contract no", "contract", "so number", "so no", "编号"),
    ),
    "client_code": ("客户编号", "client code", "客户编码", "客户代码", "customer code", "customer id", "client id"),
    "client": (
        *(
            "客户名称",
            "client",
            "客户",
            "公司名称",
            "单位名称",
            "购货单位",
            "购买方",
            "买方",
            "甲方",
            "客户全称",
            "名称",
        ),
        *("client name", "customer", "customer name", "company", "company name", "account", "account name", "buyer"),
    ),
    "signed_on": (
        *("下单日期", "signed on", "签订日期", "签约日期", "订单日期", "合同日期", "签单日期", "成交日期", "下单时间"),
        *("signed_on", "signed", "order date", "date ordered", "ordered on", "contract date", "date", "日期"),
    ),
    "amount": (
        *("金额", "amount", "订单金额", "合同金额", "总金额", "含税金额", "合计金额", "价税合计", "成交金额", "销售额"),
        *("order amount", "total", "total amount", "order value", "contract amount", "sum"),
    ),
    "product": ("产品", "product", "产品名称", "商品", "商品名称", "品名", "货品", "products", "item", "goods"),
    "quantity": ("数量", "quantity", "qty", "订货数量", "销售数量"),
    "price": ("单价", "price", "含税单价", "销售单价", "成交单价", "unit price", "unit_price", "price each"),
    "unit": ("计量单位", "unit", "单位"),
    "terms": ("付款条件", "terms", "付款方式", "结算方式", "付款条款", "账期", "payment terms", "payment"),
    "currency": ("币种", "currency", "货币", "币别"),
    "rate": ("汇率", "rate", "exchange rate", "fx rate"),
    "cost": ("成本", "cost", "成本金额", "订单成本", "cost amount"),
    "promised_on": (
        *("约定交期", "promised for", "承诺交期", "交期", "交货日期", "约定交货日期", "要求交货日期", "合同交期"),
        *("promised_on", "promised", "promised delivery", "delivery date", "due date", "promise date"),
    ),
    "delivered_on": (
        *("实际交货日期", "delivered on", "发货日期", "交付日期", "实际交期", "送货日期", "出货日期", "到货日期"),
        *("delivered_on", "delivered", "delivery", "shipped", "shipped on", "ship date", "actual delivery"),
    ),
    "accepted_on": ("验收日期", "accepted on", "accepted_on", "accepted", "acceptance date", "验收时间"),
    "state": ("状态", "state", "订单状态", "合同状态", "status"),
    "shares": ("业绩分成", "share", "分成", "分成比例", "业绩分配", "业绩比例", "份额", "shares", "split"),
    "persons": (
        "业务员",
        "person",
        "销售",
        "销售员",
        "负责人",
        "业绩归属",
        "sales rep",
        "salesperson",
        "owner",
        "persons",
    ),
    "contract_file": ("合同文件", "contract's file", "contract_file", "contract file"),
    "contract_begin": (
        "合同开始",
        "contract begins",
        "合同开始日期",
        "合同生效日期",
        "contract_begin",
        "contract begin",
    ),
    "contract_end": (
        "合同到期",
        "contract ends",
        "合同到期日",
        "合同结束日期",
        "到期日期",
        "contract_end",
        "contract end",
    ),
    "note": ("备注", "note", "说明", "notes", "remark", "remarks", "comment", "comments", "memo"),
}
# Columns of our own lists that follow from the others.
_WORKED_OUT = (
    "code",
    "value",
    "in yuan",
    "days_late",
    "days late",
    "returned",
    "quotation",
    "deal",
    "visit",
    "ended_on",
)
FIELDS = FileFields(HEADERS, (*NO_FIELDS, *_WORKED_OUT, "reason"))
_QUANTITY = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_FINE_PRICE = re.compile(r"[0-9]{1,12}\.[0-9]{3,15}")
_REQUIRED = ("client", "signed_on", "amount")
# What does where a required column is missing.
_INSTEAD = {"client": ({"client_code"},), "amount": ({"quantity", "price"},)}
_DAYS = {"signed_on", "promised_on", "delivered_on", "accepted_on", "contract_begin", "contract_end"}
_MUST_HAVE_COME = {"signed_on", "delivered_on", "accepted_on"}
_FREE = {"number", "client_code", "client", "product", "note", "contract_file"}
_LIMITS = dict.fromkeys(("note", "contract_file", "shares", "terms"), NOTE_LIMIT)


def recognised(table: Table, mapping: Mapping[str, str]) -> Columns:
    """The fields of the table's columns, those of ``mapping`` first.

    Raises BadValue when a mapped header isn't there, BadRows when no column holds the client, the day or the amount.
    """
    columns = FIELDS.placed(table, mapping)
    sentences = {
        "client": _("No column of {file} is known to hold the client: {headers}."),
        "signed_on": _("No column of {file} is known to hold the day of the order: {headers}."),
        "amount": _("No column of {file} is known to hold the amount: {headers}."),
    }
    for name in _REQUIRED:
        if name not in columns.places and not any(columns.places.keys() >= others for others in _INSTEAD.get(name, ())):
            raise nothing_holds(sentences[name], columns, table.path, name)
    return columns


# Goods, quantity (decimal text), unit and amount of a line.
Line = tuple[str, str, str | None, int]


@dataclass(slots=True)
class Incoming:
    """A row that can be taken. Big files stand in memory whole, so rows share the names of their fields.

    ``values`` are columns of Order, with ``client`` (a code or name), ``shares`` and, where a quantity is told or
    several rows are one order, ``lines``.
    """

    number: int
    fields: tuple[str, ...]
    values: tuple[Any, ...]

    def get(self, name: str) -> Any:
        """What the row says of a field, None if nothing."""
        return self.values[self.fields.index(name)] if name in self.fields else None

    def as_dict(self) -> dict[str, Any]:
        """The fields that the row has something for."""
        return dict(zip(self.fields, self.values, strict=True))


@dataclass
class RowReader:
    """Reads rows; ``errors`` gathers what is wrong with them, ``refused`` the numbers (as keys) of such rows."""

    columns: Columns
    today: date
    errors: list[RowError] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    _shared: dict[Any, Any] = field(default_factory=dict)

    def incoming(self, row: Row) -> Incoming | None:
        """The row as values to store, or None when something in it can't be taken."""
        if row.problem:
            self.errors.append(RowError(row.number, "", "", row.problem))
            return None
        known = len(self.errors)
        values = read_cells(row, self.columns, self._read, self.errors)
        self._refuse_empty(row, values, known)
        if len(self.errors) == known:
            self._settle(row, values)
        if len(self.errors) > known:
            if values.get("number"):
                self.refused.add(name_key(values["number"]))
            return None
        values.setdefault("client", values.pop("client_code", None))
        values.pop("client_code", None)
        return Incoming(row.number, self._share(tuple(values)), tuple(map(self._share_text, values.values())))

    def _settle(self, row: Row, values: dict[str, Any]) -> None:
        settled = (
            ("rate", _settle_money),
            ("shares", _settle_shares),
            ("delivered_on", _settle_days),
            ("price", _settle_line),
        )
        for name, settle in settled:
            try:
                settle(values)
            except SalesError as problem:
                self._wrong(row, self._at_fault(name, values), problem)

    def _read(self, name: str, cell: Value) -> Any:
        if name in _DAYS and isinstance(cell, date):
            return self._checked_day(name, cell_day(cell, ""))
        if name == "shares" and cell == 1:
            return "100"  # a cell formatted as 100%
        text = cell_text(_plain_number(cell), self.columns.header(name), _LIMITS.get(name, NAME_LIMIT))
        if text is None or (name not in _FREE and text.casefold() in NOTHING):
            return None
        if name in _DAYS:
            return self._checked_day(name, cell_day(cell, text))
        if name == "number":
            return unicodedata.normalize("NFKC", text)  # as one that is typed
        return text if name in _FREE else _READERS[name](text)

    def _checked_day(self, name: str, day: date) -> date:
        if name in _MUST_HAVE_COME and day > self.today:
            raise BadValue(_("{day} lies in the future.").format(day=day.isoformat()))
        return day

    def _refuse_empty(self, row: Row, values: dict[str, Any], known: int) -> None:
        wrong = {error.column for error in self.errors[known:]}
        if "amount" not in values and "quantity" in values and "price" in values:
            values["amount"] = _times(values["quantity"], values["price"])
        for name in _REQUIRED:
            if name == "amount" and name not in self.columns.places:
                name = "quantity" if "price" in values else "price"
                if name in values:
                    continue
            if name == "client" and ("client_code" in values or name not in self.columns.places):
                name = "client_code"
            if name not in values and self.columns.header(name) not in wrong:
                header = self.columns.header(name)
                self.errors.append(RowError(row.number, header, "", _("The {field} is empty.").format(field=header)))

    def _at_fault(self, name: str, values: dict[str, Any]) -> str:
        """The column to name for what is wrong with several cells together."""
        likely = {
            "rate": ("rate", "currency", "amount", "price"),
            "shares": ("shares", "persons"),
            "delivered_on": _days_at_fault(values),
            "price": ("price",),
        }[name]
        return next(name for name in likely if name in self.columns.places)

    def _wrong(self, row: Row, name: str, problem: SalesError) -> None:
        cell = row.values[self.columns.places[name]]
        message = one_after_another(problem.message, problem.hint)
        self.errors.append(RowError(row.number, self.columns.header(name), shortened(cell), message))

    def _share(self, value: Any) -> Any:
        """The first of the equal values, so that one copy of what stands in every row is kept."""
        return self._shared.setdefault(value, value)

    def _share_text(self, value: Any) -> Any:
        return self._share(value) if isinstance(value, str | date) and len(self._shared) < 100_000 else value


def _settle_money(values: dict[str, Any]) -> None:
    """Add the currency, the rate as it is kept and the value in yuan; in yuan a rate of 1 says nothing."""
    currency = values.get("currency", HOME)
    rate = values.pop("rate", None)
    if currency == HOME and rate is not None and rate.replace(".", "").strip("0") == "1":
        rate = None
    rate = checked_rate(rate, currency)
    values["currency"] = currency
    if rate is not None:
        values["rate"] = rate
    refuse_worthless(values["amount"], rate)
    values["value"] = in_yuan(values["amount"], rate)


def _settle_line(values: dict[str, Any]) -> None:
    """Make a line of the quantity where there is one, whose price must come to the amount; BadValue if it doesn't."""
    quantity, unit, price = (values.pop(name, None) for name in ("quantity", "unit", "price"))
    if quantity is not None and price is not None:
        _refuse_other_amount(quantity, price, values["amount"])
    if quantity is not None and values.get("product"):
        values["lines"] = ((values["product"], quantity, unit, values["amount"]),)


def _times(quantity: str, price: str) -> int:
    return half_up(Fraction(quantity) * Fraction(price) * 100)


def _refuse_other_amount(quantity: str, price: str, amount: int) -> None:
    """Refuse an amount that is not quantity × price, also with the price rounded to the decimals it has."""
    total = _times(quantity, price)
    decimals = max(2, len(price.partition(".")[2]))
    exact = Fraction(amount, 100) / Fraction(quantity)
    if total != amount and half_up(exact * 10**decimals) != Fraction(price) * 10**decimals:
        raise BadValue(
            _("{quantity} × {price} is {total}, not {amount}.").format(
                quantity=quantity, price=price, total=grouped(total), amount=grouped(amount)
            ),
            hint=_("Mend one of the two."),
        )


def _settle_shares(values: dict[str, Any]) -> None:
    shares = shares_in_cell(values.pop("shares", None), values.pop("persons", None))
    if shares:
        values["shares"] = tuple(shares)


def _settle_days(values: dict[str, Any]) -> None:
    refuse_wrong_days(
        values["signed_on"], values.get("promised_on"), values.get("delivered_on"), values.get("accepted_on")
    )
    begin, end = values.get("contract_begin"), values.get("contract_end")
    if begin and end and end < begin:
        raise Refused(_("The contract ends before it begins."))


def _days_at_fault(values: dict[str, Any]) -> tuple[str, ...]:
    """Of the days that contradict others: the one to look at first."""
    signed_on = values["signed_on"]
    early = [name for name in ("delivered_on", "promised_on", "accepted_on") if values.get(name, signed_on) < signed_on]
    return (*early, *(name for name in ("accepted_on", "contract_end") if name in values))


def _plain_number(cell: Value) -> Value:
    """A number as Excel shows it: it keeps 15 digits, and what it worked out may trail a speck behind them."""
    return format(cell, ".15g") if isinstance(cell, float) and abs(cell) < 10**15 else cell


# The same few words stand in every row, so each is read once.
@lru_cache(maxsize=1000)
def _currency(text: str) -> str:
    return parse_currency(text)


@lru_cache(maxsize=1000)
def _state(text: str) -> str:
    state = parse_word(text, OrderState)
    if state == OrderState.RETURNED:
        raise BadValue(
            _("What came back is a record of its own."),
            hint=_("Import the order as delivered, then `sales order return` notes the day and the amount."),
        )
    return state.value


def _quantity(text: str) -> str:
    bare = half_width(text).replace(",", "").strip()
    if not _QUANTITY.fullmatch(bare) or not bare.strip("0."):
        raise BadValue(_("“{text}” is not a quantity.").format(text=excerpt(text)), hint=_("Write it as in 12.5."))
    return decimal_text(bare)


def _price(text: str) -> str:
    """The price of one in yuan, decimal text; it may be finer than an amount."""
    plain_text = half_width(text).replace(",", "").strip()
    return decimal_text(plain_text if _FINE_PRICE.fullmatch(plain_text) else plain(parse_amount(text)))


_READERS: dict[str, Callable[[str], Any]] = {
    "amount": parse_amount,
    "cost": parse_amount,
    "quantity": _quantity,
    "price": _price,
    "unit": str,
    "terms": str,
    "currency": _currency,
    "rate": str,
    "state": _state,
    "shares": str,
    "persons": str,
}
