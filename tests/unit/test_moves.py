"""What a new date does to an old one."""

import pytest

from schemas.moves import days_moved, move_in_words
from schemas.when import parse


@pytest.mark.parametrize(
    ("before", "after", "days", "words"),
    [
        ("[2026-02-21..2026-02-28]", "2026-02-19/..", -2, "to 19 February 2026, 2 days before its window"),
        ("[2026-02-21..2026-02-28]", "2026-03-01", 8, "to 1 March 2026, 1 day after its window"),
        ("[2026-01-01..2026-03-31]", "[2026-02-21..2026-02-28]", 51, "to late February 2026, inside its window"),
        ("[2026-02-21..2026-02-28]", "[2026-02-25..2026-03-03]", 4, "to between 25 February and 3 March 2026"),
        ("2025-12-09/..", "2025-12-09/2025-12-11", 0, "to 9-11 December 2025, the same first day"),
        ("[2025-06-24..]", "[2026-01-01..2026-03-31]", 191, "to early 2026"),
    ],
)
def test_a_move_is_counted_and_said(before: str, after: str, days: int, words: str) -> None:
    assert days_moved(parse(before), parse(after)) == days
    assert move_in_words(parse(before), parse(after)).endswith(words)


def test_a_move_from_an_open_start_has_no_days() -> None:
    assert days_moved(parse("[..2026-02-01]"), parse("2026-02-01")) is None
