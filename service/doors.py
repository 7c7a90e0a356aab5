"""What both doors, api and pages, share: settings, the standpoint of a request, tokens, conditional answers."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Final, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from flask import Response, current_app, g, request

from schemas.calendars import Calendar
from schemas.errors import DomainError, InvalidRecord, SentFromElsewhere
from schemas.tokens import Token
from service import addressing, signing
from service.publishing import Named
from service.settings import Settings
from service.shelf import Shelf
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


def shelf() -> Shelf:
    """What the running app keeps of answers that it made before."""
    return cast("Shelf", current_app.extensions["shelf"])


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
    """The token of this request, sent with it or signed in with, if it may `scope`; raises TokenMissing or
    ScopeMissing."""
    now, name = store().clock.now(), None if bearer() else _signed_in_name(conn)
    token = tokens.admit_named(conn, name, scope, now) if name else tokens.admit(conn, bearer(), scope, now)
    g.token = token
    return token


def writer(*calendars: str, subjects: Sequence[str] = ()) -> str:
    """The name of the token that may write there, as `writing_token`."""
    return writing_token(*calendars, subjects=subjects).name


def writing_token(*calendars: str, subjects: Sequence[str] = ()) -> Token:
    """The token that may write in `calendars` and in those of the events `subjects`; raises TokenMissing
    (401) or ScopeMissing (403). Where neither is named, a token limited to calendars is refused."""
    with store().reading() as conn:
        token = admitted(conn, "write")
        if token.calendars:
            token.admit("write", {*calendars, *belonging.calendars_of(conn, subjects)})
        return token


SESSION: Final = "leadup-session"
"""The cookie of a browser that is signed in: the signed name of the token that it showed."""


def _signed_in_name(conn: Connection) -> str | None:
    """Whose token the browser showed. It counts for what is read, and for the forms of pages; programs that write at
    the API send their token each time."""
    word = g.get("session_word") or request.cookies.get(SESSION)
    if not word or (request.path.startswith("/api") and request.method not in ("GET", "HEAD")):
        return None
    return signing.session_name(conn, word, store().clock.now())


def signed_in() -> Token | None:
    """The token in force by which this browser is signed in; None for one that is not."""
    if "signed_in" not in g and not request.cookies.get(SESSION):
        return None
    if "signed_in" not in g:
        with store().reading() as conn:
            g.signed_in = _signed_in(conn)
    return cast("Token | None", g.signed_in)


def _signed_in(conn: Connection) -> Token | None:
    name = _signed_in_name(conn)
    try:
        return tokens.admit_named(conn, name, "read", store().clock.now()) if name else None
    except DomainError:
        return None


def own_calendars() -> tuple[str, ...]:
    """What a page of entering is about that names no calendar: where reading is closed, those that whoever is signed in
    is limited to; else all (empty)."""
    token = signed_in() if settings().reading == "token" else None
    return token.calendars if token else ()


def sign_in(secret: str) -> Token:
    """The token of that secret, for a browser that is to be signed in by it, in this request already; raises
    TokenMissing."""
    with store().reading() as conn:
        token = tokens.admit(conn, secret, "read", store().clock.now())
        g.session_word = signing.session(conn, token.name, store().clock.now())
    g.token = g.signed_in = token
    return token


def sign_in_by_form() -> None:
    """Sign in by the token that was typed into any form of a page, before it is looked at; raises TokenMissing. The
    page to sign in has a door of its own."""
    if request.method != "POST" or request.path.startswith((*UNGUARDED, "/sign-in")):
        return
    if secret := request.form.get("token", "").strip():
        sign_in(secret)


def keep_session(response: Response) -> Response:
    """Have the browser keep that it signed in during this request. Its cookie goes to no page of another site and to no
    script (RFC 6265bis), and over https alone where that is how the service is reached."""
    if word := g.pop("session_word", None):
        response.set_cookie(
            SESSION,
            word,
            max_age=signing.SESSION_DAYS * 24 * 3600,
            secure=settings().public_url.startswith("https:"),
            httponly=True,
            samesite="Strict",
        )
    return response


UNGUARDED: Final = ("/api/", "/alerts/confirm/", "/alerts/unsubscribe/", "/alerts/manage/")
"""Where nothing rests on who is signed in: on the token that is sent, or the signed link, which mail programs follow by
a POST of their own (RFC 8058)."""


def refuse_foreign_forms() -> None:
    """Refuse a form that a page of another site sent, as the browser says (Fetch Metadata; Origin, RFC 6454). A request
    that says neither is no browser's: it has nobody's cookie."""
    if request.method != "POST" or request.path.startswith(UNGUARDED):
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    ours = {request.host, urlsplit(settings().public_url).netloc}
    own = site in ("same-origin", "none") if site else not origin or urlsplit(origin).netloc in ours
    if not own:
        raise SentFromElsewhere("This form was sent by a page of another site: nothing was done.")


def note_uses(response: Response) -> Response:
    """Note that the token or the private address of this request was used; for after the request, when none of its
    transactions is open. Who looks at an address sends no token: of that no use is noted."""
    if "token" in g:
        tokens.note_use(store(), g.token)
    if "feed_address" in g:
        feedaddresses.note_use(store(), g.feed_address)
    return response


_ZIPPED: Final = ("api-docs.openapi_json", "static")
"""What is the same for all and long."""


def zip_files(response: Response) -> Response:
    """Send files that are the same for all as gzip to who takes it, with a tag of its own (RFC 9110 section 8.8.3)."""
    if request.endpoint not in _ZIPPED or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    tag = response.get_etag()[0]
    if response.status_code != 200 or not tag or request.accept_encodings.quality("gzip") <= 0:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    kept = shelf().take(("zipped", request.path), tag, lambda: gzip.compress(body, 6, mtime=0))
    response.set_data(kept)
    response.headers["Content-Encoding"] = "gzip"
    response.set_etag(f"{tag}-gzip")
    return cast("Response", response.make_conditional(request))


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
        response.vary.update(("Authorization", "Cookie"))
    if response.status_code != 200:
        return response
    return cast("Response", response.make_conditional(request))
