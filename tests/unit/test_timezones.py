"""VTIMEZONE: bounded to the years asked for, and the clocks it gives are those of the tz database."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import vobject
from icalendar import Timezone

from calendars.timezones import vtimezone
from tests.icalendar_grammar import content_lines


def onsets(octets: bytes) -> list[tuple[str, str]]:
    """(DTSTART, TZOFFSETTO) of every observance, as written."""
    lines = content_lines(octets)
    starts = [line.value for line in lines if line.name == "DTSTART"]
    return list(zip(starts, [line.value for line in lines if line.name == "TZOFFSETTO"], strict=True))


def test_years_without_a_change_hold_one_observance() -> None:
    assert onsets(vtimezone("Asia/Pyongyang", 2025, 2026)) == [("20250101T000000", "+0900")]


def test_pyongyang_is_half_an_hour_back_from_august_2015_to_may_2018() -> None:
    assert onsets(vtimezone("Asia/Pyongyang", 2014, 2019)) == [
        ("20140101T000000", "+0900"),
        ("20150815T000000", "+0830"),
        ("20180504T233000", "+0900"),
    ]


def test_a_change_outside_the_years_is_left_out() -> None:
    assert onsets(vtimezone("Asia/Pyongyang", 2016, 2017)) == [("20160101T000000", "+0830")]


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [("Asia/Pyongyang", 2014, 2019), ("Europe/Berlin", 2023, 2026), ("America/New_York", 2005, 2008)],
)
def test_a_foreign_reader_gets_the_same_clocks(zone: str, first: int, last: int) -> None:
    read = vobject.readOne(vtimezone(zone, first, last).decode("ascii")).transformToNative().gettzinfo()

    for year in range(first, last + 1):
        for month in range(1, 13):
            for day in (2, 16, 28):
                noon = datetime(year, month, day, 12, tzinfo=UTC)
                local = noon.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
                assert local.replace(tzinfo=read).utcoffset() == local.replace(tzinfo=ZoneInfo(zone)).utcoffset(), noon


def test_summer_time_stands_as_daylight() -> None:
    berlin = Timezone.from_ical(vtimezone("Europe/Berlin", 2024, 2024))

    assert [(part.name, part["TZNAME"]) for part in berlin.subcomponents] == [
        ("STANDARD", "CET"),
        ("DAYLIGHT", "CEST"),
        ("STANDARD", "CET"),
    ]


def test_years_beyond_what_is_known_are_held_to_1900_and_2100() -> None:
    assert onsets(vtimezone("Asia/Pyongyang", 1, 1900)) == [("19000101T000000", "+0823")]
    assert onsets(vtimezone("Asia/Pyongyang", 9999, 9999)) == [("21000101T000000", "+0900")]
