"""What both doors, api and pages, share: settings, the standpoint of a request, tokens, conditional answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import ParamSpec, TypeVar, cast

from flask import Response, current_app, g, request

from schemas.calendars import Calendar
from schemas.errors import InvalidRecord
from schemas.tokens import Token
from service import addressing
from service.publishing import Named
from service.settings import Settings
from service.store import belonging, feedaddresses, registers, tokens
from service.store.asknown import AsKnown, seen_by, standpoint
from service.store.changes import calendar_of
from service.store.database import Connection, Store, store_of

P = ParamSpec("P")
R = TypeVar("R")


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
    *,
    subject: str | None = None,
) -> Iterator[AsKnown]:
    """The standpoint of this request, on one read transaction; admits readers where reading is closed.

    What is asked about one event or link, `subject`, is asked on the days of its calendar.

    Where reading is closed, a token limited to calendars is admitted only where the question names `calendars` of its
    own, or the `subject` belongs to such (a link to those of both its ends): a door that names neither is closed to it.
    """
    held = store()
    with held.reading() as conn:
        only = _admit_reader(conn, calendars, subject)
        if subject and (calendar := calendar_of(conn, subject)):
            calendars = (calendar,)
        yield standpoint(conn, held.clock, day, through, calendars, only)


def _admit_reader(conn: Connection, calendars: tuple[str, ...], subject: str | None) -> tuple[str, ...]:
    """As `reader_limits`; raises ScopeMissing where a limited reader asks beyond them."""
    limits = reader_limits(conn)
    if limits:
        asked = calendars or (belonging.calendars_of(conn, (subject,)) if subject else ())
        cast("Token", g.token).admit("read", asked)
    return limits


def reader_limits(conn: Connection) -> tuple[str, ...]:
    """The calendars that the reader is limited to, empty for none; where reading is closed, raises TokenMissing for one
    who has no token.

    Where reading is open none is limited, and a token need not be sent; one that is must be in force all the same, so
    that nobody goes on with one that was revoked, and its use is noted."""
    closed = settings().reading == "token"
    token = admitted(conn, "read") if closed or bearer() else None
    return token.calendars if token and closed else ()


@contextmanager
def at_private_address(secret: str, day: date | None, through: int | None) -> Iterator[tuple[AsKnown, Named]]:
    """The feed that a private address opens, and the standpoint of this request on it; raises FeedNotFound. The address
    admits its reader; a token that is sent besides must be in force all the same."""
    held, closed = store(), settings().reading == "token"
    with held.reading() as conn:
        if bearer():
            admitted(conn, "read")
        g.feed_address, at, named = addressing.opened(conn, held.clock, secret, (day, through), closed=closed)
        yield at, named


def visible_calendars() -> dict[str, Calendar]:
    """The calendars, through everything recorded, that this request's reader may know of; raises as `reader_limits`."""
    with store().reading() as conn:
        return seen_by(reader_limits(conn), registers.calendars(conn))


def admitted(conn: Connection, scope: str) -> Token:
    """The token of this request, if it may `scope`; raises TokenMissing or ScopeMissing."""
    g.token = tokens.admit(conn, bearer(), scope, store().clock.now())
    return cast("Token", g.token)


def note_uses(response: Response) -> Response:
    """Note that the token or the private address of this request was used; for after the request, when none of its
    transactions is open. Who looks at an address sends no token: of that no use is noted."""
    if "token" in g:
        tokens.note_use(store(), g.token)
    if "feed_address" in g:
        feedaddresses.note_use(store(), g.feed_address)
    return response


def bearer() -> str | None:
    """The secret of the Authorization header, or None."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() or None if scheme.lower() == "bearer" else None


def asking(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that reads the query fields of its address itself, and refuses those that it does not know."""
    view.reads_query = True  # type: ignore[attr-defined]
    return view


def refuse_unasked() -> None:
    """Refuse query fields at an address that takes none: passed over, `?dry_run=true` would be done in earnest."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view and request.args and not getattr(view, "reads_query", False):
        raise InvalidRecord(
            [{"detail": "Unknown field: this address takes none.", "pointer": f"?{name}"} for name in request.args]
        )


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
