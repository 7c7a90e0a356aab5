"""Names on pages: where the page of a name is, and how a place and a kind are said."""

from __future__ import annotations

from urllib.parse import quote

from schemas.events import Event, EventDraft, Place
from service.store.asknown import AsKnown

FOLDERS = {"person": "people", "place": "places", "programme": "programmes"}
"""By type of name, the folder its pages stand in; bodies and themes have none, and lead to the list of their events."""


def place_words(place: Place | None, country: str | None = None) -> str:
    """`Sinyang County, South Pyongan`: each part once, the country only where it is another; nothing where only the
    calendar's own country is known."""
    if place is None:
        return ""
    abroad = place.country if place.country != country else None
    parts = [each for each in (place.name, place.county, place.province, abroad) if each]
    return ", ".join(dict.fromkeys(parts))


def kind_words(at: AsKnown, event: Event | EventDraft) -> str:
    """What an event's kind is called."""
    calendar = at.calendars.get(event.calendar)
    kind = calendar.kind(event.kind) if calendar else None
    return kind.label if kind else event.kind


def page_of(at: AsKnown, type_: str, text: str) -> str:
    """The address of the page of a name, as known by then, without a standpoint."""
    if type_ not in FOLDERS:
        return f"/events?{type_}={quote(text, safe='')}"
    return f"/{FOLDERS[type_]}/{quote(at.register.slug(type_, text), safe='')}"


def places_of(at: AsKnown, event: Event) -> list[tuple[str, str]]:
    """The parts of an event's place, each with the address of its page; a site that no register has leads to where it
    lies, since it has no page of its own."""
    place = event.place
    if place is None:
        return []
    calendar = at.calendars.get(event.calendar)
    abroad = place.country if calendar is None or place.country != calendar.country else None
    parts = list(dict.fromkeys(each for each in (place.name, place.county, place.province, abroad) if each))
    known = {each: page_of(at, "place", each) for each in parts if at.register.known("place", each)}
    around = next((known[each] for each in parts if each in known), "")
    return [(each, known.get(each, around)) for each in parts]
