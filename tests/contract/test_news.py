"""The feeds of changes, read by a newsreader's parser."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import sleep
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient

from service.store import feedbytes
from service.store.database import Store
from service.store.revisions import Assertion, append
from tests.apps import client_over
from tests.builders import a_calendar, a_store, tell

pytestmark = pytest.mark.slow

TODAY = date(2026, 3, 1)
ADDRESSES = ["/calendars/demo.atom", "/feeds/key-meetings.atom", "/api/v1/events.atom?kind=plenary"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = a_store(tmp_path / "var/leadup.sqlite3", TODAY, a_calendar())
    source = {"publisher": "Agency", "url": "https://news.example/1", "published": "2026-02-10"}
    tell(store, "congress", "[2026-02-21..2026-02-28]", "2026-01-05", title="Congress")
    tell(store, "congress", "2026-02-19", "2026-02-10", title="Congress", sources=(source,))
    tell(store, "congress", "[2026-01-01..2026-03-31]", "2025-12-20", title="Congress", status="expected")
    tell(store, "mistake1", "2026-02-01", "2026-02-02", title="A mistake", status="held")
    tell(store, "visit001", "2026-01-20", "2026-01-21", title="A visit", kind="visit", status="held")
    with store.transaction("test") as tx:
        feedbytes.refresh_all(tx.conn)
    return store


@pytest.fixture
def client(store: Store) -> FlaskClient:
    return client_over(store, TODAY.isoformat())


def read(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200
    assert response.content_type == "application/atom+xml; charset=utf-8"
    read = feedparser.parse(response.data, response_headers={"content-type": response.content_type})
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    return read


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_revision_is_told_beside_what_was_known_before_it(client: FlaskClient, address: str) -> None:
    told = read(client, address)
    titles = {entry.title for entry in told.entries}
    assert titles - {"A visit: held, 20 January 2026"} == {
        "A mistake: held, 1 February 2026",
        "Congress: expected, early 2026, says the body itself",
        "Congress: 'late February 2026' is now 19 February 2026",
        "Congress: 'early 2026' is now late February 2026, announced",
    }
    assert told.feed.author == "Demo"
    assert told.feed.links[0].href == f"http://127.0.0.1:8000{address}"
    moved = next(entry for entry in told.entries if "19 February" in entry.title)
    assert moved.published == "2026-02-10T00:00:00Z"
    assert [link.href for link in moved.links] == [
        "http://127.0.0.1:8000/events/congress",
        "https://news.example/1",
    ]
    assert "Before: late February 2026" in moved.content[0].value


def test_as_known_on_a_day_nothing_later_is_told(client: FlaskClient) -> None:
    titles = [entry.title for entry in read(client, "/calendars/demo.atom?as_known_on=2026-01-10").entries]
    assert titles == [
        "Congress: 'early 2026' is now late February 2026, announced",
        "Congress: expected, early 2026, says the body itself",
    ]


def test_what_was_entered_in_error_is_told_where_today_is_asked_for(store: Store) -> None:
    tell(store, "mistake1", "2026-02-01", "2026-02-02", title="A mistake", status="retracted")
    client = client_over(store, TODAY.isoformat())
    assert "A mistake: entered in error" in [entry.title for entry in read(client, "/calendars/demo.atom").entries]
    asked = read(client, f"/calendars/demo.atom?as_known_on={TODAY}")
    assert not any("mistake" in entry.title for entry in asked.entries)


def test_the_last_recorded_comes_first_and_what_it_replaces_is_not_told(store: Store) -> None:
    sleep(1.1)  # instants are kept to the second; of one second, what last became known comes first
    state = {"calendar": "demo", "kind": "visit", "title": "A visit", "when": "2026-01-19", "status": "held"}
    with store.transaction("test") as tx:
        append(tx, Assertion("event", "visit001", "demo", date(2026, 1, 21), state, replaces=0))
    titles = [entry.title for entry in read(client_over(store, TODAY.isoformat()), "/calendars/demo.atom").entries]
    assert titles[:2] == ["A visit: held, 19 January 2026", "Congress: 'late February 2026' is now 19 February 2026"]
    assert not any("20 January" in title for title in titles)


def test_one_event_is_told_of_by_itself(client: FlaskClient) -> None:
    whole = read(client, "/calendars/demo.atom")
    told = read(client, "/events/congress.atom")
    assert told.feed.title == "Congress: changes"
    assert [each.title for each in told.entries] == [each.title for each in whole.entries if "Congress" in each.title]
    early = read(client, "/events/congress.atom?as_known_on=2026-01-10")
    assert [each.title for each in early.entries] == [each.title for each in told.entries][1:]


def test_one_event_that_was_entered_in_error_is_told_of_where_today_is_asked_for(store: Store) -> None:
    tell(store, "mistake1", "2026-02-01", "2026-02-02", title="A mistake", status="retracted")
    client = client_over(store, TODAY.isoformat())
    assert read(client, "/events/mistake1.atom").entries[0].title == "A mistake: entered in error"
    assert client.get(f"/events/mistake1.atom?as_known_on={TODAY}").status_code == 404


def test_it_is_cached_as_feeds_are(client: FlaskClient) -> None:
    first = client.get("/calendars/demo.atom")
    again = client.get("/calendars/demo.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert first.headers["Cache-Control"].startswith("public, max-age=")
    assert first.headers["Content-Disposition"] == "inline; filename=demo.atom"


@pytest.mark.parametrize("address", ["/calendars/nothing.atom", "/feeds/nothing.atom", "/events/nothing.atom"])
def test_an_unknown_feed_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404
