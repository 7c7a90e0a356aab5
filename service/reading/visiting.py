"""Visiting an address over HTTP: asked only for what is new, within limits of time and size, wherever it leads by
redirects; what robots may not fetch is left alone."""

from __future__ import annotations

import http.client
import socket
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from threading import Event, Timer
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from schemas.errors import DomainError
from schemas.plaintext import uri
from service.reaching import AtPrivateAddress, client_of, what_failed

REDIRECTS: Final = 5
STEP_SECONDS: Final = 10
WHOLE_SECONDS: Final = 30
"""How long one step of a visit (to connect, to read some more) may take, and the whole of one answer."""

_PORTS: Final = {"http": 80, "https": 443}
_LEADING_ON: Final = (301, 302, 303, 307, 308)
_FOR_GOOD: Final = (301, 308)
_CHUNK: Final = 65_536


class NotRead(DomainError):
    """An address could not be read; the sentence says why. `retry_at` is when it wants to be asked again."""

    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered: 200 with its `octets`, 304 without, or 4xx. `url` is where they were in the end,
    `moved_to` where the address has moved for good."""

    status: int
    url: str
    octets: bytes = b""
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who visits: how it calls itself, what it takes at most, and whether it may reach private addresses."""

    agent: str
    largest: int
    private_allowed: bool

    def visit(self, url: str, given: dict[str, str], may: Callable[[str], None] = lambda _url: None) -> Answer:
        """What `url` answers to the headers `given`; `may` is asked of every address on the way, and raises NotRead for
        one that is to be left alone. Raises NotRead for what is no answer: 429, 5xx, no HTTP, too much, too slow."""
        on_the_way, moved_to, for_good = [url], None, True
        while True:
            parts = parts_of(url)
            may(url)
            status, headers, octets = self._asked(parts, given)
            if status not in _LEADING_ON or "location" not in headers:
                break
            url = _led_to(url, headers["location"])
            if url in on_the_way or len(on_the_way) > REDIRECTS:
                raise NotRead(f"It is redirected {'in a circle' if url in on_the_way else 'too often'}.")
            on_the_way.append(url)
            for_good = for_good and status in _FOR_GOOD
            moved_to = url if for_good else moved_to
        if status == 429 or status >= 500:
            raise _refused(status, headers)
        type_, etag, last = map(headers.get, ("content-type", "etag", "last-modified"))
        return Answer(status, url, octets, type_, etag, last, moved_to)

    def _asked(self, parts: SplitResult, given: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        path = uri(urlunsplit(("", "", parts.path or "/", parts.query, "")))
        try:
            client = client_of(
                parts.scheme, host, port, private_allowed=self.private_allowed, step_seconds=STEP_SECONDS
            )
            with _cut_after(client, WHOLE_SECONDS) as late:
                client.request("GET", path, headers={"User-Agent": self.agent, "Accept-Encoding": "gzip", **given})
                answer = client.getresponse()
                headers = {name.lower(): value for name, value in answer.getheaders()}
                octets = self._read(answer, headers, late) if answer.status == 200 else b""
                return answer.status, headers, octets
        except AtPrivateAddress as cause:
            raise NotRead(f"{cause}: LEADUP_INBOX_PRIVATE=allow permits it.") from cause
        except (OSError, ValueError, http.client.HTTPException) as cause:
            raise NotRead(f"{host} cannot be read: {what_failed(cause)}.") from cause

    def _read(self, answer: http.client.HTTPResponse, headers: dict[str, str], late: Event) -> bytes:
        """The whole of an answer, unpacked; never more than `largest` octets of it in memory, packed or not."""
        unpacking, found = _Unpacking(headers.get("content-encoding", "")), b""
        while piece := answer.read1(_CHUNK):
            found += unpacking.more(piece, self.largest + 1 - len(found))
            if len(found) > self.largest:
                raise NotRead(f"It answers more than {self.largest:,} octets.")
        if late.is_set():
            raise TimeoutError(f"it takes longer than {WHOLE_SECONDS} s")
        if answer.length or not unpacking.whole:
            raise NotRead("Its answer breaks off.")
        return found


@contextmanager
def _cut_after(client: http.client.HTTPConnection, seconds: float) -> Iterator[Event]:
    """Connect, and end the connection after so many seconds however slowly it goes on: one that sends an octet now and
    then never runs into the time that a step may take. The event says that this happened."""
    late = Event()
    client.connect()
    line = client.sock

    def cut() -> None:
        late.set()
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield late
    except (OSError, http.client.HTTPException) as cause:
        raise (TimeoutError(f"it takes longer than {seconds:g} s") if late.is_set() else cause) from cause
    finally:
        timer.cancel()
        client.close()


class _Unpacking:
    """What octets that come in pieces hold, in the Content-Encoding that was asked for or in none."""

    def __init__(self, coding: str) -> None:
        if coding.lower() not in ("", "identity", "gzip", "x-gzip"):
            raise NotRead("It answers in a Content-Encoding that was not asked for.")
        self._gzip = zlib.decompressobj(wbits=31) if coding.lower().endswith("gzip") else None

    def more(self, piece: bytes, most: int) -> bytes:
        """What a further piece holds, of packed ones at most so many octets. A gzip may have several members (RFC 1952
        section 2.2), and zeros behind them."""
        if self._gzip is None:
            return piece
        packed, found = self._gzip.unconsumed_tail + piece, b""
        try:
            while len(found) < most:
                if self._gzip.eof and not (packed := packed.lstrip(b"\0")):
                    break
                if self._gzip.eof:
                    self._gzip = zlib.decompressobj(wbits=31)
                found += self._gzip.decompress(packed, most - len(found))
                packed = self._gzip.unused_data
                if not self._gzip.eof:
                    break
        except zlib.error as cause:
            raise NotRead("What it answers is no gzip.") from cause
        return found

    @property
    def whole(self) -> bool:
        """Whether all of it was there."""
        return self._gzip is None or self._gzip.eof


def _led_to(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location


def parts_of(url: str) -> SplitResult:
    """The parts of an http or https address without a name or password in it; raises NotRead for what is none."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in _PORTS and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise NotRead("It leads to what is no http or https address.")
    return parts


def _refused(status: int, headers: dict[str, str]) -> NotRead:
    words = HTTPStatus(status).phrase if status in [each.value for each in HTTPStatus] else "no status of HTTP"
    refusal = NotRead(f"It answers {status} ({words}).")
    refusal.retry_at = _retry_at(headers.get("retry-after", ""))
    return refusal


def _retry_at(text: str) -> datetime | None:
    """When Retry-After (RFC 9110 section 10.2.3) asks to come again: seconds, or a day of HTTP."""
    now = datetime.now(UTC)
    try:
        if text.isdecimal():
            return datetime.fromtimestamp(now.timestamp() + min(int(text[:9]), 10**8), UTC)
        return parsedate_to_datetime(text).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        return None
