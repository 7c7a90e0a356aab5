"""/leadups and /gaps: what the API answers, in words, figures and charts; a form, and refusals beside its fields."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.apps import client_over
from tests.builders import a_calendar, a_store
from tests.contract.test_events_pages import words

pytestmark = pytest.mark.slow

ON = "as_known_on=2026-04-30"
ASKED = "calendar=dprk&anchors=plenary,congress&activity=leader-visit&activity=weapons-test&lead_days=30"
GAPS = "calendar=dprk&from_kind=leader-visit&to_kind=ceremony&programme=20x10"


def text_of(client: FlaskClient, address: str, status: int = 200) -> str:
    return unescape(words(client, address, status))


def assert_told_beside(field: str, refused: TestResponse, text: str) -> None:
    """That the text of a page has, beside a field, each thing that the API refused of it."""
    details = [each["detail"] for each in refused.get_json()["errors"] if each["pointer"] == f"?{field}"]
    assert details
    for detail in details:
        assert f'id="mistake-{field}">{detail}' in text


def test_a_study_says_what_the_api_answers(client: FlaskClient) -> None:
    told = client.get(f"/api/v1/leadups?{ASKED}&{ON}").get_json()
    text = text_of(client, f"/leadups?{ASKED}&{ON}")
    for activity in told["activities"]:
        assert activity["headline"] in text
    assert f"Method {told['method']}, data {told['data']}, through change {told['through']}" in text
    for case in told["activities"][0]["cases"]:
        assert f'<a href="/events/{case["id"]}?{ON}">{case["title"]}</a>' in text
        assert f'<td class="number">{case["count"]:g}</td>' in text
    for left_out in told["activities"][0]["anchors_left_out"]:
        assert left_out["reason"] in text


def test_what_is_asked_where_nothing_is_typed_stands_in_the_form(client: FlaskClient) -> None:
    text = text_of(client, f"/leadups?{ON}")
    for ticked in ("plenary", "congress", "leader-visit", "weapons-test", "ceremony"):
        assert f'value="{ticked}" checked>' in text
    assert 'value="speech">' in text
    assert 'name="lead_days" type="text" value="60"' in text
    assert "appearances, anniversaries, politburo meetings, conferences and other events" in text


@pytest.mark.parametrize("page", [f"/leadups?{ASKED}", f"/gaps?{GAPS}", "/leadups", "/gaps"])
def test_everything_behind_a_chart_is_one_link_away(client: FlaskClient, page: str) -> None:
    found = client.get(f"{page}{'&' if '?' in page else '?'}{ON}").get_data(as_text=True)
    figures = [unescape(each) for each in re.findall(r"<figcaption>(.*?)</figcaption>", found, re.DOTALL)]
    assert figures
    links = {unescape(each) for each in re.findall(r'href="(/api/v1/[^"]+)"', found)}
    drawn = {unescape(each) for each in re.findall(r'<img src="(/api/[^"]+)"', found)}
    assert drawn
    assert all(".csv?" in each and ".svg?" in each for each in figures)
    assert drawn <= links
    for each in links:
        answer = client.get(each)
        assert answer.status_code == 200, each
        assert ON in each


def test_a_chart_is_said_in_words(client: FlaskClient) -> None:
    text = text_of(client, f"/leadups?{ASKED}&{ON}")
    drawn = client.get(f"/api/v1/leadups.svg?{ASKED}&{ON}").get_data(as_text=True)
    said = re.findall(r'<img src="[^"]*chart=profile&of=1[^"]*" alt="([^"]+)"', text)
    assert "The smoothed rate goes from" in said[0]
    assert said[0] in unescape(drawn)


@pytest.mark.parametrize("page", [f"/leadups?{ASKED}", f"/gaps?{GAPS}&within_days=30"])
def test_the_lasting_link_of_an_answer_gives_the_same_again(client: FlaskClient, page: str) -> None:
    text = text_of(client, page)
    lasting = re.findall(r'<a href="([^"]+)" data-copy="Copy lasting link">Lasting link</a> of this answer', text)[0]
    assert "as_known_on=2026-11-24&through=" in lasting
    again = text_of(client, lasting)
    method = re.findall(r"Method [^.]+\.", text)[0]
    assert method in again
    assert f'<a href="{lasting}" data-copy="Copy lasting link">Lasting link</a> of this answer' in again


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("calendar=dprk&anchors=zoo&activity=leader-visit", "anchors"),
        ("calendar=dprk&anchors=plenary&activity=circus", "activity"),
        ("calendar=dprk&anchors=plenary&activity=colour:red", "activity"),
        ("calendar=dprk&anchors=plenary&activity=leader-visit&lead_days=3", "lead_days"),
        ("calendar=dprk&anchors=plenary&activity=leader-visit&lead_days=soon", "lead_days"),
        ("calendar=dprk&anchors=plenary&activity=leader-visit&overlap=both", "overlap"),
        ("calendar=zoo&anchors=plenary&activity=leader-visit", "calendar"),
        ("calendar=dprk,zoo&anchors=plenary&activity=leader-visit", "calendar"),
    ],
)
def test_what_a_study_refuses_is_told_beside_the_field_as_the_api_tells_it(
    client: FlaskClient, asked: str, field: str
) -> None:
    refused = client.get(f"/api/v1/leadups?{asked}")
    text = text_of(client, f"/leadups?{asked}", refused.status_code)
    assert_told_beside(field, refused, text)
    assert '<form class="choose"' in text


def test_what_was_typed_is_kept_where_something_is_refused(client: FlaskClient) -> None:
    asked = "anchors=zoo&activity=speech&activity=kind:leader-visit;place:Wonsan&lead_days=3&parts=each"
    text = text_of(client, f"/leadups?{asked}", 422)
    assert 'value="zoo" checked>' in text
    assert 'value="speech" checked>' in text
    assert 'value="kind:leader-visit;place:Wonsan"' in text
    assert 'value="3"' in text
    assert '<option value="each" selected>' in text
    assert 'name="activity" value="leader-visit">' in text


def test_too_small_a_sample_is_refused_in_words_with_its_cases(client: FlaskClient) -> None:
    text = text_of(client, f"/leadups?anchors=plenary&activity=kind:leader-visit;place:Wonsan&{ON}")
    assert "too few events" in text
    assert "13th plenary of the 8th WPK Central Committee" in text
    assert "times what season" not in text


def test_today_says_since_when_it_is_not_covered(client: FlaskClient) -> None:
    assert "Not covered since 31 March 2026" in text_of(client, "/leadups")
    assert "Not covered since" not in text_of(client, "/leadups?as_known_on=2025-12-05")
    assert "Not covered since 31 March 2026: sites that opened later" in text_of(client, "/gaps")


@pytest.mark.parametrize("page", ["/leadups", "/gaps"])
def test_where_there_is_nothing_to_ask_the_page_says_so(client: FlaskClient, tmp_path: Path, page: str) -> None:
    assert "No calendar is known on 1 January 1900." in text_of(client, f"{page}?as_known_on=1900-01-01")
    a_store(tmp_path / "empty/var/leadup.sqlite3", None, a_calendar(kinds=()))
    bare = client_over(a_store(tmp_path / "bare/var/leadup.sqlite3", None, a_calendar()))
    assert '<form class="choose"' in text_of(bare, page)


def test_a_page_of_many_activities_is_short(client: FlaskClient) -> None:
    kinds = ("leader-visit", "ceremony", "weapons-test", "speech", "summit", "parade", "assembly-session", "election")
    many = "&".join(f"activity={each}" for each in (*kinds, *(f"kind:{each};place:Pyongyang" for each in kinds[:4])))
    longest = "&".join(f"activity=kind:{each};q:{'long ' * 80}" for each in (*kinds, *kinds[:4]))
    for asked, charts in ((many, 12), (longest, 0)):
        answer = client.get(f"/leadups?anchors=plenary,congress&lead_days=365&{asked}&{ON}")
        assert answer.status_code == 200
        assert answer.text.count('<img src="/api/') == charts
        assert len(answer.data) < 100_000


def test_waits_say_what_the_api_answers(client: FlaskClient) -> None:
    told = client.get(f"/api/v1/gaps?{GAPS}&within_days=30&{ON}").get_json()
    text = text_of(client, f"/gaps?{GAPS}&within_days=30&{ON}")
    assert told["headline"] in text
    assert "Opened within 30 days of the first visit: a share of" in text
    for site in told["sites"]:
        assert f'<a href="/events/{site["first"]["id"]}?{ON}">' in text
        assert (site["reason"] or "") in text


def test_a_promise_says_what_is_counted_where_nothing_is_typed(client: FlaskClient) -> None:
    told = client.get(f"/api/v1/gaps?{GAPS}&{ON}").get_json()
    assert told["headline"] in text_of(client, f"/gaps?{ON}")
    assert told["data"] in text_of(client, f"/gaps?programme=20x10&{ON}")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("from_kind=zoo&to_kind=ceremony", "from_kind"),
        ("from_kind=leader-visit&to_kind=zoo", "to_kind"),
        ("from_kind=leader-visit&to_kind=ceremony&within_days=soon", "within_days"),
    ],
)
def test_what_waits_refuse_is_told_beside_the_field_as_the_api_tells_it(
    client: FlaskClient, asked: str, field: str
) -> None:
    refused = client.get(f"/api/v1/gaps?calendar=dprk&{asked}")
    assert_told_beside(field, refused, text_of(client, f"/gaps?{asked}", refused.status_code))
