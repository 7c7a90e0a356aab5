"""Every refusal the project makes, with the data that explains it; no HTTP here (see service.problems for codes).

A class is a fact. Its docstring is what its problem page (`/problems/<slug>`) tells a client developer,
so it says what was refused and what to do. `pointer` names the place in the input: `/title` for a body,
`?kind` for a query field.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class DomainError(Exception):
    """Something was refused. `detail` is one clear sentence; `members` are the facts behind it, JSON-ready."""

    def __init__(self, detail: str, *, pointer: str | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer
        self.members = members

    def errors(self) -> list[dict[str, Any]]:
        """Each mistake as {detail, pointer}: one for a plain refusal with a pointer, none without."""
        if self.pointer is None:
            return []
        return [{"detail": self.detail, "pointer": self.pointer}]


class InvalidRecord(DomainError):
    """The input holds one or more mistakes; `errors` lists every one of them with its pointer.

    Mend each place named and send the whole again. Nothing of it was stored."""

    def __init__(self, mistakes: Sequence[dict[str, Any]], detail: str | None = None) -> None:
        self.mistakes = list(mistakes)
        count = len(self.mistakes)
        super().__init__(detail or (f"{count} mistakes in the input." if count != 1 else self.mistakes[0]["detail"]))

    def errors(self) -> list[dict[str, Any]]:
        return self.mistakes


def refuse_together(refusals: Sequence[DomainError]) -> None:
    """Raise nothing for none, the refusal itself for one, and an InvalidRecord that lists all, each with the facts
    behind it, for several."""
    if len(refusals) == 1:
        raise refusals[0]
    if refusals:
        raise InvalidRecord([{**mistake, **each.members} for each in refusals for mistake in each.errors()])


class UnreadableWhen(DomainError):
    """The date is neither an EDTF expression nor words that Leadup reads.

    `column` (from 1) says where reading stopped and `nearest` gives a form that would have been read."""


class KnownInFuture(DomainError):
    """`known_on` lies after today in the calendar's zone: nobody can know it yet.

    Give the day on which the public could know it."""


class KnownBeforeEnds(DomainError):
    """A link's `known_on` lies before both of its events are known: give a day from `since` on."""


class KnownBeforeCalendar(DomainError):
    """`known_on` lies before the day from which the calendar itself is known: nothing of it can be known earlier."""


class AskedInFuture(DomainError):
    """`as_known_on` lies after today: what will be known then is not known. Ask for today or an earlier day."""


class ThroughAhead(DomainError):
    """`through` lies after the last change of this store: what it will hold then is not known.

    Ask through the number that an answer printed, or leave it out."""


class SourceAfterKnownOn(DomainError):
    """A source was published after `known_on`: the revision says more than was known. Move `known_on` or the source."""


class HeldBeforeStart(DomainError):
    """An event is `held` but was known before its earliest start. It is `announced` or `expected` until it opens."""


class EndsBeforeStart(DomainError):
    """The end lies before the start. Swap them, or mend the year."""


class UnknownKind(DomainError):
    """The calendar has no such kind. `known` lists those it has."""


class UnknownCalendar(DomainError):
    """There is no such calendar here. `known` lists those there are."""


class EventNotFound(DomainError):
    """No event of that id is known on the day asked for."""


class NotAMeeting(DomainError):
    """The event is none of the meetings whose lead-ups are compared.

    Those are the key meetings of its calendar, or what `anchors` names: name such as hold this event, or ask for
    another event."""


class NotHeldYet(DomainError):
    """The event is not known as held on that day, so that it has no past lead-up: ask for a day after it was, or how
    its run-up stands so far (`/so-far`)."""


class NotAhead(DomainError):
    """The event does not lie ahead as known on that day, so that its run-up is over: ask what led up to it, or for a
    day before it was held."""


class NameNotFound(DomainError):
    """No event known on the day asked for bears a name of that type and spelling (or there is no such type)."""


class LinkNotFound(DomainError):
    """No link of that id is known on the day asked for."""


class CalendarNotFound(DomainError):
    """There is no calendar of that name here."""


class LinkWouldCycle(DomainError):
    """The link would make an event lead up to, be part of, or complete itself by way of others, on some day.

    `on` is the first day on which the circle would be known. Reject or retract one of its other links first."""


class LinkExists(DomainError):
    """These two events are linked by that rel already: `link` is its id and `state` its state.

    There is one link of a rel between two events, whatever its state: amend the one that stands (`PUT`, `If-Match`)."""


class SuggestionNotFound(DomainError):
    """That link is not suggested on the day asked for: its events do not suggest it, or their ids are not known.

    List the suggestions anew. `POST /api/v1/links` makes a link that nothing suggests."""


class LinkToItself(DomainError):
    """A link joins two different events."""


class FeedNotFound(DomainError):
    """There is no feed at that address.

    A private address that is unknown, was revoked, or whose token is no longer in force or may not read the feed any
    more, is refused in the same words."""


class FeedAddressNotFound(DomainError):
    """The feed has no private address of that id, or it is another token's: each sees its own, one of scope admin all.

    `GET /api/v1/feeds/<slug>/addresses` lists those there are. One that was revoked is gone."""


class FeedExists(DomainError):
    """There is a feed of that slug, saved or built in. Give another slug."""


class StaleRevision(DomainError):
    """The record was amended since it was read: `If-Match` names an older state.

    `current` and `yours` give both numbers. Read it again as known on the draft's `known_on`, look at what changed, and
    send your change with the new tag."""


class SequenceExpected(DomainError):
    """A change must say which state it amends: send `If-Match` with the tag that reading gave. (`*`, any state, is no
    answer to that.)"""


class Retracted(DomainError):
    """The record was retracted: it was entered in error. A revision that `replaces` the retraction brings it back."""


class NoSuchRevision(DomainError):
    """`replaces` names a revision that the record does not have."""


class IdTaken(DomainError):
    """Another record has that id already."""


class TokenMissing(DomainError):
    """This needs a token: send `Authorization: Bearer <token>`. `leadup token create NAME --scope write` makes one.

    A token that is unknown, revoked or expired is refused in the same words."""


class TokenExists(DomainError):
    """A token of that name exists, or was revoked: names sign the record, so none is given twice. Choose another."""


class TokenNotFound(DomainError):
    """There is no token of that name in force. `GET /api/v1/tokens` lists those there are."""


class ScopeMissing(DomainError):
    """The token may not do this: its scope is too small, or it is limited to other calendars.

    The sentence says what it may. Ask whoever keeps the tokens for another."""


class SentFromElsewhere(DomainError):
    """A form of ours was sent by a page of another site, or a browser that hides where it was sent from.

    Open the page here and send it from there. Programs use the API, with a token. Nothing was done."""


class NoSuchFormat(DomainError):
    """`Accept` excludes every format that this is given in.

    Name one of those listed, or leave the header out for JSON."""


class TooManyRequests(DomainError):
    """More was asked in a minute than one address may read, one token may write, or one address may try tokens.

    Wait for the seconds that `Retry-After` (and `retry_after_seconds`) says. `RateLimit-Remaining` on every answer says
    how much is left. Nothing was done."""


class IdempotencyKeyReused(DomainError):
    """The `Idempotency-Key` came with another request within the last 24 hours.

    Send a new key with each thing to be made, and the same key only with the same request. Nothing was done."""


class IdempotencyKeyRefused(DomainError):
    """The answer to this holds a secret, which is shown once and kept nowhere: no repeat could be answered with it.

    Send it without `Idempotency-Key`. Where the answer may be lost, revoke what was made and make another."""


class IdempotencyKeyUnreadable(DomainError):
    """`Idempotency-Key` must be 1 to 200 visible ASCII characters, such as a random UUID; quoted or not."""


class FileUnreadable(DomainError):
    """A file to be imported is not what its type says: `line` tells where. Nothing of it was stored."""


class LinesRefused(DomainError):
    """Lines of an imported file were refused; `errors` names each by line and pointer (the first 1,000), `refused` says
    how many there are.

    Nothing was stored. Mend them and send the file again, or send it with `partial=true` to record the others."""

    def __init__(self, detail: str, mistakes: Sequence[dict[str, Any]], **members: Any) -> None:
        super().__init__(detail, **members)
        self.mistakes = list(mistakes)

    def errors(self) -> list[dict[str, Any]]:
        return self.mistakes


class ImportNotFound(DomainError):
    """There was no import of that id here. A dry run, and one that was refused whole, leaves none."""


class HeadlineNotFound(DomainError):
    """There is no headline of that number in the inbox: there never was, or it was dealt with long ago."""


class BodyTooLarge(DomainError):
    """The body is over the limit: 1 MiB, 64 MiB for a file to be imported. Send less at once."""


class WrongContentType(DomainError):
    """The body must be JSON, and not compressed: send `Content-Type: application/json`, no `Content-Encoding`. A file
    to be imported is `application/x-ndjson`, `application/jsonl`, `text/csv` or `text/calendar`."""


class UnreadableBody(DomainError):
    """The body is not JSON as RFC 8259 has it (duplicate keys, NaN and Infinity are refused too)."""


class CalendarUnreadable(DomainError):
    """A pack's files could not be read; `errors` names each place by file, line and reason. Nothing was loaded."""

    def __init__(self, mistakes: Sequence[dict[str, Any]]) -> None:
        self.mistakes = list(mistakes)
        first = self.mistakes[0]
        where = f"{first['file']}:{first['line']}" if first.get("line") else first["file"]
        more = f" ({len(self.mistakes) - 1} more)" if len(self.mistakes) > 1 else ""
        super().__init__(f"{where}: {first['detail']}{more}")

    def errors(self) -> list[dict[str, Any]]:
        return self.mistakes


class StoreUnreadable(DomainError):
    """The store is missing, of another version, or damaged; the sentence says which and what to do."""


class StoreBusy(DomainError):
    """Others kept the store busy for too long. Nothing was written; try again."""


class LetterUndeliverable(DomainError):
    """The mail server refused a letter for good; it will not be tried again."""


class LetterDelayed(DomainError):
    """The mail server could not take a letter now; it will be tried again."""


class SubscriptionNotFound(DomainError):
    """There is no such subscription, or the link to it is not one of ours, or too old. Subscribe again at /alerts."""
