"""The kind that a title is of by how titles of each kind are worded: only where the evidence is overwhelming and
nothing contradicts it."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, Final

from service.analysis.spellings import Run

CERTAIN: Final = 0.95
"""How probable a kind must be, by the words of a title together (naive Bayes)."""

SMOOTHING: Final = 0.1
"""Chosen on the shipped titles: with 1, Laplace's, rare kinds take what few of them say."""

LEAST_TITLES: Final = 20
"""Of fewer titles nothing is read."""

LEAST_WORDS: Final = 2
"""One word alone is no evidence."""

TELLING: Final = 0.75
"""Which share of the titles that bear a word must be of a kind for it to speak for it."""

SELDOM: Final = 5
"""A word in fewer titles speaks neither for a kind nor against one."""

AGAINST: Final = 0.03
"""With a smaller share of its titles in a kind, a word speaks against it."""

_SAY_NOTHING: Final = """
    a an the of in on at to for and by with from as its his her their near toward towards off over into onto after
    before under during between through ahead hold holds held holding
"""
_LITTLE: Final = frozenset(_SAY_NOTHING.split())
"""Words that say nothing of what happens."""

_BY_A_PERSON: Final = "person "


class Likened:
    """The words of titles whose kinds are known."""

    def __init__(self, told: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._kinds = Counter[str]()
        self._bearing = defaultdict[str, Counter[str]](Counter)
        for kind, signs in told:
            self._add(kind, signs, 1)

    def _add(self, kind: str, signs: Sequence[str], count: int) -> None:
        self._kinds[kind] += count
        for sign in signs:
            self._bearing[sign][kind] += count

    def without(self, kind: str, asked: Sequence[str], barred: Collection[str] = ()) -> str | None:
        """What `kind` answers to one of its own titles, of that kind, when it does not know it: to measure it by."""
        self._add(kind, asked, -1)
        try:
            return self.kind(asked, barred)
        finally:
            self._add(kind, asked, 1)

    def kind(self, asked: Sequence[str], barred: Collection[str] = ()) -> str | None:
        """The kind that a title with the signs `asked`, in order, is of; None where that is not certain, or where it
        is one of `barred`. Its first word must be one that such titles have: what is done stands there."""
        seen = [sign for sign in asked if self._bearing.get(sign, Counter()).total() >= SELDOM]
        words = [sign for sign in seen if not sign.startswith(_BY_A_PERSON)]
        if self._kinds.total() < LEAST_TITLES or len(words) < LEAST_WORDS or asked[0] != seen[0]:
            return None
        if len(words) == len(seen) and asked[-1] != seen[-1]:
            return None  # What is done may be done to anything: nothing says what an unheard thing at its end is.
        points = {kind: self._points(kind, seen) for kind, titles in self._kinds.items() if titles}
        best = max(points, key=lambda kind: (points[kind], kind))
        rest = sum(math.exp(points[kind] - points[best]) for kind in points)
        certain = best not in barred and 1 / rest >= CERTAIN and self._spoken_for(best, seen)
        return best if certain else None

    def _points(self, kind: str, seen: Sequence[str]) -> float:
        titles = self._kinds[kind]
        shares = ((self._bearing[sign][kind] + SMOOTHING) / (titles + 2 * SMOOTHING) for sign in seen)
        return math.log(titles) + math.fsum(map(math.log, shares))

    def _spoken_for(self, kind: str, seen: Sequence[str]) -> bool:
        shares = [self._bearing[sign][kind] / self._bearing[sign].total() for sign in seen]
        return max(shares) >= TELLING and min(shares) >= AGAINST


def signs(runs: Sequence[Run]) -> list[str]:
    """What speaks for a kind in a title, in its order: its words by their stems, each once, but for names, numbers and
    the words that, with a capital within the title, are parts of names; and the first again, where a person does it."""
    told = [run for run in runs if not run.claims or run.of("kind")]
    words = [word for n, run in enumerate(told) if run.small or (n == 0 and run is runs[0]) for word in run.words]
    found = list(dict.fromkeys(_stem(word) for word in words if word.isalpha() and word not in _LITTLE))
    return [*found, *(_BY_A_PERSON + word for word in found[:1] if runs[0].of("person"))]


@lru_cache(maxsize=16_384)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")
