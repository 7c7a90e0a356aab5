"""The feeds as served, read by programs that are not icalendar."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
import vobject
from flask.testing import FlaskClient

from tests.judges.everyone import EVERY_JUDGE, IN_PROCESS, OURS
from tests.judges.libical import NOT_KNOWN, complaints
from tests.judges.shown import Judge

pytestmark = pytest.mark.slow

FEEDS = [
    "/feeds/key-meetings.ics",
    pytest.param("/feeds/dprk-key-meetings.ics", marks=pytest.mark.slow),
    "/api/v1/events.ics?kind=plenary,congress&from=2019-01-01",
    "/events/wpk-9th-congress.ics",
    "/feeds/key-meetings.ics?as_known_on=2025-11-30",
]


@pytest.mark.parametrize("judge", IN_PROCESS)
@pytest.mark.parametrize("address", FEEDS)
def test_foreign_programs_read_the_same_events(client: FlaskClient, address: str, judge: Judge) -> None:
    response = client.get(address)
    assert response.content_type == "text/calendar; charset=utf-8"

    entries = OURS.read(response.data)
    assert len(entries) == response.data.count(b"BEGIN:VEVENT") > 0
    judge.sees(response.data, entries)


@pytest.mark.parametrize("judge", EVERY_JUDGE)
def test_every_program_reads_the_whole_calendar(
    client: FlaskClient, judge: Judge, capfd: pytest.CaptureFixture[str]
) -> None:
    feed = client.get("/calendars/dprk.ics").data

    judge.sees(feed, OURS.read(feed))

    assert capfd.readouterr() == ("", "")


def test_the_whole_calendar_keeps_the_grammar_and_holds_every_event(client: FlaskClient) -> None:
    shown = {entry.uid: entry for entry in OURS.read(client.get("/calendars/dprk.ics").data)}
    events = [json.loads(line) for line in client.get("/api/v1/events.jsonl?calendar=dprk").text.splitlines()]

    assert {f"{event['id']}@dprk.leadup" for event in events} == set(shown)
    for event in events:
        entry = shown[f"{event['id']}@dprk.leadup"]
        assert event["title"] in entry.title
        assert (entry.status == "CANCELLED") == (event["status"] == "cancelled")
        if event["when"]["starts"][0] == event["when"]["starts"][1]:
            assert entry.start == event["when"]["starts"][0]


@pytest.mark.libical
def test_of_the_whole_calendar_libical_says_nothing_else(client: FlaskClient) -> None:
    assert set(complaints(client.get("/calendars/dprk.ics").data)) == NOT_KNOWN


def test_same_data_same_bytes_and_304_on_tag_or_day(client: FlaskClient) -> None:
    first, second = client.get("/calendars/dprk.ics"), client.get("/calendars/dprk.ics")
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]
    by_day = client.get("/calendars/dprk.ics", headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert by_day.status_code == 304


def test_the_bytes_do_not_depend_on_which_way_they_were_made(client: FlaskClient) -> None:
    kept = client.get("/calendars/dprk.ics?as_known_on=2026-11-24").data
    last = client.get("/api/v1/changes?after=0&limit=1").get_json()["through"]
    rendered = client.get(f"/calendars/dprk.ics?as_known_on=2026-11-24&through={last}").data
    assert _events(kept) == _events(rendered)


def _events(feed: bytes) -> list[bytes]:
    return re.findall(rb"BEGIN:VEVENT.*?END:VEVENT\r\n", feed, re.DOTALL)


def test_an_uncertain_meeting_says_so_in_its_title(client: FlaskClient) -> None:
    text = client.get("/events/wpk-8cc-13th-plenary.ics?as_known_on=2025-11-30").data.decode()
    event = vobject.readOne(text).vevent
    assert "mid-December 2025" in event.summary.value
    assert event.status.value == "TENTATIVE"
    assert event.dtstart.value == date(2025, 12, 11)


def test_an_unknown_feed_is_not_found(client: FlaskClient) -> None:
    for address in ("/calendars/atlantis.ics", "/feeds/nothing.ics", "/events/nothing.ics"):
        assert client.get(address).status_code == 404


def test_recording_one_event_changes_no_byte_of_another_nor_of_the_head(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    addresses = ["/events/wpk-9th-congress.ics", "/feeds/dprk-key-meetings.ics"]
    before = [client.get(address).data for address in addresses]
    draft = {"calendar": "dprk", "kind": "plenary", "title": "Plenary", "when": "2026-12", "status": "announced"}
    answer = client.post("/api/v1/events", json={**draft, "known_on": "2026-11-24"}, headers=write_headers)
    assert answer.status_code == 201

    one, all_ = (client.get(address).data for address in addresses)

    assert one == before[0]
    assert all_.partition(b"BEGIN:VEVENT")[0] == before[1].partition(b"BEGIN:VEVENT")[0]
    assert set(_events(before[1])) < set(_events(all_))
