"""Composing letters as they go: what is still true then, and the facts known then; nothing later, nothing surer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from schemas.calendars import Calendar
from schemas.errors import EventNotFound, LetterDelayed
from schemas.queries import EventQuery
from schemas.subscriptions import CANCELLED, CONFIRM, DIGEST, QUIET, UNSEEN, Subscription
from schemas.vocabulary import AHEAD
from schemas.windows import Told, Window, early_warning, record_in_words
from schemas.wording import day_words, span_words
from service import raising, signing, windows
from service.clock import Clock, day_in
from service.digesting import Since, found_for_digest, since_last
from service.judging import Judge, NoLonger, wished
from service.mail import notices
from service.mail.givers import one_day, opening_in, since_letter
from service.mail.letters import Letter, days_words
from service.mail.notices import Found, Gone
from service.mail.wording import Outlook, about_event
from service.settings import Settings
from service.store import events, news, outbox, subscriptions
from service.store.asknown import AsKnown, last_change, newest_entry, newest_known, standpoint
from service.store.database import Connection
from service.store.outbox import Leased
from service.store.revisions import Row, rows_of
from service.store.timeline import count, find
from service.store.told import standing_rows, told

RUN_UP_DAYS: Final = 28
RUN_UP_NUMBERS: Final = 3
_LOOKED_AT: Final = 20
"""How many of the newest events of a person are looked at for the last day of any."""


class NotNow(Exception):
    """A letter that waits, since its subscription is paused."""


@dataclass(slots=True)
class Desk:
    """Where letters are composed over one snapshot of the store; what is the same for many is looked up once."""

    conn: Connection
    clock: Clock
    settings: Settings
    _standing: dict[str, AsKnown] = field(default_factory=dict)
    _outlooks: dict[tuple[str, str], Outlook] = field(default_factory=dict)
    _records: dict[str, list[Window]] = field(default_factory=dict)
    _letters: dict[tuple[object, ...], Letter] = field(default_factory=dict)
    _finds: dict[tuple[EventQuery, Since], Found] = field(default_factory=dict)
    _judge: Judge = field(default_factory=Judge)

    def letter(self, leased: Leased) -> Letter:
        """The words of a letter that is owed; raises NoLonger, or NotNow."""
        owed, subscription = leased.owed, subscriptions.one(self.conn, leased.owed.subscription)
        if owed.matter == CONFIRM:
            return self._confirming(subscription)
        if subscription.state == "paused":
            raise NotNow
        if subscription.state != "active":
            raise NoLonger(f"the subscription is {subscription.state}")
        if not wished(owed.matter, subscription.choices):
            raise NoLonger("it is not wished any more")
        at = self.at(subscription.calendar)
        if owed.matter == DIGEST:
            return self._digest(at, leased, subscription)
        if owed.matter == QUIET:
            return self._quiet(at, owed.about)
        if owed.matter == UNSEEN:
            return self._unseen(at, owed.about)
        return self._of_event(at, leased, subscription)

    def at(self, calendar: str) -> AsKnown:
        """The standpoint of today in a calendar; raises NoLonger where there is none of that name."""
        if calendar not in self._standing:
            self._standing[calendar] = standpoint(self.conn, self.clock, calendars=[calendar])
        if calendar not in self._standing[calendar].calendars:
            raise NoLonger(f"there is no calendar {calendar}")
        return self._standing[calendar]

    def _confirming(self, subscription: Subscription) -> Letter:
        if subscription.state != "waiting":
            raise NoLonger(f"the subscription is {subscription.state}")
        word = signing.signed(self.conn, "confirm", subscription.id)
        at = self.at(subscription.calendar)
        people = at.register.each_once("person", subscription.choices.people)
        known = [at.register.spelling("person", each, at.day) for each in people if at.register.known("person", each)]
        name, link = at.calendars[subscription.calendar].name, f"{self.settings.public_url}/alerts/confirm/{word}"
        return notices.confirming(name, replace(subscription.choices, people=people), known, link)

    def _of_event(self, at: AsKnown, leased: Leased, subscription: Subscription) -> Letter:
        owed = leased.owed
        try:
            outlook = self.outlook(at, owed.event)
        except EventNotFound:
            return self._corrected(at, leased, subscription)
        matter = self._judge.matter_by_now(at, leased, subscription.choices, outlook.event)
        last = outbox.last_told(self.conn, subscription.id, owed.event)
        key = (owed.event, matter, last, subscription.choices.zone)
        if key not in self._letters:
            whole = replace(outlook, changed=self._changed(at, owed.event, last, subscription))
            self._letters[key] = about_event(whole, matter)
        return self._letters[key]

    def _corrected(self, at: AsKnown, leased: Leased, subscription: Subscription) -> Letter:
        """That an event was retracted, to those to whom a letter told of it."""
        event, last = leased.owed.event, outbox.last_told(self.conn, subscription.id, leased.owed.event)
        retraction = raising.retraction_of(rows_of(self.conn, event))
        if leased.owed.matter != CANCELLED or retraction is None:
            raise NoLonger("the event is not known any more")
        if outbox.is_another_under_way(self.conn, leased):
            # What another courier is handing in now may have told of the event: that is known when it is back.
            raise LetterDelayed("Another letter about the event is under way.")
        if last is None:
            raise NoLonger("the event is not known any more")
        was = raising.told_by(at, event, last[0])
        if was is None:
            raise NoLonger("a letter that went told it")
        return correction(at, event, retraction, was, self._sent_on(at, subscription, last[1]))

    def _sent_on(self, at: AsKnown, subscription: Subscription, sent_at: str) -> date:
        """The day on which a letter went, where the subscriber is."""
        return day_in(subscription.choices.zone or at.calendars[subscription.calendar].zone, sent_at)

    def outlook(self, at: AsKnown, id_: str) -> Outlook:
        """The facts about an event, as known today; raises EventNotFound."""
        key = (at.asked[0], id_)
        if key not in self._outlooks:
            self._outlooks[key] = outlook_of(at, id_, self.settings, self.record(at, at.asked[0]))
        return self._outlooks[key]

    def record(self, at: AsKnown, calendar: str) -> list[Window]:
        """The windows that the body announced for the key meetings of a calendar."""
        if calendar not in self._records:
            self._records[calendar] = windows.of_key_meetings(at, calendar)
        return self._records[calendar]

    def _changed(self, at: AsKnown, id_: str, last: tuple[int, str] | None, subscription: Subscription) -> str | None:
        """What is new of an event since the last letter about it; None where none went."""
        if last is None:
            return None
        rows = standing_rows(at, [id_])[id_]
        sequence, sent_at = last
        sent = self._sent_on(at, subscription, sent_at)
        before = next((row for row in rows if row.sequence == sequence), None)
        return (
            since_letter(told(before), told(rows[-1]), sent)
            if before
            else f"corrected since our letter of {day_words(sent)}"
        )

    def _quiet(self, at: AsKnown, about: str) -> Letter:
        calendar = at.calendars[at.asked[0]]
        newest, written = newest_entry(at, calendar.slug), news.last_recorded(self.conn, calendar.slug)
        if newest is None or about.partition("/")[0] != newest.isoformat():
            raise NoLonger("something was recorded by now")
        # On a day that is set, what was written down today says nothing.
        late = bool(written and not self.clock.pinned and day_in(calendar.zone, written) > newest)
        return notices.quiet(calendar.name, newest, at.day, late=late)

    def _unseen(self, at: AsKnown, about: str) -> Letter:
        person, last, days = about.rsplit("/", 2)
        if last_seen(at, person) != date.fromisoformat(last):
            raise NoLonger("an appearance was reported by now")
        spelled = at.register.spelling("person", person, at.day)
        return notices.unseen(spelled, date.fromisoformat(last), int(days), at.day, self._age(at))

    def _digest(self, at: AsKnown, leased: Leased, subscription: Subscription) -> Letter:
        choices = subscription.choices
        assert choices.digest, "none other is wished"
        if outbox.newer_digest(self.conn, leased):
            raise NoLonger("a newer digest says it")
        since = since_last(at, subscription)
        query = raising.query_of(at.calendars[subscription.calendar], choices)
        letter = notices.digest(
            at.calendars[subscription.calendar].name,
            choices.digest,
            at.day,
            self._found(at, query, since) if query else Found([], [], []),
            record_in_words(self.record(at, subscription.calendar)),
            self._age(at),
            self.settings.public_url if self.settings.reaches_out else None,
            None if since.first else since.day,
        )
        return replace(letter, told=last_change(self.conn))

    def _found(self, at: AsKnown, query: EventQuery, since: Since) -> Found:
        key = query, since
        if key not in self._finds:
            self._finds[key] = found_for_digest(at, query, since)
        return self._finds[key]

    def _age(self, at: AsKnown) -> str:
        newest = newest_known(at, at.asked)
        if newest is None:
            return "none"
        return f"{day_words(newest)}, {days_words((at.day - newest).days)} ago" if newest < at.day else "today"


def outlook_of(at: AsKnown, id_: str, settings: Settings, record: list[Window]) -> Outlook:
    """The facts about an event, as known from a standpoint, beside a record of windows; raises EventNotFound."""
    event = events.one(at, id_)
    calendar = at.calendars[event.calendar]
    opens, was = event.when.starts_min, _while_ahead(at, id_)
    page = f"{settings.public_url}/events/{event.id}" if settings.reaches_out else None
    return Outlook(
        view=events.view(at, event),
        calendar=calendar.name,
        today=at.day,
        newest_known=newest_known(at, [event.calendar]) or at.day,
        record=record_in_words(record),
        early=early_warning(record, (opens - at.day).days) if opens else None,
        came=_came([window for window in record if window.event == id_], was),
        was=was,
        run_up=run_up(at, calendar),
        run_up_days=RUN_UP_DAYS,
        page=page,
        feed=page and f"{page}.ics",
    )


def correction(at: AsKnown, id_: str, retraction: Row, was: Told, sent: date) -> Letter:
    """The letter that corrects one of the day `sent`, which had told `was` of an event that was retracted since."""
    other = events.doubles(at, id_)
    stays_as = events.one(at, other, sources=False).title if other else None
    gone = Gone(retraction.state["title"], was, stays_as)
    return notices.corrected(at.calendars[at.asked[0]].name, gone, sent, retraction.sequence)


def _while_ahead(at: AsKnown, id_: str) -> Told | None:
    """The last state that an event had while it lay ahead."""
    states = map(told, reversed(standing_rows(at, [id_])[id_]))
    return next((state for state in states if state.status in AHEAD), None)


def _came(own: list[Window], was: Told | None) -> str | None:
    """What became of an event's announced window, the one that stood last where it was announced anew, in a clause."""
    stood = [window for window in own if was and window.when.edtf == was.when.edtf] or own
    if not stood or stood[-1].outcome not in ("early", "inside", "late"):
        return None
    window = stood[-1]
    first, last, opening = window.when.starts_min, window.when.starts_max, opening_in(window.when)
    if first is None or last is None:
        return None
    days = f"{days_words(abs(window.days_off))} " if window.days_off else ""
    inside = "on" if one_day(window.when) else "inside"
    where = {"early": f"{days}before", "inside": inside, "late": f"{days}after"}[window.outcome]
    named = "" if where == "on" else f", {span_words(first, last)}"
    return f"{where} its announced {opening}{named}"


def run_up(at: AsKnown, calendar: Calendar) -> tuple[tuple[int, str], ...]:
    """How often the kinds that were reported most were, in the RUN_UP_DAYS until today: only kinds that are covered
    throughout, since silence means nothing elsewhere."""
    since = at.day - timedelta(RUN_UP_DAYS - 1)
    found = []
    for kind in calendar.kinds:
        if kind.key_meeting or not covered(calendar, kind.slug, since, at.day):
            continue
        query = EventQuery(calendar=(calendar.slug,), kind=(kind.slug,), status=("held",), since=since, until=at.day)
        if number := count(at, query):
            words = kind.label if number == 1 else kind.plural
            found.append((number, words[:1].lower() + words[1:]))
    return tuple(sorted(found, key=lambda pair: (-pair[0], pair[1]))[:RUN_UP_NUMBERS])


def covered(calendar: Calendar, kind: str, since: date, until: date) -> bool:
    """Whether a calendar claims to hold every reported event of a kind on all of those days."""
    return any(
        kind in claim.kinds and claim.programme is None and claim.since <= since and claim.until >= until
        for claim in calendar.coverage
    )


def last_seen(at: AsKnown, person: str) -> date | None:
    """The last day of the newest reported appearance of a person; None where there is none."""
    query = EventQuery(calendar=at.asked, person=(person,), status=("held",), sort="-starts")
    newest = events.hydrate(at, find(at, query, limit=_LOOKED_AT))
    return max((each.when.starts_max for each in newest if each.when.starts_max), default=None)
