"""Real mail servers on this computer for the tests: one that behaves, one that says what it is told to say."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "zhang@firm.cn", "geheim-2026"


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Letterbox:
    """What an aiosmtpd server took; ``answers`` are what it says to a recipient instead of yes, or to the mail."""

    answers: dict[str, str] = field(default_factory=dict)
    mails: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or not."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the mail, or not."""
        if "DATA" in self.answers:
            return self.answers["DATA"]
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        self.recipients += envelope.rcpt_tos
        return "250 OK"

    def log_in(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """Take the one user with the one password."""
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)

    def only(self) -> EmailMessage:
        """The one mail it took, parsed."""
        (mail,) = self.mails
        return parsed(mail)


def parsed(mail: bytes) -> EmailMessage:
    """A mail as the standard library reads it."""
    made = message_from_bytes(mail, policy=policy.default)
    assert isinstance(made, EmailMessage)
    return made


@contextlib.contextmanager
def post_office(
    box: Letterbox, *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, auth: bool = True
) -> Iterator[int]:
    """The port of a server that puts what it takes into ``box``."""
    office = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=tls,
        tls_context=starttls,
        require_starttls=starttls is not None,
        authenticator=box.log_in if auth else None,
        # It does not see TLS that was there from the start, and warns of passwords without.
        auth_required=auth and tls is None,
        auth_require_tls=tls is None,
        server_hostname="post.test",
    )
    office.start()
    try:
        yield office.port
    finally:
        office.stop()


@contextlib.contextmanager
def scripted(*turns: str, tls: ssl.SSLContext | None = None, after: str = "close") -> Iterator[int]:
    """The port of a server that greets with the first turn and answers each command with the next.

    A turn ``MAIL`` is answered to all the lines of a mail. When its turns are used up it closes the connection, or
    (``after`` is hang) says no more, or (drip) says a letter now and then that never makes a line.
    """
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=_play, args=(listening, turns, tls, after, over), daemon=True)
        server.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            over.set()
            server.join(5)


def _play(
    listening: socket.socket, turns: tuple[str, ...], tls: ssl.SSLContext | None, after: str, over: threading.Event
) -> None:
    listening.settimeout(5)
    with contextlib.suppress(OSError):
        connection, _peer = listening.accept()
        connection.settimeout(5)
        with tls.wrap_socket(connection, server_side=True) if tls else connection as talk, talk.makefile("rb") as heard:
            for place, turn in enumerate(turns):
                if place:
                    _hear(heard, turns[place - 1])
                talk.sendall(turn.encode() + b"\r\n")
            if turns:
                _hear(heard, turns[-1])
            while after != "close" and not over.wait(0.05):
                if after == "drip":
                    talk.sendall(b"2")


def _hear(heard: Any, last: str) -> None:
    """Take a command; after ``354`` a whole mail."""
    line = heard.readline()
    while last.startswith("354") and line not in (b".\r\n", b""):
        line = heard.readline()
