"""/inbox - the headlines that wait, those with the calendar's words first: one click records or dismisses one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, request

from schemas.errors import DomainError, HeadlineNotFound, InvalidRecord
from schemas.events import EventDraft
from schemas.headlines import Headline
from schemas.wire.drafts import SourceSchema
from schemas.wire.fields import load
from service import dating, doors, revising, sifting, understanding
from service.doors import as_known, asking, settings, store
from service.pages import record
from service.pages.conventions import asks_today, page, reader, standing
from service.sifting import Sifted
from service.standings import minute, standings, without_query
from service.store import inbox
from service.store.asknown import AsKnown

door = Blueprint("inbox-page", __name__)

SHOWN = 40
READ = 10
SETTLED = 15
"""How many headlines a page shows, of how many it says what their titles say, and how many that were dealt with."""


@dataclass(frozen=True)
class Row:
    """A headline, and what recording it records at once: None where its title does not say all of it."""

    sifted: Sifted
    ready: EventDraft | None


@door.route("/inbox")
@asking
def show_inbox() -> Response:
    """What waits today, what became of the last, how the addresses stand; nothing of it on a page of another day."""
    with standing(also=("page", "done")) as at:
        if not asks_today():
            return page("inbox.html", at, past=True, entering=True)
        signed, told = reader(), inbox.addresses(at.conn)
        return page(
            "inbox.html",
            at,
            entering=True,
            may_write=signed is not None and signed.may("write"),
            standings=standings(told, settings().inbox_feeds, store().clock.now()),
            names={url: each.title for url, each in told.items() if each.title},
            done=_done(at),
            day_of=partial(sifting.reported_on, at),
            minute=minute,
            without_query=without_query,
            host_of=host_of,
            **_opened(at),
        )


def _opened(at: AsKnown) -> dict[str, Any]:
    """The headlines that the page shows, and what became of the last."""
    number, found = _page_number(), sifting.opened(at, SETTLED)
    first = (number - 1) * SHOWN
    shown = sifting.with_likely(at, found.waiting[first : first + SHOWN])
    return {
        "rows": [
            Row(each, _ready(at, each.headline) if each.names and n < READ else None) for n, each in enumerate(shown)
        ],
        "first": first,
        "waiting": len(found.waiting),
        "number": number,
        "further": number + 1 if len(found.waiting) > first + SHOWN else None,
        "settled": found.settled,
        "events": sifting.shown_events(at, found.settled),
    }


def _page_number() -> int:
    text = request.args.get("page") or "1"
    if not (text.isascii() and text.isdecimal() and int(text[:5]) > 0 and len(text) < 5):
        raise InvalidRecord([{"detail": "Not a page: give a number from 1.", "pointer": "?page"}])
    return int(text)


def _done(at: AsKnown) -> Headline | None:
    """The headline that was dealt with just now, as the address says."""
    text = request.args.get("done") or ""
    try:
        found = inbox.one(at.conn, int(text)) if text.isascii() and text.isdecimal() and len(text) < 16 else None
    except HeadlineNotFound:
        return None
    return found if found and found.state != "waiting" else None


@door.route("/inbox/<int:number>", methods=["POST"])
def settle(number: int) -> Response:
    """Record a headline, as a report of an event that stands or as one of its own, or dismiss it; or put
    back what was dismissed."""
    doing = request.form.get("do")
    with store().reading() as conn:
        by = doors.admitted(conn, "write").name
        headline = inbox.one(conn, number)
    if doing == "dismiss":
        sifting.dismiss(store(), number, by=by)
        return _to(f"/inbox?done={number}")
    if doing == "put-back":
        sifting.put_back(store(), number, by=by)
        return _to(f"/inbox#headline-{number}")
    if doing == "source":
        return _as_source(headline, request.form.get("event", ""))
    if doing in ("record", "as-read"):
        return _recorded(headline, as_read=doing == "as-read")
    raise InvalidRecord(
        [{"detail": "Say what is to be done: record, as-read, source, dismiss, put-back.", "pointer": "/do"}]
    )


def _as_source(headline: Headline, event: str) -> Response:
    by = doors.writer(subjects=[event])
    with as_known(subject=event) as at:
        headed = understanding.headed(at, headline.url, headline.title)
        told = {"publisher": headed.publisher, "title": headed.title}
        told |= {"url": headline.url, "published": sifting.reported_on(at, headline).isoformat()}
    revising.add_sources(store(), event, (load(SourceSchema(), told),), by=by)
    return _to(f"/events/{event}#sources")


def _recorded(headline: Headline, *, as_read: bool) -> Response:
    """On to the form, with the report filled in; but what the page showed to be read from the title, and still is, is
    recorded at once."""
    with as_known() as at:
        ready = _ready(at, headline) if as_read else None
        day = sifting.reported_on(at, headline)
    if ready:
        return record.recorded(ready, doors.writer(ready.calendar))
    told = {"url": headline.url, "title": headline.title, "published": day.isoformat()}
    return _to(f"/record?{urlencode(told)}")


def _ready(at: AsKnown, headline: Headline) -> EventDraft | None:
    """What a headline says for certain, as it would be recorded: its day in digits, its kind, and a place or a person;
    None where anything of that is missing, or where it may be recorded already."""
    day = sifting.reported_on(at, headline)
    title = understanding.headed(at, headline.url, headline.title).title
    when = dating.day_in(title, day)
    if when is None:
        return None
    begun = record.begun(at, headline.url, headline.title, day.isoformat())
    try:
        looked = record.checked(at, begun.filled(title=title, when=when.edtf))
    except DomainError:
        return None
    draft = looked.draft
    whole = draft and not looked.same and draft.status == "held" and (draft.place or draft.people)
    return draft if whole else None


def host_of(url: str) -> str:
    """The host of an address, without its `www.`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _to(address: str) -> Response:
    return redirect(address, 303)  # type: ignore[return-value]
