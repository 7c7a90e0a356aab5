"""A letter written down as a message (RFC 5322, 2045, 6532), with the headers that mark it as what it is: sent by a
machine (RFC 3834), to a list (RFC 2919) that can be left by one click (RFC 2369, 8058)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Final

from calendars.contentlines import one_line, uri
from schemas.errors import LetterDelayed, LetterUndeliverable
from service.mail.html import html_text
from service.mail.letters import Letter, plain_text

_LONGEST_LINE: Final = 998
"""Octets of a line without its end (RFC 5322 section 2.1.1)."""

_ATOM: Final = r"[^\x00-\x20\x7f-\xa0\u2028\u2029()<>\[\]:;@\\,.\"]+"
_DOT_ATOM: Final = rf"{_ATOM}(?:\.{_ATOM})*"
_MAILBOX: Final = re.compile(rf"(?:([^<>\x00-\x1f\x7f-\x9f\u2028\u2029]*)<)?({_DOT_ATOM})@({_DOT_ATOM})(?(1)>)")
"""An address, or a name and an address in angle brackets (RFC 5322 section 3.4, RFC 6532), without the quoted strings
and address literals that nobody's mailbox has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """How a letter travels. `name` is what it keeps however often it is tried, `thread` the name of what it belongs to
    (None: to nothing), `listed` the slug and the name of the list, `leave` the address that ends the subscription."""

    name: str
    sender: str
    recipient: str
    now: datetime
    thread: str | None = None
    listed: tuple[str, str] | None = None
    leave: str | None = None


def letter_name(*key: str) -> str:
    """The name that a letter keeps however often it is tried: readable, unique to its key, safe in a file name and left
    of the @ of a Message-ID (dot-atom, RFC 5322 section 3.2.3)."""
    digest = hashlib.sha256("\n".join(key).encode()).hexdigest()[:16]
    readable = re.sub(r"[^a-z0-9]+", "-", "-".join(key[1:]).lower()).strip("-")[:80].rstrip("-")
    return f"{readable}-{digest}" if readable else digest


def compose(letter: Letter, envelope: Envelope) -> EmailMessage:
    """The message that brings a letter, as plain text and as HTML.

    Raises LetterUndeliverable for a recipient that is no address, LetterDelayed for such a sender.
    """
    sender, recipient = _parties(envelope)
    message = EmailMessage(policy=SMTP if f"{sender.addr_spec}{recipient.addr_spec}".isascii() else SMTPUTF8)
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = one_line(letter.subject)
    message["Date"] = envelope.now
    message["Message-ID"] = f"<{envelope.name}@{sender.domain}>"
    if envelope.thread:
        message["In-Reply-To"] = message["References"] = f"<{envelope.thread}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    _mark_as_listed(message, envelope, sender.domain)
    text = plain_text(letter)
    # Seven bits always: a server need not offer 8BITMIME, and a text of short ASCII lines stays readable as a file.
    plain = text.isascii() and all(len(line) <= _LONGEST_LINE for line in text.splitlines())
    message.set_content(text, cte="7bit" if plain else "quoted-printable")
    html = html_text(letter)
    short = all(len(line) <= _LONGEST_LINE for line in html.splitlines())
    message.add_alternative(html, subtype="html", cte="7bit" if short else "quoted-printable")
    # The same bytes however often it is tried: a boundary by chance would differ.
    message.set_boundary(f"=_{hashlib.sha256(envelope.name.encode()).hexdigest()[:24]}")
    return message


def _parties(envelope: Envelope) -> tuple[Address, Address]:
    sender, recipient = _address(envelope.sender), _address(envelope.recipient)
    if sender is None:
        raise LetterDelayed("LEADUP_MAIL_FROM is no e-mail address: give one such as Leadup <leadup@example.org>.")
    if recipient is None:
        raise LetterUndeliverable("The recipient is no e-mail address.")
    return sender, recipient


def _mark_as_listed(message: EmailMessage, envelope: Envelope, domain: str) -> None:
    if envelope.listed:
        slug, name = envelope.listed
        message["List-Id"] = f"{_phrase(name)} <{slug}.alerts.{_ascii(domain)}>"
    if envelope.leave:
        message["List-Unsubscribe"] = f"<{uri(envelope.leave)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _phrase(text: str) -> str:
    """A name as a quoted string (RFC 5322 section 3.2.4) of ASCII letters."""
    plain = one_line(text).encode("ascii", "replace").decode()
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _ascii(domain: str) -> str:
    return domain.encode("idna").decode() if not domain.isascii() else domain


def _address(text: str) -> Address | None:
    """The one address with a domain that `text` is; None for anything else. A domain beyond ASCII is written as the DNS
    writes it, so that servers that know only ASCII addresses take it."""
    found = _MAILBOX.fullmatch(text)
    if found is None:
        return None
    name, username, domain = found.groups()
    try:
        return Address((name or "").strip(' "'), username, _ascii(domain))
    except (UnicodeError, ValueError):
        return None
