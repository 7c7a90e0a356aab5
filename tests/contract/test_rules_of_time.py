"""The rules of time, each with its own problem; and what follows from a late, a replaced or a doubled record."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from schemas.queries import EventQuery
from service.clock import instant
from service.settings import read_settings
from service.store import tokens
from service.store.database import Store, store_of
from tests.apps import app_over
from tests.builders import a_calendar, a_store

pytestmark = pytest.mark.slow

TODAY = date(2026, 3, 1)
EVENTS = "/api/v1/events"
DRAFT: dict[str, Any] = {
    "calendar": "demo",
    "kind": "visit",
    "title": "A visit",
    "when": "2026-02-10",
    "status": "held",
    "known_on": "2026-02-11",
}


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """A client that may write, of an app over an empty calendar."""
    settings = read_settings({"LEADUP_HOME": str(tmp_path), "LEADUP_TODAY": TODAY.isoformat()})
    store = a_store(settings.store_path, TODAY, a_calendar(), a_calendar(slug="other", name="Other"))
    with store.transaction("test") as tx:
        secret = tokens.create(tx, "alice", "write")
    client = app_over(settings).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def store_behind(client: FlaskClient) -> Store:
    return store_of(client.application.extensions["leadup"])


def record(client: FlaskClient, **changes: Any) -> str:
    response = client.post(EVENTS, json=DRAFT | changes)
    assert response.status_code == 201, response.get_data(as_text=True)
    return str(response.get_json()["id"])


def amend(client: FlaskClient, id_: str, **changes: Any) -> Any:
    """Amend with the tag that stands on the draft's known_on; the answer."""
    draft = DRAFT | changes
    read = client.get(f"{EVENTS}/{id_}?as_known_on={draft['known_on']}")
    read = read if read.status_code == 200 else client.get(f"{EVENTS}/{id_}")
    return client.put(f"{EVENTS}/{id_}", json=draft, headers={"If-Match": read.headers["ETag"]})


def as_if_recorded(client: FlaskClient, ago: timedelta) -> None:
    """As if all that is recorded had been recorded that long from now."""
    moment = instant(datetime.now(UTC) + ago)
    with store_behind(client).transaction("test") as tx:
        tx.conn.execute("DROP TRIGGER IF EXISTS change_no_update")
        tx.conn.execute("UPDATE change SET recorded_at = ?", (moment,))
        tx.conn.execute("UPDATE fact SET value = ? WHERE name = 'rendered_at'", (moment,))


def source(**fields: Any) -> dict[str, Any]:
    return {"publisher": "Herald", **fields}


BROKEN = [
    ({"known_on": "2026-03-02", "when": "2026-03-01"}, "known-in-future", "/known_on"),
    ({"known_on": "2024-12-31", "when": "2024-12-30"}, "known-before-calendar", "/known_on"),
    ({"when": "2026-02-12"}, "held-before-start", "/status"),
    ({"sources": [source(published="2026-02-12")]}, "source-after-known-on", "/sources/0/published"),
    ({"sources": [source(published_at="2026-02-11T15:00:00Z")]}, "source-after-known-on", "/sources/0/published_at"),
    ({"sources": [source(published_at="2026-02-31T15:00:00Z")]}, "invalid-record", "/sources/0/published_at"),
    (
        {"sources": [source(published="2026-02-20", published_at="2026-02-11T01:00:00Z")]},
        "source-after-known-on",
        "/sources/0/published",
    ),
    ({"known_on": None}, "invalid-record", "/known_on"),
    ({"replaces": 7}, "no-such-revision", "/replaces"),
    ({"status": "retracted"}, "invalid-record", "/status"),
    ({"kind": "rally"}, "unknown-kind", "/kind"),
    ({"when": "2026-02-10/2026-02-09"}, "ends-before-start", "/when"),
]


@pytest.mark.parametrize(("changes", "problem", "pointer"), BROKEN, ids=[each[1] for each in BROKEN])
def test_each_rule_is_refused_with_its_own_problem(
    client: FlaskClient, changes: dict[str, Any], problem: str, pointer: str
) -> None:
    refused = client.post(EVENTS, json=DRAFT | changes)
    body = refused.get_json()
    assert (refused.status_code, body["type"]) == (422, f"/problems/{problem}")
    assert [each["pointer"] for each in body["errors"]] == [pointer]
    assert client.get(EVENTS).get_json()["items"] == []


def test_known_on_is_the_latest_day_of_the_sources_if_it_is_not_given(client: FlaskClient) -> None:
    sources = [source(published="2026-02-12"), source(published_at="2026-02-12T16:00:00Z")]
    event = client.get(f"{EVENTS}/{record(client, known_on=None, sources=sources)}").get_json()
    assert event["known_on"] == "2026-02-13"  # the instant is of that day in the calendar's zone


def test_words_are_said_on_the_day_of_the_sources_if_known_on_is_not_given(client: FlaskClient) -> None:
    draft = {"known_on": None, "when": "yesterday", "sources": [source(published="2026-02-12")]}
    assert client.get(f"{EVENTS}/{record(client, **draft)}").get_json()["when"]["edtf"] == "2026-02-11"
    hourly = {**draft, "sources": [source(published_at="2026-02-12T16:00:00Z")]}
    assert client.post(EVENTS, json=DRAFT | hourly).get_json()["type"] == "/problems/unreadable-when"


def test_sources_of_one_day_stand_in_the_order_of_their_instants(client: FlaskClient) -> None:
    told = [
        source(title="undated hour", published="2026-02-11"),
        source(title="evening", published_at="2026-02-11T10:00:00Z"),
        source(title="morning", published_at="2026-02-11T08:30:00+09:00"),
    ]
    event = client.get(f"{EVENTS}/{record(client, sources=told)}").get_json()
    assert [each["title"] for each in event["sources"]] == ["morning", "evening", "undated hour"]


def test_an_answer_names_the_zone_of_its_days(client: FlaskClient) -> None:
    id_ = record(client)
    assert client.get(f"{EVENTS}/{id_}").get_json()["zone"] == "Asia/Pyongyang"
    assert client.get(f"{EVENTS}?calendar=demo").get_json()["zone"] == "Asia/Pyongyang"
    assert client.get(f"{EVENTS}/{id_}/revisions").get_json()["zone"] == "Asia/Pyongyang"


def test_a_late_entry_carries_the_tag_of_its_own_day(client: FlaskClient) -> None:
    id_ = record(client, status="announced", when="2026-02-20", known_on="2026-01-05")
    assert amend(client, id_, known_on="2026-02-11").status_code == 200
    late = DRAFT | {"status": "announced", "when": "2026-02-21", "known_on": "2026-01-20"}
    today = client.get(f"{EVENTS}/{id_}").headers["ETag"]
    stale = client.put(f"{EVENTS}/{id_}", json=late, headers={"If-Match": today})
    assert (stale.status_code, stale.get_json()["current"], stale.get_json()["yours"]) == (412, "0-0", "1-1")
    then = client.get(f"{EVENTS}/{id_}?as_known_on=2026-01-20").headers["ETag"]
    assert client.put(f"{EVENTS}/{id_}", json=late, headers={"If-Match": then}).status_code == 200
    assert client.get(f"{EVENTS}/{id_}").get_json()["when"]["edtf"] == "2026-02-10"
    assert client.get(f"{EVENTS}/{id_}?as_known_on=2026-01-31").get_json()["when"]["edtf"] == "2026-02-21"


def test_a_replaced_revision_is_marked_on_every_day_and_mends_a_wrong_known_on(client: FlaskClient) -> None:
    id_ = record(client, status="announced", when="2026-02-20", known_on="2026-01-05")
    amend(client, id_, status="announced", when="2026-02-22", known_on="2026-01-10", title="Wrong")
    before = client.get(EVENTS).get_json()["through"]
    assert amend(client, id_, known_on="2026-02-11", replaces=1).status_code == 200
    history = client.get(f"{EVENTS}/{id_}/revisions?as_known_on=2026-01-20").get_json()["items"]
    assert [(each["sequence"], each["replaced"]) for each in history] == [(0, False), (1, True)]
    assert client.get(f"{EVENTS}/{id_}?as_known_on=2026-01-20").get_json()["title"] == "A visit"
    as_it_stood = client.get(f"{EVENTS}/{id_}?as_known_on=2026-01-20&through={before}").get_json()
    assert as_it_stood["title"] == "Wrong"


def test_a_retraction_works_in_store_time(client: FlaskClient) -> None:
    id_ = record(client)
    before = client.get(EVENTS).get_json()["through"]
    assert amend(client, id_, status="retracted").status_code == 200
    assert client.get(f"{EVENTS}/{id_}").status_code == 404
    assert client.get(f"{EVENTS}/{id_}?as_known_on=2026-02-15").status_code == 404
    assert client.get(f"{EVENTS}/{id_}?through={before}").status_code == 200
    assert client.get(EVENTS).get_json()["items"] == []
    again = amend_retracted(client, id_)
    assert (again.status_code, again.get_json()["type"]) == (409, "/problems/retracted")


def amend_retracted(client: FlaskClient, id_: str) -> Any:
    return client.put(f"{EVENTS}/{id_}", json=DRAFT, headers={"If-Match": '"1-1"'})


def test_who_subscribed_to_one_event_hears_that_it_was_entered_in_error(client: FlaskClient) -> None:
    id_ = record(client)
    amend(client, id_, status="retracted")
    for address in (f"/events/{id_}.ics", "/calendars/demo.ics"):
        assert b"STATUS:CANCELLED" in client.get(address).data
    assert client.get(f"/events/{id_}.ics?as_known_on=2026-02-15").status_code == 404


def test_the_address_of_a_double_leads_to_the_one_that_stays(client: FlaskClient) -> None:
    stays, double = record(client), record(client)
    assert amend(client, double, status="retracted", same_as=stays).status_code == 200
    for path in ("/api/v1/events/{}", "/api/v1/events/{}/revisions", "/events/{}", "/events/{}.ics"):
        led = client.get(path.format(double) + "?as_known_on=2026-02-15")
        assert (led.status_code, led.headers["Location"]) == (308, path.format(stays) + "?as_known_on=2026-02-15")
        early, never = (client.get(path.format(each) + "?as_known_on=2026-02-01") for each in (double, "zzzzzzzz"))
        assert early.status_code == never.status_code == 404
        assert early.data.replace(double.encode(), b"X") == never.data.replace(b"zzzzzzzz", b"X")


@pytest.mark.parametrize("other", ["itself", "zzzzzzzz", "its own double", "of another calendar"])
def test_a_double_names_another_event_that_stays(client: FlaskClient, other: str) -> None:
    id_, second = record(client), record(client)
    elsewhere = record(client, calendar="other")
    named = {"itself": id_, "its own double": second, "of another calendar": elsewhere}.get(other, other)
    if other == "its own double":
        assert amend(client, second, status="retracted", same_as=id_).status_code == 200
    refused = amend(client, id_, status="retracted", same_as=named)
    assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, "/same_as")


def test_recording_in_one_calendar_changes_no_answer_of_another(client: FlaskClient) -> None:
    id_ = record(client)
    asked = [f"{EVENTS}/{id_}", f"{EVENTS}/{id_}/revisions", f"{EVENTS}?calendar=demo", "/calendars/demo.ics"]
    before = [client.get(each).headers["ETag"] for each in asked]
    record(client, calendar="other")
    assert [client.get(each).headers["ETag"] for each in asked] == before


def test_a_link_between_calendars_names_the_other_end_as_its_own_feed_does(client: FlaskClient) -> None:
    part, whole = record(client), record(client, calendar="other")
    client.post("/api/v1/links", json={"rel": "part_of", "from": part, "to": whole, "known_on": "2026-02-12"})
    uid = f"{whole}@other.leadup".encode()
    assert b"UID:" + uid in client.get("/calendars/other.ics").data
    assert b"RELTYPE=PARENT:" + uid in client.get("/calendars/demo.ics").data


def test_a_feed_that_an_event_left_is_not_taken_for_unchanged(client: FlaskClient) -> None:
    id_ = record(client, status="announced", when="2026-02-20", known_on="2026-01-05")
    record(client, status="announced", when="2026-02-25", known_on="2026-01-05")
    address = "/api/v1/events.ics?status=announced"
    as_if_recorded(client, timedelta(hours=-1))
    seen = client.get(address).headers["Last-Modified"]
    assert client.get(address, headers={"If-Modified-Since": seen}).status_code == 304
    amend(client, id_)
    assert client.get(address, headers={"If-Modified-Since": seen}).status_code == 200


@pytest.mark.parametrize(
    "parts",
    [
        '["2026-03-01",1e400,"DIGEST","a","b"]',
        '["2026-03-01",1000000000000000000000000000000,"DIGEST","a","b"]',
        '["2026-03-01",0,"DIGEST","\\ud800","b"]',
        '["2026-03-01",0,"000000000000","a","b"]',
        "[]",
        "7",
    ],
)
def test_a_crafted_cursor_is_refused(client: FlaskClient, parts: str) -> None:
    text = base64.urlsafe_b64encode(parts.replace("DIGEST", EventQuery().digest()).encode()).decode().rstrip("=")
    refused = client.get(f"{EVENTS}?cursor={text}")
    assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, "?cursor")


def test_a_time_of_day_that_the_clocks_skipped_is_told_beside_the_other_mistakes(client: FlaskClient) -> None:
    skipped = DRAFT | {"when": "2018-05-04T23:45"}
    alone = client.post(EVENTS, json=skipped).get_json()
    assert (alone["type"], [each["pointer"] for each in alone["errors"]]) == ("/problems/unreadable-when", ["/when"])
    for more, pointers in (
        ({"known_on": "2026-03-02"}, {"/when", "/known_on"}),
        ({"bogus": 1, "kind": "nope"}, {"/when", "/bogus", "/kind"}),
    ):
        told = client.post(EVENTS, json=skipped | more).get_json()
        assert {each["pointer"] for each in told["errors"]} == pointers


def test_a_date_is_read_on_the_days_of_the_calendars(client: FlaskClient) -> None:
    read = client.get("/api/v1/when?text=2018-05-04T15:00Z&calendar=demo").get_json()
    assert read["starts"] == ["2018-05-05", "2018-05-05"]
    assert client.get("/api/v1/when?text=2018-05-04T23:45").status_code == 422
    unencoded = client.get("/api/v1/when?text=2026-02-19T09:00+09:00").get_json()
    assert unencoded["nearest"] == "2026-02-19T09:00+09:00"


def test_an_instant_is_answered_in_utc(client: FlaskClient) -> None:
    told = [source(published_at="2026-02-10T23:30:00+09:00")]
    event = client.get(f"{EVENTS}/{record(client, sources=told)}").get_json()
    assert event["sources"][0]["published_at"] == "2026-02-10T14:30:00Z"


def test_a_cursor_goes_on_only_from_its_own_day_and_change(client: FlaskClient) -> None:
    for _ in range(3):
        record(client)
    page = client.get(f"{EVENTS}?limit=1&as_known_on=2026-02-15").get_json()
    assert client.get(page["next"]).status_code == 200
    cursor = page["next"].partition("cursor=")[2]
    for other in ("as_known_on=2026-02-16", "through=1"):
        refused = client.get(f"{EVENTS}?limit=1&{other}&cursor={cursor}")
        assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, "?cursor")


def test_a_retraction_moves_no_date(client: FlaskClient) -> None:
    id_ = record(client, status="announced", when="2026-02-20", known_on="2026-01-05")
    amend(client, id_, status="announced", when="2026-02-25", known_on="2026-02-11")
    amend(client, id_, status="retracted", when="2026-02-20")
    log = client.get("/api/v1/changes?after=0").get_json()["items"]
    assert [each["days_moved"] for each in log if each["subject"] == id_] == [None, 5, None]


def test_both_unknown_ends_of_a_link_are_told_at_once(client: FlaskClient) -> None:
    refused = client.post("/api/v1/links", json={"rel": "part_of", "from": "x1", "to": "x2", "known_on": "2026-02-12"})
    assert {each["pointer"] for each in refused.get_json()["errors"]} == {"/from", "/to"}


def test_a_date_of_change_is_given_once_its_second_is_over(client: FlaskClient) -> None:
    record(client)
    as_if_recorded(client, timedelta(seconds=5))  # later than now, as where the machine's clock went back
    assert "Last-Modified" not in client.get("/calendars/demo.ics").headers
    as_if_recorded(client, timedelta(seconds=-2))
    seen = client.get("/calendars/demo.ics").headers["Last-Modified"]
    assert client.get("/calendars/demo.ics", headers={"If-Modified-Since": seen}).status_code == 304


def test_every_list_says_how_old_its_knowledge_is(client: FlaskClient) -> None:
    record(client)
    for path in ("events", "kinds", "calendars", "names", "links", "suggestions?calendar=demo", "changes"):
        page = client.get(f"/api/v1/{path}").get_json()
        assert (page["newest_known_on"], page["newest_known_days_ago"]) == ("2026-02-11", 18), path
