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

_NUMBER = re.compile(r"(?<![\d,.])\d{1,2}(?=(?:st|nd|rd|th)?(?![\d,.\w]))")
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7"}


class Weights:
    """How much each word of some titles tells: the logarithm of one in how many hold it, 0 for a common one."""

    def __init__(self, titles: Iterable[frozenset[str]]) -> None:
        held = list(titles)
        counts = Counter(word for words in held for word in words)
        most = max(COMMON, len(held) / 10)
        self._of = {word: math.log(1 + len(held) / count) if count <= most else 0.0 for word, count in counts.items()}
        self._unseen = math.log(1 + len(held))
        self._sums: dict[frozenset[str], float] = {}

    def share(self, one: frozenset[str], other: frozenset[str]) -> float:
        """How much of what the less telling title says the other says too, from 0 to 1."""
        both = one & other
        if not both:
            return 0.0
        least = min(self._sum(one), self._sum(other))
        return self._sum(both) / least if least else 0.0

    def telling(self, words: Iterable[str]) -> list[str]:
        """The three words that tell most, most telling first."""
        return sorted((word for word in words if self._weight(word)), key=lambda word: (-self._weight(word), word))[:3]

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


def _numbers(title: str) -> set[str]:
    spelled = {_ORDINALS[word] for word in folded(title).split() if word in _ORDINALS}
    return spelled | set(_NUMBER.findall(title))
