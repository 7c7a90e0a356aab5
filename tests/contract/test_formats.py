"""CSV and JSON Lines: which format is given, the whole answer, one standpoint, and a tag that moves with the answer."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from schemas.vocabulary import Kind
from service import exporting
from service.app import create_app
from service.settings import read_settings
from service.store.database import Store
from tests.builders import a_calendar, a_store, tell

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def four_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exports read four events at a time."""
    monkeypatch.setattr(exporting, "PAGE_ITEMS", 4)


def nine_events(home: Path) -> Store:
    store = a_store(home / "var/leadup.sqlite3", date(2026, 11, 24))
    for day in range(1, 10):
        tell(store, f"event00{day}", f"2026-10-0{day}", "2026-09-01", title=f"=SUM({day})", note="신양, twice")
    return store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Nine events, to be added to."""
    return nine_events(tmp_path)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Nine events, not to be written to."""
    return nine_events(tmp_path_factory.mktemp("kept"))


@cache
def app_of(home: Path, today: str) -> Flask:
    return create_app(read_settings({"LEADUP_HOME": str(home), "LEADUP_TODAY": today}))


def client_of(store: Store, today: str = "2026-11-24") -> FlaskClient:
    return app_of(store.path.parents[1], today).test_client()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_is_the_whole_answer_and_safe_from_formulas(kept: Store) -> None:
    response = client_of(kept).get("/api/v1/events.csv")
    assert response.content_type == "text/csv; charset=utf-8"
    assert not response.data.startswith(b"\xef\xbb\xbf")
    found = rows(response.get_data(as_text=True))
    assert [row["id"] for row in found] == [f"event00{day}" for day in range(1, 10)]
    assert found[0]["title"] == "'=SUM(1)"
    assert found[0]["note"] == "신양, twice"


def test_json_lines_hold_what_lists_hold(kept: Store) -> None:
    client = client_of(kept)
    lines = client.get("/api/v1/events.jsonl?expand=sources,links&kind=plenary").get_data(as_text=True).splitlines()
    items = client.get("/api/v1/events?expand=sources,links&kind=plenary").get_json()["items"]
    assert [json.loads(line) for line in lines] == items


def test_the_log_is_given_as_json_lines_too(kept: Store) -> None:
    client = client_of(kept)
    lines = client.get("/api/v1/changes.jsonl?after=3").get_data(as_text=True).splitlines()
    assert [json.loads(line) for line in lines] == client.get("/api/v1/changes?after=3").get_json()["items"]
    assert len(client.get("/api/v1/changes.jsonl?limit=5").get_data(as_text=True).splitlines()) == 5


def test_a_page_of_the_log_as_json_lines_names_the_next(kept: Store) -> None:
    client, seen = client_of(kept), ""
    address: str | None = "/api/v1/changes.jsonl?after=1&limit=4"
    pages = 0
    while address:
        response = client.get(address)
        seen, pages = seen + response.get_data(as_text=True), pages + 1
        link = response.headers.get("Link")
        address = link.split(">")[0].removeprefix("<") if link else None
    whole = client.get("/api/v1/changes.jsonl?after=1")
    assert (seen, pages, "Link" in whole.headers) == (whole.get_data(as_text=True), 3, False)


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("application/json", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("text/csv; charset=utf-8", "text/csv"),
        ("text/csv", "text/csv"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.5, application/json", "application/json"),
        ("text/csv, application/json;q=0.5", "text/csv"),
        ("text/csv, */*;q=0.1", "text/csv"),
        ("application/jsonl", "application/jsonl"),
        ("application/x-ndjson", "application/x-ndjson"),
        ("text/html, application/json;q=0.1", "application/json"),
        ("nonsense", None),
        ("text/html", None),
        ("image/png, application/json;q=0", None),
    ],
)
def test_accept_chooses_the_format_and_only_one_that_excludes_json_too_is_refused(
    kept: Store, accept: str | None, type_: str | None
) -> None:
    response = client_of(kept).get("/api/v1/events", headers={"Accept": accept} if accept else {})
    if type_ is None:
        assert (response.status_code, response.get_json()["type"]) == (406, "/problems/no-such-format")
    else:
        assert (response.status_code, response.mimetype) == (200, type_)
        assert response.headers["Vary"] == "Accept"


@pytest.mark.parametrize("path", ["events/event001", "links", "kinds", "calendars/demo", "events/event001/revisions"])
def test_what_is_given_as_json_alone_is_refused_to_who_accepts_none(kept: Store, path: str) -> None:
    client = client_of(kept)
    for accept in ("text/csv", "application/json;q=0", "text/html"):
        refused = client.get(f"/api/v1/{path}", headers={"Accept": accept})
        assert (refused.status_code, refused.get_json()["type"]) == (406, "/problems/no-such-format")
        assert refused.get_json()["detail"] == "This is given as application/json: let `Accept` name it."
    for accept in ("", "*/*", "application/*", "application/json; charset=utf-8", "text/csv, application/json;q=0.1"):
        assert client.get(f"/api/v1/{path}", headers={"Accept": accept}).status_code == 200


def test_with_a_limit_it_is_a_page_and_the_next_one_is_named(kept: Store) -> None:
    client = client_of(kept)
    address: str | None = "/api/v1/events.csv?limit=5&sort=-starts"
    seen: list[str] = []
    while address:
        response = client.get(address)
        seen += [row["id"] for row in rows(response.get_data(as_text=True))]
        link = response.headers.get("Link")
        address = link.split(">")[0].removeprefix("<") if link else None
    assert seen == [f"event00{day}" for day in range(9, 0, -1)]


@pytest.mark.parametrize("asked", ["q=sum", "sort=known_on", "sort=-known_on", "q=sum&sort=-starts", "q=nothing"])
def test_in_any_order_it_is_what_pages_of_the_list_hold(kept: Store, asked: str) -> None:
    client = client_of(kept)
    whole = client.get(f"/api/v1/events?{asked}").get_json()["items"]
    lines = client.get(f"/api/v1/events.jsonl?{asked}").get_data(as_text=True).splitlines()
    assert [json.loads(line) for line in lines] == whole
    assert len(whole) == (0 if "nothing" in asked else 9)
    first = client.get(f"/api/v1/events.jsonl?{asked}&limit=5")
    assert [json.loads(line) for line in first.get_data(as_text=True).splitlines()] == whole[:5]


@pytest.mark.slow
@pytest.mark.parametrize("asked", ["q=sum", "sort=known_on"])
def test_what_is_found_at_once_is_found_once_however_many_pages_it_has(
    store: Store, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def steps(page_items: int) -> int:
        """Those of SQLite's virtual machine, in tens."""
        count = [0]

        @contextmanager
        def counted(self: Store) -> Iterator[sqlite3.Connection]:
            with reading(self) as conn:
                conn.set_progress_handler(lambda: count.__setitem__(0, count[0] + 1), 10)
                yield conn

        monkeypatch.setattr(exporting, "PAGE_ITEMS", page_items)
        monkeypatch.setattr(Store, "reading", counted)
        with client_of(store) as client:
            assert len(client.get(f"/api/v1/events.csv?{asked}").data.splitlines()) == 310
        return count[0]

    reading = Store.reading
    for number in range(300):
        tell(store, f"more{number:04}", "2026-10-10", "2026-09-01", title=f"=SUM({number})")
    whole, in_pages = steps(1000), steps(10)
    assert in_pages < 3 * whole


def test_what_a_format_has_no_place_for_is_refused(kept: Store) -> None:
    client = client_of(kept)
    for path, pointer in (
        ("/api/v1/events.csv?total=true", "?total"),
        ("/api/v1/events.csv?expand=links", "?expand"),
        ("/api/v1/events.jsonl?kind=picnic", "?kind"),
        ("/api/v1/events.csv?kid=1", "?kid"),
    ):
        refused = client.get(path)
        assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, pointer)


def test_it_is_sent_as_it_is_read_and_read_a_page_at_a_time(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    page = exporting._page

    def noted(*args: Any) -> Any:
        shapes, beyond = page(*args)
        read.append(len(shapes))
        return shapes, beyond

    monkeypatch.setattr(exporting, "_page", noted)
    with client_of(kept) as client:
        response = client.get("/api/v1/events.jsonl", buffered=False)
        assert "Content-Length" not in response.headers
        pieces = response.iter_encoded()
        assert len(next(pieces).splitlines()) == 4
        assert read == [4]
        assert [len(piece.splitlines()) for piece in pieces] == [4, 1]


@pytest.mark.parametrize("asked", ["", "?sort=known_on", "?q=sum&sort=starts"])
def test_what_is_recorded_while_it_is_sent_is_not_in_it(store: Store, asked: str) -> None:
    with client_of(store) as client:
        response = client.get(f"/api/v1/events.jsonl{asked}", buffered=False)
        pieces = response.iter_encoded()
        first = next(pieces)
        tell(store, "event009", "2026-10-09", "2026-10-01", title="Amended")
        tell(store, "event010", "2026-10-05", "2026-10-01")
        tell(store, "event006", "2026-10-06", "2026-10-01", status="retracted")
        lines = (first + b"".join(pieces)).decode().splitlines()
    assert [json.loads(line)["title"] for line in lines] == [f"=SUM({day})" for day in range(1, 10)]


def tag(store: Store, path: str = "/api/v1/events.csv", today: str = "2026-11-24") -> str:
    response = client_of(store, today).head(path)
    assert response.status_code == 200
    return response.headers["ETag"]


def test_the_tag_is_weak_and_answers_304(kept: Store) -> None:
    weak = tag(kept)
    assert weak.startswith('W/"')
    for given in (weak, weak.removeprefix("W/"), f'"other", {weak}', "*"):
        answer = client_of(kept).get("/api/v1/events.csv", headers={"If-None-Match": given})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", weak)
    assert client_of(kept).get("/api/v1/events.csv", headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_the_tag_moves_with_the_answer_and_not_with_the_day(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tag(store)
    assert tag(store, today="2026-11-25") == before
    then = tag(store, "/api/v1/events.csv?as_known_on=2026-09-15")
    assert tag(store, "/api/v1/events.jsonl") != before
    assert tag(store, "/api/v1/events.csv?kind=plenary") != before
    tell(store, "event011", "2026-10-05", "2026-10-01")
    after = tag(store)
    assert after != before
    assert tag(store, "/api/v1/events.csv?as_known_on=2026-09-15") == then
    monkeypatch.setattr(exporting, "RENDERER", exporting.RENDERER + 1)
    assert tag(store) != after


def test_the_tag_of_what_is_overdue_moves_with_the_day(store: Store) -> None:
    path = "/api/v1/events.csv?overdue=true"
    assert tag(store, path) == tag(store, path)
    assert tag(store, path, "2026-10-05") != tag(store, path, "2026-10-06")


@pytest.mark.slow
def test_the_tag_moves_on_the_day_that_something_known_later_becomes_known(store: Store) -> None:
    tell(store, "event012", "2026-12-24", "2026-11-22")
    tell(store, "event013", "2026-12-25", "2026-11-20")
    days = ("2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23")
    bodies = [client_of(store, day).get("/api/v1/events.csv").data for day in days]
    tags = [tag(store, today=day) for day in days]
    for one in range(len(days)):
        for other in range(one):
            if bodies[one] != bodies[other]:
                assert tags[one] != tags[other]
    assert tag(store, today="2026-11-23") == tag(store, today="2026-11-24")


def test_the_tag_moves_when_another_calendar_changes_what_a_link_shows(tmp_path: Path) -> None:
    calendars = a_calendar(), a_calendar(slug="other", kinds=(Kind("visit", "visit", "Visit", "Visits"),))
    store = a_store(tmp_path / "two/var/leadup.sqlite3", date(2026, 11, 24), *calendars)
    tell(store, "ours0001", "2026-05-01", "2026-04-01")
    tell(store, "other001", "2026-05-09", "2026-04-01", calendar="other", kind="visit")
    path = "/api/v1/events.jsonl?calendar=demo&expand=links"
    before = tag(store, path)
    tell(store, "other001", "2026-05-10", "2026-04-02", calendar="other", kind="visit")
    assert tag(store, path) != before
