"""Answers: events, links, revisions, calendars, kinds, as the JSON that clients rely on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from schemas.calendars import Calendar, Check, Coverage, Promise, Rule, Thin
from schemas.events import Event, FarEnd, Link, LinkSeen, Logged, Place, Recorded, SaidBy, Source
from schemas.feeds import FeedAddress, SavedFeed
from schemas.moves import days_moved, move_in_words
from schemas.queries import Detail
from schemas.tokens import Token
from schemas.vocabulary import RELS, Kind
from schemas.when import When


def day(value: date | None) -> str | None:
    """A day in ISO form, null where open."""
    return value.isoformat() if value else None


def when(value: When) -> dict[str, Any]:
    """{edtf, text, starts: [min, max], ends: [min, max]}; open bounds are null."""
    return {
        "edtf": value.edtf,
        "text": value.text,
        "starts": [day(value.starts_min), day(value.starts_max)],
        "ends": [day(value.ends_min), day(value.ends_max)],
    }


def source(value: Source) -> dict[str, Any]:
    """{publisher, title, url, published, published_at}"""
    return {
        "publisher": value.publisher,
        "title": value.title,
        "url": value.url,
        "published": day(value.published),
        "published_at": value.published_at,
    }


def place(value: Place | None) -> dict[str, Any] | None:
    """{name, county, province, country}"""
    if value is None:
        return None
    return {"name": value.name, "county": value.county, "province": value.province, "country": value.country}


def said_by(value: SaidBy | None) -> dict[str, Any] | None:
    """{who, name}"""
    return {"who": value.who, "name": value.name} if value else None


def link(value: LinkSeen) -> dict[str, Any]:
    """A link seen from one of its ends: {id, rel, direction, label, event: {id, title, when}, gap_days, state}."""
    return {
        "id": value.id,
        "rel": value.rel,
        "direction": value.direction,
        "label": RELS[value.rel].words(value.direction),
        "event": end(FarEnd(value.other_id, value.other_title, value.other_when)),
        "gap_days": list(value.gap_days),
        "state": value.state,
    }


def end(value: FarEnd) -> dict[str, Any]:
    """One end of a link: {id, title, when}."""
    return {"id": value.id, "title": value.title, "when": when(value.when)}


def whole_link(value: Link) -> dict[str, Any]:
    """A link by itself: {id, calendar, rel, from, to, state, gap_days, evidence, sources, sequence, ...}."""
    return {
        "id": value.id,
        "calendar": value.calendar,
        "rel": value.rel,
        "from": end(value.subject),
        "to": end(value.target),
        "state": value.state,
        "gap_days": list(value.gap_days),
        "evidence": value.evidence,
        "sources": [source(each) for each in value.sources],
        "sequence": value.sequence,
        "last_sequence": value.last_sequence,
        "known_on": day(value.known_on),
        "recorded_at": value.recorded_at,
        "recorded_by": value.recorded_by,
    }


def listed(value: Event, links: Sequence[LinkSeen] | None, detail: Detail) -> dict[str, Any]:
    """An event as lists show it, with no more than was asked for."""
    shape = event(value, sources="sources" in detail.expand, links=links)
    return {name: shape[name] for name in shape if name in detail.fields} if detail.fields else shape


def event(value: Event, *, sources: bool = False, links: Sequence[LinkSeen] | None = None) -> dict[str, Any]:
    """An event; `sources` and `links` only where asked for."""
    shape: dict[str, Any] = {
        "id": value.id,
        "calendar": value.calendar,
        "zone": value.zone,
        "kind": value.kind,
        "group": value.group,
        "title": value.title,
        "when": when(value.when),
        "status": value.status,
        "said_by": said_by(value.said_by),
        "sequence": value.sequence,
        "last_sequence": value.last_sequence,
        "known_on": day(value.known_on),
        "recorded_at": value.recorded_at,
        "recorded_by": value.recorded_by,
        "place": place(value.place),
        "people": list(value.people),
        "bodies": list(value.bodies),
        "themes": list(value.themes),
        "programme": value.programme,
        "note": value.note,
    }
    if sources:
        shape["sources"] = [source(each) for each in value.sources]
    if links is not None:
        shape["links"] = [link(each) for each in links]
    return shape


def revision(value: Recorded, before: Recorded | None) -> dict[str, Any]:
    """{sequence, known_on, recorded_at, recorded_by, why, replaced, event, changes, moved}"""
    shape = event(value.event, sources=True)
    return {
        "sequence": value.event.sequence,
        "known_on": day(value.event.known_on),
        "recorded_at": value.event.recorded_at,
        "recorded_by": value.event.recorded_by,
        "why": value.why,
        "replaced": value.replaced,
        "event": shape,
        "changes": changes(event(before.event), shape) if before else [],
        "moved": _moved(before.event.when, value.event.when) if before else None,
    }


def _moved(before: When, after: When) -> str | None:
    return move_in_words(before, after) if before != after else None


_OF_THE_REVISION = {"sequence", "last_sequence", "known_on", "recorded_at", "recorded_by", "sources", "id", "zone"}


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """What differs between two states of an event: [{field, before, after}], in the order of the shape."""
    return [
        {"field": name, "before": before[name], "after": value}
        for name, value in after.items()
        if name not in _OF_THE_REVISION and before[name] != value
    ]


def change(value: Logged) -> dict[str, Any]:
    """An assertion as logged; `days_moved` and `moved` where an event had a date before and this one differs."""
    before, after = value.before, value.after
    return {
        "change": value.change,
        "sort": value.sort,
        "subject": value.subject,
        "calendar": value.calendar,
        "sequence": value.sequence,
        "known_on": value.known_on,
        "recorded_at": value.recorded_at,
        "recorded_by": value.recorded_by,
        "why": value.why,
        "replaces": value.replaces,
        "state": value.state,
        "sources": value.sources,
        "days_moved": days_moved(before, after) if before and after and before != after else None,
        "moved": _moved(before, after) if before and after else None,
    }


def kind(value: Kind, calendar: str) -> dict[str, Any]:
    """{calendar, slug, group, label, plural, key_meeting, known_on}: null where it is as old as the calendar."""
    return {
        "calendar": calendar,
        "slug": value.slug,
        "group": value.group,
        "label": value.label,
        "plural": value.plural,
        "key_meeting": value.key_meeting,
        "known_on": day(value.known_on),
    }


def thin(value: Thin) -> dict[str, Any]:
    """{from, to, reason, known_on}"""
    known_on = value.known_on or value.since
    return {"from": day(value.since), "to": day(value.until), "reason": value.reason, "known_on": day(known_on)}


def coverage(value: Coverage) -> dict[str, Any]:
    """{kinds, programme, from, to, thin: [{from, to, reason, known_on}], note, known_on}"""
    return {
        "kinds": list(value.kinds),
        "programme": value.programme,
        "from": day(value.since),
        "to": day(value.until),
        "thin": [thin(span) for span in value.thin],
        "note": value.note,
        "known_on": day(value.known_on),
    }


def rule(value: Rule) -> dict[str, Any]:
    """{kind, every_years, words, publisher, url, known_on}"""
    return {
        "kind": value.kind,
        "every_years": value.every_years,
        "words": value.words,
        "publisher": value.publisher,
        "url": value.url,
        "known_on": day(value.known_on),
    }


def promise(value: Promise) -> dict[str, Any]:
    """{programme, sites_a_year, from, to, words, begun, inspected, opened, publisher, url, known_on}"""
    texts = ("programme", "sites_a_year", "words", "begun", "inspected", "opened", "publisher", "url")
    days = {"from": day(value.since), "to": day(value.until), "known_on": day(value.known_on)}
    return {name: getattr(value, name) for name in texts} | days


def calendar(value: Calendar, newest_known_on: date | None) -> dict[str, Any]:
    """A calendar with its coverage, its outside checks and the newest day anything in it became known."""
    return {
        "slug": value.slug,
        "name": value.name,
        "description": value.description,
        "zone": value.zone,
        "country": value.country,
        "color": value.color,
        "language": value.language,
        "licence": value.licence,
        "known_on": day(value.known_on),
        "newest_known_on": day(newest_known_on),
        "kinds": [kind(each, value.slug) for each in value.kinds],
        "coverage": [coverage(each) for each in value.coverage],
        "rules": [rule(each) for each in value.rules],
        "promises": [promise(each) for each in value.promises],
        "announcements": [coverage(each) for each in value.announcements],
        "checks": [check(each) for each in value.checks],
    }


def check(value: Check) -> dict[str, Any]:
    """{publisher, year, what, theirs, ours, url, known_on}"""
    return {
        "publisher": value.publisher,
        "year": value.year,
        "what": value.what,
        "theirs": value.theirs,
        "ours": value.ours,
        "url": value.url,
        "known_on": day(value.known_on),
    }


def token(value: Token, now: str) -> dict[str, Any]:
    """{name, scope, calendars, standing, created_at, created_by, expires_at, last_used_at, revoked_at}"""
    return {
        "name": value.name,
        "scope": value.scope,
        "calendars": list(value.calendars),
        "standing": value.standing(now),
        "created_at": value.created_at,
        "created_by": value.created_by,
        "expires_at": value.expires_at,
        "last_used_at": value.last_used_at,
        "revoked_at": value.revoked_at,
    }


def feed(slug: str, title: str, query: str, url: str, saved: SavedFeed | None) -> dict[str, Any]:
    """{slug, title, query, url, built_in, owner, created_at, changed_at}; the last three null where built in."""
    return {
        "slug": slug,
        "title": title,
        "query": query,
        "url": url,
        "built_in": saved is None,
        "owner": saved.owner if saved else None,
        "created_at": saved.created_at if saved else None,
        "changed_at": saved.changed_at if saved else None,
    }


def feed_address(value: FeedAddress, now: str) -> dict[str, Any]:
    """{id, feed, owner, standing, created_at, last_used_at}"""
    return {
        "id": value.id,
        "feed": value.feed,
        "owner": value.token.name,
        "standing": value.token.standing(now),
        "created_at": value.created_at,
        "last_used_at": value.last_used_at,
    }
