"""A process killed between any two statements of a POST has done its work and kept its answer, or neither: a repeat
with the same `Idempotency-Key` does it once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service.app import create_app
from service.settings import read_settings
from service.store import tokens
from service.store.database import Store
from tests.builders import a_store, tell
from tests.chaos.test_killed_writes import killed_at

TODAY = date(2026, 3, 1)
DRAFT = {
    "calendar": "demo",
    "kind": "visit",
    "title": "A visit",
    "when": "2026-02-02",
    "status": "held",
    "known_on": "2026-02-02",
}
LINK = {"rel": "follows_up", "from": "autumn02", "to": "autumn01", "known_on": "2026-02-02"}
PAIR = "/api/v1/suggestions/follows_up~autumn02~autumn01"
LINE = b"calendar,kind,title,when,status,known_on\r\ndemo,visit,A visit,2026-02-02,held,2026-02-02\r\n"
POSTS: dict[str, tuple[str, dict[str, Any]]] = {
    "event": ("/api/v1/events", {"json": DRAFT}),
    "link": ("/api/v1/links", {"json": LINK}),
    "accepted": (f"{PAIR}/accept", {"json": {}}),
    "rejected": (f"{PAIR}/reject", {"json": {}}),
    "feed": ("/api/v1/feeds", {"json": {"title": "Visits", "query": "kind=visit"}}),
    "import": ("/api/v1/imports", {"data": LINE, "content_type": "text/csv"}),
}
_DONE = "SELECT (SELECT MAX(change) FROM change) + (SELECT COUNT(*) FROM feed) + (SELECT COUNT(*) FROM import)"


def done_and_kept(store: Store) -> tuple[int, int]:
    """How much stands in the store, and how many answers are kept."""
    with store.reading() as conn:
        kept = conn.execute("SELECT COUNT(*) FROM idempotency").fetchone()[0]
        return int(conn.execute(_DONE).fetchone()[0]), int(kept)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("what", POSTS)
def test_a_post_killed_anywhere_is_done_once_by_a_repeat(tmp_path: Path, what: str) -> None:
    store = a_store(tmp_path / "var/leadup.sqlite3", TODAY)
    for id_, day in (("autumn01", "2026-01-10"), ("autumn02", "2026-01-12")):
        tell(
            store,
            id_,
            day,
            "2026-01-15",
            kind="visit",
            title="A visit to the hall",
            status="held",
            place={"name": "Hall"},
        )
    with store.transaction("test") as tx:
        headers = {"Authorization": f"Bearer {tokens.create(tx, 'alice', 'write')}", "Idempotency-Key": "once"}
    app = create_app(read_settings({"LEADUP_HOME": str(tmp_path), "LEADUP_TODAY": TODAY.isoformat()}))
    address, asked = POSTS[what]

    def post(_: Store) -> None:
        assert app.test_client().post(address, headers=headers, **asked).status_code == 201

    before, statement = done_and_kept(store), 1
    while killed_at(statement, post, store) and done_and_kept(store) == before:
        statement += 1
    after = done_and_kept(store)
    assert after[0] > before[0], f"killed before statement {statement}: an answer without its work"
    assert after[1] == 1, f"killed before statement {statement}: work without its answer"
    assert statement > 20
    post(store)
    assert done_and_kept(store) == after
