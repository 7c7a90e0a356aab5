"""/feeds - choose what to subscribe to, see what a calendar program will show of it, and take its address there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, request

from calendars.vevent import Entry
from schemas.errors import AskedInFuture, DomainError, InvalidRecord, ThroughAhead
from schemas.feeds import FeedOptions
from schemas.queries import EventQuery
from schemas.vocabulary import GROUPS, Kind
from service import answering, previewing, publishing
from service.doors import as_known, asking, settings
from service.pages.conventions import day_words, page
from service.pages.feedform import Form, address_of, named_address, only_key_meetings, private_of
from service.store import timeline
from service.store.asknown import AsKnown

door = Blueprint("feeds-page", __name__)

COMING = 10
LATEST = 5

UNCERTAIN = {
    "auto": "A window of at most ten days as a band, a wider one as a single day; the title names it.",
    "span": "Every window as a band, however wide.",
    "first": "As the earliest day it can be.",
    "skip": "Not at all: only days that are exactly known.",
}
ALARMS = {"30d": "30 days before", "7d": "7 days before", "1d": "the day before"}
PAST = {"": "Everything", "365": "The last year", "30": "The last 30 days", "0": "Only what lies ahead"}
LABELS = {
    "q": "Words",
    "key_meetings": "Key meetings only",
    "uncertain": "Dates that are not exactly known",
    "past": "How far back",
    "alarms": "Reminders",
    "include": "How sure",
}
"""What fields are called where their own name does not say it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A kind to be ticked, and how many events of it are known."""

    kind: Kind
    count: int


@door.route("/feeds")
@asking
def show_feeds() -> Response:
    """The form, and of what it asks for: its entries to come, its address, and who looks at it how often."""
    form = Form.of(request.args)
    with _standing(form) as (at, refused):
        mistakes = [mistake for each in refused for mistake in each.errors()]
        whole, _, _ = form.read
        if whole and not mistakes:
            options, query = whole
            try:
                query = only_key_meetings(at, query) if form.key_meetings else query
            except InvalidRecord as refusal:
                mistakes = refusal.errors()
        shown = {} if mistakes or not whole else _result(at, query, options)
        return page(
            "feeds.html",
            at,
            status=422 if mistakes else 200,
            form=form,
            mistakes={each["pointer"].removeprefix("?"): each["detail"] for each in mistakes},
            labels=LABELS,
            calendars=list(at.calendars.values()),
            groups=_groups(at),
            key_meetings=_key_meetings(at),
            uncertain=UNCERTAIN,
            alarms=ALARMS,
            past=PAST,
            named=[] if at.only else [(each, named_address(each, _standpoint())) for each in publishing.every_feed(at)],
            closed=settings().reading == "token",
            entry_days=entry_days,
            entry_status=entry_status,
            **shown,
        )


@contextmanager
def _standing(form: Form) -> Iterator[tuple[AsKnown, list[DomainError]]]:
    """Where the form stands, or today where it asks for a day that there is not; and all that is refused of it."""
    _, _, refused = form.read
    asked = form.asked
    calendars = asked.get("calendar", ())
    with ExitStack() as stack:
        try:
            at = stack.enter_context(as_known(asked.get("as_known_on"), asked.get("through"), calendars))
        except (AskedInFuture, ThroughAhead, InvalidRecord) as refusal:
            refused = [*refused, refusal]
            at = stack.enter_context(as_known(calendars=calendars))
        told = {each["pointer"] for refusal in refused for each in refusal.errors()}
        unknown = [each for each in answering.unknown(at, asked) if each.errors()[0]["pointer"] not in told]
        yield at, [*refused, *unknown]


def _result(at: AsKnown, query: EventQuery, options: FeedOptions) -> dict[str, Any]:
    coming = previewing.coming(at, query, options, COMING)
    return {
        "feed": address_of(at, query, options),
        "private": private_of(at, query, options) if settings().reading == "token" else None,
        "coming": coming,
        "latest": [] if coming else previewing.latest(at, query, options, LATEST),
        "options": options,
    }


def _standpoint() -> dict[str, str]:
    return {name: request.args[name] for name in ("as_known_on", "through") if request.args.get(name)}


def _groups(at: AsKnown) -> list[tuple[str, list[Choice]]]:
    """By group, the kinds that any calendar declares, with how many events of each are known to the reader."""
    kinds = {kind.slug: kind for each in reversed(at.calendars.values()) for kind in each.kinds}
    choices = [
        Choice(kind, timeline.count(at, EventQuery(calendar=at.only, kind=(slug,)))) for slug, kind in kinds.items()
    ]
    grouped = [(group, [each for each in choices if each.kind.group == group]) for group in GROUPS]
    return [(group, found) for group, found in grouped if found]


def _key_meetings(at: AsKnown) -> str:
    """The kinds that are key meetings, in words: `plenaries and party congresses`; empty where there are none."""
    plurals = {kind.slug: kind.plural for each in at.calendars.values() for kind in each.kinds if kind.key_meeting}
    lower = [plural[:1].lower() + plural[1:] for plural in plurals.values()]
    return " and ".join([", ".join(lower[:-1]), lower[-1]] if len(lower) > 1 else lower)


def entry_days(entry: Entry, zone: str) -> str:
    """`11 to 20 December 2025, all day`; `19 February 2026, 09:00 in Pyongyang`."""
    if entry.moment is not None:
        return f"{day_words(entry.first)}, {entry.moment:%H:%M} in {zone.rpartition('/')[2].replace('_', ' ')}"
    if entry.first == entry.last:
        return f"{day_words(entry.first)}, all day"
    return f"{_opening(entry.first, entry.last)} to {day_words(entry.last)}, all day"


def _opening(first: date, last: date) -> str:
    """The first day without what it has in common with the last."""
    if first.year != last.year:
        return day_words(first)
    return str(first.day) if first.month == last.month else f"{first.day} {first:%B}"


def entry_status(entry: Entry) -> str:
    """What its STATUS means to a person; empty where there is nothing to say."""
    words = {"TENTATIVE": "Tentative", "CANCELLED": "Cancelled: most programs hide it or strike it out"}
    return words.get(entry.status, "")
