"""Which days count: coverage, the windows before anchors, meeting days, and the days elsewhere.

Days are whole numbers counted from the first day of the axis (day 0); an array "by day" has one entry for each day of
the axis. Days off the axis are not covered. Nothing here knows an event, only days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

SETTLING_DAYS: Final = 3
"""The last days up to the day of knowledge are not covered: reports of them are still coming in."""

ONE_MEETING_DAYS: Final = 7
"""An anchor that starts within so many days of the last day of the previous one is one anchor with it."""

UNCERTAIN_ANCHOR_DAYS: Final = 5
"""The most days between an anchor's earliest and latest first day for it to be used, from the earliest."""


class Reason(StrEnum):
    """Why an anchor has no window of its own in the rates."""

    MERGED = "merged"
    UNCERTAIN = "uncertain"
    NOT_COVERED = "not-covered"
    OVERLAPS = "overlaps"
    LITTLE_LEFT = "little-left"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A held meeting: its earliest and latest first day, its latest last day (the day of knowledge if it still sits).

    `part_of` is the position, in the same sequence, of the anchor it is part of; following it must never cycle.
    """

    start_min: int
    start_max: int
    end: int
    part_of: int | None = None

    @property
    def uncertain_days(self) -> int:
        """Days between the earliest and the latest first day; 0 where it is known to the day."""
        return self.start_max - self.start_min

    @property
    def uncertain(self) -> bool:
        """Whether its first day is too uncertain for it to have a window."""
        return self.uncertain_days > UNCERTAIN_ANCHOR_DAYS


@dataclass(frozen=True, slots=True)
class AnchorUse:
    """What became of one anchor, with the numbers that explain it.

    `reason` is None where its window is used. Of the lead days before it `covered_days` are covered, and `left_days`
    are neither a meeting's nor nearer to an earlier anchor (both None for one merged or uncertain). `other` is the
    position of the anchor it is one with (`merged`) or whose window it overlaps (`overlaps`). `first_day` to
    `last_day` span everything that is one with it.
    """

    first_day: int
    last_day: int
    uncertain_days: int
    reason: Reason | None = None
    covered_days: int | None = None
    left_days: int | None = None
    other: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """What every day of the axis is to the anchors; `uses` says what became of each, in the order given.

    By day: `covered`; `meeting` (a meeting sat, or may have sat); `near` (in the window of any anchor, used or left
    out); `anchor` (position of the used anchor in whose window the day lies, else -1) with `lead` (its days before
    that anchor, 1 to lead_days, else 0); `cycle` (0 to K-1 for K used anchors: the days after the meeting before, up
    to the meeting; the last cycle runs to the end).
    """

    lead_days: int
    covered: NDArray[np.bool_]
    meeting: NDArray[np.bool_]
    near: NDArray[np.bool_]
    anchor: NDArray[np.int64]
    lead: NDArray[np.int64]
    cycle: NDArray[np.int64]
    uses: tuple[AnchorUse, ...]

    @property
    def used(self) -> tuple[int, ...]:
        """Positions of the anchors whose windows are used, in the order given."""
        return tuple(position for position, use in enumerate(self.uses) if use.reason is None)

    @property
    def inside(self) -> NDArray[np.bool_]:
        """By day: covered and in the window of a used anchor."""
        return self.covered & (self.lead > 0)

    @property
    def elsewhere(self) -> NDArray[np.bool_]:
        """By day: covered, in no window of any anchor, used or left out, and in no meeting."""
        return self.covered & ~self.near & ~self.meeting


def covered_days(days: int, claims: Iterable[Iterable[tuple[int, int]]], known_day: int) -> NDArray[np.bool_]:
    """By day of an axis of `days`: covered by every claim as known on `known_day`; all False without any claim.

    A claim is what is declared of one kind: inclusive (since, until) spans, any of which covers a day. Days after
    `known_day` less SETTLING_DAYS are not covered.
    """
    masks = [_spanned(days, spans) for spans in claims]
    covered = np.logical_and.reduce(masks) if masks else np.zeros(days, dtype=np.bool_)
    covered[max(0, known_day - SETTLING_DAYS + 1) :] = False
    return covered


def windows(
    anchors: Sequence[Anchor], covered: NDArray[np.bool_], lead_days: int, *, drop_overlapping: bool = False
) -> Windows:
    """Give every day its place: leads 1 to `lead_days` before each anchor, the meetings, and the days elsewhere.

    A day in the windows of two anchors belongs to the anchor next after it, used or not, so a later window begins
    the day after the earlier meeting ended. Left out, with the reason: an anchor that is one with another; one whose
    first day is uncertain by more than UNCERTAIN_ANCHOR_DAYS; one with under 90 % of its window covered; with
    `drop_overlapping`, one whose window has a day in common with that of an anchor before it; and one with under
    half of its window left. An uncertain anchor takes no day from another's window by being next, but every day on
    which it may have sat is a meeting day, and no day that may have been ahead of it is elsewhere.
    """
    meetings, uncertain = _meetings(anchors)
    position, lead = _leads([each.first for each in meetings], covered.size, lead_days)
    meeting = _spanned(covered.size, [(each.first, each.last) for each in (*meetings, *uncertain)])
    near = (position >= 0) | _spanned(covered.size, [(each.first - lead_days, each.last) for each in uncertain])
    position[meeting] = -1
    uses = _uses(anchors, meetings, position, covered, lead_days, drop_overlapping)
    heads = np.array([each.head if use.reason is None else -1 for each, use in zip(meetings, uses, strict=True)] + [-1])
    anchor = heads[position]
    return Windows(
        lead_days=lead_days,
        covered=covered,
        meeting=meeting,
        near=near,
        anchor=anchor,
        lead=np.where(anchor >= 0, lead, 0),
        cycle=_cycles([use.last_day for use in uses if use.reason is None], covered.size),
        uses=_in_order(anchors, meetings, uses, uncertain),
    )


@dataclass(frozen=True, slots=True)
class _Meeting:
    """Anchors that are one: the `head` that stands for them all, every one of the `members`, and its days."""

    head: int
    first: int
    last: int
    members: tuple[int, ...]

    def joined(self, other: _Meeting) -> _Meeting:
        first, last = min(self.first, other.first), max(self.last, other.last)
        return _Meeting(self.head, first, last, self.members + other.members)


def _meetings(anchors: Sequence[Anchor]) -> tuple[list[_Meeting], list[_Meeting]]:
    """The meetings that the anchors are, by first day; and apart from them those whose first day is uncertain."""
    alone = [_Meeting(at, anchor.start_min, anchor.end, (at,)) for at, anchor in enumerate(anchors)]
    heads = [_whole(anchors, at) for at in range(len(anchors))]
    wholes = {at: alone[at] for at, head in enumerate(heads) if at == head}
    for at, head in enumerate(heads):
        if at != head:
            whole = wholes[head]
            anchor = anchors[at]
            # A part lies within its whole: where its own days are vague, the whole's are the better known.
            part = replace(alone[at], first=whole.first, last=whole.last) if anchor.uncertain else alone[at]
            wholes[whole.head] = whole.joined(part)
    firm = [each for each in wholes.values() if not anchors[each.head].uncertain]
    return _near_ones_joined(firm), [each for each in wholes.values() if anchors[each.head].uncertain]


def _whole(anchors: Sequence[Anchor], at: int) -> int:
    """The anchor that an anchor is part of in the end; of a circle, which says nothing, its first."""
    seen = [at]
    while (above := anchors[at].part_of) is not None:
        if above in seen:
            return min(seen[seen.index(above) :])
        seen.append(above)
        at = above
    return at


def _near_ones_joined(meetings: Iterable[_Meeting]) -> list[_Meeting]:
    joined: list[_Meeting] = []
    for each in sorted(meetings, key=lambda each: each.first):
        if joined and each.first - joined[-1].last <= ONE_MEETING_DAYS:
            joined[-1] = joined[-1].joined(each)
        else:
            joined.append(each)
    return joined


def _leads(firsts: Sequence[int], days: int, lead_days: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """By day: which of the meetings, by first day, comes next within `lead_days` (else -1), and the lead to it."""
    axis = np.arange(days)
    never = days + lead_days
    following = np.searchsorted(np.array(firsts, dtype=np.int64), axis, side="right")
    lead = np.array([*firsts, never], dtype=np.int64)[following] - axis
    return np.where(lead <= lead_days, following, -1), lead


def _uses(
    anchors: Sequence[Anchor],
    meetings: Sequence[_Meeting],
    position: NDArray[np.int64],
    covered: NDArray[np.bool_],
    lead_days: int,
    drop_overlapping: bool,
) -> list[AnchorUse]:
    uses = []
    for at, each in enumerate(meetings):
        window = slice(max(0, each.first - lead_days), max(0, each.first))
        covered_days = int(covered[window].sum())
        left_days = lead_days - int((position[window] != at).sum())
        overlaps = drop_overlapping and at > 0 and each.first - lead_days < meetings[at - 1].first
        reason = _reason(lead_days, covered_days, left_days, overlaps)
        other = meetings[at - 1].head if reason is Reason.OVERLAPS else None
        uncertain_days = anchors[each.head].uncertain_days
        uses.append(AnchorUse(each.first, each.last, uncertain_days, reason, covered_days, left_days, other))
    return uses


def _reason(lead_days: int, covered_days: int, left_days: int, overlaps: bool) -> Reason | None:
    if 10 * covered_days < 9 * lead_days:
        return Reason.NOT_COVERED
    if overlaps:
        return Reason.OVERLAPS
    if 2 * left_days < lead_days:
        return Reason.LITTLE_LEFT
    return None


def _cycles(last_days: Sequence[int], days: int) -> NDArray[np.int64]:
    cycle = np.searchsorted(np.array(last_days, dtype=np.int64), np.arange(days), side="left")
    return np.minimum(cycle, max(0, len(last_days) - 1))


def _in_order(
    anchors: Sequence[Anchor], meetings: Sequence[_Meeting], uses: Sequence[AnchorUse], uncertain: Sequence[_Meeting]
) -> tuple[AnchorUse, ...]:
    """What became of each anchor, in the order given: those merged name their head."""
    found = {each.head: use for each, use in zip(meetings, uses, strict=True)}
    for each in uncertain:
        found[each.head] = AnchorUse(each.first, each.last, anchors[each.head].uncertain_days, Reason.UNCERTAIN)
    for each in (*meetings, *uncertain):
        for member in each.members:
            one = anchors[member]
            merged = AnchorUse(one.start_min, one.end, one.uncertain_days, Reason.MERGED, other=each.head)
            found.setdefault(member, merged)
    return tuple(found[at] for at in range(len(anchors)))


def _spanned(days: int, spans: Iterable[tuple[int, int]]) -> NDArray[np.bool_]:
    """By day: in any of the inclusive spans, cut at the axis."""
    mask = np.zeros(days, dtype=np.bool_)
    for first, last in spans:
        mask[max(0, first) : max(0, last + 1)] = True
    return mask
