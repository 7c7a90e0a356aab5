"""Our own reader, strict where the programs are lenient: see `icalendar_objects`."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tests.icalendar_grammar import ContentLine
from tests.icalendar_objects import Component, calendar_object
from tests.judges.shown import Shown, iso


def by_grammar(octets: bytes) -> list[Shown]:
    """The events, where no rule of RFC 5545, 7986 and 9253 is broken; Breach elsewhere."""
    return [_shown(event) for event in calendar_object(octets).inside("VEVENT")]


def _shown(event: Component) -> Shown:
    said = {line.name: line for line in event.lines}
    start, end = said["DTSTART"], said.get("DTEND", said["DTSTART"])
    return Shown(_moment(start), _moment(end), said["SUMMARY"].text, said["STATUS"].value, said["UID"].text)


def _moment(line: ContentLine) -> str:
    if line.parameters.get("VALUE") == "DATE":
        return iso(datetime.strptime(line.value, "%Y%m%d").date())  # noqa: DTZ007 (a day has no zone)
    zone = ZoneInfo(line.parameters["TZID"])
    return iso(datetime.strptime(line.value, "%Y%m%dT%H%M%S").replace(tzinfo=zone))
