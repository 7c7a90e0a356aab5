"""What a revision can be found by: the keys of the names it bears, and its words (FTS5 matches only).

A facet is the key of a name as the revision states it, so that it never changes. Which keys a name has, and which
places lie in which, is asked of the names as known on D (`schemas.names.Register`) when a question is asked.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from schemas.names import Register, slug_of
from schemas.vocabulary import NAMED_TYPES
from service.store.states import PLACE_PARTS, written

_BORNE = "type = '{0}' AND slug IN (SELECT value FROM json_each(:{1}))"
SOUGHT = f"revision IN (SELECT revision FROM facet WHERE {_BORNE})"
"""That a revision bears a key, where this leads to it."""
WALKED = f"EXISTS (SELECT 1 FROM facet WHERE facet.revision = period.revision AND {_BORNE})"
"""The same, where each row of `period` is looked at."""

FEW = 10_000
"""So many revisions are sooner sought and sorted than met on a walk along all others."""


def facets(state: dict[str, Any]) -> set[tuple[str, str]]:
    """The (type, key) pairs of the names that an event's state bears."""
    return {(type_, slug_of(text)) for type_ in NAMED_TYPES for text in written(state, type_)}


def few(conn: sqlite3.Connection, register: Register, type_: str, asked: Sequence[str]) -> bool:
    """Whether at most FEW revisions bear any of the names `asked`."""
    sought = [register.sought(type_, each) for each in asked]
    keys = {key for each in sought for key in each.keys.union(*(shared for shared, _ in each.pairs))}
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


def borne(register: Register, type_: str, keys: Iterable[str]) -> set[str]:
    """The slugs of the names of one type that an event with these keys bears: what `condition` finds it by."""
    if type_ == "place":
        return register.places(keys)
    return {register.slug(type_, key) for key in keys}


def places(place: Mapping[str, str], register: Register) -> set[str]:
    """The slugs of every place that the `place` of a state names or lies in."""
    return register.places(slug_of(place[part]) for part in PLACE_PARTS if place.get(part))


def words(state: dict[str, Any]) -> tuple[str, str, str]:
    """What full text matches: title, the names borne as the state keeps them, note. Other spellings are not kept here:
    which there are depends on the day asked for."""
    texts = [text for type_ in NAMED_TYPES for text in written(state, type_)]
    return state["title"], " | ".join(texts), state.get("note", "")


def index(conn: sqlite3.Connection, change: int, state: dict[str, Any]) -> None:
    """Make one event revision findable."""
    conn.executemany(
        "INSERT INTO facet (revision, type, slug) VALUES (?, ?, ?)",
        [(change, type_, key) for type_, key in sorted(facets(state))],
    )
    conn.execute("INSERT INTO search (rowid, title, names, note) VALUES (?, ?, ?, ?)", (change, *words(state)))


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


def text_condition(register: Register, text: str, values: dict[str, Any]) -> str | None:
    """SQL that holds for revisions in which every word of `text` occurs (the last may be a beginning): in title,
    note or names as written, or in any spelling of a name borne that the register has. None where no word is left.

    Its parameters are put into `values`. Words are quoted by us, so that nothing typed is FTS5 syntax.
    """
    *first, last = _split(text) or [""]
    each = [*(_word(register, word, False, values) for word in first), _word(register, last, True, values)]
    return " AND ".join(each) if last else None


def _word(register: Register, word: str, begins: bool, values: dict[str, Any]) -> str:
    name = f"word{len(values)}"
    values[name] = f'"{word}"*' if begins else f'"{word}"'
    either = [f"revision IN (SELECT rowid FROM search WHERE search MATCH :{name})"]
    for type_, slugs in register.worded(word, begins=begins).items():
        either.append(condition(register, type_, slugs, values))
    return f"({' OR '.join(either)})"


def _split(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text).split()
