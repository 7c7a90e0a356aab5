"""Days and EDTF to words: "9 December 2025", "mid-December 2025", "opened 9 December 2025", "announced, no date"."""

from __future__ import annotations

from calendar import month_abbr, month_name, monthrange
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from schemas.expressions import Part, Point, read_expression
from schemas.phrases import FRACTIONS, MONTH_PARTS, YEAR_PARTS, month_part
from schemas.spans import SEASONS

_ORDINALS: Final = ("first", "second", "third", "fourth")
_SEASON_NAMES: Final = ("spring", "summer", "autumn", "winter")
_HEMISPHERES: Final = {21: "", 25: "northern hemisphere", 29: "southern hemisphere"}


def day_words(day: date) -> str:
    """`9 December 2025`."""
    return f"{day.day} {month_name[day.month]} {day.year:04}"


def short_day(day: date) -> str:
    """`9 Dec 2025`."""
    return f"{day.day} {month_abbr[day.month]} {day.year:04}"


def span_words(first: date, last: date) -> str:
    """`11 to 20 December 2025`, without what both days have in common."""
    if first == last:
        return day_words(first)
    if first.year != last.year:
        return f"{day_words(first)} to {day_words(last)}"
    opening = str(first.day) if first.month == last.month else f"{first.day} {month_name[first.month]}"
    return f"{opening} to {day_words(last)}"


@lru_cache(maxsize=4096)
def text_of(edtf: str) -> str:
    """A canonical EDTF text in words. All but the rare forms can be read back to the same days (docs/dates.md)."""
    expression = read_expression(edtf)
    lower, upper = expression.parts[0]
    if expression.form == "interval":
        return _interval(lower, upper, open_end=".." in edtf)
    if expression.form == "all_of":
        return _listed(expression.parts, "and")
    if expression.form == "one_of":
        return _window(lower, upper) if len(expression.parts) == 1 else _listed(expression.parts, "or")
    assert lower is not None
    return _point(lower) + (_clock(expression.clock) if expression.clock else "")


def _clock(clock: str) -> str:
    hour = clock[:8] if clock[5:6] == ":" else clock[:5]
    offset = clock[len(hour) :]
    return f", {hour} (UTC{offset.replace('Z', '')})" if offset else f", {hour}"


def _point(point: Point) -> str:
    bare = _bare(point)
    if bare is None:
        return f"{_hull(point)} ({point.text})"
    about, note = _affixes(point)
    return f"{about}{bare}{note}"


def _bare(point: Point) -> str | None:
    """The point without its qualifiers; None where no short words say which digits are unspecified."""
    if point.month in SEASONS:
        return _season(int(point.month or 0), point.year)
    year = "some year" if point.year == "XXXX" else point.year
    if point.year[:3].isdigit() and point.year.endswith("X"):
        year = f"the {point.year[:3]}0s"
    if point.month is None:
        return None if "X" in year else year
    if not point.year.isdigit():
        return None
    if point.day in (None, "XX") and (point.month.isdigit() or point.month == "XX"):
        month = f"{month_name[int(point.month)]} {year}" if point.month != "XX" else f"some month of {year}"
        return month if point.day is None else f"some day of {month.removeprefix('some month of ')}"
    if point.month.isdigit() and point.day and point.day.isdigit():
        return f"{int(point.day)} {month_name[int(point.month)]} {year}"
    return None


def _season(number: int, year: str) -> str:
    for fraction, (base, count) in FRACTIONS.items():
        if base <= number < base + count:
            return f"{_ORDINALS[number - base]} {fraction} of {year}"
    base = 21 + (number - 21) // 4 * 4
    only = "December" if SEASONS[str(number)] == (12, 12) else ""
    note = ", ".join(filter(None, (_HEMISPHERES[base], only)))
    return f"{_SEASON_NAMES[number - base]} {year}" + (f" ({note})" if note else "")


def _hull(point: Point) -> str:
    """Of digits left open, the years, or the days, that they lie between."""
    if point.month is None:
        return f"between {point.first.year:04} and {point.last.year:04}"
    return f"between {day_words(point.first)} and {day_words(point.last)}"


def _affixes(point: Point) -> tuple[str, str]:
    """("about ", " (source in doubt)") of the finest part given; what else is qualified is named in the note."""
    finest = _fineness(point)
    about = "about " if set(point.marks[finest]) & {"~", "%"} else ""
    notes = ["source in doubt"] if set(point.marks[finest]) & {"?", "%"} else []
    for name, mark in zip(("year", "month"), point.marks[:finest], strict=False):
        notes += [f"{name} approximate"] if set(mark) & {"~", "%"} else []
        notes += [f"{name} in doubt"] if set(mark) & {"?", "%"} else []
    if point.digits:
        notes.append(f"{point.digits} significant digits")
    return about, f" ({', '.join(notes)})" if notes else ""


def _fineness(point: Point) -> int:
    """0 for a year, 1 for a month or season, 2 for a day."""
    return 2 if point.day else 1 if point.month else 0


def _interval(lower: Point | None, upper: Point | None, *, open_end: bool) -> str:
    if lower is None and upper is not None:
        return f"until {_point(upper)}" + ("" if open_end else ", start unknown")
    assert lower is not None
    if upper is None:
        within = "in " if lower.day is None and not _affixes(lower)[0] and _bare(lower) else ""
        return f"opened {within}{_point(lower)}" if open_end else f"from {_point(lower)}, end unknown"
    if lower == upper:
        return _point(lower)
    return _lasting(lower, upper)


def _lasting(lower: Point, upper: Point) -> str:
    leading = _leading(lower, upper)
    if leading is None:
        return f"from {_point(lower)} to {_point(upper)}"
    tight = leading.isdigit()
    about, note = _affixes(upper)
    return f"{about}{leading}{'-' if tight else ' - '}{_bare(upper)}{note}"


def _leading(lower: Point, upper: Point) -> str | None:
    """The first of two like points without the month and year it shares with the second; None if they are unlike."""
    if any("X" in point.text or point.digits or point.month in SEASONS for point in (lower, upper)):
        return None
    if lower.marks != upper.marks or (lower.month is None, lower.day is None) != (
        upper.month is None,
        upper.day is None,
    ):
        return None
    bare = _bare(lower) or ""
    if lower.year != upper.year or lower.month is None or lower.first > upper.first:
        return bare
    return bare.removesuffix(f" {month_name[int(upper.month or 0)]} {upper.year}").removesuffix(f" {upper.year}")


def _window(lower: Point | None, upper: Point | None) -> str:
    if upper is None:
        return "announced, no date"
    if lower is None:
        return f"by {_point(upper)}"
    if lower == upper:
        return _point(lower)
    plain = lower.plain and upper.plain
    return (plain and _phrase(lower.first, upper.last)) or _between(lower, upper)


def _between(lower: Point, upper: Point) -> str:
    leading = _leading(lower, upper)
    if leading is None or any(lower.marks):
        return f"between {_point(lower)} and {_point(upper)}"
    if lower.day and (upper.first - lower.first).days == 1:
        return f"{leading} or {_bare(upper)}"
    return f"between {leading} and {_bare(upper)}"


def _phrase(first: date, last: date) -> str | None:
    """The phrase that spans just these days, if there is one."""
    if (first.year, first.month) == (last.year, last.month):
        for part in MONTH_PARTS:
            if month_part(part, first.year, first.month) == (first, last):
                return _of(part, f"{month_name[first.month]} {first.year:04}")
    if first.day != 1 or last.day != monthrange(last.year, last.month)[1]:
        return None
    if first.year == last.year:
        return _months(first.month, last.month, f"{first.year:04}")
    if (first.month, last.month, last.year - first.year) == (12, 2, 1):
        return f"winter {first.year:04}-{last.year % 100:02}"
    if (first.month, last.month, last.year - first.year) == (12, 1, 1):
        return f"December {first.year:04} or January {last.year:04}"
    return None


def _months(first: int, last: int, year: str) -> str | None:
    if first == last:
        return f"{month_name[first]} {year}"
    if (first, last) == (1, 12):
        return year
    if last - first == 1:
        return f"{month_name[first]} or {month_name[last]} {year}"
    parts = {**YEAR_PARTS, "first half": (1, 6), "second half": (7, 12)}
    return next((_of(part, year) for part, months in parts.items() if months == (first, last)), None)


def _of(part: str, period: str) -> str:
    joint = {"mid": "-", "first half": " of ", "second half": " of "}.get(part, " ")
    return f"{part}{joint}{period}"


def _listed(parts: Sequence[Part], word: str) -> str:
    last = parts[-1][0]
    texts = []
    for lower, upper in parts:
        if lower is None or upper is None or lower is not upper:
            texts.append(_stretch(lower, upper, word))
            continue
        shared = last and lower is not last and last is parts[-1][1] and not any(lower.marks) and _leading(lower, last)
        texts.append(shared or _point(lower))
    return f" {word} ".join(texts)


def _stretch(lower: Point | None, upper: Point | None, word: str) -> str:
    if lower and upper:
        return _between(lower, upper) if word == "or" else f"throughout {_lasting(lower, upper)}"
    return f"until {_point(upper)}" if upper else f"from {_point(lower)} on" if lower else ""
