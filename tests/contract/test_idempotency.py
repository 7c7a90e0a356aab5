"""`Idempotency-Key`: the same request gets the same answer, and is carried out once."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service import recording
from service.store import idempotency, tokens
from service.store.database import Store, Transaction
from tests.apps import client_over
from tests.builders import a_store

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
    return a_store(tmp_path / "var/leadup.sqlite3", date(2026, 11, 24))


@pytest.fixture
def app(store: Store) -> Flask:
    return client_over(store).application


@pytest.fixture
def alice(store: Store) -> dict[str, str]:
    with store.transaction("test") as tx:
        return {"Authorization": f"Bearer {tokens.create(tx, 'alice', 'write')}"}


def post(app: Flask, asked: dict[str, str], key: str, path: str = "/api/v1/events", **changes: Any) -> TestResponse:
    body = changes.pop("body", {**DRAFT, **changes})
    return app.test_client().post(path, json=body, headers={**asked, "Idempotency-Key": key})


def recorded(store: Store) -> int:
    with store.reading() as conn:
        return int(conn.execute("SELECT COUNT(*) FROM change WHERE sort IN ('event', 'link')").fetchone()[0])


def whole(response: TestResponse) -> tuple[int, bytes, list[tuple[str, str]]]:
    return response.status_code, response.data, sorted(response.headers)


def test_the_same_request_gets_the_same_answer_and_is_carried_out_once(
    app: Flask, alice: dict[str, str], store: Store
) -> None:
    first, again, quoted = (post(app, alice, key) for key in ("k-1", "k-1", '"k-1"'))
    assert first.status_code == 201
    assert whole(first) == whole(again) == whole(quoted)
    assert recorded(store) == 1
    assert post(app, alice, "k-2").get_json()["id"] != first.get_json()["id"]


def test_links_are_made_once_too(app: Flask, alice: dict[str, str], store: Store) -> None:
    one, other = (post(app, alice, key).get_json()["id"] for key in ("a", "b"))
    body = {"rel": "follows_up", "from": one, "to": other, "known_on": "2026-05-04"}
    first, again = (post(app, alice, "a", "/api/v1/links", body=body) for _ in range(2))
    assert first.status_code == 201
    assert whole(first) == whole(again)
    assert recorded(store) == 3


def test_another_request_with_the_key_is_refused(app: Flask, alice: dict[str, str], store: Store) -> None:
    post(app, alice, "k-1")
    refused = post(app, alice, "k-1", title="Another visit")
    assert (refused.status_code, refused.get_json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert recorded(store) == 1


def test_a_key_belongs_to_its_token(app: Flask, alice: dict[str, str], store: Store) -> None:
    with store.transaction("test") as tx:
        bob = {"Authorization": f"Bearer {tokens.create(tx, 'bob', 'write')}"}
    assert post(app, alice, "k").get_json()["recorded_by"] == "alice"
    assert post(app, bob, "k").get_json()["recorded_by"] == "bob"
    assert post(app, {}, "k").status_code == 401


def test_a_refusal_is_not_kept_so_that_a_mended_request_may_bear_its_key(
    app: Flask, alice: dict[str, str], store: Store
) -> None:
    assert post(app, alice, "k", kind="picnic").status_code == 422
    assert post(app, alice, "k").status_code == 201
    assert recorded(store) == 1


def test_a_key_that_is_none_is_refused(app: Flask, alice: dict[str, str]) -> None:
    for key in ("", " ", "two words", "x" * 201, "schlüssel"):
        assert post(app, alice, key).status_code == 400, key


def test_a_key_is_forgotten_after_a_day(app: Flask, alice: dict[str, str], store: Store) -> None:
    post(app, alice, "k")
    old = (datetime.now(UTC) - timedelta(hours=24, seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with store.transaction("test") as tx:
        tx.conn.execute("UPDATE idempotency SET kept_at = ?", (old,))
    assert post(app, alice, "k", title="Another visit").status_code == 201
    with store.reading() as conn:
        assert conn.execute("SELECT COUNT(*) FROM idempotency").fetchone()[0] == 1


def test_of_the_same_request_sent_many_times_at_once_one_is_carried_out(
    app: Flask, alice: dict[str, str], store: Store
) -> None:
    found: list[TestResponse] = []
    senders = [threading.Thread(target=lambda: found.append(post(app, alice, "k"))) for _ in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert [each.status_code for each in found] == [201] * 6
    assert len({each.data for each in found}) == 1
    assert recorded(store) == 1


def test_what_is_done_and_its_answer_are_kept_together_or_not_at_all(
    app: Flask, alice: dict[str, str], store: Store
) -> None:
    from schemas.wire.drafts import EventDraftSchema

    def seen_elsewhere() -> tuple[int, int]:
        with store.reading() as conn:
            return recorded(store), conn.execute("SELECT COUNT(*) FROM idempotency").fetchone()[0]

    def then(tx: Transaction, id_: str) -> None:
        key = idempotency.Key("alice", "/api/v1/events", "k", "digest")
        idempotency.keep(tx, key, idempotency.Answer(201, [], id_.encode()), datetime.now(UTC))
        assert seen_elsewhere() == (0, 0)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recording.record(store, EventDraftSchema().load(DRAFT), by="alice", then=then)
    assert seen_elsewhere() == (0, 0)
    assert post(app, alice, "k").status_code == 201
    assert seen_elsewhere() == (1, 1)
