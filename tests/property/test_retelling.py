"""What is retold is what was told: the replay over the store gives the very letters that the clock sent day by day."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.events import EventDraft, SaidBy
from schemas.queries import EventQuery
from schemas.subscriptions import CHANGES, LEAD, OVERDUE, QUIET, Choices
from schemas.when import parse
from service import alerting, delivering, recording
from service.clock import Clock
from service.retelling import accounts, silences
from service.settings import read_settings
from service.store.asknown import standpoint
from service.store.database import Store
from service.store.revisions import rows_of, tag_on
from tests.builders import a_store, subscribe

FIRST = date(2025, 11, 1)
DAYS = 40
MATTERS = (LEAD, *CHANGES, OVERDUE, QUIET)
CHOSEN = st.sampled_from([MATTERS, MATTERS, *(tuple(each for each in MATTERS if each != left) for left in MATTERS)])
"""What a subscriber is told of: all, or all but one."""


def window(start: int, length: int) -> str:
    opens = FIRST + timedelta(start)
    if length < 0:
        return f"[{opens}..]"
    return f"[{opens}..{opens + timedelta(length)}]" if length else opens.isoformat()


REVISIONS = st.lists(
    st.tuples(
        st.integers(0, DAYS - 1),
        st.integers(-3, 30),
        st.sampled_from([-1, -1, 0, 3, 9, 20, 35]),
        st.sampled_from(["announced"] * 6 + ["expected", "expected", "cancelled", "held"]),
        st.sampled_from(["body", "body", "body", "press"]),
    ),
    min_size=2,
    max_size=6,
    unique_by=lambda told: told[0],
)
"""(the day it became known, from FIRST on; how long before the window; how long that is, or -1 for no date; status; who
gave it)"""


def a_draft(told: tuple[int, int, int, str, str]) -> EventDraft:
    """A draft of what was told; what was held had begun."""
    known, ahead, length, status, who = told
    start = known + ahead
    if status == "held":
        start, length = min(start, known), 0
    return EventDraft(
        calendar="demo",
        kind="plenary",
        title="Plenary",
        when=parse(window(start, length)),
        status=status,
        known_on=FIRST + timedelta(known),
        said_by=SaidBy(who),
    )


def record(store: Store, id_: str | None, draft: EventDraft) -> str:
    if id_ is None:
        return recording.record(store, draft, by="alice")
    with store.reading() as conn:
        tag = tag_on(rows_of(conn, id_), draft.known_on or date.max)
    recording.amend(store, id_, draft, expected=[tag], by="alice")
    return id_


def told_day_by_day(home: Path, choices: Choices, revisions: list[Any]) -> tuple[Store, set[tuple[str, str, str]]]:
    """The letters that went, as (day, matter, occasion), when each revision is recorded on the day it is known."""
    path = home / "store.sqlite3"
    held = read_settings({"LEADUP_HOME": str(home)})
    subscribe(Store(path, Clock(FIRST)), **{name: getattr(choices, name) for name in ("matters", "lead_days")})
    by_day = {told[0]: told for told in revisions}
    id_, told = None, set()
    for day in range(DAYS + 60):
        store = Store(path, Clock(FIRST + timedelta(day)))
        if day in by_day:
            id_ = record(store, id_, a_draft(by_day[day]))
        # The clock wakes often: what a letter that was dropped did not say is raised when it wakes next.
        for _ in range(2):
            alerting.raise_due(store)
            delivering.deliver(store, held)
        with store.transaction("test") as tx:
            for letter, matter, about, state in tx.conn.execute("SELECT letter, matter, about, state FROM outbox"):
                if state == "sent" and not tx.conn.execute("SELECT 1 FROM seen WHERE letter = ?", (letter,)).fetchone():
                    tx.conn.execute("INSERT INTO seen VALUES (?)", (letter,))
                    told.add((str(FIRST + timedelta(day)), matter, about))
    return store, told


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(CHOSEN, REVISIONS)
def test_the_replay_tells_what_the_clock_told(matters: tuple[str, ...], revisions: list[Any]) -> None:
    choices = Choices(matters=matters, lead_days=(14, 7, 1))
    with tempfile.TemporaryDirectory() as name:
        a_store(Path(name) / "store.sqlite3", FIRST)
        with Store(Path(name) / "store.sqlite3", Clock(FIRST)).transaction("test") as tx:
            tx.conn.execute("CREATE TABLE seen (letter INTEGER PRIMARY KEY)")
        store, told = told_day_by_day(Path(name), choices, revisions)
        with store.reading() as conn:
            at = standpoint(conn, store.clock, calendars=["demo"])
            query = EventQuery(calendar=("demo",), kind=("plenary",))
            found = accounts(at, query, choices, date(2000, 1, 1), date(2100, 1, 1))
            retold = {(str(each.day), each.matter, each.about) for account in found for each in account.letters}
            quiet = silences(at, "demo", date(2000, 1, 1), date(2100, 1, 1)) if QUIET in matters else []
        assert retold | {(str(each.day), QUIET, each.about) for each in quiet} == told
