"""What is read of many links together: their history, the graph they make, and the links that ought to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from schemas.events import FarEnd, Link
from schemas.when import When


@dataclass(frozen=True, slots=True)
class LinkRecorded:
    """A revision of a link as history shows it: the link as it states it; why; whether it was replaced."""

    link: Link
    why: str | None
    replaced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An event in a graph, `hops` links away from the event asked about (0: itself)."""

    id: str
    title: str
    kind: str
    when: When
    status: str
    hops: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A link in a graph: event `subject` -rel-> event `target`, and the days between, [least, most]."""

    id: str
    rel: str
    subject: str
    target: str
    gap_days: tuple[int, int | None]
    state: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What an event is linked with, both ways: nodes by (hops, id), every edge between them by (rel, subject, target).

    `truncated` says that there are more nodes within as many hops than are shown.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    truncated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A link that ought to be: `subject` -rel-> `target`, a score from 0 to 1, and what speaks for it, in words."""

    rel: str
    subject: FarEnd
    target: FarEnd
    score: float
    reasons: tuple[str, ...]

    @property
    def id(self) -> str:
        """Made of what it would link, so that it is the same on every day and in every store."""
        return suggestion_id(self.rel, self.subject.id, self.target.id)


def suggestion_id(rel: str, subject: str, target: str) -> str:
    """The id of the suggestion of a link."""
    return f"{rel}~{subject}~{target}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkQuery:
    """Which links: of these calendars, rels and states (empty: any), with this event at either end (None: any)."""

    calendar: tuple[str, ...] = ()
    rel: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    event: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventFacts:
    """What the rules of suggestion look at in an event, as known by some day.

    `sites` is the slug of the place's own name, `around` those of the county and of all that these lie in; the province
    is in neither. `abroad` is the country where that is not the calendar's own. `convened` are the days on which a date
    of it was announced while it lay ahead, `known_since` the first day on which anything of it was known, `known_on`
    that since which it stands as it does. `words` are those of the title, folded; `names` what its slugs are called on
    that day. Two are the same only if they are one object.
    """

    id: str
    calendar: str
    kind: str
    group: str
    key_meeting: bool
    status: str
    title: str
    when: When
    known_since: date
    known_on: date
    words: frozenset[str]
    sites: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()
    province: str | None = None
    abroad: str | None = None
    programme: str | None = None
    people: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    convened: tuple[date, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
