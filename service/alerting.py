"""Telling people in time: which letters are owed today, and bringing each to its transport, once.

What is owed is in the store; a letter's words are made when it goes, so that they say what is known then, and one that
is no longer true by then is dropped.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from threading import Thread
from typing import Final, Literal

from schemas.calendars import Calendar
from schemas.errors import LetterDelayed, LetterUndeliverable
from schemas.queries import EventQuery
from schemas.when import When, parse
from service.mail import folder, letters, smtp
from service.mail.letters import Outlook
from service.settings import Settings
from service.store import outbox, registers
from service.store.asknown import AsKnown, newest_known, standpoint
from service.store.database import Store, Transaction
from service.store.events import hydrate, view
from service.store.outbox import Leased, Owed
from service.store.revisions import rows_of
from service.store.timeline import find

Outcome = Literal["sent", "delayed", "refused", "dropped", "given back"]
Delivered = Counter[Outcome]
"""How many letters ended how: gone; to be tried again; refused for good; no longer true; untried, since it was time to
stop."""

Send = Callable[[EmailMessage], object]

_LEAD: Final = "lead"
_POLL_SECONDS: Final = 0.1

GRACE_SECONDS: Final = 2
"""How long a letter under way may take to go once it is time to stop."""

_log = logging.getLogger(__name__)


def due(store: Store, settings: Settings) -> list[Outlook]:
    """The key meetings announced with a window that opens within the lead days, from tomorrow on, by calendar and day.

    Days are counted in the calendar's zone to the earliest day of the window.
    """
    found: list[Outlook] = []
    with store.reading() as conn:
        for slug in sorted(registers.calendars(conn)):
            at = standpoint(conn, store.clock, calendars=[slug])
            if slug in at.calendars:
                found += _due_in(at, at.calendars[slug], settings)
    return found


def _due_in(at: AsKnown, calendar: Calendar, settings: Settings) -> list[Outlook]:
    first, last = at.day + timedelta(1), at.day + timedelta(settings.alert_lead_days)
    kinds = calendar.key_meetings()
    newest = newest_known(at, [calendar.slug])
    if not kinds or newest is None:
        return []
    query = EventQuery(calendar=(calendar.slug,), kind=kinds, status=("announced",), since=first, until=last)
    return [
        Outlook(
            view=view(at, event),
            calendar=calendar.name,
            today=at.day,
            newest_known=newest,
            page=f"{settings.public_url}/events/{event.id}",
            reachable=settings.reaches_out,
        )
        for event in hydrate(at, find(at, query), sources=True)
        if event.when.starts_min and event.when.starts_max and event.when.starts_min >= first
    ]


def raise_due(store: Store, settings: Settings) -> list[Owed]:
    """Raise the letters that are due today and were not raised before; those now raised. Safe to repeat."""
    ahead = due(store, settings)
    if not ahead or not settings.alerts_to:
        return []
    now = store.clock.now()
    with store.transaction("clock") as tx:
        owed = [
            _lead_letter(outlook, recipient, settings.alert_lead_days)
            for outlook in ahead
            for recipient in settings.alerts_to
            if _is_news(tx, outlook, recipient)
        ]
        return [each for each in owed if outbox.enqueue(tx, each, now)]


def _lead_letter(outlook: Outlook, recipient: str, lead_days: int) -> Owed:
    event = outlook.view.event
    return Owed(
        matter=_LEAD,
        event=event.id,
        about=f"{lead_days}/{outlook.opens}",
        recipient=recipient,
        sequence=event.sequence,
    )


def _is_news(tx: Transaction, outlook: Outlook, recipient: str) -> bool:
    """Whether nothing was said of this meeting yet, or the body itself has moved its window later since.

    A letter that waits will say what is known when it goes, so it needs no second.
    """
    event = outlook.view.event
    earlier = outbox.earlier(tx.conn, _LEAD, event.id, recipient)
    if not earlier:
        return True
    if any(each.waiting for each in earlier) or event.said_by is None or event.said_by.who != "body":
        return False
    told = {row.sequence: parse(row.state["when"]) for row in rows_of(tx.conn, event.id)}
    return all(moved_later(told[each.sequence], event.when) for each in earlier)


def moved_later(before: When, now: When) -> bool:
    """Whether a window with known ends moved later: it opens later and closes later. One that only opens later was
    narrowed, one that only closes later was widened."""
    first, last, then_first, then_last = now.starts_min, now.starts_max, before.starts_min, before.starts_max
    return bool(first and last and then_first and then_last and first > then_first and last > then_last)


def run_once(store: Store, settings: Settings) -> Iterator[str]:
    """Raise and deliver what is due now; sentences for a person: what is due, and what became of the letters."""
    ahead = due(store, settings)
    yield from map(letters.headline, ahead)
    if not ahead:
        yield f"No key meeting is announced to open within {settings.alert_lead_days} days."
    if not settings.alerts_to:
        yield "No letter is written, since nobody is to get one: name addresses in LEADUP_ALERTS_TO, parted by commas."
        return
    raise_due(store, settings)
    delivered = deliver(store, settings)
    yield f"Letters: {', '.join(f'{count} {outcome}' for outcome, count in delivered.items()) or 'none to send'}."
    if delivered["sent"] and not settings.smtp_url:
        yield f"They lie in {settings.mail_folder}."
    with store.reading() as conn:
        standing = outbox.standing(conn)
    if standing.delayed:
        yield f"Waiting to be tried again: {standing.waiting}. {standing.delayed}"


def transport(settings: Settings) -> Send:
    """What carries letters: the mail server where LEADUP_SMTP_URL is set, else the folder. Raises SettingRefused."""
    if settings.smtp_url:
        return partial(smtp.send, smtp.read_server(settings.smtp_url))
    return partial(folder.deliver, settings.mail_folder)


def deliver(store: Store, settings: Settings, stop: Callable[[], bool] = lambda: False) -> Delivered:
    """Bring every letter that is due to its transport, one after the other, until none is left or `stop` says so.

    A letter is leased, sent outside any transaction, and settled. Once `stop` says so, the one under way has
    GRACE_SECONDS to go; then it is given back. Anything but a refusal or a delay is raised, the letter put off.
    """
    send = transport(settings)
    delivered: Delivered = Counter()
    while not stop():
        with store.transaction("clock") as tx:
            leased = outbox.lease(tx, store.clock.now())
        if leased is None:
            break
        outcome = _deliver_one(store, settings, send, leased, stop)
        _log.info("letter %s about %s: %s", leased.letter, leased.owed.event, outcome)
        delivered[outcome] += 1
    return delivered


def _deliver_one(store: Store, settings: Settings, send: Send, leased: Leased, stop: Callable[[], bool]) -> Outcome:
    try:
        outlook = _still_due(store, settings, leased.owed)
        if outlook is None:
            with store.transaction("clock") as tx:
                outbox.drop(tx, leased)
            return "dropped"
        if not _sent(partial(send, _written(store, settings, outlook, leased.owed)), stop):
            _give_back(store, leased)
            return "given back"
    except LetterUndeliverable as refusal:
        with store.transaction("clock") as tx:
            outbox.refuse(tx, leased, refusal.detail)
        _log.warning("letter %s about %s: %s", leased.letter, leased.owed.event, refusal.detail)
        return "refused"
    except LetterDelayed as delay:
        _put_off(store, leased, delay.detail)
        _log.info("letter %s about %s: %s", leased.letter, leased.owed.event, delay.detail)
        return "delayed"
    except Exception as failure:
        # Not given back: a letter that cannot be written would be first in line again and hold up all others.
        _put_off(store, leased, f"{type(failure).__name__}: {failure}")
        raise
    except BaseException:
        _give_back(store, leased)
        raise
    outbox.note_sent(store, leased, outlook.view.event.sequence, stop)
    return "sent"


def _still_due(store: Store, settings: Settings, owed: Owed) -> Outlook | None:
    if owed.recipient not in settings.alerts_to:
        return None
    return next((outlook for outlook in due(store, settings) if outlook.view.event.id == owed.event), None)


def _written(store: Store, settings: Settings, outlook: Outlook, owed: Owed) -> EmailMessage:
    return letters.compose(
        letters.before_meeting(outlook),
        name=letters.letter_name(owed.matter, owed.event, owed.about, owed.recipient),
        sender=settings.mail_from,
        recipient=owed.recipient,
        now=store.clock.now(),
    )


def _put_off(store: Store, leased: Leased, why: str) -> None:
    with store.transaction("clock") as tx:
        outbox.delay(tx, leased, why, store.clock.now())


def _give_back(store: Store, leased: Leased) -> None:
    with store.transaction("clock") as tx:
        outbox.give_back(tx, leased)


def _sent(send: Callable[[], object], stop: Callable[[], bool]) -> bool:
    """Send in a thread that holds up nobody's end, a hanging server's neither; False if it was left behind.

    What `send` raises is raised here.
    """
    ended: Future[None] = Future()

    def work() -> None:
        try:
            send()
        except BaseException as failure:
            ended.set_exception(failure)
        else:
            ended.set_result(None)

    Thread(target=work, name="letter", daemon=True).start()
    while not wait([ended], _POLL_SECONDS).done and not stop():
        pass
    if not wait([ended], GRACE_SECONDS).done:
        return False
    ended.result()
    return True
