"""/inbox: what waits, the calendar's words first; one click records or dismisses it, once, by whoever is signed in."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient

from schemas.headlines import Headline, Taken
from service.settings import Settings
from service.store import inbox
from service.store.database import Store
from tests.apps import app_over
from tests.signedin import sign_in

pytestmark = pytest.mark.slow

FEED = "https://news.example/rss?key=s3cret"
TOLD = "Kim Jong Un visits new factories in Sinyang County on Nov. 22"


def put(store: Store, *titles: str, published: str = "2026-11-23T06:00:00Z") -> dict[str, Headline]:
    """Put headlines into the inbox; those that wait, by title."""
    with store.transaction("clock") as tx:
        entries = [Taken(title, f"https://www.news.example/{quote(title)}?a=1&b=2", "", published) for title in titles]
        inbox.take(tx, FEED, entries)
    with store.reading() as conn:
        return {each.title: each for each in inbox.waiting(conn)}


def shown(client: FlaskClient, address: str = "/inbox") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return unescape(response.get_data(as_text=True))


def titles(text: str) -> list[str]:
    return re.findall(r'id="headline-\d+">([^<]*)<', text)


def test_without_addresses_it_says_so(client: FlaskClient) -> None:
    text = shown(client)
    assert "0 headlines wait" in text
    assert "<code>LEADUP_INBOX_FEEDS</code> names RSS and Atom addresses, none by default." in text


def test_whoever_reads_sees_the_words_and_may_sign_in(client: FlaskClient, store: Store) -> None:
    put(store, "Weather <b>", "김정은 at a plenary", "A plenary")
    text = shown(client)
    told = client.get("/inbox").get_data(as_text=True)
    assert titles(told) == ["김정은 at a plenary", "A plenary", "Weather &lt;b&gt;"]
    assert 'Says: <span class="words">Kim Jong Un, plenary</span>' in text
    assert '<a href="/sign-in?to=/inbox">Sign in</a>, if you are not, to record and dismiss.' in text
    assert 'action="/inbox/' not in text


def test_a_day_that_its_address_does_not_give_is_said_to_be_that_of_reading(client: FlaskClient, store: Store) -> None:
    """None is kept of an entry that tells none, or one that cannot be, such as of 2099 or the year 1."""
    said = "The day is that on which it was read: its address gives none, or one that cannot be."
    put(store, "Told")
    assert said not in shown(client)
    with store.transaction("clock") as tx:
        inbox.take(tx, FEED, [Taken("Untold", "https://www.news.example/untold", "", None)])
    assert shown(client).count(said) == 1


def test_dismissing_says_who_and_it_never_returns(writer: FlaskClient, store: Store) -> None:
    held = put(store, "One", "Two")
    done = writer.post(f"/inbox/{held['One'].number}", data={"do": "dismiss"})
    assert (done.status_code, done.headers["Location"]) == (303, f"/inbox?done={held['One'].number}")
    text = shown(writer, done.headers["Location"])
    assert titles(text) == ["Two"]
    assert re.search(r'role="status">One: Dismissed by alice, \d{4}-\d\d-\d\d \d\d:\d\d UTC\.', text)
    put(store, "One")
    assert titles(shown(writer)) == ["Two"]


def test_what_was_dismissed_by_a_slip_is_put_back_by_hand_alone(
    writer: FlaskClient, store: Store, settings: Settings
) -> None:
    number = put(store, "One")["One"].number
    text = shown(writer, writer.post(f"/inbox/{number}", data={"do": "dismiss"}).headers["Location"])
    assert text.count('value="put-back"') == 2, "beside what was done just now, and among what was dealt with last"
    assert "put-back" not in shown(app_over(settings).test_client(), f"/inbox?done={number}")
    assert app_over(settings).test_client().post(f"/inbox/{number}", data={"do": "put-back"}).status_code == 401
    back = writer.post(f"/inbox/{number}", data={"do": "put-back"})
    assert (back.status_code, back.headers["Location"]) == (303, f"/inbox#headline-{number}")
    assert titles(shown(writer)) == ["One"]
    assert "Dealt with last" not in shown(writer)
    assert "Dismissed by alice" in shown(
        writer, writer.post(f"/inbox/{number}", data={"do": "dismiss"}).headers["Location"]
    )


def test_what_was_recorded_is_not_put_back(writer: FlaskClient, store: Store) -> None:
    number = put(store, TOLD)[TOLD].number
    writer.post(f"/inbox/{number}", data={"do": "as-read"})
    assert "put-back" not in shown(writer)
    assert writer.post(f"/inbox/{number}", data={"do": "put-back"}).status_code == 303
    assert titles(shown(writer)) == []


def test_the_second_to_dismiss_is_told_who_was_first(writer: FlaskClient, store: Store, settings: Settings) -> None:
    number = put(store, "One")["One"].number
    writer.post(f"/inbox/{number}", data={"do": "dismiss"})
    other = app_over(settings).test_client()
    sign_in(other, store, "bob")
    again = other.post(f"/inbox/{number}", data={"do": "dismiss"})
    assert "One: Dismissed by alice" in shown(other, again.headers["Location"])


def test_a_title_that_says_everything_is_recorded_at_once(writer: FlaskClient, store: Store) -> None:
    held = put(store, TOLD)[TOLD]
    text = shown(writer)
    assert "Read from the title: Leader's visit, 22 November 2026, Kim Jong Un, Sinyang." in text
    assert "Record as read" in text
    made = writer.post(f"/inbox/{held.number}", data={"do": "as-read"})
    event = writer.get(f"/api/v1{made.headers['Location']}").get_json()
    assert (event["kind"], event["when"]["edtf"], event["status"]) == ("leader-visit", "2026-11-22", "held")
    assert (event["known_on"], event["recorded_by"], event["people"]) == ("2026-11-23", "alice", ["Kim Jong Un"])
    assert event["place"]["county"] == "Sinyang"
    (source,) = event["sources"]
    assert (source["url"], source["published"], source["title"]) == (held.url, "2026-11-23", TOLD)
    text = shown(writer)
    assert titles(text) == []
    assert re.search(rf'Recorded by alice, [^<]*, as <a href="/events/{event["id"]}">{re.escape(TOLD)}</a>', text)


def test_who_publishes_it_is_no_part_of_what_is_recorded(writer: FlaskClient, store: Store) -> None:
    number = put(store, f"{TOLD} | News")[f"{TOLD} | News"].number
    assert "Record as read" in shown(writer)
    made = writer.post(f"/inbox/{number}", data={"do": "as-read"})
    event = writer.get(f"/api/v1{made.headers['Location']}").get_json()
    (source,) = event["sources"]
    assert (event["title"], source["title"], source["publisher"]) == (TOLD, TOLD, "News")


def test_recording_twice_shows_what_it_would_double(writer: FlaskClient, store: Store) -> None:
    number = put(store, TOLD)[TOLD].number
    assert writer.post(f"/inbox/{number}", data={"do": "as-read"}).headers["Location"].startswith("/events/")
    again = writer.post(f"/inbox/{number}", data={"do": "as-read"})
    assert again.headers["Location"].startswith("/record?")


def test_what_was_read_can_be_mended_first(writer: FlaskClient, store: Store) -> None:
    number = put(store, TOLD)[TOLD].number
    assert "Mend and record" in shown(writer)
    assert writer.post(f"/inbox/{number}", data={"do": "record"}).headers["Location"].startswith("/record?")


@pytest.mark.parametrize("doing", ["record", "as-read"])
@pytest.mark.parametrize("title", ["Kim Jong Un visits new factories in Sinyang County", "Rain on Nov. 22", "A report"])
def test_another_opens_the_form_with_the_report_filled_in(
    writer: FlaskClient, store: Store, title: str, doing: str
) -> None:
    held = put(store, title)[title]
    assert "Record as read" not in shown(writer)
    opened = writer.post(f"/inbox/{held.number}", data={"do": doing})
    address = urlsplit(opened.headers["Location"])
    told = {"url": [held.url], "title": [title], "published": ["2026-11-23"]}
    assert (opened.status_code, address.path, parse_qs(address.query)) == (303, "/record", told)
    assert 'value="2026-11-23"' in shown(writer, opened.headers["Location"])
    assert titles(shown(writer)) == [title]


def test_one_that_was_recorded_by_the_form_or_the_api_waits_no_more(
    client: FlaskClient, store: Store, write_headers: dict[str, str]
) -> None:
    held = put(store, "One")["One"]
    sources = [{"publisher": "News", "url": f"{held.url}&utm_source=rss", "published": "2026-11-23"}]
    draft = {"calendar": "dprk", "kind": "leader-visit", "title": "A visit", "when": "2026-11-22", "status": "held"}
    made = client.post("/api/v1/events", json={**draft, "sources": sources}, headers=write_headers)
    assert made.status_code == 201
    text = shown(client)
    assert titles(text) == []
    assert f'as <a href="/events/{made.get_json()["id"]}">A visit</a>' in text


def test_a_report_of_an_event_that_stands_is_added_to_it_by_one_click(writer: FlaskClient, store: Store) -> None:
    number = put(store, TOLD)[TOLD].number
    event = writer.post(f"/inbox/{number}", data={"do": "as-read"}).headers["Location"]
    other = put(store, "Kim Jong Un tours Sinyang")["Kim Jong Un tours Sinyang"]
    text = shown(writer)
    assert re.search(rf'Perhaps recorded already: <a href="{event}">', text)
    assert f'name="event" value="{event.removeprefix("/events/")}"' in text
    added = writer.post(f"/inbox/{other.number}", data={"do": "source", "event": event.removeprefix("/events/")})
    assert (added.status_code, added.headers["Location"]) == (303, f"{event}#sources")
    found = writer.get(f"/api/v1{event}").get_json()
    assert [each["url"] for each in found["sources"]].count(other.url) == 1
    assert (found["sequence"], found["title"]) == (1, TOLD)
    assert titles(shown(writer)) == []


def test_who_may_not_write_gets_no_buttons_and_nothing_done(client: FlaskClient, store: Store) -> None:
    number = put(store, "One")["One"].number
    assert client.post(f"/inbox/{number}", data={"do": "dismiss"}).status_code == 401
    sign_in(client, store, "reader", "read")
    assert "The token reader may not write" in shown(client)
    assert client.post(f"/inbox/{number}", data={"do": "dismiss"}).status_code == 403
    assert titles(shown(client)) == ["One"]


def test_a_form_of_another_site_does_nothing(writer: FlaskClient, store: Store) -> None:
    number = put(store, "One")["One"].number
    refused = writer.post(f"/inbox/{number}", data={"do": "dismiss"}, headers={"Origin": "https://evil.example"})
    assert refused.status_code == 403
    assert titles(shown(writer)) == ["One"]


def test_a_writer_limited_to_a_calendar_dismisses_and_records_there(client: FlaskClient, store: Store) -> None:
    held = put(store, TOLD, "One")
    sign_in(client, store, "limited", "write", "dprk")
    assert client.post(f"/inbox/{held['One'].number}", data={"do": "dismiss"}).status_code == 303
    made = client.post(f"/inbox/{held[TOLD].number}", data={"do": "as-read"})
    assert made.headers["Location"].startswith("/events/")


@pytest.mark.parametrize("data", [{}, {"do": "sell"}, {"do": "source"}, {"do": "source", "event": "nowhere1"}])
def test_what_cannot_be_done_is_refused(writer: FlaskClient, store: Store, data: dict[str, str]) -> None:
    number = put(store, "One")["One"].number
    assert writer.post(f"/inbox/{number}", data=data).status_code in (404, 422)
    assert writer.post(f"/inbox/{number + 1}", data={"do": "dismiss"}).status_code == 404
    assert titles(shown(writer)) == ["One"]


def test_long_inboxes_have_pages_and_stay_small(writer: FlaskClient, store: Store) -> None:
    with store.transaction("clock") as tx:
        every = [Taken("x" * 295 + f"{n:05}", f"https://n.example/{n}{'y' * 950}", "", None) for n in range(90)]
        inbox.take(tx, FEED, every)
    pages = [writer.get(address) for address in ("/inbox", "/inbox?page=2", "/inbox?page=3")]
    assert [len(titles(each.get_data(as_text=True))) for each in pages] == [40, 40, 10]
    assert all(len(each.data) < 100_000 for each in pages)
    assert 'href="/inbox?page=3"' in pages[1].get_data(as_text=True)
    for wrong in ("0", "-1", "x", "99999", "١"):
        assert writer.get(f"/inbox?page={wrong}").status_code == 422


def test_addresses_that_fail_are_named_without_their_secrets(settings: Settings, store: Store) -> None:
    with store.transaction("clock") as tx:
        failing: dict[str, Any] = {"failing_since": "2026-11-20T08:00:00Z", "said": "It answers 404.", "failures": 4}
        inbox.put_address(tx, inbox.Address(url=FEED, next_at="2026-11-24T08:15:00Z", title="The news", **failing))
    put(store, "One")
    client = app_over(replace(settings, inbox_feeds=(FEED, "https://new.example/rss"))).test_client()
    text = shown(client)
    assert "Failing since 2026-11-20 08:00 UTC: It answers 404. Next try 2026-11-24 08:15 UTC." in text
    assert "https://new.example/rss" in text
    assert "It was not asked yet" in text
    assert "The news" in text
    assert "s3cret" not in text


def test_as_known_on_a_day_nothing_of_it_is_there(writer: FlaskClient, store: Store) -> None:
    before = writer.get("/inbox?as_known_on=2025-12-05")
    put(store, TOLD)
    after = writer.get("/inbox?as_known_on=2025-12-05")
    assert (after.status_code, after.data, after.headers["ETag"]) == (200, before.data, before.headers["ETag"])
    assert "The inbox is of today" in after.get_data(as_text=True)
