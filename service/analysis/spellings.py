"""A title as runs of words: the spellings that are in it, of whatever they may stand for, and the words between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from schemas.names import Register
from schemas.words import folded, is_acronym, spoken

Key = tuple[str, str]
"""The type and slug of what a spelling stands for: a type of names, `kind` or `calendar`."""


@dataclass(frozen=True, slots=True)
class Run:
    """Some words of a text, folded, and what they may stand for; `small` where they are written without a capital."""

    words: tuple[str, ...]
    claims: frozenset[Key] = frozenset()
    small: bool = True

    def of(self, type_: str) -> list[str]:
        """The slugs of a type among what it may stand for."""
        return sorted(slug for each, slug in self.claims if each == type_)


class Spelled:
    """Which spellings stand for what. Acronyms are found only as they are written, in capitals, as whole words."""

    def __init__(self, spellings: Iterable[tuple[str, Key]]) -> None:
        self._claims: dict[tuple[str, ...], set[Key]] = {}
        for spelling, key in spellings:
            if words := (spelling,) if is_acronym(spelling) else tuple(word.lower() for word in spoken(spelling)):
                self._claims.setdefault(words, set()).add(key)
        self._longest = max(map(len, self._claims), default=0)

    def claims(self, spelling: str) -> frozenset[Key]:
        """What a spelling may stand for."""
        return frozenset(self._claims.get((spelling,) if is_acronym(spelling) else tuple(spoken(spelling)), ()))

    def runs(self, text: str) -> list[Run]:
        """A text part by part: of spellings that overlap the longest, and the single words between them."""
        return list(self._runs(spoken(text), _small(text)))

    def beside(self, text: str, type_: str) -> str:
        """A text without the names of a type that are in it: "No" may be one of them."""
        runs = self.runs(text)
        ends = accumulate(len(run.words) for run in runs)
        named = {
            n for run, end in zip(runs, ends, strict=True) if run.of(type_) for n in range(end - len(run.words), end)
        }
        parts = text.split()
        starts = [len(spoken(" ".join(parts[:n]))) for n in range(len(parts) + 1)]
        told = zip(parts, starts, starts[1:], strict=False)
        return " ".join(part for part, start, end in told if not (end > start and named.issuperset(range(start, end))))

    def _runs(self, said: list[str], small: frozenset[str]) -> Iterator[Run]:
        start = 0
        while start < len(said):
            lengths = range(min(self._longest, len(said) - start), 0, -1)
            words, claims = next(
                ((words, found) for n in lengths for words, found in [self._found(said[start : start + n])] if found),
                ((said[start].lower(),), None),
            )
            yield Run(words, frozenset(claims or ()), set(words) <= small)
            start += len(words)

    def _found(self, said: list[str]) -> tuple[tuple[str, ...], set[Key] | None]:
        lower = tuple(word.lower() for word in said)
        acronym = self._claims.get(tuple(said)) if len(said) == 1 and said[0] != lower[0] else None
        return lower, acronym or self._claims.get(lower)


def _small(text: str) -> frozenset[str]:
    """The words, folded, that a text writes without a capital."""
    return frozenset(word for part in text.split() if part == part.lower() for word in folded(part).split())


def of_register(register: Register) -> Iterator[tuple[str, Key]]:
    """Every spelling of the persons, places and bodies of a register. Programmes are called after what they build."""
    for key, name in register.names.items():
        if key[0] in ("person", "place", "body"):
            yield from ((spelling, key) for spelling in name.spellings())
