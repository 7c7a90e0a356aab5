"""Every mistake of a question is told at once, whoever finds it: the schema, the clock, the log, the calendars."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service.app import create_app
from service.settings import read_settings
from service.store import tokens
from service.store.database import store_of
from tests.builders import a_store

pytestmark = pytest.mark.slow

AHEAD = "as_known_on=2099-01-01"
WRONG = {
    f"events?{AHEAD}&kind=circus": {"as_known_on", "kind"},
    f"events?{AHEAD}&through=999999&calendar=atlantis": {"as_known_on", "through", "calendar"},
    f"events?{AHEAD}&from=yesterday": {"as_known_on", "from"},
    "events?kind=a&kind=b&from=yesterday&calendar=atlantis": {"kind", "from", "calendar"},
    "events?from=yesterday&near=nothing&linked_to=none": {"from", "near", "linked_to"},
    "events?cursor=nonsense&kind=circus": {"cursor", "kind"},
    f"events.csv?{AHEAD}&kind=circus&total=true": {"as_known_on", "kind", "total"},
    f"events.ics?{AHEAD}&kind=circus": {"as_known_on", "kind"},
    f"changes?through=999999&calendar=atlantis&{AHEAD}": {"as_known_on", "through", "calendar"},
    f"names?{AHEAD}&calendar=atlantis": {"as_known_on", "calendar"},
    f"kinds?{AHEAD}&calendar=atlantis": {"as_known_on", "calendar"},
    f"calendars?{AHEAD}&calendar=atlantis": {"as_known_on", "calendar"},
    "calendars?calendar=atlantis": {"calendar"},
    f"links?{AHEAD}&calendar=atlantis": {"as_known_on", "calendar"},
    "links?calendar=atlantis&event=nope": {"calendar", "event"},
    "suggestions?calendar=atlantis&event=nope&min_score=2": {"calendar", "event", "min_score"},
    f"links?{AHEAD}&calendar=atlantis&rel=zoo": {"as_known_on", "calendar", "rel"},
    f"suggestions?{AHEAD}&calendar=atlantis": {"as_known_on", "calendar"},
    "when?text=foo&calendar=atlantis&said_on=yesterday": {"calendar", "said_on"},
    f"leadups?calendar=demo&anchors=zoo&activity=circus&lead_days=1&{AHEAD}": {
        *("anchors", "activity", "lead_days", "as_known_on"),
    },
    f"leadups.csv?calendar=demo&anchors=zoo&activity=circus&table=pie&{AHEAD}": {
        *("anchors", "activity", "table", "as_known_on"),
    },
    f"gaps?calendar=demo&from_kind=zoo&to_kind=circus&within_days=-1&{AHEAD}": {
        *("from_kind", "to_kind", "within_days", "as_known_on"),
    },
    f"gaps.csv?calendar=demo&from_kind=zoo&to_kind=visit&table=pie&{AHEAD}": {"from_kind", "table", "as_known_on"},
    f"gaps?calendar=atlantis&from_kind=zoo&to_kind=circus&{AHEAD}": {"calendar", "as_known_on"},
    f"leadups?calendar=atlantis&anchors=zoo&activity=circus&{AHEAD}": {"calendar", "as_known_on"},
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    a_store(home / "var/leadup.sqlite3", date(2026, 11, 24))
    return home


@pytest.mark.parametrize("question", WRONG)
def test_all_mistakes_of_a_question_are_told_at_once(home: Path, question: str) -> None:
    app = create_app(read_settings({"LEADUP_HOME": str(home), "LEADUP_TODAY": "2026-11-24"}))
    refused = app.test_client().get(f"/api/v1/{question}")
    assert refused.status_code == 422
    found = [each["pointer"] for each in refused.get_json()["errors"]]
    assert sorted(found) == sorted(f"?{name}" for name in WRONG[question])


def test_one_mistake_keeps_the_problem_that_it_is(home: Path) -> None:
    app = create_app(read_settings({"LEADUP_HOME": str(home), "LEADUP_TODAY": "2026-11-24"}))
    refused = app.test_client().get(f"/api/v1/events?{AHEAD}").get_json()
    assert refused["type"] == "/problems/asked-in-future"
    assert refused["errors"] == [{"detail": refused["detail"], "pointer": "?as_known_on"}]


def test_where_reading_is_closed_no_mistake_tells_what_calendars_there_are(home: Path) -> None:
    told = {"LEADUP_HOME": str(home), "LEADUP_TODAY": "2026-11-24", "LEADUP_READ": "token"}
    client = create_app(read_settings(told)).test_client()
    for question in ("events?limit=0&calendar=atlantis&kind=circus", "events?cursor=nonsense&calendar=atlantis"):
        refused = client.get(f"/api/v1/{question}")
        assert (refused.status_code, len(refused.get_json()["errors"])) == (422, 1)
        assert "demo" not in refused.get_data(as_text=True)


@pytest.mark.parametrize("list_", ["links", "suggestions"])
def test_an_event_that_a_list_is_asked_about_is_refused_with_its_field(home: Path, list_: str) -> None:
    app = create_app(read_settings({"LEADUP_HOME": str(home), "LEADUP_TODAY": "2026-11-24"}))
    refused = app.test_client().get(f"/api/v1/{list_}?event=nope")
    assert refused.status_code == 404
    assert refused.get_json()["errors"] == [{"detail": refused.get_json()["detail"], "pointer": "?event"}]


def test_a_day_ahead_is_told_beside_a_calendar_that_there_is_not(home: Path) -> None:
    draft = {"calendar": "atlantis", "kind": "visit", "title": "A visit", "when": "2026-05-02", "status": "held"}
    source = {"publisher": "A paper", "published": "2026-11-27", "published_at": "2026-11-27T23:00:00Z"}
    for known_on, pointers in (
        ("2026-11-26", ["/calendar", "/known_on", "/sources/0/published"]),
        ("2026-11-20", ["/calendar", "/sources/0/published"]),
        (None, ["/calendar"]),
    ):
        status, found = posted(home, "events", {**draft, "known_on": known_on, "sources": [source]})
        assert (status, found) == (422, pointers), known_on


def test_all_mistakes_of_a_token_are_told_at_once(home: Path) -> None:
    draft = {"name": "some", "scope": "everything", "expires": "2026-11-24", "calendars": ["atlantis"], "colour": "red"}
    status, found = posted(home, "tokens", draft)
    assert (status, sorted(found)) == (422, ["/calendars", "/colour", "/expires", "/scope"])
    assert posted(home, "tokens", draft | {"name": "a name"})[1].count("/name") == 1


def posted(home: Path, path: str, body: dict[str, Any]) -> tuple[int, list[str]]:
    """The status and the pointers of what an administrator is answered."""
    settings = read_settings({"LEADUP_HOME": str(home), "LEADUP_TODAY": "2026-11-24"})
    with store_of(settings).transaction("test") as tx:
        secret = tokens.create(tx, secrets.token_hex(4), "admin")
    headers = {"Authorization": f"Bearer {secret}"}
    refused = create_app(settings).test_client().post(f"/api/v1/{path}", json=body, headers=headers)
    return refused.status_code, [each["pointer"] for each in refused.get_json()["errors"]]
