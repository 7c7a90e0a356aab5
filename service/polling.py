"""Polls: a feed asked for again while nothing was written goes out as it went before, past all of the app.

Calendar programs ask for the same feed for years, and nearly always nothing is new. What a first asker got is kept with
the state of the store it was made from; it is given again only to who asks exactly the same of exactly that state.
These answers are not counted as reads: counting would cost more than they do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from werkzeug.datastructures import Accept, ETags
from werkzeug.http import parse_accept_header, parse_etags
from werkzeug.wrappers import Response

from schemas.feeds import PRIVATE
from service.clock import Clock
from service.shelf import Shelf
from service.store.database import Watch

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BODY: Final = "leadup.body"
"""Where a door leaves, in the environment of its request, the bytes that the answer's body is."""

ZIPPED: Final = ".gzip"
"""What the tag of a feed as gzip ends with (RFC 9110 section 8.8.3.3)."""

_QUARTER_SECONDS: Final = 900
"""At whose turn days begin in every zone there is: some feeds move with the day."""

_OF_THE_MOMENT: Final = ("content-length", "date", "ratelimit", "x-ratelimit", "retry-after")


@dataclass(frozen=True, slots=True)
class _Answer:
    headers: list[tuple[str, str]]
    body: bytes

    def __len__(self) -> int:
        return len(self.body)


class Polled:
    """A WSGI app whose feeds, where reading is open, are kept as answered until `watch` sees a write."""

    def __init__(self, app: WSGIApplication, watch: Watch, clock: Clock, capacity_bytes: int) -> None:
        self._app = app
        self._watch = watch
        self._clock = clock
        self._shelf = Shelf(capacity_bytes)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not _poll(environ):
            return self._app(environ, start_response)
        question = _question(environ)
        # Before the app reads the store: what is written meanwhile makes its answer one of a state that is over.
        state = (self._watch.state(), int(self._clock.now().timestamp()) // _QUARTER_SECONDS)
        kept = self._shelf.kept(question, state) if state[0] else None
        if isinstance(kept, _Answer):
            return _again(kept, environ)(environ, start_response)
        return self._app(environ, self._keeping(question, state, environ, start_response))

    def _keeping(
        self, question: object, state: object, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Callable[..., Any]:
        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            body = environ.get(BODY)
            lasting = [each for each in headers if not each[0].lower().startswith(_OF_THE_MOMENT)]
            if body is not None and status.startswith("200") and any(name == "Last-Modified" for name, _ in headers):
                self._shelf.take(question, state, lambda: _Answer(lasting, body))
            return start_response(status, headers, *more)

        return started


def _again(kept: _Answer, environ: WSGIEnvironment) -> Response:
    response = Response(kept.body, headers=kept.headers)
    tag, _ = response.get_etag()
    response.set_etag(tag_asked_for(tag or "", parse_etags(environ.get("HTTP_IF_NONE_MATCH"))))
    return response.make_conditional(environ)


def tag_asked_for(tag: str, has: ETags) -> str:
    """The tag of a feed, plain or as gzip, or of its other form where the client has that: either says the same."""
    other = tag.removesuffix(ZIPPED) if tag.endswith(ZIPPED) else tag + ZIPPED
    return other if has.contains_weak(other) and not has.contains_weak(tag) else tag


def _poll(environ: WSGIEnvironment) -> bool:
    """Whether a feed is asked for, by nobody in particular: not at a private address, whose uses are noted."""
    path = environ.get("PATH_INFO", "")
    asked = environ["REQUEST_METHOD"] in ("GET", "HEAD") and path.endswith((".ics", ".atom"))
    return asked and "HTTP_AUTHORIZATION" not in environ and not path.startswith(PRIVATE)


def _question(environ: WSGIEnvironment) -> tuple[str, str, bool]:
    zipped = parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING"), Accept).quality("gzip") > 0
    return environ["PATH_INFO"], environ.get("QUERY_STRING", ""), zipped
