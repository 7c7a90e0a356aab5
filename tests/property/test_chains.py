"""The graph around an event is what walking the list of links by hand gives, on every day."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import KnownBeforeEnds, LinkExists, LinkToItself, LinkWouldCycle
from schemas.events import Link, LinkDraft
from schemas.links import Chain, LinkQuery
from schemas.vocabulary import LINK_STATES, RELS
from service import linking
from service.store import chains, links
from service.store.asknown import AsKnown, standpoint
from service.store.database import Store
from tests.builders import a_store, tell

FIRST = date(2025, 1, 1)
EVENTS = tuple("abcdefg")
USED = ("leads_up_to", "completes", "same_place")

drawn = st.lists(
    st.tuples(
        st.sampled_from(EVENTS),
        st.sampled_from(EVENTS),
        st.sampled_from(USED),
        st.sampled_from(LINK_STATES),
        st.integers(0, 6),
    ),
    max_size=14,
)


@pytest.fixture(scope="module")
def events_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of seven events, the later letters known later."""
    path = tmp_path_factory.mktemp("events") / "store.sqlite3"
    store = a_store(path, FIRST + timedelta(30))
    for number, id_ in enumerate(EVENTS):
        tell(store, id_, "2025-02-01", (FIRST + timedelta(number // 2)).isoformat())
    return path


def with_links(events_only: Path, links_drawn: list[tuple[str, str, str, str, int]]) -> Store:
    path = events_only.with_name("linked.sqlite3")
    shutil.copy(events_only, path)
    store = a_store_at(path)
    for subject, target, rel, state, day in links_drawn:
        known = FIRST + timedelta(day)
        try:
            linking.link(store, LinkDraft(rel=rel, subject=subject, target=target, state=state, known_on=known), by="t")
        except (KnownBeforeEnds, LinkExists, LinkToItself, LinkWouldCycle):
            continue
    return store


def a_store_at(path: Path) -> Store:
    from service.clock import Clock

    return Store(path, Clock(FIRST + timedelta(30)))


def by_hand(
    at: AsKnown, start: str, hops: int, rels: tuple[str, ...], states: tuple[str, ...]
) -> tuple[object, object]:
    """Breadth first over the list of links: {event: hops}, and the ids of the links between them."""
    every = links.hydrate(at, links.find(at, LinkQuery(rel=rels, state=states), limit=1000))
    seen, edge = {start: 0}, [start]
    for step in range(1, hops + 1):
        edge = sorted({other for id_ in edge for link in every for other in _across(link, id_)} - set(seen))
        seen |= dict.fromkeys(edge, step)
    return seen, {link.id for link in every if link.subject.id in seen and link.target.id in seen}


def _across(link: Link, id_: str) -> set[str]:
    ends = {link.subject.id, link.target.id}
    return ends - {id_} if id_ in ends else set()


def as_sets(chain: Chain) -> tuple[object, object]:
    return {node.id: node.hops for node in chain.nodes}, {edge.id for edge in chain.edges}


@pytest.mark.slow
@given(drawn, st.sampled_from(EVENTS[:2]), st.integers(1, 6), st.integers(0, 7))
@settings(max_examples=40, deadline=None)
def test_a_chain_is_what_walking_by_hand_gives(
    events_only: Path, links_drawn: list[tuple[str, str, str, str, int]], start: str, hops: int, day: int
) -> None:
    store = with_links(events_only, links_drawn)
    with store.reading() as conn:
        at = standpoint(conn, store.clock, FIRST + timedelta(day))
        for rels, states in ((tuple(RELS), ("asserted",)), (("leads_up_to",), LINK_STATES)):
            found = chains.chain(at, start, hops=hops, rels=rels, states=states)
            assert as_sets(found) == by_hand(at, start, hops, rels, states)
            assert not found.truncated
            assert list(found.nodes) == sorted(found.nodes, key=lambda node: (node.hops, node.id))


@pytest.mark.slow
@given(drawn)
@settings(max_examples=25, deadline=None)
def test_no_circle_of_asserted_links_is_known_on_any_day(
    events_only: Path, links_drawn: list[tuple[str, str, str, str, int]]
) -> None:
    store = with_links(events_only, links_drawn)
    with store.reading() as conn:
        for day in range(8):
            at = standpoint(conn, store.clock, FIRST + timedelta(day))
            for rel in ("leads_up_to", "completes"):
                query = LinkQuery(rel=(rel,), state=("asserted",))
                every = links.hydrate(at, links.find(at, query, limit=1000))
                left = [(link.subject.id, link.target.id) for link in every]
                while free := [pair for pair in left if pair[1] not in {subject for subject, _ in left}]:
                    left = [pair for pair in left if pair not in free]
                assert not left


def test_a_graph_too_large_is_cut_farthest_first_and_says_so(
    events_only: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = with_links(events_only, [(one, other, "leads_up_to", "asserted", 6) for one, other in pairwise(EVENTS)])
    monkeypatch.setattr(chains, "MOST_NODES", 3)
    with store.reading() as conn:
        at = standpoint(conn, store.clock)
        found = chains.chain(at, "b", hops=6, rels=tuple(RELS), states=("asserted",))
    assert [(node.id, node.hops) for node in found.nodes] == [("b", 0), ("a", 1), ("c", 1)]
    assert found.truncated
    assert len(found.edges) == 2
