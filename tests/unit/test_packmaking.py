"""Making a pack: history entries become revisions that tell nothing later, and names are known once they are borne."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calendars.packfiles import read_pack
from calendars.packmaking import REMARKS, context_of, dated_names, event, main
from calendars.writtendays import days_in_address, days_in_date, days_in_words

CALENDAR = """
slug = "demo"
name = "Demoland"
zone = "Asia/Tokyo"
known_on = 2020-01-01

[[kinds]]
slug = "plenary"
group = "meeting"
label = "Plenary"
plural = "Plenaries"
"""


def an_entry(known: str, when: str, status: str = "held", sources: tuple[int, ...] = ()) -> dict[str, Any]:
    return {"known": known, "when": when, "status": status, "said_by": "body", "sources": list(sources)}


def a_source(title: str = "It met", url: str = "https://h.example/1", published: str | None = None) -> dict[str, Any]:
    return {"publisher": "Herald", "title": title, "url": url, "published": published}


def a_record(*history: dict[str, Any], **changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": "autumn",
        "kind": "plenary",
        "title": "Autumn plenary",
        "when": history[-1]["when"],
        "status": history[-1]["status"],
        "place": {"name": "Hall", "county": "Springfield", "province": "North", "country": "XX"},
        "people": ["Ann Lee", "Bo Kim"],
        "bodies": ["League"],
        "themes": ["farming"],
        "programme": None,
        "links": [],
        "history": list(history),
        "sources": [],
        "confidence": "seen",
        "note": "Ours alone.",
    }
    return fields | changes


ANNOUNCED = an_entry("2025-11-01", "[2025-12-11..2025-12-20]", "announced")
HELD = an_entry("2025-12-10", "2025-12-09/..")


def made(record: dict[str, Any], *others: dict[str, Any]) -> dict[str, Any]:
    return event(record, context_of([record, *others]))


def shown(record: dict[str, Any], *others: dict[str, Any]) -> list[tuple[str, int]]:
    """Each revision's known_on and how many sources it brings."""
    return [(each["known_on"], len(each.get("sources", ()))) for each in made(record, *others)["revisions"]]


def test_each_entry_becomes_a_revision_with_the_sources_that_it_brings() -> None:
    announced = a_source("Announced", "https://h.example/1", "2025-11-01")
    sources = [announced, a_source("Opened", "https://h.example/2", "2025-12-10")]
    record = a_record(ANNOUNCED | {"sources": [0]}, HELD | {"sources": [1]}, sources=sources)

    first, second = made(record)["revisions"]

    assert (first["known_on"], first["when"]) == ("2025-11-01", "[2025-12-11..2025-12-20]")
    assert (first["status"], first["said_by"]) == ("announced", {"who": "body"})
    assert (second["known_on"], second["when"], second["status"]) == ("2025-12-10", "2025-12-09/..", "held")
    assert [source["title"] for source in first["sources"]] == ["Announced"]
    assert [source["title"] for source in second["sources"]] == ["Opened"]


def test_people_the_places_name_and_themes_come_with_the_first_held_revision() -> None:
    first, second = made(a_record(ANNOUNCED, HELD))["revisions"]

    assert first["place"] == {"county": "Springfield", "province": "North", "country": "XX"}
    assert first["bodies"] == ["League"]
    assert not {"people", "themes"} & first.keys()
    assert second["place"]["name"] == "Hall"
    assert (second["people"], second["themes"]) == (["Ann Lee", "Bo Kim"], ["farming"])


def test_of_an_event_never_held_they_come_with_its_last_revision() -> None:
    first, second = made(a_record(ANNOUNCED, an_entry("2025-11-20", "2025-12-15", "announced")))["revisions"]

    assert "people" not in first
    assert second["people"] == ["Ann Lee", "Bo Kim"]


def test_notes_and_empty_fields_are_left_out() -> None:
    line = made(a_record(HELD, people=[], place={"name": None, "province": "North"}, sources=[]))

    assert line == {
        "id": "autumn",
        "revisions": [
            {
                "known_on": "2025-12-10",
                "kind": "plenary",
                "title": "Autumn plenary",
                "when": "2025-12-09/..",
                "status": "held",
                "said_by": {"who": "body"},
                "place": {"province": "North"},
                "bodies": ["League"],
                "themes": ["farming"],
            }
        ],
    }


def test_links_keep_the_day_from_which_they_could_be_drawn() -> None:
    record = a_record(HELD, links=[{"rel": "leads_up_to", "to": "winter", "known": "2025-12-12"}])

    assert made(record)["links"] == [{"rel": "leads_up_to", "to": "winter", "known_on": "2025-12-12"}]


def test_a_source_without_a_day_comes_with_the_first_held_revision() -> None:
    record = a_record(ANNOUNCED | {"sources": [0]}, HELD, sources=[a_source()])

    assert shown(record) == [("2025-11-01", 0), ("2025-12-10", 1)]


def test_a_source_that_two_entries_bring_comes_once() -> None:
    record = a_record(ANNOUNCED | {"sources": [0]}, HELD | {"sources": [0]}, sources=[a_source()])

    assert shown(record) == [("2025-11-01", 0), ("2025-12-10", 1)]


@pytest.mark.parametrize("published", [None, "2025-12-10"])
def test_a_source_whose_address_writes_a_later_day_comes_with_the_entry_of_that_day_or_later(
    published: str | None,
) -> None:
    late = a_source(url="https://h.example/20251211/9", published=published)
    record = a_record(HELD | {"sources": [0]}, an_entry("2025-12-12", "2025-12-09/2025-12-11"), sources=[late])

    assert shown(record) == [("2025-12-10", 0), ("2025-12-12", 1)]


def test_where_no_entry_is_as_late_the_source_gets_a_revision_of_its_own_with_the_state_unchanged() -> None:
    record = a_record(HELD | {"sources": [0]}, sources=[a_source(url="https://h.example/2026/01/05/9")])

    first, second = made(record)["revisions"]

    assert (first["known_on"], second["known_on"]) == ("2025-12-10", "2026-01-05")
    assert second == first | {"known_on": "2026-01-05", "sources": second["sources"]}


def test_a_later_month_in_an_address_counts_to_its_end_and_the_month_of_the_entry_does_not_count() -> None:
    sources = [a_source(url="https://h.example/2026/02/x"), a_source(url="https://h.example/2025/12/x")]

    assert shown(a_record(HELD | {"sources": [0, 1]}, sources=sources)) == [("2025-12-10", 1), ("2026-02-28", 1)]


def test_the_latest_day_that_any_record_gives_an_address_counts() -> None:
    record = a_record(HELD | {"sources": [0]}, sources=[a_source(published="2025-12-10")])
    other = a_record(HELD, id="other", sources=[a_source(published="2025-12-11")])

    assert shown(record) == [("2025-12-10", 1)]
    assert shown(record, other) == [("2025-12-10", 0), ("2025-12-11", 1)]


def test_a_later_day_in_the_gist_counts_if_the_source_has_no_day_of_its_own() -> None:
    undated, dated = a_source("Report of December 14"), a_source("Next on December 14", published="2025-12-10")

    assert shown(a_record(HELD | {"sources": [0]}, sources=[undated])) == [("2025-12-10", 0), ("2025-12-14", 1)]
    assert shown(a_record(HELD | {"sources": [0]}, sources=[dated])) == [("2025-12-10", 1)]


def test_a_later_day_that_a_date_known_by_then_names_does_not_count() -> None:
    record = a_record(HELD | {"sources": [0]}, sources=[a_source("The congress opens on 5 January")])
    told = a_record(an_entry("2025-12-01", "2026-01-05", "announced"), id="congress")
    told_later = a_record(an_entry("2025-12-11", "2026-01-05", "announced"), id="congress")

    assert shown(record, told) == [("2025-12-10", 1)]
    assert shown(record, told_later) == [("2025-12-10", 0), ("2026-01-05", 1)]


def test_days_in_an_address() -> None:
    day = (date(2025, 12, 5), date(2025, 12, 5))

    assert days_in_address("https://h.example/2025/12/05/x") == [day]
    assert days_in_address("https://h.example/AEN20251205000700325") == [day]
    assert days_in_address("https://h.example/2025-12-05-x") == [day]
    assert days_in_address("https://h.example/2025/02/x") == [(date(2025, 2, 1), date(2025, 2, 28))]
    assert days_in_address("https://h.example/article/10630506?id=20259999") == []


def test_days_in_a_date() -> None:
    assert days_in_date("[2025-12-11..2025-12-20]") == [date(2025, 12, 11), date(2025, 12, 20)]
    assert days_in_date("2025-12") == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Report of 1 January", ["2026-01-01"]),
        ("opened on Dec 9th", ["2025-12-09"]),
        ("Week of 4-8 January", ["2026-01-04", "2026-01-08"]),
        ("from May 31 to June 11, 2024", ["2026-05-31", "2024-06-11"]),
        ("Sept. 10 and 13", ["2025-09-10", "2025-09-13"]),
        ("by 10 October 2026", ["2026-10-10"]),
        ("dated 2025-12-03", ["2025-12-03"]),
        ("held in December 2025, the 13th plenary; may come", []),
        ("30 February", []),
    ],
)
def test_days_in_words(text: str, days: list[str]) -> None:
    assert [day.isoformat() for day in days_in_words(text, near=date(2025, 12, 5))] == days


def known_days(rows: list[dict[str, Any]], *records: dict[str, Any]) -> dict[str, str]:
    """The known_on of each name by its slug."""
    context = context_of(records)
    return {row["slug"]: row["known_on"] for row in dated_names(rows, [event(record, context) for record in records])}


def a_name(slug: str, type_: str, name: str, **changes: Any) -> dict[str, Any]:
    return {"slug": slug, "type": type_, "name": name, "native": None, "variants": [], "note": None} | changes


def test_a_name_is_known_once_an_event_known_by_then_bears_it_by_any_spelling() -> None:
    rows = [
        a_name("ann-lee", "person", "Lee Ann", variants=["Ann Lee"]),
        a_name("league", "body", "New League", former=[{"name": "League", "until": "2025-12-31"}]),
        a_name("hall", "place", "Hall"),
        a_name("springfield", "place", "Springfield"),
    ]

    known = known_days(rows, a_record(ANNOUNCED, HELD))

    assert known == {"ann-lee": "2025-12-10", "league": "2025-11-01", "hall": "2025-12-10", "springfield": "2025-11-01"}


def test_a_place_is_known_with_the_first_of_its_parts() -> None:
    rows = [
        a_name("hall", "place", "Hall", part_of="springfield-town"),
        a_name("springfield-town", "place", "Springfield Town", part_of="east"),
        a_name("east", "place", "East"),
    ]

    assert set(known_days(rows, a_record(ANNOUNCED, HELD)).values()) == {"2025-12-10"}


def test_a_joint_place_makes_all_its_parts_known() -> None:
    rows = [a_name("springfield", "place", "Springfield", all_of=["spring", "field"])]
    rows += [a_name("spring", "place", "Spring"), a_name("field", "place", "Field")]

    assert set(known_days(rows, a_record(ANNOUNCED, HELD)).values()) == {"2025-11-01"}


def test_of_two_places_written_alike_the_one_in_the_events_province_is_known() -> None:
    rows = [
        a_name("springfield", "place", "Springfield", one_of=["springfield-north", "springfield-south"]),
        a_name("springfield-north", "place", "Springfield, North", part_of="north"),
        a_name("springfield-south", "place", "Springfield, South", part_of="south"),
        a_name("north", "place", "North"),
        a_name("south", "place", "South"),
    ]

    known = known_days(rows, a_record(ANNOUNCED, HELD))

    assert (known["springfield-north"], known["springfield-south"]) == ("2025-11-01", "2025-12-10")


def test_a_place_in_no_field_is_known_where_another_places_name_says_it() -> None:
    place = {"name": "Embassy, Far Town", "country": "YY"}
    rows = [a_name("far-town", "place", "Far Town"), a_name("far", "place", "Fa")]

    known = known_days(rows, a_record(HELD, place=place), a_record(an_entry("2026-01-02", "2026-01-01"), id="later"))

    assert known == {"far-town": "2025-12-10", "far": "2026-01-02"}


def test_a_names_note_is_left_out() -> None:
    [row] = dated_names([a_name("hall", "place", "Hall", note="Ours.")], [made(a_record(HELD))])

    assert row == {"slug": "hall", "type": "place", "name": "Hall", "known_on": "2025-12-10"}


def a_collection(folder: Path) -> list[str]:
    """The command's arguments for a small collection of two events and a pack folder with a calendar."""
    winter = a_record(an_entry("2025-11-01", "2026-02", "announced"), id="winter", confidence="memory", note=None)
    late = a_source(url="https://h.example/20251214/9")
    autumn = a_record(HELD | {"sources": [0]}, sources=[late])
    (folder / "pack").mkdir()
    (folder / "pack" / "calendar.toml").write_text(CALENDAR, "utf-8")
    for file, rows in (("events", [autumn, winter]), ("names", [a_name("hall", "place", "Hall", note="Small.")])):
        (folder / file).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return [str(folder / file) for file in ("events", "names", "pack")]


def test_the_command_makes_a_pack_that_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(a_collection(tmp_path))

    pack = read_pack(tmp_path / "pack")
    assert [(event.id, len(event.revisions)) for event in pack.events] == [("winter", 1), ("autumn", 2)]
    assert [(name.slug, name.known_on) for name in pack.names] == [("hall", date(2025, 11, 1))]
    assert capsys.readouterr().out.startswith("2 events, 3 revisions (")


def test_the_command_lists_in_the_readme_what_is_in_no_revision_and_leaves_the_rest(tmp_path: Path) -> None:
    arguments = a_collection(tmp_path)
    readme = tmp_path / "pack" / "README.md"
    readme.write_text(f"# Demoland\n\n{REMARKS}\nOld remarks.\n", "utf-8")

    main(arguments)

    head, remarks = readme.read_text("utf-8").split(REMARKS)
    assert head == "# Demoland\n\n"
    assert "Old remarks." not in remarks
    assert "- `winter`\n" in remarks
    assert "- `autumn`: Herald, brought with 2025-12-10, shown from 2025-12-14\n" in remarks
    assert "- `autumn`: Ours alone.\n" in remarks
    assert "- place `hall`: Small.\n" in remarks


def test_the_same_collection_gives_the_same_bytes(tmp_path: Path) -> None:
    arguments = a_collection(tmp_path)
    main(arguments)
    before = {file.name: file.read_bytes() for file in (tmp_path / "pack").iterdir()}

    main(arguments)

    assert {file.name: file.read_bytes() for file in (tmp_path / "pack").iterdir()} == before


@pytest.mark.parametrize(
    ("line", "detail"),
    [("{", "events:1: the line is not JSON"), ('{"id": "a"}', "events:1: the record lacks history, kind, sources")],
)
def test_an_unreadable_collection_is_refused_with_its_line(tmp_path: Path, line: str, detail: str) -> None:
    arguments = a_collection(tmp_path)
    (tmp_path / "events").write_text(line + "\n", "utf-8")

    with pytest.raises(SystemExit, match=detail):
        main(arguments)
