"""What titles say: which words tell one event from another, which say that something begins, which number it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from schemas.words import folded

BEGINNINGS = (
    "ground breaking",
    "groundbreaking",
    "ground is broken",
    "breaks ground",
    "foundation stone",
    "착공",
    "开工",
)
"""Words of a ceremony with which work on a site begins, folded; any other ceremony there ends it."""

COMMON = 10
"""A word in more titles than this, and in more than one title in ten, tells nothing."""

SELDOM = 5
"""A word in so many titles or fewer, and in no more than one title in twenty, names something."""

_NUMBER = re.compile(r"(?<![\d,.])\d{1,2}(?=(?:st|nd|rd|th)?(?![\d,.\w]))")
_ORDINAL = re.compile(r"\b(\d{1,3})(?:st|nd|rd|th)\b|제 ?(\d{1,3}) ?차")
_ORDINALS = {
    "first": "1",
    "second": "2",
    "third": "3",
    "fourth": "4",
    "fifth": "5",
    "sixth": "6",
    "seventh": "7",
    "eighth": "8",
    "ninth": "9",
}


class Weights:
    """How much each word of some titles tells: the logarithm of one in how many hold it, 0 for a common one."""

    def __init__(self, titles: Iterable[frozenset[str]], named: Iterable[frozenset[str]] = ()) -> None:
        held = list(titles)
        self._bearing = Counter(name for names in named for name in names)
        self._few = max(COMMON, len(held) / 50)
        counts = Counter(word for words in held for word in words)
        most = max(COMMON, len(held) / 10)
        self._of = {word: math.log(1 + len(held) / count) if count <= most else 0.0 for word, count in counts.items()}
        self._seldom = math.log(1 + len(held) / max(1, min(SELDOM, len(held) / 20)))
        self._unseen = math.log(1 + len(held))
        self._sums: dict[frozenset[str], float] = {}

    def share(self, one: frozenset[str], other: frozenset[str]) -> float:
        """How much of what the less telling title says the other says too, from 0 to 1."""
        both = one & other
        if not both:
            return 0.0
        least = min(self._sum(one), self._sum(other))
        return self._sum(both) / least if least else 0.0

    def rare(self, names: Iterable[str]) -> list[str]:
        """Those of some persons or bodies that few events name, the rarest first."""
        few = (name for name in names if self._bearing[name] <= self._few)
        return sorted(few, key=lambda name: (self._bearing[name], name))

    def telling(self, words: Iterable[str]) -> list[str]:
        """The three words that tell most, most telling first."""
        return sorted((word for word in words if self._weight(word)), key=lambda word: (-self._weight(word), word))[:3]

    def seldom(self, words: Iterable[str]) -> list[str]:
        """Those of some words that at most SELDOM titles say, by the alphabet."""
        return sorted(word for word in words if self._weight(word) >= self._seldom)

    def _weight(self, word: str) -> float:
        return self._of.get(word, self._unseen)

    def _sum(self, words: frozenset[str]) -> float:
        if words not in self._sums:
            self._sums[words] = math.fsum(self._weight(word) for word in words)
        return self._sums[words]


@lru_cache(maxsize=8192)
def begins(title: str) -> bool:
    """Whether a title says that work begins."""
    text = folded(title)
    return any(words in text for words in BEGINNINGS)


def numbered_apart(one: str, other: str) -> bool:
    """Whether both titles number something ("3rd stage", "fourth stage") and no number is in both."""
    first, second = _numbers(one), _numbers(other)
    return bool(first and second and not first & second)


def ordinal_shared(one: str, other: str) -> int | None:
    """The greatest ordinal that both titles say ("the 9th congress"), above 1; None without any."""
    return max((number for number in ordinals(one) & ordinals(other) if number > 1), default=None)


def ordinal_next(later: str, earlier: str) -> bool:
    """Whether the later of two titles counts one on: a second after a first or after one that says no number, a third
    after a second; with no ordinal beyond."""
    one, other = ordinals(later), ordinals(earlier)
    return any(number - 1 in other or (number == 2 and not other) for number in one if number not in other)


@lru_cache(maxsize=8192)
def ordinals(title: str) -> frozenset[int]:
    """The ordinals that a title says, in figures or words: "2nd", "ninth"."""
    text = folded(title)
    spelled = {int(_ORDINALS[word]) for word in text.split() if word in _ORDINALS}
    return frozenset(spelled | {int(number or korean) for number, korean in _ORDINAL.findall(text)})


@lru_cache(maxsize=8192)
def _numbers(title: str) -> frozenset[str]:
    spelled = {_ORDINALS[word] for word in folded(title).split() if word in _ORDINALS}
    return frozenset(spelled | set(_NUMBER.findall(title)))
