"""Saved queries: a filter kept under a name, published as a feed. Working data, no part of the record."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from schemas.errors import InvalidRecord
from schemas.queries import EventQuery
from schemas.tokens import Token
from schemas.words import folded

LONGEST_SLUG = 60
LONGEST_TITLE = 200


KEY_MEETINGS = "key-meetings"
"""The feed of the key meetings of all calendars; of one of them it is `<calendar>-key-meetings`."""


def built_in_slugs(calendars: Iterable[str]) -> set[str]:
    """The slugs that feeds of these calendars have by themselves."""
    return {KEY_MEETINGS} | {slug for each in calendars for slug in (each, f"{each}-{KEY_MEETINGS}")}


UNCERTAIN = ("auto", "span", "first", "skip")
"""How days that are not exactly known can be shown; `calendars.vevent` says what each does."""

INCLUDED = ("all", "announced")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOptions:
    """How a feed shows what its query finds; part of its address, never of what is saved.

    `uncertain` is of UNCERTAIN. `include`: `announced` leaves out what is merely expected, so that what stays was said
    or done by the body itself. `alarms` are days before what lies ahead, longest first. `past` leaves out what was over
    more than so many days ago; None keeps all.
    """

    uncertain: str = "auto"
    include: str = "all"
    alarms: tuple[int, ...] = ()
    past: int | None = None


PLAIN = FeedOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDraft:
    """A saved query to be kept: `text` is the filter language as a query string writes it, `query` what it says."""

    title: str
    text: str
    query: EventQuery
    slug: str | None = None

    def own_slug(self) -> str:
        """The slug given, or one made of the title; raises InvalidRecord for a title that gives none."""
        made = self.slug or re.sub(r"[^a-z0-9]+", "-", folded(self.title))[:LONGEST_SLUG].strip("-")
        if not made:
            raise InvalidRecord([{"detail": "The title has no Latin letters: give a slug.", "pointer": "/slug"}])
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFeed:
    """A saved query as it is kept; `owner` is the name of the token that saved it."""

    slug: str
    title: str
    text: str
    owner: str
    created_at: str
    changed_at: str

    @property
    def tag(self) -> str:
        """What `If-Match` compares: a fingerprint of all that it says."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:16]


PRIVATE = "/feeds/private/"
"""What private addresses begin with; a secret follows, and `.ics` or `.atom`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAddress:
    """A private address of the feed `feed`, without its secret: made with `token`, good for as long as that is in
    force, and for no more than it may read. Instants are UTC."""

    id: str
    feed: str
    token: Token
    created_at: str
    last_used_at: str | None

    @property
    def tag(self) -> str:
        """What `If-Match` compares: a fingerprint of what it was made as, which using it does not move."""
        said = (self.id, self.feed, self.token.name, self.created_at)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]
