"""What becomes known later changes no byte, tag or header of any answer as known on an earlier day.

Every address that can be read is walked, by the app's own list of routes: a new one that is not named here fails.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from schemas.calendars import Calendar, Check, Coverage, Promise, Rule, Thin
from schemas.events import LinkDraft
from schemas.feeds import FeedDraft
from schemas.headlines import Taken
from schemas.names import Former, Name
from schemas.vocabulary import Kind
from schemas.wire.questions import read_query
from service import linking, saving
from service.app import create_app
from service.settings import read_settings
from service.store import facets, feedaddresses, feedbytes, inbox, tokens
from service.store.database import Store, store_of
from service.store.registers import plain
from service.store.revisions import Assertion, append, rows_of, tag_on
from tests.builders import a_calendar, a_store

pytestmark = pytest.mark.slow

TODAY = date(2026, 3, 1)
DAY = "2026-02-01"

TIMELESS = {
    "/docs",
    "/docs/operations/<name>",
    "/docs/operations/<name>/ask",
    "/docs/shapes/<name>",
    "/problems",
    "/problems/<slug>",
    "/openapi.json",
    "/static/<path:filename>",
    "/healthz",
    "/api/v1/when",
    "/api/v1/tokens",
    "/api/v1/tokens/<name>",
    "/api/v1/imports",
    "/api/v1/imports/<import_id>",
    "/api/v1/feeds/<slug>/addresses",
    "/api/v1/feeds/<slug>/addresses/<address_id>",
    "/alerts/confirm/<word>",
    "/alerts/manage/<word>",
    "/alerts/unsubscribe/<word>",
    "/sign-in",
}
"""What answers about no events, or about the running service."""

ADDRESSES: dict[str, list[str]] = {
    "/": ["/"],
    "/events": [
        "/events",
        "/events?kind=visit&limit=1",
        "/events?q=Kim&from=2025-12-01",
        "/events?person=Kim X&sort=-known_on",
        "/events?kind=rally",
        "/events?calendar=other",
    ],
    "/people/<name>": ["/people/kim-x", "/people/Kimovich"],
    "/places/<name>": ["/places/north", "/places/south"],
    "/programmes/<name>": ["/programmes/works"],
    "/about/<slug>": ["/about/demo", "/about/other"],
    "/timeline": ["/timeline", "/timeline?year=2025", "/timeline?decade=2020", "/timeline?year=2026&group=meeting"],
    "/calendar": ["/calendar"],
    "/calendar/<int:year>/<int:number>": ["/calendar/2026/01", "/calendar/2026/02"],
    "/search": ["/search", "/search?q=Kim", "/search?q=Kimovich", "/search?q=Renamed"],
    "/changes": ["/changes", "/changes?before=2026-01-21_99"],
    "/feeds": [
        "/feeds",
        "/feeds?kind=visit&kind=plenary&uncertain=span",
        "/feeds?key_meetings=true",
        "/feeds?q=Kimovich",
        "/feeds?person=Kim X&past=0",
        "/feeds?kind=rally",
        "/feeds?calendar=other&past=soon",
    ],
    "/alerts": ["/alerts"],
    "/inbox": ["/inbox", "/inbox?page=2", "/inbox?done=1"],
    "/record": ["/record", "/record?url=https://news.example/1&title=Later"],
    "/leadups": [
        "/leadups",
        "/leadups?anchors=visit&activity=group:meeting&activity=visit&lead_days=7",
        "/leadups?activity=kind:visit;person:Kimovich",
        "/leadups?anchors=rally",
        "/leadups?calendar=other&lead_days=3",
    ],
    "/leadups/<event_id>": [
        "/leadups/visit2?anchors=visit&activity=visit",
        "/leadups/visit2",
        "/leadups/plenary1",
        "/leadups/later1",
        "/leadups/visit1?anchors=rally&lead_days=3",
    ],
    "/gaps": [
        "/gaps",
        "/gaps?from_kind=visit&to_kind=visit&programme=Works&within_days=30",
        "/gaps?from_kind=visit&to_kind=rally&within_days=soon",
    ],
    "/events/<event_id>": ["/events/visit1", "/events/later1"],
    "/events/<event_id>/amend": ["/events/visit1/amend", "/events/later1/amend"],
    "/events/<event_id>/links": ["/events/visit1/links", "/events/visit1/links?q=Kim", "/events/later1/links"],
    "/events/<event_id>/retract": ["/events/visit1/retract", "/events/later1/retract"],
    "/events/<event_id>.ics": ["/events/visit1.ics", "/events/later1.ics"],
    "/calendars/<slug>.ics": ["/calendars/demo.ics"],
    "/feeds/<slug>.ics": ["/feeds/key-meetings.ics", "/feeds/demo-key-meetings.ics"],
    "/feeds/private/<secret>.ics": ["/feeds/private/{secret}.ics", "/feeds/private/{secret}.ics?uncertain=span&past=0"],
    "/feeds/private/<secret>.atom": ["/feeds/private/{secret}.atom"],
    "/calendars/<slug>.atom": ["/calendars/demo.atom"],
    "/events/<event_id>.atom": ["/events/plenary1.atom", "/events/later1.atom", "/events/visit2.atom"],
    "/feeds/<slug>.atom": ["/feeds/key-meetings.atom", "/feeds/demo.atom"],
    "/api/v1/events.atom": ["/api/v1/events.atom?kind=visit", "/api/v1/events.atom?q=Kim"],
    "/api/v1/events.ics": ["/api/v1/events.ics?kind=visit", "/api/v1/events.ics?q=Kim"],
    "/api/v1/events": [
        "/api/v1/events?expand=sources,links&total=true",
        "/api/v1/events?person=Kim X&limit=1",
        "/api/v1/events?q=Kimovich",
        "/api/v1/events?q=Kim",
        "/api/v1/events?sort=-starts&overdue=true",
        "/api/v1/events?body=League",
        "/api/v1/events?body=Renamed League",
        "/api/v1/events?person=Kimovich",
        "/api/v1/events?q=Renamed",
        "/api/v1/events?kind=rally",
        "/api/v1/events?calendar=other",
        "/api/v1/events?q=plen&total=true",
        "/api/v1/events?q=visit kim&limit=1",
        "/api/v1/events?sort=-known_on&limit=2",
        "/api/v1/events?near=visit1&within_days=60&sort=known_on",
        "/api/v1/events?near=later1",
        "/api/v1/events?linked_to=plenary1&fields=title,links",
        "/api/v1/events?linked_to=later1&rel=part_of",
        "/api/v1/events?people_all=Kim X,Kimovich",
        "/api/v1/events?said_by=body,press&recorded_by=test",
        "/api/v1/events?from=2026-01-01&to=2026-01-31&within=true",
        "/api/v1/events?kind=zoo,rally&calendar=other&limit=0",
    ],
    "/api/v1/events/<event_id>": ["/api/v1/events/visit1", "/api/v1/events/plenary1", "/api/v1/events/later1"],
    "/api/v1/events/<event_id>/revisions": [
        "/api/v1/events/plenary1/revisions?total=true",
        "/api/v1/events/later1/revisions",
    ],
    "/api/v1/events/<event_id>/chain": ["/api/v1/events/plenary1/chain", "/api/v1/events/later1/chain"],
    "/api/v1/links": ["/api/v1/links", "/api/v1/links?limit=1&total=true", "/api/v1/links?event=visit1&state=asserted"],
    "/api/v1/links/<link_id>": ["/api/v1/links/link1", "/api/v1/links/link2"],
    "/api/v1/links/<link_id>/revisions": ["/api/v1/links/link1/revisions?total=true", "/api/v1/links/link2/revisions"],
    "/api/v1/suggestions": [
        "/api/v1/suggestions?min_score=0",
        "/api/v1/suggestions?min_score=0&event=visit1",
        "/api/v1/suggestions?min_score=0.1&limit=1&total=true",
    ],
    "/api/v1/calendars": ["/api/v1/calendars?total=true", "/api/v1/calendars?calendar=other"],
    "/api/v1/calendars/<slug>": ["/api/v1/calendars/demo", "/api/v1/calendars/other"],
    "/api/v1/kinds": ["/api/v1/kinds", "/api/v1/kinds?limit=1&total=true"],
    "/api/v1/names": [
        "/api/v1/names?limit=200",
        "/api/v1/names?sort=-count&limit=2&total=true",
        "/api/v1/names?q=Kimovich",
    ],
    "/api/v1/names/<type_>": ["/api/v1/names/person", "/api/v1/names/body?q=Renamed"],
    "/api/v1/names/<type_>/<name>": [
        "/api/v1/names/person/kim-x",
        "/api/v1/names/person/Kimovich",
        "/api/v1/names/body/league",
        "/api/v1/names/body/Renamed League",
        "/api/v1/names/place/north",
        "/api/v1/names/place/south",
    ],
    "/api/v1/changes": ["/api/v1/changes?after=0&limit=200", "/api/v1/changes?after=0&limit=2&total=true"],
    "/api/v1/changes.jsonl": ["/api/v1/changes.jsonl?after=0", "/api/v1/changes.jsonl?calendar=demo&limit=2"],
    "/api/v1/names.csv": ["/api/v1/names.csv", "/api/v1/names.csv?type=body,person&limit=2"],
    "/api/v1/names.jsonl": ["/api/v1/names.jsonl?sort=-count", "/api/v1/names.jsonl?q=Kimovich"],
    "/api/v1/events.csv": ["/api/v1/events.csv", "/api/v1/events.csv?person=Kim X&limit=1", "/api/v1/events.csv?q=Kim"],
    "/api/v1/events.jsonl": [
        "/api/v1/events.jsonl?expand=sources,links",
        "/api/v1/events.jsonl?body=League&overdue=true",
        "/api/v1/events.jsonl?calendar=demo&sort=-starts",
    ],
    "/api/v1/feeds": ["/api/v1/feeds", "/api/v1/feeds?limit=2"],
    "/api/v1/feeds/<slug>": ["/api/v1/feeds/key-meetings", "/api/v1/feeds/demo", "/api/v1/feeds/other"],
    "/api/v1/gaps": [
        "/api/v1/gaps?calendar=demo&from_kind=visit&to_kind=visit&within_days=30",
        "/api/v1/gaps?calendar=demo&from_kind=visit,plenary&to_kind=visit,rally",
    ],
    "/api/v1/gaps.svg": ["/api/v1/gaps.svg?calendar=demo&from_kind=visit&to_kind=visit"],
    "/api/v1/leadups.svg": ["/api/v1/leadups.svg?calendar=demo&anchors=plenary&activity=visit&chart=epochs"],
    "/api/v1/gaps.csv": ["/api/v1/gaps.csv?calendar=demo&from_kind=visit&to_kind=visit&table=sites"],
    "/api/v1/leadups.csv": [
        f"/api/v1/leadups.csv?calendar=demo&anchors=plenary&activity=visit&table={table}"
        for table in ("profile", "curve", "epochs", "ratios", "windows", "meetings", "events")
    ],
    "/api/v1/leadups": [
        "/api/v1/leadups?calendar=demo&anchors=plenary&activity=visit&lead_days=30",
        "/api/v1/leadups?calendar=demo&anchors=visit&activity=group:meeting&activity=visit&lead_days=7",
    ],
    "/api/v1/leadups/<event_id>": [
        "/api/v1/leadups/visit2?anchors=visit&activity=visit",
        "/api/v1/leadups/visit2?anchors=visit",
        "/api/v1/leadups/visit2",
        "/api/v1/leadups/plenary1",
        "/api/v1/leadups/later1",
    ],
    "/api/v1/leadups/<event_id>/so-far": [
        "/api/v1/leadups/plenary1/so-far",
        "/api/v1/leadups/plenary1/so-far?activity=visit&lead_days=20",
        "/api/v1/leadups/visit2/so-far",
        "/api/v1/leadups/later1/so-far",
    ],
    "/api/v1/windows": ["/api/v1/windows?calendar=demo&kind=plenary", "/api/v1/windows?said_by=body&limit=1"],
}


def tell(store: Store, id_: str, when: str, known_on: str, **changes: Any) -> None:
    """Record the next revision of event `id_`, findable and with its bytes, as every door does."""
    sources = tuple(changes.pop("sources", ()))
    state = {"calendar": "demo", "kind": "visit", "title": f"Visit {id_}", "when": when, "status": "held"} | changes
    with store.transaction("test") as tx:
        assertion = Assertion("event", id_, state["calendar"], date.fromisoformat(known_on), state, sources)
        facets.index(tx.conn, append(tx, assertion), state)
        feedbytes.refresh(tx.conn, [id_])


def declare(store: Store, calendar: Calendar, known_on: date) -> None:
    with store.transaction("test") as tx:
        append(tx, Assertion("calendar", f"calendar/{calendar.slug}", calendar.slug, known_on, plain(calendar)))


def call(store: Store, name: Name, known_on: date) -> None:
    with store.transaction("test") as tx:
        append(tx, Assertion("name", f"name/{name.type}/{name.slug}", "demo", known_on, plain(name)))
        feedbytes.refresh_all(tx.conn)


def link(store: Store, id_: str, rel: str, ends: tuple[str, str], known_on: str, state: str = "asserted") -> None:
    draft = LinkDraft(rel=rel, subject=ends[0], target=ends[1], known_on=date.fromisoformat(known_on), state=state)
    with store.transaction("test") as tx:
        linking.assert_link(tx, id_, "demo", draft)
        feedbytes.refresh(tx.conn, ends)


COVERED = Coverage(kinds=("visit",), since=date(2025, 1, 1), until=date(2026, 2, 20), known_on=date(2025, 1, 1))
PROMISE = Promise(
    programme="works",
    sites_a_year=2,
    since=date(2025, 1, 1),
    until=date(2026, 12, 31),
    known_on=date(2026, 2, 15),
    words="Two a year.",
    publisher="P",
    begun="rally",
    inspected="plenary",
    opened="visit",
)
KIM = Name(slug="kim-x", type="person", name="Kim X", known_on=date(2025, 12, 1))


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """The app over a store in which nothing is known later than DAY."""
    settings = read_settings({"LEADUP_HOME": str(tmp_path), "LEADUP_TODAY": TODAY.isoformat()})
    a_store(settings.store_path, TODAY, a_calendar(coverage=(COVERED,)))
    held = store_of(settings)
    call(held, Name(slug="league", type="body", name="League", known_on=date(2025, 12, 1)), date(2025, 12, 1))
    tell(held, "visit1", "2025-12-03", "2025-12-04", people=["Kim X"], bodies=["league"], place={"county": "North"})
    tell(held, "visit2", "2025-12-05", "2025-12-06", people=["Kim Y"])
    tell(held, "plenary1", "[2026-02-11..2026-02-20]", "2026-01-20", kind="plenary", status="announced")
    tell(held, "site1", "2025-12-21", "2025-12-21", programme="Works", place={"county": "North"})
    tell(held, "gone1", "2025-12-20", "2025-12-21", status="announced")
    link(held, "link1", "leads_up_to", ("visit1", "plenary1"), "2026-01-20")
    with held.transaction("test") as tx:
        tokens.create(tx, "subscriber", "read")
        _, secret = feedaddresses.make(tx, "key-meetings", "subscriber")
    app = create_app(settings)
    app.extensions["secret"] = secret
    return app


def later_event(store: Store) -> None:
    tell(store, "later1", "2026-01-15", "2026-02-10", people=["Kim X"], title="A Kim visit told late")


def later_dates(store: Store) -> None:
    tell(store, "plenary1", "2026-02-09/2026-02-11", "2026-02-12", kind="plenary", title="Kim plenary held")
    tell(
        store, "visit1", "2025-12-03", "2026-02-12", people=["Kim X", "Kimovich"], note="Kim", place={"county": "South"}
    )


def later_site(store: Store) -> None:
    tell(store, "site2", "2026-02-12", "2026-02-13", programme="Works", place={"county": "North"}, title="Kim opens it")


def later_source(store: Store) -> None:
    source = {"publisher": "Herald", "title": "Kimovich", "published": "2026-02-14"}
    tell(store, "visit2", "2025-12-05", "2026-02-14", people=["Kim Y"], sources=[source])


def later_link(store: Store) -> None:
    link(store, "link2", "follows_up", ("visit2", "visit1"), "2026-02-10")


def later_rejection(store: Store) -> None:
    link(store, "link1", "leads_up_to", ("visit1", "plenary1"), "2026-02-10", state="rejected")


def later_names(store: Store) -> None:
    call(store, replace(KIM, variants=("Kimovich",)), date(2026, 2, 10))
    former = (Former("League", date(2026, 2, 9)),)
    call(
        store,
        Name(slug="league", type="body", name="Renamed League", known_on=date(2025, 12, 1), former=former),
        date(2026, 2, 10),
    )


def later_declaration(store: Store) -> None:
    grown = a_calendar(
        description="Of later days",
        kinds=(*a_calendar().kinds, Kind("rally", "other", "Rally", "Rallies", known_on=date(2026, 2, 15))),
        coverage=(replace(COVERED, thin=(Thin(date(2025, 2, 1), date(2025, 3, 1), "seen late", date(2026, 2, 15)),)),),
        checks=(Check(publisher="I", year=2025, what="visits", theirs=9, ours=2, known_on=date(2026, 2, 15)),),
        promises=(PROMISE,),
        rules=(Rule(kind="plenary", every_years=1, known_on=date(2026, 2, 15), words="Yearly.", publisher="P"),),
    )
    declare(store, grown, date(2026, 2, 15))
    tell(store, "rally1", "2026-02-16", "2026-02-17", kind="rally", title="A Kim rally")


def later_headline(store: Store) -> None:
    with store.transaction("clock") as tx:
        inbox.take(tx, "https://news.example/rss", [Taken("Kim X visits", "https://news.example/1", "", None)])
        inbox.put_address(tx, inbox.Address(url="https://news.example/rss", next_at="2026-02-10T00:00:00Z"))


def later_calendar(store: Store) -> None:
    declare(store, a_calendar(slug="other", name="Other", known_on=date(2026, 2, 10)), date(2026, 2, 10))
    tell(store, "other1", "2026-02-01", "2026-02-11", calendar="other", title="Kim elsewhere")


LATER: list[Callable[[Store], None]] = [
    later_event,
    later_dates,
    later_site,
    later_source,
    later_link,
    later_rejection,
    later_names,
    later_declaration,
    later_calendar,
    later_headline,
]


def read(client: FlaskClient, address: str) -> tuple[int, bytes, list[tuple[str, str]]]:
    address = address.replace("{secret}", client.application.extensions["secret"])
    response = client.get(f"{address}{'&' if '?' in address else '?'}as_known_on={DAY}")
    return response.status_code, response.data, [pair for pair in response.headers if pair[0] != "Date"]


def test_every_address_that_can_be_read_is_walked(app: Flask) -> None:
    readable = {str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert readable == TIMELESS | set(ADDRESSES)


@pytest.mark.slow
def test_what_becomes_known_later_changes_nothing_earlier(app: Flask) -> None:
    client, addresses = app.test_client(), [each for group in ADDRESSES.values() for each in group]
    time.sleep(2.1)  # a feed gives no date of change within the second of the change
    before = {each: read(client, each) for each in addresses}
    for happens in LATER:
        happens(store_of(app.extensions["leadup"]))
        for address in addresses:
            assert read(client, address) == before[address], f"{address} after {happens.__name__}"


def test_what_becomes_known_later_is_seen_from_its_day_on(app: Flask) -> None:
    client = app.test_client()
    store = store_of(app.extensions["leadup"])
    before = client.get("/api/v1/events/visit1").get_json()
    for happens in LATER:
        happens(store)
    now = client.get("/api/v1/events/visit1").get_json()
    assert before["place"]["county"] == "North"
    assert (now["place"]["county"], now["bodies"]) == ("South", [])
    assert [kind["slug"] for kind in client.get("/api/v1/kinds?calendar=demo").get_json()["items"]][-1] == "rally"
    declared = client.get("/api/v1/calendars/demo").get_json()
    assert (declared["rules"][0]["every_years"], declared["coverage"][0]["thin"][0]["reason"]) == (1, "seen late")


def test_a_page_that_was_begun_goes_on_from_the_same_state(app: Flask) -> None:
    """Page 2 is cut from what page 1 was cut from, also where something was entered late, replaced or retracted."""
    client, store = app.test_client(), store_of(app.extensions["leadup"])
    whole = [each["id"] for each in client.get("/api/v1/events").get_json()["items"]]
    first = client.get("/api/v1/events?limit=1").get_json()
    tell(store, "early1", "2025-12-04", "2025-12-05")
    with store.transaction("test") as tx:
        state = rows_of(tx.conn, "visit2")[0].state | {"status": "retracted"}
        append(tx, Assertion("event", "visit2", "demo", date(2026, 2, 20), state))
    found, page = [each["id"] for each in first["items"]], first
    while page["next"]:
        page = client.get(page["next"]).get_json()
        found += [each["id"] for each in page["items"]]
        assert page["through"] == first["through"]
    assert found == whole


def test_an_old_answer_can_be_made_again_after_late_entries(app: Flask) -> None:
    client, store = app.test_client(), store_of(app.extensions["leadup"])
    asked = f"/api/v1/events?expand=sources,links&as_known_on={DAY}"
    before = client.get(asked).get_json()
    tell(store, "early1", "2025-12-04", "2025-12-05")
    with store.reading() as conn:
        assert tag_on(rows_of(conn, "visit1"), date(2026, 1, 1)) == (0, 0)
    assert client.get(asked).get_json()["items"] != before["items"]
    again = client.get(f"{asked}&through={before['through']}").get_json()
    assert again["items"] == before["items"]


def test_a_change_that_is_not_recorded_yet_cannot_be_asked_through(app: Flask) -> None:
    refused = app.test_client().get("/api/v1/events?through=999999")
    assert (refused.status_code, refused.get_json()["type"]) == (422, "/problems/through-ahead")


REFUSED = [
    "/feeds/zzz.ics",
    "/feeds/private/zzz.ics",
    "/calendars/zzz.ics",
    "/api/v1/feeds/zzz",
    "/api/v1/calendars/zzz",
    "/api/v1/names/person/zzz",
    "/api/v1/events?through=999999",
    "/api/v1/events?kind=zzz",
    "/api/v1/events?kind=zzz&through=999999",
    "/api/v1/events?kind=zzz&limit=0",
    "/api/v1/events?kind=rally&limit=0",
    "/api/v1/events?calendar=zzz&limit=0",
    "/api/v1/events?calendar=other&limit=0",
    "/api/v1/events?near=zzz",
    "/api/v1/links?event=later1",
    "/api/v1/leadups?calendar=zzz&anchors=plenary&activity=visit",
    "/api/v1/leadups?calendar=demo&anchors=rally&activity=visit",
    "/api/v1/leadups/later1",
    "/api/v1/leadups/plenary1",
    "/api/v1/leadups/visit2?anchors=rally",
    "/api/v1/when?text=mid-zzz",
]
"""What is refused: the words may tell no more than an answer."""


def later_feed(store: Store) -> None:
    query = read_query("kind=rally")
    saving.save_feed(store, FeedDraft(title="Later", text="kind=rally", query=query), by="test")


@pytest.mark.slow
@pytest.mark.parametrize("address", REFUSED)
def test_what_becomes_known_later_changes_no_refusal(app: Flask, address: str) -> None:
    client = app.test_client()
    before = read(client, address)
    assert before[0] in (404, 422)
    for happens in (*LATER, later_feed):
        happens(store_of(app.extensions["leadup"]))
        assert read(client, address) == before, f"{address} after {happens.__name__}"


def test_reading_needs_the_same_words_for_what_is_not_known_yet_as_for_what_never_was(app: Flask) -> None:
    client, store = app.test_client(), store_of(app.extensions["leadup"])
    for happens in LATER:
        happens(store)
    for path in (
        "/api/v1/events/{}",
        "/api/v1/events/{}/revisions",
        "/api/v1/leadups/{}",
        "/api/v1/leadups/{}/so-far",
        "/api/v1/links/{}",
        "/events/{}",
        "/leadups/{}",
        "/events/{}.ics",
    ):
        known, never = ("link2" if "links" in path else "later1"), "zzzzzzzz"
        early, none = (client.get(f"{path.format(each)}?as_known_on={DAY}") for each in (known, never))
        assert early.status_code == none.status_code == 404
        assert early.data.replace(known.encode(), b"X") == none.data.replace(never.encode(), b"X")


def test_who_may_write_is_told_before_what_there_is(app: Flask) -> None:
    client, store = app.test_client(), store_of(app.extensions["leadup"])
    later_event(store)
    with store.transaction("test") as tx:
        secret = tokens.create(tx, "reader", "read")
    headers = {"Authorization": f"Bearer {secret}"}
    found = [client.put(f"/api/v1/events/{each}", json={}, headers=headers) for each in ("later1", "zzzzzzzz")]
    assert [each.status_code for each in found] == [403, 403]
