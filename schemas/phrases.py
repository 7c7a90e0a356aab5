"""Words to EDTF: "mid-December 2025", "the last ten days of June 2025", "9-11 December 2025", "since March 2026".

What a phrase spans is our own convention (docs/dates.md): the thirds of a month are its days 1-10, 11-20 and 21-end,
as Korean usage has them. Texts come here in the one spelling of `schemas.spelling`, with a year; one rule reads one
form. The pieces ("mid december 2025") are read first, the forms they stand in ("between ... and ...") around them.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

from schemas.expressions import Stopped, read_expression
from schemas.spelling import MONTHS, WEEKDAYS

MONTH_PARTS: Final = {
    "early": (1, 10), "mid": (11, 20), "late": (21, 31), "first half": (1, 15), "second half": (16, 31),
}  # fmt: skip
"""First and last day; 31 is the last day of any month."""

YEAR_PARTS: Final = {"early": (1, 3), "mid": (5, 8), "late": (10, 12), "beginning": (1, 1), "end": (12, 12)}
"""First and last month."""

FRACTIONS: Final = {"quarter": (33, 4), "third": (37, 3), "half": (40, 2)}
"""The EDTF number of a year's first quarter, third or half, and how many there are."""

SEASONS: Final = {"spring": 21, "summer": 22, "autumn": 23}
"""Their EDTF numbers. A winter lasts into the next year, which no EDTF number says: it is read as a span."""

_SAME_PARTS: Final = {
    "beginning": "early", "first 10 days": "early", "first third": "early",
    "second 10 days": "mid", "second third": "mid", "mid third": "mid",
    "end": "late", "last 10 days": "late", "third 10 days": "late", "last third": "late", "third third": "late",
    "1 half": "first half", "2 half": "second half", "last half": "second half",
}  # fmt: skip
_ORDINALS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1": 1, "2": 2, "3": 3, "4": 4}

_DAY, _YEAR, _NUMBER = r"(\d\d?)", r"(\d{4})", rf"({'|'.join(_ORDINALS)}|last)"
_MONTH = f"({'|'.join(MONTHS)})"
_WEEKDAY = f"(?:({'|'.join(WEEKDAYS)}) )?"
_PART = f"({'|'.join(sorted({*MONTH_PARTS, *_SAME_PARTS}, key=len, reverse=True))})"

_Rule = Callable[..., str | None]
_PIECES: list[tuple[re.Pattern[str], _Rule]] = []
_FORMS: list[tuple[re.Pattern[str], _Rule]] = []


def month_part(part: str, year: int, month: int) -> tuple[date, date]:
    """The first and last day of a part of a month, a key of MONTH_PARTS."""
    first, last = MONTH_PARTS[part]
    return date(year, month, first), date(year, month, min(last, monthrange(year, month)[1]))


def edtf_of(text: str) -> str | None:
    """The EDTF of a phrase in normal spelling; None if no rule reads it. Raises Stopped for a day there is not."""
    return _first_reading(_FORMS, text) or _piece(text)


def _piece(text: str) -> str | None:
    return _first_reading(_PIECES, text)


def _first_reading(rules: Sequence[tuple[re.Pattern[str], _Rule]], text: str) -> str | None:
    for pattern, rule in rules:
        if (found := pattern.fullmatch(text)) and (edtf := rule(*found.groups())):
            return edtf
    return None


def _reads(rules: list[tuple[re.Pattern[str], _Rule]], pattern: str) -> Callable[[_Rule], _Rule]:
    def enter(rule: _Rule) -> _Rule:
        rules.append((re.compile(pattern), rule))
        return rule

    return enter


def window(first: date | None, last: date | None) -> str:
    """The EDTF of some time from `first` to `last`, None where open."""
    return f"[{first or ''}..{last or ''}]"


def _hull(edtfs: Sequence[str]) -> str:
    bounds = [read_expression(edtf).bounds() for edtf in edtfs]
    return window(bounds[0][0], bounds[-1][3])


@_reads(_PIECES, rf"{_WEEKDAY}{_DAY} {_MONTH} {_YEAR}")
def _day(weekday: str | None, day: str, month: str, year: str) -> str | None:
    edtf = f"{year}-{MONTHS[month]:02}-{int(day):02}"
    first = read_expression(edtf).bounds()[0]
    if weekday and first and WEEKDAYS[first.weekday()] != weekday:
        raise Stopped(f"{edtf} is a {WEEKDAYS[first.weekday()].capitalize()}", 0)
    return edtf


@_reads(_PIECES, rf"{_WEEKDAY}{_MONTH} {_DAY} {_YEAR}")
def _day_after_month(weekday: str | None, month: str, day: str, year: str) -> str | None:
    return _day(weekday, day, month, year)


@_reads(_PIECES, rf"{_MONTH} {_YEAR}")
def _month(month: str, year: str) -> str:
    return f"{year}-{MONTHS[month]:02}"


@_reads(_PIECES, rf"{_YEAR} {_MONTH}(?: {_DAY})?")
def _year_first(year: str, month: str, day: str | None) -> str | None:
    return _day(None, day, month, year) if day else _month(month, year)


@_reads(_PIECES, r"(?:year )?(\d{4}(?:-\d\d(?:-\d\d)?)?)")
def _digits(edtf: str) -> str:
    return read_expression(edtf).text


@_reads(_PIECES, r"(\d{3})0s")
def _decade(digits: str) -> str:
    return f"{digits}X"


@_reads(_PIECES, rf"{_PART} {_MONTH} {_YEAR}")
def _part_of_month(part: str, month: str, year: str) -> str:
    return window(*month_part(_SAME_PARTS.get(part, part), int(year), MONTHS[month]))


@_reads(_PIECES, rf"({'|'.join(YEAR_PARTS)}) {_YEAR}")
def _part_of_year(part: str, year: str) -> str:
    first, last = YEAR_PARTS[part]
    if first == last:
        return f"{year}-{first:02}"
    return _hull([f"{year}-{first:02}", f"{year}-{last:02}"])


@_reads(_PIECES, rf"{_NUMBER} (quarter|third|half) {_YEAR}")
def _fraction_of_year(which: str, fraction: str, year: str) -> str | None:
    number, count = FRACTIONS[fraction]
    place = _ORDINALS.get(which, count)
    return f"{year}-{number + place - 1}" if place <= count else None


@_reads(_PIECES, rf"(spring|summer|autumn) {_YEAR}")
def _season(season: str, year: str) -> str:
    return f"{year}-{SEASONS[season]}"


@_reads(_PIECES, rf"winter {_YEAR}(?:(?:-| to )(\d\d|\d{{4}}))?")
def _winter(year: str, into: str | None) -> str | None:
    after = int(year) + 1
    if after > 9999 or (into and not f"{after:04}".endswith(into)):
        return None
    return _hull([f"{year}-12", f"{after:04}-02"])


@_reads(_PIECES, rf"(first|last) (\d\d?) days {_MONTH} {_YEAR}")
def _days_of_month(which: str, count: str, month: str, year: str) -> str | None:
    first, last = month_part("early", int(year), MONTHS[month])[0], month_part("late", int(year), MONTHS[month])[1]
    if not 1 <= int(count) <= last.day:
        return None
    days = timedelta(int(count) - 1)
    return window(first, first + days) if which == "first" else window(last - days, last)


@_reads(_PIECES, rf"{_NUMBER} week {_MONTH} {_YEAR}")
def _week_of_month(which: str, month: str, year: str) -> str | None:
    if which == "last":
        return _days_of_month("last", "7", month, year)
    first = date(int(year), MONTHS[month], 1) + timedelta(7 * (_ORDINALS[which] - 1))
    return window(first, first + timedelta(6))


@_reads(_PIECES, r"(.+) (\d\d?:\d\d(?::\d\d)?)(?: (utc\S*))?")
def _time_of_day(day: str, clock: str, offset: str | None) -> str | None:
    edtf = _piece(day)
    return edtf and f"{edtf}T{clock.zfill(5 if len(clock) < 6 else 8)}{'Z' if offset == 'utc' else (offset or '')[3:]}"


@_reads(_PIECES, r"about (.+)")
def _about(text: str) -> str | None:
    return _qualified(_piece(text), "~")


@_reads(_PIECES, r"(.+) source in doubt")
def _doubted_piece(text: str) -> str | None:
    return _qualified(_piece(text), "?")


def _qualified(edtf: str | None, mark: str) -> str | None:
    """A point, or the ends of an interval, with `~` or `?` (`%` for both); None for what takes no qualifier."""
    if edtf is None or edtf[0] in "[{" or "T" in edtf:
        return None
    ends = (end if end in ("", "..") else _marked(end, mark) for end in edtf.split("/"))
    return "/".join(ends)


def _marked(edtf: str, mark: str) -> str:
    last = edtf[-1]
    return edtf + mark if last not in "?~%" else edtf[:-1] + (mark if last == mark else "%")


def _shared(texts: Sequence[str]) -> list[str] | None:
    """The readings of pieces of which the earlier ones borrow the month and year they lack from the last."""
    last = texts[-1]
    if re.fullmatch(rf"{_DAY} {_YEAR}", last) and (named := re.match(rf"{_MONTH} ", texts[0])):
        last = f"{named[1]} {last}"
    end = _piece(last)
    earlier = [_borrowing(text, last, end) for text in texts[:-1]] if end else []
    return [*filter(None, earlier), end] if end and all(earlier) else None


def _borrowing(text: str, last: str, end: str) -> str | None:
    year, month = re.search(r"\d{4}", last), re.search(_MONTH, last)
    if re.search(r"\d{4}", text) or not year:
        return _piece(text)
    if last == year[0]:  # a bare year is an end by itself: it says nothing of what stands before it
        return None
    lent = [f"{month[1]} "] if month and not re.search(_MONTH, text) else []
    for borrowed in (*lent, ""):
        reading = _piece(f"{text} {borrowed}{year[0]}")
        if reading and not borrowed and _first(reading) > _first(end):  # 28 December - 3 January 2026
            reading = _piece(f"{text} {borrowed}{int(year[0]) - 1:04}")
        if reading:
            return reading
    return None


def _first(edtf: str) -> date:
    return read_expression(edtf).bounds()[0] or date.min


@_reads(_FORMS, r"possibly (.+)")
def _doubted(text: str) -> str | None:
    return _qualified(edtf_of(text), "?")


@_reads(_FORMS, r"(?:opened|since|from) (.+?)( end unknown)?")
def _opened(text: str, unknown: str | None) -> str | None:
    return _around(_piece(text), "", "/" if unknown else "/..")


@_reads(_FORMS, r"until (.+?)( start unknown)?")
def _until(text: str, unknown: str | None) -> str | None:
    return _around(_piece(text), "/" if unknown else "../", "")


def _around(edtf: str | None, before: str, after: str) -> str | None:
    return f"{before}{edtf}{after}" if edtf and _is_point(edtf) else None


def _is_point(edtf: str) -> bool:
    return edtf[0] != "[" and "T" not in edtf


@_reads(_FORMS, r"(?:by|(?:no|not) later than) (.+)")
def _by(text: str) -> str | None:
    edtf = _piece(text)
    return edtf and window(None, read_expression(edtf).bounds()[3])


@_reads(_FORMS, r"(before|after) (.+)")
def _beyond(side: str, text: str) -> str | None:
    edtf = _piece(text)
    if edtf is None:
        return None
    first, _, _, last = read_expression(edtf).bounds()
    if side == "before":
        return window(None, first - timedelta(1)) if first and first > date.min else None
    return window(last + timedelta(1), None) if last and last < date.max else None


@_reads(_FORMS, r"(?:not before|(?:no|not) earlier than) (.+)")
def _not_before(text: str) -> str | None:
    edtf = _piece(text)
    return edtf and window(read_expression(edtf).bounds()[0], None)


@_reads(_FORMS, r"between (.+) and (.+)")
def _between(first: str, last: str) -> str | None:
    edtfs = _shared([first, last])
    return _hull(edtfs) if edtfs else None


@_reads(_FORMS, r"(.+ or .+)")
def _one_of(text: str) -> str | None:
    edtfs = _shared(text.split(" or "))
    if edtfs and all(map(_is_point, edtfs)):
        return f"[{','.join(edtfs)}]"
    return _hull(edtfs) if edtfs else None


@_reads(_FORMS, r"(.+ and .+)")
def _all_of(text: str) -> str | None:
    edtfs = _shared(text.split(" and "))
    return "{" + ",".join(edtfs) + "}" if edtfs and all(map(_is_point, edtfs)) else None


@_reads(_FORMS, r"from (.+) to (.+)")
def _lasting(first: str, last: str) -> str | None:
    edtfs = _shared([first, last])
    if edtfs and all(map(_is_point, edtfs)):
        return "/".join(edtfs)
    return _hull(edtfs) if edtfs else None  # parts of months bound a window, not a duration: early to mid-February


@_reads(_FORMS, r"(about )?(.+ to .+)")
def _lasting_unprefixed(about: str | None, text: str) -> str | None:
    edtf = _piece(text) or _lasting(*text.rsplit(" to ", 1))
    return _qualified(edtf, "~") if about else edtf
