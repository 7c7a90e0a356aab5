"""/record: what was typed, how it is read, what is recorded already; nothing typed is lost."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.pages.recordform import RecordForm
from tests.apps import TODAY, client_over
from tests.builders import a_calendar, a_store, tell
from tests.signedin import facts, fields, sign_in

pytestmark = pytest.mark.slow

TYPED = {
    "calendar": "dprk",
    "title": "Kim Jong Un visits the new factories in Sinyang County",
    "when": "yesterday",
    "url-0": "https://news.example/1",
    "publisher-0": "News",
    "published-0": "2026-11-24",
}


def test_the_report_and_today_are_filled_in_and_the_publisher_is_the_one_of_its_host(client: FlaskClient) -> None:
    found = client.get("/record?url=http://en.people.cn/90777/1.html&title=A%20report").get_data(as_text=True)
    held = fields(found)
    assert (held["url-0"], held["source_title-0"]) == ("http://en.people.cn/90777/1.html", "A report")
    assert held["published-0"] == "2026-11-24"
    assert held["publisher-0"] == "Xinhua / People's Daily"
    unknown = client.get("/record?url=https://www.news.example/x").get_data(as_text=True)
    assert fields(unknown)["publisher-0"] == "news.example"


@pytest.mark.parametrize(
    ("url", "title", "kept", "publisher"),
    [
        # The host's own name, whether anything was recorded from there or not.
        ("https://www.nknews.org/x", "Kim visits a farm | NK News", "Kim visits a farm", "NK News"),
        ("https://nknews.org/x", "Kim visits a farm - nknews.org", "Kim visits a farm", "NK News"),
        ("https://www.some-daily.co.uk/x", "A farm \u2014 The Some Daily", "A farm", "The Some Daily"),
        ("https://news.bureau.org/x", "A farm \u2013 Bureau", "A farm", "Bureau"),
        # A source recorded from there, by another name than the host's.
        ("https://en.yna.co.kr/x", "Kim - on a farm - Yonhap", "Kim - on a farm", "Yonhap"),
        # A known source, at a host of which nothing is known; it publishes the page where a bar says so.
        ("https://short.example/x", "A farm | Daily NK", "A farm", "Daily NK"),
        ("https://short.example/x", "A farm - Daily NK", "A farm", "short.example"),
        # What is not certain is kept: who is quoted, what is none, a subdomain, a title that is nothing else.
        ("https://www.reuters.com/x", "Kim oversees a test - KCNA", "Kim oversees a test - KCNA", "Reuters"),
        ("https://www.nknews.org/x", "Kim visits a farm | Analysis", "Kim visits a farm | Analysis", "NK News"),
        ("https://www.nknews.org/x", "A mid-December plenary", "A mid-December plenary", "NK News"),
        ("https://news.bureau.org/x", "A farm - News", "A farm - News", "news.bureau.org"),
        ("https://www.nknews.org/x", "| NK News", "| NK News", "NK News"),
        ("https://www.nknews.org/x", "A farm | ...", "A farm | ...", "NK News"),
    ],
)
def test_a_publishers_name_at_the_end_of_a_title_is_taken_off_where_it_is_certain(
    client: FlaskClient, url: str, title: str, kept: str, publisher: str
) -> None:
    held = fields(client.get("/record", query_string={"url": url, "title": title}).get_data(as_text=True))
    assert (held["source_title-0"], held["publisher-0"]) == (kept, publisher)


def test_of_a_report_that_is_a_source_already_the_event_is_named(tmp_path: Path) -> None:
    held = a_store(
        tmp_path / "var/leadup.sqlite3", TODAY, a_calendar(slug="demo"), a_calendar(slug="other", name="Other")
    )
    sources = ({"publisher": "News", "url": "https://news.example/told?id=1", "published": "2026-11-01"},)
    tell(held, "event001", "2026-11-23", "2026-11-01", title="One", sources=sources)
    tell(held, "event002", "2026-11-23", "2026-11-01", title="Entered twice", sources=sources)
    tell(held, "event002", "2026-11-23", "2026-11-01", title="Entered twice", status="retracted")
    tell(held, "other001", "2026-11-23", "2026-11-01", title="Other", calendar="other", sources=sources)
    client = client_over(held, LEADUP_READ="token")

    def named(url: str) -> list[str]:
        shown = client.get("/record", query_string={"url": url}).get_data(as_text=True)
        banners = re.findall(r'<p class="banner" role="status">This report is a source already of (.*?)</p>', shown)
        return re.findall(r'<a href="/events/\w+">(.*?)</a>', " ".join(banners))

    sign_in(client, held, "limited", "write", "demo")
    assert named("https://news.example/told?id=1") == ["One"]
    sign_in(client, held, "all", "write")
    assert named("https://NEWS.example/told?id=1&utm_source=rss#top") == ["One", "Other"]
    for url in ("https://news.example/told?id=2", "https://news.example/told", "news.example", "https://[", "%"):
        assert named(url) == []


@pytest.mark.parametrize("url", ["https://[", "nowhere", "javascript:alert(1)", "https://a_%.example/", "x" * 3000])
def test_any_address_opens_the_form(client: FlaskClient, url: str) -> None:
    assert client.get("/record", query_string={"url": url, "title": url}).status_code == 200


def test_what_the_words_mean_is_shown_before_anything_is_recorded(writer: FlaskClient) -> None:
    last = writer.get("/api/v1/changes").get_json()["last"]
    shown = writer.post("/record", data=TYPED)
    told = facts(shown.get_data(as_text=True))
    assert shown.status_code == 200
    assert told["When"] == "23 November 2026"
    assert told["Kind"] == "Leader's visit, held"
    assert told["People"] == "Kim Jong Un"
    assert told["Place"] == "Sinyang, South Pyongan"
    assert writer.get("/api/v1/changes").get_json()["last"] == last
    made = writer.post("/record", data={**fields(shown.get_data(as_text=True), "/record"), "do": "record"})
    event = writer.get(f"/api/v1{made.headers['Location']}").get_json()
    assert event["when"]["edtf"] == "2026-11-23"
    assert event["place"] == {"name": None, "county": "Sinyang", "province": "South Pyongan", "country": "KP"} or event[
        "place"
    ] == {"county": "Sinyang", "province": "South Pyongan", "country": "KP"}
    assert event["people"] == ["Kim Jong Un"]
    assert event["sources"][0]["url"] == "https://news.example/1"


@pytest.mark.parametrize(
    ("typed", "when", "opens", "status"),
    [
        (
            "mid-December",
            "mid-December 2026",
            "11 December 2026 at the earliest, 20 December 2026 at the latest",
            "expected",
        ),
        ("3 December 2025", "3 December 2025", "3 December 2025", "held"),
        ("the day before yesterday", "22 November 2026", "22 November 2026", "held"),
        (
            "late February",
            "late February 2027",
            "21 February 2027 at the earliest, 28 February 2027 at the latest",
            "expected",
        ),
    ],
)
def test_a_date_is_read_as_it_is_typed(writer: FlaskClient, typed: str, when: str, opens: str, status: str) -> None:
    shown = writer.post("/record", data={**TYPED, "kind": "other", "when": typed}).get_data(as_text=True)
    told = facts(shown)
    assert (told["When"], told["Opens"], told["Kind"]) == (when, opens, f"Other event, {status}")


def test_what_the_body_gave_and_lies_ahead_is_announced(writer: FlaskClient) -> None:
    shown = writer.post("/record", data={**TYPED, "kind": "plenary", "when": "mid-December", "who": "body"})
    assert facts(shown.get_data(as_text=True))["Kind"] == "Plenary, announced"


def test_every_mistake_is_told_beside_its_field_and_nothing_is_lost(writer: FlaskClient) -> None:
    typed = {
        "calendar": "dprk",
        "title": "",
        "kind": "zoo",
        "when": "someday",
        "note": "kept",
        "people": "A, B",
        "url-0": "nowhere",
        "published-0": "2027-01-01",
        "url-2": "https://news.example/3",
        "published-2": "soon",
    }
    refused = writer.post("/record", data={**typed, "do": "record"})
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422
    for name in ("title", "kind", "when", "url-0", "publisher-0", "published-2"):
        assert f'id="mistake-{name}"' in text, name
    held = fields(text)
    assert {name: held[name] for name in typed if name not in ("kind", "note")} == {
        name: value for name, value in typed.items() if name not in ("kind", "note")
    }
    assert ">kept</textarea>" in text


@pytest.mark.parametrize("when", ["", "31 February 2026", "2026-13-01", "в декабре"])
def test_a_wrong_date_says_nothing_of_the_status_that_follows_from_it(writer: FlaskClient, when: str) -> None:
    refused = writer.post("/record", data={**TYPED, "when": when})
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert 'id="mistake-when"' in text
    assert 'id="mistake-status"' not in text
    assert "Missing data" not in text


def test_what_is_missing_is_asked_for_in_words(writer: FlaskClient) -> None:
    typed = {"calendar": "dprk", "who_name": "Someone", "source_title-0": "A report", "url-1": "nowhere"}
    text = writer.post("/record", data=typed).get_data(as_text=True)
    for words in ("Say what happened", "Say when", "choose one", "Say who published", "Say who gave the date"):
        assert words in text, words
    assert "Missing data" not in text
    assert ">Publisher</a>: Say who published the report." in text
    assert "publisher-" not in re.sub(r"<[^>]*>", "", text).lower()
    later = writer.post("/record", data={**TYPED, "kind": "other", "known_on": "2027-01-01"}).get_data(as_text=True)
    assert ">1 January 2027 lies after today, 24 November 2026 in Asia/Pyongyang.</p>" in later
    earlier = writer.post("/record", data={**TYPED, "kind": "other", "known_on": "2026-11-20"}).get_data(as_text=True)
    assert "after the day since which it is known, 2026-11-20" in earlier


def test_the_publisher_of_an_address_typed_by_hand_is_filled_in(writer: FlaskClient) -> None:
    typed = {name: text for name, text in TYPED.items() if name != "publisher-0"}
    typed |= {"url-0": "http://en.people.cn/90777/1.html", "url-1": "https://www.news.example/2"}
    shown = writer.post("/record", data=typed)
    assert shown.status_code == 200
    held = fields(shown.get_data(as_text=True))
    assert (held["publisher-0"], held["publisher-1"]) == ("Xinhua / People's Daily", "news.example")


def test_who_announces_gave_the_date(writer: FlaskClient) -> None:
    typed = {**TYPED, "kind": "plenary", "when": "mid-December", "status": "announced"}
    shown = writer.post("/record", data=typed).get_data(as_text=True)
    assert facts(shown)["Date given by"] == "the body itself"
    made = writer.post("/record", data={**typed, "do": "record"}).headers["Location"]
    assert writer.get(f"/api/v1{made}").get_json()["said_by"]["who"] == "body"
    drawing = writer.get("/").get_data(as_text=True).partition('<figure class="drawn">')[2].partition("</figure>")[0]
    assert 'class="given"' in drawing
    assert 'class="guessed"' not in drawing


def test_an_expectation_that_is_announced_is_given_by_the_body(writer: FlaskClient) -> None:
    typed = {**TYPED, "kind": "plenary", "when": "mid-December", "status": "expected", "do": "record"}
    path = writer.post("/record", data=typed).headers["Location"]
    held = fields(writer.get(f"{path}/amend").get_data(as_text=True))
    assert held["who"] == ""
    shown = writer.post(f"{path}/amend", data={**held, "status": "announced"}).get_data(as_text=True)
    assert "<td>someone not named</td><td>the body itself</td>" in shown


def test_a_note_of_several_lines_is_kept_as_a_browser_sends_it(writer: FlaskClient) -> None:
    sent = {**TYPED, "kind": "other", "note": "One line.\r\nAnother.", "why": "As told.", "do": "record"}
    made = writer.post("/record", data=sent)
    assert made.status_code == 303
    path = made.headers["Location"]
    assert writer.get(f"/api/v1{path}").get_json()["note"] == "One line.\nAnother."
    held = fields(writer.get(f"{path}/amend").get_data(as_text=True))
    again = {**held, "note": held["note"].replace("\n", "\r\n")}
    shown = writer.post(f"{path}/amend", data=again).get_data(as_text=True)
    assert ">Nothing changes</h2>" in shown
    assert writer.post(f"{path}/amend", data={**again, "title": "Another", "do": "record"}).status_code == 303


def test_the_publisher_of_a_host_is_told_from_calendars_that_the_reader_may_see(tmp_path: Path) -> None:
    held = a_store(
        tmp_path / "var/leadup.sqlite3", TODAY, a_calendar(slug="demo"), a_calendar(slug="other", name="Other")
    )
    source = {"publisher": "A quiet bureau", "url": "https://news.example/1", "published": "2025-11-01"}
    tell(held, "other001", "2025-12-21", "2025-12-01", calendar="other", sources=(source,))
    client = client_over(held, LEADUP_READ="token")
    asked = "/record?url=https://news.example/2"
    sign_in(client, held, "limited", "write", "demo")
    assert fields(client.get(asked).get_data(as_text=True))["publisher-0"] == "news.example"
    titled = fields(client.get(f"{asked}&title=A+farm+|+A+quiet+bureau").get_data(as_text=True))
    assert titled["source_title-0"] == "A farm | A quiet bureau"
    sign_in(client, held, "all", "write")
    assert fields(client.get(asked).get_data(as_text=True))["publisher-0"] == "A quiet bureau"


def test_a_rule_of_time_is_told_beside_its_field(writer: FlaskClient) -> None:
    refused = writer.post("/record", data={**TYPED, "kind": "other", "when": "2026-12-24", "status": "held"})
    assert 'id="mistake-status"' in refused.get_data(as_text=True)
    refused = writer.post("/record", data={**TYPED, "kind": "other", "known_on": "2026-11-20"})
    assert 'id="mistake-published-0"' in refused.get_data(as_text=True)


def test_an_event_that_it_may_be_is_offered_first_and_a_form_sent_twice_is_one_event(writer: FlaskClient) -> None:
    ready = {**TYPED, "kind": "leader-visit", "status": "held", "county": "Sinyang", "do": "record"}
    first = writer.post("/record", data=ready)
    assert first.status_code == 303
    again = writer.post("/record", data=ready)
    assert again.status_code == 200
    assert f'href="{first.headers["Location"]}"' in again.get_data(as_text=True)
    another = {**fields(again.get_data(as_text=True), "/record"), "do": "record"}
    assert writer.post("/record", data=another).status_code == 303


def test_a_report_is_added_to_the_event_that_it_tells_of(writer: FlaskClient) -> None:
    first = writer.post("/record", data={**TYPED, "kind": "leader-visit", "do": "record"}).headers["Location"]
    other = {"url-0": "https://other.example/2", "publisher-0": "Another", "published-0": "2026-11-24"}
    offered = writer.post("/record", data={**TYPED, **other}).get_data(as_text=True)
    added = writer.post(f"{first}/source", data=fields(offered, f"{first}/source"))
    assert (added.status_code, added.headers["Location"]) == (303, f"{first}#sources")
    event = writer.get(f"/api/v1{first}").get_json()
    assert [each["url"] for each in event["sources"]] == ["https://news.example/1", "https://other.example/2"]
    assert (event["sequence"], event["title"]) == (1, TYPED["title"])
    writer.post(f"{first}/source", data=fields(offered, f"{first}/source"))
    assert writer.get(f"/api/v1{first}").get_json()["sequence"] == 1
    refused = writer.post(f"{first}/source", data={"source_title-0": "A report"})
    assert refused.status_code == 422
    assert 'id="mistake-publisher-0"' in refused.get_data(as_text=True)


def test_a_title_is_read_once_and_what_was_mended_stays(writer: FlaskClient) -> None:
    held = fields(writer.post("/record", data=TYPED).get_data(as_text=True))
    assert held["people"] == "Kim Jong Un"
    mended = fields(writer.post("/record", data={**held, "people": ""}).get_data(as_text=True))
    assert mended["people"] == ""


def test_a_page_of_entering_as_known_on_a_day_says_that_it_is_done_today(client: FlaskClient) -> None:
    text = client.get("/record?as_known_on=2025-12-05").get_data(as_text=True)
    assert "What is recorded is recorded today" in text
    assert '<a href="/record">Back to today</a>' in text
    assert 'id="form"' not in text


def test_names_with_commas_go_through_the_form() -> None:
    form = RecordForm({"people": "A, B", "bodies": "Board of Trade, Foreign;", "themes": "one, two; three"})
    body = form.body(date(2026, 1, 1))
    assert (body["people"], body["bodies"], body["themes"]) == (
        ["A", "B"],
        ["Board of Trade, Foreign"],
        ["one, two", "three"],
    )
