"""libical (Debian's libical3), the library under Evolution, GNOME Calendar, KOrganizer and Orage, through ctypes.

libical 3 takes property names that it does not know for errors unless they begin with X-: it leaves a note
(X-LIC-ERROR) where the property stood and drops the property; everything else stays. It was made before RFC 9253, so
it says that of LINK and CONCEPT, in the words of NOT_KNOWN, and shows the event without these two. That is its
ignorance and no breach of ours (an `iana-prop` may stand in any component, RFC 5545 section 3.6), so both stay.
Programs built on it do not show the notes (Evolution's CalDAV backend takes them out); libical/libical#1269 (2026)
lets later versions keep properties that they do not know.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final

from tests.judges.shown import Shown, iso

NOT_KNOWN: Final = frozenset(
    f"X-LIC-ERROR;X-LIC-ERRORTYPE=PROPERTY-PARSE-ERROR:Parse error in property name: {name}"
    for name in ("CONCEPT", "LINK")
)
"""All that libical 3.0 says of our feeds: it does not know the two properties of RFC 9253."""

_LIBRARY: Final = "libical.so.3"


class _Time(ctypes.Structure):
    """`struct icaltimetype`."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("year", "month", "day", "hour", "minute", "second")),
        ("is_date", ctypes.c_int),
        ("is_daylight", ctypes.c_int),
        ("zone", ctypes.c_void_p),
    )


_SIGNATURES: Final[dict[str, tuple[Any, ...]]] = {
    "icalparser_parse_string": (ctypes.c_void_p, ctypes.c_char_p),
    "icalcomponent_free": (None, ctypes.c_void_p),
    "icalcomponent_strip_errors": (None, ctypes.c_void_p),
    "icalcomponent_as_ical_string": (ctypes.c_char_p, ctypes.c_void_p),
    "icalcomponent_string_to_kind": (ctypes.c_int, ctypes.c_char_p),
    "icalcomponent_get_first_component": (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
    "icalcomponent_get_next_component": (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
    "icalcomponent_get_first_property": (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
    "icalcomponent_get_summary": (ctypes.c_char_p, ctypes.c_void_p),
    "icalcomponent_get_uid": (ctypes.c_char_p, ctypes.c_void_p),
    "icalcomponent_get_dtstart": (_Time, ctypes.c_void_p),
    "icalcomponent_get_dtend": (_Time, ctypes.c_void_p),
    "icalproperty_string_to_kind": (ctypes.c_int, ctypes.c_char_p),
    "icalproperty_get_value_as_string": (ctypes.c_char_p, ctypes.c_void_p),
    "icaltimezone_get_utc_offset": (ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p),
    "icalrestriction_check": (ctypes.c_int, ctypes.c_void_p),
}


def by_libical(octets: bytes) -> list[Shown]:
    """The events, where neither parsing nor libical's table of restrictions finds anything but NOT_KNOWN."""
    ical = _ical()
    calendar = ical.icalparser_parse_string(octets)
    assert calendar, "libical reads no component"
    try:
        assert ical.icalrestriction_check(calendar), complaints(octets)
        assert set(_notes(calendar)) <= NOT_KNOWN
        ical.icalcomponent_strip_errors(calendar)
        return [_shown(event) for event in _events(calendar)]
    finally:
        ical.icalcomponent_free(calendar)


def complaints(octets: bytes) -> list[str]:
    """What libical notes in the text when it has read it and checked its restrictions."""
    ical = _ical()
    calendar = ical.icalparser_parse_string(octets)
    ical.icalrestriction_check(calendar)
    notes = _notes(calendar)
    ical.icalcomponent_free(calendar)
    return notes


def written_again(octets: bytes) -> bytes:
    """The text as libical writes it after reading, without its notes."""
    ical = _ical()
    calendar = ical.icalparser_parse_string(octets)
    ical.icalcomponent_strip_errors(calendar)
    text: bytes = ical.icalcomponent_as_ical_string(calendar)
    ical.icalcomponent_free(calendar)
    return text


@cache
def _ical() -> ctypes.CDLL:
    library = ctypes.CDLL(_LIBRARY)
    for name, (result, *arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def _notes(calendar: int) -> list[str]:
    text: str = _ical().icalcomponent_as_ical_string(calendar).decode("utf-8")
    lines = text.replace("\r\n ", "").split("\r\n")
    return [line for line in lines if line.startswith("X-LIC-")]


def _events(calendar: int) -> Iterator[int]:
    ical = _ical()
    kind = ical.icalcomponent_string_to_kind(b"VEVENT")
    event = ical.icalcomponent_get_first_component(calendar, kind)
    while event:
        yield event
        event = ical.icalcomponent_get_next_component(calendar, kind)


def _shown(event: int) -> Shown:
    ical = _ical()
    status = ical.icalcomponent_get_first_property(event, ical.icalproperty_string_to_kind(b"STATUS"))
    start, end = ical.icalcomponent_get_dtstart(event), ical.icalcomponent_get_dtend(event)
    return Shown(
        iso(_moment(start)),
        iso(_moment(start if end.year == 0 else end)),
        ical.icalcomponent_get_summary(event).decode("utf-8"),
        ical.icalproperty_get_value_as_string(status).decode("ascii"),
        ical.icalcomponent_get_uid(event).decode("utf-8"),
    )


def _moment(time: _Time) -> date | datetime:
    """A day, or the instant by the feed's own VTIMEZONE."""
    if time.is_date:
        return date(time.year, time.month, time.day)
    assert time.zone, "libical finds no VTIMEZONE for a time of day"
    offset = _ical().icaltimezone_get_utc_offset(time.zone, ctypes.byref(time), None)
    local = datetime(time.year, time.month, time.day, time.hour, time.minute, time.second, tzinfo=UTC)
    return local - timedelta(seconds=offset)
