"""Links as verbs record them: no circle on any day, none twice, late entries and retractions included."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import EventNotFound, LinkExists, LinkNotFound, LinkToItself, LinkWouldCycle, Retracted
from schemas.events import LinkDraft
from service import linking
from service.store import links
from service.store.asknown import standpoint
from service.store.database import Store
from tests.builders import a_store, tell

TODAY = date(2025, 6, 1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with the events a, b and c, all known on 1 January 2025."""
    made = a_store(tmp_path / "store.sqlite3", TODAY)
    for id_ in ("a", "b", "c"):
        tell(made, id_, "2025-02-01", "2025-01-01")
    return made


def draw(store: Store, subject: str, target: str, known_on: str = "2025-01-10", **changes: Any) -> str:
    draft = LinkDraft(
        rel=changes.pop("rel", "leads_up_to"), subject=subject, target=target, **_known(known_on, changes)
    )
    return linking.link(store, draft, by="test")


def amend(store: Store, id_: str, subject: str, target: str, known_on: str, **changes: Any) -> None:
    draft = LinkDraft(
        rel=changes.pop("rel", "leads_up_to"), subject=subject, target=target, **_known(known_on, changes)
    )
    every = [(last, shown) for last in range(9) for shown in range(9)]
    linking.amend_link(store, id_, draft, expected=every, by="test")


def _known(day: str, changes: dict[str, Any]) -> dict[str, Any]:
    return {"known_on": date.fromisoformat(day), **changes}


def state_on(store: Store, id_: str, day: str, through: int | None = None) -> str:
    with store.reading() as conn:
        return links.one(standpoint(conn, store.clock, date.fromisoformat(day), through), id_).state


def test_a_circle_is_refused_over_any_number_of_links(store: Store) -> None:
    draw(store, "a", "b")
    draw(store, "b", "c")
    with pytest.raises(LinkWouldCycle) as refused:
        draw(store, "c", "a")
    assert refused.value.members == {"on": "2025-01-10"}


def test_a_circle_that_stood_only_in_the_past_is_refused_too(store: Store) -> None:
    gone = draw(store, "a", "b", "2025-01-10")
    amend(store, gone, "a", "b", "2025-02-01", state="rejected")
    with pytest.raises(LinkWouldCycle) as refused:
        draw(store, "b", "a", "2025-01-20")
    assert refused.value.members == {"on": "2025-01-20"}
    draw(store, "b", "a", "2025-02-01")


def test_taking_a_link_up_again_may_not_close_a_circle(store: Store) -> None:
    first = draw(store, "a", "b", "2025-01-10")
    amend(store, first, "a", "b", "2025-02-01", state="rejected")
    draw(store, "b", "a", "2025-02-01")
    with pytest.raises(LinkWouldCycle):
        amend(store, first, "a", "b", "2025-03-01", state="asserted")
    assert state_on(store, first, "2025-03-01") == "rejected"


def test_a_late_entry_may_not_close_a_circle_on_a_day_between(store: Store) -> None:
    first = draw(store, "a", "b", "2025-01-10")
    amend(store, first, "a", "b", "2025-02-01", state="rejected")
    second = draw(store, "b", "a", "2025-02-10")
    amend(store, second, "b", "a", "2025-03-01", state="rejected")
    with pytest.raises(LinkWouldCycle) as refused:
        amend(store, first, "a", "b", "2025-02-05", state="asserted")
    assert refused.value.members == {"on": "2025-02-10"}


def test_rejected_links_close_no_circle_and_rels_without_order_have_none(store: Store) -> None:
    draw(store, "a", "b")
    draw(store, "b", "a", state="rejected")
    draw(store, "a", "b", rel="same_place")
    draw(store, "b", "c", rel="same_place")
    draw(store, "c", "a", rel="same_place")


def test_the_same_link_twice_is_refused_with_the_one_that_stands(store: Store) -> None:
    first = draw(store, "a", "b", "2025-01-10")
    with pytest.raises(LinkExists) as refused:
        draw(store, "a", "b", "2025-01-05")
    assert refused.value.members == {"link": first, "state": "asserted"}
    amend(store, first, "a", "b", "2025-02-01", state="rejected")
    with pytest.raises(LinkExists) as refused:
        draw(store, "a", "b", "2025-03-01")
    assert refused.value.members == {"link": first, "state": "rejected"}


def test_a_rel_that_says_the_same_from_either_end_is_one_link(store: Store) -> None:
    first = draw(store, "a", "b", rel="same_place")
    with pytest.raises(LinkExists) as refused:
        draw(store, "b", "a", rel="same_place")
    assert refused.value.members["link"] == first


def test_a_retracted_link_is_in_no_answer_on_any_day_but_through_its_old_change(store: Store) -> None:
    id_ = draw(store, "a", "b", "2025-01-10")
    with store.reading() as conn:
        through = conn.execute("SELECT MAX(change) FROM change").fetchone()[0]
    amend(store, id_, "a", "b", "2025-03-01", state="retracted")
    for day in ("2025-01-10", "2025-02-01", "2025-03-01"):
        with pytest.raises(LinkNotFound):
            state_on(store, id_, day)
    assert state_on(store, id_, "2025-01-10", through) == "asserted"
    with pytest.raises(Retracted):
        amend(store, id_, "a", "b", "2025-04-01")
    amend(store, id_, "a", "b", "2025-04-01", replaces=1)
    assert state_on(store, id_, "2025-02-01") == "asserted"


def test_a_retracted_link_may_be_drawn_anew_and_then_not_brought_back(store: Store) -> None:
    id_ = draw(store, "a", "b", "2025-01-10")
    amend(store, id_, "a", "b", "2025-03-01", state="retracted")
    again = draw(store, "a", "b", "2025-01-20")
    with pytest.raises(LinkExists) as refused:
        amend(store, id_, "a", "b", "2025-04-01", replaces=1)
    assert refused.value.members["link"] == again


def test_refusals_point_to_where_the_writer_named_the_event(store: Store) -> None:
    with pytest.raises(EventNotFound) as refused:
        draw(store, "a", "nobody")
    assert refused.value.pointer == "/to"
    with pytest.raises(EventNotFound) as refused:
        draw(store, "a", "nobody", exchanged=True)
    assert refused.value.pointer == "/from"
    with pytest.raises(LinkToItself):
        draw(store, "a", "a")
