"""`sales order …`: orders (contracts), their delivery, acceptance and returns."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import amounts, dates, render, services
from salescli.cli import order_files
from salescli.cli.ask import confirm, given_or_asked, with_choice
from salescli.cli.clients import Ref
from salescli.cli.completion import client_names
from salescli.cli.options import Csv, Json, Yes, described, group
from salescli.cli.order_lists import ExpiringDays, text_and_period
from salescli.cli.run import Run
from salescli.dates import echo_day
from salescli.errors import BadValue
from salescli.i18n import _

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.models.orders import Order
    from salescli.services.selling.orders import OrderView

app = group(_("Orders: add, deliver, accept, return, import, which are late."))

OrderRef = Annotated[
    str, typer.Argument(metavar="ORDER", help=_("Code, the contract's number, or a client with one open order."))
]
OrderOrReturn = Annotated[
    str,
    typer.Argument(metavar="ORDER", help=_("An order's code or number, or the code of a return: O0012-1.")),
]
Lines = Annotated[
    list[str] | None,
    typer.Option(
        "--line",
        metavar="LINE",
        help=_("PRODUCT x QUANTITY @ PRICE -5%; may be repeated. Without a price: the client's, else the list's."),
    ),
]
Terms = Annotated[str | None, typer.Option("--terms", help=_("Terms of payment: 月结60天, 款到发货, …"))]
Number = Annotated[str | None, typer.Option("--number", metavar="NO", help=_("The contract's own number."))]
Product = Annotated[str | None, typer.Option("--product", help=_("What was ordered, in words."))]
Promised = Annotated[str | None, typer.Option("--promised", metavar="DAY", help=_("The day promised for delivery."))]
Cost = Annotated[str | None, typer.Option("--cost", metavar="AMOUNT", help=_("What it costs us, in yuan."))]
Shares = Annotated[
    list[str] | None,
    typer.Option("--share", metavar="PERSON=PERCENT", help=_("Who shares in it; together 100%. May be repeated.")),
]
ContractFile = Annotated[str | None, typer.Option("--contract-file", metavar="FILE", help=_("Where the contract is."))]
ContractBegin = Annotated[str | None, typer.Option("--contract-begin", metavar="DAY", help=_("Its first day."))]
ContractEnd = Annotated[str | None, typer.Option("--contract-end", metavar="DAY", help=_("Its last day."))]
Note = Annotated[str | None, typer.Option("--note", help=_("Note."))]
On = Annotated[str | None, typer.Option("--on", metavar="DAY", help=_("The day, today unless given."))]


@app.command(
    "add",
    **described(
        _("Record an order, alone, from a quotation or from a deal; it is checked against the quotation."),
        "sales order add hzlh 12万 --number HT2026-118 --terms 30%预付，70%月结30天 --promised 12-20",
        "sales order add hzlh --quote Q0001 --share 张三=60 --share 李四=40",
        'sales order add hzlh --line "X200 x 100 @ 35.5" --terms 月结60天',
        "sales order add hzlh 8000 --currency USD --rate 7.12 --deal D0003",
    ),
)
def add(
    ctx: typer.Context,
    ref: Ref,
    amount: Annotated[str | None, typer.Argument(metavar="[AMOUNT]", help=_("Tax included."))] = None,
    number: Number = None,
    on: On = None,
    quote: Annotated[str | None, typer.Option("--quote", metavar="QUOTE", help=_("The quotation taken."))] = None,
    deal: Annotated[str | None, typer.Option("--deal", metavar="DEAL", help=_("The deal that is won by it."))] = None,
    lines: Lines = None,
    product: Product = None,
    terms: Terms = None,
    promised: Promised = None,
    currency: Annotated[
        str | None, typer.Option("--currency", metavar="CUR", help=_("USD, EUR, …; yuan unless given."))
    ] = None,
    rate: Annotated[
        str | None, typer.Option("--rate", metavar="RATE", help=_("Yuan for one unit of the currency."))
    ] = None,
    cost: Cost = None,
    shares: Shares = None,
    contract_file: ContractFile = None,
    contract_begin: ContractBegin = None,
    contract_end: ContractEnd = None,
    note: Note = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    signed_on = _past_day(run, on)
    details = {
        "number": number, "lines": lines or (), "product": product, "terms": terms, "shares": shares or (),
        "promised_on": _day(promised, signed_on), "currency": currency, "rate": rate, "cost": _amount(cost),
        "note": note, **_contract(signed_on, contract_file, contract_begin, contract_end),
    }  # fmt: skip
    doubts: list[str] = []
    on_account: list[tuple[str, int]] = []

    def write(ref: str) -> "OrderView":
        with run.writing("order add") as session:
            client = services.clients.find(session, ref)
            quotation = None if quote is None else services.quotations.find(session, quote)
            won = None if deal is None else services.deals.find(session, deal)
            doubts[:] = services.orders.doubts(session, quotation, signed_on) if quotation else []
            money = _amount(amount)
            order = services.bookings.book_order(
                session, client, money, signed_on, run.today, run.settings, **details, quotation=quotation, deal=won
            )
            on_account[:] = services.receipts.paying(session, order)
            doubts.extend(services.orders.differences(session, order))
            doubts.extend(services.credits.warnings(session, client, 0, run.today, run.settings))
            return services.orders.view(session, order, run.today)

    view = with_choice(ref, write)
    _show_one(run, view, as_json)
    render.output.say(_words(_("Order {code} {client}: {amount}, signed {day}."), view))
    for sentence in render.receipts.account_words(on_account, view.currency):
        render.output.say(sentence)
    for doubt in doubts:
        render.output.say(doubt)


@app.command(
    "edit",
    **described(
        _("Change what an order says: amount, goods, terms, number, promised day, contract, cost, shares, note."),
        "sales order edit O0012 --amount 13万 --terms 30%预付，70%月结30天",
        "sales order edit O0012 --promised 12-31 --note 客户要求推迟",
        "sales order edit HT2026-118 --contract-file 合同/HT2026-118.pdf --contract-end 2027-11-30",
    ),
)
def edit(
    ctx: typer.Context,
    ref: OrderRef,
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="AMOUNT", help=_("Tax included; not below what was received."))
    ] = None,
    lines: Lines = None,
    terms: Terms = None,
    number: Number = None,
    product: Product = None,
    promised: Promised = None,
    cost: Cost = None,
    shares: Shares = None,
    contract_file: ContractFile = None,
    contract_begin: ContractBegin = None,
    contract_end: ContractEnd = None,
    note: Note = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    given = {
        "number": number, "product": product, "promised_on": _day(promised, run.today), "cost": _amount(cost),
        "shares": shares, "note": note, **_contract(run.today, contract_file, contract_begin, contract_end),
    }  # fmt: skip
    fields = {name: value for name, value in given.items() if value is not None}
    money = {"amount": _amount(amount), "lines": lines or (), "terms": terms}
    amended = amount is not None or terms is not None or bool(lines)
    if not fields and not amended:
        raise BadValue(_("Nothing to change was given."), hint=_("`sales order edit --help` lists what can be."))
    told: list[str] = []

    def change(session: "Session", order: "Order") -> None:
        told[:] = _amend(run, session, order, money) if amended else []
        services.orders.edit(session, order, fields)

    view = _change(run, ref, "order edit", change)
    _show_one(run, view, as_json)
    render.output.say(_words(_("Changed {code} {client}."), view))
    for sentence in told:
        render.output.say(sentence)


def _amend(run: Run, session: "Session", order: "Order", money: dict[str, Any]) -> list[str]:
    """Change what an order comes to; what there is to say of it, a sentence each."""
    before, paid = order.value, services.receipts.paying(session, order)
    services.amendments.amend(session, order, run.settings, **money)
    told = [*_newly_paid(session, order, paid), *services.orders.differences(session, order)]
    if order.value > before:
        client = services.orders.client_of(session, order)
        told += services.credits.warnings(session, client, 0, run.today, run.settings)
    return told


def _newly_paid(session: "Session", order: "Order", before: list[tuple[str, int]]) -> list[str]:
    """Which money on account pays for an order since receipts paid ``before`` for it; a sentence each."""
    known = dict(before)
    now = [(code, amount - known.get(code, 0)) for code, amount in services.receipts.paying(session, order)]
    return [*render.receipts.account_words([one for one in now if one[1] > 0], order.currency)]


@app.command(
    "list",
    **described(
        _("List orders, by words in them and by the period they were signed in; without either, all."),
        "sales order list 本月",
        "sales order list 蓝海 2026 --open",
        "sales order list --late",
        "sales order list --expiring 60",
        cls=ExpiringDays,
    ),
)
def list_(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT] [PERIOD]", help=_("Words to look for; a period."))
    ] = None,
    client: Annotated[
        str | None, typer.Option("--client", help=_("Only this client."), autocompletion=client_names)
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            metavar="confirmed|preparing|delivered|accepted|closed|cancelled|returned",
            help=_("Only of this state."),
        ),
    ] = None,
    late: Annotated[bool, typer.Option("--late", help=_("Only those not delivered when promised."))] = False,
    only_open: Annotated[bool, typer.Option("--open", help=_("Only those that are not over."))] = False,
    expiring: Annotated[
        int | None,
        typer.Option(
            "--expiring", metavar="[DAYS]", min=0, max=3660, help=_("Contracts that end within 30, or so many, days.")
        ),
    ] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)
    text, period = text_and_period(run, words or [])

    def look(ref: str) -> "list[OrderView]":
        with run.reading() as session:
            found = services.clients.find(session, ref).id if ref else None
            wanted = services.orders.Filter(text, period, found, state, late, only_open, expiring)
            return services.orders.listed(session, wanted, run.today)

    also = ("promised_on", "delivered_on", "days_late") if late else ("contract_end",) if expiring is not None else ()
    form = render.output.form(as_json=as_json, as_csv=as_csv)
    render.orders.show_orders(with_choice(client or "", look), form, also=also, empty=_("No such order."))


@app.command("show", **described(_("Show an order with its goods, shares and money."), "sales order show O0012"))
def show(ctx: typer.Context, ref: OrderRef, as_json: Json = False) -> None:
    run = Run.of(ctx)
    _show_one(run, with_choice(ref, lambda ref: _view(run, ref)), as_json)


@app.command("prepare", **described(_("Note that the goods are being made ready."), "sales order prepare O0012"))
def prepare(ctx: typer.Context, ref: OrderRef, as_json: Json = False) -> None:
    run = Run.of(ctx)
    view = _change(run, ref, "order prepare", lambda session, order: services.orders.prepare(session, order))
    _show_one(run, view, as_json)
    render.output.say(_words(_("Preparing {code} {client}."), view))


@app.command(
    "deliver",
    **described(
        _("Note the day of delivery; what is due after it gets its day."), "sales order deliver hzlh --on 昨天"
    ),
)
def deliver(ctx: typer.Context, ref: OrderRef, on: On = None, as_json: Json = False) -> None:
    run = Run.of(ctx)
    day = _past_day(run, on)
    view = _change(
        run, ref, "order deliver", lambda session, order: services.orders.deliver(session, order, day, run.today)
    )
    _show_one(run, view, as_json)
    render.output.say(_words(_("Delivered {code} {client} on {day}."), view, day))
    if view.days_late:
        render.output.say(_("{late} later than promised.").format(late=render.orders.days_words(view.days_late)))


@app.command(
    "accept", **described(_("Note the day on which the client accepted the goods."), "sales order accept O0012")
)
def accept(ctx: typer.Context, ref: OrderRef, on: On = None, as_json: Json = False) -> None:
    run = Run.of(ctx)
    day = _past_day(run, on)
    view = _change(
        run, ref, "order accept", lambda session, order: services.orders.accept(session, order, day, run.today)
    )
    _show_one(run, view, as_json)
    render.output.say(_words(_("Accepted: {code} {client} on {day}."), view, day))


@app.command("close", **described(_("Close an order that was delivered."), "sales order close O0012"))
def close(ctx: typer.Context, ref: OrderRef, as_json: Json = False) -> None:
    run = Run.of(ctx)
    view = _change(run, ref, "order close", lambda session, order: services.orders.close(session, order, run.today))
    _show_one(run, view, as_json)
    render.output.say(_words(_("Closed {code} {client}."), view))


@app.command(
    "cancel",
    **described(_("Call off an order that is not delivered."), "sales order cancel O0012 --reason 客户取消项目"),
)
def cancel(
    ctx: typer.Context,
    ref: OrderRef,
    reason: Annotated[str | None, typer.Option("--reason", help=_("Why; it is asked for."))] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    why = given_or_asked(reason, "--reason", _("Why?"))
    view = _change(
        run, ref, "order cancel", lambda session, order: services.orders.cancel(session, order, why, run.today)
    )
    _show_one(run, view, as_json)
    render.output.say(_words(_("Cancelled {code} {client}."), view))


@app.command(
    "return",
    **described(
        _("Record goods that came back, never more than is left of the order."),
        "sales order return O0012 3000 --reason 质量问题",
    ),
)
def return_(
    ctx: typer.Context,
    ref: OrderRef,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help=_("In the order's currency."))],
    on: On = None,
    reason: Annotated[str | None, typer.Option("--reason", help=_("Why."))] = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    day, back = _past_day(run, on), amounts.parse_amount(amount)
    view = _change(
        run,
        ref,
        "order return",
        lambda session, order: services.orders.take_back(session, order, back, day, run.today, reason),
    )
    _show_one(run, view, as_json)
    said = _("{amount} of {code} {client} came back on {day}; {left} is left.")
    render.output.say(
        said.format(
            amount=amounts.grouped(back),
            code=view.code,
            client=view.client.name,
            day=echo_day(day),
            left=amounts.grouped(view.amount - view.returned),
        )
    )


@app.command(
    "remove",
    **described(
        _("Take an order, or a return noted by mistake, out of every list."),
        "sales order remove O0012",
        "sales order remove O0012-1",
    ),
)
def remove(ctx: typer.Context, ref: OrderOrReturn, yes: Yes = False, as_json: Json = False) -> None:
    run = Run.of(ctx)
    with run.reading() as session:
        back = services.order_returns.find(session, ref)
        if back is not None:
            view = services.orders.view(session, services.order_returns.order_of(session, back), run.today)
    if back is not None:
        _remove_return(run, ref, view, yes=yes, as_json=as_json)
        return
    view = with_choice(ref, lambda ref: _view(run, ref))
    if not confirm(_words(_("Remove {code} {client}?"), view), yes=yes):
        raise typer.Exit
    with run.writing("order remove") as session:
        order = services.orders.find(session, view.code)
        services.orders.remove(session, order)
        freed = services.bookings.settle(session, order, run.settings)
    render.orders.show_order(view, render.output.form(as_json=as_json))
    render.output.say(_words(_("Removed {code} {client}."), view))
    _say_freed(freed)


def _remove_return(run: Run, ref: str, before: "OrderView", *, yes: bool, as_json: bool) -> None:
    """Take a return out; what it took off is owed again, and money on account pays for it."""
    back = next(one for one in before.returns if one.code == amounts.half_width(ref).strip().upper())
    words = {"code": back.code, "client": before.client.name, "amount": amounts.grouped(back.amount)}
    question = _("Remove the return {code} of {client}, {amount} on {day}?")
    if not confirm(question.format(**words, day=echo_day(back.on)), yes=yes):
        raise typer.Exit
    with run.writing("order remove") as session:
        found = services.order_returns.find(session, back.code)
        assert found is not None
        order = services.order_returns.remove(session, found)
        services.bookings.settle(session, order, run.settings)
        paid = services.receipts.paying(session, order)
        services.receipts.pay_from_account(session, order)
        told = _newly_paid(session, order, paid)
        view = services.orders.view(session, order, run.today)
    _show_one(run, view, as_json)
    render.output.say(_("Removed the return {code} of {client}: {amount} is owed again.").format(**words))
    for sentence in told:
        render.output.say(sentence)


app.command(
    "import",
    **described(
        _("Take orders in from a file; if a row is bad, nothing is written."),
        "sales order import orders.csv --dry-run",
        "sales order import 历史订单.xlsx --add-clients",
    ),
)(order_files.import_orders)


def _view(run: Run, ref: str) -> "OrderView":
    with run.reading() as session:
        return services.orders.view(session, services.orders.find(session, ref), run.today)


def _change(run: Run, ref: str, command: str, work: "Callable[[Session, Order], Any]") -> "OrderView":
    """Do ``work`` on the order that ``ref`` means, let what is due and paid follow, give back what became of it."""
    freed = 0

    def change(ref: str) -> "OrderView":
        nonlocal freed
        with run.writing(command) as session:
            order = services.orders.find(session, ref)
            work(session, order)
            freed = services.bookings.settle(session, order, run.settings)
            return services.orders.view(session, order, run.today)

    view = with_choice(ref, change)
    _say_freed(freed)
    return view


def _say_freed(freed: int) -> None:
    if freed:
        render.output.say(
            _("{amount} that was paid for it is unallocated again.").format(amount=amounts.grouped(freed))
        )


def _show_one(run: Run, view: "OrderView", as_json: bool) -> None:
    with run.reading() as session:
        order = services.orders.find(session, view.code)
        owed = services.receivables.plan_items(session, order, run.today)
        receipts = services.receipts.listed(session, client=services.orders.client_of(session, order))
    paid = render.orders.payments(view, receipts)
    render.orders.show_order(view, render.output.form(as_json=as_json), owed, paid)


def _words(sentence: str, view: "OrderView", day: date | None = None) -> str:
    return sentence.format(
        code=view.code,
        client=view.client.name,
        amount=render.orders.sum_words(view),
        day=echo_day(day or view.signed_on),
    )


def _contract(signed_on: date, file: str | None, begin: str | None, end: str | None) -> dict[str, Any]:
    """The contract's columns; a file that is there is kept by its whole path, so that it is found from anywhere."""
    there = file is not None and Path(file).is_file()
    if file is not None and not there:
        render.output.say(_("There is no file {path} yet; its name is kept.").format(path=file))
    first = _day(begin, signed_on, "current")
    return {
        "contract_file": str(Path(file).resolve()) if file is not None and there else file,
        "contract_begin": first,
        "contract_end": _day(end, first or signed_on),
    }


def _amount(text: str | None) -> int | None:
    return None if text is None else amounts.parse_amount(text)


def _day(text: str | None, first: date, lean: dates.Lean = "coming") -> date | None:
    """The day meant, as seen from ``first``: the promise for an order of last March is of last spring."""
    return None if text is None else dates.parse_day(text, first, lean)


def _past_day(run: Run, text: str | None) -> date:
    """A day that has come; BadValue for one that has not."""
    day = run.today if text is None else dates.parse_day(text, run.today, "past")
    if day > run.today:
        raise BadValue(_("{day} is still to come.").format(day=echo_day(day)))
    return day
