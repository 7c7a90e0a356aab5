"""Who takes part in what a title tells, and who is merely spoken of."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.names import Name, Register
from service import understanding
from service.analysis.spellings import Spelled, of_register
from service.analysis.takingpart import taking_part
from service.clock import Clock
from service.importing import PACKS
from service.store.asknown import standpoint
from service.store.database import Store
from tests.apps import TODAY
from tests.persontitles import ASKED_AT_THE_END, ASKED_THEN, LED_ASTRAY, SPOKEN_OF

pytestmark = pytest.mark.slow

Reads = Callable[[str], set[str]]

SHIPPED = [
    (revision["title"], revision.get("people", ()))
    for line in (PACKS / "dprk" / "events.jsonl").read_text(encoding="utf-8").splitlines()
    for revision in [json.loads(line)["revisions"][-1]]
]


@pytest.fixture(scope="module")
def register(shipped_store: Path) -> Register:
    """The names of the shipped calendar."""
    store = Store(shipped_store, Clock(TODAY))
    with store.reading() as conn:
        return standpoint(conn, store.clock, calendars=["dprk"]).register


def _counted(register: Register, titles: Sequence[tuple[str, Sequence[str]]]) -> tuple[int, int, int]:
    """How many persons are read rightly, how many wrongly, and how many of those named who took part are left open."""
    spelled, counts = Spelled(of_register(register)), [0, 0, 0]
    for title, people in titles:
        there = {register.slug("person", each) for each in people}
        named = {slug for type_, slug in understanding.named(spelled.runs(title)) if type_ == "person"}
        read = {slug for _, slug in taking_part(spelled, title)}
        counts = [
            n + len(more) for n, more in zip(counts, (read & there, read - there, (named & there) - read), strict=True)
        ]
    return counts[0], counts[1], counts[2]


def test_of_the_shipped_titles_nobody_is_read_who_was_not_there_as_the_document_says(register: Register) -> None:
    assert (len(SHIPPED), *_counted(register, SHIPPED)) == (849, 159, 0, 6)


@pytest.mark.parametrize(
    ("headlines", "counts"),
    [(SPOKEN_OF, (85, 0, 6)), (LED_ASTRAY, (69, 0, 1)), (ASKED_THEN, (41, 0, 2)), (ASKED_AT_THE_END, (42, 0, 3))],
)
def test_of_headlines_nobody_is_read_who_is_merely_spoken_of(
    register: Register, headlines: Sequence[tuple[str, Sequence[str]]], counts: tuple[int, int, int]
) -> None:
    assert _counted(register, headlines) == counts


_NAMES = [Name(slug=each.lower(), type="person", name=each, known_on=TODAY) for each in ("Ann", "Bob", "Carl")]
_SPELLED = Spelled(of_register(Register([*_NAMES, Name(slug="ayton", type="place", name="Ayton", known_on=TODAY)])))


@pytest.mark.parametrize(
    ("title", "there"),
    [
        ("Ann visits Ayton", "Ann"),
        ("Ann's visit to Ayton", "Ann"),
        ("Ann's aide visits Ayton", ""),
        ("Ann University opens", ""),
        ("Ann-Bob Youth League meets", ""),
        ("Anniversary of Ann's death marked", ""),
        ("School named after Ann opens", ""),
        ("Statue of Ann unveiled", ""),
        ("Ann says Bob wants talks", "Ann"),
        ("Ann sends letter to Bob", "Ann"),
        ("Ann sends greetings to Bob, visits Ayton", "Ann"),
        ("Ann calls Bob a liar", "Ann"),
        ("Ann praised by Bob", ""),
        ("Ann greets Bob by telegram", "Ann"),
        ("Ayton cleaned ahead of Ann visit", ""),
        ("Envoy visits Ayton, first since Ann visit", ""),
        ("Limits of Ann's patience", ""),
        ("Ann meets Bob and Carl in Ayton", "Ann Bob Carl"),
        ("Ann meets Bob's envoy Carl", "Ann Carl"),
        ("Ann meets Bob supporters", "Ann"),
        ("Ann inspects works, accompanied by foreign minister Bob", "Ann Bob"),
        ("Ann, with her daughter Carl, visits Ayton", "Ann Carl"),
        ("Ann, Bob's premier, tours Ayton", "Ann"),
        ("Ann, Bob sign treaty", "Ann Bob"),
        ("'Yes to Ann', Bob says", ""),
        ("Bob to visit Ayton, meet Ann", "Bob Ann"),
        ("Bob ready to meet Ann", ""),
        ("Will Bob meet Ann?", ""),
        ("Bob meets Ann?", ""),
        ("Talks between Ann and Bob held", "Ann Bob"),
        ("Hopes for talks between Ann and Bob", ""),
        ("Ayton lawmakers meet Ann", "Ann"),
        ("Launch watched by Ann", "Ann"),
        ("Film about launch watched by Ann", ""),
        ("State media: Ann visits Ayton", "Ann"),
        ("After talks with Bob, Ann visits Ayton", "Ann"),
        ("Ann has talks with Bob", "Ann Bob"),
        ("Ann discusses talks with Bob", "Ann"),
        ("Ann left Ayton", "Ann"),
        ("Ann left out of list", ""),
        ("Ann guided tour of Ayton", ""),
        ("Ann besucht Ayton", ""),
        ("Ann", ""),
        ("", ""),
    ],
)
def test_where_a_name_stands_tells_who_takes_part(title: str, there: str) -> None:
    assert {slug for _, slug in taking_part(_SPELLED, title)} == set(there.lower().split())


_SAID = """Ann Bob's Carl, Ann- Ayton visit visits with and by of : after " meets to will is says talks seen off having
daughter premier greeted Stranger, first for delegation led including between -"""


@given(st.lists(st.sampled_from(_SAID.split()), max_size=12).map(" ".join) | st.text(max_size=20))
def test_of_any_title_only_who_is_named_is_read(title: str) -> None:
    named = [key for run in _SPELLED.runs(title) for key in run.claims]
    assert set(taking_part(_SPELLED, title)) <= set(named)


@pytest.mark.parametrize(
    ("title", "people"),
    [
        ("No Kwang Chol meets Belousov", ("No Kwang Chol", "Andrei Belousov")),
        ("No Kwang Chol not seen at parade", ()),
        ("Kim Jong Un visits Kim Il Sung University", ("Kim Jong Un",)),
    ],
)
def test_a_name_that_looks_like_a_denial_denies_nothing(store: Store, title: str, people: tuple[str, ...]) -> None:
    with store.reading() as conn:
        found = understanding.understood(standpoint(conn, store.clock, calendars=["dprk"]), "dprk", title)
    assert found.people == people
