"""A title as names, words and the marks behind them: where a person stands for itself, and where in another's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from schemas.words import spoken
from service.analysis import actwords as words
from service.analysis.spellings import Key, Run, Spelled

_MARKS: Final = {
    "'": re.compile(r"(?<=\w)['\u2019]s\b|(?<=s)['\u2019](?=\s|$)"),
    ",": re.compile(r",(?=\s)"),
    "-": re.compile(r"(?<=\w)[-\u2010-\u2015/](?=\w)"),
    "|": re.compile(r"[:;|()?!\u2026\u2014\"\u201c\u201d\u2018]|\s[-\u2013]\s|(?<!\w)'"),
}
_DEMONYM: Final = re.compile(r"\w+(?:an|ese|ish|ch|ai)")

LONGEST_LABEL: Final = 3
"""So many words may stand before a colon that say only who reports ("State media: ...")."""

LONGEST_TITLE: Final = 8
"""So many words may tell what a person is, with the name."""


@dataclass(frozen=True, slots=True)
class Said:
    """A run of a title, and what is written behind it: `'` of owners, `,`, `-` of what is hyphened, `|` of a break."""

    run: Run
    mark: str = ""

    @property
    def person(self) -> Key | None:
        """Who alone is called so."""
        claims = [key for key in self.run.claims if key[0] in ("person", "place")]
        return claims[0] if len(claims) == 1 and claims[0][0] == "person" else None

    @property
    def word(self) -> str:
        """The word; empty for a name."""
        return "" if self.run.claims else self.run.words[0]

    @property
    def owns(self) -> bool:
        """Whether what follows is its own: "Ann's"."""
        return "'" in self.mark

    @property
    def describes(self) -> bool:
        """Whether before a name it can only say who that is: "French", "premier", "France's"."""
        if self.word in words.RANKS | words.DESCRIBING or self.owns:
            return True
        named = bool(self.run.claims) and not self.person
        short = len(self.word) <= 2 or bool(_DEMONYM.fullmatch(self.word))
        return named or (short and not self.run.small and self.word not in words.PREPOSITIONS | words.AND)


def clause_of(spelled: Spelled, title: str) -> list[Said]:
    """What a title tells first, up to a colon, a dash or the like, without a label before it that says who reports;
    nothing of what asks."""
    if re.search(r"[?\uff1f]", title):
        return []
    said = _marked(spelled, title)
    end = next((n + 1 for n, each in enumerate(said) if "|" in each.mark), len(said))
    if end == len(said) or end > LONGEST_LABEL or any(each.person for each in said[:end]):
        return said[:end]
    return clause_from(said[end:])


def clause_from(said: Sequence[Said]) -> list[Said]:
    """The same, of what stands behind a label."""
    end = next((n + 1 for n, each in enumerate(said) if "|" in each.mark), len(said))
    return list(said[:end])


def _marked(spelled: Spelled, title: str) -> list[Said]:
    marks = dict[int, str]()
    for mark, pattern in _MARKS.items():
        for found in pattern.finditer(title):
            behind = len(spoken(title[: found.start()]))
            marks[behind] = marks.get(behind, "") + mark
    runs = spelled.runs(title)
    ends = accumulate(len(run.words) for run in runs)
    return [Said(run, marks.get(end, "")) for run, end in zip(runs, ends, strict=True)]


class Phrases:
    """A clause, and the phrases that name persons in it. Positions behind its end hold nothing."""

    def __init__(self, said: Sequence[Said]) -> None:
        self.said = said

    def word(self, n: int) -> str:
        """The word at a position; empty for a name, and beyond."""
        return self.said[n].word if 0 <= n < len(self.said) else ""

    def marked(self, n: int, mark: str) -> bool:
        """Whether a mark stands behind a position."""
        return 0 <= n < len(self.said) and mark in self.said[n].mark

    def named(self, n: int, *, first: bool = False) -> int | None:
        """Where the person stands that a phrase names ("foreign minister Bob"): not who is in the name of
        another ("Ann envoy Bob"). With `first`, before what is done, only what describes stands before it."""
        for at in range(n, min(n + LONGEST_TITLE, len(self.said))):
            each = self.said[at]
            if each.person and not each.owns and (each.mark or self.word(at + 1) not in words.RANKS):
                told = at == n or self._introduced(at)
                return at if told and "-" not in each.mark else None
            if {",", "|"} & set(each.mark) or self._ends(each, first):
                return None
        return None

    def _introduced(self, n: int) -> bool:
        """Whether what stands before a name, or begins its spelling, tells what the person is."""
        before = self.said[n - 1]
        return before.word in words.RANKS or before.owns or self.said[n].run.words[0] in words.RANKS

    def opens(self, n: int) -> bool:
        """Whether a word opens what is told besides: a preposition, but none within another word ("on-site")."""
        return self.word(n) in words.PREPOSITIONS and not self.marked(n, "-")

    def _ends(self, each: Said, first: bool) -> bool:
        if each.person:
            return False
        return not each.describes if first else each.word in words.PREPOSITIONS | words.AND or each.word in words.THIRD

    def closed(self, n: int, *, several: bool = False) -> bool:
        """Whether the person at a position stands for itself: nothing is called after it. `several` do what follows."""
        follows = self.word(n + 1)
        does = follows in words.THIRD or follows in words.PAST or (several and follows in words.VERBS)
        return self.ends(n) or (does and not self.said[n].mark)

    def ends(self, n: int) -> bool:
        """Whether a phrase ends at a position."""
        each = self.said[n]
        if each.mark or n + 1 == len(self.said):
            return each.mark in ("", ",", "|", ",|")
        return self.word(n + 1) in words.FOLLOWING

    def listed(self, n: int, *, several: bool = False) -> tuple[list[Key], int]:
        """The persons named from a position on ("Ann, foreign minister Bob and Carl"), and where that ends."""
        found, more = list[Key](), True
        while more and (at := self.named(self._behind_stranger(n))) is not None and self.closed(at, several=several):
            key = self.said[at].person
            found += [key] if key else []
            n, more = self._next(at)
        return found, n

    def _behind_stranger(self, n: int) -> int:
        """Where the next of a list stands, if the first at a position is a name that nobody knows here."""
        for at in range(n, min(n + 2, len(self.said))):
            if not self.word(at) or self.said[at].run.small:
                break
            if self.word(at + 1) in words.AND or self.said[at].mark == ",":
                return at + 1 + (self.word(at + 1) in words.AND)
        return n

    def _next(self, n: int) -> tuple[int, bool]:
        """Where, behind somebody in a list, the next one is named, and whether one is. Who stands behind a comma, and
        does something, begins what is told next."""
        joined = self.word(n + 1) in words.AND
        if not joined and not self.marked(n, ","):
            return n + 1, False
        behind = n + 1 + joined
        at = self.named(behind)
        more = at is not None and (joined or self.word(at + 1) not in words.THIRD)
        return (behind, True) if more else (n + 1, False)
