"""What every page shares: how it is asked as known on a day, how its answer is tagged, how days are put in words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Response, render_template, request

from calendars.description import when_in_words
from schemas.errors import InvalidRecord
from schemas.events import Event, SaidBy
from schemas.wire.fields import load
from schemas.wire.questions import AsKnownSchema
from service.doors import as_known, conditional, settings
from service.store.asknown import AsKnown

_STANDPOINT = ("as_known_on", "through")


@contextmanager
def standing(subject: str | None = None) -> Iterator[AsKnown]:
    """The standpoint that the page's address asks for: `as_known_on` and `through`, empty ones as if left out.
    `subject` is the event that the page is about."""
    unknown = [name for name in request.args if name not in _STANDPOINT]
    if unknown:
        found = [{"detail": f"{name}: unknown here.", "pointer": f"?{name}"} for name in unknown]
        raise InvalidRecord(found, f"This page does not know {', '.join(unknown)}.")
    twice = [name for name in request.args if len(request.args.getlist(name)) > 1]
    if twice:
        raise InvalidRecord([{"detail": f"{name}: given twice.", "pointer": f"?{name}"} for name in twice])
    asked = load(AsKnownSchema(), {name: value for name, value in request.args.items() if value}, "?")
    with as_known(asked.get("as_known_on"), asked.get("through"), subject=subject) as at:
        yield at


def page(template: str, at: AsKnown, *, status: int = 200, **shown: Any) -> Response:
    """A page as HTML, with its ETag. A page as known on a day has the same bytes each time it is asked for."""
    told = settings()
    text = render_template(
        template,
        at=at,
        asked_on=request.args.get("as_known_on") or None,
        besides=[(name, value) for name, value in request.args.items(multi=True) if value and name not in _STANDPOINT],
        on_today=_asking_today(),
        link=_keeping_standpoint,
        loopback=not told.reaches_out,
        public_url=told.public_url,
        public_host=urlsplit(told.public_url).netloc,
        day_words=day_words,
        days_words=days_words,
        who_words=who_words,
        when_words=when_in_words,
        standing_words=standing_words,
        **shown,
    )
    response = Response(text, status, content_type="text/html; charset=utf-8")
    tag = hashlib.sha256(text.encode()).hexdigest()[:16]
    return conditional(response, tag, cache="no-cache" if status == 200 else "no-store")


def _asking_today() -> str:
    """The address of this page without the day it stands on."""
    query = urlencode([(name, value) for name, value in request.args.items(multi=True) if name not in _STANDPOINT])
    return f"{request.path}?{query}" if query else request.path


def _keeping_standpoint(path: str, **more: str) -> str:
    """A link that keeps the day the page stands on."""
    kept = {name: request.args[name] for name in _STANDPOINT if request.args.get(name)}
    query = urlencode({**kept, **more})
    return f"{path}?{query}" if query else path


def day_words(day: date) -> str:
    """`27 April 2026`."""
    return f"{day.day} {day:%B} {day.year}"


def days_words(days: int) -> str:
    """`1 day`, `210 days`."""
    return f"{days:,} day" if days == 1 else f"{days:,} days"


def who_words(said_by: SaidBy | None) -> str:
    """Who gave a date, in words."""
    if said_by is None:
        return "nobody named"
    kinds = {"body": "the body itself", "government": "another government", "press": "the press"}
    return said_by.name or kinds[said_by.who]


def standing_words(event: Event) -> str:
    """`Held: 9-11 December 2025`; `Announced, no date`."""
    _, comma, undated = event.when.text.partition(", no date")
    words = "no date" if comma and not undated else when_in_words(event)
    return f"{event.status.capitalize()}{', ' if words == 'no date' else ': '}{words}"
