"""/api/v1/windows over the shipped calendar: the record that letters quote, as known on a day and not later."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

pytestmark = pytest.mark.slow


def asked(client: FlaskClient, **question: Any) -> dict[str, Any]:
    found = client.get("/api/v1/windows", query_string={"calendar": "dprk", **question})
    assert found.status_code == 200, found.get_data(as_text=True)
    shape: dict[str, Any] = found.get_json()
    return shape


def test_every_window_stands_beside_the_day_of_its_opening(client: FlaskClient) -> None:
    found = asked(client, kind="plenary", as_known_on="2025-12-31", said_by="body")["items"][-1]
    assert found["event"]["id"] == "wpk-8cc-13th-plenary"
    assert found["window"]["starts"] == ["2025-12-11", "2025-12-20"]
    assert (found["known_on"], found["opened"], found["outcome"]) == ("2025-11-01", "2025-12-09", "early")
    assert (found["days_off"], found["announced_days_before"]) == (-2, 38)


def test_as_known_before_the_opening_the_window_is_open(client: FlaskClient) -> None:
    found = asked(client, kind="plenary", as_known_on="2025-12-05", said_by="body")
    assert (found["items"][-1]["outcome"], found["items"][-1]["opened"]) == ("open", None)
    assert found["counts"]["open"] == 1
    later = asked(client, kind="plenary", as_known_on="2025-12-10", said_by="body")
    assert later["counts"]["open"] == 0
    assert later["counts"]["early"] == found["counts"]["early"] + 1


def test_counts_and_words_are_of_all_windows_and_not_of_the_page(client: FlaskClient) -> None:
    whole = asked(client, kind="plenary,congress", limit=200)
    page = asked(client, kind="plenary,congress", limit=2)
    assert page["counts"] == whole["counts"]
    assert page["words"] == whole["words"]
    assert sum(whole["counts"].values()) == len(whole["items"])
    again = client.get(page["next"]).get_json()
    assert page["items"] + again["items"] == whole["items"][:4]


def test_what_no_calendar_has_is_refused_with_its_place(client: FlaskClient) -> None:
    for field, value in (("kind", "zoo"), ("calendar", "zoo"), ("said_by", "stars")):
        found = client.get("/api/v1/windows", query_string={field: value})
        assert found.status_code == 422
        assert found.get_json()["errors"][0]["pointer"] == f"?{field}"


@pytest.mark.parametrize("path", ["/", "/alerts", "/events/wpk-8cc-13th-plenary", "/about/dprk"])
def test_pages_quote_the_record_in_the_words_of_the_api(client: FlaskClient, path: str) -> None:
    """As known that day: the plenary that then opened early is no part of it."""
    words = asked(client, kind="plenary,congress", as_known_on="2025-12-05", said_by="body")["words"]
    page = client.get(path, query_string={"as_known_on": "2025-12-05"}).text
    assert f"{words[:1].upper()}{words[1:]}. <a href=" in page
    assert words.startswith("of the last ")
    assert ", 0 days" not in page


def test_beside_a_window_that_others_give_the_record_of_the_body_is_not_quoted(client: FlaskClient) -> None:
    page = client.get("/events/wpk-9th-congress", query_string={"as_known_on": "2025-12-05"}).text
    assert "expected" in page.lower()
    assert "announced windows" not in page


@pytest.mark.parametrize(
    ("path", "quoted"),
    [
        ("/calendars/dprk.atom", True),
        ("/feeds/dprk-key-meetings.atom", True),
        ("/api/v1/events.atom?calendar=dprk&kind=plenary", True),
        ("/api/v1/events.atom?calendar=dprk&kind=parade", False),
        ("/events/wpk-8cc-13th-plenary.atom", True),
        ("/events/wpk-9th-congress.atom", False),
    ],
)
def test_feeds_of_changes_quote_the_record_beside_what_may_be_announced(
    client: FlaskClient, path: str, quoted: bool
) -> None:
    words = asked(client, kind="plenary,congress", as_known_on="2025-12-05", said_by="body")["words"]
    feed = client.get(f"{path}{'&' if '?' in path else '?'}as_known_on=2025-12-05").text
    assert (f"<subtitle>{words[:1].upper()}{words[1:]}.</subtitle>" in feed) is quoted


def test_what_is_announced_is_what_the_body_itself_announced(client: FlaskClient) -> None:
    """The record as letters quote it: what the press calls announced is what it expects."""
    every, own = asked(client, limit=200), asked(client, said_by="body", limit=200)
    assert every["items"] == own["items"]
    assert (every["words"], every["counts"]) == (own["words"], own["counts"])
    assert {each["said_by"]["who"] for each in every["items"]} == {"body"}


@pytest.mark.parametrize("said_by", ["body", "press", "government", "press,government", "body,press"])
def test_counts_and_words_are_of_the_same_windows(client: FlaskClient, said_by: str) -> None:
    found = asked(client, said_by=said_by, limit=200)
    assert found["items"]
    assert {each["said_by"]["who"] for each in found["items"]} <= set(said_by.split(","))
    known = [each["outcome"] for each in found["items"] if each["outcome"] in ("early", "inside", "late")][-15:]
    counts = [known.count(each) for each in ("inside", "early", "late")]
    announced = "announced" in found["words"]
    assert announced is (said_by == "body")
    numbers = [int(each) for each in re.findall(r"[0-9]+", found["words"].replace("none", "0"))]
    assert numbers == ([len(known), *counts] if len(known) > 1 else [])
