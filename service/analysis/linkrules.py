"""What makes a link likely: for each rel a rule that gives two events points, each with its reason in words.

A rule looks only at what docs/suggestions.md says in full: kinds' groups, days, places, persons, bodies, programmes,
themes and the words of titles. 100 points are a score of 1. No rule reads other links, so that leaving one out changes
no score, and none knows a country.
"""

from __future__ import annotations

from datetime import timedelta

from schemas.links import EventFacts
from service.analysis.linksigns import (
    SITE_DAYS,
    Points,
    abroad_together,
    after_talks,
    counted_on,
    days_between,
    elsewhere,
    first_day,
    fitting,
    guests_shared,
    holds,
    length,
    marks,
    may_hold,
    named_alike,
    numbered_alike,
    of_its_sort,
    opens,
    shared_place,
    shared_programme,
    shared_words,
    soon,
    starts_work,
    there_again,
    toured,
    yearly,
)
from service.analysis.titles import Weights, numbered_apart

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
    return [soon if gap <= 1 else later, *shared_words(meeting, convened, weights, 30)]


def completes(opening: EventFacts, earlier: EventFacts, weights: Weights) -> Points:
    """A ceremony that begins nothing, and an earlier visit to, or beginning of, its site; less so where the visit fell
    on its day of the year, as visits on anniversaries do."""
    gap = days_between(earlier, opening)
    if gap <= 0 or not opens(opening) or not (earlier.group == "visit" or starts_work(earlier)):
        return []
    place = shared_place(opening, earlier, 45, 25)
    words = weights.share(opening.words, earlier.words)
    if not place or words < 0.15:
        return []
    near = [(10, f"within {SITE_DAYS} days")] if gap <= SITE_DAYS else []
    apart = [(-45, "their titles number different things")] if numbered_apart(opening.title, earlier.title) else []
    apart += [(-45, "on the same day of the year")] if yearly(opening, earlier) else []
    return [
        *place,
        *shared_words(opening, earlier, weights, 40),
        *shared_programme(opening, earlier, 20),
        *near,
        *apart,
    ]


def part_of(part: EventFacts, whole: EventFacts, weights: Weights) -> Points:
    """An act inside the days of a meeting, a summit, or a longer act, at its place, of its name, or with its guests; or
    one at a site on the day of a tour of the province around it."""
    if whole.when.uncertain or not (holds(whole, part) and may_hold(whole, part)):
        return []
    inside = [(35 if length(whole) > length(part) else 30, "within its days")]
    with_whom = [
        *guests_shared(part, whole, weights),
        *abroad_together(part, whole),
        *toured(part, whole),
        *numbered_alike(part, whole),
    ]
    return [
        *inside,
        *fitting(part, whole),
        *shared_place(part, whole, 20, 10),
        *shared_words(part, whole, weights, 50),
        *with_whom,
    ]


def follows_up(sequel: EventFacts, earlier: EventFacts, weights: Weights) -> Points:
    """An act some days after another of the same name or site (on one day only an appearance: which of two other acts
    came first is not known); the next visit to a site; or, later, the next of what is counted. A key meeting follows up
    nothing: what comes before it leads up to it."""
    gap = days_between(earlier, sequel)
    talks = after_talks(sequel, earlier, weights)
    marking = bool(talks) or marks(sequel, earlier)
    if sequel.key_meeting or gap < 0 or (gap == 0 and not marking) or elsewhere(sequel, earlier):
        return []
    site = shared_place(sequel, earlier, 0 if sequel.group == "test" else 25, 0)
    words = weights.share(sequel.words, earlier.words)
    counted = counted_on(sequel, earlier, words)
    near = soon(gap, bool(site) and there_again(sequel, earlier), bool(counted))
    if not near or words < (0 if talks else 0.25 if site or marking else 0.4):
        return []
    alike = [*of_its_sort(sequel, earlier), *counted, *talks, *named_alike(sequel, earlier, weights)]
    return [*near, *site, *alike, *shared_words(sequel, earlier, weights, 50)]


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
    return [*close, *sort, *shared, *shared_words(act, meeting, weights, 40)]


def same_programme(one: EventFacts, other: EventFacts, weights: Weights) -> Points:
    """An act of a programme and the one before it: true, and weak, since a filter by programme says it better."""
    del weights
    return shared_programme(one, other, 50)


def same_place(one: EventFacts, other: EventFacts, weights: Weights) -> Points:
    """An act at a site and the one before it there: true, and weak, since a filter by place says it better."""
    del weights
    return shared_place(one, other, 50, 0)
