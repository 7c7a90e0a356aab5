"""The tables behind the charts as CSV: the same figures as the answer in JSON, whichever table."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient

from schemas.wire.questions import GAP_TABLES, STUDY_TABLES
from service import tabling

pytestmark = pytest.mark.slow

LEADUPS = (
    "calendar=dprk&anchors=plenary,congress&activity=leader-visit&activity=kind:ceremony;programme:20x10"
    "&activity=appearance&as_known_on=2026-04-30"
)
GAPS = "calendar=dprk&from_kind=leader-visit&to_kind=ceremony&programme=20x10&as_known_on=2026-04-30"


def rows(client: FlaskClient, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert response.status_code == 200, response.get_data(as_text=True)
    assert response.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(response.get_data(as_text=True))))


def test_every_table_that_can_be_asked_is_made() -> None:
    assert tuple(tabling.LEADUPS) == STUDY_TABLES
    assert tuple(tabling.GAPS) == GAP_TABLES


@pytest.mark.parametrize("table", STUDY_TABLES)
def test_each_activity_has_rows_in_each_table_that_concerns_it(client: FlaskClient, table: str) -> None:
    found = {each["activity"] for each in rows(client, f"/api/v1/leadups.csv?{LEADUPS}&table={table}")}
    visits, factories, appearances = "leader-visit", "kind:ceremony;programme:20x10", "appearance"
    expected = {visits, factories} if table in ("ratios", "epochs") else {visits, factories, appearances}
    assert found == expected


@pytest.mark.parametrize(("table", "field"), [("profile", "profile"), ("curve", "curve"), ("windows", "p_by_window")])
def test_a_table_holds_the_figures_of_the_answer(client: FlaskClient, table: str, field: str) -> None:
    answer = client.get(f"/api/v1/leadups?{LEADUPS}").get_json()
    given = [row for activity in answer["activities"] for row in activity[field]]
    found = rows(client, f"/api/v1/leadups.csv?{LEADUPS}&table={table}")
    for row, shape in zip(found, given, strict=True):
        for name, value in shape.items():
            text = str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
            assert row[name] == text


def test_ratios_and_those_refused_stand_in_one_table(client: FlaskClient) -> None:
    found = rows(client, f"/api/v1/leadups.csv?{LEADUPS}&table=ratios")
    assert [each["baseline"] for each in found[:3]] == ["season", "before", "elsewhere"]
    assert float(found[0]["low"]) < float(found[0]["independent_low"]) < float(found[0]["ratio"])
    assert found[0]["inside_expected"]
    assert found[0]["p"]
    early = LEADUPS.replace("2026-04-30", "2021-06-30")
    refused = [each for each in rows(client, f"/api/v1/leadups.csv?{early}&table=ratios") if each["reason"]]
    assert refused
    assert all(each["ratio"] == "" for each in refused)


def test_a_strip_has_a_row_for_every_event_and_for_meetings_without_any(client: FlaskClient) -> None:
    answer = client.get(f"/api/v1/leadups?{LEADUPS}").get_json()
    found = rows(client, f"/api/v1/leadups.csv?{LEADUPS}&table=epochs")
    cases = [case for activity in answer["activities"] for case in activity["cases"]]
    assert len(found) == sum(max(1, len(case["events"])) for case in cases)
    assert {each["meeting"] for each in found if not each["id"]} == {each["id"] for each in cases if not each["events"]}
    assert any(each["county"] for each in found)


def test_meetings_used_and_left_out_are_all_there(client: FlaskClient) -> None:
    found = rows(client, f"/api/v1/leadups.csv?{LEADUPS}&table=meetings")
    for each in found:
        assert (each["used"] == "true") == (each["reason"] == "") == (each["count"] != "")


def test_sites_and_shares_of_waits(client: FlaskClient) -> None:
    answer = client.get(f"/api/v1/gaps?{GAPS}").get_json()
    steps = rows(client, f"/api/v1/gaps.csv?{GAPS}")
    assert [float(each["share"]) for each in steps] == [each["share"] for each in answer["curve"]]
    sites = rows(client, f"/api/v1/gaps.csv?{GAPS}&table=sites")
    assert [each["first"] for each in sites] == [each["first"]["id"] for each in answer["sites"]]
    assert [each["county"] for each in sites][-1] == "Unsan"


def test_a_table_that_there_is_not_is_refused(client: FlaskClient) -> None:
    for address in (f"/api/v1/leadups.csv?{LEADUPS}&table=pie", f"/api/v1/gaps.csv?{GAPS}&table=pie"):
        refused = client.get(address)
        assert refused.get_json()["errors"][0]["pointer"] == "?table"
