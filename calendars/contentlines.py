"""Content lines: how RFC 5545 section 3.1 writes any text on lines of at most 75 octets.

icalendar's own `vText` is not used: it takes the two characters `\\N` of a text for a line break, and costs as much as
the rest of an event together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from schemas.plaintext import one_line

_ROOM: Final = 75
_CARETS: Final = str.maketrans({"^": "^^", '"': "^'"})


def escaped(text: str) -> str:
    """A TEXT value (RFC 5545 section 3.3.11) of a text that `one_line` or `paragraphs` gave."""
    return text.replace("\\", r"\\").replace(";", r"\;").replace(",", r"\,").replace("\n", r"\n")


def parameter(name: str, text: str) -> str:
    """`;NAME="text"`, quoted, with RFC 6868's carets for what quotes cannot hold."""
    return f';{name}="{one_line(text).translate(_CARETS)}"'


def folded(lines: Iterable[str]) -> bytes:
    """The lines as UTF-8, each ended by CRLF, folded at 75 octets without cutting a character (section 3.1)."""
    return b"".join(map(_folded, lines))


def _folded(line: str) -> bytes:
    octets = line.encode("utf-8", "replace")
    if len(octets) <= _ROOM:
        return octets + b"\r\n"
    pieces = []
    start, room = 0, _ROOM
    while len(octets) - start > room:
        cut = start + room
        while octets[cut] & 0xC0 == 0x80:
            cut -= 1
        pieces.append(octets[start:cut])
        start, room = cut, _ROOM - 1
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces) + b"\r\n"
