"""`sales quote …`: quotations."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from salescli import amounts, dates, render, services
from salescli.cli.ask import confirm, given_or_asked, with_choice
from salescli.cli.clients import Ref
from salescli.cli.completion import client_names
from salescli.cli.input_files import limits
from salescli.cli.options import Csv, Force, Json, Yes, described, group
from salescli.cli.run import Run
from salescli.dates import echo_day
from salescli.i18n import _

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.models.quotations import Quotation
    from salescli.services.selling.quotations import QuotationView

# What is sold by them is weighed against the client's credit.
_SELLING = ("quote revise", "quote send", "quote accept")

app = group(_("Quotations: write, revise, approve, send, export."))

QuoteRef = Annotated[str, typer.Argument(metavar="QUOTE", help=_("Code, or a client with one open quotation."))]
Lines = Annotated[
    list[str] | None,
    typer.Option(
        "--line",
        metavar="LINE",
        help=_("PRODUCT x QUANTITY @ PRICE -5%; may be repeated. Without a price: the client's, else the list's."),
    ),
]
Amount = Annotated[str | None, typer.Option("--amount", metavar="AMOUNT", help=_("One sum, instead of lines."))]
DealRef = Annotated[str | None, typer.Option("--deal", metavar="DEAL", help=_("The deal it belongs to."))]
Discount = Annotated[
    str | None, typer.Option("--discount", metavar="AMOUNT|PERCENT", help=_("Taken off the whole: 500, 3%."))
]
Tax = Annotated[str | None, typer.Option("--tax", metavar="PERCENT", help=_("The tax that the prices hold: 13%."))]
Currency = Annotated[str | None, typer.Option("--currency", metavar="CUR", help=_("USD, EUR, …; yuan unless given."))]
Rate = Annotated[str | None, typer.Option("--rate", metavar="RATE", help=_("Yuan for one unit of the currency."))]
IncotermOption = Annotated[
    str | None, typer.Option("--incoterm", metavar="EXW|FOB|CFR|CIF", help=_("Who pays the freight; C&F is CFR."))
]
Freight = Annotated[str | None, typer.Option("--freight", metavar="AMOUNT", help=_("Added to the sum."))]
Valid = Annotated[str | None, typer.Option("--valid", metavar="DAY|30d", help=_("How long it holds."))]
Terms = Annotated[str | None, typer.Option("--terms", help=_("Terms of payment and delivery."))]
Note = Annotated[str | None, typer.Option("--note", help=_("Note, which the client reads as well."))]
On = Annotated[str | None, typer.Option("--on", metavar="DAY", help=_("The day, today unless given."))]
Reason = Annotated[str | None, typer.Option("--reason", help=_("Why; it is asked for."))]


@app.command(
    "add",
    **described(
        _("Write a quotation, line by line or in one sum."),
        'sales quote add hzlh --line "X200 x 100 @ 35.5 -5%" --tax 13% --valid 30d',
        "sales quote add hzlh --amount 12万 --deal D0003",
        'sales quote add hzlh --line "X200 x 100 @ 5.2" --currency USD --rate 7.12 --incoterm CIF --freight 800',
    ),
)
def add(
    ctx: typer.Context,
    ref: Ref,
    lines: Lines = None,
    amount: Amount = None,
    deal: DealRef = None,
    discount: Discount = None,
    tax: Tax = None,
    currency: Currency = None,
    rate: Rate = None,
    incoterm: IncotermOption = None,
    freight: Freight = None,
    valid: Valid = None,
    terms: Terms = None,
    note: Note = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    details = {
        "lines": lines, "amount": amount, "discount": discount, "tax": tax, "currency": currency, "rate": rate,
        "incoterm": incoterm, "freight": freight, "valid": valid, "terms": terms, "note": note, "on": _day(run, on),
    }  # fmt: skip

    def write(ref: str) -> "tuple[QuotationView, list[str]]":
        with run.writing("quote add") as session:
            client = services.clients.find(session, ref)
            of_deal = None if deal is None else services.deals.find(session, deal)
            quotation = services.quoting.add(session, client, run.today, run.settings, **details, deal=of_deal)
            view = services.quotations.view(session, quotation, run.today)
            return view, services.credits.warnings(session, client, view.value, run.today, run.settings)

    view, told = with_choice(ref, write)
    render.quotations.show(view, render.output.form(as_json=as_json))
    for sentence in told:
        render.output.say(sentence)
    _say_written(view)


@app.command(
    "revise",
    **described(
        _("Change a quotation as a new version; what is left out stays, and the lines are given all or none."),
        "sales quote revise Q0001 --discount 3%",
        'sales quote revise hzlh --line "X200 x 200 @ 34" --valid 15d',
    ),
)
def revise(
    ctx: typer.Context,
    ref: QuoteRef,
    lines: Lines = None,
    amount: Amount = None,
    deal: DealRef = None,
    discount: Discount = None,
    tax: Tax = None,
    currency: Currency = None,
    rate: Rate = None,
    incoterm: IncotermOption = None,
    freight: Freight = None,
    valid: Valid = None,
    terms: Terms = None,
    note: Note = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    details = {
        "lines": lines, "amount": amount, "discount": discount, "tax": tax, "currency": currency, "rate": rate,
        "incoterm": incoterm, "freight": freight, "valid": valid, "terms": terms, "note": note, "on": _day(run, on),
    }  # fmt: skip

    def write(session: "Session", quotation: "Quotation") -> "Quotation":
        of_deal = None if deal is None else services.deals.find(session, deal)
        return services.quoting.revise(session, quotation, run.today, **details, deal=of_deal)

    view = _change(run, ref, "quote revise", write)
    render.quotations.show(view, render.output.form(as_json=as_json))
    _say_written(view)


def _say_written(view: "QuotationView") -> None:
    render.quotations.say_prices(view)
    render.output.say(
        _("{code} version {version} for {client}: {total}, valid until {day}.").format(
            code=view.code,
            version=view.version,
            client=view.client.name,
            total=render.quotations.total_words(view),
            day="–" if view.valid_until is None else echo_day(view.valid_until),
        )
    )


@app.command(
    "submit",
    **described(
        _("Hand a quotation in for approval; --out writes the form on which it is given."),
        "sales quote submit Q0001",
        "sales quote submit Q0001 --out 报价审批.xlsx",
    ),
)
def submit(
    ctx: typer.Context,
    ref: QuoteRef,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help=_("A new .xlsx file for the supervisor to fill in."))
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    if out is not None:
        render.quotation_sheet.check_target(out, force=force)

    def work(session: "Session", one: "Quotation") -> "Quotation":
        # What was handed in already gets its form again.
        again = out is not None and one.state == "submitted"
        quotation = one if again else services.quotations.submit(session, one, run.today)
        if out is not None:
            view = services.quotations.view(session, quotation, run.today)
            _write_sheet(run, session, view, out, stored, approval=True)
        return quotation

    with contextlib.ExitStack() as stored:
        view = _change(run, ref, "quote submit", work)
    _show_step(view, as_json=as_json)
    if out is not None:
        render.output.say(_("{path}: `sales quote reply` takes it back when it is filled in.").format(path=out))


@app.command(
    "reply",
    **described(
        _("Take a filled-in approval form back: the quotation is approved, or returned with the reason."),
        "sales quote reply 报价审批.xlsx",
    ),
)
def reply(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The form that `sales quote submit --out` wrote."))],
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    answer = services.quotation_replies.read(file, limits(run))
    with run.writing("quote reply") as session:
        quotation = services.quotation_replies.take(session, answer, run.today)
        differences = services.quotation_replies.differences(session, answer, quotation)
        view = services.quotations.view(session, quotation, run.today)
    render.quotations.show(view, render.output.form(as_json=as_json), differences)
    render.quotations.say_differences(view.code, differences)
    render.output.say(render.quotations.state_words(view))
    if answer.signed:
        day = "" if answer.signed_on is None else echo_day(answer.signed_on)
        render.output.say(_("Signed: {who} {day}").format(who=answer.signed, day=day).rstrip())


@app.command("approve", **described(_("Note that a quotation is approved."), "sales quote approve Q0001"))
def approve(ctx: typer.Context, ref: QuoteRef, as_json: Json = False) -> None:
    run = Run.of(ctx)
    _step(run, ref, "quote approve", as_json, lambda session, one: services.quotations.approve(session, one, run.today))


@app.command(
    "return",
    **described(_("Note that a quotation is not approved, and why."), "sales quote return Q0001 --reason 折扣过高"),
)
def return_(ctx: typer.Context, ref: QuoteRef, reason: Reason = None, as_json: Json = False) -> None:
    run = Run.of(ctx)
    why = given_or_asked(reason, "--reason", _("Why?"))
    _step(
        run,
        ref,
        "quote return",
        as_json,
        lambda session, one: services.quotations.return_(session, one, run.today, why),
    )


@app.command(
    "send",
    **described(
        _("Note that a quotation went to the client; with quotes.approval it must be approved first."),
        "sales quote send Q0001",
        "sales quote send hzlh --on 昨天",
    ),
)
def send(ctx: typer.Context, ref: QuoteRef, on: On = None, as_json: Json = False) -> None:
    run = Run.of(ctx)
    day = _day(run, on) or run.today
    _step(
        run,
        ref,
        "quote send",
        as_json,
        lambda session, one: services.quotations.send(session, one, day, run.today, run.settings),
    )


@app.command("accept", **described(_("Note that the client takes a quotation."), "sales quote accept Q0001"))
def accept(ctx: typer.Context, ref: QuoteRef, on: On = None, as_json: Json = False) -> None:
    run = Run.of(ctx)
    day = _day(run, on) or run.today
    _step(
        run, ref, "quote accept", as_json,
        lambda session, one: services.quotations.accept(session, one, day, run.today),
    )  # fmt: skip


@app.command(
    "reject",
    **described(_("Note that the client declines a quotation, and why."), "sales quote reject Q0001 --reason 价格高"),
)
def reject(ctx: typer.Context, ref: QuoteRef, reason: Reason = None, on: On = None, as_json: Json = False) -> None:
    run = Run.of(ctx)
    why = given_or_asked(reason, "--reason", _("Why?"))
    day = _day(run, on) or run.today
    _step(
        run, ref, "quote reject", as_json,
        lambda session, one: services.quotations.reject(session, one, day, run.today, why),
    )  # fmt: skip


@app.command(
    "list",
    **described(
        _("List the quotations in force."), "sales quote list", "sales quote list --client hzlh --state 已过期"
    ),
)
def list_(
    ctx: typer.Context,
    client: Annotated[
        str | None, typer.Option("--client", help=_("Only this client."), autocompletion=client_names)
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            metavar="draft|submitted|approved|returned|sent|accepted|rejected|expired",
            help=_("Only those in this state."),
        ),
    ] = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> "list[QuotationView]":
        with run.reading() as session:
            of_client = services.clients.find(session, ref) if client is not None else None
            return services.quotations.listed(session, run.today, of_client, state)

    form = render.output.form(as_json=as_json, as_csv=as_csv)
    rows = with_choice(client or "", look)
    render.output.show_rows(
        rows, render.quotations.QUOTATIONS, form, empty=_("No quotation yet; `sales quote add` writes one.")
    )


Version = Annotated[
    str | None, typer.Option("--version", metavar="N", help=_("An earlier version, instead of the one in force."))
]


@app.command(
    "show",
    **described(_("Show a quotation with its lines."), "sales quote show Q0001", "sales quote show Q0001 --version 1"),
)
def show(ctx: typer.Context, ref: QuoteRef, version: Version = None, as_json: Json = False) -> None:
    view = _seen(Run.of(ctx), ref, version)
    render.quotations.show(view, render.output.form(as_json=as_json))


@app.command(
    "export",
    **described(
        _("Write a quotation as an Excel file that can go to the client."),
        "sales quote export Q0001",
        "sales quote export Q0001 报价.xlsx --force",
    ),
)
def export(
    ctx: typer.Context,
    ref: QuoteRef,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help=_("An .xlsx file; named after the quotation unless given."))
    ] = None,
    version: Version = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    view = _seen(run, ref, version)
    path = file or Path(render.quotation_sheet.file_name(view))
    render.quotation_sheet.check_target(path, force=force)
    unapproved = run.settings.yes("quotes.approval") and view.state in ("draft", "submitted", "returned")
    with run.reading() as session:
        _write_sheet(run, session, view, path, None, draft=unapproved)
    if as_json:
        render.output.print_json({"path": str(path), "code": view.code, "version": view.version})
    else:
        render.output.say(_("{code} version {version}:").format(code=view.code, version=view.version))
        render.output.print_text(str(path))
    if unapproved:
        render.output.say(_("It is marked as a draft, because it is not approved."))


def _write_sheet(
    run: Run, session: "Session", view: "QuotationView", path: Path, stored: contextlib.ExitStack | None, **kind: bool
) -> None:
    profile = services.profile.view(services.profile.of(session))
    people = services.contacts.listed(session, services.clients.find(session, view.client.code))
    head = run.settings.words("quotes.letterhead")
    render.quotation_sheet.write(path, view, profile, people[0] if people else None, head, stored=stored, **kind)


def _seen(run: Run, ref: str, version: str | None) -> "QuotationView":
    """A quotation, or one of its versions, as lists and JSON show it."""
    number = None if version is None else amounts.parse_count(version)

    def look(ref: str) -> "QuotationView":
        with run.reading() as session:
            quotation = services.quotations.find(session, ref)
            if number is not None:
                quotation = services.quotations.version_of(session, quotation, number)
            return services.quotations.view(session, quotation, run.today)

    return with_choice(ref, look)


def _day(run: Run, on: str | None) -> Any:
    return None if on is None else dates.parse_day(on, run.today, "past")


@app.command(
    "remove",
    **described(_("Take a quotation out of every list, with its earlier versions."), "sales quote remove Q0012"),
)
def remove(ctx: typer.Context, ref: QuoteRef, yes: Yes = False, as_json: Json = False) -> None:
    run = Run.of(ctx)

    def look(ref: str) -> "QuotationView":
        with run.reading() as session:
            return services.quotations.view(session, services.quotations.find(session, ref), run.today)

    view = with_choice(ref, look)
    words = {"code": view.code, "client": view.client.name}
    if not confirm(_("Remove the quotation {code} to {client}?").format(**words), yes=yes):
        raise typer.Exit
    with run.writing("quote remove") as session:
        services.quotations.remove(session, services.quotations.find(session, view.code))
    render.quotations.show(view, render.output.form(as_json=as_json))
    render.output.say(_("Removed {code} {client}.").format(**words))


def _change(run: Run, ref: str, command: str, work: "Callable[[Session, Quotation], Quotation]") -> "QuotationView":
    """Do ``work`` on the quotation that ``ref`` means, give back what became of it, and tell of the client's credit."""

    def change(ref: str) -> "tuple[QuotationView, list[str]]":
        with run.writing(command) as session:
            quotation = work(session, services.quotations.find(session, ref))
            view = services.quotations.view(session, quotation, run.today)
            if command not in _SELLING:
                return view, []
            client = services.clients.find(session, view.client.code)
            return view, services.credits.warnings(session, client, view.value, run.today, run.settings)

    view, told = with_choice(ref, change)
    for sentence in told:
        render.output.say(sentence)
    return view


def _step(run: Run, ref: str, command: str, as_json: bool, work: "Callable[[Session, Quotation], Quotation]") -> None:
    """Take a quotation one step on, print it and say its state."""
    _show_step(_change(run, ref, command, work), as_json=as_json)


def _show_step(view: "QuotationView", *, as_json: bool) -> None:
    render.quotations.show(view, render.output.form(as_json=as_json))
    render.output.say(render.quotations.state_words(view))
