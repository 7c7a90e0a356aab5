"""The web application: `create_app(settings)` puts the doors together; gunicorn runs `service.app:create_app()`."""

from __future__ import annotations

import hashlib
import ipaddress
import time
from typing import Final

from flask import Flask, Response, request
from flask_limiter import ApplicationLimit, Limiter, RateLimitExceeded, RequestLimit
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from schemas.errors import DomainError, TooManyRequests, WrongContentType
from schemas.feeds import PRIVATE
from service import doors, masking, problems
from service.api import (
    calendars,
    chains,
    changes,
    events,
    exports,
    feedaddresses,
    feeds,
    gaps,
    health,
    imports,
    kinds,
    leadups,
    links,
    names,
    news,
    privatefeeds,
    revisions,
    savedfeeds,
    subscriptions,
    suggestions,
    tokens,
    when,
    windows,
)
from service.api.conventions import token_name
from service.api.describing import DESCRIPTION, LeadupApi, describe
from service.pages import about, alertlinks, alerts, amend, docs, event, linkpage, month, runup, today
from service.pages import changes as changes_page
from service.pages import events as events_page
from service.pages import feeds as feeds_page
from service.pages import gaps as gaps_page
from service.pages import inbox as inbox_page
from service.pages import leadups as leadups_page
from service.pages import names as names_pages
from service.pages import programmes as programmes_page
from service.pages import record as record_page
from service.pages import retract as retract_page
from service.pages import search as search_page
from service.pages import session as session_page
from service.pages import timeline as timeline_page
from service.pages.conventions import frame
from service.polling import Polled
from service.settings import Settings, read_settings
from service.shelf import Shelf
from service.store import feedbytes, migrations
from service.store.database import Watch, store_of

_READS: Final = ("GET", "HEAD", "OPTIONS")
_WRITES: Final = ("POST", "PUT", "PATCH", "DELETE")

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load and do (Content Security Policy 3): nothing of others, no script or style written into it."""

REFUSED_TOKENS_PER_MINUTE: Final = 60
"""How often an address may come with a token that is not in force."""


_API_DOORS: Final = (
    events.door,
    exports.door,
    revisions.door,
    links.door,
    chains.door,
    suggestions.door,
    calendars.door,
    kinds.door,
    names.door,
    changes.door,
    imports.door,
    leadups.door,
    gaps.door,
    windows.door,
    subscriptions.door,
    when.door,
    tokens.door,
    feeds.door,
    news.door,
    savedfeeds.door,
    feedaddresses.door,
    privatefeeds.door,
    health.door,
)

_PAGES: Final = (
    today.door,
    events_page.door,
    event.door,
    names_pages.door,
    programmes_page.door,
    about.door,
    timeline_page.door,
    month.door,
    leadups_page.door,
    runup.door,
    gaps_page.door,
    search_page.door,
    changes_page.door,
    feeds_page.door,
    alerts.door,
    alertlinks.door,
    docs.door,
    inbox_page.door,
    record_page.door,
    amend.door,
    retract_page.door,
    linkpage.door,
    session_page.door,
)


def create_app(settings: Settings | None = None) -> Flask:
    """The app over a store that is up to date; raises StoreUnreadable for one that is not."""
    told = settings or read_settings()
    app = Flask(__name__, static_folder="pages/static", template_folder="pages/templates")
    app.extensions |= {"leadup": told, "shelf": Shelf(told.feed_memory_mb * 1_000_000)}
    app.config |= _openapi(told) | {"MAX_CONTENT_LENGTH": problems.BODY_LIMIT_BYTES}
    app.context_processor(frame)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    with store_of(told).reading() as conn:
        migrations.check(conn)
    with store_of(told).transaction("leadup") as tx:
        feedbytes.adopt(tx, told.public_url)
    problems.register(app)
    masking.mask_logs(told.secrets)
    app.before_request(_read_whole_body)
    _limit_rates(app, told)
    app.before_request(doors.refuse_foreign_forms)
    app.before_request(doors.refuse_unasked)
    app.before_request(doors.sign_in_by_form)
    app.after_request(doors.zip_files)  # the last of them: what is tagged by then
    app.after_request(_tag)
    app.after_request(doors.note_uses)
    app.after_request(doors.keep_session)
    app.after_request(_open_for_reading)
    app.after_request(_keep_private)
    app.after_request(_keep_to_ourselves)
    api = LeadupApi(app)
    for door in _API_DOORS:
        api.register_blueprint(door)
    describe(api, closed=told.reading == "token")
    for page in _PAGES:
        app.register_blueprint(page)
    if told.reading == "open":
        app.wsgi_app = polled(app, told)  # type: ignore[method-assign]
    return app


def polled(app: Flask, told: Settings) -> Polled:
    """The app, past which kept feeds go out while nothing is written."""
    held = store_of(told)
    return Polled(app.wsgi_app, Watch(held.path), held.clock, told.feed_memory_mb * 1_000_000)


def _openapi(settings: Settings) -> dict[str, object]:
    return {
        "API_TITLE": "Leadup",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/",
        "OPENAPI_JSON_PATH": "openapi.json",
        "API_SPEC_OPTIONS": {
            "info": {
                "description": DESCRIPTION,
                "license": {"name": "Apache-2.0"},
            },
            "servers": [{"url": settings.public_url}],
            "components": {
                "securitySchemes": {
                    "token": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "a token that `leadup token create` or `POST /api/v1/tokens` made",
                    }
                }
            },
        },
    }


def _read_whole_body() -> None:
    """Take in what a client sends before anything is answered: a refusal sent meanwhile would be lost to it."""
    if request.method not in _WRITES:
        return
    coding = request.headers.get("Content-Encoding", "identity")
    if coding.lower() != "identity":
        problems.drain(problems.DRAINED_BYTES)
        raise WrongContentType(f"Content-Encoding {coding} is not understood: send the body as it is.")
    limit = problems.body_limit()
    if limit > problems.BODY_LIMIT_BYTES and not _may_write():
        problems.drain(limit + problems.DRAINED_BYTES)
        return
    request.max_content_length = limit
    full = len(request.get_data()) == limit
    # A body of no announced length is cut at the limit without a word: look whether there is more.
    if full and request.environ["wsgi.input"].read(1):
        raise RequestEntityTooLarge


def _may_write() -> bool:
    """Whether the client may write: only then does a large body get into our memory. Its door refuses it otherwise,
    after the limits have counted it."""
    try:
        token_name("write")
    except DomainError:
        return False
    return True


def _tag(response: Response) -> Response:
    """Give whatever was read the hash of its bytes as its ETag, where its door gave it none, and 304 to who has it."""
    read = request.method in ("GET", "HEAD") and response.status_code == 200
    if read and not response.is_streamed and "ETag" not in response.headers and not response.cache_control.no_store:
        response.add_etag()
        response.make_conditional(request)
    return response


def _open_for_reading(response: Response) -> Response:
    """Let pages of other origins read (Fetch standard, CORS), with a token or a tag in their question. They cannot
    write: no preflight of theirs is told of a method that does."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    if request.method not in _READS and response.status_code != 405:
        return response
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = (
        "Content-Disposition, ETag, Link, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After"
    )
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
        response.headers["Access-Control-Allow-Headers"] = "Accept, Authorization, If-None-Match"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _keep_private(response: Response) -> Response:
    """Let no private address of a feed be told on: by search engines, or as the address that a reader comes from."""
    if request.path.startswith(PRIVATE):
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _keep_to_ourselves(response: Response) -> Response:
    """Let a page load nothing but what is ours."""
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = POLICY
    return response


def _limit_rates(app: Flask, told: Settings) -> None:
    """Limit reads by address, writes by token, and tokens that are not in force by address; not from this machine.

    Counted in this process: several web processes each count for themselves.
    """
    if told.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=told.trusted_proxies)  # type: ignore[method-assign]
    limiter = Limiter(
        _address,
        app=app,
        storage_uri="memory://",
        request_identifier=lambda: request.endpoint or "nowhere",
        application_limits=[
            ApplicationLimit(f"{told.reads_per_minute}/minute", scope="reads", methods=_READS, exempt_when=_from_here),
            ApplicationLimit(
                f"{told.writes_per_minute}/minute", _token, scope="writes", methods=_WRITES, exempt_when=_from_here
            ),
            ApplicationLimit(
                f"{told.subscriptions_per_minute}/minute",
                scope="subscriptions",
                methods=("POST",),
                exempt_when=lambda: _from_here() or request.endpoint not in _SUBSCRIBING,
            ),
            ApplicationLimit(
                f"{REFUSED_TOKENS_PER_MINUTE}/minute",
                scope=_REFUSED,
                exempt_when=lambda: _from_here() or not _shows_token(),
                deduct_when=lambda response: response.status_code == 401 or request.endpoint == _SIGNING_IN,
            ),
        ],
    )
    app.register_error_handler(RateLimitExceeded, lambda _: _too_many(limiter))
    app.after_request(lambda response: _say_what_is_left(limiter, response))


def _shows_token() -> bool:
    """Whether a token is shown: by a program, by the page to sign in, or by a form whose session was over."""
    if "Authorization" in request.headers or request.endpoint == _SIGNING_IN:
        return True
    return request.method == "POST" and not request.path.startswith("/api") and bool(request.form.get("token"))


_REFUSED: Final = "refused tokens"
_SIGNING_IN: Final = "session-page.sign_in"
_SUBSCRIBING: Final = ("subscriptions.subscribe", "alerts-page.ask_for_alerts")
"""Where anybody may have a letter sent to an address that may be another's."""


def _address() -> str:
    """Whose reads are counted together: an IPv4 address, or the 64 bits of an IPv6 address that a network is given."""
    text = request.remote_addr or "nowhere"
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else text


def _token() -> str:
    secret = doors.bearer()
    signed_in = None if secret else doors.signed_in()
    if signed_in:
        return f"signed in as {signed_in.name}"
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest() if secret else _address()


def _from_here() -> bool:
    """Whether the request comes from this machine: over loopback, or over a Unix socket, which has no address."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "127.0.0.1")
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _too_many(limiter: Limiter) -> Response:
    limit = _limit_in_question(limiter)
    wait = max(1, _seconds_to(limit)) if limit else 60
    amount = f"{limit.limit.amount} a minute" if limit else "the limit"
    return problems.refused(
        TooManyRequests(f"This is more than {amount}: try again in {wait} s.", retry_after_seconds=wait)
    )


def _seconds_to(limit: RequestLimit) -> int:
    """Until the minute is over that a limit counts; the library rounds its end up by a second."""
    return min(60, max(0, limit.reset_at - int(time.time())))


def _limit_in_question(limiter: Limiter) -> RequestLimit | None:
    """The limit that was passed, else the one that this sort of request is counted by."""
    every = limiter.current_limits
    passed = [each for each in every if each.breached]
    return next(iter(passed or [each for each in every if _REFUSED not in each.key]), None)


def _say_what_is_left(limiter: Limiter, response: Response) -> Response:
    """`RateLimit-*` (draft-ietf-httpapi-ratelimit-headers-07: reset in seconds), and `X-RateLimit-*` for older clients
    (reset as Unix time)."""
    limit = _limit_in_question(limiter)
    if limit:
        left = str(max(0, limit.remaining))
        for prefix, at in (("", str(_seconds_to(limit))), ("X-", str(limit.reset_at))):
            response.headers[f"{prefix}RateLimit-Limit"] = str(limit.limit.amount)
            response.headers[f"{prefix}RateLimit-Remaining"] = left
            response.headers[f"{prefix}RateLimit-Reset"] = at
    return response
