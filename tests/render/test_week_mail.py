"""The mail that takes the goal sheet to the manager, read back with the standard library."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlmodel import Session

from salescli import db, i18n
from salescli.addresses import Mailbox, mailbox
from salescli.calendars import Calendar
from salescli.config import DEFAULTS, Settings
from salescli.dates import Period
from salescli.errors import BadValue, NotWritten, Refused
from salescli.render import week_mail
from salescli.services import changes
from salescli.services.accounts import clients
from salescli.services.accounts.clients import ClientRef
from salescli.services.care import feedback
from salescli.services.goals import targets
from salescli.services.office import profile
from salescli.services.reporting import weeks
from salescli.services.reporting.week_money import DealLine, DealStep, OwedLine
from salescli.services.reporting.weeks import WeekReport
from salescli.services.selling import orders
from salescli.services.visiting import visits
from salescli.services.visiting.visits import NextStep
from salescli.vocabulary import Measure, Tier

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 17, 5).astimezone()
ZHANG, LI = Mailbox("zhang@firm.cn", "张三"), Mailbox("li@firm.cn", "李经理")
SHEET = bytes(range(256)) * 9
NAME = "Weekly_goals_张三_2026W48.xlsx"
EVIL = '<img src=x onerror="alert(1)">&amp;\r\nBcc: x@y.cn\u202e'


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    i18n.activate("en")
    yield
    i18n.activate("en")


@pytest.fixture(scope="module")
def week(template: Path, tmp_path_factory: pytest.TempPathFactory) -> WeekReport:
    """A week with targets, two orders from visits, five needs and a visit planned for the next one."""
    i18n.activate("en")
    path = Path(shutil.copy(template, tmp_path_factory.mktemp("week") / "sales.db"))
    with db.writing(path) as session:
        changes.watch(session, "test", NOW)
        return made_week(session)


def made_week(session: Session) -> WeekReport:
    calendar, rules = Calendar(), Settings(Path("config.toml"), DEFAULTS)
    profile.save(session, name="张三", manager="李经理")
    for measure, amount in ((Measure.AMOUNT, 1_200_000_000), (Measure.VISITS, 248)):
        targets.set_target(session, Period.year_of(TODAY), amount, measure, Tier.TARGET)
        targets.split(session, Period.year_of(TODAY), measure, Tier.TARGET, calendar)
    one, two, three = (
        clients.add(session, {"name": name}, None, TODAY, rules, calendar) for name in ("甲公司", "乙公司", "丙公司")
    )
    for client in (one, two):
        step = NextStep("contract", date(2026, 12, 2))
        visits.log(session, client, "saw Zhang", TODAY, step, TODAY, rules, calendar, outcome="order")
    orders.add(session, three, 35_000_000, TODAY)
    visits.plan(session, three, TODAY + timedelta(days=6), time(10))
    for number in range(4):
        feedback.add(session, f"problem {number}", TODAY)
    feedback.add(session, EVIL, TODAY, support="a sample machine")
    return weeks.report(session, Period.week_of(TODAY), TODAY, NOW, rules, calendar)


def mailed(report: WeekReport, **asked: Any) -> bytes:
    given = {"sender": ZHANG, "to": [LI], "cc": [], "at": NOW, "draft": False, **asked}
    return week_mail.message(report, SHEET, **given)


def read(mail: bytes) -> EmailMessage:
    made = message_from_bytes(mail, policy=policy.default)
    assert isinstance(made, EmailMessage)
    assert not made.defects
    return made


def body(mail: bytes, kind: Literal["plain", "html"]) -> str:
    part = read(mail).get_body((kind,))
    assert part is not None
    return str(part.get_content())


# --- five lines for the phone ---


def test_the_body_is_five_lines_of_rates_gap_wins_needs_and_next_week(week: WeekReport) -> None:
    gap = "amount closed short by 666,129.03 (needed a day: 166,532.26), visits short by 19 (needed a day: 5)"
    assert body(mailed(week), "plain").splitlines() == [
        "Rates: amount closed 144.7%, visits 40.0%; Weighted score: 120.0",
        f"Gap: 2026-11 {gap}",
        "Best wins: 甲公司 order, 乙公司 order; sales 350,000.00",
        "Support needed: a sample machine, problem 0, problem 1 and 2 more",
        "Next week: amount closed 314,516.13; Visits planned 1, proposed 2",
    ]


class Told(HTMLParser):
    """The text of each paragraph, and the tags that stand in the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.paragraphs: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "p":
            self.paragraphs.append("")

    def handle_data(self, data: str) -> None:
        if self.paragraphs:
            self.paragraphs[-1] += data


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_the_same_and_what_people_typed_is_no_markup_in_it(language: str, week: WeekReport) -> None:
    i18n.activate(language)
    evil = replace(week, matters=tuple(one for one in week.matters if "<img" in one.text))
    evil = replace(evil, matters=(replace(evil.matters[0], support=None),))
    mail = mailed(evil)
    lines, page = body(mail, "plain").splitlines(), Told(body(mail, "html"))
    assert len(lines) == len(page.paragraphs) == 5
    for line, paragraph in zip(lines, page.paragraphs, strict=True):
        heading, told = paragraph.strip().split("\u2002", 1)
        assert line.startswith(heading)
        assert line.endswith(told)
    assert "<img src=x" in lines[3]
    assert page.tags == {"html", "head", "meta", "body", "p", "b"}
    assert "\u202e" not in body(mail, "plain") + body(mail, "html")


def test_a_week_without_anything_has_five_lines_too(week: WeekReport) -> None:
    nothing = replace(
        week,
        goals=(),
        months=(),
        matters=(),
        visits=replace(week.visits, lines=()),
        orders=replace(week.orders, lines=(), sales=0, received=0),
        next=replace(week.next, goals=(), visits=()),
    )
    assert body(mailed(nothing), "plain").splitlines() == [
        "Rates: No score: no target is split for this week.",
        "Gap: no target is split for this month",
        "Best wins: none",
        "Support needed: none",
        "Next week: Visits planned 0",
    ]


def test_deals_won_come_first_by_amount_then_orders_then_receipts_and_a_client_once(week: WeekReport) -> None:
    one, two, three, four = (ClientRef(f"C000{number}", f"client {number}") for number in (1, 2, 7, 8))
    won = [_won(four, 5_000_000), _won(three, 90_000_000), replace(_won(two, 99_999_999), steps=())]
    paid = [
        OwedLine(client, "O0001", None, 0, None, None, amount) for client, amount in ((one, 7), (two, -5), (four, 9))
    ]
    rich = replace(
        week,
        deals=replace(week.deals, lines=tuple(won)),
        orders=replace(week.orders, lines=tuple(paid), received=1_100),
    )
    line = "client 7 won 900,000.00, client 8 won 50,000.00, 甲公司 order and 1 more; sales 350,000.00; received 11.00"
    assert dict(week_mail.five_lines(rich))["Best wins"] == line


def _won(client: ClientRef, amount: int) -> DealLine:
    return DealLine("D1", client, "pumps", amount, None, None, "won", 100, None, (DealStep("won"),), None, None)


def test_a_goal_reached_is_said_to_be_and_long_texts_are_cut(week: WeekReport) -> None:
    (month,) = week.months
    rows = tuple(replace(row, gap=-5) if row.measure == "visits" else replace(row, gap=None) for row in month.rows)
    long = replace(week, months=(replace(month, rows=rows),), matters=(replace(week.matters[0], support="长" * 500),))
    lines = dict(week_mail.five_lines(long))
    assert lines["Gap"] == "2026-11 visits reached"
    assert lines["Support needed"] == "长" * 39 + "…"


# --- the message ---


def test_it_says_from_whom_to_whom_when_and_of_which_week(week: WeekReport) -> None:
    mail = read(mailed(week, cc=[Mailbox("wang@firm.cn"), Mailbox("zhao@firm.cn", 'Zhao, "Z"')]))
    assert mail["Subject"] == "Weekly goals 张三 2026-11-23 – 11-29 (week 48)"
    assert mail["From"] == "张三 <zhang@firm.cn>"
    assert [(box.display_name, box.addr_spec) for box in mail["To"].addresses] == [("李经理", "li@firm.cn")]
    assert [(box.display_name, box.addr_spec) for box in mail["Cc"].addresses] == [
        ("", "wang@firm.cn"),
        ('Zhao, "Z"', "zhao@firm.cn"),
    ]
    assert mail["Date"].datetime == NOW
    assert mail["X-Unsent"] is None
    assert read(mailed(week, draft=True))["X-Unsent"] == "1"
    assert read(mailed(replace(week, version=3)))["Subject"].endswith("(week 48), version 3")


def test_the_sheet_is_attached_under_its_name_for_new_and_old_programs(week: WeekReport) -> None:
    mail = mailed(week)
    (part,) = read(mail).iter_attachments()
    assert (part.get_filename(), part.get_content()) == (NAME, SHEET)
    assert part.get_content_type() == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert b"filename*=utf-8''Weekly_goals_%E5%BC%A0%E4%B8%89_2026W48.xlsx\r\n" in mail
    (old,) = [line for line in mail.split(b"\r\n") if line.startswith(b" name=")]
    assert str(make_header(decode_header(old.decode().split('"')[1]))) == NAME


def test_a_plain_name_stays_plain(week: WeekReport) -> None:
    mail = mailed(replace(week, profile=week.profile._replace(name="Li Wei")))
    assert b'\r\n filename="Weekly_goals_Li_Wei_2026W48.xlsx"\r\n' in mail
    assert b'\r\n name="Weekly_goals_Li_Wei_2026W48.xlsx"\r\n' in mail


def test_the_same_arguments_make_the_same_bytes_and_another_moment_another_name(week: WeekReport) -> None:
    assert mailed(week) == mailed(week)
    later = mailed(week, at=NOW + timedelta(seconds=1))
    assert read(later)["Message-ID"] != read(mailed(week))["Message-ID"]
    assert read(mailed(week))["Message-ID"].endswith("@firm.cn>")
    assert read(mailed(week, sender=None))["From"] is None


@pytest.fixture
def named(week: WeekReport) -> Callable[[str], WeekReport]:
    """The week of somebody of that name; a function, because hypothesis writes arguments out."""
    return lambda name: replace(week, profile=week.profile._replace(name=name))


@example(name="=?utf-8?b?5p2O?=")
@example(name="张三" * 60)
@example(name='Zhao, "Z" \\ <x@y.cn>\r\nBcc: x@y.cn')
@given(name=st.text(max_size=120))
def test_a_name_of_any_signs_stays_in_its_header_and_is_read_back(
    name: str, named: Callable[[str], WeekReport]
) -> None:
    i18n.activate("zh")
    box, report = mailbox("zhang@firm.cn", name), named(name)
    mail = mailed(report, sender=box, to=[box], cc=[LI, box])
    assert mail.isascii()
    assert mail.count(b"\r\n") == mail.count(b"\n") == mail.count(b"\r")
    assert max(map(len, mail.split(b"\r\n"))) <= 998
    made = read(mail)
    assert made.keys() == ["Content-Type", "MIME-Version", "Date", "Message-ID", "Subject", "From", "To", "Cc"]
    assert [addressed.addr_spec for addressed in made["Cc"].addresses] == ["li@firm.cn", "zhang@firm.cn"]
    raw = message_from_bytes(mail)
    # By the older reader: in Python 3.11 the newer one puts a blank between the parts of a long name.
    assert str(make_header(decode_header(parseaddr(raw["From"])[0]))) == box.name
    assert str(make_header(decode_header(raw["Subject"]))) == week_mail.subject(report)
    (part,) = made.iter_attachments()
    assert part.get_filename() == week_mail.file_name(report)


# --- its file ---


def test_a_draft_goes_where_it_is_asked_to(week: WeekReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = "Weekly_goals_张三_2026W48.eml"
    assert week_mail.draft_path(None, week, force=False) == Path(name)
    assert week_mail.draft_path(tmp_path, week, force=False) == tmp_path / name
    assert week_mail.draft_path(Path("X.EML"), week, force=False) == Path("X.EML")
    (tmp_path / name).touch()
    assert week_mail.draft_path(None, week, force=True) == Path(name)
    (tmp_path / "d.eml").mkdir()
    (tmp_path / "d.eml" / name).mkdir()
    for asked, problem in ((None, Refused), (Path("x.txt"), BadValue), (Path("d.eml"), NotWritten)):
        with pytest.raises(problem):
            week_mail.draft_path(asked, week, force=False)
