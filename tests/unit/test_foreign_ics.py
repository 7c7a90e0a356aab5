"""Every oddity of other programs' .ics has a fixture named after it: what is read out of it, and what is left out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from calendars.imports import read
from schemas.errors import FileUnreadable
from schemas.imports import Defaults, Line
from schemas.when import parse
from tests.foreignfiles import DEFAULTS, PYONGYANG, entry

FIXTURES = Path(__file__).parents[1] / "fixtures" / "ics"

READ: dict[str, list[tuple[str, str, tuple[str, ...]]]] = {
    "address-and-categories": [("Plenary opens", "2025-12-09", ())],
    "apple-structured-location": [("Plenary opens", "2025-12-09", ("position",))],
    "cancelled-tentative-and-past": [
        ("Plenary opens", "2025-12-09", ()),
        ("Congress", "2025-12-10", ()),
        ("Parade", "2025-11-20", ()),
    ],
    "description-never-folded": [("Plenary opens", "2025-12-09", ())],
    "duration": [
        ("Plenary opens", "2025-12-09/2025-12-11", ()),
        ("Night session", "2025-12-09/2025-12-10", ("times of day",)),
    ],
    "entry-twice-with-an-older-version": [("Plenary opens", "2025-12-10", ())],
    "extra-days-as-periods": [
        ("Session", "2025-12-01T09:00+09:00", ("the time of day it ends",)),
        ("Session", "2025-12-03T09:00+09:00", ("the time of day it ends",)),
        ("Session", "2025-12-05T09:00+09:00", ("the time of day it ends",)),
    ],
    "floating-time": [("Plenary opens", "2025-12-09T09:00+09:00", ("the time of day it ends",))],
    "folded-by-tabs-through-a-character": [("전원회의", "2025-12-09", ())],
    "google-floating-in-x-wr-timezone": [
        ("Plenary opens", "2025-12-10T07:30+09:00", ("the time of day it ends",)),
    ],
    "lf-with-byte-order-mark": [("Plenary opens", "2025-12-09", ())],
    "lines-ended-by-cr": [("Plenary opens", "2025-12-09", ())],
    "mozilla-zone-behind-a-prefix": [("Plenary opens", "2025-12-09T09:00+09:00", ())],
    "no-end": [("Plenary opens", "2025-12-09", ()), ("Speech", "2025-12-09T09:00+09:00", ())],
    "outlook-all-day-as-midnight-to-midnight": [("Plenary opens", "2025-12-09/2025-12-10", ())],
    "outlook-all-day-in-utc": [("Plenary opens", "2025-12-09", ())],
    "outlook-all-day-of-no-length": [("Plenary opens", "2025-12-09", ())],
    "outlook-customized-time-zone": [("Plenary opens", "2025-12-09T10:00+09:00", ("the time of day it ends",))],
    "outlook-description-as-html": [("Plenary opens", "2025-12-09", ("description as html",))],
    "outlook-windows-zone-name": [("Plenary opens", "2025-12-09T09:00+09:00", ("the time of day it ends",))],
    "todos-and-alarms": [("Plenary opens", "2025-12-09", ("attendees", "organizer", "alarm"))],
    "utc-on-the-day-before": [("Plenary opens", "2025-12-09T08:00+09:00", ())],
    "weekly-moved-from-the-third-on": [
        ("Briefing", "2025-12-01", ()),
        ("Briefing", "2025-12-08", ()),
        *(("Briefing, on Tuesdays", day, ()) for day in ("2025-12-16", "2025-12-23", "2025-12-30", "2026-01-06")),
    ],
    "weekly-without-one-and-with-one-moved": [
        ("Briefing", "2025-12-01T09:00+09:00", ("the time of day it ends",)),
        ("Briefing", "2025-12-22T09:00+09:00", ("the time of day it ends",)),
        ("Briefing, moved", "2025-12-16T14:00+09:00", ("the time of day it ends",)),
    ],
    "yearly-for-ever": [
        ("Anniversary", "2024-02-16", ("repetitions after 2027-12-06",)),
        *(("Anniversary", f"{year}-02-16", ()) for year in (2025, 2026, 2027)),
    ],
}
REFUSED: dict[str, tuple[int, str, str]] = {
    "ends-before-it-starts": (4, "/DTEND", "before the start"),
    "never-ended": (4, "", "END:VEVENT"),
    "no-such-day": (4, "/DTSTART", "20250230"),
    "no-summary": (4, "/SUMMARY", "title"),
    "repeats-every-minute": (4, "/RRULE", "more often than daily"),
    "zone-that-nobody-knows": (4, "/DTSTART", "'Somewhere' is neither known nor defined"),
}


def lines_of(name: str, defaults: Defaults = DEFAULTS) -> list[Line]:
    return read((FIXTURES / f"{name}.ics").read_bytes(), "ics", defaults).lines


def test_every_fixture_is_spoken_of() -> None:
    assert sorted(path.stem for path in FIXTURES.glob("*.ics")) == sorted({*READ, *REFUSED})


@pytest.mark.parametrize("name", READ)
def test_an_oddity_is_read(name: str) -> None:
    found = []
    for line in lines_of(name):
        assert line.draft, line.mistakes
        found.append((line.draft.title, parse(line.draft.when.edtf, ZoneInfo(PYONGYANG)).edtf, line.kept_out))
    assert found == READ[name]


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_where_it_stands(name: str) -> None:
    (line,) = lines_of(name)
    number, pointer, words = REFUSED[name]
    assert (line.draft, line.number, [each["pointer"] for each in line.mistakes]) == (None, number, [pointer])
    assert words in line.mistakes[0]["detail"]


def test_texts_are_read_out_of_their_escapes_and_their_markup() -> None:
    (line,) = lines_of("address-and-categories")
    assert line.draft
    assert line.draft.themes == ("party", "a, b", "economy")
    assert line.draft.note == "One, two; three\nfour \\n"
    assert [(each.publisher, each.url) for each in line.draft.sources] == [
        ("news.example", "https://news.example/1?a=1,2;3")
    ]
    (line,) = lines_of("outlook-description-as-html")
    assert line.draft
    assert line.draft.note == "Opens at nine & lasts\nthree days"
    (line,) = lines_of("description-never-folded")
    assert line.draft
    assert line.draft.note == "First line\nsecond line"
    (line,) = lines_of("apple-structured-location")
    assert line.draft
    assert line.draft.place
    assert line.draft.place.name == "House of Culture, Central Street, Pyongyang"


def test_status_follows_the_day_it_was_known() -> None:
    read_then = [line.draft.status for line in lines_of("cancelled-tentative-and-past") if line.draft]
    assert read_then == ["cancelled", "expected", "held"]
    later = Defaults(
        zones=DEFAULTS.zones, today=date(2026, 1, 2), calendar="demo", kind="plenary", known_on=date(2026, 1, 1)
    )
    (line,) = lines_of("no-end", later)[:1]
    assert line.draft
    assert (line.draft.status, line.draft.known_on) == ("held", date(2026, 1, 1))


def test_components_that_are_no_events_are_named() -> None:
    reading = read((FIXTURES / "todos-and-alarms.ics").read_bytes(), "ics", DEFAULTS)
    assert reading.passed_over == [{"line": 4, "what": "VTODO"}, {"line": 8, "what": "VJOURNAL"}]
    reading = read((FIXTURES / "entry-twice-with-an-older-version.ics").read_bytes(), "ics", DEFAULTS)
    assert [each["line"] for each in reading.passed_over] == [11]


def test_each_day_of_a_series_keeps_its_key_when_read_again_later() -> None:
    later = Defaults(zones=DEFAULTS.zones, today=date(2026, 12, 5), calendar="demo", kind="plenary")
    before, after = ([line.key for line in lines_of("yearly-for-ever", defaults)] for defaults in (DEFAULTS, later))
    assert len(set(before)) == 4
    assert after[:4] == before
    assert len(after) == 5


@pytest.mark.parametrize("start", ["TZID=Asia/Pyongyang:20251016T110000", "TZID=Europe/Berlin:20251017T100000"])
def test_each_day_from_a_moved_one_on_is_an_event_of_its_own(start: str) -> None:
    zone = start.partition(":")[0]
    text = entry(f"DTSTART;{zone}:20251009T100000", "RRULE:FREQ=WEEKLY;COUNT=8").decode()
    before = read(text.encode(), "ics", DEFAULTS).lines
    moved = (
        f"BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Moved\r\nDTSTART;{start}\r\n"
        f"RECURRENCE-ID;RANGE=THISANDFUTURE;{zone}:20251016T100000\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
    after = read(text.replace("END:VCALENDAR", moved).encode(), "ics", DEFAULTS).lines
    assert [line.key for line in after] == [line.key for line in before]
    assert len({line.key for line in after}) == 8
    assert [line.draft.title for line in after if line.draft] == ["Briefing", *["Moved"] * 7]
    assert not any(line.kept_out for line in after)


@pytest.mark.parametrize(
    ("rule", "days", "left_out"),
    [
        ("FREQ=YEARLY;COUNT=9", 3, ("repetitions after 2027-12-06",)),
        ("FREQ=YEARLY;UNTIL=20400101", 3, ("repetitions after 2027-12-06",)),
        ("FREQ=YEARLY;COUNT=3", 3, ()),
        ("FREQ=YEARLY;UNTIL=20280101", 3, ()),
        ("FREQ=YEARLY", 3, ("repetitions after 2027-12-06",)),
    ],
)
def test_what_lies_beyond_the_horizon_is_said_once(rule: str, days: int, left_out: tuple[str, ...]) -> None:
    lines = read(entry("DTSTART;VALUE=DATE:20250601", f"RRULE:{rule}"), "ics", DEFAULTS).lines
    assert [line.kept_out for line in lines] == [left_out, *[()] * (days - 1)]


def test_of_a_long_series_the_days_around_today_are_taken() -> None:
    lines = read(entry("DTSTART;VALUE=DATE:19000101", "RRULE:FREQ=DAILY"), "ics", DEFAULTS).lines
    days = [line.draft.when.edtf for line in lines if line.draft]
    assert (len(days), days[0], days[-1]) == (1000, "2025-03-12", "2027-12-06")
    assert lines[0].kept_out == (
        "repetitions before 2025-03-12 (of a series 1,000 are taken)",
        "repetitions after 2027-12-06",
    )
    assert not lines[1].kept_out


def test_a_range_without_its_series_or_unknown_is_said() -> None:
    for range_, words in (("THISANDFUTURE", "the days after it"), ("THISANDPRIOR", "the days before it")):
        lines = read(
            entry("DTSTART:20251209", f"RECURRENCE-ID;RANGE={range_}:20251209", "RRULE:FREQ=DAILY"), "ics", DEFAULTS
        ).lines
        assert [line.kept_out for line in lines] == [(words, "the repetition of a changed day")]


def test_two_files_may_mean_two_zones_by_one_name() -> None:
    text = (FIXTURES / "outlook-customized-time-zone.ics").read_bytes()
    moved = read(text.replace(b"+0800", b"+0100"), "ics", DEFAULTS).lines[0].draft
    first = read(text, "ics", DEFAULTS).lines[0].draft
    assert moved
    assert first
    assert (first.when.edtf, moved.when.edtf) == ("2025-12-09T01:00Z", "2025-12-09T08:00Z")


@pytest.mark.parametrize("body", [b"", b"hello", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", b"BEGIN:VCALENDAR\r\nX:\xff\r\n"])
def test_what_is_no_ics_is_refused_whole(body: bytes) -> None:
    with pytest.raises(FileUnreadable):
        read(body, "ics", DEFAULTS)
