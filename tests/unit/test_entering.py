"""Files are taken in line by line: recorded, left as they stand, or refused where they stand; twice is as once."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import (
    DomainError,
    FileUnreadable,
    ImportNotFound,
    InvalidRecord,
    KnownInFuture,
    LinesRefused,
    UnknownCalendar,
    UnknownKind,
)
from schemas.imports import Report
from schemas.queries import Detail, EventQuery
from schemas.when import read as read_when
from service import exporting
from service.clock import instant
from service.entering import Asked, report_of, take_in
from service.store import events, imports
from service.store.asknown import standpoint
from service.store.database import Store
from service.store.timeline import find
from tests.builders import a_store

TODAY = date(2026, 11, 24)
PLENARY: dict[str, Any] = {
    "id": "autumn-plenary",
    "calendar": "demo",
    "kind": "plenary",
    "title": "Plenary",
    "when": "mid-December 2025",
    "status": "announced",
    "known_on": "2025-12-01",
}
HELD = {**PLENARY, "when": "2025-12-09", "status": "held", "known_on": "2025-12-10"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_store(tmp_path / "leadup.sqlite3", TODAY)


def enter(store: Store, *lines: dict[str, Any] | str, **asked: Any) -> Report:
    body = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return take_in(store, body.encode(), Asked(format="jsonl", **asked), by="test")


def outcomes(report: Report) -> list[tuple[int, str, int | None]]:
    return [(item.line, item.outcome, item.sequence) for item in report.items]


def changes(store: Store) -> int:
    with store.reading() as conn:
        return imports.newest_change(conn)


def status_on(store: Store, id_: str, day: date | None = None) -> str:
    with store.reading() as conn:
        return events.one(standpoint(conn, store.clock, day), id_).status


def test_lines_of_one_event_are_its_revisions_and_twice_is_as_once(store: Store) -> None:
    assert outcomes(enter(store, PLENARY, "", HELD)) == [(1, "accepted", 0), (3, "accepted", 1)]
    before = changes(store)
    assert outcomes(enter(store, PLENARY, "", HELD)) == [(1, "unchanged", 0), (3, "unchanged", 1)]
    assert changes(store) == before
    assert status_on(store, "autumn-plenary", date(2025, 12, 5)) == "announced"
    assert status_on(store, "autumn-plenary") == "held"


def test_a_late_entry_goes_where_it_belongs(store: Store) -> None:
    enter(store, HELD)
    assert outcomes(enter(store, PLENARY)) == [(1, "accepted", 1)]
    assert status_on(store, "autumn-plenary") == "held"
    assert status_on(store, "autumn-plenary", date(2025, 12, 5)) == "announced"


def test_another_state_or_a_new_source_is_a_revision_and_a_source_known_already_is_none(store: Store) -> None:
    paper = {"publisher": "A paper", "published": "2025-12-01"}
    enter(store, {**PLENARY, "sources": [paper]})
    assert outcomes(enter(store, PLENARY)) == [(1, "unchanged", 0)]
    assert outcomes(enter(store, {**PLENARY, "title": "The plenary"})) == [(1, "accepted", 1)]
    other = {"publisher": "Another", "published": "2025-12-01"}
    assert outcomes(enter(store, {**PLENARY, "title": "The plenary", "sources": [other]})) == [(1, "accepted", 2)]


def test_two_states_of_one_day_come_again_without_end(store: Store) -> None:
    corrected = {**PLENARY, "title": "The plenary"}
    enter(store, PLENARY, corrected)
    assert outcomes(enter(store, PLENARY, corrected)) == [(1, "unchanged", 0), (2, "unchanged", 1)]
    assert outcomes(enter(store, PLENARY)) == [(1, "accepted", 2)]


def test_what_was_replaced_or_retracted_here_is_not_brought_back_by_the_old_file(store: Store) -> None:
    enter(store, PLENARY)
    enter(store, {**PLENARY, "known_on": "2025-12-02", "replaces": 0})
    assert outcomes(enter(store, PLENARY)) == [(1, "unchanged", 0)]
    assert outcomes(enter(store, {**PLENARY, "known_on": "2025-12-02", "replaces": 0})) == [(1, "unchanged", 1)]
    enter(store, {**PLENARY, "status": "retracted", "known_on": "2025-12-03"})
    assert outcomes(enter(store, PLENARY)) == [(1, "unchanged", 0)]
    refused = enter(store, {**PLENARY, "title": "Another"}, partial=True)
    assert "was retracted" in refused.items[0].mistakes[0]["detail"]


def test_lines_without_an_id_get_one_and_are_found_again(store: Store) -> None:
    nameless = {key: value for key, value in PLENARY.items() if key != "id"}
    first = enter(store, nameless, nameless)
    assert [item.outcome for item in first.items] == ["accepted", "accepted"]
    again = enter(store, nameless, nameless)
    assert [item.outcome for item in again.items] == ["unchanged", "unchanged"]
    assert [item.id for item in again.items] == [item.id for item in first.items]
    with store.reading() as conn:
        assert len(find(standpoint(conn, store.clock), EventQuery())) == 2


def test_a_line_without_an_id_is_found_again_however_it_is_spelled(store: Store) -> None:
    source = {"publisher": "A newspaper", "published": "2025-11-30"}
    nameless = {key: value for key, value in PLENARY.items() if key != "id"} | {"sources": [source]}
    first = enter(store, nameless)
    otherwise = {**nameless, "title": " Plenary ", "note": None, "people": []}
    otherwise["sources"] = [{"published": "2025-11-30", "publisher": "A newspaper", "url": None}]
    otherwise["when"] = read_when("mid-December 2025").edtf
    again = enter(store, dict(reversed(otherwise.items())))
    assert [(item.outcome, item.id) for item in again.items] == [("unchanged", first.items[0].id)]
    other = enter(store, {**nameless, "title": "Another plenary"})
    assert other.items[0].outcome == "accepted"


def test_a_number_of_very_many_digits_is_refused_in_words(store: Store) -> None:
    (item,) = enter(store, '{"replaces": ' + "9" * 5000 + "}", partial=True).items
    assert item.mistakes == (
        {"detail": "The line holds a number of 5,000 digits, for which there is no place.", "pointer": ""},
    )


def test_very_many_lines_about_one_event_are_refused_in_words(store: Store) -> None:
    report = enter(store, *[PLENARY] * 202, partial=True)
    assert report.counts == {"accepted": 1, "unchanged": 199, "refused": 2}
    (told,) = report.items[-1].mistakes
    assert told["pointer"] == "/id"
    assert told["detail"].startswith("Over 200 lines of the file speak of this event")
    assert enter(store, *[PLENARY] * 2).counts["refused"] == 0


def test_a_kind_that_there_is_not_is_refused_without_a_list_of_all_on_each_line(store: Store) -> None:
    report = enter(store, {**PLENARY, "kind": "plenry"}, {**PLENARY, "kind": "opera"}, partial=True)
    assert [item.mistakes[0]["detail"] for item in report.items] == [
        "The calendar demo has no kind plenry; did you mean plenary?",
        "The calendar demo has no kind opera: its kinds are listed at /api/v1/kinds?calendar=demo.",
    ]


def test_one_refusal_refuses_all_and_names_line_and_place(store: Store) -> None:
    before = changes(store)
    with pytest.raises(LinesRefused) as refused:
        enter(
            store,
            PLENARY,
            "{",
            {**HELD, "kind": "speech"},
            {**HELD, "known_on": "2027-01-01"},
            {**HELD, "colour": "red"},
            {**HELD, "id": "a b"},
            '{"id": "a", "id": "b"}',
            "[1]",
        )
    found = [(each["line"], each["pointer"]) for each in refused.value.errors()]
    assert found == [(2, ""), (3, "/kind"), (4, "/known_on"), (5, "/colour"), (6, "/id"), (7, ""), (8, "")]
    assert refused.value.members == {"refused": 7}
    assert changes(store) == before


def test_the_good_lines_alone_are_recorded_where_that_is_asked(store: Store) -> None:
    report = enter(store, PLENARY, {"title": "?"}, partial=True)
    assert report.counts == {"accepted": 1, "unchanged": 0, "refused": 1}
    assert status_on(store, "autumn-plenary") == "announced"
    with store.reading() as conn:
        assert report_of(conn, str(report.id)) == report
        with pytest.raises(ImportNotFound):
            report_of(conn, str(report.id), by="another")


def test_a_dry_run_says_all_and_stores_nothing(store: Store) -> None:
    before = changes(store)
    report = enter(store, PLENARY, HELD, {"title": "?"}, dry_run=True)
    assert report.counts == {"accepted": 2, "unchanged": 0, "refused": 1}
    assert (report.id, report.changes, changes(store)) == (None, None, before)
    with store.reading() as conn:
        assert imports.page(conn, 10, None) == []


def test_what_the_import_says_for_all_holds_where_a_line_says_nothing(store: Store) -> None:
    bare = {"title": "Plenary", "when": "2025-12-09", "status": "held"}
    report = enter(store, bare, calendar="demo", kind="plenary", known_on=date(2025, 12, 10))
    with store.reading() as conn:
        event = events.one(standpoint(conn, store.clock), str(report.items[0].id))
    assert (event.calendar, event.kind, event.known_on) == ("demo", "plenary", date(2025, 12, 10))
    with pytest.raises(UnknownCalendar):
        enter(store, bare, calendar="nowhere")


@pytest.mark.parametrize(
    ("asked", "refusal", "pointer"),
    [
        ({"calendar": "nowhere"}, UnknownCalendar, "?calendar"),
        ({"kind": "opera"}, UnknownKind, "?kind"),
        ({"calendar": "demo", "kind": "opera"}, UnknownKind, "?kind"),
        ({"known_on": date(2030, 1, 1)}, KnownInFuture, "?known_on"),
    ],
)
def test_what_is_asked_of_all_lines_is_refused_once_even_where_each_says_its_own(
    store: Store, asked: dict[str, Any], refusal: type[DomainError], pointer: str
) -> None:
    with pytest.raises(refusal) as refused:
        enter(store, PLENARY, HELD, **asked)
    assert [each["pointer"] for each in refused.value.errors()] == [pointer]


def test_what_all_lines_are_asked_is_refused_together(store: Store) -> None:
    with pytest.raises(InvalidRecord) as refused:
        enter(store, PLENARY, calendar="demo", kind="opera", known_on=date(2030, 1, 1))
    assert [each["pointer"] for each in refused.value.errors()] == ["?kind", "?known_on"]


@pytest.mark.parametrize(
    ("asked", "words", "pointer"),
    [
        (
            {},
            "no calendar and no kind is said: give --calendar and --kind (over HTTP ?calendar=...&kind=...)",
            "?calendar",
        ),
        ({"calendar": "demo"}, "no kind is said: give --kind (over HTTP ?kind=...)", "?kind"),
    ],
)
def test_a_foreign_file_without_calendar_or_kind_says_once_to_give_them(
    store: Store, asked: dict[str, Any], words: str, pointer: str
) -> None:
    fixture = Path(__file__).parents[1] / "fixtures" / "ics" / "no-end.ics"
    with pytest.raises(InvalidRecord) as refused:
        take_in(store, fixture.read_bytes(), Asked(format="ics", partial=True, **asked), by="test")
    assert [each["pointer"] for each in refused.value.errors()] == [pointer]
    assert words in refused.value.detail


def test_an_event_stays_in_its_calendar_and_ids_of_other_records_are_no_events(store: Store) -> None:
    enter(store, PLENARY)
    with pytest.raises(LinesRefused):
        enter(store, {**PLENARY, "calendar": "other"})


def test_a_double_names_the_event_that_stays(store: Store) -> None:
    double = {**PLENARY, "id": "double", "status": "retracted"}
    with pytest.raises(LinesRefused) as refused:
        enter(store, PLENARY, {**double, "same_as": "nobody"})
    assert refused.value.errors()[0]["pointer"] == "/same_as"
    assert enter(store, PLENARY, {**double, "same_as": "autumn-plenary"}).counts["accepted"] == 2


def test_an_answer_of_ours_reads_as_a_line(store: Store) -> None:
    answer = {
        **PLENARY,
        "when": {"edtf": "[2025-12-11..2025-12-20]", "text": "x", "starts": [], "ends": []},
        "group": "meeting",
        "sequence": 0,
        "links": [],
        "note": None,
    }
    enter(store, PLENARY)
    assert outcomes(enter(store, answer)) == [(1, "unchanged", 0)]


def csv_of(store: Store, text: str, **asked: Any) -> Report:
    return take_in(store, text.encode(), Asked(format="csv", **asked), by="test")


def test_a_table_is_read_with_its_lines_its_formulas_undone_and_several_names_in_a_cell(store: Store) -> None:
    table = (
        "\ufeffcalendar;kind;title;when;status;known_on;people;note;sources\r\n"
        'demo;visit;\'=Visit;2025-12-09;held;2025-12-10;"Ann; Bo";"two\r\nlines";A paper\r\n'
        "demo;visit;Other;never;held;2025-12-10;;;\r\n"
        "demo;visit;Other;2025-12-09;held;2025-12-10;;;;;\r\n"
    )
    report = csv_of(store, table, partial=True)
    assert [(item.line, item.outcome) for item in report.items] == [(2, "accepted"), (4, "refused"), (5, "refused")]
    assert [item.mistakes[0]["pointer"] for item in report.items[1:]] == ["/when", ""]
    with store.reading() as conn:
        event = events.one(standpoint(conn, store.clock), str(report.items[0].id))
    assert (event.title, event.people, event.note) == ("=Visit", ("Ann", "Bo"), "two\nlines")
    assert [source.publisher for source in event.sources] == ["A paper"]


def test_a_table_says_its_columns_once_and_only_those_there_are(store: Store) -> None:
    with pytest.raises(InvalidRecord) as refused:
        csv_of(store, "title,title,colour\r\nx,y,z\r\n")
    details = [each["detail"] for each in refused.value.errors()]
    assert "There is no column colour" in details[0]
    assert "title stands twice" in details[1]
    with pytest.raises(InvalidRecord) as refused:
        csv_of(store, "Title,When,Known on,kind\r\nx,y,z,w\r\n")
    assert [each["detail"] for each in refused.value.errors()] == [
        "There is no column Title; did you mean title?",
        "There is no column When; did you mean when?",
        "There is no column Known on; did you mean known_on?",
    ]
    with pytest.raises(InvalidRecord):
        csv_of(store, "Title,When\r\nx,y\r\n")
    for body in ("", "x,y\r\n", 'title\r\n"never closed'):
        with pytest.raises(FileUnreadable):
            csv_of(store, body)


@pytest.mark.parametrize("body", [b"", b"\n \r\n", b"\xef\xbb\xbf\n"])
@pytest.mark.parametrize("format_", ["jsonl", "csv", "ics"])
def test_a_file_with_nothing_in_it_is_refused(store: Store, body: bytes, format_: str) -> None:
    with pytest.raises(FileUnreadable, match="there is nothing in it"):
        take_in(store, body, Asked(format=format_), by="test")


def test_a_foreign_entry_that_moved_is_a_revision_of_the_event_it_became(store: Store) -> None:
    fixture = Path(__file__).parents[1] / "fixtures" / "ics" / "no-end.ics"
    asked = Asked(format="ics", calendar="demo", kind="visit", known_on=date(2025, 12, 1))
    first = take_in(store, fixture.read_bytes(), asked, by="test")
    assert first.counts["accepted"] == 2
    moved = fixture.read_bytes().replace(b"DTSTART:20251209", b"DTSTART:20251210")
    second = take_in(store, moved, asked, by="test")
    assert [(item.outcome, item.sequence) for item in second.items] == [("accepted", 1), ("unchanged", 0)]
    assert second.items[0].id == first.items[0].id


def test_a_series_moved_from_a_day_on_becomes_an_event_a_day_and_comes_again_unchanged(store: Store) -> None:
    fixture = Path(__file__).parents[1] / "fixtures" / "ics" / "weekly-moved-from-the-third-on.ics"
    asked = Asked(format="ics", calendar="demo", kind="visit", known_on=date(2025, 12, 1))
    first, *again = (take_in(store, fixture.read_bytes(), asked, by="test") for _ in range(3))
    assert first.counts == {"accepted": 6, "unchanged": 0, "refused": 0}
    assert len({item.id for item in first.items}) == 6
    assert [report.counts["unchanged"] for report in again] == [6, 6]


def test_lines_about_calendars_beyond_reach_are_refused(store: Store) -> None:
    report = enter(store, PLENARY, only=("other",), partial=True)
    assert report.items[0].mistakes[0]["pointer"] == "/calendar"
    assert enter(store, PLENARY, only=("demo",)).counts["accepted"] == 1


def test_our_own_table_reads_back_unchanged(store: Store) -> None:
    paper = {"publisher": "A | paper", "published": "2025-12-01", "published_at": "2025-12-01T06:00:00Z"}
    told = {
        "note": "=first\nsecond",
        "people": ["Ann; Lee", "Bo"],
        "place": {"county": "X"},
        "said_by": {"who": "press"},
    }
    enter(store, PLENARY, {**HELD, **told, "sources": [paper, {"publisher": "Radio"}]})
    with store.reading() as conn:
        stands = exporting.standing(standpoint(conn, store.clock), EventQuery())
    table = b"".join(exporting.events_csv(store, stands))
    report = take_in(store, table, Asked(format="csv"), by="test")
    assert outcomes(report) == [(2, "unchanged", 1)]
    lines = b"".join(exporting.events_jsonl(store, stands, detail=Detail(("sources",))))
    assert outcomes(take_in(store, lines, Asked(format="jsonl"), by="test")) == [(1, "unchanged", 1)]


def test_progress_goes_on_to_the_end_and_never_back(store: Store) -> None:
    told: list[tuple[int, int]] = []
    body = "\n".join(json.dumps({**PLENARY, "id": f"p{number}"}) for number in range(5)).encode()
    for _ in range(2):
        told.clear()
        take_in(store, body, Asked(format="jsonl"), by="test", progress=lambda *step: told.append(step))
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        shares = [done / every for done, every in told]
        assert shares == sorted(shares)
        assert told[-1][0] == told[-1][1]


def test_a_report_is_kept_for_thirty_days_and_what_its_lines_became_for_good(store: Store) -> None:
    line = {key: value for key, value in HELD.items() if key != "id"}
    first, newer = enter(store, line), enter(store, PLENARY)
    with store.transaction("test") as tx:
        sql = "UPDATE import SET recorded_at = ? WHERE id = ?"
        now = store.clock.now()
        tx.conn.execute(sql, (instant(now - timedelta(days=31)), first.id))
        tx.conn.execute(sql, (instant(now - timedelta(days=29)), newer.id))
    again = enter(store, line)
    assert outcomes(again) == [(1, "unchanged", 0)]
    with store.reading() as conn:
        assert [report.id for _, report in imports.page(conn, 10, None)] == [again.id, newer.id]
        with pytest.raises(ImportNotFound):
            report_of(conn, first.id or "")
