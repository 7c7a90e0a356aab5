"""What changed in a calendar, as an Atom feed (RFC 4287) for newsreaders: one entry a revision, never amended later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from calendars.description import describe, when_in_words, whose
from schemas.events import Event, EventView
from schemas.plaintext import one_line, paragraphs, uri

NAMESPACE: Final = "http://www.w3.org/2005/Atom"

_NEVER: Final = "1970-01-01T00:00:00Z"
_NO_CHARACTERS: Final = dict.fromkeys([0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])
"""What XML 1.0 (section 2.2) cannot hold beside the controls that `one_line` takes out."""


@dataclass(frozen=True, slots=True)
class News:
    """A revision of an event, and the standing one before it."""

    before: Event | None
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsHead:
    """What a feed of changes says of itself: `source` is its own address, `url` that of a page, `author` whose calendar
    it is; `key` names it for ever, wherever it is published; `subtitle` is what to know beside its entries."""

    name: str
    source: str
    url: str
    author: str
    key: str
    subtitle: str = ""


def write(head: NewsHead, news: Sequence[News], public_url: str) -> bytes:
    """The feed, its entries in the order given: the same bytes for the same news in any process and any year.

    An entry is `updated` when it was recorded and `published` on the day its report could be known.
    """
    feed = Element("feed", {"xmlns": NAMESPACE})
    _text(feed, "id", _urn("feed", head.key))
    _text(feed, "title", head.name)
    if head.subtitle:
        _text(feed, "subtitle", head.subtitle)
    _text(feed, "updated", max((each.event.recorded_at for each in news), default=_NEVER))
    _text(SubElement(feed, "author"), "name", head.author)
    _text(feed, "generator", "Leadup")
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": uri(head.source)})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": uri(head.url)})
    for each in news:
        _add_entry(feed, each, public_url)
    indent(feed)
    octets: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return octets + b"\n"


def _add_entry(feed: Element, news: News, public_url: str) -> None:
    event, before = news.event, news.before
    entry = SubElement(feed, "entry")
    _text(entry, "id", _urn(event.calendar, event.id, str(event.sequence)))
    _text(entry, "title", headline(before, event))
    _text(entry, "updated", event.recorded_at)
    _text(entry, "published", f"{event.known_on}T00:00:00Z")
    SubElement(entry, "category", {"term": event.kind})
    SubElement(entry, "link", {"rel": "alternate", "href": uri(f"{public_url}/events/{event.id}")})
    for url in dict.fromkeys(source.url for source in event.sources if source.url):
        SubElement(entry, "link", {"rel": "via", "href": uri(url)})
    seen = EventView(
        event=event,
        before=before.when if before and before.when != event.when else None,
        before_said_by=before.said_by if before else None,
        links=(),
        known_since=event.known_on,
        changed_at=event.recorded_at,
    )
    _text(entry, "content", describe(seen, public_url))


def headline(before: Event | None, event: Event) -> str:
    """What a revision says that the one before it did not: `Congress: 'late February 2026' is now 19 February 2026`."""
    title = one_line(before.title if before else event.title)
    if event.status == "retracted":
        return f"{title}: entered in error"
    return f"{title}: {', '.join(_new(event) if before is None else _changed(before, event))}"


def _new(event: Event) -> Iterator[str]:
    words = when_in_words(event)
    if words.startswith((event.status, "opens", "opened")):
        yield words
    else:
        yield f"{event.status}{' for' if event.status == 'announced' else ','} {words}"
    if event.said_by is not None and event.status != "held":
        yield f"says {whose(event.said_by)}"


def _changed(before: Event, event: Event) -> Iterator[str]:
    """What differs, the weightiest first; a report that changes nothing of these is one more report."""
    told = False
    if before.when != event.when:
        told = True
        yield f"'{when_in_words(before)}' is now {when_in_words(event)}"
    if before.status != event.status:
        told = True
        yield event.status if told and before.when != event.when else f"now {event.status}"
    elif before.said_by != event.said_by and event.said_by is not None:
        told = True
        yield f"the date is now given by {whose(event.said_by)}"
    if before.title != event.title:
        told = True
        yield f"now called '{one_line(event.title)}'"
    if not told:
        publishers = ", ".join(dict.fromkeys(one_line(source.publisher) for source in event.sources))
        yield f"a further report by {publishers}" if publishers else "details amended"


def _urn(*parts: str) -> str:
    """An id for ever (RFC 4287 section 4.2.6), whatever address it is published under."""
    return uuid5(NAMESPACE_URL, "/".join(("leadup", *parts))).urn


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = paragraphs(text).translate(_NO_CHARACTERS)
