"""Who does what a title tells, and what that is: the names that a clause begins with, and the verb behind them."""

from __future__ import annotations

from dataclasses import dataclass

from service.analysis import actwords as words
from service.analysis.phrased import Phrases
from service.analysis.spellings import Key


@dataclass(slots=True)
class _Subject:
    """Who does what is told, where that ends, whether they are several, and whether only a comma joins the last."""

    found: list[Key]
    end: int
    several: bool = False
    by_comma: bool = False


class Subjects:
    """Reads whom a clause begins with."""

    def __init__(self, phrases: Phrases) -> None:
        self._at = phrases
        self._length = len(phrases.said)

    def doing(self, n: int) -> tuple[list[Key], int, str] | None:
        """The persons who do what is told from a position on, where their verb ends, and the verb as dictionaries have
        it. None where no person is told first, or what follows is not what they do ("Ann University", "Ann's aide")."""
        if self._at.named(n, first=True) is None:
            return None
        subject = _Subject([], n)
        while self._add(subject):
            pass
        done = self._verb(subject)
        return (subject.found, *done) if done else None

    def _add(self, subject: _Subject) -> bool:
        """Adds who is named next, and says whether more may be."""
        at = self._at.named(subject.end, first=True)
        last = at if at is not None else self._others(subject.end) - 1
        if last < subject.end:
            return False
        key = self._at.said[last].person if at is not None else None
        subject.found += [key] if key else []
        subject.end = last + 1
        if self._at.word(subject.end) in words.AND:
            subject.end, subject.several, subject.by_comma = subject.end + 1, True, False
            return True
        return self._at.marked(last, ",") and self._behind_comma(subject)

    def _behind_comma(self, subject: _Subject) -> bool:
        """Adds who is said behind a comma to be along, skips what it says of who was named; else more may be named."""
        n = subject.end
        found, end = self._at.listed(n + self._companion(n)) if self._companion(n) else ([], n)
        if not found and (self._at.named(n, first=True) is not None or self._counts(n)):
            subject.several = subject.by_comma = True
            return True
        subject.found += found
        behind = range(max(end - 1, n), self._length)
        subject.end = next((m + 1 for m in behind if self._at.marked(m, ",")), self._length)
        return False

    def _counts(self, n: int) -> bool:
        """Whether those told behind a comma do it too ("Ann, her husband visit"), and are not who was named."""
        end = self._others(n)
        follows = self._at.word(end)
        return end > n and not self._at.marked(end - 1, ",") and (self._is_verb(follows) or follows in words.AND)

    def _companion(self, n: int) -> int:
        """How many words at a position say that somebody is with who was named."""
        if self._at.word(n) in ("with", "alongside"):
            return 1
        return 2 if self._at.word(n + 1) in ("with", "by") and self._at.word(n) in words.DONE_TO | {"along"} else 0

    def _others(self, n: int) -> int:
        """Where those end who are told without a name of the register: "his daughter"; a name nobody knows here."""
        end = n
        while end < self._length and not (end > n and self._at.marked(end - 1, ",")):
            each = self._at.said[end]
            unknown = each.word and not each.run.small and end - n < 3 and not self._is_verb(each.word)
            if not (each.word in words.ENTOURAGE or unknown or (each.person and each.owns)):
                break
            end += 1
        return end

    @staticmethod
    def _is_verb(word: str) -> bool:
        return word in words.VERBS or word in words.THIRD or word in words.PAST or word in words.AUXILIARIES

    def _verb(self, subject: _Subject) -> tuple[int, str] | None:
        """Where what is done ends, and its verb; None where what follows the names does not say what they do."""
        n, being, helped = subject.end, False, False
        while self._at.word(n) in words.ADVERBS | words.AUXILIARIES:
            being = self._at.word(n) in words.BEING
            helped = helped or self._at.word(n) in words.AUXILIARIES
            n += 1
        said = self._at.word(n)
        if being:
            verb = words.GOING_ON.get(said) or ("join" if said in words.DONE_TO else None)
        elif helped:
            verb = said if said in words.VERBS else words.PAST.get(said) or self._has(n)
        else:
            verb = self._finite(subject, n)
        return (n + (verb != "have"), verb) if verb else None

    def _has(self, n: int) -> str | None:
        """Whether what is said to be had is a meeting or the like: "has brief talks"."""
        had = self._at.word(n - 1) in ("has", "have", "had")
        return "have" if had and any(self._at.word(m) in words.ACTS for m in range(n, n + 3)) else None

    def _finite(self, subject: _Subject, n: int) -> str | None:
        said = self._at.word(n)
        if subject.several and said in words.VERBS:
            return said
        if said in words.THIRD and not subject.by_comma:
            return words.THIRD[said]
        if self._at.word(n + 1) == "by":
            return "join" if said in words.DONE_TO else None
        return words.PAST.get(said) if said not in words.DOUBTFUL or self._has_object(n) else None

    def _has_object(self, n: int) -> bool:
        """Whether behind a position stands what something is done to: a name, or what an article or the like begins."""
        then = self._at.word(n + 1)
        named = n + 1 < self._length and not then and not self._at.marked(n, ",")
        return named or then in ("a", "an", "the", "his", "her", "talks")
