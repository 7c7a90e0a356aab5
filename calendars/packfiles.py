"""Reads a pack, a calendar as files, into a Calendar, Names and drafts; names every mistake by file, line and reason.

    >>> pack = read_pack(Path("calendars/packs/dprk"), known_by=date(2025, 12, 5))
    >>> congress = next(event for event in pack.events if event.id == "wpk-9th-congress")
    >>> [draft.when.edtf for draft in congress.revisions]
    ['[2025-06-24..]', '[2026-01-01..2026-03-31]']

A pack is a folder of `calendar.toml` (a schemas.calendars.Calendar, `from` and `to` in the place of since and until),
`names.jsonl` (a schemas.names.Name a line) and `events.jsonl` (an event a line: its `id`, its `revisions` in order of
`known_on`, each a whole state with the sources it brings, and its `links` to other events of the pack).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from calendars import packfields
from calendars.fieldreaders import Reader, Unfit
from calendars.packfields import PackEvent, PackLink
from schemas.calendars import Calendar
from schemas.errors import CalendarUnreadable
from schemas.events import EventDraft
from schemas.jsontexts import NoJson, json_of
from schemas.names import Name, slug_of

__all__ = ["Pack", "PackEvent", "PackLink", "known_then", "read_pack"]

CALENDAR: Final = "calendar.toml"
NAMES: Final = "names.jsonl"
EVENTS: Final = "events.jsonl"


@dataclass(frozen=True, slots=True)
class Pack:
    """A calendar read from files. `digest` is of the bytes of its files and the day it was read by."""

    calendar: Calendar
    names: tuple[Name, ...]
    events: tuple[PackEvent, ...]
    digest: str


def read_pack(folder: Path, known_by: date | None = None) -> Pack:
    """The pack in `folder`; with `known_by`, only what was known at the end of that day.

    The whole is checked either way. Raises CalendarUnreadable with every mistake in it, as {file, line, detail};
    `line` is None where the whole file is meant.
    """
    mistakes = _Mistakes()
    calendar = _read_calendar(folder / CALENDAR, mistakes)
    name_lines = _parsed(folder / NAMES, mistakes)
    event_lines = _parsed(folder / EVENTS, mistakes)
    names = _read(NAMES, name_lines, packfields.NAME, mistakes)
    events = _read(EVENTS, event_lines, packfields.event_line(calendar), mistakes)
    mistakes.add_all(NAMES, _wrong_among_names(names, name_lines))
    mistakes.add_all(NAMES, _wrong_among_slugs(names))
    mistakes.add_all(EVENTS, _wrong_among_events(events, event_lines))
    if calendar is None or mistakes.found:
        raise CalendarUnreadable(mistakes.by_place())
    numbered = (replace(event, line=line) for line, event in events.items())
    pack = Pack(calendar, tuple(names.values()), tuple(numbered), _digest(folder, known_by))
    return pack if known_by is None else known_then(pack, known_by)


def known_then(pack: Pack, day: date) -> Pack:
    """What of a pack was known at the end of `day`; the calendar itself is clipped where it is asked (as_known_on)."""
    begun = {event.id for event in pack.events if _told_by(day, event.revisions[0])}
    events = (_event_then(event, day, begun) for event in pack.events if event.id in begun)
    names = (name.as_known_on(day) for name in pack.names if name.known_on <= day)
    return replace(pack, names=tuple(names), events=tuple(events))


def _event_then(event: PackEvent, day: date, begun: set[str]) -> PackEvent:
    return replace(
        event,
        revisions=tuple(draft for draft in event.revisions if _told_by(day, draft)),
        links=tuple(link for link in event.links if link.known_on <= day and link.to in begun),
    )


def _told_by(day: date, draft: EventDraft) -> bool:
    return draft.known_on is not None and draft.known_on <= day


def _digest(folder: Path, known_by: date | None) -> str:
    digest = hashlib.sha256(str(known_by).encode())
    for file in (CALENDAR, NAMES, EVENTS):
        digest.update(hashlib.sha256((folder / file).read_bytes()).digest())
    return digest.hexdigest()


class _Mistakes:
    """Collects what is wrong in the files of a pack."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def add(self, file: str, line: int | None, *details: str) -> None:
        sentences = (f"{detail[:1].upper()}{detail[1:].rstrip('.')}." for detail in details)
        self.found += ({"file": file, "line": line, "detail": sentence} for sentence in sentences)

    def add_all(self, file: str, details: Iterable[tuple[int, str]]) -> None:
        for line, detail in details:
            self.add(file, line, detail)

    def by_place(self) -> list[dict[str, Any]]:
        return sorted(self.found, key=lambda mistake: (mistake["file"], mistake["line"] or 0))


def _read_calendar(path: Path, mistakes: _Mistakes) -> Calendar | None:
    content = _content(path, mistakes)
    if content is None:
        return None
    try:
        calendar: Calendar = packfields.CALENDAR(tomllib.loads(content.decode()))
    except UnicodeDecodeError as cause:
        mistakes.add(path.name, None, f"the file is not UTF-8: {cause.reason} at its byte {cause.start + 1}")
    except tomllib.TOMLDecodeError as cause:
        mistakes.add(path.name, None, f"the file is not TOML: {cause}")
    except Unfit as unfit:
        mistakes.add(path.name, None, *unfit.told("the file"))
    else:
        return calendar
    return None


def _parsed(path: Path, mistakes: _Mistakes) -> dict[int, Any]:
    """The JSON of each line that is JSON, by the line's number."""
    found = {}
    for number, line in enumerate((_content(path, mistakes) or b"").splitlines(), 1):
        try:
            found[number] = json_of(line, _each_once)
        except NoJson as cause:
            mistakes.add(path.name, number, f"the line {cause}")
        except Unfit as unfit:
            mistakes.add(path.name, number, *unfit.told("the line"))
    return found


def _read(file: str, lines: dict[int, Any], reader: Reader, mistakes: _Mistakes) -> dict[int, Any]:
    """What `reader` makes of each line that it can read."""
    found = {}
    for number, line in lines.items():
        try:
            found[number] = reader(line)
        except Unfit as unfit:
            mistakes.add(file, number, *unfit.told("the line"))
    return found


def _content(path: Path, mistakes: _Mistakes) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError as error:
        mistakes.add(path.name, None, f"the file cannot be read: {error.strerror}")
        return None


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    if repeated := [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]:
        raise Unfit(*(("", f"has the field {name!r} twice") for name in repeated))
    return dict(pairs)


def _wrong_among_names(names: dict[int, Name], lines: dict[int, Any]) -> Iterator[tuple[int, str]]:
    first = _first_lines(lines, "type", "slug")
    for line, name in names.items():
        if (above := first[name.type, name.slug]) != line:
            yield line, f"the {name.type} {name.slug!r} stands in line {above} already"
        parts = {"part_of": (name.part_of,) if name.part_of else (), "all_of": name.all_of, "one_of": name.one_of}
        for field, slugs in parts.items():
            unknown = [other for other in slugs if (name.type, other) not in first]
            yield from ((line, f"{field} names {other!r}, which is no {name.type} of the pack") for other in unknown)


def _wrong_among_slugs(names: dict[int, Name]) -> Iterator[tuple[int, str]]:
    """Slugs that only case or marks tell apart would have one key; a place that lies in itself lies nowhere."""
    first: dict[tuple[str, str], Name] = {}
    above = {(name.type, name.slug): name.part_of for name in names.values()}
    for line, name in names.items():
        other = first.setdefault((name.type, slug_of(name.slug)), name)
        if other.slug != name.slug:
            yield line, f"the {name.type} {name.slug!r} is written like {other.slug!r}: choose another slug for one"
        seen, outer = {name.slug}, name.part_of
        while outer and outer not in seen:
            seen.add(outer)
            outer = above.get((name.type, outer))
        if outer == name.slug:
            yield line, f"part_of leads the {name.type} {name.slug!r} back to itself"


def _wrong_among_events(events: dict[int, PackEvent], lines: dict[int, Any]) -> Iterator[tuple[int, str]]:
    first = _first_lines(lines, "id")
    for line, event in events.items():
        if (above := first[(event.id,)]) != line:
            yield line, f"the event {event.id!r} stands in line {above} already"
        for number, link in enumerate(event.links):
            if link.to == event.id:
                yield line, f"links[{number}].to names the event itself"
            elif (link.to,) not in first:
                yield line, f"links[{number}].to names {link.to!r}, which is no event of the pack"


def _first_lines(lines: dict[int, Any], *key: str) -> dict[tuple[str, ...], int]:
    """The first line that bears each key, unreadable ones too: one mistake is not to be told as two."""
    first: dict[tuple[str, ...], int] = {}
    for number, line in lines.items():
        if isinstance(line, dict):
            first.setdefault(tuple(str(line.get(field)) for field in key), number)
    return first
