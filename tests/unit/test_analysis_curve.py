"""The season x level curve beside statsmodels: fits, fits without a group of days, and the share left free."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray

from service.analysis import curve

RNG = np.random.default_rng(7)
DAYS = np.arange(1500)
ON = (DAYS % 97 > 2) & (DAYS != 700)
DESIGN = curve.terms(DAYS)
COUNT = RNG.poisson(0.4 * np.exp(0.6 * np.cos(2 * np.pi * DAYS / 365.25) + DAYS / 2000)).astype(np.float64)


def theirs(design: curve.Design, count: NDArray[np.float64], on: NDArray[np.bool_]) -> Any:
    model = sm.GLM(count[on], design.dense()[on], family=sm.families.Poisson())
    return model.fit(tol=1e-14, maxiter=100)


def test_the_terms_are_two_yearly_harmonics_and_a_level_with_a_knot_a_year() -> None:
    dense = DESIGN.dense()
    assert dense.shape == (1500, 4 + 5)  # 1500 days are 4.1 years: four stretches, five knots
    angle = 2 * np.pi * DAYS / 365.25
    season = [np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)]
    assert dense[:, :4] == pytest.approx(np.column_stack(season), abs=1e-12)
    knots = np.linspace(0, 1499, 5)
    hats = [np.interp(DAYS, knots, one) for one in np.eye(5)]
    assert dense[:, 4:] == pytest.approx(np.column_stack(hats), abs=1e-9)


def test_sums_over_the_terms_are_those_of_the_dense_matrix() -> None:
    design = DESIGN.adding(DAYS % 200 < 60)
    dense, values = design.dense(), RNG.normal(size=DAYS.size)
    assert design.size == dense.shape[1] == 10
    assert dense[:, -1].tolist() == (DAYS % 200 < 60).tolist()
    assert design.totals(values) == pytest.approx(dense.T @ values, abs=1e-9)
    assert design.products(values) == pytest.approx(dense.T @ (dense * values[:, np.newaxis]), abs=1e-9)
    some = dense[300:900]
    assert design.products(values, 300, 900) == pytest.approx(some.T @ (some * values[300:900, np.newaxis]), abs=1e-9)


def test_a_fit_is_statsmodels_poisson_regression() -> None:
    design = DESIGN.adding(DAYS % 211 < 60)
    ours, other = curve.fit(design, COUNT, ON), theirs(design, COUNT, ON)
    assert ours.coefficients == pytest.approx(other.params, rel=1e-9, abs=1e-9)
    assert ours.mean == pytest.approx(np.exp(design.dense() @ other.params), rel=1e-9)


def test_a_fit_does_not_depend_on_where_it_begins() -> None:
    there = curve.fit(DESIGN, COUNT, ON)
    assert curve.fit(DESIGN, COUNT, ON, np.full(9, -2.0)).coefficients == pytest.approx(there.coefficients, abs=1e-9)


def test_empty_years_are_expected_to_be_empty() -> None:
    count = np.where(DAYS > 1000, COUNT, 0)
    fitted = curve.fit(DESIGN, count, ON)
    assert np.isfinite(fitted.coefficients).all()
    assert fitted.mean[ON].sum() == pytest.approx(count[ON].sum())
    assert fitted.mean[:300].sum() < 0.01


def test_no_events_at_all_are_expected_to_be_none() -> None:
    assert curve.fit(DESIGN, np.zeros(1500), ON).mean.sum() == pytest.approx(0, abs=1e-9)


def test_one_step_without_a_group_is_newtons_on_the_dense_matrix() -> None:
    fitted, dense, edges = curve.fit(DESIGN, COUNT, ON), DESIGN.dense(), [0, 260, 700, 1500]
    rows = curve.one_step(DESIGN, COUNT, fitted, ON, edges)
    for row, (first, last) in zip(rows, [(0, 260), (260, 700), (700, 1500)], strict=True):
        kept = ON & ~((first <= DAYS) & (last > DAYS))
        information = dense[kept].T @ (dense[kept] * fitted.mean[kept, np.newaxis])
        step = np.linalg.lstsq(information, dense[kept].T @ (COUNT - fitted.mean)[kept], rcond=None)[0]
        assert dense[kept] @ row == pytest.approx(dense[kept] @ (fitted.coefficients + step), abs=1e-6)


def test_one_step_comes_near_the_fit_of_its_own() -> None:
    design = DESIGN.adding(DAYS % 211 < 60)
    fitted = curve.fit(design, COUNT, ON)
    row = curve.one_step(design, COUNT, fitted, ON, [0, 700, 800, 1500])[1]
    afresh = curve.fit(design, COUNT, ON & ~((DAYS >= 700) & (DAYS < 800))).coefficients
    assert row[-1] == pytest.approx(afresh[-1], abs=0.01)
    assert abs(row[-1] - fitted.coefficients[-1]) > 10 * abs(row[-1] - afresh[-1])


def test_the_free_share_is_what_statsmodels_leaves_unexplained() -> None:
    inside = DAYS % 365 > 300
    other = sm.OLS(inside[ON].astype(float), DESIGN.dense()[ON]).fit()
    assert curve.free_share(DESIGN, inside, ON) == pytest.approx(1 - other.rsquared, rel=1e-9)


@pytest.mark.parametrize("days", [0, 1500])
def test_nothing_is_free_of_an_indicator_that_is_constant(days: int) -> None:
    assert curve.free_share(DESIGN, days > DAYS, ON) == 0


def test_meetings_at_one_season_leave_little_free_and_scattered_ones_nearly_all() -> None:
    yearly, scattered = (DAYS + 30) % 365.25 < 60, np.isin(DAYS // 60, [1, 7, 12, 18, 22])
    assert curve.free_share(DESIGN, yearly, ON) < 0.45
    assert curve.free_share(DESIGN, scattered, ON) > 0.8


def test_growth_is_statsmodels_slope() -> None:
    matrix = np.column_stack([DESIGN.dense()[:, :4], np.ones(1500), DAYS / 365])
    other = sm.GLM(COUNT[ON], matrix[ON], family=sm.families.Poisson()).fit(tol=1e-14)
    assert curve.growth_a_year(DAYS, COUNT, ON) == pytest.approx(np.exp(other.params[-1]), rel=1e-9)
    assert curve.growth_a_year(DAYS + 5000, COUNT, ON) == pytest.approx(np.exp(other.params[-1]), rel=1e-9)
    assert curve.growth_a_year(DAYS, np.zeros(1500), ON) is None


def test_where_day_0_lies_does_not_matter() -> None:
    here, there = curve.fit(DESIGN, COUNT, ON), curve.fit(curve.terms(DAYS + 4321), COUNT, ON)
    assert here.mean == pytest.approx(there.mean, rel=1e-9)


def test_a_gap_in_coverage_leaves_no_knot_without_days() -> None:
    design = curve.terms(np.concatenate([np.arange(800), np.arange(4000, 4700)]))
    assert (design.products(np.ones(1500)).diagonal()[4:] > 80).all()
