"""Picturing: the charts of an answer as SVG, each with a sentence that says what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from math import inf
from typing import Any, Final

from schemas.errors import InvalidRecord
from schemas.wording import day_words, short_day
from service.charts import leads, ratios, waiting
from service.charts.drawing import Words

Answer = Mapping[str, Any]


def leadups(answer: Answer, chart: str, of: int) -> bytes:
    """A chart (of LEADUPS) of an answer about lead-ups, of its first activity, or the second, ...; raises InvalidRecord
    where it has not so many as `of`."""
    activities = answer["activities"]
    if of > len(activities):
        detail = f"There is no activity {of}: {len(activities)} asked."
        raise InvalidRecord([{"detail": detail, "pointer": "?of"}])
    return LEADUPS[chart](answer, activities[of - 1]).encode()


def shown(activity: Answer, chart: str) -> str:
    """What a chart (of LEADUPS) of an activity shows besides its headline, for those who do not see it."""
    return " ".join(SENTENCES[chart](activity))


def _told(activity: Answer, chart: str) -> str:
    return f"{activity['headline']} {shown(activity, chart)}".strip()


def gaps_shown(answer: Answer) -> str:
    """What the chart of an answer about waits shows, in sentences for those who do not see it."""
    return f"{answer['headline']} By day since the first visit, the share that had opened."


def gaps(answer: Answer) -> bytes:
    """The chart of an answer about waits: the share that had opened by each day."""
    drawn = [
        waiting.Step(each["day"], each["share"], each["low"] or 0, _or(each["high"], 1)) for each in answer["curve"]
    ]
    words = _words(answer, answer["headline"], gaps_shown(answer))
    return waiting.waiting(drawn, answer["still_waiting_days"], words).encode()


def _profile(answer: Answer, activity: Answer) -> str:
    drawn = [
        leads.Lead(each["lead"], each["rate"], each["mean"], each["low"], each["high"]) for each in activity["curve"]
    ]
    weeks = [
        leads.WeekBar(each["lead_from"], each["lead_to"], each["rate"], each["low"], each["high"])
        for each in activity["profile"]
    ]
    return leads.profile(drawn, weeks, _words(answer, activity["headline"], _told(activity, "profile")))


def _of_the_curve(activity: Answer) -> Iterator[str]:
    rates = [(each["rate"], each["lead"]) for each in activity["curve"] if each["rate"] is not None]
    if rates:
        (most, at), (least, at_least) = max(rates), min(rates)
        yield f"The smoothed rate goes from {least:.3f} a day, {at_least} days before, to {most:.3f}, {at} days before."
    if activity["band"]:
        outside = activity["band"]["leads_outside"]
        yield f"It lies outside the band of chance on {outside} of {len(activity['curve'])} days of lead."


def _epochs(answer: Answer, activity: Answer) -> str:
    rows = [
        leads.Epoch(f"{_opened(case)}, {case['title']}", [leads.Dot(*event["lead_days"]) for event in case["events"]])
        for case in activity["cases"]
    ]
    words = _words(answer, activity["headline"], _told(activity, "epochs"))
    return leads.epochs(rows, answer["question"]["lead_days"], words)


def _opened(case: Answer) -> str:
    return short_day(date.fromisoformat(case["starts"]))


def _of_the_epochs(activity: Answer) -> Iterator[str]:
    counts = ", ".join(f"{_opened(case)}: {case['count']:g}" for case in activity["cases"])
    yield f"Events before each meeting: {counts or 'none'}."


def _ratios(answer: Answer, activity: Answer) -> str:
    rows = [_row(each) for each in activity["ratios"] if each["ratio"] is not None]
    return ratios.ratios(rows, _words(answer, activity["headline"], _told(activity, "ratios")))


def _of_the_ratios(activity: Answer) -> Iterator[str]:
    rows = (_row(each) for each in activity["ratios"] if each["ratio"] is not None)
    told = "; ".join(f"{each.baseline} {each.ratio:.2f} ({each.low:.2f} to {each.high:.2f})" for each in rows)
    yield f"Times the rate of each baseline: {told or 'none is given'}."


def _row(ratio: Answer) -> ratios.RatioRow:
    low, high = ratio["if_independent"]
    ends = (_or(ratio["low"], 0), _or(ratio["high"], inf), _or(low, 0), _or(high, inf))
    return ratios.RatioRow(ratio["baseline"], ratio["ratio"], *ends)


def _or(figure: float | None, else_: float) -> float:
    """A figure; where there is none, the bound that it has not."""
    return else_ if figure is None else figure


def _words(answer: Answer, title: str, sentence: str) -> Words:
    return Words(title, sentence, f"As known on {day_words(date.fromisoformat(answer['as_known_on']))}.")


LEADUPS: Final[Mapping[str, Callable[[Answer, Answer], str]]] = {
    "profile": _profile,
    "epochs": _epochs,
    "ratios": _ratios,
}
"""The charts of an answer about lead-ups."""

SENTENCES: Final[Mapping[str, Callable[[Answer], Iterator[str]]]] = {
    "profile": _of_the_curve,
    "epochs": _of_the_epochs,
    "ratios": _of_the_ratios,
}
"""What each of them shows besides its headline."""
