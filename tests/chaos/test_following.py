"""One instance records, others follow: a real server as the one, another store as the other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from schemas.events import EventDraft, LinkDraft
from schemas.wire.drafts import EventDraftSchema
from schemas.wire.fields import load
from service.__main__ import main
from service.clock import Clock
from service.following import NotFollowed, follow
from service.linking import link
from service.recording import amend, record
from service.settings import Settings
from service.store.database import Store
from service.store.migrations import migrate
from service.store.revisions import rows_of, tag_on
from tests.servers import serving

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 24)
OPENING: dict[str, Any] = {
    "calendar": "dprk",
    "kind": "ceremony",
    "title": "A factory opens",
    "when": "late May 2026",
    "status": "announced",
    "known_on": "2026-05-03",
    "people": ["Kim Jong-un", "Somebody New"],
    "place": {"county": "Sinyang County"},
    "sources": [{"publisher": "A paper", "published": "2026-05-03"}],
}


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    """The log of the instance that records."""
    with serving(settings) as port:
        yield f"http://127.0.0.1:{port}/api/v1/changes"


@pytest.fixture
def follower(tmp_path: Path) -> Store:
    """An instance that holds nothing yet."""
    path = tmp_path / "follower" / "var" / "leadup.sqlite3"
    migrate(path)
    return Store(path, Clock(TODAY))


def draft(**changes: Any) -> EventDraft:
    told = load(EventDraftSchema(), {**OPENING, **changes})
    assert isinstance(told, EventDraft)
    return told


def amended(store: Store, id_: str, **changes: Any) -> None:
    told = draft(**changes)
    with store.reading() as conn:
        tag = tag_on(rows_of(conn, id_), told.known_on or TODAY)
    amend(store, id_, told, expected=[tag], by="alice")


def log(store: Store) -> list[tuple[Any, ...]]:
    """What a store holds, but for when and by whom it was written."""
    with store.reading() as conn:
        rows = conn.execute(
            "SELECT sort, change.subject, calendar, sequence, known_on, state, sources, replaces, why"
            " FROM change JOIN revision ON revision.change = change.change ORDER BY change.change"
        )
        return [tuple(row) for row in rows]


def leadup(store: Store, *arguments: str) -> Result:
    env = {"LEADUP_HOME": str(store.path.parents[1]), "LEADUP_TODAY": TODAY.isoformat()}
    return CliRunner().invoke(main, arguments, env=env)


def test_everything_comes_over_once_with_its_days_and_whose_it_is(store: Store, follower: Store, address: str) -> None:
    first = record(store, draft(), by="alice")
    other = record(store, draft(title="Another opens", when="2026-05-02", status="held"), by="alice")
    link(store, LinkDraft(rel="follows_up", subject=first, target=other, known_on=date(2026, 5, 4)), by="alice")
    done = follow(follower, address, "dprk")
    assert log(follower) == log(store)
    assert done.recorded.keys() == {"event", "link", "name", "calendar"}
    with follower.reading() as conn:
        marks = {row[0] for row in conn.execute("SELECT DISTINCT recorded_by FROM change")}
    assert marks == {f"follow:{address.split('/')[2]}"}

    again = follow(follower, address, "dprk")
    assert (again.recorded, again.unchanged) == ({}, 0)
    afresh = follow(follower, address, "dprk", afresh=True)
    assert (afresh.recorded, afresh.unchanged) == ({}, len(log(store)))

    amended(store, first, when="2026-05-28", status="held", known_on="2026-05-29")
    amended(store, first, when="2026-05-27", status="held", known_on="2026-05-29", replaces=1, why="a slip")
    amended(store, other, title="Another opens", status="retracted", known_on="2026-06-01", same_as=first)
    later = follow(follower, address, "dprk")
    assert later.recorded == {"event": 3}
    assert log(follower) == log(store)
    assert leadup(follower, "rebuild").exit_code == 0


def test_an_instance_with_the_same_pack_takes_only_what_is_new(
    store: Store, tmp_path: Path, shipped_store: Path, address: str
) -> None:
    path = tmp_path / "other" / "var" / "leadup.sqlite3"
    path.parent.mkdir(parents=True)
    shutil.copy(shipped_store, path)
    other = Store(path, Clock(TODAY))
    record(store, draft(), by="alice")
    with store.reading() as conn:
        rows = rows_of(conn, "spa-15th-1st-session")
    told = {"kind": "assembly-session", "title": rows[0].state["title"], "when": "2026-05-06", "status": "held"}
    amended(store, "spa-15th-1st-session", **told, known_on="2026-05-07")
    done = follow(other, address, "dprk")
    assert (done.recorded, done.clashes) == ({"event": 2}, [])
    assert len(log(other)) == len(log(store))


def test_what_was_amended_here_is_left_alone_listed_with_both_and_waits(
    store: Store, follower: Store, address: str
) -> None:
    id_ = record(store, draft(), by="alice")
    follow(follower, address, "dprk")
    amended(follower, id_, title="Ours", known_on="2026-05-10")
    amended(store, id_, title="Theirs", known_on="2026-05-12")
    amended(store, id_, title="Earlier", known_on="2026-05-05")
    told = leadup(follower, "calendars", "update", "dprk", address)
    assert told.exit_code == 1, told.output
    assert 'title: here "Ours", there "Theirs"' in told.stdout
    with follower.reading() as conn:
        titles = [row.state["title"] for row in rows_of(conn, id_)]
    assert titles == ["A factory opens", "Ours", "Earlier"]

    assert "1 clash" in leadup(follower, "calendars", "update", "dprk", address).stdout
    amended(follower, id_, title="Theirs", known_on="2026-05-12")
    settled = leadup(follower, "calendars", "update", "dprk", address)
    assert (settled.exit_code, "clash" in settled.stdout) == (0, False)
    with follower.reading() as conn:
        assert len(rows_of(conn, id_)) == 4


def test_another_store_at_the_same_address_is_noticed(
    store: Store, follower: Store, address: str, settings: Settings, shipped_store: Path
) -> None:
    record(store, draft(), by="alice")
    follow(follower, address, "dprk")
    for file in settings.store_path.parent.glob("leadup.sqlite3*"):
        file.unlink()
    shutil.copy(shipped_store, settings.store_path)
    with pytest.raises(NotFollowed, match="another store's"):
        follow(follower, address, "dprk")


def test_a_day_that_has_not_come_here_stops_at_its_page_and_says_so(store: Store, tmp_path: Path, address: str) -> None:
    path = tmp_path / "early" / "var" / "leadup.sqlite3"
    migrate(path)
    early = Store(path, Clock(date(2025, 12, 5)))
    told = CliRunner().invoke(
        main,
        ["calendars", "update", "dprk", address],
        env={"LEADUP_HOME": str(path.parents[1]), "LEADUP_TODAY": "2025-12-05"},
    )
    assert told.exit_code == 2
    assert "cannot be recorded here" in told.stderr
    assert "lies after today" in told.stderr
    assert len(log(early)) % 200 == 0


def test_what_answers_otherwise_is_one_sentence(follower: Store, address: str) -> None:
    base = address.removesuffix("/api/v1/changes")
    for url, words in (
        ("ftp://example.org/api/v1/changes", "no http or https address"),
        ("http://127.0.0.1:9/api/v1/changes", "cannot be read"),
        (f"{base}/nowhere/api/v1/changes", "answers 404"),
        (f"{address}?through=abc", "answers 422"),
        (f"{base}/openapi.json", "must be that of a pack archive"),
        (f"{base}/api/v1/events", "or another instance's /api/v1/changes"),
    ):
        told = leadup(follower, "calendars", "update", "dprk", url)
        assert (told.exit_code, told.stderr.count("\n")) == (2, 1), told.output
        assert words in told.stderr
    assert log(follower) == []


def test_an_instance_read_with_a_token_is_followed_with_one(settings: Settings, follower: Store, store: Store) -> None:
    from service.store import tokens

    with store.transaction("test") as tx:
        secret = tokens.create(tx, "follower", "read")
    with serving(settings, LEADUP_READ="token") as port:
        url = f"http://127.0.0.1:{port}/api/v1/changes"
        assert "answers 401" in leadup(follower, "calendars", "update", "dprk", url).stderr
        told = leadup(follower, "calendars", "update", "dprk", url, "--token", secret)
    assert told.exit_code == 0, told.output
    assert log(follower) == log(store)
