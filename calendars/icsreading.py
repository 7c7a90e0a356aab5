"""Content lines read back: any .ics, as it comes, into components whose properties know their line.

Lenient where programs differ and nothing is lost by it: lines may end in CRLF, LF or a bare CR, be folded by spaces or
tabs (also through the middle of a character), begin with a byte order mark, and a text whose line breaks were never
folded goes on where the next line is no content line. A file is read in time that grows as it does: pieces of a line
are collected, and joined once.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.errors import FileUnreadable

_NAME: Final = re.compile(r"[A-Za-z0-9-]+(?=[;:])")
_PARAMETER: Final = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_PIECE: Final = re.compile(r"(?:[^\\,]|\\.)+", re.DOTALL)
_CARET: Final = re.compile(r"\^([n^'])")
_CARETS: Final = {"n": "\n", "^": "^", "'": '"'}

MOST_LINES: Final = 1_000_000
"""How many content lines a file may have, folded ones counted once."""

DEEPEST: Final = 20
"""How many components may stand inside each other; RFC 5545 has three: VCALENDAR, VEVENT, VALARM."""


class Unreadable(ValueError):
    """A property that cannot be read: a clause, and the pointer to it."""

    def __init__(self, clause: str, pointer: str) -> None:
        super().__init__(clause)
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Property:
    """A property: `text` is its line unfolded, `value` what stands behind the colon, still escaped."""

    line: int
    name: str
    parameters: dict[str, str]
    value: str
    text: str

    @property
    def words(self) -> str:
        """The value as the TEXT it stands for (RFC 5545 section 3.3.11)."""
        return unescaped(self.value)


@dataclass(slots=True)
class Component:
    """A component, the line its BEGIN stands on, and what it holds; `whole` says that its END was found. `loose` are
    lines that belong to its last property, until `settle` joins them to it."""

    name: str
    line: int
    properties: list[Property] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)
    whole: bool = False
    loose: list[str] = field(default_factory=list)

    def settle(self) -> None:
        """Let its last property have the lines that belong to it."""
        if self.loose:
            # A program that breaks a text over lines without folding it: the line belongs to the text before it.
            before = self.properties[-1]
            more = "\\n".join([before.text, *self.loose])
            self.properties[-1] = _property(before.line, more) or before
            self.loose.clear()

    def first(self, name: str) -> Property | None:
        """The first property of that name, or None."""
        return next((each for each in self.properties if each.name == name), None)

    def every(self, name: str) -> list[Property]:
        """All properties of that name, in their order."""
        return [each for each in self.properties if each.name == name]

    def text(self) -> str:
        """The component as content lines, unfolded."""
        inner = "".join(f"{each.text}\r\n" for each in self.properties) + "".join(part.text() for part in self.parts)
        return f"BEGIN:{self.name}\r\n{inner}END:{self.name}\r\n"


def calendars_of(body: bytes) -> list[Component]:
    """The VCALENDARs of a file; raises FileUnreadable where there is none, where it is not UTF-8, where more than
    DEEPEST components stand inside each other, and where there are more than MOST_LINES content lines."""
    root = Component("", 0)
    open_: list[Component] = [root]
    for count, (number, text) in enumerate(_unfolded(body)):
        if count >= MOST_LINES:
            detail = f"The file has more than {MOST_LINES:,} lines of content (line {number} is the next): split it."
            raise FileUnreadable(detail, line=number)
        name, _, value = text.partition(":")
        if name.upper() == "BEGIN":
            _open(open_, Component(value.strip().upper(), number))
        elif name.upper() == "END" and len(open_) > 1:
            _close(open_, value.strip().upper())
        else:
            _add(open_[-1], number, text)
    for component in open_:
        component.settle()
    found = [part for part in root.parts if part.name == "VCALENDAR"]
    if not found:
        raise FileUnreadable("This is no iCalendar file: it has no line BEGIN:VCALENDAR.", line=1)
    return found


def _open(open_: list[Component], component: Component) -> None:
    if len(open_) > DEEPEST:
        detail = f"Line {component.line} begins a component inside {DEEPEST} others: no calendar program writes so."
        raise FileUnreadable(detail, line=component.line)
    open_[-1].parts.append(component)
    open_.append(component)


def _close(open_: list[Component], name: str) -> None:
    """End the innermost open component of that name; what stands open inside it was never ended."""
    if any(each.name == name for each in open_[1:]):
        while (component := open_.pop()).name != name:
            component.settle()
        component.settle()
        component.whole = True


def _add(component: Component, number: int, text: str) -> None:
    found = _property(number, text)
    if found:
        component.settle()
        component.properties.append(found)
    elif component.properties:
        component.loose.append(text)


def _property(number: int, text: str) -> Property | None:
    name = _NAME.match(text)
    if name is None:
        return None
    at, parameters = name.end(), {}
    while found := _PARAMETER.match(text, at):
        at = found.end()
        parameters[found[1].upper()] = _CARET.sub(lambda mark: _CARETS[mark[1]], found[2].replace('"', ""))
    if text[at : at + 1] != ":":
        at = text.find(":", at)
    return Property(number, name[0].upper(), parameters, text[at + 1 :], text) if at >= 0 else None


def _unfolded(body: bytes) -> Iterator[tuple[int, str]]:
    """Each content line with the number of the line it begins on; folds are undone before letters are read."""
    begun: int = 0
    pieces: list[bytes] = []
    lines = io.BytesIO(body.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
    for number, line in enumerate((line.removesuffix(b"\n") for line in lines), 1):
        if line[:1] in (b" ", b"\t") and begun:
            pieces.append(line[1:])
            continue
        if text := _decoded(begun, b"".join(pieces)):
            yield begun, text
        begun, pieces = number, [line]
    if text := _decoded(begun, b"".join(pieces)):
        yield begun, text


def _decoded(number: int, octets: bytes) -> str:
    """Its letters; none of a line that holds nothing but blanks."""
    if not octets.strip():
        return ""
    try:
        return octets.decode()
    except UnicodeDecodeError as cause:
        detail = f"Line {number} is not UTF-8 ({cause.reason} at its byte {cause.start + 1}): save the file as UTF-8."
        raise FileUnreadable(detail, line=number) from cause


def unescaped(text: str) -> str:
    """The text that a TEXT value stands for."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(lambda mark: "\n" if mark[1] in "nN" else mark[1], text)


def listed(text: str) -> list[str]:
    """The texts of a value that holds several, by comma."""
    return [unescaped(piece).strip() for piece in _PIECE.findall(text) if piece.strip()]


def passed_over(calendar: Component) -> list[dict[str, Any]]:
    """What of a VCALENDAR is neither event nor time zone: [{line, what}]."""
    return [{"line": part.line, "what": part.name} for part in calendar.parts if part.name not in _READ]


_READ: Final = ("VEVENT", "VTIMEZONE")
