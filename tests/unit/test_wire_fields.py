"""Fields of the dialect read what JSON Schema and RFC 3339 call whole numbers and instants."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import ValidationError

from schemas.wire.fields import Instant, Whole


@pytest.mark.parametrize(("given", "read"), [(2, 2), (2.0, 2), ("2", 2), (0.0, 0), (1e3, 1000)])
def test_a_number_without_a_fraction_is_whole(given: Any, read: int) -> None:
    found = Whole().deserialize(given)
    assert (found, type(found)) == (read, int)


@pytest.mark.parametrize("given", [True, 1.5, "2.0", "٣", None, [2], float("inf"), float("nan"), -1, 2.0**60, 1e300])
def test_what_is_not_whole_or_out_of_range_is_refused(given: Any) -> None:
    with pytest.raises(ValidationError):
        Whole().deserialize(given)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2025-12-10T06:00:00Z", "2025-12-10T06:00:00Z"),
        ("2025-12-10T06:00Z", "2025-12-10T06:00:00Z"),
        ("2025-12-10T06:00:00.25Z", "2025-12-10T06:00:00.250000Z"),
        ("2025-12-10T06:00:00.1234567+09:00", "2025-12-09T21:00:00.123456Z"),
        ("2025-12-10t06:00:00z", "2025-12-10T06:00:00Z"),
    ],
)
def test_an_instant_may_have_parts_of_a_second(given: str, kept: str) -> None:
    """RFC 3339 section 5.6: `time-secfrac` is optional, T and Z may be in lower case."""
    assert Instant().deserialize(given) == kept


@pytest.mark.parametrize(
    "given", ["2025-12-10T06:00:00", "2025-12-10 06:00:00Z", "2025-02-30T06:00:00Z", "0001-01-01T00:00:00+23:00"]
)
def test_what_is_no_instant_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="Not an instant"):
        Instant().deserialize(given)
