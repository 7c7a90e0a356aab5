"""Text on one line or several, and addresses as URIs: what feeds, letters and readers of feeds write alike."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

_BREAKS: Final = "\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"
_CONTROLS: Final = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])
_ONE_LINE: Final = str.maketrans({**_CONTROLS, **dict.fromkeys(_BREAKS, " "), "\t": " "})
_PARAGRAPHS: Final = str.maketrans({**_CONTROLS, **dict.fromkeys(_BREAKS, "\n"), "\t": " "})
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


def uri(address: str) -> str:
    """A URI value (RFC 3986): what may not stand in one is percent-encoded, an address already right stays as it is."""
    return quote(address, safe=_URI_SAFE, errors="replace")
