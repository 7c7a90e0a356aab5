"""The headline of an answer: what it says follows from the figures, as docs/leadups.md has it."""

from __future__ import annotations

import re
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from service.analysis.intervals import Interval
from service.analysis.results import (
    Baseline,
    BaselineRefusal,
    Chance,
    Exposed,
    RateRatio,
    Refusal,
    RefusedBaseline,
    Sample,
    Separation,
)
from service.headlines import Finding, Verdict, headline, verdict

DOCUMENT = (Path(__file__).parents[2] / "docs" / "leadups.md").read_text(encoding="utf-8")


def ratio(low: float, high: float, baseline: Baseline = Baseline.SEASON, value: float = 1.5) -> RateRatio:
    reported = Interval(low, high)
    return RateRatio(baseline, Exposed(30, 600), Exposed(60, 1800), 20, value, reported, reported, 10)


def chance(p: float) -> Chance:
    return Chance(p / 2, 1 - p / 2, p, 1000, 0.3)


APART = Separation(0.8, 9, 7.2)
WHOLE = Finding(
    label="leader's visits",
    anchors_label="plenaries",
    lead_days=60,
    left_out=2,
    sample=Sample(10, 20, None, Baseline.SEASON),
    ratios=(ratio(0.8, 2.8),),
    separation=APART,
    chance=chance(0.2),
)


def refused(refusal: Refusal) -> Finding:
    return replace(WHOLE, sample=Sample(3, 2.5, refusal), ratios=(), chance=None)


def against_elsewhere(reason: BaselineRefusal, found: float) -> Finding:
    season = RefusedBaseline(Baseline.SEASON, reason, found)
    return replace(WHOLE, ratios=(ratio(0.8, 2.8, Baseline.ELSEWHERE),), refused=(season,), chance=None)


RESULTS = {
    "under 5 meetings with covered windows": refused(Refusal.FEW_ANCHORS),
    "under 5 events expected in the windows": refused(Refusal.FEW_EXPECTED),
    "no coverage is declared": refused(Refusal.NO_COVERAGE),
    "no covered day outside the windows": refused(Refusal.NO_BASELINE),
    "the interval lies above 1, and p (q of several activities) is at most 0.05": replace(
        WHOLE, ratios=(ratio(1.1, 2.8),), chance=chance(0.01)
    ),
    "the interval lies below 1, and p (q of several activities) is at most 0.05": replace(
        WHOLE, ratios=(ratio(0.2, 0.8),), chance=chance(0.01), q=0.04, asked=3
    ),
    "the interval holds 1, and p is over 0.05": WHOLE,
    "the interval leaves out 1, and p is over 0.05": replace(WHOLE, ratios=(ratio(1.1, 2.8),)),
    "the interval holds 1, and p is at most 0.05": replace(WHOLE, chance=chance(0.01)),
    "the baselines' ratios lie on both sides of 1, and an interval excludes 1": replace(WHOLE, robust=False),
    "`season` is refused, so that `before` or `elsewhere` comes first": against_elsewhere(
        BaselineRefusal.FEW_YEARS, 2.4
    ),
    "`season` is refused, since under a fifth of the windows can be told from it": against_elsewhere(
        BaselineRefusal.SAME_SEASON, 0.12
    ),
    "the free share is under 0.5": replace(WHOLE, separation=replace(APART, free_share=0.31)),
    "under 730 covered days": replace(WHOLE, chance=None),
    "under 8 meetings": replace(WHOLE, sample=Sample(7, 20, None, Baseline.SEASON)),
    "the calendar calls its coverage thin in the windows of some": replace(WHOLE, thin=3),
}


def said() -> dict[str, str]:
    table = DOCUMENT.split("| result | what the headline says |\n|---|---|\n")[1].split("\n\n")[0]
    return dict(line.strip("| ").split(" | ") for line in table.splitlines())


def test_the_document_tells_every_result() -> None:
    assert set(said()) == set(RESULTS)


@pytest.mark.parametrize("result", RESULTS)
def test_a_result_is_said_as_the_document_says(result: str) -> None:
    words = said()[result]
    sentence = headline(RESULTS[result])
    assert re.search(rf"[;:] {re.escape(words)}(;|\.|:| \d)", sentence), sentence
    others = {each for name, each in said().items() if RESULTS[name] != RESULTS[result] and each not in words}
    if verdict(RESULTS[result]) is Verdict.TOO_LITTLE:
        assert not [each for each in others if each in sentence], sentence


def test_a_headline_tells_meetings_ratio_interval_p_and_q() -> None:
    several = replace(WHOLE, q=0.31, asked=4)
    assert headline(several) == (
        "Leader's visits: in the 60 days before 10 plenaries (2 left out) 1.50 times what season and level alone would"
        " give (95 % interval 0.80 to 2.80), p = 0.200, q = 0.310 of 4 activities asked; no evidence either way."
    )


def test_thin_coverage_is_told_with_how_many_windows_it_touches() -> None:
    assert headline(replace(WHOLE, thin=3)).endswith("; coverage is thin in the windows of 3.")


def test_a_ratio_without_bound_is_said_in_words() -> None:
    assert "0.80 to no bound" in headline(replace(WHOLE, ratios=(ratio(0.8, inf),)))


def test_of_several_activities_it_is_q_that_must_bear_it_out() -> None:
    found = replace(WHOLE, ratios=(ratio(1.1, 2.8),), chance=chance(0.03))
    assert verdict(found) is Verdict.MORE
    assert verdict(replace(found, q=0.12, asked=4)) is Verdict.NO_EVIDENCE


def test_against_season_nothing_is_claimed_without_p() -> None:
    assert verdict(replace(WHOLE, ratios=(ratio(1.1, 2.8),), chance=None)) is Verdict.NO_EVIDENCE
