"""A strict reader of content lines, made from the ABNF of RFC 5545 section 3.1 (and 3.3.11 for TEXT): no leniency.

What properties and components may hold is `icalendar_objects`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NAME = r"[A-Za-z0-9-]+"
_QUOTED = r'"[^\x00-\x08\x0a-\x1f\x22\x7f]*"'
_SAFE = r"[^\x00-\x08\x0a-\x1f\x22,:;\x7f]*"
_PARAMETER = rf";({_NAME})=((?:{_QUOTED}|{_SAFE})(?:,(?:{_QUOTED}|{_SAFE}))*)"
_LINE = re.compile(rf"({_NAME})((?:{_PARAMETER})*):([^\x00-\x08\x0a-\x1f\x7f]*)\Z")
_TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*\Z")
_TEXTS = frozenset({"SUMMARY", "DESCRIPTION", "LOCATION", "UID", "NAME", "X-WR-CALNAME", "X-WR-CALDESC", "RELATED-TO"})


class ContentLine(NamedTuple):
    """A property: its name, its parameters without quotes, and its value as written."""

    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value read as TEXT."""
        return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], self.value)


def content_lines(octets: bytes) -> list[ContentLine]:
    """The properties of a whole stream or component; AssertionError, with the line, at the first breach of the RFC."""
    assert octets.endswith(b"\r\n"), "the last line is not ended"
    physical = octets.split(b"\r\n")[:-1]
    for line in physical:
        assert b"\r" not in line, f"a bare CR in {line!r}"
        assert b"\n" not in line, f"a bare LF in {line!r}"
        assert line, "an empty line"
        assert len(line) <= 75, f"{len(line)} octets in {line!r}"
        line.decode("utf-8")  # no character is cut by a fold
    return [_content_line(line) for line in octets.replace(b"\r\n ", b"").decode("utf-8").split("\r\n")[:-1]]


def _content_line(line: str) -> ContentLine:
    found = _LINE.match(line)
    assert found, f"not a content line: {line!r}"
    value = found[found.lastindex or 0]
    if found[1] in _TEXTS or found[1].startswith("X-LEADUP-"):
        assert _TEXT.match(value), f"unescaped TEXT in {line!r}"
    pairs = re.findall(_PARAMETER, found[2])
    parameters = {name: text.strip('"') for name, text in pairs}
    assert len(parameters) == len(pairs), f"a parameter stands twice in {line!r}"
    return ContentLine(found[1], parameters, value)


def values(octets: bytes) -> dict[str, str]:
    """The first value of each property, read as TEXT."""
    seen: dict[str, str] = {}
    for line in content_lines(octets):
        seen.setdefault(line.name, line.text)
    return seen
