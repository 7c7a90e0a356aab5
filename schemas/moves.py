"""What a new date does to an old one: by how many days it moved, and the sentence for it."""

from __future__ import annotations

from schemas.when import When


def days_moved(before: When, after: When) -> int | None:
    """Days from the earliest first day as it was to the earliest as it is now: negative where it moved earlier, None
    where either is open."""
    if before.starts_min is None or after.starts_min is None:
        return None
    return (after.starts_min - before.starts_min).days


def move_in_words(before: When, after: When) -> str:
    """`from 'late February 2026' to 19-25 February 2026, 2 days before its window`; what it says of the window is only
    what the bounds of the first day show."""
    return f"from '{before.text}' to {after.text.removeprefix('opened ')}{_against_window(before, after)}"


def _against_window(before: When, after: When) -> str:
    first, last, then_first, then_last = after.starts_min, after.starts_max, before.starts_min, before.starts_max
    if (first, last) == (then_first, then_last):
        return ", the same first day"
    if first is None or then_first is None:
        return ""
    if last is not None and last < then_first:
        return f", {_days((then_first - last).days)} before its window"
    if then_last is None:
        return ""
    if first > then_last:
        return f", {_days((first - then_last).days)} after its window"
    return ", inside its window" if first >= then_first and last is not None and last <= then_last else ""


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
