"""/leadups/<event id>, and the run-up on the first page and on that of an event: described, never beyond coverage."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from schemas.calendars import Coverage
from service.approaching import pace_words
from tests.apps import client_over
from tests.builders import a_calendar, a_store, tell
from tests.contract.test_answer_pages import text_of

pytestmark = pytest.mark.slow

DAY = "as_known_on=2025-12-05"
LATER = "as_known_on=2026-04-30"
PLENARY = "wpk-8cc-13th-plenary"


def part(text: str, id_: str) -> str:
    """The section of a page that has this heading."""
    return text.partition(f'<h2 id="{id_}">')[2].partition("</section>")[0]


def test_a_past_run_up_says_what_the_api_answers(client: FlaskClient) -> None:
    told = client.get(f"/api/v1/leadups/{PLENARY}?{LATER}").get_json()
    text = text_of(client, f"/leadups/{PLENARY}?{LATER}")
    assert told["headline"] in text
    for event in told["events"]:
        assert f'<a href="/events/{event["id"]}?{LATER}">{event["title"]}</a>' in text
    assert f'href="/api/v1/leadups/{PLENARY}?anchors=' in text
    assert client.get(unescape(re.findall(r'href="(/api/v1/leadups/[^"]+)"', text)[0])).status_code == 200
    lasting = re.findall(r'<a href="([^"]+)" data-copy="Copy lasting link">Lasting link</a> of this answer', text)[0]
    assert told["headline"] in text_of(client, lasting)


def test_the_run_up_to_what_lies_ahead_is_told_so_far(client: FlaskClient) -> None:
    text = text_of(client, f"/leadups/{PLENARY}?{DAY}")
    assert "6 leader's visits in the run-up to 13th plenary of the 8th WPK Central Committee" in text
    assert "counted to 2 December 2025, 9 to 18 days before it may open" in text
    assert "of 12 earlier run-ups had more for their pace at the same distance." in text
    assert "It describes, and no more" in text
    assert '<a href="/leadups/wpk-8cc-12th-plenary?' in text
    assert "unusual" not in text


def test_the_api_answers_what_the_page_of_a_run_up_so_far_shows(client: FlaskClient) -> None:
    asked = f"/leadups/{PLENARY}?{DAY}&activity=leader-visit&activity=ceremony&lead_days=45"
    text = text_of(client, asked)
    address = unescape(re.findall(r'href="(/api/v1/leadups/[^"]+)"', text)[0])
    told = client.get(address).get_json()
    assert [each["label"] for each in told["activities"]] == ["leader-visit", "ceremony"]
    assert told["headline"] == told["activities"][0]["sentence"]
    assert told["lead_days"] == 45
    for each in told["activities"]:
        assert each["sentence"] in text
        assert [own["nearest"] for own in each["own"]] == [9, 18]
        for own, more in zip(each["own"], each["more"], strict=True):
            assert own["pace"] == pytest.approx(own["count"] / (own["level"] * own["days"]), rel=1e-3)
            assert 0 <= more <= len(each["others"])
    assert told["opens"] == ["2025-12-11", "2025-12-20"]
    permanent = client.get(told["permalink"].partition("8000")[2])
    assert permanent.get_json() == told


@pytest.mark.parametrize(
    ("asked", "problem", "words"),
    [
        (f"{PLENARY}/so-far?{LATER}", "not-ahead", "is held, as known on 2026-04-30: its run-up is over."),
        (f"sinyang-factories-opening/so-far?{DAY}", "not-a-meeting", ""),
        (
            f"{PLENARY}/so-far?{DAY}&anchors=congress",
            "not-a-meeting",
            "none of the meetings whose run-ups are compared",
        ),
        (f"{PLENARY}/so-far?{DAY}&anchors=zoo", "invalid-record", "zoo: unknown"),
    ],
)
def test_what_does_not_lie_ahead_has_no_run_up_so_far(
    client: FlaskClient, asked: str, problem: str, words: str
) -> None:
    refused = client.get(f"/api/v1/leadups/{asked}")
    assert refused.get_json()["type"] == f"/problems/{problem}", refused.get_json()
    assert words in refused.get_data(as_text=True)


def test_a_run_up_that_cannot_be_told_says_why_to_programs_too(client: FlaskClient) -> None:
    told = client.get("/api/v1/leadups/wpk-9th-congress/so-far?as_known_on=2025-11-30").get_json()
    assert told["activities"] == []
    assert told["opens"] is None
    assert "too wide a window to say how far its run-up has come" in told["headline"]


def test_counts_read_as_people_say_them(client: FlaskClient) -> None:
    parts = text_of(client, "/leadups/wpk-9th-congress?as_known_on=2026-02-15&activity=leader-visit")
    assert "4.6 to 7.4 leader's visits" in parts
    assert "days before it may open; days not exactly known count by shares:" in parts
    one = text_of(client, "/leadups/wpk-8cc-12th-plenary?as_known_on=2025-06-09&activity=speech")
    assert ">1 speech in the run-up to 12th plenary" in one
    wide = part(text_of(client, "/?as_known_on=2025-12-12"), "runup")
    assert ">What is known in it</a> or <a" in wide


def test_a_run_up_so_far_is_counted_in_what_is_asked(client: FlaskClient) -> None:
    text = text_of(client, f"/leadups/{PLENARY}?{DAY}&lead_days=30&activity=kind:leader-visit;place:Pyongyang")
    assert "0 to 1 leader's visits (place Pyongyang) in the run-up to" in text
    assert "weapons tests in the run-up" not in text
    assert 'name="lead_days" type="text" value="30"' in text


def test_the_first_page_has_the_present_run_up_in_one_sentence_and_one_drawing(client: FlaskClient) -> None:
    section = part(text_of(client, f"/?{DAY}"), "runup")
    assert "6 leader's visits in the run-up to 13th plenary" in section
    assert section.count("<figure") == 1
    assert f'<a href="/leadups/{PLENARY}?{DAY}">The data behind it' in section


def test_shipped_data_read_today_does_not_shout(client: FlaskClient) -> None:
    section = part(text_of(client, "/"), "runup")
    assert "Not covered since 31 March 2026." in section
    assert "<figure" not in section
    assert 'href="/leadups/wpk-9th-congress">What led up to 9th Congress' in section
    for said in ("times the pace", "had more", "unusual"):
        assert said not in section


def test_a_window_too_wide_and_one_hardly_begun_are_not_counted(client: FlaskClient) -> None:
    wide = text_of(client, f"/leadups/wpk-9th-congress?{DAY}")
    assert (
        "may open from 1 January 2026 to 31 March 2026: too wide a window to say how far its run-up has come." in wide
    )
    assert "times the pace" not in wide


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2026-05-28", "Not covered since 30 April 2026: how the run-up to Plenary of the Central Committee stands"),
        ("2026-06-30", "have hardly begun: there is no run-up to tell of yet"),
    ],
)
def test_what_reaches_past_coverage_says_since_when_it_is_not_covered(tmp_path: Path, until: str, said: str) -> None:
    covered = Coverage(kinds=("visit",), since=date(2020, 1, 1), until=date(2026, 4, 30), known_on=date(2020, 1, 1))
    calendar = a_calendar(coverage=(covered,), known_on=date(2020, 1, 1))
    store = a_store(tmp_path / "var/leadup.sqlite3", None, calendar)
    tell(store, "visit001", "2026-04-20", "2026-04-21", kind="visit", status="held", title="A visit")
    tell(store, "ahead001", until, "2026-05-01")
    client = client_over(store, "2026-05-06" if "begun" in said else "2026-05-20")
    for address in ("/", "/leadups/ahead001"):
        assert said in text_of(client, address)
        assert "times the pace" not in text_of(client, address)
    if "since" in said:
        section = part(text_of(client, "/events/visit001"), "runup")
        assert "Not covered since 30 April 2026: how much led up to it is not known here." in section


def test_too_few_earlier_run_ups_are_refused_in_words(tmp_path: Path) -> None:
    covered = [
        Coverage(kinds=(kind,), since=date(2020, 1, 1), until=date(2026, 12, 31), known_on=date(2020, 1, 1))
        for kind in ("visit", "plenary")
    ]
    store = a_store(
        tmp_path / "var/leadup.sqlite3", None, a_calendar(coverage=tuple(covered), known_on=date(2020, 1, 1))
    )
    for number, day in enumerate(("2025-01-10", "2025-12-10", "2026-05-01")):
        tell(store, f"visit00{number}", day, day, kind="visit", status="held", title="A visit")
    tell(store, "past0001", "2025-12-20", "2025-12-21", status="held")
    tell(store, "ahead001", "2026-05-28", "2026-05-01")
    text = text_of(client_over(store, "2026-05-20"), "/leadups/ahead001")
    assert "too few earlier run-ups to stand beside: 1 with covered days; 5 needed." in text


def test_the_meeting_held_last_is_one_of_the_same_calendar(tmp_path: Path) -> None:
    both = (a_calendar(), a_calendar(slug="other", name="Other"))
    store = a_store(tmp_path / "var/leadup.sqlite3", None, *both)
    tell(store, "mine0001", "2025-10-01", "2025-10-02", status="held", title="Mine, held")
    tell(store, "other001", "2025-11-01", "2025-11-02", status="held", title="Theirs, held", calendar="other")
    tell(store, "mine0002", "2025-12-21", "2025-11-03", title="Mine, ahead")
    section = part(text_of(client_over(store, "2025-12-01"), "/"), "runup")
    assert ">what led up to Mine, held</a>" in section


@pytest.mark.parametrize("path", ["leadups", "events"])
def test_the_address_of_a_double_leads_on_whatever_it_is_called(tmp_path: Path, path: str) -> None:
    store = a_store(tmp_path / "var/leadup.sqlite3")
    tell(store, "main0001", "2025-10-01", "2025-10-02", status="held")
    for double in ("lead", "event"):
        tell(store, double, "2025-10-01", "2025-10-02", status="held")
        tell(store, double, "2025-10-01", "2025-10-03", status="retracted", same_as="main0001")
        client = client_over(store, "2025-12-01")
        found = client.get(f"/{path}/{double}?as_known_on=2025-11-30")
        assert found.status_code == 308
        assert found.headers["Location"] == f"/{path}/main0001?as_known_on=2025-11-30"


@pytest.mark.parametrize(
    ("pace", "words"),
    [(240.4, "240"), (24.4, "24"), (9.96, "10"), (1.34, "1.3"), (0.474, "0.47"), (0.0001, "0.00"), (0.0, "0")],
)
def test_a_pace_is_told_in_digits(pace: float, words: str) -> None:
    assert pace_words(pace) == words


def test_an_event_says_in_which_run_up_it_lies(client: FlaskClient) -> None:
    early = part(text_of(client, f"/events/sinyang-factories-visit?{DAY}"), "runup")
    assert "8 to 17 days before" in early
    assert "(announced, mid-December 2025)" in early
    assert early.count("held of-note") == 1
    later = part(text_of(client, f"/events/sinyang-factories-visit?{LATER}"), "runup")
    assert "6 days before" in later
    assert "24 events are known in the 60 days before that meeting." in later
    assert f'<a href="/leadups/{PLENARY}?{LATER}">What led up to it</a>' in later


def test_a_meeting_leads_to_its_own_run_up_and_an_event_of_no_run_up_to_none(client: FlaskClient) -> None:
    own = part(text_of(client, f"/events/{PLENARY}?{LATER}"), "runup")
    assert "24 events are known in the 60 days before it." in own
    assert part(text_of(client, "/events/wpk-1st-congress"), "runup").count("Not covered before 1 January 2019") == 1
    alone = client.get("/api/v1/events?status=held&from=2018-06-01&to=2018-12-31&within=true&limit=1").get_json()[
        "items"
    ][0]["id"]
    assert 'id="runup"' not in text_of(client, f"/events/{alone}")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"sinyang-factories-visit?{LATER}", 422),
        (f"{PLENARY}?{LATER}&anchors=congress", 422),
        (f"{PLENARY}?{LATER}&activity=circus", 422),
        (f"{PLENARY}?{LATER}&lead_days=3", 422),
    ],
)
def test_what_the_api_refuses_is_refused_on_the_page_in_the_same_words(
    client: FlaskClient, address: str, status: int
) -> None:
    refused = client.get(f"/api/v1/leadups/{address}")
    assert refused.status_code == status
    problem = refused.get_json()
    text = text_of(client, f"/leadups/{address}", status)
    for told in [each["detail"] for each in problem.get("errors", ())] or [problem["detail"]]:
        assert told in text
    assert "What led up to" in text


def test_names_and_programmes_lead_to_their_questions(client: FlaskClient) -> None:
    for page in (f"/people/kim-jong-un?{DAY}", f"/places/pyongyang?{DAY}", f"/programmes/20x10?{DAY}"):
        text = text_of(client, page)
        found = re.findall(r'href="(/(?:leadups|gaps)\?[^"]+)">(?:Do they gather|How long its sites)', text)
        assert len(found) == 1, page
        assert client.get(found[0]).status_code == 200
