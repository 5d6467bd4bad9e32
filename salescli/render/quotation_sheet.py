"""A quotation as an Excel file that can go to the client: one A4 page wide, with values and no formulas."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from salescli.amounts import grouped, plain
from salescli.approval_form import (
    DECISION,
    OF_A_LINE,
    OF_THE_WHOLE,
    REASON,
    SIGNED,
    SIGNED_ON,
    choices,
    figure_name,
    mark,
)
from salescli.capital_figures import capitals
from salescli.currencies import HOME
from salescli.errors import BadValue
from salescli.i18n import _
from salescli.line_items import in_singles, price_text
from salescli.render.files import check_place, written_whole
from salescli.render.sheets.layout import Cell, Line, Placed, pieces, place
from salescli.render.sheets.style import ANSWER, BAR, DAY, GREY, INK, RED, RULE, SIZE, add_looks, font_name
from salescli.safe_text import shown_in_line
from salescli.vocabulary import Incoterm, label

if TYPE_CHECKING:
    from salescli.services.accounts.contacts import ContactView
    from salescli.services.office.profile import ProfileView
    from salescli.services.selling.quotations import LineView, QuotationView

# A4 portrait within the margins, in points, and what a digit of column width takes of it.
_PAGE_WIDTH, _PAGE_HEIGHT, _POINTS_A_DIGIT = 509.0, 735.0, 6.0
_WIDE, _NARROWEST_NAME = 98.0, 20.0
_WIDTHS = {"position": 10.0, "spec": 15.0, "quantity": 11.0, "unit": 7.0, "price": 13.0, "off": 7.0, "amount": 16.0}
_ROOM_TO_SIGN = 44.0
_GAP = "_ "  # as wide as a blank


def file_name(quotation: "QuotationView") -> str:
    """``报价单_Q0001.xlsx``, in English ``Quotation_…``; later versions say which they are."""
    version = f"_v{quotation.version}" if quotation.version > 1 else ""
    return f"{_('Quotation')}_{quotation.code}{version}.xlsx"


def check_target(path: Path, *, force: bool) -> None:
    """See that the sheet may go to ``path``: BadValue for another ending, else as files.check_place says."""
    if path.suffix.lower() != ".xlsx":
        raise BadValue(
            _("“{file}” does not end in .xlsx.").format(file=path.name), hint=_("The quotation is an Excel workbook.")
        )
    check_place(path, force=force)


def write(
    path: Path,
    quotation: "QuotationView",
    profile: "ProfileView",
    contact: "ContactView | None" = None,
    letterhead: Sequence[str] = (),
    *,
    draft: bool = False,
    approval: bool = False,
    stored: contextlib.ExitStack | None = None,
) -> None:
    """Write the quotation to ``path``, whole or not at all; ``draft`` marks it as not yet approved.

    ``letterhead`` is the firm's name and what else stands at its head; ``contact`` whom it is for. With ``approval``
    it is a form for the supervisor: nothing can be typed but the decision, the reason and who signs. The file
    gets its name when ``stored`` ends, and is gone when that fails: what is stored with it could not be.
    """
    book = Workbook()
    add_looks(book)
    _add_own_looks(book)
    sheet = book.worksheets[0]
    sheet.title = f"{_('Quotation')} {quotation.code}"
    page = _Page(quotation, profile, contact, letterhead, draft=draft, approval=approval)
    placed = place(sheet, page.lines(), page.widths, _page_height(page.widths))
    _set_formats(sheet, placed, quotation)
    _set_up(sheet, placed, page)
    book.properties.title = sheet.title
    book.properties.creator = shown_in_line(profile.name) or "sales"
    if approval:
        _make_form(book, sheet, placed, quotation)
    with contextlib.ExitStack() as here:
        book.save((stored or here).enter_context(written_whole(path)))


class _Page:
    """The lines of the sheet and the columns they stand in; columns that no line of goods fills are left out."""

    def __init__(
        self,
        quotation: "QuotationView",
        profile: "ProfileView",
        contact: "ContactView | None",
        letterhead: Sequence[str],
        *,
        draft: bool,
        approval: bool,
    ) -> None:
        self.quotation, self.profile, self.contact = quotation, profile, contact
        self.letterhead, self.draft, self.approval = letterhead, draft, approval
        lines = quotation.lines
        shown = ["position", "product"]
        shown += ["spec"] if any(line.spec for line in lines) else []
        shown += ["quantity", "unit", "price"]
        shown += ["off"] if any(line.discount_percent for line in lines) else []
        self.columns = {name: get_column_letter(place) for place, name in enumerate([*shown, "amount"], start=1)}
        widths = {name: _WIDTHS[name] for name in self.columns if name != "product"}
        # The total is written larger than the rest.
        counted = [(line, *in_singles(line.quantity, line.unit)) for line in lines]
        quantities = [quantity for _line, quantity, _unit, _per in counted]
        prices = [price_text(line.price, per) for line, _quantity, _unit, per in counted]
        widths["amount"] = max(widths["amount"], 1.25 * len(grouped(quotation.subtotal + quotation.freight)) + 3)
        widths["price"] = max(widths["price"], 1.1 * max(map(len, prices), default=0) + 3)
        widths["quantity"] = max(widths["quantity"], 1.4 * max(map(len, quantities), default=0) + 3)
        widths["product"] = max(_WIDE - sum(widths.values()), _NARROWEST_NAME)
        self.widths = {letter: widths[name] for name, letter in self.columns.items()}

    @property
    def last(self) -> str:
        """The last column."""
        return self.columns["amount"]

    def span(self, first: str, last: str) -> str:
        """The columns from one to another, by what stands in them."""
        begin, end = self.columns[first], self.columns[last]
        return begin if begin == end else f"{begin}:{end}"

    def lines(self) -> Iterator[Line]:
        """All lines, from the letterhead to the signatures."""
        yield from self._head()
        yield from self._parties()
        yield Line((), height=8)
        yield from self._goods()
        yield from self._sums()
        yield Line((), height=8)
        yield from self._words()
        yield from self._approval() if self.approval else self._signatures()

    def _head(self) -> Iterator[Line]:
        whole = self.span("position", "amount")
        if self.letterhead:
            yield Line((Cell(self.letterhead[0], "firm", whole),), height=24)
            if self.letterhead[1:]:
                yield Line((Cell("  ·  ".join(self.letterhead[1:]), "firm_note", whole),), height=18)
        yield Line((Cell(_("QUOTATION"), "offer_title", whole),), height=40, exact=True)
        if self.draft:
            yield Line((Cell(_("Draft: not approved yet"), "draft", whole),), height=20)

    def _parties(self) -> Iterator[Line]:
        quotation, profile, contact = self.quotation, self.profile, self.contact
        reach = [profile.email] if profile.email else []
        left = [
            (_("Client"), quotation.client.name),
            (_("Contact"), " ".join(filter(None, (contact.name, contact.title))) if contact else ""),
            (_("Seller"), " ".join(filter(None, (profile.name, profile.department)))),
            (_("E-mail"), " ".join(reach)),
        ]
        version = _("{code} (version {version})").format(code=quotation.code, version=quotation.version)
        right: list[tuple[str, str | date | None]] = [
            (_("Quotation no."), quotation.code if quotation.version == 1 else version),
            (_("Date"), quotation.issued_on),
            (_("Valid until"), quotation.valid_until),
            (_("Currency"), quotation.currency),
        ]
        told = [pair for pair in left if pair[1]]
        while len(told) < len(right):
            told.append(("", ""))
        for (one, said), (other, value) in zip(told, right, strict=True):
            day = datetime.combine(value, time()) if isinstance(value, date) else None
            yield Line(
                (
                    Cell(one, "party", self.span("position", "position")),
                    Cell(said, "said", self.span_before("quantity")),
                    Cell(other if value else "", "party", self.span("quantity", "unit")),
                    Cell(day or value, "said_day" if day else "said", self.span("price", "amount")),
                ),
                height=18,
            )

    def span_before(self, name: str, first: str = "B") -> str:
        """The columns from ``first`` to the one before ``name``."""
        return f"{first}:{get_column_letter(list(self.columns).index(name))}"

    def _goods(self) -> Iterator[Line]:
        titles = {
            "position": _("No."),
            "product": _("Product"),
            "spec": _("Specification"),
            "quantity": _("Quantity"),
            "unit": _("Unit"),
            "price": _("Unit price"),
            "off": _("Off"),
            "amount": _("Amount"),
        }
        lines = self.quotation.lines
        spans = self.columns if lines else {"position": "A", "product": self.span_before("amount"), "amount": self.last}
        head = Line(tuple(Cell(titles[name], "head", span) for name, span in spans.items()), height=22)
        yield Line(head.cells, height=22, keep=True)
        for line in lines:
            # The sums follow the last line onto its page.
            yield Line(tuple(self._goods_cells(line)), height=20, head=head, keep=line is lines[-1])
        if not lines:
            said = Cell(_("As agreed, in one sum"), "text", spans["product"])
            amount = Cell(_money(self.quotation.subtotal), "goods_money", self.last)
            yield Line((Cell(1, "word", "A"), said, amount), height=20, keep=True)

    def _goods_cells(self, line: "LineView") -> Iterator[Cell]:
        off = line.discount_percent
        yield Cell(line.position, "word", self.columns["position"])
        yield Cell(line.product, "text", self.columns["product"])
        if "spec" in self.columns:
            yield Cell(line.spec, "text", self.columns["spec"])
        quantity, unit, per = in_singles(line.quantity, line.unit)
        yield Cell(Decimal(quantity), "goods_count", self.columns["quantity"], tag="quantity")
        yield Cell(unit, "word", self.columns["unit"])
        price, look = (_money(line.price), "goods_money") if per == 1 else (price_text(line.price, per), "goods_price")
        yield Cell(price, look, self.columns["price"], tag="price")
        if "off" in self.columns:
            percent = None if off is None else Decimal(off) / 100
            yield Cell(percent, "goods_count", self.columns["off"], tag="discount_percent")
        yield Cell(_money(line.amount), "goods_money", self.columns["amount"], tag="amount")

    def _sums(self) -> Iterator[Line]:
        quotation = self.quotation
        if quotation.discount or quotation.freight:
            yield self._sum(_("Subtotal"), quotation.subtotal)
        if quotation.discount:
            yield self._sum(_("Discount"), -quotation.discount, tag="discount")
        if quotation.freight:
            yield self._sum(_("Freight"), quotation.freight, tag="freight")
        title = _("Total ({currency})").format(currency=quotation.currency)
        yield self._sum(title, quotation.total, "grand", tag="total")
        if quotation.tax_percent:
            yield self._sum(_("Tax in it ({percent}%)").format(percent=quotation.tax_percent), quotation.tax)
        if quotation.currency == HOME:
            said = _("In Chinese capitals: 人民币{capitals}").format(capitals=capitals(quotation.total))
            yield Line((Cell(said, "capitals", self.span("position", "amount")),), height=24)

    def _sum(self, title: str, amount: int, look: str = "sum", tag: str = "") -> Line:
        titled = Cell(title, f"{look}_title", self.span_before("amount", "A"))
        return Line((titled, Cell(_money(amount), look, self.last, tag=tag)), height=20, keep=True)

    def _words(self) -> Iterator[Line]:
        quotation = self.quotation
        term = label(quotation.incoterm, Incoterm)
        price_term = " ".join(dict.fromkeys(filter(None, (quotation.incoterm, term))))
        span = f"B:{self.last}"
        for title, text in (
            (_("Incoterm"), price_term),
            (_("Terms"), quotation.terms),
            (_("Note"), quotation.note),
        ):
            for number, piece in enumerate(pieces(text, span, self.widths) if text else ()):
                yield Line((Cell("" if number else title, "party", "A"), Cell(piece, "said", span)), height=18)

    def _signatures(self) -> Iterator[Line]:
        left, right = self.span_before("quantity", "A"), self.span("quantity", "amount")
        yield Line((), height=12, keep=True)
        seller, client = _("For the seller (signature):"), _("Accepted by the client (signature):")
        yield Line((Cell(seller, "sign", left), Cell(client, "sign", right)), height=_ROOM_TO_SIGN, keep=True)
        yield Line((Cell(_("Date:"), "sign", left), Cell(_("Date:"), "sign", right)), height=20)

    def _approval(self) -> Iterator[Line]:
        """What the supervisor fills in."""
        left, right = self.span_before("quantity"), self.span("price", "amount")
        titled, whole = self.span("quantity", "unit"), self.span("position", "amount")
        note = _("Choose in the coloured cell; what is returned needs a reason. Then send the file back.")
        yield Line((), height=12, keep=True)
        yield Line((Cell(_("Approval"), "section", whole),), height=22, keep=True)
        yield Line((Cell(note, "note", whole),), height=18, keep=True)
        yield Line(
            (
                Cell(_("Decision"), "party", "A"),
                Cell(None, "answer_choice", left, tag=DECISION),
                Cell(_("Signed by"), "party", titled),
                Cell(None, "answer", right, tag=SIGNED),
            ),
            height=24,
            keep=True,
        )
        yield Line(
            (Cell(_("Reason"), "party", "A"), Cell(None, "answer", f"B:{self.last}", tag=REASON)),
            height=_ROOM_TO_SIGN,
            keep=True,
        )
        yield Line((Cell(_("Date"), "party", "A"), Cell(None, "answer_day", left, tag=SIGNED_ON)), height=24)


def _make_form(book: Workbook, sheet: Worksheet, placed: Placed, quotation: "QuotationView") -> None:
    """Name the cells to fill in, let nothing else be typed, and say in the file's properties whose form it is."""
    named = [(name, placed.cells[name][0]) for name in (DECISION, REASON, SIGNED, SIGNED_ON)]
    named += [(figure_name(tag), placed.cells[tag][0]) for tag in OF_THE_WHOLE if tag in placed.cells]
    for tag in OF_A_LINE:
        cells = zip(quotation.lines, placed.cells.get(tag, ()), strict=False)
        named += [(figure_name(tag, line.position), cell) for line, cell in cells]
    for name, cell in named:
        column, row = coordinate_from_string(cell)
        book.defined_names[name] = DefinedName(name, attr_text=f"'{sheet.title}'!${column}${row}")
    rule = DataValidation("list", formula1='"{}"'.format(",".join(choices())), allow_blank=True)
    rule.errorTitle, rule.error = _("Approval"), _("Choose one of: {choices}.").format(choices=_(", ").join(choices()))
    rule.showErrorMessage = True
    rule.add(placed.cells[DECISION][0])
    sheet.add_data_validation(rule)
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    book.properties.keywords = mark(quotation.code, quotation.version, quotation.uuid)


def _money(minor: int) -> Decimal:
    return Decimal(plain(minor))


def _set_formats(sheet: Worksheet, placed: Placed, quotation: "QuotationView") -> None:
    """Show quantities and percentages with the decimals they have, no more."""
    for cell, line in zip(placed.cells.get("quantity", ()), quotation.lines, strict=False):
        quantity = in_singles(line.quantity, line.unit)[0]
        sheet[cell].number_format = "#,##0" + _decimals(quantity) + _GAP
    for cell, line in zip(placed.cells.get("discount_percent", ()), quotation.lines, strict=False):
        sheet[cell].number_format = "0" + _decimals(line.discount_percent or "") + "%" + _GAP


def _decimals(text: str) -> str:
    decimals = len(text.partition(".")[2])
    return "." + "0" * decimals if decimals else ""


def _set_up(sheet: Worksheet, placed: Placed, page: _Page) -> None:
    sheet.page_setup.orientation = "portrait"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.6, right=0.6, top=0.6, bottom=0.7, header=0.3, footer=0.35)
    sheet.print_options.horizontalCentered = True
    sheet.print_area = f"A1:{page.last}{placed.rows}"
    sheet.sheet_view.showGridLines = False
    footer = sheet.oddFooter
    assert footer is not None
    footer.left.text, footer.right.text = page.quotation.code, _("Page &P of &N")
    footer.left.size = footer.right.size = 8


def _page_height(widths: dict[str, float]) -> float:
    """Points of rows on a page when the columns are fitted to its width; an early break is better than a late one."""
    return 0.97 * _PAGE_HEIGHT * max(1.0, sum(widths.values()) * _POINTS_A_DIGIT / _PAGE_WIDTH)


def _add_own_looks(book: Workbook) -> None:
    name = font_name()
    side = Side(style="thin", color=RULE)
    box = Border(left=side, right=side, top=side, bottom=side)
    under = Border(bottom=Side(style="medium", color=INK))
    left = Alignment("left", "center", wrap_text=True)
    right = Alignment("right", "center")
    # The blank before the line on the right is in the format: not every program keeps an indent there.
    money, text = "#,##0.00" + _GAP, "@" + _GAP
    strong = Font(name=name, size=11, bold=True, color=INK)
    filled = PatternFill("solid", start_color=BAR, end_color=BAR)
    body, grey = Font(name=name, size=SIZE), Font(name=name, size=SIZE, color=GREY)
    middle = Alignment("center", "center", wrap_text=True)
    for style in (
        NamedStyle("firm", Font(name=name, size=15, bold=True, color=INK), alignment=middle),
        NamedStyle("firm_note", Font(name=name, size=9, color=GREY), alignment=middle, border=under),
        NamedStyle("offer_title", Font(name=name, size=20, bold=True, color=INK), alignment=middle),
        NamedStyle("draft", Font(name=name, size=11, bold=True, color=RED), alignment=middle),
        NamedStyle("party", grey, alignment=left),
        NamedStyle("said", body, alignment=left),
        NamedStyle("said_day", body, alignment=left, number_format=DAY),
        NamedStyle("goods_count", body, alignment=right, border=box),
        NamedStyle("goods_money", body, alignment=right, border=box, number_format=money),
        NamedStyle("goods_price", body, alignment=right, border=box, number_format=text),
        NamedStyle("sum_title", body, alignment=right, border=box, number_format=text),
        NamedStyle("sum", body, alignment=right, border=box, number_format=money),
        NamedStyle("grand_title", strong, alignment=right, border=box, fill=filled, number_format=text),
        NamedStyle("grand", strong, alignment=right, border=box, fill=filled, number_format=money),
        NamedStyle("capitals", Font(name=name, size=SIZE, bold=True), alignment=right, border=box, number_format=text),
        NamedStyle("sign", body, alignment=Alignment("left", "bottom")),
        NamedStyle(
            "answer_day",
            body,
            alignment=left,
            number_format=DAY,
            border=box,
            protection=Protection(locked=False),
            fill=PatternFill("solid", start_color=ANSWER, end_color=ANSWER),
        ),
    ):
        book.add_named_style(style)
