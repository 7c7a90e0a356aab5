"""/feeds: the address it prints holds what the form asks for, and its entries are those that the feed's bytes hold."""

from __future__ import annotations

import html
import json
import re
import shlex
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

import icalendar
import pytest
from flask.testing import FlaskClient

from calendars.vevent import Entry
from service.pages.feeds import entry_days
from service.store import feedbytes, tokens
from service.store.database import Store
from service.store.registers import plain
from service.store.revisions import Assertion, append
from tests.apps import client_over
from tests.builders import a_calendar, a_store, tell

pytestmark = pytest.mark.slow

EVE = "as_known_on=2025-12-05"
PUBLIC = "https://leadup.example"


def page(client: FlaskClient, question: str, status: int = 200) -> str:
    """The page as text, its tags kept."""
    response = client.get(f"/feeds?{question}")
    text = response.get_data(as_text=True)
    assert response.status_code == status, text
    return text


def address(client: FlaskClient, question: str) -> str:
    """The address that the page prints, from `/`."""
    found = re.search(r'<input id="address" type="text" readonly value="([^"]*)"', page(client, question))
    assert found
    told = urlsplit(html.unescape(found[1]))
    return told.path + (f"?{told.query}" if told.query else "")


def entries(text: str) -> list[tuple[str, str]]:
    """The days and titles of the entries that the page shows."""
    part = text.partition('<dl class="rows entries">')[2].partition("</dl>")[0]
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd>(?:<a [^>]*>)?(.*?)<(?:/a|span|/dd)", part)
    return [(html.unescape(days), html.unescape(title)) for days, title in found]


def feed(client: FlaskClient, path: str) -> list[icalendar.Event]:
    response = client.get(path)
    assert response.status_code == 200, response.get_data(as_text=True)
    return list(icalendar.Calendar.from_ical(response.data).walk("VEVENT"))  # type: ignore[arg-type]


def sent(client: FlaskClient, command: str, headers: dict[str, str]) -> dict[str, Any]:
    """What a curl command of the page is answered, in JSON."""
    program, option, header, *rest = shlex.split(command)
    assert (program, option, header) == ("curl", "-H", "Authorization: Bearer $TOKEN")
    body = {"json": json.loads(rest[1])} if rest[0] == "--json" else {}
    assert rest[0] == "--json" or rest[:2] == ["-X", "POST"]
    answer = client.post(urlsplit(rest[2]).path, headers=headers, **body)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    told: dict[str, Any] = answer.get_json()
    return told


def events_of(body: bytes) -> list[bytes]:
    return re.findall(rb"BEGIN:VEVENT.*?END:VEVENT", body, re.DOTALL)


def ids(client: FlaskClient, path: str) -> set[str]:
    return {str(each["UID"]).partition("@")[0] for each in feed(client, path)}


def listed(client: FlaskClient, question: str) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in client.get(f"/api/v1/events.jsonl?{question}").get_data(as_text=True).splitlines()
    ]


class TestTheAddress:
    @pytest.mark.parametrize(
        ("form", "filters"),
        [
            ("", ""),
            ("kind=leader-visit&kind=plenary", "kind=leader-visit,plenary"),
            ("kind=plenary&kind=congress", "kind=congress,plenary"),
            ("key_meetings=true", "kind=congress,plenary"),
            ("key_meetings=true&kind=plenary&kind=parade", "kind=plenary"),
            ("place=South+Pyongan%2C+Sinyang&person=&q=", "place=South Pyongan,Sinyang"),
            ("person=Kim+Ju+Ae&kind=ceremony&q=factor", "person=Kim Ju Ae&kind=ceremony&q=factor"),
            ("q=Workers%27+Party+%26+100%25", "q=Workers' Party %26 100%25"),
            ("q=김정은", "q=김정은"),
            ("theme=nuclear&overdue=true", "theme=nuclear&overdue=true"),
            ("near=wpk-9th-congress&within_days=20", "near=wpk-9th-congress&within_days=20"),
            ("from=2025-01-01&to=2025-06-30&within=true", "from=2025-01-01&to=2025-06-30&within=true"),
            (f"kind=plenary&{EVE}", f"kind=plenary&{EVE}"),
            (f"key_meetings=true&{EVE}", f"kind=congress,plenary&{EVE}"),
            ("calendar=dprk&through=500", "calendar=dprk&through=500"),
        ],
    )
    def test_its_feed_holds_exactly_what_the_form_asks_for(self, client: FlaskClient, form: str, filters: str) -> None:
        assert ids(client, address(client, form)) == {each["id"] for each in listed(client, filters)}

    @pytest.mark.parametrize(
        ("form", "asked"),
        [
            ("uncertain=auto&include=all&past=", {}),
            ("alarms=1d&alarms=30d", {"alarms": "30d,1d"}),
            ("uncertain=span&past=30&include=announced", {"uncertain": "span", "past": "30", "include": "announced"}),
            ("past=0", {"past": "0"}),
        ],
    )
    def test_it_carries_the_options_that_are_not_as_by_default(
        self, client: FlaskClient, form: str, asked: dict[str, str]
    ) -> None:
        for which in ("", "kind=plenary", "key_meetings=true"):
            told = dict(parse_qsl(urlsplit(address(client, f"{which}&{form}")).query))
            assert {name: value for name, value in told.items() if name != "kind"} == asked

    def test_what_is_built_in_has_its_own_address_and_what_changed_beside_it(self, client: FlaskClient) -> None:
        assert address(client, "") == "/calendars/dprk.ics"
        assert address(client, "kind=congress,plenary&past=30") == "/feeds/key-meetings.ics?past=30"
        assert 'href="/feeds/key-meetings.atom"' in page(client, "key_meetings=true&past=30")
        assert 'href="/api/v1/events.atom?kind=plenary"' in page(client, "kind=plenary&alarms=7d")

    def test_key_meetings_among_kinds_that_are_none_are_refused(self, client: FlaskClient) -> None:
        text = page(client, "key_meetings=true&kind=parade", 422)
        assert "None of the kinds chosen is a key meeting." in text
        assert re.search(r'name="key_meetings" value="true" checked', text)
        assert re.search(r'name="kind" value="parade" checked', text)


def days_shown(event: icalendar.Event) -> tuple[date, date]:
    """The first and the last day of an entry, as any calendar program reads its bytes."""
    first: date = event.start
    if isinstance(first, datetime):
        return first.date(), first.date()
    last: date = event.end - timedelta(1)
    return first, last


def in_words(first: date, last: date) -> str:
    ending = f"{last.day} {last:%B} {last.year}, all day"
    if first == last:
        return ending
    shortest = f"{first.day}" + (f" {first:%B}" if (first.month, first.year) != (last.month, last.year) else "")
    return f"{shortest}{f' {first.year}' if first.year != last.year else ''} to {ending}"


class TestTheEntries:
    @pytest.mark.parametrize("day", ["2025-12-05", "2025-06-30", "2021-01-01", "1950-01-01", None])
    @pytest.mark.parametrize("uncertain", ["auto", "span", "first", "skip"])
    def test_they_are_those_of_the_bytes(self, client: FlaskClient, uncertain: str, day: str | None) -> None:
        asked = f"group=meeting&uncertain={uncertain}" + (f"&as_known_on={day}" if day else "")
        today = date.fromisoformat(day or "2026-11-24")
        every = [
            (*days_shown(each), str(each["UID"]), str(each["SUMMARY"])) for each in feed(client, address(client, asked))
        ]
        ahead = sorted(each for each in every if each[1] >= today)[:10]
        last = sorted(every)[-5:][::-1]
        expected = [(in_words(first, last), title) for first, last, _, title in ahead or last]
        assert entries(page(client, asked)) == expected

    def test_what_has_begun_and_is_not_over_comes_first(self, busy: FlaskClient) -> None:
        assert entries(page(busy, ""))[:3] == [
            ("18 to 24 December 2025, all day", "Going on"),
            ("20 December 2025, 09:00 in Pyongyang", "At nine"),
            ("21 December 2025, all day", "Entered in error: Wrong"),
        ]

    def test_a_cancelled_entry_says_so_and_one_entered_in_error_has_no_page(self, busy: FlaskClient) -> None:
        text = page(busy, "")
        assert "<dd>Entered in error: Wrong<" in text
        assert text.count("Cancelled: most programs hide it or strike it out") == 1
        assert "Entered in error" not in page(busy, "as_known_on=2025-12-20")

    def test_there_are_ten_of_them_and_what_is_left_out_is_not_among_them(self, busy: FlaskClient) -> None:
        assert len(entries(page(busy, "kind=visit"))) == 10
        assert [title for _, title in entries(page(busy, "kind=visit&include=announced"))] == ["Held 1", "Held 0"]

    def test_a_feed_with_nothing_in_it_says_so(self, client: FlaskClient) -> None:
        assert "This feed is empty: no event that is known fits." in page(client, "q=xylophone")


@pytest.fixture
def busy(tmp_path: Path) -> FlaskClient:
    """On 20 December 2025: what goes on, what begins at a time of day, an error, and a dozen visits in the making."""
    store = a_store(tmp_path / "var/leadup.sqlite3", date(2025, 12, 20), a_calendar())
    tell(store, "band0001", "2025-12-18/2025-12-24", "2025-12-01", title="Going on")
    tell(store, "timed001", "2025-12-20T09:00+09:00", "2025-12-01", title="At nine")
    tell(store, "wrong001", "2025-12-21", "2025-12-01", title="Wrong")
    tell(store, "wrong001", "2025-12-21", "2025-12-02", title="Wrong", status="retracted")
    for number in range(12):
        tell(store, f"visit{number:03}", f"2026-02-{number + 1:02}", "2025-12-01", kind="visit", status="expected")
    for number in range(2):
        tell(
            store,
            f"held{number:04}",
            f"2025-11-0{number + 1}",
            "2025-12-01",
            kind="visit",
            status="held",
            title=f"Held {number}",
        )
    return refreshed(store)


def refreshed(store: Store, **environ: str) -> FlaskClient:
    with store.transaction("test") as tx:
        feedbytes.refresh_all(tx.conn)
    return client_over(store, "2025-12-20", **environ)


class TestMistakes:
    @pytest.mark.parametrize(
        ("form", "question"),
        [
            ("kind=circus&kind=plenary", "kind=circus,plenary"),
            ("calendar=atlantis&past=soon&uncertain=maybe", "calendar=atlantis&past=soon&uncertain=maybe"),
            ("alarms=7d&alarms=soon", "alarms=7d,soon"),
            ("as_known_on=2099-01-01&kind=circus", "as_known_on=2099-01-01&kind=circus"),
            ("as_known_on=someday&q=" + "x" * 201, "as_known_on=someday&q=" + "x" * 201),
            ("through=99999999&place=Wonsan", "through=99999999&place=Wonsan"),
            ("from=2026-01-02&to=2026-01-01", "from=2026-01-02&to=2026-01-01"),
            ("near=nothing&colour=red", "near=nothing&colour=red"),
            ("q=one&q=two&past=1&past=2", "q=one&q=two&past=1&past=2"),
            ("include=%3Cscript%3E&q=%00", "include=%3Cscript%3E&q=%00"),
            ("place=%2C%2C&person=Kim", "person=Kim"),
        ],
    )
    def test_they_are_told_in_the_words_of_the_api_and_nothing_typed_is_lost(
        self, client: FlaskClient, form: str, question: str
    ) -> None:
        refused = client.get(f"/api/v1/events.ics?{question}")
        mistakes = refused.get_json()["errors"] if refused.status_code == 422 else []
        text = page(client, form, refused.status_code)
        read = html.unescape(text)
        for mistake in mistakes:
            assert mistake["detail"] in read
            assert f'<a href="#field-{mistake["pointer"][1:]}"' in text or 'href="#as_known_on"' in text
        values = [html.unescape(each) for each in re.findall(r'value="([^"]*)"', text)]
        for name, given in parse_qsl(form):
            for part in re.split(r",\s*", given):
                assert any(part in value for value in values), (name, part)
        assert "<script>" not in text

    def test_a_wrong_form_shows_no_feed_and_is_not_kept(self, client: FlaskClient) -> None:
        response = client.get("/feeds?kind=circus")
        assert 'id="address"' not in response.get_data(as_text=True)
        assert response.headers["Cache-Control"] == "no-store"

    def test_a_wrong_form_stands_on_the_day_it_asks_for(self, tmp_path: Path) -> None:
        store = a_store(tmp_path / "var/leadup.sqlite3", date(2025, 12, 20), a_calendar(known_on=date(2025, 12, 1)))
        text = page(refreshed(store), "as_known_on=2025-11-01&past=soon", 422)
        assert "Plenaries" not in text
        assert "Plenaries" in page(refreshed(store), "as_known_on=2025-12-01&past=soon", 422)


class TestStandpoint:
    def test_it_has_the_same_bytes_each_time(self, client: FlaskClient) -> None:
        first, again = (client.get(f"/feeds?kind=plenary&{EVE}") for _ in range(2))
        assert (first.data, first.headers["ETag"]) == (again.data, again.headers["ETag"])

    def test_links_keep_the_day_and_the_day_keeps_the_form(self, client: FlaskClient) -> None:
        text = page(client, f"kind=plenary&kind=congress&place=&{EVE}")
        for link in re.findall(r'href="(/(?:events/|feeds|calendars/|api/)[^"#]*)', text):
            assert EVE in link or link == "/feeds?kind=plenary&amp;kind=congress&amp;place=", link
        header = text.partition('<form class="as-known"')[2].partition("</form>")[0]
        kept = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', header)
        assert kept == [("kind", "plenary"), ("kind", "congress")]
        form = text.partition('<form class="choose"')[2].partition("</form>")[0]
        assert '<input type="hidden" name="as_known_on" value="2025-12-05">' in form

    def test_the_first_page_and_every_page_lead_there(self, client: FlaskClient) -> None:
        for path in ("/", "/events/wpk-9th-congress", "/problems"):
            assert 'href="/feeds"' in client.get(path).get_data(as_text=True)
        assert f'<a href="/feeds?{EVE}">Choose a feed' in client.get(f"/?{EVE}").get_data(as_text=True)


class TestLinks:
    def test_loopback_offers_no_program_and_says_what_to_set(self, client: FlaskClient) -> None:
        text = page(client, "")
        assert "webcal:" not in text
        assert "calendar.google.com" not in text
        assert "sets <code>LEADUP_PUBLIC_URL</code>" in text

    def test_each_program_is_given_the_address_whole(self, settings: Any, store: Store) -> None:
        client = client_over(store, LEADUP_PUBLIC_URL=PUBLIC)
        text = page(client, "kind=plenary&place=South+Pyongan&q=50%25&alarms=7d")
        links = {
            name: html.unescape(href)
            for href, name in re.findall(r'<a class="button" href="([^"]*)" rel="noreferrer">([^<]*)', text)
        }
        whole = f"{PUBLIC}/api/v1/events.ics?kind=plenary&place=South%20Pyongan&q=50%25&alarms=7d"
        assert links["Apple Calendar"] == links["Thunderbird"] == whole.replace("https:", "webcal:")
        google = urlsplit(links["Google Calendar"])
        assert (google.netloc, google.path) == ("calendar.google.com", "/calendar/r")
        assert parse_qs(google.query) == {"cid": [whole.replace("https:", "webcal:")]}
        for program, host in (("Outlook.com", "outlook.live.com"), ("Outlook 365", "outlook.office.com")):
            told = urlsplit(links[program])
            assert (told.netloc, told.path) == (host, "/calendar/0/addfromweb")
            assert parse_qs(told.query) == {
                "url": [whole],
                "name": ["Leadup: kind plenary, place South Pyongan, q 50%"],
            }

    def test_where_reading_is_closed_no_program_is_offered(self, store: Store, write_headers: dict[str, str]) -> None:
        client = client_over(store, LEADUP_PUBLIC_URL=PUBLIC, LEADUP_READ="token")
        asked = client.get("/feeds")
        assert (asked.status_code, asked.headers["Location"]) == (303, "/sign-in?to=%2Ffeeds")
        text = client.get("/feeds", headers=write_headers).get_data(as_text=True)
        assert "Reading is closed here" in text
        assert "webcal:" not in text

    @pytest.mark.parametrize(
        ("form", "slug", "added"),
        [
            ("", "dprk", ""),
            ("key_meetings=true&alarms=7d&alarms=1d", "key-meetings", "?alarms=7d,1d"),
            (f"kind=congress&kind=plenary&{EVE}", "key-meetings", f"?{EVE}"),
            ("kind=plenary&place=South+Pyongan%2C+Sinyang&past=400", None, "?past=400"),
            ("q=Workers%27+Party+%26+100%25+%24HOME", None, ""),
            ("q=김정은&within=true&from=2025-01-01&overdue=false", None, ""),
        ],
    )
    def test_where_reading_is_closed_its_commands_make_a_private_address_of_what_was_chosen(
        self, store: Store, write_headers: dict[str, str], form: str, slug: str | None, added: str
    ) -> None:
        client = client_over(store, LEADUP_PUBLIC_URL=PUBLIC, LEADUP_READ="token")
        text = client.get(f"/feeds?{form}", headers=write_headers).get_data(as_text=True)
        commands = [html.unescape(each) for each in re.findall(r'<code class="command">([^<]*)</code>', text)]
        assert len(commands) == (1 if slug else 2)
        answers = [sent(client, each, write_headers) for each in commands]
        shown = re.search(r"add <code>([^<]*)</code>", text)
        assert (html.unescape(shown[1]) if shown else "") == added
        private = client.get(urlsplit(answers[-1]["url"]).path + added)
        assert private.status_code == 200
        printed = html.unescape(re.findall(r'id="address" type="text" readonly value="([^"]*)"', text)[0])
        whole = client.get(printed.removeprefix(PUBLIC), headers=write_headers)
        assert events_of(private.data) == events_of(whole.data)
        if slug:
            assert answers[0]["feed"] == slug
        else:
            again = client.get(f"/feeds?{form}", headers=write_headers).get_data(as_text=True)
            assert "/api/v1/feeds/" + answers[0]["slug"] + "/addresses" in again
            assert again.count('<code class="command">') == 1

    def test_where_reading_is_open_no_private_address_is_spoken_of(self, client: FlaskClient) -> None:
        assert 'class="command"' not in page(client, "kind=plenary")

    def test_a_reader_limited_to_a_calendar_sees_nothing_of_another(self, tmp_path: Path) -> None:
        both = (a_calendar(), a_calendar(slug="other", name="Other"))
        store = a_store(tmp_path / "var/leadup.sqlite3", date(2025, 12, 20), *both)
        tell(store, "mine0001", "2025-12-21", "2025-12-01", title="Mine")
        tell(store, "other001", "2025-12-21", "2025-12-01", title="Theirs", calendar="other")
        client = refreshed(store, LEADUP_READ="token")
        with store.transaction("test") as tx:
            secret = tokens.create(tx, "limited", "read", calendars=("demo",))
        headers = {"Authorization": f"Bearer {secret}"}
        assert client.get("/feeds", headers=headers).status_code == 403
        text = client.get("/feeds?calendar=demo&kind=plenary", headers=headers).get_data(as_text=True)
        assert entries(text) == [("21 December 2025, all day", "Mine")]
        assert 'Plenaries <span class="count">1</span>' in text
        assert "other" not in text.lower().replace("others", "").replace("another", "")
        assert "/api/v1/events.ics?calendar=demo&amp;kind=plenary" in text
        assert sent(client, html.unescape(re.findall(r'class="command">([^<]*)<', text)[0]), headers)["feed"] == (
            "demo-key-meetings"
        )

    def test_what_is_built_in_and_shadowed_by_a_saved_query_is_not_given_as_its_address(self, tmp_path: Path) -> None:
        store = a_store(tmp_path / "var/leadup.sqlite3", date(2025, 12, 20), a_calendar())
        with store.transaction("test") as tx:
            headers = {"Authorization": f"Bearer {tokens.create(tx, 'alice', 'write')}"}
        client = refreshed(store)
        saved = {"title": "Visits", "slug": "later-key-meetings", "query": "kind=visit"}
        assert client.post("/api/v1/feeds", json=saved, headers=headers).status_code == 201
        with store.transaction("test") as tx:
            state = plain(a_calendar(slug="later", name="Later"))
            append(tx, Assertion("calendar", "calendar/later", "later", date(2025, 1, 1), state))
        assert address(client, "calendar=demo&key_meetings=true") == "/feeds/demo-key-meetings.ics"
        assert address(client, "calendar=later&key_meetings=true") == "/api/v1/events.ics?calendar=later&kind=plenary"

    def test_what_has_a_name_is_listed_with_what_it_holds(
        self, client: FlaskClient, write_headers: dict[str, str]
    ) -> None:
        saved = {"title": "Visits <north>", "query": "kind=leader-visit&place=South Pyongan"}
        assert client.post("/api/v1/feeds", json=saved, headers=write_headers).status_code == 201
        part = page(client, "").partition('id="named"')[2]
        for path in (
            "/calendars/dprk.ics",
            "/feeds/key-meetings.ics",
            "/feeds/dprk-key-meetings.ics",
            "/feeds/visits-north.ics",
        ):
            assert f'<a href="{path}" download>' in part
            assert f'<a href="{path.removesuffix(".ics")}.atom">' in part
        assert "Visits &lt;north&gt;" in part
        shown = [html.unescape(each) for each in re.findall(r'href="(/feeds\?[^"#]*)#result"', part)]
        assert ids(client, address(client, unquote(shown[-1].partition("?")[2]))) == ids(
            client, "/feeds/visits-north.ics"
        )


def test_days_in_words_say_only_what_differs() -> None:
    def told(first: date, last: date) -> str:
        return entry_days(Entry(first, last, None, "", "CONFIRMED"), "UTC")

    assert told(date(2025, 11, 28), date(2025, 12, 3)) == "28 November to 3 December 2025, all day"
    assert told(date(2025, 12, 28), date(2026, 1, 3)) == "28 December 2025 to 3 January 2026, all day"
