"""What a title says: names by the register, the kind by how titles of each kind are worded; and what is the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from schemas.events import EventDraft, Place, Source
from schemas.names import Name, Register
from schemas.when import parse
from service import doubling, understanding
from service.analysis.likened import Likened
from service.analysis.spellings import Spelled, of_register
from service.clock import Clock
from service.importing import PACKS
from service.store.asknown import standpoint
from service.store.database import Store
from service.understanding import Reader
from tests.apps import TODAY
from tests.presstitles import ASKED_AT_THE_END, ASKED_LAST, HELD_OUT, REPORTED

pytestmark = pytest.mark.slow

KEY_MEETINGS = {"plenary", "congress"}

SHIPPED = [
    (revision["kind"], revision["title"])
    for line in (PACKS / "dprk" / "events.jsonl").read_text(encoding="utf-8").splitlines()
    for revision in [json.loads(line)["revisions"][-1]]
]


@pytest.fixture(scope="module")
def reader(shipped_store: Path) -> Reader:
    """What reads titles for the shipped calendar."""
    store = Store(shipped_store, Clock(TODAY))
    with store.reading() as conn:
        return Reader(standpoint(conn, store.clock, calendars=["dprk"]), "dprk")


def test_of_the_shipped_titles_those_that_are_told_a_kind_are_told_theirs_as_the_document_says(reader: Reader) -> None:
    found = [(kind, reader.kind(title, left_out=kind)) for kind, title in SHIPPED]  # each left out in turn
    told = [(kind, read) for kind, read in found if read]
    assert (len(SHIPPED), len(told)) == (849, 341)
    assert sum(kind == read for kind, read in told) == 338
    assert not [read for kind, read in told if kind != read and read in KEY_MEETINGS]


@pytest.mark.parametrize(
    ("headlines", "told"), [(REPORTED, 17), (HELD_OUT, 25), (ASKED_LAST, 13), (ASKED_AT_THE_END, 18)]
)
def test_of_headlines_that_the_calendar_does_not_have_none_is_told_a_kind_wrongly(
    reader: Reader, headlines: tuple[tuple[str, str], ...], told: int
) -> None:
    read = [(title, kind, found) for title, kind in headlines if (found := reader.kind(title))]
    assert [each for each in read if each[1] != each[2]] == []
    assert len(read) == told


@pytest.mark.parametrize(
    "title",
    [
        "5th Conference of the 8th Central Committee",
        "North Korea holds key party meeting",
        "9th of Korea",
        "North Korea party congress in doubt",
        "North Korea's plenary: five takeaways",
        "North Korea marks party congress",
        "North Korea attends plenary",
        "WPK attends congress of the party",
        "North Korea party congress may be delayed",
        "Plenary Meeting of Party Committees at All Levels Held",
        "Joint Plenary Meeting of WPK Central Committee and SPA Held",
        "South Pyongan party plenary held",
        "Pyongyang party congress opens",
        "Kaesong plenary held",
        "Party plenary in South Pyongan Province held",
        "Party congress opens in Chongjin",
        "Will North Korea hold party congress?",
        "North Korea to hold off plenary",
        "Congress of WPK held in 1980 recalled",
        "WPK Plenary Held in 1980",
        "",
        "...",
        "42",
    ],
)
def test_a_key_meeting_is_read_only_where_it_is_named_as_held(reader: Reader, title: str) -> None:
    assert reader.kind(title) is None


@pytest.mark.parametrize(
    "title",
    [
        "Military parade rehearsal held in Pyongyang",
        "Military parade ruled out",
        "Kim Jong Un inspects no factory this month",
        "Photos show Kim Jong Un visiting new hospital in Kusong",
        "North Korea tests new smartphone",
    ],
)
def test_of_what_did_not_happen_or_is_unheard_of_no_kind_is_read(reader: Reader, title: str) -> None:
    assert reader.kind(title) is None


def test_a_name_that_looks_like_a_denial_leaves_the_kind(reader: Reader) -> None:
    assert reader.kind("Kim Jong Un visits munitions factory with No Kwang Chol") == "leader-visit"


@pytest.mark.parametrize(
    "title",
    ["Kim Ju Ae absent from plenary", "Kim Jong Un not seen at parade", "Kim Jong Un doesn\u2019t visit Sinyang"],
)
def test_of_who_was_not_there_nobody_is_read(store: Store, title: str) -> None:
    with store.reading() as conn:
        found = understanding.understood(standpoint(conn, store.clock, calendars=["dprk"]), "dprk", title)
    assert found == understanding.Understood()


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
    spelled = Spelled(of_register(Register(names)))
    assert understanding.named(spelled.runs("Kim Ann visits")) == []


def test_of_few_titles_nothing_is_read() -> None:
    assert Likened([("visit", ["visit", "farm"])] * 19).kind(["visit", "farm"]) is None
    assert Likened([("visit", ["visit", "farm"])] * 20).kind(["visit", "farm"]) == "visit"


@pytest.mark.parametrize("asked", [["visit", "farm", "parade"], ["visit"], ["unheard", "visit", "farm"]])
def test_what_contradicts_leaves_a_kind_open(asked: list[str]) -> None:
    told = [("visit", ["visit", "farm"])] * 40 + [("parade", ["parade"])] * 40
    assert Likened(told).kind(["visit", "farm"]) == "visit"
    assert Likened(told).kind(asked) is None


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
