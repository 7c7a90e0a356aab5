"""Which letters are owed on which day: by the clock, and by a revision in the transaction that records it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from schemas.calendars import Coverage
from schemas.events import EventDraft, SaidBy
from schemas.when import parse
from service import alerting, delivering, entering, recording
from service.clock import Clock
from service.entering import Asked
from service.settings import Settings, read_settings
from service.store.database import Store
from service.store.revisions import rows_of, tag_on
from tests.builders import a_calendar, a_store, on, subscribe, tell

WINDOW = "[2025-12-11..2025-12-20]"
LEADS = ("lead",)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """On 5 December 2025, six days before the window of the plenary `autumn01`, announced on the 1st."""
    store = a_store(tmp_path / "store.sqlite3", date(2025, 12, 5))
    tell(store, "autumn01", WINDOW, "2025-12-01")
    return store


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings({"LEADUP_HOME": str(tmp_path)})


def raised(store: Store, day: str) -> list[tuple[str, str]]:
    """What the clock raises on a day, by matter and occasion."""
    return [(owed.matter, owed.about) for owed in alerting.raise_due(on(store, day))]


def bring(store: Store, settings: Settings, day: str) -> dict[str, int]:
    return {str(outcome): count for outcome, count in delivering.deliver(on(store, day), settings).items()}


def a_draft(when: str = WINDOW, known_on: str = "2025-12-05", **changes: Any) -> EventDraft:
    fields: dict[str, Any] = {
        "calendar": "demo",
        "kind": "plenary",
        "title": "Plenary",
        "when": parse(when),
        "status": "announced",
        "known_on": date.fromisoformat(known_on),
        "said_by": SaidBy("body"),
    }
    return EventDraft(**fields | changes)


def waiting(store: Store) -> list[tuple[str, str, str]]:
    with store.reading() as conn:
        rows = conn.execute("SELECT event, matter, about FROM outbox WHERE state = 'waiting' ORDER BY letter")
        return [tuple(row) for row in rows]


def amend(store: Store, id_: str, draft: EventDraft) -> None:
    with store.reading() as conn:
        tag = tag_on(rows_of(conn, id_), draft.known_on or date.max)
    recording.amend(store, id_, draft, expected=[tag], by="alice")


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2025-12-03", []),
        ("2025-12-04", [("lead", "7")]),
        ("2025-12-09", [("lead", "7")]),
        ("2025-12-10", [("lead", "1")]),
        ("2025-12-11", []),
    ],
)
def test_of_lead_days_that_were_missed_the_last_is_of_use_until_the_window_opens(
    store: Store, day: str, found: list[tuple[str, str]]
) -> None:
    subscribe(store, matters=LEADS, lead_days=(7, 1))
    assert raised(store, day) == found
    assert raised(store, day) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "visit"},
        {"status": "expected"},
        {"status": "cancelled"},
        {"when": "[2025-12-11..]"},
        {"said_by": {"who": "press"}},
        {"when": "[2025-12-11..2026-01-20]"},
    ],
    ids=["no key meeting", "expected", "cancelled", "no window", "given by the press", "too wide"],
)
def test_what_the_body_did_not_announce_within_a_month_is_told_of_by_no_lead_day(
    store: Store, changes: dict[str, Any]
) -> None:
    subscribe(store, matters=LEADS)
    tell(store, "autumn01", **{"when": WINDOW, "known_on": "2025-12-02"} | changes)
    assert raised(store, "2025-12-05") == []


def test_a_subscriber_may_ask_for_wider_windows_and_those_of_others(store: Store) -> None:
    subscribe(store, matters=LEADS, given_by=("body", "press"), widest_days=60)
    tell(store, "autumn01", "[2025-12-11..2026-01-20]", "2025-12-02", said_by={"who": "press"})
    assert raised(store, "2025-12-05") == [("lead", "7")]


@pytest.mark.parametrize(("given_by", "count"), [(("body",), 0), (("body", "press"), 1), (("press",), 1)])
def test_who_asks_for_windows_of_the_press_is_told_of_what_it_expects(
    store: Store, settings: Settings, given_by: tuple[str, ...], count: int
) -> None:
    subscribe(store, matters=LEADS, given_by=given_by)
    tell(store, "autumn01", WINDOW, "2025-12-02", status="expected", said_by={"who": "press"})
    assert len(raised(store, "2025-12-05")) == count
    assert bring(store, settings, "2025-12-05") == ({"sent": 1} if count else {})
    for file in settings.mail_folder.glob("*.eml"):
        assert "expected by the press for mid-December 2025" in file.read_text().replace("\n ", " ")


def test_what_the_body_only_expects_is_told_of_by_no_lead_day(store: Store) -> None:
    subscribe(store, matters=LEADS, given_by=("body", "press"))
    tell(store, "autumn01", WINDOW, "2025-12-02", status="expected")
    assert raised(store, "2025-12-05") == []


def test_a_query_says_which_events(store: Store) -> None:
    tell(store, "visit001", "2025-12-11", "2025-12-01", kind="visit")
    subscribe(store, matters=LEADS, query="kind=visit")
    (owed,) = alerting.raise_due(on(store, "2025-12-05"))
    assert owed.event == "visit001"


def test_what_is_not_known_yet_moves_nothing(store: Store) -> None:
    subscribe(store, matters=LEADS)
    tell(store, "autumn01", "[2025-12-21..2025-12-24]", "2025-12-06")
    assert raised(store, "2025-12-05") == [("lead", "7")]


def test_a_lead_day_comes_again_only_after_the_body_moved_its_window_later(store: Store, settings: Settings) -> None:
    subscribe(store, matters=LEADS)
    assert raised(store, "2025-12-05") == [("lead", "7")]
    bring(store, settings, "2025-12-05")
    tell(store, "autumn01", "[2025-12-15..2025-12-18]", "2025-12-06")
    assert raised(store, "2025-12-08") == []
    tell(store, "autumn01", "[2025-12-21..2025-12-24]", "2025-12-08", said_by={"who": "press"})
    assert raised(store, "2025-12-14") == []
    tell(store, "autumn01", "[2025-12-21..2025-12-24]", "2025-12-09")
    assert raised(store, "2025-12-13") == []
    assert raised(store, "2025-12-14") == [("lead", "7/3")]


def test_a_window_announced_after_its_lead_day_is_told_of_once(store: Store) -> None:
    subscribe(store, matters=("lead", "announced"))
    tell(store, "late0001", "2025-12-08", "2025-12-04")
    subscribe(store, "bob@example.org", matters=LEADS)
    recorded = recording.record(store, a_draft("2025-12-09"), by="alice")
    owed = {(each.subscription, each.event) for each in alerting.raise_due(store) if each.event == recorded}
    assert waiting(store)[0] == (recorded, "announced", "0")
    assert len(owed) == 1  # Bob is told by his lead day; Alice was told by the announcement


def test_before_its_hour_nothing_goes_and_on_a_weekend_only_if_wished(store: Store) -> None:
    store = Store(store.path, Clock())
    today = store.clock.today("UTC")
    opens = date.fromordinal(today.toordinal() + 7)
    tell(store, "autumn02", opens.isoformat(), today.isoformat())
    subscribe(store, matters=LEADS, zone="UTC", hour=time(23, 59, 59))
    early = subscribe(store, "bob@example.org", matters=LEADS, zone="UTC", hour=time(0))
    assert {owed.subscription for owed in alerting.raise_due(store)} >= {early}
    found = {owed.subscription for owed in alerting.raise_due(store)}
    assert found == set()


def test_a_window_that_passes_without_word_is_told_of_once(store: Store) -> None:
    subscribe(store, matters=("overdue",))
    assert raised(store, "2025-12-20") == []
    assert raised(store, "2025-12-21") == [("overdue", "0")]
    assert raised(store, "2025-12-22") == []


def test_a_window_that_passed_long_ago_is_no_news(store: Store) -> None:
    subscribe(store, matters=("overdue",))
    assert raised(store, "2026-01-20") == []


def test_silence_in_a_calendar_is_told_of_after_14_days_and_then_monthly(store: Store) -> None:
    subscribe(store, matters=("quiet",))
    days = ["2025-12-14", "2025-12-15", "2025-12-16", "2026-01-13", "2026-01-14", "2026-02-13"]
    found = {day: raised(store, day) for day in days}
    assert [day for day, owed in found.items() if owed] == ["2025-12-15", "2026-01-14", "2026-02-13"]
    tell(store, "visit001", "2026-02-13", "2026-02-14", kind="visit", status="held")
    assert raised(store, "2026-02-27") == []
    assert raised(store, "2026-02-28") == [("quiet", "2026-02-14/0")]


def test_who_is_not_seen_is_told_of_only_inside_coverage(tmp_path: Path) -> None:
    covered = Coverage(kinds=("visit",), since=date(2025, 1, 1), until=date(2025, 12, 31), known_on=date(2025, 1, 1))
    store = a_store(tmp_path / "covered.sqlite3", date(2025, 12, 5), a_calendar(coverage=(covered,)))
    tell(store, "visit001", "2025-11-01", "2025-11-02", kind="visit", status="held", people=["Kim X"])
    subscribe(store, matters=("unseen",), people=("Kim X",))
    assert raised(store, "2025-11-14") == []
    assert [about.rpartition("/")[2] for _, about in raised(store, "2025-11-15")] == ["14"]
    assert [about.rpartition("/")[2] for _, about in raised(store, "2025-11-23")] == ["21"]
    assert raised(store, "2025-12-30") == []
    tell(store, "visit002", "2025-12-20", "2025-12-21", kind="visit", status="held", people=["Kim X"])
    assert raised(store, "2026-01-10") == []  # coverage ended: silence means nothing


def test_a_digest_takes_the_place_of_every_letter_and_comes_once_a_day_or_week(store: Store) -> None:
    subscribe(store, digest="daily")
    subscribe(store, "bob@example.org", digest="weekly")
    assert sorted(raised(store, "2025-12-05")) == [("digest", "2025-12-01"), ("digest", "2025-12-05")]
    found = alerting.raise_due(on(store, "2025-12-08"))
    assert sorted((each.matter, each.about) for each in found) == [("digest", "2025-12-08")] * 2
    assert recording.record(on(store, "2025-12-08"), a_draft("2025-12-20", "2025-12-08"), by="alice")
    assert {matter for _, matter, _ in waiting(store)} == {"digest"}


def test_a_revision_raises_its_letter_in_its_own_transaction(store: Store) -> None:
    subscribe(store)
    id_ = recording.record(store, a_draft(), by="alice")
    assert waiting(store) == [(id_, "announced", "0")]
    amend(store, id_, a_draft("[2025-12-15..2025-12-18]"))
    amend(store, id_, a_draft("[2025-12-21..2025-12-24]"))
    amend(store, id_, a_draft(status="cancelled"))
    assert [matter for _, matter, _ in waiting(store)] == ["announced", "firmed", "moved", "cancelled"]


@pytest.mark.parametrize(
    ("query", "then"), [("kind=plenary&to=2025-12-31", {}), ("person=Ada Ahn", {"people": ("Ada Ahn",)})]
)
def test_who_asked_for_what_an_event_was_is_told_what_it_is_now(store: Store, query: str, then: dict[str, Any]) -> None:
    tell(store, "visit001", "2025-12-01", "2025-12-01", kind="visit", status="held", people=["Ada Ahn"])
    subscribe(store, query=query)
    id_ = recording.record(store, a_draft(**then), by="alice")
    assert waiting(store) == [(id_, "announced", "0")]
    amend(store, id_, a_draft("[2026-01-15..2026-01-18]"))
    assert waiting(store) == [(id_, "announced", "0"), (id_, "moved", "1")]


def test_a_revision_that_fails_raises_nothing(store: Store) -> None:
    subscribe(store)

    def fail(*_: Any) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        recording.record(store, a_draft(), by="alice", then=fail)
    assert waiting(store) == []


def test_what_is_late_or_over_or_not_the_current_state_raises_nothing(store: Store) -> None:
    subscribe(store)
    recording.record(store, a_draft(known_on="2025-12-01"), by="alice")
    recording.record(store, a_draft("2025-12-01", status="held"), by="alice")
    recording.record(store, a_draft(kind="visit"), by="alice")
    assert waiting(store) == []
    id_ = recording.record(store, a_draft(), by="alice")
    amend(store, id_, a_draft("[2025-12-15..2025-12-18]", "2025-12-03"))
    assert [matter for _, matter, _ in waiting(store)] == ["announced"]


@pytest.mark.parametrize(("notify", "count"), [(False, 0), (True, 1)])
def test_an_import_raises_letters_only_where_asked(store: Store, notify: bool, count: int) -> None:
    subscribe(store)
    lines = (
        "calendar,kind,title,when,status,known_on\r\ndemo,plenary,A plenary,mid-December 2025,announced,2025-12-04\r\n"
    )
    entering.take_in(store, lines.encode(), Asked(format="csv", notify=notify), by="alice")
    assert len(waiting(store)) == count


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"status": "held", "when": "2025-12-06"}, "the opening is known"),
        ({"status": "cancelled"}, "it was cancelled, not announced"),
        ({"status": "retracted"}, "the event is not known any more"),
        ({"when": "2026-02"}, "the window has moved since"),
        ({"when": "[2025-12-13..2026-01-18]"}, "the window was 37 days wide"),
        ({"when": "[2025-12-12..2025-12-18]"}, None),
    ],
)
def test_a_letter_that_is_no_longer_true_is_dropped_and_says_why(
    store: Store, settings: Settings, changes: dict[str, str], why: str | None
) -> None:
    subscribe(store, matters=LEADS)
    alerting.raise_due(store)
    tell(store, "autumn01", **{"when": WINDOW, "known_on": "2025-12-06"} | changes)
    assert bring(store, settings, "2025-12-06") == ({"dropped": 1} if why else {"sent": 1})
    with store.reading() as conn:
        assert conn.execute("SELECT said FROM outbox").fetchone()[0] == why


def test_a_letter_of_an_older_revision_gives_way_to_a_newer_one(store: Store, settings: Settings) -> None:
    subscribe(store)
    id_ = recording.record(store, a_draft(), by="alice")
    amend(store, id_, a_draft("[2025-12-21..2025-12-24]"))
    assert bring(store, settings, "2025-12-05") == {"dropped": 1, "sent": 1}


def test_a_machine_that_was_off_for_three_days_sends_what_is_still_of_use_once(
    store: Store, settings: Settings
) -> None:
    subscribe(store, lead_days=(9, 8, 7, 6, 5))
    assert raised(store, "2025-12-02") == [("lead", "9")]
    assert bring(store, settings, "2025-12-02") == {"sent": 1}
    assert raised(store, "2025-12-06") == [("lead", "5")]
    assert bring(store, settings, "2025-12-06") == {"sent": 1}


def test_nobody_is_told_of_a_calendar_they_did_not_ask_for(tmp_path: Path) -> None:
    store = a_store(tmp_path / "two.sqlite3", date(2025, 12, 5), a_calendar(), a_calendar(slug="other"))
    subscribe(store, calendar="other")
    recording.record(store, a_draft(), by="alice")
    assert waiting(store) == []
    recording.record(store, replace(a_draft(), calendar="other"), by="alice")
    assert len(waiting(store)) == 1
