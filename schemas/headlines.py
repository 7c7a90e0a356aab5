"""Headlines: what others publish and somebody is to record or dismiss. Working data, no part of the record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id")
"""Query fields that say how a reader came to a page, never which page it is."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An entry as it comes in: `published` is an instant in UTC, None where it is not told."""

    title: str
    url: str
    id: str
    published: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A headline in the inbox; instants are UTC. `address` is where it was read, `url` where it leads; `state` is
    `waiting`, `recorded` or `dismissed`, and of the last two `settled_by` says by whom."""

    number: int
    address: str
    title: str
    url: str
    published: str | None
    fetched_at: str
    state: str
    settled_by: str | None = None
    settled_at: str | None = None
    event: str | None = None


def same_address(url: str) -> str:
    """An address without what may differ where the page is the same: its fragment, the case of its host, a slash at
    its end, and how a reader came to it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    told = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in told if not _TRACKING.fullmatch(name.lower())]
    query = parts.query if len(kept) == len(told) else urlencode(kept)
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/"), query, ""))
