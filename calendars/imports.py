"""Reads files of events, JSON Lines, CSV or iCalendar, into drafts and located refusals; records nothing.

    >>> zones = {"dprk": "Asia/Pyongyang"}
    >>> table = b"kind,title,when,status,known_on\\r\\nspeech,A speech,3 May 2026,held,2026-05-04\\r\\n"
    >>> read(table, "csv", Defaults(zones=zones, today=date(2026, 5, 5), calendar="dprk")).lines[0].draft.when.edtf
    '2026-05-03'

A line that cannot be read is a Line with its mistakes, so that the others are read still. Only a file that is no such
file at all is refused whole (FileUnreadable).
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final

from calendars import icsevents
from calendars.lines import Make, check_few, line_of
from schemas.errors import FileUnreadable, InvalidRecord
from schemas.imports import Defaults, Reading
from schemas.jsontexts import NoJson, json_of
from schemas.wire import columns

_MOST_DIGITS: Final = 20


def read(body: bytes, format_: str, defaults: Defaults) -> Reading:
    """The lines of a file of `format_` (of schemas.imports.FORMATS).

    Raises FileUnreadable, also for one that is empty or holds more than MOST_LINES events, and InvalidRecord where its
    first line names columns that there are not, or more must be said for all lines."""
    if not body.removeprefix(codecs.BOM_UTF8).strip():
        raise FileUnreadable("The file is empty: there is nothing in it.", line=1)
    if format_ == "ics":
        return icsevents.read(body, defaults)
    rows = _few(_json_lines(body) if format_ == "jsonl" else _csv_rows(body))
    times: Counter[str] = Counter()
    return Reading([line_of(number, make, defaults, times) for number, make in rows])


def _few(rows: Iterator[tuple[int, Make]]) -> list[tuple[int, Make]]:
    found = []
    for number, make in rows:
        found.append((number, make))
        check_few(len(found), number)
    return found


def _json_lines(body: bytes) -> Iterator[tuple[int, Make]]:
    for number, octets in enumerate(io.BytesIO(body.removeprefix(codecs.BOM_UTF8)), 1):
        if octets.strip():
            yield number, lambda octets=octets: _json(octets.removesuffix(b"\n"))  # type: ignore[misc]


def _json(octets: bytes) -> Any:
    try:
        return json_of(octets, _each_once, _MOST_DIGITS)
    except NoJson as cause:
        raise ValueError(f"the line {cause}") from cause


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) < len(pairs):
        name = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise ValueError(f"the key {name!r} stands twice")
    return body


def _csv_rows(body: bytes) -> Iterator[tuple[int, Make]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        number = body[: cause.start].count(b"\n") + 1
        raise FileUnreadable(f"Line {number} is not UTF-8: save the table as UTF-8.", line=number) from cause
    first = text.split("\n", 1)[0]
    delimiter = next((mark for mark in ",;\t" if mark in first), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = _records(reader)
    header = [cell.strip() for _, cell in zip(range(1000), next(rows, (1, []))[1], strict=False)]
    _check_header(header)
    for number, cells in rows:
        if cells:
            yield number, lambda cells=cells: _cells(header, cells)  # type: ignore[misc]


def _records(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line it begins on."""
    begun = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as cause:
            raise FileUnreadable(f"Line {begun} is not CSV: {cause}.", line=begun) from cause
        yield begun, cells
        begun = reader.line_num + 1


def _check_header(header: list[str]) -> None:
    unknown = {column: _nearest(column) for column in header if column not in columns.READ}
    twice = [column for column, count in Counter(header).items() if count > 1 and column not in unknown]
    found = [_no_column(*each) for each in unknown.items()] + [f"The column {column} stands twice." for column in twice]
    if len(unknown) == len(set(header)) and not any(unknown.values()):
        raise FileUnreadable(f"The first line must name the columns, of: {', '.join(columns.READ)}.", line=1)
    if found:
        raise InvalidRecord([{"line": 1, "detail": detail, "pointer": ""} for detail in found])


def _nearest(column: str) -> str | None:
    """The column that was most likely meant."""
    return next(iter(get_close_matches(column.lower().replace(" ", "_"), columns.READ, 1)), None)


def _no_column(column: str, nearest: str | None) -> str:
    if nearest:
        return f"There is no column {column}; did you mean {nearest}?"
    return f"There is no column {column or '(empty)'}; there are {', '.join(columns.READ)}."


def _cells(header: list[str], cells: list[str]) -> dict[str, Any]:
    if len(cells) > len(header):
        raise ValueError(f"the line has {len(cells)} cells and the first line names {len(header)} columns")
    row = dict(zip(header, cells, strict=False))
    draft = columns.draft(row)
    id_ = columns.plain(row.get("id", "")).strip()
    return {"id": id_, **draft} if id_ else draft
