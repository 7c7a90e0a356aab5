"""Lines of time: where days lie, what is shown of spans, which lines are drawn."""

from __future__ import annotations

from datetime import date

from schemas.when import parse
from service.charts.axes import Axis, around

YEAR = Axis(date(2025, 1, 1), date(2025, 12, 31))


def test_days_lie_where_their_share_of_the_line_says() -> None:
    assert (YEAR.days, YEAR.at(date(2025, 1, 1)), YEAR.at(date(2025, 7, 2))) == (365, 0, 49.86)


def test_a_span_is_cut_where_the_line_ends_and_says_so() -> None:
    band = YEAR.of(parse("2024-12-01/2025-12-31"))
    assert band
    assert (band.x, band.width, band.before, band.after) == (0, 100, True, False)
    assert YEAR.of(parse("2026-01-01")) is None
    open_ended = YEAR.of(parse("[2025-12-01..]"))
    assert open_ended
    assert open_ended.after


def test_a_day_is_wide_enough_to_be_seen_and_stays_on_the_line() -> None:
    for day in ("2025-01-01", "2025-06-01", "2025-12-31"):
        band = YEAR.of(parse(day))
        assert band
        assert band.width == 0.8
        assert 0 <= band.x <= 99.2


def test_lines_are_days_months_or_years_and_few() -> None:
    assert [tick.words for tick in YEAR.ticks()][:3] == ["2025", "Feb", "Mar"]
    assert [tick.words for tick in Axis(date(2025, 12, 1), date(2025, 12, 30)).ticks()] == [
        "1 Dec", "8 Dec", "15 Dec", "22 Dec", "29 Dec",
    ]  # fmt: skip
    for first in (date(2020, 1, 1), date(1946, 1, 1), date(1, 1, 1)):
        ticks = Axis(first, date(2029, 12, 31)).ticks()
        assert 2 <= len(ticks) <= 12
    assert [tick.words for tick in Axis(date(2020, 1, 1), date(2029, 12, 31)).ticks()][1] == "2021"


def test_lines_over_all_days_there_are_are_thousands_of_years_apart() -> None:
    assert [tick.words for tick in Axis(date.min, date.max).ticks()] == [str(year) for year in range(1000, 10000, 1000)]


def test_the_room_around_days_ends_where_days_end() -> None:
    assert around(date.min, date.max) == Axis(date.min, date.max)
    assert around(date(2025, 1, 10), date(2025, 1, 10)) == Axis(date(2025, 1, 8), date(2025, 1, 12))
