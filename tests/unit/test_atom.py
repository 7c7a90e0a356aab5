"""What newsreaders are told of a change, in words and as Atom."""

from __future__ import annotations

from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest

from calendars.atom import News, NewsHead, headline, write
from schemas.events import Event, SaidBy
from tests.builders import a_source, an_event

LATE_FEBRUARY = "[2026-02-21..2026-02-28]"
PARTY = SaidBy("body", "the party")
PRESS = SaidBy("press")
HEAD = NewsHead(
    name="Demo: changes", source="https://x/demo.atom?a=1&b=2", url="https://x/", author="Demo", key="feed/demo"
)


def a_congress(when: str = LATE_FEBRUARY, **changes: Any) -> Event:
    return an_event(when, **{"title": "Congress", "status": "announced", "said_by": PARTY} | changes)


@pytest.mark.parametrize(
    ("before", "event", "words"),
    [
        (None, a_congress(), "Congress: announced for late February 2026, says the party"),
        (None, a_congress("[2025-06-24..]"), "Congress: announced, no date, says the party"),
        (None, a_congress("2026", status="expected", said_by=PRESS), "Congress: expected, 2026, says press"),
        (None, a_congress("2026-02-19", status="held"), "Congress: held, 19 February 2026"),
        (None, a_congress("2026-02-19/..", status="held"), "Congress: opened 19 February 2026"),
        (None, a_congress("2026-02-19", status="cancelled"), "Congress: cancelled, 19 February 2026, says the party"),
        (a_congress(), a_congress("2026-02-19"), "Congress: 'late February 2026' is now 19 February 2026"),
        (
            a_congress(),
            a_congress("2026-02-19/2026-02-25", status="held"),
            "Congress: 'late February 2026' is now 19-25 February 2026, held",
        ),
        (a_congress(status="expected"), a_congress(), "Congress: now announced"),
        (a_congress(said_by=PRESS), a_congress(), "Congress: the date is now given by the party"),
        (a_congress(title="Meeting"), a_congress(), "Meeting: now called 'Congress'"),
        (
            a_congress(),
            a_congress(sources=(a_source("Daily"), a_source("Agency"))),
            "Congress: a further report by Daily, Agency",
        ),
        (a_congress(), a_congress(note="More"), "Congress: details amended"),
        (a_congress(), a_congress(status="retracted"), "Congress: entered in error"),
    ],
)
def test_a_headline_says_what_is_new(before: Event | None, event: Event, words: str) -> None:
    assert headline(before, event) == words


def test_what_xml_cannot_hold_is_left_out_and_the_rest_is_escaped() -> None:
    event = a_congress(title="A & B <c> \ufffe\x0b\ud800", sources=(a_source(url="https://x/a b?c=<d>&e=1"),))
    root = ElementTree.fromstring(write(HEAD, [News(None, event)], "https://x"))
    atom = "{http://www.w3.org/2005/Atom}"
    assert (root.findtext(f"{atom}entry/{atom}title") or "").startswith("A & B <c>")
    via = root.find(f"{atom}entry/{atom}link[@rel='via']")
    assert via is not None
    assert via.get("href") == "https://x/a%20b?c=%3Cd%3E&e=1"


def test_the_same_news_have_the_same_bytes_and_ids_at_any_address() -> None:
    news = [News(None, a_congress(sequence=1, known_on=date(2025, 12, 1)))]
    assert write(HEAD, news, "https://x") == write(HEAD, news, "https://x")
    here, there = (ElementTree.fromstring(write(HEAD, news, url)) for url in ("https://x", "https://y"))
    atom = "{http://www.w3.org/2005/Atom}"
    assert [each.text for each in here.iter(f"{atom}id")] == [each.text for each in there.iter(f"{atom}id")]
