"""The rules of who is told of what: which matter a revision is, and on which day a lead-day letter goes. Pure: the
clock, the replay and the page all ask here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from schemas.subscriptions import CHANGES, Choices
from schemas.vocabulary import AHEAD, SAYERS_IN_WORDS
from schemas.when import When
from schemas.windows import Told, same

KNOWN_WITHIN_DAYS: Final = 3
"""A revision raises letters only if it became known so few days ago: older news is no news."""

NEWS_WITHIN_DAYS: Final = 14
"""What does not lie ahead, a window that passed or an opening, is news to nobody after so many days, however long a
letter about it had to wait; digests go on naming what is overdue."""


def matter_of(before: Told | None, after: Told) -> str | None:
    """The matter that a new state of an event is, beside the one before it; None where nobody is told.

    What the body announces is `announced` wherever it had not said so before, or without a date, whatever others had
    said. `firmed`: its window got narrower within what it was; any other new window has `moved`.
    """
    ahead = before is not None and before.status in AHEAD
    if after.status == "held":
        return "opened" if ahead else None
    if after.status == "cancelled":
        return "cancelled" if ahead else None
    if _newly_announced(before, after):
        return "announced"
    if before is None or not ahead or after.status not in AHEAD or _same_start(before.when, after.when):
        return None
    return "firmed" if _inside(after.when, before.when) else "moved"


def _newly_announced(before: Told | None, after: Told) -> bool:
    if after.status != "announced":
        return False
    if before is None or before.status != "announced":
        return True
    dated = after.when.starts_max is not None and before.when.starts_max is None
    return by_the_body(after) and (dated or not by_the_body(before))


def by_the_body(state: Told) -> bool:
    """Whether the body itself gave what is told."""
    return state.said_by is not None and state.said_by.who == "body"


def comes_to(before: Told | None, after: Told, last: Told | None) -> str | None:
    """The matter that a change is to a subscriber to whom the last letter told the state `last` (None: none did); None
    where a letter would tell nothing new. `before` is the state before the change, `after` the present one."""
    if last is None:
        return matter_of(before, after)
    if same(last, after):
        return None
    lay_ahead = last.status in AHEAD and after.status in AHEAD
    return matter_of(last, after) if lay_ahead else matter_of(last, after) or matter_of(before, after)


def _same_start(one: When, other: When) -> bool:
    """Whether two windows are the same; two without a date are."""
    undated = one.starts_max is None and other.starts_max is None
    return undated or (one.starts_min, one.starts_max) == (other.starts_min, other.starts_max)


def _inside(narrow: When, wide: When) -> bool:
    low = wide.starts_min or date.min
    high = wide.starts_max or date.max
    return low <= (narrow.starts_min or date.min) and (narrow.starts_max or date.max) <= high


def lies_ahead(told: Told | None, today: date) -> bool:
    """Whether an event, as told, had still to open on `today`."""
    return told is not None and told.status in AHEAD and (told.when.starts_max is None or told.when.starts_max >= today)


def raises(before: Told | None, after: Told, today: date) -> str | None:
    """The matter of which a change to the current state raises letters on the day it is recorded; None for none.

    Only what lay ahead, before the change or after it, and became known within KNOWN_WITHIN_DAYS.
    """
    matter = matter_of(before, after)
    if matter is None or (today - after.known_on).days > KNOWN_WITHIN_DAYS:
        return None
    # An opening is told of after the day it opened, and that it was late is news too.
    told = matter == "opened" or lies_ahead(before, today) or lies_ahead(after, today)
    return matter if told else None


def moved_later(before: When, now: When) -> bool:
    """Whether a window with known ends moved later: it opens later and closes later. One that only opens later was
    narrowed, one that only closes later was widened."""
    first, last, then_first, then_last = now.starts_min, now.starts_max, before.starts_min, before.starts_max
    return bool(first and last and then_first and then_last and first > then_first and last > then_last)


def generation(told: Sequence[tuple[int, Told]]) -> int:
    """The sequence of the last revision by which the body itself moved its own window later; 0 where it never did.

    `told` are an event's standing revisions by (known_on, sequence), each with its sequence.
    """
    found, before = 0, None
    for sequence, each in told:
        if each.status != "announced" or not by_the_body(each):
            continue
        if before is not None and moved_later(before, each.when):
            found = sequence
        before = each.when
    return found


def why_no_lead(told: Told, choices: Choices) -> str | None:
    """Why no lead-day letter goes for an event as told, in a clause; None where one may."""
    first, last = told.when.starts_min, told.when.starts_max
    who = told.said_by.who if told.said_by else None
    # Whoever is named beside the body is named for what they expect: they announce nothing.
    theirs = told.status == "expected" and who != "body" and who in choices.given_by
    if told.status != "announced" and not theirs:
        return f"it was {told.status}, not announced"
    if first is None or last is None:
        return "no window was announced"
    if who not in choices.given_by:
        return f"the window was given by {SAYERS_IN_WORDS.get(who or '', 'nobody named')}"
    wide = (last - first).days + 1
    return f"the window was {wide} days wide" if wide > choices.widest_days else None


@dataclass(frozen=True, slots=True)
class LeadDay:
    """A lead-day letter that may go: so many days before the earliest day, from `moment` on, until day `until`."""

    days: int
    moment: datetime
    until: date

    def day_in(self, zone: str) -> date:
        """The day in the calendar's zone on which it is due."""
        return self.moment.astimezone(ZoneInfo(zone)).date()


def window_from(told: Sequence[tuple[int, Told]]) -> tuple[int, Told]:
    """The revision, with its sequence, from which on the present window of an event stands; `told` as for `generation`,
    at least one."""
    found = told[-1]
    for each in reversed(told):
        if each[1].when.edtf != found[1].when.edtf:
            break
        found = each
    return found


def leads_of(
    told: Sequence[tuple[int, Told]], zone: str, choices: Choices, went: Callable[[str, str], bool]
) -> Iterator[tuple[LeadDay, str]]:
    """The lead-day letters that an event's present window owes, each with what it is about, its generation too.

    None where the window became known only after the day, and a letter about that had said it: `went` tells whether one
    was raised on a matter and about a sequence. `told` as for `generation`, at least one.
    """
    state = told[-1][1]
    if why_no_lead(state, choices) or state.when.starts_min is None:
        return
    moved, (since, first) = generation(told), window_from(told)
    said = any(went(matter, str(sequence)) for matter in CHANGES for sequence, _ in told if sequence >= since)
    for lead in lead_days_of(state.when.starts_min, zone, choices):
        late = first.known_on > lead.day_in(zone)
        if not (late and said):
            yield lead, f"{lead.days}/{moved}" if moved else str(lead.days)


def lead_days_of(earliest: date, zone: str, choices: Choices) -> list[LeadDay]:
    """When the lead-day letters of a window go that opens at the earliest on a day of the calendar's `zone`.

    Each goes at the subscriber's hour, on the last allowed day that is that many days before in the calendar's zone,
    and is of use until the next one's day, or the earliest day.
    """
    days = sorted(choices.lead_days, reverse=True)
    ends = [earliest - timedelta(each) for each in days[1:]] + [earliest]
    return [
        LeadDay(each, moment_on(earliest - timedelta(each), zone, choices), until)
        for each, until in zip(days, ends, strict=True)
    ]


def moment_on(day: date, zone: str, choices: Choices) -> datetime:
    """The last moment at the subscriber's hour, on an allowed day, that is by `day` in the calendar's zone."""
    own = ZoneInfo(choices.zone or zone)
    for back in range(-1, 9):
        local = day - timedelta(back)
        if choices.weekdays and local.weekday() > 4:
            continue
        moment = datetime.combine(local, choices.hour, own)
        if moment.astimezone(ZoneInfo(zone)).date() <= day:
            return moment
    raise AssertionError("every week has an allowed day")
