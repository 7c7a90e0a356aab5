"""A calendar: what it is called, its zone and kinds, and the spans in which its silence means something."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from schemas.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Thin:
    """Days inside a covered span that are less well covered, and why; answers that use them name them.

    `known_on` is the day from which that could be seen (None: from their first day).
    """

    since: date
    until: date
    reason: str
    known_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The claim to hold every reported event of `kinds` (within `programme`, if named) from `since` to `until`.

    Days are inclusive. `known_on` is the day from which the claim is shown; as known on D nothing after D is covered.
    """

    kinds: tuple[str, ...]
    since: date
    until: date
    known_on: date
    programme: str | None = None
    thin: tuple[Thin, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """An outside count to hold our own against: who counted what of which year, their number and ours."""

    publisher: str
    year: int
    what: str
    theirs: int
    ours: int
    known_on: date
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What the body's own rules say of how often a kind of meeting opens: every so many years; told by whom, and when.

    `known_on` is the day from which the public could know the rule.
    """

    kind: str
    every_years: int
    known_on: date
    words: str
    publisher: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a programme promised: so many sites a year, from when until when; told by whom, and when.

    `begun`, `inspected` and `opened` are short filters (`kind:ceremony;q:ground`) that say which of its events are
    what; an event that is any of the first two is no opening. `known_on` is the day from which the promise was known.
    """

    programme: str
    sites_a_year: int
    since: date
    until: date
    known_on: date
    words: str
    publisher: str
    begun: str
    inspected: str
    opened: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A calendar as its calendar.toml declares it. `color` is a CSS3 colour name (RFC 7986 section 5.9); `showcase` a
    day whose page is worth looking back at, offered when nothing is coming; `variants` what else reports call the
    country or body that it is of."""

    slug: str
    name: str
    zone: str
    known_on: date
    description: str = ""
    color: str = "gray"
    language: str = "en"
    country: str | None = None
    licence: str | None = None
    kinds: tuple[Kind, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    announcements: tuple[Coverage, ...] = ()
    checks: tuple[Check, ...] = ()
    rules: tuple[Rule, ...] = ()
    promises: tuple[Promise, ...] = ()
    showcase: date | None = None
    variants: tuple[str, ...] = ()

    def kind(self, slug: str) -> Kind | None:
        """The kind of that slug, or None."""
        return next((kind for kind in self.kinds if kind.slug == slug), None)

    def key_meetings(self) -> tuple[str, ...]:
        """The slugs of the kinds that are key meetings."""
        return tuple(kind.slug for kind in self.kinds if kind.key_meeting)

    def as_known_on(self, day: date) -> Calendar:
        """The declaration as it could be read on `day`: later kinds, claims, rules, promises and checks are
        gone, spans end with that day."""
        return replace(
            self,
            kinds=tuple(kind for kind in self.kinds if kind.known_on is None or kind.known_on <= day),
            promises=tuple(promise for promise in self.promises if promise.known_on <= day),
            rules=tuple(rule for rule in self.rules if rule.known_on <= day),
            coverage=tuple(_clipped(claim, day) for claim in self.coverage if _begun(claim, day)),
            announcements=tuple(_clipped(claim, day) for claim in self.announcements if _begun(claim, day)),
            checks=tuple(check for check in self.checks if check.known_on <= day),
            showcase=self.showcase if self.showcase and self.showcase <= day else None,
        )


def _begun(claim: Coverage, day: date) -> bool:
    return claim.known_on <= day and claim.since <= day


def _clipped(claim: Coverage, day: date) -> Coverage:
    seen = (span for span in claim.thin if max(span.since, span.known_on or span.since) <= day)
    thin = tuple(replace(span, until=min(span.until, day)) for span in seen)
    return replace(claim, until=min(claim.until, day), thin=thin)
