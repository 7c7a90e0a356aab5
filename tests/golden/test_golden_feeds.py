"""Feeds are subscribed to for years: their bytes are kept, and every foreign program sees the same in them.

After a change on purpose: `python -m tests.golden.rewrite` (see there).
"""

from __future__ import annotations

import re

import pytest

from tests.golden.sorts import GOLDENS, path
from tests.icalendar_grammar import content_lines, values
from tests.judges.everyone import EVERY_JUDGE
from tests.judges.libical import NOT_KNOWN, complaints, written_again
from tests.judges.shown import Judge

every_golden = pytest.mark.parametrize("name", GOLDENS)


@every_golden
def test_the_bytes_are_those_of_the_golden_file(name: str) -> None:
    assert GOLDENS[name]().feed() == path(name).read_bytes()


def test_there_is_no_golden_file_without_its_sort() -> None:
    assert {file.stem for file in path("x").parent.glob("*.ics")} == set(GOLDENS)


@every_golden
@pytest.mark.parametrize("judge", EVERY_JUDGE)
def test_every_program_sees_the_same_days_titles_and_statuses(
    name: str, judge: Judge, capfd: pytest.CaptureFixture[str]
) -> None:
    judge.sees(path(name).read_bytes(), GOLDENS[name]().shows)

    assert capfd.readouterr() == ("", "")


@every_golden
@pytest.mark.libical
def test_libical_drops_what_came_after_it_and_nothing_else(name: str) -> None:
    octets = path(name).read_bytes()
    older = re.sub(rb"(?m)^(?:LINK|CONCEPT)[;:].*\r\n(?: .*\r\n)*", b"", octets)

    assert set(complaints(octets)) <= NOT_KNOWN
    assert complaints(older) == []
    assert written_again(octets) == written_again(older)


@pytest.mark.libical
def test_libical_still_says_of_both_that_it_does_not_know_them() -> None:
    assert set(complaints(path("exact-day").read_bytes())) == NOT_KNOWN


@every_golden
def test_no_feed_sends_invitations_or_names_a_version(name: str) -> None:
    lines = {line.name: line.value for line in content_lines(path(name).read_bytes())}

    assert "METHOD" not in lines
    assert lines["PRODID"] == "-//Leadup//Leadup//EN"


def test_the_long_note_has_a_thousand_characters() -> None:
    assert len(values(path("long-note").read_bytes())["X-LEADUP-NOTE"]) == 1000
