"""/events and /events/<id>: the filter language as a form, counts, pages; and all that is known of one event."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from service.store.database import Store
from tests.builders import tell


def words(client: FlaskClient, address: str, status: int = 200) -> str:
    found = client.get(address)
    assert found.status_code == status, address
    return re.sub(r"\s+", " ", found.get_data(as_text=True))


def listed(text: str) -> list[str]:
    """The ids of the events in the list of a page."""
    return re.findall(r'/events/([\w-]+)(?:\?[^"]*)?"', text.partition('<ol class="listed">')[2].partition("</ol>")[0])


def test_the_list_asks_as_the_api_does(client: FlaskClient) -> None:
    for query in (
        "kind=plenary&from=2024-01-01",
        "q=kim+plenary",
        "place=Sinyang&sort=starts",
        "said_by=press&limit=3",
    ):
        asked = query if "sort" in query or "q=" in query else f"{query}&sort=-starts"
        told = client.get(f"/api/v1/events?{asked}&total=true").get_json()
        text = words(client, f"/events?{query}")
        assert listed(text) == [each["id"] for each in told["items"]], query
        assert f"{told['total']:,} event" in text


def test_every_page_is_led_to_and_stands_where_the_first_stood(client: FlaskClient, store: Store) -> None:
    whole = [each["id"] for each in client.get("/api/v1/events?kind=congress&sort=-starts").get_json()["items"]]
    address, found = "/events?kind=congress&limit=4", list[str]()
    while address:
        text = words(client, address)
        found += listed(text)
        tell(store, f"late{len(found)}", "2026-10-01", "2026-10-02", calendar="dprk", kind="congress", title="Late")
        further = re.search(r'rel="next" href="([^"]+)"', text)
        address = further.group(1).replace("&amp;", "&") if further else ""
    assert found == whole


def test_kinds_are_counted_with_the_other_filters(client: FlaskClient) -> None:
    told = client.get("/api/v1/events?kind=plenary&place=Pyongyang&total=true&limit=1").get_json()["total"]
    for query in ("place=Pyongyang", "place=Pyongyang&kind=speech"):
        assert f'Plenaries <span class="count">{told}</span>' in words(client, f"/events?{query}")


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(client: FlaskClient) -> None:
    text = words(client, "/events?from=2026-01-01&to=2025-01-01&kind=zoo&place=Wonsan&cursor=", 422)
    assert "from 2026-01-01 lies after to 2025-01-01." in text
    assert "zoo: unknown" in text
    assert 'name="place" type="text" value="Wonsan"' in text
    assert 'value="zoo" checked' in text
    for wrong in ("cursor=zzz", "foo=1", "from=2026-01-01&from=2026-01-02", "limit=0", "as_known_on=2030-01-01"):
        words(client, f"/events?{wrong}", 422)


def test_an_empty_form_is_as_if_nothing_was_asked(client: FlaskClient) -> None:
    sent = words(client, "/events?q=&from=&to=&sort=&place=&said_by=")
    assert listed(sent) == listed(words(client, "/events"))


def test_one_event_says_all_that_is_known(client: FlaskClient) -> None:
    text = words(client, "/events/wpk-8cc-13th-plenary?as_known_on=2025-12-10")
    for known in (
        "opened 9 December 2025",
        '/people/kim-jong-un?as_known_on=2025-12-10"',
        "/events?theme=party&amp;as_known_on=2025-12-10",
        'aria-label="What was said of the day it begins, 2 times: from a window of 10 days to a single day."',
        "38 days between",
        "as known on 10 December 2025 through change",
        'type="text/calendar"',
        'type="application/json"',
    ):
        assert known in text, known


def test_what_is_linked_on_the_same_day_says_so(client: FlaskClient) -> None:
    text = words(client, "/events/sinyang-factories-visit?as_known_on=2025-12-05")
    assert "Part of, on the same day" in text
    assert "0 days between" not in text.replace("10 days between", "")


def test_a_date_that_never_moved_has_no_funnel(client: FlaskClient) -> None:
    assert "the day it begins" not in words(client, "/events/wpk-8cc-13th-plenary?as_known_on=2025-11-30")


def test_a_site_without_a_page_of_its_own_leads_to_where_it_lies(client: FlaskClient, store: Store) -> None:
    place = {"name": "A mill that no register has", "county": "Sinyang", "province": "South Pyongan"}
    tell(store, "mill1", "2026-01-05", "2026-01-06", calendar="dprk", kind="leader-visit", status="held", place=place)
    text = words(client, "/events/mill1")
    assert re.search(r'<a href="/places/sinyang[^"]*">A mill that no register has</a>', text)


def test_the_address_of_a_double_leads_to_the_event_that_it_doubles(client: FlaskClient, store: Store) -> None:
    changes = {"calendar": "dprk", "kind": "plenary"}
    tell(store, "double1", "2026-01-05", "2026-01-06", **changes)
    tell(store, "double1", "2026-01-05", "2026-01-07", status="retracted", same_as="wpk-9th-congress", **changes)
    found = client.get("/events/double1?as_known_on=2026-03-01")
    assert (found.status_code, found.location) == (308, "/events/wpk-9th-congress?as_known_on=2026-03-01")


def test_what_is_linked_is_drawn_as_sure_as_it_was_known(client: FlaskClient) -> None:
    text = client.get("/events/wpk-8cc-13th-plenary?as_known_on=2025-12-05").get_data(as_text=True)
    links = text.partition('<h2 id="links">')[2]
    drawing = links.partition('<figure class="drawn">')[2].partition("</figure>")[0]
    looks = {
        words: look
        for look, words in re.findall(
            r'<rect class="([^"]*)"[^>]*/>\s*<text class="words"[^>]*>([^<]*)</text>', drawing
        )
    }
    congress = next(look for words, look in looks.items() if words.lower().startswith("leads up to"))
    assert congress == "guessed"
    assert set(looks.values()) > {"guessed"}


def test_the_calendars_own_country_alone_is_no_place(client: FlaskClient) -> None:
    text = words(client, "/events")
    assert "; KP" not in text
    assert "Weapons test; <" not in text
