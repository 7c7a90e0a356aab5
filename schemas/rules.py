"""The rules of time that every assertion keeps, at every door; pure, so that a pack is held to them too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from schemas.errors import DomainError, HeldBeforeStart, InvalidRecord, KnownInFuture, SourceAfterKnownOn
from schemas.events import EventDraft, Source


def known_on(given: date | None, sources: Iterable[Source], zone: str) -> date:
    """The day an assertion is known on: the one given, else the latest publication day of its sources.

    Raises InvalidRecord where neither says.
    """
    days = (published_on(source, zone) for source in sources)
    known = given or max((day for day in days if day), default=None)
    if known is None:
        detail = "known_on is missing: give the day the public could know this, or a source with its day."
        raise InvalidRecord([{"detail": detail, "pointer": "/known_on"}])
    return known


def published_on(source: Source, zone: str) -> date | None:
    """The day a source appeared, in the calendar's zone where the instant is known; of a day and an instant that
    disagree, the later."""
    days = [source.published] if source.published else []
    if source.published_at:
        days.append(datetime.fromisoformat(source.published_at).astimezone(ZoneInfo(zone)).date())
    return max(days, default=None)


def utc(instant: str) -> str:
    """An instant, whatever its offset, as the wire has it: UTC with `Z`."""
    moment = datetime.fromisoformat(instant).astimezone(UTC)
    return moment.isoformat(timespec="microseconds" if moment.microsecond else "seconds").replace("+00:00", "Z")


def broken_by_time(known: date, sources: Sequence[Source], zone: str, today: date) -> list[DomainError]:
    """What an assertion known on `known` breaks: nothing is known after today, no source appears after it is known."""
    refusals: list[DomainError] = []
    if known > today:
        detail = f"known_on {known} lies after today, {today} in {zone}."
        refusals.append(KnownInFuture(detail, pointer="/known_on"))
    for number, source in enumerate(sources):
        day = published_on(source, zone)
        if day and day > known:
            detail = f"The source of {source.publisher} appeared on {day}, after known_on {known}."
            field = "published" if source.published == day else "published_at"
            refusals.append(SourceAfterKnownOn(detail, pointer=f"/sources/{number}/{field}"))
    return refusals


def broken_by_state(draft: EventDraft, known: date) -> list[DomainError]:
    """What an event's state breaks by itself: held before it could have begun, `same_as` without a retraction."""
    refusals: list[DomainError] = []
    if draft.status == "held" and draft.when.starts_min and draft.when.starts_min > known:
        detail = f"held, but known on {known}, before its earliest start {draft.when.starts_min}."
        refusals.append(HeldBeforeStart(detail, pointer="/status"))
    if draft.same_as and draft.status != "retracted":
        detail = "same_as goes with the status retracted: it names the event that this one doubles."
        refusals.append(InvalidRecord([{"detail": detail, "pointer": "/same_as"}]))
    return refusals
