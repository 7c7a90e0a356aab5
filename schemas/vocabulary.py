"""The closed and extensible lists that records draw their words from, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

GROUPS: Final = ("visit", "appearance", "ceremony", "meeting", "diplomacy", "speech", "test", "other")
"""Families of kinds (Open Civic Data `classification`, coarsened). Closed."""

STATUSES: Final = ("expected", "announced", "held", "cancelled", "retracted")
"""`expected` -> `announced` (the body says) -> `held`, or `cancelled` (by the body); `retracted` = entered in error."""

AHEAD: Final = ("expected", "announced")
"""Statuses of what has not happened yet; overdue is derived from these, it is no status."""

SAYERS: Final = ("body", "government", "press")
"""Who gave a date: the body itself, another state, or journalists and analysts."""

SAYERS_IN_WORDS: Final = {"body": "the body itself", "government": "another government", "press": "the press"}
"""How each is called to people who have no name of theirs."""

LINK_STATES: Final = ("asserted", "suggested", "rejected")
"""`suggested` by somebody, `asserted` by an editor, or `rejected`: not so related, and never to be suggested again."""

RETRACTED: Final = "retracted"
"""What a link's state says of one entered in error: it is in no answer on any day, as with an event's status."""

NAME_TYPES: Final = ("person", "place", "body", "programme")
"""What an entry of a register is of. Closed."""

NAMED_TYPES: Final = (*NAME_TYPES, "theme")
"""What an event bears names of; themes have no entries, they are as they are written."""

SCOPES: Final = ("read", "write", "admin")


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of event: `slug`, the `group` it belongs to, how people call it, and whether it is a key meeting.

    `known_on` is the day from which the calendar declares it (None: for as long as the calendar is known). `variants`
    are other words by which a title names it outright.
    """

    slug: str
    group: str
    label: str
    plural: str
    key_meeting: bool = False
    known_on: date | None = None
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rel:
    """A typed, directed relation. `inverse` names it from the other end; `acyclic` ones refuse a cycle."""

    slug: str
    inverse: str
    label: str
    inverse_label: str
    acyclic: bool

    @property
    def symmetric(self) -> bool:
        """Whether it says the same from either end, so that A to B and B to A are one link."""
        return self.inverse == self.slug

    def words(self, direction: str) -> str:
        """How it is called as seen from one end: `out` is the link's subject."""
        return self.label if direction == "out" else self.inverse_label


RELS: Final = {
    rel.slug: rel
    for rel in (
        Rel("leads_up_to", "preceded_by", "Leads up to", "Preceded by", True),
        Rel("part_of", "has_part", "Part of", "Has part", True),
        Rel("announces", "announced_by", "Announces", "Announced by", True),
        Rel("completes", "completed_by", "Completes", "Completed by", True),
        Rel("follows_up", "followed_by", "Follows up", "Followed by", True),
        Rel("same_programme", "same_programme", "Same programme as", "Same programme as", False),
        Rel("same_place", "same_place", "Same place as", "Same place as", False),
    )
}
"""RFC 9253 gives iCalendar the property; the types are ours. Closed."""

INVERSES: Final = {rel.inverse: rel.slug for rel in RELS.values() if rel.inverse != rel.slug}
"""The rel that each inverse name stands for, with its ends exchanged."""
