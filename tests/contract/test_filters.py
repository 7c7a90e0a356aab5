"""The filter language on the wire: the tables of docs/api-filters.md row by row, what is refused, and full text."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from schemas.queries import MULTIPLE, read_filter
from schemas.wire.questions import PageSchema

pytestmark = pytest.mark.slow

DOCUMENT = (Path(__file__).parents[2] / "docs" / "api-filters.md").read_text()
ROWS = re.findall(r"^\| `(\w+)` \| .*? \| (?:`(.*?)`)? ?\|$", DOCUMENT, re.MULTILINE)
VISIT = "sinyang-factories-visit"
OPENING = "sinyang-factories-opening"
PLENARY = "wpk-8cc-13th-plenary"


def found(client: FlaskClient, **asked: object) -> list[str]:
    answer = client.get("/api/v1/events", query_string={"limit": 200, **asked})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [item["id"] for item in answer.get_json()["items"]]


def refused(client: FlaskClient, query: str) -> list[str]:
    answer = client.get(f"/api/v1/events?{query}")
    assert answer.status_code == 422, answer.get_data(as_text=True)
    return [mistake["pointer"] for mistake in answer.get_json()["errors"]]


def test_the_tables_have_every_field() -> None:
    assert {name for name, _ in ROWS} == {field.data_key or name for name, field in PageSchema().fields.items()}


@pytest.mark.parametrize(("name", "example"), [row for row in ROWS if row[1]])
def test_every_example_finds_something(client: FlaskClient, name: str, example: str) -> None:
    answer = client.get(f"/api/v1/events?{example}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.get_json()["items"]
    assert re.search(rf"(^|&){name}=", example)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("from=2025-12-02&to=2025-12-01", "?from"),
        ("kid=plenary", "?kid"),
        ("kind=plenary&kind=congress", "?kind"),
        ("kind=nothing", "?kind"),
        ("group=nothing", "?group"),
        ("status=done", "?status"),
        ("sort=title", "?sort"),
        ("within=perhaps", "?within"),
        ("near=no-such-event", "?near"),
        ("linked_to=no-such-event", "?linked_to"),
        (f"near={VISIT}&within_days=-1", "?within_days"),
        ("within_days=3", "?within_days"),
        (f"linked_to={VISIT}&rel=causes", "?rel"),
        ("rel=completes", "?rel"),
        ("fields=colour", "?fields"),
        ("expand=colour", "?expand"),
        ("said_by=", "?said_by"),
        ("q=", "?q"),
        (f"people_all={','.join(f'p{number}' for number in range(101))}", "?people_all"),
        (f"theme={','.join(['party'] * 101)}", "?theme"),
        (f"person={','.join(f'p{number}' for number in range(2000))}", "?person"),
        ("limit=201", "?limit"),
        (f"near={VISIT}&as_known_on=2025-12-03", "?near"),
    ],
)
def test_what_cannot_be_asked_is_refused_where_it_stands(client: FlaskClient, query: str, pointer: str) -> None:
    assert refused(client, query) == [pointer]


def test_a_hundred_values_are_few_enough_for_every_field(client: FlaskClient) -> None:
    values = ",".join(f"p{number}" for number in range(100))
    for name in ("person", "place", "people_all", "said_by", "recorded_by", "theme", "body", "programme"):
        assert client.get("/api/v1/events", query_string={name: values}).status_code == 200, name


def test_from_and_to_meet_the_span_and_within_holds_all_of_it(client: FlaskClient) -> None:
    asked = {"kind": "plenary", "from": "2025-12-11", "to": "2025-12-31"}
    assert found(client, **asked) == [PLENARY]
    assert found(client, **asked, within="true") == []
    assert found(client, **asked | {"from": "2025-12-09"}, within="true") == [PLENARY]
    then = {"as_known_on": "2025-11-30"}  # when it was announced for the 11th to the 20th
    assert found(client, **asked, **then, within="true") == [PLENARY]
    assert found(client, **asked | {"to": "2025-12-19"}, **then, within="true") == []


def test_people_all_are_seen_together(client: FlaskClient) -> None:
    kim, xi = (found(client, person=each, **{"from": "2024-06-01"}) for each in ("Kim Jong Un", "Xi Jinping"))
    together = found(client, people_all="김정은,Xi Jinping", **{"from": "2024-06-01"})
    assert together == [each for each in kim if each in xi] != []
    assert len(together) < len(kim)


def test_a_date_can_be_sought_by_who_gave_it_on_the_day_asked_for(client: FlaskClient) -> None:
    assert found(client, said_by="press", status="expected") == ["spa-15th-1st-session"]
    assert "wpk-9th-congress" not in found(client, said_by="press")
    assert "wpk-9th-congress" in found(client, said_by="press,government", as_known_on="2025-11-30")


def test_a_date_can_be_sought_by_the_name_of_who_gave_it(client: FlaskClient, write_headers: dict[str, str]) -> None:
    draft = {"calendar": "dprk", "kind": "summit", "title": "A summit", "when": "2026-12", "status": "expected"}
    draft |= {"known_on": "2026-11-01", "said_by": {"who": "government", "name": "South Korea's NIS"}}  # type: ignore[dict-item]
    made = client.post("/api/v1/events", json=draft, headers=write_headers).get_json()["id"]
    assert found(client, said_by="south korea’s nis") == [made]
    assert found(client, recorded_by="alice") == [made]
    assert made in found(client, said_by="government")
    assert made not in found(client, recorded_by="pack", sort="-starts")


def test_near_leaves_the_event_itself_out(client: FlaskClient) -> None:
    assert found(client, near=VISIT, within_days=0) == [
        "pukchang-factories-visit",
        "south-pyongan-regional-factories-tour",
        "unsan-factories-visit",
    ]
    assert OPENING in found(client, near=VISIT, within_days=12)
    assert OPENING not in found(client, near=VISIT, within_days=11)
    assert VISIT not in found(client, near=VISIT)
    assert found(client, near=VISIT, within_days=30) == found(client, near=VISIT)


@pytest.mark.parametrize("rel", ["completes", "completed_by", "completes,announces"])
def test_links_are_followed_from_either_end_by_either_name(client: FlaskClient, rel: str) -> None:
    assert found(client, linked_to=VISIT, rel=rel) == [OPENING]
    assert found(client, linked_to=OPENING, rel=rel) == [VISIT]
    assert OPENING in found(client, linked_to=VISIT)
    assert refused(client, f"linked_to={VISIT}&as_known_on=2025-12-04") == ["?linked_to"]  # not known yet


@pytest.mark.parametrize("sort", ["starts", "-starts", "known_on", "-known_on"])
def test_lists_are_in_the_order_asked_for(client: FlaskClient, sort: str) -> None:
    items = client.get(f"/api/v1/events?limit=200&sort={sort}&from=2025-06-01").get_json()["items"]
    days = [item["known_on"] if "known_on" in sort else item["when"]["starts"][0] for item in items]
    assert days == sorted(days, reverse=sort.startswith("-"))
    ties = [
        (one["id"], other["id"]) for one, other, a, b in zip(items, items[1:], days, days[1:], strict=False) if a == b
    ]
    assert ties
    assert all(one < other for one, other in ties)


def test_sparse_fields_leave_out_all_others(client: FlaskClient) -> None:
    def keys(query: str) -> set[str]:
        return set(client.get(f"/api/v1/events?limit=1&{query}").get_json()["items"][0])

    assert keys("fields=title,when") == {"id", "title", "when"}
    assert keys("fields=id") == {"id"}
    assert keys("fields=title,sources") == {"id", "title", "sources"}
    assert keys("fields=title&expand=links") == {"id", "title", "links"}
    lines = client.get("/api/v1/events.jsonl?limit=1&fields=title").get_data(as_text=True)
    assert re.fullmatch(r'\{"id":"[^"]+","title":"[^"]+"\}\n', lines)
    assert client.get("/api/v1/events.csv?fields=title").get_json()["errors"][0]["pointer"] == "?fields"


def test_a_feed_and_a_saved_query_take_the_same_filters(client: FlaskClient, write_headers: dict[str, str]) -> None:
    query = f"linked_to={VISIT}&rel=completed_by"
    assert client.get(f"/api/v1/events.ics?{query}").get_data(as_text=True).count("BEGIN:VEVENT") == 1
    saved = client.post("/api/v1/feeds", json={"title": "Completed", "query": query}, headers=write_headers)
    assert saved.status_code == 201, saved.get_data(as_text=True)
    feed = client.get(f"/feeds/{saved.get_json()['slug']}.ics").get_data(as_text=True)
    assert feed.count("BEGIN:VEVENT") == 1


def test_a_short_filter_has_the_fields_that_name_what_an_event_is() -> None:
    assert read_filter("people_all: Kim Jong Un, Xi Jinping; said_by: body").people_all == ("Kim Jong Un", "Xi Jinping")
    in_short = DOCUMENT.split("## In short")[1]
    assert set(re.findall(r"`(\w+)`", in_short.split("The fields are")[1].split("Days")[0])) == {*MULTIPLE, "q"}


@pytest.mark.parametrize(
    "text", ['"', "x:y", "(", "Kim-Jong", "🎉", "\u0301", "*", "-", "AND", "title:", "a'", "ｋｉｍ", "\u200d"]
)
def test_nothing_typed_is_syntax(client: FlaskClient, text: str) -> None:
    for sort in ({}, {"sort": "starts"}):
        found(client, q=text, **sort)
        found(client, q=f"{text} plenary", **sort)
        found(client, q=(text * 60)[:200], **sort)


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("김정은 신양", VISIT),
        ("김정은동지 신양군", ""),
        ("신양 김정은", VISIT),
        ("KIM jong-un sinyang", VISIT),
        ("Kim Jong Un visits siny", VISIT),
        ("visits un sinyang kim", VISIT),
        ("visits kim siny un", ""),
        ("sinyang opens xyz", ""),
        ("平壤", "capital-tank-drill"),
        ("國", "liu-guozhong-meeting"),
    ],
)
def test_words_are_found_in_every_script(client: FlaskClient, text: str, id_: str) -> None:
    assert id_ in found(client, q=text) if id_ else found(client, q=text) == []


def test_full_text_puts_titles_before_names_before_notes_and_the_newest_first(client: FlaskClient) -> None:
    items = client.get("/api/v1/events?q=sinpho&limit=200&fields=title,when,place,note").get_json()["items"]
    in_title = ["sinpho" in item["title"].lower() for item in items]
    assert in_title == sorted(in_title, reverse=True)
    assert {*in_title} == {True, False}
    for one, other in pairwise(items):
        if ("sinpho" in one["title"].lower()) == ("sinpho" in other["title"].lower()):
            assert (one["when"]["starts"][0], other["id"]) >= (other["when"]["starts"][0], one["id"])
    by_start: list[Any] = client.get("/api/v1/events?q=sinpho&sort=starts&fields=when").get_json()["items"]
    assert [item["when"]["starts"][0] for item in by_start] == sorted(item["when"]["starts"][0] for item in by_start)


@pytest.mark.parametrize("name", ["50,000 flats in Pyongyang", "50\\,000 flats in Pyongyang", "50,000 flats,20x10"])
def test_a_name_with_a_comma_is_found_by_it(client: FlaskClient, name: str) -> None:
    def count(value: str) -> int:
        found = client.get("/api/v1/events", query_string={"programme": value, "total": "true", "limit": 1})
        return int(found.get_json()["total"])

    alone = count("50-000-flats-in-pyongyang")
    assert alone > 0
    assert count(name) == alone + (count("20x10") if "20x10" in name else 0)


def test_a_comma_between_two_names_parts_them_unless_it_is_escaped(client: FlaskClient) -> None:
    def ids(value: str) -> set[str]:
        found = client.get("/api/v1/events", query_string={"place": value, "limit": 200}).get_json()["items"]
        return {each["id"] for each in found}

    assert ids("Unsan,South Pyongan") == ids("Unsan") | ids("South Pyongan")
    assert ids("Unsan\\,South Pyongan") == ids("unsan-south-pyongan") < ids("South Pyongan")


def test_a_comma_in_a_name_is_read_alike_in_saved_queries_and_in_the_short_form(
    client: FlaskClient, write_headers: dict[str, str]
) -> None:
    saved = {"title": "Flats", "query": "programme=50,000 flats in Pyongyang&kind=ceremony"}
    assert client.post("/api/v1/feeds", json=saved, headers=write_headers).status_code == 201
    plain = client.get("/api/v1/events.ics?programme=50-000-flats-in-pyongyang&kind=ceremony").data
    feed = client.get("/feeds/flats.ics").data
    assert feed.count(b"BEGIN:VEVENT") == plain.count(b"BEGIN:VEVENT") > 0
    assert read_filter("kind:ceremony;programme:50\\,000 flats,20x10").programme == ("50,000 flats", "20x10")
    activity = {"calendar": "dprk", "anchors": "congress", "activity": "programme:50,000 flats in Pyongyang"}
    short, slug = (
        client.get("/api/v1/leadups", query_string={**activity, "activity": f"programme:{each}"}).get_json()
        for each in ("50,000 flats in Pyongyang", "50-000-flats-in-pyongyang")
    )
    for one, other in zip(short["activities"], slug["activities"], strict=True):
        assert (one["profile"], one["cases"], one["left_out"]) == (other["profile"], other["cases"], other["left_out"])


@pytest.mark.parametrize("space", ["\t", "\r\n", "\v", "\f"])
def test_white_space_of_any_sort_parts_words(client: FlaskClient, space: str) -> None:
    assert found(client, q=f"factories{space}Sinyang{space}") == found(client, q="factories Sinyang") != []
    names = [client.get("/api/v1/names", query_string={"q": f"Kim{each}Jong"}).get_json() for each in (space, " ")]
    assert names[0]["items"] == names[1]["items"] != []
