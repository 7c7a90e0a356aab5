"""Repetitions, days and zones of foreign entries made to be followed without end: each is read as far as it goes, or
refused in words, and soon."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from calendars.icsreading import Property, calendars_of
from calendars.icsrepeats import series
from calendars.icsrules import Followed, Work, rule_of
from calendars.icszones import zones_of
from calendars.imports import read
from schemas.imports import Line, Reading
from tests.foreignfiles import DEFAULTS, at_most, entry

pytestmark = pytest.mark.slow

UNMET = "the repetition, by a rule that meets no day"


def reading_of(*lines: str) -> Reading:
    return read(entry(*lines), "ics", DEFAULTS)


def refusal_of(line: Line) -> tuple[str, str]:
    assert line.draft is None
    (told,) = line.mistakes
    return told["pointer"], told["detail"]


def zone(*lines: str) -> bytes:
    """An entry at nine in a zone which the file defines by these lines of a STANDARD."""
    defined = ["BEGIN:VTIMEZONE", "TZID:X", "BEGIN:STANDARD", *lines, "END:STANDARD", "END:VTIMEZONE"]
    body = entry("DTSTART;TZID=X:20251209T090000").decode()
    return body.replace("BEGIN:VEVENT", "\r\n".join([*defined, "BEGIN:VEVENT"])).encode()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL=0: it must be from 1 to 9,999"),
        ("FREQ=YEARLY;INTERVAL=99999999999", "is no rule of repetition"),
        ("FREQ=YEARLY;INTERVAL=10000", "it must be from 1 to 9,999"),
        ("FREQ=DAILY;INTERVAL=-1", "it must be from 1 to 9,999"),
        ("FREQ=DAILY;INTERVAL=" + "9" * 5000, "over 2,000 characters"),
        ("FREQ=DAILY;BYSECOND=61", "more often than daily"),
        ("FREQ=SOMETIMES", "is no rule of repetition"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20260101", "only one of them may stand"),
        ("COUNT=3", "more often than daily"),
        ("FREQ=YEARLY;BYYEARDAY=" + ",".join(map(str, range(1, 3000))), "over 2,000 characters"),
        ("FREQ=DAILY;RSCALE=CHINESE", "cannot be followed"),
    ],
)
def test_a_rule_that_is_none_is_refused(rule: str, words: str) -> None:
    with at_most(5):
        (line,) = reading_of("DTSTART;VALUE=DATE:20251209", f"RRULE:{rule}").lines
    pointer, detail = refusal_of(line)
    assert pointer == "/RRULE"
    assert words in detail


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=1;BYDAY=1MO",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=WEEKLY;BYSETPOS=9;BYDAY=MO,TU",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20300101",
    ],
)
def test_a_rule_that_meets_no_day_is_said_to(rule: str) -> None:
    with at_most(5):
        (line,) = reading_of("DTSTART;VALUE=DATE:20251209", f"RRULE:{rule}").lines
    assert line.draft
    assert (line.draft.when.edtf, line.kept_out) == ("2025-12-09", (UNMET,))


def test_a_series_without_a_day_that_is_read_is_passed_over_and_said() -> None:
    found = reading_of("DTSTART;VALUE=DATE:20990101", "RRULE:FREQ=YEARLY")
    assert found.lines == []
    (over,) = found.passed_over
    assert over["line"] == 2
    assert "a repetition without a day that is read (repetitions after 2027-12-06)" in over["what"]


def test_a_yearly_series_of_long_ago_takes_no_more_work_than_its_share_of_a_files_lines() -> None:
    (calendar,) = calendars_of(entry("DTSTART;VALUE=DATE:19000216", "RRULE:FREQ=YEARLY"))
    work = Work()
    zones = zones_of(calendar, UTC, work)
    allowed = work.left
    found, _ = series([part for part in calendar.parts if part.name == "VEVENT"], zones, DEFAULTS.today, work)
    assert len(found) == 128
    assert allowed - work.left <= allowed * len(found) / 50_000


@pytest.mark.parametrize("year", ["0001", "1800", "1900"])
def test_a_daily_series_of_long_ago_is_followed_from_near_today(year: str) -> None:
    with at_most(10):
        lines = reading_of(f"DTSTART;VALUE=DATE:{year}0101", "RRULE:FREQ=DAILY").lines
    assert len(lines) == 1000
    assert lines[0].kept_out[0].startswith("repetitions before 2025-03-12")
    assert lines[-1].draft
    assert lines[-1].draft.when.edtf == "2027-12-06"


def test_a_series_counted_from_long_ago_is_refused() -> None:
    (line,) = reading_of("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=DAILY;COUNT=999999999").lines
    assert refusal_of(line) == ("/RRULE", "The repetition begins too long ago to be followed until today.")
    lines = reading_of("DTSTART;VALUE=DATE:19000101", "RRULE:FREQ=DAILY;COUNT=999999999").lines
    assert len(lines) == 1000


def test_a_series_counted_from_long_ago_that_ended_soon_is_read() -> None:
    found = reading_of("DTSTART;VALUE=DATE:19000101", "RRULE:FREQ=DAILY;COUNT=3")
    assert [line.draft.when.edtf for line in found.lines if line.draft] == ["1900-01-01", "1900-01-02", "1900-01-03"]
    assert found.lines[0].kept_out == ()


def test_what_ends_soon_takes_little_work() -> None:
    (calendar,) = calendars_of(entry("DTSTART;VALUE=DATE:20251209", "RRULE:FREQ=YEARLY;COUNT=1"))
    work = Work()
    allowed = work.left
    series(calendar.parts[-1:], zones_of(calendar, UTC, work), DEFAULTS.today, work)
    assert allowed - work.left <= allowed / 10_000


def test_days_before_the_first_year_that_is_followed_are_said_to_be_left_out() -> None:
    lines = reading_of("DTSTART;VALUE=DATE:17000216", "RRULE:FREQ=YEARLY;UNTIL=19991231").lines
    assert len(lines) == 200
    assert lines[0].kept_out == ("repetitions before 1800",)


def test_a_file_of_rules_that_take_very_long_is_read_in_part_and_the_others_refused_in_words() -> None:
    rule = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=9"
    one = ["BEGIN:VEVENT", "UID:{}", "SUMMARY:A", "DTSTART;VALUE=DATE:18000101", rule, "END:VEVENT"]
    events = [line.format(number) for number in range(400) for line in one]
    body = "\r\n".join(["BEGIN:VCALENDAR", *events, "END:VCALENDAR", ""]).encode()
    with at_most(30):
        lines = read(body, "ics", DEFAULTS).lines
    assert len(lines) == 400
    assert any(line.draft for line in lines)
    told = {refusal_of(line) for line in lines if not line.draft}
    assert told == {("/RRULE", "The repetitions of this file take too long to follow: split it.")}


def test_a_series_with_very_many_changed_days_or_extra_days_is_refused() -> None:
    core = ["BEGIN:VEVENT", "UID:1", "SUMMARY:A", "DTSTART;VALUE=DATE:20251209", "RRULE:FREQ=DAILY", "END:VEVENT"]
    changed = ["BEGIN:VEVENT", "UID:1", "SUMMARY:A", "DTSTART;VALUE=DATE:{0}", "RECURRENCE-ID:{0}", "END:VEVENT"]
    days = [
        f"2026{month:02}{day:02}T0000{number:02}"
        for month in range(1, 13)
        for day in range(1, 29)
        for number in range(4)
    ]
    events = core + [line.format(day) for day in days for line in changed]
    (line,) = read("\r\n".join(["BEGIN:VCALENDAR", *events, "END:VCALENDAR", ""]).encode(), "ics", DEFAULTS).lines
    assert refusal_of(line) == ("/RECURRENCE-ID", "Over 1,000 days of the series are changed one by one.")
    with at_most(5):
        (line,) = reading_of(
            "DTSTART;VALUE=DATE:20251209", "RDATE;VALUE=DATE:" + ",".join(["20251210"] * 100_000)
        ).lines
    assert refusal_of(line) == ("/RDATE", "Over 10,000 days are named one by one.")


@pytest.mark.parametrize(
    "lines",
    [
        ["DTSTART:19700101T000000", "TZOFFSETFROM:+0900", "TZOFFSETTO:+0830", "RRULE:FREQ=SECONDLY"],
        ["DTSTART:19700101T000000", "TZOFFSETFROM:+0900", "TZOFFSETTO:+0830", "RRULE:FREQ=YEARLY;INTERVAL=0"],
        [
            "DTSTART:19700101T000000",
            "TZOFFSETFROM:+0900",
            "TZOFFSETTO:+0830",
            "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        ],
        ["DTSTART:19700101T000000", "TZOFFSETFROM:+0900", "TZOFFSETTO:+9930"],
        ["DTSTART:19700101T000000", "TZOFFSETTO:+0930"],
        ["DTSTART:yesterday", "TZOFFSETFROM:+0900", "TZOFFSETTO:+0930"],
        ["DTSTART:00010101T000000", "TZOFFSETFROM:+0900", "TZOFFSETTO:+0930", "RRULE:FREQ=YEARLY;BYMONTH=1,2,3"],
    ],
)
def test_a_zone_that_cannot_be_followed_is_refused(lines: list[str]) -> None:
    with at_most(5):
        (line,) = read(zone(*lines), "ics", DEFAULTS).lines
    pointer, detail = refusal_of(line)
    assert pointer == "/DTSTART"
    assert "'X' is neither known nor defined in the file by a VTIMEZONE that can be followed" in detail


def test_a_zone_of_a_very_long_name_is_not_known() -> None:
    with at_most(5):
        (line,) = reading_of(f"DTSTART;TZID={'a/' * 200_000}b:20251209T090000").lines
    pointer, detail = refusal_of(line)
    assert pointer == "/DTSTART"
    assert len(detail) < 200


def test_a_zone_is_looked_for_once_however_many_entries_are_in_it() -> None:
    one = ["BEGIN:VEVENT", "SUMMARY:A", "DTSTART;TZID=X:20251209T090000", "END:VEVENT"]
    defined = ["BEGIN:VTIMEZONE", "TZID:X", *[f"X-A:{'x' * 70}"] * 20_000, "END:VTIMEZONE"]
    body = "\r\n".join(["BEGIN:VCALENDAR", *defined, *one * 1_000, "END:VCALENDAR", ""]).encode()
    with at_most(20):
        lines = read(body, "ics", DEFAULTS).lines
    assert {refusal_of(line)[0] for line in lines} == {"/DTSTART"}


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["DTSTART;VALUE=DATE:99991231", "DURATION:P1000W"], ("/DURATION", "ends after the year 9999")),
        (["DTSTART:99981231T000000Z", "DURATION:P2W"], ("/DURATION", "year 9999 is too far away")),
        (["DTSTART;VALUE=DATE:20251209", "DURATION:P" + "9" * 20 + "W"], ("/DURATION", "is no duration")),
        (["DTSTART;VALUE=DATE:20251209", "DURATION:P" + "9" * 5000 + "W"], ("/DURATION", "is no duration")),
        (["DTSTART;TZID=Asia/Seoul:00010101T000000"], ("/DTSTART", "year 1 is too far away")),
        (["DTSTART:99991231T235900Z"], ("/DTSTART", "year 9999 is too far away")),
        (["DTSTART;VALUE=DATE:20251209", "LAST-MODIFIED:99991231T235959Z"], ("/LAST-MODIFIED", "year 9999")),
        (["DTSTART;VALUE=DATE:20251209", "DURATION:-P3D"], ("/DURATION", "-P3D is below nothing")),
        (["DTSTART:20251209T000000Z", "DURATION:-PT1S"], ("/DURATION", "-PT1S is below nothing")),
        (["DTSTART:20251209T000000Z", "DURATION:-P3D", "RRULE:FREQ=DAILY"], ("/DURATION", "-P3D is below nothing")),
    ],
)
def test_a_time_that_cannot_be_reckoned_is_refused(lines: list[str], told: tuple[str, str]) -> None:
    (line,) = reading_of(*lines).lines
    pointer, detail = refusal_of(line)
    assert pointer == told[0]
    assert told[1] in detail


@pytest.mark.parametrize(
    "url", ["http://[x", "http://[::1", "https://" + "a" * 300, "http://", "http:///x", "javascript:a"]
)
def test_an_address_that_is_none_is_left_out(url: str) -> None:
    (line,) = reading_of("DTSTART;VALUE=DATE:20251209", f"URL:{url}").lines
    assert line.draft
    assert (line.draft.sources, line.kept_out) == ((), ("url",))


def test_a_sequence_that_is_no_number_is_none() -> None:
    one = ["BEGIN:VEVENT", "UID:1", "SUMMARY:{}", "DTSTART;VALUE=DATE:20251209", "SEQUENCE:{}", "END:VEVENT"]
    events = [line.format(value) for value in ("9" * 5000, "²", "1") for line in one]
    found = read("\r\n".join(["BEGIN:VCALENDAR", *events, "END:VCALENDAR", ""]).encode(), "ics", DEFAULTS)
    assert [line.draft.title for line in found.lines if line.draft] == ["1"]


def test_themes_beyond_those_that_an_event_takes_are_said_to_be_left_out() -> None:
    (line,) = reading_of(
        "DTSTART;VALUE=DATE:20251209", "CATEGORIES:" + ",".join(f"{n}{'x' * 201}" for n in range(300))
    ).lines
    assert line.draft
    assert len(line.draft.themes) == 200
    assert line.kept_out == ("the themes beyond 200", "the theme beyond 200 characters")


_PARTS = {
    "DAILY": ["", "BYDAY=MO,FR", "BYMONTH=2;BYMONTHDAY=29", "BYMONTHDAY=-1"],
    "WEEKLY": ["", "BYDAY=SU,WE", "WKST=SU;BYDAY=SU,MO", "BYDAY=MO,TU;BYSETPOS=-1", "BYMONTH=5"],
    "MONTHLY": ["", "BYDAY=-1FR", "BYMONTHDAY=31", "BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "BYDAY=5SU"],
    "YEARLY": [
        "",
        "BYDAY=20MO",
        "BYWEEKNO=1;BYDAY=MO",
        "BYYEARDAY=366",
        "BYMONTH=2;BYDAY=-1SU",
        "BYMONTHDAY=29;BYMONTH=2",
    ],
}


@given(
    st.sampled_from([(frequency, part) for frequency, parts in _PARTS.items() for part in parts]),
    st.integers(1, 60),
    st.sampled_from(["", "COUNT=40", "UNTIL=20100505T000000"]),
    st.datetimes(datetime(1840, 1, 1), datetime(2020, 1, 1)),  # noqa: DTZ001
    st.integers(1900, 2030),
)
def test_a_rule_meets_the_days_that_dateutil_meets(
    rule: tuple[str, str], interval: int, end: str, start: datetime, year: int
) -> None:
    start = start.replace(microsecond=0)
    text = ";".join(part for part in (f"FREQ={rule[0]}", rule[1], f"INTERVAL={interval}", end) if part)
    after, before = datetime(year, 3, 1), datetime(year + 9, 8, 31, 23, 59)  # noqa: DTZ001
    made = rrulestr(text, dtstart=start)
    followed = Followed(made, rule_of(Property(1, "RRULE", {}, text, "")), start, Work(10**9))
    assert followed.between(after, before) == made.between(after, before, inc=True)
