"""The charts of what led up to meetings and how long sites waited: whole, in words too, with the answer's figures."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from schemas.wire.questions import STUDY_CHARTS
from schemas.wording import short_day
from service import picturing
from service.__main__ import main
from service.charts.drawing import STYLE, STYLE_HASH
from service.settings import Settings

pytestmark = pytest.mark.slow

LEADUPS = "calendar=dprk&anchors=plenary,congress&activity=leader-visit&activity=ceremony&as_known_on=2026-04-30"
GAPS = "calendar=dprk&from_kind=leader-visit&to_kind=ceremony&programme=20x10&as_known_on=2026-04-30"
SVG = "{http://www.w3.org/2000/svg}"


def drawn(client: FlaskClient, address: str) -> ET.Element:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "image/svg+xml"
    return ET.fromstring(answer.text)


def described(root: ET.Element) -> str:
    found = root.find(f"{SVG}desc")
    assert found is not None
    assert found.text
    return found.text


def test_there_is_a_chart_for_each_name() -> None:
    assert tuple(picturing.LEADUPS) == STUDY_CHARTS


@pytest.mark.parametrize("chart", STUDY_CHARTS)
@pytest.mark.parametrize("of", [1, 2])
def test_a_chart_is_called_by_its_headline_and_says_by_what_knowledge(client: FlaskClient, chart: str, of: int) -> None:
    root = drawn(client, f"/api/v1/leadups.svg?{LEADUPS}&chart={chart}&of={of}")
    activity = client.get(f"/api/v1/leadups?{LEADUPS}").get_json()["activities"][of - 1]
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == activity["headline"]
    assert described(root).endswith("As known on 30 April 2026.")


def test_the_sentences_tell_the_figures(client: FlaskClient) -> None:
    activity = client.get(f"/api/v1/leadups?{LEADUPS}").get_json()["activities"][0]
    ratios = described(drawn(client, f"/api/v1/leadups.svg?{LEADUPS}&chart=ratios"))
    for each in activity["ratios"]:
        assert f"{each['baseline']} {each['ratio']:.2f} ({each['low']:.2f} to {each['high']:.2f})" in ratios
    epochs = described(drawn(client, f"/api/v1/leadups.svg?{LEADUPS}&chart=epochs"))
    for case in activity["cases"]:
        assert f"{short_day(date.fromisoformat(case['starts']))}: {case['count']:g}" in epochs
    profile = described(drawn(client, f"/api/v1/leadups.svg?{LEADUPS}&chart=profile"))
    assert f"on {activity['band']['leads_outside']} of 60 days of lead" in profile


def test_a_dot_or_a_bar_stands_for_each_event(client: FlaskClient) -> None:
    activity = client.get(f"/api/v1/leadups?{LEADUPS}").get_json()["activities"][0]
    leads = [event["lead_days"] for case in activity["cases"] for event in case["events"]]
    text = client.get(f"/api/v1/leadups.svg?{LEADUPS}&chart=epochs").text
    bars, dots = (re.search(rf'class="mark-{each} role-mark.*?</g>', text, re.S) for each in ("rule", "symbol"))
    assert bars
    assert dots
    assert bars[0].count("<line") == sum(first != last for first, last in leads)
    assert dots[0].count("<path") == sum(first == last for first, last in leads)


def test_the_wait_is_drawn(client: FlaskClient) -> None:
    root = drawn(client, f"/api/v1/gaps.svg?{GAPS}")
    assert described(root).startswith(client.get(f"/api/v1/gaps?{GAPS}").get_json()["headline"])


def test_what_has_no_figures_is_drawn_without(client: FlaskClient) -> None:
    for chart in STUDY_CHARTS:
        few = "calendar=dprk&anchors=congress&activity=leader-visit&as_known_on=2026-04-30"
        root = drawn(client, f"/api/v1/leadups.svg?{few}&chart={chart}")
        assert "too few meetings" in described(root)


def test_an_activity_that_was_not_asked_is_refused(client: FlaskClient) -> None:
    answer = client.get(f"/api/v1/leadups.svg?{LEADUPS}&of=3")
    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [{"detail": "There is no activity 3: 2 asked.", "pointer": "?of"}]


def test_a_chart_may_use_its_own_style_and_nothing_else(client: FlaskClient) -> None:
    answer = client.get(f"/api/v1/leadups.svg?{LEADUPS}")
    assert answer.headers["Content-Security-Policy"] == f"default-src 'none'; style-src '{STYLE_HASH}'"
    assert f"<style>{STYLE}</style>" in answer.text
    again = client.get(f"/api/v1/leadups.svg?{LEADUPS}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_command_draws_the_same(client: FlaskClient, settings: Settings) -> None:
    asked = ["study", "dprk", "--anchors", "plenary,congress", "--activity", "leader-visit", "--activity", "ceremony"]
    command = [*asked, "--as-known-on", "2026-04-30", "--format", "svg", "--chart", "ratios", "--of", "2"]
    told = CliRunner().invoke(main, command, env={"LEADUP_HOME": str(settings.home), "LEADUP_TODAY": "2026-11-24"})
    assert told.exit_code == 0, told.output
    assert told.output == client.get(f"/api/v1/leadups.svg?{LEADUPS}&chart=ratios&of=2").text
