"""The day on which what a headline tells happened is read only where it cannot be that of something else."""

from __future__ import annotations

from datetime import date

import pytest

from service.dating import day_in

REPORTED = date(2026, 11, 25)


@pytest.mark.parametrize(
    "title",
    [
        "Kim Jong Un visits Sinyang on Nov. 22",
        "Kim Jong Un visits Sinyang on Nov. 22, KCNA says",
        "Kim Jong Un visits Sinyang on November 22, 2026",
        "Kim Jong Un visits Sinyang on Sunday, 22 November 2026",
        "Military parade held on Nov. 22",
    ],
)
def test_a_day_in_digits_that_ends_what_happened_is_read(title: str) -> None:
    when = day_in(title, REPORTED)
    assert when is not None
    assert when.edtf == "2026-11-22"


@pytest.mark.parametrize(
    "title",
    [
        "Kim Jong Un inspected a factory in Sinyang on Nov. 24, 2024",
        "Kim visits Sinyang on Nov. 24 last year",
        "Kim visits Sinyang on Nov. 24 (2023)",
        "Kim visits Sinyang on Nov. 24 of 2023",
        "Kim visits Sinyang on November 24 2024",
        "Kim inspects a factory in Sinyang built on Nov. 20",
        "Kim inspects a factory that opened on Nov. 20",
        "Sinyang hit by Nov. 20 fire",
        "Factory to open in Sinyang on Nov. 24",
        "Kim orders completion on Nov. 25",
        "KCNA reports Nov. 25",
        "Kim visits Sinyang after floods on Nov. 20",
        "Kim visits Sinyang since Nov. 20",
        "Kim visits Sinyang on Nov. 22 and 24",
        "Kim visits Sinyang on Nov. 22, 24",
        "Kim visits Sinyang on Nov. 22-24",
        "Will Kim visit Sinyang on Nov. 24?",
        "Kim does not visit Sinyang on Nov. 24",
        "Kim visits Sinyang on Dec. 24",
        "Kim visits Sinyang",
        "on Nov. 24",
        "",
    ],
)
def test_a_day_that_may_be_another_is_left_open(title: str) -> None:
    assert day_in(title, REPORTED) is None
