"""EDTF to bounds and words: every level, the widths of `~`, times of day, and what is refused where."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from schemas.errors import EndsBeforeStart, UnreadableWhen
from schemas.when import When, between, parse, read

PYONGYANG = ZoneInfo("Asia/Pyongyang")


def days(edtf: str) -> list[str | None]:
    when = parse(edtf)
    return [
        day.isoformat() if day else None for day in (when.starts_min, when.starts_max, when.ends_min, when.ends_max)
    ]


def refused(text: str) -> UnreadableWhen:
    with pytest.raises(UnreadableWhen) as refusal:
        parse(text)
    return refusal.value


def test_a_when_holds_its_edtf_its_four_days_and_its_time() -> None:
    day = date(2025, 12, 3)
    assert parse("2025-12-03") == When("2025-12-03", day, day, day, day, None)


def test_between_writes_edtf() -> None:
    assert between(date(987, 12, 3), date(2025, 12, 20)).edtf == "[0987-12-03..2025-12-20]"
    assert between(date(2025, 12, 11), date(2025, 12, 20)).edtf == "[2025-12-11..2025-12-20]"
    assert between(date(2025, 6, 24), None).text == "announced, no date"


def test_between_a_later_and_an_earlier_day_is_refused() -> None:
    with pytest.raises(EndsBeforeStart):
        between(date(2025, 12, 20), date(2025, 12, 11))


@pytest.mark.parametrize(
    ("edtf", "first", "last"),
    [
        ("2025-1X", "2025-10-01", "2025-12-31"),
        ("2025-XX", "2025-01-01", "2025-12-31"),
        ("2025-02-3X", None, None),
        ("2025-12-3X", "2025-12-30", "2025-12-31"),
        ("20XX-02-29", "2000-02-29", "2096-02-29"),
        ("XXXX", "0001-01-01", "9999-12-31"),
        ("1950S2", "1900-01-01", "1999-12-31"),
        ("Y2E3", "2000-01-01", "2000-12-31"),
        ("2026-30", "2026-12-01", "2026-12-31"),
        ("2026-36", "2026-10-01", "2026-12-31"),
        ("2026-41", "2026-07-01", "2026-12-31"),
        ("?2025-12-03", "2025-12-03", "2025-12-03"),
        ("2025-12-~15", "2025-12-13", "2025-12-17"),
        ("2025-12~-15", "2025-12-05", "2025-12-25"),
        ("2025-~12-15", "2025-12-05", "2025-12-25"),
        ("2025%-12-15", "2025-10-15", "2026-02-15"),
        ("~2025-12-~15", "2025-10-15", "2026-02-15"),
        ("2026-23~", "2026-08-01", "2026-12-31"),
        ("0001-01-01~", "0001-01-01", "0001-01-03"),
        ("0001~", "0001-01-01", "0002-02-28"),
        ("9999-12-31%", "9999-12-29", "9999-12-31"),
        ("9999~", "9998-11-01", "9999-12-31"),
    ],
)
def test_a_point_spans_its_days(edtf: str, first: str | None, last: str | None) -> None:
    if first is None:
        assert refused(edtf).members["column"] == 9
    else:
        assert days(edtf) == [first, last, first, last]


@pytest.mark.parametrize(
    ("edtf", "bounds"),
    [
        ("2025-12~/2026-01-05?", ["2025-11-21", "2026-01-10", "2026-01-05", "2026-01-05"]),
        ("/2025-12-11", [None, "2025-12-11", "2025-12-11", "2025-12-11"]),
        ("2025-12/..", ["2025-12-01", "2025-12-31", "2025-12-01", None]),
        ("[2025-12-09,2025-12-11..2025-12-14,2026..]", ["2025-12-09", None, "2025-12-09", None]),
        ("[..2025,2026-03~]", [None, "2026-04-10", None, "2026-04-10"]),
        ("{2025-12,2026-01-05..2026-01-06}", ["2025-12-01", "2025-12-31", "2026-01-06", "2026-01-06"]),
        ("{2025-12-09..}", ["2025-12-09", "2025-12-09", "2025-12-09", None]),
    ],
)
def test_intervals_and_lists_have_their_four_bounds(edtf: str, bounds: list[str | None]) -> None:
    assert days(edtf) == bounds


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" 2025-12-03 ", "2025-12-03"),
        ("[1667, 1668, 1670..1672]", "[1667,1668,1670..1672]"),
        ("[2025-12]", "2025-12"),
        ("2026-02-19T09:00+09", "2026-02-19T09:00+09:00"),
        ("2026-02-19T09:00:30+00:00", "2026-02-19T09:00:30Z"),
        ("?2025-12-~03", "?2025-12-~03"),
        ("2025-12-09/", "2025-12-09/"),
    ],
)
def test_what_is_kept_is_canonical(given: str, kept: str) -> None:
    assert parse(given).edtf == kept
    assert parse(kept) == parse(given)


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2025-12-28/2026-01-03", "28 December 2025 - 3 January 2026"),
        ("2025-11-28/2025-12-03", "28 November - 3 December 2025"),
        ("2025-11/2025-12", "November - December 2025"),
        ("2024/2026", "2024-2026"),
        ("2025-12-09~/2025-12-11~", "about 9-11 December 2025"),
        ("2025-12-09~/2025-12-11", "from about 9 December 2025 to 11 December 2025"),
        ("2025-12-09?/..", "opened 9 December 2025 (source in doubt)"),
        ("2025-12~/..", "opened about December 2025"),
        ("2026-02-19T09:00:30Z", "19 February 2026, 09:00:30 (UTC)"),
        ("2026-02-19T09:00", "19 February 2026, 09:00"),
        ("[2026-04-26..2026-04-27]", "26 or 27 April 2026"),
        ("[2022-11-18..2023-01-01]", "between 18 November 2022 and 1 January 2023"),
        ("[2025-12-03..2025-12-03]", "3 December 2025"),
        ("[2025-12-01..2025-12-31]", "December 2025"),
        ("[2025-01-01..2025-12-31]", "2025"),
        ("[2026-01-01..2026-02-28]", "January or February 2026"),
        ("[2025-12-01..2026-01-31]", "December 2025 or January 2026"),
        ("[2026-05-01..2026-08-31]", "mid-2026"),
        ("[2026-07-01..2026-12-31]", "second half of 2026"),
        ("[2025-12-16..2025-12-31]", "second half of December 2025"),
        ("[2025-12-01..2026-02-28]", "winter 2025-26"),
        ("[2026-02-10,2026-01-05]", "10 February 2026 or 5 January 2026"),
        ("[2025-12-01~..2025-12-10]", "between about 1 December 2025 and 10 December 2025"),
        ("{2025-12-09..2025-12-11,2026}", "throughout 9-11 December 2025 and 2026"),
        ("[..2024,2026..]", "until 2024 or from 2026 on"),
        ("?2025-12-03", "3 December 2025 (year in doubt)"),
        ("2025~-12-~03", "about 3 December 2025 (year approximate)"),
        ("2025-12-XX", "some day of December 2025"),
        ("2025-XX", "some month of 2025"),
        ("19XX", "between 1900 and 1999 (19XX)"),
        ("2026-29", "spring 2026 (southern hemisphere)"),
        ("2026-30", "summer 2026 (southern hemisphere, December)"),
    ],
)
def test_an_expression_in_words(edtf: str, words: str) -> None:
    assert parse(edtf).text == words


@pytest.mark.parametrize("edtf", ["2025-12-03", "2025-12-09/2025-12-11", "2026-02-19T09:00+09:00"])
def test_exact_days_are_certain(edtf: str) -> None:
    assert not parse(edtf).uncertain


@pytest.mark.parametrize(
    "edtf", ["2025-12", "2025-12-03~", "2025-12-03?", "2025-12-09/..", "../2025", "[2025-06-24..]"]
)
def test_bounds_that_differ_are_open_or_in_doubt_are_uncertain(edtf: str) -> None:
    assert parse(edtf).uncertain


@pytest.mark.parametrize(
    "edtf", ["2025-12-11/2025-12-09", "2026/2025", "[2025-12-20..2025-12-11]", "2025-12-20~/2025-12-15~"]
)
def test_an_end_before_its_start_is_refused(edtf: str) -> None:
    with pytest.raises(EndsBeforeStart, match="lies before the start"):
        parse(edtf)


def test_an_end_that_may_still_follow_its_start_is_accepted() -> None:
    assert days("2025-12-10~/2025-12-09~") == ["2025-12-08", "2025-12-12", "2025-12-07", "2025-12-11"]


@pytest.mark.parametrize(
    ("text", "column", "nearest"),
    [
        ("", 1, "2025-12-09"),
        ("  ", 3, "2025-12-09"),
        ("2025-13", 6, "2025-12"),
        ("2025-21-03", 8, "2025-12-03"),
        ("  2025-02-30", 11, "2025-02-28"),
        ("2025-12-09Z", 11, "2025-12-09"),
        ("2025/12/09", 6, "2025-12-09"),
        ("2004-06-uu", 8, "2004-06-XX"),
        ("2004-06?~", 9, "2004-06%"),
        ("unknown/2004", 1, "/2004"),
        ("[2025-12-09..2025-12-11", 24, "[2025-12-09..2025-12-11]"),
        ("[2025..,2024]", 2, "2025-12-09"),
        ("/", 1, "2025-12-09"),
        ("[..]", 2, "2025-12-09"),
        ("1950S2-03", 5, "1950S2"),
        ("Y2025", 1, "2025"),
        ("2025-12T09:00", 8, "2025-12"),
        ("2025-12-09T25:00", 12, "2025-12-09"),
        ("2025-12-09 09:00+0900", 11, "2025-12-09T09:00+09:00"),
        ("２０２５-12", 1, "2025-12"),
        ("2025-1٢", 7, "2025-12"),
    ],
)
def test_a_refusal_says_where_reading_stopped_and_what_would_have_been_read(
    text: str, column: int, nearest: str
) -> None:
    assert refused(text).members == {"column": column, "nearest": nearest}
    assert parse(nearest)


@pytest.mark.parametrize("edtf", ["0000", "-0100", "Y17000", "Y-17E7", "Y1E999999999999", "0000-12-03"])
def test_a_year_outside_0001_to_9999_is_refused_in_words(edtf: str) -> None:
    assert "only the years 0001 to 9999 can be kept" in refused(edtf).detail


def test_over_200_characters_are_refused() -> None:
    assert refused("[" + "2025," * 40 + "2025]").members["column"] == 201
    assert parse("[" + "2025," * 38 + "2025]")


def test_the_sentence_is_clear_and_cuts_a_long_text_short() -> None:
    assert refused("2025-13").detail == (
        "The date '2025-13' cannot be read from column 6 on: there is no month 13 (01 to 12) and no season of that "
        "number (21 to 41). Write for instance '2025-12'."
    )
    assert f"'{'1' * 40}...'" in refused("1" * 100).detail


def test_a_time_is_brought_into_the_zone_and_the_day_is_that_zones() -> None:
    when = parse("2026-02-18T23:30Z", PYONGYANG)
    assert (when.edtf, when.time, when.starts_min) == ("2026-02-19T08:30+09:00", "08:30+09:00", date(2026, 2, 19))
    assert parse(when.edtf) == parse(when.edtf, PYONGYANG) == when


def test_a_time_without_an_offset_is_local() -> None:
    assert parse("2017-02-19T09:00", PYONGYANG).edtf == "2017-02-19T09:00+08:30"
    assert parse("2017-02-19T09:00").edtf == "2017-02-19T09:00"


def test_plain_days_do_not_depend_on_the_zone() -> None:
    assert parse("2015-08-15", PYONGYANG) == parse("2015-08-15")


@pytest.mark.parametrize(
    ("instant", "local"),
    [
        ("2015-08-14T14:59Z", "2015-08-14T23:59+09:00"),  # one minute on, clocks went back from 24:00 to 23:30
        ("2015-08-14T15:00Z", "2015-08-14T23:30+08:30"),
        ("2015-08-14T15:30Z", "2015-08-15T00:00+08:30"),
        ("2018-05-04T14:59Z", "2018-05-04T23:29+08:30"),  # one minute on, clocks went forward from 23:30 to 24:00
        ("2018-05-04T15:00Z", "2018-05-05T00:00+09:00"),
    ],
)
def test_local_days_are_right_across_pyongyangs_changes_of_clock(instant: str, local: str) -> None:
    when = parse(instant, PYONGYANG)
    assert when.edtf == local
    assert when.starts_min == date.fromisoformat(local[:10])


def test_of_a_local_time_shown_twice_the_first_is_meant() -> None:
    assert parse("2015-08-14T23:45", PYONGYANG).edtf == "2015-08-14T23:45+09:00"


def test_a_local_time_that_the_clocks_skipped_is_refused() -> None:
    with pytest.raises(UnreadableWhen, match="clocks of Asia/Pyongyang skipped") as refusal:
        parse("2018-05-04T23:45", PYONGYANG)
    assert refusal.value.members == {"column": 12, "nearest": "2018-05-04"}


def test_an_instant_whose_local_day_cannot_be_kept_is_refused() -> None:
    with pytest.raises(UnreadableWhen, match="0001 to 9999"):
        parse("9999-12-31T20:00Z", PYONGYANG)


def test_read_takes_edtf_too_and_parse_no_words() -> None:
    assert read(" 2025-12-03~ ") == parse("2025-12-03~")
    assert refused("mid-December 2025").members["nearest"] == "2025-12-09"
