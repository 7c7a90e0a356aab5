"""Links and chains over HTTP, on the shipped calendar."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

pytestmark = pytest.mark.slow

VISIT, OPENING = "sinyang-factories-visit", "sinyang-factories-opening"
PLENARY, CONGRESS = "wpk-8cc-13th-plenary", "wpk-9th-congress"
BODY: dict[str, Any] = {"rel": "leads_up_to", "from": VISIT, "to": PLENARY, "known_on": "2025-12-05"}


def get(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()


def draw(client: FlaskClient, headers: dict[str, str], **changes: Any) -> TestResponse:
    return client.post("/api/v1/links", json={**BODY, **changes}, headers=headers)


def link_between(client: FlaskClient, rel: str, subject: str, target: str) -> Any:
    items = get(client, f"/api/v1/links?event={subject}&rel={rel}")["items"]
    return next(item for item in items if (item["from"]["id"], item["to"]["id"]) == (subject, target))


def test_the_chain_of_a_visit_leads_to_its_opening_the_plenary_and_the_congress(client: FlaskClient) -> None:
    chain = get(client, f"/api/v1/events/{VISIT}/chain")
    hops = {node["id"]: node["hops"] for node in chain["nodes"]}
    assert hops[VISIT] == 0
    assert (hops[OPENING], hops["south-pyongan-regional-factories-tour"]) == (1, 1)
    assert (hops[PLENARY], hops[CONGRESS]) == (2, 3)
    edges = {(edge["rel"], edge["from"], edge["to"]): edge["gap_days"] for edge in chain["edges"]}
    assert edges["completes", OPENING, VISIT] == [12, 12]
    assert not chain["truncated"]


def test_a_chain_as_known_on_a_day_holds_nothing_later(client: FlaskClient) -> None:
    chain = get(client, f"/api/v1/events/{VISIT}/chain?as_known_on=2025-12-05")
    opening = next(node for node in chain["nodes"] if node["id"] == OPENING)
    assert (opening["status"], opening["when"]["starts"]) == ("announced", ["2025-12-05", "2025-12-31"])
    assert client.get(f"/api/v1/events/{VISIT}/chain?as_known_on=2025-12-04").status_code == 404
    gone = get(client, f"/api/v1/events/{PLENARY}/chain?as_known_on=2025-12-04&hops=6")
    assert VISIT not in [node["id"] for node in gone["nodes"]]


def test_a_chain_is_followed_no_farther_than_asked_and_over_the_rels_asked(client: FlaskClient) -> None:
    near = get(client, f"/api/v1/events/{VISIT}/chain?hops=1&rel=completes")
    assert [node["id"] for node in near["nodes"]] == [VISIT, OPENING]
    address = f"/api/v1/events/{VISIT}/chain?hops=1"
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    for query, pointer in (("hops=0", "?hops"), ("hops=7", "?hops"), ("rel=likes", "?rel"), ("state=sure", "?state")):
        refused = client.get(f"/api/v1/events/{VISIT}/chain?{query}")
        assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, pointer)


def test_a_link_cannot_be_known_before_both_of_its_events_are(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    """Else the log of that day would name what nobody knew of then."""
    refused = draw(client, write_headers, known_on="2010-01-01")
    assert (refused.status_code, refused.get_json()["type"]) == (422, "/problems/known-before-ends")
    problem = refused.get_json()
    assert problem["errors"][0]["pointer"] == "/known_on" if "errors" in problem else problem["since"] == "2025-12-05"
    log = client.get("/api/v1/changes.jsonl?as_known_on=2010-06-01").get_data(as_text=True)
    assert VISIT not in log
    made = draw(client, write_headers, rel="same_programme", to="wpk-9th-congress", known_on="2025-12-05")
    link = made.get_json()
    body = {"rel": "same_programme", "from": VISIT, "to": CONGRESS, "known_on": "2025-12-04", "state": "rejected"}
    tag = {"If-Match": made.headers["ETag"]}
    earlier = client.put(f"/api/v1/links/{link['id']}", json=body, headers=write_headers | tag)
    assert earlier.get_json()["type"] == "/problems/known-before-ends"


def test_an_inverse_name_is_kept_as_the_rel_with_its_ends_exchanged(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    made = draw(client, write_headers, rel="preceded_by", **{"from": PLENARY, "to": VISIT})
    assert made.status_code == 201
    link = made.get_json()
    assert (link["rel"], link["from"]["id"], link["to"]["id"]) == ("leads_up_to", VISIT, PLENARY)
    refused = draw(client, write_headers, rel="has_part", **{"from": PLENARY, "to": "nobody"})
    assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (404, "/to")


def test_an_events_links_say_their_rel_in_words_from_its_end(client: FlaskClient) -> None:
    labels = {
        (link["rel"], link["direction"], link["label"]) for link in get(client, f"/api/v1/events/{VISIT}")["links"]
    }
    assert labels >= {("completes", "in", "Completed by"), ("part_of", "out", "Part of")}


def test_a_link_drawn_twice_is_refused_with_the_one_that_stands(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    first = draw(client, write_headers).get_json()["id"]
    again = draw(client, write_headers, known_on="2026-01-01")
    assert (again.status_code, again.get_json()["type"]) == (409, "/problems/link-exists")
    assert (again.get_json()["link"], again.get_json()["state"]) == (first, "asserted")


def test_a_link_tells_how_it_came_to_be_known(client: FlaskClient, write_headers: dict[str, str]) -> None:
    made = draw(client, write_headers, evidence="both were on the front page", why="noticed")
    address = made.headers["Location"]
    rejected = {**BODY, "state": "rejected", "known_on": "2026-01-01", "why": "no"}
    done = client.put(address, json=rejected, headers={**write_headers, "If-Match": made.headers["ETag"]})
    assert done.status_code == 200
    items = get(client, f"{address}/revisions")["items"]
    assert [(item["sequence"], item["known_on"], item["why"]) for item in items] == [
        (0, "2025-12-05", "noticed"),
        (1, "2026-01-01", "no"),
    ]
    assert {change["field"] for change in items[1]["changes"]} == {"state", "evidence"}
    assert len(get(client, f"{address}/revisions?as_known_on=2025-12-31")["items"]) == 1
    assert client.get(f"{address}/revisions?as_known_on=2025-12-04").status_code == 404


def test_a_retracted_link_is_gone_and_can_be_brought_back(client: FlaskClient, write_headers: dict[str, str]) -> None:
    made = draw(client, write_headers)
    address = made.headers["Location"]
    gone = {**BODY, "state": "retracted", "known_on": "2026-01-01"}
    done = client.put(address, json=gone, headers={**write_headers, "If-Match": made.headers["ETag"]})
    assert (done.status_code, done.get_json()["state"]) == (200, "retracted")
    assert client.get(address).status_code == client.get(f"{address}?as_known_on=2025-12-10").status_code == 404
    assert PLENARY not in [link["event"]["id"] for link in get(client, f"/api/v1/events/{VISIT}")["links"]]
    back = {**BODY, "known_on": "2026-01-02", "replaces": 1}
    headers = {**write_headers, "If-Match": done.headers["ETag"]}
    assert client.put(address, json=back, headers=headers).status_code == 200
    assert get(client, f"{address}?as_known_on=2025-12-10")["state"] == "asserted"


def test_links_are_listed_in_pages_without_gap_or_repeat(client: FlaskClient) -> None:
    address: str | None = "/api/v1/links?limit=100&calendar=dprk"
    seen: list[Any] = []
    while address:
        page = get(client, address)
        seen += page["items"]
        address = page["next"]
    assert len({item["id"] for item in seen}) == len(seen) == 314
    assert [item["known_on"] for item in seen] == sorted(item["known_on"] for item in seen)
    assert set(page) == {
        *("items", "next", "as_known_on", "zone", "through"),
        *("newest_known_on", "newest_known_days_ago"),
    }


def test_links_are_found_by_rel_state_event_and_day(client: FlaskClient) -> None:
    assert {item["rel"] for item in get(client, "/api/v1/links?rel=announces,part_of&limit=200")["items"]} == {
        "announces",
        "part_of",
    }
    assert get(client, "/api/v1/links?state=rejected,suggested")["items"] == []
    items = get(client, f"/api/v1/links?event={OPENING}&as_known_on=2025-12-05")["items"]
    assert [(item["rel"], item["to"]["id"]) for item in items] == [("completes", VISIT)]
    assert client.get("/api/v1/links?event=nobody").status_code == 404
    assert client.get("/api/v1/links?calendar=atlantis").get_json()["errors"][0]["pointer"] == "?calendar"
    assert client.get("/api/v1/links?rel=completing").get_json()["errors"][0]["pointer"] == "?rel"


@pytest.mark.parametrize(
    ("list_", "inverse", "rel"),
    [
        ("links?limit=200", "completed_by", "completes"),
        ("links?limit=200", "has_part,part_of,preceded_by", "part_of,leads_up_to"),
        (f"events/{VISIT}/chain?hops=2", "has_part,completed_by", "part_of,completes"),
        ("suggestions?limit=200", "completed_by", "completes"),
    ],
)
def test_a_rel_is_asked_for_under_either_name(client: FlaskClient, list_: str, inverse: str, rel: str) -> None:
    asked, plain = (get(client, f"/api/v1/{list_}&rel={name}") for name in (inverse, rel))
    found = "edges" if "edges" in plain else "items"
    assert asked[found] == plain[found] != []


def retract(client: FlaskClient, headers: dict[str, str], id_: str) -> None:
    found = client.get(f"/api/v1/events/{id_}")
    kept = ("calendar", "kind", "title", "known_on", "sources")
    draft = {key: value for key, value in found.get_json().items() if key in kept}
    draft |= {"when": found.get_json()["when"]["edtf"], "status": "retracted"}
    asked = {**headers, "If-Match": found.headers["ETag"]}
    assert client.put(f"/api/v1/events/{id_}", json=draft, headers=asked).status_code == 200


@pytest.mark.parametrize("end", ["from", "to"])
def test_a_retracted_event_is_linked_no_more_than_one_that_never_was(
    client: FlaskClient, write_headers: dict[str, str], end: str
) -> None:
    retract(client, write_headers, CONGRESS)
    never, retracted = (draw(client, write_headers, rel="same_place", **{end: id_}) for id_ in ("never", CONGRESS))
    assert (never.status_code, retracted.status_code) == (404, 404)
    assert retracted.get_data(as_text=True) == never.get_data(as_text=True).replace("never", CONGRESS)


def test_what_surely_begins_after_a_meeting_does_not_lead_up_to_it(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    def an_event(when: str, kind: str = "ceremony") -> str:
        draft = {"calendar": "dprk", "kind": kind, "title": "An act", "when": when, "known_on": "2026-01-02"}
        made = client.post("/api/v1/events", json={**draft, "status": "expected"}, headers=write_headers)
        return str(made.get_json()["id"])

    meeting = an_event("2026-03-10", "plenary")
    for when, inverse, status in (
        ("2026-03-20", False, 422),
        ("2026-03-20", True, 422),
        ("2026-03-10", False, 201),
        ("2026-03", False, 201),
    ):
        act = an_event(when)
        ends = {"rel": "preceded_by", "from": meeting, "to": act} if inverse else {"from": act, "to": meeting}
        drawn = draw(client, write_headers, **ends, known_on="2026-01-03")
        assert drawn.status_code == status, when
        if status == 422:
            (mistake,) = drawn.get_json()["errors"]
            assert mistake["pointer"] == ("/to" if inverse else "/from")
            assert mistake["detail"].endswith("it cannot lead up to it.")
            assert draw(client, write_headers, **ends, known_on="2026-01-03", state="rejected").status_code == 201
