"""A mail server as a transport (RFC 5321), encrypted if the server offers it (RFC 3207) or from the start (RFC 8314).

What the server says of the letter itself for good (a 5xx code to RCPT or DATA) is LetterUndeliverable. All else, a
wrong password and a refused sender too, is LetterDelayed: it is mended here, and the letter is still owed.
"""

from __future__ import annotations

import ipaddress
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from schemas.errors import DomainError, LetterDelayed, LetterUndeliverable
from schemas.plaintext import one_line
from service.mail.lines import Line
from service.mail.messages import Sealed
from service.reaching import what_failed
from service.settings import SettingRefused

_STEP_SECONDS: Final = 60
"""How long the server may take over each answer but the last."""

_TAKING_SECONDS: Final = 600
"""How long it may take over the last: it has the letter by then, and one that is not waited for comes twice (RFC 5321
section 4.5.3.2.6)."""

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


class Mailing:
    """Hands letters in to a server, one after the other over one connection, made anew where the server ended it."""

    def __init__(self, server: Server, line: Line | None = None) -> None:
        self._server = server
        self._line = line or Line()
        self._client: smtplib.SMTP | None = None

    def send(self, letter: Sealed) -> None:
        """Hand a letter in; back once the server has taken it. Raises LetterUndeliverable or LetterDelayed."""
        if self._client is not None:
            try:
                _address_it(self._client, letter)
            except _Gone:
                self._drop()
            except BaseException:
                self._end_letter()
                raise
        if self._client is None:
            self._client = self._connect()
            try:
                _address_it(self._client, letter)
            except _Gone as gone:
                self._drop()
                raise LetterDelayed(str(gone)) from gone
            except BaseException:
                self._end_letter()
                raise
        self._hand_in(letter.octets)

    def _connect(self) -> smtplib.SMTP:
        try:
            return _connected(self._server, self._line)
        except UnicodeError as cause:
            # smtplib has none beyond ASCII; what it raises quotes the whole.
            detail = "The user and password of LEADUP_SMTP_URL may have ASCII letters alone."
            raise LetterDelayed(detail) from cause
        except (smtplib.SMTPException, OSError) as cause:
            raise LetterDelayed(f"The mail server {self._server.host} takes no letters now: {_said(cause)}.") from cause

    def _hand_in(self, octets: bytes) -> None:
        assert self._client, "a letter is addressed on a connection"
        try:
            with _waiting(self._client, _TAKING_SECONDS):
                code, text = self._client.data(octets)
        except smtplib.SMTPDataError as refusal:
            self._end_letter()
            raise _of_the_letter(refusal) from refusal
        except (smtplib.SMTPException, OSError) as cause:
            self._drop()
            raise LetterDelayed(f"The mail server did not take the letter: {_said(cause)}.") from cause
        if code != 250:
            self._end_letter()
            raise _of_the_letter(smtplib.SMTPResponseException(code, text))

    def _end_letter(self) -> None:
        """Take back what was said of a letter, so that the next can follow on the same connection."""
        try:
            assert self._client, "there is a connection"
            self._client.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        self._line.let_go()
        if self._client:
            self._client.close()
        self._client = None

    def close(self) -> None:
        """Take leave of the server."""
        if self._client:
            _quit(self._client)
        self._line.let_go()
        self._client = None


@contextmanager
def _waiting(client: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Give the server so long for each answer; after that as long as before."""
    if client.sock:
        client.sock.settimeout(seconds)
    yield
    if client.sock:
        client.sock.settimeout(_STEP_SECONDS)


class _Gone(Exception):
    """The server ended the connection before it was given the letter: another can be made."""


def _address_it(client: smtplib.SMTP, letter: Sealed) -> None:
    """Say from whom and for whom the next letter is."""
    beyond = not f"{letter.sender}{letter.recipient}".isascii()
    if beyond and not client.has_extn("smtputf8"):
        detail = "The mail server takes no addresses with letters beyond ASCII (SMTPUTF8, RFC 6531)."
        raise LetterUndeliverable(detail)
    try:
        client.command_encoding = "utf-8" if beyond else "ascii"
        code, text = client.mail(letter.sender, ["SMTPUTF8", "BODY=8BITMIME"] if beyond else [])
        if code == 250:
            code, text = client.rcpt(letter.recipient)
        elif code != 421:
            raise LetterDelayed(f"The mail server did not take the letter: {code} {_words(text)}.")
    except (smtplib.SMTPException, OSError) as cause:
        raise _Gone(f"The mail server did not take the letter: {_said(cause)}.") from cause
    if code == 421:
        raise _Gone(f"The mail server takes no letters now: {code} {_words(text)}.")
    if code not in (250, 251):
        raise _of_the_letter(smtplib.SMTPResponseException(code, text))


class _Client(smtplib.SMTP):
    """Holds the line as soon as there is one."""

    line: Line

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        opened: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self.line.hold(opened)
        return opened


class _Encrypted(smtplib.SMTP_SSL, _Client):
    """The same, encrypted from the first octet."""


def _connected(server: Server, line: Line) -> smtplib.SMTP:
    context = ssl.create_default_context()
    told: dict[str, Any] = {"local_hostname": _own_name(), "timeout": _STEP_SECONDS}
    client = _Encrypted(context=context, **told) if server.encrypted else _Client(**told)
    client.line = line
    client._host = server.host  # type: ignore[attr-defined]  # what a certificate must be of, as if given above
    try:
        client.connect(server.host, server.port)
        client.ehlo_or_helo_if_needed()
        if not server.encrypted and client.has_extn("starttls"):
            client.starttls(context=context)
            client.ehlo_or_helo_if_needed()  # encrypted, it is a new acquaintance (RFC 3207 section 4.2)
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


def _of_the_letter(refusal: smtplib.SMTPResponseException) -> DomainError:
    """What the server said of this one letter: 5xx is for good (RFC 5321 section 4.2.1)."""
    if refusal.smtp_code >= 500:
        return LetterUndeliverable(f"The mail server refused the letter: {_said(refusal)}.")
    return LetterDelayed(f"The mail server put the letter off: {_said(refusal)}.")


def _said(cause: Exception) -> str:
    if isinstance(cause, smtplib.SMTPResponseException):
        return f"{cause.smtp_code} {_words(cause.smtp_error)}"
    return what_failed(cause).rstrip(".")


def _words(text: bytes | str) -> str:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return one_line(said).rstrip(".")


def _quit(client: smtplib.SMTP) -> None:
    """Take leave, but wait for no answer worth the name: the letter is taken or not by now, and a server that hangs
    here must not make it look untaken."""
    with suppress(smtplib.SMTPException, OSError):
        if client.sock:
            client.sock.settimeout(_QUIT_SECONDS)
            client.quit()
    client.close()
