"""Examining the store and the clock: what is fine, what is worth knowing, and what needs a person, with what to do."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from schemas.errors import StoreUnreadable
from schemas.feeds import built_in_slugs
from schemas.queries import EventQuery
from schemas.vocabulary import NAME_TYPES
from service import standings
from service.settings import Settings
from service.store import events, examination, feeds, inbox, migrations, names, outbox, pulse, subscriptions, timeline
from service.store.asknown import AsKnown, standpoint
from service.store.database import store_of

State = Literal["fine", "note", "act"]
"""Nothing to say; worth knowing, though nothing breaks; needs a person."""

LOW_BYTES: Final = 200 * 1024 * 1024
"""So much must stay free beside a copy of the store: a backup, and what is written meanwhile."""

_TOLD: Final = 3
"""How many of many are named in a line; a program gets them all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one matter: `says` how it stands, `do` what a person does about it (empty where nothing);
    `items` are all of what `says` counts."""

    check: str
    state: State
    says: str
    do: str = ""
    items: list[str] = field(default_factory=list)


def needs_a_person(findings: Iterable[Finding]) -> bool:
    """Whether anything found waits for a person."""
    return any(finding.state == "act" for finding in findings)


def examine(settings: Settings) -> list[Finding]:
    """Everything that can be said of the store and the clock, as of today; nothing is changed."""
    store = store_of(settings)
    disk = _disk(settings)
    try:
        with store.reading() as conn:
            if told := examination.damage(conn):
                return [_damaged(told), disk]
            migrations.check(conn)
            at = standpoint(conn, store.clock)
            now = store.clock.now()
            return [*_of_store(at), *_of_events(at), *_of_clock(at, now), _inbox(at, settings, now), disk]
    except StoreUnreadable as refusal:
        return [Finding("store", "act", refusal.detail, "Do what the sentence says, then examine again."), disk]


def _damaged(told: str) -> Finding:
    return Finding("integrity", "act", f"The store's file is damaged: {told}.", "Restore the store from a backup.")


def _of_store(at: AsKnown) -> Iterator[Finding]:
    yield Finding("store", "fine", "Every migration is applied, and the guards of the record stand.")
    yield Finding("integrity", "fine", "The store's file is whole.")
    if wrong := examination.differences(at.conn):
        yield _listed("derived", "act", "Derived tables that disagree with the record", "Run `leadup rebuild`.", wrong)
    else:
        yield Finding("derived", "fine", "The derived tables agree with the record.")


def _of_events(at: AsKnown) -> Iterator[Finding]:
    do = "Amend the events, or add the name (or this spelling of it) to a pack's names.jsonl and load it."
    yield _listed("names", "note", "Names in use without an entry", do, _unknown(at))
    do = "The first has it; give the others another spelling in names.jsonl, or a joint entry with one_of."
    yield _listed("spellings", "note", "Spellings that several names of one type claim", do, _ambiguous(at))
    do = "Record what became of each: held, cancelled, or a new date."
    yield _listed("overdue", "note", "Events whose window passed without word", do, _overdue(at))
    do = "Reject the link, or draw it anew to the event that stays."
    yield _listed("links", "act", "Links of a retracted event, shown nowhere", do, _unseen(at))
    do = "A calendar is at /calendars/<slug>.ics as well; drop the saved query if the slug is to be the calendar's."
    yield _listed("feeds", "note", "Feeds of a calendar whose slug a query saved before has", do, _hidden(at))


def _listed(check: str, state: State, what: str, do: str, items: list[str]) -> Finding:
    """A finding about several items: fine where there are none."""
    if not items:
        return Finding(check, "fine", f"{what}: none.")
    more = f"; and {len(items) - _TOLD} more" if len(items) > _TOLD else ""
    return Finding(check, state, f"{what}: {len(items)}: {'; '.join(items[:_TOLD])}{more}.", do, items)


def _unknown(at: AsKnown) -> list[str]:
    counted = names.tally(at, names.Bearing(), NAME_TYPES)
    unknown = [(key, seen) for key, seen in counted.items() if key not in at.register.names]
    unknown.sort(key=lambda pair: (NAME_TYPES.index(pair[0][0]), -pair[1].count, pair[0]))
    return [f"{each.name.type} {each.name.name} (borne by {each.seen.count})" for each in names.shown(at, unknown)]


def _ambiguous(at: AsKnown) -> list[str]:
    return [f"{clash.type} {clash.key} ({', '.join(clash.slugs)})" for clash in at.register.clashes()]


def _overdue(at: AsKnown) -> list[str]:
    found = events.hydrate(at, timeline.find(at, EventQuery(overdue=True)))
    return [f"{event.id} ({event.status} {event.when.text})" for event in found]


def _unseen(at: AsKnown) -> list[str]:
    found = examination.unseen_links(at.conn)
    return [f"{link.id} ({link.subject} {link.rel} {link.target}; {link.gone} is retracted)" for link in found]


def _hidden(at: AsKnown) -> list[str]:
    taken = built_in_slugs(at.calendars)
    return [f"{each.slug} (saved by {each.owner})" for each in feeds.every(at.conn) if each.slug in taken]


def _of_clock(at: AsKnown, now: datetime) -> Iterator[Finding]:
    told = subscriptions.counts(at.conn)
    yield _beat(pulse.beat(at.conn), "act" if told.get("active") else "note", now)
    if failure := pulse.failure(at.conn):
        yield Finding("failure", "act", f"The clock's last round failed: {failure}", "Mend what it names.")
    else:
        yield Finding("failure", "fine", "The clock noted no failure.")
    yield _letters(outbox.standing(at.conn))
    do = "End one with `leadup subscriptions end ID`; `leadup subscriptions resume ID` tells it again."
    yield _listed(
        "subscriptions", "act", "Subscriptions paused since their letters were refused for good", do, _paused(at)
    )


def _letters(standing: outbox.Standing) -> Finding:
    if standing.given_up:
        says = f"Letters given up after three days: {standing.given_up}."
        return Finding("letters", "act", says, "Look at the mail server and at LEADUP_SMTP_URL.")
    if standing.delayed:
        says = f"Letters that wait: {standing.waiting}; the newest was delayed: {standing.delayed}"
        return Finding("letters", "note", says, "They are tried again; look at the mail server if this stays.")
    says = f"Letters that wait: {standing.waiting}; none is delayed"
    if standing.refused:
        do = "Those that ask to confirm went to whatever address was typed; the others paused a subscription."
        return Finding("letters", "note", f"{says}; {standing.refused} were refused for good so far.", do)
    return Finding("letters", "fine", f"{says}.")


def _paused(at: AsKnown) -> list[str]:
    return [f"{each.id} ({each.paused_why})" for each in subscriptions.every(at.conn, ["paused"])]


def _beat(beat: str | None, state: State, now: datetime) -> Finding:
    """The clock's last beat; its silence needs a person only where someone is to be told."""
    do = "Start it: `leadup clock`, or `leadup run` for everything."
    if beat is None:
        return Finding("clock", state, "The clock never ran over this store: no letters go.", do)
    silent = (now - datetime.fromisoformat(beat)).total_seconds()
    if silent > pulse.SILENT_SECONDS:
        return Finding("clock", state, f"The clock last beat at {beat}: no letters go.", do)
    return Finding("clock", "fine", f"The clock beats; last at {beat}.")


def _inbox(at: AsKnown, settings: Settings, now: datetime) -> Finding:
    """The addresses that the inbox is read from; one that fails or is silent needs nobody at once."""
    known = inbox.addresses(at.conn)
    stand = standings.standings(known, settings.inbox_feeds, now)
    wrong = [f"{standings.without_query(each.url)} ({each.says.rstrip('.')})" for each in stand if each.says]
    if not settings.inbox_feeds:
        return Finding("inbox", "fine", "The inbox is read from no address: LEADUP_INBOX_FEEDS names none.")
    do = "Look at the address; take one that is gone out of LEADUP_INBOX_FEEDS."
    what = "Addresses of the inbox that fail, are silent or have moved"
    return _listed("inbox", "note", what, do, wrong)


def _disk(settings: Settings) -> Finding:
    folder = next(each for each in settings.store_path.parents if each.exists())
    free = shutil.disk_usage(folder).free
    size = settings.store_path.stat().st_size if settings.store_path.exists() else 0
    says = f"{_mib(free)} MiB are free beside a store of {_mib(size)} MiB."
    if free < size + LOW_BYTES:
        return Finding("disk", "act", says, f"Free at least {_mib(size + LOW_BYTES - free)} MiB: a backup needs them.")
    return Finding("disk", "fine", says)


def _mib(octets: int) -> int:
    return -(-octets // (1024 * 1024))
