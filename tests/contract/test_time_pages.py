"""/timeline and /calendar: a year, a decade and a month, moved by links, of what was known by the day asked."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.apps import client_over
from tests.builders import a_store, tell
from tests.contract.test_events_pages import words

pytestmark = pytest.mark.slow


def test_a_year_draws_every_event_of_it_under_its_group(client: FlaskClient) -> None:
    told = client.get("/api/v1/events?from=2025-01-01&to=2025-12-31&total=true&limit=1&as_known_on=2025-12-05")
    text = words(client, "/timeline?year=2025&as_known_on=2025-12-05")
    total = told.get_json()["total"]
    assert f"{total} events that lie, or may lie, in this year" in text
    assert text.count("<title>") == total + 1
    assert "<title>13th plenary of the 8th WPK Central Committee</title>" in text
    of_meetings = words(client, "/timeline?year=2025&group=meeting&as_known_on=2025-12-05")
    assert "Ceremony" not in of_meetings
    assert "13th plenary" in of_meetings


def test_the_year_is_that_of_the_day_and_moves_by_links(client: FlaskClient) -> None:
    text = words(client, "/timeline?as_known_on=2025-12-05")
    assert "<h1>2025</h1>" in text
    for path in ("/timeline?year=2024", "/timeline?year=2026", "/timeline?decade=2020"):
        assert f'href="{path}&amp;as_known_on=2025-12-05"' in text
    assert 'rel="next"' not in words(client, "/timeline?year=2026&as_known_on=2025-12-05")
    assert 'rel="prev"' not in words(client, "/timeline?year=1946")
    assert "Nothing that is known lies in this year" in words(client, "/timeline?year=1800")


def test_a_decade_counts_where_there_is_no_room(client: FlaskClient) -> None:
    text = words(client, "/timeline?decade=2020")
    assert "<h1>The 2020s</h1>" in text
    assert '<path class="held"' in text
    figures = text.partition('<h2 id="figures">')[2]
    assert re.search(r'/timeline\?year=2024">2024</a></th><td class="number">\d+</td>', figures)


@pytest.mark.parametrize(
    "wrong", ["year=0", "year=x", "decade=2021", "year=2020&decade=2020", "group=zoo", "calendar=zoo", "foo=1"]
)
def test_what_is_no_year_is_refused(client: FlaskClient, wrong: str) -> None:
    words(client, f"/timeline?{wrong}", 422)


def test_a_month_has_events_on_their_days_and_windows_apart(client: FlaskClient) -> None:
    text = words(client, "/calendar/2025/12?as_known_on=2025-12-05")
    assert "13th plenary of the 8th WPK Central Committee" in text.partition("<table")[0]
    third = re.search(r'<span class="weekday">Wednesday </span>3</p> (.*?)</td>', text)
    assert third
    assert "Pukchang County" in third[1]
    assert re.search(r'<td class="today [^"]*"><p class="number"><span class="weekday">Friday </span>5', text)
    after = words(client, "/calendar/2025/12?as_known_on=2025-12-12")
    for number in ("Tuesday </span>9", "Wednesday </span>10", "Thursday </span>11"):
        day = re.search(rf"{number}</p> (.*?)</td>", after)
        assert day
        assert "13th plenary" in day[1], number


def test_months_move_by_links_as_far_as_anything_is_known(client: FlaskClient) -> None:
    text = words(client, "/calendar?as_known_on=2025-12-05")
    assert "<h1>December 2025</h1>" in text
    assert '/calendar/2025/11?as_known_on=2025-12-05"' in text
    assert '/calendar/2026/01?as_known_on=2025-12-05"' in text
    assert 'rel="next"' not in words(client, "/calendar/2026/12")
    assert 'rel="prev"' not in words(client, "/calendar/1946/01")
    for none in ("/calendar/2025/13", "/calendar/0/1", "/calendar/2025/0"):
        words(client, none, 404)


def test_grids_and_axes_carry_no_iso_days(client: FlaskClient) -> None:
    for path in ("/calendar/2026/02", "/timeline?year=2026", "/timeline?decade=2020"):
        text = words(client, f"{path}{'&' if '?' in path else '?'}as_known_on=2025-12-05")
        assert set(re.findall(r"\d{4}-\d{2}-\d{2}", text)) == {"2025-12-05"}


def test_what_is_drawn_is_bounded_however_much_there_is(tmp_path: Path) -> None:
    store = a_store(tmp_path / "var/leadup.sqlite3", date(2025, 12, 31))
    for number in range(300):
        tell(store, f"visit{number:03}", f"2025-{number % 12 + 1:02}-01", "2025-12-01", kind="visit", status="held")
    for number in range(40):
        tell(store, f"window{number:02}", "[2025-12-05..2025-12-20]", "2025-12-01", kind="visit")
    client = client_over(store, "2025-12-31")
    year = client.get("/timeline?year=2025").data
    assert year.count(b"<title>") == 40 + 1
    assert len(year) < 100_000
    month = words(client, "/calendar/2025/12")
    assert "and 13 more" in month


def test_one_event_lies_in_a_year(client: FlaskClient) -> None:
    assert "1 event that lies, or may lie, in this year" in words(client, "/timeline?year=2026&as_known_on=2025-12-05")
