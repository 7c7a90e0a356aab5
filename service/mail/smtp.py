"""A mail server as a transport (RFC 5321), encrypted if the server offers it (RFC 3207) or from the start (RFC 8314).

What the server says of the letter itself for good (a 5xx code to RCPT or DATA) is LetterUndeliverable. All else, a
wrong password and a refused sender too, is LetterDelayed: it is mended here, and the letter is still owed.
"""

from __future__ import annotations

import ipaddress
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

from calendars.contentlines import one_line
from schemas.errors import DomainError, LetterDelayed, LetterUndeliverable
from service.settings import SettingRefused

_STEP_SECONDS: Final = 20
"""How long the server may take over each answer: a dozen of them stay well inside a lease."""

_QUIT_SECONDS: Final = 1
_PORTS: Final = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True, slots=True)
class Server:
    """Where letters are handed in: `encrypted` from the first octet (smtps) or once STARTTLS is offered (smtp)."""

    host: str
    port: int
    encrypted: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def local(self) -> bool:
        """Whether the server is on this machine."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def read_server(url: str) -> Server:
    """The server of a URL such as smtps://user:password@mail.example:465; raises SettingRefused, repeating no part of
    the URL, which may hold a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingRefused("LEADUP_SMTP_URL cannot be read: give smtp://user:password@mail.example:587 or smtps://.")
    return Server(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        encrypted=parts.scheme == "smtps",
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def send(server: Server, letter: EmailMessage) -> None:
    """Hand a letter in; back once the server has taken it. Raises LetterUndeliverable or LetterDelayed."""
    try:
        client = _connected(server)
    except (smtplib.SMTPException, OSError) as cause:
        raise LetterDelayed(f"The mail server {server.host} takes no letters now: {_said(cause)}.") from cause
    try:
        _hand_in(client, letter)
    finally:
        _quit(client)


def _connected(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    client: smtplib.SMTP
    if server.encrypted:
        client = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=_own_name(), timeout=_STEP_SECONDS, context=context
        )
    else:
        client = smtplib.SMTP(server.host, server.port, local_hostname=_own_name(), timeout=_STEP_SECONDS)
    try:
        client.ehlo_or_helo_if_needed()
        if not server.encrypted and client.has_extn("starttls"):
            client.starttls(context=context)
        elif server.user and not server.encrypted and not server.local:
            raise smtplib.SMTPNotSupportedError("it offers no encryption, and a password is not sent in the clear")
        if server.user:
            client.login(server.user, server.password or "")
    except BaseException:
        client.close()
        raise
    return client


def _own_name() -> str:
    """What to greet with. smtplib would ask the DNS for it, which may hang beyond any timeout."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


def _hand_in(client: smtplib.SMTP, letter: EmailMessage) -> None:
    try:
        client.send_message(letter)
    except smtplib.SMTPRecipientsRefused as refusal:
        code, text = next(iter(refusal.recipients.values()))
        raise _of_the_letter(smtplib.SMTPResponseException(code, text)) from refusal
    except smtplib.SMTPDataError as refusal:
        raise _of_the_letter(refusal) from refusal
    except smtplib.SMTPNotSupportedError as refusal:
        detail = "The mail server takes no addresses with letters beyond ASCII (SMTPUTF8, RFC 6531)."
        raise LetterUndeliverable(detail) from refusal
    except (smtplib.SMTPException, OSError) as cause:
        raise LetterDelayed(f"The mail server did not take the letter: {_said(cause)}.") from cause


def _of_the_letter(refusal: smtplib.SMTPResponseException) -> DomainError:
    """What the server said of this one letter: 5xx is for good (RFC 5321 section 4.2.1)."""
    if refusal.smtp_code >= 500:
        return LetterUndeliverable(f"The mail server refused the letter: {_said(refusal)}.")
    return LetterDelayed(f"The mail server put the letter off: {_said(refusal)}.")


def _said(cause: Exception) -> str:
    if isinstance(cause, smtplib.SMTPResponseException):
        text = cause.smtp_error
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return f"{cause.smtp_code} {one_line(words)}".rstrip(".")
    return (getattr(cause, "strerror", None) or str(cause) or type(cause).__name__).rstrip(".")


def _quit(client: smtplib.SMTP) -> None:
    """Take leave, but wait for no answer worth the name: the letter is taken or not by now, and a server that hangs
    here must not make it look untaken."""
    with suppress(smtplib.SMTPException, OSError):
        if client.sock:
            client.sock.settimeout(_QUIT_SECONDS)
            client.quit()
    client.close()
