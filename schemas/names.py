"""Names of persons, places, bodies and programmes: one slug, many spellings (an authority file).

A *key* is what a written name is found under, whoever knows it: its folded words joined by hyphens (`slug_of`). The
record keeps names by slug, or as written where nobody knew them; both have a key that nothing learnt later changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache

from schemas.words import folded, words


@dataclass(frozen=True, slots=True)
class Former:
    """What a name was called until (and including) a day."""

    name: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A person, place, body or programme. `known_on` is the day the first event that bears it became known.

    `all_of` are the places that a joint place stands for; `one_of` those that are written alike, of which an event's
    other places say which is meant.
    """

    slug: str
    type: str
    name: str
    known_on: date
    native: str | None = None
    variants: tuple[str, ...] = ()
    former: tuple[Former, ...] = ()
    part_of: str | None = None
    all_of: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()

    def spelling(self, day: date) -> str:
        """What it is called on `day`: the former name in force then, else the preferred one."""
        return min((each for each in self.former if day <= each.until), key=_until, default=self).name

    def as_known_on(self, day: date) -> Name:
        """The name as it could be read on `day`: under the spelling then in force, without what it was called later.

        Before the last renaming its native name and variants are those of a later day, and are left out.
        """
        former = tuple(former for former in self.former if former.until < day)
        if former == self.former:
            return self
        return replace(self, name=self.spelling(day), former=former, native=None, variants=())

    def days_of_change(self) -> tuple[date, ...]:
        """The days from which it is known differently: the first of all, and the day after each former name's last."""
        renamed = (former.until + timedelta(days=1) for former in self.former)
        return tuple(sorted({self.known_on, *(day for day in renamed if day > self.known_on)}))

    def spellings(self) -> tuple[str, ...]:
        """Every way to write it, the preferred first."""
        natives = (self.native,) if self.native else ()
        return (self.name, *natives, *self.variants, *(former.name for former in self.former))


def _until(former: Former) -> date:
    return former.until


@dataclass(frozen=True, slots=True)
class Seen:
    """How many events bear a name, and the earliest first days of the first and the last `held` one (None for none)."""

    count: int
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class NameSeen:
    """A name in use as known on some day through some change. One without an entry has the name that is written."""

    name: Name
    seen: Seen


@lru_cache(maxsize=16_384)
def slug_of(text: str) -> str:
    """The slug that a spelling without an entry stands under, and the key of one with: its folded words joined by
    hyphens; a text without letters and digits stands under itself."""
    return folded(text).replace(" ", "-") or " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Sought:
    """Which keys of its names an event must have to bear a name: any of `keys`, or one of each half of a pair.

    A pair is a spelling that several places share, and the places that say which of them is meant.
    """

    keys: frozenset[str]
    pairs: tuple[tuple[frozenset[str], frozenset[str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """A spelling that several names of one type claim; the first of `slugs` has it."""

    type: str
    key: str
    slugs: tuple[str, ...]


class Register:
    """Names by type: spelling to slug, and slug to the spelling in force on a day.

    A spelling that several names claim belongs to the one of which it is the slug, else the preferred name, else the
    native one, else a variant, else a former name; of two alike to the one known earlier, then by slug.
    """

    def __init__(self, names: Iterable[Name] = ()) -> None:
        self.names = {(name.type, name.slug): name for name in names}
        claims = sorted((claim for name in self.names.values() for claim in _claims(name)), key=lambda claim: claim[1:])
        self._claimed: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for (type_, key), _, _, slug in claims:
            self._claimed[type_, key].setdefault(slug)
        self._by_key = {key: next(iter(slugs)) for key, slugs in self._claimed.items()}
        self._keys: dict[tuple[str, str], set[str]] = defaultdict(set)
        for (type_, key), slug in self._by_key.items():
            self._keys[type_, slug].add(key)
        self._above = _above(self.names)
        self._inside = _turned(self._above)

    def slug(self, type_: str, text: str) -> str:
        """The slug that `text` (a slug or any spelling) stands for; an unknown one gets the slug of its words."""
        if (type_, text) in self.names:
            return text
        key = slug_of(text)
        return self._by_key.get((type_, key), key)

    def known(self, type_: str, text: str) -> bool:
        """Whether the register has `text`, as a slug or as a spelling."""
        name = self.name(type_, text)
        return name is not None and (text == name.slug or slug_of(text) in map(slug_of, name.spellings()))

    def whole(self, type_: str, values: Sequence[str]) -> tuple[str, ...]:
        """Values that were listed by comma, names with commas of their own put together again: the longest run that is
        a spelling's parts is that spelling, unless each of them is known by itself."""
        found, rest = list[str](), list(values)
        most = max((len(each) - 1 for each in self._with_commas), default=0)
        while rest:
            runs = (n for n in range(min(most, len(rest)), 1, -1) if self._parts_one(type_, rest[:n]))
            taken = next(runs, 1)
            found.append(",".join(rest[:taken]))
            rest = rest[taken:]
        return tuple(found)

    def each_once(self, type_: str, values: Sequence[str]) -> tuple[str, ...]:
        """Values as `whole` finds them, of several spellings of one name the first."""
        first: dict[str, str] = {}
        for each in self.whole(type_, values):
            first.setdefault(self.slug(type_, each), each)
        return tuple(first.values())

    def _parts_one(self, type_: str, values: Sequence[str]) -> bool:
        parts = (type_, *map(slug_of, values))
        return parts in self._with_commas and not all(self.known(type_, each) for each in values)

    @cached_property
    def _with_commas(self) -> set[tuple[str, ...]]:
        """The type of each spelling that has commas, and what stands between them."""
        spelled = ((type_, each) for (type_, _), name in self.names.items() for each in name.spellings() if "," in each)
        return {(type_, *map(slug_of, each.split(","))) for type_, each in spelled}

    def name(self, type_: str, text: str) -> Name | None:
        """The entry that `text` (a slug or any spelling) stands for, or None."""
        return self.names.get((type_, self.slug(type_, text)))

    def spelling(self, type_: str, text: str, day: date) -> str:
        """What to show on `day` for a stored slug or unknown spelling: the name in force, or the text as it stands."""
        name = self.name(type_, text)
        return name.spelling(day) if name else text

    def worded(self, word: str, *, begins: bool) -> dict[str, list[str]]:
        """By type, the slugs of the names with a spelling in which `word` (folded) is (`begins`: begins) a word."""
        found = defaultdict[str, list[str]](list)
        for (type_, slug), borne in self._words.items():
            if word in borne or (begins and any(each.startswith(word) for each in borne)):
                found[type_].append(slug)
        return found

    @cached_property
    def _words(self) -> dict[tuple[str, str], set[str]]:
        return {
            key: {word for spelling in name.spellings() for word in words(spelling)} for key, name in self.names.items()
        }

    def clashes(self) -> list[Clash]:
        """The spellings that several names of one type claim, by type and key."""
        found = ((key, tuple(slugs)) for key, slugs in sorted(self._claimed.items()) if len(slugs) > 1)
        return [Clash(type_, key, slugs) for (type_, key), slugs in found]

    def keys(self, type_: str, slugs: Iterable[str]) -> frozenset[str]:
        """Every key under which an event may bear one of these names."""
        return frozenset(key for slug in slugs for key in (self._keys.get((type_, slug)) or {slug}))

    def within(self, place: str) -> set[str]:
        """The place and every place that is part of it, by slug, any depth; a joint place lies in each of its parts,
        and a place that is written like others in the name they share."""
        return _reached(place, self._inside)

    def sought(self, type_: str, text: str) -> Sought:
        """What an event must bear to bear `text` (a slug or any spelling): for a place, it or any place in it."""
        slug = self.slug(type_, text)
        if type_ != "place":
            return Sought(self.keys(type_, [slug]))
        inside = self.within(slug)
        pairs = [
            (self.keys("place", [shared.slug]), self.keys("place", self.within(each) - {shared.slug}))
            for shared in self._shared()
            if shared.slug not in inside
            for each in self._parents(shared, inside)
        ]
        return Sought(self.keys("place", inside), tuple(pairs))

    def places(self, keys: Iterable[str]) -> set[str]:
        """The slugs of every place that an event bears which names places under `keys`: those, what they lie in, and
        of places written alike the one whose neighbours or province it names too."""
        named = {self._by_key.get(("place", key), key) for key in keys}
        above = {slug: _reached(slug, self._above) for slug in named}
        found = set().union(*above.values())
        for shared in self._shared():
            if shared.slug in named:
                others = set().union(*(reached for slug, reached in above.items() if slug != shared.slug))
                for meant in shared.one_of:
                    if (name := self.names.get(("place", meant))) and name.part_of in others:
                        found |= _reached(meant, self._above)
        return found

    def _shared(self) -> list[Name]:
        return [name for name in self.names.values() if name.type == "place" and name.one_of]

    def _parents(self, shared: Name, inside: set[str]) -> list[str]:
        """What those of the places written alike that are `inside` are part of."""
        meant = (self.names.get(("place", slug)) for slug in shared.one_of if slug in inside)
        return [name.part_of for name in meant if name and name.part_of]


def _claims(name: Name) -> Iterable[tuple[tuple[str, str], int, date, str]]:
    """((type, key), rank, known_on, slug) for every way to write a name."""
    ranked = [(name.slug, 0), (name.name, 1), (name.native or name.name, 2)]
    ranked += [(each, 3) for each in name.variants] + [(former.name, 4) for former in name.former]
    return (((name.type, slug_of(text)), rank, name.known_on, name.slug) for text, rank in ranked)


def _above(names: Mapping[tuple[str, str], Name]) -> dict[str, set[str]]:
    """By place, those it lies in by its own entry, and the names it shares with places written alike."""
    above: dict[str, set[str]] = defaultdict(set)
    for name in names.values():
        if name.type == "place":
            above[name.slug] |= {*name.all_of, *([name.part_of] if name.part_of else [])}
            for meant in name.one_of:
                above[meant].add(name.slug)
    return above


def _turned(edges: Mapping[str, set[str]]) -> dict[str, set[str]]:
    turned: dict[str, set[str]] = defaultdict(set)
    for start, ends in edges.items():
        for end in ends:
            turned[end].add(start)
    return turned


def _reached(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    """`start` and all that edges lead to from it."""
    found, waiting = {start}, [start]
    while waiting:
        new = edges.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found
