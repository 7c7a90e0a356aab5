"""What both doors, api and pages, share: settings, the standpoint of a request, tokens, conditional answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import cast

from flask import Response, current_app, request

from service.settings import Settings
from service.store import tokens
from service.store.asknown import AsKnown, standpoint
from service.store.changes import calendar_of
from service.store.database import Store, store_of


def settings() -> Settings:
    """The settings of the running app."""
    return cast("Settings", current_app.extensions["leadup"])


def store() -> Store:
    """The store of the running app."""
    return store_of(settings())


@contextmanager
def as_known(
    day: date | None = None,
    through: int | None = None,
    calendars: tuple[str, ...] = (),
    subject: str | None = None,
) -> Iterator[AsKnown]:
    """The standpoint of this request, on one read transaction; admits readers where reading is closed.

    What is asked about one event or link, `subject`, is asked on the days of its calendar."""
    held = store()
    with held.reading() as conn:
        if settings().reading == "token":
            tokens.admit(conn, bearer(), "read")
        if subject and (calendar := calendar_of(conn, subject)):
            calendars = (calendar,)
        yield standpoint(conn, held.clock, day, through, calendars)


def bearer() -> str | None:
    """The secret of the Authorization header, or None."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def conditional(response: Response, tag: str, *, cache: str = "no-cache") -> Response:
    """The response with its ETag; 304 (RFC 9110 section 13) where the client has it already."""
    response.set_etag(tag)
    closed = settings().reading == "token"
    response.headers["Cache-Control"] = cache.replace("public", "private") if closed else cache
    if closed:
        response.headers["Vary"] = "Authorization"
    if response.status_code != 200:
        return response
    return cast("Response", response.make_conditional(request))
