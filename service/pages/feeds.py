"""/feeds - choose what to subscribe to, see what a calendar program will show of it, and take its address there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from calendars.vevent import Entry
from schemas.errors import InvalidRecord
from schemas.feeds import FeedOptions
from schemas.queries import EventQuery
from schemas.wording import day_words, span_words
from service import counting, previewing, publishing
from service.doors import asking, settings
from service.pages.conventions import given_standpoint, page
from service.pages.feedform import Address, Form, address_of, named_address, only_key_meetings, private_of
from service.pages.typedform import standpoint_of
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


@door.route("/feeds")
@asking
def show_feeds() -> Response:
    """The form, and of what it asks for: its entries to come, its address, and who looks at it how often."""
    form = Form.of(request.args)
    with standpoint_of(form) as (at, refused):
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
            groups=counting.by_group(at, EventQuery(calendar=at.only)),
            key_meetings=_key_meetings(at),
            uncertain=UNCERTAIN,
            alarms=ALARMS,
            past=PAST,
            named=_named(at),
            closed=settings().reading == "token",
            entry_days=entry_days,
            entry_status=entry_status,
            **shown,
        )


def _named(at: AsKnown) -> list[tuple[publishing.Named, Address]]:
    """The feeds that have a name, each with its address; none for a reader who is limited to some calendars."""
    return [] if at.only else [(each, named_address(each, given_standpoint())) for each in publishing.every_feed(at)]


def _result(at: AsKnown, query: EventQuery, options: FeedOptions) -> dict[str, Any]:
    coming = previewing.coming(at, query, options, COMING)
    return {
        "feed": address_of(at, query, options),
        "private": private_of(at, query, options) if settings().reading == "token" else None,
        "coming": coming,
        "latest": [] if coming else previewing.latest(at, query, options, LATEST),
        "options": options,
    }


def _key_meetings(at: AsKnown) -> str:
    """The kinds that are key meetings, in words: `plenaries and party congresses`; empty where there are none."""
    plurals = {kind.slug: kind.plural for each in at.calendars.values() for kind in each.kinds if kind.key_meeting}
    lower = [plural[:1].lower() + plural[1:] for plural in plurals.values()]
    return " and ".join([", ".join(lower[:-1]), lower[-1]] if len(lower) > 1 else lower)


def entry_days(entry: Entry, zone: str) -> str:
    """`11 to 20 December 2025, all day`; `19 February 2026, 09:00 in Pyongyang`."""
    if entry.moment is not None:
        return f"{day_words(entry.first)}, {entry.moment:%H:%M} in {zone.rpartition('/')[2].replace('_', ' ')}"
    return f"{span_words(entry.first, entry.last)}, all day"


def entry_status(entry: Entry) -> str:
    """What its STATUS means to a person; empty where there is nothing to say."""
    words = {"TENTATIVE": "Tentative", "CANCELLED": "Cancelled: most programs hide it or strike it out"}
    return words.get(entry.status, "")
