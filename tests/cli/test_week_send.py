"""`sales week send` through the real program, to real servers on this computer."""

import hashlib
import io
import shutil
import sqlite3
import ssl
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
import trustme

from salescli import db
from salescli.calendars import Calendar
from salescli.config import DEFAULTS, Settings
from salescli.dates import Period
from salescli.services import changes
from salescli.services.accounts import clients
from salescli.services.goals import targets
from salescli.services.office import profile
from salescli.services.visiting import visits
from salescli.services.visiting.visits import NextStep
from salescli.vocabulary import Measure, Tier
from tests.conftest import Sales
from tests.mail_server import PASSWORD, USER, Letterbox, free_port, parsed, post_office, scripted

TODAY = date(2026, 11, 25)
SHEET = "Weekly_goals_张三_2026W48.xlsx"
DRAFT = "Weekly_goals_张三_2026W48.eml"
LI, WANG = "li@firm.cn", "wang@firm.cn"


@pytest.fixture(scope="module")
def filled(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data file with a name, a manager, a target and a visit."""
    path = Path(shutil.copy(template, tmp_path_factory.mktemp("mailed") / "sales.db"))
    calendar, rules, year = Calendar(), Settings(Path("config.toml"), DEFAULTS), Period.year_of(TODAY)
    with db.writing(path) as session:
        changes.watch(session, "test", datetime.combine(TODAY, time(9)).astimezone())
        profile.save(session, name="张三", email="zhang@firm.cn", manager="李经理", manager_email=LI)
        targets.set_target(session, year, 248, Measure.VISITS, Tier.TARGET)
        targets.split(session, year, Measure.VISITS, Tier.TARGET, calendar)
        client = clients.add(session, {"name": "甲公司", "grade": "A"}, None, TODAY, rules, calendar)
        step = NextStep("contract", date(2026, 12, 2))
        visits.log(session, client, "saw Zhang", TODAY, step, TODAY, rules, calendar, outcome="order")
    return path


@pytest.fixture
def logged(sales: Sales, filled: Path, data_file: Path) -> Sales:
    """The program with that data file."""
    shutil.copy(filled, data_file)
    return sales


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def configured(tmp_path: Path, environ: dict[str, str], authority: trustme.CA) -> Callable[..., None]:
    """Set the program up for the server on a port: by its file of settings and its environment, as people do."""

    def call(port: int, security: str = "none", password: str = PASSWORD) -> None:
        user = "" if security == "none" else USER
        (tmp_path / "config.toml").write_text(
            f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "{security}"\nuser = "{user}"\nseconds = 5\n'
        )
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        environ.update(SSL_CERT_FILE=str(tmp_path / "ca.pem"), SALES_SMTP_PASSWORD=password)

    return call


@pytest.fixture
def box() -> Letterbox:
    return Letterbox()


def sent_marks(data_file: Path) -> list[tuple[str, int, str, str | None]]:
    """What the data file says of sheets: week, version, state, to whom it was sent."""
    with sqlite3.connect(data_file) as file:
        return file.execute("SELECT week, version, state, sent_to FROM weekplan WHERE deleted_at IS NULL").fetchall()


def bytes_of(data_file: Path) -> str:
    return hashlib.sha256(data_file.read_bytes()).hexdigest()


# --- the draft ---


def test_a_draft_opens_in_a_mail_program_and_is_kept_as_a_version_but_not_as_sent(
    logged: Sales, data_file: Path, tmp_path: Path
) -> None:
    told = logged("week", "send", "--json").json()
    assert told == {"path": DRAFT, "period": "2026-W48", "version": 1, "checksum": told["checksum"]}
    assert len(told["checksum"]) == 16
    assert sent_marks(data_file) == [("2026-W48", 1, "draft", None)]
    draft = parsed((tmp_path / DRAFT).read_bytes())
    assert (draft["To"], draft["From"]) == (f"李经理 <{LI}>", "张三 <zhang@firm.cn>")
    assert draft["X-Unsent"] == "1"
    (sheet,) = draft.iter_attachments()
    assert sheet.get_filename() == SHEET
    book = openpyxl.load_workbook(io.BytesIO(sheet.get_content()))
    assert book.worksheets[0]["A1"].value.startswith("Weekly goals")


def test_a_draft_in_chinese_is_named_and_addressed_in_chinese(logged: Sales, tmp_path: Path) -> None:
    name = logged("week", "send", "--to", "王总 <wang@firm.cn>; zhao@firm.cn", "--cc", LI, lang="zh").out.strip()
    assert name == "目标管理表_张三_2026W48.eml"
    draft = parsed((tmp_path / name).read_bytes())
    assert [(to.display_name, to.addr_spec) for to in draft["To"].addresses] == [("王总", WANG), ("", "zhao@firm.cn")]
    assert [cc.addr_spec for cc in draft["Cc"].addresses] == [LI]
    assert [part.get_filename() for part in draft.iter_attachments()] == ["目标管理表_张三_2026W48.xlsx"]


def test_a_file_that_is_there_is_replaced_only_by_force(logged: Sales, tmp_path: Path) -> None:
    (tmp_path / "mine.eml").write_text("mine")
    assert "mine.eml" in logged("week", "send", "--eml", "mine.eml", code=4).err
    assert (tmp_path / "mine.eml").read_text() == "mine"
    logged("feedback", "add", "need help: call 13912345678")
    logged("week", "send", "--eml", "mine.eml", "--force", "--mask")
    draft = parsed((tmp_path / "mine.eml").read_bytes())
    (sheet,) = draft.iter_attachments()
    cells = openpyxl.load_workbook(io.BytesIO(sheet.get_content())).worksheets[0].iter_rows(values_only=True)
    body = draft.get_body(("plain",))
    assert body is not None
    for text in (body.get_content(), str(list(cells))):
        assert "139****5678" in text
        assert "13912345678" not in text


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--to", "li"], 2, "“li”"),
        (["--to", "li@firm.cn\r\nBcc: x@y.cn"], 2, "Bcc"),
        (["--eml", "x.eml", "--smtp"], 2, "--smtp"),
        (["--smtp"], 2, "mail.host"),
        (["2027-W05"], 4, "2027-W05"),
        (["--eml", "none/x.eml"], 7, "none"),
    ],
)
def test_what_can_not_be_done_is_said_and_nothing_is_kept(
    options: list[str], code: int, said: str, logged: Sales, data_file: Path, tmp_path: Path
) -> None:
    before = bytes_of(data_file)
    assert said in logged("week", "send", *options, code=code).err
    assert bytes_of(data_file) == before
    assert not list(tmp_path.glob("*.eml"))


def test_without_an_address_it_says_how_to_give_one(
    sales: Sales, configured: Callable[..., None], tmp_path: Path
) -> None:
    assert "--manager-email" in sales("week", "send", code=2).err
    configured(free_port())
    assert "mail.from" in sales("week", "send", "--smtp", "--to", LI, code=2).err
    sales("week", "send", "--to", LI, "--eml", "x.eml")
    assert parsed((tmp_path / "x.eml").read_bytes())["From"] is None  # the mail program knows whose it is


# --- sent ---


def test_what_is_sent_arrives_whole_and_is_recorded(
    logged: Sales, configured: Callable[..., None], box: Letterbox, tls: ssl.SSLContext, data_file: Path
) -> None:
    with post_office(box, starttls=tls) as port:
        configured(port, "starttls")
        told = logged("week", "send", "--smtp", "--cc", WANG, "--json").json()
    assert told == {"sent_to": [LI, WANG], "period": "2026-W48", "version": 1, "checksum": told["checksum"]}
    assert (box.recipients, box.logins) == ([LI, WANG], [(USER.encode(), PASSWORD.encode())])
    mail = box.only()
    assert mail["X-Unsent"] is None
    assert mail["Message-ID"].endswith("@firm.cn>")
    (sheet,) = mail.iter_attachments()
    assert told["checksum"] in openpyxl.load_workbook(io.BytesIO(sheet.get_content())).properties.keywords
    assert sent_marks(data_file) == [("2026-W48", 1, "submitted", f"{LI}, {WANG}")]


def test_what_was_sent_is_sent_again_as_it_was(
    logged: Sales, configured: Callable[..., None], box: Letterbox, data_file: Path
) -> None:
    with post_office(box, auth=False) as port:
        configured(port)
        logged("week", "send", "--smtp")
        logged("visit", "log", "甲公司", "again", "--no-next", "done")
        assert logged("week", "send", "2026-W48", "--smtp", today="2026-11-26").out == f"{LI}\n"
    sheets = [next(parsed(mail).iter_attachments()).get_content() for mail in box.mails]
    assert sheets[0] == sheets[1]
    first, second = map(parsed, box.mails)
    assert first["Message-ID"] != second["Message-ID"]  # or the manager's server would throw it away
    assert len(sent_marks(data_file)) == 1


def test_a_wrong_password_changes_nothing_and_is_shown_nowhere(
    logged: Sales,
    configured: Callable[..., None],
    box: Letterbox,
    tls: ssl.SSLContext,
    data_file: Path,
    tmp_path: Path,
) -> None:
    before = bytes_of(data_file)
    with post_office(box, tls=tls) as port:
        configured(port, "tls", password=f"{PASSWORD}-wrong")
        run = logged("--debug", "week", "send", "--smtp", code=7)
    assert "535" in run.err
    shown = [run.out, run.err, *(path.read_text("latin-1") for path in tmp_path.rglob("*") if path.is_file())]
    assert not any(PASSWORD in text for text in shown)
    assert (box.mails, bytes_of(data_file)) == ([], before)


def test_half_refused_is_not_sent_at_all(
    logged: Sales, configured: Callable[..., None], box: Letterbox, data_file: Path
) -> None:
    box.answers[WANG] = "550 no such user"
    before = bytes_of(data_file)
    with post_office(box, auth=False) as port:
        configured(port)
        run = logged("week", "send", "--smtp", "--cc", WANG, "--json", code=7)
    assert run.error()["code"] == "not_written"
    assert WANG in run.error()["message"]
    assert LI in run.error()["message"]
    assert (box.mails, bytes_of(data_file)) == ([], before)


def test_an_unknown_end_is_not_recorded_as_sent_but_its_version_is_kept(
    logged: Sales, configured: Callable[..., None], data_file: Path
) -> None:
    with scripted("220 post", "250 OK", "250 OK", "250 OK", "354 go on") as port:
        configured(port)
        run = logged("week", "send", "--smtp", code=7)
    assert run.err.startswith(f"Unknown whether the mail to {LI} was sent")
    assert sent_marks(data_file) == [("2026-W48", 1, "draft", None)]


def test_without_a_password_both_ways_are_named(
    logged: Sales, configured: Callable[..., None], data_file: Path
) -> None:
    configured(free_port(), "tls", password="")
    run = logged("week", "send", "--smtp", code=7)
    assert "SALES_SMTP_PASSWORD" in run.err
    assert "keyring set sales-smtp" in run.err
