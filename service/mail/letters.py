"""A letter's words, as blocks that say the same in plain text and in HTML; and days in words."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Final

from schemas.plaintext import one_line, uri

_WIDTH: Final = 72


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences; `strong` ones are what matters most."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Short facts, each under its label."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One of a list: what it says, where it leads, and what is said besides."""

    text: str
    url: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Items under a heading; `empty` is said where there are none. `short` ones stand on one line of a page."""

    heading: str
    items: tuple[Item, ...]
    empty: str = ""
    short: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    """One thing to do, by following a link."""

    label: str
    url: str


Block = Paragraph | Facts | Listing | Button


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter's subject line, heading and what it says. Of one about an event, `told` is the sequence of the revision
    that it tells of, and `matter` the matter; of a digest, `told` is the last change that it tells of."""

    subject: str
    heading: str
    blocks: tuple[Block, ...]
    told: int | None = None
    matter: str = ""


def plain_text(letter: Letter) -> str:
    """The letter as plain text, wrapped at 72 columns; addresses stand on lines of their own, whole."""
    parts = [_wrapped(letter.heading), *(_plain(block) for block in letter.blocks)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _plain(block: Block) -> str:
    match block:
        case Paragraph(text):
            return _wrapped(text)
        case Facts(rows):
            return "\n".join(_wrapped(f"{label}: {value}", hang="  ") for label, value in rows)
        case Listing(heading, items, empty):
            lines = [unturned(f"{heading}:" if items else empty), *(_plain_item(item) for item in items)]
            return "\n".join(line for line in lines if line)
        case Button(label, url):
            return f"{unturned(label)}:\n{uri(url)}"


def _plain_item(item: Item) -> str:
    said = f"{item.text}: {item.note}" if item.note else item.text
    lines = [_wrapped(f"- {said}", hang="  ")]
    return "\n".join([*lines, f"  {uri(item.url)}"] if item.url else lines)


def _wrapped(text: str, hang: str = "") -> str:
    return textwrap.fill(unturned(text), _WIDTH, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False)


_BIDI: Final = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""The characters that turn the direction of what follows, or mark one (UAX #9 section 2)."""


def unturned(text: str) -> str:
    """A text on one line, without the characters that turn the direction of what follows."""
    return one_line(text).translate(_BIDI)


def plainly(text: str) -> str:
    """A title on one line, without the characters that turn the direction of what follows, and without what mail
    programs would decode (RFC 2047): it reads the same everywhere."""
    return unturned(text).replace("=?", "= ?")


def days_words(count: int) -> str:
    """`1 day`, `6 days`."""
    return "1 day" if count == 1 else f"{count} days"


def sentence(clause: str) -> str:
    """A clause as a sentence."""
    return f"{clause[:1].upper()}{clause[1:]}."
