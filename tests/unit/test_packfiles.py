"""Reading a pack: what it gives, what was known by a day, and every mistake located by file, line and reason."""

from __future__ import annotations

import doctest
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calendars import fieldreaders
from calendars.packfiles import PackLink, read_pack
from schemas.errors import CalendarUnreadable
from schemas.events import Place, SaidBy, Source
from schemas.vocabulary import RELS
from service.store import registers

CALENDAR = """
slug = "demo"
name = "Demoland"
zone = "Asia/Tokyo"
known_on = 2020-01-01
variants = ["Demo"]

[[kinds]]
slug = "plenary"
group = "meeting"
label = "Plenary"
plural = "Plenaries"
key_meeting = true
variants = ["Plenary session"]

[[coverage]]
kinds = ["plenary"]
from = 2019-01-01
to = 2025-12-31
known_on = 2019-01-01

[[coverage.thin]]
from = 2021-01-01
to = 2021-12-31
reason = "fewer reports"

[[checks]]
publisher = "Institute"
year = 2020
what = "plenaries"
theirs = 2
ours = 1
known_on = 2021-01-05
"""

ANNOUNCED: dict[str, Any] = {
    "known_on": "2025-11-01",
    "kind": "plenary",
    "title": "Autumn plenary",
    "when": "[2025-12-11..2025-12-20]",
    "status": "announced",
    "said_by": {"who": "body"},
    "place": {"province": "North"},
    "sources": [{"publisher": "Herald", "published": "2025-11-01"}],
}
HELD: dict[str, Any] = ANNOUNCED | {
    "known_on": "2025-12-10",
    "when": "2025-12-09/..",
    "status": "held",
    "place": {"name": "Hall", "province": "North"},
    "people": ["Ann Lee"],
    "sources": [{"publisher": "Herald", "title": "It opened", "url": "https://h.example/2", "published": "2025-12-10"}],
}
AUTUMN: dict[str, Any] = {"id": "autumn", "revisions": [ANNOUNCED, HELD]}
SPRING: dict[str, Any] = {
    "id": "spring",
    "revisions": [HELD | {"known_on": "2026-03-02", "when": "2026-03-01"}],
    "links": [{"rel": "follows_up", "to": "autumn", "known_on": "2026-03-02"}],
}
ANN: dict[str, Any] = {"slug": "ann-lee", "type": "person", "name": "Ann Lee", "known_on": "2025-12-10"}
LEAGUE: dict[str, Any] = {
    "slug": "league",
    "type": "body",
    "name": "New League",
    "known_on": "2025-11-01",
    "former": [{"name": "Old League", "until": "2025-11-30"}],
}


def write_pack(folder: Path, events: list[Any], names: list[Any] | None = None, calendar: str = CALENDAR) -> Path:
    """A pack in `folder`; a line given as a text is written as it stands."""
    folder.mkdir(exist_ok=True)
    (folder / "calendar.toml").write_text(calendar, "utf-8")
    for file, lines in (("events.jsonl", events), ("names.jsonl", names or [])):
        written = (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
        (folder / file).write_text("".join(f"{line}\n" for line in written), "utf-8")
    return folder


def refused(folder: Path) -> list[tuple[str, int | None, str]]:
    """Every mistake that reading the pack finds, as (file, line, detail)."""
    with pytest.raises(CalendarUnreadable) as caught:
        read_pack(folder)
    return [(mistake["file"], mistake["line"], mistake["detail"]) for mistake in caught.value.errors()]


def test_a_pack_is_read_into_a_calendar_names_and_drafts(tmp_path: Path) -> None:
    pack = read_pack(write_pack(tmp_path, [AUTUMN, SPRING], [ANN, LEAGUE]))

    assert pack.calendar.zone == "Asia/Tokyo"
    assert pack.calendar.key_meetings() == ("plenary",)
    assert (pack.calendar.variants, pack.calendar.kinds[0].variants) == (("Demo",), ("Plenary session",))
    assert registers.calendar_of(json.loads(json.dumps(registers.plain(pack.calendar)))) == pack.calendar
    assert pack.calendar.coverage[0].until == date(2025, 12, 31)
    assert pack.calendar.coverage[0].thin[0].reason == "fewer reports"
    assert pack.calendar.checks[0].theirs == 2
    assert [name.slug for name in pack.names] == ["ann-lee", "league"]
    assert pack.names[1].former[0].until == date(2025, 11, 30)
    assert [(event.line, event.id) for event in pack.events] == [(1, "autumn"), (2, "spring")]
    assert pack.events[1].links == (PackLink("follows_up", "autumn", date(2026, 3, 2)),)


def test_a_revision_is_read_whole(tmp_path: Path) -> None:
    held = read_pack(write_pack(tmp_path, [AUTUMN])).events[0].revisions[1]

    assert (held.calendar, held.kind, held.title, held.status) == ("demo", "plenary", "Autumn plenary", "held")
    assert (held.known_on, held.when.starts_min, held.when.ends_max) == (date(2025, 12, 10), date(2025, 12, 9), None)
    assert (held.said_by, held.place) == (SaidBy("body"), Place(name="Hall", province="North"))
    assert (held.people, held.bodies, held.programme, held.note) == (("Ann Lee",), (), None, None)
    assert held.sources == (Source("Herald", "It opened", "https://h.example/2", date(2025, 12, 10)),)


def test_known_by_keeps_only_what_was_known(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, [AUTUMN, SPRING], [ANN, LEAGUE])

    pack = read_pack(folder, known_by=date(2025, 12, 9))

    assert [event.id for event in pack.events] == ["autumn"]
    assert [draft.status for draft in pack.events[0].revisions] == ["announced"]
    assert [name.slug for name in pack.names] == ["league"]
    assert [event.id for event in read_pack(folder, known_by=date(2026, 3, 2)).events] == ["autumn", "spring"]


def test_known_by_hides_a_link_whose_other_end_is_not_known(tmp_path: Path) -> None:
    early = AUTUMN | {"links": [{"rel": "leads_up_to", "to": "spring", "known_on": "2025-11-01"}]}
    folder = write_pack(tmp_path, [early, SPRING])

    assert read_pack(folder, known_by=date(2025, 12, 31)).events[0].links == ()
    assert read_pack(folder, known_by=date(2026, 3, 2)).events[0].links[0].to == "spring"


def test_known_by_calls_a_name_what_it_was_called(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, [AUTUMN], [LEAGUE])

    then, later = (read_pack(folder, known_by=date(2025, month, 30)).names[0] for month in (11, 12))

    assert (then.name, then.former) == ("Old League", ())
    assert (later.name, later.former[0].name) == ("New League", "Old League")


def test_the_digest_tells_readings_apart(tmp_path: Path) -> None:
    folder = write_pack(tmp_path, [AUTUMN])
    whole, then = read_pack(folder).digest, read_pack(folder, known_by=date(2025, 12, 9)).digest

    write_pack(tmp_path, [AUTUMN, SPRING])

    assert len({whole, then, read_pack(folder).digest}) == 3
    assert read_pack(write_pack(tmp_path, [AUTUMN])).digest == whole


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        ("{", "The line is not JSON: "),
        ("", "The line is not JSON: "),
        ('{"id": "a", "id": "b"}', "The line has the field 'id' twice."),
        ([AUTUMN], "The line must be a table of fields, not [{"),
        ({"id": "autumn"}, "The line lacks the field 'revisions'."),
        ({"id": "autumn", "revisions": []}, "Revisions must hold at least one."),
        (AUTUMN | {"id": "a b"}, "Id must be letters and digits joined by hyphens, not 'a b'."),
        (AUTUMN | {"kind": "plenary"}, "The line has the unknown field 'kind', known are id, revisions, links."),
    ],
)
def test_an_unreadable_line_is_named(tmp_path: Path, line: Any, detail: str) -> None:
    [(file, number, said)] = refused(write_pack(tmp_path, [SPRING | {"links": []}, line]))

    assert (file, number) == ("events.jsonl", 2)
    assert said.startswith(detail)


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"kind": "party"}, "Revisions[1].kind must be one of plenary, not 'party'."),
        ({"status": "over"}, "Revisions[1].status must be one of expected, announced, held,"),
        ({"said_by": {"who": "me"}}, "Revisions[1].said_by.who must be one of body, government, press, not 'me'."),
        ({"title": " "}, "Revisions[1].title must be a text that is not empty, not ' '."),
        ({"people": "Ann Lee"}, "Revisions[1].people must be a list, not 'Ann Lee'."),
        ({"people": ["Ann Lee", 5]}, "Revisions[1].people[1] must be a text that is not empty, not 5."),
        ({"place": {"town": "X"}}, "Revisions[1].place has the unknown field 'town', known are name, county,"),
        ({"known_on": "20251210"}, "Revisions[1].known_on must be a day such as 2025-12-05, not '20251210'."),
        ({"when": "soon"}, "Revisions[1].when cannot be read: "),
        ({"when": "2025-12-09/2025-12-01"}, "Revisions[1].when cannot be read: "),
        ({"known_on": "2025-10-31", "status": "expected"}, "Revisions[1].sources[0].published is refused: "),
        ({"when": "2025-12-11"}, "Revisions[1].status is refused: held, but known on 2025-12-10"),
        ({"sources": [{"title": "It opened"}]}, "Revisions[1].sources[0] lacks the field 'publisher'."),
        ({"sources": [{"publisher": "H", "published_at": "2025-12-10"}]}, "Revisions[1].sources[0].published_at must"),
    ],
)
def test_an_unfit_revision_is_named(tmp_path: Path, changes: dict[str, Any], detail: str) -> None:
    [(file, number, said)] = refused(write_pack(tmp_path, [{"id": "a", "revisions": [ANNOUNCED, HELD | changes]}]))

    assert (file, number) == ("events.jsonl", 1)
    assert said.startswith(detail)


def test_revisions_stand_in_the_order_in_which_they_became_known(tmp_path: Path) -> None:
    mistakes = refused(write_pack(tmp_path, [{"id": "a", "revisions": [HELD, ANNOUNCED]}]))

    detail = "Revisions[1].known_on is 2025-11-01, before that of the revision above it."
    assert mistakes == [("events.jsonl", 1, detail)]


def test_an_id_stands_once_and_a_link_stays_within_the_pack(tmp_path: Path) -> None:
    link = {"rel": "leads_up_to", "to": "winter", "known_on": "2025-11-01"}
    lines = [AUTUMN, AUTUMN | {"links": [link, link | {"to": "autumn"}, link | {"rel": "near"}]}]

    unknown, repeated, astray = refused(write_pack(tmp_path, [*lines, AUTUMN | {"links": [link]}]))

    assert unknown[1:] == (2, f"Links[2].rel must be one of {', '.join(RELS)}, not 'near'.")
    assert repeated[1:] == (3, "The event 'autumn' stands in line 1 already.")
    assert astray[1:] == (3, "Links[0].to names 'winter', which is no event of the pack.")


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    link = {"rel": "leads_up_to", "to": "autumn", "known_on": "2025-11-01"}

    assert refused(write_pack(tmp_path, [AUTUMN | {"links": [link]}])) == [
        ("events.jsonl", 1, "Links[0].to names the event itself.")
    ]


def test_a_link_to_an_unreadable_event_is_not_called_a_second_mistake(tmp_path: Path) -> None:
    mistakes = refused(write_pack(tmp_path, [{"id": "autumn"}, SPRING]))

    assert mistakes == [("events.jsonl", 1, "The line lacks the field 'revisions'.")]


def test_a_name_stands_once_within_its_type_and_is_part_of_names_there(tmp_path: Path) -> None:
    place = ANN | {"type": "place", "part_of": "north", "all_of": ["ann-lee", "east"]}

    assert refused(write_pack(tmp_path, [AUTUMN], [ANN, place, ANN, ANN | {"type": "thing"}])) == [
        ("names.jsonl", 2, "Part_of names 'north', which is no place of the pack."),
        ("names.jsonl", 2, "All_of names 'east', which is no place of the pack."),
        ("names.jsonl", 3, "The person 'ann-lee' stands in line 1 already."),
        ("names.jsonl", 4, "Type must be one of person, place, body, programme, not 'thing'."),
    ]


@pytest.mark.parametrize(
    ("old", "new", "detail"),
    [
        ("slug =", "slug", "The file is not TOML: "),
        ('zone = "Asia/Tokyo"', 'zone = "Tokyo"', "Zone must be an IANA time zone such as Asia/Tokyo, not 'Tokyo'."),
        ('zone = "Asia/Tokyo"', 'zone = "../etc"', "Zone must be an IANA time zone such as Asia/Tokyo, not '../etc'."),
        ('name = "Demoland"', "", "The file lacks the field 'name'."),
        ("known_on = 2020-01-01", "known_on = 2020-01-01T00:00:00", "Known_on must be a day such as 2025-12-05,"),
        ("key_meeting = true", 'key_meeting = "yes"', "Kinds[0].key_meeting must be true or false, not 'yes'."),
        ('group = "meeting"', 'group = "crowd"', "Kinds[0].group must be one of visit, appearance, ceremony,"),
        ('kinds = ["plenary"]', 'kinds = ["parade"]', "Coverage[0].kinds names 'parade', which is not declared"),
        ("to = 2025-12-31", "to = 2018-12-31", "Coverage[0].to is 2018-12-31, before from, 2019-01-01."),
        ("to = 2021-12-31", "to = 2020-12-31", "Coverage[0].thin[0].to is 2020-12-31, before from, 2021-01-01."),
        ("theirs = 2", "theirs = 2.5", "Checks[0].theirs must be a whole number, not 2.5."),
        ('slug = "demo"', 'slug = "demo"\ncolour = "red"', "The file has the unknown field 'colour', known are slug,"),
    ],
)
def test_an_unfit_calendar_is_named(tmp_path: Path, old: str, new: str, detail: str) -> None:
    [(file, line, said)] = refused(write_pack(tmp_path, [AUTUMN], calendar=CALENDAR.replace(old, new, 1)))

    assert (file, line) == ("calendar.toml", None)
    assert said.startswith(detail)


def test_a_kind_is_declared_once(tmp_path: Path) -> None:
    start = CALENDAR.index("[[kinds]]")
    kind = CALENDAR[start : CALENDAR.index("[[coverage]]")]

    mistakes = refused(write_pack(tmp_path, [AUTUMN], calendar=CALENDAR[:start] + kind + CALENDAR[start:]))

    assert mistakes == [("calendar.toml", None, "Kinds declares 'plenary' twice.")]


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    event = {"id": "a", "revisions": [HELD | {"kind": "party", "status": "over", "extra": 1}]}
    folder = write_pack(tmp_path, ["{", event], [ANN | {"type": "thing"}], CALENDAR.replace("theirs = 2\n", ""))

    assert [(file, line) for file, line, _ in refused(folder)] == [
        ("calendar.toml", None),
        ("events.jsonl", 1),
        ("events.jsonl", 2),
        ("events.jsonl", 2),
        ("names.jsonl", 1),
    ]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (write_pack(tmp_path, [AUTUMN]) / "names.jsonl").unlink()

    assert refused(tmp_path) == [("names.jsonl", None, "The file cannot be read: No such file or directory.")]


def test_a_separator_that_only_python_takes_for_the_end_of_a_line_is_kept(tmp_path: Path) -> None:
    event = {"id": "a", "revisions": [HELD | {"title": "One\u2028two"}]}

    assert read_pack(write_pack(tmp_path, [event])).events[0].revisions[0].title == "One\u2028two"


def test_bytes_that_are_not_utf_8_are_located(tmp_path: Path) -> None:
    (write_pack(tmp_path, []) / "events.jsonl").write_bytes(b'{"id": "\xff"}\n')

    [(file, line, detail)] = refused(tmp_path)

    assert (file, line) == ("events.jsonl", 1)
    assert detail.startswith("The line is not UTF-8: invalid start byte at its byte 9")


def test_the_examples_of_the_field_readers_run() -> None:
    assert doctest.testmod(fieldreaders, optionflags=doctest.ELLIPSIS) == (0, 4)


def test_slugs_that_only_case_tells_apart_are_refused(tmp_path: Path) -> None:
    names = [ANN, {**ANN, "slug": "Ann_Lee"}, {**ANN, "slug": "ann-lee", "type": "body"}]

    assert refused(write_pack(tmp_path, [AUTUMN], names)) == [
        (
            "names.jsonl",
            2,
            "The person 'Ann_Lee' is written like 'ann-lee': choose another slug for one.",
        )
    ]


def test_a_place_that_lies_in_itself_is_refused(tmp_path: Path) -> None:
    places = [
        {"slug": slug, "type": "place", "name": slug, "known_on": "2025-11-01", "part_of": outer}
        for slug, outer in (("mill", "ember"), ("ember", "north"), ("north", "ember"))
    ]

    assert [(line, detail) for _, line, detail in refused(write_pack(tmp_path, [AUTUMN], places))] == [
        (2, "Part_of leads the place 'ember' back to itself."),
        (3, "Part_of leads the place 'north' back to itself."),
    ]
