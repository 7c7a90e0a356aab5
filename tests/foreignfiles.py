"""Files of other programs' events for tests, and what they are read with."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from schemas.imports import Defaults

PYONGYANG = "Asia/Pyongyang"
DEFAULTS = Defaults(zones={"demo": PYONGYANG}, today=date(2025, 12, 5), calendar="demo", kind="plenary")


def entry(*lines: str) -> bytes:
    """A file of one entry."""
    begin = ("BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20251101T000000Z", "SUMMARY:Briefing")
    return "\r\n".join([*begin, *lines, "END:VEVENT", "END:VCALENDAR", ""]).encode()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """For what took minutes once, and takes a small part of `seconds` now."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds
