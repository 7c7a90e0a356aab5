"""The run-ups that stand on other pages: the present one on the first page, that in which an event lies on its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.events import Event
from service import approaching, gathering, leading
from service.briefing import Coming
from service.doors import shelf
from service.leading import LEAD_DAYS, LiesIn
from service.pages.runupdrawing import Fan, Strip, fan, strip
from service.recalling import RunUp
from service.store.asknown import AsKnown, last_change


@dataclass(frozen=True, slots=True)
class Present:
    """The run-up to the next meeting: what is said of it, and its drawing; `last` is the newest meeting that was held,
    whose run-up can be looked at instead where there is none."""

    meeting: Event | None
    words: str
    drawn: Fan | None
    last: Event | None


def kept(at: AsKnown, key: tuple[Hashable, ...], make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """An answer, made only where nothing was recorded since it was made last."""
    made = shelf().take(
        (*key, at.day, at.through, at.printed, at.only), last_change(at.conn), lambda: json.dumps(make()).encode()
    )
    found: dict[str, Any] = json.loads(made)
    return found


def present(at: AsKnown, coming: Sequence[Coming]) -> Present | None:
    """The run-up to the next meeting of which a day is known; None where no calendar declares key meetings."""
    keyed = [each for each in at.calendars.values() if each.key_meetings()]
    if not keyed:
        return None
    dated = [each.event for each in coming if each.event.when.starts_max]
    if dated:
        answer = so_far(at, dated[0], RunUp(meeting=dated[0].id), most=1)
        words = answer["sentence"] or answer["refusal"]
        drawn = fan(answer["activities"][0], LEAD_DAYS) if answer["activities"] else None
        return Present(dated[0], words, drawn, None if answer["sentence"] else leading.last_held(at, dated[0].calendar))
    words = "No run-up can be told: of no key meeting that lies ahead a day is known."
    kinds = gathering.covered_kinds(keyed[0])
    gap = approaching.not_covered(keyed[0], [kind.slug for kind in kinds[:1]], at.day, at.day) if kinds else None
    return Present(None, f"{words} {gap}." if gap else words, None, leading.last_held(at, keyed[0].slug))


def so_far(at: AsKnown, meeting: Event, asked: RunUp, *, most: int | None = None) -> dict[str, Any]:
    """How the run-up to a meeting ahead stands, in each activity asked, else in so many covered kinds as `most`."""
    return kept(at, ("so far", asked, most), lambda: approaching.approach(at, meeting, asked, most=most))


def drawn(at: AsKnown, lies: LiesIn, own: str = "") -> Strip | None:
    """What was held in a run-up as a drawing, in which one event is the page's own; None where nothing was."""
    named = {kind.slug: kind.plural for kind in at.calendars[lies.meeting.calendar].kinds}
    return strip(lies.held, named, LEAD_DAYS, own)
