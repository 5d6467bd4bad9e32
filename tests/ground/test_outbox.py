"""Handing a mail to real servers on this computer, and everything that they may do to it."""

import _thread
import socket
import ssl
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
import trustme
from keyring.backend import KeyringBackend
from keyring.backends import fail

from salescli import outbox
from salescli.config import DEFAULTS, Settings
from salescli.errors import BadValue, NotWritten
from salescli.outbox import Server, StateUnknown
from tests.mail_server import PASSWORD, USER, Letterbox, free_port, post_office, scripted

MAIL = b"Subject: hello\r\nFrom: zhang@firm.cn\r\n\r\nfirst\r\n.hidden\r\n..\r\nlast\r\n"
LI, WANG = "li@firm.cn", "wang@firm.cn"
# What a server says up to the mail, and after it.
HELLO, OK, GO = "220 post.test", "250 OK", "354 go on"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def tls(authority: trustme.CA) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate for this computer."""
    return _side(authority.issue_cert("127.0.0.1", "localhost"))


def _side(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture(autouse=True)
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The authority as this computer knows it: by the standard variable."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


@pytest.fixture
def box() -> Letterbox:
    return Letterbox()


def server(port: int, security: outbox.Security = "none", user: str = "", seconds: float = 3) -> Server:
    return Server("127.0.0.1", port, security, user, seconds)


def send(to: Server, *recipients: str, password: str = "") -> None:
    outbox.send(to, password, "zhang@firm.cn", recipients or (LI,), MAIL)


def refused(to: Server, *recipients: str, password: str = "") -> NotWritten:
    """Why it was not sent: one sentence that says so, within the time, with no secret in it or behind it."""
    begun = time.monotonic()
    with pytest.raises(NotWritten) as caught:
        send(to, *recipients, password=password)
    assert time.monotonic() - begun < to.seconds + 1
    problem = caught.value
    shown = "".join(traceback.format_exception(problem)) + repr(problem.args) + problem.hint
    assert PASSWORD not in shown
    assert "\n" not in problem.message
    assert problem.hint
    assert isinstance(problem, StateUnknown) is ("nothing was sent" not in problem.message)
    return problem


# --- what is sent arrives ---


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mail_arrives_over_tls_with_the_password(security, box: Letterbox, tls: ssl.SSLContext) -> None:
    with post_office(box, **{security: tls}) as port:
        send(server(port, security, USER), LI, WANG, password=PASSWORD)
    assert (box.mails, box.recipients) == ([MAIL], [LI, WANG])
    assert box.logins == [(USER.encode(), PASSWORD.encode())]


def test_this_computer_takes_mail_without_tls_and_without_a_password(box: Letterbox) -> None:
    with post_office(box, auth=False) as port:
        send(server(port))
    assert (box.mails, box.logins) == ([MAIL], [])


def test_a_server_that_says_no_goodbye_has_the_mail_all_the_same() -> None:
    with scripted(HELLO, OK, OK, OK, GO, OK, after="hang") as port:
        begun = time.monotonic()
        send(server(port))
        assert time.monotonic() - begun < 1


def test_an_old_server_that_only_knows_helo_is_talked_to() -> None:
    with scripted(HELLO, "502 what?", OK, OK, "251 forwarded", GO, OK) as port:
        send(server(port))


# --- what is not ---


def test_a_wrong_password_is_said_and_not_repeated(box: Letterbox, tls: ssl.SSLContext) -> None:
    with post_office(box, tls=tls) as port:
        problem = refused(server(port, "tls", "zhang@other.cn"), password=PASSWORD)
    assert "zhang@other.cn" in problem.message
    assert "535" in problem.message
    assert "SALES_SMTP_PASSWORD" in problem.hint
    assert box.mails == []


@pytest.mark.parametrize("form", [PASSWORD, "Z2VoZWltLTIwMjY="])
def test_a_server_that_repeats_the_password_is_not_quoted(form: str, tls: ssl.SSLContext) -> None:
    greeting = ("220 post.test", "250-post.test\r\n250 AUTH PLAIN")
    with scripted(*greeting, f"535 no: {form}", tls=tls) as port:
        assert form not in refused(server(port, "tls", USER), password=PASSWORD).message
    with scripted(*greeting, "235 in", OK, f"550 you said {form}", tls=tls) as port:
        problem = refused(server(port, "tls", USER), password=PASSWORD)
    assert "550 you said …" in problem.message


def test_a_server_that_asks_for_no_password_we_know_of_gets_none(tls: ssl.SSLContext) -> None:
    for offers in ("250 post.test", "250-post.test\r\n250 AUTH GSSAPI"):
        with scripted(HELLO, offers, tls=tls) as port:
            assert "asks for no password" in refused(server(port, "tls", USER), password=PASSWORD).message


def test_a_refused_recipient_is_named(box: Letterbox) -> None:
    box.answers[LI] = "550 5.1.1 no such user here"
    with post_office(box, auth=False) as port:
        problem = refused(server(port))
    assert f"{LI} (550 5.1.1 no such user here)" in problem.message
    assert box.mails == []


def test_with_one_of_two_recipients_refused_nobody_gets_it_and_both_are_named(box: Letterbox) -> None:
    box.answers[WANG] = "550 5.1.1 no such user here"
    with post_office(box, auth=False) as port:
        problem = refused(server(port), LI, WANG)
    assert f"refuses {WANG}" in problem.message
    assert f"not to {LI} either" in problem.message
    assert box.mails == []


@pytest.mark.parametrize("where", [LI, "DATA"])
def test_a_greylisted_mail_is_to_be_tried_again(where: str, box: Letterbox) -> None:
    box.answers[where] = "451 4.7.1 greylisted, come back later"
    with post_office(box, auth=False) as port:
        problem = refused(server(port))
    assert "greylisted" in problem.message
    assert "try again in some minutes" in problem.hint


def test_a_refused_sender_and_a_mail_too_large_are_told_apart() -> None:
    with scripted(HELLO, OK, "553 not your address") as port:
        problem = refused(server(port))
    assert "no mail from zhang@firm.cn" in problem.message
    assert "mail.from" in problem.hint
    with scripted(HELLO, "250-post.test\r\n250 SIZE 10", "552 too large") as port:
        problem = refused(server(port))
    assert "refuses the mail: 552 too large" in problem.message


@pytest.mark.parametrize(
    "turns",
    [(), (HELLO,), (HELLO, OK), (HELLO, OK, OK), (HELLO, OK, OK, OK)],
    ids=["greeting", "ehlo", "mail", "rcpt", "data"],
)
@pytest.mark.parametrize(("after", "said"), [("close", "broke the connection off"), ("hang", "within 0.2 seconds")])
def test_a_server_that_falls_away_before_the_mail_has_nothing(turns: tuple[str, ...], after: str, said: str) -> None:
    with scripted(*turns, after=after) as port:
        assert said in refused(server(port, seconds=3 if after == "close" else 0.2)).message


@pytest.mark.parametrize("after", ["close", "hang", "drip"])
def test_whether_a_mail_was_sent_is_unknown_when_the_server_falls_away_after_it(after: str) -> None:
    with scripted(HELLO, OK, OK, OK, OK, GO, after=after) as port:
        problem = refused(server(port, seconds=0.6), LI, WANG)
    assert isinstance(problem, StateUnknown)
    assert problem.message.startswith(f"Unknown whether the mail to {LI}, {WANG} was sent")
    assert "not recorded as sent" in problem.message


def test_a_server_that_says_a_letter_now_and_then_runs_out_of_time_too() -> None:
    with scripted(HELLO, after="drip") as port:
        assert "within 0.3 seconds" in refused(server(port, seconds=0.3)).message


@pytest.mark.parametrize("last", ["450 not today", "554 spam", "nonsense"])
def test_a_mail_that_is_refused_at_its_end_was_not_sent(last: str) -> None:
    with scripted(HELLO, OK, OK, OK, GO, last) as port:
        if last == "nonsense":
            with pytest.raises(StateUnknown):
                send(server(port))
        else:
            assert last in refused(server(port)).message


@pytest.mark.parametrize(
    ("turns", "raised"), [((HELLO, OK), KeyboardInterrupt), ((HELLO, OK, OK, OK, GO), StateUnknown)]
)
def test_an_interrupt_stops_the_mail_or_says_that_it_may_have_gone(turns: tuple[str, ...], raised: type) -> None:
    with scripted(*turns, after="hang") as port:
        threading.Timer(0.4, _thread.interrupt_main).start()
        with pytest.raises(raised):
            send(server(port))


# --- TLS and the way there ---


def test_without_tls_on_offer_neither_password_nor_mail_goes_out(box: Letterbox, tls: ssl.SSLContext) -> None:
    with post_office(box, auth=False) as port:
        for security in ("starttls", "tls"):
            assert "offers no TLS" in refused(server(port, security, USER), password=PASSWORD).message
    assert (box.mails, box.logins) == ([], [])
    with scripted(HELLO, "250-post.test\r\n250 STARTTLS", "454 TLS not available") as port:
        assert "454" in refused(server(port, "starttls", USER), password=PASSWORD).message


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("wrong", ["authority", "name"])
def test_a_certificate_that_proves_nothing_is_refused(
    security, wrong: str, box: Letterbox, authority: trustme.CA
) -> None:
    side = _side(trustme.CA().issue_cert("127.0.0.1") if wrong == "authority" else authority.issue_cert("post.test"))
    with post_office(box, **{security: side}) as port:
        problem = refused(server(port, security, USER), password=PASSWORD)
    assert "can't prove who it is" in problem.message
    assert ("another name" if wrong == "name" else "nobody known has signed") in problem.message
    assert (box.mails, box.logins) == ([], [])


def test_a_certificate_signed_by_itself_is_refused(
    box: Letterbox, authority: trustme.CA, tls: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.pem"
    own.write_bytes(authority.private_key_pem.bytes() + authority.cert_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)
    (tmp_path / "none.pem").write_text("")
    trustme.CA().cert_pem.write_to_path(tmp_path / "none.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    with post_office(box, tls=context) as port:
        assert "signed by itself" in refused(server(port, "tls", USER), password=PASSWORD).message


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_a_closed_port_and_an_unknown_host_are_named(security) -> None:
    port = free_port()
    assert f"no connections on port {port}" in refused(server(port, security)).message
    for host in ("post.invalid", ".post.invalid", "x" * 70 + ".invalid"):
        problem = refused(replace(server(port, security), host=host))
        assert f"no mail server {host}" in problem.message


def test_a_host_that_takes_a_call_and_never_answers_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        for security in ("tls", "starttls", "none"):
            to = server(deaf.getsockname()[1], security, seconds=0.2)
            assert "did not answer" in refused(to).message


# --- the settings and the password ---


def settings(**given: str | int) -> Settings:
    return Settings(Path("config.toml"), {**DEFAULTS, **{f"mail.{key}": value for key, value in given.items()}})


@pytest.mark.parametrize(
    ("given", "port"),
    [
        ({"host": "smtp.firm.cn"}, 465),
        ({"host": "smtp.firm.cn", "security": "starttls"}, 587),
        ({"host": "smtp.firm.cn", "security": "starttls", "port": 2525}, 2525),
        ({"host": "localhost", "security": "none"}, 25),
        ({"host": "127.0.0.9", "security": "none"}, 25),
        ({"host": "::1", "security": "none"}, 25),
    ],
)
def test_a_server_has_the_usual_port_of_its_way_of_talking(given: dict[str, str | int], port: int) -> None:
    assert outbox.server_of(settings(**given)).port == port


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "No mail server is set"),
        ({"host": "smtp.firm.cn", "security": "none"}, "over TLS only"),
        ({"host": "10.0.0.7", "security": "none"}, "over TLS only"),
        ({"host": "localhost.firm.cn", "security": "none"}, "over TLS only"),
        ({"host": "localhost", "security": "none", "user": USER}, "never sent without TLS"),
    ],
)
def test_settings_that_would_give_something_away_are_refused(given: dict[str, str | int], said: str) -> None:
    with pytest.raises(BadValue, match=said) as caught:
        outbox.server_of(settings(**given))
    assert caught.value.hint


def test_the_password_comes_from_the_environment_and_is_asked_for_only_with_a_user() -> None:
    assert outbox.password_for(server(1), {"SALES_SMTP_PASSWORD": PASSWORD}) == ""
    for given in (PASSWORD, f"{PASSWORD}\n"):
        assert outbox.password_for(server(1, "tls", USER), {"SALES_SMTP_PASSWORD": given}) == PASSWORD


def test_a_password_that_no_server_takes_is_not_shown() -> None:
    secret = chr(0x5BC6) + "1"
    with pytest.raises(NotWritten) as caught:
        outbox.password_for(server(1, "tls", USER), {"SALES_SMTP_PASSWORD": secret})
    assert secret not in "".join(traceback.format_exception(caught.value)) + caught.value.hint


class Kept(KeyringBackend):
    """A keyring that keeps what is put into it while the test runs."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))


@pytest.fixture
def rings() -> Iterator[None]:
    """The system's keyring, put back when the test is over."""
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("rings")
def test_the_password_comes_from_the_keyring_else() -> None:
    keyring.set_keyring(Kept())
    keyring.set_password("sales-smtp", USER, PASSWORD)
    assert outbox.password_for(server(1, "tls", USER), {}) == PASSWORD
    assert outbox.password_for(server(1, "tls", USER), {"SALES_SMTP_PASSWORD": "other"}) == "other"


@pytest.mark.usefixtures("rings")
@pytest.mark.parametrize("ring", ["not installed", "none on this computer", "empty"])
def test_without_a_password_both_ways_to_give_one_are_named(ring: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if ring == "not installed":
        monkeypatch.setitem(sys.modules, "keyring", None)
    else:
        keyring.set_keyring(Kept() if ring == "empty" else fail.Keyring())
    with pytest.raises(NotWritten, match=USER) as caught:
        outbox.password_for(server(1, "tls", USER), {})
    assert "SALES_SMTP_PASSWORD" in caught.value.hint
    assert f"keyring set sales-smtp {USER}" in caught.value.hint
