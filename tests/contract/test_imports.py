"""/api/v1/imports over HTTP: what is sent, what is answered, what is left behind."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.store import tokens
from service.store.database import Store
from service.store.registers import plain
from service.store.revisions import Assertion, append
from tests.builders import a_calendar

pytestmark = pytest.mark.slow

LINE = {
    "id": "factory-opening",
    "calendar": "dprk",
    "kind": "ceremony",
    "title": "A factory opens",
    "when": "2026-05-02",
    "status": "held",
    "known_on": "2026-05-03",
}
NDJSON = {"Content-Type": "application/x-ndjson"}


def post(client: FlaskClient, body: bytes | str, headers: dict[str, str], query: str = "") -> Any:
    return client.post(f"/api/v1/imports{query}", data=body, headers=headers)


def test_an_import_is_reported_listed_and_found_again(client: FlaskClient, write_headers: dict[str, str]) -> None:
    headers = {**write_headers, **NDJSON, "Content-Disposition": 'attachment; filename="may.jsonl"'}
    done = post(client, json.dumps(LINE), headers)
    assert done.status_code == 201
    report = done.get_json()
    assert report["items"] == [
        {"line": 1, "outcome": "accepted", "id": "factory-opening", "sequence": 0, "errors": [], "kept_out": []}
    ]
    assert (report["file"], report["format"], report["recorded_by"], report["accepted"]) == (
        "may.jsonl",
        "jsonl",
        "alice",
        1,
    )
    assert client.get(done.headers["Location"], headers=write_headers).get_json() == report
    assert client.get("/api/v1/events/factory-opening").status_code == 200

    again = post(client, json.dumps(LINE), headers, "?notify=true").get_json()
    assert (again["unchanged"], again["changes"], again["notify"]) == (1, None, True)
    first = client.get("/api/v1/imports?limit=1", headers=write_headers).get_json()
    second = client.get(first["next"], headers=write_headers).get_json()
    assert [first["items"][0]["id"], second["items"][0]["id"]] == [again["id"], report["id"]]
    assert second["next"] is None
    assert "items" not in first["items"][0]


def test_half_of_a_character_is_refused_where_it_stands(client: FlaskClient, write_headers: dict[str, str]) -> None:
    halves: list[tuple[dict[str, Any], str]] = [
        ({"sources": [{"publisher": "A", "url": "http://x/\ud800"}]}, "/sources/0/url"),
        ({"\ud800": 1}, ""),
        ({"status": "\ud800"}, "/status"),
    ]
    body = "\n".join(json.dumps(LINE | change) for change, _ in halves)
    refused = post(client, body, {**write_headers, **NDJSON})
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.get_json()["errors"]] == [pointer for _, pointer in halves]


def test_a_refused_line_refuses_the_file_with_a_problem(client: FlaskClient, write_headers: dict[str, str]) -> None:
    body = json.dumps(LINE) + "\n" + json.dumps({**LINE, "id": "b", "kind": "opera"})
    refused = post(client, body, {**write_headers, **NDJSON})
    assert (refused.status_code, refused.content_type) == (422, "application/problem+json")
    problem = refused.get_json()
    assert problem["type"] == "/problems/lines-refused"
    assert [(each["line"], each["pointer"]) for each in problem["errors"]] == [(2, "/kind")]
    assert client.get("/api/v1/events/factory-opening").status_code == 404
    assert client.get("/api/v1/imports", headers=write_headers).get_json()["items"] == []


def test_a_calendar_file_and_a_table_are_taken_in(client: FlaskClient, write_headers: dict[str, str]) -> None:
    table = b"kind,title,when,status,known_on\r\nspeech,A speech,3 May 2026,held,2026-05-04\r\n"
    told = post(client, table, {**write_headers, "Content-Type": "text/csv; charset=utf-8"}, "?calendar=dprk")
    assert told.get_json()["accepted"] == 1
    ics = (
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:A talk\r\nDTSTART:20260503\r\n"
        b"ATTENDEE:mailto:a@b\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    told = post(
        client,
        ics,
        {**write_headers, "Content-Type": "text/calendar"},
        "?calendar=dprk&kind=speech&known_on=2026-05-04&dry_run=true",
    )
    assert told.get_json()["items"][0]["kept_out"] == ["attendees"]


@pytest.mark.parametrize(
    ("query", "headers", "body", "status"),
    [
        ("", {"Content-Type": "application/json"}, "{}", 415),
        ("", {"Content-Type": "text/csv; charset=latin-1"}, "title\r\nx", 415),
        ("", NDJSON, b"a" * (64 * 1024 * 1024 + 1), 413),
        ("?colour=red", NDJSON, "", 422),
        ("?calendar=nowhere", NDJSON, "", 422),
        ("", {"Content-Type": "text/calendar"}, "hello", 422),
        ("", NDJSON, "", 422),
    ],
)
def test_what_cannot_be_taken_in_is_a_problem(
    client: FlaskClient, write_headers: dict[str, str], query: str, headers: dict[str, str], body: Any, status: int
) -> None:
    refused = post(client, body, {**write_headers, **headers}, query)
    assert (refused.status_code, refused.content_type) == (status, "application/problem+json")


def test_a_file_larger_than_other_bodies_is_read(client: FlaskClient, write_headers: dict[str, str]) -> None:
    body = (json.dumps(LINE) + "\n").encode() + b"\n" * (2 * 1024 * 1024)
    assert post(client, body, {**write_headers, **NDJSON}).get_json()["accepted"] == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_imports_need_a_token_that_may_write(client: FlaskClient, method: str) -> None:
    refused = getattr(client, method)("/api/v1/imports", data=b"a" * 2_000_000, headers=NDJSON)
    assert refused.status_code == 401


def test_an_import_that_never_was_is_not_found(client: FlaskClient, write_headers: dict[str, str]) -> None:
    assert client.get("/api/v1/imports/never", headers=write_headers).status_code == 404
    assert client.get("/api/v1/imports/never?colour=red", headers=write_headers).status_code == 422
    assert client.get("/api/v1/imports?cursor=abc", headers=write_headers).status_code == 422
    for number in ("9" * 30, "9" * 19, "-1", "²", ""):
        parts = json.dumps(["2026-11-24", 5, "imports", number, ""]).encode()
        text = base64.urlsafe_b64encode(parts).decode().rstrip("=")
        refused = client.get(f"/api/v1/imports?cursor={text}", headers=write_headers)
        assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, "?cursor"), number


def test_a_token_limited_to_calendars_writes_there_alone_and_sees_its_own(
    client: FlaskClient, store: Store, write_headers: dict[str, str]
) -> None:
    other = a_calendar(slug="elsewhere")
    with store.transaction("test") as tx:
        append(tx, Assertion("calendar", "calendar/elsewhere", "elsewhere", other.known_on, plain(other)))
        secret = tokens.create(tx, "guest", "write", calendars=("elsewhere",))
    guest = {"Authorization": f"Bearer {secret}"}
    refused = post(client, json.dumps(LINE), {**guest, **NDJSON})
    assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, "/calendar")
    theirs = post(client, json.dumps(LINE), {**write_headers, **NDJSON}).headers["Location"]
    assert client.get(theirs, headers=guest).status_code == 404
    assert client.get("/api/v1/imports", headers=guest).get_json()["items"] == []
    own = post(
        client, json.dumps({**LINE, "id": "theirs", "calendar": "elsewhere", "kind": "plenary"}), {**guest, **NDJSON}
    )
    assert client.get(own.headers["Location"], headers=guest).status_code == 200


def test_a_repeat_with_the_same_key_is_answered_as_the_first(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    keyed = {**write_headers, **NDJSON, "Idempotency-Key": "once"}
    first, again = (post(client, json.dumps(LINE), keyed) for _ in range(2))
    assert (first.status_code, first.get_json()["accepted"]) == (201, 1)
    assert again.data == first.data
    assert post(client, json.dumps({**LINE, "title": "x"}), keyed).status_code == 422


def test_one_calendar_of_an_import_is_one_word_also_where_the_kind_is_missing(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    """It was taken for a list, and each of its letters for a calendar that there is not."""
    file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:1@example.org\r\n"
    file += (
        "DTSTAMP:20260503T000000Z\r\nDTSTART;VALUE=DATE:20260502\r\nSUMMARY:A fair\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    headers = {**write_headers, "Content-Type": "text/calendar"}
    refused = client.post("/api/v1/imports?calendar=dprk&known_on=2026-05-03", data=file, headers=headers)
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.get_json()["errors"]] == ["?kind"]


def test_a_kind_that_there_is_not_is_refused_for_all_lines_as_described(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    headers = {**write_headers, "Content-Type": "application/jsonl"}
    refused = client.post("/api/v1/imports?calendar=dprk&kind=nothing", data="{}\n", headers=headers)
    assert refused.get_json()["type"] == "/problems/unknown-kind"


def test_a_line_that_retracts_what_never_was_is_refused_as_a_post_is(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    never = {**LINE, "status": "retracted"}
    refused = post(client, json.dumps(never), {**write_headers, **NDJSON})
    body = {key: value for key, value in never.items() if key != "id"}
    posted = client.post("/api/v1/events", json=body, headers=write_headers)
    assert (refused.status_code, posted.status_code) == (422, 422)
    (mistake,) = refused.get_json()["errors"]
    assert {"detail": mistake["detail"], "pointer": mistake["pointer"]} == posted.get_json()["errors"][0]
    lines = "\n".join(json.dumps(each) for each in (LINE, never))
    taken = post(client, lines, {**write_headers, **NDJSON})
    assert [each["outcome"] for each in taken.get_json()["items"]] == ["accepted", "accepted"]
