"""Refusals that say what to do: each mistake with its place, in one order, in words of ours."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

DRAFT: dict[str, Any] = {
    "calendar": "dprk",
    "kind": "plenary",
    "title": "A meeting",
    "when": "2026-05-01",
    "status": "held",
    "known_on": "2026-05-02",
}


@pytest.mark.parametrize(
    ("address", "pointer", "words"),
    [
        ("/api/v1/events?overdue=maybe", "?overdue", "Neither true nor false"),
        ("/api/v1/events?total=1", "?total", "Neither true nor false"),
        ("/api/v1/events?place=%00", "?place", "control character"),
        ("/api/v1/events?within=true", "?within", "from and to"),
        ("/api/v1/events?q=%20", "?q", "Names nothing: give words, or leave the field out."),
        ("/api/v1/names?q=%09", "?q", "Names nothing: give words, or leave the field out."),
        ("/api/v1/events?q=a%01b", "?q", "control character"),
        ("/api/v1/events?from=2025-02-29", "?from", "There is no 29 February 2025; write a day as YYYY-MM-DD."),
        ("/api/v1/when?text=today&said_on=2025-00-10", "?said_on", "There is no month 0; write a day as YYYY-MM-DD."),
        ("/api/v1/events?to=soon", "?to", "Not a day: write it as YYYY-MM-DD."),
        ("/api/v1/leadups?calendar=dprk&anchors=plenary&activity=", "?activity", "Length"),
        ("/api/v1/leadups?calendar=dprk&anchors=plenary&activity=visit&activity=%00", "?activity", "control"),
    ],
)
def test_a_question_is_refused_in_words_with_its_field(
    client: FlaskClient, address: str, pointer: str, words: str
) -> None:
    refused = client.get(address)
    assert refused.status_code == 422
    (mistake,) = refused.get_json()["errors"]
    assert mistake["pointer"] == pointer
    assert words in mistake["detail"]


@pytest.mark.parametrize(
    ("changes", "pointer", "words"),
    [
        ({"place": "Sinuiju"}, "/place", 'send an object, {"county"'),
        ({"said_by": "press"}, "/said_by", 'send an object, {"who"'),
        ({"sources": ["A paper"]}, "/sources/0", 'send an object, {"publisher"'),
    ],
)
def test_a_text_where_an_object_belongs_is_told_which(
    client: FlaskClient, write_headers: dict[str, str], changes: dict[str, Any], pointer: str, words: str
) -> None:
    refused = client.post("/api/v1/events", json={**DRAFT, **changes}, headers=write_headers)
    (mistake,) = refused.get_json()["errors"]
    assert (refused.status_code, mistake["pointer"]) == (422, pointer)
    assert words in mistake["detail"]


def test_a_body_nested_too_deeply_is_told_so(client: FlaskClient, write_headers: dict[str, str]) -> None:
    deep = b'{"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    refused = client.post("/api/v1/events", data=deep, headers={**write_headers, "Content-Type": "application/json"})
    assert (refused.status_code, refused.get_json()["detail"]) == (400, "The body is nested too deeply.")
    line = client.post(
        "/api/v1/imports", data=deep, headers={**write_headers, "Content-Type": "application/x-ndjson"}
    ).get_json()
    assert line["errors"] == [{"line": 1, "detail": "The line is nested too deeply.", "pointer": ""}]
    assert "line 1: The line is nested" in line["detail"]


@pytest.mark.parametrize("address", ["/api/v1/events", "/api/v1/imports"])
def test_a_compressed_body_is_refused_as_such(client: FlaskClient, write_headers: dict[str, str], address: str) -> None:
    headers = {**write_headers, "Content-Type": "application/json", "Content-Encoding": "gzip"}
    refused = client.post(address, data=gzip.compress(json.dumps(DRAFT).encode()), headers=headers)
    assert (refused.status_code, refused.get_json()["type"]) == (415, "/problems/wrong-content-type")
    assert refused.get_json()["detail"] == "Content-Encoding gzip is not understood: send the body as it is."


def test_mistakes_are_told_in_one_order(client: FlaskClient, write_headers: dict[str, str]) -> None:
    names = [f"field{number:02d}" for number in range(20)]
    refused = client.get("/api/v1/events?" + "&".join(f"{name}=1" for name in reversed(names)))
    assert [each["pointer"] for each in refused.get_json()["errors"]] == [f"?{name}" for name in names]
    sources = [{"publisher": "", "colour": "red"} for _ in range(12)]
    body = {**DRAFT, "sources": sources, **dict.fromkeys(names, 1)}
    refused = client.post("/api/v1/events", json=body, headers=write_headers)
    pointers = [each["pointer"] for each in refused.get_json()["errors"]]
    known, unknown = ([f"/sources/{number}/{name}" for number in range(12)] for name in ("publisher", "colour"))
    assert pointers == [*known, *(f"/{name}" for name in names), *unknown]


def test_what_cannot_be_done_is_told_to_pages_of_other_origins_too(client: FlaskClient) -> None:
    for method in ("POST", "DELETE", "PATCH"):
        refused = client.open("/api/v1/kinds", method=method)
        assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (405, "*")


@pytest.mark.parametrize("path", ["/api/v1/events/wpk-8cc-13th-plenary", "link"])
def test_revisions_are_paged_as_every_list(client: FlaskClient, path: str) -> None:
    if path == "link":
        path = "/api/v1/links/" + client.get("/api/v1/links?limit=1").get_json()["items"][0]["id"]
    whole = client.get(f"{path}/revisions").get_json()
    address, found = f"{path}/revisions?limit=1", []
    while address:
        page = client.get(address)
        assert page.status_code == 200
        found += page.get_json()["items"]
        address = page.get_json()["next"]
        assert ("Link" in page.headers) == bool(address)
    assert found == whole["items"]
    assert whole["next"] is None
    assert client.get(f"{path}/revisions?limit=0").status_code == 422


def test_a_kind_is_refused_in_words_where_none_is_known(client: FlaskClient) -> None:
    refused = client.get("/api/v1/events?kind=plenary&as_known_on=1900-01-01")
    assert refused.get_json()["detail"] == "plenary: unknown; no kind is known."


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"title": "\xff"}', "The body is not UTF-8: invalid start byte at its byte 12."),
        (b'{"a": 1' + b"0" * 5000 + b"}", "The body holds a number of 5,001 digits, for which there is no place."),
        (b'{\n"a"}', "The body is not JSON: Expecting ':' delimiter at its line 2, column 4."),
        (b'{"a": NaN}', "The body is not JSON: NaN is no JSON number."),
        (b'{"a": 1, "a": 2}', "The body is not JSON: the key 'a' stands twice."),
    ],
)
def test_a_body_that_is_no_json_says_why_and_where(
    client: FlaskClient, write_headers: dict[str, str], body: bytes, words: str
) -> None:
    refused = client.post("/api/v1/events", data=body, headers=write_headers, content_type="application/json")
    assert (refused.status_code, refused.get_json()["detail"]) == (400, words)
