"""What was decided of the links of an event: how each stands, of any state, and why it was put so."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.errors import LinkNotFound
from schemas.events import Link
from service.store import links
from service.store.asknown import AsKnown
from service.store.links import ENDS_SHOWN, STANDS, standpoint_values

_DECIDED = f"""
SELECT link.subject AS id, change.why FROM link_period AS link
JOIN change ON change.change = link.revision
WHERE :event IN (link.from_event, link.to_event) AND {STANDS.format("link")} AND {ENDS_SHOWN}
"""


@dataclass(frozen=True, slots=True)
class Decided:
    """A link as it stands, of any state, retracted too, and why it was put so."""

    link: Link
    why: str | None


def one(at: AsKnown, event: str, id_: str) -> Decided:
    """How a link of an event stands, of any state; raises LinkNotFound, also where one of its ends is not visible."""
    row = at.conn.execute(f"{_DECIDED} AND link.subject = :id", _values(at, event) | {"id": id_}).fetchone()
    if row is None:
        raise LinkNotFound(f"No link {id_} of {event} is known on {at.day}.")
    return Decided(links.newest(at, id_), row["why"])


def withdrawn(at: AsKnown, event: str) -> list[Decided]:
    """What was said not to be so related, or was entered in error and is not linked anew; the last decided first."""
    sql = f"{_DECIDED} AND link.state IN ('rejected', 'retracted') ORDER BY link.revision DESC"
    rows = at.conn.execute(sql, _values(at, event)).fetchall()
    found = [Decided(links.newest(at, row["id"]), row["why"]) for row in rows]
    standing = links.drawn(at, {end for each in found for end in (each.link.subject.id, each.link.target.id)})
    return [each for each in found if each.link.state == "rejected" or _key(each.link) not in standing]


def _key(link: Link) -> tuple[str, str, str]:
    return link.rel, link.subject.id, link.target.id


def _values(at: AsKnown, event: str) -> dict[str, object]:
    return standpoint_values(at) | {"event": event}
