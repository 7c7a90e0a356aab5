"""What a title says: names by the register, the kind by how titles of each kind are worded; and what is the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from schemas.events import EventDraft, Place, Source
from schemas.names import Name, Register
from schemas.when import parse
from service import doubling, understanding
from service.importing import PACKS
from service.store.asknown import standpoint
from service.store.database import Store

pytestmark = pytest.mark.slow

SHIPPED = [
    (revision["kind"], revision["title"])
    for line in (PACKS / "dprk" / "events.jsonl").read_text(encoding="utf-8").splitlines()
    for revision in [json.loads(line)["revisions"][-1]]
]


def test_of_the_shipped_titles_most_are_told_their_kind_as_the_document_says(store: Store) -> None:
    with store.reading() as conn:
        at = standpoint(conn, store.clock, calendars=["dprk"])
        spelled = understanding._spellings(at.register)
    told = [(kind, understanding.signs(spelled, title)) for kind, title in SHIPPED]
    right = wrong = 0
    for place in range(0, len(told), 4):  # every fourth, each left out in turn
        found = understanding.kind_of(told[:place] + told[place + 1 :], told[place][1])
        right += found == told[place][0]
        wrong += found not in (None, told[place][0])
    assert (right + wrong) / (len(told) / 4) > 0.8
    assert right / (right + wrong) > 0.87


@pytest.mark.parametrize(
    ("title", "people", "place"),
    [
        (
            "Kim Jong Un visits Sinyang",
            ("Kim Jong Un",),
            Place(county="Sinyang", province="South Pyongan", country="KP"),
        ),
        ("Parade on Kim Il Sung Square", (), Place("Kim Il Sung Square", province="Pyongyang", country="KP")),
        ("김정은 visits a farm", ("Kim Jong Un",), None),
        ("Talks between Sinyang and Wonsan", (), None),
        ("A session opens", (), None),
        ("", (), None),
    ],
)
def test_names_are_read_in_any_spelling(store: Store, title: str, people: tuple[str, ...], place: Place | None) -> None:
    with store.reading() as conn:
        found = understanding.understood(standpoint(conn, store.clock, calendars=["dprk"]), "dprk", title)
    assert (found.people, found.place) == (people, place)


def test_a_name_that_two_claim_is_read_as_neither() -> None:
    names = [Name(slug=slug, type="person", name="Kim Ann", known_on=date(2020, 1, 1)) for slug in ("one", "two")]
    spelled = understanding._spellings(Register(names))
    assert understanding._named(spelled, "Kim Ann visits") == []


def test_of_few_titles_nothing_is_read() -> None:
    assert understanding.kind_of([("visit", ["visit"])] * 5, ["visit"]) is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"when": "yesterday"}, "held"),
        ({"when": "2026-11-24"}, "held"),
        ({"when": "mid-December 2026"}, "expected"),
        ({"when": "mid-December 2026", "said_by": {"who": "body"}}, "announced"),
        ({"when": "yesterday", "known_on": "2026-11-01"}, "held"),
        ({"when": "2026-11-20", "sources": [{"published": "2026-11-10"}]}, "expected"),
        ({"when": "someday"}, None),
        ({"when": "2026-11-20", "known_on": "soon"}, None),
        ({}, None),
    ],
)
def test_a_status_stands_to_reason(body: dict[str, object], status: str | None) -> None:
    assert understanding.status_of(body, date(2026, 11, 24)) == status


DRAFT = EventDraft(
    calendar="dprk",
    kind="leader-visit",
    title="Tour of the regional-industry works of Sinyang County",
    when=parse("2025-12-03"),
    status="held",
    people=("Kim Jong Un",),
    place=Place(county="Sinyang"),
)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, True),
        ({"place": Place(county="Sinyang County")}, True),
        ({"place": None, "people": ("김정은",)}, True),
        ({"when": parse("[2025-12-01..2025-12-10]")}, True),
        ({"when": parse("2025")}, False),
        ({"when": parse("2025-11-20")}, False),
        ({"place": None, "people": (), "kind": "plenary", "title": "Something else"}, False),
    ],
)
def test_what_may_be_recorded_already_is_found(store: Store, changes: dict[str, object], found: bool) -> None:
    with store.reading() as conn:
        at = standpoint(conn, store.clock, calendars=["dprk"])
        same = doubling.likely_same(at, replace(DRAFT, **changes))  # type: ignore[arg-type]
    sinyang = [event for event in same if event.place and event.place.county == "Sinyang"]
    assert bool(sinyang) == found, same


def test_the_same_report_tells_of_the_same_event(store: Store) -> None:
    with store.reading() as conn:
        at = standpoint(conn, store.clock, calendars=["dprk"])
        event = doubling.likely_same(at, DRAFT)[0]
        other = replace(
            DRAFT, kind="other", title="Zzz", people=(), place=None, sources=(Source("X", url=event.sources[0].url),)
        )
        assert event in doubling.likely_same(at, other)
