"""Following another instance: what its log says of a calendar is said here too, in its order and with its days.

Each page of the log is recorded whole or not at all, with the place it ended, so that following may be broken off and
taken up again at any time. What was amended here since is left alone and waits, as does a link with
an event that is not held here; both are tried again each time.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlunsplit

from schemas.errors import DomainError
from service.fetching import Unreachable, fetch, parts_of
from service.replaying import Entry, Replay, read_entry
from service.store import followed
from service.store.database import Store
from service.store.facts import fact, note
from service.store.origins import Clash

PAGE: Final = 200
LARGEST_PAGE_OCTETS: Final = 64 * 1024 * 1024
ADDRESS_ENDS: Final = "/api/v1/changes"

Progress = Callable[[int, int], None]


class NotFollowed(DomainError):
    """Another instance's log could not be followed on; the sentence says where it stopped and what stands here."""


@dataclass(slots=True)
class Followed:
    """What following brought: `recorded` by sort, how many entries stood here already, what clashes, and the number of
    their change up to which their log was read."""

    origin: str
    recorded: dict[str, int] = field(default_factory=dict)
    unchanged: int = 0
    clashes: list[Clash] = field(default_factory=list)
    last: int = 0


def is_log(url: str) -> bool:
    """Whether an address is that of another instance's log; raises Unreachable for what is no http or https address."""
    return parts_of(url).path.endswith(ADDRESS_ENDS)


def follow(
    store: Store,
    url: str,
    calendar: str,
    *,
    token: str | None = None,
    afresh: bool = False,
    progress: Progress = lambda _done, _all: None,
) -> Followed:
    """Record what the log at `url` says of a calendar and the store does not hold, from where it was left (with
    `afresh`, from its beginning).

    Raises Unreachable where it cannot be read and NotFollowed where an entry of it cannot be recorded here; the pages
    before that stay recorded.
    """
    parts = parts_of(url)
    origin = urlunsplit(parts._replace(query="", fragment=""))
    done = Followed(f"follow:{parts.netloc.rpartition('@')[2]}")
    mark = f"follow:{origin}:{calendar}"
    with store.reading() as conn:
        done.last = 0 if afresh else int(fact(conn, mark) or 0)
        tried = followed.waiting(conn, origin, calendar)
    more = True
    while more:
        page = _page(url, calendar, done.last, token)
        entries = [*tried, *page["items"]]
        with store.transaction(done.origin) as tx:
            replay = Replay(tx, store.clock, origin, date.fromisoformat(page["as_known_on"]), calendar)
            for logged in entries:
                _one(replay, logged, done)
            replay.finish()
            done.last, tried = page["last"], []
            note(tx.conn, mark, str(done.last))
        more = page["next"] is not None
        progress(done.last, max(page["through"], done.last))
    return done


def _one(replay: Replay, logged: Any, done: Followed) -> None:
    """Replay an entry of the log and count what became of it."""
    try:
        entry: Entry = read_entry(logged)
        outcome = replay.play(entry)
    except DomainError as refusal:
        change = logged.get("change") if isinstance(logged, dict) else None
        detail = f"Change {change} of {done.origin.removeprefix('follow:')} cannot be recorded here: {refusal.detail}"
        raise NotFollowed(f"{detail} What came before change {done.last} stays; nothing after it.") from refusal
    if isinstance(outcome, Clash):
        done.clashes.append(outcome)
    elif outcome:
        done.recorded[entry.sort] = done.recorded.get(entry.sort, 0) + 1
    else:
        done.unchanged += 1


def _page(url: str, calendar: str, after: int, token: str | None) -> dict[str, Any]:
    parts = parts_of(url)
    asked = dict(parse_qsl(parts.query)) | {"calendar": calendar, "after": str(after), "limit": str(PAGE)}
    address = urlunsplit(parts._replace(query=urlencode(asked), fragment=""))
    body = fetch(address, largest=LARGEST_PAGE_OCTETS, token=token, accept="application/json")
    try:
        page = json.loads(body)
        date.fromisoformat(page["as_known_on"])
        last, through, items = page["last"], page["through"], page["items"]
        sound = isinstance(last, int) and isinstance(through, int) and isinstance(items, list) and last >= after
        if not sound or (page["next"] is not None and last == after):
            raise ValueError("its numbers do not go on")
    except (ValueError, KeyError, TypeError, RecursionError) as cause:
        raise Unreachable(f"{address} is not the log of a Leadup instance.") from cause
    if through < after:
        detail = f"The log at {url} ends at change {through}, and was read here up to {after}: it is another store's."
        raise NotFollowed(f"{detail} Read it from its beginning (--afresh) if it is to be followed.")
    return dict(page)
