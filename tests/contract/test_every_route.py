"""What holds for every route of the app, those to come included: whoever adds one that forgets it is told here.

A route whose address has parts, or that must be asked something, needs an example below; one that writes, a body.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from schemas.subscriptions import SubscriptionDraft
from service import signing
from service.app import create_app
from service.settings import read_settings
from service.store import subscriptions, tokens
from service.store.database import store_of
from tests.builders import a_store, subscribe, tell

pytestmark = pytest.mark.slow

EXAMPLES = {
    "static": "/static/docs.css",
    "events.get_event": "/api/v1/events/event001",
    "events.amend_event": "/api/v1/events/event001",
    "revisions.list_revisions": "/api/v1/events/event001/revisions",
    "chains.get_chain": "/api/v1/events/event001/chain",
    "suggestions.accept_suggestion": "/api/v1/suggestions/same_place~event004~event003/accept",
    "suggestions.reject_suggestion": "/api/v1/suggestions/same_programme~event004~event003/reject",
    "links.list_link_revisions": "/api/v1/links/{link}/revisions",
    "links.get_link": "/api/v1/links/{link}",
    "links.amend_link": "/api/v1/links/{link}",
    "calendars.get_calendar": "/api/v1/calendars/demo",
    "names.list_names_of_type": "/api/v1/names/place",
    "names.get_name": "/api/v1/names/place/north",
    "leadups.study_leadups": "/api/v1/leadups?calendar=demo&anchors=plenary&activity=visit",
    "leadups.get_leadup": "/api/v1/leadups/event005?anchors=plenary&activity=visit",
    "gaps.list_gaps": "/api/v1/gaps?calendar=demo&from_kind=visit&to_kind=plenary",
    "leadups.get_leadup_so_far": "/api/v1/leadups/event003/so-far?activity=visit",
    "leadups.leadups_csv": "/api/v1/leadups.csv?calendar=demo&anchors=plenary&activity=visit",
    "leadups.leadups_svg": "/api/v1/leadups.svg?calendar=demo&anchors=plenary&activity=visit&chart=epochs",
    "gaps.gaps_svg": "/api/v1/gaps.svg?calendar=demo&from_kind=visit&to_kind=plenary",
    "gaps.gaps_csv": "/api/v1/gaps.csv?calendar=demo&from_kind=visit&to_kind=plenary",
    "when.get_when": "/api/v1/when?text=mid-December 2025",
    "imports.get_import": "/api/v1/imports/{file}",
    "tokens.get_token": "/api/v1/tokens/root",
    "tokens.revoke_token": "/api/v1/tokens/reader",
    "feeds.calendar_feed": "/calendars/demo.ics",
    "feeds.named_feed": "/feeds/key-meetings.ics",
    "news.calendar_news": "/calendars/demo.atom",
    "news.event_news": "/events/event001.atom",
    "news.feed_news": "/feeds/key-meetings.atom",
    "feeds.event_feed": "/events/event001.ics",
    "saved-feeds.get_feed": "/api/v1/feeds/saved",
    "saved-feeds.change_feed": "/api/v1/feeds/saved",
    "saved-feeds.drop_feed": "/api/v1/feeds/saved",
    "feed-addresses.list_feed_addresses": "/api/v1/feeds/key-meetings/addresses",
    "feed-addresses.make_feed_address": "/api/v1/feeds/key-meetings/addresses",
    "feed-addresses.get_feed_address": "/api/v1/feeds/key-meetings/addresses/{private}",
    "feed-addresses.revoke_feed_address": "/api/v1/feeds/key-meetings/addresses/{private}",
    "private-feeds.private_feed": "/feeds/private/{secret}.ics",
    "private-feeds.private_news": "/feeds/private/{secret}.atom",
    "alert-links.show_confirm": "/alerts/confirm/{confirm}",
    "alert-links.confirm": "/alerts/confirm/{confirm}",
    "alert-links.show_manage": "/alerts/manage/{manage}",
    "alert-links.manage": "/alerts/manage/{manage}",
    "alert-links.show_unsubscribe": "/alerts/unsubscribe/{unsubscribe}",
    "alert-links.unsubscribe": "/alerts/unsubscribe/{unsubscribe}",
    "event.show_event": "/events/event001",
    "runup-page.show_runup": "/leadups/event005?anchors=plenary&activity=visit",
    "amend-page.add_source": "/events/event001/source",
    "amend-page.show_amend": "/events/event001/amend",
    "amend-page.amend": "/events/event001/amend",
    "link-page.show_links": "/events/event001/links",
    "link-page.change_links": "/events/event001/links",
    "retract-page.show_retract": "/events/event001/retract",
    "retract-page.retract": "/events/event001/retract",
    "inbox-page.settle": "/inbox/1",
    "names-pages.show_person": "/people/kim",
    "names-pages.show_place": "/places/north",
    "programmes-page.show_programme": "/programmes/works",
    "month.show_month": "/calendar/2026/05",
    "about-page.show_about": "/about/demo",
    "docs.show_problem": "/problems/stale-revision",
    "docs.show_operation": "/docs/operations/list_events",
    "docs.ask": "/docs/operations/list_events/ask",
    "docs.show_shape": "/docs/shapes/EventDraft",
}
EVENT = {
    "calendar": "demo",
    "kind": "plenary",
    "title": "A plenary",
    "when": "2026-05-02",
    "status": "announced",
    "known_on": "2026-05-01",
}
LINK = {"rel": "follows_up", "from": "event001", "to": "event002", "known_on": "2026-05-01"}
BODIES: dict[str, dict[str, Any]] = {
    "events.create_event": EVENT,
    "events.amend_event": EVENT,
    "links.create_link": {**LINK, "rel": "same_place"},
    "links.amend_link": LINK,
    "suggestions.accept_suggestion": {},
    "suggestions.reject_suggestion": {"why": "each has its own"},
    "tokens.create_token": {"name": "another", "scope": "read"},
    "saved-feeds.save_feed": {"title": "Another", "query": "kind=visit"},
    "feed-addresses.make_feed_address": {},
    "saved-feeds.change_feed": {"title": "Saved", "query": "kind=visit"},
    "subscriptions.subscribe": {"email": "bob@example.org", "calendar": "demo"},
    "alerts-page.ask_for_alerts": {},
    "alert-links.confirm": {},
    "alert-links.manage": {},
    "alert-links.unsubscribe": {},
    "session-page.sign_in": {},
    "session-page.sign_out": {},
    "record-page.record": {},
    "inbox-page.settle": {},
    "amend-page.add_source": {},
    "amend-page.amend": {},
    "retract-page.retract": {},
    "link-page.change_links": {},
}
FILES = {"imports.create_import": ("text/csv", "calendar,kind,title,when,status,known_on\r\n")}
WITHOUT_TAG = {
    "health.health": "says how things are at this moment: a kept answer would say nothing",
    "alert-links.show_confirm": "of one person alone",
    "alert-links.show_manage": "of one person alone",
    "alert-links.show_unsubscribe": "of one person alone",
}
LEADS_ON = {"docs.ask": "to the answer of the API that was asked for: what is true of that is true of it"}
OPEN_TO_WRITE = {
    "subscriptions.subscribe": "anybody may ask to be told; nothing is told before the address confirms",
    "alerts-page.ask_for_alerts": "the same, as a form",
    "alert-links.confirm": "the link is signed",
    "alert-links.manage": "the link is signed",
    "alert-links.unsubscribe": "the link is signed",
    "session-page.sign_in": "whoever shows a token is signed in by it",
    "session-page.sign_out": "whoever is signed in may cease to be",
}
FORMS = {
    "inbox-page.settle": "a headline is dealt with once",
    "record-page.record": "sent twice, it shows first what it would double",
    "amend-page.add_source": "a report that the event has already is not recorded again",
    "amend-page.amend": "sent twice, it says nothing new, or stands where the event does not any more",
    "link-page.change_links": "what is linked is not linked so again, what is decided not decided again",
    "retract-page.retract": "what is retracted is not there to be retracted",
}
"""What a browser sends, which has no keys; why nothing is made twice."""
WITHOUT_KEY = {
    "tokens.create_token": "keeping its answer would keep the secret",
    "feed-addresses.make_feed_address": "keeping its answer would keep the secret",
}
FOR_READERS = {
    "feed-addresses.make_feed_address": "it lets a program read what the token may read, and no more",
    "feed-addresses.revoke_feed_address": "of addresses it ends its own",
}
BY_ADDRESS = {
    "private-feeds.private_feed": "the address itself admits",
    "private-feeds.private_news": "the address itself admits",
}
OPEN_TO_ALL = {
    "static": "tells nothing of the record",
    "api-docs.openapi_json": "tells nothing of the record",
    "docs.show_docs": "tells nothing of the record",
    "docs.show_operation": "tells nothing of the record",
    "docs.show_shape": "tells nothing of the record",
    "docs.list_problems": "tells nothing of the record",
    "docs.show_problem": "tells nothing of the record",
    "health.health": "asked by what watches over it, which has no token",
    "alert-links.show_confirm": "the link is signed, and tells of one subscription alone",
    "alert-links.show_manage": "the link is signed, and tells of one subscription alone",
    "alert-links.show_unsubscribe": "the link is signed, and tells of one subscription alone",
    "session-page.show_sign_in": "the way in",
}


@dataclass(frozen=True)
class House:
    """An app with an example of everything, and the headers of who may do anything and of who may only read."""

    app: Flask
    made: dict[str, str]
    root: dict[str, str]
    reader: dict[str, str]

    def routes(self, method: str) -> Iterator[tuple[str, str]]:
        """(endpoint, example address) of every route of a method."""
        for rule in self.app.url_map.iter_rules():
            if method in (rule.methods or ()):
                assert rule.endpoint in EXAMPLES or not rule.arguments, f"give an example of {rule.endpoint} above"
                yield rule.endpoint, EXAMPLES.get(rule.endpoint, rule.rule).format(**self.made)

    def rows(self) -> dict[str, int]:
        """How many rows each table of the store has."""
        with store_of(self.app.extensions["leadup"]).reading() as conn:
            tables = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {each: conn.execute(f"SELECT COUNT(*) FROM [{each}]").fetchone()[0] for each in tables}

    def ask(self, method: str, endpoint: str, address: str, headers: dict[str, str] | None = None) -> TestResponse:
        if endpoint in FILES and method == "POST":
            type_, text = FILES[endpoint]
            told = {**(headers or {}), "Content-Type": type_}
            return self.app.test_client().open(address, method=method, data=text, headers=told, buffered=True)
        if method in ("POST", "PUT"):
            assert endpoint in BODIES, f"give a body of {endpoint} above"
        body = BODIES.get(endpoint) if method in ("POST", "PUT") else None
        found = self.app.test_client().open(address, method=method, json=body, headers=headers or {}, buffered=True)
        leads_on = endpoint in LEADS_ON and found.status_code == 303 and not found.location.startswith("/sign-in")
        return self.ask(method, "", found.location, headers) if leads_on else found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    home = tmp_path_factory.mktemp("house")
    store = a_store(home / "var/leadup.sqlite3", date(2026, 11, 24))
    for id_ in ("event001", "event002"):
        tell(store, id_, "2026-05-01", "2026-04-01", place={"county": "North"})
    for id_ in ("event003", "event004"):
        tell(store, id_, "2026-06-01", "2026-04-01", place={"name": "Hall"}, programme="Works")
    tell(store, "event005", "2026-05-20", "2026-05-21", status="held", people=["Kim"])
    holders = []
    for name, scope in (("root", "admin"), ("reader", "read")):
        with store.transaction("test") as tx:
            holders.append({"Authorization": f"Bearer {tokens.create(tx, name, scope)}"})
    app = create_app(read_settings({"LEADUP_HOME": str(home), "LEADUP_TODAY": "2026-11-24"}))
    link = app.test_client().post("/api/v1/links", json=LINK, headers=holders[0]).get_json()["id"]
    saved = {"title": "Saved", "query": "kind=plenary"}
    assert app.test_client().post("/api/v1/feeds", json=saved, headers=holders[0]).status_code == 201
    type_, text = FILES["imports.create_import"]
    taken = app.test_client().post("/api/v1/imports", data=text, headers={**holders[0], "Content-Type": type_})
    private = app.test_client().post("/api/v1/feeds/key-meetings/addresses", headers=holders[0]).get_json()
    made = {"link": link, "file": taken.get_json()["id"], "private": private["id"], "secret": private["secret"]}
    told = subscribe(store)
    with store.transaction("test") as tx:
        asked = subscriptions.add(tx, "waiting1", SubscriptionDraft(email="carol@example.org", calendar="demo")).id
        made |= {
            "confirm": signing.signed(tx.conn, "confirm", asked),
            "manage": signing.signed(tx.conn, "manage", told),
            "unsubscribe": signing.signed(tx.conn, "unsubscribe", asked),
        }
    return House(app, made, *holders)


@pytest.mark.slow
def test_whatever_is_read_has_a_tag_and_answers_304_to_it(house: House) -> None:
    for endpoint, address in house.routes("GET"):
        found = house.ask("GET", endpoint, address, house.root)
        assert found.status_code == 200, (address, found.get_data(as_text=True)[:500])
        if endpoint in WITHOUT_TAG:
            assert "ETag" not in found.headers
            continue
        # Asked again: reading with a token notes that it was used, which the tokens' own answers say.
        tag = house.ask("GET", endpoint, address, house.root).headers.get("ETag", "")
        assert tag, f"{address} has no ETag"
        assert house.ask("HEAD", endpoint, address, house.root).headers["ETag"] == tag, address
        weak = f"W/{tag.removeprefix('W/')}"
        for given in (tag, weak, f'"another", {weak}', "*"):
            again = house.ask("GET", endpoint, address, {**house.root, "If-None-Match": given})
            assert (again.status_code, again.data) == (304, b""), (address, given)
            assert again.headers["ETag"] == tag, address
        other = house.ask("GET", endpoint, address, {**house.root, "If-None-Match": '"another"'})
        assert other.status_code == 200, address


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_every_change_needs_if_match_and_refuses_a_stale_one(house: House, method: str) -> None:
    for endpoint, address in house.routes(method):
        for unnamed in ({}, {"If-Match": "*"}):
            assert house.ask(method, endpoint, address, {**house.root, **unnamed}).status_code == 428, address
        for stale in ('"9-9.0123456789abcdef"', '"0123456789abcdef"', '"other"'):
            refused = house.ask(method, endpoint, address, {**house.root, "If-Match": stale})
            assert refused.status_code == 412, (address, stale)
            assert refused.get_json()["current"] in house.ask("GET", endpoint, address, house.root).headers["ETag"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_whatever_writes_needs_a_token_that_may(house: House, method: str) -> None:
    for endpoint, address in house.routes(method):
        if endpoint in OPEN_TO_WRITE:
            continue
        assert house.ask(method, endpoint, address).status_code == 401, address
        if endpoint not in FOR_READERS:
            assert house.ask(method, endpoint, address, house.reader).status_code == 403, address


def test_whatever_is_made_is_made_once_for_a_key(house: House) -> None:
    for endpoint, address in house.routes("POST"):
        if endpoint in OPEN_TO_WRITE or endpoint in FORMS:
            continue
        keyed = {**house.root, "Idempotency-Key": endpoint}
        if endpoint in WITHOUT_KEY:
            refused = house.ask("POST", endpoint, address, keyed)
            assert (refused.status_code, refused.get_json()["type"]) == (422, "/problems/idempotency-key-refused")
            continue
        first = house.ask("POST", endpoint, address, keyed)
        assert first.status_code == 201, (address, first.get_data(as_text=True))
        made = house.rows()
        again = house.ask("POST", endpoint, address, keyed)
        assert (again.status_code, again.data, sorted(again.headers)) == (201, first.data, sorted(first.headers))
        other = house.app.test_client().post(address, data=b'{"other": 1}', headers=keyed)
        assert (other.status_code, other.get_json()["type"]) == (422, "/problems/idempotency-key-reused"), address
        assert house.rows() == made, address


def test_where_reading_is_closed_nothing_of_the_record_is_read_without_a_token(house: House) -> None:
    told = {"LEADUP_HOME": str(house.app.extensions["leadup"].home), "LEADUP_READ": "token"}
    closed = House(create_app(read_settings(told)), house.made, house.root, house.reader)
    for endpoint, address in closed.routes("GET"):
        found = closed.ask("GET", endpoint, address)
        page = not address.startswith("/api") and not address.endswith((".ics", ".atom"))
        refused = 303 if page else 401
        assert found.status_code == (200 if endpoint in OPEN_TO_ALL or endpoint in BY_ADDRESS else refused), address
        if found.status_code == 303:
            assert found.headers["Location"] == f"/sign-in?{urlencode({'to': address})}"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_query_field_that_a_route_does_not_know_is_refused_and_nothing_done(house: House, method: str) -> None:
    last = house.app.test_client().get("/api/v1/changes").get_json()["last"]
    for endpoint, address in house.routes(method):
        asked = f"{address}{'&' if '?' in address else '?'}foo=1"
        refused = house.ask(method, endpoint, asked, {**house.root, "If-Match": "*"})
        assert refused.status_code == 422, asked
        if refused.is_json:
            assert "?foo" in [each["pointer"] for each in refused.get_json()["errors"]], asked
    assert house.app.test_client().get("/api/v1/changes").get_json()["last"] == last


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_query_field_given_twice_is_refused(house: House, method: str) -> None:
    for endpoint, address in house.routes(method):
        asked = f"{address}{'&' if '?' in address else '?'}as_known_on=2026-11-01&as_known_on=2026-11-02"
        assert house.ask(method, endpoint, asked, house.root).status_code == 422, asked


def test_where_reading_is_open_a_token_that_is_sent_must_be_in_force(house: House) -> None:
    for endpoint, address in house.routes("GET"):
        for headers, status in ((house.reader, 200), ({"Authorization": "Bearer bogus"}, 401)):
            found = house.ask("GET", endpoint, address, headers).status_code
            needs_more = address.startswith(("/api/v1/tokens", "/api/v1/imports")) and status == 200
            of_another = endpoint == "feed-addresses.get_feed_address" and status == 200
            told = 403 if needs_more else 404 if of_another else 200 if endpoint in OPEN_TO_ALL else status
            assert found == told, address


def test_every_preflight_allows_reading_alone(house: House) -> None:
    for endpoint, address in house.routes("OPTIONS"):
        allowed = house.ask("OPTIONS", endpoint, address).headers["Access-Control-Allow-Methods"]
        assert allowed == "GET, HEAD", address


def test_the_document_names_the_headers_of_every_answer(house: House) -> None:
    document = house.app.test_client().get("/openapi.json").get_json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method == "get" and path != "/healthz":
                assert "ETag" in operation["responses"]["200"]["headers"], path
                assert "304" in operation["responses"], path
            if method == "post":
                named = {each["name"] for each in operation.get("parameters", ())}
                assert "Idempotency-Key" in named or path.endswith(("/tokens", "/addresses", "/subscriptions")), path
            if method == "put":
                assert "If-Match" in {each["name"] for each in operation["parameters"]}, path
