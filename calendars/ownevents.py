"""Our own VEVENTs read back: the event that `calendars.vevent` wrote, out of its UID and X-LEADUP- properties.

What iCalendar cannot carry is lost on the way: line breaks in titles and names, tabs, control characters, and letters
of an address that had to be percent-encoded. `carried` does the same to a state, so that the two can be compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from calendars.icsreading import Component, Property, listed
from schemas.plaintext import one_line, paragraphs, uri

_UID: Final = re.compile(r"(.+)@([^@]+)\.leadup")
_PLACE: Final = ("name", "county", "province", "country")


def uid_of(component: Component) -> tuple[str, str] | None:
    """The (event id, calendar) of a VEVENT whose UID is one of ours, else None."""
    uid = component.first("UID")
    found = _UID.fullmatch(uid.words.strip()) if uid else None
    return (found[1], found[2]) if found else None


def draft_of(component: Component) -> dict[str, Any]:
    """The draft, as JSON would have it, of a VEVENT of ours; raises ValueError with a clause where it lost what only
    X-LEADUP- properties hold."""
    id_, calendar = uid_of(component) or ("", "")
    texts = {each.name: each.words for each in component.properties}
    if "X-LEADUP-EDTF" not in texts:
        raise ValueError("its UID is one of ours, but its X-LEADUP- properties are lost: import the feed itself")
    kind, *themes = [each for found in component.every("CATEGORIES") for each in listed(found.value)] or [""]
    return {
        "id": id_,
        "calendar": calendar,
        "kind": kind,
        "themes": themes,
        "title": texts.get("X-LEADUP-TITLE", texts.get("SUMMARY", "")),
        "when": texts["X-LEADUP-EDTF"],
        "status": texts.get("X-LEADUP-STATUS", ""),
        "known_on": _day(texts.get("X-LEADUP-KNOWN-ON")),
        "said_by": _said_by(component.first("X-LEADUP-SAID-BY")),
        "place": {part: texts.get(f"X-LEADUP-PLACE-{part.upper()}") for part in _PLACE},
        "people": [each.words for each in component.every("X-LEADUP-PERSON")],
        "bodies": [each.words for each in component.every("X-LEADUP-BODY")],
        "programme": texts.get("X-LEADUP-PROGRAMME"),
        "note": texts.get("X-LEADUP-NOTE"),
        "sources": [_source(each) for each in component.properties if _is_source(each)],
    }


def kept_out_of(component: Component) -> Iterator[str]:
    """What of a VEVENT of ours an import does not take in."""
    if component.first("RELATED-TO"):
        yield "links"
    if any(part.name == "VALARM" for part in component.parts):
        yield "alarms"


def _is_source(found: Property) -> bool:
    return found.name == "X-LEADUP-SOURCE" or (found.name == "LINK" and found.parameters.get("LINKREL") == "via")


def _source(found: Property) -> dict[str, Any]:
    source: dict[str, Any] = {
        "publisher": found.parameters.get("X-LEADUP-PUBLISHER"),
        "published": _day(found.parameters.get("X-LEADUP-PUBLISHED")),
    }
    if found.name == "LINK":
        return {**source, "url": found.value, "title": found.parameters.get("LABEL")}
    return {**source, "title": found.words or None}


def _said_by(found: Property | None) -> dict[str, Any] | None:
    return {"who": found.words, "name": found.parameters.get("X-LEADUP-NAME")} if found else None


def _day(text: str | None) -> str | None:
    return datetime.strptime(text, "%Y%m%d").date().isoformat() if text else None  # noqa: DTZ007


def carried(state: dict[str, Any]) -> dict[str, Any]:
    """An event's state as it comes through our feed and back: what is compared, never what is stored."""
    return {key: _carried(key, value) for key, value in state.items() if key != "same_as"}


def _carried(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {inner: _carried(inner, each) for inner, each in value.items()}
    if isinstance(value, list):
        return [_carried(key, each) for each in value]
    if not isinstance(value, str):
        return value
    return (paragraphs(value) if key in ("note", "name", "people", "bodies", "programme") else one_line(value)).strip()


def carried_source(source: dict[str, Any]) -> tuple[str, ...]:
    """A source as it comes through our feed and back, to be compared: its instant stays behind."""
    url = source.get("url")
    texts = (one_line(source.get(key, "")).strip() for key in ("publisher", "title"))
    return (*texts, uri(url) if url else "", source.get("published", ""))
