"""A file with more events than are taken at once is refused before any is held to its shape."""

from __future__ import annotations

import pytest

from calendars.imports import read
from schemas.errors import FileUnreadable
from schemas.imports import MOST_LINES
from tests.foreignfiles import DEFAULTS, at_most

pytestmark = pytest.mark.slow


def ics(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""]).encode()


@pytest.mark.parametrize(
    ("body", "format_", "next_"),
    [
        (b"{}\n" * (MOST_LINES + 1), "jsonl", MOST_LINES + 1),
        (b"\n" + b"{}\n\n" * (MOST_LINES + 9), "jsonl", 2 * MOST_LINES + 2),
        (b"title\r\n" + b"A\r\n" * (MOST_LINES + 1), "csv", MOST_LINES + 2),
    ],
)
def test_a_file_of_very_many_events_is_refused(body: bytes, format_: str, next_: int) -> None:
    with at_most(5), pytest.raises(FileUnreadable) as told:
        read(body, format_, DEFAULTS)
    assert told.value.detail == f"The file holds more than 50,000 events (line {next_} begins the next): split it."
    assert told.value.members["line"] == next_


@pytest.mark.parametrize("part", ["VEVENT", "VTODO"])
def test_a_calendar_of_very_many_entries_is_refused(part: str) -> None:
    with at_most(15), pytest.raises(FileUnreadable, match=r"more than 50,000 entries \(line 100002 begins the next\)"):
        read(ics(*[f"BEGIN:{part}", f"END:{part}"] * (MOST_LINES + 1)), "ics", DEFAULTS)


def test_a_calendar_of_very_many_lines_is_refused() -> None:
    with at_most(30), pytest.raises(FileUnreadable, match=r"more than 1,000,000 lines of content \(line 1000001 is"):
        read(ics(*["A:"] * 1_000_000), "ics", DEFAULTS)


def test_a_calendar_whose_repetitions_are_very_many_is_refused() -> None:
    one = ["BEGIN:VEVENT", "SUMMARY:A", "DTSTART;VALUE=DATE:20010101", "RRULE:FREQ=DAILY", "END:VEVENT"]
    with at_most(60), pytest.raises(FileUnreadable, match="more than 50,000 events, with each day of a repetition"):
        read(ics(*one * 100), "ics", DEFAULTS)
