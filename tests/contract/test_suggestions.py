"""Suggested links over HTTP, on the shipped calendar."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from schemas.events import LinkDraft
from service import linking, suggesting
from service.importing import PACKS, add_pack
from service.store import eventfacts, feedbytes
from service.store.asknown import standpoint
from service.store.database import Store
from service.store.derived import rebuild
from tests.apps import TODAY
from tests.builders import a_store, tell

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


def retracted(client: FlaskClient, headers: dict[str, str], rel: str, subject: str, target: str) -> None:
    """Take a shipped link out, as if it had never been drawn."""
    link = link_between(client, rel, subject, target)
    tag = client.get(f"/api/v1/links/{link['id']}").headers["ETag"]
    body = {"rel": rel, "from": subject, "to": target, "state": "retracted", "known_on": link["known_on"]}
    done = client.put(f"/api/v1/links/{link['id']}", json=body, headers={**headers, "If-Match": tag})
    assert done.status_code == 200, done.get_data(as_text=True)


@pytest.mark.slow
def test_a_link_left_out_is_suggested_with_its_reasons(client: FlaskClient, write_headers: dict[str, str]) -> None:
    address = f"/api/v1/suggestions?event={VISIT}&rel=completes"
    assert get(client, address)["items"] == []
    retracted(client, write_headers, "completes", OPENING, VISIT)
    item = get(client, address)["items"][0]
    assert item["id"] == f"completes~{OPENING}~{VISIT}"
    assert (item["from"]["id"], item["to"]["id"]) == (OPENING, VISIT)
    assert item["score"] >= 0.6
    assert "same programme: 20x10 Regional Development Policy" in item["reasons"]
    assert "both in Sinyang" in item["reasons"]


def test_an_accepted_suggestion_is_a_link_known_since_its_ends_stand_as_they_do(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    retracted(client, write_headers, "completes", OPENING, VISIT)
    address = f"/api/v1/suggestions/completes~{OPENING}~{VISIT}/accept"
    assert client.post(address).status_code == 401
    made = client.post(address, json={"why": "seen"}, headers=write_headers)
    assert made.status_code == 201
    link = made.get_json()
    assert (link["state"], link["known_on"]) == ("asserted", get(client, f"/api/v1/events/{OPENING}")["known_on"])
    assert link["evidence"].startswith("suggested: both in Sinyang; titles share")
    assert get(client, made.headers["Location"])["id"] == link["id"]
    again = client.post(address, headers=write_headers)
    assert (again.status_code, again.get_json()["link"]) == (409, link["id"])


def test_a_pair_linked_the_other_way_round_by_a_rel_that_has_none_is_not_suggested(tmp_path: Path) -> None:
    store = a_store(tmp_path / "leadup.sqlite3", TODAY)
    for id_, when in (("visit001", "2026-05-01"), ("visit002", "2026-05-20")):
        tell(store, id_, when, "2026-05-21", kind="visit", title="A visit", status="held", programme="20x10")

    def suggested() -> list[str]:
        with store.reading() as conn:
            found = suggesting.suggestions(standpoint(conn, store.clock), least=0)
        return [each.id for each in found if each.rel == "same_programme"]

    (id_,) = suggested()
    _, subject, target = suggesting.parts(id_)
    draft = LinkDraft(rel="same_programme", subject=target, target=subject, known_on=TODAY, state="rejected")
    linking.link(store, draft, by="alice")
    assert suggested() == []


@pytest.mark.slow
def test_a_rejected_suggestion_returns_on_no_day(client: FlaskClient, write_headers: dict[str, str]) -> None:
    id_, *others = (item["id"] for item in get(client, "/api/v1/suggestions?limit=200")["items"])
    assert others
    made = client.post(f"/api/v1/suggestions/{id_}/reject", headers=write_headers)
    assert (made.status_code, made.get_json()["state"]) == (201, "rejected")
    assert id_ not in [item["id"] for item in get(client, "/api/v1/suggestions?limit=200&min_score=0")["items"]]
    first = made.get_json()["known_on"]
    for day in (first, "2026-04-01"):
        then = get(client, f"/api/v1/suggestions?min_score=0&as_known_on={day}&event={id_.split('~')[1]}")
        assert id_ not in [item["id"] for item in then["items"]]
    assert client.post(f"/api/v1/suggestions/{id_}/accept", headers=write_headers).status_code == 409


def newer_pack(folder: Path, event: str) -> Path:
    """The shipped pack with one event told anew, in other words, on a later day."""
    shutil.copytree(PACKS / "dprk", folder)
    path = folder / "events.jsonl"
    events = [json.loads(line) for line in path.read_text().splitlines()]
    told = next(each for each in events if each["id"] == event)
    newest = told["revisions"][-1]
    told["revisions"].append({**newest, "known_on": "2026-11-20", "title": f"{newest['title']}, told again"})
    path.write_text("".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in events))
    return folder


@pytest.mark.slow
def test_a_rejected_suggestion_returns_after_no_import_update_or_rebuild(
    client: FlaskClient, store: Store, write_headers: dict[str, str], tmp_path: Path
) -> None:
    ids = [item["id"] for item in get(client, "/api/v1/suggestions?limit=200")["items"]]
    one_of_each = {id_.split("~")[0]: id_ for id_ in ids}
    for id_ in one_of_each.values():
        assert client.post(f"/api/v1/suggestions/{id_}/reject", headers=write_headers).status_code == 201

    def returned() -> set[str]:
        items = get(client, "/api/v1/suggestions?limit=200&min_score=0.6")["items"]
        subjects = {id_.split("~")[1] for id_ in one_of_each.values()}
        for subject in subjects:
            items += get(client, f"/api/v1/suggestions?limit=200&min_score=0&event={subject}")["items"]
        return {item["id"] for item in items} & set(one_of_each.values())

    assert not returned()
    add_pack(store, PACKS / "dprk", known_by=TODAY)
    assert not returned()
    subject = next(iter(one_of_each.values())).split("~")[1]
    add_pack(store, newer_pack(tmp_path / "newer", subject), only="dprk", known_by=TODAY)
    assert get(client, f"/api/v1/events/{subject}")["title"].endswith("told again")
    assert not returned()
    with store.transaction("test") as tx:
        rebuild(tx.conn)
        feedbytes.refresh_all(tx.conn)
    assert not returned()


@pytest.mark.slow
def test_a_suggestion_follows_what_is_recorded(client: FlaskClient, write_headers: dict[str, str]) -> None:
    """The pairs of a calendar are kept between questions: any change must make them anew."""
    address = f"/api/v1/suggestions?event={OPENING}&min_score=0"
    before = get(client, address)["items"]
    assert get(client, address)["items"] == before
    event = {
        "calendar": "dprk",
        "kind": "leader-visit",
        "title": "Kim Jong Un visits the factories in Sinyang County before they open",
        "when": "2025-12-10",
        "status": "held",
        "known_on": "2025-12-11",
        "place": {"county": "Sinyang", "province": "South Pyongan"},
        "programme": "20x10",
    }
    made = client.post("/api/v1/events", json=event, headers=write_headers).get_json()["id"]
    assert f"completes~{OPENING}~{made}" in [item["id"] for item in get(client, address)["items"]]
    then = get(client, f"{address}&as_known_on=2025-12-10")["items"]
    assert made not in {item[end]["id"] for item in then for end in ("from", "to")}


def test_around_an_event_older_than_those_looked_at_links_are_suggested_too(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(eventfacts, "LOOKED_AT", 60)
    opening, visit = "hwasong-stage2-inauguration", "hwasong-stage2-visit"
    listed = {item["id"] for item in get(client, "/api/v1/suggestions?limit=200")["items"]}
    assert listed
    assert not [id_ for id_ in listed if opening in id_]
    for event in (opening, visit):
        items = get(client, f"/api/v1/suggestions?limit=200&event={event}")["items"]
        assert f"completes~{opening}~{visit}" in [item["id"] for item in items]
    id_ = sorted(listed)[0]
    asked = get(client, f"/api/v1/suggestions?limit=200&event={id_.split('~')[1]}")["items"]
    assert [item["id"] for item in asked].count(id_) == 1


@pytest.mark.parametrize("id_", ["nothing", "likes~a~b", f"completes~{VISIT}~{CONGRESS}", "completes~a~b"])
def test_what_is_not_suggested_can_be_neither_accepted_nor_rejected(
    client: FlaskClient, write_headers: dict[str, str], id_: str
) -> None:
    refused = client.post(f"/api/v1/suggestions/{id_}/accept", headers=write_headers)
    assert (refused.status_code, refused.get_json()["type"]) == (404, "/problems/suggestion-not-found")


@pytest.mark.slow
def test_a_decision_takes_a_day_and_nothing_unknown(client: FlaskClient, write_headers: dict[str, str]) -> None:
    id_ = get(client, "/api/v1/suggestions?limit=1")["items"][0]["id"]
    for body, pointer in (({"known_on": "2027-01-01"}, "/known_on"), ({"sure": True}, "/sure"), ({"why": ""}, "/why")):
        refused = client.post(f"/api/v1/suggestions/{id_}/accept", json=body, headers=write_headers)
        assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, pointer)
    made = client.post(f"/api/v1/suggestions/{id_}/accept", json={"known_on": "2026-11-20"}, headers=write_headers)
    assert made.get_json()["known_on"] == "2026-11-20"


@pytest.mark.slow
def test_suggestions_come_best_first_in_pages_and_above_the_score_asked_for(client: FlaskClient) -> None:
    every = get(client, "/api/v1/suggestions?limit=200")["items"]
    scores = [item["score"] for item in every]
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= 0.6
    first = get(client, "/api/v1/suggestions?limit=5")
    second = get(client, first["next"])
    assert [item["id"] for item in first["items"] + second["items"]] == [item["id"] for item in every[:10]]
    assert len(get(client, "/api/v1/suggestions?min_score=0.9&limit=200")["items"]) < len(every)
    for query, pointer in (("min_score=2", "?min_score"), ("min_score=nan", "?min_score"), ("rel=x", "?rel")):
        assert client.get(f"/api/v1/suggestions?{query}").get_json()["errors"][0]["pointer"] == pointer


@pytest.mark.slow
def test_nothing_recorded_later_changes_what_was_suggested(client: FlaskClient, write_headers: dict[str, str]) -> None:
    addresses = [
        "/api/v1/suggestions?limit=200&min_score=0.3&as_known_on=2025-12-10",
        f"/api/v1/suggestions?event={PLENARY}&min_score=0&as_known_on=2025-12-10",
        f"/api/v1/events/{PLENARY}/chain?hops=6&as_known_on=2025-12-10",
        "/api/v1/links?limit=200&as_known_on=2025-12-10",
    ]

    def answers() -> list[tuple[bytes, str | None]]:
        return [(each.data, each.headers.get("ETag")) for each in map(client.get, addresses)]

    before = answers()
    event = {
        "calendar": "dprk",
        "kind": "ceremony",
        "title": "Kim Jong Un visits the factories in Sinyang County again",
        "when": "2025-12-09",
        "status": "held",
        "known_on": "2025-12-11",
        "place": {"county": "Sinyang", "province": "South Pyongan"},
        "programme": "20x10",
    }
    made = client.post("/api/v1/events", json=event, headers=write_headers)
    assert made.status_code == 201
    later = {"rel": "follows_up", "from": made.get_json()["id"], "to": VISIT, "known_on": "2025-12-11"}
    assert draw(client, write_headers, **later).status_code == 201
    assert answers() == before


def test_most_links_that_a_rule_can_see_would_be_suggested_were_they_left_out(store: Store) -> None:
    with store.reading() as conn:
        rows = {row.rel: row for row in suggesting.measured(standpoint(conn, store.clock), "dprk")}
    for rel, recall, precision in (
        ("announces", 0.9, 0.8),
        ("completes", 0.9, 0.8),
        ("part_of", 0.9, 0.9),
        ("follows_up", 0.5, 0.6),
        ("all", 0.7, 0.8),
    ):
        assert (rows[rel].recall or 0) >= recall
        assert (rows[rel].precision or 0) >= precision
    assert rows["all"].links == 314


@pytest.mark.slow
def test_leaving_links_out_one_by_one_measures_the_same(
    client: FlaskClient, store: Store, write_headers: dict[str, str]
) -> None:
    sample = get(client, "/api/v1/links?limit=200&rel=completes,part_of")["items"][::12]
    with store.reading() as conn:
        rows = {row.rel: row for row in suggesting.measured(standpoint(conn, store.clock), "dprk")}
    found = 0
    for each in sample:
        key = each["rel"], each["from"]["id"], each["to"]["id"]
        retracted(client, write_headers, *key)
        items = get(client, f"/api/v1/suggestions?event={key[1]}&rel={key[0]}&limit=200")["items"]
        found += "~".join(key) in [item["id"] for item in items]
    with store.reading() as conn:
        less = {row.rel: row for row in suggesting.measured(standpoint(conn, store.clock), "dprk")}
    assert found == sum(rows[rel].both - less[rel].both for rel in ("completes", "part_of"))
    assert found > len(sample) / 2
