"""`total=true` in every list: how many match, on every page, as known on the day that is asked for; only in JSON."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.store import tokens
from service.store.database import Store

pytestmark = pytest.mark.slow

EVENT = "wpk-8cc-13th-plenary"
LISTS = [
    "links?rel=completes&state=asserted",
    f"links?event={EVENT}",
    "names?type=programme",
    "names/body?q=a",
    "changes?after=2500",
    "changes?calendar=dprk&after=1600&through=1700",
    "suggestions?rel=completes",
    f"events/{EVENT}/revisions",
    "calendars",
    "kinds",
    "feeds",
    "windows",
]


def walked(client: FlaskClient, address: str | None, headers: dict[str, str]) -> tuple[int, set[int]]:
    """How many items the pages hold, and the totals that they tell, each with what was seen before it where a page
    goes on after a change number."""
    seen, totals = 0, set()
    while address:
        page: dict[str, Any] = client.get(address, headers=headers).get_json()
        totals.add(page["total"] + (seen if "after=" in address else 0))
        seen, address = seen + len(page["items"]), page["next"]
    return seen, totals


@pytest.mark.parametrize("asked", LISTS)
def test_the_total_is_what_all_pages_hold(client: FlaskClient, asked: str) -> None:
    joined = "&" if "?" in asked else "?"
    for day in ("", "&as_known_on=2025-12-31"):
        seen, totals = walked(client, f"/api/v1/{asked}{joined}total=true&limit=100{day}", {})
        assert totals == {seen}
    plain = client.get(f"/api/v1/{asked}").get_json()
    assert "total" not in plain
    assert "total" not in client.get(f"/api/v1/{asked}{joined}total=false").get_json()


def test_a_cursor_goes_on_whether_or_not_the_total_is_asked(client: FlaskClient) -> None:
    for path in ("links", "names", "kinds"):
        following = client.get(f"/api/v1/{path}?limit=2").get_json()["next"]
        assert client.get(f"{following}&total=true").get_json()["total"] > 2


@pytest.mark.parametrize("path", ["imports", "tokens", "feeds/key-meetings/addresses"])
def test_lists_outside_the_record_tell_theirs(client: FlaskClient, store: Store, path: str) -> None:
    with store.transaction("test") as tx:
        headers = {"Authorization": f"Bearer {tokens.create(tx, 'root', 'admin')}"}
    line = b'{"calendar": "dprk", "kind": "plenary", "title": "One", "when": "2026-05-01", "status": "held"}\n'
    for number in range(2):
        sent = {"data": line, "content_type": "application/x-ndjson", "headers": headers}
        client.post(f"/api/v1/imports?known_on=2026-05-0{number + 2}", **sent)
        client.post("/api/v1/tokens", json={"name": f"some{number}", "scope": "read"}, headers=headers)
        client.post("/api/v1/feeds/key-meetings/addresses", headers=headers)
    seen, totals = walked(client, f"/api/v1/{path}?total=true&limit=1", headers)
    assert totals == {seen}
    assert seen > 1


@pytest.mark.parametrize("path", ["names.csv", "names.jsonl", "changes.jsonl", "names", "changes"])
def test_only_json_has_a_place_for_it(client: FlaskClient, path: str) -> None:
    headers = {} if "." in path else {"Accept": "application/jsonl"}
    refused = client.get(f"/api/v1/{path}?total=true", headers=headers)
    assert refused.status_code == 422
    assert refused.get_json()["errors"] == [{"detail": "Only JSON has a place for the total.", "pointer": "?total"}]
