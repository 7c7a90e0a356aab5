"""A newer pack, as a folder, an archive or an address: its news is recorded; what was amended here is left."""

from __future__ import annotations

import json
import shutil
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from calendars.packarchives import opened
from schemas.errors import CalendarUnreadable
from schemas.events import LinkDraft
from schemas.names import Name
from service.__main__ import main
from service.clock import Clock
from service.importing import add_pack
from service.linking import link
from service.store import registers
from service.store.database import Store
from service.store.migrations import migrate
from service.store.registers import plain
from service.store.revisions import Assertion, append, rows_of
from tests.apps import TODAY
from tests.builders import tell

CALENDAR = """
slug = "demo"
name = "Demo"
zone = "Asia/Pyongyang"
known_on = 2025-01-01
[[kinds]]
slug = "plenary"
group = "meeting"
label = "Plenary"
plural = "Plenaries"
"""
ANNOUNCED: dict[str, Any] = {
    "known_on": "2025-11-01",
    "kind": "plenary",
    "title": "Plenary",
    "when": "2025-12",
    "status": "announced",
}
DAY = date(2025, 12, 5)
HELD = {**ANNOUNCED, "known_on": "2025-12-10", "when": "2025-12-09", "status": "held"}


def write(folder: Path, *revisions: dict[str, Any], name: str = "Ann", calendar: str = CALENDAR) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "calendar.toml").write_text(calendar)
    person = {"slug": "ann", "type": "person", "name": name, "known_on": "2025-11-01"}
    (folder / "names.jsonl").write_text(json.dumps(person) + "\n")
    (folder / "events.jsonl").write_text(json.dumps({"id": "autumn01", "revisions": revisions}) + "\n")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Store:
    path = tmp_path / "var" / "leadup.sqlite3"
    migrate(path)
    store = Store(path, Clock(TODAY))
    add_pack(store, write(tmp_path / "older", ANNOUNCED))
    return store


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    return write(tmp_path / "newer", ANNOUNCED, HELD)


def update(store: Store, pack: str | Path, calendar: str = "demo") -> Result:
    env = {"LEADUP_HOME": str(store.path.parents[1]), "LEADUP_TODAY": TODAY.isoformat()}
    return CliRunner().invoke(main, ["calendars", "update", calendar, str(pack)], env=env)


def titles(store: Store) -> list[tuple[str, str]]:
    with store.reading() as conn:
        return [(row.state["title"], row.state["status"]) for row in rows_of(conn, "autumn01")]


def test_a_new_entry_of_a_newer_pack_becomes_a_revision(store: Store, newer: Path) -> None:
    told = update(store, newer)
    assert (told.exit_code, titles(store)) == (0, [("Plenary", "announced"), ("Plenary", "held")])
    assert "0 events, 1 revisions" in told.stdout
    assert "nothing new" in update(store, newer).stdout


def test_an_event_amended_here_is_left_alone_and_listed_with_both_states(store: Store, newer: Path) -> None:
    tell(store, "autumn01", "2025-12-11", "2025-12-09", title="Ours", status="announced")
    told = update(store, newer)
    assert told.exit_code == 1
    assert titles(store) == [("Plenary", "announced"), ("Ours", "announced")]
    assert "autumn01: It was amended here. As known on 2025-12-10 nothing was recorded of it:" in told.stdout
    assert 'title: here "Ours", there "Plenary"' in told.stdout
    assert "1 clash" in update(store, newer).stdout


def test_an_entry_known_before_the_amendment_goes_where_it_belongs(store: Store, newer: Path) -> None:
    tell(store, "autumn01", "2025-12-09", "2025-12-20", title="Ours", status="held")
    assert "clash" not in update(store, newer).stdout
    assert titles(store)[-1] == ("Plenary", "held")
    with store.reading() as conn:
        newest = conn.execute("SELECT MAX(known_on) FROM revision WHERE subject = 'autumn01'").fetchone()[0]
    assert newest == "2025-12-20"


def test_an_event_retracted_here_stays_so(store: Store, newer: Path) -> None:
    tell(store, "autumn01", "2025-12", "2025-11-02", status="retracted")
    told = update(store, newer)
    assert 'status: here "retracted", there "held"' in told.stdout
    assert len(titles(store)) == 2


def test_a_name_amended_here_is_left_alone(store: Store, tmp_path: Path) -> None:
    ours = plain(Name(slug="ann", type="person", name="Anna", known_on=date(2025, 11, 1)))
    with store.transaction("alice") as tx:
        append(tx, Assertion("name", "name/person/ann", "demo", date(2025, 11, 1), ours))
    told = update(store, write(tmp_path / "named", ANNOUNCED, name="Annie"))
    assert 'name: here "Anna", there "Annie"' in told.stdout
    with store.reading() as conn:
        assert [row.state["name"] for row in rows_of(conn, "name/person/ann")] == ["Ann", "Anna"]


def test_a_link_rejected_here_is_listed_with_both_states(store: Store, tmp_path: Path) -> None:
    tell(store, "autumn02", "2025-12-20", "2025-12-01")
    id_ = link(
        store,
        LinkDraft(rel="same_programme", subject="autumn02", target="autumn01", known_on=DAY, state="rejected"),
        by="alice",
    )
    pack = write(tmp_path / "drawn", ANNOUNCED)
    drawn = {"rel": "same_programme", "to": "autumn02", "known_on": "2025-12-10"}
    events = [
        {"id": "autumn01", "revisions": [ANNOUNCED], "links": [drawn]},
        {"id": "autumn02", "revisions": [{**ANNOUNCED, "known_on": "2025-12-01", "when": "2025-12-20"}]},
    ]
    (pack / "events.jsonl").write_text("".join(json.dumps(each) + "\n" for each in events))
    told = update(store, pack)
    assert f"{id_}: It is rejected here. As known on 2025-12-10 nothing was recorded of it:" in told.stdout
    assert told.stdout.count('  state: here "rejected", there "asserted"\n') == 1
    assert "  subject:" not in told.stdout
    with store.reading() as conn:
        assert [row.state["state"] for row in rows_of(conn, id_)] == ["rejected"]


def test_a_newer_pack_moves_a_kind_of_its_own_to_another_group(store: Store, tmp_path: Path) -> None:
    moved = CALENDAR.replace("2025-01-01", "2025-01-02").replace('"meeting"', '"ceremony"')
    told = update(store, write(tmp_path / "moved", ANNOUNCED, calendar=moved))
    assert told.exit_code == 0, told.output
    with store.reading() as conn:
        found = [registers.calendars(conn, day)["demo"].kinds[0].group for day in (date(2025, 1, 1), TODAY)]
    assert found == ["meeting", "ceremony"]
    other = moved.replace('slug = "demo"', 'slug = "other"').replace('"ceremony"', '"meeting"')
    folder = write(tmp_path / "other", calendar=other)
    (folder / "events.jsonl").write_text("")
    (folder / "names.jsonl").write_text("")
    refused = update(store, folder, "other")
    assert "the kind plenary is of the group meeting here and of ceremony in demo" in refused.output


def test_archives_and_their_addresses_are_packs_too(store: Store, newer: Path, tmp_path: Path) -> None:
    shutil.make_archive(str(tmp_path / "pack"), "gztar", tmp_path, "newer")
    shutil.make_archive(str(tmp_path / "flat"), "zip", newer)
    for archive in (tmp_path / "pack.tar.gz", tmp_path / "flat.zip"):
        told = update(store, archive)
        assert told.exit_code == 0, told.output
    assert titles(store) == [("Plenary", "announced"), ("Plenary", "held")]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that the base class has
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.slow
def test_a_pack_is_fetched_from_an_address(store: Store, newer: Path, tmp_path: Path, served: str) -> None:
    shutil.make_archive(str(tmp_path / "flat"), "zip", newer)
    assert "1 revisions" in update(store, f"{served}/flat.zip").stdout
    missing = update(store, f"{served}/none.zip")
    assert (missing.exit_code, missing.stderr.count("\n")) == (2, 1)


def test_a_pack_of_another_calendar_is_refused(store: Store, newer: Path) -> None:
    told = update(store, newer, "dprk")
    assert (told.exit_code, "not of dprk" in told.stderr) == (2, True)
    assert len(titles(store)) == 1


def test_what_is_no_address_is_refused_in_a_sentence(store: Store) -> None:
    for url in ("http://[x", "http://[x/api/v1/changes", "ftp://example.org/api/v1/changes"):
        told = update(store, url)
        assert (told.exit_code, told.stderr) == (2, f"leadup: {url} is no http or https address.\n")


def test_what_is_no_pack_is_refused_in_a_sentence(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no pack")
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x05\x06" + b"\0" * 18)
    partial_pack = tmp_path / "partial.tar"
    with tarfile.open(partial_pack, "w") as tar:
        toml = tmp_path / "calendar.toml"
        toml.write_text(CALENDAR)
        tar.add(toml, "calendar.toml")
    linked = tmp_path / "linked.zip"
    with zipfile.ZipFile(linked, "w") as archive:
        archive.writestr("../calendar.toml", CALENDAR)
    for path in (text, broken, partial_pack, linked):
        with pytest.raises(CalendarUnreadable), opened(path):
            pytest.fail("it was opened")
