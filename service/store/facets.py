"""What a revision can be found by: the names it bears (exact, by revision) and its words (FTS5 matches only)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from schemas.names import Register
from service.store.states import PLACE_PARTS


def facets(state: dict[str, Any], register: Register) -> set[tuple[str, str]]:
    """The (type, slug) pairs an event's state can be found by; a place brings every place it lies in."""
    found = {("theme", theme) for theme in state.get("themes", ())}
    found |= {("person", register.slug("person", person)) for person in state.get("people", ())}
    found |= {("body", register.slug("body", body)) for body in state.get("bodies", ())}
    if state.get("programme"):
        found.add(("programme", register.slug("programme", state["programme"])))
    found |= {("place", slug) for slug in places(state.get("place", {}), register)}
    return found


def places(place: dict[str, Any], register: Register) -> set[str]:
    """The slugs of every place that `place` names or lies in; where several bear the name, the province decides."""
    province = place.get("province") and register.slug("place", place["province"])
    found: set[str] = set()
    waiting = [register.slug("place", place[part]) for part in PLACE_PARTS if place.get(part)]
    while waiting:
        slug = waiting.pop()
        name = register.names.get(("place", slug))
        if name and name.one_of:
            waiting += [each for each in name.one_of if province and _lies_in(each, province, register)]
            continue
        if slug not in found:
            found.add(slug)
            waiting += [*name.all_of, *([name.part_of] if name.part_of else [])] if name else []
    return found


def _lies_in(place: str, outer: str, register: Register) -> bool:
    name = register.names.get(("place", place))
    return bool(name and (name.part_of == outer or (name.part_of and _lies_in(name.part_of, outer, register))))


def words(state: dict[str, Any], register: Register) -> tuple[str, str, str]:
    """What full text matches: title, every spelling of every name borne, note."""
    spellings: list[str] = []
    for type_, slug in sorted(facets(state, register)):
        name = register.names.get((type_, slug))
        spellings += name.spellings() if name else [slug.replace("-", " ")]
    place = state.get("place", {})
    spellings += [place[part] for part in PLACE_PARTS if place.get(part)]
    return state["title"], " | ".join(spellings), state.get("note", "")


def index(conn: sqlite3.Connection, change: int, state: dict[str, Any], register: Register) -> None:
    """Make one event revision findable."""
    conn.executemany(
        "INSERT INTO facet (revision, type, slug) VALUES (?, ?, ?)",
        [(change, type_, slug) for type_, slug in sorted(facets(state, register))],
    )
    conn.execute(
        "INSERT INTO search (rowid, title, names, note) VALUES (?, ?, ?, ?)", (change, *words(state, register))
    )


def index_all(conn: sqlite3.Connection, register: Register) -> None:
    """Make every event revision findable anew: after names came or changed, and at `leadup rebuild`."""
    conn.execute("DELETE FROM facet")
    conn.execute("INSERT INTO search (search) VALUES ('delete-all')")
    for change, state in _event_states(conn):
        index(conn, change, state, register)


def _event_states(conn: sqlite3.Connection) -> Iterable[tuple[int, dict[str, Any]]]:
    rows = conn.execute(
        "SELECT revision.change, revision.state FROM revision JOIN change ON change.change = revision.change"
        " WHERE change.sort = 'event' ORDER BY revision.change"
    ).fetchall()
    return ((row[0], json.loads(row[1])) for row in rows)


def match(text: str) -> str | None:
    """The FTS5 expression for what a person typed: every word must occur, the last may be a beginning.

    Words are quoted by us, so that nothing typed is FTS5 syntax; None where no word is left.
    """
    found = [word for word in _split(text) if word]
    if not found:
        return None
    return " ".join([f'"{word}"' for word in found[:-1]] + [f'"{found[-1]}"*'])


def _split(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text).split()
