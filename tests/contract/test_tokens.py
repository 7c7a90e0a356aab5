"""Tokens over HTTP: what each may do, where, until when; and that refusals tell nothing."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from schemas.vocabulary import Kind
from service.store import tokens
from service.store.database import Store
from service.store.registers import plain
from service.store.revisions import Assertion, append
from tests.apps import client_over
from tests.builders import a_calendar, a_store, tell

pytestmark = pytest.mark.slow

DRAFT: dict[str, Any] = {
    "calendar": "demo",
    "kind": "visit",
    "title": "A visit",
    "when": "2026-05-02",
    "status": "held",
    "known_on": "2026-05-03",
}


@pytest.fixture
def two(tmp_path: Path) -> Store:
    """A store with the calendars `demo` and `other`, a plenary in each."""
    store = a_store(tmp_path / "var/leadup.sqlite3", date(2026, 11, 24), a_calendar(), a_calendar(slug="other"))
    tell(store, "ours0001", "2026-05-01", "2026-04-01")
    tell(store, "other001", "2026-05-09", "2026-04-01", calendar="other", title="Secret elsewhere")
    return store


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> tuple[FlaskClient, dict[str, str], dict[str, str]]:
    """A client, and the headers of who may write and of an administrator, for what changes no other test."""
    store = a_store(tmp_path_factory.mktemp("asking") / "var/leadup.sqlite3", date(2026, 11, 24))
    return client_of(store), headers(store), headers(store, "root", "admin")


def client_of(store: Store, **environ: str) -> FlaskClient:
    return client_over(store, **environ)


def headers(store: Store, name: str = "alice", scope: str = "write", **limits: Any) -> dict[str, str]:
    with store.transaction("test") as tx:
        return {"Authorization": f"Bearer {tokens.create(tx, name, scope, **limits)}"}


@pytest.mark.parametrize("name", ["pack", "leadup", "clock", "import", "Pack"])
def test_no_token_signs_with_a_name_that_leadup_signs_with(
    asking: tuple[FlaskClient, dict[str, str], dict[str, str]], name: str
) -> None:
    client, _, root = asking
    refused = client.post("/api/v1/tokens", json={"name": name, "scope": "write"}, headers=root)
    assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, "/name")
    assert refused.get_json()["detail"] == (
        "Leadup itself signs the record with clock, import, leadup, pack: choose another name."
    )


def test_a_token_limited_to_a_calendar_writes_only_there(two: Store) -> None:
    client, limited = client_of(two), headers(two, calendars=("demo",))
    assert client.post("/api/v1/events", json=DRAFT, headers=limited).status_code == 201
    refused = client.post("/api/v1/events", json={**DRAFT, "calendar": "other"}, headers=limited)
    assert (refused.status_code, refused.get_json()["type"]) == (403, "/problems/scope-missing")
    assert refused.get_json()["detail"] == "The token alice may write only in demo, not in other."
    tag = client.get("/api/v1/events/other001").headers["ETag"]
    amended = {**DRAFT, "kind": "plenary", "calendar": "other"}
    put = client.put("/api/v1/events/other001", json=amended, headers={**limited, "If-Match": tag})
    assert put.status_code == 403


def test_a_link_needs_the_calendars_of_both_its_ends(two: Store) -> None:
    client, limited = client_of(two), headers(two, calendars=("demo",))
    body = {"rel": "same_programme", "from": "ours0001", "to": "other001", "known_on": "2026-05-01"}
    assert client.post("/api/v1/links", json=body, headers=limited).status_code == 403
    made = client.post("/api/v1/links", json=body, headers=headers(two, "bob", calendars=("demo", "other")))
    assert made.status_code == 201
    change = {**body, "state": "rejected"}
    asked = {**limited, "If-Match": made.headers["ETag"]}
    assert client.put(made.headers["Location"], json=change, headers=asked).status_code == 403


def test_where_reading_is_closed_a_limited_token_reads_its_calendar_alone(two: Store) -> None:
    body = {"rel": "same_programme", "from": "ours0001", "to": "other001", "known_on": "2026-05-01"}
    made = client_of(two).post("/api/v1/links", json=body, headers=headers(two, "bob")).headers["Location"]
    client, limited = client_of(two, LEADUP_READ="token"), headers(two, calendars=("demo",))

    def status(address: str) -> int:
        response = client.get(address, headers=limited)
        assert "Secret elsewhere" not in response.get_data(as_text=True)
        return response.status_code

    for address in (
        "/api/v1/events?calendar=demo&expand=links",
        "/api/v1/events/ours0001",
        "/api/v1/events/ours0001/revisions",
        "/api/v1/events/ours0001/chain",
        "/api/v1/links?calendar=demo",
        "/api/v1/links?event=ours0001",
        "/api/v1/suggestions?calendar=demo&min_score=0",
        "/api/v1/suggestions?event=ours0001&min_score=0",
        "/events/ours0001",
        "/events/ours0001.ics",
        "/calendars/demo.ics",
        "/api/v1/changes?calendar=demo",
    ):
        assert status(address) == 200, address
    for address in (
        "/api/v1/events",
        "/api/v1/events?calendar=demo,other",
        "/api/v1/events/other001",
        "/api/v1/events/other001/chain",
        "/api/v1/links",
        "/api/v1/links?event=other001&calendar=demo",
        "/api/v1/suggestions",
        "/api/v1/suggestions?event=other001",
        f"{made}/revisions",
        "/api/v1/events/nothing1",
        "/events/other001",
        "/calendars/other.ics",
        "/feeds/key-meetings.ics",
        "/api/v1/changes",
        "/api/v1/calendars",
        made,
        "/",
    ):
        assert status(address) == 403, address
    assert client.get("/api/v1/events", headers=headers(two, "carol", "read")).status_code == 200
    created = client.post("/api/v1/events", json=DRAFT, headers=limited)
    assert created.status_code == 201
    mended = {**limited, "If-Match": created.headers["ETag"]}
    assert client.put(created.headers["Location"], json=DRAFT, headers=mended).status_code == 200


def test_where_reading_is_closed_the_log_tells_a_limited_token_of_no_link_beyond(two: Store) -> None:
    body = {"rel": "same_programme", "from": "ours0001", "to": "other001", "known_on": "2026-05-01"}
    client_of(two).post("/api/v1/links", json={**body, "evidence": "Secret evidence"}, headers=headers(two, "bob"))
    client = client_of(two, LEADUP_READ="token")
    for name, calendars, told in (("carol", ("demo",), False), ("dora", ("demo", "other"), True), ("eve", (), True)):
        reader = headers(two, name, "read", calendars=calendars)
        for address in ("/api/v1/changes?calendar=demo", "/api/v1/changes.jsonl?calendar=demo"):
            answer = client.get(address, headers=reader)
            assert answer.status_code == 200
            assert ("Secret evidence" in answer.get_data(as_text=True)) is told, (name, address)
            assert ("other001" in answer.get_data(as_text=True)) is told, (name, address)
        page = client.get("/api/v1/changes?calendar=demo", headers=reader).get_json()
        assert page["last"] == page["through"] == 5


def test_where_reading_is_closed_the_tag_of_an_export_is_of_what_its_reader_may_see(two: Store) -> None:
    body = {"rel": "same_programme", "from": "ours0001", "to": "other001", "known_on": "2026-05-01"}
    client_of(two).post("/api/v1/links", json=body, headers=headers(two, "bob"))
    client = client_of(two, LEADUP_READ="token")
    limited, other = headers(two, "carol", "read", calendars=("demo",)), headers(two, "dora", "read")
    for address in (
        "/api/v1/events.jsonl?calendar=demo&expand=links",
        "/api/v1/events.jsonl?calendar=demo&expand=links&as_known_on=2026-06-01",
        "/api/v1/changes.jsonl?calendar=demo&as_known_on=2026-06-01",
    ):
        seen, whole = (client.get(address, headers=each) for each in (limited, other))
        assert seen.data != whole.data
        assert seen.headers["ETag"] != whole.headers["ETag"]
        again = client.get(address, headers={**other, "If-None-Match": seen.headers["ETag"]})
        assert (again.status_code, again.data) == (200, whole.data)


def test_where_reading_is_closed_a_limited_token_is_told_of_no_other_calendar(two: Store) -> None:
    client, limited = client_of(two, LEADUP_READ="token"), headers(two, calendars=("demo",))
    with two.transaction("test") as tx:
        kinds = (Kind("opera", "other", "Opera", "Operas"),)
        state = plain(a_calendar(slug="other", name="Other", kinds=kinds))
        append(tx, Assertion("calendar", "calendar/other", "other", date(2025, 1, 2), state))
    for address in (
        "/api/v1/events?calendar=demo&kind=unheard-of",
        "/api/v1/events?calendar=unheard-of&limit=0",
        "/api/v1/events?kind=unheard-of&limit=0",
        "/api/v1/leadups?calendar=demo&anchors=unheard-of&activity=visit",
        "/api/v1/leadups?calendar=unheard-of&anchors=plenary",
    ):
        answer = client.get(address, headers=limited)
        told = answer.get_data(as_text=True)
        assert (answer.status_code, "opera" in told, "demo, other" in told) == (422, False, False), told
    unheard, elsewhere = (
        client.get(f"/api/v1/events?calendar=demo&kind={kind}", headers=limited).get_data(as_text=True)
        for kind in ("unheard-of", "opera")
    )
    assert elsewhere == unheard.replace("unheard-of", "opera")
    draft = client.post("/api/v1/events", json={**DRAFT, "calendar": "unheard-of", "title": 5}, headers=limited)
    assert (draft.status_code, '"other"' in draft.get_data(as_text=True)) == (422, False)
    listed = client.get("/api/v1/calendars?calendar=demo", headers=limited)
    assert [each["slug"] for each in listed.get_json()["items"]] == ["demo"]


def test_where_reading_is_closed_nobody_is_told_of_calendars_before_being_admitted(two: Store) -> None:
    client = client_of(two, LEADUP_READ="token")
    for address in ("/api/v1/events?calendar=nix&limit=0", "/api/v1/suggestions?calendar=nix&limit=0"):
        told = client.get(address)
        assert (told.status_code, "demo" in told.get_data(as_text=True)) == (422, False)
        told = client.get(address, headers=headers(two, f"a{len(address)}", "read"))
        assert (told.status_code, "demo" in told.get_data(as_text=True)) == (422, True)
    assert client_of(two).get("/api/v1/events?calendar=nix&limit=0").status_code == 422


def test_a_list_of_calendars_is_of_those_asked_for(two: Store) -> None:
    listed = client_of(two).get("/api/v1/calendars?calendar=other").get_json()["items"]
    assert [each["slug"] for each in listed] == ["other"]
    assert client_of(two).get("/api/v1/calendars?calendar=nix").status_code == 422


def test_unknown_revoked_and_expired_tokens_are_refused_in_the_same_words(two: Store) -> None:
    client = client_of(two)
    revoked, expired = headers(two, "bob"), headers(two, "carol", expires=date(2999, 1, 1))
    assert client.post("/api/v1/events", json=DRAFT, headers=expired).status_code == 201
    with two.transaction("test") as tx:
        tokens.revoke(tx, "bob")
        tx.conn.execute("UPDATE token SET expires_at = '2026-01-01T00:00:00Z' WHERE name = 'carol'")
    unknown = {"Authorization": "Bearer leadup_nobody"}
    found = [client.post("/api/v1/events", json=DRAFT, headers=each) for each in (revoked, expired, unknown, {})]
    assert {each.status_code for each in found} == {401}
    assert len({(each.data, each.headers["WWW-Authenticate"]) for each in found}) == 1


@pytest.mark.parametrize(
    ("template", "status"),
    [
        ("Bearer {}", 201),
        ("bearer {}", 201),
        ("BEARER   {}  ", 201),
        ("Bearer", 401),
        ("Bearer ", 401),
        ("{}", 401),
        ("Basic {}", 401),
        ("Token {}", 401),
        ("Bearer {} x", 401),
        ("Bearer {0}, Bearer {0}", 401),
        ("Bearer\t{}", 401),
        ('Bearer "{}"', 401),
        ("Bearer 김정은", 401),
        ("Bearer \xff\xfe", 401),
        ("Bearer " + "x" * 5000, 401),
    ],
)
def test_odd_authorization_headers_are_read_or_refused(
    asking: tuple[FlaskClient, dict[str, str], dict[str, str]], template: str, status: int
) -> None:
    client, alice, _ = asking
    secret = alice["Authorization"].split()[1]
    text = template.format(secret).encode().decode("latin-1")
    response = client.post("/api/v1/events", json=DRAFT, environ_overrides={"HTTP_AUTHORIZATION": text})
    assert response.status_code == status


def test_the_last_use_is_noted_at_most_once_a_minute(two: Store) -> None:
    client, asked = client_of(two), headers(two)

    def last_used() -> str | None:
        with two.reading() as conn:
            return tokens.one(conn, "alice").last_used_at

    assert last_used() is None
    client.post("/api/v1/events", json={}, headers=asked)
    first = last_used()
    assert first
    for used, noted in (("2026-01-01T00:00:00Z", False), (first, True)):
        with two.transaction("test") as tx:
            tx.conn.execute("UPDATE token SET last_used_at = ?", (used,))
        client.post("/api/v1/events", json={}, headers=asked)
        assert (last_used() == used) is noted


@pytest.mark.parametrize("address", ["/api/v1/kinds", "/calendars/demo.ics", "/events/ours0001", "/api/v1/events.csv"])
def test_where_reading_is_open_a_token_is_noted_and_limits_nothing(two: Store, address: str) -> None:
    client, asked = client_of(two), headers(two, scope="read", calendars=("other",))
    assert client.get(address, headers=asked).data == client.get(address).data
    with two.reading() as conn:
        assert tokens.one(conn, "alice").last_used_at
    with two.transaction("test") as tx:
        tokens.revoke(tx, "alice")
    assert client.get(address, headers=asked).status_code == 401
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("reading", ["token", "open"])
def test_reading_with_a_token_waits_for_no_writer(two: Store, reading: str) -> None:
    client, asked = client_of(two, LEADUP_READ=reading), headers(two, scope="read")
    with two.transaction("test"):
        begun = time.monotonic()
        assert client.get("/api/v1/kinds", headers=asked).status_code == 200
        assert time.monotonic() - begun < 10
    with two.reading() as conn:
        assert tokens.one(conn, "alice").last_used_at is None


def test_tokens_are_made_listed_and_revoked_by_an_administrator(two: Store) -> None:
    client, admin = client_of(two), headers(two, "root", "admin")
    body = {"name": "dora", "scope": "write", "calendars": ["demo"], "expires": "2999-01-01"}
    assert client.post("/api/v1/tokens", json=body, headers=headers(two)).status_code == 403
    made = client.post("/api/v1/tokens", json=body, headers=admin)
    assert (made.status_code, made.headers["Cache-Control"]) == (201, "no-store")
    secret = made.get_json()["token"]
    assert client.post("/api/v1/tokens", json=body, headers=admin).status_code == 409
    listed = client.get("/api/v1/tokens", headers=admin)
    dora = {each["name"]: each for each in listed.get_json()["items"]}["dora"]
    assert (dora["calendars"], dora["expires_at"], dora["created_by"], dora["standing"]) == (
        ["demo"],
        "2999-01-01T00:00:00Z",
        "root",
        "in force",
    )
    assert secret not in listed.get_data(as_text=True)
    assert secret.encode() not in two.path.read_bytes()
    address = "/api/v1/tokens/dora"
    assert client.delete(address, headers=admin).status_code == 428
    assert client.delete(address, headers={**admin, "If-Match": '"0123456789abcdef"'}).status_code == 412
    asked = {**admin, "If-Match": made.headers["ETag"]}
    client.get("/api/v1/kinds", headers={"Authorization": f"Bearer {secret}"})
    assert client.delete(address, headers=asked).status_code == 204
    assert client.delete(address, headers=asked).status_code == 404
    assert client.get("/api/v1/tokens/dora", headers=admin).get_json()["standing"] == "revoked"
    used = client.post("/api/v1/events", json=DRAFT, headers={"Authorization": f"Bearer {secret}"})
    assert used.status_code == 401


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"scope": "god"}, "/scope"),
        ({"calendars": ["atlantis"]}, "/calendars"),
        ({"scope": "admin", "calendars": ["demo"]}, "/calendars"),
        ({"expires": "2020-01-01"}, "/expires"),
        ({"name": ""}, "/name"),
        ({"name": "a/b"}, "/name"),
    ],
)
def test_bad_tokens_are_refused_with_the_place(
    asking: tuple[FlaskClient, dict[str, str], dict[str, str]], change: dict[str, Any], pointer: str
) -> None:
    client, _, root = asking
    body = {"name": "dora", "scope": "write", **change}
    refused = client.post("/api/v1/tokens", json=body, headers=root)
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.get_json()["errors"]] == [pointer]
