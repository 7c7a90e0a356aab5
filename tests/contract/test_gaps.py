"""/api/v1/gaps: who waits is decided by the first visit, and who still waits counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from lifelines import KaplanMeierFitter

from schemas.calendars import Coverage
from schemas.events import LinkDraft
from schemas.names import Former, Name
from service import linking
from service.app import create_app
from service.settings import Settings, read_settings
from service.store.database import Store, store_of
from service.store.registers import plain
from service.store.revisions import Assertion, append
from tests.builders import a_calendar, a_store, tell

pytestmark = pytest.mark.slow

ASKED = "/api/v1/gaps?calendar=dprk&from_kind=leader-visit&to_kind=ceremony&programme=20x10"
MADE_UP = "/api/v1/gaps?calendar=demo&from_kind=visit&to_kind=plenary&within_days=60"
TODAY = date(2026, 3, 1)


def get(client: FlaskClient, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200, response.get_data(as_text=True)
    answer = response.get_json()
    assert isinstance(answer, dict)
    return answer


def test_the_shares_are_those_of_lifelines(client: FlaskClient) -> None:
    answer = get(client, f"{ASKED}&as_known_on=2026-04-30")
    counted = [each for each in answer["sites"] if each["days"] is not None]
    fitted = KaplanMeierFitter().fit([each["days"] for each in counted], [each["opened"] for each in counted])
    for step in answer["curve"]:
        assert step["share"] == pytest.approx(1 - fitted.predict(step["day"]), abs=1e-6)
    assert answer["quantiles"][1]["days"] == fitted.median_survival_time_
    assert (answer["counted"], answer["opened"]) == (11, 10)
    assert answer["headline"] == (
        "Of 11 sites (leader's visits; programme 20x10 Regional Development Policy) 10 had opened by 31 March 2026;"
        " median wait 108 days (95 % interval 15 to 170)."
    )


def test_on_the_morning_of_5_december_2025_three_sites_were_just_visited_and_none_had_ever_opened_within_28_days(
    client: FlaskClient,
) -> None:
    answer = get(client, f"{ASKED}&within_days=28&as_known_on=2025-12-05")
    just_visited = [each for each in answer["sites"] if each["first"]["starts"][0] == "2025-12-03"]
    assert [each["days"] for each in just_visited] == [None] * 3
    assert all("lies after 2 December 2025" in each["reason"] for each in just_visited)
    assert (answer["counted"], answer["opened"], answer["within"]["share"]) == (8, 5, 0)
    assert answer["counted_to"] == "2025-12-02"


def test_the_permalink_gives_the_same_bytes_again(client: FlaskClient) -> None:
    first = client.get(f"{ASKED}&theme=construction&from_q=inspects&within_days=30")
    again = client.get(first.get_json()["permalink"].removeprefix("http://127.0.0.1:8000"))
    assert again.data == first.data


def test_an_unknown_kind_or_two_calendars_are_refused_where_they_stand(client: FlaskClient) -> None:
    refused = client.get(ASKED.replace("ceremony", "circus").replace("leader-visit", "zoo"))
    assert {each["pointer"] for each in refused.get_json()["errors"]} == {"?from_kind", "?to_kind"}
    assert client.get(ASKED.replace("=dprk", "=dprk,other")).status_code == 422


@pytest.fixture
def made_up(tmp_path: Path) -> Settings:
    """Six sites, visited in 2025; the demo calendar's plenaries stand for openings."""
    settings = read_settings({"LEADUP_HOME": str(tmp_path), "LEADUP_TODAY": TODAY.isoformat()})
    claims = tuple(
        Coverage(kinds=(kind,), since=date(2025, 1, 1), until=date(2026, 2, 20), known_on=date(2025, 1, 1))
        for kind in ("visit", "plenary")
    )
    store = a_store(settings.store_path, TODAY, a_calendar(coverage=claims))
    for number in range(1, 7):
        visit(store, f"visit{number}", f"2025-0{number}-01", f"County {number}")
    opening(store, "open1", "2025-02-10", "visit1")
    opening(store, "open2", "2025-02-20", "visit2")
    return settings


def visit(store: Store, id_: str, when: str, county: str) -> None:
    known_on = when[:10].rstrip("~")
    tell(store, id_, when, known_on, kind="visit", status="held", place={"county": county}, programme="Works")


def opening(store: Store, id_: str, when: str, *visits: str, known_on: str | None = None) -> None:
    known_on = known_on or when
    tell(store, id_, when, known_on, status="held", title=f"Opening {id_}")
    join(store, "completes", id_, *visits, known_on=known_on)


def join(store: Store, rel: str, id_: str, *others: str, known_on: str) -> None:
    for other in others:
        draft = LinkDraft(rel=rel, subject=id_, target=other, known_on=date.fromisoformat(known_on), state="asserted")
        with store.transaction("test") as tx:
            linking.assert_link(tx, f"{id_}-{other}", "demo", draft)


def ask(settings: Settings, more: str = "") -> dict[str, Any]:
    return get(create_app(settings).test_client(), f"{MADE_UP}{more}")


def waited(answer: dict[str, Any]) -> dict[str, tuple[int | None, bool]]:
    return {each["first"]["id"]: (each["days"], each["opened"]) for each in answer["sites"]}


def test_a_programme_is_called_as_it_was_on_the_day(made_up: Settings) -> None:
    store = store_of(made_up)
    works = Name(slug="works", type="programme", name="Works", known_on=date(2025, 1, 1))
    renamed = replace(works, name="Great Works", former=(Former("Works", date(2026, 2, 24)),))
    for name, known_on in ((works, works.known_on), (renamed, date(2026, 2, 25))):
        with store.transaction("test") as tx:
            append(tx, Assertion("name", "name/programme/works", "demo", known_on, plain(name)))
    before, after = (ask(made_up, f"&programme=works&as_known_on={day}") for day in ("2026-02-24", "2026-02-25"))
    assert before["headline"].startswith("Of 6 sites (visits; programme Works) 2 had opened by 20 February 2026; ")
    assert after["headline"].startswith("Of 6 sites (visits; programme Great Works) 2 had opened by 20 February 2026; ")


def test_sites_not_open_by_the_last_covered_day_wait_until_then(made_up: Settings) -> None:
    answer = ask(made_up)
    assert answer["counted_to"] == "2026-02-20"
    assert waited(answer)["visit1"] == (40, True)
    assert waited(answer)["visit2"] == (19, True)
    assert waited(answer)["visit3"] == ((date(2026, 2, 20) - date(2025, 3, 1)).days, False)
    still = [days for days, opened in waited(answer).values() if days is not None and not opened]
    assert answer["still_waiting_days"] == sorted(still)
    assert answer["within"] == {"days": 60, **{key: answer["curve"][-1][key] for key in ("share", "low", "high")}}


def test_nothing_is_said_of_longer_waits_than_any_seen(made_up: Settings) -> None:
    answer = get(create_app(made_up).test_client(), MADE_UP.replace("within_days=60", "within_days=3650"))
    assert answer["within"] == {"days": 3650, "share": None, "low": None, "high": None}


def test_a_later_visit_begins_no_wait_anew(made_up: Settings) -> None:
    store = store_of(made_up)
    visit(store, "again1", "2025-02-08", "County 1")
    answer = ask(made_up)
    assert waited(answer)["visit1"] == (40, True)
    assert next(each for each in answer["sites"] if each["first"]["id"] == "visit1")["visits"] == 2


def test_an_opening_linked_to_a_later_visit_opens_the_site(made_up: Settings) -> None:
    store = store_of(made_up)
    visit(store, "again3", "2025-07-08", "County 3")
    opening(store, "open3", "2025-07-20", "again3")
    assert waited(ask(made_up))["visit3"] == (141, True)


def test_of_several_openings_the_first_counts(made_up: Settings) -> None:
    opening(store_of(made_up), "open1b", "2025-03-10", "visit1")
    assert waited(ask(made_up))["visit1"] == (40, True)


def test_a_tour_gives_way_to_its_parts(made_up: Settings) -> None:
    store = store_of(made_up)
    tell(store, "tour1", "2025-03-01", "2025-03-01", kind="visit", status="held", place={"province": "South"})
    join(store, "part_of", "visit3", "tour1", known_on="2025-03-01")
    assert "tour1" not in waited(ask(made_up))


def test_who_waits_does_not_depend_on_what_became_known_later(made_up: Settings) -> None:
    before = ask(made_up, "&as_known_on=2025-06-30")
    opening(store_of(made_up), "open6", "2025-12-20", "visit6")
    after = ask(made_up, "&as_known_on=2025-06-30")
    assert before == after
    assert waited(ask(made_up))["visit6"] == ((date(2025, 12, 20) - date(2025, 6, 1)).days, True)


def test_what_cannot_be_counted_says_why(made_up: Settings) -> None:
    store = store_of(made_up)
    visit(store, "early1", "2024-12-01", "County 7")
    visit(store, "late1", "2026-02-25", "County 8")
    tell(store, "vague1", "2025-07", "2025-07-31", kind="visit", status="held", place={"county": "County 9"})
    reasons = {each["first"]["id"]: each["reason"] for each in ask(made_up)["sites"]}
    assert "outside what is covered" in reasons["early1"]
    assert "after 20 February 2026" in reasons["late1"]
    assert "a span of over 14 days" in reasons["vague1"]
    assert reasons["visit1"] is None


def test_under_five_sites_there_is_no_figure_but_the_list(made_up: Settings) -> None:
    answer = ask(made_up, "&as_known_on=2025-04-15")
    assert answer["headline"].startswith("Too few sites: 4; 5 needed.")
    assert (answer["curve"], answer["quantiles"], answer["within"], answer["counted"]) == ([], [], None, 4)
    assert len(answer["sites"]) == 4


def test_without_coverage_silence_means_nothing(tmp_path: Path) -> None:
    settings = read_settings({"LEADUP_HOME": str(tmp_path), "LEADUP_TODAY": TODAY.isoformat()})
    visit(a_store(settings.store_path, TODAY, a_calendar()), "visit1", "2025-05-01", "County 1")
    answer = ask(settings)
    assert answer["headline"].startswith("No coverage is declared for openings")
    assert (answer["counted_to"], answer["sites"][0]["reason"]) == (None, "no coverage is declared")


@pytest.mark.parametrize(
    ("visits", "openings", "reason"),
    [
        ("2025-01-01/2026-02-20", "2025-01-01/2026-02-20", None),
        ("2025-01-01/2026-02-20", "2025-01-01/2025-06-30 2025-07-01/2026-02-20", None),
        ("2025-01-01/2026-02-20", "2025-06-01/2026-02-20", "openings are not covered on all days"),
        (
            "2025-01-01/2026-02-20",
            "2025-01-01/2025-06-30 2025-08-01/2026-02-20",
            "openings are not covered on all days",
        ),
        ("2025-06-01/2026-02-20", "2025-01-01/2026-02-20", "its first visit lies outside what is covered"),
    ],
)
def test_a_site_counts_where_its_visit_and_its_opening_would_be_known(
    tmp_path: Path, visits: str, openings: str, reason: str | None
) -> None:
    """Else an opening that nobody recorded would be taken for years of waiting."""
    claims = tuple(
        Coverage(
            kinds=(kind,), since=date.fromisoformat(span[:10]), until=date.fromisoformat(span[11:]), known_on=date.min
        )
        for kind, spans in (("visit", visits), ("plenary", openings))
        for span in spans.split()
    )
    settings = read_settings({"LEADUP_HOME": str(tmp_path), "LEADUP_TODAY": TODAY.isoformat()})
    visit(a_store(settings.store_path, TODAY, a_calendar(coverage=claims)), "visit1", "2025-05-01", "County 1")
    site = ask(settings)["sites"][0]
    assert (site["reason"] or "").startswith(reason or "")
    assert site["days"] == (None if reason else (date(2026, 2, 20) - date(2025, 5, 1)).days)
