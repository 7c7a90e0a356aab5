"""What our feed carries, our import reads: the same events, unchanged here and equal in an instance that had none."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.icsreading import calendars_of
from schemas.errors import DomainError
from schemas.imports import Report
from schemas.queries import EventQuery
from schemas.vocabulary import SAYERS
from schemas.wire.drafts import EventDraftSchema
from schemas.wire.fields import load
from service import publishing
from service.clock import Clock
from service.entering import Asked, take_in
from service.recording import record
from service.shelf import Shelf
from service.store.asknown import standpoint
from service.store.database import Store
from tests.builders import a_store

TODAY = date(2026, 11, 24)
_STAMPS = re.compile(rb"\r\n(DTSTAMP|LAST-MODIFIED|SEQUENCE|RELATED-TO)[^\r]*(?:\r\n [^\r]*)*")

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(str.strip)
notes = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\n\\;,:\"'^"), min_size=1, max_size=90)
names = st.lists(texts, max_size=3)
sources = st.fixed_dictionaries(
    {"publisher": texts},
    optional={
        "title": texts,
        "url": st.sampled_from(["https://news.example/1?a=1,2;b", "http://example.org/한글/x y"])
        | st.just("https://a.b/"),
        "published": st.dates(date(2020, 1, 1), date(2026, 1, 1)).map(date.isoformat),
    },
)
drafts = st.fixed_dictionaries(
    {
        "calendar": st.just("demo"),
        "kind": st.sampled_from(["plenary", "visit"]),
        "title": texts,
        "when": st.sampled_from(
            ["2025-12-09", "[2025-12-11..2025-12-20]", "2025-12-29/2026-01-02", "2025-12~", "[2026-01-01..]"]
        )
        | st.sampled_from(["2025-12", "2025-12-09/..", "2025-12-09T09:00", "{2025-12-01,2025-12-05}", "2025?"]),
        "status": st.sampled_from(["expected", "announced", "held", "cancelled", "retracted"]),
        "known_on": st.just("2026-02-03"),
    },
    optional={
        "said_by": st.fixed_dictionaries({"who": st.sampled_from(SAYERS)}, optional={"name": texts}),
        "place": st.fixed_dictionaries({}, optional=dict.fromkeys(("name", "county", "province", "country"), texts)),
        "people": names,
        "bodies": names,
        "themes": names,
        "programme": texts,
        "note": notes.filter(str.strip),
        "sources": st.lists(sources, max_size=3),
    },
)


EDITION = publishing.Edition(title="Demo", source="http://127.0.0.1:8000/x.ics", public_url="http://127.0.0.1:8000")


def feed(store: Store) -> bytes:
    with store.reading() as conn:
        at = standpoint(conn, store.clock)
        return publishing.publish(at, EventQuery(), EDITION, Shelf(0)).body


def imported(store: Store, body: bytes) -> Report:
    return take_in(store, body, Asked(format="ics"), by="test")


def shown(body: bytes) -> list[bytes]:
    """The entries of a feed, without when they were written and what they are linked with."""
    entries = _STAMPS.sub(b"", body).split(b"BEGIN:VEVENT")[1:]
    return sorted(re.sub(rb"DESCRIPTION:[^\r]*(?:\r\n [^\r]*)*\r\n", b"", entry) for entry in entries)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("own") / "empty.sqlite3"
    a_store(path, TODAY)
    return path


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(told=st.lists(drafts, min_size=1, max_size=4))
def test_our_feed_comes_back_unchanged_and_makes_equal_events_elsewhere(
    told: list[dict[str, Any]], empty: Path
) -> None:
    here, there = (Store(Path(shutil.copy(empty, empty.with_name(f"{name}.sqlite3"))), Clock(TODAY)) for name in "ab")
    for each in told:
        try:
            record(here, load(EventDraftSchema(), each), by="test")
        except DomainError:
            continue
    body = feed(here)

    again = imported(here, body)
    assert (again.counts["accepted"], again.counts["refused"]) == (0, 0)
    moved = imported(there, body)
    assert moved.counts["accepted"] == len(moved.items)
    assert shown(feed(there)) == shown(body)
    assert imported(there, body).counts["unchanged"] == len(moved.items)


@pytest.mark.slow
def test_the_shipped_calendar_comes_back_unchanged_from_its_feed(store: Store, tmp_path: Path) -> None:
    with store.reading() as conn:
        at = standpoint(conn, store.clock)
        query = publishing.calendar_feed(at, "dprk").query
        body = publishing.publish(at, query, EDITION, Shelf(0)).body
    report = imported(store, body)
    assert report.counts == {"accepted": 0, "unchanged": 849, "refused": 0}
    assert any("links" in item.kept_out for item in report.items)


def test_an_entry_of_ours_that_lost_our_properties_is_refused(tmp_path: Path) -> None:
    store = a_store(tmp_path / "s.sqlite3", TODAY)
    body = (
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:autumn01@demo.leadup\r\nSUMMARY:Plenary\r\n"
        b"DTSTART;VALUE=DATE:20251209\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    report = take_in(store, body, Asked(format="ics", partial=True), by="test")
    assert "import the feed itself" in report.items[0].mistakes[0]["detail"]


def test_line_numbers_are_those_of_the_file() -> None:
    (calendar,) = calendars_of(
        b"BEGIN:VCALENDAR\r\nX-A:1\r\n\r\nBEGIN:VEVENT\r\nUID:a\r\n b\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
    assert [(part.line, part.properties[0].value) for part in calendar.parts] == [(4, "ab")]
