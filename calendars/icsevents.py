"""Reads the entries of any .ics into drafts: our own as what they were, foreign ones as far as an event has a place.

An entry's SUMMARY is the title, DESCRIPTION the note, LOCATION the place's name, CATEGORIES the themes, URL a source.
CANCELLED is `cancelled` and TENTATIVE `expected`; any other entry was `held` if it begins by the day it was known, else
it is `announced`. It was known on the day the import says, else on the day of LAST-MODIFIED, CREATED or DTSTAMP.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from calendars import icsrepeats, ownevents
from calendars.icshtml import text_of_html
from calendars.icsleftovers import kept_out
from calendars.icsreading import Component, Unreadable, calendars_of, listed, passed_over
from calendars.icsrepeats import Occurrence
from calendars.icsrules import Work
from calendars.icstimes import Moment, edtf_of, moment
from calendars.icszones import Zones, zones_of
from calendars.lines import check_few, line_of, mistake, too_often
from schemas.errors import InvalidRecord
from schemas.imports import Defaults, Line, Reading
from schemas.plaintext import one_line, paragraphs

_SEQUENCE = re.compile("[0-9]{1,10}")
_MOST_THEMES = 200
_LONGEST = {"title": 500, "note": 10_000, "place": 200, "theme": 200}


def read(body: bytes, defaults: Defaults) -> Reading:
    """Every entry of every VCALENDAR in a file, a repeated one once a day; raises FileUnreadable, and InvalidRecord
    where entries of other programs are in it and calendar and kind are not said for them."""
    calendars = calendars_of(body)
    for count, part in enumerate((part for calendar in calendars for part in calendar.parts), 1):
        check_few(count, part.line, "entries")
    over: list[dict[str, Any]] = []
    made: list[Callable[[], Line]] = []
    times: Counter[str] = Counter()
    work = Work()
    for calendar in calendars:
        over += passed_over(calendar)
        here = _Here(calendar, defaults, times, work, over)
        for components in here.entries():
            made += here.lines(components)
            check_few(len(made), components[0].line, "events, with each day of a repetition")
    lines = [make() for make in made]
    return Reading(sorted(lines, key=lambda line: line.number), sorted(over, key=lambda each: each["line"]))


@dataclass(slots=True)
class _Here:
    """One VCALENDAR being read. `zone` is that of the calendar the entries go to; UTC for one that there is not, which
    is refused later. What is no event of its own is put `over`."""

    calendar: Component
    defaults: Defaults
    times: Counter[str]
    work: Work
    over: list[dict[str, Any]]
    zone: ZoneInfo = field(init=False)
    zones: Zones = field(init=False)

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.defaults.zones.get(self.defaults.calendar or "", "UTC"))
        self.zones = zones_of(self.calendar, self.zone, self.work)

    def entries(self) -> list[list[Component]]:
        """The components of each entry, the repeating one first; without older versions of one that stands twice."""
        by_uid: dict[str, dict[str, Component]] = {}
        for number, component in enumerate(part for part in self.calendar.parts if part.name == "VEVENT"):
            uid, instead = component.first("UID"), component.first("RECURRENCE-ID")
            entry = by_uid.setdefault(uid.words if uid else f"#{number}", {})
            key = instead.value if instead else ""
            standing = entry.get(key)
            if standing and _sequence(standing) > _sequence(component):
                standing, component = component, standing
            if standing:
                self.over.append({"line": standing.line, "what": "VEVENT, an older version of another"})
            entry[key] = component
        return [[entry[key] for key in sorted(entry)] for entry in by_uid.values()]

    def lines(self, components: list[Component]) -> Iterator[Callable[[], Line]]:
        """What makes the lines of one entry: they are counted before any is made."""
        if not all(component.whole for component in components):
            detail = f"the component that begins here has no END:{components[0].name}"
            yield partial(Line, number=components[0].line, mistakes=(mistake(detail),))
        elif self._is_own(components[0]):
            yield from (partial(self._own, component) for component in components)
        else:
            yield from self._foreign(components)

    def _is_own(self, component: Component) -> bool:
        own = ownevents.uid_of(component)
        return own is not None and self.defaults.calendar in (None, own[1])

    def _own(self, component: Component) -> Line:
        line = line_of(component.line, lambda: ownevents.draft_of(component), self.defaults, self.times)
        return replace(line, carried=True, kept_out=tuple(ownevents.kept_out_of(component)))

    def _check_told(self, number: int) -> None:
        """Entries of other programs name no calendar and no kind of ours: one mistake of the whole file."""
        missing = [name for name in ("calendar", "kind") if getattr(self.defaults, name) is None]
        if missing:
            detail = (
                f"On line {number} begins an entry of another program, for which no {' and no '.join(missing)} is said:"
                f" give {' and '.join(f'--{name}' for name in missing)}"
                f" (over HTTP ?{'=...&'.join(missing)}=...)."
            )
            raise InvalidRecord([{"detail": detail, "pointer": f"?{missing[0]}"}])

    def _foreign(self, components: list[Component]) -> Iterator[Callable[[], Line]]:
        self._check_told(components[0].line)
        try:
            found, left_out = self._occurrences(components)
        except Unreadable as cause:
            yield partial(Line, number=components[0].line, mistakes=(mistake(str(cause), cause.pointer),))
            return
        if not found:
            what = f"VEVENT, a repetition without a day that is read ({', '.join(left_out) or 'it meets none'})"
            self.over.append({"line": components[0].line, "what": what})
        for occurrence in found:
            # What holds for a series is said once, of the first of its days.
            yield partial(self._line, occurrence, left_out if occurrence is found[0] else [])

    def _occurrences(self, components: list[Component]) -> tuple[list[Occurrence], list[str]]:
        if icsrepeats.repeats(components[0]) and not components[0].first("RECURRENCE-ID"):
            return icsrepeats.series(components, self.zones, self.defaults.today, self.work)
        return [icsrepeats.single(component, self.zones) for component in components], []

    def _line(self, occurrence: Occurrence, of_series: list[str]) -> Line:
        component, left_out = occurrence.component, [*kept_out(occurrence.component), *occurrence.lost]
        try:
            draft = self._draft(occurrence, left_out)
        except Unreadable as cause:
            refused = mistake(str(cause), cause.pointer)
            return Line(number=component.line, mistakes=(refused,), kept_out=tuple(of_series))
        line = line_of(component.line, lambda: draft, self.defaults, self.times)
        if line.draft is None:
            return replace(line, kept_out=tuple(of_series))
        uid = component.first("UID")
        key = _key(uid.words, occurrence.stands_for) if uid else line.key
        if uid and (told := too_often(key, self.times, "/UID")):
            return Line(number=component.line, mistakes=(told,))
        return replace(line, key=key, kept_out=tuple(dict.fromkeys([*left_out, *of_series])))

    def _draft(self, occurrence: Occurrence, left_out: list[str]) -> dict[str, Any]:
        component = occurrence.component
        known = self.defaults.known_on or self._known_on(component)
        edtf, lost = edtf_of(occurrence.start, occurrence.end, [self.zone, self.zones.floating])
        left_out += [lost] if lost else []
        return {
            "title": _title(component, left_out),
            "when": edtf,
            "status": _status(component, _day(occurrence.start, self.zone), known),
            "known_on": known.isoformat() if known else None,
            "place": _place(component, left_out),
            "themes": _themes(component, left_out),
            "note": _note(component, left_out),
            "sources": _sources(component, left_out),
        }

    def _known_on(self, component: Component) -> date | None:
        for name in ("LAST-MODIFIED", "CREATED", "DTSTAMP"):
            if found := component.first(name):
                return _day(moment(found, self.zones), self.zone)
        return None


def _sequence(component: Component) -> int:
    found = component.first("SEQUENCE")
    value = found.value.strip() if found else ""
    return int(value) if _SEQUENCE.fullmatch(value) else 0


def _key(uid: str, stands_for: Moment | None) -> str:
    """What finds the entry again: its UID and, in a series, the day or instant it stands for."""
    instant = stands_for.astimezone(UTC) if isinstance(stands_for, datetime) else stands_for
    text = f"{uid}#{instant}" if instant else uid
    return f"uid:{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _day(found: Moment, zone: ZoneInfo) -> date:
    return found.astimezone(zone).date() if isinstance(found, datetime) else found


def _status(component: Component, first: date, known: date | None) -> str:
    told = component.first("STATUS")
    word = told.value.strip().upper() if told else ""
    if word in ("CANCELLED", "TENTATIVE"):
        return "cancelled" if word == "CANCELLED" else "expected"
    return "held" if known and first <= known else "announced"


def _title(component: Component, left_out: list[str]) -> str:
    found = component.first("SUMMARY")
    title = one_line(found.words).strip() if found else ""
    if not title:
        raise Unreadable("it has no SUMMARY, which would be the title", "/SUMMARY")
    return _cut(title, "title", left_out)


def _note(component: Component, left_out: list[str]) -> str | None:
    plain, html = component.first("DESCRIPTION"), component.first("X-ALT-DESC")
    text = paragraphs(plain.words).strip() if plain else ""
    if not text and html:
        text = paragraphs(text_of_html(html.words)).strip()
    return _cut(text, "note", left_out) or None


def _place(component: Component, left_out: list[str]) -> dict[str, str] | None:
    told, apple = component.first("LOCATION"), component.first("X-APPLE-STRUCTURED-LOCATION")
    name = told.words if told else apple.parameters.get("X-TITLE", "") if apple else ""
    lines = [line.strip() for line in paragraphs(name).split("\n")]
    shown = _cut(", ".join(line for line in lines if line), "place", left_out)
    return {"name": shown} if shown else None


def _themes(component: Component, left_out: list[str]) -> list[str]:
    found = [one_line(word).strip() for each in component.every("CATEGORIES") for word in listed(each.value)]
    words = [word for word in found if word]
    if len(words) > _MOST_THEMES:
        left_out.append(f"the themes beyond {_MOST_THEMES}")
    return [_cut(word, "theme", left_out) for word in words[:_MOST_THEMES]]


def _sources(component: Component, left_out: list[str]) -> list[dict[str, str]]:
    found = component.first("URL")
    address = found.value.strip() if found else ""
    if not address:
        return []
    host = _host(address) if address.isprintable() and " " not in address and len(address) <= 2000 else None
    if not host:
        left_out.append("url")
        return []
    return [{"publisher": host, "url": address}]


def _host(address: str) -> str | None:
    """The host of a web address; None where it is no such address."""
    try:
        parts = urlsplit(address)
        return parts.hostname if parts.scheme in ("http", "https") and len(parts.hostname or "") <= 253 else None
    except ValueError:
        return None


def _cut(text: str, what: str, left_out: list[str]) -> str:
    longest = _LONGEST[what]
    if len(text) <= longest:
        return text
    left_out.append(f"the {what} beyond {longest:,} characters")
    return text[:longest].rstrip()
