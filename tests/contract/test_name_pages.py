"""/people, /places, /programmes, /about, /search, /changes: what is known of a name, of a calendar, of late."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service import news
from service.clock import Clock
from service.store import asknown
from service.store.database import Store
from service.store.revisions import Assertion, append, rows_of
from tests.apps import client_over
from tests.builders import a_calendar, a_store, tell
from tests.contract.test_events_pages import words

pytestmark = pytest.mark.slow


def test_a_person_says_with_whom_and_where_as_the_api_does(client: FlaskClient) -> None:
    told = client.get("/api/v1/names/person/kim-ju-ae?as_known_on=2025-12-05").get_json()
    for address in ("/people/kim-ju-ae", "/people/Kim Ju Ae"):
        text = words(client, f"{address}?as_known_on=2025-12-05")
        assert f"{told['count']} events known" in text
        assert f'Kim Jong Un</a> <span class="count">{told["people"][0]["count"]}</span>' in text


def test_an_absence_is_told_inside_coverage_only(client: FlaskClient) -> None:
    inside = words(client, "/people/kim-jong-un?as_known_on=2025-12-05")
    assert "2 days without a reported appearance, which is not long" in inside
    absent = words(client, "/people/kim-jong-un?as_known_on=2020-04-30")
    assert re.search(r"\d+ days without a reported appearance: \d+ of \d+ earlier absences", absent)
    outside = words(client, "/people/kim-jong-un")
    assert "Not covered since 31 March 2026" in outside
    assert "without a reported appearance, which" not in outside
    later = words(client, "/people/kim-ju-ae")
    assert "the last on record of 19 April 2026" in later
    assert (
        "<dt>Last seen</dt><dd>Not covered since 31 March 2026: whether this person was seen after 19 April 2026 is not"
        ' known here. The last on record: <a href="/events/'
    ) in later
    assert later.count("Not covered since") == 1
    assert '<dt>Last seen</dt><dd><a href="/events/' in inside
    assert "All its events" not in later


def test_nobody_is_known_before_an_event_names_them(client: FlaskClient) -> None:
    early, never = (words(client, f"/people/{each}?as_known_on=2020-01-01", 404) for each in ("kim-ju-ae", "nobody"))
    assert early.replace("kim-ju-ae", "X") == never.replace("nobody", "X")


def test_a_site_that_no_register_has_stands_under_its_county(client: FlaskClient, store: Store) -> None:
    place = {"name": "A mill nobody lists", "county": "Sinyang", "province": "South Pyongan"}
    tell(store, "mill1", "2026-01-05", "2026-01-06", calendar="dprk", kind="leader-visit", status="held", place=place)
    county = words(client, "/places/sinyang")
    assert '<dt id="site-a-mill-nobody-lists">A mill nobody lists</dt>' in county
    found = client.get("/places/A mill nobody lists?as_known_on=2026-03-01")
    assert (found.status_code, found.location) == (
        302,
        "/places/sinyang?as_known_on=2026-03-01#site-a-mill-nobody-lists",
    )
    assert client.get("/places/A mill nobody lists?as_known_on=2026-01-05").status_code == 404


def test_a_programme_is_held_to_its_promise(client: FlaskClient) -> None:
    text = words(client, "/programmes/20x10?as_known_on=2025-12-05")
    assert "40 in all are promised by the end of 2025, as known on 5 December 2025." in text
    assert "Openings are covered from 1 January 2025 to 5 December 2025; not covered before." in text
    assert re.search(r"Sinyang, South Pyongan</a></td><td>–</td><td><a [^>]*>3 December 2025</a></td><td>–</td>", text)
    assert "2 days</td>" in text
    today = words(client, "/programmes/20x10")
    assert (
        "Openings are covered from 1 January 2025 to 28 February 2026; not covered before, and not covered since."
        in today
    )


def test_a_programme_without_a_promise_leads_to_its_events(client: FlaskClient) -> None:
    text = words(client, "/programmes/samjiyon-construction")
    assert "whose calendar declares a promise" in text


def test_a_calendar_says_what_is_covered_and_what_others_counted(client: FlaskClient) -> None:
    text = words(client, "/about/dprk")
    assert "Leader&#39;s visits covered from 1 January 2019 to 31 March 2026" in text
    assert "Appearances not covered" in text
    assert '<td class="number">85</td><td class="number">83</td>' in text
    assert "Apache-2.0" in text
    early = words(client, "/about/dprk?as_known_on=2019-06-01")
    assert "Sejong Institute" not in early
    assert words(client, "/about/zoo", 404).count("No calendar zoo is known") == 1


def test_words_find_names_in_any_spelling_and_events(client: FlaskClient) -> None:
    text = words(client, "/search?q=김정은")
    assert "/people/kim-jong-un" in text
    assert words(client, "/search?q=Sinyang").count("/places/sinyang") >= 1
    assert "Nothing that is known has these words" in words(client, "/search?q=zzzzz")
    words(client, f"/search?q={'x' * 201}", 422)
    assert "Persons named most often" in words(client, "/search?q=")


def test_what_became_known_is_told_newest_first_and_leads_on(tmp_path: Path) -> None:
    store = a_store(tmp_path / "var/leadup.sqlite3", None, a_calendar())
    for number in range(1, 8):
        for day in range(1, 11):
            tell(
                store,
                f"event{number}",
                f"2025-{number:02}-{day:02}",
                f"2025-{number:02}-{day:02}",
                title=f"Act {number}",
            )
    client = client_over(store, "2025-12-01")
    found, address = list[str](), "/changes"
    while address:
        text = words(client, address)
        found += re.findall(r"change (\d+)", text)
        further = re.search(r'rel="next" href="([^"]+)"', text)
        address = further[1] if further else ""
    assert len(found) == 70 + 1
    assert found == sorted(found, key=int, reverse=True)
    assert "Was 9 July 2025; now announced: 10 July 2025" in words(client, "/changes")
    words(client, "/changes?before=soon", 422)


def a_store_with_a_mistake(home: Path) -> Store:
    """A store in which an event was entered in error, and another twice."""
    store = a_store(home / "var/leadup.sqlite3", None, a_calendar())
    tell(store, "stays001", "2025-10-10", "2025-09-01", title="Parade")
    for each in ("mistake1", "twice001"):
        tell(store, each, "2025-10-10", "2025-09-02", title=f"The {each}")
    with store.transaction("alice") as tx:
        state = rows_of(tx.conn, "mistake1")[0].state | {"status": "retracted"}
        why = "it was another country's"
        append(tx, Assertion("event", "mistake1", "demo", date(2025, 9, 20), state, why=why))
    tell(store, "twice001", "2025-10-10", "2025-09-20", title="The twice001", status="retracted", same_as="stays001")
    return store


def test_a_retraction_is_told_today_by_whom_and_why(tmp_path: Path) -> None:
    client = client_over(a_store_with_a_mistake(tmp_path), "2025-12-01")
    text = words(client, "/changes")
    assert 'Retracted: <a href="/events/mistake1">The mistake1</a> <span class="detail">Entered in error</span>' in text
    assert re.search(r"Recorded by alice, (?:[\d-]+, )?change \d+: it was another country&#39;s", text)
    assert 'Retracted: <a href="/events/twice001">The twice001</a>' in text
    assert "Entered twice: its address leads to the event that stays" in text
    assert text.count("The mistake1") == 1, "what had been told of it before is told no more"
    assert "no lasting link" in text
    assert words(client, "/events/mistake1", 410)
    assert "etracted" not in words(client, "/")


def test_on_a_day_asked_for_there_was_no_such_event(tmp_path: Path) -> None:
    store = a_store_with_a_mistake(tmp_path)
    client = client_over(store, "2025-12-01")
    with store.reading() as conn:
        last = asknown.last_change(conn)
    for asked in ("as_known_on=2025-12-01", "as_known_on=2025-09-10", f"through={last}"):
        text = words(client, f"/changes?{asked}")
        assert "Parade" in text
        assert [each for each in ("mistake1", "twice001", "etracted", "no lasting link") if each in text] == []
    before = words(client, f"/changes?as_known_on=2025-09-10&through={last - 2}")
    assert "The mistake1" in before, "a lasting link made before shows it as it stood"


def test_a_retraction_is_told_to_who_may_read_its_calendar_alone(tmp_path: Path) -> None:
    store = a_store_with_a_mistake(tmp_path)
    with store.reading() as conn:
        for only, told in (((), 2), (("demo",), 2), (("zoo",), 0)):
            at = asknown.standpoint(conn, Clock(date(2025, 12, 1)), only=only)
            assert sum(each.retraction is not None for each in news.leaf(at, 50, retracted=True).items) == told


def test_a_retraction_that_was_taken_back_is_not_told(tmp_path: Path) -> None:
    store = a_store_with_a_mistake(tmp_path)
    with store.transaction("alice") as tx:
        state = rows_of(tx.conn, "mistake1")[0].state
        append(tx, Assertion("event", "mistake1", "demo", date(2025, 9, 21), state, replaces=1))
    text = words(client_over(store, "2025-12-01"), "/changes")
    assert 'Retracted: <a href="/events/mistake1">' not in text
    assert "More on it: retracted" not in text
    assert '<a href="/events/mistake1">The mistake1</a>' in text


def test_when_it_was_recorded_is_not_told_on_an_earlier_day(client: FlaskClient) -> None:
    assert re.search(r"Recorded by pack, change", words(client, "/changes?as_known_on=2025-12-05"))
