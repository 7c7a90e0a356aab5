"""When something happens: an EDTF expression (ISO 8601-2), the days it leaves open, and the words for it.

`parse` reads EDTF, `read` words too. The grammar lives in `schemas.expressions`, words in `schemas.phrases` and
`schemas.sayings`, words out in `schemas.wording`; what each phrase spans stands in docs/dates.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final

from schemas.errors import EndsBeforeStart, UnreadableWhen
from schemas.expressions import Expression, Stopped, read_expression
from schemas.nearest import nearest
from schemas.sayings import edtf_said, stopped_at
from schemas.wording import text_of

LONGEST: Final = 200
"""Characters of the longest text that is read."""

_WORDLIKE = re.compile(r"[^\W\d_XTZ]{2}|\d0s|\d{4}\W\d{4}|\s")  # a word, the 2020s, 2024-2026


@dataclass(frozen=True, slots=True)
class When:
    """A date as it is known: its canonical EDTF and the first and last days it may start and end on.

    Days are inclusive, in the calendar's zone; None where open. `time` is the local time of day where one is known,
    with its offset if that is known ("09:00+09:00"); `edtf` then holds both ("2026-02-19T09:00+09:00").
    """

    edtf: str
    starts_min: date | None
    starts_max: date | None
    ends_min: date | None
    ends_max: date | None
    time: str | None = None

    @property
    def text(self) -> str:
        """The date in words: "mid-December 2025", "about 3 December 2025", "announced, no date"."""
        return text_of(self.edtf)

    @property
    def uncertain(self) -> bool:
        """Whether the first or last day is not exactly known, or its source is in doubt."""
        exact = self.starts_min == self.starts_max and self.ends_min == self.ends_max
        open_ = None in (self.starts_min, self.ends_max)
        return open_ or not exact or any(mark in self.edtf for mark in "?~%")


def parse(edtf: str, zone: tzinfo | None = None) -> When:
    """The When of an EDTF expression of any level.

    A time of day is brought into `zone`, so that the day is that zone's; one without an offset is taken as local
    there. Raises UnreadableWhen (with `column` and `nearest`) or EndsBeforeStart.
    """
    try:
        return _parsed(edtf.strip(), zone)
    except Stopped as stop:
        near = nearest(edtf, lambda form: _reads(_parsed, form, zone), "2025-12-09")
        raise _unreadable(edtf, stop, stop.index, near) from stop


def read(text: str, said_on: date | None = None, zone: tzinfo | None = None) -> When:
    """The When of EDTF or of words, which may need the day they were said ("yesterday", "late February").

    Raises UnreadableWhen (with `column` and `nearest`) or EndsBeforeStart.
    """
    try:
        return _read(text.strip(), said_on, zone)
    except Stopped as stop:
        near = nearest(text, lambda form: _reads(_read, form, said_on, zone), "mid-December 2025")
        raise _unreadable(text, stop, stop.index or stopped_at(text.strip(), said_on), near) from stop


def between(first: date, last: date | None) -> When:
    """Some time from `first` to `last`; announced without a date if `last` is None."""
    return parse(f"[{first.isoformat()}..{last.isoformat() if last else ''}]")


def _read(text: str, said_on: date | None, zone: tzinfo | None) -> When:
    try:
        return _parsed(text, zone)
    except Stopped:
        _refuse_unfit(text)
        if not _WORDLIKE.search(text):
            raise
    return _parsed(edtf_said(text, said_on), zone)


def _reads(reader: Callable[..., When], *asked: object) -> bool:
    try:
        reader(*asked)
    except (Stopped, EndsBeforeStart):
        return False
    return True


@lru_cache(maxsize=4096)
def _parsed(text: str, zone: tzinfo | None) -> When:
    _refuse_unfit(text)
    expression = read_expression(text)
    if expression.clock and zone:
        expression = _in_zone(expression.text, expression.clock, zone)
    return When(expression.text, *expression.bounds(), expression.clock)


def _refuse_unfit(text: str) -> None:
    if not text:
        raise Stopped("it is empty", 0)
    if len(text) > LONGEST:
        raise Stopped(f"it has more than {LONGEST} characters", LONGEST)
    if not text.isascii() and (digit := re.search(r"(?![0-9])\d", text)):
        raise Stopped("digits are written 0 to 9", digit.start())


def _in_zone(text: str, clock: str, zone: tzinfo) -> Expression:
    """A day and time as the clocks of a zone show them; of a time they showed twice the first, refused if skipped."""
    given = datetime.fromisoformat(text)
    moment = given if given.tzinfo else given.replace(tzinfo=zone)
    try:
        local = moment.astimezone(UTC).astimezone(zone)
        offset = round((local.utcoffset() or timedelta(0)) / timedelta(minutes=1))
        local = moment.astimezone(timezone(timedelta(minutes=offset)))
    except OverflowError as error:
        raise Stopped("only the years 0001 to 9999 can be kept", 0) from error
    if given.tzinfo is None and local.replace(tzinfo=None) != given:
        raise Stopped(f"the clocks of {zone} skipped this time of day", text.index("T") + 1)
    return read_expression(local.isoformat(timespec="seconds" if clock[5:6] == ":" else "minutes"))


def _unreadable(text: str, stop: Stopped, index: int, near: str) -> UnreadableWhen:
    column = min(len(text) - len(text.lstrip()) + index, len(text)) + 1
    shown = text if len(text) <= 40 else f"{text[:40]}..."
    detail = f"The date '{shown}' cannot be read from column {column} on: {stop.detail}. Write for instance '{near}'."
    return UnreadableWhen(detail, column=column, nearest=near)
