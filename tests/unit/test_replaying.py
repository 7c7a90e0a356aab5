"""What another instance's log answers is read with care: nothing of it is taken on trust."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import DomainError
from schemas.events import LinkDraft
from service.linking import link
from service.replaying import Replay, read_entry
from service.store import followed
from service.store.database import Store
from service.store.origins import Clash
from service.store.revisions import rows_of
from tests.builders import a_calendar, a_store, tell

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
    return a_store(tmp_path / "leadup.sqlite3", TODAY, a_calendar(), a_calendar(slug="other", name="Other"))


def play(store: Store, logged: Any) -> Any:
    with store.transaction("follow:other") as tx:
        replay = Replay(tx, store.clock, "http://other", TODAY, "demo")
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
        {**LOGGED, "sort": "link", "state": {"rel": "part_of", "subject": 5, "target": [], "state": "asserted"}},
        state(kind="opera"),
        state(when="sometime"),
        state(status="held", when="2026-01-01"),
        state(title="a\x00b"),
        state(unheard_of=1),
        state(calendar="elsewhere"),
        state(calendar="other"),
        {**state(calendar="other"), "calendar": "other"},
        {**LOGGED, "sequence": 2**70},
        {**LOGGED, "change": 2**70},
        {**LOGGED, "replaces": 2**70},
        state(title="half a character: \ud800"),
        {**LOGGED, "unheard_of": "\ud800"},
    ],
)
def test_what_would_not_be_recorded_at_any_other_door_is_not_recorded_here(store: Store, logged: Any) -> None:
    with pytest.raises(DomainError):
        play(store, logged)


NAME = {"slug": "ann", "type": "person", "name": "Ann", "known_on": "2027-01-01"}
LATE: list[dict[str, Any]] = [
    {"sort": "link", "subject": "link0001", "state": {"rel": "follows_up", "subject": "one", "target": "two"}},
    {"sort": "name", "subject": "name/person/ann", "state": NAME},
]


@pytest.mark.parametrize("late", LATE)
def test_what_is_known_after_today_is_refused_of_every_sort(store: Store, late: dict[str, Any]) -> None:
    for id_ in ("one", "two"):
        play(store, {**LOGGED, "subject": id_})
    with pytest.raises(DomainError, match="lies after today"):
        play(store, {**LOGGED, **late, "known_on": "2027-01-01"})


def test_a_declaration_known_after_today_is_refused(store: Store) -> None:
    with store.reading() as conn:
        declared = rows_of(conn, "calendar/demo")[0].state
    late = {**declared, "known_on": "2027-01-01", "name": "Demo, later"}
    entry = {**LOGGED, "sort": "calendar", "subject": "calendar/demo", "known_on": "2027-01-01", "state": late}
    with pytest.raises(DomainError, match="lies after today"):
        play(store, entry)


def test_a_link_is_known_no_earlier_than_its_sources(store: Store) -> None:
    for id_ in ("one", "two"):
        play(store, {**LOGGED, "subject": id_})
    sources = [{"publisher": "A paper", "published": "2025-12-20"}]
    entry = {**LOGGED, **LATE[0], "known_on": "2025-12-10", "sources": sources}
    with pytest.raises(DomainError, match="2025-12-20"):
        play(store, entry)


def test_a_link_to_an_event_not_held_here_waits_until_it_is(store: Store) -> None:
    play(store, {**LOGGED, "subject": "one"})
    state = {"rel": "follows_up", "subject": "one", "target": "two", "state": "asserted"}
    logged = {**LOGGED, "change": 8, "sort": "link", "subject": "link0001", "known_on": "2025-12-03", "state": state}
    found = play(store, logged)
    assert isinstance(found, Clash)
    assert found.reason == "The event two is not held here."
    with store.reading() as conn:
        assert followed.waiting(conn, "http://other", "demo") == [logged]
    tell(store, "two", "2025-12", "2025-12-01", calendar="other")
    assert play(store, logged) is True


def test_a_link_of_another_calendar_than_its_subject_is_refused(store: Store) -> None:
    play(store, {**LOGGED, "subject": "one"})
    tell(store, "two", "2025-12", "2025-12-01", calendar="other")
    state = {"rel": "follows_up", "subject": "two", "target": "one", "state": "asserted"}
    with pytest.raises(DomainError, match="belongs to the calendar other"):
        play(store, {**LOGGED, "sort": "link", "subject": "link0001", "known_on": "2025-12-03", "state": state})


def test_a_link_that_would_close_a_circle_here_waits_and_leaves_nothing(store: Store) -> None:
    for id_ in ("one", "two"):
        assert play(store, {**LOGGED, "subject": id_}) is True
    link(store, LinkDraft(rel="part_of", subject="two", target="one", known_on=date(2025, 12, 2)), by="alice")
    state = {"rel": "part_of", "subject": "one", "target": "two", "state": "asserted"}
    found = play(store, {**LOGGED, "sort": "link", "subject": "link0001", "known_on": "2025-12-03", "state": state})
    assert isinstance(found, Clash)
    assert "circle" in found.reason
    with store.reading() as conn:
        assert rows_of(conn, "link0001") == []
        assert len(followed.waiting(conn, "http://other", "demo")) == 1


def test_a_link_drawn_here_too_is_theirs_as_well(store: Store) -> None:
    for id_ in ("one", "two"):
        play(store, {**LOGGED, "subject": id_})
    ours = link(store, LinkDraft(rel="part_of", subject="one", target="two", known_on=date(2025, 12, 3)), by="alice")
    state = {"rel": "part_of", "subject": "one", "target": "two", "state": "asserted"}
    theirs = {**LOGGED, "sort": "link", "subject": "link0001", "known_on": "2025-12-03", "state": state}
    assert play(store, theirs) is False
    rejected = {**theirs, "sequence": 1, "known_on": "2025-12-04", "state": {**state, "state": "rejected"}}
    assert play(store, rejected) is True
    with store.reading() as conn:
        assert [row.state["state"] for row in rows_of(conn, ours)] == ["asserted", "rejected"]
