"""Announced windows beside the day of the opening, and the one sentence that tells of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from schemas.events import SaidBy
from schemas.when import parse
from schemas.windows import Told, Window, counted, early_warning, record_in_words, windows_of

MID = "[2025-12-11..2025-12-20]"


def told(known_on: str, when: str, status: str = "announced", who: str = "body") -> Told:
    return Told(date.fromisoformat(known_on), parse(when), status, SaidBy(who))


def windows(*revisions: Told) -> list[Window]:
    return windows_of("autumn01", "Plenary", "plenary", revisions)


def came(opened: str, status: str = "held") -> Window:
    """What came of a window in mid-December that was announced on the 1st."""
    return windows(told("2025-12-01", MID), told("2025-12-31", opened, status))[0]


@pytest.mark.parametrize(
    ("opened", "outcome", "off", "before"),
    [
        ("2025-12-09/2025-12-11", "early", -2, 8),
        ("2025-12-11", "inside", 0, 10),
        ("2025-12-20/..", "inside", 0, 19),
        ("2025-12-23", "late", 3, 22),
        ("[2025-12-12..2025-12-14]", "inside", 0, None),
        ("[2025-12-18..2025-12-24]", "unclear", None, None),
        ("[2025-12-02..2025-12-03]", "early", None, None),
    ],
)
def test_what_came_of_a_window(opened: str, outcome: str, off: int | None, before: int | None) -> None:
    window = came(opened)
    assert (window.outcome, window.days_off, window.announced_days_before) == (outcome, off, before)


def test_a_window_without_an_opening_is_open_or_called_off() -> None:
    assert windows(told("2025-12-01", MID))[0].outcome == "open"
    assert came(MID, "cancelled").outcome == "cancelled"


def test_each_window_of_an_event_counts_and_none_counts_twice() -> None:
    found = windows(
        told("2025-11-01", "2025-12"),
        told("2025-11-02", MID, who="press"),
        told("2025-12-01", MID),
        told("2025-12-02", MID),
        told("2025-12-10", "2025-12-12", "held"),
    )
    assert [(str(each.known_on), each.said_by and each.said_by.who, each.outcome) for each in found] == [
        ("2025-11-01", "body", "inside"),
        ("2025-11-02", "press", "inside"),
        ("2025-12-01", "body", "inside"),
    ]


def test_what_is_no_window_or_told_after_the_opening_foretold_nothing() -> None:
    assert windows(told("2025-12-01", "[2025-12-01..]"), told("2025-12-10", "2025-12-09", "held")) == []
    assert windows(told("2025-12-10", MID, "expected")) == []
    assert windows(told("2025-12-13", MID), told("2025-12-13", "2025-12-12/..", "held")) == []


def record(**outcomes: int) -> list[Window]:
    days = {"inside": "2025-12-12", "early": "2025-12-09", "late": "2025-12-22"}
    return [came(days[outcome]) for outcome, count in outcomes.items() for _ in range(count)]


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ({}, "no announced window has yet been followed by a known opening"),
        ({"inside": 1}, "the one announced window so far held the opening"),
        ({"late": 1}, "the one announced window so far opened after it"),
        ({"inside": 3}, "of the last 3 announced windows 3 held the opening, none opened before, none after"),
        (
            {"early": 2, "inside": 11, "late": 2},
            "of the last 15 announced windows 11 held the opening, 2 opened before, 2 after",
        ),
        (
            {"late": 4, "inside": 14, "early": 1},
            "of the last 15 announced windows 14 held the opening, 1 opened before, none after",
        ),
    ],
)
def test_a_record_is_put_in_words_by_its_counts_alone(outcomes: dict[str, int], words: str) -> None:
    assert record_in_words(record(**outcomes)) == words


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ({}, "no window so given has yet been followed by a known opening"),
        ({"inside": 1}, "the one window so given so far held the opening"),
        ({"inside": 2, "late": 1}, "of the last 3 windows so given 2 held the opening, none opened before, 1 after"),
    ],
)
def test_windows_that_others_give_are_not_called_announced(outcomes: dict[str, int], words: str) -> None:
    assert record_in_words(record(**outcomes), announced=False) == words


def test_windows_whose_outcome_is_not_known_are_counted_but_not_quoted() -> None:
    found = [*windows(told("2025-12-01", MID)), *record(inside=1)]
    assert counted(found)["open"] == 1
    assert record_in_words(found) == "the one announced window so far held the opening"


def test_it_may_open_earlier_only_where_one_did_and_from_the_seventh_day_before() -> None:
    assert early_warning(record(early=1, inside=5), 7) == "may open earlier"
    assert early_warning(record(early=1, inside=5), 8) is None
    assert early_warning(record(inside=5, late=2), 1) is None


def test_days_off_agree_with_the_window_whatever_the_day() -> None:
    first, last = date(2025, 12, 11), date(2025, 12, 20)
    for days in range(-15, 30):
        opened = date(2025, 12, 2) + timedelta(days=max(0, days))
        window = came(opened.isoformat())
        off = window.days_off or 0
        assert first <= opened - timedelta(days=off) <= last
        assert (off < 0, off > 0) == (window.outcome == "early", window.outcome == "late")
