"""/people, /places, /programmes, /about, /search, /changes: what is known of a name, of a calendar, of late."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.store.database import Store
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
    assert "the last held on 19 April 2026" in later
    assert (
        "Not covered since 31 March 2026: whether this person was seen after 19 April 2026 is not known here." in later
    )
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


def test_when_it_was_recorded_is_not_told_on_an_earlier_day(client: FlaskClient) -> None:
    assert re.search(r"Recorded by pack, change", words(client, "/changes?as_known_on=2025-12-05"))
