"""A web server that publishes headlines, for tests: what it answers at each path, and what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

Answering = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class FeedServer:
    """`at` says what is answered at each path: octets, or a function that answers; any other path is 404."""

    port: int = 0
    at: dict[str, bytes | Answering] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append((handler.path, {name.lower(): value for name, value in handler.headers.items()}))
        answer = self.at.get(handler.path)
        if answer is None:
            send(handler, 404)
        elif isinstance(answer, bytes):
            send(handler, 200, answer, {"Content-Type": "application/xml"})
        else:
            answer(handler)


def send(
    handler: BaseHTTPRequestHandler, status: int, octets: bytes = b"", headers: dict[str, str] | None = None
) -> None:
    handler.send_response(status)
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    if status != 304:
        handler.send_header("Content-Length", str(len(octets)))
    handler.end_headers()
    handler.wfile.write(octets)


def answering(status: int, octets: bytes = b"", **headers: str) -> Answering:
    """An answer with headers, whose names have `_` for `-`."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: send(handler, status, octets, told)


@contextmanager
def feed_server() -> Iterator[FeedServer]:
    """A server that runs until the end of the block."""
    house = FeedServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with suppress(BrokenPipeError, ConnectionResetError):  # whoever asked has gone away
                house.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    house.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield house
    finally:
        server.shutdown()
        server.server_close()


def rss(*titles: str, ago_days: float = 0, site: str = "https://news.example") -> bytes:
    """RSS 2.0 with an item for each title, published so many days ago."""
    day = format_datetime(datetime.now(UTC) - timedelta(days=ago_days))
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{site}/{abs(hash(title))}</link><pubDate>{day}</pubDate></item>"
        for title in titles
    )
    return f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()


def atom(*titles: str) -> bytes:
    """Atom with an entry for each title; its addresses are relative to the feed's."""
    day = datetime.now(UTC).isoformat()
    entries = "".join(
        f'<entry><title type="html">{escape(title)}</title><id>urn:x:{abs(hash(title))}</id>'
        f'<link href="/a/{abs(hash(title))}"/><updated>{day}</updated></entry>'
        for title in titles
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom news</title>{entries}</feed>'.encode()
