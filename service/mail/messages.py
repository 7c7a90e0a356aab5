"""A letter written down as a message (RFC 5322, 2045, 6532), with the headers that mark it as what it is: sent by a
machine (RFC 3834), to a list (RFC 2919) that can be left by one click (RFC 2369, 8058)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from typing import Final

from schemas.errors import LetterDelayed, LetterUndeliverable
from schemas.mailboxes import dns_domain
from schemas.plaintext import uri
from service.mail.html import html_text
from service.mail.letters import Item, Letter, Listing, plain_text, plainly

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


@dataclass(frozen=True, slots=True)
class Sealed:
    """A message as transports carry it: from whom, to whom, the name that it keeps, and its octets."""

    sender: str
    recipient: str
    name: str
    octets: bytes


def seal(letter: Letter, envelope: Envelope, links: tuple[tuple[str, str], ...] = ()) -> Sealed:
    """The message that brings a letter, with `links` (what each does, its address) at its foot; raises as `compose`.

    What goes to many is written down once and addressed to each: composing takes longer than sending.
    """
    sender, recipient = _parties(envelope)
    values = _values(envelope, recipient.addr_spec, links)
    foot = foot_of(envelope.listed)
    printed = _printed(letter, _blank(envelope), foot, tuple(label for label, _ in links))
    if printed is None or any(not value.isascii() or escape(value) != value for _, value in values):
        octets = compose(with_foot(letter, foot, links), envelope).as_bytes()
    else:
        octets = printed
        for token, value in values:
            octets = octets.replace(token.encode(), value.encode())
    return Sealed(sender.addr_spec, recipient.addr_spec, envelope.name, octets)


_TO: Final = "token-to@token.invalid"
_NAME: Final = "token-name"
_THREAD: Final = "token-thread"
_LEAVE: Final = "https://token.invalid/leave"
_LINK: Final = "https://token.invalid/link-{}"
_NOW: Final = datetime(2000, 1, 1, tzinfo=UTC)


def _values(envelope: Envelope, recipient: str, links: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """What is each one's own, by what stands for it in the letter that is written down once."""
    own = [(_LINK.format(number), uri(url)) for number, (_, url) in enumerate(links)]
    own += [(_LEAVE, uri(envelope.leave or "")), (_THREAD, envelope.thread or ""), (_NAME, envelope.name)]
    return [*own, (_TO, recipient), (format_datetime(_NOW), format_datetime(envelope.now))]


def _blank(envelope: Envelope) -> Envelope:
    thread, leave = _THREAD if envelope.thread else None, _LEAVE if envelope.leave else None
    return replace(envelope, name=_NAME, recipient=_TO, now=_NOW, thread=thread, leave=leave)


@lru_cache(maxsize=64)
def _printed(letter: Letter, blank: Envelope, foot: str, labels: tuple[str, ...]) -> bytes | None:
    """A letter with tokens for what is each one's own; None where that cannot be put in by octets."""
    links = tuple((label, _LINK.format(number)) for number, label in enumerate(labels))
    octets = compose(with_foot(letter, foot, links), blank).as_bytes()
    return None if b"quoted-printable" in octets else octets


def foot_of(listed: tuple[str, str] | None) -> str:
    """What stands over the links at the foot of a letter."""
    return f"You asked for {listed[1]}" if listed else ""


def with_foot(letter: Letter, foot: str, links: tuple[tuple[str, str], ...]) -> Letter:
    """A letter with links at its foot; as it is where there are none."""
    if not links:
        return letter
    return replace(letter, blocks=(*letter.blocks, Listing(foot, tuple(Item(*each) for each in links), short=True)))


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
    message["Subject"] = plainly(letter.subject)
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
    message.set_boundary(f"=_{hashlib.sha256(html.encode()).hexdigest()[:24]}")
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
        message["List-Id"] = f"{_phrase(name)} <{slug}.alerts.{dns_domain(domain)}>"
    if envelope.leave:
        message["List-Unsubscribe"] = f"<{uri(envelope.leave)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _phrase(text: str) -> str:
    """A name as a quoted string (RFC 5322 section 3.2.4) of ASCII letters."""
    plain = plainly(text).encode("ascii", "replace").decode().replace("=?", "= ?")
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _address(text: str) -> Address | None:
    """The one address with a domain that `text` is; None for anything else. A domain beyond ASCII is written as the DNS
    writes it, so that servers that know only ASCII addresses take it."""
    found = _MAILBOX.fullmatch(text)
    if found is None:
        return None
    name, username, domain = found.groups()
    try:
        return Address((name or "").strip(' "'), username, dns_domain(domain))
    except ValueError:
        return None
