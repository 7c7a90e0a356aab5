"""Pages of events with the oddest dates that can be recorded: at both ends of the calendar, open, of no digit known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.apps import client_over
from tests.builders import a_store, tell

pytestmark = pytest.mark.slow

ODD = {
    "first": "0001-01-01",
    "last": "9999-12-31",
    "nearly": "9999-12-30",
    "begun": "2025-11-01/..",
    "ended": "../2025-11-30",
    "undated": "[2025-11-01..]",
    "until": "[..2025-11-30]",
    "unknown": "/2025-11-30",
    "decade": "202X",
    "digits": "XXXX-12-25",
    "season": "2025-21",
    "either": "[2025-10-01,2025-12-24]",
    "both": "{2025-10-01,2025-11-24}",
    "about": "2025-11-20~",
    "doubted": "2025-11?",
    "hour": "2025-11-20T09:00+09:00",
    "long": "1900/2100",
}
AHEAD = ("undated", "last", "nearly", "digits", "until", "decade", "long")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    store = a_store(tmp_path_factory.mktemp("odd") / "var/leadup.sqlite3", date(2025, 12, 1))
    for name, when in ODD.items():
        status = "announced" if name in AHEAD else "held"
        changes = {"people": ["Ada Ahn"], "place": {"name": f"Hall {name}", "county": "North"}, "programme": "Works"}
        tell(store, f"{name}01", "2025-11", "2025-11-01", **changes)
        tell(store, f"{name}01", when, "2025-12-01", status=status, title=f"An act & <b>{name}</b>", **changes)
    return client_over(store, "2025-12-01")


def test_as_many_as_there_is_no_room_for_at_the_end_of_all_days(tmp_path: Path) -> None:
    store = a_store(tmp_path / "var/leadup.sqlite3", date(2025, 12, 1))
    for number in range(210):
        tell(store, f"late{number:03}", f"9999-12-{30 - number % 8}", "2025-12-01", kind="visit")
    client = client_over(store, "2025-12-01")
    for path in ("/timeline?year=9999", "/timeline?decade=9990", "/calendar/9999/12"):
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/events", "/events?from=0001-01-01&to=9999-12-31", "/search?q=act", "/changes", "/about/demo"),
        *("/timeline", "/timeline?year=1", "/timeline?year=9999", "/timeline?decade=0", "/timeline?decade=9990"),
        *("/timeline?decade=2020", "/calendar/1/1", "/calendar/9999/12", "/calendar/2025/11", "/people/ada-ahn"),
        *("/places/north", "/places/hall-first", "/programmes/works", *(f"/events/{name}01" for name in ODD)),
    ],
)
def test_every_page_answers(client: FlaskClient, path: str) -> None:
    for asked in (path, f"{path}{'&' if '?' in path else '?'}as_known_on=2025-11-01"):
        found = client.get(asked, follow_redirects=True)
        assert found.status_code == 200, asked
        assert b"<b>" not in found.data
        assert b"nan" not in found.data
