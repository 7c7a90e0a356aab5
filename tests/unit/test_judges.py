"""The judges themselves: each disagrees with what is not in the feed, and passes on what its program complains of."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.golden.sorts import GOLDENS, path
from tests.judges.everyone import IN_PROCESS
from tests.judges.libical import by_libical, complaints
from tests.judges.pythons import by_icalendar
from tests.judges.shown import Judge, iso

EXACT = path("exact-day").read_bytes()


@pytest.mark.parametrize("judge", IN_PROCESS)
@pytest.mark.parametrize(
    "changes", [{"start": "2025-12-08"}, {"end": "2025-12-11"}, {"title": "Plenary"}, {"status": "TENTATIVE"}]
)
def test_every_judge_disagrees_with_other_entries(judge: Judge, changes: dict[str, str]) -> None:
    (shown,) = GOLDENS["exact-day"]().shows

    judge.sees(EXACT, [shown])
    with pytest.raises(AssertionError):
        judge.sees(EXACT, [shown._replace(**changes)])


@pytest.mark.libical
@pytest.mark.parametrize(
    ("sound", "broken", "said"),
    [
        (b"DTSTAMP:", b"DTSTAMP:on ", "Can't parse as DATE-TIME value in DTSTAMP property"),
        (b"SEQUENCE:0", b"SEQUENCE:0\r\nSEQUENCE:1", "Failed iTIP restrictions for SEQUENCE property"),
        (b"CONCEPT:", b"CONCEPTS:", "Parse error in property name: CONCEPTS"),
    ],
)
def test_what_libical_says_of_broken_text_is_no_agreement(sound: bytes, broken: bytes, said: str) -> None:
    octets = EXACT.replace(sound, broken)

    assert any(said in note for note in complaints(octets))
    with pytest.raises(AssertionError, match="X-LIC-ERROR"):
        by_libical(octets)


def test_what_icalendar_could_not_read_is_no_agreement() -> None:
    with pytest.raises(AssertionError, match="SEQUENCE"):
        by_icalendar(EXACT.replace(b"SEQUENCE:0", b"SEQUENCE:none"))


def test_a_time_without_a_zone_is_no_moment() -> None:
    with pytest.raises(AssertionError, match="floats"):
        iso(datetime(2025, 12, 9, 9))  # noqa: DTZ001 (that is the point)
