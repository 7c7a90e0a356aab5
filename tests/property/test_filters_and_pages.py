"""Every filter finds what it says, alone and with others; pages of any size, in any order, give the whole answer."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.names import slug_of
from schemas.queries import SORTS, EventQuery
from schemas.vocabulary import RELS
from schemas.words import words
from service.store import facets
from service.store.asknown import AsKnown, standpoint
from service.store.database import Store
from service.store.revisions import Assertion, append
from service.store.timeline import Found, count, find
from tests.builders import tell
from tests.largestores import EVENTS_A_DAY, LAST_DAY, WEIGHTS, a_large_store

EVENTS = 150
FIRST_DAY = LAST_DAY - timedelta(days=EVENTS // EVENTS_A_DAY)
IDS = [f"e{number:07d}" for number in range(EVENTS)]
LINKS = [
    (IDS[number], IDS[other], list(RELS)[number % 3])
    for number in range(1, 60)
    if (other := number * 7 % 50) != number  # no event is linked to itself: recording refuses it
]
ALIVE = """
SELECT period.*, revision.state, change.recorded_by FROM period
JOIN revision ON revision.change = period.revision JOIN change ON change.change = period.revision
WHERE status <> 'retracted' AND known_from <= :day AND known_to > :day AND seen_from <= :through AND seen_to > :through
"""

days = st.integers(-40, 60).map(lambda offset: FIRST_DAY + timedelta(days=offset))
asked: dict[str, st.SearchStrategy[Any]] = {
    "kind": st.lists(st.sampled_from(list(WEIGHTS)), min_size=1, max_size=3).map(tuple),
    "group": st.just(("meeting",)),
    "status": st.sampled_from([("held",), ("announced",), ("announced", "expected")]),
    "person": st.sampled_from([("Ada Ahn",), ("Bo Bae", "Cho Chun"), ("Nobody",)]),
    "people_all": st.sampled_from([("Ada Ahn", "Bo Bae"), ("Do Dok", "Nobody")]),
    "theme": st.sampled_from([("farming",), ("health", "industry")]),
    "place": st.lists(st.integers(0, 199).map("County {}".format), min_size=1, max_size=40).map(tuple),
    "said_by": st.sampled_from([("body",), ("press", "A paper"), ("A paper",)]),
    "recorded_by": st.sampled_from([("test",), ("nobody", "test"), ("nobody",)]),
    "since": days,
    "until": days,
    "within": st.just(True),
    "text": st.sampled_from(["farm", "visit number", "ada NUMBER", "number 00000", "county 1", "industry plen", "zzz"]),
    "overdue": st.just(True),
    "near": st.sampled_from(IDS),
    "linked_to": st.sampled_from(IDS[:60]),
}
questions = st.fixed_dictionaries({}, optional=asked).flatmap(
    lambda chosen: st.builds(
        lambda sort, days_near, rel: EventQuery(
            **chosen,
            sort=sort,
            within_days=days_near if "near" in chosen else None,
            rel=rel if "linked_to" in chosen else (),
        ),
        st.none() | st.sampled_from(SORTS),
        st.none() | st.integers(0, 20),
        st.sampled_from([(), ("part_of",), ("announced_by", "leads_up_to")]),
    )
)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, sqlite3.Connection]]:
    """A store of some days of events, some of them linked, and a connection to it."""
    store = a_large_store(tmp_path_factory.mktemp("filters") / "store.sqlite3", EVENTS)
    for number in range(3):
        when = (FIRST_DAY + timedelta(days=number)).isoformat()
        bare: dict[str, Any] = {"people": [], "themes": [], "place": {}}
        tell(store, f"o{number:07d}", when, "2025-12-01", said_by={"who": "press", "name": "A paper"}, **bare)
    with store.transaction("test") as tx:
        for number, (subject, target, rel) in enumerate(LINKS):
            state = {"rel": rel, "subject": subject, "target": target, "state": "asserted"}
            append(tx, Assertion("link", f"l{number:07d}", "demo", FIRST_DAY + timedelta(days=number % 9), state))
    with store.reading() as conn:
        yield store, conn


@pytest.mark.slow
@given(data=st.data(), query=questions, day=st.none() | days)
@settings(max_examples=500, deadline=None)
def test_what_is_found_is_what_the_filters_say_whatever_the_order_and_the_pages(
    held: tuple[Store, sqlite3.Connection], data: st.DataObject, query: EventQuery, day: date | None
) -> None:
    store, conn = held
    at = standpoint(conn, store.clock, min(day, LAST_DAY) if day else None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facets, "FEW", data.draw(st.sampled_from([-1, 4000]), label="few"))  # walked to, or sought
        whole = find(at, query)
        expected = by_looking(at, query)
        assert [each.id for each in whole] == expected
        assert count(at, query) == len(expected)
        assert paged(at, query, data.draw(st.integers(1, 40), label="limit")) == whole


def by_looking(at: AsKnown, query: EventQuery) -> list[str]:
    """The ids that a query finds, in its order, by looking at every event's state."""
    rows = at.conn.execute(ALIVE, {"day": at.day.isoformat(), "through": at.through}).fetchall()
    seen = {row["subject"]: {**dict(row), **json.loads(row["state"])} for row in rows}
    kept = [each for each in seen.values() if matches(at, query, each, seen)]
    kept.sort(key=lambda each: each["subject"])
    if query.order == "words":
        kept.sort(key=lambda each: each["starts_min"], reverse=True)
        kept.sort(key=lambda each: rank(each, query.text or "") or 0)
    else:
        column = "known_from" if "known_on" in query.order else "starts_min"
        kept.sort(key=lambda each: each[column], reverse=query.order.startswith("-"))
    return [each["subject"] for each in kept]


def matches(at: AsKnown, query: EventQuery, event: dict[str, Any], seen: dict[str, Any]) -> bool:
    return all(
        (
            not query.kind or event["kind"] in query.kind,
            not query.group or event["kind"] in ("plenary", "session", "congress"),
            not query.status or event["status"] in query.status,
            not query.overdue or (event["status"] != "held" and event["starts_max"] < at.day.isoformat()),
            not query.recorded_by or event["recorded_by"] in query.recorded_by,
            not query.said_by or bool({*event["said_by"].values()} & {*query.said_by}),
            _bears(event["people"], query.person, any) and _bears(event["people"], query.people_all, all),
            _bears(event["themes"], query.theme, any) and _bears(event["place"].values(), query.place, any),
            _lies(event, query),
            query.near is None or _near(event, query, seen),
            query.linked_to is None or _linked(at, event, query, seen),
            query.text is None or rank(event, query.text) is not None,
        )
    )


def _bears(names: Any, wanted: tuple[str, ...], needed: Any) -> bool:
    keys = {slug_of(name) for name in names}
    return not wanted or needed(slug_of(each) in keys for each in wanted)


def _lies(event: dict[str, Any], query: EventQuery) -> bool:
    since, until = (day.isoformat() if day else None for day in (query.since, query.until))
    if query.within:
        inside = since is None or event["starts_min"] >= since
        return inside and (until is None or event["ends_max"] <= until)
    return (since is None or event["ends_max"] >= since) and (until is None or event["starts_min"] <= until)


def _near(event: dict[str, Any], query: EventQuery, seen: dict[str, Any]) -> bool:
    other = seen.get(query.near or "")
    if other is None or other is event:
        return False
    most = timedelta(days=30 if query.within_days is None else query.within_days)
    first, last = (date.fromisoformat(other[bound]) for bound in ("starts_min", "ends_max"))
    open_end = last == date.max
    starts, ends = (date.fromisoformat(event[bound]) for bound in ("starts_min", "ends_max"))
    return ends >= first - most and (open_end or starts <= last + most)


def _linked(at: AsKnown, event: dict[str, Any], query: EventQuery, seen: dict[str, Any]) -> bool:
    rels = {"announced_by": "announces"}
    wanted = {rels.get(each, each) for each in query.rel} or set(RELS)
    return query.linked_to in seen and any(
        {subject, target} == {event["subject"], query.linked_to} and rel in wanted
        for number, (subject, target, rel) in enumerate(LINKS)
        if FIRST_DAY + timedelta(days=number % 9) <= at.day
    )


def rank(event: dict[str, Any], text: str) -> int | None:
    """Where all words stand: 0 in the title, 1 in title and names, None where one is missing."""
    title = words(event["title"])
    named = [each for name in (*event["people"], *event["themes"], *event["place"].values()) for each in words(name)]
    *first, last = words(text)
    for number, among in enumerate((title, [*title, *named])):
        if all(word in among for word in first) and any(each.startswith(last) for each in among):
            return number
    return None


def paged(at: AsKnown, query: EventQuery, limit: int) -> list[Found]:
    """The whole answer, a page at a time."""
    found: list[Found] = []
    while page := find(at, query, limit=limit, after=(found[-1].place, found[-1].id) if found else None):
        found += page
    return found


def test_each_filter_alone_finds_some_and_not_all(held: tuple[Store, sqlite3.Connection]) -> None:
    """Else the test above would compare nothing with nothing."""
    store, conn = held
    at = standpoint(conn, store.clock)
    every = len(find(at, EventQuery()))
    for alone in (
        EventQuery(person=("Ada Ahn",)),
        EventQuery(people_all=("Ada Ahn", "Bo Bae")),
        EventQuery(said_by=("press",)),
        EventQuery(said_by=("A Paper",)),
        EventQuery(near=IDS[3], within_days=2),
        EventQuery(linked_to=IDS[7]),
        EventQuery(text="industry plen"),
        EventQuery(text="ada NUMBER"),
        EventQuery(overdue=True),
        EventQuery(since=FIRST_DAY + timedelta(days=3), until=FIRST_DAY + timedelta(days=6), within=True),
    ):
        assert 0 < len(find(at, alone)) < every, alone
