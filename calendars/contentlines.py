"""Content lines: how RFC 5545 section 3.1 writes any text on lines of at most 75 octets.

icalendar's own `vText` is not used: it takes the two characters `\\N` of a text for a line break, and costs as much as
the rest of an event together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

_ROOM: Final = 75
_BREAKS: Final = "\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"
_CONTROLS: Final = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])
_ONE_LINE: Final = str.maketrans({**_CONTROLS, **dict.fromkeys(_BREAKS, " "), "\t": " "})
_PARAGRAPHS: Final = str.maketrans({**_CONTROLS, **dict.fromkeys(_BREAKS, "\n"), "\t": " "})
_CARETS: Final = str.maketrans({"^": "^^", '"': "^'"})
_URI_SAFE: Final = "!#$%&'()*+,/:;=?@[]~"


def one_line(text: str) -> str:
    """The text on one line: line breaks of any sort and tabs become spaces, other control characters go."""
    if text.isprintable():
        return text
    return text.replace("\r\n", "\n").translate(_ONE_LINE).strip()


def paragraphs(text: str) -> str:
    r"""The text with line breaks of any sort as `\n`, tabs as spaces and without other control characters."""
    if text.isprintable():
        return text
    return text.replace("\r\n", "\n").translate(_PARAGRAPHS).strip()


def escaped(text: str) -> str:
    """A TEXT value (RFC 5545 section 3.3.11) of a text that `one_line` or `paragraphs` gave."""
    return text.replace("\\", r"\\").replace(";", r"\;").replace(",", r"\,").replace("\n", r"\n")


def parameter(name: str, text: str) -> str:
    """`;NAME="text"`, quoted, with RFC 6868's carets for what quotes cannot hold."""
    return f';{name}="{one_line(text).translate(_CARETS)}"'


def uri(address: str) -> str:
    """A URI value (RFC 3986): what may not stand in one is percent-encoded, an address already right stays as it is."""
    return quote(address, safe=_URI_SAFE, errors="replace")


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
