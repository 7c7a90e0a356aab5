"""Figures of the analyses as JSON: typed results in, plain values out, with six decimals at most so that they read and
compare the same everywhere; null where undefined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from service.analysis.intervals import Interval
from service.analysis.results import (
    Band,
    Chance,
    ChanceAt,
    Dispersion,
    Distance,
    EpochSigns,
    Exposed,
    Nearest,
    Profile,
    RateRatio,
    Separation,
    Tally,
    Week,
)


def number(value: float | None) -> float | None:
    """A figure with six decimals at most; null where undefined or without bound."""
    return round(float(value), 6) if value is not None and isfinite(value) else None


def bounds(interval: Interval) -> list[float | None]:
    """[low, high]"""
    return [number(interval.low), number(interval.high)]


def week(value: Week, *, bare: bool) -> dict[str, Any]:
    """A week of lead; `bare` leaves out the interval, as where the sample is too small for any."""
    return {
        "lead_from": value.lead_from,
        "lead_to": value.lead_to,
        "count": number(value.count),
        "days": value.days,
        "rate": number(value.rate),
        "low": None if bare else number(value.low),
        "high": None if bare else number(value.high),
    }


def curve(profile: Profile) -> list[dict[str, Any]]:
    """By lead: the smoothed rate, the null's mean and its simultaneous band, and whether the rate leaves it."""
    rates = [{"lead": lead, "rate": number(rate)} for lead, rate in enumerate(profile.curve.tolist(), 1)]
    return [row | beside for row, beside in zip(rates, _null(profile.band, len(rates)), strict=True)]


def _null(band: Band | None, leads: int) -> Iterable[dict[str, Any]]:
    if band is None:
        return [{"mean": None, "low": None, "high": None, "outside": None}] * leads
    rows = zip(band.mean.tolist(), band.low.tolist(), band.high.tolist(), band.outside.tolist(), strict=True)
    return [
        {"mean": number(mean), "low": number(low), "high": number(high), "outside": out}
        for mean, low, high, out in rows
    ]


def band(value: Band | None) -> dict[str, Any] | None:
    """The one critical value of the band, how many leads lie outside it, and how often chance does that anywhere."""
    if value is None:
        return None
    return {"critical": number(value.critical), "leads_outside": int(value.outside.sum()), "p": number(value.p)}


def ratio(value: RateRatio, chance: Chance | None, q: float | None) -> dict[str, Any]:
    """A ratio with both intervals; p and q stand beside `season` alone."""
    return {
        "baseline": value.baseline,
        "inside": exposed(value.inside) | {"expected": number(value.expected)},
        "outside": exposed(value.outside),
        "ratio": number(value.ratio),
        "low": number(value.reported.low),
        "high": number(value.reported.high),
        "if_independent": bounds(value.independent),
        "anchors": value.anchors,
        "growth": number(value.growth),
        "p": number(chance.p) if chance else None,
        "q": number(q),
    }


def exposed(value: Exposed) -> dict[str, Any]:
    """{count, days, rate}"""
    return {
        "count": number(value.count),
        "days": value.days,
        "rate": number(value.count / value.days) if value.days else None,
    }


def separation(value: Separation | None) -> dict[str, Any] | None:
    """{free_share, clean_years, covered_years}"""
    if value is None:
        return None
    return {
        "free_share": number(value.free_share),
        "clean_years": value.clean_years,
        "covered_years": number(value.covered_years),
    }


def chance(value: Chance | None, q: float | None, asked: int) -> dict[str, Any] | None:
    """{p, p_up, p_down, q, asked, turns, statistic}"""
    if value is None:
        return None
    return {
        "p": number(value.p),
        "p_up": number(value.p_up),
        "p_down": number(value.p_down),
        "q": number(q),
        "asked": asked,
        "turns": value.turns,
        "statistic": number(value.statistic),
    }


def chance_at(value: ChanceAt) -> dict[str, Any]:
    """{lead_days, anchors, p}"""
    return {"lead_days": value.lead_days, "anchors": value.anchors, "p": number(value.p)}


def epochs(value: EpochSigns | None) -> dict[str, Any] | None:
    """{above, below, ties, p}"""
    if value is None:
        return None
    return {"above": value.above, "below": value.below, "ties": value.ties, "p": number(value.p)}


def nearest(value: Nearest | None) -> dict[str, Any] | None:
    """{anchors, back, either}"""
    if value is None:
        return None
    return {"anchors": value.anchors, "back": _distance(value.back), "either": _distance(value.either)}


def _distance(value: Distance) -> dict[str, Any]:
    return {
        "mean_days": number(value.mean_days),
        "by_chance": number(value.null_mean),
        "low": number(value.null_low),
        "high": number(value.null_high),
    }


def dispersion(value: Dispersion) -> dict[str, Any]:
    """{blocks, mean, variance, index}"""
    return {
        "blocks": value.blocks,
        "mean": number(value.mean),
        "variance": number(value.variance),
        "index": number(value.index),
    }


def left_out(tally: Tally, apart: Mapping[str, str], *, of_meeting: str) -> dict[str, float]:
    """How many events were not counted, by reason; of those `apart`, the ones whose reason is `of_meeting`, and the
    others."""
    parts = list(apart.values())
    return {
        "part_of_meeting": parts.count(of_meeting),
        "part_of_activity": len(parts) - parts.count(of_meeting),
        "day_uncertain": tally.uncertain,
        "on_meeting_days": tally.meeting,
        "in_windows_left_out": tally.left_out,
        "not_covered": tally.not_covered,
    }
