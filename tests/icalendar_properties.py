"""Which properties there are, of which types, with which parameters, and which components hold them how often.

From the ABNF of RFC 5545 sections 3.4, 3.6 and 3.8, RFC 7986 sections 4 and 5, RFC 9253 sections 5 to 8. Only what a
published feed may hold: VTODO, VJOURNAL, VFREEBUSY, scheduling and repetition are left out, so that one of theirs is a
breach too.
"""

from __future__ import annotations

from dataclasses import dataclass

_WORDS = frozenset({"ALTREP", "LANGUAGE"})


@dataclass(frozen=True, slots=True)
class Property:
    """The types of a property, its default first; of `choices`, where there are any, its value is one.

    A property with no default (`explicit`) needs its VALUE. `needs` are parameters that must stand.
    """

    types: tuple[str, ...]
    parameters: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    explicit: bool = False
    choices: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Holds:
    """What a component holds: properties exactly once, at most once, any number of times; and components."""

    must: frozenset[str]
    once: frozenset[str] = frozenset()
    many: frozenset[str] = frozenset()
    components: frozenset[str] = frozenset()


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TEXT = Property(("TEXT",))
_WORDED = Property(("TEXT",), _WORDS)
_UTC = Property(("UTC",))
_URI = Property(("URI",))
_TIMED = Property(("DATE-TIME", "DATE"), _set("TZID"))
_OFFSET = Property(("UTC-OFFSET",))

PROPERTIES: dict[str, Property] = {
    # RFC 5545 section 3.7
    "PRODID": _TEXT,
    "VERSION": Property(("TEXT",), choices=_set("2.0")),
    "CALSCALE": Property(("TEXT",), choices=_set("GREGORIAN")),
    # 3.8.1
    "CATEGORIES": Property(("TEXTS",), _set("LANGUAGE")),
    "CLASS": Property(("TEXT",), choices=_set("PUBLIC PRIVATE CONFIDENTIAL")),
    "COMMENT": _WORDED,
    "DESCRIPTION": _WORDED,
    "LOCATION": _WORDED,
    "PRIORITY": Property(("INTEGER",)),
    "STATUS": Property(("TEXT",), choices=_set("TENTATIVE CONFIRMED CANCELLED")),
    "SUMMARY": _WORDED,
    # 3.8.2
    "DTSTART": _TIMED,
    "DTEND": _TIMED,
    "DURATION": Property(("DURATION",)),
    "TRANSP": Property(("TEXT",), choices=_set("OPAQUE TRANSPARENT")),
    # 3.8.3
    "TZID": _TEXT,
    "TZNAME": Property(("TEXT",), _set("LANGUAGE")),
    "TZOFFSETFROM": _OFFSET,
    "TZOFFSETTO": _OFFSET,
    "TZURL": _URI,
    # 3.8.4
    "CONTACT": _WORDED,
    "RELATED-TO": Property(("TEXT", "UID", "URI"), _set("RELTYPE GAP")),
    "URL": _URI,
    "UID": _TEXT,
    # 3.8.6
    "ACTION": Property(("TEXT",), choices=_set("AUDIO DISPLAY EMAIL")),
    "REPEAT": Property(("INTEGER",)),
    "TRIGGER": Property(("DURATION", "UTC"), _set("RELATED")),
    # 3.8.7
    "CREATED": _UTC,
    "DTSTAMP": _UTC,
    "LAST-MODIFIED": _UTC,
    "SEQUENCE": Property(("INTEGER",)),
    # RFC 7986 section 5
    "NAME": _WORDED,
    "COLOR": _TEXT,
    "REFRESH-INTERVAL": Property(("DURATION",), explicit=True),
    "SOURCE": _URI,
    "IMAGE": Property(("URI", "BINARY"), _set("ALTREP DISPLAY ENCODING FMTTYPE"), explicit=True),
    "CONFERENCE": Property(("URI",), _set("FEATURE LABEL LANGUAGE"), explicit=True),
    # RFC 9253 sections 5 to 8
    "CONCEPT": _URI,
    "LINK": Property(("URI", "UID", "XML-REFERENCE"), _set("FMTTYPE LABEL LANGUAGE"), _set("LINKREL"), explicit=True),
    "REFID": _TEXT,
}

_OBSERVANCE = Holds(_set("DTSTART TZOFFSETFROM TZOFFSETTO"), many=_set("COMMENT TZNAME"))

COMPONENTS: dict[str, Holds] = {
    "VCALENDAR": Holds(
        _set("PRODID VERSION"),
        _set("CALSCALE COLOR LAST-MODIFIED REFRESH-INTERVAL SOURCE UID URL"),
        _set("CATEGORIES DESCRIPTION IMAGE NAME"),
        _set("VEVENT VTIMEZONE"),
    ),
    "VEVENT": Holds(
        _set("DTSTAMP DTSTART UID"),
        _set(
            "CLASS COLOR CREATED DESCRIPTION DTEND DURATION LAST-MODIFIED LOCATION PRIORITY SEQUENCE STATUS SUMMARY"
            " TRANSP URL"
        ),
        _set("CATEGORIES COMMENT CONCEPT CONFERENCE CONTACT IMAGE LINK REFID RELATED-TO"),
        _set("VALARM"),
    ),
    "VALARM": Holds(_set("ACTION TRIGGER"), _set("DESCRIPTION DURATION REPEAT SUMMARY")),
    "VTIMEZONE": Holds(_set("TZID"), _set("LAST-MODIFIED TZURL"), components=_set("DAYLIGHT STANDARD")),
    "STANDARD": _OBSERVANCE,
    "DAYLIGHT": _OBSERVANCE,
}

RELATIONS = _set(
    "PARENT CHILD SIBLING CONCEPT DEPENDS-ON FIRST NEXT REFID FINISHTOFINISH FINISHTOSTART STARTTOFINISH STARTTOSTART"
)
TEMPORAL = _set("FINISHTOFINISH FINISHTOSTART STARTTOFINISH STARTTOSTART")
