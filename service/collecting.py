"""Collecting headlines: the addresses of the settings are asked when it is time, what is new goes into the inbox. An
address that fails is asked ever more seldom, and one that says when to come again not before that."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import SystemRandom
from typing import Final

from schemas.headlines import Taken
from service.clock import instant
from service.reading import entries
from service.reading.robots import Robots
from service.reading.visiting import Answer, NotRead, Visitor
from service.settings import Settings
from service.store import inbox
from service.store.database import Store
from service.store.inbox import Address

EVERY_MINUTES: Final = 30
LONGEST_WAIT: Final = timedelta(days=1)
"""How often an address is asked while it answers, and how seldom it gets while it fails."""

LATEST_RETRY: Final = timedelta(days=7)
"""No address that asks for a longer wait is left alone for longer."""

KEPT_DAYS: Final = 60
MOST_WAITING: Final = 2_000
"""How long a headline stays in the inbox, and how many may wait."""

LARGEST_OCTETS: Final = 4 * 1024 * 1024
ACCEPT: Final = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"

_CHANCE: Final = SystemRandom()


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking an address brought: so many new headlines, or what went wrong."""

    url: str
    taken: int
    failure: str | None


class Collector:
    """Asks the addresses of some settings; keeps what robots may fetch as long as it lives."""

    def __init__(self, store: Store, settings: Settings) -> None:
        agent = f"leadup (+{settings.public_url}/inbox)" if settings.reaches_out else "leadup"
        self._store = store
        self._settings = settings
        self._visitor = Visitor(agent, LARGEST_OCTETS, settings.inbox_private == "allow")
        self._robots = Robots(self._visitor)

    def collect(self, stop: Callable[[], bool] = lambda: False, *, at_once: bool = False) -> list[Asked]:
        """Ask every address whose time has come (`at_once`: every one), and forget what is old."""
        urls = self._settings.inbox_feeds
        with self._store.reading() as conn:
            known = inbox.addresses(conn)
        now = instant(self._store.clock.now())
        due = [url for url in urls if at_once or url not in known or known[url].next_at <= now]
        asked = [self._ask(known.get(url) or Address(url=url, next_at=now)) for url in due if not stop()]
        tidy(self._store, urls, known)
        return asked

    def _ask(self, address: Address) -> Asked:
        now = self._store.clock.now()
        try:
            answer = self._visitor.visit(address.url, _conditions(address), lambda url: self._robots.may(url, now))
            if answer.status not in (200, 304):
                raise NotRead(_gone(answer.status))
            found = entries.read(answer.octets, answer.url, answer.content_type) if answer.status == 200 else None
        except NotRead as refusal:
            failed = _failed(address, refusal, now)
            with self._store.transaction("clock") as tx:
                inbox.put_address(tx, failed)
            return Asked(address.url, 0, refusal.detail)
        wait = max(_around(timedelta(minutes=EVERY_MINUTES)), timedelta(seconds=self._delay(address.url)))
        with self._store.transaction("clock") as tx:
            new = [_taken(each, now) for each in found.entries] if found else []
            taken = inbox.take(tx, address.url, new)
            inbox.put_address(tx, _answered(address, answer, found, taken, now, now + wait))
        return Asked(address.url, taken, None)

    def _delay(self, url: str) -> float:
        return min(self._robots.delay_seconds(url), LONGEST_WAIT.total_seconds())


def tidy(store: Store, urls: Iterable[str], known: Iterable[str] = ()) -> None:
    """Note which headlines were recorded, and forget the old ones and the addresses that are no longer asked. Where
    there is nothing to be done, nothing is written."""
    before = instant(store.clock.now() - timedelta(days=KEPT_DAYS))
    with store.reading() as conn:
        idle = inbox.is_tidy(conn, before, MOST_WAITING)
    gone = set(known) - set(urls)
    if idle and not gone:
        return
    with store.transaction("clock") as tx:
        inbox.settle_recorded(tx)
        inbox.forget(tx, before, MOST_WAITING)
        if gone:
            inbox.drop_addresses(tx, gone)


def _conditions(address: Address) -> dict[str, str]:
    given = {"Accept": ACCEPT}
    given |= {"If-None-Match": address.etag} if address.etag else {}
    return given | ({"If-Modified-Since": address.last_modified} if address.last_modified else {})


def _gone(status: int) -> str:
    if status == 410:
        return "It answers 410: it is gone for good, take it out of LEADUP_INBOX_FEEDS."
    return f"It answers {status}."


def _failed(address: Address, refusal: NotRead, now: datetime) -> Address:
    """An address that failed waits twice as long each time, up to a day; or as long as it said, up to a week."""
    wait = _around(min(timedelta(minutes=EVERY_MINUTES) * 2 ** min(address.failures + 1, 10), LONGEST_WAIT))
    until = max(now + wait, min(refusal.retry_at or now, now + LATEST_RETRY))
    return replace(
        address,
        asked_at=instant(now),
        failing_since=address.failing_since or instant(now),
        failures=address.failures + 1,
        said=refusal.detail,
        next_at=instant(until),
    )


def _answered(
    address: Address, answer: Answer, found: entries.Publication | None, taken: int, now: datetime, again: datetime
) -> Address:
    newest = _newest(found, now) if taken else address.newest_at
    told = replace(
        address,
        asked_at=instant(now),
        answered_at=instant(now),
        newest_at=max(filter(None, (newest, address.newest_at)), default=instant(now)),
        moved_to=answer.moved_to,
        failing_since=None,
        failures=0,
        said=None,
        next_at=instant(again),
    )
    if found is None:
        return told
    return replace(told, title=found.title or None, etag=answer.etag, last_modified=answer.last_modified)


def _newest(found: entries.Publication | None, now: datetime) -> str:
    """When the newest of the entries was published; now, where none of them says."""
    told = [min(each.published, now) for each in found.entries if each.published] if found else []
    return instant(max(told, default=now))


def _taken(entry: entries.Entry, now: datetime) -> Taken:
    """An entry as it comes in; a time of publication that lies ahead is not believed."""
    soon = now + timedelta(days=1)
    told = entry.published if entry.published and entry.published <= soon else None
    return Taken(entry.title, entry.url, entry.id, instant(told.astimezone(UTC)) if told else None)


def _around(wait: timedelta) -> timedelta:
    """About so long, so that not all addresses are asked at once."""
    return wait * _CHANCE.uniform(0.8, 1.2)
