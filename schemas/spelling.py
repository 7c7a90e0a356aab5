"""One spelling for the many ways to write a date in words: lower case, full names, digits, no fillers."""

from __future__ import annotations

import re
from calendar import day_name, month_name
from typing import Final

from schemas.expressions import Stopped

MONTHS: Final = {name.lower(): number for number, name in enumerate(month_name) if name}
WEEKDAYS: Final = tuple(name.lower() for name in day_name)

_NUMBERS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_SAME: Final = {
    **{name[:3]: name for name in (*MONTHS, *WEEKDAYS)},
    "sept": "september", "tues": "tuesday", "thur": "thursday", "thurs": "thursday",
    **{word: str(number) for number, word in enumerate(_NUMBERS, 2)}, "a": "1", "an": "1", "one": "1",
    **dict.fromkeys(("the", "of", "on", "at", "held", "some", "sometime", "time", "part"), ""),
    **dict.fromkeys(("around", "circa", "ca", "c", "approximately", "approx", "roughly"), "about"),
    **dict.fromkeys(("through", "till"), "to"), "during": "in", "ended": "until",
    **dict.fromkeys(("perhaps", "reportedly"), "possibly"), **dict.fromkeys(("began", "started"), "opened"),
    **dict.fromkeys(("tba", "tbd"), "announced no date"),
    "fall": "autumn", "start": "beginning", "middle": "mid", "latter": "late", "final": "last",
    "day": "days", "weeks": "week", "months": "month", "years": "year",
    "q1": "first quarter", "q2": "second quarter", "q3": "third quarter", "q4": "fourth quarter",
    "h1": "first half", "h2": "second half",
}  # fmt: skip
"""What is written in place of a word; nothing for a filler."""

FILLERS: Final = frozenset(word for word, same in _SAME.items() if not same)

_PLAIN: Final = frozenset(
    [
        "early",
        "mid",
        "late",
        "beginning",
        "end",
        "half",
        "quarter",
        "third",
        "first",
        "second",
        "fourth",
        "last",
        "next",
        "this",
        "spring",
        "summer",
        "autumn",
        "winter",
        "days",
        "week",
        "month",
        "year",
        "ago",
        "in",
        "within",
        "today",
        "yesterday",
        "tomorrow",
        "before",
        "after",
        "about",
        "to",
        "or",
        "and",
        "between",
        "from",
        "by",
        "since",
        "until",
        "opened",
        "possibly",
        "source",
        "doubt",
        "announced",
        "no",
        "not",
        "than",
        "date",
        "later",
        "earlier",
        "unknown",
        "utc",
    ]
)
KNOWN: Final = frozenset((*MONTHS, *WEEKDAYS, *_SAME, *_PLAIN))
"""Every word that may stand in a date."""

_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
_HYPHEN = re.compile(
    r"(?<=[a-z])-(?=\d{4}(?![\d-]))|(?<=\d)-(?=(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)"
)
"""A hyphen that joins, and bounds no range: that before the year of `mid-December-2025`, those of `3-Dec-2025`."""
_COUNTED_WEEKS = re.compile(r"\b(?:\d+|one|two|three|four|five|six)\s+weeks\s+(?:of|in)\b")
_WORD = re.compile(
    r"\d{4}-(?:0\d|1[0-2])(?:-\d\d)?(?!\d)|\d\d?:\d\d(?::\d\d)?|utc[+-]\d\d(?::\d\d)?|\d{3}0s"
    r"|(\d+)(?:st|nd|rd|th)?(?![^\W_])|[a-z]+[1-4]?|[-/]|[ ,.()]+|.",
    re.ASCII,
)


def words(text: str) -> list[tuple[str, int]]:
    """The words of a text in normal spelling, each with its index; raises Stopped at one that no date has."""
    found = []
    text = re.sub(r"\s", " ", text.translate(_DASHES)).lower()
    if counted := _COUNTED_WEEKS.search(text):
        raise Stopped("a number of weeks is no date: name the days, or one week", counted.start())
    for match in _WORD.finditer(_HYPHEN.sub(" ", text)):
        word = match[1] or match[0].strip(" ,.()")
        if word and (same := _same(word, match.start())):
            found.append((same, match.start()))
    return found


def _same(word: str, index: int) -> str:
    if word.isdigit() and (len(word) > 4 or word == "0000"):
        raise Stopped("only the years 0001 to 9999 can be kept", index)
    if word in ("-", "/"):
        return "to"
    if word[0].isdigit() or word.startswith("utc") or word in KNOWN:
        return _SAME.get(word, word)
    raise Stopped(f"'{word}' is no word of a date", index)


def joined(found: list[tuple[str, int]]) -> str:
    """The words as one text, as the rules of `schemas.phrases` read it."""
    text = " ".join(word for word, _ in found)
    text = re.sub(r"\b(?:in|within) (?!doubt\b|\d{1,3} (?:days|week|month|year)\b)", "", text)
    text = re.sub(r"\bto(?: to)+\b", "to", text)  # mid- to late, mid-to-late
    text = re.sub(r"\b(first|second|third|fourth|last) to (half|quarter|third)\b", r"\1 \2", text)  # first-half
    text = re.sub(r"\b(early|mid|late) to (?!(?:early|mid|late)\b)", r"\1 ", text)  # mid-December
    text = re.sub(r"\b(\d{4}) (?:to )?year (?:to )?end\b", r"end \1", text)
    text = re.sub(r"\byear (?:to )?end (?=\d{4}\b)", "end ", text)  # year-end 2025
    text = re.sub(r"\byear (?:to )?end\b", "end year", text)
    return re.sub(r"^(?!from )((?:(?! source).)+) source in doubt$", r"possibly \1", text)
