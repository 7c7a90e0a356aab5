"""Size and coverage on made-up histories whose truth is known; the naive ways run beside ours, and fail."""

from __future__ import annotations

import pytest

from tests.simulations.histories import HABITS, SHAPES
from tests.simulations.tables import PAGE, TABLES, made
from tests.simulations.trials import Truth, found_significant, held, season_ratio

ALLOWED = 0.06
ALLOWED_FEW = 0.075
"""At 5 to 7 anchors, and under a rush that two harmonics cannot follow."""


def allowed(truth: Truth) -> float:
    return ALLOWED_FEW if truth.anchors <= 7 or truth.shape == "December rush" else ALLOWED


@pytest.mark.slow
@pytest.mark.parametrize(
    ("habit", "shape", "anchors"),
    [
        ("loose", "steady", 12),
        ("loose", "clustered", 7),
        ("twice-yearly", "half-yearly", 12),
        ("twice-yearly", "December rush", 7),
        ("bunched late", "growing", 12),
        ("bunched late", "seasonal", 5),
    ],
)
def test_where_nothing_happens_before_meetings_p_is_seldom_small(habit: str, shape: str, anchors: int) -> None:
    truth = Truth(habit, shape, anchors)
    found = found_significant(truth, 300)
    assert found.of["p"] <= allowed(truth) + found.error(allowed(truth))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("habit", "shape", "anchors", "failing"),
    [
        ("twice-yearly", "half-yearly", 12, ["turning without the curve", "swapping before"]),
        ("bunched late", "growing", 7, ["moving anchors to other years", "a band without the curve"]),
        ("twice-yearly", "clustered", 5, ["a curve that knows the windows"]),
    ],
)
def test_the_simpler_ways_see_too_much(habit: str, shape: str, anchors: int, failing: list[str]) -> None:
    found = found_significant(Truth(habit, shape, anchors), 100, naively=True, profiled=True)
    for name in failing:
        assert found.of[name] > 0.075 + found.error(0.075) / 2.5, (name, found)
    for name in ("p", "band", "epochs"):
        assert found.of[name] <= ALLOWED_FEW + found.error(ALLOWED_FEW), (name, found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("habit", "shape", "anchors"),
    [("loose", "clustered", 5), ("twice-yearly", "clustered", 12), ("loose", "steady", 20)],
)
def test_the_reported_intervals_hold_a_planted_ratio_of_2(habit: str, shape: str, anchors: int) -> None:
    found = held(Truth(habit, shape, anchors, ratio=2.0), 120, naively=True)
    for baseline in ("season", "before", "elsewhere"):
        assert found.of[baseline] >= 0.92 - found.error(0.92), (baseline, found)
    if shape == "clustered":
        for name in ("season, if independent", "windows under a fixed curve"):
            assert found.of[name] < 0.82, (name, found)
        assert found.of["bootstrap over anchors"] < found.of["elsewhere"]


@pytest.mark.slow
def test_windows_left_out_for_overlap_do_not_dilute_the_ratio() -> None:
    truth = Truth("bunched late", "clustered", 16, ratio=2.0, lead_days=90)
    assert season_ratio(truth, 150) == pytest.approx(2, rel=0.12)
    assert season_ratio(truth, 150, left_out_are_outside=True) < 1.7


@pytest.mark.long
@pytest.mark.parametrize("anchors", [5, 7, 12, 20])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("habit", HABITS)
def test_p_is_seldom_small_under_any_null(habit: str, shape: str, anchors: int) -> None:
    truth = Truth(habit, shape, anchors)
    found = found_significant(truth, 1000)
    assert found.of["p"] <= allowed(truth) + found.error(allowed(truth)), found


@pytest.mark.long
@pytest.mark.parametrize("anchors", [5, 12])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("habit", HABITS)
def test_band_and_epochs_seldom_see_anything_under_any_null(habit: str, shape: str, anchors: int) -> None:
    found = found_significant(Truth(habit, shape, anchors), 400, profiled=True)
    for name in ("band", "epochs"):
        assert found.of[name] <= ALLOWED_FEW + found.error(ALLOWED_FEW), (name, found)


@pytest.mark.long
@pytest.mark.parametrize("anchors", [5, 8, 12, 20])
@pytest.mark.parametrize("shape", ["clustered", "seasonal", "growing"])
@pytest.mark.parametrize("habit", HABITS)
def test_the_reported_intervals_hold_a_planted_ratio_of_2_whatever_the_meetings(
    habit: str, shape: str, anchors: int
) -> None:
    found = held(Truth(habit, shape, anchors, ratio=2.0), 500)
    assert found.of["season"] >= 0.92 - found.error(0.92), found


def test_the_page_has_every_table_made_and_making_one_leaves_the_rest_alone() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in TABLES:
        table = page.split(f"<!-- table: {name} -->\n")[1].split("<!-- end -->")[0]
        assert table.count("\n") > 10
        assert made(page, name, [["a", "b"], ["1", "2"]]) == page.replace(table, "| a | b |\n|---|---|\n| 1 | 2 |\n")
