"""`sales week send`: the goal sheet in a mail to the manager, as a draft or through a mail server."""

import contextlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from salescli import render, services
from salescli.addresses import Mailbox, mailbox, parse_mailboxes
from salescli.cli.options import Force, Json, described
from salescli.cli.run import Run
from salescli.cli.week_close import refuse_to_come, report_of
from salescli.errors import BadValue, SalesError
from salescli.i18n import _

if TYPE_CHECKING:
    from sqlmodel import Session

    from salescli.dates import Period
    from salescli.models.profile import Profile
    from salescli.services.reporting.weeks import WeekReport

app = typer.Typer()

Due = Annotated[
    str | None,
    typer.Argument(
        metavar="[PERIOD]", help=_("The week, or a day of it; last week if it has records, else this week.")
    ),
]
To = Annotated[
    list[str] | None, typer.Option("--to", metavar="ADDRESS", help=_("To whom; to the manager unless given."))
]
Cc = Annotated[list[str] | None, typer.Option("--cc", metavar="ADDRESS", help=_("Who gets a copy."))]
Eml = Annotated[
    Path | None, typer.Option("--eml", metavar="FILE", help=_("The draft; named after the sheet otherwise."))
]
Smtp = Annotated[bool, typer.Option("--smtp", help=_("Send it now, through the server of the settings under mail."))]
Mask = Annotated[bool, typer.Option("--mask", help=_("Take phone numbers and addresses out of the texts."))]


@dataclass(frozen=True)
class Letter:
    """A mail as it is asked for: from whom, to whom, with copies to whom, and whether masked."""

    to: list[Mailbox]
    cc: list[Mailbox]
    sender: Mailbox | None
    mask: bool

    @property
    def addresses(self) -> list[str]:
        """Everybody who gets it, once."""
        return list({box.address.casefold(): box.address for box in (*self.to, *self.cc)}.values())

    def with_sheet(self, report: "WeekReport", run: Run, *, draft: bool) -> bytes:
        """The message with the sheet of that week."""
        sheet = render.week_sheet.workbook(report, mask=self.mask)
        return render.week_mail.message(
            report, sheet, self.sender, self.to, self.cc, run.now, draft=draft, mask=self.mask
        )


@app.command(
    "send",
    **described(
        _("Mail the goal sheet to the manager: as a draft for any mail program, or through a mail server."),
        "sales week send",
        "sales week send last-week --cc wang@example.com --eml 周报.eml",
        "sales week send --smtp",
    ),
)
def send(
    ctx: typer.Context,
    period: Due = None,
    to: To = None,
    cc: Cc = None,
    eml: Eml = None,
    smtp: Smtp = False,
    mask: Mask = False,
    force: Force = False,
    as_json: Json = False,
) -> None:
    run = Run.of(ctx)
    if smtp and eml is not None:
        raise BadValue(_("--eml makes a draft and --smtp sends: give one of them."))
    week = services.weeks.named_week(period, run.today) if period is not None else None
    asked = Letter(_read(to), _read(cc), None, mask)
    if smtp:
        report, addresses = _sent(run, week, asked)
        _tell(report, {"sent_to": addresses}, _("The goal sheet of {week} was sent to:"), addresses, as_json=as_json)
    else:
        report, path = _drafted(run, week, asked, eml, force=force)
        said = _("The goal sheet of {week} as a draft, to be sent from your mail program:")
        if report.status == "draft":
            render.output.say(_("The week is not closed: the sheet says draft; `sales week close` freezes it first."))
        _tell(report, {"path": str(path)}, said, [str(path)], as_json=as_json)


def _tell(report: "WeekReport", what: dict[str, object], said: str, lines: list[str], *, as_json: bool) -> None:
    if as_json:
        version = {"period": report.period.label, "version": report.version, "checksum": report.checksum}
        render.output.print_json({**what, **version})
        return
    render.output.say(said.format(week=render.weeks.week_words(report.period)))
    for line in lines:
        render.output.print_text(line)


def _drafted(
    run: Run, week: "Period | None", asked: Letter, eml: Path | None, *, force: bool
) -> "tuple[WeekReport, Path]":
    """Write the draft; the version of the sheet in it is kept, but nothing is recorded as sent."""
    with contextlib.ExitStack() as stored, run.writing("week send") as session:
        letter = _addressed(run, services.profile.of(session), asked)
        report = _kept(session, run, week)
        path = render.week_mail.draft_path(eml, report, force=force)
        render.week_sheet.save_after(stored, path, letter.with_sheet(report, run, draft=True))
    return report, path


def _sent(run: Run, week: "Period | None", asked: Letter) -> "tuple[WeekReport, list[str]]":
    """Send it, and record that; a mail that was not sent leaves the data file as it was."""
    from salescli import outbox  # only a mail that is sent needs the network's libraries

    server = outbox.server_of(run.settings)
    password = outbox.password_for(server, os.environ)
    sent_to: list[str] = []
    unknown: SalesError | None = None
    try:
        with run.writing("week send") as session:
            letter = _addressed(run, services.profile.of(session), asked)
            sender = letter.sender or _no_sender(server.user)
            report = _kept(session, run, week)
            going = replace(report, status="submitted")  # so that the sheet does not call itself a draft
            content = replace(letter, sender=sender).with_sheet(going, run, draft=False)
            try:
                outbox.send(server, password, sender.address, letter.addresses, content)
            except outbox.StateUnknown as problem:
                unknown = problem  # the version is kept all the same: an answer to it may come
            else:
                sent_to = letter.addresses
                report = _record_sent(session, run, report, sent_to)
    except SalesError as problem:
        if sent_to:
            problem.message = _("The mail was sent to {recipients}, but that could not be stored: {problem}").format(
                recipients=_(", ").join(sent_to), problem=problem.message
            )
        raise
    if unknown is not None:
        raise unknown
    return report, sent_to


def _kept(session: "Session", run: Run, week: "Period | None") -> "WeekReport":
    """The week as it goes out, kept so that an answer to it finds its version."""
    week = week or services.closed_weeks.to_print(session, run.today)
    refuse_to_come(run, week)
    return services.closed_weeks.keep(session, report_of(session, run, week), run.today)


def _record_sent(session: "Session", run: Run, report: "WeekReport", addresses: list[str]) -> "WeekReport":
    return services.closed_weeks.mark_sent(session, report.period, ", ".join(addresses), run.now)


# --- to whom, and from whom ---


def _read(texts: list[str] | None) -> list[Mailbox]:
    return [box for text in texts or [] for box in parse_mailboxes(text)]


def _addressed(run: Run, profile: "Profile", asked: Letter) -> Letter:
    """The mail with the manager for a recipient unless another is named, and its sender where one is known."""
    if not asked.to and not profile.manager_email:
        raise BadValue(
            _("There is no address of the manager."),
            hint=_("`sales init --manager-email ADDRESS` stores it; --to ADDRESS gives one for this mail."),
        )
    sender = run.settings.text("mail.from") or profile.email
    return replace(
        asked,
        to=asked.to or [mailbox(profile.manager_email, profile.manager)],
        sender=mailbox(sender, profile.name) if sender else None,
    )


def _no_sender(user: str) -> Mailbox:
    if "@" in user:
        return mailbox(user)
    raise BadValue(
        _("There is no address to send from."),
        hint=_("`sales init --email ADDRESS` stores yours; `sales config set mail.from ADDRESS` one for mails only."),
    )
