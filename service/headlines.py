"""The sentences that answers of the analyses begin with: made from the numbers, never saying more than they do."""

from __future__ import annotations

from dataclasses import dataclass

from service.analysis.exposure import AnchorUse, Reason
from service.analysis.results import NEEDED_ANCHORS, NEEDED_EXPECTED, RateRatio, Refusal, Sample


@dataclass(frozen=True, slots=True)
class Finding:
    """What a headline is made of: which activity before which anchors, how many of these, and the ratio."""

    label: str
    anchors_label: str
    lead_days: int
    left_out: int
    sample: Sample
    ratio: RateRatio


def headline(finding: Finding) -> str:
    """One sentence: the activity, the anchors used and left out, the ratio with its reported interval, its caveats."""
    if finding.sample.refusal:
        return refusal_words(finding.sample, finding.anchors_label, finding.label)
    ratio = finding.ratio
    interval = f"95 % interval {ratio.reported.low:.2f} to {ratio.reported.high:.2f}"
    left_out = f" ({finding.left_out} left out)" if finding.left_out else ""
    anchors = f"{finding.sample.anchors} {finding.anchors_label}{left_out}"
    before = f"{finding.label[:1].upper()}{finding.label[1:]}: in the {finding.lead_days} days before {anchors}"
    words = [f"{before} {ratio.ratio:.2f} times the rate elsewhere ({interval})", _verdict(ratio), "season not removed"]
    if finding.sample.few_meetings:
        words.append("few meetings: read as a description")
    return "; ".join(words) + "."


def _verdict(ratio: RateRatio) -> str:
    if ratio.reported.low > 1:
        return "more than elsewhere"
    if ratio.reported.high < 1:
        return "fewer, not more"
    return "no evidence either way"


def refusal_words(sample: Sample, anchors_label: str, label: str) -> str:
    """Why no figure is given, with what is missing."""
    label = f"{label[:1].upper()}{label[1:]}"
    if sample.refusal is Refusal.NO_COVERAGE:
        return f"{label}: no coverage is declared for it and {anchors_label} together: no rates, only the list."
    if sample.refusal is Refusal.FEW_ANCHORS:
        found = f"{sample.anchors} of {anchors_label} with covered windows"
        return f"{label}: too few meetings: {found}; {NEEDED_ANCHORS} needed."
    if sample.refusal is Refusal.NO_BASELINE:
        return f"{label}: no covered day lies outside the windows of {anchors_label}: there is nothing to compare with."
    return (
        f"{label}: too few events: {sample.expected:.1f} expected in the windows of {anchors_label};"
        f" {NEEDED_EXPECTED} needed."
    )


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
