"""Handing a mail to the server: over TLS, within its time, to all recipients or to none; every failure a sentence.

A server's answer to a password is never repeated, and no error carries one on: what it says could hold the secret.
"""

import base64
import contextlib
import ipaddress
import re
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from salescli.config import Settings
from salescli.errors import BadValue, NotWritten, system_reason
from salescli.i18n import N_, _
from salescli.safe_text import shown_in_line

PASSWORD = "SALES_SMTP_PASSWORD"
KEYRING = "sales-smtp"  # the name under which the system's keyring keeps the password of mail.user

Security = Literal["tls", "starttls", "none"]
_PORTS: dict[str, int] = {"tls": 465, "starttls": 587, "none": 25}
_MOST_REPLY = 160
_TOO_LARGE = 552
# Why a certificate is not believed, by OpenSSL's numbers; what else there may be it says in English.
_CERTIFICATES = {
    10: N_("its certificate has expired"),
    18: N_("its certificate is signed by itself"),
    19: N_("its certificate is signed by itself"),
    20: N_("nobody known has signed its certificate"),
    21: N_("nobody known has signed its certificate"),
    62: N_("its certificate is for another name"),
    64: N_("its certificate is for another name"),
}


class StateUnknown(NotWritten):
    """The server had the whole mail and never said whether it took it."""


@dataclass(frozen=True)
class Server:
    """The server that mails are handed to; ``seconds`` is how long a mail may take in all."""

    host: str
    port: int
    security: Security
    user: str
    seconds: float


def server_of(settings: Settings) -> Server:
    """The server of the settings. BadValue for none, for a password without TLS, and for no TLS to another computer."""
    host, user = settings.text("mail.host").strip(), settings.text("mail.user").strip()
    security: Security = settings.text("mail.security")  # type: ignore[assignment]  # one of config.CHOICES
    if not host:
        raise BadValue(
            _("No mail server is set."),
            hint=_(
                "`sales config set mail.host smtp.example.com` and `mail.user` set it; without --smtp a draft is made."
            ),
        )
    if security == "none" and not _is_this_computer(host):
        raise BadValue(
            _("Mail goes to {host} over TLS only.").format(host=host),
            hint=_("`sales config set mail.security tls` or starttls; none is for this computer itself."),
        )
    if security == "none" and user:
        raise BadValue(
            _("A password is never sent without TLS."),
            hint=_("Set mail.security to tls or starttls, or leave mail.user empty."),
        )
    port = settings.number("mail.port") or _PORTS[security]
    return Server(host, port, security, user, settings.number("mail.seconds"))


def _is_this_computer(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host.lower() == "localhost"


def password_for(server: Server, environ: Mapping[str, str]) -> str:
    """The password of the server's user, from the environment or the system's keyring; NotWritten without one.

    Empty for a server that asks for none.
    """
    if not server.user:
        return ""
    password = environ.get(PASSWORD, "").strip("\r\n") or _from_keyring(server.user)
    if not password:
        ways = _("Put it into the environment as {name}, or into the system's keyring: {install}, then {command}.")
        install, command = 'pip install "sales-cli[keyring]"', f"keyring set {KEYRING} {server.user}"
        raise NotWritten(
            _("There is no password for {user}; nothing was sent.").format(user=server.user),
            hint=ways.format(name=PASSWORD, install=install, command=command),
        )
    if not (password.isascii() and server.user.isascii()):
        raise NotWritten(
            _("The user or the password of {host} has characters that mail servers don't take.").format(
                host=server.host
            ),
            hint=_("Set another one at the provider; nothing was sent."),
        )
    return password


def _from_keyring(user: str) -> str | None:
    try:
        import keyring  # an extra

        return keyring.get_password(KEYRING, user)
    except Exception:  # without a desktop there is none to ask, and every system says so in its own way
        return None


def send(server: Server, password: str, sender: str, recipients: Sequence[str], content: bytes) -> None:
    """Hand ``content``, a whole message with CRLF line ends, to the server for all ``recipients``, or for none.

    Raises StateUnknown when nobody can say whether it was taken, NotWritten for everything else: then it was not.
    """
    delivery = _Delivery(server, password, sender, recipients, content)
    # In a thread of its own, because looking up a name, and a server that says a word a second, know no time limit.
    threading.Thread(target=delivery.run, daemon=True).start()
    end = time.monotonic() + server.seconds
    try:
        # In short stretches, because on Windows a wait can't be interrupted; and not for the thread itself, which an
        # interrupted join takes for ended.
        while not delivery.ended.wait(0.1) and time.monotonic() < end:
            pass
    except KeyboardInterrupt:
        if delivery.given_up() == "not sent":
            raise
    if not delivery.ended.is_set():
        state = delivery.given_up()
        delivery.problem = {"sent": None, "unknown": delivery.unknown(), "not sent": _hanging(server)}[state]
    if delivery.problem is not None:
        raise delivery.problem


class _Delivery:
    """One mail on its way; ``problem`` is why it did not arrive, when it has ``ended``."""

    def __init__(self, server: Server, password: str, sender: str, recipients: Sequence[str], content: bytes) -> None:
        self.server, self.password, self.sender, self.recipients = server, password, sender, recipients
        self.content = content
        self.problem: Exception | None = None
        self.ended = threading.Event()
        self._lock = threading.Lock()
        self._given_up = self._handed_over = self._taken = False

    def run(self) -> None:
        """Deliver it, or keep the reason."""
        try:
            with self._connected() as smtp:
                self._deliver(smtp)
        except NotWritten as problem:
            self.problem = problem
        except (OSError, ValueError, smtplib.SMTPException) as problem:
            if not self._taken:
                self.problem = self.unknown() if self._handed_over else _told(self.server, problem)
        except Exception as problem:  # shown by the thread that waits
            self.problem = problem
        finally:
            self.ended.set()

    def given_up(self) -> Literal["sent", "not sent", "unknown"]:
        """Send nothing more from now on; what became of the mail by then."""
        with self._lock:
            self._given_up = True
        return "sent" if self._taken else "unknown" if self._handed_over else "not sent"

    def unknown(self) -> StateUnknown:
        """The sentence for a server that fell silent after it had the mail."""
        return StateUnknown(
            _(
                "Unknown whether the mail to {recipients} was sent: {host} had all of it and did not answer; "
                "it is not recorded as sent."
            ).format(recipients=_(", ").join(self.recipients), host=self.server.host),
            hint=_("Ask whether it came before you send it again."),
        )

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        smtp = _connect(self.server)
        try:
            # Its own lookup of this computer's name may take long and tells the name to the server.
            smtp.local_hostname = _literal(smtp.sock)
            smtp.ehlo_or_helo_if_needed()
            if self.server.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
            if self.password:
                _log_in(smtp, self.server, self.password)
            yield smtp
            with contextlib.suppress(OSError, smtplib.SMTPException):
                smtp.putcmd("quit")  # its answer is not waited for: the mail is gone
        finally:
            smtp.close()

    def _deliver(self, smtp: smtplib.SMTP) -> None:
        code, reply = smtp.mail(self.sender, _sizes(smtp, self.content))
        self._check(code, reply, self._mail_refused if code == _TOO_LARGE else self._sender_refused)
        refused = {}
        for recipient in self.recipients:
            code, reply = smtp.rcpt(recipient)
            if code not in (250, 251):
                refused[recipient] = (code, reply)
        if refused:
            raise self._recipients_refused(refused)
        self._check(*smtp.docmd("DATA"), self._mail_refused, good=354)
        smtp.send(_dots_doubled(self.content))
        with self._lock:
            if self._given_up:
                raise _hanging(self.server)
            # Before its last line no server may take a mail; from here on only its answer tells.
            self._handed_over = True
        smtp.send(b".\r\n")
        self._check(*smtp.getreply(), self._mail_refused)
        self._taken = True

    def _check(self, code: int, reply: bytes, refusal: Callable[[int, bytes], NotWritten], good: int = 250) -> None:
        if code == good:
            return
        if code == -1:  # no answer of a mail server
            raise smtplib.SMTPServerDisconnected
        raise refusal(code, reply)

    def _sender_refused(self, code: int, reply: bytes) -> NotWritten:
        return _refusal(
            _("{host} takes no mail from {sender}: {reply}; nothing was sent.").format(
                host=self.server.host, sender=self.sender, reply=self._said(code, reply)
            ),
            code,
            _("`sales config set mail.from ADDRESS` sets the address that the server knows you by."),
        )

    def _recipients_refused(self, refused: Mapping[str, tuple[int, bytes]]) -> NotWritten:
        told = _("; ").join(
            _("{recipient} ({reply})").format(recipient=recipient, reply=self._said(*answer))
            for recipient, answer in refused.items()
        )
        taken = [recipient for recipient in self.recipients if recipient not in refused]
        if taken:
            sentence = _("{host} refuses {refused}, so nothing was sent, not to {taken} either.").format(
                host=self.server.host, refused=told, taken=_(", ").join(taken)
            )
        else:
            sentence = _("{host} refuses {refused}; nothing was sent.").format(host=self.server.host, refused=told)
        code = min(code for code, _reply in refused.values())
        later = all(400 <= code < 500 for code, _reply in refused.values())
        return _refusal(sentence, code if later else 550, _("Check the address, or leave it out."))

    def _mail_refused(self, code: int, reply: bytes) -> NotWritten:
        sentence = _("{host} refuses the mail: {reply}; nothing was sent.").format(
            host=self.server.host, reply=self._said(code, reply)
        )
        return _refusal(sentence, code, _("The sheet itself is made by `sales week sheet`."))

    def _said(self, code: int, reply: bytes) -> str:
        secret, both = self.password, f"\0{self.server.user}\0{self.password}"
        return _reply_words(code, reply, [secret, _base64(secret), _base64(both)] if secret else [])


def _connect(server: Server) -> smtplib.SMTP:
    here, seconds = "[127.0.0.1]", server.seconds + 1  # who waits for the thread is first to lose patience
    if server.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, here, timeout=seconds, context=context)
    return smtplib.SMTP(server.host, server.port, here, timeout=seconds)


def _literal(sock: socket.socket | None) -> str:
    address = str(sock.getsockname()[0]) if sock else "127.0.0.1"
    return f"[IPv6:{address.partition('%')[0]}]" if ":" in address else f"[{address}]"


def _log_in(smtp: smtplib.SMTP, server: Server, password: str) -> None:
    try:
        smtp.login(server.user, password)
    except smtplib.SMTPAuthenticationError as problem:
        code = problem.smtp_code
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPException, ValueError):  # no way of asking that we know, or none that this system allows
        raise NotWritten(
            _("{host} asks for no password in a way that is known here; nothing was sent.").format(host=server.host),
            hint=_("Try the other one of mail.security tls and starttls, or leave mail.user empty."),
        ) from None
    else:
        return
    sentence = _("{host} does not take the user {user} with this password ({code}); nothing was sent.")
    raise _refusal(
        sentence.format(host=server.host, user=server.user, code=code),
        code,
        _("Check {name} or the keyring; many providers (QQ, 163) want an authorisation code made in the web mail.")
        .format(name=PASSWORD),
    )  # fmt: skip


def _refusal(sentence: str, code: int, hint: str) -> NotWritten:
    """What a server refuses for now (4xx) is tried again later; otherwise ``hint`` says what to do."""
    if 400 <= code < 500:
        hint = _("The server refuses it for now only: try again in some minutes.")
    return NotWritten(sentence, hint)


def _reply_words(code: int, reply: bytes, secrets: Sequence[str] = ()) -> str:
    """A server's answer in one line, short, and without the secrets, should the server repeat them."""
    text = " ".join(shown_in_line(reply.decode("utf-8", "replace")).split())
    for secret in secrets:
        text = text.replace(secret, "…")
    return f"{code} {text[:_MOST_REPLY]}".strip()


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _sizes(smtp: smtplib.SMTP, content: bytes) -> tuple[str, ...]:
    return (f"size={len(content)}",) if smtp.has_extn("size") else ()


def _dots_doubled(content: bytes) -> bytes:
    return re.sub(rb"(?m)^\.", b"..", content if content.endswith(b"\r\n") else content + b"\r\n")


# --- what the system and the library say, in sentences ---


def _told(server: Server, problem: Exception) -> NotWritten:
    where = {"host": server.host, "port": server.port}
    if isinstance(problem, ssl.SSLError | smtplib.SMTPNotSupportedError):
        return _told_of_tls(server, problem)
    if isinstance(problem, socket.gaierror | ValueError):
        return NotWritten(
            _("There is no mail server {host} to be found; nothing was sent.").format(**where),
            hint=_("Check mail.host and whether this computer is online."),
        )
    if isinstance(problem, TimeoutError):
        return _hanging(server)
    if isinstance(problem, ConnectionRefusedError):
        return NotWritten(
            _("{host} takes no connections on port {port}; nothing was sent.").format(**where),
            hint=_("Check mail.port and mail.security, or whether a firewall stands between."),
        )
    if isinstance(problem, smtplib.SMTPResponseException):
        said = problem.smtp_error if isinstance(problem.smtp_error, bytes) else problem.smtp_error.encode()
        sentence = _("{host} takes no mail now: {reply}; nothing was sent.").format(
            host=server.host, reply=_reply_words(problem.smtp_code, said)
        )
        return _refusal(sentence, problem.smtp_code, _("Ask whoever runs the server."))
    if isinstance(problem, smtplib.SMTPServerDisconnected | ConnectionError):
        return NotWritten(
            _("{host} broke the connection off before it had the mail; nothing was sent.").format(**where),
            hint=_("Try again; check mail.port and mail.security."),
        )
    return NotWritten(
        _("{host} can't be reached: {problem}; nothing was sent.").format(**where, problem=system_reason(problem)),
        hint=_("Check mail.host and whether this computer is online."),
    )


def _told_of_tls(server: Server, problem: Exception) -> NotWritten:
    if isinstance(problem, ssl.SSLCertVerificationError):
        reason = _(_CERTIFICATES.get(problem.verify_code, "")) or problem.verify_message
        return NotWritten(
            _("{host} can't prove who it is: {reason}; nothing was sent.").format(host=server.host, reason=reason),
            hint=_("Check mail.host; for a server of your own, SSL_CERT_FILE names the file with its certificate."),
        )
    return NotWritten(
        _("{host} offers no TLS on port {port}; nothing was sent.").format(host=server.host, port=server.port),
        hint=_("Port 465 usually goes with mail.security tls, 587 with starttls."),
    )


def _hanging(server: Server) -> NotWritten:
    return NotWritten(
        _("{host} did not answer within {seconds} seconds; nothing was sent.").format(
            host=server.host, seconds=f"{server.seconds:g}"
        ),
        hint=_("Try again later; check mail.host, mail.port and mail.security."),
    )
