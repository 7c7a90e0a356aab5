"""Feeds are subscribed to for years: their bytes are kept, and three foreign programs see the same in them.

After a change on purpose: `python -m tests.golden.rewrite` (see there).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import icalendar
import pytest
import vobject

from tests.golden.sorts import GOLDENS, Shown, path
from tests.icalendar_grammar import content_lines

with warnings.catch_warnings():
    # TatSu, which ics.py stands on, imports names that it has itself deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ics

every_golden = pytest.mark.parametrize("name", GOLDENS)


def by_icalendar(octets: bytes) -> list[Shown]:
    calendar = icalendar.Calendar.from_ical(octets)
    assert isinstance(calendar, icalendar.Calendar)
    assert not calendar.errors
    return [
        Shown(_iso(event.start), _iso(event.end), str(event["SUMMARY"]), str(event["STATUS"]), str(event["UID"]))
        for event in calendar.events
    ]


def by_vobject(octets: bytes) -> list[Shown]:
    calendar = vobject.readOne(octets.decode("utf-8"))
    return [
        Shown(
            _iso(event.dtstart.value),
            _iso(event.dtend.value if hasattr(event, "dtend") else event.dtstart.value),
            event.summary.value,
            event.status.value,
            event.uid.value,
        )
        for event in calendar.contents.get("vevent", [])
    ]


def by_ics(octets: bytes) -> list[Shown]:
    def moment(event: Any, when: Any) -> str:
        return _iso(when.date() if event.all_day else when.datetime)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # TatSu again
        calendar = ics.Calendar(octets.decode("utf-8"))
    return [
        Shown(moment(event, event.begin), moment(event, event.end), event.name, event.status, event.uid)
        for event in calendar.events
    ]


@every_golden
def test_the_bytes_are_those_of_the_golden_file(name: str) -> None:
    assert GOLDENS[name]().feed() == path(name).read_bytes()


def test_there_is_no_golden_file_without_its_sort() -> None:
    assert {file.stem for file in path("x").parent.glob("*.ics")} == set(GOLDENS)


@every_golden
@pytest.mark.parametrize("program", [by_icalendar, by_vobject, by_ics])
def test_every_program_sees_the_same_days_titles_and_statuses(
    name: str, program: Callable[[bytes], list[Shown]]
) -> None:
    assert sorted(program(path(name).read_bytes())) == sorted(GOLDENS[name]().shows)


@every_golden
def test_every_line_keeps_to_the_grammar(name: str) -> None:
    lines = content_lines(path(name).read_bytes())

    assert [line.value for line in lines if line.name == "BEGIN"].count("VEVENT") == len(GOLDENS[name]().shows)
    assert [line.name for line in lines].count("BEGIN") == [line.name for line in lines].count("END")


@every_golden
def test_no_feed_sends_invitations_or_names_a_version(name: str) -> None:
    lines = {line.name: line.value for line in content_lines(path(name).read_bytes())}

    assert "METHOD" not in lines
    assert lines["PRODID"] == "-//Leadup//Leadup//EN"


def _iso(when: date | datetime) -> str:
    return when.isoformat()
