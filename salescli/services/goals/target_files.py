"""Files that targets are set and split by: months with amounts, orders, names with weights; in any table file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from salescli.amounts import excerpt, half_width
from salescli.dates import Period, parse_day, parse_period
from salescli.decomposition.history import Month, Order
from salescli.errors import BadRows, BadValue, SalesError
from salescli.i18n import _, _n, one_after_another
from salescli.tabular import Row, Table, Value, as_text
from salescli.texts import name_key

MONTH_HEADERS = ("month", "月份", "月", "年月", "period", "期间")
DAY_HEADERS = ("date", "day", "signed", "signed on", "日期", "下单日期", "签约日期", "签订日期", "成交日期")
AMOUNT_HEADERS = ("amount", "sales", "金额", "销售额", "成交额", "回款", "回款额", "完成", "完成额", "数量", "count")
NAME_HEADERS = ("name", "名称", "产品", "product", "区域", "territory", "客户", "客户名称", "client")
WEIGHT_HEADERS = ("weight", "权重", "比例", "占比", "份额", "share")
NUMBER_HEADERS = ("number", "order", "order number", "订单号", "合同号", "编号")

HEADERS = (*MONTH_HEADERS, *DAY_HEADERS, *AMOUNT_HEADERS, *NAME_HEADERS, *WEIGHT_HEADERS, *NUMBER_HEADERS)

_NAMED = 5
_FEW_COLUMNS = 3  # a file of so few columns may go without headers
_LONGEST = 40
_FURTHEST = 15


@dataclass(frozen=True)
class _Line:
    """A row of the file: where it stands, and its values by the place of their column."""

    number: int
    values: tuple[Value, ...]


def months(table: Table, read_amount: Callable[[str], int], today: date) -> list[tuple[Period, int]]:
    """Months and their amounts, in the order of the file; BadRows for a row that isn't one, or a month named twice."""
    first, second = _columns(table, MONTH_HEADERS, AMOUNT_HEADERS)
    found: dict[Period, int] = {}

    def take(line: _Line) -> None:
        month = _month(line.values[first], today)
        if month in found:
            raise BadValue(_("{month} stands there twice.").format(month=month.label))
        found[month] = read_amount(as_text(line.values[second]))

    _each(table, _lines(table, second), take)
    return list(found.items())


def history(table: Table, read_amount: Callable[[str], int], today: date) -> list[Order] | dict[Month, int]:
    """What was sold: single orders where the file has a column of days, else amounts by month."""
    day = _place(table, DAY_HEADERS)
    if day is None:
        return {(month.begin.year, month.begin.month): amount for month, amount in months(table, read_amount, today)}
    amount = _place(table, AMOUNT_HEADERS)
    if amount is None:
        raise _no_columns(table, AMOUNT_HEADERS)
    name = _place(table, NUMBER_HEADERS) if _place(table, NUMBER_HEADERS) is not None else _place(table, NAME_HEADERS)
    orders: list[Order] = []

    def take(line: _Line) -> None:
        on = _day(line.values[day], today)
        called = as_text(line.values[name]).strip() if name is not None else str(line.number)
        orders.append(Order(called, on, _signed(as_text(line.values[amount]), read_amount)))

    _each(table, _lines(table, amount), take)
    return orders


def weights(table: Table, name_of: Callable[[str], str]) -> dict[str, Fraction]:
    """Names and their weights; ``name_of`` reads a name. BadRows for a bad row, or a name that stands there twice."""
    first, second = _columns(table, NAME_HEADERS, WEIGHT_HEADERS)
    found: dict[str, Fraction] = {}
    keys: set[str] = set()

    def take(line: _Line) -> None:
        name = name_of(as_text(line.values[first]))
        if name_key(name) in keys:
            raise BadValue(_("“{name}” stands there twice.").format(name=excerpt(name)))
        keys.add(name_key(name))
        found[name] = _weight(as_text(line.values[second]))

    _each(table, _lines(table, second), take)
    return found


# --- columns and rows ---


def _columns(table: Table, first: Sequence[str], second: Sequence[str]) -> tuple[int, int]:
    """The places of two columns by their headers; the first two columns where neither header is known."""
    places = _place(table, first), _place(table, second)
    if None not in places:
        return places  # type: ignore[return-value]
    if places == (None, None) and 2 <= len(table.headers) <= _FEW_COLUMNS:
        return 0, 1
    raise _no_columns(table, first if places[0] is None else second)


def _no_columns(table: Table, wanted: Sequence[str]) -> BadRows:
    return BadRows(
        _("{file} has no column “{header}”.").format(file=table.path.name, header=wanted[0]),
        hint=_("Its first row names the columns; also understood: {headers}.").format(headers=_(", ").join(wanted[1:])),
    )


def _place(table: Table, names: Sequence[str]) -> int | None:
    plain = ["".join(half_width(header).casefold().split()) for header in table.headers]
    wanted = {"".join(name.split()) for name in names}
    return next((place for place, header in enumerate(plain) if header in wanted), None)


def _lines(table: Table, figures: int) -> Iterator[_Line]:
    """The rows of the table; the header too, when it is a row itself (a file without a header)."""
    if any(sign.isdigit() for sign in table.headers[figures]):
        yield _Line(1, table.headers)
    for row in table.rows:
        yield _Line(row.number, _whole(row))


def _whole(row: Row) -> tuple[Value, ...]:
    if row.problem:
        raise BadRows(_("Line {number}: {message}").format(number=row.number, message=row.problem))
    return row.values


def _each(table: Table, lines: Iterator[_Line], take: Callable[[_Line], None]) -> None:
    """Take every row; BadRows with the first bad ones named."""
    bad = []
    for line in lines:
        try:
            take(line)
        except SalesError as problem:
            bad.append(_("Line {number}: {message}").format(number=line.number, message=problem.message))
    if bad:
        count = _n("{count} bad row in {file}.", "{count} bad rows in {file}.", len(bad))
        raise BadRows(
            one_after_another(count.format(count=len(bad), file=table.path.name), *bad[:_NAMED]),
            hint=_("Nothing was written. Mend the rows and try again."),
        )


# --- values ---


def _month(value: Value, today: date) -> Period:
    if isinstance(value, date):
        return Period.month_of(date(value.year, value.month, value.day))
    text = as_text(value).strip()
    period = parse_period(text, today)
    if period.kind == "day" and period.begin.day == 1:
        return Period.month_of(period.begin)
    if period.kind != "month":
        raise BadValue(_("“{text}” is no month.").format(text=excerpt(text)))
    return period


def _day(value: Value, today: date) -> date:
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    return parse_day(as_text(value).strip().split(" ")[0], today, "past")


def _signed(text: str, read_amount: Callable[[str], int]) -> int:
    """An amount that may be below 0, which is a return."""
    plain = half_width(text).strip()
    return -read_amount(plain[1:]) if plain.startswith("-") else read_amount(plain)


def _weight(text: str) -> Fraction:
    plain: Any = half_width(text).strip().removesuffix("%")
    try:
        number = Decimal(plain) if len(plain) <= _LONGEST else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or abs(number.adjusted()) > _FURTHEST:
        raise BadValue(_("“{text}” is no weight.").format(text=excerpt(text)))
    return Fraction(number)
