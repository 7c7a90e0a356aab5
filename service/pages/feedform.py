"""The form of /feeds: what was typed, the question it asks in the filter language, and the address of its feed."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from schemas.errors import DomainError, InvalidRecord
from schemas.feeds import LONGEST_TITLE, PLAIN, FeedDraft, FeedOptions
from schemas.queries import EventQuery
from schemas.wire.feedquestions import QueryFeedSchema
from schemas.wire.fields import load_part
from service import publishing
from service.pages.typedform import TypedForm
from service.publishing import Named
from service.store.asknown import AsKnown

KEY_MEETINGS = "key_meetings"
"""The one field of the form that the filter language does not have: it stands for kinds."""

SHOWN = ("calendar", "kind", "place", "person", "q", "uncertain", "include", "alarms", "past", KEY_MEETINGS)
"""The fields that the form always has; others are added to it where they are asked for."""

_STANDPOINT = ("as_known_on", "through")


@dataclass(frozen=True)
class Form(TypedForm):
    """What was typed into the form of a feed."""

    @property
    def others(self) -> list[str]:
        """The fields that the form does not have of itself."""
        return [name for name in self.typed if name not in (*SHOWN, *_STANDPOINT)]

    @cached_property
    def read(self) -> tuple[tuple[FeedOptions, EventQuery] | None, dict[str, Any], list[DomainError]]:
        """The options and the query, None where anything is refused; what could be read then; the refusals."""
        whole, part, refused = load_part(QueryFeedSchema(), self.given(KEY_MEETINGS), "?")
        for twice in self.twice():
            refused = [
                *(each for each in refused if each.errors()[0]["pointer"] != twice.errors()[0]["pointer"]),
                twice,
            ]
        if self.typed.get(KEY_MEETINGS, ("true",)) != ("true",):
            refused = [
                *refused,
                InvalidRecord([{"detail": "Must be true, or left out.", "pointer": f"?{KEY_MEETINGS}"}]),
            ]
        return (None if refused else whole), part, refused

    @property
    def refused(self) -> list[DomainError]:
        """What is refused of it."""
        return self.read[2]

    @property
    def asked(self) -> dict[str, Any]:
        """The fields that could be read, by the names that a query has for them."""
        whole, part, _ = self.read
        return {name: getattr(whole[1], name) for name in EventQuery.__slots__} if whole else part

    @property
    def key_meetings(self) -> bool:
        """Whether only key meetings were asked for."""
        return KEY_MEETINGS in self.typed


def only_key_meetings(at: AsKnown, query: EventQuery) -> EventQuery:
    """The query of those kinds alone, among the ones it asks for, that are key meetings; raises InvalidRecord where
    there is none."""
    declaring = [each for slug, each in at.calendars.items() if not query.calendar or slug in query.calendar]
    kinds = sorted({kind for calendar in declaring for kind in calendar.key_meetings()})
    left = tuple(kind for kind in kinds if not query.kind or kind in query.kind)
    if left:
        return replace(query, kind=left)
    detail = "None of the kinds chosen is a key meeting." if kinds else "No calendar chosen declares key meetings."
    raise InvalidRecord([{"detail": f"{detail} Choose others, or leave this out.", "pointer": f"?{KEY_MEETINGS}"}])


@dataclass(frozen=True, slots=True)
class Address:
    """Where a feed is published: `path` and `news` (what changed in it) from `/`, with what they ask."""

    title: str
    path: str
    news: str

    def in_full(self, public_url: str) -> str:
        """The address that a calendar program is given."""
        return public_url + self.path

    def one_click(self, public_url: str) -> list[tuple[str, str]]:
        """By program, the link that subscribes to the feed there."""
        full, name = quote(self.in_full(public_url), safe=""), quote(self.title, safe="")
        webcal = f"webcal://{self.in_full(public_url).partition('://')[2]}"
        return [
            ("Apple Calendar", webcal),
            ("Google Calendar", f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}"),
            ("Outlook.com", f"https://outlook.live.com/calendar/0/addfromweb?url={full}&name={name}"),
            ("Outlook 365", f"https://outlook.office.com/calendar/0/addfromweb?url={full}&name={name}"),
            ("Thunderbird", webcal),
        ]


def address_of(at: AsKnown, query: EventQuery, options: FeedOptions) -> Address:
    """The address of a query's feed: that of the feed which is built in, if it holds the same, so that what its
    calendar declares later is in it too."""
    same = next((each for each in _built_in(at) if _meant(at, each.query) == _meant(at, query)), None)
    asked = {} if same else {name: "true" if value is True else value for name, value in query.asked().items()}
    standpoint = {name: value for name, value in query.asked().items() if name in _STANDPOINT}
    path = same.path if same else "/api/v1/events.ics"
    return Address(
        title=same.title if same else publishing.query_title(replace(query, as_known_on=None, through=None)),
        path=_asking(path, asked | standpoint | _asked(options)),
        news=_asking(path.removesuffix(".ics") + ".atom", asked | standpoint),
    )


@dataclass(frozen=True, slots=True)
class Private:
    """How a feed gets a private address: the name `slug` that it is published by, what is sent to `save` it under that
    first (None where it has it already), and what is added to the address then: `?alarms=7d`."""

    slug: str
    save: dict[str, str] | None
    added: str

    def commands(self, public_url: str) -> list[str]:
        """What a person runs whose token is in TOKEN."""
        feeds = f"{public_url}/api/v1/feeds"
        curl = 'curl -H "Authorization: Bearer $TOKEN"'
        make = f"{curl} -X POST {shlex.quote(f'{feeds}/{self.slug}/addresses')}"
        if self.save is None:
            return [make]
        return [f"{curl} --json {shlex.quote(json.dumps(self.save, ensure_ascii=False))} {shlex.quote(feeds)}", make]


def private_of(at: AsKnown, query: EventQuery, options: FeedOptions) -> Private:
    """How the feed of a query gets a private address that the reader's token makes: under the name of a feed that holds
    the same, if there is one, of those that are built in the same that `address_of` gives."""
    meant = _meant(at, query)
    same = [each for each in publishing.every_feed(at) if _can_be_had(at, each) and _meant(at, each.query) == meant]
    asked = query.asked()
    standpoint = {name: value for name, value in asked.items() if name in _STANDPOINT}
    added = _asking("", standpoint | _asked(options))
    if same:
        return Private(
            min(same, key=lambda each: (each.saved is not None, bool(each.query.calendar))).slug, None, added
        )
    lasting = {name: "true" if value is True else value for name, value in asked.items() if name not in _STANDPOINT}
    text = _asking("", lasting or {"calendar": ",".join(at.calendars)})[1:]
    title = publishing.query_title(replace(query, as_known_on=None, through=None))[:LONGEST_TITLE]
    slug = FeedDraft(title=title, text=text, query=query).own_slug()
    return Private(slug, {"title": title, "query": text, "slug": slug}, added)


def _can_be_had(at: AsKnown, feed: Named) -> bool:
    """Whether the reader may read a feed by its name at a private address."""
    return not at.only or (bool(feed.query.calendar) and set(feed.query.calendar) <= set(at.only))


def named_address(named: Named, standpoint: Mapping[str, str]) -> Address:
    """The address of a feed that has a name."""
    return Address(
        named.title, _asking(named.path, standpoint), _asking(named.path.removesuffix(".ics") + ".atom", standpoint)
    )


def _built_in(at: AsKnown) -> list[Named]:
    """What is built in, published (where a saved query has its slug it is not), and may be read whole by its name."""
    if at.only:
        return []
    taken = {each.slug for each in publishing.every_feed(at) if each.saved}
    key_meetings = [each for each in publishing.key_meeting_feeds(at) if each.slug not in taken]
    return [*key_meetings, *(publishing.calendar_feed(at, slug) for slug in at.calendars)]


def _meant(at: AsKnown, query: EventQuery) -> EventQuery:
    """The query apart from when it is asked and the order of its values; of every calendar, as if it named none."""
    calendars = () if set(query.calendar) == set(at.calendars) else tuple(sorted(query.calendar))
    kinds = tuple(sorted(query.kind))
    return replace(query, calendar=calendars, kind=kinds, as_known_on=None, through=None, sort=None)


def _asked(options: FeedOptions) -> dict[str, str]:
    """The options as an address writes them, those left out that are as they are by default."""
    written = {
        "uncertain": options.uncertain,
        "include": options.include,
        "alarms": ",".join(f"{days}d" for days in options.alarms),
        "past": options.past,
    }
    return {name: str(value) for name, value in written.items() if value != getattr(PLAIN, name) and value != ""}


def _asking(path: str, asked: Mapping[str, Any]) -> str:
    query = urlencode(asked, safe=",", quote_via=quote)
    return f"{path}?{query}" if query else path
