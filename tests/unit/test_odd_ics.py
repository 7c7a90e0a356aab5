"""Whatever an .ics is made of, it is read into lines and refusals, or is no such file at all."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendars.imports import read
from schemas.errors import FileUnreadable
from tests.foreignfiles import DEFAULTS

pytestmark = pytest.mark.slow

_ODD = st.sampled_from(
    [
        "",
        ":",
        ";",
        ",",
        "\\",
        '"',
        "\t",
        "\x00",
        "\ufeff",
        "\u2028",
        "²",
        "٣",
        "é",
        "-",
        "+",
        "9" * 50,
        "9" * 4500,
        "[",
        "&#",
        "<a ",
    ]
)
_MOMENTS = st.one_of(
    st.sampled_from(
        [
            *("20251209", "20251209T090000", "20251209T090000Z", "00010101", "00010101T000000", "00010101T000000Z"),
            *(
                "99991231",
                "99991231T235959Z",
                "99991231T235959",
                "20250230",
                "20251209T246060",
                "00000000",
                "20251209T09",
            ),
            *("19000216", "18000101", "20251209/20251210", "20251209T000000/PT1H", "20251209,20251210,x"),
        ]
    ),
    st.dates(date(1, 1, 1)).map(lambda day: day.isoformat().replace("-", "")),
)
_DURATIONS = st.sampled_from(["P1D", "-P1D", "PT1H", "P1000W", "P99999999999D", "P", "PT", "P1Y", "+P2DT3H", "PT0S"])
_PARTS = st.sampled_from(
    [
        *(
            "INTERVAL=0",
            "INTERVAL=-1",
            "INTERVAL=2",
            "INTERVAL=9999",
            "INTERVAL=9999999999",
            "COUNT=0",
            "COUNT=3",
            "COUNT=-1",
        ),
        *(
            "COUNT=9999999",
            "UNTIL=20260101",
            "UNTIL=00010101T000000Z",
            "UNTIL=99991231",
            "UNTIL=x",
            "WKST=SU",
            "WKST=XX",
        ),
        *(
            "BYDAY=MO",
            "BYDAY=-54MO",
            "BYDAY=9MO",
            "BYDAY=XX",
            "BYMONTH=2;BYMONTHDAY=30",
            "BYMONTH=13",
            "BYMONTHDAY=-32",
        ),
        *("BYYEARDAY=366", "BYYEARDAY=0", "BYWEEKNO=53", "BYWEEKNO=99", "BYSETPOS=1", "BYSETPOS=-999", "BYHOUR=25"),
        *("BYSECOND=61", "BYEASTER=0", "RSCALE=HEBREW;SKIP=OMIT", "FREQ=DAILY", "=", "X"),
    ]
)
_RULES = st.builds(
    lambda frequency, parts: ";".join([frequency, *parts]),
    st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY", "FREQ=SECONDLY", "FREQ=", "X=1"]),
    st.lists(_PARTS, max_size=3),
)
_TEXTS = st.lists(st.one_of(_ODD, st.text(max_size=9)), max_size=4).map("".join)
_ZONES = st.sampled_from(
    ["", ";TZID=X", ";TZID=Asia/Seoul", ";TZID=Nowhere", ";VALUE=DATE", ';TZID="', ";TZID=Korea Standard Time"]
)


_NO_ZONE = st.just("")


def _line(
    names: list[str], values: st.SearchStrategy[str], zones: st.SearchStrategy[str] = _NO_ZONE
) -> st.SearchStrategy[str]:
    return st.builds(lambda name, zone, value: f"{name}{zone}:{value}", st.sampled_from(names), zones, values)


_LINES = st.one_of(
    _line(
        ["DTSTART", "DTEND", "RECURRENCE-ID", "RECURRENCE-ID;RANGE=THISANDFUTURE", "RDATE", "EXDATE"], _MOMENTS, _ZONES
    ),
    _line(["LAST-MODIFIED", "CREATED", "DTSTAMP", "DUE"], _MOMENTS, _ZONES),
    _line(["DURATION", "TRIGGER"], _DURATIONS),
    _line(["RRULE", "EXRULE"], _RULES),
    _line(
        ["URL"], st.sampled_from(["http://[x", "http://a:99999/", "https://a.example", "http://\x00", "//", "http://é"])
    ),
    _line(
        ["SUMMARY", "DESCRIPTION", "X-ALT-DESC", "LOCATION", "CATEGORIES", "STATUS", "SEQUENCE", "UID", "X-A", "GEO"],
        _TEXTS,
    ),
    _line(["BEGIN", "END"], st.sampled_from(["VEVENT", "VALARM", "VTODO", "VCALENDAR", "STANDARD", "", "X"])),
    _TEXTS,
)
_EVENTS = st.builds(
    lambda uid, start, lines, end: ["BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:A", start, *lines, *end],
    st.sampled_from(["1", "2", "one@demo.leadup"]),
    _line(["DTSTART"], _MOMENTS, _ZONES),
    st.lists(_LINES, max_size=5),
    st.sampled_from([["END:VEVENT"], ["END:VEVENT"], []]),
)
_OFFSETS = st.sampled_from(["+0900", "-0830", "+9900", "+090000", "x", "", "-2359", "+2400", "0900"])
_DEFINED = st.builds(
    lambda part, start, from_, to, lines: [
        *(
            "BEGIN:VTIMEZONE",
            "TZID:X",
            f"BEGIN:{part}",
            f"DTSTART:{start}",
            f"TZOFFSETFROM:{from_}",
            f"TZOFFSETTO:{to}",
        ),
        *(*lines, f"END:{part}", "END:VTIMEZONE"),
    ],
    st.sampled_from(["STANDARD", "DAYLIGHT", "X"]),
    _MOMENTS,
    _OFFSETS,
    _OFFSETS,
    st.lists(st.one_of(_line(["RRULE"], _RULES), _line(["RDATE"], _MOMENTS), _line(["TZNAME"], _TEXTS)), max_size=2),
)
_CALENDARS = st.builds(
    lambda blocks, break_, end: break_.join(["BEGIN:VCALENDAR", *(line for block in blocks for line in block), *end]),
    st.lists(st.one_of(_EVENTS, _EVENTS, _DEFINED, st.lists(_LINES, max_size=3)), max_size=4),
    st.sampled_from(["\r\n", "\n", "\r", "\r\n "]),
    st.sampled_from([["END:VCALENDAR", ""], []]),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(_CALENDARS, st.booleans(), st.binary(max_size=3), st.integers(0, 10_000))
def test_any_file_is_read_or_refused(text: str, known: bool, octets: bytes, at: int) -> None:
    body = text.encode()
    body = body[:at] + octets + body[at:] if at < len(body) else body
    defaults = replace(DEFAULTS, known_on=DEFAULTS.today) if known else DEFAULTS
    with contextlib.suppress(FileUnreadable):
        for line in read(body, "ics", defaults).lines:
            assert (line.draft is None) == bool(line.mistakes)
            assert all(told["detail"].endswith(".") for told in line.mistakes)
