"""/programmes/<name> - a programme's sites, how many are open of those promised, and what is not covered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from flask import Blueprint, Response

from schemas.calendars import Promise
from schemas.wording import day_words
from service import programmes
from service.charts.axes import Axis, Band
from service.doors import asking
from service.pages.conventions import page, standing
from service.pages.naming import page_of, place_words
from service.programmes import Progress

door = Blueprint("programmes-page", __name__)


@dataclass(frozen=True, slots=True)
class Curve:
    """How many sites were open by day, as points of a drawing 100 wide and 100 high, beside what was promised."""

    axis: Axis
    top: int
    opened: str
    promised: str
    uncovered: list[Band]


@door.route("/programmes/<name>")
@asking
def show_programme(name: str) -> Response:
    """A programme, in each calendar that has it."""
    with standing() as at:
        found = programmes.progress(at, name)
        return page(
            "programme.html",
            at,
            found=[(each, curve(each, at.day)) for each in found],
            name=found[0].name,
            sentence=sentence,
            covered_words=covered_words,
            place_words=place_words,
            page_of=partial(page_of, at),
        )


def sentence(found: Progress, day: date) -> str:
    """`19 sites are recorded as open by 31 December 2025, of 40 promised by the end of 2025.`"""
    told = f"{found.opened} of {len(found.sites)} sites that are known are recorded as open"
    year = next((each for each in reversed(found.years) if each.promised_by_then), None)
    if year is None:
        return f"{told}."
    by_year_end = f"{told}; {year.promised_by_then} in all are promised by the end of {year.year}"
    return f"{by_year_end}, as known on {day_words(day)}."


def covered_words(found: Progress, day: date) -> str:
    """From when to when openings are covered, and what that leaves open."""
    if found.since is None or found.counted is None:
        return "Openings are not covered: how many more there were is not known here."
    told = f"Openings are covered from {day_words(found.since)} to {day_words(found.counted)}; not covered before"
    return f"{told}, and not covered since." if found.counted < day else f"{told}."


def curve(found: Progress, day: date) -> Curve | None:
    """The drawing of what was open by day; None without a promise, or where nothing has opened."""
    openings = sorted(site.opening for site in found.sites if site.opening)
    if not found.promise or not openings:
        return None
    axis = Axis(found.promise.since, max(day, openings[-1]))
    top = max(len(openings), _promised(found.promise, axis.last))
    uncovered = []
    if found.since and found.counted:
        early = axis.band(axis.first, found.since) if found.since > axis.first else None
        late = axis.band(found.counted, axis.last) if found.counted < axis.last else None
        uncovered = [each for each in (early, late) if each]
    return Curve(axis, top, _steps(axis, openings, top), _line(axis, found.promise, top), uncovered)


def _steps(axis: Axis, openings: list[date], top: int) -> str:
    points = ["0,100"]
    for number, each in enumerate(openings):
        x = axis.at(max(each, axis.first))
        points += [f"{x},{_height(number, top)}", f"{x},{_height(number + 1, top)}"]
    return " ".join([*points, f"100,{_height(len(openings), top)}"])


def _line(axis: Axis, promise: Promise, top: int) -> str:
    """What was promised: so many more by the end of each year, as steps."""
    points, promised = ["0,100"], 0
    for year in range(promise.since.year + 1, axis.last.year + 1):
        x = axis.at(date(year, 1, 1))
        points += [f"{x},{_height(promised, top)}"]
        promised += promise.sites_a_year
        points += [f"{x},{_height(promised, top)}"]
    return " ".join([*points, f"100,{_height(promised, top)}"])


def _promised(promise: Promise, day: date) -> int:
    """How many sites were promised by the ends of the years that are over."""
    return promise.sites_a_year * max(0, min(day.year - 1, promise.until.year) - promise.since.year + 1)


def _height(count: int, top: int) -> float:
    return round(100 - 100 * count / top, 2)
