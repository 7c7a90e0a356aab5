"""Getting bytes over HTTP: http and https only, within limits of time and size, and one sentence on failure."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from schemas.errors import DomainError

TIMEOUT_SECONDS: Final = 30
_SCHEMES: Final = {"http": 80, "https": 443}
"""What is fetched from, with the port of each (RFC 9110 section 4.2)."""


class Unreachable(DomainError):
    """An address could not be read; the sentence says which and why."""


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects to http and https alone; to another origin without the token."""

    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: str) -> Any:
        parts_of(newurl)
        again = super().redirect_request(req, fp, code, msg, headers, newurl)
        if again and not same_origin(newurl, req.full_url):
            again.remove_header("Authorization")
        return again


_OPENER = urllib.request.build_opener(_Redirects)


def parts_of(url: str) -> SplitResult:
    """The parts of an http or https address; raises Unreachable for what is none."""
    try:
        parts = urlsplit(url)
        found = parts.scheme in _SCHEMES and bool(parts.hostname)
    except ValueError:
        found = False
    if not found:
        raise Unreachable(f"{url} is no http or https address.")
    return parts


def same_origin(one: str, other: str) -> bool:
    """Whether two addresses are of one scheme, host and port (RFC 6454): what is told to the one may be told to the
    other. From https to http would tell it to everybody on the way."""
    return _origin(one) == _origin(other)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = parts_of(url)
    return parts.scheme, parts.hostname, parts.port or _SCHEMES[parts.scheme]


def fetch(url: str, *, largest: int, token: str | None = None, accept: str = "*/*") -> bytes:
    """What an address answers, of at most `largest` bytes; raises Unreachable."""
    parts_of(url)
    headers = {"Accept": accept, "User-Agent": "leadup"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the scheme was checked above
    try:
        with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as response:
            body: bytes = response.read(largest + 1)
    except urllib.error.HTTPError as cause:
        raise Unreachable(f"{url} answers {cause.code}: {_told(cause)}") from cause
    except (OSError, http.client.HTTPException, ValueError) as cause:
        reason = getattr(cause, "reason", cause)
        raise Unreachable(f"{url} cannot be read: {reason}.") from cause
    if len(body) > largest:
        raise Unreachable(f"{url} answers more than {largest} bytes.")
    return body


def _told(answer: urllib.error.HTTPError) -> str:
    """The sentence of a problem, else the reason phrase."""
    try:
        return str(json.loads(answer.read(65_536))["detail"])
    except (ValueError, KeyError, TypeError, OSError):
        return f"{answer.reason}."
