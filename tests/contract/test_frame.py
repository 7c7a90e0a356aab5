"""The frame around every page: the day it stands on, links that keep it, what it may load, its lasting address."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from service.settings import Settings
from service.store import tokens
from service.store.database import Store
from tests.apps import app_over

pytestmark = pytest.mark.slow

DAY = "2025-12-05"
PAGES = [
    "/",
    "/feeds",
    "/alerts",
    "/docs",
    "/docs/operations/create_event",
    "/problems",
    "/problems/stale-revision",
    "/events/wpk-9th-congress",
]
PAGES += ["/events", "/timeline", "/timeline?decade=2020", "/calendar", "/calendar/2025/12", "/people/kim-jong-un"]
PAGES += ["/places/sinyang", "/programmes/20x10", "/about/dprk", "/search", "/search?q=kim", "/changes"]
PAGES += ["/record", "/sign-in", "/events/wpk-9th-congress/amend", "/events/wpk-9th-congress/retract"]
PAGES += ["/events/wpk-9th-congress/links", "/events/wpk-9th-congress/links?q=plenary"]
PAGES += ["/inbox"]
PAGES += ["/leadups", "/leadups?activity=leader-visit&activity=kind%3Aceremony%3Bprogramme%3A20x10&lead_days=30"]
PAGES += ["/leadups/wpk-8cc-13th-plenary", "/leadups/wpk-8cc-12th-plenary?lead_days=30", "/leadups/wpk-9th-congress"]
PAGES += ["/gaps", "/gaps?from_kind=leader-visit&to_kind=ceremony&programme=20x10&within_days=30"]


class _Read(HTMLParser):
    """The links of a page, its language, how many headings of the first order it has, what is styled in place, and
    attributes that a template wrote with their quotes escaped."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.lang: str | None = None
        self.headings = 0
        self.styled: list[str] = []
        self.escaped: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.headings += tag == "h1"
        self.escaped += [value for value in given.values() if value and value[0] == value[-1] == '"']
        if tag == "html":
            self.lang = given.get("lang")
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        if tag == "style" or any(name == "style" or name.startswith("on") for name in given):
            self.styled.append(tag)


def read(client: FlaskClient, address: str) -> _Read:
    response = client.get(address)
    assert response.status_code == 200, address
    return _Read(response.get_data(as_text=True))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_one_heading_a_title_and_a_language_and_is_small(client: FlaskClient, path: str) -> None:
    found = client.get(path)
    shown = _Read(found.get_data(as_text=True))
    assert (shown.headings, shown.lang) == (1, "en")
    assert re.search(r"<title>.*Leadup.*</title>", found.get_data(as_text=True))
    assert not shown.escaped
    assert len(found.data) < 100_000


@pytest.mark.parametrize("path", [*PAGES, "/events/zzz", "/zzz", "/?as_known_on=2030-01-01"])
def test_every_page_loads_only_what_is_ours(client: FlaskClient, path: str) -> None:
    found = client.get(path)
    policy = found.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    assert _Read(found.get_data(as_text=True)).styled == []


@pytest.mark.parametrize("path", PAGES)
def test_every_link_keeps_the_day_and_the_change(client: FlaskClient, path: str) -> None:
    through = client.get(f"/api/v1/events?as_known_on={DAY}&limit=1").get_json()["through"]
    shown = read(client, f"{path}{'&' if '?' in path else '?'}as_known_on={DAY}&through={through}")
    own = [
        each for each in shown.links if each.startswith("/") and each.partition("#")[0] not in (path, "/openapi.json")
    ]
    assert [each for each in own if f"as_known_on={DAY}" not in each or f"through={through}" not in each] == []


def test_the_banner_says_where_the_page_stands_and_leads_back(client: FlaskClient) -> None:
    text = client.get(f"/?as_known_on={DAY}&through=900").get_data(as_text=True)
    assert "<strong>5 December 2025</strong>" in text
    assert "through change 900" in text
    assert '<a href="/">Back to today</a>' in text
    assert "standpoint" not in client.get("/").get_data(as_text=True)
    assert "This page stands in the past: as it was recorded through change 900." in client.get(
        "/?through=900"
    ).get_data(as_text=True)


def test_a_chosen_day_keeps_the_change(client: FlaskClient) -> None:
    text = client.get(f"/?as_known_on={DAY}&through=900").get_data(as_text=True)
    assert '<input type="hidden" name="through" value="900">' in text


@pytest.mark.parametrize("path", ["/", "/?as_known_on=2025-12-05", "/feeds?kind=plenary"])
def test_the_lasting_link_shows_the_same_for_good(client: FlaskClient, path: str) -> None:
    shown = read(client, path)
    lasting = next(each for each in shown.links if "through=" in each)
    assert "as_known_on=" in lasting
    assert client.get(lasting).status_code == 200
    assert lasting in read(client, lasting).links


def test_a_page_that_refuses_keeps_the_day_unless_it_is_the_day_that_is_refused(client: FlaskClient) -> None:
    kept = _Read(client.get(f"/events/zzz?as_known_on={DAY}").get_data(as_text=True)).links
    assert f"/feeds?as_known_on={DAY}" in kept
    for refused in ("/?as_known_on=2030-01-01", "/?as_known_on=soon", "/?through=99999999"):
        assert "/feeds" in _Read(client.get(refused).get_data(as_text=True)).links


def test_the_pages_of_one_person_ask_for_no_day(client: FlaskClient) -> None:
    answered = client.post("/alerts", data={"email": "alice@example.org", "calendar": "dprk", "matters": "opened"})
    assert answered.status_code == 202
    assert "as_known_on" not in answered.get_data(as_text=True)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_as_known_on_a_day_has_the_same_bytes_whenever_it_is_asked(settings: Settings, path: str) -> None:
    asked = f"{path}{'&' if '?' in path else '?'}as_known_on={DAY}"
    days = (date(2025, 12, 5), date(2026, 11, 24), date(2027, 3, 1))
    answers = [app_over(replace(settings, today=day)).test_client().get(asked) for day in days]
    assert len({(each.status_code, each.data, each.headers["ETag"]) for each in answers}) == 1


def test_a_reader_limited_to_a_calendar_reads_its_pages_and_no_others(settings: Settings, store: Store) -> None:
    with store.transaction("test") as tx:
        secret = tokens.create(tx, "limited", "read", calendars=("dprk",))
    client = app_over(replace(settings, reading="token")).test_client()
    headers = {"Authorization": f"Bearer {secret}"}
    for path in ("/about/dprk", "/timeline?calendar=dprk", "/events?calendar=dprk", "/events/wpk-9th-congress"):
        assert client.get(path, headers=headers).status_code == 200, path
    for path in ("/", "/about/zoo", "/timeline", "/events", "/changes", "/people/kim-jong-un"):
        assert client.get(path, headers=headers).status_code == 403, path


def test_alerts_of_a_day_name_no_later_day_and_no_form_that_is_not_there(client: FlaskClient) -> None:
    text = re.sub(r"<[^>]+>", "", client.get("/alerts?as_known_on=2025-11-30").get_data(as_text=True))
    assert "the letter is due in 4 days" in text
    assert "the window was given by the press" in text
    assert "ticked above" not in text
    assert re.findall(r"\d{4}-\d{2}-\d{2}", text) == []


@pytest.mark.parametrize(
    ("path", "heading", "words"),
    [
        (
            "/?as_known_on=2025-02-30",
            "This cannot be asked so",
            "As known on: There is no 30 February 2025; write a day as",
        ),
        ("/?as_known_on=2025-13-01", "This cannot be asked so", "As known on: There is no month 13; write a day as"),
        ("/?as_known_on=0000-01-01", "This cannot be asked so", "As known on: There is no year 0; write a day as"),
        ("/timeline?year=abc", "This cannot be asked so", "Year: Not a whole number."),
        ("/changes?before=abc", "This cannot be asked so", "Before: Not a place in the log"),
        ("/?x=1", "This cannot be asked so", "This page does not know x."),
        ("/inbox?page=x", "This cannot be asked so", "Page: Not a page"),
        ("/?as_known_on=2027-01-01", "That day lies ahead", "As known on: 2027-01-01 lies after today"),
        ("/?through=999999", "That change is not recorded yet", "Through: 999999 lies after the last change"),
    ],
)
def test_a_mistake_in_an_address_is_told_to_people(client: FlaskClient, path: str, heading: str, words: str) -> None:
    text = client.get(path).get_data(as_text=True)
    assert f"<h1>{heading}</h1>" in text
    assert f"<title>{heading} - Leadup</title>" in text
    assert words in text
    told = client.get(path, headers={"Accept": "application/problem+json"}).get_json()["title"]
    assert told in ("Invalid record", "Asked in future", "Through ahead")


def test_fields_of_the_standpoint_that_are_sent_empty_ask_for_today_as_those_left_out_do(client: FlaskClient) -> None:
    asked = [client.get(path).get_data(as_text=True) for path in ("/alerts", "/alerts?as_known_on=&through=")]
    assert ["Last letter" in text for text in asked] == [True, True]
