"""For every EDTF expression we make: bounds in order, nothing lost in writing, and the `edtf` package's strict days."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schemas.errors import EndsBeforeStart, UnreadableWhen
from schemas.when import When, between, parse, read

pytestmark = pytest.mark.slow

DAYS = st.dates(date(1000, 1, 1), date(9990, 12, 31))
NEAR_DAYS = st.dates(date(2009, 1, 1), date(2029, 12, 31))
MARKS = st.sampled_from(["", "", "~", "?", "%"])
PYONGYANG = ZoneInfo("Asia/Pyongyang")


def written(day: date, digits: int) -> str:
    return day.isoformat()[:digits]


plain = st.builds(written, DAYS, st.sampled_from([4, 7, 10]))
seasons = st.builds(lambda day, number: f"{day.year}-{number}", DAYS, st.integers(21, 41))
unspecified = st.builds(
    lambda day, shape: "".join(
        sign if keep == "." else keep for sign, keep in zip(day.isoformat(), shape, strict=False)
    ),
    DAYS,
    st.sampled_from([".XXX", "..XX", "...X", "....-XX", "....-XX-XX", "....-..-XX"]),
)
marked = st.builds(lambda text, mark: text + mark, plain | unspecified, MARKS)
inner = st.builds(
    lambda day, left, right: f"{day:%Y}{left}-{right}{day:%m-%d}", DAYS, st.sampled_from("?~%"), st.sampled_from("?~%")
)
points = plain | seasons | unspecified | marked | inner
intervals = st.builds(lambda first, last: f"{first}/{last}", points | st.just(".."), points | st.just(".."))
ranges = st.builds(lambda first, last: f"{first}..{last}", plain, plain)
lists = st.builds(
    lambda items, marks: f"{marks[0]}{','.join(items)}{marks[1]}",
    st.lists(plain | ranges, min_size=2, max_size=4),
    st.sampled_from(["[]", "{}"]),
)
one_range = st.builds(lambda item: f"[{item}]", ranges | st.builds(lambda text: f"{text}..", plain))
expressions = points | intervals | lists | one_range


def readable(edtf: str) -> When:
    try:
        return parse(edtf)
    except (EndsBeforeStart, UnreadableWhen):
        assume(False)
        raise


@given(expressions)
def test_bounds_are_in_order(edtf: str) -> None:
    when = readable(edtf)
    assert (when.starts_min or date.min) <= (when.starts_max or date.max)
    assert (when.ends_min or date.min) <= (when.ends_max or date.max)
    assert (when.starts_min or date.min) <= (when.ends_max or date.max)


@given(expressions)
def test_what_is_written_reads_back_the_same(edtf: str) -> None:
    when = readable(edtf)
    assert parse(when.edtf) == when
    assert when.text


@given(expressions)
def test_a_mark_is_never_certain_and_a_certain_date_is_exact(edtf: str) -> None:
    when = readable(edtf)
    exact = when.starts_min == when.starts_max and when.ends_min == when.ends_max and when.ends_max is not None
    assert when.uncertain == (not exact or any(mark in edtf for mark in "?~%"))


@given(NEAR_DAYS, st.integers(0, 400))
def test_windows_and_spans_read_back_from_their_words(first: date, length: int) -> None:
    last = first + timedelta(length)
    for when in (between(first, last), parse(f"{first}/{last}"), parse(f"{first}"), parse(f"{first}/..")):
        again = read(when.text)
        assert (again.starts_min, again.starts_max) == (when.starts_min, when.starts_max)
        assert (again.ends_min, again.ends_max) == (when.ends_min, when.ends_max)


@given(plain, MARKS)
def test_points_read_back_from_their_words(point: str, mark: str) -> None:
    for edtf in (point + mark, f"{point}{mark}/..", f"../{point}{mark}"):
        assert read(parse(edtf).text) == parse(edtf)


@given(plain, plain, MARKS)
def test_intervals_read_back_from_their_words(first: str, last: str, mark: str) -> None:
    when = readable(f"{first}{mark}/{last}{mark}")
    again = read(when.text)
    assert (again.starts_min, again.starts_max) == (when.starts_min, when.starts_max)
    assert (again.ends_min, again.ends_max) == (when.ends_min, when.ends_max)


def strict(edtf: str) -> tuple[date | None, date | None]:
    """The `edtf` package's strict days; None where it says infinity."""
    from edtf import parse_edtf

    parsed = parse_edtf(edtf)
    low, high = parsed.lower_strict(), parsed.upper_strict()
    return tuple(None if isinstance(day, float) and math.isinf(day) else date(*day[:3]) for day in (low, high))  # type: ignore[return-value]


unmarked = plain | seasons | unspecified
ends = plain | st.builds(lambda day, number: f"{day.year}-{number}", DAYS, st.integers(21, 24))
references = (
    unmarked
    | st.builds(lambda text: f"{text}?", plain | unspecified)
    | st.builds(lambda first, last: f"{first}/{last}", ends, ends)
    | st.builds(lambda text: f"{text}/..", ends)
    | st.builds(lambda text: f"../{text}", ends)
    | st.builds(lambda days: f"[{days[0]}..{days[1]}]", st.tuples(DAYS, DAYS).map(sorted))
    | st.builds(
        lambda items, marks: f"{marks[0]}{','.join(items)}{marks[1]}",
        st.lists(plain, min_size=2, max_size=3),
        st.sampled_from(["[]", "{}"]),
    )
    | st.builds(lambda text: f"[{text}..]", plain)
)


@settings(max_examples=25, deadline=None)
@given(references)
def test_strict_bounds_agree_with_the_edtf_package(edtf: str) -> None:
    when = readable(edtf)
    assert (when.starts_min, when.ends_max) == strict(edtf)


@pytest.mark.parametrize(
    "edtf",
    ["2025-12", "2026-21", "202X", "2026?", "2025-XX-15", "2025-12-XX", "1950?-12", "2025-?12-03", "Y2E3",
     "[2025-12-11..2025-12-20]", "{2025-12,2026-01}", "[..2025-12-31]", "2026-02-19/..", "[2025-06-24..]",
     "2025-12-09/2025-12-11", "2026-41", "2026-02-19T09:00:00+09:00"],
)  # fmt: skip
def test_strict_bounds_of_every_form_agree_with_the_edtf_package(edtf: str) -> None:
    assert (parse(edtf).starts_min, parse(edtf).ends_max) == strict(edtf)


@given(st.datetimes(datetime(2014, 1, 1), datetime(2019, 12, 31)))  # noqa: DTZ001 - the instant is UTC by its Z
def test_the_local_day_is_that_of_pyongyangs_clock(instant: datetime) -> None:
    when = parse(f"{instant:%Y-%m-%dT%H:%M}Z", PYONGYANG)
    summer_of_2015, may_of_2018 = datetime(2015, 8, 14, 15), datetime(2018, 5, 4, 15)  # noqa: DTZ001
    offset = timedelta(hours=8.5 if summer_of_2015 <= instant < may_of_2018 else 9)
    assert when.starts_min == when.ends_max == (instant + offset).date()
    assert parse(when.edtf, PYONGYANG) == when


@settings(max_examples=200)
@given(st.text("0123456789XYEST?~%./[]{},-: abdemo", max_size=30))
def test_any_text_is_read_or_refused_with_a_nearest_that_is_read(text: str) -> None:
    try:
        when = read(text)
    except EndsBeforeStart:
        return
    except UnreadableWhen as unread:
        refusal = unread
    else:
        assert parse(when.edtf) == when
        return
    assert 1 <= refusal.members["column"] <= len(text) + 1
    assert read(refusal.members["nearest"])
