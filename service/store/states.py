"""Between the dataclasses of schemas and the JSON states of the record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from schemas.events import EventDraft, LinkDraft, Place, SaidBy, Source
from schemas.names import Register, slug_of
from schemas.rules import utc

_NAME_LISTS = (("people", "person"), ("bodies", "body"))
_LISTS = {type_: key for key, type_ in (*_NAME_LISTS, ("themes", "theme"))}
PLACE_PARTS = ("name", "county", "province")


def event_state(draft: EventDraft, register: Register) -> dict[str, Any]:
    """The whole state a draft asserts: names as slugs where they are known by its day, as they are written where not
    (so that no answer as known on that day shows a name learnt later), each once; what is empty left out."""
    state: dict[str, Any] = {
        "calendar": draft.calendar,
        "kind": draft.kind,
        "title": draft.title,
        "when": draft.when.edtf,
        "status": draft.status,
        "themes": _once(draft.themes),
        "note": draft.note,
        "same_as": draft.same_as,
    }
    if draft.said_by:
        state["said_by"] = _filled({"who": draft.said_by.who, "name": draft.said_by.name})
    if draft.place:
        parts = {part: _kept(register, "place", getattr(draft.place, part), draft.known_on) for part in PLACE_PARTS}
        state["place"] = _filled({**parts, "country": draft.place.country})
    for key, type_ in _NAME_LISTS:
        state[key] = _once([_kept(register, type_, each, draft.known_on) or "" for each in getattr(draft, key)])
    state["programme"] = _kept(register, "programme", draft.programme, draft.known_on)
    return _filled(state)


def _kept(register: Register, type_: str, text: str | None, day: date | None) -> str | None:
    name = register.name(type_, text) if text else None
    return name.slug if name and (day is None or name.known_on <= day) else text


def _once(names: Iterable[str]) -> list[str]:
    """Each name once, as it is written first, however the others are written."""
    first: dict[str, str] = {}
    for each in names:
        first.setdefault(slug_of(each), each)
    return list(first.values())


def written(state: dict[str, Any], type_: str) -> list[str]:
    """The names of one type that an event bears, slugs or texts as its state keeps them, in the order of the report."""
    if type_ == "place":
        return [state["place"][part] for part in PLACE_PARTS if state.get("place", {}).get(part)]
    if type_ == "programme":
        return [state["programme"]] if state.get("programme") else []
    return list(state.get(_LISTS[type_], ()))


def _filled(state: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in state.items() if value not in (None, "", [], {})}


def in_words(state: dict[str, Any], register: Register) -> dict[str, Any]:
    """The state with every name in its newest spelling: what two ways to write one name have in common."""
    spelled_out = dict(state)
    for key, type_ in _NAME_LISTS:
        if key in state:
            spelled_out[key] = _once(_spelled(register, type_, each) for each in state[key])
    if "programme" in state:
        spelled_out["programme"] = _spelled(register, "programme", state["programme"])
    if "place" in state:
        parts = state["place"].items()
        spelled_out["place"] = {k: _spelled(register, "place", v) if k in PLACE_PARTS else v for k, v in parts}
    return spelled_out


def _spelled(register: Register, type_: str, text: str) -> str:
    return register.spelling(type_, text, date.max)


def link_state(draft: LinkDraft) -> dict[str, Any]:
    """The whole state a link's draft asserts."""
    return _filled(
        {
            "rel": draft.rel,
            "subject": draft.subject,
            "target": draft.target,
            "state": draft.state,
            "evidence": draft.evidence,
        }
    )


def source_state(source: Source) -> dict[str, Any]:
    """A source as a revision keeps it."""
    published = source.published.isoformat() if source.published else None
    return _filled(
        {
            "publisher": source.publisher,
            "title": source.title,
            "url": source.url,
            "published": published,
            "published_at": source.published_at,
        }
    )


def source(state: dict[str, Any]) -> Source:
    """A source read back."""
    published = state.get("published")
    return Source(
        publisher=state["publisher"],
        title=state.get("title"),
        url=state.get("url"),
        published=date.fromisoformat(published) if published else None,
        published_at=utc(state["published_at"]) if "published_at" in state else None,
    )


def said_by(state: dict[str, Any]) -> SaidBy | None:
    """Who gave the date, as a state has it."""
    said = state.get("said_by")
    return SaidBy(said["who"], said.get("name")) if said else None


def place(state: dict[str, Any], register: Register, day: date) -> Place | None:
    """Where, in the spellings in force on `day`."""
    parts = state.get("place")
    if not parts:
        return None
    shown = {part: register.spelling("place", parts[part], day) for part in PLACE_PARTS if part in parts}
    return Place(**shown, country=parts.get("country"))


def spelled(state: dict[str, Any], key: str, type_: str, register: Register, day: date) -> tuple[str, ...]:
    """The names under `key`, in the spellings in force on `day`, in the order of the report, each once: it may
    have been kept in two spellings before they were known to be one name's."""
    return tuple(dict.fromkeys(register.spelling(type_, each, day) for each in state.get(key, ())))
