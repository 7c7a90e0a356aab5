"""Placing events and meetings onto a study's axis of days, and back: which lead an event had, and where it counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from schemas.calendars import Coverage
from schemas.events import Event
from schemas.wire import answers
from schemas.wire.answers import day
from service.analysis import exposure
from service.analysis.counts import UNCERTAIN_EVENT_DAYS

NOT_COVERED: Final = "not-covered"
MEETING_DAY: Final = "meeting-day"
INSIDE: Final = "inside"
ELSEWHERE: Final = "elsewhere"
WINDOW_LEFT_OUT: Final = "window-left-out"
"""What becomes of a day, and so of what began on it."""

USES: Final = {0: NOT_COVERED, 1: WINDOW_LEFT_OUT, 2: ELSEWHERE, 3: INSIDE, 5: MEETING_DAY}

DAY_UNCERTAIN: Final = "day-uncertain"
SHARED: Final = "shared"
"""Of an event whose days differ in what becomes of them: it counts by shares."""


BEFORE_COVERAGE_DAYS: Final = 2 * 366
"""How far the axis reaches back before the first day that is covered for every kind: no window and no baseline of a
meeting that can be used, and no distance to a nearest event, reaches further."""


def origin(anchors: Sequence[Event], counted: Sequence[Event], claims: Sequence[Sequence[Coverage]]) -> date:
    """The first day of the axis: no covered day, and no anchor or event that matters to any, lies before it."""
    days = [claim.since for kind in claims for claim in kind]
    days += [event.when.starts_min for event in (*anchors, *counted) if event.when.starts_min]
    first = min(days, default=date.min)
    if not claims or not all(claims):
        return first
    covered = max(min(claim.since for claim in kind) for kind in claims)
    return max(first, covered - min(timedelta(BEFORE_COVERAGE_DAYS), covered - date.min))


def bounds(counted: Iterable[Event], origin: date) -> list[tuple[int, int]]:
    """The (earliest, latest) first day of each event; one without a bound may lie anywhere, so its span is longer
    than any that counts."""
    return [
        ((first - origin).days, (last - origin).days)
        for event in counted
        for first, last in [(event.when.starts_min or date.min, event.when.starts_max or date.max)]
    ]


def anchors(
    meetings: Sequence[Event], within: Mapping[str, set[str]], origin: date, known_on: date
) -> list[exposure.Anchor]:
    """The meetings as days, in their order; nothing lies after the day of knowledge."""
    positions = {meeting.id: place for place, meeting in enumerate(meetings)}
    found = []
    for event in meetings:
        first = event.when.starts_min or origin
        latest = min(event.when.starts_max or known_on, known_on)
        last = min(event.when.ends_max or known_on, known_on)
        whole = min((positions[each] for each in within.get(event.id, ()) if each in positions), default=None)
        found.append(
            exposure.Anchor((first - origin).days, (latest - origin).days, (last - origin).days, whole),
        )
    return found


class Placed:
    """Where the days of a study's axis lie, event by event."""

    def __init__(self, origin: date, windows: exposure.Windows) -> None:
        self._origin = origin
        standing = 1 + windows.elsewhere + 2 * windows.inside + 4 * windows.meeting
        self._use = [USES[each] for each in (windows.covered * standing).tolist()]
        self._anchor, self._lead = windows.anchor.tolist(), windows.lead.tolist()

    def use(self, event: Event) -> str:
        """What becomes of an event: that of its days, SHARED or DAY_UNCERTAIN."""
        days = self._days(event)
        if days is None:
            return DAY_UNCERTAIN
        found = {self._use[each] if 0 <= each < len(self._use) else NOT_COVERED for each in days}
        return found.pop() if len(found) == 1 else SHARED

    def listed(self, event: Event, apart: str | None) -> dict[str, Any]:
        """{id, title, kind, starts, use}; `apart` says why it has no day of its own to be counted on."""
        return {
            "id": event.id,
            "title": event.title,
            "kind": event.kind,
            "starts": [day(event.when.starts_min), day(event.when.starts_max)],
            "use": apart or self.use(event),
        }

    def by_anchor(self, counted: Iterable[Event]) -> dict[int, list[dict[str, Any]]]:
        """By position of the used anchor, the events in its window, the longest lead first; one whose day is uncertain
        is in the window of each anchor that it may have begun before."""
        found: dict[int, list[tuple[int, dict[str, Any]]]] = {}
        for event in counted:
            leads: dict[int, list[int]] = {}
            for each in self._days(event) or ():
                if 0 <= each < len(self._use) and self._use[each] == INSIDE:
                    leads.setdefault(self._anchor[each], []).append(self._lead[each])
            for anchor, days in leads.items():
                found.setdefault(anchor, []).append((-max(days), led(event, min(days), max(days))))
        return {anchor: [row for _, row in sorted(rows, key=_longest_first)] for anchor, rows in found.items()}

    def _days(self, event: Event) -> range | None:
        """The days on which it may have begun; None for one that is too uncertain to be counted."""
        first, last = event.when.starts_min, event.when.starts_max
        if first is None or last is None or (last - first).days >= UNCERTAIN_EVENT_DAYS:
            return None
        return range((first - self._origin).days, (last - self._origin).days + 1)


def led(event: Event, nearest: int, furthest: int) -> dict[str, Any]:
    """An event in a window: {id, title, kind, lead_days: [nearest, furthest], place}."""
    return {
        "id": event.id,
        "title": event.title,
        "kind": event.kind,
        "lead_days": [nearest, furthest],
        "place": answers.place(event.place),
    }


def _longest_first(row: tuple[int, dict[str, Any]]) -> tuple[int, str]:
    return row[0], row[1]["id"]
