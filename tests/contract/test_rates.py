"""How much one address may read and one token may write, and what pages of other origins may do."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.app import REFUSED_TOKENS_PER_MINUTE, create_app
from service.settings import read_settings
from service.store import tokens
from service.store.database import Store
from tests.builders import a_store

pytestmark = pytest.mark.slow

FAR, FARTHER = "203.0.113.5", "203.0.113.6"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path / "var/leadup.sqlite3", date(2026, 11, 24))


def client_of(store: Store, **environ: str) -> FlaskClient:
    told = {"LEADUP_HOME": str(store.path.parents[1]), "LEADUP_READS_PER_MINUTE": "3", "LEADUP_WRITES_PER_MINUTE": "2"}
    return create_app(read_settings({**told, **environ})).test_client()


def read(client: FlaskClient, address: str, path: str = "/api/v1/kinds", **headers: str) -> TestResponse:
    return client.get(path, environ_overrides={"REMOTE_ADDR": address}, headers=headers)


def write(client: FlaskClient, secret: str) -> TestResponse:
    asked: dict[str, Any] = {
        "environ_overrides": {"REMOTE_ADDR": FAR},
        "headers": {"Authorization": f"Bearer {secret}"},
    }
    return client.post("/api/v1/events", json={}, **asked)


def secret_of(store: Store, name: str) -> str:
    with store.transaction("test") as tx:
        return tokens.create(tx, name, "write")


def test_an_address_may_read_so_much_a_minute_and_is_told_when_to_come_back(store: Store) -> None:
    client = client_of(store)
    found = [read(client, FAR, path) for path in ("/api/v1/kinds", "/api/v1/nothing", "/healthz", "/api/v1/kinds")]
    assert [each.status_code for each in found] == [200, 404, 200, 429]
    assert [each.headers["RateLimit-Remaining"] for each in found] == ["2", "1", "0", "0"]
    refused = found[-1]
    assert refused.content_type == "application/problem+json"
    assert refused.get_json()["type"] == "/problems/too-many-requests"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit-Limit"] == refused.headers["X-RateLimit-Limit"] == "3"
    assert int(refused.headers["RateLimit-Reset"]) <= 60 < int(refused.headers["X-RateLimit-Reset"])
    assert "Retry-After" not in found[0].headers
    assert read(client, FARTHER).status_code == 200


def test_loopback_is_not_limited(store: Store) -> None:
    client = client_of(store)
    for address in ("127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", ""):
        found = [read(client, address) for _ in range(5)]
        assert {each.status_code for each in found} == {200}, address
        assert "RateLimit-Limit" not in found[0].headers


def test_the_addresses_of_one_ipv6_network_are_counted_together(store: Store) -> None:
    client = client_of(store)
    assert [read(client, f"2001:db8::{n}").status_code for n in range(1, 5)] == [200, 200, 200, 429]
    assert read(client, "2001:db8:0:1::1").status_code == 200


def test_a_token_may_write_so_much_a_minute_whatever_the_address(store: Store) -> None:
    client, alice, bob = client_of(store), secret_of(store, "alice"), secret_of(store, "bob")
    assert [write(client, alice).status_code for _ in range(3)] == [422, 422, 429]
    assert write(client, bob).status_code == 422
    assert read(client, FAR).status_code == 200


def test_guessing_tokens_is_limited_by_address(store: Store) -> None:
    client, alice = client_of(store), secret_of(store, "alice")
    found = [write(client, f"leadup_guess{n}").status_code for n in range(REFUSED_TOKENS_PER_MINUTE + 1)]
    assert found == [401] * REFUSED_TOKENS_PER_MINUTE + [429]
    assert write(client, alice).status_code == 429
    assert read(client, FAR).status_code == 200


@pytest.mark.parametrize("path", ["/record", "/sign-in"])
def test_guessing_tokens_by_forms_is_limited_too(store: Store, path: str) -> None:
    client = client_of(store, LEADUP_WRITES_PER_MINUTE="1000")
    asked: dict[str, Any] = {"environ_overrides": {"REMOTE_ADDR": FAR}}
    found = [
        client.post(path, data={"token": f"leadup_guess{n}"}, **asked).status_code
        for n in range(REFUSED_TOKENS_PER_MINUTE + 1)
    ]
    assert found[-1] == 429
    assert 429 not in found[:-1]
    assert write(client, "leadup_guess").status_code == 429


def test_forwarded_addresses_are_believed_only_from_proxies_that_were_named(store: Store) -> None:
    client = client_of(store)
    lies = [read(client, FAR, **{"X-Forwarded-For": f"198.51.100.{n}"}).status_code for n in range(4)]
    assert lies == [200, 200, 200, 429]
    client = client_of(store, LEADUP_TRUSTED_PROXIES="1")
    told = [read(client, "127.0.0.1", **{"X-Forwarded-For": f"127.0.0.{n}, {FAR}"}).status_code for n in range(4)]
    assert told == [200, 200, 200, 429]


def test_pages_of_other_origins_may_read_with_a_token_and_a_tag(store: Store) -> None:
    client = client_of(store)
    asked = {"Origin": "https://desk.example", "Access-Control-Request-Method": "GET"}
    preflight = client.options("/api/v1/events", headers=asked)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    allowed = preflight.headers["Access-Control-Allow-Headers"]
    assert {"Authorization", "If-None-Match"} <= set(allowed.split(", "))
    answer = client.get("/api/v1/kinds", headers={"Origin": "https://desk.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert {"ETag", "Link"} <= set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    refused = client.get("/api/v1/events?kid=1", headers={"Origin": "https://desk.example"})
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


def test_pages_of_other_origins_may_not_write(store: Store) -> None:
    asked = {"Origin": "https://desk.example", "Access-Control-Request-Method": "POST"}
    preflight = client_of(store).options("/api/v1/events", headers=asked)
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "Content-Type" not in preflight.headers["Access-Control-Allow-Headers"]
    written = client_of(store).post("/api/v1/events", json={}, headers={"Origin": "https://desk.example"})
    assert "Access-Control-Allow-Origin" not in written.headers
