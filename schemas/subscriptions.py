"""Subscriptions: who wants to be told of what, when and how. Working data, no part of the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from typing import Final

from schemas.vocabulary import SAYERS

LEAD: Final = "lead"
QUIET: Final = "quiet"
UNSEEN: Final = "unseen"
OVERDUE: Final = "overdue"
DIGEST: Final = "digest"
CONFIRM: Final = "confirm"
"""The matter of the letter that asks whether an address is to be written to; nobody chooses it."""

CANCELLED: Final = "cancelled"
CHANGES: Final = ("announced", "firmed", "moved", CANCELLED, "opened")
"""The matters that a revision raises; all others are raised by the clock."""

MATTERS: Final = (LEAD, *CHANGES, OVERDUE, UNSEEN, QUIET)
"""What a subscriber may choose to be told of. Closed."""

USUAL_MATTERS: Final = tuple(each for each in MATTERS if each != UNSEEN)
"""What one who chooses nothing is told of."""

DIGESTS: Final = ("daily", "weekly")

QUIET_DAYS: Final = 14
QUIET_AGAIN_DAYS: Final = 30
"""After so many days without anything recorded in a whole calendar one letter says so, then another each so many."""

MOST_LEAD_DAYS: Final = 12
MOST_DAYS_WIDE: Final = 366
WEBHOOK: Final = "webhook"
"""The recipient of a subscription whose letters go to the address that the operator set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a subscriber chose. `query` is in the filter language, empty for the key meetings of the calendar.

    Letters that the clock raises go at `hour` on the clocks of `zone` (IANA; None: the calendar's), with `weekdays` on
    Mondays to Fridays only. Lead-day letters are for windows given by any of `given_by`, at most `widest_days` wide.
    With a `digest` everything comes in one letter a day or week. `people` are those of whom `unseen` tells, after each
    of `unseen_days` without a reported appearance.
    """

    query: str = ""
    matters: tuple[str, ...] = USUAL_MATTERS
    lead_days: tuple[int, ...] = (7,)
    hour: time = time(7)
    zone: str | None = None
    weekdays: bool = False
    digest: str | None = None
    given_by: tuple[str, ...] = SAYERS[:1]
    widest_days: int = 31
    people: tuple[str, ...] = ()
    unseen_days: tuple[int, ...] = (14, 21)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionDraft:
    """An address that asks to be told of a calendar: nothing but one confirming letter goes before it is confirmed."""

    email: str
    calendar: str
    choices: Choices = field(default_factory=Choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A subscription as it is kept. `email` is None once erased, WEBHOOK for the operator's webhook. `state` is
    `waiting` (not confirmed yet), `active` (told), `paused` (not told until it is taken up again) or `ended`."""

    id: str
    email: str | None
    calendar: str
    choices: Choices
    state: str
    created_at: str
    confirmed_at: str | None = None
    ended_at: str | None = None
    paused_why: str | None = None
