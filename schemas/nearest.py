"""For a date that cannot be read, the nearest form that can."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Final
from unicodedata import decimal

from schemas.spelling import FILLERS, KNOWN, WEEKDAYS

_YEAR: Final = 2026  # any will do where the text gives none; a fixed one gives the same answer every day

_RESPELLED: Final = (
    (r"[\u2010-\u2015\u2212]", "-"),
    (r"(?i)\bunknown\b", ""),
    (r"(?i)\bopen\b", ".."),
    (r"(?i)(?<=[\dxu-])[xu](?=[\dxu?~%-]|$)", "X"),
    (r"(?i)(?<=\d)t(?=\d)", "T"),
    (r"(?<=\d)z$", "Z"),
    (r"\?~|~\?", "%"),
    (r"^(\d{4})[./](\d\d?)[./](\d\d?)$", r"\1-\2-\3"),
    (r"^(\d{4})(\d\d)(\d\d)$", r"\1-\2-\3"),
    (r"(?<=\d)-(\d)(?!\d)", r"-0\1"),
    (r"^Y(\d{4})$", r"\1"),
    (r"^(\d{4}-\d\d-\d\d) (?=\d\d:)", r"\1T"),
    (r"(?i)(?<=T)(\d\d:\d\d(?::\d\d)?) (?=\d\d:\d\d$)", r"\1+"),  # a plus sign in an address is a space
    (r"([+-]\d\d)(\d\d)$", r"\1:\2"),
    (r"^(\[[^\]]*)$", r"\1]"),
    (r"^(\{[^}]*)$", r"\1}"),
)
"""Older and near ways to write EDTF, each with how it is written now."""

_LONG_WORDS: Final = [word for word in sorted(KNOWN) if len(word) > 3]


def nearest(text: str, reads: Callable[[str], bool], example: str) -> str:
    """The first form near `text` that `reads` accepts; `example` where nothing of the text is of use."""
    text = "".join(str(decimal(sign, sign)) for sign in text[:200]).strip()
    return next((form for form in map(str.strip, _near(text)) if reads(form)), example) if text else example


def _near(text: str) -> Iterator[str]:
    yield text
    yield from _as_edtf(text)
    yield from _as_words(text)
    yield from _shortened(text)


def _as_edtf(text: str) -> Iterator[str]:
    for pattern, written in _RESPELLED:
        text = re.sub(pattern, written, text)
    yield text
    text = re.sub(r"(\d{4})-(\d\d)(?:-(\d\d))?", _possible, text)
    yield text
    yield f"{text} {_YEAR}"


def _possible(found: re.Match[str]) -> str:
    """The nearest day or month that there is."""
    year, month = found[1], min(max(int(found[2]), 1), 12)
    if found[3] is None:
        return f"{year}-{month:02}"
    day = min(max(int(found[3]), 1), monthrange(int(year), month)[1])
    return f"{year}-{month:02}-{day:02}"


def _as_words(text: str) -> Iterator[str]:
    """With each strange word made the known one that looks most like it."""
    yield re.sub(r"[A-Za-z]{3,}", _known, text)


def _known(found: re.Match[str]) -> str:
    like = get_close_matches(found[0].lower(), _LONG_WORDS, n=1)
    return found[0] if found[0].lower() in KNOWN or not like else like[0].capitalize()


def _shortened(text: str) -> Iterator[str]:
    """Without what follows, longest first; then without what comes before."""
    words = [match.span() for match in re.finditer(r"(?:[^\W\d_]+|\d+)[\])}?~%]*", text)]
    for _, end in reversed(words):
        yield text[:end]
    for begin, _ in words:
        if all(_droppable(text[first:last]) for first, last in words if first < begin):
            yield text[begin:]


def _droppable(word: str) -> bool:
    """Whether a word before a date can be left out without turning what is said: `Friday`, a day that there is not in
    its month, what is no word of a date; but not `not` or `first`."""
    word = word.lower()
    return word in WEEKDAYS or word in FILLERS or word not in KNOWN
