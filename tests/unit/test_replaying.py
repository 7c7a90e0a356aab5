"""What another instance's log answers is read with care: nothing of it is taken on trust."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import DomainError
from service.replaying import Replay, read_entry
from service.store.database import Store
from tests.builders import a_store

TODAY = date(2026, 11, 24)
LOGGED: dict[str, Any] = {
    "change": 7,
    "sort": "event",
    "subject": "autumn01",
    "calendar": "demo",
    "sequence": 0,
    "known_on": "2025-12-01",
    "why": None,
    "replaces": None,
    "state": {"calendar": "demo", "kind": "plenary", "title": "Plenary", "when": "2025-12", "status": "announced"},
    "sources": [],
}


def state(**changes: Any) -> dict[str, Any]:
    return {**LOGGED, "state": {**LOGGED["state"], **changes}}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path / "leadup.sqlite3", TODAY)


def play(store: Store, logged: Any) -> Any:
    with store.transaction("follow:other") as tx:
        replay = Replay(tx, store.clock, "http://other", TODAY)
        outcome = replay.play(read_entry(logged))
        replay.finish()
    return outcome


def test_an_entry_is_recorded_once(store: Store) -> None:
    assert play(store, LOGGED) is True
    assert play(store, LOGGED) is False


@pytest.mark.parametrize(
    "logged",
    [
        None,
        [],
        {},
        {**LOGGED, "sort": "secret"},
        {**LOGGED, "subject": "../x"},
        {**LOGGED, "sequence": True},
        {**LOGGED, "known_on": "soon"},
        {**LOGGED, "known_on": "2027-01-01"},
        {**LOGGED, "state": []},
        {**LOGGED, "sources": [{"publisher": "x", "published": "2025-12-02"}]},
        {**LOGGED, "calendar": "demo", "sort": "calendar", "subject": "calendar/demo", "state": {"slug": "demo"}},
        {**LOGGED, "sort": "name", "subject": "name/person/ann", "state": {"slug": "bo", "type": "person"}},
        {**LOGGED, "sort": "link", "state": {"rel": "part_of", "subject": "a", "target": "b", "state": "asserted"}},
        state(kind="opera"),
        state(when="sometime"),
        state(status="held", when="2026-01-01"),
        state(title="a\x00b"),
        state(unheard_of=1),
        state(calendar="elsewhere"),
    ],
)
def test_what_would_not_be_recorded_at_any_other_door_is_not_recorded_here(store: Store, logged: Any) -> None:
    with pytest.raises(DomainError):
        play(store, logged)
