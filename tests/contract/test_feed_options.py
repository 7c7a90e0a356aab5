"""How a feed shows what it holds: asked of its address, the same at every .ics address."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from schemas.feeds import FeedOptions
from schemas.queries import EventQuery
from service import publishing
from service.clock import Clock
from service.shelf import Shelf
from service.store import feedbytes
from service.store.asknown import standpoint
from service.store.database import Store
from tests.apps import client_over
from tests.builders import a_calendar, a_store, tell

pytestmark = pytest.mark.slow

TODAY = "2025-12-20"
EVERY = ["/calendars/demo.ics", "/feeds/key-meetings.ics", "/api/v1/events.ics?calendar=demo"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A plenary held, one in a window, one expected some time in a year, and a congress announced without a date."""
    store = a_store(tmp_path / "var/leadup.sqlite3", date.fromisoformat(TODAY), a_calendar())
    tell(store, "held0001", "2025-12-09/2025-12-11", "2025-12-12", status="held", title="Held")
    tell(store, "window01", "[2026-01-11..2026-01-20]", "2025-12-01", title="In a window")
    tell(store, "year0001", "2026", "2025-12-01", status="expected", said_by={"who": "press"}, title="Expected")
    tell(store, "undated1", "[2025-06-24..]", "2025-06-24", title="Without a date")
    with store.transaction("test") as tx:
        feedbytes.refresh_all(tx.conn)
    return store


@pytest.fixture
def client(store: Store) -> FlaskClient:
    return client_over(store, TODAY)


def entries(response: TestResponse) -> dict[str, icalendar.Event]:
    assert response.status_code == 200, response.get_data(as_text=True)
    calendar = icalendar.Calendar.from_ical(response.data)
    return {str(each["UID"]).partition("@")[0]: each for each in calendar.walk("VEVENT")}  # type: ignore[misc]


def asking(address: str, question: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{question}"


def days(event: icalendar.Event) -> tuple[str, str]:
    return event.start.isoformat(), event.end.isoformat()


@pytest.mark.parametrize("address", EVERY)
@pytest.mark.parametrize(
    ("uncertain", "window", "year", "undated"),
    [
        ("auto", ("2026-01-11", "2026-01-21"), ("2026-01-01", "2026-01-02"), ("2025-06-24", "2025-06-25")),
        ("span", ("2026-01-11", "2026-01-21"), ("2026-01-01", "2027-01-01"), ("2025-06-24", "2025-06-25")),
        ("first", ("2026-01-11", "2026-01-12"), ("2026-01-01", "2026-01-02"), ("2025-06-24", "2025-06-25")),
        ("skip", None, None, None),
    ],
)
def test_uncertain_days_are_shown_as_asked(
    client: FlaskClient,
    address: str,
    uncertain: str,
    window: tuple[str, str] | None,
    year: tuple[str, str] | None,
    undated: tuple[str, str] | None,
) -> None:
    shown = entries(client.get(asking(address, f"uncertain={uncertain}")))
    expected = {"held0001": ("2025-12-09", "2025-12-12"), "window01": window, "year0001": year, "undated1": undated}
    assert {id_: days(event) for id_, event in shown.items()} == {id_: at for id_, at in expected.items() if at}


@pytest.mark.parametrize("address", EVERY)
def test_what_is_merely_expected_can_be_left_out(client: FlaskClient, address: str) -> None:
    assert entries(client.get(asking(address, "include=announced"))).keys() == {"held0001", "window01", "undated1"}
    assert len(entries(client.get(asking(address, "include=all")))) == 4
    only = client.get("/api/v1/events.ics?status=expected&include=announced")
    assert entries(only) == {}


def test_what_was_entered_in_error_is_cancelled_among_what_is_announced(store: Store) -> None:
    tell(store, "window01", "[2026-01-11..2026-01-20]", "2025-12-01", status="retracted")
    with store.transaction("test") as tx:
        feedbytes.refresh_all(tx.conn)
    client = client_over(store, TODAY)
    assert entries(client.get("/calendars/demo.ics?include=announced"))["window01"]["STATUS"] == "CANCELLED"
    assert "window01" not in entries(client.get("/api/v1/events.ics?status=expected&include=announced"))


@pytest.mark.parametrize("address", EVERY)
def test_alarms_go_off_before_what_lies_ahead(client: FlaskClient, address: str) -> None:
    shown = entries(client.get(asking(address, "alarms=1d,7d")))
    triggers = {id_: [_days_before(each) for each in event.walk("VALARM")] for id_, event in shown.items()}
    both = [-7, -1]
    assert triggers == {"held0001": [], "window01": both, "year0001": both, "undated1": both}


def _days_before(alarm: Any) -> int:
    before: timedelta = alarm["TRIGGER"].dt
    return before.days


def test_what_is_over_is_left_out_after_some_days_and_at_midnight(store: Store) -> None:
    held = {
        today: "held0001" in entries(client_over(store, today).get("/calendars/demo.ics?past=9"))
        for today in ("2025-12-20", "2025-12-21")
    }
    assert held == {"2025-12-20": True, "2025-12-21": False}
    assert {"window01", "undated1"} < entries(client_over(store, TODAY).get("/calendars/demo.ics?past=0")).keys()


@pytest.mark.parametrize(
    ("query", "options"), [(EventQuery(), FeedOptions(past=3660)), (EventQuery(overdue=True), FeedOptions())]
)
def test_a_feed_that_moves_with_the_day_is_dated_by_its_midnight(
    store: Store, query: EventQuery, options: FeedOptions
) -> None:
    later = Store(store.path, Clock(date(2099, 12, 20)))
    with later.reading() as conn:
        at = standpoint(conn, later.clock)
        plain, moving = (
            publishing.publish(at, *asked, Shelf(0))
            for asked in ((EventQuery(), edition(FeedOptions())), (query, edition(options)))
        )
    assert moving.modified == datetime(2099, 12, 19, 15, tzinfo=UTC)
    assert plain.modified < datetime(2099, 1, 1, tzinfo=UTC)


def edition(options: FeedOptions) -> publishing.Edition:
    return publishing.Edition(title="Demo", source="http://x/", public_url="http://x", options=options)


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("uncertain=maybe", "?uncertain"),
        ("include=some", "?include"),
        ("alarms=soon", "?alarms"),
        ("alarms=7", "?alarms"),
        ("alarms=366d", "?alarms"),
        ("alarms=1d,2d,3d,4d,5d,6d", "?alarms"),
        ("past=-1", "?past"),
        ("past=1.5", "?past"),
        ("kind=plenary&kind=visit", "?kind"),
    ],
)
def test_what_no_feed_can_show_is_refused_where_it_stands(client: FlaskClient, question: str, field: str) -> None:
    refused = client.get(f"/api/v1/events.ics?{question}")
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.get_json()["errors"]] == [field]


def test_one_event_is_drawn_as_asked(client: FlaskClient) -> None:
    assert days(entries(client.get("/events/year0001.ics?uncertain=span"))["year0001"]) == ("2026-01-01", "2027-01-01")
    assert client.get("/events/year0001.ics?past=3").status_code == 422


def test_gzip_has_a_tag_of_its_own_and_either_tag_is_answered(client: FlaskClient) -> None:
    plain = client.get("/calendars/demo.ics", headers={"Accept-Encoding": "identity"})
    zipped = client.get("/calendars/demo.ics", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert zipped.headers["ETag"] == f'"{plain.headers["ETag"][1:-1]}.gzip"'
    for tag in (plain.headers["ETag"], zipped.headers["ETag"], f"W/{plain.headers['ETag']}"):
        for encoding in ("gzip", "identity"):
            again = client.get("/calendars/demo.ics", headers={"If-None-Match": tag, "Accept-Encoding": encoding})
            assert (again.status_code, again.data) == (304, b"")
    assert all("Accept-Encoding" in each.headers["Vary"] for each in (plain, zipped))
    refusing = client.get("/calendars/demo.ics", headers={"Accept-Encoding": "gzip;q=0"})
    assert refusing.data == plain.data


def test_head_says_what_get_would(client: FlaskClient) -> None:
    get, head = client.get("/calendars/demo.ics"), client.head("/calendars/demo.ics")
    assert head.data == b""
    for name in ("ETag", "Content-Length", "Content-Type", "Cache-Control", "Content-Disposition"):
        assert head.headers[name] == get.headers[name]
    assert get.headers["Cache-Control"] == "public, max-age=900, stale-while-revalidate=3600, stale-if-error=86400"


def test_an_unchanged_feed_is_not_made_again_and_a_changed_one_is(
    store: Store, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get("/calendars/demo.ics?uncertain=span")
    with monkeypatch.context() as patched:
        patched.setattr("calendars.feeds.join", lambda *_: pytest.fail("made again"))
        assert client.get("/calendars/demo.ics?uncertain=span").data == first.data
    tell(store, "window01", "2026-01-15", "2025-12-19")
    with store.transaction("test") as tx:
        feedbytes.refresh_all(tx.conn)
    changed = entries(client.get("/calendars/demo.ics?uncertain=span"))["window01"]
    assert (days(changed), changed["SEQUENCE"]) == (("2026-01-15", "2026-01-16"), 1)
