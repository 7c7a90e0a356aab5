"""Bringing letters to their transport: leased, composed as what is known then, sent outside any transaction, settled.

A letter that is no longer true by then is dropped, and why is written down.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Final, Literal

from schemas.errors import LetterDelayed, LetterUndeliverable, StoreBusy, StoreUnreadable
from schemas.mailboxes import spellings
from schemas.subscriptions import CONFIRM, WEBHOOK, Subscription
from service import signing, subscribing
from service.composing import Desk, NotNow
from service.crews import Crew
from service.judging import NoLonger
from service.mail import folder, webhook
from service.mail.letters import Letter
from service.mail.messages import Envelope, Sealed, letter_name, seal
from service.mail.transports import Hand, transport
from service.masking import masked
from service.settings import Settings
from service.store import journal, outbox, registers
from service.store.asknown import last_change
from service.store.database import Connection, Reader, Store, Transaction
from service.store.journal import Journal
from service.store.outbox import LEASE_SECONDS, Leased

Outcome = Literal["sent", "delayed", "refused", "dropped", "given up", "given back", "paused"]
Delivered = Counter[Outcome]
"""How many letters ended how: gone; to be tried again; refused for good; no longer true; tried for three days in vain;
untried, since it was time to stop; untried, since its subscription was paused meanwhile."""

PATIENCE_SECONDS: Final = 1
"""How long a letter may take before those that were taken along with it are left to others, and another is called."""

_QUARTER_SECONDS: Final = 900

_log = logging.getLogger(__name__)


def deliver(
    store: Store,
    settings: Settings,
    stop: Callable[[], bool] = lambda: False,
    *,
    matter: str | None = None,
    crew: Crew | None = None,
    lease_seconds: int = LEASE_SECONDS,
) -> Delivered:
    """Bring every letter that is due, or those on one matter, to its transport, until none is left or `stop` says so;
    none where a `crew` has no room for one more.

    Once `stop` says so, the letter under way has transports.GRACE_SECONDS to go; it and those not tried yet are given
    back. Anything but a refusal or a delay is raised, the letter put off.
    """
    delivered: Delivered = Counter()
    crew = crew or Crew()
    with crew.joined() as room, transport(settings) as carrying:
        hand = Hand(carrying)
        try:
            while room and not stop() and (batch := _lease(store, lease_seconds, matter)):
                _Round(store, settings, hand, stop, lease_seconds, delivered, crew).bring(batch)
        finally:
            hand.rest()
    return delivered


def _lease(store: Store, seconds: int, matter: str | None = None) -> list[Leased]:
    """The next letters; before them, what the dead left in their journals is settled."""
    with store.reading() as conn:
        if not outbox.is_due(conn, store.clock.now(), matter) and not journal.left_behind(store.path):
            return []
    with store.transaction("clock") as tx:
        now = store.clock.now()
        left = journal.settle_left(tx, store, now)
        batch = outbox.lease(tx, now, matter=matter, seconds=seconds)
    for file in left:
        file.unlink(missing_ok=True)
    return batch


class _Round:
    """The letters of one lease, brought one after the other."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        hand: Hand,
        stop: Callable[[], bool],
        lease_seconds: int,
        delivered: Delivered,
        crew: Crew | None = None,
    ) -> None:
        self._store, self._settings, self._hand, self._stop = store, settings, hand, stop
        self._lease_seconds, self._delivered, self._crew = lease_seconds, delivered, crew or Crew()

    def bring(self, batch: Sequence[Leased]) -> None:
        """Compose, send and settle; what is left when it is time to stop, or when anything breaks, is given back."""
        written = Journal(self._store, batch[0].lease)
        self._composed: tuple[tuple[int, int], Desk] | None = None
        self._renew_at = self._store.clock.now() + timedelta(seconds=self._lease_seconds / 2)
        self._taken = [each.letter for each in batch]
        self._held = set(self._taken)
        self._left = list(batch)
        try:
            with self._store.reader() as reader:
                while self._left and not self._stop():
                    if self._holds(self._left[0]):
                        outcome = self._bring_one(reader, self._left[0], written)
                        if outcome == "given back":
                            break
                        self._delivered[outcome] += 1
                    self._left.pop(0)
        except Exception:
            # Put off by `_bring_one`: one that cannot be written would be first in line again and hold up all others.
            self._left.pop(0)
            raise
        finally:
            self._settle(written)

    def _settle(self, written: Journal) -> None:
        """Write into the store what went and what did not. A letter gone but not written down would go again, so while
        the store is busy this tries on; the journal keeps what went if it is time to stop before that."""
        while True:
            try:
                with self._store.transaction("clock") as tx:
                    written.settle(tx)
                    self._give_back(tx, self._left)
                    erased = outbox.keys_of_erased(tx.conn, self._taken)
                break
            except (StoreBusy, StoreUnreadable):
                if self._stop():
                    return
        if self._left:
            self._delivered["given back"] += len(self._left)
        for key in erased:
            # Their address was erased while they were under way: none is left of them in the folder.
            folder.remove(self._settings.mail_folder, letter_name(*key))
        written.close()

    def _give_back(self, tx: Transaction, letters: Sequence[Leased]) -> None:
        for leased in letters:
            outbox.give_back(tx, leased)

    def _waits(self, slow: Callable[[], None]) -> Callable[[], bool]:
        """What is asked while a letter is under way, whether to stop: so long its lease is held on to, and once it
        takes long, those taken along with it are left to others, and the crew is told. A busy store is asked again."""
        begun = monotonic()

        def stop() -> bool:
            with suppress(StoreBusy, StoreUnreadable):
                self._hold_on()
                if monotonic() - begun > PATIENCE_SECONDS:
                    self._leave_the_rest()
                    slow()
            return self._stop()

        return stop

    def _leave_the_rest(self) -> None:
        if len(self._left) > 1:
            with self._store.transaction("clock") as tx:
                self._give_back(tx, self._left[1:])
            del self._left[1:]

    def _bring_one(self, reader: Reader, leased: Leased, written: Journal) -> Outcome:
        try:
            with reader.snapshot() as conn:
                letter = self._desk(conn).letter(leased)
                message = message_of(conn, self._settings, leased, letter, self._store.clock.now())
            with self._crew.at_letter() as slow:
                noted = written.noting(leased.letter, letter.told)
                if not self._hand.sent(message, noted, self._waits(slow)):
                    return "given back"
        except NotNow:
            return self._leave(leased)
        except NoLonger as why:
            return self._close(leased, "dropped", str(why))
        except LetterUndeliverable as refusal:
            return self._close(leased, "refused", refusal.detail)
        except LetterDelayed as delay:
            return self._put_off(leased, delay.detail)
        except Exception as failure:
            self._put_off(leased, f"{type(failure).__name__}: {failure}")
            raise
        _log.info("letter %s, %s %s: sent", leased.letter, leased.owed.matter, leased.owed.event or "-")
        return "sent"

    def _desk(self, conn: Connection) -> Desk:
        """Where the letter is composed: the same as for the one before it, unless anything was recorded since, or it
        may have become the next day somewhere: all zones' days begin on a quarter of an hour."""
        since = last_change(conn), int(self._store.clock.now().timestamp()) // _QUARTER_SECONDS
        if self._composed is None or self._composed[0] != since:
            self._composed = since, Desk(conn, self._store.clock, self._settings)
        return self._composed[1]

    def _holds(self, leased: Leased) -> bool:
        """Whether a letter is still ours: not if this process slept past its lease and another took it meanwhile."""
        self._hold_on()
        return leased.letter in self._held

    def _hold_on(self) -> None:
        """Hold on to what is left of the lease, in time."""
        now = self._store.clock.now()
        if now >= self._renew_at:
            with self._store.transaction("clock") as tx:
                self._held = outbox.renew(tx, self._left[0].lease, now, self._lease_seconds)
            self._renew_at = now + timedelta(seconds=self._lease_seconds / 2)

    def _leave(self, leased: Leased) -> Outcome:
        with self._store.transaction("clock") as tx:
            outbox.give_back(tx, leased)
        return "paused"

    def _close(self, leased: Leased, how: Literal["dropped", "refused"], why: str) -> Outcome:
        said = without_address(why, leased.subscription)
        with self._store.transaction("clock") as tx:
            if how == "dropped":
                outbox.drop(tx, leased, said)
            else:
                outbox.refuse(tx, leased, said)
                subscribing.pause(tx, leased.subscription.id, said)
        level = logging.INFO if how == "dropped" else logging.WARNING
        _log.log(
            level, "letter %s, %s %s: %s: %s", leased.letter, leased.owed.matter, leased.owed.event or "-", how, said
        )
        return how

    def _put_off(self, leased: Leased, why: str) -> Outcome:
        said = without_address(why, leased.subscription)
        with self._store.transaction("clock") as tx:
            waits = outbox.delay(tx, leased, said, self._store.clock.now())
        _log.info("letter %s, %s: %s", leased.letter, "delayed" if waits else "given up", said)
        return "delayed" if waits else "given up"


def without_address(text: str, subscription: Subscription) -> str:
    """What a server said, without the address, however it spelled it, since it is kept after that is erased; and
    without what no log tells."""
    known = "|".join(map(re.escape, spellings(subscription.email or "")))
    return masked(re.sub(known, "(the address)", text, flags=re.IGNORECASE) if known else text)


def message_of(conn: Connection, settings: Settings, leased: Leased, letter: Letter, now: datetime) -> Sealed:
    """The message of a letter to a subscriber, with the links by which it is changed and ended."""
    owed, subscription = leased.owed, leased.subscription
    if subscription.email == WEBHOOK:
        return webhook.event_of(
            letter,
            name=letter_name(*owed.key),
            source=settings.public_url,
            reaches_out=settings.reaches_out,
            calendar=subscription.calendar,
            matter=letter.matter or owed.matter,
            event=owed.event,
            now=now,
        )
    envelope = Envelope(
        name=letter_name(*owed.key),
        sender=settings.mail_from,
        recipient=subscription.email or "",
        now=now,
    )
    if owed.matter == CONFIRM:
        return seal(letter, envelope)
    name = registers.calendars(conn)[subscription.calendar].name
    addresses = {
        purpose: f"{settings.public_url}/alerts/{purpose}/{signing.signed(conn, purpose, subscription.id)}"
        for purpose in ("manage", "unsubscribe")
    }
    whole = replace(
        envelope,
        thread=letter_name(owed.subscription, owed.event) if owed.event else None,
        listed=(subscription.calendar, f"alerts of {name}"),
        leave=addresses["unsubscribe"],
    )
    links = (("Change what you are told", addresses["manage"]), ("Unsubscribe", addresses["unsubscribe"]))
    return seal(letter, whole, links)
