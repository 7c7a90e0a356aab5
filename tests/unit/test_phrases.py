"""Words to dates: the tables of docs/dates.md row by row, and the many spellings of one date."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from schemas.errors import EndsBeforeStart, UnreadableWhen
from schemas.when import parse, read

PAGE = (Path(__file__).parents[2] / "docs" / "dates.md").read_text(encoding="utf-8")
SAID_ON = date(2026, 2, 8)


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading of docs/dates.md, without their backquotes."""
    table = re.split(r"^## ", PAGE.partition(f"## {heading}\n")[2], flags=re.MULTILINE)[0]
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def bounds(first: date | None, last: date | None) -> str:
    return f"{first or 'open'} to {last or 'open'}" if first != last else str(first)


def test_the_page_has_its_tables() -> None:
    headings = re.findall(r"^## (.+)$", PAGE, flags=re.MULTILINE)
    assert [len(rows(heading)) > 9 for heading in headings] == [True] * 4


@pytest.mark.parametrize(("edtf", "words", "starts", "ends"), rows("What an expression says"))
def test_expressions_say_what_the_page_says(edtf: str, words: str, starts: str, ends: str) -> None:
    when = parse(edtf)
    assert when.text == words
    assert (bounds(when.starts_min, when.starts_max), bounds(when.ends_min, when.ends_max)) == (starts, ends)


@pytest.mark.parametrize(("words", "edtf"), rows("What a phrase spans"))
def test_phrases_span_what_the_page_says(words: str, edtf: str) -> None:
    assert read(words).edtf == edtf
    assert read(words, SAID_ON) == read(words)


@pytest.mark.parametrize(("words", "said_on", "edtf"), rows("Words that need the day they were said"))
def test_words_that_need_a_day_mean_what_the_page_says(words: str, said_on: str, edtf: str) -> None:
    assert read(words, date.fromisoformat(said_on)).edtf == edtf
    with pytest.raises(UnreadableWhen, match="the year, or the day on which it was said, is missing"):
        read(words)


@pytest.mark.parametrize(("text", "column", "nearest"), rows("What is refused"))
def test_refusals_are_as_the_page_says(text: str, column: str, nearest: str) -> None:
    with pytest.raises(UnreadableWhen) as refusal:
        read(text)
    assert refusal.value.members == {"column": int(column), "nearest": nearest}
    assert read(nearest)


@pytest.mark.parametrize(
    "text",
    [
        "3 december 2025",
        "on 3 Dec 2025",
        "Dec. 3rd, 2025",
        "December the 3rd, 2025",
        "Wed 3 December 2025",
        "\u20032025-12-03",
    ],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert read(text).edtf == "2025-12-03"


@pytest.mark.parametrize(
    "text",
    [
        "9\u201311 December 2025",
        "9 to 11 December 2025",
        "from 9 through 11 December 2025",
        "9th - 11th of December 2025",
        "December 9 - December 11, 2025",
        "2025-12-09 - 2025-12-11",
        "9 December to 11 December 2025",
    ],
)
def test_a_span_of_days_is_read_however_it_is_written(text: str) -> None:
    assert read(text).edtf == "2025-12-09/2025-12-11"


@pytest.mark.parametrize(
    "text", ["late in May 2021", "LATE MAY 2021", "the latter part of May 2021", "end of May, 2021"]
)
def test_a_part_of_a_month_is_read_however_it_is_written(text: str) -> None:
    assert read(text).edtf == "[2021-05-21..2021-05-31]"


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("late February 2024", "[2024-02-21..2024-02-29]"),
        ("the last 10 days of February 2026", "[2026-02-21..2026-02-28]"),
        ("mid- to late February 2026", "[2026-02-11..2026-02-28]"),
        ("about 9-11 December 2025", "2025-12-09~/2025-12-11~"),
        ("around 9 December 2025 (source in doubt)", "2025-12-09%"),
        ("between January and March 2026", "[2026-01-01..2026-03-31]"),
        ("9 and 11 December 2025", "{2025-12-09,2025-12-11}"),
        ("9 or 11 or 13 December 2025", "[2025-12-09,2025-12-11,2025-12-13]"),
        ("December or January 2026", "[2025-12,2026-01]"),
        ("from March 2024 to 2026", "2024-03/2026"),
        ("no later than 31 December 2025", "[..2025-12-31]"),
        ("2020s", "202X"),
        ("2024-2026", "2024/2026"),
        ("2024\u20132026", "2024/2026"),
        ("possibly in March 2026", "2026-03?"),
        ("in the first week of May 2026", "[2026-05-01..2026-05-07]"),
        ("winter 2009-10", "[2009-12-01..2010-02-28]"),
        ("9 December 2025 at 9:30", "2025-12-09T09:30"),
        ("2025-12-09 09:30", "2025-12-09T09:30"),
    ],
)
def test_joined_and_qualified_phrases(text: str, edtf: str) -> None:
    assert read(text).edtf == edtf


@pytest.mark.parametrize(
    ("text", "said_on", "edtf"),
    [
        ("late December", "2026-01-31", "[2025-12-21..2025-12-31]"),
        ("late December", "2026-02-01", "[2026-12-21..2026-12-31]"),
        ("28 December - 3 January", "2025-12-05", "2025-12-28/2026-01-03"),
        ("after March", "2026-02-08", "[2026-04-01..]"),
        ("opened in March", "2026-02-08", "2025-03/.."),
        ("29 February", "2024-02-01", "2024-02-29"),
        ("later this month", "2026-02-28", "2026-02-28"),
        ("earlier this year", "2026-01-01", "2026-01-01"),
        ("next February", "2026-02-08", "2027-02"),
        ("last February", "2026-02-08", "2025-02"),
        ("this Friday", "2026-02-08", "2026-02-06"),
        ("last quarter", "2026-02-08", "2025-36"),
        ("later in the year", "2026-10-15", "[2026-10-16..2026-12-31]"),
        ("in May", "2026-02-08", "2026-05"),
        ("three months ago", "2026-02-08", "2025-11"),
        ("opened yesterday", "2026-02-08", "2026-02-07/.."),
    ],
)
def test_words_without_a_year_are_placed_by_the_day_they_were_said(text: str, said_on: str, edtf: str) -> None:
    when = read(text, date.fromisoformat(said_on))
    plain = parse(edtf)
    assert (when.starts_min, when.starts_max, when.ends_min, when.ends_max) == (
        plain.starts_min,
        plain.starts_max,
        plain.ends_min,
        plain.ends_max,
    )


@pytest.mark.parametrize(
    ("text", "column", "nearest"),
    [
        ("12/03/2025", 1, "2025"),
        ("31 February 2025", 1, "February 2025"),
        ("mid-December 12025", 14, "mid-December 2025"),
        ("late\u00a0Febtember 2026", 6, "late\u00a0September 2026"),
        ("mid-December ٢٠٢٥", 14, "mid-December 2025"),
        ("December 2025, in Pyongyang", 19, "December 2025"),
        ("32 December 2025", 1, "December 2025"),
        ("what 9 December 2025", 1, "9 December 2025"),
        ("unknown 2020s", 1, "2020s"),
        ("late 2025-12", 1, "late 2025"),
        ("about mid-December 2025", 1, "mid-December 2025"),
    ],
)
def test_unread_words_are_refused_with_the_column_and_the_nearest(text: str, column: int, nearest: str) -> None:
    with pytest.raises(UnreadableWhen) as refusal:
        read(text)
    assert refusal.value.members == {"column": column, "nearest": nearest}
    assert read(nearest)


def test_a_weekday_that_is_another_is_refused() -> None:
    with pytest.raises(UnreadableWhen, match="2025-12-03 is a Wednesday"):
        read("Friday, 3 December 2025")


def test_a_span_that_runs_backwards_is_refused() -> None:
    with pytest.raises(EndsBeforeStart):
        read("11-9 December 2025")


@pytest.mark.parametrize("text", ["999 years ago", "in 999 months", "999 weeks ago"])
def test_days_before_or_after_the_calendar_are_refused(text: str) -> None:
    with pytest.raises(UnreadableWhen, match="0001 to 9999"):
        read(text, date(9, 1, 1) if text.endswith("ago") else date(9999, 1, 1))


@pytest.mark.parametrize("said_on", [date.min, date.max])
def test_words_that_need_no_day_are_read_on_the_first_and_the_last_day(said_on: date) -> None:
    assert read("mid-December 2025", said_on) == read("mid-December 2025")


@pytest.mark.parametrize("text", ["to " * 66, "or 3 " * 40, "in " * 66, "about " * 33, "9:00 " * 40, "next may " * 22])
def test_long_nonsense_is_refused_not_followed(text: str) -> None:
    with pytest.raises(UnreadableWhen):
        read(text, SAID_ON)


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("mid-December-2025", "[2025-12-11..2025-12-20]"),
        ("end-2025", "2025-12"),
        ("late-2025", "[2025-10-01..2025-12-31]"),
        ("second half-2025", "2025-41"),
        ("year-end 2025", "2025-12"),
        ("at year-end 2025", "2025-12"),
        ("by year-end 2025", "[..2025-12-31]"),
        ("2025 year-end", "2025-12"),
        ("2025-year-end", "2025-12"),
        ("mid-to-late December 2025", "[2025-12-11..2025-12-31]"),
        ("mid- to late December 2025", "[2025-12-11..2025-12-31]"),
        ("first-half 2026", "2026-40"),
        ("first-half of December 2025", "[2025-12-01..2025-12-15]"),
        ("3-Dec-2025", "2025-12-03"),
        ("2025 December 3", "2025-12-03"),
        ("2nd week of December 2025", "[2025-12-08..2025-12-14]"),
        ("not before 11 December 2025", "[2025-12-11..]"),
        ("ended 11 December 2025", "../2025-12-11"),
        ("3 December 2025?", "2025-12-03?"),
        ("28 December-3 January 2026", "2025-12-28/2026-01-03"),
        ("January-March 2026", "2026-01/2026-03"),
        ("2024-2025", "2024/2025"),
    ],
)
def test_hyphens_join_or_bound_as_a_reader_takes_them(text: str, edtf: str) -> None:
    assert read(text).edtf == edtf


@pytest.mark.parametrize(
    "text", ["2 weeks of December 2025", "first two weeks of December 2025", "mid-December to 2025"]
)
def test_what_could_be_read_as_another_date_is_refused(text: str) -> None:
    with pytest.raises(UnreadableWhen):
        read(text)


@pytest.mark.parametrize("text", ["the first day of December 2025", "the week before 3 December 2025"])
def test_the_nearest_form_does_not_turn_what_was_said(text: str) -> None:
    with pytest.raises(UnreadableWhen) as refused:
        read(text)
    assert refused.value.members["nearest"] == "mid-December 2025"


def test_a_leap_day_without_a_year_is_of_the_next_leap_year() -> None:
    assert read("29 February", said_on=date(2025, 12, 5)).edtf == "2028-02-29"
