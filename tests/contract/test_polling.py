"""Kept feeds go out past the app only to who asks the same of a store to which nothing was written."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import polled
from service.clock import Clock
from service.doors import settings
from service.store import feedaddresses, feedbytes, tokens
from service.store.database import Store, Watch
from tests.apps import client_over
from tests.builders import a_calendar, a_store, tell

pytestmark = pytest.mark.slow

FEED = "/calendars/demo.ics"
NEWS = "/calendars/demo.atom"


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that nothing was written to for a second: within that of a change a feed has no date and is not kept."""
    store = a_store(tmp_path_factory.mktemp("settled") / "leadup.sqlite3", date(2026, 11, 24), a_calendar())
    say(store, "Plenary")
    with store.transaction("test") as tx:
        feedbytes.adopt(tx, "http://127.0.0.1:8000")
    with store.reading() as conn:
        conn.execute("ROLLBACK")
        conn.execute("VACUUM INTO ?", (str(store.path.with_suffix(".settled")),))
    sleep(1.1)
    return store.path.with_suffix(".settled")


@pytest.fixture
def store(settled: Path, tmp_path: Path) -> Store:
    (tmp_path / "var").mkdir()
    shutil.copy(settled, tmp_path / "var/leadup.sqlite3")
    return Store(tmp_path / "var/leadup.sqlite3", Clock(date(2026, 11, 24)))


def say(store: Store, title: str) -> None:
    tell(store, "plenary1", "2026-05-01", "2026-04-01", title=title)
    with store.transaction("test") as tx:
        feedbytes.refresh_all(tx.conn)


@pytest.fixture
def reached(store: Store) -> tuple[FlaskClient, list[str]]:
    """A client, and the addresses that it asked of the app itself, in order."""
    client = client_over(store)
    app, asked = client.application, []
    inner = Flask.wsgi_app.__get__(app)

    def noting(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked.append(environ["PATH_INFO"])
        answer: Iterable[bytes] = inner(environ, start_response)
        return answer

    app.wsgi_app = noting  # type: ignore[method-assign]
    with app.app_context():
        app.wsgi_app = polled(app, settings())  # type: ignore[method-assign]
    return client, asked


@pytest.mark.parametrize("address", [FEED, NEWS, "/feeds/key-meetings.ics?alarms=7d", "/events/plenary1.ics"])
def test_what_is_asked_again_is_answered_alike_and_past_the_app(
    reached: tuple[FlaskClient, list[str]], address: str
) -> None:
    client, asked = reached
    first, again = client.get(address), client.get(address)
    assert len(asked) == 1
    assert again.data == first.data
    left_out = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Date"}
    said = [{each for each in answer.headers if each[0] not in left_out} for answer in (first, again)]
    assert said[0] == said[1]
    for headers in ({"If-None-Match": first.headers["ETag"]}, {"If-Modified-Since": first.headers["Last-Modified"]}):
        assert client.get(address, headers=headers).status_code == 304
    head = client.head(address)
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(first.data)))
    assert len(asked) == 1


def test_plain_and_gzip_are_two_answers(reached: tuple[FlaskClient, list[str]]) -> None:
    client, asked = reached
    for encoding in ("gzip", "identity"):
        answers = [client.get(FEED, headers={"Accept-Encoding": encoding}) for _ in range(2)]
        assert answers[0].data == answers[1].data
        assert answers[1].headers.get("Content-Encoding", "identity") == encoding
    assert len(asked) == 2


def test_whatever_is_written_is_seen_at_once(store: Store, reached: tuple[FlaskClient, list[str]]) -> None:
    client, asked = reached
    client.get(FEED)
    say(store, "Plenary, renamed")
    assert "Plenary\\, renamed" in client.get(FEED).get_data(as_text=True)
    assert len(asked) == 2


def test_what_is_written_while_the_app_answers_is_seen_by_the_next(
    store: Store, reached: tuple[FlaskClient, list[str]]
) -> None:
    client, _ = reached
    inner = client.application.wsgi_app._app  # type: ignore[attr-defined]
    told: list[str] = []

    def meanwhile(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer = list(inner(environ, start_response))
        if not told:
            told.append("Plenary, renamed")
            say(store, told[0])
        return answer

    client.application.wsgi_app._app = meanwhile  # type: ignore[attr-defined]
    client.get(FEED)
    assert "Plenary\\, renamed" in client.get(FEED).get_data(as_text=True)


def test_who_sends_a_token_is_answered_by_the_app(store: Store, reached: tuple[FlaskClient, list[str]]) -> None:
    client, asked = reached
    with store.transaction("test") as tx:
        told = {"Authorization": f"Bearer {tokens.create(tx, 'alice', 'read')}"}
    for _ in range(2):
        client.get(FEED, headers=told)
    assert len(asked) == 2


@pytest.mark.parametrize("suffix", [".ics", ".atom"])
def test_who_looks_at_a_private_address_is_answered_by_the_app(
    store: Store, reached: tuple[FlaskClient, list[str]], suffix: str
) -> None:
    client, asked = reached
    with store.transaction("test") as tx:
        tokens.create(tx, "alice", "read")
        _, secret = feedaddresses.make(tx, "demo", "alice")
    answers = [client.get(f"/feeds/private/{secret}{suffix}") for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 200]
    assert len(asked) == 3


def test_where_reading_is_closed_nothing_goes_past_the_app(store: Store) -> None:
    client = client_over(store, LEADUP_READ="token")
    assert [client.get(FEED).status_code for _ in range(2)] == [401, 401]


def test_a_refusal_is_not_kept(reached: tuple[FlaskClient, list[str]]) -> None:
    client, asked = reached
    assert [client.get("/calendars/nothing.ics").status_code for _ in range(2)] == [404, 404]
    assert len(asked) == 2


def test_another_store_put_in_the_place_of_the_first_is_seen(store: Store, tmp_path: Path) -> None:
    watch = Watch(store.path)
    before = watch.state()
    assert watch.state() == before
    shutil.copy(store.path, tmp_path / "copy")
    (tmp_path / "copy").replace(store.path)
    assert watch.state() != before
    store.path.unlink()
    assert watch.state() is None
