"""EDTF text to its parts and their days: levels 0, 1 and 2 (ISO 8601-2:2019; loc.gov/standards/datetime).

The whole grammar is read here, in microseconds; the `edtf` package (about 17 ms a date) is the reference that the
tests hold the strict bounds against. What `~` adds to them is our own convention: see `docs/dates.md`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NoReturn

from schemas.errors import EndsBeforeStart
from schemas.spans import SEASONS, month_numbers, span, widened

Bounds = tuple[date | None, date | None, date | None, date | None]

_POINT = re.compile(
    r"([?~%]?)(-?[\dX]{4})(?:S([1-9]))?([?~%]?)"
    r"(?:-([?~%]?)([\dX]{2})([?~%]?)(?:-([?~%]?)([\dX]{2})([?~%]?))?)?",
    re.ASCII,
)
_LONG_YEAR = re.compile(r"Y(-?[1-9]\d{4,}|-?[1-9]\d*E[1-9]\d*)(?:S([1-9]))?", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(Z|[+-](0\d|1[0-3])(:[0-5]\d)?|[+-]14(:00)?)?", re.ASCII)


class Stopped(ValueError):
    """Reading stopped at `index` (from 0), because of `detail`, a clause without a full stop."""

    def __init__(self, detail: str, index: int) -> None:
        super().__init__(detail)
        self.detail = detail
        self.index = index


@dataclass(frozen=True, slots=True)
class Point:
    """A day, month, season, year or decade, with its first and last day (`~` has widened them).

    `year`, `month`, `day` are the digits as written (X where unspecified); `marks` the qualifiers that stand
    directly at each of these three; `digits` the significant digits of the year.
    """

    text: str
    year: str
    month: str | None
    day: str | None
    marks: tuple[str, str, str]
    digits: int | None
    first: date
    last: date

    @property
    def plain(self) -> bool:
        """Whether it is a bare day, month, season or year: no qualifier, nothing unspecified."""
        return not any(self.marks) and "X" not in self.text and self.digits is None


Part = tuple[Point | None, Point | None]
"""From one point to another, None where open; twice the same point for a single one."""


@dataclass(frozen=True, slots=True)
class Expression:
    """`form` is `point`, `interval`, `one_of` or `all_of`; `clock` the time of day of a point ("09:00+09:00")."""

    text: str
    form: str
    parts: tuple[Part, ...]
    clock: str | None = None

    def bounds(self) -> Bounds:
        """(starts_min, starts_max, ends_min, ends_max), inclusive days, None where open."""
        lowers = [lower for lower, _ in self.parts]
        uppers = [upper for _, upper in self.parts]
        if self.form == "interval":
            return _interval_bounds(lowers[0], uppers[0])
        points = [point for point in (*lowers, *uppers) if point]
        first = None if None in lowers else min(point.first for point in points)
        last = None if None in uppers else max(point.last for point in points)
        if self.form == "all_of":
            return first, min(point.last for point in points), max(point.first for point in points), last
        return first, last, first, last


def _interval_bounds(lower: Point | None, upper: Point | None) -> Bounds:
    starts = (lower.first, lower.last) if lower else (None, upper.last if upper else None)
    ends = (upper.first, upper.last) if upper else (lower.first if lower else None, None)
    return *starts, *ends


@lru_cache(maxsize=4096)
def read_expression(text: str) -> Expression:
    """The parts of an EDTF text; raises Stopped where it cannot be read on, EndsBeforeStart where it runs backwards."""
    if text[:1] in ("[", "{"):
        return _listed(text)
    if "T" in text:
        return _timed(text)
    if "/" in text:
        return _interval(text)
    point = _point(text, 0, len(text))
    return Expression(text, "point", ((point, point),))


def _listed(text: str) -> Expression:
    close = "]" if text[0] == "[" else "}"
    if text[-1] != close:
        raise Stopped(f"a list that begins with {text[0]} ends with {close}", len(text))
    parts, begin = [], 1
    for piece in text[1:-1].split(","):
        left = begin + len(piece) - len(piece.lstrip())
        parts.append(_element(text, left, begin + len(piece.rstrip())))
        begin += len(piece) + 1
    if any(lower is None for lower, _ in parts[1:]) or any(upper is None for _, upper in parts[:-1]):
        raise Stopped("only the first of a list may be open to the past and only the last to the future", 1)
    written = ",".join(_written(part) for part in parts)
    if len(parts) == 1 and ".." not in written:
        return read_expression(written)
    return Expression(f"{text[0]}{written}{close}", "one_of" if close == "]" else "all_of", tuple(parts))


def _element(text: str, begin: int, end: int) -> Part:
    dots = text.find("..", begin, end)
    if dots < 0:
        point = _point(text, begin, end)
        return point, point
    lower = _point(text, begin, dots) if dots > begin else None
    upper = _point(text, dots + 2, end) if dots + 2 < end else None
    return _in_order(lower, upper, dots)


def _written(part: Part) -> str:
    lower, upper = part
    if lower is upper and lower:
        return lower.text
    return f"{lower.text if lower else ''}..{upper.text if upper else ''}"


def _interval(text: str) -> Expression:
    slash = text.index("/")
    lower = None if text[:slash] in ("", "..") else _point(text, 0, slash)
    upper = None if text[slash + 1 :] in ("", "..") else _point(text, slash + 1, len(text))
    return Expression(text, "interval", (_in_order(lower, upper, slash),))


def _in_order(lower: Point | None, upper: Point | None, index: int) -> Part:
    if lower is None and upper is None:
        raise Stopped("one of the two ends must be given", index)
    if lower and upper and upper.last < lower.first:
        detail = f"The end, {upper.text}, lies before the start, {lower.text}: swap them, or mend the year."
        raise EndsBeforeStart(detail, start=lower.text, end=upper.text)
    return lower, upper


def _timed(text: str) -> Expression:
    at = text.index("T")
    day = _point(text, 0, at)
    if day.day is None or not day.plain:
        raise Stopped("a time of day needs a plain day before it", at)
    found = _CLOCK.fullmatch(text, at + 1)
    if not found:
        raise Stopped("a time of day is hh:mm or hh:mm:ss, then nothing, Z or an offset such as +09:00", at + 1)
    clock = found[0]
    if found[3] and re.fullmatch(r"[+-]\d\d", found[3]):
        clock += ":00"
    clock = re.sub(r"[+-]00:00\Z", "Z", clock)
    return Expression(f"{day.text}T{clock}", "point", ((day, day),), clock)


def _point(text: str, begin: int, end: int) -> Point:
    found = _POINT.match(text, begin, end)
    if not found and text.startswith("Y", begin):
        return _long_year(text, begin, end)
    if not found or found.end() != end:
        _stop(text, begin, found.end() if found else begin)
    left, year, digits, mark, month_left, month, month_right, day_left, day, day_right = found.groups()
    if digits and month:
        raise Stopped("significant digits are for years only", found.start(3) - 1)
    marks = (left + mark, (month_left or "") + (month_right or ""), (day_left or "") + (day_right or ""))
    if year.startswith("-") or year == "0000":
        _out_of_range(begin)
    if month and not month_numbers(month):
        raise Stopped(f"there is no month {month} (01 to 12) and no season of that number (21 to 41)", found.start(6))
    if month in SEASONS and day:
        raise Stopped("a season has no days", found.start(9) - 1)
    days = span(_rounded(year, digits), month, day)
    if days is None:
        raise Stopped(f"there is no day {year}-{month}-{day}", found.start(9))
    first, last = widened(*days, marks, month)
    return Point(text[begin:end], year, month, day, marks, int(digits) if digits else None, first, last)


def _stop(text: str, begin: int, index: int) -> NoReturn:
    if index == begin:
        raise Stopped("a year of four digits was expected", index)
    if text.startswith("/", index):
        raise Stopped("only one / may stand between two dates", index)
    raise Stopped(f"'{text[index : index + 12]}' is not part of a date", index)


def _long_year(text: str, begin: int, end: int) -> Point:
    found = _LONG_YEAR.fullmatch(text, begin, end)
    if not found:
        raise Stopped("Y is for years of more than four digits, or with an exponent", begin)
    base, _, exponent = found[1].partition("E")
    # 10,000 is over the limit already, and a long exponent would take for ever to raise
    number = int(base) * 10 ** (int(exponent or 0) if len(exponent) < 2 else 9) if len(base) <= 5 else 10_000
    if not 1 <= number <= 9999:
        _out_of_range(begin)
    days = span(_rounded(f"{number:04}", found[2]), None, None)
    assert days is not None
    return Point(text[begin:end], f"{number:04}", None, None, ("", "", ""), int(found[2]) if found[2] else None, *days)


def _out_of_range(index: int) -> NoReturn:
    raise Stopped("only the years 0001 to 9999 can be kept", index)


def _rounded(year: str, digits: str | None) -> str:
    """A year of so many significant digits: 1950S2 is some year of 19XX."""
    return year[: int(digits)].ljust(4, "X") if digits else year
