"""The REST contract on the shipped calendar: what clients rely on."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.settings import Settings
from service.store import tokens
from service.store.database import Store

PLENARY = "/api/v1/events/wpk-8cc-13th-plenary"
DRAFT: dict[str, Any] = {
    "calendar": "dprk",
    "kind": "ceremony",
    "title": "A factory opens",
    "when": "2026-05-02",
    "status": "held",
    "known_on": "2026-05-03",
    "said_by": {"who": "body"},
    "place": {"county": "Sinyang County", "province": "South Pyongan"},
    "people": ["Kim Jong-un", "Somebody New"],
    "sources": [{"publisher": "A paper", "published": "2026-05-03", "url": "https://paper.example/1"}],
}


def get(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()


def titles(client: FlaskClient, query: str) -> list[str]:
    return [item["title"] for item in get(client, f"/api/v1/events?{query}")["items"]]


def test_the_plenary_is_uncertain_before_it_opens_and_exact_after(client: FlaskClient) -> None:
    before = get(client, f"{PLENARY}?as_known_on=2025-11-30")
    after = get(client, f"{PLENARY}?as_known_on=2025-12-12")
    assert (before["status"], before["when"]["starts"]) == ("announced", ["2025-12-11", "2025-12-20"])
    assert (after["status"], after["when"]["edtf"]) == ("held", "2025-12-09/2025-12-11")
    assert before["people"] == []
    assert after["people"] == ["Kim Jong Un"]


def test_an_event_shows_the_sources_of_all_its_revisions_known_by_then(client: FlaskClient) -> None:
    assert len(get(client, f"{PLENARY}?as_known_on=2025-11-30")["sources"]) == 1
    assert len(get(client, f"{PLENARY}?as_known_on=2025-12-12")["sources"]) == 3


def test_an_opening_is_linked_with_the_visit_it_completes(client: FlaskClient) -> None:
    visit = get(client, "/api/v1/events/sinyang-factories-visit?as_known_on=2025-12-31")
    completed = [link for link in visit["links"] if link["rel"] == "completes"]
    assert [(link["direction"], link["event"]["id"], link["gap_days"]) for link in completed] == [
        ("in", "sinyang-factories-opening", [12, 12])
    ]


def test_an_event_not_yet_known_answers_like_one_that_never_was(client: FlaskClient) -> None:
    early = client.get("/api/v1/events/sinyang-factories-visit?as_known_on=2025-12-04")
    never = client.get("/api/v1/events/no-such-event?as_known_on=2025-12-04")
    assert early.status_code == never.status_code == 404
    assert early.get_data(as_text=True).replace("sinyang-factories-visit", "X") == never.get_data(as_text=True).replace(
        "no-such-event", "X"
    )


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("kind=plenary&from=2025-12-01&to=2025-12-31", "13th plenary of the 8th WPK Central Committee"),
        (
            "group=meeting&place=Pyongyang&from=2025-12-09&to=2025-12-09",
            "13th plenary of the 8th WPK Central Committee",
        ),
        ("person=김정은&from=2025-12-03&to=2025-12-03&q=Sinyang", "Kim Jong Un visits the new food, garment and"),
        ("place=south-pyongan&kind=leader-visit&from=2025-12-03&to=2025-12-03&q=sinyang", "Kim Jong Un visits"),
        ("programme=20x10&kind=ceremony&q=sinyang", "Regional-industry factories open in Sinyang County"),
        ("theme=regional-development&q=김정은 신양", "Kim Jong Un visits the new food, garment and"),
        ("status=expected", "1st session of the 15th Supreme People's Assembly"),
        ("calendar=dprk&kind=congress&from=2026-01-01", "9th Congress of the Workers' Party of Korea"),
    ],
)
def test_filters_find_what_they_name(client: FlaskClient, query: str, title: str) -> None:
    assert any(each.startswith(title) for each in titles(client, query))


def test_a_span_that_meets_the_asked_days_is_found_as_known_then(client: FlaskClient) -> None:
    query = "kind=congress&from=2026-03-01&to=2026-03-31"
    assert titles(client, query) == []
    assert titles(client, f"{query}&as_known_on=2025-11-30") == ["9th Congress of the Workers' Party of Korea"]


def test_pages_follow_each_other_without_gap_or_repeat(client: FlaskClient) -> None:
    address: str | None = "/api/v1/events?limit=200"
    seen: list[str] = []
    while address:
        page = get(client, address)
        seen += [item["id"] for item in page["items"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == get(client, "/api/v1/events?limit=1&total=true")["total"] == 849


def test_a_later_page_is_cut_from_the_state_of_the_first(client: FlaskClient, write_headers: dict[str, str]) -> None:
    first = get(client, "/api/v1/events?limit=5&sort=-starts")
    later = get(client, first["next"])
    assert client.post("/api/v1/events", json=DRAFT, headers=write_headers).status_code == 201
    assert get(client, first["next"]) == later
    assert get(client, "/api/v1/events?limit=5&sort=-starts")["items"][0]["title"] == "A factory opens"


def test_recording_something_known_later_changes_no_byte_as_known_before(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    addresses = [
        "/api/v1/events?limit=200&as_known_on=2026-04-28",
        f"{PLENARY}?as_known_on=2026-04-28",
        "/calendars/dprk.ics?as_known_on=2026-04-28",
        "/api/v1/calendars?as_known_on=2026-04-28",
        "/?as_known_on=2026-04-28",
        "/api/v1/leadups?calendar=dprk&anchors=plenary&activity=ceremony&as_known_on=2026-04-28",
    ]

    def answers() -> list[tuple[bytes, str | None, str | None]]:
        found = [client.get(address) for address in addresses]
        assert {each.status_code for each in found} == {200}
        return [(each.data, each.headers.get("ETag"), each.headers.get("Last-Modified")) for each in found]

    before = answers()
    assert client.post("/api/v1/events", json=DRAFT, headers=write_headers).status_code == 201
    assert answers() == before


def test_an_old_answer_can_be_made_again_through_its_change(client: FlaskClient, write_headers: dict[str, str]) -> None:
    old = get(client, "/api/v1/events?limit=200&as_known_on=2026-05-03")
    late = {**DRAFT, "known_on": "2026-05-02", "when": "2026-05-01", "sources": []}
    assert client.post("/api/v1/events", json=late, headers=write_headers).status_code == 201
    now = get(client, "/api/v1/events?sort=-starts&limit=1&as_known_on=2026-05-03")
    again = get(client, f"/api/v1/events?limit=200&as_known_on=2026-05-03&through={old['through']}")
    assert now["items"][0]["title"] == "A factory opens"
    assert again["items"] == old["items"]


def test_creating_answers_201_with_address_and_tag_and_stores_names_by_their_slug(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    response = client.post("/api/v1/events", json=DRAFT, headers=write_headers)
    assert response.status_code == 201
    event = response.get_json()
    assert response.headers["Location"] == f"/api/v1/events/{event['id']}"
    assert response.headers["ETag"].startswith('"0-0.')
    assert event["people"] == ["Kim Jong Un", "Somebody New"]
    assert event["place"]["county"] == "Sinyang"
    assert event["recorded_by"] == "alice"
    assert titles(client, "place=신양&from=2026-05-01") == ["A factory opens"]


def test_words_are_read_as_dates_with_the_day_they_became_known(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    draft = {**DRAFT, "when": "mid-December 2025", "status": "announced", "known_on": "2025-11-01", "sources": []}
    event = client.post("/api/v1/events", json=draft, headers=write_headers).get_json()
    assert event["when"]["starts"] == ["2025-12-11", "2025-12-20"]
    assert event["when"]["text"] == "mid-December 2025"


def test_known_on_defaults_to_the_latest_source(client: FlaskClient, write_headers: dict[str, str]) -> None:
    draft = {key: value for key, value in DRAFT.items() if key != "known_on"}
    assert client.post("/api/v1/events", json=draft, headers=write_headers).get_json()["known_on"] == "2026-05-03"
    response = client.post("/api/v1/events", json={**draft, "sources": []}, headers=write_headers)
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["pointer"] == "/known_on"


def test_amending_needs_the_tag_and_refuses_a_stale_one(client: FlaskClient, write_headers: dict[str, str]) -> None:
    created = client.post("/api/v1/events", json=DRAFT, headers=write_headers)
    address, tag = created.headers["Location"], created.headers["ETag"]
    amended = {**DRAFT, "title": "Two factories open", "known_on": "2026-05-04"}
    assert client.put(address, json=amended, headers=write_headers).status_code == 428
    done = client.put(address, json=amended, headers={**write_headers, "If-Match": tag})
    assert done.status_code == 200
    assert (done.get_json()["sequence"], done.get_json()["title"]) == (1, "Two factories open")
    stale = client.put(address, json=amended, headers={**write_headers, "If-Match": tag})
    assert stale.status_code == 412
    assert (stale.get_json()["current"], stale.get_json()["yours"]) == ("1-1", "0-0")


def test_a_late_entry_carries_the_tag_as_known_on_its_day(client: FlaskClient, write_headers: dict[str, str]) -> None:
    created = client.post("/api/v1/events", json={**DRAFT, "sources": []}, headers=write_headers)
    address = created.headers["Location"]
    later = {**DRAFT, "title": "Later title", "known_on": "2026-05-09"}
    client.put(address, json=later, headers={**write_headers, "If-Match": created.headers["ETag"]})
    late = {**DRAFT, "title": "Late entry", "known_on": "2026-05-06"}
    today = client.get(address).headers["ETag"]
    assert client.put(address, json=late, headers={**write_headers, "If-Match": today}).status_code == 412
    then = client.get(f"{address}?as_known_on=2026-05-06").headers["ETag"]
    assert client.put(address, json=late, headers={**write_headers, "If-Match": then}).status_code == 200
    assert get(client, f"{address}?as_known_on=2026-05-07")["title"] == "Late entry"
    assert get(client, address)["title"] == "Later title"


def test_a_retracted_event_is_in_no_answer_on_any_day_but_its_old_change(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    created = client.post("/api/v1/events", json=DRAFT, headers=write_headers)
    address, id_ = created.headers["Location"], created.get_json()["id"]
    through = get(client, "/api/v1/events?limit=1")["through"]
    retraction = {**DRAFT, "status": "retracted", "same_as": "sinyang-factories-opening", "known_on": "2026-05-10"}
    headers = {**write_headers, "If-Match": created.headers["ETag"]}
    assert client.put(address, json=retraction, headers=headers).status_code == 200
    for query in ("", "?as_known_on=2026-05-05"):
        moved = client.get(address + query)
        assert moved.status_code == 308
        assert moved.headers["Location"] == "/api/v1/events/sinyang-factories-opening" + query
    assert id_ not in [item["id"] for item in get(client, "/api/v1/events?from=2026-05-01")["items"]]
    assert get(client, f"{address}?through={through}")["id"] == id_
    assert b"STATUS:CANCELLED" in client.get("/calendars/dprk.ics").data


def test_a_revision_entered_wrongly_is_replaced(client: FlaskClient, write_headers: dict[str, str]) -> None:
    created = client.post("/api/v1/events", json=DRAFT, headers=write_headers)
    address = created.headers["Location"]
    mended = {**DRAFT, "known_on": "2026-05-08", "replaces": 0}
    headers = {**write_headers, "If-Match": created.headers["ETag"]}
    assert client.put(address, json=mended, headers=headers).status_code == 200
    assert client.get(f"{address}?as_known_on=2026-05-05").status_code == 404
    assert get(client, f"{address}?as_known_on=2026-05-08")["sequence"] == 1


def test_revisions_say_what_changed(client: FlaskClient) -> None:
    items = get(client, f"{PLENARY}/revisions")["items"]
    assert [item["known_on"] for item in items] == ["2025-11-01", "2025-12-10", "2025-12-12"]
    assert {change["field"] for change in items[1]["changes"]} >= {"when", "status"}
    assert len(get(client, f"{PLENARY}/revisions?as_known_on=2025-12-01")["items"]) == 1


def test_links_are_made_amended_and_refused_when_they_would_close_a_circle(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    body = {
        "rel": "part_of",
        "from": "sinyang-factories-visit",
        "to": "wpk-8cc-13th-plenary",
        "known_on": "2025-12-05",
    }
    created = client.post("/api/v1/links", json=body, headers=write_headers)
    assert created.status_code == 201
    assert created.get_json()["gap_days"] == [6, 6]
    back = {**body, "from": body["to"], "to": body["from"]}
    circle = client.post("/api/v1/links", json=back, headers=write_headers)
    assert (circle.status_code, circle.get_json()["type"]) == (422, "/problems/link-would-cycle")
    assert client.get(created.headers["Location"] + "?as_known_on=2025-12-04").status_code == 404
    rejected = {**body, "state": "rejected", "known_on": "2026-01-01"}
    headers = {**write_headers, "If-Match": created.headers["ETag"]}
    assert client.put(created.headers["Location"], json=rejected, headers=headers).get_json()["state"] == "rejected"
    assert client.post("/api/v1/links", json=back, headers=write_headers).status_code == 422
    later = {**back, "known_on": "2026-01-01"}
    assert client.post("/api/v1/links", json=later, headers=write_headers).status_code == 201


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"colour": "red"}, "/colour"),
        ({"title": 5}, "/title"),
        ({"title": "half \ud800"}, "/title"),
        ({"sources": [{"publisher": "A", "url": "http://x/\ud800"}]}, "/sources/0/url"),
        ({"colour": "half \ud800"}, "/colour"),
        ({"\ud800": "red"}, ""),
        ({"place": {"\ud800": "red"}}, "/place"),
        ({"people": ["Ann", "\udfff"]}, "/people/1"),
        ({"kind": "picnic"}, "/kind"),
        ({"calendar": "atlantis"}, "/calendar"),
        ({"when": "2026-05-09/2026-05-02"}, "/when"),
        ({"when": "whenever it suits"}, "/when"),
        ({"status": "perhaps"}, "/status"),
        ({"known_on": "2027-01-01"}, "/known_on"),
        ({"known_on": "20260503"}, "/known_on"),
        ({"known_on": "2026-05-01"}, "/status"),
        ({"sources": [{"publisher": "A", "published": "2026-05-04"}]}, "/sources/0/published"),
        ({"sources": [{"title": "no publisher"}]}, "/sources/0/publisher"),
        ({"said_by": {"who": "a friend"}}, "/said_by/who"),
        ({"same_as": "x"}, "/same_as"),
    ],
)
def test_bad_bodies_are_refused_with_the_place(
    client: FlaskClient, write_headers: dict[str, str], change: dict[str, Any], pointer: str
) -> None:
    response = client.post("/api/v1/events", json={**DRAFT, **change}, headers=write_headers)
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    assert pointer in [error["pointer"] for error in response.get_json()["errors"]]


def test_all_mistakes_of_a_body_are_named_at_once(client: FlaskClient, write_headers: dict[str, str]) -> None:
    body = {**DRAFT, "title": "", "when": "?!", "status": "perhaps", "surprise": 1}
    errors = client.post("/api/v1/events", json=body, headers=write_headers).get_json()["errors"]
    assert {error["pointer"] for error in errors} == {"/title", "/when", "/status", "/surprise"}


@pytest.mark.parametrize(
    "query",
    [
        "kid=plenary",
        "kind=a&kind=b",
        "kind=picnic",
        "group=picnic",
        "status=perhaps",
        "calendar=atlantis",
        "limit=0",
        "limit=201",
        "limit=ten",
        "from=2025-12-02&to=2025-12-01",
        "from=yesterday",
        "as_known_on=2026-11-25",
        "sort=colour",
        "cursor=nonsense",
        "through=-1",
    ],
)
def test_bad_questions_are_refused_with_the_field(client: FlaskClient, query: str) -> None:
    response = client.get(f"/api/v1/events?{query}")
    assert response.status_code == 422
    pointers = [error["pointer"] for error in response.get_json()["errors"]]
    assert pointers[0] in {f"?{part.split('=')[0]}" for part in query.split("&")}


@pytest.mark.parametrize("query", ['"', "x:y", "(", "Kim-Jong", "*", "NEAR(", "a AND", "'; DROP TABLE revision"])
def test_no_text_breaks_the_search(client: FlaskClient, query: str) -> None:
    assert client.get("/api/v1/events", query_string={"q": query}).status_code == 200


def test_writing_needs_a_token_of_the_right_scope(client: FlaskClient, write_headers: dict[str, str]) -> None:
    assert client.post("/api/v1/events", json=DRAFT).status_code == 401
    wrong = {"Authorization": "Bearer leadup_nonsense"}
    assert client.post("/api/v1/events", json=DRAFT, headers=wrong).status_code == 401
    assert client.post("/api/v1/events", json={}, headers=write_headers).status_code == 422


def test_bodies_that_are_no_json_are_refused_as_such(client: FlaskClient, write_headers: dict[str, str]) -> None:
    def post(data: bytes, type_: str = "application/json") -> int:
        return client.post("/api/v1/events", data=data, content_type=type_, headers=write_headers).status_code

    assert post(json.dumps(DRAFT).encode(), "text/plain") == 415
    assert post(b"{") == 400
    assert post(b'{"title": "a", "title": "b"}') == 400
    assert post(b'{"title": NaN}') == 400
    assert post(b"[]") == 422
    assert post(b'{"title": "' + b"a" * 1024 * 1024 + b'"}') == 413


def test_every_read_has_a_tag_and_answers_304(client: FlaskClient) -> None:
    for address in (
        "/api/v1/events?limit=3",
        PLENARY,
        f"{PLENARY}/revisions",
        "/api/v1/calendars",
        "/api/v1/calendars/dprk",
        "/api/v1/kinds",
        "/api/v1/when?text=mid-December 2025",
        "/calendars/dprk.ics",
        "/feeds/key-meetings.ics",
        "/api/v1/events.ics?kind=congress",
        "/events/wpk-9th-congress.ics",
        "/",
        "/events/wpk-9th-congress",
    ):
        tag = client.get(address).headers["ETag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304, address
        assert client.get(address, headers={"If-None-Match": f"W/{tag}"}).status_code == 304, address


def test_calendars_and_kinds_say_what_is_covered_and_how_old_it_is(client: FlaskClient) -> None:
    calendar = get(client, "/api/v1/calendars")["items"][0]
    assert (calendar["slug"], calendar["newest_known_on"]) == ("dprk", "2026-04-27")
    visits = [claim for claim in calendar["coverage"] if "leader-visit" in claim["kinds"]]
    assert visits[0]["to"] == "2026-03-31"
    then = get(client, "/api/v1/calendars/dprk?as_known_on=2025-12-05")
    assert max(claim["to"] for claim in then["coverage"]) == "2025-12-05"
    kinds = get(client, "/api/v1/kinds?limit=2")
    assert kinds["next"]
    assert [kind["slug"] for kind in get(client, "/api/v1/kinds")["items"] if kind["key_meeting"]] == [
        "plenary",
        "congress",
    ]


def test_lists_say_what_they_stand_on(client: FlaskClient) -> None:
    for address in ("/api/v1/events", "/api/v1/calendars", "/api/v1/kinds", f"{PLENARY}/revisions"):
        assert set(get(client, address)) >= {"items", "next", "as_known_on", "through"}


def test_the_openapi_document_names_every_route(client: FlaskClient) -> None:
    document = get(client, "/openapi.json")
    assert document["openapi"] == "3.1.0"
    assert {"/api/v1/events", "/api/v1/events/{event_id}", "/api/v1/leadups", "/healthz"} <= set(document["paths"])


def test_an_unknown_path_is_a_problem_under_api_and_a_page_elsewhere(client: FlaskClient) -> None:
    assert client.get("/api/v1/nothing").content_type == "application/problem+json"
    page, problem = "text/html; charset=utf-8", "application/problem+json"
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for accept, type_ in (
        *(
            (None, page),
            ("*/*", page),
            (browser, page),
            ("text/html, application/json;q=0.9", page),
            ("image/png", page),
        ),
        *(("application/json", problem), (problem, problem), ("application/json, text/plain, */*", problem)),
    ):
        refused = client.get("/nothing", headers={"Accept": accept} if accept else {})
        assert (refused.status_code, refused.content_type) == (404, type_), accept
    assert client.delete("/api/v1/events").headers["Allow"]
    assert client.get("/problems/stale-revision").status_code == 200


def test_a_time_of_day_belongs_to_the_day_it_has_in_the_calendars_zone(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    draft = {**DRAFT, "when": "2026-05-01T18:30Z"}
    event = client.post("/api/v1/events", json=draft, headers=write_headers).get_json()
    assert event["when"]["edtf"] == "2026-05-02T03:30+09:00"
    assert event["when"]["starts"] == ["2026-05-02", "2026-05-02"]


def test_lists_say_how_old_their_knowledge_is(client: FlaskClient) -> None:
    assert get(client, "/api/v1/events?limit=1")["newest_known_on"] == "2026-04-27"
    assert get(client, "/api/v1/events?limit=1&as_known_on=2025-12-05")["newest_known_on"] == "2025-12-05"


def test_the_log_is_whole_and_in_order_and_says_how_dates_moved(client: FlaskClient) -> None:
    address: str | None = "/api/v1/changes?limit=200"
    seen: list[dict[str, Any]] = []
    while address:
        page = get(client, address)
        seen += page["items"]
        address = page["next"]
    assert [item["change"] for item in seen] == list(range(1, len(seen) + 1))
    assert page["last"] == page["through"] == len(seen)
    opened = [item for item in seen if item["subject"] == "wpk-9th-congress" and item["known_on"] == "2026-02-20"]
    assert opened[0]["days_moved"] == -2
    assert opened[0]["moved"] == "from 'late February 2026' to 19 February 2026, 2 days before its window"


def test_the_log_as_known_on_a_day_holds_nothing_later(client: FlaskClient) -> None:
    items = get(client, "/api/v1/changes?after=1000&limit=200&as_known_on=2025-12-05")["items"]
    assert items
    assert max(item["known_on"] for item in items) <= "2025-12-05"


def test_an_unreadable_date_of_a_body_says_where_reading_stopped_and_what_would_be_read(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    body = client.post("/api/v1/events", json=DRAFT | {"when": "2025-13"}, headers=write_headers).get_json()
    assert (body["type"], body["column"], body["nearest"]) == ("/problems/unreadable-when", 6, "2025-12")
    assert [each["pointer"] for each in body["errors"]] == ["/when"]


def test_every_mistake_of_a_body_is_told_at_once_also_what_only_the_calendars_know(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    wrong = DRAFT | {"when": "2025-13", "kind": "nothing", "colour": "red"}
    body = client.post("/api/v1/events", json=wrong, headers=write_headers).get_json()
    assert sorted(each["pointer"] for each in body["errors"]) == ["/colour", "/kind", "/when"]
    assert next(each for each in body["errors"] if each["pointer"] == "/when")["nearest"] == "2025-12"


def test_pages_of_a_short_list_hold_each_item_once_and_in_order(client: FlaskClient) -> None:
    whole = [kind["slug"] for kind in get(client, "/api/v1/kinds")["items"]]
    found, address = [], "/api/v1/kinds?limit=4"
    while address:
        page = get(client, address)
        found += [kind["slug"] for kind in page["items"]]
        address = page["next"]
    assert found == whole
    assert len(whole) == 15


def test_a_list_says_how_old_its_knowledge_is_and_until_when_it_is_covered(client: FlaskClient) -> None:
    page = get(client, "/api/v1/events?kind=leader-visit&from=2026-04-15")
    assert page["items"] == []
    assert page["knowledge"] == [
        {
            "calendar": "dprk",
            "newest_known_on": "2026-04-27",
            "newest_known_days_ago": 211,
            "covered": [{"to": "2026-03-31", "kinds": ["leader-visit"]}],
        }
    ]


def test_a_lead_up_shows_its_windows_and_where_there_is_no_rate_the_cases_and_the_list(client: FlaskClient) -> None:
    asked = "/api/v1/leadups?calendar=dprk&anchors=congress&activity=leader-visit&activity=appearance"
    study = get(client, asked)
    visits, appearances = study["activities"]
    used = [anchor for anchor in study["anchors"] if anchor["used"]]
    assert [anchor["window"] for anchor in used] == [["2020-11-06", "2021-01-04"], ["2025-12-21", "2026-02-18"]]
    assert [case["id"] for case in visits["cases"]] == [anchor["id"] for anchor in used]
    assert all(week["low"] is week["high"] is None for week in visits["profile"])
    assert "no coverage is declared" in appearances["refusal"]
    assert len(appearances["events"]) > 90


def test_every_mistake_of_a_question_is_told_at_once(client: FlaskClient) -> None:
    wrong = client.get("/api/v1/events?from=2026-05-02&to=2026-05-01&kind=circus&group=zoo&status=q&calendar=x&sort=y")
    found = {each["pointer"] for each in wrong.get_json()["errors"]}
    assert found == {"?from", "?kind", "?group", "?status", "?calendar", "?sort"}
    study = client.get("/api/v1/leadups?calendar=dprk&anchors=circus&activity=zoo")
    assert [each["pointer"] for each in study.get_json()["errors"]] == ["?anchors", "?activity"]


def test_where_reading_is_closed_no_shared_cache_may_keep_a_feed(settings: Settings, store: Store) -> None:
    with store.transaction("test") as tx:
        secret = tokens.create(tx, "reader", "read")
    closed = create_app(replace(settings, reading="token")).test_client()
    feed = closed.get("/feeds/key-meetings.ics", headers={"Authorization": f"Bearer {secret}"})
    assert feed.headers["Cache-Control"].startswith("private, max-age=")
    assert "public" not in feed.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("changes", "sequence"),
    [
        ({}, 0),
        ({"people": ["김정은", "Somebody New"], "why": "sent again"}, 0),
        ({"sources": []}, 0),
        ({"title": "A mill opens"}, 1),
        ({"known_on": "2026-05-04"}, 1),
        ({"sources": [*DRAFT["sources"], {"publisher": "Another paper", "published": "2026-05-03"}]}, 1),
        ({"replaces": 0}, 1),
    ],
)
def test_an_amendment_that_says_nothing_new_records_nothing(
    client: FlaskClient, write_headers: dict[str, str], changes: dict[str, Any], sequence: int
) -> None:
    made = client.post("/api/v1/events", json=DRAFT, headers=write_headers)
    before = get(client, "/api/v1/changes?after=0&limit=1")["through"]
    asked = {**write_headers, "If-Match": made.headers["ETag"]}
    done = client.put(made.headers["Location"], json={**DRAFT, **changes}, headers=asked)
    assert (done.status_code, done.get_json()["last_sequence"]) == (200, sequence)
    assert get(client, "/api/v1/changes?after=0&limit=1")["through"] == before + sequence
    if not sequence:
        assert (done.data, done.headers["ETag"]) == (made.data, made.headers["ETag"])


def test_a_link_amended_to_what_it_is_records_nothing(client: FlaskClient, write_headers: dict[str, str]) -> None:
    ends = {"from": "sinyang-factories-visit", "to": "wpk-8cc-13th-plenary"}
    draft = {"rel": "same_place", **ends, "known_on": "2025-12-20", "evidence": "Both are in the report."}
    made = client.post("/api/v1/links", json=draft, headers=write_headers)
    asked = {**write_headers, "If-Match": made.headers["ETag"]}
    again = client.put(made.headers["Location"], json=draft, headers=asked)
    assert (again.status_code, again.get_json()) == (200, made.get_json())
    other = client.put(made.headers["Location"], json={**draft, "evidence": "Seen."}, headers=asked)
    assert (other.status_code, other.get_json()["sequence"]) == (200, 1)
