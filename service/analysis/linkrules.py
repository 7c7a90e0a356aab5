"""What makes a link likely: for each rel a rule that gives two events points, each with its reason in words.

A rule looks only at kinds' groups, days, places, programmes, themes and the words of titles; docs/suggestions.md
says each in full. 100 points are a score of 1. No rule reads other links, so that leaving one out changes no score.
"""

from __future__ import annotations

from datetime import date, timedelta

from schemas.links import EventFacts
from service.analysis.titles import Weights, begins, numbered_apart

Points = list[tuple[int, str]]

SHORT_DAYS = 8
"""How long after an act another is still its sequel."""
SITE_DAYS = 400
"""How long before an opening, or between two visits to a site, is near."""
EVE_DAYS = 3
"""How soon after a meeting the news of what it convened comes."""
LEAD_DAYS = 45
"""How long before a key meeting an act may lead up to it."""


def announces(meeting: EventFacts, convened: EventFacts, weights: Weights) -> Points:
    """A meeting, and another one of which a date was announced as it ended or in the days after."""
    last = meeting.when.ends_max or first_day(meeting)
    day = min((day for day in convened.convened if 0 <= (day - last).days <= EVE_DAYS), default=None)
    if day is None or first_day(convened) <= first_day(meeting):
        return []
    gap = (day - last).days
    soon = (70, "announced on the day it ended" if gap == 0 else "announced the day after it ended")
    later = (55, f"announced {gap} days after it ended")
    return [soon if gap <= 1 else later, *_words(meeting, convened, weights, 30)]


def completes(opening: EventFacts, earlier: EventFacts, weights: Weights) -> Points:
    """A ceremony that begins nothing, and an earlier visit to, or beginning of, its site."""
    gap = days_between(earlier, opening)
    if gap <= 0 or not opens(opening) or not (earlier.group == "visit" or starts_work(earlier)):
        return []
    place = _place(opening, earlier, 45, 25)
    words = weights.share(opening.words, earlier.words)
    if not place or words < 0.15:
        return []
    near = [(10, f"within {SITE_DAYS} days")] if gap <= SITE_DAYS else []
    apart = [(-45, "their titles number different things")] if numbered_apart(opening.title, earlier.title) else []
    return [*place, *_words(opening, earlier, weights, 40), *_programme(opening, earlier, 20), *near, *apart]


def part_of(part: EventFacts, whole: EventFacts, weights: Weights) -> Points:
    """An act inside the days of a meeting, a summit, or a longer act, at its place or of its name."""
    if whole.when.uncertain or not (_holds(whole, part) and _may_hold(whole, part)):
        return []
    inside = [(35 if _length(whole) > _length(part) else 30, "within its days")]
    return [*inside, *_fitting(part, whole), *_place(part, whole, 20, 10), *_words(part, whole, weights, 50)]


def follows_up(sequel: EventFacts, earlier: EventFacts, weights: Weights) -> Points:
    """An act some days after another of the same name or site (on one day only an appearance: which of two other acts
    came first is not known); or the next visit to a site."""
    gap = days_between(earlier, sequel)
    if gap < 0 or (gap == 0 and not _marks(sequel, earlier)) or _elsewhere(sequel, earlier):
        return []
    site = _place(sequel, earlier, 25, 0)
    words = weights.share(sequel.words, earlier.words)
    again = sequel.group == earlier.group == "visit" or (sequel.group == "visit" and starts_work(earlier))
    if gap > SHORT_DAYS and not (site and again and gap <= SITE_DAYS):
        return []
    if words < (0.25 if site else 0.4):
        return []
    near = [(25 if gap <= 4 else 15, _after(gap))] if gap <= SHORT_DAYS else [(10, f"{_after(gap)}, on site again")]
    alike = [(10, "of the same kind")] if sequel.kind == earlier.kind and sequel.group != "appearance" else []
    alike += [(15, f"an appearance after a {earlier.group}")] if _marks(sequel, earlier) else []
    return [*near, *site, *alike, *_words(sequel, earlier, weights, 50)]


def leads_up_to(act: EventFacts, meeting: EventFacts, weights: Weights) -> Points:
    """An act in the days before a key meeting that was known to be coming."""
    gap = days_between(act, meeting)
    if not 0 < gap <= LEAD_DAYS or meeting.known_since > first_day(act) + timedelta(EVE_DAYS):
        return []
    themes = sorted(act.themes & meeting.themes)
    shared = [(5 * min(len(themes), 3), f"both about {', '.join(themes)}")] if themes else []
    sort = [(15, "a meeting before a meeting")] if act.group == "meeting" else []
    sort += [(15, "of a programme")] if act.programme else []
    close = [(30 if gap <= 14 else 20, f"{gap} day{'' if gap == 1 else 's'} before it, when it was known to be coming")]
    return [*close, *sort, *shared, *_words(act, meeting, weights, 40)]


def same_programme(one: EventFacts, other: EventFacts, weights: Weights) -> Points:
    """An act of a programme and the one before it: true, and weak, since a filter by programme says it better."""
    del weights
    return _programme(one, other, 50)


def same_place(one: EventFacts, other: EventFacts, weights: Weights) -> Points:
    """An act at a site and the one before it there: true, and weak, since a filter by place says it better."""
    del weights
    return _place(one, other, 50, 0)


def _words(one: EventFacts, other: EventFacts, weights: Weights, most: int) -> Points:
    points = round(most * weights.share(one.words, other.words))
    shared = weights.telling(one.words & other.words)
    return [(points, f"titles share {', '.join(shared)}")] if points and shared else []


def _place(one: EventFacts, other: EventFacts, same: int, near: int) -> Points:
    sites = sorted(one.sites & other.sites)
    if sites:
        return [(same, f"same place: {one.names.get(sites[0], sites[0])}")]
    around = sorted((one.sites | one.around) & (other.sites | other.around))
    return [(near, f"both in {one.names.get(around[0], around[0])}")] if around and near else []


def _programme(one: EventFacts, other: EventFacts, points: int) -> Points:
    if one.programme is None or one.programme != other.programme:
        return []
    return [(points, f"same programme: {one.names.get(one.programme, one.programme)}")]


def opens(event: EventFacts) -> bool:
    return event.group == "ceremony" and not begins(event.title)


def starts_work(event: EventFacts) -> bool:
    return event.group == "ceremony" and begins(event.title)


def _elsewhere(one: EventFacts, other: EventFacts) -> bool:
    """Whether both belong to one programme but to different sites of it: neighbours in a list, not a sequel."""
    return bool(one.programme and one.programme == other.programme and not one.around & other.around)


def _marks(sequel: EventFacts, earlier: EventFacts) -> bool:
    return sequel.group == "appearance" and earlier.group in ("meeting", "ceremony", "test", "speech")


def _holds(whole: EventFacts, part: EventFacts) -> bool:
    if not (whole.when.ends_max and part.when.ends_max):
        return False
    return first_day(whole) <= first_day(part) and last_day(part) <= last_day(whole)


_PARTS = ("speech", "appearance", "other")
_WHOLES = ("meeting", "diplomacy")


def _may_hold(whole: EventFacts, part: EventFacts) -> bool:
    if _length(whole) > _length(part):
        return whole.group in (*_WHOLES, "visit", "test") or part.group == whole.group
    return (part.group in _PARTS and whole.group not in _PARTS) or (part.group == "ceremony" and whole.group in _WHOLES)


def _fitting(part: EventFacts, whole: EventFacts) -> Points:
    if part.group in _PARTS and whole.group in _WHOLES:
        return [(15, f"a part of the sort that a {whole.group} has")]
    if whole.group == "diplomacy" and _length(whole) > _length(part):
        return [(15, "within days spent with guests or hosts")]
    inner = part.group == whole.group == "meeting"
    return [(15, "a meeting within a longer one")] if inner and _length(whole) > _length(part) else []


def first_day(event: EventFacts) -> date:
    assert event.when.starts_min, "only events with a first day are compared"
    return event.when.starts_min


def last_day(event: EventFacts) -> date:
    return event.when.ends_max or first_day(event)


def _length(event: EventFacts) -> int:
    return (last_day(event) - first_day(event)).days


def days_between(one: EventFacts, other: EventFacts) -> int:
    """The days from the end of `one` to the start of `other`; negative where they meet or the order is the other."""
    return (first_day(other) - last_day(one)).days


def _after(gap: int) -> str:
    return "on the same day" if gap == 0 else "the day after" if gap == 1 else f"{gap} days after"
