"""Ids and names in other letters than ASCII: whatever carries them in a header is read by every client."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header

WORD = "한글"
EVENT = {
    "calendar": "dprk",
    "kind": "plenary",
    "title": "A meeting",
    "when": "2026-05-01",
    "status": "held",
    "known_on": "2026-05-02",
}


@pytest.fixture
def told(client: FlaskClient, write_headers: dict[str, str]) -> FlaskClient:
    """A client of a store that holds an event of this id, and one that was a second recording of it."""
    lines = [{"id": WORD, **EVENT}, {"id": f"{WORD}-2", **EVENT}, {"id": "café", **EVENT}]
    lines.append({"id": f"{WORD}-2", **EVENT, "status": "retracted", "same_as": WORD})
    body = "\n".join(json.dumps(each) for each in lines)
    headers = {**write_headers, "Content-Type": "application/x-ndjson"}
    assert client.post("/api/v1/imports", data=body, headers=headers).status_code == 201
    return client


@pytest.mark.parametrize(("id_", "plain"), [(WORD, "event.ics"), ("café", "cafe.ics")])
def test_the_file_of_an_event_is_called_by_its_id_and_by_ascii(told: FlaskClient, id_: str, plain: str) -> None:
    found = told.get(f"/events/{id_}.ics")
    assert found.status_code == 200
    header = found.headers["Content-Disposition"]
    assert header.isascii()
    assert header == f"inline; filename={plain}; filename*=UTF-8''{quote(id_)}.ics"
    assert parse_options_header(header)[1]["filename"] == f"{id_}.ics"


@pytest.mark.parametrize("path", ["/api/v1/events/{}", "/api/v1/events/{}/revisions", "/events/{}.ics", "/events/{}"])
def test_every_header_is_ascii(told: FlaskClient, path: str) -> None:
    for address in (path.format(WORD), path.format(f"{WORD}-2"), f"{path.format(WORD)}?as_known_on=2026-05-03"):
        found = told.get(address)
        assert found.status_code in (200, 308), address
        assert all(value.isascii() for _, value in found.headers), found.headers
    assert told.get(path.format(f"{WORD}-2")).headers["Location"] == path.format(quote(WORD))


def test_the_file_of_a_feed_keeps_its_plain_name(client: FlaskClient) -> None:
    found = client.get("/events/wpk-9th-congress.ics")
    assert found.headers["Content-Disposition"] == "inline; filename=wpk-9th-congress.ics"
