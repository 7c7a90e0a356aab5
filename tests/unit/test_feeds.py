"""A feed: a head that says what it is, the VEVENTs byte for byte as stored, the zones they need and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import icalendar
import pytest

from calendars.feeds import FeedHead, join
from calendars.vevent import Style, render
from schemas.when import When
from tests.builders import a_view, an_event
from tests.icalendar_grammar import content_lines, values

STYLE = Style(public_url="https://leadup.example")
HEAD = FeedHead(
    name="Key meetings; all, of them",
    description="Newest report known\n27 April 2026",
    color="firebrick",
    source="https://leadup.example/feeds/key-meetings.ics?kind=plenary,congress",
    url="https://leadup.example/feeds/key-meetings",
    zone="Asia/Pyongyang",
    refresh_hours=12,
)
ALL_DAY = render(a_view(), STYLE)


def at_nine(day: date, zone: str = "Asia/Pyongyang") -> bytes:
    """The VEVENT of an event at nine in the morning, local time."""
    when = When(f"{day}T09:00", day, day, day, day, time="09:00")
    return render(a_view(replace(an_event(), when=when, zone=zone)), STYLE)


def zones(octets: bytes) -> list[str]:
    """The TZID of every VTIMEZONE, in order."""
    return [line.value for line in content_lines(octets) if line.name == "TZID"]


def test_the_head_says_what_the_feed_is_for_new_and_old_programs() -> None:
    head = values(join(HEAD, [ALL_DAY]))

    assert head["VERSION"] == "2.0"
    assert head["PRODID"] == "-//Leadup//Leadup//EN"
    assert head["NAME"] == head["X-WR-CALNAME"] == "Key meetings; all, of them"
    assert head["X-WR-CALDESC"] == "Newest report known\n27 April 2026"
    assert head["COLOR"] == "firebrick"
    assert head["SOURCE"] == "https://leadup.example/feeds/key-meetings.ics?kind=plenary,congress"
    assert head["URL"] == "https://leadup.example/feeds/key-meetings"
    assert head["REFRESH-INTERVAL"] == head["X-PUBLISHED-TTL"] == "PT12H"
    assert head["X-WR-TIMEZONE"] == "Asia/Pyongyang"


def test_the_types_that_rfc_7986_asks_for_are_named() -> None:
    lines = {line.name: line.parameters for line in content_lines(join(HEAD, []))}

    assert lines["SOURCE"] == {"VALUE": "URI"}
    assert lines["REFRESH-INTERVAL"] == {"VALUE": "DURATION"}


def test_what_a_feed_does_not_say_is_absent() -> None:
    head = values(join(replace(HEAD, description="", color=""), []))

    assert not {"DESCRIPTION", "X-WR-CALDESC", "COLOR"} & set(head)


def test_the_stored_bytes_stand_in_it_unchanged_and_in_order() -> None:
    other = render(a_view(an_event(id="second01")), STYLE)

    feed = join(HEAD, [other, ALL_DAY])

    assert feed.endswith(other + ALL_DAY + b"END:VCALENDAR\r\n")


def test_events_that_a_style_skipped_leave_nothing_behind() -> None:
    assert join(HEAD, [b"", ALL_DAY, b""]) == join(HEAD, [ALL_DAY])


def test_the_same_events_give_the_same_bytes_from_any_iterable() -> None:
    assert join(HEAD, iter([ALL_DAY])) == join(HEAD, (ALL_DAY,))


@pytest.mark.parametrize("nothing", [[], [b""]])
def test_a_feed_without_events_holds_the_one_component_that_the_rfc_asks_for(nothing: list[bytes]) -> None:
    calendar = icalendar.Calendar.from_ical(join(HEAD, nothing))

    assert [component.name for component in calendar.subcomponents] == ["VTIMEZONE"]


def test_whole_days_need_no_zone() -> None:
    assert zones(join(HEAD, [ALL_DAY])) == []


def test_a_time_of_day_brings_its_zone_bounded_to_the_years_used() -> None:
    feed = join(HEAD, [at_nine(date(2017, 3, 1)), ALL_DAY, at_nine(date(2019, 3, 1))])

    starts = [line.value for line in content_lines(feed) if line.name == "DTSTART"]
    assert zones(feed) == ["Asia/Pyongyang"]
    assert starts[:2] == ["20170101T000000", "20180504T233000"]


def test_every_zone_used_is_there_once_whatever_the_order() -> None:
    east, west = at_nine(date(2026, 3, 1)), at_nine(date(2026, 3, 1), "Europe/Berlin")

    assert (
        zones(join(HEAD, [west, east, west])) == zones(join(HEAD, [east, west])) == ["Asia/Pyongyang", "Europe/Berlin"]
    )


def test_a_text_that_looks_like_a_time_of_day_brings_no_zone() -> None:
    event = an_event(note="BEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20260219T090000")

    assert zones(join(HEAD, [render(a_view(event), STYLE)])) == []


def test_a_name_cannot_begin_a_line_of_its_own() -> None:
    injected = "x\r\nMETHOD:CANCEL\rMETHOD:CANCEL\nMETHOD:CANCEL"
    hostile = replace(HEAD, name=injected, description=injected, color=injected, url=injected, source=injected)

    names = [line.name for line in content_lines(join(hostile, []))]

    assert names == [line.name for line in content_lines(join(HEAD, []))]
