"""Many events as one VCALENDAR (RFC 5545, 7986): a head, the VEVENTs as stored, a tail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from calendars.contentlines import escaped, folded
from calendars.timezones import vtimezone
from calendars.vevent import TIMED
from schemas.plaintext import one_line, paragraphs, uri

_TAIL: Final = b"END:VCALENDAR\r\n"
_TIMED: Final = re.compile(re.escape(TIMED) + rb"([^:]+):(\d{4})")
_EMPTY_YEAR: Final = 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHead:
    """What a feed says of itself: `source` is its own address, `url` that of its page, `zone` its calendar's IANA zone.

    `color` is a CSS3 colour name (RFC 7986 section 5.9); a reader may wait `refresh_hours` before it looks again. The
    description must not depend on today, or the bytes would, nor on what was recorded last: vdirsyncer keeps the head
    with each event, and would write every event of a subscriber anew.
    """

    name: str
    source: str
    url: str
    zone: str
    description: str = ""
    color: str = ""
    refresh_hours: int = 6


def join(head: FeedHead, vevents: Iterable[bytes]) -> bytes:
    """The feed of VEVENTs that `vevent.render` gave, in the order given; empty ones (skipped) count as absent.

    A VTIMEZONE stands in it for every zone in which an event has a time of day, bounded to the years of those events.
    RFC 5545 section 3.6 asks for at least one component: a feed without events holds its own zone's VTIMEZONE for 1970.
    """
    body = [vevent for vevent in vevents if vevent]
    return b"".join((_opening(head), *_zones(head.zone, body), *body, _TAIL))


def _zones(zone: str, body: list[bytes]) -> list[bytes]:
    if not body:
        return [vtimezone(zone, _EMPTY_YEAR, _EMPTY_YEAR)]
    years: dict[str, set[int]] = {}
    for vevent in body:
        if vevent.startswith(TIMED) and (found := _TIMED.match(vevent)):
            years.setdefault(found[1].decode("ascii"), set()).add(int(found[2]))
    return [vtimezone(name, min(years[name]), max(years[name])) for name in sorted(years)]


def _opening(head: FeedHead) -> bytes:
    """The head's lines; name, description and interval stand twice: as RFC 7986 has them and as older programs do."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Leadup//Leadup//EN",
        "CALSCALE:GREGORIAN",
        f"NAME:{escaped(one_line(head.name))}",
        f"X-WR-CALNAME:{escaped(one_line(head.name))}",
    ]
    if head.description:
        text = escaped(paragraphs(head.description))
        lines += [f"DESCRIPTION:{text}", f"X-WR-CALDESC:{text}"]
    if head.color:
        lines.append(f"COLOR:{escaped(one_line(head.color))}")
    lines += [
        f"URL:{uri(head.url)}",
        f"SOURCE;VALUE=URI:{uri(head.source)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:PT{head.refresh_hours}H",
        f"X-PUBLISHED-TTL:PT{head.refresh_hours}H",
        f"X-WR-TIMEZONE:{head.zone}",
    ]
    return folded(lines)
