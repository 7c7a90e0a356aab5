"""What a revision can be found by: the keys of the names it bears, and its words (FTS5 matches only).

A facet is the key of a name as the revision states it, so that it never changes. Which keys a name has, and which
places lie in which, is asked of the names as known on D (`schemas.names.Register`) when a question is asked.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from schemas.names import Register, slug_of
from schemas.vocabulary import NAMED_TYPES, SAYERS
from schemas.words import words
from service.store.states import PLACE_PARTS, written

_BORNE = "type = '{0}' AND slug IN (SELECT value FROM json_each(:{1}))"
SOUGHT = f"revision IN (SELECT revision FROM facet WHERE {_BORNE})"
"""That a revision bears a key, where this leads to it."""
WALKED = f"EXISTS (SELECT 1 FROM facet WHERE facet.revision = period.revision AND {_BORNE})"
"""The same, where each row of `period` is looked at."""

SAYER: Final = "sayer"
SAYER_NAME: Final = "sayer_name"

FEW = 4_000
"""So many revisions are sooner sought and sorted than met on a walk along all others."""


def facets(state: dict[str, Any]) -> set[tuple[str, str]]:
    """The (type, key) pairs that an event's state can be found by: the names it bears, and who gave its date."""
    said = state.get("said_by") or {}
    found = {(type_, slug_of(text)) for type_ in NAMED_TYPES for text in written(state, type_)}
    found |= {(SAYER, said["who"])} if said else set()
    return found | ({(SAYER_NAME, slug_of(said["name"]))} if said.get("name") else set())


def few(conn: sqlite3.Connection, register: Register, type_: str, asked: Sequence[str]) -> bool:
    """Whether at most FEW revisions bear any of the names `asked`."""
    sought = [register.sought(type_, each) for each in asked]
    keys = {key for each in sought for key in each.keys.union(*(shared for shared, _ in each.pairs))}
    return _few(conn, type_, keys)


def few_said(conn: sqlite3.Connection, asked: Sequence[str]) -> bool:
    """Whether at most FEW revisions have a date that any of `asked` gave."""
    return all(_few(conn, type_, keys) for type_, keys in _sayers(asked))


def _few(conn: sqlite3.Connection, type_: str, keys: Iterable[str]) -> bool:
    sql = f"SELECT COUNT(*) FROM (SELECT 1 FROM facet WHERE {_BORNE.format(type_, 'keys')} LIMIT {FEW + 1})"
    return bool(conn.execute(sql, {"keys": json.dumps(sorted(keys), ensure_ascii=False)}).fetchone()[0] <= FEW)


def condition(
    register: Register, type_: str, asked: Sequence[str], values: dict[str, Any], bearing: str = SOUGHT
) -> str:
    """SQL that holds for revisions of events which bear any of the names `asked` (slugs or spellings; a place also by
    the places in it), in the form of `bearing`. Its parameters are put into `values`."""
    sought = [register.sought(type_, each) for each in asked]
    keys = frozenset(key for each in sought for key in each.keys)
    pairs = [pair for each in sought for pair in each.pairs]
    either = [_bearing(bearing, type_, keys, values)]
    either += [
        f"({_bearing(bearing, type_, one, values)} AND {_bearing(bearing, type_, other, values)})"
        for one, other in pairs
    ]
    return f"({' OR '.join(either)})"


def _bearing(bearing: str, type_: str, keys: Iterable[str], values: dict[str, Any]) -> str:
    name = f"keys{len(values)}"
    values[name] = json.dumps(sorted(keys), ensure_ascii=False)
    return bearing.format(type_, name)


def said_condition(asked: Sequence[str], values: dict[str, Any], bearing: str = SOUGHT) -> str:
    """SQL that holds for revisions whose date any of `asked` gave: words of SAYERS, or names."""
    either = [_bearing(bearing, type_, keys, values) for type_, keys in _sayers(asked)]
    return f"({' OR '.join(either)})"


def _sayers(asked: Sequence[str]) -> list[tuple[str, set[str]]]:
    who = {each for each in asked if each in SAYERS}
    named = {slug_of(each) for each in asked} - who
    return [(type_, keys) for type_, keys in ((SAYER, who), (SAYER_NAME, named)) if keys]


def borne(register: Register, type_: str, keys: Iterable[str]) -> set[str]:
    """The slugs of the names of one type that an event with these keys bears: what `condition` finds it by."""
    if type_ == "place":
        return register.places(keys)
    return {register.slug(type_, key) for key in keys}


def places(place: Mapping[str, str], register: Register) -> set[str]:
    """The slugs of every place that the `place` of a state names or lies in."""
    return register.places(slug_of(place[part]) for part in PLACE_PARTS if place.get(part))


def index(conn: sqlite3.Connection, change: int, state: dict[str, Any]) -> None:
    """Make one event revision findable."""
    conn.executemany(
        "INSERT INTO facet (revision, type, slug) VALUES (?, ?, ?)",
        [(change, type_, key) for type_, key in sorted(facets(state))],
    )
    kept = [" ".join(words(text)) for text in _texts(state)]
    conn.execute("INSERT INTO search (rowid, title, names, note) VALUES (?, ?, ?, ?)", (change, *kept))


def _texts(state: dict[str, Any]) -> tuple[str, str, str]:
    """What full text matches: title, the names borne as the state keeps them, note."""
    named = [text for type_ in NAMED_TYPES for text in written(state, type_)]
    return state["title"], " | ".join(named), state.get("note", "")


def index_all(conn: sqlite3.Connection) -> None:
    """Make every event revision findable anew, as `leadup rebuild` does."""
    conn.execute("DELETE FROM facet")
    conn.execute("INSERT INTO search (search) VALUES ('delete-all')")
    for change, state in _event_states(conn):
        index(conn, change, state)


def _event_states(conn: sqlite3.Connection) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = conn.execute(
        "SELECT revision.change, revision.state FROM revision JOIN change ON change.change = revision.change"
        " WHERE change.sort = 'event' ORDER BY revision.change"
    ).fetchall()
    return ((row[0], json.loads(row[1])) for row in rows)
