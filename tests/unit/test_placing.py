"""Events on a study's axis of days: where they count, and with which lead."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from schemas.calendars import Coverage
from service import placing
from service.analysis.exposure import Anchor, windows
from tests.builders import an_event

ORIGIN = date(2025, 1, 1)


def placed(*firsts: int, uncovered: tuple[int, ...] = ()) -> placing.Placed:
    """A year of covered days but for `uncovered`, and meetings of a day with windows of 30 days."""
    covered = np.ones(365, dtype=np.bool_)
    covered[list(uncovered)] = False
    return placing.Placed(ORIGIN, windows([Anchor(first, first, first) for first in firsts], covered, 30))


def on(day: int, last: int | None = None) -> str:
    first = ORIGIN + timedelta(day)
    return f"[{first}..{ORIGIN + timedelta(last)}]" if last is not None else first.isoformat()


def test_an_event_counts_where_its_day_lies() -> None:
    axis = placed(100, 200, uncovered=(50,))
    uses = {day: axis.use(an_event(on(day))) for day in (50, 60, 75, 100, 400, -3)}
    assert uses == {
        50: "not-covered",
        60: "elsewhere",
        75: "inside",
        100: "meeting-day",
        400: "not-covered",
        -3: "not-covered",
    }


def test_an_event_in_the_window_of_a_meeting_left_out_counts_nowhere() -> None:
    axis = placed(10, 200)
    assert axis.use(an_event(on(5))) == "window-left-out"


def test_an_event_of_uncertain_day_is_shared_or_too_uncertain() -> None:
    axis = placed(100)
    assert axis.use(an_event(on(65, 75))) == "shared"
    assert axis.use(an_event(on(75, 80))) == "inside"
    assert axis.use(an_event(on(65, 78))) == "shared"
    assert axis.use(an_event(on(65, 79))) == "day-uncertain"


def test_leads_are_a_span_where_the_day_is_uncertain_and_cut_at_the_window() -> None:
    axis = placed(100)
    events = [an_event(on(99), id="last"), an_event(on(65, 75), id="shared"), an_event(on(90, 92), id="span")]
    rows = axis.by_anchor(events)[0]
    assert [(row["id"], row["lead_days"]) for row in rows] == [
        ("shared", [25, 30]),
        ("span", [8, 10]),
        ("last", [1, 1]),
    ]


def test_an_event_that_may_have_begun_before_two_meetings_stands_before_both() -> None:
    axis = placed(100, 131)
    rows = axis.by_anchor([an_event(on(98, 103))])
    assert {anchor: found[0]["lead_days"] for anchor, found in rows.items()} == {0: [1, 2], 1: [28, 30]}


def test_the_axis_begins_two_years_before_what_is_covered_or_with_the_first_day_there_is() -> None:
    covered = Coverage(kinds=("visit",), since=date(2020, 1, 1), until=date(2025, 1, 1), known_on=date(2020, 1, 1))
    older = Coverage(kinds=("plenary",), since=date(1946, 1, 1), until=date(2025, 1, 1), known_on=date(1946, 1, 1))
    old = an_event("1961-09-11")
    begins = placing.origin([old], [], [[covered], [older]])
    assert begins == date(2020, 1, 1) - timedelta(placing.BEFORE_COVERAGE_DAYS)
    assert placing.origin([old], [], [[covered], []]) == date(1961, 9, 11)
    assert placing.origin([], [an_event("2019-06-01")], [[covered]]) == date(2019, 6, 1)
