"""Where links lead: the graph around an event, and the circles that there must not be."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from schemas.events import gap_days
from schemas.links import Chain, Edge, Node
from schemas.when import parse
from service.store.asknown import AsKnown
from service.store.links import SHOWN, STANDS, standpoint_values

MOST_NODES = 200
"""How many events a graph shows; the nearest, then by id."""

_FOLLOWED = f"""
SELECT link.{{far}}, reach.hops + 1 FROM reach
JOIN link_period AS link ON link.{{near}} = reach.id
JOIN period AS far ON far.subject = link.{{far}}
WHERE reach.hops < :hops AND {SHOWN.format("far")} AND {STANDS.format("link")}
    AND link.state IN (SELECT value FROM json_each(:states)) AND link.rel IN (SELECT value FROM json_each(:rels))
"""

# The queue is kept by (hops, id), so that rows come out in that order and LIMIT leaves the farthest out.
_REACHED = f"""
WITH RECURSIVE reach (id, hops) AS (
    SELECT :id, 0
    UNION {_FOLLOWED.format(near="from_event", far="to_event")}
    UNION {_FOLLOWED.format(near="to_event", far="from_event")}
    ORDER BY 2, 1 LIMIT :rows)
SELECT id, MIN(hops) AS hops FROM reach GROUP BY id ORDER BY 2, 1
"""

_NODE = f"""
SELECT revision.state FROM period JOIN revision ON revision.change = period.revision
WHERE period.subject = :id AND {STANDS.format("period")}
"""

_EDGES = f"""
SELECT link.subject, link.rel, link.from_event, link.to_event, link.state FROM link_period AS link
WHERE link.from_event IN (SELECT value FROM json_each(:nodes))
    AND link.to_event IN (SELECT value FROM json_each(:nodes))
    AND {STANDS.format("link")}
    AND link.state IN (SELECT value FROM json_each(:states)) AND link.rel IN (SELECT value FROM json_each(:rels))
ORDER BY link.rel, link.from_event, link.to_event, link.subject
"""

# Each step keeps the days on which all links so far are asserted: a circle counts where these do not run out.
_CIRCLE = """
WITH RECURSIVE reach (event, known_from, known_to) AS (
    SELECT to_event, known_from, known_to FROM link_period
    WHERE subject = :link AND seen_to = 9007199254740991 AND state = 'asserted'
    UNION
    SELECT link.to_event, MAX(reach.known_from, link.known_from), MIN(reach.known_to, link.known_to) FROM reach
    JOIN link_period AS link ON link.from_event = reach.event AND link.rel = :rel
    WHERE link.seen_to = 9007199254740991 AND link.state = 'asserted'
        AND link.known_from < reach.known_to AND link.known_to > reach.known_from)
SELECT MIN(known_from) FROM reach WHERE event = :start
"""


def chain(at: AsKnown, id_: str, *, hops: int, rels: Iterable[str], states: Iterable[str]) -> Chain:
    """What a visible event is linked with over at most `hops` links of these rels and states, followed both ways, as
    known by then."""
    asked = {"states": json.dumps(list(states)), "rels": json.dumps(list(rels))} | standpoint_values(at)
    # An event comes up once for each number of hops it is reached in: so many rows hold one event too many.
    rows = (MOST_NODES + 1) * (hops + 1)
    reached = at.conn.execute(_REACHED, {"id": id_, "hops": hops, "rows": rows, **asked}).fetchall()
    nodes = [_node(at, row["id"], row["hops"]) for row in reached[:MOST_NODES]]
    by_id = {node.id: node for node in nodes}
    edges = [_edge(row, by_id) for row in at.conn.execute(_EDGES, {"nodes": json.dumps(list(by_id)), **asked})]
    return Chain(tuple(nodes), tuple(edges), len(reached) > MOST_NODES)


def _node(at: AsKnown, id_: str, hops: int) -> Node:
    state = json.loads(at.conn.execute(_NODE, {"id": id_, **standpoint_values(at)}).fetchone()["state"])
    return Node(
        id=id_,
        title=state["title"],
        kind=state["kind"],
        when=parse(state["when"]),
        status=state["status"],
        hops=hops,
    )


def _edge(row: sqlite3.Row, nodes: dict[str, Node]) -> Edge:
    return Edge(
        id=row["subject"],
        rel=row["rel"],
        subject=row["from_event"],
        target=row["to_event"],
        gap_days=gap_days(nodes[row["from_event"]].when, nodes[row["to_event"]].when),
        state=row["state"],
    )


def circle(conn: sqlite3.Connection, link: str, rel: str, start: str) -> str | None:
    """The first day on which a link, as it stands now, closes a circle of asserted links of its rel that leaves from
    `start`, its subject; None for none. Whether the events are visible does not matter: they may come back."""
    found = conn.execute(_CIRCLE, {"link": link, "rel": rel, "start": start}).fetchone()[0]
    return str(found) if found else None


def standing_between(
    conn: sqlite3.Connection, rel: str, ends: tuple[str, str], *, symmetric: bool, other_than: str
) -> tuple[str, str] | None:
    """The (id, state) of another link of `rel` from the one event to the other (or either way round), known on any day
    and not retracted; None for none, and where the link asked about stands itself."""
    own = "SELECT 1 FROM link_period WHERE subject = ? AND state <> 'retracted' AND seen_to = 9007199254740991"
    if conn.execute(own, (other_than,)).fetchone():
        return None
    ways = [ends, ends[::-1]] if symmetric else [ends]
    for subject, target in ways:
        row = conn.execute(
            "SELECT subject, state FROM link_period WHERE from_event = ? AND to_event = ? AND rel = ? AND subject <> ?"
            " AND state <> 'retracted' AND seen_to = 9007199254740991 ORDER BY known_to DESC LIMIT 1",
            (subject, target, rel, other_than),
        ).fetchone()
        if row:
            return row["subject"], row["state"]
    return None
