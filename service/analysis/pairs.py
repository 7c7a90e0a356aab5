"""Which links ought to be: the pairs of events worth a look, rated by the rule of their rel, the best of those that
compete, and one rel for two events."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from schemas.links import EventFacts
from service.analysis.linkrules import (
    EVE_DAYS,
    LEAD_DAYS,
    announces,
    completes,
    follows_up,
    leads_up_to,
    part_of,
    same_place,
    same_programme,
)
from service.analysis.linksigns import (
    SERIES_DAYS,
    SHORT_DAYS,
    SITE_DAYS,
    Points,
    days_between,
    first_day,
    last_day,
    opens,
    starts_work,
)
from service.analysis.titles import Weights, ordinals

STRONG = 60
"""Points from which a pair is suggested unless other points are asked for."""

AT_A_SITE = 200
"""How many acts at a site before an opening are looked at, the latest."""

Pair = tuple[EventFacts, EventFacts]


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair with its points (at most 100) and what they were given for, weightiest first."""

    rel: str
    subject: EventFacts
    target: EventFacts
    points: int
    reasons: tuple[str, ...]

    @property
    def rank(self) -> tuple[int, str, str]:
        """Ascending: more points first, then by id."""
        return -self.points, self.subject.id, self.target.id


Rule = Callable[[EventFacts, EventFacts, Weights], Points]


def scored(facts: Iterable[EventFacts], weights: Weights) -> list[Scored]:
    """Every pair that some rule gives points, at most one way round a rel; by rel, then most points first."""
    dated = sorted((each for each in facts if each.when.starts_min), key=lambda each: (first_day(each), each.id))
    parts = _best(_rated("part_of", _within(dated), part_of, weights), lambda pair: pair.subject.id)
    sequels = _of_wholes(_rated("follows_up", _sequels(dated), follows_up, weights), parts)
    found = [
        *_rated("announces", _convening(dated), announces, weights),
        *_best(_rated("completes", _at_one_site(dated), completes, weights), lambda pair: pair.target.id),
        *parts,
        *_best(sequels, lambda pair: pair.subject.id),
        *_rated("leads_up_to", _before_key_meetings(dated), leads_up_to, weights),
        *_rated("same_programme", _next_of(dated, lambda each: [each.programme]), same_programme, weights),
        *_rated("same_place", _next_of(dated, lambda each: each.sites), same_place, weights),
    ]
    return sorted(_one_rel_each(found), key=lambda pair: (pair.rel, pair.rank))


def _one_rel_each(found: Iterable[Scored]) -> Iterator[Scored]:
    """Between two events only the first rel that reaches STRONG, in the order given; all of them where none does."""
    strong: dict[frozenset[str], str] = {}
    for pair in found:
        ends = frozenset((pair.subject.id, pair.target.id))
        if strong.setdefault(ends, pair.rel) == pair.rel:
            yield pair
        if pair.points < STRONG and strong[ends] == pair.rel:
            del strong[ends]


def _of_wholes(sequels: Iterable[Scored], parts: Iterable[Scored]) -> Iterator[Scored]:
    """Without appearances after a part: they come after its whole; and without two parts of one whole on a day."""
    wholes = {pair.subject.id: pair.target.id for pair in parts if pair.points >= STRONG}
    for pair in sequels:
        whole = wholes.get(pair.target.id)
        one_day = first_day(pair.subject) == first_day(pair.target)
        within = whole == wholes.get(pair.subject.id)
        if whole is None or not (pair.subject.group == "appearance" or (within and one_day)):
            yield pair


def _rated(rel: str, pairs: Iterable[Pair], rule: Rule, weights: Weights) -> Iterator[Scored]:
    for subject, target in dict.fromkeys(pairs):
        given = [each for each in rule(subject, target, weights) if each[0]]
        points = sum(each[0] for each in given)
        if points > 0:
            reasons = tuple(reason for _, reason in sorted(given, key=lambda each: -each[0]))
            yield Scored(rel, subject, target, min(points, 100), reasons)


def _best(pairs: Iterable[Scored], of: Callable[[Scored], object]) -> list[Scored]:
    """Of the pairs that compete, the one with the most points; of equal ones the nearer in time, then by id."""
    best: dict[object, Scored] = {}
    for pair in pairs:
        standing = best.get(of(pair))
        if standing is None or _order(pair) < _order(standing):
            best[of(pair)] = pair
    return list(best.values())


def _order(pair: Scored) -> tuple[int, int, str, str]:
    return -pair.points, abs(days_between(pair.target, pair.subject)), pair.subject.id, pair.target.id


def _convening(dated: Sequence[EventFacts]) -> Iterator[Pair]:
    meetings = sorted((each for each in dated if each.group == "meeting" and each.when.ends_max), key=last_day)
    ends = [last_day(each) for each in meetings]
    for convened in (each for each in meetings if each.convened):
        for day in convened.convened:
            for at in range(bisect_left(ends, day - timedelta(EVE_DAYS)), bisect_right(ends, day)):
                yield meetings[at], convened


def _at_one_site(dated: Sequence[EventFacts]) -> Iterator[Pair]:
    for there in _by(dated, lambda each: each.sites | each.around).values():
        for number, later in enumerate(there):
            if opens(later):
                yield from ((later, earlier) for earlier in there[max(0, number - AT_A_SITE) : number])


def _within(dated: Sequence[EventFacts]) -> Iterator[Pair]:
    starts = [first_day(each) for each in dated]
    for whole in dated:
        if whole.when.ends_max and (last_day(whole) - first_day(whole)).days <= SITE_DAYS:
            span = range(bisect_left(starts, first_day(whole)), bisect_right(starts, last_day(whole)))
            yield from ((dated[at], whole) for at in span if dated[at] is not whole)


def _sequels(dated: Sequence[EventFacts]) -> Iterator[Pair]:
    """Of what ended within SHORT_DAYS before a start that which shares a word or a site, and the visit to a site before
    each next one."""
    ended = sorted(dated, key=lambda each: (last_day(each), each.id))
    ends = [last_day(each) for each in ended]
    for sequel in dated:
        day = first_day(sequel)
        for at in range(bisect_left(ends, day - timedelta(SHORT_DAYS)), bisect_right(ends, day)):
            earlier = ended[at]
            if earlier is not sequel and (
                earlier.words & sequel.words or earlier.sites & sequel.sites or earlier.people & sequel.people
            ):
                yield sequel, earlier
    yield from _counted_on(dated)
    for there in _by(dated, lambda each: each.sites).values():
        visits = [each for each in there if each.group == "visit" or starts_work(each)]
        yield from ((later, earlier) for earlier, later in pairwise(visits))


def _counted_on(dated: Sequence[EventFacts]) -> Iterator[Pair]:
    """What has an ordinal in its title, and all of its group within SERIES_DAYS before."""
    for group in _by(dated, lambda each: [each.group]).values():
        starts = [first_day(each) for each in group]
        for at, sequel in enumerate(group):
            if ordinals(sequel.title):
                since = bisect_left(starts, starts[at] - timedelta(SERIES_DAYS))
                yield from ((sequel, earlier) for earlier in group[since:at])


def _before_key_meetings(dated: Sequence[EventFacts]) -> Iterator[Pair]:
    starts = [first_day(each) for each in dated]
    for meeting in (each for each in dated if each.key_meeting):
        day = first_day(meeting)
        span = range(bisect_left(starts, day - timedelta(LEAD_DAYS)), bisect_left(starts, day))
        yield from ((dated[at], meeting) for at in span)


def _next_of(dated: Sequence[EventFacts], shared: Callable[[EventFacts], Iterable[str | None]]) -> Iterator[Pair]:
    for there in _by(dated, shared).values():
        yield from ((later, earlier) for earlier, later in pairwise(there))


def _by(
    dated: Sequence[EventFacts], shared: Callable[[EventFacts], Iterable[str | None]]
) -> dict[str | None, list[EventFacts]]:
    groups: dict[str | None, list[EventFacts]] = defaultdict(list)
    for each in dated:
        for value in shared(each):
            groups[value].append(each)
    groups.pop(None, None)
    return groups
