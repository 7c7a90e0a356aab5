"""How the addresses stand that the inbox is read from: which fail since when, which are silent, which have moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from service.store.inbox import Address

SILENT_DAYS: Final = 14
"""So long without anything new, an address counts as silent."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an address of the settings stands: `says` is None where it does well, else what is wrong with it."""

    url: str
    address: Address | None
    says: str | None


def standings(known: Mapping[str, Address], urls: Sequence[str], now: datetime) -> list[Standing]:
    """How every address of the settings stands, in their order."""
    return [Standing(url, known.get(url), " ".join(_wrong(known.get(url), now)) or None) for url in urls]


def _wrong(address: Address | None, now: datetime) -> Iterator[str]:
    """What a person should know of an address, a sentence each; nothing where it does well."""
    if address is None:
        yield "It was not asked yet: the clock does it, or the command leadup inbox fetch."
        return
    if address.failing_since:
        yield f"Failing since {minute(address.failing_since)}: {address.said}"
        yield f"Next try {minute(address.next_at)}."
    elif address.said:
        yield address.said
    elif address.newest_at and (days := (now - datetime.fromisoformat(address.newest_at)).days) >= SILENT_DAYS:
        yield f"Silent: nothing new for {days:,} days, since {address.newest_at[:10]}."
    if address.moved_to:
        yield f"It has moved for good to {without_query(address.moved_to)}: put that into LEADUP_INBOX_FEEDS."


def minute(at: str) -> str:
    """An instant to the minute, for people: `2026-11-24 08:15 UTC`."""
    return f"{at[:10]} {at[11:16]} UTC"


def without_query(url: str) -> str:
    """An address without what may be a secret in it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="...", fragment="")) if parts.query else url
