"""What every page shares: how it is asked as known on a day, how its answer is tagged, how days are put in words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import Response, g, redirect, render_template, request

from calendars.description import when_in_words
from schemas.errors import DomainError, InvalidRecord
from schemas.events import Event, SaidBy
from schemas.tokens import Token
from schemas.vocabulary import SAYERS_IN_WORDS
from schemas.wire.fields import load
from schemas.wire.questions import AsKnownSchema
from schemas.wording import day_words
from service.doors import as_known, conditional, settings, signed_in
from service.pages.recordform import field_words
from service.problems import DAY_REFUSED
from service.store.asknown import AsKnown

STANDPOINT = ("as_known_on", "through")


@contextmanager
def standing(
    subject: str | None = None, *, also: Sequence[str] = (), calendars: tuple[str, ...] = ()
) -> Iterator[AsKnown]:
    """The standpoint that the page's address asks for: `as_known_on` and `through`, empty ones as if left out.
    `subject` is the event that the page is about, `calendars` are those that it is about; `also` are the other query
    fields that it reads."""
    asked = standpoint_asked(also)
    with as_known(asked.get("as_known_on"), asked.get("through"), calendars, subject=subject) as at:
        yield at


def standpoint_asked(also: Sequence[str] = ()) -> dict[str, Any]:
    """The day and the change that the address asks for; raises InvalidRecord, for fields that the page does not know or
    that are given twice too."""
    unknown = [name for name in request.args if name not in (*STANDPOINT, *also)]
    if unknown:
        found = [{"detail": f"{name}: unknown here.", "pointer": f"?{name}"} for name in unknown]
        raise InvalidRecord(found, f"This page does not know {', '.join(unknown)}.")
    twice = [name for name in request.args if len(request.args.getlist(name)) > 1]
    if twice:
        raise InvalidRecord([{"detail": f"{name}: given twice.", "pointer": f"?{name}"} for name in twice])
    asked: dict[str, Any] = load(AsKnownSchema(), given_standpoint(), "?")
    return asked


def given_standpoint() -> dict[str, str]:
    """The day and the change of the address as they were typed, empty ones as if left out."""
    return {name: request.args[name] for name in STANDPOINT if request.args.get(name)}


def page(template: str, at: AsKnown, *, status: int = 200, **shown: Any) -> Response:
    """A page as HTML, with its ETag. A page as known on a day has the same bytes each time it is asked for."""
    told = settings()
    text = render_template(
        template,
        at=at,
        lasting=_lasting(at) if status == 200 else None,
        loopback=not told.reaches_out,
        public_url=told.public_url,
        public_host=urlsplit(told.public_url).netloc,
        **shown,
    )
    return as_page(text, status)


def as_page(text: str, status: int = 200) -> Response:
    """HTML with its ETag, and 304 where the reader has it."""
    response = Response(text, status, content_type="text/html; charset=utf-8")
    tag = hashlib.sha256(text.encode()).hexdigest()[:16]
    told = conditional(response, tag, cache=_cache() if status == 200 else "no-store")
    if not _in_the_past():
        told.vary.add("Cookie")
    return told


def _cache() -> str:
    return "private, no-cache" if reader() else "no-cache"


def asks_today() -> bool:
    """Whether a page is asked for as of today, through all that is recorded."""
    return not _in_the_past()


def _in_the_past() -> bool:
    return any(request.args.get(name) for name in STANDPOINT)


def reader() -> Token | None:
    """The token by which whoever reads the page is signed in; None on a page as known on a day, which is the same for
    all: what is entered is entered today."""
    return None if _in_the_past() else signed_in()


def barred(calendar: str) -> str | None:
    """Why whoever is signed in may not write in a calendar, in words; None for who may, and where nobody is known to be
    signed in."""
    token = reader()
    if token is None:
        return None
    if not token.may("write"):
        return f"{token.name} may {token.scope}, not write"
    elsewhere = bool(token.calendars) and calendar not in token.calendars
    return f"{token.name} may write only in {', '.join(token.calendars)}" if elsewhere else None


def frame() -> dict[str, Any]:
    """What the frame around every page shows, one that refuses too: the day it stands on, and links that keep it."""
    asked = _kept_standpoint()
    return {
        "asked_on": asked.get("as_known_on"),
        "asked_through": asked.get("through"),
        "besides": [
            (name, value) for name, value in request.args.items(multi=True) if value and name not in STANDPOINT
        ],
        "on_today": _asking_today(),
        "reader": reader(),
        "barred": barred,
        "here": _here(),
        "link": _keeping_standpoint,
        "day_words": day_words,
        "days_words": days_words,
        "field_words": field_words,
        "who_words": who_words,
        "when_words": when_in_words,
        "standing_words": standing_words,
    }


def _kept_standpoint() -> dict[str, Any]:
    """The day and change of the address as far as they can be read and were not refused: links keep no others."""
    if g.get(DAY_REFUSED):
        return {}
    try:
        asked: dict[str, Any] = load(AsKnownSchema(), given_standpoint(), "?")
    except DomainError:
        return {}
    return asked


def _here() -> str:
    """The address of this page, to come back to; one with a slash behind is the same page."""
    path = request.path.rstrip("/") or "/"
    return f"{path}?{query}" if (query := request.query_string.decode("ascii", "replace")) else path


def leading_to(path: str) -> Response:
    """On to another address of ours, for good, by the same question."""
    query = request.query_string.decode("ascii", "replace")
    return redirect(f"{path}?{query}" if query else path, 308)  # type: ignore[return-value]


def _asking_today() -> str:
    """The address of this page without the day it stands on."""
    query = urlencode([(name, value) for name, value in request.args.items(multi=True) if name not in STANDPOINT])
    return f"{request.path}?{query}" if query else request.path


def _lasting(at: AsKnown) -> str:
    """The address under which this page stays as it is: of this day, through the last change known by then."""
    besides = [(name, value) for name, value in request.args.items(multi=True) if value and name not in STANDPOINT]
    standpoint = [("as_known_on", at.day.isoformat()), ("through", str(at.printed))]
    return f"{quote(request.path)}?{urlencode([*besides, *standpoint])}"


def _keeping_standpoint(path: str, **more: object) -> str:
    """A link that keeps the day, and the change, that the page stands on."""
    kept = {name: str(value) for name, value in _kept_standpoint().items()}
    query = urlencode({**{name: value for name, value in more.items() if value not in (None, "")}, **kept}, safe=",")
    return f"{path}{'&' if '?' in path else '?'}{query}" if query else path


def days_words(days: int) -> str:
    """`1 day`, `210 days`."""
    return f"{days:,} day" if days == 1 else f"{days:,} days"


def who_words(said_by: SaidBy | None) -> str:
    """Who gave a date, in words."""
    if said_by is None:
        return "someone not named"
    return said_by.name or SAYERS_IN_WORDS[said_by.who]


def standing_words(event: Event) -> str:
    """`Held: 9-11 December 2025`; `Announced, no date`."""
    _, comma, undated = event.when.text.partition(", no date")
    words = "no date" if comma and not undated else when_in_words(event)
    return f"{event.status.capitalize()}{', ' if words == 'no date' else ': '}{words}"
