"""The sentences that answers of the analyses begin with: made from the numbers, never saying more than they do.

docs/leadups.md has a table of what is said when; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Final

from service.analysis.exposure import AnchorUse, Reason
from service.analysis.intervals import Interval
from service.analysis.results import (
    NEEDED_ANCHORS,
    NEEDED_EXPECTED,
    NEEDED_FREE_SHARE,
    NEEDED_TURN_DAYS,
    NEEDED_YEARS,
    PLENTY_FREE_SHARE,
    Baseline,
    BaselineRefusal,
    Chance,
    RateRatio,
    Refusal,
    RefusedBaseline,
    Sample,
    Separation,
)

EVIDENCE: Final = 0.05
"""How small p must be, or q where several activities were asked, before a difference is spoken of."""

SEASON_NOT_REMOVED: Final = "season not removed"
SAME_SEASON: Final = "these meetings recur at the same season: season and run-up are hard to tell apart"
FEW_MEETINGS: Final = "few meetings: read as a description"
THIN: Final = "coverage is thin in the windows of"
NO_TURNS: Final = f"no p: it needs {NEEDED_TURN_DAYS} covered days"

AGAINST: Final = {
    Baseline.SEASON: "times what season and level alone would give",
    Baseline.BEFORE: "times the rate in as many days before that",
    Baseline.ELSEWHERE: "times the rate elsewhere",
}


class Verdict(StrEnum):
    """What the numbers of one activity allow to be said of it, in one word."""

    MORE = "more"
    FEWER = "fewer"
    NO_EVIDENCE = "no-evidence"
    NOT_ROBUST = "not-robust"
    TOO_LITTLE = "too-little"


VERDICTS: Final = {
    Verdict.MORE: "more than that",
    Verdict.FEWER: "fewer, not more",
    Verdict.NO_EVIDENCE: "no evidence either way",
    Verdict.NOT_ROBUST: "not robust: the baselines disagree on whether it is more or fewer",
}


DISAGREE: Final = {True: "p does not bear the interval out", False: "the interval does not bear p out"}
"""By whether the interval excludes 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a headline is made of: which activity before which anchors, how many of these were left out, and figures.

    `ratios` stand in the order of `Baseline`; `q` is the p among all `asked` activities; `robust` as of the study; in
    the windows of `thin` meetings the calendar itself calls its coverage thin.
    """

    label: str
    anchors_label: str
    lead_days: int
    left_out: int
    sample: Sample
    ratios: Sequence[RateRatio] = ()
    refused: Sequence[RefusedBaseline] = ()
    separation: Separation | None = None
    chance: Chance | None = None
    q: float | None = None
    asked: int = 1
    robust: bool = True
    thin: int = 0


def headline(finding: Finding) -> str:
    """One sentence: the activity, the anchors used and left out, the ratio with its interval, p, the caveats."""
    if finding.sample.refusal or not finding.ratios:
        return refusal_words(finding.sample, finding.anchors_label, finding.label)
    ratio = finding.ratios[0]
    left_out = f" ({finding.left_out} left out)" if finding.left_out else ""
    anchors = f"{finding.sample.anchors} {finding.anchors_label}{left_out}"
    before = f"{_begun(finding.label)}: in the {finding.lead_days} days before {anchors}"
    interval = f"95 % interval {interval_words(ratio.reported)}"
    figures = f"{before} {ratio.ratio:.2f} {AGAINST[ratio.baseline]} ({interval}){_chance_words(finding)}"
    return "; ".join([figures, _verdict_words(finding), *caveats(finding)]) + "."


def verdict(finding: Finding) -> Verdict:
    """What may be said: more or fewer only where the reported interval and, beside `season`, p (q among several
    activities) both bear it out, and no baseline speaks against it."""
    if finding.sample.refusal or not finding.ratios:
        return Verdict.TOO_LITTLE
    if not finding.robust:
        return Verdict.NOT_ROBUST
    ratio = finding.ratios[0]
    if ratio.baseline is Baseline.SEASON and not _borne_out(finding):
        return Verdict.NO_EVIDENCE
    if ratio.reported.low > 1:
        return Verdict.MORE
    return Verdict.FEWER if ratio.reported.high < 1 else Verdict.NO_EVIDENCE


def _verdict_words(finding: Finding) -> str:
    """The verdict; where interval and p disagree, which of them does not bear it out."""
    found, ratio = verdict(finding), finding.ratios[0]
    if found is not Verdict.NO_EVIDENCE or finding.chance is None:
        return VERDICTS[found]
    apart = ratio.reported.low > 1 or ratio.reported.high < 1
    if apart == _borne_out(finding):
        return VERDICTS[found]
    return f"{VERDICTS[found]}: {DISAGREE[apart]}"


def caveats(finding: Finding) -> list[str]:
    """What is to be kept in mind beside the figures."""
    words = []
    if finding.ratios[0].baseline is not Baseline.SEASON:
        words.append(SEASON_NOT_REMOVED)
        words += [refused_words(each) for each in finding.refused if each.baseline is Baseline.SEASON]
    elif finding.chance is None:
        words.append(NO_TURNS)
    if finding.ratios[0].baseline is Baseline.SEASON and _hard_to_tell_apart(finding.separation):
        words.append(SAME_SEASON)
    if finding.sample.few_meetings:
        words.append(FEW_MEETINGS)
    if finding.thin:
        words.append(f"{THIN} {finding.thin}")
    return words


def _hard_to_tell_apart(separation: Separation | None) -> bool:
    return separation is not None and separation.free_share < PLENTY_FREE_SHARE


def _borne_out(finding: Finding) -> bool:
    if finding.chance is None:
        return False
    found = finding.chance.p if finding.q is None else finding.q
    return found <= EVIDENCE


def _chance_words(finding: Finding) -> str:
    if finding.chance is None:
        return ""
    among = f", q = {finding.q:.3f} of {finding.asked} activities asked" if finding.q is not None else ""
    return f", p = {finding.chance.p:.3f}{among}"


def interval_words(interval: Interval) -> str:
    """`0.47 to 1.11`; an end without bound in words."""
    high = f"{interval.high:.2f}" if isfinite(interval.high) else "no bound"
    return f"{interval.low:.2f} to {high}"


def refusal_words(sample: Sample, anchors_label: str, label: str) -> str:
    """Why no figure is given, with what is missing."""
    label = _begun(label)
    if sample.refusal is Refusal.NO_COVERAGE:
        return f"{label}: no coverage is declared for it and {anchors_label} together: no rates, only the list."
    if sample.refusal is Refusal.FEW_ANCHORS:
        found = f"{sample.anchors} of {anchors_label} with covered windows"
        return f"{label}: too few meetings: {found}; {NEEDED_ANCHORS} needed."
    if sample.refusal is Refusal.FEW_EXPECTED:
        found = f"{sample.expected:.1f} expected in the windows of {anchors_label}"
        return f"{label}: too few events: {found}; {NEEDED_EXPECTED} needed."
    return f"{label}: no covered day lies outside the windows of {anchors_label}: there is nothing to compare with."


def refused_words(refused: RefusedBaseline) -> str:
    """Why one baseline is not given, with the number that explains it."""
    found = refused.found
    return {
        BaselineRefusal.FEW_YEARS: f"{found:.1f} covered years; {NEEDED_YEARS} needed to tell the season",
        BaselineRefusal.SAME_SEASON: f"these meetings recur at the same season: a free share of {found:.2f},"
        f" {NEEDED_FREE_SHARE} needed",
        BaselineRefusal.FEW_ANCHORS: f"{found:.0f} meetings have enough days left to compare with;"
        f" {NEEDED_ANCHORS} needed",
        BaselineRefusal.NO_DAYS: "there is no covered day to compare with",
        BaselineRefusal.NO_EVENTS: "there is no event on the days to compare with",
        BaselineRefusal.NO_BOUND: f"too few events lie on the days to compare with ({found:g})",
    }[refused.reason]


def anchor_reason(use: AnchorUse, other: str | None, lead_days: int) -> str | None:
    """Why an anchor has no window of its own in the rates, in words; None for one that has."""
    if use.reason is None:
        return None
    if use.reason is Reason.MERGED:
        return f"one meeting with {other}"
    if use.reason is Reason.UNCERTAIN:
        return f"its first day is uncertain by {use.uncertain_days} days"
    if use.reason is Reason.NOT_COVERED:
        return f"only {use.covered_days} of its {lead_days} lead days are covered"
    if use.reason is Reason.OVERLAPS:
        return f"its window overlaps that of {other}"
    return f"only {use.left_days} of its {lead_days} lead days are left after the meeting before"


def _begun(label: str) -> str:
    return f"{label[:1].upper()}{label[1:]}"
