"""PUT of events and links: the answer is about this amendment, and If-Match says which state was seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service import linking, recording
from service.store import tokens
from service.store.database import Store
from tests.apps import client_over
from tests.builders import a_store, tell

DRAFT: dict[str, Any] = {
    "calendar": "demo",
    "kind": "visit",
    "title": "A visit",
    "when": "2026-05-02",
    "status": "held",
    "known_on": "2026-05-03",
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = a_store(tmp_path / "var/leadup.sqlite3", date(2026, 11, 24))
    for id_ in ("event001", "event002"):
        tell(store, id_, "2026-05-02", "2026-05-01")
    return store


@pytest.fixture
def client(store: Store) -> FlaskClient:
    return client_over(store)


@pytest.fixture
def alice(store: Store) -> dict[str, str]:
    with store.transaction("test") as tx:
        return {"Authorization": f"Bearer {tokens.create(tx, 'alice', 'write')}"}


def outrun(monkeypatch: pytest.MonkeyPatch, module: Any, verb: str, then: Callable[[], None]) -> None:
    """Let somebody else do something right after the verb's next transaction, before its door goes on."""
    real = getattr(module, verb)

    def outrun_once(*args: Any, **options: Any) -> None:
        monkeypatch.setattr(module, verb, real)
        real(*args, **options)
        then()

    monkeypatch.setattr(module, verb, outrun_once)


def test_the_answer_to_an_amended_event_is_about_this_amendment(
    store: Store, client: FlaskClient, alice: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = client.get("/api/v1/events/event001").headers["ETag"]
    outrun(monkeypatch, recording, "amend", lambda: tell(store, "event001", "2026-05-02", "2026-05-04", title="Theirs"))
    answer = client.put("/api/v1/events/event001", json={**DRAFT, "title": "Mine"}, headers={**alice, "If-Match": tag})
    shown = answer.get_json()
    assert (answer.status_code, shown["title"], shown["sequence"], shown["recorded_by"]) == (200, "Mine", 1, "alice")
    assert answer.headers["ETag"].startswith('"1-1.')
    mine = {**alice, "If-Match": answer.headers["ETag"]}
    stale = client.put("/api/v1/events/event001", json={**DRAFT, "known_on": "2026-05-05"}, headers=mine)
    assert stale.status_code == 412


def test_the_answer_to_an_amended_link_is_about_this_amendment(
    client: FlaskClient, alice: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"rel": "follows_up", "from": "event001", "to": "event002", "known_on": "2026-05-04"}
    made = client.post("/api/v1/links", json=body, headers=alice)
    address = made.headers["Location"]

    def theirs() -> None:
        newest = {**alice, "If-Match": client.get(address).headers["ETag"]}
        assert client.put(address, json={**body, "state": "rejected"}, headers=newest).status_code == 200

    outrun(monkeypatch, linking, "amend_link", theirs)
    first = {**alice, "If-Match": made.headers["ETag"]}
    answer = client.put(address, json={**body, "evidence": "Mine"}, headers=first)
    shown = answer.get_json()
    assert (answer.status_code, shown["state"], shown["evidence"], shown["sequence"]) == (200, "asserted", "Mine", 1)
    assert answer.headers["ETag"].startswith('"1-1.')


@pytest.mark.parametrize(
    "tag", ['"' + "9" * 5000 + '-1"', '"٣-٣"', '"99999999999999999999-0"', '"of another"', "0-0", ""]
)
def test_a_tag_that_is_none_of_ours_is_stale(client: FlaskClient, alice: dict[str, str], tag: str) -> None:
    header = {"HTTP_IF_MATCH": tag.encode().decode("latin-1")}
    stale = client.put("/api/v1/events/event001", json=DRAFT, headers=alice, environ_overrides=header)
    assert (stale.status_code, "none of ours" in stale.get_json()["detail"]) == (412, True)


def test_an_amendment_must_name_the_state_it_saw(client: FlaskClient, alice: dict[str, str]) -> None:
    for tag in ("*", " * "):
        told = client.put("/api/v1/events/event001", json=DRAFT, headers={**alice, "If-Match": tag})
        assert (told.status_code, told.get_json()["type"]) == (428, "/problems/sequence-expected")
        assert "names no state" in told.get_json()["detail"]
