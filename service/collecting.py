"""Collecting headlines: the addresses of the settings are asked when it is time, what is new goes into the inbox. An
address that fails is asked ever more seldom, and one that says when to come again not before that."""

from __future__ import annotations

import logging
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
from service.standings import without_query
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

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""No entry of RSS or Atom is older than these are."""

LARGEST_OCTETS: Final = 4 * 1024 * 1024
ACCEPT: Final = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"

_CHANCE: Final = SystemRandom()
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking an address brought: so many new headlines, or what went wrong; `left_until` where it was not asked,
    since it wants to be left alone until then."""

    url: str
    taken: int
    failure: str | None
    left_until: str | None = None


class Collector:
    """Asks the addresses of some settings; keeps what robots may fetch as long as it lives."""

    def __init__(self, store: Store, settings: Settings) -> None:
        agent = f"leadup (+{settings.public_url}/inbox)" if settings.reaches_out else "leadup"
        self._store = store
        self._settings = settings
        self._visitor = Visitor(agent, LARGEST_OCTETS, settings.inbox_private == "allow")
        self._robots = Robots(self._visitor)

    def collect(self, stop: Callable[[], bool] = lambda: False) -> list[Asked]:
        """Ask every address whose time has come, and forget what is old and the addresses that are no longer asked: for
        the clock, whose settings say which these are. Without any it forgets none."""
        urls, known, now = self._settings.inbox_feeds, self._known(), instant(self._store.clock.now())
        due = [url for url in urls if url not in known or known[url].next_at <= now]
        asked = [self._ask(known.get(url) or Address(url=url, next_at=now)) for url in due if not stop()]
        tidy(self._store, urls, known if urls else ())
        return asked

    def collect_now(self, only: Iterable[str] = (), *, force: bool = False) -> list[Asked]:
        """Ask every address of the settings now, or `only` some, whether its time has come or not; but one that wants
        to be left alone (Retry-After, Crawl-delay) only where it is named, or by `force`. No address is forgotten:
        whoever asks by hand may have other settings than the clock."""
        named, known, now = set(only), self._known(), instant(self._store.clock.now())
        asked = []
        for url in [url for url in self._settings.inbox_feeds if url in named or not named]:
            address = known.get(url) or Address(url=url, next_at=now)
            wants_none = address.wait_until and address.wait_until > now and not (force or named)
            asked.append(Asked(url, 0, None, address.wait_until) if wants_none else self._ask(address))
        tidy(self._store, self._settings.inbox_feeds)
        return asked

    def _known(self) -> dict[str, Address]:
        with self._store.reading() as conn:
            return inbox.addresses(conn)

    def _ask(self, address: Address) -> Asked:
        """Ask one address. Whatever goes wrong is noted as its failure: it must not hold up the others."""
        now = self._store.clock.now()
        try:
            return self._taken(address, now)
        except NotRead as refusal:
            failed = _failed(address, refusal, now)
        except Exception as failure:
            _LOG.exception("Reading %s went wrong.", without_query(address.url))
            said = f"Reading it went wrong here: {type(failure).__name__}. The log says where."
            failed = _failed(address, NotRead(said), now)
        with self._store.transaction("clock") as tx:
            inbox.put_address(tx, failed)
        return Asked(address.url, 0, failed.said)

    def _taken(self, address: Address, now: datetime) -> Asked:
        answer = self._visitor.visit(address.url, _conditions(address), lambda url: self._robots.may(url, now))
        if answer.status not in (200, 304):
            raise NotRead(_gone(answer.status))
        found = entries.read(answer.octets, answer.url, answer.content_type) if answer.status == 200 else None
        delay = timedelta(seconds=self._delay(address.url))
        with self._store.transaction("clock") as tx:
            new = [_entered(each, now) for each in found.entries] if found else []
            taken = inbox.take(tx, address.url, new)
            inbox.put_address(tx, _answered(address, answer, found, taken, now, delay))
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
    told = min(refusal.retry_at, now + LATEST_RETRY) if refusal.retry_at else None
    return replace(
        address,
        asked_at=instant(now),
        failing_since=address.failing_since or instant(now),
        failures=address.failures + 1,
        said=refusal.detail,
        next_at=instant(max(now + wait, told or now)),
        wait_until=instant(told) if told else None,
    )


def _answered(
    address: Address, answer: Answer, found: entries.Publication | None, taken: int, now: datetime, delay: timedelta
) -> Address:
    told = replace(
        address,
        asked_at=instant(now),
        answered_at=instant(now),
        newest_at=_newest(address, found, taken, now),
        moved_to=answer.moved_to,
        failing_since=None,
        failures=0,
        said=found.flaw if found else None if address.failing_since else address.said,
        next_at=instant(now + max(_around(timedelta(minutes=EVERY_MINUTES)), delay)),
        wait_until=instant(now + delay) if delay else None,
    )
    if found is None:
        return told
    return replace(told, title=found.title or None, etag=answer.etag, last_modified=answer.last_modified)


def _newest(address: Address, found: entries.Publication | None, taken: int, now: datetime) -> str | None:
    """When an address last had something new: when the newest of its entries was published, or now where none of them
    says; None where it never held any."""
    if found is None or not found.entries or not (taken or address.newest_at is None):
        return address.newest_at
    told = [each.published for each in found.entries if each.published and each.published >= EARLIEST]
    return max(instant(min(max(told, default=now), now)), address.newest_at or "")


def _entered(entry: entries.Entry, now: datetime) -> Taken:
    """An entry as it comes in; a time of publication that lies ahead, or before there were such entries, is not
    believed."""
    soon = now + timedelta(days=1)
    told = entry.published if entry.published and EARLIEST <= entry.published <= soon else None
    return Taken(entry.title, entry.url, entry.id, instant(told.astimezone(UTC)) if told else None)


def _around(wait: timedelta) -> timedelta:
    """About so long, so that not all addresses are asked at once."""
    return wait * _CHANCE.uniform(0.8, 1.2)
