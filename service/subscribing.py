"""Subscribing: asked for by anybody, confirmed by who reads the mail, changed and ended by signed links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from schemas.errors import InvalidRecord, SubscriptionNotFound, UnknownCalendar
from schemas.queries import EventQuery
from schemas.subscriptions import CHANGES, CONFIRM, WEBHOOK, Choices, Subscription, SubscriptionDraft
from schemas.wire.questions import read_query, within
from service import signing
from service.answering import check_query
from service.clock import Clock
from service.mail import folder
from service.mail.messages import letter_name
from service.store import outbox, subscriptions
from service.store.asknown import AsKnown, standpoint
from service.store.database import Connection, Store, Transaction
from service.store.outbox import Owed
from service.store.revisions import fresh_id
from service.store.timeline import count

CONFIRM_WITHIN: Final = timedelta(days=7)
ASKED_A_DAY: Final = 5
"""So often an address is asked to confirm within a day, whoever asks for it: nobody is flooded through us, and nobody
shuts another out, since what is asked after that waits until it may go: the last of it, in one letter."""

NAMED_BY: Final = ("person", "place", "body", "programme")
"""The fields of a query that hold names."""

ACCEPTED: Final = (
    "A letter with a link goes to this address within 15 seconds, or, where five went to it within a day, as soon as"
    " that day is over; nothing else goes before the button behind that link is pressed."
)
"""What whoever asks is told, whatever is known of the address."""


def subscribe(store: Store, draft: SubscriptionDraft) -> None:
    """Have an address asked whether it wants to be told. The same is written for one that is known, one that is not,
    and for one that was asked often: how long it takes tells nothing either. Where ASKED_A_DAY letters went within a
    day, the next goes a day after the first of them, and asks for what was last asked for.

    Raises UnknownCalendar, or InvalidRecord for a query that the calendar does not know.
    """
    with store.transaction("web") as tx:
        _check(tx, store, draft.calendar, draft.choices)
        moment = _may_be_asked(tx, draft.email, store.clock.now())
        found = subscriptions.add(tx, fresh_id(tx.conn), draft, asked_at=moment)
        outbox.enqueue(tx, Owed(subscription=found.id, matter=CONFIRM), moment)


def _may_be_asked(tx: Transaction, email: str, now: datetime) -> datetime:
    """When the next letter may ask an address to confirm. One that already waits for that moment is withdrawn."""
    asked = subscriptions.newest_asked(tx.conn, email, ASKED_A_DAY)
    moments = [datetime.fromisoformat(each.created_at) for each in asked]
    if moments and moments[0] > now:
        outbox.withdraw(tx, asked[0].id)
        subscriptions.withdraw(tx, asked[0].id)
        return moments[0]
    return max(now, moments[-1] + timedelta(days=1)) if len(asked) == ASKED_A_DAY else now


def enrol(store: Store, draft: SubscriptionDraft) -> Subscription:
    """Subscribe an address (or the webhook) at once, since whoever runs the service vouches for it; raises as
    `subscribe`."""
    with store.transaction("leadup") as tx:
        _check(tx, store, draft.calendar, draft.choices)
        found = subscriptions.add(tx, fresh_id(tx.conn), draft, state="active")
        _replace_others(tx, found)
        return found


def _check(tx: Transaction, store: Store, calendar: str, choices: Choices) -> None:
    at = standpoint(tx.conn, store.clock, calendars=[calendar])
    if calendar not in at.calendars:
        known = sorted(at.calendars)
        raise UnknownCalendar(f"There is no calendar {calendar}.", pointer="/calendar", known=known)
    query = read_query(choices.query) if choices.query else EventQuery()
    try:
        check_query(at, replace(query, calendar=(calendar,)))
    except InvalidRecord as refusal:
        raise within(refusal, "/query") from refusal
    _check_names(at, query, choices.people)


def _check_names(at: AsKnown, query: EventQuery, people: Sequence[str]) -> None:
    """Refuse names that nothing bears: nothing would ever be told."""
    asked = [*((type_, getattr(query, type_)) for type_ in NAMED_BY), ("person", query.people_all)]
    unmet = ["/query" for type_, names in asked for _ in _borne_by_none(at, type_, names)]
    unmet += ["/query" for each in query.theme if not count(at, EventQuery(calendar=at.asked, theme=(each,)))]
    unmet += [
        f"/people/{people.index(each)}" if each in people else "/people"
        for each in _borne_by_none(at, "person", people)
    ]
    if unmet:
        detail = "Nothing known here bears that name, so nothing would be told: write it as /api/v1/names has it."
        raise InvalidRecord([{"detail": detail, "pointer": pointer} for pointer in unmet])


def _borne_by_none(at: AsKnown, type_: str, names: Sequence[str]) -> list[str]:
    """Those of some names that neither the register nor any event of the calendar has."""
    asked: dict[str, dict[str, Any]] = {each: {type_: (each,)} for each in at.register.whole(type_, names)}
    return [
        name
        for name, field in asked.items()
        if not at.register.known(type_, name) and not count(at, EventQuery(calendar=at.asked, **field))
    ]


def of_link(store: Store, purpose: signing.Purpose, word: str) -> Subscription:
    """The subscription that a signed link is of; raises SubscriptionNotFound also where it is over."""
    with store.reading() as conn:
        return _linked(conn, store.clock, purpose, word)


def _linked(conn: Connection, clock: Clock, purpose: signing.Purpose, word: str) -> Subscription:
    found = subscriptions.one(conn, signing.read(conn, purpose, word))
    _refuse_over(clock, found, purpose)
    return found


def _refuse_over(clock: Clock, found: Subscription, purpose: signing.Purpose) -> None:
    late = clock.now() - datetime.fromisoformat(found.created_at) > CONFIRM_WITHIN
    if found.email is None:
        raise SubscriptionNotFound("This subscription is no more.")
    if purpose == "confirm" and (found.state == "ended" or (found.state == "waiting" and late)):
        raise SubscriptionNotFound("This link is too old: subscribe again.")
    if purpose == "manage" and found.state in ("waiting", "ended"):
        raise SubscriptionNotFound("This subscription is over: subscribe again.")


def confirm(store: Store, word: str) -> Subscription:
    """Begin to tell whoever follows the link of the confirming letter; safe to repeat."""
    with store.transaction("web") as tx:
        found = _linked(tx.conn, store.clock, "confirm", word)
        if found.state == "waiting":
            subscriptions.change(tx, found.id, state="active", confirmed_at=tx.recorded_at)
            _replace_others(tx, found)
        return subscriptions.one(tx.conn, found.id)


def _replace_others(tx: Transaction, found: Subscription) -> None:
    """End what the same address had asked for before of the same calendar and query: nobody is told twice."""
    if found.email is None:
        return
    for each in subscriptions.of_mailbox(tx.conn, found.email):
        same = (each.calendar, each.choices.query) == (found.calendar, found.choices.query)
        if each.id != found.id and same and each.state in ("active", "paused"):
            _end(tx, each.id, "it was replaced by a newer subscription")


@dataclass(frozen=True, slots=True)
class Leaving:
    """A subscription that is, or may be, ended, and the `others` of the same address, of which letters go on."""

    subscription: Subscription
    others: list[Subscription]


def leaving(store: Store, word: str) -> Leaving:
    """What the link to unsubscribe would end; raises as `of_link`."""
    with store.reading() as conn:
        return _leaving(conn, _linked(conn, store.clock, "unsubscribe", word).id)


def unsubscribe(store: Store, word: str, *, wholly: bool = False) -> Leaving:
    """End a subscription by its link, `wholly` with all others of its address; safe to repeat, and of no interest
    whether it was in force."""
    with store.transaction("web") as tx:
        return _leave(tx, signing.read(tx.conn, "unsubscribe", word), wholly=wholly)


def end(store: Store, id_: str) -> Leaving:
    """End a subscription by its id; raises SubscriptionNotFound."""
    with store.transaction("leadup") as tx:
        return _leave(tx, subscriptions.one(tx.conn, id_).id, wholly=False)


def _leave(tx: Transaction, id_: str, *, wholly: bool) -> Leaving:
    _end(tx, id_, "the subscription ended")
    found = subscriptions.one(tx.conn, id_)
    if wholly and found.email is not None:
        for each in subscriptions.of_mailbox(tx.conn, found.email):
            _end(tx, each.id, "all of the address ended")
    return _leaving(tx.conn, id_)


def _leaving(conn: Connection, id_: str) -> Leaving:
    found = subscriptions.one(conn, id_)
    same = subscriptions.of_mailbox(conn, found.email) if found.email is not None else []
    return Leaving(found, [each for each in same if each.id != id_ and each.state in ("active", "paused")])


def _end(tx: Transaction, id_: str, why: str) -> None:
    if subscriptions.one(tx.conn, id_).state != "ended":
        subscriptions.change(tx, id_, state="ended", ended_at=tx.recorded_at)
        outbox.drop_waiting(tx, id_, why)


def change(store: Store, word: str, choices: Choices) -> Subscription:
    """Choose otherwise, and be told again where that was paused; raises as `subscribe`."""
    with store.transaction("web") as tx:
        found = _linked(tx.conn, store.clock, "manage", word)
        _check(tx, store, found.calendar, choices)
        if found.state == "paused":
            outbox.take_up(tx, found.id, CHANGES)
        subscriptions.change(tx, found.id, choices=choices, state="active", paused_why=None)
        return subscriptions.one(tx.conn, found.id)


def resume(store: Store, id_: str) -> None:
    """Tell again where a refusal paused it, what changed meanwhile too where that is still of use; raises
    SubscriptionNotFound."""
    with store.transaction("leadup") as tx:
        if subscriptions.one(tx.conn, id_).state != "paused":
            raise SubscriptionNotFound(f"No subscription {id_} is paused.")
        outbox.take_up(tx, id_, CHANGES)
        subscriptions.change(tx, id_, state="active", paused_why=None)


def pause(tx: Transaction, id_: str, why: str) -> None:
    """Tell no more until somebody takes it up again: a mail server refused the address for good."""
    if subscriptions.one(tx.conn, id_).state == "active":
        subscriptions.change(tx, id_, state="paused", paused_why=why)


def erase(store: Store, email: str, mail_folder: Path) -> int:
    """Forget an address: its subscriptions, and its letters in the folder; how many subscriptions there were. What was
    told when stays, of nobody."""
    with store.forgetting("leadup") as tx:
        found = subscriptions.erase(tx, email)
        for each in found:
            outbox.drop_waiting(tx, each, "the address was erased")
        letters = outbox.keys_to(tx.conn, found)
    for key in letters:
        folder.remove(mail_folder, letter_name(*key))
    if email != WEBHOOK:
        folder.erase(mail_folder, email)  # what an earlier death left
    return len(found)


def forget_unconfirmed(store: Store, mail_folder: Path) -> int:
    """Forget the addresses that were not confirmed within CONFIRM_WITHIN: perhaps others gave them; how many. With them
    the letters that asked to confirm, first, since nothing leads to them once the address is forgotten."""
    until = store.clock.now() - CONFIRM_WITHIN
    with store.reading() as conn:
        late = subscriptions.waiting_since(conn, until)
    if not late:
        return 0
    for each in late:
        folder.remove(mail_folder, letter_name(*Owed(subscription=each.id, matter=CONFIRM).key))
    with store.forgetting("clock") as tx:
        return len([subscriptions.blank(tx, each) for each in subscriptions.waiting_since(tx.conn, until)])
