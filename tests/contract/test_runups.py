"""/api/v1/leadups/<event id> on the shipped calendar: one past meeting beside the others."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

PLENARY = "/api/v1/leadups/wpk-8cc-13th-plenary"
ON = "as_known_on=2026-04-30"


def get(client: FlaskClient, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, response.get_data(as_text=True)
    answer = response.get_json()
    assert isinstance(answer, dict)
    return answer


def test_every_event_of_the_window_is_shown_by_lead_with_kind_place_and_links(client: FlaskClient) -> None:
    answer = get(client, f"{PLENARY}?{ON}&lead_days=30")
    assert answer["window"] == ["2025-11-09", "2025-12-08"]
    leads = [each["lead_days"] for each in answer["events"]]
    assert [most for _, most in leads] == sorted((most for _, most in leads), reverse=True)
    assert all(1 <= fewest <= most <= 30 for fewest, most in leads)
    sinyang = next(each for each in answer["events"] if each["id"] == "sinyang-factories-visit")
    assert (sinyang["kind"], sinyang["lead_days"]) == ("leader-visit", [6, 6])
    assert sinyang["place"]["county"] == "Sinyang"
    assert "completes" in {each["rel"] for each in sinyang["links"]}
    listed = get(client, f"/api/v1/events?status=held&from=2025-11-09&to=2025-12-08&limit=200&{ON}")["items"]
    assert {each["id"] for each in answer["events"]} <= {each["id"] for each in listed}


@pytest.mark.parametrize(("day", "opens"), [("2025-12-13", "[2025-12-05..2025-12-31]"), ("2026-04-30", "2025-12-15")])
def test_the_links_of_its_events_are_as_known_by_then(client: FlaskClient, day: str, opens: str) -> None:
    answer = get(client, f"{PLENARY}?as_known_on={day}&lead_days=30")
    sinyang = next(each for each in answer["events"] if each["id"] == "sinyang-factories-visit")
    opening = next(each for each in sinyang["links"] if each["rel"] == "completes")
    assert opening["event"]["when"]["edtf"] == opens


def test_its_weeks_stand_beside_all_others_as_the_study_counts_them(client: FlaskClient) -> None:
    answer = get(client, f"{PLENARY}?{ON}&activity=leader-visit")
    study = get(client, f"/api/v1/leadups?calendar=dprk&anchors=plenary,congress&activity=leader-visit&{ON}")
    (own,), (whole,) = answer["activities"], study["activities"]
    case = next(each for each in whole["cases"] if each["id"] == "wpk-8cc-13th-plenary")
    assert own["count"] == case["count"] == pytest.approx(sum(each["count"] for each in own["weeks"]))
    assert own["others"] == whole["anchors_used"] - 1
    for week, of_all in zip(own["weeks"], whole["profile"], strict=True):
        assert week["count"] + week["others"]["count"] == pytest.approx(of_all["count"])
        assert week["days"] + week["others"]["days"] == of_all["days"]


def test_its_permalink_gives_the_same_bytes_again(client: FlaskClient) -> None:
    first = client.get(f"{PLENARY}?{ON}")
    again = client.get(first.get_json()["permalink"].removeprefix("http://127.0.0.1:8000"))
    assert again.data == first.data


def test_every_covered_kind_is_counted_where_none_is_asked(client: FlaskClient) -> None:
    for anchors in ("", "&anchors=kind:plenary,congress"):
        labels = [each["label"] for each in get(client, f"{PLENARY}?{ON}{anchors}")["activities"]]
        assert {"leader-visit", "ceremony", "weapons-test"} <= set(labels)
        assert not {"plenary", "congress", "appearance", "other"} & set(labels)


def test_a_meeting_whose_window_is_not_used_says_why_and_is_shown_all_the_same(client: FlaskClient) -> None:
    answer = get(client, f"/api/v1/leadups/wpk-8cc-2nd-plenary?{ON}&lead_days=365&activity=leader-visit")
    activity = answer["activities"][0]
    assert (activity["used"], activity["count"]) == (False, None)
    assert activity["reason"]
    assert answer["events"]


@pytest.mark.parametrize(
    ("address", "status", "type_", "words"),
    [
        (f"/api/v1/leadups/sinyang-factories-visit?{ON}", 422, "not-a-meeting", "is none of the plenaries"),
        (f"{PLENARY}?as_known_on=2025-12-05", 422, "not-held-yet", "is announced, not held, as known on 2025-12-05"),
        (f"{PLENARY}?as_known_on=2025-01-05", 404, "event-not-found", "No event wpk-8cc-13th-plenary is known"),
        ("/api/v1/leadups/unheard-of", 404, "event-not-found", "No event unheard-of is known"),
        (f"{PLENARY}?{ON}&activity=circus", 422, "invalid-record", "circus"),
        (f"{PLENARY}?{ON}&anchors=congress", 422, "not-a-meeting", "is none of the party congresses"),
    ],
)
def test_what_has_no_past_lead_up_is_refused_in_words(
    client: FlaskClient, address: str, status: int, type_: str, words: str
) -> None:
    refused = client.get(address)
    assert (refused.status_code, refused.get_json()["type"]) == (status, f"/problems/{type_}")
    assert words in refused.get_json()["detail"]
