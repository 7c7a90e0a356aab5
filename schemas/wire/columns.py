"""The columns of a CSV of events: written here, read back here, named nowhere else.

RFC 4180, UTF-8 without a byte order mark. In a cell of several values they are joined by `; `, and `;`, `|` and `\\`
within one are written `\\;`, `\\|` and `\\\\`. A source is `publisher | published | url | title`. What a
spreadsheet would take for a formula is written behind a `'`, which is taken off again on reading: at the beginning of a
cell, and within one where a spreadsheet that parts cells by `;` or tab (as most of Europe's do), and so does not see
our quotes, would begin a cell or a row, also behind spaces, which it may pass over. Full-width signs count, as some
locales read them alike (OWASP, CSV Injection).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

COLUMNS: Final = (
    *("id", "calendar", "kind", "group", "title", "when", "when_text"),
    *("starts_min", "starts_max", "ends_min", "ends_max", "status", "said_by", "said_by_name"),
    *("known_on", "recorded_at", "recorded_by", "sequence", "place", "county", "province", "country"),
    *("people", "bodies", "themes", "programme", "note", "sources"),
)
LISTS: Final = ("people", "bodies", "themes")
BY_HAND: Final = ("why", "replaces", "same_as")
"""Columns of drafts that no event shows: read from tables made by hand."""

READ: Final = (*COLUMNS, *BY_HAND)
"""Every column that may be read."""

_SIGN = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_BEFORE = rf"(\A *(?='*[{_SIGN}])|\A(?='*[\t\r\n])|[;\t\r\n] *(?='*[{_SIGN}]))"
"""What stands before a formula where a cell begins by any reading, spaces passed over."""

_UNGUARDED = re.compile(_BEFORE)
_GUARDED = re.compile(f"{_BEFORE}'")
_SOURCE = ("publisher", "published", "url", "title")


def text(rows: Iterable[Iterable[str]]) -> str:
    """Rows of cells as CSV, with CRLF."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerows([_guarded(cell) for cell in row] for row in rows)
    return file.getvalue()


def _guarded(cell: str) -> str:
    return _UNGUARDED.sub(r"\1'", cell)


def plain(cell: str) -> str:
    """A cell as it was before it was made safe for spreadsheets."""
    return _GUARDED.sub(r"\1", cell)


def row(event: Mapping[str, Any]) -> list[str]:
    """The cells of an event, given in the shape that answers have, with its sources."""
    when, place, said = event["when"], event["place"] or {}, event["said_by"] or {}
    cells = {name: event[name] for name in COLUMNS if name in event}
    cells |= {"when": when["edtf"], "when_text": when["text"], "said_by": said.get("who")}
    cells |= dict(zip(("starts_min", "starts_max", "ends_min", "ends_max"), when["starts"] + when["ends"], strict=True))
    cells |= {"said_by_name": said.get("name"), "place": place.get("name")}
    cells |= {part: place.get(part) for part in ("county", "province", "country")}
    cells |= {name: _joined(event[name]) for name in LISTS}
    cells["sources"] = "; ".join(_source(each) for each in event["sources"])
    return ["" if cells[name] is None else str(cells[name]) for name in COLUMNS]


NAME_COLUMNS: Final = (
    *("type", "slug", "name", "native", "variants", "former", "part_of", "count", "first_seen", "last_seen"),
)


def names(shapes: Iterable[Mapping[str, Any]]) -> str:
    """Names, in the shape that answers have, as CSV: a line of NAME_COLUMNS, then one of each. A former name is
    `name | until`."""
    return text([NAME_COLUMNS, *(_name_row(each) for each in shapes)])


def _name_row(shape: Mapping[str, Any]) -> list[str]:
    former = [f"{_escaped(each['name'])} | {each['until']}" for each in shape["former"]]
    cells = {**shape, "variants": _joined(shape["variants"]), "former": "; ".join(former)}
    return ["" if cells[name] is None else str(cells[name]) for name in NAME_COLUMNS]


def _joined(values: Iterable[str]) -> str:
    return "; ".join(_escaped(each) for each in values)


def _escaped(value: str | None) -> str:
    return re.sub(r"([;|\\])", r"\\\1", value or "")


def _source(source: Mapping[str, Any]) -> str:
    parts = {**source, "published": source.get("published_at") or source.get("published")}
    written = [_escaped(parts.get(name)) for name in _SOURCE]
    while not written[-1]:
        written.pop()
    return " | ".join(written)


def draft(cells: Mapping[str, str]) -> dict[str, Any]:
    """The body of an event's draft (as POST takes it) that the cells of a row say, by column name. Left out are empty
    cells, and what follows from others or from recording (`group`, `starts_min`, `recorded_at`...); `id` and `sequence`
    are the reader's to use."""
    said = {name: plain(cell.replace("\r\n", "\n")).strip() for name, cell in cells.items()}
    given = {name: value for name, value in said.items() if value}
    names = ("calendar", "kind", "title", "when", "status", "known_on", "programme", "note", "why", "same_as")
    body: dict[str, Any] = {name: given[name] for name in names if name in given}
    if "said_by" in given or "said_by_name" in given:
        body["said_by"] = _filled({"who": given.get("said_by"), "name": given.get("said_by_name")})
    place = {"name": given.get("place"), **{part: given.get(part) for part in ("county", "province", "country")}}
    if any(place.values()):
        body["place"] = _filled(place)
    body |= {name: _split(given[name], ";") for name in LISTS if name in given}
    if "replaces" in given:
        body["replaces"] = int(given["replaces"]) if re.fullmatch(r"\d{1,15}", given["replaces"], re.A) else "?"
    if "sources" in given:
        body["sources"] = [_read_source(each) for each in _pieces(given["sources"], ";")]
    return body


def _filled(parts: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in parts.items() if value}


def _read_source(cell: str) -> dict[str, str]:
    parts = dict(zip(_SOURCE, _split(cell, "|"), strict=False))
    if len(parts.get("published", "")) > len("2025-12-10"):
        parts["published_at"] = parts.pop("published")
    return {name: value for name, value in parts.items() if value}


def _split(cell: str, mark: str) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", piece) for piece in _pieces(cell, mark)]


def _pieces(cell: str, mark: str) -> list[str]:
    """The cell cut at each `mark` that is not written with a backslash."""
    pieces = [""]
    for token in re.findall(r"\\.|.", cell, re.S):
        if token == mark:
            pieces.append("")
        else:
            pieces[-1] += token
    return [piece.strip() for piece in pieces]
