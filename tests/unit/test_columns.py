"""The columns of CSV: what a row holds, that no cell is a formula, and that a row is read back as it was written."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from schemas.events import Place, SaidBy, Source
from schemas.wire import answers, columns
from schemas.wire.drafts import EventDraftSchema
from tests.builders import a_source, an_event


def written(**changes: Any) -> dict[str, str]:
    shape = answers.event(an_event(**changes), sources=True)
    (row,) = csv.DictReader(io.StringIO(columns.text([columns.COLUMNS, columns.row(shape)]), newline=""))
    return row


def test_a_row_says_what_the_event_says() -> None:
    event = written(
        when="[2025-12-11..2025-12-20]",
        people=("Kim Jong Un", "Pak; Thae Song"),
        place=Place("Hall", None, "Pyongyang", "KP"),
        said_by=SaidBy("press", "A paper"),
        sources=(a_source(title="Convened | soon"), Source("Radio", published_at="2025-11-02T06:00:00Z")),
    )
    assert list(event) == list(columns.COLUMNS)
    assert (event["when"], event["when_text"]) == ("[2025-12-11..2025-12-20]", "mid-December 2025")
    assert (event["starts_min"], event["ends_max"]) == ("2025-12-11", "2025-12-20")
    assert (event["place"], event["county"], event["country"]) == ("Hall", "", "KP")
    assert (event["said_by"], event["said_by_name"]) == ("press", "A paper")
    assert event["people"] == r"Kim Jong Un; Pak\; Thae Song"
    assert event["sources"] == (
        r"State news agency | 2025-11-01 | https://news.example/1 | Convened \| soon; Radio | 2025-11-02T06:00:00Z"
    )


def test_lines_end_and_are_quoted_as_rfc_4180_has_it() -> None:
    assert columns.text([["a", 'say "so"', "x,y", "two\nlines"]]) == 'a,"say ""so""","x,y","two\nlines"\r\n'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "'=", "''@", "＝", "＋", "－", "＠", "'＝"])
def test_no_cell_begins_as_a_formula(start: str) -> None:
    (cell,) = next(csv.reader(io.StringIO(columns.text([[f"{start}1+1"]]), newline="")))
    assert cell == f"'{start}1+1"
    assert columns.plain(cell) == f"{start}1+1"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("Visit;=1+1", "Visit;'=1+1"),
        (";=1+1", ";'=1+1"),
        ("a\n-1+1\n\nb", "a\n'-1+1\n\nb"),
        ("a\t'@b", "a\t''@b"),
        ("a; =b", "a; '=b"),
        ("a;  '=b", "a;  ''=b"),
        (" =b", " '=b"),
        ("a\n -b", "a\n '-b"),
        ("a; b; c =d", "a; b; c =d"),
    ],
)
def test_nor_does_what_another_mark_between_cells_would_make_of_one(cell: str, written: str) -> None:
    (found,) = next(csv.reader(io.StringIO(columns.text([[cell]]), newline="")))
    assert found == written
    assert columns.plain(found) == cell


@budget(max_examples=300, deadline=None)
@given(st.text("=+-@'; \t\r\n＝＠a,\"\\", max_size=12))
def test_by_no_mark_a_cell_begins_as_a_formula_and_each_is_read_back(cell: str) -> None:
    (found,) = next(csv.reader(io.StringIO(columns.text([[cell]]), newline="")), [""])
    assert columns.plain(found) == cell
    assert not any(piece.lstrip(" ").startswith(tuple("=+-@＝＠")) for piece in re.split(r"[;\t\r\n]", found))


def test_no_value_after_the_first_begins_as_a_formula_either() -> None:
    people = ("Bo Bb", "=cmd", "'=cmd", "a; @b")
    row = written(people=people, themes=("one", "-two"))
    assert row["people"] == r"Bo Bb; '=cmd; ''=cmd; a\; '@b"
    assert row["themes"] == "one; '-two"
    assert EventDraftSchema().load(columns.draft(row)).people == people


@pytest.mark.parametrize("cell", ["'quoted'", "plain", "", "'", "1-1", "a=b"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert columns.text([[cell]]).strip("\r\n").strip('"') == columns.plain(cell) == cell


TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=12)
HARD = TEXT | st.sampled_from(
    [
        "=1+1",
        "＝1",
        "a;=b",
        "a\\;=b",
        "';'=b",
        "a;b",
        "a; b",
        "a; =b",
        "; '=",
        "|",
        "a\\",
        "\\;",
        "'=x",
        "-",
        '"',
        "x,y",
        ";",
    ]
)


@budget(max_examples=60, deadline=None)
@given(
    title=HARD,
    people=st.lists(HARD, max_size=4, unique=True),
    note=st.none() | HARD,
    publisher=HARD,
    source_title=st.none() | HARD,
    published=st.none() | st.sampled_from(["2025-11-01"]),
)
def test_a_row_is_read_back_as_the_draft_it_came_from(
    title: str, people: list[str], note: str | None, publisher: str, source_title: str | None, published: str | None
) -> None:
    source = a_source(publisher, published or "", title=source_title)
    row = written(title=title, people=tuple(people), note=note, sources=(source, a_source()))
    draft = EventDraftSchema().load(columns.draft(row))
    assert (draft.title, draft.people, draft.note) == (title, tuple(people), note)
    assert draft.sources == (source, a_source())
    assert (draft.calendar, draft.kind, draft.status, draft.when.edtf) == ("demo", "plenary", "held", "2025-12-09")
