"""What /names counts is what going through /events by hand gives, on every day, for every name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from schemas.events import EventDraft, Place
from schemas.names import Former, Name
from schemas.when import parse
from service.recording import record
from service.settings import read_settings
from service.store.database import Store, store_of
from service.store.registers import plain
from service.store.revisions import Assertion, append
from tests.apps import app_over
from tests.builders import a_store

FIRST = date(2025, 3, 1)
TODAY = FIRST + timedelta(days=30)
ASKED = (FIRST + timedelta(days=4), FIRST + timedelta(days=8), TODAY)

NAMES = (
    Name(slug="rex", type="person", name="Rex", variants=("King Rex",), known_on=FIRST),
    Name(slug="ann", type="person", name="Ann", native="안", known_on=FIRST + timedelta(days=5)),
    Name(slug="north", type="place", name="North", known_on=FIRST),
    Name(slug="south", type="place", name="South", known_on=FIRST),
    Name(slug="ember", type="place", name="Ember", part_of="north", known_on=FIRST),
    Name(slug="mill", type="place", name="The Mill", part_of="ember", known_on=FIRST),
    Name(slug="twin", type="place", name="Twin", one_of=("twin-north", "twin-south"), known_on=FIRST),
    Name(slug="twin-north", type="place", name="Twin N", part_of="north", known_on=FIRST),
    Name(slug="twin-south", type="place", name="Twin S", part_of="south", known_on=FIRST),
    Name(slug="army", type="body", name="Army", former=(Former("Guard", FIRST + timedelta(days=6)),), known_on=FIRST),
)

drafts = st.builds(
    lambda day, held, **named: EventDraft(
        calendar="demo",
        kind="visit",
        title="A visit",
        when=parse((FIRST + timedelta(days=day)).isoformat()),
        status="held" if held else "announced",
        known_on=FIRST + timedelta(days=day),
        **named,
    ),
    st.integers(0, 9),
    st.booleans(),
    people=st.lists(st.sampled_from(["Rex", "King Rex", "Ann", "안", "Somebody New"]), max_size=3).map(tuple),
    bodies=st.lists(st.sampled_from(["Army", "Guard", "Choir"]), max_size=2).map(tuple),
    themes=st.lists(st.sampled_from(["sport", "Sport", "music"]), max_size=2).map(tuple),
    place=st.builds(
        Place,
        name=st.sampled_from([None, "The Mill", "A Barn"]),
        county=st.sampled_from([None, "Ember", "Twin"]),
        province=st.sampled_from([None, "North", "South"]),
    ),
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose store holds the calendar `demo` and the names."""
    home = tmp_path_factory.mktemp("names")
    (home / "var").mkdir()
    store = a_store(home / "var" / "leadup.sqlite3", TODAY)
    with store.transaction("test") as tx:
        for name in NAMES:
            for day in name.days_of_change():
                subject = f"name/{name.type}/{name.slug}"
                append(tx, Assertion("name", subject, "demo", day, plain(name.as_known_on(day))))
    return home


@pytest.mark.slow
@given(st.lists(drafts, max_size=5))
@budget(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counts_are_those_of_the_events(empty: Path, tmp_path: Path, told: list[EventDraft]) -> None:
    settings = read_settings({"LEADUP_HOME": str(copied(empty, tmp_path)), "LEADUP_TODAY": TODAY.isoformat()})
    store: Store = store_of(settings)
    for draft in told:
        record(store, draft, by="test")
    with app_over(settings).test_client() as client:
        for day in ASKED:
            check(client, day.isoformat())


def copied(home: Path, target: Path) -> Path:
    (target / "var").mkdir(exist_ok=True)
    for old in (target / "var").iterdir():
        old.unlink()
    source = home / "var" / "leadup.sqlite3"
    (target / "var" / source.name).write_bytes(source.read_bytes())
    return target


def check(client: FlaskClient, day: str) -> None:
    items = client.get(f"/api/v1/names?limit=200&as_known_on={day}").get_json()["items"]
    events = client.get(f"/api/v1/events?limit=200&as_known_on={day}").get_json()["items"]
    for item in items:
        address = f"/api/v1/events?{item['type']}={item['slug']}&as_known_on={day}&limit=200"
        found = client.get(address).get_json()["items"]
        assert item["count"] == len(found), item
        held = [event["when"]["starts"][0] for event in found if event["status"] == "held"]
        assert (item["first_seen"], item["last_seen"]) == (min(held, default=None), max(held, default=None))
    counted = {(item["type"], item["name"]): item["count"] for item in items if item["type"] != "place"}
    assert {(type_, folded(name)): count for (type_, name), count in counted.items()} == dict(by_hand(events))


def by_hand(events: list[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """Each event once under each name but places, spelled as the newest entry has it."""
    return Counter(key for event in events for key in set(borne(event)))


def borne(event: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for type_, field in (("person", "people"), ("body", "bodies"), ("theme", "themes")):
        yield from ((type_, folded(name)) for name in event[field])


def folded(name: str) -> str:
    return name.lower()
