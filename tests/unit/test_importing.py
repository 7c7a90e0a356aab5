"""Packs are taken in whole or not at all, and taking one in again changes nothing."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from schemas.errors import CalendarUnreadable
from schemas.queries import EventQuery
from service.clock import Clock
from service.importing import PACKS, add_pack, shipped_packs
from service.store import events
from service.store.asknown import standpoint
from service.store.database import Store
from service.store.migrations import migrate
from service.store.timeline import find


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKS / "dprk", tmp_path / "pack"))


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    path = tmp_path / "empty.sqlite3"
    migrate(path)
    return Store(path, Clock(date(2026, 11, 24)))


def changes(store: Store) -> int:
    with store.reading() as conn:
        return int(conn.execute("SELECT COUNT(*) FROM change").fetchone()[0])


def test_loading_again_changes_nothing_and_says_so(store: Store) -> None:
    before = changes(store)
    renamings = 4  # of three bodies and of one's seat: each name is one record of the pack with two changes
    again = add_pack(store, PACKS / "dprk")
    assert not again.changed
    assert again.unchanged == before - renamings
    assert changes(store) == before


def test_a_pack_is_offered_once(store: Store, empty: Store) -> None:
    assert shipped_packs(empty) == [PACKS / "dprk"]
    assert shipped_packs(store) == []


@pytest.mark.slow
def test_progress_is_told_up_to_the_end(empty: Store, pack: Path) -> None:
    told: list[tuple[int, int]] = []
    add_pack(empty, pack, progress=lambda done, every: told.append((done, every)))
    assert told[0][0] == 1
    assert told[-1][0] == told[-1][1] > 1000


def test_a_new_history_entry_becomes_a_revision(store: Store, pack: Path) -> None:
    lines = (pack / "events.jsonl").read_text(encoding="utf-8").splitlines()
    event = json.loads(lines[-1])
    event["revisions"].append({**event["revisions"][-1], "known_on": "2026-09-01", "sources": []})
    lines[-1] = json.dumps(event, ensure_ascii=False)
    (pack / "events.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    loaded = add_pack(store, pack)
    assert (loaded.events, loaded.revisions) == (0, 1)


@pytest.mark.slow
def test_what_became_known_later_can_be_left_out(empty: Store) -> None:
    loaded = add_pack(empty, PACKS / "dprk", known_by=date(2025, 12, 5))
    assert 0 < loaded.events < 849
    with empty.reading() as conn:
        assert conn.execute("SELECT MAX(known_on) FROM revision").fetchone()[0] == "2025-12-05"
        at = standpoint(conn, empty.clock)
        assert "spa-15th-1st-session" not in [found.id for found in find(at, EventQuery())]
        assert events.one(at, "wpk-8cc-13th-plenary").status == "announced"


def test_a_record_that_does_not_load_is_named_and_nothing_is_loaded(empty: Store, pack: Path) -> None:
    lines = (pack / "events.jsonl").read_text(encoding="utf-8").splitlines()
    broken = json.loads(lines[10])
    broken["revisions"][0]["when"] = "sometime"
    lines[10] = json.dumps(broken, ensure_ascii=False)
    (pack / "events.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(CalendarUnreadable) as refused:
        add_pack(empty, pack)
    assert (refused.value.mistakes[0]["file"], refused.value.mistakes[0]["line"]) == ("events.jsonl", 11)
    assert changes(empty) == 0


@pytest.mark.slow
def test_a_record_from_the_future_is_refused_by_file_and_line(pack: Path, tmp_path: Path) -> None:
    path = tmp_path / "early.sqlite3"
    migrate(path)
    early = Store(path, Clock(date(2026, 4, 26)))
    with pytest.raises(CalendarUnreadable) as refused:
        add_pack(early, pack)
    assert {mistake["file"] for mistake in refused.value.mistakes} == {"events.jsonl", "names.jsonl"}
    assert all(mistake["line"] for mistake in refused.value.mistakes if mistake["file"] == "events.jsonl")
    assert changes(early) == 0


def test_links_names_and_the_calendar_are_held_to_today_too(empty: Store, pack: Path) -> None:
    line = (pack / "events.jsonl").read_text(encoding="utf-8").splitlines()
    event = next(number for number, each in enumerate(line) if '"links"' in each)
    late = json.loads(line[event])
    late["links"][0]["known_on"] = "2027-01-01"
    line[event] = json.dumps(late, ensure_ascii=False)
    (pack / "events.jsonl").write_text("\n".join(line) + "\n", encoding="utf-8")
    names = (pack / "names.jsonl").read_text(encoding="utf-8").splitlines()
    (pack / "names.jsonl").write_text(
        "\n".join([*names[:-1], names[-1].replace('"known_on":"20', '"known_on":"30')]), "utf-8"
    )
    with pytest.raises(CalendarUnreadable) as refused:
        add_pack(empty, pack)
    told = [(mistake["file"], mistake["line"]) for mistake in refused.value.mistakes]
    assert told == [("names.jsonl", None), ("events.jsonl", event + 1)]
    assert changes(empty) == 0


@pytest.mark.slow
def test_an_older_declaration_loaded_again_stands_again(empty: Store, pack: Path) -> None:
    toml = (pack / "calendar.toml").read_text(encoding="utf-8")
    for color in ("firebrick", "navy", "firebrick"):
        (pack / "calendar.toml").write_text(toml.replace('color = "firebrick"', f'color = "{color}"'), "utf-8")
        assert add_pack(empty, pack).declarations == 1
        with empty.reading() as conn:
            assert standpoint(conn, empty.clock).calendars["dprk"].color == color


def test_a_renamed_name_is_read_under_its_later_spelling_only_from_then_on(store: Store) -> None:
    with store.reading() as conn:
        registers = [standpoint(conn, store.clock, date(2022, 6, day)).register for day in (1,)]
        registers.append(standpoint(conn, store.clock).register)
    later = "National Aerospace Technology Administration"
    assert [register.known("body", later) for register in registers] == [False, True]
    assert all(register.known("body", "National Aerospace Development Administration") for register in registers)


OTHER = """
slug = "other"
name = "Other"
zone = "Asia/Tokyo"
known_on = 2020-01-01
kinds = []
"""


@pytest.mark.parametrize(
    ("slug", "variants", "said"),
    [
        ("kim-jong-un", ["K. J. U."], "The person 'kim-jong-un' is here already, and otherwise, from another calendar"),
        ("Kim_Jong_Un", [], "The person 'Kim_Jong_Un' is written like 'kim-jong-un', which is here already"),
    ],
)
def test_a_slug_that_another_calendar_has_is_refused(
    store: Store, tmp_path: Path, slug: str, variants: list[str], said: str
) -> None:
    name = {"slug": slug, "type": "person", "name": "Kim Jong Un", "known_on": "2020-01-01", "variants": variants}
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "calendar.toml").write_text(OTHER)
    (folder / "names.jsonl").write_text(json.dumps(name) + "\n")
    (folder / "events.jsonl").write_text("")
    before = changes(store)
    with pytest.raises(CalendarUnreadable, match=said):
        add_pack(store, folder)
    assert changes(store) == before
