"""/api/v1/feeds: queries saved under a name, published as feeds."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.store import feedbytes, tokens
from service.store.database import Store
from service.store.registers import plain
from service.store.revisions import Assertion, append
from tests.apps import client_over
from tests.builders import a_calendar, a_store, tell

VISITS = {"title": "Visits, this year", "query": "kind=visit&from=2026-01-01"}


def a_house(home: Path) -> tuple[Store, FlaskClient]:
    """A store with two calendars, a plenary and a visit; a client of the app over it."""
    store = a_store(home / "var/leadup.sqlite3", date(2026, 11, 24), a_calendar(), a_calendar(slug="other"))
    tell(store, "plenary1", "2026-05-01", "2026-04-01")
    tell(store, "visit001", "2026-05-09", "2026-04-01", kind="visit", title="A visit")
    with store.transaction("test") as tx:
        feedbytes.refresh_all(tx.conn)
    return store, client_over(store)


@pytest.fixture
def house(tmp_path: Path) -> tuple[Store, FlaskClient]:
    return a_house(tmp_path)


@pytest.fixture
def store(house: tuple[Store, FlaskClient]) -> Store:
    return house[0]


@pytest.fixture
def client(house: tuple[Store, FlaskClient]) -> FlaskClient:
    return house[1]


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> tuple[FlaskClient, dict[str, str]]:
    """A client and the headers of who may write, for what is refused and writes nothing."""
    store, client = a_house(tmp_path_factory.mktemp("refusing"))
    return client, holding(store, "alice")


def holding(store: Store, name: str, scope: str = "write", **limits: Any) -> dict[str, str]:
    with store.transaction("test") as tx:
        return {"Authorization": f"Bearer {tokens.create(tx, name, scope, **limits)}"}


@pytest.fixture
def alice(store: Store) -> dict[str, str]:
    return holding(store, "alice")


def test_a_saved_query_is_published_as_a_feed(client: FlaskClient, alice: dict[str, str]) -> None:
    made = client.post("/api/v1/feeds", json=VISITS, headers=alice)
    assert made.status_code == 201
    assert made.headers["Location"] == "/api/v1/feeds/visits-this-year"
    feed = made.get_json()
    assert (feed["owner"], feed["query"], feed["built_in"]) == ("alice", VISITS["query"], False)
    assert feed["url"] == "http://127.0.0.1:8000/feeds/visits-this-year.ics"
    published = client.get("/feeds/visits-this-year.ics").get_data(as_text=True)
    assert "UID:visit001" in published
    assert "UID:plenary1" not in published
    assert "X-WR-CALNAME:Visits\\, this year" in published
    assert client.get(made.headers["Location"]).headers["ETag"] == made.headers["ETag"]


def test_the_list_holds_what_is_built_in_and_what_was_saved(client: FlaskClient, alice: dict[str, str]) -> None:
    client.post("/api/v1/feeds", json=VISITS, headers=alice)
    answer = client.get("/api/v1/feeds").get_json()
    assert set(answer) >= {"items", "next", "as_known_on", "through"}
    found = {each["slug"]: each for each in answer["items"]}
    assert list(found) == [
        "demo",
        "demo-key-meetings",
        "key-meetings",
        "other",
        "other-key-meetings",
        "visits-this-year",
    ]
    assert (found["demo"]["query"], found["demo"]["owner"]) == ("calendar=demo", None)
    assert found["demo"]["url"].endswith("/calendars/demo.ics")
    assert found["key-meetings"]["query"] == "kind=plenary"
    for each in found.values():
        assert client.get(each["url"]).status_code == 200
        assert client.get(f"/api/v1/events?{each['query']}").status_code == 200
    assert len(client.get(client.get("/api/v1/feeds?limit=4").get_json()["next"]).get_json()["items"]) == 2


def test_changing_needs_the_tag_and_refuses_a_stale_one(client: FlaskClient, alice: dict[str, str]) -> None:
    made = client.post("/api/v1/feeds", json=VISITS, headers=alice)
    address, tag = made.headers["Location"], made.headers["ETag"]
    other = {**VISITS, "query": "kind=plenary"}
    assert client.put(address, json=other, headers=alice).status_code == 428
    done = client.put(address, json=other, headers={**alice, "If-Match": tag})
    assert (done.status_code, done.get_json()["query"]) == (200, "kind=plenary")
    stale = client.put(address, json=VISITS, headers={**alice, "If-Match": tag})
    assert (stale.status_code, stale.get_json()["type"]) == (412, "/problems/stale-revision")
    assert stale.get_json()["current"] in done.headers["ETag"]
    assert client.delete(address, headers=alice).status_code == 428
    assert client.delete(address, headers={**alice, "If-Match": tag}).status_code == 412
    weak = {**alice, "If-Match": f"W/{done.headers['ETag']}"}
    assert client.delete(address, headers=weak).status_code == 204
    assert client.get(address).status_code == client.get("/feeds/visits-this-year.ics").status_code == 404


def test_only_who_saved_it_or_an_administrator_changes_it(
    client: FlaskClient, alice: dict[str, str], store: Store
) -> None:
    made = client.post("/api/v1/feeds", json=VISITS, headers=alice)
    address, tag = made.headers["Location"], {"If-Match": made.headers["ETag"]}
    bob, root = holding(store, "bob"), holding(store, "root", "admin")
    assert client.put(address, json=VISITS, headers={**bob, **tag}).status_code == 403
    assert client.delete(address, headers={**bob, **tag}).status_code == 403
    assert client.delete(address, headers={**root, **tag}).status_code == 204


def test_what_is_built_in_stays(client: FlaskClient, alice: dict[str, str]) -> None:
    tag = client.get("/api/v1/feeds/key-meetings").headers["ETag"]
    headers = {**alice, "If-Match": tag}
    assert client.put("/api/v1/feeds/key-meetings", json=VISITS, headers=headers).status_code == 404
    assert client.delete("/api/v1/feeds/demo", headers=headers).status_code == 404
    for slug in ("key-meetings", "demo"):
        taken = client.post("/api/v1/feeds", json={**VISITS, "slug": slug}, headers=alice)
        assert (taken.status_code, taken.get_json()["type"]) == (409, "/problems/feed-exists")


def test_a_saved_query_keeps_its_slug_where_a_calendar_comes_later(
    client: FlaskClient, alice: dict[str, str], store: Store
) -> None:
    made = client.post("/api/v1/feeds", json={**VISITS, "slug": "later"}, headers=alice)
    with store.transaction("test") as tx:
        state = plain(a_calendar(slug="later", name="Later"))
        append(tx, Assertion("calendar", "calendar/later", "later", date(2025, 1, 1), state))
    tell(store, "later001", "2026-05-01", "2026-04-01", calendar="later")
    with store.transaction("test") as tx:
        feedbytes.refresh_all(tx.conn)
    assert "UID:visit001" in client.get("/feeds/later.ics").get_data(as_text=True)
    assert "UID:later001" in client.get("/calendars/later.ics").get_data(as_text=True)
    listed = client.get("/api/v1/feeds").get_json()["items"]
    assert [each["title"] for each in listed if each["slug"] == "later"] == [VISITS["title"]]
    one = client.get("/api/v1/feeds/later")
    assert (one.get_json(), one.headers["ETag"]) == (made.get_json(), made.headers["ETag"])
    dropped = client.delete("/api/v1/feeds/later", headers={**alice, "If-Match": one.headers["ETag"]})
    assert dropped.status_code == 204
    assert client.get("/api/v1/feeds/later").get_json()["built_in"] is True


def test_a_token_limited_to_calendars_saves_only_what_names_them(client: FlaskClient, store: Store) -> None:
    limited = holding(store, "dora", calendars=("demo",))
    assert client.post("/api/v1/feeds", json=VISITS, headers=limited).status_code == 403
    named = {**VISITS, "query": "kind=visit&calendar=demo"}
    assert client.post("/api/v1/feeds", json=named, headers=limited).status_code == 201


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"query": "kid=plenary"}, "/query"),
        ({"query": "kind=picnic"}, "/query"),
        ({"query": "kind=visit&kind=plenary"}, "/query"),
        ({"query": "from=2026-02-01&to=2026-01-01"}, "/query"),
        ({"query": "kind=visit&as_known_on=2026-01-01"}, "/query"),
        ({"query": "kind=visit&limit=5"}, "/query"),
        ({"query": "everything"}, "/query"),
        ({"query": ""}, "/query"),
        ({"title": "김정은"}, "/slug"),
        ({"slug": "Not A Slug"}, "/slug"),
        ({"slug": "x" * 61}, "/slug"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_bad_queries_are_refused_when_saved(
    refusing: tuple[FlaskClient, dict[str, str]], change: dict[str, Any], pointer: str
) -> None:
    client, alice = refusing
    refused = client.post("/api/v1/feeds", json={**VISITS, **change}, headers=alice)
    assert refused.status_code == 422, refused.get_data(as_text=True)
    assert {each["pointer"] for each in refused.get_json()["errors"]} == {pointer}


def test_saving_is_done_once_for_a_key(client: FlaskClient, alice: dict[str, str]) -> None:
    keyed = {**alice, "Idempotency-Key": "k"}
    first, again = (client.post("/api/v1/feeds", json=VISITS, headers=keyed) for _ in range(2))
    assert (first.status_code, first.data) == (again.status_code, again.data) == (201, first.data)
    assert client.post("/api/v1/feeds", json=VISITS, headers=alice).status_code == 409
