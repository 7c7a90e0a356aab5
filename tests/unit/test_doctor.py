"""`leadup doctor`: a line for each matter, what to do, and status 1 only where something needs a person."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from schemas.events import EventDraft, LinkDraft
from schemas.feeds import FeedDraft
from schemas.names import Name
from schemas.queries import EventQuery
from schemas.subscriptions import CONFIRM
from schemas.when import parse
from service import examining
from service.__main__ import main
from service.linking import link
from service.recording import amend, record
from service.store import feeds, inbox, outbox, pulse
from service.store.database import Store, connect
from service.store.outbox import Owed
from service.store.registers import plain
from service.store.revisions import Assertion, append
from service.subscribing import pause
from tests.builders import a_calendar, a_store, subscribe

TODAY = date(2026, 11, 24)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A small store in the home `tmp_path`."""
    (tmp_path / "var").mkdir()
    return a_store(tmp_path / "var" / "leadup.sqlite3", TODAY)


def doctor(home: Path, *options: str, **environ: str) -> Result:
    env = {"LEADUP_HOME": str(home), "LEADUP_TODAY": TODAY.isoformat(), **environ}
    return CliRunner().invoke(main, ["doctor", *options], env=env)


def findings(home: Path, **environ: str) -> dict[str, dict[str, Any]]:
    told = json.loads(doctor(home, "--format", "json", **environ).stdout)
    assert told["needs_a_person"] == any(each["state"] == "act" for each in told["findings"])
    assert all(bool(each["do"]) == (each["state"] != "fine") for each in told["findings"])
    return {each["check"]: each for each in told["findings"]}


def a_draft(**changes: Any) -> EventDraft:
    fields: dict[str, Any] = {"calendar": "demo", "kind": "visit", "title": "A visit", "when": parse("2026-05-02")}
    return EventDraft(**{**fields, "status": "held", "known_on": date(2026, 5, 3), **changes})


def test_a_store_without_fault_needs_nobody(tmp_path: Path, store: Store) -> None:
    record(store, a_draft(), by="alice")
    done = doctor(tmp_path)
    assert done.exit_code == 0
    assert sorted(line.split()[0] for line in done.stdout.splitlines()) == ["fine"] * 13 + ["note"]
    assert len(done.stdout.splitlines()) == len(findings(tmp_path)) == 14


def test_names_without_an_entry_are_listed_with_how_many_events_bear_them(tmp_path: Path, store: Store) -> None:
    record(store, a_draft(people=("Somebody New", "Ann"), themes=("sport",)), by="alice")
    record(store, a_draft(people=("somebody new",), when=parse("2026-05-01")), by="alice")
    name_them(store, Name(slug="ann", type="person", name="Ann", known_on=TODAY))
    found = findings(tmp_path)["names"]
    assert (found["state"], found["items"]) == ("note", ["person Somebody New (borne by 2)"])
    assert doctor(tmp_path).exit_code == 0


def test_a_spelling_of_two_names_is_told_with_whose_it_is(tmp_path: Path, store: Store) -> None:
    ann = Name(slug="ann", type="person", name="Ann", variants=("The Boss",), known_on=TODAY)
    rex = Name(slug="rex", type="person", name="The Boss", known_on=TODAY)
    name_them(store, ann, rex)
    assert findings(tmp_path)["spellings"]["items"] == ["person the-boss (rex, ann)"]


def test_a_saved_query_that_has_the_slug_of_a_later_calendar_is_named(tmp_path: Path, store: Store) -> None:
    with store.transaction("alice") as tx:
        for slug in ("other", "other-key-meetings", "visits"):
            feeds.add(tx, slug, FeedDraft(title="Visits", text="kind=visit", query=EventQuery(kind=("visit",))))
    assert findings(tmp_path)["feeds"]["state"] == "fine"
    with store.transaction("test") as tx:
        state = plain(a_calendar(slug="other"))
        append(tx, Assertion("calendar", "calendar/other", "other", date(2025, 1, 1), state))
    found = findings(tmp_path)["feeds"]
    assert (found["state"], found["items"]) == (
        "note",
        ["other (saved by alice)", "other-key-meetings (saved by alice)"],
    )


def name_them(store: Store, *names: Name) -> None:
    with store.transaction("test") as tx:
        for name in names:
            append(tx, Assertion("name", f"name/{name.type}/{name.slug}", "demo", name.known_on, plain(name)))


def test_overdue_events_are_worth_knowing(tmp_path: Path, store: Store) -> None:
    id_ = record(store, a_draft(status="announced", when=parse("2026-06")), by="alice")
    found = findings(tmp_path)["overdue"]
    assert (found["state"], found["items"]) == ("note", [f"{id_} (announced June 2026)"])


def test_a_link_of_a_retracted_event_needs_a_person(tmp_path: Path, store: Store) -> None:
    one, other = (record(store, a_draft(), by="alice") for _ in range(2))
    drawn = link(store, LinkDraft(rel="follows_up", subject=one, target=other, known_on=date(2026, 5, 4)), by="alice")
    assert findings(tmp_path)["links"]["state"] == "fine"
    amend(store, other, a_draft(status="retracted", known_on=date(2026, 5, 5)), expected=[(0, 0)], by="alice")
    found = findings(tmp_path)["links"]
    assert (found["state"], len(found["items"])) == ("act", 1)
    assert found["items"][0].startswith(f"{drawn} ")
    assert doctor(tmp_path).exit_code == 1


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM period",
        "DELETE FROM facet",
        "DELETE FROM feed_bytes",
        "UPDATE horizon SET change = 1",
        "INSERT INTO search (search) VALUES ('delete-all')",
    ],
)
def test_derived_tables_that_disagree_are_found_and_rebuilding_mends_them(
    tmp_path: Path, store: Store, statement: str
) -> None:
    record(store, a_draft(people=("Ann",)), by="alice")
    conn = connect(store.path)
    conn.execute(statement)
    conn.close()
    assert findings(tmp_path)["derived"]["state"] == "act"
    CliRunner().invoke(main, ["rebuild"], env={"LEADUP_HOME": str(tmp_path)})
    assert findings(tmp_path)["derived"]["state"] == "fine"


def test_a_clock_that_does_not_run_needs_a_person_only_where_letters_are_owed(tmp_path: Path, store: Store) -> None:
    assert findings(tmp_path)["clock"]["state"] == "note"
    subscribe(store)
    assert findings(tmp_path)["clock"]["state"] == "act"
    now = datetime.now(UTC)
    pulse.note_beat(store.path, now)
    assert findings(tmp_path)["clock"]["state"] == "fine"
    pulse.note_beat(store.path, now - timedelta(hours=2))
    with store.transaction("clock") as tx:
        pulse.note_failure(tx, "The mail server is gone.")
    found = findings(tmp_path)
    assert (found["clock"]["state"], found["failure"]["state"]) == ("act", "act")
    assert "The mail server is gone." in found["failure"]["says"]


def test_delayed_letters_are_worth_knowing_and_those_given_up_need_a_person(tmp_path: Path, store: Store) -> None:
    now = datetime.now(UTC)
    alice = subscribe(store)
    with store.transaction("clock") as tx:
        outbox.enqueue(tx, Owed(subscription=alice, matter="lead", event="e", about="7"), now)
        (leased,) = outbox.lease(tx, now)
        outbox.delay(tx, leased, "The mailbox is full.", now)
    assert findings(tmp_path)["letters"]["state"] == "note"
    with store.transaction("clock") as tx:
        (leased,) = outbox.lease(tx, now + timedelta(days=4))
        outbox.delay(tx, leased, "The mailbox is full.", now + timedelta(days=4))
    assert findings(tmp_path)["letters"]["state"] == "act"


def test_a_letter_to_confirm_that_was_refused_is_worth_knowing_and_no_more(tmp_path: Path, store: Store) -> None:
    """Whoever types an address that there is not must not make the examination fail."""
    now = datetime.now(UTC)
    alice = subscribe(store)
    with store.transaction("clock") as tx:
        outbox.enqueue(tx, Owed(subscription=alice, matter=CONFIRM), now)
        (leased,) = outbox.lease(tx, now)
        outbox.refuse(tx, leased, "550 No such mailbox.")
    found = findings(tmp_path)["letters"]
    assert found["state"] == "note"
    assert "1 were refused for good so far" in found["says"]


def test_a_subscription_that_was_paused_needs_a_person(tmp_path: Path, store: Store) -> None:
    alice = subscribe(store)
    assert findings(tmp_path)["subscriptions"]["state"] == "fine"
    with store.transaction("clock") as tx:
        pause(tx, alice, "550 No such mailbox.")
    found = findings(tmp_path)["subscriptions"]
    assert (found["state"], found["items"]) == ("act", [f"{alice} (550 No such mailbox.)"])


def test_addresses_of_the_inbox_that_fail_are_silent_or_have_moved_are_named(tmp_path: Path, store: Store) -> None:
    fails, silent, moved, well, new = (f"https://news.example/{n}" for n in ("fails?key=s3cret", *"smwn"))
    at = "2026-11-24T08:15:00Z"
    now: dict[str, Any] = {"next_at": at, "asked_at": at, "newest_at": datetime.now(UTC).isoformat()}
    with store.transaction("clock") as tx:
        failed = now | {"failing_since": "2026-11-23T08:00:00Z", "said": "It answers 404.", "failures": 3}
        for address in (
            inbox.Address(url=fails, **failed),
            inbox.Address(url=silent, **(now | {"newest_at": "2020-01-02T03:04:05Z"})),
            inbox.Address(url=moved, moved_to="https://news.example/there", **now),
            inbox.Address(url=well, **now),
        ):
            inbox.put_address(tx, address)
    found = findings(tmp_path, LEADUP_INBOX_FEEDS=" ".join((fails, silent, moved, well, new)))["inbox"]
    assert (found["state"], len(found["items"])) == ("note", 4)
    assert found["items"][0] == (
        "https://news.example/fails?... (Failing since 2026-11-23 08:00 UTC: It answers 404."
        " Next try 2026-11-24 08:15 UTC)"
    )
    assert "(Silent: nothing new for " in found["items"][1]
    assert found["items"][1].endswith(" days, since 2020-01-02)")
    assert "moved for good to https://news.example/there" in found["items"][2]
    assert "was not asked yet" in found["items"][3]
    assert findings(tmp_path, LEADUP_INBOX_FEEDS=well)["inbox"]["state"] == "fine"
    assert findings(tmp_path)["inbox"]["says"] == "The inbox is read from no address: LEADUP_INBOX_FEEDS names none."


def test_a_missing_store_and_a_missing_guard_are_told_in_a_sentence(tmp_path: Path, store: Store) -> None:
    conn = connect(store.path)
    conn.execute("DROP TRIGGER change_no_update")
    conn.close()
    assert "change_no_update" in findings(tmp_path)["store"]["says"]
    store.path.unlink()
    done = doctor(tmp_path)
    assert (done.exit_code, done.stderr) == (1, "")
    assert done.stdout.startswith("act   store      There is no store")


def test_a_damaged_file_is_found(tmp_path: Path, store: Store) -> None:
    for _ in range(3):
        record(store, a_draft(note="long " * 900), by="alice")
    connect(store.path).close()
    whole = store.path.read_bytes()
    at = whole.rindex(b"long long") // 4096 * 4096
    store.path.write_bytes(whole[:at] + b"\xff" * 4096 + whole[at + 4096 :])
    assert findings(tmp_path)["integrity"]["state"] == "act"
    store.path.write_bytes(b"no database at all " * 300)
    assert findings(tmp_path)["store"]["state"] == "act"


def test_a_full_disk_needs_a_person(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert findings(tmp_path)["disk"]["state"] == "fine"
    monkeypatch.setattr(examining, "LOW_BYTES", 2**60)
    assert findings(tmp_path)["disk"]["state"] == "act"
