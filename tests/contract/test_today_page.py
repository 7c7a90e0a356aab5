"""/ - what is coming on a line of time, what changed this week, and no shouting where nothing is covered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flask.testing import FlaskClient

from tests.apps import client_over
from tests.builders import a_store, tell
from tests.contract.test_events_pages import words


def test_windows_are_solid_where_the_body_gave_them_and_faint_where_others_guess(client: FlaskClient) -> None:
    drawing = words(client, "/?as_known_on=2025-12-05").partition("<figure")[2].partition("</figure>")[0]
    assert "When 2 coming meetings may open" in drawing
    given, guessed = drawing.split("</a>")[:2]
    assert 'class="given"' in given
    assert "/events/wpk-8cc-13th-plenary?as_known_on=2025-12-05" in given
    assert 'class="guessed"' in guessed


def test_what_moved_this_week_is_told_and_new_reports_apart_from_it(client: FlaskClient) -> None:
    text = words(client, "/?as_known_on=2025-12-12")
    week, _, rest = text.partition('<h2 id="week">')[2].partition("</section>")
    assert "Was mid-December 2025; now held: opened 9 December 2025" in week
    assert "Was early 2026; now announced: January or February 2026" in week
    assert "rocket-artillery" not in week
    assert "rocket-artillery" in rest


def test_shipped_knowledge_read_today_does_not_shout(client: FlaskClient) -> None:
    text = words(client, "/")
    assert "covered until 31 March 2026. Not covered since: silence after that means nothing." in text
    assert "<figure" not in text
    assert "No date moved, and nothing was announced that is known here" in text


def test_a_window_far_off_or_without_an_end_leaves_room_for_the_others(tmp_path: Path) -> None:
    store = a_store(tmp_path / "var/leadup.sqlite3", date(2025, 12, 1))
    tell(store, "near1", "[2025-12-11..2025-12-20]", "2025-11-01")
    tell(store, "far1", "[2026-01-01..2035-12-31]", "2025-11-01", said_by={"who": "press"}, status="expected")
    tell(store, "undated1", "[2025-11-01..]", "2025-11-01")
    drawing = words(client_over(store, "2025-12-01"), "/").partition("<figure")[2].partition("</figure>")[0]
    assert "When 2 coming meetings" in drawing
    assert 'class="guessed goes-on"' in drawing
    assert "undated1" not in drawing


def test_what_others_give_is_told_as_what_they_expect(client: FlaskClient) -> None:
    assert "Expected by another government, known since 23 January 2026" in words(client, "/?as_known_on=2026-01-24")
    assert "Announced. The date is given by the body itself, known since" in words(client, "/?as_known_on=2026-02-09")


def test_what_moved_stays_among_the_last_recorded_when_a_report_more_comes(tmp_path: Path) -> None:
    store = a_store(tmp_path / "var/leadup.sqlite3", date(2025, 12, 1))
    tell(store, "moved1", "[2025-12-11..2025-12-20]", "2025-11-20", title="The moved plenary")
    tell(store, "moved1", "2025-12-16", "2025-11-24", title="The moved plenary")
    tell(store, "moved1", "2025-12-16", "2025-11-25", title="The moved plenary, renamed", note="a report more")
    tell(store, "earlier1", "2025-12-19", "2025-11-22", title="Another meeting")
    shown = words(client_over(store, "2025-12-01"), "/").partition('<h2 id="newest">')[2].partition("</section>")[0]
    days = [shown.index(each) for each in ("Known 24 November 2025", "The moved plenary, renamed", "Known 22 November")]
    assert days == sorted(days)
