"""The grammar check itself: it passes a text that uses everything, and finds each sort of breach in it."""

from __future__ import annotations

import pytest

from tests.icalendar_grammar import content_lines
from tests.icalendar_objects import RULES, Breach, calendar_object
from tests.icalendar_values import is_a

SOUND = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Test//Test//EN
CALSCALE:GREGORIAN
NAME:Meetings
NAME;LANGUAGE=de:Sitzungen
COLOR:firebrick
SOURCE;VALUE=URI:https://leadup.example/a.ics
REFRESH-INTERVAL;VALUE=DURATION:PT6H
IMAGE;VALUE=BINARY;ENCODING=BASE64;FMTTYPE=image/png:AAAA
X-WR-CALNAME:Meetings
BEGIN:VTIMEZONE
TZID:Asia/Pyongyang
BEGIN:STANDARD
DTSTART:20250101T000000
TZNAME:KST
TZOFFSETFROM:+0900
TZOFFSETTO:+0900
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:a@demo
DTSTAMP:20251102T030405Z
DTSTART;TZID=Asia/Pyongyang:20251209T090000
DTEND;TZID=Asia/Pyongyang:20251209T100000
SEQUENCE:3
SUMMARY;LANGUAGE=en:Plenary
STATUS:CONFIRMED
CATEGORIES:plenary,food\\, water
CONCEPT:https://leadup.example/api/v1/kinds#plenary
LINK;LINKREL=via;VALUE=URI:https://news.example/1
RELATED-TO;RELTYPE=FINISHTOSTART;GAP=P1D:b@demo
X-LEADUP-EDTF:2025-12-09
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-P7D
DESCRIPTION:Plenary
REPEAT:1
DURATION:PT5M
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:b@demo
DTSTAMP:20251102T030405Z
DTSTART;VALUE=DATE:20251211
DURATION:P10D
END:VEVENT
END:VCALENDAR
"""

BREACHES = [
    ("nested", "END:VALARM\nEND:VEVENT\n", "END:VEVENT\nEND:VALARM\n"),
    ("nested", "END:VCALENDAR\n", "END:VCALENDAR\nBEGIN:VCALENDAR\nEND:VCALENDAR\n"),
    ("nested", "END:VCALENDAR\n", "END:VCALENDAR\nEND:VCALENDAR\n"),
    ("nested", "END:VCALENDAR\n", ""),
    ("known component", "VALARM", "VTODO"),
    ("not empty", SOUND[SOUND.index("BEGIN:STANDARD") : SOUND.index("END:VTIMEZONE")], ""),
    ("not empty", SOUND[SOUND.index("BEGIN:VTIMEZONE") : SOUND.index("END:VCALENDAR")], ""),
    ("properties first", "END:VCALENDAR\n", "END:VCALENDAR\nX-MORE:1\n"),
    ("properties first", "END:VALARM\n", "END:VALARM\nURL:https://leadup.example/\n"),
    ("known property", "STATUS:", "STATE:"),
    ("known property", "SEQUENCE:3", "METHOD:PUBLISH"),
    ("known property", "SEQUENCE:3", "X-:3"),
    ("known property", "TZNAME:KST", "SUMMARY:KST"),
    ("must stand", "PRODID:-//Test//Test//EN\n", ""),
    ("must stand", "UID:a@demo\n", ""),
    ("must stand", "DTSTAMP:20251102T030405Z\n", ""),
    ("must stand", "TZOFFSETFROM:+0900\n", ""),
    ("must stand", "TRIGGER:-P7D\n", ""),
    ("at most once", "SEQUENCE:3\n", "SEQUENCE:3\nSEQUENCE:4\n"),
    ("at most once", "VERSION:2.0\n", "VERSION:2.0\nVERSION:2.0\n"),
    ("at most once", "TRIGGER:-P7D\n", "TRIGGER:-P7D\nTRIGGER:-P1D\n"),
    ("known parameter", "STATUS:", "STATUS;LANGUAGE=en:"),
    ("known parameter", "CONCEPT:", "CONCEPT;LINKREL=via:"),
    ("needed parameter", "LINK;LINKREL=via;", "LINK;"),
    ("needed parameter", ";VALUE=URI:https://news", ":https://news"),
    ("needed parameter", "REFRESH-INTERVAL;VALUE=DURATION", "REFRESH-INTERVAL"),
    ("value type", "SUMMARY;LANGUAGE=en", "SUMMARY;VALUE=URI"),
    ("value type", "LINKREL=via;VALUE=URI", "LINKREL=via;VALUE=TEXT"),
    ("value", "VERSION:2.0", "VERSION:1.0"),
    ("value", "STATUS:CONFIRMED", "STATUS:HELD"),
    ("value", "plenary,food\\, water", "plenary;food"),
    ("value", "CONCEPT:https:", "CONCEPT:plenary "),
    ("value", "SEQUENCE:3", "SEQUENCE:three"),
    ("value", "SEQUENCE:3", "SEQUENCE:2147483648"),
    ("value", "TZOFFSETTO:+0900", "TZOFFSETTO:-0000"),
    ("value", "DTSTAMP:20251102T030405Z", "DTSTAMP:20251102T030405"),
    ("value", "VALUE=DATE:20251211", "VALUE=DATE:20250230"),
    ("value", "VALUE=DATE:20251211", "VALUE=DATE:2025-12-11"),
    ("value", "TRIGGER:-P7D", "TRIGGER:-7D"),
    ("end or duration", "SEQUENCE:3", "DURATION:PT1H"),
    ("end after start", "20251209T100000", "20251209T090000"),
    ("end after start", "DTEND;TZID=Asia/Pyongyang:20251209T100000", "DTEND;VALUE=DATE:20251210"),
    ("days in days", "DURATION:P10D", "DURATION:PT240H"),
    ("zone of clocks", "DTSTART;VALUE=DATE:", "DTSTART;TZID=Asia/Pyongyang;VALUE=DATE:"),
    ("zone of clocks", "20251209T100000", "20251209T100000Z"),
    ("zone is told", "TZID:Asia/Pyongyang", "TZID:Asia/Seoul"),
    (
        "zone is told",
        SOUND[SOUND.index("BEGIN:VTIMEZONE") : SOUND.index("BEGIN:VEVENT")],
        SOUND[SOUND.index("BEGIN:VTIMEZONE") : SOUND.index("BEGIN:VEVENT")] * 2,
    ),
    ("zone covers", "DTSTART:20250101T000000", "DTSTART:20260101T000000"),
    ("local onset", "DTSTART:20250101T000000", "DTSTART:20250101T000000Z"),
    ("one of a UID", "UID:b@demo", "UID:a@demo"),
    ("counted up", "SEQUENCE:3", "SEQUENCE:-1"),
    ("alarm shows", "DESCRIPTION:Plenary\n", ""),
    ("alarm repeats", "REPEAT:1\n", ""),
    ("one language", "NAME;LANGUAGE=de:", "NAME:"),
    ("refresh forward", ":PT6H", ":-PT6H"),
    ("refresh forward", ":PT6H", ":PT0S"),
    ("colour by name", "COLOR:firebrick", "COLOR:#b22222"),
    ("relation", "RELTYPE=FINISHTOSTART;GAP=P1D", "RELTYPE=BEFORE"),
    ("relation", "LINKREL=via", 'LINKREL="a b"'),
    ("gap of time", "RELTYPE=FINISHTOSTART", "RELTYPE=PARENT"),
    ("gap of time", "RELTYPE=FINISHTOSTART", "RELTYPE=X-LEADUP-ANNOUNCES"),
    ("gap of time", "GAP=P1D", "GAP=1D"),
    ("bytes as letters", ";ENCODING=BASE64", ""),
]

UNREADABLE = [
    ("END:VCALENDAR\n", "END:VCALENDAR", "the last line is not ended"),
    ("NAME:Meetings\n", "NAME:Meetings\n\n", "an empty line"),
    ("NAME:Meetings\n", f"NAME:{'M' * 71}\n", "76 octets"),
    ("NAME:Meetings\n", "NAME Meetings\n", "not a content line"),
    ("NAME:Meetings\n", "NAME:Meet\x07ings\n", "not a content line"),
    ("NAME:Meetings\n", "NAME:Meetings, all\n", "unescaped TEXT"),
    ("LANGUAGE=de:", "LANGUAGE=de;LANGUAGE=en:", "a parameter stands twice"),
]


def octets(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def test_a_sound_text_passes() -> None:
    calendar = calendar_object(octets(SOUND))

    assert [event.first("UID").value for event in calendar.inside("VEVENT")] == ["a@demo", "b@demo"]  # type: ignore[union-attr]


@pytest.mark.parametrize(("rule", "sound", "broken"), BREACHES)
def test_every_breach_is_found_by_its_rule(rule: str, sound: str, broken: str) -> None:
    assert sound in SOUND

    with pytest.raises(Breach) as found:
        calendar_object(octets(SOUND.replace(sound, broken)))

    assert found.value.rule == rule


def test_every_rule_has_a_breach() -> None:
    assert {rule for rule, *_ in BREACHES} == set(RULES)


@pytest.mark.parametrize(("sound", "broken", "said"), UNREADABLE)
def test_every_unreadable_line_is_told(sound: str, broken: str, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        content_lines(octets(SOUND.replace(sound, broken, 1)))


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("DATE", "20240229", "20250229"),
        ("DATE-TIME", "20250101T235960Z", "20250101T240000"),
        ("DURATION", "P1DT2H3M4S", "P1DT"),
        ("DURATION", "P3W", "P1W1D"),
        ("DURATION", "-PT15M", "PT1H30S"),
        ("URI", "webcal://a.example/%20?b=c#d", "https://a.example/ b"),
        ("URI", "urn:x:y", "https://a.example/é"),
        ("INTEGER", "-12", "1.5"),
        ("FLOAT", "1.5", ".5"),
        ("BOOLEAN", "TRUE", "YES"),
        ("BINARY", "AAA=", "AAA"),
        ("TEXT", r"a\, b\; c\\ d\n", "a, b"),
        ("TEXT", r"a\N", r"a\t"),
        ("UTC-OFFSET", "+083000", "+0860"),
    ],
)
def test_each_type_of_value_is_told_from_what_only_looks_like_it(kind: str, right: str, wrong: str) -> None:
    assert is_a(kind, right)
    assert not is_a(kind, wrong)
