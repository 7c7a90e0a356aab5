"""Names over HTTP, on the shipped calendar: any spelling, counts, who with whom and where, and no hindsight."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.importing import PACKS, add_pack
from service.settings import read_settings
from service.store.database import Store
from tests.apps import app_over
from tests.builders import a_calendar, a_store, tell

pytestmark = pytest.mark.slow

NADA = "/api/v1/names/body/national-aerospace-technology-administration"
DRAFT: dict[str, Any] = {
    "calendar": "dprk",
    "kind": "ceremony",
    "title": "A factory opens",
    "when": "2026-05-02",
    "status": "held",
    "known_on": "2026-05-03",
    "place": {"name": "A New Mill", "county": "Shinuiju", "province": "North Pyongan"},
    "people": ["김정은", "Somebody New"],
    "themes": ["Weaving Mills"],
}


def get(client: FlaskClient, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()


def slugs(client: FlaskClient, query: str) -> list[str]:
    return [item["slug"] for item in get(client, f"/api/v1/names{query}")["items"]]


def total(client: FlaskClient, query: str) -> int:
    return int(get(client, f"/api/v1/events?{query}&limit=1&total=true")["total"])


def record(client: FlaskClient, headers: dict[str, str], **changes: Any) -> None:
    assert client.post("/api/v1/events", json=DRAFT | changes, headers=headers).status_code == 201


@pytest.mark.parametrize(
    ("type_", "slug", "spellings"),
    [
        ("person", "kim-jong-un", ["Kim Jong Un", "Kim Jong-un", "김정은", "kim jong un", "Kim Jongun"]),
        ("place", "sinuiju", ["Sinuiju", "Shinuiju", "신의주", "Sinuiju City", "신의주시"]),
        ("place", "sinyang", ["Sinyang", "Sinyang County", "신양"]),
        ("programme", "20x10-regional-development-policy", ["20x10", "20x10 Regional Development Policy"]),
    ],
)
def test_any_spelling_finds_the_same_and_leads_to_the_slug(
    client: FlaskClient, type_: str, slug: str, spellings: list[str]
) -> None:
    one = get(client, f"/api/v1/names/{type_}/{slug}")
    assert (one["type"], one["slug"]) == (type_, slug)
    assert one["count"] == total(client, f"{type_}={slug}") > 0
    for spelling in spellings:
        assert total(client, f"{type_}={spelling}") == one["count"]
        moved = client.get(f"/api/v1/names/{type_}/{spelling}?as_known_on=2026-03-01")
        if spelling == slug:
            assert moved.status_code == 200
        else:
            assert moved.status_code == 308
            assert moved.headers["Location"] == f"/api/v1/names/{type_}/{slug}?as_known_on=2026-03-01"


def test_a_name_says_how_often_with_whom_where_and_when(client: FlaskClient) -> None:
    kim = get(client, "/api/v1/names/person/kim-jong-un")
    assert (kim["name"], kim["native"]) == ("Kim Jong Un", "김정은")
    assert {"Kim Jong-un", "金正恩"} <= set(kim["variants"])
    assert sum(kind["count"] for kind in kim["kinds"]) == kim["count"]
    assert kim["kinds"][0]["kind"] == "leader-visit"
    assert [each["count"] for each in kim["people"]] == sorted((each["count"] for each in kim["people"]), reverse=True)
    assert "kim-jong-un" not in [each["slug"] for each in kim["people"]]
    daughter = next(each for each in kim["people"] if each["slug"] == "kim-ju-ae")
    assert daughter["count"] <= get(client, "/api/v1/names/person/kim-ju-ae")["count"]
    first = get(client, "/api/v1/events?person=kim-jong-un&status=held&limit=1")["items"][0]
    last = get(client, "/api/v1/events?person=kim-jong-un&status=held&limit=1&sort=-starts")["items"][0]
    assert (kim["first_seen"], kim["first_event"]["id"]) == (first["when"]["starts"][0], first["id"])
    assert (kim["last_seen"], kim["last_event"]["title"]) == (last["when"]["starts"][0], last["title"])
    assert kim["last_event"]["when"] == last["when"]


def test_a_place_says_what_lies_in_it_and_a_joint_place_is_no_part(client: FlaskClient) -> None:
    sinuiju = get(client, "/api/v1/names/place/sinuiju")
    assert (sinuiju["native"], sinuiju["part_of"]) == ("신의주시", "north-pyongan")
    assert [part["slug"] for part in sinuiju["parts"]] == ["sinuiju-combined-greenhouse-farm"]
    assert "uiju" in [place["slug"] for place in sinuiju["places"]]
    assert "north-pyongan" not in [place["slug"] for place in sinuiju["places"]]
    province = get(client, "/api/v1/names/place/north-pyongan")
    assert {"sinuiju", "uiju"} <= {part["slug"] for part in province["parts"]}
    assert province["count"] > sinuiju["count"]


def test_places_written_alike_are_told_apart_by_their_province(client: FlaskClient) -> None:
    both = {each["id"] for each in get(client, "/api/v1/events?place=Unsan&limit=200")["items"]}
    north = {each["id"] for each in get(client, "/api/v1/events?place=unsan-north-pyongan&limit=200")["items"]}
    south = {each["id"] for each in get(client, "/api/v1/events?place=unsan-south-pyongan&limit=200")["items"]}
    assert both
    assert north | south <= both
    assert not north & south


def test_a_renamed_body_is_called_as_it_was_then(client: FlaskClient) -> None:
    before = get(client, f"{NADA}?as_known_on=2023-09-27")
    assert before["name"] == "National Aerospace Development Administration"
    assert (before["native"], before["variants"], before["former"]) == (None, [], [])
    after = get(client, f"{NADA}?as_known_on=2024-09-28")
    assert after["name"] == "National Aerospace Technology Administration"
    assert after["former"] == [{"name": "National Aerospace Development Administration", "until": "2023-09-27"}]
    assert "NADA" in after["variants"]


def test_a_name_is_there_once_an_event_known_by_then_bears_it(client: FlaskClient) -> None:
    opened = get(client, "/api/v1/events?place=sinyang&limit=1")["items"][0]
    first = get(client, f"/api/v1/events/{opened['id']}/revisions")["items"][0]["known_on"]
    assert "sinyang" in slugs(client, f"/place?q=sinyang&as_known_on={first}")
    early = client.get("/api/v1/names/place/sinyang?as_known_on=1990-01-01")
    never = client.get("/api/v1/names/place/nowhere?as_known_on=1990-01-01")
    assert (early.status_code, early.content_type) == (404, "application/problem+json")
    assert early.get_data(as_text=True).replace("sinyang", "nowhere") == never.get_data(as_text=True)
    assert client.get("/api/v1/names/place/신양?as_known_on=1990-01-01").status_code == 404
    assert slugs(client, "?as_known_on=1940-01-01") == []


def test_the_list_is_paged_and_filtered(client: FlaskClient) -> None:
    seen: list[tuple[str, str]] = []
    address: str | None = "/api/v1/names?limit=150"
    while address:
        page = client.get(address)
        body = page.get_json()
        seen += [(item["type"], item["slug"]) for item in body["items"]]
        address = body["next"]
        assert ("Link" in page.headers) == bool(address)
    assert len(seen) == len(set(seen)) > 400
    assert {type_ for type_, _ in seen} == {"person", "place", "body", "programme", "theme"}
    assert set(body) == {
        *("items", "next", "as_known_on", "zone", "through"),
        *("newest_known_on", "newest_known_days_ago"),
    }
    counts = [item["count"] for item in get(client, "/api/v1/names?sort=-count&limit=200")["items"]]
    assert counts == sorted(counts, reverse=True)
    assert slugs(client, "?type=person&q=김정은") == ["kim-jong-un"]
    assert slugs(client, "/person?q=ju ae") == ["kim-ju-ae"]
    assert slugs(client, "/theme?calendar=dprk&sort=-count&limit=1") == ["military"]
    assert slugs(client, '?q="') == []


@pytest.mark.parametrize("query", ["type=animal", "kind=plenary", "sort=age", "calendar=atlantis", "limit=0", "q="])
def test_bad_questions_are_refused_with_the_field(client: FlaskClient, query: str) -> None:
    response = client.get(f"/api/v1/names?{query}")
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["pointer"] == f"?{query.split('=')[0]}"


def test_a_type_that_is_none_is_no_resource(client: FlaskClient) -> None:
    for address in ("/api/v1/names/animal", "/api/v1/names/animal/bear"):
        assert client.get(address).get_json()["type"] == "/problems/name-not-found"


def test_an_unknown_name_is_kept_as_it_is_written(client: FlaskClient, write_headers: dict[str, str]) -> None:
    record(client, write_headers)
    somebody = get(client, "/api/v1/names/person/somebody-new")
    assert (somebody["name"], somebody["native"], somebody["count"]) == ("Somebody New", None, 1)
    assert [each["slug"] for each in somebody["people"]] == ["kim-jong-un"]
    assert get(client, "/api/v1/names/theme/weaving-mills")["name"] == "Weaving Mills"
    assert get(client, "/api/v1/names/place/a-new-mill")["name"] == "A New Mill"
    for query in ("person=SOMEBODY NEW", "theme=weaving mills", "place=A New Mill"):
        assert total(client, query) == 1
    assert client.get("/api/v1/names/person/Somebody New").headers["Location"].endswith("/somebody-new")
    assert client.get("/api/v1/names/person/somebody-new?as_known_on=2026-05-02").status_code == 404


ASKED = (
    "/api/v1/names?limit=200",
    "/api/v1/names?limit=7&sort=-count",
    "/api/v1/names/body?q=office",
    "/api/v1/names/person/kim-jong-un",
    "/api/v1/names/place/sinuiju",
    "/api/v1/names/body/kpa",
    "/api/v1/names/person/somebody-new",
    "/api/v1/names/body/New-Army",
    "/api/v1/events?body=New Army",
    "/api/v1/events?body=KPA&limit=200",
    "/api/v1/events?place=North Pyongan&limit=200",
)


def answers(client: FlaskClient, day: str) -> dict[str, tuple[Any, ...]]:
    responses = {each: client.get(f"{each}{'&' if '?' in each else '?'}as_known_on={day}") for each in ASKED}
    return {address: told(response) for address, response in responses.items()}


def told(response: TestResponse) -> tuple[Any, ...]:
    headers = sorted(pair for pair in response.headers if pair[0] != "Date")
    return response.status_code, response.get_data(), headers


@pytest.mark.slow
def test_what_becomes_known_later_changes_no_byte(
    client: FlaskClient, store: Store, write_headers: dict[str, str], tmp_path: Path
) -> None:
    """An event known later, and a pack that tells of a renaming and of a name later."""
    before = answers(client, "2026-05-02")
    record(client, write_headers)
    record(client, write_headers, kind="plenary", status="expected", when="2027", bodies=["New Army"])
    assert answers(client, "2026-05-02") == before
    assert total(client, "person=Somebody New") == 2
    add_pack(store, a_later_pack(tmp_path))
    assert answers(client, "2026-05-02") == before
    now = get(client, "/api/v1/names/body/kpa")
    assert (now["name"], now["former"][0]["name"]) == ("New Army", "KPA")
    assert get(client, "/api/v1/names/person/somebody-new-2")["count"] == 2


@pytest.mark.slow
def test_an_answer_is_made_again_through_the_change_it_printed(
    client: FlaskClient, store: Store, write_headers: dict[str, str], tmp_path: Path
) -> None:
    """Also where a name unknown then got an entry since, known on an earlier day."""
    record(client, write_headers)
    listed = get(client, "/api/v1/names/person?limit=200")
    one = get(client, "/api/v1/names/person/somebody-new")
    assert one["name"] == "Somebody New"
    add_pack(store, a_later_pack(tmp_path))
    assert client.get("/api/v1/names/person/somebody-new").status_code == 308
    assert get(client, f"/api/v1/names/person?limit=200&through={listed['through']}")["items"] == listed["items"]
    assert get(client, f"/api/v1/names/person/somebody-new?through={one['through']}") == one
    assert total(client, f"person=Somebody New&through={one['through']}") == 1


def a_later_pack(tmp_path: Path) -> Path:
    """The shipped pack in a later edition: the KPA is renamed, and a name is added."""
    pack = Path(shutil.copytree(PACKS / "dprk", tmp_path / "later"))
    lines = [json.loads(line) for line in (pack / "names.jsonl").read_text("utf-8").splitlines()]
    for name in lines:
        if (name["type"], name["slug"]) == ("body", "kpa"):
            name |= {"name": "New Army", "native": "새군", "former": [{"name": "KPA", "until": "2026-06-01"}]}
    lines.append(
        {
            "slug": "somebody-new-2",
            "type": "person",
            "name": "Somebody N. New",
            "variants": ["Somebody New"],
            "known_on": "2026-05-03",
        }
    )
    text = "".join(json.dumps(name, ensure_ascii=False) + "\n" for name in lines)
    (pack / "names.jsonl").write_text(text, "utf-8")
    return pack


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("김정은 신양", True),
        ("신양 김정은", True),
        ("kim sinyang facto", True),
        ("Shinyang Kim Jong Eun", True),
        ("south pyongan sinyang", True),
        ("facto sinyang", False),
        ("kim sinyang zebra", False),
        ("\uff9e", False),
        ("a a", False),
    ],
)
def test_text_finds_an_event_by_any_spelling_of_the_names_it_bears(
    client: FlaskClient, words: str, found: bool
) -> None:
    items = client.get("/api/v1/events", query_string={"q": words, "limit": 200}).get_json()["items"]
    assert ("sinyang-factories-visit" in [item["id"] for item in items]) == found


def test_a_name_of_two_calendars_is_counted_and_written_within_those_asked(tmp_path: Path) -> None:
    store = a_store(tmp_path / "var" / "leadup.sqlite3", date(2026, 1, 1), a_calendar(), a_calendar(slug="other"))
    tell(store, "aaaaaaaa", "2025-03-01", "2025-03-02", people=["Ann"], place={"name": "The Mill"})
    tell(store, "bbbbbbbb", "2025-04-01", "2025-04-02", people=["ANN"], calendar="other")
    settings = read_settings({"LEADUP_HOME": str(tmp_path), "LEADUP_TODAY": "2026-01-01"})
    with app_over(settings).test_client() as client:
        written = [
            (each["name"], each["count"])
            for query in ("", "?calendar=demo", "?calendar=other", "?calendar=demo,other")
            for each in get(client, f"/api/v1/names/person{query}")["items"]
        ]
        assert written == [("ANN", 2), ("Ann", 1), ("ANN", 1), ("ANN", 2)]
        assert get(client, "/api/v1/names/person/ann?calendar=demo")["name"] == "Ann"
        assert client.get("/api/v1/names/place/the-mill?calendar=other").status_code == 404


def test_names_are_given_as_csv_and_json_lines_too(client: FlaskClient) -> None:
    items: list[dict[str, Any]] = []
    address = "/api/v1/names?limit=200"
    while address:
        page = get(client, address)
        items, address = items + page["items"], page["next"]
    lines = client.get("/api/v1/names.jsonl")
    assert [json.loads(line) for line in lines.get_data(as_text=True).splitlines()] == items
    table = client.get("/api/v1/names.csv?type=place&q=Sinuiju").get_data(as_text=True).splitlines()
    assert table[0] == "type,slug,name,native,variants,former,part_of,count,first_seen,last_seen"
    assert any(row.startswith("place,sinuiju,Sinuiju,신의주시,신의주; ") for row in table)
    by_accept = client.get("/api/v1/names/place?q=Sinuiju", headers={"Accept": "text/csv"})
    assert by_accept.get_data(as_text=True).splitlines() == table
    assert by_accept.headers["Vary"] == "Accept"


def test_a_page_of_names_as_a_file_names_the_next(client: FlaskClient) -> None:
    whole = client.get("/api/v1/names.csv?type=body").get_data(as_text=True).splitlines()
    first = client.get("/api/v1/names.csv?type=body&limit=3")
    address = first.headers["Link"].split(">")[0].removeprefix("<")
    rest = client.get(address).get_data(as_text=True).splitlines()
    assert first.get_data(as_text=True).splitlines()[1:] + rest[1:4] == whole[1:7]
    assert "Link" not in client.get("/api/v1/names.csv?type=body").headers


def test_a_name_in_two_spellings_is_one_name_and_its_export_comes_back_unchanged(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    draft = {
        "calendar": "dprk",
        "kind": "plenary",
        "title": "A meeting",
        "when": "2026-05-01",
        "status": "held",
        "known_on": "2026-05-02",
        "people": ["Kim Jong Un", "Nobody Known", "김정은", "nobody known"],
        "bodies": ["KPA Navy", "kpa-navy"],
        "themes": ["floods", "Floods", "navy"],
    }
    made = client.post("/api/v1/events", json=draft, headers=write_headers)
    assert made.status_code == 201
    event = made.get_json()
    assert event["people"] == ["Kim Jong Un", "Nobody Known"]
    assert (event["bodies"], event["themes"]) == (["KPA Navy"], ["floods", "navy"])
    line = client.get(f"/api/v1/events/{event['id']}").data
    taken = client.post("/api/v1/imports", data=line, headers={**write_headers, "Content-Type": "application/x-ndjson"})
    assert [each["outcome"] for each in taken.get_json()["items"]] == ["unchanged"]
