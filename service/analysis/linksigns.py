"""Signs that two events belong together, each worth points and said in words; the rules of each rel weigh them."""

from __future__ import annotations

from datetime import date

from schemas.links import EventFacts
from service.analysis.titles import Weights, begins, ordinal_next, ordinal_shared

Points = list[tuple[int, str]]

SHORT_DAYS = 8
"""How long after an act another is still its sequel."""
SITE_DAYS = 400
"""How long before an opening, or between two visits to a site, is near."""
SERIES_DAYS = 60
"""How long after one of a counted series the next is its sequel."""
YEARLY_DAYS = 3
"""How near to the same day of another year a visit is one of every year."""
ABOUT_DAYS = 5
"""A day that is known within so many is compared as the middle one."""


def shared_words(one: EventFacts, other: EventFacts, weights: Weights, most: int) -> Points:
    points = round(most * weights.share(one.words, other.words))
    shared = weights.telling(one.words & other.words)
    return [(points, f"titles share {', '.join(shared)}")] if points and shared else []


def shared_place(one: EventFacts, other: EventFacts, same: int, near: int) -> Points:
    sites = sorted(one.sites & other.sites)
    if sites:
        return [(same, f"same place: {one.names.get(sites[0], sites[0])}")]
    around = sorted((one.sites | one.around) & (other.sites | other.around))
    return [(near, f"both in {one.names.get(around[0], around[0])}")] if around and near else []


def shared_programme(one: EventFacts, other: EventFacts, points: int) -> Points:
    if one.programme is None or one.programme != other.programme:
        return []
    return [(points, f"same programme: {one.names.get(one.programme, one.programme)}")]


def guests_shared(part: EventFacts, whole: EventFacts, weights: Weights) -> Points:
    shared = weights.rare(part.people & whole.people)
    if whole.group != "diplomacy" or not weights.share(part.words, whole.words):
        return []
    return [(20, f"both with {', '.join(part.names.get(each, each) for each in shared[:3])}")] if shared else []


def abroad_together(part: EventFacts, whole: EventFacts) -> Points:
    both = part.abroad if part.abroad == whole.abroad else None
    long = whole.group == "diplomacy" or (whole.group == "visit" and length(whole) > 0)
    return [(30, f"both abroad, in {both}")] if both and long else []


def toured(part: EventFacts, whole: EventFacts) -> Points:
    return [(35, "a stop of a tour of the province")] if tours(whole, part) else []


def numbered_alike(one: EventFacts, other: EventFacts) -> Points:
    number = ordinal_shared(one.title, other.title)
    return [(10, f"their titles share the number {number}")] if number else []


def after_talks(sequel: EventFacts, earlier: EventFacts, weights: Weights) -> Points:
    shared = weights.rare(sequel.people & earlier.people) if earlier.group == "diplomacy" else []
    if not shared or sequel.group not in ("appearance", "speech") or days_between(earlier, sequel) > 2:
        return []
    return [(40, f"with {sequel.names.get(shared[0], shared[0])}, after talks")]


def named_alike(sequel: EventFacts, earlier: EventFacts, weights: Weights) -> Points:
    few = weights.seldom(sequel.words & earlier.words)
    return [(15, f"few titles say {', '.join(few[:3])}")] if len(few) >= 2 else []


def soon(gap: int, again: bool, counted: bool) -> Points:
    if gap <= SHORT_DAYS:
        return [(25 if gap <= 4 else 15, _after(gap))]
    if counted and gap <= SERIES_DAYS:
        return [(10, _after(gap))]
    return [(10, f"{_after(gap)}, on site again")] if again and gap <= SITE_DAYS else []


def there_again(sequel: EventFacts, earlier: EventFacts) -> bool:
    return sequel.group == "visit" and (earlier.group == "visit" or starts_work(earlier))


def of_its_sort(sequel: EventFacts, earlier: EventFacts) -> Points:
    if marks(sequel, earlier):
        most = 15 if earlier.group == "speech" else 25
        return [
            (most, f"{'a ceremony' if sequel.group == 'ceremony' else 'an appearance'} after a {earlier.group}"),
            *numbered_alike(sequel, earlier),
        ]
    return [(10, "of the same kind")] if sequel.kind == earlier.kind and sequel.group != "appearance" else []


def counted_on(sequel: EventFacts, earlier: EventFacts, words: float) -> Points:
    """That the later of two alike counts on from the earlier, or that two meetings of one body bear one number."""
    if sequel.kind != earlier.kind and sequel.group == "meeting":
        return _alike_meetings(sequel, earlier, words)
    if sequel.group != earlier.group or words < 0.4:
        return []
    if ordinal_next(sequel.title, earlier.title):
        return [(25, "counted on from it")]
    return []


def _alike_meetings(sequel: EventFacts, earlier: EventFacts, words: float) -> Points:
    alike = words >= 0.6 and earlier.group == "meeting" and sequel.bodies & earlier.bodies
    return [(25, "of the same number and body")] if alike and numbered_alike(sequel, earlier) else []


def yearly(later: EventFacts, earlier: EventFacts) -> bool:
    off = (first_day(later) - first_day(earlier)).days % 365.25
    return earlier.group == "visit" and days_between(earlier, later) > 300 and min(off, 365.25 - off) <= YEARLY_DAYS


def tours(whole: EventFacts, part: EventFacts) -> bool:
    """Whether `whole` is an act of the kind of `part` in a province at large in which that has a site or county."""
    at_large = bool(whole.group == "visit" and whole.province and not whole.sites | whole.around)
    return at_large and part.province == whole.province and part.kind == whole.kind and bool(part.sites | part.around)


def opens(event: EventFacts) -> bool:
    return event.group == "ceremony" and not begins(event.title)


def starts_work(event: EventFacts) -> bool:
    return event.group == "ceremony" and begins(event.title)


def elsewhere(one: EventFacts, other: EventFacts) -> bool:
    """Whether both are visits, or of one programme, but at different sites: neighbours in a list, not a sequel."""
    if one.group == other.group == "visit" and not ordinal_next(one.title, other.title):
        here, there = one.sites | one.around, other.sites | other.around
        return bool(here and there and not here & there)
    return bool(one.programme and one.programme == other.programme and not one.around & other.around)


def marks(sequel: EventFacts, earlier: EventFacts) -> bool:
    if sequel.group == "ceremony":
        return earlier.key_meeting
    return sequel.group == "appearance" and earlier.group in ("meeting", "ceremony", "test", "speech")


def holds(whole: EventFacts, part: EventFacts) -> bool:
    if not (whole.when.ends_max and part.when.ends_max):
        return False
    return first_day(whole) <= first_day(part) and last_day(part) <= last_day(whole)


_PARTS = ("speech", "appearance", "other")
_WHOLES = ("meeting", "diplomacy")


def may_hold(whole: EventFacts, part: EventFacts) -> bool:
    if tours(whole, part):
        return True
    if length(whole) > length(part):
        return _in_longer(whole, part)
    if part.group == "speech":
        return whole.group not in _PARTS and not (whole.group == "ceremony" and _apart(whole, part))
    return part.group in (*_PARTS, "ceremony") and whole.group in _WHOLES


def _in_longer(whole: EventFacts, part: EventFacts) -> bool:
    """An appearance on the last day of a meeting comes after it: that is follows_up."""
    if part.group == "appearance" and whole.group == "meeting":
        return first_day(part) < last_day(whole)
    return whole.group in (*_WHOLES, "visit", "test") or part.group == whole.group


def _apart(one: EventFacts, other: EventFacts) -> bool:
    return bool(one.sites and other.sites and not one.sites & other.sites)


def fitting(part: EventFacts, whole: EventFacts) -> Points:
    if part.group in _PARTS and whole.group in _WHOLES:
        return [(15, f"a part of the sort that a {whole.group} has")]
    if whole.group == "diplomacy" and length(whole) > length(part):
        return [(15, "within days spent with guests or hosts")]
    if part.group == whole.group == "meeting" and length(whole) > length(part):
        return [(15, "a meeting within a longer one")]
    return [(25, "a test within a longer one")] if part.group == whole.group == "test" else []


def first_day(event: EventFacts) -> date:
    """The day it begins; the middle one where it is known within ABOUT_DAYS, the earliest where it is not."""
    earliest, latest = event.when.starts_min, event.when.starts_max
    assert earliest, "only events with a first day are compared"
    return earliest + (latest - earliest) // 2 if latest and (latest - earliest).days <= ABOUT_DAYS else earliest


def last_day(event: EventFacts) -> date:
    """The day it ends; the middle one where it is known within ABOUT_DAYS, the latest where it is not."""
    earliest, latest = event.when.ends_min, event.when.ends_max
    if latest is None:
        return first_day(event)
    return earliest + (latest - earliest) // 2 if earliest and (latest - earliest).days <= ABOUT_DAYS else latest


def length(event: EventFacts) -> int:
    return (last_day(event) - first_day(event)).days


def days_between(one: EventFacts, other: EventFacts) -> int:
    """The days from the end of `one` to the start of `other`; negative where they meet or the order is the other."""
    return (first_day(other) - last_day(one)).days


def _after(gap: int) -> str:
    return "on the same day" if gap == 0 else "the day after" if gap == 1 else f"{gap} days after"
