"""Who takes part in what a title tells, by where the names stand in it; the others are merely spoken of.

Who takes part does what is said ("Ann visits", "Ann and Bob attend"), is met ("meets Bob"), is with who does it
("with Bob", "accompanied by Bob"), or has the act itself ("Ann's visit", "speech by Ann"). A name within another ("Ann
University"), an owner of anything else ("Ann's sister"), who is written to, named after, spoken of, or there before or
after is not read. The words are English ones (`actwords`); where a title has others, nobody is certain.
"""

from __future__ import annotations

from service.analysis import actwords as words
from service.analysis.outright import HOLDING
from service.analysis.phrased import Phrases, clause_of
from service.analysis.spellings import Key, Spelled
from service.analysis.subjects import Subjects


def taking_part(spelled: Spelled, title: str) -> list[Key]:
    """The persons who take part in what a title tells, in its order, as far as that is certain."""
    clause = _Clause(Phrases(clause_of(spelled, title)))
    return list(dict.fromkeys(clause.persons()))


class _Clause:
    """A clause, read from its start: who does it, what is done, and who else is there."""

    def __init__(self, phrases: Phrases) -> None:
        self._at = phrases
        self._subjects = Subjects(phrases)
        self._length = len(phrases.said)

    def persons(self) -> list[Key]:
        """Who takes part in what it tells."""
        start = self._start()
        if doing := self._subjects.doing(start):
            found, end, verb = doing
            return [*found, *self._rest(end, verb)]
        having = self._having(start)
        return having if having is not None else self._of_others(start)

    def _start(self) -> int:
        """Where it begins, behind what only says when: "After the congress, ...", "Hours before it, ..."."""
        opening = (words.PREPOSITIONS, words.OUTSIDE, words.OUTSIDE)
        first = next((n for n, of in enumerate(opening) if self._at.word(n) in of), None)
        if first is None or any(each.person for each in self._at.said[:first]):
            return 0
        commas = (n + 1 for n in range(first, self._length) if self._at.marked(n, ","))
        return next(commas, 0 if first else self._length)

    def _having(self, n: int) -> list[Key] | None:
        """Whose act it is that a clause begins with ("Ann's visit", "Ann-Bob summit"); None where it begins otherwise.
        Nobody's where more is said of it than that it is held."""
        found, n = self._owners(n)
        last = n - 1
        longest = 4 if found and self._at.said[last].owns else 1
        act = next((m for m in range(n, n + longest) if self._at.word(m) in words.ACTS), None)
        if not found or act is None or not all(self._qualifies(m) for m in range(last, act)):
            return None
        commented = any(self._comments(n) for n in range(act + 1, self._length)) or not self._at.ends(act)
        return [] if commented else [*found, *self._companions(act, None)]

    def _owners(self, n: int) -> tuple[list[Key], int]:
        """The persons told at a position, with whatever describes them, and where that ends."""
        found = list[Key]()
        while n < self._length:
            each = self._at.said[n]
            if not (each.person or each.describes or each.word in words.AND):
                break
            found += [each.person] if each.person else []
            n += 1
        return found, n

    def _qualifies(self, n: int) -> bool:
        """Whether a word may stand between whose the act is, and the act: "Ann's first visit"."""
        each = self._at.said[n]
        if each.person or each.owns:
            return True
        return bool(each.word) and not each.word.endswith("s") and each.word not in words.RANKS | words.AND

    def _comments(self, n: int) -> bool:
        """Whether a word says more of an act than that it is held: then it may be long past, or never be."""
        said, then = self._at.word(n), self._at.word(n + 1)
        does = said.endswith("s") and not self._at.said[n].mark and bool(then) and then not in words.FOLLOWING
        told = said in words.THIRD or said in words.REACTIONS or said in words.UNREAL or said.endswith("ed")
        return (told or does) and said not in HOLDING

    def _of_others(self, n: int) -> list[Key]:
        """Who is with those whom nobody knows here, or whom they meet; who is told with what is held."""
        head = next((m for m in range(n, self._length) if self._at.word(m) in words.PREPOSITIONS), self._length)
        depicted = any(self._at.word(m) in words.DEPICTING for m in range(n, head))
        if depicted or any(self._at.word(m) in words.REACTIONS for m in range(n, self._length)):
            return []
        for m in range(n, self._length):
            said = self._at.word(m)
            if said in words.OUTSIDE | words.UNREAL or (said == "to" and m > n):
                break
            verb = words.THIRD.get(said) or words.PAST.get(said) or (said if self._meets(m) else None)
            if verb and self._at.word(m + 1) != "by":
                return [*self._companions(n, None, m), *self._rest(m + 1, verb)]
        return self._companions(n, None)

    def _meets(self, n: int) -> bool:
        """Whether several do with somebody what a word says: "lawmakers meet"."""
        return self._at.word(n) in words.MEETING and self._at.word(n - 1).endswith("s")

    def _rest(self, n: int, verb: str) -> list[Key]:
        """Who else is there where a verb was said: whom one meets, and who is with one."""
        if verb in words.SAYING:
            return []
        found, n = self._met(n, verb)
        return [*found, *self._companions(n, verb)]

    def _met(self, n: int, verb: str) -> tuple[list[Key], int]:
        seen_off = verb == "see" and self._at.word(n) == "off"
        written = any(self._at.word(m) in words.WRITTEN for m in range(n, self._length))
        if written or (verb not in words.MEETING and not seen_off):
            return [], n
        return self._at.listed(n + (self._at.word(n) in ("off", "with")))

    def _companions(self, n: int, verb: str | None, end: int | None = None) -> list[Key]:
        """Who is with who does it, from a position on; `verb` is None where a noun says what is done."""
        found, outside, start = list[Key](), False, n
        while n < (self._length if end is None else end):
            said, parted = self._at.word(n), self._at.marked(n - 1, ",")
            outside = (outside and not parted) or said in words.OUTSIDE
            if self._breaks(n, parted):
                break
            done = self._done_then(n) if parted or self._at.word(n - 1) in words.AND else None
            more, then = self._met(n + 1, done) if done else ([], n)
            verb = done or verb
            if not outside and not more:
                more, then = self._opened(start, n, verb)
            found += more
            n = max(then, n + 1)
        return found

    def _breaks(self, n: int, parted: bool) -> bool:
        """Whether something else is told from a position on: what is said, hoped, or done by another."""
        said = self._at.word(n)
        spoken_of = words.THIRD.get(said) in words.SAYING or (parted and words.GOING_ON.get(said) in words.SAYING)
        if spoken_of or said in words.UNREAL:
            return True
        if not parted or self._done_then(n) or said in words.PREPOSITIONS | words.AND | words.DONE_BY:
            return False
        return any(self._at.word(m) in words.THIRD for m in range(n, n + 6))

    def _done_then(self, n: int) -> str | None:
        said = self._at.word(n)
        return words.THIRD.get(said) or words.GOING_ON.get(said) or (said if said in words.VERBS else None)

    def _opened(self, start: int, n: int, verb: str | None) -> tuple[list[Key], int]:
        """The persons whom a word opens that says they are there, and where that ends."""
        said, before = self._at.word(n), self._at.word(n - 1)
        opens = {
            "with": lambda: self._is_with(start, n, verb),
            "by": lambda: self._is_by(n),
            "for": lambda: self._is_for(n),
            "alongside": lambda: verb in words.THERE,
            "including": lambda: verb is None and before in words.SENT,
            "between": lambda: before in words.TOGETHER and self._is_had(start, n - 1, verb),
            "of": lambda: verb is None and before in words.COMING and self._is_had(start, n - 1, verb),
        }
        if said not in opens or not opens[said]():
            return [], n
        return self._at.listed(n + 1, several=said == "including")

    def _is_by(self, n: int) -> bool:
        """Whether by whom something was done was there: "watched by", "speech by", "team led by", "seen off by"."""
        before, first = self._at.word(n - 1), self._at.word(n - 2)
        led = before in words.LED and first in words.SENT
        return led or before in words.DONE_BY | words.ACTS or (first, before) == ("seen", "off")

    def _is_for(self, n: int) -> bool:
        """Whether it is given for who comes: "banquet for", "welcome ceremony for"."""
        before, first = self._at.word(n - 1), self._at.word(n - 2)
        return before in words.RECEIVING or (before == "ceremony" and first in words.RECEIVING)

    def _is_with(self, start: int, n: int, verb: str | None) -> bool:
        before = self._at.word(n - 1)
        if before in words.TOGETHER:
            return self._is_had(start, n - 1, verb)
        if before in words.TIES:
            return False
        if verb is None:
            head = next((m for m in range(n) if self._at.opens(m)), n)
            return any(self._at.word(m) in words.STANDING_THERE | words.TOGETHER for m in range(head))
        return verb in words.THERE | words.MEETING or before in ("along", "together")

    def _is_had(self, start: int, n: int, verb: str | None) -> bool:
        """Whether what is had together at a position is what is told: what is held, or what a clause begins with."""
        first = n
        while first > start and not self._parts(first - 1):
            first -= 1
        if first > start and self._at.opens(first - 1):
            return False
        if verb is not None:
            return verb in words.HAVING
        return n - first < 5 and all(self._is_plain(m) for m in range(first, n))

    def _parts(self, n: int) -> bool:
        return self._at.marked(n, ",") or self._at.opens(n) or self._at.word(n) in words.AND

    def _is_plain(self, n: int) -> bool:
        """Whether a word can only say what sort of meeting it is: it is no name, and nothing that is done."""
        said = self._at.word(n)
        return bool(said) and not said.endswith(("s", "ed", "ing"))
