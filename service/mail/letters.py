"""What a letter says, and how it is written down as a message (RFC 5322, 2045, 3834, 6532)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Final

from calendars.contentlines import one_line, uri
from calendars.description import whose
from schemas.errors import LetterDelayed, LetterUndeliverable
from schemas.events import EventView, SaidBy, Source
from schemas.when import When

_LONGEST_LINE: Final = 998
"""Octets of a line without its end (RFC 5322 section 2.1.1)."""

_ATOM: Final = r"[^\x00-\x20\x7f-\xa0\u2028\u2029()<>\[\]:;@\\,.\"]+"
_DOT_ATOM: Final = rf"{_ATOM}(?:\.{_ATOM})*"
_MAILBOX: Final = re.compile(rf"(?:([^<>\x00-\x1f\x7f-\x9f\u2028\u2029]*)<)?({_DOT_ATOM})@({_DOT_ATOM})(?(1)>)")
"""An address, or a name and an address in angle brackets (RFC 5322 section 3.4, RFC 6532), without the quoted strings
and address literals that nobody's mailbox has."""

_CAVEAT: Final = """\
This is what was announced, not what will be: a meeting may open earlier
or later than announced, or not at all."""


@dataclass(frozen=True, slots=True)
class Words:
    """A letter's subject line and its text."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A meeting ahead, as known `today` (in its calendar's zone): what the letter before it is made of.

    `calendar` is the calendar's name, `newest_known` the day of the newest report in it. The event is announced, with
    both ends of its window known. `page` is the event's address, `reachable` whether other machines can open it.
    """

    view: EventView
    calendar: str
    today: date
    newest_known: date
    page: str
    reachable: bool

    @property
    def opens(self) -> date:
        """The earliest day of the window."""
        day = self.view.event.when.starts_min
        assert day, "an outlook has a window"
        return day

    @property
    def days(self) -> int:
        """The days from today until the window opens."""
        return (self.opens - self.today).days


def before_meeting(outlook: Outlook) -> Words:
    """The letter before a key meeting. It says what was announced, by whom, since when and on what sources, in how many
    days the window opens and how old the knowledge is; it never says that anything will happen."""
    event = outlook.view.event
    blocks = (
        one_line(event.title),
        "\n".join(_announced(outlook)),
        _CAVEAT,
        "\n".join(_reported(event.sources)),
        "\n".join(_bearings(outlook)),
    )
    return Words(headline(outlook), "\n\n".join(block for block in blocks if block) + "\n")


def headline(outlook: Outlook) -> str:
    """The meeting, its window and in how many days that opens, on one line."""
    event = outlook.view.event
    ahead = f"in {_days(outlook.days)}" if _one_day(event.when) else f"window opens in {_days(outlook.days)}"
    return f"{one_line(event.title)}: announced for {_window(event.when)}, {ahead}"


def _announced(outlook: Outlook) -> Iterator[str]:
    view, when = outlook.view, outlook.view.event.when
    yield f"Announced for: {_window(when)}"
    yield f"Given by: {_whose(view.event.said_by)}, known since {_day(view.known_since or view.event.known_on)}"
    if view.before is not None:
        yield f"Said before: {view.before.text}, given by {_whose(view.before_said_by)}"
    if _one_day(when):
        first = f"The announced first day, {_day(outlook.opens)}"
        yield f"{first}, is in {_days(outlook.days)} (days in {view.event.zone})."
        return
    yield f"The window for its first day opens in {_days(outlook.days)}, on {_day(outlook.opens)},"
    yield f"and closes on {_day(when.starts_max or outlook.opens)} (days in {view.event.zone})."


def _whose(said_by: SaidBy | None) -> str:
    return whose(said_by) if said_by is not None else "a source that was not recorded"


def _window(when: When) -> str:
    """The window in words; of a known first day without a known end that day, since its words are of what has begun."""
    if _one_day(when) and when.starts_min and when.ends_max is None:
        return _day(when.starts_min)
    return when.text


def _one_day(when: When) -> bool:
    return when.starts_min == when.starts_max


def _reported(sources: tuple[Source, ...]) -> Iterator[str]:
    yield "Sources:" if sources else "No source is recorded."
    for source in sources:
        day = f", {_day(source.published)}" if source.published else ""
        gist = f": {one_line(source.title)}" if source.title else ""
        yield f"- {one_line(source.publisher)}{day}{gist}"
        if source.url:
            yield f"  {uri(source.url)}"


def _bearings(outlook: Outlook) -> Iterator[str]:
    age = (outlook.today - outlook.newest_known).days
    ago = f"{_days(age)} ago" if age else "today"
    yield f"Newest report known in {one_line(outlook.calendar)}: {_day(outlook.newest_known)}, {ago}."
    yield f"The event: {uri(outlook.page)}"
    if not outlook.reachable:
        yield "(That address opens only on the machine that runs Leadup.)"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def letter_name(*key: str) -> str:
    """The name that a letter keeps however often it is tried: readable, unique to its key, safe in a file name and left
    of the @ of a Message-ID (dot-atom, RFC 5322 section 3.2.3)."""
    digest = hashlib.sha256("\n".join(key).encode()).hexdigest()[:16]
    readable = re.sub(r"[^a-z0-9]+", "-", "-".join(key[:-1]).lower()).strip("-")[:80]
    return f"{readable}-{digest}"


def compose(words: Words, *, name: str, sender: str, recipient: str, now: datetime) -> EmailMessage:
    """The message that brings `words` from `sender` to `recipient`, named `name`, written at `now`.

    Raises LetterUndeliverable for a recipient that is no address, LetterDelayed for such a sender.
    """
    from_address, to_address = _address(sender), _address(recipient)
    if from_address is None:
        raise LetterDelayed("LEADUP_MAIL_FROM is no e-mail address: give one such as Leadup <leadup@example.org>.")
    if to_address is None:
        raise LetterUndeliverable("The recipient is no e-mail address: mend LEADUP_ALERTS_TO.")
    ascii_only = f"{from_address.addr_spec}{to_address.addr_spec}".isascii()
    letter = EmailMessage(policy=SMTP if ascii_only else SMTPUTF8)
    letter["From"] = from_address
    letter["To"] = to_address
    letter["Subject"] = words.subject
    letter["Date"] = now
    letter["Message-ID"] = f"<{name}@{from_address.domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    # Seven bits always: a server need not offer 8BITMIME, and a text of short ASCII lines stays readable as a file.
    plain = words.text.isascii() and all(len(line) <= _LONGEST_LINE for line in words.text.splitlines())
    letter.set_content(words.text, cte="7bit" if plain else "quoted-printable")
    return letter


def _address(text: str) -> Address | None:
    """The one address with a domain that `text` is; None for anything else."""
    found = _MAILBOX.fullmatch(text)
    if found is None:
        return None
    name, username, domain = found.groups()
    return Address((name or "").strip(' "'), username, domain)
