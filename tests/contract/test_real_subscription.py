"""A subscription kept for real: vdirsyncer over HTTP, gunicorn, the whole shipped calendar."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from pathlib import Path

import pytest

from service.settings import Settings
from tests.judges.pythons import by_icalendar
from tests.judges.vdirsyncer import Subscription
from tests.servers import serving

MEETING = {
    "calendar": "dprk",
    "kind": "plenary",
    "title": "Plenary of the end of the year",
    "when": "2026-12",
    "status": "announced",
    "said_by": {"who": "body", "name": "the party"},
    "known_on": "2026-11-20",
}


@pytest.mark.slow
def test_a_sync_gets_every_event_and_later_ones_only_what_changed(
    settings: Settings, write_headers: dict[str, str], tmp_path: Path
) -> None:
    with serving(settings) as port:
        id_, tag = _recorded(port, "POST", "/api/v1/events", write_headers, MEETING)
        subscription = Subscription(tmp_path, f"http://127.0.0.1:{port}/calendars/dprk.ics")
        subscription.discover()
        subscription.sync()
        first = subscription.files()

        subscription.sync()
        assert subscription.files() == first

        firmed = {**MEETING, "when": "2026-12-28", "known_on": "2026-11-24"}
        _recorded(port, "PUT", f"/api/v1/events/{id_}", {**write_headers, "If-Match": tag}, firmed)
        subscription.sync()
        later = subscription.files()

    assert len(first) == len(later) == 850
    assert _shown(first) - _shown(later) == {("2026-12-01", f"{MEETING['title']} (December 2026, the party)")}
    assert _shown(later) - _shown(first) == {("2026-12-28", MEETING["title"])}
    assert len(first.items() & later.items()) == 849  # what did not change was not written again


def _recorded(port: int, method: str, path: str, headers: dict[str, str], draft: object) -> tuple[str, str]:
    """The id and the tag of the event, recorded."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, json.dumps(draft), {"Content-Type": "application/json", **headers})
    response = connection.getresponse()
    event = json.loads(response.read())
    connection.close()
    assert response.status in (200, 201), event
    return event["id"], response.headers["ETag"]


def _shown(files: dict[str, tuple[bytes, int]]) -> set[tuple[str, object]]:
    return {(entry.start, entry.title) for written, _ in files.values() for entry in by_icalendar(written)}
