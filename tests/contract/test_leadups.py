"""/api/v1/leadups on the shipped calendar: the answer holds together, whatever the calendar has to say."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.analysis.study import PRINTED_LEAD_DAYS

pytestmark = pytest.mark.slow

ASKED = "/api/v1/leadups?calendar=dprk&anchors=plenary,congress&as_known_on=2026-04-30"
VISITS = f"{ASKED}&activity=leader-visit"
SEVERAL = f"{VISITS}&activity=weapons-test&activity=kind:ceremony;programme:20x10"


def get(client: FlaskClient, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, response.get_data(as_text=True)
    answer = response.get_json()
    assert isinstance(answer, dict)
    return answer


def test_the_three_baselines_stand_in_their_order_with_both_intervals(client: FlaskClient) -> None:
    activity = get(client, VISITS)["activities"][0]
    assert [each["baseline"] for each in activity["ratios"]] == ["season", "before", "elsewhere"]
    for each in activity["ratios"]:
        assert each["low"] <= each["if_independent"][0] < each["ratio"] < each["if_independent"][1] <= each["high"]
    assert [each["p"] is None for each in activity["ratios"]] == [False, True, True]
    assert activity["ratios"][0]["p"] == activity["chance"]["p"]
    assert activity["ratios"][0]["q"] is None, "one activity was asked"


def test_a_curve_stands_within_its_band_or_says_where_not(client: FlaskClient) -> None:
    activity = get(client, f"{VISITS}&lead_days=30")["activities"][0]
    curve = activity["curve"]
    assert [each["lead"] for each in curve] == list(range(1, 31))
    for each in curve:
        assert each["low"] <= each["mean"] <= each["high"]
        assert each["outside"] == (not each["low"] <= each["rate"] <= each["high"])
    assert activity["band"]["leads_outside"] == sum(each["outside"] for each in curve)


def test_p_of_other_windows_is_what_they_have_when_asked(client: FlaskClient) -> None:
    printed = get(client, VISITS)["activities"][0]["p_by_window"]
    assert [each["lead_days"] for each in printed] == list(PRINTED_LEAD_DAYS)
    for each in printed:
        alone = get(client, f"{VISITS}&lead_days={each['lead_days']}")["activities"][0]
        assert (each["p"], each["anchors"]) == (alone["chance"]["p"], alone["anchors_used"])


def test_of_several_activities_each_has_its_q_among_all(client: FlaskClient) -> None:
    activities = get(client, SEVERAL)["activities"]
    for each in activities:
        assert each["chance"]["asked"] == 3
        assert each["chance"]["p"] <= each["chance"]["q"] == each["ratios"][0]["q"]
        assert f"q = {each['chance']['q']:.3f} of 3 activities asked" in each["headline"]


def test_every_event_is_listed_with_what_became_of_it(client: FlaskClient) -> None:
    for activity in get(client, SEVERAL)["activities"]:
        uses = Counter(each["use"] for each in activity["events"])
        left_out, shared = activity["left_out"], uses["shared"]
        for use, name in (
            ("part-of-meeting", "part_of_meeting"),
            ("part-of-activity", "part_of_activity"),
            ("day-uncertain", "day_uncertain"),
        ):
            assert uses[use] == left_out[name]
        for use, name in (
            ("meeting-day", "on_meeting_days"),
            ("window-left-out", "in_windows_left_out"),
            ("not-covered", "not_covered"),
        ):
            assert uses[use] <= left_out[name] <= uses[use] + shared
        inside = activity["ratios"][0]["inside"]["count"]
        assert uses["inside"] <= inside <= uses["inside"] + shared


def test_the_cases_are_the_windows_that_were_counted_event_by_event(client: FlaskClient) -> None:
    answer = get(client, VISITS)
    activity = answer["activities"][0]
    cases = activity["cases"]
    assert [each["id"] for each in cases] == [each["id"] for each in answer["anchors"] if each["used"]]
    assert round(sum(each["count"] for each in cases), 6) == activity["ratios"][0]["inside"]["count"]
    for case in cases:
        leads = [event["lead_days"] for event in case["events"]]
        assert all(1 <= fewest <= most <= 60 for fewest, most in leads)
        assert [most for _, most in leads] == sorted((most for _, most in leads), reverse=True)
        assert case["count"] <= len(case["events"])


def test_the_permalink_gives_the_same_bytes_again(client: FlaskClient) -> None:
    first = client.get(SEVERAL)
    answer = first.get_json()
    again = client.get(answer["permalink"].removeprefix("http://127.0.0.1:8000"))
    assert again.data == first.data
    assert again.headers["ETag"] == first.headers["ETag"]


def test_an_answer_that_was_kept_is_made_anew_once_its_data_changed(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    asked = VISITS.replace("2026-04-30", "2026-03-30")
    before = client.get(asked)
    assert client.get(asked).data == before.data
    draft = {"calendar": "dprk", "kind": "leader-visit", "title": "A visit told late", "when": "2026-01-20"}
    draft |= {"status": "held", "known_on": "2026-01-21"}
    assert client.post("/api/v1/events", json=draft, headers=write_headers).status_code == 201
    after = client.get(asked).get_json()
    assert after["data"] != before.get_json()["data"]
    assert "A visit told late" in {each["title"] for each in after["activities"][0]["events"]}
    pinned = client.get(before.get_json()["permalink"].removeprefix("http://127.0.0.1:8000"))
    assert pinned.data == before.data


def test_meetings_that_are_not_used_are_named_for_each_activity_with_the_reason(client: FlaskClient) -> None:
    visits, _, factories = get(client, SEVERAL)["activities"]
    for each in (visits, factories):
        assert each["anchors_left_out"]
        assert all(anchor["reason"] for anchor in each["anchors_left_out"])


def test_outside_counts_stand_beside_the_calendars_own_as_known_by_then(client: FlaskClient) -> None:
    checks = get(client, VISITS)["checks"]
    assert {"publisher", "year", "what", "theirs", "ours", "url", "known_on"} == set(checks[0])
    early = get(client, VISITS.replace("2026-04-30", "2021-12-31"))["checks"]
    assert 0 < len(early) < len(checks)


@pytest.mark.parametrize("day", ["2019-06-01", "2019-01-05", "2012-01-01", "1946-09-01"])
def test_too_little_is_refused_in_words_and_shown_case_by_case(client: FlaskClient, day: str) -> None:
    activity = get(client, VISITS.replace("2026-04-30", day))["activities"][0]
    assert activity["verdict"] == "too-little"
    assert activity["refusal"] == activity["headline"]
    assert (activity["ratios"], activity["chance"], activity["band"], activity["epochs"]) == ([], None, None, None)
    assert all(week["low"] is week["high"] is None for week in activity["profile"])


def test_no_figure_of_an_answer_is_beyond_json(client: FlaskClient) -> None:
    for day in ("2026-04-30", "2020-01-10", "2019-01-05"):
        text = client.get(SEVERAL.replace("2026-04-30", day)).get_data(as_text=True)
        json.loads(text, parse_constant=pytest.fail)


def test_a_meeting_that_is_part_of_another_is_one_with_it(client: FlaskClient) -> None:
    anchors = {each["id"]: each for each in get(client, VISITS)["anchors"]}
    merged = anchors["wpk-8cc-1st-plenary"]
    assert (merged["used"], merged["window"]) == (False, None)
    assert merged["reason"] == f"one meeting with {anchors['wpk-8th-congress']['title']}"
    assert anchors["wpk-8th-congress"]["used"]


def test_of_two_meetings_whose_windows_touch_the_later_can_be_left_out(client: FlaskClient) -> None:
    nearest = get(client, f"{VISITS}&lead_days=90")["activities"][0]
    dropped = get(client, f"{VISITS}&lead_days=90&overlap=drop")["activities"][0]
    assert dropped["anchors_used"] < nearest["anchors_used"]
    assert any("its window overlaps that of" in each["reason"] for each in dropped["anchors_left_out"])


def test_parts_are_counted_each_where_that_is_asked(client: FlaskClient) -> None:
    once = get(client, VISITS)["activities"][0]
    each = get(client, f"{VISITS}&parts=each")["activities"][0]
    parts = once["left_out"]["part_of_activity"]
    assert parts > 0
    assert each["left_out"]["part_of_activity"] == 0
    used = [sum(event["use"] != "part-of-activity" for event in found["events"]) for found in (once, each)]
    assert used[1] - used[0] == parts


def test_any_filter_can_be_an_activity_or_an_anchor(client: FlaskClient) -> None:
    asked = ASKED.replace("plenary,congress", "kind:plenary;q:plenary")
    nothing, visits = get(client, f"{asked}&activity=group:test;programme:x&activity=group:visit")["activities"]
    assert nothing["verdict"] == "too-little"
    assert visits["query"] == {"calendar": "dprk", "group": "visit", "status": "held"}
    assert "events (group visit)" in visits["headline"].lower()


@pytest.mark.parametrize("rare", ["parade", "election"])
def test_so_few_events_outside_long_windows_are_refused_in_words_not_in_numbers_too_large(
    client: FlaskClient, rare: str
) -> None:
    asked = f"calendar=dprk&anchors=plenary,congress&activity={rare}&lead_days=365&as_known_on=2026-04-30"
    (activity,) = client.get(f"/api/v1/leadups?{asked}").get_json()["activities"]
    assert "too few events" in activity["refusal"]
    assert activity["ratios"] == []


@pytest.mark.parametrize("day", ["2025-12-05", "2025-06-30"])
def test_a_claim_of_a_few_months_is_refused_in_words_not_in_numbers_too_large(client: FlaskClient, day: str) -> None:
    asked = (
        f"calendar=dprk&anchors=plenary,congress&activity=kind:ceremony;programme:20x10&lead_days=30&as_known_on={day}"
    )
    (activity,) = client.get(f"/api/v1/leadups?{asked}").get_json()["activities"]
    assert "too few events" in activity["refusal"]


def test_what_hardly_ever_happens_is_refused_in_words(client: FlaskClient) -> None:
    """One congress in a window and one outside, in another year, leave the curve without a bound."""
    asked = "calendar=dprk&anchors=parade&activity=congress&as_known_on=2025-12-05"
    (activity,) = client.get(f"/api/v1/leadups?{asked}").get_json()["activities"]
    assert activity["refusal"].startswith("Party congresses: too few events: ")
    assert activity["ratios"] == []
